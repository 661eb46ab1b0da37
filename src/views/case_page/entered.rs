//! What an amendment mends of a proceeding beside its dates, on the case page.

use super::reader::Reader;
use crate::case::model::{CorrectionCause, DecisionContent, Outcome, ProceedingEntry};
use crate::rules::proceedings::{EndedBy, OrderKind, PartyStanding};
use crate::views::shape::view;
use chrono::NaiveDate;

view! {
    /// Who decides, under which number, and on which side the agency stands.
    pub struct ProceedingEntryView {
        /// The body or court.
        body: String,
        /// Its case number.
        case_number: Option<String>,
        /// On which side the agency stands; null where it alone must answer.
        standing: Option<PartyStanding>,
    }
    /// What a decision says.
    pub struct DecisionContentView {
        /// The outcome.
        outcome: Outcome,
        /// Whether it is a ruling.
        ruling: bool,
        /// Its document number.
        document_number: Option<String>,
        /// Why the agency was corrected.
        cause: Option<CorrectionCause>,
        /// Why it ended without a decision on the matter.
        ended_by: Option<EndedBy>,
        /// What it orders.
        ordered: Option<String>,
        /// What sort of order it is.
        order_kind: Option<OrderKind>,
        /// By when the order is to be performed.
        order_due_on: Option<NaiveDate>,
    }
}

impl From<&ProceedingEntry> for ProceedingEntryView {
    fn from(entry: &ProceedingEntry) -> Self {
        Self { body: entry.body.clone(), case_number: entry.case_number.clone(), standing: entry.standing }
    }
}

impl Reader {
    /// What a decision says.
    pub(super) fn decision_content(&self, content: &DecisionContent) -> DecisionContentView {
        let order = content.order.as_ref();
        DecisionContentView {
            outcome: content.outcome,
            ruling: content.ruling,
            document_number: content.document_number.clone(),
            cause: content.cause,
            ended_by: content.ended_by,
            ordered: order.and_then(|order| self.text(&order.what)),
            order_kind: order.and_then(|order| order.kind),
            order_due_on: order.map(|order| order.due_on),
        }
    }
}
