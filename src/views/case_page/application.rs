//! The application on the case page: people masked, words as the caller may read them, register entry, examination.

use super::reader::Reader;
use super::working::SentBackView;
use crate::case::model::{
    AgentRecord, ApplicantRecord, Assignment, Attempt, AttemptResult, Case, ContactMeans, Examination, FileNotTaken, Finding, Paper,
    PaperKind, Receipt, Registration, RequestRecord,
};
use crate::case::private::RequestWords;
use crate::rules::applicants::{ApplicantKind, DeliveryChannel, IdKind, WantedForm};
use crate::rules::calendar::Calendar;
use crate::rules::receipt::entered_late;
use crate::views::names::{AccountRef, DepartmentRef};
use crate::views::shape::{Label, view};
use chrono::NaiveDate;
use uuid::Uuid;

view! {
    /// An applicant, masked; `POST /applicants/{applicant_id}/reveals` shows one in full and leaves an event.
    pub struct ApplicantView {
        /// Key of the applicant.
        id: Uuid,
        /// The column of the annual report.
        kind: ApplicantKind,
        /// What the kind is called.
        kind_label: Label,
        /// Which identity document was shown.
        id_kind: Option<IdKind>,
        /// Name, masked.
        name: Option<String>,
        /// Number of the identity document, masked.
        id_number: Option<String>,
        /// Legal representative, masked.
        legal_representative: Option<String>,
        /// Whom to ask for, masked.
        contact_person: Option<String>,
        /// Telephone, masked.
        phone: Option<String>,
        /// E-mail, masked.
        email: Option<String>,
        /// Postal address, masked.
        address: Option<String>,
    }
    /// Who acts for the applicant, masked.
    pub struct AgentView {
        /// Name, masked.
        name: Option<String>,
        /// Number of the identity document, masked.
        id_number: Option<String>,
        /// Telephone, masked.
        phone: Option<String>,
        /// E-mail, masked.
        email: Option<String>,
        /// Postal address, masked.
        address: Option<String>,
        /// The stored power of attorney (授权委托书).
        authorisation: Option<Uuid>,
    }
    /// What is asked (Art 29(2)); its words are null for who does not work the agency's cases.
    pub struct RequestView {
        /// What is asked, verbatim.
        description: Option<String>,
        /// Number of the document wanted (文号).
        document_number: Option<String>,
        /// Other features by which it can be found.
        features: Option<String>,
        /// The purpose, if one was given.
        purpose: Option<String>,
        /// The form wanted.
        wanted_form: WantedForm,
        /// The channel wanted.
        delivery_channel: DeliveryChannel,
        /// Help needed (Art 43).
        help: Option<String>,
        /// Said orally and written down by this member of staff (Art 29(1)).
        written_down_by: Option<AccountRef>,
    }
    /// A receipt date and the rule it rests on.
    pub struct ReceiptView {
        /// The date.
        on: NaiveDate,
        /// The article.
        article: String,
    }
    /// An attempt to confirm the receipt.
    pub struct AttemptView {
        /// The day.
        on: NaiveDate,
        /// The time of day, `HH:MM`.
        time: Option<String>,
        /// How.
        means: ContactMeans,
        /// What came of it.
        result: AttemptResult,
        /// Who tried.
        by: AccountRef,
        /// A note.
        note: Option<String>,
    }
    /// A paper in the dossier.
    pub struct PaperView {
        /// Running number in the case.
        n: u32,
        /// The stored document.
        document_id: Uuid,
        /// SHA-256 of its bytes, in hexadecimal.
        sha256: String,
        /// What it is.
        kind: PaperKind,
        /// Its title.
        title: Option<String>,
        /// The date it bears.
        dated_on: NaiveDate,
        /// The day it was put into the dossier.
        added_on: NaiveDate,
        /// Why it came after the closing.
        late_reason: Option<String>,
    }
    /// A file that came with the application and was not taken.
    pub struct FileNotTakenView {
        /// What the applicant called it.
        title: Option<String>,
        /// What it is.
        kind: PaperKind,
        /// SHA-256 of its bytes, in hexadecimal, as it was named.
        sha256: String,
        /// Why it was not taken: a code of `problem-codes`, or `file_missing`, which never came.
        code: String,
    }
    /// The register entry (登记).
    pub struct RegistrationView {
        /// The register number.
        case_number: String,
        /// The year it belongs to.
        year: i32,
        /// The running number within the year.
        number: u32,
        /// The day of registration.
        on: NaiveDate,
        /// Registered more than one working day after receipt, by the dates as they stand.
        late: bool,
        /// The due date as the acknowledgement states it.
        due_on: NaiveDate,
        /// That date rests on a year whose holidays were not announced.
        provisional: bool,
    }
    /// The acknowledgement (登记回执): what the applicant is told.
    pub struct AcknowledgementView {
        /// The register number.
        case_number: String,
        /// The day it was issued, or issued again.
        issued_on: NaiveDate,
        /// The query code (查询码); for clerks of the agency, else null.
        query_code: Option<String>,
        /// The receipt date.
        received_on: Option<NaiveDate>,
        /// The due date.
        due_on: NaiveDate,
        /// The due date rests on a year whose holidays were not announced.
        provisional: bool,
        /// The agency, by name.
        agency: Option<String>,
        /// How to reach it.
        contact: String,
    }
    /// A formal examination (形式审查).
    pub struct ExaminationView {
        /// The day.
        on: NaiveDate,
        /// Who examined.
        by: AccountRef,
        /// Proof of identity (Art 29(2)(1)).
        identity: Finding,
        /// The agent's authority.
        authority: Finding,
        /// Clear enough to search for (Art 29(2)(2)).
        clarity: Finding,
        /// Repeats an answered application (Art 36(6)).
        repeat: Finding,
        /// Number and frequency are reasonable (Art 35).
        excess: Finding,
        /// Holds one matter.
        split: Finding,
        /// A note.
        note: Option<String>,
    }
    /// Given to a department and handler (分办).
    pub struct AssignmentView {
        /// The department.
        department: DepartmentRef,
        /// The handler.
        handler: AccountRef,
        /// The day.
        on: NaiveDate,
        /// Who assigned.
        by: AccountRef,
        /// The opinion on who handles it and how (拟办意见).
        opinion: Option<String>,
        /// The inner date until which the department drafts; never the legal one.
        due_on: Option<NaiveDate>,
        /// The day it was taken on.
        accepted_on: Option<NaiveDate>,
        /// Who took it on.
        accepted_by: Option<AccountRef>,
        /// Sent back to the FOI office.
        sent_back: Option<SentBackView>,
    }
}

