//! The explained clock of a case: how its reply date was counted, day by day (Arts 30-35). Who: whoever may read the case.
//!
//! The same shape as a preview, with what the case adds: words, excluded intervals with their letters, the holiday notices the days
//! rest on. As plain text it is a sheet that can be printed for a court.

mod history;
mod sheet;
mod waits;

pub use history::{Spent, reading, spent};

use super::case_page::Dates;
use super::clock_previews::ClockEntry;
use super::find;
use super::light::Light;
use super::shape::view;
use super::warnings::{Warning, warnings};
use crate::case::clock as case_clock;
use crate::case::duties::{ordered_round, served_on};
use crate::case::model::{Case, Consultation, Dispatch, DispatchMethod, Letter};
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, language};
use crate::http::problem::{Language, Problem};
use crate::rules::calendar::Calendar;
use crate::rules::clock::{Clock, ClockStatus, Party};
use crate::rules::due::LedgerDay;
use actix_web::http::header;
use actix_web::{HttpResponse, get};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;
use waits::ClockWait;

view! {
    /// Days that do not count because somebody outside the agency was asked, with the letters that prove them.
    pub struct ClockInterval {
        /// Number of the consultation in the case.
        n: u32,
        /// Its name in the ledger.
        consultation: String,
        /// Who was asked.
        party: Party,
        /// The article.
        article: &'static str,
        /// The day the letter left; it still counts.
        sent_on: NaiveDate,
        /// The day it was served.
        delivered_on: Option<NaiveDate>,
        /// The last day that does not count; null while the answer is awaited.
        ended_on: Option<NaiveDate>,
        /// The dispatches of the letter, by their number in the case.
        dispatches: Vec<u32>,
        /// Their tracking numbers.
        tracking_numbers: Vec<String>,
        /// The delivery slip or printout.
        proofs: Vec<Uuid>,
    }
    /// A holiday notice that days of the ledger rest on.
    pub struct HolidayNotice {
        /// The year.
        year: i32,
        /// Its number, or where the edition of the calendar says it comes from; null where the edition has none.
        notice: Option<String>,
        /// The edition has none although it has one of a later year: it was announced and is not loaded.
        not_loaded: bool,
    }
    /// The clock of a case.
    pub struct CaseClock {
        /// The case.
        case_id: Uuid,
        /// The day it is read on.
        as_of: NaiveDate,
        /// The receipt date; not counted itself. Null while a confirmation is awaited.
        received_on: Option<NaiveDate>,
        /// How it stands.
        status: ClockStatus,
        /// The due date in force; null while it cannot be known.
        due_on: Option<NaiveDate>,
        /// The due date if a consulted party stays silent to the end, or by the start that a late correction notice gave.
        projected_due_on: Option<NaiveDate>,
        /// Working days left, negative when overdue; null while no period runs.
        working_days_left: Option<i64>,
        /// A date shown rests on a year whose holiday notice is not loaded.
        provisional: bool,
        /// The light.
        light: Light,
        /// The article of the reply period.
        article: Option<String>,
        /// The day the reply counts as given.
        answered_on: Option<NaiveDate>,
        /// The calendar edition it is counted with.
        calendar_edition: i32,
        /// What is allowed and still wants attention.
        warnings: Vec<Warning>,
        /// The clock in words, in Chinese.
        explanation_zh: String,
        /// The clock in words, in English.
        explanation_en: String,
        /// What happened, and the clock right after it.
        steps: Vec<ClockEntry>,
        /// Excluded intervals.
        intervals: Vec<ClockInterval>,
        /// Waits for the applicant: for a correction, for the fee.
        waits: Vec<ClockWait>,
        /// The notices the days rest on.
        notices: Vec<HolidayNotice>,
        /// Every day from the current start to the due date, counted with its number or with the reason why not.
        ledger: Vec<LedgerDay>,
    }
}

/// How a letter went: its dispatches by their number in the case, their tracking numbers, the papers that prove the service.
struct Way {
    dispatches: Vec<u32>,
    tracking_numbers: Vec<String>,
    proofs: Vec<Uuid>,
}

impl Way {
    fn of(case: &Case, letter: Letter) -> Self {
        let all: Vec<&Dispatch> = case.dispatches.iter().filter(|dispatch| dispatch.letter == letter).collect();
        let tracked = |dispatch: &&Dispatch| match &dispatch.method {
            DispatchMethod::Post { tracking_number, .. } => Some(tracking_number.clone()),
            _ => None,
        };
        Self {
            tracking_numbers: all.iter().filter_map(tracked).collect(),
            proofs: all.iter().filter_map(|dispatch| dispatch.proof()).collect(),
            dispatches: all.iter().map(|dispatch| dispatch.n).collect(),
        }
    }
}

