//! Departments (承办处室): cases are assigned to them. Who: the administrator. A department is closed, never removed: trails name it.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, patch, post};
use diesel::dsl::exists;
use diesel::prelude::*;
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::writing::{Row, write, write_row};
use crate::case::journal::agency::{AgencyEvent, Change, Outcome};
use crate::case::journal::{JournalError, Mode, Repeated};
use crate::case::refusal::{Code, Refusal};
use crate::case::stage::Stage;
use crate::db::schema::{accounts, cases, departments};
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions};
use crate::http::paging::Page;
use crate::http::problem::Problem;
use crate::http::text::Line;
use crate::ids::new_id;

/// A department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Queryable, ToSchema)]
#[schema(as = Department)]
pub struct DepartmentView {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    #[schema(example = "法规科")]
    pub name: String,
    /// Whether it takes cases.
    pub active: bool,
}

/// A new department.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateDepartment {
    /// Its name.
    #[garde(dive)]
    #[schema(example = "法规科")]
    pub name: Line<100>,
}

/// What changes about a department.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeDepartment {
    /// Its name.
    #[garde(dive)]
    pub name: Option<Line<100>>,
    /// Whether it takes cases. One with active accounts or open cases cannot be closed.
    #[garde(skip)]
    pub active: Option<bool>,
}

const COLUMNS: (departments::id, departments::name, departments::active) = (departments::id, departments::name, departments::active);

fn read(conn: &mut PgConnection, agency: Uuid, id: Uuid) -> QueryResult<Option<DepartmentView>> {
    departments::table.find((agency, id)).select(COLUMNS).first(conn).optional()
}

/// Stores a new department and gives its event.
pub(super) fn insert(conn: &mut PgConnection, agency: Uuid, id: Uuid, name: String) -> Result<AgencyEvent, JournalError> {
    diesel::insert_into(departments::table)
        .values((departments::agency_id.eq(agency), departments::id.eq(id), departments::name.eq(&name), departments::active.eq(true)))
        .execute(conn)?;
    Ok(AgencyEvent::DepartmentCreated { department: id, name })
}

/// List the departments.
#[utoipa::path(tag = "people", responses((status = 200, description = "All of them, closed ones too, on one page.", body = Page<DepartmentView>)))]
#[get("/departments")]
pub async fn list_departments(call: Call) -> Answer {
    let scope = call.permit("list_departments")?;
    call.query::<super::Nothing>()?;
    let agency = call.caller.agency_id;
    let items: Vec<DepartmentView> = call
        .app
        .db
        .run(scope, move |conn| {
            let own = departments::table.filter(departments::agency_id.eq(agency));
            own.order((departments::name, departments::id)).select(COLUMNS).load(conn).map_err(Problem::from)
        })
        .await?;
    answer::ok(&Page { items, next_cursor: None, total: None })
}

/// Make a department.
#[utoipa::path(tag = "people", request_body = CreateDepartment, responses(
    (status = 201, description = "The department.", body = DepartmentView),
))]
#[post("/departments")]
pub async fn create_department(call: Call) -> Answer {
    let scope = call.permit("create_department")?;
    call.query::<super::Nothing>()?;
    let ask = call.ask_in(new_id(), None, Versions::None, Mode::Take)?;
    let CreateDepartment { name } = call.json()?;
    let office = Arc::clone(&call.app.office);
    let view = call
        .app
        .db
        .run(scope, move |conn| {
            let (agency, id) = (ask.agency, ask.case);
            let written = write(conn, &office, &ask, |conn| {
                let event = insert(conn, agency, id, name.into_string())?;
                Ok(Change { value: id, repeated: Repeated { resource: id, version: 1, status: 201 }, events: vec![event] })
            })?;
            let (Outcome::Written(id) | Outcome::Repeated(Repeated { resource: id, .. })) = written;
            read(conn, agency, id)?.ok_or_else(Problem::not_found)
        })
        .await?;
    Ok(HttpResponse::build(StatusCode::CREATED).json(view))
}

/// Rename, close or reopen a department.
#[utoipa::path(tag = "people", request_body = ChangeDepartment, responses(
    (status = 200, description = "The department.", body = DepartmentView),
))]
#[patch("/departments/{department_id}")]
pub async fn change_department(call: Call) -> Answer {
    let scope = call.permit("change_department")?;
    call.query::<super::Nothing>()?;
    let id = call.id("department_id")?;
    let ask = call.ask_in(id, None, Versions::None, Mode::Take)?;
    let body: ChangeDepartment = call.json()?;
    let office = Arc::clone(&call.app.office);
    let view = call
        .app
        .db
        .run(scope, move |conn| {
            write_row(conn, &office, (&ask, Row::Department(id)), |conn| {
                let before = read(conn, ask.agency, id)?.ok_or(JournalError::Unknown)?;
                change(conn, ask.agency, before, body)
            })?;
            read(conn, ask.agency, id)?.ok_or_else(Problem::not_found)
        })
        .await?;
    answer::ok(&view)
}

fn change(conn: &mut PgConnection, agency: Uuid, before: DepartmentView, body: ChangeDepartment) -> Result<Change<()>, JournalError> {
    let name = body.name.map_or_else(|| before.name.clone(), Line::into_string);
    let active = body.active.unwrap_or(before.active);
    if name == before.name && active == before.active {
        return Err(Refusal::new(Code::NothingToChange, "没有需要更改的内容", "nothing would change").into());
    }
    if before.active && !active && in_use(conn, agency, before.id)? {
        return Err(Refusal::new(
            Code::DepartmentInUse,
            "部门尚有在岗人员或未归档案件；请先调整人员、移交案件",
            "the department still has active accounts or open cases; move them first",
        )
        .into());
    }
    diesel::update(departments::table.find((agency, before.id)))
        .set((departments::name.eq(&name), departments::active.eq(active)))
        .execute(conn)?;
    Ok(Change {
        value: (),
        repeated: Repeated { resource: before.id, version: 1, status: 200 },
        events: vec![AgencyEvent::DepartmentChanged { department: before.id, name, active }],
    })
}

fn in_use(conn: &mut PgConnection, agency: Uuid, department: Uuid) -> QueryResult<bool> {
    let people =
        accounts::table.filter(accounts::agency_id.eq(agency)).filter(accounts::department_id.eq(department)).filter(accounts::active);
    let open = cases::table
        .filter(cases::agency_id.eq(agency))
        .filter(cases::department_id.eq(department))
        .filter(cases::stage.ne_all(Stage::codes(Stage::ENDED)));
    diesel::select(exists(people).or(exists(open))).get_result(conn)
}
