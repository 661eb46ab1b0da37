//! What goes: pushed under a lease, in order, signed, to the address named and no other; tried again for days, ended by 410, polled in any case.

use super::{Neighbour, name};
use crate::support::life::Cast;
use crate::support::town::Town;
use diesel::prelude::*;
use foi_docket::db::schema::exchange_outbox as outbox;
use foi_docket::demo::DISTRICT;
use foi_docket::exchange::outbox::send::{Ended, push_next};
use foi_docket::exchange::signature::Signed;
use foi_docket::exchange::work;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// One request as it came: headers and body.
pub(super) type Got = (String, Vec<u8>);

/// A neighbour's door that answers as it is told and keeps what came.
pub(super) struct Door {
    pub(super) address: String,
    got: Arc<Mutex<Vec<Got>>>,
    answer: Arc<Mutex<&'static str>>,
}

pub(super) fn read(stream: &mut TcpStream) -> Got {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_lowercase();
            let length: usize = head.split("content-length: ").nth(1).unwrap().split("\r\n").next().unwrap().parse().unwrap();
            if bytes.len() >= end + 4 + length {
                return (head, bytes[end + 4..].to_vec());
            }
        }
        let read = stream.read(&mut chunk).unwrap();
        assert!(read > 0, "the request is cut off");
        bytes.extend_from_slice(&chunk[..read]);
    }
}

impl Door {
    pub(super) fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (got, answer) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new("204 No Content")));
        let (kept, says) = (Arc::clone(&got), Arc::clone(&answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let request = read(&mut stream);
                kept.lock().unwrap().push(request);
                let answer = *says.lock().unwrap();
                write!(stream, "HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
            }
        });
        Self { address, got, answer }
    }

    pub(super) fn says(&self, answer: &'static str) {
        *self.answer.lock().unwrap() = answer;
    }

    pub(super) fn got(&self) -> Vec<Got> {
        std::mem::take(&mut *self.got.lock().unwrap())
    }
}

/// A town with a neighbour behind a door, and one receipt to be pushed.
async fn stage(door: &Door) -> (Town, Neighbour) {
    let town = Town::with_reach(&door.address);
    let neighbour = Neighbour::enter(&town, &name(), Some(&format!("{}/foi", door.address))).await;
    neighbour.push(&town, &Neighbour::upheld("示复〔2026〕1号")).await.good();
    (town, neighbour)
}

pub(super) fn push(town: &Town) -> Option<Ended> {
    push_next(&town.app.db, &town.app.office, &town.app.exchange, DISTRICT).unwrap()
}

/// As if the time until the next try had gone by.
fn hurry(town: &Town) {
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    diesel::update(outbox::table).set(outbox::next_at.eq(chrono::DateTime::<chrono::Utc>::UNIX_EPOCH)).execute(&mut owner).unwrap();
}

#[actix_web::test]
async fn a_push_is_signed_and_repeated_until_it_is_taken() {
    let door = Door::open();
    let (town, neighbour) = stage(&door).await;
    let (town, neighbour) = tokio::task::spawn_blocking(move || {
        door.says("500 Internal Server Error");
        assert_eq!(push(&town), Some(Ended::PutOff));
        assert_eq!(push(&town), None, "not before its time");
        hurry(&town);
        // A redirect is not followed: it could lead inside.
        door.says("307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/");
        assert_eq!(push(&town), Some(Ended::PutOff));
        hurry(&town);
        door.says("204 No Content");
        assert_eq!(push(&town), Some(Ended::Delivered));
        assert_eq!(push(&town), None);
        let got = door.got();
        assert_eq!(got.len(), 3);
        assert!(got.iter().all(|(_, body)| *body == got[0].1), "the same bytes every time");
        for (head, body) in &got {
            let header = |name: &str| head.split(&format!("{name}: ")).nth(1).unwrap().split("\r\n").next().unwrap().to_owned();
            let message: Value = serde_json::from_slice(body).unwrap();
            assert_eq!(header("webhook-id"), message["id"].as_str().unwrap());
            assert_eq!((message["type"].as_str(), message["position"].as_i64()), (Some("receipt"), Some(1)));
            let timestamp = header("webhook-timestamp").parse().unwrap();
            // The head was made lower case to be read: the signature is held against one that was too.
            let expected = neighbour.secret.sign(&header("webhook-id"), timestamp, body);
            assert_eq!(header("webhook-signature"), expected.to_lowercase());
            assert!(neighbour.secret.signed(Signed { id: &header("webhook-id"), timestamp, signatures: &expected }, body));
        }
        (town, neighbour)
    })
    .await
    .unwrap();
    let clerk = town.sign_in("clerk").await;
    let listed = clerk.get("/api/v1/exchange-deliveries").await.good();
    assert_eq!((listed["items"][0]["state"].as_str(), listed["items"][0]["attempts"].as_i64()), (Some("delivered"), Some(3)));
    assert_eq!(neighbour.poll(0).await.len(), 1, "what was pushed can be polled too");
}

#[actix_web::test]
async fn gone_ends_the_pushing_and_a_replay_sends_the_same_message_again() {
    let door = Door::open();
    let (town, neighbour) = stage(&door).await;
    let (town, door) = tokio::task::spawn_blocking(move || {
        door.says("410 Gone");
        assert_eq!(push(&town), Some(Ended::Gone));
        hurry(&town);
        assert_eq!(push(&town), None, "nothing is pushed there any more");
        (town, door)
    })
    .await
    .unwrap();
    let admin = town.sign_in("admin").await;
    let peer = admin.get("/api/v1/exchange-peers").await.good()["items"][0].clone();
    assert_eq!((peer["pushes"].as_bool(), peer["active"].as_bool()), (Some(false), Some(true)));
    let path = format!("/api/v1/exchange-peers/{}", neighbour.id);
    let again = json!({"pushes": true}).to_string().into_bytes();
    admin.send(reqwest::Method::PATCH, &path, &[("content-type", "application/json")], Some(again)).await.good();
    door.says("204 No Content");
    let first = door.got();
    let (town, door) = tokio::task::spawn_blocking(move || {
        assert_eq!(push(&town), Some(Ended::Delivered));
        (town, door)
    })
    .await
    .unwrap();
    let clerk = town.sign_in("clerk").await;
    let id = clerk.get("/api/v1/exchange-deliveries").await.good()["items"][0]["id"].as_str().unwrap().to_owned();
    clerk.post(&format!("/api/v1/exchange-deliveries/{id}/replay"), json!({})).await.good();
    let door = tokio::task::spawn_blocking(move || {
        assert!(work::push(&town.app, DISTRICT).unwrap());
        door
    })
    .await
    .unwrap();
    let got = door.got();
    assert_eq!(got.len(), 2);
    assert!(got.iter().all(|(_, body)| *body == first[0].1));
}

#[actix_web::test]
async fn who_polls_on_has_what_came_before_and_nothing_is_missing() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let neighbour = Neighbour::enter(&town, &name(), None).await;
    for n in 1..=5 {
        neighbour.push(&town, &Neighbour::upheld(&format!("示复〔2026〕{n}号"))).await.good();
    }
    let all = neighbour.poll(0).await;
    assert_eq!(all.len(), 5);
    assert_eq!(neighbour.poll(3).await, all[3..]);
    let states = async |state: &str| {
        cast.clerk.get(&format!("/api/v1/exchange-deliveries?state={state}")).await.good()["items"].as_array().unwrap().len()
    };
    assert_eq!((states("delivered").await, states("waiting").await), (3, 2), "asking from a place says what has arrived");
}
