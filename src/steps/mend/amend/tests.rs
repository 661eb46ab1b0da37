use super::*;
use crate::case::duties::{Duty, duties, reply_duty};
use crate::case::facts::IndexKind;
use crate::case::model::DispatchState;
use crate::case::stage::Stage;
use crate::case::testing::{APPROVER, Bench, CLERK, DOCUMENT, REVIEWER, day};
use crate::rules::receipt::Channel;
use crate::rules::terms::DutyKind;
use crate::steps::fixtures::{jointly, reconsideration, served};
use crate::steps::register::enter::RegisterCase;
use crate::steps::remedy::decide::RecordDecision;
use crate::steps::remedy::open::OpenReconsideration;
use serde_json::{Value, json};

fn amend(bench: &mut Bench, change: Value) -> Result<AmendmentState, &'static str> {
    let body = json!({"change": change, "reason": "登记有误", "proof": DOCUMENT});
    match bench.take::<AmendCase>(CLERK, None, body) {
        Ok(case) => Ok(case.amendments.last().unwrap().state),
        Err(refusal) => Err(refusal.code.as_str()),
    }
}

fn duty(bench: &Bench, kind: DutyKind) -> Option<Duty> {
    duties(bench.case(), bench.calendar()).into_iter().find(|duty| duty.kind == kind)
}

fn counter(arrived_on: &str) -> Value {
    json!({"subject": "receipt", "channel": "counter", "arrived_on": arrived_on})
}

fn registered(on: &str) -> Bench {
    let mut bench = Bench::received(on);
    bench.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
    bench
}

#[test]
fn an_earlier_receipt_applies_at_once_and_keeps_both_values() {
    let mut bench = registered("2026-08-04");
    assert_eq!(amend(&mut bench, counter("2026-08-03")), Ok(AmendmentState::Applied));
    assert_eq!(bench.case().received_on(), Some(day("2026-08-03")));
    let Some(CaseEvent::AmendmentApplied { amendment }) = bench.events.last() else { panic!() };
    let Change::Receipt { old_receipt, new_receipt, old_arrived_on, .. } = &amendment.change else { panic!() };
    assert_eq!((old_receipt.as_ref().unwrap().on, new_receipt.as_ref().unwrap().on), (day("2026-08-04"), day("2026-08-03")));
    assert_eq!((*old_arrived_on, amendment.proof, amendment.by), (day("2026-08-04"), Some(DOCUMENT), CLERK));
    assert_eq!(duty(&bench, DutyKind::Reply).unwrap().due_on, day("2026-08-31"));
    assert_eq!(duty(&bench, DutyKind::Register).unwrap().from_on, day("2026-08-03"));
}

#[test]
fn a_later_receipt_waits_for_a_second_person() {
    let mut bench = Bench::received("2026-08-03");
    bench.go("2026-08-05").take::<RegisterCase>(CLERK, None, json!({})).unwrap();
    let due_on = duty(&bench, DutyKind::Reply).unwrap().due_on;
    assert_eq!(amend(&mut bench, counter("2026-08-04")), Ok(AmendmentState::Proposed));
    assert_eq!((bench.case().received_on(), duty(&bench, DutyKind::Reply).unwrap().due_on), (Some(day("2026-08-03")), due_on));
}

