//! Columns 2 to 21: who asks, how, for what, how often.

use super::{Cell, Entry, several};
use crate::case::model::Finding;
use crate::case::private::RequestWords;
use crate::views::case_page::MaskedPerson;
use crate::views::register::summary;

/// How much of what is asked a row shows, in characters.
const SUMMARY: usize = 200;

impl Entry<'_> {
    pub(super) fn application(&self) -> [Cell; 20] {
        let case = self.case;
        let people: Vec<MaskedPerson> = case.applicants.iter().filter_map(|applicant| self.person(&applicant.details)).collect();
        let of_all = |part: fn(&MaskedPerson) -> Option<String>| Cell::from(several(people.iter().filter_map(part)));
        let words: Option<RequestWords> = self.parsed(&case.request.words);
        let features = words.as_ref().and_then(|words| several(words.document_number.iter().chain(&words.features).cloned()));
        [
            case.registration.as_ref().map(|entry| entry.case_number.clone()).into(),
            several(case.applicants.iter().map(|applicant| applicant.kind.zh().to_owned())).into(),
            of_all(|person| person.name.clone()),
            self.identity().into(),
            of_all(|person| person.contact_person.clone().or_else(|| person.legal_representative.clone())),
            of_all(|person| person.phone.clone()),
            of_all(|person| person.email.clone()),
            self.addresses().into(),
            case.agent
                .as_ref()
                .and_then(|agent| self.person(&agent.details))
                .and_then(|agent| several(agent.name.into_iter().chain(agent.phone)))
                .into(),
            Some(case.channel.zh()).into(),
            case.tracking_number.as_deref().into(),
            Some(case.arrived_on).into(),
            case.received_on().into(),
            words.map(|words| summary(&words.description, SUMMARY)).into(),
            features.into(),
            Some(case.request.wanted_form.zh()).into(),
            Some(case.request.delivery_channel.zh()).into(),
            self.topics().into(),
            self.related().into(),
            self.around.items.get(&case.id).copied().into(),
        ]
    }

    fn identity(&self) -> Option<String> {
        several(self.case.applicants.iter().filter_map(|applicant| {
            let number = self.person(&applicant.details).and_then(|person| person.id_number);
            let kind = applicant.id_kind.map(|kind| kind.zh().to_owned());
            let both: Vec<String> = kind.into_iter().chain(number).collect();
            (!both.is_empty()).then(|| both.join(" "))
        }))
    }

    fn addresses(&self) -> Option<String> {
        let in_full = self.around.in_full == Some(self.case.agency_id);
        several(self.case.applicants.iter().filter_map(|applicant| {
            let address = self.person(&applicant.details).and_then(|person| person.address)?;
            let code = self.parsed::<super::PersonDetails>(&applicant.details).and_then(|details| details.postal_code).filter(|_| in_full);
            Some(code.map_or_else(|| address.clone(), |code| format!("{address} {code}")))
        }))
    }

    /// What sort of information it is about, as the publication reviews say.
    fn topics(&self) -> Option<String> {
        several(self.case.standing_publication_reviews().map(|review| review.topic.clone()))
    }

    fn related(&self) -> Option<String> {
        let case = self.case;
        let suspected = case.examinations.last().is_some_and(|examination| examination.repeat == Finding::Deficient);
        let suspected = suspected.then(|| "疑似重复".to_owned());
        let items = case.standing_reply().into_iter().flat_map(|reply| &reply.items);
        let repeated = items.filter_map(|item| item.grounds.earlier_case).map(|id| format!("重复 {}", self.number(id)));
        let twins = case.survives.iter().map(|id| format!("并入 {}", self.number(*id)));
        let survivor = case.voiding.as_ref().and_then(|voiding| voiding.survivor).map(|id| format!("作废，见 {}", self.number(id)));
        several(suspected.into_iter().chain(repeated).chain(twins).chain(survivor))
    }
}
