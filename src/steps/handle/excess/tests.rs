//! Excessive requests: reasons, their assessment, a later date.

use super::*;
use crate::case::duties::{Duty, duties};
use crate::case::testing::{APPROVER, APPROVER_TWO, Bench, CLERK, day};
use crate::rules::matter::Matter;
use crate::rules::terms::DutyKind;
use crate::steps::fixtures::{due_on, post, refused, registered, sign};
use crate::steps::handle::charge::{IssueFeeNotice, RecordPayment};
use crate::steps::mend::notice::VoidNotice;
use serde_json::json;

const NOTICE: Letter = Letter::ReasonsRequest { n: 1 };

fn ask(bench: &mut Bench, on: &str) -> Result<(), Refusal> {
    bench.go(on).take::<RequestReasons>(CLERK, None, json!({"on": on, "words": "一月内申请三百件，请说明理由。"})).map(|_| ())
}

/// Received on 1 June, due on 30 June; asked by post on 3 June, signed for on 5 June.
fn asked() -> Bench {
    let mut bench = registered("2026-06-01");
    ask(&mut bench, "2026-06-03").unwrap();
    post(&mut bench, NOTICE, "2026-06-03").unwrap();
    sign(&mut bench, "2026-06-05");
    bench
}

fn give(bench: &mut Bench, on: &str) -> Result<(), Refusal> {
    bench.take::<GiveReasons>(CLERK, Some(1), json!({"on": on, "words": "用于课题研究。"})).map(|_| ())
}

fn assess(bench: &mut Bench, reasonable: bool) -> Result<(), Refusal> {
    bench.take::<AssessReasons>(APPROVER, Some(1), json!({"reasonable": reasonable, "words": "理由审查意见。"})).map(|_| ())
}

fn postpone(bench: &mut Bench, until: &str) -> Result<(), Refusal> {
    bench.take::<PostponeReply>(APPROVER, None, json!({"until": until, "reasons": "数量过多。"})).map(|_| ())
}

fn reasonable() -> Bench {
    let mut bench = asked();
    give(bench.go("2026-06-08"), "2026-06-08").unwrap();
    assess(bench.go("2026-06-09"), true).unwrap();
    bench
}

#[test]
fn art_35_reasons_stop_nothing_and_a_later_date_replaces_the_due_date_once_announced() {
    let mut bench = reasonable();
    assert_eq!(due_on(&bench), Some(day("2026-06-30")));
    postpone(&mut bench, "2026-08-14").unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-06-30")), "nobody was told");
    post(&mut bench, Letter::Postponement { n: 1 }, "2026-06-09").unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-08-14")));
    assert_eq!(refused(postpone(&mut bench, "2026-09-14")), (Code::AlreadyPostponed, "35".into()));
}

#[test]
fn art_35_the_later_date_lies_after_the_due_date_and_is_announced_before_it() {
    let mut bench = reasonable();
    let refusal = postpone(&mut bench, "2026-06-30").unwrap_err();
    assert_eq!((refusal.code, refusal.article.as_deref()), (Code::PostponedDateNotLater, Some("35")));
    assert_eq!(refusal.errors[0].pointer, "/until");
    assert_eq!(refused(postpone(&mut bench, "2200-01-01")).0, Code::DateOutOfRange);
    postpone(&mut bench, "2026-08-14").unwrap();
    let late = (Code::PostponedAfterDueDate, "35".into());
    assert_eq!(refused(post(&mut bench, Letter::Postponement { n: 1 }, "2026-07-01")), late);
    let mut bench = reasonable();
    assert_eq!(refused(postpone(bench.go("2026-07-01"), "2026-08-14")), late);
}

