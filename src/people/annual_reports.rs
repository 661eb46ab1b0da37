//! What people do with the annual report (30号): add by hand in versions, approve as a second person, freeze. Who: clerks, legal reviewers and approvers add;
//! an approver who made none of the additions since the last approval approves; an approver freezes.
//!
//! What is approved is named by its digest: when a number or a text has changed since it was read, nothing is approved or frozen. A frozen report
//! stays as it is for ever, with the cases it counted; nothing here changes a case. The year that runs can be read, not approved.

use super::writing::pen;
use crate::case::journal::agency::{self, AgencyEvent, Change, Outcome};
use crate::case::journal::{Ask, JournalError, Mode, Repeated};
use crate::case::office::{EditionError, Office};
use crate::case::refusal::{Code, FieldRefusal, Refusal};
use crate::crypto;
use crate::db::pool::Scope;
use crate::db::report::{self, Approval, Behind, Frozen, Made};
use crate::http::answer::Answer;
use crate::http::call::{Call, Versions};
use crate::http::problem::Problem;
use crate::http::text::{Line, Words};
use crate::rules::annual_report::Extent;
use crate::rules::annual_report::additions::{Additions, Fault, FaultKind, MOST};
use crate::rules::annual_report::checks::Check;
use crate::rules::annual_report::tables::{TableFour, TableThree, TableTwo};
use crate::views::annual_report::body::{self, Body};
use crate::views::annual_report::{AnnualReport, ReportOf, Wanted, counted, report_of};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, post};
use chrono::Datelike;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use garde::Validate;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Most versions of the additions of a year.
const MOST_VERSIONS: i32 = 200;

/// 25 rows of seven numbers that a report may state, or nothing.
fn published_before() -> utoipa::openapi::schema::Schema {
    use utoipa::openapi::RefOr;
    use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, SchemaType, Type};
    let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(MOST)).build();
    let row = ArrayBuilder::new().items(number).min_items(Some(7)).max_items(Some(7)).build();
    let words = "Last year's table three as it was published, where its report was not made here: 25 rows of seven numbers.";
    let kinds = SchemaType::from_iter([Type::Array, Type::Null]);
    ArrayBuilder::new()
        .schema_type(kinds)
        .description(Some(words))
        .items(RefOr::T(Schema::Array(row)))
        .min_items(Some(25))
        .max_items(Some(25))
        .build()
        .into()
}

/// What is added by hand.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct AddToReport {
    /// `version` of the report that was read, which this takes the place of; 0 or left out where nothing was added yet.
    #[garde(range(min = 0))]
    #[schema(minimum = 0, example = 0)]
    pub based_on: Option<i32>,
    /// Section one (总体情况); `{{new}}`, `{{carried_in}}`, `{{answered}}`, `{{carried_over}}`, `{{fee_notices}}`, `{{fee_amount}}` and `{{fee_collected}}`
    /// stand for the numbers of the report, here and in every other text.
    #[garde(dive)]
    #[schema(example = "本年新收政府信息公开申请{{new}}件，上年结转申请{{carried_in}}件。")]
    pub overview: Words<20_000>,
    /// A text of section two beside its table.
    #[garde(dive)]
    pub proactive_disclosure: Option<Words<20_000>>,
    /// Section five (存在的主要问题及改进情况).
    #[garde(dive)]
    pub problems: Words<20_000>,
    /// Section six (其他需要报告的事项).
    #[garde(dive)]
    #[schema(example = "本年发出收费通知{{fee_notices}}份，总金额{{fee_amount}}元，实际收取{{fee_collected}}元。")]
    pub other_matters: Words<20_000>,
    /// Why a number differs from last year's report.
    #[garde(dive)]
    pub explanations: Option<Words<5_000>>,
    /// Table two.
    pub table_two: TableTwo,
    /// Last year's table three as it was published, where its report was not made here: 25 rows of seven numbers.
    #[schema(schema_with = published_before)]
    pub published_before: Option<Vec<Vec<i64>>>,
}

impl AddToReport {
    fn checked(self) -> Result<Additions, Refusal> {
        let additions = Additions {
            overview: self.overview.into_string(),
            proactive_disclosure: self.proactive_disclosure.map(Words::into_string),
            problems: self.problems.into_string(),
            other_matters: self.other_matters.into_string(),
            explanations: self.explanations.map(Words::into_string),
            table_two: self.table_two,
            published_before: self.published_before,
        };
        let faults = additions.faults();
        if faults.is_empty() { Ok(additions) } else { Err(refused(faults)) }
    }
}

