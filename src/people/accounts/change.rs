//! Changing an account: name, mailbox, department, roles, standing. Who: the administrator.
//!
//! Nobody leaves the desk while cases lie on it, and nobody goes without whom the agency could not go on (`needed`).

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::patch;
use chrono::NaiveDate;
use diesel::prelude::*;
use garde::Validate;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{AccountView, check_department, digest, distinct, has_open_cases, mailbox, needed, read};
use crate::case::journal::agency::{AgencyEvent, Change};
use crate::case::journal::{JournalError, Mode, Repeated};
use crate::case::office::Office;
use crate::case::refusal::{Code, Refusal};
use crate::db::schema::accounts;
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions};
use crate::http::problem::Problem;
use crate::http::text::Line;
use crate::people::sessions::{Which, end_sessions};
use crate::people::writing::{Row, expect_version, write_row};
use crate::people::{Nothing, heads};
use crate::rules::permissions::Role;

/// What changes about an account; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ChangeAccount {
    /// The person's name.
    #[garde(dive)]
    pub display_name: Option<Line<60>>,
    /// Where reminders go.
    #[garde(inner(custom(|address: &String, (): &()| mailbox(address))))]
    #[schema(format = "email", min_length = 3, max_length = 254)]
    pub email: Option<String>,
    /// The department; null takes it away. Not while open cases are with the account.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    pub department: Move,
    /// The roles, all of them. One that nobody else has cannot be taken away, as with `active`.
    #[garde(inner(length(min = 1, max = 8)))]
    #[schema(min_items = 1, max_items = 8)]
    pub roles: Option<Vec<Role>>,
    /// Whether it can sign in. Closing an account ends its sessions and its term as head; not while open cases are with it, nor while it is the
    /// last administrator or, as long as the agency has open cases, the last clerk, the last approver or the only head in office.
    pub active: Option<bool>,
}

/// A null is not the same as a field left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Move {
    /// The field is left out.
    #[default]
    Stay,
    /// Into this department, or out of any.
    To(Option<Uuid>),
}

impl<'de> Deserialize<'de> for Move {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::To)
    }
}

impl ChangeAccount {
    fn applied(self, before: &AccountView) -> AccountView {
        let mut after = before.clone();
        after.display_name = self.display_name.map_or(after.display_name, Line::into_string);
        after.email = self.email.unwrap_or(after.email);
        if let Move::To(department) = self.department {
            after.department = department;
        }
        after.roles = self.roles.map_or(after.roles, distinct);
        after.active = self.active.unwrap_or(after.active);
        after
    }
}

fn handles(account: &AccountView) -> bool {
    account.active && (account.roles.contains(&Role::Handler) || account.roles.contains(&Role::Clerk))
}

/// Whether the change takes somebody from their desk: they handle no more, or elsewhere.
fn leaves_desk(before: &AccountView, after: &AccountView) -> bool {
    handles(before) && (!handles(after) || before.department != after.department)
}

/// Change an account.
#[utoipa::path(tag = "people", request_body = ChangeAccount, responses(
    (status = 200, description = "The account.", body = AccountView),
))]
#[patch("/accounts/{account_id}")]
pub async fn change_account(call: Call) -> Answer {
    let scope = call.permit("change_account")?;
    call.query::<Nothing>()?;
    let id = call.id("account_id")?;
    let ask = call.ask_in(id, None, Versions::Exact, Mode::Take)?;
    let body: ChangeAccount = call.json()?;
    let office = Arc::clone(&call.app.office);
    let view = call
        .app
        .db
        .run(scope, move |conn| {
            write_row(conn, &office, (&ask, Row::Account(id)), |conn| {
                let before = read(conn, ask.agency, id)?.ok_or(JournalError::Unknown)?;
                expect_version(&ask, before.version)?;
                change(conn, &office, ask.agency, &before, body)
            })?;
            read(conn, ask.agency, id)?.ok_or_else(Problem::not_found)
        })
        .await?;
    answer::versioned(StatusCode::OK, view.version, None, &view)
}

