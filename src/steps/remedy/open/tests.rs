use super::*;
use crate::case::testing::{Bench, REVIEWER};
use crate::steps::fixtures::{decided, issued, reconsideration, served, suit};
use serde_json::json;

fn code(result: Result<&Case, Refusal>) -> &'static str {
    result.unwrap_err().code.as_str()
}

#[test]
fn against_silence_from_any_stage_after_receipt() {
    let mut bench = Bench::received("2026-08-03");
    let case = bench.go("2026-09-02").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-09-01")).unwrap();
    let [proceeding] = &case.proceedings[..] else { panic!() };
    assert_eq!((proceeding.n, proceeding.against, proceeding.kind), (1, Against::Silence, ProceedingKind::Reconsideration));
    let mut unconfirmed = Bench::on("2026-08-03");
    unconfirmed
        .receive(json!({
            "channel": "email", "arrived_on": "2026-08-03",
            "applicants": [{"kind": "natural_person", "name": "甲某"}],
            "request": {"description": "申请公开甲文件。", "wanted_form": "paper", "delivery_channel": "post"}
        }))
        .unwrap();
    assert_eq!(code(unconfirmed.take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-08-03"))), "stage_forbids");
}

#[test]
fn the_copy_comes_between_receipt_and_today() {
    let mut bench = Bench::received("2026-08-03");
    bench.go("2026-09-02");
    assert_eq!(code(bench.take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-08-02"))), "date_before_previous");
    assert_eq!(code(bench.take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-09-03"))), "date_in_future");
}

#[test]
fn it_is_accepted_before_the_copy_comes_and_after_what_it_is_about() {
    let mut bench = Bench::received("2026-08-03");
    bench.go("2026-09-10");
    let accepted = |on: &str| {
        let mut body = reconsideration("2026-09-02");
        body["accepted_on"] = json!(on);
        body
    };
    for (on, pointer) in [("2026-08-02", "/accepted_on"), ("2026-09-03", "/received_on")] {
        let refusal = bench.take::<OpenReconsideration>(REVIEWER, None, accepted(on)).unwrap_err();
        assert_eq!((refusal.code.as_str(), refusal.errors[0].pointer.as_str()), ("date_before_previous", pointer));
    }
    bench.take::<OpenReconsideration>(REVIEWER, None, accepted("2026-09-02")).unwrap();
    let mut body = suit("first", "direct", None);
    body["accepted_on"] = json!("2026-08-04");
    assert_eq!(code(bench.take::<OpenLitigation>(REVIEWER, None, body)), "date_before_previous");
}

#[test]
fn against_a_reply_only_once_it_has_left() {
    let mut body = reconsideration("2026-08-20");
    body["against"] = json!({"kind": "reply", "n": 1});
    let mut bench = issued("2026-08-03");
    bench.go("2026-08-21");
    assert_eq!(code(bench.take::<OpenReconsideration>(REVIEWER, None, body.clone())), "reply_not_dispatched");
    let mut bench = served("2026-08-03", "2026-08-10");
    bench.go("2026-08-21");
    let mut unknown = body.clone();
    unknown["against"]["n"] = json!(2);
    assert_eq!(code(bench.take::<OpenReconsideration>(REVIEWER, None, unknown)), "unknown_reference");
    let mut early = body.clone();
    early["received_on"] = json!("2026-08-02");
    assert_eq!(code(bench.take::<OpenReconsideration>(REVIEWER, None, early)), "date_before_previous");
    bench.take::<OpenReconsideration>(REVIEWER, None, body).unwrap();
    assert_eq!(bench.case().proceedings[0].against, Against::Reply { n: 1 });
}

#[test]
fn one_number_of_one_body_is_entered_once() {
    let mut bench = Bench::received("2026-08-03");
    bench.go("2026-09-02");
    let mut body = reconsideration("2026-09-01");
    body["case_number"] = json!("示复〔2026〕1号");
    bench.take::<OpenReconsideration>(REVIEWER, None, body.clone()).unwrap();
    assert_eq!(code(bench.take::<OpenReconsideration>(REVIEWER, None, body.clone())), "reference_taken");
    body["body"] = json!("示范区政府");
    assert_eq!(code(bench.take::<OpenReconsideration>(REVIEWER, None, body.clone())), "reference_taken", "however the body is spelt");
    body["case_number"] = json!("示复〔2026〕2号");
    assert_eq!(bench.take::<OpenReconsideration>(REVIEWER, None, body).unwrap().proceedings[1].n, 2);
}

#[test]
fn a_lawsuit_after_reconsideration_follows_a_decided_one() {
    let mut bench = Bench::received("2026-06-01");
    bench.go("2026-08-03");
    assert_eq!(code(bench.take::<OpenLitigation>(REVIEWER, None, suit("first", "after_reconsideration", None))), "preceding_missing");
    bench.take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-07-06")).unwrap();
    assert_eq!(code(bench.take::<OpenLitigation>(REVIEWER, None, suit("first", "after_reconsideration", Some(1)))), "preceding_missing");
    decided(&mut bench, 1, json!({"by": "reconsideration", "outcome": "upheld"}));
    assert_eq!(code(bench.take::<OpenLitigation>(REVIEWER, None, suit("first", "direct", Some(1)))), "preceding_missing");
    assert_eq!(code(bench.take::<OpenLitigation>(REVIEWER, None, suit("second", "after_reconsideration", Some(1)))), "preceding_missing");
    assert_eq!(code(bench.take::<OpenLitigation>(REVIEWER, None, suit("first", "after_reconsideration", Some(9)))), "preceding_missing");
    bench.take::<OpenLitigation>(REVIEWER, None, suit("first", "after_reconsideration", Some(1))).unwrap();
    assert_eq!(bench.case().proceedings[1].follows, Some(1));
}

#[test]
fn a_second_instance_follows_a_decided_first_and_a_retrial_any() {
    let mut bench = Bench::received("2026-06-01");
    bench.go("2026-08-03");
    bench.take::<OpenLitigation>(REVIEWER, None, suit("first", "direct", None)).unwrap();
    for instance in ["second", "retrial"] {
        assert_eq!(code(bench.take::<OpenLitigation>(REVIEWER, None, suit(instance, "direct", None))), "preceding_missing");
        assert_eq!(code(bench.take::<OpenLitigation>(REVIEWER, None, suit(instance, "direct", Some(1)))), "preceding_missing");
    }
    decided(&mut bench, 1, json!({"by": "court", "outcome": "claim_dismissed"}));
    assert_eq!(code(bench.take::<OpenLitigation>(REVIEWER, None, suit("first", "direct", Some(1)))), "preceding_missing");
    assert_eq!(
        code(bench.take::<OpenLitigation>(REVIEWER, None, suit("second", "after_reconsideration", Some(1)))),
        "preceding_missing",
        "one lawsuit keeps its route"
    );
    bench.take::<OpenLitigation>(REVIEWER, None, suit("second", "direct", Some(1))).unwrap();
    decided(&mut bench, 2, json!({"by": "court", "outcome": "remanded"}));
    bench.take::<OpenLitigation>(REVIEWER, None, suit("first", "direct", Some(2))).unwrap();
    decided(&mut bench, 3, json!({"by": "court", "outcome": "claim_dismissed"}));
    bench.take::<OpenLitigation>(REVIEWER, None, suit("retrial", "direct", Some(3))).unwrap();
    let chain: Vec<_> = bench.case().proceedings.iter().map(|proceeding| proceeding.follows).collect();
    assert_eq!(chain, [None, Some(1), Some(2), Some(3)]);
}

#[test]
fn litigation_law_85_one_thing_follows_an_instance_unless_it_was_not_tried() {
    let mut bench = Bench::received("2026-06-01");
    bench.go("2026-08-03").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-07-06")).unwrap();
    decided(&mut bench, 1, json!({"by": "reconsideration", "outcome": "upheld"}));
    let numbered = |instance: &str, follows: u32, number: &str| {
        let mut body = suit(instance, "after_reconsideration", Some(follows));
        body["case_number"] = json!(number);
        body
    };
    bench.take::<OpenLitigation>(REVIEWER, None, numbered("first", 1, "行初1号")).unwrap();
    let refusal = bench.take::<OpenLitigation>(REVIEWER, None, numbered("first", 1, "行初2号")).unwrap_err();
    assert_eq!((refusal.code.as_str(), refusal.errors[0].pointer.as_str()), ("already_followed", "/follows"));
    decided(&mut bench, 2, json!({"by": "court", "outcome": "not_docketed"}));
    bench.take::<OpenLitigation>(REVIEWER, None, numbered("first", 1, "行初3号")).unwrap();
    decided(&mut bench, 3, json!({"by": "court", "outcome": "claim_dismissed"}));
    bench.take::<OpenLitigation>(REVIEWER, None, numbered("second", 3, "行终4号")).unwrap();
    assert_eq!(code(bench.take::<OpenLitigation>(REVIEWER, None, numbered("second", 3, "行终5号"))), "already_followed");
    decided(&mut bench, 4, json!({"by": "court", "outcome": "appeal_dismissed"}));
    assert_eq!(code(bench.take::<OpenLitigation>(REVIEWER, None, numbered("retrial", 3, "行再6号"))), "already_followed");
    bench.take::<OpenLitigation>(REVIEWER, None, numbered("retrial", 4, "行再6号")).unwrap();
}

#[test]
fn reconsideration_law_48_the_same_copy_without_a_number_is_entered_once() {
    let mut bench = Bench::received("2026-08-03");
    bench.go("2026-09-02").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-09-01")).unwrap();
    let refusal = bench.take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-09-01")).unwrap_err();
    assert_eq!((refusal.code.as_str(), refusal.errors[0].pointer.as_str()), ("proceeding_known", "/case_number"));
    let mut other = reconsideration("2026-09-01");
    other["against"] = json!({"kind": "other_conduct"});
    bench.take::<OpenReconsideration>(REVIEWER, None, other).unwrap();
    // Days later, under another spelling, with the number that the first has not yet: it is the same until that has its own.
    let mut numbered = reconsideration("2026-09-02");
    (numbered["case_number"], numbered["body"]) = (json!("示复〔2026〕2号"), json!("示范区政府"));
    assert_eq!(code(bench.take::<OpenReconsideration>(REVIEWER, None, numbered.clone())), "proceeding_known");
    bench.case.as_mut().unwrap().proceedings[0].case_number = Some("示复〔2026〕1号".into());
    bench.take::<OpenReconsideration>(REVIEWER, None, numbered).unwrap();
}

#[test]
fn circular_201_of_2016_what_follows_a_proceeding_over_several_cases_covers_them_all() {
    let mut benches = [served("2026-08-03", "2026-08-05"), served("2026-08-03", "2026-08-05")];
    let [one, two] = &mut benches;
    let joint = crate::steps::fixtures::jointly([one, two]);
    for bench in &mut benches {
        bench.go("2026-10-30").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-09-01")).unwrap();
        bench.case.as_mut().unwrap().proceedings[0].joint = Some(joint.clone());
        decided(bench, 1, json!({"by": "reconsideration", "outcome": "upheld"}));
    }
    let [one, two] = &benches;
    let alone: OpenLitigation = serde_json::from_value(suit("first", "after_reconsideration", Some(1))).unwrap();
    assert_eq!(alone.shared(None, one.case()), Some(joint.clone()));
    let refusal = alone.clone().on_sharer(&joint, None, one.case(), two.case()).unwrap_err();
    assert_eq!(refusal.code.as_str(), "joint_proceeding");
    let together = OpenLitigation { joint: Some(joint.clone()), ..alone.clone() };
    assert!(together.on_sharer(&joint, None, one.case(), two.case()).unwrap().is_none());
    let mut gone = two.case().clone();
    gone.stage = crate::case::stage::Stage::Voided;
    assert!(alone.on_sharer(&joint, None, one.case(), &gone).unwrap().is_none(), "a voided case takes no steps");
}
