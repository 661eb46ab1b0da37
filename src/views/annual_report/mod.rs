//! The annual report (年度报告), Art 49, 50, 30号: counted when asked, drilled into, given out as a file. Who: staff of the agency; supervisors and auditors, also
//! over agencies below, one by one or as one report of all, which the people who make the own report of the agency above make as well (Art 49(2)).
//!
//! It counts from tables that the journal derives, never by folding. Approving and freezing are for `people`; a frozen report is given out byte
//! by byte as it was frozen.

pub mod additions;
pub(crate) mod body;
pub mod cells;
pub mod differences;
mod document;
pub mod files;
mod sheet;
mod whole;

use super::names::{AccountRef, Names};
use super::shape::view;
use crate::case::office::Office;
use crate::db::pool::Scope;
use crate::db::report::publications::Account;
use crate::db::report::{self, Key};
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::paging::Page;
use crate::http::problem::{Fault, Problem};
use crate::rules::annual_report::checks::Check;
use crate::rules::annual_report::publication::Reporter;
use crate::rules::annual_report::tables::{Fees, TableFour, TableThree, TableTwo};
use crate::rules::annual_report::{Extent, FIRST_YEAR};
use crate::rules::permissions::Reach;
use actix_web::{HttpResponse, get};
use body::{Body, Read};
pub use body::{CaseDifference, Differences, ProceedingChange, ProceedingChanges, ReportWarning};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Where a report stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportState {
    /// The year is not over: what it says so far.
    Preview,
    /// The year is over; nobody approved what it says now.
    Open,
    /// A second person approved what it says now.
    Approved,
    /// It is final.
    Frozen,
}

