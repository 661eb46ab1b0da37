//! Mended longer terms, appeals and complaints: what they must agree with, who must agree, what recounts.

use super::*;
use crate::case::duties::duties;
use crate::case::model::AmendmentState;
use crate::case::testing::{APPROVER, Bench, CLERK, DOCUMENT, REVIEWER, day};
use crate::rules::terms::DutyKind;
use crate::steps::fixtures::{reconsideration, suit};
use crate::steps::mend::amend::AmendCase;
use crate::steps::mend::decide::DecideAmendment;
use crate::steps::remedy::complain::{AnswerComplaint, ReceiveComplaint};
use crate::steps::remedy::conclude::{ConcludeComplaint, RectifyComplaint};
use crate::steps::remedy::course::NoteProceeding;
use crate::steps::remedy::decide::RecordDecision;
use crate::steps::remedy::open::{OpenLitigation, OpenReconsideration};
use rstest::rstest;
use serde_json::{Value, json};

fn amend(bench: &mut Bench, change: &Value) -> Result<AmendmentState, (&'static str, String)> {
    let body = json!({"change": change, "reason": "登记有误。"});
    let taken = bench.take::<AmendCase>(CLERK, None, body);
    let at = |refusal: &Refusal| refusal.errors.first().map_or_else(String::new, |error| error.pointer.clone());
    taken.map(|case| case.amendments.last().unwrap().state).map_err(|refusal| (refusal.code.as_str(), at(&refusal)))
}

/// Proposed, and agreed to by a second person.
fn agreed(bench: &mut Bench, change: &Value) {
    assert_eq!(amend(bench, change), Ok(AmendmentState::Proposed), "a second person decides");
    let n = bench.case().amendments.last().unwrap().n;
    bench.take::<DecideAmendment>(APPROVER, Some(n), json!({"verdict": "approved"})).unwrap();
}

fn due(bench: &Bench, kind: DutyKind, ordinal: u32) -> Option<NaiveDate> {
    let all = duties(bench.case(), bench.calendar());
    all.into_iter().find(|duty| (duty.kind, duty.ordinal) == (kind, ordinal)).map(|duty| duty.due_on)
}

fn with(mut body: Value, fields: &[(&str, Value)]) -> Value {
    for (field, value) in fields {
        body[*field] = value.clone();
    }
    body
}

/// Accepted on 1 May, extended by ten days.
fn extended() -> Bench {
    let mut bench = Bench::received("2026-03-02");
    let copy = with(reconsideration("2026-05-06"), &[("accepted_on", json!("2026-05-01"))]);
    bench.go("2026-10-30").take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
    let notice = json!({"notice": {"what": "term_extended", "days": 10}, "on": "2026-06-15"});
    bench.take::<NoteProceeding>(REVIEWER, Some(1), notice).unwrap();
    bench
}

fn days(more: Value) -> Value {
    with(json!({"subject": "longer_term", "proceeding": 1, "n": 1}), &[("days", more)])
}

#[test]
fn reconsideration_law_62_a_mistyped_number_of_days_is_mended_and_the_term_recounts() {
    let mut bench = extended();
    assert_eq!(due(&bench, DutyKind::DecideReconsideration, 1), Some(day("2026-07-10")));
    agreed(&mut bench, &days(json!(30)));
    assert_eq!(due(&bench, DutyKind::DecideReconsideration, 1), Some(day("2026-07-30")));
    let Change::LongerTerm { old, new, .. } = bench.case().amendments[0].change else { panic!() };
    assert_eq!((old.days, new.days, new.until), (Some(10), Some(30), None));
    assert_eq!(amend(&mut bench, &days(json!(20))), Ok(AmendmentState::Applied), "no term moves later");
    assert_eq!(due(&bench, DutyKind::DecideReconsideration, 1), Some(day("2026-07-20")));
}

