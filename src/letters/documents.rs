//! Upload and download of documents (材料). Who: staff; another system may upload, and the agency's auditors read.
//!
//! A document never changes. Its name is not kept: file names hold personal data, and never become paths. The digest in the
//! row and on the agency's trail is of the bytes as they came, and is checked before they are given back. What is no paper, is infected or
//! cannot be scanned where a scanner is configured is refused before anything is stored. Any document may hold
//! personal data: that somebody gets it stands on the agency's trail first, and whoever does not work its cases says why.

use super::scanner::{Scan, Scanner};
use super::sniff::{DocumentType, NotTaken, TYPES, sniff};
use super::store::{Expected, Kept, Reader, Store, StoreError};
use crate::app::App;
use crate::case::journal::agency::{self, AgencyEvent, Change, Outcome, RevealPurpose};
use crate::case::journal::{Ask, JournalError, Mode, Pen, Repeated};
use crate::case::office::Office;
use crate::case::refusal::{Code, Refusal};
use crate::case::trail::Actor;
use crate::crypto::{self, CaseOf};
use crate::db::pool::Scope;
use crate::db::schema::{document_keys, documents, sealed_documents};
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions, request_id};
use crate::http::caller::Caller;
use crate::http::problem::{Fault, Problem, ProblemBody};
use crate::http::upload::Upload;
use crate::ids::new_id;
use crate::rules::permissions::Role;
use crate::rules::sight::{Sight, Whose, sight};
use actix_web::body::SizedStream;
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, HttpResponseBuilder, get, post};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::sync::Semaphore;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// The largest document, in bytes.
pub const LIMIT: usize = 20 * 1024 * 1024;

/// Documents that are encrypted or opened at once: each is in memory three times over.
static AT_WORK: Semaphore = Semaphore::const_new(4);

/// What is known of a stored document.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Document)]
pub struct DocumentView {
    /// Its id.
    pub id: Uuid,
    /// SHA-256 of its bytes, in hexadecimal.
    #[schema(example = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    pub sha256: String,
    /// Its size in bytes.
    pub size: i64,
    /// Its type, as its bytes say.
    #[schema(example = "application/pdf")]
    pub media_type: String,
    /// Who uploaded it.
    pub uploaded_by: Uuid,
    /// When.
    pub uploaded_at: DateTime<Utc>,
}

/// The form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form; its one part is read as it comes")]
struct DocumentForm {
    /// The file, at most 20 MiB: PDF, PNG, JPEG, TIFF, office file, OFD, plain UTF-8 text or mail.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// Why the document is read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReadDocument {
    /// The purpose; required of auditors, kept on the trail where it is given.
    #[param(inline)]
    purpose: Option<RevealPurpose>,
}

type Row = (Uuid, Vec<u8>, i64, String, Uuid, DateTime<Utc>);

fn find(conn: &mut PgConnection, agency: Uuid, id: Uuid) -> Result<Option<DocumentView>, diesel::result::Error> {
    let row: Option<Row> = documents::table
        .find((agency, id))
        .select((documents::id, documents::sha256, documents::size, documents::media_type, documents::uploaded_by, documents::uploaded_at))
        .first(conn)
        .optional()?;
    Ok(row.map(|(id, sha256, size, media_type, uploaded_by, uploaded_at)| DocumentView {
        id,
        sha256: crypto::hex(&sha256),
        size,
        media_type,
        uploaded_by,
        uploaded_at,
    }))
}

/// A document that lies in the store and waits for its row.
pub(crate) struct New {
    pub kept: Kept,
    pub size: usize,
    pub media_type: &'static str,
    /// The letter it is, where it was not uploaded but made here.
    pub letter: Option<Uuid>,
}

