//! Extensions: by whom, how long, how often, until when.

use super::*;
use crate::case::testing::{APPROVER, APPROVER_TWO, Bench, CLERK, day};
use crate::steps::archive::close::missing;
use crate::steps::fixtures::{dispatch_event, due_on, post, refused, registered, reply_events, served_event, sign};
use crate::steps::handle::consult::{AnswerConsultation, OpenConsultation};
use crate::steps::handle::correct::{AnswerCorrection, RequestCorrection};
use crate::steps::mail::delivery::RecordDelivery;
use crate::steps::mail::dispatch::DispatchLetter;
use serde_json::json;

const NOTICE: Letter = Letter::Extension { n: 1 };

fn extend(bench: &mut Bench, working_days: u32) -> Result<(), Refusal> {
    bench.take::<ExtendReply>(APPROVER, None, json!({"working_days": working_days, "reasons": "档案分散。"})).map(|_| ())
}

/// Due on 14 April.
fn on(today: &str) -> Bench {
    let mut bench = registered("2026-03-16");
    bench.go(today);
    bench
}

#[test]
fn art_33_2_approved_and_notified_on_the_last_day_it_adds_its_days() {
    let mut bench = on("2026-04-14");
    extend(&mut bench, 10).unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-04-14")), "nobody was told");
    post(&mut bench, NOTICE, "2026-04-14").unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-04-28")));
}

#[test]
fn art_33_2_only_the_head_of_the_foi_office_extends() {
    let mut bench = on("2026-04-01");
    let body = json!({"working_days": 10, "reasons": "档案分散。"});
    let by_another = bench.take::<ExtendReply>(APPROVER_TWO, None, body).map(|_| ());
    assert_eq!(refused(by_another), (Code::NotHeadOfFoiOffice, "33(2)".into()));
    bench.head = APPROVER_TWO;
    assert_eq!(refused(extend(&mut bench, 10)).0, Code::NotHeadOfFoiOffice);
}

#[test]
fn art_33_2_one_to_twenty_working_days() {
    for days in [0, 21] {
        let refusal = extend(&mut on("2026-04-01"), days).unwrap_err();
        assert_eq!((refusal.code, refusal.article.as_deref()), (Code::ExtensionDaysOutOfRange, Some("33(2)")));
        assert_eq!(refusal.errors[0].pointer, "/working_days");
    }
    for (days, due) in [(1, "2026-04-15"), (20, "2026-05-14")] {
        let mut bench = on("2026-04-01");
        extend(&mut bench, days).unwrap();
        post(&mut bench, NOTICE, "2026-04-01").unwrap();
        assert_eq!(due_on(&bench), Some(day(due)));
    }
}

#[test]
fn art_33_2_once() {
    let mut bench = on("2026-04-01");
    extend(&mut bench, 5).unwrap();
    assert_eq!(refused(extend(&mut bench, 5)), (Code::AlreadyDone, "33(2)".into()), "the first waits to be notified");
    post(&mut bench, NOTICE, "2026-04-02").unwrap();
    assert_eq!(refused(extend(&mut bench, 5)), (Code::ExtensionAlreadyUsed, "33(2)".into()));
}

#[test]
fn art_33_2_too_late_is_refused() {
    let late = (Code::ExtensionAfterDueDate, "33(2)".into());
    assert_eq!(refused(extend(&mut on("2026-04-15"), 5)), late);
    let mut bench = on("2026-04-14");
    extend(&mut bench, 5).unwrap();
    assert_eq!(refused(post(&mut bench, NOTICE, "2026-04-15")), late);
    assert_eq!(due_on(&bench), Some(day("2026-04-14")));
}

#[test]
fn a_notice_signed_for_too_late_is_on_file_without_effect() {
    let mut bench = on("2026-04-14");
    extend(&mut bench, 5).unwrap();
    let body = json!({"letter": NOTICE, "on": "2026-04-14", "method": {"method": "hand_over"}});
    bench.take::<DispatchLetter>(CLERK, None, body).unwrap();
    let signed = json!({"result": "delivered", "on": "2026-04-15", "signed_by": "甲某"});
    bench.go("2026-04-15").take::<RecordDelivery>(CLERK, Some(1), signed).unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-04-14")));
}

#[test]
fn choice_11_while_suspended_the_allowed_days_grow() {
    let mut bench = registered("2026-06-01");
    let letter = json!({"party": "third_party", "name": "甲公司", "on": "2026-06-08", "question": "是否同意公开。"});
    bench.go("2026-06-08").take::<OpenConsultation>(CLERK, None, letter).unwrap();
    post(&mut bench, Letter::Consultation { n: 1 }, "2026-06-08").unwrap();
    extend(bench.go("2026-06-25"), 20).unwrap();
    post(&mut bench, NOTICE, "2026-06-25").unwrap();
    let answer = json!({"on": "2026-06-26", "opinion": "consents"});
    bench.go("2026-06-26").take::<AnswerConsultation>(CLERK, Some(1), answer).unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-08-14")));
}

#[test]
fn choice_13_after_a_restart_an_extension_is_given_again_knowingly() {
    let mut bench = registered("2026-06-01");
    extend(&mut bench, 5).unwrap();
    post(&mut bench, NOTICE, "2026-06-01").unwrap();
    let notice =
        json!({"on": "2026-06-08", "no_contact_reason": "申请人未留电话。", "points": "请补充身份证明。", "reasons": "缺少身份证明。"});
    bench.go("2026-06-08").take::<RequestCorrection>(CLERK, None, notice).unwrap();
    post(&mut bench, Letter::Correction { n: 1 }, "2026-06-08").unwrap();
    assert_eq!(refused(extend(&mut bench, 5)), (Code::NoPeriodRuns, "33(2)".into()));
    sign(&mut bench, "2026-06-10");
    let corrected = json!({"channel": "counter", "arrived_on": "2026-06-22", "words": "附身份证明。"});
    bench.go("2026-06-22").take::<AnswerCorrection>(CLERK, Some(1), corrected).unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-07-20")), "the days of the first extension are gone");
    let refusal = extend(&mut bench, 5).unwrap_err();
    assert_eq!((refusal.code, refusal.errors[0].pointer.as_str()), (Code::ExtensionAlreadyUsed, "/again"));
    let again = json!({"working_days": 5, "again": true, "reasons": "档案分散。"});
    bench.take::<ExtendReply>(APPROVER, None, again).unwrap();
    post(&mut bench, Letter::Extension { n: 2 }, "2026-06-22").unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-07-27")));
}

#[test]
fn an_extension_that_was_never_notified_does_not_keep_a_case_open() {
    let mut bench = on("2026-04-01");
    extend(&mut bench, 5).unwrap();
    let events = reply_events(bench.case(), bench.today);
    bench.keep(events, Vec::new());
    let sent = dispatch_event(bench.case(), Letter::Reply { n: 1 }, bench.today);
    bench.keep(vec![sent, served_event(1, day("2026-04-01"))], Vec::new());
    assert_eq!(missing(bench.case()), []);
    assert_eq!(refused(post(&mut bench, NOTICE, "2026-04-01")).0, Code::NoOpenLetter);
}
