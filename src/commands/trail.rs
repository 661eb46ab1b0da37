//! `foi-docket verify` and `foi-docket rebuild`: beside a running service or without one.

use super::database::{Database, Entry};
use super::keys;
use crate::audit::{rebuild, verify};
use crate::case::office::Office;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::pool::{Db, Limits};
use anyhow::Context;
use std::process::ExitCode;
use uuid::Uuid;

struct Desk {
    db: Db,
    office: Office,
    agencies: Vec<Uuid>,
    _database: Option<Database>,
}

/// `DATABASE_URL` is taken as it is: its role may be the service's own.
fn desk(config: &Config) -> anyhow::Result<Desk> {
    let (db, keys, database) = if let Some(url) = &config.database_url {
        (Db::new(url, Limits::unhurried()), keys::required_master(config)?, None)
    } else {
        let database = Database::open(config, Entry::Existing)?;
        (database.pool(Limits::unhurried()), keys::kept(config)?.master, Some(database))
    };
    let agencies = verify::everyone(&db)?.into_iter().collect();
    Ok(Desk { db, office: Office::new(Clock::system(), keys)?, agencies, _database: database })
}

/// Compares everything stored with its trail, documents in their store too.
pub fn verify(config: &Config) -> anyhow::Result<ExitCode> {
    let desk = desk(config)?;
    let store = config.documents()?;
    store.check().context("FOI_DOCUMENTS")?;
    let (mut cases, mut events, mut findings) = (0_u64, 0_u64, 0_u64);
    for agency in &desk.agencies {
        let report = verify::verify(&desk.db, &desk.office, &store, *agency)?;
        cases += report.cases;
        events += report.events;
        findings += report.unlisted + u64::try_from(report.findings.len())?;
        for finding in &report.findings {
            println!("{finding}");
        }
    }
    println!("{cases} cases, {events} events, {findings} findings");
    Ok(if findings == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Folds every case anew from its trail.
pub fn rebuild(config: &Config) -> anyhow::Result<ExitCode> {
    let desk = desk(config)?;
    let mut cases = 0;
    for agency in &desk.agencies {
        cases += rebuild::rebuild(&desk.db, &desk.office, *agency)?;
    }
    println!("{cases} cases folded anew");
    Ok(ExitCode::SUCCESS)
}
