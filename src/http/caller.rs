//! Who calls. The token only says which account and session; what they may do is read from the database at every call,
//! so a removed right ends at once.

use super::call::{language, request_id};
use super::problem::{Fault, Language, Problem};
use crate::app::App;
use crate::case::facts::{Person, Posts};
use crate::clock::real_now;
use crate::db::pool::{Scope, set_scope};
use crate::db::schema::{accounts, agencies, foi_office_heads, sessions, sign_in_names};
use crate::people::posts;
use crate::rules::permissions::{OF_DEPUTIES, Reach, Role, reach, right_for};
use actix_web::HttpRequest;
use actix_web::http::header;
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

/// A signed-in member of staff.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Their account.
    pub account_id: Uuid,
    /// Their agency.
    pub agency_id: Uuid,
    /// Their session; none when the agency's own provider signed them in.
    pub session_id: Option<Uuid>,
    /// Their sign-in name.
    pub username: String,
    /// Their name.
    pub display_name: String,
    /// Their roles.
    pub roles: BTreeSet<Role>,
    /// Their department.
    pub department: Option<Uuid>,
    /// Head of the FOI office today, in office or as deputy.
    pub head_of_foi_office: bool,
    /// Departments they head today, and whom they stand for.
    pub posts: Posts,
    /// They must change their password before anything else.
    pub must_change_password: bool,
    /// Agencies below theirs.
    pub below: Vec<Uuid>,
    /// The language they read.
    pub language: Language,
}

/// What may be done while the password still has to be changed.
const BEFORE_PASSWORD_CHANGE: [&str; 3] = ["change_password", "get_me", "sign_out"];

impl Caller {
    /// Refuses whose roles do not allow the operation; gives the scope they reach.
    pub fn permit(&self, operation: &str) -> Result<Scope, Problem> {
        if self.must_change_password && !BEFORE_PASSWORD_CHANGE.contains(&operation) {
            return Err(Problem::plain(Fault::PasswordChangeNeeded));
        }
        let reads = match self.reach(operation) {
            None => return Err(forbidden(operation)),
            Some(Reach::Own) => vec![self.agency_id],
            Some(Reach::Below) => std::iter::once(self.agency_id).chain(self.below.iter().copied()).collect(),
        };
        Ok(Scope { reads, writes: Some(self.agency_id) })
    }

    /// How far the caller reaches with an operation, by their own roles or as the deputy of an approver.
    pub fn reach(&self, operation: &str) -> Option<Reach> {
        let stands_in = !self.posts.signs_for.is_empty() && OF_DEPUTIES.contains(&operation);
        reach(operation, self.roles.iter().copied().chain(stands_in.then_some(Role::Approver)))
    }

    /// The caller as a decision sees them.
    pub fn person(&self) -> Person {
        Person {
            account_id: self.account_id,
            roles: self.roles.clone(),
            department: self.department,
            head_of_foi_office: self.head_of_foi_office,
            posts: self.posts.clone(),
        }
    }
}

/// Says whose roles would allow the operation.
fn forbidden(operation: &str) -> Problem {
    let roles: Vec<Role> = right_for(operation).map(|right| right.roles.iter().map(|(role, _)| *role).collect()).unwrap_or_default();
    let (zh, en): (Vec<_>, Vec<_>) = roles.iter().map(|role| (role.zh(), role.en())).unzip();
    Problem::new(Fault::Forbidden, format!("该操作限于：{}", zh.join("、")), format!("this is for: {}", en.join(", ")))
}

enum Who {
    Session { account: Uuid, session: Uuid },
    Name(String),
}

/// Identifies the caller by the bearer token.
pub async fn identify(app: &App, request: &HttpRequest) -> Result<Caller, Problem> {
    let refused = || Problem::plain(Fault::NotSignedIn);
    let token = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(refused)?;
    let who = match app.tokens.verify(token, real_now()) {
        Ok(claims) => Who::Session { account: claims.account, session: claims.session },
        Err(reason) => match &app.oidc {
            None => {
                tracing::debug!(%reason, request_id = request_id(request).id, "token refused");
                return Err(refused());
            }
            Some(provider) => {
                let identity = provider.verify(token, real_now()).await.map_err(|reason| {
                    tracing::debug!(%reason, request_id = request_id(request).id, "token refused");
                    refused()
                })?;
                Who::Name(identity.username)
            }
        },
    };
    let (today, language) = (app.office.clock.today(), language(request));
    let name = match &who {
        Who::Session { account, .. } => account.to_string(),
        Who::Name(name) => name.clone(),
    };
    app.gate.admit_call(request, &name, real_now())?;
    let caller = app.db.run(Scope::nobody(), move |conn| read(conn, &who, today)).await?.ok_or_else(refused)?;
    Ok(Caller { language, ..caller })
}