#[test]
fn the_receipt_follows_article_31_for_the_true_channel() {
    let mut bench = registered("2026-08-04");
    bench.go("2026-08-10");
    let mut change = json!({"subject": "receipt", "channel": "ems", "arrived_on": "2026-08-04", "signed_on": "2026-08-03"});
    assert_eq!(amend(&mut bench, change.clone()), Ok(AmendmentState::Applied));
    assert_eq!((bench.case().channel, bench.case().receipt.as_ref().unwrap().article.as_str()), (Channel::Ems, "31(2)"));
    change["signed_on"] = Value::Null;
    assert_eq!(amend(&mut bench, change.clone()), Err("date_missing"));
    change["signed_on"] = json!("2026-08-02");
    change["confirmed_on"] = json!("2026-08-04");
    assert_eq!(amend(&mut bench, change), Err("date_not_applicable"));
    let email =
        |confirmed_on: &str| json!({"subject": "receipt", "channel": "email", "arrived_on": "2026-08-02", "confirmed_on": confirmed_on});
    assert_eq!(amend(&mut bench, email("2026-08-01")), Err("date_before_previous"));
    assert_eq!(amend(&mut bench, email("2026-08-11")), Err("date_in_future"));
    assert_eq!(amend(&mut bench, email("2026-08-05")), Err("date_before_previous"), "it was registered on the 4th");
    assert_eq!(amend(&mut bench, email("2026-08-03")), Ok(AmendmentState::Applied));
}

#[test]
fn a_case_not_yet_registered_goes_back_to_wait_for_its_confirmation() {
    let mut bench = Bench::received("2026-08-03");
    let change = json!({"subject": "receipt", "channel": "email", "arrived_on": "2026-08-03"});
    assert_eq!(amend(&mut bench, change.clone()), Ok(AmendmentState::Proposed), "a term of law would vanish");
    bench.take::<super::super::decide::DecideAmendment>(APPROVER, Some(1), json!({"verdict": "approved"})).unwrap();
    assert_eq!((bench.case().stage, bench.case().received_on()), (Stage::AwaitingConfirmation, None));
    assert_eq!(amend(&mut bench, counter("2026-08-03")), Ok(AmendmentState::Applied));
    assert_eq!(bench.case().stage, Stage::Received);
    let mut bench = registered("2026-08-03");
    assert_eq!(amend(&mut bench, change.clone()), Err("date_missing"));
    let mut bench = Bench::received("2026-08-03");
    bench.go("2026-09-02").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-09-01")).unwrap();
    assert_eq!(amend(&mut bench, change), Err("date_missing"));
}

#[test]
fn what_removes_an_overdue_waits_for_a_second_person() {
    let mut bench = Bench::on("2026-08-03");
    bench
        .receive(json!({
            "channel": "fax", "arrived_on": "2026-08-03",
            "applicants": [{"kind": "natural_person", "name": "甲某"}],
            "request": {"description": "申请公开甲文件。", "wanted_form": "paper", "delivery_channel": "post"}
        }))
        .unwrap();
    bench.go("2026-08-05");
    assert!(duty(&bench, DutyKind::ConfirmReceipt).unwrap().due_on < day("2026-08-05"));
    assert_eq!(amend(&mut bench, counter("2026-08-05")), Ok(AmendmentState::Proposed));
}

#[test]
fn a_request_is_amended_in_words_and_wishes() {
    let mut bench = registered("2026-08-03");
    let request = |description: &str, form: &str| json!({"subject": "request", "request": {"description": description, "wanted_form": form, "delivery_channel": "post"}});
    assert_eq!(amend(&mut bench, request("申请公开甲文件。", "paper")), Err("nothing_to_change"));
    let before = bench.case().request.clone();
    assert_eq!(amend(&mut bench, request("申请公开乙文件。", "paper")), Ok(AmendmentState::Applied));
    let Some(CaseEvent::AmendmentApplied { amendment }) = bench.events.last() else { panic!() };
    assert_eq!(amendment.change, Change::Request { old: before, new: bench.case().request.clone() });
    assert_eq!(amend(&mut bench, request("申请公开乙文件。", "electronic_data")), Ok(AmendmentState::Applied));
    let mut spoken = request("申请公开乙文件。", "electronic_data");
    spoken["request"]["spoken"] = json!(true);
    assert_eq!(amend(&mut bench, spoken.clone()), Ok(AmendmentState::Applied));
    assert_eq!(bench.case().request.written_down_by, Some(CLERK));
    let ems = json!({"subject": "receipt", "channel": "ems", "arrived_on": "2026-08-03", "signed_on": "2026-08-03"});
    assert_eq!(amend(&mut bench, ems), Ok(AmendmentState::Applied));
    spoken["request"]["description"] = json!("申请公开丙文件。");
    assert_eq!(amend(&mut bench, spoken), Err("fields_refused"));
}

