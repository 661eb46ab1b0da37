//! Changing a neighbour's name, address and standing, and giving it new secrets. Who: the administrator.

use super::secrets::{Drawn, SecretsView, end_before, generations, good};
use super::{Peer, PeerView, hold, read, unambiguous, view};
use crate::case::journal::agency::{Change, Outcome};
use crate::case::journal::{JournalError, Mode, Repeated};
use crate::case::refusal::{Code, Refusal};
use crate::db::schema::exchange_peers;
use crate::exchange::reach;
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions};
use crate::http::problem::Problem;
use crate::http::text::Line;
use crate::people::Nothing;
use crate::people::writing::write;
use actix_web::http::StatusCode;
use actix_web::{patch, post};
use chrono::{DateTime, TimeDelta};
use diesel::prelude::*;
use garde::Validate;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// The longest time for which two generations of secrets are good, in hours: a month.
const LONGEST_OVERLAP: u32 = 24 * 31;

/// What changes about a neighbour; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ChangePeer {
    /// What it is called from now on, as the body of its proceedings and as the sender of its messages. What it opened or sent under its earlier
    /// names stays its own.
    #[garde(dive)]
    #[schema(example = "示范区人民政府")]
    pub name: Option<Line<60>>,
    /// Where messages are pushed to.
    #[garde(dive)]
    pub push_url: Option<Line<500>>,
    /// Whether they are pushed; without it the neighbour polls.
    pub pushes: Option<bool>,
    /// Whether it may exchange at all.
    pub active: Option<bool>,
}

/// New secrets.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotateSecrets {
    /// For so many hours the earlier ones are good too.
    #[garde(range(max = LONGEST_OVERLAP))]
    #[schema(minimum = 0, maximum = 744, example = 48)]
    pub overlap_hours: u32,
}

/// A neighbour with new secrets.
#[derive(Serialize, ToSchema)]
pub struct SecretsRotated {
    /// The neighbour.
    pub peer: PeerView,
    /// What it is handed, shown this once; null in the answer to a repeated key.
    #[schema(required = true)]
    pub secrets: Option<SecretsView>,
}

/// Stores a neighbour as it is to be.
pub fn store(conn: &mut PgConnection, peer: &Peer) -> QueryResult<()> {
    diesel::update(exchange_peers::table.find((peer.agency_id, peer.id)))
        .set((
            exchange_peers::name.eq(&peer.name),
            exchange_peers::former_names.eq(&peer.former_names),
            exchange_peers::push_url.eq(&peer.push_url),
            exchange_peers::pushes.eq(peer.pushes),
            exchange_peers::active.eq(peer.active),
            exchange_peers::version.eq(peer.version),
        ))
        .execute(conn)
        .map(drop)
}

/// Change a neighbouring system.
#[utoipa::path(tag = "exchange", request_body = ChangePeer, responses((status = 200, description = "The neighbour.", body = PeerView)))]
#[patch("/exchange-peers/{peer_id}")]
pub async fn change_exchange_peer(call: Call) -> Answer {
    let scope = call.permit("change_exchange_peer")?;
    call.query::<Nothing>()?;
    let id = call.id("peer_id")?;
    let ask = call.ask_in(id, None, Versions::None, Mode::Take)?;
    let body: ChangePeer = call.json()?;
    if let Some(address) = &body.push_url {
        reach::check(&call.app.exchange, address.as_str())?;
    }
    let office = Arc::clone(&call.app.office);
    let shown = call
        .app
        .db
        .run(scope, move |conn| {
            held(conn, (ask.agency, id), |conn| {
                write(conn, &office, &ask, |conn| {
                    let before = hold(conn, ask.agency, id)?.ok_or(JournalError::Unknown)?;
                    if let Some(name) = &body.name {
                        unambiguous(conn, (ask.agency, id), name.as_str())?;
                    }
                    let after = changed(&before, body)?;
                    store(conn, &after)?;
                    let repeated = Repeated { resource: id, version: after.version, status: 200 };
                    Ok(Change { value: (), repeated, events: vec![after.set()] })
                })
            })?;
            let peer = read(conn, ask.agency, id)?.ok_or_else(Problem::not_found)?;
            view(conn, peer)
        })
        .await?;
    answer::ok(&shown)
}

