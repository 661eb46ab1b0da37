//! What a message causes: the steps a clerk would take by hand, taken by the neighbour's account, with the same rules and refusals.
//!
//! The day on which a message came is the day on which the agency received what it tells. A rest that ends before it began, or begins before
//! the last one ended, waits for the message between; so does a longer term that only a rest can have left room for, or that the summary procedure
//! does not know. What calls for no step here, a correction asked of the applicant, or what the agency
//! must prove itself, the body's view of a performance, is for a clerk.

use super::super::envelope::{
    About, Challenged, CourseNotice, DecisionData, Message, MessageData, MessageType, NoticeToAnswer, OpinionData, Ordered, Termination,
};
use super::super::peers::Peer;
use super::matching::{Further, Target};
use super::queue::DismissalReason;
use super::{MessageState, Wait, person, request_of};
use crate::case::command::Command;
use crate::case::journal::{self, Ask, IfMatch, JournalError, Mode, Taken};
use crate::case::model::{Case, CorrectionCause, Outcome, Reply, ReplyState};
use crate::case::office::Office;
use crate::case::refusal::{Code, FieldRefusal, Refusal};
use crate::http::text::{Line, Words};
use crate::ids::new_id;
use crate::rules::outcomes::{ProcedureKind, ReconsiderationOutcome};
use crate::steps::remedy::course::NoteProceeding;
use crate::steps::remedy::decide::RecordDecision;
use crate::steps::remedy::open::OpenReconsideration;
use crate::steps::remedy::opinion::ReceiveOpinion;
use crate::steps::remedy::together::{OpenProceeding, open_together};
use chrono::NaiveDate;
use diesel::prelude::*;
use garde::Validate;
use serde_json::{Value, json};
use uuid::Uuid;

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Where it stands.
    pub state: MessageState,
    /// Why it waits or was refused.
    pub code: Option<String>,
    /// Where it belongs, once that is known.
    pub target: Option<Target>,
    /// The refusal in words, for whoever just tried it: it is not kept.
    pub refusal: Option<Box<Refusal>>,
}

impl Verdict {
    /// It waits.
    pub fn waits(why: Wait, target: Option<Target>) -> Self {
        Self { state: MessageState::Waiting, code: Some(why.code().to_owned()), target, refusal: None }
    }

    /// It stands in its case.
    pub const fn applied(target: Target) -> Self {
        Self { state: MessageState::Applied, code: None, target: Some(target), refusal: None }
    }

    /// A rule refuses it.
    pub fn refused(refusal: &Refusal, target: Target) -> Self {
        Self { target: Some(target), ..Self::refused_unplaced(refusal) }
    }

    /// A rule refuses it before it has a case.
    pub fn refused_unplaced(refusal: &Refusal) -> Self {
        let (code, refusal) = (Some(refusal.code.as_str().to_owned()), Some(Box::new(refusal.clone())));
        Self { state: MessageState::Refused, code, target: None, refusal }
    }

    /// A clerk entered what it says.
    pub const fn by_hand(target: Target) -> Self {
        Self { state: MessageState::ByHand, code: None, target: Some(target), refusal: None }
    }

