//! Split (拆分) one paper that holds several matters, 42, 109号 (一事一申请), domain 6.6. Who: clerk. Only before the first reply.
//!
//! Each part is registered under a number of its own and is answered and counted as an application; it keeps channel, receipt date,
//! applicants, papers and contacts of the paper, and its clock, day by day. The paper itself keeps its number and leaves every table.
//! Each third party that was asked and did not agree, or for whose sake it was decided to withhold, is given to the parts it belongs to and
//! to no other: there it binds as if it had been asked there (Arts 15, 32).
//! What still waits for somebody forbids the split: a term belongs to the letter that set it and cannot be given to several cases. So do a
//! fee and a request for the reasons of an excessive application: both judge the paper as one. Asking the *applicant* to split is a
//! correction notice.

mod parties;
#[cfg(test)]
mod tests;

use crate::case::clock;
use crate::case::command::Command;
use crate::case::duties::{duties, reply_duty};
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs, NumberKind, OTHER_DRAWS, Opened};
use crate::case::flow::Step;
use crate::case::model::{
    AgentRecord, AmendmentState, ApplicantRecord, CarriedStep, Case, Contact, Origin, Paper, Part, Registration, RequestRecord, SearchTask,
    Splitting,
};
use crate::case::private::{PersonDetails, Private, RequestWords};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::{Line, Words};
use crate::ids::new_id;
use crate::steps::handle::{charge, consult, correct, excess};
use crate::steps::mail::letters;
use crate::steps::receive::application::keys_of;
use crate::steps::register::enter::{Entry, registration};
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::{Datelike, NaiveDate};
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// One matter of a paper.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct MatterInput {
    /// What is asked in it, in the applicant's words.
    #[garde(dive)]
    #[schema(example = "申请公开2025年度行政处罚罚没款总额。")]
    pub description: Words<10000>,
    /// Number of the document wanted (文号).
    #[garde(dive)]
    pub document_number: Option<Line<200>>,
    /// Other features by which it can be found.
    #[garde(dive)]
    pub features: Option<Words<2000>>,
    /// Numbers of the paper's consultations that are about it: each is taken over with its answer and decision. Every one of a third party
    /// that did not agree, or for whose sake it was decided to withhold, stands with at least one matter.
    #[serde(default)]
    #[garde(length(max = MOST_PARTIES))]
    #[schema(max_items = 100, example = json!([1]))]
    pub consultations: Vec<u32>,
}

/// A split.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct SplitCase {
    /// Why one paper is several applications.
    #[garde(dive)]
    #[schema(example = "一份申请表列有两项互不相关的申请内容，分由不同处室办理。")]
    pub reason: Words<2000>,
    /// The matters, in the order of the paper; each becomes a case.
    #[garde(length(min = 2, max = MOST), dive)]
    #[schema(min_items = 2, max_items = 20)]
    pub matters: Vec<MatterInput>,
    /// Ids for as many parts as there can be, after those of every case that came before; drawn by the service, never by a caller.
    #[serde(skip, default = "ids")]
    pub ids: Vec<Uuid>,
}

/// Most matters of a paper.
const MOST: usize = 20;
/// Most consultations of a matter.
const MOST_PARTIES: usize = 100;

fn ids() -> Vec<Uuid> {
    std::iter::repeat_with(new_id).take(MOST).collect()
}

impl Command for SplitCase {
    const STEP: Step = Step::Split;

    fn needs(&self, _at: Option<u32>, case: &Case, today: NaiveDate) -> Needs {
        Needs {
            number: Some((NumberKind::of(case.matter), today.year())),
            more_numbers: u32::try_from(self.matters.len()).unwrap_or(u32::MAX).saturating_sub(1),
            texts: carried(case).cloned().collect(),
            ..Needs::default()
        }
    }

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        if !case.replies.is_empty() {
            return Err(Refusal::new(
                Code::SplitAfterReply,
                "案件已经答复（含撤回、撤销的答复），只能在首次答复之前拆分",
                "the case was answered, be it by a reply that was withdrawn: it is split before the first reply or not at all",
            )
            .under("42"));
        }
        if !case.proceedings.is_empty() {
            return Err(Refusal::new(
                Code::ProceedingEntered,
                "案件已有行政复议或者行政诉讼，须以原件答复",
                "a reconsideration or lawsuit was entered about this case: it is answered as it stands",
            )
            .under("50(3)"));
        }
        let obstacles = obstacles(case, facts);
        if obstacles.is_empty() {
            return Ok(None);
        }
        let all = |phrase: fn(&(&'static str, &'static str)) -> &'static str, between: &str| {
            obstacles.iter().map(phrase).collect::<Vec<_>>().join(between)
        };
        Err(Refusal::new(
            Code::SplitObstructed,
            format!("拆分前须先了结：{}", all(|(zh, _)| zh, "；")),
            format!("before the split must be settled: {}", all(|(_, en)| en, "; ")),
        )
        .under("30, 32, 45"))
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let first = facts.number()?;
        parties::placed(case, &self.matters)?;
        let paper = case.registration.as_ref().ok_or_else(|| Refusal::new(Code::StageForbids, "案件尚未登记", "it is not registered"))?;
        let of = u32::try_from(self.matters.len()).unwrap_or(u32::MAX);
        let mut decision = Decision::new();
        let mut parts = Vec::with_capacity(self.matters.len());
        for ((n, matter), id) in (1..).zip(self.matters).zip(self.ids) {
            let origin = Origin {
                case: case.id,
                case_number: paper.case_number.clone(),
                n,
                of,
                steps: clock::steps(case).iter().filter_map(CarriedStep::of).collect(),
                consulted: case.split_from.as_ref().is_some_and(|origin| origin.consulted),
            };
            let (opened, case_number) = part(case, facts, (id, first + n - 1), (origin, matter))?;
            parts.push(Part { case: opened.id, case_number });
            decision.opened.push(opened);
        }
        let reason = decision.keep(facts, self.reason.into_string());
        Ok(decision.with(CaseEvent::CaseSplit { splitting: Splitting { parts, reason, on: facts.today, by: facts.person.account_id } }))
    }
}

