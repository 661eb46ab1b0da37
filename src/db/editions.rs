//! Loading editions of the calendar: immutable and numbered; the same notices twice make no second edition.

use super::schema::calendar_editions;
use crate::crypto;
use crate::rules::calendar::{Calendar, CalendarError, Notice, Notices, SHIPPED};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use std::collections::BTreeMap;

/// The calendar this program was built with.
pub const CALENDAR: &str = SHIPPED;

/// Reads an edition of the calendar, with the digest of its bytes.
pub fn read_calendar(edition: i32, text: &str) -> Result<Calendar, CalendarError> {
    Calendar::from_json(edition, text, crypto::hex(&crypto::sha256(text.as_bytes())))
}

/// Why nothing was loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The database failed.
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
    /// The notices contradict themselves.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
}

/// An edition that is to be, or was, loaded.
#[derive(Debug)]
pub struct NewEdition {
    /// As it counts.
    pub calendar: Calendar,
    /// The years that differ from the edition before.
    pub changed: BTreeMap<i32, Notice>,
    text: String,
}

impl NewEdition {
    /// Stores it. Somebody who was faster with the same number makes this fail.
    pub fn insert(&self, conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<()> {
        diesel::insert_into(calendar_editions::table)
            .values((
                calendar_editions::edition.eq(self.calendar.edition()),
                calendar_editions::sha256.eq(crypto::sha256(self.text.as_bytes()).to_vec()),
                calendar_editions::loaded_at.eq(now),
                calendar_editions::data.eq(&self.text),
            ))
            .execute(conn)
            .map(drop)
    }
}

/// The newest edition, if there is one, with its bytes.
pub fn newest(conn: &mut PgConnection) -> QueryResult<Option<(i32, String)>> {
    calendar_editions::table
        .order(calendar_editions::edition.desc())
        .select((calendar_editions::edition, calendar_editions::data))
        .first(conn)
        .optional()
}

/// The edition after the newest, in which these years stand as given; none if they do already.
pub fn next_with(conn: &mut PgConnection, years: &BTreeMap<i32, Notice>) -> Result<Option<NewEdition>, LoadError> {
    let (number, before) = match newest(conn)? {
        Some((number, text)) => (number, Notices::parse(&text)?),
        None => return first(CALENDAR).map(Some),
    };
    after((number, &before), before.with(years))
}

/// Years as somebody brings them, beside the newest edition; what stands there already is left out.
#[derive(Debug, Default)]
pub struct Brought {
    /// First notices: they make the next edition.
    pub first: BTreeMap<i32, Notice>,
    /// Corrections: they wait for a second person (domain 6.6).
    pub corrections: BTreeMap<i32, Notice>,
}

/// Tells first notices from corrections.
pub fn sort_out(conn: &mut PgConnection, years: BTreeMap<i32, Notice>, today: NaiveDate) -> Result<Brought, LoadError> {
    let Some((number, text)) = newest(conn)? else { return Ok(Brought { first: years, ..Brought::default() }) };
    let (before, calendar) = (Notices::parse(&text)?, read_calendar(number, &text)?);
    let new = years.into_iter().filter(|(year, notice)| before.years.get(year) != Some(notice));
    let (corrections, first) = new.partition(|(year, notice)| calendar.is_corrected_by(*year, notice, today));
    Ok(Brought { first, corrections })
}

/// What became of a file of notices.
#[derive(Debug)]
pub struct FromFile {
    /// The newest edition.
    pub edition: i32,
    /// The same, if it is new.
    pub new: Option<NewEdition>,
    /// Corrections; nothing was done about them.
    pub corrections: BTreeMap<i32, Notice>,
}

/// Loads the first notices of a file and gives its corrections back.
pub fn load_calendar(conn: &mut PgConnection, text: &str, (today, now): (NaiveDate, DateTime<Utc>)) -> Result<FromFile, LoadError> {
    let given = Notices::parse(text)?;
    for (year, notice) in &given.years {
        notice.plausible(*year, today)?;
    }
    let Brought { first, corrections } = sort_out(conn, given.years, today)?;
    let (edition, new) = store(conn, now, text, |before| before.with(&first))?;
    Ok(FromFile { edition, new, corrections })
}

/// Loads what this program was built with: only years that nobody has loaded. What an office corrected stays corrected.
pub fn bring_calendar(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<i32, LoadError> {
    store(conn, now, CALENDAR, |before| brought(before).ok().flatten()).map(|(edition, _)| edition)
}

/// An edition with the years that this program brings and it lacks; none if it lacks none.
pub fn brought(before: &Notices) -> Result<Option<Notices>, CalendarError> {
    let shipped = Notices::parse(CALENDAR)?;
    let lacking = shipped.years.into_iter().filter(|(year, _)| !before.years.contains_key(year)).collect();
    Ok(before.with(&lacking))
}

fn store(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    text: &str,
    change: impl FnOnce(&Notices) -> Option<Notices>,
) -> Result<(i32, Option<NewEdition>), LoadError> {
    conn.transaction(|conn| {
        let (number, next) = match newest(conn)? {
            Some((number, before)) => {
                let before = Notices::parse(&before)?;
                (number, after((number, &before), change(&before))?)
            }
            None => (0, Some(first(text)?)),
        };
        if let Some(next) = &next {
            next.insert(conn, now)?;
        }
        Ok((next.as_ref().map_or(number, |next| next.calendar.edition()), next))
    })
}

/// The first edition has the bytes of its file.
fn first(text: &str) -> Result<NewEdition, LoadError> {
    Ok(NewEdition { calendar: read_calendar(1, text)?, changed: Notices::parse(text)?.years, text: text.to_owned() })
}

fn after((number, before): (i32, &Notices), next: Option<Notices>) -> Result<Option<NewEdition>, LoadError> {
    let Some(next) = next else { return Ok(None) };
    let text = next.text()?;
    let calendar = read_calendar(number + 1, &text)?;
    Ok(Some(NewEdition { calendar, changed: next.changed_since(before), text }))
}
