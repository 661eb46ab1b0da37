//! Mistyped days: what each moves, who must agree, what it may not contradict. Received on 2 November, due on 30 November.

use crate::case::duties::duties;
use crate::case::event::CaseEvent;
use crate::case::model::{AmendmentState, Change, Letter};
use crate::case::testing::{APPROVER, Bench, CLERK, day};
use crate::rules::terms::DutyKind;
use crate::steps::fixtures::{due_on, post, registered, sign};
use crate::steps::handle::charge::{IssueFeeNotice, RecordPayment};
use crate::steps::handle::consult::{AnswerConsultation, FailConsultation, OpenConsultation};
use crate::steps::handle::correct::{AnswerCorrection, RequestCorrection};
use crate::steps::handle::excess::{AssessReasons, GiveReasons, PostponeReply, RequestReasons};
use crate::steps::handle::extend::ExtendReply;
use crate::steps::mend::amend::AmendCase;
use crate::steps::mend::decide::DecideAmendment;
use serde_json::{Value, json};

fn amend(bench: &mut Bench, change: Value) -> Result<AmendmentState, (&'static str, String)> {
    match bench.take::<AmendCase>(CLERK, None, json!({"change": change, "reason": "日期登记有误。"})) {
        Ok(case) => Ok(case.amendments.last().unwrap().state),
        Err(refusal) => Err((refusal.code.as_str(), refusal.errors.first().map(|error| error.pointer.clone()).unwrap_or_default())),
    }
}

fn agree(bench: &mut Bench) {
    let n = bench.case().amendments.last().unwrap().n;
    bench.take::<DecideAmendment>(APPROVER, Some(n), json!({"verdict": "approved"})).unwrap();
}

fn at(pointer: &str, code: &'static str) -> Result<AmendmentState, (&'static str, String)> {
    Err((code, pointer.to_owned()))
}

/// The letter left on 6 November and was signed for on 9 November.
fn consulted() -> Bench {
    let mut bench = registered("2026-11-02");
    let body = json!({"party": "third_party", "name": "甲公司", "on": "2026-11-06", "question": "是否同意公开。"});
    bench.go("2026-11-06").take::<OpenConsultation>(CLERK, None, body).unwrap();
    post(&mut bench, Letter::Consultation { n: 1 }, "2026-11-06").unwrap();
    bench
}

fn answered() -> Bench {
    let mut bench = consulted();
    sign(&mut bench, "2026-11-09");
    let body = json!({"on": "2026-11-16", "opinion": "refuses"});
    bench.go("2026-11-20").take::<AnswerConsultation>(CLERK, Some(1), body).unwrap();
    bench
}

#[test]
fn the_day_of_an_answer_moves_the_due_date_and_keeps_both_values() {
    let mut bench = answered();
    assert_eq!(due_on(&bench), Some(day("2026-12-08")));
    let change = |on: &str| json!({"subject": "consultation_answer", "consultation": 1, "on": on});
    assert_eq!(amend(&mut bench, change("2026-11-13")), Ok(AmendmentState::Applied));
    assert_eq!(due_on(&bench), Some(day("2026-12-07")));
    let Some(CaseEvent::AmendmentApplied { amendment }) = bench.events.last() else { panic!() };
    let both = Change::ConsultationAnswer { consultation: 1, old_on: day("2026-11-16"), new_on: day("2026-11-13") };
    assert_eq!(amendment.change, both);
    assert_eq!(amend(&mut bench, change("2026-11-18")), Ok(AmendmentState::Proposed), "a later date needs a second person");
    assert_eq!(due_on(&bench), Some(day("2026-12-07")));
    assert_eq!(amend(&mut bench, change("2026-11-18")), at("", "amendment_pending"));
    agree(&mut bench);
    assert_eq!(due_on(&bench), Some(day("2026-12-10")));
    assert_eq!(amend(&mut bench, change("2026-11-18")), at("", "nothing_to_change"));
    assert_eq!(amend(&mut bench, change("2026-11-05")), at("/change/on", "date_before_previous"));
    assert_eq!(amend(&mut bench, change("2026-11-21")), at("/change/on", "date_in_future"));
    let other = json!({"subject": "consultation_answer", "consultation": 2, "on": "2026-11-13"});
    assert_eq!(amend(&mut bench, other), at("/change/consultation", "unknown_reference"));
}

#[test]
fn the_day_of_a_failure_moves_the_due_date() {
    let mut bench = consulted();
    bench.go("2026-11-16").take::<FailConsultation>(CLERK, Some(1), json!({"on": "2026-11-16", "note": "查无此人"})).unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-12-08")));
    let change = json!({"subject": "consultation_failure", "consultation": 1, "on": "2026-11-13"});
    assert_eq!(amend(&mut bench, change), Ok(AmendmentState::Applied));
    assert_eq!(due_on(&bench), Some(day("2026-12-07")));
    let answer = json!({"subject": "consultation_answer", "consultation": 1, "on": "2026-11-13"});
    assert_eq!(amend(&mut bench, answer), at("/change/consultation", "unknown_reference"));
}

