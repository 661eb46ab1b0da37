//! Until when the report of a year is published and handed to the authority (Art 49, C11 and C12), and what meets that.
//!
//! Chosen where domain 1.3 is silent:
//! - A department owes both the submission and the publication by 31 January, a government the publication by 31 March; neither date is moved.
//! - A report is owed for each year that is over and in which the agency worked here: from the year it was set up, of its first receipt, or of the first
//!   report that was begun here. What it reported before, it reported elsewhere.
//! - What a government publishes is the report of all below it where it had agencies below by the day it was due, else its own (Art 49(2)); of a
//!   department always its own.
//! - Dates may be recorded afterwards; the day itself, not the record, tells whether it was in time.

use super::Extent;
use crate::rules::calendar::{Calendar, day_of};
use crate::rules::coded::coded;
use crate::rules::terms::{Circumstance, DutyKind, Term, term};
use chrono::NaiveDate;

coded! {
    /// Whose report it is.
    pub enum Reporter {
        Department => "department", "政府部门", "a department";
        Government => "government", "一级政府", "a government";
    }
}

/// What was recorded of a frozen report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// The day it was handed to the authority.
    pub submitted_on: Option<NaiveDate>,
    /// The day it was published.
    pub published_on: Option<NaiveDate>,
    /// Where.
    pub address: Option<String>,
}

impl Reporter {
    /// By the agency's settings.
    pub const fn of(reports_for_government: bool) -> Self {
        if reports_for_government { Self::Government } else { Self::Department }
    }

    /// The row of the table; none for years before the Regulations as revised.
    pub fn term(self, year: i32) -> Option<&'static Term> {
        let circumstance = match self {
            Self::Department => Circumstance::OfDepartment,
            Self::Government => Circumstance::OfGovernment,
        };
        term(DutyKind::PublishAnnualReport, circumstance, NaiveDate::from_ymd_opt(year, 12, 31)?)
    }

    /// The last day.
    pub fn due_on(self, year: i32, calendar: &Calendar) -> Option<NaiveDate> {
        let from = NaiveDate::from_ymd_opt(year, 12, 31)?;
        self.term(year)?.due(calendar, from).map(|until| until.on)
    }

    /// Which of its two reports is owed, where an agency had others below it from a day on.
    pub fn owes(self, below_since: Option<NaiveDate>, due_on: NaiveDate) -> Extent {
        Extent::of(self == Self::Government && below_since.is_some_and(|since| since <= due_on))
    }

    /// The day on which everything that is owed was done; none while something is left.
    pub fn met_on(self, known: &Known) -> Option<NaiveDate> {
        let published_on = known.published_on?;
        match self {
            Self::Department => known.submitted_on.map(|submitted_on| submitted_on.max(published_on)),
            Self::Government => Some(published_on),
        }
    }
}

/// The first day on which the report of a year is owed, and can have been published: it is over.
pub const fn owed_from(year: i32) -> NaiveDate {
    day_of(year.saturating_add(1), 1, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::testing::Bench;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Art 49: 31 January 2026 is a Saturday and stays; a government has until 31 March.
    #[test]
    fn the_report_is_due_by_whose_it_is() {
        let bench = Bench::on("2026-11-02");
        let due = |reporter: Reporter| (reporter.due_on(2025, bench.calendar()).unwrap(), reporter.term(2025).unwrap().article);
        assert_eq!(due(Reporter::of(false)), (day("2026-01-31"), "49(1)"));
        assert_eq!(due(Reporter::of(true)), (day("2026-03-31"), "49(2)"));
    }

    /// Art 49(2): a government's report is that of all below it.
    #[test]
    fn a_government_owes_the_report_of_all_below_it() {
        let (due_on, since) = (day("2026-03-31"), |text| Some(day(text)));
        assert_eq!(Reporter::Government.owes(since("2026-03-31"), due_on), Extent::Consolidated);
        assert_eq!(Reporter::Government.owes(since("2026-04-01"), due_on), Extent::Own);
        assert_eq!(Reporter::Government.owes(None, due_on), Extent::Own);
        assert_eq!(Reporter::Department.owes(since("2020-01-01"), due_on), Extent::Own);
    }

    #[test]
    fn a_department_submits_and_publishes_and_a_government_publishes() {
        let known = |submitted_on: Option<&str>, published_on: Option<&str>| Known {
            submitted_on: submitted_on.map(day),
            published_on: published_on.map(day),
            address: None,
        };
        let published = known(None, Some("2026-01-20"));
        assert_eq!((Reporter::Department.met_on(&published), Reporter::Government.met_on(&published)), (None, Some(day("2026-01-20"))));
        let both = known(Some("2026-02-02"), Some("2026-01-20"));
        assert_eq!(Reporter::Department.met_on(&both), Some(day("2026-02-02")));
        assert_eq!(Reporter::Department.met_on(&known(Some("2026-01-20"), None)), None);
    }
}
