//! What a third party said binds the parts it is about, and no other (Arts 15, 32).

use super::*;
use crate::case::testing::APPROVER_TWO;
use crate::steps::handle::assign::AssignCase;
use crate::steps::mend::notice::VoidNotice;
use crate::steps::reply::issue::IssueReply;
use crate::steps::reply::review::ReviewDraft;

const ON: &str = "2026-11-02";

/// A third party was asked about the paper, and answered so, if it did.
fn asked(opinion: Option<&str>) -> Bench {
    let mut bench = registered(ON);
    let asked = json!({"party": "third_party", "name": "某公司", "on": ON, "question": "是否同意公开甲文件？"});
    bench.take::<OpenConsultation>(CLERK, None, asked).unwrap();
    post(&mut bench, Letter::Consultation { n: 1 }, ON).unwrap();
    if let Some(opinion) = opinion {
        let said = json!({"on": ON, "opinion": opinion, "words": "涉及商业秘密。"});
        bench.take::<AnswerConsultation>(CLERK, Some(1), said).unwrap();
    }
    bench
}

fn decide(bench: &mut Bench, disclose: bool) {
    bench.take::<DecideConsultation>(APPROVER, Some(1), json!({"disclose": disclose, "reasons": "理由成立。"})).unwrap();
}

/// Split in two, the third party belonging to the parts with these numbers.
fn split_for(bench: &mut Bench, parts: &[usize]) -> Result<(), Refusal> {
    let mut body = two();
    for part in parts {
        body["matters"][part - 1]["consultations"] = json!([1]);
    }
    bench.take::<SplitCase>(CLERK, None, body).map(drop)
}

fn answer(part: &mut Bench, item: Value) -> Result<(), String> {
    let mut whole = json!({"main": true, "subject": "甲文件", "reasons": "理由。", "articles": ["36(2)"]});
    whole.as_object_mut().unwrap().extend(item.as_object().unwrap().clone());
    let named = |refusal: Refusal| match refusal.errors.as_slice() {
        [] => refusal.code.as_str().to_owned(),
        errors => errors.iter().map(|error| error.code.to_string()).collect::<Vec<_>>().join(" "),
    };
    if part.case().assignments.is_empty() {
        part.take::<AssignCase>(CLERK, None, json!({"department": DEPARTMENT, "handler": HANDLER})).unwrap();
    }
    part.take::<DraftReply>(HANDLER, None, json!({"items": [whole]})).map_err(named)?;
    part.take::<ReviewDraft>(REVIEWER, None, json!({"kind": "legal", "verdict": "approved"})).unwrap();
    part.take::<IssueReply>(APPROVER, None, json!({})).map(drop).map_err(named)
}

fn given() -> Value {
    json!({"kind": "a2", "how_to_obtain": "随信邮寄", "provided_form": "paper"})
}

fn withheld() -> Value {
    json!({"kind": "d4", "articles": ["15", "32"]})
}

#[test]
fn art_15_what_was_decided_to_be_withheld_binds_the_part_it_is_about_and_no_other() {
    let mut bench = asked(Some("refuses"));
    decide(&mut bench, false);
    split_for(&mut bench, &[1]).unwrap();
    let (mut bound, mut free) = (desk(&bench, 0), desk(&bench, 1));
    assert_eq!(answer(&mut bound, given()), Err("third_party_withheld".to_owned()));
    assert_eq!(answer(&mut free, withheld()), Err("consultation".to_owned()), "nobody was asked about it");
    answer(&mut free, given()).unwrap();
    let known = &bound.case().consultations[0];
    assert_eq!(
        (text(&bound, &known.name), text(&bound, known.answer.as_ref().unwrap().words.as_ref().unwrap())),
        ("某公司", "涉及商业秘密。")
    );
    assert!(known.decision.as_ref().is_some_and(|decision| text(&bound, &decision.reasons) == "理由成立。"));
    let number = known.number.as_ref().unwrap();
    let drawn = bench.case().consultations[0].number.as_ref().unwrap();
    assert_eq!((&number.document_number, number.drawn), (&drawn.document_number, None), "the letter is the paper's, and so is its number");
    assert!(free.case().consultations.is_empty());
    answer(&mut bound, withheld()).unwrap();
}

#[test]
fn art_32_an_unwilling_party_still_undecided_binds_its_part_until_that_decides() {
    let mut bench = asked(Some("refuses"));
    split_for(&mut bench, &[2]).unwrap();
    let (mut free, mut bound) = (desk(&bench, 0), desk(&bench, 1));
    answer(&mut free, given()).unwrap();
    assert_eq!(answer(&mut bound, given()), Err("third_party_pending".to_owned()));
    decide(&mut bound, true);
    answer(&mut bound, given()).unwrap();
    let told = |case: &Case| letters::open(case).contains(&Letter::ThirdPartyNotice { n: 1 });
    assert!(told(bound.case()), "what the part decided the part tells the party");
    assert!(!told(free.case()));
}

