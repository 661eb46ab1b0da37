//! Mended dates of proceedings: the dead ends they open, the order they keep, and who must agree.

use super::*;
use crate::case::duties::duties;
use crate::case::model::AmendmentState;
use crate::case::testing::{APPROVER, Bench, CLERK, REVIEWER, day};
use crate::rules::terms::DutyKind;
use crate::steps::fixtures::{ordered, reconsideration, suit};
use crate::steps::mend::amend::AmendCase;
use crate::steps::mend::decide::DecideAmendment;
use crate::steps::remedy::answer::AnswerProceeding;
use crate::steps::remedy::decide::RecordDecision;
use crate::steps::remedy::file::FileProceeding;
use crate::steps::remedy::open::{OpenLitigation, OpenReconsideration};
use rstest::rstest;
use serde_json::{Value, json};

/// A reconsideration whose copy came on 6 July, answered on 13 July as entered.
fn answered(on: &str) -> Bench {
    let mut bench = Bench::received("2026-06-01");
    bench.go("2026-10-30").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-07-06")).unwrap();
    bench.take::<AnswerProceeding>(REVIEWER, Some(1), json!({"on": on})).unwrap();
    bench
}

fn amend(bench: &mut Bench, mut change: Value) -> Result<AmendmentState, Refusal> {
    change["subject"] = json!("proceeding");
    change["proceeding"] = json!(1);
    let case = bench.take::<AmendCase>(CLERK, None, json!({"change": change, "reason": "日期有误。"}))?;
    Ok(case.amendments.last().unwrap().state)
}

fn due(bench: &Bench, kind: DutyKind) -> Option<NaiveDate> {
    duties(bench.case(), bench.calendar()).into_iter().find(|duty| duty.kind == kind).map(|duty| duty.due_on)
}

fn decision(received_on: &str) -> Value {
    json!({"outcome": {"by": "reconsideration", "outcome": "upheld"}, "decided_on": "2026-09-01", "received_on": received_on})
}

#[test]
fn a_mistyped_answer_no_longer_keeps_the_decision_out() {
    let mut bench = answered("2026-10-13");
    let refusal = bench.take::<RecordDecision>(REVIEWER, Some(1), decision("2026-09-03")).unwrap_err();
    assert_eq!(refusal.code.as_str(), "date_before_previous");
    assert_eq!(amend(&mut bench, json!({"answered_on": "2026-07-13"})).unwrap(), AmendmentState::Proposed, "it removes an overdue");
    bench.take::<DecideAmendment>(APPROVER, Some(1), json!({"verdict": "approved"})).unwrap();
    let amendment = &bench.case().amendments[0];
    let Change::Proceeding { proceeding: 1, old, new } = amendment.change else { panic!() };
    assert_eq!((old.answered_on, new.answered_on), (Some(day("2026-10-13")), Some(day("2026-07-13"))));
    assert_eq!(bench.case().proceedings[0].answer.as_ref().unwrap().on, day("2026-07-13"));
    bench.take::<RecordDecision>(REVIEWER, Some(1), decision("2026-09-03")).unwrap();
}

#[test]
fn what_becomes_known_later_is_entered_and_starts_its_terms() {
    let mut bench = answered("2026-07-13");
    assert_eq!(due(&bench, DutyKind::DecideReconsideration), None);
    assert_eq!(amend(&mut bench, json!({"accepted_on": "2026-07-01"})).unwrap(), AmendmentState::Applied);
    assert_eq!(due(&bench, DutyKind::DecideReconsideration), Some(day("2026-08-31")), "30 August is a Sunday");
    bench.take::<RecordDecision>(REVIEWER, Some(1), decision("2026-09-03")).unwrap();
    assert_eq!(due(&bench, DutyKind::SueAfterReconsideration), Some(day("2026-09-18")));
    let state = amend(&mut bench, json!({"applicant_received_on": "2026-09-07"})).unwrap();
    assert_eq!(state, AmendmentState::Proposed, "a term moves later");
    assert_eq!(due(&bench, DutyKind::SueAfterReconsideration), Some(day("2026-09-18")));
    bench.take::<DecideAmendment>(APPROVER, Some(2), json!({"verdict": "approved"})).unwrap();
    assert_eq!(due(&bench, DutyKind::SueAfterReconsideration), Some(day("2026-09-22")));
}

