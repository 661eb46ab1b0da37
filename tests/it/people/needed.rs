//! Who cannot be spared while cases are open: the last clerk, the last approver, the only head in office.

use crate::support::actor::{Actor, Reply};
use crate::support::town::{FIRST_DAY, Town};
use foi_docket::rules::permissions::Role;
use reqwest::Method;
use serde_json::{Value, json};

async fn id_of(town: &Town, username: &str) -> String {
    town.sign_in(username).await.get("/api/v1/me").await.good()["id"].as_str().unwrap().to_owned()
}

async fn change(admin: &Actor, id: &str, body: Value) -> Reply {
    let path = format!("/api/v1/accounts/{id}");
    let seen = admin.get(&path).await.headers["etag"].to_str().unwrap().to_owned();
    admin.send(Method::PATCH, &path, &[("if-match", &seen)], Some(body.to_string().into_bytes())).await
}

#[actix_web::test]
async fn with_open_cases_the_last_clerk_and_the_last_approver_stay() {
    let town = Town::open();
    let (admin, clerk, approver) = (town.sign_in("admin").await, id_of(&town, "clerk").await, id_of(&town, "approver").await);
    let idle = town.account(Role::Clerk, "district").to_string();
    change(&admin, &idle, json!({"active": false})).await.good();
    change(&admin, &id_of(&town, "approver2").await, json!({"active": false})).await.good();
    town.sign_in("clerk").await.receive(FIRST_DAY).await;
    for body in [json!({"active": false}), json!({"roles": ["handler"]})] {
        change(&admin, &clerk, body.clone()).await.refused("last_clerk");
        change(&admin, &approver, body).await.refused("last_approver");
    }
    change(&admin, &clerk, json!({"roles": ["clerk", "handler"]})).await.good();
    // Another one is named: the closed account does not count, the open one does.
    town.account(Role::Clerk, "district");
    town.account(Role::Approver, "district");
    change(&admin, &clerk, json!({"active": false})).await.good();
    change(&admin, &approver, json!({"roles": ["handler"]})).await.good();
}

#[actix_web::test]
async fn with_open_cases_the_only_head_stays_and_a_deputy_covers() {
    let town = Town::open();
    let (admin, approver) = (town.sign_in("admin").await, id_of(&town, "approver").await);
    town.account(Role::Approver, "district");
    town.sign_in("clerk").await.receive(FIRST_DAY).await;
    let refused = change(&admin, &approver, json!({"active": false})).await.refused("last_head");
    assert_eq!(refused["article"], "33(2)");
    let appoint = async |account: &str, from_on: &str| {
        admin.post("/api/v1/foi-office-heads", json!({"account": account, "deputy": true, "from_on": from_on})).await.good();
    };
    let deputy = town.account(Role::Approver, "district").to_string();
    appoint(&deputy, "2026-12-01").await;
    change(&admin, &approver, json!({"active": false})).await.refused("last_head");
    appoint(&deputy, "2026-01-01").await;
    change(&admin, &approver, json!({"active": false})).await.good();
    let heads = admin.get("/api/v1/foi-office-heads").await.good();
    let term = heads["items"].as_array().unwrap().iter().find(|head| head["account"] == *approver).unwrap().clone();
    assert_eq!((&term["in_office"], term["until_on"].as_str()), (&json!(false), Some(FIRST_DAY)), "the term ended with an event");
}

#[actix_web::test]
async fn with_open_cases_no_appointment_leaves_today_without_a_head() {
    let town = Town::open();
    let admin = town.sign_in("admin").await;
    let next = town.account(Role::Approver, "district").to_string();
    let appoint = async |from_on: &str, until_on: Option<&str>| {
        admin.post("/api/v1/foi-office-heads", json!({"account": next, "from_on": from_on, "until_on": until_on})).await
    };
    town.sign_in("clerk").await.receive(FIRST_DAY).await;
    // A term in the past would end the open one of the head in office, and nobody would be head today.
    let refused = appoint("2026-10-01", Some("2026-10-31")).await.refused("last_head");
    assert_eq!(refused["article"], "33(2)");
    let heads = admin.get("/api/v1/foi-office-heads").await.good();
    assert!(heads["items"].as_array().unwrap().iter().any(|head| head["in_office"] == true), "{heads:#}");
    appoint("2026-12-01", None).await.good();
}

#[actix_web::test]
async fn without_open_cases_they_may_go() {
    let town = Town::open();
    let admin = town.sign_in("admin").await;
    for name in ["clerk", "approver"] {
        let id = id_of(&town, name).await;
        change(&admin, &id, json!({"active": false})).await.good();
    }
}
