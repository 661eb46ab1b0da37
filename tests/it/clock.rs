//! The explained clock over HTTP: the worked examples, the shape, and that a case and a preview are counted alike.

use crate::support::actor::Actor;
use crate::support::handling::{consultation, correction};
use crate::support::life::Cast;
use crate::support::town::{FIRST_DAY, Town};
use foi_docket::audit::verify;
use foi_docket::demo::DISTRICT;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

async fn preview(actor: &Actor, steps: &Value) -> Value {
    actor.post("/api/v1/clock-previews", json!({"steps": steps})).await.good()
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[actix_web::test]
async fn the_worked_examples_come_out_of_the_preview() {
    let town = Town::open();
    let people = [town.sign_in("clerk").await, town.sign_in("auditor").await, town.sign_in("admin").await];
    let examples: Vec<Value> = serde_json::from_str(include_str!("../clock/examples.json")).unwrap();
    assert!(examples.len() >= 9);
    for example in &examples {
        for actor in &people {
            let answer = preview(actor, &example["steps"]).await;
            let (sent, told) = (example["steps"].as_array().unwrap(), answer["steps"].as_array().unwrap());
            assert_eq!(told.len(), sent.len());
            for ((sent, told), expected) in sent.iter().zip(told).zip(example["expected"].as_array().unwrap()) {
                assert_eq!((&told["on"], &told["kind"]), (&sent["on"], &sent["kind"]));
                let expected: &Map<String, Value> = expected.as_object().unwrap();
                for (key, value) in expected {
                    assert_eq!(&told[key], value, "{}: {key} after {sent}\n{answer:#}", example["name"]);
                }
            }
        }
    }
}

#[actix_web::test]
async fn a_case_and_a_preview_of_its_facts_say_the_same() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.clerk.step(&cast.registered().await, "/corrections", correction()).await.good();
    let case = cast.handed_over(&case, json!({"kind": "correction", "n": 1}), FIRST_DAY).await;
    town.go("2026-11-05");
    let cast = Cast::gather(&town).await;
    let answer = json!({"channel": "counter", "arrived_on": "2026-11-05", "words": "文号如下。"});
    let case = cast.clerk.step(&case, "/corrections/1/answers", answer).await.good();
    let mut letter = consultation();
    letter["on"] = json!("2026-11-05");
    let case = cast.clerk.step(&case, "/consultations", letter).await.good();
    let method = json!({"method": "post", "carrier": "ems", "tracking_number": "EA100000001CN"});
    let sent = json!({"letter": {"kind": "consultation", "n": 1}, "on": "2026-11-05", "method": method});
    let case = cast.clerk.step(&case, "/dispatches", sent).await.good();
    town.go("2026-11-16");
    let cast = Cast::gather(&town).await;
    let served = json!({"result": "delivered", "on": "2026-11-09", "signed_as": "addressee"});
    let case = cast.clerk.step(&case, "/dispatches/2/delivery", served).await.good();
    let opinion = json!({"on": "2026-11-16", "opinion": "consents"});
    let case = cast.clerk.step(&case, "/consultations/1/answers", opinion).await.good();

    let path = format!("/api/v1/cases/{}/clock", case["id"].as_str().unwrap());
    let clock = cast.clerk.get(&path).await.good();
    let label = "征求意见1";
    let facts = json!([
        {"on": FIRST_DAY, "kind": "received"},
        {"on": FIRST_DAY, "kind": "correction_notice_sent"},
        {"on": FIRST_DAY, "kind": "correction_notice_delivered", "answer_within_working_days": 15},
        {"on": "2026-11-05", "kind": "corrected_application_received"},
        {"on": "2026-11-05", "kind": "consultation_sent", "consultation": label, "party": "third_party"},
        {"on": "2026-11-09", "kind": "consultation_delivered", "consultation": label},
        {"on": "2026-11-16", "kind": "consultation_answered", "consultation": label},
    ]);
    let told = preview(&cast.clerk, &facts).await;
    assert_eq!((&clock["steps"], &clock["ledger"]), (&told["steps"], &told["ledger"]));
    assert_eq!((&clock["due_on"], &case["due_on"]), (&told["steps"][6]["due_on"], &told["steps"][6]["due_on"]));

    // The published shape, and what a case adds to it.
    assert_eq!(keys(&told), ["ledger", "steps"].into());
    let entry = [
        "on",
        "kind",
        "consultation",
        "accepted",
        "refusal",
        "status",
        "due_on",
        "projected_due_on",
        "working_days_left",
        "provisional",
        "other_duties",
    ];
    assert_eq!(keys(&told["steps"][0]), entry.into());
    assert_eq!(keys(&told["ledger"][0]), ["counts", "date", "note", "number", "reason"].into());
    assert!(keys(&clock).is_superset(&keys(&told)));
    let interval = &clock["intervals"][0];
    assert_eq!(
        (&interval["sent_on"], &interval["delivered_on"], &interval["ended_on"]),
        (&json!("2026-11-05"), &json!("2026-11-09"), &json!("2026-11-16"))
    );
    assert_eq!(interval["tracking_numbers"], json!(["EA100000001CN"]));

    // For a court: the same days on paper.
    let sheet = cast.clerk.text(&path, "text/plain").await;
    assert!(sheet.starts_with("政府信息公开申请答复期限计算表"), "{sheet}");
    for day in clock["ledger"].as_array().unwrap() {
        assert!(sheet.contains(day["date"].as_str().unwrap()), "{day}");
    }
}

