//! Documents (材料): rows beside their events, keys beside rows, files beside digests, papers of a dossier beside all of them.

use super::report::Report;
use crate::case::journal::agency::AgencyEvent;
use crate::case::model::{Case, MadeLetter};
use crate::case::office::Office;
use crate::case::trail::{Actor, Head};
use crate::crypto::{self, CaseOf};
use crate::db::pool::{Db, DbError, Scope};
use crate::db::schema::{document_keys, documents};
use crate::letters::store::{Expected, Reader, Store, StoreError};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Rows read at once.
const PAGE: i64 = 1_000;
/// Rows that should not be there, listed at most.
const STRAYS: i64 = 1_000;

/// A document as its event tells it.
pub(super) struct Told {
    id: Uuid,
    sha256: String,
    size: u64,
    media_type: String,
    by: Actor,
    at: Option<DateTime<Utc>>,
    letter: Option<Uuid>,
    object: Option<String>,
}

impl Told {
    /// What an event tells of a document, if it tells of one.
    pub fn by(head: &Head, event: &AgencyEvent) -> Option<Self> {
        let AgencyEvent::DocumentStored { document, sha256, size, media_type, uploaded_at, letter, object } = event else { return None };
        let (sha256, media_type) = (sha256.clone(), media_type.clone());
        let (by, object) = (head.actor.clone(), object.clone());
        Some(Self { id: *document, sha256, size: *size, media_type, by, at: *uploaded_at, letter: *letter, object })
    }
}

type Row = (Uuid, Vec<u8>, i64, String, Uuid, DateTime<Utc>, Option<Uuid>, Option<Vec<u8>>);

/// The rows of some documents beside their events.
pub(super) fn compare(conn: &mut PgConnection, told: &[Told], report: &mut Report) -> QueryResult<()> {
    let agency = report.agency;
    let rows: Vec<Row> = documents::table
        .filter(documents::agency_id.eq(agency))
        .filter(documents::id.eq_any(told.iter().map(|told| told.id)))
        .select((
            documents::id,
            documents::sha256,
            documents::size,
            documents::media_type,
            documents::uploaded_by,
            documents::uploaded_at,
            documents::letter_id,
            documents::object_sha256,
        ))
        .load(conn)?;
    let rows: BTreeMap<Uuid, Row> = rows.into_iter().map(|row| (row.0, row)).collect();
    for told in told {
        let Some((id, sha256, size, media_type, by, at, letter, object)) = rows.get(&told.id) else {
            report.note_stream(agency, format!("the document {} has an event and no row", told.id));
            continue;
        };
        for (column, same) in [
            ("sha256", crypto::hex(sha256) == told.sha256),
            ("size", u64::try_from(*size) == Ok(told.size)),
            ("media_type", *media_type == told.media_type),
            ("uploaded_by", Actor::Account { id: *by } == told.by),
            ("uploaded_at", told.at.is_none_or(|told| told == *at)),
            ("letter_id", *letter == told.letter),
            ("object_sha256", object.as_deref().map(crypto::hex) == told.object),
        ] {
            if !same {
                report.note_stream(agency, format!("documents.{column} of {id} does not follow from the trail"));
            }
        }
    }
    Ok(())
}

/// Rows without an event, rows without a key, keys without a row.
pub(super) fn strays(
    conn: &mut PgConnection,
    (mut stored, destroyed): (Vec<Uuid>, &BTreeSet<Uuid>),
    report: &mut Report,
) -> QueryResult<()> {
    let agency = report.agency;
    stored.sort_unstable();
    let mut after = Uuid::nil();
    loop {
        let page: Vec<Uuid> = documents::table
            .filter(documents::agency_id.eq(agency))
            .filter(documents::id.gt(after))
            .order(documents::id)
            .select(documents::id)
            .limit(PAGE)
            .load(conn)?;
        let Some(last) = page.last() else { break };
        after = *last;
        for id in page.iter().filter(|id| stored.binary_search(id).is_err()) {
            report.note_stream(agency, format!("the document {id} has a row and no event"));
        }
    }
    let joined = documents::agency_id.eq(document_keys::agency_id).and(documents::id.eq(document_keys::document_id));
    let without_key: Vec<Uuid> = documents::table
        .left_join(document_keys::table.on(joined))
        .filter(documents::agency_id.eq(agency))
        .filter(document_keys::document_id.nullable().is_null())
        .select(documents::id)
        .limit(STRAYS.saturating_add(i64::try_from(destroyed.len()).unwrap_or(i64::MAX)))
        .load(conn)?;
    for id in without_key.into_iter().filter(|id| !destroyed.contains(id)) {
        report.note_stream(agency, format!("the key of document {id} is gone, and no event says that it was destroyed"));
    }
    let kept: Vec<Uuid> = document_keys::table
        .filter(document_keys::agency_id.eq(agency))
        .filter(document_keys::document_id.eq_any(destroyed))
        .select(document_keys::document_id)
        .load(conn)?;
    for id in kept {
        report.note_stream(agency, format!("the key of document {id} is there, and an event says that it was destroyed"));
    }
    let without_row: Vec<Uuid> = document_keys::table
        .left_join(documents::table.on(joined))
        .filter(document_keys::agency_id.eq(agency))
        .filter(documents::id.nullable().is_null())
        .select(document_keys::document_id)
        .limit(STRAYS)
        .load(conn)?;
    for id in without_row {
        report.note_stream(agency, format!("document_keys has a key of {id}, which is no document"));
    }
    Ok(())
}

