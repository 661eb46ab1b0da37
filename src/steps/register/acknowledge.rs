//! Issue the acknowledgement (登记回执) again, Art 45, domain 6.6. Who: clerk.
//!
//! Where an amendment changed what it states, the applicant gets it anew with the dates as they stand; the first stays on the trail.

use crate::case::command::Command;
use crate::case::duties::{duties, reply_duty};
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, PrintedLetter};
use crate::case::outdated::{outdated, people_of};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// Issue the acknowledgement again; nothing needs to be said.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReissueAcknowledgement {}

/// The due date as it stands.
fn due(case: &Case, facts: &Facts<'_>) -> Option<NaiveDate> {
    reply_duty(&duties(case, facts.calendar)).map(|duty| duty.due_on)
}

impl Command for ReissueAcknowledgement {
    const STEP: Step = Step::ReissueAcknowledgement;

    fn needs(&self, _at: Option<u32>, case: &Case, _today: NaiveDate) -> Needs {
        Needs { texts: people_of(case, PrintedLetter::Acknowledgement), ..Needs::default() }
    }

    /// Asked before the texts are looked up it may say yes to what changes no word; the decision asks again with them.
    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let listed = outdated(case, due(case, facts), &facts.known.texts);
        if listed.into_iter().any(|(printed, _)| printed.letter == PrintedLetter::Acknowledgement) {
            return Ok(None);
        }
        Err(Refusal::new(Code::NothingToChange, "回执所载内容与现有登记一致", "the acknowledgement states what is so entered").under("45"))
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        Self::ready(case, facts)?;
        let due_on = due(case, facts)
            .ok_or_else(|| Refusal::new(Code::DateMissing, "尚无收到申请之日", "there is no receipt date yet").under("31"))?;
        Ok(Decision::new().with(CaseEvent::AcknowledgementReissued { on: facts.today, by: facts.person.account_id, due_on }))
    }
}

/// Issue the acknowledgement again.
///
/// Open where an amendment changed what the last one states.
#[utoipa::path(tag = "register", request_body = ReissueAcknowledgement, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/acknowledgements")]
pub async fn reissue_acknowledgement(call: Call) -> Answer {
    super::super::take::<ReissueAcknowledgement>(call).await
}
