//! What the database holds of a dossier: the case, its trail, its private texts with what proves them, its documents, the names in it.

use crate::case::command::not_disposed_of;
use crate::case::documents;
use crate::case::journal;
use crate::case::model::{Case, DisclosureAttribute};
use crate::case::office::Office;
use crate::case::private::{PersonDetails, Private};
use crate::case::replay::replay;
use crate::case::vault::{self, Proven};
use crate::crypto::CaseOf;
use crate::db::schema::{agencies, document_keys, documents as rows, events, sealed_documents};
use crate::http::problem::Problem;
use crate::letters::sniff::TYPES;
use crate::letters::store::Expected;
use crate::views::names::Names;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// An event as it is stored.
pub(super) struct StoredEvent {
    pub seq: i32,
    pub kind: String,
    pub recorded_at: DateTime<Utc>,
    /// The exact bytes.
    pub body: String,
    pub hash: Vec<u8>,
}

/// A document as it is stored.
#[derive(Debug, Clone)]
pub(super) struct StoredFile {
    pub sha256: Vec<u8>,
    /// SHA-256 of the object in the store; none of a document of the first release.
    pub object: Option<Vec<u8>>,
    pub size: i64,
    pub media_type: String,
    /// Its wrapped key; none where it was destroyed.
    pub wrapped: Option<Vec<u8>>,
}

impl StoredFile {
    /// What it must be to be given out.
    pub fn expected<'a>(&'a self, wrapped: &'a [u8]) -> Expected<'a> {
        Expected { wrapped, sha256: &self.sha256, object: self.object.as_deref() }
    }

    /// The usual ending of its name.
    pub fn extension(&self) -> &'static str {
        TYPES.iter().find(|kind| kind.media_type == self.media_type).map_or("bin", |kind| kind.extension)
    }
}

/// Everything.
pub(super) struct Found {
    pub case: Case,
    pub agency: String,
    pub events: Vec<StoredEvent>,
    pub texts: Vec<Proven>,
    pub files: BTreeMap<Uuid, StoredFile>,
    pub names: Names,
    /// Documents that only few may read: unredacted originals, and records found that are not to be disclosed.
    pub sealed: BTreeSet<Uuid>,
}

impl Found {
    /// A private text.
    pub fn text(&self, reference: &Private) -> Option<&str> {
        self.texts.iter().find(|text| text.reference.id == reference.id).map(|text| text.text.as_str())
    }

    /// The name in the details of a person.
    pub fn person(&self, reference: &Private) -> Option<String> {
        serde_json::from_str::<PersonDetails>(self.text(reference)?).ok().map(|details| details.name)
    }

    /// The name of an account or a department.
    pub fn name(&self, id: Uuid) -> Option<String> {
        self.names.account(id).display_name.or_else(|| self.names.department(id).name)
    }

    /// The hash of the last event, in hexadecimal.
    pub fn head(&self) -> String {
        self.events.last().map(|event| crate::crypto::hex(&event.hash)).unwrap_or_default()
    }
}

/// What events mention: private texts in the order in which they came, and ids that may be people or departments.
#[derive(Default)]
struct Mentions {
    texts: Vec<Private>,
    known: BTreeSet<Uuid>,
    ids: BTreeSet<Uuid>,
}

