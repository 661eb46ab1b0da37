//! Until when the report of a year is published and handed to the authority (Art 49, C11 and C12), and what meets that.
//!
//! Chosen where domain 1.3 is silent:
//! - A department owes both the submission and the publication by 31 January, a government the publication by 31 March; neither date is moved.
//! - A report is owed for each year that is over and in which the agency worked here: from the year it was set up, of its first receipt, or of the first
//!   report that was begun here. What it reported before, it reported elsewhere.
//! - Whether it is a government's is judged by the settings in force on the last day of its year: who becomes one later owed another report then.
//! - What a government publishes is the report of all below it where there were agencies below in its year, else its own (Art 49(2)); of a
//!   department always its own.
//! - Dates may be recorded afterwards; the day itself, not the record, tells whether it was in time.

use super::Extent;
use crate::rules::calendar::{Calendar, day_of};
use crate::rules::coded::coded;
use crate::rules::terms::{Circumstance, DutyKind, Term, term};
use chrono::{Datelike, NaiveDate};

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

    /// Which of its two reports of a year is owed, where others below it have had reports from a year on.
    pub fn owes(self, first_year_below: Option<i32>, year: i32) -> Extent {
        Extent::of(self == Self::Government && first_year_below.is_some_and(|first| first <= year))
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

/// Whose report that of a year is by settings that came into force from these days on: by those in force on 31 January, when a department's is due, so
/// that a mistake can be put right until then. A year before the first of them goes by those of the first year.
pub fn reporter_of(year: i32, settings: &[(NaiveDate, Reporter)]) -> Reporter {
    let first = settings.first().map_or(year, |(from_on, _)| from_on.year());
    let until = if year < first { day_of(first, 12, 31) } else { day_of(year.saturating_add(1), 1, 31) };
    let then = settings.iter().rev().find(|(from_on, _)| *from_on <= until);
    then.map_or(Reporter::Department, |(_, reporter)| *reporter)
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
        assert_eq!(Reporter::Government.owes(Some(2025), 2025), Extent::Consolidated);
        assert_eq!(Reporter::Government.owes(Some(2026), 2025), Extent::Own, "none of them was there in that year");
        assert_eq!(Reporter::Government.owes(None, 2025), Extent::Own);
        assert_eq!(Reporter::Department.owes(Some(2020), 2025), Extent::Own);
    }

    /// Art 49(1) and (2): each year is judged by the settings in force at its end, also once they have changed.
    #[test]
    fn a_year_is_judged_by_the_settings_in_force_when_its_report_is_due() {
        let settings = [
            (day("2023-05-01"), Reporter::Department),
            (day("2025-01-31"), Reporter::Government),
            (day("2026-02-01"), Reporter::Department),
        ];
        let of = [2022, 2023, 2024, 2025, 2026].map(|year| reporter_of(year, &settings));
        let (department, government) = (Reporter::Department, Reporter::Government);
        assert_eq!(of, [department, department, government, government, department]);
        // Founded as a department, and put right within the year: so for the years before it too.
        let mended = [(day("2026-03-02"), department), (day("2026-03-03"), government)];
        assert_eq!([2024, 2025, 2026].map(|year| reporter_of(year, &mended)), [government; 3]);
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
