//! The demo's neighbour: the reconsideration system of the district's government, of whose messages two wait for a clerk.
//!
//! Its secrets were drawn and forgotten: an administrator draws new ones to try it.

use super::walker::Walker;
use crate::db::pool::Scope;
use crate::exchange::envelope::{ExchangeContract, Message};
use crate::exchange::inbox::{Arrived, Incoming, keep, settle};
use crate::exchange::peers::{self, create};
use crate::ids::new_id;
use crate::people::passwords;
use anyhow::{Result, anyhow};
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// Enters the neighbour on a day, and lets its messages come.
pub(super) fn neighbour(w: &mut Walker, day: NaiveDate) -> Result<()> {
    let (ask, office) = (w.asks("admin", day, new_id())?, Arc::clone(&w.office));
    let password_hash = passwords::hash(&passwords::temporary()).map_err(|_| anyhow!("a password cannot be hashed"))?;
    let new = create::NewPeer {
        contract: ExchangeContract::Reconsideration, name: "示范区人民政府".into(), push_url: None, password_hash
    };
    let scope = Scope::own(ask.agency);
    let peer = w.db.run_here(&scope, |conn| create::enter(conn, &office, &ask, new)).map_err(|problem| anyhow!("{problem}"))?.peer;
    let misdirected = json!({
        "type": "notice_to_answer", "data": {"procedure": "ordinary", "against": "reply", "accepted_on": day},
        "about": {"case_number": "示复〔2026〕91号", "reply_number": "邻市监公复〔2026〕12号", "applicant_digest": "0".repeat(64)}
    });
    let resting = json!({
        "type": "suspension", "data": {"on": day, "text": "因需要鉴定，中止审理。"}, "about": {"case_number": "示复〔2026〕88号"}
    });
    for message in [misdirected, resting] {
        comes(w, (ask.agency, peer.id), message)?;
    }
    Ok(())
}

fn comes(w: &Walker, (agency, peer): (Uuid, Uuid), message: Value) -> Result<()> {
    let (id, office) = (new_id(), &w.office);
    let mut message = message;
    let head = [("id", json!(id)), ("contract", json!("1.0")), ("sender", json!("示范区人民政府")), ("sent_at", json!(office.clock.now()))];
    if let Some(message) = message.as_object_mut() {
        message.extend(head.map(|(key, value)| (key.to_owned(), value)));
    }
    let bytes = message.to_string().into_bytes();
    let (message, _) = Message::read(Some("application/json"), &bytes).map_err(|problem| anyhow!("{problem}"))?;
    let message = Arrived::from(&message);
    w.db.run_here(&Scope::own(agency), |conn| {
        let peer = peers::read(conn, agency, peer)?.ok_or(crate::case::journal::JournalError::Unknown)?;
        keep(conn, office, &peer, &Incoming { message: &message, bytes: &bytes, skewed: false })?;
        settle::attempt(conn, office, (agency, id)).map(drop)
    })
    .map_err(|error| anyhow!("{error}"))
}
