//! Review, litigation and what follows from them (复议诉讼报备).
//!
//! One link of the chain that [`super`] makes the enum of; the names of the types are brought in there.

macro_rules! remedy_events {
    ([$next:ident $($rest:ident)*] $($before:tt)*) => {
        $next! { [$($rest)*] $($before)*
        /// A reconsideration or lawsuit reached the agency.
        ProceedingOpened = "proceeding_opened" {
            /// The proceeding.
            proceeding: Box<Proceeding>,
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
            /// What proves it.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            proof: Option<OrderProof>,
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
        /// The body or court told of the course: a rest, its end, a longer term, another procedure.
        ProceedingNoted = "proceeding_noted" {
            /// Number of the proceeding.
            proceeding: u32,
            /// The notice.
            noted: Noted,
        }
        /// A sitting was announced (开庭、听证通知).
        HearingAnnounced = "hearing_announced" {
            /// Number of the proceeding.
            proceeding: u32,
            /// The sitting.
            hearing: Hearing,
        }
        /// What became of a sitting is known, and who appeared (负责人出庭).
        HearingRecorded = "hearing_recorded" {
            /// Number of the proceeding.
            proceeding: u32,
            /// Number of the sitting in it.
            hearing: u32,
            /// What became of it.
            result: HearingResult,
        }
        /// The body or court was told that the agency revoked its own reply.
        BodyTold = "body_told" {
            /// Number of the proceeding.
            proceeding: u32,
            /// The word.
            told: Told,
        }
        /// A decision in force opened another round of reply; the reply before it and its row stay.
        RoundOrdered = "round_ordered" {
            /// The round.
            ordered: OrderedRound,
        }
        /// A complaint reached the agency through the authority (投诉举报).
        ComplaintReceived = "complaint_received" {
            /// The complaint.
            complaint: Complaint,
        }
        /// The agency explained itself to the authority.
        ComplaintAnswered = "complaint_answered" {
            /// Number of the complaint.
            complaint: u32,
            /// The explanation.
            answer: ComplaintAnswer,
        }
        /// The authority came to its finding.
        ComplaintConcluded = "complaint_concluded" {
            /// Number of the complaint.
            complaint: u32,
            /// The finding.
            conclusion: ComplaintConclusion,
        }
        /// The agency put right what a complaint found.
        ComplaintRectified = "complaint_rectified" {
            /// Number of the complaint.
            complaint: u32,
            /// The day.
            on: NaiveDate,
            /// How, in words.
            how: Private,
            /// What proves it.
            proof: OrderProof,
        }
        }
    };
}
