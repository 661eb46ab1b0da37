//! Bad input of every sort: each gets the documented problem, nothing is written, nothing is a 500.

mod handling;
mod inside;

use crate::support::actor::{Actor, Reply, application};
use crate::support::town::{FIRST_DAY, Town};
use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};

fn events(town: &Town) -> i64 {
    use foi_docket::db::schema::events;
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    events::table.count().get_result(&mut owner).unwrap()
}

async fn raw(actor: &Actor, body: &[u8]) -> Reply {
    actor.send(Method::POST, "/api/v1/cases", &[], Some(body.to_vec())).await
}

fn with(pointer: &str, value: Value) -> Value {
    let mut body = application(FIRST_DAY);
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap()[key] = value;
    body
}

#[actix_web::test]
async fn bodies_that_do_not_fit_are_refused_by_name() {
    let town = Town::open();
    let clerk = town.sign_in("clerk").await;
    let before = events(&town);
    let post = async |body: Value| clerk.post("/api/v1/cases", body).await;

    for (pointer, value, at) in [
        ("/surprise", json!(1), "/surprise"),
        ("/request/surprise", json!(1), "/request/surprise"),
        ("/channel", json!("pigeon"), "/channel"),
        ("/channel", json!(7), "/channel"),
        ("/arrived_on", json!("2026-02-31"), "/arrived_on"),
        ("/arrived_on", json!("2026-11-02T09:00:00Z"), "/arrived_on"),
        ("/applicants", json!({}), "/applicants"),
    ] {
        let problem = post(with(pointer, value.clone())).await.refused("malformed_body");
        assert_eq!((problem["status"].as_u64(), problem["errors"][0]["pointer"].as_str()), (Some(400), Some(at)), "{problem:#}");
    }
    for (pointer, value, code) in [
        ("/arrived_on", json!("2026-11-03"), "date_in_future"),
        ("/arrived_on", json!("2200-01-01"), "date_in_future"),
        ("/arrived_on", json!("1900-01-01"), "date_out_of_range"),
        ("/signed_on", json!("2026-11-02"), "date_not_applicable"),
        ("/channel", json!("ems"), "date_missing"),
    ] {
        assert_eq!(post(with(pointer, value)).await.refused(code)["status"], 422);
    }
    // Every field at once, each with its code.
    let mut body = application(FIRST_DAY);
    body["applicants"][0]["name"] = json!("甲\u{0007}某");
    body["applicants"][0]["address"] = json!("路\u{202e}号");
    body["request"]["description"] = json!("  ");
    let problem = post(body).await.refused("fields_refused");
    let codes: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap()))
        .collect();
    assert_eq!(
        codes,
        [
            ("/applicants/0/address", "text_direction_mark"),
            ("/applicants/0/name", "text_control_character"),
            ("/request/description", "text_empty")
        ]
    );
    // What was sent does not come back.
    assert!(!problem.to_string().contains('\u{0007}') && !problem.to_string().contains('甲'));

    raw(&clerk, b"{").await.refused("malformed_body");
    raw(&clerk, b"").await.refused("malformed_body");
    raw(&clerk, b"[]").await.refused("malformed_body");
    raw(&clerk, b"{\"channel\":\"\xff\xfe\"}").await.refused("malformed_body");
    raw(&clerk, "[".repeat(100_000).as_bytes()).await.refused("malformed_body");
    assert_eq!(raw(&clerk, &vec![b' '; 10 * 1024 * 1024]).await.refused("too_large")["status"], 413);
    let typed = clerk.send(Method::POST, "/api/v1/cases", &[("content-type", "text/plain")], Some(b"{}".to_vec())).await;
    assert_eq!(typed.refused("wrong_media_type")["status"], 415);
    clerk.get("/api/v1/cases?surprise=1").await.refused("malformed_parameter");
    clerk.get("/api/v1/cases?limit=0").await.refused("malformed_parameter");
    clerk.get("/api/v1/cases?cursor=").await.refused("malformed_parameter");
    clerk.get("/api/v1/cases?cursor=x").await.refused("parameter_refused");
    assert_eq!(events(&town), before, "nothing was written");
}

#[actix_web::test]
async fn versions_and_stages_are_kept() {
    let town = Town::open();
    let clerk = town.sign_in("clerk").await;
    let case = clerk.receive(FIRST_DAY).await;
    let path = format!("/api/v1/cases/{}/registration", case["id"].as_str().unwrap());

    clerk.post(&path, json!({})).await.refused("version_needed");
    let malformed = clerk.send(Method::POST, &path, &[("if-match", "W/7")], Some(b"{}".to_vec())).await;
    malformed.refused("malformed_header");
    let any = clerk.send(Method::POST, &path, &[("if-match", "*")], Some(b"{}".to_vec())).await;
    any.refused("version_needed");
    let stale = clerk.send(Method::POST, &path, &[("if-match", "\"1\"")], Some(b"{}".to_vec())).await;
    assert_eq!(stale.headers.get("etag").unwrap(), &format!("\"{}\"", case["version"]));
    assert_eq!(stale.refused("stale_version")["status"], 412);

    let early = clerk.step(&case, "/closing", json!({})).await.refused("stage_forbids");
    assert_eq!((early["status"].as_u64(), early["article"].as_str()), (Some(409), Some("45")));
    let registered = clerk.step(&case, "/registration", json!({})).await.good();
    clerk.step(&registered, "/registration", json!({})).await.refused("stage_forbids");
}

