//! What the workers delete: expired sessions and old answers to keys, in every agency, and nothing younger.

use crate::support::actor::application;
use crate::support::town::{FIRST_DAY, Town};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use foi_docket::db::pool::{DbError, Scope};
use foi_docket::db::schema::{idempotency_keys, sessions};
use foi_docket::demo::{CITY, DISTRICT};
use foi_docket::rules::permissions::Role;
use foi_docket::work::{Outcome, tick};
use reqwest::Method;
use uuid::Uuid;

#[actix_web::test]
async fn sessions_and_keys_go_when_their_time_is_over() {
    let town = Town::open();
    let (old, young) = (town.sign_in("clerk").await, town.sign_in("clerk").await);
    let _old_of_the_city = town.role(Role::Auditor, "city").await;
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    owner
        .batch_execute("UPDATE sessions SET created_at = created_at - interval '30 days', expires_at = now() - interval '25 hours'")
        .unwrap();
    // Expired a moment ago, and alive.
    let (expired, alive) = (town.sign_in("handler").await, town.sign_in("clerk").await);
    drop((old, young, expired));
    owner
        .batch_execute(
            "UPDATE sessions SET expires_at = now() - interval '1 hour' \
             WHERE id = (SELECT id FROM sessions WHERE expires_at > now() ORDER BY created_at LIMIT 1)",
        )
        .unwrap();
    for key in ["old", "young"] {
        let body = application(FIRST_DAY).to_string().into_bytes();
        alive.send(Method::POST, "/api/v1/cases", &[("idempotency-key", key)], Some(body)).await.good();
    }
    owner.batch_execute("UPDATE idempotency_keys SET created_at = now() - interval '8 days' WHERE key = 'old'").unwrap();

    let app = town.app.clone().into_inner();
    let now = town.clock.now();
    let outcome = tokio::task::spawn_blocking(move || tick(&app, now)).await.unwrap();
    assert_eq!(outcome, Outcome::Done);

    let of = |agency: Uuid, owner: &mut PgConnection| -> i64 {
        sessions::table.filter(sessions::agency_id.eq(agency)).count().get_result(owner).unwrap()
    };
    assert_eq!((of(DISTRICT, &mut owner), of(CITY, &mut owner)), (2, 0), "the one expired an hour ago and the living one stay");
    let keys: Vec<String> = idempotency_keys::table.select(idempotency_keys::key).load(&mut owner).unwrap();
    assert_eq!(keys, ["young"]);
    alive.get("/api/v1/me").await.good();
}

#[actix_web::test]
async fn a_session_that_has_not_expired_cannot_be_removed() {
    let town = Town::open();
    let clerk = town.sign_in("clerk").await;
    let removed =
        town.app.db.run(Scope::own(DISTRICT), |conn| diesel::delete(sessions::table).execute(conn).map_err(DbError::from)).await.unwrap();
    assert_eq!(removed, 0);
    clerk.get("/api/v1/me").await.good();
}
