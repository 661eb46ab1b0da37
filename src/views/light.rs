//! How near a due date is: working days left and the traffic light of the register (红黄绿灯, domain 6.3 column 33).
//!
//! The rule is the agency's practice, not law. Red: overdue, or at most one working day is left. Yellow: two to five. Green: more.
//! Grey: met, or no period runs. While a confirmation is awaited the caution date takes the place of the due date.

use crate::rules::calendar::Calendar;
use crate::rules::coded::coded;
use chrono::NaiveDate;

/// Most working days left of a red light.
const RED: u32 = 1;
/// Most working days left of a yellow light.
const YELLOW: u32 = 5;

coded! {
    /// The traffic light of a due date.
    pub enum Light {
        Green => "green", "绿灯：剩余5个工作日以上", "more than five working days left";
        Yellow => "yellow", "黄灯：剩余2至5个工作日", "two to five working days left";
        Red => "red", "红灯：逾期或剩余不足2个工作日", "overdue, or at most one working day left";
        Grey => "grey", "灰灯：已完成或未起算", "met, or no period runs";
    }
}

/// The lights of one day: a due date before `yellow_from` is red, before `green_from` yellow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lights {
    /// The first due date that is yellow.
    pub yellow_from: NaiveDate,
    /// The first due date that is green.
    pub green_from: NaiveDate,
}

impl Lights {
    /// The lights as a calendar sees them on a day.
    pub fn on(calendar: &Calendar, today: NaiveDate) -> Self {
        let from = |days: u32| calendar.nth_working_day_after(today, days + 1).on;
        Self { yellow_from: from(RED), green_from: from(YELLOW) }
    }

    /// The light of a due date that is still to be met; grey without one.
    pub fn of(self, due_on: Option<NaiveDate>) -> Light {
        match due_on {
            None => Light::Grey,
            Some(on) if on < self.yellow_from => Light::Red,
            Some(on) if on < self.green_from => Light::Yellow,
            Some(_) => Light::Green,
        }
    }

    /// The due dates of a light: from the first on, and before the second.
    pub const fn range(self, light: Light) -> Option<(Option<NaiveDate>, Option<NaiveDate>)> {
        match light {
            Light::Red => Some((None, Some(self.yellow_from))),
            Light::Yellow => Some((Some(self.yellow_from), Some(self.green_from))),
            Light::Green => Some((Some(self.green_from), None)),
            Light::Grey => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::testing::day;

    fn calendar() -> Calendar {
        crate::db::editions::read_calendar(1, include_str!("../rules/data/calendar-cn.json")).unwrap()
    }

    #[test]
    fn red_is_overdue_today_or_one_working_day() {
        let lights = Lights::on(&calendar(), day("2026-11-02"));
        for (due_on, light) in [
            ("2026-10-30", Light::Red),
            ("2026-11-02", Light::Red),
            ("2026-11-03", Light::Red),
            ("2026-11-04", Light::Yellow),
            ("2026-11-09", Light::Yellow),
            ("2026-11-10", Light::Green),
        ] {
            assert_eq!(lights.of(Some(day(due_on))), light, "{due_on}");
        }
        assert_eq!(lights.of(None), Light::Grey);
    }

    #[test]
    fn a_light_agrees_with_the_working_days_left_on_every_day_of_a_year() {
        let calendar = calendar();
        let year: Vec<NaiveDate> = day("2025-01-01").iter_days().take(365).collect();
        for today in &year {
            let lights = Lights::on(&calendar, *today);
            for due_on in today.iter_days().take(40) {
                let expected = match calendar.working_days_between(*today, due_on) {
                    ..=1 => Light::Red,
                    2..=5 => Light::Yellow,
                    _ => Light::Green,
                };
                assert_eq!(lights.of(Some(due_on)), expected, "{today} {due_on}");
                for light in [Light::Red, Light::Yellow, Light::Green] {
                    let (from, before) = lights.range(light).unwrap();
                    let inside = from.is_none_or(|from| from <= due_on) && before.is_none_or(|before| due_on < before);
                    assert_eq!(inside, light == expected);
                }
            }
        }
    }
}
