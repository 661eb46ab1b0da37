//! Duties inside the agency: to take an assignment on, to assign again, to handle by the date given with it, to search, to confer.
//!
//! All are inner ones: none is the legal date, and the reply ends them all. Only the assignment that counts has any, so that what was
//! assigned anew is not owed twice.

use super::{Duty, Start, Whose, counted};
use crate::case::model::Case;
use crate::rules::calendar::Calendar;
use crate::rules::desk;
use crate::rules::terms::{Basis, Circumstance, DutyKind, term};
use chrono::NaiveDate;
use uuid::Uuid;

pub(super) fn duties(case: &Case, calendar: &Calendar) -> Vec<Duty> {
    let mut all = assignment(case, calendar);
    all.extend(searches(case));
    all.extend(conferences(case));
    all
}

/// Whether the work inside is over: a reply stands, or stood and left.
fn over(case: &Case) -> bool {
    case.standing_reply().is_some()
}

fn assignment(case: &Case, calendar: &Calendar) -> Vec<Duty> {
    let Some(last) = case.assignments.last() else { return Vec::new() };
    let ordinal = u32::try_from(case.assignments.len()).unwrap_or(u32::MAX);
    let start = |kind, from_on| Start { kind, circumstance: Circumstance::Always, ordinal, from_on };
    if let Some(sent_back) = &last.sent_back {
        let again = counted(calendar, start(DutyKind::AssignAgain, sent_back.on), None);
        return again.into_iter().map(|duty| Duty { open: !over(case), ..duty }).collect();
    }
    // Whoever gives a case to themselves has seen it, and so has the handler who drafts; nobody else's draft shows that.
    let drafted_on = case.drafts.iter().filter(|draft| draft.on >= last.on && draft.by == last.handler).map(|draft| draft.on).min();
    let own = (last.by == last.handler).then_some(last.on);
    let claimed_on = [last.accepted.as_ref().map(|accepted| accepted.on), own, drafted_on].into_iter().flatten().min();
    let claim = counted(calendar, start(DutyKind::ClaimCase, last.on), claimed_on);
    let by_date = last.due_on.and_then(|due_on| dated((DutyKind::InnerHandle, ordinal), (last.on, due_on), drafted_on));
    claim.into_iter().chain(by_date).map(|duty| Duty { open: duty.open && !over(case), ..duty }).collect()
}

fn searches(case: &Case) -> Vec<Duty> {
    let duty = |task: &crate::case::model::SearchTask| {
        let met_on = task.result().map(|result| result.on);
        let duty = dated((DutyKind::AnswerSearch, task.n), (task.on, task.until()), met_on)?;
        Some(Duty { open: duty.open && task.is_open() && !over(case), department: Some(task.department), ..duty })
    };
    case.search_tasks.iter().filter_map(duty).collect()
}

fn conferences(case: &Case) -> Vec<Duty> {
    let duty = |conference: &crate::case::model::Conference| {
        let met_on = conference.conclusion.as_ref().map(|conclusion| conclusion.on);
        let duty = dated((DutyKind::ConcludeConference, conference.n), (conference.on, conference.due_on), met_on)?;
        Some(Duty { open: duty.open && !over(case), ..duty })
    };
    case.conferences.iter().filter_map(duty).collect()
}

fn dated((kind, ordinal): (DutyKind, u32), (from_on, due_on): (NaiveDate, NaiveDate), met_on: Option<NaiveDate>) -> Option<Duty> {
    Some(Duty {
        kind,
        ordinal,
        article: term(kind, Circumstance::Always, from_on)?.article.to_owned(),
        basis: Basis::Inner,
        from_on,
        due_on,
        provisional: false,
        met_on,
        open: met_on.is_none(),
        department: None,
        whose: Whose::default(),
        operation: desk::operation(kind),
    })
}

/// Where a duty belongs on the worklist: with the department asked, the person who owes it, or whom the case is with.
pub fn place(duty: &Duty, of_case: (Option<Uuid>, Option<Uuid>)) -> (Option<Uuid>, Option<Uuid>) {
    match (duty.department, duty.whose.person) {
        (Some(department), _) => (Some(department), None),
        (None, Some(person)) => (of_case.0, Some(person)),
        (None, None) => of_case,
    }
}
