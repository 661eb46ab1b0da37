//! Duties: who owes what by when, under which article. A pure function of the case and its pinned calendar.
//!
//! A duty is known by its natural key (kind, ordinal). What meets the reply duty is the dispatch, never the issue.

mod bodies;
mod force;
mod handling;
mod inner;
mod learning;
mod mending;
mod platform;
mod postponements;
mod proceedings;
mod publication;
mod remedies;
mod reviewing;
#[cfg(test)]
mod tests;
mod working;

pub use bodies::{appealable, decision_period};
pub use force::{in_force, order_dates, ordered_round, term_of_appeal};
pub use learning::of_notice;
pub use proceedings::{MOST_HEARINGS, revoked_meanwhile};
pub use working::place;

use super::model::{
    Against, AmendmentState, Case, Change, Dispatch, DispatchMethod, DispatchState, Letter, OrderedRound, ProceedingKind, ReplyState,
};
use super::{clock, proofs};
use crate::rules::calendar::Calendar;
use crate::rules::desk;
use crate::rules::receipt::needs_confirmation;
use crate::rules::terms::{Basis, Circumstance, DutyKind, term};
use chrono::NaiveDate;
use uuid::Uuid;

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
    /// The department that owes it, where that is not the one the case is with.
    pub department: Option<Uuid>,
    /// The people it is, or is not, for.
    pub whose: Whose,
    /// The operation that meets it, as the case stands: it is on the desk of whoever may call that.
    pub operation: Option<&'static str>,
}

/// The people a duty is, or is not, for, beside whom the case is with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whose {
    /// Who owes it, where that is not the handler.
    pub person: Option<Uuid>,
    /// Who may not do it: of a review or a signature, the drafter and whoever gave what another must give.
    pub barred: Vec<Uuid>,
}

/// Every duty of a case, met and open; none of a voided case, nor of one that was split: its parts owe them.
pub fn duties(case: &Case, calendar: &Calendar) -> Vec<Duty> {
    if !case.stage.counts() {
        return Vec::new();
    }
    let mut all = Vec::new();
    all.extend(confirm(case, calendar));
    all.extend(register(case, calendar));
    let owed = replies(case, calendar);
    all.extend(remedies::of_silence(case, &owed, calendar));
    all.extend(owed);
    all.extend(handling::duties(case, calendar));
    all.extend(postponements::duties(case, calendar));
    all.extend(inner::duties(case, calendar));
    all.extend(working::duties(case, calendar));
    all.extend(reviewing::duties(case, calendar));
    all.extend(sent_again(case, calendar));
    all.extend(traced(case, calendar));
    all.extend(proved(case, calendar));
    all.extend(case.replies.iter().flat_map(|reply| remedies::of_reply(case, reply, calendar)));
    all.extend(publication::duties(case, calendar));
    all.extend(archive(case, calendar));
    all.extend(proceedings::of(case, calendar));
    all.extend(learning::duties(case, calendar));
    all.extend(mending::duties(case, calendar));
    all.extend(platform::entry(case, calendar));
    if case.disposal.is_some() {
        // The dossier is gone: nobody can do anything on it any more.
        for duty in &mut all {
            duty.open = false;
        }
    }
    all
}

/// The duty that gives the case its due date: the reply of the current round.
pub fn reply_duty(duties: &[Duty]) -> Option<&Duty> {
    duties.iter().filter(|duty| duty.kind == DutyKind::Reply).max_by_key(|duty| duty.ordinal)
}

/// The duty to give the reply that is challenged: that of its own round, whatever was ordered since; where none is, that of the current round.
pub fn challenged_duty<'a>(case: &Case, duties: &'a [Duty], against: Against) -> Option<&'a Duty> {
    match against {
        Against::Reply { n } => {
            let round = case.reply(n)?.round;
            duties.iter().find(|duty| (duty.kind, duty.ordinal) == (DutyKind::Reply, round))
        }
        Against::Silence | Against::OtherConduct => reply_duty(duties),
    }
}

/// Whether a kind is a right that lapses, not a duty that becomes overdue.
pub const fn is_right(kind: DutyKind) -> bool {
    matches!(kind, DutyKind::Appeal)
}

/// What the agency owes in a proceeding, or may still do, by the number of the proceeding itself.
pub const OF_PROCEEDING: &[DutyKind] = &[
    DutyKind::AnswerReconsideration,
    DutyKind::DefendLitigation,
    DutyKind::TellRevocation,
    DutyKind::FileOpening,
    DutyKind::FileDecision,
    DutyKind::ReportOnOpinion,
    DutyKind::PerformOrder,
    DutyKind::Appeal,
];

/// The proceeding that a duty belongs to.
pub fn proceeding_of(kind: DutyKind, ordinal: u32) -> Option<u32> {
    match kind {
        DutyKind::AttendHearing => Some(ordinal / (MOST_HEARINGS + 1)),
        kind if OF_PROCEEDING.contains(&kind) => Some(ordinal),
        _ => None,
    }
}

