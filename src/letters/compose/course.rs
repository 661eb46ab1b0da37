//! What happened between receipt and reply, as a reply and the approval sheet tell it: correction, fee, consultation, extension, search.
//!
//! Only notices that stand and went out are told; a consulted party is never named.

use super::{ComposeError, Materials, Setting, in_words};
use crate::case::clock::sent_on;
use crate::case::model::{Letter, Notice, OnPaper, ReplyItem, SearchResult, SearchScope, SearchTask, SearchedPlaces};
use crate::letters::template::Values;
use crate::rules::clock::Party;
use crate::rules::reply_kinds::ReplyKind;
use chrono::NaiveDate;

const fn named(party: Party) -> &'static str {
    match party {
        Party::ThirdParty => "第三方合法权益",
        Party::CoProducingAgency => "其他行政机关共同制作的政府信息",
        Party::OtherAgency => "其他机关的职责",
    }
}

/// Whether the searches of departments are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Searches {
    /// On the inner sheet, and in a reply that rests on them (Art 36(4), (5)).
    Told,
    /// In any other reply.
    Untold,
}

/// How much of the course is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Telling {
    searches: Searches,
    /// The last day that is told of; none where all of it is.
    until: Option<NaiveDate>,
}

impl Telling {
    /// On the inner sheet.
    pub(super) const INNER: Self = Self { searches: Searches::Told, until: None };

    /// In the reply with these items.
    pub(super) fn of(items: &[ReplyItem]) -> Self {
        let rests_on_them = items.iter().any(|item| matches!(item.kind, ReplyKind::N1A | ReplyKind::N1B));
        Self { searches: if rests_on_them { Searches::Told } else { Searches::Untold }, until: None }
    }

    /// Before a body or court: what came after the reply that is challenged is no fact of it (复议法 46; 行诉法 35).
    pub(super) const fn up_to(until: Option<NaiveDate>) -> Self {
        Self { searches: Searches::Told, until }
    }

    fn covers(self, on: NaiveDate) -> bool {
        self.until.is_none_or(|until| on <= until)
    }
}

impl Materials<'_> {
    /// When a notice went out; none of one that was voided or never sent.
    fn went_out(&self, telling: Telling, notice: &impl Notice) -> Option<Values> {
        let on = sent_on(self.case, notice.letter()).filter(|on| notice.stands() && telling.covers(*on))?;
        let mut values = Values::new();
        values.text("sent_on", in_words(on));
        Some(values)
    }

    /// The course of the case, for the reply with these items.
    pub(super) fn course(&self, items: &[ReplyItem], telling: Telling, values: &mut Values) -> Result<(), ComposeError> {
        let case = self.case;
        let mut told = Vec::new();
        for known in &case.corrections {
            let Some(mut entry) = self.went_out(telling, known) else { continue };
            if let Some((receipt, answer)) = known.answers.iter().rev().find_map(|answer| Some((answer.receipt.as_ref()?, answer))) {
                entry.text("answered_on", in_words(receipt.on));
                entry.text("words", self.open(&answer.words)?);
            }
            told.push(entry);
        }
        values.list("corrections", told);
        let fees = case.fee_notices.iter().filter_map(|known| {
            let mut entry = self.went_out(telling, known)?;
            entry.text("amount", known.amount.to_string());
            entry.some("paid_on", known.paid_on().map(in_words));
            Some(entry)
        });
        values.list("fees", fees.collect());
        let consultations = case.consultations.iter().filter_map(|known| {
            let asked = |paper: &OnPaper| {
                let mut values = Values::new();
                values.text("sent_on", in_words(paper.left_on));
                values
            };
            let before = known.on_paper.as_ref().filter(|paper| known.stands() && telling.covers(paper.left_on));
            let mut entry = before.map(asked).or_else(|| self.went_out(telling, known))?;
            entry.text("party", named(known.party));
            entry.some("answered_on", known.answer.as_ref().map(|answer| in_words(answer.on)));
            Some(entry)
        });
        values.list("consultations", consultations.collect());
        let extensions = case.extensions.iter().filter_map(|known| {
            let mut entry = self.went_out(telling, known)?;
            entry.text("days", known.working_days.to_string());
            entry.some("reasons", self.texts.get(&known.reasons));
            Some(entry)
        });
        values.list("extensions", extensions.collect());
        let reasons = case.reasons_requests.iter().filter_map(|known| {
            let mut entry = self.went_out(telling, known)?;
            entry.some("answered_on", known.answer.as_ref().map(|answer| in_words(answer.on)));
            Some(entry)
        });
        values.list("reasons_requests", reasons.collect());
        let postponements = case.postponements.iter().filter_map(|known| {
            let mut entry = self.went_out(telling, known)?;
            entry.text("until", in_words(known.until));
            Some(entry)
        });
        values.list("postponements", postponements.collect());
        let own = items.iter().filter_map(|item| item.grounds.search.as_ref()).filter(|search| telling.covers(search.searched_on)).map(
            |search| {
                let mut entry = Values::new();
                entry.text("on", in_words(search.searched_on));
                entry.text("record", self.open(&search.record)?);
                Ok(entry)
            },
        );
        let asked = case.search_tasks.iter().filter(|task| task.withdrawn.is_none()).filter_map(SearchTask::result);
        let told = |result: &&SearchResult| telling.searches == Searches::Told && telling.covers(result.on.max(result.searched_on));
        let of_departments = asked.filter(told).map(|result| self.searched(result));
        values.list("searches", own.chain(of_departments).collect::<Result<_, ComposeError>>()?);
        Ok(())
    }

    /// What a department searched, without naming it: where, for which words, over which period, and what came of it.
    fn searched(&self, result: &SearchResult) -> Result<Values, ComposeError> {
        let SearchScope { places, from_on, until_on } = &result.scope;
        let how: SearchedPlaces = serde_json::from_str(&self.open(places)?).map_err(|_| ComposeError::Shredded)?;
        let words: Vec<String> = how.words.iter().map(|word| format!("“{word}”")).collect();
        let outcome = match &result.nothing_found {
            Some(statement) => self.open(statement)?,
            None => format!("检索到有关记录{}条。", result.found.len()),
        };
        let mut entry = Values::new();
        entry.text("on", in_words(result.searched_on));
        let (places, words) = (how.places.join("、"), words.join(""));
        entry.text("record", format!("在{places}以{words}检索了{}至{}形成的信息。{outcome}", in_words(*from_on), in_words(*until_on)));
        Ok(entry)
    }

    /// The number that a letter bears.
    pub(super) fn number_of(&self, letter: Letter) -> Option<String> {
        match letter {
            Letter::Reply { n } => Some(self.case.reply(n)?.document_number.clone()),
            Letter::Erratum { reply, n } => {
                self.case.reply(reply)?.errata.iter().find(|known| known.n == n).map(|known| known.document_number.clone())
            }
            Letter::Revocation { reply } => Some(self.case.reply(reply)?.revocation.as_ref()?.document_number.clone()),
            // One from before notices were numbered bears the number of its case, as the acknowledgement does.
            _ => {
                let number = self.case.notice_number(letter).map(|number| &number.document_number);
                number.or_else(|| Some(&self.case.registration.as_ref()?.case_number)).cloned()
            }
        }
    }
}
