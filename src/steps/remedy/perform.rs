//! Record the performance of an order (履行复议决定、判决), 复议法 77; 行诉法 94. Who: clerk or legal reviewer.

use crate::case::command::Command;
use crate::case::duties::in_force;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, Joint, Order, OrderProof, Proceeding, Reply, ReplyState};
use crate::case::refusal::{Code, Refusal};
use crate::case::stage::Stage;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Words;
use crate::rules::proceedings::OrderKind;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What was done, and what proves it: a stored paper, or the new reply that left the agency.
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
    /// What proves it. A reply proves it in the cases that share the reply.
    pub proof: Option<OrderProof>,
    /// Of a proceeding over several cases, those in which a paper proves it, this one among them; all whose order is not performed where none is named.
    #[serde(default)]
    #[garde(length(max = 50))]
    #[schema(max_items = 50)]
    pub cases: Vec<Uuid>,
}

impl PerformOrder {
    /// Only cases that the proceeding covers, with this one, and only with a paper: a reply says itself whose it is.
    fn fits(&self, case: &Case, proceeding: &Proceeding) -> Result<(), Refusal> {
        if self.cases.is_empty() {
            return Ok(());
        }
        let covered =
            |id: &Uuid| *id == case.id || proceeding.joint.as_ref().is_some_and(|joint| joint.cases.iter().any(|part| part.case == *id));
        let by_reply = matches!(self.proof, Some(OrderProof::Reply { .. }));
        if !by_reply && self.cases.contains(&case.id) && self.cases.iter().all(covered) {
            return Ok(());
        }
        let (zh, en) = (
            "以材料证明履行的，可以指明该程序所涉及的案件，本案须在其中；以答复证明的，及于共用该答复的案件",
            "with a paper, cases that the proceeding covers can be named, this one among them; a reply proves it in the cases that share it",
        );
        Err(Refusal::new(Code::FieldsRefused, zh, en).at("/cases"))
    }
}

fn order(proceeding: &Proceeding) -> Option<&Order> {
    proceeding.decision.as_ref().and_then(|decision| decision.order.as_ref())
}

