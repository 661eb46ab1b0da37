//! Void a notice sent by mistake (作废误发的文书), domain 6.6. Who: approver.
//!
//! The clock runs as if the notice had not been, and the agency bears the days: the due date never moves later by it. What the
//! applicant already answered or paid, or a party already answered, stands.

#[cfg(test)]
mod tests;

use crate::case::clock;
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts};
use crate::case::flow::Step;
use crate::case::model::{Case, Letter, Notice, NoticeVoiding};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Words;
use crate::views::case_page::CaseView;
use actix_web::post;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// A notice to be voided.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct VoidNotice {
    /// Which.
    pub letter: Letter,
    /// Why.
    #[garde(dive)]
    #[schema(example = "补正告知书误发：申请内容已经明确。")]
    pub reason: Words<2000>,
}

/// Every notice that may be voided: neither voided nor answered.
pub fn voidable(case: &Case) -> Vec<Letter> {
    case.notices().filter(|known| known.stands() && !known.answered()).map(Notice::letter).collect()
}

impl Command for VoidNotice {
    const STEP: Step = Step::VoidNotice;

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        if voidable(case).is_empty() {
            return Err(Refusal::new(Code::NothingOpen, "没有可以作废的文书", "no notice can be voided").under("45"));
        }
        Ok(None)
    }

    fn decide(self, _: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        if !voidable(case).contains(&self.letter) {
            let (zh, en) =
                ("没有该文书，或者已经作废、已有补正、反馈、说明或者缴费", "there is no such notice, or it was voided, answered or paid");
            return Err(Refusal::new(Code::NothingOpen, zh, en).under("45").at("/letter"));
        }
        // What hides an overdue needs a second person: who made a notice does not take it back alone (domain 6.6).
        if case.notices().any(|known| known.letter() == self.letter && known.by() == facts.person.account_id) {
            let (zh, en) = (
                "文书的经办人或者批准人不得自行作废，须由另一人决定",
                "who made or approved a notice does not void it; another approver does",
            );
            return Err(Refusal::new(Code::SamePerson, zh, en).under("45").at("/letter"));
        }
        let mut decision = Decision::new();
        let voiding =
            NoticeVoiding { on: facts.today, by: facts.person.account_id, reason: decision.keep(facts, self.reason.into_string()) };
        let decision = decision.with(CaseEvent::NoticeVoided { letter: self.letter, voiding });
        clock::hold(case, &decision.events, facts.calendar)?;
        Ok(decision)
    }
}

/// Void a notice sent by mistake.
///
/// The clock runs as if it had not been; the agency bears the days.
#[utoipa::path(tag = "mend", request_body = VoidNotice, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/notice-voidings")]
pub async fn void_notice(call: Call) -> Answer {
    super::super::take::<VoidNotice>(call).await
}
