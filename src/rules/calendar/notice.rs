//! Reading the State Council's yearly notices as data, and refusing an edition that contradicts itself.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};
use std::fmt::{self, Display};
use std::marker::PhantomData;

use chrono::{Datelike, NaiveDate};
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::{Exception, FIRST_DAY, LAST_DAY, cited, is_weekend};

/// The first year for which a notice can matter: the Regulations are in force since 2008.
const FIRST_YEAR: i32 = 2008;
/// The fewest working days of a year.
pub const LEAST: usize = 240;
/// The most.
pub const MOST: usize = 255;
/// The longest name of a holiday, in characters.
const NAME_LIMIT: usize = 20;

/// Why an edition was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// Not JSON of the documented shape, or the same key twice.
    #[error("the calendar cannot be read: {0}")]
    Malformed(String),
    /// A calendar of another country.
    #[error("the calendar is for {0}, not for CN")]
    Region(String),
    /// No year at all.
    #[error("the calendar has no years")]
    NoYears,
    /// A year the product does not count in.
    #[error("year {0} lies outside 1900 to 2200")]
    YearOutOfRange(i32),
    /// A year without a single holiday: no notice looks like that.
    #[error("year {0} has no holidays")]
    EmptyYear(i32),
    /// A day that stands under another calendar year; only a day of the December before may, where the notice for a year reaches into it.
    #[error("{date} stands under year {year}")]
    OtherYear {
        /// The misplaced day.
        date: NaiveDate,
        /// The year it stands under.
        year: i32,
    },
    /// A year for which no notice can be loaded.
    #[error("the notice of {year} cannot be loaded: years from {first} to {last} can")]
    NoSuchNotice {
        /// The year.
        year: i32,
        /// The first year that can be loaded.
        first: i32,
        /// The last: the next one.
        last: i32,
    },
    /// A year with fewer or more working days than any notice leaves.
    #[error("year {year} would have {days} working days; a year has {LEAST} to {MOST}")]
    Implausible {
        /// The year.
        year: i32,
        /// So many.
        days: usize,
    },
    /// A day both off and worked.
    #[error("{0} is both a holiday and a make-up working day")]
    Overlap(NaiveDate),
    /// A make-up working day (调休上班) that is neither a Saturday nor a Sunday.
    #[error("{0} is not a Saturday or Sunday, so it cannot be a make-up working day")]
    NotAWeekend(NaiveDate),
    /// An empty, overlong or unprintable name.
    #[error("{0} has no usable holiday name")]
    Name(NaiveDate),
}

/// The years announced with their notices, and the days that depart from the plain week.
#[derive(Debug, Default)]
pub(super) struct Days {
    pub announced: BTreeMap<i32, String>,
    pub exceptions: BTreeMap<NaiveDate, Exception>,
    /// Days of December that stand in the notice of the next year.
    pub reached: BTreeSet<NaiveDate>,
}

/// An edition as data: the notices of its years. What an office loads, and what is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notices {
    region: String,
    source: String,
    /// By year.
    #[serde(deserialize_with = "unique")]
    pub years: BTreeMap<i32, Notice>,
}

/// The State Council's notice of one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The number of the notice.
    #[serde(rename = "notice", default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Days off, with the name of their holiday.
    #[serde(deserialize_with = "unique")]
    pub holidays: BTreeMap<NaiveDate, String>,
    /// Weekend days worked, with the holiday they make up for.
    #[serde(deserialize_with = "unique")]
    pub working_weekends: BTreeMap<NaiveDate, String>,
}

impl Notice {
    /// The working days of its year.
    pub fn working_days(&self, year: i32) -> usize {
        let first = NaiveDate::from_ymd_opt(year, 1, 1);
        let days = std::iter::successors(first, NaiveDate::succ_opt).take_while(|date| date.year() == year);
        days.filter(|date| self.working_weekends.contains_key(date) || !(is_weekend(*date) || self.holidays.contains_key(date))).count()
    }

    /// What a notice that somebody loads cannot be, though it does not contradict itself: of a far year, or of a year without work.
    pub fn plausible(&self, year: i32, today: NaiveDate) -> Result<(), CalendarError> {
        let (first, last) = (FIRST_YEAR, today.year() + 1);
        if !(first..=last).contains(&year) {
            return Err(CalendarError::NoSuchNotice { year, first, last });
        }
        let days = self.working_days(year);
        if (LEAST..=MOST).contains(&days) { Ok(()) } else { Err(CalendarError::Implausible { year, days }) }
    }

