//! Take an assignment on (认领), or send it back with a reason (退回分办), Art 45. Who: the handler or their department.
//!
//! What is sent back is with nobody until the FOI office assigns it again; the duty to do so stands on its worklist.

#[cfg(test)]
mod tests;

use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts};
use crate::case::flow::Step;
use crate::case::model::{Acceptance, Assignment, Case, SentBack};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Words;
use crate::views::case_page::CaseView;
use actix_web::post;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// Take it on; nothing needs to be said.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptAssignment {}

/// Send it back.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnAssignment {
    /// Why.
    #[garde(dive)]
    #[schema(example = "所涉事项由食品生产监管科承办，请改派。")]
    pub reason: Words<2000>,
}

/// The assignment that waits for an answer, and its number; only those it was given to answer it.
fn waiting<'a>(case: &'a Case, facts: &Facts<'_>) -> Result<(u32, &'a Assignment), Refusal> {
    let ended = || Refusal::new(Code::AssignmentEnded, "没有待认领的分办", "no assignment waits to be taken on").under("45");
    let last = case.assignment().ok_or_else(ended)?;
    let person = facts.person;
    if last.handler != person.account_id && Some(last.department) != person.department {
        let (zh, en) = ("只能由承办人或者承办处室认领、退回", "only the handler or the department it was given to may answer it");
        return Err(Refusal::new(Code::NotPermitted, zh, en).under("45"));
    }
    Ok((u32::try_from(case.assignments.len()).unwrap_or(u32::MAX), last))
}

/// The assignment in the path, while it is the one that counts.
fn named<'a>(case: &'a Case, at: Option<u32>, facts: &Facts<'_>) -> Result<(u32, &'a Assignment), Refusal> {
    let count = u32::try_from(case.assignments.len()).unwrap_or(u32::MAX);
    match at {
        Some(n) if (1..=count).contains(&n) => {
            if n < count {
                let (zh, en) = ("该分办已被新的分办取代", "the assignment was replaced by a later one");
                return Err(Refusal::new(Code::AssignmentEnded, zh, en).under("45"));
            }
            waiting(case, facts)
        }
        _ => Err(Refusal::new(Code::UnknownTarget, "案件没有该次分办", "the case has no such assignment")),
    }
}

impl Command for AcceptAssignment {
    const STEP: Step = Step::AcceptAssignment;

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let (n, last) = waiting(case, facts)?;
        if last.accepted.is_some() {
            return Err(Refusal::new(Code::AssignmentEnded, "该分办已经认领", "the assignment was already taken on").under("45"));
        }
        Ok(Some(n))
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let (assignment, _) = named(case, at, facts)?;
        let acceptance = Acceptance { on: facts.today, by: facts.person.account_id };
        Ok(Decision::new().with(CaseEvent::AssignmentAccepted { assignment, acceptance }))
    }
}

impl Command for ReturnAssignment {
    const STEP: Step = Step::ReturnAssignment;

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        waiting(case, facts).map(|(n, _)| Some(n))
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let (assignment, _) = named(case, at, facts)?;
        let mut decision = Decision::new();
        let reason = decision.keep(facts, self.reason.into_string());
        let sent_back = SentBack { on: facts.today, by: facts.person.account_id, reason, due_on: None };
        Ok(decision.with(CaseEvent::AssignmentReturned { assignment, sent_back }))
    }
}

/// Take an assignment on.
///
/// By the handler or anybody of the department; until then the duty to claim it stands on their worklist.
#[utoipa::path(tag = "handle", request_body = AcceptAssignment, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/assignments/{n}/acceptance")]
pub async fn accept_assignment(call: Call) -> Answer {
    super::super::take::<AcceptAssignment>(call).await
}

/// Send an assignment back.
///
/// The case is then with nobody; the FOI office owes a new assignment by the next working day.
#[utoipa::path(tag = "handle", request_body = ReturnAssignment, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/assignments/{n}/return")]
pub async fn return_assignment(call: Call) -> Answer {
    super::super::take::<ReturnAssignment>(call).await
}
