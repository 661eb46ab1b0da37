use super::*;
use crate::case::duties::{Duty, duties};
use crate::case::testing::{Bench, REVIEWER, day};
use crate::steps::fixtures::{reconsideration, suit};
use crate::steps::remedy::decide::RecordDecision;
use crate::steps::remedy::open::{OpenLitigation, OpenReconsideration};
use serde_json::{Value, json};

/// Received in March; now it is December.
fn begun() -> Bench {
    let mut bench = Bench::received("2026-03-02");
    bench.go("2026-12-31");
    bench
}

fn opened(bench: &mut Bench, (instance, route, follows): (&str, &str, Option<u32>), received_on: &str) {
    let mut copy = suit(instance, route, follows);
    copy["received_on"] = json!(received_on);
    if follows == Some(1) && instance == "first" {
        copy["standing"] = json!("third_party");
    }
    bench.take::<OpenLitigation>(REVIEWER, None, copy).unwrap();
}

fn judged(bench: &mut Bench, n: u32, outcome: &str, (on, due_on): (&str, Option<&str>)) {
    let outcome = CourtOutcome::from_code(outcome).unwrap();
    let form = outcome.form().map_or("judgment", |form| form.code());
    let cause = Outcome::Court(outcome).corrects().then_some("poor_search");
    let order = due_on.map(|due_on| json!({"what": "重新答复。", "kind": "other", "due_on": due_on}));
    let body = json!({
        "outcome": {"by": "court", "outcome": outcome}, "decided_on": on, "received_on": on, "form": form, "cause": cause, "order": order
    });
    bench.take::<RecordDecision>(REVIEWER, Some(n), body).unwrap();
}

/// A reconsideration decided on 1 July that orders something until 1 September.
fn ordered_by_the_body() -> Bench {
    let mut bench = begun();
    bench.take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-06-01")).unwrap();
    let body: Value = json!({
        "outcome": {"by": "reconsideration", "outcome": "revoked"}, "cause": "poor_search", "decided_on": "2026-07-01", "received_on": "2026-07-01",
        "order": {"what": "重新答复。", "kind": "other", "due_on": "2026-09-01"}
    });
    bench.take::<RecordDecision>(REVIEWER, Some(1), body).unwrap();
    opened(&mut bench, ("first", "after_reconsideration", Some(1)), "2026-07-10");
    bench
}

/// A judgment of 14 October that orders something until the 25th; it can be appealed until the 29th.
fn ordered_by_the_court() -> Bench {
    let mut bench = begun();
    opened(&mut bench, ("first", "direct", None), "2026-09-01");
    judged(&mut bench, 1, "new_act_ordered", ("2026-10-14", Some("2026-10-25")));
    bench
}

fn performance(bench: &Bench) -> Duty {
    let found = duties(bench.case(), bench.calendar()).into_iter().find(|duty| (duty.kind, duty.ordinal) == (DutyKind::PerformOrder, 1));
    found.unwrap()
}

fn forced(bench: &Bench, on: &str) -> bool {
    in_force(bench.case(), bench.case().proceeding(1).unwrap(), bench.calendar(), day(on))
}

#[test]
fn litigation_law_85_a_revocation_under_appeal_takes_nothing_from_the_bodys_order() {
    let mut bench = ordered_by_the_body();
    judged(&mut bench, 2, "revoked", ("2026-08-03", None));
    assert!(forced(&bench, "2026-08-18"), "it can still be appealed");
    assert!(!forced(&bench, "2026-08-19"));
    opened(&mut bench, ("second", "after_reconsideration", Some(2)), "2026-08-17");
    assert!(performance(&bench).open && forced(&bench, "2026-10-01"), "the judgment has no force");
    judged(&mut bench, 3, "claim_dismissed", ("2026-10-20", None));
    assert!(performance(&bench).open, "the second instance dismissed the claim: the order stands");
}

#[test]
fn litigation_law_89_a_second_instance_that_revokes_ends_the_bodys_order() {
    let mut bench = ordered_by_the_body();
    judged(&mut bench, 2, "claim_dismissed", ("2026-08-03", None));
    opened(&mut bench, ("second", "after_reconsideration", Some(2)), "2026-08-17");
    assert!(performance(&bench).open);
    judged(&mut bench, 3, "revoked", ("2026-10-20", None));
    assert!(!performance(&bench).open && !forced(&bench, "2026-10-21"));
}

#[test]
fn litigation_law_89_a_case_sent_back_leaves_the_bodys_order_in_force() {
    let mut bench = ordered_by_the_body();
    judged(&mut bench, 2, "revoked", ("2026-08-03", None));
    opened(&mut bench, ("second", "after_reconsideration", Some(2)), "2026-08-17");
    judged(&mut bench, 3, "remanded", ("2026-10-20", None));
    assert!(performance(&bench).open && forced(&bench, "2026-10-21"));
    opened(&mut bench, ("first", "after_reconsideration", Some(3)), "2026-10-26");
    assert!(performance(&bench).open);
}

