//! Consultations: what stops the period, who must answer by when, and what silence, refusal and consent mean.

use super::*;
use crate::case::duties::duties;
use crate::case::facts::NumberKind;
use crate::case::model::Awaiting;
use crate::case::testing::{APPROVER, Bench, CLERK, day};
use crate::rules::terms::DutyKind;
use crate::steps::archive::close::CloseCase;
use crate::steps::fixtures::{dispatch_event, due_on, post, refused, registered, reply_events, served_event, sign};
use crate::steps::mail::delivery::RecordDelivery;
use serde_json::json;

const FIRST: Letter = Letter::Consultation { n: 1 };

fn open(bench: &mut Bench, party: Party, on: &str) {
    let body = json!({"party": party, "name": "甲公司", "on": on, "question": "是否同意公开甲文件。"});
    bench.go(on).take::<OpenConsultation>(CLERK, None, body).unwrap();
}

/// Received on 1 June; the letter is posted on 8 June.
fn sent(party: Party) -> Bench {
    let mut bench = registered("2026-06-01");
    open(&mut bench, party, "2026-06-08");
    post(&mut bench, FIRST, "2026-06-08").unwrap();
    bench
}

/// The same, signed for on 10 June: the term ends on 2 July.
fn served(party: Party) -> Bench {
    let mut bench = sent(party);
    sign(&mut bench, "2026-06-10");
    bench
}

fn answer(bench: &mut Bench, n: u32, on: &str, opinion: &str) -> Result<(), Refusal> {
    bench.take::<AnswerConsultation>(CLERK, Some(n), json!({"on": on, "opinion": opinion})).map(|_| ())
}

fn fail(bench: &mut Bench, on: &str) -> Result<(), Refusal> {
    bench.take::<FailConsultation>(CLERK, Some(1), json!({"on": on, "note": "查无此人"})).map(|_| ())
}

fn decide(bench: &mut Bench, n: u32, disclose: bool) -> Result<(), Refusal> {
    bench.take::<DecideConsultation>(APPROVER, Some(n), json!({"disclose": disclose, "reasons": "公共利益重大。"})).map(|_| ())
}

fn decision(bench: &Bench) -> (bool, bool) {
    let made = bench.case().consultations[0].decision.as_ref().unwrap();
    (made.disclose, made.notice_needed)
}

#[test]
fn art_33_3_the_days_from_the_letter_to_the_answer_do_not_count() {
    let mut bench = registered("2026-06-01");
    open(&mut bench, Party::ThirdParty, "2026-06-08");
    assert_eq!(due_on(&bench), Some(day("2026-06-30")), "what has not left stops nothing");
    post(&mut bench, FIRST, "2026-06-08").unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-07-21")), "at the latest 15 working days after the sending");
    sign(&mut bench, "2026-06-10");
    assert_eq!(due_on(&bench), Some(day("2026-07-23")), "in silence");
    let term = duties(bench.case(), bench.calendar()).into_iter().find(|duty| duty.kind == DutyKind::AnswerConsultation).unwrap();
    assert_eq!((term.from_on, term.due_on, term.article.as_str(), term.open), (day("2026-06-10"), day("2026-07-02"), "32", true));
    answer(bench.go("2026-06-12"), 1, "2026-06-12", "refuses").unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-07-06")));
}

#[test]
fn art_32_silence_ends_the_wait_on_its_fifteenth_day_and_the_agency_decides() {
    let mut bench = served(Party::ThirdParty);
    assert_eq!(refused(decide(bench.go("2026-07-02"), 1, true)), (Code::NothingOpen, "32, 33(3), 34".into()));
    decide(bench.go("2026-07-03"), 1, true).unwrap();
    assert_eq!((due_on(&bench), decision(&bench)), (Some(day("2026-07-23")), (true, false)));
    let mut bench = served(Party::ThirdParty);
    decide(bench.go("2026-07-03"), 1, false).unwrap();
    assert_eq!(decision(&bench), (false, false), "silence of a third party is no consent");
}

