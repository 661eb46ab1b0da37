//! Several neighbours, several ways: one that is out of reach keeps no other waiting, and what was polled is pushed no more.

use super::Neighbour;
use super::pushes::{Door, push, read};
use crate::support::life::Cast;
use crate::support::town::Town;
use foi_docket::exchange::outbox::send::Ended;
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
