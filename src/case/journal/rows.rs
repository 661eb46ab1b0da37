//! The statements of the journal. Every one is built from diesel's query language, so that it is prepared once and kept.
#![expect(clippy::ref_option_ref, reason = "diesel's derive expands to it")]

use super::{Ask, JournalError, Key, Repeated};
use crate::case::fold::FOLD_VERSION;
use crate::case::model::Case;
use crate::case::projection::Projection;
use crate::case::refusal::{Code, Refusal};
use crate::case::trail::Body;
use crate::db::schema::{cases, deliveries, duties, events, external_references, idempotency_keys, pending_events, proceedings, results};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use uuid::Uuid;

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = cases, treat_none_as_null = true)]
struct CaseRow<'a> {
    agency_id: Uuid,
    id: Uuid,
    version: i32,
    head_hash: &'a str,
    changed_at: DateTime<Utc>,
    fold_version: i32,
    state: serde_json::Value,
    stage: &'a str,
    channel: &'a str,
    applicant_kind: &'a str,
    arrived_on: NaiveDate,
    received_on: Option<NaiveDate>,
    case_number: Option<&'a str>,
    registered_on: Option<NaiveDate>,
    due_on: Option<NaiveDate>,
    provisional: bool,
    outcome: Option<&'a str>,
    department_id: Option<Uuid>,
    handler_id: Option<Uuid>,
    document_number: Option<&'a str>,
    dispatched_on: Option<NaiveDate>,
    closed_on: Option<NaiveDate>,
    archived_on: Option<NaiveDate>,
    archive_number: Option<String>,
    matter: &'a str,
}

fn case_row<'a>(case: &Case, projection: &'a Projection, head_hash: &'a str) -> Result<CaseRow<'a>, JournalError> {
    let columns = &projection.columns;
    let state = serde_json::to_value(case).map_err(|error| Error::SerializationError(Box::new(error)))?;
    Ok(CaseRow {
        agency_id: case.agency_id,
        id: case.id,
        version: case.version,
        head_hash,
        changed_at: case.changed_at,
        fold_version: FOLD_VERSION,
        state,
        stage: columns.stage,
        channel: columns.channel,
        applicant_kind: columns.applicant_kind,
        arrived_on: case.arrived_on,
        received_on: columns.received_on,
        case_number: columns.case_number.as_deref(),
        registered_on: columns.registered_on,
        due_on: columns.due_on,
        provisional: columns.provisional,
        outcome: columns.outcome,
        department_id: columns.department_id,
        handler_id: columns.handler_id,
        document_number: columns.document_number.as_deref(),
        dispatched_on: columns.dispatched_on,
        closed_on: case.closing.as_ref().map(|closing| closing.on),
        archived_on: case.archiving.as_ref().map(|archiving| archiving.on),
        archive_number: case.archiving.as_ref().map(|archiving| archiving.archive_number.clone()),
        matter: columns.matter,
    })
}

pub(super) fn insert_case(conn: &mut PgConnection, case: &Case, projection: &Projection, head: &str) -> Result<(), JournalError> {
    diesel::insert_into(cases::table).values(case_row(case, projection, head)?).execute(conn)?;
    insert_references(conn, case)
}

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
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Err(crate::case::refusal::Refusal::new(
            crate::case::refusal::Code::ReferenceTaken,
            "该外部编号已登记在另一案件",
            "another case already has this external reference",
        )
        .at("/external_references")
        .into()),
        other => Ok(other.map(|_| ())?),
    }
}

/// Moves the row on if it still has the version read; `false` if it moved meanwhile.
pub(super) fn update_case(
    conn: &mut PgConnection,
    case: &Case,
    projection: &Projection,
    head: &str,
    version: i32,
) -> Result<bool, JournalError> {
    let row = case_row(case, projection, head)?;
    let target = cases::table.filter(cases::agency_id.eq(case.agency_id)).filter(cases::id.eq(case.id)).filter(cases::version.eq(version));
    match diesel::update(target).set(row).execute(conn) {
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, about)) if about.constraint_name() == Some("cases_archive_number") => {
            let (zh, en) = ("该档号已用于另一案卷", "another dossier of this agency bears this archive number");
            Err(Refusal::new(Code::ArchiveNumberUsed, zh, en).at("/archive_number").into())
        }
        other => Ok(other? == 1),
    }
}

pub(super) fn version(conn: &mut PgConnection, agency: Uuid, case: Uuid) -> Result<Option<i32>, JournalError> {
    Ok(cases::table.find((agency, case)).select(cases::version).first(conn).optional()?)
}

pub(super) fn insert_events(conn: &mut PgConnection, agency: Uuid, stream: Uuid, bodies: &[Body]) -> Result<(), JournalError> {
    let rows: Vec<_> = bodies
        .iter()
        .map(|body| {
            (
                events::agency_id.eq(agency),
                events::stream_id.eq(stream),
                events::seq.eq(body.seq),
                events::kind.eq(&body.kind),
                events::recorded_at.eq(body.recorded_at),
                events::body.eq(&body.text),
                events::hash.eq(body.hash.as_slice()),
            )
        })
        .collect();
    diesel::insert_into(events::table).values(rows).execute(conn)?;
    let pending: Vec<_> = bodies
        .iter()
        .map(|body| {
            (
                pending_events::agency_id.eq(agency),
                pending_events::stream_id.eq(stream),
                pending_events::seq.eq(body.seq),
                pending_events::recorded_at.eq(body.recorded_at),
            )
        })
        .collect();
    diesel::insert_into(pending_events::table).values(pending).execute(conn)?;
    Ok(())
}

