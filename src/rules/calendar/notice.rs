//! Reading the State Council's yearly notices as data, and refusing an edition that contradicts itself.

use std::collections::{BTreeMap, btree_map::Entry};
use std::fmt::{self, Display};
use std::marker::PhantomData;

use chrono::{Datelike, NaiveDate};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};

use super::{Exception, FIRST_DAY, LAST_DAY, is_weekend};

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
    /// A day that stands under another calendar year. A rest day of the December before stands under its own year.
    #[error("{date} stands under year {year}")]
    OtherYear {
        /// The misplaced day.
        date: NaiveDate,
        /// The year it stands under.
        year: i32,
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

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Notices {
    region: String,
    source: String,
    years: Unique<i32, Notice>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Notice {
    /// The number of the notice.
    #[serde(rename = "notice")]
    number: Option<String>,
    holidays: Unique<NaiveDate, String>,
    working_weekends: Unique<NaiveDate, String>,
}

/// The years announced with their notices, and the days that depart from the plain week.
type Read = (BTreeMap<i32, String>, BTreeMap<NaiveDate, Exception>);

pub(super) fn read(text: &str) -> Result<Read, CalendarError> {
    let notices: Notices = serde_json::from_str(text).map_err(|error| CalendarError::Malformed(error.to_string()))?;
    if notices.region != "CN" {
        return Err(CalendarError::Region(notices.region));
    }
    let mut announced = BTreeMap::new();
    let mut exceptions = BTreeMap::new();
    for (year, notice) in notices.years.0 {
        if !(FIRST_DAY.year()..=LAST_DAY.year()).contains(&year) {
            return Err(CalendarError::YearOutOfRange(year));
        }
        if notice.holidays.0.is_empty() {
            return Err(CalendarError::EmptyYear(year));
        }
        for (date, name) in notice.holidays.0 {
            exceptions.insert(check(year, date, &name)?, Exception::Holiday(name));
        }
        for (date, name) in notice.working_weekends.0 {
            if !is_weekend(check(year, date, &name)?) {
                return Err(CalendarError::NotAWeekend(date));
            }
            if exceptions.insert(date, Exception::MakeUp(name)).is_some() {
                return Err(CalendarError::Overlap(date));
            }
        }
        announced.insert(year, notice.number.unwrap_or_else(|| notices.source.clone()));
    }
    if announced.is_empty() { Err(CalendarError::NoYears) } else { Ok((announced, exceptions)) }
}

fn check(year: i32, date: NaiveDate, name: &str) -> Result<NaiveDate, CalendarError> {
    if date.year() != year {
        return Err(CalendarError::OtherYear { date, year });
    }
    if name.trim().is_empty() || name.chars().count() > NAME_LIMIT || name.chars().any(char::is_control) {
        return Err(CalendarError::Name(date));
    }
    Ok(date)
}

/// A JSON object that may not name a key twice: the usual reader would silently keep the last.
struct Unique<K, V>(BTreeMap<K, V>);

impl<'de, K: Deserialize<'de> + Ord + Display, V: Deserialize<'de>> Deserialize<'de> for Unique<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(UniqueVisitor(PhantomData))
    }
}

struct UniqueVisitor<K, V>(PhantomData<(K, V)>);

impl<'de, K: Deserialize<'de> + Ord + Display, V: Deserialize<'de>> Visitor<'de> for UniqueVisitor<K, V> {
    type Value = Unique<K, V>;

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
        Ok(Unique(map))
    }
}
