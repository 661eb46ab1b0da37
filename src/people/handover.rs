//! Handing over: every open case of somebody who leaves goes to one successor. Who: the administrator or an approver.
//!
//! What a person owes hangs on the cases they handle; other duties belong to a role. Each case gets its own event through the journal, as
//! if it had been assigned by hand.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post};
use diesel::prelude::*;
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Nothing;
use super::accounts::{self, AccountView};
use super::writing::pen;
use crate::case::journal::agency::{self, AgencyEvent, Change, Outcome};
use crate::case::journal::{self, Ask, IfMatch, JournalError, Mode, Repeated};
use crate::case::office::Office;
use crate::case::refusal::{Code, Refusal};
use crate::case::stage::Stage;
use crate::db::schema::{cases, departments};
use crate::http::answer::Answer;
use crate::http::call::{Call, Versions};
use crate::http::problem::Problem;
use crate::rules::permissions::Role;
use crate::steps::handle::assign::AssignCase;

/// Cases of one transaction: so many wait at most for its end, and their ids fit into one event.
const BATCH: usize = 500;

/// Who takes over.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct HandOver {
    /// An active handler or clerk with a department.
    pub to: Uuid,
}

/// What was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct HandedOver {
    /// The leaver.
    pub from: Uuid,
    /// Who took over.
    pub to: Uuid,
    /// How many cases.
    #[schema(minimum = 0)]
    pub cases: i32,
}

/// Hand over everything a leaver has.
///
/// Every case that is neither archived nor voided goes to the successor and the successor's department. Up to 500 cases go all or none;
/// more go in batches of 500, each complete in itself: after a failure the same request takes up where it stopped.
#[utoipa::path(tag = "people", request_body = HandOver, responses((status = 201, description = "What was handed over.", body = HandedOver)))]
#[post("/accounts/{account_id}/handovers")]
pub async fn hand_over_account(call: Call) -> Answer {
    let scope = call.permit("hand_over_account")?;
    call.query::<Nothing>()?;
    let from = call.id("account_id")?;
    let ask = call.ask_in(from, None, Versions::None, Mode::Take)?;
    let HandOver { to } = call.json()?;
    let office = Arc::clone(&call.app.office);
    let handed = call.app.db.run(scope, move |conn| hand_over(conn, &office, &ask, to).map_err(Problem::from)).await?;
    Ok(HttpResponse::build(StatusCode::CREATED).json(HandedOver { from, to, cases: handed }))
}

/// Hands over in batches and counts the cases. The key is kept with the last one.
fn hand_over(conn: &mut PgConnection, office: &Office, ask: &Ask, to: Uuid) -> Result<i32, JournalError> {
    let mut handed = 0;
    loop {
        let more = conn.transaction(|conn| {
            if let Some(repeated) = journal::known_key(conn, ask)? {
                return Ok(Batch::Last(repeated.version));
            }
            let open = lock_open_cases(conn, ask.agency, ask.case)?;
            batch(conn, office, &Batching { ask, to, handed, open })
        })?;
        match more {
            Batch::More(so_far) => handed = so_far,
            Batch::Last(all) => return Ok(all),
        }
    }
}

enum Batch {
    More(i32),
    Last(i32),
}

struct Batching<'a> {
    ask: &'a Ask,
    to: Uuid,
    handed: i32,
    open: Vec<Uuid>,
}

/// One more than a batch, so that it is known whether others follow; locked, so that no step comes between.
fn lock_open_cases(conn: &mut PgConnection, agency: Uuid, handler: Uuid) -> QueryResult<Vec<Uuid>> {
    cases::table
        .filter(cases::agency_id.eq(agency))
        .filter(cases::handler_id.eq(handler))
        .filter(cases::stage.ne_all(Stage::codes(Stage::ENDED)))
        .order(cases::id)
        .limit(i64::try_from(BATCH).unwrap_or(i64::MAX).saturating_add(1))
        .select(cases::id)
        .for_update()
        .load(conn)
}

fn batch(conn: &mut PgConnection, office: &Office, batching: &Batching<'_>) -> Result<Batch, JournalError> {
    let Batching { ask, to, handed, open } = batching;
    let (from, to) = (ask.case, *to);
    let ids: Vec<Uuid> = open.iter().copied().take(BATCH).collect();
    let last = ids.len() == open.len();
    let all = handed.saturating_add(i32::try_from(ids.len()).unwrap_or(i32::MAX));
    let kept = Ask { key: ask.key.clone().filter(|_| last), ..(*ask).clone() };
    let written = agency::write(conn, &pen(office, ask), &kept, |conn| {
        let leaver = accounts::read(conn, ask.agency, from)?.ok_or(JournalError::Unknown)?;
        let department = successor(conn, ask.agency, &leaver, to)?;
        let commands = ids.iter().map(|id| (*id, None, AssignCase::handed_over(department, to))).collect();
        journal::take_each(conn, office, &Ask { key: None, if_match: IfMatch::Any, ..(*ask).clone() }, commands)?;
        Ok(Change {
            value: all,
            repeated: Repeated { resource: from, version: all, status: 201 },
            events: vec![AgencyEvent::AccountHandedOver { from, to, cases: ids.clone() }],
        })
    })?;
    Ok(match written {
        Outcome::Written(all) if last => Batch::Last(all),
        Outcome::Written(so_far) => Batch::More(so_far),
        Outcome::Repeated(repeated) => Batch::Last(repeated.version),
    })
}

/// The department of somebody who can take the cases.
fn successor(conn: &mut PgConnection, agency: Uuid, leaver: &AccountView, to: Uuid) -> Result<Uuid, JournalError> {
    if to == leaver.id {
        return Err(Refusal::new(Code::SamePerson, "须移交给另一人", "somebody else must take over").at("/to").into());
    }
    let found = accounts::read(conn, agency, to)?.as_ref().and_then(takes_cases);
    let open = match found {
        Some(id) => departments::table.find((agency, id)).filter(departments::active).select(departments::id).first(conn).optional()?,
        None => None,
    };
    open.ok_or_else(|| {
        Refusal::new(
            Code::UnknownReference,
            "接手人须是有部门的在岗承办人或经办员",
            "the successor must be an active handler or clerk of an open department",
        )
        .at("/to")
        .into()
    })
}

fn takes_cases(account: &AccountView) -> Option<Uuid> {
    let handles = account.roles.contains(&Role::Handler) || account.roles.contains(&Role::Clerk);
    account.department.filter(|_| account.active && handles)
}
