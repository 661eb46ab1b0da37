//! Kinds that rest on a step between registration and reply: N3, P4, O1, O2, and D4 with its consultation (domain 1.4).

use super::{APPROVER, Bench, CLERK, HANDLER, assigned, draft, issue, issued, item, merge, review};
use crate::case::model::Letter;
use crate::case::refusal::{Code, Refusal};
use crate::case::testing::{DOCUMENT, REVIEWER, day};
use crate::rules::reply_kinds::ReplyKind;
use crate::rules::terms::DutyKind;
use crate::steps::fixtures::{post, sign};
use crate::steps::handle::charge::{IssueFeeNotice, RecordPayment};
use crate::steps::handle::consult::{AnswerConsultation, DecideConsultation, OpenConsultation};
use crate::steps::handle::correct::{AnswerCorrection, RequestCorrection};
use crate::steps::handle::excess::{AssessReasons, GiveReasons, RequestReasons};
use serde_json::{Value, json};

/// What a draft of this one item lacks: field, code, articles.
fn lacks(bench: &mut Bench, item: &Value) -> (Vec<(String, String)>, String) {
    let refusal = draft(bench, HANDLER, std::slice::from_ref(item)).unwrap_err();
    assert_eq!(refusal.code, Code::ReplyIncomplete);
    let field = |pointer: &str| pointer.trim_start_matches("/items/0/").to_owned();
    let errors = refusal.errors.iter().map(|error| (field(&error.pointer), error.code.to_string())).collect();
    (errors, refusal.article.unwrap_or_default().into_owned())
}

fn one(field: &str, code: &str) -> Vec<(String, String)> {
    vec![(field.to_owned(), code.to_owned())]
}

/// Asked for a correction by 16 November.
fn asked_to_correct() -> Bench {
    let mut bench = assigned();
    let body = json!({"on": "2026-11-06", "no_contact_reason": "申请人未留电话。", "points": "请补充。", "reasons": "不明确。", "answer_within_working_days": 5});
    bench.take::<RequestCorrection>(CLERK, None, body).unwrap();
    post(&mut bench, Letter::Correction { n: 1 }, "2026-11-06").unwrap();
    sign(&mut bench, "2026-11-09");
    bench
}

fn correct(bench: &mut Bench, channel: &str, on: &str) -> Result<(), Refusal> {
    bench.take::<AnswerCorrection>(CLERK, Some(1), json!({"channel": channel, "arrived_on": on, "words": "就是甲文件。"})).map(|_| ())
}

#[test]
fn n3_a_correction_notice_went_out_and_was_answered() {
    let unclear = item(ReplyKind::N3);
    let nothing = (one("kind", "correction_answered"), "30".to_owned());
    assert_eq!(lacks(&mut assigned(), &unclear), nothing);
    let mut bench = asked_to_correct();
    assert_eq!(lacks(&mut bench, &unclear), nothing);
    correct(bench.go("2026-11-13"), "email", "2026-11-13").unwrap();
    assert_eq!(lacks(&mut bench, &unclear), nothing, "not confirmed");
    correct(&mut bench, "counter", "2026-11-13").unwrap();
    issued(&mut bench, &[unclear]).unwrap();
}

#[test]
fn p4_reasons_were_asked_for_and_assessed_as_unreasonable() {
    let excessive = item(ReplyKind::P4);
    let both = [one("kind", "reasons_requested"), one("kind", "reasons_unreasonable")].concat();
    assert_eq!(lacks(&mut assigned(), &excessive), (both, "35".to_owned()));
    let mut bench = assigned();
    bench.take::<RequestReasons>(CLERK, None, json!({"on": "2026-11-06", "words": "请说明理由。"})).unwrap();
    post(&mut bench, Letter::ReasonsRequest { n: 1 }, "2026-11-06").unwrap();
    sign(&mut bench, "2026-11-09");
    let unassessed = (one("kind", "reasons_unreasonable"), "35".to_owned());
    assert_eq!(lacks(bench.go("2026-11-16"), &excessive), unassessed, "silence alone is not enough");
    let assess = |bench: &mut Bench, reasonable: bool| {
        bench.take::<AssessReasons>(APPROVER, Some(1), json!({"reasonable": reasonable, "words": "审查意见。"})).unwrap();
    };
    assess(&mut bench, false);
    draft(&mut bench, HANDLER, std::slice::from_ref(&excessive)).unwrap();
    bench.take::<GiveReasons>(CLERK, Some(1), json!({"on": "2026-11-16", "words": "课题研究。"})).unwrap();
    assert_eq!(lacks(&mut bench, &excessive), unassessed, "reasons came after all");
    assess(&mut bench, true);
    assert_eq!(lacks(&mut bench, &excessive), unassessed);
}

