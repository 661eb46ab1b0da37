//! The clerk's side of the inbox: what came, what waits for a person, and what they decide about it. Who: clerk or legal reviewer.
//!
//! A message is matched to a case and tried there, entered by hand and marked so, or dismissed with a reason its sender is told. What it says
//! stays readable until its dossier is disposed of.

use super::super::envelope::{ExchangeContract, MessageFate, MessageType};
use super::super::peers::{self, Peer};
use super::apply::Verdict;
use super::matching::Target;
use super::settle::{ByClerk, Clerk, refusal, settle, weigh};
use super::{MessageState, Row, find, hold};
use crate::case::journal::agency::{self, Change, Outcome};
use crate::case::journal::{self, JournalError, Mode, Repeated};
use crate::case::model::{Case, CorrectionCause, ProceedingKind};
use crate::case::office::Office;
use crate::case::refusal::{Code, Refusal};
use crate::db::schema::{exchange_inbox as inbox, exchange_peers};
use crate::http::answer::{self, Answer};
use crate::http::body;
use crate::http::call::{Call, Versions};
use crate::http::paging::{self, Page};
use crate::http::problem::{Language, Problem};
use crate::people::Nothing;
use crate::people::writing::pen;
use crate::rules::coded::coded;
use actix_web::http::StatusCode;
use actix_web::{get, post};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use garde::Validate;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A message that came in.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ExchangeMessage)]
pub struct MessageView {
    /// Its id.
    pub id: Uuid,
    /// From whom.
    pub peer_id: Uuid,
    /// What they are called.
    pub peer: String,
    /// What it tells (code list `exchange-message-types` or `platform-message-types`).
    #[schema(example = "notice_to_answer")]
    pub r#type: String,
    /// The body's own case number (行政复议案号), or the number on the platform.
    #[schema(example = "示复〔2026〕1号")]
    pub number: String,
    /// Where it stands.
    pub state: MessageState,
    /// What its sender was told.
    pub receipt: MessageFate,
    /// Why it waits (code list `exchange-waits`), was refused (`problem-codes`) or dismissed (`exchange-dismissals`).
    #[schema(required = true, example = "no_case")]
    pub code: Option<String>,
    /// The case it belongs to.
    #[schema(required = true)]
    pub case_id: Option<Uuid>,
    /// The proceeding in the case.
    #[schema(required = true)]
    pub proceeding: Option<i32>,
    /// When the sender says it was sent.
    pub sent_at: DateTime<Utc>,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// The sender's clock was more than five minutes from ours.
    pub skewed: bool,
    /// The clerk who decided; null where it went by itself.
    #[schema(required = true)]
    pub settled_by: Option<Uuid>,
}

/// A message with what it says.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ExchangeMessageInFull)]
pub struct MessageInFull {
    /// What is known of it.
    #[serde(flatten)]
    pub message: MessageView,
    /// What it is about, as sent; null once its dossier was disposed of, and where it cannot be read.
    #[schema(required = true, value_type = Option<Object>)]
    pub about: Option<Value>,
    /// What it says, as sent; null once its dossier was disposed of, and where it cannot be read.
    #[schema(required = true, value_type = Option<Object>)]
    pub data: Option<Value>,
    /// Why a rule refuses it, in words: in the answer to whoever just matched it, and null in every other.
    #[schema(required = true)]
    pub why: Option<String>,
}

fn view(row: Row, peer: String) -> MessageView {
    let state = row.stands();
    MessageView {
        id: row.id,
        peer_id: row.peer_id,
        peer,
        r#type: row.sort,
        number: row.number,
        state,
        receipt: state.fate(),
        code: row.code,
        case_id: row.case_id,
        proceeding: row.proceeding,
        sent_at: row.sent_at,
        received_at: row.received_at,
        skewed: row.skewed,
        settled_by: row.settled_by,
    }
}

/// Which messages are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MessageQuery {
    /// Only those that stand so; several are joined. Without it all of them.
    #[serde(default)]
    state: Vec<MessageState>,
    /// Only those of this case.
    case_id: Option<Uuid>,
    /// Only those from this neighbour.
    peer_id: Option<Uuid>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins, from the page before.
    cursor: Option<String>,
}

type Place = (DateTime<Utc>, Uuid);

fn wanted(agency: Uuid, query: &MessageQuery) -> inbox::BoxedQuery<'static, Pg> {
    let mut wanted = inbox::table.filter(inbox::agency_id.eq(agency)).into_boxed();
    if !query.state.is_empty() {
        let states: Vec<&'static str> = query.state.iter().map(|state| state.code()).collect();
        wanted = wanted.filter(inbox::state.eq_any(states));
    }
    if let Some(case) = query.case_id {
        wanted = wanted.filter(inbox::case_id.eq(case));
    }
    if let Some(peer) = query.peer_id {
        wanted = wanted.filter(inbox::peer_id.eq(peer));
    }
    wanted
}

