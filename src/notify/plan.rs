//! When a duty is reminded of: pure functions of its due date, the calendar and the offsets.
//!
//! Mail goes out on working days only. A due date that is none (30 June on a Sunday) is worked towards as if it were the last working day
//! before it, because that is the last day on which somebody can act.

use crate::rules::calendar::Calendar;
use chrono::NaiveDate;

/// The days a sweep answers for: after the last one it finished, up to and including today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// The day of the last finished sweep.
    pub after: NaiveDate,
    /// Today.
    pub today: NaiveDate,
}

/// What happens once the due date has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passing {
    /// It is overdue and stays owed.
    Overdue,
    /// It was a right and has lapsed: nobody is reminded any more.
    Lapsed,
}

/// The reminders whose day lies in the window: so many working days before the due date, 0 on the day, -k on the k-th working day after it.
pub(super) fn offsets(calendar: &Calendar, due_on: NaiveDate, passing: Passing, before: &[u32], window: Window) -> Vec<i32> {
    let Window { after, today } = window;
    if today > due_on && passing == Passing::Lapsed {
        return Vec::new();
    }
    let last = last_chance(calendar, due_on);
    let in_window = |day: NaiveDate| after < day && day <= today;
    let mut found: Vec<i32> =
        before.iter().filter(|n| in_window(calendar.before(last, **n).on)).filter_map(|n| i32::try_from(*n).ok()).collect();
    let mut day = after.max(due_on);
    while day < today {
        let Some(next) = day.succ_opt() else { break };
        day = next;
        if calendar.is_working_day(day) {
            found.extend(i32::try_from(-calendar.working_days_between(due_on, day)));
        }
    }
    found.sort_unstable_by_key(|n| std::cmp::Reverse(*n));
    found.dedup();
    found
}

/// Working days left on a day; 0 on the last one, negative once it has passed.
pub(super) fn days_left(calendar: &Calendar, today: NaiveDate, due_on: NaiveDate) -> i64 {
    calendar.working_days_between(today, last_chance(calendar, due_on))
}

/// Due dates that a sweep need not look at yet lie on this day or after it.
pub(super) fn horizon(calendar: &Calendar, today: NaiveDate, before: &[u32]) -> NaiveDate {
    let furthest = before.iter().copied().max().unwrap_or(0);
    calendar.nth_working_day_after(today, furthest.saturating_add(1)).on
}

fn last_chance(calendar: &Calendar, due_on: NaiveDate) -> NaiveDate {
    if calendar.is_working_day(due_on) { due_on } else { calendar.before(due_on, 1).on }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::testing::day;

    const BEFORE: [u32; 5] = [10, 5, 3, 1, 0];

    fn calendar() -> Calendar {
        crate::db::editions::read_calendar(1, include_str!("../rules/data/calendar-cn.json")).unwrap()
    }

    fn found(due_on: &str, after: &str, today: &str) -> Vec<i32> {
        offsets(&calendar(), day(due_on), Passing::Overdue, &BEFORE, Window { after: day(after), today: day(today) })
    }

    /// Every day of a duty's last weeks: each offset on its day, once, over the make-up Sunday of 2026-09-20 and the holidays around 10-01.
    #[test]
    fn each_reminder_has_one_day() {
        let calendar = calendar();
        let (due_on, mut today, mut all) = (day("2026-10-09"), day("2026-09-01"), Vec::new());
        while today < day("2026-10-14") {
            let before = today;
            today = today.succ_opt().unwrap();
            for n in offsets(&calendar, due_on, Passing::Overdue, &BEFORE, Window { after: before, today }) {
                assert!(calendar.is_working_day(today));
                all.push((today.to_string(), n));
            }
        }
        let expected: Vec<(String, i32)> = [
            ("2026-09-18", 10),
            ("2026-09-24", 5),
            ("2026-09-29", 3),
            ("2026-10-08", 1),
            ("2026-10-09", 0),
            ("2026-10-10", -1),
            ("2026-10-12", -2),
            ("2026-10-13", -3),
            ("2026-10-14", -4),
        ]
        .map(|(day, n)| (day.to_owned(), n))
        .into();
        assert_eq!(all, expected);
    }

    #[test]
    fn a_standstill_is_made_good() {
        assert_eq!(found("2026-11-05", "2026-10-30", "2026-11-09"), [3, 1, 0, -1, -2]);
        assert_eq!(found("2026-11-05", "2026-11-09", "2026-11-09"), Vec::<i32>::new(), "done is done");
    }

    #[test]
    fn a_due_date_that_is_no_working_day_is_met_before_it() {
        // 2024-06-30 is a Sunday.
        assert_eq!(found("2024-06-30", "2024-06-27", "2024-06-28"), [0]);
        assert_eq!(found("2024-06-30", "2024-06-26", "2024-06-27"), [1]);
        assert_eq!(found("2024-06-30", "2024-06-28", "2024-07-01"), [-1]);
        assert_eq!(days_left(&calendar(), day("2024-06-28"), day("2024-06-30")), 0);
        assert_eq!(days_left(&calendar(), day("2024-07-02"), day("2024-06-30")), -2);
    }

    #[test]
    fn a_right_that_lapsed_is_not_overdue() {
        let window = Window { after: day("2026-11-03"), today: day("2026-11-06") };
        assert_eq!(offsets(&calendar(), day("2026-11-05"), Passing::Lapsed, &BEFORE, window), Vec::<i32>::new());
        let window = Window { after: day("2026-11-04"), today: day("2026-11-05") };
        assert_eq!(offsets(&calendar(), day("2026-11-05"), Passing::Lapsed, &BEFORE, window), [0]);
    }
}
