use super::*;
use crate::case::duties::duties;
use crate::case::facts::IndexKind;
use crate::case::model::DispatchState;
use crate::case::testing::{APPROVER, Bench, CLERK, day};
use crate::rules::permissions::Role;
use crate::rules::terms::DutyKind;
use crate::steps::fixtures::{jointly, served};
use crate::steps::mend::amend::AmendCase;
use crate::steps::register::enter::RegisterCase;
use serde_json::{Value, json};

fn propose(bench: &mut Bench, change: Value) {
    let case = bench.take::<AmendCase>(CLERK, None, json!({"change": change, "reason": "登记有误"})).unwrap();
    assert_eq!(case.amendments.last().unwrap().state, AmendmentState::Proposed);
}

fn later(bench: &mut Bench, on: &str) {
    propose(bench, json!({"subject": "receipt", "channel": "counter", "arrived_on": on}));
}

fn decide(bench: &mut Bench, n: u32, body: Value) -> Result<AmendmentState, &'static str> {
    match bench.take::<DecideAmendment>(APPROVER, Some(n), body) {
        Ok(case) => Ok(case.amendments.iter().find(|amendment| amendment.n == n).unwrap().state),
        Err(refusal) => Err(refusal.code.as_str()),
    }
}

fn approve(bench: &mut Bench, n: u32) -> Result<AmendmentState, &'static str> {
    decide(bench, n, json!({"verdict": "approved"}))
}

/// Received on 3 August 2026 by the books, registered on the 6th.
fn bench() -> Bench {
    let mut bench = Bench::received("2026-08-03");
    bench.go("2026-08-06").take::<RegisterCase>(CLERK, None, json!({})).unwrap();
    bench
}

fn due_on(bench: &Bench) -> chrono::NaiveDate {
    crate::case::duties::reply_duty(&duties(bench.case(), bench.calendar())).unwrap().due_on
}

#[test]
fn approved_it_takes_effect_and_both_values_stay() {
    let mut bench = bench();
    let before = due_on(&bench);
    later(&mut bench, "2026-08-05");
    assert_eq!(due_on(&bench), before);
    assert_eq!(decide(&mut bench, 1, json!({"verdict": "approved", "reason": "核对无误"})), Ok(AmendmentState::Applied));
    assert_eq!(bench.case().received_on(), Some(day("2026-08-05")));
    assert!(due_on(&bench) > before);
    let amendment = &bench.case().amendments[0];
    assert_eq!((amendment.by, amendment.decided_by, amendment.opinion.is_some()), (CLERK, Some(APPROVER), true));
    let Change::Receipt { old_arrived_on, new_arrived_on, .. } = amendment.change else { panic!() };
    assert_eq!((old_arrived_on, new_arrived_on), (day("2026-08-03"), day("2026-08-05")));
    assert_eq!(approve(&mut bench, 1), Err("nothing_open"));
}

#[test]
fn rejected_it_changes_nothing_and_needs_its_reason() {
    let mut bench = bench();
    later(&mut bench, "2026-08-05");
    assert_eq!(decide(&mut bench, 1, json!({"verdict": "rejected"})), Err("fields_refused"));
    assert_eq!(decide(&mut bench, 1, json!({"verdict": "rejected", "reason": "证据不足"})), Ok(AmendmentState::Rejected));
    assert_eq!(bench.case().received_on(), Some(day("2026-08-03")));
    let amendment = &bench.case().amendments[0];
    assert_eq!((amendment.decided_by, amendment.opinion.is_some()), (Some(APPROVER), true));
}

#[test]
fn who_proposed_it_does_not_decide_on_it() {
    let mut bench = bench();
    bench.known.accounts.get_mut(&CLERK).unwrap().roles.insert(Role::Approver);
    later(&mut bench, "2026-08-05");
    let refusal = bench.take::<DecideAmendment>(CLERK, Some(1), json!({"verdict": "approved"})).unwrap_err();
    assert_eq!(refusal.code, Code::SamePerson);
    let body = json!({"change": {"subject": "receipt", "channel": "counter", "arrived_on": "2026-08-04"}, "reason": "登记有误"});
    bench.take::<AmendCase>(APPROVER, None, body).unwrap();
    let refusal = bench.take::<DecideAmendment>(CLERK, Some(1), json!({"verdict": "approved"})).unwrap_err();
    assert_eq!(refusal.code, Code::SamePerson, "another open amendment opens the step, not this one");
}

#[test]
fn what_changed_meanwhile_is_not_approved() {
    let mut bench = bench();
    later(&mut bench, "2026-08-05");
    later(&mut bench, "2026-08-04");
    assert_eq!(approve(&mut bench, 3), Err("unknown_target"));
    assert_eq!(approve(&mut bench, 1), Ok(AmendmentState::Applied));
    assert_eq!(approve(&mut bench, 1), Err("already_done"));
    assert_eq!(approve(&mut bench, 2), Err("amendment_outdated"));
    assert_eq!(decide(&mut bench, 2, json!({"verdict": "rejected", "reason": "已另行更正"})), Ok(AmendmentState::Rejected));
}

