//! What the six notices between registration and reply have in common: each is a letter, and each can be voided (domain 6.6).

use chrono::NaiveDate;
use uuid::Uuid;

use super::Case;
use super::handling::{Consultation, Correction, Extension, FeeNotice, Postponement, ReasonsRequest};
use super::mailing::Letter;

/// A notice of the agency between registration and reply.
pub trait Notice {
    /// The letter it is.
    fn letter(&self) -> Letter;
    /// The date it bears.
    fn dated_on(&self) -> NaiveDate;
    /// Who made or approved it.
    fn by(&self) -> Uuid;
    /// It was not voided.
    fn stands(&self) -> bool;
    /// The applicant answered or paid: what it asked for stands, and it cannot be voided (domain 6.6).
    fn answered(&self) -> bool;
}

macro_rules! notices {
    ($($kind:ident, $letter:ident, $answered:expr;)+) => {$(
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
    Correction, Correction, |known| !known.answers.is_empty();
    // What a split gave to the wrong part has a way out of it; the days it took are those of the paper, and stay.
    Consultation, Consultation, |_| false;
    Extension, Extension, |_| false;
    ReasonsRequest, ReasonsRequest, |known| known.answer.is_some();
    Postponement, Postponement, |_| false;
    FeeNotice, Fee, |known| !known.payments.is_empty();
}

/// The notice of a kind with this number, unless it was voided.
pub fn standing<K: Notice>(known: &[K], letter: Letter) -> Option<&K> {
    known.iter().find(|known| known.letter() == letter && known.stands())
}

impl Case {
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
