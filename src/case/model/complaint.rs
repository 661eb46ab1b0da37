//! Complaints to the office that supervises open government (投诉举报), Arts 47, 51: beside proceedings, counted in no table.

use super::proceeding::{Against, Order};
use crate::case::private::Private;
use crate::rules::proceedings::{ComplaintFinding, ComplaintGround};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A complaint as the authority passed it to the agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    /// Running number in the case, from 1.
    pub n: u32,
    /// Why.
    pub ground: ComplaintGround,
    /// About what.
    pub against: Against,
    /// The authority (主管部门、上一级行政机关).
    pub authority: String,
    /// Its number there.
    pub reference: Option<String>,
    /// What is complained of.
    pub what: Private,
    /// The day it reached the agency.
    pub received_on: NaiveDate,
    /// By when the agency explains, where the authority says.
    pub answer_due_on: Option<NaiveDate>,
    /// The stored paper.
    pub document_id: Option<Uuid>,
    /// The agency's explanation.
    pub answer: Option<ComplaintAnswer>,
    /// What the authority found.
    pub conclusion: Option<ComplaintConclusion>,
}

/// The dates of a complaint that were entered by hand and can be mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComplaintDates {
    /// The day it reached the agency.
    pub received_on: NaiveDate,
    /// By when the agency explains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_due_on: Option<NaiveDate>,
    /// The day of the explanation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_on: Option<NaiveDate>,
    /// The date of the finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concluded_on: Option<NaiveDate>,
    /// The day the finding reached the agency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conclusion_received_on: Option<NaiveDate>,
    /// By when something is to be put right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_due_on: Option<NaiveDate>,
    /// The day it was put right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rectified_on: Option<NaiveDate>,
}

impl ComplaintDates {
    /// As they stand.
    pub fn of(complaint: &Complaint) -> Self {
        let conclusion = complaint.conclusion.as_ref();
        let order = conclusion.and_then(|conclusion| conclusion.order.as_ref());
        Self {
            received_on: complaint.received_on,
            answer_due_on: complaint.answer_due_on,
            answered_on: complaint.answer.as_ref().map(|answer| answer.on),
            concluded_on: conclusion.map(|conclusion| conclusion.concluded_on),
            conclusion_received_on: conclusion.map(|conclusion| conclusion.received_on),
            order_due_on: order.map(|order| order.due_on),
            rectified_on: order.and_then(|order| order.performed_on),
        }
    }

    /// Puts them in place; none where they name something that is not there. What is not named stays.
    pub fn set(self, complaint: &mut Complaint) -> Option<()> {
        complaint.received_on = self.received_on;
        complaint.answer_due_on = self.answer_due_on.or(complaint.answer_due_on);
        if let Some(on) = self.answered_on {
            complaint.answer.as_mut()?.on = on;
        }
        if let Some(on) = self.concluded_on {
            complaint.conclusion.as_mut()?.concluded_on = on;
        }
        if let Some(on) = self.conclusion_received_on {
            complaint.conclusion.as_mut()?.received_on = on;
        }
        let mut order = complaint.conclusion.as_mut().and_then(|conclusion| conclusion.order.as_mut());
        if let Some(on) = self.order_due_on {
            order.as_mut()?.due_on = on;
        }
        if let Some(on) = self.rectified_on {
            let performed_on = &mut order?.performed_on;
            *performed_on = Some(performed_on.map(|_| on)?);
        }
        Some(())
    }
}

/// The agency's explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComplaintAnswer {
    /// The day it was handed in or posted.
    pub on: NaiveDate,
    /// Who sent it.
    pub by: Uuid,
    /// The stored paper.
    pub document_id: Option<Uuid>,
}

/// What the authority found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComplaintConclusion {
    /// The finding.
    pub finding: ComplaintFinding,
    /// The date it bears.
    pub concluded_on: NaiveDate,
    /// The day it reached the agency.
    pub received_on: NaiveDate,
    /// Its document number.
    pub document_number: Option<String>,
    /// The stored paper.
    pub document_id: Option<Uuid>,
    /// What is to be put right.
    pub order: Option<Order>,
}
