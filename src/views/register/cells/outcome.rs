//! Columns 34 to 50: the reply, its way, what it was worth, what followed.

use super::{Cell, Entry, day, parts, several};
use crate::case::model::{Dispatch, DispatchMethod, DispatchState, Outcome, Proceeding, ProceedingKind};
use crate::case::private::Private;
use crate::case::projection::outcome_of;
use crate::rules::cite::cite_in_full;
use crate::rules::terms::DutyKind;
use crate::rules::text::mask_name;
use crate::views::labels::Labelled;

/// Who signed for a letter.
pub(super) fn signed_by(dispatch: &Dispatch) -> Option<&Private> {
    match &dispatch.state {
        DispatchState::Delivered { signed_by, .. } => signed_by.as_ref(),
        _ => None,
    }
}

impl Entry<'_> {
    pub(super) fn outcome(&self) -> [Cell; 17] {
        let case = self.case;
        let reply = case.standing_reply();
        let sent: Vec<&Dispatch> = reply.map(|reply| case.dispatches_of(reply.n).collect()).unwrap_or_default();
        let signed = reply.and_then(|reply| parts([self.account(reply.by), day(Some(reply.on))]));
        let posted = sent.iter().filter(|dispatch| matches!(dispatch.method, DispatchMethod::Post { .. }));
        let posted_on = posted.clone().map(|dispatch| dispatch.on.to_string());
        let tracking = posted.filter_map(|dispatch| match &dispatch.method {
            DispatchMethod::Post { tracking_number, .. } => Some(tracking_number.clone()),
            _ => None,
        });
        let archiving = case.archiving.as_ref().and_then(|archiving| {
            let kept = archiving.retention_years.map_or_else(|| "永久".to_owned(), |years| format!("{years}年"));
            parts([day(Some(archiving.on)), Some(archiving.archive_number.clone()), Some(kept)])
        });
        let used = self.spent.working_days.and_then(|days| u32::try_from(days).ok());
        [
            self.answered().into(),
            reply.map(|reply| cite_in_full(reply.items.iter().flat_map(|item| &item.articles).map(String::as_str))).into(),
            reply.map(|reply| reply.document_number.clone()).into(),
            signed.into(),
            several(sent.iter().map(|dispatch| way(dispatch))).into(),
            several(tracking).into(),
            several(posted_on).into(),
            several(sent.iter().filter_map(|dispatch| self.served(dispatch))).into(),
            self.overdue().into(),
            used.into(),
            self.published().into(),
            self.proceedings(ProceedingKind::Reconsideration).into(),
            self.proceedings(ProceedingKind::Litigation).into(),
            several(case.proceedings.iter().flat_map(|one| &one.filings).map(|filing| format!("{} {}", filing.on, filing.with))).into(),
            case.closing.as_ref().map(|closing| closing.on).into(),
            archiving.into(),
            self.remark().into(),
        ]
    }

    /// The kind of reply with its row of table three.
    fn answered(&self) -> Option<String> {
        let outcome = self.case.standing_reply().and_then(|reply| outcome_of(&reply.items))?;
        // A reply that a body or court ordered does not change the row.
        let counted = self.case.counting_reply().and_then(|reply| outcome_of(&reply.items)).and_then(|counted| counted.row);
        let row = counted.filter(|_| self.case.matter.is_information_request());
        let kind = outcome.kind.zh();
        Some(row.map_or_else(|| kind.to_owned(), |row| format!("{kind}（表三第{row}行）")))
    }

    fn served(&self, dispatch: &Dispatch) -> Option<String> {
        let name = signed_by(dispatch).and_then(|reference| self.line.texts.get(reference));
        let in_full = self.around.in_full == Some(self.case.agency_id);
        let name = name.map(|name| if in_full { name.to_owned() } else { mask_name(name) });
        match &dispatch.state {
            DispatchState::Delivered { on, .. } => parts([day(Some(*on)), name]),
            DispatchState::Returned { on, .. } => Some(format!("{on}退回")),
            DispatchState::NotCollected { on } => Some(format!("{on}未领取")),
            DispatchState::Sent => None,
        }
    }

    /// Whether the reply came, or is, too late; nothing before there is a due date. Of the reply that counts, as in the statistics: one that a body
    /// or court ordered changes nothing of it (domain 4).
    fn overdue(&self) -> Option<&'static str> {
        let of_round = |round: u32| self.dates.duties.iter().find(|duty| duty.kind == DutyKind::Reply && duty.ordinal == round);
        let counting = self.case.counting_reply().and_then(|reply| of_round(reply.round));
        let reply = counting.or(self.dates.reply.as_ref())?;
        let until = reply.met_on.unwrap_or(self.around.today);
        let due_on = reply.met_on.map_or_else(|| self.dates.due.map(|due| due.on), |_| Some(reply.due_on))?;
        Some(if until > due_on { "是" } else { "否" })
    }

    fn published(&self) -> Option<String> {
        several(self.case.standing_publication_reviews().filter_map(|review| {
            let done = review.publication.as_ref();
            let on = done.map_or(review.on, |done| done.on);
            parts([Some(review.result.zh().to_owned()), day(Some(on)), done.map(|done| done.address.clone())])
        }))
    }

    fn proceedings(&self, kind: ProceedingKind) -> Option<String> {
        several(self.case.proceedings.iter().filter(|one| one.kind == kind).filter_map(|one| {
            let number = one.case_number.clone().or_else(|| Some(one.body.clone()));
            let second = match kind {
                ProceedingKind::Reconsideration => day(Some(one.received_on)),
                ProceedingKind::Litigation => one.instance.map(|instance| instance.zh().to_owned()),
            };
            parts([number, second, Some(result(one).to_owned())])
        }))
    }
}

fn way(dispatch: &Dispatch) -> String {
    match &dispatch.method {
        DispatchMethod::Post { carrier, .. } => format!("邮寄（{}）", carrier.label().zh),
        DispatchMethod::HandOver => "当面送达".to_owned(),
        DispatchMethod::ThroughAgency { agency } => format!("委托{agency}送达"),
        DispatchMethod::Online { .. } => "网上送达".to_owned(),
    }
}

fn result(proceeding: &Proceeding) -> &'static str {
    match proceeding.decision.as_ref().map(|decision| decision.outcome) {
        Some(Outcome::Reconsideration(outcome)) => outcome.zh(),
        Some(Outcome::Court(outcome)) => outcome.zh(),
        None => "尚未审结",
    }
}
