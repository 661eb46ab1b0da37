//! Posts (职务) beside the roles: heads of departments (处室负责人), and deputies (代理人) of approvers and heads, each with dates.
//!
//! Who appoints: the administrator names the heads; an approver or a head names the own deputy. A deputy reviews and signs in the
//! principal's name, which stands in the event, and is nobody's deputy towards a third: no post is passed on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post};
use chrono::NaiveDate;
use diesel::prelude::*;
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Nothing;
use super::heads::check_dates;
use super::writing::write;
use crate::case::facts::Posts;
use crate::case::journal::agency::{AgencyEvent, Change, Outcome, PostKind};
use crate::case::journal::{Ask, JournalError, Mode, Repeated};
use crate::case::refusal::{Code, Refusal};
use crate::db::schema::{accounts, departments, posts};
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions};
use crate::http::paging::Page;
use crate::http::problem::Problem;
use crate::ids::new_id;
use crate::rules::permissions::Role;

/// A post with its term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Post)]
pub struct PostView {
    /// The post.
    pub id: Uuid,
    /// What it is.
    pub kind: PostKind,
    /// Who holds it.
    pub account: Uuid,
    /// The person's name.
    pub display_name: String,
    /// The department, of a head.
    #[schema(required = true)]
    pub department: Option<Uuid>,
    /// For whom, of a deputy.
    #[schema(required = true)]
    pub principal: Option<Uuid>,
    /// From this day.
    pub from_on: NaiveDate,
    /// Until this day, included; the day before `from_on` if it never began.
    #[schema(required = true)]
    pub until_on: Option<NaiveDate>,
    /// Whether the person holds it today.
    pub in_office: bool,
}

/// Who heads a department.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct AppointDepartmentHead {
    /// An active account.
    pub account: Uuid,
    /// An active department.
    pub department: Uuid,
    /// From this day.
    #[schema(example = "2026-11-02")]
    pub from_on: NaiveDate,
    /// Until this day, included; open if left out.
    pub until_on: Option<NaiveDate>,
}

/// Who stands for the caller, and when.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NameDeputy {
    /// An active account of somebody who works the agency's cases.
    pub account: Uuid,
    /// From this day.
    #[schema(example = "2026-11-02")]
    pub from_on: NaiveDate,
    /// Until this day, included.
    #[schema(example = "2026-11-13")]
    pub until_on: NaiveDate,
}

/// The last day of a post.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct EndPost {
    /// The last day, included; before the first one, the post never began.
    #[schema(example = "2026-11-06")]
    pub until_on: NaiveDate,
}

/// The posts somebody holds on a day; a closed account holds none and has no deputy.
pub fn held(conn: &mut PgConnection, agency: Uuid, account: Uuid, today: NaiveDate) -> QueryResult<Posts> {
    let rows: Vec<(Uuid, Option<Uuid>, Option<Uuid>)> = posts::table
        .inner_join(accounts::table.on(accounts::agency_id.eq(posts::agency_id).and(accounts::id.eq(posts::account_id))))
        .filter(posts::agency_id.eq(agency))
        .filter(accounts::active)
        .filter(posts::from_on.le(today))
        .filter(posts::until_on.is_null().or(posts::until_on.ge(today)))
        .select((posts::account_id, posts::department_id, posts::principal_id))
        .load(conn)?;
    let principals: BTreeSet<Uuid> =
        rows.iter().filter(|(holder, ..)| *holder == account).filter_map(|(.., principal)| *principal).collect();
    let mut found = Posts::default();
    for (holder, department, _) in &rows {
        match department {
            Some(department) if *holder == account => drop(found.heads.insert(*department)),
            Some(department) if principals.contains(holder) => drop(found.heads_for.insert(*department, *holder)),
            _ => {}
        }
    }
    if !principals.is_empty() {
        let approvers: Vec<Uuid> = accounts::table
            .filter(accounts::agency_id.eq(agency))
            .filter(accounts::id.eq_any(&principals))
            .filter(accounts::active)
            .filter(accounts::roles.contains(vec![Role::Approver.code()]))
            .select(accounts::id)
            .load(conn)?;
        found.signs_for = approvers.into_iter().collect();
    }
    Ok(found)
}

/// A post that is to begin.
struct New {
    kind: PostKind,
    account: Uuid,
    department: Option<Uuid>,
    principal: Option<Uuid>,
    from_on: NaiveDate,
    until_on: Option<NaiveDate>,
}

fn roles_of(conn: &mut PgConnection, agency: Uuid, account: Uuid) -> Result<BTreeSet<Role>, JournalError> {
    let row: Option<(bool, Vec<String>)> =
        accounts::table.find((agency, account)).select((accounts::active, accounts::roles)).first(conn).optional()?;
    match row {
        Some((true, roles)) => Ok(roles.iter().filter_map(|role| Role::from_code(role)).collect()),
        _ => Err(Refusal::new(Code::UnknownReference, "账号不存在或已停用", "the account is unknown or closed").at("/account").into()),
    }
}

