//! Taking steps: what each demands, and what it changes.

use chrono::NaiveDate;

use super::parts::{Beginning, Consultation, Period, Wait, length};
use super::reading::Frozen;
use super::refusals::{ClockCode, ClockRefusal};
use super::{ClockChoices, ClockStep, Happening};
use crate::rules::calendar::{Calendar, Counted, day_of};
use crate::rules::due::{self, Interval};
use crate::rules::matter::Matter;
use crate::rules::terms::DutyKind;

/// The Regulations of 2007 came into force on this day; nothing can have been received before.
const FIRST_STEP: NaiveDate = day_of(2008, 5, 1);
/// The last day a step may bear, so that every period ends within the calendar.
pub const LAST_STEP: NaiveDate = day_of(2150, 12, 31);
/// The longest term for a correction that can be called reasonable (Art 30), in working days.
pub const LONGEST_CORRECTION: u32 = 365;

/// The clock of one application.
#[derive(Debug, Clone)]
pub struct Clock<'a> {
    pub(super) calendar: &'a Calendar,
    choices: ClockChoices,
    matter: Matter,
    pub(super) last_on: Option<NaiveDate>,
    pub(super) arrived_on: Option<NaiveDate>,
    pub(super) received_on: Option<NaiveDate>,
    /// The period that runs, or ran last.
    pub(super) period: Option<Period>,
    /// The period from receipt, kept in force because the correction notice was late (choice 14).
    pub(super) original: Option<Period>,
    pub(super) correction: Option<Wait>,
    pub(super) correction_late: bool,
    pub(super) consultations: Vec<Consultation>,
    pub(super) fee: Option<Wait>,
    pub(super) reasons_requested_on: Option<NaiveDate>,
    pub(super) reasons_given_on: Option<NaiveDate>,
    /// How it stood when the reply was given or the case closed.
    pub(super) frozen: Option<Frozen>,
    pub(super) replied_on: Option<NaiveDate>,
    pub(super) closed_on: Option<NaiveDate>,
    /// Closed by a lapse, whose closing notice is still to come.
    pub(super) lapsed: bool,
}

type Taken = Result<(), ClockRefusal>;

fn refuse(code: ClockCode, article: &'static str) -> Taken {
    Err(ClockRefusal::plain(code, article))
}

impl<'a> Clock<'a> {
    /// A clock on which nothing happened yet.
    pub const fn new(calendar: &'a Calendar, choices: ClockChoices) -> Self {
        Self {
            calendar,
            choices,
            matter: Matter::InformationRequest,
            last_on: None,
            arrived_on: None,
            received_on: None,
            period: None,
            original: None,
            correction: None,
            correction_late: false,
            consultations: Vec::new(),
            fee: None,
            reasons_requested_on: None,
            reasons_given_on: None,
            frozen: None,
            replied_on: None,
            closed_on: None,
            lapsed: false,
        }
    }

    /// The clock of an application of this matter.
    #[must_use]
    pub const fn about(mut self, matter: Matter) -> Self {
        self.matter = matter;
        self
    }

    /// Takes a step, or refuses it and stays as it was.
    pub fn take(&mut self, step: &ClockStep) -> Taken {
        let on = step.on;
        let until = if let Happening::ReplyPostponed { until } = step.what { until } else { on };
        if [on, until].iter().any(|date| !(FIRST_STEP..=LAST_STEP).contains(date)) {
            return Err(ClockRefusal::with(
                ClockCode::DateOutOfRange,
                if matches!(step.what, Happening::ReplyPostponed { .. }) { "35" } else { "33(2)" },
                format!("日期须在{FIRST_STEP}至{LAST_STEP}之间"),
                format!("a date lies between {FIRST_STEP} and {LAST_STEP}"),
            ));
        }
        if let Some(last) = self.last_on.filter(|last| on < *last) {
            return Err(ClockRefusal::with(
                ClockCode::OutOfDateOrder,
                "33",
                format!("该步骤日期为{on}，早于前一步骤的{last}"),
                format!("the step is dated {on}, before the step before it, {last}"),
            ));
        }
        self.stage_allows(&step.what)?;
        self.change(on, &step.what)?;
        self.last_on = Some(on);
        Ok(())
    }