view! {
    /// Who approved a report, and what.
    pub struct ReportApproval {
        /// Its number.
        n: i32,
        /// The version of the additions.
        additions: i32,
        /// SHA-256 of the report that was approved, in hexadecimal.
        sha256: String,
        /// Who.
        approved_by: AccountRef,
        /// When.
        approved_at: DateTime<Utc>,
    }
    /// Who froze a report.
    pub struct ReportFreezing {
        /// The approval it rests on.
        approval: i32,
        /// Who.
        frozen_by: AccountRef,
        /// When.
        frozen_at: DateTime<Utc>,
    }
    /// Until when a report is submitted and published (Art 49), and when it was.
    pub struct ReportPublication {
        /// Whose report it is, by the settings in force on the last day of its year.
        reporter: Reporter,
        /// The last day; null where the other report of the agency is owed, or none of this year.
        due_on: Option<NaiveDate>,
        /// The article.
        article: Option<&'static str>,
        /// The day it was handed to the authority.
        submitted_on: Option<NaiveDate>,
        /// The day it was published.
        published_on: Option<NaiveDate>,
        /// Where.
        address: Option<String>,
        /// Everything that is owed was done, in time; null while something is left.
        in_time: Option<bool>,
    }
    /// One agency of a report over several.
    pub struct ReportAgency {
        /// The agency.
        id: Uuid,
        /// Its name.
        name: String,
        /// Where its report stands; in a frozen report of all, whether it was final by then.
        state: ReportState,
        /// SHA-256 of its report as it was added, in hexadecimal.
        sha256: String,
        /// How many of its cases do not stand any more as its frozen report counted them.
        differing_cases: i64,
        /// The same of its reconsiderations and lawsuits.
        differing_proceedings: i64,
        /// Which they are, for who reads them: table `three` of the cases, `four` of the proceedings.
        #[schema(example = "/api/v1/annual-reports/2025/differences/{table}?agency=00000000-0000-7000-8000-000000000001")]
        differences_href: String,
    }
    /// An annual report.
    pub struct AnnualReport {
        /// The year.
        #[schema(example = 2025)]
        year: i32,
        /// The agency; of a consolidated report the one above.
        agency_id: Uuid,
        /// Its name.
        agency: String,
        /// It is the report of the agency and every one below it.
        consolidated: bool,
        /// Where it stands.
        state: ReportState,
        /// Version of the additions by hand; 0 where nothing was added.
        version: i32,
        /// SHA-256 of what it says, in hexadecimal: what is approved, and stands on the trail once it is frozen.
        sha256: String,
        /// Everything with a legal date up to this day counts.
        counted_until: NaiveDate,
        /// Section one (总体情况).
        overview: String,
        /// A text of section two beside its table.
        proactive_disclosure: Option<String>,
        /// Table two (主动公开政府信息情况).
        table_two: TableTwo,
        /// Table three (收到和处理政府信息公开申请情况).
        table_three: TableThree,
        /// Table four (政府信息公开行政复议、行政诉讼情况).
        table_four: TableFour,
        /// Section five (存在的主要问题及改进情况).
        problems: String,
        /// Section six (其他需要报告的事项).
        other_matters: String,
        /// The figures of the information handling fee.
        fees: Fees,
        /// Why a number differs from last year's report.
        explanations: Option<String>,
        /// The nine checking rules.
        checks: Vec<Check>,
        /// Cases that do not stand any more as last year's frozen report counted them; of a report of all below the number of all, and which those of
        /// the agency above are.
        differences: Differences,
        /// Reconsiderations and lawsuits that do not stand any more as frozen reports counted them.
        proceeding_differences: ProceedingChanges,
        /// All of both, page by page: table `three` of the cases, `four` of the proceedings; null of a report of all, where each of `agencies` has its own.
        #[schema(example = "/api/v1/annual-reports/2025/differences/{table}?agency=00000000-0000-7000-8000-000000000001")]
        differences_href: Option<String>,
        /// What is worth a look before the report is approved; it stands against nothing.
        warnings: Vec<ReportWarning>,
        /// The cases behind a cell: table `three` with row 1 to 25 and a code of `columns`; table `four` with its group and column.
        #[schema(example = "/api/v1/annual-reports/2025/cells/{table}/{row}/{column}")]
        cells_href: String,
        /// Approvals, the newest first.
        approvals: Vec<ReportApproval>,
        /// The freezing.
        freezing: Option<ReportFreezing>,
        /// Its submission and publication; null where the agency has no settings yet. A date is owed of one of the two reports of an agency.
        publication: Option<ReportPublication>,
        /// The agencies of a consolidated report.
        agencies: Vec<ReportAgency>,
    }
    /// A year that has a report.
    pub struct AnnualReportYear {
        /// The year.
        year: i32,
        /// Where its report stands; whether it is approved as it stands is seen in the report itself.
        state: ReportState,
        /// Version of the additions by hand; 0 where nothing was added.
        version: i32,
        /// The report.
        href: String,
    }
}

/// Whose report.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportOf {
    /// The agency; the own one unless said otherwise.
    pub agency: Option<Uuid>,
    /// One report of the agency and every one below it.
    #[serde(default)]
    pub consolidated: bool,
}

/// A report that is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub year: i32,
    /// The agency that makes it.
    pub agency: Uuid,
    pub extent: Extent,
    /// It and, of a consolidated report, those below it.
    pub agencies: Vec<Uuid>,
}

/// The year in the path; one before the Regulations or after this one has no report.
pub(crate) fn year_of(call: &Call) -> Result<i32, Problem> {
    let year: Option<i32> = call.request.match_info().get("year").and_then(|text| text.parse().ok());
    let today = call.app.office.clock.today().year();
    year.filter(|year| (FIRST_YEAR..=today).contains(year)).ok_or_else(Problem::not_found)
}

/// The address of a report.
pub(crate) fn href((agency, extent): (Uuid, Extent), year: i32) -> String {
    let all = if extent.is_consolidated() { "&consolidated=true" } else { "" };
    format!("/api/v1/annual-reports/{year}?agency={agency}{all}")
}

impl Wanted {
    /// The own report of an agency.
    pub(crate) fn own(agency: Uuid, year: i32) -> Self {
        Self { year, agency, extent: Extent::Own, agencies: vec![agency] }
    }

