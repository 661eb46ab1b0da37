//! Head of the FOI office (政府信息公开工作机构负责人, Art 33(2)): a mark on a person with dates, and deputies. Who appoints: the administrator.
//!
//! There is one head at a time. A successor ends the open term of the one before; no term is removed, because extensions rest on it.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{get, post};
use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Nothing;
use super::accounts::needed;
use super::writing::write;
use crate::case::journal::agency::{AgencyEvent, Change, Outcome};
use crate::case::journal::{JournalError, Mode, Repeated};
use crate::case::refusal::{Code, Refusal};
use crate::db::schema::{accounts, foi_office_heads};
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions};
use crate::http::paging::Page;
use crate::http::problem::Problem;
use crate::ids::new_id;

/// The Regulations came into force that day.
const EARLIEST: NaiveDate = NaiveDate::from_ymd_opt(2008, 5, 1).unwrap();

/// No term reaches further.
const LATEST: NaiveDate = NaiveDate::from_ymd_opt(2099, 12, 31).unwrap();

/// A term as head or deputy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FoiOfficeHead)]
pub struct HeadView {
    /// The term.
    pub id: Uuid,
    /// The account.
    pub account: Uuid,
    /// The person's name.
    pub display_name: String,
    /// As deputy.
    pub deputy: bool,
    /// From this day.
    pub from_on: NaiveDate,
    /// Until this day, included; null is until a successor comes. The day before `from_on` if it never began.
    #[schema(required = true)]
    pub until_on: Option<NaiveDate>,
    /// Whether the person may act as head today.
    pub in_office: bool,
}

/// Who becomes head of the FOI office, or a deputy.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct AppointHead {
    /// An active account.
    pub account: Uuid,
    /// As deputy: there may be several, beside the head.
    #[serde(default)]
    pub deputy: bool,
    /// From this day.
    pub from_on: NaiveDate,
    /// Until this day, included; open if left out.
    pub until_on: Option<NaiveDate>,
}

/// A head's term as the succession sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Term {
    id: Uuid,
    account: Uuid,
    from_on: NaiveDate,
    until_on: Option<NaiveDate>,
}

/// Refuses a term that ends before it begins, or lies where no date of ours does.
pub(super) fn check_dates(from_on: NaiveDate, until_on: Option<NaiveDate>) -> Result<(), Refusal> {
    for (date, pointer) in [(Some(from_on), "/from_on"), (until_on, "/until_on")] {
        if date.is_some_and(|date| !(EARLIEST..=LATEST).contains(&date)) {
            let (zh, en) = (format!("日期须在 {EARLIEST} 至 {LATEST} 之间"), format!("the date must lie between {EARLIEST} and {LATEST}"));
            return Err(Refusal::new(Code::DateOutOfRange, zh, en).at(pointer));
        }
    }
    if until_on.is_some_and(|until_on| until_on < from_on) {
        return Err(Refusal::new(Code::DateBeforePrevious, "任期届满日早于开始日", "the term ends before it begins").at("/until_on"));
    }
    Ok(())
}

/// The open term that a successor ends, and its last day; every other term that touches the new one refuses it.
fn succession(terms: &[Term], from_on: NaiveDate, until_on: Option<NaiveDate>) -> Result<Option<(Term, NaiveDate)>, Refusal> {
    let mut ended = None;
    for term in terms {
        let touches = term.until_on.is_none_or(|until| from_on <= until) && until_on.is_none_or(|until| term.from_on <= until);
        if !touches {
            continue;
        }
        match (term.until_on, from_on.checked_sub_days(Days::new(1))) {
            (None, Some(last_day)) if term.from_on < from_on => ended = Some((*term, last_day)),
            _ => {
                return Err(Refusal::new(
                    Code::HeadOverlaps,
                    format!("自 {} 起已有负责人；同一时间只有一名负责人，可另行指定副职代理", term.from_on),
                    format!("there is a head from {}; only one person is head at a time, others may be deputies", term.from_on),
                )
                .under("33(2)")
                .at("/from_on"));
            }
        }
    }
    Ok(ended)
}