fn name_of(conn: &mut PgConnection, row: &Row) -> QueryResult<String> {
    exchange_peers::table.find((row.agency_id, row.peer_id)).select(exchange_peers::name).first(conn)
}

/// List the messages of neighbouring systems, the newest first.
///
/// `state=waiting&state=refused` is the queue of what waits for a clerk or for another message.
#[utoipa::path(tag = "exchange", params(MessageQuery), responses((status = 200, description = "A page of messages.", body = Page<MessageView>)))]
#[get("/exchange-messages")]
pub async fn list_exchange_messages(call: Call) -> Answer {
    let scope = call.permit("list_exchange_messages")?;
    let query: MessageQuery = call.query()?;
    let limit = paging::limit(query.limit)?;
    let after: Option<Place> = query.cursor.as_deref().map(paging::unpack).transpose()?;
    let agency = call.caller.agency_id;
    let page = call
        .app
        .db
        .run(scope, move |conn| {
            let mut rows = wanted(agency, &query);
            if let Some((at, id)) = after {
                rows = rows.filter(inbox::received_at.lt(at).or(inbox::received_at.eq(at).and(inbox::id.lt(id))));
            }
            let rows: Vec<Row> =
                rows.order((inbox::received_at.desc(), inbox::id.desc())).select(Row::as_select()).limit(limit + 1).load(conn)?;
            let page = paging::cut(rows, limit, |row| (row.received_at, row.id));
            let mut items = Vec::with_capacity(page.items.len());
            for row in page.items {
                let name = name_of(conn, &row)?;
                items.push(view(row, name));
            }
            Ok::<_, Problem>(Page { items, next_cursor: page.next_cursor, total: None })
        })
        .await?;
    Ok(paging::answer(&call.request, &page))
}

fn in_full(conn: &mut PgConnection, office: &Office, row: Row) -> Result<MessageInFull, Problem> {
    // What cannot be read is shown without its words: whoever settles it asks the sender.
    let said = row.read(office, |_, bytes| body::json::<Said>(Some("application/json"), bytes)).unwrap_or(None);
    let name = name_of(conn, &row)?;
    let (about, data) = said.map(|said| (said.about, said.data)).unzip();
    Ok(MessageInFull { message: view(row, name), about: about.map(unnamed), data: data.map(unnamed), why: None })
}

/// A refusal as the clerk reads it who just tried the message: what is wrong, field by field.
fn in_words(refusal: &Refusal, language: Language) -> String {
    let said = |zh: &str, en: &str| if language == Language::Chinese { zh.to_owned() } else { en.to_owned() };
    let whole = std::iter::once(said(&refusal.detail_zh, &refusal.detail_en));
    let fields = refusal.errors.iter().map(|error| format!("{} {}", error.pointer, said(&error.detail_zh, &error.detail_en)));
    let mut lines: Vec<String> = whole.chain(fields).collect();
    lines.dedup();
    lines.join("\n")
}

/// What of a message is shown: the rest is known already.
#[derive(Deserialize, Validate)]
#[garde(allow_unvalidated)]
struct Said {
    about: Value,
    data: Value,
}

/// Of people, their names alone: what else is known of them is shown for a purpose, in their case.
fn unnamed(mut said: Value) -> Value {
    if let Some(said) = said.as_object_mut() {
        said.remove("applicant_digest");
        said.remove("agent");
        for further in said.get_mut("further").and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut) {
            further.remove("applicant_digest");
        }
        // What somebody called their file may name them.
        for file in said.get_mut("files").and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut) {
            file.remove("title");
        }
        for applicant in said.get_mut("applicants").and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut) {
            applicant.retain(|field, _| matches!(field.as_str(), "kind" | "name"));
        }
    }
    said
}

/// Read a message of a neighbouring system.
#[utoipa::path(tag = "exchange", responses((status = 200, description = "The message with what it says.", body = MessageInFull)))]
#[get("/exchange-messages/{message_id}")]
pub async fn get_exchange_message(call: Call) -> Answer {
    let scope = call.permit("get_exchange_message")?;
    call.query::<Nothing>()?;
    let (office, agency, id) = (Arc::clone(&call.app.office), call.caller.agency_id, call.id("message_id")?);
    let shown = call
        .app
        .db
        .run(scope, move |conn| {
            let row = find(conn, agency, id)?.ok_or_else(Problem::not_found)?;
            in_full(conn, &office, row)
        })
        .await?;
    answer::ok(&shown)
}

