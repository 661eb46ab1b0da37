//! The tree of agencies as far as the caller's reaches: the own one and those below it. Agencies are founded by command, never over HTTP.

use actix_web::get;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::db::schema::agencies;
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::paging::Page;
use crate::http::problem::Problem;

/// An agency.
#[derive(Debug, Clone, Serialize, Queryable, ToSchema)]
#[schema(as = Agency)]
pub struct AgencyView {
    /// Its id.
    pub id: Uuid,
    /// The agency above it (上级行政机关).
    #[schema(required = true)]
    pub parent: Option<Uuid>,
    /// Its name.
    #[schema(example = "甲市乙区某某局")]
    pub name: String,
}

/// The full name of an agency.
pub(crate) fn name(conn: &mut PgConnection, id: Uuid) -> QueryResult<String> {
    agencies::table.find(id).select(agencies::name).first(conn)
}

/// List the own agency and those below it.
#[utoipa::path(tag = "people", responses((status = 200, description = "All of them, on one page.", body = Page<AgencyView>)))]
#[get("/agencies")]
pub async fn list_agencies(call: Call) -> Answer {
    let scope = call.permit("list_agencies")?;
    call.query::<super::Nothing>()?;
    let ids: Vec<Uuid> = std::iter::once(call.caller.agency_id).chain(call.caller.below.iter().copied()).collect();
    let items: Vec<AgencyView> = call
        .app
        .db
        .run(scope, move |conn| {
            agencies::table
                .filter(agencies::id.eq_any(ids))
                .order((agencies::name, agencies::id))
                .select((agencies::id, agencies::parent_id, agencies::name))
                .load(conn)
                .map_err(Problem::from)
        })
        .await?;
    answer::ok(&Page { items, next_cursor: None, total: None })
}
