//! The rows of the libraries (答复口径、负面清单、地方规定): editions, what became of each.

use super::schema::library_editions as editions;
use crate::crypto;
use crate::rules::library::{Content, Edition, Shelf};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// Waits for a second person.
pub const PROPOSED: &str = "proposed";
/// Approved.
pub const APPROVED: &str = "approved";
/// Rejected.
pub const REJECTED: &str = "rejected";

/// An edition as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = editions)]
pub struct Row {
    /// The agency.
    pub agency_id: Uuid,
    /// The entry.
    pub entry_id: Uuid,
    /// Its number, from 1.
    pub edition: i32,
    /// Which library.
    pub shelf: String,
    /// What it says, as JSON.
    pub data: String,
    /// Who proposed it.
    pub proposed_by: Uuid,
    /// When.
    pub proposed_at: DateTime<Utc>,
    /// What became of it.
    pub state: String,
    /// Who decided.
    pub decided_by: Option<Uuid>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why, or what was remarked.
    pub reason: Option<String>,
}

impl Row {
    /// SHA-256 of what it says, in hexadecimal.
    pub fn sha256(&self) -> String {
        crypto::hex(&crypto::sha256(self.data.as_bytes()))
    }

    /// What it says.
    pub fn content(&self) -> serde_json::Result<Content> {
        serde_json::from_str(&self.data)
    }

    /// As the rules know it; none where this program does not know its library.
    pub fn read(&self) -> Option<Edition> {
        let on = Shelf::from_code(&self.shelf)?;
        Some(Edition { entry: self.entry_id, edition: u32::try_from(self.edition).ok()?, shelf: on, content: self.content().ok()? })
    }
}

/// Every edition of an agency, of one library or all, entry by entry, the newest first.
pub fn list(conn: &mut PgConnection, agency: Uuid, shelf: Option<Shelf>) -> QueryResult<Vec<Row>> {
    let mut query = editions::table.filter(editions::agency_id.eq(agency)).into_boxed();
    if let Some(shelf) = shelf {
        query = query.filter(editions::shelf.eq(shelf.code()));
    }
    query.order((editions::entry_id, editions::edition.desc())).select(Row::as_select()).load(conn)
}

/// The approved editions of an agency that a draft can use: typical cases are none of them.
pub fn approved(conn: &mut PgConnection, agency: Uuid) -> QueryResult<Vec<Edition>> {
    let rows: Vec<Row> = editions::table
        .filter(editions::agency_id.eq(agency))
        .filter(editions::state.eq(APPROVED))
        .filter(editions::shelf.ne(Shelf::TypicalCase.code()))
        .order((editions::entry_id, editions::edition))
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.iter().filter_map(Row::read).collect())
}

/// The approved editions of one library.
pub fn approved_of(conn: &mut PgConnection, agency: Uuid, shelf: Shelf) -> QueryResult<Vec<Edition>> {
    let rows: Vec<Row> = editions::table
        .filter(editions::agency_id.eq(agency))
        .filter(editions::shelf.eq(shelf.code()))
        .filter(editions::state.eq(APPROVED))
        .order((editions::entry_id, editions::edition))
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.iter().filter_map(Row::read).collect())
}

/// The editions of an entry, the newest first.
pub fn of_entry(conn: &mut PgConnection, agency: Uuid, entry: Uuid) -> QueryResult<Vec<Row>> {
    let rows = editions::table.filter(editions::agency_id.eq(agency)).filter(editions::entry_id.eq(entry));
    rows.order(editions::edition.desc()).select(Row::as_select()).load(conn)
}

/// How many entries a library has.
pub fn count(conn: &mut PgConnection, agency: Uuid, shelf: Shelf) -> QueryResult<i64> {
    let rows = editions::table.filter(editions::agency_id.eq(agency)).filter(editions::shelf.eq(shelf.code()));
    rows.filter(editions::edition.eq(1)).count().get_result(conn)
}

/// Stores a proposal.
pub fn insert(conn: &mut PgConnection, row: &Row) -> QueryResult<()> {
    diesel::insert_into(editions::table).values(row).execute(conn).map(|_| ())
}

/// Stores what became of a proposal.
pub fn decide(conn: &mut PgConnection, row: &Row) -> QueryResult<()> {
    diesel::update(editions::table.find((row.agency_id, row.entry_id, row.edition)))
        .set((
            editions::state.eq(&row.state),
            editions::decided_by.eq(row.decided_by),
            editions::decided_at.eq(row.decided_at),
            editions::reason.eq(&row.reason),
        ))
        .execute(conn)
        .map(|_| ())
}
