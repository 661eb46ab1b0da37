//! Verify: replays every case of an agency and compares everything that is stored with what its trail says.
//!
//! One snapshot of the database, read page by page and stream by stream, so that the memory it takes does not grow with the trail and a
//! service that goes on working does not look like tampering. It changes nothing. What a database administrator rewrites as a whole,
//! hashes and all, only a seal kept outside can show.

use super::report::Report;
use super::rows;
use super::trail::{StoredEvent, Stream};
use super::whole::{self, Numbers};
use crate::case::office::{EditionError, Office};
use crate::case::private::Private;
use crate::case::projection::project;
use crate::case::vault::{self, VaultError};
use crate::crypto::CaseOf;
use crate::db::pool::{Db, DbError, Scope};
use crate::db::schema::{case_keys, event_positions, events, pending_events};
use diesel::prelude::*;
use uuid::Uuid;

/// Events read at once: with bodies of 64 KB at most 16 MB.
const PAGE: i64 = 256;

/// Verifies one agency.
pub fn verify(db: &Db, office: &Office, agency: Uuid) -> Result<Report, DbError> {
    db.run_here(&Scope::own(agency), |conn| conn.build_transaction().read_only().repeatable_read().run(|conn| all(conn, office, agency)))
}

fn all(conn: &mut PgConnection, office: &Office, agency: Uuid) -> Result<Report, DbError> {
    let mut check = Check { office, report: Report::of(agency), numbers: Numbers::load(conn, agency)?, agency_seen: false };
    let mut stream: Option<Stream> = None;
    let mut after = (Uuid::nil(), 0);
    loop {
        let page = page(conn, agency, after)?;
        let Some(last) = page.last() else { break };
        after = (last.stream_id, last.seq);
        for event in &page {
            if stream.as_ref().is_none_or(|stream| stream.id != event.stream_id)
                && let Some(finished) = stream.replace(Stream::new(agency, event.stream_id))
            {
                check.finish(conn, &finished)?;
            }
            if let Some(stream) = &mut stream {
                stream.read(event, &mut check.report);
            }
            check.report.events += 1;
        }
    }
    if let Some(finished) = stream {
        check.finish(conn, &finished)?;
    }
    let Check { mut report, numbers, agency_seen, .. } = check;
    if !agency_seen {
        whole::agency_head(conn, None, &mut report)?;
    }
    whole::positions(conn, &mut report)?;
    whole::strays(conn, &mut report)?;
    whole::calendars(conn, &mut report)?;
    numbers.finish(&mut report);
    Ok(report)
}

fn page(conn: &mut PgConnection, agency: Uuid, (stream, seq): (Uuid, i32)) -> QueryResult<Vec<StoredEvent>> {
    events::table
        .left_join(
            event_positions::table.on(event_positions::agency_id
                .eq(events::agency_id)
                .and(event_positions::stream_id.eq(events::stream_id))
                .and(event_positions::seq.eq(events::seq))),
        )
        .left_join(
            pending_events::table.on(pending_events::agency_id
                .eq(events::agency_id)
                .and(pending_events::stream_id.eq(events::stream_id))
                .and(pending_events::seq.eq(events::seq))),
        )
        .filter(events::agency_id.eq(agency))
        .filter(events::stream_id.ge(stream))
        .filter(events::stream_id.gt(stream).or(events::seq.gt(seq)))
        .order((events::stream_id, events::seq))
        .select((
            events::stream_id,
            events::seq,
            events::kind,
            events::recorded_at,
            events::body,
            events::hash,
            event_positions::position.nullable(),
            pending_events::seq.nullable(),
        ))
        .limit(PAGE)
        .load(conn)
}

struct Check<'a> {
    office: &'a Office,
    report: Report,
    numbers: Numbers,
    agency_seen: bool,
}

impl Check<'_> {
    fn finish(&mut self, conn: &mut PgConnection, stream: &Stream) -> Result<(), DbError> {
        if stream.is_agency() {
            self.agency_seen = true;
            return Ok(whole::agency_head(conn, Some(stream), &mut self.report)?);
        }
        self.report.cases += 1;
        if let Some(case) = &stream.case {
            match self.office.calendar(conn, case.pins.calendar) {
                Ok(calendar) => rows::compare(conn, case, &project(case, &calendar), &stream.head, &mut self.report)?,
                Err(EditionError::Query(error)) => return Err(error.into()),
                Err(missing) => self.report.note_stream(stream.id, missing.to_string()),
            }
            self.numbers.see(case, &mut self.report);
        }
        self.texts(conn, stream)
    }

    /// Every private text the events commit to is there and is the one; a case whose key was destroyed has none to show.
    fn texts(&mut self, conn: &mut PgConnection, stream: &Stream) -> Result<(), DbError> {
        let owner = CaseOf { agency: self.report.agency, case: stream.id };
        let key = case_keys::table.find((owner.agency, owner.case));
        let has_key: bool = diesel::select(diesel::dsl::exists(key)).get_result(conn)?;
        if !has_key {
            return Ok(());
        }
        let mut references = Vec::with_capacity(stream.privates.len());
        for (id, commitments) in &stream.privates {
            let mut commitments = commitments.iter();
            references.extend(commitments.next().map(|commitment| Private { id: *id, commitment: commitment.clone() }));
            if commitments.next().is_some() {
                self.report.note_stream(stream.id, format!("two events commit to different words under text {id}"));
            }
        }
        let all: Vec<&Private> = references.iter().collect();
        match vault::open(conn, self.office, owner, &all) {
            Ok(texts) => {
                for reference in all.iter().filter(|reference| texts.get(reference).is_none()) {
                    self.report.note_stream(stream.id, format!("text {} is gone", reference.id));
                }
                Ok(())
            }
            Err(VaultError::Query(error)) => Err(error.into()),
            Err(_) => self.each_text(conn, owner, &all),
        }
    }

    /// One of the texts cannot be opened: names every one of them.
    fn each_text(&mut self, conn: &mut PgConnection, owner: CaseOf, references: &[&Private]) -> Result<(), DbError> {
        for reference in references {
            match vault::open(conn, self.office, owner, &[reference]) {
                Ok(texts) if texts.get(reference).is_some() => {}
                Ok(_) => self.report.note_stream(owner.case, format!("text {} is gone", reference.id)),
                Err(VaultError::Query(error)) => return Err(error.into()),
                Err(why) => self.report.note_stream(owner.case, format!("text {} cannot be opened: {why}", reference.id)),
            }
        }
        Ok(())
    }
}
