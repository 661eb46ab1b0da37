//! What a message causes: the steps a clerk would take by hand, taken by the neighbour's account, with the same rules and refusals.
//!
//! The day on which a message came is the day on which the agency received what it tells. What the agency must weigh or prove itself, a
//! notice about the course or the body's view of a performance, is for a clerk.

use super::super::envelope::{About, Challenged, DecisionData, Message, MessageData, NoticeToAnswer, OpinionData, Ordered, Termination};
use super::super::peers::Peer;
use super::matching::Target;
use super::{MessageState, Wait, person, request_of};
use crate::case::command::Command;
use crate::case::journal::{self, Ask, IfMatch, JournalError, Mode, Taken};
use crate::case::model::{Case, Reply, ReplyState};
use crate::case::office::Office;
use crate::case::refusal::Refusal;
use crate::http::text::Line;
use crate::rules::outcomes::ReconsiderationOutcome;
use crate::steps::remedy::decide::RecordDecision;
use crate::steps::remedy::open::OpenReconsideration;
use crate::steps::remedy::opinion::ReceiveOpinion;
use chrono::NaiveDate;
use diesel::prelude::*;
use garde::Validate;
use serde_json::{Value, json};

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Where it stands.
    pub state: MessageState,
    /// Why it waits or was refused.
    pub code: Option<String>,
    /// Where it belongs, once that is known.
    pub target: Option<Target>,
}

impl Verdict {
    /// It waits.
    pub fn waits(why: Wait, target: Option<Target>) -> Self {
        Self { state: MessageState::Waiting, code: Some(why.code().to_owned()), target }
    }

    /// It stands in its case.
    pub const fn applied(target: Target) -> Self {
        Self { state: MessageState::Applied, code: None, target: Some(target) }
    }

    fn refused(refusal: &Refusal, target: Target) -> Self {
        Self { state: MessageState::Refused, code: Some(refusal.code.as_str().to_owned()), target: Some(target) }
    }
}

/// A message in front of the case it belongs to.
pub struct Applying<'a> {
    /// Who sent it.
    pub peer: &'a Peer,
    /// What it is.
    pub message: &'a Message,
    /// What it says.
    pub data: &'a MessageData,
    /// The legal day on which it came.
    pub came_on: NaiveDate,
    /// Where it belongs.
    pub target: Target,
}

/// Takes the step that the message calls for.
pub fn apply(conn: &mut PgConnection, office: &Office, applying: &Applying<'_>) -> Result<Verdict, JournalError> {
    let Applying { data, target, .. } = applying;
    let proceeding = target.proceeding;
    let Some(loaded) = journal::load(conn, applying.peer.agency_id, target.case)? else {
        return Ok(Verdict::waits(Wait::NoCase, None));
    };
    if loaded.case.disposal.is_some() {
        return Ok(Verdict::waits(Wait::CaseDisposed, None));
    }
    let came_on = entered_on(applying, &loaded.case);
    let result = match data {
        MessageData::NoticeToAnswer(notice) => {
            let Some(body) = opened(applying, notice, &loaded.case) else {
                return Ok(Verdict::waits(Wait::UnknownReply, Some(*target)));
            };
            take::<OpenReconsideration>(conn, office, (applying, None), body)
        }
        _ if proceeding.is_none() => return Ok(Verdict::waits(Wait::NoProceeding, None)),
        MessageData::Decision(decision) => take::<RecordDecision>(conn, office, (applying, proceeding), decided(decision, came_on)),
        MessageData::Termination(termination) => {
            take::<RecordDecision>(conn, office, (applying, proceeding), terminated(termination, came_on))
        }
        MessageData::Opinion(opinion) => take::<ReceiveOpinion>(conn, office, (applying, proceeding), received(opinion, came_on)),
        MessageData::Course(_) | MessageData::Extension(_) | MessageData::Performance(_) => {
            return Ok(Verdict::waits(Wait::StepByHand, Some(*target)));
        }
    };
    match result {
        Ok(case) => {
            let last = case.proceedings.last().map(|proceeding| proceeding.n);
            Ok(Verdict::applied(Target { proceeding: proceeding.or(last), ..*target }))
        }
        Err(JournalError::Refused(refusal)) => Ok(Verdict::refused(&refusal, *target)),
        Err(error) => Err(error),
    }
}

