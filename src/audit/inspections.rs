//! Inspections: each row and each score is what the inspector's own trail says.

use super::report::Report;
use super::trail::agency_event;
use crate::case::journal::agency::AgencyEvent;
use crate::case::trail::Actor;
use crate::db::inspections::{Row, ScoreRow};
use crate::db::schema::{events, inspection_scores as scores, inspections as table};
use crate::db::supervision::digest;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Digest, by whom, when.
type Mark = (String, Option<Uuid>, DateTime<Utc>);

/// The inspections of one agency as its trail tells them; of scores the last count.
#[derive(Debug, Default)]
struct Told {
    drawn: BTreeMap<Uuid, Mark>,
    scored: BTreeMap<(Uuid, i32), Mark>,
    concluded: BTreeMap<Uuid, Mark>,
}

fn told(conn: &mut PgConnection, agency: Uuid) -> QueryResult<Told> {
    const KINDS: [&str; 3] = ["inspection_drawn", "inspection_scored", "inspection_concluded"];
    let bodies: Vec<String> = events::table
        .filter(events::agency_id.eq(agency))
        .filter(events::stream_id.eq(agency))
        .filter(events::kind.eq_any(KINDS))
        .order(events::seq)
        .select(events::body)
        .load(conn)?;
    let mut all = Told::default();
    // A body that cannot be read is a finding of its own.
    for (head, event) in bodies.iter().filter_map(|body| agency_event(body).ok()) {
        let by = match head.actor {
            Actor::Account { id } => Some(id),
            Actor::Worker { .. } => None,
        };
        match event {
            AgencyEvent::InspectionDrawn { inspection, sha256, drawn_at, .. } => {
                all.drawn.insert(inspection, (sha256, by, drawn_at));
            }
            AgencyEvent::InspectionScored { inspection, n, sha256, scored_at, .. } => {
                all.scored.insert((inspection, i32::try_from(n).unwrap_or(i32::MAX)), (sha256, by, scored_at));
            }
            AgencyEvent::InspectionConcluded { inspection, sha256, concluded_at } => {
                all.concluded.insert(inspection, (sha256, by, concluded_at));
            }
            _ => {}
        }
    }
    Ok(all)
}

/// Compares the rows of the agency.
pub(super) fn compare(conn: &mut PgConnection, report: &mut Report) -> QueryResult<()> {
    let agency = report.agency;
    let told = told(conn, agency)?;
    let rows: Vec<Row> = table::table.filter(table::agency_id.eq(agency)).select(Row::as_select()).load(conn)?;
    for row in &rows {
        let drawn = (row.sha256(), Some(row.drawn_by), row.drawn_at);
        let concluded = row.result.as_deref().zip(row.concluded_at).map(|(result, at)| (digest(result), row.concluded_by, at));
        let whole = row.result.is_some() == row.concluded_at.is_some() && row.result.is_some() == row.concluded_by.is_some();
        if !whole || told.drawn.get(&row.id) != Some(&drawn) || told.concluded.get(&row.id) != concluded.as_ref() {
            report.note(format!("the row {} of inspections is not what the trail says", row.id));
        }
    }
    let known: BTreeSet<Uuid> = rows.into_iter().map(|row| row.id).collect();
    for id in told.drawn.keys().filter(|id| !known.contains(id)) {
        report.note(format!("the inspection {id} stands on the trail and has no row in inspections"));
    }
    let rows: Vec<ScoreRow> = scores::table.filter(scores::agency_id.eq(agency)).select(ScoreRow::as_select()).load(conn)?;
    for row in &rows {
        let scored = (row.sha256(), Some(row.scored_by), row.scored_at);
        if told.scored.get(&(row.inspection_id, row.n)) != Some(&scored) {
            report.note(format!("the row {} {} of inspection_scores is not what the trail says", row.inspection_id, row.n));
        }
    }
    let known: BTreeSet<(Uuid, i32)> = rows.into_iter().map(|row| (row.inspection_id, row.n)).collect();
    for (id, n) in told.scored.keys().filter(|key| !known.contains(key)) {
        report.note(format!("the scores {id} {n} stand on the trail and have no row in inspection_scores"));
    }
    Ok(())
}
