//! Shredding (销毁): the keys of a dossier's texts and documents, what it is found by, the index of its people. In the transaction of the
//! event that says so; the trail and the digests stay, and `verify` wants that nothing else is left.

use super::JournalError;
use super::search::forget;
use crate::case::stage::Stage;
use crate::case::vault;
use crate::crypto::CaseOf;
use crate::db::schema::{case_documents, cases, document_keys, exchange_inbox, exchange_outbox};
use diesel::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The documents of a case that no other case needs, one that was disposed of left aside.
pub fn own_documents(conn: &mut PgConnection, owner: CaseOf) -> QueryResult<Vec<Uuid>> {
    let all: Vec<Uuid> = case_documents::table
        .filter(case_documents::agency_id.eq(owner.agency))
        .filter(case_documents::case_id.eq(owner.case))
        .order(case_documents::document_id)
        .select(case_documents::document_id)
        .load(conn)?;
    let joined = case_documents::agency_id.eq(cases::agency_id).and(case_documents::case_id.eq(cases::id));
    let shared: Vec<Uuid> = case_documents::table
        .inner_join(cases::table.on(joined))
        .filter(case_documents::agency_id.eq(owner.agency))
        .filter(case_documents::document_id.eq_any(&all))
        .filter(case_documents::case_id.ne(owner.case))
        .filter(cases::stage.ne(Stage::Disposed.code()))
        .select(case_documents::document_id)
        .load(conn)?;
    let shared: BTreeSet<Uuid> = shared.into_iter().collect();
    Ok(all.into_iter().filter(|document| !shared.contains(document)).collect())
}

/// Destroys what the event named.
pub fn shred(conn: &mut PgConnection, owner: CaseOf, documents: &[Uuid]) -> Result<(), JournalError> {
    vault::shred(conn, owner)?;
    forget(conn, owner)?;
    let keys = document_keys::table.filter(document_keys::agency_id.eq(owner.agency)).filter(document_keys::document_id.eq_any(documents));
    diesel::delete(keys).execute(conn)?;
    // What neighbouring systems said of the case, and were told.
    let gone = None::<Vec<u8>>;
    let came = exchange_inbox::table.filter(exchange_inbox::agency_id.eq(owner.agency)).filter(exchange_inbox::case_id.eq(owner.case));
    diesel::update(came).set((exchange_inbox::wrapped.eq(&gone), exchange_inbox::sealed.eq(&gone))).execute(conn)?;
    let went = exchange_outbox::table.filter(exchange_outbox::agency_id.eq(owner.agency)).filter(exchange_outbox::case_id.eq(owner.case));
    diesel::update(went).set((exchange_outbox::wrapped.eq(&gone), exchange_outbox::sealed.eq(&gone))).execute(conn)?;
    Ok(())
}