/// The papers and letters of a case are documents of the agency with the digest that its events name.
pub(super) fn papers(conn: &mut PgConnection, case: &Case, report: &mut Report) -> QueryResult<()> {
    let made = case.letters.iter().flat_map(MadeLetter::files);
    let proofs = case.dispatches.iter().flat_map(|dispatch| &dispatch.proofs).map(|proof| (proof.document_id, &proof.sha256));
    let scans = case.letter_scans.iter().map(|scan| (scan.document_id, &scan.sha256));
    let papers = case.papers.iter().map(|paper| (paper.document_id, &paper.sha256));
    let made = made.chain(case.disposal.iter().map(|disposal| &disposal.report));
    let named: Vec<(Uuid, &String)> = papers.chain(made.map(|file| (file.document, &file.sha256))).chain(proofs).chain(scans).collect();
    if named.is_empty() {
        return Ok(());
    }
    let rows: Vec<(Uuid, Vec<u8>)> = documents::table
        .filter(documents::agency_id.eq(case.agency_id))
        .filter(documents::id.eq_any(named.iter().map(|(id, _)| *id)))
        .select((documents::id, documents::sha256))
        .load(conn)?;
    let rows: BTreeMap<Uuid, String> = rows.into_iter().map(|(id, sha256)| (id, crypto::hex(&sha256))).collect();
    for (id, _) in named.into_iter().filter(|(id, sha256)| rows.get(id) != Some(*sha256)) {
        report.note_stream(case.id, format!("a paper, proof, scan or letter is not the document {id} that stands in documents"));
    }
    Ok(())
}

/// What a case with living content names can be read: no document of it went with another dossier.
pub(super) fn living(conn: &mut PgConnection, case: &Case, report: &mut Report) -> QueryResult<()> {
    let named = crate::case::documents::of(case);
    if case.disposal.is_some() || named.is_empty() {
        return Ok(());
    }
    let joined = documents::agency_id.eq(document_keys::agency_id).and(documents::id.eq(document_keys::document_id));
    let lost: Vec<Uuid> = documents::table
        .left_join(document_keys::table.on(joined))
        .filter(documents::agency_id.eq(case.agency_id))
        .filter(documents::id.eq_any(named))
        .filter(document_keys::document_id.nullable().is_null())
        .order(documents::id)
        .select(documents::id)
        .load(conn)?;
    for id in lost {
        report.note_stream(case.id, format!("the case names the document {id}, whose key was destroyed"));
    }
    Ok(())
}

type Kept = (Uuid, Vec<u8>, i64, Vec<u8>, Option<Vec<u8>>);

/// Opens every file and holds it against its row. Page by page and outside any transaction: it takes as long as the disk does.
pub(super) fn files(db: &Db, office: &Office, store: &Store, report: &mut Report) -> Result<(), DbError> {
    let agency = report.agency;
    let mut after = Uuid::nil();
    loop {
        let page: Vec<Kept> = db.run_here(&Scope::own(agency), |conn| {
            let joined = documents::agency_id.eq(document_keys::agency_id).and(documents::id.eq(document_keys::document_id));
            documents::table
                .inner_join(document_keys::table.on(joined))
                .filter(documents::agency_id.eq(agency))
                .filter(documents::id.gt(after))
                .order(documents::id)
                .select((documents::id, documents::sha256, documents::size, document_keys::wrapped, documents::object_sha256))
                .limit(PAGE)
                .load(conn)
                .map_err(DbError::Query)
        })?;
        let Some((last, ..)) = page.last() else { return Ok(()) };
        after = *last;
        for (id, sha256, size, wrapped, object) in &page {
            let owner = CaseOf { agency, case: *id };
            let opened = store.open(&office.keys, owner, Expected { wrapped, sha256, object: object.as_deref() });
            match opened.and_then(Reader::size) {
                Ok(found) if i64::try_from(found) == Ok(*size) => {}
                Ok(_) => report.note_stream(agency, format!("the file of document {id} has another size than its row")),
                Err(StoreError::Damaged) => report.note_stream(agency, format!("the file of document {id} is missing or altered")),
                Err(StoreError::Crypto(why)) => {
                    report.note_stream(agency, format!("the key of document {id} in document_keys cannot be opened: {why}"));
                }
                Err(why @ (StoreError::Bucket(_) | StoreError::Stopped | StoreError::Occupied)) => {
                    report.note_stream(agency, format!("the file of document {id} cannot be read: {why}"));
                }
                Err(StoreError::Io(why)) => report.note_stream(agency, format!("the file of document {id} cannot be read: {}", why.kind())),
            }
        }
    }
}
