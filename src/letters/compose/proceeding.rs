//! The draft of the answer to a reconsideration body (复议答复书) and of the defence in court (答辩状), from what the dossier holds: 复议法 48, 54;
//! 行诉法 67. A draft only: what is said in law beyond the reply itself is for the legal reviewer to write.
//!
//! One proceeding has one answer, however many cases it covers: each is told under its number. What is listed as evidence is what the index of
//! the package offers, by the same numbers; nothing that came after the reply is told of it (复议法 46; 行诉法 35).

use super::course::Telling;
use super::joint::Part;
use super::{ComposeError, Document, Materials, Setting, Templates, in_words, items, reply, reply_title};
use crate::case::clock::sent_on;
use crate::case::duties::{challenged_duty, duties, served_on};
use crate::case::model::{Against, Case, Letter, Outcome, Proceeding, ProceedingKind, Reply};
use crate::letters::kinds::Frame;
use crate::letters::sheet::Block;
use crate::letters::template::{DECISIONS, Value, Values};
use crate::rules::outcomes::{CourtOutcome, Instance, ProcedureKind};
use crate::rules::proceedings::PartyStanding;
use crate::rules::terms::DutyKind;
use crate::steps::archive::catalogue::{Entry, entries};
use crate::steps::archive::offered::{last_day, offered};
use chrono::NaiveDate;

/// What may be missing in one case and stand in another of the same answer.
const OF_ONE_CASE: [&str; 14] = [
    "case_number",
    "received_on",
    "registered_on",
    "tracking_number",
    "agent",
    "request_document_number",
    "request_features",
    "silence",
    "reply_due_on",
    "reply_title",
    "reply_number",
    "replied_on",
    "posted_on",
    "served_on",
];

/// The reply that is challenged.
pub(super) fn challenged(case: &Case, n: u32) -> Option<&Reply> {
    match case.proceeding(n)?.against {
        Against::Reply { n } => case.reply(n),
        Against::Silence | Against::OtherConduct => None,
    }
}

/// The values of the whole: every case of it under its number. A template that knows of one case only gets the first, and what can be joined of
/// the others.
pub(super) fn told(parts: &[Part<'_>], values: &mut Values, templates: &Templates) -> Result<(), ComposeError> {
    let (mut cases, mut evidence) = (Vec::new(), Vec::new());
    let (mut applicants, mut numbers): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for (materials, document) in parts {
        let Document::ProceedingAnswer(n) = *document else { return Err(ComposeError::NoSuch) };
        let proceeding = materials.case.proceeding(n).ok_or(ComposeError::NoSuch)?;
        let mut entry: Values = OF_ONE_CASE.iter().map(|name| (*name, Value::Text(String::new()))).collect();
        entry.extend(materials.common(frame(proceeding))?);
        materials.of_case(proceeding, &mut entry)?;
        let named = materials.applicants()?;
        if !applicants.contains(&named) {
            applicants.push(named);
        }
        numbers.extend(challenged(materials.case, n).map(|reply| reply.document_number.clone()));
        numbers.dedup();
        let decided: Vec<Block> = reply::decisions(items(materials.case, *document), materials, templates)?;
        entry.insert(DECISIONS, Value::Blocks(decided));
        if parts.len() > 1 {
            entry.text("of_several", "是");
        }
        if let Some(Value::List(own)) = entry.get("evidence") {
            evidence.extend(own.iter().cloned());
        }
        cases.push(entry);
    }
    values.text("applicants", applicants.join("、"));
    if !numbers.is_empty() {
        values.text("reply_number", numbers.join("、"));
    }
    values.list("evidence", evidence);
    values.list("cases", cases);
    Ok(())
}

const fn frame(proceeding: &Proceeding) -> Frame {
    match proceeding.kind {
        ProceedingKind::Reconsideration => Frame::ReconsiderationAnswer,
        ProceedingKind::Litigation => Frame::Defence,
    }
}

impl Materials<'_> {
    pub(super) fn proceeding_answer(&self, n: u32, values: &mut Values) -> Result<NaiveDate, ComposeError> {
        let case = self.case;
        let proceeding = case.proceeding(n).ok_or(ComposeError::NoSuch)?;
        values.text("body", proceeding.body.as_str());
        values.some("body_case_number", proceeding.case_number.as_deref());
        values.text("notified_on", in_words(proceeding.received_on));
        let article = match proceeding.procedure {
            ProcedureKind::Ordinary => "第四十八条",
            ProcedureKind::Summary => "第五十四条",
        };
        values.text("answer_article", article);
        let before = earlier(case, proceeding);
        let again = before.last().is_some_and(|last| sent_back(last)) && proceeding.instance == Some(Instance::First);
        values.some("instance", proceeding.instance.map(|instance| format!("{}{}", instance.zh(), if again { "，发回重审" } else { "" })));
        values.list("earlier", before.into_iter().map(decided).collect());
        match proceeding.stands_as() {
            PartyStanding::CoDefendant => values.text("co_defendant", "是"),
            PartyStanding::ThirdParty => values.text("third_party", "是"),
            PartyStanding::Respondent => {}
        }
        let owed = duties(case, self.calendar);
        let kind = match proceeding.kind {
            ProceedingKind::Reconsideration => DutyKind::AnswerReconsideration,
            ProceedingKind::Litigation => DutyKind::DefendLitigation,
        };
        let own = owed.iter().find(|duty| (duty.kind, duty.ordinal) == (kind, n));
        values.some("answer_due_on", own.map(|duty| in_words(duty.due_on)));
        self.of_case(proceeding, values)?;
        Ok(self.today)
    }

    /// How much of the course of the case is told in a proceeding.
    pub(super) fn told_in(&self, n: u32) -> Telling {
        Telling::up_to(self.case.proceeding(n).and_then(|proceeding| last_day(self.case, proceeding)))
    }

    /// What is told of one case.
    fn of_case(&self, proceeding: &Proceeding, values: &mut Values) -> Result<(), ComposeError> {
        let case = self.case;
        let reply = challenged(case, proceeding.n);
        let owed = duties(case, self.calendar);
        let due = challenged_duty(case, &owed, proceeding.against);
        values.some("reply_due_on", due.map(|duty| in_words(duty.due_on)));
        if matches!(proceeding.against, Against::Silence) {
            values.text("silence", "是");
        }
        if let Some(reply) = reply {
            let letter = Letter::Reply { n: reply.n };
            values.text("reply_title", reply_title(&reply.items, Frame::Reply.title(case.matter)));
            values.text("reply_number", reply.document_number.as_str());
            values.text("replied_on", in_words(reply.on));
            values.some("posted_on", sent_on(case, letter).map(in_words));
            values.some("served_on", served_on(case, letter).map(in_words));
        }
        self.course(reply.map_or(&[], |reply| &reply.items), self.told_in(proceeding.n), values)?;
        values.list("evidence", evidence(case, proceeding));
        Ok(())
    }
}

