//! Loading editions: immutable, known by their digest, so that loading the same data twice changes nothing.

use super::schema::calendar_editions;
use crate::crypto;
use crate::rules::calendar::{Calendar, CalendarError};
use anyhow::Context;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// The calendar this program was built with.
pub const CALENDAR: &str = include_str!("../rules/data/calendar-cn.json");

/// Reads an edition of the calendar, with the digest of its bytes.
pub fn read_calendar(edition: i32, text: &str) -> Result<Calendar, CalendarError> {
    Calendar::from_json(edition, text, crypto::hex(&crypto::sha256(text.as_bytes())))
}

/// Loads a calendar as the next edition, unless the newest has the same bytes; gives the newest edition.
pub fn load_calendar(conn: &mut PgConnection, text: &str, now: DateTime<Utc>) -> anyhow::Result<i32> {
    let digest = crypto::sha256(text.as_bytes()).to_vec();
    conn.transaction(|conn| {
        let newest: Option<(i32, Vec<u8>)> = calendar_editions::table
            .order(calendar_editions::edition.desc())
            .select((calendar_editions::edition, calendar_editions::sha256))
            .first(conn)
            .optional()?;
        let next = match newest {
            Some((edition, known)) if known == digest => return Ok(edition),
            Some((edition, _)) => edition + 1,
            None => 1,
        };
        read_calendar(next, text).context("the calendar cannot be read")?;
        diesel::insert_into(calendar_editions::table)
            .values((
                calendar_editions::edition.eq(next),
                calendar_editions::sha256.eq(digest),
                calendar_editions::loaded_at.eq(now),
                calendar_editions::data.eq(text),
            ))
            .execute(conn)?;
        Ok(next)
    })
}
