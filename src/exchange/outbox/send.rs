//! Pushing: one message at a time to each neighbour, in the order of their places, under a lease and outside every transaction.
//!
//! A worker that dies with a message in its hand loses the lease, and the next one pushes the same message under the same id: at least once,
//! and the neighbour knows the double. 410 ends the pushing until an administrator begins it anew; what cannot be pushed is still polled.

use super::super::letterbox;
use super::super::peers::{self, Peer, change, secrets};
use super::super::reach::{Reach, Unreachable};
use super::DeliveryState;
use crate::case::journal::agency;
use crate::case::journal::{JournalError, Pen};
use crate::case::office::Office;
use crate::case::trail::Actor;
use crate::clock::real_now;
use crate::crypto::CaseOf;
use crate::db::pool::{Db, Scope};
use crate::db::schema::exchange_outbox as outbox;
use crate::ids::{new_id, request_id};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::Uuid;

/// So long a message is one worker's; longer than the longest push.
const LEASE: TimeDelta = TimeDelta::minutes(1);
/// Longest push.
const PATIENCE: Duration = Duration::from_secs(20);
/// Longest that a neighbour which could not be reached is left alone, whatever waits for it: the others come first.
const LONGEST_REST: TimeDelta = TimeDelta::minutes(1);
/// Seconds until the next push, by pushes made: five days in all.
const BACKOFF_SECONDS: [i64; 12] = [5, 15, 60, 300, 900, 3_600, 3 * 3_600, 6 * 3_600, 12 * 3_600, 24 * 3_600, 24 * 3_600, 48 * 3_600];

/// How a push ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It was taken.
    Delivered,
    /// It will be pushed again.
    PutOff,
    /// It was pushed in vain for days.
    Failed,
    /// The address is gone: nothing is pushed there any more.
    Gone,
    /// The lease ran out meanwhile and another worker has it.
    TakenOver,
}

#[derive(Queryable)]
struct Due {
    id: Uuid,
    wrapped: Option<Vec<u8>>,
    sealed: Option<Vec<u8>>,
    attempts: i32,
}

struct Claimed {
    peer: Peer,
    id: Uuid,
    token: Uuid,
    attempts: i32,
    body: Vec<u8>,
    signatures: Vec<String>,
    timestamp: i64,
}

/// What came of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Pushed {
    Taken,
    Gone,
    /// It was reached, and did not take the message.
    Not(String),
    /// It was not reached.
    Silent(String),
}

/// Since when something is due to each neighbour: the longest waiting comes first.
fn turns(conn: &mut PgConnection, agency: Uuid) -> QueryResult<BTreeMap<Uuid, DateTime<Utc>>> {
    let rows: Vec<(Uuid, Option<DateTime<Utc>>)> = outbox::table
        .filter(outbox::agency_id.eq(agency))
        .filter(outbox::state.eq(DeliveryState::Waiting.code()))
        .group_by(outbox::peer_id)
        .select((outbox::peer_id, diesel::dsl::min(outbox::next_at)))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(peer, at)| Some((peer, at?))).collect())
}

/// Leaves a neighbour alone for a while.
fn rest(conn: &mut PgConnection, peer: &Peer, again: DateTime<Utc>) -> QueryResult<()> {
    let until = again.min(real_now() + LONGEST_REST);
    diesel::update(outbox::table)
        .filter(outbox::agency_id.eq(peer.agency_id))
        .filter(outbox::peer_id.eq(peer.id))
        .filter(outbox::state.eq(DeliveryState::Waiting.code()))
        .filter(outbox::next_at.lt(until))
        .set(outbox::next_at.eq(until))
        .execute(conn)
        .map(drop)
}

/// Pushes the message that is due first to one of the neighbours; none if none is due.
pub fn push_next(db: &Db, office: &Office, reach: &Reach, agency: Uuid) -> Result<Option<Ended>, JournalError> {
    let scope = Scope::own(agency);
    let claimed = db.run_here(&scope, |conn| {
        let mut peers: Vec<Peer> = peers::of_agency(conn, agency)?.into_iter().filter(|peer| peer.active && peer.pushes).collect();
        let turns = turns(conn, agency)?;
        peers.sort_by_key(|peer| turns.get(&peer.id).copied());
        for peer in peers {
            if let Some(claimed) = claim(conn, office, peer)? {
                return Ok(Some(claimed));
            }
        }
        Ok::<_, JournalError>(None)
    })?;
    let Some(claimed) = claimed else { return Ok(None) };
    let pushed = push(reach, &claimed);
    if let Pushed::Not(why) | Pushed::Silent(why) = &pushed {
        tracing::warn!(%agency, peer = %claimed.peer.id, message = %claimed.id, why, "a message was not taken by the neighbour");
    }
    db.run_here(&scope, |conn| conn.transaction(|conn| end(conn, office, &claimed, &pushed))).map(Some)
}

