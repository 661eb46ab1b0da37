//! The platform's list of a day, typed in by hand: kept, held to its rules, and compared with the register.

use crate::support::life::Cast;
use crate::support::town::{FIRST_DAY, Town};
use diesel::prelude::*;
use foi_docket::audit::verify;
use foi_docket::db::schema::platform_lists as lists;
use foi_docket::demo::DISTRICT;
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/platform-lists";

async fn hand_in(cast: &Cast, body: Value) -> Value {
    cast.clerk.post(PATH, body).await.good()
}

/// Reason and number of every difference of a day.
async fn differences(cast: &Cast, on: &str) -> Vec<(String, String)> {
    let page = cast.clerk.get(&format!("/api/v1/platform-differences?on={on}")).await.good();
    let text = |item: &Value, key: &str| item[key].as_str().unwrap_or_default().to_owned();
    page["items"].as_array().unwrap().iter().map(|item| (text(item, "reason"), text(item, "number"))).collect()
}

fn of(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(reason, number)| ((*reason).to_owned(), (*number).to_owned())).collect()
}

async fn entered(cast: &Cast, number: &str) -> Value {
    let entry = json!({"number": number, "entered_on": FIRST_DAY, "status": "registered"});
    cast.clerk.step(&cast.registered().await, "/platform-entries", entry).await.good()
}

#[actix_web::test]
async fn a_list_that_cannot_be_read_is_not_one_without_numbers() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    entered(&cast, "PT-1").await;
    let body = json!({"on": FIRST_DAY, "complete": true, "entries": [{"number": "PT-1", "status": "registered"}]});
    let handed = hand_in(&cast, body.clone()).await;
    assert_eq!(differences(&cast, FIRST_DAY).await, []);
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    diesel::update(lists::table).set(lists::entries.eq("[{\"number\"")).execute(&mut owner).unwrap();
    cast.clerk.get(&format!("/api/v1/platform-differences?on={FIRST_DAY}")).await.refused("platform_list_damaged");
    cast.clerk.get(&format!("{PATH}/{}", handed["id"].as_str().unwrap())).await.refused("platform_list_damaged");
    assert_eq!(cast.clerk.get(PATH).await.good()["items"][0]["rows"], Value::Null);
    // Handed in again it takes the place of the damaged one.
    hand_in(&cast, body).await;
    assert_eq!(differences(&cast, FIRST_DAY).await, []);
}

