//! Handling between registration and reply (办理): the desk, searches, conferences, and whatever moves the clock.
//!
//! One link of the chain that [`super`] makes the enum of; the names of the types are brought in there.

macro_rules! handle_events {
    ([$next:ident $($rest:ident)*] $($before:tt)*) => {
        $next! { [$($rest)*] $($before)*
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
        }
    };
}
