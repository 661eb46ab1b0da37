//! Two hands on one neighbour: who changes it starts from how it stands, and it is held before anything of the agency's is.

use super::pushes::{Door, push};
use super::{Neighbour, Stage, name};
use crate::support::town::Town;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use foi_docket::exchange::outbox::send::Ended;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = BigInt)]
    waiting: i64,
}

/// Until somebody waits for a lock.
pub(super) async fn until_somebody_waits(town: &Town) {
    let mut watcher = PgConnection::establish(&town.owner_url).unwrap();
    let sql =
        "SELECT count(*) AS waiting FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()";
    let begun = Instant::now();
    while diesel::sql_query(sql).get_result::<Waiting>(&mut watcher).unwrap().waiting == 0 {
        assert!(begun.elapsed() < Duration::from_secs(10), "nobody waits");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Somebody closes every neighbour, and is not done yet.
fn closing(town: &Town) -> PgConnection {
    let mut other = PgConnection::establish(&town.owner_url).unwrap();
    other.batch_execute("BEGIN; UPDATE exchange_peers SET active = false, version = version + 1").unwrap();
    other
}

async fn only_peer(town: &Town) -> Value {
    town.sign_in("admin").await.get("/api/v1/exchange-peers").await.good()["items"][0].clone()
}

#[actix_web::test]
async fn a_change_does_not_undo_another_made_meanwhile() {
    let door = Door::open();
    let town = Town::with_reach(&door.address);
    let neighbour = Neighbour::enter(&town, &name(), Some(&format!("{}/foi", door.address))).await;
    let admin = town.sign_in("admin").await;
    let mut other = closing(&town);
    let path = format!("/api/v1/exchange-peers/{}", neighbour.id);
    let change = json!({"pushes": false}).to_string().into_bytes();
    let changing = actix_web::rt::spawn(async move {
        admin.send(Method::PATCH, &path, &[("content-type", "application/json")], Some(change)).await.good()
    });
    until_somebody_waits(&town).await;
    other.batch_execute("COMMIT").unwrap();
    changing.await.unwrap();
    let peer = only_peer(&town).await;
    assert_eq!((&peer["active"], &peer["pushes"]), (&json!(false), &json!(false)), "{peer:#}");
}

#[actix_web::test]
async fn an_address_that_is_gone_opens_no_neighbour_that_was_closed_meanwhile() {
    let door = Door::open();
    let town = Town::with_reach(&door.address);
    let neighbour = Neighbour::enter(&town, &name(), Some(&format!("{}/foi", door.address))).await;
    neighbour.push(&town, &Neighbour::upheld("示复〔2026〕1号")).await.good();
    door.says("410 Gone");
    let mut other = closing(&town);
    let town = std::sync::Arc::new(town);
    let pushed = std::sync::Arc::clone(&town);
    let pushing = tokio::task::spawn_blocking(move || push(&pushed));
    until_somebody_waits(&town).await;
    other.batch_execute("COMMIT").unwrap();
    assert_eq!(pushing.await.unwrap(), Some(Ended::Gone));
    let peer = only_peer(&town).await;
    assert_eq!((&peer["active"], &peer["pushes"]), (&json!(false), &json!(false)), "{peer:#}");
}

/// A message on its way in refers to the neighbour, and then waits for the head of the agency's stream: who has that in hand must not wait for it.
#[actix_web::test]
async fn what_comes_in_keeps_no_step_waiting() {
    let stage = Stage::set().await;
    let notice = over_two(&stage).await;
    let mut other = PgConnection::establish(&stage.town.owner_url).unwrap();
    other.batch_execute("BEGIN; SELECT id FROM exchange_peers FOR KEY SHARE").unwrap();
    assert_eq!(stage.neighbour.push(&stage.town, &notice).await.good()["state"], "applied");
    other.batch_execute("COMMIT").unwrap();
    stage.holds();
}

/// One notice over two replies: its step writes to the agency's stream itself.
async fn over_two(stage: &Stage) -> Value {
    let second = stage.cast.served("EA000000002CN").await;
    let mut notice = stage.neighbour.notice("示复〔2026〕61号", stage.reply_number());
    notice["about"]["further"] = json!([{"reply_number": second["replies"][0]["document_number"]}]);
    notice
}

/// Both a push of this neighbour and the worker that tells it something take its row and then the head of the agency's stream; who took them the
/// other way round would meet the other half way.
#[actix_web::test]
async fn a_notice_over_several_replies_holds_the_neighbour_before_the_stream() {
    let stage = Stage::set().await;
    let notice = over_two(&stage).await;
    let mut other = PgConnection::establish(&stage.town.owner_url).unwrap();
    other.batch_execute("BEGIN; SELECT id FROM exchange_peers FOR NO KEY UPDATE").unwrap();
    let stage = std::sync::Arc::new(stage);
    let pushed = std::sync::Arc::clone(&stage);
    let pushing = actix_web::rt::spawn(async move { pushed.neighbour.push(&pushed.town, &notice).await.good()["state"].clone() });
    until_somebody_waits(&stage.town).await;
    other.batch_execute("SET LOCAL lock_timeout = '2s'; SELECT seq FROM agency_streams FOR UPDATE; COMMIT").unwrap();
    assert_eq!(pushing.await.unwrap(), "applied");
    stage.holds();
}
