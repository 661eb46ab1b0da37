//! Decide on an amendment as the second person (第二人确认), 45, domain 6.6. Who: an approver other than the one who proposed it.

use super::{amend, change, content, days, weigh};
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Amendment, AmendmentState, Case, Change, Joint};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Words;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use std::mem::discriminant;
use utoipa::ToSchema;

/// What the second person decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AmendmentVerdict {
    /// It takes effect.
    Approved,
    /// It does not; a reason is owed.
    Rejected,
}

/// The second person's decision.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct DecideAmendment {
    /// Approved or rejected.
    pub verdict: AmendmentVerdict,
    /// Why; needed to reject.
    #[garde(dive)]
    pub reason: Option<Words<2000>>,
}

fn proposed(case: &Case) -> impl Iterator<Item = &Amendment> {
    case.amendments.iter().filter(|amendment| amendment.state == AmendmentState::Proposed)
}

fn same_person() -> Refusal {
    Refusal::new(
        Code::SamePerson,
        "推迟期限的更正须由提出人以外的另一人确认",
        "somebody other than who proposed the amendment decides on it",
    )
    .under("45")
}

impl Command for DecideAmendment {
    const STEP: Step = Step::DecideAmendment;

    fn needs(&self, at: Option<u32>, case: &Case, _today: NaiveDate) -> Needs {
        let texts = proposed(case).flat_map(|amendment| match &amendment.change {
            Change::Applicants { old, new, .. } => change::details_of(old, None).chain(change::details_of(new, None)).collect(),
            _ => Vec::new(),
        });
        let renamed = proposed(case).find_map(|amendment| match &amendment.change {
            Change::ProceedingEntry { proceeding, new, .. } if numbered(case, at).is_some_and(|decided| decided.n == amendment.n) => {
                content::renamed(case, *proceeding, new)
            }
            _ => None,
        });
        Needs { texts: texts.collect(), proceeding: renamed, ..Needs::default() }
    }

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        match proposed(case).find(|amendment| amendment.by != facts.person.account_id) {
            Some(amendment) => Ok(Some(amendment.n)),
            None if proposed(case).next().is_some() => Err(same_person()),
            None => Err(Refusal::new(Code::NothingOpen, "没有待第二人确认的更正", "no amendment waits for a second person")),
        }
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let amendment = numbered(case, at)
            .ok_or_else(|| Refusal::new(Code::UnknownTarget, "没有该编号的更正", "the case has no amendment of this number"))?;
        if amendment.state != AmendmentState::Proposed {
            return Err(Refusal::new(Code::AlreadyDone, "该更正已有结果", "the amendment is already decided"));
        }
        if amendment.by == facts.person.account_id {
            return Err(same_person());
        }
        let mut decision = Decision::new();
        let opinion = decision.keep_some(facts, self.reason.map(Words::into_string));
        if self.verdict == AmendmentVerdict::Rejected {
            let reason = opinion.ok_or_else(|| {
                Refusal::new(Code::FieldsRefused, "不同意更正的，须说明理由", "a rejection needs its reason").at("/reason")
            })?;
            return Ok(decision.with(CaseEvent::AmendmentRejected { n: amendment.n, by: facts.person.account_id, reason }));
        }
        if !weigh::stands(case, &amendment.change) {
            return Err(outdated());
        }
        // The fields it points to are those of the proposal.
        weigh::fits(case, facts, &amendment.change).map_err(|refusal| Refusal { errors: Vec::new(), ..refusal })?;
        let decided = Amendment { state: AmendmentState::Applied, decided_by: Some(facts.person.account_id), opinion, ..amendment.clone() };
        if let Change::Applicants { new, .. } = &decided.change {
            decision.index = Some(amend::index(&decision, facts, new));
        }
        let further = weigh::consequences(&mut decision, case, facts, &decided);
        decision.events = weigh::applied(decided, further);
        days::hold(case, facts, &amendment.change, &decision.events)?;
        Ok(decision)
    }

    fn shared(&self, at: Option<u32>, case: &Case) -> Option<Joint> {
        let change = &numbered(case, at)?.change;
        if let Some(n) = change.of_proceeding() {
            return super::together(case, n);
        }
        case.joint_of(case.dispatch(change.dispatch()?)?.letter).cloned()
    }

    /// The same amendment as it waits in another of the cases.
    fn on_sharer(self, joint: &Joint, at: Option<u32>, first: &Case, case: &Case) -> Result<Option<(Option<u32>, Self)>, Refusal> {
        let Some(decided) = numbered(first, at) else { return Ok(None) };
        if decided.change.of_proceeding().is_some() {
            let Some(n) = super::proceeding_of(case, joint) else { return Ok(None) };
            let entered = decided.entered_at(first.id);
            let together = proposed(case).find(|amendment| amendment.entered_at(case.id) == entered);
            // One from before that was kept is known by what it says.
            let change = decided.change.in_proceeding(n);
            let old = |known: &&Amendment| known.first.is_none() && decided.first.is_none() && known.change.same_of_proceeding(&change);
            let twin = together.or_else(|| proposed(case).filter(old).find(|known| known.by == decided.by));
            return Ok(twin.map(|amendment| (Some(amendment.n), self)));
        }
        let own = decided.change.dispatch().and_then(|n| case.dispatched_with(joint, first, n));
        let Some(own) = own else { return Ok(None) };
        // Of two proposals of one day, that which leads to the same day; what was said for it is private to each case.
        let end = |change: &Change| (discriminant(change), change.dispatch_day());
        let twin = |known: &&Amendment| {
            let alike = known.change.dispatch() == Some(own.n) && end(&known.change) == end(&decided.change);
            alike && (known.by, known.on) == (decided.by, decided.on)
        };
        match proposed(case).find(twin) {
            Some(known) => Ok(Some((Some(known.n), self))),
            None if self.verdict == AmendmentVerdict::Rejected || decided.change.done_to(own) => Ok(None),
            None => Err(outdated()),
        }
    }
}

fn numbered(case: &Case, at: Option<u32>) -> Option<&Amendment> {
    case.amendments.iter().find(|amendment| Some(amendment.n) == at)
}

fn outdated() -> Refusal {
    Refusal::new(
        Code::AmendmentOutdated,
        "提出更正后原内容已变更，请退回后重新提出",
        "what it was to change has changed since: reject it and propose anew",
    )
}

/// Decide on an amendment as the second person.
#[utoipa::path(tag = "mend", request_body = DecideAmendment, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/amendments/{n}/decision")]
pub async fn decide_amendment(call: Call) -> Answer {
    super::super::take::<DecideAmendment>(call).await
}

#[cfg(test)]
mod tests;
