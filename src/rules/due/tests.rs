use proptest::prelude::*;

use super::*;
use crate::rules::calendar::day_of;
use crate::rules::calendar::tests::{any_day, calendar};

const fn interval(sent_on: NaiveDate, ended_on: NaiveDate) -> Interval {
    Interval { sent_on, ended_on }
}

fn twenty(start: NaiveDate, excluded: &[Interval]) -> Counted {
    due(calendar(), start, 20, excluded)
}

const fn sure(on: NaiveDate) -> Counted {
    Counted { on, provisional: false }
}

#[test]
fn art_33_2_twenty_working_days_without_a_holiday() {
    assert_eq!(twenty(day_of(2025, 6, 3), &[]), sure(day_of(2025, 7, 1)));
}

#[test]
fn art_33_2_across_national_day_with_its_make_up_days() {
    assert_eq!(twenty(day_of(2025, 9, 22), &[]), sure(day_of(2025, 10, 24)));
}

#[test]
fn art_31_3_from_the_confirmation_of_a_fax() {
    assert_eq!(twenty(day_of(2026, 4, 27), &[]), sure(day_of(2026, 5, 27)));
}

#[test]
fn art_30_a_restart_counts_anew() {
    assert_eq!(twenty(day_of(2024, 3, 18), &[]), sure(day_of(2024, 4, 16)));
    assert_eq!(twenty(day_of(2024, 4, 11), &[]), sure(day_of(2024, 5, 11)), "a make-up Saturday is a due date");
}

#[test]
fn art_33_3_a_third_party_answers() {
    let (start, sent) = (day_of(2026, 6, 1), day_of(2026, 6, 8));
    assert_eq!(twenty(start, &[]), sure(day_of(2026, 6, 30)));
    assert_eq!(used(calendar(), start, sent, &[]), 5);
    let silence = calendar().nth_working_day_after(day_of(2026, 6, 10), 15).on;
    assert_eq!(twenty(start, &[interval(sent, silence)]), sure(day_of(2026, 7, 23)));
    let answered = [interval(sent, day_of(2026, 6, 24))];
    assert_eq!(twenty(start, &answered), sure(day_of(2026, 7, 15)));
    assert_eq!(used(calendar(), start, day_of(2026, 6, 24), &answered), 5);
}

#[test]
fn choice_7_two_consultations_exclude_their_union() {
    let (start, sent_a, sent_b) = (day_of(2025, 4, 14), day_of(2025, 4, 18), day_of(2025, 4, 24));
    let silence = |delivered| calendar().nth_working_day_after(delivered, 15).on;
    let (silent_a, silent_b) = (silence(day_of(2025, 4, 21)), silence(day_of(2025, 4, 25)));
    assert_eq!(twenty(start, &[]), sure(day_of(2025, 5, 14)));
    assert_eq!(used(calendar(), start, sent_a, &[]), 4);
    assert_eq!(twenty(start, &[interval(sent_a, silent_a)]), sure(day_of(2025, 6, 6)));
    assert_eq!(twenty(start, &[interval(sent_a, silent_a), interval(sent_b, silent_b)]), sure(day_of(2025, 6, 12)));
    let (answer_a, answer_b) = (day_of(2025, 5, 7), day_of(2025, 5, 13));
    assert_eq!(twenty(start, &[interval(sent_a, answer_a), interval(sent_b, silent_b)]), sure(day_of(2025, 6, 12)));
    assert_eq!(twenty(start, &[interval(sent_a, answer_a), interval(sent_b, answer_b)]), sure(day_of(2025, 6, 5)));
}

#[test]
fn a_day_after_the_due_date_overdraws_by_one() {
    let (start, today) = (day_of(2026, 3, 16), day_of(2026, 4, 15));
    assert_eq!(twenty(start, &[]), sure(day_of(2026, 4, 14)));
    assert_eq!(used(calendar(), start, today, &[]), 21);
    assert_eq!(calendar().working_days_between(today, day_of(2026, 4, 14)), -1);
}

#[test]
fn fee_rules_payment_restarts() {
    assert_eq!(twenty(day_of(2026, 7, 6), &[]), sure(day_of(2026, 8, 3)));
    assert_eq!(twenty(day_of(2026, 8, 3), &[]), sure(day_of(2026, 8, 31)));
}

