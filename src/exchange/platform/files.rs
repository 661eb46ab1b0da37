//! Files that applicants lodged on the platform (申请附件): handed over by it one by one, each under its digest, before or after the message that
//! names them. Who: the platform, by its token, which is looked at before a byte is read.
//!
//! A file is what any upload is: its type is told by its bytes, its size is bounded, and it is scanned. One that is not taken keeps no
//! application out: the receipt and the case name it. Bytes come this way and not inside the message, because a message is small, signed and
//! kept for good, and because nothing here calls out to where a stranger says a file lies.

use super::super::envelope::{ExchangeContract, FileRefused};
use super::super::inbox::apply::take as put_in;
use super::super::inbox::matching::Target;
use super::super::inbox::{MessageState, Wait};
use super::super::outbox::poll::with;
use super::super::peers::{self, Peer};
use super::envelope::{LodgedFile, PlatformMessageType};
use crate::app::App;
use crate::case::journal::agency::{self, AgencyEvent, ExchangeEvent};
use crate::case::journal::{self, JournalError, Pen};
use crate::case::model::Case;
use crate::case::office::Office;
use crate::case::refusal::Code;
use crate::case::trail::{Actor, RequestId};
use crate::case::vault;
use crate::clock::real_now;
use crate::crypto::{self, CaseOf, is_digest};
use crate::db::pool::Scope;
use crate::db::schema::{case_documents, cases, document_keys, exchange_files as files, exchange_inbox as inbox};
use crate::http::answer::Answer;
use crate::http::call::{app_of, request_id};
use crate::http::intake;
use crate::http::problem::{Fault, Problem};
use crate::ids::new_id;
use crate::letters::documents::{LIMIT, New, apart, examined, insert};
use crate::steps::archive::paper::AddPaper;
use crate::steps::receive::application::{NotTakenInput, PaperInput};
use actix_web::http::header::{CONTENT_LENGTH, HeaderValue};
use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse, put};
use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::*;
use futures_util::TryStreamExt;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use utoipa::ToSchema;
use uuid::Uuid;

/// Why a file that is named is not there.
pub const MISSING: &str = "file_missing";

/// A file that was taken.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FileTaken {
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub size: i64,
}

/// The files of an application as they were handed over.
pub struct HandedOver {
    /// Those that were taken.
    pub taken: Vec<Taken>,
    /// Those that were not.
    pub not_taken: Vec<NotTakenInput>,
    /// One of them never came.
    pub awaited: bool,
}

/// A file that is a document of the agency.
pub struct Taken {
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// The paper it is in a dossier.
    pub paper: PaperInput,
}

/// What became of a file: the document it is, or why it is none.
fn fate(conn: &mut PgConnection, (agency, peer): (Uuid, Uuid), sha256: &[u8]) -> QueryResult<Option<(i64, Result<Uuid, String>)>> {
    type Row = (i64, Option<Uuid>, Option<String>);
    let row: Option<Row> =
        files::table.find((agency, peer, sha256)).select((files::size, files::document_id, files::code)).first(conn).optional()?;
    // One that was forgotten with its application is as one that never came.
    let row = row.filter(|(_, document, code)| document.is_some() || code.as_deref() != Some(MISSING));
    Ok(row.map(|(size, document, code)| (size, document.ok_or_else(|| code.unwrap_or_else(|| MISSING.to_owned())))))
}

/// The files that an application names.
pub fn handed_over(conn: &mut PgConnection, peer: &Peer, (named, lodged_on): (Vec<LodgedFile>, NaiveDate)) -> QueryResult<HandedOver> {
    let mut handed = HandedOver { taken: Vec::new(), not_taken: Vec::new(), awaited: false };
    for LodgedFile { sha256, title, kind, .. } in named {
        let kind = kind.paper();
        let known = unhex(&sha256).map(|bytes| fate(conn, (peer.agency_id, peer.id), &bytes)).transpose()?.flatten();
        match known.map(|(_, fate)| fate) {
            Some(Ok(document_id)) => {
                handed.taken.push(Taken { sha256, paper: PaperInput { document_id, kind, title, dated_on: lodged_on } });
            }
            other => {
                handed.awaited |= other.is_none();
                let code = other.and_then(Result::err).unwrap_or_else(|| MISSING.to_owned());
                handed.not_taken.push(NotTakenInput { title: title.into_string(), kind, sha256, code });
            }
        }
    }
    Ok(handed)
}

/// The bytes of a digest.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    digits?.chunks(2).map(|pair| u8::try_from(pair.iter().fold(0, |byte, digit| byte * 16 + digit)).ok()).collect()
}

