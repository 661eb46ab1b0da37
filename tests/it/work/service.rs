//! The workers of the service in a process of their own, with a legal clock that is told the time: this test binary again, as a child that
//! can be killed.

use chrono::{DateTime, Utc};
use foi_docket::app::App;
use foi_docket::case::office::Office;
use foi_docket::clock::Clock;
use foi_docket::crypto::MasterKey;
use foi_docket::db::pool::{Db, DbError, Limits, Scope};
use foi_docket::http::metrics::Metrics;
use foi_docket::http::net::Net;
use foi_docket::letters::scanner::Scanner;
use foi_docket::letters::store::Store;
use foi_docket::notify::mailer::Mailer;
use foi_docket::people::gate::Gate;
use foi_docket::people::tokens::Tokens;
use foi_docket::work::{Outcome, tick};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::thread;

pub const PUBLIC_URL: &str = "http://127.0.0.1:8080";
const DATABASE: &str = "FOI_TEST_WORKER_DATABASE";
const RELAY: &str = "FOI_TEST_WORKER_RELAY";
/// What stands before a word of the child among the words of the test harness.
const MARK: &str = "worker: ";

/// A running process of workers.
pub struct Service {
    child: Child,
    orders: ChildStdin,
    /// The name its database connections bear.
    pub name: String,
    /// It is starting, or was told a time and has not answered.
    pub busy: bool,
}

impl Service {
    /// Starts it; `news` hears when it is ready, then of every order carried out, and whether it went well.
    pub fn start(name: String, (database, relay): (&str, &str), news: impl Fn(bool) + Send + 'static) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "work::service::workers", "--ignored", "--nocapture", "--test-threads=1"])
            .env(DATABASE, database)
            .env(RELAY, relay)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let words = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || {
            for line in words.lines().map_while(Result::ok) {
                if let Some(word) = line.strip_prefix(MARK) {
                    news(word == "done");
                }
            }
        });
        let orders = child.stdin.take().unwrap();
        Self { child, orders, name, busy: true }
    }

    /// Everything once, as of this instant.
    pub fn tick(&mut self, now: DateTime<Utc>) {
        writeln!(self.orders, "{}", now.to_rfc3339()).unwrap();
        self.busy = true;
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have been killed before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The service's parts, as far as the workers need them.
pub fn app(db: Db, office: Arc<Office>, relay: &str) -> App {
    App {
        db,
        office,
        tokens: Tokens::generate("foi-docket").unwrap(),
        oidc: None,
        mailer: Mailer::from_config(Some(relay), "依申请公开办 <foi@bureau.example>", Path::new("/nonexistent")).unwrap(),
        public_url: PUBLIC_URL.into(),
        gate: Gate::default(),
        net: Net::default(),
        metrics: Metrics::default(),
        documents: Store::new(Path::new("/nonexistent")),
        scanner: Scanner::Off,
        press: foi_docket::letters::press::Press::default(),
        exchange: foi_docket::exchange::reach::Reach::default(),
    }
}

/// Ends with its orders.
#[test]
#[ignore = "the process that the test of kills starts"]
fn workers() {
    let (Ok(database), Ok(relay)) = (std::env::var(DATABASE), std::env::var(RELAY)) else { return };
    let clock = Clock::test(DateTime::UNIX_EPOCH);
    let db = Db::new(&database, Limits { connections: 2, ..Limits::default() });
    let app = app(db, Arc::new(Office::new(clock.clone(), MasterKey::generate().unwrap()).unwrap()), &relay);
    app.db.run_here(&Scope::nobody(), |_| Ok::<_, DbError>(())).unwrap();
    println!("\n{MARK}done");
    for order in std::io::stdin().lines() {
        let now: DateTime<Utc> = order.unwrap().parse().unwrap();
        clock.set(now);
        let word = if tick(&app, now) == Outcome::Done { "done" } else { "failed" };
        println!("\n{MARK}{word}");
    }
}