/// A table that breaks an identity is refused as that, whatever else is wrong.
fn refused(faults: Vec<Fault>) -> Refusal {
    let broken = faults.iter().find(|fault| fault.kind == FaultKind::Identity).cloned();
    let code = |fault: &Fault| match fault.kind {
        FaultKind::Identity => Code::TableIdentityBroken,
        FaultKind::Field => Code::FieldsRefused,
    };
    let errors: Vec<FieldRefusal> = faults
        .into_iter()
        .map(|fault| FieldRefusal { code: code(&fault).as_str().into(), pointer: fault.pointer, detail_zh: fault.zh, detail_en: fault.en })
        .collect();
    match broken {
        Some(fault) => Refusal { errors, ..Refusal::new(Code::TableIdentityBroken, fault.zh, fault.en).under("30号") },
        None => Refusal::fields(errors),
    }
}

/// What is approved or frozen: the report as it was read.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideReport {
    /// `sha256` of the report as it was read.
    #[garde(dive)]
    pub sha256: Line<64>,
}

/// Which report of the own agency.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OwnReport {
    /// The one of the agency and every one below it.
    #[serde(default)]
    pub consolidated: bool,
}

/// Add to a report by hand.
///
/// Table two, the texts of sections one, two, five and six, explanations of differences: each call is a new version and takes the place of the one
/// before it, which `based_on` names: where somebody else has added since it was read, nothing is added (412). Nothing is added to a frozen report. A table typed in that breaks a checking rule is refused.
/// The report of all below (`consolidated=true`) has versions of its own; its table two is added to the sums of the others'.
#[utoipa::path(tag = "report", params(("year" = i32, Path, description = "The year.", example = 2025), OwnReport), request_body = AddToReport,
    responses((status = 201, description = "The report.", body = AnnualReport)))]
#[post("/annual-reports/{year}/additions")]
pub async fn add_to_report(call: Call) -> Answer {
    let asked = Asked::of(&call, "add_to_report")?;
    let input: AddToReport = call.json()?;
    asked.take(&call, move |conn, office, (ask, wanted)| add(conn, office, ask, (wanted, input))).await
}

/// Approve a report as the second person.
///
/// Never who made any of the additions since the last approval. The year must be over, every checking rule must hold but the warning, and a difference from last year must be
/// explained; in the report of all below also that a part of it is not frozen. Whatever changes afterwards needs another approval.
#[utoipa::path(tag = "report", params(("year" = i32, Path, description = "The year.", example = 2025), OwnReport), request_body = DecideReport,
    responses((status = 201, description = "The report.", body = AnnualReport)))]
#[post("/annual-reports/{year}/approvals")]
pub async fn approve_annual_report(call: Call) -> Answer {
    let asked = Asked::of(&call, "approve_annual_report")?;
    let read: DecideReport = call.json()?;
    asked.take(&call, move |conn, office, (ask, wanted)| approve(conn, office, ask, (wanted, read.sha256.as_str()))).await
}

/// Freeze a report.
///
/// As it was approved, if nothing has changed since. It is final: its bytes are kept with their digest on the trail, and the next report continues from the
/// cases that it counted; the report of all below is kept with the digest of each report that it added up.
#[utoipa::path(tag = "report", params(("year" = i32, Path, description = "The year.", example = 2025), OwnReport), request_body = DecideReport,
    responses((status = 201, description = "The report.", body = AnnualReport)))]
#[post("/annual-reports/{year}/freezing")]
pub async fn freeze_annual_report(call: Call) -> Answer {
    let asked = Asked::of(&call, "freeze_annual_report")?;
    let read: DecideReport = call.json()?;
    asked.take(&call, move |conn, office, (ask, wanted)| freeze(conn, office, ask, (wanted, read.sha256.as_str()))).await
}

/// A change of a report of the own agency, as it is asked for.
pub(super) struct Asked {
    wanted: Wanted,
    scope: Scope,
    pub(super) ask: Ask,
}

impl Asked {
    /// The two reports of a year share their paths; an idempotency key belongs to one of them.
    pub(super) fn of(call: &Call, operation: &str) -> Result<Self, Problem> {
        let OwnReport { consolidated } = call.query()?;
        let (wanted, scope) = Wanted::of(call, operation, &ReportOf { agency: None, consolidated })?;
        let mut ask = call.ask_in(call.caller.agency_id, None, Versions::None, Mode::Take)?;
        if let Some(key) = ask.key.as_mut().filter(|_| consolidated) {
            key.path.push_str("?consolidated");
        }
        Ok(Self { wanted, scope, ask })
    }

