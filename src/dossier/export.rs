//! Handing the package out. Every document is opened once before anything is answered, so that what is missing or altered is a refusal by
//! name and no broken file, and once more while the stream is read: one document at a time is in memory, however large the dossier is.

use super::bag::{self, Payload};
use super::container::{self, Member};
use super::files::{Item, Originals, place};
use super::found::{Found, StoredFile, read};
use super::index::{self, Pages};
use super::{pages, records};
use crate::app::App;
use crate::case::journal::agency::{self, AgencyEvent, RevealPurpose};
use crate::case::journal::{JournalError, Pen};
use crate::case::refusal::{Code, Refusal};
use crate::case::trail::Actor;
use crate::clock::legal_date;
use crate::crypto::{self, CaseOf};
use crate::db::pool::Scope;
use crate::http::answer::Answer;
use crate::http::call::{Call, request_id};
use crate::http::caller::Caller;
use crate::http::problem::{Problem, ProblemBody};
use crate::letters::documents::{apart, unstored};
use crate::letters::render;
use crate::letters::store::StoreError;
use crate::rules::permissions::Role;
use crate::views::labels;
use actix_web::http::header;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use futures_util::stream;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::IntoParams;
use uuid::Uuid;

/// Why the dossier is taken, and with what.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReadDossier {
    /// The purpose; always needed, and kept on the trail: the package names people in full.
    #[param(inline)]
    purpose: Option<RevealPurpose>,
    /// Take unredacted originals and records that are not to be disclosed along; open to the legal reviewer and the approver.
    #[serde(default)]
    originals: bool,
}

/// What is in the package besides documents, for whoever opens it without us.
const README: &str = include_str!("readme.txt");

/// The same of what a body is offered.
const OFFERED: &str = include_str!("offered.txt");

/// The same of what an inspector is given, who gets no dossier as it is.
const INSPECTED: &str = include_str!("inspected.txt");

/// What was learnt of a document when it was opened.
pub(super) struct Seen {
    crc: u32,
    size: u32,
    pages: Option<u32>,
}

/// For whom a dossier is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// For the agency and whoever it hands it to: everything, with the trail and every text.
    Whole,
    /// For the body of a proceeding: what is offered as evidence, and nothing else.
    Offered,
}

/// A dossier in the package.
pub(super) struct Volume {
    pub found: Found,
    pub items: Vec<Item>,
    /// The folder it lies in.
    pub root: String,
    pub extent: Extent,
}

impl Volume {
    /// The dossier that the package is about.
    pub fn first(found: Found, originals: Originals) -> Self {
        Self::at("data".to_owned(), found, originals)
    }

    /// The dossier of another case of the same proceeding.
    pub fn beside(found: Found, originals: Originals) -> Self {
        Self::at(format!("data/cases/{}", found.case.id), found, originals)
    }

    fn at(root: String, found: Found, originals: Originals) -> Self {
        let items = place(&found, originals, &root);
        Self { found, items, root, extent: Extent::Whole }
    }
}

/// What goes with a dossier that is taken for a purpose of its own.
pub(super) struct Beside {
    /// What the folder in the package is called.
    pub folder: String,
    /// Its files, by their place.
    pub files: Vec<(String, Vec<u8>)>,
}

/// A stretch of the stream.
enum Chunk {
    Ready(Bytes),
    Document { owner: CaseOf, file: StoredFile },
}

/// The package, ready to be streamed.
pub(super) struct Package {
    chunks: Vec<Chunk>,
    /// In bytes.
    pub length: u64,
    /// SHA-256 of the manifest, in hexadecimal.
    pub manifest: String,
}

#[derive(Serialize)]
struct TrailLine<'a> {
    seq: i32,
    kind: &'a str,
    label: &'static str,
    recorded_at: DateTime<Utc>,
    sha256: String,
    /// The exact bytes that were hashed.
    file: String,
}

pub(super) fn allowed(caller: &Caller, originals: bool) -> Result<Originals, Refusal> {
    let by_role =
        [Role::Approver, Role::LegalReviewer].iter().any(|role| caller.roles.contains(role)) || !caller.posts.signs_for.is_empty();
    match (originals, by_role) {
        (false, _) => Ok(Originals::Withheld),
        (true, true) => Ok(Originals::Included),
        (true, false) => {
            let (zh, en) = (
                "未遮盖的原件限于法制审核员和签发人随卷导出",
                "unredacted originals go along for the legal reviewer and the approver only",
            );
            Err(Refusal::new(Code::SealedDocument, zh, en).under("17"))
        }
    }
}

