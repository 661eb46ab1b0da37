//! `foi-docket calendar load FILE`: holiday notices from a file, as the owner of the tables. The workers recount the cases.

use super::database::{Database, Entry};
use crate::case::journal::Pen;
use crate::case::journal::agency::{self, AgencyEvent};
use crate::case::office::Office;
use crate::case::trail::Actor;
use crate::clock::Clock;
use crate::config::Config;
use crate::crypto::MasterKey;
use crate::db::editions::{FromFile, NewEdition, load_calendar};
use crate::db::pool::{Scope, set_scope};
use crate::db::proposals::Proposal;
use crate::db::schema::agencies;
use crate::ids::new_id;
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
    /// Load holiday notices: years that have none yet; a year that has one is only proposed, and another person approves it.
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
        let Loaded { edition, new, proposal } = load(&mut database.owner()?, &text, Clock::system())?;
        match new {
            None if proposal.is_none() => println!("calendar edition {edition} says so already; nothing was loaded"),
            None => {}
            Some(new) => {
                let years: Vec<String> = new.changed.keys().map(i32::to_string).collect();
                println!("calendar edition {edition} is loaded; it changes {}. The workers recount the open cases.", years.join(", "));
            }
        }
        if let Some((proposal, years)) = proposal {
            let years: Vec<String> = years.iter().map(i32::to_string).collect();
            println!(
                "The file corrects {}, whose notice is loaded: nothing changes until an administrator, approver or supervisor approves it \
                 (POST /api/v1/calendar-proposals/{proposal}/decision).",
                years.join(", ")
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What became of a file.
#[derive(Debug)]
pub struct Loaded {
    /// The newest edition.
    pub edition: i32,
    /// The same, if it is new.
    pub new: Option<NewEdition>,
    /// The correction that waits for a second person, with its years.
    pub proposal: Option<(Uuid, Vec<i32>)>,
}

/// Loads the first notices of years, proposes corrections of others, and says so on the trail of every agency: each counts by them.
pub fn load(conn: &mut PgConnection, text: &str, clock: Clock) -> anyhow::Result<Loaded> {
    let (today, now) = (clock.today(), clock.now());
    // Nothing private is opened or written: any key will do.
    let office = Office::new(clock, MasterKey::generate()?)?;
    conn.transaction(|conn| {
        let FromFile { edition, new, corrections } = load_calendar(conn, text, (today, now))?;
        let mut events: Vec<AgencyEvent> = new.iter().map(AgencyEvent::calendar_loaded).collect();
        let mut proposal = None;
        if !corrections.is_empty() {
            let years = corrections.keys().copied().collect();
            let proposed = Proposal::new(&corrections, new_id(), None, now)?;
            let id = if let Some(twin) = proposed.twin(conn)? {
                twin.id
            } else {
                proposed.insert(conn)?;
                events.push(AgencyEvent::calendar_correction_proposed(&proposed, &corrections));
                proposed.id
            };
            proposal = Some((id, years));
        }
        if !events.is_empty() {
            let all: Vec<Uuid> = agencies::table.select(agencies::id).order(agencies::id).load(conn)?;
            for agency in all {
                set_scope(conn, &Scope::own(agency))?;
                let actor = Actor::Worker { task: "calendar".into() };
                let pen = Pen { office: &office, agency, actor, request_id: "calendar load".into() };
                agency::append(conn, &pen, &events)?;
            }
        }
        Ok(Loaded { edition, new, proposal })
    })
}