/// One head a department and one deputy a principal at a time.
fn alone(conn: &mut PgConnection, agency: Uuid, new: &New) -> Result<(), JournalError> {
    type Held = (NaiveDate, Option<NaiveDate>, Option<Uuid>, Option<Uuid>);
    let terms: Vec<Held> = posts::table
        .filter(posts::agency_id.eq(agency))
        .filter(posts::kind.eq(new.kind.code()))
        .select((posts::from_on, posts::until_on, posts::department_id, posts::principal_id))
        .load(conn)?;
    let touches = |from: NaiveDate, until: Option<NaiveDate>| {
        until.is_none_or(|until| new.from_on <= until) && new.until_on.is_none_or(|until| from <= until)
    };
    let same = |department, principal| department == new.department && principal == new.principal;
    if terms.into_iter().any(|(from, until, department, principal)| same(department, principal) && touches(from, until)) {
        let (zh, en) = ("同一时间一个处室只有一名负责人、一人只有一名代理人；请先结束现任期", "one at a time: end the other term first");
        return Err(Refusal::new(Code::PostOverlaps, zh, en).under("45").at("/from_on").into());
    }
    Ok(())
}

fn insert(conn: &mut PgConnection, ask: &Ask, new: &New) -> Result<Change<Uuid>, JournalError> {
    check_dates(new.from_on, new.until_on)?;
    alone(conn, ask.agency, new)?;
    let New { kind, account, department, principal, from_on, until_on } = *new;
    diesel::insert_into(posts::table)
        .values((
            posts::agency_id.eq(ask.agency),
            posts::id.eq(ask.case),
            posts::kind.eq(kind.code()),
            posts::account_id.eq(account),
            posts::department_id.eq(department),
            posts::principal_id.eq(principal),
            posts::from_on.eq(from_on),
            posts::until_on.eq(until_on),
        ))
        .execute(conn)?;
    let event = AgencyEvent::PostTaken { post: ask.case, held: kind, account, department, principal, from_on, until_on };
    Ok(Change { value: ask.case, repeated: Repeated { resource: ask.case, version: 1, status: 201 }, events: vec![event] })
}

fn list(conn: &mut PgConnection, agency: Uuid, today: NaiveDate) -> QueryResult<Vec<PostView>> {
    type Row = (Uuid, String, Uuid, Option<Uuid>, Option<Uuid>, NaiveDate, Option<NaiveDate>);
    let people: Vec<(Uuid, String, bool)> = accounts::table
        .filter(accounts::agency_id.eq(agency))
        .select((accounts::id, accounts::display_name, accounts::active))
        .load(conn)?;
    let people: BTreeMap<Uuid, (String, bool)> = people.into_iter().map(|(id, name, active)| (id, (name, active))).collect();
    let rows: Vec<Row> = posts::table
        .filter(posts::agency_id.eq(agency))
        .order((posts::from_on.desc(), posts::id.desc()))
        .select((posts::id, posts::kind, posts::account_id, posts::department_id, posts::principal_id, posts::from_on, posts::until_on))
        .load(conn)?;
    let view = |(id, kind, account, department, principal, from_on, until_on): Row| {
        let (display_name, active) = people.get(&account).cloned().unwrap_or_default();
        let in_office = active && from_on <= today && until_on.is_none_or(|until| today <= until);
        Some(PostView { id, kind: PostKind::from_code(&kind)?, account, display_name, department, principal, from_on, until_on, in_office })
    };
    Ok(rows.into_iter().filter_map(view).collect())
}

fn one(conn: &mut PgConnection, agency: Uuid, today: NaiveDate, id: Uuid) -> Result<PostView, Problem> {
    list(conn, agency, today)?.into_iter().find(|known| known.id == id).ok_or_else(Problem::not_found)
}

async fn made(
    call: Call,
    operation: &'static str,
    ask: Ask,
    make: impl FnOnce(&mut PgConnection, &Ask) -> Result<Change<Uuid>, JournalError> + Send + 'static,
) -> Answer {
    let scope = call.permit(operation)?;
    let office = Arc::clone(&call.app.office);
    let view = call
        .app
        .db
        .run(scope, move |conn| {
            let written = write(conn, &office, &ask, |conn| make(conn, &ask))?;
            let (Outcome::Written(id) | Outcome::Repeated(Repeated { resource: id, .. })) = written;
            one(conn, ask.agency, office.clock.today(), id)
        })
        .await?;
    Ok(HttpResponse::build(StatusCode::CREATED).json(view))
}

/// List the posts, the latest first.
#[utoipa::path(tag = "people", responses((status = 200, description = "All posts, on one page.", body = Page<PostView>)))]
#[get("/posts")]
pub async fn list_posts(call: Call) -> Answer {
    let scope = call.permit("list_posts")?;
    call.query::<Nothing>()?;
    let (agency, today) = (call.caller.agency_id, call.app.office.clock.today());
    let items = call.app.db.run(scope, move |conn| list(conn, agency, today).map_err(Problem::from)).await?;
    answer::ok(&Page { items, next_cursor: None, total: None })
}