    /// The day a reading after a step is of: its own, unless that lies before the last step taken or outside the calendar.
    pub fn day_of(&self, step: &ClockStep) -> NaiveDate {
        let last = self.last_on.unwrap_or(step.on.clamp(FIRST_STEP, LAST_STEP));
        if (last..=LAST_STEP).contains(&step.on) { step.on } else { last }
    }

    /// What the great stages allow: nothing before the receipt; after the reply only its closing and what comes late from a
    /// consulted party; after the closing nothing.
    fn stage_allows(&self, what: &Happening) -> Taken {
        let first = matches!(what, Happening::Arrived | Happening::Received);
        if first && self.received_on.is_some() {
            return refuse(ClockCode::AlreadyReceived, "31");
        }
        if !first && self.received_on.is_none() {
            return refuse(ClockCode::StepBeforeReceipt, "31");
        }
        let closing_of_a_lapse = self.lapsed && *what == Happening::Closed;
        if self.closed_on.is_some() && !closing_of_a_lapse {
            return refuse(ClockCode::AlreadyClosed, "45");
        }
        let late_paper = what.consultation().is_some() && !matches!(what, Happening::ConsultationSent { .. });
        if self.replied_on.is_some() && !late_paper && *what != Happening::Closed {
            return refuse(ClockCode::AlreadyReplied, "33");
        }
        Ok(())
    }

    fn change(&mut self, on: NaiveDate, what: &Happening) -> Taken {
        match what {
            Happening::Arrived if self.arrived_on.is_some() => return refuse(ClockCode::AlreadyReceived, "31"),
            Happening::Arrived => self.arrived_on = Some(on),
            Happening::Received => {
                self.received_on = Some(on);
                self.period = Some(Period::fresh(on, self.matter.working_days(on), Beginning::Receipt));
            }
            Happening::CorrectionNoticeSent => self.ask_for_correction(on)?,
            Happening::CorrectionNoticeDelivered { answer_within_working_days } => {
                self.deliver_correction(on, *answer_within_working_days)?;
            }
            Happening::CorrectedApplicationReceived => {
                let wait = awaited(self.correction, ClockCode::CorrectionNotOpen, "30")?;
                self.correction = Some(Wait { met_on: Some(on), ..wait });
                self.restart(on, Beginning::Correction);
            }
            Happening::CorrectionLapsed => {
                let wait = self.over(self.correction, on, ClockCode::CorrectionNotOpen, "30")?;
                self.close(on);
                self.correction = Some(wait);
                self.lapsed = true;
            }
            Happening::ConsultationSent { .. }
            | Happening::ConsultationDelivered { .. }
            | Happening::ConsultationAnswered { .. }
            | Happening::ConsultationUndeliverable { .. }
            | Happening::ConsultationLapsed { .. } => self.consult(on, what)?,
            Happening::ExtensionNotified { working_days } => self.extend(on, *working_days)?,
            Happening::FeeNoticeSent => self.charge(on)?,
            Happening::FeeNoticeDelivered => {
                let fee = awaited(self.fee, ClockCode::FeeNotOpen, "109号")?;
                if fee.delivered_on.is_some() {
                    return refuse(ClockCode::FeeAlreadyDelivered, "109号");
                }
                self.fee = Some(Wait { delivered_on: Some(on), ..fee });
            }
            Happening::FeePaid => {
                let fee = awaited(self.fee, ClockCode::FeeNotOpen, "109号")?;
                self.fee = Some(Wait { met_on: Some(on), ..fee });
                self.restart(on, Beginning::Payment);
                // The fee begins the period anew for everybody: a late correction notice has no more to keep in force.
                self.original = None;
            }
            Happening::FeeLapsed => {
                let fee = self.over(self.fee, on, ClockCode::FeeNotOpen, "109号")?;
                self.close(on);
                self.fee = Some(fee);
                self.lapsed = true;
            }
            Happening::ReasonsRequested | Happening::ReasonsGiven | Happening::ReplyPostponed { .. } => self.excess(on, what)?,
            Happening::Replied => {
                self.freeze(on);
                self.replied_on = Some(on);
            }
            Happening::Closed => {
                self.close(on);
                self.lapsed = false;
            }
        }
        Ok(())
    }

