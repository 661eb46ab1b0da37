//! What the background does in the exchange: tries what came, derives what must be told, offers evidence, pushes what was written.

use super::inbox::settle;
use super::outbox::{derive, dossier, send};
use super::platform;
use crate::app::App;
use crate::case::journal::JournalError;
use crate::db::pool::{DbError, Scope};
use uuid::Uuid;

/// Tries the messages that are due, and tells the neighbours what is new. One that fails keeps no other waiting.
pub fn turn(app: &App, agency: Uuid) -> Result<(), JournalError> {
    let scope = Scope::own(agency);
    let mut failed = None;
    for message in app.db.run_here(&scope, |conn| settle::due(conn, agency).map_err(DbError::Query))? {
        let tried = app.db.run_here(&scope, |conn| settle::attempt(conn, &app.office, (agency, message)));
        if let Err(error) = tried {
            app.db.run_here(&scope, |conn| settle::put_off(conn, (agency, message)).map_err(DbError::Query))?;
            failed = Some(error);
        }
    }
    while app.db.run_here(&scope, |conn| derive::follow(conn, agency))? {}
    for moved in app.db.run_here(&scope, |conn| derive::moved(conn, agency).map_err(DbError::Query))? {
        if let Err(error) = app.db.run_here(&scope, |conn| derive::tell(conn, &app.office, agency, moved)) {
            app.db.run_here(&scope, |conn| derive::put_off(conn, agency, moved).map_err(DbError::Query))?;
            failed = Some(error);
        }
    }
    while app.db.run_here(&scope, |conn| platform::derive::turn(conn, &app.office, agency))? {}
    failed.map_or(Ok(()), Err)
}

/// Offers the evidence that is due. Every document of it is opened: what came in does not wait for that.
pub fn offer(app: &App, agency: Uuid) -> Result<(), JournalError> {
    dossier::offer_due(app, agency)
}

/// Pushes a message that is due; false if none is.
pub fn push(app: &App, agency: Uuid) -> Result<bool, JournalError> {
    send::push_next(&app.db, &app.office, &app.exchange, agency).map(|ended| ended.is_some())
}