#[test]
fn art_35_without_reasons_found_reasonable_nothing_is_postponed() {
    let mut bench = registered("2026-06-01");
    assert_eq!(refused(postpone(&mut bench, "2026-08-14")), (Code::ReasonsNotRequested, "35".into()));
    let mut bench = asked();
    assert_eq!(refused(postpone(&mut bench, "2026-08-14")), (Code::ReasonsNotGiven, "35".into()));
    give(bench.go("2026-06-08"), "2026-06-08").unwrap();
    assert_eq!(refused(postpone(&mut bench, "2026-08-14")), (Code::ReasonsNotAssessed, "35".into()));
    assess(&mut bench, false).unwrap();
    assert_eq!(refused(postpone(&mut bench, "2026-08-14")), (Code::ReasonsNotAssessed, "35".into()));
}

#[test]
fn art_35_reasons_are_asked_for_given_and_assessed_once() {
    let mut bench = registered("2026-06-01");
    assert_eq!(refused(give(&mut bench, "2026-06-01")), (Code::ReasonsNotRequested, "35".into()));
    ask(&mut bench, "2026-06-03").unwrap();
    assert_eq!(refused(give(&mut bench, "2026-06-03")), (Code::ReasonsNotRequested, "35".into()), "not sent");
    assert_eq!(refused(assess(&mut bench, false)), (Code::ReasonsNotRequested, "35".into()));
    let mut bench = reasonable();
    assert_eq!(refused(ask(&mut bench, "2026-06-09")), (Code::ReasonsAlreadyRequested, "35".into()));
    assert_eq!(refused(give(&mut bench, "2026-06-09")), (Code::ReasonsAlreadyGiven, "35".into()));
    assert_eq!(refused(assess(&mut bench, false)), (Code::AlreadyDone, "35".into()));
    let mut bench = asked();
    assert_eq!(refused(give(&mut bench, "2026-06-02")).0, Code::DateBeforePrevious);
    assert_eq!(refused(give(&mut bench, "2026-06-08")).0, Code::DateInFuture);
}

#[test]
fn art_35_silence_is_assessed_after_the_service_and_never_as_reasonable() {
    let none = (Code::ReasonsNotGiven, "35".into());
    let mut bench = asked();
    assert_eq!(refused(assess(&mut bench, false)), none, "on the day of the service");
    bench.go("2026-06-12");
    assert_eq!(refused(assess(&mut bench, true)), none);
    assess(&mut bench, false).unwrap();
    give(&mut bench, "2026-06-12").unwrap();
    assert_eq!(bench.case().reasons_requests[0].assessment, None, "reasons that come after all are assessed anew");
    assess(&mut bench, true).unwrap();
}

#[test]
fn choice_18_by_setting_the_wait_begins_the_period_anew() {
    let mut bench = registered("2026-06-01");
    bench.settings.clock.reasons_restart_clock = true;
    ask(&mut bench, "2026-06-03").unwrap();
    post(&mut bench, NOTICE, "2026-06-03").unwrap();
    assert_eq!(due_on(&bench), None);
    give(bench.go("2026-06-08"), "2026-06-08").unwrap();
    bench.settings.clock.reasons_restart_clock = false;
    assert_eq!(due_on(&bench), Some(day("2026-07-07")), "the case keeps the setting of its notice");
}

fn announcement(bench: &Bench, n: u32) -> Option<Duty> {
    duties(bench.case(), bench.calendar()).into_iter().find(|duty| duty.kind == DutyKind::NotifyPostponement && duty.ordinal == n)
}

#[test]
fn art_35_a_date_that_was_set_is_to_be_announced_by_the_due_date() {
    let mut bench = reasonable();
    postpone(&mut bench, "2026-08-14").unwrap();
    let owed = announcement(&bench, 1).unwrap();
    assert_eq!((owed.due_on, owed.open, owed.article.as_str()), (day("2026-06-30"), true, "35"));
    let refusal = postpone(&mut bench, "2026-08-20").unwrap_err();
    assert!(refusal.code == Code::AlreadyPostponed && refusal.detail_zh.contains("作废"), "{refusal:?}");
    post(&mut bench, Letter::Postponement { n: 1 }, "2026-06-30").unwrap();
    let met = announcement(&bench, 1).unwrap();
    assert_eq!((met.due_on, met.met_on, met.open), (day("2026-06-30"), Some(day("2026-06-30")), false));
}

