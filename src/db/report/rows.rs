//! The rows of reports: what was added by hand, who approved, what was frozen.

use crate::crypto;
use crate::db::schema::{frozen_reports, report_additions, report_approvals};
use crate::rules::annual_report::Extent;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde::Deserialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A report: whose, of which year, the own one or that of all below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The agency that makes it.
    pub agency: Uuid,
    /// The year.
    pub year: i32,
    /// Which of the two.
    pub extent: Extent,
}

impl Key {
    /// The own report of an agency.
    pub const fn own(agency: Uuid, year: i32) -> Self {
        Self { agency, year, extent: Extent::Own }
    }

    /// The same of another year.
    #[must_use]
    pub const fn of_year(self, year: i32) -> Self {
        Self { year, ..self }
    }
}

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
    /// Of the report of all below.
    pub consolidated: bool,
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
    /// Of the report of all below.
    pub consolidated: bool,
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
    /// Of the report of all below.
    pub consolidated: bool,
}

impl Frozen {
    /// SHA-256 of the report, in hexadecimal.
    pub fn sha256(&self) -> String {
        crypto::hex(&crypto::sha256(self.data.as_bytes()))
    }

    /// SHA-256 over the parts of a report of all below, in hexadecimal: a line each with its agency and the digest of its report.
    pub fn parts_sha256(&self) -> serde_json::Result<String> {
        #[derive(Deserialize)]
        struct Part {
            agency_id: Uuid,
            sha256: String,
        }
        #[derive(Deserialize)]
        struct Whole {
            parts: Vec<Part>,
        }
        let whole: Whole = serde_json::from_str(&self.data)?;
        let lines = whole.parts.iter().fold(String::new(), |lines, part| lines + &format!("{} {}\n", part.agency_id, part.sha256));
        Ok(crypto::hex(&crypto::sha256(lines.as_bytes())))
    }
}

type Additions = diesel::helper_types::IntoBoxed<'static, report_additions::table, diesel::pg::Pg>;

/// The versions of the additions of a report.
fn additions_of(key: Key) -> Additions {
    report_additions::table
        .filter(report_additions::agency_id.eq(key.agency))
        .filter(report_additions::year.eq(key.year))
        .filter(report_additions::consolidated.eq(key.extent.is_consolidated()))
        .into_boxed()
}

/// The newest version of the additions of a report.
pub fn newest_additions(conn: &mut PgConnection, key: Key) -> QueryResult<Option<Made>> {
    additions_of(key).order(report_additions::version.desc()).select(Made::as_select()).first(conn).optional()
}

/// One version of the additions of a report.
pub fn one_version(conn: &mut PgConnection, key: Key, version: i32) -> QueryResult<Option<Made>> {
    additions_of(key).filter(report_additions::version.eq(version)).select(Made::as_select()).first(conn).optional()
}

/// Who made which version of the additions of a report, the newest first.
pub fn authors(conn: &mut PgConnection, key: Key) -> QueryResult<Vec<(i32, Uuid)>> {
    let rows = additions_of(key).order(report_additions::version.desc());
    rows.select((report_additions::version, report_additions::made_by)).load(conn)
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

/// The versions of the additions of a report without what they say, the newest first: those before one, so many at most.
pub fn headings(conn: &mut PgConnection, key: Key, (before, limit): (Option<i32>, i64)) -> QueryResult<Vec<Heading>> {
    additions_of(key)
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

/// The approvals of a report, the newest first.
pub fn approvals(conn: &mut PgConnection, key: Key) -> QueryResult<Vec<Approval>> {
    report_approvals::table
        .filter(report_approvals::agency_id.eq(key.agency))
        .filter(report_approvals::year.eq(key.year))
        .filter(report_approvals::consolidated.eq(key.extent.is_consolidated()))
        .order(report_approvals::n.desc())
        .select(Approval::as_select())
        .load(conn)
}

/// The report as it was frozen.
pub fn frozen(conn: &mut PgConnection, key: Key) -> QueryResult<Option<Frozen>> {
    let row = frozen_reports::table.find((key.agency, key.year, key.extent.is_consolidated()));
    row.select(Frozen::as_select()).first(conn).optional()
}

/// Whether a report is frozen.
pub(super) fn is_frozen(conn: &mut PgConnection, key: Key) -> QueryResult<bool> {
    let row = frozen_reports::table.find((key.agency, key.year, key.extent.is_consolidated()));
    diesel::select(diesel::dsl::exists(row)).get_result(conn)
}

/// The years of an agency whose reports are frozen, in order.
pub fn frozen_years(conn: &mut PgConnection, (agency, extent): (Uuid, Extent)) -> QueryResult<Vec<i32>> {
    frozen_reports::table
        .filter(frozen_reports::agency_id.eq(agency))
        .filter(frozen_reports::consolidated.eq(extent.is_consolidated()))
        .order(frozen_reports::year)
        .select(frozen_reports::year)
        .load(conn)
}

/// The years of an agency to which something was added by hand, each with its newest version.
pub fn versions(conn: &mut PgConnection, (agency, extent): (Uuid, Extent)) -> QueryResult<BTreeMap<i32, i32>> {
    let newest: Vec<(i32, Option<i32>)> = report_additions::table
        .filter(report_additions::agency_id.eq(agency))
        .filter(report_additions::consolidated.eq(extent.is_consolidated()))
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