/// Where a message belongs.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MatchMessage {
    /// The case.
    #[garde(skip)]
    pub case_id: Uuid,
    /// The proceeding in it. A notice that is to be tried opens one, and names none.
    #[garde(range(min = 1, max = 100_000))]
    #[schema(minimum = 1, maximum = 100_000)]
    pub proceeding: Option<u32>,
    /// The message bears another number than the proceeding, and is about it all the same.
    #[serde(default)]
    #[garde(skip)]
    pub another_number: bool,
    /// Why the agency was corrected, where a decision that is tried does not say.
    #[garde(skip)]
    pub cause: Option<CorrectionCause>,
}

coded! {
    /// Why a message is dismissed.
    pub enum DismissalReason {
        NotOurs => "not_ours", "不属于本机关", "it is not about this agency";
        Doubled => "doubled", "重复", "it says what another message or paper said";
        SentInError => "sent_in_error", "发送方误发", "it was sent in error";
        Trial => "trial", "测试消息", "it was a trial";
        Overtaken => "overtaken", "已有更新的消息", "something newer was told before";
    }
}

/// Why.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DismissMessage {
    /// The reason; the sender is told.
    #[garde(skip)]
    pub reason: DismissalReason,
}

/// The case and the proceeding that a clerk names, or why they cannot be.
fn named(conn: &mut PgConnection, (peer, row): Held<'_>, body: &MatchMessage) -> Result<Target, JournalError> {
    let refuse = |code: Code, pointer: &str, zh: &str, en: &str| Err(Refusal::new(code, zh, en).at(pointer).into());
    let Some(loaded) = journal::load(conn, peer.agency_id, body.case_id)? else {
        return refuse(Code::UnknownReference, "/case_id", "所指案件不存在", "the case is unknown");
    };
    if loaded.case.disposal.is_some() {
        return refuse(Code::DossierDisposed, "/case_id", "案卷已销毁", "the dossier of the case was disposed of");
    }
    if let Some(n) = body.proceeding {
        if peer.contract == ExchangeContract::Platform.code() {
            let (zh, en) = ("平台的消息不涉及复议", "the platform tells of applications, not of proceedings");
            return refuse(Code::FieldsRefused, "/proceeding", zh, en);
        }
        match loaded.case.proceeding(n).map(|proceeding| proceeding.kind) {
            Some(ProceedingKind::Reconsideration) => of_this_number((&loaded.case, n), row, body)?,
            Some(ProceedingKind::Litigation) => {
                let (zh, en) = ("复议机关的消息只涉及行政复议", "the body tells of reconsiderations, and this is a lawsuit");
                return refuse(Code::FieldsRefused, "/proceeding", zh, en);
            }
            None => {
                let (zh, en) = ("没有该编号的复议或者诉讼", "the case has no proceeding of this number");
                return refuse(Code::UnknownReference, "/proceeding", zh, en);
            }
        }
    }
    Ok(Target { case: body.case_id, proceeding: body.proceeding })
}

/// Refuses a proceeding that bears another number than the message is about, unless the clerk says that it is meant.
fn of_this_number((case, n): (&Case, u32), row: &Row, body: &MatchMessage) -> Result<(), JournalError> {
    let known = case.proceeding(n).and_then(|known| known.case_number.as_ref());
    let Some(other) = known.filter(|number| **number != row.number && !body.another_number) else { return Ok(()) };
    let (zh, en) = (
        format!("该程序的案号为{other}，与来件不符；确属该程序的，以 another_number 说明"),
        format!(
            "this proceeding bears the number {other}, not that of the message; where it is meant all the same, say so (`another_number`)"
        ),
    );
    Err(Refusal::new(Code::FieldsRefused, zh, en).at("/proceeding").into())
}

/// A message in the clerk's hand, with who sent it.
type Held<'a> = (&'a Peer, &'a Row);

