//! The rows of the one writing statement: each is a struct whose fields bear the names of the columns.

use crate::case::fold::FOLD_VERSION;
use crate::case::journal::advance::Change;
use crate::case::journal::{Ask, Key, Repeated};
use crate::case::model::Case;
use crate::case::projection::Projection;
use crate::case::search::Found;
use crate::case::trail::Body;
use crate::crypto;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use std::fmt::Debug;
use uuid::Uuid;

/// A row of a table whose key begins with the agency, which all rows of a statement share.
pub(super) trait Row: Serialize + Debug + PartialEq {
    /// The table.
    const TABLE: &'static str;
    /// The rest of its key; the case comes first.
    const KEY: &'static [&'static str];
    /// Every column but the agency, with its type.
    const COLUMNS: &'static [(&'static str, &'static str)];
    /// Whether both have one key.
    fn has_key_of(&self, other: &Self) -> bool;
}

macro_rules! rows {
    ($($(#[doc = $doc:literal])+ $name:ident in $table:ident by ($($key:ident),+) { $($field:ident: $ty:ty = $sql:literal,)+ })+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, PartialEq, Serialize)]
        pub(super) struct $name<'a> { $($field: $ty,)+ }
        impl Row for $name<'_> {
            const TABLE: &'static str = stringify!($table);
            const KEY: &'static [&'static str] = &[$(stringify!($key)),+];
            const COLUMNS: &'static [(&'static str, &'static str)] = &[$((stringify!($field), $sql)),+];
            fn has_key_of(&self, other: &Self) -> bool { $(self.$key == other.$key)&&+ }
        }
    )+};
}