#[test]
fn p4_reasons_found_unreasonable_are_issued() {
    let mut bench = assigned();
    bench.take::<RequestReasons>(CLERK, None, json!({"on": "2026-11-06", "words": "请说明理由。"})).unwrap();
    post(&mut bench, Letter::ReasonsRequest { n: 1 }, "2026-11-06").unwrap();
    sign(&mut bench, "2026-11-09");
    bench.take::<GiveReasons>(CLERK, Some(1), json!({"on": "2026-11-09", "words": "不想说。"})).unwrap();
    bench.take::<AssessReasons>(APPROVER, Some(1), json!({"reasonable": false, "words": "审查意见。"})).unwrap();
    issued(&mut bench, &[item(ReplyKind::P4)]).unwrap();
}

#[test]
fn o1_the_day_after_the_term_at_the_earliest_if_nothing_came_and_no_good_reason_is_known() {
    let lapsed = item(ReplyKind::O1);
    let open = (one("kind", "correction_lapsed"), "30".to_owned());
    assert_eq!(lacks(&mut assigned(), &lapsed), open);
    let mut bench = asked_to_correct();
    assert_eq!(lacks(bench.go("2026-11-16"), &lapsed), open, "the last day");
    let mut unsaid = lapsed.clone();
    unsaid["no_good_reason"] = json!(false);
    assert_eq!(lacks(bench.go("2026-11-17"), &unsaid), (one("no_good_reason", "no_good_reason"), "30".to_owned()));
    issued(&mut bench, &[lapsed]).unwrap();
}

#[test]
fn o1_what_came_before_the_issue_stops_it() {
    for channel in ["counter", "email"] {
        let mut bench = asked_to_correct();
        bench.go("2026-11-17");
        draft(&mut bench, HANDLER, &[item(ReplyKind::O1)]).unwrap();
        review(&mut bench, REVIEWER, "legal", "approved").unwrap();
        correct(&mut bench, channel, "2026-11-17").unwrap();
        let refusal = issue(&mut bench, APPROVER).unwrap_err();
        assert_eq!((refusal.code, refusal.article.as_deref()), (Code::ReplyIncomplete, Some("30")), "{channel}");
    }
}

#[test]
fn o2_the_day_after_the_term_at_the_earliest_if_it_is_not_paid_in_full() {
    let lapsed = item(ReplyKind::O2);
    let open = (one("kind", "fee_lapsed"), "109号".to_owned());
    assert_eq!(lacks(&mut assigned(), &lapsed), open);
    let mut bench = assigned();
    let body = json!({"on": "2026-11-06", "basis": {"method": "by_page", "pages": 68}, "reasons": "数量过多。"});
    bench.take::<IssueFeeNotice>(CLERK, None, body).unwrap();
    post(&mut bench, Letter::Fee { n: 1 }, "2026-11-06").unwrap();
    sign(&mut bench, "2026-11-09");
    let pay = |bench: &mut Bench, amount: u32| {
        let body = json!({"on": bench.today, "amount": amount, "receipt_number": "示票 1"});
        bench.take::<RecordPayment>(CLERK, None, body).unwrap();
    };
    pay(&mut bench, 200);
    assert_eq!(lacks(bench.go("2026-12-07"), &lapsed), open, "the last day");
    let mut unsaid = lapsed.clone();
    unsaid["no_good_reason"] = json!(false);
    assert_eq!(lacks(bench.go("2026-12-08"), &unsaid), (one("no_good_reason", "no_good_reason"), "109号".to_owned()));
    draft(&mut bench, HANDLER, std::slice::from_ref(&lapsed)).unwrap();
    review(&mut bench, REVIEWER, "legal", "approved").unwrap();
    issue(&mut bench, APPROVER).unwrap();
}

#[test]
fn no_good_reason_belongs_to_a_lapse_alone() {
    let mut other = item(ReplyKind::A1);
    other["no_good_reason"] = json!(true);
    let refusal = draft(&mut assigned(), HANDLER, &[other]).unwrap_err();
    assert_eq!((refusal.code, refusal.errors[0].pointer.as_str()), (Code::FieldsRefused, "/items/0/no_good_reason"));
}

