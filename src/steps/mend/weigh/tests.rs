//! Amended services of notices: the clock recounts, and what comes later by it needs a second person.

use crate::case::duties::duties;
use crate::case::model::{AmendmentState, DispatchState, Letter};
use crate::case::outdated::outdated;
use crate::case::testing::{APPROVER, Bench, CLERK, DOCUMENT, day};
use crate::rules::terms::DutyKind;
use crate::steps::fixtures::{due_on, post, registered, sign};
use crate::steps::handle::charge::IssueFeeNotice;
use crate::steps::handle::consult::{AnswerConsultation, OpenConsultation};
use crate::steps::handle::correct::{AnswerCorrection, RequestCorrection};
use crate::steps::mend::amend::AmendCase;
use crate::steps::mend::decide::DecideAmendment;
use chrono::NaiveDate;
use serde_json::{Value, json};

fn amend(bench: &mut Bench, change: &Value) -> AmendmentState {
    let case = bench.take::<AmendCase>(CLERK, None, json!({"change": change, "reason": "登记有误", "proof": DOCUMENT})).unwrap();
    case.amendments.last().unwrap().state
}

fn service(delivered_on: &str) -> Value {
    json!({"subject": "service", "dispatch": 1, "delivered_on": delivered_on})
}

fn term(bench: &Bench, kind: DutyKind) -> NaiveDate {
    duties(bench.case(), bench.calendar()).iter().find(|duty| duty.kind == kind).unwrap().due_on
}

/// The letter is posted on 8 June and recorded as served on 10 June; today is 15 June.
fn served(letter: Letter) -> Bench {
    let mut bench = registered("2026-06-01");
    bench.go("2026-06-08");
    let on = "2026-06-08";
    match letter {
        Letter::Correction { .. } => bench
            .take::<RequestCorrection>(
                CLERK,
                None,
                json!({"on": on, "no_contact_reason": "申请人未留电话。", "points": "请补充。", "reasons": "不明确。"}),
            )
            .map(|_| ())
            .unwrap(),
        Letter::Consultation { .. } => bench
            .take::<OpenConsultation>(CLERK, None, json!({"party": "third_party", "name": "甲公司", "on": on, "question": "是否同意。"}))
            .map(|_| ())
            .unwrap(),
        _ => bench
            .take::<IssueFeeNotice>(CLERK, None, json!({"on": on, "basis": {"method": "by_page", "pages": 68}, "reasons": "过多。"}))
            .map(|_| ())
            .unwrap(),
    }
    post(&mut bench, letter, on).unwrap();
    sign(&mut bench, "2026-06-10");
    bench.go("2026-06-15");
    bench
}

#[test]
fn domain_6_6_a_later_service_of_a_notice_waits_for_a_second_person() {
    for (letter, kind) in [
        (Letter::Correction { n: 1 }, DutyKind::AnswerCorrection),
        (Letter::Consultation { n: 1 }, DutyKind::AnswerConsultation),
        (Letter::Fee { n: 1 }, DutyKind::PayFee),
    ] {
        let mut bench = served(letter);
        let (before, reply) = (term(&bench, kind), due_on(&bench));
        assert_eq!(amend(&mut bench, &service("2026-06-12")), AmendmentState::Proposed, "{kind:?}");
        assert_eq!((term(&bench, kind), due_on(&bench)), (before, reply));
        bench.take::<DecideAmendment>(APPROVER, Some(1), json!({"verdict": "approved"})).unwrap();
        assert!(term(&bench, kind) > before, "{kind:?}");
        assert!(due_on(&bench) >= reply);
        let mut bench = served(letter);
        assert_eq!(amend(&mut bench, &service("2026-06-09")), AmendmentState::Applied, "{kind:?}");
        assert!(term(&bench, kind) < before, "{kind:?}");
    }
}

#[test]
fn domain_6_6_a_service_undone_under_a_consultation_waits_where_the_reply_would_come_later() {
    let mut bench = served(Letter::Consultation { n: 1 });
    bench.go("2026-07-03");
    let failed = json!({"subject": "service_failed", "dispatch": 1, "returned_on": "2026-06-12", "reason": "查无此人"});
    assert_eq!(due_on(&bench), Some(day("2026-07-23")));
    assert_eq!(amend(&mut bench, &failed), AmendmentState::Applied, "without a service the wait was shorter");
    assert_eq!(due_on(&bench), Some(day("2026-07-21")));
}

#[test]
fn what_an_amended_service_contradicts_has_no_effect() {
    let mut bench = served(Letter::Consultation { n: 1 });
    bench.take::<AnswerConsultation>(CLERK, Some(1), json!({"on": "2026-06-12", "opinion": "consents"})).unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-07-06")));
    amend(&mut bench, &service("2026-06-15"));
    assert_eq!(due_on(&bench), Some(day("2026-07-06")), "the answer ended it whenever the letter came");
}

#[test]
fn a_letter_to_a_third_party_is_served_whoever_asks() {
    let mut bench = served(Letter::Consultation { n: 1 });
    let wrong_person = json!({"subject": "applicants", "applicants": [{"kind": "natural_person", "name": "乙某"}]});
    assert_eq!(amend(&mut bench, &wrong_person), AmendmentState::Applied);
    assert!(matches!(bench.case().dispatches[0].state, DispatchState::Delivered { .. }));
    let mut bench = served(Letter::Correction { n: 1 });
    assert_eq!(amend(&mut bench, &wrong_person), AmendmentState::Proposed, "a notice served on the wrong person is no service");
}

#[test]
fn a_restart_makes_no_letter_outdated() {
    let mut bench = served(Letter::Correction { n: 1 });
    let corrected = json!({"channel": "counter", "arrived_on": "2026-06-15", "words": "甲文件。"});
    bench.take::<AnswerCorrection>(CLERK, Some(1), corrected).unwrap();
    let texts = bench.secrets.iter().map(|secret| (secret.reference.id, secret.text.clone())).collect();
    assert_eq!(outdated(bench.case(), due_on(&bench), &texts), []);
}