#[test]
fn litigation_law_90_a_retrial_that_overturns_ends_the_order_below_a_dismissed_appeal() {
    let mut bench = ordered_by_the_court();
    opened(&mut bench, ("second", "direct", Some(1)), "2026-10-28");
    assert!(!performance(&bench).open && !forced(&bench, "2026-11-30"));
    judged(&mut bench, 2, "appeal_dismissed", ("2026-11-20", None));
    assert!(performance(&bench).open && forced(&bench, "2026-11-20"));
    opened(&mut bench, ("retrial", "direct", Some(2)), "2026-12-01");
    assert!(performance(&bench).open, "a retrial that only runs suspends nothing");
    judged(&mut bench, 3, "claim_dismissed", ("2026-12-20", None));
    assert!(!performance(&bench).open && !forced(&bench, "2026-12-21"));
}

#[test]
fn litigation_law_58_an_appeal_deemed_withdrawn_or_not_docketed_leaves_the_order_standing() {
    for outcome in ["deemed_withdrawn", "not_docketed", "appeal_withdrawn"] {
        let mut bench = ordered_by_the_court();
        opened(&mut bench, ("second", "direct", Some(1)), "2026-10-28");
        judged(&mut bench, 2, outcome, ("2026-11-20", None));
        assert!(performance(&bench).open && forced(&bench, "2026-11-20"), "{outcome}");
        assert!(duties(bench.case(), bench.calendar()).iter().any(|duty| (duty.kind, duty.ordinal) == (DutyKind::ApplyForRetrial, 2)));
    }
}

#[test]
fn litigation_law_85_nobody_is_late_with_what_has_no_force_yet() {
    let mut bench = ordered_by_the_court();
    assert!(!forced(&bench, "2026-10-29") && forced(&bench, "2026-10-30"));
    let duty = performance(&bench);
    assert_eq!((duty.from_on, duty.due_on, duty.open), (day("2026-10-30"), day("2026-10-30"), true), "not overdue on the 26th");
    opened(&mut bench, ("second", "direct", Some(1)), "2026-10-28");
    judged(&mut bench, 2, "appeal_dismissed", ("2026-11-20", None));
    assert_eq!(performance(&bench).due_on, day("2026-11-20"));
    let mut later = begun();
    opened(&mut later, ("first", "direct", None), "2026-09-01");
    judged(&mut later, 1, "new_act_ordered", ("2026-10-14", Some("2026-11-16")));
    assert_eq!(performance(&later).due_on, day("2026-11-16"), "the court's own date stands");
}

#[test]
fn litigation_law_85_a_term_from_taking_effect_runs_from_the_end_of_the_term_of_appeal_or_of_the_appeal() {
    let within = |length: u32, unit: &str| {
        let mut bench = begun();
        opened(&mut bench, ("first", "direct", None), "2026-09-01");
        let body = json!({
            "outcome": {"by": "court", "outcome": "new_act_ordered"}, "decided_on": "2026-10-14", "received_on": "2026-10-14", "form": "judgment",
            "cause": "poor_search", "order": {"what": "重新答复。", "kind": "other", "within": {"length": length, "unit": unit}}
        });
        bench.take::<RecordDecision>(REVIEWER, Some(1), body).unwrap();
        bench
    };
    let mut bench = within(30, "natural_days");
    // It can be appealed until 29 October; the thirtieth day after the 30th is a Sunday; after the appeal it is New Year.
    assert_eq!((performance(&bench).from_on, performance(&bench).due_on), (day("2026-10-30"), day("2026-11-30")));
    opened(&mut bench, ("second", "direct", Some(1)), "2026-10-28");
    judged(&mut bench, 2, "appeal_dismissed", ("2026-12-02", None));
    assert_eq!(
        (performance(&bench).from_on, performance(&bench).due_on),
        (day("2026-12-02"), day("2027-01-04")),
        "not the day the appeal ended"
    );
    assert_eq!(performance(&within(10, "working_days")).due_on, day("2026-11-13"));
}

#[test]
fn litigation_law_94_a_term_beyond_the_announced_holidays_is_provisional() {
    let ordered = |length: u32| {
        let mut bench = begun();
        bench.take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-06-01")).unwrap();
        let order = json!({"what": "更正记录。", "kind": "correct_record", "within": {"length": length, "unit": "natural_days"}});
        let outcome = json!({"by": "reconsideration", "outcome": "revoked"});
        let body =
            json!({"outcome": outcome, "cause": "poor_search", "decided_on": "2026-07-01", "received_on": "2026-07-01", "order": order});
        bench.take::<RecordDecision>(REVIEWER, Some(1), body).unwrap();
        performance(&bench)
    };
    let (soon, late) = (ordered(60), ordered(400));
    assert_eq!((soon.due_on, soon.provisional), (day("2026-08-31"), false), "30 August is a Sunday");
    assert_eq!((late.due_on, late.provisional), (day("2027-08-05"), true), "no notice of 2027 is known");
}