fn people(name: &str, phone: &str) -> Value {
    json!({"subject": "applicants", "applicants": [{"kind": "natural_person", "name": name, "phone": phone}]})
}

#[test]
fn relinking_before_any_service_applies_at_once() {
    let mut bench = registered("2026-08-03");
    assert_eq!(amend(&mut bench, people("乙某", "13000000000")), Ok(AmendmentState::Applied));
    assert_eq!(amend(&mut bench, people("乙某", "13000000000")), Err("nothing_to_change"));
    assert_eq!(bench.case().amendments.len(), 1);
}

#[test]
fn relinking_after_a_service_waits_and_a_corrected_telephone_does_not() {
    let mut bench = served("2026-08-03", "2026-08-05");
    assert_eq!(amend(&mut bench, people("甲某", "13000000000")), Ok(AmendmentState::Applied));
    assert!(matches!(bench.case().dispatches[0].state, DispatchState::Delivered { .. }));
    assert_eq!(amend(&mut bench, people("乙某", "13000000000")), Ok(AmendmentState::Proposed));
    assert!(matches!(bench.case().dispatches[0].state, DispatchState::Delivered { .. }));
}

#[test]
fn the_new_people_are_found_by_their_own_keys() {
    let mut bench = registered("2026-08-03");
    let keys = bench.index_after::<AmendCase>(CLERK, None, json!({"change": people("乙某", "13000000000"), "reason": "登记有误"}));
    assert_eq!(keys.unwrap(), [(IndexKind::Name, "乙某".to_owned()), (IndexKind::Phone, "13000000000".to_owned())]);
}

#[test]
fn a_later_service_waits_and_an_earlier_applies() {
    let mut bench = served("2026-08-03", "2026-08-05");
    let service = |on: &str, dispatch: u32| json!({"subject": "service", "dispatch": dispatch, "delivered_on": on});
    assert_eq!(amend(&mut bench, service("2026-08-05", 1)), Err("nothing_to_change"));
    assert_eq!(amend(&mut bench, service("2026-08-04", 2)), Err("unknown_reference"));
    assert_eq!(amend(&mut bench, service("2026-08-02", 1)), Err("date_before_previous"));
    assert_eq!(amend(&mut bench, service("2026-08-04", 1)), Ok(AmendmentState::Applied));
    let until = duty(&bench, DutyKind::SueDirectly).unwrap().due_on;
    assert_eq!(until, day("2027-02-04"));
    bench.go("2026-08-20");
    assert_eq!(amend(&mut bench, service("2026-08-06", 1)), Ok(AmendmentState::Proposed));
    assert_eq!(duty(&bench, DutyKind::SueDirectly).unwrap().due_on, until);
}

#[test]
fn a_letter_that_came_back_is_no_service() {
    let mut bench = served("2026-08-03", "2026-08-05");
    bench.go("2026-08-10");
    let failed = json!({"subject": "service_failed", "dispatch": 1, "returned_on": "2026-08-07", "reason": "查无此人"});
    assert_eq!(amend(&mut bench, failed.clone()), Ok(AmendmentState::Applied));
    assert!(duty(&bench, DutyKind::SueDirectly).is_none() && duty(&bench, DutyKind::ApplyForReconsideration).is_none());
    let again = duty(&bench, DutyKind::SendAgain).unwrap();
    assert_eq!((again.from_on, again.open), (day("2026-08-07"), true));
    let all = duties(bench.case(), bench.calendar());
    assert_eq!(reply_duty(&all).unwrap().met_on, Some(day("2026-08-03")), "posting decides timeliness");
    assert_eq!(amend(&mut bench, failed), Err("unknown_reference"));
}