/// Stores the row and the key of a document and gives its event.
pub(crate) fn insert(conn: &mut PgConnection, pen: &Pen<'_>, by: Uuid, (id, new): (Uuid, New)) -> Result<AgencyEvent, JournalError> {
    let New { kept, size, media_type, letter } = new;
    let uploaded_at = pen.office.clock.now();
    diesel::insert_into(documents::table)
        .values((
            documents::agency_id.eq(pen.agency),
            documents::id.eq(id),
            documents::sha256.eq(kept.sha256.as_slice()),
            documents::size.eq(i64::try_from(size).unwrap_or(i64::MAX)),
            documents::media_type.eq(media_type),
            documents::uploaded_by.eq(by),
            documents::uploaded_at.eq(uploaded_at),
            documents::letter_id.eq(letter),
            documents::object_sha256.eq(Some(kept.object.as_slice())),
        ))
        .execute(conn)?;
    diesel::insert_into(document_keys::table)
        .values((document_keys::agency_id.eq(pen.agency), document_keys::document_id.eq(id), document_keys::wrapped.eq(kept.wrapped)))
        .execute(conn)?;
    Ok(AgencyEvent::DocumentStored {
        document: id,
        sha256: crypto::hex(&kept.sha256),
        size: u64::try_from(size).unwrap_or(u64::MAX),
        media_type: media_type.to_owned(),
        uploaded_at: Some(uploaded_at),
        letter,
        object: Some(crypto::hex(&kept.object)),
    })
}

fn record(conn: &mut PgConnection, office: &Office, ask: &Ask, new: New) -> Result<Outcome<Uuid>, JournalError> {
    let (agency, id) = (ask.agency, ask.case);
    let actor = Actor::Account { id: ask.person.account_id };
    let pen = Pen { office, agency, actor, request_id: ask.request_id.clone() };
    agency::write(conn, &pen, ask, |conn| {
        let event = insert(conn, &pen, ask.person.account_id, (id, new))?;
        Ok(Change { value: id, repeated: Repeated { resource: id, version: 1, status: 201 }, events: vec![event] })
    })
}

/// Stores a document in one go, for whoever holds a connection and may wait: the demo.
pub fn store_here(conn: &mut PgConnection, (office, store): (&Office, &Store), ask: &Ask, bytes: &[u8]) -> Result<Uuid, Problem> {
    let kind = told(bytes)?;
    let owner = CaseOf { agency: ask.agency, case: ask.case };
    let kept = store.put(&office.keys, owner, bytes).map_err(|error| unstored(&error))?;
    let new = New { kept, size: bytes.len(), media_type: kind.media_type, letter: None };
    let (Outcome::Written(id) | Outcome::Repeated(Repeated { resource: id, .. })) = record(conn, office, ask, new)?;
    Ok(id)
}

/// Long work on a document, on a thread where waiting does no harm.
pub(crate) async fn apart<T: Send + 'static>(work: impl FnOnce() -> Result<T, StoreError> + Send + 'static) -> Result<T, Problem> {
    let permit = AT_WORK.acquire().await.map_err(|closed| Problem::internal(&closed))?;
    let done = tokio::task::spawn_blocking(work).await.map_err(|stopped| Problem::internal(&stopped))?;
    drop(permit);
    done.map_err(|error| unstored(&error))
}

/// The answer to what the store cannot do.
pub(crate) fn unstored(error: &StoreError) -> Problem {
    match error {
        StoreError::Damaged => Problem::plain(Fault::DocumentDamaged),
        StoreError::Bucket(why) => {
            tracing::error!(%why, "the document store cannot be reached");
            Problem::plain(Fault::StoreUnavailable)
        }
        other => Problem::internal(other),
    }
}

/// The type of a document that may be taken.
fn told(bytes: &[u8]) -> Result<DocumentType, Problem> {
    sniff(bytes).map_err(|why| match why {
        NotTaken::Unknown => Problem::new(
            Fault::DocumentTypeRefused,
            "只接收 PDF、PNG、JPEG、TIFF、办公文件（含 OFD）、UTF-8 纯文本和邮件；类型按文件内容判断",
            "taken are PDF, PNG, JPEG, TIFF, office files (OFD too), plain UTF-8 text and mails; the bytes tell the type",
        ),
        NotTaken::Ambiguous => Problem::new(
            Fault::DocumentAmbiguous,
            "文件兼具两种类型，不同程序打开所见不同；请另存为单一类型后上传",
            "the file is of two types at once, and two programs see two things in it; save it anew as one",
        ),
        NotTaken::Active => Problem::new(
            Fault::DocumentActive,
            "办公文件含有宏或者程序；请另存为不含宏的文件后上传",
            "the office file carries macros or programs; save it without them",
        ),
        NotTaken::Bomb => Problem::new(
            Fault::DocumentBomb,
            "办公文件解压后过大或者内容重叠，可能为压缩炸弹",
            "the office file unpacks to far more than it is, or its parts overlap",
        ),
    })
}

