//! RETAIN: once a day, agency by agency, what was kept long enough is deleted; by the real clock, as it was written.
//!
//! Only what proves nothing: the trail, the texts of cases and mails are never touched here. How long things are kept stands in the README. Of what a
//! neighbour sent that was dismissed and belonged to no case the words and files go, with the people they name; that it came, and why it was dismissed,
//! stays.

use super::once_a_day;
use crate::app::App;
use crate::case::journal::JournalError;
use crate::clock::{legal_date, real_now};
use crate::db::pool::Scope;
use crate::db::schema::{idempotency_keys, sessions};
use crate::exchange::inbox::forget::forget;
use chrono::TimeDelta;
use diesel::prelude::*;
use uuid::Uuid;

/// So long the answer to an idempotency key is kept.
const KEYS_KEPT: TimeDelta = TimeDelta::days(7);
/// So long a session with its refresh token is kept after it expired: longer than any access token of it lives.
const SESSIONS_KEPT: TimeDelta = TimeDelta::days(1);

/// Deletes what was kept long enough.
pub(super) fn retain(app: &App, agency: Uuid) -> Result<(), JournalError> {
    let (now, scope) = (real_now(), Scope::own(agency));
    let today = legal_date(now);
    once_a_day(app, agency, ("idempotency_keys", today), || {
        app.db.run_here(&scope, |conn| {
            let of_agency = idempotency_keys::table.filter(idempotency_keys::agency_id.eq(agency));
            diesel::delete(of_agency.filter(idempotency_keys::created_at.lt(now - KEYS_KEPT))).execute(conn)?;
            Ok(())
        })
    })?;
    once_a_day(app, agency, ("dismissed_messages", today), || app.db.run_here(&scope, |conn| forget(conn, &app.office, agency, now)))?;
    once_a_day(app, agency, ("sessions", today), || {
        app.db.run_here(&scope, |conn| {
            let of_agency = sessions::table.filter(sessions::agency_id.eq(agency));
            diesel::delete(of_agency.filter(sessions::expires_at.lt(now - SESSIONS_KEPT))).execute(conn)?;
            Ok(())
        })
    })
}
