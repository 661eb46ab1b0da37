//! Holiday notices over HTTP: loaded by an administrator, previewed, corrected, refused; and what they moved.

use crate::support::town::{Town, rest_days};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use foi_docket::demo::DISTRICT;
use foi_docket::rules::permissions::Role;
use foi_docket::work::dates::recount;
use foi_docket::work::{Outcome, Stop, tick};
use serde_json::{Value, json};

fn notice(working_weekends: Value) -> Value {
    json!({"year": 2027, "notice_number": "国办发明电〔2026〕0号",
           "holidays": rest_days(2027, &["2027-01-01", "2027-01-04"]), "working_weekends": working_weekends})
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

const PROPOSALS: &str = "/api/v1/calendar-proposals";

/// The notice of 2026 with more days off, so that a date in November moves.
fn correction(days: &[&str]) -> Value {
    json!({"year": 2026, "notice_number": "国办发明电〔2026〕0号", "holidays": rest_days(2026, days), "working_weekends": []})
}

#[actix_web::test]
async fn a_correction_takes_effect_when_a_second_person_approves_it() {
    let town = Town::open();
    let (clerk, admin, approver) = (town.sign_in("clerk").await, town.sign_in("admin").await, town.sign_in("approver").await);
    let case = clerk.receive("2026-11-02").await;
    let path = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
    let due_on = clerk.get(&path).await.good()["due_on"].clone();
    assert_eq!(due_on, "2026-11-30");
    let days = correction(&["2026-11-30"]);
    let preview = admin.post(&format!("{NOTICES}?validate_only=true"), days.clone()).await.good();
    assert_eq!((&preview["needs_second_person"], &preview["proposal"]), (&json!(true), &Value::Null));
    let proposed = admin.post(NOTICES, days.clone()).await;
    assert_eq!((proposed.status, &proposed.body["new"], &proposed.body["edition"]), (202, &json!(false), &json!(1)));
    let proposal = &proposed.body["proposal"];
    assert_eq!((&proposal["state"], &proposal["years"][0]["holidays"][10]["date"]), (&json!("proposed"), &json!("2026-11-30")));
    let again = admin.post(NOTICES, days).await;
    assert_eq!((again.status, &again.body["proposal"]["id"]), (202, &proposal["id"]), "the same one stays the only one");
    let move_on = || recount(&town.app.db, &town.app.office, DISTRICT, &Stop::default()).unwrap();
    assert_eq!(move_on().written, 0, "nothing moves yet");
    assert_eq!(admin.get("/api/v1/calendar-editions").await.good()["items"].as_array().unwrap().len(), 1);

    let decision = format!("{PROPOSALS}/{}/decision", proposal["id"].as_str().unwrap());
    let approved = json!({"verdict": "approved"});
    admin.post(&decision, approved.clone()).await.refused("same_person");
    clerk.post(&decision, approved.clone()).await.refused("forbidden");
    let foretold = approver.post(&format!("{decision}?validate_only=true"), approved.clone()).await.good();
    assert_eq!((&foretold["state"], &foretold["changes"]["moved_cases"]), (&json!("proposed"), &json!(1)), "{foretold:#}");
    let decided = approver.post(&decision, approved.clone()).await.good();
    assert_eq!((&decided["state"], &decided["edition"]), (&json!("approved"), &json!(2)));
    approver.post(&decision, approved).await.refused("already_done");
    assert_eq!(move_on().written, 1);
    assert_ne!(clerk.get(&path).await.good()["due_on"], due_on);
    let kinds = told(&town);
    for kind in ["calendar_correction_proposed", "calendar_correction_approved", "calendar_loaded"] {
        assert_eq!(kinds.iter().filter(|known| *known == kind).count(), 1, "{kind}: {kinds:?}");
    }
}

#[actix_web::test]
async fn a_correction_is_rejected_with_a_reason_and_changes_nothing() {
    let town = Town::open();
    let (admin, other) = (town.sign_in("admin").await, town.role(Role::Administrator, "district").await);
    let proposed = admin.post(NOTICES, correction(&["2026-11-30"])).await.good();
    let decision = format!("{PROPOSALS}/{}/decision", proposed["proposal"]["id"].as_str().unwrap());
    other.post(&decision, json!({"verdict": "rejected"})).await.refused("fields_refused");
    let decided = other.post(&decision, json!({"verdict": "rejected", "reason": "与公布的通知不符。"})).await.good();
    assert_eq!(
        (&decided["state"], &decided["edition"], &decided["reason"]),
        (&json!("rejected"), &Value::Null, &json!("与公布的通知不符。"))
    );
    assert_eq!(admin.get("/api/v1/calendar-editions").await.good()["items"].as_array().unwrap().len(), 1);
    assert_eq!(admin.get(PROPOSALS).await.good()["items"][0]["state"], "rejected");
    assert!(told(&town).contains(&"calendar_correction_rejected".to_owned()));
    admin.post(&format!("{PROPOSALS}/{}/decision", uuid::Uuid::nil()), json!({"verdict": "approved"})).await.refused("not_found");
}

fn told(town: &Town) -> Vec<String> {
    use foi_docket::db::schema::events;
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    events::table.filter(events::agency_id.eq(DISTRICT)).select(events::kind).load(&mut owner).unwrap()
}

#[actix_web::test]
async fn a_case_that_cannot_be_read_is_told_by_readiness() {
    let town = Town::open();
    let (clerk, admin) = (town.sign_in("clerk").await, town.sign_in("admin").await);
    let case = clerk.receive("2026-11-02").await;
    admin.post(NOTICES, notice(json!([]))).await.good();
    PgConnection::establish(&town.owner_url)
        .unwrap()
        .batch_execute(&format!("UPDATE cases SET state = '{{}}' WHERE id = '{}'", case["id"].as_str().unwrap()))
        .unwrap();
    assert_eq!(tick(&town.app, town.clock.now()), Outcome::Failed);
    let ready = town.stranger().get("/readyz?verbose").await.good();
    let warned = |warning: &Value| warning.as_str().unwrap().contains("1 cases cannot be read");
    assert!(ready["warnings"].as_array().unwrap().iter().any(warned), "{ready:#}");
}
