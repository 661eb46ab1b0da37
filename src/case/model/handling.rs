//! What moves the clock of the reply between registration and reply: correction, consultation, extension, excessive requests, the
//! fee (Arts 30, 32-35, 42, 109号). Each notice is a letter; what the law counts is its dispatch and its delivery.

use crate::case::private::Private;
use crate::rules::clock::Party;
use crate::rules::receipt::Channel;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::application::Receipt;
use super::mailing::Letter;
use super::reply::DrawnNumber;

/// A notice sent by mistake and voided (作废): the clock runs as if it had not been, the agency bears the days (domain 6.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeVoiding {
    /// The day.
    pub on: NaiveDate,
    /// Who voided it.
    pub by: Uuid,
    /// Why.
    pub reason: Private,
}

/// The document number (文号) of a notice, from the sequence of its kind and the year it is dated in (domain 6.2). A voided notice keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeNumber {
    /// As it stands on the notice.
    pub document_number: String,
    /// The number behind it; none where a part of a split paper only names a letter of the paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn: Option<DrawnNumber>,
}

impl NoticeNumber {
    /// As it is named in a case that did not draw it.
    #[must_use]
    pub fn named(&self) -> Self {
        Self { drawn: None, ..self.clone() }
    }
}

/// A correction notice (补正告知书), Art 30: once, all points in one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Running number in the case, from 1.
    pub n: u32,
    /// The date the notice bears.
    pub on: NaiveDate,
    /// Who made it.
    pub by: Uuid,
    /// What must be corrected, and how.
    pub points: Private,
    /// Why.
    pub reasons: Private,
    /// Why nobody spoke with the applicant first, where nobody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_contact_reason: Option<Private>,
    /// The reasonable term, in working days from the receipt of the notice.
    pub answer_within_working_days: u32,
    /// Corrections that came in.
    pub answers: Vec<CorrectionAnswer>,
    /// The last day of the term, recorded once it had run out.
    pub ran_out_on: Option<NaiveDate>,
    /// Voided.
    pub voided: Option<NoticeVoiding>,
    /// Its document number; notices from before there were any have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<NoticeNumber>,
}

/// A corrected application, by the same channel rules as an application (Art 31).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionAnswer {
    /// Running number within the notice, from 1.
    pub n: u32,
    /// The channel.
    pub channel: Channel,
    /// The day it came into the agency's hands.
    pub arrived_on: NaiveDate,
    /// The corrected words.
    pub words: Private,
    /// Who entered it.
    pub by: Uuid,
    /// The day it counts as received; none while a confirmation is awaited.
    pub receipt: Option<Receipt>,
}

/// What a consulted party says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartyOpinion {
    /// Agrees to disclosure (同意).
    Consents,
    /// Does not agree (不同意).
    Refuses,
    /// Agrees to a part (部分同意).
    ConsentsInPart,
}

/// A written consultation (征求意见) of somebody outside the agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consultation {
    /// Running number in the case, from 1.
    pub n: u32,
    /// Who is asked.
    pub party: Party,
    /// Name and contact of the party.
    pub name: Private,
    /// What is asked.
    pub question: Private,
    /// The date the letter bears.
    pub on: NaiveDate,
    /// Who made it.
    pub by: Uuid,
    /// The answer; one that came after the term is on file without effect (choice 8).
    pub answer: Option<ConsultationAnswer>,
    /// The letter could not be delivered.
    pub failure: Option<ConsultationFailure>,
    /// The last day of the term, recorded once it had run out in silence.
    pub ran_out_on: Option<NaiveDate>,
    /// What the agency decides on it.
    pub decision: Option<ConsultationDecision>,
    /// Voided.
    pub voided: Option<NoticeVoiding>,
    /// Its document number; notices from before there were any have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<NoticeNumber>,
    /// It was asked on the paper that this case is a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_paper: Option<OnPaper>,
}

/// A consultation that a part took over when its paper was split: letter, proofs and days lie with the paper, what was said and decided
/// holds in the part as if it had been asked there (Arts 15, 32).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnPaper {
    /// Its number on the paper.
    pub n: u32,
    /// What it is called in the clock that the part carries on.
    pub label: String,
    /// The day its letter left.
    pub left_on: NaiveDate,
    /// The day the party was told of a disclosure against its will.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_on: Option<NaiveDate>,
}

