//! What was dismissed and belongs to no case is forgotten half a year after its dismissal, with the files that came with it: it names people with
//! whom the agency had nothing to do (个人信息保护法 47). Who: the service itself. That it came, and why it was dismissed, stays.

use super::super::peers;
use super::super::platform::envelope::{PlatformData, PlatformMessage, PlatformMessageType};
use super::super::platform::files;
use super::{MessageState, Row, hold, pen};
use crate::case::journal::JournalError;
use crate::case::journal::agency;
use crate::case::office::Office;
use crate::db::schema::exchange_inbox as inbox;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

/// So long the words of a message are kept that was dismissed and belongs to no case: who sent it in error may ask.
const KEPT: TimeDelta = TimeDelta::days(180);

/// Most messages whose words are in memory at once.
const AT_ONCE: i64 = 50;

/// Whether the words of a message may be gone without a dossier having been disposed of.
pub fn forgettable(row: &Row, now: DateTime<Utc>) -> bool {
    let long_ago = row.settled_at.is_some_and(|settled_at| settled_at < now - KEPT);
    row.case_id.is_none() && row.stands() == MessageState::Dismissed && long_ago
}

/// Forgets what was dismissed long ago.
pub fn forget(conn: &mut PgConnection, office: &Office, agency: Uuid, now: DateTime<Utc>) -> Result<(), JournalError> {
    loop {
        let due: Vec<Uuid> = inbox::table
            .filter(inbox::agency_id.eq(agency))
            .filter(inbox::state.eq(MessageState::Dismissed.code()))
            .filter(inbox::case_id.is_null())
            .filter(inbox::sealed.is_not_null())
            .filter(inbox::settled_at.lt(now - KEPT))
            .order((inbox::settled_at, inbox::id))
            .select(inbox::id)
            .limit(AT_ONCE)
            .load(conn)?;
        if due.is_empty() {
            return Ok(());
        }
        for message in due {
            conn.transaction(|conn| one(conn, office, (agency, message)))?;
        }
    }
}

fn one(conn: &mut PgConnection, office: &Office, (agency, message): (Uuid, Uuid)) -> Result<(), JournalError> {
    let seen = super::find(conn, agency, message)?.ok_or(JournalError::Unknown)?;
    // The neighbour before its messages, as whoever applies one holds them.
    let peer = peers::hold(conn, agency, seen.peer_id)?.ok_or(JournalError::Unknown)?;
    let row = hold(conn, agency, message)?.ok_or(JournalError::Unknown)?;
    let named = unneeded(conn, office, &row)?;
    let gone = (inbox::wrapped.eq(None::<Vec<u8>>), inbox::sealed.eq(None::<Vec<u8>>));
    diesel::update(inbox::table.find((agency, message))).set(gone).execute(conn)?;
    let events = files::forget(conn, &peer, &named)?;
    if !events.is_empty() {
        agency::append(conn, &pen(office, &peer, message), &events)?;
    }
    Ok(())
}

/// The digests of the files that a message names and no other application of the neighbour does whose words are kept. None where one of them cannot be
/// read: nobody knows what it needs.
fn unneeded(conn: &mut PgConnection, office: &Office, row: &Row) -> QueryResult<BTreeSet<String>> {
    let mut named = named(office, row).unwrap_or_default();
    let mut beyond = Uuid::nil();
    while !named.is_empty() {
        let page = beside(conn, row, beyond)?;
        let Some(last) = page.last() else { break };
        beyond = last.id;
        for other in &page {
            match self::named(office, other) {
                Some(needed) => named.retain(|sha256| !needed.contains(sha256)),
                None => return Ok(BTreeSet::new()),
            }
        }
    }
    Ok(named)
}

/// The digests of the files that a message names; nothing of one that cannot be read.
fn named(office: &Office, row: &Row) -> Option<BTreeSet<String>> {
    if row.sort != PlatformMessageType::ApplicationLodged.code() {
        return Some(BTreeSet::new());
    }
    match row.read(office, PlatformMessage::read) {
        Ok(Some((_, PlatformData::Lodged(lodged)))) => Some(lodged.files.into_iter().map(|file| file.sha256).collect()),
        _ => None,
    }
}

/// Other applications of the neighbour that may need the same files: whatever is not in a dossier yet, or was dismissed since. A page of them.
fn beside(conn: &mut PgConnection, row: &Row, beyond: Uuid) -> QueryResult<Vec<Row>> {
    inbox::table
        .filter(inbox::agency_id.eq(row.agency_id))
        .filter(inbox::peer_id.eq(row.peer_id))
        .filter(inbox::sort.eq(PlatformMessageType::ApplicationLodged.code()))
        .filter(inbox::case_id.is_null().or(inbox::state.ne_all([MessageState::Applied.code(), MessageState::ByHand.code()])))
        .filter(inbox::sealed.is_not_null())
        .filter(inbox::id.ne(row.id))
        .filter(inbox::id.gt(beyond))
        .order(inbox::id)
        .limit(AT_ONCE)
        .select(Row::as_select())
        .load(conn)
}
