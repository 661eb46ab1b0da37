//! What the six notices between registration and reply have in common: each is a letter, and each can be voided (domain 6.6).

use chrono::NaiveDate;
use uuid::Uuid;

use super::Case;
use super::handling::{Consultation, Correction, Extension, FeeNotice, NoticeNumber, Postponement, ReasonsRequest};
use super::mailing::Letter;
use super::reply::DrawnNumber;
use crate::rules::numbering::NoticeKind;

/// A notice of the agency between registration and reply.
pub trait Notice {
    /// The letter it is.
    fn letter(&self) -> Letter;
    /// The date it bears.
    fn dated_on(&self) -> NaiveDate;
    /// Who made or approved it.
    fn by(&self) -> Uuid;
    /// Its kind.
    fn kind(&self) -> NoticeKind;
    /// Its document number.
    fn number(&self) -> Option<&NoticeNumber>;
    /// It was not voided.
    fn stands(&self) -> bool;
    /// The applicant answered or paid: what it asked for stands, and it cannot be voided (domain 6.6).
    fn answered(&self) -> bool;
}

macro_rules! notices {
    ($($kind:ident, $letter:ident, $numbered:expr, $answered:expr;)+) => {$(
        impl Notice for $kind {
            fn letter(&self) -> Letter {
                Letter::$letter { n: self.n }
            }

            fn dated_on(&self) -> NaiveDate {
                self.on
            }

            fn by(&self) -> Uuid {
                self.by
            }

            fn kind(&self) -> NoticeKind {
                let numbered: fn(&$kind) -> NoticeKind = $numbered;
                numbered(self)
            }

            fn number(&self) -> Option<&NoticeNumber> {
                self.number.as_ref()
            }

            fn stands(&self) -> bool {
                self.voided.is_none()
            }

            fn answered(&self) -> bool {
                let answered: fn(&$kind) -> bool = $answered;
                answered(self)
            }
        }
    )+};
}

notices! {
    Correction, Correction, |_| NoticeKind::Correction, |known| !known.answers.is_empty();
    // What a split gave to the wrong part has a way out of it; the days it took are those of the paper, and stay.
    Consultation, Consultation, |known| NoticeKind::of(known.party), |_| false;
    Extension, Extension, |_| NoticeKind::Extension, |_| false;
    ReasonsRequest, ReasonsRequest, |_| NoticeKind::ReasonsRequest, |known| known.answer.is_some();
    Postponement, Postponement, |_| NoticeKind::Postponement, |_| false;
    FeeNotice, Fee, |_| NoticeKind::Fee, |known| !known.payments.is_empty();
}

/// The notice of a kind with this number, unless it was voided.
pub fn standing<K: Notice>(known: &[K], letter: Letter) -> Option<&K> {
    known.iter().find(|known| known.letter() == letter && known.stands())
}

impl Case {
    /// The document number of a notice, the voided ones included; none of what is no notice, or of before there were any.
    pub fn notice_number(&self, letter: Letter) -> Option<&NoticeNumber> {
        if let Letter::ThirdPartyNotice { n } = letter {
            let told = self.consultations.iter().find(|known| known.n == n)?;
            return told.decision.as_ref()?.number.as_ref();
        }
        self.notices().find(|known| known.letter() == letter)?.number()
    }

    /// The numbers drawn for its notices, each in the sequence of its kind; what a part of a split paper only names is the paper's.
    pub fn notice_numbers(&self) -> impl Iterator<Item = (NoticeKind, DrawnNumber)> {
        let notices = self.notices().map(|known| (known.kind(), known.number()));
        let decided = self.consultations.iter().filter_map(|known| known.decision.as_ref());
        let told = decided.map(|decision| (NoticeKind::ThirdPartyNotice, decision.number.as_ref()));
        notices.chain(told).filter_map(|(kind, number)| Some((kind, number?.drawn?)))
    }

    /// Every notice, the voided ones included, kind by kind.
    pub fn notices(&self) -> impl Iterator<Item = &dyn Notice> {
        fn all<K: Notice>(known: &[K]) -> impl Iterator<Item = &dyn Notice> {
            known.iter().map(|known| known as &dyn Notice)
        }
        all(&self.corrections)
            .chain(all(&self.consultations))
            .chain(all(&self.extensions))
            .chain(all(&self.reasons_requests))
            .chain(all(&self.postponements))
            .chain(all(&self.fee_notices))
    }
}
