//! One table a line of the domain rules 1.3, and one a choice of their section 8.

use super::*;
use crate::rules::calendar::tests::calendar;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// What a table expects right after a step: status, due date, projected date, days left; a refusal by its code.
type Row = (&'static str, Happening, Result<(ClockStatus, Option<&'static str>, Option<&'static str>, Option<i64>), ClockCode>);

fn check(rows: &[Row]) {
    check_with(ClockChoices::default(), rows);
}

fn check_with(choices: ClockChoices, rows: &[Row]) {
    let mut clock = Clock::new(calendar(), choices);
    let steps: Vec<ClockStep> = rows.iter().map(|(on, what, _)| ClockStep { on: day(on), what: what.clone() }).collect();
    for ((on, what, expected), told) in rows.iter().zip(walk(&mut clock, &steps)) {
        let reading = &told.reading;
        match (expected, &told.taken) {
            (Ok((status, due, projected, left)), Ok(())) => {
                let found = (reading.status, reading.due.map(|due| due.on), reading.projected.map(|due| due.on), reading.working_days_left);
                assert_eq!(found, (*status, due.map(day), projected.map(day), *left), "{on} {what:?}");
            }
            (Err(code), Err(refusal)) => assert_eq!(refusal.code, *code, "{on} {what:?}"),
            (_, taken) => panic!("{on} {what:?}: {taken:?} {reading:?}"),
        }
    }
}

use ClockStatus::{AwaitingConfirmation, AwaitingCorrection, AwaitingPayment, Overdue, Running, Suspended};

fn sent(name: &str) -> Happening {
    Happening::ConsultationSent { consultation: name.into(), party: Party::ThirdParty }
}
fn delivered(name: &str) -> Happening {
    Happening::ConsultationDelivered { consultation: name.into() }
}
fn answered(name: &str) -> Happening {
    Happening::ConsultationAnswered { consultation: name.into() }
}
fn undeliverable(name: &str) -> Happening {
    Happening::ConsultationUndeliverable { consultation: name.into() }
}
fn silent(name: &str) -> Happening {
    Happening::ConsultationLapsed { consultation: name.into() }
}
const fn extended(working_days: u32) -> Happening {
    Happening::ExtensionNotified { working_days }
}
const fn noticed(days: u32) -> Happening {
    Happening::CorrectionNoticeDelivered { answer_within_working_days: Some(days) }
}
fn postponed(until: &str) -> Happening {
    Happening::ReplyPostponed { until: day(until) }
}

#[test]
fn c2_twenty_working_days_from_the_day_after_receipt_and_fifteen_before_the_revision() {
    check(&[("2025-06-03", Happening::Received, Ok((Running, Some("2025-07-01"), None, Some(20))))]);
    check(&[("2019-05-14", Happening::Received, Ok((Running, Some("2019-06-04"), None, Some(15))))]);
    check(&[("2019-05-15", Happening::Received, Ok((Running, Some("2019-06-13"), None, Some(20))))]);
    check(&[
        ("2026-04-24", Happening::Arrived, Ok((AwaitingConfirmation, None, None, None))),
        ("2026-04-27", Happening::Received, Ok((Running, Some("2026-05-27"), None, Some(20)))),
    ]);
}

#[test]
fn c3_an_extension_is_one_of_1_to_20_days_notified_by_the_due_date() {
    let received = ("2026-03-16", Happening::Received, Ok((Running, Some("2026-04-14"), None, Some(20))));
    check(&[received.clone(), ("2026-04-14", extended(10), Ok((Running, Some("2026-04-28"), None, Some(10))))]);
    check(&[received.clone(), ("2026-04-15", extended(10), Err(ClockCode::ExtensionAfterDueDate))]);
    check(&[
        received.clone(),
        ("2026-03-17", extended(0), Err(ClockCode::ExtensionDaysOutOfRange)),
        ("2026-03-17", extended(21), Err(ClockCode::ExtensionDaysOutOfRange)),
        ("2026-03-17", extended(5), Ok((Running, Some("2026-04-21"), None, Some(24)))),
        ("2026-03-18", extended(1), Err(ClockCode::ExtensionAlreadyUsed)),
    ]);
    check(&[
        ("2019-05-14", Happening::Received, Ok((Running, Some("2019-06-04"), None, Some(15)))),
        ("2019-05-15", extended(16), Err(ClockCode::ExtensionDaysOutOfRange)),
        ("2019-05-15", extended(15), Ok((Running, Some("2019-06-26"), None, Some(29)))),
    ]);
}

#[test]
fn c4_c5_a_correction_in_time_restarts_with_fresh_days() {
    check(&[
        ("2024-03-18", Happening::Received, Ok((Running, Some("2024-04-16"), None, Some(20)))),
        ("2024-03-27", Happening::CorrectionNoticeSent, Ok((AwaitingCorrection, None, None, None))),
        ("2024-03-27", extended(5), Err(ClockCode::NoPeriodRuns)),
        ("2024-03-28", noticed(10), Ok((AwaitingCorrection, None, None, None))),
        ("2024-03-28", noticed(10), Err(ClockCode::CorrectionAlreadyDelivered)),
        ("2024-04-11", Happening::CorrectedApplicationReceived, Ok((Running, Some("2024-05-11"), None, Some(20)))),
        ("2024-04-12", Happening::CorrectionNoticeSent, Err(ClockCode::CorrectionAlreadyUsed)),
        ("2024-04-12", extended(3), Ok((Running, Some("2024-05-15"), None, Some(22)))),
    ]);
}

#[test]
fn c5a_the_application_lapses_on_the_day_after_the_term_at_the_earliest() {
    check(&[
        ("2024-03-18", Happening::Received, Ok((Running, Some("2024-04-16"), None, Some(20)))),
        ("2024-03-25", Happening::CorrectionNoticeSent, Ok((AwaitingCorrection, None, None, None))),
        ("2024-03-26", Happening::CorrectionLapsed, Err(ClockCode::LapseBeforeItsDay)),
        ("2024-03-28", noticed(10), Ok((AwaitingCorrection, None, None, None))),
        ("2024-04-12", Happening::CorrectionLapsed, Err(ClockCode::LapseBeforeItsDay)),
        ("2024-04-13", Happening::CorrectionLapsed, Ok((ClockStatus::Closed, None, None, None))),
        ("2024-04-15", Happening::CorrectedApplicationReceived, Err(ClockCode::AlreadyClosed)),
    ]);
}

#[test]
fn c6_the_days_of_a_consultation_do_not_count_and_silence_ends_it_on_its_fifteenth_day() {
    check(&[
        ("2026-06-01", Happening::Received, Ok((Running, Some("2026-06-30"), None, Some(20)))),
        ("2026-06-08", sent("A"), Ok((Suspended, None, None, Some(15)))),
        ("2026-06-10", delivered("A"), Ok((Suspended, None, Some("2026-07-23"), Some(15)))),
        ("2026-07-01", silent("A"), Err(ClockCode::LapseBeforeItsDay)),
        ("2026-07-02", silent("A"), Ok((Running, Some("2026-07-23"), None, Some(15)))),
        // Choice 8: on file, no effect.
        ("2026-07-06", answered("A"), Ok((Running, Some("2026-07-23"), None, Some(13)))),
        ("2026-07-06", answered("A"), Err(ClockCode::ConsultationAlreadyEnded)),
    ]);
}

#[test]
fn choice_7_two_consultations_exclude_their_union() {
    check(&[
        ("2025-04-14", Happening::Received, Ok((Running, Some("2025-05-14"), None, Some(20)))),
        ("2025-04-18", sent("A"), Ok((Suspended, None, None, Some(16)))),
        ("2025-04-21", delivered("A"), Ok((Suspended, None, Some("2025-06-06"), Some(16)))),
        ("2025-04-24", sent("B"), Ok((Suspended, None, Some("2025-06-06"), Some(16)))),
        ("2025-04-25", delivered("B"), Ok((Suspended, None, Some("2025-06-12"), Some(16)))),
        ("2025-05-07", answered("A"), Ok((Suspended, None, Some("2025-06-12"), Some(16)))),
        ("2025-05-13", answered("B"), Ok((Running, Some("2025-06-05"), None, Some(16)))),
    ]);
}

#[test]
fn choice_9_an_undelivered_letter_ends_by_the_record_or_15_working_days_after_the_sending() {
    let received = ("2026-06-01", Happening::Received, Ok((Running, Some("2026-06-30"), None, Some(20))));
    let letter = ("2026-06-08", sent("A"), Ok((Suspended, None, None, Some(15))));
    check(&[received.clone(), letter.clone(), ("2026-06-12", undeliverable("A"), Ok((Running, Some("2026-07-06"), None, Some(15))))]);
    check(&[
        received,
        letter,
        ("2026-06-29", silent("A"), Err(ClockCode::LapseBeforeItsDay)),
        ("2026-07-02", Happening::ReasonsRequested, Ok((Running, Some("2026-07-21"), None, Some(13)))),
    ]);
}

#[test]
fn choice_10_a_letter_on_the_last_day_leaves_nothing_but_an_extension_the_same_day() {
    let received = ("2026-06-01", Happening::Received, Ok((Running, Some("2026-06-30"), None, Some(20))));
    let letter = ("2026-06-30", sent("A"), Ok((Suspended, Some("2026-06-30"), None, Some(0))));
    check(&[
        received.clone(),
        letter.clone(),
        ("2026-06-30", extended(5), Ok((Suspended, None, None, Some(5)))),
        ("2026-07-01", delivered("A"), Ok((Suspended, None, Some("2026-07-29"), Some(5)))),
    ]);
    check(&[
        received,
        letter,
        ("2026-07-01", delivered("A"), Ok((Suspended, Some("2026-06-30"), None, Some(0)))),
        ("2026-07-01", extended(5), Err(ClockCode::ExtensionAfterDueDate)),
        ("2026-07-03", answered("A"), Ok((Overdue, Some("2026-06-30"), None, Some(-3)))),
        ("2026-07-06", answered("A"), Err(ClockCode::ConsultationAlreadyEnded)),
        ("2026-07-06", Happening::ReasonsRequested, Ok((Overdue, Some("2026-06-30"), None, Some(-4)))),
    ]);
}

#[test]
fn choice_11_an_extension_while_suspended_adds_days() {
    check(&[
        ("2026-06-01", Happening::Received, Ok((Running, Some("2026-06-30"), None, Some(20)))),
        ("2026-06-08", sent("A"), Ok((Suspended, None, None, Some(15)))),
        ("2026-06-25", extended(20), Ok((Suspended, None, None, Some(35)))),
    ]);
}

#[test]
fn choice_14_a_late_correction_notice_leaves_the_first_due_date_in_force() {
    check(&[
        ("2024-03-18", Happening::Received, Ok((Running, Some("2024-04-16"), None, Some(20)))),
        ("2024-03-28", Happening::CorrectionNoticeSent, Ok((AwaitingCorrection, Some("2024-04-16"), None, Some(12)))),
        ("2024-03-29", noticed(10), Ok((AwaitingCorrection, Some("2024-04-16"), None, Some(11)))),
        ("2024-04-11", Happening::CorrectedApplicationReceived, Ok((Running, Some("2024-04-16"), Some("2024-05-11"), Some(3)))),
        ("2024-04-17", extended(5), Err(ClockCode::ExtensionAfterDueDate)),
        ("2024-04-17", sent("A"), Ok((Suspended, Some("2024-04-16"), None, Some(-1)))),
    ]);
}

#[test]
fn choice_26_days_of_an_open_consultation_after_the_restart_are_still_excluded() {
    check(&[
        ("2026-06-01", Happening::Received, Ok((Running, Some("2026-06-30"), None, Some(20)))),
        ("2026-06-02", sent("A"), Ok((Suspended, None, None, Some(19)))),
        ("2026-06-03", Happening::CorrectionNoticeSent, Ok((AwaitingCorrection, None, None, None))),
        ("2026-06-04", noticed(5), Ok((AwaitingCorrection, None, None, None))),
        ("2026-06-08", Happening::CorrectedApplicationReceived, Ok((Suspended, None, None, Some(20)))),
        ("2026-06-10", answered("A"), Ok((Running, Some("2026-07-09"), None, Some(20)))),
    ]);
}

#[test]
fn c8_reasons_stop_nothing_and_a_later_date_replaces_the_due_date() {
    check(&[
        ("2026-06-01", Happening::Received, Ok((Running, Some("2026-06-30"), None, Some(20)))),
        ("2026-06-02", postponed("2026-08-01"), Err(ClockCode::ReasonsNotRequested)),
        ("2026-06-02", Happening::ReasonsGiven, Err(ClockCode::ReasonsNotRequested)),
        ("2026-06-03", Happening::ReasonsRequested, Ok((Running, Some("2026-06-30"), None, Some(18)))),
        ("2026-06-08", Happening::ReasonsGiven, Ok((Running, Some("2026-06-30"), None, Some(15)))),
        ("2026-06-09", postponed("2026-06-30"), Err(ClockCode::PostponedDateNotLater)),
        ("2026-06-09", postponed("2026-08-01"), Ok((Running, Some("2026-08-01"), None, Some(37)))),
        ("2026-06-10", extended(5), Err(ClockCode::AlreadyPostponed)),
    ]);
}

#[test]
fn choice_18_by_setting_the_reasons_restart_the_clock() {
    let choices = ClockChoices { reasons_restart_clock: true, ..ClockChoices::default() };
    check_with(
        choices,
        &[
            ("2026-06-01", Happening::Received, Ok((Running, Some("2026-06-30"), None, Some(20)))),
            ("2026-06-03", Happening::ReasonsRequested, Ok((AwaitingCorrection, None, None, None))),
            ("2026-06-08", Happening::ReasonsGiven, Ok((Running, Some("2026-07-07"), None, Some(20)))),
        ],
    );
}

#[test]
fn c9_payment_in_full_restarts_and_a_lapse_ends() {
    let received = ("2026-07-06", Happening::Received, Ok((Running, Some("2026-08-03"), None, Some(20))));
    let notice = ("2026-07-20", Happening::FeeNoticeSent, Ok((AwaitingPayment, None, None, None)));
    let there = ("2026-07-22", Happening::FeeNoticeDelivered, Ok((AwaitingPayment, None, None, None)));
    check(&[
        received.clone(),
        ("2026-07-07", Happening::FeePaid, Err(ClockCode::FeeNotOpen)),
        notice.clone(),
        ("2026-07-21", extended(5), Err(ClockCode::NoPeriodRuns)),
        there.clone(),
        ("2026-08-03", Happening::FeePaid, Ok((Running, Some("2026-08-31"), None, Some(20)))),
        ("2026-08-04", Happening::FeeNoticeSent, Err(ClockCode::FeeAlreadyNotified)),
    ]);
    check(&[
        received.clone(),
        notice,
        there,
        ("2026-08-19", Happening::FeeLapsed, Err(ClockCode::LapseBeforeItsDay)),
        ("2026-08-20", Happening::FeeLapsed, Ok((ClockStatus::Closed, None, None, None))),
    ]);
    check(&[received, ("2026-08-04", Happening::FeeNoticeSent, Err(ClockCode::FeeNoticeAfterDueDate))]);
}

#[test]
fn the_reply_freezes_the_clock_and_nothing_but_late_papers_follows() {
    check(&[
        ("2026-06-01", Happening::Received, Ok((Running, Some("2026-06-30"), None, Some(20)))),
        ("2026-06-29", Happening::Replied, Ok((ClockStatus::Replied, Some("2026-06-30"), None, Some(1)))),
        ("2026-07-10", extended(5), Err(ClockCode::AlreadyReplied)),
        ("2026-07-20", Happening::Closed, Ok((ClockStatus::Closed, Some("2026-06-30"), None, Some(1)))),
        ("2026-07-21", Happening::Closed, Err(ClockCode::AlreadyClosed)),
    ]);
}

#[test]
fn order_and_range_are_held() {
    check(&[
        ("2026-06-01", extended(5), Err(ClockCode::StepBeforeReceipt)),
        ("1900-01-01", Happening::Received, Err(ClockCode::DateOutOfRange)),
        ("2026-06-01", Happening::Received, Ok((Running, Some("2026-06-30"), None, Some(20)))),
        ("2026-06-01", Happening::Received, Err(ClockCode::AlreadyReceived)),
        ("2026-05-29", Happening::CorrectionNoticeSent, Err(ClockCode::OutOfDateOrder)),
        ("2200-01-01", Happening::Replied, Err(ClockCode::DateOutOfRange)),
        ("2026-06-02", answered("A"), Err(ClockCode::ConsultationUnknown)),
        ("2026-06-30", Happening::ReasonsRequested, Ok((Running, Some("2026-06-30"), None, Some(0)))),
    ]);
}

#[test]
fn the_ledger_ends_with_the_last_day_allowed() {
    let mut clock = Clock::new(calendar(), ClockChoices::default());
    let steps = [("2026-06-01", Happening::Received), ("2026-06-08", sent("A")), ("2026-06-12", answered("A"))];
    let steps: Vec<ClockStep> = steps.into_iter().map(|(on, what)| ClockStep { on: day(on), what }).collect();
    walk(&mut clock, &steps);
    let ledger = clock.ledger(day("2026-06-12"));
    let last = ledger.last().unwrap();
    assert_eq!((last.number, Some(last.date)), (Some(20), clock.reading(day("2026-06-12")).due.map(|due| due.on)));
    let consulted: Vec<_> = ledger.iter().filter(|day| day.reason == "consultation").map(|day| day.note.as_deref()).collect();
    assert_eq!(consulted, [Some("A"); 4]);
}
