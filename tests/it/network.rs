//! The service on a bad network: slow clients, eager clients, proxies, pages of other origins.

use crate::support::actor::{Actor, application};
use crate::support::town::{FIRST_DAY, Net, Town};
use foi_docket::http::intake::Patience;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// A connection on which a request was begun and not ended.
fn begin(town: &Town, actor: &Actor, path: &str, media_type: &str) -> TcpStream {
    let mut socket = TcpStream::connect(town.base.strip_prefix("http://").unwrap()).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let token = actor.token();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: town\r\nauthorization: Bearer {token}\r\ncontent-type: {media_type}\r\ncontent-length: 1000\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).unwrap();
    socket.write_all(b"--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n{").unwrap();
    socket
}

/// What comes until the service closes the connection.
async fn rest(mut socket: TcpStream) -> String {
    let mut text = String::new();
    tokio::task::spawn_blocking(move || socket.read_to_string(&mut text).map(|_| text)).await.unwrap().unwrap()
}

fn problem(answer: &str) -> Value {
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[actix_web::test]
async fn a_body_that_does_not_come_is_given_up_and_its_place_is_free_again() {
    let patience = Patience {
        body: Duration::from_millis(300),
        file: Duration::from_millis(600),
        place: Duration::from_millis(100),
        places: Arc::new(Semaphore::new(1)),
    };
    let places = Arc::clone(&patience.places);
    let town = Town::with_net(Net { patience });
    let clerk = town.sign_in("clerk").await;

    let json = rest(begin(&town, &clerk, "/api/v1/cases", "application/json")).await;
    assert!(json.starts_with("HTTP/1.1 408"), "{json}");
    assert!(json.to_ascii_lowercase().contains("connection: close"), "{json}");
    assert_eq!(problem(&json)["code"], "too_slow");

    // One slow file holds the only place: the next is told to come again, and is taken once the place is free.
    let socket = begin(&town, &clerk, "/api/v1/documents", "multipart/form-data; boundary=x");
    while places.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    let whole = "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n甲\r\n--x--\r\n";
    let form = [("content-type", "multipart/form-data; boundary=x")];
    let upload = || clerk.send(reqwest::Method::POST, "/api/v1/documents", &form, Some(whole.into()));
    let busy = upload().await;
    assert_eq!((busy.status, busy.headers.contains_key("retry-after")), (503, true));
    assert_eq!(problem(&rest(socket).await)["code"], "too_slow");
    assert_eq!(places.available_permits(), 1);
    upload().await.good();
    assert_eq!(places.available_permits(), 1);
    // Nobody else waited for any of this.
    clerk.post("/api/v1/cases", application(FIRST_DAY)).await.good();
}
