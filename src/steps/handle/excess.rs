//! Requests that are excessive in number or frequency (数量、频次明显超过合理范围), Art 35. Who: clerk asks and enters, approver assesses
//! and sets a later date.
//!
//! The agency asks for reasons. Without a reasonable ground it need not handle the request (P4). With one, where the period is too
//! short, it sets a later reasonable date and announces it; that date replaces the due date. Asking stops no clock (choice 18),
//! unless a setting of the agency says so.

#[cfg(test)]
mod tests;

use super::{number_of, numbered};
use crate::case::clock;
use crate::case::command::Command;
use crate::case::duties::served_on;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, Letter, Postponement, ReasonsAnswer, ReasonsAssessment, ReasonsRequest};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Words;
use crate::rules::clock::{Happening, LAST_STEP};
use crate::rules::numbering::NoticeKind;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// A notice that asks for reasons.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RequestReasons {
    /// The date the notice bears.
    #[schema(example = "2026-11-06")]
    pub on: NaiveDate,
    /// What is asked, and why number or frequency is held to be excessive.
    #[garde(dive)]
    pub words: Words<4000>,
}

/// The one notice of a case that is not voided.
pub fn standing(case: &Case) -> Option<&ReasonsRequest> {
    case.reasons_requests.iter().find(|known| known.voided.is_none())
}

impl Command for RequestReasons {
    const STEP: Step = Step::RequestReasons;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        number_of(NoticeKind::ReasonsRequest, self.on)
    }

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        about_information(case)?;
        if standing(case).is_some() {
            return Err(Refusal::new(Code::ReasonsAlreadyRequested, "已经要求说明理由", "reasons were already asked for").under("35"));
        }
        clock::would(case, facts, Happening::ReasonsRequested)?;
        Ok(None)
    }

    fn decide(self, _: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        facts.between(case.received_on().unwrap_or(self.on), self.on, "/on")?;
        let mut decision = Decision::new();
        let request = ReasonsRequest {
            n: crate::steps::next(case.reasons_requests.len()),
            on: self.on,
            by: facts.person.account_id,
            words: decision.keep(facts, self.words.into_string()),
            restarts_clock: facts.settings.clock.reasons_restart_clock,
            answer: None,
            assessment: None,
            voided: None,
            number: numbered(facts, NoticeKind::ReasonsRequest, self.on)?,
        };
        Ok(decision.with(CaseEvent::ReasonsRequested { request }))
    }
}

/// The notice in the path, once it was sent.
fn sent(case: &Case, at: Option<u32>) -> Result<(&ReasonsRequest, NaiveDate), Refusal> {
    let known = case.reasons_requests.iter().find(|known| Some(known.n) == at);
    let known = known.ok_or_else(|| Refusal::new(Code::UnknownTarget, "案件没有该说明理由告知", "the case has no such notice"))?;
    let sent_on = clock::sent_on(case, Letter::ReasonsRequest { n: known.n }).filter(|_| known.voided.is_none());
    let sent_on = sent_on.ok_or_else(|| {
        Refusal::new(Code::ReasonsNotRequested, "说明理由告知书尚未发出或者已经作废", "the notice was not sent, or was voided").under("35")
    })?;
    Ok((known, sent_on))
}

fn standing_sent(case: &Case) -> Result<&ReasonsRequest, Refusal> {
    sent(case, Some(standing(case).map_or(1, |known| known.n))).map(|(known, _)| known).map_err(|_| {
        Refusal::new(Code::ReasonsNotRequested, "没有已发出的说明理由告知书", "no notice asking for reasons was sent").under("35")
    })
}

/// The applicant's reasons.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct GiveReasons {
    /// The day they came.
    #[schema(example = "2026-11-16")]
    pub on: NaiveDate,
    /// In words.
    #[garde(dive)]
    pub words: Words<10000>,
}

impl Command for GiveReasons {
    const STEP: Step = Step::GiveReasons;

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let known = standing_sent(case)?;
        if known.answer.is_some() { Err(already_given()) } else { Ok(Some(known.n)) }
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let (known, sent_on) = sent(case, at)?;
        if known.answer.is_some() {
            return Err(already_given());
        }
        facts.between(sent_on, self.on, "/on")?;
        let mut decision = Decision::new();
        let words = decision.keep(facts, self.words.into_string());
        let answer = ReasonsAnswer { on: self.on, words, by: facts.person.account_id };
        let decision = decision.with(CaseEvent::ReasonsGiven { request: known.n, answer });
        clock::hold(case, &decision.events, facts.calendar)?;
        Ok(decision)
    }
}

fn already_given() -> Refusal {
    Refusal::new(Code::ReasonsAlreadyGiven, "申请人已经说明理由", "the applicant already gave reasons").under("35")
}

/// What the agency makes of the reasons, or of their absence.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct AssessReasons {
    /// The request is reasonable.
    pub reasonable: bool,
    /// Why.
    #[garde(dive)]
    pub words: Words<4000>,
}

impl Command for AssessReasons {
    const STEP: Step = Step::AssessReasons;

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let known = standing_sent(case)?;
        assessable(case, known, facts)?;
        Ok(Some(known.n))
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let (known, _) = sent(case, at)?;
        assessable(case, known, facts)?;
        if self.reasonable && known.answer.is_none() {
            let (zh, en) = ("申请人尚未说明理由，不能认定理由合理", "no reasons were given that could be reasonable");
            return Err(Refusal::new(Code::ReasonsNotGiven, zh, en).under("35"));
        }
        let mut decision = Decision::new();
        let assessment = ReasonsAssessment {
            on: facts.today,
            by: facts.person.account_id,
            reasonable: self.reasonable,
            words: decision.keep(facts, self.words.into_string()),
        };
        Ok(decision.with(CaseEvent::ReasonsAssessed { request: known.n, assessment }))
    }
}