#[rstest]
#[case(json!({"days": 31}), "term_not_extendable", "/change/days")]
#[case(json!({"days": 0}), "term_not_extendable", "/change/days")]
#[case(json!({"until": "2026-07-30"}), "term_not_extendable", "/change/days")]
#[case(json!({"days": 10}), "nothing_to_change", "")]
#[case(json!({"days": 20, "n": 2}), "unknown_reference", "/change/n")]
#[case(json!({"days": 20, "proceeding": 2}), "unknown_reference", "/change/proceeding")]
fn reconsideration_law_62_a_length_that_cannot_be_is_refused(#[case] fields: Value, #[case] code: &'static str, #[case] at: &str) {
    let mut change = json!({"subject": "longer_term", "proceeding": 1, "n": 1});
    change.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    assert_eq!(amend(&mut extended(), &change), Err((code, at.to_owned())));
}

#[test]
fn administrative_litigation_law_45_no_term_is_stretched_over_a_suit_against_its_silence() {
    let mut bench = extended();
    let sued = with(
        suit("first", "after_reconsideration", Some(1)),
        &[("accepted_on", json!("2026-07-13")), ("received_on", json!("2026-07-15"))],
    );
    bench.take::<OpenLitigation>(REVIEWER, None, sued).unwrap();
    assert_eq!(amend(&mut bench, &days(json!(20))), Err(("date_after_next", "/change/days".to_owned())));
    assert_eq!(amend(&mut bench, &days(json!(5))), Ok(AmendmentState::Applied));
}

#[test]
fn administrative_litigation_law_81_a_courts_day_is_mended_within_three_years_of_the_notice() {
    let mut bench = Bench::received("2026-01-05");
    let copy = with(suit("first", "direct", None), &[("accepted_on", json!("2026-03-02")), ("received_on", json!("2026-03-04"))]);
    bench.go("2026-10-30").take::<OpenLitigation>(REVIEWER, None, copy).unwrap();
    let notice = json!({"notice": {"what": "term_extended", "until": "2026-10-12"}, "on": "2026-08-03"});
    bench.take::<NoteProceeding>(REVIEWER, Some(1), notice).unwrap();
    let until = |on: &str| json!({"subject": "longer_term", "proceeding": 1, "n": 1, "until": on});
    for wrong in ["2026-08-03", "2029-08-06"] {
        assert_eq!(amend(&mut bench, &until(wrong)), Err(("term_not_extendable", "/change/until".to_owned())), "{wrong}");
    }
    assert_eq!(amend(&mut bench, &days(json!(10))), Err(("term_not_extendable", "/change/until".to_owned())));
    agreed(&mut bench, &until("2026-12-14"));
    assert_eq!(due(&bench, DutyKind::GiveJudgment, 1), Some(day("2026-12-14")));
}

/// Judged on 14 September against the agency; the papers of a second instance came on 12 October.
fn appealed_with(fields: &[(&str, Value)]) -> Bench {
    let mut bench = Bench::received("2026-03-02");
    let copy = with(suit("first", "direct", None), &[("received_on", json!("2026-04-01"))]);
    bench.go("2026-12-01").take::<OpenLitigation>(REVIEWER, None, copy).unwrap();
    let judgment = json!({"outcome": {"by": "court", "outcome": "revoked"}, "form": "judgment", "cause": "poor_search",
        "decided_on": "2026-09-14", "received_on": "2026-09-14"});
    bench.take::<RecordDecision>(REVIEWER, Some(1), judgment).unwrap();
    let copy = with(with(suit("second", "direct", Some(1)), &[("received_on", json!("2026-10-12"))]), fields);
    bench.take::<OpenLitigation>(REVIEWER, None, copy).unwrap();
    bench
}

fn appeal(fields: &[(&str, Value)]) -> Value {
    with(json!({"subject": "appeal", "proceeding": 2}), fields)
}

