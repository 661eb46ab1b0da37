//! The sheet for a court: words, steps, what did not count and why, every day, the notices they rest on. In Chinese or in English.

use super::{CaseClock, ClockInterval, HolidayNotice};
use crate::http::problem::Language;
use crate::rules::calendar::{Calendar, DayKind};
use crate::rules::clock::english;
use crate::rules::due::LedgerDay;
use crate::rules::terms::DutyKind;
use crate::views::clock_previews::ClockEntry;
use std::borrow::Cow;
use std::fmt::Write;

use super::waits::ClockWait;

/// Both languages of a line; the sheet takes one.
#[derive(Clone, Copy)]
struct Tongue(Language);

impl Tongue {
    fn say<T>(self, zh: T, en: T) -> T {
        if self.0 == Language::Chinese { zh } else { en }
    }

    fn label(self, label: &str) -> Cow<'_, str> {
        self.say(Cow::Borrowed(label), english(label))
    }

    fn step(self, step: &ClockEntry) -> String {
        let kind = self.say(step.kind.zh(), step.kind.en());
        let label = step.consultation.as_deref().map_or_else(String::new, |label| {
            let label = self.label(label);
            self.say(format!("（{label}）"), format!(" ({label})"))
        });
        let refused = step.refusal.as_ref().map_or_else(String::new, |refusal| {
            self.say(format!("  不生效：{}", refusal.detail), format!("  without effect: {}", refusal.detail))
        });
        let due = step.due_on.map_or_else(|| self.say("未定", "not known").to_owned(), |on| on.to_string());
        let caution = if step.provisional { self.say("（暂定）", " (provisional)") } else { "" };
        let term = self.say("期限", "due");
        let colon = self.say("：", ": ");
        format!("{}  {kind}{label}  {term}{colon}{due}{caution}{refused}", step.on)
    }

    fn interval(self, one: &ClockInterval) -> String {
        let label = self.label(&one.consultation);
        let ended = one.ended_on.map_or_else(|| self.say("未结束", "open").to_owned(), |on| on.to_string());
        let served = one.delivered_on.map_or_else(|| self.say("未送达", "not yet").to_owned(), |on| on.to_string());
        let way = self.way(&one.dispatches, &one.tracking_numbers);
        let (sent, article) = (one.sent_on, one.article);
        self.say(
            format!("{label}（{}，条例第{article}条）  发出：{sent}  送达：{served}  结束：{ended}{way}", one.party.zh()),
            format!("{label} ({}, Art {article})  sent: {sent}  delivered: {served}  ended: {ended}{way}", one.party.en()),
        )
    }

    fn wait(self, one: &ClockWait) -> String {
        let (zh, en, rule_zh, rule_en) = if one.kind == DutyKind::PayFee {
            ("收费通知", "Fee notice", "条例第42条、国办函〔2020〕109号", "Art 42, fee rules of 2020")
        } else {
            ("补正告知", "Correction notice", "条例第30条", "Art 30")
        };
        let ended = one.ended_on.map_or_else(|| self.say("未收到", "nothing came").to_owned(), |on| on.to_string());
        let served = one.delivered_on.map_or_else(|| self.say("未送达", "not yet").to_owned(), |on| on.to_string());
        let until = one.until_on.map_or_else(|| self.say("未起算", "not begun").to_owned(), |on| on.to_string());
        let way = self.way(&one.dispatches, &one.tracking_numbers);
        let late = if one.late { self.say("  逾期发出，不停止计算", "  sent too late to stop the period") } else { "" };
        let (n, dated, sent) = (one.n, one.notice_on, one.sent_on);
        self.say(
            format!("{zh}第{n}号（{rule_zh}）  落款：{dated}  发出：{sent}  送达：{served}  期限至：{until}  收到：{ended}{way}{late}"),
            format!("{en} {n} ({rule_en})  dated: {dated}  sent: {sent}  delivered: {served}  term to: {until}  came: {ended}{way}{late}"),
        )
    }

    fn way(self, dispatches: &[u32], tracking_numbers: &[String]) -> String {
        let joint = self.say("、", ", ");
        let dispatches = dispatches.iter().map(u32::to_string).collect::<Vec<_>>().join(joint);
        let numbers = if tracking_numbers.is_empty() { self.say("无", "none").to_owned() } else { tracking_numbers.join(joint) };
        self.say(format!("  发文序号：{dispatches}  邮件号：{numbers}"), format!("  dispatch: {dispatches}  tracking number: {numbers}"))
    }

    fn day(self, day: &LedgerDay, calendar: &Calendar) -> String {
        let number = day.number.map_or_else(String::new, |n| self.say(format!("第{n}日  "), format!("day {n}  ")));
        let note = day.note.as_deref().map_or_else(String::new, |note| {
            let note = self.label(note);
            self.say(format!("（{note}）"), format!(" ({note})"))
        });
        let reason = match day.reason.as_str() {
            "working_day" => self.say("工作日，计入", "working day, counts"),
            "make_up_working_day" => self.say("调休上班，计入", "make-up working day, counts"),
            "weekend" => self.say("周末，不计", "weekend, does not count"),
            "holiday" => self.say("节假日，不计", "holiday, does not count"),
            "consultation" => self.say("征求意见，不计", "consultation, does not count"),
            other => other,
        };
        // The plain week needs no notice; a day that departs from it does.
        let departs = matches!(calendar.day(day.date).kind, DayKind::Holiday { .. } | DayKind::MakeUpWorkingDay { .. });
        let year = calendar.notice_year(day.date);
        let by = calendar.notice(year).filter(|_| departs).map_or_else(String::new, |notice| {
            let number = number_of(notice);
            self.say(
                format!("  依据：{}", number.map_or_else(|| format!("{year}年通知"), str::to_owned)),
                format!("  by {}", number.map_or_else(|| format!("the notice of {year}"), str::to_owned)),
            )
        });
        format!("{}  {number}{reason}{note}{by}", day.date)
    }

    fn notice(self, one: &HolidayNotice) -> String {
        let year = one.year;
        let Some(notice) = &one.notice else {
            return if one.not_loaded {
                self.say(
                    format!("{year}年：系统未录入该年节假日安排，日期为暂定"),
                    format!("{year}: the notice of this year is not loaded; dates are provisional"),
                )
            } else {
                self.say(
                    format!("{year}年：节假日安排尚未公布，日期为暂定"),
                    format!("{year}: holidays not announced yet; dates are provisional"),
                )
            };
        };
        let number = number_of(notice);
        self.say(
            format!(
                "{year}年：国务院办公厅关于{year}年部分节假日安排的通知{}",
                number.map_or_else(String::new, |number| format!("（{number}）"))
            ),
            format!(
                "{year}: notice of the General Office of the State Council on the holidays of {year}{}",
                number.map_or_else(String::new, |number| format!(" ({number})"))
            ),
        )
    }
}

