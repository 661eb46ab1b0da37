//! What each kind of reply needs (domain 1.4 and 2), and what a draft may not say.

use super::{
    APPROVER, Bench, CLERK, DOCUMENT, EARLIER, HANDLER, REVIEWER, answered, assigned, draft, happens, issued, item, merge, posted, why,
    with_earlier,
};
use crate::case::event::CaseEvent;
use crate::case::model::{DraftState, Revocation};
use crate::case::refusal::{Code, Refusal};
use crate::case::stage::Stage;
use crate::case::testing::{AGENCY, DEPARTMENT, day};
use crate::rules::reply_kinds::ReplyKind;
use crate::steps::handle::assign::AssignCase;
use crate::steps::register::enter::RegisterCase;
use serde_json::{Value, json};
use uuid::Uuid;

fn open_kinds() -> impl Iterator<Item = ReplyKind> {
    ReplyKind::ALL.iter().copied().filter(|kind| !super::rests_on_a_step(*kind) && !kind.is_of_record_correction())
}

fn errors(refusal: &Refusal) -> Vec<(&str, &str)> {
    refusal.errors.iter().map(|error| (error.pointer.as_str(), &*error.code)).collect()
}

#[test]
fn every_kind_with_all_it_needs_is_drafted_and_issued() {
    for kind in open_kinds() {
        let mut bench = with_earlier();
        issued(&mut bench, &[item(kind)]).unwrap_or_else(|refusal| panic!("{kind:?}: {refusal:?}"));
        let case = bench.case();
        assert_eq!(case.stage, Stage::Replied, "{kind:?}");
        let reply = case.standing_reply().unwrap();
        assert_eq!((reply.n, reply.draft, reply.round, reply.by, reply.on), (1, 1, 1, APPROVER, day("2026-11-06")));
        assert_eq!((reply.items[0].n, reply.items[0].kind, reply.letter_needed), (1, kind, true));
        assert_eq!(case.drafts[0].state, DraftState::Issued);
    }
}

/// Field taken away, code, article; reasons and articles beside what the kind itself asks for.
fn needed(kind: ReplyKind) -> &'static [(&'static str, &'static str, &'static str)] {
    match kind {
        ReplyKind::A1 => &[("reasons", "reasons", "36(1)"), ("articles", "articles", "36(1)"), ("how_to_obtain", "how_to_obtain", "36(1)")],
        ReplyKind::A2 => &[("reasons", "reasons", "36(2)"), ("articles", "articles", "36(2)"), ("how_to_obtain", "how_to_obtain", "36(2)")],
        ReplyKind::B => &[
            ("reasons", "reasons", "36(3)"),
            ("articles", "articles", "37"),
            ("withheld_under", "ground", "37"),
            ("attachments", "how_to_obtain", "37"),
        ],
        ReplyKind::D1 => {
            &[("reasons", "reasons", "36(3)"), ("articles", "articles", "36(3), 14"), ("classification", "classification", "14")]
        }
        ReplyKind::D2 | ReplyKind::D3 => &[("reasons", "reasons", "36(3)"), ("articles", "articles", "36(3), 14")],
        ReplyKind::D4 => {
            &[("reasons", "reasons", "36(3)"), ("articles", "articles", "36(3), 15"), ("no_consultation_reason", "consultation", "32")]
        }
        ReplyKind::D5 => &[
            ("reasons", "reasons", "36(3)"),
            ("articles", "articles", "36(3), 16(1)"),
            ("discretion_note", "discretion", "16"),
            ("internal_affair", "internal_affair", "16(1)"),
        ],
        ReplyKind::D6 => &[
            ("reasons", "reasons", "36(3)"),
            ("articles", "articles", "36(3), 16(2)"),
            ("discretion_note", "discretion", "16"),
            ("no_rule_requires_disclosure", "no_rule_requires_disclosure", "16(2)"),
            ("process_information", "process_information", "16(2)"),
        ],
        ReplyKind::D7 => &[
            ("reasons", "reasons", "36(3)"),
            ("articles", "articles", "36(3), 16(2)"),
            ("discretion_note", "discretion", "16"),
            ("no_rule_requires_disclosure", "no_rule_requires_disclosure", "16(2)"),
        ],
        ReplyKind::D8 => &[("reasons", "reasons", "36(7)"), ("articles", "articles", "36(7)"), ("access_rules", "access_rules", "36(7)")],
        ReplyKind::N1A => &[
            ("reasons", "reasons", "36(4)"),
            ("articles", "articles", "36(4)"),
            ("search", "search_record", "36(4)"),
            ("no_contact_reason", "contact_or_reason_needed", "45"),
        ],
        ReplyKind::N1B => &[
            ("reasons", "reasons", "36(5)"),
            ("articles", "articles", "36(5)"),
            ("duty_basis", "duty_basis", "10(1)"),
            ("competent_agency", "competent_agency", "36(5)"),
            ("competent_agency_contact", "competent_agency", "36(5)"),
            ("no_contact_reason", "contact_or_reason_needed", "45"),
        ],
        ReplyKind::N2 => {
            &[("reasons", "reasons", "38"), ("articles", "articles", "38"), ("no_contact_reason", "contact_or_reason_needed", "45")]
        }
        ReplyKind::P1 => &[("reasons", "reasons", "39(1)"), ("articles", "articles", "39(1)")],
        ReplyKind::P2 => &[("reasons", "reasons", "36(6)"), ("articles", "articles", "36(6)"), ("earlier_case", "answered_case", "36(6)")],
        ReplyKind::P3 => &[("reasons", "reasons", "39(2)"), ("articles", "articles", "39(2)"), ("how_to_obtain", "how_to_obtain", "39(2)")],
        ReplyKind::P5 => &[("reasons", "reasons", "30号")],
        ReplyKind::O3 => &[("reasons", "reasons", "2"), ("other_reason", "other_reason", "2")],
        ReplyKind::N3 | ReplyKind::P4 | ReplyKind::O1 | ReplyKind::O2 | ReplyKind::R1 | ReplyKind::R2 | ReplyKind::R3 | ReplyKind::R4 => {
            &[]
        }
    }
}