#[actix_web::test]
async fn while_an_answer_is_awaited_page_register_and_worklist_say_what_the_clock_says() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.clerk.step(&cast.registered().await, "/consultations", consultation()).await.good();
    let case = cast.handed_over(&case, json!({"kind": "consultation", "n": 1}), FIRST_DAY).await;
    let id = case["id"].as_str().unwrap();
    let clock = cast.clerk.get(&format!("/api/v1/cases/{id}/clock")).await.good();
    assert_eq!((&clock["status"], &clock["due_on"]), (&json!("suspended"), &Value::Null));
    let find = |list: Value, key: &str| list["items"].as_array().unwrap().iter().find(|item| item[key] == case["id"]).unwrap().clone();
    let listed = find(cast.clerk.get("/api/v1/cases?limit=200").await.good(), "id");
    for key in ["due_on", "projected_due_on", "working_days_left"] {
        assert_eq!((&case[key], &listed[key]), (&clock[key], &clock[key]), "{key}");
    }
    let owed = find(cast.clerk.get("/api/v1/duties?kind=reply&limit=200").await.good(), "case_id");
    let shown = case["duties"].as_array().unwrap().iter().find(|duty| duty["kind"] == "reply").unwrap();
    for duty in [&owed, shown] {
        assert_eq!((&duty["due_on"], &duty["projected"]), (&clock["projected_due_on"], &json!(true)), "{duty:#}");
    }
    assert_eq!(owed["working_days_left"], clock["working_days_left"]);
}

