//! The review chain, deputies, secrecy review and sealed originals (Art 17, 45).

use super::{APPROVER, Bench, CLERK, DOCUMENT, HANDLER, REVIEWER, assigned, draft, issue, item, review};
use crate::case::duties::duties;
use crate::case::facts::{KnownDocument, Posts};
use crate::case::model::SealedOriginal;
use crate::case::projection::project;
use crate::case::refusal::{Code, Refusal};
use crate::case::testing::{APPROVER_TWO, DEPARTMENT};
use crate::rules::permissions::Role;
use crate::rules::reply_kinds::ReplyKind;
use crate::rules::review::{ReviewKind, ReviewLine, ReviewedOutcome, default_chain};
use crate::rules::terms::DutyKind;
use crate::steps::reply::review::ReviewDraft;
use serde_json::{Value, json};
use uuid::Uuid;

const ORIGINAL: Uuid = Uuid::from_u128(21);

fn code<T: std::fmt::Debug>(result: Result<T, Refusal>) -> Code {
    result.unwrap_err().code
}

fn chained(outcome: ReviewedOutcome, reviews: &[ReviewKind]) -> Bench {
    let mut bench = assigned();
    bench.settings.review_chain = vec![ReviewLine { outcome, reviews: reviews.to_vec() }];
    bench
}

/// With a second document, the original of the first.
fn redacting() -> (Bench, Value) {
    let mut bench = assigned();
    bench.settings.review_chain = default_chain();
    bench.known.documents.insert(ORIGINAL, KnownDocument { sha256: "11".repeat(32), sealed_in: Vec::new() });
    let mut given = item(ReplyKind::B);
    given["attachments"] = json!([{"redacted": DOCUMENT, "unredacted": ORIGINAL}]);
    (bench, given)
}

#[test]
fn article_17_nothing_is_given_without_a_secrecy_review() {
    for kind in [ReplyKind::A2, ReplyKind::B] {
        let mut bench = assigned();
        bench.settings.review_chain = default_chain();
        let mut given = item(kind);
        given["attachments"] = json!([DOCUMENT]);
        draft(&mut bench, HANDLER, &[given]).unwrap();
        review(&mut bench, REVIEWER, "legal", "approved").unwrap();
        let refusal = issue(&mut bench, APPROVER).unwrap_err();
        assert_eq!((refusal.code, refusal.article.as_deref()), (Code::ReviewMissing, Some("17")), "{kind:?}");
        assert!(refusal.detail_zh.contains("保密审查"), "{}", refusal.detail_zh);
        let silent = bench.take::<ReviewDraft>(REVIEWER, None, json!({"kind": "secrecy", "verdict": "approved"})).unwrap_err();
        assert_eq!((silent.code, silent.errors[0].pointer.as_str()), (Code::FieldsRefused, "/redaction"));
        let said = json!({"kind": "secrecy", "verdict": "approved", "redaction": "redacted"});
        bench.take::<ReviewDraft>(REVIEWER, None, said).unwrap();
        issue(&mut bench, APPROVER).unwrap();
    }
}

#[test]
fn a_chain_is_followed_in_its_order_and_by_who_holds_the_posts() {
    let mut bench = chained(ReviewedOutcome::Denial, &[ReviewKind::DepartmentHead, ReviewKind::Office, ReviewKind::Legal]);
    bench.head = CLERK;
    let head = Uuid::from_u128(30);
    bench.posts.insert(head, Posts { heads: [DEPARTMENT].into(), ..Posts::default() });
    draft(&mut bench, HANDLER, &[item(ReplyKind::D4)]).unwrap();
    let early = review(&mut bench, REVIEWER, "legal", "approved").unwrap_err();
    assert_eq!((early.code, early.errors[0].pointer.as_str()), (Code::ReviewMissing, "/kind"));
    assert!(early.detail_en.contains("head of the handling department"));
    assert_eq!(code(review(&mut bench, REVIEWER, "department_head", "approved")), Code::NotPermitted, "a role is no post");
    review(&mut bench, head, "department_head", "approved").unwrap();
    assert_eq!(code(review(&mut bench, head, "office", "approved")), Code::NotPermitted);
    review(&mut bench, CLERK, "office", "approved").unwrap();
    assert_eq!(code(issue(&mut bench, APPROVER)), Code::ReviewMissing);
    review(&mut bench, REVIEWER, "legal", "approved").unwrap();
    issue(&mut bench, APPROVER).unwrap();
}

