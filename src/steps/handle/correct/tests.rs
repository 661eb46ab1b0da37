//! Corrections: in time and late, by each channel, once.

use super::*;
use crate::case::duties::{Duty, duties};
use crate::case::lapse::lapses;
use crate::case::testing::{Bench, CLERK, day};
use crate::rules::terms::DutyKind;
use crate::steps::fixtures::{due_on, post, refused, registered, sign};
use serde_json::{Value, json};

const NOTICE: Letter = Letter::Correction { n: 1 };

fn body(on: &str) -> Value {
    json!({"on": on, "no_contact_reason": "申请人未留电话。", "points": "请补充身份证明。", "reasons": "缺少身份证明。", "answer_within_working_days": 10})
}

fn ask(bench: &mut Bench, on: &str) -> Result<(), Refusal> {
    bench.go(on).take::<RequestCorrection>(CLERK, None, body(on)).map(|_| ())
}

/// Received on 1 June; the notice is posted on a day.
fn asked(on: &str) -> Bench {
    let mut bench = registered("2026-06-01");
    ask(&mut bench, on).unwrap();
    post(&mut bench, NOTICE, on).unwrap();
    bench
}

fn answer(bench: &mut Bench, body: &Value) -> Result<(), Refusal> {
    bench.take::<AnswerCorrection>(CLERK, Some(1), body.clone()).map(|_| ())
}

fn counter(on: &str) -> Value {
    json!({"channel": "counter", "arrived_on": on, "words": "附身份证明。"})
}

fn duty(bench: &Bench, kind: DutyKind) -> Option<Duty> {
    duties(bench.case(), bench.calendar()).into_iter().find(|duty| duty.kind == kind)
}

#[test]
fn art_30_the_notice_stops_the_period_and_the_correction_begins_it_anew() {
    let mut bench = registered("2026-06-01");
    ask(&mut bench, "2026-06-08").unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-06-30")), "what has not left stops nothing");
    post(&mut bench, NOTICE, "2026-06-08").unwrap();
    assert_eq!((due_on(&bench), duty(&bench, DutyKind::AnswerCorrection)), (None, None));
    sign(&mut bench, "2026-06-10");
    let term = duty(&bench, DutyKind::AnswerCorrection).unwrap();
    assert_eq!((term.from_on, term.due_on, term.open), (day("2026-06-10"), day("2026-06-25"), true));
    let notice = duty(&bench, DutyKind::CorrectionNotice).unwrap();
    assert_eq!((notice.due_on, notice.met_on), (day("2026-06-10"), Some(day("2026-06-08"))));
    answer(bench.go("2026-06-22"), &counter("2026-06-22")).unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-07-20")));
    assert_eq!(duty(&bench, DutyKind::AnswerCorrection).unwrap().met_on, Some(day("2026-06-22")));
}

#[test]
fn choice_14_a_late_notice_leaves_the_first_due_date_in_force() {
    let mut bench = asked("2026-06-11");
    assert_eq!(due_on(&bench), Some(day("2026-06-30")));
    let notice = duty(&bench, DutyKind::CorrectionNotice).unwrap();
    assert!(notice.met_on > Some(notice.due_on), "{notice:?}");
    sign(&mut bench, "2026-06-12");
    answer(bench.go("2026-06-22"), &counter("2026-06-22")).unwrap();
    let reading = clock::reading(bench.case(), bench.calendar(), bench.today);
    assert_eq!(
        (due_on(&bench), reading.due.map(|due| due.on), reading.projected.map(|due| due.on)),
        (Some(day("2026-06-30")), Some(day("2026-06-30")), Some(day("2026-07-20")))
    );
}

#[test]
fn art_30_a_correction_is_asked_for_once() {
    let mut bench = asked("2026-06-08");
    assert_eq!(refused(ask(&mut bench, "2026-06-09")), (Code::CorrectionAlreadyUsed, "30".into()));
    sign(&mut bench, "2026-06-10");
    answer(bench.go("2026-06-22"), &counter("2026-06-22")).unwrap();
    assert_eq!(refused(ask(&mut bench, "2026-06-23")), (Code::CorrectionAlreadyUsed, "30".into()));
    assert_eq!(refused(answer(&mut bench, &counter("2026-06-22"))), (Code::CorrectionNotOpen, "30".into()));
}

#[test]
fn term_and_date_of_the_notice_are_held() {
    let mut bench = registered("2026-06-01");
    for days in [0, LONGEST_CORRECTION + 1] {
        let mut body = body("2026-06-01");
        body["answer_within_working_days"] = json!(days);
        let refusal = bench.take::<RequestCorrection>(CLERK, None, body).unwrap_err();
        assert_eq!((refusal.code, refusal.article.as_deref()), (Code::TermOutOfRange, Some("30")));
        assert_eq!(refusal.errors[0].pointer, "/answer_within_working_days");
    }
    for (on, code) in [("2026-05-31", Code::DateBeforePrevious), ("2026-06-02", Code::DateInFuture)] {
        assert_eq!(bench.take::<RequestCorrection>(CLERK, None, body(on)).unwrap_err().code, code);
    }
    let mut usual = body("2026-06-01");
    usual["answer_within_working_days"] = Value::Null;
    let case = bench.take::<RequestCorrection>(CLERK, None, usual).unwrap();
    assert_eq!(case.corrections[0].answer_within_working_days, 15, "the agency's usual term");
}

