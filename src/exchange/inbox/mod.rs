//! What comes in: kept first, then tried. A message has its id for ever; one that cannot be placed waits, one that a rule refuses waits for a
//! clerk, and none is lost.

pub mod apply;
pub mod forget;
pub mod matching;
pub mod owed;
pub mod queue;
pub mod receive;
pub mod settle;

use super::envelope::{Message, MessageData, MessageFate};
use super::letterbox;
use super::peers::Peer;
use crate::case::facts::{Person, Posts};
use crate::case::journal::agency::{self, AgencyEvent, ExchangeEvent};
use crate::case::journal::{JournalError, Pen};
use crate::case::office::Office;
use crate::case::refusal::{Code, Refusal};
use crate::case::trail::{Actor, FoldError, RequestId};
use crate::crypto::{self, CaseOf};
use crate::db::schema::exchange_inbox as inbox;
use crate::http::problem::Problem;
use crate::rules::coded::coded;
use crate::rules::permissions::Role;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use matching::Target;
use std::collections::BTreeSet;
use uuid::Uuid;

coded! {
    /// Where a message stands.
    pub enum MessageState {
        Received => "received", "已收到", "received, not looked at yet";
        Waiting => "waiting", "等待", "it waits for another message or for a clerk";
        Refused => "refused", "未能适用", "a rule refuses it; it waits for a clerk";
        Applied => "applied", "已办理", "it stands in its case";
        ByHand => "by_hand", "已人工登记", "a clerk entered what it says";
        Dismissed => "dismissed", "已退回", "a clerk dismissed it";
    }
}

impl MessageState {
    /// Nobody has anything to do about it any more.
    pub const fn is_done(self) -> bool {
        matches!(self, Self::Applied | Self::ByHand | Self::Dismissed)
    }

    /// What its sender is told.
    pub const fn fate(self) -> MessageFate {
        match self {
            Self::Received | Self::Waiting => MessageFate::Waiting,
            Self::Refused | Self::Dismissed => MessageFate::Refused,
            Self::Applied | Self::ByHand => MessageFate::Applied,
        }
    }
}

coded! {
    /// Why a message waits.
    pub enum Wait {
        NoCase => "no_case", "没有该文号或者登记编号且申请人相符的案件", "no case has this number and applicant";
        SeveralCases => "several_cases", "相符的案件不止一件", "several cases fit";
        NoProceeding => "no_proceeding", "该案号的复议尚未登记", "no proceeding of this number is entered yet";
        SeveralProceedings => "several_proceedings", "该案号的复议不止一件", "several proceedings have this number";
        NoPlatformNumber => "no_platform_number", "没有案件登记该平台编号", "no case has this number of the platform";
        CaseDisposed => "case_disposed", "案卷已销毁", "the dossier of the case was disposed of";
        UnknownReply => "unknown_reply", "所指文号不是该案的答复，须人工登记并指明答复", "no reply of the case bears that number: enter it by hand and name the reply";
        StepByHand => "step_by_hand", "由经办人登记", "a clerk enters what it says";
        NotSuspended => "not_suspended", "该复议没有中止，等待中止通知", "the proceeding does not rest: the notice that it does is awaited";
        FilesAwaited => "files_awaited", "等待平台移交申请附件", "files that the application names were not handed over yet";
        StillSuspended => "still_suspended", "该复议已经中止，等待恢复通知", "the proceeding rests already: the notice that it goes on is awaited";
        TermOver => "term_over", "依已登记的情况审理期限已经届满，等待中止等通知", "by what is entered the term was over: the notice of a rest is awaited";
        DayAhead => "day_ahead", "载明的日期为次日，待该日办理", "it bears the date of the next day: it is tried then";
        CauseByHand => "cause_by_hand", "结果纠正而未写明纠正原因，由经办人填写（match 的 cause）", "an outcome that corrects the agency without a cause: a clerk names it (`cause` of the match)";
        ApplicantUnnamed => "applicant_unnamed", "未写明申请人摘要，须人工核对案件", "the applicant is not named by the digest: a clerk matches it";
        OtherSender => "other_sender", "所署发送方不是签名密钥所属的对接方，须由经办人核对", "its sender is not the neighbour whose secret signed it: a clerk looks at it";
        StillSummary => "still_summary", "该复议适用简易程序，等待转为普通程序通知", "the procedure is the summary one: the notice that it turned to the ordinary one is awaited";
        Unreadable => "unreadable", "来件内容无法读取，由经办人向发送方核实后人工登记", "its words cannot be read: a clerk asks the sender and enters them by hand";
    }
}

