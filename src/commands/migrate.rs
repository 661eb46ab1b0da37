//! `foi-docket migrate`: tables up to date, calendar loaded. Run it as the owner of the tables, before `serve`.

use crate::clock::Clock;
use crate::config::Config;
use crate::db::editions::load_calendar;
use crate::db::migrations;
use diesel::{Connection, PgConnection};
use std::process::ExitCode;

pub use crate::db::editions::CALENDAR;

/// Migrates and loads the calendar.
pub fn migrate(config: &Config) -> anyhow::Result<ExitCode> {
    let url = Config::required(config.database_url.as_ref(), "DATABASE_URL")?;
    let applied = migrations::migrate(url)?;
    let mut conn = PgConnection::establish(url)?;
    let edition = load_calendar(&mut conn, CALENDAR, Clock::system().now())?;
    println!("{applied} migrations applied; calendar edition {edition} is the newest");
    Ok(ExitCode::SUCCESS)
}
