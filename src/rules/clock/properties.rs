//! What holds of every history, whatever happened.

use super::*;
use crate::rules::calendar::tests::calendar;
use crate::rules::calendar::{Calendar, day_of};
use crate::rules::due::LedgerDay;
use chrono::Days;
use proptest::prelude::*;

/// A step of a history: days after the one before, what, and a choice within it.
type Move = (u64, u8, u32);

fn histories(kinds: u8) -> impl Strategy<Value = (NaiveDate, Vec<Move>)> {
    let start = (0..1_400_u64).prop_map(|days| day_of(2023, 1, 2) + Days::new(days));
    (start, prop::collection::vec((0..9_u64, 0..kinds, 0..24_u32), 0..14))
}

/// Kinds of moves below this one: consultations and the extension. Those above replace the start or the date.
const WITHOUT_RESTART: u8 = 5;
const ALL: u8 = 11;

fn happening((_, kind, choice): Move) -> Happening {
    let consultation = ["A", "B", "C"][usize::try_from(choice % 3).unwrap()].to_owned();
    match kind {
        0 => Happening::ConsultationSent { consultation, party: Party::ALL[usize::try_from(choice % 3).unwrap()] },
        1 => Happening::ConsultationDelivered { consultation },
        2 => Happening::ConsultationAnswered { consultation },
        3 => Happening::ConsultationUndeliverable { consultation },
        4 => Happening::ExtensionNotified { working_days: choice },
        5 => Happening::CorrectionNoticeSent,
        6 => Happening::CorrectionNoticeDelivered { answer_within_working_days: Some(choice) },
        7 => Happening::CorrectedApplicationReceived,
        8 => Happening::FeeNoticeSent,
        9 => Happening::FeeNoticeDelivered,
        _ => Happening::FeePaid,
    }
}

/// The steps of a history on their days, and its last day.
fn steps(from: NaiveDate, moves: &[Move]) -> (Vec<ClockStep>, NaiveDate) {
    let mut on = from;
    let steps = moves.iter().map(|one| {
        on = on + Days::new(one.0);
        ClockStep { on, what: happening(*one) }
    });
    (steps.collect(), on)
}

fn clock<'a>(calendar: &'a Calendar, received_on: NaiveDate, steps: &[ClockStep]) -> Clock<'a> {
    let mut clock = Clock::new(calendar, ClockChoices::default());
    clock.take(&ClockStep { on: received_on, what: Happening::Received }).unwrap();
    walk(&mut clock, steps);
    clock
}

fn in_silence(received_on: NaiveDate, steps: &[ClockStep]) -> NaiveDate {
    clock(calendar(), received_on, steps).due_in_silence().unwrap().on
}

/// The steps without those of a consultation.
fn without(steps: &[ClockStep], label: &str) -> Vec<ClockStep> {
    steps.iter().filter(|step| step.what.consultation() != Some(label)).cloned().collect()
}

/// The same steps, with those of consultation A happening to a second one as well.
fn doubled(steps: &[ClockStep]) -> Vec<ClockStep> {
    let twin = |step: &ClockStep| {
        let consultation = "Z".to_owned();
        let what = match step.what.clone() {
            Happening::ConsultationSent { party, .. } => Happening::ConsultationSent { consultation, party },
            Happening::ConsultationDelivered { .. } => Happening::ConsultationDelivered { consultation },
            Happening::ConsultationAnswered { .. } => Happening::ConsultationAnswered { consultation },
            _ => Happening::ConsultationUndeliverable { consultation },
        };
        ClockStep { on: step.on, what }
    };
    let both = |step: &ClockStep| match step.what.consultation() {
        Some("A") => vec![step.clone(), twin(step)],
        _ => vec![step.clone()],
    };
    steps.iter().flat_map(both).collect()
}

proptest! {
    #[test]
    fn a_due_date_is_a_working_day((received_on, moves) in histories(ALL)) {
        let (steps, last) = steps(received_on, &moves);
        let clock = clock(calendar(), received_on, &steps);
        for ahead in 0..40 {
            let reading = clock.reading(last + Days::new(ahead));
            for date in [reading.due, reading.projected].into_iter().flatten() {
                prop_assert!(calendar().is_working_day(date.on), "{} on {}", date.on, reading.on);
            }
        }
    }

    #[test]
    fn a_later_receipt_never_gives_an_earlier_due_date((received_on, moves) in histories(WITHOUT_RESTART), later in 0..40_u64) {
        let second = received_on + Days::new(later);
        let (steps, _) = steps(second, &moves);
        prop_assert!(in_silence(received_on, &steps) <= in_silence(second, &steps));
    }

    #[test]
    fn a_consultation_never_brings_a_due_date_forward((received_on, moves) in histories(WITHOUT_RESTART)) {
        let (steps, _) = steps(received_on, &moves);
        for label in ["A", "B", "C"] {
            prop_assert!(in_silence(received_on, &without(&steps, label)) <= in_silence(received_on, &steps), "{label}");
        }
    }

    #[test]
    fn what_is_excluded_twice_is_excluded_once((received_on, moves) in histories(WITHOUT_RESTART)) {
        let (steps, last) = steps(received_on, &moves);
        let (once, twice) = (clock(calendar(), received_on, &steps), clock(calendar(), received_on, &doubled(&steps)));
        prop_assert_eq!(once.due_in_silence(), twice.due_in_silence());
        for ahead in 0..40 {
            let on = last + Days::new(ahead);
            let (one, two) = (once.reading(on), twice.reading(on));
            prop_assert_eq!((one.due, one.projected, one.working_days_left), (two.due, two.projected, two.working_days_left));
        }
    }

    #[test]
    fn the_ledger_ends_with_the_last_day_allowed((received_on, moves) in histories(ALL)) {
        let (steps, last) = steps(received_on, &moves);
        let clock = clock(calendar(), received_on, &steps);
        for on in [last, last + Days::new(60)] {
            let (ledger, due) = (clock.ledger(on), clock.reading(on).due);
            let Some(due) = due else {
                prop_assert!(ledger.is_empty());
                continue;
            };
            let end = ledger.last().unwrap();
            prop_assert_eq!((end.date, end.number), (due.on, clock.in_force().map(parts::Period::allowed)));
            let numbers: Vec<u32> = ledger.iter().filter_map(|day| day.number).collect();
            prop_assert_eq!(numbers.clone(), (1..=end.number.unwrap()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_recount_with_the_same_calendar_changes_nothing((received_on, moves) in histories(ALL)) {
        let again = Calendar::from_json(2, include_str!("../data/calendar-cn.json"), String::new()).unwrap();
        let (steps, last) = steps(received_on, &moves);
        let told = |calendar: &Calendar| -> (Reading, Vec<LedgerDay>, Words) {
            let clock = clock(calendar, received_on, &steps);
            (clock.reading(last), clock.ledger(last), clock.words(last))
        };
        prop_assert_eq!(told(calendar()), told(&again));
    }
}
