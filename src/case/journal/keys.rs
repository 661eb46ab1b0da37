//! What a caller's key was answered with, and the numbers other systems gave a case.

use super::advance::Change;
use super::{Ask, JournalError, Key, Repeated};
use crate::case::model::{Case, ExternalReference};
use crate::case::refusal::{Code, Refusal};
use crate::db::schema::{external_references, idempotency_keys};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use uuid::Uuid;

pub(super) fn insert_references(conn: &mut PgConnection, case: &Case) -> Result<(), JournalError> {
    let rows: Vec<_> = case
        .external_references
        .iter()
        .map(|reference| {
            (
                external_references::agency_id.eq(case.agency_id),
                external_references::system.eq(&reference.system),
                external_references::reference.eq(&reference.reference),
                external_references::case_id.eq(case.id),
            )
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    match diesel::insert_into(external_references::table).values(rows).execute(conn) {
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
            let (zh, en) = ("该外部编号已登记在另一案件", "another case already has this external reference");
            Err(Refusal::new(Code::ReferenceTaken, zh, en).at("/external_references").into())
        }
        other => Ok(other.map(|_| ())?),
    }
}

/// Stores the numbers of a case that begins, or whose numbers changed.
pub(super) fn follow(conn: &mut PgConnection, change: &Change) -> Result<(), JournalError> {
    let Change { case, expected, was, now, .. } = change;
    let changed = was.as_ref().is_some_and(|was| was.references != now.references);
    if changed {
        let own = external_references::table.filter(external_references::agency_id.eq(case.agency_id));
        diesel::delete(own.filter(external_references::case_id.eq(case.id))).execute(conn)?;
    }
    if changed || *expected == 0 { insert_references(conn, case) } else { Ok(()) }
}

/// The case that bears a number of another system.
pub(super) fn bears(conn: &mut PgConnection, agency: Uuid, reference: &ExternalReference) -> QueryResult<Option<Uuid>> {
    external_references::table
        .find((agency, &reference.system, &reference.reference))
        .select(external_references::case_id)
        .first(conn)
        .optional()
}

type StoredKey = (String, Vec<u8>, Uuid, i32, i16);

pub(super) fn find_key(conn: &mut PgConnection, ask: &Ask, key: &Key) -> Result<Option<(String, Vec<u8>, Repeated)>, JournalError> {
    let row: Option<StoredKey> = idempotency_keys::table
        .find((ask.agency, ask.person.account_id, &key.key))
        .select((
            idempotency_keys::path,
            idempotency_keys::body_digest,
            idempotency_keys::resource_id,
            idempotency_keys::version,
            idempotency_keys::status,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(path, digest, resource, version, status)| {
        (path, digest, Repeated { resource, version, status: u16::try_from(status).unwrap_or(200) })
    }))
}

pub(super) fn insert_key(conn: &mut PgConnection, ask: &Ask, key: &Key, repeated: Repeated) -> Result<(), JournalError> {
    diesel::insert_into(idempotency_keys::table)
        .values((
            idempotency_keys::agency_id.eq(ask.agency),
            idempotency_keys::account_id.eq(ask.person.account_id),
            idempotency_keys::key.eq(&key.key),
            idempotency_keys::path.eq(&key.path),
            idempotency_keys::body_digest.eq(key.digest.as_slice()),
            idempotency_keys::resource_id.eq(repeated.resource),
            idempotency_keys::version.eq(repeated.version),
            idempotency_keys::status.eq(i16::try_from(repeated.status).unwrap_or(200)),
            idempotency_keys::created_at.eq(crate::clock::real_now()),
        ))
        .execute(conn)?;
    Ok(())
}
