//! `foi-docket migrate`: tables up to date, cases of an older fold folded anew, calendar loaded. Run it as the owner of the tables, before
//! `serve`.

use super::keys;
use crate::case::journal::{Indexed, Refolded, index_missing, refold};
use crate::case::office::Office;
use crate::clock::Clock;
use crate::config::Config;
use crate::crypto::MasterKey;
use crate::db::editions::bring_calendar;
use crate::db::migrations;
use crate::db::pool::{Scope, set_scope};
use crate::db::schema::{agencies, case_search, cases};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use std::process::ExitCode;
use uuid::Uuid;

/// Cases folded anew in one transaction, or made searchable in one statement.
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

/// Makes the cases of every agency searchable that an older program left without their words. As the owner of the tables; the texts are
/// opened, so it takes the key.
pub fn index_all(conn: &mut PgConnection, master: MasterKey) -> anyhow::Result<Indexed> {
    let office = Office::new(Clock::system(), master)?;
    let agencies: Vec<Uuid> = agencies::table.select(agencies::id).order(agencies::id).load(conn)?;
    let mut all = Indexed::default();
    for agency in agencies {
        set_scope(conn, &Scope::own(agency))?;
        let Indexed { cases, refused } = index_missing(conn, &office, agency, BATCH)?;
        all.cases += cases;
        all.refused.extend(refused);
    }
    Ok(all)
}

/// Cases without their words: they are found by nothing until somebody migrates with the key.
fn unsearchable(conn: &mut PgConnection) -> QueryResult<i64> {
    let row = case_search::table.filter(case_search::agency_id.eq(cases::agency_id)).filter(case_search::case_id.eq(cases::id));
    cases::table.filter(not(exists(row))).count().get_result(conn)
}

/// Migrates, refolds and loads the calendar.
pub fn migrate(config: &Config) -> anyhow::Result<ExitCode> {
    let url = Config::required(config.database_url.as_ref(), "DATABASE_URL")?;
    let applied = migrations::migrate(url)?;
    let mut conn = PgConnection::establish(url)?;
    let Refolded { cases, refused } = refold_all(&mut conn)?;
    let edition = bring_calendar(&mut conn, Clock::system().now())?;
    match &config.master_key {
        Some(_) => {
            let Indexed { cases, refused } = index_all(&mut conn, keys::required_master(config)?)?;
            println!("{cases} cases made searchable");
            if !refused.is_empty() {
                eprintln!("{} cases cannot be made searchable; `foi-docket verify` says why", refused.len());
            }
        }
        None => match unsearchable(&mut conn)? {
            0 => {}
            left => eprintln!("{left} cases cannot be searched yet; run `foi-docket migrate` again with FOI_MASTER_KEY"),
        },
    }
    println!("{applied} migrations applied; {cases} cases folded anew; calendar edition {edition} is the newest");
    for case in &refused {
        eprintln!("case {case} cannot be folded from its trail; `foi-docket verify` says why");
    }
    Ok(if refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