/// What came before: the reconsideration, the instances below, the first of all first. A chain that goes round is followed once.
fn earlier<'a>(case: &'a Case, proceeding: &'a Proceeding) -> Vec<&'a Proceeding> {
    let before = |known: &&'a Proceeding| known.follows.filter(|n| *n != known.n).and_then(|n| case.proceeding(n));
    let mut chain: Vec<&Proceeding> =
        std::iter::successors(Some(proceeding), before).skip(1).take(case.proceedings.len().saturating_sub(1)).collect();
    chain.reverse();
    chain
}

fn sent_back(proceeding: &Proceeding) -> bool {
    proceeding.decision.as_ref().is_some_and(|decision| decision.outcome == Outcome::Court(CourtOutcome::Remanded))
}

fn decided(proceeding: &Proceeding) -> Values {
    let mut entry = Values::new();
    entry.text("by", proceeding.body.as_str());
    entry.text(
        "stage",
        match proceeding.kind {
            ProceedingKind::Reconsideration => "行政复议",
            ProceedingKind::Litigation => proceeding.instance.map_or("审理", Instance::zh),
        },
    );
    let decision = proceeding.decision.as_ref();
    let number = decision.and_then(|decision| decision.document_number.as_deref()).or(proceeding.case_number.as_deref());
    entry.text("decision_number", number.unwrap_or_default());
    entry.text("decided_on", decision.map(|decision| in_words(decision.decided_on)).unwrap_or_default());
    let outcome = decision.map(|decision| match decision.outcome {
        Outcome::Reconsideration(outcome) => outcome.zh(),
        Outcome::Court(outcome) => outcome.zh(),
    });
    entry.text("outcome", outcome.unwrap_or_default());
    entry
}

/// What is offered as evidence, as the index of the package numbers it.
fn evidence(case: &Case, proceeding: &Proceeding) -> Vec<Values> {
    let last_day = last_day(case, proceeding);
    let proving = entries(case).into_iter().filter(|entry| offered(entry, last_day));
    let entry = |(n, paper): (usize, Entry)| {
        let mut entry = Values::new();
        entry.text("n", n.to_string());
        entry.text("paper", paper.title);
        entry.text("paper_number", paper.document_number.unwrap_or_default());
        entry.text("paper_dated", in_words(paper.dated_on));
        entry
    };
    (1..).zip(proving).map(entry).collect()
}

#[cfg(test)]
mod tests;
