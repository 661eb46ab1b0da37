//! Record the decision of the body (复议决定) or court (裁判), 复议法 62-69; 行诉法 69-77, 89. Who: clerk or legal reviewer.
//!
//! The outcome gives the column of table four; a correction of the agency needs its cause (domain 5.4), an order its own date.

use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts};
use crate::case::flow::Step;
use crate::case::model::{Case, CorrectionCause, Order, Outcome, Proceeding, ProceedingDecision, ProceedingKind};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::{Line, Words};
use crate::rules::outcomes::{Column, CourtOutcome, Instance};
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::{Months, NaiveDate};
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// How long after its receipt an order may be due. A choice, no article caps it: two years leave room for any order about information
/// and still catch a mistyped year, which would hide the duty for good.
const LONGEST_ORDER: Months = Months::new(24);

/// The form of a court's decision; it sets the term of appeal (行诉法 85).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CourtForm {
    /// Judgment (判决): 15 days to appeal.
    Judgment,
    /// Ruling (裁定): 10 days to appeal.
    Ruling,
}

/// What is ordered.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct OrderInput {
    /// What must be done.
    #[garde(dive)]
    #[schema(example = "在30日内重新作出答复。")]
    pub what: Words<2000>,
    /// By when, as the decision says; at most two years after it was received.
    #[schema(example = "2026-12-10")]
    pub due_on: NaiveDate,
}

/// The decision.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RecordDecision {
    /// The outcome, by kind of proceeding.
    pub outcome: Outcome,
    /// The date it bears.
    #[schema(example = "2026-11-09")]
    pub decided_on: NaiveDate,
    /// The day it was served on the agency.
    #[schema(example = "2026-11-10")]
    pub received_on: NaiveDate,
    /// The day it was served on the applicant, where the agency knows it: the term to sue runs from it (行诉法 45).
    pub applicant_received_on: Option<NaiveDate>,
    /// Its document number.
    #[garde(dive)]
    pub document_number: Option<Line<100>>,
    /// Judgment or ruling; courts only.
    pub form: Option<CourtForm>,
    /// Why the agency was corrected; needed where the outcome corrects it.
    pub cause: Option<CorrectionCause>,
    /// What it orders.
    #[garde(dive)]
    pub order: Option<OrderInput>,
}

impl RecordDecision {
    fn fits(&self, proceeding: &Proceeding) -> Result<(), Refusal> {
        let mismatch = |zh: &str, en: &str| Err(Refusal::new(Code::OutcomeMismatch, zh, en).at("/outcome"));
        match (proceeding.kind, self.outcome) {
            (ProceedingKind::Reconsideration, Outcome::Court(_)) => {
                mismatch("行政复议不能有裁判结果", "a reconsideration has no court outcome")
            }
            (ProceedingKind::Litigation, Outcome::Reconsideration(_)) => {
                mismatch("行政诉讼不能有复议结果", "a lawsuit has no reconsideration outcome")
            }
            (
                ProceedingKind::Litigation,
                Outcome::Court(CourtOutcome::AppealDismissed | CourtOutcome::AppealWithdrawn | CourtOutcome::Remanded),
            ) if proceeding.instance == Some(Instance::First) => {
                mismatch("该结果只能由上诉审或者再审作出", "only a court above the first instance decides so")
            }
            _ => Ok(()),
        }?;
        let refuse = |pointer: &str, zh: &str, en: &str| Err(Refusal::new(Code::FieldsRefused, zh, en).at(pointer));
        match (proceeding.kind, self.form) {
            (ProceedingKind::Reconsideration, Some(_)) => {
                refuse("/form", "判决、裁定只适用于法院", "only courts give judgments and rulings")
            }
            (ProceedingKind::Litigation, None) => refuse(
                "/form",
                "须说明是判决还是裁定，上诉期限因此不同",
                "say whether it is a judgment or a ruling: the term of appeal differs",
            ),
            _ => Ok(()),
        }?;
        if corrects(self.outcome) && self.cause.is_none() {
            return refuse("/cause", "结果纠正的，须填写纠正原因", "an outcome that corrects the agency needs its cause");
        }
        Ok(())
    }

    /// Decided, then served on either side; an answer that is on record was given before the agency had the decision.
    fn in_order(&self, case: &Case, proceeding: &Proceeding, facts: &Facts<'_>) -> Result<(), Refusal> {
        facts.between(super::decided_at_the_earliest(case, proceeding, self.outcome), self.decided_on, "/decided_on")?;
        let answered_on = proceeding.answer.as_ref().map(|answer| answer.on);
        let earliest = self.decided_on.max(proceeding.received_on).max(answered_on.unwrap_or(NaiveDate::MIN));
        facts.between(earliest, self.received_on, "/received_on")?;
        self.applicant_received_on.map_or(Ok(()), |on| facts.between(self.decided_on, on, "/applicant_received_on"))
    }
}