/// Stores a term and gives its events.
pub(super) fn insert(conn: &mut PgConnection, agency: Uuid, id: Uuid, body: &AppointHead) -> Result<Vec<AgencyEvent>, JournalError> {
    let AppointHead { account, deputy, from_on, until_on } = *body;
    check_dates(from_on, until_on)?;
    let active: Option<bool> = accounts::table.find((agency, account)).select(accounts::active).first(conn).optional()?;
    if active != Some(true) {
        return Err(Refusal::new(Code::UnknownReference, "账号不存在或已停用", "the account is unknown or closed").at("/account").into());
    }
    let mut events = Vec::new();
    if !deputy && let Some((before, last_day)) = succession(&terms(conn, agency)?, from_on, until_on)? {
        diesel::update(foi_office_heads::table.find((agency, before.id))).set(foi_office_heads::until_on.eq(last_day)).execute(conn)?;
        events.push(AgencyEvent::HeadTermEnded { account: before.account, deputy: false, until_on: last_day, term: Some(before.id) });
    }
    diesel::insert_into(foi_office_heads::table)
        .values((
            foi_office_heads::agency_id.eq(agency),
            foi_office_heads::id.eq(id),
            foi_office_heads::account_id.eq(account),
            foi_office_heads::deputy.eq(deputy),
            foi_office_heads::from_on.eq(from_on),
            foi_office_heads::until_on.eq(until_on),
        ))
        .execute(conn)?;
    events.push(AgencyEvent::HeadAppointed { account, deputy, from_on, until_on, term: Some(id) });
    Ok(events)
}

/// Terms of heads who can still act; a closed account is head of nothing.
fn terms(conn: &mut PgConnection, agency: Uuid) -> QueryResult<Vec<Term>> {
    let rows: Vec<(Uuid, Uuid, NaiveDate, Option<NaiveDate>)> = foi_office_heads::table
        .inner_join(
            accounts::table.on(accounts::agency_id.eq(foi_office_heads::agency_id).and(accounts::id.eq(foi_office_heads::account_id))),
        )
        .filter(foi_office_heads::agency_id.eq(agency))
        .filter(foi_office_heads::deputy.eq(false))
        .filter(accounts::active)
        .select((foi_office_heads::id, foi_office_heads::account_id, foi_office_heads::from_on, foi_office_heads::until_on))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, account, from_on, until_on)| Term { id, account, from_on, until_on }).collect())
}

/// Ends every term of an account that reaches past a day, also one that has not begun.
pub(super) fn end_terms(
    conn: &mut PgConnection,
    agency: Uuid,
    account: Uuid,
    last_day: NaiveDate,
) -> Result<Vec<AgencyEvent>, JournalError> {
    let reaching: Vec<(Uuid, bool, NaiveDate)> = foi_office_heads::table
        .filter(foi_office_heads::agency_id.eq(agency))
        .filter(foi_office_heads::account_id.eq(account))
        .filter(foi_office_heads::until_on.is_null().or(foi_office_heads::until_on.gt(last_day)))
        .order((foi_office_heads::from_on, foi_office_heads::id))
        .select((foi_office_heads::id, foi_office_heads::deputy, foi_office_heads::from_on))
        .load(conn)?;
    let mut events = Vec::with_capacity(reaching.len());
    for (id, deputy, from_on) in reaching {
        let until_on = from_on.pred_opt().map_or(last_day, |day_before| last_day.max(day_before));
        diesel::update(foi_office_heads::table.find((agency, id))).set(foi_office_heads::until_on.eq(until_on)).execute(conn)?;
        events.push(AgencyEvent::HeadTermEnded { account, deputy, until_on, term: Some(id) });
    }
    Ok(events)
}

type Row = (Uuid, Uuid, bool, NaiveDate, Option<NaiveDate>, String, bool);

