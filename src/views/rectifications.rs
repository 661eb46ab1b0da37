//! Notices of rectification (整改通知, Art 46) of both kinds in one list: those on a case, and those that arose from a pattern over cases, an
//! inspection or a letter of the authority. Who: staff for their agency, supervisors and auditors for those below too.
//!
//! A notice on a case is known by its duty, which the journal keeps; one on a voided case is owed by nobody and not listed.

use super::case_page::{Reader, RectificationReportView, RectificationView, SentBackView, notice_view};
use super::find;
use super::names::{AccountRef, DepartmentRef, Names};
use super::shape::view;
use crate::case::journal::of_row;
use crate::case::office::Office;
use crate::db::rectifications::{self, Data, Row};
use crate::db::schema::{cases, duties, rectifications as notices};
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::caller::Caller;
use crate::http::paging::{self, Page};
use crate::http::problem::Problem;
use crate::rules::sight::{Whose, sight};
use crate::rules::supervision::{RectificationSource, RectificationState};
use crate::rules::terms::DutyKind;
use actix_web::get;
use chrono::NaiveDate;
use diesel::dsl::{exists, not};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::cmp::Reverse;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

view! {
    /// A notice of rectification, on a case or on none.
    pub struct RectificationItem {
        /// The agency.
        agency_id: Uuid,
        /// The notice, where it hangs on no case.
        id: Option<Uuid>,
        /// The case it hangs on.
        case_id: Option<Uuid>,
        /// The register number of that case.
        case_number: Option<String>,
        /// Where to read it, or its case.
        href: String,
        /// From what it arises, where it hangs on no case.
        source: Option<RectificationSource>,
        /// The letter of the authority that gave rise to it.
        supervision_letter_id: Option<Uuid>,
        /// The cases in which the same was seen, where it hangs on none of them.
        cases: Vec<Uuid>,
        /// Running number in the case; of one on no case in the agency.
        n: u32,
        /// The proceeding that gave rise to it; of one on a case only.
        proceeding: Option<u32>,
        /// The department.
        department: DepartmentRef,
        /// What is wrong, and what is to be done.
        what: Option<String>,
        /// By when; after a return the later date.
        due_on: NaiveDate,
        /// The day of the notice.
        on: NaiveDate,
        /// Who gave it.
        by: AccountRef,
        /// Where it stands.
        state: RectificationState,
        /// The department still owes a report.
        open: bool,
        /// Mended or withdrawn: nothing is to be done any more.
        settled: bool,
        /// A report is owed, and its date has passed.
        overdue: bool,
        /// Reports, the latest last.
        reports: Vec<RectificationReportView>,
        /// Withdrawn.
        withdrawn: Option<SentBackView>,
    }
}

/// In which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum RectificationSort {
    /// The earliest date first.
    #[default]
    #[serde(rename = "due_on")]
    Rising,
    /// The latest date first.
    #[serde(rename = "-due_on")]
    Falling,
}

/// Which notices.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListRectifications {
    /// To this department; repeated for any of several.
    #[serde(default)]
    pub department: Vec<Uuid>,
    /// Where it stands; repeated for any of several.
    #[serde(default)]
    #[param(inline)]
    pub state: Vec<RectificationState>,
    /// Only those on a case, or only those on none.
    pub on_case: Option<bool>,
    /// On this case.
    pub case_id: Option<Uuid>,
    /// Due before this day.
    pub due_before: Option<NaiveDate>,
    /// One agency of those the caller reads; another has nothing to list.
    pub agency: Option<Uuid>,
    /// In which order.
    #[serde(default)]
    #[param(inline)]
    pub sort: RectificationSort,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// Where to go on, from `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Count every row that fits, exactly.
    #[serde(default)]
    pub include_total: bool,
}

/// The place of a row: its date, the case or the notice, its number in the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Place(NaiveDate, Uuid, i32);

/// A notice of either kind, before it is opened.
enum Found {
    OnCase { agency: Uuid, case: Uuid, n: i32, due_on: NaiveDate, fold_version: i32, state: Value },
    OnNone(Box<Row>),
}

impl Found {
    fn place(&self) -> Place {
        match self {
            Self::OnCase { case, n, due_on, .. } => Place(*due_on, *case, *n),
            Self::OnNone(row) => Place(row.due_on, row.id, 0),
        }
    }
}

