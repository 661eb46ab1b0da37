//! Draw a lesson from a correction (总结经验教训), Art 46. Who: clerk, legal reviewer, approver.
//!
//! Only a decision that corrects the agency teaches one; its cause (domain 5.4) stands in the decision and is not asked again. A correction that
//! a higher instance has since undone keeps the lessons that were drawn from it.

use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts};
use crate::case::flow::Step;
use crate::case::model::{Case, Lesson, Proceeding};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Words;
use crate::views::case_page::CaseView;
use actix_web::post;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// Most lessons of a case.
const MOST: usize = 20;

/// A lesson.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordLesson {
    /// What went wrong, and what follows from it.
    #[garde(dive)]
    #[schema(example = "协查只问了一个处室，电子系统未检索；信息不存在的结论没有依据。")]
    pub words: Words<4000>,
    /// What is done so that it does not happen again.
    #[garde(dive)]
    #[schema(example = "信息不存在的答复，须附三个处室的检索记录。")]
    pub measures: Words<4000>,
}

fn corrected(proceeding: &Proceeding) -> bool {
    proceeding.decision.as_ref().is_some_and(|decision| decision.outcome.corrects())
}

impl Command for RecordLesson {
    const STEP: Step = Step::DrawLesson;
    const ADDITIVE: bool = true;

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        crate::steps::remedy::first(case, corrected)
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let proceeding = crate::steps::remedy::proceeding(case, at)?;
        if !corrected(proceeding) {
            let (zh, en) = ("该程序没有结果纠正的决定或者裁判", "no decision of this proceeding corrects the agency");
            return Err(Refusal::new(Code::NotCorrected, zh, en).under("46"));
        }
        if case.lessons.len() >= MOST {
            let (zh, en) = (format!("每案最多{MOST}条"), format!("a case has at most {MOST} lessons"));
            return Err(Refusal::new(Code::LimitReached, zh, en));
        }
        let mut decision = Decision::new();
        let lesson = Lesson {
            n: crate::steps::next(case.lessons.len()),
            proceeding: proceeding.n,
            on: facts.today,
            by: facts.person.account_id,
            words: decision.keep(facts, self.words.into_string()),
            measures: decision.keep(facts, self.measures.into_string()),
        };
        Ok(decision.with(CaseEvent::LessonDrawn { lesson }))
    }
}

/// Draw a lesson from a correction.
///
/// The cause stands in the decision. A typical case that is drawn from it, without any person's name, goes to the library `typical-cases`.
#[utoipa::path(tag = "remedy", request_body = RecordLesson, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/proceedings/{n}/lessons")]
pub async fn record_lesson(call: Call) -> Answer {
    crate::steps::take::<RecordLesson>(call).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::projection::project;
    use crate::case::testing::{APPROVER, Bench, REVIEWER};
    use crate::steps::fixtures::{decided, served, suit};
    use crate::steps::remedy::decide::RecordDecision;
    use crate::steps::remedy::open::{OpenLitigation, OpenReconsideration};
    use serde_json::json;

    fn reconsidered(outcome: &str) -> Bench {
        let mut bench = served("2026-06-01", "2026-06-03");
        let copy =
            json!({"body": "示范区人民政府", "procedure": "ordinary", "against": {"kind": "reply", "n": 1}, "received_on": "2026-06-10"});
        bench.go("2026-06-10").take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
        let cause = (outcome == "revoked").then_some("poor_search");
        let decision = json!({"outcome": {"by": "reconsideration", "outcome": outcome}, "decided_on": "2026-07-10",
                              "received_on": "2026-07-13", "cause": cause});
        bench.go("2026-07-13").take::<RecordDecision>(REVIEWER, Some(1), decision).unwrap();
        bench
    }

    #[test]
    fn article_46_only_a_correction_teaches_a_lesson() {
        let lesson = json!({"words": "检索不全。", "measures": "多处室协查。"});
        let mut bench = reconsidered("revoked");
        bench.take::<RecordLesson>(APPROVER, Some(1), lesson.clone()).unwrap();
        let drawn = &bench.case().lessons[0];
        assert_eq!((drawn.n, drawn.proceeding, drawn.by), (1, 1, APPROVER));
        let unknown = bench.take::<RecordLesson>(APPROVER, Some(2), lesson.clone()).unwrap_err();
        assert_eq!(unknown.code, Code::UnknownTarget);
        let mut upheld = reconsidered("upheld");
        let refusal = upheld.take::<RecordLesson>(APPROVER, Some(1), lesson).unwrap_err();
        assert_eq!(refusal.code, Code::NothingOpen, "nothing in the case corrects the agency");
    }

    #[test]
    fn of_two_proceedings_the_one_that_upheld_teaches_nothing() {
        let mut bench = reconsidered("revoked");
        let again =
            json!({"body": "示范区人民政府", "procedure": "ordinary", "against": {"kind": "reply", "n": 1}, "received_on": "2026-07-13"});
        bench.take::<OpenReconsideration>(REVIEWER, None, again).unwrap();
        let lesson = json!({"words": "检索不全。", "measures": "多处室协查。"});
        let refusal = bench.take::<RecordLesson>(APPROVER, Some(2), lesson).unwrap_err();
        assert_eq!((refusal.code, refusal.article.as_deref()), (Code::NotCorrected, Some("46")));
    }

    fn warns(bench: &Bench) -> Vec<(u32, Option<&'static str>, u32)> {
        let rows = project(bench.case(), bench.calendar()).corrected;
        rows.iter().map(|row| (row.n, row.cause, row.lessons)).collect()
    }

    #[test]
    fn administrative_litigation_law_89_a_correction_that_a_court_above_undid_warns_nobody() {
        let mut bench = Bench::received("2026-06-01");
        bench.go("2026-08-03").take::<OpenLitigation>(REVIEWER, None, suit("first", "direct", None)).unwrap();
        assert!(warns(&bench).is_empty());
        let judgment = json!({"outcome": {"by": "court", "outcome": "performance_ordered"}, "decided_on": "2026-08-03", "received_on": "2026-08-03",
                              "form": "judgment", "cause": "out_of_time", "order": {"what": "限期答复。", "kind": "other", "due_on": "2026-09-01"}});
        bench.take::<RecordDecision>(REVIEWER, Some(1), judgment).unwrap();
        bench.take::<RecordLesson>(APPROVER, Some(1), json!({"words": "超期。", "measures": "提前提醒。"})).unwrap();
        assert_eq!(warns(&bench), [(1, Some("out_of_time"), 1)]);
        bench.take::<OpenLitigation>(REVIEWER, None, suit("second", "direct", Some(1))).unwrap();
        decided(&mut bench, 2, json!({"by": "court", "outcome": "appeal_dismissed"}));
        assert_eq!(warns(&bench), [(1, Some("out_of_time"), 1)], "the appeal left the judgment below standing");
        bench.take::<OpenLitigation>(REVIEWER, None, suit("retrial", "direct", Some(2))).unwrap();
        decided(&mut bench, 3, json!({"by": "court", "outcome": "claim_dismissed"}));
        assert!(warns(&bench).is_empty());
        assert_eq!(bench.case().lessons.len(), 1, "what was learnt stays");
    }
}
