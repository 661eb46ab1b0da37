//! The neighbour's side of the outbox: polling what was written for it, and fetching the papers named in it. Who: the neighbour, by its token.

use super::super::envelope::{ExchangeContract, OutgoingPage, OutgoingType};
use super::super::letterbox;
use super::super::peers::{self, Peer, secrets};
use super::DeliveryState;
use crate::app::App;
use crate::case::journal::agency::RevealPurpose;
use crate::case::journal::{self, JournalError, Pen};
use crate::case::model::{Order, Proceeding};
use crate::case::office::Office;
use crate::case::trail::Actor;
use crate::clock::real_now;
use crate::crypto::CaseOf;
use crate::db::pool::Scope;
use crate::db::schema::{case_documents, exchange_outbox as outbox};
use crate::http::answer::Answer;
use crate::http::body;
use crate::http::call::{app_of, request_id};
use crate::http::paging;
use crate::http::problem::{Fault, Problem};
use crate::letters::documents::{hand_out, read};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::sync::Arc;
use utoipa::IntoParams;
use uuid::Uuid;

/// Where to begin.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PollMessages {
    /// Messages after this place; 0 is from the beginning.
    #[serde(default)]
    #[param(minimum = 0, default = 0)]
    pub after: u32,
    /// Messages of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
}

/// What a page is made of: the bytes as they were written and signed.
#[derive(serde::Serialize)]
struct Stored {
    items: Vec<Box<RawValue>>,
    next_after: i64,
}

/// The neighbour in the path.
pub fn peer_of(request: &HttpRequest) -> Result<Uuid, Problem> {
    let named = request.match_info().get("peer_id").and_then(|text| Uuid::try_parse(text).ok());
    named.ok_or_else(|| Problem::plain(Fault::NotSignedIn))
}

/// The neighbour whose token the request bears.
fn known(conn: &mut PgConnection, office: &Office, (contract, id, token): (ExchangeContract, Uuid, &str)) -> Result<Peer, Problem> {
    let peer = peers::admitted(conn, contract, id)?;
    match peer {
        Some(peer) if secrets::is_token(conn, peer.owner(), (token, office.clock.now()))? => Ok(peer),
        _ => Err(Problem::plain(Fault::NotSignedIn)),
    }
}

/// The bearer token of a request.
fn token(request: &HttpRequest) -> Result<String, Problem> {
    let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = header.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    bearer.map(|(_, token)| token.trim().to_owned()).ok_or_else(|| Problem::plain(Fault::NotSignedIn))
}

/// Runs on a connection of the neighbour's agency once its token is found good.
pub(in crate::exchange) async fn with<T: Send + 'static>(
    app: &App,
    request: &HttpRequest,
    contract: ExchangeContract,
    work: impl FnOnce(&mut PgConnection, &Office, Peer) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let (id, token, office) = (peer_of(request)?, token(request)?, Arc::clone(&app.office));
    app.gate.admit_call(request, &id.to_string(), real_now())?;
    app.db
        .run(Scope::nobody(), move |conn| {
            let peer = known(conn, &office, (contract, id, &token))?;
            work(conn, &office, peer)
        })
        .await
}

