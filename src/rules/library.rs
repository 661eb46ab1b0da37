//! What an agency has agreed on beforehand: answers (答复口径), a negative list (负面清单), local rules (地方规定) that are cited beside the national articles;
//! and what it learnt: typical cases (典型案例), which name nobody.
//!
//! All are entries in editions, each proposed by one person and approved by another, in force from a day on. Which edition is in force, which
//! entry suits an item of a reply, and whether a reply says what was agreed, is told here; a suggestion binds nobody, an answer without topics does.

#[cfg(test)]
mod tests;

use super::coded::coded;
use super::outcomes::{Column, CorrectionCause};
use super::reply_kinds::{Ground, ReplyKind};
use super::words::Asked as Wanted;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

coded! {
    /// Which library.
    pub enum Shelf {
        AgreedAnswer => "agreed_answer", "答复口径", "agreed answers";
        WithheldCategory => "withheld_category", "负面清单", "negative list";
        LocalRule => "local_rule", "地方规定", "local rules";
        TypicalCase => "typical_case", "典型案例", "typical cases";
    }
}

impl Shelf {
    /// Its name in a path.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::AgreedAnswer => "agreed-answers",
            Self::WithheldCategory => "negative-list",
            Self::LocalRule => "local-rules",
            Self::TypicalCase => "typical-cases",
        }
    }

    /// The library with this name in a path.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|shelf| shelf.slug() == slug)
    }
}

/// An article of a local rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RuleArticle {
    /// Its number, with paragraph and item in brackets.
    #[schema(example = "21(2)")]
    pub number: String,
    /// Its words.
    pub text: String,
}

/// What makes an entry a typical case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TypicalCase {
    /// The cases of the agency it is drawn from.
    pub drawn_from: Vec<Uuid>,
    /// Why the agency was corrected, where it was.
    #[schema(required = true)]
    pub cause: Option<CorrectionCause>,
    /// How the reconsideration or lawsuit ended, as table four counts it.
    #[schema(required = true)]
    pub report_column: Option<Column>,
    /// What is to be learnt from it.
    pub lesson: String,
}

/// What an edition says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = LibraryContent)]
pub struct Content {
    /// What it is called: the answer, the category, the rule.
    #[schema(example = "示范市政府信息公开规定")]
    pub title: String,
    /// The document number of a local rule.
    #[schema(required = true)]
    pub document_number: Option<String>,
    /// The kinds of reply it is for; all where there is none.
    pub kinds: Vec<ReplyKind>,
    /// The grounds it is for; all where there is none.
    pub grounds: Vec<Ground>,
    /// What sort of information it is for; all where there is none.
    pub topics: Vec<String>,
    /// The agreed words, what the category covers, or what happened in a typical case.
    #[schema(required = true)]
    pub text: Option<String>,
    /// The legal basis.
    pub articles: Vec<String>,
    /// The articles of a local rule that can be cited.
    pub rule_articles: Vec<RuleArticle>,
    /// Of a typical case: what it is drawn from and what is to be learnt.
    #[serde(default)]
    #[schema(required = true)]
    pub typical: Option<TypicalCase>,
    /// In force from this day.
    pub from_on: NaiveDate,
    /// The last day it is in force.
    #[schema(required = true)]
    pub until_on: Option<NaiveDate>,
}

/// An approved edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// The entry.
    pub entry: Uuid,
    /// Its number, from 1.
    pub edition: u32,
    /// Which library.
    pub shelf: Shelf,
    /// What it says.
    pub content: Content,
}

/// What an item of a reply is, as far as a library is asked about it.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The kind.
    pub kind: Option<ReplyKind>,
    /// The grounds.
    pub grounds: &'a [Ground],
}

impl Content {
    /// Whether the entry is for such an item, whatever its topics.
    pub fn suits(&self, asked: Asked<'_>) -> bool {
        let of_kind = asked.kind.is_none_or(|kind| self.kinds.is_empty() || self.kinds.contains(&kind));
        let on_ground =
            asked.grounds.is_empty() || self.grounds.is_empty() || self.grounds.iter().any(|ground| asked.grounds.contains(ground));
        of_kind && on_ground
    }

    /// The topics that stand in some words.
    pub fn topics_in<'a>(&'a self, words: &'a str) -> impl Iterator<Item = &'a str> {
        self.topics.iter().map(String::as_str).filter(move |topic| words.contains(*topic))
    }

    /// What it shares with an item: one of its own kinds, or one of its own grounds. Unlike [`Self::suits`], an entry for everything shares nothing.
    pub fn shares(&self, asked: Asked<'_>) -> bool {
        asked.kind.is_some_and(|kind| self.kinds.contains(&kind)) || self.grounds.iter().any(|ground| asked.grounds.contains(ground))
    }

    /// Whether everything that is looked for stands in what it says.
    pub fn has_words(&self, wanted: &Wanted) -> bool {
        let lesson = self.typical.as_ref().map(|typical| typical.lesson.clone());
        let texts: Vec<String> =
            std::iter::once(self.title.clone()).chain(self.text.clone()).chain(lesson).chain(self.topics.clone()).collect();
        wanted.is_in(&texts)
    }

    /// Whether reasons have the agreed words, spaces and line ends apart.
    pub fn is_said_by(&self, reasons: &str) -> bool {
        let dense = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        self.text.as_deref().is_none_or(|text| dense(reasons).contains(&dense(text)))
    }
}

impl Edition {
    /// An agreed answer for every item of its kind: a reply that does not give it departs from it.
    pub fn binds(&self, asked: Asked<'_>) -> bool {
        let of_kind = asked.kind.is_some_and(|kind| self.content.kinds.contains(&kind));
        let on_ground = self.content.grounds.is_empty() || self.content.grounds.iter().any(|ground| asked.grounds.contains(ground));
        self.shelf == Shelf::AgreedAnswer && self.content.topics.is_empty() && of_kind && on_ground
    }
}

/// Of approved editions those in force on a day: of each entry the last that has begun, unless it has ended.
pub fn in_force<'a>(approved: impl IntoIterator<Item = &'a Edition>, on: NaiveDate) -> Vec<&'a Edition> {
    let mut last: BTreeMap<Uuid, &Edition> = BTreeMap::new();
    for edition in approved.into_iter().filter(|edition| edition.content.from_on <= on) {
        let known = last.entry(edition.entry).or_insert(edition);
        if known.edition < edition.edition {
            *known = edition;
        }
    }
    last.into_values().filter(|edition| edition.content.until_on.is_none_or(|until| on <= until)).collect()
}
