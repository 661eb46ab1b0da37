//! An assignment and the closing of the account or department it names, each on a connection of its own: whoever comes second sees the first.

use crate::support::actor::{Actor, Reply, application};
use crate::support::life::Cast;
use crate::support::town::{FIRST_DAY, Town};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use foi_docket::db::schema::{accounts, events};
use foi_docket::demo;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Waits until one connection of the town waits for another's lock.
async fn until_somebody_waits(town: &Town, racing: &JoinHandle<Reply>) {
    let mut watch = PgConnection::establish(&town.owner_url).unwrap();
    let waiting = "SELECT count(*) AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(10) {
        if diesel::sql_query(waiting).get_result::<Count>(&mut watch).unwrap().count > 0 {
            return;
        }
        assert!(!racing.is_finished(), "it did not wait");
        tokio::task::yield_now().await;
    }
    panic!("nobody waits");
}

/// Gives everybody of the demo a hash that asks to be made anew at the next sign-in.
fn weaken(town: &Town) {
    use argon2::password_hash::phc;
    use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
    let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(1024, 1, 1, None).unwrap());
    let hash: phc::PasswordHash = weak.hash_password_with_salt(demo::PASSWORD.as_bytes(), b"a salt of a test").unwrap();
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    diesel::update(accounts::table).set(accounts::password_hash.eq(hash.to_string())).execute(&mut owner).unwrap();
}

#[actix_web::test]
async fn a_sign_in_that_hashes_anew_waits_for_a_change_of_the_account_and_holds_nothing_it_needs() {
    const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let town = Town::open();
    weaken(&town);
    // What a change of an account does: its row, then the head of the stream.
    let mut changing = PgConnection::establish(&town.owner_url).unwrap();
    changing.batch_execute("BEGIN; SELECT FROM accounts FOR NO KEY UPDATE").unwrap();
    let stranger = town.stranger();
    let signing_in = tokio::spawn(async move {
        let body = json!({"username": "clerk", "password": demo::PASSWORD}).to_string().into_bytes();
        stranger.send(Method::POST, "/api/v1/sessions", &[("x-request-id", "sign-in-1"), ("traceparent", TRACE)], Some(body)).await
    });
    until_somebody_waits(&town, &signing_in).await;
    changing.batch_execute("SET lock_timeout = '200ms'; SELECT FROM agency_streams FOR UPDATE; COMMIT").unwrap();
    signing_in.await.unwrap().good();
    let bodies: Vec<String> = events::table.filter(events::kind.eq("password_rehashed")).select(events::body).load(&mut changing).unwrap();
    let [body] = bodies.as_slice() else { panic!("{bodies:?}") };
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!((&body["request_id"], &body["traceparent"]), (&json!("sign-in-1"), &json!(TRACE)), "{body:#}");
}

fn patch(admin: &Actor, path: String, version: &'static str) -> JoinHandle<Reply> {
    let admin = admin.clone();
    tokio::spawn(async move {
        let body = json!({"active": false}).to_string().into_bytes();
        admin.send(Method::PATCH, &path, &[("if-match", version)], Some(body)).await
    })
}

fn assign(cast: &Cast, case: &Value) -> JoinHandle<Reply> {
    let (clerk, case, assignment) = (cast.clerk.clone(), case.clone(), cast.assignment.clone());
    tokio::spawn(async move { clerk.step(&case, "/assignments", assignment).await })
}

#[actix_web::test]
async fn an_assignment_waits_for_a_closing_in_hand_and_is_refused() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let (department, handler) = (cast.assignment["department"].as_str().unwrap(), cast.assignment["handler"].as_str().unwrap());
    for (table, id) in [("accounts", handler), ("departments", department)] {
        let case = cast.registered().await;
        let mut closing = PgConnection::establish(&town.owner_url).unwrap();
        closing.batch_execute(&format!("BEGIN; UPDATE {table} SET active = false WHERE id = '{id}'")).unwrap();
        let assigning = assign(&cast, &case);
        until_somebody_waits(&town, &assigning).await;
        closing.batch_execute("COMMIT").unwrap();
        assigning.await.unwrap().refused("unknown_reference");
        closing.batch_execute(&format!("UPDATE {table} SET active = true WHERE id = '{id}'")).unwrap();
    }
}

