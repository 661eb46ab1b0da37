//! What a case is: the fold of its trail.
//!
//! Every part is filled by [`crate::case::fold`] from events alone and holds no personal data: names, words and
//! reasons are [`Private`] references.

mod application;
mod complaint;
mod course;
mod entered;
mod handling;
mod joint;
mod learning;
mod letter;
mod mailing;
mod mending;
mod notice;
mod platform;
mod printed;
mod proceeding;
mod publication;
mod reply;
mod retention;
mod split;
mod working;

pub use application::{
    AgentRecord, ApplicantRecord, Assignment, Attempt, AttemptResult, ContactMeans, Examination, FileNotTaken, Finding, Paper, PaperKind,
    Pins, Receipt, Registration, RequestRecord,
};
pub use complaint::{Complaint, ComplaintAnswer, ComplaintConclusion, ComplaintDates};
pub use course::{
    Appearance, CourseDay, CourseNotice, Hearing, HearingResult, LongerTerm, Noted, OrderedRound, ProcedureChange, StoodBefore, Suspension,
    TermLength, Told,
};
pub use entered::{Appeal, DecisionContent, ProceedingEntry};
pub use handling::{
    Awaiting, Consultation, ConsultationAnswer, ConsultationDecision, ConsultationFailure, Correction, CorrectionAnswer, Extension,
    FeeBasis, FeeNotice, Mark, MovedDate, NoticeNumber, NoticeVoiding, OnPaper, PartyOpinion, Payment, Postponement, ReasonsAnswer,
    ReasonsAssessment, ReasonsRequest, Reopening,
};
pub use joint::Joint;
pub use learning::{Lesson, Rectification, RectificationReport, RectificationReview};
pub use letter::{LetterScan, MadeLetter, RenderedFile, UsedTemplate};
pub use mailing::{DeliveryProof, Dispatch, DispatchMethod, DispatchState, Disproved, Letter, Opening, PostalService, ProofRole, SignedAs};
pub use mending::{Amendment, AmendmentState, Change, FirstProposed, Voiding};
pub use notice::{Notice, standing};
pub use platform::{OnPlatform, PlatformEntry};
pub use printed::{Printed, PrintedDatum, PrintedLetter};
pub use proceeding::{
    Against, Answer, CorrectionCause, Filing, LitigationRoute, Opinion, OpinionReport, Order, OrderProof, OrderTerm, OrderUnit, Outcome,
    Proceeding, ProceedingDates, ProceedingDecision, ProceedingKind,
};
pub use publication::{Publication, PublicationResult, PublicationReview};
pub use reply::{
    CitedRule, Classification, Draft, DraftState, DrawnNumber, Erratum, ItemGrounds, RemedyNote, Reply, ReplyItem, ReplyState, Review,
    ReviewKind, Revocation, SealedOriginal, SearchNote, UsedAnswer, UsedCategory, Verdict,
};
pub use split::{Carried, CarriedStep, Origin, Part, Splitting, of_the_paper};

pub use retention::{Disposal, DisposalProposal, Hold, Period};
pub use working::{
    Acceptance, Conference, ConferenceConclusion, ConferenceOpinion, Contact, ContactResult, DAYS_OF_ATTEMPTS, DisclosureAttribute,
    FoundRecord, RecordRef, SearchResult, SearchScope, SearchTask, SearchedPlaces, SentBack, spoken_with,
};

use super::private::Private;
use super::stage::Stage;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::rules::matter::Matter;
use crate::rules::receipt::Channel;

/// Closing (办结): every node is proved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// The day of closing.
    pub on: NaiveDate,
    /// Who closed.
    pub by: Uuid,
}

/// Archiving (归档): the dossier handed to the archivist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Archiving {
    /// The day of archiving.
    pub on: NaiveDate,
    /// The archive number (档号).
    pub archive_number: String,
    /// Retention in years; `None` is permanent.
    pub retention_years: Option<u16>,
    /// What the agency's table said on that day of a dossier with a reconsideration or lawsuit: one may still begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_proceedings: Option<Period>,
    /// Entries of the catalogue (卷内文件目录), in order.
    pub catalogue: Vec<CatalogueEntry>,
}

/// One line of the catalogue of a dossier (domain 6.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CatalogueEntry {
    /// Running number, from 1.
    pub n: u32,
    /// What the paper is, in the order of the dossier.
    pub title: String,
    /// Its document number, if it has one.
    pub document_number: Option<String>,
    /// Its date.
    pub dated_on: NaiveDate,
    /// The stored document, if one is attached.
    pub document_id: Option<Uuid>,
}

