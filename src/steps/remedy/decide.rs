//! Record the decision of the body (复议决定) or court (裁判), 复议法 62-69; 行诉法 69-77, 89. Who: clerk or legal reviewer.
//!
//! The outcome gives the column of table four; a correction of the agency needs its cause (domain 5.4), an order its own date. An order that has
//! force and wants another reply opens another round at once.

use crate::case::command::{Command, Edition};
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, CorrectionCause, Order, Outcome, Proceeding, ProceedingDecision, ProceedingKind};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::{Line, Words};
use crate::rules::outcomes::{CourtForm, CourtOutcome, Instance, ReconsiderationOutcome};
use crate::rules::proceedings::{EndedBy, OrderKind};
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::{Months, NaiveDate};
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// How long after its receipt an order may be due. A choice, no article caps it: two years leave room for any order about information
/// and still catch a mistyped year, which would hide the duty for good.
const LONGEST_ORDER: Months = Months::new(24);

/// What is ordered.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct OrderInput {
    /// What must be done.
    #[garde(dive)]
    #[schema(example = "在30日内重新作出答复。")]
    pub what: Words<2000>,
    /// What sort of order it is; one that wants another reply opens a round of reply, due on the same day.
    pub kind: OrderKind,
    /// By when, as the decision says; at most two years after it was received.
    #[schema(example = "2026-12-10")]
    pub due_on: NaiveDate,
}

/// The decision.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RecordDecision {
    /// The outcome, by kind of proceeding.
    pub outcome: Outcome,
    /// The date it bears.
    #[schema(example = "2026-11-09")]
    pub decided_on: NaiveDate,
    /// The day it was served on the agency.
    #[schema(example = "2026-11-10")]
    pub received_on: NaiveDate,
    /// The day it was served on the applicant, where the agency knows it: the term to sue runs from it (行诉法 45).
    pub applicant_received_on: Option<NaiveDate>,
    /// Its document number.
    #[garde(dive)]
    pub document_number: Option<Line<100>>,
    /// Judgment or ruling; courts only, and none of a mediation.
    pub form: Option<CourtForm>,
    /// Why the agency was corrected; needed where the outcome corrects it, and only there.
    pub cause: Option<CorrectionCause>,
    /// What it orders; only where it corrects the agency, or the parties settled.
    #[garde(dive)]
    pub order: Option<OrderInput>,
    /// Why it ended without a decision on the matter; only where it did.
    pub ended_by: Option<EndedBy>,
    /// The stored paper.
    pub document_id: Option<Uuid>,
    /// Its words, where there is no paper of it; what comes over the exchange has none.
    #[garde(dive)]
    pub text: Option<Words<20000>>,
}

impl RecordDecision {
    pub(in crate::steps) fn fits(&self, proceeding: &Proceeding) -> Result<(), Refusal> {
        let mismatch = |zh: &str, en: &str| Err(Refusal::new(Code::OutcomeMismatch, zh, en).at("/outcome"));
        match (proceeding.kind, self.outcome) {
            (ProceedingKind::Reconsideration, Outcome::Court(_)) => {
                mismatch("行政复议不能有裁判结果", "a reconsideration has no court outcome")
            }
            (ProceedingKind::Litigation, Outcome::Reconsideration(_)) => {
                mismatch("行政诉讼不能有复议结果", "a lawsuit has no reconsideration outcome")
            }
            (
                ProceedingKind::Litigation,
                Outcome::Court(CourtOutcome::AppealDismissed | CourtOutcome::AppealWithdrawn | CourtOutcome::Remanded),
            ) if proceeding.instance == Some(Instance::First) => {
                mismatch("该结果只能由上诉审或者再审作出", "only a court above the first instance decides so")
            }
            _ => Ok(()),
        }?;
        let refuse = |pointer: &str, zh: &str, en: &str| Err(Refusal::new(Code::FieldsRefused, zh, en).at(pointer));
        match (proceeding.kind, self.form) {
            (ProceedingKind::Reconsideration, Some(_)) => {
                refuse("/form", "判决、裁定只适用于法院", "only courts give judgments and rulings")
            }
            (ProceedingKind::Litigation, None) if self.outcome != Outcome::Court(CourtOutcome::Mediated) => refuse(
                "/form",
                "须说明是判决还是裁定，上诉期限因此不同",
                "say whether it is a judgment or a ruling: the term of appeal differs",
            ),
            _ => Ok(()),
        }?;
        self.in_its_form()?;
        match (self.outcome.corrects(), self.cause) {
            (true, None) => refuse("/cause", "结果纠正的，须填写纠正原因", "an outcome that corrects the agency needs its cause"),
            (false, Some(_)) => refuse("/cause", "只有结果纠正的才有纠正原因", "only an outcome that corrects the agency has a cause"),
            _ => Ok(()),
        }?;
        if self.order.is_some() && !self.outcome.may_order(self.ended_by) {
            return Err(Refusal::new(
                Code::OrderMismatch,
                "维持、驳回等结果不会责令本机关履行；只有结果纠正、调解或者和解的才有责令事项",
                "what upholds or rejects orders nothing of the agency: only what corrects it, a mediation or a settlement does",
            )
            .under("复议法 64-69, 73, 74; 行诉法 60, 69-77")
            .at("/order"));
        }
        if self.ended_by.is_some() && !ends_unheard(self.outcome) {
            return refuse(
                "/ended_by",
                "只有终止、撤回的程序才有终结原因",
                "only what ended without a decision on the matter has such a reason",
            );
        }
        Ok(())
    }