/// Refuses what the scanner finds something in, and everything while it is silent. It takes none of the places of those who only wait
/// for the disk.
async fn scanned(scanner: Scanner, file: Bytes) -> Result<Bytes, Problem> {
    let looked = tokio::task::spawn_blocking(move || (scanner.scan(&file), file)).await;
    let (scan, file) = looked.map_err(|stopped| Problem::internal(&stopped))?;
    match scan {
        Ok(Scan::Clean) => Ok(file),
        Ok(Scan::Infected(name)) => {
            tracing::warn!(signature = name, "an infected document was refused");
            let (zh, en) = (format!("文件含有病毒：{name}"), format!("the scanner found {name} in the document"));
            Err(Problem::new(Fault::DocumentInfected, zh, en))
        }
        Err(error) => {
            tracing::error!(%error, "a document was refused unscanned");
            let (zh, en) =
                ("病毒扫描服务没有应答，文件未接收，请稍后再试", "the virus scanner does not answer; nothing was taken, try again");
            Err(Problem::new(Fault::ScannerUnavailable, zh, en))
        }
    }
}

/// What a stranger's file is, once it was looked at and scanned; what may not be taken is refused by name.
pub(crate) async fn examined(app: &App, file: Bytes) -> Result<(DocumentType, Bytes), Problem> {
    let (kind, file) = apart(move || Ok((told(&file), file))).await?;
    Ok((kind?, scanned(app.scanner.clone(), file).await?))
}

/// Upload a document.
///
/// A form with one part `file`; its type is told from its bytes, never from its name. Where the agency runs a virus scanner, nothing is
/// taken that it has not passed. The answer's `id` is what steps name.
#[utoipa::path(tag = "documents", request_body(content = DocumentForm, content_type = "multipart/form-data"), responses(
    (status = 201, description = "The document.", body = DocumentView),
))]
#[post("/documents")]
pub async fn upload_document(upload: Upload) -> Answer {
    let scope = upload.permit("upload_document")?;
    let (call, file) = upload.read(LIMIT).await?;
    let ask = call.ask_in(new_id(), None, Versions::None, Mode::Take)?;
    if file.is_empty() {
        return Err(Problem::plain(Fault::DocumentEmpty));
    }
    let (kind, file) = examined(&call.app, file).await?;
    let (office, store) = (Arc::clone(&call.app.office), call.app.documents.clone());
    let owner = CaseOf { agency: ask.agency, case: ask.case };
    let size = file.len();
    let kept = {
        let (office, store) = (Arc::clone(&office), store.clone());
        apart(move || store.put(&office.keys, owner, &file)).await?
    };
    let object = kept.object;
    let written = call
        .app
        .db
        .run(scope, move |conn| {
            let (Outcome::Written(id) | Outcome::Repeated(Repeated { resource: id, .. })) =
                record(conn, &office, &ask, New { kept, size, media_type: kind.media_type, letter: None })?;
            find(conn, ask.agency, id)?.ok_or_else(Problem::not_found)
        })
        .await;
    // A file that certainly got no row goes; after any other failure the row may be there, and the file stays.
    let spare = match &written {
        Ok(view) => view.id != owner.case,
        Err(problem) => problem.code() == Fault::KeyReused.code(),
    };
    if spare && let Err(error) = apart(move || store.discard(owner.agency, &object)).await {
        tracing::warn!(%error, "a file without a row stays in the document store");
    }
    let view = written?;
    let location = format!("/api/v1/documents/{}", view.id);
    Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).json(view))
}

/// Read what is known of a document.
#[utoipa::path(tag = "documents", responses((status = 200, description = "The document.", body = DocumentView)))]
#[get("/documents/{document_id}")]
pub async fn get_document(call: Call) -> Answer {
    let scope = call.permit("get_document")?;
    let (agency, id) = (call.caller.agency_id, call.id("document_id")?);
    let view = call.app.db.run(scope, move |conn| find(conn, agency, id)?.ok_or_else(Problem::not_found)).await?;
    answer::ok(&view)
}

