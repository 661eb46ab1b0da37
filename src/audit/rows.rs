//! The rows of a case beside what its trail says they should be. Written apart from the journal's own statements, so that a mistake there
//! shows here.

use super::report::Report;
use crate::case::fold::FOLD_VERSION;
use crate::case::model::Case;
use crate::case::projection::Projection;
use crate::db::schema::{
    case_documents, cases, corrected_replies, deliveries, duties, external_references, fee_items, library_uses, platform_states,
    proceedings, reply_items, results, sealed_documents,
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = cases)]
struct CaseColumns {
    version: i32,
    head_hash: String,
    changed_at: DateTime<Utc>,
    fold_version: i32,
    state: Value,
    stage: String,
    channel: String,
    applicant_kind: String,
    arrived_on: NaiveDate,
    received_on: Option<NaiveDate>,
    case_number: Option<String>,
    registered_on: Option<NaiveDate>,
    due_on: Option<NaiveDate>,
    provisional: bool,
    outcome: Option<String>,
    department_id: Option<Uuid>,
    handler_id: Option<Uuid>,
    document_number: Option<String>,
    answered_with: Option<Uuid>,
    dispatched_on: Option<NaiveDate>,
    closed_on: Option<NaiveDate>,
    archived_on: Option<NaiveDate>,
    archive_number: Option<String>,
    disposal_from: Option<NaiveDate>,
    matter: String,
    calendar_edition: i32,
    earlier_numbers: Vec<String>,
    missing_files: Vec<String>,
}

#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = duties)]
struct DutyColumns {
    kind: String,
    ordinal: i32,
    owed_by: String,
    article: String,
    basis: String,
    from_on: NaiveDate,
    due_on: NaiveDate,
    provisional: bool,
    met_on: Option<NaiveDate>,
    open: bool,
    department_id: Option<Uuid>,
    handler_id: Option<Uuid>,
    case_number: Option<String>,
    barred: Vec<Uuid>,
    operation: Option<String>,
}

#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = deliveries)]
struct DeliveryColumns {
    n: i32,
    letter: String,
    method: String,
    tracking_number: Option<String>,
    sent_on: NaiveDate,
    served_on: Option<NaiveDate>,
    state: String,
    batch_id: Option<Uuid>,
    with_case: Option<Uuid>,
}

#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = proceedings)]
struct ProceedingColumns {
    n: i32,
    kind: String,
    body: String,
    case_number: Option<String>,
    received_on: NaiveDate,
    outcome: Option<String>,
    report_column: String,
    decided_on: Option<NaiveDate>,
    instance: Option<String>,
    route: Option<String>,
    follows: Option<i32>,
    began_on: NaiveDate,
    own_column: Option<String>,
    chain: i32,
    appealable_until: Option<NaiveDate>,
    proceeding_id: Option<Uuid>,
    counts: bool,
    cause: Option<String>,
    grounds: Vec<String>,
}

#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = results)]
struct ResultColumns {
    counted_on: Option<NaiveDate>,
    report_row: Option<i32>,
    applicant_kind: String,
    received_on: NaiveDate,
    working_days: Option<i32>,
    stops: i32,
    extensions: i32,
    due_on: Option<NaiveDate>,
    grounds: Vec<String>,
}

#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = sealed_documents)]
struct SealedColumns {
    document_id: Uuid,
    drafter_id: Uuid,
    draft: i32,
}

#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = reply_items)]
#[expect(clippy::struct_excessive_bools, reason = "they are columns of a table, each true or not by itself")]
struct ItemColumns {
    reply: i32,
    n: i32,
    kind: String,
    gives: bool,
    withholds: bool,
    grounds: Vec<String>,
    issued_on: NaiveDate,
    review: Option<i32>,
    result: Option<String>,
    topic: Option<String>,
    reviewed_on: Option<NaiveDate>,
    published_on: Option<NaiveDate>,
    stands: bool,
    counts: bool,
}

#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = library_uses)]
struct UseColumns {
    reply: i32,
    n: i32,
    entry_id: Uuid,
    edition: i32,
    departs: bool,
    issued_on: NaiveDate,
}

#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = corrected_replies)]
struct CorrectedColumns {
    n: i32,
    cause: Option<String>,
    outcome: String,
    decided_on: NaiveDate,
    kinds: Vec<String>,
    grounds: Vec<String>,
    lessons: i32,
    proceeding_id: Option<Uuid>,
}

