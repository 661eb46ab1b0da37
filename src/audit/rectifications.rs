//! Notices of rectification that hang on no case: each row of an agency is what its own trail says.

use super::report::Report;
use super::trail::agency_event;
use crate::case::journal::agency::AgencyEvent;
use crate::db::rectifications::{self, Row};
use crate::db::schema::events;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The digest of each notice after the last thing that happened to it, and when that was.
fn told(conn: &mut PgConnection, agency: Uuid) -> QueryResult<BTreeMap<Uuid, (String, DateTime<Utc>)>> {
    const KINDS: [&str; 4] = [
        "agency_rectification_ordered",
        "agency_rectification_reported",
        "agency_rectification_reviewed",
        "agency_rectification_withdrawn",
    ];
    let bodies: Vec<String> = events::table
        .filter(events::agency_id.eq(agency))
        .filter(events::stream_id.eq(agency))
        .filter(events::kind.eq_any(KINDS))
        .order(events::seq)
        .select(events::body)
        .load(conn)?;
    let mut all = BTreeMap::new();
    // A body that cannot be read is a finding of its own.
    for (_, event) in bodies.iter().filter_map(|body| agency_event(body).ok()) {
        let (id, sha256, at) = match event {
            AgencyEvent::AgencyRectificationOrdered { rectification, sha256, ordered_at, .. } => (rectification, sha256, ordered_at),
            AgencyEvent::AgencyRectificationReported { rectification, sha256, reported_at, .. } => (rectification, sha256, reported_at),
            AgencyEvent::AgencyRectificationReviewed { rectification, sha256, reviewed_at, .. } => (rectification, sha256, reviewed_at),
            AgencyEvent::AgencyRectificationWithdrawn { rectification, sha256, withdrawn_at } => (rectification, sha256, withdrawn_at),
            _ => continue,
        };
        all.insert(id, (sha256, at));
    }
    Ok(all)
}

/// Compares the rows of the agency.
pub(super) fn compare(conn: &mut PgConnection, report: &mut Report) -> QueryResult<()> {
    let told = told(conn, report.agency)?;
    let rows = rectifications::of_agency(conn, report.agency)?;
    for row in &rows {
        let columns = row.read().and_then(|data| Row::of((row.agency_id, row.id), &data, row.changed_at));
        let same = columns.is_ok_and(|columns| columns == *row);
        if !same || told.get(&row.id) != Some(&(row.sha256(), row.changed_at)) {
            report.note(format!("the row {} of rectifications is not what the trail says", row.id));
        }
    }
    let known: BTreeSet<Uuid> = rows.iter().map(|row| row.id).collect();
    for id in told.keys().filter(|id| !known.contains(id)) {
        report.note(format!("the notice {id} stands on the trail and has no row in rectifications"));
    }
    Ok(())
}
