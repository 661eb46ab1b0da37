//! The dates of a case as of one day: due date, days left, light, and every duty with its article.

use crate::case::duties::{Duty, duties, reply_duty};
use crate::case::model::Case;
use crate::case::silence::{Dated, awaited};
use crate::rules::calendar::{Calendar, Counted};
use crate::rules::receipt::caution_date;
use crate::rules::terms::{Basis, DutyKind, DutyOwner};
use crate::views::clock::reading;
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
        /// The due date holds if the consulted parties stay silent to the end of their terms; an answer brings it forward.
        projected: bool,
        /// The day it was met.
        met_on: Option<NaiveDate>,
        /// It still has to be met.
        open: bool,
    }
}

impl DutyView {
    /// A duty, and whether its date is projected.
    pub fn of(duty: Duty, projected: bool) -> Self {
        Self {
            projected,
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
    /// The due date in force by the clock of the law; none while it cannot be known.
    pub due: Option<Counted>,
    /// The due date if a consulted party stays silent to the end, or by the start that a late correction notice gave.
    pub projected: Option<Counted>,
    /// The caution date, while a confirmation is awaited.
    pub caution: Option<Counted>,
    /// Working days left by the clock of the law, negative when overdue; none when answered or awaiting.
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
        // A case that is voided, or whose applicant is awaited, has no reply duty, and no clock runs.
        let reading = reply.as_ref().map(|_| reading(case, calendar, today));
        Self {
            due: reading.as_ref().and_then(|reading| reading.due),
            projected: reading.as_ref().and_then(|reading| reading.projected),
            working_days_left: reading.filter(|_| running.is_some()).and_then(|reading| reading.working_days_left),
            light: Lights::on(calendar, today).of(running.or(caution.map(|caution| caution.on))),
            duties: duties.into_iter().filter(|duty| duty.begun(case, today)).collect(),
            reply,
            caution,
        }
    }

    /// The duties as the page shows them.
    pub fn duties(self, today: NaiveDate) -> Vec<DutyView> {
        let awaited: Vec<NaiveDate> = awaited(&self.duties).collect();
        let unknown = self.reply.is_some() && self.due.is_none();
        let projected = |duty: &Duty| {
            let rests = Dated::from(duty).rests_on(awaited.iter().copied(), today).is_some();
            duty.open && (rests || (unknown && duty.kind == DutyKind::Reply))
        };
        self.duties.into_iter().map(|duty| (projected(&duty), duty)).map(|(projected, duty)| DutyView::of(duty, projected)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::model::Letter;
    use crate::case::testing::{Bench, CLERK, day};
    use crate::steps::fixtures::{post, registered, sign};
    use crate::steps::handle::consult::OpenConsultation;
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
    fn article_33_3_while_an_answer_is_awaited_the_page_says_what_the_clock_says() {
        let mut bench = registered("2026-11-02");
        let letter = json!({"party": "third_party", "name": "示范公司", "on": "2026-11-05", "question": "是否同意？"});
        bench.go("2026-11-05").take::<OpenConsultation>(CLERK, None, letter).unwrap();
        let due_on = Dates::on(bench.case(), bench.calendar(), bench.today).due;
        post(&mut bench, Letter::Consultation { n: 1 }, "2026-11-05").unwrap();
        let before = Dates::on(bench.case(), bench.calendar(), bench.today);
        assert_eq!((due_on.map(|due| due.on), before.due, before.projected), (Some(day("2026-11-30")), None, None));
        sign(&mut bench, "2026-11-09");
        let today = bench.today;
        let dates = Dates::on(bench.case(), bench.calendar(), today);
        let clock = reading(bench.case(), bench.calendar(), today);
        assert_eq!((dates.due, dates.projected, dates.working_days_left), (clock.due, clock.projected, clock.working_days_left));
        assert_eq!((dates.due, dates.working_days_left), (None, Some(17)));
        let silent = dates.projected.map(|due| due.on);
        let shown = dates.duties(today);
        let reply = shown.iter().find(|duty| duty.kind == DutyKind::Reply).unwrap();
        assert_eq!((Some(reply.due_on), reply.projected), (silent, true));
        assert!(shown.iter().all(|duty| duty.projected == (duty.kind == DutyKind::Reply)));

        // The term over, the date is no longer projected, whether or not a worker was there.
        let after = day("2026-12-01");
        let dates = Dates::on(bench.case(), bench.calendar(), after);
        assert_eq!((dates.due.map(|due| due.on), dates.projected), (silent, None));
        assert!(dates.duties(after).iter().all(|duty| !duty.projected));
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
