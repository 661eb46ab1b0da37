//! What the other side of a proceeding is shown, and what of the dossier is evidence.

use super::evidence::{NOT_HERE, NOT_OFFERED, day_by_day, evidence};
use super::files::{Originals, place};
use super::found::{Found, StoredFile};
use super::lacking::lacking;
use super::outward::named;
use crate::case::event::CaseEvent;
use crate::case::model::{
    Against, Case, Correction, DispatchState, Extension, Lesson, Letter, Paper, PaperKind, Proceeding, Rectification, SearchResult,
    SearchScope, SearchTask,
};
use crate::case::testing::{Bench, DEPARTMENT, HANDLER, REVIEWER, day};
use crate::letters::sheet::Block;
use crate::rules::reply_kinds::ReplyKind;
use crate::steps::archive::offered::last_day;
use crate::steps::fixtures::{dispatch_event, private, reconsideration, served};
use crate::steps::remedy::open::OpenReconsideration;
use crate::views::names::Names;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

fn found(case: &Case) -> Found {
    Found {
        case: case.clone(),
        agency: "示范市局".into(),
        events: Vec::new(),
        texts: Vec::new(),
        files: BTreeMap::new(),
        names: Names::default(),
        sealed: BTreeSet::new(),
    }
}

/// Answered on 3 August that it does not exist, challenged in September.
fn challenged() -> Bench {
    let mut bench = served("2026-08-03", "2026-08-05");
    let mut copy = reconsideration("2026-09-01");
    copy["against"] = json!({"kind": "reply", "n": 1});
    bench.go("2026-09-10").take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
    bench.case.as_mut().unwrap().replies[0].items[0].kind = ReplyKind::N1A;
    bench
}

/// A search that says it was made on one day and was given on another.
fn searched(bench: &mut Bench, searched_on: &str, given_on: &str) {
    let scope = SearchScope { places: private(), from_on: day("2020-01-01"), until_on: day("2026-01-01") };
    let result = SearchResult {
        n: 1,
        scope,
        searched_on: day(searched_on),
        on: day(given_on),
        by: HANDLER,
        found: Vec::new(),
        nothing_found: Some(private()),
        sent_back: None,
    };
    let task = SearchTask {
        n: 1,
        department: DEPARTMENT,
        wanted: private(),
        due_on: day(given_on),
        on: day(searched_on),
        by: HANDLER,
        results: vec![result],
        withdrawn: None,
    };
    bench.keep(vec![CaseEvent::SearchTasksOpened { tasks: vec![task] }], Vec::new());
}

fn missing(bench: &Bench) -> Vec<&'static str> {
    let proceeding = bench.case().proceedings[0].clone();
    lacking(&found(bench.case()), &proceeding, (bench.calendar(), bench.today)).into_iter().map(|lack| lack.code).collect()
}

fn rows(bench: &Bench) -> Vec<Vec<String>> {
    let found = found(bench.case());
    let items = place(&found, Originals::Withheld, "data");
    let sheet = evidence(&found, &items, last_day(bench.case(), &bench.case().proceedings[0]));
    let tables = sheet.blocks.into_iter().filter_map(|block| if let Block::Table { rows, .. } = block { Some(rows) } else { None });
    tables.flatten().skip(1).collect()
}

#[test]
fn reconsideration_law_46_what_was_searched_after_the_reply_does_not_prove_it() {
    for (searched_on, given_on) in [("2026-09-02", "2026-09-03"), ("2026-08-03", "2026-09-03")] {
        let mut bench = challenged();
        searched(&mut bench, searched_on, given_on);
        let missing = missing(&bench);
        assert!(missing.contains(&"search_record_missing") && missing.contains(&"gathered_later"), "{missing:?}");
        let left: Vec<_> = rows(&bench).into_iter().filter(|row| row[0] == "—").collect();
        assert!(left.iter().any(|row| row[1] == "检索记录" && row[4] == NOT_OFFERED), "{left:?}");
        assert!(left.iter().any(|row| row[1] == "政府信息公开申请表" && row[4] == NOT_HERE), "there is no paper of it: {left:?}");
        assert!(rows(&bench).iter().all(|row| row[1] != "检索记录" || row[0] == "—"));
    }
}

