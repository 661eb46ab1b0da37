//! Columns 22 to 33: who handles it, what stopped or moved the clock, when it is due.

use super::{Cell, Entry, day, parts, several};
use crate::case::clock::{asked_on, corrected_on, sent_on};
use crate::case::duties::served_on;
use crate::case::model::{Case, Consultation, FeeBasis, Letter};
use crate::rules::clock::Party;
use crate::rules::terms::DutyKind;
use crate::views::labels::Labelled;
use chrono::NaiveDate;

impl Entry<'_> {
    pub(super) fn handling(&self) -> [Cell; 12] {
        let case = self.case;
        let assignment = case.assignment();
        let excluded = u32::try_from(self.spent.excluded).ok().filter(|days| *days > 0);
        [
            assignment.and_then(|assignment| self.around.names.department(assignment.department).name).into(),
            assignment.and_then(|assignment| self.account(assignment.handler)).into(),
            assignment.map(|assignment| assignment.on).into(),
            assignment.and_then(|assignment| assignment.due_on).into(),
            self.corrections().into(),
            self.consultations(|party| party == Party::ThirdParty).into(),
            self.consultations(|party| party != Party::ThirdParty).into(),
            excluded.into(),
            self.extensions().into(),
            self.fees().into(),
            self.due(),
            self.left().into(),
        ]
    }

    /// The last day of somebody's term.
    fn term(&self, kind: DutyKind, ordinal: u32) -> Option<NaiveDate> {
        self.dates.duties.iter().find(|duty| duty.kind == kind && duty.ordinal == ordinal).map(|duty| duty.due_on)
    }

    fn corrections(&self) -> Option<String> {
        several(self.case.corrections.iter().filter(|known| known.voided.is_none()).filter_map(|known| {
            let sent_on = sent_on(self.case, Letter::Correction { n: known.n });
            parts([day(sent_on.or(Some(known.on))), day(self.term(DutyKind::AnswerCorrection, known.n)), day(corrected_on(known))])
        }))
    }

    fn consultations(&self, of: fn(Party) -> bool) -> Option<String> {
        let known = self.case.consultations.iter().filter(|known| known.voided.is_none() && of(known.party));
        several(known.filter_map(|known| {
            let letter = Letter::Consultation { n: known.n };
            parts([
                day(asked_on(self.case, known)),
                day(served_on(self.case, letter)),
                day(self.term(DutyKind::AnswerConsultation, known.n)),
                said(known),
            ])
        }))
    }

    fn extensions(&self) -> Option<String> {
        several(self.case.extensions.iter().filter(|known| known.voided.is_none()).filter_map(|known| {
            let told_on = sent_on(self.case, Letter::Extension { n: known.n });
            parts([day(Some(known.on)), Some(format!("{}个工作日", known.working_days)), day(told_on)])
        }))
    }

    fn fees(&self) -> Option<String> {
        several(self.case.fee_notices.iter().filter(|known| known.voided.is_none()).filter_map(|known| {
            let method = match known.basis {
                FeeBasis::ByItem { item } => format!("按件计收（当月第{item}件）"),
                FeeBasis::ByPage { pages } => format!("按量计收（{pages}页）"),
            };
            let told_on = sent_on(self.case, Letter::Fee { n: known.n });
            parts([
                Some(method),
                Some(format!("{}元", known.amount)),
                day(told_on.or(Some(known.on))),
                day(self.term(DutyKind::PayFee, known.n)),
                day(known.paid_on()),
            ])
        }))
    }

    /// The due date; with a word where it is not sure.
    fn due(&self) -> Cell {
        let (due, word) = match (self.dates.due, self.dates.projected) {
            (Some(due), _) => (due, ""),
            (None, Some(projected)) => (projected, "（预计）"),
            (None, None) => return Cell::Empty,
        };
        match (word, due.provisional) {
            ("", false) => Cell::Day(due.on),
            (word, provisional) => Cell::Words(format!("{}{word}{}", due.on, if provisional { "（暂定）" } else { "" })),
        }
    }

    fn left(&self) -> Option<String> {
        let light = self.dates.light.zh().split('：').next().unwrap_or_default();
        let Some(left) = self.dates.working_days_left else { return running(self.case).then(|| light.to_owned()) };
        Some(if left < 0 { format!("超期{}个工作日／{light}", -left) } else { format!("剩余{left}个工作日／{light}") })
    }
}

/// A case that has neither a reply that left nor an end.
fn running(case: &Case) -> bool {
    case.standing_reply().is_none() && case.voiding.is_none()
}

/// What became of a consultation.
fn said(known: &Consultation) -> Option<String> {
    if let Some(answer) = &known.answer {
        return Some(format!("{}{}", answer.on, answer.opinion.label().zh));
    }
    if let Some(failure) = &known.failure {
        return Some(format!("{}无法送达", failure.on));
    }
    known.ran_out_on.map(|on| format!("{on}期满未反馈"))
}
