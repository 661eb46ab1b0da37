//! What the annual report counts, as the tables hold it: cases with what frozen reports said of them, instances of proceedings, fees; and the rows
//! of reports themselves.

mod places;
pub mod publications;
mod rows;

pub use places::{count_places, page_of_places};
pub use rows::{
    Approval, Frozen, Heading, Key, Made, approvals, authors, frozen, frozen_years, headings, insert_additions, insert_approval,
    insert_frozen, newest_additions, one_version, versions,
};

use super::schema::{agencies, cases, fee_items, proceedings, report_cases, report_proceedings, results};
use crate::case::stage::Stage;
use crate::clock::legal_date;
use crate::crypto;
use crate::rules::annual_report::count::{Entered, Fact, Place};
use crate::rules::annual_report::proceedings::{Category, Counted, Instance, Published};
use crate::rules::annual_report::published::Line;
use crate::rules::annual_report::tables::Fees;
use crate::rules::annual_report::{CARRIED_OVER, Extent, FrozenYears};
use crate::rules::applicants::ApplicantKind;
use crate::rules::matter::Matter;
use crate::rules::outcomes::{Column, Instance as Level};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text};
use std::fmt::Write as _;
use uuid::Uuid;

const FACTS: &str = include_str!("facts.sql");
/// Rows written at once: eight values each, and a statement has room for 65,535.
const CHUNK: usize = 5_000;

/// A report of which year, after which frozen one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The agency.
    pub agency: Uuid,
    /// The year.
    pub year: i32,
    /// The years before it whose reports are frozen.
    pub frozen: Option<FrozenYears>,
}

impl Asked {
    /// The report itself.
    pub const fn key(&self) -> Key {
        Key::own(self.agency, self.year)
    }

    /// The first and the last day of the year.
    pub fn days(&self) -> (NaiveDate, NaiveDate) {
        let day = |month, day| NaiveDate::from_ymd_opt(self.year, month, day).unwrap_or(NaiveDate::MAX);
        (day(1, 1), day(12, 31))
    }
}

#[derive(QueryableByName)]
struct Group {
    #[diesel(sql_type = Nullable<Integer>)]
    received: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    answered: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    report_row: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    applicant_kind: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    published_row: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    published_kind: Option<String>,
    #[diesel(sql_type = BigInt)]
    cases: i64,
}

fn row(number: Option<i32>) -> Option<u8> {
    number.and_then(|number| u8::try_from(number).ok())
}

fn kind(code: Option<&str>) -> Option<ApplicantKind> {
    code.and_then(ApplicantKind::from_code)
}

impl Group {
    fn fact(&self) -> Fact {
        Fact {
            now: self.received.zip(kind(self.applicant_kind.as_deref())),
            answer: self.answered.zip(row(self.report_row)),
            published: row(self.published_row).zip(kind(self.published_kind.as_deref())),
        }
    }
}

/// The cases of an agency in groups that count alike, each with its number. Counted by the database, so that it takes no longer than
/// reading the table.
pub fn counted(conn: &mut PgConnection, asked: Asked) -> QueryResult<Vec<(Fact, i64)>> {
    let sql = format!(
        "SELECT received, answered, report_row, applicant_kind, published_row, published_kind, count(*) AS cases FROM (\
           SELECT extract(year FROM received_on)::integer AS received, extract(year FROM counted_on)::integer AS answered, \
                  report_row, applicant_kind, published_row, published_kind FROM ({FACTS}) facts) grouped \
         GROUP BY received, answered, report_row, applicant_kind, published_row, published_kind"
    );
    let groups: Vec<Group> = diesel::sql_query(sql)
        .bind::<diesel::sql_types::Uuid, _>(asked.agency)
        .bind::<Integer, _>(asked.frozen.map_or(0, |frozen| frozen.last))
        .bind::<Date, _>(asked.days().1)
        .load(conn)?;
    Ok(groups.into_iter().map(|group| (group.fact(), group.cases)).collect())
}

/// A case with its fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseFact {
    /// The case.
    pub case: Uuid,
    /// What counts.
    pub fact: Fact,
    /// The year of the frozen report that says what was published.
    pub published_in: Option<i32>,
    /// Its receipt date.
    pub received_on: Option<NaiveDate>,
    /// The day of the answer that counts.
    pub counted_on: Option<NaiveDate>,
}