#[actix_web::test]
async fn what_no_clock_can_take_is_a_refused_step_and_what_is_no_history_a_problem() {
    let town = Town::open();
    let clerk = town.sign_in("clerk").await;
    let received = json!({"on": FIRST_DAY, "kind": "received"});
    for (steps, code) in [
        (json!([{"on": "1900-01-01", "kind": "received"}]), "date_out_of_range"),
        (json!([{"on": "2200-01-01", "kind": "received"}]), "date_out_of_range"),
        (json!([{"on": FIRST_DAY, "kind": "correction_notice_sent"}]), "step_before_receipt"),
        (json!([received, {"on": "2026-11-01", "kind": "fee_notice_sent"}]), "out_of_date_order"),
        (json!([received, received]), "already_received"),
        (json!([received, {"on": FIRST_DAY, "kind": "consultation_answered", "consultation": "A"}]), "consultation_unknown"),
        (json!([received, {"on": FIRST_DAY, "kind": "extension_notified", "working_days": 0}]), "extension_days_out_of_range"),
        (json!([received, {"on": FIRST_DAY, "kind": "extension_notified", "working_days": 21}]), "extension_days_out_of_range"),
        (json!([received, {"on": FIRST_DAY, "kind": "extension_notified", "working_days": -1}]), "extension_days_out_of_range"),
        (json!([received, {"on": FIRST_DAY, "kind": "reply_postponed", "until": "2200-01-01"}]), "date_out_of_range"),
    ] {
        let answer = preview(&clerk, &steps).await;
        let last = answer["steps"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["accepted"], &last["refusal"]["code"]), (&json!(false), &json!(code)), "{answer:#}");
        assert!(last["refusal"]["article"].is_string() && last["refusal"]["detail"].is_string());
    }
    for (steps, code) in [
        (json!([]), "fields_refused"),
        (Value::Array(vec![received.clone(); 201]), "fields_refused"),
        (json!([{"on": FIRST_DAY, "kind": "consultation_sent", "consultation": " ", "party": "third_party"}]), "fields_refused"),
        (json!([{"on": "2026-02-30", "kind": "received"}]), "malformed_body"),
        (json!([{"on": FIRST_DAY, "kind": "pigeon_sent"}]), "malformed_body"),
        (json!([{"on": FIRST_DAY, "kind": "received", "surprise": 1}]), "malformed_body"),
        (json!([{"kind": "received"}]), "malformed_body"),
        (json!({}), "malformed_body"),
    ] {
        clerk.post("/api/v1/clock-previews", json!({"steps": steps})).await.refused(code);
    }
}

#[actix_web::test]
async fn what_handling_leaves_is_known_to_verify_and_shown_by_sight() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let fax = json!({"channel": "fax", "arrived_on": FIRST_DAY, "words": "文号如下。"});
    cast.clerk.step(&cast.asked_to_correct().await, "/corrections/1/answers", fax).await.good();
    let given = json!({"on": FIRST_DAY, "words": "用于学术研究。"});
    cast.clerk.step(&cast.asked_for_reasons().await, "/reasons-requests/1/answers", given).await.good();
    let part = json!({"on": FIRST_DAY, "amount": 300, "receipt_number": "示票 00000001"});
    let paid = cast.clerk.step(&cast.charged().await, "/payments", part).await.good();
    let fee = &paid["fee_notices"][0];
    assert_eq!((&fee["amount"], &fee["left"], &fee["paid_on"]), (&json!(1000), &json!(700), &Value::Null));
    let refused = json!({"on": FIRST_DAY, "opinion": "refuses", "words": "涉及商业秘密。"});
    let case = cast.clerk.step(&cast.consulted("EA100000001CN").await, "/consultations/1/answers", refused).await.good();
    let seen = &case["consultations"][0];
    assert_eq!(seen["name"], "示范检测有限公司，示范路9号");
    assert_eq!((&seen["answer"]["words"], &seen["answer"]["late"]), (&json!("涉及商业秘密。"), &json!(false)));

    let path = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
    let read = town.sign_in("auditor").await.get(&path).await.good();
    let masked = &read["consultations"][0];
    assert!(masked["name"].as_str().is_some_and(|name| name.starts_with("示*") && name.ends_with('*')), "{masked:#}");
    assert_eq!((&masked["question"], &masked["answer"]["words"]), (&Value::Null, &Value::Null));
    assert_eq!((&masked["sent_on"], &masked["answer"]["opinion"]), (&json!(FIRST_DAY), &json!("refuses")));

    let history = cast.clerk.get(&format!("{path}/events")).await.good();
    for event in history["items"].as_array().unwrap() {
        assert_ne!(event["label_en"], "another event", "{event:#}");
    }
    let found = verify::verify(&town.app.db, &town.app.office, &town.app.documents, DISTRICT).unwrap().findings;
    assert!(found.is_empty(), "{found:#?}");
}