/// Appoint the head of a department.
///
/// There is one at a time: the term before is ended first.
#[utoipa::path(tag = "people", request_body = AppointDepartmentHead, responses((status = 201, description = "The post.", body = PostView)))]
#[post("/department-heads")]
pub async fn appoint_department_head(call: Call) -> Answer {
    call.permit("appoint_department_head")?;
    call.query::<Nothing>()?;
    let ask = call.ask_in(new_id(), None, Versions::None, Mode::Take)?;
    let AppointDepartmentHead { account, department, from_on, until_on } = call.json()?;
    made(call, "appoint_department_head", ask, move |conn, ask| {
        roles_of(conn, ask.agency, account)?;
        let active: Option<bool> = departments::table.find((ask.agency, department)).select(departments::active).first(conn).optional()?;
        if active != Some(true) {
            return Err(Refusal::new(Code::UnknownReference, "部门不存在或已停用", "the department is unknown or closed")
                .at("/department")
                .into());
        }
        let kind = PostKind::DepartmentHead;
        insert(conn, ask, &New { kind, account, department: Some(department), principal: None, from_on, until_on })
    })
    .await
}

/// Name the own deputy.
///
/// For approvers and heads of departments. The deputy reviews and signs in their name within the dates; both names stand in the event. The standing
/// deputies of the FOI office, who act as its head on their own, are appointed by the administrator at `POST /foi-office-heads` with `deputy`.
#[utoipa::path(tag = "people", request_body = NameDeputy, responses((status = 201, description = "The post.", body = PostView)))]
#[post("/deputies")]
pub async fn name_deputy(call: Call) -> Answer {
    call.permit("name_deputy")?;
    call.query::<Nothing>()?;
    let ask = call.ask_in(new_id(), None, Versions::None, Mode::Take)?;
    let NameDeputy { account, from_on, until_on } = call.json()?;
    let caller = &call.caller;
    if !caller.roles.contains(&Role::Approver) && caller.posts.heads.is_empty() {
        let (zh, en) = ("只有签发人和处室负责人可以指定代理人", "only an approver or the head of a department names a deputy");
        return Err(Refusal::new(Code::NoDeputyHere, zh, en).under("45").into());
    }
    let principal = caller.account_id;
    made(call, "name_deputy", ask, move |conn, ask| {
        let works_cases = [Role::Clerk, Role::Handler, Role::LegalReviewer, Role::Approver];
        let roles = roles_of(conn, ask.agency, account)?;
        if account == principal || !works_cases.iter().any(|role| roles.contains(role)) {
            let (zh, en) = ("代理人须为办理案件的其他人员", "a deputy is somebody else who works the agency's cases");
            return Err(Refusal::new(Code::NoDeputyHere, zh, en).under("45").at("/account").into());
        }
        let until_on = Some(until_on);
        insert(conn, ask, &New { kind: PostKind::Deputy, account, department: None, principal: Some(principal), from_on, until_on })
    })
    .await
}

/// End a post.
///
/// The administrator ends any; whoever named a deputy ends that one. What was reviewed or signed before stays.
#[utoipa::path(tag = "people", request_body = EndPost, responses((status = 201, description = "The post.", body = PostView)))]
#[post("/posts/{post_id}/ending")]
pub async fn end_post(call: Call) -> Answer {
    call.permit("end_post")?;
    call.query::<Nothing>()?;
    let id = call.id("post_id")?;
    let ask = call.ask_in(id, None, Versions::None, Mode::Take)?;
    let EndPost { until_on } = call.json()?;
    let (administers, caller) = (call.caller.roles.contains(&Role::Administrator), call.caller.account_id);
    made(call, "end_post", ask, move |conn, ask| {
        type Row = (Option<Uuid>, NaiveDate, Option<NaiveDate>);
        let row: Option<Row> =
            posts::table.find((ask.agency, id)).select((posts::principal_id, posts::from_on, posts::until_on)).first(conn).optional()?;
        let (principal, from_on, ended_on) = row.ok_or(JournalError::Unknown)?;
        if !administers && principal != Some(caller) {
            let (zh, en) = ("只能结束本人所指定的代理", "only who named a deputy, or the administrator, ends it");
            return Err(Refusal::new(Code::NotPermitted, zh, en).under("45").into());
        }
        check_dates(until_on, None).map_err(|refusal| Refusal { errors: Vec::new(), ..refusal }.at("/until_on"))?;
        // It may end earlier than it was to, never later; the day before the first one says that it never began.
        let until_on = until_on.max(from_on.pred_opt().unwrap_or(from_on));
        if ended_on.is_some_and(|ended_on| ended_on <= until_on) {
            let (zh, en) = ("任期已在该日或者之前结束", "it ends on that day or before already");
            return Err(Refusal::new(Code::NothingToChange, zh, en).at("/until_on").into());
        }
        diesel::update(posts::table.find((ask.agency, id))).set(posts::until_on.eq(until_on)).execute(conn)?;
        let event = AgencyEvent::PostEnded { post: id, until_on };
        Ok(Change { value: id, repeated: Repeated { resource: id, version: 1, status: 201 }, events: vec![event] })
    })
    .await
}
