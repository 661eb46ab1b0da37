//! Begin the round of reply that a decision in force orders (重新答复), 复议法 64, 66, 77; 行诉法 70, 72, 94. Who: clerk or legal reviewer.
//!
//! The application is answered anew in the same case, by the body's own date; the reply before it and its row in table three stay. A decision
//! of a reconsideration, and a judgment that no appeal can touch, open the round when they are entered. A judgment of first instance does
//! so by this step, once its term of appeal is over.

use crate::case::command::Command;
use crate::case::duties::{in_force, order_dates};
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts};
use crate::case::flow::Step;
use crate::case::model::{Against, Case, Joint, OrderedRound, Proceeding, ProceedingDecision, Reply, ReplyState};
use crate::case::refusal::{Code, Refusal};
use crate::case::stage::Stage;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::rules::proceedings::OrderKind;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// Begin the round; nothing needs to be said.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderRound {}

/// The reply that an order takes back: the one that was challenged, while it stands; where silence was, the one that came late. What left only
/// after the decision performs the order, and is not set aside by it.
fn set_aside<'a>(case: &'a Case, proceeding: &Proceeding, decided_on: NaiveDate) -> Option<&'a Reply> {
    let reply = match proceeding.against {
        Against::Reply { n } => case.reply(n),
        Against::Silence | Against::OtherConduct => case.standing_reply(),
    }?;
    let left_on = super::left_on(case, reply)?;
    let before = matches!(proceeding.against, Against::Reply { .. }) || left_on < decided_on;
    (before && reply.state == ReplyState::Issued).then_some(reply)
}

/// The round that a proceeding's order opens, if it has force today and the reply it was about still stands. What corrects nothing opens none.
fn round_of(case: &Case, proceeding: &Proceeding, facts: &Facts<'_>) -> Option<OrderedRound> {
    let decision = proceeding.decision.as_ref().filter(|decision| decision.outcome.may_order(decision.ended_by))?;
    let order = decision.order.as_ref().filter(|order| order.performed_on.is_none())?;
    let wanted = order.kind.is_some_and(OrderKind::wants_reply) && in_force(case, proceeding, facts.calendar, facts.today);
    let open = matches!(case.stage, Stage::Replied | Stage::Mailed | Stage::Closed | Stage::Archived);
    let reply = set_aside(case, proceeding, decision.decided_on).filter(|_| wanted && open)?;
    let (from_on, due) = order_dates(case, proceeding, facts.calendar)?;
    Some(OrderedRound { round: case.round() + 1, reply: reply.n, proceeding: proceeding.n, from_on, due_on: due.on })
}

/// Whether a proceeding's order opens a round today that nobody has begun.
pub(super) fn can_open(case: &Case, proceeding: &Proceeding, facts: &Facts<'_>) -> bool {
    round_of(case, proceeding, facts).is_some()
}

/// The round that a decision opens as it is entered: its own, or that of the judgment below, which it leaves standing.
pub(super) fn opened_by(case: &Case, (n, decision): (u32, &ProceedingDecision), facts: &Facts<'_>) -> Option<OrderedRound> {
    let mut after = case.clone();
    after.proceedings.iter_mut().find(|known| known.n == n)?.decision = Some(decision.clone());
    let mut at = after.proceeding(n);
    while let Some(proceeding) = at {
        if let Some(ordered) = round_of(&after, proceeding, facts) {
            return Some(ordered);
        }
        at = proceeding.follows.and_then(|n| after.proceeding(n)).filter(|earlier| earlier.n < proceeding.n);
    }
    None
}

fn none_ordered() -> Refusal {
    let (zh, en) = (
        "没有生效的决定或者裁判责令本案重新答复：未登记责令事项、已经履行、上诉期限未满、已经上诉，或者所涉答复已不再有效",
        "no decision in force orders another reply in this case: nothing is ordered or it was performed, its term of appeal runs, it was appealed, or the reply it \
         is about stands no more",
    );
    Refusal::new(Code::NoRoundOrdered, zh, en).under("行诉法 85")
}

impl Command for OrderRound {
    const STEP: Step = Step::OrderRound;

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let wanting = case.proceedings.iter().find(|proceeding| round_of(case, proceeding, facts).is_some());
        wanting.map(|proceeding| Some(proceeding.n)).ok_or_else(none_ordered)
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let proceeding = super::proceeding(case, at)?;
        let ordered = round_of(case, proceeding, facts).ok_or_else(none_ordered)?;
        Ok(Decision::new().with(CaseEvent::RoundOrdered { ordered }))
    }

    fn shared(&self, at: Option<u32>, case: &Case) -> Option<Joint> {
        super::shared(case, at)
    }

    fn on_sharer(self, joint: &Joint, _: Option<u32>, _: &Case, case: &Case) -> Result<Option<(Option<u32>, Self)>, Refusal> {
        let stands = |n: u32| {
            let decided = |known: &Proceeding| {
                known.decision.as_ref().filter(|decision| decision.order.is_some()).map(|decision| decision.decided_on)
            };
            let known = case.proceeding(n).and_then(|known| Some((known, decided(known)?)));
            known.is_some_and(|(known, decided_on)| set_aside(case, known, decided_on).is_some())
        };
        Ok(super::own(case, joint).filter(|n| stands(*n)).map(|n| (Some(n), self)))
    }
}

/// Begin the round of reply that a decision in force orders.
///
/// The case goes back to handling, with a reply due on the day that the decision gives. The reply before it stays in the dossier, and its
/// row in table three stays.
#[utoipa::path(tag = "remedy", request_body = OrderRound, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/proceedings/{n}/new-round")]
pub async fn order_round(call: Call) -> Answer {
    super::super::take::<OrderRound>(call).await
}

#[cfg(test)]
mod tests;