/// The files of a message's case that were not taken, as its receipt names them.
pub fn not_taken(conn: &mut PgConnection, agency: Uuid, (sort, case): (&str, Option<Uuid>)) -> Result<Vec<FileRefused>, JournalError> {
    let Some(case) = case.filter(|_| sort == PlatformMessageType::ApplicationLodged.code()) else { return Ok(Vec::new()) };
    let loaded = journal::load(conn, agency, case)?;
    let named = loaded.into_iter().flat_map(|loaded| loaded.case.not_taken);
    Ok(named.map(|file| FileRefused { sha256: file.sha256, code: file.code }).collect())
}

/// Puts the files of an application into the dossier of the case that it was found to be about; gives those that are not in it, and why. What
/// somebody put there before is not put there twice.
pub fn into_dossier(
    conn: &mut PgConnection,
    office: &Office,
    (peer, message, case): (&Peer, Uuid, &Case),
    handed: HandedOver,
) -> Result<Vec<NotTakenInput>, JournalError> {
    let mut not_taken = handed.not_taken;
    not_taken.retain(|file| case.papers.iter().all(|paper| paper.sha256 != file.sha256));
    let mut there: BTreeSet<String> = case.papers.iter().map(|paper| paper.sha256.clone()).collect();
    for Taken { sha256, paper } in handed.taken {
        // One that is named twice is one file.
        if !there.insert(sha256.clone()) {
            continue;
        }
        let (title, kind) = (paper.title.as_str().to_owned(), paper.kind);
        if let Some(code) = put(conn, office, (peer, message, case), paper)? {
            not_taken.push(NotTakenInput { title, kind, sha256, code: code.as_str().to_owned() });
        }
    }
    Ok(not_taken)
}

/// Puts a file into a dossier; gives why it is not taken there any more.
fn put(
    conn: &mut PgConnection,
    office: &Office,
    (peer, message, case): (&Peer, Uuid, &Case),
    paper: PaperInput,
) -> Result<Option<Code>, JournalError> {
    let PaperInput { document_id, kind, title, dated_on } = paper;
    let late_reason = case.closing.is_some().then_some("平台移交附件晚于受理。");
    let body = json!({
        "document_id": document_id, "kind": kind, "title": title.as_str(), "dated_on": dated_on, "late_reason": late_reason
    });
    match put_in::<AddPaper>(conn, office, (peer, message, Target { case: case.id, proceeding: None }), body) {
        Ok(_) => Ok(None),
        Err(JournalError::Refused(refusal)) => Ok(Some(refusal.code)),
        Err(error) => Err(error),
    }
}

/// Whether a problem says that the file itself cannot be taken, today or tomorrow.
fn is_refusal(problem: &Problem) -> bool {
    let refusals = [
        Fault::DocumentTypeRefused,
        Fault::DocumentEmpty,
        Fault::DocumentAmbiguous,
        Fault::DocumentActive,
        Fault::DocumentBomb,
        Fault::DocumentInfected,
    ];
    refusals.iter().any(|fault| fault.code() == problem.code())
}

/// Puts a file that came late into the dossiers of the applications that named it and were received without it. What a dossier does not take any
/// more stays named as not taken.
fn attach(conn: &mut PgConnection, office: &Office, peer: &Peer, (sha256, document): (&str, Uuid)) -> Result<(), JournalError> {
    // Only what this platform lodged: another's application is none of its business.
    let lodged = inbox::table
        .filter(inbox::agency_id.eq(peer.agency_id))
        .filter(inbox::peer_id.eq(peer.id))
        .filter(inbox::case_id.eq(cases::id.nullable()))
        .filter(inbox::sort.eq(PlatformMessageType::ApplicationLodged.code()));
    let waiting: Vec<Uuid> = cases::table
        .filter(cases::agency_id.eq(peer.agency_id))
        .filter(cases::missing_files.ne(Vec::<String>::new()))
        .filter(cases::missing_files.contains(vec![sha256]))
        .filter(exists(lodged))
        .order(cases::id)
        .select(cases::id)
        .load(conn)?;
    for id in waiting {
        let Some(loaded) = journal::load(conn, peer.agency_id, id)? else { continue };
        let case = loaded.case;
        let Some(file) = case.not_taken.iter().find(|file| file.sha256 == sha256) else { continue };
        let texts = vault::open(conn, office, CaseOf { agency: case.agency_id, case: id }, &[&file.title])?;
        let Some(title) = texts.get(&file.title).and_then(|title| serde_json::from_value(json!(title)).ok()) else { continue };
        let paper = PaperInput { document_id: document, kind: file.kind, title, dated_on: case.arrived_on };
        if let Some(code) = put(conn, office, (peer, document, &case), paper)? {
            tracing::warn!(case = %id, code = code.as_str(), "a file that came late is not in its dossier");
        }
    }
    Ok(())
}

