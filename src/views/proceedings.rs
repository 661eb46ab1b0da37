//! Reconsiderations and lawsuits (复议诉讼台账), each once however many cases it covers. Who: whoever may read cases.

pub mod export;

use super::find;
use super::labels::Labelled;
use super::shape::{Label, view};
use crate::case::duties::{Duty, MOST_HEARINGS, OF_PROCEEDING, duties, is_right, proceeding_of};
use crate::case::journal::of_row;
use crate::case::model::{Case, CorrectionCause, LitigationRoute, Outcome, Proceeding, ProceedingKind};
use crate::case::office::Office;
use crate::case::projection::report_column;
use crate::db::schema::{cases, duties as duty_rows, proceedings};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::paging::{self, Page};
use crate::http::problem::Problem;
use crate::rules::outcomes::{Column, Instance, ProcedureKind};
use crate::rules::proceedings::PartyStanding;
use crate::rules::terms::{DutyKind, DutyOwner};
use actix_web::get;
use chrono::NaiveDate;
use diesel::dsl::{exists, not};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use twin::twins;
use utoipa::IntoParams;
use uuid::Uuid;

/// What of proceedings is listed.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListProceedings {
    /// Reconsiderations or lawsuits.
    #[param(inline)]
    pub kind: Option<ProceedingKind>,
    /// The body or court, exactly.
    pub body: Option<String>,
    /// Its case number (案号), exactly.
    pub case_number: Option<String>,
    /// Only those that are not decided, or only those that are.
    pub open: Option<bool>,
    /// Only those in which the agency owes something before this day, or its term to appeal ends.
    pub due_before: Option<NaiveDate>,
    /// Why the agency was corrected; repeated for any of several.
    #[serde(default)]
    #[param(inline)]
    pub cause: Vec<CorrectionCause>,
    /// The column of table four; repeated for any of several.
    #[serde(default)]
    #[param(inline)]
    pub column: Vec<Column>,
    /// Received on this day or later.
    pub received_from: Option<NaiveDate>,
    /// Received on this day or earlier.
    pub received_until: Option<NaiveDate>,
    /// One agency of those the caller reads; another has nothing to list.
    pub agency: Option<Uuid>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// Where to go on, from `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Count every proceeding that fits, exactly; one over several cases counts once.
    #[serde(default)]
    pub include_total: bool,
}

view! {
    /// A case that a proceeding covers.
    pub struct ProceedingCase {
        /// The case.
        case_id: Uuid,
        /// Its register number.
        case_number: Option<String>,
        /// Number of the proceeding in it.
        n: i32,
        /// Where to read it.
        href: String,
    }
    /// Something the agency owes in a proceeding, or may do until a day: an appeal.
    pub struct ProceedingDuty {
        /// What.
        kind: DutyKind,
        /// What it is called.
        label: Label,
        /// By when.
        due_on: NaiveDate,
        /// The article.
        article: String,
    }
    /// A reconsideration or one instance of a lawsuit.
    pub struct ProceedingListItem {
        /// The agency.
        agency_id: Uuid,
        /// The proceeding, where it covers several cases; null where it stands alone.
        id: Option<Uuid>,
        /// Which.
        kind: ProceedingKind,
        /// The instance of a lawsuit.
        instance: Option<Instance>,
        /// How a lawsuit began.
        route: Option<LitigationRoute>,
        /// Ordinary or summary procedure.
        procedure: ProcedureKind,
        /// On which side the agency stands.
        standing: PartyStanding,
        /// The agency counts it in table four.
        counts: bool,
        /// The body or court.
        body: String,
        /// Its case number (案号).
        case_number: Option<String>,
        /// The day the agency received the copy.
        received_on: NaiveDate,
        /// It rests now.
        suspended: bool,
        /// It is not decided.
        open: bool,
        /// The outcome.
        outcome: Option<Outcome>,
        /// The date of the decision.
        decided_on: Option<NaiveDate>,
        /// Why the agency was corrected.
        cause: Option<CorrectionCause>,
        /// The column of table four, through all its instances so far.
        report_column: Column,
        /// What the agency owes in it, the earliest first; an appeal of its own (行诉法 85) while its term runs.
        duties: Vec<ProceedingDuty>,
        /// The cases it covers.
        cases: Vec<ProceedingCase>,
    }
}

