//! What the paragraph says, by what began the period and what moved its end.

use crate::rules::calendar::tests::calendar;
use crate::rules::clock::{Clock, ClockChoices, ClockStep, Happening, Words, walk};
use chrono::NaiveDate;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn words(choices: ClockChoices, steps: &[(&str, Happening)], on: &str) -> Words {
    let mut clock = Clock::new(calendar(), choices);
    let steps: Vec<_> = steps.iter().map(|(on, what)| ClockStep { on: day(on), what: what.clone() }).collect();
    assert!(walk(&mut clock, &steps).iter().all(|told| told.taken.is_ok()));
    clock.words(day(on))
}

#[test]
fn choice_18_the_paragraph_speaks_of_reasons_where_reasons_were_asked() {
    let choices = ClockChoices { reasons_restart_clock: true, ..ClockChoices::default() };
    let asked = [("2026-06-01", Happening::Received), ("2026-06-03", Happening::ReasonsRequested)];
    let waiting = words(choices, &asked, "2026-06-04");
    assert!(waiting.zh.contains("等待申请人说明理由") && !waiting.zh.contains("补正"), "{}", waiting.zh);
    assert!(waiting.en.contains("Awaiting the applicant's reasons") && !waiting.en.contains("correction"), "{}", waiting.en);
    let given = [asked.as_slice(), &[("2026-06-08", Happening::ReasonsGiven)]].concat();
    let anew = words(choices, &given, "2026-06-09");
    assert!(anew.zh.contains("2026年6月8日申请人说明理由，期限重新计算") && !anew.zh.contains("补正"), "{}", anew.zh);
    assert!(anew.en.contains("the period began anew when the applicant gave the reasons asked for on 2026-06-08"), "{}", anew.en);
}

#[test]
fn art_35_the_paragraph_says_why_the_date_lies_beyond_the_days() {
    let postponed = [
        ("2026-06-01", Happening::Received),
        ("2026-06-03", Happening::ReasonsRequested),
        ("2026-06-08", Happening::ReasonsGiven),
        ("2026-06-09", Happening::ReplyPostponed { until: day("2026-08-14") }),
    ];
    let said = words(ClockChoices::default(), &postponed, "2026-06-10");
    assert!(said.zh.contains("答复期限延迟至2026年8月14日（条例第35条）"), "{}", said.zh);
    assert!(said.en.contains("postponed to 2026-08-14") && said.en.contains("Art 35"), "{}", said.en);
}

#[test]
fn a_correction_and_a_payment_are_named_as_what_they_are() {
    let corrected = [
        ("2026-06-01", Happening::Received),
        ("2026-06-03", Happening::CorrectionNoticeSent),
        ("2026-06-08", Happening::CorrectedApplicationReceived),
    ];
    let waiting = words(ClockChoices::default(), &corrected[..2], "2026-06-04");
    assert!(waiting.zh.contains("等待申请人补正"), "{}", waiting.zh);
    let said = words(ClockChoices::default(), &corrected, "2026-06-09");
    assert!(said.zh.contains("2026年6月8日收到补正申请，期限重新计算"), "{}", said.zh);
    let paid = [("2026-06-01", Happening::Received), ("2026-06-03", Happening::FeeNoticeSent), ("2026-06-08", Happening::FeePaid)];
    let said = words(ClockChoices::default(), &paid, "2026-06-09");
    assert!(said.en.contains("the period began anew when the fee was paid in full on 2026-06-08"), "{}", said.en);
}