impl OrderInput {
    /// Neither before the decision was received nor beyond [`LONGEST_ORDER`] after it.
    fn in_reach(&self, received_on: NaiveDate) -> Result<(), Refusal> {
        if self.due_on < received_on {
            return Err(Refusal::new(
                Code::DateBeforePrevious,
                "履行期限早于收到决定之日",
                "the order is due before the decision was received",
            )
            .at("/order/due_on"));
        }
        if received_on.checked_add_months(LONGEST_ORDER).is_some_and(|latest| self.due_on > latest) {
            return Err(Refusal::new(
                Code::DateOutOfRange,
                "履行期限不得晚于收到决定之日后二年，请核对年份",
                "an order is due within two years of receiving the decision: check the year",
            )
            .at("/order/due_on"));
        }
        Ok(())
    }
}

fn corrects(outcome: Outcome) -> bool {
    match outcome {
        Outcome::Reconsideration(outcome) => outcome.column() == Column::Overturned,
        Outcome::Court(outcome) => outcome.column() == Some(Column::Overturned),
    }
}

impl Command for RecordDecision {
    const STEP: Step = Step::DecideProceeding;

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        super::first(case, |proceeding| proceeding.decision.is_none())
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let proceeding = super::proceeding(case, at)?;
        if proceeding.decision.is_some() {
            return Err(Refusal::new(Code::AlreadyDone, "已登记复议决定或者裁判", "the decision is already entered"));
        }
        self.fits(proceeding)?;
        self.in_order(case, proceeding, facts)?;
        self.order.as_ref().map_or(Ok(()), |order| order.in_reach(self.received_on))?;
        let mut kept = Decision::new();
        let order =
            self.order.map(|order| Order { what: kept.keep(facts, order.what.into_string()), due_on: order.due_on, performed_on: None });
        let decision = ProceedingDecision {
            outcome: self.outcome,
            decided_on: self.decided_on,
            received_on: self.received_on,
            applicant_received_on: self.applicant_received_on,
            document_number: self.document_number.map(Line::into_string),
            ruling: self.form == Some(CourtForm::Ruling),
            cause: self.cause,
            order,
        };
        Ok(kept.with(CaseEvent::ProceedingDecided { proceeding: proceeding.n, decision }))
    }
}

