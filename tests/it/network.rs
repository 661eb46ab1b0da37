//! The service on a bad network: slow clients, eager clients, proxies, pages of other origins.

use crate::support::actor::{Actor, Reply, application};
use crate::support::town::{FIRST_DAY, Town};
use foi_docket::demo;
use foi_docket::http::cors::Origins;
use foi_docket::http::intake::{Pace, Patience};
use foi_docket::http::metrics::Figures;
use foi_docket::http::net::Net;
use foi_docket::http::peer::Proxies;
use foi_docket::http::server::serve_figures;
use foi_docket::people::gate::Gate;
use reqwest::Method;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::num::NonZeroU32;
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
        ..Patience::default()
    };
    let places = Arc::clone(&patience.places);
    let town = Town::with_net(Net { patience, ..Net::default() }, Gate::default());
    let clerk = town.sign_in("clerk").await;

    let json = rest(begin(&town, &clerk, "/api/v1/cases", "application/json")).await;
    assert!(json.starts_with("HTTP/1.1 408"), "{json}");
    assert!(json.to_ascii_lowercase().contains("connection: close"), "{json}");
    assert_eq!(problem(&json)["code"], "too_slow");

    // One slow file holds the only place: the next is told to come again, and is taken once the place is free.
    let socket = begin(&town, &clerk, "/api/v1/documents", FORM);
    while places.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    let busy = upload(&clerk).await;
    assert_eq!((busy.status, busy.headers.contains_key("retry-after")), (503, true));
    assert_eq!(problem(&rest(socket).await)["code"], "too_slow");
    assert_eq!(places.available_permits(), 1);
    upload(&clerk).await.good();
    assert_eq!(places.available_permits(), 1);
    // Nobody else waited for any of this.
    clerk.post("/api/v1/cases", application(FIRST_DAY)).await.good();
}

const FORM: &str = "multipart/form-data; boundary=x";

async fn upload(actor: &Actor) -> Reply {
    let whole = "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n甲\r\n--x--\r\n";
    actor.send(Method::POST, "/api/v1/documents", &[("content-type", FORM)], Some(whole.into())).await
}

#[actix_web::test]
async fn files_of_one_account_that_do_not_come_keep_no_other_account_waiting() {
    let patience = Patience {
        file: Duration::from_mins(1),
        place: Duration::from_millis(300),
        places: Arc::new(Semaphore::new(3)),
        ..Patience::default()
    };
    let places = Arc::clone(&patience.places);
    let town = Town::with_net(Net { patience, ..Net::default() }, Gate::default());
    let (slow, other) = (town.sign_in("clerk").await, town.sign_in("handler").await);
    let dribbling: Vec<_> = (0..4).map(|_| begin(&town, &slow, "/api/v1/documents", FORM)).collect();
    while places.available_permits() > 1 {
        tokio::task::yield_now().await;
    }
    upload(&other).await.good();
    let busy = upload(&slow).await;
    assert_eq!((busy.status, busy.headers.contains_key("retry-after")), (503, true));
    assert_eq!(places.available_permits(), 1);
    drop(dribbling);
}

#[actix_web::test]
async fn a_file_that_comes_too_slowly_is_given_up_long_before_its_deadline() {
    let pace = Pace { grace: Duration::from_millis(300), bytes_a_second: 16 * 1024 };
    let patience = Patience { file: Duration::from_mins(10), pace, ..Patience::default() };
    let town = Town::with_net(Net { patience, ..Net::default() }, Gate::default());
    let clerk = town.sign_in("clerk").await;
    let answer = rest(begin(&town, &clerk, "/api/v1/documents", FORM)).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert_eq!(problem(&answer)["code"], "too_slow");
}

fn header<'a>(reply: &'a Reply, name: &str) -> &'a str {
    reply.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

async fn sign_in(town: &Town, username: &str, password: &str, from: &str) -> Reply {
    let body = json!({"username": username, "password": password}).to_string().into_bytes();
    town.stranger().send(Method::POST, "/api/v1/sessions", &[("x-forwarded-for", from)], Some(body)).await
}

#[actix_web::test]
async fn tries_are_counted_by_the_client_behind_a_trusted_proxy_and_the_answer_says_what_is_left() {
    let net = Net { proxies: Proxies::parse("127.0.0.1").unwrap(), ..Net::default() };
    let town = Town::with_net(net, Gate::default());
    let first = sign_in(&town, "nobody", "x", "198.51.100.9, 192.0.2.1").await;
    assert_eq!(header(&first, "ratelimit-policy"), "\"sign-in\";q=10;w=900, \"address\";q=100;w=900");
    assert!(header(&first, "ratelimit").starts_with("\"sign-in\";r=9;t="), "{}", header(&first, "ratelimit"));
    assert!(header(&first, "ratelimit").contains("\"address\";r=99;t="));
    first.refused("sign_in_refused");
    let other = sign_in(&town, "nobody", "x", "192.0.2.2").await;
    assert!(header(&other, "ratelimit").contains("\"sign-in\";r=8;"), "the name is the same");
    assert!(header(&other, "ratelimit").contains("\"address\";r=99;"), "the address is another");
    for _ in 0..8 {
        sign_in(&town, "nobody", "x", "192.0.2.2").await.refused("sign_in_refused");
    }
    let refused = sign_in(&town, "nobody", "x", "192.0.2.2").await;
    assert!(header(&refused, "ratelimit").contains("\"sign-in\";r=0;"));
    assert!((1..=901).contains(&header(&refused, "retry-after").parse::<i64>().unwrap()));
    assert_eq!(refused.refused("too_many_tries")["status"], 429);
    sign_in(&town, "clerk", demo::PASSWORD, "192.0.2.2").await.good();
}

