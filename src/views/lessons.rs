//! Corrections and what was learnt from each (以案促改台账), domain 5.4 and 7: one line a correction that stands, with its lessons and with how many
//! notices of rectification followed; those from which nothing was learnt yet can be asked for. Who: staff for their agency, supervisors and auditors
//! for those below too, without the private texts.

use super::case_page::{LessonView, Reader};
use super::find;
use super::labels::Labelled;
use super::shape::{Label, view};
use crate::case::journal::of_row;
use crate::case::model::{CorrectionCause, Outcome, Proceeding, ProceedingKind};
use crate::case::office::Office;
use crate::db::schema::{cases, corrected_replies as corrected};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::caller::Caller;
use crate::http::paging::{self, Page};
use crate::http::problem::Problem;
use crate::rules::sight::{Whose, sight};
use actix_web::get;
use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use utoipa::IntoParams;
use uuid::Uuid;

view! {
    /// A correction, and what was learnt from it.
    pub struct CorrectionItem {
        /// The agency.
        agency_id: Uuid,
        /// The case.
        case_id: Uuid,
        /// Its register number.
        case_number: Option<String>,
        /// Where it is.
        href: String,
        /// Number of the proceeding in it.
        proceeding: u32,
        /// The proceeding, where it covers several cases: one decision, told on each of them.
        proceeding_id: Option<Uuid>,
        /// Reconsideration or lawsuit.
        kind: ProceedingKind,
        /// The body or court.
        body: String,
        /// The outcome.
        outcome: Outcome,
        /// What it is called.
        outcome_label: Label,
        /// The date of the decision.
        decided_on: NaiveDate,
        /// Why the agency was corrected.
        cause: Option<CorrectionCause>,
        /// What it is called.
        cause_label: Option<Label>,
        /// Lessons that were drawn; their words for who works the case.
        lessons: Vec<LessonView>,
        /// How many notices of rectification on the case name this proceeding, withdrawn ones left out.
        rectifications: usize,
    }
}

/// Which corrections.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListLessons {
    /// Why the agency was corrected; repeated for any of several.
    #[serde(default)]
    #[param(inline)]
    cause: Vec<CorrectionCause>,
    /// Only those from which a lesson was drawn, or only those from which none was yet.
    learnt: Option<bool>,
    /// Decided on this day or later.
    decided_from: Option<NaiveDate>,
    /// Decided on this day or earlier.
    decided_until: Option<NaiveDate>,
    /// One agency of those the caller reads; another has nothing to list.
    agency: Option<Uuid>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where to go on, from `next_cursor` of the page before.
    cursor: Option<String>,
    /// Count every row that fits, exactly.
    #[serde(default)]
    include_total: bool,
}

/// Where a page begins: the newest first.
#[derive(Debug, Serialize, Deserialize)]
struct Place(NaiveDate, Uuid, i32);

#[derive(Queryable)]
struct Row {
    agency_id: Uuid,
    case_id: Uuid,
    n: i32,
    decided_on: NaiveDate,
    fold_version: i32,
    state: Value,
}

fn filtered<'a>(asked: &'a ListLessons, reads: &'a [Uuid]) -> corrected::BoxedQuery<'a, Pg> {
    let mut query = corrected::table.filter(corrected::agency_id.eq_any(reads)).into_boxed();
    if !asked.cause.is_empty() {
        query = query.filter(corrected::cause.eq_any(asked.cause.iter().map(|cause| cause.code())));
    }
    match asked.learnt {
        Some(true) => query = query.filter(corrected::lessons.gt(0)),
        Some(false) => query = query.filter(corrected::lessons.eq(0)),
        None => {}
    }
    if let Some(from) = asked.decided_from {
        query = query.filter(corrected::decided_on.ge(from));
    }
    if let Some(until) = asked.decided_until {
        query = query.filter(corrected::decided_on.le(until));
    }
    query
}

