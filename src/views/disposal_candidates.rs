//! Dossiers whose period is over (到期案卷): what a clerk may propose for disposal. Who: clerks, approvers, auditors of the agency.
//!
//! Permanent ones never stand here, nor what is held, in a proceeding or disposed of, nor what the agency's table keeps longer by now. A case
//! that was voided by itself stands here once its period is over; what goes with another case does not.

use super::find;
use super::shape::view;
use crate::case::journal::of_row;
use crate::case::office::Office;
use crate::case::retention::{kept_until, may_be_disposed_of};
use crate::db::schema::cases;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::paging::{self, Page};
use crate::http::problem::Problem;
use actix_web::get;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
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
        /// The first day on which it is kept no longer, by the agency's table as it is now.
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
type Row = (Uuid, Option<String>, Option<String>, Option<NaiveDate>, Option<NaiveDate>, Option<NaiveDate>, (i32, serde_json::Value));

fn read(conn: &mut PgConnection, agency: Uuid, today: NaiveDate, (after, limit): (Option<Place>, i64)) -> QueryResult<Vec<Row>> {
    let mut query = cases::table.filter(cases::agency_id.eq(agency)).filter(cases::disposal_from.le(today)).into_boxed();
    if let Some((on, id)) = after {
        query = query.filter(cases::disposal_from.gt(on).or(cases::disposal_from.eq(on).and(cases::id.gt(id))));
    }
    query
        .order((cases::disposal_from.asc(), cases::id.asc()))
        .limit(limit + 1)
        .select((
            cases::id,
            cases::case_number,
            cases::archive_number,
            cases::closed_on,
            cases::archived_on,
            cases::disposal_from,
            (cases::fold_version, cases::state),
        ))
        .load(conn)
}

/// The page of those that may be proposed by the agency's table as it is now; one that is kept longer by now leaves its place empty.
fn page(
    conn: &mut PgConnection,
    office: &Office,
    (agency, today): (Uuid, NaiveDate),
    (after, limit): (Option<Place>, i64),
) -> Result<Page<DisposalCandidate>, Problem> {
    let newest = office.newest(conn, agency)?.settings;
    let settings = office.settings(conn, agency, newest)?;
    let rows = read(conn, agency, today, (after, limit))?;
    let Page { items, next_cursor, total } = paging::cut(rows, limit, |(id, _, _, _, _, on, _)| (on.unwrap_or_default(), *id));
    // What goes with other cases never stands here.
    let nobody = BTreeMap::new();
    let mut due = Vec::with_capacity(items.len());
    for (case_id, case_number, archive_number, closed_on, archived_on, _, state) in items {
        let case = of_row(conn, agency, case_id, state)?;
        let Some(kept_until) = kept_until(&case, &settings).filter(|_| may_be_disposed_of(&case, &nobody, &settings, today).is_ok()) else {
            continue;
        };
        let href = format!("/api/v1/cases/{case_id}");
        due.push(DisposalCandidate { case_id, href, case_number, archive_number, closed_on, archived_on, kept_until });
    }
    Ok(Page { items: due, next_cursor, total })
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
    let office = Arc::clone(&call.app.office);
    let page = call.app.db.run(scope, move |conn| page(conn, &office, (agency, today), (after, limit))).await?;
    Ok(paging::answer(&call.request, &page))
}
