//! What an item of a draft takes from the agency's libraries (答复口径、负面清单、地方规定), each by the edition in force on the day.
//!
//! A reply that departs from an agreed answer says why: where the answer is named, and where it is for every reply of this kind. What was used
//! stands in the event by its edition; the words of a citation stand there too, so that the letter says for ever what was in force.

use super::item::ItemInput;
use crate::case::facts::Facts;
use crate::case::model::{CitedRule, UsedAnswer, UsedCategory};
use crate::case::private::Private;
use crate::case::refusal::{Code, FieldRefusal, Refusal};
use crate::http::text::Line;
use crate::rules::cite::cite_local;
use crate::rules::laws::{citation, not_citable};
use crate::rules::library::{Asked, Edition, Shelf, in_force};
use crate::rules::reply_kinds::Ground;
use garde::Validate;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;

/// An edition of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditionRef {
    /// The entry.
    pub entry: Uuid,
    /// Its edition.
    #[schema(minimum = 1, example = 1)]
    pub edition: u32,
}

/// An article of a local rule.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RuleRef {
    /// The entry.
    pub entry: Uuid,
    /// Its edition.
    #[schema(minimum = 1, example = 1)]
    pub edition: u32,
    /// The article, as the edition numbers it.
    #[garde(dive)]
    #[schema(example = "21(2)")]
    pub article: Line<20>,
}

/// What an item uses.
#[derive(Debug, Default)]
pub struct Used {
    answers: Vec<(EditionRef, bool)>,
    /// Categories of the negative list.
    pub categories: Vec<UsedCategory>,
    /// Articles of local rules.
    pub rules: Vec<CitedRule>,
    /// The articles cited, as the letter gives them.
    pub articles: Vec<String>,
}

impl Used {
    /// The agreed answers, those departed from with the reason.
    pub fn answers(&self, departure: Option<&Private>) -> Vec<UsedAnswer> {
        let used = |(named, departs): &(EditionRef, bool)| UsedAnswer {
            entry: named.entry,
            edition: named.edition,
            departure: departure.filter(|_| *departs).cloned(),
        };
        self.answers.iter().map(used).collect()
    }
}

/// Every article an item names that cannot be cited, with what can.
pub fn miscited(item: &ItemInput, facts: &Facts<'_>, at: &str) -> Vec<FieldRefusal> {
    let rules = in_force(&facts.known.libraries, facts.today);
    let wrong = |(index, article): (usize, &Line<500>)| {
        let unknown = citation(article.as_str(), &rules).err()?;
        let (detail_zh, detail_en) = not_citable(&unknown, &rules);
        Some(FieldRefusal { pointer: format!("{at}/articles/{index}"), code: Cow::Borrowed("article_unknown"), detail_zh, detail_en })
    };
    item.articles.iter().enumerate().filter_map(wrong).collect()
}

/// Everything an item takes from the libraries, or what stands against it.
pub fn used(item: &ItemInput, facts: &Facts<'_>, at: &str) -> Result<Used, Refusal> {
    let library = Library { standing: in_force(&facts.known.libraries, facts.today), facts, item };
    let cited = |article: &Line<500>| citation(article.as_str(), &library.standing).ok();
    let articles = item.articles.iter().filter_map(cited).collect();
    let mut used = Used { answers: library.answers(at)?, articles, ..Used::default() };
    for (index, named) in item.withheld_categories.iter().enumerate() {
        let found = library.find(Shelf::WithheldCategory, *named, &format!("{at}/withheld_categories/{index}"))?;
        let category = UsedCategory {
            entry: named.entry,
            edition: named.edition,
            title: found.content.title.clone(),
            articles: found.content.articles.clone(),
        };
        if !used.categories.contains(&category) {
            used.categories.push(category);
        }
    }
    for (index, named) in item.local_rules.iter().enumerate() {
        let rule = library.cited(named, &format!("{at}/local_rules/{index}"))?;
        if !used.rules.contains(&rule) {
            used.rules.push(rule);
        }
    }
    Ok(used)
}

struct Library<'a> {
    standing: Vec<&'a Edition>,
    facts: &'a Facts<'a>,
    item: &'a ItemInput,
}

