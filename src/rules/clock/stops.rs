//! What stops the period, in words: consultations, and waits for the applicant, with the letters they rest on (Arts 30, 32-35, 109号).

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use chrono::NaiveDate;

use super::machine::Clock;
use super::parts::{Consultation, Period, Wait};
use super::words::{Said, zh};
use super::{CONSULTATION, Reading};
use crate::rules::calendar::days_after;
use crate::rules::due::{self, Interval};

/// A wait for the applicant, as it is told.
struct Waited {
    wait: Wait,
    /// The notice, what the applicant must do, and what came, in Chinese.
    zh: [&'static str; 3],
    /// What is awaited, in English.
    en: &'static str,
    /// The rule, in both languages.
    article: [&'static str; 2],
    /// No day of the period is used meanwhile. A correction asked for too late stops nothing (choice 14).
    stops: bool,
}

impl Clock<'_> {
    /// Working days of a period used up on a day: none is used while a correction or the fee is awaited, nor after their lapse.
    pub(super) fn used(&self, period: Period, on: NaiveDate) -> u32 {
        let stands_still = self.waits().into_iter().filter(|one| one.stops && one.wait.met_on.is_none()).map(|one| one.wait.sent_on);
        let reasons = self.reasons_requested_on.filter(|_| self.waits_for_reasons());
        let until = stands_still.chain(reasons).fold(on, NaiveDate::min);
        due::used(self.calendar, period.start, until, &self.excluded(on)).min(period.allowed())
    }

    fn waits(&self) -> Vec<Waited> {
        let correction = self.correction.map(|wait| Waited {
            wait,
            zh: ["补正告知", "补正", "收到补正申请"],
            en: "a correction",
            article: ["条例第30条", "Art 30"],
            stops: !self.correction_late,
        });
        let fee = self.fee.map(|wait| Waited {
            wait,
            zh: ["收费通知", "缴费", "缴清费用"],
            en: "the fee",
            article: ["条例第42条、国办函〔2020〕109号", "Art 42, fee rules of 2020"],
            stops: true,
        });
        correction.into_iter().chain(fee).collect()
    }

    /// Everything that stopped the period, a sentence each, by the day it began.
    pub(super) fn say_stops(&self, on: NaiveDate, reading: &Reading, said: &mut Said) {
        let start = self.in_force().map(|period| period.start);
        let waits = self.waits().into_iter().map(|one| (one.wait.sent_on, self.told(&one)));
        let after_start = |one: &&Consultation| {
            start.is_some_and(|start| one.interval(self.calendar, on).is_none_or(|interval| start < interval.ended_on))
        };
        let consulted = self.consultations.iter().filter(after_start).map(|one| (one.sent_on, self.told_of(one, on, reading)));
        let mut all: Vec<(NaiveDate, (String, String))> = waits.chain(consulted).collect();
        all.sort_by_key(|(on, _)| *on);
        for (_, (zh, en)) in all {
            said.say(zh, en);
            said.stop();
        }
    }

    fn told(&self, one: &Waited) -> (String, String) {
        let (wait, [notice, act, came], [rule_zh, rule_en]) = (one.wait, one.zh, one.article);
        let from = wait.sent_on;
        let served = wait.delivered_on.map_or_else(|| "尚未送达".to_owned(), |on| format!("{}送达", zh(on)));
        let served_en = wait.delivered_on.map_or_else(|| "not delivered yet".to_owned(), |on| format!("delivered on {on}"));
        let until = wait.until(self.calendar);
        let term = until.map_or_else(String::new, |until| format!("（期限至{}）", zh(until.on)));
        let (end, came_en) = match (wait.met_on, wait.lapsed_on) {
            (Some(on), _) => (format!("{}{came}", zh(on)), "was awaited"),
            (None, Some(_)) => (format!("申请人逾期未{act}{term}"), "was awaited, which did not come"),
            (None, None) => (format!("等待申请人{act}{term}"), "is awaited"),
        };
        let until_en = until.map_or_else(String::new, |until| format!(", its term to {}", until.on));
        let notice_en = format!("notice sent on {from}, {served_en}{until_en}; {rule_en}");
        if !one.stops {
            return (
                format!("{}发出{notice}，{served}，{end}，逾期发出的不停止计算（{rule_zh}）", zh(from)),
                format!("{} {came_en}, asked for too late to stop the period ({notice_en})", one.en),
            );
        }
        let to = wait.met_on.map_or_else(String::new, |on| format!(" to {on}"));
        (
            format!("{}发出{notice}，{served}，{end}，其间停止计算（{rule_zh}）", zh(from)),
            format!("stopped from {from}{to} because {} {came_en} ({notice_en})", one.en),
        )
    }

    fn told_of(&self, one: &Consultation, on: NaiveDate, reading: &Reading) -> (String, String) {
        let (articles, articles_en) = match one.party.article() {
            "33(3)" => ("条例第33(3)条".to_owned(), "Art 33(3)".to_owned()),
            article => (format!("条例第{article}条、第33(3)条"), format!("Arts {article}, 33(3)")),
        };
        let known = one.interval(self.calendar, on);
        let sent = zh(one.sent_on);
        let (party, party_en, label, label_en) = (one.party.zh(), one.party.en(), &one.label, english(&one.label));
        if !self.excludes(known.unwrap_or(Interval { sent_on: one.sent_on, ended_on: on }), known.is_some(), reading) {
            return (
                format!("{sent}发出的{label}（{party}）不影响答复期限（{articles}）"),
                format!("{label_en} ({party_en}), sent on {}, has no effect on the period ({articles_en})", one.sent_on),
            );
        }
        match known {
            Some(interval) => (
                format!("{sent}发出、{}结束的{label}（{party}）所需时间不计入（{articles}）", zh(interval.ended_on)),
                format!("stopped from {} to {} because of {label_en} ({party_en}; {articles_en})", one.sent_on, interval.ended_on),
            ),
            None => (
                format!("{sent}发出的{label}（{party}）尚未结束，其间不计入（{articles}）"),
                format!("stopped since {} because of {label_en} ({party_en}; {articles_en})", one.sent_on),
            ),
        }
    }

    /// Whether an interval keeps a working day out of the period. One that begins on the due date or later does not; one still open
    /// does, as long as the due date cannot be known.
    fn excludes(&self, interval: Interval, ended: bool, reading: &Reading) -> bool {
        match reading.due {
            None if !ended => true,
            due => {
                let last = due.map_or(interval.ended_on, |due| due.on.min(interval.ended_on));
                days_after(interval.sent_on).take_while(|date| *date <= last).any(|date| self.calendar.is_working_day(date))
            }
        }
    }

    /// That the agency stopped handling because nothing came.
    pub(super) fn say_lapse(&self, said: &mut Said) {
        let kinds = [(self.correction, ("补正", "O1", "the correction did not come")), (self.fee, ("缴费", "O2", "the fee was not paid"))];
        for (wait, (act, kind, why)) in kinds {
            if let Some(on) = wait.and_then(|wait| wait.lapsed_on) {
                said.say(
                    format!("{}以申请人逾期未{act}为由终止办理（{kind}）", zh(on)),
                    format!("handling ended on {on} under {kind} because {why}"),
                );
            }
        }
    }
}

/// The names of consultations of a case in English, several of one day joined; another name stays as it is.
pub fn english(label: &str) -> Cow<'_, str> {
    let numbers: Option<Vec<&str>> = label
        .split('、')
        .map(|one| one.strip_prefix(CONSULTATION).filter(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit())))
        .collect();
    match numbers.as_deref() {
        Some([n]) => format!("consultation {n}").into(),
        Some(several) => format!("consultations {}", several.join(", ")).into(),
        None => label.into(),
    }
}
