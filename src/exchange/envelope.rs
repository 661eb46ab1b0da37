//! What neighbours write to each other: the envelope, and what a message of each type says (contract of the reconsideration system, 1.0).

mod outgoing;

pub use outgoing::*;

use crate::case::model::{CorrectionCause, OrderTerm};
use crate::http::body;
use crate::http::problem::Problem;
use crate::http::text::{Line, Words};
use crate::rules::coded::coded;
use crate::rules::outcomes::{ProcedureKind, ReconsiderationOutcome};
use crate::rules::proceedings::OrderKind;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use garde::Validate;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

coded! {
    /// Which contract a neighbour keeps.
    pub enum ExchangeContract {
        Reconsideration => "reconsideration", "行政复议系统", "reconsideration system";
        Platform => "platform", "市政务公开工作平台", "city's platform for applications";
    }
}

coded! {
    /// The version of the contract.
    pub enum ContractVersion {
        V1 => "1.0", "第一版", "the first version";
    }
}

coded! {
    /// What the reconsideration system tells.
    pub enum MessageType {
        NoticeToAnswer => "notice_to_answer", "行政复议答复通知", "notice to answer";
        Correction => "correction", "补正通知", "the applicant is asked for a correction";
        Suspension => "suspension", "中止通知", "suspension";
        Resumption => "resumption", "恢复通知", "resumption";
        Extension => "extension", "延期通知", "extension";
        Termination => "termination", "终止决定", "termination";
        Decision => "decision", "行政复议决定", "decision";
        Opinion => "opinion", "行政复议意见书", "reconsideration opinion";
        PerformanceStatus => "performance_status", "履行情况", "what became of the performance";
        ProcedureChange => "procedure_change", "转为普通程序通知", "turned to the ordinary procedure";
    }
}

/// What a message is about. A notice names the reply, or the application where nothing was replied, and the applicant; every later message
/// names the body's case alone. A notice that names less is kept, and waits for a clerk.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct About {
    /// The body's own case number (行政复议案号).
    #[garde(dive)]
    #[schema(example = "示复〔2026〕1号")]
    pub case_number: Line<100>,
    /// Document number of the reply (答复文号).
    #[garde(dive)]
    #[schema(example = "示市监公复〔2026〕1号")]
    pub reply_number: Option<Line<100>>,
    /// Register number of the application (登记编号), where there is no reply.
    #[garde(dive)]
    #[schema(example = "示市监依申请〔2026〕1号")]
    pub register_number: Option<Line<100>>,
    /// HMAC-SHA-256 under the matching key, in lower-case hexadecimal, of the number of the applicant's identity document (or the unified
    /// social credit code) without spaces and hyphens, in capitals, as UTF-8.
    #[garde(custom(|digest: &Option<String>, (): &()| hex64(digest.as_deref())))]
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub applicant_digest: Option<String>,
    /// Where one reconsideration challenges several replies or applications: the others. Of a notice alone; one proceeding over all the cases
    /// is opened once each of them is found.
    #[serde(default)]
    #[garde(length(max = 49), dive)]
    #[schema(max_items = 49)]
    pub further: Vec<FurtherReply>,
}

/// Another reply, or another application where nothing was replied, that the same reconsideration challenges.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct FurtherReply {
    /// Document number of the reply (答复文号).
    #[garde(dive)]
    #[schema(example = "示市监公复〔2026〕2号")]
    pub reply_number: Option<Line<100>>,
    /// Register number of the application (登记编号), where there is no reply.
    #[garde(dive)]
    #[schema(example = "示市监依申请〔2026〕2号")]
    pub register_number: Option<Line<100>>,
    /// Its applicant, where it is not the one of the notice.
    #[garde(custom(|digest: &Option<String>, (): &()| hex64(digest.as_deref())))]
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub applicant_digest: Option<String>,
    /// What is challenged in it, where it is not what the notice says.
    pub against: Option<Challenged>,
}

fn hex64(text: Option<&str>) -> garde::Result {
    let lower = |text: &str| text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if text.is_none_or(lower) { Ok(()) } else { Err(garde::Error::new("digest_malformed|64 lower-case hexadecimal digits")) }
}

/// An instant as RFC 3339 has it, with a year of four digits: the database does not keep every other one.
pub(super) fn dated(at: &DateTime<Utc>) -> garde::Result {
    if (0..=9999).contains(&at.year()) { Ok(()) } else { Err(garde::Error::new("out_of_range|a year of four digits")) }
}

