//! Reconsiderations and lawsuits as a file (复议诉讼台账导出): what domain 5.4 wants on record of each for its filing (报备), one row a proceeding. Who:
//! whoever exports the register.
//!
//! Filtered as the list is; all rows are of one moment. Nobody is named: the applicant stands in the register, by the number of the case. The export
//! stands on the agency's trail with the digest of the file before its first byte is given out.

use super::{Found, ListProceedings, found};
use crate::case::journal::agency::{self, AgencyEvent};
use crate::case::journal::{JournalError, Pen};
use crate::case::model::{Against, HearingResult, LitigationRoute, Outcome, Proceeding, ProceedingKind};
use crate::case::office::Office;
use crate::case::projection::report_column;
use crate::case::trail::Actor;
use crate::crypto;
use crate::db::schema::agencies;
use crate::http::answer::Answer;
use crate::http::call::{Call, request_id};
use crate::http::paging;
use crate::http::problem::{Fault, Problem};
use crate::rules::outcomes::{CorrectionCause, Instance};
use crate::rules::proceedings::FilingSubject;
use crate::rules::terms::DutyKind;
use crate::views::find;
use crate::views::register::sheet::{Cell, FileKind, Form, Sheet};
use actix_web::http::header;
use actix_web::{HttpResponse, get};
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::BTreeMap;
use std::io::{Read, Seek};
use std::sync::Arc;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use uuid::Uuid;

/// Most rows of a file.
const MOST_ROWS: u32 = 20_000;
/// Keys of the list that a file does not have.
const OF_PAGES: [&str; 3] = ["limit", "cursor", "include_total"];

const HEADS: [&str; 31] = [
    "序号",
    "机关",
    "登记编号",
    "答复文号",
    "类别",
    "审级",
    "起诉方式",
    "审理程序",
    "复议机关/法院",
    "案号",
    "诉讼地位",
    "计入年报表四",
    "受理/立案日期",
    "收到副本日期",
    "答复（答辩）期限",
    "答复（答辩）日期",
    "听证/开庭日期",
    "负责人出庭",
    "中止",
    "结果",
    "决定/裁判日期",
    "决定/裁判文号",
    "收到决定/裁判日期",
    "年报表四栏目",
    "纠错原因",
    "责令事项期限",
    "履行日期",
    "报备日期（受理、应诉）",
    "报备日期（结果）",
    "报备日期（履行）",
    "意见书反馈日期",
];

const FORM: Form = Form { title: "行政复议、行政诉讼台账", name: "复议诉讼台账", heads: &HEADS };

fn words(words: impl Into<String>) -> Cell {
    let words = words.into();
    if words.is_empty() { Cell::Empty } else { Cell::Words(words) }
}

const fn yes(is: bool) -> &'static str {
    if is { "是" } else { "否" }
}

fn kind(proceeding: &Proceeding) -> &'static str {
    match proceeding.kind {
        ProceedingKind::Reconsideration => "行政复议",
        ProceedingKind::Litigation => "行政诉讼",
    }
}

fn route(route: LitigationRoute) -> &'static str {
    match route {
        LitigationRoute::Direct => "未经复议直接起诉",
        LitigationRoute::AfterReconsideration => "复议后起诉",
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Reconsideration(outcome) => outcome.zh(),
        Outcome::Court(outcome) => outcome.zh(),
    }
}

/// Whether the head came to a sitting that was held (负责人出庭); nothing where none was.
fn head_came(proceeding: &Proceeding) -> Cell {
    let held = proceeding.hearings.iter().filter(|hearing| matches!(hearing.result, Some(HearingResult::Held { .. })));
    let came: Vec<bool> = held.filter_map(crate::case::model::Hearing::head_appeared).collect();
    if came.is_empty() { Cell::Empty } else { words(yes(came.contains(&true))) }
}

/// The filing of the performance, which is no duty of its own.
fn performance_filed(proceeding: &Proceeding) -> Cell {
    let of = proceeding.filings.iter().filter(|filing| filing.about == Some(FilingSubject::Performance));
    of.map(|filing| filing.on).min().into()
}

fn days(days: impl Iterator<Item = NaiveDate>) -> Cell {
    words(days.map(|on| on.to_string()).collect::<Vec<_>>().join("、"))
}