    /// Nothing is to be entered of it.
    pub fn dismissed(why: DismissalReason, target: Option<Target>) -> Self {
        Self { state: MessageState::Dismissed, code: Some(why.code().to_owned()), target, refusal: None }
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
    /// The other cases that a notice covers.
    pub further: Vec<Further<'a>>,
    /// Why the agency was corrected, as a clerk says.
    pub cause: Option<CorrectionCause>,
}

/// Takes the step that the message calls for.
pub fn apply(conn: &mut PgConnection, office: &Office, applying: &Applying<'_>) -> Result<Verdict, JournalError> {
    let Applying { data, target, .. } = applying;
    let proceeding = target.proceeding;
    let hand = (applying.peer, applying.message.id, *target);
    let Some(loaded) = journal::load(conn, applying.peer.agency_id, target.case)? else {
        return Ok(Verdict::waits(Wait::NoCase, None));
    };
    if loaded.case.disposal.is_some() {
        return Ok(Verdict::waits(Wait::CaseDisposed, None));
    }
    if is_day_ahead(dated(data), applying.came_on, office.clock.today()) {
        return Ok(Verdict::waits(Wait::DayAhead, Some(*target)));
    }
    let came_on = entered_on(applying, &loaded.case);
    let procedure = proceeding.and_then(|n| loaded.case.proceeding(n)).map(|known| known.procedure);
    let result = match data {
        MessageData::NoticeToAnswer(notice) if !applying.further.is_empty() => {
            let Some(body) = opened_over_several(conn, applying, (notice, &loaded.case))? else {
                return Ok(Verdict::waits(Wait::UnknownReply, Some(*target)));
            };
            open_over_several(conn, office, applying, body)
        }
        MessageData::NoticeToAnswer(notice) => {
            let Some(body) = opened(applying, notice, &loaded.case) else {
                return Ok(Verdict::waits(Wait::UnknownReply, Some(*target)));
            };
            let hand = (hand.0, hand.1, Target { proceeding: None, ..*target });
            take::<OpenReconsideration>(conn, office, hand, body)
        }
        _ if proceeding.is_none() => return Ok(Verdict::waits(Wait::NoProceeding, Some(*target))),
        MessageData::Decision(decision) if decision.cause.or(applying.cause).is_none() && corrects(decision) => {
            return Ok(Verdict::waits(Wait::CauseByHand, Some(*target)));
        }
        MessageData::Decision(decision) => take::<RecordDecision>(conn, office, hand, decided(decision, (came_on, applying.cause))),
        MessageData::Termination(termination) => take::<RecordDecision>(conn, office, hand, terminated(termination, came_on)),
        MessageData::Opinion(opinion) => take::<ReceiveOpinion>(conn, office, hand, received(opinion, came_on)),
        MessageData::Course(course) => match applying.message.r#type {
            MessageType::Suspension => take::<NoteProceeding>(conn, office, hand, noted("suspended", course)),
            MessageType::Resumption => take::<NoteProceeding>(conn, office, hand, noted("resumed", course)),
            MessageType::ProcedureChange => take::<NoteProceeding>(conn, office, hand, noted("turned_ordinary", course)),
            _ => return Ok(Verdict::waits(Wait::StepByHand, Some(*target))),
        },
        MessageData::Extension(extension) => {
            let body = json!({"notice": {"what": "term_extended", "days": extension.days}, "on": extension.on,
                              "document_number": text(extension.document_number.as_ref())});
            take::<NoteProceeding>(conn, office, hand, body)
        }
        MessageData::Performance(_) => return Ok(Verdict::waits(Wait::StepByHand, Some(*target))),
    };
    match result {
        Ok(case) => {
            let last = case.proceedings.last().map(|proceeding| proceeding.n);
            Ok(Verdict::applied(Target { proceeding: proceeding.or(last), ..*target }))
        }
        Err(JournalError::Refused(refusal)) => Ok(match awaited(applying.message.r#type, &refusal, procedure) {
            Some(why) => Verdict::waits(why, Some(*target)),
            None => Verdict::refused(&refusal, *target),
        }),
        Err(error) => Err(error),
    }
}

/// Which other message must come first, where the order is all that is wrong.
fn awaited(sort: MessageType, refusal: &Refusal, procedure: Option<ProcedureKind>) -> Option<Wait> {
    match (sort, refusal.code) {
        (MessageType::Resumption, Code::NotSuspended | Code::DateBeforePrevious) => Some(Wait::NotSuspended),
        (MessageType::Suspension, Code::AlreadySuspended) => Some(Wait::StillSuspended),
        // Only the ordinary procedure knows a longer term (复议法 62): that it turned to it was told before, and may come later.
        (MessageType::Extension, Code::TermNotExtendable) if procedure == Some(ProcedureKind::Summary) => Some(Wait::StillSummary),
        // A rest that is not entered yet puts the end of the term off.
        (MessageType::Extension, Code::TermNotExtendable) if refusal.errors.iter().any(|error| error.pointer == "/on") => {
            Some(Wait::TermOver)
        }
        _ => None,
    }
}

/// The last day that a message names as one that was there when it was written.
fn dated(data: &MessageData) -> Option<NaiveDate> {
    match data {
        MessageData::NoticeToAnswer(notice) => notice.accepted_on,
        MessageData::Course(course) => Some(course.on),
        MessageData::Extension(extension) => Some(extension.on),
        MessageData::Termination(termination) => Some(termination.decided_on),
        MessageData::Decision(decision) => Some(decision.decided_on).max(decision.applicant_received_on),
        MessageData::Opinion(_) | MessageData::Performance(_) => None,
    }
}

/// Whether a message bears a day that has not come yet and is the one after it came: the sender's clock runs ahead, and the day is awaited.
pub(in crate::exchange) fn is_day_ahead(dated: Option<NaiveDate>, came_on: NaiveDate, today: NaiveDate) -> bool {
    dated.is_some_and(|on| on > today && by_clock(on, came_on))
}