    /// Its days of the December before its year, with whether they are worked.
    pub fn days_of_december_before(&self, year: i32) -> impl Iterator<Item = (NaiveDate, bool)> {
        let off = self.holidays.keys().map(|date| (*date, false));
        off.chain(self.working_weekends.keys().map(|date| (*date, true))).filter(move |(date, _)| date.year() != year)
    }
}

/// Whether a day can stand in the notice for a year: it lies in it, or in the December before (the notice for 2019 had 2018-12-29 worked).
pub fn stands_under(date: NaiveDate, year: i32) -> bool {
    date.year() == year || (date.year() == year - 1 && date.month() == 12)
}

impl Notices {
    /// Reads an edition, and refuses one that contradicts itself.
    pub fn parse(text: &str) -> Result<Self, CalendarError> {
        let notices: Self = serde_json::from_str(text).map_err(|error| CalendarError::Malformed(error.to_string()))?;
        notices.days()?;
        Ok(notices)
    }

    /// This edition with other years in place of its own or beside them; none if that changes nothing.
    pub fn with(&self, years: &BTreeMap<i32, Notice>) -> Option<Self> {
        let mut changed = self.clone();
        changed.years.extend(years.iter().map(|(year, notice)| (*year, notice.clone())));
        (changed != *self).then_some(changed)
    }

    /// The years that this edition does not share with an earlier one.
    pub fn changed_since(&self, earlier: &Self) -> BTreeMap<i32, Notice> {
        self.years
            .iter()
            .filter(|(year, notice)| earlier.years.get(year) != Some(notice))
            .map(|(year, notice)| (*year, notice.clone()))
            .collect()
    }

    /// Its bytes, the same for the same notices.
    pub fn text(&self) -> Result<String, CalendarError> {
        serde_json::to_string_pretty(self).map_err(|error| CalendarError::Malformed(error.to_string()))
    }

    pub(super) fn days(&self) -> Result<Days, CalendarError> {
        if self.region != "CN" {
            return Err(CalendarError::Region(self.region.clone()));
        }
        let mut days = Days::default();
        for (&year, notice) in &self.years {
            if !(FIRST_DAY.year()..=LAST_DAY.year()).contains(&year) {
                return Err(CalendarError::YearOutOfRange(year));
            }
            if notice.holidays.is_empty() {
                return Err(CalendarError::EmptyYear(year));
            }
            let mut named = BTreeMap::new();
            for (&date, name) in &notice.holidays {
                named.insert(check(year, date, name)?, Exception::Holiday(name.clone()));
            }
            for (&date, name) in &notice.working_weekends {
                if !is_weekend(check(year, date, name)?) {
                    return Err(CalendarError::NotAWeekend(date));
                }
                if named.insert(date, Exception::MakeUp(name.clone())).is_some() {
                    return Err(CalendarError::Overlap(date));
                }
            }
            // By year: of a day that two notices name the newer one decides.
            days.reached.extend(named.keys().filter(|date| date.year() != year));
            days.exceptions.extend(named);
            let cited = notice.number.clone().or_else(|| cited::shipped(year, notice)).unwrap_or_else(|| self.source.clone());
            days.announced.insert(year, cited);
        }
        if days.announced.is_empty() { Err(CalendarError::NoYears) } else { Ok(days) }
    }
}

fn check(year: i32, date: NaiveDate, name: &str) -> Result<NaiveDate, CalendarError> {
    if !stands_under(date, year) {
        return Err(CalendarError::OtherYear { date, year });
    }
    if name.trim().is_empty() || name.chars().count() > NAME_LIMIT || name.chars().any(char::is_control) {
        return Err(CalendarError::Name(date));
    }
    Ok(date)
}

/// Reads a JSON object that may not name a key twice: the usual reader would silently keep the last.
fn unique<'de, K, V, D>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
where
    K: Deserialize<'de> + Ord + Display,
    V: Deserialize<'de>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_map(UniqueVisitor(PhantomData))
}

struct UniqueVisitor<K, V>(PhantomData<(K, V)>);

impl<'de, K: Deserialize<'de> + Ord + Display, V: Deserialize<'de>> Visitor<'de> for UniqueVisitor<K, V> {
    type Value = BTreeMap<K, V>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object in which no key stands twice")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut map = BTreeMap::new();
        while let Some(key) = access.next_key()? {
            match map.entry(key) {
                Entry::Vacant(entry) => entry.insert(access.next_value()?),
                Entry::Occupied(entry) => return Err(A::Error::custom(format_args!("{} stands twice", entry.key()))),
            };
        }
        Ok(map)
    }
}
