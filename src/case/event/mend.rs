//! Mending of mistakes (更正).
//!
//! One link of the chain that [`super`] makes the enum of; the names of the types are brought in there.

macro_rules! mend_events {
    ([$next:ident $($rest:ident)*] $($before:tt)*) => {
        $next! { [$($rest)*] $($before)*
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
    };
}