impl Wait {
    /// Waits that another message or entry may end: these are tried again.
    pub const TRIED_AGAIN: [Self; 11] = [
        Self::NoCase,
        Self::NoProceeding,
        Self::NoPlatformNumber,
        Self::FilesAwaited,
        Self::NotSuspended,
        Self::StillSuspended,
        Self::StillSummary,
        // A neighbour is called otherwise, a key is put back: what could not be read by itself may be read then.
        Self::OtherSender,
        Self::Unreadable,
        Self::TermOver,
        Self::DayAhead,
    ];
}

/// A message as it is stored.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = inbox)]
pub struct Row {
    /// The agency.
    pub agency_id: Uuid,
    /// The message.
    pub id: Uuid,
    /// From whom.
    pub peer_id: Uuid,
    /// What it tells.
    pub sort: String,
    /// The body's own case number, or the number on the platform.
    pub number: String,
    /// SHA-256 of its bytes.
    pub sha256: Vec<u8>,
    /// Its key, wrapped; gone with its dossier.
    pub wrapped: Option<Vec<u8>>,
    /// Its words, sealed.
    pub sealed: Option<Vec<u8>>,
    /// When the sender says it was sent.
    pub sent_at: DateTime<Utc>,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// The sender's clock was far off.
    pub skewed: bool,
    /// Where it stands.
    pub state: String,
    /// Why.
    pub code: Option<String>,
    /// The case it belongs to.
    pub case_id: Option<Uuid>,
    /// The proceeding in the case.
    pub proceeding: Option<i32>,
    /// The clerk who decided.
    pub settled_by: Option<Uuid>,
    /// How often it was tried.
    pub attempts: i32,
    /// Why the agency was corrected, as the clerk said.
    pub cause: Option<String>,
    /// When it was settled.
    pub settled_at: Option<DateTime<Utc>>,
}

impl Row {
    /// Where it stands.
    pub fn stands(&self) -> MessageState {
        MessageState::from_code(&self.state).unwrap_or(MessageState::Received)
    }

    /// Whether it is tried without being asked: new, or waiting for another message. What a clerk has in hand is left to them.
    pub fn is_tried(&self) -> bool {
        let awaited = || self.code.as_deref().and_then(Wait::from_code).is_some_and(|why| Wait::TRIED_AGAIN.contains(&why));
        match self.stands() {
            MessageState::Received => true,
            MessageState::Waiting => awaited(),
            MessageState::Refused | MessageState::Applied | MessageState::ByHand | MessageState::Dismissed => false,
        }
    }

    /// Where it belongs, as far as that is known.
    pub fn target(&self) -> Option<Target> {
        let proceeding = self.proceeding.and_then(|n| u32::try_from(n).ok());
        self.case_id.map(|case| Target { case, proceeding })
    }

    /// Its words went with the dossier it belongs to.
    pub const fn is_gone(&self) -> bool {
        self.sealed.is_none()
    }

    /// What it says; none once its dossier was disposed of.
    pub fn open(&self, office: &Office) -> Result<Option<(Message, MessageData)>, JournalError> {
        self.read(office, Message::read)
    }

    /// The same under any contract.
    pub fn read<M>(
        &self,
        office: &Office,
        read: impl FnOnce(Option<&str>, &[u8]) -> Result<M, Problem>,
    ) -> Result<Option<M>, JournalError> {
        let Some((wrapped, sealed)) = self.wrapped.as_ref().zip(self.sealed.as_ref()) else { return Ok(None) };
        let bytes = letterbox::open(office, CaseOf { agency: self.agency_id, case: self.id }, (wrapped, sealed))?;
        let unreadable = |problem: Problem| FoldError::Unreadable { kind: "exchange message".into(), reason: problem.code().into() };
        Ok(Some(read(Some("application/json"), &bytes).map_err(unreadable)?))
    }
}

/// A message, if it is here.
pub fn find(conn: &mut PgConnection, agency: Uuid, id: Uuid) -> QueryResult<Option<Row>> {
    inbox::table.find((agency, id)).select(Row::as_select()).first(conn).optional()
}

/// The same, held until the transaction ends.
pub fn hold(conn: &mut PgConnection, agency: Uuid, id: Uuid) -> QueryResult<Option<Row>> {
    inbox::table.find((agency, id)).select(Row::as_select()).for_update().first(conn).optional()
}

/// The same where nobody else holds it; a message that somebody has in hand is left to them.
pub fn hold_free(conn: &mut PgConnection, agency: Uuid, id: Uuid) -> QueryResult<Option<Row>> {
    inbox::table.find((agency, id)).select(Row::as_select()).for_update().skip_locked().first(conn).optional()
}

/// What is stored of a message beside its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// Its id for ever.
    pub id: Uuid,
    /// What it tells.
    pub sort: &'static str,
    /// What it is about: the body's own case number, or the number on the platform.
    pub number: String,
    /// What its sender calls itself.
    pub sender: String,
    /// When its sender says it was sent.
    pub sent_at: DateTime<Utc>,
}

