//! A new password for somebody who forgot theirs. Who: the administrator, who then knows it, so it is changed at the next sign-in.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::post;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{digest, location, read};
use crate::case::journal::agency::{AgencyEvent, Change, Outcome};
use crate::case::journal::{JournalError, Mode, Repeated};
use crate::db::schema::accounts;
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions};
use crate::http::problem::Problem;
use crate::people::sessions::{Which, end_sessions};
use crate::people::writing::{Row, write_row};
use crate::people::{Nothing, passwords};

/// A password that was drawn.
#[derive(Serialize, ToSchema)]
pub struct PasswordReset {
    /// The account.
    pub account: Uuid,
    /// The password, shown this once; null in the answer to a repeated key.
    #[schema(required = true)]
    pub temporary_password: Option<String>,
}

/// Give an account a new password.
///
/// It is drawn and shown in this answer only; all its sessions end.
#[utoipa::path(tag = "people", responses((status = 201, description = "The new password.", body = PasswordReset)))]
#[post("/accounts/{account_id}/password-resets")]
pub async fn reset_password(call: Call) -> Answer {
    let scope = call.permit("reset_password")?;
    call.query::<Nothing>()?;
    let id = call.id("account_id")?;
    let ask = call.ask_in(id, None, Versions::None, Mode::Take)?;
    let drawn = passwords::temporary();
    let password = drawn.clone();
    let hash = call.app.gate.hashing(move || passwords::hash(&password)).await?.map_err(|error| Problem::internal(&error))?;
    let office = Arc::clone(&call.app.office);
    let (version, shown) = call
        .app
        .db
        .run(scope, move |conn| {
            let written = write_row(conn, &office, (&ask, Row::Account(id)), |conn| {
                let before = read(conn, ask.agency, id)?.ok_or(JournalError::Unknown)?;
                let version = before.version + 1;
                diesel::update(accounts::table.find((ask.agency, id)))
                    .set((accounts::password_hash.eq(&hash), accounts::must_change_password.eq(true), accounts::version.eq(version)))
                    .execute(conn)?;
                end_sessions(conn, ask.agency, id, Which::All)?;
                let digest = Some(digest(conn, ask.agency, id)?);
                let repeated = Repeated { resource: id, version, status: 201 };
                Ok(Change { value: version, repeated, events: vec![AgencyEvent::PasswordReset { account: id, digest }] })
            })?;
            Ok::<_, Problem>(match written {
                Outcome::Written(version) => (version, Some(drawn)),
                Outcome::Repeated(repeated) => (repeated.version, None),
            })
        })
        .await?;
    let body = PasswordReset { account: id, temporary_password: shown };
    answer::versioned(StatusCode::CREATED, version, Some(&location(id)), &body)
}