impl Duty {
    /// Whether it is there at all on a day: nobody may complain of silence, the agency's or the body's, before its period has
    /// run out, nor ask for a retrial of what can still be appealed.
    pub fn begun(&self, case: &Case, today: NaiveDate) -> bool {
        let over_silence = match self.kind {
            DutyKind::ReconsiderSilence | DutyKind::SueOverSilence | DutyKind::ApplyForRetrial => true,
            DutyKind::SueAfterReconsideration => case.proceeding(self.ordinal).is_some_and(|proceeding| proceeding.decision.is_none()),
            _ => false,
        };
        !over_silence || today > self.from_on
    }
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
        department: None,
        whose: Whose::default(),
        operation: desk::operation(start.kind),
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
    let of_law = || term(DutyKind::Reply, Circumstance::Always, received_on).map_or("33(2)", |term| term.article);
    let article = case.matter.article().unwrap_or_else(of_law);
    let steps = clock::steps(case);
    let signed = |round| case.standing_reply().is_some_and(|reply| reply.round == round);
    (1..=case.round())
        .filter_map(|round| {
            let met_on = answered_on(case, round);
            // What happened after the reply moves its due date no more.
            let until = steps.partition_point(|step| met_on.is_none_or(|met_on| step.on <= met_on));
            let counted = clock::clock(case, calendar, steps.get(..until)?);
            // A body or court gave its own date.
            let (article, from_on, due_on, provisional) = if let Some((ordered, due)) = ordered_round(case, round, calendar) {
                (ordered_under(case, &ordered), ordered.from_on, due.on, due.provisional)
            } else {
                let due = counted.due_in_silence()?;
                (article, counted.counted_from().unwrap_or(received_on), due.on, due.provisional)
            };
            Some(Duty {
                kind: DutyKind::Reply,
                ordinal: round,
                article: article.to_owned(),
                basis: Basis::Law,
                from_on,
                due_on,
                provisional,
                met_on,
                // A round that was taken back is owed no more: the next one bears its due date.
                open: met_on.is_none() && round == case.round(),
                department: None,
                whose: Whose::default(),
                operation: if signed(round) { Some(desk::OF_SIGNED_REPLY) } else { desk::operation(DutyKind::Reply) },
            })
        })
        .collect()
}

/// The article under which an ordered reply is owed.
fn ordered_under(case: &Case, ordered: &OrderedRound) -> &'static str {
    match case.proceeding(ordered.proceeding).map(|proceeding| proceeding.kind) {
        Some(ProceedingKind::Litigation) => "行诉法 94",
        Some(ProceedingKind::Reconsideration) | None => "复议法 77",
    }
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
            if closing_knew(case, dispatch.n, on) || letter_withdrawn(case, dispatch.letter) || handling::moot(case, dispatch.letter) {
                duty.open = false;
            }
            Some(duty)
        })
        .collect()
}

/// What became of a posted letter must be known: a term of the applicant or of a consulted party, and every remedy, begins with it.
fn traced(case: &Case, calendar: &Calendar) -> Vec<Duty> {
    let posted = |dispatch: &&Dispatch| matches!(dispatch.method, DispatchMethod::Post { .. });
    let duty = |dispatch: &Dispatch| {
        let start = Start { kind: DutyKind::TraceDelivery, circumstance: Circumstance::Always, ordinal: dispatch.n, from_on: dispatch.on };
        let known_on = match dispatch.state {
            DispatchState::Sent => None,
            DispatchState::Delivered { on, .. } | DispatchState::Returned { on, .. } | DispatchState::NotCollected { on } => Some(on),
        };
        let duty = counted(calendar, start, known_on)?;
        let moot = case.closing.is_some() || letter_withdrawn(case, dispatch.letter) || handling::moot(case, dispatch.letter);
        Some(Duty { open: duty.open && !moot, ..duty })
    };
    case.dispatches.iter().filter(posted).filter_map(duty).collect()
}

/// What became of a letter is proved by a paper, which is in the file before it is archived (235号).
fn proved(case: &Case, calendar: &Calendar) -> Vec<Duty> {
    let duty = |asked: proofs::Asked| {
        let start = Start { kind: DutyKind::FileProof, circumstance: Circumstance::Always, ordinal: asked.dispatch, from_on: asked.since };
        let duty = counted(calendar, start, asked.filed_on)?;
        Some(Duty { open: duty.open && case.archiving.is_none(), ..duty })
    };
    proofs::asked(case).into_iter().filter_map(duty).collect()
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

fn archive(case: &Case, calendar: &Calendar) -> Option<Duty> {
    let closing = case.closing.as_ref()?;
    let start = Start { kind: DutyKind::Archive, circumstance: Circumstance::Always, ordinal: 1, from_on: closing.on };
    counted(calendar, start, case.archiving.as_ref().map(|archiving| archiving.on))
}
