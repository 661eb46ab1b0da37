//! Who sees what: case pages by role, and looks at personal data, which all leave their trace.

use crate::support::actor::{Actor, application};
use crate::support::life::Cast;
use crate::support::town::{FIRST_DAY, Town};
use diesel::prelude::*;
use foi_docket::db::schema::events;
use foi_docket::demo::DISTRICT;
use foi_docket::rules::permissions::Role;
use reqwest::Method;
use serde_json::{Value, json};

const WORDS: &str = "申请公开2025年度行政处罚罚没款总额。";

/// The agency's own events of a kind: what happened, the latest last.
fn told(town: &Town, kind: &str) -> Vec<Value> {
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    let bodies: Vec<String> = events::table
        .filter(events::agency_id.eq(DISTRICT))
        .filter(events::stream_id.eq(DISTRICT))
        .filter(events::kind.eq(kind))
        .order(events::seq)
        .select(events::body)
        .load(&mut owner)
        .unwrap();
    bodies.iter().map(|body| serde_json::from_str::<Value>(body).unwrap()["data"].clone()).collect()
}

async fn upload(actor: &Actor) -> String {
    let body = "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"form.pdf\"\r\n\
                Content-Type: application/pdf\r\n\r\n%PDF-1.4\n%%EOF\n\r\n--cut--\r\n";
    let headers = [("content-type", "multipart/form-data; boundary=cut")];
    let stored = actor.send(Method::POST, "/api/v1/documents", &headers, Some(body.as_bytes().to_vec())).await.good();
    stored["id"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn private_texts_are_for_those_who_work_the_case() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.drafted().await;
    let id = case["id"].as_str().unwrap();
    let at = format!("/api/v1/cases/{id}/as-of/{FIRST_DAY}T15:59:59Z");
    for (role, full) in [
        (Role::Clerk, true),
        (Role::Handler, true),
        (Role::LegalReviewer, true),
        (Role::Approver, true),
        (Role::Supervisor, false),
        (Role::Auditor, false),
        (Role::Integration, false),
    ] {
        let actor = town.role(role, "district").await;
        for path in [format!("/api/v1/cases/{id}"), at.clone()] {
            let page = actor.get(&path).await.good();
            let expected = if full { json!(WORDS) } else { Value::Null };
            assert_eq!(page["request"]["description"], expected, "{role:?} {path}");
            assert_eq!(page["applicants"][0]["name"], "甲**", "{role:?}: masked for everybody");
            assert_eq!(page.to_string().contains("罚没款"), full, "{role:?}: no private text anywhere: {page:#}");
        }
        let history = actor.get(&format!("/api/v1/cases/{id}/events")).await.good().to_string();
        assert!(!history.contains("罚没款") && !history.contains("甲某某"), "{role:?}: the trail holds references only");
    }
    town.role(Role::Administrator, "district").await.get(&format!("/api/v1/cases/{id}")).await.refused("forbidden");
}

#[actix_web::test]
async fn another_system_gets_no_private_text_back() {
    let town = Town::open();
    let system = town.role(Role::Integration, "district").await;
    let case = system.post("/api/v1/cases", application(FIRST_DAY)).await.good();
    assert_eq!(case["request"]["description"], Value::Null);
    assert_eq!(case["applicants"][0]["name"], "甲**");
}

#[actix_web::test]
async fn every_look_at_an_applicant_leaves_its_own_event() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.received().await;
    let path = format!("/api/v1/applicants/{}/reveals", case["applicants"][0]["id"].as_str().unwrap());
    let look = json!({"case_id": case["id"], "purpose": "audit"}).to_string().into_bytes();
    let auditor = town.role(Role::Auditor, "district").await;
    for n in 1..=3 {
        let shown = auditor.send(Method::POST, &path, &[("idempotency-key", "look")], Some(look.clone())).await.good();
        assert_eq!(shown["applicant"]["name"], "甲某某");
        let told = told(&town, "applicant_revealed");
        assert_eq!((told.len(), told[n - 1]["purpose"].as_str()), (n, Some("audit")));
    }
    let other = json!({"case_id": case["id"], "purpose": "contact"}).to_string().into_bytes();
    auditor.send(Method::POST, &path, &[("idempotency-key", "look")], Some(other)).await.refused("idempotency_key_reused");
    let search = json!({"kind": "name", "value": "甲某某"}).to_string().into_bytes();
    for n in 1..=2 {
        let headers = [("idempotency-key", "search")];
        cast.clerk.send(Method::POST, "/api/v1/applicant-searches", &headers, Some(search.clone())).await.good();
        assert_eq!(told(&town, "applicants_searched").len(), n);
    }
}

#[actix_web::test]
async fn a_document_is_read_on_the_trail_and_by_auditors_for_a_purpose() {
    let town = Town::open();
    let clerk = town.sign_in("clerk").await;
    let id = upload(&clerk).await;
    let path = format!("/api/v1/documents/{id}/content");
    assert_eq!(clerk.get(&path).await.status, 200);
    assert_eq!(told(&town, "document_read"), [json!({"document": id, "purpose": null})]);
    assert_eq!(clerk.get(&format!("{path}?purpose=proceeding")).await.status, 200);

    let auditor = town.role(Role::Auditor, "district").await;
    auditor.get(&path).await.refused("purpose_needed");
    auditor.get(&format!("{path}?purpose=curiosity")).await.refused("malformed_parameter");
    assert_eq!(told(&town, "document_read").len(), 2, "what is refused is not read");
    assert_eq!(auditor.get(&format!("{path}?purpose=audit")).await.status, 200);
    assert_eq!(told(&town, "document_read")[2], json!({"document": id, "purpose": "audit"}));

    auditor.get("/api/v1/documents/00000000-0000-7000-8000-000000000000/content?purpose=audit").await.refused("not_found");
    let city = town.role(Role::Auditor, "city").await;
    city.get(&format!("{path}?purpose=audit")).await.refused("not_found");
    town.role(Role::Supervisor, "district").await.get(&format!("{path}?purpose=audit")).await.refused("forbidden");
    assert_eq!(told(&town, "document_read").len(), 3);
}
