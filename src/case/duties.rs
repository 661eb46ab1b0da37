//! Duties: who owes what by when, under which article. A pure function of the case and its pinned calendar.
//!
//! A duty is known by its natural key (kind, ordinal). What meets the reply duty is the dispatch, never the issue.

mod handling;
#[cfg(test)]
mod tests;

use super::clock;
use super::model::{AmendmentState, Case, Change, Dispatch, DispatchState, Letter, Outcome, Proceeding, ProceedingKind, Reply, ReplyState};
use crate::rules::calendar::Calendar;
use crate::rules::outcomes::{Instance, ProcedureKind};
use crate::rules::receipt::needs_confirmation;
use crate::rules::remedies::RemedyPath;
use crate::rules::terms::{Basis, Circumstance, DutyKind, RemedyNotice, remedy_until, term};
use chrono::NaiveDate;

/// Something owed by a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// What.
    pub kind: DutyKind,
    /// Which of its kind: the round, the dispatch, the reply or the proceeding it belongs to.
    pub ordinal: u32,
    /// The article it rests on.
    pub article: String,
    /// Whether law or the agency's practice sets the term.
    pub basis: Basis,
    /// The day it is counted from; not counted itself.
    pub from_on: NaiveDate,
    /// The due date.
    pub due_on: NaiveDate,
    /// The due date rests on a year whose holidays are not announced.
    pub provisional: bool,
    /// The day it was met.
    pub met_on: Option<NaiveDate>,
    /// It still has to be met.
    pub open: bool,
}

/// Every duty of a case, met and open; none of a voided case.
pub fn duties(case: &Case, calendar: &Calendar) -> Vec<Duty> {
    if case.voiding.is_some() {
        return Vec::new();
    }
    let mut all = Vec::new();
    all.extend(confirm(case, calendar));
    all.extend(register(case, calendar));
    all.extend(replies(case, calendar));
    all.extend(handling::duties(case, calendar));
    all.extend(sent_again(case, calendar));
    all.extend(case.replies.iter().flat_map(|reply| remedies(case, reply, calendar)));
    all.extend(archive(case, calendar));
    all.extend(proceedings(case, calendar));
    all
}

/// The duty that gives the case its due date: the reply of the current round.
pub fn reply_duty(duties: &[Duty]) -> Option<&Duty> {
    duties.iter().filter(|duty| duty.kind == DutyKind::Reply).max_by_key(|duty| duty.ordinal)
}

/// Whether a kind is a right that lapses, not a duty that becomes overdue.
pub const fn is_right(kind: DutyKind) -> bool {
    matches!(kind, DutyKind::Appeal)
}

struct Start {
    kind: DutyKind,
    circumstance: Circumstance,
    ordinal: u32,
    from_on: NaiveDate,
}

fn counted(calendar: &Calendar, start: Start, met_on: Option<NaiveDate>) -> Option<Duty> {
    let term = term(start.kind, start.circumstance, start.from_on)?;
    let until = term.due(calendar, start.from_on)?;
    Some(Duty {
        kind: start.kind,
        ordinal: start.ordinal,
        article: term.article.to_owned(),
        basis: term.basis,
        from_on: start.from_on,
        due_on: until.on,
        provisional: until.provisional,
        met_on,
        open: met_on.is_none(),
    })
}

fn confirm(case: &Case, calendar: &Calendar) -> Option<Duty> {
    if !needs_confirmation(case.channel) {
        return None;
    }
    let start = Start { kind: DutyKind::ConfirmReceipt, circumstance: Circumstance::Always, ordinal: 1, from_on: case.arrived_on };
    counted(calendar, start, case.received_on())
}

fn register(case: &Case, calendar: &Calendar) -> Option<Duty> {
    let start = Start { kind: DutyKind::Register, circumstance: Circumstance::Always, ordinal: 1, from_on: case.received_on()? };
    counted(calendar, start, case.registration.as_ref().map(|entry| entry.on))
}

