//! Reviews, the second approval, numbers, and the remedy paragraph (domain 5.1, 6.6).

use super::{APPROVER, Bench, CLERK, HANDLER, REVIEWER, assigned, draft, happens, issue, issued, item, posted, review, why, with_earlier};
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::NumberKind;
use crate::case::model::{DraftState, Letter, Revocation};
use crate::case::refusal::Code;
use crate::case::stage::Stage;
use crate::case::testing::{APPROVER_TWO, DOCUMENT, day};
use crate::rules::remedies::RemedyPath;
use crate::rules::reply_kinds::ReplyKind;
use crate::steps::mail::dispatch::DispatchLetter;
use crate::steps::mail::testing::made;
use crate::steps::reply::issue::IssueReply;
use crate::steps::reply::review::ReviewDraft;
use serde_json::json;

fn code(result: Result<(), crate::case::refusal::Refusal>) -> Code {
    result.unwrap_err().code
}

#[test]
fn art_36_3_a_denial_needs_a_third_person() {
    for kind in ReplyKind::ALL.iter().copied().filter(|kind| kind.is_denial()) {
        let mut bench = assigned();
        draft(&mut bench, HANDLER, &[item(kind)]).unwrap();
        let refusal = issue(&mut bench, APPROVER).unwrap_err();
        assert_eq!((refusal.code, refusal.article.as_deref()), (Code::SecondApprovalMissing, Some("36(3)")), "{kind:?}");
        review(&mut bench, APPROVER, "content", "approved").unwrap();
        assert_eq!(code(issue(&mut bench, APPROVER)), Code::SecondApprovalMissing, "the signer's own review is no second approval");
        issue(&mut bench, APPROVER_TWO).unwrap();
    }
}

#[test]
fn art_36_3_one_denied_item_among_others_is_a_denial() {
    let mut bench = assigned();
    let mut denied = item(ReplyKind::D2);
    denied["main"] = json!(false);
    draft(&mut bench, HANDLER, &[item(ReplyKind::A2), denied]).unwrap();
    assert_eq!(code(issue(&mut bench, APPROVER)), Code::SecondApprovalMissing);
    review(&mut bench, REVIEWER, "legal", "approved").unwrap();
    issue(&mut bench, APPROVER).unwrap();
    assert_eq!(bench.case().standing_reply().unwrap().items.len(), 2);
}

#[test]
fn what_denies_nothing_needs_no_second_approval() {
    for kind in [ReplyKind::A1, ReplyKind::A2, ReplyKind::D8, ReplyKind::N1A, ReplyKind::N1B, ReplyKind::P1] {
        let mut bench = assigned();
        draft(&mut bench, HANDLER, &[item(kind)]).unwrap();
        issue(&mut bench, APPROVER).unwrap();
    }
}

#[test]
fn the_drafter_neither_reviews_nor_signs() {
    let mut bench = assigned();
    draft(&mut bench, CLERK, &[item(ReplyKind::A2)]).unwrap();
    assert_eq!(code(review(&mut bench, CLERK, "content", "approved")), Code::SamePerson);
    assert_eq!(code(issue(&mut bench, CLERK)), Code::SamePerson);
    draft(&mut bench, APPROVER, &[item(ReplyKind::D4)]).unwrap();
    review(&mut bench, REVIEWER, "legal", "approved").unwrap();
    assert_eq!(code(issue(&mut bench, APPROVER)), Code::SamePerson, "drafter of a denial that another reviewed");
    issue(&mut bench, APPROVER_TWO).unwrap();
}

#[test]
fn reviews_of_an_earlier_draft_do_not_count() {
    let mut bench = assigned();
    draft(&mut bench, HANDLER, &[item(ReplyKind::D4)]).unwrap();
    review(&mut bench, REVIEWER, "legal", "approved").unwrap();
    draft(&mut bench, HANDLER, &[item(ReplyKind::D4)]).unwrap();
    assert_eq!(code(issue(&mut bench, APPROVER)), Code::SecondApprovalMissing);
}

#[test]
fn one_person_reviews_a_draft_once_in_each_kind() {
    let mut bench = assigned();
    draft(&mut bench, HANDLER, &[item(ReplyKind::A2)]).unwrap();
    review(&mut bench, REVIEWER, "legal", "approved").unwrap();
    assert_eq!(code(review(&mut bench, REVIEWER, "legal", "returned")), Code::AlreadyDone);
    review(&mut bench, REVIEWER, "secrecy", "approved").unwrap();
    review(&mut bench, APPROVER, "legal", "approved").unwrap();
    let reviews = &bench.case().open_draft().unwrap().reviews;
    assert_eq!(
        reviews.iter().map(|review| (review.by, review.on)).collect::<Vec<_>>(),
        [(REVIEWER, bench.today), (REVIEWER, bench.today), (APPROVER, bench.today)]
    );
    draft(&mut bench, HANDLER, &[item(ReplyKind::A2)]).unwrap();
    review(&mut bench, REVIEWER, "legal", "approved").unwrap();
}