    /// Takes it, and gives the report as it then stands.
    pub(super) async fn take<F>(self, call: &Call, change: F) -> Answer
    where
        F: FnOnce(&mut PgConnection, &Office, (&Ask, &Wanted)) -> Result<AnnualReport, Problem> + Send + 'static,
    {
        let Self { wanted, scope, ask } = self;
        let office = Arc::clone(&call.app.office);
        let all = if wanted.key().extent.is_consolidated() { "?consolidated=true" } else { "" };
        let location = format!("/api/v1/annual-reports/{}{all}", wanted.year);
        let take = move |conn: &mut PgConnection| {
            let wanted = wanted.with_below(conn)?;
            change(conn, &office, (&ask, &wanted))
        };
        let report = call.app.db.run(scope, take).await?;
        Ok(HttpResponse::build(StatusCode::CREATED).insert_header((header::LOCATION, location)).json(&report))
    }
}

/// Changes of the reports of an agency follow one another. The head of its stream is taken at the end only: while a year is counted and its cases
/// are kept, everything else of the agency goes on.
pub(super) fn in_turn(
    conn: &mut PgConnection,
    office: &Office,
    ask: &Ask,
    change: impl FnOnce(&mut PgConnection) -> Result<Change<()>, JournalError>,
) -> Result<Outcome<()>, Problem> {
    let key = crypto::sha256(format!("annual reports of {}", ask.agency).as_bytes()).first_chunk().copied().map_or(0, i64::from_be_bytes);
    let written = conn.transaction(|conn| {
        diesel::sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(key).execute(conn)?;
        agency::write(conn, &pen(office, ask), ask, change)
    });
    Ok(written?)
}

/// Runs a change of the report of a year that is not frozen, and gives the report as it then stands.
fn change(
    conn: &mut PgConnection,
    office: &Office,
    ask: &Ask,
    (wanted, change): (&Wanted, impl FnOnce(&mut PgConnection) -> Result<AgencyEvent, JournalError>),
) -> Result<AnnualReport, Problem> {
    let year = wanted.year;
    let written = in_turn(conn, office, ask, |conn| {
        if report::frozen(conn, wanted.key())?.is_some() {
            let (zh, en) = (format!("{year}年度报告已经定稿"), format!("the report of {year} is frozen"));
            return Err(Refusal::new(Code::ReportFrozen, zh, en).under("30号").into());
        }
        let event = change(conn)?;
        Ok(Change { value: (), repeated: Repeated { resource: ask.agency, version: year, status: 201 }, events: vec![event] })
    })?;
    let (Outcome::Written(()) | Outcome::Repeated(_)) = written;
    report_of(conn, office, wanted)
}

/// Adds a version by hand.
pub(crate) fn add(
    conn: &mut PgConnection,
    office: &Office,
    ask: &Ask,
    (wanted, input): (&Wanted, AddToReport),
) -> Result<AnnualReport, Problem> {
    let based_on = input.based_on.unwrap_or_default();
    let additions = input.checked()?;
    let (key, year) = (wanted.key(), wanted.year);
    let consolidated = key.extent.is_consolidated();
    let add = |conn: &mut PgConnection| {
        let newest = report::newest_additions(conn, key)?.map_or(0, |newest| newest.version);
        if newest != based_on {
            return Err(JournalError::Stale { current: newest });
        }
        if additions.published_before.is_some() && report::frozen(conn, key.of_year(year - 1))?.is_some() {
            let (zh, en) = ("上年度报告已在本系统定稿，不得另行录入", "last year's report is frozen here: nothing is typed in for it");
            return Err(Refusal::new(Code::ReportFrozen, zh, en).at("/published_before").into());
        }
        if newest >= MOST_VERSIONS {
            let (zh, en) = (format!("每年度最多{MOST_VERSIONS}个版本"), format!("a year has at most {MOST_VERSIONS} versions"));
            return Err(Refusal::new(Code::LimitReached, zh, en).into());
        }
        let data = serde_json::to_string(&additions).map_err(|error| EditionError::Unreadable(error.to_string()))?;
        let (made_by, made_at) = (ask.person.account_id, office.clock.now());
        let row = Made { agency_id: ask.agency, year, version: newest + 1, data, made_by, made_at, consolidated };
        report::insert_additions(conn, &row)?;
        Ok(AgencyEvent::AnnualReportAddedTo { year, version: row.version, sha256: row.sha256(), by: made_by, made_at, consolidated })
    };
    change(conn, office, ask, (wanted, add))
}