/// Whether a day lies no further ahead of the arrival than a clock may.
fn by_clock(on: NaiveDate, came_on: NaiveDate) -> bool {
    came_on.succ_opt().is_some_and(|next| on <= next)
}

fn corrects(decision: &DecisionData) -> bool {
    Outcome::Reconsideration(decision.outcome).corrects()
}

/// One proceeding over the case and the further ones; none where a reply that one of them is about cannot be told.
fn opened_over_several(
    conn: &mut PgConnection,
    applying: &Applying<'_>,
    (notice, case): (&NoticeToAnswer, &Case),
) -> Result<Option<Value>, JournalError> {
    let about = &applying.message.about;
    let Some(first) = against(notice.against, about.reply_number.as_ref(), case) else { return Ok(None) };
    let mut cases = vec![json!({"case_id": case.id, "against": first})];
    for further in &applying.further {
        let loaded = journal::load(conn, applying.peer.agency_id, further.case)?.ok_or(JournalError::Unknown)?;
        let what = further.about.and_then(|named| named.against).unwrap_or(notice.against);
        let number = further.about.map_or(about.reply_number.as_ref(), |named| named.reply_number.as_ref());
        let Some(what) = against(what, number, &loaded.case) else { return Ok(None) };
        cases.push(json!({"case_id": further.case, "against": what}));
    }
    Ok(Some(json!({"cases": cases, "proceeding": {
        "kind": "reconsideration", "body": applying.peer.name, "case_number": about.case_number.as_str(),
        "procedure": notice.procedure, "accepted_on": notice.accepted_on, "received_on": notified_on(applying, notice),
        "notice_number": text(notice.document_number.as_ref())
    }})))
}

/// Opens it in all of its cases or in none; gives the first as it is then.
fn open_over_several(conn: &mut PgConnection, office: &Office, applying: &Applying<'_>, body: Value) -> Result<Case, JournalError> {
    let agency = applying.peer.agency_id;
    let body: OpenProceeding = serde_json::from_value(body).map_err(|error| unfit(&error))?;
    body.validate().map_err(|error| unfit(&error))?;
    let ask = Ask {
        person: person(applying.peer),
        agency,
        case: new_id(),
        at: None,
        if_match: IfMatch::Any,
        key: None,
        mode: Mode::Take,
        request_id: request_of(applying.message.id),
    };
    conn.transaction(|conn| open_together(conn, office, &ask, body))?;
    Ok(journal::load(conn, agency, applying.target.case)?.ok_or(JournalError::Unknown)?.case)
}

/// The step as if its words had come over the counter: read, validated, taken or refused. A refused one leaves nothing behind.
pub(in crate::exchange) fn take<C>(
    conn: &mut PgConnection,
    office: &Office,
    (peer, message, target): (&Peer, Uuid, Target),
    body: Value,
) -> Result<Case, JournalError>
where
    C: Command + Clone + Validate<Context = ()>,
{
    let command: C = serde_json::from_value(body).map_err(|error| unfit(&error))?;
    enter(conn, office, (peer, message, target), command)
}

/// The same of a step whose words are read already.
pub(in crate::exchange) fn enter<C>(
    conn: &mut PgConnection,
    office: &Office,
    (peer, message, target): (&Peer, Uuid, Target),
    command: C,
) -> Result<Case, JournalError>
where
    C: Command + Clone + Validate<Context = ()>,
{
    command.validate().map_err(|error| unfit(&error))?;
    let ask = Ask {
        person: person(peer),
        agency: peer.agency_id,
        case: target.case,
        at: target.proceeding,
        if_match: IfMatch::Any,
        key: None,
        mode: Mode::Take,
        request_id: request_of(message),
    };
    match conn.transaction(|conn| journal::take(conn, office, &ask, command))? {
        Taken::Written(case) | Taken::Valid(case) => Ok(*case),
        Taken::Repeated(_) => Err(JournalError::Unknown),
    }
}

/// The contract takes nothing that a step does not take; if it ever did, the message waits for a clerk like any refused one.
pub(in crate::exchange) fn unfit(error: &dyn std::fmt::Display) -> JournalError {
    tracing::warn!(reason = %error, "a message fits its contract and not its step");
    let detail = error.to_string();
    let what = FieldRefusal { pointer: "/data".into(), code: "contract_unfit".into(), detail_zh: detail.clone(), detail_en: detail };
    Refusal::fields(vec![what]).into()
}

fn text(line: Option<&Line<100>>) -> Option<&str> {
    line.map(Line::as_str)
}