    /// What a call asks for, and what it reads for that: an agency that the caller does not read is as unknown as one that does not exist. One report of
    /// all below is for who reads them, and for the people who make the report of the agency above: they see its sums, and no case of another agency.
    pub(crate) fn of(call: &Call, operation: &str, of: &ReportOf) -> Result<(Self, Scope), Problem> {
        let ((agency, extent), scope) = Self::of_years(call, operation, of)?;
        Ok((Self { extent, ..Self::own(agency, year_of(call)?) }, scope))
    }

    /// The same of every year.
    fn of_years(call: &Call, operation: &str, of: &ReportOf) -> Result<((Uuid, Extent), Scope), Problem> {
        let mut scope = call.permit(operation)?;
        let agency = of.agency.unwrap_or(call.caller.agency_id);
        if !scope.reads.contains(&agency) {
            return Err(Problem::not_found());
        }
        if of.consolidated && call.caller.reach(operation) != Some(Reach::Below) {
            if call.caller.reach("add_to_report").is_none() {
                let (zh, en) = (
                    "汇总下级机关的年度报告，限于编制年度报告的人员、监督员和审计员",
                    "a report over agencies below is for who makes the report, supervisors and auditors",
                );
                return Err(Problem::new(Fault::Forbidden, zh, en));
            }
            scope.reads.extend(call.caller.below.iter().copied());
        }
        Ok(((agency, Extent::of(of.consolidated)), scope))
    }

    /// The report itself.
    pub(crate) const fn key(&self) -> Key {
        Key { agency: self.agency, year: self.year, extent: self.extent }
    }

    /// The agencies below the one asked for that had reports by then join it, of a frozen report those that it added up. Where there are none, there is
    /// no such report.
    pub(crate) fn with_below(mut self, conn: &mut PgConnection) -> Result<Self, Problem> {
        if self.extent == Extent::Own {
            return Ok(self);
        }
        if let Some(row) = report::frozen(conn, self.key())? {
            self.agencies = body::frozen(&row)?.parts.iter().map(|part| part.agency_id).collect();
            return Ok(self);
        }
        for agency in crate::http::caller::below(conn, self.agency)? {
            if report::first_year(conn, agency)?.is_some_and(|first| first <= self.year) {
                self.agencies.push(agency);
            }
        }
        if self.agencies.len() > 1 { Ok(self) } else { Err(Problem::not_found()) }
    }

    /// The address of its cells.
    fn cells_href(&self) -> String {
        let of = format!("agency={}", self.agency);
        let all = if self.extent.is_consolidated() { "&consolidated=true" } else { "" };
        format!("/api/v1/annual-reports/{}/cells/{{table}}/{{row}}/{{column}}?{of}{all}", self.year)
    }
}

/// The report as it is not frozen.
pub(crate) fn counted(conn: &mut PgConnection, wanted: &Wanted) -> Result<Body, Problem> {
    match wanted.extent {
        Extent::Own => body::count(conn, wanted.agency, wanted.year),
        Extent::Consolidated => whole::count(conn, (wanted.agency, &wanted.agencies), wanted.year),
    }
}

/// The report, as frozen, else counted now.
pub(crate) fn read(conn: &mut PgConnection, wanted: &Wanted) -> Result<Read, Problem> {
    if let Some(row) = report::frozen(conn, wanted.key())? {
        return Ok(Read { sha256: row.sha256(), body: body::frozen(&row)?, frozen: true });
    }
    let body = counted(conn, wanted)?;
    Ok(Read { sha256: body.sha256()?, body, frozen: false })
}

/// Where a report stands, by the digest of what it says now.
fn state(conn: &mut PgConnection, office: &Office, (key, sha256, frozen): (Key, &str, bool)) -> Result<ReportState, Problem> {
    Ok(if frozen {
        ReportState::Frozen
    } else if key.year >= office.clock.today().year() {
        ReportState::Preview
    } else if report::approvals(conn, key)?.first().is_some_and(|approval| approval.sha256 == sha256) {
        ReportState::Approved
    } else {
        ReportState::Open
    })
}