fn interval(case: &Case, clock: &Clock<'_>, today: NaiveDate, known: &Consultation) -> Option<ClockInterval> {
    let letter = Letter::Consultation { n: known.n };
    let way = Way::of(case, letter);
    let consultation = case_clock::label_of(known);
    Some(ClockInterval {
        n: known.n,
        party: known.party,
        article: known.party.article(),
        sent_on: case_clock::asked_on(case, known)?,
        delivered_on: served_on(case, letter),
        ended_on: clock.ended_on(&consultation, today),
        dispatches: way.dispatches,
        tracking_numbers: way.tracking_numbers,
        proofs: way.proofs,
        consultation,
    })
}

fn notice(calendar: &Calendar, year: i32) -> HolidayNotice {
    let notice = calendar.notice(year).map(str::to_owned);
    HolidayNotice { year, not_loaded: notice.is_none() && year < calendar.last_year(), notice }
}

fn view_of(case: &Case, calendar: &Calendar, today: NaiveDate, language: Language) -> CaseClock {
    let dates = Dates::on(case, calendar, today);
    let (clock, steps) = history::told(case, calendar, language);
    let reading = history::by_order(case, calendar, today, clock.reading(today));
    let mut words = clock.words(today);
    if let Some((ordered, _)) = ordered_round(case, case.round(), calendar) {
        let (on, n) = (ordered.due_on, ordered.proceeding);
        words.zh += format!("复议决定或者裁判（第{n}号程序）责令重新答复，期限为{on}，不适用第33条的答复期限。").as_str();
        words.en +=
            format!(" A decision (proceeding {n}) ordered another reply by {on}; the period of Art 33 does not apply to it.").as_str();
    }
    let ledger = clock.ledger(today);
    let years: BTreeSet<i32> = ledger.iter().map(|day| calendar.notice_year(day.date)).collect();
    let standing = case.consultations.iter().filter(|known| known.voided.is_none());
    CaseClock {
        case_id: case.id,
        as_of: today,
        received_on: case.received_on(),
        status: reading.status,
        due_on: reading.due.map(|due| due.on),
        projected_due_on: reading.projected.map(|due| due.on),
        working_days_left: reading.working_days_left,
        provisional: reading.provisional(),
        light: dates.light,
        article: dates.reply.as_ref().map(|duty| duty.article.clone()),
        answered_on: dates.reply.as_ref().and_then(|duty| duty.met_on),
        calendar_edition: calendar.edition(),
        warnings: warnings(case, calendar, today, language),
        explanation_zh: words.zh,
        explanation_en: words.en,
        intervals: standing.filter_map(|known| interval(case, &clock, today, known)).collect(),
        waits: waits::of(case, calendar),
        notices: years.into_iter().map(|year| notice(calendar, year)).collect(),
        steps,
        ledger,
    }
}

/// The sheet for a court, in Chinese, as it reads on a day.
pub fn printed(case: &Case, calendar: &Calendar, today: NaiveDate) -> String {
    let view = view_of(case, calendar, today, Language::Chinese);
    let number = case.registration.as_ref().map(|entry| entry.case_number.as_str());
    sheet::sheet(&view, calendar, number, Language::Chinese)
}

/// The explained clock of a case.
///
/// Counted with the calendar the case is pinned to. The ledger is empty while there is no due date. With `Accept: text/plain` it is
/// a sheet that can be printed for a court, in the language of `Accept-Language`.
#[utoipa::path(tag = "read", responses((status = 200, description = "The clock.", content((CaseClock = "application/json"), (String = "text/plain")))))]
#[get("/cases/{case_id}/clock")]
pub async fn get_case_clock(call: Call) -> Answer {
    let scope = call.permit("get_case_clock")?;
    find::no_query(&call)?;
    let id = call.id("case_id")?;
    let (office, reads) = (Arc::clone(&call.app.office), scope.reads.clone());
    let printed = call.header(header::ACCEPT.as_str()).is_some_and(|accept| accept.trim_start().starts_with("text/plain"));
    let language = language(&call.request);
    let (view, sheet) = call
        .app
        .db
        .run(scope, move |conn| {
            let case = find::case(conn, &reads, id)?.case;
            let calendar = office.calendar(conn, case.pins.calendar)?;
            let view = view_of(&case, &calendar, office.clock.today(), language);
            let number = case.registration.map(|entry| entry.case_number);
            let sheet = printed.then(|| sheet::sheet(&view, &calendar, number.as_deref(), language));
            Ok::<_, Problem>((view, sheet))
        })
        .await?;
    if let Some(sheet) = sheet {
        return Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(sheet));
    }
    answer::ok(&view)
}

#[cfg(test)]
mod tests;
