//! Health for machines: alive, ready, version.

use super::answer::Answer;
use super::call::app_of;
use super::problem::Problem;
use crate::app::App;
use crate::clock::real_now;
use crate::db::editions::read_calendar;
use crate::db::migrations;
use crate::db::pool::{Scope, set_scope};
use crate::db::schema::{agencies, calendar_editions, outbox, pending_events};
use crate::exchange::inbox::owed;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use chrono::{DateTime, Datelike, Days, TimeDelta, Utc};
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The process is alive.
#[utoipa::path(tag = "health", security(()), responses((status = 204, description = "The process is alive.")))]
#[get("/livez")]
pub async fn livez() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

/// The version of the program.
#[derive(Serialize, ToSchema)]
pub struct Version {
    /// Its name.
    #[schema(example = "foi-docket")]
    name: &'static str,
    /// Its version.
    #[schema(example = "0.1.0")]
    version: &'static str,
}

/// The version of the program.
#[utoipa::path(tag = "health", security(()), responses((status = 200, description = "Name and version.", body = Version)))]
#[get("/version")]
pub async fn get_version() -> Answer {
    super::answer::ok(&Version { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") })
}

/// What waits for the workers, of every agency.
#[derive(Debug, Clone, Copy)]
pub struct Backlog {
    /// Mails that have not left.
    pub mails: i64,
    /// Since when the oldest of them waits.
    pub oldest_mail: Option<DateTime<Utc>>,
    /// Events without a place in the whole trail.
    pub events: i64,
    /// When the oldest of them was recorded.
    pub oldest_event: Option<DateTime<Utc>>,
    /// Messages of neighbouring systems that nobody settled in an hour.
    pub messages: i64,
}

/// So long a message may wait for another before anybody is told.
const LEFT_ALONE: TimeDelta = TimeDelta::hours(1);

/// Counts what waits; the connection then reads every agency.
pub fn backlog(conn: &mut PgConnection) -> Result<Backlog, Problem> {
    use diesel::dsl::{count_star, min};
    let ids: Vec<Uuid> = agencies::table.select(agencies::id).load(conn)?;
    set_scope(conn, &Scope::reading(ids))?;
    let (mails, oldest_mail) =
        outbox::table.filter(outbox::state.eq("waiting")).select((count_star(), min(outbox::created_at))).first(conn)?;
    let (events, oldest_event) = pending_events::table.select((count_star(), min(pending_events::recorded_at))).first(conn)?;
    let messages = owed::count_open(conn, real_now() - LEFT_ALONE)?;
    Ok(Backlog { mails, oldest_mail, events, oldest_event, messages })
}

/// What readiness rests on.
#[derive(Serialize, ToSchema)]
pub struct Readiness {
    /// Whether the service takes requests.
    ready: bool,
    /// Whether every migration of this program is applied.
    migrations_current: bool,
    /// Age of the oldest mail that has not left, in seconds; null when none waits.
    #[schema(required = true)]
    oldest_unsent_mail_seconds: Option<i64>,
    /// Age of the oldest event without a place in the whole trail, in seconds; null when none waits.
    #[schema(required = true)]
    oldest_unplaced_event_seconds: Option<i64>,
    /// What needs attention but does not stop the service.
    warnings: Vec<String>,
}

/// The service is ready: database reached, migrations applied; every answer names its checks, so `verbose` adds nothing. A calendar that ends soon is a warning, never a failure.
#[utoipa::path(tag = "health", security(()), responses(
    (status = 200, description = "Ready.", body = Readiness),
    (status = 503, description = "Not ready.", body = Readiness),
))]
#[get("/readyz")]
pub async fn readyz(request: HttpRequest) -> Answer {
    let app: Data<App> = app_of(&request)?;
    let today = app.office.clock.today();
    let (current, waiting, calendar) = app
        .db
        .run(Scope::nobody(), move |conn| {
            let current = migrations::is_current(conn).map_err(|error| Problem::internal(&error))?;
            let waiting = backlog(conn)?;
            let calendar: Option<(i32, String)> = calendar_editions::table
                .order(calendar_editions::edition.desc())
                .select((calendar_editions::edition, calendar_editions::data))
                .first(conn)
                .optional()?;
            Ok::<_, Problem>((current, waiting, calendar))
        })
        .await?;
    let mut warnings = Vec::new();
    let soon = today.checked_add_days(Days::new(60)).unwrap_or(today);
    let announced = calendar.and_then(|(edition, data)| read_calendar(edition, &data).ok());
    match announced {
        None => warnings.push("no holiday calendar is loaded".to_owned()),
        Some(calendar) if !calendar.announced(soon.year()) => {
            warnings.push(format!("the holidays of {} are not announced; due dates that reach into it are provisional", soon.year()));
        }
        Some(_) => {}
    }
    for (task, cases) in app.metrics.tasks_that_left_out() {
        warnings.push(format!("{cases} cases cannot be read; the last run of the task '{task}' left them out"));
    }
    if waiting.messages > 0 {
        warnings.push(format!("{} messages of neighbouring systems wait for a clerk", waiting.messages));
    }
    let age = |since: Option<DateTime<Utc>>| since.map(|since| (real_now() - since).num_seconds().max(0));
    let body = Readiness {
        ready: current,
        migrations_current: current,
        oldest_unsent_mail_seconds: age(waiting.oldest_mail),
        oldest_unplaced_event_seconds: age(waiting.oldest_event),
        warnings,
    };
    if body.ready { super::answer::ok(&body) } else { Ok(HttpResponse::ServiceUnavailable().json(&body)) }
}