/// The parts of a report of all: how their reports stand, of a frozen one how they stood.
fn parts(conn: &mut PgConnection, office: &Office, (body, frozen): (&Body, bool)) -> Result<Vec<ReportAgency>, Problem> {
    let mut agencies = Vec::with_capacity(body.parts.len());
    for part in &body.parts {
        let state = match (frozen, part.frozen) {
            (true, false) => ReportState::Open,
            _ => state(conn, office, (Key::own(part.agency_id, body.year), &part.sha256, part.frozen))?,
        };
        agencies.push(ReportAgency {
            id: part.agency_id,
            name: part.agency.clone(),
            state,
            sha256: part.sha256.clone(),
            differing_cases: part.differing_cases,
            differing_proceedings: part.differing_proceedings,
            differences_href: differences::href(part.agency_id, body.year),
        });
    }
    Ok(agencies)
}

/// A report as it is read.
pub(crate) fn report_of(conn: &mut PgConnection, office: &Office, wanted: &Wanted) -> Result<AnnualReport, Problem> {
    let key = wanted.key();
    let Read { body, sha256, frozen } = read(conn, wanted)?;
    let state = state(conn, office, (key, &sha256, frozen))?;
    let (approvals, row) = (report::approvals(conn, key)?, report::frozen(conn, key)?);
    let people: Vec<Uuid> = approvals.iter().map(|approval| approval.approved_by).chain(row.iter().map(|row| row.frozen_by)).collect();
    let names = Names::read(conn, &[wanted.agency], &people)?;
    let approval = |row: report::Approval| ReportApproval {
        n: row.n,
        additions: row.additions,
        sha256: row.sha256,
        approved_by: names.account(row.approved_by),
        approved_at: row.approved_at,
    };
    let freezing =
        row.map(|row| ReportFreezing { approval: row.approval, frozen_by: names.account(row.frozen_by), frozen_at: row.frozen_at });
    Ok(AnnualReport {
        agencies: parts(conn, office, (&body, frozen))?,
        year: body.year,
        agency_id: body.agency_id,
        agency: body.agency,
        consolidated: wanted.extent.is_consolidated(),
        state,
        version: body.additions,
        sha256,
        counted_until: body.counted_until,
        overview: body.overview,
        proactive_disclosure: body.proactive_disclosure,
        table_two: body.table_two,
        table_three: body.table_three,
        table_four: body.table_four,
        problems: body.problems,
        other_matters: body.other_matters,
        fees: body.fees,
        explanations: body.explanations,
        checks: body.checks,
        differences: body.differences.shown(),
        proceeding_differences: body.proceeding_differences.shown(),
        differences_href: (!wanted.extent.is_consolidated()).then(|| differences::href(wanted.agency, wanted.year)),
        warnings: body.warnings.into_iter().map(ReportWarning::shown).collect(),
        cells_href: wanted.cells_href(),
        approvals: approvals.into_iter().map(approval).collect(),
        freezing,
        publication: publication(conn, office, key)?,
    })
}

fn publication(conn: &mut PgConnection, office: &Office, key: Key) -> Result<Option<ReportPublication>, Problem> {
    let Some(account) = Account::read(conn, office, key.agency)? else { return Ok(None) };
    let (reporter, known) = (account.reporter(key.year), account.known((key.year, key.extent)));
    let owed = account.owed(key.year, office.newest_calendar(conn)?.as_ref()).filter(|(extent, _)| *extent == key.extent);
    let due_on = owed.map(|(_, due_on)| due_on);
    Ok(Some(ReportPublication {
        reporter,
        due_on,
        article: due_on.and_then(|_| reporter.term(key.year)).map(|term| term.article),
        in_time: reporter.met_on(&known).zip(due_on).map(|(met_on, due_on)| met_on <= due_on),
        submitted_on: known.submitted_on,
        published_on: known.published_on,
        address: known.address,
    }))
}