/// Reasons are assessed once. Silence is, once the applicant has had the notice: nobody is silent on the day of the question.
fn assessable(case: &Case, known: &ReasonsRequest, facts: &Facts<'_>) -> Result<(), Refusal> {
    if known.assessment.is_some() {
        return Err(Refusal::new(Code::AlreadyDone, "理由已经审查", "the reasons were already assessed").under("35"));
    }
    let served_on = served_on(case, Letter::ReasonsRequest { n: known.n });
    if known.answer.is_none() && served_on.is_none_or(|served_on| facts.today <= served_on) {
        let (zh, en) =
            ("告知书尚未送达或者当日送达，不能认定申请人未说明理由", "the notice was not served before today: nobody was silent yet");
        return Err(Refusal::new(Code::ReasonsNotGiven, zh, en).under("35"));
    }
    Ok(())
}

/// A later date for the reply.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct PostponeReply {
    /// The date; it replaces the due date once it is announced.
    #[schema(example = "2027-01-29")]
    pub until: NaiveDate,
    /// Why.
    #[garde(dive)]
    pub reasons: Words<4000>,
}

impl Command for PostponeReply {
    const STEP: Step = Step::Postpone;

    fn needs(&self, _at: Option<u32>, _case: &Case, today: NaiveDate) -> Needs {
        number_of(NoticeKind::Postponement, today)
    }

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        about_information(case)?;
        let known = standing_sent(case)?;
        if !known.assessment.as_ref().is_some_and(|assessment| assessment.reasonable) {
            let (zh, en) = ("申请理由尚未审查认定为合理", "the reasons were not assessed as reasonable");
            let code = if known.answer.is_some() { Code::ReasonsNotAssessed } else { Code::ReasonsNotGiven };
            return Err(Refusal::new(code, zh, en).under("35"));
        }
        if case.postponements.iter().any(|known| announceable(case, facts, known)) {
            let (zh, en) = (
                "已经确定延迟答复而尚未告知申请人：请在答复期限届满前发出延迟答复告知书，或者先将其作废",
                "a later date is set and not announced: send its letter by the due date, or void it first",
            );
            return Err(Refusal::new(Code::AlreadyPostponed, zh, en).under("35"));
        }
        settable(case, facts, LAST_STEP)?;
        Ok(None)
    }

    fn decide(self, _: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        settable(case, facts, self.until).map_err(|refusal| refusal.at("/until"))?;
        let mut decision = Decision::new();
        let postponement = Postponement {
            n: crate::steps::next(case.postponements.len()),
            on: facts.today,
            by: facts.person.account_id,
            until: self.until,
            reasons: decision.keep(facts, self.reasons.into_string()),
            voided: None,
            number: numbered(facts, NoticeKind::Postponement, facts.today)?,
        };
        Ok(decision.with(CaseEvent::ReplyPostponed { postponement }))
    }
}

/// Whether a date was set and can still be announced today; one that nobody was told of in time has no effect, and another may be
/// set as soon as a period runs in which it can be.
fn announceable(case: &Case, facts: &Facts<'_>, known: &Postponement) -> bool {
    let unsent = known.voided.is_none() && clock::sent_on(case, Letter::Postponement { n: known.n }).is_none();
    unsent && clock::would(case, facts, Happening::ReplyPostponed { until: known.until }).is_ok()
}

/// Whether the clock allows this date; whether one was set before is its to say, for a new period drops the date of the old one.
fn settable(case: &Case, facts: &Facts<'_>, until: NaiveDate) -> Result<(), Refusal> {
    clock::would(case, facts, Happening::ReplyPostponed { until }).map_err(|refusal| match refusal.code {
        Code::PostponedAfterDueDate => Refusal {
            detail_zh: format!("{}，期满前未告知申请人的延迟答复不发生效力；应当立即答复", refusal.detail_zh),
            detail_en: format!("{}; a later date that was not announced by then has no effect: reply at once", refusal.detail_en),
            ..refusal
        },
        _ => refusal,
    })
}

/// Refuses what Art 35 knows for requests for information only: a person's own records are corrected without it.
fn about_information(case: &Case) -> Result<(), Refusal> {
    if case.matter.is_information_request() {
        return Ok(());
    }
    let (zh, en) = (
        "更正本人信息不适用要求说明理由和延迟答复",
        "reasons and a later date belong to excessive requests for information, not to the correction of one's own records",
    );
    Err(Refusal::new(Code::NotForRecordCorrection, zh, en).under("35, 41"))
}

/// Ask for the reasons of an excessive request.
#[utoipa::path(tag = "handle", request_body = RequestReasons, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/reasons-requests")]
pub async fn request_reasons(call: Call) -> Answer {
    super::super::take::<RequestReasons>(call).await
}

/// Record the reasons of the applicant.
#[utoipa::path(tag = "handle", request_body = GiveReasons, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/reasons-requests/{n}/answers")]
pub async fn record_reasons(call: Call) -> Answer {
    super::super::take::<GiveReasons>(call).await
}

/// Assess the reasons of the applicant, or their absence.
#[utoipa::path(tag = "handle", request_body = AssessReasons, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/reasons-requests/{n}/assessment")]
pub async fn assess_reasons(call: Call) -> Answer {
    super::super::take::<AssessReasons>(call).await
}

/// Set a later date for the reply to an excessive request.
#[utoipa::path(tag = "handle", request_body = PostponeReply, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/postponements")]
pub async fn postpone_reply(call: Call) -> Answer {
    super::super::take::<PostponeReply>(call).await
}