fn cells(n: u32, found: &Found, agency: &str) -> [Cell; 31] {
    let Found { case, proceeding, duties, cases, .. } = found;
    let numbers: Vec<&str> = cases.iter().filter_map(|case| case.case_number.as_deref()).collect();
    let challenged = match proceeding.against {
        Against::Reply { n } => case.reply(n).map(|reply| reply.document_number.clone()).unwrap_or_default(),
        Against::Silence => "逾期未答复".to_owned(),
        Against::OtherConduct => "其他行为".to_owned(),
    };
    let owed = |kinds: &[DutyKind]| duties.iter().find(|duty| kinds.contains(&duty.kind) && duty.ordinal == proceeding.n);
    let answer = owed(&[DutyKind::AnswerReconsideration, DutyKind::DefendLitigation]);
    let filed = |kind: DutyKind| owed(&[kind]).and_then(|duty| duty.met_on);
    let decision = proceeding.decision.as_ref();
    let order = decision.and_then(|decision| decision.order.as_ref());
    // A lawsuit is one through all its instances (choice 30): it stands in table four where it ended.
    let instance_above = |later: &&Proceeding| later.follows == Some(proceeding.n) && later.kind == proceeding.kind;
    let counts = match case.proceedings.iter().find(instance_above) {
        Some(_) if proceeding.stands_as().counts() => "并入后一审级",
        _ => yes(proceeding.stands_as().counts()),
    };
    let rests: Vec<String> = proceeding
        .suspensions
        .iter()
        .map(|rest| format!("{}至{}", rest.on, rest.resumed_on.map(|on| on.to_string()).unwrap_or_default()))
        .collect();
    [
        Cell::Number(n),
        words(agency),
        words(numbers.join("、")),
        words(challenged),
        words(kind(proceeding)),
        words(proceeding.instance.map_or("", Instance::zh)),
        words(proceeding.route.map_or("", route)),
        words(proceeding.procedure.zh()),
        words(&*proceeding.body),
        words(proceeding.case_number.as_deref().unwrap_or_default()),
        words(proceeding.stands_as().zh()),
        words(counts),
        proceeding.accepted_on.into(),
        Cell::Day(proceeding.received_on),
        answer.map(|duty| duty.due_on).into(),
        proceeding.answer.as_ref().map(|answer| answer.on).into(),
        days(proceeding.hearings.iter().map(|hearing| hearing.on)),
        head_came(proceeding),
        words(rests.join("、")),
        words(decision.map_or("", |decision| outcome(decision.outcome))),
        decision.map(|decision| decision.decided_on).into(),
        words(decision.and_then(|decision| decision.document_number.as_deref()).unwrap_or_default()),
        decision.map(|decision| decision.received_on).into(),
        words(if counts == yes(true) { report_column(case, proceeding).zh() } else { "" }),
        words(decision.and_then(|decision| decision.cause).map_or("", CorrectionCause::zh)),
        order.and(owed(&[DutyKind::PerformOrder])).map(|duty| duty.due_on).into(),
        order.and_then(|order| order.performed_on).into(),
        filed(DutyKind::FileOpening).into(),
        filed(DutyKind::FileDecision).into(),
        performance_filed(proceeding),
        proceeding.opinion.as_ref().and_then(|opinion| opinion.report.as_ref()).map(|report| report.on).into(),
    ]
}

/// Filters as the list has them.
#[derive(Debug)]
pub struct ExportProceedings {
    list: ListProceedings,
    said: Vec<String>,
}

impl IntoParams for ExportProceedings {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        ListProceedings::into_params(&place).into_iter().filter(|known| !OF_PAGES.contains(&known.name.as_str())).collect()
    }
}

impl ExportProceedings {
    fn read(call: &Call) -> Result<Self, Problem> {
        let pairs: Vec<(String, String)> = crate::http::body::query(call.request.query_string())?;
        if let Some((name, _)) = pairs.iter().find(|(name, _)| OF_PAGES.contains(&name.as_str())) {
            let (zh, en) = (format!("不支持参数 {name}"), format!("there is no parameter {name} here"));
            return Err(Problem::parameter(Fault::MalformedParameter, name, zh, en));
        }
        let list: ListProceedings = call.query()?;
        list.check()?;
        let said = pairs.into_iter().map(|(key, value)| format!("{key}={value}")).collect();
        Ok(Self { list: ListProceedings { limit: Some(paging::MAX_LIMIT), ..list }, said })
    }
}

