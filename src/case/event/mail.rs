//! Letters on their way and what proves their service (邮寄).
//!
//! One link of the chain that [`super`] makes the enum of; the names of the types are brought in there.

macro_rules! mail_events {
    ([$next:ident $($rest:ident)*] $($before:tt)*) => {
        $next! { [$($rest)*] $($before)*
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
        }
    };
}
