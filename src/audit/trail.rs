//! One stream, event by event: bytes against hash, columns against bytes, chain, numbers, times, places; and the fold as it grows.

use super::report::Report;
use crate::case::event::CaseEvent;
use crate::case::fold::apply;
use crate::case::journal::agency::AgencyEvent;
use crate::case::model::Case;
use crate::case::private::Private;
use crate::case::trail::{self, Head};
use crate::crypto;
use chrono::{DateTime, Utc};
use diesel::Queryable;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// An event as stored, with its place in the whole trail or the mark that it waits for one.
#[derive(Queryable)]
pub(super) struct StoredEvent {
    pub stream_id: Uuid,
    pub seq: i32,
    pub kind: String,
    pub recorded_at: DateTime<Utc>,
    pub body: String,
    pub hash: Vec<u8>,
    pub position: Option<i64>,
    pub pending: Option<DateTime<Utc>>,
}

/// A stream as far as it was read.
pub(super) struct Stream {
    agency: Uuid,
    /// Which stream.
    pub id: Uuid,
    /// Number of the last event read.
    pub seq: i32,
    /// When it was recorded.
    pub recorded_at: Option<DateTime<Utc>>,
    /// Its stored hash, in hexadecimal.
    pub head: String,
    position: i64,
    waiting: bool,
    /// The case its events make; none for the agency's own stream, or once an event could not be folded.
    pub case: Option<Case>,
    broken: bool,
    /// The editions of the calendar that the case was opened with and went over to, each with its digest where the event tells it.
    pub calendars: Vec<(i32, String)>,
    /// Commitments to private texts, by reference.
    pub privates: BTreeMap<Uuid, BTreeSet<String>>,
}

impl Stream {
    pub fn new(agency: Uuid, id: Uuid) -> Self {
        Self {
            agency,
            id,
            seq: 0,
            recorded_at: None,
            head: String::new(),
            position: 0,
            waiting: false,
            case: None,
            broken: false,
            calendars: Vec::new(),
            privates: BTreeMap::new(),
        }
    }

    /// Whether this is the agency's own stream.
    pub fn is_agency(&self) -> bool {
        self.id == self.agency
    }

    /// Reads the next event; gives what it says if it is the agency's own.
    pub fn read(&mut self, event: &StoredEvent, report: &mut Report) -> Option<(Head, AgencyEvent)> {
        let at = (self.id, event.seq);
        if event.seq != self.seq + 1 {
            report.note_event(at, format!("event {} is missing before it", self.seq + 1));
            self.broken = true;
        }
        if crypto::sha256(event.body.as_bytes()).as_slice() != event.hash {
            report.note_event(at, "the stored bytes do not have the stored hash");
        }
        if self.recorded_at.is_some_and(|before| event.recorded_at < before) {
            report.note_event(at, "it is dated before the event it follows");
        }
        self.place(event, report);
        if let Ok(body) = serde_json::from_str::<Value>(&event.body) {
            self.read_body(event, &body, report);
        } else {
            report.note_event(at, "the stored bytes are not JSON");
            self.broken = true;
        }
        let told = if self.is_agency() {
            agency_event(&event.body).map_err(|why| report.note_event(at, why)).ok()
        } else {
            self.fold(event, report);
            None
        };
        self.seq = event.seq;
        self.recorded_at = Some(event.recorded_at);
        self.head = crypto::hex(&event.hash);
        told
    }

    fn place(&mut self, event: &StoredEvent, report: &mut Report) {
        let at = (self.id, event.seq);
        match (event.position, event.pending) {
            (None, None) => report.note_event(at, "it has no place in the whole trail and waits for none"),
            (Some(_), Some(_)) => report.note_event(at, "it has a place in the whole trail and waits for another"),
            (None, Some(since)) => {
                self.waiting = true;
                if since != event.recorded_at {
                    report.note_event(at, "it waits for a place in the whole trail under another time than its own");
                }
            }
            (Some(position), None) => {
                if self.waiting || position < self.position {
                    report.note_event(at, "it stands in the whole trail before an event it follows");
                }
                self.position = position;
            }
        }
    }

    fn read_body(&mut self, event: &StoredEvent, body: &Value, report: &mut Report) {
        let at = (self.id, event.seq);
        let Ok(head) = serde_json::from_value::<Head>(body.clone()) else {
            report.note_event(at, "the head of its body cannot be read");
            self.broken = true;
            return;
        };
        for (column, same) in [
            ("agency_id", head.agency_id == self.agency),
            ("stream_id", head.stream_id == self.id),
            ("seq", head.seq == event.seq),
            ("recorded_at", head.recorded_at == event.recorded_at),
            ("kind", body.get("kind").and_then(Value::as_str) == Some(event.kind.as_str())),
        ] {
            if !same {
                report.note_event(at, format!("the column {column} differs from the body"));
            }
        }
        if head.previous != self.head {
            report.note_event(at, "it does not continue from the hash of the event before it");
        }
        if !self.is_agency()
            && let Some(data) = body.get("data")
        {
            collect(data, &mut self.privates);
        }
    }

    fn fold(&mut self, event: &StoredEvent, report: &mut Report) {
        if self.broken {
            self.case = None;
            return;
        }
        let result = trail::read(&event.body).and_then(|(head, happened)| {
            let pinned = match &happened {
                CaseEvent::ApplicationArrived { pins, calendar_sha256, .. } => Some((pins.calendar, calendar_sha256)),
                CaseEvent::DatesRecounted { calendar, calendar_sha256, .. } => Some((*calendar, calendar_sha256)),
                _ => None,
            };
            if let Some((edition, Some(sha256))) = pinned {
                self.calendars.push((edition, sha256.clone()));
            }
            apply(self.case.take(), head.place(), &happened)
        });
        match result {
            Ok(case) => self.case = Some(case),
            Err(why) => {
                report.note_event((self.id, event.seq), why.to_string());
                self.broken = true;
            }
        }
    }
}

/// Each event of an agency stands alone: one that is broken hides no other.
pub(super) fn agency_event(body: &str) -> Result<(Head, AgencyEvent), String> {
    #[derive(serde::Deserialize)]
    struct Body {
        #[serde(flatten)]
        head: Head,
        #[serde(flatten)]
        event: AgencyEvent,
    }
    match serde_json::from_str::<Body>(body) {
        Ok(Body { head, event }) if head.v == trail::CURRENT_VERSION => Ok((head, event)),
        Ok(Body { head, .. }) => Err(format!("it has the unknown version {}", head.v)),
        Err(_) => Err("it is no event of an agency".to_owned()),
    }
}

/// Finds the references to private texts anywhere in the data of an event: objects of exactly an id and a commitment.
fn collect(value: &Value, found: &mut BTreeMap<Uuid, BTreeSet<String>>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(fields) if fields.len() == 2 && fields.contains_key("id") && fields.contains_key("commitment") => {
            if let Ok(Private { id, commitment }) = serde_json::from_value(value.clone()) {
                found.entry(id).or_default().insert(commitment);
            }
        }
        Value::Object(fields) => fields.values().for_each(|field| collect(field, found)),
        _ => {}
    }
}