#[test]
fn each_missing_thing_alone_is_refused_with_its_article() {
    for kind in open_kinds() {
        assert!(!needed(kind).is_empty(), "{kind:?}");
        for (taken, code, article) in needed(kind) {
            let mut bench = with_earlier();
            let mut lacking = item(kind);
            assert!(lacking.as_object_mut().unwrap().remove(*taken).is_some(), "{kind:?} {taken}");
            let refusal = draft(&mut bench, HANDLER, &[lacking]).unwrap_err();
            let field = if *code == "how_to_obtain" { "how_to_obtain" } else { taken };
            assert_eq!((refusal.code, refusal.article.as_deref()), (Code::ReplyIncomplete, Some(*article)), "{kind:?} {taken}");
            let pointer = format!("/items/0/{field}");
            assert_eq!(errors(&refusal), [(pointer.as_str(), *code)], "{kind:?} {taken}");
            assert!(refusal.errors[0].detail_zh.contains(article) && refusal.errors[0].detail_en.contains(article));
            assert!(bench.case().drafts.is_empty());
        }
    }
}

#[test]
fn everything_missing_in_every_item_is_named_at_once() {
    let mut bench = assigned();
    let bare = |kind: &str, main: bool| json!({"kind": kind, "main": main, "subject": "甲文件"});
    let refusal = draft(&mut bench, HANDLER, &[bare("d6", true), bare("n1a", false)]).unwrap_err();
    assert_eq!(
        errors(&refusal),
        [
            ("/items/0/reasons", "reasons"),
            ("/items/0/articles", "articles"),
            ("/items/0/discretion_note", "discretion"),
            ("/items/0/no_rule_requires_disclosure", "no_rule_requires_disclosure"),
            ("/items/0/process_information", "process_information"),
            ("/items/1/reasons", "reasons"),
            ("/items/1/articles", "articles"),
            ("/items/1/search", "search_record"),
            ("/items/1/no_contact_reason", "contact_or_reason_needed"),
        ]
    );
    assert_eq!(refusal.article.as_deref(), Some("36(3); 36(3), 16(2); 16; 16(2); 36(4); 45"));
}

