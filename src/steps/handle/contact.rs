//! Log a contact with the applicant (沟通记录). Who: the handling department or a clerk.
//!
//! Who, when, by which means, what came of it, what was said. Before a correction notice and before a reply that cannot provide, a contact
//! that reached the applicant is asked for, or attempts on three different days, or a reason for none; it contradicts nobody else's work, so any number of people may write it at once.

#[cfg(test)]
mod tests;

use super::desk::works_on;
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts};
use crate::case::flow::Step;
use crate::case::model::{Case, Contact, ContactMeans, ContactResult};
use crate::case::refusal::Refusal;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::{Line, Words};
use crate::steps::receive::attempt::time_of_day;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// A contact with the applicant.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct LogContact {
    /// The day.
    #[schema(example = "2026-11-05")]
    pub on: NaiveDate,
    /// The time of day, `HH:MM`.
    #[garde(inner(custom(time_of_day)))]
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "14:10")]
    pub time: Option<String>,
    /// How.
    pub means: ContactMeans,
    /// What came of it. Only a contact that reached the applicant, or attempts on three different days, stand before a correction notice or a
    /// reply that cannot provide.
    #[schema(example = "reached")]
    pub result: ContactResult,
    /// Whom was spoken to, where that is not the applicant.
    #[garde(dive)]
    pub with: Option<Line<200>>,
    /// What was said, or what was tried.
    #[garde(dive)]
    #[schema(example = "说明所述内容无法指向特定信息，申请人表示将补充年份和文号。")]
    pub words: Words<4000>,
}

impl Command for LogContact {
    const STEP: Step = Step::LogContact;
    const ADDITIVE: bool = true;

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        works_on(case, facts).map(|()| None)
    }

    fn decide(self, _: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        facts.between(case.arrived_on, self.on, "/on")?;
        let mut decision = Decision::new();
        let contact = Contact {
            n: crate::steps::next(case.contacts.len()),
            on: self.on,
            time: self.time,
            means: self.means,
            with: decision.keep_some(facts, self.with.map(Line::into_string)),
            words: decision.keep(facts, self.words.into_string()),
            by: facts.person.account_id,
            result: Some(self.result),
        };
        Ok(decision.with(CaseEvent::ContactLogged { contact }))
    }
}

/// Log a contact with the applicant.
#[utoipa::path(tag = "handle", request_body = LogContact, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/contacts")]
pub async fn log_contact(call: Call) -> Answer {
    super::super::take::<LogContact>(call).await
}
