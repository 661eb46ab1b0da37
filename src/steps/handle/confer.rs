//! Confer on a hard case (会商), inside and outside the agency (domain 6.1). Who calls it: clerk, handler, legal reviewer, approver.
//!
//! Participants inside speak for themselves; what somebody from outside said is entered by whoever called the conference or a clerk.
//! No reply is signed while a conference is open.

#[cfg(test)]
mod tests;

use super::desk::{inner_date, works_on};
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, Conference, ConferenceConclusion, ConferenceOpinion};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::{Line, Words};
use crate::rules::permissions::Role;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A conference.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct OpenConference {
    /// What is to be settled.
    #[garde(dive)]
    #[schema(example = "会议讨论稿是否属于过程性信息，能否区分处理？")]
    pub question: Words<4000>,
    /// The inner date by which it concludes; before the legal due date.
    #[schema(example = "2026-11-16")]
    pub due_on: NaiveDate,
    /// Accounts that take part.
    #[serde(default)]
    #[garde(length(max = 20))]
    #[schema(max_items = 20)]
    pub accounts: Vec<Uuid>,
    /// Departments that take part; any of their people may speak.
    #[serde(default)]
    #[garde(length(max = 20))]
    #[schema(max_items = 20)]
    pub departments: Vec<Uuid>,
    /// Participants from outside, by name.
    #[serde(default)]
    #[garde(length(max = 20), dive)]
    #[schema(max_items = 20)]
    pub outside: Vec<Line<200>>,
}

fn known(case: &Case, at: Option<u32>) -> Result<&Conference, Refusal> {
    let found = at.and_then(|n| case.conference(n));
    let found = found.ok_or_else(|| Refusal::new(Code::UnknownTarget, "案件没有该次会商", "the case has no such conference"))?;
    if found.conclusion.is_some() {
        return Err(Refusal::new(Code::ConferenceEnded, "会商已经结束", "the conference is over").under("45"));
    }
    Ok(found)
}

fn first(case: &Case, fits: impl Fn(&Conference) -> bool) -> Result<Option<u32>, Refusal> {
    let open = case.conferences.iter().find(|conference| conference.conclusion.is_none() && fits(conference));
    let nothing = || Refusal::new(Code::NothingOpen, "没有正在进行的会商", "no conference is open for this").under("45");
    open.map(|conference| Some(conference.n)).ok_or_else(nothing)
}

/// Whoever called it, or a clerk.
fn leads(conference: &Conference, facts: &Facts<'_>) -> bool {
    conference.by == facts.person.account_id || facts.person.roles.contains(&Role::Clerk)
}

fn takes_part(conference: &Conference, facts: &Facts<'_>) -> bool {
    let person = facts.person;
    conference.accounts.contains(&person.account_id)
        || person.department.is_some_and(|department| conference.departments.contains(&department))
}

fn not_a_participant() -> Refusal {
    let (zh, en) = ("不是会商参加人，不能发表意见", "only participants give an opinion");
    Refusal::new(Code::NotAParticipant, zh, en).under("45")
}

fn not_leading() -> Refusal {
    let (zh, en) = ("会商由召集人或者经办员作结", "a conference is concluded by whoever called it or a clerk");
    Refusal::new(Code::NotPermitted, zh, en).under("45")
}

impl Command for OpenConference {
    const STEP: Step = Step::OpenConference;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { accounts: self.accounts.clone(), departments: self.departments.clone(), ..Needs::default() }
    }

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let reviews = [Role::LegalReviewer, Role::Approver].iter().any(|role| facts.person.roles.contains(role));
        if reviews { Ok(None) } else { works_on(case, facts).map(|()| None) }
    }

    fn decide(self, _: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        inner_date(case, facts, self.due_on, "/due_on")?;
        let (mut accounts, mut departments) = (self.accounts, self.departments);
        for (index, id) in accounts.iter().enumerate() {
            if !facts.known.accounts.get(id).is_some_and(|account| account.active) {
                let (zh, en) = ("参加人不存在或者已停用", "a participant is unknown or no longer active");
                return Err(Refusal::new(Code::UnknownReference, zh, en).at(format!("/accounts/{index}")));
            }
        }
        for (index, id) in departments.iter().enumerate() {
            if !facts.known.departments.contains(id) {
                let (zh, en) = ("部门不存在或已停用", "the department is unknown or closed");
                return Err(Refusal::new(Code::UnknownReference, zh, en).at(format!("/departments/{index}")));
            }
        }
        if accounts.is_empty() && departments.is_empty() && self.outside.is_empty() {
            let (zh, en) = ("会商须有参加人", "a conference has participants");
            return Err(Refusal::new(Code::FieldsRefused, zh, en).at("/accounts"));
        }
        for list in [&mut accounts, &mut departments] {
            list.sort_unstable();
            list.dedup();
        }
        let mut decision = Decision::new();
        let conference = Conference {
            n: crate::steps::next(case.conferences.len()),
            on: facts.today,
            by: facts.person.account_id,
            question: decision.keep(facts, self.question.into_string()),
            due_on: self.due_on,
            accounts,
            departments,
            outside: self.outside.into_iter().map(|name| decision.keep(facts, name.into_string())).collect(),
            opinions: Vec::new(),
            conclusion: None,
        };
        Ok(decision.with(CaseEvent::ConferenceOpened { conference }))
    }
}

