//! Decide on a disposal (审批销毁), 档案法实施条例 19. Who: an approver, never who proposed it.
//!
//! The report is rendered and stored before, and the documents that no other case needs are looked up, with the cases that go along: papers
//! whose last part it is, cases that were voided in its favour. This decides whether they may go; what the events name is destroyed in
//! their transaction.

#[cfg(test)]
mod tests;

use super::retention::RULE;
use crate::case::command::{Command, Edition};
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, KnownCase, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, Disposal, DisposalProposal, Part, RenderedFile, SentBack, Verdict};
use crate::case::refusal::{Code, Refusal};
use crate::case::retention::{kin, may_be_disposed_of, unhindered, waiting};
use crate::rules::settings::Settings;
use chrono::NaiveDate;
use serde::Deserialize;
use std::collections::BTreeMap;
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
    /// The cases that go along.
    #[serde(default)]
    pub companions: Vec<Uuid>,
}

/// The proposal with this number, if this person may decide on it so.
pub fn open_to<'a>(
    case: &'a Case,
    (n, verdict): (u32, Verdict),
    cases: &BTreeMap<Uuid, KnownCase>,
    (by, settings, today): (Uuid, &Settings, NaiveDate),
) -> Result<&'a DisposalProposal, Refusal> {
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
        may_be_disposed_of(case, cases, settings, today)?;
    }
    Ok(proposal)
}

/// A case that goes along, unless a hold or a proceeding of its own stands against it.
fn going_along(id: Uuid, facts: &Facts<'_>) -> Result<Part, Refusal> {
    let unknown = || Refusal::new(Code::UnknownReference, format!("案件 {id} 不存在"), format!("case {id} is unknown"));
    let case = &facts.known.cases.get(&id).ok_or_else(unknown)?.case;
    let case_number = case.registration.as_ref().map(|entry| entry.case_number.clone()).unwrap_or_default();
    unhindered(case).map_err(|refusal| Refusal {
        detail_zh: format!("须一并销毁的案件 {case_number}：{}", refusal.detail_zh),
        detail_en: format!("case {case_number}, which goes along: {}", refusal.detail_en),
        ..refusal
    })?;
    Ok(Part { case: id, case_number })
}

impl Command for DecideDisposal {
    const STEP: Step = Step::DecideDisposal;
    const SETTINGS: Edition = Edition::Newest;

    fn needs(&self, _at: Option<u32>, case: &Case, _today: NaiveDate) -> Needs {
        Needs { cases: self.companions.iter().copied().chain(kin(case)).collect(), ..Needs::default() }
    }

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let nothing = || Refusal::new(Code::NothingOpen, "没有等待审批的销毁提议", "no proposal waits").under(RULE);
        waiting(case).map(|proposal| Some(proposal.n)).ok_or_else(nothing)
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let by = facts.person.account_id;
        let proposal = open_to(case, (at.unwrap_or_default(), self.verdict), &facts.known.cases, (by, facts.settings, facts.today))?.n;
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
                let companions = self.companions.iter().map(|id| going_along(*id, facts)).collect::<Result<Vec<_>, _>>()?;
                let whole = Disposal { proposal, on: facts.today, by, report, documents: self.documents, with_case: None, companions };
                let part = Disposal { documents: Vec::new(), with_case: Some(case.id), companions: Vec::new(), ..whole.clone() };
                let with = |id: &Uuid| (*id, vec![CaseEvent::DossierDisposed { disposal: part.clone() }]);
                let others = self.companions.iter().map(with).collect();
                Ok(Decision { others, ..Decision::new() }.with(CaseEvent::DossierDisposed { disposal: whole }))
            }
            (Verdict::Approved, _, None) => {
                Err(Refusal::new(Code::NodeMissing, "尚缺销毁清册", "the report on the disposal is missing").under(RULE))
            }
        }
    }
}
