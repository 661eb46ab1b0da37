//! What messages that nobody settled owe: each is seen to by a day, whoever it is about. A notice to answer is owed its answer from the day it came,
//! whether its case was found or not (复议法 48, 54): it bears that date. An application is confirmed the same day (Art 31).

use super::super::envelope::{MessageData, MessageType};
use super::super::platform::envelope::PlatformMessageType;
use super::{MessageState, Row};
use crate::case::journal::JournalError;
use crate::case::office::Office;
use crate::clock::legal_date;
use crate::db::schema::{exchange_inbox as inbox, exchange_peers as peers};
use crate::rules::calendar::Calendar;
use crate::rules::outcomes::ProcedureKind;
use crate::rules::terms::{Basis, Circumstance, DutyKind, term};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// The states in which a message is owed something.
pub const OPEN: [MessageState; 3] = [MessageState::Received, MessageState::Waiting, MessageState::Refused];

/// A message that somebody must see to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwedMessage {
    /// The agency.
    pub agency_id: Uuid,
    /// The message.
    pub id: Uuid,
    /// Who sent it, and the number it is about.
    pub called: String,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// The legal day.
    pub from_on: NaiveDate,
    /// By when.
    pub due_on: NaiveDate,
    /// The due date rests on a year whose holidays are not announced.
    pub provisional: bool,
    /// Under which article.
    pub article: &'static str,
    /// Whether law or practice sets the term.
    pub basis: Basis,
}

/// The messages of some agencies that nobody settled, by due date.
pub fn owed(conn: &mut PgConnection, office: &Office, agencies: &[Uuid], calendar: &Calendar) -> Result<Vec<OwedMessage>, JournalError> {
    let rows: Vec<(Row, String)> = inbox::table
        .inner_join(peers::table.on(peers::agency_id.eq(inbox::agency_id).and(peers::id.eq(inbox::peer_id))))
        .filter(inbox::agency_id.eq_any(agencies))
        .filter(inbox::state.eq_any(OPEN.map(MessageState::code)))
        .order((inbox::received_at, inbox::id))
        .select((Row::as_select(), peers::name))
        .load(conn)?;
    let mut all: Vec<OwedMessage> =
        rows.into_iter().filter_map(|(row, peer)| of_message(office, (&row, &peer), calendar).transpose()).collect::<Result<_, _>>()?;
    all.sort_by_key(|owed| (owed.due_on, owed.id));
    Ok(all)
}

fn of_message(office: &Office, (row, peer): (&Row, &str), calendar: &Calendar) -> Result<Option<OwedMessage>, JournalError> {
    let from_on = legal_date(row.received_at);
    let circumstance = if row.sort == MessageType::NoticeToAnswer.code() {
        Some(match procedure(office, row)? {
            ProcedureKind::Ordinary => Circumstance::OrdinaryProcedure,
            ProcedureKind::Summary => Circumstance::SummaryProcedure,
        })
    } else {
        None
    };
    let kind = if circumstance.is_some() { DutyKind::AnswerReconsideration } else { DutyKind::SeeToMessage };
    let Some(term) = term(kind, circumstance.unwrap_or(Circumstance::Always), from_on) else { return Ok(None) };
    let lodged = row.sort == PlatformMessageType::ApplicationLodged.code();
    let due = if lodged { Some(calendar.on_or_after(from_on)) } else { term.due(calendar, from_on) };
    let Some(due) = due else { return Ok(None) };
    Ok(Some(OwedMessage {
        agency_id: row.agency_id,
        id: row.id,
        called: format!("{peer} {}", row.number),
        received_at: row.received_at,
        from_on,
        due_on: due.on,
        provisional: due.provisional,
        article: if lodged { "31(3)" } else { term.article },
        basis: if lodged { Basis::Law } else { term.basis },
    }))
}

/// Under which procedure an answer is asked; the shorter term where its words are gone.
fn procedure(office: &Office, row: &Row) -> Result<ProcedureKind, JournalError> {
    Ok(match row.open(office)? {
        Some((_, MessageData::NoticeToAnswer(notice))) => notice.procedure,
        _ => ProcedureKind::Summary,
    })
}

/// How many messages that came before a time nobody settled, of every agency that is read.
pub fn count_open(conn: &mut PgConnection, before: DateTime<Utc>) -> QueryResult<i64> {
    inbox::table.filter(inbox::state.eq_any(OPEN.map(MessageState::code))).filter(inbox::received_at.lt(before)).count().get_result(conn)
}

/// So long the words of a message are kept that was dismissed and belongs to no case: who sent it in error may ask.
const DISMISSED_KEPT: TimeDelta = TimeDelta::days(180);

/// Whether the words of a message may be gone without a dossier having been disposed of.
pub fn forgettable(row: &Row, now: DateTime<Utc>) -> bool {
    row.case_id.is_none() && row.stands() == MessageState::Dismissed && row.received_at < now - DISMISSED_KEPT
}

/// Forgets the words of messages that were dismissed long ago and belong to no case: they name people with whom the agency had nothing to do (个人信息保护法
/// 47).
pub fn forget(conn: &mut PgConnection, agency: Uuid, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(inbox::table)
        .filter(inbox::agency_id.eq(agency))
        .filter(inbox::state.eq(MessageState::Dismissed.code()))
        .filter(inbox::case_id.is_null())
        .filter(inbox::sealed.is_not_null())
        .filter(inbox::received_at.lt(now - DISMISSED_KEPT))
        .set((inbox::wrapped.eq(None::<Vec<u8>>), inbox::sealed.eq(None::<Vec<u8>>)))
        .execute(conn)
        .map(drop)
}
