//! Duties of proceedings against domain 5.2, on dates where a holiday moves the end; and what an erratum or a late return does.

use super::*;
use crate::case::event::CaseEvent;
use crate::case::model::Closing;
use crate::case::testing::{APPROVER, Bench, CLERK, DOCUMENT, REVIEWER, day};
use crate::rules::remedies::RemedyPath;
use crate::rules::terms::DutyOwner;
use crate::steps::fixtures::{decided, dispatch_event, private, reconsideration, reply_events, served, served_event, suit};
use crate::steps::mail::delivery::RecordDelivery;
use crate::steps::mail::dispatch::DispatchLetter;
use crate::steps::mend::amend::AmendCase;
use crate::steps::mend::revoke::RevokeReply;
use crate::steps::register::enter::RegisterCase;
use crate::steps::remedy::decide::RecordDecision;
use crate::steps::remedy::open::{OpenLitigation, OpenReconsideration};
use crate::steps::remedy::perform::PerformOrder;
use rstest::rstest;
use serde_json::{Value, json};

fn of(bench: &Bench, kind: DutyKind, ordinal: u32) -> Option<Duty> {
    duties(bench.case(), bench.calendar()).into_iter().find(|duty| (duty.kind, duty.ordinal) == (kind, ordinal))
}

fn reviewed(received_on: &str, procedure: &str) -> Bench {
    let mut bench = Bench::received("2026-01-05");
    let mut body = reconsideration(received_on);
    body["procedure"] = json!(procedure);
    bench.go("2026-12-31").take::<OpenReconsideration>(REVIEWER, None, body).unwrap();
    bench
}

fn sued(received_on: &str) -> Bench {
    let mut bench = Bench::received("2026-01-05");
    let mut body = suit("first", "direct", None);
    body["received_on"] = json!(received_on);
    bench.go("2026-12-31").take::<OpenLitigation>(REVIEWER, None, body).unwrap();
    bench
}

/// 25-27 September and 1-7 October 2026 are off, 20 September and 10 October are worked.
#[rstest]
#[case("ordinary", "2026-09-22", "2026-10-13", "复议法 48")]
#[case("summary", "2026-09-22", "2026-09-30", "复议法 54")]
#[case("summary", "2026-09-18", "2026-09-24", "复议法 54")]
#[case("ordinary", "2026-02-13", "2026-03-05", "复议法 48")]
fn l4_the_answer_to_the_body_runs_in_working_days(
    #[case] procedure: &str,
    #[case] received_on: &str,
    #[case] due_on: &str,
    #[case] article: &str,
) {
    let duty = of(&reviewed(received_on, procedure), DutyKind::AnswerReconsideration, 1).unwrap();
    assert_eq!((duty.due_on, duty.article.as_str(), duty.open, duty.basis), (day(due_on), article, true, Basis::Law));
}

#[rstest]
#[case("2026-09-16", "2026-10-08")]
#[case("2026-06-01", "2026-06-16")]
#[case("2026-06-04", "2026-06-22")]
fn l9_the_defence_runs_in_natural_days_and_gives_way_to_rest_days(#[case] received_on: &str, #[case] due_on: &str) {
    let duty = of(&sued(received_on), DutyKind::DefendLitigation, 1).unwrap();
    assert_eq!((duty.due_on, duty.article.as_str()), (day(due_on), "行诉法 67"));
}

#[rstest]
#[case(("judgment", "claim_dismissed"), "2026-04-20", "2026-05-06")]
#[case(("ruling", "suit_dismissed"), "2026-04-21", "2026-05-06")]
#[case(("judgment", "claim_dismissed"), "2026-06-01", "2026-06-16")]
#[case(("ruling", "suit_dismissed"), "2026-06-01", "2026-06-11")]
fn l10_the_appeal_runs_15_days_from_a_judgment_10_from_a_ruling(
    #[case] (form, outcome): (&str, &str),
    #[case] received_on: &str,
    #[case] due_on: &str,
) {
    let mut bench = sued("2026-03-02");
    let body = json!({
        "outcome": {"by": "court", "outcome": outcome}, "decided_on": received_on, "received_on": received_on, "form": form
    });
    bench.take::<RecordDecision>(REVIEWER, Some(1), body).unwrap();
    let duty = of(&bench, DutyKind::Appeal, 1).unwrap();
    assert_eq!((duty.due_on, duty.article.as_str()), (day(due_on), "行诉法 85"));
    assert!(is_right(duty.kind) && !of(&bench, DutyKind::DefendLitigation, 1).unwrap().open, "nothing is left to defend");
}

