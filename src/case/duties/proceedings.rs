//! What reconsiderations and lawsuits owe (domain 5.2): the agency's answers, reports and performances, the terms of the other side, and for
//! information those of the body or court.

use super::{Duty, Start, counted};
use crate::case::model::{Case, Outcome, Proceeding, ProceedingKind};
use crate::rules::calendar::Calendar;
use crate::rules::desk;
use crate::rules::outcomes::{Instance, ProcedureKind};
use crate::rules::terms::{Basis, Circumstance, DutyKind};
use chrono::NaiveDate;

/// Every duty of the proceedings.
pub fn of(case: &Case, calendar: &Calendar) -> Vec<Duty> {
    let mut all = Vec::new();
    for proceeding in &case.proceedings {
        let later = case.proceedings.iter().find(|later| later.follows == Some(proceeding.n));
        all.extend(answer(proceeding, calendar));
        all.extend(report(proceeding, calendar));
        all.extend(performance(proceeding, later));
        all.extend(next(proceeding, later, calendar));
        all.extend(of_the_body(proceeding, calendar));
    }
    all
}

fn answer(proceeding: &Proceeding, calendar: &Calendar) -> Option<Duty> {
    let (kind, circumstance) = match proceeding.kind {
        ProceedingKind::Reconsideration => (DutyKind::AnswerReconsideration, by_procedure(proceeding)),
        ProceedingKind::Litigation => (DutyKind::DefendLitigation, Circumstance::Always),
    };
    let start = Start { kind, circumstance, ordinal: proceeding.n, from_on: proceeding.received_on };
    let duty = counted(calendar, start, proceeding.answer.as_ref().map(|answer| answer.on))?;
    Some(Duty { open: duty.open && proceeding.decision.is_none(), ..duty })
}

const fn by_procedure(proceeding: &Proceeding) -> Circumstance {
    match proceeding.procedure {
        ProcedureKind::Ordinary => Circumstance::OrdinaryProcedure,
        ProcedureKind::Summary => Circumstance::SummaryProcedure,
    }
}

/// The report on a reconsideration opinion (行政复议意见书), 复议法 76.
fn report(proceeding: &Proceeding, calendar: &Calendar) -> Option<Duty> {
    let opinion = proceeding.opinion.as_ref()?;
    let start =
        Start { kind: DutyKind::ReportOnOpinion, circumstance: Circumstance::Always, ordinal: proceeding.n, from_on: opinion.received_on };
    counted(calendar, start, opinion.report.as_ref().map(|report| report.on))
}

/// What may follow a decision: a suit of the applicant, whose term runs from their own receipt of it where that is known
/// (行诉法 45); an appeal.
fn next(proceeding: &Proceeding, later: Option<&Proceeding>, calendar: &Calendar) -> Option<Duty> {
    let Some(decision) = &proceeding.decision else { return over_silence(proceeding, later, calendar) };
    let (kind, circumstance, from_on, taken) = match (proceeding.kind, proceeding.instance) {
        (ProceedingKind::Reconsideration, _) => {
            let from_on = decision.applicant_received_on.unwrap_or(decision.received_on);
            (DutyKind::SueAfterReconsideration, Circumstance::Always, from_on, later)
        }
        (ProceedingKind::Litigation, Some(Instance::First)) => {
            let circumstance = if decision.ruling { Circumstance::Ruling } else { Circumstance::Judgment };
            (DutyKind::Appeal, circumstance, decision.received_on, later.filter(|later| later.instance == Some(Instance::Second)))
        }
        (ProceedingKind::Litigation, _) => return None,
    };
    counted(calendar, Start { kind, circumstance, ordinal: proceeding.n, from_on }, taken.map(|later| later.received_on))
}

/// The suit over a body that does not decide: its term runs from the end of the decision period (复议法 34, 行诉法 45), which is known
/// where the day of acceptance is.
fn over_silence(proceeding: &Proceeding, later: Option<&Proceeding>, calendar: &Calendar) -> Option<Duty> {
    let period = decision_period(proceeding, calendar)?;
    let (kind, circumstance) = (DutyKind::SueAfterReconsideration, Circumstance::Always);
    let start = Start { kind, circumstance, ordinal: proceeding.n, from_on: period.due_on };
    let duty = counted(calendar, start, later.map(|later| later.received_on))?;
    Some(Duty { provisional: duty.provisional || period.provisional, ..duty })
}

/// The period in which a reconsideration must be decided; none where the day it was accepted is not known.
pub fn decision_period(proceeding: &Proceeding, calendar: &Calendar) -> Option<Duty> {
    of_the_body(proceeding, calendar).into_iter().find(|duty| duty.kind == DutyKind::DecideReconsideration)
}

/// The terms of the body or court, where the day they run from is known. For information: they are never the agency's overdue.
fn of_the_body(proceeding: &Proceeding, calendar: &Calendar) -> Vec<Duty> {
    let Some(from_on) = proceeding.accepted_on else { return Vec::new() };
    let decided_on = proceeding.decision.as_ref().map(|decision| decision.decided_on);
    let terms: &[_] = match (proceeding.kind, proceeding.instance) {
        (ProceedingKind::Reconsideration, _) => {
            &[(DutyKind::SendCopy, by_procedure(proceeding), None), (DutyKind::DecideReconsideration, by_procedure(proceeding), decided_on)]
        }
        (ProceedingKind::Litigation, Some(Instance::First)) => &[(DutyKind::GiveJudgment, by_procedure(proceeding), decided_on)],
        (ProceedingKind::Litigation, Some(Instance::Second)) => &[(DutyKind::GiveJudgment, Circumstance::SecondInstance, decided_on)],
        // A retrial has the term of the instance whose procedure it follows, which is not on record.
        (ProceedingKind::Litigation, _) => &[],
    };
    let ordinal = proceeding.n;
    terms
        .iter()
        .filter_map(|(kind, circumstance, met_on)| {
            counted(calendar, Start { kind: *kind, circumstance: *circumstance, ordinal, from_on }, *met_on)
        })
        .map(|duty| if duty.kind == DutyKind::SendCopy { copied(duty, proceeding.received_on) } else { duty })
        .collect()
}

/// The copy has come, so nothing is left to be sent. The term binds the sending (复议法 48, 54), whose day is not on record: a receipt
/// within the term proves that it was kept, a later one proves nothing.
fn copied(duty: Duty, received_on: NaiveDate) -> Duty {
    Duty { met_on: (received_on <= duty.due_on).then_some(received_on), open: false, ..duty }
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
        department: None,
        operation: desk::operation(DutyKind::PerformOrder),
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
