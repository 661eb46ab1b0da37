//! The dates of a case as of one day: due date, days left, light, and every duty with its article.

use crate::case::duties::{Duty, duties, reply_duty};
use crate::case::model::Case;
use crate::rules::calendar::{Calendar, Counted};
use crate::rules::receipt::caution_date;
use crate::rules::terms::{Basis, DutyKind, DutyOwner};
use crate::views::light::{Light, Lights};
use crate::views::shape::view;
use chrono::NaiveDate;

view! {
    /// Something owed by a date.
    pub struct DutyView {
        /// What.
        kind: DutyKind,
        /// What it is called.
        label_zh: &'static str,
        /// In English.
        label_en: &'static str,
        /// Which of its kind: the round, the dispatch, the reply or the proceeding.
        ordinal: u32,
        /// The article.
        article: String,
        /// Whether law or the agency's practice sets the term.
        basis: Basis,
        /// Whom it binds.
        owed_by: DutyOwner,
        /// The day it is counted from; not counted itself.
        from_on: NaiveDate,
        /// The due date.
        due_on: NaiveDate,
        /// The due date rests on a year whose holidays are not announced.
        provisional: bool,
        /// The day it was met.
        met_on: Option<NaiveDate>,
        /// It still has to be met.
        open: bool,
    }
}

impl From<Duty> for DutyView {
    fn from(duty: Duty) -> Self {
        Self {
            kind: duty.kind,
            label_zh: duty.kind.zh(),
            label_en: duty.kind.en(),
            ordinal: duty.ordinal,
            article: duty.article,
            basis: duty.basis,
            owed_by: duty.kind.owed_by(),
            from_on: duty.from_on,
            due_on: duty.due_on,
            provisional: duty.provisional,
            met_on: duty.met_on,
            open: duty.open,
        }
    }
}

/// The dates of a case on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dates {
    /// Every duty that there is on the day.
    pub duties: Vec<Duty>,
    /// The reply duty of the current round.
    pub reply: Option<Duty>,
    /// The caution date, while a confirmation is awaited.
    pub caution: Option<Counted>,
    /// Working days left, negative when overdue; none when answered or awaiting.
    pub working_days_left: Option<i64>,
    /// The light.
    pub light: Light,
}

impl Dates {
    /// As the case's own calendar counts them.
    pub fn on(case: &Case, calendar: &Calendar, today: NaiveDate) -> Self {
        let duties = duties(case, calendar);
        let reply = reply_duty(&duties).cloned();
        let waiting = case.received_on().is_none() && case.voiding.is_none();
        let caution = waiting.then(|| caution_date(calendar, case.arrived_on));
        let running = reply.as_ref().filter(|duty| duty.open).map(|duty| duty.due_on);
        Self {
            working_days_left: running.map(|due_on| calendar.working_days_between(today, due_on)),
            light: Lights::on(calendar, today).of(running.or(caution.map(|caution| caution.on))),
            duties: duties.into_iter().filter(|duty| duty.begun(case, today)).collect(),
            reply,
            caution,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::testing::{Bench, day};
    use serde_json::json;

    #[test]
    fn a_received_case_counts_down_and_goes_negative() {
        let bench = Bench::received("2026-03-02");
        let due_on = Dates::on(bench.case(), bench.calendar(), day("2026-03-02")).reply.unwrap().due_on;
        let on = |today| {
            let dates = Dates::on(bench.case(), bench.calendar(), today);
            (dates.working_days_left, dates.light)
        };
        assert_eq!(on(day("2026-03-02")), (Some(20), Light::Green));
        assert_eq!(on(due_on), (Some(0), Light::Red));
        assert_eq!(on(bench.calendar().nth_working_day_after(due_on, 2).on), (Some(-2), Light::Red));
    }

    #[test]
    fn l1_l8a_the_terms_against_silence_are_shown_once_the_reply_period_has_run_out() {
        let bench = Bench::received("2026-03-02");
        let rights = |today: NaiveDate| {
            let dates = Dates::on(bench.case(), bench.calendar(), today);
            dates.duties.iter().filter(|duty| duty.kind.owed_by() == DutyOwner::Applicant).count()
        };
        let due_on = Dates::on(bench.case(), bench.calendar(), day("2026-03-02")).reply.unwrap().due_on;
        assert_eq!((rights(due_on), rights(due_on.succ_opt().unwrap())), (0, 2));
    }

    #[test]
    fn choice_3_an_unconfirmed_application_has_a_caution_date_and_no_days() {
        let mut bench = Bench::on("2026-03-03");
        bench
            .receive(json!({
                "channel": "email", "arrived_on": "2026-03-02",
                "applicants": [{"kind": "natural_person", "name": "甲某"}],
                "request": {"description": "申请公开甲文件。", "wanted_form": "paper", "delivery_channel": "post"}
            }))
            .unwrap();
        let dates = Dates::on(bench.case(), bench.calendar(), day("2026-03-03"));
        assert_eq!((dates.reply, dates.working_days_left, dates.light), (None, None, Light::Green));
        assert_eq!(dates.caution.unwrap().on, day("2026-03-30"));
    }
}
