//! Finding a case a caller may read, and checking what a query may say before it reaches the database.

use crate::case::journal::{self, Loaded};
use crate::db::schema::cases;
use crate::http::call::Call;
use crate::http::problem::{Fault, Problem};
use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

/// The case with this id among the agencies a caller reads; a foreign one is as unknown as one that does not exist.
pub fn case(conn: &mut PgConnection, reads: &[Uuid], id: Uuid) -> Result<Loaded, Problem> {
    let agency = match reads {
        [one] => *one,
        several => agency_of(conn, several, id)?,
    };
    journal::load(conn, agency, id)?.ok_or_else(Problem::not_found)
}

/// The agency whose case this is, among those a caller reads.
pub fn agency_of(conn: &mut PgConnection, reads: &[Uuid], id: Uuid) -> Result<Uuid, Problem> {
    let found =
        cases::table.filter(cases::agency_id.eq_any(reads)).filter(cases::id.eq(id)).select(cases::agency_id).first(conn).optional()?;
    found.ok_or_else(Problem::not_found)
}

/// The agencies a list is about: those the caller reads, or of them the one asked for. Another agency has nothing to list.
pub fn agencies(reads: &[Uuid], asked: Option<Uuid>) -> Vec<Uuid> {
    reads.iter().copied().filter(|agency| asked.is_none_or(|asked| asked == *agency)).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoQuery {}

/// Refuses any query key, for operations that know none.
pub fn no_query(call: &Call) -> Result<(), Problem> {
    call.query::<NoQuery>().map(|NoQuery {}| ())
}

/// Refuses a date whose year has no four digits: the database knows fewer years than the parser.
pub fn date(name: &str, on: Option<NaiveDate>) -> Result<(), Problem> {
    match on {
        Some(on) if !(1..=9999).contains(&on.year()) => Err(Problem::parameter(
            Fault::ParameterRefused,
            name,
            format!("{name} 的年份须为四位数"),
            format!("the year of {name} must have four digits"),
        )),
        _ => Ok(()),
    }
}

/// A text to compare with stored ones. The database takes no NUL; no stored text has one, so its stand-in matches nothing either.
pub fn text(text: &str) -> String {
    text.trim().replace('\0', "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_agency_has_nothing_to_list() {
        let (mine, theirs) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(agencies(&[mine], None), [mine]);
        assert_eq!(agencies(&[mine, theirs], Some(theirs)), [theirs]);
        assert!(agencies(&[mine], Some(theirs)).is_empty());
    }

    #[test]
    fn years_the_database_cannot_hold_are_refused() {
        assert!(date("due_before", Some("2026-11-02".parse().unwrap())).is_ok());
        assert!(date("due_before", NaiveDate::from_ymd_opt(-5000, 1, 1)).is_err());
        assert!(date("due_before", NaiveDate::from_ymd_opt(200_000, 1, 1)).is_err());
        assert!(!text("甲\0乙").contains('\0'));
    }
}
