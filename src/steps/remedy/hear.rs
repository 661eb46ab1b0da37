//! Enter a sitting and what became of it (听证、开庭；负责人出庭), 行诉法 3(3); 复议法 49-51. Who: clerk or legal reviewer.
//!
//! The agency enters what happened: where its head did not come, the reason it gave is part of the record; whether that suffices is for the
//! body or court to say.

use crate::case::command::Command;
use crate::case::duties::MOST_HEARINGS;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Appearance, Case, Hearing, HearingResult, Proceeding, ProceedingKind};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::{Line, Words};
use crate::rules::proceedings::{AppearanceRole, HearingKind};
use crate::steps::next;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::{Months, NaiveDate};
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// How far ahead a sitting may lie: a choice that catches a mistyped year.
const FURTHEST: Months = Months::new(24);

/// A sitting, as its notice (开庭传票、听证通知书) reached the agency.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct AnnounceHearing {
    /// What it is.
    pub kind: HearingKind,
    /// The day the notice reached the agency.
    #[schema(example = "2026-11-09")]
    pub notified_on: NaiveDate,
    /// The day of the sitting.
    #[schema(example = "2026-11-20")]
    pub on: NaiveDate,
    /// Where, and at what time of day.
    #[garde(dive)]
    #[schema(example = "示范区人民法院第三法庭，9:30")]
    pub place: Option<Line<200>>,
    /// The stored notice.
    pub document_id: Option<Uuid>,
}

impl AnnounceHearing {
    fn fits(&self, proceeding: &Proceeding, facts: &Facts<'_>) -> Result<(), Refusal> {
        let of_court = matches!(self.kind, HearingKind::CourtSession | HearingKind::Inquiry);
        if of_court != (proceeding.kind == ProceedingKind::Litigation) {
            let (zh, en) = ("开庭、询问由法院进行，听证、听取意见由复议机关进行", "courts sit and inquire, reconsideration bodies hear");
            return Err(Refusal::new(Code::FieldsRefused, zh, en).at("/kind"));
        }
        if proceeding.decision.is_some() {
            return Err(Refusal::new(Code::AlreadyDone, "已登记复议决定或者裁判", "the decision is already entered"));
        }
        facts.between(proceeding.began_on(), self.notified_on, "/notified_on")?;
        if self.on < self.notified_on {
            return Err(Refusal::new(Code::DateBeforePrevious, "日期早于收到通知之日", "the sitting lies before its notice").at("/on"));
        }
        let reached = facts.today.checked_add_months(FURTHEST).is_none_or(|latest| self.on <= latest);
        if !reached || proceeding.hearings.len() >= usize::try_from(MOST_HEARINGS).unwrap_or(usize::MAX) {
            let (zh, en) = ("日期超出二年，或者次数超出限度，请核对", "more than two years ahead, or too many sittings: check it");
            return Err(Refusal::new(Code::DateOutOfRange, zh, en).at("/on"));
        }
        Ok(())
    }
}

impl Command for AnnounceHearing {
    const STEP: Step = Step::AnnounceHearing;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { documents: self.document_id.into_iter().collect(), ..Needs::default() }
    }

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        super::first(case, |proceeding| proceeding.decision.is_none())
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let proceeding = super::proceeding(case, at)?;
        self.fits(proceeding, facts)?;
        if let Some(id) = self.document_id {
            facts.document(id, "/document_id")?;
        }
        let hearing = Hearing {
            n: next(proceeding.hearings.len()),
            kind: self.kind,
            notified_on: self.notified_on,
            on: self.on,
            place: self.place.map(Line::into_string),
            document_id: self.document_id,
            result: None,
        };
        Ok(Decision::new().with(CaseEvent::HearingAnnounced { proceeding: proceeding.n, hearing }))
    }

    on_each_case!();
}

/// Somebody who appeared.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct AppearanceInput {
    /// As what.
    pub role: AppearanceRole,
    /// Name and post.
    #[garde(dive)]
    #[schema(example = "示范局副局长 某某")]
    pub person: Line<200>,
}