fn list(conn: &mut PgConnection, agency: Uuid, today: NaiveDate) -> QueryResult<Vec<HeadView>> {
    let rows: Vec<Row> = foi_office_heads::table
        .inner_join(
            accounts::table.on(accounts::agency_id.eq(foi_office_heads::agency_id).and(accounts::id.eq(foi_office_heads::account_id))),
        )
        .filter(foi_office_heads::agency_id.eq(agency))
        .order((foi_office_heads::from_on.desc(), foi_office_heads::id.desc()))
        .select((
            foi_office_heads::id,
            foi_office_heads::account_id,
            foi_office_heads::deputy,
            foi_office_heads::from_on,
            foi_office_heads::until_on,
            accounts::display_name,
            accounts::active,
        ))
        .load(conn)?;
    let view = |(id, account, deputy, from_on, until_on, display_name, active): Row| {
        let in_office = active && from_on <= today && until_on.is_none_or(|until| today <= until);
        HeadView { id, account, display_name, deputy, from_on, until_on, in_office }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// List the heads of the FOI office and their deputies, the latest first.
#[utoipa::path(tag = "people", responses((status = 200, description = "All terms, on one page.", body = Page<HeadView>)))]
#[get("/foi-office-heads")]
pub async fn list_heads(call: Call) -> Answer {
    let scope = call.permit("list_heads")?;
    call.query::<Nothing>()?;
    let (agency, today) = (call.caller.agency_id, call.app.office.clock.today());
    let items = call.app.db.run(scope, move |conn| list(conn, agency, today).map_err(Problem::from)).await?;
    answer::ok(&Page { items, next_cursor: None, total: None })
}

/// Appoint the head of the FOI office, or a deputy.
///
/// A head without an end to the term is succeeded: their term ends the day before. Any other overlap is refused. A deputy here is the standing
/// deputy of the FOI office, appointed by the administrator, who may act as its head on their own (Art 33(2)); whom an approver or a head sends in
/// their own name while away is named at `POST /deputies`.
#[utoipa::path(tag = "people", request_body = AppointHead, responses((status = 201, description = "The term.", body = HeadView)))]
#[post("/foi-office-heads")]
pub async fn appoint_head(call: Call) -> Answer {
    let scope = call.permit("appoint_head")?;
    call.query::<Nothing>()?;
    let ask = call.ask_in(new_id(), None, Versions::None, Mode::Take)?;
    let body: AppointHead = call.json()?;
    let office = Arc::clone(&call.app.office);
    let view = call
        .app
        .db
        .run(scope, move |conn| {
            let written = write(conn, &office, &ask, |conn| {
                let today = office.clock.today();
                let events = needed::keeping_a_head(conn, ask.agency, today, |conn| insert(conn, ask.agency, ask.case, &body))?;
                Ok(Change { value: ask.case, repeated: Repeated { resource: ask.case, version: 1, status: 201 }, events })
            })?;
            let (Outcome::Written(id) | Outcome::Repeated(Repeated { resource: id, .. })) = written;
            let all = list(conn, ask.agency, office.clock.today())?;
            all.into_iter().find(|head| head.id == id).ok_or_else(Problem::not_found)
        })
        .await?;
    Ok(actix_web::HttpResponse::build(StatusCode::CREATED).json(view))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn term(from_on: &str, until_on: Option<&str>) -> Term {
        Term { id: Uuid::from_u128(1), account: Uuid::from_u128(2), from_on: day(from_on), until_on: until_on.map(day) }
    }

    #[rstest]
    #[case("2025-01-01", None, "2026-03-01", None, Ok(Some("2026-02-28")))]
    #[case("2025-01-01", None, "2026-03-01", Some("2026-03-31"), Ok(Some("2026-02-28")))]
    #[case("2026-03-01", None, "2026-03-01", None, Err(()))]
    #[case("2026-04-01", None, "2026-03-01", None, Err(()))]
    #[case("2026-04-01", None, "2026-03-01", Some("2026-03-31"), Ok(None))]
    #[case("2026-04-01", None, "2026-03-01", Some("2026-04-01"), Err(()))]
    #[case("2025-01-01", Some("2026-02-28"), "2026-03-01", None, Ok(None))]
    #[case("2025-01-01", Some("2026-03-01"), "2026-03-01", None, Err(()))]
    #[case("2026-03-01", Some("2026-02-28"), "2026-03-01", None, Ok(None))]
    fn one_head_at_a_time(
        #[case] from: &str,
        #[case] until: Option<&str>,
        #[case] new_from: &str,
        #[case] new_until: Option<&str>,
        #[case] expected: Result<Option<&str>, ()>,
    ) {
        let found = succession(&[term(from, until)], day(new_from), new_until.map(day));
        let found = found.map(|ended| ended.map(|(_, last_day)| last_day)).map_err(|refusal| assert_eq!(refusal.code, Code::HeadOverlaps));
        assert_eq!(found, expected.map(|last| last.map(day)));
    }

    #[rstest]
    #[case("2026-01-01", None, None)]
    #[case("2026-01-01", Some("2026-01-01"), None)]
    #[case("2026-01-02", Some("2026-01-01"), Some("/until_on"))]
    #[case("2008-04-30", None, Some("/from_on"))]
    #[case("2026-01-01", Some("2100-01-01"), Some("/until_on"))]
    fn dates_of_a_term(#[case] from: &str, #[case] until: Option<&str>, #[case] pointer: Option<&str>) {
        let refused = check_dates(day(from), until.map(day)).err().map(|refusal| refusal.errors[0].pointer.clone());
        assert_eq!(refused.as_deref(), pointer);
    }
}
