//! Accounts: who may sign in, with which roles, in which department. Who: the administrator; colleagues see the list.
//!
//! A sign-in name is given once and for all, over all agencies. An account is closed, never removed: trails name it.

pub mod change;
pub mod create;
pub(super) mod needed;
pub mod reset;

use actix_web::get;
use actix_web::http::StatusCode;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::passwords::{self, PasswordRefusal};
use crate::case::journal::JournalError;
use crate::case::refusal::{Code, FieldRefusal, Refusal};
use crate::case::stage::Stage;
use crate::crypto;
use crate::db::schema::{accounts, cases, departments};
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::paging::{self, Page};
use crate::http::problem::Problem;
use crate::rules::permissions::Role;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Account)]
pub struct AccountView {
    /// Its id.
    pub id: Uuid,
    /// The sign-in name.
    #[schema(example = "clerk")]
    pub username: String,
    /// The person's name.
    #[schema(example = "甲某")]
    pub display_name: String,
    /// Where reminders go.
    #[schema(example = "clerk@example.invalid")]
    pub email: String,
    /// The department.
    #[schema(required = true)]
    pub department: Option<Uuid>,
    /// The roles.
    pub roles: Vec<Role>,
    /// Whether it can sign in.
    pub active: bool,
    /// The password was given by somebody else and must be changed.
    pub must_change_password: bool,
    /// Its version, also the `ETag`.
    pub version: i32,
}

type Row = (Uuid, String, String, String, Option<Uuid>, Vec<String>, bool, bool, i32);

type Columns = (
    accounts::id,
    accounts::username,
    accounts::display_name,
    accounts::email,
    accounts::department_id,
    accounts::roles,
    accounts::active,
    accounts::must_change_password,
    accounts::version,
);

const COLUMNS: Columns = (
    accounts::id,
    accounts::username,
    accounts::display_name,
    accounts::email,
    accounts::department_id,
    accounts::roles,
    accounts::active,
    accounts::must_change_password,
    accounts::version,
);

impl From<Row> for AccountView {
    fn from((id, username, display_name, email, department, roles, active, must_change_password, version): Row) -> Self {
        let roles = roles.iter().filter_map(|role| Role::from_code(role)).collect();
        Self { id, username, display_name, email, department, roles, active, must_change_password, version }
    }
}

/// An account of an agency.
pub(super) fn read(conn: &mut PgConnection, agency: Uuid, id: Uuid) -> QueryResult<Option<AccountView>> {
    let row: Option<Row> = accounts::table.find((agency, id)).select(COLUMNS).first(conn).optional()?;
    Ok(row.map(AccountView::from))
}

/// Digest of what the trail may not hold of an account: names, address, password. The stored password is salted and slow to try, so that
/// the digest tells nothing of any of them to whoever does not have the row.
pub(super) fn digest(conn: &mut PgConnection, agency: Uuid, id: Uuid) -> QueryResult<String> {
    let row: Withheld = accounts::table
        .find((agency, id))
        .select((accounts::username, accounts::display_name, accounts::email, accounts::password_hash))
        .first(conn)?;
    Ok(digest_of(&row))
}

/// What the trail may not hold of an account: sign-in name, name, address, hash of the password.
pub type Withheld = (String, String, String, String);

/// The digest of these, in hexadecimal.
pub fn digest_of(withheld: &Withheld) -> String {
    crypto::hex(&crypto::sha256(serde_json::json!(withheld).to_string().as_bytes()))
}

/// Which accounts are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AccountQuery {
    /// Only those with this role.
    role: Option<Role>,
    /// Only those of this department.
    department: Option<Uuid>,
    /// Only those that can, or cannot, sign in.
    active: Option<bool>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins, from the page before.
    cursor: Option<String>,
    /// Also count them all.
    #[serde(default)]
    include_total: bool,
}

fn wanted(agency: Uuid, query: &AccountQuery) -> accounts::BoxedQuery<'static, Pg> {
    let mut wanted = accounts::table.filter(accounts::agency_id.eq(agency)).into_boxed();
    if let Some(role) = query.role {
        wanted = wanted.filter(accounts::roles.contains(vec![role.code()]));
    }
    if let Some(department) = query.department {
        wanted = wanted.filter(accounts::department_id.eq(department));
    }
    if let Some(active) = query.active {
        wanted = wanted.filter(accounts::active.eq(active));
    }
    wanted
}