/// What became of a sitting.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(tag = "result", rename_all = "snake_case", deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub enum HearingOutcome {
    /// It took place.
    Held {
        /// Who appeared for the agency; nobody where the list is empty.
        #[garde(length(max = 20), dive)]
        #[schema(max_items = 20)]
        appearances: Vec<AppearanceInput>,
        /// Why the head did not come in person; needed at a court session and a hearing.
        #[garde(dive)]
        absence: Option<Words<1000>>,
        /// The stored record.
        document_id: Option<Uuid>,
    },
    /// It was called off or put off; a new day is a sitting of its own.
    CalledOff {
        /// The day the agency learnt of it.
        on: NaiveDate,
    },
}

/// The record of a sitting.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RecordHearing {
    /// Number of the sitting in the proceeding.
    #[schema(minimum = 1)]
    pub hearing: u32,
    /// What became of it.
    #[garde(dive)]
    pub outcome: HearingOutcome,
}

impl RecordHearing {
    fn result(self, hearing: &Hearing, (kept, facts): (&mut Decision, &Facts<'_>)) -> Result<HearingResult, Refusal> {
        match self.outcome {
            HearingOutcome::CalledOff { on } => {
                facts.between(hearing.notified_on, on, "/outcome/on")?;
                Ok(HearingResult::CalledOff { on })
            }
            HearingOutcome::Held { appearances, absence, document_id } => {
                facts.not_in_future(hearing.on, "/hearing")?;
                let head = appearances.iter().any(|one| one.role == AppearanceRole::Head);
                if let Some(article) = hearing.kind.head_appears().filter(|_| !head && absence.is_none()) {
                    let (zh, en) = ("负责人未出庭的，须记明理由", "the head did not come: say which reason the agency gave");
                    return Err(Refusal::new(Code::HeadAbsenceUnexplained, zh, en).under(article).at("/outcome/absence"));
                }
                if let Some(id) = document_id {
                    facts.document(id, "/outcome/document_id")?;
                }
                let appearances = appearances
                    .into_iter()
                    .map(|one| Appearance { role: one.role, person: kept.keep(facts, one.person.into_string()) })
                    .collect();
                Ok(HearingResult::Held { appearances, absence: kept.keep_some(facts, absence.map(Words::into_string)), document_id })
            }
        }
    }
}

impl Command for RecordHearing {
    const STEP: Step = Step::RecordHearing;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        let document = match self.outcome {
            HearingOutcome::Held { document_id, .. } => document_id,
            HearingOutcome::CalledOff { .. } => None,
        };
        Needs { documents: document.into_iter().collect(), ..Needs::default() }
    }

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        super::first(case, |proceeding| proceeding.hearings.iter().any(|hearing| hearing.result.is_none()))
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let proceeding = super::proceeding(case, at)?;
        let n = self.hearing;
        let hearing = proceeding.hearing(n).ok_or_else(|| {
            let (zh, en) = (format!("没有第 {n} 次听证、开庭"), format!("the proceeding has no sitting {n}"));
            Refusal::new(Code::UnknownReference, zh, en).at("/hearing")
        })?;
        if hearing.result.is_some() {
            return Err(Refusal::new(Code::HearingEnded, "该次听证、开庭已有结果", "what became of this sitting is already entered"));
        }
        let mut kept = Decision::new();
        let result = self.result(hearing, (&mut kept, facts))?;
        Ok(kept.with(CaseEvent::HearingRecorded { proceeding: proceeding.n, hearing: n, result }))
    }

    on_each_case!();
}

/// Enter a hearing or court session.
///
/// The agency appears on the day that the notice gives; its head comes in person.
#[utoipa::path(tag = "remedy", request_body = AnnounceHearing, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/proceedings/{n}/hearings")]
pub async fn announce_hearing(call: Call) -> Answer {
    super::super::take::<AnnounceHearing>(call).await
}

/// Record what became of a hearing or court session.
///
/// Who appeared for the agency, or that it was called off.
#[utoipa::path(tag = "remedy", request_body = RecordHearing, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/proceedings/{n}/hearing-records")]
pub async fn record_hearing(call: Call) -> Answer {
    super::super::take::<RecordHearing>(call).await
}

#[cfg(test)]
mod tests;
