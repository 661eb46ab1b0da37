//! Reading the clock on a day, and explaining it.

use chrono::NaiveDate;

use super::machine::Clock;
use super::parts::{Consultation, Period, Wait, length};
use super::{ClockStatus, Party};
use crate::rules::calendar::Counted;
use crate::rules::due::{self, Exclusion, Interval, LedgerDay};
use crate::rules::terms::DutyKind;

/// Where the clock stands on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The day.
    pub on: NaiveDate,
    /// How it stands.
    pub status: ClockStatus,
    /// The due date in force; none while it cannot be known.
    pub due: Option<Counted>,
    /// The due date if a consulted party stays silent to the end of its term, or by a start that a late correction notice gave.
    pub projected: Option<Counted>,
    /// Working days left; below 0 by how many the case is overdue; none while no period runs.
    pub working_days_left: Option<i64>,
    /// What else is awaited, by whom and until when.
    pub awaited: Vec<Awaited>,
}

impl Reading {
    /// Whether a date shown rests on a year whose holiday notice is not loaded.
    pub fn provisional(&self) -> bool {
        [self.due, self.projected].into_iter().flatten().any(|counted| counted.provisional)
    }
}

/// A period beside that of the reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited {
    /// What is awaited.
    pub kind: DutyKind,
    /// The consultation it belongs to.
    pub consultation: Option<String>,
    /// Counted from; this day is not counted.
    pub from_on: NaiveDate,
    /// Its last day.
    pub due: Counted,
    /// The article.
    pub article: &'static str,
}