/// Whether a paper was named to the neighbour: with an answer or a report in a proceeding of its own.
fn is_named(conn: &mut PgConnection, peer: &Peer, paper: Uuid) -> Result<bool, JournalError> {
    let named = [OutgoingType::Answer.code(), OutgoingType::PerformanceReport.code(), OutgoingType::OpinionReport.code()];
    let told: Vec<(Option<Uuid>, Option<i32>)> = outbox::table
        .inner_join(
            case_documents::table.on(case_documents::agency_id
                .nullable()
                .eq(outbox::agency_id.nullable())
                .and(case_documents::case_id.nullable().eq(outbox::case_id))),
        )
        .filter(outbox::agency_id.eq(peer.agency_id))
        .filter(outbox::peer_id.eq(peer.id))
        .filter(outbox::sort.eq_any(named))
        .filter(case_documents::document_id.eq(paper))
        .select((outbox::case_id, outbox::proceeding))
        .distinct()
        .load(conn)?;
    for (case, n) in told.into_iter().filter_map(|(case, n)| case.zip(n)) {
        let Some(loaded) = journal::load(conn, peer.agency_id, case)? else { continue };
        let proceeding = u32::try_from(n).ok().and_then(|n| loaded.case.proceeding(n));
        if proceeding.is_some_and(|proceeding| papers(proceeding).any(|known| known == paper)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The agency's own papers in a proceeding.
fn papers(proceeding: &Proceeding) -> impl Iterator<Item = Uuid> {
    let answer = proceeding.answer.as_ref().and_then(|answer| answer.document_id);
    let report = proceeding.opinion.as_ref().and_then(|opinion| opinion.report.as_ref()).and_then(|report| report.document_id);
    let proof = proceeding.decision.as_ref().and_then(|decision| decision.order.as_ref()).and_then(Order::proved_by);
    answer.into_iter().chain(report).chain(proof)
}

fn page(conn: &mut PgConnection, office: &Office, peer: &Peer, (after, limit): (i64, i64)) -> Result<Stored, JournalError> {
    type Row = (Uuid, i64, Option<Vec<u8>>, Option<Vec<u8>>);
    let rows: Vec<Row> = outbox::table
        .filter(outbox::agency_id.eq(peer.agency_id))
        .filter(outbox::peer_id.eq(peer.id))
        .filter(outbox::position.gt(after))
        .order(outbox::position)
        .select((outbox::id, outbox::position, outbox::wrapped, outbox::sealed))
        .limit(limit)
        .load(conn)?;
    let next_after = rows.last().map_or(after, |(_, position, ..)| *position);
    let mut items = Vec::with_capacity(rows.len());
    for (id, _, wrapped, sealed) in rows {
        // What went with its dossier is not there any more; its place stays.
        let Some((wrapped, sealed)) = wrapped.zip(sealed) else { continue };
        let bytes = letterbox::open(office, CaseOf { agency: peer.agency_id, case: id }, (&wrapped, &sealed))?;
        let raw = String::from_utf8(bytes).ok().and_then(|text| RawValue::from_string(text).ok());
        items.extend(raw);
    }
    Ok(Stored { items, next_after })
}

/// What was asked for before a place has arrived: it is pushed no more.
fn arrived(conn: &mut PgConnection, office: &Office, peer: &Peer, after: i64) -> QueryResult<()> {
    diesel::update(outbox::table)
        .filter(outbox::agency_id.eq(peer.agency_id))
        .filter(outbox::peer_id.eq(peer.id))
        .filter(outbox::position.le(after))
        // What was given up on is there after all.
        .filter(outbox::state.eq_any([DeliveryState::Waiting, DeliveryState::Failed].map(DeliveryState::code)))
        .set((
            outbox::state.eq(DeliveryState::Delivered.code()),
            outbox::delivered_at.eq(office.clock.now()),
            // A push that is under way ends without a say.
            outbox::lease_token.eq(None::<Uuid>),
            outbox::lease_until.eq(None::<DateTime<Utc>>),
        ))
        .execute(conn)
        .map(drop)
}

/// Poll the messages to the reconsideration system.
///
/// Oldest first, from the place after `after`. Asking from a place says that everything up to it has arrived: it is not pushed any more.
#[utoipa::path(tag = "messages", params(PollMessages), responses((status = 200, description = "Messages.", body = OutgoingPage)))]
#[get("/{peer_id}/messages")]
pub async fn poll_messages(request: HttpRequest) -> Answer {
    page_for(&request, ExchangeContract::Reconsideration).await
}

/// A page of the messages to a neighbour under a contract.
pub async fn page_for(request: &HttpRequest, contract: ExchangeContract) -> Answer {
    let app = app_of(request)?;
    let asked: PollMessages = body::query(request.query_string())?;
    let limit = paging::limit(asked.limit)?;
    let after = i64::from(asked.after);
    let page = with(&app, request, contract, move |conn, office, peer| {
        arrived(conn, office, &peer, after)?;
        Ok(page(conn, office, &peer, (after, limit))?)
    })
    .await?;
    Ok(HttpResponse::Ok().json(page))
}

/// Fetch a paper.
///
/// One that an answer or a report named; that it was fetched stands on the agency's trail.
#[utoipa::path(tag = "messages", params(("document_id" = Uuid, Path, description = "The paper's id.")), responses(
    (status = 200, description = "The bytes, of the type that the message named.", body = Vec<u8>, content_type = "application/octet-stream"),
))]
#[get("/{peer_id}/papers/{document_id}")]
pub async fn fetch_paper(request: HttpRequest) -> Answer {
    let app = app_of(&request)?;
    let paper = request.match_info().get("document_id").and_then(|text| Uuid::try_parse(text).ok()).ok_or_else(Problem::not_found)?;
    let request_id = request_id(&request);
    let (owner, sealed) = with(&app, &request, ExchangeContract::Reconsideration, move |conn, office, peer| {
        if !is_named(conn, &peer, paper)? {
            return Err(Problem::not_found());
        }
        let pen = Pen { office, agency: peer.agency_id, actor: Actor::Account { id: peer.id }, request_id };
        Ok((CaseOf { agency: peer.agency_id, case: paper }, read(conn, &pen, paper, Some(RevealPurpose::Proceeding))?))
    })
    .await?;
    hand_out(&app, owner, paper, sealed).await
}
