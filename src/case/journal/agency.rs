//! The agency's own stream: administrators' acts, settings, documents, reveals, mail that failed. Same bytes, same chain.

mod exchange;
#[macro_use]
mod supervision;
#[macro_use]
mod reports;
mod writing;

pub use exchange::ExchangeEvent;
pub use writing::{Attempt, Change, Outcome, append, write, write_or_try};

use crate::case::model::Verdict;
use crate::db::editions::NewEdition;
use crate::db::proposals::Proposal;
use crate::rules::calendar::Notice;
use crate::rules::coded::coded;
use crate::rules::permissions::Role;
use crate::rules::supervision::RectificationSource;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// Why somebody needs to see an applicant in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RevealPurpose {
    /// To reach the applicant.
    Contact,
    /// To verify who they are.
    VerifyIdentity,
    /// To address a letter.
    AddressLetter,
    /// For a reconsideration or a lawsuit.
    Proceeding,
    /// For an audit.
    Audit,
    /// To hand a dossier over to an archive.
    Transfer,
}

coded! {
    /// A post beside the roles.
    pub enum PostKind {
        DepartmentHead => "department_head", "处室负责人", "head of a department";
        Deputy => "deputy", "代理人", "deputy";
    }
}

/// A year that a new edition of the calendar brought or corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadedNotice {
    /// The year.
    pub year: i32,
    /// The number of its notice, if it was named.
    pub notice: Option<String>,
}