#[actix_web::test]
async fn a_foreign_case_is_an_unknown_one() {
    let town = Town::open();
    let case = town.sign_in("clerk").await.receive(FIRST_DAY).await;
    let stranger = town.role(foi_docket::rules::permissions::Role::Clerk, "sister").await;
    let unknown = "/api/v1/cases/00000000-0000-7000-8000-000000000000";
    let foreign = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
    let (mut foreign, mut unknown) = (stranger.get(&foreign).await.refused("not_found"), stranger.get(unknown).await.refused("not_found"));
    foreign["instance"] = Value::Null;
    unknown["instance"] = Value::Null;
    assert_eq!(foreign, unknown);
    stranger.step(&case, "/registration", json!({})).await.refused("not_found");
}

#[actix_web::test]
async fn the_same_key_twice_at_once_has_one_effect() {
    let town = Town::open();
    let clerk = town.sign_in("clerk").await;
    let body = application(FIRST_DAY).to_string().into_bytes();
    let send = |key: &'static str, body: Vec<u8>| {
        let clerk = clerk.clone();
        tokio::spawn(async move { clerk.send(Method::POST, "/api/v1/cases", &[("idempotency-key", key)], Some(body)).await })
    };
    let twins: Vec<_> = (0..8).map(|_| send("one", body.clone())).collect();
    let mut ids = std::collections::BTreeSet::new();
    for twin in twins {
        let reply = twin.await.unwrap();
        assert_eq!(reply.status, 201);
        ids.insert(reply.body["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids.len(), 1);
    let other = send("one", with("/arrived_on", json!("2026-10-30")).to_string().into_bytes()).await.unwrap();
    assert_eq!(other.refused("idempotency_key_reused")["status"], 422);
    let listed = clerk.get("/api/v1/cases?include_total=true").await.good();
    assert_eq!(listed["total"], 1);
}

#[actix_web::test]
async fn two_clerks_on_one_case_get_one_number() {
    let town = Town::open();
    let clerk = town.sign_in("clerk").await;
    for _ in 0..5 {
        let case = clerk.receive(FIRST_DAY).await;
        let racing: Vec<_> = (0..6)
            .map(|_| {
                let (clerk, case) = (clerk.clone(), case.clone());
                tokio::spawn(async move { clerk.step(&case, "/registration", json!({})).await })
            })
            .collect();
        let mut won = 0;
        for racer in racing {
            let reply = racer.await.unwrap();
            if reply.status == 201 {
                won += 1;
            } else {
                reply.refused("stale_version");
            }
        }
        assert_eq!(won, 1);
    }
    // The losers drew no number: the register has no gap.
    let numbers: Vec<_> = clerk.get("/api/v1/cases?sort=arrived_on").await.good()["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| case["case_number"].as_str().unwrap().to_owned())
        .collect();
    let wanted: Vec<_> = (1..=5).map(|n| format!("示市监依申请〔2026〕{n}号")).collect();
    assert_eq!(numbers, wanted);
}

#[actix_web::test]
async fn validate_only_writes_nothing_and_draws_no_number() {
    let town = Town::open();
    let clerk = town.sign_in("clerk").await;
    let case = clerk.receive(FIRST_DAY).await;
    let before = events(&town);
    let seen = clerk.step(&case, "/registration?validate_only=true", json!({})).await;
    assert_eq!(seen.status, 200);
    assert_eq!(seen.body["case_number"], "示市监依申请〔2026〕1号");
    assert_eq!(events(&town), before);
    assert_eq!(clerk.step(&case, "/registration", json!({})).await.good()["case_number"], "示市监依申请〔2026〕1号");
    assert_eq!(clerk.post("/api/v1/cases?validate_only=true", application(FIRST_DAY)).await.status, 200);
    assert_eq!(clerk.get("/api/v1/cases?include_total=true").await.good()["total"], 1);
}

#[actix_web::test]
async fn health_is_told_without_a_token_and_without_more_rights_than_the_service_has() {
    let town = Town::open();
    let ready = town.stranger().get("/readyz").await.good();
    assert_eq!((ready["ready"].as_bool(), ready["migrations_current"].as_bool()), (Some(true), Some(true)));
    assert_eq!(town.stranger().get("/version").await.good()["name"], "foi-docket");
}

#[actix_web::test]
async fn a_trace_is_echoed_and_stands_in_the_event_and_a_malformed_one_nowhere() {
    let town = Town::open();
    let clerk = town.sign_in("clerk").await;
    let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    for (sent, kept) in [(good, Some(good)), ("00-0-0-01", None)] {
        let headers = [("traceparent", sent), ("x-request-id", "desk-7")];
        let reply = clerk.send(Method::POST, "/api/v1/cases", &headers, Some(application(FIRST_DAY).to_string().into_bytes())).await;
        let header = |name: &str| reply.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!((header("traceparent").as_deref(), header("x-request-id").as_deref()), (kept, Some("desk-7")));
        let id: uuid::Uuid = reply.good()["id"].as_str().unwrap().parse().unwrap();
        let mut owner = PgConnection::establish(&town.owner_url).unwrap();
        let body: String = {
            use foi_docket::db::schema::events;
            events::table.filter(events::stream_id.eq(id)).order(events::seq).select(events::body).first(&mut owner).unwrap()
        };
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((body["traceparent"].as_str(), body["request_id"].as_str()), (kept, Some("desk-7")));
    }
}
