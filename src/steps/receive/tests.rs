//! What an agency may choose about receiving, and the register of corrections of one's own records.

use crate::case::duties::{duties, reply_duty};
use crate::case::projection::project;
use crate::case::testing::{APPROVER, Bench, CLERK, DEPARTMENT, HANDLER, day};
use crate::rules::matter::Matter;
use crate::steps::handle::assign::AssignCase;
use crate::steps::handle::charge::IssueFeeNotice;
use crate::steps::mail::dispatch::DispatchLetter;
use crate::steps::register::enter::RegisterCase;
use crate::steps::reply::draft::DraftReply;
use crate::steps::reply::issue::IssueReply;
use serde_json::{Value, json};

fn application(channel: &str, more: &Value) -> Value {
    let mut body = json!({
        "channel": channel, "arrived_on": "2026-11-08", "applicants": [{"kind": "natural_person", "name": "甲某"}],
        "request": {"description": "申请公开甲文件。", "wanted_form": "paper", "delivery_channel": "post"}
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

fn received_on(bench: &mut Bench, body: Value) -> Option<String> {
    bench.receive(body).unwrap().received_on().map(|on| on.to_string())
}

/// 2026-11-08 is a Sunday.
#[test]
fn choice_2_a_rest_day_is_the_receipt_date_unless_the_agency_says_otherwise() {
    for (channel, more) in [("counter", json!({})), ("ems", json!({"signed_on": "2026-11-08"}))] {
        assert_eq!(received_on(&mut Bench::on("2026-11-09"), application(channel, &more)).as_deref(), Some("2026-11-08"));
        let mut bench = Bench::on("2026-11-09");
        bench.settings.receipt.rest_day_moves_receipt = true;
        assert_eq!(received_on(&mut bench, application(channel, &more)).as_deref(), Some("2026-11-09"));
    }
    let mut bench = Bench::on("2026-11-09");
    bench.settings.receipt.rest_day_moves_receipt = true;
    assert_eq!(received_on(&mut bench, application("fax", &json!({}))), None, "a confirmation is a day of its own");
}

#[test]
fn choice_4_the_portals_acknowledgement_confirms_only_where_it_is_switched_on() {
    let told = json!({"acknowledged_on": "2026-11-09"});
    let refused = Bench::on("2026-11-09").receive(application("portal", &told)).unwrap_err();
    assert_eq!((refused.code.as_str(), refused.article.as_deref()), ("date_not_applicable", Some("31(3)")));
    let mut bench = Bench::on("2026-11-09");
    bench.settings.receipt.acknowledgement_confirms = true;
    assert_eq!(bench.receive(application("email", &told)).unwrap_err().code.as_str(), "date_not_applicable");
    assert_eq!(received_on(&mut bench, application("portal", &told)).as_deref(), Some("2026-11-09"));
    let mut bench = Bench::on("2026-11-09");
    bench.settings.receipt.acknowledgement_confirms = true;
    assert_eq!(received_on(&mut bench, application("portal", &json!({}))), None, "an application the portal did not acknowledge waits");
}

fn record() -> Bench {
    let mut bench = Bench::on("2026-11-09");
    bench.receive(application("counter", &json!({"matter": "record_correction"}))).unwrap();
    bench.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
    bench.take::<AssignCase>(CLERK, None, json!({"department": DEPARTMENT, "handler": HANDLER})).unwrap();
    bench
}

fn item(kind: &str, more: &Value) -> Value {
    let mut item = json!({"kind": kind, "main": true, "subject": "本人登记信息", "reasons": "经核实，记录有误。", "articles": ["41"]});
    item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"items": [item]})
}

#[test]
fn article_41_has_a_register_a_period_and_kinds_of_its_own() {
    let mut bench = record();
    let case = bench.case();
    assert_eq!(case.matter, Matter::RecordCorrection);
    assert!(case.registration.as_ref().unwrap().case_number.starts_with("示市监更正〔2026〕"));
    let owed = duties(case, bench.calendar());
    let reply = reply_duty(&owed).unwrap();
    assert_eq!((reply.due_on, reply.article.as_str()), (day("2026-12-04"), "41"));

    let foreign = bench.take::<DraftReply>(HANDLER, None, item("a1", &json!({"how_to_obtain": "网上。"}))).unwrap_err();
    assert_eq!((foreign.code.as_str(), foreign.article.as_deref()), ("reply_kind_not_open", Some("41")));
    let nameless = bench.take::<DraftReply>(HANDLER, None, item("r2", &json!({}))).unwrap_err();
    assert_eq!(nameless.code.as_str(), "reply_incomplete");
    let fee = json!({"on": "2026-11-09", "basis": {"method": "by_page", "pages": 500}, "reasons": "数量大。"});
    assert_eq!(bench.take::<IssueFeeNotice>(CLERK, None, fee).unwrap_err().code.as_str(), "nothing_to_charge");

    bench.take::<DraftReply>(HANDLER, None, item("r1", &json!({}))).unwrap();
    bench.take::<IssueReply>(APPROVER, None, json!({})).unwrap();
    assert!(!bench.case().replies[0].remedy.text.is_empty(), "remedies are told as usual");
    let post = json!({
        "letter": {"kind": "reply", "n": 1}, "on": "2026-11-09",
        "method": {"method": "post", "carrier": "ems", "tracking_number": "EA100000001CN"}
    });
    bench.take::<DispatchLetter>(CLERK, None, post).unwrap();
    let rows = project(bench.case(), bench.calendar());
    assert_eq!((rows.result, rows.columns.outcome, rows.columns.matter), (None, Some("r1"), "record_correction"));
}

#[test]
fn article_41_is_never_counted_even_where_the_kind_has_a_row() {
    let mut bench = record();
    bench.take::<DraftReply>(HANDLER, None, item("o3", &json!({"other_reason": "enquiry"}))).unwrap();
    bench.take::<IssueReply>(APPROVER, None, json!({})).unwrap();
    let post = json!({
        "letter": {"kind": "reply", "n": 1}, "on": "2026-11-09",
        "method": {"method": "post", "carrier": "ems", "tracking_number": "EA100000001CN"}
    });
    bench.take::<DispatchLetter>(CLERK, None, post).unwrap();
    assert_eq!(project(bench.case(), bench.calendar()).result, None);

    let mut bench = Bench::received("2026-11-09");
    bench.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
    let own = bench.take::<DraftReply>(CLERK, None, item("r4", &json!({}))).unwrap_err();
    assert_eq!(own.code.as_str(), "reply_kind_not_open", "an information request is not answered by Art 41");
}
