//! Reopening: after which closing, by whom, with which act, and the fresh period.

use super::*;
use crate::case::stage::Stage;
use crate::case::testing::{APPROVER, APPROVER_TWO, Bench, CLERK, day};
use crate::steps::archive::close::CloseCase;
use crate::steps::fixtures::{dispatch_event, due_on, post, refused, registered, reply_events, served_event, sign};
use crate::steps::handle::charge::{IssueFeeNotice, RecordPayment};
use crate::steps::handle::correct::RequestCorrection;
use crate::steps::mend::amend::AmendCase;
use crate::steps::mend::revoke::RevokeReply;
use serde_json::{Value, json};
use uuid::Uuid;

/// Closes the case by a reply of the kind, posted and signed for today; the approver signed it.
fn close(bench: &mut Bench, kind: ReplyKind) {
    let mut events = reply_events(bench.case(), bench.today);
    for event in &mut events {
        match event {
            CaseEvent::ReplyDrafted { draft } => draft.items[0].kind = kind,
            CaseEvent::ReplyIssued { reply } => reply.items[0].kind = kind,
            _ => {}
        }
    }
    bench.keep(events, Vec::new());
    let sent = dispatch_event(bench.case(), Letter::Reply { n: 1 }, bench.today);
    let n = crate::steps::next(bench.case().dispatches.len());
    bench.keep(vec![sent, served_event(n, bench.today)], Vec::new());
    bench.take::<CloseCase>(CLERK, None, json!({})).unwrap();
}

/// The term for the correction ended on 25 June; closed on 26 June.
fn uncorrected() -> Bench {
    let mut bench = registered("2026-06-01");
    let body = json!({"on": "2026-06-08", "no_contact_reason": "申请人未留电话。", "points": "请补充。", "reasons": "不明确。", "answer_within_working_days": 10});
    bench.go("2026-06-08").take::<RequestCorrection>(CLERK, None, body).unwrap();
    post(&mut bench, Letter::Correction { n: 1 }, "2026-06-08").unwrap();
    sign(&mut bench, "2026-06-10");
    bench.go("2026-06-26");
    close(&mut bench, ReplyKind::O1);
    bench
}

/// The term for the fee ended on 19 August, a part being paid; closed on 20 August.
fn unpaid() -> Bench {
    let mut bench = registered("2026-07-06");
    let body = json!({"on": "2026-07-20", "basis": {"method": "by_page", "pages": 68}, "reasons": "数量过多。"});
    bench.go("2026-07-20").take::<IssueFeeNotice>(CLERK, None, body).unwrap();
    post(&mut bench, Letter::Fee { n: 1 }, "2026-07-20").unwrap();
    sign(&mut bench, "2026-07-22");
    let part = json!({"on": "2026-07-22", "amount": 200, "receipt_number": "示票 1"});
    bench.take::<RecordPayment>(CLERK, None, part).unwrap();
    bench.go("2026-08-20");
    close(&mut bench, ReplyKind::O2);
    bench
}

fn corrected(arrived_on: &str, received_on: &str) -> Value {
    json!({"what": "corrected_application", "channel": "counter", "arrived_on": arrived_on, "received_on": received_on, "words": "附身份证明。"})
}

fn reopen(bench: &mut Bench, who: Uuid, act: &Value) -> Result<(), Refusal> {
    bench.take::<ReopenCase>(who, None, json!({"act": act, "reasons": "住院。"})).map(|_| ())
}

#[test]
fn domain_6_6_a_late_correction_for_good_reason_gives_fresh_20_days() {
    let mut bench = uncorrected();
    bench.go("2026-07-02");
    assert_eq!(due_on(&bench), None);
    reopen(&mut bench, APPROVER_TWO, &corrected("2026-07-01", "2026-07-01")).unwrap();
    let case = bench.case();
    assert_eq!((case.stage, case.round(), case.closing.is_some()), (Stage::Registered, 2, false));
    assert_eq!(due_on(&bench), Some(day("2026-07-29")));
    assert_eq!(refused(reopen_stage(&mut bench)).0, Code::StageForbids);
}

fn reopen_stage(bench: &mut Bench) -> Result<(), Refusal> {
    reopen(bench, APPROVER_TWO, &corrected("2026-07-01", "2026-07-01"))
}

