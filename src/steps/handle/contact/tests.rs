//! The contact log, and what it is asked for before.

use super::LogContact;
use crate::case::refusal::Code;
use crate::case::testing::{Bench, CLERK, DEPARTMENT, HANDLER};
use crate::steps::fixtures::{refused, registered};
use crate::steps::handle::assign::AssignCase;
use crate::steps::handle::correct::RequestCorrection;
use crate::steps::reply::draft::DraftReply;
use serde_json::{Value, json};

fn contact(on: &str) -> Value {
    json!({"on": on, "time": "14:10", "means": "telephone", "result": "reached", "words": "说明所述内容不明确。"})
}

fn assigned() -> Bench {
    let mut bench = registered("2026-11-02");
    bench.take::<AssignCase>(CLERK, None, json!({"department": DEPARTMENT, "handler": HANDLER})).unwrap();
    bench.go("2026-11-04");
    bench
}

#[test]
fn the_handling_department_keeps_it_too_and_nobody_before_the_application_or_after_today() {
    let mut bench = assigned();
    bench.take::<LogContact>(HANDLER, None, contact("2026-11-04")).unwrap();
    bench.take::<LogContact>(CLERK, None, contact("2026-11-02")).unwrap();
    assert_eq!(bench.case().contacts.iter().map(|contact| (contact.n, contact.by)).collect::<Vec<_>>(), [(1, HANDLER), (2, CLERK)]);
    assert_eq!(refused(bench.take::<LogContact>(CLERK, None, contact("2026-11-01"))).0, Code::DateBeforePrevious);
    assert_eq!(refused(bench.take::<LogContact>(CLERK, None, contact("2026-11-05"))).0, Code::DateInFuture);
}

#[test]
fn who_does_not_work_on_the_case_writes_nothing_into_its_log() {
    let mut bench = registered("2026-11-02");
    assert_eq!(refused(bench.take::<LogContact>(HANDLER, None, contact("2026-11-02"))), (Code::NotPermitted, "45".into()));
}

#[test]
fn article_30_a_correction_is_asked_for_after_a_contact_or_a_reason_for_none() {
    let notice = json!({"on": "2026-11-04", "points": "请补充文号。", "reasons": "内容不明确。"});
    let mut bench = assigned();
    let refusal = bench.take::<RequestCorrection>(CLERK, None, notice.clone()).unwrap_err();
    assert_eq!((refusal.code, refusal.errors[0].pointer.as_str()), (Code::ContactOrReasonNeeded, "/no_contact_reason"));
    bench.take::<LogContact>(HANDLER, None, contact("2026-11-04")).unwrap();
    bench.take::<RequestCorrection>(CLERK, None, notice.clone()).unwrap();
    assert!(bench.case().corrections[0].no_contact_reason.is_none());
    let mut bench = assigned();
    let mut reasoned = notice;
    reasoned["no_contact_reason"] = json!("申请人未留电话。");
    bench.take::<RequestCorrection>(CLERK, None, reasoned).unwrap();
    assert!(bench.case().corrections[0].no_contact_reason.is_some());
}

#[test]
fn a_reply_that_cannot_provide_needs_a_contact_or_a_reason_for_none() {
    let item = json!({"kind": "n2", "main": true, "subject": "甲", "reasons": "需要加工分析。", "articles": ["38"]});
    let mut bench = assigned();
    let refusal = bench.take::<DraftReply>(HANDLER, None, json!({"items": [item]})).unwrap_err();
    let named: Vec<_> = refusal.errors.iter().map(|error| (&*error.code, error.pointer.as_str())).collect();
    assert_eq!(named, [("contact_or_reason_needed", "/items/0/no_contact_reason")]);
    bench.take::<LogContact>(HANDLER, None, contact("2026-11-04")).unwrap();
    bench.take::<DraftReply>(HANDLER, None, json!({"items": [item]})).unwrap();
}

#[test]
fn a_call_that_reached_nobody_is_no_contact_until_it_was_tried_on_three_days() {
    let item = json!({"kind": "n2", "main": true, "subject": "甲", "reasons": "需要加工分析。", "articles": ["38"]});
    let notice = json!({"on": "2026-11-04", "points": "请补充文号。", "reasons": "内容不明确。"});
    let tried = |on: &str, result: &str| {
        let mut tried = contact(on);
        tried["result"] = json!(result);
        tried
    };
    let mut bench = assigned();
    for (on, result) in [("2026-11-02", "not_reached"), ("2026-11-03", "message_left"), ("2026-11-03", "not_reached")] {
        bench.take::<LogContact>(HANDLER, None, tried(on, result)).unwrap();
        assert_eq!(bench.take::<RequestCorrection>(CLERK, None, notice.clone()).unwrap_err().code, Code::ContactOrReasonNeeded);
        let refusal = bench.take::<DraftReply>(HANDLER, None, json!({"items": [item]})).unwrap_err();
        assert_eq!(&*refusal.errors[0].code, "contact_or_reason_needed");
    }
    bench.take::<LogContact>(HANDLER, None, tried("2026-11-04", "not_reached")).unwrap();
    bench.take::<DraftReply>(HANDLER, None, json!({"items": [item]})).unwrap();
    bench.take::<RequestCorrection>(CLERK, None, notice).unwrap();
}

#[test]
fn a_reason_for_no_contact_belongs_to_what_cannot_be_provided() {
    let item = json!({
        "kind": "a2", "main": true, "subject": "甲", "reasons": "现予提供。", "articles": ["36(2)"], "how_to_obtain": "随附。",
        "provided_form": "paper", "no_contact_reason": "未留电话。"
    });
    let refusal = assigned().take::<DraftReply>(HANDLER, None, json!({"items": [item]})).unwrap_err();
    assert_eq!((refusal.code, refusal.errors[0].pointer.as_str()), (Code::FieldsRefused, "/items/0/no_contact_reason"));
}