/// A performance is owed until it is proved. A reply proves it once it left, on or after the day from which the order counts.
pub(super) fn proved(
    proof: Option<OrderProof>,
    (case, facts): (&Case, &Facts<'_>),
    (from_on, on): (NaiveDate, NaiveDate),
) -> Result<OrderProof, Refusal> {
    let unproved = |zh: &str, en: &str| Refusal::new(Code::PerformanceUnproved, zh, en).under("复议法 77; 行诉法 94").at("/proof");
    match proof {
        None => Err(unproved(
            "履行须有凭证：附书面材料，或者指明已发出的新答复",
            "a performance is proved: name a stored paper, or the new reply that left",
        )),
        Some(proof @ OrderProof::Document { document_id }) => {
            facts.document(document_id, "/proof/document_id")?;
            Ok(proof)
        }
        Some(proof @ OrderProof::Reply { n }) => {
            let reply = case.reply(n).ok_or_else(|| {
                Refusal::new(Code::UnknownReference, format!("没有第 {n} 号答复"), format!("the case has no reply {n}")).at("/proof/n")
            })?;
            match super::left_on(case, reply).filter(|left_on| reply.state == ReplyState::Issued && *left_on >= from_on) {
                Some(left_on) if left_on <= on => Ok(proof),
                Some(_) => Err(Refusal::new(
                    Code::DateBeforePrevious,
                    "履行日期早于新答复发出之日",
                    "the performance is dated before the new reply left",
                )
                .at("/on")),
                None => Err(unproved(
                    "该答复不是决定作出之后发出的有效答复，不能证明履行",
                    "this reply does not stand, or did not leave after the decision: it proves nothing",
                )),
            }
        }
    }
}

/// Whether another reply is ordered and still to be given: the order has no force yet, or its round has no reply that left.
fn reply_outstanding(case: &Case, proceeding: &Proceeding, facts: &Facts<'_>) -> bool {
    let wanted = order(proceeding).and_then(|order| order.kind).is_some_and(OrderKind::wants_reply);
    let round = case.ordered_rounds.iter().rfind(|ordered| ordered.proceeding == proceeding.n).map(|ordered| ordered.round);
    let answered = |round: u32| {
        let mut standing = case.replies.iter().filter(|reply| reply.round >= round && reply.state == ReplyState::Issued);
        standing.any(|reply| super::left_on(case, reply).is_some())
    };
    let closed = matches!(case.stage, Stage::Closed | Stage::Archived);
    let waits = || match round {
        Some(round) => !answered(round),
        None => {
            super::round::can_open(case, proceeding, facts)
                || !in_force(case, proceeding, facts.calendar, facts.today)
                || (!closed && !answered(1))
        }
    };
    wanted && waits()
}

impl Command for PerformOrder {
    const STEP: Step = Step::PerformOrder;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        let documents = match self.proof {
            Some(OrderProof::Document { document_id }) => vec![document_id],
            Some(OrderProof::Reply { .. }) | None => Vec::new(),
        };
        Needs { documents, ..Needs::default() }
    }

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
        self.fits(case, proceeding)?;
        facts.between(decision.decided_on, self.on, "/on")?;
        let proof = proved(self.proof, (case, facts), (decision.decided_on, self.on))?;
        if matches!(proof, OrderProof::Document { .. }) && reply_outstanding(case, proceeding, facts) {
            return Err(Refusal::new(
                Code::PerformanceUnproved,
                "责令重新答复的，须以发出的新答复证明履行；尚未生效或者该轮答复尚未作出的，不能以材料代替",
                "an order to answer anew is proved by the new reply: no paper takes its place before the order has force, or while its round is not answered",
            )
            .under("复议法 77; 行诉法 94")
            .at("/proof"));
        }
        let mut kept = Decision::new();
        let how = kept.keep(facts, self.how.into_string());
        Ok(kept.with(CaseEvent::OrderPerformed { proceeding: proceeding.n, on: self.on, how, proof: Some(proof) }))
    }

    fn shared(&self, at: Option<u32>, case: &Case) -> Option<Joint> {
        super::shared(case, at)
    }

    /// What is ordered may be about some of the cases only, and each may be answered on a day of its own: a reply proves the performance where it is the
    /// reply, a paper where it is said to.
    fn on_sharer(self, joint: &Joint, _: Option<u32>, first: &Case, case: &Case) -> Result<Option<(Option<u32>, Self)>, Refusal> {
        let proof = match self.proof {
            Some(OrderProof::Reply { n }) => {
                let shared = first.reply(n).and_then(|reply| case.reply_in(reply.joint.as_ref()?));
                // Where it was taken back since, or has not left, it proves nothing.
                let left = |reply: &&Reply| super::left_on(case, reply).is_some_and(|left_on| left_on <= self.on);
                let shared = shared.filter(|reply| reply.state == ReplyState::Issued).filter(left);
                let Some(reply) = shared else { return Ok(None) };
                Some(OrderProof::Reply { n: reply.n })
            }
            proof => proof,
        };
        let meant = self.cases.is_empty() || self.cases.contains(&case.id);
        let owed = |n: &u32| case.proceeding(*n).and_then(order).is_some_and(|order| order.performed_on.is_none());
        let own = super::own(case, joint).filter(|n| meant && owed(n));
        Ok(own.map(|n| (Some(n), Self { proof, ..self })))
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
    use crate::case::testing::{Bench, DOCUMENT, REVIEWER, day};
    use crate::rules::terms::DutyKind;
    use crate::steps::fixtures::reconsideration;
    use crate::steps::remedy::decide::RecordDecision;
    use crate::steps::remedy::open::OpenReconsideration;
    use serde_json::json;

    #[test]
    fn the_order_is_a_duty_until_it_is_performed() {
        let mut bench = Bench::received("2026-08-03");
        let body = |on: &str| json!({"on": on, "how": "已重新答复。", "proof": {"kind": "document", "document_id": DOCUMENT}});
        let code = |bench: &mut Bench, on: &str| bench.take::<PerformOrder>(REVIEWER, Some(1), body(on)).unwrap_err().code.as_str();
        bench.go("2026-10-30").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-09-01")).unwrap();
        assert_eq!(code(&mut bench, "2026-10-12"), "nothing_open");
        let decision = json!({
            "outcome": {"by": "reconsideration", "outcome": "performance_ordered"}, "cause": "out_of_time",
            "decided_on": "2026-09-30", "received_on": "2026-09-30", "order": {"what": "更正记录。", "kind": "correct_record", "due_on": "2026-10-25"}
        });
        bench.take::<RecordDecision>(REVIEWER, Some(1), decision).unwrap();
        let duty =
            |bench: &Bench| duties(bench.case(), bench.calendar()).into_iter().find(|duty| duty.kind == DutyKind::PerformOrder).unwrap();
        assert_eq!((duty(&bench).due_on, duty(&bench).open), (day("2026-10-25"), true));
        assert_eq!(code(&mut bench, "2026-09-29"), "date_before_previous");
        let mut unproved = body("2026-10-26");
        unproved["proof"] = json!(null);
        assert_eq!(bench.take::<PerformOrder>(REVIEWER, Some(1), unproved).unwrap_err().code.as_str(), "performance_unproved");
        bench.take::<PerformOrder>(REVIEWER, Some(1), body("2026-10-26")).unwrap();
        assert_eq!((duty(&bench).met_on, duty(&bench).open), (Some(day("2026-10-26")), false));
        assert_eq!(code(&mut bench, "2026-10-26"), "nothing_open");
    }
}
