//! Log an attempt to confirm the receipt (确认联系记录), Art 31(2)(3). Who: clerk. The FOI office tries on the very day.

use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts};
use crate::case::flow::Step;
use crate::case::model::{Attempt, AttemptResult, Case, ContactMeans};
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

/// An attempt to reach the applicant.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct AttemptConfirmation {
    /// The day.
    #[schema(example = "2026-11-02")]
    pub on: NaiveDate,
    /// The time of day, `HH:MM`.
    #[garde(inner(custom(time_of_day)))]
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "09:30")]
    pub time: Option<String>,
    /// How.
    pub means: ContactMeans,
    /// What came of it; a confirmation has a step of its own.
    pub result: AttemptResult,
    /// A note.
    #[garde(dive)]
    pub note: Option<Words<2000>>,
}

/// Refuses what is not `HH:MM`.
pub fn time_of_day(text: &str, (): &()) -> garde::Result {
    match chrono::NaiveTime::parse_from_str(text, "%H:%M") {
        Ok(time) if time.format("%H:%M").to_string() == text => Ok(()),
        _ => Err(garde::Error::new("not_a_time|the time of day is not HH:MM")),
    }
}

impl Command for AttemptConfirmation {
    const STEP: Step = Step::AttemptConfirmation;
    const ADDITIVE: bool = true;

    fn ready(_case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        Ok(None)
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        facts.between(case.arrived_on, self.on, "/on")?;
        if self.result == AttemptResult::Confirmed {
            return Err(Refusal::new(
                Code::FieldsRefused,
                "已确认的，请办理“确认收到申请”",
                "a confirmation fixes the receipt date: use receipt-confirmations",
            )
            .under("31")
            .at("/result"));
        }
        let mut decision = Decision::new();
        let note = decision.keep_some(facts, self.note.map(Words::into_string));
        let attempt = Attempt { on: self.on, time: self.time, means: self.means, result: self.result, by: facts.person.account_id, note };
        Ok(decision.with(CaseEvent::ConfirmationAttempted { attempt }))
    }
}

/// Log an attempt to confirm the receipt.
#[utoipa::path(tag = "receive", request_body = AttemptConfirmation, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/confirmation-attempts")]
pub async fn log_confirmation_attempt(call: Call) -> Answer {
    super::super::take::<AttemptConfirmation>(call).await
}
