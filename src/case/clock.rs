//! The clock of a case: its steps as the law sees them, counted by [`crate::rules::clock`]. Pure.
//!
//! Dates come from the facts as they stand, amendments included; the order of steps of one day is the order of the trail. A notice
//! that was voided is left out, so the clock runs as if it had not been (domain 6.6). What the agency records is checked
//! by [`hold`] before it is written; what an amendment makes impossible afterwards is shown as refused and has no effect.

use super::duties::served_on;
use super::event::CaseEvent;
use super::facts::Facts;
use super::fold::{Place, apply};
use super::model::{
    Awaiting, CarriedStep, Case, Consultation, Correction, Dispatch, DispatchMethod, FeeNotice, Letter, Mark, Notice, standing,
};
use super::refusal::{Code, Refusal};
use crate::rules::calendar::Calendar;
use crate::rules::clock::{CONSULTATION, Clock, ClockChoices, ClockStep, Happening, Reading, walk};
use crate::rules::receipt::needs_confirmation;
use chrono::NaiveDate;

/// The name of a consultation in ledgers and clocks; the party's own name is private.
pub fn consultation_label(n: u32) -> String {
    format!("{CONSULTATION}{n}")
}

/// What a consultation is called in the clock of its case: of one that was asked on the paper, as the paper's clock had it.
pub fn label_of(known: &Consultation) -> String {
    known.on_paper.as_ref().map_or_else(|| consultation_label(known.n), |paper| paper.label.clone())
}

/// The day the party was asked: its letter left, be it as a letter of the paper that the case is a part of.
pub fn asked_on(case: &Case, known: &Consultation) -> Option<NaiveDate> {
    let letter = Letter::Consultation { n: known.n };
    known.on_paper.as_ref().map(|paper| paper.left_on).or_else(|| first_left_on(case, letter))
}

/// The day a letter to the applicant counts as sent: posting, sending on line, or the signature.
pub fn sent_on(case: &Case, letter: Letter) -> Option<NaiveDate> {
    case.dispatches.iter().filter(|dispatch| dispatch.letter == letter).filter_map(Dispatch::timely_on).min()
}

/// The day a letter to a consulted party first left; an invitation to collect it is no letter: what is handed over leaves by the
/// signature.
pub fn first_left_on(case: &Case, letter: Letter) -> Option<NaiveDate> {
    let left_on = |dispatch: &Dispatch| match dispatch.method {
        DispatchMethod::HandOver => dispatch.served_on(),
        _ => Some(dispatch.on),
    };
    case.dispatches.iter().filter(|dispatch| dispatch.letter == letter).filter_map(left_on).min()
}

/// What happened, without the reply, in the order the law counts it.
pub fn steps(case: &Case) -> Vec<ClockStep> {
    let mut all = Vec::new();
    let mut push = |on: Option<NaiveDate>, what: Happening| {
        // A letter has two marks, its dispatch and what became of it; each fact enters once.
        if let Some(step) = on.map(|on| ClockStep { on, what })
            && !all.contains(&step)
        {
            all.push(step);
        }
    };
    if needs_confirmation(case.channel) {
        push(Some(case.arrived_on), Happening::Arrived);
    }
    push(case.received_on(), Happening::Received);
    for step in case.split_from.iter().flat_map(|origin| &origin.steps).map(CarriedStep::step) {
        push(Some(step.on), step.what);
    }
    for mark in &case.marks {
        match mark {
            Mark::Letter { letter } => letter_steps(case, *letter, &mut push),
            Mark::Corrected { n } => {
                let correction = standing(&case.corrections, Letter::Correction { n: *n });
                push(correction.and_then(corrected_on), Happening::CorrectedApplicationReceived);
            }
            Mark::Paid { n } => {
                let notice = standing(&case.fee_notices, Letter::Fee { n: *n });
                push(notice.and_then(FeeNotice::paid_on), Happening::FeePaid);
            }
            Mark::Reasoned { n } => {
                let request = standing(&case.reasons_requests, Letter::ReasonsRequest { n: *n });
                push(request.and_then(|request| request.answer.as_ref()).map(|answer| answer.on), Happening::ReasonsGiven);
            }
            Mark::Answered { n } | Mark::Failed { n } | Mark::RanOut { awaiting: Awaiting::Consultation { n } } => {
                let Some(known) = standing(&case.consultations, Letter::Consultation { n: *n }) else { continue };
                let consultation = label_of(known);
                match mark {
                    Mark::Answered { .. } => {
                        push(known.answer.as_ref().map(|answer| answer.on), Happening::ConsultationAnswered { consultation });
                    }
                    Mark::Failed { .. } => {
                        push(failed_on(known), Happening::ConsultationUndeliverable { consultation });
                    }
                    // Silence was recorded, and then an answer entered that had come in time: there was none.
                    _ => {
                        let silent = |until: &NaiveDate| ended_on(known).is_none_or(|ended_on| ended_on > *until);
                        push(known.ran_out_on.filter(silent), Happening::ConsultationLapsed { consultation });
                    }
                }
            }
            // The lapse of the applicant's term ends nothing by itself: the closing does.
            Mark::RanOut { .. } => {}
        }
    }
    all.sort_by_key(|step| step.on);
    all
}

