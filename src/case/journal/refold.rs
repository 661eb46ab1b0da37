//! Refolding in batches: after a new version of the fold, every case that an older one folded gets its rows anew, so that lists and
//! constraints see all cases alike. Until then such a case is folded whenever it is read.
//!
//! Who acts: `migrate`, before the new program serves; a service beside it may go on. It may not touch the trail, nor a row of a newer fold.

use super::{JournalError, rebuild};
use crate::case::fold::FOLD_VERSION;
use crate::case::office::{EditionError, Office};
use crate::case::replay::ReplayError;
use crate::case::vault::VaultError;
use crate::db::pool::DbError;
use crate::db::schema::cases;
use diesel::prelude::*;
use uuid::Uuid;

/// What came of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Refolded {
    /// So many cases were folded anew.
    pub cases: usize,
    /// These could not be: their trail contradicts itself, or their rows those of another case. They stay as they were, and hold up no other.
    pub refused: Vec<Uuid>,
}

/// Refolds the agency's cases, `batch` of them in a transaction. What is finished stays when it is cut off, and the next run goes on.
pub fn refold(conn: &mut PgConnection, office: &Office, agency: Uuid, batch: i64) -> Result<Refolded, JournalError> {
    let (mut all, mut after) = (Refolded::default(), Uuid::nil());
    loop {
        let older: Vec<Uuid> = cases::table
            .filter(cases::agency_id.eq(agency))
            .filter(cases::fold_version.lt(FOLD_VERSION))
            .filter(cases::id.gt(after))
            .order(cases::id)
            .select(cases::id)
            .limit(batch)
            .load(conn)?;
        let Some(last) = older.last() else { return Ok(all) };
        after = *last;
        conn.transaction(|conn| {
            for id in older {
                match rebuild(conn, office, agency, id) {
                    Ok(_) => all.cases += 1,
                    Err(error) if is_of_the_case(&error) => all.refused.push(id),
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        })?;
    }
}

/// Whether the fault lies in one case, not in the database: its trail, or rows that contradict those of another.
pub(super) const fn is_of_the_case(error: &JournalError) -> bool {
    use diesel::result::DatabaseErrorKind::{CheckViolation, ForeignKeyViolation, NotNullViolation, UniqueViolation};
    if let JournalError::Db(DbError::Query(diesel::result::Error::DatabaseError(kind, _))) = error
        && matches!(kind, CheckViolation | ForeignKeyViolation | NotNullViolation | UniqueViolation)
    {
        return true;
    }
    !matches!(
        error,
        JournalError::Db(_)
            | JournalError::Vault(VaultError::Query(_))
            | JournalError::Replay(ReplayError::Query(_))
            | JournalError::Edition(EditionError::Query(_))
    )
}
