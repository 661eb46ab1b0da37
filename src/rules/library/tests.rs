//! Editions in force, and what suits, binds and departs.

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn edition(n: u32, from_on: &str, until_on: Option<&str>) -> Edition {
    let content = Content {
        title: "甲口径".into(),
        document_number: None,
        kinds: vec![ReplyKind::N1A],
        grounds: Vec::new(),
        topics: Vec::new(),
        text: Some("经检索，\n未找到。".into()),
        articles: Vec::new(),
        rule_articles: Vec::new(),
        typical: None,
        from_on: day(from_on),
        until_on: until_on.map(day),
    };
    Edition { entry: Uuid::from_u128(1), edition: n, shelf: Shelf::AgreedAnswer, content }
}

const fn asked(kind: ReplyKind, grounds: &[Ground]) -> Asked<'_> {
    Asked { kind: Some(kind), grounds }
}

#[test]
fn the_last_edition_that_has_begun_is_in_force_until_it_ends() {
    let editions = [edition(1, "2026-01-01", None), edition(3, "2026-06-01", Some("2026-06-30")), edition(2, "2026-03-01", None)];
    let on = |on| in_force(&editions, day(on)).iter().map(|edition| edition.edition).collect::<Vec<_>>();
    assert_eq!([on("2025-12-31"), on("2026-02-01"), on("2026-03-01"), on("2026-06-30")], [vec![], vec![1], vec![2], vec![3]]);
    assert!(on("2026-07-01").is_empty(), "an older edition does not come back");
}

#[test]
fn only_an_answer_without_topics_binds_and_only_its_kind() {
    let mut answer = edition(1, "2026-01-01", None);
    assert!(answer.binds(asked(ReplyKind::N1A, &[])) && !answer.binds(asked(ReplyKind::A2, &[])));
    answer.content.topics = vec!["罚没款".into()];
    assert!(!answer.binds(asked(ReplyKind::N1A, &[])) && answer.content.suits(asked(ReplyKind::N1A, &[])));
    let category = Edition { shelf: Shelf::WithheldCategory, ..edition(1, "2026-01-01", None) };
    assert!(!category.binds(asked(ReplyKind::N1A, &[])));
}

#[test]
fn a_ground_narrows_what_suits() {
    let mut content = edition(1, "2026-01-01", None).content;
    (content.kinds, content.grounds) = (Vec::new(), vec![Ground::EnforcementFile]);
    assert!(content.suits(asked(ReplyKind::D7, &[Ground::EnforcementFile])));
    assert!(!content.suits(asked(ReplyKind::D4, &[Ground::ThirdParty])));
    assert!(content.suits(Asked { kind: None, grounds: &[] }));
}

#[test]
fn spaces_and_lines_make_no_departure() {
    let content = edition(1, "2026-01-01", None).content;
    assert!(content.is_said_by("一、经检索， 未找到。特此告知。"));
    assert!(!content.is_said_by("经检索未找到。"));
}

#[test]
fn a_path_names_each_library() {
    for shelf in Shelf::ALL {
        assert_eq!(Shelf::from_slug(shelf.slug()), Some(*shelf));
    }
    assert_eq!(Shelf::from_slug("templates"), None);
}
