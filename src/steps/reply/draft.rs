//! Draft a reply (拟稿), Art 36-39. Who: the handler the case is with, their department, or a clerk of the FOI office.
//!
//! Everything the law misses in any item is named at once. A new draft takes the place of the open one; a draft binds nobody yet.

use super::handled;
use super::item::ItemInput;
use super::lacks::{Reasons, against_articles, against_attributes, against_decisions, against_the_paper, incomplete, lacks};
use super::library;
use crate::case::command::{Command, Edition};
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, Draft, DraftState, Joint};
use crate::case::refusal::{Code, FieldRefusal, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::rules::permissions::Role;
use crate::rules::reply_kinds::ReplyKind;
use crate::rules::review;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use std::borrow::Cow;
use utoipa::ToSchema;

/// Most bytes of a draft without its private texts: the issued reply repeats it beside the remedy paragraph, in one event of 64 KB.
const DRAFT_LIMIT: usize = 48 * 1024;

/// A draft of a reply.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftReply {
    /// What is answered, matter by matter; exactly one is the main one.
    #[garde(length(min = 1, max = 20), dive)]
    #[schema(min_items = 1, max_items = 20)]
    pub items: Vec<ItemInput>,
    /// The cases that share the draft; set by the joint reply, never by a caller.
    #[serde(skip)]
    #[garde(skip)]
    pub joint: Option<Joint>,
}

impl DraftReply {
    /// The documents and cases that its items name.
    pub fn named(&self) -> Needs {
        Needs {
            documents: self.items.iter().flat_map(|item| &item.attachments).flat_map(|attachment| attachment.documents()).collect(),
            cases: self.items.iter().filter_map(|item| item.earlier_case).collect(),
            ..Needs::default()
        }
    }

    fn contradictions(&self) -> Vec<FieldRefusal> {
        let mains: Vec<usize> = self.items.iter().enumerate().filter(|(_, item)| item.main).map(|(index, _)| index).collect();
        let one_main = |pointer: String| FieldRefusal {
            pointer,
            code: Cow::Borrowed("one_main_item"),
            detail_zh: "须有且仅有一个主要事项".into(),
            detail_en: "exactly one item is the main one".into(),
        };
        let mut refused = match mains.as_slice() {
            [] => vec![one_main("/items".into())],
            [_, more @ ..] => more.iter().map(|index| one_main(format!("/items/{index}/main"))).collect(),
        };
        refused.extend(self.items.iter().enumerate().flat_map(|(index, item)| item.contradictions(&format!("/items/{index}"))));
        refused
    }
}

impl Command for DraftReply {
    const STEP: Step = Step::Draft;
    /// The review chain is that of the day it is drafted.
    const SETTINGS: Edition = Edition::Newest;

