//! The clock in words, one paragraph in Chinese and one in English: what was received when, from when the days count, how many are
//! used, what stopped the period and why, when the reply is due.

#[cfg(test)]
mod tests;

use chrono::{Datelike, NaiveDate};

use super::machine::Clock;
use super::parts::Wait;
use super::{ClockStatus, Reading};
use crate::rules::due;

/// The same paragraph in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// A date as Chinese official documents write it.
fn zh(date: NaiveDate) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

impl Clock<'_> {
    /// The clock in words as it stands on a day.
    pub fn words(&self, on: NaiveDate) -> Words {
        let as_of = self.replied_on.or(self.closed_on).unwrap_or(on);
        let reading = self.reading(on);
        let mut said = Said::default();
        match (self.received_on, self.arrived_on) {
            (None, Some(arrived_on)) => said.say(
                format!("{}到件，尚未与申请人确认，答复期限未起算", zh(arrived_on)),
                format!("arrived on {arrived_on}, not confirmed with the applicant: no period runs"),
            ),
            (None, None) => said.say("尚未收到申请".to_owned(), "nothing was received".to_owned()),
            (Some(received_on), _) => {
                said.say(format!("{}收到申请", zh(received_on)), format!("received on {received_on}"));
                self.say_period(as_of, &mut said);
                self.say_stops(as_of, &mut said);
                self.say_end(&reading, &mut said);
            }
        }
        said.end()
    }

    fn say_period(&self, on: NaiveDate, said: &mut Said) {
        let Some(period) = self.in_force() else { return };
        if let Some((why_zh, why_en)) = period.began.anew() {
            said.say(
                format!("{}{why_zh}，期限重新计算", zh(period.start)),
                format!("the period began anew when {why_en} on {}", period.start),
            );
        }
        said.say(
            format!("自次日起计算，期限{}个工作日", period.base),
            format!("counted from the day after {}, {} working days", period.start, period.base),
        );
        if let Some(days) = period.extension {
            said.say(format!("经批准延长{days}个工作日"), format!("extended by {days} working days"));
        }
        if let Some(until) = period.postponed {
            said.say(
                format!("申请理由合理，答复期限延迟至{}（条例第35条）", zh(until)),
                format!("postponed to {until} because the reasons of an excessive request were reasonable (Art 35)"),
            );
        }
        let used = due::used(self.calendar, period.start, on, &self.excluded(on)).min(period.allowed());
        said.say(format!("截至{}已用{used}个工作日", zh(on)), format!("{used} of them used by {on}"));
    }

    fn say_stops(&self, on: NaiveDate, said: &mut Said) {
        let Some(start) = self.in_force().map(|period| period.start) else { return };
        for one in &self.consultations {
            let article = one.party.article();
            match one.interval(self.calendar, on) {
                Some(interval) if interval.ended_on <= start => {}
                Some(interval) => said.say(
                    format!(
                        "{}发出、{}结束的{}（{}）所需时间不计入（条例第{article}条、第33(3)条）",
                        zh(interval.sent_on),
                        zh(interval.ended_on),
                        one.label,
                        one.party.zh()
                    ),
                    format!(
                        "stopped after {} to {} because of {} ({}; Arts {article}, 33(3))",
                        interval.sent_on,
                        interval.ended_on,
                        one.label,
                        one.party.en()
                    ),
                ),
                None => said.say(
                    format!("{}发出的{}尚未结束，其间不计入（条例第{article}条、第33(3)条）", zh(one.sent_on), one.label),
                    format!("stopped since {} because of {} (Arts {article}, 33(3))", one.sent_on, one.label),
                ),
            }
        }
    }

    fn say_end(&self, reading: &Reading, said: &mut Said) {
        match reading.status {
            ClockStatus::AwaitingCorrection if reading.due.is_none() && !self.correction.is_some_and(Wait::open) => {
                said.say(
                    "等待申请人说明理由，说明后重新计算".to_owned(),
                    "awaiting the applicant's reasons, which begin the period anew".to_owned(),
                );
            }
            ClockStatus::AwaitingCorrection if reading.due.is_none() => {
                said.say("等待申请人补正，补正后重新计算".to_owned(), "awaiting the correction, which begins the period anew".to_owned());
            }
            ClockStatus::AwaitingPayment => {
                said.say("等待申请人缴费，缴清后重新计算".to_owned(), "awaiting the fee, whose payment begins the period anew".to_owned());
            }
            _ => {}
        }
        if self.correction_late {
            said.say(
                "补正告知逾期（应于收到申请之日起7个工作日内作出），原答复期限仍然有效".to_owned(),
                "the correction notice was later than day 7, so the first due date stays in force".to_owned(),
            );
        }
        let provisional = if reading.provisional() {
            ("（节假日安排尚未公布，为暂定日期）", " (provisional: holidays not announced)")
        } else {
            ("", "")
        };
        if let Some(due) = reading.due {
            said.say(format!("{}届满{}", zh(due.on), provisional.0), format!("due on {}{}", due.on, provisional.1));
        }
        if let Some(projected) = reading.projected {
            let (why_zh, why_en) = if reading.due.is_some() {
                ("按补正重新计算则为", "by the new start")
            } else {
                ("如至期满未反馈则为", "if silence lasts")
            };
            said.say(format!("{why_zh}{}{}", zh(projected.on), provisional.0), format!("{} {why_en}{}", projected.on, provisional.1));
        }
        match (self.replied_on, self.closed_on) {
            (Some(on), _) => said.say(format!("{}答复", zh(on)), format!("replied on {on}")),
            (None, Some(on)) => said.say(format!("{}终结", zh(on)), format!("closed on {on}")),
            (None, None) => {}
        }
    }
}

#[derive(Default)]
struct Said {
    zh: Vec<String>,
    en: Vec<String>,
}

impl Said {
    fn say(&mut self, zh: String, en: String) {
        self.zh.push(zh);
        self.en.push(en);
    }

    fn end(self) -> Words {
        let mut en = self.en.join(", ");
        if let Some(first) = en.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Words { zh: format!("{}。", self.zh.join("，")), en: format!("{en}.") }
    }
}
