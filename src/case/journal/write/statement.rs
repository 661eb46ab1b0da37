//! The one statement that writes cases: it holds them, moves those that nobody moved meanwhile, and writes with them
//! their events, what is derived from them and the caller's key.
//!
//! Rows go in as JSON, so that the text is the same for one case and for hundreds; parts that have no rows are left
//! out. Its few texts are prepared once each. Nothing in it depends on how the planner estimates a table: cases are
//! looked up one by one by their key, in the order of their ids, and every row is put by its key.

use super::rows::{
    CaseRow, CorrectedRow, DeliveryRow, DocumentRow, DutyRow, EventRow, FeeRow, ItemRow, KeyRow, PlatformRow, ProceedingRow, ResultRow,
    Row, SealedRow, SearchRow, UseRow,
};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types;
use serde::Serialize;
use std::fmt::Debug;
use uuid::Uuid;

/// What becomes of a case that somebody moved meanwhile, or holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::case::journal) enum Hold {
    /// The cases are new.
    New,
    /// All or none: whoever holds one is waited for, and if one has moved nothing is written.
    All,
    /// Each for itself: one that has moved or that somebody holds is left out, and nobody is waited for.
    Free,
}

/// Rows on their way as one JSON value.
#[derive(Debug)]
pub(super) struct Rows<R>(pub Vec<R>);

impl<R> Default for Rows<R> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<R: Serialize + Debug> ToSql<sql_types::Json, Pg> for Rows<R> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        serde_json::to_writer(out, &self.0)?;
        Ok(IsNull::No)
    }
}

/// A case with the version it must still have.
#[derive(Debug, Serialize)]
pub(super) struct Wanted<'a> {
    pub expected: i32,
    #[serde(flatten)]
    pub row: CaseRow<'a>,
}

/// Derived rows of one table: those to put, and those that go because their case has them no more.
#[derive(Debug)]
pub(super) struct Part<R> {
    put: Rows<R>,
    gone: Rows<R>,
    gone_of: Vec<Uuid>,
}

impl<R> Default for Part<R> {
    fn default() -> Self {
        Self { put: Rows::default(), gone: Rows::default(), gone_of: Vec::new() }
    }
}

impl<R: Row> Part<R> {
    /// Adds what differs between the rows of a case as they were and as they are to be.
    pub(super) fn add(&mut self, case: Uuid, was: Vec<R>, now: Vec<R>) {
        let (kept, gone): (Vec<R>, Vec<R>) = was.into_iter().partition(|old| now.iter().any(|new| new.has_key_of(old)));
        if !gone.is_empty() {
            self.gone_of.push(case);
            self.gone.0.extend(gone);
        }
        self.put.0.extend(now.into_iter().filter(|new| !kept.contains(new)));
    }

    fn walk<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if !self.gone.0.is_empty() {
            out.push_sql(&format!(", gone_{0} AS (DELETE FROM {0} t WHERE t.agency_id = $1 AND t.case_id = ANY (", R::TABLE));
            out.push_bind_param::<sql_types::Array<sql_types::Uuid>, _>(&self.gone_of)?;
            let key = |of| listed(of, R::KEY.iter().copied());
            out.push_sql(&format!(") AND ({}) IN (SELECT {} FROM ", key("t."), key("r.")));
            recordset(out, &self.gone, R::COLUMNS)?;
            out.push_sql(" JOIN moved ON moved.id = r.case_id))");
        }
        if !self.put.0.is_empty() {
            insert(out, &self.put)?;
            out.push_sql(" WHERE r.case_id IN (SELECT id FROM moved)");
            replace::<R>(out);
            out.push_sql(")");
        }
        Ok(())
    }
}

/// Everything the statement writes, for one agency.
#[derive(Debug)]
pub(super) struct Statement<'a> {
    pub agency: Uuid,
    pub hold: Hold,
    pub cases: Rows<Wanted<'a>>,
    pub events: Rows<EventRow<'a>>,
    pub duties: Part<DutyRow<'a>>,
    pub deliveries: Part<DeliveryRow<'a>>,
    pub proceedings: Part<ProceedingRow<'a>>,
    pub results: Part<ResultRow<'a>>,
    pub fees: Part<FeeRow<'a>>,
    pub sealed: Part<SealedRow<'a>>,
    pub items: Part<ItemRow<'a>>,
    pub documents: Part<DocumentRow<'a>>,
    pub uses: Part<UseRow<'a>>,
    pub corrected: Part<CorrectedRow<'a>>,
    pub platform: Part<PlatformRow<'a>>,
    pub found: Part<SearchRow<'a>>,
    pub key: Rows<KeyRow<'a>>,
}

/// Kept prepared under its text: which parts it has is not seen in its type.
impl QueryId for Statement<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// The ids of the cases that were written.
impl Query for Statement<'_> {
    type SqlType = sql_types::Uuid;
}