#[test]
fn art_35_a_date_nobody_was_told_of_in_time_hinders_no_other() {
    let mut bench = reasonable();
    postpone(&mut bench, "2026-08-14").unwrap();
    let refusal = postpone(bench.go("2026-07-01"), "2026-08-20").unwrap_err();
    assert!(refusal.code == Code::PostponedAfterDueDate && refusal.detail_zh.contains("立即答复"), "{refusal:?}");
    // A period that begins anew gives room for another date, though the first was never voided.
    let mut bench = reasonable();
    postpone(&mut bench, "2026-07-01").unwrap();
    pay(&mut bench);
    postpone(&mut bench, "2026-08-14").unwrap();
    assert_eq!(announcement(&bench, 1), None, "the newer date took its place");
    post(&mut bench, Letter::Postponement { n: 2 }, "2026-06-15").unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-08-14")));
}

/// A fee asked for today by hand and paid on the next days.
fn pay(bench: &mut Bench) {
    let on = bench.today;
    let body = json!({"on": on, "basis": {"method": "by_page", "pages": 68}, "reasons": "数量过多。"});
    bench.take::<IssueFeeNotice>(CLERK, None, body).unwrap();
    post(bench, Letter::Fee { n: 1 }, &on.to_string()).unwrap();
    sign(bench, &on.to_string());
    bench.go("2026-06-15").take::<RecordPayment>(CLERK, None, json!({"on": on, "amount": 380, "receipt_number": "示票 1"})).unwrap();
}

#[test]
fn art_35_a_new_period_drops_the_old_date_and_may_be_postponed_anew() {
    let mut bench = reasonable();
    postpone(&mut bench, "2026-08-14").unwrap();
    post(&mut bench, Letter::Postponement { n: 1 }, "2026-06-09").unwrap();
    // Charged after the first due date, which only the later date allowed.
    bench.go("2026-07-10");
    let body = json!({"on": "2026-07-10", "basis": {"method": "by_page", "pages": 68}, "reasons": "数量过多。"});
    bench.take::<IssueFeeNotice>(CLERK, None, body).unwrap();
    post(&mut bench, Letter::Fee { n: 1 }, "2026-07-10").unwrap();
    sign(&mut bench, "2026-07-13");
    let paid = json!({"on": "2026-07-14", "amount": 380, "receipt_number": "示票 1"});
    bench.go("2026-07-14").take::<RecordPayment>(CLERK, None, paid).unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-08-11")));
    let mut voided = bench.case.clone();
    std::mem::swap(&mut voided, &mut bench.case);
    let mistaken = json!({"letter": {"kind": "postponement", "n": 1}, "reason": "误定。"});
    bench.take::<VoidNotice>(APPROVER_TWO, None, mistaken).unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-08-11")), "the applicant paid: that stands");
    std::mem::swap(&mut voided, &mut bench.case);
    postpone(&mut bench, "2026-09-14").unwrap();
    post(&mut bench, Letter::Postponement { n: 2 }, "2026-07-14").unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-09-14")));
}

#[test]
fn art_41_knows_no_reasons_and_no_later_date() {
    let mut bench = registered("2026-06-01");
    bench.case.as_mut().unwrap().matter = Matter::RecordCorrection;
    let refusal = (Code::NotForRecordCorrection, "35, 41".into());
    assert_eq!(refused(ask(&mut bench, "2026-06-03")), refusal);
    let mut bench = reasonable();
    bench.case.as_mut().unwrap().matter = Matter::RecordCorrection;
    assert_eq!(refused(postpone(&mut bench, "2026-08-14")), refusal);
}