#[test]
fn choice_9_what_cannot_be_delivered_ends_by_its_record() {
    let mut bench = sent(Party::ThirdParty);
    assert_eq!(refused(fail(&mut bench, "2026-06-05")).0, Code::DateBeforePrevious);
    assert_eq!(refused(fail(&mut bench, "2026-06-09")).0, Code::DateInFuture);
    fail(bench.go("2026-06-12"), "2026-06-12").unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-07-06")));
    decide(&mut bench, 1, false).unwrap();
    let mut delivered = served(Party::ThirdParty);
    assert_eq!(refused(fail(delivered.go("2026-06-12"), "2026-06-12")).0, Code::NothingOpen);
    open(&mut delivered, Party::ThirdParty, "2026-06-12");
    post(&mut delivered, Letter::Consultation { n: 2 }, "2026-06-12").unwrap();
    assert_eq!(refused(fail(&mut delivered, "2026-06-12")), (Code::ConsultationAlreadyDelivered, "32".into()));
}

#[test]
fn choice_9_a_proof_of_service_after_that_record_moves_nothing() {
    let mut bench = sent(Party::ThirdParty);
    fail(bench.go("2026-06-12"), "2026-06-12").unwrap();
    let body = json!({"result": "delivered", "on": "2026-06-11", "signed_as": "addressee"});
    bench.take::<RecordDelivery>(CLERK, Some(1), body).unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-07-06")));
}

#[test]
fn choice_8_a_late_answer_is_on_file_without_effect() {
    let mut bench = served(Party::ThirdParty);
    answer(bench.go("2026-07-06"), 1, "2026-07-06", "refuses").unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-07-23")));
}

#[test]
fn an_answer_in_time_that_is_entered_after_its_term_was_found_over_counts() {
    let mut bench = served(Party::ThirdParty);
    let silence = CaseEvent::TermRanOut { awaiting: Awaiting::Consultation { n: 1 }, until: day("2026-07-02") };
    bench.go("2026-07-03").keep(vec![silence], Vec::new());
    assert_eq!(due_on(&bench), Some(day("2026-07-23")));
    answer(&mut bench, 1, "2026-06-12", "refuses").unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-07-06")));
}

#[test]
fn the_service_of_a_letter_answered_already_is_on_file_without_effect() {
    let mut bench = sent(Party::ThirdParty);
    answer(bench.go("2026-06-12"), 1, "2026-06-12", "consents").unwrap();
    sign(&mut bench, "2026-06-15");
    assert_eq!(due_on(&bench), Some(day("2026-07-06")));
}

#[test]
fn a_letter_to_be_collected_leaves_by_the_signature() {
    let mut bench = registered("2026-06-01");
    open(&mut bench, Party::ThirdParty, "2026-06-08");
    let body = json!({"letter": FIRST, "on": "2026-06-08", "method": {"method": "hand_over"}});
    bench.take::<crate::steps::mail::dispatch::DispatchLetter>(CLERK, None, body).unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-06-30")), "an invitation consults nobody");
    let signed = json!({"result": "delivered", "on": "2026-06-10", "signed_by": "甲某", "signed_as": "mail_room"});
    bench.go("2026-06-10").take::<RecordDelivery>(CLERK, Some(1), signed).unwrap();
    answer(bench.go("2026-06-12"), 1, "2026-06-12", "consents").unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-07-02")), "two days out");
}