#[actix_web::test]
async fn a_closing_waits_for_an_assignment_in_hand_and_is_refused() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let admin = town.sign_in("admin").await;
    let case = cast.registered().await;
    let (case, handler) = (case["id"].as_str().unwrap(), cast.assignment["handler"].as_str().unwrap());
    let made = admin.post("/api/v1/departments", json!({"name": "空科室"})).await.good();
    let empty = made["id"].as_str().unwrap();
    for (table, id, column, path, code) in [
        ("accounts", handler, "handler_id", format!("/api/v1/accounts/{handler}"), "account_has_cases"),
        ("departments", empty, "department_id", format!("/api/v1/departments/{empty}"), "department_in_use"),
    ] {
        // What an assignment does between its look and its end.
        let mut assigning = PgConnection::establish(&town.owner_url).unwrap();
        assigning.batch_execute(&format!("BEGIN; SELECT FROM {table} WHERE id = '{id}' FOR SHARE")).unwrap();
        let closing = patch(&admin, path, "\"1\"");
        until_somebody_waits(&town, &closing).await;
        assigning.batch_execute(&format!("UPDATE cases SET {column} = '{id}' WHERE id = '{case}'; COMMIT")).unwrap();
        closing.await.unwrap().refused(code);
    }
}

#[actix_web::test]
async fn the_last_clerk_does_not_go_while_receiving_and_receives_nothing_once_gone() {
    let town = Town::open();
    let (admin, clerk) = (town.sign_in("admin").await, town.sign_in("clerk").await);
    let id = clerk.get("/api/v1/me").await.good()["id"].as_str().unwrap().to_owned();
    let old = clerk.receive(FIRST_DAY).await;
    let old = old["id"].as_str().unwrap();
    let mut other = PgConnection::establish(&town.owner_url).unwrap();
    other.batch_execute(&format!("UPDATE cases SET stage = 'voided' WHERE id = '{old}'")).unwrap();
    // A case is on its way in: what receiving does between its look and its end.
    other.batch_execute(&format!("BEGIN; SELECT FROM accounts WHERE id = '{id}' FOR SHARE")).unwrap();
    let closing = patch(&admin, format!("/api/v1/accounts/{id}"), "\"1\"");
    until_somebody_waits(&town, &closing).await;
    other.batch_execute(&format!("UPDATE cases SET stage = 'received' WHERE id = '{old}'; COMMIT")).unwrap();
    closing.await.unwrap().refused("last_clerk");
    // The closing is on its way: no case comes in behind it.
    for change in ["active = false", "roles = '{handler}'"] {
        other.batch_execute(&format!("BEGIN; UPDATE accounts SET {change} WHERE id = '{id}'")).unwrap();
        let receiving = tokio::spawn({
            let clerk = clerk.clone();
            async move { clerk.post("/api/v1/cases", application(FIRST_DAY)).await }
        });
        until_somebody_waits(&town, &receiving).await;
        other.batch_execute("COMMIT").unwrap();
        receiving.await.unwrap().refused("not_signed_in");
        other.batch_execute(&format!("UPDATE accounts SET active = true, roles = '{{clerk}}' WHERE id = '{id}'")).unwrap();
    }
}

#[actix_web::test]
async fn hand_overs_assignments_and_closings_at_once_end_without_a_case_on_a_closed_account() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let admin = town.sign_in("admin").await;
    let handler = cast.assignment["handler"].as_str().unwrap();
    let to = town.account(foi_docket::rules::permissions::Role::Handler, "district");
    for _ in 0..6 {
        let cases = [cast.assigned().await, cast.registered().await, cast.registered().await];
        let hand_over = {
            let (admin, path) = (admin.clone(), format!("/api/v1/accounts/{handler}/handovers"));
            tokio::spawn(async move { admin.post(&path, json!({"to": to})).await })
        };
        let assigning = [assign(&cast, &cases[1]), assign(&cast, &cases[2])];
        let closing = tokio::spawn({
            let (admin, path) = (admin.clone(), format!("/api/v1/accounts/{handler}"));
            async move {
                let seen = admin.get(&path).await.headers["etag"].to_str().unwrap().to_owned();
                admin.send(Method::PATCH, &path, &[("if-match", &seen)], Some(b"{\"active\":false}".to_vec())).await
            }
        });
        hand_over.await.unwrap().good();
        for one in assigning {
            let status = one.await.unwrap().status;
            assert!(matches!(status, 201 | 422), "{status}");
        }
        let closed = closing.await.unwrap();
        assert!(matches!(closed.status, 200 | 409), "{} {:#}", closed.status, closed.body);
        let mut owner = PgConnection::establish(&town.owner_url).unwrap();
        let left = "SELECT count(*) AS count FROM cases c JOIN accounts a ON a.agency_id = c.agency_id AND a.id = c.handler_id \
                    WHERE NOT a.active AND c.stage NOT IN ('archived', 'voided')";
        assert_eq!(diesel::sql_query(left).get_result::<Count>(&mut owner).unwrap().count, 0);
        owner.batch_execute(&format!("UPDATE accounts SET active = true WHERE id = '{handler}'")).unwrap();
    }
}