type AccountRow = (String, String, Vec<String>, Option<Uuid>, bool, bool);

fn read(conn: &mut PgConnection, who: &Who, today: NaiveDate) -> Result<Option<Caller>, Problem> {
    let known: Option<(Uuid, Uuid)> = match who {
        Who::Session { account, .. } => sign_in_names::table
            .filter(sign_in_names::account_id.eq(account))
            .select((sign_in_names::agency_id, sign_in_names::account_id))
            .first(conn)
            .optional()?,
        Who::Name(name) => {
            sign_in_names::table.find(name).select((sign_in_names::agency_id, sign_in_names::account_id)).first(conn).optional()?
        }
    };
    let Some((agency_id, account_id)) = known else { return Ok(None) };
    set_scope(conn, &Scope::reading(vec![agency_id]))?;
    let session_id = match who {
        Who::Name(_) => None,
        Who::Session { session, account } => {
            let live: Option<Uuid> = sessions::table
                .find((agency_id, session))
                .filter(sessions::account_id.eq(account))
                .filter(sessions::revoked_at.is_null())
                .select(sessions::id)
                .first(conn)
                .optional()?;
            let Some(session) = live else { return Ok(None) };
            Some(session)
        }
    };
    let row: Option<AccountRow> = accounts::table
        .find((agency_id, account_id))
        .select((
            accounts::username,
            accounts::display_name,
            accounts::roles,
            accounts::department_id,
            accounts::active,
            accounts::must_change_password,
        ))
        .first(conn)
        .optional()?;
    let Some((username, display_name, roles, department, true, must_change_password)) = row else { return Ok(None) };
    let (head_of_foi_office, office_for) = foi_office(conn, agency_id, account_id, today)?;
    Ok(Some(Caller {
        account_id,
        agency_id,
        session_id,
        username,
        display_name,
        roles: roles.iter().filter_map(|role| Role::from_code(role)).collect(),
        department,
        head_of_foi_office,
        posts: Posts { office_for, ..posts::held(conn, agency_id, account_id, today)? },
        must_change_password,
        below: below(conn, agency_id)?,
        language: Language::Chinese,
    }))
}

/// Whether somebody heads the FOI office on a day, and for whom as the deputy.
fn foi_office(conn: &mut PgConnection, agency: Uuid, account: Uuid, today: NaiveDate) -> QueryResult<(bool, Option<Uuid>)> {
    let heads: Vec<(Uuid, bool)> = foi_office_heads::table
        .filter(foi_office_heads::agency_id.eq(agency))
        .filter(foi_office_heads::from_on.le(today))
        .filter(foi_office_heads::until_on.is_null().or(foi_office_heads::until_on.ge(today)))
        .order(foi_office_heads::from_on)
        .select((foi_office_heads::account_id, foi_office_heads::deputy))
        .load(conn)?;
    let own = |deputy: bool| heads.contains(&(account, deputy));
    let in_office = heads.iter().find(|(_, deputy)| !deputy).map(|(head, _)| *head);
    Ok((own(true) || own(false), in_office.filter(|_| !own(false) && own(true))))
}

/// Every agency below one, of any depth.
pub fn below(conn: &mut PgConnection, agency: Uuid) -> QueryResult<Vec<Uuid>> {
    let mut all: Vec<Uuid> = Vec::new();
    let mut level = vec![agency];
    while !level.is_empty() {
        let next: Vec<Uuid> =
            agencies::table.filter(agencies::parent_id.eq_any(&level)).select(agencies::id).order(agencies::id).load(conn)?;
        level = next.into_iter().filter(|id| *id != agency && !all.contains(id)).collect();
        all.extend(level.iter().copied());
    }
    Ok(all)
}
