//! The reply (答复): drafts, reviews, issue, and the letters that are made.
//!
//! One link of the chain that [`super`] makes the enum of; the names of the types are brought in there.

macro_rules! reply_events {
    ([$next:ident $($rest:ident)*] $($before:tt)*) => {
        $next! { [$($rest)*] $($before)*
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
        }
    };
}
