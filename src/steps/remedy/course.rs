//! Enter what the body or court tells of the course: a rest, its end, a longer term, the ordinary procedure; 复议法 39, 55, 62; 行诉法 81, 84, 88.
//! Who: clerk or legal reviewer.
//!
//! The terms of the body move with it, and so does the agency's own to answer: no time runs while a reconsideration rests, and a change to the
//! ordinary procedure lengthens what still runs. Notices are entered as they come, each by its own day: one that is late, or overtook another, finds
//! its place among the rest, and one of a day before the decision may come after it.

use crate::case::command::Command;
use crate::case::duties::decision_period;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, CourseNotice, Noted, Proceeding, ProceedingKind};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::{Line, Words};
use crate::rules::outcomes::{Instance, ProcedureKind};
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::{Months, NaiveDate};
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Most days that a body may add to its term, once (复议法 62).
pub(in crate::steps) const MOST_DAYS: u32 = 30;
/// How far a court's longer term may reach: a choice that catches a mistyped year.
pub(in crate::steps) const FURTHEST: Months = Months::new(36);

/// What the notice says.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum CourseNoticeInput {
    /// The proceeding rests (中止).
    Suspended {},
    /// It goes on (恢复).
    Resumed {},
    /// The term for the decision is longer (延期): of a reconsideration by days, of a court until a day.
    TermExtended {
        /// How many days more; reconsiderations only.
        #[schema(minimum = 1, maximum = 30)]
        days: Option<u32>,
        /// Until when; courts only.
        until: Option<NaiveDate>,
    },
    /// From the summary to the ordinary procedure (转为普通程序).
    TurnedOrdinary {},
}

/// A notice about the course.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NoteProceeding {
    /// What it says.
    pub notice: CourseNoticeInput,
    /// The day from which it has effect.
    #[schema(example = "2026-11-09")]
    pub on: NaiveDate,
    /// The stored paper.
    pub document_id: Option<Uuid>,
    /// Its document number.
    #[garde(dive)]
    pub document_number: Option<Line<100>>,
    /// Its words, where there is no paper of it; what comes over the exchange has none.
    #[garde(dive)]
    pub text: Option<Words<20000>>,
}

impl NoteProceeding {
    fn weighed(&self, proceeding: &Proceeding, facts: &Facts<'_>) -> Result<CourseNotice, Refusal> {
        let of_body = proceeding.kind == ProceedingKind::Reconsideration;
        match self.notice {
            CourseNoticeInput::Suspended {} if !proceeding.takes_rest(self.on) => {
                Err(Refusal::new(Code::AlreadySuspended, "该程序已经中止，尚未恢复", "the proceeding rests already")
                    .under(rests_under(of_body)))
            }
            CourseNoticeInput::Suspended {} => Ok(CourseNotice::Suspended),
            CourseNoticeInput::Resumed {} if proceeding.rest_ended(self.on).is_none() => Err(match proceeding.rests() {
                Some(rest) if self.on < rest.on => Refusal::new(
                    Code::DateBeforePrevious,
                    format!("恢复日期早于中止日期 {}", rest.on),
                    format!("it cannot go on before it rests, on {}", rest.on),
                )
                .at("/on"),
                _ => {
                    Refusal::new(Code::NotSuspended, "该程序该日没有中止，或者该次中止已经恢复", "the proceeding did not rest on that day")
                }
            }
            .under(rests_under(of_body))),
            CourseNoticeInput::Resumed {} => Ok(CourseNotice::Resumed),
            CourseNoticeInput::TermExtended { days, until } if of_body => longer_of_body(proceeding, facts, (self.on, days, until)),
            CourseNoticeInput::TermExtended { days, until } => longer_of_court(proceeding, (self.on, days, until)),
            CourseNoticeInput::TurnedOrdinary {} if proceeding.procedure == ProcedureKind::Ordinary => {
                let article = if of_body { "复议法 55" } else { "行诉法 84" };
                Err(Refusal::new(Code::ProcedureIsOrdinary, "已适用普通程序", "the procedure is the ordinary one").under(article))
            }
            CourseNoticeInput::TurnedOrdinary {} => Ok(CourseNotice::TurnedOrdinary),
        }
    }
}

const fn rests_under(of_body: bool) -> &'static str {
    if of_body { "复议法 39" } else { "行诉解释 87" }
}

