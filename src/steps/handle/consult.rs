//! Consult third parties and other agencies (征求意见), Arts 32-34. Who: clerk.
//!
//! The letter counts from its dispatch, the party's 15 working days from its delivery. Silence: the agency decides by itself about a
//! third party (Art 32); a co-producing agency consents by it (Art 34). An answer after the term is on file without effect.

#[cfg(test)]
mod tests;

use super::{number_of, numbered};
use crate::case::clock;
use crate::case::command::Command;
use crate::case::duties::served_on;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, Consultation, ConsultationAnswer, ConsultationDecision, ConsultationFailure, Letter, PartyOpinion};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::{Line, Words};
use crate::rules::clock::{Happening, Party};
use crate::rules::numbering::NoticeKind;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// A letter that asks for an opinion.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct OpenConsultation {
    /// Who is asked.
    pub party: Party,
    /// Name and contact of the party.
    #[garde(dive)]
    #[schema(example = "示范检测有限公司，示范路9号")]
    pub name: Line<300>,
    /// The date the letter bears.
    #[schema(example = "2026-11-06")]
    pub on: NaiveDate,
    /// What is asked, and what is to be disclosed.
    #[garde(dive)]
    pub question: Words<4000>,
}

impl Command for OpenConsultation {
    const STEP: Step = Step::Consult;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        number_of(NoticeKind::of(self.party), self.on)
    }

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let n = crate::steps::next(case.consultations.len());
        let consultation = clock::consultation_label(n);
        clock::would(case, facts, Happening::ConsultationSent { consultation, party: Party::OtherAgency })?;
        Ok(None)
    }

    fn decide(self, _: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        if !case.matter.consults(self.party) {
            let (zh, en) = (
                "更正本人信息不涉及公开，只能征求其他机关意见",
                "the correction of one's own records discloses nothing: only other agencies are asked",
            );
            return Err(Refusal::new(Code::NotForRecordCorrection, zh, en).under("33(3), 41").at("/party"));
        }
        facts.between(case.received_on().unwrap_or(self.on), self.on, "/on")?;
        let mut decision = Decision::new();
        let consultation = Consultation {
            n: crate::steps::next(case.consultations.len()),
            party: self.party,
            name: decision.keep(facts, self.name.into_string()),
            question: decision.keep(facts, self.question.into_string()),
            on: self.on,
            by: facts.person.account_id,
            answer: None,
            failure: None,
            ran_out_on: None,
            decision: None,
            voided: None,
            on_paper: None,
            number: numbered(facts, NoticeKind::of(self.party), self.on)?,
        };
        Ok(decision.with(CaseEvent::ConsultationOpened { consultation }))
    }
}

/// The consultation in the path, if it was not voided.
fn named(case: &Case, at: Option<u32>) -> Result<&Consultation, Refusal> {
    let known = case.consultations.iter().find(|known| Some(known.n) == at);
    let known = known.ok_or_else(|| {
        let n = at.unwrap_or_default();
        Refusal::new(Code::UnknownTarget, format!("案件没有第{n}号征求意见"), format!("no consultation {n}")).under("32, 33(3), 34")
    })?;
    match known.voided {
        Some(_) => {
            Err(Refusal::new(Code::ConsultationAlreadyEnded, "该征求意见已经作废", "the consultation was voided")
                .under(known.party.article()))
        }
        None => Ok(known),
    }
}

/// The day the letter left; nobody answers what was never sent.
fn left_on(case: &Case, known: &Consultation) -> Result<NaiveDate, Refusal> {
    clock::asked_on(case, known).ok_or_else(|| {
        Refusal::new(Code::ConsultationUnknown, "该征求意见书尚未发出", "the letter of this consultation has not been sent")
            .under(known.party.article())
    })
}

fn first(case: &Case, fits: impl Fn(&Consultation) -> bool) -> Result<Option<u32>, Refusal> {
    let sent = |known: &&Consultation| known.voided.is_none() && clock::asked_on(case, known).is_some();
    let known = case.consultations.iter().filter(sent).find(|known| fits(known));
    known
        .map(|known| Some(known.n))
        .ok_or_else(|| Refusal::new(Code::NothingOpen, "没有可以办理的征求意见", "no consultation waits for this").under("32, 33(3), 34"))
}