/// The step as if its words had come over the counter: read, validated, taken or refused. A refused one leaves nothing behind.
fn take<C>(
    conn: &mut PgConnection,
    office: &Office,
    (applying, at): (&Applying<'_>, Option<u32>),
    body: Value,
) -> Result<Case, JournalError>
where
    C: Command + Clone + Validate<Context = ()>,
{
    let command: C = serde_json::from_value(body).map_err(|error| unfit(&error))?;
    command.validate().map_err(|error| unfit(&error))?;
    let ask = Ask {
        person: person(applying.peer),
        agency: applying.peer.agency_id,
        case: applying.target.case,
        at,
        if_match: IfMatch::Any,
        key: None,
        mode: Mode::Take,
        request_id: request_of(applying.message.id),
    };
    match conn.transaction(|conn| journal::take(conn, office, &ask, command))? {
        Taken::Written(case) | Taken::Valid(case) => Ok(*case),
        Taken::Repeated(_) => Err(JournalError::Unknown),
    }
}

/// The contract takes nothing that a step does not take; if it ever did, the message waits for a clerk like any refused one.
fn unfit(error: &dyn std::fmt::Display) -> JournalError {
    tracing::warn!(reason = %error, "a message fits its contract and not its step");
    Refusal::fields(Vec::new()).into()
}

fn text(line: Option<&Line<100>>) -> Option<&str> {
    line.map(Line::as_str)
}

/// The day from which the agency is held to know what the message says: not before it knew of the proceeding itself, nor before the answer
/// it gave meanwhile, where the message overtook its notice.
fn entered_on(applying: &Applying<'_>, case: &Case) -> NaiveDate {
    let proceeding = applying.target.proceeding.and_then(|n| case.proceeding(n));
    let answered_on = proceeding.and_then(|proceeding| proceeding.answer.as_ref()).map(|answer| answer.on);
    let known_on = proceeding.map(|proceeding| proceeding.received_on);
    applying.came_on.max(known_on.max(answered_on).unwrap_or(NaiveDate::MIN))
}

fn opened(applying: &Applying<'_>, notice: &NoticeToAnswer, case: &Case) -> Option<Value> {
    let against = match notice.against {
        Challenged::Reply => json!({"kind": "reply", "n": challenged(&applying.message.about, case)?}),
        Challenged::Silence => json!({"kind": "silence"}),
        Challenged::OtherConduct => json!({"kind": "other_conduct"}),
    };
    Some(json!({
        "body": applying.peer.name, "case_number": applying.message.about.case_number.as_str(), "procedure": notice.procedure,
        "against": against, "accepted_on": notice.accepted_on, "received_on": applying.came_on
    }))
}

/// The reply with the number named; of several rounds the last that bears it, and without a number the last that was not recalled. A clerk
/// who matches a notice whose number no reply bears means the only reply there is; of several none is guessed.
fn challenged(about: &About, case: &Case) -> Option<u32> {
    let number = about.reply_number.as_ref().map(Line::as_str);
    let named = |reply: &&&Reply| number.is_none_or(|number| reply.document_number == number);
    let given: Vec<&Reply> = case.replies.iter().filter(|reply| reply.state != ReplyState::Recalled).collect();
    let reply = given.iter().rfind(named).or(if let [only] = given.as_slice() { Some(only) } else { None })?;
    Some(reply.n)
}

fn decided(decision: &DecisionData, came_on: NaiveDate) -> Value {
    let order = |order: &Ordered| json!({"what": order.what.as_str(), "kind": order.kind, "due_on": order.due_on});
    json!({
        "outcome": {"by": "reconsideration", "outcome": decision.outcome}, "decided_on": decision.decided_on, "received_on": came_on,
        "applicant_received_on": decision.applicant_received_on, "document_number": text(decision.document_number.as_ref()),
        "cause": decision.cause, "order": decision.order.as_ref().map(order)
    })
}

fn terminated(termination: &Termination, came_on: NaiveDate) -> Value {
    json!({
        "outcome": {"by": "reconsideration", "outcome": ReconsiderationOutcome::Terminated}, "decided_on": termination.decided_on,
        "received_on": came_on, "document_number": text(termination.document_number.as_ref())
    })
}

fn received(opinion: &OpinionData, came_on: NaiveDate) -> Value {
    json!({"received_on": came_on, "document_number": text(opinion.document_number.as_ref())})
}
