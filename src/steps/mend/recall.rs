//! Recall a reply that has not left the agency (撤回未发出的答复), 45, domain 6.6. Who: approver.
//!
//! A new version needs a new draft and a new approval; it takes the same number. What was dispatched is revoked instead.

use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts};
use crate::case::flow::Step;
use crate::case::model::{Case, Joint};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Words;
use crate::views::case_page::CaseView;
use actix_web::post;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// A recall.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RecallReply {
    /// Why.
    #[garde(dive)]
    #[schema(example = "附件漏页，重新制作。")]
    pub reason: Words<2000>,
}

impl Command for RecallReply {
    const STEP: Step = Step::RecallReply;

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        match case.standing_reply() {
            Some(reply) => Ok(Some(reply.n)),
            None => Err(Refusal::new(Code::NothingOpen, "没有有效的答复", "no reply stands")),
        }
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let reply = super::standing(case, at)?;
        let mut decision = Decision::new();
        let reason = decision.keep(facts, self.reason.into_string());
        Ok(decision.with(CaseEvent::ReplyRecalled { reply: reply.n, reason }))
    }

    fn shared(&self, at: Option<u32>, case: &Case) -> Option<Joint> {
        super::shared_reply(case, at)
    }

    fn on_sharer(self, joint: &Joint, _: Option<u32>, _: &Case, case: &Case) -> Result<Option<(Option<u32>, Self)>, Refusal> {
        Ok(super::own_standing(case, joint).map(|n| (Some(n), self)))
    }
}

/// Recall a reply that has not left.
#[utoipa::path(tag = "mend", request_body = RecallReply, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/replies/{n}/recall")]
pub async fn recall_reply(call: Call) -> Answer {
    super::super::take::<RecallReply>(call).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::duties::{duties, reply_duty};
    use crate::case::model::ReplyState;
    use crate::case::stage::Stage;
    use crate::case::testing::{APPROVER, day};
    use crate::steps::fixtures::{issued, reply_events, served};
    use serde_json::json;

    #[test]
    fn a_recalled_reply_stays_on_the_trail_and_the_case_goes_back_to_handling() {
        let mut bench = issued("2026-08-03");
        bench.take::<RecallReply>(APPROVER, Some(1), json!({"reason": "附件漏页"})).unwrap();
        let case = bench.case();
        assert_eq!((case.stage, case.round(), case.standing_reply()), (Stage::Registered, 1, None));
        assert_eq!((case.replies[0].state, case.replies[0].recall_reason.is_some()), (ReplyState::Recalled, true));
        let duties = duties(case, bench.calendar());
        assert!(reply_duty(&duties).unwrap().open, "the issue never met the duty");
        let anew = reply_events(bench.case(), day("2026-08-04"));
        bench.keep(anew, Vec::new());
        let again = bench.take::<RecallReply>(APPROVER, Some(1), json!({"reason": "附件漏页"})).unwrap_err();
        assert_eq!(again.code.as_str(), "already_done");
        assert_eq!(
            bench.take::<RecallReply>(APPROVER, Some(3), json!({"reason": "附件漏页"})).unwrap_err().code.as_str(),
            "unknown_target"
        );
    }

    #[test]
    fn what_has_left_is_not_recalled() {
        let mut bench = served("2026-08-03", "2026-08-05");
        let refusal = bench.take::<RecallReply>(APPROVER, Some(1), json!({"reason": "附件漏页"})).unwrap_err();
        assert_eq!(refusal.code.as_str(), "stage_forbids");
    }
}
