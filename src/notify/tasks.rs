//! Mails that could not be delivered, as tasks: who acts: clerk or administrator, who knows the person and the right address.

use crate::case::journal::agency::{self, AgencyEvent, Change, Outcome};
use crate::case::journal::{JournalError, Mode, Pen, Repeated};
use crate::case::refusal::{Code, Refusal};
use crate::case::trail::Actor;
use crate::clock::real_now;
use crate::db::schema::{accounts, outbox};
use crate::http::answer::Answer;
use crate::http::call::{Call, Versions};
use crate::http::paging::{self, Page};
use crate::http::problem::Problem;
use crate::http::text::Words;
use crate::people::Nothing;
use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use garde::Validate;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A mail that could not be delivered.
#[derive(Debug, Serialize, ToSchema, Queryable, Selectable)]
#[diesel(table_name = outbox)]
pub struct MailTask {
    /// The mail.
    pub id: Uuid,
    /// The account it is for.
    pub recipient_id: Uuid,
    /// Their name as it was written.
    #[schema(example = "甲某")]
    pub to_name: String,
    /// The address that was tried.
    #[schema(example = "jia@bureau.example")]
    pub to_address: String,
    /// The subject.
    pub subject: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: i32,
    /// `failed` while the task is open, `waiting` once it is sent again, `resolved` once it is settled.
    #[diesel(column_name = state)]
    #[schema(example = "failed")]
    pub state: String,
    /// What the relay said.
    #[schema(required = true)]
    pub last_error: Option<String>,
    /// How it was settled.
    #[schema(required = true)]
    pub resolution: Option<String>,
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MailTasksQuery {
    /// Rows of a page, 50 by default.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
    /// Where the page begins.
    pub cursor: Option<String>,
}

/// What is done about a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailResolution {
    /// Send it again, to the address the account has now.
    SendAgain,
    /// Told otherwise, or no longer of use; the note says how.
    Note,
}

/// How the task is settled.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ResolveMailTask {
    /// What is done.
    pub action: MailResolution,
    /// How the person was told, or why the mail is no longer needed; for `note`.
    #[garde(dive)]
    pub note: Option<Words<500>>,
}

/// List mails that could not be delivered, the oldest first.
#[utoipa::path(tag = "people", params(MailTasksQuery), responses((status = 200, description = "The open tasks.", body = Page<MailTask>)))]
#[get("/mail-tasks")]
pub async fn list_mail_tasks(call: Call) -> Answer {
    let scope = call.permit("list_mail_tasks")?;
    let query: MailTasksQuery = call.query()?;
    let limit = paging::limit(query.limit)?;
    let after: Option<(DateTime<Utc>, Uuid)> = query.cursor.as_deref().map(paging::unpack).transpose()?;
    let agency = call.caller.agency_id;
    let rows = call.app.db.run(scope, move |conn| Ok::<_, Problem>(failed(conn, agency, after, limit)?)).await?;
    Ok(paging::answer(&call.request, &paging::cut(rows, limit, |task| (task.created_at, task.id))))
}

fn failed(conn: &mut PgConnection, agency: Uuid, after: Option<(DateTime<Utc>, Uuid)>, limit: i64) -> QueryResult<Vec<MailTask>> {
    let mut query = outbox::table
        .filter(outbox::agency_id.eq(agency))
        .filter(outbox::state.eq("failed"))
        .order((outbox::created_at, outbox::id))
        .limit(limit + 1)
        .select(MailTask::as_select())
        .into_boxed();
    if let Some((at, id)) = after {
        query = query.filter(outbox::created_at.gt(at).or(outbox::created_at.eq(at).and(outbox::id.gt(id))));
    }
    query.load(conn)
}

/// Settle a mail that could not be delivered.
///
/// Either it is sent again, to the address the account has now, or a note says how the person was told.
#[utoipa::path(tag = "people", request_body = ResolveMailTask, responses((status = 201, description = "The mail.", body = MailTask)))]
#[post("/mail-tasks/{mail_id}/resolution")]
pub async fn resolve_mail_task(call: Call) -> Answer {
    let scope = call.permit("resolve_mail_task")?;
    call.query::<Nothing>()?;
    let mail = call.id("mail_id")?;
    let ask = call.ask_in(mail, None, Versions::None, Mode::Take)?;
    let command: ResolveMailTask = call.json()?;
    let office = Arc::clone(&call.app.office);
    let task = call
        .app
        .db
        .run(scope, move |conn| {
            let actor = Actor::Account { id: ask.person.account_id };
            let pen = Pen { office: &office, agency: ask.agency, actor, request_id: ask.request_id.clone() };
            match agency::write(conn, &pen, &ask, |conn| resolve(conn, ask.agency, mail, command))? {
                Outcome::Written(task) => Ok::<_, Problem>(task),
                Outcome::Repeated(repeated) => find(conn, ask.agency, repeated.resource)?.ok_or_else(Problem::not_found),
            }
        })
        .await?;
    Ok(HttpResponse::Created().json(task))
}

fn find(conn: &mut PgConnection, agency: Uuid, mail: Uuid) -> QueryResult<Option<MailTask>> {
    outbox::table.find((agency, mail)).select(MailTask::as_select()).first(conn).optional()
}

fn resolve(conn: &mut PgConnection, agency: Uuid, mail: Uuid, command: ResolveMailTask) -> Result<Change<MailTask>, JournalError> {
    let row = outbox::table.find((agency, mail));
    let known: Option<(String, Uuid)> = row.select((outbox::state, outbox::recipient_id)).for_update().first(conn).optional()?;
    let (state, recipient) = known.ok_or(JournalError::Unknown)?;
    if state != "failed" {
        return Err(
            Refusal::new(Code::AlreadyDone, "该邮件不是待处理的发送失败邮件", "the mail is not one that waits to be settled").into()
        );
    }
    match command.action {
        MailResolution::SendAgain => send_again(conn, (agency, mail), recipient)?,
        MailResolution::Note => {
            let note = command.note.ok_or_else(|| {
                Refusal::new(Code::FieldsRefused, "须说明如何告知或者为何无须发送", "say how the person was told, or why it is not needed")
                    .at("/note")
            })?;
            diesel::update(row).set((outbox::state.eq("resolved"), outbox::resolution.eq(note.into_string()))).execute(conn)?;
        }
    }
    let value = find(conn, agency, mail)?.ok_or(JournalError::Unknown)?;
    let sent_again = command.action == MailResolution::SendAgain;
    Ok(Change {
        value,
        repeated: Repeated { resource: mail, version: 1, status: 201 },
        events: vec![AgencyEvent::MailTaskResolved { mail, sent_again }],
    })
}

/// Puts the mail back with a fresh count of attempts; its id stays, so that a copy that arrived after all is known as the same mail.
fn send_again(conn: &mut PgConnection, (agency, mail): (Uuid, Uuid), recipient: Uuid) -> QueryResult<()> {
    let now_reached: Option<(String, String)> =
        accounts::table.find((agency, recipient)).select((accounts::display_name, accounts::email)).first(conn).optional()?;
    let row = outbox::table.find((agency, mail));
    diesel::update(row).set((outbox::state.eq("waiting"), outbox::attempts.eq(0), outbox::next_at.eq(real_now()))).execute(conn)?;
    if let Some((name, address)) = now_reached {
        diesel::update(row).set((outbox::to_name.eq(name), outbox::to_address.eq(address))).execute(conn)?;
    }
    Ok(())
}