#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = platform_states)]
struct PlatformColumns {
    number: String,
    entered_on: NaiveDate,
    known_on: NaiveDate,
    status: Option<String>,
    status_on: Option<NaiveDate>,
}

#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = external_references)]
struct ReferenceColumns {
    system: String,
    reference: String,
}

/// Compares every row of a case with its fold.
pub(super) fn compare(conn: &mut PgConnection, case: &Case, projection: &Projection, head: &str, report: &mut Report) -> QueryResult<()> {
    let stored: Option<CaseColumns> =
        cases::table.find((case.agency_id, case.id)).select(CaseColumns::as_select()).first(conn).optional()?;
    match stored {
        None => report.note_stream(case.id, "the case has a trail and no row"),
        Some(stored) => {
            for column in differing(&stored, &case_columns(case, projection, head)) {
                report.note_stream(case.id, format!("the column cases.{column} does not follow from the trail"));
            }
        }
    }
    let key = (case.agency_id, case.id);
    for (table, same) in [
        ("duties", same_duties(conn, key, projection)?),
        ("deliveries", same_deliveries(conn, key, projection)?),
        ("proceedings", same_proceedings(conn, key, projection)?),
        ("results", same_results(conn, key, projection)?),
        ("fee_items", same_fees(conn, key, projection)?),
        ("sealed_documents", same_sealed(conn, key, projection)?),
        ("reply_items", same_items(conn, key, projection)?),
        ("case_documents", same_documents(conn, key, projection)?),
        ("library_uses", same_uses(conn, key, projection)?),
        ("corrected_replies", same_corrected(conn, key, projection)?),
        ("platform_states", same_platform(conn, key, projection)?),
        ("external_references", same_references(conn, case)?),
    ] {
        if !same {
            report.note_stream(case.id, format!("the rows of {table} do not follow from the trail"));
        }
    }
    Ok(())
}

fn case_columns(case: &Case, projection: &Projection, head: &str) -> CaseColumns {
    let columns = projection.columns.clone();
    CaseColumns {
        version: case.version,
        head_hash: head.to_owned(),
        changed_at: case.changed_at,
        fold_version: FOLD_VERSION,
        state: json(case),
        stage: columns.stage.into(),
        channel: columns.channel.into(),
        applicant_kind: columns.applicant_kind.into(),
        arrived_on: case.arrived_on,
        received_on: columns.received_on,
        case_number: columns.case_number,
        registered_on: columns.registered_on,
        due_on: columns.due_on,
        provisional: columns.provisional,
        outcome: columns.outcome.map(str::to_owned),
        department_id: columns.department_id,
        handler_id: columns.handler_id,
        document_number: columns.document_number,
        answered_with: columns.answered_with,
        dispatched_on: columns.dispatched_on,
        closed_on: case.closing.as_ref().map(|closing| closing.on),
        archived_on: case.archiving.as_ref().map(|archiving| archiving.on),
        archive_number: case.archiving.as_ref().map(|archiving| archiving.archive_number.clone()),
        disposal_from: columns.disposal_from,
        matter: columns.matter.into(),
        calendar_edition: case.pins.calendar,
        earlier_numbers: columns.earlier_numbers,
        missing_files: columns.missing_files,
    }
}

type CaseKey = (Uuid, Uuid);

fn same_duties(conn: &mut PgConnection, (agency, case): CaseKey, projection: &Projection) -> QueryResult<bool> {
    let rows = duties::table.filter(duties::agency_id.eq(agency)).filter(duties::case_id.eq(case));
    let stored: Vec<DutyColumns> = rows.select(DutyColumns::as_select()).load(conn)?;
    let columns = &projection.columns;
    let derived = projection.duties.iter().map(|duty| {
        let (department_id, handler_id) = crate::case::duties::place(duty, (columns.department_id, columns.handler_id));
        DutyColumns {
            kind: duty.kind.code().into(),
            ordinal: int(duty.ordinal),
            owed_by: duty.kind.owed_by().code().into(),
            article: duty.article.clone(),
            basis: duty.basis.code().into(),
            from_on: duty.from_on,
            due_on: duty.due_on,
            provisional: duty.provisional,
            met_on: duty.met_on,
            open: duty.open,
            department_id,
            handler_id,
            case_number: columns.case_number.clone(),
            barred: duty.whose.barred.clone(),
            operation: duty.operation.map(str::to_owned),
        }
    });
    Ok(same(stored, derived))
}