macro_rules! agency_events {
    ($($(#[doc = $doc:literal])+ $name:ident = $kind:literal { $($(#[$about:meta])+ $field:ident: $ty:ty,)* })+) => {
        /// One thing that happened to an agency.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "kind", content = "data", rename_all = "snake_case")]
        pub enum AgencyEvent { $($(#[doc = $doc])+ $name { $($(#[$about])+ $field: $ty,)* },)+ }
        impl AgencyEvent {
            /// Every kind of event of an agency.
            pub const KINDS: &[&str] = &[$($kind,)+];
            /// The stable kind, as stored.
            pub const fn kind(&self) -> &'static str { match self { $(Self::$name { .. } => $kind,)+ } }
        }
    };
}

report_events! {
    /// The agency was set up.
    AgencyFounded = "agency_founded" {
        /// Its name.
        name: String,
        /// The agency above it.
        parent: Option<Uuid>,
        /// When.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        created_at: Option<DateTime<Utc>>,
    }
    /// A department was made.
    DepartmentCreated = "department_created" {
        /// The department.
        department: Uuid,
        /// Its name.
        name: String,
    }
    /// A department was renamed, closed or opened again.
    DepartmentChanged = "department_changed" {
        /// The department.
        department: Uuid,
        /// Its name.
        name: String,
        /// Whether it takes cases.
        active: bool,
    }
    /// An account was made.
    AccountCreated = "account_created" {
        /// The account.
        account: Uuid,
        /// Its roles.
        roles: Vec<Role>,
        /// Its department.
        department: Option<Uuid>,
        /// Whether somebody else knows its password.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        must_change_password: Option<bool>,
        /// Digest of its names, address and password as they are from now on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        digest: Option<String>,
    }
    /// Roles, department or standing of an account changed.
    AccountChanged = "account_changed" {
        /// The account.
        account: Uuid,
        /// Its roles.
        roles: Vec<Role>,
        /// Its department.
        department: Option<Uuid>,
        /// Whether it can sign in.
        active: bool,
        /// Digest of its names, address and password as they are from now on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        digest: Option<String>,
    }
    /// Somebody changed the own password.
    PasswordChanged = "password_changed" {
        /// The account.
        account: Uuid,
        /// Digest of its names, address and password as they are from now on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        digest: Option<String>,
    }
    /// An administrator gave an account a new password.
    PasswordReset = "password_reset" {
        /// The account.
        account: Uuid,
        /// Digest of its names, address and password as they are from now on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        digest: Option<String>,
    }
    /// The password stayed and its hash was made anew, with a greater effort.
    PasswordRehashed = "password_rehashed" {
        /// The account.
        account: Uuid,
        /// Digest of its names, address and password as they are from now on.
        digest: String,
    }
    /// Somebody became head of the FOI office, or a deputy.
    HeadAppointed = "head_appointed" {
        /// The account.
        account: Uuid,
        /// As deputy.
        deputy: bool,
        /// From this day.
        from_on: NaiveDate,
        /// Until this day.
        until_on: Option<NaiveDate>,
        /// The term.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        term: Option<Uuid>,
    }
    /// A head of the FOI office, or a deputy, is so no longer.
    HeadTermEnded = "head_term_ended" {
        /// The account.
        account: Uuid,
        /// As deputy.
        deputy: bool,
        /// The last day of the term; the day before its first one if it never began.
        until_on: NaiveDate,
        /// The term.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        term: Option<Uuid>,
    }
    /// Everything a leaver had was handed over.
    AccountHandedOver = "account_handed_over" {
        /// The leaver.
        from: Uuid,
        /// Who takes over.
        to: Uuid,
        /// The cases.
        cases: Vec<Uuid>,
    }
    /// A new edition of the settings is in force.
    SettingsReplaced = "settings_replaced" {
        /// The edition.
        edition: i32,
        /// SHA-256 of its data, in hexadecimal.
        sha256: String,
        /// When it was made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        made_at: Option<DateTime<Utc>>,
    }
    /// A new edition of a letter template is in force.
    LetterTemplateReplaced = "letter_template_replaced" {
        /// The kind of template.
        template: String,
        /// The edition.
        edition: i32,
        /// SHA-256 of its text, in hexadecimal.
        sha256: String,
        /// When it was made.
        made_at: DateTime<Utc>,
    }
    /// An edition of an entry of a library was proposed; it waits for a second person.
    LibraryEditionProposed = "library_edition_proposed" {
        /// The entry.
        entry: Uuid,
        /// The edition.
        edition: i32,
        /// Which library.
        shelf: String,
        /// SHA-256 of what it says, in hexadecimal.
        sha256: String,
        /// Who.
        by: Uuid,
        /// When.
        proposed_at: DateTime<Utc>,
    }
    /// A second person decided on an edition of an entry of a library.
    LibraryEditionDecided = "library_edition_decided" {
        /// The entry.
        entry: Uuid,
        /// The edition.
        edition: i32,
        /// It is approved, and in force from the day it names.
        approved: bool,
        /// Who.
        by: Uuid,
        /// When.
        decided_at: DateTime<Utc>,
        /// Why it was rejected, or what the second person remarked.
        reason: Option<String>,
    }
    /// Holiday notices were loaded: a new edition of the national calendar.
    CalendarLoaded = "calendar_loaded" {
        /// The edition.
        edition: i32,
        /// SHA-256 of its bytes, in hexadecimal.
        sha256: String,
        /// The years it changed.
        notices: Vec<LoadedNotice>,
    }
    /// A correction of a year whose notice is loaded was proposed; it waits for a second person.
    CalendarCorrectionProposed = "calendar_correction_proposed" {
        /// The proposal.
        proposal: Uuid,
        /// SHA-256 of the years as they are to be, in hexadecimal.
        sha256: String,
        /// The years.
        notices: Vec<LoadedNotice>,
        /// When.
        proposed_at: DateTime<Utc>,
    }
    /// A second person approved a correction; it stands in an edition of the national calendar.
    CalendarCorrectionApproved = "calendar_correction_approved" {
        /// The proposal.
        proposal: Uuid,
        /// SHA-256 of the years, in hexadecimal.
        sha256: String,
        /// The edition.
        edition: i32,
        /// When.
        decided_at: DateTime<Utc>,
        /// What the second person said of it.
        reason: Option<String>,
    }
    /// A correction was rejected.
    CalendarCorrectionRejected = "calendar_correction_rejected" {
        /// The proposal.
        proposal: Uuid,
        /// Why.
        reason: String,
        /// When.
        decided_at: DateTime<Utc>,
    }
    /// A document was stored.
    DocumentStored = "document_stored" {
        /// The document.
        document: Uuid,
        /// SHA-256 of its bytes, in hexadecimal.
        sha256: String,
        /// Its size in bytes.
        size: u64,
        /// Its sniffed type.
        media_type: String,
        /// When.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        uploaded_at: Option<DateTime<Utc>>,
        /// The letter it is, where it was made here and not uploaded.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        letter: Option<Uuid>,
        /// SHA-256 of the object in the document store, in hexadecimal; none for one that lies under its id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        object: Option<String>,
    }
    /// A document was given out; any may hold personal data.
    DocumentRead = "document_read" {
        /// The document.
        document: Uuid,
        /// Why, where it was said: whoever does not work the agency's cases must say.
        purpose: Option<RevealPurpose>,
    }
    /// A letter, an approval sheet or a slip was previewed; it names people in full.
    LetterPreviewed = "letter_previewed" {
        /// The case.
        case: Uuid,
    }
    /// A dossier was handed out as one package; it names people in full.
    DossierExported = "dossier_exported" {
        /// The case.
        case: Uuid,
        /// The version it shows.
        version: i32,
        /// Why.
        purpose: RevealPurpose,
        /// Unredacted originals went along.
        originals: bool,
        /// SHA-256 of the manifest of its files, in hexadecimal.
        manifest_sha256: String,
    }
    /// An applicant's personal data were shown in full.
    ApplicantRevealed = "applicant_revealed" {
        /// The case.
        case: Uuid,
        /// The applicant within the case.
        applicant: Uuid,
        /// Why.
        purpose: RevealPurpose,
    }
    /// Cases were looked for by a person's name or numbers; what was looked for is not kept.
    ApplicantsSearched = "applicants_searched" {
        /// How many cases were found.
        found: u32,
    }
    /// The register was given out as a file; it names people.
    RegisterExported = "register_exported" {
        /// `csv` or `xlsx`.
        format: String,
        /// What was asked for, as `key=value`; of words looked for, the key alone.
        asked: Vec<String>,
        /// How many cases.
        rows: u32,
        /// SHA-256 of the file, in hexadecimal.
        sha256: String,
        /// Why names and contacts stood in it in full; none where they were masked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        purpose: Option<RevealPurpose>,
    }
    /// Several letters went out on one posting list.
    LettersDispatched = "letters_dispatched" {
        /// The posting list.
        batch: Uuid,
        /// The cases.
        cases: Vec<Uuid>,
    }
    /// What became of several letters was recorded on one list (签收清单).
    DeliveriesRecorded = "deliveries_recorded" {
        /// The list.
        batch: Uuid,
        /// The cases.
        cases: Vec<Uuid>,
    }
    /// Several cases of one applicant share a draft (合并答复).
    JointReplyDrafted = "joint_reply_drafted" {
        /// The joint draft.
        joint: Uuid,
        /// The cases.
        cases: Vec<Uuid>,
    }
    /// One reconsideration or lawsuit was entered over several cases.
    ProceedingEntered = "proceeding_entered" {
        /// The proceeding.
        proceeding: Uuid,
        /// Its cases.
        cases: Vec<Uuid>,
    }
    /// A mail could not be delivered and became a task.
    MailFailed = "mail_failed" {
        /// The mail.
        mail: Uuid,
        /// The account it was for.
        recipient: Uuid,
    }
    /// Somebody took care of a mail that failed.
    MailTaskResolved = "mail_task_resolved" {
        /// The mail.
        mail: Uuid,
        /// It was put back into the outbox.
        sent_again: bool,
    }
    /// Somebody took a post: head of a department, or deputy.
    PostTaken = "post_taken" {
        /// The post.
        post: Uuid,
        /// What it is.
        held: PostKind,
        /// Who.
        account: Uuid,
        /// The department, of a head.
        department: Option<Uuid>,
        /// For whom, of a deputy.
        principal: Option<Uuid>,
        /// From this day.
        from_on: NaiveDate,
        /// Until this day.
        until_on: Option<NaiveDate>,
    }
    /// A post ends earlier than it was to.
    PostEnded = "post_ended" {
        /// The post.
        post: Uuid,
        /// The last day; the day before its first one if it never began.
        until_on: NaiveDate,
    }
    /// Something happened in the exchange with a neighbouring system (数据对接).
    Exchanged = "exchanged" {
        /// What.
        what: ExchangeEvent,
    }
    /// The stretch of time in between was entered afterwards; later checks for back-dating know it.
    EnteredAfterwards = "entered_afterwards" {
        /// The first legal day.
        from_on: NaiveDate,
        /// The last legal day.
        until_on: NaiveDate,
        /// When it was entered.
        entered_at: DateTime<Utc>,
    }
}

impl AgencyEvent {
    /// What the trail says of a new edition of the calendar.
    pub fn calendar_loaded(new: &NewEdition) -> Self {
        Self::CalendarLoaded { edition: new.calendar.edition(), sha256: new.calendar.sha256().to_owned(), notices: named(&new.changed) }
    }

    /// What the trail says of a correction that waits.
    pub fn calendar_correction_proposed(proposal: &Proposal, years: &BTreeMap<i32, Notice>) -> Self {
        Self::CalendarCorrectionProposed {
            proposal: proposal.id,
            sha256: proposal.sha256(),
            notices: named(years),
            proposed_at: proposal.proposed_at,
        }
    }
}

fn named(years: &BTreeMap<i32, Notice>) -> Vec<LoadedNotice> {
    years.iter().map(|(year, notice)| LoadedNotice { year: *year, notice: notice.number.clone() }).collect()
}
