//! Notices of rectification to departments (整改通知), Art 46. Who gives and withdraws them: clerk, legal reviewer, approver; who reports: a member
//! of the department; who looks whether it is mended: a second person of those who give them.
//!
//! A notice has a date, a report its proofs, and somebody else says whether it is mended. What was sent back is owed again. None of it moves a date
//! of the request.

pub mod report;
#[cfg(test)]
mod tests;

use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, Rectification, SentBack};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Words;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::{Days, NaiveDate};
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Most notices of a case.
const MOST: usize = 20;
/// The longest time a department gets: a year, which still catches a mistyped one.
const LONGEST: Days = Days::new(366);

/// A notice to a department.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct OrderRectification {
    /// The department.
    pub department: Uuid,
    /// The proceeding that gave rise to it, where one did.
    #[schema(minimum = 1, example = 1)]
    pub proceeding: Option<u32>,
    /// What is wrong, and what is to be done.
    #[garde(dive)]
    #[schema(example = "协查只检索了纸质档案。请梳理电子系统检索办法，并补录2024年以来的目录。")]
    pub what: Words<4000>,
    /// By when; today or later, within a year.
    #[schema(example = "2026-12-18")]
    pub due_on: NaiveDate,
}

/// A date lies today or later, within a year.
pub(crate) fn in_reach(today: NaiveDate, due_on: NaiveDate, pointer: &str) -> Result<(), Refusal> {
    if due_on < today {
        let (zh, en) = (format!("整改期限 {due_on} 已经过去"), format!("the date {due_on} has passed"));
        return Err(Refusal::new(Code::DateBeforePrevious, zh, en).at(pointer));
    }
    if today.checked_add_days(LONGEST).is_some_and(|latest| due_on > latest) {
        let (zh, en) = (format!("{due_on} 超出一年，请核对年份"), format!("{due_on} is more than a year ahead: check the year"));
        return Err(Refusal::new(Code::DateOutOfRange, zh, en).at(pointer));
    }
    Ok(())
}

/// A notice, while it is not withdrawn.
pub(crate) fn standing<T>(notice: &Rectification<T>) -> Result<(), Refusal> {
    match notice.withdrawn {
        Some(_) => Err(Refusal::new(Code::RectificationEnded, "该整改通知已经撤回", "the notice was withdrawn").under("46")),
        None => Ok(()),
    }
}

/// A notice that may be withdrawn: it stands, and nobody found it mended.
pub(crate) fn withdrawable<T>(notice: &Rectification<T>) -> Result<(), Refusal> {
    standing(notice)?;
    if notice.is_settled() {
        let (zh, en) = ("该整改通知已经复查通过", "the notice is settled already");
        return Err(Refusal::new(Code::RectificationEnded, zh, en).under("46"));
    }
    Ok(())
}

/// The notice in the path, while it is not withdrawn.
fn named(case: &Case, at: Option<u32>) -> Result<&Rectification, Refusal> {
    let notice = at.and_then(|n| case.rectification(n));
    let notice =
        notice.ok_or_else(|| Refusal::new(Code::UnknownTarget, "案件没有该整改通知", "the case has no such notice of rectification"))?;
    standing(notice).map(|()| notice)
}

fn first(case: &Case, fits: impl Fn(&Rectification) -> bool) -> Result<Option<u32>, Refusal> {
    let found = case.rectifications.iter().find(|notice| notice.withdrawn.is_none() && fits(notice));
    let nothing = || Refusal::new(Code::NothingOpen, "没有可以办理的整改通知", "no notice of rectification waits for this").under("46");
    found.map(|notice| Some(notice.n)).ok_or_else(nothing)
}

impl Command for OrderRectification {
    const STEP: Step = Step::OrderRectification;
    const ADDITIVE: bool = true;

    fn needs(&self, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { departments: vec![self.department], ..Needs::default() }
    }

    fn ready(_case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        Ok(None)
    }

    fn decide(self, _: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        if !facts.known.departments.contains(&self.department) {
            let (zh, en) = ("部门不存在或已停用", "the department is unknown or closed");
            return Err(Refusal::new(Code::UnknownReference, zh, en).at("/department"));
        }
        if let Some(n) = self.proceeding
            && case.proceeding(n).is_none()
        {
            let (zh, en) = ("没有该编号的复议或者诉讼", "the case has no proceeding of this number");
            return Err(Refusal::new(Code::UnknownReference, zh, en).at("/proceeding"));
        }
        in_reach(facts.today, self.due_on, "/due_on")?;
        if case.rectifications.len() >= MOST {
            let (zh, en) = (format!("每案最多{MOST}份整改通知"), format!("a case has at most {MOST} notices of rectification"));
            return Err(Refusal::new(Code::LimitReached, zh, en));
        }
        let mut decision = Decision::new();
        let rectification = Rectification {
            n: crate::steps::next(case.rectifications.len()),
            proceeding: self.proceeding,
            department: self.department,
            what: decision.keep(facts, self.what.into_string()),
            due_on: self.due_on,
            on: facts.today,
            by: facts.person.account_id,
            reports: Vec::new(),
            withdrawn: None,
        };
        Ok(decision.with(CaseEvent::RectificationOrdered { rectification }))
    }
}

/// Withdraw a notice.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawRectification {
    /// Why.
    #[garde(dive)]
    #[schema(example = "误发：应由其他科整改。")]
    pub reason: Words<2000>,
}

impl Command for WithdrawRectification {
    const STEP: Step = Step::WithdrawRectification;

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        first(case, |notice| !notice.is_settled())
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let notice = named(case, at)?;
        withdrawable(notice)?;
        let mut decision = Decision::new();
        let reason = decision.keep(facts, self.reason.into_string());
        let withdrawn = SentBack { on: facts.today, by: facts.person.account_id, reason, due_on: None };
        Ok(decision.with(CaseEvent::RectificationWithdrawn { rectification: notice.n, withdrawn }))
    }
}

/// Tell a department to mend something.
///
/// A duty of the department until the date given, reminded like every other.
#[utoipa::path(tag = "remedy", request_body = OrderRectification, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/rectifications")]
pub async fn order_rectification(call: Call) -> Answer {
    crate::steps::take::<OrderRectification>(call).await
}

/// Withdraw a notice of rectification.
#[utoipa::path(tag = "remedy", request_body = WithdrawRectification, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/rectifications/{n}/withdrawal")]
pub async fn withdraw_rectification(call: Call) -> Answer {
    crate::steps::take::<WithdrawRectification>(call).await
}