/// The private texts of a paper that its parts take over.
fn carried(case: &Case) -> impl Iterator<Item = &Private> {
    let people = case.applicants.iter().map(|applicant| &applicant.details).chain(case.agent.iter().map(|agent| &agent.details));
    let request = [Some(&case.request.words), case.request.help.as_ref()].into_iter().flatten();
    let contacts = case.contacts.iter().flat_map(|contact| contact.with.iter().chain([&contact.words]));
    people.chain(request).chain(case.papers.iter().map(|paper| &paper.title)).chain(contacts).chain(parties::texts(case))
}

/// What still waits for somebody, or judges the paper as one application.
fn obstacles(case: &Case, facts: &Facts<'_>) -> Vec<(&'static str, &'static str)> {
    let correction = correct::standing(case).is_some_and(|known| clock::corrected_on(known).is_none());
    let pending = case.consultations.iter().filter(|known| known.voided.is_none()).any(|known| !consult::ended(case, known, facts));
    let proposed = case.amendments.iter().any(|amendment| amendment.state == AmendmentState::Proposed);
    let all = [
        (case.drafted_jointly().is_some(), ("与他案合并的答复文稿尚在办理", "it shares a draft with other cases")),
        (correction, ("补正告知尚未得到补正（或者作废）", "a correction notice is not answered")),
        (pending, ("征求意见尚未了结", "a consultation has not come to its end")),
        (letters::first_waiting(case).is_ok(), ("已作出的文书尚未寄送（或者作废）", "a notice was made and has not been sent")),
        (case.search_tasks.iter().any(SearchTask::is_open), ("协查尚未反馈或者撤回", "a search task is open")),
        (case.conferences.iter().any(|conference| conference.conclusion.is_none()), ("会商尚未形成纪要", "a conference is open")),
        (charge::standing(case).is_some(), ("已按一件申请通知收费", "a fee was asked for the application as one")),
        (excess::standing(case).is_some(), ("已按一件申请要求说明理由", "reasons were asked for the application as one")),
        (proposed, ("更正登记内容正在等待第二人确认", "an amendment waits for a second person")),
    ];
    all.into_iter().filter(|(stands, _)| *stands).map(|(_, words)| words).collect()
}

/// The texts of the paper, sealed anew for one part.
struct Copier<'a> {
    facts: &'a Facts<'a>,
    decision: Decision,
}

impl Copier<'_> {
    fn text(&self, of: &Private) -> Result<&str, Refusal> {
        self.facts.known.texts.get(of).ok_or_else(|| {
            Refusal::new(Code::PrivateTextsGone, "案件的个人信息已销毁，不能拆分", "the private texts of the case were destroyed")
        })
    }

    fn copy(&mut self, of: &Private) -> Result<Private, Refusal> {
        let text = self.text(of)?.to_owned();
        Ok(self.decision.keep(self.facts, text))
    }

    fn copy_some(&mut self, of: Option<&Private>) -> Result<Option<Private>, Refusal> {
        of.map(|of| self.copy(of)).transpose()
    }
}