#[test]
fn the_posting_of_a_letter_moves_what_counts_from_it() {
    let mut bench = answered();
    let change = |on: &str| json!({"subject": "posting", "dispatch": 1, "on": on});
    assert_eq!(amend(&mut bench, change("2026-11-09")), Ok(AmendmentState::Proposed), "its proof of delivery is owed later");
    agree(&mut bench);
    assert_eq!(due_on(&bench), Some(day("2026-12-07")));
    assert_eq!(amend(&mut bench, change("2026-11-05")), at("/change/on", "date_before_previous"), "before the date it bears");
    assert_eq!(amend(&mut bench, change("2026-11-10")), at("/change/on", "date_before_previous"), "after it was served");
    assert_eq!(amend(&mut bench, change("2026-11-06")), Ok(AmendmentState::Proposed));
    agree(&mut bench);
    assert_eq!(due_on(&bench), Some(day("2026-12-08")));
}

#[test]
fn an_extension_whose_notice_truly_left_late_extends_nothing() {
    let mut bench = registered("2026-11-02");
    let body = json!({"working_days": 5, "reasons": "档案分散。"});
    bench.go("2026-11-30").take::<ExtendReply>(APPROVER, None, body).unwrap();
    post(&mut bench, Letter::Extension { n: 1 }, "2026-11-30").unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-12-07")));
    bench.go("2026-12-01");
    let change = |on: &str| json!({"subject": "posting", "dispatch": 1, "on": on});
    assert_eq!(amend(&mut bench, change("2026-12-01")), Ok(AmendmentState::Proposed), "the truth is not refused");
    agree(&mut bench);
    assert_eq!(due_on(&bench), Some(day("2026-11-30")), "what left late extends nothing");
    assert_eq!(amend(&mut bench, change("2026-11-30")), Ok(AmendmentState::Proposed));
    agree(&mut bench);
    assert_eq!(due_on(&bench), Some(day("2026-12-07")));
}

/// Corrected by fax, which arrived on 16 and was confirmed on 17 November.
fn corrected() -> Bench {
    let mut bench = registered("2026-11-02");
    let body = json!({"on": "2026-11-10", "no_contact_reason": "申请人未留电话。", "points": "请补充。", "reasons": "不明确。"});
    bench.go("2026-11-10").take::<RequestCorrection>(CLERK, None, body).unwrap();
    post(&mut bench, Letter::Correction { n: 1 }, "2026-11-10").unwrap();
    sign(&mut bench, "2026-11-12");
    let fax = json!({"channel": "fax", "arrived_on": "2026-11-16", "confirmed_on": "2026-11-17", "words": "附身份证明。"});
    bench.go("2026-11-20").take::<AnswerCorrection>(CLERK, Some(1), fax).unwrap();
    bench
}

#[test]
fn the_arrival_of_a_corrected_application_begins_the_period_on_its_true_day() {
    let mut bench = corrected();
    assert_eq!(due_on(&bench), Some(day("2026-12-15")));
    let change = |arrived_on: &str, confirmed_on: Option<&str>| {
        let what = "corrected_application";
        json!({"subject": what, "correction": 1, "answer": 1, "arrived_on": arrived_on, "confirmed_on": confirmed_on})
    };
    assert_eq!(amend(&mut bench, change("2026-11-16", Some("2026-11-16"))), Ok(AmendmentState::Applied));
    assert_eq!(due_on(&bench), Some(day("2026-12-14")));
    let receipt = bench.case().corrections[0].answers[0].receipt.clone().unwrap();
    assert!(receipt.on == day("2026-11-16") && receipt.article.starts_with("30, 31"), "{receipt:?}");
    assert_eq!(amend(&mut bench, change("2026-11-16", Some("2026-11-18"))), Ok(AmendmentState::Proposed));
    assert_eq!(amend(&mut bench, change("2026-11-16", None)), at("/change/confirmed_on", "date_missing"));
    assert_eq!(amend(&mut bench, change("2026-11-09", Some("2026-11-16"))), at("/change/arrived_on", "date_before_previous"));
}

