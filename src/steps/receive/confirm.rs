//! Confirm the receipt (确认收到申请), Art 31(2)(3). Who: clerk. The day both sides confirm is the receipt date.

use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts};
use crate::case::flow::Step;
use crate::case::model::{Attempt, AttemptResult, Case, ContactMeans, Receipt};
use crate::case::refusal::Refusal;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Words;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// Both sides confirmed.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ConfirmReceipt {
    /// The day both sides confirmed: the receipt date.
    #[schema(example = "2026-11-03")]
    pub confirmed_on: NaiveDate,
    /// How.
    pub means: ContactMeans,
    /// A note.
    #[garde(dive)]
    pub note: Option<Words<2000>>,
}

impl Command for ConfirmReceipt {
    const STEP: Step = Step::ConfirmReceipt;

    fn ready(_case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        Ok(None)
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        facts.between(case.arrived_on, self.confirmed_on, "/confirmed_on")?;
        let mut decision = Decision::new();
        let note = decision.keep_some(facts, self.note.map(Words::into_string));
        let attempt = Attempt {
            on: self.confirmed_on,
            time: None,
            means: self.means,
            result: AttemptResult::Confirmed,
            by: facts.person.account_id,
            note,
        };
        let receipt = Receipt { on: self.confirmed_on, article: case.channel.article().article.to_owned() };
        Ok(decision.with(CaseEvent::ConfirmationAttempted { attempt }).with(CaseEvent::ReceiptEstablished { receipt }))
    }
}

/// Confirm the receipt with the applicant.
#[utoipa::path(tag = "receive", request_body = ConfirmReceipt, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/receipt-confirmations")]
pub async fn confirm_receipt(call: Call) -> Answer {
    super::super::take::<ConfirmReceipt>(call).await
}
