//! The explained clock of a case: words, history, sheet.

use super::*;
use crate::case::event::CaseEvent;
use crate::case::model::Awaiting;
use crate::case::testing::{APPROVER_TWO, Bench, CLERK, day};
use crate::rules::clock::StepKind;
use crate::rules::reply_kinds::ReplyKind;
use crate::steps::archive::close::CloseCase;
use crate::steps::fixtures::{dispatch_event, post, registered, reply_events, served_event, sign};
use crate::steps::handle::charge::{IssueFeeNotice, RecordPayment};
use crate::steps::handle::correct::{AnswerCorrection, RequestCorrection};
use crate::steps::mail::dispatch::DispatchLetter;
use crate::steps::mend::reopen::ReopenCase;
use serde_json::json;

fn shown(bench: &Bench) -> CaseClock {
    view_of(bench.case(), bench.calendar(), bench.today, Language::Chinese)
}

fn kinds(clock: &CaseClock) -> Vec<StepKind> {
    assert!(clock.steps.iter().all(|step| step.accepted), "{:?}", clock.steps);
    clock.steps.iter().map(|step| step.kind).collect()
}

#[test]
fn article_33_2_the_ledger_ends_on_the_due_date_with_the_last_day_allowed() {
    let bench = Bench::received("2026-04-24");
    let clock = view_of(bench.case(), bench.calendar(), bench.today, Language::English);
    let last = clock.ledger.last().unwrap();
    assert_eq!((Some(last.date), last.number), (clock.due_on, Some(20)));
    assert_eq!(clock.article.as_deref(), Some("33(2)"));
    assert!(clock.ledger.iter().any(|day| day.reason == "make_up_working_day" && day.counts));
    assert!(clock.explanation_zh.starts_with("2026年4月24日收到申请，自次日起计算，期限20个工作日"), "{}", clock.explanation_zh);
    assert!(clock.explanation_en.starts_with("Received on 2026-04-24, counted from the day after"), "{}", clock.explanation_en);
    let sheet = sheet::sheet(&clock, bench.calendar(), None, Language::Chinese);
    assert_eq!(sheet.lines().filter(|line| line.contains("第20日")).count(), 1, "{sheet}");
    // A day that does not count has no number, an empty part says so, and the notice has its Chinese title.
    assert!(!sheet.contains('—') && sheet.contains("二、不计入期限的期间\n无\n"), "{sheet}");
    assert!(sheet.contains("2026年：国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）\n"), "{sheet}");
    let holiday = sheet.lines().find(|line| line.starts_with("2026-05-01")).unwrap();
    assert!(holiday.ends_with("依据：国办发明电〔2025〕7号"), "{holiday}");
    let plain = sheet.lines().find(|line| line.starts_with("2026-04-27")).unwrap();
    assert!(!plain.contains("依据"), "{plain}");
    let english = sheet::sheet(&clock, bench.calendar(), None, Language::English);
    assert!(english.contains("2. What does not count\nnone\n") && english.contains("day 20  working day, counts"), "{english}");
}

/// Asked for a correction on 8 June, served on 10 June, its term over on 25 June; closed under O1 on 26 June.
fn uncorrected() -> Bench {
    let mut bench = registered("2026-06-01");
    let body = json!({"on": "2026-06-08", "no_contact_reason": "申请人未留电话。", "points": "请补充。", "reasons": "不明确。", "answer_within_working_days": 10});
    bench.go("2026-06-08").take::<RequestCorrection>(CLERK, None, body).unwrap();
    post(&mut bench, Letter::Correction { n: 1 }, "2026-06-08").unwrap();
    sign(&mut bench, "2026-06-10");
    bench.go("2026-06-26");
    bench.keep(vec![CaseEvent::TermRanOut { awaiting: Awaiting::Correction { n: 1 }, until: day("2026-06-25") }], Vec::new());
    let mut events = reply_events(bench.case(), bench.today);
    for event in &mut events {
        match event {
            CaseEvent::ReplyDrafted { draft } => draft.items[0].kind = ReplyKind::O1,
            CaseEvent::ReplyIssued { reply } => reply.items[0].kind = ReplyKind::O1,
            _ => {}
        }
    }
    bench.keep(events, Vec::new());
    let sent = dispatch_event(bench.case(), Letter::Reply { n: 1 }, bench.today);
    let n = crate::steps::next(bench.case().dispatches.len());
    bench.keep(vec![sent, served_event(n, bench.today)], Vec::new());
    bench.take::<CloseCase>(CLERK, None, json!({})).unwrap();
    bench
}

