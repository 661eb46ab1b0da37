//! What of a dossier the other side of a proceeding is shown, and what of it is offered as evidence, 复议法 46, 70; 行诉法 34, 35. Pure.
//!
//! Drafts, inner opinions, and what the agency learnt are for the agency alone. Searches and consultations of after the reply prove nothing of
//! it: the agency may not gather evidence once it has answered, so they are named, and not offered. Index and draft of the answer ask here, so
//! that they say the same.

use super::catalogue::{Circle, Entry, Place};
use crate::case::model::{Against, Case, Proceeding};
use chrono::NaiveDate;

/// Whether the index of the evidence and the time line name an item.
pub fn shown(entry: &Entry) -> bool {
    entry.circle == Circle::Readers && !matches!(entry.place, Place::Proceeding | Place::Draft | Place::Opinion)
}

/// The last day of what can prove a reply: its own. None where no reply is challenged.
pub fn last_day(case: &Case, proceeding: &Proceeding) -> Option<NaiveDate> {
    match proceeding.against {
        Against::Reply { n } => case.reply(n).map(|reply| reply.on),
        Against::Silence | Against::OtherConduct => None,
    }
}

/// Whether it was gathered after that day: what is dated by its search counts by the day it was given, too.
pub fn too_late(entry: &Entry, last_day: Option<NaiveDate>) -> bool {
    let gathered = matches!(entry.place, Place::Search | Place::Consultation);
    let given_on = entry.record.get("on").and_then(|on| on.as_str()?.parse().ok());
    let dated_on = given_on.map_or(entry.dated_on, |on: NaiveDate| on.max(entry.dated_on));
    gathered && last_day.is_some_and(|last_day| dated_on > last_day)
}

/// Whether there is something of it to offer: a file, or what the agency itself has on record of its work. An application, a letter or a proof of
/// delivery that is no file is a gap in the dossier and proves nothing.
pub fn proves(entry: &Entry) -> bool {
    let paper = matches!(entry.place, Place::Application | Place::Reply | Place::Information | Place::Delivery);
    !entry.files.is_empty() || (!paper && !entry.record.is_null())
}

/// What is offered as evidence, in the order in which index and draft number it.
pub fn offered(entry: &Entry, last_day: Option<NaiveDate>) -> bool {
    shown(entry) && proves(entry) && !too_late(entry, last_day)
}
