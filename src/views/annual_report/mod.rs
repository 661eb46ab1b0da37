//! The annual report (年度报告), Art 49, 50, 30号: counted when asked, drilled into, given out as a file. Who: staff of the agency; supervisors and auditors, also
//! over agencies below, one by one or as one report of all.
//!
//! It counts from tables that the journal derives, never by folding. Approving and freezing are for `people`; a frozen report is given out byte
//! by byte as it was frozen.

pub mod additions;
pub(crate) mod body;
pub mod cells;
mod document;
pub mod files;
mod sheet;

use super::names::{AccountRef, Names};
use super::shape::view;
use crate::case::office::Office;
use crate::db::report::{self, publications};
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::paging::Page;
use crate::http::problem::{Fault, Problem};
use crate::rules::annual_report::FIRST_YEAR;
use crate::rules::annual_report::checks::Check;
use crate::rules::annual_report::publication::Reporter;
use crate::rules::annual_report::tables::{Fees, TableFour, TableThree, TableTwo};
use crate::rules::permissions::Reach;
use actix_web::{HttpResponse, get};
use body::{Body, read};
pub use body::{CaseDifference, Differences, ProceedingChange, ProceedingChanges};
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
        /// Whose report it is.
        reporter: Reporter,
        /// The last day.
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
        /// Where its report stands.
        state: ReportState,
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
        /// Where it stands; of a consolidated report, as the least of its agencies.
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
        /// Cases that do not stand any more as last year's frozen report counted them.
        differences: Differences,
        /// Reconsiderations and lawsuits that do not stand any more as frozen reports counted them.
        proceeding_differences: ProceedingChanges,
        /// The cases behind a cell: table `three` with row 1 to 25 and a code of `columns`; table `four` with its group and column.
        #[schema(example = "/api/v1/annual-reports/2025/cells/{table}/{row}/{column}")]
        cells_href: String,
        /// Approvals, the newest first.
        approvals: Vec<ReportApproval>,
        /// The freezing.
        freezing: Option<ReportFreezing>,
        /// Its submission and publication; null of a consolidated report.
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
    /// The agency asked for.
    pub agency: Uuid,
    /// It and, of a consolidated report, those below it.
    pub agencies: Vec<Uuid>,
    pub consolidated: bool,
}

/// The year in the path; one before the Regulations or after this one has no report.
pub(crate) fn year_of(call: &Call) -> Result<i32, Problem> {
    let year: Option<i32> = call.request.match_info().get("year").and_then(|text| text.parse().ok());
    let today = call.app.office.clock.today().year();
    year.filter(|year| (FIRST_YEAR..=today).contains(year)).ok_or_else(Problem::not_found)
}

impl Wanted {
    /// What a call asks for: an agency that the caller does not read is as unknown as one that does not exist.
    pub(crate) fn of(call: &Call, (operation, reads): (&str, &[Uuid]), of: &ReportOf) -> Result<Self, Problem> {
        let agency = of.agency.unwrap_or(call.caller.agency_id);
        if !reads.contains(&agency) {
            return Err(Problem::not_found());
        }
        if of.consolidated && call.caller.reach(operation) != Some(Reach::Below) {
            let (zh, en) = ("汇总下级机关的年度报告，限于监督员和审计员", "a report over agencies below is for supervisors and auditors");
            return Err(Problem::new(Fault::Forbidden, zh, en));
        }
        Ok(Self { year: year_of(call)?, agency, agencies: vec![agency], consolidated: of.consolidated })
    }

    /// The agencies below the one asked for join it.
    pub(crate) fn with_below(mut self, conn: &mut PgConnection) -> QueryResult<Self> {
        if self.consolidated {
            self.agencies.extend(crate::http::caller::below(conn, self.agency)?);
        }
        Ok(self)
    }

    /// The address of its cells.
    fn cells_href(&self) -> String {
        let of = format!("agency={}", self.agency);
        let all = if self.consolidated { "&consolidated=true" } else { "" };
        format!("/api/v1/annual-reports/{}/cells/{{table}}/{{row}}/{{column}}?{of}{all}", self.year)
    }
}

