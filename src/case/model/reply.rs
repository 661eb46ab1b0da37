//! Drafts and replies: what is answered, on which ground, by whom drafted, reviewed and signed (Art 36-39).

use super::joint::Joint;
use super::printed::PrintedDatum;
use super::working::{RecordRef, SearchScope};
use crate::case::private::Private;
use crate::rules::applicants::WantedForm;
use crate::rules::remedies::RemedyPath;
use crate::rules::reply_kinds::{Ground, InternalAffair, OtherReason, ProcessInformation, ReplyKind, SecretLevel};
pub use crate::rules::review::ReviewKind;
use crate::rules::review::{Redaction, ReviewLine};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Classification data of a state secret (Art 14): level, date, classifier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Classification {
    /// The level.
    pub level: SecretLevel,
    /// The day it was classified.
    pub classified_on: NaiveDate,
    /// The body that classified it.
    #[schema(min_length = 1, max_length = 200)]
    pub classified_by: String,
}

/// A search and what came of it (检索记录).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchNote {
    /// Where, with which words, over which period, and the result: one private text.
    pub record: Private,
    /// Who searched.
    pub searched_by: Uuid,
    /// The day.
    pub searched_on: NaiveDate,
    /// How it was searched; none in notes from before it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<SearchScope>,
    /// The department that searched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<Uuid>,
    /// The statement that nothing was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nothing_found: Option<Private>,
}

/// An agreed answer (答复口径) that an item gives or departs from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedAnswer {
    /// The entry of the library.
    pub entry: Uuid,
    /// Its edition.
    pub edition: u32,
    /// Why the item says something else; none where it says what was agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departure: Option<Private>,
}

/// A category of the negative list (负面清单) that an item cites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UsedCategory {
    /// The entry of the library.
    pub entry: Uuid,
    /// Its edition.
    pub edition: u32,
    /// What it is called there.
    pub title: String,
    /// Its legal basis.
    pub articles: Vec<String>,
}

/// An article of a local rule (地方规定) that an item cites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CitedRule {
    /// The entry of the library.
    pub entry: Uuid,
    /// Its edition.
    pub edition: u32,
    /// The article, as it is numbered there.
    pub article: String,
    /// As the letter cites it.
    #[schema(example = "《示范市政府信息公开规定》第二十一条第二款")]
    pub citation: String,
}

/// What an item rests on beside its reasons; which of them a kind needs stands in `rules::reply_needs`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemGrounds {
    /// Grounds beside the main one; for B, the grounds of the part withheld.
    pub withheld_under: Vec<Ground>,
    /// Where, how and when to get it.
    pub how_to_obtain: Option<Private>,
    /// The form in which it is given (Art 40).
    pub provided_form: Option<WantedForm>,
    /// Papers of the dossier that are given.
    pub attachments: Vec<Uuid>,
    /// Classification data.
    pub classification: Option<Classification>,
    /// Why no third party was asked.
    pub no_consultation_reason: Option<Private>,
    /// Which kind of internal affair (Art 16(1)).
    pub internal_affair: Option<InternalAffair>,
    /// Which kind of process information (Art 16(2)).
    pub process_information: Option<ProcessInformation>,
    /// How discretion was used.
    pub discretion_note: Option<Private>,
    /// No law, regulation or rule requires disclosure (Art 16(2)).
    pub no_rule_requires_disclosure: bool,
    /// The search.
    pub search: Option<SearchNote>,
    /// The duty that puts it with another agency (Art 10(1)).
    pub duty_basis: Option<Private>,
    /// The agency that has it; empty with `competent_agency_unknown` when it cannot be determined.
    pub competent_agency: Option<String>,
    /// It was tried and cannot be determined which agency has it (Art 36(5)).
    pub competent_agency_unknown: bool,
    /// How to reach that agency.
    pub competent_agency_contact: Option<String>,
    /// The rules under which it can be consulted (Art 36(7)).
    pub access_rules: Option<String>,
    /// The answered case this one repeats (Art 36(6)).
    pub earlier_case: Option<Uuid>,
    /// A term ran out, and no good reason for it is known (Art 30, choice 17).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_good_reason: bool,
    /// Why nobody spoke with the applicant, where nobody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_contact_reason: Option<Private>,
    /// Why the information does not exist although a search found records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search_explanation: Option<Private>,
    /// Records found by a search that are among what is withheld.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withheld_records: Vec<RecordRef>,
    /// Why what a record's maker determined is not to be disclosed is given all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribute_departure: Option<Private>,
    /// Attachments whose unredacted original lies sealed in the dossier.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sealed: Vec<SealedOriginal>,
    /// Agreed answers that it gives or departs from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agreed_answers: Vec<UsedAnswer>,
    /// Categories of the negative list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withheld_categories: Vec<UsedCategory>,
    /// Articles of local rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub local_rules: Vec<CitedRule>,
}

/// A paper that is given redacted (遮盖后提供), and its original, which only few may read and which never leaves the agency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SealedOriginal {
    /// What is given.
    pub redacted: Uuid,
    /// What it was made from.
    pub unredacted: Uuid,
}

