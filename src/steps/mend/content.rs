//! What of a reconsideration or lawsuit an amendment mends beside its dates (domain 6.6): body, number and side, the decision, and that it was
//! entered at all. Always with a second person: table four, warnings and the round of reply hang on it.
//!
//! A round of reply that the decision opened, and does not any more, is taken back with it, unless a reply was issued in it.

use crate::case::duties::in_force;
use crate::case::facts::{Decision, Facts};
use crate::case::model::{
    Case, Change, CorrectionCause, DecisionContent, Order, Outcome, Proceeding, ProceedingEntry, ProceedingKind, ReplyState,
};
use crate::case::refusal::{Code, Refusal};
use crate::http::text::Line;
use crate::rules::outcomes::CourtForm;
use crate::rules::proceedings::{EndedBy, OrderKind, PartyStanding};
use crate::steps::remedy::decide::{OrderInput, RecordDecision, in_reach};
use crate::steps::remedy::open::elsewhere;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// Body, number and side as they truly are; what is not given stays.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct EntryInput {
    /// Number of the proceeding.
    #[schema(minimum = 1)]
    pub proceeding: u32,
    /// The body or court.
    #[garde(dive)]
    pub body: Option<Line<200>>,
    /// Its case number.
    #[garde(dive)]
    pub case_number: Option<Line<100>>,
    /// On which side the agency stands; lawsuits only.
    pub standing: Option<PartyStanding>,
}

/// A decision as it truly is; its dates are mended as dates, its paper stays.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct DecisionInput {
    /// Number of the proceeding.
    #[schema(minimum = 1)]
    pub proceeding: u32,
    /// The outcome.
    pub outcome: Outcome,
    /// Judgment or ruling; courts only.
    pub form: Option<CourtForm>,
    /// Why the agency was corrected; needed where the outcome corrects it.
    pub cause: Option<CorrectionCause>,
    /// Why it ended without a decision on the matter; only where it did.
    pub ended_by: Option<EndedBy>,
    /// Its document number; without one, what is on record stays.
    #[garde(dive)]
    pub document_number: Option<Line<100>>,
    /// What it orders; without one it orders nothing. In a proceeding over several cases its `cases` are those that it is about from now on, all where none
    /// is named: a case that is not among them has the order no more.
    #[garde(dive)]
    pub order: Option<OrderInput>,
}

fn known(case: &Case, n: u32) -> Result<&Proceeding, Refusal> {
    case.proceeding(n).ok_or_else(|| {
        Refusal::new(Code::UnknownReference, "没有该编号的复议或者诉讼", "the case has no proceeding of this number").at("/proceeding")
    })
}

impl EntryInput {
    /// What it would be called, as [`renamed`].
    pub fn renamed(&self, case: &Case) -> Option<(String, String)> {
        let old = ProceedingEntry::of(case.proceeding(self.proceeding)?);
        let body = self.body.as_ref().map_or_else(|| old.body.clone(), |body| body.as_str().to_owned());
        let case_number = self.case_number.as_ref().map(|number| number.as_str().to_owned()).or_else(|| old.case_number.clone());
        renamed(case, self.proceeding, &ProceedingEntry { body, case_number, ..old })
    }

    /// Old and new side by side.
    pub fn change(self, case: &Case) -> Result<Change, Refusal> {
        let proceeding = known(case, self.proceeding)?;
        let old = ProceedingEntry::of(proceeding);
        let standing = match self.standing {
            None => old.standing,
            Some(_) if proceeding.kind == ProceedingKind::Reconsideration => {
                let (zh, en) = ("行政复议的被申请人只能是本机关", "in a reconsideration the agency is the respondent");
                return Err(Refusal::new(Code::StandingMismatch, zh, en).under("行诉法 26").at("/standing"));
            }
            Some(said) => Some(said).filter(|standing| *standing != PartyStanding::Respondent),
        };
        let new = ProceedingEntry {
            body: self.body.map_or_else(|| old.body.clone(), Line::into_string),
            case_number: self.case_number.map(Line::into_string).or_else(|| old.case_number.clone()),
            standing,
        };
        Ok(Change::ProceedingEntry { proceeding: self.proceeding, old, new })
    }
}

