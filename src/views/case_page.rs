//! The case page: the whole case as one answer, its private texts opened, its people masked, its open steps named.

use crate::case::facts::{Facts, Known};
use crate::case::flow::Step;
use crate::case::journal;
use crate::case::model::Case;
use crate::case::office::Office;
use crate::case::stage::Stage;
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::ids::Draws;
use crate::rules::permissions::reach;
use actix_web::get;
use actix_web::http::StatusCode;
use diesel::PgConnection;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// Why an open step cannot be taken yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct BlockedBy {
    /// Stable code.
    pub code: &'static str,
    /// What is wrong and what would help.
    pub detail: String,
    /// The article.
    #[schema(required = true)]
    pub article: Option<String>,
}

/// A step that the stage allows.
#[derive(Debug, Serialize, ToSchema)]
pub struct AvailableStep {
    /// The step.
    pub step: Step,
    /// Where to send it.
    pub href: String,
    /// The method.
    #[schema(example = "POST")]
    pub method: &'static str,
    /// Whether the caller's roles allow it.
    pub permitted: bool,
    /// What still blocks it; null when it is open.
    #[schema(required = true)]
    pub blocked_by: Option<BlockedBy>,
    /// The operation.
    pub operation_id: &'static str,
}

/// A case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Case)]
pub struct CaseView {
    /// Its id.
    pub id: Uuid,
    /// Its version, also the ETag.
    pub version: i32,
    /// Where it stands.
    pub stage: Stage,
    /// What can be done now.
    pub available_steps: Vec<AvailableStep>,
}

/// Shows a case.
pub fn show(conn: &mut PgConnection, office: &Office, caller: &Caller, case: &Case) -> Result<CaseView, Problem> {
    Ok(CaseView { id: case.id, version: case.version, stage: case.stage, available_steps: steps(conn, office, caller, case)? })
}

fn steps(conn: &mut PgConnection, office: &Office, caller: &Caller, case: &Case) -> Result<Vec<AvailableStep>, Problem> {
    if caller.agency_id != case.agency_id {
        return Ok(Vec::new());
    }
    let calendar = office.calendar(conn, case.pins.calendar)?;
    let settings = office.settings(conn, case.agency_id, case.pins.settings)?;
    let (person, draws, known) = (caller.person(), Draws::fresh(), Known::default());
    let facts = Facts {
        person: &person,
        today: office.clock.today(),
        calendar: &calendar,
        settings: &settings,
        newest: case.pins,
        draws: &draws,
        known: &known,
    };
    let open = Step::ALL.iter().map(|step| step.row()).filter(|row| row.allows(case.stage));
    Ok(open
        .map(|row| {
            let ready = crate::steps::ready(row.step, case, &facts);
            let ordinal = ready.as_ref().ok().copied().flatten().map_or_else(|| "{n}".to_owned(), |n| n.to_string());
            AvailableStep {
                step: row.step,
                href: format!("/api/v1/cases/{}{}", case.id, row.path.replace("{n}", &ordinal)),
                method: "POST",
                permitted: reach(row.operation_id, caller.roles.iter().copied()).is_some(),
                blocked_by: ready.err().map(|refusal| BlockedBy {
                    code: refusal.code.as_str(),
                    detail: refusal.detail_zh,
                    article: refusal.article.map(std::borrow::Cow::into_owned),
                }),
                operation_id: row.operation_id,
            }
        })
        .collect())
}

/// Read a case.
#[utoipa::path(tag = "read", responses((status = 200, description = "The case.", body = CaseView)))]
#[get("/cases/{case_id}")]
pub async fn get_case(call: Call) -> Answer {
    let scope = call.permit("get_case")?;
    let id = call.id("case_id")?;
    let (office, caller) = (Arc::clone(&call.app.office), call.caller.clone());
    let agencies = scope.reads.clone();
    let view = call
        .app
        .db
        .run(scope, move |conn| {
            for agency in agencies {
                if let Some(loaded) = journal::load(conn, agency, id)? {
                    return show(conn, &office, &caller, &loaded.case);
                }
            }
            Err(Problem::not_found())
        })
        .await?;
    answer::versioned(StatusCode::OK, view.version, None, &view)
}
