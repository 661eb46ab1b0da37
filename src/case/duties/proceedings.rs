//! What reconsiderations, lawsuits and complaints owe (domain 5.2): the agency's answers, appearances, filings, reports and performances, and
//! the terms of the other side. Those of the body or court are counted next door, for information.

use super::bodies::{self, decision_period};
use super::force::{AsOf, has_force, order_dates};
use super::{Duty, Start, Whose, counted};
use crate::case::model::{Against, Case, Complaint, HearingResult, Order, Outcome, Proceeding, ProceedingKind, ReplyState, Told};
use crate::rules::calendar::Calendar;
use crate::rules::desk;
use crate::rules::outcomes::{CourtOutcome, Instance, ProcedureKind, ReconsiderationOutcome};
use crate::rules::proceedings::{Appellant, FilingSubject, PartyStanding};
use crate::rules::terms::{Basis, Circumstance, DutyKind, term};
use chrono::NaiveDate;

/// Sittings of one proceeding that duties can tell apart.
pub const MOST_HEARINGS: u32 = 99;

/// Every duty of the proceedings and complaints.
pub fn of(case: &Case, calendar: &Calendar) -> Vec<Duty> {
    let mut all = Vec::new();
    for proceeding in &case.proceedings {
        let later = case.proceedings.iter().find(|later| later.follows == Some(proceeding.n));
        all.extend(answer(proceeding, calendar));
        all.extend(hearings(proceeding));
        all.extend(word_of_revocation(case, proceeding, calendar));
        all.extend(filings(proceeding, calendar));
        all.extend(report(proceeding, calendar));
        all.extend(performance(case, proceeding, calendar));
        all.extend(next(case, proceeding, calendar));
        all.extend(retrial(proceeding, later, calendar));
        all.extend(bodies::of(case, proceeding, calendar));
    }
    all.extend(case.complaints.iter().flat_map(complaint));
    all
}

/// The agency's answer. None is owed where the body alone is sued (行诉法 26), nor to an appeal of its own (行诉法 67, 85). A change to the ordinary
/// procedure lengthens a term that still ran, and mends none that had run out (复议法 48, 54, 55). While a reconsideration rests no time runs (复议法 39):
/// until it goes on nothing is owed by a day.
fn answer(proceeding: &Proceeding, calendar: &Calendar) -> Option<Duty> {
    if proceeding.stands_as() == PartyStanding::ThirdParty || proceeding.appellant == Some(Appellant::Agency) {
        return None;
    }
    let met_on = proceeding.answer.as_ref().map(|answer| answer.on);
    let under = |kind, circumstance| {
        counted(calendar, Start { kind, circumstance, ordinal: proceeding.n, from_on: proceeding.received_on }, met_on)
    };
    let duty = match proceeding.kind {
        ProceedingKind::Litigation => under(DutyKind::DefendLitigation, Circumstance::Always),
        ProceedingKind::Reconsideration => {
            let change = proceeding.procedure_change;
            let under = |circumstance| rested(proceeding, calendar, under(DutyKind::AnswerReconsideration, circumstance)?);
            let first = under(by_procedure(change.map_or(proceeding.procedure, |change| change.from)));
            match change {
                Some(change) if first.as_ref().is_none_or(|first| change.on <= first.due_on) => under(by_procedure(proceeding.procedure)),
                _ => first,
            }
        }
    }?;
    Some(Duty { open: duty.open && proceeding.decision.is_none(), ..duty })
}

/// The answer with the working days left out on which the reconsideration rested (复议法 39), of rests that began while its term ran. None while one
/// lasts and nothing was answered.
fn rested(proceeding: &Proceeding, calendar: &Calendar, mut duty: Duty) -> Option<Duty> {
    for (rested_on, resumed_on) in proceeding.rests_by_day() {
        if rested_on > duty.due_on {
            break;
        }
        let from_on = rested_on.max(duty.from_on);
        let until = resumed_on.or(duty.met_on.map(|met_on| met_on.max(from_on)))?;
        let days = u32::try_from(calendar.working_days_between(from_on, until)).unwrap_or(0);
        let due = calendar.nth_working_day_after(duty.due_on, days);
        duty = Duty { due_on: due.on, provisional: duty.provisional || due.provisional, ..duty };
    }
    Some(duty)
}