impl From<&Message> for Arrived {
    fn from(message: &Message) -> Self {
        let number = message.about.case_number.as_str().to_owned();
        let sender = message.sender.as_str().to_owned();
        Self { id: message.id, sort: message.r#type.code(), number, sender, sent_at: message.sent_at }
    }
}

/// A message on its way in, its signature found good.
#[derive(Debug)]
pub struct Incoming<'a> {
    /// As it was read.
    pub message: &'a Arrived,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The sender's clock is far off.
    pub skewed: bool,
}

/// Whose hand enters what a message causes: the neighbour's account, with the message beside it.
pub fn pen<'a>(office: &'a Office, peer: &Peer, message: Uuid) -> Pen<'a> {
    Pen { office, agency: peer.agency_id, actor: Actor::Account { id: peer.id }, request_id: request_of(message) }
}

pub(super) fn request_of(message: Uuid) -> RequestId {
    RequestId { id: message.to_string(), traceparent: None, message: Some(message) }
}

/// The neighbour as a decision sees it.
pub(super) fn person(peer: &Peer) -> Person {
    Person {
        account_id: peer.id,
        roles: BTreeSet::from([Role::Integration]),
        department: None,
        head_of_foi_office: false,
        posts: Posts::default(),
    }
}

/// Keeps a message. What came before under its id stands as it is; other words under it are refused.
pub fn keep(conn: &mut PgConnection, office: &Office, peer: &Peer, incoming: &Incoming<'_>) -> Result<Row, JournalError> {
    let kept = conn.transaction(|conn| match find(conn, peer.agency_id, incoming.message.id)? {
        Some(row) => Ok(row),
        None => insert(conn, office, peer, incoming),
    });
    let row = match kept {
        // A twin was faster.
        Err(error) if is_taken(&error) => find(conn, peer.agency_id, incoming.message.id)?.ok_or(error)?,
        kept => kept?,
    };
    if row.peer_id != peer.id || row.sha256 != crypto::sha256(incoming.bytes) {
        let (zh, en) = ("该编号的消息已收到，内容不同", "a message of this id came before, and said something else");
        return Err(Refusal::new(Code::MessageIdReused, zh, en).at("/id").into());
    }
    Ok(row)
}

fn is_taken(error: &JournalError) -> bool {
    use diesel::result::{DatabaseErrorKind, Error};
    matches!(
        error,
        JournalError::Db(crate::db::pool::DbError::Query(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, about)))
            if about.constraint_name() == Some("exchange_inbox_pkey")
    )
}

fn insert(conn: &mut PgConnection, office: &Office, peer: &Peer, incoming: &Incoming<'_>) -> Result<Row, JournalError> {
    let Incoming { message, bytes, skewed } = incoming;
    // Whoever signs with one neighbour's secret does not speak in another's name; a name that is nobody's is kept, and waits for a clerk.
    if super::peers::of_agency(conn, peer.agency_id)?.iter().any(|other| other.id != peer.id && other.is_called(&message.sender)) {
        let zh = format!("发送方须为签名密钥所属的对接方“{}”", peer.name);
        let en = format!("the message is signed with the secret of {}, and that is its sender", peer.name);
        return Err(Refusal::new(Code::FieldsRefused, zh, en).at("/sender").into());
    }
    let sealed = letterbox::seal(office, CaseOf { agency: peer.agency_id, case: message.id }, bytes)?;
    let received_at = office.clock.now();
    let sent_at = microseconds(message.sent_at);
    diesel::insert_into(inbox::table)
        .values((
            (
                inbox::agency_id.eq(peer.agency_id),
                inbox::id.eq(message.id),
                inbox::peer_id.eq(peer.id),
                inbox::sort.eq(message.sort),
                inbox::number.eq(&message.number),
                inbox::sha256.eq(sealed.sha256.as_slice()),
                inbox::wrapped.eq(&sealed.wrapped),
                inbox::sealed.eq(&sealed.words),
            ),
            (
                inbox::sent_at.eq(sent_at),
                inbox::received_at.eq(received_at),
                inbox::skewed.eq(skewed),
                inbox::state.eq(MessageState::Received.code()),
                inbox::next_at.eq(crate::clock::real_now()),
            ),
        ))
        .execute(conn)?;
    let what = ExchangeEvent::MessageReceived {
        message: message.id,
        peer: peer.id,
        sort: message.sort.to_owned(),
        number: message.number.clone(),
        sha256: crypto::hex(&sealed.sha256),
        sent_at,
        received_at,
        skewed: *skewed,
    };
    agency::append(conn, &pen(office, peer, message.id), &[AgencyEvent::Exchanged { what }])?;
    find(conn, peer.agency_id, message.id)?.ok_or(JournalError::Unknown)
}

/// An instant as the database keeps it.
fn microseconds(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(at.timestamp_micros()).unwrap_or(at)
}
