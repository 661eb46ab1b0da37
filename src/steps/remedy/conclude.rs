//! Enter what the authority found on a complaint (督促整改、通报批评), and that it was put right, 47(2). Who: clerk or legal reviewer.
//!
//! What is to be put right is a duty by the authority's own date, until a paper or a reply proves it.

use super::complain::{complaint, first};
use super::decide::in_reach;
use super::perform::proved;
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, Complaint, ComplaintConclusion, Order, OrderProof};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::{Line, Words};
use crate::rules::proceedings::{ComplaintFinding, OrderKind};
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The finding.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ConcludeComplaint {
    /// What was found.
    pub finding: ComplaintFinding,
    /// The date it bears.
    #[schema(example = "2026-11-20")]
    pub concluded_on: NaiveDate,
    /// The day it reached the agency.
    #[schema(example = "2026-11-23")]
    pub received_on: NaiveDate,
    /// Its document number.
    #[garde(dive)]
    pub document_number: Option<Line<100>>,
    /// The stored paper.
    pub document_id: Option<Uuid>,
    /// What is to be put right, and by when.
    #[garde(dive)]
    pub order: Option<ToPutRight>,
}

/// What is to be put right.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ToPutRight {
    /// What must be done.
    #[garde(dive)]
    #[schema(example = "十日内向投诉人作出答复。")]
    pub what: Words<2000>,
    /// What sort of order it is, where it is one about the reply.
    pub kind: Option<OrderKind>,
    /// By when, as the finding says; at most two years after it was received.
    #[schema(example = "2026-12-10")]
    pub due_on: NaiveDate,
}

impl Command for ConcludeComplaint {
    const STEP: Step = Step::ConcludeComplaint;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { documents: self.document_id.into_iter().collect(), ..Needs::default() }
    }

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        first(case, |complaint| complaint.conclusion.is_none())
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let complaint = complaint(case, at)?;
        if complaint.conclusion.is_some() {
            return Err(Refusal::new(Code::AlreadyDone, "已登记处理结果", "the finding is already entered"));
        }
        if self.order.is_some() && !self.finding.founded() {
            let (zh, en) = ("查证属实的，才有整改要求", "only a complaint that is right is followed by something to put right");
            return Err(Refusal::new(Code::FindingMismatch, zh, en).under("47(2)").at("/order"));
        }
        if self.order.is_none() && self.finding == ComplaintFinding::Urged {
            let (zh, en) = ("督促整改的，须填写整改要求和期限", "what is urged is to be put right: enter what, and by when");
            return Err(Refusal::new(Code::OrderMissing, zh, en).under("47(2)").at("/order"));
        }
        facts.between(complaint.received_on, self.concluded_on, "/concluded_on")?;
        facts.between(self.concluded_on, self.received_on, "/received_on")?;
        self.order.as_ref().map_or(Ok(()), |order| in_reach(order.due_on, self.received_on))?;
        if let Some(id) = self.document_id {
            facts.document(id, "/document_id")?;
        }
        let mut kept = Decision::new();
        let order = self.order.map(|order| Order {
            what: kept.keep(facts, order.what.into_string()),
            due_on: order.due_on,
            within: None,
            performed_on: None,
            kind: order.kind,
            proof: None,
        });
        let conclusion = ComplaintConclusion {
            finding: self.finding,
            concluded_on: self.concluded_on,
            received_on: self.received_on,
            document_number: self.document_number.map(Line::into_string),
            document_id: self.document_id,
            order,
        };
        Ok(kept.with(CaseEvent::ComplaintConcluded { complaint: complaint.n, conclusion }))
    }
}

/// What was put right, and what proves it.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RectifyComplaint {
    /// The day.
    #[schema(example = "2026-11-30")]
    pub on: NaiveDate,
    /// How.
    #[garde(dive)]
    #[schema(example = "已向申请人作出答复。")]
    pub how: Words<2000>,
    /// What proves it.
    pub proof: Option<OrderProof>,
}

fn unrectified(complaint: &Complaint) -> Option<(&ComplaintConclusion, &Order)> {
    let conclusion = complaint.conclusion.as_ref()?;
    Some((conclusion, conclusion.order.as_ref().filter(|order| order.performed_on.is_none())?))
}

impl Command for RectifyComplaint {
    const STEP: Step = Step::RectifyComplaint;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        let documents = match self.proof {
            Some(OrderProof::Document { document_id }) => vec![document_id],
            Some(OrderProof::Reply { .. }) | None => Vec::new(),
        };
        Needs { documents, ..Needs::default() }
    }

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        first(case, |complaint| unrectified(complaint).is_some())
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let complaint = complaint(case, at)?;
        let Some((conclusion, _)) = unrectified(complaint) else {
            return Err(Refusal::new(Code::NothingOpen, "没有待落实的整改要求", "nothing is left to be put right"));
        };
        facts.between(conclusion.concluded_on, self.on, "/on")?;
        let proof = proved(self.proof, (case, facts), (conclusion.concluded_on, self.on)).map_err(|refusal| refusal.under("47(2)"))?;
        let mut kept = Decision::new();
        let how = kept.keep(facts, self.how.into_string());
        Ok(kept.with(CaseEvent::ComplaintRectified { complaint: complaint.n, on: self.on, how, proof }))
    }
}

/// Enter what the authority found on a complaint.
#[utoipa::path(tag = "remedy", request_body = ConcludeComplaint, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/complaints/{n}/conclusion")]
pub async fn conclude_complaint(call: Call) -> Answer {
    super::super::take::<ConcludeComplaint>(call).await
}

/// Record that what a complaint found was put right.
#[utoipa::path(tag = "remedy", request_body = RectifyComplaint, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/complaints/{n}/rectification")]
pub async fn rectify_complaint(call: Call) -> Answer {
    super::super::take::<RectifyComplaint>(call).await
}

#[cfg(test)]
mod tests;