/// The documents that go along, each once.
fn going<'a>(found: &'a Found, items: &'a [Item]) -> impl Iterator<Item = (CaseOf, &'a StoredFile)> {
    let placed = items.iter().flat_map(|item| &item.files).filter(|file| file.path.is_some() && !file.again);
    placed.filter_map(|placed| {
        let owner = CaseOf { agency: found.case.agency_id, case: placed.document };
        Some((owner, found.files.get(&placed.document)?))
    })
}

/// The bytes of a document.
fn opened(app: &App, owner: CaseOf, file: &StoredFile) -> Result<Vec<u8>, StoreError> {
    let wrapped = file.wrapped.as_deref().ok_or(StoreError::Damaged)?;
    app.documents.get(&app.office.keys, owner, file.expected(wrapped))
}

fn looked(app: &App, owner: CaseOf, file: &StoredFile) -> Result<Seen, StoreError> {
    let bytes = opened(app, owner, file)?;
    let size = u32::try_from(bytes.len()).map_err(|_| StoreError::Damaged)?;
    Ok(Seen { crc: crc32fast::hash(&bytes), size, pages: pages::count(&file.media_type, &bytes) })
}

/// Opens every document that goes along once.
async fn look(app: &Data<App>, found: &Found, items: &[Item]) -> Result<BTreeMap<Uuid, Seen>, Problem> {
    let mut seen = BTreeMap::new();
    for (owner, file) in going(found, items) {
        let (app, file) = (app.clone(), file.clone());
        seen.insert(owner.case, apart(move || looked(&app, owner, &file)).await?);
    }
    Ok(seen)
}

/// The same for whoever may wait.
pub(super) fn look_here(app: &App, found: &Found, items: &[Item]) -> Result<BTreeMap<Uuid, Seen>, Problem> {
    let look = |(owner, file): (CaseOf, &StoredFile)| looked(app, owner, file).map(|seen| (owner.case, seen));
    going(found, items).map(look).collect::<Result<_, StoreError>>().map_err(|error| unstored(&error))
}

fn trail(Volume { found, root, .. }: &Volume) -> Result<Vec<(String, Vec<u8>)>, serde_json::Error> {
    let name = |seq: i32| format!("{root}/trail/{seq:04}.json");
    let lines: Vec<TrailLine<'_>> = found
        .events
        .iter()
        .map(|event| TrailLine {
            seq: event.seq,
            kind: &event.kind,
            label: labels::event(&event.kind).zh,
            recorded_at: event.recorded_at,
            sha256: crypto::hex(&event.hash),
            file: name(event.seq),
        })
        .collect();
    let whole = json!({"case_id": found.case.id, "version": found.case.version, "head_sha256": found.head(), "events": lines});
    let mut parts = vec![(format!("{root}/trail.json"), serde_json::to_vec_pretty(&whole)?)];
    parts.extend(found.events.iter().map(|event| (name(event.seq), event.body.clone().into_bytes())));
    Ok(parts)
}

fn texts(found: &Found) -> Result<Vec<u8>, serde_json::Error> {
    let text = |known: &crate::case::vault::Proven| -> Value {
        json!({"id": known.reference.id, "commitment": known.reference.commitment, "salt": crypto::hex(&known.salt), "text": known.text})
    };
    serde_json::to_vec_pretty(&found.texts.iter().map(text).collect::<Vec<_>>())
}

fn about(found: &Found) -> Vec<(&'static str, String)> {
    let case = &found.case;
    let number = case.registration.as_ref().map(|entry| entry.case_number.clone());
    let mut about = vec![
        ("Source-Organization", found.agency.clone()),
        ("External-Description", "政府信息公开申请案卷".to_owned()),
        ("External-Identifier", number.unwrap_or_else(|| case.id.to_string())),
        ("Internal-Sender-Identifier", case.id.to_string()),
        ("Internal-Sender-Description", format!("version {}, {}", case.version, case.stage.code())),
        // The day of the case's last event: the same state is the same bag.
        ("Bagging-Date", legal_date(case.changed_at).to_string()),
        ("Bag-Software-Agent", "FOI Docket".to_owned()),
        ("Trail-Head-SHA256", found.head()),
    ];
    about.extend(case.archiving.as_ref().map(|archiving| ("Archive-Number", archiving.archive_number.clone())));
    about
}

type Stored = (Payload, u32, Chunk);