    fn close(&mut self, on: NaiveDate) {
        self.freeze(on);
        self.closed_on = Some(on);
    }

    /// A wait whose term is over on a day, earliest the day after it (choice 17).
    fn over(&self, wait: Option<Wait>, on: NaiveDate, code: ClockCode, article: &'static str) -> Result<Wait, ClockRefusal> {
        let wait = awaited(wait, code, article)?;
        match wait.until(self.calendar) {
            Some(until) if until.on < on => Ok(Wait { lapsed_on: Some(on), ..wait }),
            until => Err(before_its_day(on, until.map(|until| until.on), article)),
        }
    }

    /// A new start: fresh days of the rule set of the receipt date (choice 35), with an extension available again (choice 13).
    fn restart(&mut self, on: NaiveDate, why: Beginning) {
        let Some(received_on) = self.received_on else { return };
        if self.correction_late && self.original.is_none() {
            self.original = self.period;
        }
        self.period = Some(Period::fresh(on, self.matter.working_days(received_on), why));
    }

    fn ask_for_correction(&mut self, on: NaiveDate) -> Taken {
        if self.correction.is_some() {
            return refuse(ClockCode::CorrectionAlreadyUsed, "30");
        }
        let received_on = self.received_on.unwrap_or(on);
        let until = self.calendar.nth_working_day_after(received_on, length(DutyKind::CorrectionNotice, received_on));
        self.correction_late = until.on < on;
        self.correction =
            Some(Wait { sent_on: on, delivered_on: None, term: self.choices.correction_working_days, met_on: None, lapsed_on: None });
        Ok(())
    }

    fn deliver_correction(&mut self, on: NaiveDate, days: Option<u32>) -> Taken {
        let wait = awaited(self.correction, ClockCode::CorrectionNotOpen, "30")?;
        if wait.delivered_on.is_some() {
            return refuse(ClockCode::CorrectionAlreadyDelivered, "30");
        }
        let term = days.unwrap_or(self.choices.correction_working_days);
        if !(1..=LONGEST_CORRECTION).contains(&term) {
            return Err(ClockRefusal::with(
                ClockCode::TermOutOfRange,
                "30",
                format!("补正期限应为1至{LONGEST_CORRECTION}个工作日"),
                format!("the term for a correction is 1 to {LONGEST_CORRECTION} working days"),
            ));
        }
        self.correction = Some(Wait { delivered_on: Some(on), term, ..wait });
        Ok(())
    }

    fn consult(&mut self, on: NaiveDate, what: &Happening) -> Taken {
        let Some(label) = what.consultation() else { return Ok(()) };
        let known = self.consultations.iter().position(|known| known.label == label);
        if let Happening::ConsultationSent { party, .. } = what {
            if known.is_some() {
                return refuse(ClockCode::ConsultationAlreadySent, party.article());
            }
            let label = label.to_owned();
            let consultation = Consultation { label, party: *party, sent_on: on, delivered_on: None, ended_on: None, answered: false };
            self.consultations.push(consultation);
            return Ok(());
        }
        let calendar = self.calendar;
        let Some(known) = known.and_then(|n| self.consultations.get_mut(n)) else {
            return refuse(ClockCode::ConsultationUnknown, "33(3)");
        };
        let article = known.party.article();
        let answered = matches!(what, Happening::ConsultationAnswered { .. });
        if (answered && known.answered) || (!answered && known.ended_on.is_some()) {
            return refuse(ClockCode::ConsultationAlreadyEnded, article);
        }
        match what {
            Happening::ConsultationDelivered { .. } | Happening::ConsultationUndeliverable { .. } if known.delivered_on.is_some() => {
                return refuse(ClockCode::ConsultationAlreadyDelivered, article);
            }
            Happening::ConsultationDelivered { .. } => known.delivered_on = Some(on),
            Happening::ConsultationUndeliverable { .. } => known.ended_on = Some(on),
            Happening::ConsultationAnswered { .. } => {
                known.answered = true;
                known.ended_on.get_or_insert(on);
            }
            Happening::ConsultationLapsed { .. } => {
                let until = known.law_end(calendar).on;
                if on < until {
                    return Err(before_its_day(on, Some(until), article));
                }
                known.ended_on = Some(on);
            }
            _ => {}
        }
        Ok(())
    }

