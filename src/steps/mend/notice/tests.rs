//! Notices sent by mistake: the clock as if they had not been, unless somebody acted on them.

use super::*;
use crate::case::duties::duties;
use crate::case::testing::{APPROVER, APPROVER_TWO, Bench, CLERK, day};
use crate::rules::terms::DutyKind;
use crate::steps::fixtures::{due_on, post, refused, registered, sign};
use crate::steps::handle::charge::{IssueFeeNotice, RecordPayment};
use crate::steps::handle::consult::{AnswerConsultation, OpenConsultation};
use crate::steps::handle::correct::{AnswerCorrection, RequestCorrection};
use crate::steps::handle::extend::ExtendReply;
use crate::steps::mail::delivery::RecordDelivery;
use crate::steps::mail::testing::returned;
use serde_json::json;

const CORRECTION: Letter = Letter::Correction { n: 1 };
const CONSULTATION: Letter = Letter::Consultation { n: 1 };
const EXTENSION: Letter = Letter::Extension { n: 1 };
const FEE: Letter = Letter::Fee { n: 1 };

fn void(bench: &mut Bench, letter: Letter) -> Result<(), Refusal> {
    bench.take::<VoidNotice>(APPROVER_TWO, None, json!({"letter": letter, "reason": "误发。"})).map(|_| ())
}

/// Received on 1 June, due on 30 June; the letter is made and posted on 8 June.
fn sent(letter: Letter) -> Bench {
    let mut bench = registered("2026-06-01");
    bench.go("2026-06-08");
    let on = "2026-06-08";
    match letter {
        CORRECTION => {
            bench
                .take::<RequestCorrection>(
                    CLERK,
                    None,
                    json!({"on": on, "no_contact_reason": "申请人未留电话。", "points": "请补充。", "reasons": "不明确。"}),
                )
                .unwrap();
        }
        CONSULTATION => {
            let body = json!({"party": "third_party", "name": "甲公司", "on": on, "question": "是否同意公开。"});
            bench.take::<OpenConsultation>(CLERK, None, body).unwrap();
        }
        EXTENSION => {
            bench.take::<ExtendReply>(APPROVER, None, json!({"working_days": 5, "reasons": "档案分散。"})).unwrap();
        }
        _ => {
            let body = json!({"on": on, "basis": {"method": "by_page", "pages": 68}, "reasons": "数量过多。"});
            bench.take::<IssueFeeNotice>(CLERK, None, body).unwrap();
        }
    }
    post(&mut bench, letter, on).unwrap();
    bench
}

#[test]
fn domain_6_6_the_clock_runs_as_if_the_notice_had_not_been() {
    for letter in [CORRECTION, CONSULTATION, EXTENSION, FEE] {
        let mut bench = sent(letter);
        assert_ne!(due_on(&bench), Some(day("2026-06-30")), "{letter:?}");
        sign(&mut bench, "2026-06-10");
        void(bench.go("2026-07-06"), letter).unwrap();
        assert_eq!(due_on(&bench), Some(day("2026-06-30")), "{letter:?}: the agency bears the days");
        assert_eq!(refused(void(&mut bench, letter)), (Code::NothingOpen, "45".into()));
        let left: Vec<_> = duties(bench.case(), bench.calendar()).into_iter().filter(|duty| duty.open).map(|duty| duty.kind).collect();
        assert_eq!(left, [DutyKind::ReconsiderSilence, DutyKind::SueOverSilence, DutyKind::Reply], "{letter:?}");
    }
}

