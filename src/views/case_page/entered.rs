//! What an amendment mends of a proceeding or a complaint, on the case page.

use super::reader::Reader;
use crate::case::model::{Appeal, ComplaintDates, CorrectionCause, DecisionContent, Outcome, ProceedingDates, ProceedingEntry, TermLength};
use crate::rules::proceedings::{Appellant, EndedBy, OrderKind, PartyStanding};
use crate::views::shape::view;
use chrono::NaiveDate;

view! {
    /// The dates of a proceeding.
    #[expect(clippy::struct_field_names, reason = "dates are named so")]
    pub struct ProceedingDatesView {
        /// The day of acceptance, docketing, or receipt of the appeal.
        accepted_on: Option<NaiveDate>,
        /// The day the agency received the copy.
        received_on: NaiveDate,
        /// The day of the agency's answer.
        answered_on: Option<NaiveDate>,
        /// The date of the decision.
        decided_on: Option<NaiveDate>,
        /// The day the decision was served on the agency.
        decision_received_on: Option<NaiveDate>,
        /// The day it was served on the applicant.
        applicant_received_on: Option<NaiveDate>,
        /// The day the body received the application.
        applied_on: Option<NaiveDate>,
        /// By when the order is to be performed.
        order_due_on: Option<NaiveDate>,
        /// The day it was performed.
        performed_on: Option<NaiveDate>,
        /// The day the body's opinion was received.
        opinion_received_on: Option<NaiveDate>,
        /// The day of the report on it.
        reported_on: Option<NaiveDate>,
    }
    /// The length of a longer term.
    pub struct TermLengthView {
        /// How many days more; of a reconsideration.
        days: Option<u32>,
        /// Until when; of a court.
        until: Option<NaiveDate>,
    }
    /// Who appealed, or applied for the retrial.
    pub struct AppealView {
        /// Who; null where that is not known.
        appellant: Option<Appellant>,
        /// The day the agency itself did.
        appealed_on: Option<NaiveDate>,
    }
    /// The dates of a complaint.
    #[expect(clippy::struct_field_names, reason = "dates are named so")]
    pub struct ComplaintDatesView {
        /// The day it reached the agency.
        received_on: NaiveDate,
        /// By when the agency explains.
        answer_due_on: Option<NaiveDate>,
        /// The day of the explanation.
        answered_on: Option<NaiveDate>,
        /// The date of the finding.
        concluded_on: Option<NaiveDate>,
        /// The day the finding reached the agency.
        conclusion_received_on: Option<NaiveDate>,
        /// By when something is to be put right.
        order_due_on: Option<NaiveDate>,
        /// The day it was put right.
        rectified_on: Option<NaiveDate>,
    }
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

impl From<&ProceedingDates> for ProceedingDatesView {
    fn from(dates: &ProceedingDates) -> Self {
        Self {
            accepted_on: dates.accepted_on,
            received_on: dates.received_on,
            answered_on: dates.answered_on,
            decided_on: dates.decided_on,
            decision_received_on: dates.decision_received_on,
            applicant_received_on: dates.applicant_received_on,
            applied_on: dates.applied_on,
            order_due_on: dates.order_due_on,
            performed_on: dates.performed_on,
            opinion_received_on: dates.opinion_received_on,
            reported_on: dates.reported_on,
        }
    }
}

impl From<&TermLength> for TermLengthView {
    fn from(length: &TermLength) -> Self {
        Self { days: length.days, until: length.until }
    }
}

impl From<&Appeal> for AppealView {
    fn from(appeal: &Appeal) -> Self {
        Self { appellant: appeal.appellant, appealed_on: appeal.appealed_on }
    }
}

impl From<&ComplaintDates> for ComplaintDatesView {
    fn from(dates: &ComplaintDates) -> Self {
        Self {
            received_on: dates.received_on,
            answer_due_on: dates.answer_due_on,
            answered_on: dates.answered_on,
            concluded_on: dates.concluded_on,
            conclusion_received_on: dates.conclusion_received_on,
            order_due_on: dates.order_due_on,
            rectified_on: dates.rectified_on,
        }
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
