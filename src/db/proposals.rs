//! Corrections of the calendar that wait for a second person: what was proposed stays as it is, the decision is added once.

use super::schema::calendar_proposals;
use crate::crypto;
use crate::rules::calendar::Notice;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Its state while nobody decided.
pub const PROPOSED: &str = "proposed";
/// Its state once it took effect.
pub const APPROVED: &str = "approved";
/// Its state once it was rejected.
pub const REJECTED: &str = "rejected";

/// A proposal as it is stored.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = calendar_proposals)]
pub struct Proposal {
    /// The proposal.
    pub id: Uuid,
    /// Who proposed it; none from the command line.
    pub proposed_by: Option<Uuid>,
    /// When.
    pub proposed_at: DateTime<Utc>,
    /// The years as they are to be, as JSON.
    pub data: String,
    /// Proposed, approved or rejected.
    pub state: String,
    /// Who decided.
    pub decided_by: Option<Uuid>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why; always there for a rejection.
    pub reason: Option<String>,
    /// The edition in which it took effect.
    pub edition: Option<i32>,
}

impl Proposal {
    /// The years as they are to be.
    pub fn years(&self) -> Result<BTreeMap<i32, Notice>, serde_json::Error> {
        serde_json::from_str(&self.data)
    }

    /// SHA-256 of what is proposed, in hexadecimal.
    pub fn sha256(&self) -> String {
        crypto::hex(&crypto::sha256(self.data.as_bytes()))
    }

    /// A proposal that is to be.
    pub fn new(years: &BTreeMap<i32, Notice>, id: Uuid, by: Option<Uuid>, at: DateTime<Utc>) -> Result<Self, serde_json::Error> {
        let data = serde_json::to_string(years)?;
        let state = PROPOSED.to_owned();
        Ok(Self { id, proposed_by: by, proposed_at: at, data, state, decided_by: None, decided_at: None, reason: None, edition: None })
    }

    /// The same proposal if it waits already.
    pub fn twin(&self, conn: &mut PgConnection) -> QueryResult<Option<Self>> {
        calendar_proposals::table
            .filter(calendar_proposals::state.eq(PROPOSED))
            .filter(calendar_proposals::data.eq(&self.data))
            .order(calendar_proposals::id)
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// Stores it.
    pub fn insert(&self, conn: &mut PgConnection) -> QueryResult<()> {
        let row = (
            calendar_proposals::id.eq(self.id),
            calendar_proposals::proposed_by.eq(self.proposed_by),
            calendar_proposals::proposed_at.eq(self.proposed_at),
            calendar_proposals::sha256.eq(crypto::sha256(self.data.as_bytes()).to_vec()),
            calendar_proposals::data.eq(&self.data),
        );
        diesel::insert_into(calendar_proposals::table).values(row).execute(conn).map(drop)
    }

    /// Stores what was decided.
    pub fn decide(&self, conn: &mut PgConnection) -> QueryResult<()> {
        let decision = (
            calendar_proposals::state.eq(&self.state),
            calendar_proposals::decided_by.eq(self.decided_by),
            calendar_proposals::decided_at.eq(self.decided_at),
            calendar_proposals::reason.eq(&self.reason),
            calendar_proposals::edition.eq(self.edition),
        );
        diesel::update(calendar_proposals::table.find(self.id)).set(decision).execute(conn).map(drop)
    }
}

/// A proposal.
pub fn find(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<Proposal>> {
    calendar_proposals::table.find(id).select(Proposal::as_select()).first(conn).optional()
}

/// A proposal that nobody else decides on until the transaction ends.
pub fn hold(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<Proposal>> {
    calendar_proposals::table.find(id).select(Proposal::as_select()).for_update().first(conn).optional()
}

/// All of them, the newest first.
pub fn list(conn: &mut PgConnection) -> QueryResult<Vec<Proposal>> {
    let newest_first = (calendar_proposals::proposed_at.desc(), calendar_proposals::id.desc());
    calendar_proposals::table.order(newest_first).select(Proposal::as_select()).load(conn)
}
