//! Acts of the service itself on many cases: recounts, lapses. A pure function decides, each batch is one statement.
//!
//! A clerk comes first: a case that somebody moved since it was read, or is writing right now, is left out and named,
//! and nobody is waited for; one that cannot be read is left out and named too, and stops no other. What is held is held as long as
//! one statement runs.

use super::advance::{Advance, Change};
use super::load::{Loaded, load_many};
use super::write::{Hold, write};
use super::{JournalError, Pen, keys, search};
use crate::case::event::CaseEvent;
use crate::case::model::{Case, Pins};
use crate::rules::calendar::Calendar;
use crate::rules::settings::Settings;
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Cases in one statement: enough that its fixed cost does not count, few enough that a clerk does not notice.
const BATCH: usize = 500;

/// What such a decision may look at beside the case.
#[derive(Debug)]
pub struct Circumstances<'a> {
    /// The legal date.
    pub today: NaiveDate,
    /// The calendar edition the case is pinned to.
    pub calendar: &'a Calendar,
    /// The agency's settings the case is pinned to.
    pub settings: &'a Settings,
    /// The newest editions.
    pub newest: Pins,
    /// The newest calendar edition.
    pub newest_calendar: &'a Calendar,
}

/// What became of the cases; one of which nothing was decided is in no list.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Written.
    pub written: Vec<Uuid>,
    /// Not written, because somebody was faster: to be asked for again.
    pub moved: Vec<Uuid>,
    /// Left out, because they cannot be read or gone on with: they are for people.
    pub broken: Vec<Uuid>,
}

/// Decides about each of the cases and writes what was decided, batch by batch; a batch that was written stays written.
pub fn record_each(
    conn: &mut PgConnection,
    pen: &Pen<'_>,
    cases: &[Uuid],
    decide: impl Fn(&Case, &Circumstances<'_>) -> Vec<CaseEvent>,
) -> Result<Recorded, JournalError> {
    let cases: Vec<Uuid> = cases.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let mut recorded = Recorded::default();
    let newest = pen.office.newest(conn, pen.agency)?;
    let newest_calendar = pen.office.calendar(conn, newest.calendar)?;
    let today = pen.office.clock.today();
    for ids in cases.chunks(BATCH) {
        let loaded = load_many(conn, pen.agency, ids)?;
        if loaded.len() != ids.len() {
            return Err(JournalError::Unknown);
        }
        let mut changes: Vec<Change> = Vec::new();
        for (id, loaded) in loaded {
            let change = loaded.and_then(|loaded| {
                let calendar = pen.office.calendar(conn, loaded.case.pins.calendar)?;
                let settings = pen.office.settings(conn, pen.agency, loaded.case.pins.settings)?;
                let circumstances =
                    Circumstances { today, calendar: &calendar, settings: &settings, newest, newest_calendar: &newest_calendar };
                change(conn, pen, loaded, |case| decide(case, &circumstances))
            });
            match change {
                Ok(change) => changes.extend(change),
                Err(error) if error.of_case() => recorded.broken.push(id),
                Err(error) => return Err(error),
            }
        }
        if changes.is_empty() {
            continue;
        }
        search::add(conn, pen.office, &mut changes, &[])?;
        let written = conn.transaction(|conn| {
            let written: BTreeSet<Uuid> = write(conn, pen.agency, &changes, (Hold::Free, None))?.into_iter().collect();
            for change in changes.iter().filter(|change| written.contains(&change.case.id)) {
                keys::follow(conn, change)?;
            }
            Ok::<_, JournalError>(written)
        })?;
        recorded.moved.extend(changes.iter().map(|change| change.case.id).filter(|id| !written.contains(id)));
        recorded.written.extend(written);
    }
    Ok(recorded)
}

fn change(
    conn: &mut PgConnection,
    pen: &Pen<'_>,
    loaded: Loaded,
    decide: impl Fn(&Case) -> Vec<CaseEvent>,
) -> Result<Option<Change>, JournalError> {
    let events = decide(&loaded.case);
    if events.is_empty() {
        return Ok(None);
    }
    let mut advance = Advance::of(conn, pen.office, loaded)?;
    advance.record(pen, &events)?;
    advance.end(conn, pen.office).map(Some)
}