    fn extend(&mut self, on: NaiveDate, working_days: u32) -> Taken {
        let article = "33(2)";
        let Some(period) = self.period else { return refuse(ClockCode::StepBeforeReceipt, "31") };
        let most = period.base;
        if !(1..=most).contains(&working_days) {
            return Err(ClockRefusal::with(
                ClockCode::ExtensionDaysOutOfRange,
                article,
                format!("延长答复的期限应为1至{most}个工作日"),
                format!("an extension is 1 to {most} working days"),
            ));
        }
        if self.waits_for_correction() || self.waits_for_payment() {
            return refuse(ClockCode::NoPeriodRuns, article);
        }
        // After a late correction notice the first period stays in force, and with it what was used of it.
        let in_force = self.original.unwrap_or(period);
        if in_force.extension.is_some() {
            return refuse(ClockCode::ExtensionAlreadyUsed, article);
        }
        if in_force.postponed.is_some() {
            return refuse(ClockCode::AlreadyPostponed, "35");
        }
        self.before_due(on, ClockCode::ExtensionAfterDueDate, article)?;
        if let Some(original) = &mut self.original {
            original.extension = Some(working_days);
        }
        self.period = Some(Period { extension: Some(working_days), ..period });
        Ok(())
    }

    fn charge(&mut self, on: NaiveDate) -> Taken {
        if self.fee.is_some() {
            return refuse(ClockCode::FeeAlreadyNotified, "42, 109号");
        }
        if self.waits_for_correction() {
            return refuse(ClockCode::NoPeriodRuns, "109号");
        }
        self.before_due(on, ClockCode::FeeNoticeAfterDueDate, "109号")?;
        let term = length(DutyKind::PayFee, on);
        self.fee = Some(Wait { sent_on: on, delivered_on: None, term, met_on: None, lapsed_on: None });
        Ok(())
    }

    fn excess(&mut self, on: NaiveDate, what: &Happening) -> Taken {
        let article = "35";
        match what {
            Happening::ReasonsRequested if self.reasons_requested_on.is_some() => {
                return refuse(ClockCode::ReasonsAlreadyRequested, article);
            }
            Happening::ReasonsRequested => self.reasons_requested_on = Some(on),
            Happening::ReasonsGiven if self.reasons_requested_on.is_none() => return refuse(ClockCode::ReasonsNotRequested, article),
            Happening::ReasonsGiven if self.reasons_given_on.is_some() => return refuse(ClockCode::ReasonsAlreadyGiven, article),
            Happening::ReasonsGiven => {
                self.reasons_given_on = Some(on);
                if self.choices.reasons_restart_clock {
                    self.restart(on, Beginning::Reasons);
                    self.original = None;
                }
            }
            Happening::ReplyPostponed { until } => return self.postpone(on, *until),
            _ => {}
        }
        Ok(())
    }

