//! What was recorded of the publication of frozen reports, and which reports are still owed (Art 49).

use crate::case::office::{EditionError, Office};
use crate::db::schema::{agencies, report_publications as rows};
use crate::rules::annual_report::FIRST_YEAR;
use crate::rules::annual_report::publication::{Known, Reporter, owed_from};
use crate::rules::calendar::Calendar;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use diesel::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A record.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = rows)]
pub struct Publication {
    /// The agency.
    pub agency_id: Uuid,
    /// The year.
    pub year: i32,
    /// Its number, from 1.
    pub n: i32,
    /// The day the report was handed to the authority.
    pub submitted_on: Option<NaiveDate>,
    /// The day it was published.
    pub published_on: Option<NaiveDate>,
    /// Where.
    pub address: Option<String>,
    /// Who recorded it.
    pub recorded_by: Uuid,
    /// When.
    pub recorded_at: DateTime<Utc>,
}

/// A report that is owed: its agency and year, until when, under which article, since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwedReport {
    /// The agency.
    pub agency_id: Uuid,
    /// The year.
    pub year: i32,
    /// The first day on which it is owed.
    pub from_on: NaiveDate,
    /// The last day.
    pub due_on: NaiveDate,
    /// The article.
    pub article: &'static str,
}

/// The records of an agency, in their order.
pub fn publications(conn: &mut PgConnection, agency: Uuid) -> QueryResult<Vec<Publication>> {
    rows::table.filter(rows::agency_id.eq(agency)).order((rows::year, rows::n)).select(Publication::as_select()).load(conn)
}

/// Stores a record.
pub fn insert_publication(conn: &mut PgConnection, row: &Publication) -> QueryResult<()> {
    diesel::insert_into(rows::table).values(row).execute(conn).map(|_| ())
}

/// What stands of the records of an agency, by year: of each date the last that was recorded.
pub fn known(conn: &mut PgConnection, agency: Uuid) -> QueryResult<BTreeMap<i32, Known>> {
    let mut known: BTreeMap<i32, Known> = BTreeMap::new();
    for row in publications(conn, agency)? {
        let of = known.entry(row.year).or_default();
        of.submitted_on = row.submitted_on.or(of.submitted_on);
        of.published_on = row.published_on.or(of.published_on);
        of.address = row.address.or_else(|| of.address.take());
    }
    Ok(known)
}

/// Whose report an agency makes, by its newest settings; none while it has none.
pub fn reporter(conn: &mut PgConnection, office: &Office, agency: Uuid) -> Result<Option<Reporter>, EditionError> {
    match office.newest(conn, agency) {
        Ok(pins) => Ok(Some(Reporter::of(office.settings(conn, agency, pins.settings)?.reports_for_government))),
        Err(EditionError::Missing(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The reports that agencies owe on a day.
pub fn owed(
    conn: &mut PgConnection,
    office: &Office,
    all: &[Uuid],
    (calendar, today): (&Calendar, NaiveDate),
) -> Result<Vec<OwedReport>, EditionError> {
    let mut owed = Vec::new();
    for agency in all.iter().copied() {
        let Some(reporter) = reporter(conn, office, agency)? else { continue };
        let set_up: Option<DateTime<Utc>> = agencies::table.find(agency).select(agencies::created_at).first(conn).optional()?;
        let (first, begun) = (super::first_receipt(conn, agency)?, super::versions(conn, agency)?);
        let years = set_up.map(|at| crate::clock::legal_date(at).year()).into_iter();
        let Some(first) = years.chain(first.map(|on| on.year())).chain(begun.keys().copied()).min() else { continue };
        let known = known(conn, agency)?;
        for year in first.max(FIRST_YEAR)..today.year() {
            if known.get(&year).is_some_and(|known| reporter.met_on(known).is_some()) {
                continue;
            }
            if let Some((due_on, term)) = reporter.due_on(year, calendar).zip(reporter.term(year)) {
                owed.push(OwedReport { agency_id: agency, year, from_on: owed_from(year), due_on, article: term.article });
            }
        }
    }
    Ok(owed)
}