/// Holds the neighbour before the head of the agency's stream, as whoever applies a message of it does; wholly, since its name is a key that a message
/// that is only kept refers to.
fn held<T>(
    conn: &mut PgConnection,
    (agency, id): (Uuid, Uuid),
    work: impl FnOnce(&mut PgConnection) -> Result<T, Problem>,
) -> Result<T, Problem> {
    conn.transaction(|conn| {
        let row = exchange_peers::table.find((agency, id)).select(exchange_peers::id).for_update();
        row.first::<Uuid>(conn).optional()?.ok_or_else(Problem::not_found)?;
        work(conn)
    })
}

fn changed(before: &Peer, body: ChangePeer) -> Result<Peer, Refusal> {
    let push_url = body.push_url.map(Line::into_string).or_else(|| before.push_url.clone());
    let pushes = body.pushes.unwrap_or(before.pushes);
    let named = body.name.map_or_else(|| before.clone(), |name| before.clone().called(name.into_string()));
    let after = Peer { push_url, pushes, active: body.active.unwrap_or(before.active), ..named };
    if after == *before {
        return Err(Refusal::new(Code::NothingToChange, "没有需要更改的内容", "nothing would change"));
    }
    if after.pushes && after.push_url.is_none() {
        let (zh, en) = ("未填写推送地址，不能推送", "there is no address to push to");
        return Err(Refusal::new(Code::FieldsRefused, zh, en).at("/pushes"));
    }
    Ok(Peer { version: before.version + 1, ..after })
}

/// Give a neighbouring system new secrets.
///
/// They are shown in this answer only; the earlier ones are good for the hours given. The matching key stays.
#[utoipa::path(tag = "exchange", request_body = RotateSecrets, responses(
    (status = 201, description = "The neighbour, with its new secrets.", body = SecretsRotated),
))]
#[post("/exchange-peers/{peer_id}/secrets")]
pub async fn rotate_exchange_secrets(call: Call) -> Answer {
    let scope = call.permit("rotate_exchange_secrets")?;
    call.query::<Nothing>()?;
    let id = call.id("peer_id")?;
    let ask = call.ask_in(id, None, Versions::None, Mode::Take)?;
    let RotateSecrets { overlap_hours } = call.json()?;
    let office = Arc::clone(&call.app.office);
    let until = office.clock.now() + TimeDelta::hours(i64::from(overlap_hours));
    let rotated = call
        .app
        .db
        .run(scope, move |conn| {
            let written = held(conn, (ask.agency, id), |conn| {
                write(conn, &office, &ask, |conn| {
                    let peer = hold(conn, ask.agency, id)?.ok_or(JournalError::Unknown)?;
                    let n = newest(conn, ask.agency, id)? + 1;
                    // An ended generation has the matching key too: asked for at the beginning of time, every one is good.
                    let kept = good(conn, &office, peer.owner(), DateTime::UNIX_EPOCH)?;
                    let drawn = kept.first().map_or_else(Drawn::first, |kept| Drawn::with(kept.matching));
                    let mut events = vec![drawn.store(conn, &office, (peer.owner(), n))?];
                    events.extend(end_before(conn, peer.owner(), (n, until))?);
                    Ok(Change { value: drawn, repeated: Repeated { resource: id, version: n, status: 201 }, events })
                })
            })?;
            let secrets = match written {
                Outcome::Written(drawn) => Some(drawn.shown()),
                Outcome::Repeated(_) => None,
            };
            let peer = read(conn, ask.agency, id)?.ok_or_else(Problem::not_found)?;
            Ok::<_, Problem>(SecretsRotated { peer: view(conn, peer)?, secrets })
        })
        .await?;
    answer::versioned(StatusCode::CREATED, rotated.peer.version, None, &rotated)
}

fn newest(conn: &mut PgConnection, agency: Uuid, peer: Uuid) -> QueryResult<i32> {
    Ok(generations(conn, agency, peer)?.last().map_or(0, |(n, ..)| *n))
}
