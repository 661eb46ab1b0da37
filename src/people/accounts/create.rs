//! A new account. Who: the administrator. Whoever makes it knows its first password, so the person changes it first of all.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::post;
use diesel::prelude::*;
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{AccountView, check_department, check_password, digest, distinct, location, mailbox, read};
use crate::case::journal::agency::{AgencyEvent, Change, Outcome};
use crate::case::journal::{JournalError, Mode, Repeated};
use crate::db::schema::{accounts, sign_in_names};
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions};
use crate::http::problem::Problem;
use crate::http::text::Line;
use crate::ids::new_id;
use crate::people::writing::write;
use crate::people::{Nothing, passwords};
use crate::rules::permissions::Role;

/// A new account.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct CreateAccount {
    /// The sign-in name, unique over all agencies, never changed.
    #[garde(custom(|name: &String, (): &()| sign_in_name(name)))]
    #[schema(pattern = "^[a-z0-9][a-z0-9._@-]{0,59}$", min_length = 1, max_length = 60, example = "handler2")]
    pub username: String,
    /// The person's name.
    #[garde(dive)]
    #[schema(example = "乙某")]
    pub display_name: Line<60>,
    /// Where reminders go.
    #[garde(custom(|address: &String, (): &()| mailbox(address)))]
    #[schema(format = "email", min_length = 3, max_length = 254, example = "handler2@example.invalid")]
    pub email: String,
    /// The department; cases can only be assigned to somebody who has one.
    pub department: Option<Uuid>,
    /// The roles.
    #[garde(length(min = 1, max = 8))]
    #[schema(min_items = 1, max_items = 8)]
    pub roles: Vec<Role>,
    /// The first password; drawn and shown once if it is not given.
    #[garde(inner(length(chars, min = 1, max = passwords::MAX_LENGTH)))]
    #[schema(min_length = 12, max_length = 128, format = Password)]
    pub password: Option<String>,
}

/// A new account with its first password.
#[derive(Serialize, ToSchema)]
pub struct AccountCreated {
    /// The account.
    pub account: AccountView,
    /// The password drawn for it, shown this once; null if one was given, and in the answer to a repeated key.
    #[schema(required = true)]
    pub temporary_password: Option<String>,
}

/// A name that can stand in a command line, a log and a mailbox: nothing that looks like another.
pub(in crate::people) fn sign_in_name(value: &str) -> garde::Result {
    let part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '@' | '-');
    let first = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if value.len() <= 60 && value.starts_with(first) && value.chars().all(part) {
        Ok(())
    } else {
        Err(garde::Error::new("username_invalid|1 to 60 of a-z, 0-9, '.', '_', '@' and '-', the first a letter or digit"))
    }
}

/// A row of `accounts` to be.
#[derive(Clone)]
pub(crate) struct NewRow {
    /// Its id.
    pub id: Uuid,
    /// The sign-in name.
    pub username: String,
    /// The person's name.
    pub display_name: String,
    /// Where reminders go.
    pub email: String,
    /// The department.
    pub department: Option<Uuid>,
    /// The roles.
    pub roles: Vec<Role>,
    /// The hash of its password.
    pub password_hash: String,
    /// Somebody else knows the password.
    pub must_change_password: bool,
}

/// Stores a new account with its sign-in name and gives its event.
pub(crate) fn insert(conn: &mut PgConnection, agency: Uuid, row: NewRow) -> Result<AgencyEvent, JournalError> {
    check_department(conn, agency, row.department)?;
    let roles = distinct(row.roles);
    diesel::insert_into(accounts::table)
        .values((
            accounts::agency_id.eq(agency),
            accounts::id.eq(row.id),
            accounts::username.eq(&row.username),
            accounts::display_name.eq(&row.display_name),
            accounts::email.eq(&row.email),
            accounts::department_id.eq(row.department),
            accounts::roles.eq(roles.iter().map(|role| role.code()).collect::<Vec<_>>()),
            accounts::password_hash.eq(&row.password_hash),
            accounts::must_change_password.eq(row.must_change_password),
            accounts::active.eq(true),
            accounts::version.eq(1),
        ))
        .execute(conn)?;
    diesel::insert_into(sign_in_names::table)
        .values((sign_in_names::username.eq(&row.username), sign_in_names::agency_id.eq(agency), sign_in_names::account_id.eq(row.id)))
        .execute(conn)?;
    Ok(AgencyEvent::AccountCreated {
        account: row.id,
        roles,
        department: row.department,
        must_change_password: Some(row.must_change_password),
        digest: Some(digest(conn, agency, row.id)?),
    })
}

/// Make an account.
///
/// Without `password` one is drawn and shown in this answer only. Either way it must be changed at the first sign-in.
#[utoipa::path(tag = "people", request_body = CreateAccount, responses(
    (status = 201, description = "The account.", body = AccountCreated),
))]
#[post("/accounts")]
pub async fn create_account(call: Call) -> Answer {
    let scope = call.permit("create_account")?;
    call.query::<Nothing>()?;
    let ask = call.ask_in(new_id(), None, Versions::None, Mode::Take)?;
    let body: CreateAccount = call.json()?;
    if let Some(given) = &body.password {
        check_password(&body.username, given, "/password")?;
    }
    let drawn = body.password.is_none().then(passwords::temporary);
    let password = body.password.or_else(|| drawn.clone()).unwrap_or_default();
    let password_hash = call.app.gate.hashing(move || passwords::hash(&password)).await?.map_err(|error| Problem::internal(&error))?;
    let row = NewRow {
        id: ask.case,
        username: body.username,
        display_name: body.display_name.into_string(),
        email: body.email,
        department: body.department,
        roles: body.roles,
        password_hash,
        must_change_password: true,
    };
    let office = Arc::clone(&call.app.office);
    let created = call
        .app
        .db
        .run(scope, move |conn| {
            let (agency, id) = (ask.agency, row.id);
            let written = write(conn, &office, &ask, |conn| {
                let event = insert(conn, agency, row)?;
                Ok(Change { value: id, repeated: Repeated { resource: id, version: 1, status: 201 }, events: vec![event] })
            })?;
            let (id, temporary_password) = match written {
                Outcome::Written(id) => (id, drawn),
                Outcome::Repeated(repeated) => (repeated.resource, None),
            };
            let account = read(conn, agency, id)?.ok_or_else(Problem::not_found)?;
            Ok::<_, Problem>(AccountCreated { account, temporary_password })
        })
        .await?;
    answer::versioned(StatusCode::CREATED, created.account.version, Some(&location(created.account.id)), &created)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for good in ["clerk", "a", "0", "zhang.san", "x-1_y", "someone@example.org", &"a".repeat(60)] {
            assert!(sign_in_name(good).is_ok(), "{good}");
        }
        for bad in ["", "Clerk", "-a", ".a", "a b", "经办", "a\n", "a\0", "ａ", &"a".repeat(61)] {
            assert!(sign_in_name(bad).is_err(), "{bad}");
        }
    }
}
