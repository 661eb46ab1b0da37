//! Work on a case inside the agency between registration and reply: what becomes of an assignment (分办), search tasks (协查),
//! conferences (会商) and the contact log. None of it moves the clock of the reply; its dates are inner ones (domain 6.1).

use crate::case::private::Private;
use crate::rules::coded::coded;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;

use super::application::ContactMeans;

/// A department or handler took a case on (认领).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// The day.
    pub on: NaiveDate,
    /// Who accepted.
    pub by: Uuid,
}

/// Something sent back with a reason: an assignment, or the result of a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentBack<T = Private> {
    /// The day.
    pub on: NaiveDate,
    /// Who sent it back.
    pub by: Uuid,
    /// Why.
    pub reason: T,
    /// Until when it is to be done anew; of searches only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
}

coded! {
    /// How a record may be disclosed, as its maker determined (公开属性).
    pub enum DisclosureAttribute {
        Proactive => "proactive", "主动公开", "to be published";
        OnRequest => "on_request", "依申请公开", "to be given on request";
        NotDisclosed => "not_disclosed", "不予公开", "not to be disclosed";
    }
}

/// One record that a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundRecord {
    /// Running number within the result, from 1.
    pub n: u32,
    /// Its title.
    pub title: Private,
    /// Its document number.
    pub number: Option<Private>,
    /// Its date, if it bears one.
    pub dated_on: Option<NaiveDate>,
    /// Its disclosure attribute.
    pub attribute: DisclosureAttribute,
    /// The stored document.
    pub document_id: Option<Uuid>,
}

/// A record that a search task found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordRef {
    /// The search task.
    #[schema(minimum = 1, example = 1)]
    pub task: u32,
    /// The record in its result.
    #[schema(minimum = 1, example = 2)]
    pub record: u32,
    /// The result, where it is not the last of the task: one that was sent back, and the later ones do not name the record again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    pub result: Option<u32>,
}

/// Where was searched and with which words; one private text (JSON).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SearchedPlaces {
    /// Systems and archives.
    pub places: Vec<String>,
    /// The words.
    pub words: Vec<String>,
    /// Who searched.
    pub searched_by: String,
}

/// How it was searched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchScope {
    /// Where, with which words, by whom: [`SearchedPlaces`] as one private text.
    pub places: Private,
    /// The period searched begins.
    pub from_on: NaiveDate,
    /// It ends.
    pub until_on: NaiveDate,
}

/// The result of a search task (检索记录), signed by the account that gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchResult {
    /// Running number within the task, from 1.
    pub n: u32,
    /// How it was searched.
    pub scope: SearchScope,
    /// The day of the search.
    pub searched_on: NaiveDate,
    /// The day the result was given.
    pub on: NaiveDate,
    /// Who gave and signed it.
    pub by: Uuid,
    /// What was found.
    pub found: Vec<FoundRecord>,
    /// The statement that nothing was found.
    pub nothing_found: Option<Private>,
    /// Sent back as incomplete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_back: Option<SentBack>,
}

/// A search asked of one department (协查).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchTask {
    /// Running number in the case, from 1.
    pub n: u32,
    /// The department asked.
    pub department: Uuid,
    /// What is looked for.
    pub wanted: Private,
    /// The inner date until which it answers.
    pub due_on: NaiveDate,
    /// The day it was asked.
    pub on: NaiveDate,
    /// Who asked.
    pub by: Uuid,
    /// Results, the latest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub results: Vec<SearchResult>,
    /// Withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<SentBack>,
}

impl SearchTask {
    /// The result that stands.
    pub fn result(&self) -> Option<&SearchResult> {
        self.results.last().filter(|result| result.sent_back.is_none())
    }

    /// It still waits for its result.
    pub fn is_open(&self) -> bool {
        self.withdrawn.is_none() && self.result().is_none()
    }

    /// The date until which it answers, after a return the later one.
    pub fn until(&self) -> NaiveDate {
        self.results.iter().filter_map(|result| result.sent_back.as_ref()?.due_on).next_back().unwrap_or(self.due_on)
    }
}

/// What somebody said in a conference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConferenceOpinion {
    /// Running number within the conference, from 1.
    pub n: u32,
    /// The day.
    pub on: NaiveDate,
    /// Who gave it, or entered what somebody from outside said.
    pub by: Uuid,
    /// Which participant from outside said it, from 1.
    pub outside: Option<u32>,
    /// In words.
    pub words: Private,
}

/// What a conference came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConferenceConclusion {
    /// The day.
    pub on: NaiveDate,
    /// Who recorded it.
    pub by: Uuid,
    /// The minutes (会商纪要).
    pub minutes: Private,
    /// The result in one paragraph.
    pub result: Private,
    /// The signed minutes, stored.
    pub document_id: Option<Uuid>,
}

/// A conference on a hard case (会商).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conference {
    /// Running number in the case, from 1.
    pub n: u32,
    /// The day it was called.
    pub on: NaiveDate,
    /// Who called it.
    pub by: Uuid,
    /// What is to be settled.
    pub question: Private,
    /// The inner date by which it concludes.
    pub due_on: NaiveDate,
    /// Accounts that take part.
    pub accounts: Vec<Uuid>,
    /// Departments that take part.
    pub departments: Vec<Uuid>,
    /// Participants from outside, by name.
    pub outside: Vec<Private>,
    /// Opinions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opinions: Vec<ConferenceOpinion>,
    /// Its conclusion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conclusion: Option<ConferenceConclusion>,
}

coded! {
    /// What came of a contact.
    pub enum ContactResult {
        Reached => "reached", "已联系上", "the applicant, or who acts for them, was reached";
        MessageLeft => "message_left", "已留言", "a message was left";
        NotReached => "not_reached", "未联系上", "nobody could be reached";
    }
}

/// So many days with an attempt that reached nobody stand for a contact.
pub const DAYS_OF_ATTEMPTS: usize = 3;

/// One contact with the applicant (沟通记录).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Running number in the case, from 1.
    pub n: u32,
    /// The day.
    pub on: NaiveDate,
    /// The time of day as noted, `HH:MM`.
    pub time: Option<String>,
    /// How.
    pub means: ContactMeans,
    /// Whom was spoken to, where that is not the applicant.
    pub with: Option<Private>,
    /// What was said.
    pub words: Private,
    /// Who of the agency.
    pub by: Uuid,
    /// What came of it; none in contacts from before it was asked for, in which somebody was spoken to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<ContactResult>,
}

impl Contact {
    /// What came of it.
    pub fn result(&self) -> ContactResult {
        self.result.unwrap_or(ContactResult::Reached)
    }
}

/// Whether the applicant was spoken to, or tried on so many days that it counts as if they had been.
pub fn spoken_with(contacts: &[Contact]) -> bool {
    let reached = contacts.iter().any(|contact| contact.result() == ContactResult::Reached);
    let days: BTreeSet<NaiveDate> = contacts.iter().map(|contact| contact.on).collect();
    reached || days.len() >= DAYS_OF_ATTEMPTS
}