impl DecisionInput {
    /// Old and new side by side, with the round of reply that falls with it.
    pub fn change(self, kept: &mut Decision, case: &Case, facts: &Facts<'_>) -> Result<Change, Refusal> {
        let n = self.proceeding;
        let proceeding = known(case, n)?;
        let Some(decision) = &proceeding.decision else {
            return Err(Refusal::new(Code::UnknownReference, "尚未登记复议决定或者裁判", "no decision is on record").at("/proceeding"));
        };
        let entered = RecordDecision {
            outcome: self.outcome,
            decided_on: decision.decided_on,
            received_on: decision.received_on,
            applicant_received_on: decision.applicant_received_on,
            document_number: self.document_number,
            form: self.form,
            cause: self.cause,
            order: self.order,
            ended_by: self.ended_by,
            document_id: None,
            text: None,
        };
        entered.fits(proceeding)?;
        entered.order.as_ref().and_then(|order| order.due_on).map_or(Ok(()), |due_on| in_reach(due_on, decision.received_on))?;
        let old = DecisionContent::of(decision);
        // What was performed stays performed, as long as something is ordered.
        let before = old.order.as_ref();
        let order = entered.order.filter(|order| order.is_about(case)).map(|order| Order {
            performed_on: before.and_then(|before| before.performed_on),
            proof: before.and_then(|before| before.proof),
            ..order.kept(kept, facts, decision.received_on)
        });
        let new = DecisionContent {
            outcome: entered.outcome,
            ruling: entered.form == Some(CourtForm::Ruling),
            document_number: entered.document_number.map(Line::into_string).or_else(|| old.document_number.clone()),
            cause: entered.cause,
            ended_by: entered.ended_by,
            order,
        };
        let round_back = falls(case, &decided(case, n, &new)?, facts)?;
        Ok(Change::Decision { proceeding: n, old: Box::new(old), new: Box::new(new), round_back })
    }
}

/// That it was entered in error, with the round of reply that falls with it.
pub(super) fn voided(case: &Case, facts: &Facts<'_>, n: u32) -> Result<Change, Refusal> {
    known(case, n)?;
    Ok(Change::ProceedingVoided { proceeding: n, round_back: falls(case, &without(case, n)?, facts)? })
}

fn outdated() -> Refusal {
    Refusal::new(Code::AmendmentOutdated, "该更正与案件现状不符", "the amendment does not fit the case as it stands")
}

fn decided(case: &Case, n: u32, new: &DecisionContent) -> Result<Case, Refusal> {
    let mut after = case.clone();
    after.mend_decision(n, new, None).ok_or_else(outdated)?;
    Ok(after)
}

fn without(case: &Case, n: u32) -> Result<Case, Refusal> {
    let mut after = case.clone();
    after.void_proceeding(n, None).ok_or_else(outdated)?;
    Ok(after)
}

/// The round that rests on a decision in force before, and on none after. Refused where a reply was issued in it: it is out.
fn falls(case: &Case, after: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
    let orders = |known: &Proceeding| {
        let order = known.decision.as_ref().and_then(|decision| decision.order.as_ref());
        order.and_then(|order| order.kind).is_some_and(OrderKind::wants_reply)
    };
    let rests =
        |case: &Case, n: u32| case.proceeding(n).is_some_and(|known| orders(known) && in_force(case, known, facts.calendar, facts.today));
    let fallen = case.ordered_rounds.iter().find(|ordered| rests(case, ordered.proceeding) && !rests(after, ordered.proceeding));
    let Some(ordered) = fallen else { return Ok(None) };
    let answered = case.replies.iter().any(|reply| reply.round >= ordered.round && reply.state != ReplyState::Recalled);
    if answered || case.round() != ordered.round {
        let (zh, en) = (
            "依该决定、裁判重新作出的答复已经签发，不能再使该轮答复失去依据",
            "a reply was issued in the round that this decision opened: the round cannot lose its ground",
        );
        return Err(Refusal::new(Code::RoundAnswered, zh, en).under("45"));
    }
    Ok(Some(ordered.round))
}

