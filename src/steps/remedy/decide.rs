//! Record the decision of the body (复议决定) or court (裁判), 复议法 62-69; 行诉法 69-77, 89. Who: clerk or legal reviewer.
//!
//! The outcome gives the column of table four; a correction of the agency needs its cause (domain 5.4), an order its own date. An order that has
//! force and wants another reply opens another round at once.

use crate::case::command::{Command, Edition};
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, CorrectionCause, Order, OrderTerm, Outcome, Proceeding, ProceedingDecision, ProceedingKind};
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
    /// By when, as the decision says; at most two years after it was received. This or `within`.
    #[schema(example = "2026-12-10")]
    pub due_on: Option<NaiveDate>,
    /// The term that the decision gives from its taking effect; of a judgment it runs from the end of the term of appeal, or of the appeal.
    #[garde(dive)]
    pub within: Option<OrderTerm>,
    /// Of a proceeding over several cases, those that it is about; all of them where none is named.
    #[serde(default)]
    #[garde(length(max = 50))]
    #[schema(max_items = 50)]
    pub cases: Vec<Uuid>,
}

impl OrderInput {
    /// Whether it says anything of this case.
    pub(in crate::steps) fn is_about(&self, case: &Case) -> bool {
        self.cases.is_empty() || self.cases.contains(&case.id)
    }

    /// The day or the term, and only the cases that the proceeding covers.
    fn fits(&self, proceeding: &Proceeding) -> Result<(), Refusal> {
        let refuse = |pointer: &str, zh: &str, en: &str| Err(Refusal::new(Code::FieldsRefused, zh, en).at(pointer));
        if self.due_on.is_some() == self.within.is_some() {
            return refuse(
                "/order/due_on",
                "填写履行期限届满之日，或者自生效之日起的期限，二者居其一",
                "give a day or a term from taking effect, one of the two",
            );
        }
        let covered = |case: &Uuid| proceeding.joint.as_ref().is_some_and(|joint| joint.cases.iter().any(|part| part.case == *case));
        if !self.cases.iter().all(covered) {
            return refuse("/order/cases", "只能指明该程序所涉及的案件", "only cases that the proceeding covers can be named");
        }
        Ok(())
    }

    /// What is kept of it, for a decision that was received on a day.
    pub(in crate::steps) fn kept(self, kept: &mut Decision, facts: &Facts<'_>, received_on: NaiveDate) -> Order {
        Order {
            what: kept.keep(facts, self.what.into_string()),
            due_on: self.due_on.or(self.within.map(|within| within.until(facts.calendar, received_on).on)).unwrap_or(received_on),
            within: self.within,
            performed_on: None,
            kind: Some(self.kind),
            proof: None,
        }
    }
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
        if self.order.is_none() && must_order(self.outcome) {
            return Err(Refusal::new(
                Code::OrderMissing,
                "该结果责令本机关履行，须填写责令事项和期限",
                "this outcome orders something of the agency: enter what, and by when",
            )
            .under("复议法 66; 行诉法 70, 72, 73")
            .at("/order"));
        }
        self.order.as_ref().map_or(Ok(()), |order| order.fits(proceeding))?;
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

/// Whether it is an order by its name: without what is ordered nobody would owe it.
const fn must_order(outcome: Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Reconsideration(ReconsiderationOutcome::PerformanceOrdered)
            | Outcome::Court(CourtOutcome::PerformanceOrdered | CourtOutcome::NewActOrdered | CourtOutcome::PaymentOrdered)
    )
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

fn decided_before() -> Refusal {
    Refusal::new(
        Code::AlreadyDone,
        "已登记复议决定或者裁判；登记有误的，以更正（decision）改正",
        "the decision is already entered: what is wrong in it is amended (subject `decision`)",
    )
}

impl Command for RecordDecision {
    const STEP: Step = Step::DecideProceeding;
    const SETTINGS: Edition = Edition::Newest;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { documents: self.document_id.into_iter().collect(), ..Needs::default() }
    }

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let undecided = super::first(case, |proceeding| proceeding.decision.is_none());
        undecided.map_err(|closed| if case.proceedings.is_empty() { closed } else { decided_before() })
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let proceeding = super::proceeding(case, at)?;
        if proceeding.decision.is_some() {
            return Err(decided_before());
        }
        self.fits(proceeding)?;
        self.in_order(case, proceeding, facts)?;
        self.order.as_ref().and_then(|order| order.due_on).map_or(Ok(()), |due_on| in_reach(due_on, self.received_on))?;
        if let Some(id) = self.document_id {
            facts.document(id, "/document_id")?;
        }
        let mut kept = Decision::new();
        let order = self.order.filter(|order| order.is_about(case)).map(|order| order.kept(&mut kept, facts, self.received_on));
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
