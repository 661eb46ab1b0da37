//! What was recorded of the publication of frozen reports, and which reports are still owed (Art 49).

use crate::case::office::{EditionError, Office};
use crate::clock::legal_date;
use crate::db::schema::{agencies, report_publications as rows, settings_editions};
use crate::rules::annual_report::publication::{Known, Reporter, owed_from, reporter_of};
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
    /// Whose reports it makes by each edition of its settings, from the day of that edition on.
    reporters: Vec<(NaiveDate, Reporter)>,
    /// The first year of which it makes a report.
    first_year: Option<i32>,
    /// The year in which the first of the agencies below it was set up.
    first_year_below: Option<i32>,
    known: BTreeMap<(i32, Extent), Known>,
}

impl Account {
    /// Of an agency; none while it has no settings. Of each date that was recorded the last stands.
    pub fn read(conn: &mut PgConnection, office: &Office, agency: Uuid) -> Result<Option<Self>, EditionError> {
        let editions: Vec<(i32, DateTime<Utc>)> = settings_editions::table
            .filter(settings_editions::agency_id.eq(agency))
            .order(settings_editions::edition)
            .select((settings_editions::edition, settings_editions::made_at))
            .load(conn)?;
        if editions.is_empty() {
            return Ok(None);
        }
        let mut reporters = Vec::with_capacity(editions.len());
        for (edition, made_at) in editions {
            let reporter = Reporter::of(office.settings(conn, agency, edition)?.reports_for_government);
            reporters.push((legal_date(made_at), reporter));
        }
        // The tree of agencies is everybody's to read; what those below have received is not.
        let of_parts = agencies::table.filter(agencies::parent_id.eq(agency)).select(diesel::dsl::min(agencies::created_at));
        let below_since: Option<DateTime<Utc>> = of_parts.first(conn)?;
        let mut known: BTreeMap<(i32, Extent), Known> = BTreeMap::new();
        for row in publications(conn, agency)? {
            let of = known.entry((row.year, Extent::of(row.consolidated))).or_default();
            of.submitted_on = row.submitted_on.or(of.submitted_on);
            of.published_on = row.published_on.or(of.published_on);
            of.address = row.address.or_else(|| of.address.take());
        }
        let first_year_below = below_since.map(|at| legal_date(at).year());
        Ok(Some(Self { reporters, first_year: super::first_year(conn, agency)?, first_year_below, known }))
    }

    /// Whose report that of a year is: by the settings in force on 31 January after it.
    pub fn reporter(&self, year: i32) -> Reporter {
        reporter_of(year, &self.reporters)
    }

    /// What was recorded of a report.
    pub fn known(&self, (year, extent): (i32, Extent)) -> Known {
        self.known.get(&(year, extent)).cloned().unwrap_or_default()
    }

    /// Which report of a year is owed, and until when; none of a year before the agency worked here.
    pub fn owed(&self, year: i32, calendar: &Calendar) -> Option<(Extent, NaiveDate)> {
        self.first_year.filter(|first| *first <= year)?;
        let reporter = self.reporter(year);
        let due_on = reporter.due_on(year, calendar)?;
        Some((reporter.owes(self.first_year_below, year), due_on))
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
        let Some(first) = account.first_year else { continue };
        for year in first.max(FIRST_YEAR)..today.year() {
            let reporter = account.reporter(year);
            let Some(((extent, due_on), term)) = account.owed(year, calendar).zip(reporter.term(year)) else { continue };
            if reporter.met_on(&account.known((year, extent))).is_none() {
                owed.push(OwedReport { agency_id: agency, year, extent, from_on: owed_from(year), due_on, article: term.article });
            }
        }
    }
    Ok(owed)
}