pub(super) const fn by_procedure(procedure: ProcedureKind) -> Circumstance {
    match procedure {
        ProcedureKind::Ordinary => Circumstance::OrdinaryProcedure,
        ProcedureKind::Summary => Circumstance::SummaryProcedure,
    }
}

/// Sittings, each on its day (行诉法 3(3), 复议法 51); none that was called off.
fn hearings(proceeding: &Proceeding) -> Vec<Duty> {
    let duty = |hearing: &crate::case::model::Hearing| {
        let held = matches!(hearing.result, Some(HearingResult::Held { .. }));
        let kind = DutyKind::AttendHearing;
        let article = hearing.kind.head_appears().or_else(|| term(kind, Circumstance::Always, hearing.on).map(|term| term.article))?;
        Some(Duty {
            kind,
            ordinal: proceeding.n.saturating_mul(MOST_HEARINGS + 1).saturating_add(hearing.n),
            article: article.to_owned(),
            basis: Basis::Law,
            from_on: hearing.notified_on,
            due_on: hearing.on,
            provisional: false,
            met_on: held.then_some(hearing.on),
            open: !held && proceeding.decision.is_none(),
            department: None,
            whose: Whose::default(),
            operation: desk::operation(kind),
        })
    };
    let stands = |hearing: &&crate::case::model::Hearing| !matches!(hearing.result, Some(HearingResult::CalledOff { .. }));
    proceeding.hearings.iter().filter(stands).filter_map(duty).collect()
}

/// The revocation of what is challenged, while it is challenged: the body or court is told (行诉解释 81; 复议法 41, 74).
pub fn revoked_meanwhile(case: &Case, proceeding: &Proceeding) -> Option<(u32, NaiveDate)> {
    let Against::Reply { n } = proceeding.against else { return None };
    let reply = case.reply(n).filter(|reply| reply.state == ReplyState::Revoked)?;
    let on = reply.revocation.as_ref()?.on;
    let decided_before = proceeding.decision.as_ref().is_some_and(|decision| decision.received_on <= on);
    (on >= proceeding.began_on() && !decided_before).then_some((n, on))
}

fn word_of_revocation(case: &Case, proceeding: &Proceeding, calendar: &Calendar) -> Option<Duty> {
    let (reply, from_on) = revoked_meanwhile(case, proceeding)?;
    let told_on = proceeding.told.iter().filter(|told: &&Told| told.reply == reply).map(|told| told.on).min();
    let start = Start { kind: DutyKind::TellRevocation, circumstance: Circumstance::Always, ordinal: proceeding.n, from_on };
    let duty = counted(calendar, start, told_on)?;
    Some(Duty { open: duty.open && proceeding.decision.is_none(), ..duty })
}

