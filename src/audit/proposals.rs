//! Corrections of the calendar that waited for a second person: each row is what the trails of its proposer and its decider say.
//!
//! National like the calendar, so the trails of every agency are read for it.

use super::report::Report;
use super::trail::agency_event;
use crate::case::journal::agency::AgencyEvent;
use crate::case::trail::Actor;
use crate::crypto;
use crate::db::pool::{Db, DbError, Scope};
use crate::db::proposals::{APPROVED, PROPOSED, Proposal, REJECTED};
use crate::db::schema::{calendar_proposals, events};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A proposal as the trails tell it.
#[derive(Debug, Default)]
struct Told {
    proposed: Option<(Option<Uuid>, DateTime<Utc>, String)>,
    decided: Option<Decided>,
}

#[derive(Debug, PartialEq, Eq)]
struct Decided {
    state: &'static str,
    by: Option<Uuid>,
    at: DateTime<Utc>,
    reason: Option<String>,
    edition: Option<i32>,
}

/// The corrections that any agency proposed or decided on.
#[derive(Debug, Default)]
pub(super) struct Proposals(BTreeMap<Uuid, Told>);

/// What the trails of these agencies say.
pub(super) fn told(db: &Db, agencies: &BTreeSet<Uuid>) -> Result<Proposals, DbError> {
    const KINDS: [&str; 3] = ["calendar_correction_proposed", "calendar_correction_approved", "calendar_correction_rejected"];
    let bodies: Vec<String> = db.run_here(&Scope::reading(agencies.iter().copied().collect()), |conn| {
        let rows = events::table.filter(events::agency_id.eq_any(agencies)).filter(events::kind.eq_any(KINDS));
        rows.select(events::body).load(conn).map_err(DbError::Query)
    })?;
    let mut all = Proposals::default();
    // A body that cannot be read is a finding of its agency's own verification.
    for (head, event) in bodies.iter().filter_map(|body| agency_event(body).ok()) {
        let by = match head.actor {
            Actor::Account { id } => Some(id),
            Actor::Worker { .. } => None,
        };
        match event {
            AgencyEvent::CalendarCorrectionProposed { proposal, sha256, proposed_at, .. } => {
                all.0.entry(proposal).or_default().proposed = Some((by, proposed_at, sha256));
            }
            AgencyEvent::CalendarCorrectionApproved { proposal, edition, decided_at: at, reason, .. } => {
                all.0.entry(proposal).or_default().decided = Some(Decided { state: APPROVED, by, at, reason, edition: Some(edition) });
            }
            AgencyEvent::CalendarCorrectionRejected { proposal, reason, decided_at: at } => {
                let reason = Some(reason);
                all.0.entry(proposal).or_default().decided = Some(Decided { state: REJECTED, by, at, reason, edition: None });
            }
            _ => {}
        }
    }
    Ok(all)
}

impl Proposals {
    /// Compares the rows.
    pub fn compare(&self, conn: &mut PgConnection, report: &mut Report) -> QueryResult<()> {
        let rows: Vec<(Vec<u8>, Proposal)> =
            calendar_proposals::table.select((calendar_proposals::sha256, Proposal::as_select())).load(conn)?;
        let known: BTreeSet<Uuid> = rows.iter().map(|(_, row)| row.id).collect();
        for (sha256, row) in &rows {
            if !self.0.get(&row.id).is_some_and(|told| told.says(sha256, row)) {
                report.note(format!("the correction of the calendar {} is not what the trail says", row.id));
            }
        }
        for id in self.0.keys().filter(|id| !known.contains(id)) {
            report.note(format!("the correction of the calendar {id} stands on the trail and has no row"));
        }
        Ok(())
    }
}

impl Told {
    fn says(&self, sha256: &[u8], row: &Proposal) -> bool {
        let digest = row.sha256();
        let as_proposed = (row.proposed_by, row.proposed_at, digest.clone());
        let decided = |decided: &Decided| {
            (decided.state, decided.by, Some(decided.at), decided.reason.as_deref(), decided.edition)
                == (row.state.as_str(), row.decided_by, row.decided_at, row.reason.as_deref(), row.edition)
        };
        let waits =
            row.state == PROPOSED && row.decided_by.is_none() && row.decided_at.is_none() && row.reason.is_none() && row.edition.is_none();
        crypto::hex(sha256) == digest && self.proposed.as_ref() == Some(&as_proposed) && self.decided.as_ref().map_or(waits, decided)
    }
}
