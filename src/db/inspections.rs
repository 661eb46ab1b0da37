//! The rows of inspections: what was drawn, and the scores.

use super::schema::{inspection_scores as scores, inspections};
use super::supervision::digest;
use crate::rules::inspection::Criterion;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A dossier that was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// The agency.
    pub agency: Uuid,
    /// The case.
    pub case: Uuid,
    /// Its register number.
    pub case_number: String,
}

/// What was drawn, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data {
    /// The year of the receipt dates.
    pub year: i32,
    /// The seed.
    pub seed: String,
    /// How many dossiers were asked for.
    pub size: u32,
    /// The algorithm.
    pub algorithm: String,
    /// The agencies.
    pub agencies: Vec<Uuid>,
    /// How many dossiers could have been drawn.
    pub population: u32,
    /// SHA-256 over them, in hexadecimal.
    pub population_sha256: String,
    /// The score sheet.
    pub sheet: Vec<Criterion>,
    /// The sample, in the order it was drawn.
    pub items: Vec<Drawn>,
}

/// An inspection as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = inspections)]
pub struct Row {
    /// The inspector.
    pub agency_id: Uuid,
    /// The inspection.
    pub id: Uuid,
    /// [`Data`] as JSON.
    pub data: String,
    /// Who drew.
    pub drawn_by: Uuid,
    /// When.
    pub drawn_at: DateTime<Utc>,
    /// The result in words.
    pub result: Option<String>,
    /// Who concluded.
    pub concluded_by: Option<Uuid>,
    /// When.
    pub concluded_at: Option<DateTime<Utc>>,
}

/// How a dossier was scored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scored {
    /// Points by line of the sheet.
    pub scores: Vec<(String, u32)>,
    /// Their sum.
    pub total: u32,
    /// What was remarked.
    pub remark: Option<String>,
}

/// The scores of a dossier as they are stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = scores)]
pub struct ScoreRow {
    /// The inspector.
    pub agency_id: Uuid,
    /// The inspection.
    pub inspection_id: Uuid,
    /// Place in the sample, from 1.
    pub n: i32,
    /// [`Scored`] as JSON.
    pub data: String,
    /// Who scored.
    pub scored_by: Uuid,
    /// When.
    pub scored_at: DateTime<Utc>,
}

impl Row {
    /// SHA-256 of what was drawn, in hexadecimal.
    pub fn sha256(&self) -> String {
        digest(&self.data)
    }

    /// What was drawn.
    pub fn read(&self) -> serde_json::Result<Data> {
        serde_json::from_str(&self.data)
    }
}

impl ScoreRow {
    /// SHA-256 of the scores, in hexadecimal.
    pub fn sha256(&self) -> String {
        digest(&self.data)
    }

    /// The scores.
    pub fn read(&self) -> serde_json::Result<Scored> {
        serde_json::from_str(&self.data)
    }
}

/// The inspections of an agency, the newest first, those that are concluded or those that are not, after a place; at most so many.
pub fn list(
    conn: &mut PgConnection,
    agency: Uuid,
    (open, after): (Option<bool>, Option<(DateTime<Utc>, Uuid)>),
    most: i64,
) -> QueryResult<Vec<Row>> {
    let mut rows = inspections::table.filter(inspections::agency_id.eq(agency)).into_boxed();
    match open {
        Some(true) => rows = rows.filter(inspections::concluded_at.is_null()),
        Some(false) => rows = rows.filter(inspections::concluded_at.is_not_null()),
        None => {}
    }
    if let Some((at, id)) = after {
        rows = rows.filter(inspections::drawn_at.lt(at).or(inspections::drawn_at.eq(at).and(inspections::id.lt(id))));
    }
    rows.order((inspections::drawn_at.desc(), inspections::id.desc())).limit(most).select(Row::as_select()).load(conn)
}

/// How many inspections an agency has.
pub fn count(conn: &mut PgConnection, agency: Uuid) -> QueryResult<i64> {
    inspections::table.filter(inspections::agency_id.eq(agency)).count().get_result(conn)
}

/// An inspection.
pub fn find(conn: &mut PgConnection, agency: Uuid, id: Uuid) -> QueryResult<Option<Row>> {
    inspections::table.find((agency, id)).select(Row::as_select()).first(conn).optional()
}

/// The scores of an inspection, in the order of the sample.
pub fn scores_of(conn: &mut PgConnection, agency: Uuid, id: Uuid) -> QueryResult<Vec<ScoreRow>> {
    let rows = scores::table.filter(scores::agency_id.eq(agency)).filter(scores::inspection_id.eq(id));
    rows.order(scores::n).select(ScoreRow::as_select()).load(conn)
}

/// Stores what was drawn.
pub fn insert(conn: &mut PgConnection, row: &Row) -> QueryResult<()> {
    diesel::insert_into(inspections::table).values(row).execute(conn).map(|_| ())
}

/// Stores the scores of a dossier, in the place of earlier ones.
pub fn score(conn: &mut PgConnection, row: &ScoreRow) -> QueryResult<()> {
    diesel::insert_into(scores::table)
        .values(row)
        .on_conflict((scores::agency_id, scores::inspection_id, scores::n))
        .do_update()
        .set((scores::data.eq(&row.data), scores::scored_by.eq(row.scored_by), scores::scored_at.eq(row.scored_at)))
        .execute(conn)
        .map(|_| ())
}

/// Stores the result.
pub fn conclude(conn: &mut PgConnection, row: &Row) -> QueryResult<()> {
    diesel::update(inspections::table.find((row.agency_id, row.id)))
        .set((
            inspections::result.eq(&row.result),
            inspections::concluded_by.eq(row.concluded_by),
            inspections::concluded_at.eq(row.concluded_at),
        ))
        .execute(conn)
        .map(|_| ())
}