#[test]
fn what_was_searched_before_the_reply_is_its_evidence() {
    let mut bench = challenged();
    searched(&mut bench, "2026-08-03", "2026-08-03");
    let missing = missing(&bench);
    assert!(!missing.contains(&"search_record_missing") && !missing.contains(&"gathered_later"), "{missing:?}");
    assert!(rows(&bench).iter().any(|row| row[1] == "检索记录" && row[0] != "—"));
    // No day bounds what is offered where no reply is challenged.
    let silence = Proceeding { against: Against::Silence, ..bench.case().proceedings[0].clone() };
    assert_eq!(last_day(bench.case(), &silence), None);
}

#[test]
fn reconsideration_law_48_index_and_time_line_show_no_lesson_draft_or_opinion() {
    let mut bench = challenged();
    let lesson = Lesson { n: 1, proceeding: 1, words: private(), measures: private(), on: day("2026-09-09"), by: REVIEWER };
    bench.keep(vec![CaseEvent::LessonDrawn { lesson }], Vec::new());
    let rectification = Rectification {
        n: 1,
        proceeding: None,
        department: DEPARTMENT,
        what: private(),
        due_on: day("2026-10-09"),
        on: day("2026-09-09"),
        by: REVIEWER,
        reports: Vec::new(),
        withdrawn: None,
    };
    bench.keep(vec![CaseEvent::RectificationOrdered { rectification }], Vec::new());
    let found = found(bench.case());
    let items = place(&found, Originals::Withheld, "data");
    let all: Vec<&str> = items.iter().map(|item| item.entry.title.as_str()).collect();
    assert!(["经验教训记录", "整改通知", "签发稿（第 1 稿）"].iter().all(|inner| all.contains(inner)), "{all:?}");
    let shown: Vec<&str> = day_by_day(&items).into_iter().map(|item| item.entry.title.as_str()).collect();
    let indexed: Vec<String> = rows(&bench).into_iter().map(|row| row[1].clone()).collect();
    assert!(shown.contains(&"政府信息公开申请表"), "{shown:?}");
    for inner in ["经验教训记录", "整改通知", "签发稿（第 1 稿）"] {
        assert!(!shown.contains(&inner) && !indexed.iter().any(|title| title == inner), "{inner}");
    }
}

/// A paper put into the dossier on a day.
fn filed(bench: &mut Bench, (n, kind): (u32, PaperKind), on: &str) -> Uuid {
    let document_id = Uuid::from_u128(u128::from(900 + n));
    let dated_on = day(on);
    let paper = Paper { n, document_id, sha256: "ab".repeat(32), kind, title: private(), dated_on, added_on: dated_on, late_reason: None };
    bench.keep(vec![CaseEvent::PaperAdded { paper }], Vec::new());
    document_id
}

#[test]
fn reconsideration_law_46_and_48_the_body_gets_the_files_that_are_offered_and_no_others() {
    let mut bench = challenged();
    let kinds = [PaperKind::Application, PaperKind::SearchRecord, PaperKind::SignedDraft, PaperKind::Opinion, PaperKind::ProceedingPaper];
    let files: Vec<Uuid> = (10..).zip(kinds).map(|(n, kind)| filed(&mut bench, (n, kind), "2026-08-03")).collect();
    let late = filed(&mut bench, (20, PaperKind::SearchRecord), "2026-09-03");
    let (sealed, gone) =
        (filed(&mut bench, (21, PaperKind::InformationProvided), "2026-08-03"), filed(&mut bench, (22, PaperKind::Envelope), "2026-08-03"));
    let mut found = found(bench.case());
    let stored =
        |wrapped: Option<Vec<u8>>| StoredFile { sha256: vec![1; 32], object: None, size: 1, media_type: "application/pdf".into(), wrapped };
    found.files = files.iter().chain([&late, &sealed]).map(|id| (*id, stored(Some(vec![1])))).collect();
    found.files.insert(gone, stored(None));
    found.sealed.insert(sealed);
    let items = named(&found, &bench.case().proceedings[0].clone(), "data");
    let placed: Vec<Uuid> =
        items.iter().flat_map(|item| &item.files).filter(|file| file.path.is_some()).map(|file| file.document).collect();
    assert_eq!(placed, [files[0], files[1]], "the application and the search of before the reply");
    assert!(items.iter().all(|item| item.files.iter().all(|file| file.document != late && file.document != gone)));
    let titles: Vec<&str> = items.iter().map(|item| item.entry.title.as_str()).collect();
    assert_eq!(titles.iter().filter(|title| **title == "检索记录").count(), 2, "what came late is named without its file");
}