#[test]
fn article_45_who_gave_the_department_s_review_or_all_of_them_does_not_sign() {
    let signs = |reviews: &[(ReviewKind, Uuid)]| {
        let mut bench = chained(ReviewedOutcome::Any, &reviews.iter().map(|(kind, _)| *kind).collect::<Vec<_>>());
        bench.posts.insert(APPROVER, Posts { heads: [DEPARTMENT].into(), ..Posts::default() });
        bench.head = APPROVER;
        draft(&mut bench, HANDLER, &[item(ReplyKind::A1)]).unwrap();
        for (kind, who) in reviews {
            review(&mut bench, *who, kind.code(), "approved").unwrap();
        }
        let sign = duties(bench.case(), bench.calendar()).into_iter().find(|duty| duty.kind == DutyKind::SignReply).unwrap();
        let signed = issue(&mut bench, APPROVER).map_err(|refusal| (refusal.code, refusal.article.unwrap_or_default().into_owned()));
        assert_eq!(sign.whose.barred.contains(&APPROVER), signed.is_err(), "it is on the list of who may, and of nobody else");
        if signed.is_err() {
            issue(&mut bench, APPROVER_TWO).unwrap();
        }
        signed
    };
    let refused = Err((Code::SamePerson, "45".to_owned()));
    assert_eq!(signs(&[(ReviewKind::DepartmentHead, APPROVER)]), refused);
    assert_eq!(signs(&[(ReviewKind::DepartmentHead, APPROVER), (ReviewKind::Legal, REVIEWER)]), refused);
    assert_eq!(signs(&[(ReviewKind::Office, APPROVER), (ReviewKind::Secrecy, APPROVER)]), refused, "one for everything");
    assert_eq!(signs(&[(ReviewKind::Office, APPROVER), (ReviewKind::Legal, REVIEWER)]), Ok(()), "the office's head reviews and signs");
    assert_eq!(signs(&[(ReviewKind::Secrecy, APPROVER)]), Ok(()), "a small bureau's chain of one step");
}

#[test]
fn article_45_a_deputy_s_review_counts_for_the_principal_too() {
    let mut bench = chained(ReviewedOutcome::Any, &[ReviewKind::DepartmentHead]);
    let deputy = Uuid::from_u128(31);
    bench.posts.insert(deputy, Posts { heads_for: [(DEPARTMENT, APPROVER)].into(), signs_for: [APPROVER_TWO].into(), ..Posts::default() });
    draft(&mut bench, HANDLER, &[item(ReplyKind::A1)]).unwrap();
    review(&mut bench, deputy, "department_head", "approved").unwrap();
    assert_eq!(code(issue(&mut bench, APPROVER)), Code::SamePerson);
    assert_eq!(code(issue(&mut bench, deputy)), Code::SamePerson);
    issue(&mut bench, APPROVER_TWO).unwrap();
}

#[test]
fn a_chain_for_denials_asks_nothing_of_other_replies() {
    let mut bench = chained(ReviewedOutcome::Denial, &[ReviewKind::Legal]);
    draft(&mut bench, HANDLER, &[item(ReplyKind::N1A)]).unwrap();
    issue(&mut bench, APPROVER).unwrap();
}

#[test]
fn who_holds_no_post_reviews_nothing() {
    let mut bench = assigned();
    draft(&mut bench, CLERK, &[item(ReplyKind::A2)]).unwrap();
    assert_eq!(code(review(&mut bench, HANDLER, "content", "approved")), Code::NotPermitted);
}

#[test]
fn a_deputy_acts_in_the_principal_s_name_and_not_for_the_drafter() {
    let deputy = Uuid::from_u128(31);
    let standing_for = |principal: Uuid| Posts { signs_for: [principal].into(), ..Posts::default() };
    let mut bench = assigned();
    bench.posts.insert(deputy, standing_for(APPROVER));
    draft(&mut bench, HANDLER, &[item(ReplyKind::D4)]).unwrap();
    review(&mut bench, deputy, "content", "approved").unwrap();
    let given = bench.case().open_draft().unwrap().reviews[0].clone();
    assert_eq!((given.by, given.deputy_for), (deputy, Some(APPROVER)));
    assert_eq!(code(issue(&mut bench, APPROVER)), Code::SecondApprovalMissing, "the own deputy is no second approval");
    assert_eq!(code(issue(&mut bench, deputy)), Code::SecondApprovalMissing);
    review(&mut bench, REVIEWER, "legal", "approved").unwrap();
    issue(&mut bench, deputy).unwrap();
    let reply = bench.case().standing_reply().unwrap();
    assert_eq!((reply.by, reply.deputy_for), (deputy, Some(APPROVER)));

    let mut bench = assigned();
    bench.posts.insert(deputy, standing_for(CLERK));
    draft(&mut bench, CLERK, &[item(ReplyKind::A2)]).unwrap();
    assert_eq!(code(review(&mut bench, deputy, "content", "approved")), Code::SamePerson, "nobody has the own draft reviewed by a deputy");
    assert_eq!(code(issue(&mut bench, deputy)), Code::SamePerson);
    assert_eq!(code(issue(&mut bench, Uuid::from_u128(32))), Code::NotPermitted);
    issue(&mut bench, APPROVER_TWO).unwrap();
}

