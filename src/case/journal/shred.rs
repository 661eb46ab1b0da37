//! Shredding (销毁): the keys of a dossier's texts and documents, what it is found by, the index of its people. In the transaction of the
//! event that says so; the trail and the digests stay, and `verify` wants that nothing else is left.
//!
//! With a dossier go the papers that were split into it once their last part goes, and the cases that were voided in its favour: nothing
//! else would ever end what they keep of the same people.

use super::JournalError;
use super::load::{load, load_many};
use super::search::forget;
use crate::case::model::Case;
use crate::case::vault;
use crate::crypto::CaseOf;
use crate::db::schema::{case_documents, case_keys, document_keys, exchange_inbox, exchange_outbox};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Whether a case ends with those that go: voided in favour of one of them, or split into parts none of which would be left.
fn ends_with(case: &Case, gone: &BTreeMap<Uuid, Case>, disposed: &BTreeSet<Uuid>) -> bool {
    let goes = |id: Uuid| gone.contains_key(&id) || disposed.contains(&id);
    match (&case.voiding, &case.splitting) {
        (Some(voiding), _) => voiding.survivor.is_some_and(goes),
        (None, Some(splitting)) => splitting.parts.iter().all(|part| goes(part.case)),
        (None, None) => false,
    }
}

/// The cases that go with a dossier, by id.
pub fn companions(conn: &mut PgConnection, case: &Case) -> Result<Vec<Case>, JournalError> {
    let mut gone = BTreeMap::from([(case.id, case.clone())]);
    let mut next = vec![case.clone()];
    while let Some(one) = next.pop() {
        let kin = one.survives.iter().copied().chain(one.split_from.iter().map(|origin| origin.case));
        for id in kin.filter(|id| !gone.contains_key(id)).collect::<Vec<_>>() {
            let Some(known) = load(conn, case.agency_id, id)?.map(|loaded| loaded.case).filter(|known| known.disposal.is_none()) else {
                continue;
            };
            let parts: Vec<Uuid> = known.splitting.iter().flat_map(|splitting| &splitting.parts).map(|part| part.case).collect();
            if ends_with(&known, &gone, &disposed(conn, case.agency_id, &parts)?) {
                gone.insert(id, known.clone());
                next.push(known);
            }
        }
    }
    gone.remove(&case.id);
    Ok(gone.into_values().collect())
}

/// Those of the cases that were disposed of.
fn disposed(conn: &mut PgConnection, agency: Uuid, ids: &[Uuid]) -> Result<BTreeSet<Uuid>, JournalError> {
    let mut gone = BTreeSet::new();
    for (id, known) in load_many(conn, agency, ids)? {
        if known?.case.disposal.is_some() {
            gone.insert(id);
        }
    }
    Ok(gone)
}

fn named_by(conn: &mut PgConnection, agency: Uuid, ids: &[Uuid]) -> QueryResult<Vec<Uuid>> {
    case_documents::table
        .filter(case_documents::agency_id.eq(agency))
        .filter(case_documents::case_id.eq_any(ids))
        .order(case_documents::document_id)
        .select(case_documents::document_id)
        .distinct()
        .load(conn)
}

/// Holds the keys of the documents of these cases until the transaction ends: who names one meanwhile waits, and then finds it gone; who
/// named one before is seen.
pub fn hold_documents(conn: &mut PgConnection, agency: Uuid, ids: &[Uuid]) -> QueryResult<()> {
    let all = named_by(conn, agency, ids)?;
    document_keys::table
        .filter(document_keys::agency_id.eq(agency))
        .filter(document_keys::document_id.eq_any(all))
        .order(document_keys::document_id)
        .select(document_keys::document_id)
        .for_update()
        .load::<Uuid>(conn)
        .map(drop)
}

/// The documents of these cases that no other case needs, those that were disposed of left aside.
pub fn own_documents(conn: &mut PgConnection, agency: Uuid, ids: &[Uuid]) -> QueryResult<Vec<Uuid>> {
    let all = named_by(conn, agency, ids)?;
    // A case that was disposed of has no key any more, whatever its stage.
    let joined = case_documents::agency_id.eq(case_keys::agency_id).and(case_documents::case_id.eq(case_keys::case_id));
    let shared: Vec<Uuid> = case_documents::table
        .inner_join(case_keys::table.on(joined))
        .filter(case_documents::agency_id.eq(agency))
        .filter(case_documents::document_id.eq_any(&all))
        .filter(case_documents::case_id.ne_all(ids))
        .select(case_documents::document_id)
        .load(conn)?;
    let shared: BTreeSet<Uuid> = shared.into_iter().collect();
    Ok(all.into_iter().filter(|document| !shared.contains(document)).collect())
}

/// Destroys what the events named: everything that lets these cases be read or found, and the keys of these documents.
pub fn shred(conn: &mut PgConnection, (agency, ids): (Uuid, &[Uuid]), documents: &[Uuid]) -> Result<(), JournalError> {
    for case in ids {
        let owner = CaseOf { agency, case: *case };
        vault::shred(conn, owner)?;
        forget(conn, owner)?;
    }
    let keys = document_keys::table.filter(document_keys::agency_id.eq(agency)).filter(document_keys::document_id.eq_any(documents));
    diesel::delete(keys).execute(conn)?;
    // What neighbouring systems said of these cases, and were told.
    let gone = None::<Vec<u8>>;
    let came = exchange_inbox::table.filter(exchange_inbox::agency_id.eq(agency)).filter(exchange_inbox::case_id.eq_any(ids));
    diesel::update(came).set((exchange_inbox::wrapped.eq(&gone), exchange_inbox::sealed.eq(&gone))).execute(conn)?;
    let went = exchange_outbox::table.filter(exchange_outbox::agency_id.eq(agency)).filter(exchange_outbox::case_id.eq_any(ids));
    diesel::update(went).set((exchange_outbox::wrapped.eq(&gone), exchange_outbox::sealed.eq(&gone))).execute(conn)?;
    Ok(())
}