/// The files of one dossier: everything but the documents, made; the documents, named.
fn files(app: &App, volume: &Volume, seen: &BTreeMap<Uuid, Seen>) -> Result<Vec<Stored>, Problem> {
    let Volume { found, items, root, extent } = volume;
    let written = |error: serde_json::Error| Problem::internal(&error);
    let at = |name: &str| format!("{root}/{name}");
    let pages: Pages = seen.iter().filter_map(|(id, seen)| Some((*id, seen.pages?))).collect();
    let fonts = app.press.fonts();
    let mut small = vec![(at("catalogue.json"), index::data(found, items, &pages).map_err(written)?)];
    if *extent == Extent::Whole {
        small.push((at("case.json"), serde_json::to_vec_pretty(&found.case).map_err(written)?));
        small.push((at("texts.json"), texts(found).map_err(written)?));
        small.extend(trail(volume).map_err(written)?);
    }
    if let Some(sheet) = records::sheet(found, items) {
        small.push((at("records.pdf"), render::spelt_pdf(sheet, &fonts).map_err(|error| Problem::internal(&error))?));
    }
    let documents: Vec<(&str, Uuid)> = items
        .iter()
        .flat_map(|item| &item.files)
        .filter(|file| !file.again)
        .filter_map(|file| Some((file.path.as_deref()?, file.document)))
        .collect();
    if *extent == Extent::Whole {
        let sheet = index::sheet(found, items, (&pages, documents.len()));
        small.push((at("index.pdf"), render::spelt_pdf(sheet, &fonts).map_err(|error| Problem::internal(&error))?));
    }
    let mut payload: Vec<Stored> = small.into_iter().map(ready).collect();
    for (path, id) in documents {
        let (Some(file), Some(seen)) = (found.files.get(&id), seen.get(&id)) else { continue };
        let owner = CaseOf { agency: found.case.agency_id, case: id };
        let chunk = Chunk::Document { owner, file: file.clone() };
        payload.push((Payload { path: path.to_owned(), sha256: crypto::hex(&file.sha256), size: u64::from(seen.size) }, seen.crc, chunk));
    }
    Ok(payload)
}

fn ready((path, bytes): (String, Vec<u8>)) -> Stored {
    let file = Payload { path, sha256: crypto::hex(&crypto::sha256(&bytes)), size: bytes.len() as u64 };
    (file, crc32fast::hash(&bytes), Chunk::Ready(bytes.into()))
}

/// The package: the dossiers, what goes beside them, and the tags, which are those of the first.
pub(super) fn pack(app: &App, volumes: &[(Volume, BTreeMap<Uuid, Seen>)], beside: Beside) -> Result<Package, Problem> {
    let offered = volumes.iter().any(|(volume, _)| volume.extent == Extent::Offered);
    let readme = match volumes {
        [] => INSPECTED,
        _ if offered => OFFERED,
        _ => README,
    };
    let mut payload = vec![ready(("data/readme.txt".to_owned(), readme.as_bytes().to_vec()))];
    for (volume, seen) in volumes {
        payload.extend(files(app, volume, seen)?);
    }
    payload.extend(beside.files.into_iter().map(ready));
    payload.sort_by(|one, other| one.0.path.cmp(&other.0.path));
    let files: Vec<Payload> = payload.iter().map(|(file, ..)| file.clone()).collect();
    let about = volumes.first().map(|(volume, _)| about(&volume.found)).unwrap_or_default();
    let mut all: Vec<(String, u64, u32, Chunk)> = Vec::new();
    let mut manifest = String::new();
    for (name, text) in bag::tags(&files, &about) {
        if name == "manifest-sha256.txt" {
            manifest = crypto::hex(&crypto::sha256(text.as_bytes()));
        }
        all.push((name.to_owned(), text.len() as u64, crc32fast::hash(text.as_bytes()), Chunk::Ready(text.into())));
    }
    all.extend(payload.into_iter().map(|(file, crc, chunk)| (file.path, file.size, crc, chunk)));
    let folder = beside.folder;
    let (mut members, mut chunks) = (Vec::new(), Vec::new());
    for (path, size, crc, chunk) in all {
        let size = u32::try_from(size).map_err(|error| Problem::internal(&error))?;
        let member = Member { name: format!("{folder}/{path}"), crc, size };
        chunks.push(Chunk::Ready(member.head().into()));
        chunks.push(chunk);
        members.push(member);
    }
    chunks.push(Chunk::Ready(container::directory(&members).into()));
    Ok(Package { chunks, length: container::length(&members), manifest })
}

/// The bytes of one stretch.
async fn bytes(app: &Data<App>, chunk: Chunk) -> Result<Bytes, Problem> {
    match chunk {
        Chunk::Ready(bytes) => Ok(bytes),
        Chunk::Document { owner, file } => {
            let app = app.clone();
            Ok(apart(move || opened(&app, owner, &file)).await?.into())
        }
    }
}