/// Who drafted with a document as an unredacted original.
fn drafters(conn: &mut PgConnection, agency: Uuid, id: Uuid) -> QueryResult<Vec<Uuid>> {
    let sha256: Option<Vec<u8>> = documents::table.find((agency, id)).select(documents::sha256).first(conn).optional()?;
    // By its bytes: the same file stored twice is the same original.
    let joined = documents::agency_id.eq(sealed_documents::agency_id).and(documents::id.eq(sealed_documents::document_id));
    sealed_documents::table
        .inner_join(documents::table.on(joined))
        .filter(sealed_documents::agency_id.eq(agency))
        .filter(documents::sha256.eq(sha256.unwrap_or_default()))
        .select(sealed_documents::drafter_id)
        .load(conn)
}

/// Whether a draft keeps the document as an unredacted original.
pub(crate) fn is_sealed(conn: &mut PgConnection, agency: Uuid, id: Uuid) -> QueryResult<bool> {
    Ok(!drafters(conn, agency, id)?.is_empty())
}

/// Refuses an unredacted original to whoever neither drafted with it nor reviews the law or signs, auditors included: who worked on the
/// case reads what was given.
fn open_to(conn: &mut PgConnection, caller: &Caller, id: Uuid) -> Result<(), Problem> {
    let drafters = drafters(conn, caller.agency_id, id)?;
    let by_role =
        [Role::Approver, Role::LegalReviewer].iter().any(|role| caller.roles.contains(role)) || !caller.posts.signs_for.is_empty();
    if drafters.is_empty() || by_role || drafters.contains(&caller.account_id) {
        return Ok(());
    }
    let (zh, en) = (
        "未遮盖的原件限于拟稿人、法制审核员和签发人查阅",
        "an unredacted original is open to its drafter, the legal reviewer and the approver",
    );
    Err(Refusal::new(Code::SealedDocument, zh, en).under("17").into())
}

/// What opens a document's bytes: key, digest, object, size and type.
pub(crate) type Sealed = (Vec<u8>, Vec<u8>, Option<Vec<u8>>, i64, String);

/// What opens the document's bytes, once the event of the reading is written.
pub(crate) fn read(conn: &mut PgConnection, pen: &Pen<'_>, id: Uuid, purpose: Option<RevealPurpose>) -> Result<Sealed, JournalError> {
    conn.transaction(|conn| {
        let sealed = opening(conn, pen.agency, id)?;
        agency::append(conn, pen, &[AgencyEvent::DocumentRead { document: id, purpose }])?;
        Ok(sealed)
    })
}

/// What opens the document's bytes; whoever asks writes the event of the reading.
pub(crate) fn opening(conn: &mut PgConnection, agency: Uuid, id: Uuid) -> Result<Sealed, JournalError> {
    let joined = documents::agency_id.eq(document_keys::agency_id).and(documents::id.eq(document_keys::document_id));
    let sealed = documents::table
        .inner_join(document_keys::table.on(joined))
        .filter(documents::agency_id.eq(agency))
        .filter(documents::id.eq(id))
        .select((document_keys::wrapped, documents::sha256, documents::object_sha256, documents::size, documents::media_type))
        .first(conn)
        .optional()?;
    match sealed {
        Some(sealed) => Ok(sealed),
        None => Err(gone(conn, agency, id)?),
    }
}

/// Why a document cannot be opened: its key went with its dossier, or it never was.
fn gone(conn: &mut PgConnection, agency: Uuid, id: Uuid) -> QueryResult<JournalError> {
    let known: bool = diesel::select(diesel::dsl::exists(documents::table.find((agency, id)))).get_result(conn)?;
    if !known {
        return Ok(JournalError::Unknown);
    }
    let (zh, en) = ("该材料已随案卷销毁", "the document went with its dossier, which was disposed of");
    Ok(Refusal::new(Code::DossierDisposed, zh, en).under("档案法实施条例 19").into())
}