    fn postpone(&mut self, on: NaiveDate, until: NaiveDate) -> Taken {
        let article = "35";
        let (Some(period), Some(in_force)) = (self.period, self.in_force()) else {
            return refuse(ClockCode::StepBeforeReceipt, "31");
        };
        if self.reasons_requested_on.is_none() {
            return refuse(ClockCode::ReasonsNotRequested, article);
        }
        if self.reasons_given_on.is_none() {
            return refuse(ClockCode::ReasonsNotGiven, article);
        }
        if self.waits_for_correction() || self.waits_for_payment() {
            return refuse(ClockCode::NoPeriodRuns, article);
        }
        if in_force.postponed.is_some() {
            return refuse(ClockCode::AlreadyPostponed, article);
        }
        self.before_due(on, ClockCode::PostponedAfterDueDate, article)?;
        let (due, projected) = self.dates_of(in_force, on);
        let due_on = due.or(projected).map_or(on, |due| due.on);
        if until <= due_on {
            return Err(ClockRefusal::with(
                ClockCode::PostponedDateNotLater,
                article,
                format!("延迟答复的日期须晚于现答复期限{due_on}"),
                format!("the date must lie after the present due date, {due_on}"),
            ));
        }
        if let Some(original) = &mut self.original {
            original.postponed = Some(until);
        }
        self.period = Some(Period { postponed: Some(until), ..period });
        Ok(())
    }

    /// Refuses what came after the due date in force. While a consultation is open the period still runs, unless its last day was
    /// used before (choices 10, 11).
    fn before_due(&self, on: NaiveDate, code: ClockCode, article: &'static str) -> Taken {
        match self.reading(on).due {
            Some(due) if due.on < on => Err(ClockRefusal::with(
                code,
                article,
                format!("答复期限已于{}届满", due.on),
                format!("the due date, {}, has passed", due.on),
            )),
            _ => Ok(()),
        }
    }

    pub(super) fn waits_for_correction(&self) -> bool {
        self.waits_for_reasons() || self.correction.is_some_and(Wait::open)
    }

    /// By a setting of the agency, a wait for the reasons of an excessive request is as one for a correction (choice 18).
    pub(super) fn waits_for_reasons(&self) -> bool {
        self.choices.reasons_restart_clock && self.reasons_requested_on.is_some() && self.reasons_given_on.is_none()
    }

    pub(super) fn waits_for_payment(&self) -> bool {
        self.fee.is_some_and(Wait::open)
    }

    /// The period whose due date is in force.
    pub(super) fn in_force(&self) -> Option<Period> {
        self.original.or(self.period)
    }

    /// The excluded intervals as known on a day, with an open one up to that day.
    pub(super) fn excluded(&self, on: NaiveDate) -> Vec<Interval> {
        let known = |one: &Consultation| one.interval(self.calendar, on).unwrap_or(Interval { sent_on: one.sent_on, ended_on: on });
        self.consultations.iter().map(known).collect()
    }

    /// The due date of a period with these intervals.
    pub(super) fn due_of(&self, period: Period, excluded: &[Interval]) -> Counted {
        match period.postponed {
            Some(until) => Counted { on: until, provisional: false },
            None => due::due(self.calendar, period.start, period.allowed(), excluded),
        }
    }
}

/// A wait that is open, or the refusal.
fn awaited(wait: Option<Wait>, code: ClockCode, article: &'static str) -> Result<Wait, ClockRefusal> {
    wait.filter(|wait| wait.open()).ok_or(ClockRefusal::plain(code, article))
}

fn before_its_day(on: NaiveDate, until: Option<NaiveDate>, article: &'static str) -> ClockRefusal {
    match until {
        Some(until) => ClockRefusal::with(
            ClockCode::LapseBeforeItsDay,
            article,
            format!("期限至{until}届满，{on}尚不能认定逾期"),
            format!("the term ends on {until}; on {on} it is not over"),
        ),
        None => ClockRefusal::with(
            ClockCode::LapseBeforeItsDay,
            article,
            "送达之前期限不起算".to_owned(),
            "no term runs before the delivery".to_owned(),
        ),
    }
}
