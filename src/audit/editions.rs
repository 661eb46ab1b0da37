//! Calendar editions: each has the bytes it was loaded with, as the events of the cases that rest on it say.

use super::report::Report;
use super::trail::{Stream, agency_event};
use crate::case::journal::agency::AgencyEvent;
use crate::crypto;
use crate::db::editions::{CALENDAR, brought};
use crate::db::pool::{Db, DbError, Scope};
use crate::db::schema::{calendar_editions, events};
use crate::rules::calendar::Notices;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

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

    /// The editions a case was opened with and went over to, beside the digests in its events.
    pub fn see(&mut self, stream: &Stream, report: &mut Report) {
        for (edition, sha256) in &stream.calendars {
            if !self.prove(*edition, sha256) {
                report.note_stream(stream.id, format!("calendar edition {edition} is not the one the case rests on"));
            }
        }
    }

    /// An edition that an agency of this database loaded.
    pub fn see_loaded(&mut self, event: &AgencyEvent, report: &mut Report) {
        if let AgencyEvent::CalendarLoaded { edition, sha256, .. } = event
            && !self.prove(*edition, sha256)
        {
            report.note(format!("calendar edition {edition} is not the one that was loaded"));
        }
    }

    fn prove(&mut self, edition: i32, sha256: &str) -> bool {
        let proved = self.digests.get(&edition).is_some_and(|known| known == sha256);
        if proved {
            self.proved.insert(edition);
        }
        proved
    }

    /// The newest edition is what new cases get: some event proves it, or this program brought it.
    pub fn finish(&self, conn: &mut PgConnection, report: &mut Report) -> QueryResult<()> {
        if let Some((edition, digest)) = self.digests.last_key_value()
            && !self.proved.contains(edition)
            && *digest != crypto::hex(&crypto::sha256(CALENDAR.as_bytes()))
            && !is_brought(conn, *edition, digest)?
        {
            report.note(format!("calendar edition {edition} is neither one that this program brings nor one that an event names"));
        }
        Ok(())
    }
}

/// Whether an edition is the one before it with the years that this program brings.
fn is_brought(conn: &mut PgConnection, edition: i32, digest: &str) -> QueryResult<bool> {
    let before: Option<String> = calendar_editions::table.find(edition - 1).select(calendar_editions::data).first(conn).optional()?;
    let text = before.and_then(|before| brought(&Notices::parse(&before).ok()?).ok()??.text().ok());
    Ok(text.is_some_and(|text| crypto::hex(&crypto::sha256(text.as_bytes())) == digest))
}

/// What any agency says on its trail that it loaded.
pub(super) fn loaded(db: &Db, agencies: &BTreeSet<Uuid>) -> Result<Vec<AgencyEvent>, DbError> {
    let bodies: Vec<String> = db.run_here(&Scope::reading(agencies.iter().copied().collect()), |conn| {
        let rows = events::table.filter(events::agency_id.eq_any(agencies)).filter(events::kind.eq("calendar_loaded"));
        rows.select(events::body).load(conn).map_err(DbError::Query)
    })?;
    // A body that cannot be read is a finding of its agency's own verification.
    Ok(bodies.iter().filter_map(|body| agency_event(body).ok()).map(|(_, event)| event).collect())
}