fn claim(conn: &mut PgConnection, office: &Office, peer: Peer) -> Result<Option<Claimed>, JournalError> {
    conn.transaction(|conn| {
        let now = real_now();
        let due: Option<Due> = outbox::table
            .filter(outbox::agency_id.eq(peer.agency_id))
            .filter(outbox::peer_id.eq(peer.id))
            .filter(outbox::state.eq(DeliveryState::Waiting.code()))
            .filter(outbox::next_at.le(now))
            .filter(outbox::lease_until.is_null().or(outbox::lease_until.lt(now)))
            .order(outbox::position)
            .select((outbox::id, outbox::wrapped, outbox::sealed, outbox::attempts))
            .for_update()
            .skip_locked()
            .first(conn)
            .optional()?;
        let Some(Due { id, wrapped, sealed, attempts }) = due else { return Ok(None) };
        let row = outbox::table.find((peer.agency_id, id));
        let Some((wrapped, sealed)) = wrapped.zip(sealed) else {
            // Its words went with the dossier.
            diesel::update(row).set(outbox::state.eq(DeliveryState::Failed.code())).execute(conn)?;
            return Ok(None);
        };
        let body = letterbox::open(office, CaseOf { agency: peer.agency_id, case: id }, (&wrapped, &sealed))?;
        let (token, attempts, timestamp) = (new_id(), attempts.saturating_add(1), now.timestamp());
        let secrets = secrets::good(conn, office, peer.owner(), office.clock.now())?;
        let signatures = secrets.iter().map(|secret| secret.signing.sign(&id.to_string(), timestamp, &body)).collect();
        diesel::update(row)
            .set((outbox::lease_token.eq(token), outbox::lease_until.eq(now + LEASE), outbox::attempts.eq(attempts)))
            .execute(conn)?;
        Ok(Some(Claimed { peer, id, token, attempts, body, signatures, timestamp }))
    })
}

/// One request, to the addresses that were looked at and no others, without redirects or proxies.
fn push(reach: &Reach, claimed: &Claimed) -> Pushed {
    let address = claimed.peer.push_url.as_deref().unwrap_or_default();
    let (url, addresses) = match reach.resolve(address) {
        Ok(found) => found,
        Err(Unreachable::Refused) => return Pushed::Silent("the address may not be reached".into()),
        Err(Unreachable::Unknown) => return Pushed::Silent("the host is unknown".into()),
    };
    let host = url.host_str().unwrap_or_default().to_owned();
    let sending = async {
        let client = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .timeout(PATIENCE)
            .connect_timeout(Duration::from_secs(5))
            .resolve_to_addrs(&host, &addresses)
            .build()?;
        let request = client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", claimed.id.to_string())
            .header("webhook-timestamp", claimed.timestamp.to_string())
            .header("webhook-signature", claimed.signatures.join(" "))
            .body(claimed.body.clone());
        Ok::<_, reqwest::Error>(request.send().await.map_err(reqwest::Error::without_url)?.status())
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Pushed::Silent(error.to_string()),
    };
    match runtime.block_on(sending) {
        Ok(status) if status.is_success() => Pushed::Taken,
        Ok(reqwest::StatusCode::GONE) => Pushed::Gone,
        Ok(status) => Pushed::Not(format!("it answered {status}")),
        Err(error) => Pushed::Silent(error.to_string()),
    }
}

fn end(conn: &mut PgConnection, office: &Office, claimed: &Claimed, pushed: &Pushed) -> Result<Ended, JournalError> {
    let Claimed { peer, id, token, attempts, .. } = claimed;
    let made = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    let (ended, state, why) = match pushed {
        Pushed::Taken => (Ended::Delivered, DeliveryState::Delivered, None),
        Pushed::Gone => (Ended::Gone, DeliveryState::Waiting, Some("410".to_owned())),
        Pushed::Not(why) | Pushed::Silent(why) if made < BACKOFF_SECONDS.len() => {
            (Ended::PutOff, DeliveryState::Waiting, Some(why.clone()))
        }
        Pushed::Not(why) | Pushed::Silent(why) => (Ended::Failed, DeliveryState::Failed, Some(why.clone())),
    };
    let again = real_now() + TimeDelta::seconds(BACKOFF_SECONDS.get(made).or(BACKOFF_SECONDS.last()).copied().unwrap_or(5));
    let changed = diesel::update(outbox::table.find((peer.agency_id, *id)).filter(outbox::lease_token.eq(*token)))
        .set((
            outbox::state.eq(state.code()),
            outbox::next_at.eq(again),
            outbox::delivered_at.eq((state == DeliveryState::Delivered).then(|| office.clock.now())),
            outbox::last_error.eq(why),
            outbox::lease_token.eq(None::<Uuid>),
            outbox::lease_until.eq(None::<DateTime<Utc>>),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Ok(Ended::TakenOver);
    }
    if matches!(pushed, Pushed::Silent(_)) {
        rest(conn, peer, again)?;
    }
    if ended == Ended::Gone
        && let Some(peer) = peers::hold(conn, peer.agency_id, peer.id)?.filter(|peer| peer.pushes)
    {
        let peer = Peer { pushes: false, version: peer.version + 1, ..peer };
        change::store(conn, &peer)?;
        let pen = Pen { office, agency: peer.agency_id, actor: Actor::Worker { task: "exchange".into() }, request_id: request_id().into() };
        agency::append(conn, &pen, &[peer.set()])?;
    }
    Ok(ended)
}