impl From<&Receipt> for ReceiptView {
    fn from(receipt: &Receipt) -> Self {
        Self { on: receipt.on, article: receipt.article.clone() }
    }
}

impl RegistrationView {
    /// The entry. Whether it came late is told by the dates as they stand: an amended receipt date may show it late, or in time after all.
    pub fn of(entry: &Registration, case: &Case, calendar: &Calendar) -> Self {
        Self {
            case_number: entry.case_number.clone(),
            year: entry.year,
            number: entry.number,
            on: entry.on,
            late: case.received_on().is_some_and(|received_on| entered_late(calendar, received_on, entry.on)),
            due_on: entry.due_on,
            provisional: entry.provisional,
        }
    }
}

impl Reader {
    /// An applicant.
    pub fn applicant(&self, record: &ApplicantRecord) -> ApplicantView {
        let person = self.person(&record.details);
        ApplicantView {
            id: record.id,
            kind: record.kind,
            kind_label: Label { zh: record.kind.zh(), en: record.kind.en() },
            id_kind: record.id_kind,
            name: person.name,
            id_number: person.id_number,
            legal_representative: person.legal_representative,
            contact_person: person.contact_person,
            phone: person.phone,
            email: person.email,
            address: person.address,
        }
    }

    /// Who acts for an applicant.
    pub fn agent(&self, record: &AgentRecord) -> AgentView {
        let person = self.person(&record.details);
        AgentView {
            name: person.name,
            id_number: person.id_number,
            phone: person.phone,
            email: person.email,
            address: person.address,
            authorisation: record.authorisation,
        }
    }

