//! What a draft takes from the libraries: agreed answers given or departed from, the negative list, local rules.

use super::{Bench, HANDLER, assigned, draft, issued, item, merge};
use crate::case::projection::project;
use crate::case::refusal::{Code, Refusal};
use crate::case::testing::day;
use crate::rules::library::{Content, Edition, RuleArticle, Shelf};
use crate::rules::reply_kinds::{Ground, ReplyKind};
use serde_json::{Value, json};
use uuid::Uuid;

const ANSWER: Uuid = Uuid::from_u128(301);
const CATEGORY: Uuid = Uuid::from_u128(302);
const RULE: Uuid = Uuid::from_u128(303);

fn content(title: &str) -> Content {
    Content {
        title: title.into(),
        document_number: None,
        kinds: Vec::new(),
        grounds: Vec::new(),
        topics: Vec::new(),
        text: None,
        articles: Vec::new(),
        rule_articles: Vec::new(),
        typical: None,
        from_on: day("2026-11-01"),
        until_on: None,
    }
}

const fn edition(shelf: Shelf, entry: Uuid, edition: u32, content: Content) -> Edition {
    Edition { entry, edition, shelf, content }
}

fn answer(n: u32, topics: &[&str]) -> Edition {
    let topics = topics.iter().map(|topic| (*topic).to_owned()).collect();
    let content =
        Content { kinds: vec![ReplyKind::D7], text: Some("该信息系执法案卷。".into()), topics, ..content("案卷口径") };
    edition(Shelf::AgreedAnswer, ANSWER, n, content)
}

fn category() -> Edition {
    let content = Content { grounds: vec![Ground::EnforcementFile], articles: vec!["16(2)".into()], ..content("执法案卷类") };
    edition(Shelf::WithheldCategory, CATEGORY, 1, content)
}

fn rule() -> Edition {
    let articles = ["21", "21(2)"].map(|number| RuleArticle { number: number.into(), text: "甲。".into() });
    edition(Shelf::LocalRule, RULE, 1, Content { rule_articles: articles.into(), ..content("示范市政府信息公开规定") })
}

fn bench(library: Vec<Edition>) -> Bench {
    let mut bench = assigned();
    bench.known.libraries = library;
    bench
}

fn denial(more: Value) -> Value {
    let mut denial = item(ReplyKind::D7);
    merge(&mut denial, more);
    denial
}

fn refused(bench: &mut Bench, item: &Value) -> (Code, String) {
    let Refusal { code, errors, .. } = draft(bench, HANDLER, std::slice::from_ref(item)).unwrap_err();
    (code, errors.first().map(|error| error.pointer.clone()).unwrap_or_default())
}

#[test]
fn a_reply_that_departs_from_an_answer_for_all_of_its_kind_says_why() {
    let mut bench = bench(vec![answer(1, &[])]);
    assert_eq!(refused(&mut bench, &denial(json!({}))), (Code::DepartureReasonNeeded, "/items/0/departure_reason".to_owned()));
    issued(&mut bench, &[denial(json!({"departure_reason": "本案已经结案公布。"}))]).unwrap();
    let used = &bench.case().replies[0].items[0].grounds.agreed_answers;
    assert_eq!((used.len(), used[0].entry, used[0].edition, used[0].departure.is_some()), (1, ANSWER, 1, true));
    let rows = project(bench.case(), bench.calendar()).uses;
    assert_eq!((rows.len(), rows[0].entry, rows[0].departs), (1, ANSWER, true));
}

#[test]
fn an_answer_that_is_given_is_known_to_be_used_whether_named_or_not() {
    let words = "经查，该信息 系执法案卷。不予公开。";
    let named = json!([{"entry": ANSWER, "edition": 1}]);
    for more in [json!({"reasons": words}), json!({"reasons": words, "agreed_answers": named})] {
        let mut bench = bench(vec![answer(1, &[])]);
        draft(&mut bench, HANDLER, &[denial(more)]).unwrap();
        let used = &bench.case().drafts[0].items[0].grounds.agreed_answers;
        assert_eq!((used.len(), used[0].departure.is_none()), (1, true));
    }
    let mut bench = bench(vec![answer(1, &[])]);
    let idle = denial(json!({"reasons": words, "departure_reason": "甲"}));
    assert_eq!(refused(&mut bench, &idle).0, Code::EntryDoesNotApply);
}

#[test]
fn an_answer_with_topics_binds_only_where_it_is_named() {
    let mut bench = bench(vec![answer(1, &["罚没款"])]);
    draft(&mut bench, HANDLER, &[denial(json!({}))]).unwrap();
    assert!(bench.case().drafts[0].items[0].grounds.agreed_answers.is_empty());
    let named = denial(json!({"agreed_answers": [{"entry": ANSWER, "edition": 1}]}));
    assert_eq!(refused(&mut bench, &named).0, Code::DepartureReasonNeeded);
}

