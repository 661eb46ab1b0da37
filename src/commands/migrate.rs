//! `foi-docket migrate`: tables up to date, cases of an older fold folded anew, calendar loaded. Run it as the owner of the tables, before
//! `serve`.

use crate::case::journal::{Refolded, refold};
use crate::case::office::Office;
use crate::clock::Clock;
use crate::config::Config;
use crate::crypto::MasterKey;
use crate::db::editions::bring_calendar;
use crate::db::migrations;
use crate::db::pool::{Scope, set_scope};
use crate::db::schema::agencies;
use diesel::prelude::*;
use std::process::ExitCode;
use uuid::Uuid;

/// Cases folded anew in one transaction.
const BATCH: i64 = 200;

/// Folds the cases of every agency that an older program folded. As the owner of the tables.
pub fn refold_all(conn: &mut PgConnection) -> anyhow::Result<Refolded> {
    // Nothing private is opened or written: any key will do.
    let office = Office::new(Clock::system(), MasterKey::generate()?)?;
    let agencies: Vec<Uuid> = agencies::table.select(agencies::id).order(agencies::id).load(conn)?;
    let mut all = Refolded::default();
    for agency in agencies {
        set_scope(conn, &Scope::own(agency))?;
        let Refolded { cases, refused } = refold(conn, &office, agency, BATCH)?;
        all.cases += cases;
        all.refused.extend(refused);
    }
    Ok(all)
}

/// Migrates, refolds and loads the calendar.
pub fn migrate(config: &Config) -> anyhow::Result<ExitCode> {
    let url = Config::required(config.database_url.as_ref(), "DATABASE_URL")?;
    let applied = migrations::migrate(url)?;
    let mut conn = PgConnection::establish(url)?;
    let Refolded { cases, refused } = refold_all(&mut conn)?;
    let edition = bring_calendar(&mut conn, Clock::system().now())?;
    println!("{applied} migrations applied; {cases} cases folded anew; calendar edition {edition} is the newest");
    for case in &refused {
        eprintln!("case {case} cannot be folded from its trail; `foi-docket verify` says why");
    }
    Ok(if refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