/// One reply duty a round, by the clock of the case; none while the applicant is awaited. A revocation opens the next round under
/// the due date that the clock has: an agency that takes its answer back bears the days.
fn replies(case: &Case, calendar: &Calendar) -> Vec<Duty> {
    let Some(received_on) = case.received_on() else { return Vec::new() };
    let article = term(DutyKind::Reply, Circumstance::Always, received_on).map_or("33(2)", |term| term.article);
    let steps = clock::steps(case);
    (1..=case.round())
        .filter_map(|round| {
            let met_on = answered_on(case, round);
            // What happened after the reply moves its due date no more.
            let until = steps.partition_point(|step| met_on.is_none_or(|met_on| step.on <= met_on));
            let counted = clock::clock(case, calendar, steps.get(..until)?);
            let due = counted.due_in_silence()?;
            Some(Duty {
                kind: DutyKind::Reply,
                ordinal: round,
                article: article.to_owned(),
                basis: Basis::Law,
                from_on: counted.counted_from().unwrap_or(received_on),
                due_on: due.on,
                provisional: due.provisional,
                met_on,
                open: met_on.is_none(),
            })
        })
        .collect()
}

/// The day the reply of a round counts as given (1.0 "in time"): posting, sending or signature; the issue where no letter goes out.
pub fn answered_on(case: &Case, round: u32) -> Option<NaiveDate> {
    case.replies
        .iter()
        .filter(|reply| reply.round == round && reply.state != ReplyState::Recalled)
        .filter_map(
            |reply| {
                if reply.letter_needed { case.dispatches_of(reply.n).filter_map(Dispatch::timely_on).min() } else { Some(reply.on) }
            },
        )
        .min()
}

/// A letter that came back or was not collected must go out again (235号).
fn sent_again(case: &Case, calendar: &Calendar) -> Vec<Duty> {
    case.dispatches
        .iter()
        .filter_map(|dispatch| {
            let (DispatchState::Returned { on, .. } | DispatchState::NotCollected { on }) = dispatch.state else { return None };
            let again = case.dispatches.iter().find(|later| later.n > dispatch.n && later.letter == dispatch.letter);
            let start = Start { kind: DutyKind::SendAgain, circumstance: Circumstance::Always, ordinal: dispatch.n, from_on: on };
            let mut duty = counted(calendar, start, again.map(|later| later.on))?;
            if closing_knew(case, dispatch.n, on) || letter_withdrawn(case, dispatch.letter) {
                duty.open = false;
            }
            Some(duty)
        })
        .collect()
}

/// Whether the case was closed in knowledge of the failure. One that came to light afterwards, by a late return or an
/// amendment, is owed although the case is closed.
fn closing_knew(case: &Case, dispatch: u32, failed_on: NaiveDate) -> bool {
    let amended_on = case
        .amendments
        .iter()
        .filter(|amendment| amendment.state == AmendmentState::Applied)
        .filter(|amendment| matches!(amendment.change, Change::ServiceFailed { dispatch: n, .. } if n == dispatch))
        .map(|amendment| amendment.on)
        .max();
    case.closing.as_ref().is_some_and(|closing| match amended_on {
        Some(amended_on) => amended_on < closing.on,
        None => failed_on <= closing.on,
    })
}

fn letter_withdrawn(case: &Case, letter: Letter) -> bool {
    let (Letter::Reply { n } | Letter::Erratum { reply: n, .. }) = letter else { return false };
    case.reply(n).is_some_and(|reply| reply.state != ReplyState::Issued)
}

/// The day a letter was served, the earliest proof counting.
pub fn served_on(case: &Case, letter: Letter) -> Option<NaiveDate> {
    case.dispatches.iter().filter(|dispatch| dispatch.letter == letter).filter_map(Dispatch::served_on).min()
}

