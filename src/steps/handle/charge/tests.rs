//! The fee: methods and bands, notice, payment in part and in full.

use super::*;
use crate::case::duties::duties;
use crate::case::testing::{Bench, CLERK, day};
use crate::rules::terms::DutyKind;
use crate::steps::fixtures::{due_on, post, refused, registered, sign};
use crate::steps::handle::correct::RequestCorrection;
use crate::steps::register::enter::RegisterCase;
use serde_json::{Value, json};

const NOTICE: Letter = Letter::Fee { n: 1 };

fn charge(bench: &mut Bench, basis: &Value) -> Result<(), Refusal> {
    let body = json!({"on": bench.today, "basis": basis, "reasons": "数量明显超过合理范围。"});
    bench.take::<IssueFeeNotice>(CLERK, None, body).map(|_| ())
}

fn pages(pages: u32) -> Value {
    json!({"method": "by_page", "pages": pages})
}

fn pay(bench: &mut Bench, on: &str, amount: u32) -> Result<(), Refusal> {
    let receipt_number = format!("示票 {on}");
    bench.take::<RecordPayment>(CLERK, None, json!({"on": on, "amount": amount, "receipt_number": receipt_number})).map(|_| ())
}

/// Received on 6 July, due on 3 August; 380 yuan asked for by post on 20 July, signed for on 22 July.
fn charged() -> Bench {
    let mut bench = registered("2026-07-06");
    charge(bench.go("2026-07-20"), &pages(68)).unwrap();
    post(&mut bench, NOTICE, "2026-07-20").unwrap();
    sign(&mut bench, "2026-07-22");
    bench
}

#[test]
fn rule_109_the_notice_stops_the_period_and_payment_in_full_begins_it_anew() {
    let mut bench = registered("2026-07-06");
    charge(bench.go("2026-07-20"), &pages(68)).unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-08-03")), "what has not left stops nothing");
    post(&mut bench, NOTICE, "2026-07-20").unwrap();
    sign(&mut bench, "2026-07-22");
    assert_eq!(due_on(&bench), None);
    let term = duties(bench.case(), bench.calendar()).into_iter().find(|duty| duty.kind == DutyKind::PayFee).unwrap();
    assert_eq!((term.from_on, term.due_on), (day("2026-07-22"), day("2026-08-19")));
    pay(bench.go("2026-08-03"), "2026-08-03", 380).unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-08-31")));
}

#[test]
fn choice_24_a_part_restarts_nothing() {
    let mut bench = charged();
    pay(bench.go("2026-07-27"), "2026-07-27", 200).unwrap();
    assert_eq!((due_on(&bench), bench.case().fee_notices[0].left()), (None, 180));
    let refusal = pay(&mut bench, "2026-07-27", 181).unwrap_err();
    assert_eq!((refusal.code, refusal.article.as_deref()), (Code::AmountOutOfRange, Some("109号")));
    assert_eq!(refused(pay(&mut bench, "2026-07-27", 0)).0, Code::AmountOutOfRange);
    assert_eq!(refused(pay(&mut bench, "2026-07-27", 180)).0, Code::AlreadyDone, "one fiscal receipt is one payment");
    pay(bench.go("2026-08-03"), "2026-08-03", 180).unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-08-31")));
    assert_eq!(refused(pay(&mut bench, "2026-08-03", 1)), (Code::FeeNotOpen, "109号".into()));
}

#[test]
fn rule_109_by_item_the_place_in_the_month_gives_the_price() {
    for (item, amount) in [(11, 100), (30, 100), (31, 200), (47, 300)] {
        let mut bench = registered("2026-07-06");
        bench.known.month_item = Some(item);
        charge(&mut bench, &json!({"method": "by_item"})).unwrap();
        let notice = &bench.case().fee_notices[0];
        assert_eq!((notice.basis, notice.amount), (FeeBasis::ByItem { item }, amount));
    }
    for item in [None, Some(10)] {
        let mut bench = registered("2026-07-06");
        bench.known.month_item = item;
        assert_eq!(refused(charge(&mut bench, &json!({"method": "by_item"}))), (Code::NothingToCharge, "42, 109号".into()));
    }
}

#[test]
fn rule_109_by_page_the_bands_are_progressive_and_the_first_is_free() {
    for (sides, amount) in [(31, 10), (100, 700), (260, 5_100)] {
        let mut bench = registered("2026-07-06");
        charge(&mut bench, &pages(sides)).unwrap();
        assert_eq!(bench.case().fee_notices[0].amount, amount);
    }
    let mut bench = registered("2026-07-06");
    assert_eq!(refused(charge(&mut bench, &pages(30))), (Code::NothingToCharge, "42, 109号".into()));
    for sides in [0, MOST_PAGES + 1] {
        assert_eq!(refused(charge(&mut bench, &pages(sides))), (Code::PagesOutOfRange, "109号".into()));
    }
}

#[test]
fn rule_109_inspection_on_site_is_not_charged_by_page() {
    let mut bench = Bench::on("2026-07-06");
    bench
        .receive(json!({
            "channel": "counter", "arrived_on": "2026-07-06",
            "applicants": [{"kind": "natural_person", "name": "甲某"}],
            "request": {"description": "申请查阅甲文件。", "wanted_form": "on_site_inspection", "delivery_channel": "pick_up"}
        }))
        .unwrap();
    bench.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
    assert_eq!(refused(charge(&mut bench, &pages(68))), (Code::FieldsRefused, "109号".into()));
}

#[test]
fn rule_109_a_fee_is_asked_for_once_and_within_the_period() {
    let mut bench = charged();
    assert_eq!(refused(charge(&mut bench, &pages(68))), (Code::FeeAlreadyNotified, "109号".into()));
    let late = (Code::FeeNoticeAfterDueDate, "109号".into());
    let mut bench = registered("2026-07-06");
    assert_eq!(refused(charge(bench.go("2026-08-04"), &pages(68))), late);
    charge(bench.go("2026-08-03"), &pages(68)).unwrap();
    assert_eq!(refused(post(&mut bench, NOTICE, "2026-08-04")), late);
}

#[test]
fn nothing_is_charged_while_a_correction_is_awaited_and_nothing_paid_that_was_not_asked_for() {
    let mut bench = registered("2026-07-06");
    assert_eq!(refused(pay(&mut bench, "2026-07-06", 1)), (Code::FeeNotOpen, "109号".into()));
    charge(&mut bench, &pages(68)).unwrap();
    assert_eq!(refused(pay(&mut bench, "2026-07-06", 380)), (Code::FeeNotOpen, "109号".into()), "not sent");
    let mut bench = registered("2026-07-06");
    let notice =
        json!({"on": "2026-07-06", "no_contact_reason": "申请人未留电话。", "points": "请补充身份证明。", "reasons": "缺少身份证明。"});
    bench.take::<RequestCorrection>(CLERK, None, notice).unwrap();
    post(&mut bench, Letter::Correction { n: 1 }, "2026-07-06").unwrap();
    assert_eq!(refused(charge(&mut bench, &pages(68))), (Code::NoPeriodRuns, "109号".into()));
    let mut bench = charged();
    assert_eq!(refused(pay(&mut bench, "2026-07-19", 380)).0, Code::DateBeforePrevious);
    assert_eq!(refused(pay(&mut bench, "2026-07-23", 380)).0, Code::DateInFuture);
}