#[test]
fn an_original_is_sealed_and_never_given() {
    let (mut bench, given) = redacting();
    draft(&mut bench, HANDLER, std::slice::from_ref(&given)).unwrap();
    let kept = &bench.case().open_draft().unwrap().items[0].grounds;
    assert_eq!(
        (kept.attachments.clone(), kept.sealed.clone()),
        (vec![DOCUMENT], vec![SealedOriginal { redacted: DOCUMENT, unredacted: ORIGINAL }])
    );
    let rows = project(bench.case(), bench.calendar()).sealed;
    assert_eq!(rows.iter().map(|row| (row.document, row.drafter, row.draft)).collect::<Vec<_>>(), [(ORIGINAL, HANDLER, 1)]);
    let wrong = json!({"kind": "secrecy", "verdict": "approved", "redaction": "not_needed"});
    assert_eq!(code(bench.take::<ReviewDraft>(REVIEWER, None, wrong).map(|_| ())), Code::FieldsRefused);

    // Once sealed, it is not given by a later draft either; nor beside its own redaction; nor as its own.
    let case = bench.case().id;
    bench.known.documents.get_mut(&ORIGINAL).unwrap().sealed_in = vec![case];
    let with = |attachments: Value| {
        let mut item = given.clone();
        item["attachments"] = attachments;
        item
    };
    assert_eq!(code(draft(&mut bench, HANDLER, &[with(json!([ORIGINAL]))])), Code::UnredactedGiven);
    bench.known.documents.get_mut(&ORIGINAL).unwrap().sealed_in = Vec::new();
    let pair = json!({"redacted": DOCUMENT, "unredacted": ORIGINAL});
    for attachments in [json!([ORIGINAL, pair]), json!([{"redacted": DOCUMENT, "unredacted": DOCUMENT}])] {
        assert_eq!(code(draft(&mut bench, HANDLER, &[with(attachments)])), Code::UnredactedGiven);
    }
    assert_eq!(
        code(draft(&mut bench, HANDLER, &[with(json!([{"redacted": DOCUMENT, "unredacted": Uuid::from_u128(99)}]))])),
        Code::UnknownReference
    );
}

#[test]
fn an_original_sealed_in_another_case_opens_to_nobody_here() {
    let (mut bench, given) = redacting();
    bench.known.documents.get_mut(&ORIGINAL).unwrap().sealed_in = vec![Uuid::from_u128(77)];
    assert_eq!(code(draft(&mut bench, HANDLER, std::slice::from_ref(&given))), Code::SealedDocument);
}

#[test]
fn the_same_bytes_are_no_redaction() {
    let (mut bench, given) = redacting();
    let same = bench.known.documents[&DOCUMENT].sha256.clone();
    bench.known.documents.get_mut(&ORIGINAL).unwrap().sha256 = same;
    assert_eq!(code(draft(&mut bench, HANDLER, std::slice::from_ref(&given))), Code::UnredactedGiven);
}

#[test]
fn what_another_case_sealed_after_the_draft_is_not_signed_out() {
    let mut bench = assigned();
    let mut given = item(ReplyKind::A2);
    given["attachments"] = json!([DOCUMENT]);
    draft(&mut bench, HANDLER, &[given]).unwrap();
    bench.known.documents.get_mut(&DOCUMENT).unwrap().sealed_in = vec![Uuid::from_u128(77)];
    assert_eq!(code(issue(&mut bench, APPROVER)), Code::UnredactedGiven);
}

#[test]
fn article_36_3_a_secrecy_review_is_no_second_approval() {
    let mut bench = assigned();
    draft(&mut bench, HANDLER, &[item(ReplyKind::D7)]).unwrap();
    review(&mut bench, REVIEWER, "secrecy", "approved").unwrap();
    assert_eq!(code(issue(&mut bench, APPROVER)), Code::SecondApprovalMissing);
    review(&mut bench, REVIEWER, "legal", "approved").unwrap();
    issue(&mut bench, APPROVER).unwrap();
}

#[test]
fn own_words_handed_in_by_a_colleague_stay_own_words() {
    let mut bench = assigned();
    bench.known.accounts.get_mut(&APPROVER).unwrap().roles.insert(Role::Clerk);
    draft(&mut bench, APPROVER, &[item(ReplyKind::A1)]).unwrap();
    draft(&mut bench, HANDLER, &[item(ReplyKind::A1)]).unwrap();
    assert_eq!(code(issue(&mut bench, APPROVER)), Code::SamePerson);
}

#[test]
fn a_deputy_of_the_head_reviews_in_the_heads_name() {
    let mut bench = assigned();
    bench.settings.review_chain = Vec::new();
    // The head signs, and the own deputy's review for the office is no second approval.
    let deputy = Uuid::from_u128(31);
    bench.known.accounts.insert(deputy, bench.known.accounts[&REVIEWER].clone());
    bench.posts.insert(deputy, Posts { office_for: Some(APPROVER), ..Posts::default() });
    bench.head = deputy;
    draft(&mut bench, HANDLER, &[item(ReplyKind::D7)]).unwrap();
    review(&mut bench, deputy, "office", "approved").unwrap();
    assert_eq!(bench.case().open_draft().unwrap().reviews[0].deputy_for, Some(APPROVER));
    assert_eq!(code(issue(&mut bench, APPROVER)), Code::SecondApprovalMissing);
}
