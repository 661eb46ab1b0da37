//! Figures for a monitor, as text that Prometheus reads: requests, problems, what waits, the way to the database.
//!
//! Labels are operation ids, statuses and codes, never anything of a case or a person. Nobody signs in to read them, so in production they
//! have an address of their own, and what they ask the database is kept for a few seconds and waited for only shortly.

use super::call::app_of;
use super::health::{Backlog, backlog};
use super::problem::Problem;
use crate::app::App;
use crate::clock::real_now;
use crate::db::pool::Scope;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, get};
use chrono::{DateTime, Utc};
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// Upper bounds of the latency histogram, in seconds.
const SECONDS: [f64; 9] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

type Labels = [(&'static str, String); 2];
type Seconds = Family<[(&'static str, String); 1], Histogram, fn() -> Histogram>;

/// So long what waits is not counted again.
const KEPT: Duration = Duration::from_secs(5);

/// Longest wait for the database; a monitor's own patience is short, and its figures are worth most when the database is slow.
const WAIT: Duration = Duration::from_secs(1);

/// Where the figures are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Figures {
    /// Beside the API.
    #[default]
    WithTheApi,
    /// At an address of their own, or nowhere.
    Apart,
}

/// What waits, as it was counted last.
#[derive(Debug, Default)]
struct Counted {
    at: Option<Instant>,
    backlog: Option<Backlog>,
    /// The failure stands in the log already.
    failed: bool,
}

/// What is counted while the service runs.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter>,
    problems: Family<Labels, Counter>,
    seconds: Seconds,
    left_out: Family<[(&'static str, String); 1], Gauge>,
    left_out_by: std::sync::Mutex<BTreeMap<&'static str, usize>>,
    waiting: Mutex<Counted>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("foi_docket");
        let (requests, problems) = (Family::default(), Family::default());
        let seconds = Family::new_with_constructor((|| Histogram::new(SECONDS)) as fn() -> Histogram);
        registry.register("requests", "Answers by operation and status; 201 is a step taken", Family::clone(&requests));
        registry.register("problems", "Refusals and errors by operation and code", Family::clone(&problems));
        registry.register("request_duration_seconds", "Time from the request's head to the answer's", Family::clone(&seconds));
        let left_out = Family::default();
        registry.register("unreadable_cases", "Cases that the last sweep could not read and left out, by task", Family::clone(&left_out));
        Self { registry, requests, problems, seconds, left_out, left_out_by: std::sync::Mutex::default(), waiting: Mutex::default() }
    }
}

impl Metrics {
    /// So many cases of all agencies the last run of a task could not read.
    pub fn cases_left_out(&self, task: &'static str, cases: usize) {
        self.left_out.get_or_create(&[("task", task.to_owned())]).set(i64::try_from(cases).unwrap_or(i64::MAX));
        self.left_out_by.lock().unwrap_or_else(PoisonError::into_inner).insert(task, cases);
    }

    /// The tasks whose last run left out cases, with their number.
    pub fn tasks_that_left_out(&self) -> Vec<(&'static str, usize)> {
        let by = self.left_out_by.lock().unwrap_or_else(PoisonError::into_inner);
        by.iter().filter(|(_, cases)| **cases > 0).map(|(task, cases)| (*task, *cases)).collect()
    }
}

/// What became of a request.
#[derive(Debug, Clone, Copy)]
pub struct Served<'a> {
    /// Its operation; what is on no route has none.
    pub operation: Option<&'a str>,
    /// The status of its answer.
    pub status: StatusCode,
    /// The code, if it is a problem.
    pub code: Option<&'static str>,
    /// How long it took.
    pub took: Duration,
}

impl Metrics {
    /// Counts a request.
    pub fn count(&self, served: Served<'_>) {
        let operation = || ("operation_id", served.operation.unwrap_or("none").to_owned());
        self.requests.get_or_create(&[operation(), ("status", served.status.as_str().to_owned())]).inc();
        self.seconds.get_or_create(&[operation()]).observe(served.took.as_secs_f64());
        if let Some(code) = served.code {
            self.problems.get_or_create(&[operation(), ("code", code.to_owned())]).inc();
        }
    }
}

/// What waits, at most a few seconds old. One asks the database at a time, the others get its answer.
async fn waiting(app: &App) -> Option<Backlog> {
    let mut counted = app.metrics.waiting.lock().await;
    if counted.at.is_some_and(|at| at.elapsed() < KEPT) {
        return counted.backlog;
    }
    let asked = tokio::time::timeout(WAIT, app.db.run(Scope::nobody(), backlog)).await;
    let backlog = asked.ok().and_then(Result::ok);
    if backlog.is_none() && !counted.failed {
        tracing::warn!("the database did not say in time what waits; the figures go without it until it does");
    }
    *counted = Counted { at: Some(Instant::now()), backlog, failed: backlog.is_none() };
    backlog
}

/// What stands right now. A figure that is not known, because the database is away or nothing waits, is left out.
fn standing(load: crate::db::pool::Load, waiting: Option<Backlog>, now: DateTime<Utc>) -> Registry {
    let mut registry = Registry::with_prefix("foi_docket");
    let mut gauge = |name: &str, help: &str, value: Option<i64>| {
        if let Some(value) = value {
            let gauge = Gauge::<i64>::default();
            gauge.set(value);
            registry.register(name, help, gauge);
        }
    };
    let age = |since: Option<DateTime<Utc>>| since.map(|since| (now - since).num_seconds().max(0));
    gauge("database_up", "Whether the database answered", Some(i64::from(waiting.is_some())));
    gauge("database_connections", "Connections that are open", Some(load.open.into()));
    gauge("database_connections_idle", "Open connections that nobody uses", Some(load.idle.into()));
    gauge("database_connections_limit", "Most connections", Some(load.limit.into()));
    if let Some(waiting) = waiting {
        gauge("outbox_waiting", "Mails that have not left", Some(waiting.mails));
        gauge("outbox_oldest_seconds", "Age of the oldest mail that has not left", age(waiting.oldest_mail));
        gauge("unplaced_events", "Events without a place in the whole trail", Some(waiting.events));
        gauge("unplaced_oldest_seconds", "Age of the oldest event without a place", age(waiting.oldest_event));
    }
    registry
}

/// Figures for a monitor.
///
/// Text that Prometheus reads: requests, problems, what waits, connections. It holds nothing of a case or a person. In production it is
/// served at an address of its own, if at all.
#[utoipa::path(tag = "health", security(()), responses(
    (status = 200, description = "The figures.", body = String, content_type = "application/openmetrics-text"),
))]
#[get("/metrics")]
pub async fn get_metrics(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let app = app_of(&request)?;
    let waiting = waiting(&app).await;
    let mut text = String::new();
    let written = encode_registry(&mut text, &app.metrics.registry)
        .and_then(|()| encode_registry(&mut text, &standing(app.db.load(), waiting, real_now())))
        .and_then(|()| encode_eof(&mut text));
    written.map_err(|error| Problem::internal(&error))?;
    Ok(HttpResponse::Ok().content_type("application/openmetrics-text; version=1.0.0; charset=utf-8").body(text))
}
