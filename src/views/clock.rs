//! The explained clock of a case: how its reply date was counted, day by day (Arts 30-35). Who: whoever may read the case.
//!
//! The same shape as a preview, with what the case adds: words, excluded intervals with their letters, the holiday notices the days
//! rest on. As plain text it is a sheet that can be printed for a court.

use super::case_page::Dates;
use super::clock_previews::{ClockEntry, entries};
use super::find;
use super::light::Light;
use super::shape::view;
use super::warnings::{Warning, warnings};
use crate::case::clock::{self as case_clock, consultation_label};
use crate::case::duties::{answered_on, served_on};
use crate::case::model::{Case, DispatchMethod, Letter};
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, language};
use crate::http::problem::{Language, Problem};
use crate::rules::calendar::Calendar;
use crate::rules::clock::{Clock, ClockStatus, ClockStep, Happening, Party};
use crate::rules::due::LedgerDay;
use actix_web::http::header;
use actix_web::{HttpResponse, get};
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;
use uuid::Uuid;

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
        /// Its number; null while the year is not announced.
        notice: Option<String>,
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
        /// The notices the days rest on.
        notices: Vec<HolidayNotice>,
        /// Every day from the current start to the due date, counted with its number or with the reason why not.
        ledger: Vec<LedgerDay>,
    }
}

/// The steps of a case with its reply and its end.
fn history(case: &Case) -> Vec<ClockStep> {
    let mut steps = case_clock::steps(case);
    let replied = case.standing_reply().and_then(|reply| answered_on(case, reply.round));
    steps.extend(replied.map(|on| ClockStep { on, what: Happening::Replied }));
    steps.extend(case.closing.as_ref().map(|closing| ClockStep { on: closing.on, what: Happening::Closed }));
    steps.sort_by_key(|step| step.on);
    steps
}

fn interval(case: &Case, clock: &Clock<'_>, today: NaiveDate, known: &crate::case::model::Consultation) -> Option<ClockInterval> {
    let letter = Letter::Consultation { n: known.n };
    let dispatches: Vec<_> = case.dispatches.iter().filter(|dispatch| dispatch.letter == letter).collect();
    let tracked = |dispatch: &&crate::case::model::Dispatch| match &dispatch.method {
        DispatchMethod::Post { tracking_number, .. } => Some(tracking_number.clone()),
        _ => None,
    };
    let consultation = consultation_label(known.n);
    Some(ClockInterval {
        n: known.n,
        party: known.party,
        article: known.party.article(),
        sent_on: case_clock::first_left_on(case, letter)?,
        delivered_on: served_on(case, letter),
        ended_on: clock.ended_on(&consultation, today),
        tracking_numbers: dispatches.iter().filter_map(tracked).collect(),
        proofs: dispatches.iter().filter_map(|dispatch| dispatch.proof()).collect(),
        dispatches: dispatches.iter().map(|dispatch| dispatch.n).collect(),
        consultation,
    })
}

fn view_of(case: &Case, calendar: &Calendar, today: NaiveDate, language: Language) -> CaseClock {
    let dates = Dates::on(case, calendar, today);
    let mut clock = case_clock::fresh(case, calendar);
    let steps = entries(&mut clock, &history(case), language);
    let reading = clock.reading(today);
    let words = clock.words(today);
    let ledger = clock.ledger(today);
    let years: BTreeSet<i32> = ledger.iter().map(|day| day.date.year()).collect();
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
        notices: years.into_iter().map(|year| HolidayNotice { year, notice: calendar.notice(year).map(str::to_owned) }).collect(),
        steps,
        ledger,
    }
}

