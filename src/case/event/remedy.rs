//! Review, litigation and what follows from them (复议诉讼报备).
//!
//! One link of the chain that [`super`] makes the enum of; the names of the types are brought in there.

macro_rules! remedy_events {
    ([$next:ident $($rest:ident)*] $($before:tt)*) => {
        $next! { [$($rest)*] $($before)*
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
        }
    };
}
