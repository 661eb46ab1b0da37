//! Inspections as their inspector reads them: the sample with its scores, and the score sheet as a table. Who: a supervisor of the agency that drew.

use super::find;
use super::names::AgencyRef;
use super::register::sheet::neutral;
use super::shape::{Label, view};
use crate::db::inspections::{self, Data, Row, Scored};
use crate::db::schema::agencies;
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::paging::{self, Page};
use crate::http::problem::Problem;
use crate::rules::inspection::{Criterion, EXPLAINED};
use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Points of a line of the sheet.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Points {
    /// The line.
    pub code: String,
    /// The points.
    pub points: u32,
}

view! {
    /// A dossier of the sample.
    pub struct InspectedDossier {
        /// Place in the sample, from 1.
        n: i32,
        /// The agency.
        agency: AgencyRef,
        /// The case.
        case_id: Uuid,
        /// Its register number.
        case_number: String,
        /// Where its page is.
        href: String,
        /// Where the inspector reads it.
        dossier_href: String,
        /// Points by line of the sheet; none while it is not scored.
        scores: Vec<Points>,
        /// Their sum.
        total: Option<u32>,
        /// What was remarked.
        remark: Option<String>,
        /// When it was scored last.
        scored_at: Option<DateTime<Utc>>,
    }
    /// An inspection.
    pub struct Inspection {
        /// Its id.
        id: Uuid,
        /// The year of the receipt dates.
        year: i32,
        /// The seed.
        seed: String,
        /// The algorithm.
        algorithm: String,
        /// The algorithm in words.
        explained: Label,
        /// How many dossiers were asked for.
        size: u32,
        /// How many could have been drawn.
        population: u32,
        /// SHA-256 over them, in hexadecimal: pairs of agency and case as 16-byte UUIDs, rising.
        population_sha256: String,
        /// The agencies.
        agencies: Vec<AgencyRef>,
        /// The score sheet.
        sheet: Vec<Criterion>,
        /// The sample, in the order it was drawn.
        items: Vec<InspectedDossier>,
        /// When it was drawn.
        drawn_at: DateTime<Utc>,
        /// How many dossiers are scored.
        scored: usize,
        /// The mean of the totals in tenths of a point, rounded down; null while none is scored.
        mean_tenths: Option<u32>,
        /// The result in words; null until it is said.
        result: Option<String>,
        /// When it was said.
        concluded_at: Option<DateTime<Utc>>,
    }
}

/// An inspection of an agency.
pub fn show(conn: &mut PgConnection, agency: Uuid, id: Uuid) -> Result<Inspection, Problem> {
    let row = inspections::find(conn, agency, id)?.ok_or_else(Problem::not_found)?;
    read(conn, row)
}

fn read(conn: &mut PgConnection, row: Row) -> Result<Inspection, Problem> {
    let data: Data = row.read().map_err(|error| Problem::internal(&error))?;
    let called: BTreeMap<Uuid, String> = agencies::table
        .filter(agencies::id.eq_any(&data.agencies))
        .select((agencies::id, agencies::name))
        .load(conn)?
        .into_iter()
        .collect();
    let agency = |id: Uuid| AgencyRef { id, name: called.get(&id).cloned() };
    let mut scores: BTreeMap<i32, (Scored, DateTime<Utc>)> = BTreeMap::new();
    for scored in inspections::scores_of(conn, row.agency_id, row.id)? {
        scores.insert(scored.n, (scored.read().map_err(|error| Problem::internal(&error))?, scored.scored_at));
    }
    let totals: Vec<u32> = scores.values().map(|(scored, _)| scored.total).collect();
    let sum: u32 = totals.iter().fold(0, |sum, total| sum.saturating_add(*total));
    let mean_tenths = u32::try_from(totals.len()).ok().and_then(|count| sum.saturating_mul(10).checked_div(count));
    let items = (1_i32..).zip(&data.items).map(|(n, drawn)| {
        let (dossier, scored_at) = scores.get(&n).cloned().unzip();
        let points = |scored: &Scored| scored.scores.iter().map(|(code, points)| Points { code: code.clone(), points: *points }).collect();
        InspectedDossier {
            n,
            agency: agency(drawn.agency),
            case_id: drawn.case,
            case_number: drawn.case_number.clone(),
            href: format!("/api/v1/cases/{}", drawn.case),
            dossier_href: format!("/api/v1/inspections/{}/items/{n}/dossier", row.id),
            scores: dossier.as_ref().map(points).unwrap_or_default(),
            total: dossier.as_ref().map(|scored| scored.total),
            remark: dossier.and_then(|scored| scored.remark),
            scored_at,
        }
    });
    Ok(Inspection {
        id: row.id,
        year: data.year,
        seed: data.seed.clone(),
        algorithm: data.algorithm.clone(),
        explained: Label { zh: EXPLAINED.0, en: EXPLAINED.1 },
        size: data.size,
        population: data.population,
        population_sha256: data.population_sha256.clone(),
        agencies: data.agencies.iter().map(|id| agency(*id)).collect(),
        items: items.collect(),
        sheet: data.sheet,
        drawn_at: row.drawn_at,
        scored: totals.len(),
        mean_tenths,
        result: row.result,
        concluded_at: row.concluded_at,
    })
}

