//! What does not stand any more as frozen reports counted it, page by page; a report itself shows the first of it. Who: whoever reads the own report of
//! the agency. A report of all below says of each agency how many there are.

use super::{ReportOf, Wanted, at_once, body};
use crate::db::schema::cases;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::paging::{self, Page};
use crate::http::problem::Problem;
use crate::rules::annual_report::count::Difference;
use crate::rules::annual_report::published::ProceedingDifference;
use crate::views::shape::view;
use actix_web::get;
use diesel::prelude::*;
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::IntoParams;
use uuid::Uuid;

view! {
    /// A case or a proceeding that does not stand any more as a frozen report counted it.
    pub struct ReportDifference {
        /// The case; of a proceeding the one under which it was or is counted.
        case_id: Uuid,
        /// Its register number.
        case_number: Option<String>,
        /// Where it is.
        href: String,
        /// The number of the proceeding in the case; null of table three.
        n: Option<i32>,
        /// Why, in table three.
        reason: Option<Difference>,
        /// Why, in table four.
        proceeding_reason: Option<ProceedingDifference>,
        /// The same in Chinese.
        detail: String,
    }
}

/// A page of the differences.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListDifferences {
    /// The agency; the own one unless said otherwise.
    agency: Option<Uuid>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins.
    cursor: Option<String>,
    /// Count all of them, exactly.
    #[serde(default)]
    include_total: bool,
}

/// Where the differences of the report of an agency are.
pub(super) fn href(agency: Uuid, year: i32) -> String {
    format!("/api/v1/annual-reports/{year}/differences/{{table}}?agency={agency}")
}

/// What differs in a table, by case and number.
struct Differing {
    case: Uuid,
    n: Option<i32>,
    reason: Option<Difference>,
    proceeding_reason: Option<ProceedingDifference>,
    detail: String,
}

impl Differing {
    fn place(&self) -> (Uuid, i32) {
        (self.case, self.n.unwrap_or_default())
    }
}

fn all(conn: &mut PgConnection, table: &str, wanted: &Wanted) -> Result<Vec<Differing>, Problem> {
    let (agency, year) = (wanted.agency, wanted.year);
    let mut found: Vec<Differing> = match table {
        "three" => {
            let differing = body::all_differences(conn, agency, year)?.cases.into_iter();
            let of = |one: body::CaseDifference| Differing {
                case: one.case_id,
                n: None,
                reason: Some(one.reason),
                proceeding_reason: None,
                detail: one.detail,
            };
            differing.map(of).collect()
        }
        "four" => {
            let differing = body::all_proceeding_differences(conn, agency, year)?.proceedings.into_iter();
            let of = |one: body::ProceedingChange| Differing {
                case: one.case_id,
                n: Some(one.n),
                reason: None,
                proceeding_reason: Some(one.reason),
                detail: one.detail,
            };
            differing.map(of).collect()
        }
        _ => return Err(Problem::not_found()),
    };
    found.sort_by_key(Differing::place);
    Ok(found)
}

fn numbers(conn: &mut PgConnection, agency: Uuid, found: &[Differing]) -> QueryResult<BTreeMap<Uuid, Option<String>>> {
    let ids: Vec<Uuid> = found.iter().map(|one| one.case).collect();
    let rows = cases::table.filter(cases::agency_id.eq(agency)).filter(cases::id.eq_any(ids));
    Ok(rows.select((cases::id, cases::case_number)).load(conn)?.into_iter().collect())
}

/// What does not stand any more as frozen reports counted it.
///
/// `table` is `three` of the cases, `four` of the reconsiderations and lawsuits; by case. Of a frozen report, what it told.
#[utoipa::path(tag = "report", params(
    ("year" = i32, Path, description = "The year.", example = 2025),
    ("table" = String, Path, description = "`three` or `four`.", example = "three"), ListDifferences),
    responses((status = 200, description = "One page of differences.", body = Page<ReportDifference>)))]
#[get("/annual-reports/{year}/differences/{table}")]
pub async fn list_report_differences(call: Call) -> Answer {
    let asked: ListDifferences = call.query()?;
    let of = ReportOf { agency: asked.agency, consolidated: false };
    let (wanted, scope) = Wanted::of(&call, "list_report_differences", &of)?;
    let table = call.request.match_info().get("table").unwrap_or_default().to_owned();
    let limit = paging::limit(asked.limit)?;
    let after: Option<(Uuid, i32)> = asked.cursor.as_deref().map(paging::unpack).transpose()?;
    let page = call
        .app
        .db
        .run(scope, move |conn| {
            at_once(conn, |conn| {
                let mut found = all(conn, &table, &wanted)?;
                let total = asked.include_total.then(|| i64::try_from(found.len()).unwrap_or(i64::MAX));
                found.retain(|one| after.is_none_or(|after| one.place() > after));
                found.truncate(usize::try_from(limit + 1).unwrap_or(usize::MAX));
                let page = paging::cut(found, limit, Differing::place);
                let numbers = numbers(conn, wanted.agency, &page.items)?;
                let item = |one: Differing| ReportDifference {
                    case_id: one.case,
                    case_number: numbers.get(&one.case).cloned().flatten(),
                    href: format!("/api/v1/cases/{}", one.case),
                    n: one.n,
                    reason: one.reason,
                    proceeding_reason: one.proceeding_reason,
                    detail: one.detail,
                };
                Ok(Page { items: page.items.into_iter().map(item).collect(), next_cursor: page.next_cursor, total })
            })
        })
        .await?;
    Ok(paging::answer(&call.request, &page))
}
