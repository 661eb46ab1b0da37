//! What was entered of a reconsideration or lawsuit beside its dates, as an amendment mends it (domain 6.6): who decides and under which number,
//! on which side the agency stands, what the decision says; and a proceeding that was entered in error.

use super::Case;
use super::proceeding::{CorrectionCause, Order, OrderTerm, Outcome, Proceeding, ProceedingDecision};
use super::reply::{DraftState, ReplyState};
use crate::case::stage::Stage;
use crate::rules::proceedings::{Appellant, EndedBy, OrderKind, PartyStanding};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Who decides, under which number, and on which side the agency stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProceedingEntry {
    /// The body or court.
    pub body: String,
    /// Its case number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case_number: Option<String>,
    /// On which side the agency stands; none where it alone must answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<PartyStanding>,
}

impl ProceedingEntry {
    /// As it stands.
    pub fn of(proceeding: &Proceeding) -> Self {
        Self { body: proceeding.body.clone(), case_number: proceeding.case_number.clone(), standing: proceeding.standing }
    }

    /// Puts it in place.
    pub fn set(&self, proceeding: &mut Proceeding) {
        proceeding.body.clone_from(&self.body);
        proceeding.case_number.clone_from(&self.case_number);
        proceeding.standing = self.standing;
    }
}

/// Who appealed, or applied for the retrial, and on which day the agency itself did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appeal {
    /// Who; none where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appellant: Option<Appellant>,
    /// The day the agency itself appealed or applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appealed_on: Option<NaiveDate>,
}

impl Appeal {
    /// As it stands.
    pub const fn of(proceeding: &Proceeding) -> Self {
        Self { appellant: proceeding.appellant, appealed_on: proceeding.appealed_on }
    }

    /// Puts it in place.
    pub const fn set(self, proceeding: &mut Proceeding) {
        proceeding.appellant = self.appellant;
        proceeding.appealed_on = self.appealed_on;
    }
}

/// What a decision says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionContent {
    /// The outcome.
    pub outcome: Outcome,
    /// Whether it is a ruling (裁定).
    pub ruling: bool,
    /// Its document number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_number: Option<String>,
    /// Why the agency was corrected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<CorrectionCause>,
    /// Why it ended without a decision on the matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<EndedBy>,
    /// What it orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
}

type PlainOrder = (NaiveDate, Option<OrderTerm>, Option<OrderKind>, Option<NaiveDate>);

impl DecisionContent {
    /// As it stands.
    pub fn of(decision: &ProceedingDecision) -> Self {
        Self {
            outcome: decision.outcome,
            ruling: decision.ruling,
            document_number: decision.document_number.clone(),
            cause: decision.cause,
            ended_by: decision.ended_by,
            order: decision.order.clone(),
        }
    }

    /// Puts it in place; dates and paper of the decision stay.
    pub fn set(&self, decision: &mut ProceedingDecision) {
        decision.outcome = self.outcome;
        decision.ruling = self.ruling;
        decision.document_number.clone_from(&self.document_number);
        decision.cause = self.cause;
        decision.ended_by = self.ended_by;
        decision.order.clone_from(&self.order);
    }

    fn plain_order(&self) -> Option<PlainOrder> {
        self.order.as_ref().map(|order| (order.due_on, order.within, order.kind, order.performed_on))
    }

    /// Whether both say the same but for the words of the order, which are a private text of each case.
    pub fn alike(&self, other: &Self) -> bool {
        let unordered = |content: &Self| Self { order: None, ..content.clone() };
        unordered(self) == unordered(other) && self.plain_order() == other.plain_order()
    }
}

impl Case {
    /// The number that the next proceeding gets: that of a voided one is not given again.
    pub fn next_proceeding(&self) -> u32 {
        self.proceedings.iter().chain(&self.voided_proceedings).map(|known| known.n).max().unwrap_or(0) + 1
    }

    /// Mends what a decision says, and takes back the round that rested on it. None where the case has no such decision or round.
    pub fn mend_decision(&mut self, n: u32, new: &DecisionContent, round_back: Option<u32>) -> Option<()> {
        new.set(self.proceedings.iter_mut().find(|known| known.n == n)?.decision.as_mut()?);
        if let Some(order) = &new.order {
            for ordered in self.ordered_rounds.iter_mut().filter(|ordered| ordered.proceeding == n) {
                ordered.due_on = order.due_on;
            }
        }
        round_back.map_or(Some(()), |round| self.take_round_back(round))
    }

    /// Voids a proceeding: it keeps its number and its papers, and is out of duties, tables and lists.
    pub fn void_proceeding(&mut self, n: u32, round_back: Option<u32>) -> Option<()> {
        let at = self.proceedings.iter().position(|known| known.n == n)?;
        let voided = self.proceedings.remove(at);
        self.voided_proceedings.push(voided);
        round_back.map_or(Some(()), |round| self.take_round_back(round))
    }

    /// The reply before the round stands again, as it was given.
    fn take_round_back(&mut self, round: u32) -> Option<()> {
        let at = self.ordered_rounds.iter().rposition(|ordered| ordered.round == round)?;
        let ordered = self.ordered_rounds.remove(at);
        self.replies.iter_mut().find(|known| known.n == ordered.reply)?.state = ReplyState::Issued;
        for draft in self.drafts.iter_mut().filter(|draft| draft.round == round && draft.state == DraftState::Open) {
            draft.state = DraftState::Superseded;
        }
        let stood = self.stood_before.iter().rposition(|stood| stood.round == round).map(|at| self.stood_before.remove(at));
        self.stage = match stood {
            Some(stood) if stood.closing.is_some() => {
                (self.closing, self.archiving) = (stood.closing, stood.archiving);
                stood.stage
            }
            _ if self.dispatches_of(ordered.reply).next().is_some() => Stage::Mailed,
            _ => Stage::Replied,
        };
        Some(())
    }
}