/// Download a document.
///
/// The bytes as they came, under a name made of the id; never shown inside a page. Who read it stands on the agency's trail.
/// The unredacted original of something given is open to its drafter, the legal reviewer and the approver alone.
#[utoipa::path(tag = "documents", params(ReadDocument), responses(
    (status = 200, description = "The bytes.",
        content(
            (Vec<u8> = "application/pdf"), (Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/tiff"),
            (Vec<u8> = "application/msword"), (Vec<u8> = "application/vnd.ms-excel"), (Vec<u8> = "application/vnd.ms-powerpoint"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
            (Vec<u8> = "application/vnd.oasis.opendocument.text"), (Vec<u8> = "application/vnd.oasis.opendocument.spreadsheet"),
            (Vec<u8> = "application/ofd"), (Vec<u8> = "text/plain"), (Vec<u8> = "message/rfc822"),
        ),
        headers(("Content-Disposition" = String, description = "`attachment`, with a name made of the id."))),
    (status = 500, description = "The stored file is missing or altered.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/documents/{document_id}/content")]
pub async fn get_document_content(call: Call) -> Answer {
    let scope = call.permit("get_document_content")?;
    let owner = CaseOf { agency: call.caller.agency_id, case: call.id("document_id")? };
    let ReadDocument { purpose } = call.query()?;
    give(&call, scope, owner, (purpose, owner.case)).await
}

/// Gives a document's bytes under a name, once the event of the reading is written.
pub(super) async fn give(call: &Call, scope: Scope, owner: CaseOf, (purpose, named): (Option<RevealPurpose>, Uuid)) -> Answer {
    if purpose.is_none() && sight(Whose::Own, call.caller.roles.iter().copied()) == Sight::Masked {
        return Err(Refusal::new(
            Code::PurposeNeeded,
            "不办理案件的人员查阅材料须以 purpose 参数注明用途",
            "whoever does not work the agency's cases says in the parameter purpose why they read a document",
        )
        .into());
    }
    let (office, request_id, caller) = (Arc::clone(&call.app.office), request_id(&call.request), call.caller.clone());
    let sealed = call
        .app
        .db
        .run(scope, move |conn| {
            open_to(conn, &caller, owner.case)?;
            let pen = Pen { office: &office, agency: owner.agency, actor: Actor::Account { id: caller.account_id }, request_id };
            read(conn, &pen, owner.case, purpose).map_err(Problem::from)
        })
        .await?;
    hand_out(&call.app, owner, named, sealed).await
}

/// Gives the bytes of a document whose reading is on the trail.
pub(crate) async fn hand_out(app: &App, owner: CaseOf, named: Uuid, sealed: Sealed) -> Answer {
    let (wrapped, sha256, object, size, media_type) = sealed;
    let (office, store) = (Arc::clone(&app.office), app.documents.clone());
    let given = apart(move || {
        let expected = Expected { wrapped: &wrapped, sha256: &sha256, object: object.as_deref() };
        let mut reader = store.open(&office.keys, owner, expected)?;
        if !reader.is_long() {
            return Ok(Given::Whole(reader.part()?.unwrap_or_default()));
        }
        // Nothing is given of a document that is not whole: it is read twice rather than kept in memory.
        reader.size()?;
        Ok(Given::Parts(store.open(&office.keys, owner, expected)?))
    })
    .await?;
    match given {
        Given::Whole(bytes) => Ok(attached(named, &media_type, bytes)),
        Given::Parts(reader) => {
            let parts = futures_util::stream::unfold(Some(reader), |reader| async move {
                let mut reader = reader?;
                match apart(move || Ok((reader.part()?, reader))).await {
                    Ok((Some(part), reader)) => Some((Ok(Bytes::from(part)), Some(reader))),
                    Ok((None, _)) => None,
                    Err(_) => Some((Err(std::io::Error::other("the document cannot be read to its end")), None)),
                }
            });
            let body = SizedStream::new(u64::try_from(size).unwrap_or_default(), parts.boxed_local());
            Ok(download(named, &media_type).body(body))
        }
    }
}

/// A document on its way to the caller.
enum Given {
    /// In one piece.
    Whole(Vec<u8>),
    /// Segment by segment, at the caller's pace.
    Parts(Reader),
}

/// An answer that is a download, never shown inside a page.
fn download(named: Uuid, media_type: &str) -> HttpResponseBuilder {
    let extension = TYPES.iter().find(|kind| kind.media_type == media_type).map_or("bin", |kind| kind.extension);
    let name = format!("attachment; filename=\"{named}.{extension}\"");
    let mut answer = HttpResponse::Ok();
    answer.content_type(media_type).insert_header((header::CONTENT_DISPOSITION, name));
    answer
}

/// Bytes as a download.
pub(super) fn attached(named: Uuid, media_type: &str, bytes: Vec<u8>) -> HttpResponse {
    download(named, media_type).body(bytes)
}