/// A third party was asked and may answer to 30 November.
fn consulted() -> Bench {
    let mut bench = assigned();
    let body = json!({"party": "third_party", "name": "甲公司", "on": "2026-11-06", "question": "是否同意公开。"});
    bench.take::<OpenConsultation>(CLERK, None, body).unwrap();
    post(&mut bench, Letter::Consultation { n: 1 }, "2026-11-06").unwrap();
    sign(&mut bench, "2026-11-09");
    bench
}

fn answered(opinion: &str) -> Bench {
    let mut bench = consulted();
    bench.take::<AnswerConsultation>(CLERK, Some(1), json!({"on": "2026-11-09", "opinion": opinion})).unwrap();
    bench
}

fn decided(mut bench: Bench, disclose: bool) -> Bench {
    bench.take::<DecideConsultation>(APPROVER, Some(1), json!({"disclose": disclose, "reasons": "审查意见。"})).unwrap();
    bench
}

/// D4 that states no reason for asking nobody.
fn third_party() -> Value {
    let mut item = item(ReplyKind::D4);
    item.as_object_mut().unwrap().remove("no_consultation_reason");
    item
}

#[test]
fn d4_rests_on_a_consultation_that_ended_or_on_a_reason_for_none() {
    let nothing = (one("no_consultation_reason", "consultation"), "32".to_owned());
    assert_eq!(lacks(&mut assigned(), &third_party()), nothing);
    assert_eq!(lacks(&mut consulted(), &third_party()), nothing, "still asked");
    assert_eq!(lacks(consulted().go("2026-11-30"), &third_party()), nothing, "the last day");
    issued(&mut decided(answered("refuses"), false), &[third_party()]).unwrap();
    assert_eq!(lacks(&mut answered("consents"), &third_party()), nothing, "Art 15: it agrees");
    assert_eq!(lacks(&mut decided(answered("refuses"), true), &third_party()), nothing, "it was decided to disclose");
    let mut part = item(ReplyKind::B);
    merge(&mut part, json!({"withheld_under": ["third_party"], "articles": ["37", "15"]}));
    issued(&mut decided(answered("consents_in_part"), false), &[part]).unwrap();
}

#[test]
fn arts_15_32_what_a_third_party_said_or_left_unsaid_is_decided_on_before_it_is_withheld() {
    let owed = |bench: &Bench| -> Vec<(String, bool)> {
        let all = crate::case::duties::duties(bench.case(), bench.calendar());
        let decide = all.into_iter().filter(|duty| duty.kind == DutyKind::DecideConsultation);
        decide.map(|duty| (duty.due_on.to_string(), duty.open)).collect()
    };
    let silent = || {
        let mut bench = consulted();
        bench.go("2026-12-01").case.as_mut().unwrap().consultations[0].ran_out_on = Some(day("2026-11-30"));
        bench
    };
    let mut part = item(ReplyKind::B);
    merge(&mut part, json!({"withheld_under": ["third_party"], "articles": ["37", "15"]}));
    for (mut bench, withheld, due_on) in [
        (answered("refuses"), third_party(), "2026-11-11"),
        (answered("consents_in_part"), third_party(), "2026-11-11"),
        (silent(), third_party(), "2026-12-02"),
        (silent(), part, "2026-12-02"),
    ] {
        assert_eq!(owed(&bench), [(due_on.to_owned(), true)]);
        draft(&mut bench, HANDLER, &[withheld]).unwrap();
        review(&mut bench, REVIEWER, "legal", "approved").unwrap();
        let refusal = issue(&mut bench, APPROVER).unwrap_err();
        assert_eq!((refusal.code, refusal.article.as_deref()), (Code::ReplyIncomplete, Some("15; 32")));
        assert_eq!(refusal.errors[0].code, "consultation_undecided");
        let mut bench = decided(bench, false);
        assert_eq!(owed(&bench), [(due_on.to_owned(), false)]);
        issue(&mut bench, APPROVER).unwrap();
    }
    assert!(owed(&consulted()).is_empty(), "its answer is awaited");
    assert!(owed(&answered("consents")).is_empty(), "Art 15: it agrees, and what is left is to disclose");
}