#[actix_web::test]
async fn where_no_interface_is_granted_the_list_is_the_other_side() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = entered(&cast, "PT-1").await;
    entered(&cast, "PT-2").await;
    entered(&cast, "PT-3").await;
    assert_eq!(differences(&cast, FIRST_DAY).await, []);
    town.go("2026-11-04");
    let entries = json!([
        {"number": "PT-1", "status": "registered", "received_on": FIRST_DAY},
        {"number": "PT-2", "status": "answered", "received_on": "2026-11-01"},
        {"number": "PT-9", "status": "received", "received_on": "2026-11-03"}
    ]);
    let handed = hand_in(&cast, json!({"on": "2026-11-03", "entries": entries})).await;
    assert_eq!((&handed["n"], &handed["rows"], &handed["on"]), (&json!(1), &json!(3), &json!("2026-11-03")));
    let said = [("unknown_number", "PT-9"), ("status_differs", "PT-2"), ("receipt_date_differs", "PT-2")];
    assert_eq!(differences(&cast, "2026-11-03").await, of(&said));
    assert_eq!(differences(&cast, "2026-11-04").await, of(&said), "until something newer is told");
    assert_eq!(differences(&cast, FIRST_DAY).await, [], "the day before reads as it did");
    // It changes no case.
    let again = cast.clerk.get(&format!("/api/v1/cases/{}", case["id"].as_str().unwrap())).await.good();
    assert_eq!(again["version"], case["version"]);

    // A word of the platform that is newer counts; so does a clerk's.
    let found = cast.clerk.get("/api/v1/cases?external_reference=PT-2").await.good()["items"][0].clone();
    let newer = json!({"status": "registered", "status_on": "2026-11-04", "received_on": FIRST_DAY});
    cast.clerk
        .step(&cast.clerk.get(&format!("/api/v1/cases/{}", found["id"].as_str().unwrap())).await.good(), "/platform-entries", newer)
        .await
        .good();
    assert_eq!(differences(&cast, "2026-11-04").await, of(&[("unknown_number", "PT-9")]));

    // A complete list names what it does not have; one handed in again for its day takes the place of the one before.
    let entries = json!([{"number": "PT-1", "status": "registered"}]);
    let complete = hand_in(&cast, json!({"on": "2026-11-04", "complete": true, "entries": entries})).await;
    assert_eq!(differences(&cast, "2026-11-04").await, of(&[("not_listed", "PT-2"), ("not_listed", "PT-3")]));
    let csv = "编号,收到日期,状态\r\nPT-1,2026-11-02,办理中\r\nPT-2,2026-11-02,办理中\r\nPT-3,2026-11-02,registered\r\n";
    let whole = hand_in(&cast, json!({"on": "2026-11-04", "complete": true, "csv": csv})).await;
    assert_eq!((&whole["n"], &whole["rows"]), (&json!(2), &json!(3)));
    assert_eq!(differences(&cast, "2026-11-04").await, []);
    assert_eq!(differences(&cast, "2026-11-03").await, of(&said));

    // What was handed in stays to be read.
    let first = cast.reviewer.get(&format!("{PATH}/{}", complete["id"].as_str().unwrap())).await.good();
    assert_eq!((&first["entries"], &first["complete"]), (&json!([{"number": "PT-1", "status": "registered"}]), &json!(true)));
    let ids = |page: Value| page["items"].as_array().unwrap().iter().map(|list| list["id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(cast.clerk.get(PATH).await.good()), [whole["id"].clone(), complete["id"].clone(), handed["id"].clone()]);
    assert_eq!(ids(cast.clerk.get(&format!("{PATH}?on=2026-11-03")).await.good()), [handed["id"].clone()]);
    let page = cast.clerk.get(&format!("{PATH}?limit=2")).await.good();
    let rest = cast.clerk.get(&format!("{PATH}?limit=2&cursor={}", page["next_cursor"].as_str().unwrap())).await.good();
    assert_eq!(ids(rest), [handed["id"].clone()]);
    let app = &town.app;
    assert_eq!(verify::verify(&app.db, &app.office, &app.documents, DISTRICT).unwrap().findings, []);
}

#[actix_web::test]
async fn the_same_list_is_one_list_and_what_is_wrong_leaves_nothing() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let body = json!({"on": FIRST_DAY, "entries": [{"number": "PT-1", "status": "received"}, {"number": "PT-2", "status": "closed"}]});
    let first = cast.clerk.post(PATH, body.clone()).await;
    assert_eq!(first.status, 201);
    let again = cast.clerk.post(PATH, json!({"on": FIRST_DAY, "csv": "status,number\nclosed,PT-2\nreceived,PT-1\n"})).await;
    assert_eq!((again.status, &again.body["id"]), (200, &first.body["id"]), "the same in another form and order");
    let with_key = async || {
        let headers = [("content-type", "application/json"), ("idempotency-key", "list-1")];
        let body = json!({"on": FIRST_DAY, "entries": [{"number": "PT-3", "status": "received"}]});
        cast.clerk.send(Method::POST, PATH, &headers, Some(body.to_string().into_bytes())).await
    };
    let (one, two) = (with_key().await, with_key().await);
    assert_eq!((one.status, two.status, &one.body["id"]), (201, 201, &two.body["id"]));
    assert_eq!(one.body["n"], 2);

    let refuse = async |body: Value, code: &str| cast.clerk.post(PATH, body).await.refused(code);
    let twice = json!([{"number": "PT-1", "status": "received"}, {"number": "PT-1", "status": "closed"}]);
    let refused = refuse(json!({"on": FIRST_DAY, "entries": twice}), "fields_refused").await;
    assert_eq!(
        (&refused["errors"][0]["code"], &refused["errors"][0]["pointer"]),
        (&json!("duplicate_number"), &json!("/entries/1/number"))
    );
    refuse(json!({"on": "2026-11-03", "entries": []}), "fields_refused").await;
    refuse(json!({"on": FIRST_DAY, "entries": [{"number": "PT-1", "status": "lost"}]}), "malformed_body").await;
    refuse(json!({"on": FIRST_DAY, "entries": [{"number": " ", "status": "received"}]}), "fields_refused").await;
    refuse(json!({"on": FIRST_DAY, "csv": "number,status\nPT-1,丢失\n"}), "fields_refused").await;
    let many: Vec<Value> = (0..3_001).map(|n| json!({"number": format!("PT-{n}"), "status": "closed"})).collect();
    refuse(json!({"on": FIRST_DAY, "entries": many}), "fields_refused").await;
    cast.approver.post(PATH, body).await.refused("forbidden");
    cast.clerk.get(&format!("{PATH}/{}", uuid::Uuid::now_v7())).await.refused("not_found");
    assert_eq!(cast.clerk.get(PATH).await.good()["items"].as_array().unwrap().len(), 2);
    let app = &town.app;
    assert_eq!(verify::verify(&app.db, &app.office, &app.documents, DISTRICT).unwrap().findings, []);
}