#[derive(QueryableByName)]
struct One {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    case_id: Uuid,
    #[diesel(sql_type = Nullable<Date>)]
    received_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Date>)]
    counted_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Integer>)]
    report_row: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    applicant_kind: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    published_row: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    published_kind: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    published_year: Option<i32>,
}

/// A case as it counts in a year, with the dates it counts under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// The case.
    pub case: Uuid,
    /// Its place in table three.
    pub place: Place,
    /// Its receipt date.
    pub received_on: Option<NaiveDate>,
    /// The day it was answered; none where it is carried over.
    pub counted_on: Option<NaiveDate>,
}

impl One {
    fn fact(self) -> CaseFact {
        CaseFact {
            case: self.case_id,
            fact: Fact {
                now: self.received_on.map(|on| on.year()).zip(kind(self.applicant_kind.as_deref())),
                answer: self.counted_on.map(|on| on.year()).zip(row(self.report_row)),
                published: row(self.published_row).zip(kind(self.published_kind.as_deref())),
            },
            published_in: self.published_year,
            received_on: self.received_on,
            counted_on: self.counted_on,
        }
    }
}

impl CaseFact {
    fn placed(&self, asked: Asked) -> Option<Placed> {
        let place = self.fact.place(asked.year, asked.frozen)?;
        let counted_on = self.counted_on.filter(|_| place.row != CARRIED_OVER);
        Some(Placed { case: self.case, place, received_on: self.received_on, counted_on })
    }
}

/// The cases of an agency one by one, by their ids.
pub fn facts(conn: &mut PgConnection, asked: Asked) -> QueryResult<Vec<CaseFact>> {
    let all: Vec<One> = diesel::sql_query(format!("{FACTS} ORDER BY 1"))
        .bind::<diesel::sql_types::Uuid, _>(asked.agency)
        .bind::<Integer, _>(asked.frozen.map_or(0, |frozen| frozen.last))
        .bind::<Date, _>(asked.days().1)
        .load(conn)?;
    Ok(all.into_iter().map(One::fact).collect())
}

/// Where each case of a year counts, under which dates: as its frozen report says, else as counted now.
fn places(conn: &mut PgConnection, asked: Asked) -> QueryResult<Vec<Placed>> {
    if rows::is_frozen(conn, asked.key())? {
        let rows: Vec<PublishedCase> = report_cases::table
            .filter(report_cases::agency_id.eq(asked.agency))
            .filter(report_cases::year.eq(asked.year))
            .order(report_cases::case_id)
            .select(PublishedCase::as_select())
            .load(conn)?;
        return Ok(rows.iter().filter_map(PublishedCase::placed).collect());
    }
    Ok(facts(conn, asked)?.iter().filter_map(|one| one.placed(asked)).collect())
}

/// A case as a frozen report counted it.
#[derive(Queryable, Selectable, QueryableByName)]
#[diesel(table_name = report_cases)]
struct PublishedCase {
    case_id: Uuid,
    entered: String,
    report_row: i32,
    applicant_kind: String,
    received_on: Option<NaiveDate>,
    counted_on: Option<NaiveDate>,
}

impl PublishedCase {
    fn placed(&self) -> Option<Placed> {
        let (entered, column) = (Entered::from_code(&self.entered)?, kind(Some(&self.applicant_kind))?);
        let place = Place { entered, row: row(Some(self.report_row))?, column };
        Some(Placed { case: self.case_id, place, received_on: self.received_on, counted_on: self.counted_on })
    }
}

type InstanceRow = (
    Uuid,
    i32,
    i32,
    Option<Uuid>,
    (String, Option<String>, Option<String>),
    NaiveDate,
    Option<NaiveDate>,
    Option<NaiveDate>,
    Option<String>,
);