impl Consultation {
    /// The day on which, before the paper was split, the party was told of a disclosure against its will.
    pub fn told_before(&self) -> Option<NaiveDate> {
        self.on_paper.as_ref()?.told_on
    }

    /// The party answered, and did not agree to all of it.
    pub fn unwilling(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| answer.opinion != PartyOpinion::Consents)
    }
}

/// The answer of a consulted party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsultationAnswer {
    /// The day it came.
    pub on: NaiveDate,
    /// What it says.
    pub opinion: PartyOpinion,
    /// Its reasons.
    pub words: Option<Private>,
    /// Who entered it.
    pub by: Uuid,
}

/// A letter to a consulted party that cannot be delivered: the agency decides by itself (choice 9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsultationFailure {
    /// The day the agency recorded it.
    pub on: NaiveDate,
    /// What was tried.
    pub note: Private,
    /// Who recorded it.
    pub by: Uuid,
}

/// What the agency makes of a consultation (Art 32): whether the ground is reasonable, and what the public interest asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsultationDecision {
    /// The day.
    pub on: NaiveDate,
    /// Who decided.
    pub by: Uuid,
    /// To disclose or not.
    pub disclose: bool,
    /// The assessment.
    pub reasons: Private,
    /// The party is told in writing, because it is disclosed against its will.
    pub notice_needed: bool,
    /// The document number of that notice; decisions from before there were any have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<NoticeNumber>,
}

/// An extension (延长答复期限), approved by the head of the FOI office (Art 33(2)). It counts once its notice is sent in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// Running number in the case, from 1.
    pub n: u32,
    /// The day of approval.
    pub on: NaiveDate,
    /// The head, or the deputy, who approved it.
    pub by: Uuid,
    /// By how many working days.
    pub working_days: u32,
    /// Why.
    pub reasons: Private,
    /// Voided.
    pub voided: Option<NoticeVoiding>,
    /// Its document number; notices from before there were any have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<NoticeNumber>,
}

/// A notice that asks for the reasons of an excessive request (说明理由告知书), Art 35.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonsRequest {
    /// Running number in the case, from 1.
    pub n: u32,
    /// The date the notice bears.
    pub on: NaiveDate,
    /// Who made it.
    pub by: Uuid,
    /// What is asked, and why number or frequency is held to be excessive.
    pub words: Private,
    /// By a setting of the agency, the wait restarts the clock as a correction does (choice 18).
    pub restarts_clock: bool,
    /// The applicant's reasons.
    pub answer: Option<ReasonsAnswer>,
    /// What the agency makes of them.
    pub assessment: Option<ReasonsAssessment>,
    /// Voided.
    pub voided: Option<NoticeVoiding>,
    /// Its document number; notices from before there were any have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<NoticeNumber>,
}

/// The reasons of an applicant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonsAnswer {
    /// The day they came.
    pub on: NaiveDate,
    /// In words.
    pub words: Private,
    /// Who entered them.
    pub by: Uuid,
}

/// What the agency makes of the reasons, or of their absence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonsAssessment {
    /// The day.
    pub on: NaiveDate,
    /// Who assessed.
    pub by: Uuid,
    /// The request is reasonable.
    pub reasonable: bool,
    /// Why.
    pub words: Private,
}

/// A later date for the reply to a reasonable but excessive request (确定延迟答复的合理期限), Art 35.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Postponement {
    /// Running number in the case, from 1.
    pub n: u32,
    /// The day it was set.
    pub on: NaiveDate,
    /// Who set it.
    pub by: Uuid,
    /// The date, which replaces the due date once it is announced.
    pub until: NaiveDate,
    /// Why.
    pub reasons: Private,
    /// Voided.
    pub voided: Option<NoticeVoiding>,
    /// Its document number; notices from before there were any have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<NoticeNumber>,
}