/// The applicant's own periods against a served reply; shown, never reminded.
fn remedies(case: &Case, reply: &Reply, calendar: &Calendar) -> Vec<Duty> {
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

fn archive(case: &Case, calendar: &Calendar) -> Option<Duty> {
    let closing = case.closing.as_ref()?;
    let start = Start { kind: DutyKind::Archive, circumstance: Circumstance::Always, ordinal: 1, from_on: closing.on };
    counted(calendar, start, case.archiving.as_ref().map(|archiving| archiving.on))
}

fn proceedings(case: &Case, calendar: &Calendar) -> Vec<Duty> {
    let mut all = Vec::new();
    for proceeding in &case.proceedings {
        let (kind, circumstance) = match (proceeding.kind, proceeding.procedure) {
            (ProceedingKind::Reconsideration, ProcedureKind::Ordinary) => {
                (DutyKind::AnswerReconsideration, Circumstance::OrdinaryProcedure)
            }
            (ProceedingKind::Reconsideration, ProcedureKind::Summary) => (DutyKind::AnswerReconsideration, Circumstance::SummaryProcedure),
            (ProceedingKind::Litigation, _) => (DutyKind::DefendLitigation, Circumstance::Always),
        };
        let start = Start { kind, circumstance, ordinal: proceeding.n, from_on: proceeding.received_on };
        all.extend(counted(calendar, start, proceeding.answer.as_ref().map(|answer| answer.on)).map(|mut duty| {
            duty.open &= proceeding.decision.is_none();
            duty
        }));
        let Some(decision) = &proceeding.decision else { continue };
        let later = case.proceedings.iter().find(|later| later.follows == Some(proceeding.n));
        all.extend(performance(proceeding, later));
        match proceeding.kind {
            ProceedingKind::Reconsideration => {
                let start = Start {
                    kind: DutyKind::SueAfterReconsideration,
                    circumstance: Circumstance::Always,
                    ordinal: proceeding.n,
                    from_on: decision.received_on,
                };
                all.extend(counted(calendar, start, later.map(|later| later.received_on)));
            }
            ProceedingKind::Litigation if proceeding.instance == Some(Instance::First) => {
                let circumstance = if decision.ruling { Circumstance::Ruling } else { Circumstance::Judgment };
                let start = Start { kind: DutyKind::Appeal, circumstance, ordinal: proceeding.n, from_on: decision.received_on };
                let appeal = later.filter(|later| later.instance == Some(Instance::Second));
                all.extend(counted(calendar, start, appeal.map(|appeal| appeal.received_on)));
            }
            ProceedingKind::Litigation => {}
        }
    }
    all
}

/// What a decision orders, by its own date. A judgment under appeal has no force, nor has one that the court above replaced
/// (行诉法 85, 89); a reconsideration decision has force once it is served (复议法 75).
fn performance(proceeding: &Proceeding, later: Option<&Proceeding>) -> Option<Duty> {
    let decision = proceeding.decision.as_ref()?;
    let order = decision.order.as_ref()?;
    let (article, in_force) = match proceeding.kind {
        ProceedingKind::Reconsideration => ("复议法 77", true),
        ProceedingKind::Litigation => ("行诉法 94", later.is_none_or(left_standing)),
    };
    Some(Duty {
        kind: DutyKind::PerformOrder,
        ordinal: proceeding.n,
        article: article.to_owned(),
        basis: Basis::Law,
        from_on: decision.received_on,
        due_on: order.due_on,
        provisional: false,
        met_on: order.performed_on,
        open: order.performed_on.is_none() && in_force,
    })
}

/// Whether the judgment below stands: a retrial that only runs leaves it so (行诉法 90), an appeal does not.
fn left_standing(later: &Proceeding) -> bool {
    match later.decision.as_ref().map(|decision| decision.outcome) {
        Some(Outcome::Court(outcome)) => outcome.column().is_none(),
        Some(Outcome::Reconsideration(_)) => false,
        None => later.instance == Some(Instance::Retrial),
    }
}