#[test]
fn a_returned_draft_says_why_and_is_done_with() {
    let mut bench = assigned();
    draft(&mut bench, HANDLER, &[item(ReplyKind::A2)]).unwrap();
    let silent = bench.take::<ReviewDraft>(REVIEWER, None, json!({"kind": "content", "verdict": "returned"})).unwrap_err();
    assert_eq!((silent.code, silent.errors[0].pointer.as_str()), (Code::FieldsRefused, "/opinion"));
    review(&mut bench, REVIEWER, "content", "returned").unwrap();
    assert_eq!(bench.case().drafts[0].state, DraftState::Returned);
    assert_eq!(code(issue(&mut bench, APPROVER)), Code::DraftReturned);
    assert_eq!(code(review(&mut bench, APPROVER, "content", "approved")), Code::DraftReturned);
    draft(&mut bench, HANDLER, &[item(ReplyKind::A2)]).unwrap();
    issue(&mut bench, APPROVER).unwrap();
}

#[test]
fn without_a_draft_there_is_nothing_to_review_or_issue() {
    let mut bench = assigned();
    assert_eq!(code(review(&mut bench, REVIEWER, "legal", "approved")), Code::NoDraft);
    assert_eq!(code(issue(&mut bench, APPROVER)), Code::NoDraft);
    issued(&mut bench, &[item(ReplyKind::A2)]).unwrap();
    assert_eq!(code(issue(&mut bench, APPROVER)), Code::StageForbids);
}

fn number_needed(bench: &Bench) -> Option<(NumberKind, i32)> {
    IssueReply::default().needs(None, bench.case(), bench.today).number
}

fn recall(bench: &mut Bench) {
    let reply = bench.case().replies.last().unwrap().n;
    happens(bench, &CaseEvent::ReplyRecalled { reply, reason: why() });
}

#[test]
fn domain_6_6_a_recalled_reply_gives_its_number_to_the_next() {
    let mut bench = assigned();
    draft(&mut bench, HANDLER, &[item(ReplyKind::A2)]).unwrap();
    assert_eq!(number_needed(&bench), Some((NumberKind::Reply, 2026)));
    issue(&mut bench, APPROVER).unwrap();
    let number = bench.case().replies[0].document_number.clone();
    assert!(number.starts_with("示市监公复〔2026〕") && number.ends_with('号'), "{number}");
    recall(&mut bench);
    assert_eq!(code(issue(&mut bench, APPROVER)), Code::NoDraft, "a new version is drafted and approved anew");
    bench.go("2027-01-05");
    for n in 2..=3 {
        draft(&mut bench, HANDLER, &[item(ReplyKind::A2)]).unwrap();
        assert_eq!(number_needed(&bench), None);
        issue(&mut bench, APPROVER).unwrap();
        let reply = bench.case().standing_reply().unwrap();
        assert_eq!((reply.n, reply.draft, reply.round, &reply.document_number), (n, n, 1, &number));
        if n == 2 {
            recall(&mut bench);
        }
    }
}

#[test]
fn domain_6_6_after_a_revocation_the_next_round_has_its_own_number() {
    let mut bench = assigned();
    issued(&mut bench, &[item(ReplyKind::A2)]).unwrap();
    let number = bench.case().replies[0].document_number.clone();
    posted(&mut bench);
    let revocation = Revocation { reason: why(), document_number: "甲".into(), drawn: None, on: bench.today, by: APPROVER };
    happens(&mut bench, &CaseEvent::ReplyRevoked { reply: 1, revocation });
    assert_eq!(number_needed(&bench), Some((NumberKind::Reply, 2026)));
    issued(&mut bench, &[item(ReplyKind::A2)]).unwrap();
    let reply = bench.case().standing_reply().unwrap();
    assert_eq!((reply.n, reply.round, bench.case().drafts[1].round), (2, 2, 2));
    assert_ne!(reply.document_number, number);
}

