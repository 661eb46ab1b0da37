//! A case on its way from the version that was read to the one to be written: events become bytes, the fold moves.

use super::load::Loaded;
use super::search::{self, Base};
use super::{JournalError, Pen, rebuild};
use crate::case::event::CaseEvent;
use crate::case::fold::apply;
use crate::case::model::Case;
use crate::case::office::Office;
use crate::case::projection::{Projection, project};
use crate::case::search::Found;
use crate::case::trail::{self, Body, CURRENT_VERSION, Head};
use crate::crypto;
use diesel::prelude::*;
use uuid::Uuid;

/// A case and the events that happened to it since it was read.
#[derive(Debug)]
pub(super) struct Advance {
    id: Uuid,
    expected: i32,
    was: Option<Projection>,
    was_found_by: Option<Base>,
    case: Option<Case>,
    head_hash: String,
    bodies: Vec<Body>,
}

/// A case as it is to be written.
#[derive(Debug)]
pub(super) struct Change {
    /// The version its row must still have; 0 for a new case.
    pub expected: i32,
    /// The case.
    pub case: Case,
    /// Hash of its last event, in hexadecimal.
    pub head_hash: String,
    /// The new events.
    pub bodies: Vec<Body>,
    /// What followed from the case as it was read; `None` where no derived row is stored.
    pub was: Option<Projection>,
    /// What follows from it now.
    pub now: Projection,
    /// What its search row rested on as it was read.
    pub was_found_by: Option<Base>,
    /// What it is to be found by, where that changes.
    pub found: Option<Found>,
}

impl Advance {
    /// A case that is to be opened.
    pub(super) const fn new(id: Uuid) -> Self {
        Self { id, expected: 0, was: None, was_found_by: None, case: None, head_hash: String::new(), bodies: Vec::new() }
    }

    /// A case as it was read.
    pub(super) fn of(conn: &mut PgConnection, office: &Office, loaded: Loaded) -> Result<Self, JournalError> {
        let Loaded { case, head_hash, refolded } = loaded;
        if refolded {
            // What is stored beside an older fold is not known; from here on it is what follows from the case.
            rebuild(conn, office, case.agency_id, case.id)?;
        }
        let calendar = office.calendar(conn, case.pins.calendar)?;
        let was = Some(project(&case, &calendar));
        let was_found_by = Some(search::base(&case));
        Ok(Self { id: case.id, expected: case.version, was, was_found_by, case: Some(case), head_hash, bodies: Vec::new() })
    }

    /// The case as it stands after what was recorded so far.
    pub(super) const fn case(&self) -> Option<&Case> {
        self.case.as_ref()
    }

    /// Records what happened.
    pub(super) fn record(&mut self, pen: &Pen<'_>, events: &[CaseEvent]) -> Result<(), JournalError> {
        let now = pen.office.clock.now();
        for event in events {
            let case = self.case.take();
            let head = Head {
                v: CURRENT_VERSION,
                agency_id: pen.agency,
                stream_id: self.id,
                seq: case.as_ref().map_or(0, |case| case.version) + 1,
                // The present may lie before the previous event of the stream; the trail may not.
                recorded_at: case.as_ref().map_or(now, |case| case.changed_at.max(now)),
                actor: pen.actor.clone(),
                request_id: pen.request_id.id.clone(),
                traceparent: pen.request_id.traceparent.clone(),
                message: pen.request_id.message,
                previous: std::mem::take(&mut self.head_hash),
            };
            let body = trail::write(&head, event.kind(), event)?;
            self.head_hash = crypto::hex(&body.hash);
            self.case = Some(apply(case, head.place(), event)?);
            self.bodies.push(body);
        }
        Ok(())
    }

    /// Derives what follows from the case as it now stands.
    pub(super) fn end(self, conn: &mut PgConnection, office: &Office) -> Result<Change, JournalError> {
        let Self { expected, was, was_found_by, case, head_hash, bodies, .. } = self;
        let case = case.ok_or(JournalError::Unknown)?;
        let calendar = office.calendar(conn, case.pins.calendar)?;
        let now = project(&case, &calendar);
        Ok(Change { expected, case, head_hash, bodies, was, now, was_found_by, found: None })
    }
}
