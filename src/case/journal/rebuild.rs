//! Rebuilding: a case folded anew from its trail, its row and every derived row written over whatever stood there.
//!
//! Who acts: the operator, after a new version of the fold or after [`crate::audit::verify`] found rows that do not follow from the trail.
//! It may not touch the trail: what the events say is what the rows get.

use super::{JournalError, rows};
use crate::case::fold::FOLD_VERSION;
use crate::case::model::Case;
use crate::case::office::Office;
use crate::case::projection::project;
use crate::case::replay::replay;
use crate::crypto;
use crate::db::schema::{cases, events, external_references};
use diesel::prelude::*;
use uuid::Uuid;

/// Rebuilds one case. The row is locked meanwhile, so that a step taken at the same time comes before or after, never between.
pub fn rebuild(conn: &mut PgConnection, office: &Office, agency: Uuid, id: Uuid) -> Result<Case, JournalError> {
    conn.transaction(|conn| {
        let stored: Option<(i32, i32)> =
            cases::table.find((agency, id)).select((cases::version, cases::fold_version)).for_update().first(conn).optional()?;
        if stored.is_some_and(|(_, fold)| fold > FOLD_VERSION) {
            return Err(JournalError::Newer);
        }
        let case = replay(conn, agency, id, None)?.ok_or(JournalError::Unknown)?;
        let last: Vec<u8> = events::table.find((agency, id, case.version)).select(events::hash).first(conn)?;
        let head = crypto::hex(&last);
        let calendar = office.calendar(conn, case.pins.calendar)?;
        let projection = project(&case, &calendar);
        match stored {
            None => rows::insert_case(conn, &case, &projection, &head)?,
            Some((version, _)) => {
                if !rows::update_case(conn, &case, &projection, &head, version)? {
                    return Err(JournalError::Stale { current: version });
                }
                let references = external_references::table
                    .filter(external_references::agency_id.eq(agency))
                    .filter(external_references::case_id.eq(id));
                diesel::delete(references).execute(conn)?;
                rows::insert_references(conn, &case)?;
            }
        }
        rows::replace_derived(conn, &case, None, &projection)?;
        Ok(case)
    })
}
