//! Composing letters (拟制文书): from a case, its opened texts, the agency's settings and the templates to a [`Sheet`].
//!
//! Pure, so the same data give the same letter for ever. Everything is uniform, reasoned and in the words of the law; the applicant's
//! own words stand verbatim, and the applicant is named in full: it is their letter. What goes to a consulted party does not name the
//! applicant; what goes to the applicant does not name a consulted party.

mod course;
mod inner;
mod joint;
mod notices;
mod proceeding;
mod reply;
#[cfg(test)]
mod tests;

pub use joint::{Sharer, of_sharer, shared};

use super::kinds::{Frame, TemplateKind, application};
use super::sheet::{Block, Sheet};
use super::template::{Template, Value, Values};
use crate::case::model::{Case, Letter, ProceedingKind, Reply, ReplyItem, UsedTemplate};
use crate::case::private::{PersonDetails, Private, RequestWords, Texts};
use crate::case::projection::outcome_of;
use crate::rules::calendar::Calendar;
use crate::rules::clock::Party;
use crate::rules::settings::Settings;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What is composed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    /// A letter of the case.
    Letter(Letter),
    /// The reply as the draft with this number would make it, marked as a draft.
    Draft(u32),
    /// The inner sheet that goes round with the draft of this number.
    ApprovalSheet(u32),
    /// The slip that is signed when a letter is handed over.
    DeliverySlip(Letter),
    /// The form that goes with the letter of this consultation.
    OpinionForm(u32),
    /// The letter that asks a department of the agency to search, by the number of the search task.
    SearchLetter(u32),
    /// The draft of the answer or defence in the proceeding with this number.
    ProceedingAnswer(u32),
}

impl Document {
    /// The letter whose number it bears.
    const fn letter(self) -> Option<Letter> {
        match self {
            Self::Letter(letter) => Some(letter),
            Self::OpinionForm(n) => Some(Letter::Consultation { n }),
            Self::Draft(_) | Self::ApprovalSheet(_) | Self::DeliverySlip(_) | Self::SearchLetter(_) | Self::ProceedingAnswer(_) => None,
        }
    }
}

/// Why nothing can be composed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// The case has no such letter, draft or consultation.
    #[error("the case has no such letter")]
    NoSuch,
    /// The private texts are gone: the case was shredded.
    #[error("the private texts of the case are gone")]
    Shredded,
    /// A template was not looked up.
    #[error("a template is missing")]
    Template,
}

/// What a letter is composed from.
#[derive(Debug, Clone, Copy)]
pub struct Materials<'a> {
    /// The case.
    pub case: &'a Case,
    /// Its opened texts.
    pub texts: &'a Texts,
    /// The agency's settings, the newest or those of the day of signing: name of the seal, contact, bodies.
    pub settings: &'a Settings,
    /// The calendar that the case rests on.
    pub calendar: &'a Calendar,
    /// The agency by its full name.
    pub agency: &'a str,
    /// Names of staff and departments, for inner sheets alone.
    pub names: &'a BTreeMap<Uuid, String>,
    /// Replies to earlier cases that a repeat rests on, by the earlier case: document number and date.
    pub earlier: &'a BTreeMap<Uuid, (String, NaiveDate)>,
    /// The other cases that share the document.
    pub sharers: &'a [Sharer],
    /// The legal date.
    pub today: NaiveDate,
}

/// Templates by kind, with what the event says of them.
pub type Templates = BTreeMap<TemplateKind, (UsedTemplate, Template)>;

/// The frame of a document.
pub fn frame(case: &Case, document: Document) -> Result<Frame, ComposeError> {
    Ok(match document {
        Document::Draft(_) => Frame::Reply,
        Document::ApprovalSheet(_) => Frame::ApprovalSheet,
        Document::DeliverySlip(_) => Frame::DeliverySlip,
        Document::OpinionForm(_) => Frame::OpinionForm,
        Document::SearchLetter(_) => Frame::SearchLetter,
        Document::ProceedingAnswer(n) => match case.proceeding(n).ok_or(ComposeError::NoSuch)?.kind {
            ProceedingKind::Reconsideration => Frame::ReconsiderationAnswer,
            ProceedingKind::Litigation => Frame::Defence,
        },
        Document::Letter(letter) => match letter {
            Letter::Reply { .. } => Frame::Reply,
            Letter::Erratum { .. } => Frame::Erratum,
            Letter::Revocation { .. } => Frame::Revocation,
            Letter::Correction { .. } => Frame::Correction,
            Letter::Consultation { n } => match notices::consultation(case, n)?.party {
                Party::ThirdParty => Frame::ConsultationThirdParty,
                Party::CoProducingAgency => Frame::ConsultationCoProducer,
                Party::OtherAgency => Frame::ConsultationOtherAgency,
            },
            Letter::ThirdPartyNotice { .. } => Frame::ThirdPartyNotice,
            Letter::Extension { .. } => Frame::Extension,
            Letter::ReasonsRequest { .. } => Frame::ReasonsRequest,
            Letter::Postponement { .. } => Frame::Postponement,
            Letter::Fee { .. } => Frame::Fee,
            Letter::Acknowledgement {} => Frame::Acknowledgement,
        },
    })
}

