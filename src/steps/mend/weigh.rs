//! What an amendment would do: whether it still fits the case, which letters it unmakes, and whether a second person must agree.
//!
//! A change that moves a due date later, or removes an overdue, needs a second person (domain 6.6).

use super::proceeding::{course_in_order, in_order};
use super::{content, days, further};
use crate::case::duties::{self, Duty};
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts};
use crate::case::fold::{Place, apply};
use crate::case::model::{Amendment, ApplicantRecord, Case, Change, Dispatch, Proceeding, ProceedingDates};
use crate::case::private::{PersonDetails, Private};
use crate::case::refusal::{Code, Refusal};
use crate::case::stage::Stage;
use crate::crypto::normalise;
use crate::rules::terms::{Basis, DutyKind, DutyOwner};
use chrono::NaiveDate;

/// Whether the old values are still those of the case.
pub fn stands(case: &Case, change: &Change) -> bool {
    match change {
        Change::Receipt { old_channel, old_arrived_on, old_receipt, old_tracking_number, new_tracking_number, .. } => {
            let number_stands = old_tracking_number == new_tracking_number || case.tracking_number == *old_tracking_number;
            case.channel == *old_channel && case.arrived_on == *old_arrived_on && case.receipt == *old_receipt && number_stands
        }
        Change::Request { old, .. } => case.request == *old,
        Change::Applicants { old, old_agent, .. } => case.applicants == *old && case.agent == *old_agent,
        Change::Service { dispatch, old_on, .. } | Change::ServiceFailed { dispatch, old_on, .. } => {
            case.dispatch(*dispatch).and_then(Dispatch::served_on) == Some(*old_on)
        }
        Change::Proceeding { proceeding, old, .. } => case.proceeding(*proceeding).map(ProceedingDates::of) == Some(*old),
        Change::Course { proceeding, day, old_on, .. } => case.proceeding(*proceeding).and_then(|known| day.on(known)) == Some(*old_on),
        _ => {
            content::stands(case, change).or_else(|| further::stands(case, change)).or_else(|| days::stands(case, change)).unwrap_or(false)
        }
    }
}

/// Refuses a receipt that would come after what rests on it, or vanish under it, and dates of a proceeding out of their order.
pub fn fits(case: &Case, facts: &Facts<'_>, change: &Change) -> Result<(), Refusal> {
    let new_receipt = match change {
        Change::Receipt { new_receipt, .. } => new_receipt,
        Change::Proceeding { proceeding, new, .. } => return in_order(case, facts, *proceeding, *new),
        Change::Course { proceeding, day, new_on, .. } => return course_in_order(case, facts, (*proceeding, *day, *new_on)),
        _ => {
            let found = content::fits(case, facts, change).or_else(|| further::fits(case, facts, change));
            return found.unwrap_or(Ok(()));
        }
    };
    let registered_on = case.registration.as_ref().map(|entry| entry.on);
    let first_use = registered_on.into_iter().chain(case.proceedings.iter().map(first_day)).min();
    match (new_receipt, first_use) {
        (None, Some(_)) => Err(Refusal::new(
            Code::DateMissing,
            "案件已登记或者已进入复议、诉讼，须填写双方确认之日",
            "the case is registered or under review: the day of confirmation is needed",
        )
        .under("31")
        .at("/confirmed_on")),
        (None, None) if !matches!(case.stage, Stage::AwaitingConfirmation | Stage::Received) => {
            Err(Refusal::new(Code::DateMissing, "须填写双方确认之日", "the day of confirmation is needed").under("31").at("/confirmed_on"))
        }
        (Some(receipt), Some(used_on)) if receipt.on > used_on => Err(Refusal::new(
            Code::DateBeforePrevious,
            format!("收到申请之日 {} 晚于已登记的后续步骤 {used_on}", receipt.on),
            format!("received on {} would be after a step already taken on {used_on}", receipt.on),
        )
        .under("31")),
        _ => Ok(()),
    }
}

/// The earliest day of a proceeding: of its acceptance, of a decision not to accept it, or of the copy.
fn first_day(proceeding: &Proceeding) -> NaiveDate {
    let decided_on = proceeding.decision.as_ref().map(|decision| decision.decided_on);
    [proceeding.accepted_on, decided_on].into_iter().flatten().fold(proceeding.received_on, NaiveDate::min)
}

