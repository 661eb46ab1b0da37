//! The terms of the body or court (domain 5.2, L2, L3, L5, L11), where the day they run from is known. For information: they are never the
//! agency's overdue. While a proceeding rests no time runs (复议法 39; 行诉解释 87), and what the body adds counts (复议法 62; 行诉法 81, 88).

use super::proceedings::by_procedure;
use super::{Duty, Start, Whose, counted};
use crate::case::model::{Case, Outcome, Proceeding, ProceedingKind};
use crate::rules::calendar::{Calendar, Counted};
use crate::rules::desk;
use crate::rules::outcomes::{CourtOutcome, Instance, ReconsiderationOutcome};
use crate::rules::terms::{Circumstance, DutyKind, Term, term};
use chrono::{Days, NaiveDate};

pub(super) fn of(case: &Case, proceeding: &Proceeding, calendar: &Calendar) -> Vec<Duty> {
    let mut all = Vec::new();
    all.extend(admission(proceeding, calendar));
    all.extend(copy(proceeding, calendar));
    all.extend(decision_period(proceeding, calendar));
    all.extend(judgment(case, proceeding, calendar));
    all
}

/// The body examines the application (复议法 30). Whoever has the copy knows that it was accepted, and mostly when.
fn admission(proceeding: &Proceeding, calendar: &Calendar) -> Option<Duty> {
    let refused_on = proceeding.decision.as_ref().and_then(|decision| match decision.outcome {
        Outcome::Reconsideration(ReconsiderationOutcome::NotAccepted) => Some(decision.decided_on),
        _ => None,
    });
    let (kind, circumstance) = (DutyKind::AdmitReconsideration, Circumstance::Always);
    let start = Start { kind, circumstance, ordinal: proceeding.n, from_on: proceeding.applied_on? };
    let duty = counted(calendar, start, proceeding.accepted_on.or(refused_on))?;
    Some(Duty { open: false, ..duty })
}

/// The copy has come, so nothing is left to be sent. The term binds the sending (复议法 48, 54), whose day is not on record: a receipt
/// within the term proves that it was kept, a later one proves nothing.
fn copy(proceeding: &Proceeding, calendar: &Calendar) -> Option<Duty> {
    if proceeding.kind != ProceedingKind::Reconsideration {
        return None;
    }
    let circumstance = by_procedure(proceeding.procedure_on(proceeding.received_on));
    let start = Start { kind: DutyKind::SendCopy, circumstance, ordinal: proceeding.n, from_on: proceeding.accepted_on? };
    let duty = counted(calendar, start, None)?;
    Some(Duty { met_on: (proceeding.received_on <= duty.due_on).then_some(proceeding.received_on), open: false, ..duty })
}

/// The period in which a reconsideration must be decided; none where the day it was accepted is not known, or while it rests.
pub fn decision_period(proceeding: &Proceeding, calendar: &Calendar) -> Option<Duty> {
    if proceeding.kind != ProceedingKind::Reconsideration {
        return None;
    }
    body(proceeding, calendar, (DutyKind::DecideReconsideration, by_procedure(proceeding.procedure)))
}

fn judgment(case: &Case, proceeding: &Proceeding, calendar: &Calendar) -> Option<Duty> {
    let circumstance = match proceeding.instance? {
        Instance::First => by_procedure(proceeding.procedure),
        Instance::Retrial if by_first_instance(case, proceeding) => Circumstance::OrdinaryProcedure,
        Instance::Second | Instance::Retrial => Circumstance::SecondInstance,
    };
    body(proceeding, calendar, (DutyKind::GiveJudgment, circumstance))
}

/// Whether a retrial follows the procedure of first instance (行诉解释 119): the court that gave a judgment of first instance tries it again
/// itself. A judgment of second instance, and one that a court above draws to itself, is tried again by the procedure of second instance.
fn by_first_instance(case: &Case, proceeding: &Proceeding) -> bool {
    let earlier = proceeding.follows.and_then(|n| case.proceeding(n));
    earlier.is_some_and(|earlier| earlier.instance == Some(Instance::First) && earlier.body == proceeding.body)
}

/// Whether an appeal may follow its judgment (行诉法 85; 行诉解释 119), and not only a retrial. Nothing may where the case went to another
/// court, was withdrawn or was settled.
pub fn appealable(case: &Case, proceeding: &Proceeding) -> bool {
    let decided = proceeding.decision.as_ref().map(|decision| decision.outcome);
    let closed = matches!(
        decided,
        Some(Outcome::Court(
            CourtOutcome::WithdrawalAllowed
                | CourtOutcome::DeemedWithdrawn
                | CourtOutcome::Transferred
                | CourtOutcome::Discontinued
                | CourtOutcome::Mediated
        ))
    );
    match proceeding.instance {
        Some(Instance::First) => !closed,
        Some(Instance::Retrial) => !closed && by_first_instance(case, proceeding),
        Some(Instance::Second) | None => false,
    }
}

fn body(proceeding: &Proceeding, calendar: &Calendar, (kind, circumstance): (DutyKind, Circumstance)) -> Option<Duty> {
    let from_on = proceeding.accepted_on?;
    let term = term(kind, circumstance, from_on)?;
    let until = end(proceeding, calendar, (term, from_on))?;
    let met_on = proceeding.decision.as_ref().map(|decision| decision.decided_on);
    Some(Duty {
        kind,
        ordinal: proceeding.n,
        article: term.article.to_owned(),
        basis: term.basis,
        from_on,
        due_on: until.on,
        provisional: until.provisional,
        met_on,
        open: met_on.is_none(),
        department: None,
        whose: Whose::default(),
        operation: desk::operation(kind),
    })
}

/// The end of a period with what was added and what did not count: rests that began while it ran. None while one lasts. A day until which the
/// court has longer knows of the rests before its notice; one that began after it puts the day off too (行诉解释 87).
fn end(proceeding: &Proceeding, calendar: &Calendar, (term, from_on): (&Term, NaiveDate)) -> Option<Counted> {
    let mut further: u32 = proceeding.longer_terms.iter().filter_map(|longer| longer.days).sum();
    let mut put_off: Vec<(NaiveDate, Counted)> =
        proceeding.longer_terms.iter().filter_map(|longer| Some((longer.on, Counted { on: longer.until?, provisional: false }))).collect();
    let end = |further: u32, put_off: &[(NaiveDate, Counted)]| {
        let counted = term.prolonged(calendar, from_on, further)?;
        let until = put_off.iter().map(|(_, until)| *until).max_by_key(|until| until.on);
        Some(until.filter(|until| until.on > counted.on).unwrap_or(counted))
    };
    let mut until = end(further, &put_off)?;
    for (rested_on, resumed_on) in proceeding.rests_by_day() {
        if rested_on > until.on || rested_on < from_on {
            continue;
        }
        let days = u32::try_from((resumed_on? - rested_on).num_days()).unwrap_or(0);
        further = further.saturating_add(days);
        for (_, until) in put_off.iter_mut().filter(|(told_on, _)| rested_on >= *told_on) {
            *until = calendar.on_or_after(until.on + Days::new(u64::from(days)));
        }
        until = end(further, &put_off)?;
    }
    Some(until)
}
