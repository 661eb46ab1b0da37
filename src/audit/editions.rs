//! Calendar editions: each has the bytes it was loaded with, as the events of the cases that rest on it say.

use super::report::Report;
use super::trail::Stream;
use crate::crypto;
use crate::db::editions::CALENDAR;
use crate::db::schema::calendar_editions;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The digests of the editions as they lie there, and which of them events have proved.
pub(super) struct Calendars {
    digests: BTreeMap<i32, String>,
    proved: BTreeSet<i32>,
}

impl Calendars {
    pub fn load(conn: &mut PgConnection, report: &mut Report) -> QueryResult<Self> {
        let editions: Vec<i32> =
            calendar_editions::table.select(calendar_editions::edition).order(calendar_editions::edition).load(conn)?;
        let mut digests = BTreeMap::new();
        for edition in editions {
            let (sha256, data): (Vec<u8>, String) =
                calendar_editions::table.find(edition).select((calendar_editions::sha256, calendar_editions::data)).first(conn)?;
            let digest = crypto::sha256(data.as_bytes());
            if digest.as_slice() != sha256 {
                report.note(format!("calendar edition {edition} does not have its stored hash"));
            }
            digests.insert(edition, crypto::hex(&digest));
        }
        Ok(Self { digests, proved: BTreeSet::new() })
    }

    /// The edition a case was opened with, beside the digest in its first event.
    pub fn see(&mut self, stream: &Stream, report: &mut Report) {
        let (Some(case), Some(sha256)) = (&stream.case, &stream.calendar_sha256) else { return };
        let edition = case.pins.calendar;
        if self.digests.get(&edition) == Some(sha256) {
            self.proved.insert(edition);
        } else {
            report.note_stream(case.id, format!("calendar edition {edition} is not the one the case was opened with"));
        }
    }

    /// The newest edition is what new cases get: some case proves it, or this program brought it.
    pub fn finish(&self, report: &mut Report) {
        if let Some((edition, digest)) = self.digests.last_key_value()
            && !self.proved.contains(edition)
            && *digest != crypto::hex(&crypto::sha256(CALENDAR.as_bytes()))
        {
            report.note(format!("calendar edition {edition} is neither the one this program brings nor one that a case was opened with"));
        }
    }
}
