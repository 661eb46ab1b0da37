//! An edition as it is proposed, and what each library asks of it; all that is wrong is named at once.

use crate::case::refusal::{FieldRefusal, Refusal};
use crate::http::text::{Line, Words};
use crate::rules::cite::cite_local;
use crate::rules::laws::{citation, not_citable};
use crate::rules::library::{Content, Edition, RuleArticle, Shelf, TypicalCase, in_force};
use crate::rules::outcomes::{Column, CorrectionCause};
use crate::rules::reply_kinds::{Ground, ReplyKind};
use chrono::{Datelike, NaiveDate};
use garde::Validate;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;

/// Most bytes of an edition: every draft reads all that are approved.
const CONTENT_LIMIT: usize = 64 * 1024;

/// An article of a local rule.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RuleArticleInput {
    /// Its number, with paragraph and item in brackets.
    #[garde(dive)]
    #[schema(example = "21(2)")]
    pub number: Line<20>,
    /// Its words.
    #[garde(dive)]
    #[schema(example = "行政机关应当自收到申请之日起及时登记。")]
    pub text: Words<2000>,
}

/// What makes an entry a typical case.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct TypicalInput {
    /// The cases of the agency it is drawn from; none of their people may stand in the text.
    #[garde(length(min = 1, max = 10))]
    #[schema(min_items = 1, max_items = 10)]
    pub drawn_from: Vec<Uuid>,
    /// Why the agency was corrected, where it was.
    pub cause: Option<CorrectionCause>,
    /// How the reconsideration or lawsuit ended, as table four counts it.
    pub report_column: Option<Column>,
    /// What is to be learnt from it.
    #[garde(dive)]
    #[schema(example = "信息不存在的答复，须有全面的检索记录。")]
    pub lesson: Words<4000>,
}

/// An edition that is proposed. Agreed answers have `kinds` and `text`; categories of the negative list `grounds`, `text` and `articles`; local rules
/// `rule_articles`; typical cases `text` and `typical`. It names nobody: what it says is open to all staff and stands in letters.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct LibraryInput {
    /// What it is called: the answer, the category, the rule.
    #[garde(dive)]
    #[schema(example = "信息不存在的说明")]
    pub title: Line<200>,
    /// The document number of a local rule.
    #[garde(dive)]
    pub document_number: Option<Line<100>>,
    /// The kinds of reply it is for.
    #[serde(default)]
    #[garde(length(max = 30))]
    #[schema(max_items = 30)]
    pub kinds: Vec<ReplyKind>,
    /// The grounds it is for.
    #[serde(default)]
    #[garde(length(max = 8))]
    #[schema(max_items = 8)]
    pub grounds: Vec<Ground>,
    /// What sort of information it is for. An agreed answer without topics is for every reply of its kinds.
    #[serde(default)]
    #[garde(length(max = 20), dive)]
    #[schema(max_items = 20)]
    pub topics: Vec<Line<60>>,
    /// The agreed words, what the category covers, or what happened in a typical case.
    #[garde(dive)]
    #[schema(example = "经检索本机关档案和业务系统，未找到您申请公开的信息。")]
    pub text: Option<Words<5000>>,
    /// The legal basis.
    #[serde(default)]
    #[garde(length(max = 20), dive)]
    #[schema(max_items = 20)]
    pub articles: Vec<Line<500>>,
    /// The articles of a local rule that can be cited.
    #[serde(default)]
    #[garde(length(max = 200), dive)]
    #[schema(max_items = 200)]
    pub rule_articles: Vec<RuleArticleInput>,
    /// Of a typical case: what it is drawn from and what is to be learnt.
    #[garde(dive)]
    pub typical: Option<TypicalInput>,
    /// In force from this day.
    #[schema(example = "2026-11-02")]
    pub from_on: NaiveDate,
    /// The last day it is in force.
    pub until_on: Option<NaiveDate>,
}

impl LibraryInput {
    /// What it says, or all that is wrong with it; its legal basis is held against the approved local rules.
    pub fn content(self, of: Shelf, approved: &[Edition]) -> Result<Content, Refusal> {
        let rules = in_force(approved, self.from_on);
        let mut wrong = self.wrong(of);
        let mut articles = Vec::with_capacity(self.articles.len());
        for (index, article) in self.articles.iter().enumerate() {
            match citation(article.as_str(), &rules) {
                Ok(cited) => articles.push(cited),
                Err(unknown) => {
                    let (zh, en) = not_citable(&unknown, &rules);
                    wrong.push(field(&format!("/articles/{index}"), "article_unknown", (&zh, &en)));
                }
            }
        }
        if !wrong.is_empty() {
            return Err(Refusal::fields(wrong));
        }
        let mut content = Content {
            title: self.title.into_string(),
            document_number: self.document_number.map(Line::into_string),
            kinds: self.kinds,
            grounds: self.grounds,
            topics: self.topics.into_iter().map(Line::into_string).collect(),
            text: self.text.map(Words::into_string),
            articles,
            rule_articles: self
                .rule_articles
                .into_iter()
                .map(|article| RuleArticle { number: article.number.into_string(), text: article.text.into_string() })
                .collect(),
            typical: self.typical.map(|typical| TypicalCase {
                drawn_from: typical.drawn_from.into_iter().collect::<BTreeSet<_>>().into_iter().collect(),
                cause: typical.cause,
                report_column: typical.report_column,
                lesson: typical.lesson.into_string(),
            }),
            from_on: self.from_on,
            until_on: self.until_on,
        };
        content.kinds.sort_unstable();
        content.kinds.dedup();
        content.grounds.sort_unstable();
        content.grounds.dedup();
        if serde_json::to_vec(&content).is_ok_and(|bytes| bytes.len() > CONTENT_LIMIT) {
            return Err(Refusal::fields(vec![field("/rule_articles", "too_large", ("内容过多", "it says too much"))]));
        }
        Ok(content)
    }