#[test]
fn art_37_the_part_withheld_is_proved_as_if_it_were_the_whole() {
    let mut bench = assigned();
    let mut part = item(ReplyKind::B);
    merge(&mut part, json!({"withheld_under": ["internal_affairs", "process_information", "state_secret", "third_party"]}));
    merge(&mut part, json!({"articles": ["37", "14", "15", "16(1), 16(2)"]}));
    let refusal = draft(&mut bench, HANDLER, &[part]).unwrap_err();
    let codes: Vec<&str> = errors(&refusal).into_iter().map(|(_, code)| code).collect();
    assert_eq!(
        codes,
        ["classification", "consultation", "discretion", "no_rule_requires_disclosure", "internal_affair", "process_information"]
    );
}

#[test]
fn arts_14_15_36_37_what_is_cited_fits_what_is_decided() {
    let cites = |kind: ReplyKind, articles: &[&str]| {
        let mut item = item(kind);
        merge(&mut item, json!({"articles": articles}));
        item
    };
    for (kind, articles, code, named, said) in [
        (ReplyKind::D4, ["36(3)", "36(7)"].as_slice(), "article_missing", "15; 36(7)", "却未引用"),
        (ReplyKind::D4, &["15", "36(7)"], "article_contradicts", "36(7)", "行政查询事项"),
        (ReplyKind::A2, &["36(2)", "14"], "article_contradicts", "14", "国家秘密"),
        (ReplyKind::A2, &["36(3)", "36(2)"], "article_contradicts", "36(3)", "不予公开"),
        (ReplyKind::B, &["36(2)"], "article_missing", "37", "却未引用"),
    ] {
        let refusal = draft(&mut assigned(), HANDLER, &[cites(kind, articles)]).unwrap_err();
        assert_eq!(refusal.code, Code::ReplyIncomplete);
        assert_eq!(errors(&refusal)[0], ("/items/0/articles", code), "{kind:?} {articles:?}");
        assert_eq!(refusal.article.as_deref(), Some(named));
        assert!(refusal.detail_zh.contains(said), "{}", refusal.detail_zh);
    }
    let mut second = cites(ReplyKind::D7, &["16(2)", "36(3)"]);
    second["main"] = json!(false);
    draft(&mut assigned(), HANDLER, &[cites(ReplyKind::A2, &["36(2)", "16(2)", "民法典 1032"]), second]).unwrap();
}

#[test]
fn art_36_6_only_an_answered_case_of_the_same_applicant_makes_a_repeat() {
    let repeat = [item(ReplyKind::P2)];
    let mut bench = assigned();
    let refusal = draft(&mut bench, HANDLER, &repeat).unwrap_err();
    assert_eq!((refusal.code, errors(&refusal)), (Code::UnknownReference, vec![("/items/0/earlier_case", "unknown_reference")]));

    let mut unanswered = answered();
    unanswered.dispatches.clear();
    let mut own = answered();
    own.id = bench.case().id;
    for (other, same_applicant, word) in [(answered(), false, "同一申请人"), (unanswered, true, "合并办理"), (own, true, "本案")]
    {
        let refusal = draft(bench.knows(EARLIER, other, same_applicant), HANDLER, &repeat).unwrap_err();
        assert_eq!((refusal.code, refusal.article.as_deref()), (Code::ReplyIncomplete, Some("36(6)")));
        assert_eq!(errors(&refusal), [("/items/0/earlier_case", "answered_case")]);
        assert!(refusal.detail_zh.contains(word), "{}", refusal.detail_zh);
    }
    draft(bench.knows(EARLIER, answered(), true), HANDLER, &repeat).unwrap();
}

#[test]
fn art_36_6_a_reply_revoked_since_the_draft_carries_no_repeat() {
    let mut bench = with_earlier();
    draft(&mut bench, HANDLER, &[item(ReplyKind::P2)]).unwrap();
    let mut earlier = assigned();
    issued(&mut earlier, &[item(ReplyKind::A2)]).unwrap();
    posted(&mut earlier);
    let revocation = Revocation { reason: why(), document_number: "甲".into(), drawn: None, on: earlier.today, by: APPROVER };
    happens(&mut earlier, &CaseEvent::ReplyRevoked { reply: 1, revocation });
    bench.knows(EARLIER, crate::case::model::Case { id: EARLIER, ..earlier.case().clone() }, true);
    let refusal = super::issue(&mut bench, APPROVER).unwrap_err();
    assert_eq!((refusal.code, refusal.article.as_deref()), (Code::ReplyIncomplete, Some("36(6)")));
    assert_eq!(errors(&refusal), [("", "answered_case")], "the body has no items to point to");
    bench.knows(EARLIER, answered(), true);
    super::issue(&mut bench, APPROVER).unwrap();
}