/// How many tries the address of a request has left.
fn address_left(reply: &Reply) -> u32 {
    let (_, left) = header(reply, "ratelimit").split_once("\"address\";r=").unwrap();
    left.split_once(';').unwrap().0.parse().unwrap()
}

#[actix_web::test]
async fn a_client_cannot_write_its_own_address() {
    // Through the proxy: it writes the client's address to the right of whatever the client itself wrote, be it the name of a proxy.
    let net = Net { proxies: Proxies::parse("127.0.0.1, 10.0.0.5").unwrap(), ..Net::default() };
    let behind = Town::with_net(net, Gate::default());
    for (left, forged) in [(99, "192.0.2.1"), (98, "192.0.2.2"), (97, "10.0.0.5"), (96, "")] {
        let reply = sign_in(&behind, &format!("nobody{left}"), "x", &format!("{forged}, 10.0.0.77")).await;
        assert_eq!(address_left(&reply), left, "{forged}");
    }
    // Where no proxy is named, or another, the header changes nothing.
    for proxies in ["", "127.0.0.2"] {
        let net = Net { proxies: Proxies::parse(proxies).unwrap(), ..Net::default() };
        let direct = Town::with_net(net, Gate::default());
        for left in [99, 98, 97] {
            let reply = sign_in(&direct, &format!("nobody{left}"), "x", &format!("192.0.2.{left}")).await;
            assert_eq!(address_left(&reply), left, "{proxies}");
        }
    }
}

#[actix_web::test]
async fn a_caller_who_calls_too_often_is_told_when_to_come_again() {
    let town = Town::with_net(Net::default(), Gate::new(NonZeroU32::new(3)));
    let (clerk, handler) = (town.sign_in("clerk").await, town.sign_in("handler").await);
    for left in ["2", "1", "0"] {
        let reply = clerk.get("/api/v1/me").await;
        assert_eq!(header(&reply, "ratelimit-policy"), "\"calls\";q=3;w=60");
        assert!(header(&reply, "ratelimit").starts_with(&format!("\"calls\";r={left};t=")));
        reply.good();
    }
    let refused = clerk.get("/api/v1/me").await;
    assert!((1..=61).contains(&header(&refused, "retry-after").parse::<i64>().unwrap()));
    assert!(header(&refused, "ratelimit").starts_with("\"calls\";r=0;t="));
    assert_eq!(refused.refused("too_many_calls")["status"], 429);
    handler.get("/api/v1/me").await.good();
}

#[actix_web::test]
async fn pages_of_the_named_origins_may_call_and_no_others() {
    let net = Net { origins: Origins::parse("https://desk.example.cn").unwrap(), ..Net::default() };
    let town = Town::with_net(net, Gate::default());
    let clerk = town.sign_in("clerk").await;
    let ask = async |origin: &str, headers: &str| {
        let headers = [("origin", origin), ("access-control-request-method", "POST"), ("access-control-request-headers", headers)];
        town.stranger().send(Method::OPTIONS, "/api/v1/cases", &headers, None).await
    };
    let preflight = ask("https://desk.example.cn", "authorization,content-type,idempotency-key,if-match,traceparent").await;
    assert_eq!(preflight.status, 200);
    assert_eq!(header(&preflight, "access-control-allow-origin"), "https://desk.example.cn");
    assert!(header(&preflight, "access-control-allow-methods").contains("PATCH"));
    assert!(!header(&preflight, "x-request-id").is_empty());
    ask("https://evil.example", "authorization").await.refused("forbidden");
    ask("https://desk.example.cn", "x-surprise").await.refused("forbidden");

    for (path, origin, allowed) in [
        ("/api/v1/me", "https://desk.example.cn", "https://desk.example.cn"),
        ("/api/v1/nothing", "https://desk.example.cn", "https://desk.example.cn"),
        ("/api/v1/me", "https://evil.example", ""),
    ] {
        let reply = clerk.send(Method::GET, path, &[("origin", origin)], None).await;
        assert_eq!(header(&reply, "access-control-allow-origin"), allowed, "{path}");
        let exposed = header(&reply, "access-control-expose-headers").to_ascii_lowercase();
        for name in ["etag", "location", "link", "retry-after", "ratelimit", "ratelimit-policy", "x-request-id"] {
            assert!(exposed.split(", ").chain(exposed.split(',')).any(|one| one.trim() == name), "{name} in {exposed}");
        }
    }
    // Where no origin is named, nothing is said of any.
    let closed = Town::open();
    let reply = closed.stranger().send(Method::GET, "/livez", &[("origin", "https://desk.example.cn")], None).await;
    assert!(!reply.headers.keys().any(|name| name.as_str().starts_with("access-control-")));
}