#[test]
fn a_year_without_notice_gives_a_provisional_date() {
    assert_eq!(twenty(day_of(2026, 12, 21), &[]), Counted { on: day_of(2027, 1, 19), provisional: true });
}

#[test]
fn choice_10_a_letter_on_the_last_day_leaves_nothing() {
    let last = day_of(2025, 7, 1);
    assert_eq!(twenty(day_of(2025, 6, 3), &[interval(last, day_of(2025, 7, 22))]), sure(last));
}

#[test]
fn choice_26_what_ended_before_the_new_start_drops_out() {
    let start = day_of(2025, 6, 3);
    assert_eq!(twenty(start, &[interval(day_of(2025, 5, 6), start)]), twenty(start, &[]));
    let still_open = interval(day_of(2025, 5, 6), day_of(2025, 6, 5));
    assert_eq!(twenty(start, &[still_open]), sure(day_of(2025, 7, 3)));
}

#[test]
fn an_interval_that_never_ends_stops_at_the_edge_of_the_calendar() {
    let excluded = [interval(day_of(2025, 6, 3), NaiveDate::MAX)];
    assert_eq!(twenty(day_of(2025, 6, 3), &excluded), Counted { on: LAST_DAY, provisional: true });
}

#[test]
fn the_ledger_gives_each_day_with_its_reason() {
    let label = |sent_on, ended_on, label| Exclusion { interval: interval(sent_on, ended_on), label };
    let excluded = [label(day_of(2025, 9, 26), day_of(2025, 9, 29), "A"), label(day_of(2025, 9, 28), day_of(2025, 10, 3), "B")];
    let lines: Vec<String> = ledger(calendar(), day_of(2025, 9, 25), 4, &excluded)
        .into_iter()
        .map(|day| {
            assert_eq!(day.counts, day.number.is_some());
            format!("{} {} {} {}", day.date, day.number.unwrap_or_default(), day.reason, day.note.unwrap_or_default())
        })
        .collect();
    let expected = [
        "2025-09-26 1 working_day ",
        "2025-09-27 0 weekend ",
        "2025-09-28 0 consultation A",
        "2025-09-29 0 consultation A、B",
        "2025-09-30 0 consultation B",
        "2025-10-01 0 holiday 国庆节",
        "2025-10-02 0 holiday 国庆节",
        "2025-10-03 0 holiday 国庆节",
        "2025-10-04 0 holiday 国庆节",
        "2025-10-05 0 holiday 国庆节",
        "2025-10-06 0 holiday 中秋",
        "2025-10-07 0 holiday 国庆节",
        "2025-10-08 0 holiday 国庆节",
        "2025-10-09 2 working_day ",
        "2025-10-10 3 working_day ",
        "2025-10-11 4 make_up_working_day 国庆节",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_ledger_day_keeps_its_nulls() {
    let days = ledger(calendar(), day_of(2025, 5, 29), 1, &[]);
    let json = serde_json::json!([{"date": "2025-05-30", "counts": true, "number": 1, "reason": "working_day", "note": null}]);
    assert_eq!(serde_json::to_value(days).unwrap(), json);
}

#[test]
fn civil_procedure_law_85_a_period_of_days_ends_on_a_working_day() {
    assert_eq!(natural_days(calendar(), day_of(2026, 3, 2), 15), sure(day_of(2026, 3, 17)));
    assert_eq!(natural_days(calendar(), day_of(2026, 8, 3), 60), sure(day_of(2026, 10, 8)), "2 October gives way to the 8th");
    assert_eq!(natural_days(calendar(), day_of(2026, 4, 24), 15), sure(day_of(2026, 5, 9)), "a make-up Saturday is a last day");
}

#[test]
fn civil_procedure_law_85_months_end_on_the_same_number_or_the_last_day() {
    assert_eq!(months(calendar(), day_of(2025, 8, 29), 6), sure(day_of(2026, 2, 28)), "no 29 February; the 28th is a make-up Saturday");
    assert_eq!(months(calendar(), day_of(2025, 10, 31), 6), sure(day_of(2026, 4, 30)));
    assert_eq!(months(calendar(), day_of(2026, 1, 15), 6), sure(day_of(2026, 7, 15)));
    assert_eq!(months(calendar(), day_of(2025, 12, 20), 6), sure(day_of(2026, 6, 22)), "20 June lies in the holiday");
    assert_eq!(months(calendar(), day_of(2026, 7, 1), 6), Counted { on: day_of(2027, 1, 4), provisional: true });
}

#[test]
fn a_period_beyond_the_calendar_ends_at_its_edge() {
    assert_eq!(natural_days(calendar(), NaiveDate::MAX, u32::MAX), Counted { on: LAST_DAY, provisional: true });
    assert_eq!(months(calendar(), NaiveDate::MAX, u32::MAX), Counted { on: LAST_DAY, provisional: true });
}

fn any_intervals(start: NaiveDate) -> impl Strategy<Value = Vec<Interval>> {
    let one = (-20i64..60, -3i64..40).prop_filter_map("days", move |(sent, length)| {
        let sent_on = start.checked_add_signed(chrono::Duration::days(sent))?;
        Some(interval(sent_on, sent_on.checked_add_signed(chrono::Duration::days(length))?))
    });
    prop::collection::vec(one, 0..4)
}

fn any_case() -> impl Strategy<Value = (NaiveDate, Vec<Interval>)> {
    any_day().prop_flat_map(|start| (Just(start), any_intervals(start)))
}

proptest! {
    #[test]
    fn a_due_date_is_a_working_day_and_the_earliest_that_fits((start, excluded) in any_case(), allowed in 1u32..=40) {
        let calendar = calendar();
        let on = due(calendar, start, allowed, &excluded).on;
        prop_assert!(calendar.is_working_day(on));
        prop_assert!(!excluded.iter().any(|one| one.covers(on)));
        prop_assert_eq!(used(calendar, start, on, &excluded), allowed);
        prop_assert_eq!(used(calendar, start, on.pred_opt().unwrap(), &excluded), allowed - 1);
    }

    #[test]
    fn exclusion_never_brings_a_date_forward((start, excluded) in any_case(), allowed in 0u32..=40) {
        let calendar = calendar();
        let mut before = due(calendar, start, allowed, &[]);
        for some in 1..=excluded.len() {
            let after = due(calendar, start, allowed, &excluded[..some]);
            prop_assert!(before.on <= after.on);
            before = after;
        }
    }

    #[test]
    fn overlaps_exclude_their_union_not_their_sum((start, excluded) in any_case(), allowed in 1u32..=40) {
        let calendar = calendar();
        let twice = [excluded.clone(), excluded.clone()].concat();
        prop_assert_eq!(due(calendar, start, allowed, &twice), due(calendar, start, allowed, &excluded));
        let mut days: Vec<Interval> = Vec::new();
        for date in days_after(start).take(400).filter(|date| excluded.iter().any(|one| one.covers(*date))) {
            days.push(interval(date.pred_opt().unwrap(), date));
        }
        prop_assert_eq!(due(calendar, start, allowed, &days), due(calendar, start, allowed, &excluded));
    }

    #[test]
    fn a_later_receipt_is_never_due_earlier((start, excluded) in any_case(), later in 0u64..30, allowed in 0u32..=40) {
        let calendar = calendar();
        let second = start.checked_add_days(Days::new(later)).unwrap();
        prop_assert!(due(calendar, start, allowed, &excluded).on <= due(calendar, second, allowed, &excluded).on);
    }

    #[test]
    fn the_ledger_ends_with_the_last_day_allowed((start, excluded) in any_case(), allowed in 1u32..=40) {
        let calendar = calendar();
        let labelled: Vec<Exclusion<'_>> = excluded.iter().map(|interval| Exclusion { interval: *interval, label: "A" }).collect();
        let days = ledger(calendar, start, allowed, &labelled);
        let last = days.last().unwrap();
        prop_assert_eq!(last.date, due(calendar, start, allowed, &excluded).on);
        prop_assert_eq!(last.number, Some(allowed));
        let numbers: Vec<u32> = days.iter().filter_map(|day| day.number).collect();
        prop_assert_eq!(numbers, (1..=allowed).collect::<Vec<_>>());
        prop_assert_eq!(i64::try_from(days.len()).unwrap(), (last.date - start).num_days());
    }

    #[test]
    fn natural_periods_end_on_the_first_working_day(start in any_day(), n in 0u32..=400) {
        let calendar = calendar();
        let last = start.checked_add_days(Days::new(n.into())).unwrap().min(LAST_DAY);
        let on = natural_days(calendar, start, n).on;
        prop_assert!(on >= last && (calendar.is_working_day(on) || on == LAST_DAY));
        prop_assert!(calendar.working_days_between(last, on) <= 1);
    }
}