    /// Whether it is a judgment follows from what was decided; the term of appeal hangs on it (行诉法 85).
    fn in_its_form(&self) -> Result<(), Refusal> {
        let Outcome::Court(outcome) = self.outcome else { return Ok(()) };
        match (outcome.form(), self.form) {
            (Some(form), Some(said)) if form != said => Err(Refusal::new(
                Code::OutcomeMismatch,
                format!("“{}”以{}作出，上诉期限因此不同", outcome.zh(), form.zh()),
                format!("\"{}\" is given as a {}: the term of appeal differs", outcome.en(), form.code()),
            )
            .under("行诉法 85")
            .at("/form")),
            _ => Ok(()),
        }
    }

    /// Decided, then served on either side; an answer that is on record was given before the agency had the decision.
    fn in_order(&self, case: &Case, proceeding: &Proceeding, facts: &Facts<'_>) -> Result<(), Refusal> {
        facts.between(super::decided_at_the_earliest(case, proceeding, self.outcome), self.decided_on, "/decided_on")?;
        let answered_on = proceeding.answer.as_ref().map(|answer| answer.on);
        let earliest = self.decided_on.max(proceeding.received_on).max(answered_on.unwrap_or(NaiveDate::MIN));
        facts.between(earliest, self.received_on, "/received_on")?;
        self.applicant_received_on.map_or(Ok(()), |on| facts.between(self.decided_on, on, "/applicant_received_on"))
    }
}

/// Refuses a day for an order before the decision was received, or beyond [`LONGEST_ORDER`] after it.
pub(in crate::steps) fn in_reach(due_on: NaiveDate, received_on: NaiveDate) -> Result<(), Refusal> {
    if due_on < received_on {
        return Err(Refusal::new(
            Code::DateBeforePrevious,
            "履行期限早于收到决定之日",
            "the order is due before the decision was received",
        )
        .at("/order/due_on"));
    }
    if received_on.checked_add_months(LONGEST_ORDER).is_some_and(|latest| due_on > latest) {
        return Err(Refusal::new(
            Code::DateOutOfRange,
            "履行期限不得晚于收到决定之日后二年，请核对年份",
            "an order is due within two years of receiving the decision: check the year",
        )
        .at("/order/due_on"));
    }
    Ok(())
}

/// Whether it ended by termination or withdrawal (复议法 41, 74; 行诉法 58, 62).
const fn ends_unheard(outcome: Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Reconsideration(ReconsiderationOutcome::Terminated)
            | Outcome::Court(
                CourtOutcome::WithdrawalAllowed
                    | CourtOutcome::DeemedWithdrawn
                    | CourtOutcome::Discontinued
                    | CourtOutcome::AppealWithdrawn
            )
    )
}

impl Command for RecordDecision {
    const STEP: Step = Step::DecideProceeding;
    const SETTINGS: Edition = Edition::Newest;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { documents: self.document_id.into_iter().collect(), ..Needs::default() }
    }

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        super::first(case, |proceeding| proceeding.decision.is_none())
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let proceeding = super::proceeding(case, at)?;
        if proceeding.decision.is_some() {
            return Err(Refusal::new(Code::AlreadyDone, "已登记复议决定或者裁判", "the decision is already entered"));
        }
        self.fits(proceeding)?;
        self.in_order(case, proceeding, facts)?;
        self.order.as_ref().map_or(Ok(()), |order| in_reach(order.due_on, self.received_on))?;
        if let Some(id) = self.document_id {
            facts.document(id, "/document_id")?;
        }
        let mut kept = Decision::new();
        let order = self.order.map(|order| Order {
            what: kept.keep(facts, order.what.into_string()),
            due_on: order.due_on,
            performed_on: None,
            kind: Some(order.kind),
            proof: None,
        });
        let decision = ProceedingDecision {
            outcome: self.outcome,
            decided_on: self.decided_on,
            received_on: self.received_on,
            applicant_received_on: self.applicant_received_on,
            document_number: self.document_number.map(Line::into_string),
            ruling: self.form == Some(CourtForm::Ruling),
            cause: self.cause,
            order,
            document_id: self.document_id,
            text: kept.keep_some(facts, self.text.map(Words::into_string)),
            ended_by: self.ended_by,
            file_within: facts.settings.filing_working_days,
        };
        let round = super::round::opened_by(case, (proceeding.n, &decision), facts);
        kept.events.push(CaseEvent::ProceedingDecided { proceeding: proceeding.n, decision });
        kept.events.extend(round.map(|ordered| CaseEvent::RoundOrdered { ordered }));
        Ok(kept)
    }

    on_each_case!();
}

/// Record the decision.
#[utoipa::path(tag = "remedy", request_body = RecordDecision, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/proceedings/{n}/decision")]
pub async fn record_proceeding_decision(call: Call) -> Answer {
    super::super::take::<RecordDecision>(call).await
}

#[cfg(test)]
mod tests;
