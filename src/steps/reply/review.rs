//! Review the open draft (审核、法制审核、公开审查), Art 17, 45. Who: legal reviewer, approver; never the drafter.
//!
//! A reviewer changes no word: what is wrong goes back with an opinion, and a new draft is made.

use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts};
use crate::case::flow::Step;
use crate::case::model::{Case, Review, ReviewKind, Verdict};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Words;
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
    /// What is reviewed: the content, the law, or what must stay secret.
    #[schema(example = "legal")]
    pub kind: ReviewKind,
    /// Whether it passes.
    #[schema(example = "approved")]
    pub verdict: Verdict,
    /// Why; needed when the draft is returned.
    #[garde(dive)]
    #[schema(example = "依据、程序、救济告知均无不当。")]
    pub opinion: Option<Words<5000>>,
}

impl Command for ReviewDraft {
    const STEP: Step = Step::Review;

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        if super::open_draft(case)?.by == facts.person.account_id {
            return Err(Refusal::new(Code::SamePerson, "拟稿人不得审核本人文稿", "nobody reviews their own draft").under("45"));
        }
        Ok(None)
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let draft = super::open_draft(case)?;
        let by = facts.person.account_id;
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
        let mut decision = Decision::new();
        let opinion = decision.keep_some(facts, self.opinion.map(Words::into_string));
        let review = Review { kind: self.kind, verdict: self.verdict, opinion, by, on: facts.today };
        Ok(decision.with(CaseEvent::DraftReviewed { draft: draft.n, review }))
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