/// Where a page begins: the newest first.
#[derive(Debug, Serialize, Deserialize)]
struct Place(NaiveDate, Uuid, i32);

type Key = (Uuid, Uuid, i32, NaiveDate, Option<Uuid>);

struct Row {
    agency_id: Uuid,
    case_id: Uuid,
    n: i32,
    received_on: NaiveDate,
    proceeding_id: Option<Uuid>,
    fold_version: i32,
    state: Value,
}

/// Rights of the agency that are gone once their day is over.
fn lapsing() -> Vec<&'static str> {
    DutyKind::ALL.iter().filter(|kind| is_right(**kind)).map(|kind| kind.code()).collect()
}

mod twin {
    use crate::db::schema::proceedings;

    diesel::alias!(proceedings as twins: Twins);
}

/// What fits; of the rows of one proceeding over several cases that of the first case stands for all.
fn filtered<'a>(reads: &'a [Uuid], asked: &'a ListProceedings, today: NaiveDate) -> proceedings::BoxedQuery<'a, Pg> {
    let earlier = twins
        .filter(twins.field(proceedings::agency_id).eq(proceedings::agency_id))
        .filter(twins.field(proceedings::proceeding_id).eq(proceedings::proceeding_id))
        .filter(twins.field(proceedings::case_id).lt(proceedings::case_id))
        .select(twins.field(proceedings::n));
    let mut query = proceedings::table.filter(proceedings::agency_id.eq_any(reads)).filter(not(exists(earlier))).into_boxed();
    if let Some(kind) = asked.kind {
        query = query.filter(proceedings::kind.eq(kind.key()));
    }
    if let Some(body) = &asked.body {
        query = query.filter(proceedings::body.eq(find::text(body)));
    }
    if let Some(number) = &asked.case_number {
        query = query.filter(proceedings::case_number.eq(find::text(number)));
    }
    match asked.open {
        Some(true) => query = query.filter(proceedings::decided_on.is_null()),
        Some(false) => query = query.filter(proceedings::decided_on.is_not_null()),
        None => {}
    }
    if let Some(before) = asked.due_before {
        let hearing = duty_rows::kind
            .eq(DutyKind::AttendHearing.code())
            .and((duty_rows::ordinal / i32::try_from(MOST_HEARINGS + 1).unwrap_or(i32::MAX)).eq(proceedings::n));
        let own = duty_rows::kind.eq_any(OF_PROCEEDING.iter().map(|kind| kind.code())).and(duty_rows::ordinal.eq(proceedings::n));
        let owed = duty_rows::table
            .filter(duty_rows::agency_id.eq(proceedings::agency_id))
            .filter(duty_rows::case_id.eq(proceedings::case_id))
            .filter(duty_rows::open)
            .filter(duty_rows::due_on.lt(before))
            .filter(duty_rows::kind.ne_all(lapsing()).or(duty_rows::due_on.ge(today)))
            .filter(hearing.or(own))
            .select(duty_rows::ordinal);
        query = query.filter(exists(owed));
    }
    if !asked.cause.is_empty() {
        query = query.filter(proceedings::cause.eq_any(asked.cause.iter().map(|cause| cause.code())));
    }
    if !asked.column.is_empty() {
        query = query.filter(proceedings::report_column.eq_any(asked.column.iter().map(|column| column.code())));
    }
    if let Some(from) = asked.received_from {
        query = query.filter(proceedings::received_on.ge(from));
    }
    if let Some(until) = asked.received_until {
        query = query.filter(proceedings::received_on.le(until));
    }
    query
}