/// The report as it stands, if it is what the caller read and its year is over.
fn as_read(conn: &mut PgConnection, office: &Office, (wanted, sha256): (&Wanted, &str)) -> Result<Body, JournalError> {
    let year = wanted.year;
    if year >= office.clock.today().year() {
        let (zh, en) = (format!("{year}年尚未结束，只能预览"), format!("{year} is not over; its report can be previewed only"));
        return Err(Refusal::new(Code::YearNotOver, zh, en).under("49, 50").into());
    }
    let body = counted(conn, wanted).map_err(unreadable)?;
    if body.sha256().map_err(unreadable)? != sha256 {
        let (zh, en) = ("报告内容在阅看后已有变化，请重新阅看", "the report has changed since it was read: read it again");
        return Err(Refusal::new(Code::ReportChanged, zh, en).at("/sha256").into());
    }
    Ok(body)
}

/// A report that cannot be counted is a fault of the service, never of the caller.
fn unreadable(problem: Problem) -> JournalError {
    EditionError::Unreadable(format!("the report cannot be counted: {problem}")).into()
}

/// Approves a report.
pub(crate) fn approve(
    conn: &mut PgConnection,
    office: &Office,
    ask: &Ask,
    (wanted, sha256): (&Wanted, &str),
) -> Result<AnnualReport, Problem> {
    let (key, year) = (wanted.key(), wanted.year);
    let approve = |conn: &mut PgConnection| {
        let body = as_read(conn, office, (wanted, sha256))?;
        let authors = report::authors(conn, key)?;
        let approvals = report::approvals(conn, key)?;
        let Some((newest, _)) = authors.first().copied() else {
            let (zh, en) = ("尚未填写表二和第一、五、六部分文字", "table two and the texts of sections one, five and six are missing");
            return Err(Refusal::new(Code::ReportIncomplete, zh, en).under("50").into());
        };
        if wrote(&authors, approvals.first(), ask.person.account_id) {
            let (zh, en) = (
                "须由填写人以外的另一人批准：上次批准以后填写过任一版本的人不得批准",
                "somebody who made none of the additions since the last approval approves the report",
            );
            return Err(Refusal::new(Code::SamePerson, zh, en).under("49").into());
        }
        if let Some(check) = body.checks.iter().find(|check| stands_against(check, &body)) {
            let en = format!("checking rule {} does not hold: {}", check.rule, check.detail);
            let zh = format!("不符合第{}条勾稽关系：{}", check.rule, check.detail);
            return Err(Refusal::new(Code::TableIdentityBroken, zh, en).under("30号").into());
        }
        explained(&body)?;
        let row = Approval {
            agency_id: ask.agency,
            year,
            n: approvals.first().map_or(1, |last| last.n + 1),
            additions: newest,
            sha256: sha256.to_owned(),
            approved_by: ask.person.account_id,
            approved_at: office.clock.now(),
            consolidated: key.extent.is_consolidated(),
        };
        report::insert_approval(conn, &row)?;
        Ok(AgencyEvent::AnnualReportApproved {
            year,
            n: row.n,
            additions: row.additions,
            sha256: row.sha256,
            by: row.approved_by,
            approved_at: row.approved_at,
            consolidated: row.consolidated,
        })
    };
    change(conn, office, ask, (wanted, approve))
}

/// What differs from what was published, and a part that is not final, is explained.
fn explained(body: &Body) -> Result<(), Refusal> {
    if body.explanations.is_some() {
        return Ok(());
    }
    let refused = |zh: String, en: String| Err(Refusal::new(Code::ReportIncomplete, zh, en).under("30号").at("/explanations"));
    let (cases, proceedings) = (body.differences.total, body.proceeding_differences.total);
    if cases + proceedings > 0 {
        let zh = format!("有{cases}件申请、{proceedings}件复议诉讼与已公布的年度报告不一致，须在 explanations 中说明原因");
        let en = format!("{cases} cases and {proceedings} proceedings differ from the published reports: explanations must say why");
        return refused(zh, en);
    }
    let open: Vec<&str> = body.parts.iter().filter(|part| !part.frozen).map(|part| part.agency.as_str()).collect();
    if open.is_empty() {
        return Ok(());
    }
    let (zh, en) = (open.join("、"), open.join(", "));
    refused(format!("{zh}的年度报告尚未定稿，须在 explanations 中说明原因"), format!("not frozen: {en}; explanations must say why"))
}

