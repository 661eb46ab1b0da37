use super::*;
use crate::case::duties::{duties, reply_duty};
use crate::case::event::CaseEvent;
use crate::case::model::{AmendmentState, Closing, Letter};
use crate::case::projection::{ResultRow, project};
use crate::case::testing::{APPROVER, Bench, CLERK, DOCUMENT, REVIEWER, day};
use crate::rules::terms::DutyKind;
use crate::steps::fixtures::{dispatch_event, reconsideration, reply_events, served, served_event, suit};
use crate::steps::handle::extend::ExtendReply;
use crate::steps::mend::amend::AmendCase;
use crate::steps::mend::decide::DecideAmendment;
use crate::steps::mend::revoke::RevokeReply;
use crate::steps::remedy::decide::RecordDecision;
use crate::steps::remedy::open::{OpenLitigation, OpenReconsideration};
use crate::steps::remedy::perform::PerformOrder;
use rstest::rstest;
use serde_json::{Value, json};

fn about_the_reply(mut body: Value, received_on: &str) -> Value {
    body["against"] = json!({"kind": "reply", "n": 1});
    body["received_on"] = json!(received_on);
    body
}

/// Answered on 3 August, challenged in September, closed; now it is September.
fn challenged() -> Bench {
    let mut bench = served("2026-08-03", "2026-08-05");
    let closing = Closing { on: day("2026-08-10"), by: CLERK };
    bench.keep(vec![CaseEvent::CaseClosed { closing }], Vec::new());
    bench.go("2026-09-10");
    bench
}

fn reconsidered() -> Bench {
    let mut bench = challenged();
    bench.take::<OpenReconsideration>(REVIEWER, None, about_the_reply(reconsideration(""), "2026-09-01")).unwrap();
    bench
}

fn corrected(by: &str, outcome: &str, order: Option<&str>) -> Value {
    json!({
        "outcome": {"by": by, "outcome": outcome}, "cause": "poor_search", "form": (by == "court").then_some("judgment"),
        "decided_on": "2026-10-12", "received_on": "2026-10-14",
        "order": order.map(|kind| json!({"what": "限期重新答复。", "kind": kind, "due_on": "2026-11-16"}))
    })
}

fn result(bench: &Bench) -> Option<ResultRow> {
    project(bench.case(), bench.calendar()).result
}

fn reply_due(bench: &Bench) -> (String, String, bool) {
    let all = duties(bench.case(), bench.calendar());
    let duty = reply_duty(&all).unwrap();
    (duty.due_on.to_string(), duty.article.clone(), duty.open)
}

/// The ordered reply is issued and posted on a day.
fn answered_anew(bench: &mut Bench, on: &str) {
    bench.go(on);
    let n = u32::try_from(bench.case().replies.len()).unwrap() + 1;
    let events = reply_events(bench.case(), day(on));
    bench.keep(events, Vec::new());
    let sent = dispatch_event(bench.case(), Letter::Reply { n }, day(on));
    let dispatch = u32::try_from(bench.case().dispatches.len()).unwrap() + 1;
    bench.keep(vec![sent, served_event(dispatch, day(on))], Vec::new());
}

