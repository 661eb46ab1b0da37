//! What the reconsideration system is told.

use super::ContractVersion;
use crate::rules::coded::coded;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

coded! {
    /// What the reconsideration system is told.
    pub enum OutgoingType {
        Receipt => "receipt", "回执", "what became of a message";
        CaseData => "case_data", "案件信息", "the case with its course and due dates";
        DeliveryProof => "delivery_proof", "送达证明", "posting and service of a reply";
        Answer => "answer", "行政复议答复", "the answer";
        PerformanceReport => "performance_report", "履行报告", "how an order was performed";
        OpinionReport => "opinion_report", "意见书落实情况报告", "the report on an opinion";
        Dossier => "dossier", "证据材料", "the evidence of the agency, to be fetched";
    }
}

/// One message to the reconsideration system.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Outgoing {
    /// Its id for ever, the same as `webhook-id`: whoever gets it twice acts once.
    pub id: Uuid,
    /// The version of the contract.
    pub contract: ContractVersion,
    /// What it tells.
    pub r#type: OutgoingType,
    /// Who sends it: the name of the agency.
    #[schema(example = "示范区市场监督管理局")]
    pub sender: String,
    /// When it was written.
    pub sent_at: DateTime<Utc>,
    /// Its place among the messages to this neighbour, from 1, without gaps.
    pub position: i64,
    /// What it is about.
    pub about: OutAbout,
    /// What it says, by type.
    #[schema(value_type = OutgoingData)]
    pub data: Value,
}

/// What a message to the body is about.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct OutAbout {
    /// The body's own case number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub case_number: Option<String>,
    /// Register number of the application.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub register_number: Option<String>,
    /// Document number of the reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reply_number: Option<String>,
}

coded! {
    /// What became of a message.
    pub enum MessageFate {
        Waiting => "waiting", "等待处理", "it waits: for another message, or for a clerk";
        Refused => "refused", "未能适用", "a rule refuses it; a clerk decides";
        Applied => "applied", "已处理", "it stands in the case";
    }
}

/// `receipt`: what became of a message. A later receipt for the same message replaces an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Receipt {
    /// The message.
    pub message: Uuid,
    /// What became of it.
    pub state: MessageFate,
    /// Why it waits or was refused.
    #[schema(required = true, example = "no_proceeding")]
    pub code: Option<String>,
    /// Files that it named and that were not taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_taken: Vec<FileRefused>,
}

/// A file that a message named and that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FileRefused {
    /// SHA-256 of its bytes, in hexadecimal, as it was named.
    pub sha256: String,
    /// Why it was not taken.
    #[schema(example = "document_infected")]
    pub code: String,
}

/// A dated line of a course.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Dated {
    /// The day.
    pub on: NaiveDate,
    /// What happened, or what is due: a stable code.
    #[schema(example = "received")]
    pub what: String,
}

/// `case_data`: the case, its course and what is due in it. A later one replaces an earlier one.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseData {
    /// Where the case stands.
    pub stage: String,
    /// The day the application was received (Art 31).
    #[schema(required = true)]
    pub received_on: Option<NaiveDate>,
    /// When the reply was due.
    #[schema(required = true)]
    pub reply_due_on: Option<NaiveDate>,
    /// Its course.
    pub course: Vec<Dated>,
    /// What the agency still owes in this case, by kind of duty.
    pub due: Vec<Dated>,
    /// How the agency is reached.
    pub contact: String,
}

/// `delivery_proof`: one dispatch of the reply. A later one replaces an earlier one of the same number.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeliveryProof {
    /// Number of the dispatch in the case.
    pub n: u32,
    /// How it was sent: `post`, `hand_over`, `through_agency`, `online`.
    pub method: String,
    /// The tracking number of a letter by post.
    #[schema(required = true)]
    pub tracking_number: Option<String>,
    /// The day it was posted or sent (交邮之日).
    pub sent_on: NaiveDate,
    /// The day it was served (签收日).
    #[schema(required = true)]
    pub served_on: Option<NaiveDate>,
}

/// A paper that can be fetched with the token, at `/{peer_id}/papers/{id}`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PaperAddress {
    /// The document.
    pub id: Uuid,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub size: i64,
    /// Its type.
    pub media_type: String,
}

/// `answer`, `performance_report`, `opinion_report`: what the agency did on which day, with its paper.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Done {
    /// The day.
    pub on: NaiveDate,
    /// The paper, where one is stored.
    #[schema(required = true)]
    pub paper: Option<PaperAddress>,
}

/// A case whose papers are in a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CoveredCase {
    /// The case, as its folder in the package is called.
    pub case: Uuid,
    /// Its version: so many events stood on its trail.
    pub version: i32,
    /// Register number of the application.
    #[schema(required = true)]
    pub register_number: Option<String>,
    /// Document number of the reply that is challenged.
    #[schema(required = true)]
    pub reply_number: Option<String>,
}

/// `dossier`: the evidence and basis of the agency (复议法 48, 54) as one package, a bag (RFC 8493) in a ZIP, fetched with the token. A later
/// one for the same proceeding takes the place of an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DossierOffer {
    /// Where it is fetched, below the address of the service.
    #[schema(
        example = "/exchange/reconsideration/v1/0190c1f0-0000-7000-8000-000000000001/dossiers/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )]
    pub address: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its type.
    #[schema(example = "application/zip")]
    pub media_type: String,
    /// The cases in it; several where one reconsideration challenges several replies.
    pub covers: Vec<CoveredCase>,
}

/// What a message to the body says; `type` says which of these it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub enum OutgoingData {
    /// Of a receipt.
    Receipt(Receipt),
    /// Of case data.
    CaseData(CaseData),
    /// Of a proof of delivery.
    DeliveryProof(DeliveryProof),
    /// Of an answer or report.
    Done(Done),
    /// Of a dossier.
    Dossier(DossierOffer),
}

/// Messages to the body, in order.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OutgoingPage {
    /// Messages, oldest first.
    pub items: Vec<Outgoing>,
    /// Where to go on with `after`; an empty page means there is nothing newer yet.
    pub next_after: i64,
}