impl RunQueryDsl<PgConnection> for Statement<'_> {}

impl QueryFragment<Pg> for Statement<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // The agency is the first parameter; whatever follows names it $1.
        out.push_sql("WITH wanted AS (SELECT ");
        out.push_bind_param::<sql_types::Uuid, _>(&self.agency)?;
        out.push_sql(" AS agency_id, r.* FROM ");
        let columns: Vec<_> = CaseRow::COLUMNS.iter().copied().chain([("expected", "integer")]).collect();
        recordset(&mut out, &self.cases, &columns)?;
        out.push_sql("), held AS (SELECT wanted.* FROM wanted");
        if self.hold != Hold::New {
            out.push_sql(" CROSS JOIN LATERAL (SELECT FROM cases c WHERE c.agency_id = $1 AND c.id = wanted.id");
            out.push_sql(" AND c.version = wanted.expected FOR NO KEY UPDATE");
            out.push_sql(if self.hold == Hold::Free { " SKIP LOCKED) c" } else { ") c" });
        }
        let columns = listed("", CaseRow::COLUMNS.iter().map(|(name, _)| *name));
        out.push_sql(&format!("), moved AS (INSERT INTO cases (agency_id, {columns}) SELECT agency_id, {columns} FROM held"));
        // Also parts a statement from ON CONFLICT, whose ON could be that of a join.
        out.push_sql(" WHERE true");
        if self.hold == Hold::All {
            out.push_sql(" AND (SELECT count(*) FROM held) = (SELECT count(*) FROM wanted)");
        }
        if self.hold != Hold::New {
            replace::<CaseRow<'_>>(&mut out);
        }
        out.push_sql(" RETURNING id)");
        if !self.events.0.is_empty() {
            insert(&mut out, &self.events)?;
            out.push_sql(" WHERE r.stream_id IN (SELECT id FROM moved) RETURNING agency_id, stream_id, seq, recorded_at)");
            out.push_sql(", pending AS (INSERT INTO pending_events (agency_id, stream_id, seq, recorded_at) SELECT * FROM put_events)");
        }
        self.duties.walk(&mut out)?;
        self.deliveries.walk(&mut out)?;
        self.proceedings.walk(&mut out)?;
        self.results.walk(&mut out)?;
        self.fees.walk(&mut out)?;
        self.sealed.walk(&mut out)?;
        self.items.walk(&mut out)?;
        self.documents.walk(&mut out)?;
        self.uses.walk(&mut out)?;
        self.corrected.walk(&mut out)?;
        self.platform.walk(&mut out)?;
        self.found.walk(&mut out)?;
        if !self.key.0.is_empty() {
            insert(&mut out, &self.key)?;
            out.push_sql(" WHERE EXISTS (SELECT FROM moved))");
        }
        out.push_sql(" SELECT id FROM moved");
        Ok(())
    }
}

/// The rows as a table `r`.
fn recordset<'b, R: Serialize + Debug>(out: &mut AstPass<'_, 'b, Pg>, rows: &'b Rows<R>, columns: &[(&str, &str)]) -> QueryResult<()> {
    out.push_sql("json_to_recordset(");
    out.push_bind_param::<sql_types::Json, _>(rows)?;
    let columns: Vec<String> = columns.iter().map(|(name, sql)| format!("{name} {sql}")).collect();
    out.push_sql(&format!(") AS r({})", columns.join(", ")));
    Ok(())
}

/// Begins the insertion of rows; the caller says which, and ends it.
fn insert<'b, R: Row>(out: &mut AstPass<'_, 'b, Pg>, rows: &'b Rows<R>) -> QueryResult<()> {
    let names = || R::COLUMNS.iter().map(|(name, _)| *name);
    let (columns, values) = (listed("", names()), listed("r.", names()));
    out.push_sql(&format!(", put_{0} AS (INSERT INTO {0} (agency_id, {columns}) SELECT $1, {values} FROM ", R::TABLE));
    recordset(out, rows, R::COLUMNS)
}

/// A row whose key is there takes its place.
fn replace<R: Row>(out: &mut AstPass<'_, '_, Pg>) {
    let others = R::COLUMNS.iter().map(|(name, _)| *name).filter(|name| !R::KEY.contains(name));
    let set: Vec<String> = others.map(|name| format!("{name} = excluded.{name}")).collect();
    let key = listed("", R::KEY.iter().copied());
    // A row that is nothing but its key is there already.
    let then = if set.is_empty() { "NOTHING".to_owned() } else { format!("UPDATE SET {}", set.join(", ")) };
    out.push_sql(&format!(" ON CONFLICT (agency_id, {key}) DO {then}"));
}

fn listed<'n>(of: &str, names: impl Iterator<Item = &'n str>) -> String {
    names.map(|name| format!("{of}{name}")).collect::<Vec<_>>().join(", ")
}
