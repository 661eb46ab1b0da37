//! Publication, closing, archiving and disposal (办结归档).
//!
//! One link of the chain that [`super`] makes the enum of; the names of the types are brought in there.

macro_rules! archive_events {
    ([$next:ident $($rest:ident)*] $($before:tt)*) => {
        $next! { [$($rest)*] $($before)*
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
        }
    };
}
