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
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use std::collections::BTreeMap;
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

/// Most messages whose words are in memory at once.
const AT_ONCE: i64 = 100;

/// A message beside its words: id, sort, number, when it came, from whom.
type Unsettled = (Uuid, String, String, DateTime<Utc>, String);

/// The messages of some agencies that nobody settled, by due date. One that cannot be read is owed like the rest.
pub fn owed(conn: &mut PgConnection, office: &Office, agencies: &[Uuid], calendar: &Calendar) -> Result<Vec<OwedMessage>, JournalError> {
    let mut all = Vec::new();
    for agency in agencies {
        let mut after = None;
        loop {
            let page = unsettled(conn, *agency, after)?;
            let Some((id, .., received_at, _)) = page.last() else { break };
            after = Some((*received_at, *id));
            let notices: Vec<Uuid> = page.iter().filter(|(_, sort, ..)| is_notice(sort)).map(|(id, ..)| *id).collect();
            let procedures = procedures(conn, office, (*agency, &notices))?;
            all.extend(page.into_iter().filter_map(|message| {
                let procedure = procedures.get(&message.0).copied();
                of_message((*agency, message), procedure, calendar)
            }));
        }
    }
    all.sort_by_key(|owed| (owed.due_on, owed.id));
    Ok(all)
}

fn is_notice(sort: &str) -> bool {
    sort == MessageType::NoticeToAnswer.code()
}

/// The next of them after a place, in the order in which they came.
fn unsettled(conn: &mut PgConnection, agency: Uuid, after: Option<(DateTime<Utc>, Uuid)>) -> QueryResult<Vec<Unsettled>> {
    let mut rows = inbox::table
        .inner_join(peers::table.on(peers::agency_id.eq(inbox::agency_id).and(peers::id.eq(inbox::peer_id))))
        .filter(inbox::agency_id.eq(agency))
        .filter(inbox::state.eq_any(OPEN.map(MessageState::code)))
        .into_boxed();
    if let Some((at, id)) = after {
        rows = rows.filter(inbox::received_at.gt(at).or(inbox::received_at.eq(at).and(inbox::id.gt(id))));
    }
    rows.order((inbox::received_at, inbox::id))
        .select((inbox::id, inbox::sort, inbox::number, inbox::received_at, peers::name))
        .limit(AT_ONCE)
        .load(conn)
}

fn of_message(
    (agency_id, (id, sort, number, received_at, peer)): (Uuid, Unsettled),
    procedure: Option<ProcedureKind>,
    calendar: &Calendar,
) -> Option<OwedMessage> {
    let from_on = legal_date(received_at);
    let circumstance = procedure.filter(|_| is_notice(&sort)).map(|procedure| match procedure {
        ProcedureKind::Ordinary => Circumstance::OrdinaryProcedure,
        ProcedureKind::Summary => Circumstance::SummaryProcedure,
    });
    let kind = if circumstance.is_some() { DutyKind::AnswerReconsideration } else { DutyKind::SeeToMessage };
    let term = term(kind, circumstance.unwrap_or(Circumstance::Always), from_on)?;
    let lodged = sort == PlatformMessageType::ApplicationLodged.code();
    let due = if lodged { Some(calendar.on_or_after(from_on)) } else { term.due(calendar, from_on) }?;
    Some(OwedMessage {
        agency_id,
        id,
        called: format!("{peer} {number}"),
        received_at,
        from_on,
        due_on: due.on,
        provisional: due.provisional,
        article: if lodged { "31(3)" } else { term.article },
        basis: if lodged { Basis::Law } else { term.basis },
    })
}

/// Under which procedure each notice asks for an answer; the shorter term where its words are gone or cannot be read.
fn procedures(conn: &mut PgConnection, office: &Office, (agency, notices): (Uuid, &[Uuid])) -> QueryResult<BTreeMap<Uuid, ProcedureKind>> {
    let rows: Vec<Row> =
        inbox::table.filter(inbox::agency_id.eq(agency)).filter(inbox::id.eq_any(notices)).select(Row::as_select()).load(conn)?;
    let procedure = |row: &Row| match row.open(office) {
        Ok(Some((_, MessageData::NoticeToAnswer(notice)))) => notice.procedure,
        _ => ProcedureKind::Summary,
    };
    Ok(rows.iter().map(|row| (row.id, procedure(row))).collect())
}

/// How many messages that came before a time nobody settled, of every agency that is read.
pub fn count_open(conn: &mut PgConnection, before: DateTime<Utc>) -> QueryResult<i64> {
    inbox::table.filter(inbox::state.eq_any(OPEN.map(MessageState::code))).filter(inbox::received_at.lt(before)).count().get_result(conn)
}