rows! {
    /// A case.
    CaseRow in cases by (id) {
        id: Uuid = "uuid",
        version: i32 = "integer",
        head_hash: &'a str = "text",
        changed_at: DateTime<Utc> = "timestamptz",
        fold_version: i32 = "integer",
        state: &'a Case = "jsonb",
        stage: &'a str = "text",
        channel: &'a str = "text",
        applicant_kind: &'a str = "text",
        arrived_on: NaiveDate = "date",
        received_on: Option<NaiveDate> = "date",
        case_number: Option<&'a str> = "text",
        registered_on: Option<NaiveDate> = "date",
        due_on: Option<NaiveDate> = "date",
        provisional: bool = "boolean",
        outcome: Option<&'a str> = "text",
        department_id: Option<Uuid> = "uuid",
        handler_id: Option<Uuid> = "uuid",
        document_number: Option<&'a str> = "text",
        answered_with: Option<Uuid> = "uuid",
        dispatched_on: Option<NaiveDate> = "date",
        closed_on: Option<NaiveDate> = "date",
        archived_on: Option<NaiveDate> = "date",
        archive_number: Option<&'a str> = "text",
        disposal_from: Option<NaiveDate> = "date",
        matter: &'a str = "text",
        calendar_edition: i32 = "integer",
        earlier_numbers: &'a [String] = "text[]",
        missing_files: &'a [String] = "text[]",
    }
    /// An event.
    EventRow in events by (stream_id, seq) {
        stream_id: Uuid = "uuid",
        seq: i32 = "integer",
        kind: &'a str = "text",
        recorded_at: DateTime<Utc> = "timestamptz",
        body: &'a str = "text",
        hash: String = "bytea",
    }
    /// The answer of a caller's key.
    KeyRow in idempotency_keys by (account_id, key) {
        account_id: Uuid = "uuid",
        key: &'a str = "text",
        path: &'a str = "text",
        body_digest: String = "bytea",
        resource_id: Uuid = "uuid",
        version: i32 = "integer",
        status: u16 = "smallint",
        created_at: DateTime<Utc> = "timestamptz",
    }
    /// A duty.
    DutyRow in duties by (case_id, kind, ordinal) {
        case_id: Uuid = "uuid",
        kind: &'a str = "text",
        ordinal: i32 = "integer",
        owed_by: &'a str = "text",
        article: &'a str = "text",
        basis: &'a str = "text",
        from_on: NaiveDate = "date",
        due_on: NaiveDate = "date",
        provisional: bool = "boolean",
        met_on: Option<NaiveDate> = "date",
        open: bool = "boolean",
        department_id: Option<Uuid> = "uuid",
        handler_id: Option<Uuid> = "uuid",
        case_number: Option<&'a str> = "text",
        barred: &'a [Uuid] = "uuid[]",
        operation: Option<&'a str> = "text",
    }
    /// A letter on its way.
    DeliveryRow in deliveries by (case_id, n) {
        case_id: Uuid = "uuid",
        n: i32 = "integer",
        letter: &'a str = "text",
        method: &'a str = "text",
        tracking_number: Option<&'a str> = "text",
        sent_on: NaiveDate = "date",
        served_on: Option<NaiveDate> = "date",
        state: &'a str = "text",
        batch_id: Option<Uuid> = "uuid",
        with_case: Option<Uuid> = "uuid",
    }
    /// A reconsideration or lawsuit.
    ProceedingRow in proceedings by (case_id, n) {
        case_id: Uuid = "uuid",
        n: i32 = "integer",
        kind: &'a str = "text",
        body: &'a str = "text",
        case_number: Option<&'a str> = "text",
        received_on: NaiveDate = "date",
        outcome: Option<&'a str> = "text",
        report_column: &'a str = "text",
        decided_on: Option<NaiveDate> = "date",
        instance: Option<&'a str> = "text",
        route: Option<&'a str> = "text",
        follows: Option<u32> = "integer",
        began_on: NaiveDate = "date",
        own_column: Option<&'a str> = "text",
        chain: i32 = "integer",
        appealable_until: Option<NaiveDate> = "date",
        proceeding_id: Option<Uuid> = "uuid",
        counts: bool = "boolean",
        cause: Option<&'a str> = "text",
        grounds: &'a [&'static str] = "text[]",
    }
    /// An unredacted original.
    SealedRow in sealed_documents by (case_id, document_id, drafter_id) {
        case_id: Uuid = "uuid",
        document_id: Uuid = "uuid",
        drafter_id: Uuid = "uuid",
        draft: &'a u32 = "integer",
    }
    /// An item of the reply that stands, or of the one that counts.
    ItemRow in reply_items by (case_id, reply, n) {
        case_id: Uuid = "uuid",
        reply: i32 = "integer",
        n: i32 = "integer",
        kind: &'a str = "text",
        gives: bool = "boolean",
        withholds: bool = "boolean",
        grounds: &'a [&'static str] = "text[]",
        issued_on: NaiveDate = "date",
        review: Option<i32> = "integer",
        result: Option<&'a str> = "text",
        topic: Option<&'a str> = "text",
        reviewed_on: Option<NaiveDate> = "date",
        published_on: Option<NaiveDate> = "date",
        stands: bool = "boolean",
        counts: bool = "boolean",
    }
    /// A stored document that a case names.
    DocumentRow in case_documents by (case_id, document_id) {
        case_id: Uuid = "uuid",
        document_id: &'a Uuid = "uuid",
    }
    /// What an item of a reply used of the libraries.
    UseRow in library_uses by (case_id, reply, n, entry_id) {
        case_id: Uuid = "uuid",
        reply: i32 = "integer",
        n: i32 = "integer",
        entry_id: Uuid = "uuid",
        edition: i32 = "integer",
        departs: &'a bool = "boolean",
        issued_on: NaiveDate = "date",
    }
    /// What the annual report counts.
    ResultRow in results by (case_id) {
        case_id: Uuid = "uuid",
        counted_on: Option<NaiveDate> = "date",
        report_row: Option<u8> = "integer",
        applicant_kind: &'a str = "text",
        received_on: NaiveDate = "date",
        working_days: Option<u32> = "integer",
        stops: i32 = "integer",
        extensions: i32 = "integer",
        due_on: Option<NaiveDate> = "date",
        grounds: &'a [&'static str] = "text[]",
    }
    /// A fee notice or a payment.
    FeeRow in fee_items by (case_id, n, payment) {
        case_id: Uuid = "uuid",
        n: i32 = "integer",
        payment: i32 = "integer",
        dated_on: &'a NaiveDate = "date",
        amount: i32 = "integer",
    }
    /// A correction that stands.
    CorrectedRow in corrected_replies by (case_id, n) {
        case_id: Uuid = "uuid",
        n: i32 = "integer",
        cause: Option<&'a str> = "text",
        outcome: &'a str = "text",
        decided_on: NaiveDate = "date",
        kinds: &'a [&'static str] = "text[]",
        grounds: &'a [&'static str] = "text[]",
        lessons: i32 = "integer",
        proceeding_id: Option<Uuid> = "uuid",
    }
    /// Where it stands on the city's platform.
    PlatformRow in platform_states by (case_id) {
        case_id: Uuid = "uuid",
        number: &'a str = "text",
        entered_on: NaiveDate = "date",
        known_on: NaiveDate = "date",
        status: Option<&'a str> = "text",
        status_on: Option<NaiveDate> = "date",
    }
    /// What a case is found by.
    SearchRow in case_search by (case_id) {
        case_id: Uuid = "uuid",
        dated_on: NaiveDate = "date",
        bands: &'a [i32] = "integer[]",
        words: &'a [i32] = "integer[]",
        weights: String = "bytea",
    }
}