/// Destroys the keys of files that no dossier has, and gives the events.
pub fn forget(conn: &mut PgConnection, peer: &Peer, digests: &BTreeSet<String>) -> QueryResult<Vec<AgencyEvent>> {
    let bytes: Vec<Vec<u8>> = digests.iter().filter_map(|digest| unhex(digest)).collect();
    let of_peer = files::table.filter(files::agency_id.eq(peer.agency_id)).filter(files::peer_id.eq(peer.id));
    let known: Vec<(Vec<u8>, Uuid)> = of_peer
        .filter(files::sha256.eq_any(&bytes))
        .filter(files::document_id.is_not_null())
        .order(files::document_id)
        .select((files::sha256, files::document_id.assume_not_null()))
        .load(conn)?;
    let mut events = Vec::new();
    for (sha256, document) in known {
        // Whoever names it in a case meanwhile waits, and finds it gone; who named it before is seen.
        let key = document_keys::table.find((peer.agency_id, document));
        let held: Option<Uuid> = key.select(document_keys::document_id).for_update().first(conn).optional()?;
        let named =
            case_documents::table.filter(case_documents::agency_id.eq(peer.agency_id)).filter(case_documents::document_id.eq(document));
        if held.is_none() || diesel::select(exists(named)).get_result(conn)? {
            continue;
        }
        diesel::delete(key).execute(conn)?;
        let gone = (files::document_id.eq(None::<Uuid>), files::code.eq(Some(MISSING)));
        diesel::update(files::table.find((peer.agency_id, peer.id, &sha256))).set(gone).execute(conn)?;
        let what = ExchangeEvent::FileForgotten { peer: peer.id, sha256: crypto::hex(&sha256), document };
        events.push(AgencyEvent::Exchanged { what });
    }
    Ok(events)
}

/// A file that came, with what became of it.
struct Came {
    sha256: [u8; 32],
    size: i64,
    fate: Result<(Uuid, New), &'static str>,
}

/// Keeps what became of a file, and wakes the applications that wait for it. Nothing but the commit follows once all of it is written.
fn keep(conn: &mut PgConnection, pen: &Pen<'_>, peer: &Peer, (came, written): (Came, &AtomicBool)) -> Result<(), JournalError> {
    let Came { sha256, size, fate } = came;
    let (document, code) = fate.as_ref().map_or_else(|code| (None, Some(*code)), |(id, _)| (Some(*id), None));
    conn.transaction(|conn| {
        // The neighbour before its messages, its cases and the head of the stream, as whoever applies a message of it holds them.
        peers::hold(conn, pen.agency, peer.id)?.ok_or(JournalError::Unknown)?;
        let came_at = pen.office.clock.now();
        let mut events = Vec::new();
        if let Ok((id, new)) = fate {
            events.push(insert(conn, pen, peer.id, (id, new))?);
            attach(conn, pen.office, peer, (&crypto::hex(&sha256), id))?;
        }
        let fate = (files::document_id.eq(document), files::code.eq(code), files::came_at.eq(came_at));
        let stored = diesel::insert_into(files::table)
            .values((
                files::agency_id.eq(pen.agency),
                files::peer_id.eq(peer.id),
                files::sha256.eq(sha256.as_slice()),
                files::size.eq(size),
                fate,
            ))
            .on_conflict_do_nothing()
            .execute(conn)?;
        // What was not taken before may be taken now: a scanner learns.
        let again = || files::table.find((pen.agency, peer.id, sha256.as_slice())).filter(files::document_id.is_null());
        let stored = if stored == 0 { diesel::update(again()).set(fate).execute(conn)? } else { stored };
        if stored == 0 {
            // A twin was faster: what it stored stands.
            return Err(JournalError::Unknown);
        }
        let code = code.map(str::to_owned);
        let what = ExchangeEvent::FileCame { peer: peer.id, sha256: crypto::hex(&sha256), size, document, code, came_at };
        events.push(AgencyEvent::Exchanged { what });
        agency::append(conn, pen, &events)?;
        diesel::update(inbox::table)
            .filter(inbox::agency_id.eq(pen.agency))
            .filter(inbox::peer_id.eq(peer.id))
            .filter(inbox::state.eq(MessageState::Waiting.code()))
            .filter(inbox::code.eq(Wait::FilesAwaited.code()))
            .set(inbox::next_at.eq(real_now()))
            .execute(conn)?;
        written.store(true, Ordering::SeqCst);
        Ok(())
    })
}