fn codes(bench: &Bench, required: bool) -> Vec<&'static str> {
    let proceeding = bench.case().proceedings[0].clone();
    let all = lacking(&found(bench.case()), &proceeding, (bench.calendar(), bench.today));
    all.into_iter().filter(|lack| lack.required == required).map(|lack| lack.code).collect()
}

#[test]
fn domain_1_4_each_kind_of_reply_misses_what_it_may_not_be_issued_without() {
    for (kind, code) in [
        (ReplyKind::N3, "correction_missing"),
        (ReplyKind::O1, "correction_missing"),
        (ReplyKind::O2, "fee_notice_missing"),
        (ReplyKind::P4, "reasons_notice_missing"),
        (ReplyKind::P2, "earlier_reply_missing"),
        (ReplyKind::D1, "classification_missing"),
        (ReplyKind::D5, "discretion_missing"),
        (ReplyKind::D6, "proviso_missing"),
        (ReplyKind::D7, "proviso_missing"),
        (ReplyKind::N1B, "duty_basis_missing"),
    ] {
        let mut bench = challenged();
        bench.case.as_mut().unwrap().replies[0].items[0].kind = kind;
        assert!(codes(&bench, true).contains(&code), "{kind:?}: {:?}", codes(&bench, true));
        bench.case.as_mut().unwrap().replies[0].items[0].kind = ReplyKind::A2;
        assert!(!codes(&bench, true).contains(&code), "{kind:?}");
    }
}

#[test]
fn art_30_and_33_a_notice_that_the_reply_or_its_clock_rests_on_is_proved() {
    let mut bench = challenged();
    bench.case.as_mut().unwrap().replies[0].items[0].kind = ReplyKind::O1;
    let correction = Correction {
        n: 1,
        on: day("2026-08-03"),
        by: HANDLER,
        points: private(),
        reasons: private(),
        no_contact_reason: None,
        answer_within_working_days: 10,
        answers: Vec::new(),
        ran_out_on: None,
        voided: None,
        number: None,
    };
    bench.case.as_mut().unwrap().corrections.push(correction);
    assert!(codes(&bench, true).contains(&"notice_unsent"), "{:?}", codes(&bench, true));
    let mut sent = dispatch_event(bench.case(), Letter::Correction { n: 1 }, day("2026-08-03"));
    bench.keep(vec![sent.clone()], Vec::new());
    let lacks = codes(&bench, true);
    assert!(
        lacks.contains(&"notice_proof_missing") && lacks.contains(&"notice_receipt_unknown"),
        "the term runs from its receipt: {lacks:?}"
    );
    // Of a reply that does not rest on it, it is worth a second look: the clock began anew.
    bench.case.as_mut().unwrap().replies[0].items[0].kind = ReplyKind::A2;
    assert!(codes(&bench, false).contains(&"notice_proof_missing") && !codes(&bench, true).contains(&"notice_proof_missing"));
    let last = bench.case.as_mut().unwrap().dispatches.last_mut().unwrap();
    last.state = DispatchState::Delivered { on: day("2026-08-04"), signed_by: None, signed_as: None, proof: Some(Uuid::from_u128(77)) };
    assert!(!codes(&bench, false).contains(&"notice_proof_missing"));

    let extension =
        Extension { n: 1, on: day("2026-08-03"), by: HANDLER, working_days: 20, reasons: private(), voided: None, number: None };
    bench.case.as_mut().unwrap().extensions.push(extension);
    assert!(codes(&bench, false).contains(&"notice_unsent"), "what was never sent moved nothing");
    sent = dispatch_event(bench.case(), Letter::Extension { n: 1 }, day("2026-08-03"));
    bench.keep(vec![sent], Vec::new());
    assert!(codes(&bench, true).contains(&"notice_proof_missing"), "{:?}", codes(&bench, true));
    // One of after the reply proves nothing of it.
    bench.case.as_mut().unwrap().extensions[0].on = day("2026-08-20");
    assert!(!codes(&bench, true).contains(&"notice_proof_missing"));
}

#[test]
fn reconsideration_law_48_the_body_s_papers_may_be_put_in_later() {
    let mut bench = challenged();
    assert!(codes(&bench, false).contains(&"body_papers_missing"));
    filed(&mut bench, (30, PaperKind::ProceedingPaper), "2026-09-05");
    assert!(codes(&bench, false).contains(&"body_papers_missing"), "it is of later than its notice");
    filed(&mut bench, (31, PaperKind::ProceedingPaper), "2026-08-30");
    assert!(!codes(&bench, false).contains(&"body_papers_missing"));
}
