//! Searches, conferences and contacts on the case page: who was asked for what, what came back, what was said.

use super::reader::Reader;
use crate::case::model::{
    Conference, ConferenceConclusion, ConferenceOpinion, Contact, ContactMeans, ContactResult, DisclosureAttribute, FoundRecord,
    SearchResult, SearchScope, SearchTask, SearchedPlaces, SentBack,
};
use crate::views::labels::Labelled;
use crate::views::names::{AccountRef, DepartmentRef};
use crate::views::shape::{Label, view};
use chrono::NaiveDate;
use uuid::Uuid;

view! {
    /// Something sent back or withdrawn.
    pub struct SentBackView {
        /// The day.
        on: NaiveDate,
        /// Who.
        by: AccountRef,
        /// Why.
        reason: Option<String>,
        /// Until when it is to be done anew.
        due_on: Option<NaiveDate>,
    }
    /// How it was searched.
    pub struct SearchScopeView {
        /// Systems and archives; null for who may not read it.
        places: Option<Vec<String>>,
        /// The words.
        words: Option<Vec<String>>,
        /// Who searched.
        searched_by: Option<String>,
        /// The period searched begins.
        from_on: NaiveDate,
        /// It ends.
        until_on: NaiveDate,
    }
    /// One record that a search found.
    pub struct FoundRecordView {
        /// Running number within the result.
        n: u32,
        /// Its title.
        title: Option<String>,
        /// Its document number.
        number: Option<String>,
        /// Its date.
        dated_on: Option<NaiveDate>,
        /// Its disclosure attribute (公开属性).
        attribute: DisclosureAttribute,
        /// What the attribute is called.
        attribute_label: Label,
        /// The stored document.
        document_id: Option<Uuid>,
    }
    /// The result of a search task (检索记录).
    pub struct SearchResultView {
        /// Running number within the task.
        n: u32,
        /// How it was searched.
        scope: SearchScopeView,
        /// The day of the search.
        searched_on: NaiveDate,
        /// The day the result was given.
        on: NaiveDate,
        /// Who gave and signed it.
        by: AccountRef,
        /// What was found.
        found: Vec<FoundRecordView>,
        /// It is stated that nothing was found.
        is_nothing_found: bool,
        /// The statement.
        nothing_found: Option<String>,
        /// Sent back as incomplete.
        sent_back: Option<SentBackView>,
    }
    /// A search asked of one department (协查).
    pub struct SearchTaskView {
        /// Running number in the case.
        n: u32,
        /// The department asked.
        department: DepartmentRef,
        /// What is looked for.
        wanted: Option<String>,
        /// The inner date until which it answers; never the legal one.
        due_on: NaiveDate,
        /// The day it was asked.
        on: NaiveDate,
        /// Who asked.
        by: AccountRef,
        /// It waits for its result.
        open: bool,
        /// Results, the latest last.
        results: Vec<SearchResultView>,
        /// Withdrawn.
        withdrawn: Option<SentBackView>,
    }
    /// What somebody said in a conference.
    pub struct ConferenceOpinionView {
        /// Running number within the conference.
        n: u32,
        /// The day.
        on: NaiveDate,
        /// Who gave or entered it.
        by: AccountRef,
        /// The participant from outside who said it.
        outside: Option<u32>,
        /// In words.
        words: Option<String>,
    }
    /// What a conference came to.
    pub struct ConferenceConclusionView {
        /// The day.
        on: NaiveDate,
        /// Who recorded it.
        by: AccountRef,
        /// The minutes (会商纪要).
        minutes: Option<String>,
        /// The result.
        result: Option<String>,
        /// The signed minutes.
        document_id: Option<Uuid>,
    }
    /// A conference on a hard case (会商).
    pub struct ConferenceView {
        /// Running number in the case.
        n: u32,
        /// The day it was called.
        on: NaiveDate,
        /// Who called it.
        by: AccountRef,
        /// What is to be settled.
        question: Option<String>,
        /// The inner date by which it concludes.
        due_on: NaiveDate,
        /// Accounts that take part.
        accounts: Vec<AccountRef>,
        /// Departments that take part.
        departments: Vec<DepartmentRef>,
        /// Participants from outside, by name; null for who may not read it.
        outside: Vec<Option<String>>,
        /// Opinions.
        opinions: Vec<ConferenceOpinionView>,
        /// Its conclusion; null while it is open.
        conclusion: Option<ConferenceConclusionView>,
    }
    /// One contact with the applicant.
    pub struct ContactView {
        /// Running number in the case.
        n: u32,
        /// The day.
        on: NaiveDate,
        /// The time of day, `HH:MM`.
        time: Option<String>,
        /// How.
        means: ContactMeans,
        /// What the means is called.
        means_label: Label,
        /// What came of it.
        result: ContactResult,
        /// What the result is called.
        result_label: Label,
        /// Whom was spoken to, where that is not the applicant.
        with: Option<String>,
        /// What was said.
        words: Option<String>,
        /// Who of the agency.
        by: AccountRef,
    }
}

