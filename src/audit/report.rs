//! What a verification found.

use serde::Serialize;
use std::fmt;
use uuid::Uuid;

/// So many findings are listed; the rest is counted, so that a ruined database cannot exhaust the memory of who looks at it.
const LISTED_AT_MOST: usize = 10_000;

/// One thing that is not as the trail says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The agency.
    pub agency: Uuid,
    /// The stream: a case, or the agency itself; none where the whole trail is meant.
    pub stream: Option<Uuid>,
    /// The event in the stream.
    pub seq: Option<i32>,
    /// What is wrong. Holds no personal data.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "agency {}", self.agency)?;
        if let Some(stream) = self.stream {
            write!(f, ", stream {stream}")?;
        }
        if let Some(seq) = self.seq {
            write!(f, ", event {seq}")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// The outcome of a verification of one agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The agency.
    pub agency: Uuid,
    /// Cases whose trail was folded and compared.
    pub cases: u64,
    /// Events read.
    pub events: u64,
    /// What was found, in the order in which it was met.
    pub findings: Vec<Finding>,
    /// Findings beyond those listed.
    pub unlisted: u64,
}

impl Report {
    pub(super) const fn of(agency: Uuid) -> Self {
        Self { agency, cases: 0, events: 0, findings: Vec::new(), unlisted: 0 }
    }

    /// Everything follows from the trail.
    pub const fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    pub(super) fn note(&mut self, what: impl Into<String>) {
        self.add(None, None, what.into());
    }

    pub(super) fn note_stream(&mut self, stream: Uuid, what: impl Into<String>) {
        self.add(Some(stream), None, what.into());
    }

    pub(super) fn note_event(&mut self, (stream, seq): (Uuid, i32), what: impl Into<String>) {
        self.add(Some(stream), Some(seq), what.into());
    }

    fn add(&mut self, stream: Option<Uuid>, seq: Option<i32>, what: String) {
        if self.findings.len() < LISTED_AT_MOST {
            self.findings.push(Finding { agency: self.agency, stream, seq, what });
        } else {
            self.unlisted += 1;
        }
    }
}
