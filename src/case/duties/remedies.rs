//! The applicant's own periods (复议法 20, 行诉法 46, 行诉解释 64, 66): against a served reply, and against silence. Shown, never reminded.

use super::{Duty, Start, Whose, counted, served_on};
use crate::case::model::{Case, Erratum, Letter, Reply, ReplyState};
use crate::rules::calendar::Calendar;
use crate::rules::desk;
use crate::rules::remedies::RemedyPath;
use crate::rules::terms::{Circumstance, DutyKind, RemedyNotice, remedy_until, term};
use chrono::NaiveDate;

/// Against a round that ran out unanswered, from the end of the reply period. A late reply ends each by its service where it opens the
/// same way anew: its own term begins later, so nobody loses days by it. A way that it does not open, as the suit where reconsideration
/// comes first, stays open over the silence (行诉解释 66).
pub fn of_silence(case: &Case, replies: &[Duty], calendar: &Calendar) -> Vec<Duty> {
    let missed = replies.iter().filter(|reply| reply.met_on.map_or(reply.open, |met_on| met_on > reply.due_on));
    missed
        .flat_map(|reply| {
            let from_on = silent_since(case, reply);
            let anew = opened(case, reply.ordinal);
            let ways =
                [(DutyKind::ReconsiderSilence, DutyKind::ApplyForReconsideration), (DutyKind::SueOverSilence, DutyKind::SueDirectly)];
            ways.into_iter().filter_map(move |(kind, own)| {
                let open = reply.ordinal == case.round() && !anew.contains(&own);
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

/// The ways that the served replies of a round open.
fn opened(case: &Case, round: u32) -> Vec<DutyKind> {
    let given = case.replies.iter().filter(|reply| reply.round == round && reply.state != ReplyState::Recalled);
    let served = given.filter(|reply| served_on(case, Letter::Reply { n: reply.n }).is_some());
    served.flat_map(ways).copied().collect()
}

/// The last erratum that put the remedy paragraph right.
fn corrected(reply: &Reply) -> Option<&Erratum> {
    reply.errata.iter().rfind(|erratum| erratum.remedy.is_some())
}

/// The ways that a reply opens, by its remedy paragraph as it stands.
fn ways(reply: &Reply) -> &'static [DutyKind] {
    let told = corrected(reply).and_then(|erratum| erratum.remedy.as_ref()).unwrap_or(&reply.remedy);
    match told.path {
        RemedyPath::ReconsiderationFirst => &[DutyKind::ApplyForReconsideration],
        RemedyPath::FreeChoice => &[DutyKind::ApplyForReconsideration, DutyKind::SueDirectly],
        RemedyPath::None => &[],
    }
}

/// Against a served reply.
pub fn of_reply(case: &Case, reply: &Reply, calendar: &Calendar) -> Vec<Duty> {
    let Some(knew_on) = served_on(case, Letter::Reply { n: reply.n }) else { return Vec::new() };
    let notice = corrected(reply).map_or(RemedyNotice::Stated, |erratum| RemedyNotice::NotStated {
        learnt_on: served_on(case, Letter::Erratum { reply: reply.n, n: erratum.n }),
    });
    ways(reply)
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
                department: None,
                whose: Whose::default(),
                operation: desk::operation(*kind),
            })
        })
        .collect()
}
