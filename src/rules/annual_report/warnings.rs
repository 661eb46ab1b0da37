//! What is worth a look before a report is approved and stands against nothing, beside the nine checking rules.
//!
//! Chosen where domain 4 is silent: a request received and not registered when the year is over is in no line of any report ("unit = one registered
//! application"), so it is told; registered later, it counts by its receipt date.

use crate::rules::coded::coded;

coded! {
    /// What is warned of.
    pub enum ReportWarningKind {
        Unregistered => "received_unregistered", "已经收到、尚未登记的申请不计入任何一行", "requests received and not registered are in no line of the report";
        PartOpen => "part_open", "有的机关年度报告尚未定稿", "the reports of some agencies are not frozen";
        GovernmentMatters => "government_matters", "总体情况未写工作考核、社会评议、责任追究结果", "section one does not say what came of assessment, public appraisal and accountability";
    }
}

/// A warning in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warned {
    /// What.
    pub warning: ReportWarningKind,
    /// In Chinese, with its numbers and names.
    pub detail: String,
    /// How many cases or agencies.
    pub total: i64,
}

/// What section one of a government's report says beside the five matters of every agency (30号).
const OF_GOVERNMENT: [(&str, &str); 3] = [("考核", "工作考核"), ("评议", "社会评议"), ("责任追究", "责任追究结果")];

impl Warned {
    /// So many requests were received by the end of a year and are not registered.
    pub fn unregistered(total: i64, year: i32) -> Option<Self> {
        let detail = format!("{total}件{year}年底以前收到的申请尚未登记，不计入任何一行；登记后按收到日期计入");
        (total > 0).then_some(Self { warning: ReportWarningKind::Unregistered, detail, total })
    }

    /// These agencies' reports were not final when they were added.
    pub fn open(agencies: &[&str]) -> Option<Self> {
        let detail = format!("尚未定稿的机关：{}", agencies.join("、"));
        let total = i64::try_from(agencies.len()).unwrap_or(i64::MAX);
        (total > 0).then_some(Self { warning: ReportWarningKind::PartOpen, detail, total })
    }

    /// What a written section one of a government's report leaves out.
    pub fn of_government(overview: &str) -> Option<Self> {
        let left_out: Vec<&str> = OF_GOVERNMENT.iter().filter(|(word, _)| !overview.contains(word)).map(|(_, what)| *what).collect();
        let detail = format!("第一部分未写{}", left_out.join("、"));
        (!overview.is_empty() && !left_out.is_empty()).then_some(Self { warning: ReportWarningKind::GovernmentMatters, detail, total: 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Domain 4, section one: a government's own report adds 工作考核、社会评议、责任追究结果.
    #[test]
    fn a_governments_report_says_what_only_a_government_says() {
        let told = |overview| Warned::of_government(overview).map(|warned| warned.detail);
        assert_eq!(told("已纳入工作考核，开展社会评议。").as_deref(), Some("第一部分未写责任追究结果"));
        assert_eq!(told("已纳入绩效考核；社会评议良好；本年无责任追究情形。"), None);
        assert_eq!(told(""), None, "nothing is written yet");
    }

    #[test]
    fn nothing_is_no_warning() {
        assert_eq!((Warned::unregistered(0, 2025), Warned::open(&[])), (None, None));
        assert_eq!(
            Warned::open(&["甲局", "乙局"]).map(|warned| (warned.total, warned.detail)),
            Some((2, "尚未定稿的机关：甲局、乙局".into()))
        );
    }
}
