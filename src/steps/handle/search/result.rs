//! The result of a search (检索记录). Who: a member of the department asked; the account that sends it signs it.

use super::{first, named, withdrawn};
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, DisclosureAttribute, FoundRecord, SearchResult, SearchScope, SearchTask, SearchedPlaces};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::{Line, Words};
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// How it was searched.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ScopeInput {
    /// Systems and archives that were searched.
    #[garde(length(min = 1, max = 20), dive)]
    #[schema(min_items = 1, max_items = 20, example = json!(["特种设备安全监察系统", "综合档案室"]))]
    pub places: Vec<Line<200>>,
    /// With which words.
    #[garde(length(min = 1, max = 50), dive)]
    #[schema(min_items = 1, max_items = 50, example = json!(["示范小区", "电梯", "维保"]))]
    pub words: Vec<Line<100>>,
    /// The period searched begins.
    #[schema(example = "2024-01-01")]
    pub from_on: NaiveDate,
    /// It ends.
    #[schema(example = "2026-11-05")]
    pub until_on: NaiveDate,
    /// Who searched.
    #[garde(dive)]
    #[schema(example = "特种设备科承办人")]
    pub searched_by: Line<200>,
}

impl ScopeInput {
    /// A period begins before it ends, and lies in the past.
    pub fn dates(&self, facts: &Facts<'_>, at: &str) -> Result<(), Refusal> {
        facts.between(self.from_on, self.until_on, &format!("{at}/until_on"))
    }

    /// As the trail keeps it.
    pub fn keep(self, decision: &mut Decision, facts: &Facts<'_>) -> SearchScope {
        let lines = |all: Vec<Line<200>>| all.into_iter().map(Line::into_string).collect();
        let places = SearchedPlaces {
            places: lines(self.places),
            words: self.words.into_iter().map(Line::into_string).collect(),
            searched_by: self.searched_by.into_string(),
        };
        // A structure of texts always has a JSON form.
        let text = serde_json::to_string(&places).unwrap_or_default();
        SearchScope { places: decision.keep(facts, text), from_on: self.from_on, until_on: self.until_on }
    }
}

/// One record found.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct FoundInput {
    /// Its title.
    #[garde(dive)]
    #[schema(example = "示范小区电梯年度检验报告")]
    pub title: Line<300>,
    /// Its document number.
    #[garde(dive)]
    #[schema(example = "示市监特检〔2025〕12号")]
    pub number: Option<Line<100>>,
    /// Its date, if it bears one.
    #[schema(example = "2025-03-10")]
    pub dated_on: Option<NaiveDate>,
    /// Its disclosure attribute (公开属性).
    pub attribute: DisclosureAttribute,
    /// The stored document.
    pub document_id: Option<Uuid>,
}

/// The result of a search.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct GiveSearchResult {
    /// How it was searched.
    #[garde(dive)]
    pub scope: ScopeInput,
    /// The day of the search; not before the task.
    #[schema(example = "2026-11-05")]
    pub searched_on: NaiveDate,
    /// What was found.
    #[serde(default)]
    #[garde(length(max = 100), dive)]
    #[schema(max_items = 100)]
    pub found: Vec<FoundInput>,
    /// The statement that nothing was found, signed by whoever sends it.
    #[garde(dive)]
    #[schema(example = "经检索上述系统和档案，未找到所需信息。")]
    pub nothing_found: Option<Words<2000>>,
}

fn not_asked() -> Refusal {
    let (zh, en) = ("只能由被协查部门的人员反馈", "only a member of the department asked gives the result");
    Refusal::new(Code::NotPermitted, zh, en).under("36(4)")
}

fn answered() -> Refusal {
    let (zh, en) = ("该协查已经反馈；需要更改的，由承办处室退回", "the task is answered; the handling department sends it back first");
    Refusal::new(Code::SearchAlreadyAnswered, zh, en).under("36(4)")
}

impl Command for GiveSearchResult {
    const STEP: Step = Step::GiveSearchResult;
    const ADDITIVE: bool = true;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { documents: self.found.iter().filter_map(|record| record.document_id).collect(), ..Needs::default() }
    }

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let own = |task: &&SearchTask| Some(task.department) == facts.person.department;
        if let Some(task) = case.search_tasks.iter().filter(own).find(|task| task.is_open()) {
            return Ok(Some(task.n));
        }
        match case.search_tasks.iter().rfind(own) {
            Some(task) if task.withdrawn.is_some() => Err(withdrawn()),
            Some(_) => Err(answered()),
            None => first(case, SearchTask::is_open).and(Err(not_asked())),
        }
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let task = named(case, at)?;
        if facts.person.department != Some(task.department) {
            return Err(not_asked());
        }
        if !task.is_open() {
            return Err(answered());
        }
        facts.between(task.on, self.searched_on, "/searched_on")?;
        self.scope.dates(facts, "/scope")?;
        if self.found.is_empty() == self.nothing_found.is_none() {
            let (zh, en) = (
                "须列明所找到的记录，或者声明未找到，二者择一",
                "list the records found, or state that nothing was found: one of the two, never both",
            );
            return Err(Refusal::new(Code::SearchResultContradicts, zh, en).under("36(4)").at("/nothing_found"));
        }
        for (index, record) in self.found.iter().enumerate() {
            if let Some(on) = record.dated_on {
                facts.not_in_future(on, &format!("/found/{index}/dated_on"))?;
            }
            if let Some(id) = record.document_id {
                facts.document(id, &format!("/found/{index}/document_id"))?;
            }
        }
        let mut decision = Decision::new();
        let scope = self.scope.keep(&mut decision, facts);
        let nothing_found = decision.keep_some(facts, self.nothing_found.map(Words::into_string));
        let mut found = Vec::with_capacity(self.found.len());
        for (n, record) in (1..).zip(self.found) {
            found.push(FoundRecord {
                n,
                title: decision.keep(facts, record.title.into_string()),
                number: decision.keep_some(facts, record.number.map(Line::into_string)),
                dated_on: record.dated_on,
                attribute: record.attribute,
                document_id: record.document_id,
            });
        }
        let result = SearchResult {
            n: crate::steps::next(task.results.len()),
            scope,
            searched_on: self.searched_on,
            on: facts.today,
            by: facts.person.account_id,
            found,
            nothing_found,
            sent_back: None,
        };
        Ok(decision.with(CaseEvent::SearchResultGiven { task: task.n, result }))
    }
}

/// Give the result of a search.
///
/// Where it was searched, with which words, over which period, by whom and when; what was found, or the signed statement that nothing was.
#[utoipa::path(tag = "handle", request_body = GiveSearchResult, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/search-tasks/{n}/result")]
pub async fn record_search_result(call: Call) -> Answer {
    super::super::super::take::<GiveSearchResult>(call).await
}
