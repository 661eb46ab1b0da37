//! Duties between registration and reply: what the agency owes, and the terms of those it waits for (Arts 30, 32-35, 109号).

use super::{Duty, Start, Whose, counted, served_on};
use crate::case::clock::{self, corrected_on, first_left_on, sent_on};
use crate::case::model::{Case, Consultation, FeeNotice, Finding, Letter, standing};
use crate::rules::calendar::{Calendar, Counted};
use crate::rules::clock::Party;
use crate::rules::desk;
use crate::rules::receipt::needs_confirmation;
use crate::rules::terms::{Basis, Circumstance, DutyKind};
use chrono::NaiveDate;

pub(super) fn duties(case: &Case, calendar: &Calendar) -> Vec<Duty> {
    let mut all = Vec::new();
    all.extend(correction_notice(case, calendar));
    all.extend(corrections(case, calendar));
    all.extend(consultations(case, calendar));
    all.extend(extensions(case, calendar));
    all.extend(reasons(case, calendar));
    all.extend(fees(case, calendar));
    all
}

/// Whether nothing between registration and reply is owed any more.
fn answered(case: &Case) -> bool {
    case.standing_reply().is_some()
}

/// Whether a notice need not reach anybody any more: it was voided, what it asked for came, or the reply stands.
pub(super) fn moot(case: &Case, letter: Letter) -> bool {
    let settled = match letter {
        Letter::Correction { .. } => standing(&case.corrections, letter).is_none_or(|known| corrected_on(known).is_some()),
        Letter::Consultation { .. } => {
            standing(&case.consultations, letter).is_none_or(|known| known.answer.is_some() || known.failure.is_some())
        }
        Letter::Extension { .. } => standing(&case.extensions, letter).is_none(),
        Letter::ReasonsRequest { .. } => standing(&case.reasons_requests, letter).is_none_or(|known| known.answer.is_some()),
        Letter::Postponement { .. } => standing(&case.postponements, letter).is_none(),
        Letter::Fee { .. } => standing(&case.fee_notices, letter).is_none_or(|known| known.left() == 0),
        // It begins no term: the reply takes its place.
        Letter::Acknowledgement {} => false,
        Letter::Reply { .. } | Letter::Erratum { .. } | Letter::Revocation { .. } | Letter::ThirdPartyNotice { .. } => return false,
    };
    settled || answered(case)
}

fn start(kind: DutyKind, ordinal: u32, from_on: NaiveDate) -> Start {
    Start { kind, circumstance: Circumstance::Always, ordinal, from_on }
}

fn with_article(duty: Option<Duty>, article: &str) -> Option<Duty> {
    duty.map(|duty| Duty { article: article.to_owned(), ..duty })
}

/// Owed once the examination found the content unclear or an element missing, or a notice was made; by day 7 of the receipt.
fn correction_notice(case: &Case, calendar: &Calendar) -> Option<Duty> {
    let received_on = case.received_on()?;
    let deficient = case
        .examinations
        .last()
        .is_some_and(|examination| [examination.identity, examination.authority, examination.clarity].contains(&Finding::Deficient));
    let sent = case.corrections.iter().find(|known| known.voided.is_none());
    if !deficient && sent.is_none() {
        return None;
    }
    let met_on = sent.and_then(|known| sent_on(case, Letter::Correction { n: known.n }));
    let mut duty = counted(calendar, start(DutyKind::CorrectionNotice, 1, received_on), met_on)?;
    duty.open &= !answered(case);
    Some(duty)
}

/// The applicant's term, and the closing once it ran out.
fn corrections(case: &Case, calendar: &Calendar) -> Vec<Duty> {
    let mut all = Vec::new();
    for known in case.corrections.iter().filter(|known| known.voided.is_none()) {
        all.extend(known.answers.iter().filter(|answer| needs_confirmation(answer.channel)).filter_map(|answer| {
            let start = start(DutyKind::ConfirmReceipt, known.n * ANSWERS + answer.n, answer.arrived_on);
            let duty = counted(calendar, start, answer.receipt.as_ref().map(|receipt| receipt.on))?;
            Some(Duty { open: duty.open && corrected_on(known).is_none() && !answered(case), ..duty })
        }));
        let Some(from_on) = served_on(case, Letter::Correction { n: known.n }) else { continue };
        let until = calendar.nth_working_day_after(from_on, known.answer_within_working_days);
        let came_on = corrected_on(known);
        // What came and waits for its confirmation did come: the applicant was not silent.
        let silent = known.answers.is_empty();
        let lapse = Lapse { kind: DutyKind::AnswerCorrection, article: "30", n: known.n, from_on, until, came_on, silent };
        all.extend(lapse.duties(case, calendar, known.ran_out_on));
    }
    all
}

fn fees(case: &Case, calendar: &Calendar) -> Vec<Duty> {
    let mut all = Vec::new();
    for known in case.fee_notices.iter().filter(|known| known.voided.is_none()) {
        let Some(from_on) = served_on(case, Letter::Fee { n: known.n }) else { continue };
        let Some(duty) = counted(calendar, start(DutyKind::PayFee, known.n, from_on), None) else { continue };
        let until = Counted { on: duty.due_on, provisional: duty.provisional };
        let came_on = FeeNotice::paid_on(known);
        let lapse = Lapse { kind: DutyKind::PayFee, article: "109号", n: known.n, from_on, until, came_on, silent: came_on.is_none() };
        all.extend(lapse.duties(case, calendar, known.ran_out_on));
    }
    all
}

