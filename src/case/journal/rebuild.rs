//! Rebuilding: a case folded anew from its trail, its row and every derived row written over whatever stood there.
//!
//! Who acts: the operator, after a new version of the fold or after [`crate::audit::verify`] found rows that do not follow from the trail.
//! It may not touch the trail: what the events say is what the rows get.

use super::advance::Change;
use super::write::{Hold, write};
use super::{JournalError, keys};
use crate::case::fold::FOLD_VERSION;
use crate::case::model::Case;
use crate::case::office::Office;
use crate::case::projection::project;
use crate::case::replay::replay;
use crate::crypto;
use crate::db::schema::{
    case_documents, cases, corrected_replies, deliveries, duties, events, external_references, fee_items, library_uses, platform_states,
    proceedings, reply_items, results, sealed_documents,
};
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
        clear(conn, agency, id)?;
        let calendar = office.calendar(conn, case.pins.calendar)?;
        let now = project(&case, &calendar);
        let (expected, hold) = stored.map_or((0, Hold::New), |(version, _)| (version, Hold::All));
        let change =
            Change { expected, case, head_hash: crypto::hex(&last), bodies: Vec::new(), was: None, now, was_found_by: None, found: None };
        write(conn, agency, std::slice::from_ref(&change), (hold, None))?;
        let Change { case, .. } = change;
        keys::insert_references(conn, &case)?;
        Ok(case)
    })
}

/// Whatever is stored beside the row of a case and the trail goes.
fn clear(conn: &mut PgConnection, agency: Uuid, case: Uuid) -> QueryResult<()> {
    diesel::delete(duties::table.filter(duties::agency_id.eq(agency)).filter(duties::case_id.eq(case))).execute(conn)?;
    diesel::delete(deliveries::table.filter(deliveries::agency_id.eq(agency)).filter(deliveries::case_id.eq(case))).execute(conn)?;
    diesel::delete(proceedings::table.filter(proceedings::agency_id.eq(agency)).filter(proceedings::case_id.eq(case))).execute(conn)?;
    diesel::delete(results::table.find((agency, case))).execute(conn)?;
    diesel::delete(fee_items::table.filter(fee_items::agency_id.eq(agency)).filter(fee_items::case_id.eq(case))).execute(conn)?;
    let sealed = sealed_documents::table.filter(sealed_documents::agency_id.eq(agency)).filter(sealed_documents::case_id.eq(case));
    diesel::delete(sealed).execute(conn)?;
    diesel::delete(reply_items::table.filter(reply_items::agency_id.eq(agency)).filter(reply_items::case_id.eq(case))).execute(conn)?;
    let documents = case_documents::table.filter(case_documents::agency_id.eq(agency)).filter(case_documents::case_id.eq(case));
    diesel::delete(documents).execute(conn)?;
    diesel::delete(library_uses::table.filter(library_uses::agency_id.eq(agency)).filter(library_uses::case_id.eq(case))).execute(conn)?;
    let corrected = corrected_replies::table.filter(corrected_replies::agency_id.eq(agency)).filter(corrected_replies::case_id.eq(case));
    diesel::delete(corrected).execute(conn)?;
    diesel::delete(platform_states::table.find((agency, case))).execute(conn)?;
    let references =
        external_references::table.filter(external_references::agency_id.eq(agency)).filter(external_references::case_id.eq(case));
    diesel::delete(references).execute(conn)?;
    Ok(())
}