/// Replaces the derived rows that differ from those of the case as it stood.
pub(super) fn replace_derived(
    conn: &mut PgConnection,
    case: &Case,
    before: Option<&Projection>,
    now: &Projection,
) -> Result<(), JournalError> {
    if before.is_none_or(|before| before.duties != now.duties || before.columns != now.columns) {
        replace_duties(conn, case, now)?;
    }
    if before.is_none_or(|before| before.deliveries != now.deliveries) {
        replace_deliveries(conn, case, now)?;
    }
    if before.is_none_or(|before| before.proceedings != now.proceedings) {
        replace_proceedings(conn, case, now)?;
    }
    if before.is_none_or(|before| before.result != now.result) {
        diesel::delete(results::table.find((case.agency_id, case.id))).execute(conn)?;
        if let Some(result) = &now.result {
            diesel::insert_into(results::table)
                .values((
                    results::agency_id.eq(case.agency_id),
                    results::case_id.eq(case.id),
                    results::counted_on.eq(result.counted_on),
                    results::report_row.eq(i32::from(result.report_row)),
                    results::applicant_kind.eq(result.applicant_kind),
                ))
                .execute(conn)?;
        }
    }
    Ok(())
}

fn replace_duties(conn: &mut PgConnection, case: &Case, now: &Projection) -> Result<(), JournalError> {
    diesel::delete(duties::table.filter(duties::agency_id.eq(case.agency_id)).filter(duties::case_id.eq(case.id))).execute(conn)?;
    let rows: Vec<_> = now
        .duties
        .iter()
        .map(|duty| {
            (
                duties::agency_id.eq(case.agency_id),
                duties::case_id.eq(case.id),
                duties::kind.eq(duty.kind.code()),
                duties::ordinal.eq(i32::try_from(duty.ordinal).unwrap_or(i32::MAX)),
                duties::owed_by.eq(duty.kind.owed_by().code()),
                duties::article.eq(&duty.article),
                duties::basis.eq(duty.basis.code()),
                duties::from_on.eq(duty.from_on),
                duties::due_on.eq(duty.due_on),
                duties::provisional.eq(duty.provisional),
                duties::met_on.eq(duty.met_on),
                duties::open.eq(duty.open),
                duties::department_id.eq(now.columns.department_id),
                duties::handler_id.eq(now.columns.handler_id),
                duties::case_number.eq(now.columns.case_number.as_deref()),
            )
        })
        .collect();
    diesel::insert_into(duties::table).values(rows).execute(conn)?;
    Ok(())
}

fn replace_deliveries(conn: &mut PgConnection, case: &Case, now: &Projection) -> Result<(), JournalError> {
    diesel::delete(deliveries::table.filter(deliveries::agency_id.eq(case.agency_id)).filter(deliveries::case_id.eq(case.id)))
        .execute(conn)?;
    let rows: Vec<_> = now
        .deliveries
        .iter()
        .map(|row| {
            (
                deliveries::agency_id.eq(case.agency_id),
                deliveries::case_id.eq(case.id),
                deliveries::n.eq(i32::try_from(row.n).unwrap_or(i32::MAX)),
                deliveries::letter.eq(row.letter),
                deliveries::method.eq(row.method),
                deliveries::tracking_number.eq(row.tracking_number.as_deref()),
                deliveries::sent_on.eq(row.sent_on),
                deliveries::served_on.eq(row.served_on),
                deliveries::state.eq(row.state),
                deliveries::batch_id.eq(row.batch_id),
            )
        })
        .collect();
    match diesel::insert_into(deliveries::table).values(rows).execute(conn) {
        // Another letter took the number between the look-up and this statement.
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
            let (zh, en) = ("该邮件号已登记在另一封函件上", "another letter of this agency bears this tracking number");
            Err(Refusal::new(Code::TrackingNumberUsed, zh, en).under("国办公开办函〔2016〕235号").at("/method/tracking_number").into())
        }
        other => Ok(other.map(|_| ())?),
    }
}

fn replace_proceedings(conn: &mut PgConnection, case: &Case, now: &Projection) -> Result<(), JournalError> {
    diesel::delete(proceedings::table.filter(proceedings::agency_id.eq(case.agency_id)).filter(proceedings::case_id.eq(case.id)))
        .execute(conn)?;
    let rows: Vec<_> = now
        .proceedings
        .iter()
        .map(|row| {
            (
                proceedings::agency_id.eq(case.agency_id),
                proceedings::case_id.eq(case.id),
                proceedings::n.eq(i32::try_from(row.n).unwrap_or(i32::MAX)),
                proceedings::kind.eq(row.kind),
                proceedings::body.eq(&row.body),
                proceedings::case_number.eq(row.case_number.as_deref()),
                proceedings::received_on.eq(row.received_on),
                proceedings::outcome.eq(row.outcome),
                proceedings::report_column.eq(row.report_column),
                proceedings::decided_on.eq(row.decided_on),
            )
        })
        .collect();
    diesel::insert_into(proceedings::table).values(rows).execute(conn)?;
    Ok(())
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
