//! Notices about the course rest on its days as they stand.

use super::*;
use crate::case::testing::{APPROVER, Bench, CLERK, REVIEWER, day};
use crate::steps::fixtures::reconsideration;
use crate::steps::mend::amend::AmendCase;
use crate::steps::mend::decide::DecideAmendment;
use crate::steps::remedy::open::OpenReconsideration;
use serde_json::{Value, json};

fn amend(bench: &mut Bench, change: Value) -> Result<(), &'static str> {
    let body = json!({"change": change, "reason": "日期有误。"});
    let case = bench.take::<AmendCase>(CLERK, None, body).map_err(|refusal| refusal.code.as_str())?;
    let proposed = case.amendments.iter().find(|known| known.state == crate::case::model::AmendmentState::Proposed).map(|known| known.n);
    if let Some(n) = proposed {
        bench.take::<DecideAmendment>(APPROVER, Some(n), json!({"verdict": "approved"})).map_err(|refusal| refusal.code.as_str())?;
    }
    Ok(())
}

/// Accepted and sent on 1 July, resting since a mistyped 20 October.
fn resting() -> Bench {
    let mut bench = Bench::received("2026-06-01");
    let mut copy = reconsideration("2026-07-06");
    copy["accepted_on"] = json!("2026-07-01");
    bench.go("2026-10-30").take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
    bench.take::<NoteProceeding>(REVIEWER, Some(1), json!({"notice": {"what": "suspended"}, "on": "2026-10-20"})).unwrap();
    bench
}

fn resume(bench: &mut Bench) -> Result<(), &'static str> {
    let notice = json!({"notice": {"what": "resumed"}, "on": "2026-08-10"});
    bench.take::<NoteProceeding>(REVIEWER, Some(1), notice).map(|_| ()).map_err(|refusal| refusal.code.as_str())
}

#[test]
fn reconsideration_law_39_a_mended_rest_no_longer_keeps_its_end_out() {
    let mut bench = resting();
    assert_eq!(resume(&mut bench), Err("date_before_previous"));
    amend(&mut bench, json!({"subject": "course", "proceeding": 1, "day": {"of": "suspension", "n": 1}, "on": "2026-08-03"})).unwrap();
    resume(&mut bench).unwrap();
    assert_eq!(bench.case().proceedings[0].suspensions[0].resumed_on, Some(day("2026-08-10")));
}

#[test]
fn reconsideration_law_39_the_acceptance_does_not_pass_a_rest() {
    let mut bench = resting();
    amend(&mut bench, json!({"subject": "course", "proceeding": 1, "day": {"of": "suspension", "n": 1}, "on": "2026-07-03"})).unwrap();
    let accepted = |on: &str| json!({"subject": "proceeding", "proceeding": 1, "accepted_on": on});
    assert_eq!(amend(&mut bench, accepted("2026-07-04")), Err("date_after_next"));
    amend(&mut bench, accepted("2026-07-03")).unwrap();
}

fn note(bench: &mut Bench, what: &str, on: &str) -> Result<(), &'static str> {
    let notice = json!({"notice": {"what": what}, "on": on});
    bench.take::<NoteProceeding>(REVIEWER, Some(1), notice).map(|_| ()).map_err(|refusal| refusal.code.as_str())
}

/// Accepted on 1 July, in October.
fn running() -> Bench {
    let mut bench = Bench::received("2026-06-01");
    let mut copy = reconsideration("2026-07-06");
    copy["accepted_on"] = json!("2026-07-01");
    bench.go("2026-10-30").take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
    bench
}

fn decide(bench: &mut Bench, on: &str) {
    let decision = json!({"outcome": {"by": "reconsideration", "outcome": "upheld"}, "decided_on": on, "received_on": on});
    bench.take::<crate::steps::remedy::decide::RecordDecision>(REVIEWER, Some(1), decision).unwrap();
}

#[test]
fn reconsideration_law_39_two_rests_come_out_alike_whatever_the_order_of_their_notices() {
    let told = [("suspended", "2026-07-10"), ("resumed", "2026-07-20"), ("suspended", "2026-07-28"), ("resumed", "2026-08-05")];
    let mut orders = 0;
    for order in 0..24_usize {
        // Every order of the four, by its number.
        let mut left: Vec<_> = told.to_vec();
        let mut waiting: Vec<_> = [6, 2, 1, 1]
            .iter()
            .scan(order, |rest, size| {
                let at = *rest / size;
                *rest %= size;
                Some(at)
            })
            .map(|at| left.remove(at))
            .collect();
        let mut bench = running();
        while !waiting.is_empty() {
            let before = waiting.len();
            waiting.retain(|(what, on)| note(&mut bench, what, on).is_err());
            assert!(waiting.len() < before, "{order}: {waiting:?} waits for ever");
        }
        let rests = bench.case().proceedings[0].rests_by_day();
        let one = |on: &str, until: &str| (day(on), Some(day(until)));
        assert_eq!(rests, [one("2026-07-10", "2026-07-20"), one("2026-07-28", "2026-08-05")], "{order}");
        orders += 1;
    }
    assert_eq!(orders, 24);
}

#[test]
fn reconsideration_law_39_62_a_notice_of_a_day_before_finds_its_place_and_one_of_a_day_after_the_decision_none() {
    let mut bench = running();
    let longer = json!({"notice": {"what": "term_extended", "days": 30}, "on": "2026-08-11"});
    bench.take::<NoteProceeding>(REVIEWER, Some(1), longer).unwrap();
    note(&mut bench, "suspended", "2026-08-06").unwrap();
    decide(&mut bench, "2026-09-01");
    assert!(bench.case().proceedings[0].rests().is_none(), "what is decided does not rest");
    assert_eq!(note(&mut bench, "resumed", "2026-09-02"), Err("already_done"));
    note(&mut bench, "resumed", "2026-08-10").unwrap();
    assert_eq!(bench.case().proceedings[0].suspensions[0].resumed_on, Some(day("2026-08-10")));
}