/// One item of a reply: one piece of what was asked, with its kind and ground.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyItem {
    /// Running number in the reply, from 1.
    pub n: u32,
    /// The kind of reply.
    pub kind: ReplyKind,
    /// The main item gives the row of the annual report where the reply is not mixed.
    pub main: bool,
    /// The sub-reason of O3.
    pub other_reason: Option<OtherReason>,
    /// What the item is about.
    pub subject: Private,
    /// The reasons; always.
    pub reasons: Private,
    /// The articles the letter names.
    pub articles: Vec<String>,
    /// What else it rests on.
    pub grounds: ItemGrounds,
}

/// What a reviewer decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Passed.
    Approved,
    /// Sent back; a new draft must be made.
    Returned,
}

/// One review of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// What it is.
    pub kind: ReviewKind,
    /// What was decided.
    pub verdict: Verdict,
    /// Why.
    pub opinion: Option<Private>,
    /// Who.
    pub by: Uuid,
    /// The day.
    pub on: NaiveDate,
    /// In whose name, where a deputy reviewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deputy_for: Option<Uuid>,
    /// Of a secrecy review: whether what is given was covered where it must be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redaction: Option<Redaction>,
}

/// Where a draft stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DraftState {
    /// Waits for review or issue.
    Open,
    /// Sent back by a reviewer.
    Returned,
    /// Replaced by a later draft.
    Superseded,
    /// Issued as a reply.
    Issued,
}

/// A draft of a reply (拟稿).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Running number in the case, from 1.
    pub n: u32,
    /// The round of reply it belongs to.
    pub round: u32,
    /// What is answered.
    pub items: Vec<ReplyItem>,
    /// Who drafted.
    pub by: Uuid,
    /// The day.
    pub on: NaiveDate,
    /// Reviews, in order.
    pub reviews: Vec<Review>,
    /// Where it stands.
    pub state: DraftState,
    /// The cases that share it (合并答复).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joint: Option<Joint>,
    /// The lines of the agency's review chain that it is reviewed by; none in drafts from before they were kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<Vec<ReviewLine>>,
}

/// The remedy paragraph of a reply, chosen by rule (domain 5.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RemedyNote {
    /// Which remedies are open, in which order.
    pub path: RemedyPath,
    /// The reconsideration body by name.
    pub reconsideration_body: Option<String>,
    /// The court by name.
    pub court: Option<String>,
    /// The paragraph as it stands in the letter.
    pub text: String,
}

/// The running number behind a document number (文号), as it was drawn: the pattern around it is a setting and may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DrawnNumber {
    /// The year it belongs to.
    pub year: i32,
    /// The number, from 1, without gaps within agency and year.
    pub number: u32,
}

/// A clerical correction of a dispatched reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erratum {
    /// Running number in the reply, from 1.
    pub n: u32,
    /// What was wrong and what is right.
    pub text: Private,
    /// Whether the remedy paragraph was wrong: terms then run from the erratum, at most one year.
    pub remedy: Option<RemedyNote>,
    /// The data of the case that it states anew; none in errata from before they named any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrects: Vec<PrintedDatum>,
    /// Its own document number.
    pub document_number: String,
    /// The number behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn: Option<DrawnNumber>,
    /// The day.
    pub on: NaiveDate,
    /// Who signed.
    pub by: Uuid,
}

/// Withdrawal of a dispatched reply that is wrong in substance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// Why.
    pub reason: Private,
    /// Its own document number.
    pub document_number: String,
    /// The number behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn: Option<DrawnNumber>,
    /// The day.
    pub on: NaiveDate,
    /// Who signed.
    pub by: Uuid,
}

/// Where a reply stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReplyState {
    /// It stands.
    Issued,
    /// Recalled before it left the agency; its number goes to the next version.
    Recalled,
    /// Revoked after it left the agency.
    Revoked,
    /// It closed the case because a term had lapsed, and the case was reopened for good reason.
    Reopened,
    /// A body or court ordered another in its place; its row in table three stays.
    SetAside,
}

/// A reply (答复): approved, numbered, signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// Running number in the case, from 1.
    pub n: u32,
    /// The round it belongs to.
    pub round: u32,
    /// The draft it was made from.
    pub draft: u32,
    /// What is answered.
    pub items: Vec<ReplyItem>,
    /// The document number (文号), without gaps within agency and year.
    pub document_number: String,
    /// The number behind it; that of the recalled reply whose number it bears.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn: Option<DrawnNumber>,
    /// The day of issue.
    pub on: NaiveDate,
    /// Who approved and signed (签发).
    pub by: Uuid,
    /// In whose name, where a deputy signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deputy_for: Option<Uuid>,
    /// The remedy paragraph.
    pub remedy: RemedyNote,
    /// Whether a letter must go to the applicant; not after a withdrawal or a death.
    pub letter_needed: bool,
    /// Where it stands.
    pub state: ReplyState,
    /// It was signed to go on paper alone, for a character of it is in no font here: it never goes on line.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paper_only: bool,
    /// Clerical corrections.
    pub errata: Vec<Erratum>,
    /// Why it was recalled.
    pub recall_reason: Option<Private>,
    /// Its revocation.
    pub revocation: Option<Revocation>,
    /// The cases that share it (合并答复); its items answer this case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joint: Option<Joint>,
}