/// What a change of the person who asks brings with it: a letter served on the wrong person is no service (domain 6.6).
pub fn consequences(decision: &mut Decision, case: &Case, facts: &Facts<'_>, amendment: &Amendment) -> Vec<Amendment> {
    let Change::Applicants { old, new, .. } = &amendment.change else { return Vec::new() };
    if !relinks(decision, facts, old, new) {
        return Vec::new();
    }
    let served = case.dispatches.iter().filter(|dispatch| dispatch.letter.to_applicant());
    let served = served.filter_map(|dispatch| dispatch.served_on().map(|on| (dispatch.n, on)));
    (crate::steps::next(case.amendments.len()).max(amendment.n + 1)..)
        .zip(served)
        .map(|(n, (dispatch, old_on))| {
            let reason = decision.keep(facts, "送达对象有误");
            let change = Change::ServiceFailed { dispatch, old_on, returned_on: facts.today, reason: reason.clone() };
            Amendment { n, change, reason, ..amendment.clone() }
        })
        .collect()
}

/// Whether other people ask than before; a corrected telephone or address is no other person.
fn relinks(decision: &Decision, facts: &Facts<'_>, old: &[ApplicantRecord], new: &[ApplicantRecord]) -> bool {
    let person = |details: &Private| person(decision, facts, details);
    let same = |(old, new): (&ApplicantRecord, &ApplicantRecord)| match (person(&old.details), person(&new.details)) {
        (Some(old), Some(new)) => {
            let number = |person: &PersonDetails| person.id_number.as_deref().and_then(normalise::id_number);
            let (old_number, new_number) = (number(&old), number(&new));
            normalise::name(&old.name) == normalise::name(&new.name)
                && (old_number == new_number || old_number.is_none() || new_number.is_none())
        }
        _ => false,
    };
    old.len() != new.len() || !old.iter().zip(new).all(same)
}

/// The details of a person, from the texts of this decision or of the case.
pub fn person(decision: &Decision, facts: &Facts<'_>, details: &Private) -> Option<PersonDetails> {
    decision.text(details).or_else(|| facts.known.texts.get(details)).and_then(|text| serde_json::from_str(text).ok())
}

/// The amendments as events that take effect.
pub fn applied(amendment: Amendment, further: Vec<Amendment>) -> Vec<CaseEvent> {
    std::iter::once(amendment).chain(further).map(|amendment| CaseEvent::AmendmentApplied { amendment }).collect()
}

/// Whether the events move a due date later, or remove an overdue.
pub fn needs_second_person(case: &Case, facts: &Facts<'_>, events: &[CaseEvent]) -> Result<bool, Refusal> {
    let mut after = case.clone();
    for event in events {
        let place = Place { agency_id: case.agency_id, stream_id: case.id, seq: after.version + 1, recorded_at: case.changed_at };
        after = apply(Some(after), place, event).map_err(|_| {
            Refusal::new(Code::AmendmentOutdated, "该更正与案件现状不符", "the amendment does not fit the case as it stands")
        })?;
    }
    let after = duties::duties(&after, facts.calendar);
    // Which paper is to be filed follows from what became of the letter: it is nobody's term.
    let terms = |duty: &&Duty| duty.kind != DutyKind::FileProof;
    Ok(duties::duties(case, facts.calendar).iter().filter(terms).any(|before| {
        let now = after.iter().find(|duty| (duty.kind, duty.ordinal) == (before.kind, before.ordinal));
        let later = match now {
            Some(now) => now.due_on > before.due_on,
            // A term of law that vanishes is moved to never.
            None => before.open && before.basis == Basis::Law && owed_by_agency(before),
        };
        later || (late(before, facts.today) && !now.is_some_and(|now| late(now, facts.today)))
    }))
}

fn owed_by_agency(duty: &Duty) -> bool {
    duty.kind.owed_by() == DutyOwner::Agency && !duties::is_right(duty.kind)
}

/// Overdue today, or met after its date.
fn late(duty: &Duty, today: NaiveDate) -> bool {
    owed_by_agency(duty) && (duty.open || duty.met_on.is_some()) && duty.met_on.unwrap_or(today) > duty.due_on
}

#[cfg(test)]
mod tests;
