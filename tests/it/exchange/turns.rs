//! Several neighbours, several ways: one that is out of reach keeps no other waiting, and what was polled is pushed no more.

use super::pushes::{Door, push, read};
use super::{Neighbour, Stage};
use crate::support::life::Cast;
use crate::support::town::Town;
use diesel::prelude::*;
use foi_docket::exchange::inbox::matching::digest_of;
use foi_docket::exchange::outbox::send::Ended;
use foi_docket::work::tick;
use serde_json::json;
use std::io::Write;
use std::net::TcpListener;
use std::sync::mpsc;

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:1";

/// Something to be told: a receipt for each of these.
async fn told(town: &Town, neighbour: &Neighbour, times: u32) {
    for n in 1..=times {
        neighbour.push(town, &Neighbour::upheld(&format!("示复〔2026〕{n}号"))).await.good();
    }
}

#[actix_web::test]
async fn a_neighbour_out_of_reach_keeps_no_other_waiting() {
    let door = Door::open();
    let town = Town::with_reach(&format!("{NOWHERE},{}", door.address));
    let far = Neighbour::enter(&town, "A 远处系统", Some(&format!("{NOWHERE}/foi"))).await;
    let near = Neighbour::enter(&town, "B 近处系统", Some(&format!("{}/foi", door.address))).await;
    told(&town, &far, 3).await;
    told(&town, &near, 1).await;
    tokio::task::spawn_blocking(move || {
        // The one that has waited longest is not reached; then it is the other's turn, whatever else waits for the first.
        assert_eq!(push(&town), Some(Ended::PutOff));
        assert_eq!(push(&town), Some(Ended::Delivered));
        assert_eq!(push(&town), None, "all that waits for the first waits its time");
        assert_eq!(door.got().len(), 1);
    })
    .await
    .unwrap();
}

#[actix_web::test]
async fn whoever_has_waited_longest_comes_first() {
    let (first, last) = (Door::open(), Door::open());
    let town = Town::with_reach(&format!("{},{}", first.address, last.address));
    let early = Neighbour::enter(&town, "B 先到系统", Some(&format!("{}/foi", first.address))).await;
    let late = Neighbour::enter(&town, "A 后到系统", Some(&format!("{}/foi", last.address))).await;
    told(&town, &early, 1).await;
    told(&town, &late, 3).await;
    tokio::task::spawn_blocking(move || {
        assert_eq!(push(&town), Some(Ended::Delivered));
        assert_eq!((first.got().len(), last.got().len()), (1, 0), "not by their names");
        for _ in 0..3 {
            assert_eq!(push(&town), Some(Ended::Delivered));
        }
        assert_eq!((push(&town), last.got().len()), (None, 3));
    })
    .await
    .unwrap();
}

#[actix_web::test]
async fn what_is_polled_while_it_is_pushed_has_arrived_whatever_the_push_says() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (arrival, arrived) = mpsc::channel();
    let (word, say) = mpsc::channel::<()>();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        arrival.send(read(&mut stream)).unwrap();
        say.recv().unwrap();
        write!(stream, "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
    });
    let town = Town::with_reach(&address);
    let cast = Cast::gather(&town).await;
    let neighbour = Neighbour::enter(&town, &super::name(), Some(&format!("{address}/foi"))).await;
    told(&town, &neighbour, 1).await;
    let pushing = tokio::task::spawn_blocking(move || (push(&town), town));
    tokio::task::spawn_blocking(move || arrived.recv().unwrap()).await.unwrap();
    assert_eq!(neighbour.poll(1).await.len(), 0, "it has the first");
    word.send(()).unwrap();
    let (ended, _town) = pushing.await.unwrap();
    assert_eq!(ended, Some(Ended::TakenOver), "the push has no say any more");
    let listed = cast.clerk.get("/api/v1/exchange-deliveries").await.good();
    assert_eq!((listed["items"][0]["state"].as_str(), &listed["items"][0]["last_error"]), (Some("delivered"), &serde_json::Value::Null));
}

#[derive(QueryableByName)]
struct Marked {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    now: i64,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    later: i64,
}

/// How many notices are marked to be told of now, and how many were put off.
fn marked(stage: &Stage) -> (i64, i64) {
    let mut owner = PgConnection::establish(&stage.town.owner_url).unwrap();
    let sql = "SELECT count(*) FILTER (WHERE tell_at <= now() OR told_version = 0 AND tell_at IS NULL) AS now, \
               count(*) FILTER (WHERE tell_at > now()) AS later FROM exchange_inbox WHERE sort = 'notice_to_answer'";
    let marked: Marked = diesel::sql_query(sql).get_result(&mut owner).unwrap();
    (marked.now, marked.later)
}