/// One request on its way through the agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The case.
    pub id: Uuid,
    /// The agency that must answer; it never changes.
    pub agency_id: Uuid,
    /// What it is about.
    pub matter: Matter,
    /// Number of the last event folded; the `ETag`.
    pub version: i32,
    /// When the last event was recorded.
    pub changed_at: DateTime<Utc>,
    /// Where it stands.
    pub stage: Stage,
    /// The editions its dates are derived from.
    pub pins: Pins,
    /// The channel of Art 31.
    pub channel: Channel,
    /// The day the paper or message came into the agency's hands.
    pub arrived_on: NaiveDate,
    /// Number of the mail it came by.
    pub tracking_number: Option<String>,
    /// The receipt date (收到申请之日), once there is one.
    pub receipt: Option<Receipt>,
    /// Attempts to confirm the receipt with the applicant.
    pub attempts: Vec<Attempt>,
    /// Who asks; the first named gives the column of the report.
    pub applicants: Vec<ApplicantRecord>,
    /// Who acts for them.
    pub agent: Option<AgentRecord>,
    /// What is asked.
    pub request: RequestRecord,
    /// Papers in the dossier.
    pub papers: Vec<Paper>,
    /// The register entry.
    pub registration: Option<Registration>,
    /// The formal examination (形式审查), the latest last.
    pub examinations: Vec<Examination>,
    /// Departments and handlers it was given to, the latest last.
    pub assignments: Vec<Assignment>,
    /// Searches asked of departments (协查).
    pub search_tasks: Vec<SearchTask>,
    /// Conferences (会商).
    pub conferences: Vec<Conference>,
    /// Contacts with the applicant.
    pub contacts: Vec<Contact>,
    /// Correction notices; one at most that is not voided (choice 15).
    pub corrections: Vec<Correction>,
    /// Consultations of third parties and other agencies.
    pub consultations: Vec<Consultation>,
    /// Extensions.
    pub extensions: Vec<Extension>,
    /// Notices that ask for the reasons of an excessive request.
    pub reasons_requests: Vec<ReasonsRequest>,
    /// Later dates for the reply to an excessive request.
    pub postponements: Vec<Postponement>,
    /// Fee notices.
    pub fee_notices: Vec<FeeNotice>,
    /// Reopenings after a lapse.
    pub reopenings: Vec<Reopening>,
    /// In which order the clock's steps were recorded.
    pub marks: Vec<Mark>,
    /// Drafts of replies.
    pub drafts: Vec<Draft>,
    /// Replies.
    pub replies: Vec<Reply>,
    /// Letters made, in order; of one letter the last counts.
    pub letters: Vec<MadeLetter>,
    /// Scans of letters as they were sealed, in order; of one letter the last counts.
    pub letter_scans: Vec<LetterScan>,
    /// Letters sent.
    pub dispatches: Vec<Dispatch>,
    /// Reviews whether what was given or withheld is published.
    pub publication_reviews: Vec<PublicationReview>,
    /// Closing.
    pub closing: Option<Closing>,
    /// Archiving.
    pub archiving: Option<Archiving>,
    /// Holds, which keep the dossier from being disposed of.
    pub holds: Vec<Hold>,
    /// Proposals to dispose of the dossier.
    pub disposal_proposals: Vec<DisposalProposal>,
    /// The disposal.
    pub disposal: Option<Disposal>,
    /// Reconsiderations and lawsuits.
    pub proceedings: Vec<Proceeding>,
    /// Those that were entered in error: out of duties, tables and lists, though their papers stay in the dossier.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub voided_proceedings: Vec<Proceeding>,
    /// Rounds of reply that decisions ordered, the latest last.
    pub ordered_rounds: Vec<OrderedRound>,
    /// Where the case stood before each of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stood_before: Vec<StoodBefore>,
    /// Complaints to the authority.
    pub complaints: Vec<Complaint>,
    /// Amendments, applied and awaiting a second person.
    pub amendments: Vec<Amendment>,
    /// What the acknowledgement and each reply bear, as they were last printed.
    pub printed: Vec<Printed>,
    /// Voiding.
    pub voiding: Option<Voiding>,
    /// Voided cases this one stands for: it cannot be voided itself.
    pub survives: Vec<Uuid>,
    /// Numbers of this case in other systems (platform number and the like).
    pub external_references: Vec<ExternalReference>,
    /// The paper it is a part of.
    pub split_from: Option<Origin>,
    /// Splitting into parts.
    pub splitting: Option<Splitting>,
    /// Lessons drawn from corrections.
    pub lessons: Vec<Lesson>,
    /// Notices to departments to mend something.
    pub rectifications: Vec<Rectification>,
    /// Working days within which it is to be entered on the city's platform; none where it is not.
    pub platform_within: Option<u32>,
    /// Files that came with the application and were not taken.
    pub not_taken: Vec<FileNotTaken>,
    /// What the city's platform said of it, the latest last.
    pub platform_entries: Vec<PlatformEntry>,
}

/// The number another system gave this case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExternalReference {
    /// The system, for example `city_platform`.
    #[schema(example = "city_platform", min_length = 1, max_length = 60)]
    pub system: String,
    /// The number there; unique within the agency and system.
    #[schema(example = "PT-2026-000123", min_length = 1, max_length = 100)]
    pub reference: String,
}

impl Case {
    /// The receipt date, once fixed.
    pub fn received_on(&self) -> Option<NaiveDate> {
        self.receipt.as_ref().map(|receipt| receipt.on)
    }

    /// The department and handler it is with now; nobody after it was sent back.
    pub fn assignment(&self) -> Option<&Assignment> {
        self.assignments.last().filter(|assignment| assignment.sent_back.is_none())
    }

