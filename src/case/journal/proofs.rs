//! What a paper that is to prove a dispatch proves elsewhere in the agency, by its bytes: one slip is one delivery, in whichever case it was
//! filed first.
//!
//! Who asks holds the digest until the transaction ends: of two steps that name the same slip the second sees what the first wrote.

use super::JournalError;
use super::load::load;
use crate::case::facts::Known;
use crate::case::model::Case;
use crate::crypto;
use crate::db::schema::{case_documents, documents};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Holds the digests of papers until the transaction ends, always in one order: two lists that name the same papers wait for each other,
/// never both.
pub(super) fn hold(conn: &mut PgConnection, agency: Uuid, papers: &[Uuid]) -> Result<(), JournalError> {
    if papers.is_empty() {
        return Ok(());
    }
    let digests: Vec<Vec<u8>> = documents::table
        .filter(documents::agency_id.eq(agency))
        .filter(documents::id.eq_any(papers))
        .select(documents::sha256)
        .load(conn)?;
    let keys: BTreeSet<i64> = digests.iter().map(|digest| key(agency, digest)).collect();
    for key in keys {
        diesel::sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(key).execute(conn)?;
    }
    Ok(())
}

/// The lock of a digest within an agency. Two digests that share one only wait for each other.
fn key(agency: Uuid, digest: &[u8]) -> i64 {
    let mut whole = agency.as_bytes().to_vec();
    whole.extend_from_slice(digest);
    crypto::sha256(&whole).first_chunk().copied().map_or(0, i64::from_be_bytes)
}

/// Looks up the papers with the bytes of one, held from here on, and the cases beside this one that have a dispatch which one of them proves:
/// as they stand so far in the same breath, else as stored.
pub(super) fn look_up<'a>(
    conn: &mut PgConnection,
    (case, breath): (&Case, impl Iterator<Item = &'a Case>),
    paper: Uuid,
    known: &mut Known,
) -> Result<(), JournalError> {
    let agency = case.agency_id;
    hold(conn, agency, &[paper])?;
    let digest = documents::table.filter(documents::agency_id.eq(agency)).filter(documents::id.eq(paper)).select(documents::sha256);
    let Some(digest) = digest.first::<Vec<u8>>(conn).optional()? else { return Ok(()) };
    let copies: Vec<Uuid> =
        documents::table.filter(documents::agency_id.eq(agency)).filter(documents::sha256.eq(digest)).select(documents::id).load(conn)?;
    let named_in: Vec<Uuid> = case_documents::table
        .filter(case_documents::agency_id.eq(agency))
        .filter(case_documents::document_id.eq_any(&copies))
        .order(case_documents::case_id)
        .select(case_documents::case_id)
        .distinct()
        .load(conn)?;
    let proves = |other: &Case| {
        let named = |paper: Uuid| copies.contains(&paper);
        other.id != case.id && other.dispatches.iter().any(|dispatch| dispatch.papers().any(named))
    };
    let mut read = BTreeSet::from([case.id]);
    for other in breath {
        read.insert(other.id);
        known.proved_in.extend(proves(other).then(|| other.clone()));
    }
    for id in named_in.iter().filter(|id| !read.contains(id)) {
        known.proved_in.extend(load(conn, agency, *id)?.map(|loaded| loaded.case).filter(proves));
    }
    known.copies = copies.into_iter().collect();
    Ok(())
}
