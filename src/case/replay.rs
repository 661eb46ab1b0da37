//! Replay: a case, at any of its versions, from its trail alone.

use super::fold::apply;
use super::model::Case;
use super::trail::{self, FoldError};
use crate::db::schema::events;
use chrono::{DateTime, Utc};
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
    let bodies = of(agency, case).filter(events::seq.le(until.unwrap_or(i32::MAX))).load(conn)?;
    fold(bodies, |_| false)
}

/// The case as it stood at a moment; `None` if it did not exist yet.
pub fn as_of(conn: &mut PgConnection, agency: Uuid, case: Uuid, moment: DateTime<Utc>) -> Result<Option<Case>, ReplayError> {
    let bodies = of(agency, case).filter(events::recorded_at.le(moment)).load(conn)?;
    fold(bodies, |_| false)
}

/// The case as the event left it after which `stands` was true for the first time; as it stands where that never was.
pub fn first(conn: &mut PgConnection, agency: Uuid, case: Uuid, stands: impl Fn(&Case) -> bool) -> Result<Option<Case>, ReplayError> {
    let bodies = of(agency, case).load(conn)?;
    fold(bodies, stands)
}

#[diesel::dsl::auto_type]
fn of(agency: Uuid, case: Uuid) -> _ {
    events::table.filter(events::agency_id.eq(agency)).filter(events::stream_id.eq(case)).order(events::seq.asc()).select(events::body)
}

fn fold(bodies: Vec<String>, enough: impl Fn(&Case) -> bool) -> Result<Option<Case>, ReplayError> {
    let mut folded = None;
    for body in bodies {
        let (head, event) = trail::read(&body)?;
        let case = apply(folded, head.place(), &event)?;
        if enough(&case) {
            return Ok(Some(case));
        }
        folded = Some(case);
    }
    Ok(folded)
}