/// Where the report of an agency stands, with its approvals and its freezing.
fn standing(
    conn: &mut PgConnection,
    office: &Office,
    (agency, year): (Uuid, i32),
    sha256: &str,
) -> Result<(ReportState, Vec<report::Approval>, Option<report::Frozen>), Problem> {
    let approvals = report::approvals(conn, agency, year)?;
    let frozen = report::frozen(conn, agency, year)?;
    let state = if frozen.is_some() {
        ReportState::Frozen
    } else if year >= office.clock.today().year() {
        ReportState::Preview
    } else if approvals.first().is_some_and(|approval| approval.sha256 == sha256) {
        ReportState::Approved
    } else {
        ReportState::Open
    };
    Ok((state, approvals, frozen))
}

/// A report as it is read.
pub(crate) fn report_of(conn: &mut PgConnection, office: &Office, wanted: &Wanted) -> Result<AnnualReport, Problem> {
    let (body, sha256, agencies) = bodies(conn, office, wanted)?;
    let (state, approvals, frozen) = if wanted.consolidated {
        let least = agencies.iter().map(|agency| agency.state).min().unwrap_or(ReportState::Open);
        (least, Vec::new(), None)
    } else {
        standing(conn, office, (wanted.agency, wanted.year), &sha256)?
    };
    let people: Vec<Uuid> = approvals.iter().map(|approval| approval.approved_by).chain(frozen.iter().map(|row| row.frozen_by)).collect();
    let names = Names::read(conn, &[wanted.agency], &people)?;
    let approval = |row: report::Approval| ReportApproval {
        n: row.n,
        additions: row.additions,
        sha256: row.sha256,
        approved_by: names.account(row.approved_by),
        approved_at: row.approved_at,
    };
    let freezing =
        frozen.map(|row| ReportFreezing { approval: row.approval, frozen_by: names.account(row.frozen_by), frozen_at: row.frozen_at });
    Ok(AnnualReport {
        year: body.year,
        agency_id: body.agency_id,
        agency: body.agency,
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
        cells_href: wanted.cells_href(),
        approvals: approvals.into_iter().map(approval).collect(),
        freezing,
        publication: if wanted.consolidated { None } else { publication(conn, office, (wanted.agency, wanted.year))? },
        agencies,
    })
}

fn publication(conn: &mut PgConnection, office: &Office, (agency, year): (Uuid, i32)) -> Result<Option<ReportPublication>, Problem> {
    let Some(reporter) = publications::reporter(conn, office, agency)? else { return Ok(None) };
    let known = publications::known(conn, agency)?.remove(&year).unwrap_or_default();
    let due_on = reporter.due_on(year, office.newest_calendar(conn)?.as_ref());
    Ok(Some(ReportPublication {
        reporter,
        due_on,
        article: reporter.term(year).map(|term| term.article),
        in_time: reporter.met_on(&known).zip(due_on).map(|(met_on, due_on)| met_on <= due_on),
        submitted_on: known.submitted_on,
        published_on: known.published_on,
        address: known.address,
    }))
}

/// The report itself with the SHA-256 of its bytes, and the agencies of a consolidated one.
fn bodies(conn: &mut PgConnection, office: &Office, wanted: &Wanted) -> Result<(Body, String, Vec<ReportAgency>), Problem> {
    if !wanted.consolidated {
        let (body, sha256) = read(conn, wanted.agency, wanted.year)?;
        return Ok((body, sha256, Vec::new()));
    }
    let mut reports = Vec::with_capacity(wanted.agencies.len());
    let mut agencies = Vec::with_capacity(wanted.agencies.len());
    for agency in &wanted.agencies {
        let (body, sha256) = read(conn, *agency, wanted.year)?;
        let (state, ..) = standing(conn, office, (*agency, wanted.year), &sha256)?;
        agencies.push(ReportAgency { id: *agency, name: body.agency.clone(), state });
        reports.push(body);
    }
    let name = crate::people::agencies::name(conn, wanted.agency)?;
    let whole = body::consolidated(&reports, (wanted.agency, &name), wanted.year);
    let sha256 = whole.sha256()?;
    Ok((whole, sha256, agencies))
}