/// What a list is made for.
struct Reading<'a> {
    office: &'a Office,
    caller: &'a Caller,
    reads: Vec<Uuid>,
}

mod look {
    use crate::db::schema::duties;

    diesel::alias!(duties as looks: Looks);
}

fn on_cases<'a>(asked: &'a ListRectifications, reads: &'a [Uuid]) -> duties::BoxedQuery<'a, Pg> {
    // The second look that is owed for the report on the same notice.
    let second_look = || {
        look::looks
            .filter(look::looks.field(duties::agency_id).eq(duties::agency_id))
            .filter(look::looks.field(duties::case_id).eq(duties::case_id))
            .filter(look::looks.field(duties::ordinal).eq(duties::ordinal))
            .filter(look::looks.field(duties::kind).eq(DutyKind::ReviewRectification.code()))
            .filter(look::looks.field(duties::open))
            .select(look::looks.field(duties::ordinal))
    };
    let mut query = duties::table.filter(duties::agency_id.eq_any(reads)).filter(duties::kind.eq(DutyKind::Rectify.code())).into_boxed();
    if !asked.department.is_empty() {
        query = query.filter(duties::department_id.eq_any(&asked.department));
    }
    if !asked.state.is_empty() {
        let wanted = |state: RectificationState| asked.state.contains(&state);
        let open = duties::open.and(wanted(RectificationState::Open).into_sql::<diesel::sql_types::Bool>());
        let reported =
            not(duties::open).and(exists(second_look())).and(wanted(RectificationState::Reported).into_sql::<diesel::sql_types::Bool>());
        let settled = not(duties::open)
            .and(not(exists(second_look())))
            .and(wanted(RectificationState::Settled).into_sql::<diesel::sql_types::Bool>());
        query = query.filter(open.or(reported).or(settled));
    }
    if let Some(case) = asked.case_id {
        query = query.filter(duties::case_id.eq(case));
    }
    if let Some(before) = asked.due_before {
        query = query.filter(duties::due_on.lt(before));
    }
    query
}

fn on_none<'a>(asked: &'a ListRectifications, reads: &'a [Uuid]) -> notices::BoxedQuery<'a, Pg> {
    let mut query = notices::table.filter(notices::agency_id.eq_any(reads)).into_boxed();
    if !asked.department.is_empty() {
        query = query.filter(notices::department_id.eq_any(&asked.department));
    }
    if !asked.state.is_empty() {
        query = query.filter(notices::state.eq_any(asked.state.iter().map(|state| state.code())));
    }
    if let Some(before) = asked.due_before {
        query = query.filter(notices::due_on.lt(before));
    }
    query
}

fn found_on_cases(
    conn: &mut PgConnection,
    (asked, reads): (&ListRectifications, &[Uuid]),
    (after, limit): (Option<Place>, i64),
) -> QueryResult<Vec<Found>> {
    let mut query = on_cases(asked, reads);
    if let Some(Place(on, id, n)) = after {
        query = match asked.sort {
            RectificationSort::Rising => {
                let behind = duties::case_id.gt(id).or(duties::case_id.eq(id).and(duties::ordinal.gt(n)));
                query.filter(duties::due_on.gt(on).or(duties::due_on.eq(on).and(behind)))
            }
            RectificationSort::Falling => {
                let behind = duties::case_id.lt(id).or(duties::case_id.eq(id).and(duties::ordinal.lt(n)));
                query.filter(duties::due_on.lt(on).or(duties::due_on.eq(on).and(behind)))
            }
        };
    }
    query = match asked.sort {
        RectificationSort::Rising => query.order((duties::due_on.asc(), duties::case_id.asc(), duties::ordinal.asc())),
        RectificationSort::Falling => query.order((duties::due_on.desc(), duties::case_id.desc(), duties::ordinal.desc())),
    };
    let rows: Vec<(Uuid, Uuid, i32, NaiveDate)> =
        query.limit(limit).select((duties::agency_id, duties::case_id, duties::ordinal, duties::due_on)).load(conn)?;
    let ids: Vec<Uuid> = rows.iter().map(|(_, case, ..)| *case).collect();
    let states: Vec<(Uuid, i32, Value)> = cases::table
        .filter(cases::agency_id.eq_any(reads))
        .filter(cases::id.eq_any(&ids))
        .select((cases::id, cases::fold_version, cases::state))
        .load(conn)?;
    let found = rows.into_iter().filter_map(|(agency, case, n, due_on)| {
        let (_, fold_version, state) = states.iter().find(|(id, ..)| *id == case)?;
        Some(Found::OnCase { agency, case, n, due_on, fold_version: *fold_version, state: state.clone() })
    });
    Ok(found.collect())
}

