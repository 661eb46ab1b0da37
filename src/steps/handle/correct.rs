//! Ask the applicant to correct the application (补正告知), Art 30. Who: clerk; a corrected application is entered by a clerk.
//!
//! Once, all points in one notice, with guidance and a reasonable term; due by day 7. A later notice is allowed and flagged, and the
//! first due date stays in force (choice 14). What comes in follows the channel rules of an application (Art 31) and restarts the
//! clock. The notice counts from its dispatch, the term from its delivery.

#[cfg(test)]
mod tests;

use super::{number_of, numbered};
use crate::case::clock;
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, Correction, CorrectionAnswer, Letter, Receipt, spoken_with};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::{Reason, Words};
use crate::rules::clock::{Happening, LONGEST_CORRECTION};
use crate::rules::numbering::NoticeKind;
use crate::rules::receipt::{self, Channel};
use crate::steps::receive::application::arrival;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// A correction notice.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RequestCorrection {
    /// The date the notice bears.
    #[schema(example = "2026-11-05")]
    pub on: NaiveDate,
    /// Everything that must be corrected, and how (一次性告知).
    #[garde(dive)]
    #[schema(example = "请补充：一、身份证明；二、所需信息的名称、文号或者其他特征。")]
    pub points: Words<4000>,
    /// Why.
    #[garde(dive)]
    pub reasons: Words<4000>,
    /// Why nobody spoke with the applicant first; needed where no contact reached them and fewer than three days saw an attempt.
    #[garde(dive)]
    #[schema(example = "申请人未留联系电话。")]
    pub no_contact_reason: Option<Reason<2000>>,
    /// The term in working days from the receipt of the notice; none takes the agency's usual one.
    #[schema(minimum = 1, maximum = 365)]
    pub answer_within_working_days: Option<u32>,
}

/// The one correction of a case that is not voided.
pub fn standing(case: &Case) -> Option<&Correction> {
    case.corrections.iter().find(|known| known.voided.is_none())
}

impl Command for RequestCorrection {
    const STEP: Step = Step::RequestCorrection;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        number_of(NoticeKind::Correction, self.on)
    }

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        if standing(case).is_some() {
            let (zh, en) = ("补正告知只能一次，不得再次要求补正", "a correction is asked for once; decide on the application as it stands");
            return Err(Refusal::new(Code::CorrectionAlreadyUsed, zh, en).under("30"));
        }
        clock::would(case, facts, Happening::CorrectionNoticeSent)?;
        Ok(None)
    }

    fn decide(self, _: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let received_on = case.received_on().unwrap_or(self.on);
        facts.between(received_on, self.on, "/on")?;
        let days = self.answer_within_working_days.unwrap_or(facts.settings.clock.correction_working_days);
        if !(1..=LONGEST_CORRECTION).contains(&days) {
            return Err(Refusal::new(
                Code::TermOutOfRange,
                format!("补正期限应为1至{LONGEST_CORRECTION}个工作日"),
                format!("the term for a correction is 1 to {LONGEST_CORRECTION} working days"),
            )
            .under("30")
            .at("/answer_within_working_days"));
        }
        if !spoken_with(&case.contacts) && self.no_contact_reason.is_none() {
            let (zh, en) = (
                "补正告知前应当与申请人取得联系并记录，或者在三个不同的日期尝试联系，或者说明未沟通的理由",
                "reach the applicant first and log it, or try on three different days, or say why nobody spoke with them",
            );
            return Err(Refusal::new(Code::ContactOrReasonNeeded, zh, en).under("30").at("/no_contact_reason"));
        }
        let mut decision = Decision::new();
        let correction = Correction {
            n: crate::steps::next(case.corrections.len()),
            on: self.on,
            by: facts.person.account_id,
            points: decision.keep(facts, self.points.into_string()),
            reasons: decision.keep(facts, self.reasons.into_string()),
            no_contact_reason: decision.keep_some(facts, self.no_contact_reason.map(Reason::into_string)),
            answer_within_working_days: days,
            answers: Vec::new(),
            ran_out_on: None,
            voided: None,
            number: numbered(facts, NoticeKind::Correction, self.on)?,
        };
        Ok(decision.with(CaseEvent::CorrectionRequested { correction }))
    }
}

/// A corrected application as it came in.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct AnswerCorrection {
    /// The channel.
    pub channel: Channel,
    /// The day it came into the agency's hands.
    #[schema(example = "2026-11-12")]
    pub arrived_on: NaiveDate,
    /// The day the agency signed for it; EMS and registered letters only, which need it.
    pub signed_on: Option<NaiveDate>,
    /// The day both sides confirmed; ordinary letters, fax and on-line channels only. Without it the answer waits.
    pub confirmed_on: Option<NaiveDate>,
    /// The corrected words.
    #[garde(dive)]
    #[schema(example = "所需信息为2025年度食品抽检不合格处置记录。")]
    pub words: Words<10000>,
}

/// The correction in the path, while it still waits for an answer that counts.
fn awaiting(case: &Case, at: Option<u32>) -> Result<&Correction, Refusal> {
    let known = case.corrections.iter().find(|known| Some(known.n) == at);
    let known = known.ok_or_else(|| Refusal::new(Code::UnknownTarget, "案件没有该补正告知", "the case has no such correction notice"))?;
    if known.voided.is_some() || clock::corrected_on(known).is_some() {
        let (zh, en) = ("该补正告知已经作废或者已经补正", "the correction notice was voided, or the application was corrected");
        return Err(Refusal::new(Code::CorrectionNotOpen, zh, en).under("30"));
    }
    Ok(known)
}

