//! The dossier offered to the reviewing body (案卷对接): a message with its digest, size and address, from which the body fetches it.
//!
//! Evidence is handed in with the answer (复议法 48, 54) and is an act of the agency: so it is offered once a person has filed the answer and
//! nothing that it needs is missing, and is looked at again whenever a case of the proceeding moves until that is so. What comes after that is
//! no evidence (复议法 46), so it is offered anew only where a person says so, or where what was offered was not whole or cannot be made again. What is
//! incomplete goes out only where a person says so: what is not in it counts as not there (复议法 70), but nobody takes back what was sent, and what is
//! made again in its place lacks no more than it did.

pub mod ask;
pub mod fetch;

use super::super::envelope::{CoveredCase, DossierOffer, MessageType, OutgoingType};
use super::super::inbox::{MessageState, request_of};
use super::super::letterbox;
use super::super::peers::{self, Peer};
use super::{Writing, derive, write};
use crate::app::App;
use crate::case::journal::agency::{self, AgencyEvent};
use crate::case::journal::{self, JournalError, Pen};
use crate::case::office::Office;
use crate::case::trail::{Actor, RequestId};
use crate::clock::real_now;
use crate::crypto::CaseOf;
use crate::db::pool::{DbError, Scope};
use crate::db::schema::{exchange_inbox as inbox, exchange_outbox as outbox};
use crate::dossier::{Evidence, Offered, State, evidence_of};
use crate::http::problem::{Fault, Problem};
use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use serde::Deserialize;
use tokio::sync::Semaphore;
use uuid::Uuid;

/// Most proceedings looked at in one go: every document of their evidence is opened.
const AT_ONCE: i64 = 10;

/// A proceeding that came over the exchange, in cases of which one moved since its evidence was looked at.
#[derive(Debug, Clone, Copy, Queryable)]
struct Due {
    notice: Uuid,
    peer: Uuid,
    case: Uuid,
    proceeding: i32,
    versions: i32,
    marked: Option<DateTime<Utc>>,
}

/// Those of neighbours that may exchange: one that is closed is offered what is due once it is open again.
fn due(conn: &mut PgConnection, agency: Uuid) -> QueryResult<Vec<Due>> {
    let open = peers::open_ones(conn, agency)?;
    inbox::table
        .filter(inbox::agency_id.eq(agency))
        .filter(inbox::peer_id.eq_any(open))
        .filter(inbox::sort.eq(MessageType::NoticeToAnswer.code()))
        .filter(inbox::state.eq_any([MessageState::Applied.code(), MessageState::ByHand.code()]))
        .filter(inbox::case_id.is_not_null())
        .filter(inbox::proceeding.is_not_null())
        .filter(inbox::offer_at.le(real_now()).or(inbox::offered_version.eq(0).and(inbox::offer_at.is_null())))
        .order((inbox::received_at, inbox::id))
        .select((
            inbox::id,
            inbox::peer_id,
            inbox::case_id.assume_not_null(),
            inbox::proceeding.assume_not_null(),
            sql::<Integer>(&format!("{}::integer", derive::VERSIONS)),
            inbox::offer_at,
        ))
        .limit(AT_ONCE)
        .load(conn)
}

/// Offers what is due to be offered. One that cannot be made keeps no other waiting.
pub fn offer_due(app: &App, agency: Uuid) -> Result<(), JournalError> {
    let scope = Scope::own(agency);
    for due in app.db.run_here(&scope, |conn| self::due(conn, agency).map_err(DbError::Query))? {
        let offered = offer(app, agency, due);
        if let Err(problem) = &offered {
            tracing::error!(%agency, case = %due.case, code = problem.code(), "the evidence of a proceeding cannot be offered");
        }
        // What only has to be waited for is tried again; what is broken, when the case moves or a person asks.
        let waits = [Fault::StoreUnavailable.code(), Fault::Unavailable.code()];
        if !offered.is_err_and(|problem| waits.contains(&problem.code())) {
            let row = inbox::table.find((agency, due.notice));
            let looked = diesel::update(row).set(inbox::offered_version.eq(due.versions));
            // What moved meanwhile marked it anew.
            let same = row.filter(inbox::offer_at.is_not_distinct_from(due.marked));
            let unmarked = diesel::update(same).set(inbox::offer_at.eq(None::<DateTime<Utc>>));
            app.db.run_here(&scope, |conn| looked.execute(conn).and_then(|_| unmarked.execute(conn)).map_err(DbError::Query))?;
        }
    }
    Ok(())
}