#[rstest]
#[case("answer_anew")]
#[case("disclose")]
#[case("provide_otherwise")]
#[case("separate")]
fn reconsideration_law_64_66_an_order_opens_a_round_by_the_body_s_date_and_the_row_stays(#[case] kind: &str) {
    let mut bench = reconsidered();
    let row = result(&bench).unwrap();
    bench.go("2026-10-14").take::<RecordDecision>(REVIEWER, Some(1), corrected("reconsideration", "revoked", Some(kind))).unwrap();
    let case = bench.case();
    assert_eq!((case.stage, case.round(), case.replies[0].state), (Stage::Registered, 2, ReplyState::SetAside));
    assert!(case.closing.is_none(), "a closed case is open again");
    assert_eq!(case.counting_reply().map(|reply| reply.n), Some(1));
    assert_eq!(case.standing_reply(), None);
    assert_eq!(reply_due(&bench), ("2026-11-16".into(), "复议法 77".into(), true));
    assert_eq!(result(&bench), Some(row.clone()), "the counting row stays while the round runs");
    answered_anew(&mut bench, "2026-11-10");
    assert_eq!(bench.case().standing_reply().map(|reply| reply.n), Some(2));
    assert_eq!(reply_due(&bench), ("2026-11-16".into(), "复议法 77".into(), false));
    assert_eq!(result(&bench), Some(row), "and when it was answered");
    let performed = |n: u32, on: &str| json!({"on": on, "how": "已重新答复。", "proof": {"kind": "reply", "n": n}});
    assert_eq!(
        bench.take::<PerformOrder>(REVIEWER, Some(1), performed(1, "2026-11-10")).unwrap_err().code.as_str(),
        "performance_unproved"
    );
    assert_eq!(bench.take::<PerformOrder>(REVIEWER, Some(1), performed(3, "2026-11-10")).unwrap_err().code.as_str(), "unknown_reference");
    assert_eq!(
        bench.take::<PerformOrder>(REVIEWER, Some(1), performed(2, "2026-11-09")).unwrap_err().code.as_str(),
        "date_before_previous"
    );
    bench.take::<PerformOrder>(REVIEWER, Some(1), performed(2, "2026-11-10")).unwrap();
    let order = bench.case().proceedings[0].decision.as_ref().unwrap().order.clone().unwrap();
    assert_eq!((order.performed_on, order.proof), (Some(day("2026-11-10")), Some(crate::case::model::OrderProof::Reply { n: 2 })));
}

fn by_paper(on: &str) -> Value {
    json!({"on": on, "how": "已履行。", "proof": {"kind": "document", "document_id": DOCUMENT}})
}

#[test]
fn reconsideration_law_77_an_order_to_answer_anew_is_performed_by_the_new_reply_and_no_paper() {
    let mut bench = reconsidered();
    bench.go("2026-10-14").take::<RecordDecision>(REVIEWER, Some(1), corrected("reconsideration", "revoked", Some("answer_anew"))).unwrap();
    let refusal = bench.take::<PerformOrder>(REVIEWER, Some(1), by_paper("2026-10-14")).unwrap_err();
    assert_eq!((refusal.code.as_str(), refusal.errors[0].pointer.as_str()), ("performance_unproved", "/proof"));
    answered_anew(&mut bench, "2026-11-10");
    bench.take::<PerformOrder>(REVIEWER, Some(1), by_paper("2026-11-10")).unwrap();
}

#[test]
fn litigation_law_94_nothing_is_performed_by_paper_before_the_judgment_has_force() {
    let mut bench = challenged();
    bench.take::<OpenLitigation>(REVIEWER, None, about_the_reply(suit("first", "direct", None), "2026-09-01")).unwrap();
    bench.go("2026-10-14").take::<RecordDecision>(REVIEWER, Some(1), corrected("court", "new_act_ordered", Some("answer_anew"))).unwrap();
    assert_eq!(bench.take::<PerformOrder>(REVIEWER, Some(1), by_paper("2026-10-14")).unwrap_err().code.as_str(), "performance_unproved");
}

#[rstest]
#[case("refrain")]
#[case("correct_record")]
#[case("other")]
fn what_asks_for_no_reply_opens_no_round(#[case] kind: &str) {
    let mut bench = reconsidered();
    bench.go("2026-10-14").take::<RecordDecision>(REVIEWER, Some(1), corrected("reconsideration", "revoked", Some(kind))).unwrap();
    assert_eq!((bench.case().stage, bench.case().round()), (Stage::Closed, 1));
    let refusal = bench.take::<OrderRound>(REVIEWER, Some(1), json!({})).unwrap_err();
    assert_eq!(refusal.code.as_str(), "no_round_ordered");
}

#[test]
fn an_order_to_answer_where_there_was_no_reply_is_a_performance_and_no_round() {
    let mut bench = Bench::received("2026-08-03");
    bench.go("2026-10-14").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-09-02")).unwrap();
    let body = corrected("reconsideration", "performance_ordered", Some("answer_anew"));
    bench.take::<RecordDecision>(REVIEWER, Some(1), body).unwrap();
    assert_eq!((bench.case().stage, bench.case().round()), (Stage::Received, 1));
    let all = duties(bench.case(), bench.calendar());
    let order = all.iter().find(|duty| duty.kind == DutyKind::PerformOrder).unwrap();
    assert_eq!((order.due_on, order.open), (day("2026-11-16"), true));
}