    /// The search task with this number.
    pub fn search_task(&self, n: u32) -> Option<&SearchTask> {
        self.search_tasks.iter().find(|task| task.n == n)
    }

    /// The conference with this number.
    pub fn conference(&self, n: u32) -> Option<&Conference> {
        self.conferences.iter().find(|conference| conference.n == n)
    }

    /// The draft that waits for review or issue.
    pub fn open_draft(&self) -> Option<&Draft> {
        self.drafts.iter().rev().find(|draft| draft.state == DraftState::Open)
    }

    /// The draft with this number.
    pub fn draft(&self, n: u32) -> Option<&Draft> {
        self.drafts.iter().find(|draft| draft.n == n)
    }

    /// The reply that stands: issued or dispatched, neither recalled nor revoked.
    pub fn standing_reply(&self) -> Option<&Reply> {
        self.replies.iter().rev().find(|reply| reply.state == ReplyState::Issued)
    }

    /// The reply with this number.
    pub fn reply(&self, n: u32) -> Option<&Reply> {
        self.replies.iter().find(|reply| reply.n == n)
    }

    /// The review of an item of a reply that counts: the latest.
    pub fn publication_review(&self, reply: u32, item: u32) -> Option<&PublicationReview> {
        self.publication_reviews.iter().rev().find(|review| review.reply == reply && review.item == item)
    }

    /// The publication reviews that count: of the reply that stands, of each item the latest.
    pub fn standing_publication_reviews(&self) -> impl Iterator<Item = &PublicationReview> {
        let reply = self.standing_reply().map(|reply| reply.n);
        let latest = |review: &PublicationReview| self.publication_review(review.reply, review.item).is_some_and(|last| last.n == review.n);
        self.publication_reviews.iter().filter(move |review| Some(review.reply) == reply && latest(review))
    }

    /// The dispatch with this number.
    pub fn dispatch(&self, n: u32) -> Option<&Dispatch> {
        self.dispatches.iter().find(|dispatch| dispatch.n == n)
    }

    /// The reply whose row in table three counts: the one that stands, except that a reply which a body or court ordered does not change
    /// the row of the one before it (domain 4); its story is in table four.
    pub fn counting_reply(&self) -> Option<&Reply> {
        match self.ordered_rounds.first() {
            Some(ordered) => self.reply(ordered.reply),
            None => self.standing_reply(),
        }
    }

    /// The order that a round of reply rests on: that which opened it, or a round before it that was taken back since.
    pub fn ordered_round(&self, round: u32) -> Option<&OrderedRound> {
        self.ordered_rounds.iter().rfind(|ordered| ordered.round <= round)
    }

    /// The complaint with this number.
    pub fn complaint(&self, n: u32) -> Option<&Complaint> {
        self.complaints.iter().find(|complaint| complaint.n == n)
    }

    /// The proceeding over several cases that has this id, as this case has it.
    pub fn proceeding_in(&self, joint: &Joint) -> Option<&Proceeding> {
        self.proceedings.iter().find(|proceeding| proceeding.joint.as_ref().is_some_and(|known| known.id == joint.id))
    }

    /// The proceeding with this number.
    pub fn proceeding(&self, n: u32) -> Option<&Proceeding> {
        self.proceedings.iter().find(|proceeding| proceeding.n == n)
    }

    /// The text of a letter as it was made last.
    pub fn made(&self, letter: Letter) -> Option<&MadeLetter> {
        self.letters.iter().rev().find(|made| made.letter == letter)
    }

    /// The text of a letter that its sealed print is of: a copy made after it had left is not what was sealed.
    pub fn text_sent(&self, letter: Letter) -> Option<Uuid> {
        self.made(letter).filter(|made| !made.after_dispatch).map(|made| made.id)
    }

    /// The scan of a letter as it stands: one of a text that was made anew since does not count.
    pub fn scan(&self, letter: Letter) -> Option<&LetterScan> {
        let made = self.text_sent(letter);
        self.letter_scans.iter().rev().find(|scan| scan.letter == letter && scan.made == made)
    }

    /// The notice of rectification with this number.
    pub fn rectification(&self, n: u32) -> Option<&Rectification> {
        self.rectifications.iter().find(|rectification| rectification.n == n)
    }

    /// Dispatches of one reply, in order.
    pub fn dispatches_of(&self, reply: u32) -> impl Iterator<Item = &Dispatch> {
        self.dispatches.iter().filter(move |dispatch| dispatch.letter == Letter::Reply { n: reply })
    }

    /// The number of the current round of reply, from 1; a revocation, a reopening or an order opens the next.
    pub fn round(&self) -> u32 {
        1 + u32::try_from(
            self.replies
                .iter()
                .filter(|reply| matches!(reply.state, ReplyState::Revoked | ReplyState::Reopened | ReplyState::SetAside))
                .count(),
        )
        .unwrap_or(u32::MAX - 1)
    }

    /// The details of the first-named applicant.
    pub fn first_applicant(&self) -> Option<&Private> {
        self.applicants.first().map(|applicant| &applicant.details)
    }
}
