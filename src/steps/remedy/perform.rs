//! Record the performance of an order (履行复议决定、判决), 复议法 77; 行诉法 94. Who: clerk or legal reviewer.

use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts};
use crate::case::flow::Step;
use crate::case::model::{Case, Order, Proceeding};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Words;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// What was done.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct PerformOrder {
    /// The day.
    #[schema(example = "2026-11-20")]
    pub on: NaiveDate,
    /// How.
    #[garde(dive)]
    #[schema(example = "已重新作出答复并送达申请人。")]
    pub how: Words<2000>,
}

fn order(proceeding: &Proceeding) -> Option<&Order> {
    proceeding.decision.as_ref().and_then(|decision| decision.order.as_ref())
}

impl Command for PerformOrder {
    const STEP: Step = Step::PerformOrder;

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        super::first(case, |proceeding| order(proceeding).is_some_and(|order| order.performed_on.is_none()))
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let proceeding = super::proceeding(case, at)?;
        let (Some(decision), Some(order)) = (&proceeding.decision, order(proceeding)) else {
            return Err(Refusal::new(Code::NothingOpen, "该程序没有责令履行的事项", "nothing was ordered in this proceeding"));
        };
        if order.performed_on.is_some() {
            return Err(Refusal::new(Code::AlreadyDone, "已登记履行", "the performance is already entered"));
        }
        facts.between(decision.decided_on, self.on, "/on")?;
        let mut kept = Decision::new();
        let how = kept.keep(facts, self.how.into_string());
        Ok(kept.with(CaseEvent::OrderPerformed { proceeding: proceeding.n, on: self.on, how }))
    }
}

/// Record the performance of an order.
#[utoipa::path(tag = "remedy", request_body = PerformOrder, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/proceedings/{n}/performance")]
pub async fn perform_order(call: Call) -> Answer {
    super::super::take::<PerformOrder>(call).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::duties::duties;
    use crate::case::testing::{Bench, REVIEWER, day};
    use crate::rules::terms::DutyKind;
    use crate::steps::fixtures::{ordered, reconsideration};
    use crate::steps::remedy::open::OpenReconsideration;
    use serde_json::json;

    #[test]
    fn the_order_is_a_duty_until_it_is_performed() {
        let mut bench = Bench::received("2026-08-03");
        let body = |on: &str| json!({"on": on, "how": "已重新答复。"});
        let code = |bench: &mut Bench, on: &str| bench.take::<PerformOrder>(REVIEWER, Some(1), body(on)).unwrap_err().code.as_str();
        bench.go("2026-10-30").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-09-01")).unwrap();
        assert_eq!(code(&mut bench, "2026-10-12"), "nothing_open");
        ordered(&mut bench, 1, "2026-09-30", "2026-10-25");
        let duty =
            |bench: &Bench| duties(bench.case(), bench.calendar()).into_iter().find(|duty| duty.kind == DutyKind::PerformOrder).unwrap();
        assert_eq!((duty(&bench).due_on, duty(&bench).open), (day("2026-10-25"), true));
        assert_eq!(code(&mut bench, "2026-09-29"), "date_before_previous");
        bench.take::<PerformOrder>(REVIEWER, Some(1), body("2026-10-26")).unwrap();
        assert_eq!((duty(&bench).met_on, duty(&bench).open), (Some(day("2026-10-26")), false));
        assert_eq!(code(&mut bench, "2026-10-26"), "nothing_open");
    }
}
