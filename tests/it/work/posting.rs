//! One mail on its way: leases, backoff, what becomes a task, and the loop that does it all by itself.

use super::base::{AGENCY, Base, CLERK, at, day};
use crate::support::smtp::{Failure, SmtpServer, Verb};
use actix_web::web::Data;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use foi_docket::app::App;
use foi_docket::clock::real_now;
use foi_docket::db::schema::{events, outbox, pending_events, sweeps};
use foi_docket::http::server;
use foi_docket::ids::new_id;
use foi_docket::letters::scanner::Scanner;
use foi_docket::letters::store::Store;
use foi_docket::notify::mailer::Mailer;
use foi_docket::notify::outbox::{Tally, send_due};
use foi_docket::people::tokens::Tokens;
use foi_docket::work::{self, Outcome, Stop, Work};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use uuid::Uuid;

struct Post {
    base: Base,
    server: SmtpServer,
    app: Arc<App>,
}

impl Post {
    /// One mail waits: the register entry of a case is due today.
    fn with_one_mail() -> Self {
        let base = Base::on("2026-11-02");
        base.receive("counter", day("2026-11-02"), None);
        base.clock.set(at(day("2026-11-03"), 8, 29));
        let server = SmtpServer::open();
        let mailer = Mailer::from_config(Some(&server.url()), "foi@bureau.example", Path::new("/nonexistent")).unwrap();
        let app = Arc::new(App {
            db: base.db.clone(),
            office: Arc::clone(&base.office),
            tokens: Tokens::generate("http://127.0.0.1").unwrap(),
            oidc: None,
            mailer,
            public_url: "http://127.0.0.1:8080".into(),
            gate: foi_docket::people::gate::Gate::default(),
            net: foi_docket::http::net::Net::default(),
            metrics: foi_docket::http::metrics::Metrics::default(),
            documents: Store::new(Path::new("/nonexistent")),
            scanner: Scanner::Off,
            press: foi_docket::letters::press::Press::default(),
            exchange: foi_docket::exchange::reach::Reach::default(),
        });
        let post = Self { base, server, app };
        assert_eq!(work::tick(&post.app, post.base.clock.now()), Outcome::Done);
        assert!(post.server.received().is_empty(), "not before half past eight");
        post
    }

    /// The sweep of the morning, which sends nothing: the relay is out of reach.
    fn swept() -> Self {
        let post = Self::with_one_mail();
        post.server.fail(Verb::Greeting, Failure::Reply(421));
        post.base.clock.set(at(day("2026-11-03"), 8, 30));
        assert_eq!(work::tick(&post.app, post.base.clock.now()), Outcome::Done);
        assert_eq!(post.mail().0, "waiting");
        post
    }

    fn send(&self) -> Tally {
        send_due(&self.base.db, &self.app.mailer, &self.base.office, AGENCY).unwrap()
    }

    fn send_now(&self) -> Tally {
        self.base.owner("UPDATE outbox SET next_at = now() - interval '1 second'");
        self.send()
    }

    /// State, attempts, next attempt.
    fn mail(&self) -> (String, i32, DateTime<Utc>) {
        outbox::table.select((outbox::state, outbox::attempts, outbox::next_at)).first(&mut self.base.owner_connection()).unwrap()
    }

    fn events_of_agency(&self) -> Vec<String> {
        let mut conn = self.base.owner_connection();
        events::table.filter(events::stream_id.eq(AGENCY)).order(events::seq).select(events::kind).load(&mut conn).unwrap()
    }