fn letter_steps(case: &Case, letter: Letter, push: &mut impl FnMut(Option<NaiveDate>, Happening)) {
    let (sent, served) = (sent_on(case, letter), served_on(case, letter));
    match letter {
        Letter::Correction { .. } => {
            let Some(known) = standing(&case.corrections, letter) else { return };
            push(sent, Happening::CorrectionNoticeSent);
            let answer_within_working_days = Some(known.answer_within_working_days);
            let served = served.filter(before(corrected_on(known)));
            push(served, Happening::CorrectionNoticeDelivered { answer_within_working_days });
        }
        Letter::Consultation { n } => {
            let Some(known) = standing(&case.consultations, letter) else { return };
            let consultation = consultation_label(n);
            let sent = Happening::ConsultationSent { consultation: consultation.clone(), party: known.party };
            push(first_left_on(case, letter), sent);
            let served = served.filter(|_| failed_on(known).is_none()).filter(before(ended_on(known)));
            push(served, Happening::ConsultationDelivered { consultation });
        }
        Letter::Extension { .. } => {
            let Some(known) = standing(&case.extensions, letter) else { return };
            push(sent, Happening::ExtensionNotified { working_days: known.working_days });
        }
        Letter::ReasonsRequest { .. } => {
            let known = standing(&case.reasons_requests, letter);
            push(sent.filter(|_| known.is_some()), Happening::ReasonsRequested);
        }
        Letter::Postponement { .. } => {
            let Some(known) = case.postponements.iter().find(|known| known.letter() == letter) else { return };
            let stands = |sent_on: &NaiveDate| known.voided.as_ref().is_none_or(|voided| overtaken(case, *sent_on, voided.on));
            push(sent.filter(stands), Happening::ReplyPostponed { until: known.until });
        }
        Letter::Fee { .. } => {
            let Some(known) = standing(&case.fee_notices, letter) else { return };
            push(sent, Happening::FeeNoticeSent);
            push(served.filter(before(known.paid_on())), Happening::FeeNoticeDelivered);
        }
        Letter::Acknowledgement {}
        | Letter::Reply { .. }
        | Letter::Erratum { .. }
        | Letter::Revocation { .. }
        | Letter::ThirdPartyNotice { .. } => {}
    }
}

/// Whether the period began anew between a notice and its voiding: what the applicant did in the old period, relying on the notice,
/// stands, and the voiding changes nothing any more (domain 6.6).
fn overtaken(case: &Case, sent_on: NaiveDate, voided_on: NaiveDate) -> bool {
    let corrected = case.corrections.iter().filter(|known| known.stands()).filter_map(corrected_on);
    let paid = case.fee_notices.iter().filter(|known| known.stands()).filter_map(FeeNotice::paid_on);
    corrected.chain(paid).any(|on| (sent_on..=voided_on).contains(&on))
}

/// A delivery starts a term; one proved on or after the day the term was met starts none.
fn before(met_on: Option<NaiveDate>) -> impl Fn(&NaiveDate) -> bool {
    move |served_on| met_on.is_none_or(|met_on| *served_on < met_on)
}

/// The day a consulted party answered, or the agency recorded that its letter cannot be delivered.
fn ended_on(known: &Consultation) -> Option<NaiveDate> {
    let answered_on = known.answer.as_ref().map(|answer| answer.on);
    answered_on.into_iter().chain(failed_on(known)).min()
}

/// The day the agency recorded that a letter cannot be delivered; none where an answer had come before it: the letter had arrived.
fn failed_on(known: &Consultation) -> Option<NaiveDate> {
    let answered_on = known.answer.as_ref().map(|answer| answer.on);
    known.failure.as_ref().map(|failure| failure.on).filter(|on| answered_on.is_none_or(|answered_on| answered_on >= *on))
}

