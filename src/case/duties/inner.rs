//! Inner limits as duties of departments and handlers, by the limits that its registration names (domain 6.1).
//!
//! They end with the first reply: a round that a revocation opens has no inner limits, because the period of law is the old one. A
//! reopening begins the period of law anew, and the limits with it.

use super::{Duty, Whose, term};
use crate::case::clock;
use crate::case::model::{Case, ReplyState, Verdict};
use crate::rules::calendar::{Calendar, Counted};
use crate::rules::desk;
use crate::rules::inner::{InnerLimit, InnerStep};
use crate::rules::terms::{Basis, Circumstance};
use chrono::NaiveDate;

pub(super) fn duties(case: &Case, calendar: &Calendar) -> Vec<Duty> {
    let Some(registration) = &case.registration else { return Vec::new() };
    registration.inner_limits.iter().filter_map(|limit| duty(case, calendar, *limit)).collect()
}

/// The round whose period the limits divide: the first, or the one that the last reopening began.
fn round(case: &Case) -> u32 {
    case.replies.iter().filter(|reply| reply.state == ReplyState::Reopened).map(|reply| reply.round + 1).max().unwrap_or(1)
}

/// The round's reply that stood, or stood until it was revoked.
fn issued_on(case: &Case) -> Option<NaiveDate> {
    let round = round(case);
    case.replies.iter().filter(|reply| reply.round == round && reply.state != ReplyState::Recalled).map(|reply| reply.on).min()
}

fn done_on(case: &Case, step: InnerStep) -> Option<NaiveDate> {
    let round = round(case);
    let drafts = || case.drafts.iter().filter(|draft| draft.round == round);
    match step {
        InnerStep::Assign => case.assignments.first().map(|assignment| assignment.on),
        InnerStep::Draft => drafts().map(|draft| draft.on).min(),
        InnerStep::Review => {
            let reviews = drafts().flat_map(|draft| &draft.reviews);
            reviews.filter(|review| review.verdict == Verdict::Approved).map(|review| review.on).min()
        }
        InnerStep::Issue => issued_on(case),
    }
}

fn duty(case: &Case, calendar: &Calendar, limit: InnerLimit) -> Option<Duty> {
    let met_on = done_on(case, limit.step);
    let until = met_on.or_else(|| issued_on(case));
    // What happened after the step moves its date no more.
    let mut steps = clock::steps(case);
    steps.retain(|step| until.is_none_or(|until| step.on <= until));
    let counted = clock::clock(case, calendar, &steps);
    let due = counted.due_within(limit.working_days)?;
    let from_on = counted.counted_from()?;
    let kind = limit.step.duty();
    Some(Duty {
        kind,
        ordinal: round(case),
        article: term(kind, Circumstance::Always, from_on)?.article.to_owned(),
        basis: Basis::Inner,
        from_on,
        due_on: due.on,
        provisional: due.provisional,
        met_on,
        open: until.is_none(),
        department: None,
        whose: Whose::default(),
        operation: desk::operation(kind),
    })
}

/// The date until which a step is to be done by the limit of the registration; none where it names none, or for a later round.
pub(super) fn limit_of(case: &Case, calendar: &Calendar, (step, of_round): (InnerStep, u32), met_on: Option<NaiveDate>) -> Option<Counted> {
    let limits = &case.registration.as_ref()?.inner_limits;
    let limit = limits.iter().find(|limit| limit.step == step).filter(|_| of_round == round(case))?;
    let mut steps = clock::steps(case);
    steps.retain(|step| met_on.is_none_or(|met_on| step.on <= met_on));
    clock::clock(case, calendar, &steps).due_within(limit.working_days)
}

#[cfg(test)]
mod tests {
    use super::super::{duties as all, reply_duty};
    use super::*;
    use crate::case::testing::{APPROVER, Bench, CLERK, DEPARTMENT, HANDLER, day};
    use crate::rules::terms::DutyKind;
    use crate::steps::handle::assign::AssignCase;
    use crate::steps::handle::consult::{AnswerConsultation, OpenConsultation};
    use crate::steps::mail::dispatch::DispatchLetter;
    use crate::steps::register::enter::RegisterCase;
    use crate::steps::reply::draft::DraftReply;
    use crate::steps::reply::issue::IssueReply;
    use serde_json::json;