#[test]
fn d4_another_agency_is_no_third_party() {
    let mut bench = assigned();
    let body = json!({"party": "other_agency", "name": "甲局", "on": "2026-11-06", "question": "是否同意公开。"});
    bench.take::<OpenConsultation>(CLERK, None, body).unwrap();
    post(&mut bench, Letter::Consultation { n: 1 }, "2026-11-06").unwrap();
    bench.take::<AnswerConsultation>(CLERK, Some(1), json!({"on": "2026-11-06", "opinion": "refuses"})).unwrap();
    assert_eq!(lacks(&mut bench, &third_party()).0, one("no_consultation_reason", "consultation"));
}

#[test]
fn art_32_nothing_is_disclosed_before_the_third_party_is_heard_and_decided_on() {
    let disclosed = item(ReplyKind::A2);
    let pending = (one("kind", "third_party_pending"), "32".to_owned());
    assert_eq!(lacks(&mut consulted(), &disclosed), pending);
    assert_eq!(lacks(&mut answered("refuses"), &disclosed), pending, "against its will, and nothing decided");
    issued(&mut decided(answered("refuses"), true), std::slice::from_ref(&disclosed)).unwrap();
    issued(&mut answered("consents"), std::slice::from_ref(&disclosed)).unwrap();
    issued(consulted().go("2026-12-01"), &[disclosed]).unwrap();
}

#[test]
fn art_32_what_was_decided_to_be_withheld_is_not_disclosed() {
    let disclosed = item(ReplyKind::A2);
    let refused = lacks(&mut decided(answered("refuses"), false), &disclosed);
    assert_eq!(refused, (one("kind", "third_party_withheld"), "15; 32".to_owned()));
    let mut part = item(ReplyKind::B);
    merge(&mut part, json!({"withheld_under": ["third_party"], "articles": ["37", "15"]}));
    issued(&mut decided(answered("refuses"), false), &[part]).unwrap();
}

#[test]
fn art_32_a_part_of_a_paper_on_which_a_third_party_was_asked_discloses_for_a_reason() {
    let part = || {
        let mut bench = assigned();
        let origin = json!({"case": DOCUMENT, "case_number": "示公开〔2025〕1号", "n": 1, "of": 2, "consulted": true});
        bench.case.as_mut().unwrap().split_from = Some(serde_json::from_value(origin).unwrap());
        bench
    };
    let mut half = item(ReplyKind::B);
    merge(
        &mut half,
        json!({"withheld_under": ["state_secret"], "articles": ["37", "14"], "classification":
        {"level": "secret", "classified_on": "2020-01-02", "classified_by": "甲局"}}),
    );
    for mut disclosed in [item(ReplyKind::A2), half.clone()] {
        disclosed.as_object_mut().unwrap().remove("no_consultation_reason");
        let wanted = (one("no_consultation_reason", "third_party_of_paper"), "15; 32".to_owned());
        assert_eq!(lacks(&mut part(), &disclosed), wanted);
        merge(&mut disclosed, json!({"no_consultation_reason": "本件不涉及该第三方。"}));
        draft(&mut part(), HANDLER, &[disclosed]).unwrap();
    }
    merge(&mut half, json!({"withheld_under": ["third_party"], "articles": ["37", "15"], "classification": null}));
    half.as_object_mut().unwrap().remove("no_consultation_reason");
    draft(&mut part(), HANDLER, &[half]).unwrap();
}

#[test]
fn d4_a_party_that_agreed_is_not_passed_over_by_a_reason_for_asking_nobody() {
    let mut bench = assigned();
    let asked = json!({"party": "third_party", "name": "示例公司", "on": "2026-11-06", "question": "是否同意公开？"});
    bench.take::<OpenConsultation>(CLERK, None, asked).unwrap();
    let unasked = item(ReplyKind::D4);
    assert_eq!(lacks(&mut bench, &unasked), (one("no_consultation_reason", "consultation"), "32".to_owned()), "it was asked");
    post(&mut bench, Letter::Consultation { n: 1 }, "2026-11-06").unwrap();
    sign(&mut bench, "2026-11-09");
    let agrees = json!({"on": "2026-11-10", "opinion": "consents", "words": "同意。"});
    bench.go("2026-11-10").take::<AnswerConsultation>(CLERK, Some(1), agrees).unwrap();
    assert_eq!(lacks(&mut bench, &unasked), (one("no_consultation_reason", "consultation"), "32".to_owned()), "it agreed");
}