#[test]
fn exactly_one_item_is_the_main_one() {
    let with_mains = |mains: &[bool]| -> Vec<Value> {
        mains
            .iter()
            .map(|main| {
                let mut item = item(ReplyKind::A1);
                item["main"] = json!(main);
                item
            })
            .collect()
    };
    let mut bench = assigned();
    for (mains, pointers) in [(&[false][..], &["/items"][..]), (&[true, true, false, true], &["/items/1/main", "/items/3/main"])] {
        let refusal = draft(&mut bench, HANDLER, &with_mains(mains)).unwrap_err();
        let found: Vec<&str> = errors(&refusal).into_iter().map(|(pointer, _)| pointer).collect();
        assert_eq!((refusal.code, found.as_slice()), (Code::FieldsRefused, pointers));
    }
    draft(&mut bench, HANDLER, &with_mains(&[false, true])).unwrap();
}

#[test]
fn what_does_not_belong_to_the_kind_is_refused() {
    for (kind, field, value) in [
        (ReplyKind::D4, "provided_form", json!("paper")),
        (ReplyKind::N1A, "provided_form", json!("email")),
        (ReplyKind::A2, "withheld_under", json!(["third_party"])),
        (ReplyKind::D4, "attachments", json!([DOCUMENT])),
        (ReplyKind::A2, "other_reason", json!("enquiry")),
        (ReplyKind::D6, "internal_affair", json!("personnel")),
        (ReplyKind::D7, "process_information", json!("draft")),
        (ReplyKind::N1A, "access_rules", json!("《不动产登记暂行条例》")),
        (ReplyKind::P1, "earlier_case", json!(EARLIER)),
        (ReplyKind::N1B, "competent_agency_unknown", json!(true)),
        (ReplyKind::D2, "classification", json!({"level": "secret", "classified_on": "2020-01-02", "classified_by": "甲"})),
    ] {
        let mut bench = with_earlier();
        let mut wrong = item(kind);
        wrong[field] = value;
        let refusal = draft(&mut bench, HANDLER, &[wrong]).unwrap_err();
        let pointer = format!("/items/0/{field}");
        assert_eq!((refusal.code, errors(&refusal)), (Code::FieldsRefused, vec![(pointer.as_str(), "does_not_apply")]), "{kind:?}");
    }
}

#[test]
fn dates_and_documents_must_be_possible() {
    let mut bench = assigned();
    let mut refused = |kind: ReplyKind, field: &str, value: Value| {
        let mut wrong = item(kind);
        wrong[field] = value;
        let refusal = draft(&mut bench, HANDLER, &[wrong]).unwrap_err();
        (refusal.code, refusal.errors[0].pointer.clone())
    };
    let search = |on: &str| json!({"record": "检索", "searched_on": on});
    let searched = "/items/0/search/searched_on".to_owned();
    assert_eq!(refused(ReplyKind::N1A, "search", search("2026-11-01")), (Code::DateBeforePrevious, searched.clone()));
    assert_eq!(refused(ReplyKind::N1A, "search", search("2026-11-07")), (Code::DateInFuture, searched));
    let secret = json!({"level": "secret", "classified_on": "2026-11-07", "classified_by": "甲"});
    assert_eq!(refused(ReplyKind::D1, "classification", secret), (Code::DateInFuture, "/items/0/classification/classified_on".to_owned()));
    let attached = json!([DOCUMENT, Uuid::from_u128(999)]);
    assert_eq!(refused(ReplyKind::A2, "attachments", attached), (Code::UnknownReference, "/items/0/attachments/1".to_owned()));
}