    /// What a signed-in clerk is answered.
    fn clerk(&self, calls: Vec<(reqwest::Method, String, Option<Value>, &str)>) -> Vec<(u16, Value)> {
        let session = new_id();
        self.base.owner(&format!(
            "INSERT INTO sessions (agency_id, id, account_id, refresh_hash, created_at, expires_at)
                 VALUES ('{AGENCY}', '{session}', '{CLERK}', decode(repeat('00', 32), 'hex'), now(), now() + interval '1 hour')"
        ));
        let token = self.app.tokens.issue(CLERK, session, real_now()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/api/v1", listener.local_addr().unwrap());
        let app = Data::from(Arc::clone(&self.app));
        actix_web::rt::System::new().block_on(async move {
            let server = server::serve(app, listener, 1).unwrap();
            let handle = server.handle();
            actix_web::rt::spawn(server);
            let client = reqwest::Client::new();
            let mut answers = Vec::new();
            for (method, path, body, key) in calls {
                let mut request = client.request(method, format!("{url}{path}")).bearer_auth(&token).header("Idempotency-Key", key);
                if let Some(body) = body {
                    request = request.json(&body);
                }
                let response = request.send().await.unwrap();
                answers.push((response.status().as_u16(), response.json().await.unwrap()));
            }
            handle.stop(true).await;
            answers
        })
    }
}

#[test]
fn a_failed_attempt_waits_longer_each_time_and_then_becomes_a_task() {
    let post = Post::swept();
    let (_, attempts, next_at) = post.mail();
    assert_eq!(attempts, 1);
    let wait = next_at - real_now();
    assert!(wait > TimeDelta::seconds(50) && wait <= TimeDelta::minutes(1), "{wait}");
    assert_eq!(post.send(), Tally::default(), "not before its time");
    for (attempt, minutes) in [5, 15, 60, 240, 240, 240, 240, 240, 240, 240].into_iter().enumerate() {
        post.server.fail(Verb::Rcpt, Failure::Reply(450));
        assert_eq!(post.send_now(), Tally { put_off: 1, ..Tally::default() }, "attempt {}", attempt + 2);
        let wait = post.mail().2 - real_now();
        assert!(wait > TimeDelta::minutes(minutes) - TimeDelta::seconds(10) && wait <= TimeDelta::minutes(minutes), "{wait}");
    }
    post.server.fail(Verb::Rcpt, Failure::Reply(450));
    assert_eq!(post.send_now(), Tally { failed: 1, ..Tally::default() });
    assert_eq!((post.mail().0.as_str(), post.events_of_agency()), ("failed", vec!["mail_failed".to_owned()]));
    assert!(post.server.received().is_empty());
}

#[test]
fn a_lease_keeps_others_away_until_it_expires() {
    let post = Post::swept();
    let lease = |until: &str| {
        let token = Uuid::from_u128(9);
        post.base.owner(&format!("UPDATE outbox SET lease_token = '{token}', lease_until = now() + interval '{until}'"));
    };
    lease("2 minutes");
    assert_eq!(post.send_now(), Tally::default());
    lease("-1 second");
    assert_eq!(post.send_now(), Tally { sent: 1, ..Tally::default() });
    assert_eq!(post.server.received().len(), 1);
    assert_eq!(post.send_now(), Tally::default(), "what is sent is sent");
}

#[test]
fn workers_at_once_send_each_mail_once() {
    let post = Post::swept();
    post.base.owner("UPDATE outbox SET next_at = now() - interval '1 second'");
    let sent: usize = thread::scope(|scope| {
        let workers: Vec<_> = (0..4).map(|_| scope.spawn(|| post.send().sent)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    assert_eq!((sent, post.server.received().len()), (1, 1));
}

#[test]
fn a_mail_that_cannot_be_delivered_is_settled_by_a_clerk() {
    let post = Post::swept();
    post.server.fail(Verb::Rcpt, Failure::Reply(550));
    assert_eq!(post.send_now(), Tally { failed: 1, ..Tally::default() });
    let mail: Uuid = outbox::table.select(outbox::id).first(&mut post.base.owner_connection()).unwrap();
    post.base.owner(&format!("UPDATE accounts SET email = 'new@bureau.example' WHERE id = '{CLERK}'"));

    let list = || (reqwest::Method::GET, "/mail-tasks".to_owned(), None, "k0");
    let resolve = |mail: Uuid, body: Value, key| (reqwest::Method::POST, format!("/mail-tasks/{mail}/resolution"), Some(body), key);
    let answers = post.clerk(vec![
        list(),
        resolve(new_id(), json!({"action": "send_again"}), "k1"),
        resolve(mail, json!({"action": "note"}), "k2"),
        resolve(mail, json!({"action": "send_again"}), "k3"),
        resolve(mail, json!({"action": "send_again"}), "k3"),
        resolve(mail, json!({"action": "send_again"}), "k4"),
        list(),
    ]);
    let statuses: Vec<u16> = answers.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [200, 404, 422, 201, 201, 409, 200], "{answers:?}");
    assert_eq!(answers[0].1["items"][0]["to_address"], "clerk@bureau.example");
    assert_eq!(answers[2].1["errors"][0]["pointer"], "/note");
    assert_eq!((&answers[3].1["state"], &answers[3].1["to_address"]), (&json!("waiting"), &json!("new@bureau.example")));
    assert_eq!(answers[6].1["items"], json!([]));
    assert_eq!(post.events_of_agency(), ["mail_failed", "mail_task_resolved"]);

    let id: String = outbox::table.select(outbox::message_id).first(&mut post.base.owner_connection()).unwrap();
    assert_eq!(post.send(), Tally { sent: 1, ..Tally::default() });
    let received = post.server.received();
    assert_eq!(
        (received[0].to.as_slice(), received[0].mail.header("Message-ID")),
        (["new@bureau.example".to_owned()].as_slice(), format!("<{id}>"))
    );
    assert_eq!(received[0].mail.header("Date"), "Tue, 03 Nov 2026 00:30:00 +0000", "the day of the reminder, over all attempts");
}

#[test]
fn the_background_runs_by_itself_and_ends_when_told() {
    let post = Post::with_one_mail();
    post.base.clock.set(at(day("2026-11-03"), 9, 30));
    let stop = Arc::new(Stop::default());
    let work = Work::run(&post.app, &stop).unwrap();
    let until = Instant::now() + Duration::from_secs(30);
    let mut conn = post.base.owner_connection();
    loop {
        let waiting: i64 = pending_events::table.count().get_result(&mut conn).unwrap();
        let done: i64 = sweeps::table.filter(sweeps::agency_id.eq(AGENCY)).count().get_result(&mut conn).unwrap();
        if waiting == 0 && done == 6 && post.server.received().len() == 1 {
            break;
        }
        assert!(Instant::now() < until, "{waiting} events wait, {done} daily tasks are done");
        thread::yield_now();
    }
    stop.tell();
    work.join();
}