    fn registered() -> Bench {
        let mut bench = Bench::received("2026-11-02");
        let limit = |step, working_days| InnerLimit { step, working_days };
        bench.settings.inner_limits =
            vec![limit(InnerStep::Assign, 2), limit(InnerStep::Draft, 12), limit(InnerStep::Review, 14), limit(InnerStep::Issue, 18)];
        bench.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
        bench
    }

    fn found(bench: &Bench, kind: DutyKind) -> (String, bool) {
        let duty = all(bench.case(), bench.calendar()).into_iter().find(|duty| duty.kind == kind).unwrap();
        assert_eq!(duty.basis, Basis::Inner);
        (duty.due_on.to_string(), duty.open)
    }

    #[test]
    fn limits_are_those_of_the_registration_and_the_legal_date_is_another() {
        let mut bench = registered();
        bench.settings.inner_limits.clear();
        assert_eq!(found(&bench, DutyKind::InnerAssign), ("2026-11-04".into(), true));
        assert_eq!(found(&bench, DutyKind::InnerDraft), ("2026-11-18".into(), true));
        assert_eq!(found(&bench, DutyKind::InnerReview), ("2026-11-20".into(), true));
        assert_eq!(found(&bench, DutyKind::InnerIssue), ("2026-11-26".into(), true));
        let owed = all(bench.case(), bench.calendar());
        assert_eq!(reply_duty(&owed).map(|duty| (duty.due_on, duty.basis)), Some((day("2026-11-30"), Basis::Law)));
    }

    #[test]
    fn a_step_meets_its_limit_and_the_reply_ends_them_all() {
        let mut bench = registered();
        bench.take::<AssignCase>(CLERK, None, json!({"department": DEPARTMENT, "handler": HANDLER})).unwrap();
        assert_eq!(found(&bench, DutyKind::InnerAssign), ("2026-11-04".into(), false));
        let item = json!({
            "kind": "a2", "main": true, "subject": "甲", "reasons": "现予提供。", "articles": ["36(2)"], "how_to_obtain": "随附。",
            "provided_form": "paper"
        });
        bench.take::<DraftReply>(HANDLER, None, json!({"items": [item]})).unwrap();
        assert_eq!(found(&bench, DutyKind::InnerDraft), ("2026-11-18".into(), false));
        assert!(found(&bench, DutyKind::InnerReview).1);
        bench.take::<IssueReply>(APPROVER, None, json!({})).unwrap();
        assert!(!found(&bench, DutyKind::InnerReview).1, "what needed no review is not owed one");
        assert!(!found(&bench, DutyKind::InnerIssue).1);
        bench.case.as_mut().unwrap().replies[0].state = ReplyState::Revoked;
        assert!(!found(&bench, DutyKind::InnerDraft).1, "a revocation goes on under the old period");
        bench.case.as_mut().unwrap().replies[0].state = ReplyState::Reopened;
        assert!(found(&bench, DutyKind::InnerDraft).1, "a reopening begins it anew");
    }

    #[test]
    fn article_33_3_a_consultation_is_excluded_as_from_the_reply_period() {
        let mut bench = registered();
        let letter = json!({"party": "third_party", "name": "示例公司", "on": "2026-11-02", "question": "是否同意？"});
        bench.take::<OpenConsultation>(CLERK, None, letter).unwrap();
        let post = json!({
            "letter": {"kind": "consultation", "n": 1}, "on": "2026-11-03",
            "method": {"method": "post", "carrier": "ems", "tracking_number": "EA100000001CN"}
        });
        bench.go("2026-11-03").take::<DispatchLetter>(CLERK, None, post).unwrap();
        let answer = json!({"on": "2026-11-06", "opinion": "consents"});
        bench.go("2026-11-06").take::<AnswerConsultation>(CLERK, Some(1), answer).unwrap();
        assert_eq!(found(&bench, DutyKind::InnerAssign), ("2026-11-09".into(), true));
        assert_eq!(found(&bench, DutyKind::InnerIssue), ("2026-12-01".into(), true));
    }
}
