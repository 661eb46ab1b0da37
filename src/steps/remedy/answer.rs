//! Answer the reconsideration body (复议答复) or the court (答辩) with evidence, 复议法 48, 54; 行诉法 67. Who: clerk or legal reviewer.
//!
//! An answer after the term is entered like any other: the duty shows that it was late, and the body draws its consequence (复议法 70, 行诉法 34).

use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Answer as AnswerRecord, Case, Proceeding};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Line;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The answer with its evidence.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct AnswerProceeding {
    /// The day it was handed in or posted; days in transit do not count.
    #[schema(example = "2026-11-09")]
    pub on: NaiveDate,
    /// The stored paper.
    pub document_id: Option<Uuid>,
    /// The officer in charge (承办人) with post and telephone, as the body or court is told.
    #[garde(dive)]
    #[schema(example = "经办甲，法规科科员")]
    pub officer: Option<Line<200>>,
    /// Who stands for the agency (委托代理人): one or two (行诉法 31).
    #[serde(default)]
    #[garde(length(max = 2), dive)]
    #[schema(max_items = 2)]
    pub agents: Vec<Line<200>>,
}

/// Whether an answer is on record and its paper is not: it is added while nothing is decided.
fn wants_paper(proceeding: &Proceeding) -> bool {
    proceeding.decision.is_none() && proceeding.answer.as_ref().is_some_and(|answer| answer.document_id.is_none())
}

impl Command for AnswerProceeding {
    const STEP: Step = Step::AnswerProceeding;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { documents: self.document_id.into_iter().collect(), ..Needs::default() }
    }

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        super::first(case, |proceeding| proceeding.answer.is_none()).or_else(|_| super::first(case, wants_paper))
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let proceeding = super::proceeding(case, at)?;
        let known = proceeding.answer.as_ref();
        if known.is_some_and(|known| !wants_paper(proceeding) || known.on != self.on || self.document_id.is_none()) {
            return Err(Refusal::new(
                Code::AlreadyDone,
                "已登记答复或者答辩；没有附答复书、答辩状的，以同一日期补附",
                "the answer is already entered; where its paper is missing, enter it again on the same day, with the paper",
            ));
        }
        facts.between(proceeding.received_on, self.on, "/on")?;
        if let Some(decision) = proceeding.decision.as_ref().filter(|decision| decision.received_on < self.on) {
            let on = decision.received_on;
            return Err(Refusal::new(
                Code::DateAfterNext,
                format!("已于 {on} 收到决定或者裁判，此后不再答复或者答辩"),
                format!("the decision was received on {on}: nothing is answered after it"),
            )
            .at("/on"));
        }
        if let Some(id) = self.document_id {
            facts.document(id, "/document_id")?;
        }
        let mut kept = Decision::new();
        let answer = AnswerRecord {
            on: self.on,
            by: facts.person.account_id,
            document_id: self.document_id,
            officer: kept.keep_some(facts, self.officer.map(Line::into_string)).or_else(|| known?.officer.clone()),
            agents: match (self.agents.is_empty(), known) {
                (true, Some(known)) => known.agents.clone(),
                _ => self.agents.into_iter().map(|agent| kept.keep(facts, agent.into_string())).collect(),
            },
        };
        Ok(kept.with(CaseEvent::ProceedingAnswered { proceeding: proceeding.n, answer }))
    }

    on_each_case!();
}