/// Thirty days at most, once, told before the sixty are over, and not in the summary procedure (复议法 62).
fn longer_of_body(
    proceeding: &Proceeding,
    facts: &Facts<'_>,
    (on, days, until): (NaiveDate, Option<u32>, Option<NaiveDate>),
) -> Result<CourseNotice, Refusal> {
    let refuse = |zh: &str, en: &str, pointer: &str| Err(Refusal::new(Code::TermNotExtendable, zh, en).under("复议法 62").at(pointer));
    if proceeding.procedure == ProcedureKind::Summary {
        return refuse("简易程序不得延长审理期限", "the summary procedure knows no longer term", "/notice/what");
    }
    if !proceeding.longer_terms.is_empty() {
        return refuse("审理期限只能延长一次", "the term is extended once", "/notice/what");
    }
    if decision_period(proceeding, facts.calendar).is_some_and(|period| period.due_on < on) {
        return refuse("审理期限已经届满", "the term had run out", "/on");
    }
    match (days, until) {
        (Some(days @ 1..=MOST_DAYS), None) => Ok(CourseNotice::TermExtended { days: Some(days), until: None }),
        (Some(_), None) => refuse("延长不得超过三十日", "thirty days at most", "/notice/days"),
        _ => refuse("行政复议按日数延长", "a reconsideration is extended by days", "/notice/days"),
    }
}

/// By approval of the court above, without a length of its own (行诉法 81, 88), and not in the summary procedure (行诉法 83).
fn longer_of_court(
    proceeding: &Proceeding,
    (on, days, until): (NaiveDate, Option<u32>, Option<NaiveDate>),
) -> Result<CourseNotice, Refusal> {
    let article = if proceeding.instance == Some(Instance::Second) { "行诉法 88" } else { "行诉法 81" };
    let refuse = |zh: &str, en: &str, pointer: &str| Err(Refusal::new(Code::TermNotExtendable, zh, en).under(article).at(pointer));
    if proceeding.procedure == ProcedureKind::Summary {
        return refuse("简易程序不得延长审理期限", "the summary procedure knows no longer term", "/notice/what");
    }
    match (days, until) {
        (None, Some(until)) if until > on && on.checked_add_months(FURTHEST).is_some_and(|latest| until <= latest) => {
            Ok(CourseNotice::TermExtended { days: None, until: Some(until) })
        }
        (None, Some(_)) => refuse("延长的截止日期不符", "the day lies before the notice, or beyond three years", "/notice/until"),
        _ => refuse("人民法院延长审理期限的，须填写截止日期", "a court's term is extended until a day", "/notice/until"),
    }
}

impl Command for NoteProceeding {
    const STEP: Step = Step::NoteProceeding;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { documents: self.document_id.into_iter().collect(), ..Needs::default() }
    }

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        super::first(case, |proceeding| proceeding.decision.is_none()).or_else(|_| super::first(case, |_| true))
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let proceeding = super::proceeding(case, at)?;
        if let Some(decision) = proceeding.decision.as_ref().filter(|decision| decision.decided_on < self.on) {
            return Err(Refusal::new(
                Code::AlreadyDone,
                format!("已于 {} 作出复议决定或者裁判，此后的通知不再登记", decision.decided_on),
                format!("it was decided on {}: only a notice of a day before is still entered", decision.decided_on),
            ));
        }
        facts.between(proceeding.began_on(), self.on, "/on")?;
        let notice = self.weighed(proceeding, facts)?;
        if let Some(id) = self.document_id {
            facts.document(id, "/document_id")?;
        }
        let mut kept = Decision::new();
        let noted = Noted {
            notice,
            on: self.on,
            document_id: self.document_id,
            document_number: self.document_number.map(Line::into_string),
            text: kept.keep_some(facts, self.text.map(Words::into_string)),
        };
        Ok(kept.with(CaseEvent::ProceedingNoted { proceeding: proceeding.n, noted }))
    }

    on_each_case!();
}

/// Enter a notice about the course of a proceeding.
///
/// That it rests, that it goes on, that the term for the decision is longer, or that it turned to the ordinary procedure.
#[utoipa::path(tag = "remedy", request_body = NoteProceeding, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/proceedings/{n}/notices")]
pub async fn note_proceeding(call: Call) -> Answer {
    super::super::take::<NoteProceeding>(call).await
}

#[cfg(test)]
mod tests;