#[actix_web::test]
async fn figures_name_operations_and_codes_and_nobody() {
    let town = Town::open();
    let (clerk, handler) = (town.sign_in("clerk").await, town.sign_in("handler").await);
    let case = clerk.receive(FIRST_DAY).await;
    handler.post("/api/v1/cases", application(FIRST_DAY)).await.refused("forbidden");
    clerk.get(&format!("/api/v1/cases/{}", case["id"].as_str().unwrap())).await.good();
    town.stranger().get("/nothing/甲某").await.refused("not_found");
    let response = reqwest::get(format!("{}/metrics", town.base)).await.unwrap();
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("application/openmetrics-text"));
    let text = response.text().await.unwrap();
    for line in [
        "foi_docket_requests_total{operation_id=\"receive_application\",status=\"201\"} 1",
        "foi_docket_requests_total{operation_id=\"get_case\",status=\"200\"} 1",
        "foi_docket_requests_total{operation_id=\"none\",status=\"404\"} 1",
        "foi_docket_problems_total{operation_id=\"receive_application\",code=\"forbidden\"} 1",
        "foi_docket_request_duration_seconds_count{operation_id=\"create_session\"} 2",
        "foi_docket_database_up 1",
        "foi_docket_database_connections_limit 8",
        "foi_docket_outbox_waiting 0",
    ] {
        assert!(text.lines().any(|one| one == line), "{line} is not in\n{text}");
    }
    // Nothing places events in a town without workers: they wait.
    let waiting = text.lines().find_map(|line| line.strip_prefix("foi_docket_unplaced_events ")).unwrap();
    assert!(waiting.parse::<u32>().unwrap() > 0);
    assert!(text.ends_with("# EOF\n"));
    assert!(!text.contains(case["id"].as_str().unwrap()) && !text.contains('甲') && !text.contains("%E7"), "{text}");
}

#[actix_web::test]
async fn figures_with_an_address_of_their_own_are_nowhere_else() {
    let town = Town::with_net(Net { figures: Figures::Apart, ..Net::default() }, Gate::default());
    town.stranger().get("/metrics").await.refused("not_found");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    actix_web::rt::spawn(serve_figures(town.app.clone(), listener).unwrap());
    let read = async || reqwest::get(format!("{base}/metrics")).await.unwrap().text().await.unwrap();
    let line = |text: &str| text.lines().find(|line| line.starts_with("foi_docket_unplaced_events ")).unwrap().to_owned();
    let text = read().await;
    let before = line(&text);
    assert!(text.contains("foi_docket_database_up 1\n"), "{text}");
    assert_eq!(reqwest::get(format!("{base}/livez")).await.unwrap().status(), 404);
    // What waits is counted again after a while, not at every call.
    town.sign_in("clerk").await.receive(FIRST_DAY).await;
    assert_eq!(line(&read().await), before);
}

#[actix_web::test]
async fn a_caller_reads_in_their_language_why_a_step_is_blocked_and_whose_a_right_is() {
    let town = Town::open();
    let (clerk, handler) = (town.sign_in("clerk").await, town.sign_in("handler").await);
    let case = clerk.receive(FIRST_DAY).await;
    let path = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
    let read = async |language: &str| clerk.send(Method::GET, &path, &[("accept-language", language)], None).await.good();
    let blocked = |case: &Value| -> Vec<String> {
        let steps = case["available_steps"].as_array().unwrap();
        steps.iter().filter_map(|step| step["blocked_by"]["detail"].as_str().map(str::to_owned)).collect()
    };
    let (zh, en) = (blocked(&read("zh-CN").await), blocked(&read("en").await));
    assert!(!zh.is_empty() && zh.len() == en.len());
    assert!(zh.iter().all(|detail| !detail.is_ascii()) && en.iter().all(|detail| detail.is_ascii()), "{zh:?} {en:?}");

    let body = application(FIRST_DAY).to_string().into_bytes();
    let refused = async |language: &str| {
        let reply = handler.send(Method::POST, "/api/v1/cases", &[("accept-language", language)], Some(body.clone())).await;
        reply.refused("forbidden")["detail"].as_str().unwrap().to_owned()
    };
    assert_eq!(refused("zh-CN").await, "该操作限于：经办员、对接系统");
    assert_eq!(refused("en").await, "this is for: Clerk, Integration");

    let mut wrong = application(FIRST_DAY);
    wrong["channel"] = json!("pigeon");
    let problem = clerk.post("/api/v1/cases", wrong).await.refused("malformed_body");
    assert!(problem["detail"].as_str().unwrap().starts_with("请求内容无法读取：不是可选的值；可选：`counter`"), "{problem:#}");
}