#[test]
fn litigation_law_85_a_judgment_under_appeal_opens_nothing_and_one_in_force_does() {
    let sued = || {
        let mut bench = challenged();
        bench.take::<OpenLitigation>(REVIEWER, None, about_the_reply(suit("first", "direct", None), "2026-09-01")).unwrap();
        bench
            .go("2026-10-14")
            .take::<RecordDecision>(REVIEWER, Some(1), corrected("court", "new_act_ordered", Some("answer_anew")))
            .unwrap();
        assert_eq!(bench.case().round(), 1, "its term of appeal runs");
        bench
    };
    let mut bench = sued();
    // Fifteen days from 14 October are over with the 29th.
    assert_eq!(bench.go("2026-10-29").take::<OrderRound>(REVIEWER, Some(1), json!({})).unwrap_err().code.as_str(), "no_round_ordered");
    bench.go("2026-10-30").take::<OrderRound>(REVIEWER, Some(1), json!({})).unwrap();
    assert_eq!((bench.case().stage, bench.case().round()), (Stage::Registered, 2));
    assert_eq!(reply_due(&bench), ("2026-11-16".into(), "行诉法 94".into(), true));

    let mut appealed = sued();
    let second = about_the_reply(suit("second", "direct", Some(1)), "2026-10-28");
    appealed.go("2026-10-30").take::<OpenLitigation>(REVIEWER, None, second).unwrap();
    assert_eq!(appealed.take::<OrderRound>(REVIEWER, Some(1), json!({})).unwrap_err().code.as_str(), "no_round_ordered");
    let dismissed = json!({
        "outcome": {"by": "court", "outcome": "appeal_dismissed"}, "form": "judgment", "decided_on": "2026-12-01", "received_on": "2026-12-02"
    });
    appealed.go("2026-12-02").take::<RecordDecision>(REVIEWER, Some(2), dismissed).unwrap();
    assert_eq!((appealed.case().round(), appealed.case().ordered_rounds[0].proceeding), (2, 1), "the judgment below stands now");

    let mut replaced = sued();
    let second = about_the_reply(suit("second", "direct", Some(1)), "2026-10-28");
    replaced.go("2026-10-30").take::<OpenLitigation>(REVIEWER, None, second).unwrap();
    let changed = json!({
        "outcome": {"by": "court", "outcome": "claim_dismissed"}, "form": "judgment", "decided_on": "2026-12-01", "received_on": "2026-12-02"
    });
    replaced.go("2026-12-02").take::<RecordDecision>(REVIEWER, Some(2), changed).unwrap();
    assert_eq!(replaced.case().round(), 1, "the judgment below is replaced");
}

#[test]
fn a_round_taken_back_by_the_agency_itself_keeps_the_body_s_date_and_the_first_row() {
    let mut bench = reconsidered();
    let row = result(&bench);
    bench.go("2026-10-14").take::<RecordDecision>(REVIEWER, Some(1), corrected("reconsideration", "revoked", Some("answer_anew"))).unwrap();
    answered_anew(&mut bench, "2026-10-20");
    bench.go("2026-10-22").take::<RevokeReply>(APPROVER, Some(2), json!({"reason": "又有遗漏。"})).unwrap();
    assert_eq!((bench.case().round(), reply_due(&bench)), (3, ("2026-11-16".into(), "复议法 77".into(), true)));
    answered_anew(&mut bench, "2026-10-26");
    assert_eq!(result(&bench), row);
}

#[test]
fn nothing_of_article_33_lengthens_the_body_s_date() {
    let mut bench = reconsidered();
    bench.go("2026-10-14").take::<RecordDecision>(REVIEWER, Some(1), corrected("reconsideration", "revoked", Some("answer_anew"))).unwrap();
    let refusal = bench.take::<ExtendReply>(APPROVER, None, json!({"working_days": 5, "reasons": "档案分散。"})).unwrap_err();
    assert_eq!((refusal.code.as_str(), refusal.article.as_deref()), ("no_period_runs", Some("复议法 77; 行诉法 94")));
}

