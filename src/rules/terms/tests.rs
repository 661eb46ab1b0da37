use super::*;
use crate::rules::calendar::day_of;
use crate::rules::calendar::tests::calendar;

/// The due date of a duty that starts on the day; panics where the table has none.
fn due_on(kind: DutyKind, circumstance: Circumstance, from: NaiveDate) -> NaiveDate {
    term(kind, circumstance, from).unwrap().due(calendar(), from).unwrap().on
}

const MONDAY: NaiveDate = day_of(2026, 3, 2);

#[test]
fn art_33_2_twenty_days_and_fifteen_before_2019_05_15() {
    assert_eq!(reply_working_days(day_of(2019, 5, 14)), 15);
    assert_eq!(reply_working_days(day_of(2019, 5, 15)), 20);
    assert_eq!(reply_working_days(day_of(2001, 1, 1)), 15, "the oldest row stands for what is older still");
    assert_eq!(term(DutyKind::Reply, Circumstance::Always, day_of(2019, 5, 14)).unwrap().article, "24(2)");
    assert_eq!(term(DutyKind::Reply, Circumstance::Always, day_of(2019, 5, 15)).unwrap().article, "33(2)");
    assert_eq!(due_on(DutyKind::Reply, Circumstance::Always, day_of(2025, 9, 22)), day_of(2025, 10, 24));
}

#[test]
fn inner_terms_of_one_working_day() {
    for kind in [DutyKind::ConfirmReceipt, DutyKind::Register, DutyKind::SendAgain] {
        let term = term(kind, Circumstance::Always, day_of(2026, 9, 30)).unwrap();
        assert_eq!(term.basis, Basis::Inner);
        assert_eq!(term.due(calendar(), day_of(2026, 9, 30)).unwrap().on, day_of(2026, 10, 8));
    }
}

#[test]
fn archive_until_30_june_of_the_next_year() {
    assert_eq!(due_on(DutyKind::Archive, Circumstance::Always, day_of(2026, 1, 5)), day_of(2027, 6, 30));
    assert_eq!(due_on(DutyKind::Archive, Circumstance::Always, day_of(2025, 12, 31)), day_of(2026, 6, 30));
}

#[test]
fn reconsideration_law_48_and_54_the_answer_in_working_days() {
    assert_eq!(due_on(DutyKind::AnswerReconsideration, Circumstance::OrdinaryProcedure, MONDAY), day_of(2026, 3, 16));
    assert_eq!(due_on(DutyKind::AnswerReconsideration, Circumstance::SummaryProcedure, MONDAY), day_of(2026, 3, 9));
    assert!(term(DutyKind::AnswerReconsideration, Circumstance::OrdinaryProcedure, day_of(2023, 12, 31)).is_none());
}

#[test]
fn reconsideration_law_76_the_report_in_natural_days() {
    assert_eq!(due_on(DutyKind::ReportOnOpinion, Circumstance::Always, MONDAY), day_of(2026, 5, 6), "1 May gives way to the 6th");
}

#[test]
fn litigation_law_67_and_85_in_natural_days() {
    assert_eq!(due_on(DutyKind::DefendLitigation, Circumstance::Always, MONDAY), day_of(2026, 3, 17));
    assert_eq!(due_on(DutyKind::Appeal, Circumstance::Judgment, MONDAY), day_of(2026, 3, 17));
    assert_eq!(due_on(DutyKind::Appeal, Circumstance::Ruling, MONDAY), day_of(2026, 3, 12));
}

#[test]
fn an_order_names_its_own_date() {
    let order = term(DutyKind::PerformOrder, Circumstance::Always, MONDAY).unwrap();
    assert_eq!((order.unit, order.due(calendar(), MONDAY)), (Unit::DateGiven, None));
}

#[test]
fn the_applicant_may_seek_a_remedy() {
    let stated = |kind| remedy_until(calendar(), kind, MONDAY, RemedyNotice::Stated).unwrap().on;
    assert_eq!(stated(DutyKind::ApplyForReconsideration), day_of(2026, 5, 6));
    assert_eq!(stated(DutyKind::SueDirectly), day_of(2026, 9, 2));
    assert_eq!(stated(DutyKind::SueAfterReconsideration), day_of(2026, 3, 17));
    assert_eq!(due_on(DutyKind::ReconsiderSilence, Circumstance::Inaction, MONDAY), day_of(2026, 5, 6));
    assert_eq!(due_on(DutyKind::SueOverSilence, Circumstance::Inaction, MONDAY), day_of(2026, 9, 2));
    assert_eq!(remedy_until(calendar(), DutyKind::Reply, MONDAY, RemedyNotice::NotStated { learnt_on: None }), None);
}

