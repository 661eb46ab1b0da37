//! What happened to a case, as its clock tells it: the steps that the law counts, and beside them facts that move nothing but that the
//! file must show: the end of the applicant's term, a delivery that started no term, a closing that was taken back.

use crate::case::clock::{self as case_clock, consultation_label, corrected_on, first_left_on, sent_on};
use crate::case::duties::{answered_on, ordered_round, served_on};
use crate::case::model::{Case, Dispatch, FeeNotice, Letter, Reply};
use crate::http::problem::Language;
use crate::rules::calendar::Calendar;
use crate::rules::clock::{Clock, ClockStatus, ClockStep, Happening, Reading, StepKind};
use crate::rules::reply_kinds::ReplyKind;
use crate::rules::terms::{Circumstance, DutyKind, term};
use crate::views::clock_previews::{ClockEntry, entry, noted};
use chrono::NaiveDate;

/// Why a day of the ledger does not count: somebody outside was asked.
const CONSULTED: &str = "consultation";

/// A line of the history.
enum Line {
    /// What the law counts.
    Step(ClockStep),
    /// A fact that moves nothing.
    Note(Note),
}

struct Note {
    on: NaiveDate,
    kind: StepKind,
    consultation: Option<String>,
    /// It stands before this step of the same day: what the step brought made it idle.
    before: Option<StepKind>,
    /// It ended the case, until the case was reopened.
    closes: bool,
}

impl Line {
    const fn on(&self) -> NaiveDate {
        match self {
            Self::Step(step) => step.on,
            Self::Note(note) => note.on,
        }
    }
}

/// The clock of a case on a day, its reply and its end included.
pub fn reading(case: &Case, calendar: &Calendar, on: NaiveDate) -> Reading {
    let mut clock = case_clock::fresh(case, calendar);
    for step in steps(case, calendar) {
        // What the law refuses has no effect.
        let _ = clock.take(&step);
    }
    by_order(case, calendar, on, clock.reading(on))
}

/// Where a body or court ordered the current round, its own date counts, and no working day of Art 33 (复议法 77; 行诉法 94).
pub(super) fn by_order(case: &Case, calendar: &Calendar, on: NaiveDate, reading: Reading) -> Reading {
    let Some((ordered, due)) = ordered_round(case, case.round(), calendar) else { return reading };
    let answered = answered_on(case, case.round());
    let status = match answered {
        _ if reading.status == ClockStatus::Closed && case.closing.is_some() => ClockStatus::Closed,
        Some(_) => ClockStatus::Replied,
        None if on > ordered.due_on => ClockStatus::Overdue,
        None => ClockStatus::Running,
    };
    let left = calendar.working_days_between(answered.unwrap_or(on), ordered.due_on);
    Reading { status, due: Some(due), projected: None, working_days_left: Some(left), ..reading }
}

/// How much of the reply period was used on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// Working days used, more than there are when overdue; none while that cannot be told.
    pub working_days: Option<i64>,
    /// Working days of the period that did not count because somebody outside the agency was asked.
    pub excluded: usize,
}

/// What was used of the current reply period, its reply and its end included.
pub fn spent(case: &Case, calendar: &Calendar, on: NaiveDate) -> Spent {
    let mut clock = case_clock::fresh(case, calendar);
    for step in steps(case, calendar) {
        // What the law refuses has no effect.
        let _ = clock.take(&step);
    }
    let ledger = clock.ledger(on);
    let allowed = ledger.iter().filter_map(|day| day.number).max();
    Spent {
        working_days: clock.reading(on).working_days_left.zip(allowed).map(|(left, allowed)| i64::from(allowed) - left),
        excluded: ledger.iter().filter(|day| day.reason == CONSULTED).count(),
    }
}

/// The clock after everything that happened, and every line of its history.
pub(super) fn told<'a>(case: &Case, calendar: &'a Calendar, language: Language) -> (Clock<'a>, Vec<ClockEntry>) {
    let mut clock = case_clock::fresh(case, calendar);
    let mut entries = Vec::new();
    for line in lines(case, calendar) {
        match line {
            Line::Step(step) => {
                let taken = clock.take(&step);
                let reading = clock.reading(clock.day_of(&step));
                entries.push(entry(&step, taken, reading, language));
            }
            Line::Note(note) => {
                // A note may bear a day before the last step that was taken, which an amendment put later.
                let step = ClockStep { on: note.on, what: Happening::Closed };
                let mut reading = clock.reading(clock.day_of(&step));
                if note.closes {
                    reading = Reading { status: ClockStatus::Closed, awaited: Vec::new(), ..reading };
                }
                entries.push(noted((note.on, note.kind), note.consultation, reading));
            }
        }
    }
    (clock, entries)
}

/// The steps of a case with its reply and its end.
fn steps(case: &Case, calendar: &Calendar) -> Vec<ClockStep> {
    let mut steps = case_clock::steps(case);
    // A reply that was ordered belongs to no period of Art 33: the one before it ended that.
    if let Some(reply) = case.counting_reply()
        && let Some(on) = answered_on(case, reply.round)
    {
        let lapse = lapse(reply).filter(|what| {
            let mut clock = case_clock::fresh(case, calendar);
            for step in steps.iter().filter(|step| step.on <= on) {
                // What the law refuses has no effect.
                let _ = clock.take(step);
            }
            clock.take(&ClockStep { on, what: what.clone() }).is_ok()
        });
        steps.push(ClockStep { on, what: lapse.unwrap_or(Happening::Replied) });
    }
    steps.extend(case.closing.as_ref().map(|closing| ClockStep { on: closing.on, what: Happening::Closed }));
    steps.sort_by_key(|step| step.on);
    steps
}