/// The score sheet as a table: a row a dossier, a column a line of the sheet.
fn table(inspection: &Inspection) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold().set_text_wrap();
    let sheet = book.add_worksheet();
    sheet.set_name("评分表")?;
    let about = [
        format!("{}年度案卷抽查", inspection.year),
        format!("种子：{}；抽取算法：{}", inspection.seed, inspection.algorithm),
        format!("可抽案卷{}件，抽取{}件；{}", inspection.population, inspection.items.len(), inspection.explained.zh),
        format!("可抽案卷清单 SHA-256：{}", inspection.population_sha256),
        inspection.result.clone().map(|result| format!("结论：{result}")).unwrap_or_default(),
    ];
    for (row, words) in (0_u32..).zip(&about) {
        sheet.write_string(row, 0, neutral(words))?;
    }
    let head = 6;
    let fixed = ["序号", "机关", "登记编号"].map(str::to_owned).into_iter();
    let lines = inspection.sheet.iter().map(|line| format!("{}（{}分）", line.title, line.points));
    for (column, words) in (0_u16..).zip(fixed.chain(lines).chain(["合计", "备注"].map(str::to_owned))) {
        sheet.set_column_width(column, 18)?;
        sheet.write_string_with_format(head, column, neutral(&words), &bold)?;
    }
    let after = u16::try_from(inspection.sheet.len()).unwrap_or(u16::MAX - 4).saturating_add(3);
    for (row, item) in (head + 1..).zip(&inspection.items) {
        sheet.write_number(row, 0, item.n)?;
        sheet.write_string(row, 1, neutral(item.agency.name.as_deref().unwrap_or_default()))?;
        sheet.write_string(row, 2, neutral(&item.case_number))?;
        for (column, line) in (3_u16..).zip(&inspection.sheet) {
            if let Some(points) = item.scores.iter().find(|points| points.code == line.code) {
                sheet.write_number(row, column, points.points)?;
            }
        }
        if let Some(total) = item.total {
            sheet.write_number(row, after, total)?;
        }
        sheet.write_string(row, after.saturating_add(1), neutral(item.remark.as_deref().unwrap_or_default()))?;
    }
    book.save_to_buffer()
}

/// Which inspections.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListInspections {
    /// Only those whose result is not said yet, or only those that are concluded.
    open: Option<bool>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where to go on, from `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List the inspections of the own agency, the newest first.
#[utoipa::path(tag = "supervision", params(ListInspections),
    responses((status = 200, description = "One page of inspections.", body = Page<Inspection>)))]
#[get("/inspections")]
pub async fn list_inspections(call: Call) -> Answer {
    let scope = call.permit("list_inspections")?;
    let asked: ListInspections = call.query()?;
    let limit = paging::limit(asked.limit)?;
    let after: Option<(DateTime<Utc>, Uuid)> = asked.cursor.as_deref().map(paging::unpack).transpose()?;
    find::date("cursor", after.map(|(at, _)| at.date_naive()))?;
    let agency = call.caller.agency_id;
    let page = call
        .app
        .db
        .run(scope, move |conn| {
            let rows = inspections::list(conn, agency, (asked.open, after), limit + 1)?;
            let Page { items, next_cursor, total } = paging::cut(rows, limit, |row: &Row| (row.drawn_at, row.id));
            let items = items.into_iter().map(|row| read(conn, row)).collect::<Result<Vec<_>, Problem>>()?;
            Ok::<_, Problem>(Page { items, next_cursor, total })
        })
        .await?;
    Ok(paging::answer(&call.request, &page))
}

/// Read an inspection.
#[utoipa::path(tag = "supervision", params(("inspection_id" = Uuid, Path, description = "The inspection.")),
    responses((status = 200, description = "The inspection.", body = Inspection)))]
#[get("/inspections/{inspection_id}")]
pub async fn get_inspection(call: Call) -> Answer {
    let scope = call.permit("get_inspection")?;
    find::no_query(&call)?;
    let (id, agency) = (call.id("inspection_id")?, call.caller.agency_id);
    let inspection = call.app.db.run(scope, move |conn| show(conn, agency, id)).await?;
    answer::ok(&inspection)
}

/// The score sheet of an inspection as a table for office programs.
///
/// A row a dossier, a column a line of the sheet; seed and algorithm stand above. A cell that a program would take for a formula has an apostrophe
/// before it.
#[utoipa::path(tag = "supervision", params(("inspection_id" = Uuid, Path, description = "The inspection.")),
    responses((status = 200, description = "The file.", content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
#[get("/inspections/{inspection_id}/scores.xlsx")]
pub async fn export_inspection_xlsx(call: Call) -> Answer {
    let scope = call.permit("export_inspection_xlsx")?;
    find::no_query(&call)?;
    let (id, agency) = (call.id("inspection_id")?, call.caller.agency_id);
    let inspection = call.app.db.run(scope, move |conn| show(conn, agency, id)).await?;
    let bytes = table(&inspection).map_err(|error| Problem::internal(&error))?;
    Ok(HttpResponse::Ok()
        .content_type("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        .insert_header(("content-disposition", format!("attachment; filename=\"inspection-{}.xlsx\"", inspection.year)))
        .body(bytes))
}
