//! What goes out: written once, with a place in the row of messages to its neighbour, then pushed until it arrives or polled.
//!
//! Places are drawn under the lock of the neighbour's row, so they have no gaps and appear in order: whoever polls on from the last one it
//! has misses nothing.

pub mod derive;
pub mod dossier;
pub mod list;
pub mod poll;
pub mod send;

use super::envelope::ContractVersion;
use super::letterbox;
use super::peers::Peer;
use crate::case::journal::JournalError;
use crate::case::journal::agency::{AgencyEvent, ExchangeEvent};
use crate::case::office::Office;
use crate::case::trail::FoldError;
use crate::clock::real_now;
use crate::crypto::{self, CaseOf};
use crate::db::schema::{exchange_outbox as outbox, exchange_peers};
use crate::ids::new_id;
use crate::people::agencies;
use crate::rules::coded::coded;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

coded! {
    /// Where a message to a neighbour stands.
    pub enum DeliveryState {
        Waiting => "waiting", "待送达", "it waits for a push or for the neighbour to poll";
        Delivered => "delivered", "已送达", "a push of it was accepted";
        Failed => "failed", "推送失败", "it was pushed in vain for days; it can still be polled";
    }
}

/// A message to be written.
#[derive(Debug, Clone)]
pub struct Writing {
    /// What it tells.
    pub sort: &'static str,
    /// What is not said twice.
    pub key: String,
    /// What it is about.
    pub about: Value,
    /// The case it is about.
    pub case: Option<Uuid>,
    /// The proceeding in the case.
    pub proceeding: Option<i32>,
    /// What it says.
    pub data: Value,
}

/// A message as it goes, under any contract; each describes its own.
#[derive(Serialize)]
struct Written {
    id: Uuid,
    contract: ContractVersion,
    r#type: &'static str,
    sender: String,
    sent_at: DateTime<Utc>,
    position: i64,
    about: Value,
    data: Value,
}

/// Writes a message unless it was written before, and gives its event.
pub fn write(conn: &mut PgConnection, office: &Office, peer: &Peer, writing: Writing) -> Result<Option<AgencyEvent>, JournalError> {
    let Writing { sort, key, about, case, proceeding, data } = writing;
    let row = exchange_peers::table.find((peer.agency_id, peer.id));
    let last: i64 = row.select(exchange_peers::last_position).for_no_key_update().first(conn)?;
    let known =
        outbox::table.filter(outbox::agency_id.eq(peer.agency_id)).filter(outbox::peer_id.eq(peer.id)).filter(outbox::dedup_key.eq(&key));
    if diesel::select(diesel::dsl::exists(known)).get_result(conn)? {
        return Ok(None);
    }
    let (id, position, created_at) = (new_id(), last + 1, office.clock.now());
    diesel::update(row).set(exchange_peers::last_position.eq(position)).execute(conn)?;
    let sender = agencies::name(conn, peer.agency_id)?;
    let outgoing = Written { id, contract: ContractVersion::V1, r#type: sort, sender, sent_at: created_at, position, about, data };
    let unwritable = |error: serde_json::Error| FoldError::Unreadable { kind: "exchange message".into(), reason: error.to_string() };
    let bytes = serde_json::to_vec(&outgoing).map_err(unwritable)?;
    let sealed = letterbox::seal(office, CaseOf { agency: peer.agency_id, case: id }, &bytes)?;
    diesel::insert_into(outbox::table)
        .values((
            (
                outbox::agency_id.eq(peer.agency_id),
                outbox::id.eq(id),
                outbox::peer_id.eq(peer.id),
                outbox::position.eq(position),
                outbox::sort.eq(sort),
                outbox::dedup_key.eq(&key),
                outbox::case_id.eq(case),
                outbox::proceeding.eq(proceeding),
            ),
            (
                outbox::sha256.eq(sealed.sha256.as_slice()),
                outbox::wrapped.eq(&sealed.wrapped),
                outbox::sealed.eq(&sealed.words),
                outbox::created_at.eq(created_at),
                outbox::state.eq(DeliveryState::Waiting.code()),
                outbox::next_at.eq(real_now()),
            ),
        ))
        .execute(conn)?;
    let what = ExchangeEvent::MessageQueued {
        message: id,
        peer: peer.id,
        position,
        sort: sort.to_owned(),
        key,
        case,
        proceeding,
        sha256: crypto::hex(&sealed.sha256),
        created_at,
    };
    Ok(Some(AgencyEvent::Exchanged { what }))
}
