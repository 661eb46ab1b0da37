//! What a correction teaches, and what a department has to mend (以案促改).
//!
//! One link of the chain that [`super`] makes the enum of; the names of the types are brought in there.

macro_rules! learn_events {
    ([$next:ident $($rest:ident)*] $($before:tt)*) => {
        $next! { [$($rest)*] $($before)*
        /// A lesson was drawn from a correction.
        LessonDrawn = "lesson_drawn" {
            /// The lesson.
            lesson: Lesson,
        }
        /// A department was told to mend something (整改通知).
        RectificationOrdered = "rectification_ordered" {
            /// The notice.
            rectification: Rectification,
        }
        /// The department said what it mended, with proof.
        RectificationReported = "rectification_reported" {
            /// Number of the notice.
            rectification: u32,
            /// The report.
            report: RectificationReport,
        }
        /// Somebody else looked whether it is mended (复查).
        RectificationReviewed = "rectification_reviewed" {
            /// Number of the notice.
            rectification: u32,
            /// Number of the report.
            report: u32,
            /// What was found.
            review: RectificationReview,
        }
        /// A notice was withdrawn.
        RectificationWithdrawn = "rectification_withdrawn" {
            /// Number of the notice.
            rectification: u32,
            /// By whom, and why.
            withdrawn: SentBack,
        }
        }
    };
}
