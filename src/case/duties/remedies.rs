//! The applicant's own periods (复议法 20, 行诉法 46, 行诉解释 64, 66): against a served reply, and against silence. Shown, never reminded.

use super::{Duty, Start, counted, served_on};
use crate::case::model::{Case, Letter, Reply, ReplyState};
use crate::rules::calendar::Calendar;
use crate::rules::remedies::RemedyPath;
use crate::rules::terms::{Circumstance, DutyKind, RemedyNotice, remedy_until, term};
use chrono::NaiveDate;

/// Against a round that ran out unanswered, from the end of the reply period. A late reply ends them by its service: from then on its
/// own terms run, and nobody loses days by it, for they begin later.
pub fn of_silence(case: &Case, replies: &[Duty], calendar: &Calendar) -> Vec<Duty> {
    let missed = replies.iter().filter(|reply| reply.met_on.map_or(reply.open, |met_on| met_on > reply.due_on));
    missed
        .flat_map(|reply| {
            let open = reply.ordinal == case.round() && !told(case, reply.ordinal);
            let from_on = silent_since(case, reply);
            [DutyKind::ReconsiderSilence, DutyKind::SueOverSilence].into_iter().filter_map(move |kind| {
                let start = Start { kind, circumstance: Circumstance::Inaction, ordinal: reply.ordinal, from_on };
                Some(Duty { open, ..counted(calendar, start, None)? })
            })
        })
        .collect()
}

/// The end of the reply period; where an answer stood then and was revoked later, the day of the revocation.
fn silent_since(case: &Case, duty: &Duty) -> NaiveDate {
    let earlier = case.replies.iter().filter(|reply| reply.round < duty.ordinal);
    earlier.filter_map(|reply| reply.revocation.as_ref()).map(|revocation| revocation.on).fold(duty.due_on, NaiveDate::max)
}

/// Whether the applicant has the reply of a round: it was served, or nobody had to be told.
fn told(case: &Case, round: u32) -> bool {
    let given = case.replies.iter().filter(|reply| reply.round == round && reply.state != ReplyState::Recalled);
    given.into_iter().any(|reply| !reply.letter_needed || served_on(case, Letter::Reply { n: reply.n }).is_some())
}

/// Against a served reply.
pub fn of_reply(case: &Case, reply: &Reply, calendar: &Calendar) -> Vec<Duty> {
    let Some(knew_on) = served_on(case, Letter::Reply { n: reply.n }) else { return Vec::new() };
    let corrected = reply.errata.iter().rfind(|erratum| erratum.remedy.is_some());
    let told = corrected.and_then(|erratum| erratum.remedy.as_ref()).unwrap_or(&reply.remedy);
    let kinds: &[DutyKind] = match told.path {
        RemedyPath::ReconsiderationFirst => &[DutyKind::ApplyForReconsideration],
        RemedyPath::FreeChoice => &[DutyKind::ApplyForReconsideration, DutyKind::SueDirectly],
        RemedyPath::None => &[],
    };
    let notice = corrected.map_or(RemedyNotice::Stated, |erratum| RemedyNotice::NotStated {
        learnt_on: served_on(case, Letter::Erratum { reply: reply.n, n: erratum.n }),
    });
    kinds
        .iter()
        .filter_map(|kind| {
            let until = remedy_until(calendar, *kind, knew_on, notice)?;
            let term = term(*kind, Circumstance::Always, knew_on)?;
            Some(Duty {
                kind: *kind,
                ordinal: reply.n,
                article: term.article.to_owned(),
                basis: term.basis,
                from_on: knew_on,
                due_on: until.on,
                provisional: until.provisional,
                met_on: None,
                open: reply.state == ReplyState::Issued,
            })
        })
        .collect()
}