/// What the party says.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct AnswerConsultation {
    /// The day the answer came.
    #[schema(example = "2026-11-16")]
    pub on: NaiveDate,
    /// What it says.
    pub opinion: PartyOpinion,
    /// Its reasons, if it gave any; without a reasonable ground its refusal binds nobody (Art 32).
    #[garde(dive)]
    pub words: Option<Words<10000>>,
}

impl Command for AnswerConsultation {
    const STEP: Step = Step::AnswerConsultation;

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        first(case, |known| known.answer.is_none())
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let known = named(case, at)?;
        if known.answer.is_some() {
            let (zh, en) = ("该征求意见已有反馈", "this consultation is already answered");
            return Err(Refusal::new(Code::ConsultationAlreadyEnded, zh, en).under(known.party.article()));
        }
        facts.between(left_on(case, known)?, self.on, "/on")?;
        let mut decision = Decision::new();
        let answer = ConsultationAnswer {
            on: self.on,
            opinion: self.opinion,
            words: decision.keep_some(facts, self.words.map(Words::into_string)),
            by: facts.person.account_id,
        };
        let decision = decision.with(CaseEvent::ConsultationAnswered { consultation: known.n, answer });
        clock::hold(case, &decision.events, facts.calendar)?;
        Ok(decision)
    }
}

/// The letter cannot be delivered.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct FailConsultation {
    /// The day this was found.
    #[schema(example = "2026-11-16")]
    pub on: NaiveDate,
    /// What was tried.
    #[garde(dive)]
    pub note: Words<2000>,
}

impl Command for FailConsultation {
    const STEP: Step = Step::FailConsultation;

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let undelivered = |known: &Consultation| served_on(case, Letter::Consultation { n: known.n }).is_none();
        first(case, |known| known.answer.is_none() && known.failure.is_none() && known.on_paper.is_none() && undelivered(known))
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let known = named(case, at)?;
        if known.answer.is_some() || known.failure.is_some() || known.on_paper.is_some() {
            let (zh, en) = ("该征求意见已经结束", "this consultation already ended");
            return Err(Refusal::new(Code::ConsultationAlreadyEnded, zh, en).under(known.party.article()));
        }
        facts.between(left_on(case, known)?, self.on, "/on")?;
        if served_on(case, Letter::Consultation { n: known.n }).is_some() {
            let (zh, en) = ("该征求意见书已经送达", "the letter of this consultation was delivered");
            return Err(Refusal::new(Code::ConsultationAlreadyDelivered, zh, en).under(known.party.article()));
        }
        let mut decision = Decision::new();
        let note = decision.keep(facts, self.note.into_string());
        let failure = ConsultationFailure { on: self.on, note, by: facts.person.account_id };
        let decision = decision.with(CaseEvent::ConsultationFailed { consultation: known.n, failure });
        clock::hold(case, &decision.events, facts.calendar)?;
        Ok(decision)
    }
}

/// What the agency decides after a consultation.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct DecideConsultation {
    /// To disclose or not.
    pub disclose: bool,
    /// The assessment: whether the party's ground is reasonable, what the public interest asks (Art 32).
    #[garde(dive)]
    pub reasons: Words<4000>,
}

impl DecideConsultation {
    /// Whether the party is told in writing of a disclosure against its will (Art 32).
    fn tells(&self, known: &Consultation) -> bool {
        self.disclose && known.unwilling() && known.party == Party::ThirdParty
    }
}

impl Command for DecideConsultation {
    const STEP: Step = Step::DecideConsultation;

    fn needs(&self, at: Option<u32>, case: &Case, today: NaiveDate) -> Needs {
        let told = named(case, at).is_ok_and(|known| self.tells(known));
        if told { number_of(NoticeKind::ThirdPartyNotice, today) } else { Needs::default() }
    }

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        first(case, |known| known.decision.is_none() && ended(case, known, facts))
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let known = named(case, at)?;
        if known.decision.is_some() {
            return Err(Refusal::new(Code::AlreadyDone, "已作出决定", "a decision was already made").under(known.party.article()));
        }
        if !ended(case, known, facts) {
            let (zh, en) = ("征求意见期限未届满，也没有反馈", "the term of the consultation is not over, and nothing was answered");
            return Err(Refusal::new(Code::LapseBeforeItsDay, zh, en).under(known.party.article()));
        }
        if !self.disclose
            && let Some((article, zh, en)) = must_disclose(case, known, facts)
        {
            return Err(Refusal::new(Code::FieldsRefused, zh, en).under(article).at("/disclose"));
        }
        let notice_needed = self.tells(known);
        let mut decision = Decision::new();
        let made = ConsultationDecision {
            on: facts.today,
            by: facts.person.account_id,
            disclose: self.disclose,
            reasons: decision.keep(facts, self.reasons.into_string()),
            notice_needed,
            number: if notice_needed { numbered(facts, NoticeKind::ThirdPartyNotice, facts.today)? } else { None },
        };
        Ok(decision.with(CaseEvent::ConsultationDecided { consultation: known.n, decision: made }))
    }
}

