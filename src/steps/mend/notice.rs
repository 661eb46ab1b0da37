//! Void a notice sent by mistake (作废误发的文书), domain 6.6. Who: approver.
//!
//! The clock runs as if the notice had not been, and the agency bears the days: the due date never moves later by it. What the
//! applicant already answered or paid stands. A consultation that a split gave to a part can be voided in that part alone: it binds there no
//! more, and the days it took on the paper stay.

#[cfg(test)]
mod tests;

use crate::case::clock;
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, Letter, Notice, NoticeVoiding, standing};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Words;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

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

/// The paper whose split brought the consultation into the case.
fn brought_from(case: &Case, letter: Letter) -> Option<Uuid> {
    standing(&case.consultations, letter)?.on_paper.as_ref()?;
    case.split_from.as_ref().map(|origin| origin.case)
}

impl Command for VoidNotice {
    const STEP: Step = Step::VoidNotice;

    fn needs(&self, _at: Option<u32>, case: &Case, _today: NaiveDate) -> Needs {
        Needs { cases: brought_from(case, self.letter).into_iter().collect(), ..Needs::default() }
    }

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
        let paper = brought_from(case, self.letter).and_then(|id| facts.known.cases.get(&id));
        if paper.and_then(|paper| paper.case.splitting.as_ref()).is_some_and(|splitting| splitting.by == facts.person.account_id) {
            let (zh, en) = (
                "该征求意见由拆分人划归本案，拆分人不得自行作废，须由另一人决定",
                "who split the paper gave this consultation to the case and does not void it; another approver does",
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
/// The clock runs as if it had not been; the agency bears the days. A consultation that a split gave to the wrong part is voided in that part:
/// by somebody else than who split, and the days it took on the paper stay.
#[utoipa::path(tag = "mend", request_body = VoidNotice, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/notice-voidings")]
pub async fn void_notice(call: Call) -> Answer {
    super::super::take::<VoidNotice>(call).await
}