fn found_on_none(
    conn: &mut PgConnection,
    (asked, reads): (&ListRectifications, &[Uuid]),
    (after, limit): (Option<Place>, i64),
) -> QueryResult<Vec<Found>> {
    let mut query = on_none(asked, reads);
    if let Some(Place(on, id, _)) = after {
        query = match asked.sort {
            RectificationSort::Rising => query.filter(notices::due_on.gt(on).or(notices::due_on.eq(on).and(notices::id.gt(id)))),
            RectificationSort::Falling => query.filter(notices::due_on.lt(on).or(notices::due_on.eq(on).and(notices::id.lt(id)))),
        };
    }
    query = match asked.sort {
        RectificationSort::Rising => query.order((notices::due_on.asc(), notices::id.asc())),
        RectificationSort::Falling => query.order((notices::due_on.desc(), notices::id.desc())),
    };
    let rows: Vec<Row> = query.limit(limit).select(Row::as_select()).load(conn)?;
    Ok(rows.into_iter().map(|row| Found::OnNone(Box::new(row))).collect())
}

/// A notice with what stands beside it in the list.
struct Beside {
    agency_id: Uuid,
    id: Option<Uuid>,
    case_id: Option<Uuid>,
    case_number: Option<String>,
    source: Option<RectificationSource>,
    supervision_letter_id: Option<Uuid>,
    cases: Vec<Uuid>,
}

fn item(beside: Beside, (notice, state): (RectificationView, RectificationState), today: NaiveDate) -> RectificationItem {
    let Beside { agency_id, id, case_id, case_number, source, supervision_letter_id, cases } = beside;
    let href = match (id, case_id) {
        (Some(id), _) => format!("/api/v1/rectifications/{id}"),
        (None, case) => format!("/api/v1/cases/{}", case.unwrap_or_default()),
    };
    let RectificationView { n, proceeding, department, what, due_on, on, by, open, settled, reports, withdrawn } = notice;
    RectificationItem {
        agency_id,
        id,
        case_id,
        case_number,
        href,
        source,
        supervision_letter_id,
        cases,
        n,
        proceeding,
        department,
        what,
        due_on,
        on,
        by,
        state,
        open,
        settled,
        overdue: open && due_on < today,
        reports,
        withdrawn,
    }
}

/// A notice that hangs on no case, as its readers see it.
fn of_none(conn: &mut PgConnection, row: &Row, today: NaiveDate) -> Result<RectificationItem, Problem> {
    let Data { source, letter, cases, notice } = row.read().map_err(|error| Problem::internal(&error))?;
    let reviews = notice.reports.iter().flat_map(|report| [Some(report.by), report.review.as_ref().map(|review| review.by)]);
    let people = reviews.chain([Some(notice.by), Some(notice.department), notice.withdrawn.as_ref().map(|withdrawn| withdrawn.by)]);
    let names = Names::read(conn, &[row.agency_id], &people.flatten().collect::<Vec<_>>())?;
    let beside = Beside {
        agency_id: row.agency_id,
        id: Some(row.id),
        case_id: None,
        case_number: None,
        source: Some(source),
        supervision_letter_id: letter,
        cases,
    };
    Ok(item(beside, (notice_view(&notice, &names), notice.state()), today))
}