    fn wrong(&self, of: Shelf) -> Vec<FieldRefusal> {
        let there = [
            ("kinds", !self.kinds.is_empty()),
            ("grounds", !self.grounds.is_empty()),
            ("text", self.text.is_some()),
            ("articles", !self.articles.is_empty()),
            ("rule_articles", !self.rule_articles.is_empty()),
            ("document_number", self.document_number.is_some()),
            ("typical", self.typical.is_some()),
        ];
        let (needed, foreign): (&[&str], &[&str]) = match of {
            Shelf::AgreedAnswer => (&["kinds", "text"], &["rule_articles", "document_number", "typical"]),
            Shelf::WithheldCategory => (&["grounds", "text", "articles"], &["rule_articles", "document_number", "kinds", "typical"]),
            Shelf::LocalRule => (&["rule_articles"], &["text", "articles", "typical"]),
            Shelf::TypicalCase => (&["text", "typical"], &["rule_articles", "document_number"]),
        };
        let missing = there.iter().filter(|(name, there)| !there && needed.contains(name));
        let mut wrong: Vec<FieldRefusal> = missing
            .map(|(name, _)| field(&format!("/{name}"), "missing", ("此库的条目须有此项", "an entry of this library has it")))
            .collect();
        let surplus = there.iter().filter(|(name, there)| *there && foreign.contains(name));
        wrong.extend(surplus.map(|(name, _)| {
            field(&format!("/{name}"), "does_not_apply", ("此库的条目不适用此项", "this does not apply to an entry of this library"))
        }));
        let mut numbers = BTreeSet::new();
        for (index, article) in self.rule_articles.iter().enumerate() {
            let at = format!("/rule_articles/{index}/number");
            if cite_local("", article.number.as_str()).is_none() {
                wrong.push(field(
                    &at,
                    "article_malformed",
                    ("条款须写作 21、21(2) 或者 21(2)(1)", "write an article as 21, 21(2) or 21(2)(1)"),
                ));
            } else if !numbers.insert(article.number.as_str()) {
                wrong.push(field(&at, "doubled", ("条款重复", "the article stands there twice")));
            }
        }
        for (name, on) in [("from_on", Some(self.from_on)), ("until_on", self.until_on)] {
            if on.is_some_and(|on| !(1949..=9999).contains(&on.year())) {
                wrong.push(field(&format!("/{name}"), "date_refused", ("日期超出范围", "the date is out of range")));
            }
        }
        if self.until_on.is_some_and(|until| until < self.from_on) {
            wrong.push(field("/until_on", "before_start", ("早于生效日期", "it ends before it begins")));
        }
        wrong
    }
}

fn field(pointer: &str, code: &'static str, (zh, en): (&str, &str)) -> FieldRefusal {
    FieldRefusal { pointer: pointer.to_owned(), code: Cow::Borrowed(code), detail_zh: zh.to_owned(), detail_en: en.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    fn pointers(shelf: Shelf, body: Value) -> Vec<(String, String)> {
        let input: LibraryInput = serde_json::from_value(body).unwrap();
        let refused = input.content(shelf, &[]).err().map(|refusal| refusal.errors).unwrap_or_default();
        refused.into_iter().map(|error| (error.pointer, error.code.into_owned())).collect()
    }

    #[rstest]
    #[case(Shelf::AgreedAnswer, json!({"kinds": ["n1a"], "text": "未找到。"}))]
    #[case(Shelf::WithheldCategory, json!({"grounds": ["enforcement_file"], "text": "案卷。", "articles": ["16(2)"]}))]
    #[case(Shelf::LocalRule, json!({"document_number": "示府规〔2020〕1号", "rule_articles": [{"number": "8", "text": "甲。"}]}))]
    #[case(Shelf::TypicalCase, json!({"text": "未检索。", "typical": {"drawn_from": [Uuid::from_u128(1)], "lesson": "检索。"}}))]
    fn each_library_asks_for_its_own(#[case] shelf: Shelf, #[case] good: Value) {
        let mut body = json!({"title": "甲", "from_on": "2026-11-02"});
        body.as_object_mut().unwrap().extend(good.as_object().unwrap().clone());
        assert_eq!(pointers(shelf, body.clone()), []);
        for other in Shelf::ALL.iter().filter(|other| **other != shelf) {
            assert!(!pointers(*other, body.clone()).is_empty(), "{other:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_at_once() {
        let body = json!({"title": "甲", "from_on": "2026-11-02", "until_on": "2026-11-01", "text": "甲", "rule_articles": [
            {"number": "8", "text": "甲。"}, {"number": "8", "text": "乙。"}, {"number": "第九条", "text": "丙。"}]});
        let basis = json!({"title": "甲", "from_on": "2026-11-02", "grounds": ["third_party"], "text": "甲", "articles": ["15", "胡说"]});
        assert_eq!(pointers(Shelf::WithheldCategory, basis), [("/articles/1".to_owned(), "article_unknown".to_owned())]);
        let found = pointers(Shelf::LocalRule, body);
        let expected = [
            ("/text", "does_not_apply"),
            ("/rule_articles/1/number", "doubled"),
            ("/rule_articles/2/number", "article_malformed"),
            ("/until_on", "before_start"),
        ];
        assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    }
}
