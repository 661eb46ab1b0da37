//! `foi-docket seed`: the demo, put into an empty database.

use super::database::{Database, Entry};
use super::keys;
use crate::case::office::Office;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::editions::bring_calendar;
use crate::db::pool::Limits;
use crate::db::schema::agencies;
use crate::demo::{self, walker::LetterDesk};
use crate::letters::press::Press;
use anyhow::bail;
use diesel::prelude::*;
use std::process::ExitCode;

/// Puts the demo into the database.
pub fn seed(config: &Config) -> anyhow::Result<ExitCode> {
    let database = Database::open(config, Entry::Beside)?;
    let mut owner = database.owner()?;
    if agencies::table.count().get_result::<i64>(&mut owner)? > 0 {
        bail!("the database is not empty; the demo goes into an empty one only");
    }
    bring_calendar(&mut owner, Clock::system().now())?;
    walk(config, &database)?;
    println!("the demo is there");
    Ok(ExitCode::SUCCESS)
}

/// Founds the demo's agencies and walks its cases to where they stand today.
pub fn walk(config: &Config, database: &Database) -> anyhow::Result<()> {
    let now = Clock::system();
    let office = Office::new(Clock::test(now.now()), keys::kept(config)?.master)?;
    let desk = LetterDesk { press: Press::new(config.fonts.clone()), store: config.documents()? };
    demo::walk(&mut database.owner()?, (database.pool(Limits::default()), desk), office, &now)
}