/// What a participant says.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct GiveOpinion {
    /// The day it was given.
    #[schema(example = "2026-11-12")]
    pub on: NaiveDate,
    /// Which participant from outside said it, from 1; none for the caller's own opinion.
    #[schema(minimum = 1)]
    pub outside: Option<u32>,
    /// In words.
    #[garde(dive)]
    #[schema(example = "同意按过程性信息处理，结论部分可以公开。")]
    pub words: Words<4000>,
}

impl Command for GiveOpinion {
    const STEP: Step = Step::GiveOpinion;
    const ADDITIVE: bool = true;

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        first(case, |_| true)?;
        first(case, |conference| takes_part(conference, facts) || leads(conference, facts)).map_err(|_| not_a_participant())
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let conference = known(case, at)?;
        facts.between(conference.on, self.on, "/on")?;
        match self.outside {
            Some(n) => {
                if !leads(conference, facts) {
                    let (zh, en) =
                        ("外部参加人的意见由召集人或者经办员登记", "what outsiders say is entered by whoever called it or a clerk");
                    return Err(Refusal::new(Code::NotAParticipant, zh, en).under("45"));
                }
                if n == 0 || usize::try_from(n).is_ok_and(|n| n > conference.outside.len()) {
                    let (zh, en) = ("没有该外部参加人", "there is no such participant from outside");
                    return Err(Refusal::new(Code::UnknownReference, zh, en).at("/outside"));
                }
            }
            None if !takes_part(conference, facts) => {
                return Err(not_a_participant());
            }
            None => {}
        }
        let mut decision = Decision::new();
        let opinion = ConferenceOpinion {
            n: crate::steps::next(conference.opinions.len()),
            on: self.on,
            by: facts.person.account_id,
            outside: self.outside,
            words: decision.keep(facts, self.words.into_string()),
        };
        Ok(decision.with(CaseEvent::ConferenceOpinionGiven { conference: conference.n, opinion }))
    }
}

/// What a conference came to.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ConcludeConference {
    /// The day.
    #[schema(example = "2026-11-13")]
    pub on: NaiveDate,
    /// The minutes (会商纪要).
    #[garde(dive)]
    pub minutes: Words<10000>,
    /// The result.
    #[garde(dive)]
    #[schema(example = "讨论稿不予公开，会议结论作区分处理后公开。")]
    pub result: Words<2000>,
    /// The signed minutes, stored.
    pub document_id: Option<Uuid>,
}

impl Command for ConcludeConference {
    const STEP: Step = Step::ConcludeConference;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { documents: self.document_id.into_iter().collect(), ..Needs::default() }
    }

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        first(case, |_| true)?;
        first(case, |conference| leads(conference, facts)).map_err(|_| not_leading())
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let conference = known(case, at)?;
        if !leads(conference, facts) {
            return Err(not_leading());
        }
        let Some(last) = conference.opinions.iter().map(|opinion| opinion.on).max() else {
            let (zh, en) = ("尚无会商意见，不能作结", "nobody gave an opinion: there is nothing to conclude");
            return Err(Refusal::new(Code::NoOpinionYet, zh, en).under("45"));
        };
        facts.between(last, self.on, "/on")?;
        if let Some(id) = self.document_id {
            facts.document(id, "/document_id")?;
        }
        let mut decision = Decision::new();
        let conclusion = ConferenceConclusion {
            on: self.on,
            by: facts.person.account_id,
            minutes: decision.keep(facts, self.minutes.into_string()),
            result: decision.keep(facts, self.result.into_string()),
            document_id: self.document_id,
        };
        Ok(decision.with(CaseEvent::ConferenceConcluded { conference: conference.n, conclusion }))
    }
}

/// Call a conference on a hard case.
#[utoipa::path(tag = "handle", request_body = OpenConference, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/case-conferences")]
pub async fn open_case_conference(call: Call) -> Answer {
    super::super::take::<OpenConference>(call).await
}

/// Give an opinion in a conference.
#[utoipa::path(tag = "handle", request_body = GiveOpinion, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/case-conferences/{n}/opinions")]
pub async fn record_conference_opinion(call: Call) -> Answer {
    super::super::take::<GiveOpinion>(call).await
}

/// Conclude a conference.
#[utoipa::path(tag = "handle", request_body = ConcludeConference, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/case-conferences/{n}/conclusion")]
pub async fn conclude_case_conference(call: Call) -> Answer {
    super::super::take::<ConcludeConference>(call).await
}
