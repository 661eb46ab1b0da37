//! What was recorded of the publication of frozen reports, and which reports are still owed (Art 49).

use crate::case::office::{EditionError, Office};
use crate::db::schema::{agencies, report_publications as rows};
use crate::rules::annual_report::publication::{Known, Reporter, owed_from};
use crate::rules::annual_report::{Extent, FIRST_YEAR};
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
    /// Of the report of all below.
    pub consolidated: bool,
}

/// A report that is owed: its agency and year, until when, under which article, since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwedReport {
    /// The agency.
    pub agency_id: Uuid,
    /// The year.
    pub year: i32,
    /// Its own, or the one of all below.
    pub extent: Extent,
    /// The first day on which it is owed.
    pub from_on: NaiveDate,
    /// The last day.
    pub due_on: NaiveDate,
    /// The article.
    pub article: &'static str,
}

/// The records of an agency, in their order.
pub fn publications(conn: &mut PgConnection, agency: Uuid) -> QueryResult<Vec<Publication>> {
    rows::table
        .filter(rows::agency_id.eq(agency))
        .order((rows::year, rows::consolidated, rows::n))
        .select(Publication::as_select())
        .load(conn)
}

/// Stores a record.
pub fn insert_publication(conn: &mut PgConnection, row: &Publication) -> QueryResult<()> {
    diesel::insert_into(rows::table).values(row).execute(conn).map(|_| ())
}

/// What an agency owes of its reports and what stands of its records.
#[derive(Debug, Clone)]
pub struct Account {
    /// Whose reports it makes.
    pub reporter: Reporter,
    /// The day from which it had agencies below it.
    below_since: Option<NaiveDate>,
    known: BTreeMap<(i32, Extent), Known>,
}

impl Account {
    /// Of an agency, by its newest settings; none while it has none. Of each date that was recorded the last stands.
    pub fn read(conn: &mut PgConnection, office: &Office, agency: Uuid) -> Result<Option<Self>, EditionError> {
        let reporter = match office.newest(conn, agency) {
            Ok(pins) => Reporter::of(office.settings(conn, agency, pins.settings)?.reports_for_government),
            Err(EditionError::Missing(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let of_parts = agencies::table.filter(agencies::parent_id.eq(agency)).select(diesel::dsl::min(agencies::created_at));
        let below_since: Option<DateTime<Utc>> = of_parts.first(conn)?;
        let mut known: BTreeMap<(i32, Extent), Known> = BTreeMap::new();
        for row in publications(conn, agency)? {
            let of = known.entry((row.year, Extent::of(row.consolidated))).or_default();
            of.submitted_on = row.submitted_on.or(of.submitted_on);
            of.published_on = row.published_on.or(of.published_on);
            of.address = row.address.or_else(|| of.address.take());
        }
        Ok(Some(Self { reporter, below_since: below_since.map(crate::clock::legal_date), known }))
    }

    /// What was recorded of a report.
    pub fn known(&self, (year, extent): (i32, Extent)) -> Known {
        self.known.get(&(year, extent)).cloned().unwrap_or_default()
    }

    /// Which report of a year is owed, and until when.
    pub fn owed(&self, year: i32, calendar: &Calendar) -> Option<(Extent, NaiveDate)> {
        let due_on = self.reporter.due_on(year, calendar)?;
        Some((self.reporter.owes(self.below_since, due_on), due_on))
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
        let Some(account) = Account::read(conn, office, agency)? else { continue };
        let set_up: Option<DateTime<Utc>> = agencies::table.find(agency).select(agencies::created_at).first(conn).optional()?;
        let (first, begun) = (super::first_receipt(conn, agency)?, super::versions(conn, (agency, Extent::Own))?);
        let years = set_up.map(|at| crate::clock::legal_date(at).year()).into_iter();
        let Some(first) = years.chain(first.map(|on| on.year())).chain(begun.keys().copied()).min() else { continue };
        for year in first.max(FIRST_YEAR)..today.year() {
            let Some(((extent, due_on), term)) = account.owed(year, calendar).zip(account.reporter.term(year)) else { continue };
            if account.reporter.met_on(&account.known((year, extent))).is_none() {
                owed.push(OwedReport { agency_id: agency, year, extent, from_on: owed_from(year), due_on, article: term.article });
            }
        }
    }
    Ok(owed)
}
