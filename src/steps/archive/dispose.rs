//! Decide on a disposal (审批销毁), 档案法实施条例 19. Who: an approver, never who proposed it.
//!
//! The report is rendered and stored before, and the documents that no other case needs are looked up; this decides whether they may go.
//! What the event names is destroyed in its transaction.

#[cfg(test)]
mod tests;

use super::retention::RULE;
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts};
use crate::case::flow::Step;
use crate::case::model::{Case, Disposal, DisposalProposal, RenderedFile, SentBack, Verdict};
use crate::case::refusal::{Code, Refusal};
use crate::case::retention::{may_be_disposed_of, waiting};
use serde::Deserialize;
use uuid::Uuid;

/// What the second person decides.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DecideDisposal {
    /// Approved or returned.
    pub verdict: Verdict,
    /// Why; needed to refuse.
    pub reason: Option<String>,
    /// The report, of an approval.
    pub report: Option<RenderedFile>,
    /// Documents whose keys go.
    pub documents: Vec<Uuid>,
}

/// The proposal with this number, if this person may decide on it so.
pub fn open_to(case: &Case, (n, verdict): (u32, Verdict), (by, today): (Uuid, chrono::NaiveDate)) -> Result<&DisposalProposal, Refusal> {
    let known = case.disposal_proposals.iter().any(|proposal| proposal.n == n);
    let proposal = waiting(case).filter(|proposal| proposal.n == n).ok_or_else(|| {
        if known {
            let (zh, en) = ("该次销毁提议已有结果或者已失效", "that proposal was decided on, or counts no more");
            return Refusal::new(Code::NothingOpen, zh, en).under(RULE);
        }
        Refusal::new(Code::UnknownTarget, "没有该次销毁提议", "there is no such proposal")
    })?;
    if proposal.by == by {
        let (zh, en) = ("销毁须由提出人以外的另一人审批", "somebody other than who proposed the disposal decides on it");
        return Err(Refusal::new(Code::SamePerson, zh, en).under(RULE));
    }
    if verdict == Verdict::Approved {
        // A hold, or a lawsuit, may have come since.
        may_be_disposed_of(case, today)?;
    }
    Ok(proposal)
}

impl Command for DecideDisposal {
    const STEP: Step = Step::DecideDisposal;

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let nothing = || Refusal::new(Code::NothingOpen, "没有等待审批的销毁提议", "no proposal waits").under(RULE);
        waiting(case).map(|proposal| Some(proposal.n)).ok_or_else(nothing)
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let by = facts.person.account_id;
        let proposal = open_to(case, (at.unwrap_or_default(), self.verdict), (by, facts.today))?.n;
        match (self.verdict, self.reason, self.report) {
            (Verdict::Returned, Some(reason), _) => {
                let mut decision = Decision::new();
                let reason = decision.keep(facts, reason);
                let rejected = SentBack { on: facts.today, by, reason, due_on: None };
                Ok(decision.with(CaseEvent::DisposalRejected { proposal, rejected }))
            }
            (Verdict::Returned, None, _) => {
                Err(Refusal::new(Code::FieldsRefused, "不同意销毁的，须说明理由", "a refusal needs its reason").at("/reason"))
            }
            (Verdict::Approved, _, Some(report)) => {
                let disposal = Disposal { proposal, on: facts.today, by, report, documents: self.documents };
                Ok(Decision::new().with(CaseEvent::DossierDisposed { disposal }))
            }
            (Verdict::Approved, _, None) => {
                Err(Refusal::new(Code::NodeMissing, "尚缺销毁清册", "the report on the disposal is missing").under(RULE))
            }
        }
    }
}
