//! The clock of the law: how the period for the reply runs, stops, starts afresh and ends (Arts 30-35, 109号).
//!
//! What happened is a list of dated [`ClockStep`]s, in order. [`Clock::take`] takes the next one or refuses it and changes
//! nothing; [`Clock::reading`] says where the clock stands on a day; [`Clock::ledger`] explains the due date day by day. A case
//! and a preview are counted by the same functions: a case gives its steps, a preview is given them.
//!
//! The clock knows the one due-date formula (see [`super::due`]) only through its three inputs. A correction and a fee replace the
//! start, an extension raises the allowed days, a consultation adds an excluded interval. Nothing here knows today's date, and no
//! step is made up: a term that ran out is a step of its own, except that the interval of a consultation ends by law.

mod machine;
mod parts;
#[cfg(test)]
mod properties;
mod reading;
mod refusals;
mod stops;
#[cfg(test)]
pub(crate) mod tests;
mod words;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::coded::coded;

pub use machine::{Clock, LAST_STEP, LONGEST_CORRECTION};
pub use reading::{Awaited, Reading};
pub use refusals::{ClockCode, ClockRefusal};
pub use stops::english;
pub use words::Words;

/// What a consultation of a case is called, before its number.
pub const CONSULTATION: &str = "征求意见";

coded! {
    /// Who is consulted (Arts 32-34).
    pub enum Party {
        ThirdParty => "third_party", "第三方", "a third party";
        CoProducingAgency => "co_producing_agency", "共同制作机关", "an agency that made the information jointly";
        OtherAgency => "other_agency", "其他机关", "another agency";
    }
}

impl Party {
    /// The article the consultation rests on.
    pub const fn article(self) -> &'static str {
        match self {
            Self::ThirdParty => "32",
            Self::CoProducingAgency => "34",
            Self::OtherAgency => "33(3)",
        }
    }
}

coded! {
    /// What happened, as the clock sees it. The last three move nothing by themselves and are told of real cases only.
    pub enum StepKind {
        Arrived => "arrived", "到件", "arrived, not confirmed";
        Received => "received", "收到申请", "received";
        CorrectionNoticeSent => "correction_notice_sent", "发出补正告知", "correction notice sent";
        CorrectionNoticeDelivered => "correction_notice_delivered", "补正告知送达", "correction notice delivered";
        CorrectedApplicationReceived => "corrected_application_received", "收到补正申请", "corrected application received";
        CorrectionLapsed => "correction_lapsed", "逾期不补正", "correction lapsed";
        ConsultationSent => "consultation_sent", "发出征求意见", "consultation sent";
        ConsultationDelivered => "consultation_delivered", "征求意见送达", "consultation delivered";
        ConsultationAnswered => "consultation_answered", "收到反馈意见", "consultation answered";
        ConsultationUndeliverable => "consultation_undeliverable", "征求意见无法送达", "consultation undeliverable";
        ConsultationLapsed => "consultation_lapsed", "征求意见期满", "term of the consultation over";
        ExtensionNotified => "extension_notified", "告知延期", "extension notified";
        FeeNoticeSent => "fee_notice_sent", "发出收费通知", "fee notice sent";
        FeeNoticeDelivered => "fee_notice_delivered", "收费通知送达", "fee notice delivered";
        FeePaid => "fee_paid", "缴清费用", "fee paid in full";
        FeeLapsed => "fee_lapsed", "逾期不缴费", "payment lapsed";
        ReasonsRequested => "reasons_requested", "要求说明理由", "reasons requested";
        ReasonsGiven => "reasons_given", "收到理由说明", "reasons given";
        ReplyPostponed => "reply_postponed", "确定延迟答复", "reply postponed";
        Replied => "replied", "答复", "replied";
        Closed => "closed", "终结", "closed";
        CorrectionTermEnded => "correction_term_ended", "补正期限届满，未收到补正", "term for the correction over, nothing came";
        FeeTermEnded => "fee_term_ended", "缴费期限届满，未缴清", "term for the payment over, not paid in full";
        Reopened => "reopened", "恢复办理", "reopened";
    }
}

coded! {
    /// How the clock stands.
    pub enum ClockStatus {
        AwaitingConfirmation => "awaiting_confirmation", "待确认", "awaiting confirmation of receipt";
        Running => "running", "计时中", "running";
        AwaitingCorrection => "awaiting_correction", "待补正", "awaiting correction";
        Suspended => "suspended", "征求意见中", "suspended by a consultation";
        AwaitingPayment => "awaiting_payment", "待缴费", "awaiting payment";
        Replied => "replied", "已答复", "replied";
        Closed => "closed", "已终结", "closed";
        Overdue => "overdue", "逾期", "overdue";
    }
}

