//! What can happen to a case, in the past tense. The trail is the case: nothing else is true.
//! A stored variant is never changed, only upcast (see [`crate::case::trail`]); golden bytes of each stand in the tests.

use super::model::{
    Acceptance, AgentRecord, Amendment, Answer, ApplicantRecord, Archiving, Assignment, Attempt, Awaiting, Closing, Conference,
    ConferenceConclusion, ConferenceOpinion, Consultation, ConsultationAnswer, ConsultationDecision, ConsultationFailure, Contact,
    Correction, CorrectionAnswer, DeliveryProof, Dispatch, DispatchState, Disposal, DisposalProposal, Draft, Erratum, Examination,
    Extension, ExternalReference, FeeNotice, Filing, Hold, Letter, LetterScan, MadeLetter, MovedDate, NoticeVoiding, Opening, Opinion,
    OpinionReport, Origin, Paper, Payment, Pins, Postponement, Proceeding, ProceedingDecision, Publication, PublicationReview,
    ReasonsAnswer, ReasonsAssessment, ReasonsRequest, Receipt, Registration, Reopening, Reply, RequestRecord, Review, Revocation,
    SearchResult, SearchTask, SentBack, Splitting, Voiding,
};
use super::private::Private;
use crate::rules::{matter::Matter, receipt::Channel};
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
        /// What the case is about.
        #[serde(default, skip_serializing_if = "Matter::is_information_request")]
        matter: Matter,
        /// The paper that it is a part of, where that was split.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        split_from: Option<Origin>,
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
    /// An assignment was taken on (认领).
    AssignmentAccepted = "assignment_accepted" {
        /// Number of the assignment, from 1.
        assignment: u32,
        /// The acceptance.
        acceptance: Acceptance,
    }
    /// An assignment was sent back to the FOI office (退回分办).
    AssignmentReturned = "assignment_returned" {
        /// Number of the assignment, from 1.
        assignment: u32,
        /// Who, when and why.
        sent_back: SentBack,
    }
    /// Departments were asked to search (协查).
    SearchTasksOpened = "search_tasks_opened" {
        /// One task a department.
        tasks: Vec<SearchTask>,
    }
    /// A department gave the result of its search (检索记录).
    SearchResultGiven = "search_result_given" {
        /// Number of the task.
        task: u32,
        /// The result.
        result: SearchResult,
    }
    /// A result was sent back as incomplete.
    SearchResultReturned = "search_result_returned" {
        /// Number of the task.
        task: u32,
        /// Who, when and why.
        sent_back: SentBack,
    }
    /// A search task was withdrawn.
    SearchTaskWithdrawn = "search_task_withdrawn" {
        /// Number of the task.
        task: u32,
        /// Who, when and why.
        withdrawn: SentBack,
    }
    /// A conference on a hard case was called (会商).
    ConferenceOpened = "conference_opened" {
        /// The conference.
        conference: Conference,
    }
    /// A participant of a conference gave an opinion.
    ConferenceOpinionGiven = "conference_opinion_given" {
        /// Number of the conference.
        conference: u32,
        /// The opinion.
        opinion: ConferenceOpinion,
    }
    /// A conference came to its result.
    ConferenceConcluded = "conference_concluded" {
        /// Number of the conference.
        conference: u32,
        /// Minutes and result.
        conclusion: ConferenceConclusion,
    }
    /// Somebody spoke with the applicant (沟通).
    ContactLogged = "contact_logged" {
        /// The contact.
        contact: Contact,
    }
    /// The applicant was asked to correct the application (补正告知).
    CorrectionRequested = "correction_requested" {
        /// The notice.
        correction: Correction,
    }
    /// A corrected application came in.
    CorrectionAnswered = "correction_answered" {
        /// Number of the notice.
        correction: u32,
        /// The corrected application.
        answer: CorrectionAnswer,
    }
    /// A corrected application that needed a confirmation counts as received.
    CorrectionConfirmed = "correction_confirmed" {
        /// Number of the notice.
        correction: u32,
        /// Number of the answer.
        answer: u32,
        /// The date and its article.
        receipt: Receipt,
    }
    /// Somebody outside the agency is asked for an opinion (征求意见).
    ConsultationOpened = "consultation_opened" {
        /// The consultation.
        consultation: Consultation,
    }
    /// A consulted party answered.
    ConsultationAnswered = "consultation_answered" {
        /// Number of the consultation.
        consultation: u32,
        /// The answer.
        answer: ConsultationAnswer,
    }
    /// A letter to a consulted party cannot be delivered.
    ConsultationFailed = "consultation_failed" {
        /// Number of the consultation.
        consultation: u32,
        /// The failure.
        failure: ConsultationFailure,
    }
    /// The agency decided what it makes of a consultation.
    ConsultationDecided = "consultation_decided" {
        /// Number of the consultation.
        consultation: u32,
        /// The decision.
        decision: ConsultationDecision,
    }
    /// The head of the FOI office approved an extension (延长答复期限).
    ExtensionApproved = "extension_approved" {
        /// The extension.
        extension: Extension,
    }
    /// The applicant was asked for the reasons of an excessive request (说明理由).
    ReasonsRequested = "reasons_requested" {
        /// The notice.
        request: ReasonsRequest,
    }
    /// The applicant gave reasons.
    ReasonsGiven = "reasons_given" {
        /// Number of the notice.
        request: u32,
        /// The reasons.
        answer: ReasonsAnswer,
    }
    /// The agency assessed the reasons.
    ReasonsAssessed = "reasons_assessed" {
        /// Number of the notice.
        request: u32,
        /// The assessment.
        assessment: ReasonsAssessment,
    }
    /// A later date for the reply was set (Art 35).
    ReplyPostponed = "reply_postponed" {
        /// The date and its reasons.
        postponement: Postponement,
    }
    /// A fee was asked for (收费通知).
    FeeNoticeIssued = "fee_notice_issued" {
        /// The notice.
        notice: FeeNotice,
    }
    /// A payment came in.
    FeePaymentReceived = "fee_payment_received" {
        /// Number of the fee notice.
        notice: u32,
        /// The payment.
        payment: Payment,
    }
    /// A term ran out with nothing received; recorded by the service.
    TermRanOut = "term_ran_out" {
        /// What was awaited.
        awaiting: Awaiting,
        /// The last day of the term.
        until: NaiveDate,
    }
    /// A notice sent by mistake was voided.
    NoticeVoided = "notice_voided" {
        /// Which.
        letter: Letter,
        /// The voiding.
        voiding: NoticeVoiding,
    }
    /// A case closed because a term lapsed goes on for good reason.
    CaseReopened = "case_reopened" {
        /// The reopening.
        reopening: Reopening,
    }
    /// A new edition of the calendar counts; the dates it moved stand with both values.
    DatesRecounted = "dates_recounted" {
        /// The edition.
        calendar: i32,
        /// SHA-256 of its bytes, in hexadecimal.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        calendar_sha256: Option<String>,
        /// What moved.
        moved: Vec<MovedDate>,
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
    /// A letter was composed, rendered and put into the document store (制作文书).
    LetterMade = "letter_made" {
        /// The letter.
        letter: MadeLetter,
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
    /// A paper that proves something of a dispatch was filed (送达凭证归卷).
    DeliveryProofFiled = "delivery_proof_filed" {
        /// Number of the dispatch.
        dispatch: u32,
        /// The paper.
        proof: DeliveryProof,
    }
    /// A letter served on line was opened (在线送达查阅).
    LetterOpened = "letter_opened" {
        /// Number of the dispatch.
        dispatch: u32,
        /// Who opened it, and when.
        opening: Opening,
    }
    /// The scan of a letter as it was sealed was filed (盖章件归卷).
    LetterScanFiled = "letter_scan_filed" {
        /// The scan.
        scan: LetterScan,
    }
    /// It was decided whether an item is published for everybody (依申请转主动公开审查).
    PublicationReviewed = "publication_reviewed" {
        /// The review.
        review: PublicationReview,
    }
    /// What was to be published was published.
    InformationPublished = "information_published" {
        /// Number of the review.
        review: u32,
        /// The publication.
        publication: Publication,
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
    /// A hold keeps the dossier from being disposed of (暂缓销毁).
    DossierHeld = "dossier_held" {
        /// The hold.
        hold: Hold,
    }
    /// A hold ended.
    HoldReleased = "hold_released" {
        /// Number of the hold.
        hold: u32,
        /// Who, when and why.
        released: SentBack,
    }
    /// The disposal of a dossier whose period is over was proposed (鉴定销毁).
    DisposalProposed = "disposal_proposed" {
        /// The proposal.
        proposal: DisposalProposal,
    }
    /// The second person refused the disposal.
    DisposalRejected = "disposal_rejected" {
        /// Number of the proposal.
        proposal: u32,
        /// Who, when and why.
        rejected: SentBack,
    }
    /// The dossier was disposed of (销毁): its keys are destroyed, its trail stays.
    DossierDisposed = "dossier_disposed" {
        /// The disposal.
        disposal: Disposal,
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
    /// One paper with several matters was split (拆分); its parts are answered and counted in its place.
    CaseSplit = "case_split" {
        /// The splitting.
        splitting: Splitting,
    }
}