pub(super) fn case(change: &Change) -> CaseRow<'_> {
    let (case, columns) = (&change.case, &change.now.columns);
    CaseRow {
        id: case.id,
        version: case.version,
        head_hash: &change.head_hash,
        changed_at: case.changed_at,
        fold_version: FOLD_VERSION,
        state: case,
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
        answered_with: columns.answered_with,
        dispatched_on: columns.dispatched_on,
        closed_on: case.closing.as_ref().map(|closing| closing.on),
        archived_on: case.archiving.as_ref().map(|archiving| archiving.on),
        archive_number: case.archiving.as_ref().map(|archiving| archiving.archive_number.as_str()),
        disposal_from: columns.disposal_from,
        matter: columns.matter,
        calendar_edition: case.pins.calendar,
        earlier_numbers: &columns.earlier_numbers,
        missing_files: &columns.missing_files,
    }
}

pub(super) fn event(stream_id: Uuid, body: &Body) -> EventRow<'_> {
    EventRow { stream_id, seq: body.seq, kind: &body.kind, recorded_at: body.recorded_at, body: &body.text, hash: bytes(&body.hash) }
}

pub(super) fn key<'a>(ask: &Ask, key: &'a Key, answer: Repeated) -> KeyRow<'a> {
    KeyRow {
        account_id: ask.person.account_id,
        key: &key.key,
        path: &key.path,
        body_digest: bytes(&key.digest),
        resource_id: answer.resource,
        version: answer.version,
        status: answer.status,
        created_at: crate::clock::real_now(),
    }
}

pub(super) fn duties(case_id: Uuid, projection: &Projection) -> Vec<DutyRow<'_>> {
    let columns = &projection.columns;
    let rows = projection.duties.iter().map(|duty| {
        let (department_id, handler_id) = crate::case::duties::place(duty, (columns.department_id, columns.handler_id));
        DutyRow {
            case_id,
            kind: duty.kind.code(),
            ordinal: int(duty.ordinal),
            owed_by: duty.kind.owed_by().code(),
            article: &duty.article,
            basis: duty.basis.code(),
            from_on: duty.from_on,
            due_on: duty.due_on,
            provisional: duty.provisional,
            met_on: duty.met_on,
            open: duty.open,
            department_id,
            handler_id,
            case_number: columns.case_number.as_deref(),
            barred: &duty.whose.barred,
            operation: duty.operation,
        }
    });
    rows.collect()
}

pub(super) fn deliveries(case_id: Uuid, projection: &Projection) -> Vec<DeliveryRow<'_>> {
    let rows = projection.deliveries.iter().map(|row| DeliveryRow {
        case_id,
        n: int(row.n),
        letter: row.letter,
        method: row.method,
        tracking_number: row.tracking_number.as_deref(),
        sent_on: row.sent_on,
        served_on: row.served_on,
        state: row.state,
        batch_id: row.batch_id,
        with_case: row.with_case,
    });
    rows.collect()
}