/// Record the decision.
#[utoipa::path(tag = "remedy", request_body = RecordDecision, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/proceedings/{n}/decision")]
pub async fn record_proceeding_decision(call: Call) -> Answer {
    super::super::take::<RecordDecision>(call).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::projection::project;
    use crate::case::testing::{REVIEWER, day};
    use crate::steps::fixtures::{in_proceedings, reconsideration, served, suit};
    use crate::steps::remedy::answer::AnswerProceeding;
    use crate::steps::remedy::open::{OpenLitigation, OpenReconsideration};
    use rstest::rstest;
    use serde_json::{Value, json};

    fn body(by: &str, outcome: &str) -> Value {
        json!({"outcome": {"by": by, "outcome": outcome}, "decided_on": "2026-09-07", "received_on": "2026-09-10"})
    }

    fn with(mut body: Value, key: &str, value: Value) -> Value {
        body[key] = value;
        body
    }

    #[rstest]
    #[case(1, body("court", "revoked"), "outcome_mismatch")]
    #[case(2, body("reconsideration", "upheld"), "outcome_mismatch")]
    #[case(2, with(body("court", "appeal_dismissed"), "form", json!("judgment")), "outcome_mismatch")]
    #[case(1, with(body("reconsideration", "upheld"), "form", json!("ruling")), "fields_refused")]
    #[case(2, body("court", "claim_dismissed"), "fields_refused")]
    #[case(1, body("reconsideration", "revoked"), "fields_refused")]
    #[case(1, with(body("reconsideration", "upheld"), "decided_on", json!("2026-07-05")), "date_before_previous")]
    #[case(1, with(body("reconsideration", "upheld"), "received_on", json!("2026-09-06")), "date_before_previous")]
    #[case(1, with(body("reconsideration", "upheld"), "received_on", json!("2026-10-31")), "date_in_future")]
    #[case(1, with(body("reconsideration", "upheld"), "order", json!({"what": "重新答复", "due_on": "2026-09-09"})), "date_before_previous")]
    #[case(1, with(body("reconsideration", "upheld"), "order", json!({"what": "重新答复", "due_on": "2028-09-11"})), "date_out_of_range")]
    #[case(1, with(body("reconsideration", "upheld"), "order", json!({"what": "重新答复", "due_on": "2062-09-10"})), "date_out_of_range")]
    #[case(1, with(body("reconsideration", "upheld"), "applicant_received_on", json!("2026-09-06")), "date_before_previous")]
    #[case(1, with(body("reconsideration", "upheld"), "applicant_received_on", json!("2026-10-31")), "date_in_future")]
    #[case(3, body("reconsideration", "upheld"), "unknown_target")]
    fn what_does_not_fit_is_refused(#[case] n: u32, #[case] body: Value, #[case] code: &str) {
        let mut bench = in_proceedings();
        assert_eq!(bench.take::<RecordDecision>(REVIEWER, Some(n), body).unwrap_err().code.as_str(), code);
    }

    #[test]
    fn the_outcome_gives_the_column_of_table_four() {
        let mut bench = in_proceedings();
        let revoked = with(body("reconsideration", "revoked"), "cause", json!("poor_search"));
        bench.take::<RecordDecision>(REVIEWER, Some(1), revoked.clone()).unwrap();
        assert_eq!(bench.take::<RecordDecision>(REVIEWER, Some(1), revoked).unwrap_err().code.as_str(), "already_done");
        let ruling = with(body("court", "suit_dismissed"), "form", json!("ruling"));
        bench.take::<RecordDecision>(REVIEWER, Some(2), ruling).unwrap();
        let columns: Vec<_> = project(bench.case(), bench.calendar()).proceedings.iter().map(|row| row.report_column).collect();
        assert_eq!(columns, ["overturned", "other"]);
        assert!(bench.case().proceedings[1].decision.as_ref().unwrap().ruling);
    }

    #[test]
    fn what_is_not_accepted_may_be_decided_before_the_copy_came_but_not_before_what_it_is_about() {
        let mut bench = in_proceedings();
        let early = with(body("reconsideration", "not_accepted"), "decided_on", json!("2026-05-31"));
        assert_eq!(bench.take::<RecordDecision>(REVIEWER, Some(1), early).unwrap_err().code.as_str(), "date_before_previous");
        let body = with(body("reconsideration", "not_accepted"), "decided_on", json!("2026-07-01"));
        bench.take::<RecordDecision>(REVIEWER, Some(1), body).unwrap();
    }

    #[test]
    fn what_is_not_docketed_comes_after_the_decision_it_follows() {
        let mut bench = in_proceedings();
        let upheld = body("reconsideration", "upheld");
        bench.take::<RecordDecision>(REVIEWER, Some(1), upheld).unwrap();
        let mut copy = suit("first", "after_reconsideration", Some(1));
        copy["received_on"] = json!("2026-10-12");
        bench.take::<OpenLitigation>(REVIEWER, None, copy).unwrap();
        let refused = |on: &str| {
            let ruling = with(body("court", "not_docketed"), "form", json!("ruling"));
            with(with(ruling, "decided_on", json!(on)), "received_on", json!("2026-10-12"))
        };
        assert_eq!(
            bench.take::<RecordDecision>(REVIEWER, Some(3), refused("2026-09-06")).unwrap_err().code.as_str(),
            "date_before_previous"
        );
        bench.take::<RecordDecision>(REVIEWER, Some(3), refused("2026-09-07")).unwrap();
    }

    #[test]
    fn what_is_not_accepted_comes_after_the_reply_left() {
        let mut bench = served("2026-08-03", "2026-08-05");
        let mut copy = reconsideration("2026-08-20");
        copy["against"] = json!({"kind": "reply", "n": 1});
        bench.case.as_mut().unwrap().dispatches[0].on = day("2026-08-04");
        bench.go("2026-10-30").take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
        let on = |on: &str| with(body("reconsideration", "not_accepted"), "decided_on", json!(on));
        assert_eq!(bench.take::<RecordDecision>(REVIEWER, Some(1), on("2026-08-03")).unwrap_err().code.as_str(), "date_before_previous");
        bench.take::<RecordDecision>(REVIEWER, Some(1), on("2026-08-04")).unwrap();
    }

    #[test]
    fn the_answer_on_record_was_given_before_the_decision_came() {
        let mut bench = in_proceedings();
        bench.take::<AnswerProceeding>(REVIEWER, Some(1), json!({"on": "2026-09-11"})).unwrap();
        let refusal = bench.take::<RecordDecision>(REVIEWER, Some(1), body("reconsideration", "upheld")).unwrap_err();
        assert_eq!((refusal.code.as_str(), refusal.errors[0].pointer.as_str()), ("date_before_previous", "/received_on"));
        let late = with(body("reconsideration", "upheld"), "received_on", json!("2026-09-11"));
        bench.take::<RecordDecision>(REVIEWER, Some(1), late).unwrap();
    }

    #[test]
    fn an_order_may_run_for_two_years() {
        let mut bench = in_proceedings();
        let order = with(body("reconsideration", "upheld"), "order", json!({"what": "重新答复", "due_on": "2028-09-10"}));
        bench.take::<RecordDecision>(REVIEWER, Some(1), order).unwrap();
    }
}
