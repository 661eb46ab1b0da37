//! Review the open draft (审核、法制审核、保密审查), Art 17, 45. Who: legal reviewer, approver, heads of the FOI office and of the
//! handling department, or their deputies; never the drafter.
//!
//! The agency's review chain of the day of the draft gives the order. A reviewer changes no word: what is wrong goes back with an opinion, and a new draft is made.

use super::chain::{may_review, review_hand};
use crate::case::command::{Command, Edition};
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts};
use crate::case::flow::Step;
use crate::case::model::{Case, Draft, Joint, Review, ReviewKind, Verdict};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Words;
use crate::rules::review::Redaction;
use crate::views::case_page::CaseView;
use actix_web::post;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// A review of the open draft.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ReviewDraft {
    /// What is reviewed: the content, the law, what must stay secret or private; or by which head.
    #[schema(example = "legal")]
    pub kind: ReviewKind,
    /// Whether it passes.
    #[schema(example = "approved")]
    pub verdict: Verdict,
    /// Why; needed when the draft is returned.
    #[garde(dive)]
    #[schema(example = "依据、程序、救济告知均无不当。")]
    pub opinion: Option<Words<5000>>,
    /// Of a secrecy and privacy review that passes: whether what is given was covered; needed where documents are given.
    pub redaction: Option<Redaction>,
}

impl ReviewDraft {
    /// Whether what it says of redaction fits what is given (Art 17; 隐私信息要遮掩).
    fn redaction_fits(&self, draft: &Draft) -> Result<(), Refusal> {
        let passes = self.kind == ReviewKind::Secrecy && self.verdict == Verdict::Approved;
        let gives = draft.items.iter().any(|item| !item.grounds.attachments.is_empty());
        let redacts = draft.items.iter().any(|item| !item.grounds.sealed.is_empty());
        let (zh, en) = match self.redaction {
            Some(_) if !passes => ("只有通过的保密审查说明遮盖情况", "only a secrecy review that passes says so"),
            None if passes && gives => {
                ("提供材料的，保密审查须说明是否遮盖", "where documents are given, the secrecy review says whether they are covered")
            }
            Some(Redaction::NotNeeded) if redacts => ("文稿附有遮盖件，与“无需遮盖”不符", "the draft gives redacted documents"),
            _ => return Ok(()),
        };
        Err(Refusal::new(Code::FieldsRefused, zh, en).under("17").at("/redaction"))
    }
}

impl Command for ReviewDraft {
    const STEP: Step = Step::Review;
    const SETTINGS: Edition = Edition::Newest;

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        may_review(case, super::open_draft(case)?, facts.person).map(|()| None)
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let draft = super::open_draft(case)?;
        let hand = review_hand(self.kind, case, draft, facts)?;
        let by = hand.by;
        if draft.reviews.iter().any(|review| review.by == by && review.kind == self.kind) {
            return Err(Refusal::new(
                Code::AlreadyDone,
                "您已对本稿作过同类审核",
                "you have given this kind of review on this draft already",
            )
            .at("/kind"));
        }
        if self.verdict == Verdict::Returned && self.opinion.is_none() {
            return Err(Refusal::new(Code::FieldsRefused, "退回文稿须说明意见", "a draft is returned with an opinion")
                .under("45")
                .at("/opinion"));
        }
        self.redaction_fits(draft)?;
        let mut decision = Decision::new();
        let opinion = decision.keep_some(facts, self.opinion.map(Words::into_string));
        let review = Review {
            kind: self.kind,
            verdict: self.verdict,
            opinion,
            by,
            on: facts.today,
            deputy_for: hand.deputy_for,
            redaction: self.redaction,
        };
        Ok(decision.with(CaseEvent::DraftReviewed { draft: draft.n, review }))
    }

    fn shared(&self, _at: Option<u32>, case: &Case) -> Option<Joint> {
        case.drafted_jointly().cloned()
    }

    fn on_sharer(self, joint: &Joint, _: Option<u32>, _: &Case, case: &Case) -> Result<Option<(Option<u32>, Self)>, Refusal> {
        super::joint::still_shares(joint, case).map(|()| Some((None, self)))
    }
}

/// Review a draft.
///
/// Always the open draft. A returned draft is done with: the next one is drafted anew.
#[utoipa::path(tag = "reply", request_body = ReviewDraft, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/reviews")]
pub async fn review_draft(call: Call) -> Answer {
    super::super::take::<ReviewDraft>(call).await
}