fn items(case: &Case, document: Document) -> &[ReplyItem] {
    match document {
        Document::Letter(Letter::Reply { n }) => case.reply(n).map_or(&[], |reply| &reply.items),
        Document::Draft(n) | Document::ApprovalSheet(n) => case.draft(n).map_or(&[], |draft| &draft.items),
        Document::ProceedingAnswer(n) => proceeding::challenged(case, n).map_or(&[], |reply| &reply.items),
        _ => &[],
    }
}

/// The templates that a document is composed by.
pub fn needed(case: &Case, document: Document) -> Result<Vec<TemplateKind>, ComposeError> {
    let mut kinds = vec![TemplateKind::Frame(frame(case, document)?)];
    kinds.extend(items(case, document).iter().map(|item| TemplateKind::Decision(item.kind)));
    kinds.sort_unstable();
    kinds.dedup();
    Ok(kinds)
}

/// Composes a document.
pub fn compose(document: Document, materials: &Materials<'_>, templates: &Templates) -> Result<Sheet, ComposeError> {
    let case = materials.case;
    let frame = frame(case, document)?;
    let mut values = materials.common(frame)?;
    values.some("number", document.letter().and_then(|letter| materials.number_of(letter)));
    let dated_on = materials.specific(document, &mut values)?;
    values.entry("dated").or_insert_with(|| Value::Text(in_words(dated_on)));
    let parts = materials.parts(document)?;
    let decisions = if parts.is_empty() {
        reply::decisions(items(case, document), materials, templates)?
    } else {
        joint::told(&parts, &mut values)?;
        joint::decisions(&parts, templates)?
    };
    if let Document::ProceedingAnswer(_) = document {
        let own = [(*materials, document)];
        proceeding::told(if parts.is_empty() { &own } else { &parts }, &mut values, templates)?;
    }
    let (_, template) = templates.get(&TemplateKind::Frame(frame)).ok_or(ComposeError::Template)?;
    let subject = match values.get("title") {
        Some(Value::Text(title)) => title.clone(),
        _ => frame.zh().to_owned(),
    };
    let mut sheet = template.sheet(subject, dated_on, &values, &decisions);
    if let Document::ProceedingAnswer(_) = document {
        sheet.subject = format!("{}（草稿）", sheet.subject);
        sheet.blocks.insert(0, Block::Note("草稿　系统依案卷自动拟制，须经审核、签发后提交".to_owned()));
    }
    if let Document::Draft(n) = document {
        sheet.subject = format!("{}（草稿）", sheet.subject);
        sheet.blocks.insert(0, Block::Note(format!("草稿　第{n}稿　未经签发，不得对外提供")));
    }
    Ok(sheet)
}

/// The fee standard, which is of no case.
pub fn fee_standard(agency: &str, settings: &Settings, template: &Template, today: NaiveDate) -> Sheet {
    let mut values = office(agency, settings);
    let title = Frame::FeeStandard.title(crate::rules::matter::Matter::default());
    values.text("title", title.clone());
    inner::fee_bands(&mut values);
    template.sheet(title, today, &values, &[])
}