/// Reads of one moment: a step that is taken meanwhile is in all tables or in none.
pub(crate) fn at_once<T>(conn: &mut PgConnection, read: impl FnOnce(&mut PgConnection) -> Result<T, Problem>) -> Result<T, Problem> {
    conn.build_transaction().repeatable_read().read_only().run(read)
}

/// The years that have a report.
///
/// From the first receipt, or the first thing that was added by hand, to this year; of the report of all below from the first year in which there was an
/// agency below.
#[utoipa::path(tag = "report", params(ReportOf),
    responses((status = 200, description = "The years, the newest first, on one page.", body = Page<AnnualReportYear>)))]
#[get("/annual-reports")]
pub async fn list_annual_reports(call: Call) -> Answer {
    let asked: ReportOf = call.query()?;
    let (of, scope) = Wanted::of_years(&call, "list_annual_reports", &asked)?;
    let today = call.app.office.clock.today().year();
    let items = call
        .app
        .db
        .run(scope, move |conn| {
            let (frozen, added) = (report::frozen_years(conn, of)?, report::versions(conn, of)?);
            let mut first: Option<i32> = None;
            if of.1.is_consolidated() {
                for agency in crate::http::caller::below(conn, of.0)? {
                    first = first.into_iter().chain(report::first_year(conn, agency)?).min();
                }
                if first.is_none() && frozen.is_empty() {
                    return Err(Problem::not_found());
                }
            } else {
                first = report::first_receipt(conn, of.0)?.map(|on| on.year());
            }
            let first = first.into_iter().chain(frozen.iter().copied()).chain(added.keys().copied()).min().unwrap_or(today).max(FIRST_YEAR);
            let mut items = Vec::new();
            for year in (first..=today).rev() {
                let state = match (frozen.contains(&year), year == today) {
                    (true, _) => ReportState::Frozen,
                    (false, true) => ReportState::Preview,
                    (false, false) => ReportState::Open,
                };
                let version = added.get(&year).copied().unwrap_or_default();
                items.push(AnnualReportYear { year, state, version, href: href(of, year) });
            }
            Ok::<_, Problem>(items)
        })
        .await?;
    answer::ok(&Page { items, next_cursor: None, total: None })
}

/// The annual report of a year.
///
/// In the form of 30号: tables two to four, the texts, the nine checking rules. Counted by legal dates up to 31 December, as known now, until it is frozen;
/// then as it was frozen. A year that is not over is a preview. `consolidated=true` is the report of the agency and every one below it (Art 49(2)): sums of their
/// reports, with texts, approvals and a freezing of its own; `agencies` says how each of them stands.
#[utoipa::path(tag = "report", params(("year" = i32, Path, description = "The year.", example = 2025), ReportOf),
    responses((status = 200, description = "The report.", body = AnnualReport)))]
#[get("/annual-reports/{year}")]
pub async fn get_annual_report(call: Call) -> Answer {
    let (wanted, scope) = Wanted::of(&call, "get_annual_report", &call.query()?)?;
    let office = Arc::clone(&call.app.office);
    let report = call
        .app
        .db
        .run(scope, move |conn| {
            at_once(conn, |conn| {
                let wanted = wanted.with_below(conn)?;
                report_of(conn, &office, &wanted)
            })
        })
        .await?;
    answer::ok(&report)
}

/// A frozen report, byte by byte.
///
/// The bytes whose SHA-256 stands on the trail; nothing before it is frozen.
#[utoipa::path(tag = "report", params(("year" = i32, Path, description = "The year.", example = 2024), ReportOf),
    responses((status = 200, description = "The report.", content((serde_json::Value = "application/json")))))]
#[get("/annual-reports/{year}/content")]
pub async fn get_annual_report_content(call: Call) -> Answer {
    let (wanted, scope) = Wanted::of(&call, "get_annual_report_content", &call.query()?)?;
    let row = call.app.db.run(scope, move |conn| report::frozen(conn, wanted.key()).map_err(Problem::from)).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Ok().content_type("application/json").body(row.data))
}
