//! What can happen to a case, in the past tense. The trail is the case: nothing else is true.
//! A stored variant is never changed, only upcast (see [`crate::case::trail`]); golden bytes of each stand in the tests.
//!
//! The kinds stand in rooms, one a part of the life. Each room hands its own on to the next, and the last to the macro here, so that they are
//! still one enum with one order.

#[macro_use]
mod receive;
#[macro_use]
mod handle;
#[macro_use]
mod reply;
#[macro_use]
mod mail;
#[macro_use]
mod archive;
#[macro_use]
mod remedy;
#[macro_use]
mod mend;
#[macro_use]
mod learn;
#[macro_use]
mod platform;

use super::model::PlatformEntry;
use super::model::{
    Acceptance, AgentRecord, Amendment, Answer, ApplicantRecord, Archiving, Assignment, Attempt, Awaiting, Closing, Complaint,
    ComplaintAnswer, ComplaintConclusion, Conference, ConferenceConclusion, ConferenceOpinion, Consultation, ConsultationAnswer,
    ConsultationDecision, ConsultationFailure, Contact, Correction, CorrectionAnswer, DeliveryProof, Dispatch, DispatchState, Disposal,
    DisposalProposal, Draft, Erratum, Examination, Extension, ExternalReference, FeeNotice, FileNotTaken, Filing, Hearing, HearingResult,
    Hold, Letter, LetterScan, MadeLetter, MovedDate, Noted, NoticeVoiding, Opening, Opinion, OpinionReport, OrderProof, OrderedRound,
    Origin, Paper, Payment, Pins, Postponement, Proceeding, ProceedingDecision, Publication, PublicationReview, ReasonsAnswer,
    ReasonsAssessment, ReasonsRequest, Receipt, Registration, Reopening, Reply, RequestRecord, Review, Revocation, SearchResult,
    SearchTask, SentBack, Splitting, Told, Voiding,
};
use super::model::{Lesson, Rectification, RectificationReport, RectificationReview};
use super::private::Private;
use crate::rules::{matter::Matter, receipt::Channel};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! events {
    ([] $($(#[doc = $doc:literal])+ $name:ident = $kind:literal { $($(#[$about:meta])+ $field:ident: $ty:ty,)* })+) => {
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

receive_events! { [handle_events reply_events mail_events archive_events remedy_events mend_events learn_events platform_events events] }