#[test]
fn a_correction_notice_posted_after_day_7_is_late_whatever_was_entered() {
    let mut bench = corrected();
    let change = json!({"subject": "posting", "dispatch": 1, "on": "2026-11-12"});
    assert_eq!(amend(&mut bench, change), Ok(AmendmentState::Proposed));
    agree(&mut bench);
    let notice = duties(bench.case(), bench.calendar()).into_iter().find(|duty| duty.kind == DutyKind::CorrectionNotice).unwrap();
    assert!(notice.due_on == day("2026-11-11") && notice.met_on == Some(day("2026-11-12")), "{notice:?}");
    assert_eq!(due_on(&bench), Some(day("2026-11-30")), "the first due date stays in force (choice 14)");
}

#[test]
fn day_and_amount_of_a_payment_decide_when_it_is_complete() {
    let mut bench = registered("2026-11-02");
    let body = json!({"on": "2026-11-10", "basis": {"method": "by_page", "pages": 68}, "reasons": "数量过多。"});
    bench.go("2026-11-10").take::<IssueFeeNotice>(CLERK, None, body).unwrap();
    post(&mut bench, Letter::Fee { n: 1 }, "2026-11-10").unwrap();
    sign(&mut bench, "2026-11-11");
    let paid = json!({"on": "2026-11-20", "amount": 380, "receipt_number": "示票 1"});
    bench.go("2026-11-20").take::<RecordPayment>(CLERK, None, paid).unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-12-18")));
    let change = |on: &str, amount: Option<u32>| json!({"subject": "payment", "notice": 1, "payment": 1, "on": on, "amount": amount});
    assert_eq!(amend(&mut bench, change("2026-11-19", None)), Ok(AmendmentState::Applied));
    assert_eq!(due_on(&bench), Some(day("2026-12-17")));
    assert_eq!(amend(&mut bench, change("2026-11-20", None)), Ok(AmendmentState::Proposed));
    assert_eq!(amend(&mut bench, change("2026-11-19", Some(381))), at("/change/amount", "amount_out_of_range"));
    assert_eq!(amend(&mut bench, change("2026-11-19", Some(300))), Ok(AmendmentState::Proposed), "a part restarts nothing");
    agree(&mut bench);
    assert_eq!((due_on(&bench), bench.case().fee_notices[0].left()), (None, 80));
}

#[test]
fn the_day_of_reasons_stays_before_what_rests_on_it() {
    let mut bench = registered("2026-11-02");
    bench.settings.clock.reasons_restart_clock = true;
    bench.go("2026-11-04").take::<RequestReasons>(CLERK, None, json!({"on": "2026-11-04", "words": "请说明理由。"})).unwrap();
    post(&mut bench, Letter::ReasonsRequest { n: 1 }, "2026-11-04").unwrap();
    sign(&mut bench, "2026-11-05");
    bench.go("2026-11-10").take::<GiveReasons>(CLERK, Some(1), json!({"on": "2026-11-10", "words": "用于研究。"})).unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-12-08")));
    let change = |on: &str| json!({"subject": "reasons", "request": 1, "on": on});
    assert_eq!(amend(&mut bench, change("2026-11-09")), Ok(AmendmentState::Applied));
    assert_eq!(due_on(&bench), Some(day("2026-12-07")));
    assert_eq!(amend(&mut bench, change("2026-11-10")), Ok(AmendmentState::Proposed));
    let assessed = json!({"reasonable": true, "words": "理由合理。"});
    bench.go("2026-11-12").take::<AssessReasons>(APPROVER, Some(1), assessed).unwrap();
    let later = json!({"until": "2027-01-29", "reasons": "数量过多。"});
    bench.take::<PostponeReply>(APPROVER, None, later).unwrap();
    post(&mut bench, Letter::Postponement { n: 1 }, "2026-11-12").unwrap();
    assert_eq!(amend(bench.go("2026-11-16"), change("2026-11-13")), at("/change/on", "date_before_previous"));
}

#[test]
fn an_acknowledgement_that_states_the_mended_due_date_is_listed() {
    use crate::case::model::PrintedDatum;
    use crate::case::outdated::{Differs, outdated};
    let listed = |bench: &Bench| {
        let texts = bench.secrets.iter().map(|secret| (secret.reference.id, secret.text.clone())).collect();
        let list = outdated(bench.case(), due_on(bench), &texts);
        list.iter().map(|(_, differs)| differs.iter().map(Differs::datum).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    let mut bench = answered();
    let due = due_on(&bench);
    let (on, by) = (bench.today, CLERK);
    bench.keep(vec![CaseEvent::AcknowledgementReissued { on, by, due_on: due.unwrap() }], Vec::new());
    assert!(listed(&bench).is_empty());
    let change = json!({"subject": "consultation_answer", "consultation": 1, "on": "2026-11-13"});
    assert_eq!(amend(&mut bench, change), Ok(AmendmentState::Applied));
    assert_eq!(listed(&bench), [[PrintedDatum::DueOn]]);
}
