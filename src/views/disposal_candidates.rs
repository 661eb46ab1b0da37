//! Dossiers whose period is over (到期案卷): what a clerk may propose for disposal. Who: clerks, approvers, auditors of the agency.
//!
//! Permanent ones never stand here, nor what is held, in a proceeding or disposed of.

use super::find;
use super::shape::view;
use crate::db::schema::cases;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::paging::{self, Page};
use crate::http::problem::Problem;
use actix_web::get;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

view! {
    /// A dossier that is due for disposal.
    pub struct DisposalCandidate {
        /// The case.
        case_id: Uuid,
        /// Where it is.
        href: String,
        /// Its register number.
        case_number: Option<String>,
        /// Its archive number (档号).
        archive_number: Option<String>,
        /// The day of closing.
        closed_on: Option<NaiveDate>,
        /// The day of archiving.
        archived_on: Option<NaiveDate>,
        /// The first day on which it is kept no longer.
        kept_until: NaiveDate,
    }
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListDisposalCandidates {
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// Where the page begins.
    pub cursor: Option<String>,
}

type Place = (NaiveDate, Uuid);
type Row = (Uuid, Option<String>, Option<String>, Option<NaiveDate>, Option<NaiveDate>, Option<NaiveDate>);

fn read(conn: &mut PgConnection, agency: Uuid, today: NaiveDate, (after, limit): (Option<Place>, i64)) -> QueryResult<Vec<Row>> {
    let mut query = cases::table.filter(cases::agency_id.eq(agency)).filter(cases::disposal_from.le(today)).into_boxed();
    if let Some((on, id)) = after {
        query = query.filter(cases::disposal_from.gt(on).or(cases::disposal_from.eq(on).and(cases::id.gt(id))));
    }
    query
        .order((cases::disposal_from.asc(), cases::id.asc()))
        .limit(limit + 1)
        .select((cases::id, cases::case_number, cases::archive_number, cases::closed_on, cases::archived_on, cases::disposal_from))
        .load(conn)
}

/// List the dossiers that are due for disposal, the longest overdue first.
#[utoipa::path(tag = "archive", params(ListDisposalCandidates), responses((status = 200, description = "Dossiers.", body = Page<DisposalCandidate>)))]
#[get("/disposal-candidates")]
pub async fn list_disposal_candidates(call: Call) -> Answer {
    let scope = call.permit("list_disposal_candidates")?;
    let ListDisposalCandidates { limit, cursor } = call.query()?;
    let limit = paging::limit(limit)?;
    let after: Option<Place> = cursor.as_deref().map(paging::unpack).transpose()?;
    find::date("cursor", after.map(|(on, _)| on))?;
    let (agency, today) = (call.caller.agency_id, call.app.office.clock.today());
    let rows = call.app.db.run(scope, move |conn| read(conn, agency, today, (after, limit)).map_err(Problem::from)).await?;
    let place = |(id, _, _, _, _, on): &Row| (on.unwrap_or_default(), *id);
    let Page { items, next_cursor, total } = paging::cut(rows, limit, place);
    let view = |(case_id, case_number, archive_number, closed_on, archived_on, on): Row| {
        let href = format!("/api/v1/cases/{case_id}");
        Some(DisposalCandidate { case_id, href, case_number, archive_number, closed_on, archived_on, kept_until: on? })
    };
    let page = Page { items: items.into_iter().filter_map(view).collect(), next_cursor, total };
    Ok(paging::answer(&call.request, &page))
}
