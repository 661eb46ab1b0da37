//! Hold a dossier, release it, propose its disposal (暂缓销毁、鉴定销毁), 档案法实施条例 19. Who: clerk or approver hold; an approver releases; a
//! clerk proposes.
//!
//! A dossier that is kept permanently, whose period is not over, that is held or in a proceeding is never proposed. A case that was voided
//! by itself is one too; what was voided in favour of another, or split, goes with what stands in its place, and is proposed only where that
//! went without it.

use crate::case::command::{Command, Edition};
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts};
use crate::case::flow::Step;
use crate::case::model::{Case, DisposalProposal, Hold, SentBack};
use crate::case::refusal::{Code, Refusal};
use crate::case::retention::{may_be_disposed_of, waiting};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::{Line, Words};
use crate::views::case_page::CaseView;
use actix_web::post;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// The rule that all of it rests on.
pub const RULE: &str = "档案法实施条例 19";

/// Most holds, and most proposals, of a case.
const MOST: usize = 100;

/// Why the dossier is held.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldDossier {
    /// Why.
    #[garde(dive)]
    #[schema(example = "巡察组调阅中。")]
    pub reason: Words<1000>,
}

/// Why a hold ends.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseHold {
    /// Why.
    #[garde(dive)]
    #[schema(example = "巡察结束，案卷已还。")]
    pub reason: Words<1000>,
}

/// Why the dossier can be disposed of.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeDisposal {
    /// The appraisal (鉴定意见). It stands in the report and outlives the dossier: it names nobody.
    #[garde(dive)]
    #[schema(example = "保管期限已满，无继续保存价值。")]
    pub appraisal: Line<200>,
}

fn limited(count: usize) -> Result<(), Refusal> {
    if count < MOST {
        return Ok(());
    }
    Err(Refusal::new(Code::LimitReached, format!("已有 {MOST} 次"), format!("there are {MOST} already")))
}

impl Command for HoldDossier {
    const STEP: Step = Step::HoldDossier;

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        limited(case.holds.len()).map(|()| None)
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let mut decision = Decision::new();
        let reason = decision.keep(facts, self.reason.into_string());
        let n = crate::steps::next(case.holds.len());
        let hold = Hold { n, on: facts.today, by: facts.person.account_id, reason, released: None };
        Ok(decision.with(CaseEvent::DossierHeld { hold }))
    }
}

impl Command for ReleaseHold {
    const STEP: Step = Step::ReleaseHold;

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let open = case.holds.iter().find(|hold| hold.released.is_none());
        open.map(|hold| Some(hold.n)).ok_or_else(|| Refusal::new(Code::NothingOpen, "案卷没有暂缓销毁", "no hold stands").under(RULE))
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let n = at.unwrap_or_default();
        let hold = case.holds.iter().find(|hold| hold.n == n);
        let hold = hold.ok_or_else(|| Refusal::new(Code::UnknownTarget, "没有该次暂缓销毁", "there is no such hold"))?;
        if hold.released.is_some() {
            return Err(Refusal::new(Code::AlreadyDone, "该次暂缓销毁已经解除", "the hold was released already").under(RULE));
        }
        let mut decision = Decision::new();
        let reason = decision.keep(facts, self.reason.into_string());
        let released = SentBack { on: facts.today, by: facts.person.account_id, reason, due_on: None };
        Ok(decision.with(CaseEvent::HoldReleased { hold: n, released }))
    }
}

impl Command for ProposeDisposal {
    const STEP: Step = Step::ProposeDisposal;
    // A period may be longer by now than it was when the dossier was archived.
    const SETTINGS: Edition = Edition::Newest;

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        may_be_disposed_of(case, &facts.known.cases, facts.settings, facts.today)?;
        limited(case.disposal_proposals.len())?;
        if waiting(case).is_some() {
            return Err(Refusal::new(Code::AlreadyDone, "已提出销毁，等待审批", "a proposal waits already").under(RULE));
        }
        Ok(None)
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let proposal = DisposalProposal {
            n: crate::steps::next(case.disposal_proposals.len()),
            on: facts.today,
            by: facts.person.account_id,
            appraisal: self.appraisal.into_string(),
            rejected: None,
        };
        Ok(Decision::new().with(CaseEvent::DisposalProposed { proposal }))
    }
}

/// Hold the dossier.
///
/// While a hold stands the dossier is neither proposed for disposal nor disposed of.
#[utoipa::path(tag = "archive", request_body = HoldDossier, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/holds")]
pub async fn hold_dossier(call: Call) -> Answer {
    super::super::take::<HoldDossier>(call).await
}

/// Release a hold.
#[utoipa::path(tag = "archive", request_body = ReleaseHold, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/holds/{n}/release")]
pub async fn release_hold(call: Call) -> Answer {
    super::super::take::<ReleaseHold>(call).await
}

/// Propose to dispose of the dossier.
///
/// Open once its period is over, and never to a permanent one; somebody else decides.
#[utoipa::path(tag = "archive", request_body = ProposeDisposal, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/disposal-proposals")]
pub async fn propose_disposal(call: Call) -> Answer {
    super::super::take::<ProposeDisposal>(call).await
}
