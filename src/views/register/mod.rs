//! The register (登记台账, domain 6.3): every case of the agency, filtered and sorted by its dates. Who: whoever may read cases.
//!
//! People are masked; what is asked shows in its first words, to staff of the agency only.

mod cells;
pub mod export;
mod filter;
pub(super) mod sheet;
mod sort;
mod words;

pub use filter::ListCases;

use super::case_page::{Dates, MaskedPerson};
use super::find;
use super::light::{Light, Lights};
use super::names::{AccountRef, DepartmentRef, Names};
use super::shape::view;
use crate::case::journal::of_row;
use crate::case::model::Case;
use crate::case::office::Office;
use crate::case::private::{PersonDetails, Private, RequestWords};
use crate::case::stage::Stage;
use crate::case::vault::{self, Texts};
use crate::crypto::CaseOf;
use crate::db::schema::cases;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::paging::{self, Page};
use crate::http::problem::Problem;
use crate::rules::applicants::ApplicantKind;
use crate::rules::matter::Matter;
use crate::rules::receipt::{Channel, caution_date};
use crate::rules::reply_kinds::ReplyKind;
use crate::rules::sight::{Sight, Whose, sight};
use actix_web::get;
use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde_json::Value;
use sort::{Place, Sort};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// How much of what is asked a row shows, in characters.
const SUMMARY: usize = 60;

view! {
    /// The first-named applicant.
    pub struct FirstApplicant {
        /// Name, masked; null after shredding.
        name: Option<String>,
        /// The column of the annual report.
        kind: ApplicantKind,
    }
    /// A case in the register.
    pub struct CaseListItem {
        /// Its id.
        id: Uuid,
        /// The agency.
        agency_id: Uuid,
        /// The register number, once registered.
        case_number: Option<String>,
        /// What it is about.
        matter: Matter,
        /// Where it stands.
        stage: Stage,
        /// The channel.
        channel: Channel,
        /// The first-named applicant.
        applicant: Option<FirstApplicant>,
        /// The day it came into the agency's hands.
        arrived_on: NaiveDate,
        /// The receipt date.
        received_on: Option<NaiveDate>,
        /// The due date of the reply in force; null while it cannot be known, as while an answer to a consultation is awaited.
        due_on: Option<NaiveDate>,
        /// The due date if a consulted party stays silent to the end, or by the start that a late correction notice gave.
        projected_due_on: Option<NaiveDate>,
        /// The due date, or the projected one, rests on a year whose holidays are not announced.
        provisional: bool,
        /// Working days left by the clock of the law, negative when overdue; null when answered or while no period runs.
        working_days_left: Option<i64>,
        /// The light; while a confirmation is awaited, of the caution date.
        light: Light,
        /// The department.
        department: Option<DepartmentRef>,
        /// The handler.
        handler: Option<AccountRef>,
        /// The kind that the standing reply counts as.
        outcome: Option<ReplyKind>,
        /// Document number of the reply.
        document_number: Option<String>,
        /// The first words of what is asked; null for agencies above.
        summary: Option<String>,
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = cases)]
struct Row {
    id: Uuid,
    agency_id: Uuid,
    fold_version: i32,
    state: Value,
    arrived_on: NaiveDate,
    received_on: Option<NaiveDate>,
    case_number: Option<String>,
    due_on: Option<NaiveDate>,
    outcome: Option<String>,
    department_id: Option<Uuid>,
    handler_id: Option<Uuid>,
    document_number: Option<String>,
    dispatched_on: Option<NaiveDate>,
}

impl Row {
    fn place(&self) -> Place {
        Place { due_on: self.due_on, received_on: self.received_on, arrived_on: self.arrived_on, id: self.id }
    }
}

/// Who lists.
struct Reading<'a> {
    office: &'a Office,
    agency: Uuid,
    reads: Vec<Uuid>,
    sight: Sight,
    /// What else of a case is opened.
    beside: fn(&Case) -> Vec<Private>,
}

/// A row with its case and the texts it shows.
struct Line {
    row: Row,
    case: Case,
    texts: Texts,
}