/// Whether a person made the newest additions, or any since what was approved last: one word changed by another makes nobody a second person.
fn wrote(authors: &[(i32, Uuid)], approved: Option<&Approval>, person: Uuid) -> bool {
    let since = |(version, _): &&(i32, Uuid)| approved.is_none_or(|approved| *version > approved.additions);
    authors.first().into_iter().chain(authors.iter().filter(since)).any(|(_, author)| *author == person)
}

/// A rule that does not hold, unless it only warns, or compares with last year and the difference is explained.
fn stands_against(check: &Check, body: &Body) -> bool {
    let explained = check.rule == 4 && body.explanations.is_some();
    !check.holds && !check.warning && !explained
}

/// Freezes a report.
pub(crate) fn freeze(
    conn: &mut PgConnection,
    office: &Office,
    ask: &Ask,
    (wanted, sha256): (&Wanted, &str),
) -> Result<AnnualReport, Problem> {
    let (key, year) = (wanted.key(), wanted.year);
    let freeze = |conn: &mut PgConnection| {
        let body = as_read(conn, office, (wanted, sha256))?;
        let last = report::approvals(conn, key)?.into_iter().next();
        let Some(approval) = last.filter(|approval| approval.sha256 == sha256) else {
            let (zh, en) = ("报告尚未批准，或者批准后已有变化", "the report is not approved, or has changed since");
            return Err(Refusal::new(Code::ReportNotApproved, zh, en).under("49").into());
        };
        in_sequence(&report::frozen_years(conn, (ask.agency, key.extent))?, year)?;
        let row = Frozen {
            agency_id: ask.agency,
            year,
            approval: approval.n,
            data: body.bytes().map_err(unreadable)?,
            frozen_by: ask.person.account_id,
            frozen_at: office.clock.now(),
            consolidated: key.extent.is_consolidated(),
        };
        let cases_sha256 = match key.extent {
            Extent::Own => keep_with_cases(conn, &row, &body)?,
            Extent::Consolidated => {
                report::insert_frozen(conn, &row)?;
                row.parts_sha256().map_err(|error| EditionError::Unreadable(error.to_string()))?
            }
        };
        Ok(AgencyEvent::AnnualReportFrozen {
            year,
            approval: row.approval,
            sha256: row.sha256(),
            cases_sha256,
            by: row.frozen_by,
            frozen_at: row.frozen_at,
            consolidated: row.consolidated,
        })
    };
    change(conn, office, ask, (wanted, freeze))
}

/// Keeps an own report with the cases and proceedings that it counted; gives their digest.
fn keep_with_cases(conn: &mut PgConnection, row: &Frozen, body: &Body) -> Result<String, JournalError> {
    let asked = body::asked(conn, row.agency_id, row.year)?;
    let behind = Behind::read(conn, asked)?;
    if !is_behind(&behind, body) {
        // A step was taken between two looks.
        let (zh, en) = ("报告内容在阅看后已有变化，请重新阅看", "the report has changed since it was read: read it again");
        return Err(Refusal::new(Code::ReportChanged, zh, en).at("/sha256").into());
    }
    report::insert_frozen(conn, row)?;
    behind.insert(conn, asked)?;
    Ok(behind.sha256())
}

/// Each report continues from the one before it: after the first that is frozen here, year follows year.
fn in_sequence(frozen: &[i32], year: i32) -> Result<(), Refusal> {
    match frozen.last() {
        Some(last) if *last > year => {
            let (zh, en) = (format!("{last}年度报告已经定稿"), format!("the report of {last}, a later year, is frozen"));
            Err(Refusal::new(Code::ReportFrozen, zh, en))
        }
        Some(last) if *last < year - 1 => {
            let open = last + 1;
            let (zh, en) = (format!("{open}年度报告尚未定稿"), format!("the report of {open} is frozen first"));
            Err(Refusal::new(Code::EarlierReportOpen, zh, en))
        }
        _ => Ok(()),
    }
}

/// Whether the cases that are kept add up to the tables.
fn is_behind(behind: &Behind, body: &Body) -> bool {
    let (mut three, mut four) = (TableThree::default(), TableFour::default());
    behind.cases.iter().for_each(|placed| three.count(placed.place, 1));
    behind.proceedings.iter().for_each(|counted| four.count(counted));
    three == body.table_three && four == body.table_four
}
