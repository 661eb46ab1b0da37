//! The clock in words, one paragraph in Chinese and one in English: what was received when, from when the days count, how many are
//! used, what stopped the period and why, when the reply is due.

#[cfg(test)]
mod tests;

use chrono::{Datelike, NaiveDate};

use super::machine::Clock;
use super::parts::Wait;
use super::{ClockStatus, Reading};

/// The same paragraph in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// A date as Chinese official documents write it.
pub(super) fn zh(date: NaiveDate) -> String {
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
                said.stop();
                self.say_stops(as_of, &reading, &mut said);
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
        let used = self.used(period, on);
        said.say(format!("截至{}已用{used}个工作日", zh(on)), format!("{used} of them used by {on}"));
    }

    /// Why a date is provisional: a year that passed without its notice being loaded, or one not announced yet.
    fn provisional(&self, reading: &Reading) -> (&'static str, &'static str) {
        let dates = [reading.due, reading.projected].into_iter().flatten().filter(|counted| counted.provisional);
        let Some(last) = dates.map(|counted| counted.on.year()).max() else { return ("", "") };
        let first = self.in_force().map_or(last, |period| period.start.year());
        if (first..=last).any(|year| !self.calendar.announced(year) && year < self.calendar.last_year()) {
            ("（系统未录入该年节假日安排，为暂定日期）", " (provisional: the holidays of that year are not loaded)")
        } else {
            ("（节假日安排尚未公布，为暂定日期）", " (provisional: holidays not announced)")
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
        let provisional = self.provisional(reading);
        said.stop();
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
        if let Some(days) = reading.working_days_left.filter(|left| *left < 0).map(i64::abs) {
            let at = if self.replied_on.is_some() { ("答复时", " when the reply was given") } else { ("", "") };
            said.say(format!("{}已逾期{days}个工作日", at.0), format!("overdue by {days} working days{}", at.1));
        }
        said.stop();
        self.say_lapse(said);
        match (self.replied_on, self.closed_on) {
            (Some(on), _) => said.say(format!("{}答复", zh(on)), format!("replied on {on}")),
            (None, Some(on)) if !self.lapsed => said.say(format!("{}终结", zh(on)), format!("closed on {on}")),
            (None, _) => {}
        }
    }
}

/// Clauses and sentences, the same in both languages.
#[derive(Default)]
pub(super) struct Said {
    zh: Vec<Vec<String>>,
    en: Vec<Vec<String>>,
    ended: bool,
}

impl Said {
    /// One clause more.
    pub(super) fn say(&mut self, zh: impl Into<String>, en: impl Into<String>) {
        for (sentences, clause) in [(&mut self.zh, zh.into()), (&mut self.en, en.into())] {
            match sentences.last_mut().filter(|_| !self.ended) {
                Some(sentence) => sentence.push(clause),
                None => sentences.push(vec![clause]),
            }
        }
        self.ended = false;
    }

    /// The sentence ends here.
    pub(super) const fn stop(&mut self) {
        self.ended = true;
    }

    fn end(self) -> Words {
        let en = self.en.iter().map(|clauses| {
            let mut sentence = clauses.join(", ");
            if let Some(first) = sentence.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            format!("{sentence}.")
        });
        let zh = self.zh.iter().map(|clauses| clauses.join("，") + "。");
        Words { en: en.collect::<Vec<_>>().join(" "), zh: zh.collect() }
    }
}