impl Library<'_> {
    fn grounds(&self) -> Vec<Ground> {
        self.item.kind.ground().into_iter().chain(self.item.withheld_under.iter().copied()).collect()
    }

    /// The edition named, if it is in force and for such an item.
    fn find(&self, of: Shelf, named: EditionRef, at: &str) -> Result<&Edition, Refusal> {
        let is = |edition: &&&Edition| edition.entry == named.entry && edition.shelf == of;
        if !self.facts.known.libraries.iter().any(|edition| edition.entry == named.entry && edition.shelf == of) {
            let (zh, en) = (format!("{}中没有该条目", of.zh()), format!("there is no such entry among the {}", of.en()));
            return Err(Refusal::new(Code::UnknownReference, zh, en).at(at));
        }
        let standing = self.standing.iter().find(is).filter(|edition| edition.edition == named.edition).ok_or_else(|| {
            let (zh, en) = (format!("第{}版未生效或者已失效", named.edition), format!("edition {} is not in force today", named.edition));
            Refusal::new(Code::EditionNotInForce, zh, en).at(at)
        })?;
        let grounds = self.grounds();
        if !standing.content.suits(Asked { kind: Some(self.item.kind), grounds: &grounds }) {
            let (zh, en) = ("该条目不适用于此类答复", "the entry is not for such a reply");
            return Err(Refusal::new(Code::EntryDoesNotApply, zh, en).at(at));
        }
        Ok(standing)
    }

    /// The agreed answers named, and those for every reply of this kind where none of these is given; each with whether the item departs.
    fn answers(&self, at: &str) -> Result<Vec<(EditionRef, bool)>, Refusal> {
        let said = self.item.reasons().unwrap_or_default();
        let (mut answers, mut named) = (Vec::new(), BTreeSet::new());
        for (index, one) in self.item.agreed_answers.iter().enumerate() {
            let edition = self.find(Shelf::AgreedAnswer, *one, &format!("{at}/agreed_answers/{index}"))?;
            if named.insert(one.entry) {
                answers.push((*one, !edition.content.is_said_by(said)));
            }
        }
        let grounds = self.grounds();
        let asked = Asked { kind: Some(self.item.kind), grounds: &grounds };
        let binding: Vec<&&Edition> = self.standing.iter().filter(|edition| edition.binds(asked)).collect();
        let given = binding.iter().find(|edition| !named.contains(&edition.entry) && edition.content.is_said_by(said));
        if let Some(edition) = given {
            answers.push((EditionRef { entry: edition.entry, edition: edition.edition }, false));
        } else if !binding.iter().any(|edition| named.contains(&edition.entry)) {
            answers.extend(binding.iter().map(|edition| (EditionRef { entry: edition.entry, edition: edition.edition }, true)));
        }
        let departs = answers.iter().any(|(_, departs)| *departs);
        match (departs, &self.item.departure_reason) {
            (true, None) => {
                let (zh, en) = ("答复与生效的答复口径不一致，须说明理由", "the reply departs from an agreed answer in force: say why");
                Err(Refusal::new(Code::DepartureReasonNeeded, zh, en).at(format!("{at}/departure_reason")))
            }
            (false, Some(_)) => {
                let (zh, en) = ("答复与答复口径一致，不适用此项", "the reply departs from no agreed answer");
                Err(Refusal::new(Code::EntryDoesNotApply, zh, en).at(format!("{at}/departure_reason")))
            }
            _ => Ok(answers),
        }
    }

    fn cited(&self, named: &RuleRef, at: &str) -> Result<CitedRule, Refusal> {
        let edition = self.find(Shelf::LocalRule, EditionRef { entry: named.entry, edition: named.edition }, at)?;
        let article = named.article.as_str();
        let known = edition.content.rule_articles.iter().any(|known| known.number == article);
        let citation = cite_local(&edition.content.title, article).filter(|_| known).ok_or_else(|| {
            let (zh, en) =
                (format!("《{}》未录入第 {article} 条", edition.content.title), format!("the rule has no article {article} on record"));
            Refusal::new(Code::UnknownReference, zh, en).at(format!("{at}/article"))
        })?;
        Ok(CitedRule { entry: named.entry, edition: named.edition, article: article.to_owned(), citation })
    }
}