    /// What is asked.
    pub fn request(&self, record: &RequestRecord) -> RequestView {
        let words: Option<RequestWords> = self.parsed(&record.words);
        let words = words.map(|words| (Some(words.description), words.document_number, words.features, words.purpose));
        let (description, document_number, features, purpose) = words.unwrap_or_default();
        RequestView {
            description,
            document_number,
            features,
            purpose,
            wanted_form: record.wanted_form,
            delivery_channel: record.delivery_channel,
            help: self.text_some(record.help.as_ref()),
            written_down_by: record.written_down_by.map(|id| self.account(id)),
        }
    }

    /// An attempt to confirm.
    pub fn attempt(&self, attempt: &Attempt) -> AttemptView {
        AttemptView {
            on: attempt.on,
            time: attempt.time.clone(),
            means: attempt.means,
            result: attempt.result,
            by: self.account(attempt.by),
            note: self.text_some(attempt.note.as_ref()),
        }
    }

    /// A file that was not taken.
    pub fn not_taken(&self, file: &FileNotTaken) -> FileNotTakenView {
        FileNotTakenView { title: self.text(&file.title), kind: file.kind, sha256: file.sha256.clone(), code: file.code.clone() }
    }

    /// A paper.
    pub fn paper(&self, paper: &Paper) -> PaperView {
        PaperView {
            n: paper.n,
            document_id: paper.document_id,
            sha256: paper.sha256.clone(),
            kind: paper.kind,
            title: self.text(&paper.title),
            dated_on: paper.dated_on,
            added_on: paper.added_on,
            late_reason: self.text_some(paper.late_reason.as_ref()),
        }
    }

    /// A formal examination.
    pub fn examination(&self, examination: &Examination) -> ExaminationView {
        ExaminationView {
            on: examination.on,
            by: self.account(examination.by),
            identity: examination.identity,
            authority: examination.authority,
            clarity: examination.clarity,
            repeat: examination.repeat,
            excess: examination.excess,
            split: examination.split,
            note: self.text_some(examination.note.as_ref()),
        }
    }

    /// An assignment.
    pub fn assignment(&self, assignment: &Assignment) -> AssignmentView {
        AssignmentView {
            department: self.department(assignment.department),
            handler: self.account(assignment.handler),
            on: assignment.on,
            by: self.account(assignment.by),
            opinion: self.text_some(assignment.opinion.as_ref()),
            due_on: assignment.due_on,
            accepted_on: assignment.accepted.as_ref().map(|accepted| accepted.on),
            accepted_by: assignment.accepted.as_ref().map(|accepted| self.account(accepted.by)),
            sent_back: assignment.sent_back.as_ref().map(|sent_back| self.sent_back(sent_back)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::testing::{Bench, CLERK};
    use crate::steps::mend::amend::AmendCase;
    use crate::steps::register::enter::RegisterCase;
    use serde_json::json;

    #[test]
    fn domain_6_6_registered_late_is_told_by_the_dates_as_they_stand() {
        let mut bench = Bench::received("2026-08-05");
        bench.go("2026-08-06").take::<RegisterCase>(CLERK, None, json!({})).unwrap();
        let late = |bench: &Bench| RegistrationView::of(bench.case().registration.as_ref().unwrap(), bench.case(), bench.calendar()).late;
        assert!(!late(&bench));
        let change = json!({"subject": "receipt", "channel": "counter", "arrived_on": "2026-08-04"});
        bench.take::<AmendCase>(CLERK, None, json!({"change": change, "reason": "登记日期有误"})).unwrap();
        assert!(late(&bench), "received on the 4th, it was due by the 5th");
        assert!(!bench.case().registration.as_ref().unwrap().late, "what was believed then stays on the trail");
    }
}