#[test]
fn domain_6_6_a_late_payment_of_what_was_left_gives_fresh_20_days() {
    let mut bench = unpaid();
    bench.go("2026-08-21");
    reopen(&mut bench, APPROVER_TWO, &json!({"what": "payment", "on": "2026-08-21", "receipt_number": "示票 2"})).unwrap();
    assert_eq!(bench.case().fee_notices[0].payments[1].amount, 180);
    assert_eq!(due_on(&bench), Some(day("2026-09-18")));
}

#[test]
fn domain_6_6_who_signed_the_closing_does_not_reopen() {
    let mut bench = uncorrected();
    bench.go("2026-07-02");
    assert_eq!(refused(reopen(&mut bench, APPROVER, &corrected("2026-07-01", "2026-07-01"))), (Code::SamePerson, "45".into()));
}

#[test]
fn only_a_closing_by_a_lapse_is_reopened_and_by_the_act_it_waited_for() {
    let mut bench = registered("2026-06-01");
    close(&mut bench, ReplyKind::A2);
    let not_lapsed = (Code::NothingOpen, "30, 109号".into());
    assert_eq!(refused(reopen(&mut bench, APPROVER_TWO, &corrected("2026-06-01", "2026-06-01"))), not_lapsed);
    let mut bench = uncorrected();
    let paid = json!({"what": "payment", "on": "2026-06-26", "receipt_number": "示票 1"});
    let refusal = reopen(&mut bench, APPROVER_TWO, &paid).unwrap_err();
    assert_eq!((refusal.code, refusal.errors[0].pointer.as_str()), (Code::FieldsRefused, "/act/what"));
    let mut bench = unpaid();
    assert_eq!(refused(reopen(&mut bench, APPROVER_TWO, &corrected("2026-08-20", "2026-08-20"))).0, Code::FieldsRefused);
}

#[test]
fn art_31_the_day_of_receipt_follows_the_channel() {
    let mut bench = uncorrected();
    bench.go("2026-07-02");
    assert_eq!(
        refused(reopen(&mut bench, APPROVER_TWO, &corrected("2026-07-01", "2026-07-02"))),
        (Code::DateNotApplicable, "31(1)".into())
    );
    for (arrived_on, code) in [("2026-06-05", Code::DateBeforePrevious), ("2026-07-03", Code::DateInFuture)] {
        assert_eq!(refused(reopen(&mut bench, APPROVER_TWO, &corrected(arrived_on, arrived_on))).0, code);
    }
    let mut by_mail = corrected("2026-07-01", "2026-07-02");
    by_mail["channel"] = json!("email");
    reopen(&mut bench, APPROVER_TWO, &by_mail).unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-07-30")));
}

fn revoke(bench: &mut Bench) -> Result<(), Refusal> {
    bench.take::<RevokeReply>(APPROVER, Some(1), json!({"reason": "检索遗漏"})).map(|_| ())
}

#[test]
fn domain_6_6_a_closing_by_a_lapse_is_not_revoked_while_the_lapse_stands() {
    assert_eq!(refused(revoke(uncorrected().go("2026-07-02"))), (Code::ReopenInstead, "30".into()));
    assert_eq!(refused(revoke(unpaid().go("2026-08-21"))), (Code::ReopenInstead, "109号".into()));
    let mut bench = uncorrected();
    let later = json!({"change": {"subject": "service", "dispatch": 1, "delivered_on": "2026-06-12"}, "reason": "签收日有误。"});
    let proposed = bench.go("2026-07-02").take::<AmendCase>(CLERK, None, later).unwrap();
    assert_eq!(proposed.amendments[0].state, crate::case::model::AmendmentState::Proposed);
    bench.take::<crate::steps::mend::decide::DecideAmendment>(APPROVER_TWO, Some(1), json!({"verdict": "approved"})).unwrap();
    revoke(&mut bench).unwrap();
    assert_eq!(bench.case().stage, Stage::Registered, "the term ran to 29 June: the closing of 26 June was wrong in substance");
}

#[test]
fn a_closing_that_never_left_is_recalled_not_reopened() {
    let mut bench = uncorrected();
    bench.case.as_mut().unwrap().stage = Stage::Replied;
    assert_eq!(refused(reopen(&mut bench, APPROVER_TWO, &corrected("2026-06-26", "2026-06-26"))).0, Code::StageForbids);
}