    fn needs(&self, _at: Option<u32>, case: &Case, _today: NaiveDate) -> Needs {
        let Needs { documents, mut cases, .. } = self.named();
        cases.extend(self.joint.iter().flat_map(|joint| joint.others(case.id)));
        Needs { documents, cases, libraries: true, texts: handled::titles(case), ..Needs::default() }
    }

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let person = facts.person;
        if person.roles.contains(&Role::Clerk) {
            return Ok(None);
        }
        let assignment = case.assignment().ok_or_else(|| {
            Refusal::new(Code::NotAssigned, "案件尚未分办，承办处室不能拟稿", "the case is not assigned: its department cannot draft yet")
                .under("45")
        })?;
        if assignment.handler == person.account_id || Some(assignment.department) == person.department {
            return Ok(None);
        }
        Err(Refusal::new(
            Code::NotPermitted,
            "案件由其他处室承办，只能由该处室或者公开办经办员拟稿",
            "the case is with another department: only that department or a clerk of the FOI office drafts",
        )
        .under("45"))
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        if let Some(joint) = &self.joint {
            super::joint::may_share(joint, case, facts)?;
        }
        let contradictions = self.contradictions();
        if !contradictions.is_empty() {
            return Err(Refusal::fields(contradictions));
        }
        for (index, item) in self.items.iter().enumerate() {
            let at = format!("/items/{index}");
            item.dates(case, facts, &at)?;
            item.references(case, facts, &at)?;
        }
        originals_stay(&self.items)?;
        let miscited: Vec<FieldRefusal> =
            self.items.iter().enumerate().flat_map(|(index, item)| library::miscited(item, facts, &format!("/items/{index}"))).collect();
        if !miscited.is_empty() {
            return Err(Refusal::fields(miscited));
        }
        answers_matter(self.items.iter().map(|item| item.kind), case)?;
        let mut decision = Decision::new();
        let (mut items, mut missing) = (Vec::with_capacity(self.items.len()), Vec::new());
        for (n, input) in (1..).zip(self.items) {
            let used = library::used(&input, facts, &format!("/items/{}", n - 1))?;
            let reasons = if input.reasons().is_some() { Reasons::Given } else { Reasons::Absent };
            let item = input.keep(&mut decision, facts, (n, used));
            missing.extend(lacks(&item, reasons, case, facts));
            items.push(item);
        }
        missing.extend(against_articles(&items, case));
        missing.extend(against_decisions(&items, case));
        missing.extend(against_the_paper(&items, case));
        missing.extend(against_attributes(&items, case, facts));
        if !missing.is_empty() {
            return Err(incomplete(&missing));
        }
        let kinds: Vec<ReplyKind> = items.iter().map(|item| item.kind).collect();
        let chain = Some(review::covering(&facts.settings.review_chain, &kinds));
        let draft = Draft {
            n: crate::steps::next(case.drafts.len()),
            round: case.round(),
            items,
            by: facts.person.account_id,
            on: facts.today,
            reviews: Vec::new(),
            state: DraftState::Open,
            joint: self.joint,
            chain,
        };
        if serde_json::to_vec(&draft).is_ok_and(|bytes| bytes.len() > DRAFT_LIMIT) {
            return Err(Refusal::new(
                Code::LimitReached,
                "文稿事项过多，请合并事项或者精简条款、附件",
                "the draft is too large: merge items, or name fewer articles and attachments",
            )
            .at("/items"));
        }
        Ok(decision.with(CaseEvent::ReplyDrafted { draft }))
    }
}

/// Refuses an original that another attachment of the same draft would give.
fn originals_stay(items: &[ItemInput]) -> Result<(), Refusal> {
    let attachments = || items.iter().flat_map(|item| &item.attachments);
    let originals: Vec<_> = attachments().filter_map(|attachment| attachment.original()).collect();
    for (item, input) in items.iter().enumerate() {
        if let Some(index) = input.attachments.iter().position(|attachment| originals.contains(&attachment.given())) {
            let (zh, en) = ("未遮盖的原件不得提供给申请人", "an unredacted original is never given");
            return Err(Refusal::new(Code::UnredactedGiven, zh, en).under("17").at(format!("/items/{item}/attachments/{index}")));
        }
    }
    Ok(())
}

/// Refuses kinds that do not answer what the case is about: a correction of one's own records (Art 41) has kinds of its own.
fn answers_matter(kinds: impl Iterator<Item = ReplyKind>, case: &Case) -> Result<(), Refusal> {
    let foreign: Vec<(usize, ReplyKind)> = kinds.enumerate().filter(|(_, kind)| !case.matter.answered_by(*kind)).collect();
    let Some((_, first)) = foreign.first() else { return Ok(()) };
    let refusal = Refusal::new(
        Code::ReplyKindNotOpen,
        format!("“{}”不适用于{}", first.zh(), case.matter.zh()),
        format!("kind {} ({}) does not answer a {}", first.code(), first.en(), case.matter.en()),
    )
    .under("41");
    Err(foreign.iter().fold(refusal, |refusal, (index, _)| refusal.at(format!("/items/{index}/kind"))))
}

/// Draft a reply.
///
/// Each kind of reply has its own needs (reasons and articles always): all that is missing is refused at once, with its article.
#[utoipa::path(tag = "reply", request_body = DraftReply, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/drafts")]
pub async fn draft_reply(call: Call) -> Answer {
    super::super::take::<DraftReply>(call).await
}
