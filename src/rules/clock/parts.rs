//! What a clock is made of: the period that runs, waits for the applicant, consultations.

use chrono::NaiveDate;

use super::Party;
use crate::rules::calendar::{Calendar, Counted};
use crate::rules::due::Interval;
use crate::rules::terms::{Circumstance, DutyKind, term};

/// What a period began with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beginning {
    /// The receipt of the application.
    Receipt,
    /// The corrected application (Art 30).
    Correction,
    /// The payment of the fee in full (109号).
    Payment,
    /// The applicant's reasons, by a setting of the agency (choice 18).
    Reasons,
}

impl Beginning {
    /// Why the period began anew, in Chinese and in English; none where it is the first.
    pub const fn anew(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Receipt => None,
            Self::Correction => Some(("收到补正申请", "the corrected application was received")),
            Self::Payment => Some(("缴清费用", "the fee was paid in full")),
            Self::Reasons => Some(("申请人说明理由", "the applicant gave the reasons asked for")),
        }
    }
}

/// A period in which the agency must reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Period {
    /// The day it starts from; not counted.
    pub start: NaiveDate,
    /// Why it starts there.
    pub began: Beginning,
    /// Working days the law gives.
    pub base: u32,
    /// Working days the extension adds, once (choice 12).
    pub extension: Option<u32>,
    /// The later date the agency announced, which replaces the due date (Art 35).
    pub postponed: Option<NaiveDate>,
}

impl Period {
    pub const fn fresh(start: NaiveDate, base: u32, began: Beginning) -> Self {
        Self { start, began, base, extension: None, postponed: None }
    }

    /// All working days allowed.
    pub fn allowed(self) -> u32 {
        self.base + self.extension.unwrap_or(0)
    }
}

/// A wait for the applicant: for a corrected application, or for the fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wait {
    /// The day the notice was sent.
    pub sent_on: NaiveDate,
    pub delivered_on: Option<NaiveDate>,
    /// Working days the applicant has from the delivery.
    pub term: u32,
    /// When what was awaited came.
    pub met_on: Option<NaiveDate>,
    pub lapsed_on: Option<NaiveDate>,
}

impl Wait {
    pub const fn open(self) -> bool {
        self.met_on.is_none() && self.lapsed_on.is_none()
    }

    /// The last day of the term, once the delivery starts it.
    pub fn until(self, calendar: &Calendar) -> Option<Counted> {
        self.delivered_on.map(|from| calendar.nth_working_day_after(from, self.term))
    }
}

/// A letter that asks somebody outside the agency for an opinion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Consultation {
    pub label: String,
    pub party: Party,
    pub sent_on: NaiveDate,
    pub delivered_on: Option<NaiveDate>,
    /// The day the agency recorded an end: an answer, an undeliverable letter, silence.
    pub ended_on: Option<NaiveDate>,
    /// An answer is on file; one that came late has no effect (choice 8).
    pub answered: bool,
}

impl Consultation {
    /// The day the interval ends by law: the 15th working day after the delivery; while no delivery is recorded, after the sending
    /// (choice 9).
    pub fn law_end(&self, calendar: &Calendar) -> Counted {
        let from = self.delivered_on.unwrap_or(self.sent_on);
        calendar.nth_working_day_after(from, length(DutyKind::AnswerConsultation, self.sent_on))
    }

    /// The excluded interval as known on a day; none while it is open.
    pub fn interval(&self, calendar: &Calendar, on: NaiveDate) -> Option<Interval> {
        let law_end = self.law_end(calendar).on;
        let ended_on = match self.ended_on {
            Some(recorded) => recorded.min(law_end),
            None if law_end < on => law_end,
            None => return None,
        };
        Some(Interval { sent_on: self.sent_on, ended_on })
    }
}

/// The length of a term in the table, in its units.
pub(super) fn length(kind: DutyKind, on: NaiveDate) -> u32 {
    term(kind, Circumstance::Always, on).map_or(0, |term| term.length)
}
