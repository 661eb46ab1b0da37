//! The draft of the answer says what the index of the package says, of every case of the proceeding.

use super::super::tests::{answered, composed, templates, text};
use super::super::{Document, Materials, Sharer, compose};
use crate::case::event::CaseEvent;
use crate::case::model::{Joint, Letter, Part, Rectification, SearchResult, SearchScope, SearchTask};
use crate::case::private::Texts;
use crate::case::testing::{Bench, DEPARTMENT, HANDLER, REVIEWER, day};
use crate::rules::outcomes::ProcedureKind;
use crate::rules::reply_kinds::ReplyKind;
use crate::steps::fixtures::{dispatch_event, private, reconsideration, served_event, suit};
use crate::steps::remedy::decide::RecordDecision;
use crate::steps::remedy::open::{OpenLitigation, OpenReconsideration};
use serde_json::json;
use uuid::Uuid;

/// Answered on 10 June, challenged in July.
fn challenged(kind: ReplyKind) -> Bench {
    let mut bench = answered(&[kind]);
    let sent = dispatch_event(bench.case(), Letter::Reply { n: 1 }, day("2026-06-10"));
    bench.keep(vec![sent, served_event(1, day("2026-06-12"))], Vec::new());
    let mut copy = reconsideration("2026-07-06");
    copy["against"] = json!({"kind": "reply", "n": 1});
    copy["case_number"] = json!("示复〔2026〕7号");
    bench.go("2026-07-08").take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
    bench
}

fn drafted(bench: &Bench, n: u32) -> String {
    text(&composed(bench, Document::ProceedingAnswer(n)).unwrap())
}

/// The rows of the list of evidence.
fn listed(draft: &str) -> Vec<&str> {
    let (_, list) = draft.rsplit_once("证据、依据目录").unwrap();
    list.lines().filter_map(|line| line.trim().strip_prefix("| ")).skip(1).collect()
}

fn search(searched_on: &str) -> SearchTask {
    let scope = SearchScope { places: private(), from_on: day("2020-01-01"), until_on: day("2026-01-01") };
    let result = SearchResult {
        n: 1,
        scope,
        searched_on: day(searched_on),
        on: day(searched_on),
        by: HANDLER,
        found: Vec::new(),
        nothing_found: Some(private()),
        sent_back: None,
    };
    SearchTask {
        n: 1,
        department: DEPARTMENT,
        wanted: private(),
        due_on: day(searched_on),
        on: day(searched_on),
        by: HANDLER,
        results: vec![result],
        withdrawn: None,
    }
}

#[test]
fn reconsideration_law_46_what_was_gathered_after_the_reply_is_neither_told_nor_listed() {
    let mut bench = challenged(ReplyKind::N1A);
    let before = drafted(&bench, 1);
    // To tell of it, its texts would have to be opened: they are nowhere.
    bench.keep(vec![CaseEvent::SearchTasksOpened { tasks: vec![search("2026-07-07")] }], Vec::new());
    let after = drafted(&bench, 1);
    assert_eq!(listed(&before), listed(&after), "{after}");
    bench.case.as_mut().unwrap().search_tasks = vec![search("2026-06-09")];
    assert!(composed(&bench, Document::ProceedingAnswer(1)).is_err(), "what was searched before the reply is told");
}

