use super::*;
use crate::case::event::CaseEvent;
use crate::case::model::Letter;
use crate::case::testing::{APPROVER, Bench, CLERK, DOCUMENT, REVIEWER, day};
use crate::rules::remedies::RemedyPath;
use crate::steps::fixtures::{decided, dispatch_event, in_proceedings, issued, reconsideration, reply_events, served_event, suit};
use crate::steps::mend::amend::AmendCase;
use crate::steps::mend::decide::DecideAmendment;
use crate::steps::register::enter::RegisterCase;
use crate::steps::remedy::answer::AnswerProceeding;
use crate::steps::remedy::decide::RecordDecision;
use crate::steps::remedy::open::{OpenLitigation, OpenReconsideration};
use serde_json::{Value, json};

fn codes(bench: &Bench) -> Vec<(&'static str, &'static str)> {
    of_proceedings(bench.case(), bench.calendar(), Language::English).iter().map(|warning| (warning.code, warning.article)).collect()
}

/// Answered and served in June; the remedy paragraph of the reply names this way.
fn replied(path: RemedyPath) -> Bench {
    let mut bench = Bench::received("2026-06-01");
    bench.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
    let mut events = reply_events(bench.case(), day("2026-06-01"));
    if let Some(CaseEvent::ReplyIssued { reply }) = events.last_mut() {
        reply.remedy.path = path;
    }
    bench.keep(events, Vec::new());
    let sent = dispatch_event(bench.case(), Letter::Reply { n: 1 }, day("2026-06-01"));
    bench.keep(vec![sent, served_event(1, day("2026-06-03"))], Vec::new());
    bench.go("2026-08-03");
    bench
}

fn against_reply(mut body: Value) -> Value {
    body["against"] = json!({"kind": "reply", "n": 1});
    body
}

#[test]
fn reconsideration_law_23_a_direct_suit_over_a_denial_is_to_be_objected_to() {
    let mut bench = replied(RemedyPath::ReconsiderationFirst);
    bench.take::<OpenLitigation>(REVIEWER, None, against_reply(suit("first", "direct", None))).unwrap();
    assert_eq!(codes(&bench), [("reconsideration_skipped", "复议法 23(1)(4)")]);
    let mut bench = replied(RemedyPath::FreeChoice);
    bench.take::<OpenLitigation>(REVIEWER, None, against_reply(suit("first", "direct", None))).unwrap();
    assert_eq!(codes(&bench), []);
}

#[test]
fn article_33_silence_is_claimed_of_a_case_answered_in_time() {
    let mut bench = replied(RemedyPath::FreeChoice);
    bench.take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-07-06")).unwrap();
    assert_eq!(codes(&bench), [("answered_in_time", "33(2)")]);
    let mut bench = Bench::received("2026-06-01");
    bench.go("2026-08-03").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-07-06")).unwrap();
    assert_eq!(codes(&bench), [], "nothing was answered");
    let mut bench = issued("2026-06-01");
    bench.go("2026-08-03").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-07-06")).unwrap();
    assert_eq!(codes(&bench), [], "what has not left answers nothing");
}

#[test]
fn reconsideration_law_24_another_body_than_the_reply_named() {
    let opened = |body: &str| {
        let mut bench = replied(RemedyPath::FreeChoice);
        let mut copy = against_reply(reconsideration("2026-07-06"));
        copy["body"] = json!(body);
        bench.take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
        codes(&bench)
    };
    assert_eq!(opened("示范市市场监督管理局"), [("other_body", "复议法 24")]);
    assert_eq!(opened("旧名区政府"), [], "the same, written short");
}

#[test]
fn reconsideration_law_70_and_litigation_law_34_a_late_answer_counts_as_none() {
    let answered = |on: &str| {
        let mut bench = in_proceedings();
        bench.take::<AnswerProceeding>(REVIEWER, Some(1), json!({"on": on, "document_id": DOCUMENT})).unwrap();
        codes(&bench)
    };
    // The copy came on 6 July: ten working days end on the 20th.
    assert_eq!(answered("2026-07-20"), []);
    assert_eq!(answered("2026-07-21"), [("answered_late", "复议法 70")]);
    let mut bench = in_proceedings();
    // The claim came on 3 August: fifteen days end on the 18th.
    bench.take::<AnswerProceeding>(REVIEWER, Some(2), json!({"on": "2026-08-19", "document_id": DOCUMENT})).unwrap();
    assert_eq!(codes(&bench), [("answered_late", "行诉法 34")]);
}

#[test]
fn reconsideration_law_48_an_answer_is_in_writing() {
    let mut bench = in_proceedings();
    bench.take::<AnswerProceeding>(REVIEWER, Some(1), json!({"on": "2026-07-06"})).unwrap();
    assert_eq!(codes(&bench), [("answer_without_paper", "复议法 48")]);
    decided(&mut bench, 1, json!({"by": "reconsideration", "outcome": "upheld"}));
    assert_eq!(codes(&bench), [], "it is over");
}

#[test]
fn reconsideration_law_64_a_revoked_reply_without_an_order_leaves_the_application_unanswered() {
    let revoked = |order: Value| {
        let mut bench = replied(RemedyPath::FreeChoice);
        bench.take::<OpenReconsideration>(REVIEWER, None, against_reply(reconsideration("2026-07-06"))).unwrap();
        let body = json!({
            "outcome": {"by": "reconsideration", "outcome": "revoked"}, "cause": "poor_search", "order": order,
            "decided_on": "2026-07-20", "received_on": "2026-07-20"
        });
        bench.take::<RecordDecision>(REVIEWER, Some(1), body).unwrap();
        codes(&bench)
    };
    assert_eq!(revoked(json!(null)), [("revoked_without_order", "复议法 64")]);
    assert_eq!(revoked(json!({"what": "重新答复。", "kind": "answer_anew", "due_on": "2026-08-20"})), []);
}

