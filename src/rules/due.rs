//! The one due-date formula of the product, and the periods of natural days and months (domain rules 1.0).
//!
//! With start R, N allowed days and excluded intervals X: the due date is the earliest date d such that the number of working days
//! w with R < w <= d, outside every (S, E] of X, equals N. An extension changes N, a consultation adds to X, a restart replaces R.
//! Nothing here decides what N, X and R are.

#[cfg(test)]
mod tests;

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::calendar::{Calendar, Counted, LAST_DAY, days_after};

/// Days that do not count although they are working days (Art 33(3)): after `sent_on`, up to and including `ended_on`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct Interval {
    /// The day the letter was sent; it is used, so it still counts.
    pub sent_on: NaiveDate,
    /// The day the interval ended; it does not count.
    pub ended_on: NaiveDate,
}

impl Interval {
    /// Whether the day is excluded.
    pub fn covers(self, date: NaiveDate) -> bool {
        self.sent_on < date && date <= self.ended_on
    }
}

/// An excluded interval with what the ledger says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exclusion<'a> {
    /// The days.
    pub interval: Interval,
    /// The name of the consultation.
    pub label: &'a str,
}

/// One line of the explained clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LedgerDay {
    /// The date.
    pub date: NaiveDate,
    /// Whether it uses up a day of the period.
    pub counts: bool,
    /// Which day of the period it is, from 1; null when it does not count.
    #[schema(required = true)]
    pub number: Option<u32>,
    /// Why: `working_day`, `make_up_working_day`, `weekend`, `holiday`, `consultation`.
    pub reason: String,
    /// The name of the holiday or of the consultation.
    #[schema(required = true)]
    pub note: Option<String>,
}

/// The due date by the formula; `start` itself when nothing is allowed. Overlapping intervals exclude a day once.
pub fn due(calendar: &Calendar, start: NaiveDate, allowed: u32, excluded: &[Interval]) -> Counted {
    let mut counted = Counted { on: start, provisional: false };
    let mut left = allowed;
    let mut days = days_after(start);
    while left > 0 {
        let Some(date) = days.next() else {
            return Counted { on: counted.on, provisional: true };
        };
        counted = Counted { on: date, provisional: counted.provisional || !calendar.announced(date.year()) };
        left -= u32::from(uses_a_day(calendar, date, excluded));
    }
    counted
}

/// How many days of the period are used up at the end of `upto`.
pub fn used(calendar: &Calendar, start: NaiveDate, upto: NaiveDate, excluded: &[Interval]) -> u32 {
    let days = days_after(start).take_while(|date| *date <= upto);
    days.filter(|date| uses_a_day(calendar, *date, excluded)).fold(0, |sum, _| sum + 1)
}

/// Every day from the day after `start` to the due date, counted with its number or with the reason why not.
pub fn ledger(calendar: &Calendar, start: NaiveDate, allowed: u32, excluded: &[Exclusion<'_>]) -> Vec<LedgerDay> {
    let intervals: Vec<Interval> = excluded.iter().map(|exclusion| exclusion.interval).collect();
    ledger_until(calendar, start, due(calendar, start, allowed, &intervals).on, excluded)
}

/// The same up to a given day. A rest day inside an interval is still a rest day.
pub fn ledger_until(calendar: &Calendar, start: NaiveDate, until: NaiveDate, excluded: &[Exclusion<'_>]) -> Vec<LedgerDay> {
    let mut number = 0;
    let days = days_after(start).take_while(|date| *date <= until);
    days.map(|date| {
        let kind = calendar.day(date).kind;
        let labels: Vec<&str> = excluded.iter().filter(|one| one.interval.covers(date)).map(|one| one.label).collect();
        if kind.counts() && !labels.is_empty() {
            return LedgerDay { date, counts: false, number: None, reason: "consultation".to_owned(), note: Some(labels.join("、")) };
        }
        number += u32::from(kind.counts());
        let note = kind.holiday().map(str::to_owned);
        LedgerDay { date, counts: kind.counts(), number: kind.counts().then_some(number), reason: kind.code().to_owned(), note }
    })
    .collect()
}

/// The end of a period of natural days: the day it starts from is not counted, and a last day that is a rest day gives way to the
/// first working day after it (民事诉讼法 85).
pub fn natural_days(calendar: &Calendar, from: NaiveDate, n: u32) -> Counted {
    calendar.on_or_after(from.checked_add_days(Days::new(n.into())).map_or(LAST_DAY, |date| date.min(LAST_DAY)))
}

/// The end of a period of months: the same day-number, or the last day of a month that has none, then as [`natural_days`].
pub fn months(calendar: &Calendar, from: NaiveDate, n: u32) -> Counted {
    calendar.on_or_after(from.checked_add_months(Months::new(n)).map_or(LAST_DAY, |date| date.min(LAST_DAY)))
}

/// The end of a period of months with so many natural days more, then as [`natural_days`].
pub fn months_and_days(calendar: &Calendar, from: NaiveDate, (months, days): (u32, u32)) -> Counted {
    let end = from.checked_add_months(Months::new(months)).and_then(|end| end.checked_add_days(Days::new(days.into())));
    calendar.on_or_after(end.map_or(LAST_DAY, |date| date.min(LAST_DAY)))
}

fn uses_a_day(calendar: &Calendar, date: NaiveDate, excluded: &[Interval]) -> bool {
    calendar.is_working_day(date) && !excluded.iter().any(|interval| interval.covers(date))
}