#[test]
fn administrative_litigation_law_85_an_appeal_taken_for_the_others_becomes_the_agencys_own_with_a_second_person() {
    let mut bench = appealed_with(&[("appellant", json!("applicant"))]);
    assert!(due(&bench, DutyKind::DefendLitigation, 2).is_some());
    agreed(&mut bench, &appeal(&[("appellant", json!("agency")), ("appealed_on", json!("2026-09-28"))]));
    assert_eq!(due(&bench, DutyKind::DefendLitigation, 2), None, "to an appeal of its own the agency owes no defence");
    let own = duties(bench.case(), bench.calendar()).into_iter().find(|duty| duty.kind == DutyKind::Appeal).unwrap();
    assert_eq!(own.met_on, Some(day("2026-09-28")));
    let known = &bench.case().proceedings[1];
    assert_eq!((known.appellant, known.appealed_on), (Some(Appellant::Agency), Some(day("2026-09-28"))));
    // Back again: what is owed then is owed anew, and the day of the agency's appeal falls with it.
    assert_eq!(amend(&mut bench, &appeal(&[("appellant", json!("applicant"))])), Ok(AmendmentState::Applied));
    assert_eq!(bench.case().proceedings[1].appealed_on, None);
    assert!(due(&bench, DutyKind::DefendLitigation, 2).is_some());
}

#[test]
fn administrative_litigation_law_85_the_day_of_an_appeal_keeps_its_place_between_judgment_and_copy() {
    let mut bench = appealed_with(&[("appellant", json!("agency")), ("appealed_on", json!("2026-09-18"))]);
    let on = |day: &str| appeal(&[("appellant", json!("agency")), ("appealed_on", json!(day))]);
    for (wrong, code) in [("2026-09-13", "date_before_previous"), ("2026-10-13", "date_after_next"), ("2026-12-02", "date_in_future")] {
        assert_eq!(amend(&mut bench, &on(wrong)), Err((code, "/change/appealed_on".to_owned())), "{wrong}");
    }
    assert_eq!(amend(&mut bench, &appeal(&[("appellant", json!("agency"))])), Err(("nothing_to_change", String::new())));
    assert_eq!(amend(&mut bench, &on("2026-09-21")), Ok(AmendmentState::Applied));
    // The other dates keep behind it.
    let accepted = |on: &str| json!({"subject": "proceeding", "proceeding": 2, "accepted_on": on});
    assert_eq!(amend(&mut bench, &accepted("2026-09-20")), Err(("date_before_previous", "/change/accepted_on".to_owned())));
    let refused = |bench: &mut Bench, fields: &[(&str, Value)]| amend(bench, &appeal(fields)).unwrap_err();
    assert_eq!(refused(&mut bench, &[("appellant", json!("court"))]), ("fields_refused", "/change/appellant".to_owned()));
    let others = refused(&mut bench, &[("appellant", json!("applicant")), ("appealed_on", json!("2026-09-21"))]);
    assert_eq!(others, ("fields_refused", "/change/appealed_on".to_owned()));
    let first = refused(&mut bench, &[("appellant", json!("applicant")), ("proceeding", json!(1))]);
    assert_eq!(first, ("fields_refused", "/change/appellant".to_owned()), "nobody appeals to a first instance");
    let mut body = extended();
    let none = amend(&mut body, &appeal(&[("appellant", json!("applicant")), ("proceeding", json!(1))])).unwrap_err();
    assert_eq!(none, ("fields_refused", "/change/proceeding".to_owned()));
}

/// A complaint of 2 September about silence, to be explained by the 11th, found right on the 21st.
fn complained() -> Bench {
    let mut bench = Bench::received("2026-06-01");
    let complaint = json!({"ground": "no_reply", "against": {"kind": "silence"}, "authority": "示范区人民政府办公室", "what": "逾期未答复。",
        "received_on": "2026-09-02", "answer_due_on": "2026-09-11"});
    bench.go("2026-10-30").take::<ReceiveComplaint>(REVIEWER, None, complaint).unwrap();
    bench
}

fn concluded() -> Bench {
    let mut bench = complained();
    bench.take::<AnswerComplaint>(REVIEWER, Some(1), json!({"on": "2026-09-10"})).unwrap();
    let finding = json!({"finding": "urged", "concluded_on": "2026-09-21", "received_on": "2026-09-22",
        "order": {"what": "限期答复。", "due_on": "2026-10-12"}});
    bench.take::<ConcludeComplaint>(REVIEWER, Some(1), finding).unwrap();
    bench
}