fn offer(app: &App, agency: Uuid, due: Due) -> Result<(), Problem> {
    let scope = Scope::own(agency);
    let Ok(n) = u32::try_from(due.proceeding) else { return Ok(()) };
    let ready = app.db.run_here(&scope, |conn| {
        let whole = offered_whole(conn, &app.office, (agency, due.peer), (due.case, due.proceeding))?;
        if whole { Ok(None) } else { ready(conn, &app.office, (agency, due.case, n)) }
    })?;
    let Some(ready) = ready else { return Ok(()) };
    offer_to(app, (agency, due.peer), ready, request_of(due.notice))
}

/// What of a message is read again.
#[derive(Deserialize)]
struct Said {
    data: DossierOffer,
}

impl DossierOffer {
    /// The cases as they were when it was offered.
    fn state(&self) -> State {
        State::Versions(self.covers.iter().map(|covered| (covered.case, covered.version)).collect())
    }
}

/// Whether the last offer of a proceeding is there, and lacks nothing that it needs.
fn offered_whole(conn: &mut PgConnection, office: &Office, (agency, peer): (Uuid, Uuid), (case, n): (Uuid, i32)) -> Result<bool, Problem> {
    type Row = (Uuid, Option<Vec<u8>>, Option<Vec<u8>>);
    let row: Option<Row> = outbox::table
        .filter(outbox::agency_id.eq(agency))
        .filter(outbox::peer_id.eq(peer))
        .filter(outbox::sort.eq(OutgoingType::Dossier.code()))
        .filter(outbox::case_id.eq(case))
        .filter(outbox::proceeding.eq(n))
        .order(outbox::position.desc())
        .select((outbox::id, outbox::wrapped, outbox::sealed))
        .first(conn)
        .optional()?;
    let Some((id, Some(wrapped), Some(sealed))) = row else { return Ok(false) };
    let bytes = letterbox::open(office, CaseOf { agency, case: id }, (&wrapped, &sealed))?;
    let (Ok(said), Ok(n)) = (serde_json::from_slice::<Said>(&bytes), u32::try_from(n)) else { return Ok(false) };
    let evidence = evidence_of(conn, office, (agency, case, n), &said.data.state())?;
    Ok(evidence.lacks().is_empty())
}

/// Makes the package and offers it to a neighbour, in whose name it is done; nothing where the same bytes were offered last.
fn offer_to(app: &App, (agency, peer): (Uuid, Uuid), evidence: Evidence, request_id: RequestId) -> Result<(), Problem> {
    let (about, offered) = packed(app, evidence)?;
    app.db.run_here(&Scope::own(agency), |conn| {
        conn.transaction(|conn| {
            // One that was closed while it was packed is not given up: it is due again.
            let peer = peers::hold(conn, agency, peer)?.filter(|peer| peer.active);
            let peer = peer.ok_or_else(|| Problem::plain(Fault::Unavailable))?;
            let pen = Pen { office: &app.office, agency, actor: Actor::Account { id: peer.id }, request_id };
            if let Some((_, event)) = written(conn, &app.office, &peer, (&about, &offered))? {
                agency::append(conn, &pen, &[event])?;
            }
            Ok(())
        })
    })
}