impl Reader {
    /// What was sent back or withdrawn.
    pub fn sent_back(&self, sent_back: &SentBack) -> SentBackView {
        SentBackView { on: sent_back.on, by: self.account(sent_back.by), reason: self.text(&sent_back.reason), due_on: sent_back.due_on }
    }

    /// How it was searched.
    pub fn scope(&self, scope: &SearchScope) -> SearchScopeView {
        let (places, words, searched_by) = match self.parsed::<SearchedPlaces>(&scope.places) {
            Some(known) => (Some(known.places), Some(known.words), Some(known.searched_by)),
            None => (None, None, None),
        };
        SearchScopeView { places, words, searched_by, from_on: scope.from_on, until_on: scope.until_on }
    }

    fn found(&self, record: &FoundRecord) -> FoundRecordView {
        FoundRecordView {
            n: record.n,
            title: self.text(&record.title),
            number: self.text_some(record.number.as_ref()),
            dated_on: record.dated_on,
            attribute: record.attribute,
            attribute_label: record.attribute.label(),
            document_id: record.document_id,
        }
    }

    fn search_result(&self, result: &SearchResult) -> SearchResultView {
        SearchResultView {
            n: result.n,
            scope: self.scope(&result.scope),
            searched_on: result.searched_on,
            on: result.on,
            by: self.account(result.by),
            found: result.found.iter().map(|record| self.found(record)).collect(),
            is_nothing_found: result.nothing_found.is_some(),
            nothing_found: self.text_some(result.nothing_found.as_ref()),
            sent_back: result.sent_back.as_ref().map(|sent_back| self.sent_back(sent_back)),
        }
    }

    /// A search task.
    pub fn search_task(&self, task: &SearchTask) -> SearchTaskView {
        SearchTaskView {
            n: task.n,
            department: self.department(task.department),
            wanted: self.text(&task.wanted),
            due_on: task.until(),
            on: task.on,
            by: self.account(task.by),
            open: task.is_open(),
            results: task.results.iter().map(|result| self.search_result(result)).collect(),
            withdrawn: task.withdrawn.as_ref().map(|withdrawn| self.sent_back(withdrawn)),
        }
    }

    fn opinion_given(&self, opinion: &ConferenceOpinion) -> ConferenceOpinionView {
        ConferenceOpinionView {
            n: opinion.n,
            on: opinion.on,
            by: self.account(opinion.by),
            outside: opinion.outside,
            words: self.text(&opinion.words),
        }
    }

    fn conclusion(&self, conclusion: &ConferenceConclusion) -> ConferenceConclusionView {
        ConferenceConclusionView {
            on: conclusion.on,
            by: self.account(conclusion.by),
            minutes: self.text(&conclusion.minutes),
            result: self.text(&conclusion.result),
            document_id: conclusion.document_id,
        }
    }

    /// A conference.
    pub fn conference(&self, conference: &Conference) -> ConferenceView {
        ConferenceView {
            n: conference.n,
            on: conference.on,
            by: self.account(conference.by),
            question: self.text(&conference.question),
            due_on: conference.due_on,
            accounts: conference.accounts.iter().map(|id| self.account(*id)).collect(),
            departments: conference.departments.iter().map(|id| self.department(*id)).collect(),
            outside: conference.outside.iter().map(|name| self.text(name)).collect(),
            opinions: conference.opinions.iter().map(|opinion| self.opinion_given(opinion)).collect(),
            conclusion: conference.conclusion.as_ref().map(|conclusion| self.conclusion(conclusion)),
        }
    }

    /// A contact with the applicant.
    pub fn contact(&self, contact: &Contact) -> ContactView {
        ContactView {
            n: contact.n,
            on: contact.on,
            time: contact.time.clone(),
            means: contact.means,
            means_label: contact.means.label(),
            result: contact.result(),
            result_label: contact.result().label(),
            with: self.text_some(contact.with.as_ref()),
            words: self.text(&contact.words),
            by: self.account(contact.by),
        }
    }
}
