//! Amend what was entered wrongly (更正), 31, 45. Who: clerk. Old and new value stand on the trail with reason and proof.
//!
//! What moves a due date later, removes an overdue, or unmakes a service waits for a second person (see [`super::decide`]). So do the days
//! of a letter that several cases share: they are amended in all of them at once.

use super::change::ChangeInput;
use super::{days, weigh};
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, IndexKind, Needs};
use crate::case::flow::Step;
use crate::case::model::{Amendment, AmendmentState, ApplicantRecord, Case, Change, FirstProposed, Joint};
use crate::case::refusal::Refusal;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Words;
use crate::steps::receive::application::keys_of;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// An amendment.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct AmendCase {
    /// What changes.
    #[garde(dive)]
    pub change: ChangeInput,
    /// Why.
    #[garde(dive)]
    #[schema(example = "渠道登记有误，实为电子邮件。")]
    pub reason: Words<2000>,
    /// The stored proof.
    pub proof: Option<Uuid>,
    /// Where it was entered, in the other cases of a proceeding; never set by a caller.
    #[serde(skip)]
    pub first: Option<FirstProposed>,
}

impl Command for AmendCase {
    const STEP: Step = Step::Amend;

    fn needs(&self, _at: Option<u32>, case: &Case, _today: NaiveDate) -> Needs {
        let mut needs = self.change.needs(case);
        needs.documents.extend(self.proof);
        needs
    }

    fn ready(_case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        Ok(None)
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        if let Some(proof) = self.proof {
            facts.document(proof, "/proof")?;
        }
        // The days of one envelope differ in no case: all of them wait for the second person, or none.
        let joint = self.shared(None, case).is_some();
        let mut decision = Decision::new();
        let change = self.change.weighed(&mut decision, case, facts).map_err(|refusal| refusal.below("/change"))?;
        weigh::fits(case, facts, &change).map_err(|refusal| refusal.below("/change"))?;
        let amendment = Amendment {
            n: crate::steps::next(case.amendments.len()),
            change,
            reason: decision.keep(facts, self.reason.into_string()),
            proof: self.proof,
            by: facts.person.account_id,
            on: facts.today,
            state: AmendmentState::Applied,
            decided_by: None,
            opinion: None,
            first: self.first,
        };
        let kept = decision.secrets.len();
        let further = weigh::consequences(&mut decision, case, facts, &amendment);
        let unmakes_service = !further.is_empty();
        let events = weigh::applied(amendment.clone(), further);
        days::hold(case, facts, &amendment.change, &events).map_err(|refusal| refusal.at("/change"))?;
        // One proceeding has the same dates in all its cases: a second person decides for all of them at once.
        let together = amendment.change.of_proceeding().is_some_and(|n| super::together(case, n).is_some());
        if joint || together || amendment.change.needs_two() || unmakes_service || weigh::needs_second_person(case, facts, &events)? {
            // What follows from it is kept when it takes effect.
            decision.secrets.truncate(kept);
            let amendment = Amendment { state: AmendmentState::Proposed, ..amendment };
            return Ok(decision.with(CaseEvent::AmendmentProposed { amendment }));
        }
        if let Change::Applicants { new, .. } = &amendment.change {
            decision.index = Some(index(&decision, facts, new));
        }
        decision.events = events;
        Ok(decision)
    }

    fn shared(&self, _at: Option<u32>, case: &Case) -> Option<Joint> {
        if let Some(n) = self.change.of_proceeding() {
            return super::together(case, n);
        }
        case.joint_of(case.dispatch(self.change.dispatch()?)?.letter).cloned()
    }

    fn on_sharer(self, joint: &Joint, _: Option<u32>, first: &Case, case: &Case) -> Result<Option<(Option<u32>, Self)>, Refusal> {
        let proposed = first.amendments.last().map(|amendment| &amendment.change);
        if self.change.of_proceeding().is_some() {
            let own = super::proceeding_of(case, joint);
            let entered = first.amendments.last().map(|amendment| amendment.entered_at(first.id));
            return Ok(own.map(|n| (None, Self { change: self.change.in_proceeding(case, n, proposed), first: entered, ..self })));
        }
        let dispatch = self.change.dispatch().and_then(|n| case.dispatched_with(joint, first, n));
        // Days that differ are made equal: where it is right already, nothing is to be done.
        let dispatch = dispatch.filter(|own| proposed.is_none_or(|change| !change.done_to(own))).map(|own| own.n);
        Ok(dispatch.map(|n| (None, Self { change: self.change.of_dispatch(n), ..self })))
    }
}

/// The keys by which the applicants are found again.
pub fn index(decision: &Decision, facts: &Facts<'_>, applicants: &[ApplicantRecord]) -> Vec<(IndexKind, String)> {
    let people = applicants.iter().filter_map(|record| weigh::person(decision, facts, &record.details));
    people.flat_map(|person| keys_of(&person)).collect()
}

/// Amend what was entered wrongly.
///
/// Takes effect at once, or waits for a second person where it moves a due date later, removes an overdue, or makes a service void. What a
/// decision says, who decides, and that a proceeding was entered in error always wait for one. The
/// days of a joint letter are amended on all its cases at once, and always wait for a second person.
#[utoipa::path(tag = "mend", request_body = AmendCase, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/amendments")]
pub async fn amend_case(call: Call) -> Answer {
    super::super::take::<AmendCase>(call).await
}

#[cfg(test)]
mod tests;
