//! What everybody may ask about themselves, and their own password.

use std::sync::Arc;

use actix_web::{HttpResponse, get, post};
use diesel::prelude::*;
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::accounts::{check_password, digest};
use super::gate::Trier;
use super::sessions::{Which, end_sessions};
use super::writing::{Row, write_row};
use super::{Nothing, passwords};
use crate::case::journal::agency::{AgencyEvent, Change};
use crate::case::journal::{self, Ask, JournalError, Mode, Repeated};
use crate::case::refusal::{Code, Refusal};
use crate::clock::real_now;
use crate::db::schema::{accounts, agencies, departments};
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions};
use crate::http::problem::Problem;
use crate::rules::permissions::Role;

/// A thing with its name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Named {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// The caller.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Me {
    /// The account.
    pub id: Uuid,
    /// The sign-in name.
    #[schema(example = "clerk")]
    pub username: String,
    /// The person's name.
    pub display_name: String,
    /// Where reminders go.
    pub email: String,
    /// The agency.
    pub agency: Named,
    /// The department.
    #[schema(required = true)]
    pub department: Option<Named>,
    /// The roles.
    pub roles: Vec<Role>,
    /// Head of the FOI office (政府信息公开工作机构负责人) today, in office or as deputy.
    pub head_of_foi_office: bool,
    /// Until the password is changed, nothing else may be done.
    pub must_change_password: bool,
}

/// Who am I?
#[utoipa::path(tag = "people", responses((status = 200, description = "The caller.", body = Me)))]
#[get("/me")]
pub async fn get_me(call: Call) -> Answer {
    let scope = call.permit("get_me")?;
    call.query::<Nothing>()?;
    let caller = call.caller.clone();
    let me = call
        .app
        .db
        .run(scope, move |conn| {
            let agency = agencies::table.find(caller.agency_id).select(agencies::name).first(conn)?;
            let department = match caller.department {
                None => None,
                Some(id) => {
                    let name = departments::table.find((caller.agency_id, id)).select(departments::name).first(conn)?;
                    Some(Named { id, name })
                }
            };
            let email = accounts::table.find((caller.agency_id, caller.account_id)).select(accounts::email).first(conn)?;
            Ok::<_, Problem>(Me {
                id: caller.account_id,
                username: caller.username,
                display_name: caller.display_name,
                email,
                agency: Named { id: caller.agency_id, name: agency },
                department,
                roles: caller.roles.into_iter().collect(),
                head_of_foi_office: caller.head_of_foi_office,
                must_change_password: caller.must_change_password,
            })
        })
        .await?;
    answer::ok(&me)
}

/// The password used so far and the next one.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password used so far.
    #[garde(length(chars, min = 1, max = passwords::MAX_LENGTH))]
    #[schema(min_length = 1, max_length = 128, format = Password)]
    pub current_password: String,
    /// The next one: at least twelve characters, of any kind.
    #[garde(length(chars, min = 1, max = passwords::MAX_LENGTH))]
    #[schema(min_length = 12, max_length = 128, format = Password)]
    pub new_password: String,
}

/// Change the own password.
///
/// Every other session of the account ends.
#[utoipa::path(tag = "people", request_body = ChangePassword, responses((status = 204, description = "The password is changed.")))]
#[post("/me/password")]
pub async fn change_password(call: Call) -> Answer {
    let scope = call.permit("change_password")?;
    call.query::<Nothing>()?;
    let (agency, account) = (call.caller.agency_id, call.caller.account_id);
    let ask = call.ask_in(account, None, Versions::None, Mode::Take)?;
    let body: ChangePassword = call.json()?;
    check_password(&call.caller.username, &body.new_password, "/new_password")?;
    if body.new_password == body.current_password {
        return Err(Refusal::new(Code::NothingToChange, "新密码与当前密码相同", "the new password is the current one")
            .at("/new_password")
            .into());
    }
    let asked = ask.clone();
    let stored: Option<String> = call
        .app
        .db
        .run(scope.clone(), move |conn| {
            // The first of two equal requests has changed the password already: the second would not match any more.
            if journal::known_key(conn, &asked)?.is_some() {
                return Ok(None);
            }
            let hash = accounts::table.find((agency, account)).select(accounts::password_hash).first(conn)?;
            Ok::<_, Problem>(Some(hash))
        })
        .await?;
    let Some(stored) = stored else { return Ok(HttpResponse::NoContent().finish()) };
    let triers = [Trier::Account(account)];
    call.app.gate.admit(&call.request, &triers, real_now())?;
    let (current, known) = (body.current_password, stored.clone());
    if !call.app.gate.hashing(move || passwords::verify(&current, &known)).await?.is_match() {
        return Err(wrong().into());
    }
    call.app.gate.forgive(&triers);
    let next = body.new_password;
    let next = call.app.gate.hashing(move || passwords::hash(&next)).await?.map_err(|error| Problem::internal(&error))?;
    let (office, session) = (Arc::clone(&call.app.office), call.caller.session_id);
    call.app
        .db
        .run(scope, move |conn| {
            write_row(conn, &office, (&ask, Row::Account(account)), |conn| {
                let change = store(conn, &ask, &stored, &next)?;
                end_sessions(conn, agency, account, Which::Others(session))?;
                Ok(change)
            })
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

fn wrong() -> Refusal {
    Refusal::new(Code::CurrentPasswordWrong, "当前密码错误", "the current password is wrong").at("/current_password")
}

/// Stores the next hash in the place of the one that was compared; another change in between wins.
fn store(conn: &mut PgConnection, ask: &Ask, before: &str, next: &str) -> Result<Change<()>, JournalError> {
    let id = ask.person.account_id;
    let compared = accounts::table.find((ask.agency, id)).filter(accounts::password_hash.eq(before));
    let version: Option<i32> = diesel::update(compared)
        .set((accounts::password_hash.eq(next), accounts::must_change_password.eq(false), accounts::version.eq(accounts::version + 1)))
        .returning(accounts::version)
        .get_result(conn)
        .optional()?;
    let version = version.ok_or_else(wrong)?;
    let digest = Some(digest(conn, ask.agency, id)?);
    Ok(Change {
        value: (),
        repeated: Repeated { resource: id, version, status: 204 },
        events: vec![AgencyEvent::PasswordChanged { account: id, digest }],
    })
}