/// List the accounts, by sign-in name.
#[utoipa::path(tag = "people", params(AccountQuery), responses((status = 200, description = "A page of accounts.", body = Page<AccountView>)))]
#[get("/accounts")]
pub async fn list_accounts(call: Call) -> Answer {
    let scope = call.permit("list_accounts")?;
    let query: AccountQuery = call.query()?;
    let limit = paging::limit(query.limit)?;
    let after: Option<String> = query.cursor.as_deref().map(paging::unpack).transpose()?;
    let agency = call.caller.agency_id;
    let page = call
        .app
        .db
        .run(scope, move |conn| {
            let mut rows = wanted(agency, &query).select(COLUMNS).order(accounts::username).limit(limit + 1);
            if let Some(after) = after.filter(|after| !after.contains('\0')) {
                rows = rows.filter(accounts::username.gt(after));
            }
            let rows: Vec<Row> = rows.load(conn)?;
            let mut page = paging::cut(rows.into_iter().map(AccountView::from).collect(), limit, |row| row.username.clone());
            if query.include_total {
                page.total = Some(wanted(agency, &query).count().get_result(conn)?);
            }
            Ok::<_, Problem>(page)
        })
        .await?;
    Ok(paging::answer(&call.request, &page))
}

/// Read an account.
#[utoipa::path(tag = "people", responses((status = 200, description = "The account.", body = AccountView)))]
#[get("/accounts/{account_id}")]
pub async fn get_account(call: Call) -> Answer {
    let scope = call.permit("get_account")?;
    call.query::<super::Nothing>()?;
    let (agency, id) = (call.caller.agency_id, call.id("account_id")?);
    let view = call.app.db.run(scope, move |conn| read(conn, agency, id)?.ok_or_else(Problem::not_found)).await?;
    answer::versioned(StatusCode::OK, view.version, None, &view)
}

/// Where an account is found.
fn location(id: Uuid) -> String {
    format!("/api/v1/accounts/{id}")
}

/// Refuses a password that the account may not have.
pub(super) fn check_password(username: &str, password: &str, pointer: &str) -> Result<(), Refusal> {
    passwords::check(username, password).map_err(|refused| {
        let (code, zh) = match refused {
            PasswordRefusal::TooShort => ("password_too_short", format!("密码至少 {} 个字符", passwords::MIN_LENGTH)),
            PasswordRefusal::TooLong => ("password_too_long", format!("密码至多 {} 个字符", passwords::MAX_LENGTH)),
            PasswordRefusal::ControlCharacter => ("password_control_character", "密码不得含有控制字符".to_owned()),
            PasswordRefusal::SignInName => ("password_is_username", "密码不得与用户名相同".to_owned()),
        };
        Refusal::fields(vec![FieldRefusal {
            pointer: pointer.to_owned(),
            code: code.into(),
            detail_zh: zh,
            detail_en: refused.to_string(),
        }])
    })
}

/// Refuses a department that is not an open one of the agency.
fn check_department(conn: &mut PgConnection, agency: Uuid, department: Option<Uuid>) -> Result<(), JournalError> {
    let Some(id) = department else { return Ok(()) };
    let open: Option<bool> = departments::table.find((agency, id)).select(departments::active).first(conn).optional()?;
    if open == Some(true) {
        return Ok(());
    }
    Err(Refusal::new(Code::UnknownReference, "部门不存在或已停用", "the department is unknown or closed").at("/department").into())
}

/// Whether cases that are neither archived nor voided are with the account.
fn has_open_cases(conn: &mut PgConnection, agency: Uuid, handler: Uuid) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(
        cases::table
            .filter(cases::agency_id.eq(agency))
            .filter(cases::handler_id.eq(handler))
            .filter(cases::stage.ne_all(Stage::codes(Stage::ENDED))),
    ))
    .get_result(conn)
}

/// An address that mail can be sent to.
pub(super) fn mailbox(value: &str) -> garde::Result {
    match crate::rules::text::line(value, 254) {
        Ok(clean) if clean == value && value.parse::<lettre::Address>().is_ok() => Ok(()),
        Err(error) => Err(garde::Error::new(format!("{}|{error}", error.code()))),
        Ok(_) => Err(garde::Error::new("email_invalid|this is no e-mail address")),
    }
}

/// The roles without doublets, in the order of the table.
fn distinct(mut roles: Vec<Role>) -> Vec<Role> {
    roles.sort_unstable();
    roles.dedup();
    roles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_password_is_pointed_at_and_not_repeated() {
        let refusal = check_password("clerk", "short", "/new_password").unwrap_err();
        assert_eq!((refusal.errors[0].pointer.as_str(), &*refusal.errors[0].code), ("/new_password", "password_too_short"));
        assert!(!format!("{refusal:?}").contains("\"short\""));
    }

    #[test]
    fn addresses() {
        for good in ["clerk@example.invalid", "a.b+c@example.org"] {
            assert!(mailbox(good).is_ok(), "{good}");
        }
        for bad in
            ["", "clerk", "clerk@", "@example.org", "a b@example.org", "a@b@c", " a@example.org", "a@example.org\r\nBcc: b@example.org"]
        {
            assert!(mailbox(bad).is_err(), "{bad}");
        }
        assert!(mailbox(&format!("{}@example.org", "a".repeat(300))).is_err());
    }
}
