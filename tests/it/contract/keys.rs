//! Every POST sent twice with one key has one effect, and is answered alike.

use super::scenes::scene;
use super::walk::{changing, count, stream_of};
use crate::support::life::Cast;
use crate::support::town::Town;
use reqwest::Method;

/// Looks at personal data: a repeat is another look, and leaves another event.
const LOOKS: [&str; 2] = ["search_applicants", "reveal_applicant"];

#[actix_web::test]
async fn the_same_key_twice_has_one_effect() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    for op in changing().filter(|op| op.method == Method::POST) {
        let scene = scene(&town, &cast, &op).await.unwrap();
        let stream = stream_of(scene.case.as_ref());
        let key = format!("key-{}", op.id);
        let first = scene.send(&op, Some(&key)).await;
        assert!((200..300).contains(&first.status), "{}: {:#}", op.id, first.body);
        let events = count(&town, stream);
        let second = scene.send(&op, Some(&key)).await;
        assert_eq!(second.status, first.status, "{}: {:#}", op.id, second.body);
        for name in ["etag", "location"] {
            assert_eq!(second.headers.get(name), first.headers.get(name), "{}: {name}", op.id);
        }
        assert_eq!(second.body["id"], first.body["id"], "{}", op.id);
        assert_eq!(second.body["version"], first.body["version"], "{}", op.id);
        let another = i64::from(LOOKS.contains(&op.id.as_str()));
        assert_eq!(count(&town, stream), events + another, "{} had two effects", op.id);
    }
}