/// Reads of one moment: a step that is taken meanwhile is in all tables or in none.
pub(crate) fn at_once<T>(conn: &mut PgConnection, read: impl FnOnce(&mut PgConnection) -> Result<T, Problem>) -> Result<T, Problem> {
    conn.build_transaction().repeatable_read().read_only().run(read)
}

/// The years that have a report.
///
/// From the first receipt, or the first thing that was added by hand, to this year.
#[utoipa::path(tag = "report", params(("agency" = Option<Uuid>, Query, description = "The agency; the own one unless said otherwise.")),
    responses((status = 200, description = "The years, the newest first, on one page.", body = Page<AnnualReportYear>)))]
#[get("/annual-reports")]
pub async fn list_annual_reports(call: Call) -> Answer {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Of {
        agency: Option<Uuid>,
    }
    let scope = call.permit("list_annual_reports")?;
    let Of { agency } = call.query()?;
    let agency = agency.unwrap_or(call.caller.agency_id);
    if !scope.reads.contains(&agency) {
        return Err(Problem::not_found());
    }
    let today = call.app.office.clock.today().year();
    let items = call
        .app
        .db
        .run(scope, move |conn| {
            let first = report::first_receipt(conn, agency)?.map(|on| on.year());
            let (frozen, added) = (report::frozen_years(conn, agency)?, report::versions(conn, agency)?);
            let first = first.into_iter().chain(frozen.iter().copied()).chain(added.keys().copied()).min().unwrap_or(today).max(FIRST_YEAR);
            let mut items = Vec::new();
            for year in (first..=today).rev() {
                let state = match (frozen.contains(&year), year == today) {
                    (true, _) => ReportState::Frozen,
                    (false, true) => ReportState::Preview,
                    (false, false) => ReportState::Open,
                };
                let version = added.get(&year).copied().unwrap_or_default();
                items.push(AnnualReportYear { year, state, version, href: format!("/api/v1/annual-reports/{year}?agency={agency}") });
            }
            Ok::<_, Problem>(items)
        })
        .await?;
    answer::ok(&Page { items, next_cursor: None, total: None })
}

/// The annual report of a year.
///
/// In the form of 30号: tables two to four, the texts, the nine checking rules. Counted by legal dates up to 31 December, as known now, until it is frozen;
/// then as it was frozen. A year that is not over is a preview. `consolidated=true` adds up the agency and every one below it.
#[utoipa::path(tag = "report", params(("year" = i32, Path, description = "The year.", example = 2025), ReportOf),
    responses((status = 200, description = "The report.", body = AnnualReport)))]
#[get("/annual-reports/{year}")]
pub async fn get_annual_report(call: Call) -> Answer {
    let scope = call.permit("get_annual_report")?;
    let wanted = Wanted::of(&call, ("get_annual_report", &scope.reads), &call.query()?)?;
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
#[utoipa::path(tag = "report", params(("year" = i32, Path, description = "The year.", example = 2024),
    ("agency" = Option<Uuid>, Query, description = "The agency; the own one unless said otherwise.")),
    responses((status = 200, description = "The report.", content((serde_json::Value = "application/json")))))]
#[get("/annual-reports/{year}/content")]
pub async fn get_annual_report_content(call: Call) -> Answer {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Of {
        agency: Option<Uuid>,
    }
    let scope = call.permit("get_annual_report_content")?;
    let Of { agency } = call.query()?;
    let wanted = Wanted::of(&call, ("get_annual_report_content", &scope.reads), &ReportOf { agency, consolidated: false })?;
    let row = call.app.db.run(scope, move |conn| report::frozen(conn, wanted.agency, wanted.year).map_err(Problem::from)).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Ok().content_type("application/json").body(row.data))
}
