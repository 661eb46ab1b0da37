//! Enter a complaint (投诉举报) that the authority passed on, and the agency's explanation, 47(2), 51. Who: clerk or legal reviewer.
//!
//! A complaint is no proceeding: no table counts it, and it stops no term of the other remedies.

use super::open::AgainstInput;
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, Complaint, ComplaintAnswer};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::{Line, Words};
use crate::rules::proceedings::ComplaintGround;
use crate::steps::next;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::{Months, NaiveDate};
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// How long after its receipt the explanation may be due: a choice that catches a mistyped year.
const FURTHEST: Months = Months::new(12);

/// A complaint as it reached the agency.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ReceiveComplaint {
    /// Why.
    pub ground: ComplaintGround,
    /// About what.
    pub against: AgainstInput,
    /// The authority that passed it on (主管部门、上一级行政机关).
    #[garde(dive)]
    #[schema(example = "示范区人民政府办公室")]
    pub authority: Line<200>,
    /// Its number there.
    #[garde(dive)]
    pub reference: Option<Line<100>>,
    /// What is complained of.
    #[garde(dive)]
    #[schema(example = "申请人反映逾期未收到答复。")]
    pub what: Words<2000>,
    /// The day it reached the agency.
    #[schema(example = "2026-11-09")]
    pub received_on: NaiveDate,
    /// By when the agency explains, where the authority says.
    pub answer_due_on: Option<NaiveDate>,
    /// The stored paper.
    pub document_id: Option<Uuid>,
}

/// Refuses a date for the explanation that lies before the receipt, or further than a year after it.
pub(in crate::steps) fn explained_in_reach(received_on: NaiveDate, due_on: NaiveDate) -> Result<(), Refusal> {
    let latest = received_on.checked_add_months(FURTHEST);
    if due_on < received_on || latest.is_some_and(|latest| due_on > latest) {
        let (zh, en) = ("说明期限应在收到之日后一年以内", "the explanation is due within a year of the receipt");
        return Err(Refusal::new(Code::DateOutOfRange, zh, en).at("/answer_due_on"));
    }
    Ok(())
}

impl Command for ReceiveComplaint {
    const STEP: Step = Step::ReceiveComplaint;

    fn needs(&self, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { documents: self.document_id.into_iter().collect(), ..Needs::default() }
    }

    fn ready(_case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        Ok(None)
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let (against, earliest) = self.against.of(case)?;
        facts.between(earliest, self.received_on, "/received_on")?;
        self.answer_due_on.map_or(Ok(()), |due_on| explained_in_reach(self.received_on, due_on))?;
        if let Some(id) = self.document_id {
            facts.document(id, "/document_id")?;
        }
        let mut kept = Decision::new();
        let complaint = Complaint {
            n: next(case.complaints.len()),
            ground: self.ground,
            against,
            authority: self.authority.into_string(),
            reference: self.reference.map(Line::into_string),
            what: kept.keep(facts, self.what.into_string()),
            received_on: self.received_on,
            answer_due_on: self.answer_due_on,
            document_id: self.document_id,
            answer: None,
            conclusion: None,
        };
        Ok(kept.with(CaseEvent::ComplaintReceived { complaint }))
    }
}

/// The explanation.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct AnswerComplaint {
    /// The day it was handed in or posted.
    #[schema(example = "2026-11-13")]
    pub on: NaiveDate,
    /// The stored paper.
    pub document_id: Option<Uuid>,
}

impl Command for AnswerComplaint {
    const STEP: Step = Step::AnswerComplaint;

    fn needs(&self, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { documents: self.document_id.into_iter().collect(), ..Needs::default() }
    }

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        first(case, |complaint| complaint.answer.is_none() && complaint.conclusion.is_none())
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let complaint = complaint(case, at)?;
        if complaint.answer.is_some() || complaint.conclusion.is_some() {
            return Err(Refusal::new(Code::AlreadyDone, "已经说明情况或者已有处理结果", "the complaint is already explained or concluded"));
        }
        facts.between(complaint.received_on, self.on, "/on")?;
        if let Some(id) = self.document_id {
            facts.document(id, "/document_id")?;
        }
        let answer = ComplaintAnswer { on: self.on, by: facts.person.account_id, document_id: self.document_id };
        Ok(Decision::new().with(CaseEvent::ComplaintAnswered { complaint: complaint.n, answer }))
    }
}

/// The complaint in the path.
pub(super) fn complaint(case: &Case, at: Option<u32>) -> Result<&Complaint, Refusal> {
    at.and_then(|n| case.complaint(n))
        .ok_or_else(|| Refusal::new(Code::UnknownTarget, "没有该编号的投诉", "the case has no complaint of this number"))
}

/// The first complaint that a step could act on.
pub(super) fn first(case: &Case, fits: impl Fn(&Complaint) -> bool) -> Result<Option<u32>, Refusal> {
    match case.complaints.iter().find(|complaint| fits(complaint)) {
        Some(complaint) => Ok(Some(complaint.n)),
        None => Err(Refusal::new(Code::NothingOpen, "没有该步骤可以办理的投诉", "the case has no complaint that waits for this step")),
    }
}

/// Enter a complaint that the authority passed on.
///
/// By Art 47 about a reply that is missing or unlawful, by Art 51 about lawful interests infringed.
#[utoipa::path(tag = "remedy", request_body = ReceiveComplaint, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/complaints")]
pub async fn receive_complaint(call: Call) -> Answer {
    super::super::take::<ReceiveComplaint>(call).await
}

/// Explain a complaint to the authority.
#[utoipa::path(tag = "remedy", request_body = AnswerComplaint, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/complaints/{n}/answer")]
pub async fn answer_complaint(call: Call) -> Answer {
    super::super::take::<AnswerComplaint>(call).await
}