#[test]
fn a_step_taken_meanwhile_may_stand_in_the_way() {
    let mut bench = Bench::received("2026-08-03");
    bench.go("2026-08-05");
    later(&mut bench, "2026-08-05");
    bench.go("2026-08-04").take::<RegisterCase>(CLERK, None, json!({})).unwrap();
    bench.go("2026-08-05");
    assert_eq!(approve(&mut bench, 1), Err("date_before_previous"));
}

#[test]
fn relinking_unmakes_every_service_on_the_wrong_person() {
    let mut bench = served("2026-08-03", "2026-08-05");
    bench.go("2026-08-10");
    propose(&mut bench, json!({"subject": "applicants", "applicants": [{"kind": "natural_person", "name": "乙某"}]}));
    let keys = bench.index_after::<DecideAmendment>(APPROVER, Some(1), json!({"verdict": "approved"}));
    assert_eq!(keys.unwrap(), [(IndexKind::Name, "乙某".to_owned())]);
    let events = bench.events.len();
    assert_eq!(approve(&mut bench, 1), Ok(AmendmentState::Applied));
    let [CaseEvent::AmendmentApplied { amendment: relinked }, CaseEvent::AmendmentApplied { amendment: unmade }] = &bench.events[events..]
    else {
        panic!("{:?}", &bench.events[events..])
    };
    assert_eq!((relinked.n, unmade.n, unmade.decided_by), (1, 2, Some(APPROVER)));
    let Change::ServiceFailed { dispatch: 1, old_on, returned_on, reason } = &unmade.change else { panic!() };
    assert_eq!((*old_on, *returned_on), (day("2026-08-05"), day("2026-08-10")));
    assert!(bench.secrets.iter().any(|secret| secret.reference == *reason && secret.text == "送达对象有误"));
    assert!(matches!(bench.case().dispatches[0].state, DispatchState::Returned { .. }));
    let kinds: Vec<_> = duties(bench.case(), bench.calendar()).into_iter().filter(|duty| duty.open).map(|duty| duty.kind).collect();
    assert_eq!(kinds, [DutyKind::SendAgain, DutyKind::FileProof, DutyKind::ReviewPublication]);
}

/// Two cases of one envelope, served as the books of each say.
fn together(served_on: [&str; 2]) -> (Bench, Bench, crate::case::model::Joint) {
    let [mut one, mut other] = served_on.map(|on| served("2026-08-03", on));
    let joint = jointly([&mut one, &mut other]);
    one.go("2026-08-10");
    other.go("2026-08-10");
    (one, other, joint)
}

fn service(on: &str) -> Value {
    json!({"subject": "service", "dispatch": 1, "delivered_on": on})
}

fn handed_on(at: u32, (one, other): (&Bench, &Bench), joint: &crate::case::model::Joint) -> Result<Option<u32>, Code> {
    let approved = DecideAmendment { verdict: AmendmentVerdict::Approved, reason: None };
    let own = approved.on_sharer(joint, Some(at), one.case(), other.case()).map_err(|refusal| refusal.code)?;
    Ok(own.and_then(|(at, _)| at))
}

#[test]
fn of_two_proposals_of_one_day_each_is_decided_with_its_own_twin() {
    let (mut one, mut other, joint) = together(["2026-08-05"; 2]);
    let failed = |on: &str| json!({"subject": "service_failed", "dispatch": 1, "returned_on": on, "reason": "查无此人"});
    for change in [service("2026-08-04"), service("2026-08-06"), failed("2026-08-07"), failed("2026-08-08")] {
        propose(&mut one, change);
    }
    for change in [failed("2026-08-08"), failed("2026-08-07"), service("2026-08-06"), service("2026-08-04")] {
        propose(&mut other, change);
    }
    let twins: Vec<_> = (1..=4).map(|n| handed_on(n, (&one, &other), &joint)).collect();
    assert_eq!(twins, [Ok(Some(4)), Ok(Some(3)), Ok(Some(2)), Ok(Some(1))]);
}

#[test]
fn days_of_one_envelope_that_differ_are_made_equal() {
    let (mut one, other, joint) = together(["2026-08-05", "2026-08-06"]);
    propose(&mut one, service("2026-08-06"));
    propose(&mut one, service("2026-08-07"));
    assert_eq!(handed_on(1, (&one, &other), &joint), Ok(None), "it is right there already");
    assert_eq!(handed_on(2, (&one, &other), &joint), Err(Code::AmendmentOutdated), "there nothing was proposed");
    assert_eq!(approve(&mut one, 1), Ok(AmendmentState::Applied));
    assert_eq!(one.case().dispatches[0].served_on(), other.case().dispatches[0].served_on());
}