fn rows(conn: &mut PgConnection, reads: &[Uuid], asked: &ListProceedings, (today, limit): (NaiveDate, i64)) -> Result<Vec<Row>, Problem> {
    let mut query = filtered(reads, asked, today);
    if let Some(cursor) = &asked.cursor {
        let Place(on, case, n) = paging::unpack(cursor)?;
        find::date("cursor", Some(on))?;
        let same_day = proceedings::received_on.eq(on);
        let later = proceedings::case_id.gt(case).or(proceedings::case_id.eq(case).and(proceedings::n.gt(n)));
        query = query.filter(proceedings::received_on.lt(on).or(same_day.and(later)));
    }
    let keys: Vec<Key> = query
        .order((proceedings::received_on.desc(), proceedings::case_id.asc(), proceedings::n.asc()))
        .limit(limit)
        .select((proceedings::agency_id, proceedings::case_id, proceedings::n, proceedings::received_on, proceedings::proceeding_id))
        .load(conn)?;
    let ids: Vec<Uuid> = keys.iter().map(|key| key.1).collect();
    let states: Vec<(Uuid, i32, Value)> = cases::table
        .filter(cases::agency_id.eq_any(reads))
        .filter(cases::id.eq_any(ids))
        .select((cases::id, cases::fold_version, cases::state))
        .load(conn)?;
    let row = |(agency_id, case_id, n, received_on, proceeding_id): Key| {
        let (_, fold_version, state) = states.iter().find(|(id, ..)| *id == case_id)?;
        Some(Row { agency_id, case_id, n, received_on, proceeding_id, fold_version: *fold_version, state: state.clone() })
    };
    Ok(keys.into_iter().filter_map(row).collect())
}

/// The cases of the proceedings that cover several.
fn covered(conn: &mut PgConnection, reads: &[Uuid], ids: &[Uuid]) -> Result<BTreeMap<Uuid, Vec<ProceedingCase>>, Problem> {
    let found: Vec<(Option<Uuid>, Uuid, i32, Option<String>)> = proceedings::table
        .inner_join(cases::table.on(cases::agency_id.eq(proceedings::agency_id).and(cases::id.eq(proceedings::case_id))))
        .filter(proceedings::agency_id.eq_any(reads))
        .filter(proceedings::proceeding_id.eq_any(ids))
        .order((proceedings::case_id.asc(), proceedings::n.asc()))
        .select((proceedings::proceeding_id, proceedings::case_id, proceedings::n, cases::case_number))
        .load(conn)?;
    let mut all: BTreeMap<Uuid, Vec<ProceedingCase>> = BTreeMap::new();
    for (id, case_id, n, case_number) in found {
        if let Some(id) = id {
            all.entry(id).or_default().push(one_case(case_id, n, case_number));
        }
    }
    Ok(all)
}

fn one_case(case_id: Uuid, n: i32, case_number: Option<String>) -> ProceedingCase {
    ProceedingCase { case_id, case_number, n, href: format!("/api/v1/cases/{case_id}") }
}

/// A proceeding as it was found: in the first of its cases, with all duties of that case.
struct Found {
    agency_id: Uuid,
    id: Option<Uuid>,
    case: Case,
    proceeding: Proceeding,
    duties: Vec<Duty>,
    cases: Vec<ProceedingCase>,
}