/// The day on which a notice reached the agency: the day it came, and not before the acceptance that it names by a clock ahead of ours.
fn notified_on(applying: &Applying<'_>, notice: &NoticeToAnswer) -> NaiveDate {
    let accepted_on = notice.accepted_on.filter(|on| by_clock(*on, applying.came_on));
    accepted_on.map_or(applying.came_on, |on| on.max(applying.came_on))
}

/// The day from which the agency is held to know what the message says: the day it came, and not before it knew of the proceeding itself, where
/// the message overtook its notice. A decision is not held against the answer that was given meanwhile; an opinion is owed its report from the
/// day it came, whatever was answered since (复议法 76).
fn entered_on(applying: &Applying<'_>, case: &Case) -> NaiveDate {
    let Some(proceeding) = applying.target.proceeding.and_then(|n| case.proceeding(n)) else { return applying.came_on };
    let decides = matches!(applying.data, MessageData::Decision(_) | MessageData::Termination(_));
    let answered_on = proceeding.answer.as_ref().filter(|_| decides).map(|answer| answer.on);
    let decided_on = match applying.data {
        MessageData::Decision(decision) => Some(decision.decided_on),
        MessageData::Termination(termination) => Some(termination.decided_on),
        _ => None,
    };
    let decided_on = decided_on.filter(|on| by_clock(*on, applying.came_on));
    [answered_on, decided_on].into_iter().flatten().fold(applying.came_on.max(proceeding.received_on), NaiveDate::max)
}

fn opened(applying: &Applying<'_>, notice: &NoticeToAnswer, case: &Case) -> Option<Value> {
    let About { case_number, reply_number, .. } = &applying.message.about;
    Some(json!({
        "body": applying.peer.name, "case_number": case_number.as_str(), "procedure": notice.procedure,
        "against": against(notice.against, reply_number.as_ref(), case)?, "accepted_on": notice.accepted_on,
        "received_on": notified_on(applying, notice), "notice_number": text(notice.document_number.as_ref())
    }))
}

/// What is challenged in a case; none where it is a reply and no reply can be told.
fn against(what: Challenged, reply_number: Option<&Line<100>>, case: &Case) -> Option<Value> {
    Some(match what {
        Challenged::Reply => json!({"kind": "reply", "n": challenged(reply_number, case)?}),
        Challenged::Silence => json!({"kind": "silence"}),
        Challenged::OtherConduct => json!({"kind": "other_conduct"}),
    })
}

/// The reply with the number named; of several rounds the last that bears it, and without a number the last that was not recalled. A clerk
/// who matches a notice whose number no reply bears means the only reply there is; of several none is guessed.
fn challenged(reply_number: Option<&Line<100>>, case: &Case) -> Option<u32> {
    let number = reply_number.map(Line::as_str);
    let named = |reply: &&&Reply| number.is_none_or(|number| reply.document_number == number);
    let given: Vec<&Reply> = case.replies.iter().filter(|reply| reply.state != ReplyState::Recalled).collect();
    let reply = given.iter().rfind(named).or(if let [only] = given.as_slice() { Some(only) } else { None })?;
    Some(reply.n)
}

/// The body's words stand in the case: what was decided must be read there, long after the message went (domain 5.4).
fn words(words: Option<&Words<20000>>) -> Option<&str> {
    words.map(Words::as_str)
}

fn noted(what: &str, course: &CourseNotice) -> Value {
    json!({
        "notice": {"what": what}, "on": course.on, "document_number": text(course.document_number.as_ref()),
        "text": words(course.text.as_ref())
    })
}

fn decided(decision: &DecisionData, (came_on, cause): (NaiveDate, Option<CorrectionCause>)) -> Value {
    let order = |order: &Ordered| json!({"what": order.what.as_str(), "kind": order.kind, "due_on": order.due_on, "within": order.within});
    json!({
        "outcome": {"by": "reconsideration", "outcome": decision.outcome}, "decided_on": decision.decided_on, "received_on": came_on,
        "applicant_received_on": decision.applicant_received_on, "document_number": text(decision.document_number.as_ref()),
        "cause": decision.cause.or(cause), "order": decision.order.as_ref().map(order), "text": words(decision.text.as_ref())
    })
}

fn terminated(termination: &Termination, came_on: NaiveDate) -> Value {
    json!({
        "outcome": {"by": "reconsideration", "outcome": ReconsiderationOutcome::Terminated}, "decided_on": termination.decided_on,
        "received_on": came_on, "document_number": text(termination.document_number.as_ref()), "text": words(termination.text.as_ref())
    })
}

fn received(opinion: &OpinionData, came_on: NaiveDate) -> Value {
    json!({"received_on": came_on, "document_number": text(opinion.document_number.as_ref()), "text": words(opinion.text.as_ref())})
}
