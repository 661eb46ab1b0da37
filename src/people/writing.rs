//! Writing what is an agency's own: one writer at a time, a version where the caller read one, names that are taken.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use uuid::Uuid;

use crate::case::journal::agency::{self, Change, Outcome};
use crate::case::journal::{Ask, IfMatch, JournalError, Pen};
use crate::case::office::Office;
use crate::case::trail::Actor;
use crate::db::pool::DbError;
use crate::db::schema::{accounts, agency_streams, departments};
use crate::http::problem::{Fault, Problem};

/// Constraints that say that a name is taken.
const NAMES: [&str; 3] = ["sign_in_names_pkey", "departments_agency_id_name_key", "exchange_peers_agency_id_name_key"];

/// Whose hand writes for a signed-in caller.
pub(crate) fn pen<'a>(office: &'a Office, ask: &Ask) -> Pen<'a> {
    Pen { office, agency: ask.agency, actor: Actor::Account { id: ask.person.account_id }, request_id: ask.request_id.clone() }
}

/// Makes a change to the agency's people. Those of one agency follow one another, so that what each looked at (the last administrator,
/// another head) still holds when it is written; a twin with the same key finds the first one's answer.
pub(crate) fn write<T>(
    conn: &mut PgConnection,
    office: &Office,
    ask: &Ask,
    change: impl FnOnce(&mut PgConnection) -> Result<Change<T>, JournalError>,
) -> Result<Outcome<T>, Problem> {
    let written = conn.transaction(|conn| {
        lock(conn, ask.agency)?;
        agency::write(conn, &pen(office, ask), ask, change)
    });
    written.map_err(|error| if name_taken(&error) { Problem::plain(Fault::Taken) } else { error.into() })
}

/// An account or department that decisions of the journal rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Row {
    /// An account.
    Account(Uuid),
    /// A department.
    Department(Uuid),
}

impl Row {
    /// Waits for every decision that rests on the row, and keeps the next one waiting.
    fn hold(self, conn: &mut PgConnection, agency: Uuid) -> QueryResult<()> {
        match self {
            Self::Account(id) => {
                accounts::table.find((agency, id)).select(accounts::id).for_no_key_update().first::<Uuid>(conn).optional()?
            }
            Self::Department(id) => {
                departments::table.find((agency, id)).select(departments::id).for_no_key_update().first::<Uuid>(conn).optional()?
            }
        };
        Ok(())
    }
}

/// The same for a change of one account or department. Its row is taken before the head of the stream, as a hand-over takes them: the
/// other way round the two would wait for each other.
pub(crate) fn write_row<T>(
    conn: &mut PgConnection,
    office: &Office,
    (ask, row): (&Ask, Row),
    change: impl FnOnce(&mut PgConnection) -> Result<Change<T>, JournalError>,
) -> Result<Outcome<T>, Problem> {
    conn.transaction(|conn| {
        row.hold(conn, ask.agency)?;
        write(conn, office, ask, change)
    })
}

/// The head of the stream is what every change of the agency takes at its end; taken first, it puts them in a row.
fn lock(conn: &mut PgConnection, agency: Uuid) -> Result<(), JournalError> {
    agency_streams::table.find(agency).select(agency_streams::seq).for_update().first::<i32>(conn).optional()?;
    Ok(())
}

fn name_taken(error: &JournalError) -> bool {
    match error {
        JournalError::Db(DbError::Query(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, about))) => {
            about.constraint_name().is_some_and(|name| NAMES.contains(&name))
        }
        _ => false,
    }
}

/// Refuses a change of another version than the caller read.
pub(crate) fn expect_version(ask: &Ask, current: i32) -> Result<(), JournalError> {
    if ask.if_match == IfMatch::Version(current) { Ok(()) } else { Err(JournalError::Stale { current }) }
}