/// A part as a case of its own, and its register number.
fn part(
    case: &Case,
    facts: &Facts<'_>,
    (id, number): (Uuid, u32),
    (origin, matter): (Origin, MatterInput),
) -> Result<(Opened, String), Refusal> {
    // What a part draws lies apart from what the paper and the other parts draw.
    let draws = facts.draws.apart(origin.n);
    let facts = &Facts { draws: &draws, ..*facts };
    let mut copier = Copier { facts, decision: Decision::new() };
    let about = matter.consultations.clone();
    let mut index = Vec::new();
    let mut applicants = Vec::with_capacity(case.applicants.len());
    for (n, applicant) in (OTHER_DRAWS..).zip(&case.applicants) {
        let person: PersonDetails = serde_json::from_str(copier.text(&applicant.details)?).unwrap_or_default();
        index.extend(keys_of(&person));
        applicants.push(ApplicantRecord { id: facts.draws.nth_id(n), details: copier.copy(&applicant.details)?, ..applicant.clone() });
    }
    let agent = match &case.agent {
        Some(agent) => Some(AgentRecord { details: copier.copy(&agent.details)?, ..agent.clone() }),
        None => None,
    };
    let events = [arrival(case, facts, &mut copier, (applicants, agent), (origin, matter))?, received(case)?];
    let query_code = copier.decision.keep(facts, facts.draws.nth_code(0));
    let registration = registered(case, facts, (number, query_code))?;
    let case_number = registration.case_number.clone();
    let mut events = Vec::from(events);
    events.push(CaseEvent::CaseRegistered { registration });
    for contact in &case.contacts {
        let (with, words) = (copier.copy_some(contact.with.as_ref())?, copier.copy(&contact.words)?);
        events.push(CaseEvent::ContactLogged { contact: Contact { with, words, ..contact.clone() } });
    }
    events.extend(parties::taken_over(case, &about, &mut copier)?);
    Ok((Opened { id, events, secrets: copier.decision.secrets, index }, case_number))
}

/// The part came with the paper.
fn arrival(
    case: &Case,
    facts: &Facts<'_>,
    copier: &mut Copier<'_>,
    (applicants, agent): (Vec<ApplicantRecord>, Option<AgentRecord>),
    (origin, matter): (Origin, MatterInput),
) -> Result<CaseEvent, Refusal> {
    let whole: RequestWords = serde_json::from_str(copier.text(&case.request.words)?).unwrap_or_default();
    let words = RequestWords {
        description: matter.description.into_string(),
        document_number: matter.document_number.map(Line::into_string),
        features: matter.features.map(Words::into_string),
        purpose: whole.purpose,
    };
    let words = copier.decision.keep(facts, serde_json::to_string(&words).unwrap_or_default());
    let request = RequestRecord { words, help: copier.copy_some(case.request.help.as_ref())?, ..case.request.clone() };
    let papers = case.papers.iter().map(|paper| Ok(Paper { title: copier.copy(&paper.title)?, late_reason: None, ..paper.clone() }));
    Ok(CaseEvent::ApplicationArrived {
        papers: papers.collect::<Result<_, Refusal>>()?,
        pins: case.pins,
        channel: case.channel,
        arrived_on: case.arrived_on,
        tracking_number: case.tracking_number.clone(),
        applicants,
        agent,
        request,
        // A number that another system gave the paper is the paper's.
        external_references: Vec::new(),
        calendar_sha256: Some(facts.calendar.sha256().to_owned()),
        matter: case.matter,
        split_from: Some(origin),
        // A paper that has its number there is one application; else each part is to be entered.
        platform_within: case.platform_within.filter(|_| case.on_platform().is_none()),
        // What was not taken is asked for once, for the paper.
        not_taken: Vec::new(),
    })
}

fn received(case: &Case) -> Result<CaseEvent, Refusal> {
    let receipt = case.receipt.clone();
    let receipt = receipt.ok_or_else(|| Refusal::new(Code::DateMissing, "尚无收到申请之日", "there is no receipt date yet"))?;
    Ok(CaseEvent::ReceiptEstablished { receipt })
}

/// The register entry of a part: late only where that of the paper was, due when the paper was.
fn registered(case: &Case, facts: &Facts<'_>, (number, query_code): (u32, Private)) -> Result<Registration, Refusal> {
    let entry = registration(case, facts, Entry { number, query_code })?;
    let late = case.registration.as_ref().is_some_and(|paper| paper.late);
    let owed = duties(case, facts.calendar);
    let (due_on, provisional) = reply_duty(&owed).map_or((entry.due_on, entry.provisional), |duty| (duty.due_on, duty.provisional));
    Ok(Registration { late, due_on, provisional, ..entry })
}

/// Split one paper into several cases.
///
/// Only before the first reply. Each part gets a number of its own and keeps the paper's receipt date, clock, channel, applicants, papers
/// and contacts, and the consultations that are about it; it counts as an application. A third party that did not agree, or for whose sake
/// it was decided to withhold, must be given to at least one part. The paper ends as `split` and counts no more; `splitting` names its parts.
#[utoipa::path(tag = "mend", request_body = SplitCase, responses((status = 201, description = "The case that was split.", body = CaseView)))]
#[post("/cases/{case_id}/splits")]
pub async fn split_case(call: Call) -> Answer {
    super::super::take::<SplitCase>(call).await
}