/// Reads the bytes, of at most so many and at a pace.
async fn read(app: &Data<App>, request: &HttpRequest, payload: Payload) -> Result<Bytes, Problem> {
    let told = |length: &HeaderValue| length.to_str().ok()?.parse::<usize>().ok();
    if request.headers().get(CONTENT_LENGTH).and_then(told).is_some_and(|told| told > LIMIT) {
        return Err(intake::too_large(LIMIT));
    }
    let patience = &app.net.patience;
    let come = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&come);
    let metered = payload.into_inner().inspect_ok(move |chunk| {
        counter.fetch_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX), Ordering::Relaxed);
    });
    let broken = |_| Problem::new(Fault::MalformedBody, "请求内容不完整", "the body is incomplete");
    intake::within(patience.file, intake::paced(patience.pace, &come, intake::collect(metered, LIMIT, broken))).await
}

/// Hand over a file.
///
/// One that an applicant lodged, under the SHA-256 of its bytes: the same file again changes nothing. It may come before or after the message that
/// names it. Its type is told from its bytes; what is not taken is refused by name, and named again in the receipt of its application.
#[utoipa::path(tag = "messages", params(("sha256" = String, Path, description = "SHA-256 of the bytes, in lower-case hexadecimal.")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, description = "It is kept.", body = FileTaken)))]
#[put("/{peer_id}/files/{sha256}")]
pub async fn put_platform_file(request: HttpRequest, payload: Payload) -> Answer {
    let app = app_of(&request)?;
    let named = request.match_info().get("sha256").filter(|text| is_digest(text)).map(str::to_owned);
    let pen_id = request_id(&request);
    let (peer, named, known) = with(&app, &request, ExchangeContract::Platform, move |conn, _, peer| {
        let (zh, en) = ("sha256 须为 64 位小写十六进制数字", "sha256 is 64 lower-case hexadecimal digits");
        let named = named.ok_or_else(|| Problem::parameter(Fault::MalformedParameter, "sha256", zh, en))?;
        let known = unhex(&named).map(|bytes| fate(conn, (peer.agency_id, peer.id), &bytes)).transpose()?.flatten();
        Ok((peer, named, known))
    })
    .await?;
    if let Some((size, Ok(_))) = known {
        return Ok(HttpResponse::Ok().json(FileTaken { sha256: named, size }));
    }
    let place = app.net.patience.place(peer.id).await?;
    let bytes = read(&app, &request, payload).await?;
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let hashed = tokio::task::spawn_blocking(move || (crypto::sha256(&bytes), bytes)).await;
    let (sha256, bytes) = hashed.map_err(|stopped| Problem::internal(&stopped))?;
    if bytes.is_empty() {
        return Err(Problem::plain(Fault::DocumentEmpty));
    }
    if crypto::hex(&sha256) != named {
        let (zh, en) = ("所传内容与路径中的摘要不一致", "the bytes are not those of the digest in the path");
        return Err(Problem::parameter(Fault::ParameterRefused, "sha256", zh, en));
    }
    let taken = take(&app, &peer, (sha256, bytes), pen_id).await;
    drop(place);
    taken?;
    Ok(HttpResponse::Ok().json(FileTaken { sha256: named, size }))
}

/// Looks at a file, stores it, and keeps what became of it.
async fn take(app: &Data<App>, peer: &Peer, (sha256, bytes): ([u8; 32], Bytes), request_id: RequestId) -> Result<(), Problem> {
    let (agency, peer, size) = (peer.agency_id, peer.clone(), i64::try_from(bytes.len()).unwrap_or(i64::MAX));
    let examined = examined(app, bytes).await;
    let (fate, refused) = match examined {
        Ok((kind, file)) => {
            let (office, store, id) = (Arc::clone(&app.office), app.documents.clone(), new_id());
            let length = file.len();
            let kept = apart(move || store.put(&office.keys, CaseOf { agency, case: id }, &file)).await?;
            (Ok((id, New { kept, size: length, media_type: kind.media_type, letter: None })), None)
        }
        Err(problem) if is_refusal(&problem) => (Err(problem.code()), Some(problem)),
        Err(problem) => return Err(problem),
    };
    let object = fate.as_ref().ok().map(|(_, new)| new.kept.object);
    let (office, store) = (Arc::clone(&app.office), app.documents.clone());
    let written = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&written);
    let kept = app
        .db
        .run(Scope::own(agency), move |conn| {
            let pen = Pen { office: &office, agency, actor: Actor::Account { id: peer.id }, request_id };
            match keep(conn, &pen, &peer, (Came { sha256, size, fate }, &told)) {
                // A twin's file stands.
                Ok(()) | Err(JournalError::Unknown) => Ok(()),
                Err(error) => Err(Problem::from(error)),
            }
        })
        .await;
    // What was not written to its end certainly has no row; after a commit without an answer it may be there, and the file stays.
    if let Some(object) = object.filter(|_| !written.load(Ordering::SeqCst))
        && let Err(error) = apart(move || store.discard(agency, &object)).await
    {
        tracing::warn!(%error, "a file without a row stays in the document store");
    }
    kept?;
    refused.map_or(Ok(()), Err)
}
