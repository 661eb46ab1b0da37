//! Writing to the agency's own stream: events after its head, with the change they tell of and the caller's key.

use super::super::{Ask, JournalError, Mode, Pen, Repeated, known_key, remember};
use super::AgencyEvent;
use crate::case::trail::{self, Body, CURRENT_VERSION, Head};
use crate::crypto;
use crate::db::schema::{agency_streams, events, pending_events};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// Appends events to the agency's own stream. The row of its head is locked until the transaction ends.
pub fn append(conn: &mut PgConnection, pen: &Pen<'_>, events: &[AgencyEvent]) -> Result<(), JournalError> {
    let head: Option<(i32, DateTime<Utc>, String)> = agency_streams::table
        .find(pen.agency)
        .select((agency_streams::seq, agency_streams::recorded_at, agency_streams::head_hash))
        .for_update()
        .first(conn)
        .optional()?;
    let now = pen.office.clock.now();
    let (mut seq, mut recorded_at, mut previous) = head.unwrap_or((0, now, String::new()));
    let mut bodies: Vec<Body> = Vec::with_capacity(events.len());
    for event in events {
        seq += 1;
        recorded_at = recorded_at.max(now);
        let head = Head {
            v: CURRENT_VERSION,
            agency_id: pen.agency,
            stream_id: pen.agency,
            seq,
            recorded_at,
            actor: pen.actor.clone(),
            request_id: pen.request_id.id.clone(),
            traceparent: pen.request_id.traceparent.clone(),
            message: pen.request_id.message,
            previous: std::mem::take(&mut previous),
        };
        let body = trail::write(&head, event.kind(), event)?;
        previous = crypto::hex(&body.hash);
        bodies.push(body);
    }
    let row = (
        agency_streams::agency_id.eq(pen.agency),
        agency_streams::seq.eq(seq),
        agency_streams::recorded_at.eq(recorded_at),
        agency_streams::head_hash.eq(&previous),
    );
    diesel::insert_into(agency_streams::table).values(row).on_conflict(agency_streams::agency_id).do_update().set(row).execute(conn)?;
    insert_events(conn, pen.agency, &bodies)
}

fn insert_events(conn: &mut PgConnection, agency: Uuid, bodies: &[Body]) -> Result<(), JournalError> {
    let rows: Vec<_> = bodies
        .iter()
        .map(|body| {
            (
                events::agency_id.eq(agency),
                events::stream_id.eq(agency),
                events::seq.eq(body.seq),
                events::kind.eq(&body.kind),
                events::recorded_at.eq(body.recorded_at),
                events::body.eq(&body.text),
                events::hash.eq(body.hash.as_slice()),
            )
        })
        .collect();
    diesel::insert_into(events::table).values(rows).execute(conn)?;
    let pending: Vec<_> = bodies
        .iter()
        .map(|body| {
            (
                pending_events::agency_id.eq(agency),
                pending_events::stream_id.eq(agency),
                pending_events::seq.eq(body.seq),
                pending_events::recorded_at.eq(body.recorded_at),
            )
        })
        .collect();
    diesel::insert_into(pending_events::table).values(pending).execute(conn)?;
    Ok(())
}

/// Writes something that is not a case's: the change, its events and the caller's key, in one transaction.
/// A known key gives its earlier answer and changes nothing.
pub fn write<T>(
    conn: &mut PgConnection,
    pen: &Pen<'_>,
    ask: &Ask,
    change: impl FnOnce(&mut PgConnection) -> Result<Change<T>, JournalError>,
) -> Result<Outcome<T>, JournalError> {
    let result = conn.transaction(|conn| {
        if let Some(repeated) = known_key(conn, ask)? {
            return Ok(Outcome::Repeated(repeated));
        }
        let Change { value, repeated, events } = change(conn)?;
        append(conn, pen, &events)?;
        if let Some(key) = &ask.key {
            remember(conn, ask, key, repeated)?;
        }
        if ask.mode == Mode::Validate { Err(JournalError::RolledBack) } else { Ok(Outcome::Written(value)) }
    });
    // A twin request may have been faster, whatever that made of this one.
    result.or_else(|error| match known_key(conn, ask) {
        Ok(Some(repeated)) => Ok(Outcome::Repeated(repeated)),
        Err(JournalError::KeyReused) => Err(JournalError::KeyReused),
        _ => Err(error),
    })
}

/// [`write()`], and what a caller who only asks whether it would pass is shown: it is read before everything is rolled back.
pub fn write_or_try<T, V>(
    conn: &mut PgConnection,
    pen: &Pen<'_>,
    ask: &Ask,
    change: impl FnOnce(&mut PgConnection) -> Result<Change<T>, JournalError>,
    view: impl Fn(&mut PgConnection, Uuid) -> Result<V, JournalError>,
) -> Result<(V, Attempt), JournalError> {
    let mut tried = None;
    let written = write(conn, pen, ask, |conn| {
        let change = change(conn)?;
        if ask.mode == Mode::Validate {
            tried = Some(view(conn, change.repeated.resource)?);
        }
        let Change { repeated, events, .. } = change;
        Ok(Change { value: repeated.resource, repeated, events })
    });
    match (written, tried) {
        (Err(JournalError::RolledBack), Some(tried)) => Ok((tried, Attempt::Tried)),
        (Ok(Outcome::Written(id) | Outcome::Repeated(Repeated { resource: id, .. })), _) => Ok((view(conn, id)?, Attempt::Written)),
        (Err(error), _) => Err(error),
    }
}

/// Whether something was written or only tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// Written, now or by an earlier call with the key.
    Written,
    /// Every check was run, and nothing written.
    Tried,
}

/// A change to an agency's own things, with what it leaves on the trail.
pub struct Change<T> {
    /// What the caller gets.
    pub value: T,
    /// What a repeat of the key is answered from.
    pub repeated: Repeated,
    /// What happened.
    pub events: Vec<AgencyEvent>,
}

/// What came of it.
#[derive(Debug)]
pub enum Outcome<T> {
    /// It was written.
    Written(T),
    /// The key was known.
    Repeated(Repeated),
}
