//! The neighbour's side of the inbox: pushing a message. Who: the neighbour, by its signature.
//!
//! A wrong signature is answered alike for every neighbour there is or is not, counted among the problems and stored nowhere.

use super::super::envelope::{ExchangeContract, Message, Receipt};
use super::super::outbox::poll::peer_of;
use super::super::peers::{self, Peer, secrets};
use super::super::platform::files::not_taken;
use super::super::signature::{self, Signed};
use super::{Arrived, Incoming, Row, keep, settle};
use crate::app::App;
use crate::case::office::Office;
use crate::clock::real_now;
use crate::db::pool::Scope;
use crate::http::answer::Answer;
use crate::http::call::{BODY_LIMIT, app_of};
use crate::http::intake;
use crate::http::problem::{Fault, Problem};
use crate::people::gate::Trier;
use actix_web::http::header;
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, post};
use diesel::prelude::*;
use std::sync::Arc;
use uuid::Uuid;

/// The headers of a signed message.
struct Headers {
    id: String,
    timestamp: i64,
    signatures: String,
    media_type: Option<String>,
}

impl Headers {
    fn read(request: &HttpRequest) -> Result<Self, Problem> {
        let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let needed = |name: &str| {
            text(name).ok_or_else(|| {
                Problem::parameter(Fault::MalformedHeader, name, format!("缺少请求头 {name}"), format!("the header {name} is missing"))
            })
        };
        let timestamp = needed("webhook-timestamp")?.parse().map_err(|_| {
            let (zh, en) = ("webhook-timestamp 须为自 1970 年起的秒数", "webhook-timestamp must be seconds since 1970");
            Problem::parameter(Fault::MalformedHeader, "webhook-timestamp", zh, en)
        })?;
        let media_type = text(header::CONTENT_TYPE.as_str());
        Ok(Self { id: needed("webhook-id")?, timestamp, signatures: needed("webhook-signature")?, media_type })
    }

    fn signed(&self) -> Signed<'_> {
        Signed { id: &self.id, timestamp: self.timestamp, signatures: &self.signatures }
    }
}

/// The neighbour, if the message is signed with one of its secrets.
fn signer(
    conn: &mut PgConnection,
    office: &Office,
    (contract, id): (ExchangeContract, Uuid),
    (headers, bytes): (&Headers, &[u8]),
) -> Result<Option<Peer>, Problem> {
    let Some(peer) = peers::admitted(conn, contract, id)? else { return Ok(None) };
    let secrets = secrets::good(conn, office, peer.owner(), office.clock.now())?;
    Ok(secrets.iter().any(|secret| secret.signing.signed(headers.signed(), bytes)).then_some(peer))
}

/// Push a message.
///
/// Signed as Standard Webhooks: `webhook-id` (the message's `id`), `webhook-timestamp`, `webhook-signature`. 200 says that the message is kept
/// for good, and what has become of it so far; later news come as `receipt`. The same message may be sent again at any time, with the same
/// bytes. Messages may come late and in any order: one that tells of a proceeding whose notice is not there yet waits for it. A timestamp far
/// from the time here is marked and does no harm.
#[utoipa::path(tag = "messages", request_body = Message, params(
    ("webhook-id" = String, Header, description = "The id of the message."),
    ("webhook-timestamp" = i64, Header, description = "Seconds since 1970."),
    ("webhook-signature" = String, Header, description = "`v1,` and the base64 of HMAC-SHA-256 over `id.timestamp.body`; several are separated by spaces."),
), responses((status = 200, description = "It is kept.", body = Receipt)))]
#[post("/{peer_id}/messages")]
pub async fn receive_message(request: HttpRequest, payload: web::Payload) -> Answer {
    at(&request, payload, Door { contract: ExchangeContract::Reconsideration, read }).await
}

fn read(media_type: Option<&str>, bytes: &[u8]) -> Result<Arrived, Problem> {
    Message::read(media_type, bytes).map(|(message, _)| Arrived::from(&message))
}

/// Under which contract a message comes in, and how it is read there.
#[derive(Clone, Copy)]
pub struct Door {
    /// The contract.
    pub contract: ExchangeContract,
    /// Reads a message, or says which fields are wrong.
    pub read: fn(Option<&str>, &[u8]) -> Result<Arrived, Problem>,
}

/// Takes a message in.
pub async fn at(request: &HttpRequest, payload: web::Payload, door: Door) -> Answer {
    let app = app_of(request)?;
    let (id, headers) = (peer_of(request)?, Headers::read(request)?);
    let trier = [Trier::address(app.net.proxies.client(request))];
    app.gate.admit(request, &trier, real_now())?;
    let bytes = intake::body(&app, payload.into_inner(), BODY_LIMIT).await?;
    let kept = kept(&app, (door, id), (headers, bytes)).await;
    if !kept.as_ref().is_err_and(|problem| problem.code() == Fault::SignatureRefused.code()) {
        app.gate.forgive(&trier);
    }
    let (row, peer) = kept?;
    let office = Arc::clone(&app.office);
    let (agency, message) = (row.agency_id, row.id);
    let outcome = app.db.run(Scope::own(agency), move |conn| {
        settle::attempt(conn, &office, (agency, message)).map_err(Problem::from)?;
        let row = super::find(conn, agency, message)?.ok_or_else(Problem::not_found)?;
        let not_taken = not_taken(conn, agency, (&row.sort, row.case_id))?;
        Ok::<_, Problem>((row, not_taken))
    });
    // It is kept, whatever comes of trying it now: the worker tries again.
    let (row, not_taken) = outcome.await.unwrap_or_else(|_| (row, Vec::new()));
    tracing::debug!(peer = %peer.id, message = %row.id, state = row.state, "a message came");
    Ok(HttpResponse::Ok().json(Receipt { message: row.id, state: row.stands().fate(), code: row.code, not_taken }))
}

async fn kept(app: &App, (door, id): (Door, Uuid), (headers, bytes): (Headers, Bytes)) -> Result<(Row, Peer), Problem> {
    let office = Arc::clone(&app.office);
    app.db
        .run(Scope::nobody(), move |conn| {
            let refused = || Problem::plain(Fault::SignatureRefused);
            let peer = signer(conn, &office, (door.contract, id), (&headers, &bytes))?.ok_or_else(refused)?;
            let message = (door.read)(headers.media_type.as_deref(), &bytes)?;
            if message.id.to_string() != headers.id.to_ascii_lowercase() {
                let (zh, en) = ("webhook-id 与消息编号不一致", "webhook-id is not the id of the message");
                return Err(Problem::parameter(Fault::MalformedHeader, "webhook-id", zh, en));
            }
            let skewed = signature::is_skewed(headers.timestamp, office.clock.now());
            let row = keep(conn, &office, &peer, &Incoming { message: &message, bytes: &bytes, skewed })?;
            Ok((row, peer))
        })
        .await
}