fn change(
    conn: &mut PgConnection,
    office: &Office,
    agency: Uuid,
    before: &AccountView,
    body: ChangeAccount,
) -> Result<Change<()>, JournalError> {
    let after = body.applied(before);
    if after == *before {
        return Err(Refusal::new(Code::NothingToChange, "没有需要更改的内容", "nothing would change").into());
    }
    if after.department != before.department {
        check_department(conn, agency, after.department)?;
    }
    if leaves_desk(before, &after) && has_open_cases(conn, agency, before.id)? {
        return Err(Refusal::new(
            Code::AccountHasCases,
            "该账号尚有未归档案件；请先移交（handovers）再停用、调岗或取消承办角色",
            "open cases are with this account; hand them over before it is closed, moved or relieved of handling",
        )
        .into());
    }
    needed::check(conn, agency, (before, &after))?;
    let today = office.clock.today();
    needed::keeping_a_head(conn, agency, today, |conn| store(conn, agency, (before, after), today))
}

fn store(
    conn: &mut PgConnection,
    agency: Uuid,
    (before, after): (&AccountView, AccountView),
    today: NaiveDate,
) -> Result<Change<()>, JournalError> {
    let version = before.version + 1;
    diesel::update(accounts::table.find((agency, before.id)))
        .set((
            accounts::display_name.eq(&after.display_name),
            accounts::email.eq(&after.email),
            accounts::department_id.eq(after.department),
            accounts::roles.eq(after.roles.iter().map(|role| role.code()).collect::<Vec<_>>()),
            accounts::active.eq(after.active),
            accounts::version.eq(version),
        ))
        .execute(conn)?;
    let AccountView { id: account, roles, department, active, .. } = after;
    let digest = Some(digest(conn, agency, account)?);
    let mut events = vec![AgencyEvent::AccountChanged { account, roles, department, active, digest }];
    if before.active && !active {
        end_sessions(conn, agency, account, Which::All)?;
        events.extend(heads::end_terms(conn, agency, account, today)?);
    }
    Ok(Change { value: (), repeated: Repeated { resource: account, version, status: 200 }, events })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;

    fn account() -> AccountView {
        AccountView {
            id: Uuid::from_u128(1),
            username: "handler".into(),
            display_name: "乙某".into(),
            email: "handler@example.invalid".into(),
            department: Some(Uuid::from_u128(2)),
            roles: vec![Role::Handler, Role::Administrator],
            active: true,
            must_change_password: false,
            version: 1,
        }
    }

    fn after(body: Value) -> AccountView {
        serde_json::from_value::<ChangeAccount>(body).unwrap().applied(&account())
    }

    #[test]
    fn what_is_left_out_stays_and_null_takes_the_department_away() {
        assert_eq!(after(json!({})), account());
        assert_eq!(after(json!({"department": null})).department, None);
        assert_eq!(after(json!({"roles": ["administrator", "handler", "handler"]})), account());
    }

    #[rstest]
    #[case(json!({"display_name": "丙某", "email": "c@example.invalid"}), false)]
    #[case(json!({"active": false}), true)]
    #[case(json!({"roles": ["administrator"]}), true)]
    #[case(json!({"roles": ["clerk"]}), false)]
    #[case(json!({"department": null}), true)]
    #[case(json!({"department": Uuid::from_u128(3)}), true)]
    fn who_leaves_the_desk(#[case] body: Value, #[case] leaves: bool) {
        assert_eq!(leaves_desk(&account(), &after(body)), leaves);
    }

    #[test]
    fn whoever_handles_nothing_moves_freely() {
        let mut before = account();
        before.roles = vec![Role::Auditor];
        let mut after = before.clone();
        after.department = None;
        assert!(!leaves_desk(&before, &after));
    }
}