/// Filings with the authority (报备), 50(3), within the term that the agency's settings gave: after the papers came, and after the outcome did. Each
/// is met by the filing that says so, or says nothing and fits by its day: a late filing of the opening is not that of the outcome, and one filing
/// meets one of them.
fn filings(proceeding: &Proceeding, calendar: &Calendar) -> Vec<Duty> {
    let decision = proceeding.decision.as_ref();
    let terms = [
        (DutyKind::FileOpening, FilingSubject::Opening, proceeding.file_within.map(|within| (within, proceeding.received_on))),
        (
            DutyKind::FileDecision,
            FilingSubject::Outcome,
            decision.and_then(|decision| decision.file_within.map(|within| (within, decision.received_on))),
        ),
    ];
    let mut taken = None;
    let duty = |(kind, subject, term_of): (DutyKind, FilingSubject, Option<(u32, NaiveDate)>)| {
        let (within, from_on) = term_of?;
        let filings = proceeding.filings.iter().enumerate();
        let fits = filings.filter(|(place, filing)| filing.on >= from_on && filing.is_about(subject) && taken != Some(*place));
        // What says so comes before what says nothing.
        let met = fits.min_by_key(|(_, filing)| (filing.about.is_none(), filing.on));
        taken = met.map(|(place, _)| place);
        let met_on = met.map(|(_, filing)| filing.on);
        let due = calendar.nth_working_day_after(from_on, within);
        Some(Duty {
            kind,
            ordinal: proceeding.n,
            article: term(kind, Circumstance::Always, from_on)?.article.to_owned(),
            basis: Basis::Inner,
            from_on,
            due_on: due.on,
            provisional: due.provisional,
            met_on,
            open: met_on.is_none(),
            department: None,
            whose: Whose::default(),
            operation: desk::operation(kind),
        })
    };
    terms.into_iter().filter_map(duty).collect()
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
fn next(case: &Case, proceeding: &Proceeding, calendar: &Calendar) -> Option<Duty> {
    let later = case.proceedings.iter().find(|later| later.follows == Some(proceeding.n));
    let Some(decision) = &proceeding.decision else { return over_silence(case, proceeding, calendar) };
    let taken_on = |later: &Proceeding| later.appealed_on.unwrap_or(later.received_on);
    let (kind, circumstance, from_on, taken) = match (proceeding.kind, proceeding.instance) {
        // A mediation binds once it is signed (复议法 73); whoever withdrew sues over the reply itself, by its own term (行诉解释 58).
        (ProceedingKind::Reconsideration, _)
            if matches!(
                decision.outcome,
                Outcome::Reconsideration(ReconsiderationOutcome::Mediated | ReconsiderationOutcome::Terminated)
            ) =>
        {
            return None;
        }
        (ProceedingKind::Reconsideration, _) => {
            let from_on = decision.applicant_received_on.unwrap_or(decision.received_on);
            (DutyKind::SueAfterReconsideration, Circumstance::Always, from_on, later)
        }
        (ProceedingKind::Litigation, Some(Instance::First | Instance::Retrial)) if bodies::appealable(case, proceeding) => {
            let circumstance = if decision.ruling { Circumstance::Ruling } else { Circumstance::Judgment };
            (DutyKind::Appeal, circumstance, decision.received_on, later.filter(|later| later.instance == Some(Instance::Second)))
        }
        (ProceedingKind::Litigation, _) => return None,
    };
    counted(calendar, Start { kind, circumstance, ordinal: proceeding.n, from_on }, taken.map(taken_on))
}

/// The suit over a body that does not decide: its term runs from the end of the decision period (复议法 34, 行诉法 45), which is known
/// where the day of acceptance is.
fn over_silence(case: &Case, proceeding: &Proceeding, calendar: &Calendar) -> Option<Duty> {
    let later = case.proceedings.iter().find(|later| later.follows == Some(proceeding.n));
    let period = decision_period(proceeding, calendar)?;
    let (kind, circumstance) = (DutyKind::SueAfterReconsideration, Circumstance::Always);
    let start = Start { kind, circumstance, ordinal: proceeding.n, from_on: period.due_on };
    let duty = counted(calendar, start, later.map(|later| later.received_on))?;
    Some(Duty { provisional: duty.provisional || period.provisional, ..duty })
}

/// The application for a retrial, from the day a judgment took effect (行诉解释 110): of a second instance its service, of a first the end of the
/// term of appeal that nobody used.
fn retrial(proceeding: &Proceeding, later: Option<&Proceeding>, calendar: &Calendar) -> Option<Duty> {
    let decision = proceeding.decision.as_ref()?;
    let Outcome::Court(outcome) = decision.outcome else { return None };
    // What leaves the judgment below standing gives it force.
    let ended_otherwise = proceeding.own_column().is_some()
        && matches!(
            outcome,
            CourtOutcome::WithdrawalAllowed
                | CourtOutcome::DeemedWithdrawn
                | CourtOutcome::Transferred
                | CourtOutcome::Discontinued
                | CourtOutcome::Remanded
                | CourtOutcome::Mediated
        );
    let appealed = later.is_some_and(|later| later.instance == Some(Instance::Second));
    if ended_otherwise || appealed || proceeding.instance == Some(Instance::Retrial) {
        return None;
    }
    let served_on = decision.applicant_received_on.unwrap_or(decision.received_on);
    let from_on = match proceeding.instance {
        Some(Instance::First) => {
            let circumstance = if decision.ruling { Circumstance::Ruling } else { Circumstance::Judgment };
            term(DutyKind::Appeal, circumstance, served_on)?.due(calendar, served_on)?.on
        }
        _ => served_on,
    };
    let start = Start { kind: DutyKind::ApplyForRetrial, circumstance: Circumstance::Always, ordinal: proceeding.n, from_on };
    counted(calendar, start, later.map(|later| later.received_on))
}

/// What a decision orders, by its own date, and not before it has force. Where a judgment can still be appealed, it is owed unless somebody does.
fn performance(case: &Case, proceeding: &Proceeding, calendar: &Calendar) -> Option<Duty> {
    let decision = proceeding.decision.as_ref()?;
    let order = decision.order.as_ref()?;
    let article = match proceeding.kind {
        ProceedingKind::Reconsideration if Outcome::Reconsideration(ReconsiderationOutcome::Mediated) == decision.outcome => "复议法 73",
        ProceedingKind::Reconsideration => "复议法 77",
        ProceedingKind::Litigation => "行诉法 94",
    };
    let (from_on, due) = order_dates(case, proceeding, calendar)?;
    let in_force = has_force(case, proceeding, AsOf::TermsOver);
    let duty = ordered(DutyKind::PerformOrder, (proceeding.n, article), (from_on, order), in_force);
    Some(Duty { due_on: due.on, provisional: due.provisional, ..duty })
}

fn ordered(kind: DutyKind, (ordinal, article): (u32, &str), (from_on, order): (NaiveDate, &Order), in_force: bool) -> Duty {
    Duty {
        kind,
        ordinal,
        article: article.to_owned(),
        basis: Basis::Law,
        from_on,
        due_on: order.due_on,
        provisional: false,
        met_on: order.performed_on,
        open: order.performed_on.is_none() && in_force,
        department: None,
        whose: Whose::default(),
        operation: desk::operation(kind),
    }
}

/// What a complaint asks of the agency, by the dates that the authority gave (Arts 47, 51).
fn complaint(complaint: &Complaint) -> Vec<Duty> {
    let explained = complaint.answer_due_on.map(|due_on| {
        let met_on = complaint.answer.as_ref().map(|answer| answer.on);
        Duty {
            kind: DutyKind::AnswerComplaint,
            ordinal: complaint.n,
            article: complaint.ground.article().to_owned(),
            basis: Basis::Inner,
            from_on: complaint.received_on,
            due_on,
            provisional: false,
            met_on,
            open: met_on.is_none() && complaint.conclusion.is_none(),
            department: None,
            whose: Whose::default(),
            operation: desk::operation(DutyKind::AnswerComplaint),
        }
    });
    let rectified = complaint.conclusion.as_ref().and_then(|conclusion| {
        let order = conclusion.order.as_ref()?;
        Some(ordered(DutyKind::RectifyComplaint, (complaint.n, "47(2)"), (conclusion.received_on, order), true))
    });
    explained.into_iter().chain(rectified).collect()
}

#[cfg(test)]
mod tests;
