//! The trail: how an event becomes bytes, and how bytes become an event again.
//!
//! A body is one JSON text that carries everything about the event, the hash of the stream's previous body
//! included; its SHA-256 is the event's hash. Only stored bytes are hashed, never a second serialisation.

use super::event::CaseEvent;
use super::fold::Place;
use crate::crypto;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Actor {
    /// A member of staff.
    Account {
        /// Their account.
        id: Uuid,
    },
    /// The service itself.
    Worker {
        /// Which of its tasks.
        task: String,
    },
}

/// The request an event came with, for joining logs and traces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId {
    /// Its id.
    pub id: String,
    /// The caller's place in a trace (W3C `traceparent`), if it gave one.
    pub traceparent: Option<String>,
    /// The message of a neighbouring system that is acted on, if it is one.
    pub message: Option<Uuid>,
}

impl<T: Into<String>> From<T> for RequestId {
    fn from(id: T) -> Self {
        Self { id: id.into(), traceparent: None, message: None }
    }
}

/// What every body carries beside its event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Version of the variant's format.
    pub v: u16,
    /// The agency.
    pub agency_id: Uuid,
    /// The stream: a case or an agency.
    pub stream_id: Uuid,
    /// Number within the stream, from 1, without gaps.
    pub seq: i32,
    /// When the service recorded it; never earlier than the stream's previous event.
    pub recorded_at: DateTime<Utc>,
    /// Who.
    pub actor: Actor,
    /// The request it came with, for joining logs.
    pub request_id: String,
    /// The trace it belongs to; bodies before 2026-11-22 never have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// The message of a neighbouring system (数据对接) it follows from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Uuid>,
    /// SHA-256 of the stream's previous body in hexadecimal; empty for the first.
    pub previous: String,
}

/// A body ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Number within the stream.
    pub seq: i32,
    /// Kind of the event.
    pub kind: String,
    /// Version of the variant's format.
    pub v: u16,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The exact bytes.
    pub text: String,
    /// SHA-256 of the bytes.
    pub hash: [u8; 32],
}

/// What can be wrong with a trail. Every one of these is loud: nothing is skipped.
#[derive(Debug, thiserror::Error)]
pub enum FoldError {
    /// A number is missing or doubled.
    #[error("stream {stream}: event {expected} expected, {found} found")]
    Gap {
        /// The stream.
        stream: Uuid,
        /// The number that had to come.
        expected: i32,
        /// The number that came.
        found: i32,
    },
    /// An event that cannot follow what came before.
    #[error("stream {stream}: event {seq} ({kind}) cannot follow what came before")]
    Impossible {
        /// The stream.
        stream: Uuid,
        /// Its number.
        seq: i32,
        /// Its kind.
        kind: &'static str,
    },
    /// The kind or version is not known to this program.
    #[error("unknown event {kind} in version {v}; a newer program wrote it")]
    Unknown {
        /// The kind.
        kind: String,
        /// The version.
        v: u16,
    },
    /// The bytes are not what the kind says.
    #[error("event {kind} cannot be read: {reason}")]
    Unreadable {
        /// The kind.
        kind: String,
        /// Why.
        reason: String,
    },
}

#[derive(Serialize)]
struct Written<'a, E> {
    #[serde(flatten)]
    head: &'a Head,
    #[serde(flatten)]
    event: &'a E,
}

/// Serialises an event with its head and hashes the bytes.
pub fn write<E: Serialize>(head: &Head, kind: &str, event: &E) -> Result<Body, FoldError> {
    let text = serde_json::to_string(&Written { head, event })
        .map_err(|error| FoldError::Unreadable { kind: kind.to_owned(), reason: error.to_string() })?;
    let hash = crypto::sha256(text.as_bytes());
    Ok(Body { seq: head.seq, kind: kind.to_owned(), v: head.v, recorded_at: head.recorded_at, text, hash })
}

/// Reads the bytes of an event of a case, upcasting older versions.
pub fn read(text: &str) -> Result<(Head, CaseEvent), FoldError> {
    let unreadable = |error: serde_json::Error| FoldError::Unreadable { kind: String::new(), reason: error.to_string() };
    let mut value: Value = serde_json::from_str(text).map_err(unreadable)?;
    let kind = value.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
    let data = value.get_mut("data").map(Value::take).unwrap_or_default();
    let head: Head = serde_json::from_value(value).map_err(unreadable)?;
    let data = upcast(&kind, head.v, data)?;
    let event = serde_json::from_value(serde_json::json!({"kind": kind, "data": data}))
        .map_err(|error| FoldError::Unreadable { kind: kind.clone(), reason: error.to_string() })?;
    Ok((head, event))
}

/// The version in which this program writes every kind.
pub const CURRENT_VERSION: u16 = 1;

/// Brings the data of an older version to the current one; a version nobody wrote is refused.
fn upcast(kind: &str, v: u16, data: Value) -> Result<Value, FoldError> {
    if v == CURRENT_VERSION && CaseEvent::KINDS.contains(&kind) { Ok(data) } else { Err(FoldError::Unknown { kind: kind.to_owned(), v }) }
}

impl Head {
    /// The place of this event.
    pub const fn place(&self) -> Place {
        Place { agency_id: self.agency_id, stream_id: self.stream_id, seq: self.seq, recorded_at: self.recorded_at }
    }
}