#[test]
fn choice_7_two_consultations_that_overlap_exclude_their_union() {
    let mut bench = registered("2025-04-14");
    open(&mut bench, Party::ThirdParty, "2025-04-18");
    post(&mut bench, FIRST, "2025-04-18").unwrap();
    sign(&mut bench, "2025-04-21");
    open(&mut bench, Party::OtherAgency, "2025-04-24");
    assert_eq!(refused(answer(&mut bench, 2, "2025-04-24", "consents")), (Code::ConsultationUnknown, "33(3)".into()));
    post(&mut bench, Letter::Consultation { n: 2 }, "2025-04-24").unwrap();
    sign(&mut bench, "2025-04-25");
    assert_eq!(due_on(&bench), Some(day("2025-06-12")));
    answer(bench.go("2025-05-07"), 1, "2025-05-07", "refuses").unwrap();
    assert_eq!(refused(answer(&mut bench, 1, "2025-05-07", "refuses")), (Code::ConsultationAlreadyEnded, "32".into()));
    assert_eq!(refused(fail(&mut bench, "2025-05-07")).0, Code::NothingOpen, "both were delivered");
    assert_eq!(refused(decide(&mut bench, 2, true)), (Code::LapseBeforeItsDay, "33(3)".into()));
    decide(&mut bench, 1, false).unwrap();
    answer(bench.go("2025-05-13"), 2, "2025-05-13", "consents").unwrap();
    assert_eq!(refused(decide(&mut bench, 1, true)), (Code::AlreadyDone, "32".into()));
    assert_eq!(due_on(&bench), Some(day("2025-06-05")));
    assert_eq!(refused(answer(&mut bench, 3, "2025-05-13", "consents")).0, Code::UnknownTarget);
}

#[test]
fn art_34_the_silence_of_a_co_producing_agency_is_consent() {
    let mut bench = served(Party::CoProducingAgency);
    let refusal = decide(bench.go("2026-07-03"), 1, false).unwrap_err();
    assert_eq!((refusal.code, refusal.article.as_deref()), (Code::FieldsRefused, Some("34")));
    assert_eq!(refusal.errors[0].pointer, "/disclose");
    answer(&mut bench, 1, "2026-07-03", "refuses").unwrap();
    assert_eq!(refused(decide(&mut bench, 1, false)), (Code::FieldsRefused, "34".into()), "too late");
    decide(&mut bench, 1, true).unwrap();
    assert_eq!(decision(&bench), (true, false), "an agency is no third party");
    let mut bench = served(Party::CoProducingAgency);
    answer(bench.go("2026-06-12"), 1, "2026-06-12", "refuses").unwrap();
    decide(&mut bench, 1, false).unwrap();
    let mut bench = sent(Party::CoProducingAgency);
    fail(bench.go("2026-06-12"), "2026-06-12").unwrap();
    decide(&mut bench, 1, false).unwrap();
}

#[test]
fn art_15_a_third_party_that_agrees_is_no_ground_to_withhold() {
    let mut bench = served(Party::ThirdParty);
    answer(bench.go("2026-06-12"), 1, "2026-06-12", "consents").unwrap();
    assert_eq!(refused(decide(&mut bench, 1, false)), (Code::FieldsRefused, "15".into()));
    decide(&mut bench, 1, true).unwrap();
    assert_eq!(decision(&bench), (true, false));
}

#[test]
fn art_32_a_third_party_disclosed_against_its_will_is_told_before_the_case_is_closed() {
    let mut bench = served(Party::ThirdParty);
    answer(bench.go("2026-06-12"), 1, "2026-06-12", "consents_in_part").unwrap();
    decide(&mut bench, 1, true).unwrap();
    assert_eq!(decision(&bench), (true, true));
    let events = reply_events(bench.case(), bench.today);
    bench.keep(events, Vec::new());
    let sent = dispatch_event(bench.case(), Letter::Reply { n: 1 }, bench.today);
    let served = served_event(2, bench.today);
    bench.keep(vec![sent, served], Vec::new());
    let open =
        |bench: &Bench| duties(bench.case(), bench.calendar()).iter().any(|duty| duty.kind == DutyKind::NotifyThirdParty && duty.open);
    assert!(open(&bench));
    assert_eq!(refused(bench.take::<CloseCase>(CLERK, None, json!({})).map(|_| ())), (Code::NodeMissing, "32".into()));
    post(&mut bench, Letter::ThirdPartyNotice { n: 1 }, "2026-06-15").unwrap();
    assert!(!open(&bench));
    bench.take::<CloseCase>(CLERK, None, json!({})).unwrap();
}