/// Every instance of the proceedings that an agency counts, also of those that began later than anybody asks: they tell what was appealed.
pub fn instances(conn: &mut PgConnection, agency: Uuid) -> QueryResult<Vec<Instance>> {
    let rows: Vec<InstanceRow> = proceedings::table
        .filter(proceedings::agency_id.eq(agency))
        .filter(proceedings::counts)
        .order((proceedings::case_id, proceedings::n))
        .select((
            proceedings::case_id,
            proceedings::n,
            proceedings::chain,
            proceedings::proceeding_id,
            (proceedings::kind, proceedings::route, proceedings::instance),
            proceedings::began_on,
            proceedings::decided_on,
            proceedings::appealable_until,
            proceedings::own_column,
        ))
        .load(conn)?;
    let instance =
        |(case, n, chain, proceeding, (kind, route, level), began_on, decided_on, appealable_until, own): InstanceRow| Instance {
            case,
            n,
            chain,
            proceeding,
            category: match (kind.as_str(), route.as_deref()) {
                ("reconsideration", _) => Category::Reconsideration,
                (_, Some("after_reconsideration")) => Category::LitigationAfterReconsideration,
                _ => Category::LitigationDirect,
            },
            level: level.as_deref().and_then(Level::from_code),
            began_on,
            decided_on,
            appealable_until,
            own_column: own.as_deref().and_then(Column::from_code),
        };
    Ok(rows.into_iter().map(instance).collect())
}

/// What the frozen reports before a year counted of proceedings, year by year.
pub fn published_lines(conn: &mut PgConnection, asked: Asked) -> QueryResult<Vec<Line>> {
    let rows: Vec<(i32, Uuid, i32, String, String)> = report_proceedings::table
        .filter(report_proceedings::agency_id.eq(asked.agency))
        .filter(report_proceedings::year.lt(asked.year))
        .order((report_proceedings::year, report_proceedings::case_id, report_proceedings::n))
        .select((
            report_proceedings::year,
            report_proceedings::case_id,
            report_proceedings::n,
            report_proceedings::category,
            report_proceedings::report_column,
        ))
        .load(conn)?;
    let line = |(year, case, n, category, column): (i32, Uuid, i32, String, String)| {
        Some(Line { year, case, n, category: Category::from_code(&category)?, column: Column::from_code(&column)? })
    };
    Ok(rows.into_iter().filter_map(line).collect())
}

/// The last word of the frozen reports before a year on each proceeding.
fn published_proceedings(conn: &mut PgConnection, asked: Asked) -> QueryResult<Published> {
    Ok(published_lines(conn, asked)?.into_iter().map(|line| ((line.case, line.n), line.column)).collect())
}

/// The proceedings that count in a year: as its frozen report says, else as counted now.
pub fn proceedings_of(conn: &mut PgConnection, asked: Asked) -> QueryResult<Vec<Counted>> {
    if rows::is_frozen(conn, asked.key())? {
        let rows: Vec<(Uuid, i32, String, String, Option<NaiveDate>)> = report_proceedings::table
            .filter(report_proceedings::agency_id.eq(asked.agency))
            .filter(report_proceedings::year.eq(asked.year))
            .order((report_proceedings::case_id, report_proceedings::n))
            .select((
                report_proceedings::case_id,
                report_proceedings::n,
                report_proceedings::category,
                report_proceedings::report_column,
                report_proceedings::decided_on,
            ))
            .load(conn)?;
        let counted = |(case, n, category, column, decided_on): (Uuid, i32, String, String, Option<NaiveDate>)| {
            let (category, column) = (Category::from_code(&category)?, Column::from_code(&column)?);
            Some(Counted { case, n, category, column, decided_on, closed_on: None })
        };
        return Ok(rows.into_iter().filter_map(counted).collect());
    }
    let instances = instances(conn, asked.agency)?;
    let published = published_proceedings(conn, asked)?;
    Ok(crate::rules::annual_report::proceedings::of_year(&instances, asked.year, (asked.frozen, &published)))
}

/// Fee notices sent in a year, what they asked for, and what was paid in it.
pub fn fees(conn: &mut PgConnection, asked: Asked) -> QueryResult<Fees> {
    let (from, until) = asked.days();
    let of_year = || fee_items::table.filter(fee_items::agency_id.eq(asked.agency)).filter(fee_items::dated_on.between(from, until));
    let (notices, amount): (i64, Option<i64>) =
        of_year().filter(fee_items::payment.eq(0)).select((diesel::dsl::count_star(), diesel::dsl::sum(fee_items::amount))).first(conn)?;
    let collected: Option<i64> = of_year().filter(fee_items::payment.gt(0)).select(diesel::dsl::sum(fee_items::amount)).first(conn)?;
    Ok(Fees { notices, amount: amount.unwrap_or_default(), collected: collected.unwrap_or_default() })
}