#[test]
fn art_31_each_channel_gives_the_day_of_receipt() {
    let arrived = |channel: &str| json!({"channel": channel, "arrived_on": "2026-06-22", "words": "附身份证明。"});
    for channel in ["ems", "registered_letter"] {
        let mut bench = asked("2026-06-08");
        bench.go("2026-06-24");
        let mut letter = arrived(channel);
        assert_eq!(refused(answer(&mut bench, &letter)), (Code::DateMissing, "31(2)".into()));
        for (signed_on, code) in [("2026-06-23", Code::DateBeforePrevious), ("2026-06-07", Code::DateBeforePrevious)] {
            letter["signed_on"] = json!(signed_on);
            assert_eq!(refused(answer(&mut bench, &letter)).0, code, "it is in the agency's hands from the day it signs");
        }
        letter["signed_on"] = json!("2026-06-18");
        answer(&mut bench, &letter).unwrap();
        let receipt = bench.case().corrections[0].answers[0].receipt.clone().unwrap();
        assert_eq!(
            (receipt.on, receipt.article.as_str()),
            (day("2026-06-18"), "30, 31(2)"),
            "the mail room signed before the FOI office had it"
        );
    }
    for channel in ["ordinary_letter", "fax", "portal", "email"] {
        let mut bench = asked("2026-06-08");
        bench.go("2026-06-24");
        answer(&mut bench, &arrived(channel)).unwrap();
        assert_eq!((due_on(&bench), bench.case().corrections[0].answers[0].receipt.is_none()), (None, true), "{channel} waits");
        let confirm =
            |bench: &mut Bench, on: &str| bench.take::<ConfirmCorrection>(CLERK, Some(1), json!({"confirmed_on": on})).map(|_| ());
        assert_eq!(refused(confirm(&mut bench, "2026-06-21")).0, Code::DateBeforePrevious);
        assert_eq!(refused(confirm(&mut bench, "2026-06-25")).0, Code::DateInFuture);
        confirm(&mut bench, "2026-06-22").unwrap();
        assert_eq!(due_on(&bench), Some(day("2026-07-20")), "{channel}");
        assert_eq!(refused(confirm(&mut bench, "2026-06-22")), (Code::CorrectionNotOpen, "30".into()));
        let mut bench = asked("2026-06-08");
        let mut confirmed = arrived(channel);
        confirmed["confirmed_on"] = json!("2026-06-22");
        answer(bench.go("2026-06-24"), &confirmed).unwrap();
        assert_eq!(due_on(&bench), Some(day("2026-07-20")), "{channel} confirmed at once");
    }
}

#[test]
fn dates_that_the_channel_does_not_know_are_refused() {
    let mut bench = asked("2026-06-08");
    bench.go("2026-06-24");
    for (channel, field) in [("counter", "confirmed_on"), ("counter", "signed_on"), ("email", "signed_on"), ("ems", "confirmed_on")] {
        let mut body = json!({"channel": channel, "arrived_on": "2026-06-22", "words": "附身份证明。"});
        body["signed_on"] = if channel == "ems" { json!("2026-06-22") } else { Value::Null };
        body[field] = json!("2026-06-22");
        let refusal = answer(&mut bench, &body).unwrap_err();
        assert_eq!((refusal.code, refusal.article.as_deref()), (Code::DateNotApplicable, Some("31")), "{channel} {field}");
        assert_eq!(refusal.errors[0].pointer, format!("/{field}"));
    }
    assert_eq!(refused(answer(&mut bench, &counter("2026-06-07"))).0, Code::DateBeforePrevious, "before the notice left");
    assert_eq!(refused(answer(&mut bench, &counter("2026-06-25"))).0, Code::DateInFuture);
}

#[test]
fn nothing_answers_what_was_not_sent_and_nothing_confirms_what_did_not_come() {
    let mut bench = registered("2026-06-01");
    assert_eq!(refused(answer(&mut bench, &counter("2026-06-01"))), (Code::CorrectionNotOpen, "30".into()));
    ask(&mut bench, "2026-06-08").unwrap();
    assert_eq!(refused(answer(&mut bench, &counter("2026-06-08"))), (Code::CorrectionNotOpen, "30".into()));
    post(&mut bench, NOTICE, "2026-06-08").unwrap();
    let confirmed = bench.take::<ConfirmCorrection>(CLERK, Some(1), json!({"confirmed_on": "2026-06-08"})).map(|_| ());
    assert_eq!(refused(confirmed), (Code::NothingOpen, "31(2)(3)".into()));
    let other = bench.take::<AnswerCorrection>(CLERK, Some(9), counter("2026-06-08")).map(|_| ());
    assert_eq!(refused(other).0, Code::UnknownTarget);
}