fn rows(conn: &mut PgConnection, reads: &[Uuid], asked: &ListLessons, limit: i64) -> Result<Vec<Row>, Problem> {
    let mut query = filtered(asked, reads);
    if let Some(cursor) = &asked.cursor {
        let Place(on, case, n) = paging::unpack(cursor)?;
        find::date("cursor", Some(on))?;
        let later = corrected::case_id.gt(case).or(corrected::case_id.eq(case).and(corrected::n.gt(n)));
        query = query.filter(corrected::decided_on.lt(on).or(corrected::decided_on.eq(on).and(later)));
    }
    let keys: Vec<(Uuid, Uuid, i32, NaiveDate)> = query
        .order((corrected::decided_on.desc(), corrected::case_id.asc(), corrected::n.asc()))
        .limit(limit)
        .select((corrected::agency_id, corrected::case_id, corrected::n, corrected::decided_on))
        .load(conn)?;
    let ids: Vec<Uuid> = keys.iter().map(|(_, case, ..)| *case).collect();
    let states: Vec<(Uuid, i32, Value)> = cases::table
        .filter(cases::agency_id.eq_any(reads))
        .filter(cases::id.eq_any(ids))
        .select((cases::id, cases::fold_version, cases::state))
        .load(conn)?;
    let row = |(agency_id, case_id, n, decided_on): (Uuid, Uuid, i32, NaiveDate)| {
        let (_, fold_version, state) = states.iter().find(|(id, ..)| *id == case_id)?;
        Some(Row { agency_id, case_id, n, decided_on, fold_version: *fold_version, state: state.clone() })
    };
    Ok(keys.into_iter().filter_map(row).collect())
}

fn item(conn: &mut PgConnection, (office, caller): (&Office, &Caller), mut row: Row) -> Result<CorrectionItem, Problem> {
    let case = of_row(conn, row.agency_id, row.case_id, (row.fold_version, row.state.take()))?;
    let whose = if caller.agency_id == row.agency_id { Whose::Own } else { Whose::Below };
    let reader = Reader::open(conn, office, &case, sight(whose, caller.roles.iter().copied()))?;
    let known = u32::try_from(row.n).ok().and_then(|n| case.proceeding(n));
    let found: Option<(&Proceeding, _)> = known.and_then(|known| Some((known, known.decision.as_ref()?)));
    let (proceeding, decision) = found.ok_or_else(|| Problem::internal(&format!("a correction of case {} is unknown", case.id)))?;
    let followed = case.rectifications.iter().filter(|notice| notice.proceeding == Some(proceeding.n) && notice.withdrawn.is_none());
    Ok(CorrectionItem {
        agency_id: row.agency_id,
        case_id: case.id,
        case_number: case.registration.as_ref().map(|entry| entry.case_number.clone()),
        href: format!("/api/v1/cases/{}", case.id),
        proceeding: proceeding.n,
        proceeding_id: proceeding.joint.as_ref().map(|joint| joint.id),
        kind: proceeding.kind,
        body: proceeding.body.clone(),
        outcome: decision.outcome,
        outcome_label: match decision.outcome {
            Outcome::Reconsideration(outcome) => outcome.label(),
            Outcome::Court(outcome) => outcome.label(),
        },
        decided_on: decision.decided_on,
        cause: decision.cause,
        cause_label: decision.cause.map(Labelled::label),
        lessons: case.lessons.iter().filter(|lesson| lesson.proceeding == proceeding.n).map(|lesson| reader.lesson(lesson)).collect(),
        rectifications: followed.count(),
    })
}

fn list(
    conn: &mut PgConnection,
    viewer: (&Office, &Caller),
    (reads, asked): (&[Uuid], &ListLessons),
) -> Result<Page<CorrectionItem>, Problem> {
    let limit = paging::limit(asked.limit)?;
    let page = paging::cut(rows(conn, reads, asked, limit + 1)?, limit, |row: &Row| Place(row.decided_on, row.case_id, row.n));
    let items = page.items.into_iter().map(|row| item(conn, viewer, row)).collect::<Result<Vec<_>, _>>()?;
    let total = if asked.include_total { Some(filtered(asked, reads).count().get_result(conn)?) } else { None };
    Ok(Page { items, next_cursor: page.next_cursor, total })
}

/// Corrections and their lessons.
///
/// The newest first. A correction that a court above has since undone is not among them; `learnt=false` is what nothing was learnt from yet.
#[utoipa::path(tag = "read", params(ListLessons), responses(
    (status = 200, description = "One page of corrections.", body = Page<CorrectionItem>),
))]
#[get("/lessons")]
pub async fn list_lessons(call: Call) -> Answer {
    let scope = call.permit("list_lessons")?;
    let asked: ListLessons = call.query()?;
    find::date("decided_from", asked.decided_from)?;
    find::date("decided_until", asked.decided_until)?;
    let (office, caller) = (Arc::clone(&call.app.office), call.caller.clone());
    let reads = find::agencies(&scope.reads, asked.agency);
    let page = call.app.db.run(scope, move |conn| list(conn, (&office, &caller), (&reads, &asked))).await?;
    Ok(paging::answer(&call.request, &page))
}
