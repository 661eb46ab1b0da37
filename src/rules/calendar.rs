//! The working-day calendar: which days count, which do not, and which are not announced yet.
//!
//! Working days (工作日) are Monday to Friday less the holidays, plus the make-up weekends (调休上班) that the State Council's yearly
//! notice names. The notice is data in immutable editions; a year without one is computed from weekends and the statutory days
//! fixed by date, and everything that walks over such a day is *provisional* (domain rules 1.0). Nothing here knows today's date.

mod cited;
mod notice;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::{BTreeMap, BTreeSet};

use notice::Days;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use cited::SHIPPED;
pub use notice::{CalendarError, LEAST, MOST, Notice, Notices, stands_under};

/// The first day the calendar counts. Walks stop here, so that no input makes them endless.
pub const FIRST_DAY: NaiveDate = day_of(1900, 1, 1);
/// The last day the calendar counts.
pub const LAST_DAY: NaiveDate = day_of(2200, 12, 31);

/// A date written in the source; an impossible one does not compile.
pub(crate) const fn day_of(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => panic!("no such day"),
    }
}

/// One edition of the calendar. Immutable: a new notice is a new edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    edition: i32,
    sha256: String,
    announced: BTreeMap<i32, String>,
    exceptions: BTreeMap<NaiveDate, Exception>,
    reached: BTreeSet<NaiveDate>,
}

/// A day on which the notice departs from the plain week, or names a weekend as part of a holiday.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Exception {
    Holiday(String),
    MakeUp(String),
}

/// What kind of day it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum DayKind {
    /// Monday to Friday, not a holiday (工作日).
    WorkingDay,
    /// A Saturday or Sunday worked to make up for a holiday (调休上班).
    MakeUpWorkingDay {
        /// The holiday it makes up for.
        holiday: String,
    },
    /// A Saturday or Sunday that no notice names.
    Weekend,
    /// A holiday or a rest day moved to it (节假日、调休).
    Holiday {
        /// The name of the holiday.
        name: String,
    },
}

impl DayKind {
    /// Whether the day counts towards a period of working days.
    pub const fn counts(&self) -> bool {
        matches!(self, Self::WorkingDay | Self::MakeUpWorkingDay { .. })
    }

    /// The stable code, the same as in JSON.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WorkingDay => "working_day",
            Self::MakeUpWorkingDay { .. } => "make_up_working_day",
            Self::Weekend => "weekend",
            Self::Holiday { .. } => "holiday",
        }
    }

    /// The holiday the day belongs to or makes up for.
    pub fn holiday(&self) -> Option<&str> {
        match self {
            Self::MakeUpWorkingDay { holiday: name } | Self::Holiday { name } => Some(name),
            Self::WorkingDay | Self::Weekend => None,
        }
    }
}

/// One day as the edition sees it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Day {
    /// The date.
    pub date: NaiveDate,
    /// What kind of day it is.
    pub kind: DayKind,
    /// Whether its year has no notice yet.
    pub provisional: bool,
}

/// A date found by counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Counted {
    /// The date.
    pub on: NaiveDate,
    /// Whether a day looked at on the way lies in a year without a notice, so that a later edition may move the date.
    pub provisional: bool,
}

impl Calendar {
    /// Reads an edition and refuses one that contradicts itself. The digest is that of its bytes, as the caller made it.
    pub fn from_json(edition: i32, text: &str, sha256: String) -> Result<Self, CalendarError> {
        let Days { announced, exceptions, reached } = Notices::parse(text)?.days()?;
        Ok(Self { edition, sha256, announced, exceptions, reached })
    }

    /// The number of this edition.
    pub const fn edition(&self) -> i32 {
        self.edition
    }

    /// SHA-256 of its bytes, in hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The last year with a notice.
    pub fn last_year(&self) -> i32 {
        self.announced.last_key_value().map_or_else(|| FIRST_DAY.year(), |(year, _)| *year)
    }

    /// Whether the notice of the year is in this edition.
    pub fn announced(&self, year: i32) -> bool {
        self.announced.contains_key(&year)
    }

    /// The number of the notice of the year, else where the edition says it comes from; none while the year is not announced.
    pub fn notice(&self, year: i32) -> Option<&str> {
        self.announced.get(&year).map(String::as_str)
    }

    /// The year whose notice decides about a day: its own, but for days of December that the notice of the next year names. Where an
    /// edition does not say which, the rest days of the coming New Year (元旦) stem from the notice of that year.
    pub fn notice_year(&self, date: NaiveDate) -> i32 {
        let next = date.year() + 1;
        let of_new_year = |exception: &Exception| match exception {
            Exception::Holiday(name) | Exception::MakeUp(name) => name == "元旦",
        };
        let reached = || date.month() == 12 && self.announced(next) && self.exceptions.get(&date).is_some_and(of_new_year);
        if self.reached.contains(&date) || reached() { next } else { date.year() }
    }