fn same_deliveries(conn: &mut PgConnection, (agency, case): CaseKey, projection: &Projection) -> QueryResult<bool> {
    let rows = deliveries::table.filter(deliveries::agency_id.eq(agency)).filter(deliveries::case_id.eq(case));
    let stored: Vec<DeliveryColumns> = rows.select(DeliveryColumns::as_select()).load(conn)?;
    let derived = projection.deliveries.iter().map(|row| DeliveryColumns {
        n: int(row.n),
        letter: row.letter.into(),
        method: row.method.into(),
        tracking_number: row.tracking_number.clone(),
        sent_on: row.sent_on,
        served_on: row.served_on,
        state: row.state.into(),
        batch_id: row.batch_id,
        with_case: row.with_case,
    });
    Ok(same(stored, derived))
}

fn same_proceedings(conn: &mut PgConnection, (agency, case): CaseKey, projection: &Projection) -> QueryResult<bool> {
    let rows = proceedings::table.filter(proceedings::agency_id.eq(agency)).filter(proceedings::case_id.eq(case));
    let stored: Vec<ProceedingColumns> = rows.select(ProceedingColumns::as_select()).load(conn)?;
    let derived = projection.proceedings.iter().map(|row| ProceedingColumns {
        n: int(row.n),
        kind: row.kind.into(),
        body: row.body.clone(),
        case_number: row.case_number.clone(),
        received_on: row.received_on,
        outcome: row.outcome.map(str::to_owned),
        report_column: row.report_column.into(),
        decided_on: row.decided_on,
        instance: row.instance.map(str::to_owned),
        route: row.route.map(str::to_owned),
        follows: row.follows.map(int),
        began_on: row.began_on,
        own_column: row.own_column.map(str::to_owned),
        chain: int(row.chain),
        appealable_until: row.appealable_until,
        proceeding_id: row.proceeding_id,
        counts: row.counts,
        cause: row.cause.map(str::to_owned),
        grounds: words(&row.grounds),
    });
    Ok(same(stored, derived))
}

fn words(codes: &[&str]) -> Vec<String> {
    codes.iter().map(|code| (*code).to_owned()).collect()
}

fn same_results(conn: &mut PgConnection, (agency, case): CaseKey, projection: &Projection) -> QueryResult<bool> {
    let rows = results::table.filter(results::agency_id.eq(agency)).filter(results::case_id.eq(case));
    let stored: Vec<ResultColumns> = rows.select(ResultColumns::as_select()).load(conn)?;
    let derived = projection.result.iter().map(|row| ResultColumns {
        counted_on: row.counted_on,
        report_row: row.report_row.map(i32::from),
        applicant_kind: row.applicant_kind.into(),
        received_on: row.received_on,
        working_days: row.working_days.map(int),
        stops: int(row.stops),
        extensions: int(row.extensions),
        due_on: row.due_on,
        grounds: words(&row.grounds),
    });
    Ok(same(stored, derived))
}

fn same_fees(conn: &mut PgConnection, (agency, case): CaseKey, projection: &Projection) -> QueryResult<bool> {
    let rows = fee_items::table.filter(fee_items::agency_id.eq(agency)).filter(fee_items::case_id.eq(case));
    let stored: Vec<(i32, i32, NaiveDate, i32)> =
        rows.select((fee_items::n, fee_items::payment, fee_items::dated_on, fee_items::amount)).load(conn)?;
    let derived = projection.fees.iter().map(|row| (int(row.n), int(row.payment), row.dated_on, int(row.amount)));
    Ok(same(stored, derived))
}

fn same_sealed(conn: &mut PgConnection, (agency, case): CaseKey, projection: &Projection) -> QueryResult<bool> {
    let rows = sealed_documents::table.filter(sealed_documents::agency_id.eq(agency)).filter(sealed_documents::case_id.eq(case));
    let stored: Vec<SealedColumns> = rows.select(SealedColumns::as_select()).load(conn)?;
    let derived =
        projection.sealed.iter().map(|row| SealedColumns { document_id: row.document, drafter_id: row.drafter, draft: int(row.draft) });
    Ok(same(stored, derived))
}

