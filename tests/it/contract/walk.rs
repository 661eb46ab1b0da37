//! Every operation that may change something leaves a trace in the stream of its case or agency; no body has unread fields, and no query.

use super::scenes::scene;
use super::{Op, operations};
use crate::support::life::Cast;
use crate::support::town::Town;
use diesel::prelude::*;
use foi_docket::db::schema::events;
use foi_docket::demo::DISTRICT;
use uuid::Uuid;

/// Signing in and out is exempt, and a preview of the clock: nothing of a case or agency changes.
const EXEMPT: [&str; 2] = ["sign_out", "preview_clock"];

/// Operations that may change something, in a fixed order.
pub fn changing() -> impl Iterator<Item = Op> {
    operations().into_iter().filter(|op| op.writes() && !op.open && !EXEMPT.contains(&op.id.as_str()))
}

/// How many events a stream has.
pub fn count(town: &Town, stream: Uuid) -> i64 {
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    events::table.filter(events::stream_id.eq(stream)).count().get_result(&mut owner).unwrap()
}

/// The stream in which an operation must leave its trace.
pub fn stream_of(case: Option<&String>) -> Uuid {
    case.map_or(DISTRICT, |id| id.parse().unwrap())
}

#[actix_web::test]
async fn every_change_leaves_an_event() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    for op in changing() {
        let scene = scene(&town, &cast, &op).await.unwrap_or_else(|| panic!("{} has no scene: write one", op.id));
        let (stream, before) = (stream_of(scene.case.as_ref()), count(&town, stream_of(scene.case.as_ref())));
        let reply = scene.send(&op, None).await;
        assert!((200..300).contains(&reply.status), "{}: {} {:#}", op.id, reply.status, reply.body);
        // A new case has a stream of its own, which had nothing in it.
        let opened = ["receive_application", "receive_visit"].contains(&op.id.as_str());
        let (stream, before) = if opened { (reply.body["id"].as_str().unwrap().parse().unwrap(), 0) } else { (stream, before) };
        assert!(count(&town, stream) > before, "{} left no event", op.id);
    }
}

#[actix_web::test]
async fn no_body_has_unread_fields() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    for op in changing().filter(|op| op.takes_json) {
        let mut scene = scene(&town, &cast, &op).await.unwrap_or_else(|| panic!("{} has no scene: write one", op.id));
        let mut body: serde_json::Value = serde_json::from_slice(&scene.body).unwrap();
        let stream = stream_of(scene.case.as_ref());
        let before = count(&town, stream);
        // Nor has a query: who asks only to try must not be taken at their word.
        let path = std::mem::take(&mut scene.path);
        scene.path = format!("{path}?surprise=1");
        let reply = scene.send(&op, None).await;
        assert_eq!(reply.status, 400, "{}: {:#}", op.id, reply.body);
        scene.path = path;
        body["surprise"] = 1.into();
        scene.body = body.to_string().into_bytes();
        let reply = scene.send(&op, None).await;
        assert_eq!(reply.status, 400, "{}: {:#}", op.id, reply.body);
        reply.refused("malformed_body");
        assert_eq!(count(&town, stream), before, "{}", op.id);
    }
}
