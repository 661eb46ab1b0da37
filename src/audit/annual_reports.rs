//! Annual reports: each row is what the agency's stream says of it, and a frozen report with the cases it counted has the digests of its event.

use super::report::Report;
use crate::case::journal::agency::AgencyEvent;
use crate::db::report::publications::{Publication, publications};
use crate::db::report::{Approval, Asked, Behind, Frozen, Made};
use crate::db::schema::{frozen_reports, report_additions, report_approvals, report_cases, report_proceedings};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Year, whether of the report of all below, number.
type Numbered = (i32, bool, i32);
/// A version of additions: digest, by whom, when.
type Added = (String, Uuid, DateTime<Utc>);
/// An approval: version of the additions, digest, by whom, when.
type Approved = (i32, String, Uuid, DateTime<Utc>);

/// A frozen report as the trail tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Final {
    approval: i32,
    sha256: String,
    cases_sha256: String,
    by: Uuid,
    at: DateTime<Utc>,
}

/// What the stream of an agency says of its annual reports.
#[derive(Debug, Default)]
pub(super) struct Reports {
    added: BTreeMap<Numbered, Added>,
    approved: BTreeMap<Numbered, Approved>,
    frozen: BTreeMap<(i32, bool), Final>,
    published: BTreeMap<Numbered, Publication>,
}

impl Reports {
    /// Takes what an event says.
    pub fn see(&mut self, event: AgencyEvent) {
        match event {
            AgencyEvent::AnnualReportAddedTo { year, version, sha256, by, made_at, consolidated } => {
                self.added.insert((year, consolidated, version), (sha256, by, made_at));
            }
            AgencyEvent::AnnualReportApproved { year, n, additions, sha256, by, approved_at, consolidated } => {
                self.approved.insert((year, consolidated, n), (additions, sha256, by, approved_at));
            }
            AgencyEvent::AnnualReportFrozen { year, approval, sha256, cases_sha256, by, frozen_at: at, consolidated } => {
                self.frozen.insert((year, consolidated), Final { approval, sha256, cases_sha256, by, at });
            }
            AgencyEvent::AnnualReportPublished { year, n, submitted_on, published_on, address, by, recorded_at, consolidated } => {
                // The rows are compared within one agency.
                let agency_id = Uuid::nil();
                let row =
                    Publication { agency_id, year, n, submitted_on, published_on, address, recorded_by: by, recorded_at, consolidated };
                self.published.insert((year, consolidated, n), row);
            }
            _ => {}
        }
    }

    /// Compares the rows.
    pub fn compare(&self, conn: &mut PgConnection, report: &mut Report) -> QueryResult<()> {
        let agency = report.agency;
        let added: Vec<Made> =
            report_additions::table.filter(report_additions::agency_id.eq(agency)).select(Made::as_select()).load(conn)?;
        let added =
            added.into_iter().map(|row| ((row.year, row.consolidated, row.version), (row.sha256(), row.made_by, row.made_at))).collect();
        same("report_additions", &self.added, &added, report);
        let approved: Vec<Approval> =
            report_approvals::table.filter(report_approvals::agency_id.eq(agency)).select(Approval::as_select()).load(conn)?;
        let approved = approved
            .into_iter()
            .map(|row| ((row.year, row.consolidated, row.n), (row.additions, row.sha256, row.approved_by, row.approved_at)))
            .collect();
        same("report_approvals", &self.approved, &approved, report);
        let published = publications(conn, agency)?.into_iter();
        let published = published.map(|row| ((row.year, row.consolidated, row.n), Publication { agency_id: Uuid::nil(), ..row })).collect();
        same("report_publications", &self.published, &published, report);
        let rows: Vec<Frozen> =
            frozen_reports::table.filter(frozen_reports::agency_id.eq(agency)).select(Frozen::as_select()).load(conn)?;
        let mut frozen = BTreeMap::new();
        for row in rows {
            // What it counted belongs to its event too; a row put in for a year that is not frozen is found below.
            let cases_sha256 = if row.consolidated {
                row.parts_sha256().unwrap_or_default()
            } else {
                Behind::read(conn, Asked { agency, year: row.year, frozen: None })?.sha256()
            };
            let told = Final { approval: row.approval, sha256: row.sha256(), cases_sha256, by: row.frozen_by, at: row.frozen_at };
            frozen.insert((row.year, row.consolidated), told);
        }
        for ((year, consolidated), told) in &frozen {
            let known = self.frozen.get(&(*year, *consolidated));
            if !consolidated && known.is_some_and(|known| known.cases_sha256 != told.cases_sha256) {
                let what = format!("report_cases and report_proceedings of {year} are not what the frozen report counted");
                report.note_stream(agency, what);
            }
            let same = |known: &Final| Final { cases_sha256: known.cases_sha256.clone(), ..told.clone() } == *known;
            if known.is_none_or(|known| !same(known) || *consolidated && known.cases_sha256 != told.cases_sha256) {
                report.note_stream(agency, format!("the row of {year} in frozen_reports does not follow from the trail"));
            }
        }
        for (year, _) in self.frozen.keys().filter(|key| !frozen.contains_key(key)) {
            report.note_stream(agency, format!("the report of {year} has an event and no row in frozen_reports"));
        }
        strays(conn, &frozen.keys().filter(|(_, consolidated)| !consolidated).map(|(year, _)| *year).collect(), report)
    }
}

fn same<K: Ord + std::fmt::Debug, V: PartialEq>(table: &str, told: &BTreeMap<K, V>, stored: &BTreeMap<K, V>, report: &mut Report) {
    let agency = report.agency;
    for (key, row) in stored {
        if told.get(key) != Some(row) {
            report.note_stream(agency, format!("the row {key:?} of {table} does not follow from the trail"));
        }
    }
    for key in told.keys().filter(|key| !stored.contains_key(key)) {
        report.note_stream(agency, format!("{key:?} has an event and no row in {table}"));
    }
}

/// Rows of years whose report is not frozen.
fn strays(conn: &mut PgConnection, frozen: &BTreeSet<i32>, report: &mut Report) -> QueryResult<()> {
    let agency = report.agency;
    let cases: Vec<i32> =
        report_cases::table.filter(report_cases::agency_id.eq(agency)).select(report_cases::year).distinct().load(conn)?;
    let proceedings: Vec<i32> = report_proceedings::table
        .filter(report_proceedings::agency_id.eq(agency))
        .select(report_proceedings::year)
        .distinct()
        .load(conn)?;
    for (table, years) in [("report_cases", cases), ("report_proceedings", proceedings)] {
        for year in years.into_iter().filter(|year| !frozen.contains(year)) {
            report.note_stream(agency, format!("{table} has rows of {year}, whose report is not frozen"));
        }
    }
    // Only an own report has cases of its own behind it.
    let cases: i64 =
        report_cases::table.filter(report_cases::agency_id.eq(agency)).filter(report_cases::consolidated).count().get_result(conn)?;
    let proceedings: i64 = report_proceedings::table
        .filter(report_proceedings::agency_id.eq(agency))
        .filter(report_proceedings::consolidated)
        .count()
        .get_result(conn)?;
    for (table, stray) in [("report_cases", cases), ("report_proceedings", proceedings)] {
        if stray > 0 {
            report.note_stream(agency, format!("{table} has {stray} rows of a report of all below"));
        }
    }
    Ok(())
}
