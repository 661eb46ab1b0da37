//! Warnings about a case: what is allowed, and soon too late (choice 10), seen by nobody, or wrong on the face of it. Who: whoever may read the case.

mod proceedings;

pub use proceedings::of_proceedings;

use super::shape::view;
use crate::case::clock;
use crate::case::model::Case;
use crate::http::problem::Language;
use crate::rules::calendar::Calendar;
use crate::rules::terms::DutyKind;
use chrono::NaiveDate;

view! {
    /// What is allowed and still wants attention.
    pub struct Warning {
        /// Stable code: `nothing_left` where somebody is consulted on the last day of the period; `nobody_reviews` where the open draft waits
        /// for a review or a signature that nobody in the agency may give. Of a reconsideration or lawsuit as it was entered:
        /// `reconsideration_skipped`, `answered_in_time`, `other_body`, `summary_not_here`, `answered_late`, `answer_without_paper`,
        /// `appealed_late`, `accepted_before`, `nothing_was_revoked`, `revoked_without_order`, `another_pending`, `standing_differs`.
        #[schema(example = "nothing_left")]
        code: &'static str,
        /// What threatens and what helps, in the language of the request.
        detail: String,
        /// The article.
        #[schema(example = "33(2), 33(3)")]
        article: &'static str,
    }
}

/// The warnings of a day.
pub fn warnings(case: &Case, calendar: &Calendar, today: NaiveDate, language: Language) -> Vec<Warning> {
    if case.standing_reply().is_some() || !case.stage.counts() {
        return Vec::new();
    }
    let used_up = clock::clock(case, calendar, &clock::steps(case)).used_up(today);
    let nothing_left = used_up.map(|due| {
        let on = due.on;
        let detail = if language == Language::Chinese {
            format!("征求意见书在答复期限的最后一日{on}发出，反馈后没有剩余工作日；只有当日批准并告知延长答复期限，或者当日答复，才不逾期")
        } else {
            format!(
                "the consultation was sent on {on}, the last day of the period: nothing is left when it ends; only an extension approved and \
                 notified that day helps, or a reply"
            )
        };
        Warning { code: "nothing_left", detail, article: "33(2), 33(3)" }
    });
    nothing_left.into_iter().collect()
}

/// The warning that an open draft waits for nobody: handed in, it would lie there.
pub fn nobody_reviews(kind: DutyKind, language: Language) -> Warning {
    let detail = if language == Language::Chinese {
        format!("“{}”无人可以作出：没有担任该角色或者职务的在用账号，或者只有拟稿人等不得作出的人员；请先设置角色或者职务", kind.zh())
    } else {
        format!("nobody may do this: {}; no active account holds the role or post, or only whoever drafted does", kind.en())
    };
    Warning { code: "nobody_reviews", detail, article: if kind == DutyKind::ReviewSecrecy { "17" } else { "45" } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::model::Letter;
    use crate::case::testing::{APPROVER, Bench, CLERK, day};
    use crate::steps::fixtures::{post, registered};
    use crate::steps::handle::consult::OpenConsultation;
    use crate::steps::handle::extend::ExtendReply;
    use serde_json::json;

    fn codes(bench: &Bench, today: &str) -> Vec<&'static str> {
        let all = warnings(bench.case(), bench.calendar(), day(today), Language::English);
        all.iter().map(|warning| warning.code).collect()
    }

    /// Due on 30 November.
    fn consulted(on: &str) -> Bench {
        let mut bench = registered("2026-11-02");
        let body = json!({"party": "third_party", "name": "甲公司", "on": on, "question": "是否同意公开。"});
        bench.go(on).take::<OpenConsultation>(CLERK, None, body).unwrap();
        assert!(codes(&bench, on).is_empty(), "what has not left stops nothing");
        post(&mut bench, Letter::Consultation { n: 1 }, on).unwrap();
        bench
    }

    #[test]
    fn choice_10_a_consultation_sent_on_the_last_day_warns_until_the_extension_is_told() {
        assert!(codes(&consulted("2026-11-27"), "2026-11-27").is_empty());
        let mut bench = consulted("2026-11-30");
        assert_eq!(codes(&bench, "2026-11-30"), ["nothing_left"]);
        bench.take::<ExtendReply>(APPROVER, None, json!({"working_days": 5, "reasons": "档案分散。"})).unwrap();
        assert_eq!(codes(&bench, "2026-11-30"), ["nothing_left"], "approved, not told");
        post(&mut bench, Letter::Extension { n: 1 }, "2026-11-30").unwrap();
        assert!(codes(&bench, "2026-11-30").is_empty());
    }
}
