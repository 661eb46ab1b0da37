//! What the city's platform for applications and the agency write to each other (contract of the platform, 1.0).

use super::super::envelope::{ContractVersion, Receipt, dated, part};
use crate::case::model::PaperKind;
use crate::crypto::is_digest;
use crate::http::body;
use crate::http::problem::Problem;
use crate::http::text::Line;
use crate::rules::applicants::ApplicantKind;
use crate::rules::coded::coded;
use crate::rules::platform::PlatformStatus;
use crate::rules::receipt::Channel;
use crate::steps::receive::application::{AgentInput, ApplicantInput, RequestInput};
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

coded! {
    /// What the platform tells.
    pub enum PlatformMessageType {
        ApplicationLodged => "application_lodged", "平台收到申请", "an application was lodged on the platform";
        NumberAssigned => "number_assigned", "平台编号", "a case was entered and has a number";
        StatusTold => "status_told", "平台状态", "where an application stands there";
    }
}

/// What a message is about.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct PlatformAbout {
    /// The number on the platform.
    #[garde(dive)]
    #[schema(example = "PT-2026-000123")]
    pub number: Line<100>,
    /// Of a `number_assigned`: the `application` of the `entry` that it answers.
    pub application: Option<Uuid>,
}

/// One message of the platform.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct PlatformMessage {
    /// Its id for ever, the same as `webhook-id`. What comes again under it has no second effect.
    pub id: Uuid,
    /// The version of the contract.
    pub contract: ContractVersion,
    /// What it tells.
    pub r#type: PlatformMessageType,
    /// Who sends it: the name under which the agency has entered the platform, or one that it had before.
    #[garde(dive)]
    #[schema(example = "示范市政务公开工作平台")]
    pub sender: Line<200>,
    /// When it was sent first.
    #[garde(custom(|at: &DateTime<Utc>, (): &()| dated(at)))]
    pub sent_at: DateTime<Utc>,
    /// What it is about.
    #[garde(dive)]
    pub about: PlatformAbout,
    /// What it says, by type.
    #[schema(value_type = PlatformData)]
    pub data: Value,
}

/// `application_lodged`: somebody applied on the platform. Until both sides confirm there is no receipt date (Art 31(3)).
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ApplicationLodged {
    /// The day it was lodged.
    #[schema(example = "2026-11-02")]
    pub lodged_on: NaiveDate,
    /// The day of the platform's automatic acknowledgement with number, date and due date; only where the agency lets it confirm.
    pub acknowledged_on: Option<NaiveDate>,
    /// Who asks; the first-named gives the column of the annual report.
    #[garde(length(min = 1, max = 20), dive)]
    pub applicants: Vec<ApplicantInput>,
    /// Who acts for them.
    #[garde(dive)]
    pub agent: Option<AgentInput>,
    /// What is asked.
    #[garde(dive)]
    pub request: RequestInput,
    /// Files that the applicant lodged with it, each handed over at `PUT /{peer_id}/files/{sha256}`, before this message or after it. The
    /// application waits ten minutes for them; then it is received without those that did not come, or were not taken, and the receipt names them.
    #[serde(default)]
    #[garde(length(max = 20), dive)]
    #[schema(max_items = 20)]
    pub files: Vec<LodgedFile>,
}

coded! {
    /// What a file is that came with an application.
    pub enum LodgedFileKind {
        Application => "application", "申请表", "the application itself";
        IdentityProof => "identity_proof", "身份证明", "proof of identity";
        Authorisation => "authorisation", "授权委托书", "power of attorney";
        Other => "other", "其他材料", "something else";
    }
}

impl LodgedFileKind {
    /// What it is in the dossier.
    pub const fn paper(self) -> PaperKind {
        match self {
            Self::Application => PaperKind::Application,
            Self::IdentityProof => PaperKind::IdentityProof,
            Self::Authorisation => PaperKind::Authorisation,
            Self::Other => PaperKind::Other,
        }
    }
}

/// A file that came with an application.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct LodgedFile {
    /// SHA-256 of its bytes, in lower-case hexadecimal.
    #[garde(custom(|text: &str, (): &()| digest(text)))]
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub sha256: String,
    /// Its size in bytes.
    #[garde(range(min = 1, max = LARGEST_FILE))]
    #[schema(minimum = 1, maximum = 20_971_520)]
    pub size: u64,
    /// What the applicant called it.
    #[garde(dive)]
    #[schema(example = "申请表.pdf")]
    pub title: Line<200>,
    /// What it is.
    pub kind: LodgedFileKind,
}

/// The largest file that is taken, in bytes.
const LARGEST_FILE: u64 = 20 * 1024 * 1024;

fn digest(text: &str) -> garde::Result {
    if is_digest(text) { Ok(()) } else { Err(garde::Error::new("digest_malformed|64 lower-case hexadecimal digits")) }
}

/// `number_assigned`, `status_told`: where an application stands on the platform.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct PlatformStanding {
    /// The day of the entry there; a `number_assigned` without it waits for a clerk.
    pub entered_on: Option<NaiveDate>,
    /// Where it stands.
    pub status: PlatformStatus,
    /// As of which day.
    pub status_on: NaiveDate,
    /// The receipt date that the platform shows.
    pub received_on: Option<NaiveDate>,
    /// The due date that the platform shows.
    pub due_on: Option<NaiveDate>,
}