/// A closing under O1 or O2 is no reply: the agency stops handling.
fn lapse(reply: &Reply) -> Option<Happening> {
    match reply.items.iter().find(|item| item.main)?.kind {
        ReplyKind::O1 => Some(Happening::CorrectionLapsed),
        ReplyKind::O2 => Some(Happening::FeeLapsed),
        _ => None,
    }
}

fn lines(case: &Case, calendar: &Calendar) -> Vec<Line> {
    let mut lines: Vec<Line> = steps(case, calendar).into_iter().map(Line::Step).collect();
    let known = |kind: StepKind, consultation: Option<&str>| {
        lines.iter().any(|line| matches!(line, Line::Step(step) if step.what.kind() == kind && step.what.consultation() == consultation))
    };
    let mut notes: Vec<Note> = Vec::new();
    for (on, kind, consultation, before) in deliveries(case) {
        if !known(kind, consultation.as_deref()) {
            notes.push(Note { on, kind, consultation, before: Some(before), closes: false });
        }
    }
    let plain = |on, kind, closes| Note { on, kind, consultation: None, before: None, closes };
    notes.extend(terms_ended(case, calendar).into_iter().map(|(on, kind)| plain(on, kind, false)));
    for reopening in &case.reopenings {
        if let Some(reply) = case.reply(reopening.reply) {
            let sent_on = case.dispatches_of(reply.n).filter_map(Dispatch::timely_on).min().unwrap_or(reply.on);
            notes.extend(lapse(reply).map(|what| plain(sent_on, what.kind(), true)));
        }
        notes.extend(reopening.closed_on.map(|on| plain(on, StepKind::Closed, true)));
        notes.push(plain(reopening.on, StepKind::Reopened, false));
    }
    for note in notes {
        let met = |line: &Line| matches!(line, Line::Step(step) if step.on == note.on && Some(step.what.kind()) == note.before);
        let at = lines.iter().position(met).unwrap_or_else(|| lines.partition_point(|line| line.on() <= note.on));
        lines.insert(at.min(lines.len()), Line::Note(note));
    }
    lines
}

/// Deliveries of notices that ask somebody for something, with what they asked for.
fn deliveries(case: &Case) -> Vec<(NaiveDate, StepKind, Option<String>, StepKind)> {
    let served = |letter| served_on(case, letter);
    let corrections = case.corrections.iter().filter(|known| known.voided.is_none()).filter_map(|known| {
        let letter = Letter::Correction { n: known.n };
        sent_on(case, letter)?;
        Some((served(letter)?, StepKind::CorrectionNoticeDelivered, None, StepKind::CorrectedApplicationReceived))
    });
    let consultations = case.consultations.iter().filter(|known| known.voided.is_none()).filter_map(|known| {
        let letter = Letter::Consultation { n: known.n };
        first_left_on(case, letter)?;
        let label = Some(consultation_label(known.n));
        Some((served(letter)?, StepKind::ConsultationDelivered, label, StepKind::ConsultationAnswered))
    });
    let fees = case.fee_notices.iter().filter(|known| known.voided.is_none()).filter_map(|known| {
        let letter = Letter::Fee { n: known.n };
        sent_on(case, letter)?;
        Some((served(letter)?, StepKind::FeeNoticeDelivered, None, StepKind::FeePaid))
    });
    corrections.chain(consultations).chain(fees).collect()
}

/// Terms of the applicant of which it was recorded that nothing had come by their last day, as that day stands now.
fn terms_ended(case: &Case, calendar: &Calendar) -> Vec<(NaiveDate, StepKind)> {
    let over = |letter, days: u32, ran_out_on: Option<NaiveDate>, came_on: Option<NaiveDate>| {
        let ran_out_on = ran_out_on?;
        let until = calendar.nth_working_day_after(served_on(case, letter)?, days).on;
        (until <= ran_out_on && came_on.is_none_or(|came_on| until < came_on)).then_some(until)
    };
    let corrections = case.corrections.iter().filter(|known| known.voided.is_none()).filter_map(|known| {
        let came_on = corrected_on(known).into_iter().chain(known.answers.iter().map(|answer| answer.arrived_on)).min();
        let on = over(Letter::Correction { n: known.n }, known.answer_within_working_days, known.ran_out_on, came_on)?;
        Some((on, StepKind::CorrectionTermEnded))
    });
    let fees = case.fee_notices.iter().filter(|known| known.voided.is_none()).filter_map(|known| {
        let days = term(DutyKind::PayFee, Circumstance::Always, known.on)?.length;
        let on = over(Letter::Fee { n: known.n }, days, known.ran_out_on, FeeNotice::paid_on(known))?;
        Some((on, StepKind::FeeTermEnded))
    });
    corrections.chain(fees).collect()
}
