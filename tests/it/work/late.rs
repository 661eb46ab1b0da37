//! What arises after the sweep of the morning on a day on which it must be reminded of: the same day once the case is left in peace, the
//! next morning where it came in after office hours; each once, and the recount knows.

use super::base::{AGENCY, Base, CLERK, at, day};
use super::service;
use crate::support::smtp::SmtpServer;
use chrono::NaiveDate;
use diesel::prelude::*;
use foi_docket::app::App;
use foi_docket::db::schema::reminders;
use foi_docket::notify::recount::{Alarm, latest};
use foi_docket::steps::register::enter::RegisterCase;
use foi_docket::work::{Outcome, tick};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

struct Day {
    base: Base,
    server: SmtpServer,
    app: App,
    today: NaiveDate,
}

impl Day {
    /// The sweep of this morning is done.
    fn begun(today: &str) -> Self {
        let (base, server) = (Base::on(today), SmtpServer::open());
        let app = service::app(base.db.clone(), Arc::clone(&base.office), &server.url());
        let begun = Self { base, server, app, today: day(today) };
        assert_eq!(begun.at(8, 30), Vec::<String>::new());
        begun
    }

    /// The subjects of the mails that a tick at this time sends.
    fn at(&self, hour: u32, minute: u32) -> Vec<String> {
        let before = self.server.received().len();
        let now = at(self.today, hour, minute);
        self.base.clock.set(now);
        assert_eq!(tick(&self.app, now), Outcome::Done);
        self.server.received()[before..].iter().map(|mail| mail.mail.subject()).collect()
    }

    fn receive(&self, hour: u32, minute: u32) -> Uuid {
        self.base.clock.set(at(self.today, hour, minute));
        self.base.receive("counter", self.today, None)
    }

    fn next(&mut self, today: &str) {
        self.today = day(today);
    }

    /// Offsets that the clerk was told of.
    fn told(&self, case: Uuid) -> Vec<i32> {
        let rows = reminders::table.filter(reminders::case_id.eq(case)).filter(reminders::recipient_id.eq(CLERK));
        rows.order(reminders::offset_days.desc()).select(reminders::offset_days).load(&mut self.base.owner_connection()).unwrap()
    }

    fn alarms(&self) -> Vec<(Uuid, i32)> {
        let all = latest(&self.base.db, &self.base.office, AGENCY, self.today).unwrap();
        let missing = |alarm| match alarm {
            Alarm::Missing { case, offset, .. } => (case, offset),
            other => panic!("{other:?}"),
        };
        all.into_iter().map(missing).collect()
    }
}

const ONE_DAY: &str = "【依申请公开】（尚未登记） 登记还剩1个工作日";
const TODAY: &str = "【依申请公开】（尚未登记） 登记今日到期";

#[test]
fn what_arises_in_the_course_of_a_day_is_reminded_of_that_day() {
    let mut day = Day::begun("2026-11-02");
    let quick = day.receive(10, 0);
    let slow = day.receive(10, 5);
    assert_eq!(day.at(10, 20), Vec::<String>::new(), "the clerk has them in hand");
    day.base.take::<RegisterCase>(quick, json!({}));
    assert_eq!(day.at(10, 36), [ONE_DAY]);
    assert_eq!(day.at(10, 55), Vec::<String>::new(), "once, and not what is done");
    let afternoon = day.receive(17, 29);
    assert_eq!(day.at(17, 59), Vec::<String>::new());
    assert_eq!((day.told(quick), day.told(slow), day.told(afternoon)), (vec![], vec![1], vec![]));
    let evening = day.receive(17, 31);
    assert_eq!(day.at(18, 30), Vec::<String>::new(), "office hours are over");

    day.next("2026-11-03");
    assert_eq!(day.at(8, 30), [TODAY; 3]);
    assert_eq!((day.told(slow), day.told(afternoon), day.told(evening)), (vec![1, 0], vec![1, 0], vec![1, 0]));
    assert_eq!(day.at(9, 30), Vec::<String>::new());
    assert_eq!(day.alarms(), []);

    day.base.owner("DELETE FROM reminders WHERE offset_days = 1");
    let mut missing = vec![(slow, 1), (afternoon, 1), (evening, 1)];
    missing.sort_unstable();
    assert_eq!(day.alarms(), missing);
}

#[test]
fn what_arose_on_a_friday_evening_is_made_good_on_monday() {
    let mut day = Day::begun("2026-11-06");
    let friday = day.receive(19, 0);
    day.next("2026-11-07");
    assert_eq!(day.at(9, 30), Vec::<String>::new());
    day.next("2026-11-09");
    assert_eq!(day.at(9, 30), [TODAY]);
    assert_eq!((day.told(friday), day.alarms()), (vec![1, 0], vec![]));
    day.base.owner("DELETE FROM reminders WHERE offset_days = 1");
    assert_eq!(day.alarms(), [(friday, 1)]);
}

#[test]
fn what_was_met_overnight_was_still_to_be_told_the_day_before() {
    let mut day = Day::begun("2026-11-02");
    let case = day.receive(10, 0);
    assert_eq!(day.at(11, 0), [ONE_DAY]);
    day.next("2026-11-03");
    day.base.clock.set(at(day.today, 8, 0));
    day.base.take::<RegisterCase>(case, json!({}));
    assert_eq!(day.at(9, 30), Vec::<String>::new());
    assert_eq!(day.alarms(), []);
    day.base.owner("DELETE FROM reminders");
    assert_eq!(day.alarms(), [(case, 1)]);
}
