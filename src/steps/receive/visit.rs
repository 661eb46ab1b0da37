//! A visit at the counter (当场答复), 33(1): receive, register and draft in one breath. Who: clerk.
//!
//! What can be answered at once is answered at once. The visit leaves a registered case with an open draft; the approver signs it there and
//! then (`/replies`) and the clerk hands it over against a signature (`/dispatches`). Nobody signs their own draft, and a denial needs a third
//! person before the signature, here as everywhere: the law of drafts and replies is the same, only the steps before it are one.

use super::application::{AgentInput, ApplicantInput, PaperInput, ReceiveApplication, RequestInput, keys_of};
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs, NumberKind};
use crate::case::flow::Step;
use crate::case::fold::{Place, apply};
use crate::case::journal;
use crate::case::model::Case;
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::{Call, Versions};
use crate::ids::new_id;
use crate::rules::matter::Matter;
use crate::rules::receipt::Channel;
use crate::steps::register::enter::{Entry, registration};
use crate::steps::reply::draft::DraftReply;
use crate::steps::reply::item::ItemInput;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use garde::Validate;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// An application at the counter that is answered at once.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct CounterVisit {
    /// What it is about.
    #[serde(default)]
    pub matter: Matter,
    /// Who asks; the first-named gives the column of the annual report.
    #[garde(length(min = 1, max = 20), dive)]
    pub applicants: Vec<ApplicantInput>,
    /// Who acts for them.
    #[garde(dive)]
    pub agent: Option<AgentInput>,
    /// What is asked.
    #[garde(dive)]
    pub request: RequestInput,
    /// Scans handed in with it.
    #[serde(default)]
    #[garde(length(max = 50), dive)]
    pub papers: Vec<PaperInput>,
    /// What is answered, matter by matter; exactly one is the main one.
    #[garde(length(min = 1, max = 20), dive)]
    #[schema(min_items = 1, max_items = 20)]
    pub items: Vec<ItemInput>,
}

/// The case so far, for the next step of the visit.
fn folded(mut case: Option<Case>, events: &[CaseEvent], id: Uuid) -> Result<Case, Refusal> {
    let impossible = || Refusal::new(Code::StageForbids, "无法当场办理", "it cannot be taken in one visit");
    for event in events {
        let seq = case.as_ref().map_or(0, |case| case.version) + 1;
        let place = Place { agency_id: id, stream_id: id, seq, recorded_at: DateTime::<Utc>::UNIX_EPOCH };
        case = Some(apply(case, place, event).map_err(|_| impossible())?);
    }
    case.ok_or_else(impossible)
}

impl CounterVisit {
    fn parts(self, today: NaiveDate) -> (ReceiveApplication, DraftReply) {
        let Self { matter, applicants, agent, request, papers, items } = self;
        let received = ReceiveApplication {
            matter,
            channel: Channel::Counter,
            arrived_on: today,
            signed_on: None,
            acknowledged_on: None,
            tracking_number: None,
            applicants,
            agent,
            request,
            papers,
            external_references: Vec::new(),
            not_taken: Vec::new(),
        };
        (received, DraftReply { items, joint: None })
    }

    /// What must be looked up.
    pub fn needs(&self, today: NaiveDate) -> Needs {
        let (received, draft) = self.clone().parts(today);
        let (mut needs, drafted) = (received.needs(), draft.named());
        needs.documents.extend(drafted.documents);
        let people = received.applicants.into_iter().flat_map(|applicant| keys_of(&applicant.into_details())).collect();
        Needs { cases: drafted.cases, people, libraries: true, number: Some((NumberKind::of(self.matter), today.year())), ..needs }
    }

    /// What happens: received, registered, drafted. Each step decides from what the one before left.
    pub fn decide(self, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let (received, draft) = self.parts(facts.today);
        let mut decision = received.decide(facts)?;
        let id = facts.draws.nth_id(u32::MAX);
        let case = folded(None, &decision.events, id)?;
        let query_code = decision.keep(facts, facts.draws.nth_code(0));
        let entry = CaseEvent::CaseRegistered { registration: registration(&case, facts, Entry { number: facts.number()?, query_code })? };
        let case = folded(Some(case), std::slice::from_ref(&entry), id)?;
        decision.events.push(entry);
        let draws = facts.draws.apart(1);
        let facts = Facts { draws: &draws, ..*facts };
        DraftReply::ready(&case, &facts)?;
        let drafted = draft.decide(None, &case, &facts)?;
        decision.events.extend(drafted.events);
        decision.secrets.extend(drafted.secrets);
        Ok(decision)
    }
}