/// Setting values without a word too many.
trait Setting {
    fn text(&mut self, name: &'static str, text: impl Into<String>);
    fn some(&mut self, name: &'static str, text: Option<impl Into<String>>);
    fn list(&mut self, name: &'static str, entries: Vec<Values>);
}

impl Setting for Values {
    fn text(&mut self, name: &'static str, text: impl Into<String>) {
        self.insert(name, Value::Text(text.into()));
    }

    fn some(&mut self, name: &'static str, text: Option<impl Into<String>>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    fn list(&mut self, name: &'static str, entries: Vec<Values>) {
        self.insert(name, Value::List(entries));
    }
}

fn office(agency: &str, settings: &Settings) -> Values {
    let mut values = Values::new();
    let letters = &settings.letters;
    values.text("agency", agency);
    values.text("seal", letters.seal_name.as_deref().unwrap_or(agency));
    values.text("contact", settings.contact.as_str());
    values.some("address", letters.address.as_deref());
    values.some("payment", letters.payment.as_deref());
    values
}

/// A date as it stands in an official document: 2026年11月2日.
pub fn in_words(on: NaiveDate) -> String {
    format!("{}年{}月{}日", on.year(), on.month(), on.day())
}

/// A sentence ends once: what the writer ended is not ended again by the template.
fn unended(text: &str) -> &str {
    text.trim_end_matches(['。', '；', '.', ';', ' '])
}

impl Materials<'_> {
    fn open(&self, reference: &Private) -> Result<String, ComposeError> {
        self.texts.get(reference).map(str::to_owned).ok_or(ComposeError::Shredded)
    }

    fn person(&self, details: &Private) -> Result<PersonDetails, ComposeError> {
        serde_json::from_str(self.texts.get(details).ok_or(ComposeError::Shredded)?).map_err(|_| ComposeError::Shredded)
    }

    fn applicants(&self) -> Result<String, ComposeError> {
        self.named(self.case.applicants.iter().map(|applicant| &applicant.details))
    }

    fn named<'p>(&self, people: impl IntoIterator<Item = &'p Private>) -> Result<String, ComposeError> {
        let names = people.into_iter().map(|details| Ok(self.person(details)?.name));
        Ok(names.collect::<Result<Vec<_>, ComposeError>>()?.join("、"))
    }

    /// How the applicant is addressed in the letter.
    fn you(&self) -> &'static str {
        match self.case.applicants.as_slice() {
            [one] if one.kind.is_organisation() => "你单位",
            [_] => "您",
            _ => "你们",
        }
    }

    fn words(&self, words: &Private) -> Result<RequestWords, ComposeError> {
        serde_json::from_str(self.texts.get(words).ok_or(ComposeError::Shredded)?).map_err(|_| ComposeError::Shredded)
    }

    /// What most letters bear.
    fn common(&self, frame: Frame) -> Result<Values, ComposeError> {
        let case = self.case;
        let mut values = office(self.agency, self.settings);
        values.text("title", frame.title(case.matter));
        values.text("application", application(case.matter));
        if let Some(entry) = &case.registration {
            values.text("case_number", entry.case_number.as_str());
            values.text("registered_on", in_words(entry.on));
        }
        values.some("received_on", case.received_on().map(in_words));
        values.text("channel", case.channel.zh());
        values.some("tracking_number", case.tracking_number.as_deref());
        values.text("applicants", self.applicants()?);
        values.some("agent", case.agent.as_ref().map(|agent| self.person(&agent.details)).transpose()?.map(|agent| agent.name));
        values.text("you", self.you());
        let words = self.words(&case.request.words)?;
        values.text("request", words.description);
        values.some("request_document_number", words.document_number);
        values.some("request_features", words.features.as_deref().map(unended));
        values.text("wanted_form", case.request.wanted_form.zh());
        Ok(values)
    }

    /// What only this document bears, and the date of it.
    fn specific(&self, document: Document, values: &mut Values) -> Result<NaiveDate, ComposeError> {
        match document {
            Document::Letter(letter) => match letter {
                Letter::Reply { n } => self.reply(n, values),
                Letter::Erratum { reply, n } => self.erratum(reply, n, values),
                Letter::Revocation { reply } => self.revocation(reply, values),
                Letter::Correction { .. } => self.correction(letter, values),
                Letter::Consultation { n } => self.consultation(n, values),
                Letter::ThirdPartyNotice { n } => self.third_party_notice(n, values),
                Letter::Extension { .. } => self.extension(letter, values),
                Letter::ReasonsRequest { .. } => self.reasons_request(letter, values),
                Letter::Postponement { .. } => self.postponement(letter, values),
                Letter::Fee { .. } => self.fee(letter, values),
                Letter::Acknowledgement {} => self.acknowledgement(values),
            },
            Document::Draft(n) => self.draft(n, values),
            Document::ApprovalSheet(n) => self.approval_sheet(n, values),
            Document::DeliverySlip(letter) => self.delivery_slip(letter, values),
            Document::OpinionForm(n) => self.consultation(n, values),
            Document::SearchLetter(n) => self.search_letter(n, values),
            Document::ProceedingAnswer(n) => self.proceeding_answer(n, values),
        }
    }
}

/// The title of a reply: that of its outcome.
fn reply_title(items: &[ReplyItem], frame: String) -> String {
    outcome_of(items).map_or(frame, |outcome| outcome.kind.letter_title().to_owned())
}

/// A reply with this number.
fn reply_of<'a>(materials: &Materials<'a>, n: u32) -> Result<&'a Reply, ComposeError> {
    materials.case.reply(n).ok_or(ComposeError::NoSuch)
}
