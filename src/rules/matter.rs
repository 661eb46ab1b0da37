//! What a case is about: information asked for, or the correction of one's own records (Art 41), a register of its own (choice 32).

use super::clock::Party;
use super::coded::coded;
use super::reply_kinds::ReplyKind;
use super::terms::reply_working_days;
use chrono::NaiveDate;

/// Working days for the answer to a correction of one's own records: no article has ever given a period (choice at Art 41).
pub const RECORD_CORRECTION_DAYS: u32 = 20;

coded! {
    /// What a case is about.
    pub enum Matter {
        InformationRequest => "information_request", "政府信息公开申请", "request for information";
        RecordCorrection => "record_correction", "更正本人信息申请", "correction of one's own records";
    }
}

/// Every case that does not say otherwise asks for information.
impl Default for Matter {
    fn default() -> Self {
        Self::InformationRequest
    }
}

impl Matter {
    /// Whether information is asked for; only this is counted in table three and in the month of a fee.
    pub fn is_information_request(&self) -> bool {
        *self == Self::InformationRequest
    }

    /// The article its reply period rests on, where it is not that of Art 33: Art 41 gives none, twenty working days are chosen.
    pub const fn article(self) -> Option<&'static str> {
        match self {
            Self::InformationRequest => None,
            Self::RecordCorrection => Some("41"),
        }
    }

    /// The working days of its period under the law of the receipt date.
    pub fn working_days(self, received_on: NaiveDate) -> u32 {
        match self {
            Self::InformationRequest => reply_working_days(received_on),
            Self::RecordCorrection => RECORD_CORRECTION_DAYS,
        }
    }

    /// Whether it may be asked of such a party: third parties and co-producing agencies are asked about disclosure, and nothing is
    /// disclosed by a correction of one's own records.
    pub fn consults(self, party: Party) -> bool {
        self.is_information_request() || party == Party::OtherAgency
    }

    /// Whether a kind of reply answers it.
    pub const fn answered_by(self, kind: ReplyKind) -> bool {
        match self {
            Self::InformationRequest => !kind.is_of_record_correction(),
            Self::RecordCorrection => kind.is_of_record_correction() || matches!(kind, ReplyKind::O1 | ReplyKind::O3),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn article_41_has_reply_kinds_of_its_own() {
        let of =
            |matter: Matter| ReplyKind::ALL.iter().filter(|kind| matter.answered_by(**kind)).map(|kind| kind.code()).collect::<Vec<_>>();
        assert_eq!(of(Matter::RecordCorrection), ["o1", "o3", "r1", "r2", "r3", "r4"]);
        assert_eq!(of(Matter::InformationRequest).len(), ReplyKind::ALL.len() - 4);
        assert_eq!(Matter::RecordCorrection.article(), Some("41"));
    }
}