#[test]
fn without_the_remedy_paragraph_the_term_runs_from_learning_of_it_at_most_a_year() {
    let knew = day_of(2024, 6, 3);
    let until = |kind, learnt_on| remedy_until(calendar(), kind, knew, RemedyNotice::NotStated { learnt_on }).unwrap().on;
    for kind in [DutyKind::ApplyForReconsideration, DutyKind::SueDirectly] {
        assert_eq!(until(kind, None), day_of(2025, 6, 3), "{kind:?}");
        assert_eq!(until(kind, Some(day_of(2025, 5, 6))), day_of(2025, 6, 3), "{kind:?}: the year is the limit");
        assert_eq!(until(kind, Some(day_of(2026, 5, 6))), day_of(2025, 6, 3), "{kind:?}: learning later changes nothing");
    }
    assert_eq!(until(DutyKind::ApplyForReconsideration, Some(day_of(2024, 9, 2))), day_of(2024, 11, 1));
    assert_eq!(until(DutyKind::SueDirectly, Some(day_of(2024, 9, 2))), day_of(2025, 3, 3));
    assert_eq!(until(DutyKind::ApplyForReconsideration, Some(day_of(2024, 1, 2))), day_of(2024, 8, 2), "never before the content is known");
}

#[test]
fn every_duty_has_a_term_and_no_two_rows_clash() {
    for kind in DutyKind::ALL {
        assert!(TERMS.iter().any(|term| term.kind == *kind), "{kind:?}");
    }
    for (place, term) in TERMS.iter().enumerate() {
        let same =
            |other: &&Term| (other.kind, other.circumstance, other.in_force_from) == (term.kind, term.circumstance, term.in_force_from);
        assert_eq!(TERMS.iter().position(|other| same(&other)), Some(place), "{term:?}");
        assert_eq!(
            term.length == 0,
            matches!(
                term.unit,
                Unit::NextYearThirtyFirstOfJanuary
                    | Unit::NextYearThirtyFirstOfMarch
                    | Unit::NextYearThirtiethOfJune
                    | Unit::DateGiven
                    | Unit::AgencySetting
                    | Unit::ReplyDueDate
            ),
            "{term:?}"
        );
        assert!(![term.article, term.source_zh, term.source_en].contains(&""));
    }
}

#[test]
fn the_applicants_periods_are_not_the_agencys_duties() {
    let theirs: Vec<&str> = DutyKind::ALL.iter().filter(|kind| kind.owed_by() == DutyOwner::Applicant).map(|kind| kind.code()).collect();
    assert_eq!(
        theirs,
        [
            "answer_correction",
            "pay_fee",
            "apply_for_reconsideration",
            "sue_directly",
            "sue_after_reconsideration",
            "reconsider_silence",
            "sue_over_silence",
            "apply_for_retrial"
        ]
    );
}

#[test]
fn l3_l5_l11_the_terms_of_body_and_court_are_their_own() {
    let due = |kind, circumstance| due_on(kind, circumstance, MONDAY);
    assert_eq!(due(DutyKind::SendCopy, Circumstance::OrdinaryProcedure), day_of(2026, 3, 11));
    assert_eq!(due(DutyKind::SendCopy, Circumstance::SummaryProcedure), day_of(2026, 3, 5));
    assert_eq!(due(DutyKind::DecideReconsideration, Circumstance::OrdinaryProcedure), day_of(2026, 5, 6));
    assert_eq!(due(DutyKind::DecideReconsideration, Circumstance::SummaryProcedure), day_of(2026, 4, 1));
    assert_eq!(due(DutyKind::GiveJudgment, Circumstance::OrdinaryProcedure), day_of(2026, 9, 2));
    assert_eq!(due(DutyKind::GiveJudgment, Circumstance::SummaryProcedure), day_of(2026, 4, 16));
    assert_eq!(due(DutyKind::GiveJudgment, Circumstance::SecondInstance), day_of(2026, 6, 2));
    for kind in [DutyKind::SendCopy, DutyKind::DecideReconsideration, DutyKind::GiveJudgment] {
        assert_eq!(kind.owed_by(), DutyOwner::ReviewBody);
    }
}