#[actix_web::test]
async fn what_cannot_be_told_is_put_off_and_what_did_not_move_is_not_looked_at() {
    let stage = Stage::set().await;
    let Stage { town, cast, neighbour, .. } = &stage;
    let other = cast.served("EA000000002CN").await;
    let second = neighbour.notice("示复〔2026〕52号", other["replies"][0]["document_number"].as_str().unwrap());
    neighbour.push(town, &neighbour.notice("示复〔2026〕51号", stage.reply_number())).await.good();
    neighbour.push(town, &second).await.good();
    // The case of the first is damaged: nothing can be told of it.
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    let damage = format!("UPDATE cases SET state = '{{}}' WHERE id = '{}'", stage.case["id"].as_str().unwrap());
    diesel::sql_query(damage).execute(&mut owner).unwrap();
    tick(&town.app, town.clock.now());
    let told = neighbour.poll(0).await;
    let of = |number: &str| told.iter().filter(|one| one["type"] == "case_data" && one["about"]["case_number"] == number).count();
    assert_eq!((of("示复〔2026〕51号"), of("示复〔2026〕52号")), (0, 1));
    assert_eq!(marked(&stage), (0, 1), "it is tried again later");
    // What moves is marked, and told.
    cast.reviewer
        .step(
            &cast.clerk.get(&format!("/api/v1/cases/{}", other["id"].as_str().unwrap())).await.good(),
            "/proceedings/1/answer",
            json!({"on": crate::support::town::FIRST_DAY}),
        )
        .await
        .good();
    tick(&town.app, town.clock.now());
    tick(&town.app, town.clock.now());
    assert_eq!(neighbour.poll(0).await.iter().filter(|one| one["type"] == "answer").count(), 1);
    assert_eq!(marked(&stage).0, 0);
}

#[actix_web::test]
async fn the_notice_of_the_readme_finds_a_case_of_the_demo() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let word = |key: &str| {
        let (_, rest) = readme.split_once(&format!("\"{key}\": \"")).unwrap_or_else(|| panic!("{key}"));
        rest.split('"').next().unwrap().to_owned()
    };
    let town = Town::demo("2026-11-23");
    let admin = town.sign_in("admin").await;
    let peers = admin.get("/api/v1/exchange-peers").await.good();
    let peer = peers["items"].as_array().unwrap().iter().find(|peer| peer["contract"] == "reconsideration").unwrap().clone();
    let path = format!("/api/v1/exchange-peers/{}/secrets", peer["id"].as_str().unwrap());
    let drawn = admin.post(&path, json!({"overlap_hours": 0})).await.good();
    let secrets = if drawn["secrets"].is_object() { drawn["secrets"].clone() } else { drawn };
    let neighbour = Neighbour::of(&town.base, &json!({"peer": peer, "secrets": secrets}));
    let mut notice = neighbour.notice(&word("case_number"), &word("reply_number"));
    notice["about"]["applicant_digest"] = json!(digest_of(&neighbour.matching, &word("id_number")));
    let kept = neighbour.push(&town, &notice).await.good();
    assert_eq!((&kept["state"], &kept["code"]), (&json!("applied"), &serde_json::Value::Null));
}

#[actix_web::test]
async fn what_was_given_up_on_and_is_polled_later_has_arrived() {
    use diesel::prelude::*;
    use foi_docket::db::schema::exchange_outbox as outbox;
    let town = Town::with_reach(NOWHERE);
    let cast = Cast::gather(&town).await;
    let neighbour = Neighbour::enter(&town, &super::name(), Some(&format!("{NOWHERE}/foi"))).await;
    told(&town, &neighbour, 2).await;
    // As five days without an answer leave it.
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    diesel::update(outbox::table).set(outbox::state.eq("failed")).execute(&mut owner).unwrap();
    assert_eq!(neighbour.poll(1).await.len(), 1);
    let listed = cast.clerk.get("/api/v1/exchange-deliveries").await.good();
    let mut states: Vec<_> =
        listed["items"].as_array().unwrap().iter().map(|one| (one["position"].as_i64(), one["state"].as_str())).collect();
    states.sort_unstable();
    assert_eq!(states, [(Some(1), Some("delivered")), (Some(2), Some("failed"))], "up to the place it asked from");
}