pub(super) fn proceedings(case_id: Uuid, projection: &Projection) -> Vec<ProceedingRow<'_>> {
    let rows = projection.proceedings.iter().map(|row| ProceedingRow {
        case_id,
        n: int(row.n),
        kind: row.kind,
        body: &row.body,
        case_number: row.case_number.as_deref(),
        received_on: row.received_on,
        outcome: row.outcome,
        report_column: row.report_column,
        decided_on: row.decided_on,
        instance: row.instance,
        route: row.route,
        follows: row.follows,
        began_on: row.began_on,
        own_column: row.own_column,
        chain: int(row.chain),
        appealable_until: row.appealable_until,
        proceeding_id: row.proceeding_id,
        counts: row.counts,
        cause: row.cause,
        grounds: &row.grounds,
    });
    rows.collect()
}

pub(super) fn result(case_id: Uuid, projection: &Projection) -> Vec<ResultRow<'_>> {
    let rows = projection.result.iter().map(|row| ResultRow {
        case_id,
        counted_on: row.counted_on,
        report_row: row.report_row,
        applicant_kind: row.applicant_kind,
        received_on: row.received_on,
        working_days: row.working_days,
        stops: int(row.stops),
        extensions: int(row.extensions),
        due_on: row.due_on,
        grounds: &row.grounds,
    });
    rows.collect()
}

pub(super) fn fees(case_id: Uuid, projection: &Projection) -> Vec<FeeRow<'_>> {
    let rows = projection.fees.iter().map(|row| FeeRow {
        case_id,
        n: int(row.n),
        payment: int(row.payment),
        dated_on: &row.dated_on,
        amount: int(row.amount),
    });
    rows.collect()
}

pub(super) fn sealed(case_id: Uuid, projection: &Projection) -> Vec<SealedRow<'_>> {
    let rows = projection.sealed.iter();
    let rows = rows.map(|row| SealedRow { case_id, document_id: row.document, drafter_id: row.drafter, draft: &row.draft });
    rows.collect()
}

pub(super) fn items(case_id: Uuid, projection: &Projection) -> Vec<ItemRow<'_>> {
    let rows = projection.items.iter().map(|row| ItemRow {
        case_id,
        reply: int(row.reply),
        n: int(row.n),
        kind: row.kind,
        gives: row.gives,
        withholds: row.withholds,
        grounds: &row.grounds,
        issued_on: row.issued_on,
        review: row.review.map(int),
        result: row.result,
        topic: row.topic.as_deref(),
        reviewed_on: row.reviewed_on,
        published_on: row.published_on,
        stands: row.stands,
        counts: row.counts,
    });
    rows.collect()
}

pub(super) fn documents(case_id: Uuid, projection: &Projection) -> Vec<DocumentRow<'_>> {
    projection.documents.iter().map(|document| DocumentRow { case_id, document_id: document }).collect()
}

pub(super) fn uses(case_id: Uuid, projection: &Projection) -> Vec<UseRow<'_>> {
    let rows = projection.uses.iter().map(|row| UseRow {
        case_id,
        reply: int(row.reply),
        n: int(row.n),
        entry_id: row.entry,
        edition: int(row.edition),
        departs: &row.departs,
        issued_on: row.issued_on,
    });
    rows.collect()
}

pub(super) fn corrected(case_id: Uuid, projection: &Projection) -> Vec<CorrectedRow<'_>> {
    let rows = projection.corrected.iter().map(|row| CorrectedRow {
        case_id,
        n: int(row.n),
        cause: row.cause,
        outcome: row.outcome,
        decided_on: row.decided_on,
        kinds: &row.kinds,
        grounds: &row.grounds,
        lessons: int(row.lessons),
        proceeding_id: row.proceeding_id,
    });
    rows.collect()
}

pub(super) fn platform(case_id: Uuid, projection: &Projection) -> Vec<PlatformRow<'_>> {
    let rows = projection.platform.iter().map(|known| {
        let (status, status_on) = known.told.unzip();
        PlatformRow { case_id, number: &known.number, entered_on: known.entered_on, known_on: known.known_on, status, status_on }
    });
    rows.collect()
}

pub(super) fn found(case_id: Uuid, found: &Found) -> SearchRow<'_> {
    SearchRow { case_id, dated_on: found.dated_on, bands: &found.bands, words: &found.words, weights: bytes(&found.weights) }
}

fn int(n: u32) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

/// Bytes as PostgreSQL reads them from text.
fn bytes(bytes: &[u8]) -> String {
    format!("\\x{}", crypto::hex(bytes))
}