#[test]
fn l10_there_is_no_appeal_from_a_second_instance() {
    let mut bench = sued("2026-03-02");
    decided(&mut bench, 1, json!({"by": "court", "outcome": "claim_dismissed"}));
    bench.take::<OpenLitigation>(REVIEWER, None, suit("second", "direct", Some(1))).unwrap();
    assert_eq!(of(&bench, DutyKind::Appeal, 1).unwrap().met_on, Some(day("2026-08-03")));
    decided(&mut bench, 2, json!({"by": "court", "outcome": "appeal_dismissed"}));
    assert_eq!(of(&bench, DutyKind::Appeal, 2), None);
}

#[test]
fn l7_the_applicant_may_sue_15_days_after_the_decision() {
    let mut bench = reviewed("2026-08-03", "ordinary");
    let body = json!({"outcome": {"by": "reconsideration", "outcome": "upheld"}, "decided_on": "2026-09-15", "received_on": "2026-09-18"});
    bench.take::<RecordDecision>(REVIEWER, Some(1), body).unwrap();
    let duty = of(&bench, DutyKind::SueAfterReconsideration, 1).unwrap();
    assert_eq!((duty.due_on, duty.article.as_str()), (day("2026-10-08"), "行诉法 45"));
    let mut suit = suit("first", "after_reconsideration", Some(1));
    suit["received_on"] = json!("2026-10-20");
    bench.take::<OpenLitigation>(REVIEWER, None, suit).unwrap();
    assert_eq!(of(&bench, DutyKind::SueAfterReconsideration, 1).unwrap().met_on, Some(day("2026-10-20")));
}

#[test]
fn l7_the_term_runs_from_the_applicants_own_receipt_where_it_is_known() {
    let mut bench = reviewed("2026-08-03", "ordinary");
    let body = json!({
        "outcome": {"by": "reconsideration", "outcome": "upheld"}, "decided_on": "2026-09-01", "received_on": "2026-09-03",
        "applicant_received_on": "2026-09-07"
    });
    bench.take::<RecordDecision>(REVIEWER, Some(1), body).unwrap();
    let duty = of(&bench, DutyKind::SueAfterReconsideration, 1).unwrap();
    assert_eq!((duty.from_on, duty.due_on), (day("2026-09-07"), day("2026-09-22")));
}

#[test]
fn l7_where_the_body_does_not_decide_the_applicant_may_sue_from_the_end_of_its_period() {
    let mut bench = Bench::received("2026-01-05");
    let mut copy = reconsideration("2026-06-03");
    copy["accepted_on"] = json!("2026-06-01");
    bench.go("2026-12-31").take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
    let duty = of(&bench, DutyKind::SueAfterReconsideration, 1).unwrap();
    assert_eq!(
        (duty.from_on, duty.due_on, duty.article.as_str()),
        (day("2026-07-31"), day("2026-08-17"), "行诉法 45"),
        "15 August is a Saturday"
    );
    assert!(duty.open && !duty.begun(bench.case(), day("2026-07-31")) && duty.begun(bench.case(), day("2026-08-01")));
    let mut early = suit("first", "after_reconsideration", Some(1));
    early["received_on"] = json!("2026-07-31");
    let refusal = bench.take::<OpenLitigation>(REVIEWER, None, early).unwrap_err();
    assert_eq!((refusal.code.as_str(), refusal.errors[0].pointer.as_str()), ("preceding_missing", "/follows"));
    bench.take::<OpenLitigation>(REVIEWER, None, suit("first", "after_reconsideration", Some(1))).unwrap();
    assert_eq!(of(&bench, DutyKind::SueAfterReconsideration, 1).unwrap().met_on, Some(day("2026-08-03")));
}