#[test]
fn the_proof_must_be_a_stored_document() {
    let mut bench = registered("2026-08-04");
    let body = json!({"change": counter("2026-08-03"), "reason": "登记有误", "proof": Uuid::from_u128(99)});
    assert_eq!(bench.take::<AmendCase>(CLERK, None, body).unwrap_err().code.as_str(), "unknown_reference");
    let pointer = bench
        .take::<AmendCase>(CLERK, None, json!({"change": counter("2026-08-05"), "reason": "登记有误"}))
        .unwrap_err()
        .errors
        .remove(0)
        .pointer;
    assert_eq!(pointer, "/change/arrived_on");
}

#[test]
fn article_31_2_an_application_that_came_by_ems_after_all_gets_its_number_and_signature() {
    let mut bench = registered("2026-08-04");
    let ems = |number: Option<&str>| {
        json!({
            "subject": "receipt", "channel": "ems", "arrived_on": "2026-08-04", "signed_on": "2026-08-03", "tracking_number": number
        })
    };
    assert_eq!(amend(&mut bench, ems(Some("EA100000001CN"))), Ok(AmendmentState::Applied));
    assert_eq!((bench.case().tracking_number.as_deref(), bench.case().received_on()), (Some("EA100000001CN"), Some(day("2026-08-03"))));
    assert_eq!(amend(&mut bench, ems(None)), Err("nothing_to_change"), "what is not said stays");
    assert_eq!(amend(&mut bench, ems(Some("EA100000002CN"))), Ok(AmendmentState::Applied));
    let Some(CaseEvent::AmendmentApplied { amendment }) = bench.events.last() else { panic!() };
    let Change::Receipt { old_tracking_number, new_tracking_number, .. } = &amendment.change else { panic!() };
    assert_eq!((old_tracking_number.as_deref(), new_tracking_number.as_deref()), (Some("EA100000001CN"), Some("EA100000002CN")));
    let mut handed_in = json!({"subject": "receipt", "channel": "counter", "arrived_on": "2026-08-03", "tracking_number": "EA100000002CN"});
    assert_eq!(amend(&mut bench, handed_in.clone()), Err("fields_refused"));
    handed_in["tracking_number"] = Value::Null;
    assert_eq!(amend(&mut bench, handed_in), Ok(AmendmentState::Applied));
    assert_eq!(bench.case().tracking_number, None, "what was handed in bears no number");
}

#[test]
fn an_amendment_from_before_the_number_was_known_leaves_it_alone() {
    let mut bench = registered("2026-08-04");
    let ems = json!({
        "subject": "receipt", "channel": "ems", "arrived_on": "2026-08-04", "signed_on": "2026-08-03", "tracking_number": "EA100000001CN"
    });
    amend(&mut bench, ems).unwrap();
    let mut text = serde_json::to_value(bench.events.last().unwrap()).unwrap();
    let change = text["data"]["amendment"]["change"].as_object_mut().unwrap();
    assert!(change.remove("new_tracking_number").is_some() && !change.contains_key("old_tracking_number"));
    let old: CaseEvent = serde_json::from_value(text).unwrap();
    bench.keep(vec![old], Vec::new());
    assert_eq!(bench.case().tracking_number.as_deref(), Some("EA100000001CN"));
}