#[test]
fn who_did_not_agree_is_given_to_a_part_and_numbers_that_are_none_are_refused() {
    let code = |taken: Result<(), Refusal>| taken.map_err(|refusal| (refusal.code, refusal.errors[0].pointer.clone()));
    let unplaced = Err((Code::ConsultationUnplaced, "/matters".to_owned()));
    assert_eq!(code(split_for(&mut asked(Some("refuses")), &[])), unplaced);
    assert_eq!(code(split_for(&mut asked(Some("consents_in_part")), &[])), unplaced);
    let mut silent = asked(None);
    silent.go("2026-12-01");
    decide(&mut silent, false);
    assert_eq!(code(split_for(&mut silent, &[])), unplaced, "it was decided to withhold");
    split_for(&mut asked(Some("consents")), &[]).unwrap();
    split_for(&mut asked(Some("refuses")), &[1, 2]).unwrap();
    let unknown = Err((Code::UnknownReference, "/matters/0/consultations/0".to_owned()));
    assert_eq!(code(split_for(&mut registered(ON), &[1])), unknown);
    let mut bench = asked(None);
    assert_eq!(split_for(&mut bench, &[1]).unwrap_err().code, Code::SplitObstructed, "its answer is awaited");
    bench.take::<VoidNotice>(APPROVER_TWO, None, json!({"letter": Letter::Consultation { n: 1 }, "reason": "误发。"})).unwrap();
    assert_eq!(code(split_for(&mut bench, &[1])), unknown, "it was voided");
}

#[test]
fn what_the_paper_sent_and_told_is_not_owed_again_and_not_moved_in_a_part() {
    let mut bench = asked(Some("refuses"));
    decide(&mut bench, true);
    assert_eq!(split_for(&mut bench, &[1]).unwrap_err().code, Code::SplitObstructed, "the party is told first");
    post(&mut bench, Letter::ThirdPartyNotice { n: 1 }, ON).unwrap();
    split_for(&mut bench, &[1]).unwrap();
    let mut part = desk(&bench, 0);
    assert_eq!(letters::open(part.case()), []);
    assert!(duties(part.case(), part.calendar()).iter().all(|duty| duty.ordinal != 1 || duty.article != "32"));
    let moved = json!({"change": {"subject": "consultation_answer", "consultation": 1, "on": ON}, "reason": "登记有误"});
    let refusal = part.take::<AmendCase>(CLERK, None, moved).unwrap_err();
    assert!(refusal.detail_zh.contains("原件"), "{}", refusal.detail_zh);
    let mut again = desk(&bench, 0);
    split_for(&mut again, &[2]).unwrap();
    let on_paper = desk(&again, 1).case().consultations[0].on_paper.clone().unwrap();
    assert_eq!((on_paper.n, on_paper.label.as_str(), on_paper.told_on), (1, "原件原件征求意见1", Some(day(ON))));
    answer(&mut part, given()).unwrap();
}

#[test]
fn what_was_given_to_the_wrong_part_is_voided_there_by_another_than_who_split_and_its_days_stay() {
    let mut bench = asked(Some("refuses"));
    decide(&mut bench, false);
    let mut body = two();
    body["matters"][0]["consultations"] = json!([1]);
    body["matters"][1]["consultations"] = json!([1]);
    bench.take::<SplitCase>(APPROVER, None, body).unwrap();
    let (mut slip, right) = (desk(&bench, 0), desk(&bench, 1));
    slip.knows(bench.case().id, bench.case().clone(), true);
    let due_on = |bench: &Bench| reply_duty(&duties(bench.case(), bench.calendar())).unwrap().due_on;
    let (steps, due) = (clock::steps(slip.case()), due_on(&slip));
    let voided = json!({"letter": Letter::Consultation { n: 1 }, "reason": "该第三方与本件无关，划分有误。"});
    assert_eq!(slip.take::<VoidNotice>(APPROVER, None, voided.clone()).unwrap_err().code, Code::SamePerson);
    slip.take::<VoidNotice>(APPROVER_TWO, None, voided.clone()).unwrap();
    assert!(slip.case().consultations[0].voided.is_some());
    assert_eq!((clock::steps(slip.case()), due_on(&slip)), (steps, due), "the agency bears the days");
    assert_eq!(slip.take::<VoidNotice>(APPROVER_TWO, None, voided).unwrap_err().code, Code::NothingOpen);
    answer(&mut slip, given()).unwrap();
    assert_eq!(answer(&mut desk(&bench, 1), given()), Err("third_party_withheld".to_owned()), "the other part is bound still");
    assert!(right.case().consultations[0].voided.is_none());
}