fn same_items(conn: &mut PgConnection, (agency, case): CaseKey, projection: &Projection) -> QueryResult<bool> {
    let rows = reply_items::table.filter(reply_items::agency_id.eq(agency)).filter(reply_items::case_id.eq(case));
    let stored: Vec<ItemColumns> = rows.select(ItemColumns::as_select()).load(conn)?;
    let derived = projection.items.iter().map(|row| ItemColumns {
        reply: int(row.reply),
        n: int(row.n),
        kind: row.kind.into(),
        gives: row.gives,
        withholds: row.withholds,
        grounds: words(&row.grounds),
        issued_on: row.issued_on,
        review: row.review.map(int),
        result: row.result.map(str::to_owned),
        topic: row.topic.clone(),
        reviewed_on: row.reviewed_on,
        published_on: row.published_on,
        stands: row.stands,
        counts: row.counts,
    });
    Ok(same(stored, derived))
}

fn same_documents(conn: &mut PgConnection, (agency, case): CaseKey, projection: &Projection) -> QueryResult<bool> {
    let rows = case_documents::table.filter(case_documents::agency_id.eq(agency)).filter(case_documents::case_id.eq(case));
    let stored: Vec<Uuid> = rows.select(case_documents::document_id).load(conn)?;
    Ok(same(stored, projection.documents.iter().copied()))
}

fn same_uses(conn: &mut PgConnection, (agency, case): CaseKey, projection: &Projection) -> QueryResult<bool> {
    let rows = library_uses::table.filter(library_uses::agency_id.eq(agency)).filter(library_uses::case_id.eq(case));
    let stored: Vec<UseColumns> = rows.select(UseColumns::as_select()).load(conn)?;
    let derived = projection.uses.iter().map(|row| UseColumns {
        reply: int(row.reply),
        n: int(row.n),
        entry_id: row.entry,
        edition: int(row.edition),
        departs: row.departs,
        issued_on: row.issued_on,
    });
    Ok(same(stored, derived))
}

fn same_corrected(conn: &mut PgConnection, (agency, case): CaseKey, projection: &Projection) -> QueryResult<bool> {
    let rows = corrected_replies::table.filter(corrected_replies::agency_id.eq(agency)).filter(corrected_replies::case_id.eq(case));
    let stored: Vec<CorrectedColumns> = rows.select(CorrectedColumns::as_select()).load(conn)?;
    let derived = projection.corrected.iter().map(|row| CorrectedColumns {
        n: int(row.n),
        cause: row.cause.map(str::to_owned),
        outcome: row.outcome.into(),
        decided_on: row.decided_on,
        kinds: words(&row.kinds),
        grounds: words(&row.grounds),
        lessons: int(row.lessons),
        proceeding_id: row.proceeding_id,
    });
    Ok(same(stored, derived))
}

fn same_platform(conn: &mut PgConnection, (agency, case): CaseKey, projection: &Projection) -> QueryResult<bool> {
    let stored: Vec<PlatformColumns> = platform_states::table
        .filter(platform_states::agency_id.eq(agency))
        .filter(platform_states::case_id.eq(case))
        .select(PlatformColumns::as_select())
        .load(conn)?;
    let derived = projection.platform.iter().map(|row| PlatformColumns {
        number: row.number.clone(),
        entered_on: row.entered_on,
        known_on: row.known_on,
        status: row.told.map(|(status, _)| status.to_owned()),
        status_on: row.told.map(|(_, on)| on),
    });
    Ok(same(stored, derived))
}

fn same_references(conn: &mut PgConnection, case: &Case) -> QueryResult<bool> {
    let rows = external_references::table
        .filter(external_references::agency_id.eq(case.agency_id))
        .filter(external_references::case_id.eq(case.id));
    let stored: Vec<ReferenceColumns> = rows.select(ReferenceColumns::as_select()).load(conn)?;
    let derived =
        case.external_references.iter().map(|known| ReferenceColumns { system: known.system.clone(), reference: known.reference.clone() });
    Ok(same(stored, derived))
}

fn int(n: u32) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// The fields in which two rows differ.
fn differing<T: Serialize>(stored: &T, derived: &T) -> Vec<String> {
    let (Value::Object(stored), Value::Object(derived)) = (json(stored), json(derived)) else { return Vec::new() };
    stored.into_iter().filter(|(name, value)| derived.get(name) != Some(value)).map(|(name, _)| name).collect()
}

/// Whether two sets of rows are equal, in whatever order.
fn same<T: Serialize>(stored: Vec<T>, derived: impl Iterator<Item = T>) -> bool {
    let sorted = |rows: &mut dyn Iterator<Item = T>| {
        let mut texts: Vec<String> = rows.map(|row| json(&row).to_string()).collect();
        texts.sort_unstable();
        texts
    };
    sorted(&mut stored.into_iter()) == sorted(&mut { derived })
}
