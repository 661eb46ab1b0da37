use super::*;
use crate::case::projection::project;
use crate::case::testing::{Bench, REVIEWER, day};
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

fn revoked() -> Value {
    with(body("reconsideration", "revoked"), "cause", json!("poor_search"))
}

fn ordering(body: Value, due_on: &str) -> Value {
    with(body, "order", json!({"what": "重新答复", "kind": "answer_anew", "due_on": due_on}))
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
#[case(1, ordering(revoked(), "2026-09-09"), "date_before_previous")]
#[case(1, ordering(revoked(), "2028-09-11"), "date_out_of_range")]
#[case(1, ordering(revoked(), "2062-09-10"), "date_out_of_range")]
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
fn reconsideration_law_48_a_copy_may_come_after_the_decision_that_was_never_given_before_the_acceptance() {
    let decided = |on: &str| {
        let mut bench = Bench::received("2026-06-01");
        let mut copy = reconsideration("2026-09-09");
        copy["accepted_on"] = json!("2026-09-01");
        bench.go("2026-09-10").take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
        let decision = with(body("reconsideration", "upheld"), "decided_on", json!(on));
        bench.take::<RecordDecision>(REVIEWER, Some(1), decision).map(|_| ()).map_err(|refusal| refusal.code.as_str())
    };
    assert_eq!(decided("2026-09-02"), Ok(()), "the copy came on the 9th");
    assert_eq!(decided("2026-08-31"), Err("date_before_previous"));
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
    bench.take::<RecordDecision>(REVIEWER, Some(1), ordering(revoked(), "2028-09-10")).unwrap();
}

#[rstest]
#[case("upheld")]
#[case("request_rejected")]
#[case("not_accepted")]
#[case("application_dismissed")]
#[case("terminated")]
fn reconsideration_law_64_69_what_corrects_nothing_orders_nothing_and_has_no_cause(#[case] outcome: &str) {
    let mut bench = in_proceedings();
    let mut refused = |body: Value| {
        let refusal = bench.take::<RecordDecision>(REVIEWER, Some(1), body).unwrap_err();
        (refusal.code.as_str(), refusal.errors[0].pointer.clone())
    };
    assert_eq!(refused(ordering(body("reconsideration", outcome), "2026-11-10")), ("order_mismatch", "/order".to_owned()));
    let caused = with(body("reconsideration", outcome), "cause", json!("poor_search"));
    assert_eq!(refused(caused), ("fields_refused", "/cause".to_owned()));
}

#[rstest]
#[case(1, ordering(body("reconsideration", "mediated"), "2026-11-10"))]
#[case(1, with(ordering(body("reconsideration", "terminated"), "2026-11-10"), "ended_by", json!("settlement")))]
#[case(2, ordering(body("court", "mediated"), "2026-11-10"))]
#[case(2, with(with(ordering(body("court", "withdrawal_allowed"), "2026-11-10"), "form", json!("ruling")), "ended_by", json!("settlement")))]
fn reconsideration_law_73_74_what_the_parties_agreed_on_is_due_on_its_day(#[case] n: u32, #[case] body: Value) {
    let mut bench = in_proceedings();
    let case = bench.take::<RecordDecision>(REVIEWER, Some(n), body).unwrap();
    let order = case.proceeding(n).unwrap().decision.as_ref().unwrap().order.clone().unwrap();
    assert_eq!(order.due_on, day("2026-11-10"));
}

#[test]
fn reconsideration_law_77_an_order_says_of_what_kind_it_is() {
    let untold = with(revoked(), "order", json!({"what": "重新答复", "due_on": "2026-11-10"}));
    assert!(serde_json::from_value::<RecordDecision>(untold).unwrap_err().to_string().contains("kind"));
    assert!(serde_json::from_value::<RecordDecision>(ordering(revoked(), "2026-11-10")).is_ok());
}

#[rstest]
#[case("suit_dismissed", "judgment")]
#[case("not_docketed", "judgment")]
#[case("withdrawal_allowed", "judgment")]
#[case("transferred", "judgment")]
#[case("discontinued", "judgment")]
#[case("claim_dismissed", "ruling")]
#[case("revoked", "ruling")]
fn litigation_law_85_the_form_of_what_a_court_decided_follows_from_it(#[case] outcome: &str, #[case] form: &str) {
    let mut bench = in_proceedings();
    let cause = (outcome == "revoked").then_some("poor_search");
    let decided = with(with(body("court", outcome), "form", json!(form)), "cause", json!(cause));
    let refusal = bench.take::<RecordDecision>(REVIEWER, Some(2), decided.clone()).unwrap_err();
    assert_eq!((refusal.code.as_str(), refusal.errors[0].pointer.as_str()), ("outcome_mismatch", "/form"));
    let other = if form == "ruling" { "judgment" } else { "ruling" };
    bench.take::<RecordDecision>(REVIEWER, Some(2), with(decided, "form", json!(other))).unwrap();
}

/// Of the proceeding with this number, the column of table four; the article of its outcome.
fn column(bench: &crate::case::testing::Bench, n: usize) -> (&'static str, &'static str) {
    let article = match bench.case().proceedings[n - 1].decision.as_ref().map(|decision| decision.outcome) {
        Some(Outcome::Reconsideration(outcome)) => outcome.article(),
        Some(Outcome::Court(outcome)) => outcome.article(),
        None => "",
    };
    (project(bench.case(), bench.calendar()).proceedings[n - 1].report_column, article)
}

/// What is an order by its name says what is ordered.
fn named_order(body: Value, outcome: &str) -> Value {
    if outcome.ends_with("_ordered") {
        with(body, "order", json!({"what": "限期履行。", "kind": "other", "due_on": "2026-10-12"}))
    } else {
        body
    }
}

#[rstest]
#[case(1, "reconsideration", "performance_ordered", "复议法 66; 行诉法 70, 72, 73")]
#[case(2, "court", "performance_ordered", "复议法 66; 行诉法 70, 72, 73")]
#[case(2, "court", "new_act_ordered", "复议法 66; 行诉法 70, 72, 73")]
#[case(2, "court", "payment_ordered", "复议法 66; 行诉法 70, 72, 73")]
fn what_orders_by_its_name_says_what_is_ordered(#[case] n: u32, #[case] by: &str, #[case] outcome: &str, #[case] article: &str) {
    let mut bench = in_proceedings();
    let form = (by == "court").then_some("judgment");
    let bare = with(with(body(by, outcome), "cause", json!("poor_search")), "form", json!(form));
    let refusal = bench.take::<RecordDecision>(REVIEWER, Some(n), bare.clone()).unwrap_err();
    assert_eq!((refusal.code.as_str(), refusal.errors[0].pointer.as_str()), ("order_missing", "/order"));
    assert_eq!(refusal.article.as_deref(), Some(article));
    bench.take::<RecordDecision>(REVIEWER, Some(n), named_order(bare, outcome)).unwrap();
}

#[test]
fn an_order_has_a_day_or_a_term_and_names_only_cases_that_the_proceeding_covers() {
    let order = |fields: Value| {
        let mut order = json!({"what": "重新答复", "kind": "other"});
        order.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let taken = in_proceedings().take::<RecordDecision>(REVIEWER, Some(1), with(revoked(), "order", order)).map(|_| ());
        taken.map_err(|refusal| refusal.errors[0].pointer.clone())
    };
    let within = json!({"length": 15, "unit": "natural_days"});
    assert_eq!(order(json!({})), Err("/order/due_on".into()));
    assert_eq!(order(json!({"due_on": "2026-10-12", "within": within})), Err("/order/due_on".into()));
    assert_eq!(order(json!({"due_on": "2026-10-12", "cases": [uuid::Uuid::nil()]})), Err("/order/cases".into()));
    assert_eq!(order(json!({"within": within})), Ok(()));
}

#[rstest]
#[case("upheld", "复议法 68", "upheld")]
#[case("request_rejected", "复议法 69", "upheld")]
#[case("revoked", "复议法 64", "overturned")]
#[case("partly_revoked", "复议法 64", "overturned")]
#[case("changed", "复议法 63", "overturned")]
#[case("performance_ordered", "复议法 66", "overturned")]
#[case("declared_unlawful", "复议法 65", "overturned")]
#[case("declared_unlawful_after_own_revocation", "复议法 65(2)", "overturned")]
#[case("declared_invalid", "复议法 67", "overturned")]
#[case("not_accepted", "复议法 30", "other")]
#[case("application_dismissed", "复议法 33", "other")]
#[case("terminated", "复议法 41, 74", "other")]
#[case("mediated", "复议法 73", "other")]
fn table_four_every_outcome_of_a_reconsideration(#[case] outcome: &str, #[case] article: &str, #[case] lands: &str) {
    let mut bench = in_proceedings();
    assert_eq!(column(&bench, 1), ("pending", ""));
    let cause = (lands == "overturned").then_some("poor_reasons");
    let decided = named_order(with(body("reconsideration", outcome), "cause", json!(cause)), outcome);
    bench.take::<RecordDecision>(REVIEWER, Some(1), decided).unwrap();
    assert_eq!(column(&bench, 1), (lands, article));
}

#[rstest]
#[case("claim_dismissed", "行诉法 69", "upheld")]
#[case("revoked", "行诉法 70", "overturned")]
#[case("partly_revoked", "行诉法 70", "overturned")]
#[case("new_act_ordered", "行诉法 70", "overturned")]
#[case("performance_ordered", "行诉法 72", "overturned")]
#[case("payment_ordered", "行诉法 73", "overturned")]
#[case("declared_unlawful", "行诉法 74", "overturned")]
#[case("declared_invalid", "行诉法 75", "overturned")]
#[case("changed", "行诉法 77", "overturned")]
#[case("not_docketed", "行诉法 51", "other")]
#[case("suit_dismissed", "行诉法 49", "other")]
#[case("withdrawal_allowed", "行诉法 62", "other")]
#[case("deemed_withdrawn", "行诉法 58", "other")]
#[case("transferred", "行诉法 22", "other")]
#[case("discontinued", "行诉解释 88", "other")]
#[case("mediated", "行诉法 60", "other")]
fn table_four_every_outcome_of_a_first_instance(#[case] outcome: &str, #[case] article: &str, #[case] lands: &str) {
    let mut bench = in_proceedings();
    let form = CourtOutcome::from_code(outcome).unwrap().form();
    let cause = (lands == "overturned").then_some("poor_reasons");
    let decided = with(with(body("court", outcome), "form", json!(form)), "cause", json!(cause));
    bench.take::<RecordDecision>(REVIEWER, Some(2), named_order(decided, outcome)).unwrap();
    assert_eq!(column(&bench, 2), (lands, article));
}

#[rstest]
#[case("appeal_dismissed", "行诉法 89", "overturned")]
#[case("appeal_withdrawn", "行诉法 62", "overturned")]
#[case("deemed_withdrawn", "行诉法 58", "overturned")]
#[case("not_docketed", "行诉法 51", "overturned")]
#[case("claim_dismissed", "行诉法 69", "upheld")]
#[case("remanded", "行诉法 89", "pending")]
fn table_four_a_second_instance_decides_the_case_or_leaves_what_stood(#[case] outcome: &str, #[case] article: &str, #[case] lands: &str) {
    let mut bench = in_proceedings();
    let first = with(with(body("court", "revoked"), "form", json!("judgment")), "cause", json!("poor_reasons"));
    bench.take::<RecordDecision>(REVIEWER, Some(2), first).unwrap();
    let mut appeal = suit("second", "direct", Some(2));
    appeal["received_on"] = json!("2026-09-20");
    bench.take::<OpenLitigation>(REVIEWER, None, appeal).unwrap();
    let form = CourtOutcome::from_code(outcome).unwrap().form().unwrap_or(CourtForm::Judgment);
    let mut second = with(body("court", outcome), "form", json!(form));
    (second["decided_on"], second["received_on"]) = (json!("2026-10-20"), json!("2026-10-21"));
    bench.take::<RecordDecision>(REVIEWER, Some(3), second).unwrap();
    assert_eq!(column(&bench, 3), (lands, article));
}

#[test]
fn table_four_what_rests_is_pending() {
    use crate::steps::remedy::course::NoteProceeding;
    let mut bench = in_proceedings();
    bench.take::<NoteProceeding>(REVIEWER, Some(1), json!({"notice": {"what": "suspended"}, "on": "2026-07-10"})).unwrap();
    assert_eq!(column(&bench, 1), ("pending", ""));
}

#[test]
fn reconsideration_law_74_a_reason_is_given_only_for_what_ended_unheard() {
    let mut bench = in_proceedings();
    let upheld = with(body("reconsideration", "upheld"), "ended_by", json!("settlement"));
    let refusal = bench.take::<RecordDecision>(REVIEWER, Some(1), upheld).unwrap_err();
    assert_eq!((refusal.code.as_str(), refusal.errors[0].pointer.as_str()), ("fields_refused", "/ended_by"));
    bench.take::<RecordDecision>(REVIEWER, Some(1), with(body("reconsideration", "terminated"), "ended_by", json!("settlement"))).unwrap();
}