fn dates(fields: &[(&str, &str)]) -> Value {
    let mut change = json!({"subject": "complaint", "complaint": 1});
    for (field, on) in fields {
        change[*field] = json!(on);
    }
    change
}

#[test]
fn article_47_a_later_date_of_a_complaint_waits_for_a_second_person_and_an_earlier_does_not() {
    let mut bench = complained();
    assert_eq!(amend(&mut bench, &dates(&[("answer_due_on", "2026-09-09")])), Ok(AmendmentState::Applied));
    assert_eq!(due(&bench, DutyKind::AnswerComplaint, 1), Some(day("2026-09-09")));
    agreed(&mut bench, &dates(&[("answer_due_on", "2026-09-16")]));
    assert_eq!(due(&bench, DutyKind::AnswerComplaint, 1), Some(day("2026-09-16")));
    let mut bench = concluded();
    agreed(&mut bench, &dates(&[("order_due_on", "2026-10-19")]));
    assert_eq!(due(&bench, DutyKind::RectifyComplaint, 1), Some(day("2026-10-19")));
    let proof = json!({"kind": "document", "document_id": DOCUMENT});
    bench.take::<RectifyComplaint>(REVIEWER, Some(1), json!({"on": "2026-10-20", "how": "已答复。", "proof": proof})).unwrap();
    agreed(&mut bench, &dates(&[("rectified_on", "2026-10-15")]));
    let ComplaintDates { rectified_on, answered_on, .. } = ComplaintDates::of(bench.case().complaint(1).unwrap());
    assert_eq!((rectified_on, answered_on), (Some(day("2026-10-15")), Some(day("2026-09-10"))), "it removed an overdue");
}

#[rstest]
#[case(&[("received_on", "2026-05-31")], "date_before_previous", "/change/received_on")]
#[case(&[("received_on", "2026-09-11")], "date_before_previous", "/change/answered_on")]
#[case(&[("received_on", "2026-09-12"), ("answered_on", "2026-09-14")], "date_out_of_range", "/change/answer_due_on")]
#[case(&[("answer_due_on", "2027-09-03")], "date_out_of_range", "/change/answer_due_on")]
#[case(&[("answered_on", "2026-10-31")], "date_in_future", "/change/answered_on")]
#[case(&[("concluded_on", "2026-09-23")], "date_before_previous", "/change/conclusion_received_on")]
#[case(&[("order_due_on", "2026-09-21")], "date_before_previous", "/change/order_due_on")]
#[case(&[("rectified_on", "2026-10-12")], "unknown_reference", "/change/rectified_on")]
#[case(&[("complaint", "2")], "unknown_reference", "/change/complaint")]
#[case(&[("answered_on", "2026-09-10")], "nothing_to_change", "")]
fn articles_47_51_dates_of_a_complaint_keep_the_order_of_its_steps(
    #[case] fields: &[(&str, &str)],
    #[case] code: &'static str,
    #[case] at: &str,
) {
    let mut change = dates(fields);
    if let Some(n) = change["complaint"].as_str().map(|n| n.parse::<u32>().unwrap()) {
        change["complaint"] = json!(n);
    }
    assert_eq!(amend(&mut concluded(), &change), Err((code, at.to_owned())));
}

#[test]
fn a_proposal_for_a_complaint_falls_where_its_dates_changed_since() {
    let mut bench = complained();
    assert_eq!(amend(&mut bench, &dates(&[("answer_due_on", "2026-09-16")])), Ok(AmendmentState::Proposed));
    assert_eq!(amend(&mut bench, &dates(&[("received_on", "2026-09-01")])), Ok(AmendmentState::Applied));
    let refusal = bench.take::<DecideAmendment>(APPROVER, Some(1), json!({"verdict": "approved"})).unwrap_err();
    assert_eq!(refusal.code.as_str(), "amendment_outdated");
}