/// Receive, register and draft in one visit at the counter.
///
/// For what can be answered at once: the case is registered today with an open draft. An approver who is not the drafter signs it, and it is
/// handed over against a signature; a denial needs the approval of a third person before.
#[utoipa::path(tag = "receive", request_body = CounterVisit, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/counter-visits")]
pub async fn receive_visit(call: Call) -> Answer {
    let scope = call.permit("receive_visit")?;
    let ask = call.ask(new_id(), None, Versions::None)?;
    let visit: CounterVisit = call.json()?;
    let (office, caller) = (Arc::clone(&call.app.office), call.caller.clone());
    call.app
        .db
        .run(scope, move |conn| {
            let needs = visit.needs(office.clock.today());
            let taken = journal::open(conn, &office, &ask, &needs, |facts| visit.clone().decide(facts))?;
            crate::steps::show_after(conn, (&office, &caller), Step::Receive, taken)
        })
        .await
        .and_then(crate::steps::Shown::answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::stage::Stage;
    use crate::case::testing::{APPROVER, APPROVER_TWO, Bench, CLERK, REVIEWER, day};
    use crate::rules::permissions::Role;
    use crate::steps::mail::dispatch::DispatchLetter;
    use crate::steps::reply::issue::IssueReply;
    use crate::steps::reply::review::ReviewDraft;
    use serde_json::{Value, json};

    fn public() -> Value {
        json!({"kind": "a1", "main": true, "subject": "办事指南", "reasons": "已主动公开。", "articles": ["36(1)"],
               "how_to_obtain": "官网“政务公开”栏目。"})
    }

    fn withheld() -> Value {
        json!({"kind": "d5", "main": true, "subject": "考勤记录", "reasons": "属于内部事务。", "articles": ["16(1)"],
               "withheld_under": ["internal_affairs"], "internal_affair": "personnel", "discretion_note": "公开无助于监督。"})
    }

    fn visit(item: &Value) -> Value {
        json!({
            "applicants": [{"kind": "natural_person", "name": "甲某"}],
            "request": {"description": "申请公开办事指南。", "wanted_form": "paper", "delivery_channel": "pick_up", "spoken": true},
            "items": [item]
        })
    }

    fn visited(item: &Value) -> Bench {
        let mut bench = Bench::on("2026-11-02");
        bench.open(visit(item), CounterVisit::decide).unwrap();
        bench
    }

    #[test]
    fn article_33_1_received_registered_answered_and_handed_over_in_one_visit_by_two_people() {
        let mut bench = visited(&public());
        let case = bench.case();
        assert_eq!((case.stage, case.received_on()), (Stage::Registered, Some(day("2026-11-02"))));
        assert!(case.registration.is_some() && case.open_draft().is_some());
        assert_eq!(bench.take::<IssueReply>(CLERK, None, json!({})).unwrap_err().code, Code::SamePerson, "nobody signs their own draft");
        bench.take::<IssueReply>(APPROVER, None, json!({})).unwrap();
        let signed = json!({"letter": {"kind": "reply", "n": 1}, "on": "2026-11-02",
                            "method": {"method": "hand_over", "delivered_on": "2026-11-02", "signed_by": "甲某"}});
        let case = bench.take::<DispatchLetter>(CLERK, None, signed).unwrap();
        assert_eq!((case.stage, case.dispatches[0].served_on()), (Stage::Mailed, Some(day("2026-11-02"))));
    }

    #[test]
    fn a_clerk_who_may_sign_still_does_not_sign_alone() {
        let mut bench = visited(&public());
        bench.known.accounts.get_mut(&CLERK).unwrap().roles.insert(Role::Approver);
        assert_eq!(bench.take::<IssueReply>(CLERK, None, json!({})).unwrap_err().code, Code::SamePerson);
    }

    #[test]
    fn a_denial_at_the_counter_needs_three_people() {
        let mut bench = visited(&withheld());
        assert_eq!(bench.take::<IssueReply>(APPROVER, None, json!({})).unwrap_err().code, Code::SecondApprovalMissing);
        bench.take::<ReviewDraft>(REVIEWER, None, json!({"kind": "legal", "verdict": "approved"})).unwrap();
        bench.take::<IssueReply>(APPROVER_TWO, None, json!({})).unwrap();
    }

    #[test]
    fn no_two_texts_of_a_visit_are_one() {
        let bench = visited(&public());
        let mut ids: Vec<Uuid> = bench.secrets.iter().map(|secret| secret.reference.id).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }

    #[test]
    fn what_the_law_misses_in_the_answer_is_refused_and_nothing_is_received() {
        let mut bench = Bench::on("2026-11-02");
        let unsearched = json!({"kind": "n1a", "main": true, "subject": "甲文件", "reasons": "没有。", "articles": ["36(4)"]});
        let refusal = bench.open(visit(&unsearched), CounterVisit::decide).unwrap_err();
        assert_eq!(refusal.code, Code::ReplyIncomplete);
        assert!(bench.case.is_none());
    }
}
