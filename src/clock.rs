//! The two clocks, and the only place that asks the system for the time.
//!
//! The *legal* clock ([`Clock`]) gives the dates the law counts with and the `recorded_at` of events; it is handed to whoever needs it, so
//! that a demo or a test can walk a case through weeks. The *real* one ([`real_now`]) is for tokens, leases and backoff, and for nothing
//! that a rule or an event looks at.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, NaiveTime, SubsecRound, TimeDelta, Utc};

/// Offset of China Standard Time (北京时间, `Asia/Shanghai`) from UTC, in hours. There has been no daylight saving time since 1992, long
/// before the regulations.
const SHANGHAI_HOURS_EAST: i64 = 8;

/// `PostgreSQL` keeps microseconds: an instant must come back from the database as it went in, or its hash would differ.
const STORED_SUBSECOND_DIGITS: u16 = 6;

/// The legal clock. Clones share one time.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Test(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// The clock of the machine.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `start` until [`Clock::set`] or [`Clock::advance`] moves it, for itself and all its clones.
    pub fn test(start: DateTime<Utc>) -> Self {
        Self(Source::Test(Arc::new(Mutex::new(start))))
    }

    /// The present instant, in whole microseconds.
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &self.0 {
            Source::System => return real_now(),
            Source::Test(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        };
        now.trunc_subsecs(STORED_SUBSECOND_DIGITS)
    }

    /// The present legal date.
    pub fn today(&self) -> NaiveDate {
        legal_date(self.now())
    }

    /// Puts a test clock to `at`, also backwards.
    ///
    /// # Panics
    /// On the system clock: whoever moves it has mistaken it for another.
    pub fn set(&self, at: DateTime<Utc>) {
        self.turn(|_| at);
    }

    /// Moves a test clock by `step`.
    ///
    /// # Panics
    /// On the system clock, and past the last date `chrono` can express.
    pub fn advance(&self, step: TimeDelta) {
        self.turn(|at| at + step);
    }

    fn turn(&self, to: impl FnOnce(DateTime<Utc>) -> DateTime<Utc>) {
        match &self.0 {
            Source::System => panic!("the system clock cannot be moved"),
            Source::Test(at) => {
                let mut at = at.lock().unwrap_or_else(PoisonError::into_inner);
                *at = to(*at);
            }
        }
    }
}

/// The date in China at an instant: the day on which the law places what happened then.
pub fn legal_date(at: DateTime<Utc>) -> NaiveDate {
    let utc = at.naive_utc();
    utc.checked_add_signed(TimeDelta::hours(SHANGHAI_HOURS_EAST)).unwrap_or(utc).date()
}

/// The instant at which a legal day begins in China.
pub fn legal_midnight(day: NaiveDate) -> DateTime<Utc> {
    let utc = day.and_time(NaiveTime::MIN);
    utc.checked_sub_signed(TimeDelta::hours(SHANGHAI_HOURS_EAST)).unwrap_or(utc).and_utc()
}

/// The real time in whole microseconds, for tokens, leases and backoff only.
#[expect(clippy::disallowed_methods, reason = "this is the place that asks the system")]
pub fn real_now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(STORED_SUBSECOND_DIGITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_legal_day_turns_at_sixteen_hours_utc() {
        assert_eq!(legal_date(at("2025-05-06T15:59:59.999999Z")), "2025-05-06".parse().unwrap());
        assert_eq!(legal_date(at("2025-05-06T16:00:00Z")), "2025-05-07".parse().unwrap());
        assert_eq!(legal_date(at("2024-12-31T16:00:00Z")), "2025-01-01".parse().unwrap());
        assert_eq!(legal_midnight("2025-05-07".parse().unwrap()), at("2025-05-06T16:00:00Z"));
        assert_eq!(legal_date(DateTime::<Utc>::MAX_UTC), DateTime::<Utc>::MAX_UTC.date_naive());
    }

    #[test]
    fn clones_of_a_test_clock_share_their_time() {
        let clock = Clock::test(at("2025-05-06T01:00:00.123456789Z"));
        let clone = clock.clone();
        assert_eq!(clone.now(), at("2025-05-06T01:00:00.123456Z"));
        clock.advance(TimeDelta::hours(15));
        assert_eq!(clone.today(), "2025-05-07".parse().unwrap());
        clone.set(at("2025-01-01T00:00:00Z"));
        assert_eq!(clock.now(), at("2025-01-01T00:00:00Z"));
    }

    #[test]
    fn the_system_clock_runs_and_gives_microseconds() {
        let (before, now, after) = (real_now(), Clock::system().now(), real_now());
        assert!(before <= now && now <= after);
        assert_eq!(now.timestamp_subsec_nanos() % 1000, 0);
    }

    #[test]
    #[should_panic(expected = "cannot be moved")]
    fn the_system_clock_cannot_be_moved() {
        Clock::system().advance(TimeDelta::days(1));
    }
}