/// Requests received by the end of a year and registered neither then nor since: no report line has them.
pub fn unregistered(conn: &mut PgConnection, asked: Asked) -> QueryResult<Vec<Uuid>> {
    cases::table
        .filter(cases::agency_id.eq(asked.agency))
        .filter(cases::stage.eq(Stage::Received.code()))
        .filter(cases::matter.eq(Matter::InformationRequest.code()))
        .filter(cases::received_on.le(asked.days().1))
        .order((cases::received_on, cases::id))
        .select(cases::id)
        .load(conn)
}

/// The years in which anything of an agency counts: its first receipt to today's year is for the caller to span.
pub fn first_receipt(conn: &mut PgConnection, agency: Uuid) -> QueryResult<Option<NaiveDate>> {
    results::table.filter(results::agency_id.eq(agency)).select(diesel::dsl::min(results::received_on)).first(conn)
}

/// The first year of which an agency makes a report here: in which it was set up, of its first receipt, or of the first report that was begun.
pub fn first_year(conn: &mut PgConnection, agency: Uuid) -> QueryResult<Option<i32>> {
    let set_up: Option<DateTime<Utc>> = agencies::table.find(agency).select(agencies::created_at).first(conn).optional()?;
    let (first, begun) = (first_receipt(conn, agency)?, versions(conn, (agency, Extent::Own))?);
    let years = set_up.map(legal_date).into_iter().chain(first).map(|on| on.year());
    Ok(years.chain(begun.into_keys()).min())
}

/// What a report counted, case by case.
#[derive(Debug)]
pub struct Behind {
    /// Table three.
    pub cases: Vec<Placed>,
    /// Table four.
    pub proceedings: Vec<Counted>,
}

impl Behind {
    /// As it stands in the tables.
    pub fn read(conn: &mut PgConnection, asked: Asked) -> QueryResult<Self> {
        Ok(Self { cases: places(conn, asked)?, proceedings: proceedings_of(conn, asked)? })
    }

    /// SHA-256 over its lines in the order of the cases, in hexadecimal.
    pub fn sha256(&self) -> String {
        let mut lines = String::new();
        // Writing to a string cannot fail. A line without dates is as it was before they were kept.
        for Placed { case, place, received_on, counted_on } in &self.cases {
            let _ = write!(lines, "{case} {} {} {}", place.entered.code(), place.row, place.column.code());
            for (name, on) in [("received", received_on), ("counted", counted_on)] {
                let _ = on.map_or(Ok(()), |on| write!(lines, " {name} {on}"));
            }
            lines.push('\n');
        }
        for counted in &self.proceedings {
            let _ = write!(lines, "{} {} {} {}", counted.case, counted.n, counted.category.code(), counted.column.code());
            let _ = counted.decided_on.map_or(Ok(()), |on| write!(lines, " decided {on}"));
            lines.push('\n');
        }
        crypto::hex(&crypto::sha256(lines.as_bytes()))
    }

    /// Keeps it beside the frozen report.
    pub fn insert(&self, conn: &mut PgConnection, asked: Asked) -> QueryResult<()> {
        for cases in self.cases.chunks(CHUNK) {
            let rows: Vec<_> = cases
                .iter()
                .map(|Placed { case, place, received_on, counted_on }| {
                    (
                        report_cases::agency_id.eq(asked.agency),
                        report_cases::year.eq(asked.year),
                        report_cases::case_id.eq(*case),
                        report_cases::entered.eq(place.entered.code()),
                        report_cases::report_row.eq(i32::from(place.row)),
                        report_cases::applicant_kind.eq(place.column.code()),
                        report_cases::received_on.eq(*received_on),
                        report_cases::counted_on.eq(*counted_on),
                    )
                })
                .collect();
            diesel::insert_into(report_cases::table).values(rows).execute(conn)?;
        }
        for proceedings in self.proceedings.chunks(CHUNK) {
            let rows: Vec<_> = proceedings
                .iter()
                .map(|counted| {
                    (
                        report_proceedings::agency_id.eq(asked.agency),
                        report_proceedings::year.eq(asked.year),
                        report_proceedings::case_id.eq(counted.case),
                        report_proceedings::n.eq(counted.n),
                        report_proceedings::category.eq(counted.category.code()),
                        report_proceedings::report_column.eq(counted.column.code()),
                        report_proceedings::decided_on.eq(counted.decided_on),
                    )
                })
                .collect();
            diesel::insert_into(report_proceedings::table).values(rows).execute(conn)?;
        }
        Ok(())
    }
}