/// How the information handling fee is counted (109号): one method for an application, never both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub enum FeeBasis {
    /// By item (按件计收).
    ByItem {
        /// The how-many-th application of the applicant in the calendar month of its receipt.
        item: u32,
    },
    /// By page (按量计收).
    ByPage {
        /// Sides of A4 or smaller.
        pages: u32,
    },
}

/// A fee notice (收费通知书), Art 42 and 109号.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeNotice {
    /// Running number in the case, from 1.
    pub n: u32,
    /// The date the notice bears.
    pub on: NaiveDate,
    /// Who made it.
    pub by: Uuid,
    /// How it was counted.
    pub basis: FeeBasis,
    /// The amount, in yuan.
    pub amount: u32,
    /// Why a fee is asked for.
    pub reasons: Private,
    /// What was paid.
    pub payments: Vec<Payment>,
    /// The last day of the term, recorded once it had run out.
    pub ran_out_on: Option<NaiveDate>,
    /// Voided.
    pub voided: Option<NoticeVoiding>,
    /// Its document number; notices from before there were any have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<NoticeNumber>,
}

impl FeeNotice {
    /// The day on which the whole amount was paid; a part does not restart the clock (choice 24).
    pub fn paid_on(&self) -> Option<NaiveDate> {
        let mut payments: Vec<&Payment> = self.payments.iter().collect();
        payments.sort_by_key(|payment| payment.on);
        let mut left = self.amount;
        payments.into_iter().find_map(|payment| {
            left = left.saturating_sub(payment.amount);
            (left == 0).then_some(payment.on)
        })
    }

    /// What is still to be paid, in yuan.
    pub fn left(&self) -> u32 {
        self.payments.iter().fold(self.amount, |left, payment| left.saturating_sub(payment.amount))
    }
}

/// A payment into the treasury.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Running number within the notice, from 1.
    pub n: u32,
    /// The day.
    pub on: NaiveDate,
    /// In yuan.
    pub amount: u32,
    /// Number of the fiscal receipt (财政票据).
    pub receipt_number: String,
    /// Who entered it.
    pub by: Uuid,
}

/// A case closed because a term lapsed goes on for good reason (恢复办理), domain 6.6.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reopening {
    /// The day.
    pub on: NaiveDate,
    /// Who reopened it.
    pub by: Uuid,
    /// The reply under O1 or O2 that it takes back.
    pub reply: u32,
    /// The day the case had been closed, if it was; the fold knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_on: Option<NaiveDate>,
    /// The good reason.
    pub reasons: Private,
}

/// A term whose end the service records by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Awaiting {
    /// The applicant's correction.
    Correction {
        /// Number of the notice.
        n: u32,
    },
    /// The fee.
    Fee {
        /// Number of the notice.
        n: u32,
    },
    /// The answer of a consulted party.
    Consultation {
        /// Number of the consultation.
        n: u32,
    },
}

/// A date that a change of the calendar moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MovedDate {
    /// The duty.
    pub kind: crate::rules::terms::DutyKind,
    /// Which of its kind.
    pub ordinal: u32,
    /// As it was; none where there was none.
    pub old_on: Option<NaiveDate>,
    /// As it is; none where there is none any more.
    pub new_on: Option<NaiveDate>,
    /// Whether the new date is still provisional.
    pub provisional: bool,
}

/// What the clock must know the order of: dates may be amended, the order of the trail may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "mark", rename_all = "snake_case")]
pub enum Mark {
    /// A letter left, or what became of it was recorded.
    Letter {
        /// Which.
        letter: Letter,
    },
    /// A corrected application came in or was confirmed.
    Corrected {
        /// Number of the notice.
        n: u32,
    },
    /// A consulted party answered.
    Answered {
        /// Number of the consultation.
        n: u32,
    },
    /// A letter to a consulted party failed.
    Failed {
        /// Number of the consultation.
        n: u32,
    },
    /// A term ran out.
    RanOut {
        /// Which.
        awaiting: Awaiting,
    },
    /// Money came in.
    Paid {
        /// Number of the fee notice.
        n: u32,
    },
    /// The applicant gave reasons.
    Reasoned {
        /// Number of the notice.
        n: u32,
    },
}
