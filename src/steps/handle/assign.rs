//! Assign to a department and handler (分办), Art 45. Who: clerk, or the head who decides who handles it (拟办).

use super::desk::inner_date;
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Assignment, Case};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Words;
use crate::rules::permissions::Role;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// To whom the case is given.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct AssignCase {
    /// The department (承办处室).
    pub department: Uuid,
    /// The handler (承办人); an active account of that department.
    pub handler: Uuid,
    /// The opinion on who handles it and how (拟办意见).
    #[garde(dive)]
    pub opinion: Option<Words<2000>>,
    /// The inner date until which the department drafts; before the legal due date.
    pub due_on: Option<NaiveDate>,
    /// The inner date of the assignment before goes on: the case only changes hands.
    #[serde(skip)]
    goes_on: bool,
}

impl AssignCase {
    /// The case goes from a leaver to a colleague, with the date it has.
    pub const fn handed_over(department: Uuid, handler: Uuid) -> Self {
        Self { department, handler, opinion: None, due_on: None, goes_on: true }
    }
}

impl Command for AssignCase {
    const STEP: Step = Step::Assign;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { departments: vec![self.department], accounts: vec![self.handler], ..Needs::default() }
    }

    fn ready(_case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        Ok(None)
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        if !facts.known.departments.contains(&self.department) {
            return Err(Refusal::new(Code::UnknownReference, "部门不存在或已停用", "the department is unknown or closed").at("/department"));
        }
        let fits = facts.known.accounts.get(&self.handler).is_some_and(|account| {
            account.active
                && account.department == Some(self.department)
                && (account.roles.contains(&Role::Handler) || account.roles.contains(&Role::Clerk))
        });
        if !fits {
            return Err(Refusal::new(
                Code::UnknownReference,
                "承办人须是该部门的在岗承办人或经办员",
                "the handler must be an active handler or clerk of that department",
            )
            .at("/handler"));
        }
        if case.assignment().is_some_and(|current| current.department == self.department && current.handler == self.handler) {
            return Err(Refusal::new(Code::NothingToChange, "案件已由该人承办", "the case is with them already"));
        }
        if let Some(due_on) = self.due_on {
            inner_date(case, facts, due_on, "/due_on")?;
        }
        let mut decision = Decision::new();
        let opinion = decision.keep_some(facts, self.opinion.map(Words::into_string));
        let assignment = Assignment {
            department: self.department,
            handler: self.handler,
            on: facts.today,
            by: facts.person.account_id,
            opinion,
            due_on: if self.goes_on { case.assignment().and_then(|before| before.due_on) } else { self.due_on },
            accepted: None,
            sent_back: None,
        };
        Ok(decision.with(CaseEvent::CaseAssigned { assignment }))
    }
}

/// Assign to a department and handler.
#[utoipa::path(tag = "handle", request_body = AssignCase, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/assignments")]
pub async fn assign_case(call: Call) -> Answer {
    super::super::take::<AssignCase>(call).await
}