#[test]
fn l7_a_decision_that_comes_late_starts_the_term_by_its_receipt_and_shows_at_once() {
    let mut bench = Bench::received("2026-01-05");
    let mut copy = reconsideration("2026-06-03");
    copy["accepted_on"] = json!("2026-06-01");
    bench.go("2026-12-31").take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
    let body = json!({"outcome": {"by": "reconsideration", "outcome": "upheld"}, "decided_on": "2026-08-03", "received_on": "2026-08-05"});
    bench.take::<RecordDecision>(REVIEWER, Some(1), body).unwrap();
    let duty = of(&bench, DutyKind::SueAfterReconsideration, 1).unwrap();
    assert!(duty.from_on == day("2026-08-05") && duty.begun(bench.case(), day("2026-08-05")));
}

#[test]
fn l7_without_the_day_of_acceptance_no_end_of_the_period_is_made_up() {
    let bench = reviewed("2026-06-03", "ordinary");
    assert_eq!(of(&bench, DutyKind::SueAfterReconsideration, 1), None);
}

#[rstest]
#[case("2026-06-10", Some("2026-06-10"))]
#[case("2026-06-11", None)]
fn l3_a_receipt_of_the_copy_past_the_term_proves_nothing_about_its_sending(#[case] received_on: &str, #[case] met_on: Option<&str>) {
    let mut bench = Bench::received("2026-01-05");
    let mut copy = reconsideration(received_on);
    copy["accepted_on"] = json!("2026-06-01");
    bench.go("2026-06-30").take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
    let duty = of(&bench, DutyKind::SendCopy, 1).unwrap();
    assert_eq!((duty.due_on, duty.met_on, duty.open), (day("2026-06-10"), met_on.map(day), false));
}

/// Received on 5 January 2026: the reply is due on 2 February.
fn silent() -> Bench {
    let mut bench = Bench::received("2026-01-05");
    bench.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
    bench
}

const SILENCE: [DutyKind; 2] = [DutyKind::ReconsiderSilence, DutyKind::SueOverSilence];

#[test]
fn l1_l8a_the_terms_against_silence_run_from_the_end_of_the_reply_period_and_begin_after_it() {
    let bench = silent();
    let found = SILENCE.map(|kind| of(&bench, kind, 1).unwrap());
    assert!(found.iter().all(|duty| duty.open && duty.from_on == day("2026-02-02") && duty.kind.owed_by() == DutyOwner::Applicant));
    let terms = found.clone().map(|duty| (duty.due_on, duty.article));
    assert_eq!(
        terms,
        [(day("2026-04-03"), "复议法 20(1)".to_owned()), (day("2026-08-03"), "行诉解释 66".to_owned())],
        "2 August is a Sunday"
    );
    assert!(found.iter().all(|duty| !duty.begun(bench.case(), day("2026-02-02")) && duty.begun(bench.case(), day("2026-02-03"))));
}

#[test]
fn l1_l8a_a_reply_in_time_leaves_no_silence_however_late_it_is_served() {
    let mut bench = silent();
    let events = reply_events(bench.case(), day("2026-02-02"));
    bench.keep(events, Vec::new());
    assert!(SILENCE.iter().all(|kind| of(&bench, *kind, 1).unwrap().open), "a reply that has not left is no answer");
    let sent = dispatch_event(bench.case(), Letter::Reply { n: 1 }, day("2026-02-02"));
    bench.keep(vec![sent], Vec::new());
    assert!(SILENCE.iter().all(|kind| of(&bench, *kind, 1).is_none()));
}

#[test]
fn l1_l8a_a_late_reply_ends_them_by_its_service_and_its_own_terms_run() {
    let mut bench = silent();
    let events = reply_events(bench.case(), day("2026-02-04"));
    bench.keep(events, Vec::new());
    let sent = dispatch_event(bench.case(), Letter::Reply { n: 1 }, day("2026-02-04"));
    bench.keep(vec![sent], Vec::new());
    assert!(SILENCE.iter().all(|kind| of(&bench, *kind, 1).unwrap().open), "posted late, not served yet");
    assert_eq!(of(&bench, DutyKind::SueDirectly, 1), None);
    bench.keep(vec![served_event(1, day("2026-02-06"))], Vec::new());
    assert!(SILENCE.iter().all(|kind| !of(&bench, *kind, 1).unwrap().open));
    for (own, of_silence) in [(DutyKind::ApplyForReconsideration, SILENCE[0]), (DutyKind::SueDirectly, SILENCE[1])] {
        let (own, of_silence) = (of(&bench, own, 1).unwrap(), of(&bench, of_silence, 1).unwrap());
        assert!(own.open && own.from_on == day("2026-02-06") && own.due_on >= of_silence.due_on);
    }
    returned(&mut bench, "2026-02-09");
    assert!(SILENCE.iter().all(|kind| of(&bench, *kind, 1).unwrap().open), "it was no service");
}

