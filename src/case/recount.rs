//! The recount: a case goes over to the newest edition of the calendar, and its trail says which dates that moved. Pure.
//!
//! Who acts: a worker, after holiday notices were loaded. It may not change what the case rests on besides the calendar; the old
//! edition stays, so that the case as it was then still has the dates of then.

use super::duties::{Duty, duties};
use super::event::CaseEvent;
use super::journal::Circumstances;
use super::model::{Case, MovedDate};
use crate::rules::calendar::Calendar;
use std::collections::BTreeMap;

/// The event of a case that is pinned to an older edition; none for any other.
pub fn recount(case: &Case, circumstances: &Circumstances<'_>) -> Vec<CaseEvent> {
    let newest = circumstances.newest_calendar;
    if case.pins.calendar >= newest.edition() {
        return Vec::new();
    }
    let moved = moved(case, circumstances.calendar, newest);
    vec![CaseEvent::DatesRecounted { calendar: newest.edition(), calendar_sha256: Some(newest.sha256().to_owned()), moved }]
}

/// Every date that differs between two editions, or is provisional under one of them only.
pub fn moved(case: &Case, from: &Calendar, to: &Calendar) -> Vec<MovedDate> {
    let by_key = |calendar: &Calendar| -> BTreeMap<(&'static str, u32), Duty> {
        duties(case, calendar).into_iter().map(|duty| ((duty.kind.code(), duty.ordinal), duty)).collect()
    };
    let (old, mut new) = (by_key(from), by_key(to));
    let mut all = Vec::new();
    for (key, before) in old {
        let after = new.remove(&key);
        let same = |after: &Duty| (after.due_on, after.provisional) == (before.due_on, before.provisional);
        if !after.as_ref().is_some_and(same) {
            all.push(MovedDate {
                kind: before.kind,
                ordinal: before.ordinal,
                old_on: Some(before.due_on),
                new_on: after.as_ref().map(|after| after.due_on),
                provisional: after.is_some_and(|after| after.provisional),
            });
        }
    }
    all.extend(new.into_values().map(|after| MovedDate {
        kind: after.kind,
        ordinal: after.ordinal,
        old_on: None,
        new_on: Some(after.due_on),
        provisional: after.provisional,
    }));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::model::Pins;
    use crate::case::testing::{Bench, CLERK, day};
    use crate::rules::calendar::tests::{calendar, with_year};
    use crate::rules::terms::DutyKind;
    use crate::steps::register::enter::RegisterCase;
    use serde_json::json;

    /// A case whose reply is due in a year without a notice.
    fn case() -> Case {
        let mut bench = Bench::received("2026-12-21");
        bench.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
        bench.case.unwrap()
    }

    #[test]
    fn a_notice_moves_the_dates_that_walk_over_its_days_and_makes_them_certain() {
        let (old, new) = (calendar(), with_year(2027, r#"{"2027-01-01": "元旦", "2027-01-04": "元旦"}"#));
        let case = case();
        let moved = moved(&case, old, &new);
        let reply = moved.iter().find(|moved| moved.kind == DutyKind::Reply).unwrap();
        assert_eq!((reply.old_on, reply.new_on, reply.provisional), (Some(day("2027-01-19")), Some(day("2027-01-20")), false));
        assert!(super::moved(&case, &new, &new).is_empty());
    }

    #[test]
    fn a_case_of_the_newest_edition_has_nothing_to_recount() {
        let new = with_year(2027, r#"{"2027-01-01": "元旦"}"#);
        let settings = Bench::on("2026-12-22").settings;
        let mut case = case();
        let circumstances = |calendar| Circumstances {
            today: day("2026-12-22"),
            calendar,
            settings: &settings,
            newest: Pins { calendar: 2, settings: 1 },
            newest_calendar: &new,
        };
        let events = recount(&case, &circumstances(calendar()));
        assert!(matches!(events.as_slice(), [CaseEvent::DatesRecounted { calendar: 2, moved, .. }] if !moved.is_empty()));
        case.pins.calendar = 2;
        assert!(recount(&case, &circumstances(&new)).is_empty());
    }
}