#[test]
fn a_performance_is_owed_until_a_paper_proves_it() {
    let mut bench = reconsidered();
    bench.go("2026-10-14").take::<RecordDecision>(REVIEWER, Some(1), corrected("reconsideration", "revoked", Some("other"))).unwrap();
    bench.go("2026-11-10");
    let body = |proof: Value| json!({"on": "2026-11-10", "how": "已更正。", "proof": proof});
    let refusal = bench.take::<PerformOrder>(REVIEWER, Some(1), body(json!(null))).unwrap_err();
    assert_eq!((refusal.code.as_str(), refusal.errors[0].pointer.as_str()), ("performance_unproved", "/proof"));
    bench.take::<PerformOrder>(REVIEWER, Some(1), body(json!({"kind": "document", "document_id": DOCUMENT}))).unwrap();
    assert!(crate::case::documents::of(bench.case()).contains(&DOCUMENT));
}

#[test]
fn reconsideration_law_68_a_decision_that_upholds_opens_nothing_whatever_it_was_entered_with() {
    let mut bench = reconsidered();
    let refusal = bench
        .go("2026-10-14")
        .take::<RecordDecision>(
            REVIEWER,
            Some(1),
            json!({
                "outcome": {"by": "reconsideration", "outcome": "upheld"}, "decided_on": "2026-10-12", "received_on": "2026-10-14",
                "order": {"what": "限期重新答复。", "kind": "answer_anew", "due_on": "2026-11-16"}
            }),
        )
        .unwrap_err();
    assert_eq!(refusal.code.as_str(), "order_mismatch");
    // One that stands from before that was asked.
    bench.take::<RecordDecision>(REVIEWER, Some(1), corrected("reconsideration", "revoked", Some("other"))).unwrap();
    let decision = bench.case.as_mut().unwrap().proceedings[0].decision.as_mut().unwrap();
    decision.outcome = crate::case::model::Outcome::Reconsideration(crate::rules::outcomes::ReconsiderationOutcome::Upheld);
    decision.order.as_mut().unwrap().kind = Some(OrderKind::AnswerAnew);
    let refusal = bench.take::<OrderRound>(REVIEWER, Some(1), json!({})).unwrap_err();
    assert_eq!(refusal.code.as_str(), "no_round_ordered");
}

#[test]
fn reconsideration_law_66_an_order_against_silence_takes_the_late_reply_back_and_its_row_stays() {
    let silent = || {
        let mut bench = challenged();
        bench.take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-09-01")).unwrap();
        bench
    };
    let mut bench = silent();
    let row = result(&bench).unwrap();
    let body = corrected("reconsideration", "performance_ordered", Some("answer_anew"));
    bench.go("2026-10-14").take::<RecordDecision>(REVIEWER, Some(1), body.clone()).unwrap();
    assert_eq!((bench.case().stage, bench.case().round(), bench.case().ordered_rounds[0].reply), (Stage::Registered, 2, 1));
    assert_eq!(result(&bench), Some(row), "domain 4: the row of the late reply stays");

    // A reply that left only after the decision performs it.
    let mut performed = silent();
    performed.case.as_mut().unwrap().dispatches[0].on = day("2026-10-13");
    performed.go("2026-10-14").take::<RecordDecision>(REVIEWER, Some(1), body).unwrap();
    assert_eq!(performed.case().round(), 1);
    assert_eq!(performed.take::<OrderRound>(REVIEWER, Some(1), json!({})).unwrap_err().code.as_str(), "no_round_ordered");
}

#[test]
fn reconsideration_law_77_an_amended_date_of_the_order_moves_the_reply_it_ordered() {
    let mut bench = reconsidered();
    bench.go("2026-10-14").take::<RecordDecision>(REVIEWER, Some(1), corrected("reconsideration", "revoked", Some("answer_anew"))).unwrap();
    assert_eq!(reply_due(&bench).0, "2026-11-16");
    let change = json!({"subject": "proceeding", "proceeding": 1, "order_due_on": "2026-11-06", "decision_received_on": "2026-10-13"});
    bench.take::<AmendCase>(CLERK, None, json!({"change": change, "reason": "期限录入有误。"})).unwrap();
    if bench.case().amendments[0].state == AmendmentState::Proposed {
        bench.take::<DecideAmendment>(APPROVER, Some(1), json!({"verdict": "approved"})).unwrap();
    }
    assert_eq!(reply_due(&bench).0, "2026-11-06");
    let (ordered, due) = crate::case::duties::ordered_round(bench.case(), 2, bench.calendar()).unwrap();
    assert_eq!((ordered.from_on, ordered.due_on), (day("2026-10-13"), day("2026-11-06")));
    assert_eq!((due.on, due.provisional), (ordered.due_on, false), "a day that the decision names is no count");
}
