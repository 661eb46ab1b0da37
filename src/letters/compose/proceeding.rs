//! The draft of the answer to a reconsideration body (复议答复书) and of the defence in court (答辩状), from what the dossier holds: 复议法 48, 54;
//! 行诉法 67. A draft only: what is said in law beyond the reply itself is for the legal reviewer to write.

use super::course::Searches;
use super::{ComposeError, Materials, Setting, in_words, reply_title};
use crate::case::clock::sent_on;
use crate::case::duties::{duties, reply_duty, served_on};
use crate::case::model::{Against, Case, Letter, ProceedingKind, Reply};
use crate::letters::kinds::Frame;
use crate::letters::template::Values;
use crate::rules::terms::DutyKind;
use crate::steps::archive::catalogue::{Place, entries};
use chrono::NaiveDate;

/// The reply that is challenged.
pub(super) fn challenged(case: &Case, n: u32) -> Option<&Reply> {
    match case.proceeding(n)?.against {
        Against::Reply { n } => case.reply(n),
        Against::Silence | Against::OtherConduct => None,
    }
}

impl Materials<'_> {
    pub(super) fn proceeding_answer(&self, n: u32, values: &mut Values) -> Result<NaiveDate, ComposeError> {
        let case = self.case;
        let proceeding = case.proceeding(n).ok_or(ComposeError::NoSuch)?;
        values.text("body", proceeding.body.as_str());
        values.some("body_case_number", proceeding.case_number.as_deref());
        values.some("instance", proceeding.instance.map(crate::rules::outcomes::Instance::zh));
        values.text("notified_on", in_words(proceeding.received_on));
        let owed = duties(case, self.calendar);
        let kind = match proceeding.kind {
            ProceedingKind::Reconsideration => DutyKind::AnswerReconsideration,
            ProceedingKind::Litigation => DutyKind::DefendLitigation,
        };
        let own = owed.iter().find(|duty| (duty.kind, duty.ordinal) == (kind, n));
        values.some("answer_due_on", own.map(|duty| in_words(duty.due_on)));
        let reply = challenged(case, n);
        let due = match reply {
            Some(reply) => owed.iter().find(|duty| (duty.kind, duty.ordinal) == (DutyKind::Reply, reply.round)),
            None => reply_duty(&owed),
        };
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
        self.course(reply.map_or(&[], |reply| &reply.items), Searches::Told, values)?;
        values.list("evidence", evidence(case));
        Ok(self.today)
    }
}

/// The papers of the dossier that prove how the application was dealt with: not the papers of proceedings themselves.
fn evidence(case: &Case) -> Vec<Values> {
    let proving = entries(case).into_iter().filter(|entry| !matches!(entry.place, Place::Proceeding | Place::Draft | Place::Opinion));
    let entry = |(n, paper): (usize, crate::steps::archive::catalogue::Entry)| {
        let mut entry = Values::new();
        entry.text("n", n.to_string());
        entry.text("paper", paper.title);
        entry.some("paper_number", paper.document_number);
        entry.text("paper_dated", in_words(paper.dated_on));
        entry
    };
    (1..).zip(proving).map(entry).collect()
}
