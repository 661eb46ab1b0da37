use super::*;
use crate::case::projection::project;
use crate::case::testing::{REVIEWER, day};
use crate::steps::fixtures::{in_proceedings, reconsideration, served, suit};
use crate::steps::remedy::answer::AnswerProceeding;
use crate::steps::remedy::open::{OpenLitigation, OpenReconsideration};
use rstest::rstest;
use serde_json::{Value, json};

fn body(by: &str, outcome: &str) -> Value {
    json!({"outcome": {"by": by, "outcome": outcome}, "decided_on": "2026-09-07", "received_on": "2026-09-10"})
}

fn with(mut body: Value, key: &str, value: Value) -> Value {
    body[key] = value;
    body
}

#[rstest]
#[case(1, body("court", "revoked"), "outcome_mismatch")]
#[case(2, body("reconsideration", "upheld"), "outcome_mismatch")]
#[case(2, with(body("court", "appeal_dismissed"), "form", json!("judgment")), "outcome_mismatch")]
#[case(1, with(body("reconsideration", "upheld"), "form", json!("ruling")), "fields_refused")]
#[case(2, body("court", "claim_dismissed"), "fields_refused")]
#[case(1, body("reconsideration", "revoked"), "fields_refused")]
#[case(1, with(body("reconsideration", "upheld"), "decided_on", json!("2026-07-05")), "date_before_previous")]
#[case(1, with(body("reconsideration", "upheld"), "received_on", json!("2026-09-06")), "date_before_previous")]
#[case(1, with(body("reconsideration", "upheld"), "received_on", json!("2026-10-31")), "date_in_future")]
#[case(1, with(body("reconsideration", "upheld"), "order", json!({"what": "重新答复", "due_on": "2026-09-09"})), "date_before_previous")]
#[case(1, with(body("reconsideration", "upheld"), "order", json!({"what": "重新答复", "due_on": "2028-09-11"})), "date_out_of_range")]
#[case(1, with(body("reconsideration", "upheld"), "order", json!({"what": "重新答复", "due_on": "2062-09-10"})), "date_out_of_range")]
#[case(1, with(body("reconsideration", "upheld"), "applicant_received_on", json!("2026-09-06")), "date_before_previous")]
#[case(1, with(body("reconsideration", "upheld"), "applicant_received_on", json!("2026-10-31")), "date_in_future")]
#[case(3, body("reconsideration", "upheld"), "unknown_target")]
fn what_does_not_fit_is_refused(#[case] n: u32, #[case] body: Value, #[case] code: &str) {
    let mut bench = in_proceedings();
    assert_eq!(bench.take::<RecordDecision>(REVIEWER, Some(n), body).unwrap_err().code.as_str(), code);
}

#[test]
fn the_outcome_gives_the_column_of_table_four() {
    let mut bench = in_proceedings();
    let revoked = with(body("reconsideration", "revoked"), "cause", json!("poor_search"));
    bench.take::<RecordDecision>(REVIEWER, Some(1), revoked.clone()).unwrap();
    assert_eq!(bench.take::<RecordDecision>(REVIEWER, Some(1), revoked).unwrap_err().code.as_str(), "already_done");
    let ruling = with(body("court", "suit_dismissed"), "form", json!("ruling"));
    bench.take::<RecordDecision>(REVIEWER, Some(2), ruling).unwrap();
    let columns: Vec<_> = project(bench.case(), bench.calendar()).proceedings.iter().map(|row| row.report_column).collect();
    assert_eq!(columns, ["overturned", "other"]);
    assert!(bench.case().proceedings[1].decision.as_ref().unwrap().ruling);
}

#[test]
fn what_is_not_accepted_may_be_decided_before_the_copy_came_but_not_before_what_it_is_about() {
    let mut bench = in_proceedings();
    let early = with(body("reconsideration", "not_accepted"), "decided_on", json!("2026-05-31"));
    assert_eq!(bench.take::<RecordDecision>(REVIEWER, Some(1), early).unwrap_err().code.as_str(), "date_before_previous");
    let body = with(body("reconsideration", "not_accepted"), "decided_on", json!("2026-07-01"));
    bench.take::<RecordDecision>(REVIEWER, Some(1), body).unwrap();
}

#[test]
fn what_is_not_docketed_comes_after_the_decision_it_follows() {
    let mut bench = in_proceedings();
    let upheld = body("reconsideration", "upheld");
    bench.take::<RecordDecision>(REVIEWER, Some(1), upheld).unwrap();
    let mut copy = suit("first", "after_reconsideration", Some(1));
    copy["received_on"] = json!("2026-10-12");
    bench.take::<OpenLitigation>(REVIEWER, None, copy).unwrap();
    let refused = |on: &str| {
        let ruling = with(body("court", "not_docketed"), "form", json!("ruling"));
        with(with(ruling, "decided_on", json!(on)), "received_on", json!("2026-10-12"))
    };
    assert_eq!(bench.take::<RecordDecision>(REVIEWER, Some(3), refused("2026-09-06")).unwrap_err().code.as_str(), "date_before_previous");
    bench.take::<RecordDecision>(REVIEWER, Some(3), refused("2026-09-07")).unwrap();
}

#[test]
fn what_is_not_accepted_comes_after_the_reply_left() {
    let mut bench = served("2026-08-03", "2026-08-05");
    let mut copy = reconsideration("2026-08-20");
    copy["against"] = json!({"kind": "reply", "n": 1});
    bench.case.as_mut().unwrap().dispatches[0].on = day("2026-08-04");
    bench.go("2026-10-30").take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
    let on = |on: &str| with(body("reconsideration", "not_accepted"), "decided_on", json!(on));
    assert_eq!(bench.take::<RecordDecision>(REVIEWER, Some(1), on("2026-08-03")).unwrap_err().code.as_str(), "date_before_previous");
    bench.take::<RecordDecision>(REVIEWER, Some(1), on("2026-08-04")).unwrap();
}

#[test]
fn the_answer_on_record_was_given_before_the_decision_came() {
    let mut bench = in_proceedings();
    bench.take::<AnswerProceeding>(REVIEWER, Some(1), json!({"on": "2026-09-11"})).unwrap();
    let refusal = bench.take::<RecordDecision>(REVIEWER, Some(1), body("reconsideration", "upheld")).unwrap_err();
    assert_eq!((refusal.code.as_str(), refusal.errors[0].pointer.as_str()), ("date_before_previous", "/received_on"));
    let late = with(body("reconsideration", "upheld"), "received_on", json!("2026-09-11"));
    bench.take::<RecordDecision>(REVIEWER, Some(1), late).unwrap();
}

#[test]
fn an_order_may_run_for_two_years() {
    let mut bench = in_proceedings();
    let order = with(body("reconsideration", "upheld"), "order", json!({"what": "重新答复", "due_on": "2028-09-10"}));
    bench.take::<RecordDecision>(REVIEWER, Some(1), order).unwrap();
}