impl Mentions {
    fn walk(&mut self, value: &Value) {
        match value {
            Value::Object(fields) if fields.len() == 2 && fields.contains_key("id") && fields.contains_key("commitment") => {
                if let Ok(text) = serde_json::from_value::<Private>(value.clone())
                    && self.known.insert(text.id)
                {
                    self.texts.push(text);
                }
            }
            Value::Object(fields) => fields.values().for_each(|value| self.walk(value)),
            Value::Array(items) => items.iter().for_each(|value| self.walk(value)),
            Value::String(text) => self.ids.extend(Uuid::try_parse(text).ok()),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

type EventRow = (i32, String, DateTime<Utc>, String, Vec<u8>);
type FileRow = (Uuid, Vec<u8>, Option<Vec<u8>>, i64, String, Option<Vec<u8>>);

/// Reads a dossier.
pub(super) fn read(conn: &mut PgConnection, office: &Office, agency: Uuid, id: Uuid) -> Result<Found, Problem> {
    let case = journal::load(conn, agency, id)?.ok_or_else(Problem::not_found)?.case;
    not_disposed_of(&case)?;
    of_case(conn, office, case)
}

/// Reads it as it was at a version: the same events make the same case.
pub(super) fn read_at(conn: &mut PgConnection, office: &Office, (agency, id): (Uuid, Uuid), version: i32) -> Result<Found, Problem> {
    let now = journal::load(conn, agency, id)?.ok_or_else(Problem::not_found)?.case;
    not_disposed_of(&now)?;
    let then = replay(conn, agency, id, Some(version))?.ok_or_else(Problem::not_found)?;
    of_case(conn, office, then)
}

fn of_case(conn: &mut PgConnection, office: &Office, case: Case) -> Result<Found, Problem> {
    let (agency, id) = (case.agency_id, case.id);
    let stored: Vec<EventRow> = events::table
        .filter(events::agency_id.eq(agency))
        .filter(events::stream_id.eq(id))
        // What came since belongs to another state.
        .filter(events::seq.le(case.version))
        .order(events::seq.asc())
        .select((events::seq, events::kind, events::recorded_at, events::body, events::hash))
        .load(conn)?;
    let mut mentions = Mentions::default();
    for (_, _, _, body, _) in &stored {
        mentions.walk(&serde_json::from_str(body).map_err(|error| Problem::internal(&error))?);
    }
    let texts = vault::open_proven(conn, office, CaseOf { agency, case: id }, &mentions.texts)
        .map_err(|error| Problem::from(journal::JournalError::from(error)))?;
    let ids: Vec<Uuid> = mentions.ids.into_iter().collect();
    let documents = documents::of(&case);
    let joined = rows::agency_id.eq(document_keys::agency_id).and(rows::id.eq(document_keys::document_id));
    let files: Vec<FileRow> = rows::table
        .left_join(document_keys::table.on(joined))
        .filter(rows::agency_id.eq(agency))
        .filter(rows::id.eq_any(&documents))
        .select((rows::id, rows::sha256, rows::object_sha256, rows::size, rows::media_type, document_keys::wrapped.nullable()))
        .load(conn)?;
    // By their bytes: the same file stored twice is the same original.
    let digests: Vec<&Vec<u8>> = files.iter().map(|(_, sha256, ..)| sha256).collect();
    let originals: Vec<Vec<u8>> = sealed_documents::table
        .inner_join(rows::table.on(rows::agency_id.eq(sealed_documents::agency_id).and(rows::id.eq(sealed_documents::document_id))))
        .filter(sealed_documents::agency_id.eq(agency))
        .filter(rows::sha256.eq_any(digests))
        .select(rows::sha256)
        .load(conn)?;
    let sealed: Vec<Uuid> = files.iter().filter(|(_, sha256, ..)| originals.contains(sha256)).map(|(id, ..)| *id).collect();
    let name: Option<String> = agencies::table.find(agency).select(agencies::name).first(conn).optional()?;
    Ok(Found {
        agency: name.unwrap_or_default(),
        events: stored.into_iter().map(|(seq, kind, recorded_at, body, hash)| StoredEvent { seq, kind, recorded_at, body, hash }).collect(),
        texts,
        files: files
            .into_iter()
            .map(|(id, sha256, object, size, media_type, wrapped)| (id, StoredFile { sha256, object, size, media_type, wrapped }))
            .collect(),
        names: Names::read(conn, &[agency], &ids)?,
        sealed: sealed.into_iter().chain(kept_back(&case)).collect(),
        case,
    })
}

/// Records that a search found and their maker determined not to be disclosed, unless they were given.
fn kept_back(case: &Case) -> BTreeSet<Uuid> {
    let sent = case.replies.iter().filter(|reply| case.dispatches_of(reply.n).next().is_some());
    let given: BTreeSet<Uuid> = sent.flat_map(|reply| &reply.items).flat_map(|item| item.grounds.attachments.iter().copied()).collect();
    let found = case.search_tasks.iter().flat_map(|task| &task.results).flat_map(|result| &result.found);
    let kept = found.filter(|record| record.attribute == DisclosureAttribute::NotDisclosed).filter_map(|record| record.document_id);
    kept.filter(|document| !given.contains(document)).collect()
}
