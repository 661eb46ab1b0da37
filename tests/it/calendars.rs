//! Holiday notices over HTTP: loaded by an administrator, previewed, corrected, refused; and what they moved.

use crate::support::town::Town;
use foi_docket::demo::DISTRICT;
use foi_docket::work::Stop;
use foi_docket::work::dates::recount;
use serde_json::{Value, json};

fn notice(working_weekends: Value) -> Value {
    json!({"year": 2027, "notice_number": "国办发明电〔2026〕0号",
           "holidays": [{"date": "2027-01-01", "name": "元旦"}, {"date": "2027-01-04", "name": "元旦"}], "working_weekends": working_weekends})
}

const NOTICES: &str = "/api/v1/calendar-notices";

#[actix_web::test]
async fn a_notice_is_previewed_loaded_and_recounted() {
    let town = Town::open();
    town.go("2026-12-21");
    let (clerk, admin) = (town.sign_in("clerk").await, town.sign_in("admin").await);
    let case = clerk.receive("2026-12-21").await;
    let case = clerk.step(&case, "/registration", json!({})).await.good();
    assert_eq!((&case["due_on"], &case["due_on_provisional"]), (&json!("2027-01-19"), &json!(true)));
    assert_eq!((&case["registration"]["due_on"], &case["registration"]["provisional"]), (&json!("2027-01-19"), &json!(true)));

    clerk.post(NOTICES, notice(json!([]))).await.refused("forbidden");
    let preview = admin.post(&format!("{NOTICES}?validate_only=true"), notice(json!([]))).await.good();
    let (edition, changes) = (preview["edition"].as_i64().unwrap(), &preview["changes"]);
    assert!(changes["moved_cases"].as_u64().unwrap() >= 1, "{preview:#}");
    let of_case = |items: &Value| items.as_array().unwrap().iter().find(|item| item["case_id"] == case["id"]).cloned();
    let foretold = of_case(&changes["items"]).unwrap();
    assert_eq!(admin.get("/api/v1/calendar-editions").await.good()["items"].as_array().unwrap().len(), 1, "a preview loads nothing");

    let loaded = admin.post(NOTICES, notice(json!([]))).await;
    assert_eq!((loaded.status, &loaded.body["edition"], &loaded.body["new"]), (201, &json!(edition), &json!(true)));
    let again = admin.post(NOTICES, notice(json!([]))).await;
    assert_eq!((again.status, &again.body["edition"], &again.body["new"]), (200, &json!(edition), &json!(false)));
    let seen = admin.get(&format!("/api/v1/calendar-editions/{edition}")).await.good();
    let year = seen["years"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&year["notice_number"], &year["holidays"][1]["date"]), (&json!("国办发明电〔2026〕0号"), &json!("2027-01-04")));

    let changes = format!("/api/v1/calendar-editions/{edition}/changes");
    assert_eq!(clerk.get(&changes).await.good()["items"], json!([]), "not recounted yet");
    recount(&town.app.db, &town.app.office, DISTRICT, &Stop::default()).unwrap();
    let told = of_case(&clerk.get(&changes).await.good()["items"]).unwrap();
    assert_eq!((&told["moved"], &told["case_number"]), (&foretold["moved"], &case["registration"]["case_number"]));
    let path = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
    let now = clerk.get(&path).await.good();
    assert_eq!((&now["due_on"], &now["due_on_provisional"]), (&json!("2027-01-20"), &json!(false)));
    assert_eq!(clerk.get(&format!("{path}/clock")).await.good()["provisional"], false);
    let first = clerk.get(&format!("{changes}?limit=1")).await.good();
    assert_eq!(first["items"].as_array().unwrap().len(), 1);
    admin.get("/api/v1/calendar-editions/99").await.refused("not_found");
    clerk.get("/api/v1/calendar-editions/99/changes").await.refused("not_found");
}

#[actix_web::test]
async fn a_notice_that_cannot_be_changes_nothing() {
    let town = Town::open();
    let admin = town.sign_in("admin").await;
    for (pointer, value) in [
        ("/year", json!(1900)),
        ("/year", json!(2200)),
        ("/working_weekends", json!([{"date": "2027-01-01", "name": "元旦"}])),
        ("/working_weekends", json!([{"date": "2028-01-01", "name": "元旦"}])),
        ("/holidays", json!([{"date": "2027-01-01", "name": "元旦"}, {"date": "2027-01-01", "name": "元旦"}])),
    ] {
        let mut body = notice(json!([]));
        *body.pointer_mut(pointer).unwrap() = value;
        admin.post(NOTICES, body).await.refused("calendar_refused");
    }
    let mut overlap = notice(json!([{"date": "2027-01-02", "name": "元旦"}]));
    overlap["holidays"][0]["date"] = json!("2027-01-02");
    let refused = admin.post(NOTICES, overlap).await.refused("calendar_refused");
    assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]), (&json!("/working_weekends/0/date"), &json!("overlap")));
    for (field, value) in [("holidays", json!([])), ("notice_number", json!("")), ("year", Value::Null)] {
        let mut body = notice(json!([]));
        body[field] = value;
        let status = admin.post(NOTICES, body).await.status;
        assert!(status == 400 || status == 422, "{field}: {status}");
    }
    assert_eq!(admin.get("/api/v1/calendar-editions").await.good()["items"].as_array().unwrap().len(), 1);
}
