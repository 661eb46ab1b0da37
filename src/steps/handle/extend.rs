//! Extend the reply period (延长答复期限), Art 33(2). Who: the head of the FOI office, or the deputy, and nobody else.
//!
//! Once a period, by 1 to 20 working days; after a restart again, knowingly (choice 13). Approval and notice both come on or before the due date; the notice counts from its dispatch, and
//! an extension whose notice was late has no effect.

#[cfg(test)]
mod tests;

use super::{number_of, numbered};
use crate::case::clock;
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, Extension, Letter};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Words;
use crate::rules::clock::Happening;
use crate::rules::numbering::NoticeKind;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// An extension.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ExtendReply {
    /// By how many working days.
    #[schema(example = 20)]
    pub working_days: u32,
    /// An extension was used before the period began anew, and this one is given knowingly.
    #[serde(default)]
    pub again: bool,
    /// Why.
    #[garde(dive)]
    #[schema(example = "所涉档案分散在三个处室，需要逐件核对。")]
    pub reasons: Words<2000>,
}

impl Command for ExtendReply {
    const STEP: Step = Step::Extend;

    fn needs(&self, _at: Option<u32>, _case: &Case, today: NaiveDate) -> Needs {
        number_of(NoticeKind::Extension, today)
    }

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let unsent = |known: &&Extension| known.voided.is_none() && clock::sent_on(case, Letter::Extension { n: known.n }).is_none();
        if case.extensions.iter().any(|known| unsent(&known)) {
            let (zh, en) = ("已批准的延期尚未告知申请人", "an extension is approved and waits to be notified");
            return Err(Refusal::new(Code::AlreadyDone, zh, en).under("33(2)"));
        }
        head(facts)?;
        clock::would(case, facts, Happening::ExtensionNotified { working_days: 1 })?;
        Ok(None)
    }

    fn decide(self, _: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let working_days = self.working_days;
        clock::would(case, facts, Happening::ExtensionNotified { working_days }).map_err(|refusal| match refusal.code {
            Code::ExtensionDaysOutOfRange => refusal.at("/working_days"),
            _ => refusal,
        })?;
        let used = |known: &Extension| known.voided.is_none() && clock::sent_on(case, Letter::Extension { n: known.n }).is_some();
        if !self.again && case.extensions.iter().any(used) {
            let (zh, en) = (
                "期限重新计算前已经延期一次；确需再次延期的，请明确选择",
                "an extension was used before the period began anew; say so to give another",
            );
            return Err(Refusal::new(Code::ExtensionAlreadyUsed, zh, en).under("33(2)").at("/again"));
        }
        let mut decision = Decision::new();
        let extension = Extension {
            n: crate::steps::next(case.extensions.len()),
            on: facts.today,
            by: facts.person.account_id,
            working_days,
            reasons: decision.keep(facts, self.reasons.into_string()),
            voided: None,
            number: numbered(facts, NoticeKind::Extension, facts.today)?,
        };
        Ok(decision.with(CaseEvent::ExtensionApproved { extension }))
    }
}

fn head(facts: &Facts<'_>) -> Result<(), Refusal> {
    if facts.person.head_of_foi_office {
        return Ok(());
    }
    let (zh, en) =
        ("延期须经政府信息公开工作机构负责人（或者其代理人）同意", "an extension is approved by the head of the FOI office, or the deputy");
    Err(Refusal::new(Code::NotHeadOfFoiOffice, zh, en).under("33(2)"))
}

/// Extend the reply period.
///
/// Only the head of the FOI office may. The extension counts once its notice is dispatched, on or before the due date.
#[utoipa::path(tag = "handle", request_body = ExtendReply, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/extensions")]
pub async fn extend_reply(call: Call) -> Answer {
    super::super::take::<ExtendReply>(call).await
}