#[rstest]
#[case(RemedyPath::FreeChoice, [false, false])]
#[case(RemedyPath::ReconsiderationFirst, [false, true])]
#[case(RemedyPath::None, [true, true])]
fn l8a_a_late_reply_ends_only_the_ways_that_it_opens_anew(#[case] path: RemedyPath, #[case] open: [bool; 2]) {
    let mut bench = silent();
    let mut events = reply_events(bench.case(), day("2026-02-04"));
    let Some(CaseEvent::ReplyIssued { reply }) = events.last_mut() else { panic!() };
    (reply.remedy.path, reply.letter_needed) = (path, path != RemedyPath::None);
    bench.keep(events, Vec::new());
    if path != RemedyPath::None {
        let sent = dispatch_event(bench.case(), Letter::Reply { n: 1 }, day("2026-02-04"));
        bench.keep(vec![sent, served_event(1, day("2026-02-06"))], Vec::new());
    }
    assert_eq!(SILENCE.map(|kind| of(&bench, kind, 1).unwrap().open), open);
    assert_eq!(of(&bench, DutyKind::SueOverSilence, 1).unwrap().due_on, day("2026-08-03"), "it keeps to its date");
}

#[test]
fn l1_l8a_after_a_revocation_silence_is_counted_from_it_at_the_earliest() {
    let mut bench = served("2026-01-05", "2026-01-07");
    bench.go("2026-03-02").take::<RevokeReply>(APPROVER, Some(1), json!({"reason": "检索遗漏"})).unwrap();
    assert!(SILENCE.iter().all(|kind| of(&bench, *kind, 1).is_none()), "the first round was answered in time");
    assert!(SILENCE.iter().all(|kind| of(&bench, *kind, 2).is_some_and(|duty| duty.open && duty.from_on == day("2026-03-02"))));
    let events = reply_events(bench.case(), day("2026-03-03"));
    bench.keep(events, Vec::new());
    let sent = dispatch_event(bench.case(), Letter::Reply { n: 2 }, day("2026-03-03"));
    bench.keep(vec![sent, served_event(2, day("2026-03-04"))], Vec::new());
    assert!(SILENCE.iter().all(|kind| of(&bench, *kind, 2).is_some_and(|duty| !duty.open)));
}

#[test]
fn l1_there_is_no_silence_before_a_receipt_nor_in_a_voided_case() {
    let mut bench = Bench::on("2026-01-05");
    bench
        .receive(json!({
            "channel": "email", "arrived_on": "2026-01-05",
            "applicants": [{"kind": "natural_person", "name": "甲某"}],
            "request": {"description": "申请公开甲文件。", "wanted_form": "paper", "delivery_channel": "post"}
        }))
        .unwrap();
    assert!(SILENCE.iter().all(|kind| of(&bench, *kind, 1).is_none()));
}

/// L5 and L11 are the body's; whatever becomes of them, the agency owes nothing.
#[rstest]
#[case("reconsideration", "ordinary", &[(DutyKind::SendCopy, "2026-06-10"), (DutyKind::DecideReconsideration, "2026-07-31")])]
#[case("reconsideration", "summary", &[(DutyKind::SendCopy, "2026-06-04"), (DutyKind::DecideReconsideration, "2026-07-01")])]
#[case("first", "ordinary", &[(DutyKind::GiveJudgment, "2026-12-01")])]
#[case("first", "summary", &[(DutyKind::GiveJudgment, "2026-07-16")])]
fn l3_l5_l11_the_bodys_terms_run_from_acceptance_and_are_never_the_agencys(
    #[case] which: &str,
    #[case] procedure: &str,
    #[case] expected: &[(DutyKind, &str)],
) {
    let mut bench = Bench::received("2026-01-05");
    bench.go("2026-12-31");
    let mut body = if which == "first" { suit("first", "direct", None) } else { reconsideration("2026-06-03") };
    body["procedure"] = json!(procedure);
    body["accepted_on"] = json!("2026-06-01");
    body["received_on"] = json!("2026-06-03");
    if which == "first" {
        bench.take::<OpenLitigation>(REVIEWER, None, body).unwrap();
    } else {
        bench.take::<OpenReconsideration>(REVIEWER, None, body).unwrap();
    }
    let theirs: Vec<_> = duties(bench.case(), bench.calendar())
        .into_iter()
        .filter(|duty| duty.kind.owed_by() == DutyOwner::ReviewBody)
        .map(|duty| (duty.kind, duty.due_on))
        .collect();
    let expected: Vec<_> = expected.iter().map(|(kind, on)| (*kind, day(on))).collect();
    assert_eq!(theirs, expected);
}