/// Reads the cases of rows and opens what each shows, and what else is wanted of it.
fn read(
    conn: &mut PgConnection,
    reading: &Reading<'_>,
    rows: Vec<Row>,
    beside: impl Fn(&Case) -> Vec<Private>,
) -> Result<Vec<Line>, Problem> {
    let mut read = Vec::with_capacity(rows.len());
    for mut row in rows {
        let case = of_row(conn, row.agency_id, row.id, (row.fold_version, row.state.take()))?;
        let beside = beside(&case);
        read.push((row, case, beside));
    }
    let wanted: Vec<(CaseOf, Vec<&Private>)> = read
        .iter()
        .map(|(_, case, beside)| {
            let (owner, mut texts) = shown(case, reading.agency);
            texts.extend(beside);
            (owner, texts)
        })
        .collect();
    let mut texts = vault::open_many(conn, reading.office, &wanted)?;
    let line = |(row, case, _): (Row, Case, Vec<Private>)| Line { row, texts: texts.remove(&case.id).unwrap_or_default(), case };
    Ok(read.into_iter().map(line).collect())
}

/// One page of lines in the order of their dates.
fn by_date(conn: &mut PgConnection, reading: &Reading<'_>, asked: &ListCases) -> Result<Page<Line>, Problem> {
    let reads = find::agencies(&reading.reads, asked.agency);
    let (limit, sort) = (paging::limit(asked.limit)?, Sort::parse(asked.sort.as_deref())?);
    let mut query = filter::filtered(asked, &reads).select(Row::as_select());
    if let Some(cursor) = &asked.cursor {
        query = query.filter(sort.after(&sort.unpack(cursor)?));
    }
    let rows = sort.order(query).limit(limit + 1).load(conn)?;
    let page = paging::cut(rows, limit, |row: &Row| sort.cursor(row.place()));
    let total = if asked.include_total { Some(filter::filtered(asked, &reads).count().get_result(conn)?) } else { None };
    Ok(Page { items: read(conn, reading, page.items, reading.beside)?, next_cursor: page.next_cursor, total })
}

/// One page of lines.
fn lines(conn: &mut PgConnection, reading: &Reading<'_>, asked: &ListCases) -> Result<Page<Line>, Problem> {
    match &asked.q {
        Some(q) => words::page(conn, reading, asked, q),
        None => by_date(conn, reading, asked),
    }
}

fn list(conn: &mut PgConnection, reading: &Reading<'_>, asked: &ListCases) -> Result<Page<CaseListItem>, Problem> {
    let page = lines(conn, reading, asked)?;
    let people: Vec<Uuid> = page.items.iter().flat_map(|Line { row, .. }| row.department_id.into_iter().chain(row.handler_id)).collect();
    let names = Names::read(conn, &reading.reads, &people)?;
    let today = Today::now(conn, reading.office)?;
    let mut calendars = BTreeMap::new();
    for Line { case, .. } in &page.items {
        calendars.insert(case.pins.calendar, reading.office.calendar(conn, case.pins.calendar)?);
    }
    let items = page.items.iter().map(|line| {
        let dates = calendars.get(&line.case.pins.calendar).map(|calendar| Dates::on(&line.case, calendar, today.date));
        today.item(line, dates, &names)
    });
    Ok(Page { items: items.collect(), next_cursor: page.next_cursor, total: page.total })
}

/// The texts a row shows: who asks, and for staff of the agency what is asked.
fn shown(case: &Case, own: Uuid) -> (CaseOf, Vec<&Private>) {
    let mut texts: Vec<&Private> = case.first_applicant().into_iter().collect();
    if case.agency_id == own {
        texts.push(&case.request.words);
    }
    (CaseOf { agency: case.agency_id, case: case.id }, texts)
}

/// What every line of a list is counted with: today, and the newest calendar.
struct Today {
    date: NaiveDate,
    lights: Lights,
    calendar: Arc<crate::rules::calendar::Calendar>,
}

impl Today {
    fn now(conn: &mut PgConnection, office: &Office) -> Result<Self, Problem> {
        let today = office.clock.today();
        let calendar = office.newest_calendar(conn)?;
        Ok(Self { date: today, lights: Lights::on(&calendar, today), calendar })
    }