/// A file that is ready: its bytes and rows.
fn make(
    conn: &mut PgConnection,
    office: &Office,
    reads: &[Uuid],
    (asked, kind): (&ListProceedings, FileKind),
) -> Result<(Vec<u8>, u32), Problem> {
    let called: BTreeMap<Uuid, String> =
        agencies::table.filter(agencies::id.eq_any(reads)).select((agencies::id, agencies::name)).load(conn)?.into_iter().collect();
    let mut sheet = Sheet::begin_as(kind, office.clock.today(), FORM)?;
    let (mut rows, mut cursor) = (0, None);
    loop {
        let page = found(conn, office, reads, &ListProceedings { cursor, ..asked.clone() })?;
        for found in &page.items {
            rows += 1;
            if rows > MOST_ROWS {
                let (zh, en) =
                    (format!("一次最多导出{MOST_ROWS}件，请缩小范围"), format!("a file has at most {MOST_ROWS} rows: narrow the filters"));
                return Err(Problem::new(Fault::ParameterRefused, zh, en));
            }
            sheet.row(&cells(rows, found, called.get(&found.agency_id).map_or("", String::as_str)))?;
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let mut file = sheet.end()?;
    let mut bytes = Vec::new();
    file.rewind().and_then(|()| file.read_to_end(&mut bytes)).map_err(|error| Problem::internal(&error))?;
    Ok((bytes, rows))
}

async fn export(call: Call, operation: &'static str, kind: FileKind) -> Answer {
    let scope = call.permit(operation)?;
    let ExportProceedings { list: asked, said } = ExportProceedings::read(&call)?;
    let (office, request_id) = (Arc::clone(&call.app.office), request_id(&call.request));
    let (agency, account) = (call.caller.agency_id, call.caller.account_id);
    let reads = find::agencies(&scope.reads, asked.agency);
    let bytes = call
        .app
        .db
        .run(scope, move |conn| {
            let mut moment = conn.build_transaction().repeatable_read().read_only();
            let (bytes, rows) = moment.run(|conn| make(conn, &office, &reads, (&asked, kind)))?;
            let sha256 = crypto::hex(&crypto::sha256(&bytes));
            let format = format!("proceedings.{}", kind.extension());
            let event = AgencyEvent::RegisterExported { format, asked: said, rows, sha256, purpose: None };
            let pen = Pen { office: &office, agency, actor: Actor::Account { id: account }, request_id };
            conn.transaction(|conn| agency::append(conn, &pen, &[event]).map_err(|error: JournalError| Problem::from(error)))?;
            Ok::<_, Problem>(bytes)
        })
        .await?;
    let name = format!("attachment; filename=\"proceedings-{}.{}\"", call.app.office.clock.today(), kind.extension());
    Ok(HttpResponse::Ok().content_type(kind.media_type()).insert_header((header::CONTENT_DISPOSITION, name)).body(bytes))
}

/// Reconsiderations and lawsuits as a table for office programs.
///
/// What is on record of each for its filing (报备): numbers, dates, terms, sittings, outcome, column of table four, cause, order, filings. Filtered as
/// the list is; one over several cases stands once. Nobody is named. At most 20,000 rows; the export stands on the agency's trail.
#[utoipa::path(tag = "read", params(ExportProceedings), responses((status = 200, description = "The file.",
    content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
#[get("/proceedings.xlsx")]
pub async fn export_proceedings_xlsx(call: Call) -> Answer {
    export(call, "export_proceedings_xlsx", FileKind::Xlsx).await
}

/// Reconsiderations and lawsuits as comma-separated values.
///
/// The same rows and columns as the XLSX file, in UTF-8 with a byte order mark.
#[utoipa::path(tag = "read", params(ExportProceedings), responses((status = 200, description = "The file.", content((String = "text/csv")))))]
#[get("/proceedings.csv")]
pub async fn export_proceedings_csv(call: Call) -> Answer {
    export(call, "export_proceedings_csv", FileKind::Csv).await
}
