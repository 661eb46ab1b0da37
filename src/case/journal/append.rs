//! Appending: events become bytes, the fold moves, the rows follow.

use super::load::Loaded;
use super::{JournalError, rows};
use crate::case::event::CaseEvent;
use crate::case::fold::apply;
use crate::case::model::Case;
use crate::case::office::Office;
use crate::case::projection::project;
use crate::case::trail::{self, Actor, Body, CURRENT_VERSION, Head, RequestId};
use crate::crypto;
use diesel::prelude::*;
use uuid::Uuid;

/// Whose hand writes.
pub struct Pen<'a> {
    /// Clock, keys, editions.
    pub office: &'a Office,
    /// The agency.
    pub agency: Uuid,
    /// Who.
    pub actor: Actor,
    /// The request it came with.
    pub request_id: RequestId,
}

/// What was stored.
#[derive(Debug)]
pub struct Stored {
    /// The case as it stands now.
    pub case: Case,
}

/// Appends events to a case and stores everything that follows from them; `Stale` if the case moved meanwhile.
pub fn append(
    conn: &mut PgConnection,
    pen: &Pen<'_>,
    before: Option<Loaded>,
    id: Uuid,
    events: Vec<CaseEvent>,
) -> Result<Stored, JournalError> {
    let (mut case, mut previous, refolded) = match before {
        Some(Loaded { case, head_hash, refolded }) => (Some(case), head_hash, refolded),
        None => (None, String::new(), false),
    };
    let (before, projected) = match &case {
        Some(case) if refolded => (Some(case.version), None),
        Some(case) => {
            let calendar = pen.office.calendar(conn, case.pins.calendar)?;
            (Some(case.version), Some(project(case, &calendar)))
        }
        None => (None, None),
    };
    let now = pen.office.clock.now();
    let mut bodies: Vec<Body> = Vec::with_capacity(events.len());
    for event in &events {
        let head = Head {
            v: CURRENT_VERSION,
            agency_id: pen.agency,
            stream_id: id,
            seq: case.as_ref().map_or(0, |case| case.version) + 1,
            // The transaction's own clock may lie before the previous event of the stream; the trail may not.
            recorded_at: case.as_ref().map_or(now, |case| case.changed_at.max(now)),
            actor: pen.actor.clone(),
            request_id: pen.request_id.id.clone(),
            traceparent: pen.request_id.traceparent.clone(),
            previous: std::mem::take(&mut previous),
        };
        let body = trail::write(&head, event.kind(), event)?;
        previous = crypto::hex(&body.hash);
        case = Some(apply(case, head.place(), event)?);
        bodies.push(body);
    }
    let case = case.ok_or(JournalError::Unknown)?;
    let calendar = pen.office.calendar(conn, case.pins.calendar)?;
    let projection = project(&case, &calendar);
    match before {
        None => rows::insert_case(conn, &case, &projection, &previous)?,
        Some(version) => {
            if !rows::update_case(conn, &case, &projection, &previous, version)? {
                let current = rows::version(conn, pen.agency, id)?.unwrap_or_default();
                return Err(JournalError::Stale { current });
            }
        }
    }
    rows::insert_events(conn, pen.agency, id, &bodies)?;
    rows::replace_derived(conn, &case, projected.as_ref(), &projection)?;
    Ok(Stored { case })
}
