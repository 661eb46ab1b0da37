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
