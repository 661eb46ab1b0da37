//! The application: who asks, for what, by which channel, received and registered when (Art 29-31).

use crate::case::private::Private;
use crate::rules::applicants::{ApplicantKind, DeliveryChannel, IdKind, WantedForm};
use crate::rules::inner::InnerLimit;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::working::{Acceptance, SentBack};

/// The editions a case's dates are derived from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pins {
    /// Edition of the holiday calendar.
    pub calendar: i32,
    /// Edition of the agency's settings.
    pub settings: i32,
}

/// The receipt date (收到申请之日) and the rule it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The date; day 1 of the reply period is the first working day after it.
    pub on: NaiveDate,
    /// Article and item, for example `条例 31(1)`.
    pub article: String,
}

/// How somebody was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContactMeans {
    /// Telephone call.
    Telephone,
    /// Short message.
    Sms,
    /// E-mail.
    Email,
    /// The portal's own message.
    Portal,
    /// In person.
    InPerson,
    /// Letter.
    Letter,
}

/// What came of an attempt to confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttemptResult {
    /// Nobody could be reached.
    NotReached,
    /// A message was left.
    MessageLeft,
    /// The applicant confirmed.
    Confirmed,
}

/// One attempt to confirm the receipt (Art 31(2)(3)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The day of the attempt.
    pub on: NaiveDate,
    /// The time of day as the clerk noted it, `HH:MM`.
    pub time: Option<String>,
    /// How.
    pub means: ContactMeans,
    /// What came of it.
    pub result: AttemptResult,
    /// Who tried.
    pub by: Uuid,
    /// A note.
    pub note: Option<Private>,
}

/// One applicant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicantRecord {
    /// Key within the case.
    pub id: Uuid,
    /// The column of the annual report.
    pub kind: ApplicantKind,
    /// Which identity document was shown.
    pub id_kind: Option<IdKind>,
    /// Name, document number, contacts: one private text.
    pub details: Private,
}

/// Who acts for the applicant, with a power of attorney (授权委托书).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentRecord {
    /// Name, document number, contacts: one private text.
    pub details: Private,
    /// The power of attorney, if it was handed in.
    pub authorisation: Option<Uuid>,
}

/// What is asked (Art 29(2)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestRecord {
    /// Description, document number, features, purpose: one private text.
    pub words: Private,
    /// The form wanted.
    pub wanted_form: WantedForm,
    /// The channel wanted.
    pub delivery_channel: DeliveryChannel,
    /// The applicant needs help because of reading, sight or hearing (Art 43).
    pub help: Option<Private>,
    /// Said orally and written down by this clerk (Art 29(1)).
    pub written_down_by: Option<Uuid>,
}

/// What a paper in the dossier is, in the order of domain 6.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaperKind {
    /// The signed reply (答复书正本).
    ReplyOriginal,
    /// A draft with its slip (签发稿).
    SignedDraft,
    /// A copy of information given (提供的信息).
    InformationProvided,
    /// Proof of delivery (送达凭证).
    ProofOfDelivery,
    /// The application form or letter (申请表).
    Application,
    /// Proof of identity (身份证明).
    IdentityProof,
    /// Power of attorney (授权委托书).
    Authorisation,
    /// The envelope (信封).
    Envelope,
    /// Search record (检索记录).
    SearchRecord,
    /// Minutes and opinions (会商、审核意见).
    Opinion,
    /// Papers of a reconsideration or a lawsuit (复议诉讼材料).
    ProceedingPaper,
    /// Anything else (其他).
    Other,
}

/// A paper in the dossier; it may be added later, never replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Running number in the case, from 1.
    pub n: u32,
    /// The stored document.
    pub document_id: Uuid,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// What it is.
    pub kind: PaperKind,
    /// Its title.
    pub title: Private,
    /// The date it bears.
    pub dated_on: NaiveDate,
    /// The day it was put into the dossier.
    pub added_on: NaiveDate,
    /// Why it came after the closing.
    pub late_reason: Option<Private>,
}

/// A file that came with an application and was not taken: of no type that is taken, infected, or never handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileNotTaken {
    /// What the applicant called it.
    pub title: Private,
    /// What it is.
    pub kind: PaperKind,
    /// SHA-256 of its bytes, in hexadecimal, as it was named.
    pub sha256: String,
    /// Why it was not taken.
    pub code: String,
}

/// The register entry (登记) and the acknowledgement (登记回执).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// The register number, without gaps within agency and year.
    pub case_number: String,
    /// The year the number belongs to.
    pub year: i32,
    /// The running number within the year.
    pub number: u32,
    /// The day of registration.
    pub on: NaiveDate,
    /// Registered more than one working day after receipt.
    pub late: bool,
    /// The applicant's query code (查询码).
    pub query_code: Private,
    /// The due date as the acknowledgement states it.
    pub due_on: NaiveDate,
    /// The due date rests on days of a year whose holidays are not announced.
    pub provisional: bool,
    /// The agency's inner limits by the settings that the case rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inner_limits: Vec<InnerLimit>,
}

/// One finding of the formal examination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// In order.
    InOrder,
    /// Not in order; see the note.
    Deficient,
    /// Not applicable.
    NotApplicable,
}

/// The formal examination (形式审查): identity, authority, clarity, repeat, excess, split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Examination {
    /// The day.
    pub on: NaiveDate,
    /// Who examined.
    pub by: Uuid,
    /// Proof of identity is there (Art 29(2)(1)).
    pub identity: Finding,
    /// The agent's authority is proved.
    pub authority: Finding,
    /// What is asked is clear enough to search for (Art 29(2)(2)).
    pub clarity: Finding,
    /// It does not repeat an answered application (Art 36(6)).
    pub repeat: Finding,
    /// Number and frequency are reasonable (Art 35).
    pub excess: Finding,
    /// It holds one matter, or need not be split (一事一申请).
    pub split: Finding,
    /// A note.
    pub note: Option<Private>,
}

/// Given to a department and handler (分办).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// The department (承办处室).
    pub department: Uuid,
    /// The handler (承办人).
    pub handler: Uuid,
    /// The day.
    pub on: NaiveDate,
    /// Who assigned.
    pub by: Uuid,
    /// The opinion on who handles it and how (拟办意见).
    pub opinion: Option<Private>,
    /// The inner date until which the department drafts; never the legal one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// Taken on (认领).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Acceptance>,
    /// Sent back to the FOI office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_back: Option<SentBack>,
}