impl Clock<'_> {
    /// Where the clock stands on a day, not before the last step.
    pub fn reading(&self, on: NaiveDate) -> Reading {
        if let Some(frozen) = &self.frozen {
            let status = if self.closed_on.is_some() { ClockStatus::Closed } else { ClockStatus::Replied };
            return Reading { on, status, awaited: Vec::new(), ..frozen.reading.clone() };
        }
        let (due, projected) = self.dates(on);
        let left = self.left(on);
        let waits_for_payment = self.waits_for_payment();
        let status = if self.received_on.is_none() {
            ClockStatus::AwaitingConfirmation
        } else if waits_for_payment {
            ClockStatus::AwaitingPayment
        } else if self.waits_for_correction() {
            ClockStatus::AwaitingCorrection
        } else if self.consultations.iter().any(|one| one.interval(self.calendar, on).is_none()) {
            ClockStatus::Suspended
        } else if due.is_some_and(|due| due.on < on) {
            ClockStatus::Overdue
        } else {
            ClockStatus::Running
        };
        Reading { on, status, due, projected, working_days_left: left, awaited: self.awaited_on(on) }
    }

    /// The day from which the period in force is counted; not counted itself.
    pub fn counted_from(&self) -> Option<NaiveDate> {
        self.in_force().map(|period| period.start)
    }

    /// The names of the consultations whose answer is still awaited on a day.
    pub fn open_consultations(&self, on: NaiveDate) -> Vec<String> {
        self.consultations.iter().filter(|one| one.interval(self.calendar, on).is_none()).map(|one| one.label.clone()).collect()
    }

    /// The last excluded day of a consultation as known on a day; none while its answer is awaited.
    pub fn ended_on(&self, consultation: &str, on: NaiveDate) -> Option<NaiveDate> {
        let one = self.consultations.iter().find(|one| one.label == consultation)?;
        one.interval(self.calendar, on).map(|interval| interval.ended_on)
    }

    /// The last day, while an opinion is awaited that was asked for only when every day was used (choice 10): nothing is left when it
    /// ends, and from the next day on the reply is overdue.
    pub fn used_up(&self, on: NaiveDate) -> Option<Counted> {
        let period = self.running().filter(|period| period.postponed.is_none() && self.frozen.is_none())?;
        let awaited = self.consultations.iter().any(|one| one.interval(self.calendar, on).is_none());
        self.dates_of(period, on).0.filter(|due| awaited && !self.waits_for_payment() && due.on >= on)
    }

    /// The due date if nobody does anything more and every consulted party stays silent; none while the applicant is awaited.
    /// It depends on no day, so a duty can rest on it.
    pub fn due_in_silence(&self) -> Option<Counted> {
        let ends = self.consultations.iter().map(|one| one.law_end(self.calendar).on);
        let quiet = ends.chain(self.last_on).max().and_then(|last| last.succ_opt())?;
        self.dates(quiet).0
    }

    /// The day on which so many working days of the running period are used, if every consulted party stays silent; none while the
    /// applicant is awaited. What lengthens or postpones the period does not move it: it is no term of law.
    pub fn due_within(&self, working_days: u32) -> Option<Counted> {
        let period = self.running().filter(|_| !self.waits_for_payment())?;
        let ends = self.consultations.iter().map(|one| one.law_end(self.calendar).on);
        let quiet = ends.chain(self.last_on).max().and_then(|last| last.succ_opt())?;
        Some(due::due(self.calendar, period.start, working_days, &self.excluded(quiet)))
    }

    /// Due date and projected due date on a day.
    fn dates(&self, on: NaiveDate) -> (Option<Counted>, Option<Counted>) {
        let (Some(period), false) = (self.running(), self.waits_for_payment()) else { return (None, None) };
        let (due, mut projected) = self.dates_of(period, on);
        // A notice of correction that came late: the first due date stays in force, the restarted one is shown beside it.
        if let (Some(_), Some(restarted), false) = (self.original, self.period, self.waits_for_correction()) {
            let (restarted_due, restarted_projected) = self.dates_of(restarted, on);
            projected = restarted_due.or(restarted_projected);
        }
        (due, projected)
    }

    /// The period whose days are counted now; none while a correction asked for in time is awaited.
    fn running(&self) -> Option<Period> {
        if self.waits_for_correction() && !self.correction_late { None } else { self.in_force() }
    }

    pub(super) fn dates_of(&self, period: Period, on: NaiveDate) -> (Option<Counted>, Option<Counted>) {
        let open: Vec<&Consultation> = self.consultations.iter().filter(|one| one.interval(self.calendar, on).is_none()).collect();
        let Some(first_open) = open.iter().map(|one| one.sent_on).min().filter(|_| period.postponed.is_none()) else {
            return (Some(self.due_of(period, &self.excluded(on))), None);
        };
        let closed: Vec<Interval> = self.consultations.iter().filter_map(|one| one.interval(self.calendar, on)).collect();
        let used = due::used(self.calendar, period.start, first_open, &closed);
        if used >= period.allowed() {
            return (Some(self.due_of(period, &closed)), None);
        }
        if open.iter().all(|one| one.delivered_on.is_none()) {
            return (None, None);
        }
        let silent = |one: &&Consultation| {
            let ended_on = if one.delivered_on.is_some() { one.law_end(self.calendar).on } else { on };
            Interval { sent_on: one.sent_on, ended_on }
        };
        let intervals: Vec<Interval> = closed.into_iter().chain(open.iter().map(silent)).collect();
        (None, Some(self.due_of(period, &intervals)))
    }

    /// Working days left on a day. Once the due date has passed, by how many working days; while a consultation is open the number
    /// stands as it was when its letter went out.
    fn left(&self, on: NaiveDate) -> Option<i64> {
        let period = self.running().filter(|_| !self.waits_for_payment())?;
        if let Some(until) = period.postponed {
            return Some(self.calendar.working_days_between(on, until));
        }
        let excluded = self.excluded(on);
        if let (Some(due), _) = self.dates_of(period, on) {
            let open = self.consultations.iter().filter(|one| one.interval(self.calendar, on).is_none());
            let until = open.map(|one| one.sent_on).chain([on]).min().unwrap_or(on);
            if due.on < until {
                return Some(-self.calendar.working_days_between(due.on, until));
            }
        }
        Some(i64::from(period.allowed()) - i64::from(due::used(self.calendar, period.start, on, &excluded)))
    }

    fn awaited_on(&self, on: NaiveDate) -> Vec<Awaited> {
        let calendar = self.calendar;
        let mut all = Vec::new();
        let Some(received_on) = self.received_on else {
            all.extend(self.arrived_on.map(|from_on| {
                let due = calendar.nth_working_day_after(from_on, length(DutyKind::ConfirmReceipt, from_on));
                Awaited { kind: DutyKind::ConfirmReceipt, consultation: None, from_on, due, article: "31" }
            }));
            return all;
        };
        if self.correction.is_none() {
            let due = calendar.nth_working_day_after(received_on, length(DutyKind::CorrectionNotice, received_on));
            let notice = Awaited { kind: DutyKind::CorrectionNotice, consultation: None, from_on: received_on, due, article: "30" };
            all.extend(Some(notice).filter(|notice| on <= notice.due.on));
        }
        let wait = |kind, article, wait: Option<Wait>| {
            let wait = wait.filter(|wait| wait.open())?;
            let (from_on, due) = wait.delivered_on.zip(wait.until(calendar))?;
            Some(Awaited { kind, consultation: None, from_on, due, article })
        };
        all.extend(wait(DutyKind::AnswerCorrection, "30", self.correction));
        for one in self.consultations.iter().filter(|one| one.interval(calendar, on).is_none()) {
            let Some(from_on) = one.delivered_on else { continue };
            let consultation = Some(one.label.clone());
            let article = Party::article(one.party);
            all.push(Awaited { kind: DutyKind::AnswerConsultation, consultation, from_on, due: one.law_end(calendar), article });
        }
        all.extend(wait(DutyKind::PayFee, "109号", self.fee));
        all
    }

    /// Every day from the current start to the due date, as things stand on a day; empty while there is no due date.
    pub fn ledger(&self, on: NaiveDate) -> Vec<LedgerDay> {
        if let Some(frozen) = &self.frozen {
            return frozen.ledger.clone();
        }
        let (Some(period), Some(due)) = (self.in_force(), self.reading(on).due) else { return Vec::new() };
        let intervals = self.excluded(on);
        let labels = self.consultations.iter().map(|one| one.label.as_str());
        let excluded: Vec<Exclusion<'_>> =
            intervals.iter().zip(labels).map(|(interval, label)| Exclusion { interval: *interval, label }).collect();
        due::ledger_until(self.calendar, period.start, due.on, &excluded)
    }

    /// What stays as it was when the reply was given or the case closed.
    pub(super) fn freeze(&mut self, on: NaiveDate) {
        if self.frozen.is_none() {
            self.frozen = Some(Frozen { reading: self.reading(on), ledger: self.ledger(on) });
        }
    }
}

/// The clock as it stood when the reply was given or the case closed.
#[derive(Debug, Clone)]
pub(super) struct Frozen {
    reading: Reading,
    ledger: Vec<LedgerDay>,
}