fn open(case: &Case) -> Result<Option<u32>, Refusal> {
    let known = standing(case).filter(|known| clock::sent_on(case, Letter::Correction { n: known.n }).is_some());
    let known =
        known.ok_or_else(|| Refusal::new(Code::CorrectionNotOpen, "没有已发出的补正告知", "no correction notice was sent").under("30"))?;
    awaiting(case, Some(known.n)).map(|known| Some(known.n))
}

/// The dates of an answer by the rules of its channel; refuses what the channel does not know and what is missing.
fn receipt_of(answer: &AnswerCorrection, facts: &Facts<'_>, sent_on: NaiveDate) -> Result<Option<Receipt>, Refusal> {
    facts.between(sent_on, answer.arrived_on, "/arrived_on")?;
    arrival(facts, answer.channel, answer.arrived_on, answer.signed_on)?;
    if let Some(on) = answer.signed_on {
        facts.between(sent_on, on, "/signed_on")?;
    }
    match answer.confirmed_on {
        Some(_) if !receipt::needs_confirmation(answer.channel) => {
            let (zh, en) = ("该渠道没有确认日期", "this channel knows no confirmation");
            return Err(Refusal::new(Code::DateNotApplicable, zh, en).under("31").at("/confirmed_on"));
        }
        Some(on) => facts.between(answer.arrived_on, on, "/confirmed_on")?,
        None => {}
    }
    let counted = receipt::receipt(answer.channel, answer.arrived_on, answer.signed_on, answer.confirmed_on);
    Ok(match counted {
        receipt::Receipt::ReceiptDate { on } => {
            let on = facts.settings.receipt.dated(facts.calendar, answer.channel, on);
            Some(Receipt { on, article: format!("30, {}", answer.channel.article().article) })
        }
        receipt::Receipt::AwaitingConfirmation => None,
    })
}

impl Command for AnswerCorrection {
    const STEP: Step = Step::AnswerCorrection;

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        open(case)
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let known = awaiting(case, at)?;
        let sent_on = clock::sent_on(case, Letter::Correction { n: known.n }).ok_or_else(|| {
            Refusal::new(Code::CorrectionNotOpen, "该补正告知尚未发出", "the correction notice has not been sent").under("30")
        })?;
        let receipt = receipt_of(&self, facts, sent_on)?;
        let mut decision = Decision::new();
        let answer = CorrectionAnswer {
            n: crate::steps::next(known.answers.len()),
            channel: self.channel,
            arrived_on: self.arrived_on,
            words: decision.keep(facts, self.words.into_string()),
            by: facts.person.account_id,
            receipt,
        };
        let decision = decision.with(CaseEvent::CorrectionAnswered { correction: known.n, answer });
        clock::hold(case, &decision.events, facts.calendar)?;
        Ok(decision)
    }
}

/// Both sides confirmed a corrected application.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ConfirmCorrection {
    /// The day both sides confirmed: the day it counts as received.
    #[schema(example = "2026-11-13")]
    pub confirmed_on: NaiveDate,
    /// Number of the corrected application within the notice; without it, the earliest that waits.
    #[schema(minimum = 1)]
    pub answer: Option<u32>,
}

/// The corrected application named, or the earliest that waits for a confirmation: the first that counts restarts the clock.
fn unconfirmed(known: &Correction, named: Option<u32>) -> Option<&CorrectionAnswer> {
    let waiting = known.answers.iter().filter(|answer| answer.receipt.is_none());
    waiting.filter(|answer| named.is_none_or(|n| answer.n == n)).min_by_key(|answer| (answer.arrived_on, answer.n))
}

fn nothing_to_confirm() -> Refusal {
    Refusal::new(Code::NothingOpen, "没有待确认的补正材料", "no corrected application waits for a confirmation").under("31(2)(3)")
}

impl Command for ConfirmCorrection {
    const STEP: Step = Step::ConfirmCorrection;

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let n = open(case)?;
        standing(case).and_then(|known| unconfirmed(known, None)).map(|_| n).ok_or_else(nothing_to_confirm)
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let known = awaiting(case, at)?;
        let answer = unconfirmed(known, self.answer).ok_or_else(|| match self.answer {
            Some(_) => nothing_to_confirm().at("/answer"),
            None => nothing_to_confirm(),
        })?;
        facts.between(answer.arrived_on, self.confirmed_on, "/confirmed_on")?;
        let receipt = Receipt { on: self.confirmed_on, article: format!("30, {}", answer.channel.article().article) };
        let event = CaseEvent::CorrectionConfirmed { correction: known.n, answer: answer.n, receipt };
        let decision = Decision::new().with(event);
        clock::hold(case, &decision.events, facts.calendar)?;
        Ok(decision)
    }
}

/// Ask the applicant to correct the application.
#[utoipa::path(tag = "handle", request_body = RequestCorrection, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/corrections")]
pub async fn request_correction(call: Call) -> Answer {
    super::super::take::<RequestCorrection>(call).await
}

/// Enter a corrected application.
#[utoipa::path(tag = "handle", request_body = AnswerCorrection, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/corrections/{n}/answers")]
pub async fn receive_correction(call: Call) -> Answer {
    super::super::take::<AnswerCorrection>(call).await
}

/// Confirm a corrected application with the applicant.
#[utoipa::path(tag = "handle", request_body = ConfirmCorrection, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/corrections/{n}/receipt-confirmations")]
pub async fn confirm_correction(call: Call) -> Answer {
    super::super::take::<ConfirmCorrection>(call).await
}