#[test]
fn o3_where_nobody_is_told_the_sub_reason_is_reason_enough() {
    for (reason, text) in [("withdrawn", "申请人撤回申请"), ("applicant_died", "申请人死亡")] {
        let mut bench = assigned();
        draft(&mut bench, CLERK, &[json!({"kind": "o3", "main": true, "subject": "甲文件", "other_reason": reason})]).unwrap();
        let kept = &bench.case().open_draft().unwrap().items[0].reasons;
        assert!(bench.secrets.iter().any(|secret| secret.reference == *kept && secret.text == text));
        super::issue(&mut bench, APPROVER).unwrap();
        assert!(!bench.case().standing_reply().unwrap().letter_needed);
    }
    let mut bench = assigned();
    let refusal = draft(&mut bench, CLERK, &[json!({"kind": "o3", "main": true, "subject": "甲文件", "other_reason": "enquiry"})]);
    assert_eq!(errors(&refusal.unwrap_err()), [("/items/0/reasons", "reasons")]);
}

#[test]
fn the_main_ground_and_doubled_ones_stand_once() {
    let mut bench = assigned();
    let mut denied = item(ReplyKind::D4);
    denied["withheld_under"] = json!(["not_government_information", "third_party", "not_government_information"]);
    draft(&mut bench, HANDLER, &[denied]).unwrap();
    let grounds = &bench.case().open_draft().unwrap().items[0].grounds.withheld_under;
    assert_eq!(json!(grounds), json!(["not_government_information"]));
}

#[test]
fn the_trail_holds_no_private_word() {
    for kind in open_kinds() {
        let mut bench = with_earlier();
        issued(&mut bench, &[item(kind)]).unwrap();
        let trail = serde_json::to_string(&bench.events).unwrap();
        for secret in &bench.secrets {
            assert!(!trail.contains(&secret.text), "{kind:?}: {}", secret.text);
        }
    }
}

#[test]
fn a_draft_of_the_largest_size_is_refused_before_it_outgrows_an_event() {
    let mut bench = assigned();
    let items: Vec<Value> = (0..20)
        .map(|n| {
            let mut large = item(ReplyKind::N1B);
            let articles: Vec<String> = (0..19).map(|_| ["行诉解释 163"; 6].join(", ")).chain(["36(5)".to_owned()]).collect();
            merge(&mut large, json!({"main": n == 0, "articles": articles}));
            large
        })
        .collect();
    let refusal = draft(&mut bench, HANDLER, &items).unwrap_err();
    assert_eq!((refusal.code, errors(&refusal)), (Code::LimitReached, vec![("/items", "limit_reached")]));
    let few: Vec<Value> = items.iter().take(10).cloned().collect();
    issued(&mut bench, &few).unwrap();
    assert!(bench.events.iter().all(|event| serde_json::to_string(event).unwrap().len() < 60 * 1024));
}

#[test]
fn art_45_who_drafts() {
    let mut bench = Bench::received("2026-11-02");
    bench.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
    let open = [item(ReplyKind::A2)];
    assert_eq!(draft(&mut bench, HANDLER, &open).unwrap_err().code, Code::NotAssigned);
    draft(&mut bench, CLERK, &open).unwrap();

    let (elsewhere, colleague) = (Uuid::from_u128(3), Uuid::from_u128(30));
    let mut account = bench.known.accounts[&HANDLER].clone();
    account.department = Some(elsewhere);
    bench.known.accounts.insert(colleague, account);
    bench.known.departments.insert(elsewhere);
    bench.take::<AssignCase>(CLERK, None, json!({"department": elsewhere, "handler": colleague})).unwrap();
    assert_eq!(draft(&mut bench, HANDLER, &open).unwrap_err().code, Code::NotPermitted);
    draft(&mut bench, colleague, &open).unwrap();
    draft(&mut bench, CLERK, &open).unwrap();

    bench.take::<AssignCase>(CLERK, None, json!({"department": DEPARTMENT, "handler": HANDLER})).unwrap();
    draft(&mut bench, REVIEWER, &open).unwrap(); // of the same department
    let drafts = &bench.case().drafts;
    let states: Vec<DraftState> = drafts.iter().map(|draft| draft.state).collect();
    assert_eq!(states, [DraftState::Superseded, DraftState::Superseded, DraftState::Superseded, DraftState::Open]);
    assert_eq!((drafts[3].n, drafts[3].by, bench.case().agency_id), (4, REVIEWER, AGENCY));
}