/// SHA-256 of the whole package: every document is opened for it, one at a time.
pub(super) fn digest(app: &App, package: &Package) -> Result<[u8; 32], Problem> {
    let mut hash = crypto::Sha256::default();
    for chunk in &package.chunks {
        match chunk {
            Chunk::Ready(bytes) => hash.update(bytes),
            Chunk::Document { owner, file } => hash.update(&opened(app, *owner, file).map_err(|error| unstored(&error))?),
        }
    }
    Ok(hash.finish())
}

/// Sends the package, one document in memory at a time.
pub(super) fn send(app: &Data<App>, folder: &str, Package { chunks, length, .. }: Package) -> HttpResponse {
    let app = app.clone();
    let body = stream::try_unfold(chunks.into_iter(), move |mut chunks| {
        let app = app.clone();
        async move {
            let Some(chunk) = chunks.next() else { return Ok::<_, std::io::Error>(None) };
            let bytes = bytes(&app, chunk).await.map_err(|problem| std::io::Error::other(problem.code()))?;
            Ok(Some((bytes, chunks)))
        }
    });
    let name = format!("attachment; filename=\"{folder}.zip\"");
    let mut response = HttpResponse::Ok();
    response.content_type("application/zip").insert_header((header::CONTENT_DISPOSITION, name)).no_chunking(length);
    response.streaming(body)
}

/// Hands dossiers out: every document is looked at first, the export stands on the agency's trail for each case, and then the stream begins.
pub(super) async fn hand_out(
    call: &Call,
    scope: Scope,
    (volumes, beside): (Vec<Volume>, Beside),
    (purpose, originals): (RevealPurpose, Originals),
) -> Answer {
    let agency = call.caller.agency_id;
    let folder = beside.folder.clone();
    let cases: Vec<(Uuid, i32)> = volumes.iter().map(|volume| (volume.found.case.id, volume.found.case.version)).collect();
    let mut looked = Vec::new();
    for volume in volumes {
        let seen = look(&call.app, &volume.found, &volume.items).await?;
        looked.push((volume, seen));
    }
    let app = call.app.clone();
    let packed = tokio::task::spawn_blocking(move || pack(&app, &looked, beside)).await;
    let package = packed.map_err(|stopped| Problem::internal(&stopped))??;
    let exported = |(case, version)| AgencyEvent::DossierExported {
        case,
        version,
        purpose,
        originals: originals == Originals::Included,
        manifest_sha256: package.manifest.clone(),
    };
    let events: Vec<AgencyEvent> = cases.into_iter().map(exported).collect();
    let (office, request_id, account) = (Arc::clone(&call.app.office), request_id(&call.request), call.caller.account_id);
    call.app
        .db
        .run(scope, move |conn| {
            let pen = Pen { office: &office, agency, actor: Actor::Account { id: account }, request_id };
            conn.transaction(|conn| agency::append(conn, &pen, &events)).map_err(|error: JournalError| Problem::from(error))
        })
        .await?;
    Ok(send(&call.app, &folder, package))
}

/// Take the dossier as one package.
///
/// A bag (RFC 8493) in a ZIP: the documents and letters in the order of the dossier, the trail event by event as it was hashed, the case
/// and its texts with what proves them, an index for people and one for programs, and digests of all of it. The same state of the case
/// gives the same bytes. Unredacted originals are named as withheld unless `originals` asks for them.
#[utoipa::path(tag = "archive", params(ReadDossier), responses(
    (status = 200, description = "The package.", content((Vec<u8> = "application/zip")),
        headers(("Content-Disposition" = String, description = "`attachment`, with a name made of the id."))),
    (status = 500, description = "A stored file is missing or altered.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/cases/{case_id}/dossier")]
pub async fn get_dossier(call: Call) -> Answer {
    let scope = call.permit("get_dossier")?;
    let (agency, id) = (call.caller.agency_id, call.id("case_id")?);
    let ReadDossier { purpose, originals } = call.query()?;
    let office = Arc::clone(&call.app.office);
    let found = call.app.db.run(scope.clone(), move |conn| read(conn, &office, agency, id)).await?;
    let purpose = purpose.ok_or_else(|| {
        let (zh, en) = ("导出案卷须以 purpose 参数注明用途", "whoever takes a dossier says in the parameter purpose why");
        Refusal::new(Code::PurposeNeeded, zh, en)
    })?;
    let originals = allowed(&call.caller, originals)?;
    let beside = Beside { folder: format!("dossier-{id}"), files: Vec::new() };
    hand_out(&call, scope, (vec![Volume::first(found, originals)], beside), (purpose, originals)).await
}