#[test]
fn domain_5_1_the_remedy_path_of_each_kind() {
    for kind in ReplyKind::ALL.iter().copied().filter(|kind| !super::rests_on_a_step(*kind) && !kind.is_of_record_correction()) {
        let mut bench = with_earlier();
        issued(&mut bench, &[item(kind)]).unwrap();
        let remedy = &bench.case().standing_reply().unwrap().remedy;
        // Art 14-16 go to reconsideration first; the part that `item` withholds under B is no government information.
        let first = kind.ground().is_some();
        let path = if first { RemedyPath::ReconsiderationFirst } else { RemedyPath::FreeChoice };
        assert_eq!(remedy.path, path, "{kind:?}");
        assert_eq!(remedy.reconsideration_body.as_deref(), Some("示范区人民政府"));
        assert_eq!(remedy.court.as_deref(), Some("示范区人民法院"));
        assert_eq!(remedy.text.contains("应当先申请行政复议"), first, "{}", remedy.text);
        assert_eq!(remedy.text.contains("6个月内直接向示范区人民法院"), !first, "{}", remedy.text);
        assert!(remedy.text.contains("60日") && remedy.text.contains("https://fuyi.example.cn"), "{}", remedy.text);
    }
}

#[test]
fn choice_28_one_part_denied_sends_the_whole_to_reconsideration_first() {
    let mut bench = assigned();
    let mut part = item(ReplyKind::B);
    part["withheld_under"] = json!(["third_party"]);
    part["articles"] = json!(["37", "15"]);
    part["no_consultation_reason"] = json!("涉及个人隐私，已隐去姓名");
    part["main"] = json!(false);
    issued(&mut bench, &[item(ReplyKind::A2), part]).unwrap();
    assert_eq!(bench.case().standing_reply().unwrap().remedy.path, RemedyPath::ReconsiderationFirst);
}

#[test]
fn the_bodies_are_those_in_force_on_the_day_of_issue() {
    let mut bench = assigned();
    let mut later = bench.settings.reconsideration_bodies[0].clone();
    (later.from_on, later.name) = (day("2026-11-09"), "示范市人民政府".into());
    bench.settings.reconsideration_bodies.push(later);
    draft(&mut bench, HANDLER, &[item(ReplyKind::A2)]).unwrap();
    bench.go("2026-11-09");
    issue(&mut bench, APPROVER).unwrap();
    let remedy = &bench.case().standing_reply().unwrap().remedy;
    assert_eq!(remedy.reconsideration_body.as_deref(), Some("示范市人民政府"));
}

#[test]
fn art_51_a_paragraph_that_is_owed_needs_its_bodies() {
    for (articles, forget) in [
        ("复议法 24", (|bench: &mut Bench| bench.settings.reconsideration_bodies.clear()) as fn(&mut Bench)),
        ("行诉法 45, 46", |bench| bench.settings.courts.clear()),
    ] {
        let mut bench = assigned();
        forget(&mut bench);
        draft(&mut bench, HANDLER, &[item(ReplyKind::A2)]).unwrap();
        let refusal = issue(&mut bench, APPROVER).unwrap_err();
        assert_eq!((refusal.code, refusal.article.as_deref()), (Code::SettingMissing, Some(articles)));
        draft(&mut bench, HANDLER, &[json!({"kind": "o3", "main": true, "subject": "甲文件", "other_reason": "withdrawn"})]).unwrap();
        issue(&mut bench, APPROVER).unwrap();
        let reply = bench.case().standing_reply().unwrap();
        assert_eq!((reply.remedy.path, reply.remedy.text.as_str(), reply.letter_needed), (RemedyPath::None, "", false));
    }
}

#[test]
fn a_withdrawal_beside_an_answer_is_told_with_it() {
    let mut bench = assigned();
    let withdrawn = json!({"kind": "o3", "subject": "乙文件", "other_reason": "withdrawn"});
    issued(&mut bench, &[item(ReplyKind::A2), withdrawn]).unwrap();
    let reply = bench.case().standing_reply().unwrap();
    assert_eq!((reply.letter_needed, reply.remedy.path, bench.case().stage), (true, RemedyPath::FreeChoice, Stage::Replied));
}

#[test]
fn a_reply_signed_for_paper_alone_stays_one_and_never_goes_on_line() {
    let reply = Letter::Reply { n: 1 };
    for (body, paper_only, refused) in [(json!({}), false, None), (json!({"paper_only": true}), true, Some(Code::LetterNotMade))] {
        let mut bench = assigned();
        draft(&mut bench, HANDLER, &[item(ReplyKind::A2)]).unwrap();
        review(&mut bench, REVIEWER, "legal", "approved").unwrap();
        bench.take::<IssueReply>(APPROVER, None, body).unwrap();
        assert_eq!(bench.case().replies[0].paper_only, paper_only);
        let kept = serde_json::to_value(&bench.case().replies[0]).unwrap();
        assert_eq!(kept.get("paper_only").is_some(), paper_only, "nothing new stands in any other");
        made(&mut bench, reply);
        let method = json!({"method": "online", "address": "jia@example.cn", "consent": DOCUMENT});
        let sent = bench.take::<DispatchLetter>(CLERK, None, json!({"letter": reply, "on": bench.today, "method": method}));
        assert_eq!(sent.err().map(|refusal| refusal.code), refused);
    }
}