    fn item(&self, Line { row, case, texts }: &Line, dates: Option<Dates>, names: &Names) -> CaseListItem {
        let (due, projected) = dates.as_ref().map_or((None, None), |dates| (dates.due, dates.projected));
        let running = row.due_on.filter(|_| row.dispatched_on.is_none() && case.stage.counts());
        let waiting = case.stage == Stage::AwaitingConfirmation && row.received_on.is_none();
        let caution = waiting.then(|| caution_date(&self.calendar, row.arrived_on).on);
        CaseListItem {
            id: row.id,
            agency_id: row.agency_id,
            case_number: row.case_number.clone(),
            matter: case.matter,
            stage: case.stage,
            channel: case.channel,
            applicant: case.applicants.first().map(|applicant| FirstApplicant {
                name: parsed::<PersonDetails>(texts, &applicant.details).and_then(|details| MaskedPerson::of(&details).name),
                kind: applicant.kind,
            }),
            arrived_on: row.arrived_on,
            received_on: row.received_on,
            due_on: due.map(|due| due.on),
            projected_due_on: projected.map(|due| due.on),
            provisional: [due, projected].into_iter().flatten().any(|due| due.provisional),
            working_days_left: dates.and_then(|dates| dates.working_days_left),
            light: self.lights.of(running.or(caution)),
            department: row.department_id.map(|id| names.department(id)),
            handler: row.handler_id.map(|id| names.account(id)),
            outcome: row.outcome.as_deref().and_then(ReplyKind::from_code),
            document_number: row.document_number.clone(),
            summary: parsed::<RequestWords>(texts, &case.request.words).map(|words| summary(&words.description, SUMMARY)),
        }
    }
}

fn parsed<T: serde::de::DeserializeOwned>(texts: &Texts, reference: &Private) -> Option<T> {
    texts.get(reference).and_then(|text| serde_json::from_str(text).ok())
}

/// The first words on one line.
fn summary(description: &str, most: usize) -> String {
    let mut words = description.split_whitespace().collect::<Vec<_>>().join(" ").chars().collect::<Vec<char>>();
    if words.len() > most {
        words.truncate(most - 1);
        words.push('…');
    }
    words.into_iter().collect()
}

/// The register.
///
/// Repeat a key to ask for several values. Voided and split cases appear only when `stage=voided` or `stage=split` is asked for. A null date sorts
/// last in either direction. While an answer to a consultation is awaited, a case is sorted and filtered by the due date that silence
/// would give, although `due_on` is null.
#[utoipa::path(tag = "read", params(ListCases), responses((status = 200, description = "One page of cases.", body = Page<CaseListItem>)))]
#[get("/cases")]
pub async fn list_cases(call: Call) -> Answer {
    let scope = call.permit("list_cases")?;
    let asked: ListCases = call.query()?;
    asked.check()?;
    let (office, agency, reads) = (Arc::clone(&call.app.office), call.caller.agency_id, scope.reads.clone());
    let sight = sight(Whose::Own, call.caller.roles.iter().copied());
    let page = call
        .app
        .db
        .run(scope, move |conn| list(conn, &Reading { office: &office, agency, reads, sight, beside: |_| Vec::new() }, &asked))
        .await?;
    Ok(paging::answer(&call.request, &page))
}

/// The query of the register, boxed so that filters can be added one by one.
type CaseQuery<'a> = cases::BoxedQuery<'a, Pg>;

#[cfg(test)]
mod tests {
    use super::{Case, Row, SUMMARY, Value, summary};

    /// The row of a case, as far as files read it.
    pub(super) fn row_of(case: &Case) -> Row {
        Row {
            id: case.id,
            agency_id: case.agency_id,
            fold_version: 0,
            state: Value::Null,
            arrived_on: case.arrived_on,
            received_on: case.received_on(),
            case_number: None,
            due_on: None,
            outcome: None,
            department_id: None,
            handler_id: None,
            document_number: None,
            dispatched_on: None,
        }
    }

    #[test]
    fn a_summary_is_one_line_of_sixty_characters() {
        assert_eq!(summary("申请公开\n甲文件。", SUMMARY), "申请公开 甲文件。");
        let long = summary(&"甲".repeat(61), SUMMARY);
        assert_eq!((long.chars().count(), long.ends_with('…')), (60, true));
        assert_eq!(summary(&"甲".repeat(60), SUMMARY), "甲".repeat(60));
    }
}
