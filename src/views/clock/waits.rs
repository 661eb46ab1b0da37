//! Waits for the applicant as the clock shows them: for a correction (Art 30), for the fee (109号), with the letters they rest on.

use super::Way;
use crate::case::clock::{corrected_on, sent_on};
use crate::case::duties::served_on;
use crate::case::model::{Case, FeeNotice, Letter};
use crate::rules::calendar::Calendar;
use crate::rules::terms::{Circumstance, DutyKind, term};
use crate::views::shape::view;
use chrono::NaiveDate;
use uuid::Uuid;

view! {
    /// Days on which no period runs, because the applicant is awaited.
    pub struct ClockWait {
        /// What is awaited: `answer_correction` or `pay_fee`.
        kind: DutyKind,
        /// Number of the notice in the case.
        n: u32,
        /// The article.
        article: &'static str,
        /// The date the notice bears.
        notice_on: NaiveDate,
        /// The day the notice was sent; it still counts.
        sent_on: NaiveDate,
        /// The day it was served.
        delivered_on: Option<NaiveDate>,
        /// The last day of the applicant's term.
        until_on: Option<NaiveDate>,
        /// The day what was awaited came, from which the period begins anew; null while it is awaited, and after a lapse.
        ended_on: Option<NaiveDate>,
        /// The notice of a correction was sent after day 7: the period goes on meanwhile (Art 30).
        late: bool,
        /// The dispatches of the notice, by their number in the case.
        dispatches: Vec<u32>,
        /// Their tracking numbers.
        tracking_numbers: Vec<String>,
        /// The delivery slip or printout.
        proofs: Vec<Uuid>,
    }
}

#[derive(Clone, Copy)]
struct Notice {
    kind: DutyKind,
    article: &'static str,
    letter: Letter,
    n: u32,
    on: NaiveDate,
    days: Option<u32>,
    came_on: Option<NaiveDate>,
}

/// The waits of a case by the day they began; a notice that was voided stopped nothing.
pub(super) fn of(case: &Case, calendar: &Calendar) -> Vec<ClockWait> {
    let corrections = case.corrections.iter().filter(|known| known.voided.is_none()).map(|known| Notice {
        kind: DutyKind::AnswerCorrection,
        article: "30",
        letter: Letter::Correction { n: known.n },
        n: known.n,
        on: known.on,
        days: Some(known.answer_within_working_days),
        came_on: corrected_on(known),
    });
    let fees = case.fee_notices.iter().filter(|known| known.voided.is_none()).map(|known| Notice {
        kind: DutyKind::PayFee,
        article: "42, 109号",
        letter: Letter::Fee { n: known.n },
        n: known.n,
        on: known.on,
        days: term(DutyKind::PayFee, Circumstance::Always, known.on).map(|term| term.length),
        came_on: FeeNotice::paid_on(known),
    });
    let mut all: Vec<ClockWait> = corrections.chain(fees).filter_map(|notice| wait(case, calendar, notice)).collect();
    all.sort_by_key(|wait| wait.sent_on);
    all
}

fn wait(case: &Case, calendar: &Calendar, notice: Notice) -> Option<ClockWait> {
    let sent_on = sent_on(case, notice.letter)?;
    let delivered_on = served_on(case, notice.letter);
    let day_7 = term(DutyKind::CorrectionNotice, Circumstance::Always, sent_on)
        .zip(case.received_on())
        .and_then(|(term, received_on)| term.due(calendar, received_on));
    let way = Way::of(case, notice.letter);
    Some(ClockWait {
        kind: notice.kind,
        n: notice.n,
        article: notice.article,
        notice_on: notice.on,
        sent_on,
        delivered_on,
        until_on: delivered_on.zip(notice.days).map(|(from, days)| calendar.nth_working_day_after(from, days).on),
        ended_on: notice.came_on,
        late: notice.kind == DutyKind::AnswerCorrection && day_7.is_some_and(|day_7| day_7.on < sent_on),
        dispatches: way.dispatches,
        tracking_numbers: way.tracking_numbers,
        proofs: way.proofs,
    })
}
