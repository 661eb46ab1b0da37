//! The rows of reports: what was added by hand, who approved, what was frozen.

use crate::crypto;
use crate::db::schema::{frozen_reports, report_additions, report_approvals};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Text;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A version of what was added by hand.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = report_additions)]
pub struct Made {
    /// The agency.
    pub agency_id: Uuid,
    /// The year.
    pub year: i32,
    /// Its number, from 1.
    pub version: i32,
    /// What it says, as JSON.
    pub data: String,
    /// Who made it.
    pub made_by: Uuid,
    /// When.
    pub made_at: DateTime<Utc>,
}

impl Made {
    /// SHA-256 of what it says, in hexadecimal.
    pub fn sha256(&self) -> String {
        crypto::hex(&crypto::sha256(self.data.as_bytes()))
    }
}

/// An approval.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = report_approvals)]
pub struct Approval {
    /// The agency.
    pub agency_id: Uuid,
    /// The year.
    pub year: i32,
    /// Its number, from 1.
    pub n: i32,
    /// The version of the additions.
    pub additions: i32,
    /// SHA-256 of the report that was approved, in hexadecimal.
    pub sha256: String,
    /// Who.
    pub approved_by: Uuid,
    /// When.
    pub approved_at: DateTime<Utc>,
}

/// A frozen report.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = frozen_reports)]
pub struct Frozen {
    /// The agency.
    pub agency_id: Uuid,
    /// The year.
    pub year: i32,
    /// The approval it rests on.
    pub approval: i32,
    /// The report, as JSON with its keys in order.
    pub data: String,
    /// Who froze it.
    pub frozen_by: Uuid,
    /// When.
    pub frozen_at: DateTime<Utc>,
}

impl Frozen {
    /// SHA-256 of the report, in hexadecimal.
    pub fn sha256(&self) -> String {
        crypto::hex(&crypto::sha256(self.data.as_bytes()))
    }
}

/// The newest version of the additions of a year.
pub fn newest_additions(conn: &mut PgConnection, agency: Uuid, year: i32) -> QueryResult<Option<Made>> {
    let rows = report_additions::table.filter(report_additions::agency_id.eq(agency)).filter(report_additions::year.eq(year));
    rows.order(report_additions::version.desc()).select(Made::as_select()).first(conn).optional()
}

/// One version of the additions of a year.
pub fn one_version(conn: &mut PgConnection, agency: Uuid, (year, version): (i32, i32)) -> QueryResult<Option<Made>> {
    report_additions::table.find((agency, year, version)).select(Made::as_select()).first(conn).optional()
}

/// Who made which version of the additions of a year, the newest first.
pub fn authors(conn: &mut PgConnection, agency: Uuid, year: i32) -> QueryResult<Vec<(i32, Uuid)>> {
    let rows = report_additions::table.filter(report_additions::agency_id.eq(agency)).filter(report_additions::year.eq(year));
    rows.order(report_additions::version.desc()).select((report_additions::version, report_additions::made_by)).load(conn)
}

/// A version without what it says.
#[derive(Debug, Clone, Queryable)]
pub struct Heading {
    /// Its number.
    pub version: i32,
    /// SHA-256 of what it says, in hexadecimal.
    pub sha256: String,
    /// Who made it.
    pub made_by: Uuid,
    /// When.
    pub made_at: DateTime<Utc>,
}

/// The versions of the additions of a year without what they say, the newest first: those before one, so many at most.
pub fn headings(conn: &mut PgConnection, agency: Uuid, (year, before, limit): (i32, Option<i32>, i64)) -> QueryResult<Vec<Heading>> {
    report_additions::table
        .filter(report_additions::agency_id.eq(agency))
        .filter(report_additions::year.eq(year))
        .filter(report_additions::version.lt(before.unwrap_or(i32::MAX)))
        .order(report_additions::version.desc())
        .limit(limit)
        .select((
            report_additions::version,
            diesel::dsl::sql::<Text>("encode(sha256(convert_to(data, 'UTF8')), 'hex')"),
            report_additions::made_by,
            report_additions::made_at,
        ))
        .load(conn)
}

/// The approvals of a year, the newest first.
pub fn approvals(conn: &mut PgConnection, agency: Uuid, year: i32) -> QueryResult<Vec<Approval>> {
    let rows = report_approvals::table.filter(report_approvals::agency_id.eq(agency)).filter(report_approvals::year.eq(year));
    rows.order(report_approvals::n.desc()).select(Approval::as_select()).load(conn)
}

/// The frozen report of a year.
pub fn frozen(conn: &mut PgConnection, agency: Uuid, year: i32) -> QueryResult<Option<Frozen>> {
    frozen_reports::table.find((agency, year)).select(Frozen::as_select()).first(conn).optional()
}

/// Whether the report of a year is frozen.
pub(super) fn is_frozen(conn: &mut PgConnection, agency: Uuid, year: i32) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(frozen_reports::table.find((agency, year)))).get_result(conn)
}

/// The years of an agency whose reports are frozen, in order.
pub fn frozen_years(conn: &mut PgConnection, agency: Uuid) -> QueryResult<Vec<i32>> {
    frozen_reports::table.filter(frozen_reports::agency_id.eq(agency)).order(frozen_reports::year).select(frozen_reports::year).load(conn)
}

/// The years of an agency to which something was added by hand, each with its newest version.
pub fn versions(conn: &mut PgConnection, agency: Uuid) -> QueryResult<BTreeMap<i32, i32>> {
    let newest: Vec<(i32, Option<i32>)> = report_additions::table
        .filter(report_additions::agency_id.eq(agency))
        .group_by(report_additions::year)
        .select((report_additions::year, diesel::dsl::max(report_additions::version)))
        .load(conn)?;
    Ok(newest.into_iter().map(|(year, version)| (year, version.unwrap_or_default())).collect())
}

/// Stores a version of the additions.
pub fn insert_additions(conn: &mut PgConnection, row: &Made) -> QueryResult<()> {
    diesel::insert_into(report_additions::table).values(row).execute(conn).map(|_| ())
}

/// Stores an approval.
pub fn insert_approval(conn: &mut PgConnection, row: &Approval) -> QueryResult<()> {
    diesel::insert_into(report_approvals::table).values(row).execute(conn).map(|_| ())
}

/// Stores a frozen report.
pub fn insert_frozen(conn: &mut PgConnection, row: &Frozen) -> QueryResult<()> {
    diesel::insert_into(frozen_reports::table).values(row).execute(conn).map(|_| ())
}