/// An edition without the number of a notice says in English where it comes from.
fn number_of(notice: &str) -> Option<&str> {
    Some(notice).filter(|notice| !notice.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// The sheet.
pub(super) fn sheet(clock: &CaseClock, calendar: &Calendar, case_number: Option<&str>, language: Language) -> String {
    let tongue = Tongue(language);
    let mut text = String::new();
    let mut line = |words: &str| {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{words}");
    };
    line(
        tongue
            .say("政府信息公开申请答复期限计算表", "Computation of the period for the reply to an application for government information"),
    );
    let (as_of, edition) = (clock.as_of, clock.calendar_edition);
    let number = case_number.unwrap_or_else(|| tongue.say("（未登记）", "(not registered)"));
    line(&tongue.say(
        format!("登记编号：{number}    计算截至：{as_of}    日历版本：{edition}"),
        format!("Register number: {number}    computed to: {as_of}    calendar edition: {edition}"),
    ));
    line(tongue.say(&clock.explanation_zh, &clock.explanation_en));
    let mut section = |title: &str, lines: Vec<String>| {
        line("");
        line(title);
        for one in &lines {
            line(one);
        }
        if lines.is_empty() {
            line(tongue.say("无", "none"));
        }
    };
    section(tongue.say("一、经过", "1. What happened"), clock.steps.iter().map(|step| tongue.step(step)).collect());
    let consulted = clock.intervals.iter().map(|one| (one.sent_on, tongue.interval(one)));
    let mut stops: Vec<_> = consulted.chain(clock.waits.iter().map(|one| (one.sent_on, tongue.wait(one)))).collect();
    stops.sort_by_key(|(on, _)| *on);
    section(tongue.say("二、不计入期限的期间", "2. What does not count"), stops.into_iter().map(|(_, words)| words).collect());
    section(tongue.say("三、逐日计算", "3. Day by day"), clock.ledger.iter().map(|day| tongue.day(day, calendar)).collect());
    section(tongue.say("四、节假日依据", "4. Holidays by"), clock.notices.iter().map(|one| tongue.notice(one)).collect());
    text
}