#[test]
fn nothing_answers_what_was_not_sent() {
    let mut bench = registered("2026-06-01");
    open(&mut bench, Party::ThirdParty, "2026-06-08");
    let nothing = (Code::ConsultationUnknown, "32".into());
    assert_eq!(refused(answer(&mut bench, 1, "2026-06-08", "consents")), nothing);
    assert_eq!(refused(fail(&mut bench, "2026-06-08")), nothing);
    assert_eq!(refused(decide(&mut bench, 1, true)), (Code::NothingOpen, "32, 33(3), 34".into()));
    let mut bench = sent(Party::ThirdParty);
    assert_eq!(refused(answer(&mut bench, 9, "2026-06-08", "consents")).0, Code::UnknownTarget);
    assert_eq!(refused(answer(&mut bench, 1, "2026-06-07", "consents")).0, Code::DateBeforePrevious);
}

#[test]
fn art_41_asks_other_agencies_only_and_counts_20_days_at_any_time() {
    let mut bench = registered("2019-05-06");
    assert_eq!(due_on(&bench), Some(day("2019-05-27")), "15 working days under the Regulations of 2007");
    bench.case.as_mut().unwrap().matter = crate::rules::matter::Matter::RecordCorrection;
    assert_eq!(due_on(&bench), Some(day("2019-06-03")), "no article gave a period for the correction of one's own records");
    let body = |party: Party| json!({"party": party, "name": "甲公司", "on": "2019-05-06", "question": "档案是否有误。"});
    for party in [Party::ThirdParty, Party::CoProducingAgency] {
        let refusal = bench.take::<OpenConsultation>(CLERK, None, body(party)).unwrap_err();
        assert_eq!((refusal.code, refusal.errors[0].pointer.as_str()), (Code::NotForRecordCorrection, "/party"));
    }
    bench.take::<OpenConsultation>(CLERK, None, body(Party::OtherAgency)).unwrap();
}

#[test]
fn an_answer_that_came_before_the_failure_was_recorded_counts() {
    let mut bench = sent(Party::ThirdParty);
    fail(bench.go("2026-06-12"), "2026-06-12").unwrap();
    answer(&mut bench, 1, "2026-06-11", "refuses").unwrap();
    assert_eq!(due_on(&bench), Some(day("2026-07-03")), "the letter had arrived: the answer ends the wait");
}

#[test]
fn domain_6_2_a_letter_is_numbered_in_the_sequence_of_its_kind_and_a_decision_only_where_the_party_is_told_of_it() {
    let mut bench = served(Party::ThirdParty);
    open(&mut bench, Party::OtherAgency, "2026-06-10");
    let number = |bench: &Bench, letter| bench.case().notice_number(letter).map(|number| number.document_number.clone());
    let first = number(&bench, FIRST).unwrap();
    assert!(first.starts_with("示市监公询〔2026〕"), "{first}");
    let second = number(&bench, Letter::Consultation { n: 2 }).unwrap();
    assert!(second.starts_with("示市监公协〔2026〕"), "{second}");
    let needed = |bench: &Bench, disclose: bool| {
        let command: DecideConsultation = serde_json::from_value(json!({"disclose": disclose, "reasons": "公共利益重大。"})).unwrap();
        command.needs(Some(1), bench.case(), bench.today).number
    };
    bench.go("2026-06-11");
    answer(&mut bench, 1, "2026-06-11", "refuses").unwrap();
    assert_eq!(needed(&bench, false), None, "withheld: nobody is told");
    assert_eq!(needed(&bench, true), Some((NumberKind::Notice(NoticeKind::ThirdPartyNotice), 2026)));
    decide(&mut bench, 1, true).unwrap();
    let told = number(&bench, Letter::ThirdPartyNotice { n: 1 }).unwrap();
    assert!(told.starts_with("示市监公告〔2026〕"), "{told}");
}

#[test]
fn a_letter_that_is_dated_last_year_is_numbered_in_last_years_sequence() {
    let command: OpenConsultation =
        serde_json::from_value(json!({"party": "third_party", "name": "甲公司", "on": "2025-12-31", "question": "是否同意公开。"}))
            .unwrap();
    let needs = command.needs(None, registered("2026-06-01").case(), day("2026-01-04"));
    assert_eq!(needs.number, Some((NumberKind::Notice(NoticeKind::Consultation), 2025)));
}
