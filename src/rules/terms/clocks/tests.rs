use super::*;
use crate::rules::calendar::tests::calendar;
use crate::rules::clock::{Clock, ClockChoices, ClockStep, Happening, Party};
use crate::rules::terms::{Circumstance, reply_working_days, term};
use rstest::rstest;
use std::collections::BTreeSet;

#[test]
fn every_line_of_the_law_and_every_duty_has_its_row_once() {
    let names: BTreeSet<&str> = CLOCKS.iter().map(|clock| clock.name).collect();
    assert_eq!(names.len(), CLOCKS.len());
    for name in (1..=12).map(|n| format!("C{n}")).chain((1..=11).map(|n| format!("L{n}"))) {
        assert!(names.contains(name.as_str()), "{name}");
    }
    for kind in DutyKind::ALL {
        let rows = CLOCKS.iter().filter(|clock| clock.lengths == Lengths::Of(*kind)).count();
        let expected = match kind {
            DutyKind::AnswerConsultation => 3,
            DutyKind::PublishAnnualReport => 2,
            _ => 1,
        };
        assert_eq!(rows, expected, "{kind:?}");
    }
    // Art 49: C11 and C12 are one duty with a date of each.
    let units = |name| LegalClock::named(name).unwrap().terms().map(|term| term.unit).collect::<Vec<_>>();
    assert_eq!((units("C11"), units("C12")), (vec![Unit::NextYearThirtyFirstOfJanuary], vec![Unit::NextYearThirtyFirstOfMarch]));
}

#[test]
fn rows_refer_to_rows_and_have_lengths_and_articles() {
    for clock in CLOCKS.iter() {
        for name in [clock.suspended_by, clock.lengthened_by, clock.replaced_by].concat() {
            assert!(LegalClock::named(name).is_some(), "{} names {name}", clock.name);
        }
        match clock.lengths {
            Lengths::Of(_) => assert!(clock.terms().next().is_some(), "{}", clock.name),
            Lengths::Own(rows) => assert!(!rows.is_empty() && clock.article.is_some(), "{}", clock.name),
        }
    }
}

/// The due date that the clock itself counts after these steps, in working days after the last one.
fn counted(received_on: NaiveDate, steps: &[(NaiveDate, Happening)]) -> i64 {
    let mut clock = Clock::new(calendar(), ClockChoices::default());
    clock.take(&ClockStep { on: received_on, what: Happening::Received }).unwrap();
    let mut last = received_on;
    for (on, what) in steps {
        clock.take(&ClockStep { on: *on, what: what.clone() }).unwrap();
        last = *on;
    }
    calendar().working_days_between(last, clock.due_in_silence().unwrap().on)
}

fn own(name: &str, on: NaiveDate) -> u32 {
    LegalClock::named(name).unwrap().own_working_days(on).unwrap()
}

#[rstest]
#[case(day_of(2019, 3, 4))]
#[case(day_of(2026, 3, 2))]
fn the_clock_counts_with_the_lengths_of_the_table(#[case] received_on: NaiveDate) {
    let later = |n| calendar().nth_working_day_after(received_on, n).on;
    assert_eq!(counted(received_on, &[]), i64::from(reply_working_days(received_on)), "C2");
    let corrected = [
        (later(1), Happening::CorrectionNoticeSent),
        (later(2), Happening::CorrectionNoticeDelivered { answer_within_working_days: None }),
        (later(5), Happening::CorrectedApplicationReceived),
    ];
    assert_eq!(counted(received_on, &corrected), i64::from(own("C5", received_on)), "C5");

    let most = own("C3", received_on);
    let mut clock = Clock::new(calendar(), ClockChoices::default());
    clock.take(&ClockStep { on: received_on, what: Happening::Received }).unwrap();
    let extend = |working_days| ClockStep { on: later(1), what: Happening::ExtensionNotified { working_days } };
    assert!(clock.clone().take(&extend(most + 1)).is_err(), "C3");
    clock.take(&extend(most)).unwrap();
}

#[test]
fn the_clock_waits_as_long_as_the_table_says() {
    let received_on = day_of(2026, 3, 2);
    let later = |n| calendar().nth_working_day_after(received_on, n).on;
    let length = |kind| term(kind, Circumstance::Always, received_on).unwrap().length;
    let paid = [(later(1), Happening::FeeNoticeSent), (later(2), Happening::FeeNoticeDelivered), (later(6), Happening::FeePaid)];
    assert_eq!(counted(received_on, &paid), i64::from(own("C9", received_on)), "C9");
    assert_eq!(ClockChoices::default().correction_working_days, length(DutyKind::AnswerCorrection), "C5a");
    let asked = || "甲".to_owned();
    for party in Party::ALL {
        let row = CLOCKS.iter().find(|clock| clock.article == Some(party.article())).unwrap();
        assert_eq!(row.lengths, Lengths::Of(DutyKind::AnswerConsultation));
        let silent = [
            (received_on, Happening::ConsultationSent { consultation: asked(), party: *party }),
            (received_on, Happening::ConsultationDelivered { consultation: asked() }),
        ];
        let whole = reply_working_days(received_on) + length(DutyKind::AnswerConsultation);
        assert_eq!(counted(received_on, &silent), i64::from(whole), "C6, C7, C7a");
    }
}