/// What happened, with what the clock must know of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Happening {
    /// An application that needs a confirmation came in (Art 31(2), (3)).
    Arrived,
    /// The receipt date (Art 31).
    Received,
    /// The correction notice left the agency (Art 30).
    CorrectionNoticeSent,
    /// The applicant got it.
    CorrectionNoticeDelivered {
        /// The term it gives, in working days; none takes the agency's usual one.
        answer_within_working_days: Option<u32>,
    },
    /// The corrected application counts as received.
    CorrectedApplicationReceived,
    /// The agency stops handling an application that was not corrected in time.
    CorrectionLapsed,
    /// A letter asks for an opinion.
    ConsultationSent {
        /// The name of the consultation.
        consultation: String,
        /// Who is asked.
        party: Party,
    },
    /// The party got the letter.
    ConsultationDelivered {
        /// The name of the consultation.
        consultation: String,
    },
    /// The party's answer came.
    ConsultationAnswered {
        /// The name of the consultation.
        consultation: String,
    },
    /// The agency recorded that the letter cannot be delivered.
    ConsultationUndeliverable {
        /// The name of the consultation.
        consultation: String,
    },
    /// The party was silent to the end of its term.
    ConsultationLapsed {
        /// The name of the consultation.
        consultation: String,
    },
    /// An extension, approved by the head of the FOI office, was notified (Art 33(2)).
    ExtensionNotified {
        /// By how many working days.
        working_days: u32,
    },
    /// The fee notice left the agency (Art 42, 109号).
    FeeNoticeSent,
    /// The applicant got it.
    FeeNoticeDelivered,
    /// The fee was paid in full.
    FeePaid,
    /// The agency stops handling an application whose fee was not paid in time.
    FeeLapsed,
    /// The agency asked for the reasons of an excessive request (Art 35).
    ReasonsRequested,
    /// The applicant gave them.
    ReasonsGiven,
    /// The agency set and announced a later date (Art 35).
    ReplyPostponed {
        /// The date.
        until: NaiveDate,
    },
    /// The reply left the agency, or was signed for.
    Replied,
    /// The case ended.
    Closed,
}

impl Happening {
    /// Its kind.
    pub const fn kind(&self) -> StepKind {
        match self {
            Self::Arrived => StepKind::Arrived,
            Self::Received => StepKind::Received,
            Self::CorrectionNoticeSent => StepKind::CorrectionNoticeSent,
            Self::CorrectionNoticeDelivered { .. } => StepKind::CorrectionNoticeDelivered,
            Self::CorrectedApplicationReceived => StepKind::CorrectedApplicationReceived,
            Self::CorrectionLapsed => StepKind::CorrectionLapsed,
            Self::ConsultationSent { .. } => StepKind::ConsultationSent,
            Self::ConsultationDelivered { .. } => StepKind::ConsultationDelivered,
            Self::ConsultationAnswered { .. } => StepKind::ConsultationAnswered,
            Self::ConsultationUndeliverable { .. } => StepKind::ConsultationUndeliverable,
            Self::ConsultationLapsed { .. } => StepKind::ConsultationLapsed,
            Self::ExtensionNotified { .. } => StepKind::ExtensionNotified,
            Self::FeeNoticeSent => StepKind::FeeNoticeSent,
            Self::FeeNoticeDelivered => StepKind::FeeNoticeDelivered,
            Self::FeePaid => StepKind::FeePaid,
            Self::FeeLapsed => StepKind::FeeLapsed,
            Self::ReasonsRequested => StepKind::ReasonsRequested,
            Self::ReasonsGiven => StepKind::ReasonsGiven,
            Self::ReplyPostponed { .. } => StepKind::ReplyPostponed,
            Self::Replied => StepKind::Replied,
            Self::Closed => StepKind::Closed,
        }
    }

    /// The name of the consultation it is about.
    pub fn consultation(&self) -> Option<&str> {
        match self {
            Self::ConsultationSent { consultation, .. }
            | Self::ConsultationDelivered { consultation }
            | Self::ConsultationAnswered { consultation }
            | Self::ConsultationUndeliverable { consultation }
            | Self::ConsultationLapsed { consultation } => Some(consultation),
            _ => None,
        }
    }
}

/// Something that happened on a day.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ClockStep {
    /// The legal date of it.
    pub on: NaiveDate,
    /// What.
    pub what: Happening,
}

/// A step with what the clock said to it, and where it stood right after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Whether the step was taken, or why not.
    pub taken: Result<(), ClockRefusal>,
    /// The clock right after it.
    pub reading: Reading,
}

/// Takes the steps one after the other; one refused changes nothing, and those after it are still tried.
pub fn walk(clock: &mut Clock<'_>, steps: &[ClockStep]) -> Vec<Told> {
    let mut tell = |step: &ClockStep| {
        let taken = clock.take(step);
        Told { taken, reading: clock.reading(clock.day_of(step)) }
    };
    steps.iter().map(&mut tell).collect()
}

/// Choices of the agency that the law leaves open (domain rules, section 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClockChoices {
    /// The usual term for a correction, in working days from the receipt of the notice (choice 16).
    #[schema(minimum = 1, maximum = 365)]
    pub correction_working_days: u32,
    /// Whether asking for the reasons of an excessive request stops the clock as a correction does (choice 18).
    pub reasons_restart_clock: bool,
}

impl Default for ClockChoices {
    fn default() -> Self {
        Self { correction_working_days: 15, reasons_restart_clock: false }
    }
}
