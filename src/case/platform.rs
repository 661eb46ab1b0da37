//! Where a case stands by the register, in the words of the city's platform, on any day. By the days that count, so that yesterday's list reads
//! tomorrow as it did. Pure.

use super::clock;
use super::duties::answered_on;
use super::model::{Case, PlatformEntry, Reply, ReplyState};
use crate::rules::calendar::Calendar;
use crate::rules::clock::{ClockStatus, ClockStep, Happening};
use crate::rules::platform::PlatformStatus;
use chrono::NaiveDate;

/// What the register says of a case on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The status that the platform should show; none of a paper that was split: its parts stand for it.
    pub status: Option<PlatformStatus>,
    /// The receipt date.
    pub received_on: Option<NaiveDate>,
    /// The due date of the reply; none while it cannot be known, or where it is answered.
    pub due_on: Option<NaiveDate>,
}

/// Where the case stood on a day; none before it came.
pub fn standing(case: &Case, calendar: &Calendar, on: NaiveDate) -> Option<Standing> {
    if on < case.came_on() {
        return None;
    }
    let received_on = case.received_on().filter(|received_on| *received_on <= on);
    let settled = |status| Some(Standing { status, received_on, due_on: None });
    if let Some(voiding) = case.voiding.as_ref().filter(|voiding| voiding.on <= on) {
        return settled(Some(if voiding.returned { PlatformStatus::Returned } else { PlatformStatus::Withdrawn }));
    }
    if case.splitting.as_ref().is_some_and(|splitting| splitting.on <= on) {
        return settled(None);
    }
    if closed(case, on) {
        return settled(Some(PlatformStatus::Closed));
    }
    if answered(case, on) {
        return settled(Some(PlatformStatus::Answered));
    }
    let steps: Vec<ClockStep> = clock::steps(case).into_iter().filter(|step| step.on <= on).collect();
    let reading = clock::clock(case, calendar, &steps).reading(on);
    let registered = case.registration.as_ref().is_some_and(|entry| entry.on <= on);
    let status = match reading.status {
        _ if received_on.is_none() => PlatformStatus::AwaitingConfirmation,
        _ if !registered => PlatformStatus::Received,
        ClockStatus::AwaitingCorrection => PlatformStatus::CorrectionAsked,
        ClockStatus::Suspended => PlatformStatus::Consulting,
        ClockStatus::AwaitingPayment => PlatformStatus::PaymentAsked,
        _ if extended(&steps) => PlatformStatus::Extended,
        _ => PlatformStatus::Registered,
    };
    Some(Standing { status: Some(status), received_on, due_on: reading.due.map(|due| due.on) })
}

/// Whether the period that runs was extended: a correction or a payment began it anew.
fn extended(steps: &[ClockStep]) -> bool {
    let afresh = |step: &ClockStep| matches!(step.what, Happening::CorrectedApplicationReceived | Happening::FeePaid);
    let since = steps.iter().rposition(afresh).map_or(0, |at| at + 1);
    steps.iter().skip(since).any(|step| matches!(step.what, Happening::ExtensionNotified { .. }))
}

/// Whether it was closed on a day; a reopening remembers the closing it ended.
fn closed(case: &Case, on: NaiveDate) -> bool {
    let ended = case.reopenings.iter().any(|reopening| reopening.closed_on.is_some_and(|closed_on| closed_on <= on) && on < reopening.on);
    ended || case.closing.as_ref().is_some_and(|closing| closing.on <= on)
}

/// Whether a reply had been given on a day and not been undone by then.
fn answered(case: &Case, on: NaiveDate) -> bool {
    let given = |reply: &&Reply| reply.state != ReplyState::Recalled && answered_on(case, reply.round).is_some_and(|day| day <= on);
    case.replies.iter().rfind(given).is_some_and(|reply| undone_on(case, reply).is_none_or(|day| day > on))
}

fn undone_on(case: &Case, reply: &Reply) -> Option<NaiveDate> {
    let revoked = reply.revocation.as_ref().map(|revocation| revocation.on);
    let reopened = case.reopenings.iter().filter(|reopening| reopening.reply == reply.n).map(|reopening| reopening.on);
    let set_aside = case.ordered_rounds.iter().filter(|ordered| ordered.reply == reply.n).map(|ordered| ordered.from_on);
    revoked.into_iter().chain(reopened).chain(set_aside).min()
}

/// What the platform had said of the case last by a day.
pub fn told(case: &Case, on: NaiveDate) -> Option<&PlatformEntry> {
    case.platform_entries.iter().rfind(|entry| entry.status_on <= on)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::testing::{APPROVER, Bench, CLERK, day};
    use crate::steps::fixtures::served;
    use crate::steps::handle::correct::RequestCorrection;
    use crate::steps::mail::dispatch::DispatchLetter;
    use crate::steps::mend::revoke::RevokeReply;
    use crate::steps::register::enter::RegisterCase;
    use serde_json::json;

    fn status(bench: &Bench, on: &str) -> Option<PlatformStatus> {
        standing(bench.case(), bench.calendar(), day(on)).and_then(|standing| standing.status)
    }

    #[test]
    fn every_day_has_the_status_it_had() {
        let mut bench = Bench::received("2026-11-03");
        bench.go("2026-11-04").take::<RegisterCase>(CLERK, None, json!({})).unwrap();
        let notice = json!({"on": "2026-11-05", "no_contact_reason": "申请人未留电话。", "points": "请补充文号。", "reasons": "内容不明确。", "answer_within_working_days": 10});
        bench.go("2026-11-05").take::<RequestCorrection>(CLERK, None, notice).unwrap();
        let method = json!({"method": "hand_over", "delivered_on": "2026-11-05", "signed_by": "甲某"});
        let letter = json!({"letter": {"kind": "correction", "n": 1}, "on": "2026-11-05", "method": method});
        bench.take::<DispatchLetter>(CLERK, None, letter).unwrap();
        assert_eq!(status(&bench, "2026-11-02"), None);
        assert_eq!(status(&bench, "2026-11-03"), Some(PlatformStatus::Received));
        assert_eq!(status(&bench, "2026-11-04"), Some(PlatformStatus::Registered));
        assert_eq!(status(&bench, "2026-11-05"), Some(PlatformStatus::CorrectionAsked));
        let due = standing(bench.case(), bench.calendar(), day("2026-11-04")).unwrap().due_on;
        assert_eq!(due, Some(day("2026-12-01")), "33(2): 20 working days");
    }

    #[test]
    fn a_reply_taken_back_leaves_the_days_between_answered() {
        let mut bench = served("2026-09-01", "2026-09-10");
        bench.go("2026-09-20").take::<RevokeReply>(APPROVER, Some(1), json!({"reason": "检索遗漏。"})).unwrap();
        assert_eq!(status(&bench, "2026-09-10"), Some(PlatformStatus::Answered));
        assert_eq!(status(&bench, "2026-09-20"), Some(PlatformStatus::Registered));
    }
}