/// One message of the reconsideration system.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct Message {
    /// Its id for ever, the same as `webhook-id`. What comes again under it has no second effect.
    pub id: Uuid,
    /// The version of the contract.
    pub contract: ContractVersion,
    /// What it tells.
    pub r#type: MessageType,
    /// Who sends it: the name under which the agency has entered the body, or one that it had before.
    #[garde(dive)]
    #[schema(example = "示范区人民政府")]
    pub sender: Line<200>,
    /// When it was sent first.
    #[garde(custom(|at: &DateTime<Utc>, (): &()| dated(at)))]
    pub sent_at: DateTime<Utc>,
    /// What it is about.
    #[garde(dive)]
    pub about: About,
    /// What it says, by type.
    #[schema(value_type = MessageData)]
    pub data: Value,
}

coded! {
    /// What is challenged.
    pub enum Challenged {
        Reply => "reply", "答复", "the reply";
        Silence => "silence", "逾期未答复", "no reply in time";
        OtherConduct => "other_conduct", "其他行为", "other conduct";
    }
}

/// `notice_to_answer`: the agency is to answer (复议法 48, 54). The day on which it came is the day on which the agency received it.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NoticeToAnswer {
    /// Ordinary or summary procedure: the answer is due in 10 or in 5 working days.
    pub procedure: ProcedureKind,
    /// What is challenged.
    pub against: Challenged,
    /// The day the body accepted the application (受理).
    pub accepted_on: Option<NaiveDate>,
    /// Its document number.
    #[garde(dive)]
    pub document_number: Option<Line<100>>,
}

/// `correction`, `suspension`, `resumption`, `procedure_change`: something about the course (复议法 31, 39, 55). A suspension, a resumption, and
/// the change from the summary to the ordinary procedure are entered in the proceeding; one that came before the other it belongs to waits for it. A correction asked of the applicant is read by a clerk.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct CourseNotice {
    /// The day from which it has effect.
    pub on: NaiveDate,
    /// Its document number.
    #[garde(dive)]
    pub document_number: Option<Line<100>>,
    /// Its words.
    #[garde(dive)]
    pub text: Option<Words<20000>>,
}

/// `extension`: the body needs longer (复议法 62). It is entered in the proceeding.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ExtensionNotice {
    /// The day of the notice.
    pub on: NaiveDate,
    /// How many days more.
    #[garde(range(min = 1, max = 30))]
    #[schema(minimum = 1, maximum = 30)]
    pub days: u32,
    /// Its document number.
    #[garde(dive)]
    pub document_number: Option<Line<100>>,
}

/// `termination`: the reconsideration ends without a decision on the matter (复议法 41, 74).
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct Termination {
    /// The date it bears.
    pub decided_on: NaiveDate,
    /// Its document number.
    #[garde(dive)]
    pub document_number: Option<Line<100>>,
    /// Its words.
    #[garde(dive)]
    pub text: Option<Words<20000>>,
}

/// What a decision orders.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct Ordered {
    /// What must be done.
    #[garde(dive)]
    pub what: Words<2000>,
    /// What sort of order it is; one that wants another reply opens a round of reply.
    pub kind: OrderKind,
    /// By when. This or `within`.
    pub due_on: Option<NaiveDate>,
    /// The term from the taking effect of the decision, where it gives one in the place of a day.
    #[garde(dive)]
    pub within: Option<OrderTerm>,
}

/// `decision` (复议决定, 复议法 62-73).
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct DecisionData {
    /// The outcome.
    pub outcome: ReconsiderationOutcome,
    /// The date it bears.
    pub decided_on: NaiveDate,
    /// The day it was served on the applicant.
    pub applicant_received_on: Option<NaiveDate>,
    /// Its document number.
    #[garde(dive)]
    pub document_number: Option<Line<100>>,
    /// Why the agency was corrected, where it was; without it a clerk of the agency names the cause, and the decision waits for that.
    pub cause: Option<CorrectionCause>,
    /// What it orders.
    #[garde(dive)]
    pub order: Option<Ordered>,
    /// Its words.
    #[garde(dive)]
    pub text: Option<Words<20000>>,
}

/// `opinion` (行政复议意见书, 复议法 76).
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct OpinionData {
    /// Its document number.
    #[garde(dive)]
    pub document_number: Option<Line<100>>,
    /// Its words.
    #[garde(dive)]
    pub text: Option<Words<20000>>,
}

coded! {
    /// What became of the performance, as the body sees it.
    pub enum Performed {
        Performed => "performed", "已履行", "performed";
        NotPerformed => "not_performed", "未履行", "not performed";
    }
}