/// Refuses what does not fit the other proceedings of the case; none for changes of another sort.
pub(super) fn fits(case: &Case, facts: &Facts<'_>, change: &Change) -> Option<Result<(), Refusal>> {
    let same = |after: Result<Case, Refusal>, said: Option<u32>| {
        let found = falls(case, &after?, facts)?;
        if found == said { Ok(()) } else { Err(outdated()) }
    };
    Some(match change {
        Change::ProceedingEntry { proceeding, new, .. } => entry_fits(case, facts, (*proceeding, new)),
        Change::Decision { proceeding, new, round_back, .. } => same(decided(case, *proceeding, new), *round_back),
        // What others follow cannot vanish before them.
        Change::ProceedingVoided { proceeding, .. } if case.proceedings.iter().any(|later| later.follows == Some(*proceeding)) => {
            let (zh, en) = ("另有程序接续该程序，须先作废后一程序", "another proceeding follows it: void that first");
            Err(Refusal::new(Code::ProceedingFollowed, zh, en).under("45").at("/proceeding"))
        }
        Change::ProceedingVoided { proceeding, round_back } => same(without(case, *proceeding), *round_back),
        _ => return None,
    })
}

/// The proceeding as it would be called, to be looked for on other cases; nothing where body and number stay, or it has none.
pub(super) fn renamed(case: &Case, n: u32, new: &ProceedingEntry) -> Option<(String, String)> {
    let stood = case.proceeding(n).map(ProceedingEntry::of)?;
    let number = new.case_number.clone()?;
    ((&stood.body, &stood.case_number) != (&new.body, &new.case_number)).then(|| (new.body.clone(), number))
}

fn entry_fits(case: &Case, facts: &Facts<'_>, (n, new): (u32, &ProceedingEntry)) -> Result<(), Refusal> {
    if let Some(other) = facts.known.entered_on.filter(|_| renamed(case, n, new).is_some()) {
        return Err(elsewhere(other));
    }
    let mut others = case.proceedings.iter().filter(|known| known.n != n);
    if new.case_number.is_some() && others.any(|known| known.case_number == new.case_number && known.body == new.body) {
        let (zh, en) = ("该机关的这一案号已登记在本案", "this number of this body is already entered in the case");
        return Err(Refusal::new(Code::ReferenceTaken, zh, en).at("/case_number"));
    }
    let stood = known(case, n)?;
    if new.standing == stood.standing {
        return Ok(());
    }
    let standing = new.standing.unwrap_or(PartyStanding::Respondent);
    let earlier = stood.follows.and_then(|n| case.proceeding(n));
    let fits = match earlier.map(|earlier| (earlier, earlier.decision.as_ref().map(|decision| decision.outcome))) {
        Some((earlier, _)) if earlier.kind == ProceedingKind::Litigation => earlier.stands_as() == standing,
        Some((_, Some(Outcome::Reconsideration(outcome)))) => PartyStanding::after(Some(outcome)).contains(&standing),
        _ => standing != PartyStanding::CoDefendant,
    };
    if fits {
        return Ok(());
    }
    let (zh, en) = (
        "与所接续的复议结果或者前一审级不符，请先更正该程序",
        "this does not agree with what it follows, the outcome of the reconsideration or the instance before: amend that first",
    );
    Err(Refusal::new(Code::StandingMismatch, zh, en).under("行诉法 26").at("/standing"))
}

/// Whether the old values are still those of the case; none for changes of another sort.
pub(super) fn stands(case: &Case, change: &Change) -> Option<bool> {
    Some(match change {
        Change::ProceedingEntry { proceeding, old, .. } => case.proceeding(*proceeding).map(ProceedingEntry::of).as_ref() == Some(old),
        Change::Decision { proceeding, old, .. } => {
            let decision = case.proceeding(*proceeding).and_then(|known| known.decision.as_ref());
            decision.is_some_and(|decision| DecisionContent::of(decision) == **old)
        }
        Change::ProceedingVoided { proceeding, .. } => case.proceeding(*proceeding).is_some(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