#[test]
fn l11_a_second_instance_has_three_months_and_so_has_the_retrial_of_its_judgment() {
    let mut bench = sued("2026-06-01");
    decided(&mut bench, 1, json!({"by": "court", "outcome": "claim_dismissed"}));
    let mut appeal = suit("second", "direct", Some(1));
    appeal["accepted_on"] = json!("2026-08-03");
    bench.take::<OpenLitigation>(REVIEWER, None, appeal).unwrap();
    let duty = of(&bench, DutyKind::GiveJudgment, 2).unwrap();
    assert_eq!((duty.due_on, duty.article.as_str(), duty.open), (day("2026-11-03"), "行诉法 88", true));
    decided(&mut bench, 2, json!({"by": "court", "outcome": "appeal_dismissed"}));
    assert_eq!(of(&bench, DutyKind::GiveJudgment, 2).unwrap().met_on, Some(day("2026-08-03")));
    let mut retrial = suit("retrial", "direct", Some(2));
    retrial["accepted_on"] = json!("2026-08-03");
    bench.take::<OpenLitigation>(REVIEWER, None, retrial).unwrap();
    assert_eq!(of(&bench, DutyKind::GiveJudgment, 3).map(|duty| duty.due_on), Some(day("2026-11-03")));
}

fn order(outcome: Value, form: Option<&str>) -> Value {
    json!({
        "outcome": outcome, "cause": "poor_search", "decided_on": "2026-08-03", "received_on": "2026-08-03", "form": form,
        "order": {"what": "重新答复。", "kind": "other", "due_on": "2026-10-03"}
    })
}

#[test]
fn an_order_is_due_on_its_own_date_also_on_a_rest_day() {
    let mut bench = reviewed("2026-06-01", "ordinary");
    bench.take::<RecordDecision>(REVIEWER, Some(1), order(json!({"by": "reconsideration", "outcome": "revoked"}), None)).unwrap();
    let duty = of(&bench, DutyKind::PerformOrder, 1).unwrap();
    assert_eq!((duty.due_on, duty.article.as_str(), duty.open), (day("2026-10-03"), "复议法 77", true));
    bench
        .take::<PerformOrder>(
            REVIEWER,
            Some(1),
            json!({"on": "2026-10-08", "how": "已重新答复。", "proof": {"kind": "document", "document_id": DOCUMENT}}),
        )
        .unwrap();
    let duty = of(&bench, DutyKind::PerformOrder, 1).unwrap();
    assert_eq!((duty.met_on, duty.open), (Some(day("2026-10-08")), false));
}

#[test]
fn a_judgment_under_appeal_has_no_force_until_the_appeal_is_dismissed() {
    let mut bench = sued("2026-06-01");
    bench.take::<RecordDecision>(REVIEWER, Some(1), order(json!({"by": "court", "outcome": "new_act_ordered"}), Some("judgment"))).unwrap();
    let duty = of(&bench, DutyKind::PerformOrder, 1).unwrap();
    assert_eq!((duty.article.as_str(), duty.open), ("行诉法 94", true));
    bench.take::<OpenLitigation>(REVIEWER, None, suit("second", "direct", Some(1))).unwrap();
    assert!(!of(&bench, DutyKind::PerformOrder, 1).unwrap().open);
    decided(&mut bench, 2, json!({"by": "court", "outcome": "appeal_dismissed"}));
    assert!(of(&bench, DutyKind::PerformOrder, 1).unwrap().open);
}