/// The sheet for a court: words, steps, intervals, every day.
fn sheet(clock: &CaseClock, case_number: Option<&str>) -> String {
    let mut text = String::new();
    let mut line = |words: String| {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{words}");
    };
    line("政府信息公开申请答复期限计算表".to_owned());
    line(format!("登记编号：{}    计算截至：{}    日历版本：{}", case_number.unwrap_or("（未登记）"), clock.as_of, clock.calendar_edition));
    line(clock.explanation_zh.clone());
    line(String::new());
    line("一、经过".to_owned());
    for step in &clock.steps {
        let label = step.consultation.as_deref().map_or_else(String::new, |label| format!("（{label}）"));
        let refused = step.refusal.as_ref().map_or_else(String::new, |refusal| format!("  不生效：{}", refusal.detail));
        let due = step.due_on.map_or_else(|| "未定".to_owned(), |on| on.to_string());
        let caution = if step.provisional { "（暂定）" } else { "" };
        line(format!("{}  {}{label}  期限：{due}{caution}{refused}", step.on, step.kind.zh()));
    }
    line(String::new());
    line("二、不计入期限的期间".to_owned());
    for one in &clock.intervals {
        let ended = one.ended_on.map_or_else(|| "未结束".to_owned(), |on| on.to_string());
        let served = one.delivered_on.map_or_else(|| "未送达".to_owned(), |on| on.to_string());
        let numbers = one.tracking_numbers.join("、");
        line(format!(
            "{}（{}，条例第{}条）  发出：{}  送达：{served}  结束：{ended}  邮件号：{numbers}",
            one.consultation,
            one.party.zh(),
            one.article,
            one.sent_on
        ));
    }
    line(String::new());
    line("三、逐日计算".to_owned());
    for day in &clock.ledger {
        let number = day.number.map_or_else(|| "—".to_owned(), |number| number.to_string());
        let note = day.note.as_deref().map_or_else(String::new, |note| format!("（{note}）"));
        line(format!("{}  第{number}日  {}{note}", day.date, reason_zh(&day.reason)));
    }
    line(String::new());
    line("四、节假日依据".to_owned());
    for one in &clock.notices {
        line(format!("{}年：{}", one.year, one.notice.as_deref().unwrap_or("节假日安排尚未公布，日期为暂定")));
    }
    text
}

fn reason_zh(reason: &str) -> &str {
    match reason {
        "working_day" => "工作日，计入",
        "make_up_working_day" => "调休上班，计入",
        "weekend" => "周末，不计",
        "holiday" => "节假日，不计",
        "consultation" => "征求意见，不计",
        other => other,
    }
}

/// The explained clock of a case.
///
/// Counted with the calendar the case is pinned to. The ledger is empty while there is no due date. With `Accept: text/plain` it is
/// a sheet in Chinese that can be printed for a court.
#[utoipa::path(tag = "read", responses((status = 200, description = "The clock.", content((CaseClock = "application/json"), (String = "text/plain")))))]
#[get("/cases/{case_id}/clock")]
pub async fn get_case_clock(call: Call) -> Answer {
    let scope = call.permit("get_case_clock")?;
    find::no_query(&call)?;
    let id = call.id("case_id")?;
    let (office, reads) = (Arc::clone(&call.app.office), scope.reads.clone());
    let printed = call.header(header::ACCEPT.as_str()).is_some_and(|accept| accept.trim_start().starts_with("text/plain"));
    let language = if printed { Language::Chinese } else { language(&call.request) };
    let (view, number) = call
        .app
        .db
        .run(scope, move |conn| {
            let case = find::case(conn, &reads, id)?.case;
            let calendar = office.calendar(conn, case.pins.calendar)?;
            let view = view_of(&case, &calendar, office.clock.today(), language);
            Ok::<_, Problem>((view, case.registration.map(|entry| entry.case_number)))
        })
        .await?;
    if printed {
        return Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(sheet(&view, number.as_deref())));
    }
    answer::ok(&view)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::testing::Bench;

    #[test]
    fn article_33_2_the_ledger_ends_on_the_due_date_with_the_last_day_allowed() {
        let bench = Bench::received("2026-04-24");
        let clock = view_of(bench.case(), bench.calendar(), bench.today, Language::English);
        let last = clock.ledger.last().unwrap();
        assert_eq!((Some(last.date), last.number), (clock.due_on, Some(20)));
        assert_eq!(clock.article.as_deref(), Some("33(2)"));
        assert!(clock.ledger.iter().any(|day| day.reason == "make_up_working_day" && day.counts));
        assert!(clock.explanation_zh.starts_with("2026年4月24日收到申请，自次日起计算，期限20个工作日"), "{}", clock.explanation_zh);
        assert!(clock.explanation_en.starts_with("Received on 2026-04-24, counted from the day after"), "{}", clock.explanation_en);
        let sheet = sheet(&clock, None);
        assert_eq!(sheet.lines().filter(|line| line.contains("第20日")).count(), 1, "{sheet}");
    }
}