/// Answer with evidence.
#[utoipa::path(tag = "remedy", request_body = AnswerProceeding, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/proceedings/{n}/answer")]
pub async fn answer_proceeding(call: Call) -> Answer {
    super::super::take::<AnswerProceeding>(call).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::duties::duties;
    use crate::case::testing::{Bench, DOCUMENT, REVIEWER, day};
    use crate::rules::terms::DutyKind;
    use crate::steps::fixtures::{decided, reconsideration};
    use crate::steps::remedy::open::OpenReconsideration;
    use serde_json::json;

    fn bench() -> Bench {
        let mut bench = Bench::received("2026-08-03");
        bench.go("2026-10-20").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-09-22")).unwrap();
        bench
    }

    #[test]
    fn litigation_law_31_officer_and_agents_are_kept_with_the_answer_and_two_agents_are_the_most() {
        let mut bench = bench();
        let agents = |n: usize| json!({"on": "2026-09-30", "officer": "经办甲，法规科科员", "agents": vec!["示范律师事务所律师乙某某"; n]});
        assert!(serde_json::from_value::<AnswerProceeding>(agents(3)).unwrap().validate().is_err());
        bench.take::<AnswerProceeding>(REVIEWER, Some(1), agents(2)).unwrap();
        let answer = bench.case().proceedings[0].answer.as_ref().unwrap();
        assert_eq!((answer.officer.is_some(), answer.agents.len()), (true, 2));
    }

    #[test]
    fn reconsideration_law_48_the_paper_of_an_answer_is_added_on_its_day() {
        let mut bench = bench();
        let mut code = |body: serde_json::Value| {
            bench.take::<AnswerProceeding>(REVIEWER, Some(1), body).map_err(|refusal| refusal.code.as_str()).err()
        };
        assert_eq!(code(json!({"on": "2026-09-30", "officer": "经办甲"})), None);
        assert_eq!(code(json!({"on": "2026-10-09", "document_id": DOCUMENT})), Some("already_done"), "its day is amended");
        assert_eq!(code(json!({"on": "2026-09-30"})), Some("already_done"));
        assert_eq!(code(json!({"on": "2026-09-30", "document_id": DOCUMENT})), None);
        assert_eq!(code(json!({"on": "2026-09-30", "document_id": DOCUMENT})), Some("nothing_open"));
        let answer = bench.case().proceedings[0].answer.clone().unwrap();
        assert_eq!((answer.document_id, answer.officer.is_some()), (Some(DOCUMENT), true));
    }

    #[test]
    fn a_late_answer_is_entered_and_its_lateness_shows_in_the_duty() {
        let mut bench = bench();
        let body = json!({"on": "2026-10-14", "document_id": DOCUMENT});
        bench.take::<AnswerProceeding>(REVIEWER, Some(1), body).unwrap();
        let duties = duties(bench.case(), bench.calendar());
        let duty = duties.iter().find(|duty| duty.kind == DutyKind::AnswerReconsideration).unwrap();
        assert_eq!((duty.due_on, duty.met_on, duty.open), (day("2026-10-13"), Some(day("2026-10-14")), false));
    }

    #[test]
    fn it_comes_between_the_copy_and_today_once_for_a_known_proceeding() {
        let mut bench = bench();
        let code = |bench: &mut Bench, n: u32, body| bench.take::<AnswerProceeding>(REVIEWER, Some(n), body).unwrap_err().code.as_str();
        assert_eq!(code(&mut bench, 1, json!({"on": "2026-09-21"})), "date_before_previous");
        assert_eq!(code(&mut bench, 1, json!({"on": "2026-10-21"})), "date_in_future");
        assert_eq!(code(&mut bench, 2, json!({"on": "2026-10-13"})), "unknown_target");
        assert_eq!(code(&mut bench, 1, json!({"on": "2026-10-13", "document_id": Uuid::from_u128(99)})), "unknown_reference");
        bench.take::<AnswerProceeding>(REVIEWER, Some(1), json!({"on": "2026-10-13"})).unwrap();
        assert_eq!(code(&mut bench, 1, json!({"on": "2026-10-13"})), "already_done");
        let mut other = reconsideration("2026-09-23");
        other["against"] = json!({"kind": "other_conduct"});
        bench.take::<OpenReconsideration>(REVIEWER, None, other).unwrap();
        assert_eq!(code(&mut bench, 1, json!({"on": "2026-10-13"})), "already_done");
    }

    #[test]
    fn nothing_is_answered_after_the_decision_came_and_an_earlier_answer_may_be_entered_late() {
        let mut bench = bench();
        decided(&mut bench, 1, json!({"by": "reconsideration", "outcome": "upheld"}));
        let late = bench.take::<AnswerProceeding>(REVIEWER, Some(1), json!({"on": "2026-09-23"})).unwrap_err();
        assert_eq!(late.code.as_str(), "date_after_next");
        bench.take::<AnswerProceeding>(REVIEWER, Some(1), json!({"on": "2026-09-22"})).unwrap();
    }
}