#[test]
fn only_the_edition_in_force_can_be_used() {
    let mut later = answer(3, &["罚没款"]);
    later.content.from_on = day("2026-12-01");
    let mut bench = bench(vec![answer(1, &["罚没款"]), answer(2, &["罚没款"]), later]);
    for edition in [1, 3, 4] {
        let named = denial(json!({"agreed_answers": [{"entry": ANSWER, "edition": edition}]}));
        assert_eq!(refused(&mut bench, &named), (Code::EditionNotInForce, "/items/0/agreed_answers/0".to_owned()), "{edition}");
    }
    let unknown = denial(json!({"agreed_answers": [{"entry": RULE, "edition": 1}]}));
    assert_eq!(refused(&mut bench, &unknown).0, Code::UnknownReference);
}

#[test]
fn a_denial_cites_the_negative_list_and_local_rules() {
    let mut bench = bench(vec![category(), rule()]);
    let cited = json!({
        "withheld_categories": [{"entry": CATEGORY, "edition": 1}],
        "local_rules": [{"entry": RULE, "edition": 1, "article": "21(2)"}, {"entry": RULE, "edition": 1, "article": "21"}]
    });
    issued(&mut bench, &[denial(cited)]).unwrap();
    let grounds = &bench.case().replies[0].items[0].grounds;
    assert_eq!(
        (grounds.withheld_categories[0].title.as_str(), grounds.withheld_categories[0].articles.as_slice()),
        ("执法案卷类", &["16(2)".to_owned()][..])
    );
    let citations: Vec<&str> = grounds.local_rules.iter().map(|used| used.citation.as_str()).collect();
    assert_eq!(citations, ["《示范市政府信息公开规定》第二十一条第二款", "《示范市政府信息公开规定》第二十一条"]);
    let uses: Vec<Uuid> = project(bench.case(), bench.calendar()).uses.iter().map(|row| row.entry).collect();
    assert_eq!(uses, [CATEGORY, RULE], "two articles of one rule are one use");
}

#[test]
fn what_does_not_apply_is_refused_by_its_place() {
    let mut bench = bench(vec![category(), rule()]);
    let named = json!({"withheld_categories": [{"entry": CATEGORY, "edition": 1}]});
    let mut other_ground = item(ReplyKind::D4);
    merge(&mut other_ground, named.clone());
    assert_eq!(refused(&mut bench, &other_ground), (Code::EntryDoesNotApply, "/items/0/withheld_categories/0".to_owned()));
    let mut given = item(ReplyKind::A2);
    merge(&mut given, named);
    assert_eq!(refused(&mut bench, &given), (Code::FieldsRefused, "/items/0/withheld_categories".to_owned()));
    let article = denial(json!({"local_rules": [{"entry": RULE, "edition": 1, "article": "22"}]}));
    assert_eq!(refused(&mut bench, &article), (Code::UnknownReference, "/items/0/local_rules/0/article".to_owned()));
}

#[test]
fn every_article_cited_is_one_of_the_law_or_of_a_local_rule_in_force() {
    let mut bench = bench(vec![rule()]);
    let refusal =
        draft(&mut bench, HANDLER, &[denial(json!({"articles": ["16(2)", "99(9)", "胡说", "示范市政府信息公开规定 22"]}))]).unwrap_err();
    let named: Vec<(&str, &str)> = refusal.errors.iter().map(|error| (error.pointer.as_str(), &*error.code)).collect();
    let at = ["/items/0/articles/1", "/items/0/articles/2", "/items/0/articles/3"];
    assert_eq!(named, at.map(|pointer| (pointer, "article_unknown")));
    let (zh, en) = (&refusal.errors[0].detail_zh, &refusal.errors[0].detail_en);
    assert!(zh.contains("99(9)") && zh.contains("示范市政府信息公开规定 21、21(2)") && en.contains("99(9)"), "{zh}");
    draft(&mut bench, HANDLER, &[denial(json!({"articles": ["16(2)", "复议法 23(1)(4)", "示范市政府信息公开规定 21(2)"]}))]).unwrap();
    let kept = &bench.case().drafts[0].items[0].articles;
    assert_eq!(kept, &["16(2)", "复议法 23(1)(4)", "《示范市政府信息公开规定》第二十一条第二款"]);
    let kept = json!({"articles": kept});
    draft(&mut bench, HANDLER, &[denial(kept.clone())]).unwrap();
    assert_eq!(json!(bench.case().drafts[1].items[0].articles), kept["articles"], "what a draft shows can be drafted again");
    bench.known.libraries[0].content.until_on = Some(day("2026-11-05"));
    assert!(draft(&mut bench, HANDLER, &[denial(kept)]).is_err(), "no longer in force");
    assert!(draft(&mut bench, HANDLER, &[denial(json!({"articles": ["示范市政府信息公开规定 21(2)"]}))]).is_err(), "no longer in force");
}