#[test]
fn domain_6_6_what_was_answered_or_paid_stands() {
    let stands = |bench: &mut Bench, letter| assert_eq!(refused(void(bench, letter)), (Code::NothingOpen, "45".into()), "{letter:?}");
    let mut bench = sent(CORRECTION);
    let answer = json!({"channel": "email", "arrived_on": "2026-06-08", "words": "附身份证明。"});
    bench.take::<AnswerCorrection>(CLERK, Some(1), answer).unwrap();
    stands(&mut bench, CORRECTION);
    let mut bench = sent(FEE);
    bench.take::<RecordPayment>(CLERK, None, json!({"on": "2026-06-08", "amount": 1, "receipt_number": "示票 1"})).unwrap();
    stands(&mut bench, FEE);
}

#[test]
fn domain_6_6_a_party_s_answer_keeps_no_mistaken_consultation_alive() {
    let mut bench = sent(CONSULTATION);
    bench.take::<AnswerConsultation>(CLERK, Some(1), json!({"on": "2026-06-08", "opinion": "refuses"})).unwrap();
    void(bench.go("2026-06-12"), CONSULTATION).unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-06-30")), "only what the applicant did stands");
}

#[test]
fn after_a_voided_notice_another_may_be_sent() {
    let mut bench = sent(CORRECTION);
    void(&mut bench, CORRECTION).unwrap();
    bench
        .take::<RequestCorrection>(
            CLERK,
            None,
            json!({"on": "2026-06-08", "no_contact_reason": "申请人未留电话。", "points": "请补充。", "reasons": "不明确。"}),
        )
        .unwrap();
    post(&mut bench, Letter::Correction { n: 2 }, "2026-06-09").unwrap();
    assert_eq!(due_on(&bench), None);
}

#[test]
fn a_notice_the_case_does_not_have_cannot_be_voided() {
    assert_eq!(refused(void(&mut registered("2026-06-01"), CORRECTION)), (Code::NothingOpen, "45".into()));
    let refusal = void(&mut sent(CORRECTION), Letter::Reply { n: 1 }).unwrap_err();
    assert_eq!((refusal.code, refusal.errors[0].pointer.as_str()), (Code::NothingOpen, "/letter"));
}

#[test]
fn a_voided_notice_that_came_back_need_not_go_again() {
    let open = |bench: &Bench| duties(bench.case(), bench.calendar()).iter().any(|duty| duty.kind == DutyKind::SendAgain && duty.open);
    for letter in [CORRECTION, CONSULTATION, EXTENSION, FEE] {
        let mut bench = sent(letter);
        bench.go("2026-06-12").take::<RecordDelivery>(CLERK, Some(1), returned("2026-06-12")).unwrap();
        assert!(open(&bench), "{letter:?}");
        void(&mut bench, letter).unwrap();
        assert!(!open(&bench), "{letter:?}");
    }
}

#[test]
fn domain_6_6_who_approved_a_notice_does_not_take_it_back() {
    let mut bench = sent(EXTENSION);
    let own = bench.take::<VoidNotice>(APPROVER, None, json!({"letter": EXTENSION, "reason": "误发。"})).map(|_| ());
    assert_eq!(refused(own), (Code::SamePerson, "45".into()));
    void(&mut bench, EXTENSION).unwrap();
}

#[test]
fn an_extension_that_rests_on_the_consultation_is_voided_first() {
    let mut bench = sent(CONSULTATION);
    sign(&mut bench, "2026-06-10");
    bench.go("2026-07-01").take::<ExtendReply>(APPROVER, None, json!({"working_days": 5, "reasons": "档案分散。"})).unwrap();
    post(&mut bench, EXTENSION, "2026-07-01").unwrap();
    let refusal = void(&mut bench, CONSULTATION).unwrap_err();
    assert_eq!(refusal.code, Code::ExtensionAfterDueDate);
    assert!(refusal.detail_zh.contains("2026-07-01已登记的“告知延期”将因此不成立，请先作废"), "{}", refusal.detail_zh);
    assert!(refusal.detail_en.contains("“extension notified” of 2026-07-01"), "{}", refusal.detail_en);
    void(&mut bench, EXTENSION).unwrap();
    void(&mut bench, CONSULTATION).unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-06-30")));
}