    /// Whether a notice for a year would correct what stands here already: its year, or a day of the December before that is over.
    pub fn is_corrected_by(&self, year: i32, notice: &Notice, today: NaiveDate) -> bool {
        let changes =
            |(date, worked): (NaiveDate, bool)| date <= today && self.announced(date.year()) && self.is_working_day(date) != worked;
        self.announced(year) || notice.days_of_december_before(year).any(changes)
    }

    /// The day as this edition sees it.
    pub fn day(&self, date: NaiveDate) -> Day {
        let kind = match self.exceptions.get(&date) {
            Some(Exception::Holiday(name)) => DayKind::Holiday { name: name.clone() },
            Some(Exception::MakeUp(name)) => DayKind::MakeUpWorkingDay { holiday: name.clone() },
            None => match self.fixed_holiday(date) {
                Some(name) => DayKind::Holiday { name: name.to_owned() },
                None if is_weekend(date) => DayKind::Weekend,
                None => DayKind::WorkingDay,
            },
        };
        Day { date, kind, provisional: !self.announced(date.year()) }
    }

    /// Whether the day counts; the same answer as [`Calendar::day`] without building the name.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        match self.exceptions.get(&date) {
            Some(Exception::Holiday(_)) => false,
            Some(Exception::MakeUp(_)) => true,
            None => !is_weekend(date) && self.fixed_holiday(date).is_none(),
        }
    }

    /// The `n`-th working day after `start`, which itself is not counted; `start` for `n` = 0.
    /// A walk that would leave [`FIRST_DAY`] to [`LAST_DAY`] stops there, provisional.
    pub fn nth_working_day_after(&self, start: NaiveDate, n: u32) -> Counted {
        self.walk(start, n, |date| date.succ_opt())
    }

    /// The `n`-th working day before `date`, which itself is not counted; `date` for `n` = 0.
    pub fn before(&self, date: NaiveDate, n: u32) -> Counted {
        self.walk(date, n, |date| date.pred_opt())
    }

    /// The first working day from `date` on, `date` included.
    pub fn on_or_after(&self, date: NaiveDate) -> Counted {
        let mut counted = Counted { on: date, provisional: !self.announced(date.year()) };
        while !self.is_working_day(counted.on) {
            let Some(next) = counted.on.succ_opt().filter(|next| within(*next)) else {
                return Counted { on: counted.on, provisional: true };
            };
            counted = Counted { on: next, provisional: counted.provisional || !self.announced(next.year()) };
        }
        counted
    }

    /// How many working days lie in (`after`, `until`]; negative when `until` comes first.
    pub fn working_days_between(&self, after: NaiveDate, until: NaiveDate) -> i64 {
        if until < after {
            return -self.working_days_between(until, after);
        }
        let days = days_after(after).take_while(|date| *date <= until);
        days.filter(|date| self.is_working_day(*date)).fold(0, |sum, _| sum + 1)
    }

    fn walk(&self, start: NaiveDate, n: u32, step: impl Fn(NaiveDate) -> Option<NaiveDate>) -> Counted {
        let mut counted = Counted { on: start, provisional: false };
        let mut left = n;
        while left > 0 {
            let Some(next) = step(counted.on).filter(|next| within(*next)) else {
                return Counted { on: counted.on, provisional: true };
            };
            counted = Counted { on: next, provisional: counted.provisional || !self.announced(next.year()) };
            left -= u32::from(self.is_working_day(next));
        }
        counted
    }

    /// The statutory days fixed by date, the only holidays known of a year without a notice.
    fn fixed_holiday(&self, date: NaiveDate) -> Option<&'static str> {
        let name = match (date.month(), date.day()) {
            (1, 1) => "元旦",
            (5, 1 | 2) => "劳动节",
            (10, 1..=3) => "国庆节",
            _ => return None,
        };
        (!self.announced(date.year())).then_some(name)
    }
}

/// The days after `start` as far as the calendar reaches.
pub(crate) fn days_after(start: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    std::iter::successors(start.max(FIRST_DAY).succ_opt(), NaiveDate::succ_opt).take_while(|date| within(*date))
}

fn within(date: NaiveDate) -> bool {
    (FIRST_DAY..=LAST_DAY).contains(&date)
}

/// Whether the day is a Saturday or a Sunday.
pub fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}
