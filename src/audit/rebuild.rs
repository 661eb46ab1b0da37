//! Rebuild: every case of an agency folded anew, its rows written over. The trail is read, never written.

use crate::case::journal::{self, JournalError};
use crate::case::office::Office;
use crate::db::pool::{Db, Scope};
use crate::db::schema::events;
use diesel::prelude::*;
use uuid::Uuid;

/// Streams looked up at once.
const PAGE: i64 = 500;

/// Rebuilds every case of the agency, each in a transaction of its own, and says how many. Stops at the first case whose trail cannot be
/// folded; what was rebuilt before stays.
pub fn rebuild(db: &Db, office: &Office, agency: Uuid) -> Result<u64, JournalError> {
    let (mut done, mut after) = (0, Uuid::nil());
    db.run_here(&Scope::own(agency), |conn| {
        loop {
            let page: Vec<Uuid> = events::table
                .filter(events::agency_id.eq(agency))
                .filter(events::seq.eq(1))
                .filter(events::stream_id.gt(after))
                .order(events::stream_id)
                .select(events::stream_id)
                .limit(PAGE)
                .load(conn)?;
            let Some(last) = page.last() else { return Ok(done) };
            after = *last;
            for case in page.iter().filter(|stream| **stream != agency) {
                let case = journal::rebuild(conn, office, agency, *case)?;
                if case.disposal.is_none() {
                    journal::rewrite(conn, office, &case)?;
                }
                done += 1;
            }
        }
    })
}
