//! Reply (答复), Art 36-39: drafted by the handler, reviewed by others, approved and issued by somebody else than the drafter.
//!
//! [`item`] is what the drafter says of each matter asked for, `lacks` what the law still misses in it, `handled` what the
//! case gives it to rest on, [`library`] what the agency agreed on beforehand, `chain` who reviews and signs in which order, [`joint`]
//! answers several cases in one document.

pub mod chain;
pub mod draft;
pub mod handled;
pub mod issue;
pub mod item;
pub mod joint;
pub mod lacks;
pub mod library;
pub mod review;
#[cfg(test)]
mod tests;

use crate::case::model::{Case, Draft, DraftState};
use crate::case::refusal::{Code, Refusal};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(draft::draft_reply).service(review::review_draft).service(issue::issue_reply).service(joint::draft_joint_reply);
}

/// The draft that waits for review or issue, or why there is none.
fn open_draft(case: &Case) -> Result<&Draft, Refusal> {
    case.open_draft().ok_or_else(|| {
        if case.drafts.last().is_some_and(|draft| draft.state == DraftState::Returned) {
            Refusal::new(Code::DraftReturned, "文稿已被退回，请重新拟稿", "the draft was returned; draft anew")
        } else {
            Refusal::new(Code::NoDraft, "没有待审核或者待签发的文稿，请先拟稿", "there is no open draft; draft a reply first")
        }
        .under("45")
    })
}
