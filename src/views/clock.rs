//! The explained clock of a case: how its reply date was counted, day by day (Art 33). Who: whoever may read the case.

use super::case_page::Dates;
use super::find;
use super::light::Light;
use super::shape::view;
use crate::case::model::Case;
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::problem::Problem;
use crate::rules::calendar::Calendar;
use crate::rules::due::{LedgerDay, ledger};
use crate::rules::terms::reply_working_days;
use actix_web::get;
use chrono::NaiveDate;
use std::sync::Arc;
use uuid::Uuid;

view! {
    /// The clock of a case.
    pub struct CaseClock {
        /// The case.
        case_id: Uuid,
        /// The receipt date; not counted itself. Null while a confirmation is awaited.
        received_on: Option<NaiveDate>,
        /// The due date of the reply.
        due_on: Option<NaiveDate>,
        /// The due date rests on a year whose holidays are not announced.
        provisional: bool,
        /// Working days left, negative when overdue; null when answered or awaiting a confirmation.
        working_days_left: Option<i64>,
        /// The light.
        light: Light,
        /// The working days the law allows.
        allowed_working_days: Option<u32>,
        /// The article that allows them.
        article: Option<String>,
        /// The day the reply counts as given.
        answered_on: Option<NaiveDate>,
        /// Every day from the day after the receipt date to the due date, counted with its number or with the reason why not.
        ledger: Vec<LedgerDay>,
    }
}

fn clock(case: &Case, calendar: &Calendar, today: NaiveDate) -> CaseClock {
    let dates = Dates::on(case, calendar, today);
    let start = dates.reply.as_ref().map(|duty| duty.from_on);
    let allowed = start.map(reply_working_days);
    CaseClock {
        case_id: case.id,
        received_on: case.received_on(),
        due_on: dates.reply.as_ref().map(|duty| duty.due_on),
        provisional: dates.reply.as_ref().is_some_and(|duty| duty.provisional),
        working_days_left: dates.working_days_left,
        light: dates.light,
        allowed_working_days: allowed,
        article: dates.reply.as_ref().map(|duty| duty.article.clone()),
        answered_on: dates.reply.as_ref().and_then(|duty| duty.met_on),
        ledger: start.zip(allowed).map_or_else(Vec::new, |(start, allowed)| ledger(calendar, start, allowed, &[])),
    }
}

/// The explained clock of a case.
///
/// Counted with the calendar the case is pinned to. The ledger is empty while there is no due date.
#[utoipa::path(tag = "read", responses((status = 200, description = "The clock.", body = CaseClock)))]
#[get("/cases/{case_id}/clock")]
pub async fn get_case_clock(call: Call) -> Answer {
    let scope = call.permit("get_case_clock")?;
    find::no_query(&call)?;
    let id = call.id("case_id")?;
    let (office, reads) = (Arc::clone(&call.app.office), scope.reads.clone());
    let view = call
        .app
        .db
        .run(scope, move |conn| {
            let case = find::case(conn, &reads, id)?.case;
            let calendar = office.calendar(conn, case.pins.calendar)?;
            Ok::<_, Problem>(clock(&case, &calendar, office.clock.today()))
        })
        .await?;
    answer::ok(&view)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::testing::Bench;

    #[test]
    fn article_33_2_the_ledger_ends_on_the_due_date_with_the_last_day_allowed() {
        let bench = Bench::received("2026-04-24");
        let clock = clock(bench.case(), bench.calendar(), bench.today);
        let last = clock.ledger.last().unwrap();
        assert_eq!((Some(last.date), last.number), (clock.due_on, clock.allowed_working_days));
        assert_eq!((clock.allowed_working_days, clock.article.as_deref()), (Some(20), Some("33(2)")));
        assert!(clock.ledger.iter().any(|day| day.reason == "make_up_working_day" && day.counts));
    }
}
