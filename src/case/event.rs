//! What can happen to a case, in the past tense. The trail is the case: nothing else is true.
//!
//! A stored variant is never changed, only upcast (see [`crate::case::trail`]); golden bytes of each stand in the tests.

use super::model::{
    AgentRecord, Amendment, Answer, ApplicantRecord, Archiving, Assignment, Attempt, Closing, Dispatch, DispatchState, Draft, Erratum,
    Examination, ExternalReference, Filing, Opinion, OpinionReport, Paper, Pins, Proceeding, ProceedingDecision, Receipt, Registration,
    Reply, RequestRecord, Review, Revocation, Voiding,
};
use super::private::Private;
use crate::rules::receipt::Channel;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! events {
    ($($(#[doc = $doc:literal])+ $name:ident = $kind:literal { $($(#[$about:meta])+ $field:ident: $ty:ty,)* })+) => {
        /// One thing that happened to a case.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "kind", content = "data", rename_all = "snake_case")]
        pub enum CaseEvent { $($(#[doc = $doc])+ $name { $($(#[$about])+ $field: $ty,)* },)+ }
        impl CaseEvent {
            /// Every kind of event of a case, in the order of the life.
            pub const KINDS: &[&str] = &[$($kind,)+];
            /// The stable kind, as stored.
            pub const fn kind(&self) -> &'static str { match self { $(Self::$name { .. } => $kind,)+ } }
        }
    };
}

events! {
    /// An application came in by a channel of Art 31 (接收).
    ApplicationArrived = "application_arrived" {
        /// The editions its dates are derived from.
        pins: Pins,
        /// The channel.
        channel: Channel,
        /// The day it came into the agency's hands.
        arrived_on: NaiveDate,
        /// Number of the mail.
        tracking_number: Option<String>,
        /// Who asks.
        applicants: Vec<ApplicantRecord>,
        /// Who acts for them.
        agent: Option<AgentRecord>,
        /// What is asked.
        request: RequestRecord,
        /// Scans handed in with it.
        papers: Vec<Paper>,
        /// Numbers in other systems.
        external_references: Vec<ExternalReference>,
        /// SHA-256 of the bytes of the calendar edition, in hexadecimal.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        calendar_sha256: Option<String>,
    }
    /// Somebody tried to confirm the receipt with the applicant.
    ConfirmationAttempted = "confirmation_attempted" {
        /// The attempt.
        attempt: Attempt,
    }
    /// The receipt date is fixed (Art 31).
    ReceiptEstablished = "receipt_established" {
        /// The date and its article.
        receipt: Receipt,
    }
    /// Entered in the register and acknowledged (登记、回执).
    CaseRegistered = "case_registered" {
        /// The entry.
        registration: Registration,
    }
    /// The acknowledgement was issued again with the data as they stand (登记回执).
    AcknowledgementReissued = "acknowledgement_reissued" {
        /// The day.
        on: NaiveDate,
        /// Who issued it.
        by: Uuid,
        /// The due date as it states it.
        due_on: NaiveDate,
    }
    /// Examined formally (形式审查).
    ApplicationExamined = "application_examined" {
        /// The findings.
        examination: Examination,
    }
    /// Given to a department and handler (分办).
    CaseAssigned = "case_assigned" {
        /// To whom.
        assignment: Assignment,
    }
    /// A reply was drafted (拟稿).
    ReplyDrafted = "reply_drafted" {
        /// The draft.
        draft: Draft,
    }
    /// A draft was reviewed (审核).
    DraftReviewed = "draft_reviewed" {
        /// Number of the draft.
        draft: u32,
        /// The review.
        review: Review,
    }
    /// A reply was approved, numbered and signed (签发).
    ReplyIssued = "reply_issued" {
        /// The reply.
        reply: Reply,
    }
    /// A letter left the agency (寄送).
    LetterDispatched = "letter_dispatched" {
        /// The dispatch.
        dispatch: Dispatch,
    }
    /// What became of a letter is known: served, returned, not collected.
    DeliveryRecorded = "delivery_recorded" {
        /// Number of the dispatch.
        dispatch: u32,
        /// What became of it.
        state: DispatchState,
    }
    /// The case was closed (办结).
    CaseClosed = "case_closed" {
        /// The closing.
        closing: Closing,
    }
    /// The dossier was archived (归档).
    CaseArchived = "case_archived" {
        /// The archiving.
        archiving: Archiving,
    }
    /// A paper was put into the dossier.
    PaperAdded = "paper_added" {
        /// The paper.
        paper: Paper,
    }
    /// A reconsideration or lawsuit reached the agency.
    ProceedingOpened = "proceeding_opened" {
        /// The proceeding.
        proceeding: Proceeding,
    }
    /// The agency answered with evidence.
    ProceedingAnswered = "proceeding_answered" {
        /// Number of the proceeding.
        proceeding: u32,
        /// The answer.
        answer: Answer,
    }
    /// The body or court decided.
    ProceedingDecided = "proceeding_decided" {
        /// Number of the proceeding.
        proceeding: u32,
        /// The decision.
        decision: ProceedingDecision,
    }
    /// The proceeding was filed with the authority (报备).
    ProceedingFiled = "proceeding_filed" {
        /// Number of the proceeding.
        proceeding: u32,
        /// The filing.
        filing: Filing,
    }
    /// The agency performed what a decision ordered.
    OrderPerformed = "order_performed" {
        /// Number of the proceeding.
        proceeding: u32,
        /// The day.
        on: NaiveDate,
        /// How, in words.
        how: Private,
    }
    /// The reconsideration body's opinion reached the agency (行政复议意见书).
    OpinionReceived = "opinion_received" {
        /// Number of the proceeding.
        proceeding: u32,
        /// The opinion.
        opinion: Opinion,
    }
    /// The agency reported on a reconsideration opinion.
    OpinionReported = "opinion_reported" {
        /// Number of the proceeding.
        proceeding: u32,
        /// The report.
        report: OpinionReport,
    }
    /// An amendment that moves a date later waits for a second person.
    AmendmentProposed = "amendment_proposed" {
        /// The amendment.
        amendment: Amendment,
    }
    /// An amendment took effect.
    AmendmentApplied = "amendment_applied" {
        /// The amendment, with both values.
        amendment: Amendment,
    }
    /// The second person refused an amendment.
    AmendmentRejected = "amendment_rejected" {
        /// Number of the amendment.
        n: u32,
        /// Who refused.
        by: Uuid,
        /// Why.
        reason: Private,
    }
    /// The case was voided (作废); the number stays.
    CaseVoided = "case_voided" {
        /// The voiding.
        voiding: Voiding,
    }
    /// A case that was entered twice was voided in favour of this one.
    TwinVoided = "twin_voided" {
        /// The voided case.
        from: Uuid,
    }
    /// This case survives one that was entered twice, and takes its earlier receipt date.
    EarlierReceiptTaken = "earlier_receipt_taken" {
        /// The voided case.
        from: Uuid,
        /// The receipt that now counts.
        receipt: Receipt,
    }
    /// A reply was recalled before it left the agency.
    ReplyRecalled = "reply_recalled" {
        /// Number of the reply.
        reply: u32,
        /// Why.
        reason: Private,
    }
    /// A clerical mistake in a dispatched reply was corrected.
    ErratumIssued = "erratum_issued" {
        /// Number of the reply.
        reply: u32,
        /// The erratum.
        erratum: Erratum,
    }
    /// A dispatched reply was withdrawn; the next round begins.
    ReplyRevoked = "reply_revoked" {
        /// Number of the reply.
        reply: u32,
        /// The revocation.
        revocation: Revocation,
    }
}
