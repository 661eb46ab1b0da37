//! Ask several departments at once to search (协查), Art 36(4). Who asks, sends back and withdraws: the handling department or a clerk;
//! who answers: a member of the department asked, who signs by it.
//!
//! A result says where and with which words it was searched, over which period, by whom and when, and lists what was found or states
//! that nothing was. A reply "does not exist" rests on nothing else.

pub mod result;
#[cfg(test)]
mod tests;

pub use result::{GiveSearchResult, record_search_result};

use super::desk::{inner_date, works_on};
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, SearchTask, SentBack};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Words;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;

/// Search tasks, one a department.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenSearch {
    /// Whom is asked, and for what.
    #[garde(length(min = 1, max = 20), dive)]
    #[schema(min_items = 1, max_items = 20)]
    pub tasks: Vec<SearchTaskInput>,
}

/// What one department is asked.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct SearchTaskInput {
    /// The department.
    pub department: Uuid,
    /// What is looked for.
    #[garde(dive)]
    #[schema(example = "示范小区3号楼电梯2024年以来的维保记录。")]
    pub wanted: Words<4000>,
    /// The inner date until which it answers; before the legal due date.
    #[schema(example = "2026-11-09")]
    pub due_on: NaiveDate,
}

/// The task in the path, while it is not withdrawn.
fn named(case: &Case, at: Option<u32>) -> Result<&SearchTask, Refusal> {
    let task = at.and_then(|n| case.search_task(n));
    let task = task.ok_or_else(|| Refusal::new(Code::UnknownTarget, "案件没有该协查", "the case has no such search task"))?;
    match task.withdrawn {
        Some(_) => Err(withdrawn()),
        None => Ok(task),
    }
}

fn withdrawn() -> Refusal {
    Refusal::new(Code::SearchWithdrawn, "该协查已经撤回", "the search task was withdrawn").under("36(4)")
}

fn first(case: &Case, fits: impl Fn(&SearchTask) -> bool) -> Result<Option<u32>, Refusal> {
    let open = case.search_tasks.iter().find(|task| task.withdrawn.is_none() && fits(task));
    let nothing = || Refusal::new(Code::NothingOpen, "没有可以办理的协查", "no search task waits for this").under("36(4)");
    open.map(|task| Some(task.n)).ok_or_else(nothing)
}

impl Command for OpenSearch {
    const STEP: Step = Step::OpenSearch;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { departments: self.tasks.iter().map(|task| task.department).collect(), ..Needs::default() }
    }

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        works_on(case, facts).map(|()| None)
    }

    fn decide(self, _: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let mut asked: BTreeSet<Uuid> = case.search_tasks.iter().filter(|task| task.is_open()).map(|task| task.department).collect();
        for (index, task) in self.tasks.iter().enumerate() {
            let at = format!("/tasks/{index}");
            if !facts.known.departments.contains(&task.department) {
                let (zh, en) = ("部门不存在或已停用", "the department is unknown or closed");
                return Err(Refusal::new(Code::UnknownReference, zh, en).at(format!("{at}/department")));
            }
            if !asked.insert(task.department) {
                let (zh, en) = ("该部门尚有未反馈的协查，或者重复列出", "the department is asked already, or named twice");
                return Err(Refusal::new(Code::SearchAlreadyAsked, zh, en).under("36(4)").at(format!("{at}/department")));
            }
            inner_date(case, facts, task.due_on, &format!("{at}/due_on"))?;
        }
        if case.search_tasks.len().saturating_add(self.tasks.len()) > 100 {
            let (zh, en) = ("协查次数过多", "a case has at most 100 search tasks");
            return Err(Refusal::new(Code::LimitReached, zh, en).at("/tasks"));
        }
        let mut decision = Decision::new();
        let mut tasks = Vec::with_capacity(self.tasks.len());
        for task in self.tasks {
            tasks.push(SearchTask {
                n: crate::steps::next(case.search_tasks.len().saturating_add(tasks.len())),
                department: task.department,
                wanted: decision.keep(facts, task.wanted.into_string()),
                due_on: task.due_on,
                on: facts.today,
                by: facts.person.account_id,
                results: Vec::new(),
                withdrawn: None,
            });
        }
        Ok(decision.with(CaseEvent::SearchTasksOpened { tasks }))
    }
}

/// Send an incomplete result back.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ReturnSearchResult {
    /// What is missing.
    #[garde(dive)]
    #[schema(example = "未检索2024年纸质档案，请补充检索。")]
    pub reason: Words<2000>,
    /// The inner date until which it is searched anew; none leaves the first.
    #[schema(example = "2026-11-11")]
    pub due_on: Option<NaiveDate>,
}

impl Command for ReturnSearchResult {
    const STEP: Step = Step::ReturnSearchResult;

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        works_on(case, facts)?;
        first(case, |task| task.result().is_some())
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let task = named(case, at)?;
        if task.result().is_none() {
            let (zh, en) = ("该协查尚未反馈，没有可退回的结果", "the search task is not answered: there is nothing to send back");
            return Err(Refusal::new(Code::SearchNotAnswered, zh, en).under("36(4)"));
        }
        if let Some(due_on) = self.due_on {
            inner_date(case, facts, due_on, "/due_on")?;
        }
        let mut decision = Decision::new();
        let reason = decision.keep(facts, self.reason.into_string());
        let sent_back = SentBack { on: facts.today, by: facts.person.account_id, reason, due_on: self.due_on };
        Ok(decision.with(CaseEvent::SearchResultReturned { task: task.n, sent_back }))
    }
}

/// Withdraw a task.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawSearch {
    /// Why.
    #[garde(dive)]
    #[schema(example = "该处室不保存此类档案，误发。")]
    pub reason: Words<2000>,
}

impl Command for WithdrawSearch {
    const STEP: Step = Step::WithdrawSearch;

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        works_on(case, facts)?;
        first(case, SearchTask::is_open)
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let task = named(case, at)?;
        if !task.is_open() {
            let (zh, en) = ("该协查已经反馈，不能撤回", "the search task is answered and cannot be withdrawn");
            return Err(Refusal::new(Code::SearchAlreadyAnswered, zh, en).under("36(4)"));
        }
        let mut decision = Decision::new();
        let reason = decision.keep(facts, self.reason.into_string());
        let withdrawn = SentBack { on: facts.today, by: facts.person.account_id, reason, due_on: None };
        Ok(decision.with(CaseEvent::SearchTaskWithdrawn { task: task.n, withdrawn }))
    }
}

/// Ask departments to search.
#[utoipa::path(tag = "handle", request_body = OpenSearch, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/search-tasks")]
pub async fn open_search_tasks(call: Call) -> Answer {
    super::super::take::<OpenSearch>(call).await
}

/// Send an incomplete search result back.
#[utoipa::path(tag = "handle", request_body = ReturnSearchResult, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/search-tasks/{n}/return")]
pub async fn return_search_result(call: Call) -> Answer {
    super::super::take::<ReturnSearchResult>(call).await
}

/// Withdraw a search task.
#[utoipa::path(tag = "handle", request_body = WithdrawSearch, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/search-tasks/{n}/withdrawal")]
pub async fn withdraw_search_task(call: Call) -> Answer {
    super::super::take::<WithdrawSearch>(call).await
}