#[rstest]
#[case(json!({"accepted_on": "2026-05-31"}), "date_before_previous", "/change/accepted_on")]
#[case(json!({"accepted_on": "2026-07-07"}), "date_before_previous", "/change/received_on")]
#[case(json!({"received_on": "2026-07-14"}), "date_before_previous", "/change/answered_on")]
#[case(json!({"answered_on": "2026-10-31"}), "date_in_future", "/change/answered_on")]
#[case(json!({"answered_on": "2026-09-04"}), "date_before_previous", "/change/decision_received_on")]
#[case(json!({"decided_on": "2026-09-04"}), "date_before_previous", "/change/decision_received_on")]
#[case(json!({"applicant_received_on": "2026-08-31"}), "date_before_previous", "/change/applicant_received_on")]
#[case(json!({"received_on": "2026-07-06"}), "nothing_to_change", "")]
fn the_dates_keep_the_order_of_the_steps(#[case] change: Value, #[case] code: &str, #[case] pointer: &str) {
    let mut bench = answered("2026-07-13");
    bench.take::<RecordDecision>(REVIEWER, Some(1), decision("2026-09-03")).unwrap();
    let refusal = amend(&mut bench, change).unwrap_err();
    let at = refusal.errors.first().map_or("", |error| error.pointer.as_str());
    assert_eq!((refusal.code.as_str(), at), (code, pointer));
}

#[test]
fn what_is_not_on_record_is_entered_by_its_own_step() {
    let mut bench = Bench::received("2026-06-01");
    let refused = |bench: &mut Bench, change| amend(bench, change).unwrap_err().code.as_str();
    assert_eq!(refused(&mut bench, json!({"received_on": "2026-07-06"})), "unknown_reference");
    bench.go("2026-10-30").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-07-06")).unwrap();
    for field in ["answered_on", "decided_on", "decision_received_on", "applicant_received_on"] {
        let mut change = json!({});
        change[field] = json!("2026-09-01");
        let refusal = amend(&mut bench, change).unwrap_err();
        assert_eq!((refusal.code.as_str(), refusal.errors[0].pointer.clone()), ("unknown_reference", format!("/change/{field}")));
    }
}

#[test]
fn no_date_passes_what_rests_on_it() {
    let mut bench = answered("2026-07-13");
    ordered(&mut bench, 1, "2026-07-20", "2026-08-20");
    bench.take::<FileProceeding>(REVIEWER, Some(1), json!({"on": "2026-07-10", "with": "示范市局"})).unwrap();
    let late = amend(&mut bench, json!({"received_on": "2026-07-13"})).unwrap_err();
    assert_eq!((late.code.as_str(), late.errors[0].pointer.as_str()), ("date_after_next", "/change/received_on"));
    let late = amend(&mut bench, json!({"decision_received_on": "2026-08-21"})).unwrap_err();
    assert_eq!((late.code.as_str(), late.errors[0].pointer.as_str()), ("date_after_next", "/change/decision_received_on"));
    bench.take::<OpenLitigation>(REVIEWER, None, suit("first", "after_reconsideration", Some(1))).unwrap();
    let late = amend(&mut bench, json!({"decided_on": "2026-08-04", "decision_received_on": "2026-08-04"})).unwrap_err();
    assert_eq!((late.code.as_str(), late.errors[0].pointer.as_str()), ("date_after_next", "/change/decided_on"));
}

#[test]
fn a_proposal_falls_where_the_dates_changed_since() {
    let mut bench = answered("2026-10-13");
    amend(&mut bench, json!({"answered_on": "2026-07-13"})).unwrap();
    amend(&mut bench, json!({"accepted_on": "2026-07-01"})).unwrap();
    let refusal = bench.take::<DecideAmendment>(APPROVER, Some(1), json!({"verdict": "approved"})).unwrap_err();
    assert_eq!(refusal.code.as_str(), "amendment_outdated");
}

#[test]
fn a_suit_over_the_bodys_silence_is_not_bound_by_the_decision_that_came_after_it() {
    let mut bench = Bench::received("2026-01-05");
    let mut copy = reconsideration("2026-05-06");
    copy["accepted_on"] = json!("2026-05-01");
    bench.go("2026-10-30").take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
    bench.take::<OpenLitigation>(REVIEWER, None, suit("first", "after_reconsideration", Some(1))).unwrap();
    bench.take::<RecordDecision>(REVIEWER, Some(1), decision("2026-09-03")).unwrap();
    assert_eq!(amend(&mut bench, json!({"decided_on": "2026-09-02"})).unwrap(), AmendmentState::Applied);
    let change = json!({"subject": "proceeding", "proceeding": 2, "accepted_on": "2026-07-31"});
    let case = bench.take::<AmendCase>(CLERK, None, json!({"change": change, "reason": "补登。"})).unwrap();
    assert_eq!(case.proceedings[1].accepted_on, Some(day("2026-07-31")));
}
