//! The acknowledgement and the notices between registration and reply, and what a consulted party gets.

use super::{ComposeError, Materials, Setting, in_words, unended};
use crate::case::duties::{duties, reply_duty};
use crate::case::model::{Case, Consultation, Extension, FeeBasis, Letter, Notice, PartyOpinion, PrintedLetter};
use crate::letters::template::Values;
use chrono::{Datelike, NaiveDate};

/// A consultation of the case.
pub(super) fn consultation(case: &Case, n: u32) -> Result<&Consultation, ComposeError> {
    case.consultations.iter().find(|known| known.n == n).ok_or(ComposeError::NoSuch)
}

/// A notice by its letter; a voided one is not composed.
fn notice<K: Notice>(known: &[K], letter: Letter) -> Result<&K, ComposeError> {
    crate::case::model::standing(known, letter).ok_or(ComposeError::NoSuch)
}

impl Materials<'_> {
    pub(super) fn acknowledgement(&self, values: &mut Values) -> Result<NaiveDate, ComposeError> {
        let entry = self.case.registration.as_ref().ok_or(ComposeError::NoSuch)?;
        let issued = self.case.printed.iter().find(|printed| printed.letter == PrintedLetter::Acknowledgement);
        // As it was issued last, every datum of one day: what moved a date since is told by its own notice or the next acknowledgement.
        if let Some(printed) = issued {
            values.some("received_on", printed.received_on.map(in_words));
            values.text("applicants", self.named(&printed.applicants)?);
        }
        let due_on = issued.and_then(|printed| printed.due_on).unwrap_or(entry.due_on);
        values.text("due_on", in_words(due_on));
        values.some("provisional", self.provisional(due_on));
        values.text("query_code", self.open(&entry.query_code)?);
        Ok(issued.map_or(entry.on, |printed| printed.on))
    }

    pub(super) fn correction(&self, letter: Letter, values: &mut Values) -> Result<NaiveDate, ComposeError> {
        let known = notice(&self.case.corrections, letter)?;
        values.text("points", self.open(&known.points)?);
        values.text("reasons", self.open(&known.reasons)?);
        values.text("term", known.answer_within_working_days.to_string());
        Ok(known.on)
    }

    pub(super) fn extension(&self, letter: Letter, values: &mut Values) -> Result<NaiveDate, ComposeError> {
        let known = notice(&self.case.extensions, letter)?;
        values.text("days", known.working_days.to_string());
        values.text("reasons", self.open(&known.reasons)?);
        let until = self.extended_until(known);
        values.some("extended_until", until.map(in_words));
        values.some("provisional", until.and_then(|until| self.provisional(until)));
        Ok(known.on)
    }

    /// Whether a counted date reaches into a year whose holidays the calendar of the case does not know yet: it may move, and the letter says so.
    fn provisional(&self, until: NaiveDate) -> Option<&'static str> {
        (!self.calendar.announced(until.year())).then_some("是")
    }

    /// The due date with the extension: as the clock has it once the notice went out, before that counted on from the due date.
    fn extended_until(&self, known: &Extension) -> Option<NaiveDate> {
        let owed = duties(self.case, self.calendar);
        let due_on = reply_duty(&owed)?.due_on;
        let sent = crate::case::clock::sent_on(self.case, known.letter()).is_some();
        Some(if sent { due_on } else { self.calendar.nth_working_day_after(due_on, known.working_days).on })
    }

    pub(super) fn reasons_request(&self, letter: Letter, values: &mut Values) -> Result<NaiveDate, ComposeError> {
        let known = notice(&self.case.reasons_requests, letter)?;
        values.text("words", self.open(&known.words)?);
        Ok(known.on)
    }

    pub(super) fn postponement(&self, letter: Letter, values: &mut Values) -> Result<NaiveDate, ComposeError> {
        let known = notice(&self.case.postponements, letter)?;
        values.text("until", in_words(known.until));
        values.text("reasons", self.open(&known.reasons)?);
        Ok(known.on)
    }

    pub(super) fn fee(&self, letter: Letter, values: &mut Values) -> Result<NaiveDate, ComposeError> {
        let known = notice(&self.case.fee_notices, letter)?;
        let (method, quantity) = match known.basis {
            FeeBasis::ByItem { item } => ("按件计收", format!("当月第{item}件申请")),
            FeeBasis::ByPage { pages } => ("按量计收", format!("{pages}页（A4及以下幅面单面）")),
        };
        values.text("method", method);
        values.text("quantity", quantity);
        values.text("amount", known.amount.to_string());
        values.text("reasons", self.open(&known.reasons)?);
        values.some("payment", self.settings.letters.payment.as_deref().map(unended));
        Ok(known.on)
    }

    /// Party and question, of the letter and of the form that goes with it.
    pub(super) fn consultation(&self, n: u32, values: &mut Values) -> Result<NaiveDate, ComposeError> {
        let known = consultation(self.case, n)?;
        if known.voided.is_some() {
            return Err(ComposeError::NoSuch);
        }
        values.text("party", self.open(&known.name)?);
        values.text("question", self.open(&known.question)?);
        Ok(known.on)
    }

    pub(super) fn third_party_notice(&self, n: u32, values: &mut Values) -> Result<NaiveDate, ComposeError> {
        let asked_on = self.consultation(n, values)?;
        let known = consultation(self.case, n)?;
        let decision = known.decision.as_ref().filter(|decision| decision.notice_needed).ok_or(ComposeError::NoSuch)?;
        values.text("consulted_on", in_words(asked_on));
        if let Some(answer) = &known.answer {
            values.text(
                "opinion",
                match answer.opinion {
                    PartyOpinion::Consents => "同意公开",
                    PartyOpinion::Refuses => "不同意公开",
                    PartyOpinion::ConsentsInPart => "同意部分公开",
                },
            );
            values.some("opinion_words", answer.words.as_ref().map(|words| self.open(words)).transpose()?);
        }
        values.text("reasons", self.open(&decision.reasons)?);
        if let (Some(body), Some(court)) = (self.settings.reconsideration_body(decision.on), self.settings.court(decision.on)) {
            values.text("body", body.name.as_str());
            values.text("court", court.name.as_str());
        }
        Ok(decision.on)
    }
}
