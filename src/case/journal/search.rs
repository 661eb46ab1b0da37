//! The search row of a case: written with it whenever its texts or its date change, and for cases from before there was one.

use super::JournalError;
use super::advance::Change;
use super::load::{load, lock};
use super::refold::is_of_the_case;
use crate::case::model::Case;
use crate::case::office::Office;
use crate::case::private::{Private, Secret, Texts};
use crate::case::search::{Tokens, dated_on, passages};
use crate::case::vault;
use crate::crypto::CaseOf;
use crate::db::schema::{case_keys, case_search, cases};
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::upsert::excluded;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What the search row of a case rests on: its texts and its date.
pub(super) type Base = (Vec<Private>, NaiveDate);

/// What the search row of a case rests on.
pub(super) fn base(case: &Case) -> Base {
    (passages(case).into_iter().map(|(reference, _)| reference.clone()).collect(), dated_on(case))
}

/// The search rows that change. Texts that are being written are at hand; the others are opened, those of all cases at once.
pub(super) fn add(
    conn: &mut PgConnection,
    office: &Office,
    changes: &mut [Change],
    new: &[(Uuid, Vec<Secret>)],
) -> Result<(), JournalError> {
    let mut moved: Vec<&mut Change> =
        changes.iter_mut().filter(|change| change.was_found_by.as_ref() != Some(&base(&change.case))).collect();
    let new: BTreeMap<Uuid, &str> =
        new.iter().flat_map(|(_, secrets)| secrets).map(|secret| (secret.reference.id, secret.text.as_str())).collect();
    let stored = |change: &&mut Change| {
        let stored: Vec<Private> = passages(&change.case)
            .into_iter()
            .map(|(reference, _)| reference)
            .filter(|known| !new.contains_key(&known.id))
            .cloned()
            .collect();
        (owner(&change.case), stored)
    };
    let stored: Vec<(CaseOf, Vec<Private>)> = moved.iter().map(stored).filter(|(_, stored)| !stored.is_empty()).collect();
    let wanted: Vec<(CaseOf, Vec<&Private>)> = stored.iter().map(|(owner, stored)| (*owner, stored.iter().collect())).collect();
    let opened = if wanted.is_empty() { BTreeMap::new() } else { vault::open_many(conn, office, &wanted)? };
    for change in &mut moved {
        let opened = opened.get(&change.case.id);
        let text = |reference: &Private| {
            let stored = || opened.and_then(|texts| texts.get(reference));
            Some((reference.id, new.get(&reference.id).copied().or_else(stored)?.to_owned()))
        };
        let texts: Texts = passages(&change.case).into_iter().filter_map(|(reference, _)| text(reference)).collect();
        change.found = Some(Tokens(&office.blind).found(&change.case, &texts));
    }
    Ok(())
}

const fn owner(case: &Case) -> CaseOf {
    CaseOf { agency: case.agency_id, case: case.id }
}

/// Writes the search row of a case anew, whatever stood there.
pub fn rewrite(conn: &mut PgConnection, office: &Office, case: &Case) -> Result<(), JournalError> {
    let references: Vec<&Private> = passages(case).into_iter().map(|(reference, _)| reference).collect();
    let texts = vault::open(conn, office, owner(case), &references)?;
    let found = Tokens(&office.blind).found(case, &texts);
    diesel::insert_into(case_search::table)
        .values((
            case_search::agency_id.eq(case.agency_id),
            case_search::case_id.eq(case.id),
            case_search::dated_on.eq(found.dated_on),
            case_search::bands.eq(found.bands),
            case_search::words.eq(found.words),
            case_search::weights.eq(found.weights),
        ))
        .on_conflict((case_search::agency_id, case_search::case_id))
        .do_update()
        .set((
            case_search::dated_on.eq(excluded(case_search::dated_on)),
            case_search::bands.eq(excluded(case_search::bands)),
            case_search::words.eq(excluded(case_search::words)),
            case_search::weights.eq(excluded(case_search::weights)),
        ))
        .execute(conn)?;
    Ok(())
}

/// What came of making cases searchable.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Indexed {
    /// So many cases were.
    pub cases: usize,
    /// These could not be: their trail contradicts itself, or their texts cannot be opened. They hold up no other.
    pub refused: Vec<Uuid>,
}

/// Writes the search rows of an agency's cases that have none, `batch` of them in a transaction. What is finished stays when it is cut
/// off, and the next run goes on. Who acts: `migrate`, with the key of the texts, before the new program serves.
pub fn index_missing(conn: &mut PgConnection, office: &Office, agency: Uuid, batch: i64) -> Result<Indexed, JournalError> {
    let (mut all, mut after) = (Indexed::default(), Uuid::nil());
    loop {
        let ids: Vec<Uuid> = cases::table
            .left_join(case_search::table.on(case_search::agency_id.eq(cases::agency_id).and(case_search::case_id.eq(cases::id))))
            .filter(cases::agency_id.eq(agency))
            .filter(cases::id.gt(after))
            .filter(case_search::case_id.nullable().is_null())
            // What was shredded is found by nothing.
            .filter(diesel::dsl::exists(
                case_keys::table.filter(case_keys::agency_id.eq(cases::agency_id)).filter(case_keys::case_id.eq(cases::id)),
            ))
            .order(cases::id)
            .select(cases::id)
            .limit(batch)
            .load(conn)?;
        let Some(last) = ids.last() else { return Ok(all) };
        after = *last;
        conn.transaction(|conn| {
            for id in ids {
                match index_one(conn, office, agency, id) {
                    Ok(()) => all.cases += 1,
                    Err(error) if is_of_the_case(&error) => all.refused.push(id),
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        })?;
    }
}

/// The row is held meanwhile, so that a step taken at the same time comes before or after.
fn index_one(conn: &mut PgConnection, office: &Office, agency: Uuid, id: Uuid) -> Result<(), JournalError> {
    conn.transaction(|conn| {
        lock(conn, agency, &[id])?;
        let case = load(conn, agency, id)?.ok_or(JournalError::Unknown)?.case;
        rewrite(conn, office, &case)
    })
}

/// Removes what a case can be found by: part of what shredding it clears, with its key, its texts and the index of its people.
pub fn forget(conn: &mut PgConnection, owner: CaseOf) -> QueryResult<()> {
    diesel::delete(case_search::table.find((owner.agency, owner.case))).execute(conn).map(|_| ())
}