#[test]
fn l1_l8_the_applicants_terms_run_from_service() {
    let bench = served("2026-04-01", "2026-04-03");
    let reconsider = of(&bench, DutyKind::ApplyForReconsideration, 1).unwrap();
    assert_eq!((reconsider.due_on, reconsider.article.as_str()), (day("2026-06-02"), "复议法 20(1)"));
    let sue = of(&bench, DutyKind::SueDirectly, 1).unwrap();
    assert_eq!((sue.due_on, sue.article.as_str()), (day("2026-10-08"), "行诉法 46"), "six months end on 3 October, a holiday");
}

#[test]
fn an_erratum_that_names_the_right_path_takes_the_wrong_one_away() {
    let mut bench = served("2026-04-01", "2026-04-03");
    let mut remedy = bench.case().replies[0].remedy.clone();
    remedy.path = RemedyPath::ReconsiderationFirst;
    let erratum = crate::case::model::Erratum {
        n: 1,
        text: private(),
        remedy: Some(remedy),
        corrects: Vec::new(),
        document_number: "示市监公复〔2026〕2号".into(),
        drawn: None,
        on: day("2026-04-10"),
        by: APPROVER,
    };
    bench.keep(vec![CaseEvent::ErratumIssued { reply: 1, erratum }], Vec::new());
    assert!(of(&bench, DutyKind::SueDirectly, 1).is_none() && of(&bench, DutyKind::ApplyForReconsideration, 1).is_some());
}

fn closed(bench: &mut Bench, on: &str) {
    bench.keep(vec![CaseEvent::CaseClosed { closing: Closing { on: day(on), by: CLERK } }], Vec::new());
}

fn returned(bench: &mut Bench, on: &str) {
    let state = DispatchState::Returned { on: day(on), reason: private() };
    bench.keep(vec![CaseEvent::DeliveryRecorded { dispatch: 1, state }], Vec::new());
}

#[test]
fn what_came_back_before_the_closing_is_settled_by_it_and_what_came_to_light_later_is_not() {
    let mut bench = served("2026-04-01", "2026-04-03");
    returned(&mut bench, "2026-04-08");
    assert!(of(&bench, DutyKind::SendAgain, 1).unwrap().open);
    closed(&mut bench, "2026-04-08");
    assert!(!of(&bench, DutyKind::SendAgain, 1).unwrap().open);

    let mut bench = served("2026-04-01", "2026-04-03");
    closed(&mut bench, "2026-04-08");
    returned(&mut bench, "2026-04-09");
    assert!(of(&bench, DutyKind::SendAgain, 1).unwrap().open);

    let mut bench = served("2026-04-01", "2026-04-03");
    closed(&mut bench, "2026-04-08");
    let change = json!({"subject": "service_failed", "dispatch": 1, "returned_on": "2026-04-07", "reason": "退回"});
    bench.go("2026-04-08").take::<AmendCase>(CLERK, None, json!({"change": change, "reason": "误登签收"})).unwrap();
    let duty = of(&bench, DutyKind::SendAgain, 1).unwrap();
    assert_eq!((duty.open, duty.due_on), (true, day("2026-04-08")));
    let again = dispatch_event(bench.case(), Letter::Reply { n: 1 }, day("2026-04-08"));
    bench.keep(vec![again, served_event(2, day("2026-04-09"))], Vec::new());
    assert_eq!(of(&bench, DutyKind::SendAgain, 1).unwrap().met_on, Some(day("2026-04-08")));
}

#[test]
fn a_round_that_was_taken_back_before_it_was_answered_is_owed_no_more() {
    let mut bench = Bench::received("2026-11-02");
    bench.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
    let events = reply_events(bench.go("2026-11-20").case(), day("2026-11-20"));
    bench.keep(events, Vec::new());
    let invited = json!({"letter": {"kind": "reply", "n": 1}, "on": "2026-11-20", "method": {"method": "hand_over"}});
    bench.take::<DispatchLetter>(CLERK, None, invited).unwrap();
    bench.go("2026-11-23").take::<RecordDelivery>(CLERK, Some(1), json!({"result": "not_collected", "on": "2026-11-23"})).unwrap();
    bench.take::<RevokeReply>(APPROVER, Some(1), json!({"reason": "检索遗漏"})).unwrap();
    assert!(!of(&bench, DutyKind::Reply, 1).unwrap().open);
    let second = of(&bench, DutyKind::Reply, 2).unwrap();
    assert_eq!((second.due_on, second.open), (day("2026-11-30"), true));
}