#[test]
fn the_service_of_a_notice_that_is_answered_already_is_on_file_without_effect() {
    for served_on in ["2026-06-09", "2026-06-12"] {
        let mut bench = asked("2026-06-08");
        answer(bench.go("2026-06-09"), &counter("2026-06-09")).unwrap();
        sign(&mut bench, served_on);
        assert_eq!(due_on(&bench), Some(day("2026-07-08")), "{served_on}");
    }
}

#[test]
fn art_31_what_came_by_fax_is_confirmed_and_is_no_silence() {
    let mut bench = asked("2026-06-08");
    sign(&mut bench, "2026-06-10");
    let fax = json!({"channel": "fax", "arrived_on": "2026-06-18", "words": "附身份证明。"});
    answer(bench.go("2026-06-18"), &fax).unwrap();
    let confirm = duty(&bench, DutyKind::ConfirmReceipt).unwrap();
    assert_eq!((confirm.from_on, confirm.due_on, confirm.open), (day("2026-06-18"), day("2026-06-22"), true), "19 June is a holiday");
    assert!(!duty(&bench, DutyKind::AnswerCorrection).unwrap().open);
    assert!(lapses(bench.case(), bench.calendar(), day("2026-06-29")).is_empty(), "the term ended on 25 June, and something had come");
    bench.go("2026-06-22").take::<ConfirmCorrection>(CLERK, Some(1), json!({"confirmed_on": "2026-06-22"})).unwrap();
    assert!(!duty(&bench, DutyKind::ConfirmReceipt).unwrap().open);
    assert_eq!(due_on(&bench), Some(day("2026-07-20")));
}

#[test]
fn what_became_of_a_posted_notice_is_owed() {
    let mut bench = asked("2026-06-08");
    let traced = duty(&bench, DutyKind::TraceDelivery).unwrap();
    assert_eq!((traced.due_on, traced.open), (day("2026-06-15"), true), "a term of the applicant begins with it");
    sign(&mut bench, "2026-06-10");
    assert!(!duty(&bench, DutyKind::TraceDelivery).unwrap().open);
}

#[test]
fn a_lapse_recorded_before_the_end_of_the_term_as_mended_is_none() {
    let mut bench = asked("2026-06-08");
    sign(&mut bench, "2026-06-10");
    let events = lapses(bench.case(), bench.calendar(), day("2026-06-26"));
    assert_eq!(events.len(), 1);
    bench.keep(events, Vec::new());
    assert!(duty(&bench, DutyKind::CloseLapsed).is_some());
    let mut case = bench.case().clone();
    let crate::case::model::DispatchState::Delivered { on, .. } = &mut case.dispatches[0].state else { panic!("not served") };
    *on = day("2026-06-15");
    bench.case = Some(case);
    let term = duty(&bench, DutyKind::AnswerCorrection).unwrap();
    assert_eq!((term.due_on, term.open, duty(&bench, DutyKind::CloseLapsed)), (day("2026-06-30"), true, None));
    assert_eq!(lapses(bench.case(), bench.calendar(), day("2026-07-01")).len(), 1, "it is recorded anew");
}

#[test]
fn a_term_that_ends_in_a_year_without_a_notice_does_not_lapse_by_itself() {
    let mut bench = registered("2026-12-21");
    ask(&mut bench, "2026-12-24").unwrap();
    post(&mut bench, NOTICE, "2026-12-24").unwrap();
    sign(&mut bench, "2026-12-28");
    assert!(duty(&bench, DutyKind::AnswerCorrection).unwrap().provisional);
    bench.go("2027-02-01");
    assert!(lapses(bench.case(), bench.calendar(), bench.today).is_empty());
}

#[test]
fn art_31_the_answer_named_or_the_earliest_is_confirmed() {
    let waiting = || {
        let mut bench = asked("2026-06-08");
        sign(&mut bench, "2026-06-09");
        let by = |channel: &str, on: &str| json!({"channel": channel, "arrived_on": on, "words": "附身份证明。"});
        answer(bench.go("2026-06-10"), &by("fax", "2026-06-10")).unwrap();
        answer(bench.go("2026-06-12"), &by("email", "2026-06-12")).unwrap();
        bench
    };
    let confirm = |bench: &mut Bench, body: Value| bench.take::<ConfirmCorrection>(CLERK, Some(1), body).map(|_| ());
    let mut bench = waiting();
    confirm(&mut bench, json!({"confirmed_on": "2026-06-11"})).unwrap();
    assert_eq!(clock::corrected_on(&bench.case().corrections[0]), Some(day("2026-06-11")));
    assert!(bench.case().corrections[0].answers[0].receipt.is_some(), "the fax");
    let mut bench = waiting();
    assert_eq!(refused(confirm(&mut bench, json!({"confirmed_on": "2026-06-11", "answer": 2}))).0, Code::DateBeforePrevious);
    let unknown = confirm(&mut bench, json!({"confirmed_on": "2026-06-12", "answer": 3})).unwrap_err();
    assert_eq!((unknown.code, unknown.errors[0].pointer.as_str()), (Code::NothingOpen, "/answer"));
    confirm(&mut bench, json!({"confirmed_on": "2026-06-12", "answer": 2})).unwrap();
    assert!(bench.case().corrections[0].answers[1].receipt.is_some(), "the e-mail");
}