fn item(Found { agency_id, id, case, proceeding, duties, cases }: Found, today: NaiveDate) -> ProceedingListItem {
    let mut owed: Vec<_> = duties
        .into_iter()
        .filter(|duty| duty.open && duty.kind.owed_by() == DutyOwner::Agency && (!is_right(duty.kind) || today <= duty.due_on))
        .filter(|duty| proceeding_of(duty.kind, duty.ordinal) == Some(proceeding.n))
        .map(|duty| ProceedingDuty { kind: duty.kind, label: duty.kind.label(), due_on: duty.due_on, article: duty.article })
        .collect();
    owed.sort_by_key(|duty| duty.due_on);
    let decision = proceeding.decision.as_ref();
    ProceedingListItem {
        agency_id,
        id,
        kind: proceeding.kind,
        instance: proceeding.instance,
        route: proceeding.route,
        procedure: proceeding.procedure,
        standing: proceeding.stands_as(),
        counts: proceeding.stands_as().counts(),
        suspended: proceeding.rests().is_some(),
        open: decision.is_none(),
        outcome: decision.map(|decision| decision.outcome),
        decided_on: decision.map(|decision| decision.decided_on),
        cause: decision.and_then(|decision| decision.cause),
        report_column: report_column(&case, &proceeding),
        received_on: proceeding.received_on,
        body: proceeding.body,
        case_number: proceeding.case_number,
        duties: owed,
        cases,
    }
}

/// One page of proceedings with their cases.
fn found(conn: &mut PgConnection, office: &Office, reads: &[Uuid], asked: &ListProceedings) -> Result<Page<Found>, Problem> {
    let limit = paging::limit(asked.limit)?;
    let today = office.clock.today();
    let rows = rows(conn, reads, asked, (today, limit + 1))?;
    let page = paging::cut(rows, limit, |row: &Row| Place(row.received_on, row.case_id, row.n));
    let ids: Vec<Uuid> = page.items.iter().filter_map(|row| row.proceeding_id).collect();
    let mut together = covered(conn, reads, &ids)?;
    let mut items = Vec::with_capacity(page.items.len());
    for mut row in page.items {
        let case = of_row(conn, row.agency_id, row.case_id, (row.fold_version, row.state.take()))?;
        let calendar = office.calendar(conn, case.pins.calendar)?;
        let known = u32::try_from(row.n).ok().and_then(|n| case.proceeding(n)).cloned();
        let Some(proceeding) = known else { return Err(Problem::internal(&format!("a proceeding of case {} is unknown", case.id))) };
        let alone = || vec![one_case(case.id, row.n, case.registration.as_ref().map(|entry| entry.case_number.clone()))];
        let cases = row.proceeding_id.and_then(|id| together.remove(&id)).unwrap_or_else(alone);
        let duties = duties(&case, &calendar);
        items.push(Found { agency_id: row.agency_id, id: row.proceeding_id, case, proceeding, duties, cases });
    }
    Ok(Page { items, next_cursor: page.next_cursor, total: None })
}

fn list(conn: &mut PgConnection, office: &Office, reads: &[Uuid], asked: &ListProceedings) -> Result<Page<ProceedingListItem>, Problem> {
    let Page { items, next_cursor, .. } = found(conn, office, reads, asked)?;
    let today = office.clock.today();
    let total = if asked.include_total { Some(filtered(reads, asked, today).count().get_result(conn)?) } else { None };
    Ok(Page { items: items.into_iter().map(|found| item(found, today)).collect(), next_cursor, total })
}

impl ListProceedings {
    /// Refuses days that the database does not know.
    fn check(&self) -> Result<(), Problem> {
        find::date("due_before", self.due_before)?;
        find::date("received_from", self.received_from)?;
        find::date("received_until", self.received_until)?;
        Ok(())
    }
}

/// Reconsiderations and lawsuits.
///
/// The newest first. One that covers several cases stands once, with all of them; every instance of a lawsuit stands by itself.
#[utoipa::path(tag = "read", params(ListProceedings), responses(
    (status = 200, description = "One page of proceedings.", body = Page<ProceedingListItem>),
))]
#[get("/proceedings")]
pub async fn list_proceedings(call: Call) -> Answer {
    let scope = call.permit("list_proceedings")?;
    let asked: ListProceedings = call.query()?;
    asked.check()?;
    let office = Arc::clone(&call.app.office);
    let reads = find::agencies(&scope.reads, asked.agency);
    let page = call.app.db.run(scope, move |conn| list(conn, &office, &reads, &asked)).await?;
    Ok(paging::answer(&call.request, &page))
}