fn opened(conn: &mut PgConnection, reading: &Reading<'_>, found: Found) -> Result<RectificationItem, Problem> {
    let today = reading.office.clock.today();
    match found {
        Found::OnNone(row) => of_none(conn, &row, today),
        Found::OnCase { agency, case: id, n, fold_version, state, .. } => {
            let case = of_row(conn, agency, id, (fold_version, state))?;
            let whose = if reading.caller.agency_id == agency { Whose::Own } else { Whose::Below };
            let reader = Reader::open(conn, reading.office, &case, sight(whose, reading.caller.roles.iter().copied()))?;
            let known = u32::try_from(n).ok().and_then(|n| case.rectification(n));
            let notice = known.ok_or_else(|| Problem::internal(&format!("a notice of case {id} is unknown")))?;
            let beside = Beside {
                agency_id: agency,
                id: None,
                case_id: Some(id),
                case_number: case.registration.as_ref().map(|entry| entry.case_number.clone()),
                source: None,
                supervision_letter_id: None,
                cases: Vec::new(),
            };
            Ok(item(beside, (reader.rectification(notice), notice.state()), today))
        }
    }
}

fn list(conn: &mut PgConnection, reading: &Reading<'_>, asked: &ListRectifications) -> Result<Page<RectificationItem>, Problem> {
    let limit = paging::limit(asked.limit)?;
    let after: Option<Place> = asked.cursor.as_deref().map(paging::unpack).transpose()?;
    find::date("cursor", after.map(|place| place.0))?;
    let of = (asked, reading.reads.as_slice());
    let with_cases = asked.on_case != Some(false);
    let without = asked.on_case != Some(true) && asked.case_id.is_none();
    let mut found = Vec::new();
    if with_cases {
        found.extend(found_on_cases(conn, of, (after, limit + 1))?);
    }
    if without {
        found.extend(found_on_none(conn, of, (after, limit + 1))?);
    }
    match asked.sort {
        RectificationSort::Rising => found.sort_by_key(Found::place),
        RectificationSort::Falling => found.sort_by_key(|found| Reverse(found.place())),
    }
    found.truncate(usize::try_from(limit + 1).unwrap_or(usize::MAX));
    let page = paging::cut(found, limit, Found::place);
    let items = page.items.into_iter().map(|found| opened(conn, reading, found)).collect::<Result<Vec<_>, _>>()?;
    let mut total = None;
    if asked.include_total {
        let on_case: i64 = if with_cases { on_cases(of.0, of.1).count().get_result(conn)? } else { 0 };
        let on_no_case: i64 = if without { on_none(of.0, of.1).count().get_result(conn)? } else { 0 };
        total = Some(on_case + on_no_case);
    }
    Ok(Page { items, next_cursor: page.next_cursor, total })
}

/// One notice on no case, by who may read it; any other is as unknown as one that does not exist.
pub fn read(conn: &mut PgConnection, office: &Office, reads: &[Uuid], id: Uuid) -> Result<RectificationItem, Problem> {
    let row = rectifications::find(conn, reads, id)?.ok_or_else(Problem::not_found)?;
    of_none(conn, &row, office.clock.today())
}

/// Notices of rectification, on cases and on none.
///
/// By their dates; `state=open&due_before=` is what departments owe. A notice on a case is reported on and reviewed there, and so is one of an agency
/// below by that agency alone.
#[utoipa::path(tag = "supervision", params(ListRectifications), responses(
    (status = 200, description = "One page of notices.", body = Page<RectificationItem>),
))]
#[get("/rectifications")]
pub async fn list_rectifications(call: Call) -> Answer {
    let scope = call.permit("list_rectifications")?;
    let asked: ListRectifications = call.query()?;
    find::date("due_before", asked.due_before)?;
    let (office, caller) = (Arc::clone(&call.app.office), call.caller.clone());
    let reads = find::agencies(&scope.reads, asked.agency);
    let page = call.app.db.run(scope, move |conn| list(conn, &Reading { office: &office, caller: &caller, reads }, &asked)).await?;
    Ok(paging::answer(&call.request, &page))
}

/// Read a notice of rectification that hangs on no case.
#[utoipa::path(tag = "supervision", params(("rectification_id" = Uuid, Path, description = "The notice.")),
    responses((status = 200, description = "The notice.", body = RectificationItem)))]
#[get("/rectifications/{rectification_id}")]
pub async fn get_rectification(call: Call) -> Answer {
    let scope = call.permit("get_rectification")?;
    find::no_query(&call)?;
    let (id, office, reads) = (call.id("rectification_id")?, Arc::clone(&call.app.office), scope.reads.clone());
    let notice = call.app.db.run(scope, move |conn| read(conn, &office, &reads, id)).await?;
    answer::ok(&notice)
}