/// `performance_status` (复议法 77, 78).
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct PerformanceData {
    /// What became of it.
    pub status: Performed,
    /// As of which day.
    pub on: NaiveDate,
    /// Words on it.
    #[garde(dive)]
    pub text: Option<Words<2000>>,
}

/// What a message says; `type` says which of these it is.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum MessageData {
    /// Of a notice to answer.
    NoticeToAnswer(NoticeToAnswer),
    /// Of a notice about the course.
    Course(CourseNotice),
    /// Of an extension.
    Extension(ExtensionNotice),
    /// Of a termination.
    Termination(Termination),
    /// Of a decision.
    Decision(DecisionData),
    /// Of an opinion.
    Opinion(OpinionData),
    /// Of a performance.
    Performance(PerformanceData),
}

impl Message {
    /// Reads a message, or says which fields are wrong.
    pub fn read(media_type: Option<&str>, bytes: &[u8]) -> Result<(Self, MessageData), Problem> {
        let message: Self = body::json(media_type, bytes)?;
        let data = MessageData::read(message.r#type, &message.data)?;
        Ok((message, data))
    }
}

impl MessageData {
    fn read(sort: MessageType, data: &Value) -> Result<Self, Problem> {
        Ok(match sort {
            MessageType::NoticeToAnswer => Self::NoticeToAnswer(part(data)?),
            MessageType::Correction | MessageType::Suspension | MessageType::Resumption | MessageType::ProcedureChange => {
                Self::Course(part(data)?)
            }
            MessageType::Extension => Self::Extension(part(data)?),
            MessageType::Termination => Self::Termination(part(data)?),
            MessageType::Decision => Self::Decision(part(data)?),
            MessageType::Opinion => Self::Opinion(part(data)?),
            MessageType::PerformanceStatus => Self::Performance(part(data)?),
        })
    }
}

/// What a message says, read as its type has it.
pub(super) fn part<T: DeserializeOwned + Validate<Context = ()>>(data: &Value) -> Result<T, Problem> {
    body::json(Some("application/json"), data.to_string().as_bytes()).map_err(|problem| problem.below("/data"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn notice() -> Value {
        json!({
            "id": "0190c1f0-0000-7000-8000-000000000001", "contract": "1.0", "type": "notice_to_answer", "sender": "示范区人民政府",
            "sent_at": "2026-11-02T01:00:00Z",
            "about": {"case_number": "示复〔2026〕1号", "reply_number": "示市监公复〔2026〕1号", "applicant_digest": "ab".repeat(32)},
            "data": {"procedure": "ordinary", "against": "reply", "accepted_on": "2026-11-02"}
        })
    }

    fn read(value: &Value) -> Result<(Message, MessageData), Problem> {
        Message::read(Some("application/json"), value.to_string().as_bytes())
    }

    #[test]
    fn a_message_is_read_by_its_type() {
        let (message, data) = read(&notice()).unwrap();
        assert_eq!(message.r#type, MessageType::NoticeToAnswer);
        assert!(matches!(data, MessageData::NoticeToAnswer(NoticeToAnswer { against: Challenged::Reply, .. })));
    }

    #[test]
    fn what_the_contract_does_not_ask_for_is_not_refused_at_the_door() {
        for about in [
            json!({"case_number": "示复〔2026〕1号"}),
            json!({"case_number": "示复〔2026〕1号", "register_number": "示市监依申请〔2026〕1号"}),
            json!({"case_number": "示复〔2026〕1号", "reply_number": "示市监公复〔2026〕1号", "further": [{"against": "silence"}]}),
        ] {
            let mut value = notice();
            value["about"] = about;
            assert!(read(&value).is_ok(), "{value}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let refused = |change: &dyn Fn(&mut Value)| {
            let mut value = notice();
            change(&mut value);
            read(&value).unwrap_err().code()
        };
        assert_eq!(refused(&|value| value["contract"] = json!("2.0")), "malformed_body");
        assert_eq!(refused(&|value| value["type"] = json!("judgment")), "malformed_body");
        assert_eq!(refused(&|value| value["data"]["surprise"] = json!(1)), "malformed_body");
        assert_eq!(refused(&|value| value["about"]["applicant_digest"] = json!("AB")), "fields_refused");
        for far in ["-9999-01-01T00:00:00Z", "+10000-01-01T00:00:00Z"] {
            assert_eq!(refused(&|value| value["sent_at"] = json!(far)), "fields_refused", "{far}");
        }
    }
}
