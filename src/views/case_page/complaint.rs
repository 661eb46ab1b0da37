//! Complaints to the authority on the case page.

use super::proceeding::OrderView;
use super::reader::Reader;
use crate::case::model::{Against, Complaint, ComplaintConclusion};
use crate::rules::proceedings::{ComplaintFinding, ComplaintGround};
use crate::views::names::AccountRef;
use crate::views::shape::view;
use chrono::NaiveDate;
use uuid::Uuid;

view! {
    /// The agency's explanation.
    pub struct ComplaintAnswerView {
        /// The day it was handed in or posted.
        on: NaiveDate,
        /// Who sent it.
        by: AccountRef,
        /// The stored paper.
        document_id: Option<Uuid>,
    }
    /// What the authority found.
    pub struct ComplaintConclusionView {
        /// The finding.
        finding: ComplaintFinding,
        /// The date it bears.
        concluded_on: NaiveDate,
        /// The day it reached the agency.
        received_on: NaiveDate,
        /// Its document number.
        document_number: Option<String>,
        /// The stored paper.
        document_id: Option<Uuid>,
        /// What is to be put right.
        order: Option<OrderView>,
    }
    /// A complaint that the authority passed on.
    pub struct ComplaintView {
        /// Running number in the case.
        n: u32,
        /// Why.
        ground: ComplaintGround,
        /// The article that opens it.
        article: &'static str,
        /// About what.
        against: Against,
        /// The authority.
        authority: String,
        /// Its number there.
        reference: Option<String>,
        /// What is complained of; null after shredding.
        what: Option<String>,
        /// The day it reached the agency.
        received_on: NaiveDate,
        /// By when the agency explains.
        answer_due_on: Option<NaiveDate>,
        /// The stored paper.
        document_id: Option<Uuid>,
        /// The agency's explanation.
        answer: Option<ComplaintAnswerView>,
        /// What the authority found.
        conclusion: Option<ComplaintConclusionView>,
    }
}

impl Reader {
    /// A complaint.
    pub(super) fn complaint(&self, complaint: &Complaint) -> ComplaintView {
        let answer = complaint.answer.as_ref();
        ComplaintView {
            n: complaint.n,
            ground: complaint.ground,
            article: complaint.ground.article(),
            against: complaint.against,
            authority: complaint.authority.clone(),
            reference: complaint.reference.clone(),
            what: self.text(&complaint.what),
            received_on: complaint.received_on,
            answer_due_on: complaint.answer_due_on,
            document_id: complaint.document_id,
            answer: answer.map(|answer| ComplaintAnswerView {
                on: answer.on,
                by: self.account(answer.by),
                document_id: answer.document_id,
            }),
            conclusion: complaint.conclusion.as_ref().map(|conclusion| self.finding(conclusion)),
        }
    }

    fn finding(&self, conclusion: &ComplaintConclusion) -> ComplaintConclusionView {
        ComplaintConclusionView {
            finding: conclusion.finding,
            concluded_on: conclusion.concluded_on,
            received_on: conclusion.received_on,
            document_number: conclusion.document_number.clone(),
            document_id: conclusion.document_id,
            order: conclusion.order.as_ref().map(|order| self.order(order)),
        }
    }
}
