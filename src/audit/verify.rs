//! Verify: replays every stream of an agency and compares everything that is stored with what its trail says.
//!
//! One snapshot of the database, read page by page and stream by stream, so that the memory it takes does not grow with the trail and a
//! service that goes on working does not look like tampering; then every file of a document. It changes nothing.
//!
//! What no event tells is held by nothing and not looked at: sessions and idempotency keys (they are gone within days), the days of the
//! sweeps, what a mail says and when it left, how often a message to a neighbour was pushed and whether it arrived, when a calendar was loaded. A mail that never failed stands in no event: one that waits and
//! is deleted together with its reminders leaves no finding. Nor are words that older events did not carry: the digest over
//! an account's names, address and password, the calendar's digest, ids and instants of agency, heads, settings and documents. What a
//! database administrator rewrites as a whole, hashes and all, only a seal kept outside can show.

use super::documents::{self, Told};
use super::editions::Calendars;
use super::numbers::Numbers;
use super::people::Agency;
use super::proposals::Proposals;
use super::report::Report;
use super::supervision::Letters;
use super::trail::{StoredEvent, Stream};
use super::{editions, exchange, inspections, mail, proposals, rectifications, rows, standing, supervision, texts, whole};
use crate::case::journal::agency::AgencyEvent;
use crate::case::office::{EditionError, Office};
use crate::case::projection::project;
use crate::db::pool::{Db, DbError, Scope};
use crate::db::schema::{agencies, event_positions, events, pending_events, sign_in_names};
use crate::letters::store::Store;
use diesel::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Events read at once: with bodies of 64 KB at most 16 MB.
const PAGE: i64 = 256;

/// Every agency that anything is known of, also one whose row is gone.
pub fn everyone(db: &Db) -> Result<BTreeSet<Uuid>, DbError> {
    db.run_here(&Scope::nobody(), |conn| {
        let rows: Vec<Uuid> = agencies::table.select(agencies::id).load(conn)?;
        let named: Vec<Uuid> = sign_in_names::table.select(sign_in_names::agency_id).distinct().load(conn)?;
        Ok(rows.into_iter().chain(named).collect())
    })
}

/// Verifies one agency.
pub fn verify(db: &Db, office: &Office, store: &Store, agency: Uuid) -> Result<Report, DbError> {
    // The calendar is one for all: another agency may have loaded what this one counts by.
    let everyone = everyone(db)?;
    let (loaded, proposals) = (editions::loaded(db, &everyone)?, proposals::told(db, &everyone)?);
    let letters = supervision::told(db, &everyone)?;
    let mut report = db.run_here(&Scope::own(agency), |conn| {
        conn.build_transaction().read_only().repeatable_read().run(|conn| all(conn, office, agency, (&loaded, &proposals, &letters)))
    })?;
    documents::files(db, office, store, &mut report)?;
    Ok(report)
}

fn all(
    conn: &mut PgConnection,
    office: &Office,
    agency: Uuid,
    (loaded, corrected, letters): (&[AgencyEvent], &Proposals, &Letters),
) -> Result<Report, DbError> {
    let mut check = Check::new(conn, office, agency)?;
    for event in loaded {
        check.calendars.see_loaded(event, &mut check.report);
    }
    corrected.compare(conn, &mut check.report)?;
    letters.compare(conn, &mut check.report)?;
    inspections::compare(conn, &mut check.report)?;
    rectifications::compare(conn, &mut check.report)?;
    let mut stream: Option<Stream> = None;
    let mut after = (Uuid::nil(), 0);
    loop {
        let page = page(conn, agency, after)?;
        let Some(last) = page.last() else { break };
        after = (last.stream_id, last.seq);
        let mut told = Vec::new();
        for event in &page {
            if stream.as_ref().is_none_or(|stream| stream.id != event.stream_id)
                && let Some(finished) = stream.replace(Stream::new(agency, event.stream_id))
            {
                check.finish(conn, &finished)?;
            }
            if let Some((head, said)) = stream.as_mut().and_then(|stream| stream.read(event, &mut check.report)) {
                told.extend(Told::by(&head, &said));
                check.agency.apply((agency, event.seq), said, &mut check.report);
            }
            check.report.events += 1;
        }
        documents::compare(conn, &told, &mut check.report)?;
    }
    if let Some(finished) = stream {
        check.finish(conn, &finished)?;
    }
    check.conclude(conn)
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
            pending_events::recorded_at.nullable(),
        ))
        .limit(PAGE)
        .load(conn)
}

struct Check<'a> {
    office: &'a Office,
    report: Report,
    numbers: Numbers,
    calendars: Calendars,
    agency: Agency,
    agency_seen: bool,
    /// Documents whose keys were destroyed with their dossiers, or with an application that was dismissed.
    destroyed: BTreeSet<Uuid>,
}

impl<'a> Check<'a> {
    fn new(conn: &mut PgConnection, office: &'a Office, agency: Uuid) -> QueryResult<Self> {
        let mut report = Report::of(agency);
        let numbers = Numbers::load(conn, &mut report)?;
        let calendars = Calendars::load(conn, &mut report)?;
        Ok(Self { office, report, numbers, calendars, agency: Agency::default(), agency_seen: false, destroyed: BTreeSet::new() })
    }

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
            documents::papers(conn, case, &mut self.report)?;
            documents::living(conn, case, &mut self.report)?;
            self.destroyed.extend(case.disposal.iter().flat_map(|disposal| disposal.documents.iter().copied()));
        }
        self.calendars.see(stream, &mut self.report);
        texts::compare(conn, self.office, stream, &mut self.report)
    }

    fn conclude(mut self, conn: &mut PgConnection) -> Result<Report, DbError> {
        let report = &mut self.report;
        if !self.agency_seen {
            whole::agency_head(conn, None, report)?;
        }
        standing::compare(conn, &self.agency, report)?;
        mail::compare(conn, &mut self.agency, report)?;
        exchange::compare(conn, self.office, &self.agency.exchange, report)?;
        self.destroyed.append(&mut self.agency.exchange.forgotten);
        documents::strays(conn, (std::mem::take(&mut self.agency.documents), &self.destroyed), report)?;
        whole::positions(conn, report)?;
        whole::strays(conn, report)?;
        self.calendars.finish(conn, report)?;
        self.numbers.finish(report);
        Ok(self.report)
    }
}
