//! Letters to issue again, on the case page: which letter bears which datum wrongly since an amendment, and the step that mends it.

use super::reader::Reader;
use crate::case::flow::Step;
use crate::case::model::{Case, Printed, PrintedDatum, PrintedLetter};
use crate::case::outdated::{Differs, outdated};
use crate::case::private::{Private, RequestWords};
use crate::views::shape::{Label, view};
use chrono::NaiveDate;

view! {
    /// A letter that bears a datum which has changed since.
    pub struct OutdatedLetterView {
        /// Which letter.
        letter: PrintedLetter,
        /// The register number for an acknowledgement, the document number (文号) for a reply.
        number: Option<String>,
        /// The day it was printed; of a reply whose data an erratum states anew, that of the last such erratum.
        printed_on: NaiveDate,
        /// The datum.
        datum: PrintedDatum,
        /// What the datum is called.
        datum_label: Label,
        /// As it was printed; people masked, words null for agencies above.
        old: Option<String>,
        /// As it is.
        new: Option<String>,
        /// The step that mends it.
        mended_by: Step,
    }
}

impl Reader {
    /// Every datum of every letter that has changed since it was printed.
    pub fn outdated(&self, case: &Case, due_on: Option<NaiveDate>) -> Vec<OutdatedLetterView> {
        let letters = outdated(case, due_on, self.texts()).into_iter();
        letters.flat_map(|(printed, found)| found.into_iter().map(|differs| self.outdated_row(case, printed, &differs))).collect()
    }

    fn outdated_row(&self, case: &Case, printed: &Printed, differs: &Differs) -> OutdatedLetterView {
        let day = |day: &Option<NaiveDate>| day.map(|day| day.to_string());
        let (old, new) = match differs {
            Differs::ReceivedOn(old, new) | Differs::DueOn(old, new) => (day(old), day(new)),
            Differs::Applicants(old, new) => (self.names(old), self.names(new)),
            Differs::Request(old, new) => (self.description(old), self.description(new)),
        };
        let datum = differs.datum();
        let (number, mended_by) = match printed.letter {
            PrintedLetter::Acknowledgement => {
                (case.registration.as_ref().map(|entry| entry.case_number.clone()), Step::ReissueAcknowledgement)
            }
            PrintedLetter::Reply { n } => {
                let left = case.dispatches_of(n).next().is_some();
                let mended_by = if left { Step::IssueErratum } else { Step::RecallReply };
                (case.reply(n).map(|reply| reply.document_number.clone()), mended_by)
            }
        };
        let datum_label = Label { zh: datum.zh(), en: datum.en() };
        OutdatedLetterView { letter: printed.letter, number, printed_on: printed.on, datum, datum_label, old, new, mended_by }
    }

    /// Names as a page may show them.
    fn names(&self, people: &[Private]) -> Option<String> {
        let names = people.iter().map(|details| self.person(details).name).collect::<Option<Vec<_>>>();
        names.map(|names| names.join("、"))
    }

    fn description(&self, words: &Private) -> Option<String> {
        self.parsed::<RequestWords>(words).map(|words| words.description)
    }
}