/// The evidence of a proceeding that was answered and not decided, where nothing that it needs is missing.
fn ready(conn: &mut PgConnection, office: &Office, (agency, case, n): (Uuid, Uuid, u32)) -> Result<Option<Evidence>, Problem> {
    let Some(loaded) = journal::load(conn, agency, case)?.filter(|loaded| loaded.case.disposal.is_none()) else { return Ok(None) };
    let open = loaded.case.proceeding(n).is_some_and(|proceeding| proceeding.answer.is_some() && proceeding.decision.is_none());
    if !open {
        return Ok(None);
    }
    let evidence = evidence_of(conn, office, (agency, case, n), &State::Now)?;
    Ok(evidence.complete().is_ok().then_some(evidence))
}

/// What an offer says beside the package.
struct About {
    case: Uuid,
    proceeding: u32,
    named: serde_json::Value,
    covers: Vec<CoveredCase>,
}

/// Makes the package, and what is said of it.
fn packed(app: &App, evidence: Evidence) -> Result<(About, Offered), Problem> {
    let covered = evidence.cases().map(|(case, proceeding)| {
        let about = derive::about(case, proceeding);
        CoveredCase { case: case.id, version: case.version, register_number: about.register_number, reply_number: about.reply_number }
    });
    let covers = covered.collect();
    let (case, proceeding) = evidence.first().ok_or_else(Problem::not_found)?;
    let named = serde_json::to_value(derive::about(case, proceeding)).unwrap_or_default();
    let about = About { case: case.id, proceeding: proceeding.n, named, covers };
    Ok((about, evidence.pack(app)?))
}

/// What the keys of the offers of a proceeding begin with.
fn subject(case: Uuid, proceeding: u32) -> String {
    format!("{}:{case}:{proceeding}:", OutgoingType::Dossier.code())
}

/// Writes the offer and gives its message and event; none where the same bytes were offered last.
fn written(
    conn: &mut PgConnection,
    office: &Office,
    peer: &Peer,
    (about, offered): (&About, &Offered),
) -> Result<Option<(Uuid, AgencyEvent)>, JournalError> {
    let subject = subject(about.case, about.proceeding);
    let before: Vec<String> = outbox::table
        .filter(outbox::agency_id.eq(peer.agency_id))
        .filter(outbox::peer_id.eq(peer.id))
        .filter(outbox::dedup_key.like(format!("{subject}%")))
        .order(outbox::position)
        .select(outbox::dedup_key)
        .load(conn)?;
    if before.last().is_some_and(|last| last.ends_with(&offered.sha256)) {
        return Ok(None);
    }
    let key = format!("{subject}{}:{}", before.len() + 1, offered.sha256);
    let data = DossierOffer {
        address: format!("{}/{}/dossiers/{}", super::super::contracts::RECONSIDERATION, peer.id, offered.sha256),
        sha256: offered.sha256.clone(),
        size: offered.size(),
        media_type: "application/zip".to_owned(),
        covers: about.covers.clone(),
    };
    let writing = Writing {
        sort: OutgoingType::Dossier.code(),
        key: key.clone(),
        about: about.named.clone(),
        case: Some(about.case),
        proceeding: i32::try_from(about.proceeding).ok(),
        data: serde_json::to_value(data).unwrap_or_default(),
    };
    let Some(event) = write(conn, office, peer, writing)? else { return Ok(None) };
    let message = outbox::table
        .filter(outbox::agency_id.eq(peer.agency_id))
        .filter(outbox::peer_id.eq(peer.id))
        .filter(outbox::dedup_key.eq(&key))
        .select(outbox::id)
        .first(conn)?;
    Ok(Some((message, event)))
}

/// Packages made at once for those who ask: each opens all of its documents.
static AT_WORK: Semaphore = Semaphore::const_new(2);

/// Makes a package on a thread where waiting does no harm.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> Result<T, Problem> + Send + 'static) -> Result<T, Problem> {
    let permit = AT_WORK.acquire().await.map_err(|closed| Problem::internal(&closed))?;
    let done = tokio::task::spawn_blocking(work).await.map_err(|stopped| Problem::internal(&stopped))?;
    drop(permit);
    done
}