/// The day on which a correction counts as received; the first that counts restarts the clock.
pub fn corrected_on(correction: &Correction) -> Option<NaiveDate> {
    correction.answers.iter().filter_map(|answer| answer.receipt.as_ref()).map(|receipt| receipt.on).min()
}

/// What the agency chose where the law leaves it open, as the case's own notices say.
pub fn choices(case: &Case) -> ClockChoices {
    let restarts = case.reasons_requests.iter().any(|request| request.voided.is_none() && request.restarts_clock);
    ClockChoices { reasons_restart_clock: restarts, ..ClockChoices::default() }
}

/// The clock of a case before anything happened.
pub fn fresh<'a>(case: &Case, calendar: &'a Calendar) -> Clock<'a> {
    Clock::new(calendar, choices(case)).about(case.matter)
}

/// The clock after these steps.
pub fn clock<'a>(case: &Case, calendar: &'a Calendar, steps: &[ClockStep]) -> Clock<'a> {
    let mut clock = fresh(case, calendar);
    walk(&mut clock, steps);
    clock
}

/// Where the clock of a case stands on a day, the reply left out.
pub fn reading(case: &Case, calendar: &Calendar, on: NaiveDate) -> Reading {
    clock(case, calendar, &steps(case)).reading(on)
}

/// Working days of the reply period used on the day of the answer, more than there are when it came late; none where no period ran.
pub fn used(case: &Case, calendar: &Calendar, answered_on: NaiveDate) -> Option<u32> {
    let before: Vec<ClockStep> = steps(case).into_iter().filter(|step| step.on <= answered_on).collect();
    let mut clock = clock(case, calendar, &before);
    // What the law refuses has no effect.
    let _ = clock.take(&ClockStep { on: answered_on, what: Happening::Replied });
    let allowed = clock.ledger(answered_on).iter().filter_map(|day| day.number).max()?;
    let left = clock.reading(answered_on).working_days_left?;
    u32::try_from(i64::from(allowed) - left).ok()
}

/// Whether the law lets this happen today, after all that happened so far.
pub fn would(case: &Case, facts: &Facts<'_>, what: Happening) -> Result<(), Refusal> {
    let lengthens = matches!(what, Happening::ExtensionNotified { .. } | Happening::ReplyPostponed { .. } | Happening::FeeNoticeSent);
    if lengthens && case.ordered_round(case.round()).is_some() {
        let (zh, en) = (
            "本轮答复的期限由复议决定或者裁判确定，不适用第33条的期限，不得延长或者重新计算",
            "a decision set the date of this reply: the period of Art 33 does not run, and nothing lengthens it or begins it anew",
        );
        return Err(Refusal::new(Code::NoPeriodRuns, zh, en).under("复议法 77; 行诉法 94"));
    }
    clock(case, facts.calendar, &steps(case)).take(&ClockStep { on: facts.today, what }).map_err(Refusal::from)
}

/// Whether the law lets these events happen: every step of the clock that they bring, and every step that stood before, stands.
pub fn hold(case: &Case, events: &[CaseEvent], calendar: &Calendar) -> Result<(), Refusal> {
    let mut after = case.clone();
    for event in events {
        let place = Place { agency_id: case.agency_id, stream_id: case.id, seq: after.version + 1, recorded_at: after.changed_at };
        // An event that the fold cannot take is refused by the journal, loudly.
        let Ok(next) = apply(Some(after.clone()), place, event) else { return Ok(()) };
        after = next;
    }
    let refused = |case: &Case| {
        let steps = steps(case);
        let told = walk(&mut fresh(case, calendar), &steps);
        steps.into_iter().zip(told).filter_map(|(step, told)| told.taken.err().map(|refusal| (step, refusal))).collect::<Vec<_>>()
    };
    let before = refused(case);
    let Some((step, refusal)) = refused(&after).into_iter().find(|(step, _)| before.iter().all(|(known, _)| known != step)) else {
        return Ok(());
    };
    let refusal = Refusal::from(refusal);
    if !steps(case).contains(&step) {
        return Err(refusal);
    }
    // What stood would fall with it: that must be mended before.
    let (kind, on) = (step.what.kind(), step.on);
    let (zh, en) = (kind.zh(), kind.en());
    Err(Refusal {
        detail_zh: format!("{}；{on}已登记的“{zh}”将因此不成立，请先作废或者更正该步骤", refusal.detail_zh),
        detail_en: format!("{}; “{en}” of {on} would no longer hold: void or amend that first", refusal.detail_en),
        ..refusal
    })
}
