//! Joint replies (合并答复), domain 6.6: several cases of one applicant share one reply document; each keeps its number, receipt, due date
//! and count.

use super::Case;
use super::mailing::{Dispatch, Letter};
use super::reply::Reply;
use super::split::Part;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The cases that share a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joint {
    /// The joint draft, and the reply that comes of it.
    pub id: Uuid,
    /// The cases, in the order of the letter; a number that a recall set free goes on with the first.
    pub cases: Vec<Part>,
}

impl Joint {
    /// The case whose the numbers of the document are: the first.
    pub fn bearer(&self) -> Uuid {
        self.cases.first().map_or(self.id, |part| part.case)
    }

    /// The cases beside one of them.
    pub fn others(&self, case: Uuid) -> impl Iterator<Item = Uuid> {
        self.cases.iter().map(|part| part.case).filter(move |other| *other != case)
    }
}

impl Letter {
    /// The reply that a letter is, corrects or withdraws.
    pub const fn about_reply(self) -> Option<u32> {
        match self {
            Self::Reply { n } => Some(n),
            Self::Erratum { reply, .. } | Self::Revocation { reply } => Some(reply),
            Self::Correction { .. }
            | Self::Consultation { .. }
            | Self::ThirdPartyNotice { .. }
            | Self::Extension { .. }
            | Self::ReasonsRequest { .. }
            | Self::Postponement { .. }
            | Self::Fee { .. }
            | Self::Acknowledgement {} => None,
        }
    }

    /// The same letter as another case that shares the reply has it, where that reply has this number.
    #[must_use]
    pub const fn of_reply(self, n: u32) -> Self {
        match self {
            Self::Reply { .. } => Self::Reply { n },
            Self::Erratum { n: erratum, .. } => Self::Erratum { reply: n, n: erratum },
            Self::Revocation { .. } => Self::Revocation { reply: n },
            other => other,
        }
    }
}

impl Case {
    /// The cases that share the open draft.
    pub fn drafted_jointly(&self) -> Option<&Joint> {
        self.open_draft()?.joint.as_ref()
    }

    /// The cases that share the reply which a letter is, corrects or withdraws.
    pub fn joint_of(&self, letter: Letter) -> Option<&Joint> {
        self.reply(letter.about_reply()?)?.joint.as_ref()
    }

    /// The dispatch by which this case's letter left in the one envelope with a dispatch of another case that shares the reply. None where
    /// this case has no letter in it, or was disposed of.
    pub fn dispatched_with(&self, joint: &Joint, first: &Self, n: u32) -> Option<&Dispatch> {
        self.in_one_envelope(joint, first, n).filter(|_| self.disposal.is_none())
    }

    /// The same, disposed of or not.
    pub fn in_one_envelope(&self, joint: &Joint, first: &Self, n: u32) -> Option<&Dispatch> {
        let sent = first.dispatch(n)?;
        let own = sent.letter.of_reply(self.reply_in(joint)?.n);
        // Every envelope is entered on all of them: the attempts of a letter stand in one order.
        let place = first.dispatches.iter().filter(|known| known.letter == sent.letter).position(|known| known.n == n)?;
        self.dispatches.iter().filter(|known| known.letter == own).nth(place)
    }

    /// The reply of this case that is part of a joint one.
    pub fn reply_in(&self, joint: &Joint) -> Option<&Reply> {
        self.replies.iter().find(|reply| reply.joint.as_ref().is_some_and(|known| known.id == joint.id))
    }
}
