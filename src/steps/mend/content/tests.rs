//! Wrong decisions, bodies, numbers and proceedings (domain 6.6): what they left behind goes with them.

use super::*;
use crate::case::duties::{duties, reply_duty};
use crate::case::event::CaseEvent;
use crate::case::model::{AmendmentState, Closing};
use crate::case::projection::project;
use crate::case::stage::Stage;
use crate::case::testing::{APPROVER, Bench, CLERK, REVIEWER, day};
use crate::rules::outcomes::ReconsiderationOutcome;
use crate::rules::terms::DutyKind;
use crate::steps::fixtures::{dispatch_event, in_proceedings, reconsideration, reply_events, served};
use crate::steps::mend::amend::AmendCase;
use crate::steps::mend::decide::DecideAmendment;
use crate::steps::mend::void::VoidCase;
use crate::steps::remedy::open::{OpenLitigation, OpenReconsideration};
use serde_json::{Value, json};

/// Answered on 3 August and closed; in October a decision was entered that revokes the reply and orders another.
fn corrected() -> Bench {
    let mut bench = served("2026-08-03", "2026-08-05");
    bench.keep(vec![CaseEvent::CaseClosed { closing: Closing { on: day("2026-08-10"), by: CLERK } }], Vec::new());
    let mut copy = reconsideration("2026-09-01");
    copy["against"] = json!({"kind": "reply", "n": 1});
    copy["case_number"] = json!("示复〔2026〕1号");
    bench.go("2026-10-30").take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
    let order = json!({"what": "限期重新答复。", "kind": "answer_anew", "due_on": "2026-11-16"});
    let decision = json!({"outcome": {"by": "reconsideration", "outcome": "revoked"}, "cause": "poor_search",
        "decided_on": "2026-10-12", "received_on": "2026-10-14", "order": order});
    bench.take::<RecordDecision>(REVIEWER, Some(1), decision).unwrap();
    assert_eq!((bench.case().stage, bench.case().round()), (Stage::Registered, 2));
    bench
}

fn propose(bench: &mut Bench, change: Value) -> Result<u32, &'static str> {
    let body = json!({"change": change, "reason": "登记有误。"});
    let case = bench.take::<AmendCase>(CLERK, None, body).map_err(|refusal| refusal.code.as_str())?;
    let amendment = case.amendments.last().unwrap();
    assert_eq!(amendment.state, AmendmentState::Proposed, "a second person decides");
    Ok(amendment.n)
}

fn amend(bench: &mut Bench, change: Value) -> Result<(), &'static str> {
    let n = propose(bench, change)?;
    let agreed = bench.take::<DecideAmendment>(APPROVER, Some(n), json!({"verdict": "approved"}));
    agreed.map(|_| ()).map_err(|refusal| refusal.code.as_str())
}

fn upheld() -> Value {
    json!({"subject": "decision", "proceeding": 1, "outcome": {"by": "reconsideration", "outcome": "upheld"}})
}

fn void(n: u32) -> Value {
    json!({"subject": "proceeding_voided", "proceeding": n})
}

fn stands_as_answered(bench: &Bench) {
    let case = bench.case();
    assert_eq!((case.stage, case.round(), case.standing_reply().map(|reply| reply.n)), (Stage::Closed, 1, Some(1)));
    assert_eq!(case.closing.as_ref().map(|closing| closing.on), Some(day("2026-08-10")), "it was closed, and is so again");
    assert!(case.ordered_rounds.is_empty() && case.stood_before.is_empty());
    let all = duties(case, bench.calendar());
    assert!(reply_duty(&all).is_none_or(|duty| !duty.open), "no reply is owed any more");
    assert!(project(case, bench.calendar()).corrected.is_empty(), "nobody is warned");
}

#[test]
fn reconsideration_law_68_revoked_typed_for_upheld_is_mended_and_its_round_taken_back() {
    let mut bench = corrected();
    assert_eq!(project(bench.case(), bench.calendar()).corrected.len(), 1);
    amend(&mut bench, upheld()).unwrap();
    stands_as_answered(&bench);
    let decision = bench.case().proceedings[0].decision.as_ref().unwrap();
    assert_eq!(decision.outcome, Outcome::Reconsideration(ReconsiderationOutcome::Upheld));
    assert_eq!((decision.cause, &decision.order, decision.decided_on), (None, &None, day("2026-10-12")));
}

#[test]
fn a_reply_that_was_issued_in_the_round_keeps_the_decision_as_it_is() {
    let mut bench = corrected();
    let waiting = propose(&mut bench, upheld()).unwrap();
    let events = reply_events(bench.case(), day("2026-10-30"));
    bench.keep(events, Vec::new());
    for change in [upheld(), void(1)] {
        assert_eq!(propose(&mut bench, change), Err("round_answered"));
    }
    let agreed = bench.take::<DecideAmendment>(APPROVER, Some(waiting), json!({"verdict": "approved"}));
    assert_eq!(agreed.unwrap_err().code.as_str(), "round_answered", "what was proposed before falls with it");
    let sent = dispatch_event(bench.case(), crate::case::model::Letter::Reply { n: 2 }, day("2026-10-30"));
    bench.keep(vec![sent], Vec::new());
    assert_eq!(propose(&mut bench, upheld()), Err("round_answered"));
}

