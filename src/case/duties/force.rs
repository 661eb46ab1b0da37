//! What has force of decisions that a later instance may touch (复议法 73, 75; 行诉法 85, 89, 90). Only a final judgment counts: one that is appealed,
//! or that still can be, takes nothing from what was decided below it.
//!
//! The whole chain above a decision is walked, since an appeal that left a judgment standing may itself be followed by a retrial.

use super::bodies::appealable;
use crate::case::model::{Case, OrderedRound, Outcome, Proceeding, ProceedingKind};
use crate::rules::calendar::{Calendar, Counted};
use crate::rules::outcomes::{CourtOutcome, Instance};
use crate::rules::terms::{Circumstance, DutyKind, term};
use chrono::NaiveDate;

/// As of when a judgment that nobody appealed has force.
#[derive(Debug, Clone, Copy)]
pub(super) enum AsOf<'a> {
    /// On a day.
    Day(&'a Calendar, NaiveDate),
    /// Once every term of appeal that runs is over, if nobody appeals.
    TermsOver,
}

/// What the instances from one on came to.
enum Verdict {
    /// Nothing has force yet.
    Awaited,
    /// What was decided below it stands.
    Left,
    /// What was decided below it is gone, and nothing took its place yet (发回重审).
    Void,
    /// This took the place of what was decided below it.
    Final(CourtOutcome),
}

/// What follows an instance, the latest first.
fn followers(case: &Case, n: u32) -> impl Iterator<Item = &Proceeding> {
    case.proceedings.iter().rev().filter(move |later| later.follows == Some(n) && later.n > n)
}

/// The last day of the term of appeal, used or not: that of whoever was served last.
pub fn term_of_appeal(case: &Case, judged: &Proceeding, calendar: &Calendar) -> Option<NaiveDate> {
    let decision = judged.decision.as_ref().filter(|_| appealable(case, judged))?;
    let circumstance = if decision.ruling { Circumstance::Ruling } else { Circumstance::Judgment };
    let served_on = decision.applicant_received_on.map_or(decision.received_on, |other| other.max(decision.received_on));
    term(DutyKind::Appeal, circumstance, served_on)?.due(calendar, served_on).map(|until| until.on)
}

/// Whether a judgment that nothing followed can still be appealed.
fn can_still_be_appealed(case: &Case, judged: &Proceeding, as_of: AsOf<'_>) -> bool {
    let AsOf::Day(calendar, on) = as_of else { return false };
    followers(case, judged.n).next().is_none() && term_of_appeal(case, judged, calendar).is_some_and(|until| on <= until)
}

/// What the instances above one came to; none where they leave it standing. A retrial that only runs leaves it so (行诉法 90).
fn above(case: &Case, below: &Proceeding, as_of: AsOf<'_>) -> Option<Verdict> {
    followers(case, below.n).find_map(|later| match verdict(case, later, as_of) {
        Verdict::Left => None,
        Verdict::Awaited if later.instance == Some(Instance::Retrial) => None,
        verdict => Some(verdict),
    })
}

fn verdict(case: &Case, judged: &Proceeding, as_of: AsOf<'_>) -> Verdict {
    let Some(Outcome::Court(outcome)) = judged.decision.as_ref().map(|decision| decision.outcome) else { return Verdict::Awaited };
    match above(case, judged, as_of) {
        Some(Verdict::Awaited) if outcome == CourtOutcome::Remanded => Verdict::Void,
        Some(verdict) => verdict,
        None if judged.own_column().is_none() => Verdict::Left,
        None if outcome == CourtOutcome::Remanded => Verdict::Void,
        None if can_still_be_appealed(case, judged, as_of) => Verdict::Awaited,
        None => Verdict::Final(outcome),
    }
}

/// Whether a decision has force: a judgment of first instance once its term of appeal is over or the appeal left it standing; a decision of a
/// reconsideration once it is served, until a final judgment corrects it.
pub(super) fn has_force(case: &Case, proceeding: &Proceeding, as_of: AsOf<'_>) -> bool {
    match (proceeding.decision.is_some(), proceeding.kind) {
        (false, _) => false,
        (true, ProceedingKind::Reconsideration) => !followers(case, proceeding.n)
            .any(|suit| matches!(verdict(case, suit, as_of), Verdict::Final(outcome) if Outcome::Court(outcome).corrects())),
        (true, ProceedingKind::Litigation) => above(case, proceeding, as_of).is_none() && !can_still_be_appealed(case, proceeding, as_of),
    }
}

/// Whether what a decision orders has force on a day.
pub fn in_force(case: &Case, proceeding: &Proceeding, calendar: &Calendar, on: NaiveDate) -> bool {
    has_force(case, proceeding, AsOf::Day(calendar, on))
}

/// The first day of its force: of a judgment of first instance the day after the term of appeal, or the day its appeal ended and left it
/// standing; of anything else its receipt.
fn in_force_from(case: &Case, proceeding: &Proceeding, calendar: &Calendar) -> Option<NaiveDate> {
    let received_on = proceeding.decision.as_ref()?.received_on;
    let appeal = followers(case, proceeding.n).find(|later| later.instance == Some(Instance::Second));
    let from_on = match appeal {
        Some(appeal) => appeal.decision.as_ref().map(|decision| decision.received_on),
        None => term_of_appeal(case, proceeding, calendar).and_then(|until| until.succ_opt()),
    };
    Some(from_on.map_or(received_on, |from_on| from_on.max(received_on)))
}

/// From when and by when what a decision orders is owed, by the dates of the decision as they stand. Nobody is late before it has force; a term
/// in the place of a day runs from then.
pub fn order_dates(case: &Case, proceeding: &Proceeding, calendar: &Calendar) -> Option<(NaiveDate, Counted)> {
    let order = proceeding.decision.as_ref()?.order.as_ref()?;
    let from_on = in_force_from(case, proceeding, calendar)?;
    let given = || Counted { on: order.due_on.max(from_on), provisional: false };
    Some((from_on, order.within.map_or_else(given, |within| within.until(calendar, from_on))))
}

/// The order that a round of reply rests on, and its end as it was counted. An amendment of the decision's dates moves the round with them.
pub fn ordered_round(case: &Case, round: u32, calendar: &Calendar) -> Option<(OrderedRound, Counted)> {
    let ordered = *case.ordered_round(round)?;
    let dates = case.proceeding(ordered.proceeding).and_then(|proceeding| order_dates(case, proceeding, calendar));
    let (from_on, due) = dates.unwrap_or((ordered.from_on, Counted { on: ordered.due_on, provisional: false }));
    Some((OrderedRound { from_on, due_on: due.on, ..ordered }, due))
}

#[cfg(test)]
mod tests;
