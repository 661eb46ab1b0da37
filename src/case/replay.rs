//! Replay: a case, at any of its versions, from its trail alone.

use super::fold::apply;
use super::model::Case;
use super::trail::{self, FoldError};
use crate::db::schema::events;
use diesel::prelude::*;
use uuid::Uuid;

/// Why a stream cannot be replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The trail contradicts itself.
    #[error(transparent)]
    Fold(#[from] FoldError),
    /// The database failed.
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
}

/// The case as its first `until` events make it; all of them without a limit. `None` if there are no events.
pub fn replay(conn: &mut PgConnection, agency: Uuid, case: Uuid, until: Option<i32>) -> Result<Option<Case>, ReplayError> {
    let bodies: Vec<String> = events::table
        .filter(events::agency_id.eq(agency))
        .filter(events::stream_id.eq(case))
        .filter(events::seq.le(until.unwrap_or(i32::MAX)))
        .order(events::seq.asc())
        .select(events::body)
        .load(conn)?;
    let mut folded = None;
    for body in bodies {
        let (head, event) = trail::read(&body)?;
        folded = Some(apply(folded, head.place(), &event)?);
    }
    Ok(folded)
}