#[test]
fn the_same_amendment_is_not_proposed_twice_while_it_waits() {
    let mut bench = served("2026-08-03", "2026-08-05");
    bench.go("2026-08-20");
    let service = |on: &str| json!({"subject": "service", "dispatch": 1, "delivered_on": on});
    let mut named = people("乙某", "13000000000");
    named["agent"] = json!({"name": "丙某"});
    for change in [service("2026-08-06"), people("乙某", "13000000000"), named] {
        assert_eq!(amend(&mut bench, change.clone()), Ok(AmendmentState::Proposed), "{change}");
        assert_eq!(amend(&mut bench, change), Err("amendment_pending"));
    }
    assert_eq!(amend(&mut bench, service("2026-08-07")), Ok(AmendmentState::Proposed), "another day is another amendment");
    let n = bench.case().amendments[0].n;
    let body = json!({"verdict": "rejected", "reason": "无凭证"});
    bench.take::<super::super::decide::DecideAmendment>(APPROVER, Some(n), body).unwrap();
    assert_eq!(amend(&mut bench, service("2026-08-06")), Ok(AmendmentState::Proposed), "what was refused may be proposed again");
}

#[test]
fn a_proposal_that_time_has_passed_bars_no_new_one() {
    let mut bench = served("2026-08-03", "2026-08-05");
    bench.go("2026-08-20");
    let service = |on: &str| json!({"subject": "service", "dispatch": 1, "delivered_on": on});
    assert_eq!(amend(&mut bench, service("2026-08-07")), Ok(AmendmentState::Proposed));
    assert_eq!(amend(&mut bench, service("2026-08-04")), Ok(AmendmentState::Applied));
    assert_eq!(amend(&mut bench, service("2026-08-07")), Ok(AmendmentState::Proposed), "the first rests on a day that is gone");
}

#[test]
fn no_receipt_comes_after_what_was_accepted_or_decided_about_it() {
    let counted = |key: &str| {
        let mut bench = Bench::received("2026-08-03");
        let mut body = reconsideration("2026-08-20");
        if key == "accepted_on" {
            body[key] = json!("2026-08-10");
        }
        bench.go("2026-08-31").take::<OpenReconsideration>(REVIEWER, None, body).unwrap();
        if key == "decided_on" {
            let outcome = json!({"by": "reconsideration", "outcome": "not_accepted"});
            let body = json!({"outcome": outcome, "decided_on": "2026-08-10", "received_on": "2026-08-20"});
            bench.take::<RecordDecision>(REVIEWER, Some(1), body).unwrap();
        }
        bench
    };
    for key in ["accepted_on", "decided_on"] {
        assert_eq!(amend(&mut counted(key), counter("2026-08-11")), Err("date_before_previous"), "{key}");
        assert_eq!(amend(&mut counted(key), counter("2026-08-10")), Ok(AmendmentState::Proposed), "{key}");
    }
}

#[test]
fn a_day_that_is_right_already_in_the_other_case_of_the_envelope_stays_there() {
    let mut one = served("2026-08-03", "2026-08-05");
    let mut other = served("2026-08-03", "2026-08-06");
    let joint = jointly([&mut one, &mut other]);
    one.go("2026-08-10");
    let mut handed_on = |change: Value| {
        amend(&mut one, change.clone()).unwrap();
        let command: AmendCase = serde_json::from_value(json!({"change": change, "reason": "登记有误"})).unwrap();
        command.on_sharer(&joint, None, one.case(), other.case()).unwrap().is_some()
    };
    assert!(!handed_on(json!({"subject": "service", "dispatch": 1, "delivered_on": "2026-08-06"})));
    assert!(handed_on(json!({"subject": "service", "dispatch": 1, "delivered_on": "2026-08-07"})));
    assert!(handed_on(json!({"subject": "posting", "dispatch": 1, "on": "2026-08-04"})));
    other.case.as_mut().unwrap().dispatches[0].on = day("2026-08-05");
    let mut one = served("2026-08-03", "2026-08-05");
    jointly([&mut one, &mut other]);
    let change = json!({"subject": "posting", "dispatch": 1, "on": "2026-08-05"});
    assert_eq!(amend(&mut one, change.clone()), Ok(AmendmentState::Proposed));
    let command: AmendCase = serde_json::from_value(json!({"change": change, "reason": "登记有误"})).unwrap();
    assert!(command.on_sharer(&joint, None, one.case(), other.case()).unwrap().is_none(), "posted on that day there");
}
