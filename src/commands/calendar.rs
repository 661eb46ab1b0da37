//! `foi-docket calendar load FILE`: holiday notices from a file, as the owner of the tables. The workers recount the cases.

use super::database::{Database, Entry};
use crate::case::journal::Pen;
use crate::case::journal::agency::{self, AgencyEvent};
use crate::case::office::Office;
use crate::case::trail::Actor;
use crate::clock::Clock;
use crate::config::Config;
use crate::crypto::MasterKey;
use crate::db::editions::{NewEdition, load_calendar};
use crate::db::pool::{Scope, set_scope};
use crate::db::schema::agencies;
use anyhow::Context;
use clap::{Args, Subcommand};
use diesel::prelude::*;
use std::path::PathBuf;
use std::process::ExitCode;
use uuid::Uuid;

/// What is done about calendars.
#[derive(Debug, Args)]
pub struct CalendarCommand {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Load holiday notices: the years of the file replace those of the newest edition, the others stay.
    Load {
        /// JSON as the program ships it; each year may carry the number of its notice.
        file: PathBuf,
    },
}

impl CalendarCommand {
    /// Does it.
    pub fn run(&self, config: &Config) -> anyhow::Result<ExitCode> {
        let Act::Load { file } = &self.act;
        let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        let database = Database::open(config, Entry::Beside)?;
        let (edition, new) = load(&mut database.owner()?, &text, Clock::system())?;
        match new {
            None => println!("calendar edition {edition} says so already; nothing was loaded"),
            Some(new) => {
                let years: Vec<String> = new.changed.keys().map(i32::to_string).collect();
                println!("calendar edition {edition} is loaded; it changes {}. The workers recount the open cases.", years.join(", "));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Loads the notices and says so on the trail of every agency: each counts by them.
pub fn load(conn: &mut PgConnection, text: &str, clock: Clock) -> anyhow::Result<(i32, Option<NewEdition>)> {
    let now = clock.now();
    // Nothing private is opened or written: any key will do.
    let office = Office::new(clock, MasterKey::generate()?)?;
    conn.transaction(|conn| {
        let (edition, new) = load_calendar(conn, text, now)?;
        if let Some(new) = &new {
            let all: Vec<Uuid> = agencies::table.select(agencies::id).order(agencies::id).load(conn)?;
            for agency in all {
                set_scope(conn, &Scope::own(agency))?;
                let actor = Actor::Worker { task: "calendar".into() };
                let pen = Pen { office: &office, agency, actor, request_id: "calendar load".into() };
                agency::append(conn, &pen, &[AgencyEvent::calendar_loaded(new)])?;
            }
        }
        Ok((edition, new))
    })
}