#[test]
fn a_decision_keeps_the_rules_of_its_entry() {
    let mut bench = corrected();
    let change = |more: Value| {
        let mut change = upheld();
        change.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        change
    };
    let revoked = json!({"outcome": {"by": "reconsideration", "outcome": "revoked"}});
    assert_eq!(propose(&mut bench, change(revoked)), Err("fields_refused"), "the cause is missing");
    assert_eq!(propose(&mut bench, change(json!({"outcome": {"by": "court", "outcome": "revoked"}}))), Err("outcome_mismatch"));
    let order = json!({"what": "限期重新答复。", "kind": "answer_anew", "due_on": "2026-11-20"});
    let same = json!({"outcome": {"by": "reconsideration", "outcome": "revoked"}, "cause": "poor_search", "order": order});
    amend(&mut bench, change(same.clone())).unwrap();
    assert_eq!(bench.case().ordered_rounds[0].due_on, day("2026-11-20"), "the round goes by the true date");
    assert_eq!(propose(&mut bench, change(same)), Err("nothing_to_change"));
    assert_eq!(
        propose(&mut bench, json!({"subject": "decision", "proceeding": 7, "outcome": upheld()["outcome"]})),
        Err("unknown_reference")
    );
}

#[test]
fn article_50_3_a_proceeding_entered_in_error_leaves_duties_table_and_lists_and_keeps_its_number() {
    let mut bench = corrected();
    amend(&mut bench, void(1)).unwrap();
    stands_as_answered(&bench);
    let projection = project(bench.case(), bench.calendar());
    assert!(projection.proceedings.is_empty() && bench.case().voided_proceedings[0].n == 1);
    let of_proceeding = [DutyKind::AnswerReconsideration, DutyKind::SueAfterReconsideration];
    assert!(projection.duties.iter().all(|duty| !of_proceeding.contains(&duty.kind)));
    let mut copy = reconsideration("2026-09-01");
    copy["case_number"] = json!("示复〔2026〕1号");
    bench.take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
    assert_eq!(bench.case().proceedings[0].n, 2, "its number is not given again");
}

#[test]
fn a_case_whose_only_proceeding_was_voided_can_be_voided() {
    let mut bench = Bench::received("2026-08-03");
    bench.go("2026-09-02").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-09-01")).unwrap();
    amend(&mut bench, void(1)).unwrap();
    bench.take::<VoidCase>(APPROVER, None, json!({"reason": "登记有误"})).unwrap();
}

#[test]
fn what_another_proceeding_follows_is_voided_after_it() {
    let mut bench = Bench::received("2026-01-05");
    let mut copy = reconsideration("2026-05-06");
    copy["accepted_on"] = json!("2026-05-01");
    bench.go("2026-10-30").take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
    let suit = crate::steps::fixtures::suit("first", "after_reconsideration", Some(1));
    bench.take::<OpenLitigation>(REVIEWER, None, suit).unwrap();
    assert_eq!(propose(&mut bench, void(1)), Err("proceeding_followed"));
    amend(&mut bench, void(2)).unwrap();
    amend(&mut bench, void(1)).unwrap();
}

#[test]
fn litigation_law_26_body_number_and_side_are_mended() {
    let mut bench = in_proceedings();
    let entry = |n: u32, more: Value| {
        let mut change = json!({"subject": "proceeding_entry", "proceeding": n});
        change.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        change
    };
    amend(&mut bench, entry(2, json!({"body": "示范市中级人民法院", "case_number": "（2026）行初1号", "standing": "third_party"})))
        .unwrap();
    let suit = &bench.case().proceedings[1];
    assert_eq!((suit.body.as_str(), suit.case_number.as_deref()), ("示范市中级人民法院", Some("（2026）行初1号")));
    assert_eq!(suit.stands_as(), PartyStanding::ThirdParty);
    assert_eq!(propose(&mut bench, entry(2, json!({"standing": "co_defendant"}))), Err("standing_mismatch"));
    assert_eq!(propose(&mut bench, entry(1, json!({"standing": "third_party"}))), Err("standing_mismatch"));
    assert_eq!(propose(&mut bench, entry(2, json!({"body": "示范市中级人民法院"}))), Err("nothing_to_change"));
    let taken = json!({"body": "示范市中级人民法院", "case_number": "（2026）行初1号"});
    assert_eq!(propose(&mut bench, entry(1, taken)), Err("reference_taken"));
    amend(&mut bench, entry(2, json!({"standing": "respondent"}))).unwrap();
    assert_eq!(bench.case().proceedings[1].standing, None);
}
