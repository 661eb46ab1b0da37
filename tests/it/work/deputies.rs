//! Who is reminded of what waits for a role: its holders, and whoever acts for them that day.

use super::base::{AGENCY, APPROVER, Base, CLERK, DEPARTMENT, OTHER_HANDLER, at, day};
use crate::support::life::disclosed;
use diesel::prelude::*;
use foi_docket::db::schema::reminders;
use foi_docket::notify::reminders::{Sweep, sweep};
use foi_docket::steps::handle::assign::AssignCase;
use foi_docket::steps::register::enter::RegisterCase;
use foi_docket::steps::reply::draft::DraftReply;
use serde_json::json;
use uuid::Uuid;

#[test]
fn a_deputy_is_reminded_beside_whom_they_act_for() {
    let base = Base::on("2026-11-02");
    let case = base.receive("counter", day("2026-11-02"), None);
    base.take::<RegisterCase>(case, json!({}));
    base.take::<AssignCase>(case, json!({"department": DEPARTMENT, "handler": CLERK}));
    base.take::<DraftReply>(case, json!({"items": [disclosed()]}));
    // The approvers review here, because the bureau has no legal reviewer.
    base.owner(&format!(
        "INSERT INTO posts VALUES ('{AGENCY}', gen_random_uuid(), 'deputy', '{OTHER_HANDLER}', NULL, '{APPROVER}', '2026-11-01', '2026-11-04')"
    ));
    let told = |today: &str| -> Vec<Uuid> {
        base.clock.set(at(day(today), 9, 0));
        let how = Sweep { today: day(today), public_url: "http://127.0.0.1:8080", domain: "example.cn" };
        sweep(&base.db, &base.office, AGENCY, &how).unwrap();
        reminders::table
            .filter(reminders::duty_kind.eq("review_secrecy"))
            .filter(reminders::due_on.eq(day("2026-11-04")))
            .order((reminders::offset_days.desc(), reminders::recipient_id))
            .select(reminders::recipient_id)
            .load(&mut base.owner_connection())
            .unwrap()
    };
    assert_eq!(told("2026-11-03"), [OTHER_HANDLER, APPROVER], "the day before it is due");
    assert_eq!(told("2026-11-04").len(), 4, "and on the day");
    assert!(told("2026-11-05").len() > 4);
    assert_eq!(told("2026-11-05").iter().filter(|id| **id == OTHER_HANDLER).count(), 2, "no deputy any more");
}