#[test]
fn litigation_law_82_and_85_a_second_instance_is_no_summary_one_and_an_appeal_has_its_term() {
    let appealed = |appealed_on: &str, procedure: &str| {
        let mut bench = in_proceedings();
        decided(&mut bench, 2, json!({"by": "court", "outcome": "claim_dismissed"}));
        let mut body = suit("second", "direct", Some(2));
        body["procedure"] = json!(procedure);
        body["received_on"] = json!("2026-09-10");
        body["appellant"] = json!("agency");
        body["appealed_on"] = json!(appealed_on);
        bench.take::<OpenLitigation>(REVIEWER, None, body).unwrap();
        codes(&bench)
    };
    // Served on 3 August: fifteen days end on the 18th.
    assert_eq!(appealed("2026-08-18", "ordinary"), []);
    assert_eq!(appealed("2026-08-19", "ordinary"), [("appealed_late", "行诉法 85")]);
    assert_eq!(appealed("2026-08-18", "summary"), [("summary_not_here", "行诉法 82")]);
}

#[test]
fn reconsideration_law_30_and_65_an_outcome_that_does_not_fit_what_went_before() {
    let mut bench = Bench::received("2026-06-01");
    let mut copy = reconsideration("2026-07-06");
    copy["accepted_on"] = json!("2026-07-03");
    bench.go("2026-08-03").take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
    decided(&mut bench, 1, json!({"by": "reconsideration", "outcome": "not_accepted"}));
    assert_eq!(codes(&bench), [("accepted_before", "复议法 30")]);
    let mut bench = in_proceedings();
    let body = json!({
        "outcome": {"by": "reconsideration", "outcome": "declared_unlawful_after_own_revocation"}, "cause": "poor_search",
        "decided_on": "2026-09-07", "received_on": "2026-09-10"
    });
    bench.take::<RecordDecision>(REVIEWER, Some(1), body).unwrap();
    assert_eq!(codes(&bench), [("nothing_was_revoked", "复议法 65(2)")]);
}

#[test]
fn a_warning_names_the_proceeding_in_the_language_of_the_reader() {
    let mut bench = replied(RemedyPath::ReconsiderationFirst);
    let mut body = against_reply(suit("first", "direct", None));
    body["case_number"] = json!("（2026）示行初8号");
    bench.take::<OpenLitigation>(REVIEWER, None, body).unwrap();
    let said = |language| of_proceedings(bench.case(), bench.calendar(), language).remove(0).detail;
    assert!(said(Language::Chinese).starts_with("诉讼 （2026）示行初8号：所诉答复"));
    assert!(said(Language::English).starts_with("proceeding 1 (（2026）示行初8号): the reply denies"));
}

#[test]
fn reconsideration_law_30_a_second_one_of_the_same_reply_is_looked_at_twice() {
    let mut bench = replied(RemedyPath::FreeChoice);
    for number in ["示复〔2026〕1号", "示复〔2026〕2号"] {
        let mut copy = against_reply(reconsideration("2026-07-06"));
        (copy["case_number"], copy["body"]) = (json!(number), json!("旧名区政府"));
        bench.take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
    }
    assert_eq!(codes(&bench), [("another_pending", "复议法 30(1)")]);
    decided(&mut bench, 1, json!({"by": "reconsideration", "outcome": "not_accepted"}));
    assert_eq!(codes(&bench), [], "the first is over");
}

#[test]
fn litigation_law_26_an_amended_outcome_below_a_suit_is_seen_in_the_suit() {
    let mut bench = Bench::received("2026-01-05");
    let mut copy = reconsideration("2026-05-06");
    copy["accepted_on"] = json!("2026-05-01");
    bench.go("2026-10-30").take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
    let outcome = |outcome: &str| json!({"by": "reconsideration", "outcome": outcome});
    let upheld = json!({"outcome": outcome("upheld"), "decided_on": "2026-06-01", "received_on": "2026-06-02"});
    bench.take::<RecordDecision>(REVIEWER, Some(1), upheld).unwrap();
    bench.take::<OpenLitigation>(REVIEWER, None, suit("first", "after_reconsideration", Some(1))).unwrap();
    let seen = |bench: &Bench| codes(bench).into_iter().any(|(code, _)| code == "standing_differs");
    assert!(!seen(&bench));
    let change = json!({"subject": "decision", "proceeding": 1, "outcome": outcome("changed"), "cause": "wrong_article"});
    bench.take::<AmendCase>(CLERK, None, json!({"change": change, "reason": "结果登记有误。"})).unwrap();
    bench.take::<DecideAmendment>(APPROVER, Some(1), json!({"verdict": "approved"})).unwrap();
    assert!(seen(&bench));
    let change = json!({"subject": "proceeding_entry", "proceeding": 2, "standing": "third_party"});
    bench.take::<AmendCase>(CLERK, None, json!({"change": change, "reason": "诉讼地位随之更正。"})).unwrap();
    bench.take::<DecideAmendment>(APPROVER, Some(2), json!({"verdict": "approved"})).unwrap();
    assert!(!seen(&bench));
}
