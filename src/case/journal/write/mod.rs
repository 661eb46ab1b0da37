//! Writing: what the journal stores of one case or of hundreds, in one statement.
//!
//! A case whose version moved since it was read is not written, nor anything that would follow from it. The private
//! texts of a step and the numbers it draws are statements of their own; a step without them needs no transaction.

mod rows;
mod statement;

pub(super) use statement::Hold;

use super::advance::Change;
use super::{Ask, JournalError, Key, Repeated};
use crate::case::refusal::{Code, Refusal};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use statement::{Part, Rows, Statement, Wanted};
use uuid::Uuid;

/// The caller's key, kept with the answer it gets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept<'a> {
    pub ask: &'a Ask,
    pub key: &'a Key,
    pub answer: Repeated,
}

/// Writes the changes and gives the cases that were written; the others had moved, or somebody held them.
pub(super) fn write(
    conn: &mut PgConnection,
    agency: Uuid,
    changes: &[Change],
    (hold, kept): (Hold, Option<Kept<'_>>),
) -> Result<Vec<Uuid>, JournalError> {
    let mut ordered: Vec<&Change> = changes.iter().collect();
    // Rows are held in one order: two lists that name the same cases wait for each other, never both.
    ordered.sort_unstable_by_key(|change| change.case.id);
    let mut statement = Statement {
        agency,
        hold,
        cases: Rows::default(),
        events: Rows::default(),
        duties: Part::default(),
        deliveries: Part::default(),
        proceedings: Part::default(),
        results: Part::default(),
        fees: Part::default(),
        sealed: Part::default(),
        items: Part::default(),
        documents: Part::default(),
        uses: Part::default(),
        corrected: Part::default(),
        platform: Part::default(),
        found: Part::default(),
        key: Rows(kept.iter().map(|kept| rows::key(kept.ask, kept.key, kept.answer)).collect()),
    };
    for change in ordered {
        let (id, was, now) = (change.case.id, change.was.as_ref(), &change.now);
        statement.cases.0.push(Wanted { expected: change.expected, row: rows::case(change) });
        statement.events.0.extend(change.bodies.iter().map(|body| rows::event(id, body)));
        statement.duties.add(id, was.map_or_else(Vec::new, |was| rows::duties(id, was)), rows::duties(id, now));
        statement.deliveries.add(id, was.map_or_else(Vec::new, |was| rows::deliveries(id, was)), rows::deliveries(id, now));
        statement.proceedings.add(id, was.map_or_else(Vec::new, |was| rows::proceedings(id, was)), rows::proceedings(id, now));
        statement.sealed.add(id, was.map_or_else(Vec::new, |was| rows::sealed(id, was)), rows::sealed(id, now));
        statement.uses.add(id, was.map_or_else(Vec::new, |was| rows::uses(id, was)), rows::uses(id, now));
        statement.corrected.add(id, was.map_or_else(Vec::new, |was| rows::corrected(id, was)), rows::corrected(id, now));
        statement.platform.add(id, was.map_or_else(Vec::new, |was| rows::platform(id, was)), rows::platform(id, now));
        statement.items.add(id, was.map_or_else(Vec::new, |was| rows::items(id, was)), rows::items(id, now));
        statement.documents.add(id, was.map_or_else(Vec::new, |was| rows::documents(id, was)), rows::documents(id, now));
        statement.results.add(id, was.map_or_else(Vec::new, |was| rows::result(id, was)), rows::result(id, now));
        statement.fees.add(id, was.map_or_else(Vec::new, |was| rows::fees(id, was)), rows::fees(id, now));
        statement.found.add(id, Vec::new(), change.found.iter().map(|found| rows::found(id, found)).collect());
    }
    statement.load(conn).map_err(refusal)
}

/// What is unique within the agency and was free when the step looked, if it looked.
fn refusal(error: Error) -> JournalError {
    let Error::DatabaseError(DatabaseErrorKind::UniqueViolation, about) = &error else { return error.into() };
    match about.constraint_name() {
        Some("cases_archive_number") => {
            let (zh, en) = ("该档号已用于另一案卷", "another dossier of this agency bears this archive number");
            Refusal::new(Code::ArchiveNumberUsed, zh, en).at("/archive_number").into()
        }
        Some("deliveries_tracking") => {
            let (zh, en) = ("该邮件号已登记在另一封函件上", "another letter of this agency bears this tracking number");
            Refusal::new(Code::TrackingNumberUsed, zh, en).under("国办公开办函〔2016〕235号").at("/method/tracking_number").into()
        }
        _ => error.into(),
    }
}
