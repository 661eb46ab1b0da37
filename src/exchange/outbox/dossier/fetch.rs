//! Fetching the dossier that was offered. Who: the body, by its token; only that of a proceeding of its own. That it was handed out stands on the
//! agency's trail, like every other package.
//!
//! It is made again from the versions of the cases that were offered, and given only if its digest is the one that was offered. Where it is not
//! (a document that is gone, a name that was corrected since), nothing is given and it is offered anew, unless it lacks more now than it did.

use super::super::super::envelope::{DossierOffer, ExchangeContract};
use super::super::super::letterbox;
use super::super::super::peers::Peer;
use super::super::poll::with;
use super::{Said, apart, offer_to};
use crate::app::App;
use crate::case::journal::agency;
use crate::case::journal::{self, JournalError, Pen};
use crate::case::office::Office;
use crate::case::refusal::{Code, Refusal};
use crate::case::trail::{Actor, RequestId};
use crate::crypto::{CaseOf, is_digest};
use crate::db::pool::Scope;
use crate::db::schema::exchange_outbox as outbox;
use crate::dossier::{Evidence, State, evidence_of};
use crate::http::answer::Answer;
use crate::http::call::{app_of, request_id};
use crate::http::problem::{Problem, ProblemBody};
use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// What the index of offers by their digests is about, word for word.
const OFFERS: &str = "exchange_outbox.sort = 'dossier'";

/// An offer made to a neighbour, of a proceeding that is still its own.
struct Made {
    case: Uuid,
    proceeding: u32,
    offer: DossierOffer,
}

fn made(conn: &mut PgConnection, office: &Office, peer: &Peer, sha256: &str) -> Result<Option<Made>, JournalError> {
    type Row = (Uuid, Option<Uuid>, Option<i32>, Option<Vec<u8>>, Option<Vec<u8>>);
    let row: Option<Row> = outbox::table
        .filter(outbox::agency_id.eq(peer.agency_id))
        .filter(outbox::peer_id.eq(peer.id))
        .filter(sql::<Bool>(OFFERS))
        .filter(sql::<Text>("right(dedup_key, 64)").eq(sha256))
        .order(outbox::position.desc())
        .select((outbox::id, outbox::case_id, outbox::proceeding, outbox::wrapped, outbox::sealed))
        .first(conn)
        .optional()?;
    // What was said went with its dossier.
    let Some((id, Some(case), Some(n), Some(wrapped), Some(sealed))) = row else { return Ok(None) };
    let bytes = letterbox::open(office, CaseOf { agency: peer.agency_id, case: id }, (&wrapped, &sealed))?;
    let said: Option<Said> = serde_json::from_slice(&bytes).ok();
    let loaded = journal::load(conn, peer.agency_id, case)?.filter(|loaded| loaded.case.disposal.is_none());
    let proceeding = u32::try_from(n).ok().zip(loaded).and_then(|(n, loaded)| loaded.case.proceeding(n).cloned());
    // A proceeding whose body was corrected is no longer this neighbour's.
    let own = proceeding.filter(|proceeding| peer.is_called(&proceeding.body));
    Ok(said.zip(own).map(|(said, own)| Made { case, proceeding: own.n, offer: said.data }))
}

/// Something that a package lacks: the case, and what.
type Lacks = BTreeSet<(Uuid, &'static str)>;

/// Offers it anew as it is now, if that lacks no more than what was offered did; whether it does.
async fn offer_anew(app: &Data<App>, peer: &Peer, ((case, n), lacked): ((Uuid, u32), Lacks), asked: RequestId) -> Result<bool, Problem> {
    let (agency, peer, office) = (peer.agency_id, peer.id, Arc::clone(&app.office));
    let evidence = app.db.run(Scope::own(agency), move |conn| evidence_of(conn, &office, (agency, case, n), &State::Now)).await?;
    if !evidence.lacks().is_subset(&lacked) {
        return Ok(false);
    }
    let packing = app.clone();
    apart(move || offer_to(&packing, (agency, peer), evidence, asked)).await?;
    Ok(true)
}

/// Fetch a dossier.
///
/// One that a `dossier` message offered, by the digest it named; that it was fetched stands on the agency's trail. Where it cannot be made again
/// as it was offered, nothing is given, and another `dossier` message follows: at once, unless it lacks more now than it did; then once it is complete.
#[utoipa::path(tag = "messages", params(("sha256" = String, Path, description = "The digest of the package, as offered.")), responses(
    (status = 200, description = "The package.", body = Vec<u8>, content_type = "application/zip"),
    (status = 409, description = "It is no longer what was offered; it is offered anew.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/{peer_id}/dossiers/{sha256}")]
pub async fn fetch_dossier(request: HttpRequest) -> Answer {
    let app = app_of(&request)?;
    let named = request.match_info().get("sha256").filter(|text| is_digest(text)).map(str::to_owned);
    let request_id = request_id(&request);
    let (peer, made, evidence) = with(&app, &request, ExchangeContract::Reconsideration, move |conn, office, peer| {
        let sha256 = named.ok_or_else(Problem::not_found)?;
        let made = made(conn, office, &peer, &sha256)?.ok_or_else(Problem::not_found)?;
        let evidence: Evidence = evidence_of(conn, office, (peer.agency_id, made.case, made.proceeding), &made.offer.state())?;
        Ok((peer, made, evidence))
    })
    .await?;
    let packing = app.clone();
    let lacked = evidence.lacked();
    let offered = apart(move || evidence.pack(&packing)).await?;
    if offered.sha256 != made.offer.sha256 {
        tracing::warn!(case = %made.case, peer = %peer.id, "the evidence is no longer what was offered");
        let anew = offer_anew(&app, &peer, ((made.case, made.proceeding), lacked), request_id).await?;
        let (zh, en) = if anew {
            (
                "案卷与所提供的摘要不再一致，已重新提供，见后续消息",
                "the evidence is no longer what was offered; it is offered anew, in a message that follows",
            )
        } else {
            (
                "案卷与所提供的摘要不再一致，现缺材料，由本机关补齐后另行提供",
                "the evidence is no longer what was offered, and lacks something now: it is offered anew once it is complete",
            )
        };
        return Err(Refusal::new(Code::DossierChanged, zh, en).into());
    }
    let (events, agency, office) = (offered.handed_out(), peer.agency_id, Arc::clone(&app.office));
    app.db
        .run(Scope::own(agency), move |conn| {
            let pen = Pen { office: &office, agency, actor: Actor::Account { id: peer.id }, request_id };
            conn.transaction(|conn| agency::append(conn, &pen, &events)).map_err(|error: JournalError| Problem::from(error))
        })
        .await?;
    Ok(offered.send(&app))
}