#[test]
fn reconsideration_law_48_the_draft_lists_no_inner_paper_and_none_that_is_not_there() {
    let mut bench = challenged(ReplyKind::A2);
    let rectification = Rectification {
        n: 1,
        proceeding: None,
        department: DEPARTMENT,
        what: private(),
        due_on: day("2026-08-09"),
        on: day("2026-07-08"),
        by: REVIEWER,
        reports: Vec::new(),
        withdrawn: None,
    };
    bench.keep(vec![CaseEvent::RectificationOrdered { rectification }], Vec::new());
    let draft = drafted(&bench, 1);
    let listed = listed(&draft);
    assert!(listed.iter().any(|row| row.contains("申请登记表")), "{listed:?}");
    // There is no paper of the application, of the acknowledgement, of the reply or of its way.
    for inner in ["整改通知", "拟办单", "签发稿", "政府信息公开申请表", "登记回执", "答复书"] {
        assert!(!listed.iter().any(|row| row.contains(inner)), "{inner}: {listed:?}");
    }
    let numbers: Vec<String> = listed.iter().filter_map(|row| Some(row.split_once(" |")?.0.to_owned())).collect();
    assert_eq!(numbers, (1..=listed.len()).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[test]
fn reconsideration_law_48_or_54_the_answer_rests_on_the_article_of_its_procedure() {
    let mut bench = challenged(ReplyKind::A2);
    let ordinary = drafted(&bench, 1);
    assert!(ordinary.contains("复议法》第四十八条，") && !ordinary.contains("第五十四条"), "{ordinary}");
    bench.case.as_mut().unwrap().proceedings[0].procedure = ProcedureKind::Summary;
    let summary = drafted(&bench, 1);
    assert!(summary.contains("复议法》第五十四条，") && !summary.contains("第四十八条"), "{summary}");
    // The body's number is told, and does not stand where the agency's own would.
    assert!(summary.contains("（案号：示复〔2026〕7号）") && !summary.contains("[文号]"), "{summary}");
}

#[test]
fn litigation_law_26_the_defence_names_what_came_before_and_where_the_agency_stands() {
    let mut bench = challenged(ReplyKind::A2);
    let upheld = json!({"outcome": {"by": "reconsideration", "outcome": "upheld"}, "decided_on": "2026-08-10", "received_on": "2026-08-11",
                        "document_number": "示复决〔2026〕7号"});
    bench.go("2026-08-12").take::<RecordDecision>(REVIEWER, Some(1), upheld).unwrap();
    let mut claim = suit("first", "after_reconsideration", Some(1));
    claim["against"] = json!({"kind": "reply", "n": 1});
    claim["received_on"] = json!("2026-09-01");
    claim["standing"] = json!("co_defendant");
    bench.go("2026-09-02").take::<OpenLitigation>(REVIEWER, None, claim).unwrap();
    let defence = drafted(&bench, 2);
    for said in ["示范区人民政府行政复议（示复决〔2026〕7号）", "2026年8月10日", "结果为：维持", "共同被告", "（一审）"]
    {
        assert!(defence.contains(said), "{said}: {defence}");
    }
    assert!(!drafted(&bench, 1).contains("此前"));
}

#[test]
fn one_answer_tells_of_every_case_that_the_proceeding_covers() {
    let (mut one, mut two) = (challenged(ReplyKind::A2), challenged(ReplyKind::N1B));
    let (first, second) = (one.case().id, Uuid::from_u128(101));
    let part = |case: Uuid, n: u32| Part { case, case_number: format!("示市监依申请〔2026〕{n}号") };
    let joint = Joint { id: Uuid::from_u128(77), cases: vec![part(first, 1), part(second, 9), part(Uuid::from_u128(102), 10)] };
    for (bench, id) in [(&mut one, first), (&mut two, second)] {
        let case = bench.case.as_mut().unwrap();
        case.id = id;
        case.proceedings[0].joint = Some(joint.clone());
    }
    let case = two.case.as_mut().unwrap();
    case.registration.as_mut().unwrap().case_number = "示市监依申请〔2026〕9号".into();
    case.replies[0].document_number = "示市监公复〔2026〕99号".into();
    let opened = |bench: &Bench| -> Texts { bench.secrets.iter().map(|secret| (secret.reference.id, secret.text.clone())).collect() };
    let (texts, sharers) = (opened(&one), [Sharer { case: two.case().clone(), texts: opened(&two) }]);
    let (names, earlier) = (std::collections::BTreeMap::new(), std::collections::BTreeMap::new());
    let materials = Materials {
        case: one.case(),
        texts: &texts,
        settings: &one.settings,
        calendar: one.calendar(),
        agency: "示范市示范区市场监督管理局",
        names: &names,
        earlier: &earlier,
        sharers: &sharers,
        today: one.today,
    };
    let document = Document::ProceedingAnswer(1);
    let mut needed = templates(one.case(), document);
    needed.extend(templates(two.case(), document));
    let draft = text(&compose(document, &materials, &needed).unwrap());
    let (head, rest) = draft.split_once("[小标题] 关于登记编号示市监依申请〔2026〕9号的申请").unwrap();
    let (of_one, of_two) = (&one.case().replies[0].document_number, "示市监公复〔2026〕99号");
    assert!(head.contains(of_one.as_str()) && !head.contains(of_two), "{draft}");
    assert!(rest.contains(of_two), "{draft}");
    assert_eq!(draft.matches("{{agency}} 的乙文件。").count(), 2, "{draft}");
    assert_eq!(draft.matches("证据、依据目录（登记编号").count(), 2, "{draft}");
    // The third was disposed of, or its proceeding voided: of it nothing is said.
    assert!(!draft.contains("〔2026〕10号"), "{draft}");
    let numbers: Vec<_> = draft.lines().filter(|line| line.trim().starts_with("| 1 | ")).collect();
    assert_eq!(numbers.len(), 2, "each by the numbers of its own index: {draft}");
}