/// What a message says; `type` says which of these it is.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "one message is read at a time")]
pub enum PlatformData {
    /// Of an application.
    Lodged(ApplicationLodged),
    /// Of a number or a status.
    Standing(PlatformStanding),
}

impl PlatformMessage {
    /// Reads a message, or says which fields are wrong.
    pub fn read(media_type: Option<&str>, bytes: &[u8]) -> Result<(Self, PlatformData), Problem> {
        let message: Self = body::json(media_type, bytes)?;
        let data = match message.r#type {
            PlatformMessageType::ApplicationLodged => PlatformData::Lodged(part(&message.data)?),
            PlatformMessageType::NumberAssigned | PlatformMessageType::StatusTold => PlatformData::Standing(part(&message.data)?),
        };
        Ok((message, data))
    }
}

coded! {
    /// What the platform is told.
    pub enum PlatformOutgoingType {
        Receipt => "receipt", "回执", "what became of a message";
        Entry => "entry", "登记申请", "an application of another channel, to be entered";
        StatusChange => "status_change", "状态变化", "where a case stands by the register";
    }
}

/// One message to the platform.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlatformOutgoing {
    /// Its id for ever, the same as `webhook-id`: whoever gets it twice acts once.
    pub id: Uuid,
    /// The version of the contract.
    pub contract: ContractVersion,
    /// What it tells.
    pub r#type: PlatformOutgoingType,
    /// Who sends it: the name of the agency.
    #[schema(example = "示范区市场监督管理局")]
    pub sender: String,
    /// When it was written.
    pub sent_at: DateTime<Utc>,
    /// Its place among the messages to the platform, from 1, without gaps.
    pub position: i64,
    /// What it is about.
    pub about: PlatformOutAbout,
    /// What it says, by type.
    #[schema(value_type = PlatformOutgoingData)]
    pub data: Value,
}

/// What a message to the platform is about.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct PlatformOutAbout {
    /// The number on the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub number: Option<String>,
    /// The application as the agency knows it; a `number_assigned` names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub application: Option<Uuid>,
    /// Register number of the application.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub register_number: Option<String>,
}

/// Who asks, as far as the platform needs to know.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EnteredApplicant {
    /// The column of the annual report.
    pub kind: ApplicantKind,
    /// Their name.
    pub name: String,
}

/// `entry`: an application that came by another channel, as a clerk would type it in there.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlatformEntryData {
    /// How it came.
    pub channel: Channel,
    /// The receipt date (Art 31).
    pub received_on: NaiveDate,
    /// Who asks.
    pub applicants: Vec<EnteredApplicant>,
    /// What is asked.
    pub description: String,
}

/// `status_change`: where a case stands by the register. A later one replaces an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StatusChange {
    /// The status that the platform should show.
    pub status: PlatformStatus,
    /// The receipt date.
    #[schema(required = true)]
    pub received_on: Option<NaiveDate>,
    /// The due date of the reply; null while it cannot be known, or where it is answered.
    #[schema(required = true)]
    pub due_on: Option<NaiveDate>,
    /// The day of the answer.
    #[schema(required = true)]
    pub answered_on: Option<NaiveDate>,
    /// Document number of the reply (答复文号).
    #[schema(required = true)]
    pub reply_number: Option<String>,
}

/// What a message to the platform says; `type` says which of these it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub enum PlatformOutgoingData {
    /// Of a receipt.
    Receipt(Receipt),
    /// Of an entry.
    Entry(PlatformEntryData),
    /// Of a status.
    Status(StatusChange),
}

/// Messages to the platform, in order.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlatformOutgoingPage {
    /// Messages, oldest first.
    pub items: Vec<PlatformOutgoing>,
    /// Where to go on with `after`; an empty page means there is nothing newer yet.
    pub next_after: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn code(change: impl Fn(&mut Value)) -> Result<PlatformMessageType, &'static str> {
        let mut value = json!({
            "id": "0190c1f0-0000-7000-8000-000000000001", "contract": "1.0", "type": "number_assigned", "sender": "示范市政务公开工作平台",
            "sent_at": "2026-11-02T01:00:00Z", "about": {"number": "PT-1", "application": "0190c1f0-0000-7000-8000-000000000002"},
            "data": {"entered_on": "2026-11-02", "status": "received", "status_on": "2026-11-02"}
        });
        change(&mut value);
        let read = PlatformMessage::read(Some("application/json"), value.to_string().as_bytes());
        read.map(|(message, _)| message.r#type).map_err(|problem| problem.code())
    }

    #[test]
    fn a_message_is_read_by_its_type_and_what_is_wrong_is_named() {
        assert_eq!(code(|_| {}), Ok(PlatformMessageType::NumberAssigned));
        // What the contract does not ask for is not refused at the door: it waits for a clerk.
        assert!(code(|value| value["about"] = json!({"number": "PT-1"})).is_ok());
        assert!(code(|value| value["data"] = json!({"status": "received", "status_on": "2026-11-02"})).is_ok());
        assert_eq!(code(|value| value["data"]["status"] = json!("lost")), Err("malformed_body"));
        assert_eq!(code(|value| value["type"] = json!("application_lodged")), Err("malformed_body"), "the data are of another type");
        assert_eq!(code(|value| value["about"]["number"] = json!(" ")), Err("fields_refused"));
    }
}