/// Whether the agency has yet to decide on a third party that was asked and did not agree: whether its ground is sound, and what the
/// public interest asks; after silence or a letter that could not be delivered, by itself (Arts 15, 32).
pub fn to_decide(case: &Case, known: &Consultation, facts: &Facts<'_>) -> bool {
    let third_party = known.party == Party::ThirdParty && known.voided.is_none() && clock::asked_on(case, known).is_some();
    third_party && known.decision.is_none() && !agrees(known) && ended(case, known, facts)
}

/// Whether the party agrees to the disclosure.
fn agrees(known: &Consultation) -> bool {
    known.answer.as_ref().is_some_and(|answer| answer.opinion == PartyOpinion::Consents)
}

/// Whether nothing more is awaited from the party.
pub fn ended(case: &Case, known: &Consultation, facts: &Facts<'_>) -> bool {
    ended_on(case, known, facts).is_some()
}

/// The last day of the consultation as known today; none while its answer is awaited, or before its letter left.
fn ended_on(case: &Case, known: &Consultation, facts: &Facts<'_>) -> Option<NaiveDate> {
    clock::clock(case, facts.calendar, &clock::steps(case)).ended_on(&clock::label_of(known), facts.today)
}

/// Why a consultation gives no ground to withhold: the third party agrees (Art 15), or the co-producing agency agrees, by an answer
/// within the term or by its silence (Art 34). Other grounds stand in the reply.
fn must_disclose(case: &Case, known: &Consultation, facts: &Facts<'_>) -> Option<(&'static str, &'static str, &'static str)> {
    let opinion = |answer: &ConsultationAnswer| answer.opinion;
    match known.party {
        Party::ThirdParty if known.answer.as_ref().map(opinion) == Some(PartyOpinion::Consents) => {
            Some(("15", "第三方同意公开，不得以其权益为由不予公开", "the third party agrees: its interests are no ground to withhold"))
        }
        Party::CoProducingAgency => {
            let ended_on = ended_on(case, known, facts);
            let in_time = known.answer.as_ref().filter(|answer| ended_on.is_none_or(|ended_on| answer.on <= ended_on));
            match in_time.map(opinion) {
                Some(PartyOpinion::Consents) => Some(("34", "共同制作机关同意公开", "the co-producing agency agrees")),
                None if known.failure.is_none() => {
                    Some(("34", "共同制作机关逾期未提出意见，视为同意公开", "the co-producing agency was silent, which is consent"))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Consult a third party or another agency.
#[utoipa::path(tag = "handle", request_body = OpenConsultation, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/consultations")]
pub async fn open_consultation(call: Call) -> Answer {
    super::super::take::<OpenConsultation>(call).await
}

/// Record the answer of a consulted party.
///
/// One that comes after the term is on file without effect on the clock (Art 32).
#[utoipa::path(tag = "handle", request_body = AnswerConsultation, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/consultations/{n}/answers")]
pub async fn record_consultation_answer(call: Call) -> Answer {
    super::super::take::<AnswerConsultation>(call).await
}

/// Record that a letter to a consulted party cannot be delivered.
#[utoipa::path(tag = "handle", request_body = FailConsultation, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/consultations/{n}/failure")]
pub async fn record_consultation_failure(call: Call) -> Answer {
    super::super::take::<FailConsultation>(call).await
}

/// Decide what follows from a consultation.
#[utoipa::path(tag = "handle", request_body = DecideConsultation, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/consultations/{n}/decision")]
pub async fn decide_consultation(call: Call) -> Answer {
    super::super::take::<DecideConsultation>(call).await
}