/// A term of the applicant whose end closes the case.
struct Lapse {
    kind: DutyKind,
    article: &'static str,
    n: u32,
    from_on: NaiveDate,
    until: Counted,
    came_on: Option<NaiveDate>,
    silent: bool,
}

impl Lapse {
    fn duties(self, case: &Case, calendar: &Calendar, ran_out_on: Option<NaiveDate>) -> Vec<Duty> {
        let over = answered(case);
        // A lapse recorded before the term's end as it stands now, the service or the calendar having been mended, is none.
        let ran_out_on = ran_out_on.filter(|ran_out_on| *ran_out_on >= self.until.on);
        let awaited = Duty {
            kind: self.kind,
            ordinal: self.n,
            article: self.article.to_owned(),
            basis: Basis::Law,
            from_on: self.from_on,
            due_on: self.until.on,
            provisional: self.until.provisional,
            met_on: self.came_on,
            open: self.silent && ran_out_on.is_none() && !over,
            department: None,
            whose: Whose::default(),
            operation: desk::operation(self.kind),
        };
        let closing = ran_out_on.filter(|_| self.silent).and_then(|ran_out_on| {
            let met_on = case.standing_reply().map(|reply| reply.on);
            let ordinal = if self.kind == DutyKind::PayFee { self.n + FEES } else { self.n };
            with_article(counted(calendar, start(DutyKind::CloseLapsed, ordinal, ran_out_on), met_on), self.article)
        });
        [Some(awaited), closing].into_iter().flatten().collect()
    }
}

/// Both lapses of a case end in the same kind of duty; the ordinals of fees begin here.
const FEES: u32 = 1000;

/// The first arrival and every corrected application owe the same kind of duty; the ordinals of a notice's answers begin at its multiple.
const ANSWERS: u32 = 1000;

/// The terms of those who are consulted, and what a decision against a third party owes it.
fn consultations(case: &Case, calendar: &Calendar) -> Vec<Duty> {
    let mut all = Vec::new();
    for known in case.consultations.iter().filter(|known| known.voided.is_none()) {
        let letter = Letter::Consultation { n: known.n };
        // As long as no service is on record, the interval ends by its cap from the sending (choice 9).
        if let Some(from_on) = served_on(case, letter).or_else(|| first_left_on(case, letter)) {
            let met_on = known.answer.as_ref().map(|answer| answer.on);
            let duty =
                with_article(counted(calendar, start(DutyKind::AnswerConsultation, known.n, from_on), met_on), known.party.article());
            let silent = |duty: &Duty| known.ran_out_on.is_none_or(|ran_out_on| ran_out_on < duty.due_on);
            let awaited = known.failure.is_none() && !answered(case);
            all.extend(duty.map(|duty| Duty { open: duty.open && awaited && silent(&duty), ..duty }));
        }
        all.extend(decision(case, known, calendar));
        if let Some(decision) = known.decision.as_ref().filter(|decision| decision.notice_needed && known.told_before().is_none()) {
            let met_on = sent_on(case, Letter::ThirdPartyNotice { n: known.n });
            all.extend(counted(calendar, start(DutyKind::NotifyThirdParty, known.n, decision.on), met_on));
        }
    }
    all
}

/// A third party that refused, was silent or could not be reached leaves the agency to decide: whether its ground is sound, and what the
/// public interest asks (Arts 15, 32).
fn decision(case: &Case, known: &Consultation, calendar: &Calendar) -> Option<Duty> {
    let answered_on = known.answer.as_ref().map(|answer| answer.on);
    let agreed = answered_on.is_some() && !known.unwilling();
    if known.party != Party::ThirdParty || agreed {
        return None;
    }
    let ended_on = [answered_on, known.failure.as_ref().map(|failure| failure.on), known.ran_out_on].into_iter().flatten().min()?;
    let met_on = known.decision.as_ref().map(|decision| decision.on);
    let duty = counted(calendar, start(DutyKind::DecideConsultation, known.n, ended_on), met_on)?;
    Some(Duty { open: duty.open && !answered(case), ..duty })
}

/// An extension that was approved counts only if the applicant is told in time: by the due date that it is to move.
fn extensions(case: &Case, calendar: &Calendar) -> Vec<Duty> {
    let steps = clock::steps(case);
    let duty = |known: &crate::case::model::Extension| {
        let letter = Letter::Extension { n: known.n };
        let met_on = sent_on(case, letter);
        let before: Vec<_> = steps.iter().filter(|step| met_on.is_none_or(|met_on| step.on < met_on)).cloned().collect();
        let due = clock::clock(case, calendar, &before).due_in_silence()?;
        Some(Duty {
            kind: DutyKind::NotifyExtension,
            ordinal: known.n,
            article: "33(2)".to_owned(),
            basis: Basis::Law,
            from_on: known.on,
            due_on: due.on,
            provisional: due.provisional,
            met_on,
            open: met_on.is_none() && !answered(case),
            department: None,
            whose: Whose::default(),
            operation: desk::operation(DutyKind::NotifyExtension),
        })
    };
    case.extensions.iter().filter(|known| known.voided.is_none()).filter_map(duty).collect()
}

fn reasons(case: &Case, calendar: &Calendar) -> Vec<Duty> {
    let duty = |known: &crate::case::model::ReasonsRequest| {
        let from_on = known.answer.as_ref()?.on;
        let met_on = known.assessment.as_ref().map(|assessment| assessment.on);
        let duty = counted(calendar, start(DutyKind::AssessReasons, known.n, from_on), met_on)?;
        Some(Duty { open: duty.open && !answered(case), ..duty })
    };
    case.reasons_requests.iter().filter(|known| known.voided.is_none()).filter_map(duty).collect()
}