/// What the clerk decides about the message in the path, as the body of the call says it. One that is done with stays as it is.
async fn settled<B>(
    call: Call,
    operation: &str,
    verdict: impl FnOnce(&mut PgConnection, &Office, Held<'_>, B) -> Result<(Verdict, Option<CorrectionCause>), JournalError> + Send + 'static,
) -> Answer
where
    B: DeserializeOwned + Validate<Context = ()> + Send + 'static,
{
    let scope = call.permit(operation)?;
    call.query::<Nothing>()?;
    let ask = call.ask_in(call.id("message_id")?, None, Versions::None, Mode::Take)?;
    let body: B = call.json()?;
    let (office, language) = (Arc::clone(&call.app.office), call.caller.language);
    let shown = call.app.db.run(scope, move |conn| {
        let id = ask.case;
        let written = agency::write(conn, &pen(&office, &ask), &ask, |conn| {
            // The neighbour before its messages, as the worker holds them.
            let seen = find(conn, ask.agency, id)?.ok_or(JournalError::Unknown)?;
            let peer = peers::hold(conn, ask.agency, seen.peer_id)?.ok_or(JournalError::Unknown)?;
            let row = hold(conn, ask.agency, id)?.ok_or(JournalError::Unknown)?;
            if row.stands().is_done() {
                return Err(Refusal::new(Code::MessageDone, "该消息已经办结", "the message was settled before").into());
            }
            let (verdict, cause) = verdict(conn, &office, (&peer, &row), body)?;
            if row.is_gone() && verdict.target != row.target() {
                let (zh, en) = ("消息内容已随案卷销毁", "its words went with the dossier");
                return Err(Refusal::new(Code::DossierDisposed, zh, en).at("/case_id").into());
            }
            let clerk = Clerk { id: ask.person.account_id, cause };
            let events = settle(conn, &office, (&peer, &row), (&verdict, Some(clerk)))?;
            Ok(Change { value: (), repeated: Repeated { resource: id, version: 1, status: 201 }, events })
        })?;
        let (Outcome::Written(()) | Outcome::Repeated(_)) = written;
        let row = find(conn, ask.agency, id)?.ok_or_else(Problem::not_found)?;
        let why = refusal(conn, &office, &row)?.map(|refusal| in_words(&refusal, language));
        in_full(conn, &office, row).map(|message| MessageInFull { why, ..message })
    });
    answer::versioned(StatusCode::CREATED, 1, None, &shown.await?)
}

/// Match a message to a case.
///
/// It is tried there at once, under the rules of the step it calls for; the answer says what became of it.
#[utoipa::path(tag = "exchange", request_body = MatchMessage, responses((status = 201, description = "The message.", body = MessageInFull)))]
#[post("/exchange-messages/{message_id}/match")]
pub async fn match_exchange_message(call: Call) -> Answer {
    settled(call, "match_exchange_message", |conn, office, (peer, row), body: MatchMessage| {
        let target = named(conn, (peer, row), &body)?;
        if row.sort == MessageType::NoticeToAnswer.code() && target.proceeding.is_some() {
            let (zh, en) = (
                "答复通知登记新的复议；已经人工登记的，请标记为人工登记",
                "a notice opens a proceeding; one entered already is marked as entered by hand",
            );
            return Err(Refusal::new(Code::FieldsRefused, zh, en).at("/proceeding").into());
        }
        Ok((weigh(conn, office, (peer, row), Some(ByClerk { target, cause: body.cause }))?, body.cause))
    })
    .await
}

/// Mark a message as entered by hand.
///
/// For what a clerk has entered in the case already, or what calls for no step there. It names the proceeding that it is about, which bears its
/// number or none; of a notice to answer the one that was entered: from then on its body is told of it.
#[utoipa::path(tag = "exchange", request_body = MatchMessage, responses((status = 201, description = "The message.", body = MessageInFull)))]
#[post("/exchange-messages/{message_id}/hand-entry")]
pub async fn enter_exchange_message_by_hand(call: Call) -> Answer {
    settled(call, "enter_exchange_message_by_hand", |conn, _, (peer, row), body: MatchMessage| {
        let target = named(conn, (peer, row), &body)?;
        if body.cause.is_some() {
            let (zh, en) = ("人工登记的来件不再登记内容", "nothing is entered of a message that was entered by hand");
            return Err(Refusal::new(Code::FieldsRefused, zh, en).at("/cause").into());
        }
        // A correction is asked of the applicant before there is a proceeding (复议法 31); everything else belongs to one.
        let of_proceeding = MessageType::ALL.iter().any(|sort| *sort != MessageType::Correction && sort.code() == row.sort);
        if of_proceeding && target.proceeding.is_none() {
            let (zh, en) = (
                "须指明人工登记的复议，否则答复等无法告知复议机关",
                "name the proceeding that was entered: without it the body would never be told of the answer",
            );
            return Err(Refusal::new(Code::FieldsRefused, zh, en).at("/proceeding").into());
        }
        Ok((Verdict::by_hand(target), None))
    })
    .await
}

/// Dismiss a message.
///
/// It stays on record; its sender is told the reason.
#[utoipa::path(tag = "exchange", request_body = DismissMessage, responses((status = 201, description = "The message.", body = MessageInFull)))]
#[post("/exchange-messages/{message_id}/dismissal")]
pub async fn dismiss_exchange_message(call: Call) -> Answer {
    settled(call, "dismiss_exchange_message", |_, _, (_, row), DismissMessage { reason }| {
        Ok((Verdict::dismissed(reason, row.target()), None))
    })
    .await
}
