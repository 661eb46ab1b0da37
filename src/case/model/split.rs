//! Splitting (拆分) one paper that holds several matters, domain 6.6: the parts are answered and counted, the paper is not.

use crate::case::private::Private;
use crate::rules::clock::{ClockStep, Happening, Party};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where a case comes from that was a part of another's paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The case that was split.
    pub case: Uuid,
    /// Its register number.
    pub case_number: String,
    /// Which part this is, from 1.
    pub n: u32,
    /// How many parts there are.
    pub of: u32,
    /// What had moved the clock of the paper: the clock of each part is that of the paper.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<CarriedStep>,
    /// A third party was consulted on the paper, who did not agree: a refusal for its sake may rest on that (Art 32). Of papers split
    /// before each consultation was given to the parts it belongs to.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub consulted: bool,
}

/// A step of the clock that was taken before the split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarriedStep {
    /// The legal date.
    pub on: NaiveDate,
    /// What.
    pub what: Carried,
}

/// What moves the clock and can lie behind a case that is split. Terms that still run, fees and requests for reasons forbid the split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Carried {
    /// The correction notice left the agency.
    CorrectionNoticeSent,
    /// The applicant got it.
    CorrectionNoticeDelivered {
        /// The term it gave, in working days.
        answer_within_working_days: Option<u32>,
    },
    /// The corrected application counts as received.
    CorrectedApplicationReceived,
    /// A letter asked for an opinion.
    ConsultationSent {
        /// Which consultation.
        consultation: String,
        /// Who was asked.
        party: Party,
    },
    /// The party got the letter.
    ConsultationDelivered {
        /// Which consultation.
        consultation: String,
    },
    /// The party's answer came.
    ConsultationAnswered {
        /// Which consultation.
        consultation: String,
    },
    /// The letter could not be delivered.
    ConsultationUndeliverable {
        /// Which consultation.
        consultation: String,
    },
    /// The party was silent to the end of its term.
    ConsultationLapsed {
        /// Which consultation.
        consultation: String,
    },
    /// An extension was notified.
    ExtensionNotified {
        /// By how many working days.
        working_days: u32,
    },
}

/// What a consultation of the paper is called in the clocks of its parts: theirs begin at 1 again.
const OF_THE_PAPER: &str = "原件";

/// A name in the clock of the paper as the clocks of its parts have it.
pub fn of_the_paper(name: &str) -> String {
    format!("{OF_THE_PAPER}{name}")
}

impl CarriedStep {
    /// A step as the parts keep it; none for arrival and receipt, which each part has of its own.
    pub fn of(step: &ClockStep) -> Option<Self> {
        let named = |name: &String| of_the_paper(name);
        let what = match &step.what {
            Happening::CorrectionNoticeSent => Carried::CorrectionNoticeSent,
            Happening::CorrectionNoticeDelivered { answer_within_working_days } => {
                Carried::CorrectionNoticeDelivered { answer_within_working_days: *answer_within_working_days }
            }
            Happening::CorrectedApplicationReceived => Carried::CorrectedApplicationReceived,
            Happening::ConsultationSent { consultation, party } => {
                Carried::ConsultationSent { consultation: named(consultation), party: *party }
            }
            Happening::ConsultationDelivered { consultation } => Carried::ConsultationDelivered { consultation: named(consultation) },
            Happening::ConsultationAnswered { consultation } => Carried::ConsultationAnswered { consultation: named(consultation) },
            Happening::ConsultationUndeliverable { consultation } => {
                Carried::ConsultationUndeliverable { consultation: named(consultation) }
            }
            Happening::ConsultationLapsed { consultation } => Carried::ConsultationLapsed { consultation: named(consultation) },
            Happening::ExtensionNotified { working_days } => Carried::ExtensionNotified { working_days: *working_days },
            Happening::Arrived
            | Happening::Received
            | Happening::CorrectionLapsed
            | Happening::FeeNoticeSent
            | Happening::FeeNoticeDelivered
            | Happening::FeePaid
            | Happening::FeeLapsed
            | Happening::ReasonsRequested
            | Happening::ReasonsGiven
            | Happening::ReplyPostponed { .. }
            | Happening::Replied
            | Happening::Closed => return None,
        };
        Some(Self { on: step.on, what })
    }

    /// The step as the clock takes it.
    pub fn step(&self) -> ClockStep {
        let what = match self.what.clone() {
            Carried::CorrectionNoticeSent => Happening::CorrectionNoticeSent,
            Carried::CorrectionNoticeDelivered { answer_within_working_days } => {
                Happening::CorrectionNoticeDelivered { answer_within_working_days }
            }
            Carried::CorrectedApplicationReceived => Happening::CorrectedApplicationReceived,
            Carried::ConsultationSent { consultation, party } => Happening::ConsultationSent { consultation, party },
            Carried::ConsultationDelivered { consultation } => Happening::ConsultationDelivered { consultation },
            Carried::ConsultationAnswered { consultation } => Happening::ConsultationAnswered { consultation },
            Carried::ConsultationUndeliverable { consultation } => Happening::ConsultationUndeliverable { consultation },
            Carried::ConsultationLapsed { consultation } => Happening::ConsultationLapsed { consultation },
            Carried::ExtensionNotified { working_days } => Happening::ExtensionNotified { working_days },
        };
        ClockStep { on: self.on, what }
    }
}

/// The splitting of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Splitting {
    /// Its parts, in order.
    pub parts: Vec<Part>,
    /// Why.
    pub reason: Private,
    /// The day.
    pub on: NaiveDate,
    /// Who.
    pub by: Uuid,
}

/// One of several cases: a part of a paper that was split, or one that shares a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The case.
    pub case: Uuid,
    /// Its register number.
    pub case_number: String,
}