#[test]
fn article_30_a_closing_under_o1_is_told_with_its_notice_and_its_lapse() {
    let clock = shown(&uncorrected());
    assert_eq!(
        kinds(&clock),
        [
            StepKind::Received,
            StepKind::CorrectionNoticeSent,
            StepKind::CorrectionNoticeDelivered,
            StepKind::CorrectionTermEnded,
            StepKind::CorrectionLapsed,
            StepKind::Closed
        ]
    );
    assert_eq!(clock.status, ClockStatus::Closed);
    for part in
        ["已用5个工作日", "发出补正告知", "申请人逾期未补正（期限至2026年6月25日）", "2026年6月26日以申请人逾期未补正为由终止办理（O1）"]
    {
        assert!(clock.explanation_zh.contains(part), "{part}: {}", clock.explanation_zh);
    }
    assert!(!clock.explanation_zh.contains("答复，") && !clock.explanation_zh.contains("26日答复"), "{}", clock.explanation_zh);
}

#[test]
fn domain_6_6_after_a_reopening_the_closing_and_the_reopening_are_still_told() {
    let mut bench = uncorrected();
    bench.go("2026-07-02");
    let act = json!({"what": "corrected_application", "channel": "counter", "arrived_on": "2026-07-01", "received_on": "2026-07-01",
        "words": "附身份证明。"});
    bench.take::<ReopenCase>(APPROVER_TWO, None, json!({"act": act, "reasons": "住院。"})).unwrap();
    let clock = shown(&bench);
    assert_eq!(
        kinds(&clock).split_off(3),
        [
            StepKind::CorrectionTermEnded,
            StepKind::CorrectionLapsed,
            StepKind::Closed,
            StepKind::CorrectedApplicationReceived,
            StepKind::Reopened
        ]
    );
    let status = |kind| clock.steps.iter().find(|step| step.kind == kind).map(|step| (step.on, step.status));
    assert_eq!(status(StepKind::Closed), Some((day("2026-06-26"), ClockStatus::Closed)));
    assert_eq!(status(StepKind::Reopened), Some((day("2026-07-02"), ClockStatus::Running)));
    assert_eq!(clock.due_on, Some(day("2026-07-29")));
}

fn by_hand(on: &str) -> serde_json::Value {
    json!({"method": "hand_over", "delivered_on": on, "signed_by": "甲某"})
}

#[test]
fn a_delivery_of_the_day_on_which_the_answer_came_stays() {
    let mut bench = registered("2026-06-01");
    let body = json!({"on": "2026-06-08", "no_contact_reason": "申请人未留电话。", "points": "请补充。", "reasons": "不明确。"});
    bench.go("2026-06-08").take::<RequestCorrection>(CLERK, None, body).unwrap();
    let letter = json!({"letter": {"kind": "correction", "n": 1}, "on": "2026-06-08", "method": by_hand("2026-06-08")});
    bench.take::<DispatchLetter>(CLERK, None, letter).unwrap();
    let before = kinds(&shown(&bench));
    assert_eq!(before, [StepKind::Received, StepKind::CorrectionNoticeSent, StepKind::CorrectionNoticeDelivered]);
    let answer = json!({"channel": "counter", "arrived_on": "2026-06-08", "words": "文号如下。"});
    bench.take::<AnswerCorrection>(CLERK, Some(1), answer).unwrap();
    let corrected: Vec<StepKind> = before.into_iter().chain([StepKind::CorrectedApplicationReceived]).collect();
    assert_eq!(kinds(&shown(&bench)), corrected);

    let body = json!({"on": "2026-06-09", "basis": {"method": "by_page", "pages": 68}, "reasons": "数量过多。"});
    bench.go("2026-06-09").take::<IssueFeeNotice>(CLERK, None, body).unwrap();
    let letter = json!({"letter": {"kind": "fee", "n": 1}, "on": "2026-06-09", "method": by_hand("2026-06-09")});
    bench.take::<DispatchLetter>(CLERK, None, letter).unwrap();
    let paid = json!({"on": "2026-06-09", "amount": bench.case().fee_notices[0].amount, "receipt_number": "示票 1"});
    bench.take::<RecordPayment>(CLERK, None, paid).unwrap();
    let clock = shown(&bench);
    assert_eq!(kinds(&clock).split_off(4), [StepKind::FeeNoticeSent, StepKind::FeeNoticeDelivered, StepKind::FeePaid]);
    assert_eq!(clock.due_on, Some(day("2026-07-08")));
}

#[test]
fn the_sheet_lists_waits_for_the_applicant_with_their_letters() {
    let bench = uncorrected();
    let clock = shown(&bench);
    let wait = &clock.waits[0];
    assert_eq!((wait.sent_on, wait.delivered_on, wait.until_on), (day("2026-06-08"), Some(day("2026-06-10")), Some(day("2026-06-25"))));
    assert_eq!((wait.late, wait.ended_on, wait.tracking_numbers.len()), (false, None, 1));
    let sheet = sheet::sheet(&clock, bench.calendar(), None, Language::Chinese);
    let line = sheet.lines().find(|line| line.starts_with("补正告知第1号")).unwrap();
    for part in ["发出：2026-06-08", "送达：2026-06-10", "期限至：2026-06-25", "邮件号：", &wait.tracking_numbers[0]] {
        assert!(line.contains(part), "{part}: {line}");
    }
}
