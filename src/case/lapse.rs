//! Lapses: terms of the applicant and of consulted parties that ran out with nothing received (Arts 30, 32, 42; 109号). Pure.
//!
//! Who acts: a worker, on any later day. The event bears the last day of the term, so that a service that stood still for a week
//! records what one that ran would have. It closes nothing: what follows from the lapse is a duty of the agency.

use super::clock::hold;
use super::duties::duties;
use super::event::CaseEvent;
use super::model::{Awaiting, Case};
use crate::rules::calendar::Calendar;
use crate::rules::terms::DutyKind;
use chrono::NaiveDate;

/// The terms that others have.
pub const AWAITED: [DutyKind; 3] = [DutyKind::AnswerCorrection, DutyKind::PayFee, DutyKind::AnswerConsultation];

/// The terms that have run out before a day, the earliest first. One whose end rests on a year without a holiday notice has not: its
/// day is not known yet.
pub fn lapses(case: &Case, calendar: &Calendar, today: NaiveDate) -> Vec<CaseEvent> {
    let mut over: Vec<_> =
        duties(case, calendar).into_iter().filter(|duty| duty.open && !duty.provisional && duty.due_on < today).collect();
    over.sort_by_key(|duty| duty.due_on);
    let mut events = Vec::new();
    for duty in over {
        let n = duty.ordinal;
        let awaiting = match duty.kind {
            DutyKind::AnswerCorrection => Awaiting::Correction { n },
            DutyKind::PayFee => Awaiting::Fee { n },
            DutyKind::AnswerConsultation => Awaiting::Consultation { n },
            _ => continue,
        };
        events.push(CaseEvent::TermRanOut { awaiting, until: duty.due_on });
        if hold(case, &events, calendar).is_err() {
            // The law's clock knows of no such wait any more.
            events.pop();
        }
    }
    events
}
