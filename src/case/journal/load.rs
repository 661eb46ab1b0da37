//! Reading for a decision: the case as its row holds it, and what the command asked to look up.

use super::{Ask, JournalError};
use crate::case::event::CaseEvent;
use crate::case::facts::{IndexKind, Known, KnownAccount, KnownCase, KnownDocument, Needs};
use crate::case::fold::FOLD_VERSION;
use crate::case::model::{Case, Dispatch, Draft};
use crate::case::office::Office;
use crate::case::replay::replay;
use crate::case::stage::Stage;
use crate::case::{trail, vault};
use crate::crypto;
use crate::db::schema::{
    accounts, applicant_index, cases, counters, deliveries, departments, document_keys, documents, events, proceedings, sealed_documents,
};
use crate::rules::permissions::Role;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A case with the hash its next event continues from.
#[derive(Debug)]
pub struct Loaded {
    /// The case.
    pub case: Case,
    /// Hash of its last event, in hexadecimal.
    pub head_hash: String,
    /// It was folded anew just now: the derived rows are still those of an older fold, whatever the case says.
    pub refolded: bool,
}

/// Loads a case; one that an older program folded is folded anew from its trail.
pub fn load(conn: &mut PgConnection, agency: Uuid, case: Uuid) -> Result<Option<Loaded>, JournalError> {
    let row: Option<(i32, serde_json::Value, String)> =
        cases::table.find((agency, case)).select((cases::fold_version, cases::state, cases::head_hash)).first(conn).optional()?;
    row.map(|row| read_row(conn, agency, case, row)).transpose()
}

/// A case of several: itself, or why it cannot be read.
pub(super) type Each = (Uuid, Result<Loaded, JournalError>);

/// Loads several cases, by id, each for itself: one that cannot be read hides no other. Those that do not exist are left out.
pub(super) fn load_many(conn: &mut PgConnection, agency: Uuid, ids: &[Uuid]) -> Result<Vec<Each>, JournalError> {
    let rows: Vec<(Uuid, (i32, serde_json::Value, String))> = cases::table
        .filter(cases::agency_id.eq(agency))
        .filter(cases::id.eq_any(ids))
        .order(cases::id.asc())
        .select((cases::id, (cases::fold_version, cases::state, cases::head_hash)))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, row)| (id, read_row(conn, agency, id, row))).collect())
}

/// Locks the rows of several cases until the transaction ends, always in one order: two lists that name the same cases
/// wait for each other, never both, and none of the cases moves meanwhile.
pub fn lock(conn: &mut PgConnection, agency: Uuid, ids: &[Uuid]) -> Result<(), JournalError> {
    cases::table
        .filter(cases::agency_id.eq(agency))
        .filter(cases::id.eq_any(ids))
        .order(cases::id.asc())
        .select(cases::id)
        .for_update()
        .load::<Uuid>(conn)?;
    Ok(())
}

/// Holds the account of whoever opens a case until the transaction ends: closing the last clerk waits, and then sees the case; a clerk
/// whose account was closed meanwhile opens none.
pub(super) fn hold_caller(conn: &mut PgConnection, ask: &Ask) -> Result<(), JournalError> {
    let row: Option<(bool, Vec<String>)> = accounts::table
        .find((ask.agency, ask.person.account_id))
        .select((accounts::active, accounts::roles))
        .for_share()
        .first(conn)
        .optional()?;
    let has = |roles: &[String], role: &Role| roles.iter().any(|one| one == role.code());
    match row {
        Some((true, roles)) if ask.person.roles.iter().all(|role| has(&roles, role)) => Ok(()),
        _ => Err(JournalError::CallerGone),
    }
}

/// The letters of a posting list, by case, each with the version it made: read from the trails, so that they stay the
/// same however the cases move on.
pub fn dispatched_in(conn: &mut PgConnection, agency: Uuid, batch: Uuid) -> Result<Vec<(Uuid, i32, Dispatch)>, JournalError> {
    let streams: Vec<Uuid> = deliveries::table
        .filter(deliveries::agency_id.eq(agency))
        .filter(deliveries::batch_id.eq(batch))
        .select(deliveries::case_id)
        .load(conn)?;
    let bodies: Vec<String> = events::table
        .filter(events::agency_id.eq(agency))
        .filter(events::stream_id.eq_any(streams))
        .filter(events::kind.eq("letter_dispatched"))
        .order((events::stream_id.asc(), events::seq.asc()))
        .select(events::body)
        .load(conn)?;
    let mut letters = Vec::new();
    for body in bodies {
        if let (head, CaseEvent::LetterDispatched { dispatch }) = trail::read(&body)?
            && dispatch.batch == Some(batch)
        {
            letters.push((head.stream_id, head.seq, dispatch));
        }
    }
    Ok(letters)
}

/// The drafts of a joint reply, by case, each with the version it made: read from the trails, likewise.
pub fn drafted_in(conn: &mut PgConnection, agency: Uuid, joint: Uuid, cases: &[Uuid]) -> Result<Vec<(Uuid, i32, Draft)>, JournalError> {
    let bodies: Vec<String> = events::table
        .filter(events::agency_id.eq(agency))
        .filter(events::stream_id.eq_any(cases))
        .filter(events::kind.eq("reply_drafted"))
        .order((events::stream_id.asc(), events::seq.asc()))
        .select(events::body)
        .load(conn)?;
    let mut drafts = Vec::new();
    for body in bodies {
        if let (head, CaseEvent::ReplyDrafted { draft }) = trail::read(&body)?
            && draft.joint.as_ref().is_some_and(|known| known.id == joint)
        {
            drafts.push((head.stream_id, head.seq, draft));
        }
    }
    Ok(drafts)
}

/// The numbers of a proceeding over several cases, by case, each with the version it made: read from the trails, likewise.
pub fn proceedings_in(conn: &mut PgConnection, agency: Uuid, joint: Uuid, cases: &[Uuid]) -> Result<Vec<(Uuid, i32, u32)>, JournalError> {
    let bodies: Vec<String> = events::table
        .filter(events::agency_id.eq(agency))
        .filter(events::stream_id.eq_any(cases))
        .filter(events::kind.eq("proceeding_opened"))
        .order((events::stream_id.asc(), events::seq.asc()))
        .select(events::body)
        .load(conn)?;
    let mut entered = Vec::new();
    for body in bodies {
        if let (head, CaseEvent::ProceedingOpened { proceeding }) = trail::read(&body)?
            && proceeding.joint.as_ref().is_some_and(|known| known.id == joint)
        {
            entered.push((head.stream_id, head.seq, proceeding.n));
        }
    }
    Ok(entered)
}

fn read_row(
    conn: &mut PgConnection,
    agency: Uuid,
    id: Uuid,
    (fold_version, state, head_hash): (i32, serde_json::Value, String),
) -> Result<Loaded, JournalError> {
    Ok(Loaded { case: of_row(conn, agency, id, (fold_version, state))?, head_hash, refolded: fold_version != FOLD_VERSION })
}

/// The case that a row's fold version and state hold; one that an older program folded is folded anew from its trail.
pub fn of_row(
    conn: &mut PgConnection,
    agency: Uuid,
    id: Uuid,
    (fold_version, state): (i32, serde_json::Value),
) -> Result<Case, JournalError> {
    match fold_version.cmp(&FOLD_VERSION) {
        std::cmp::Ordering::Equal => Ok(serde_json::from_value(state)
            .map_err(|error| crate::case::trail::FoldError::Unreadable { kind: "case".into(), reason: error.to_string() })?),
        std::cmp::Ordering::Less => replay(conn, agency, id, None)?.ok_or(JournalError::Unknown),
        std::cmp::Ordering::Greater => Err(JournalError::Newer),
    }
}

/// Looks up what a command asked for; a number is drawn last, so that its row is locked as short as can be.
/// Documents, accounts and departments stay as they were read until the transaction ends: whoever shreds or closes one waits, and then
/// sees the case.
pub fn known(conn: &mut PgConnection, ask: &Ask, case: Option<&Case>, needs: &Needs) -> Result<Known, JournalError> {
    let mut known = Known::default();
    if !needs.documents.is_empty() {
        // A document whose key went with a dossier is named by nobody any more.
        let kept: Vec<Uuid> = document_keys::table
            .filter(document_keys::agency_id.eq(ask.agency))
            .filter(document_keys::document_id.eq_any(&needs.documents))
            .order(document_keys::document_id)
            .select(document_keys::document_id)
            .for_share()
            .load(conn)?;
        let rows: Vec<(Uuid, Vec<u8>)> = documents::table
            .filter(documents::agency_id.eq(ask.agency))
            .filter(documents::id.eq_any(&needs.documents))
            .select((documents::id, documents::sha256))
            .load(conn)?;
        // By their bytes: the same file stored twice is the same original.
        let digests: Vec<&Vec<u8>> = rows.iter().map(|(_, sha256)| sha256).collect();
        let sealed: Vec<(Vec<u8>, Uuid)> = sealed_documents::table
            .inner_join(
                documents::table
                    .on(documents::agency_id.eq(sealed_documents::agency_id).and(documents::id.eq(sealed_documents::document_id))),
            )
            .filter(sealed_documents::agency_id.eq(ask.agency))
            .filter(documents::sha256.eq_any(digests))
            .select((documents::sha256, sealed_documents::case_id))
            .distinct()
            .load(conn)?;
        let document = |(id, sha256): (Uuid, Vec<u8>)| {
            let sealed_in = sealed.iter().filter(|(digest, _)| *digest == sha256).map(|(_, case)| *case).collect();
            (id, KnownDocument { sha256: crypto::hex(&sha256), sealed_in })
        };
        let (rows, shredded): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(id, _)| kept.contains(id));
        known.shredded = shredded.into_iter().map(|(id, _)| id).collect();
        known.documents = rows.into_iter().map(document).collect();
    }
    if !needs.accounts.is_empty() {
        let rows: Vec<(Uuid, Option<Uuid>, Vec<String>, bool)> = accounts::table
            .filter(accounts::agency_id.eq(ask.agency))
            .filter(accounts::id.eq_any(&needs.accounts))
            .order(accounts::id)
            .select((accounts::id, accounts::department_id, accounts::roles, accounts::active))
            .for_share()
            .load(conn)?;
        let known_account = |(id, department, roles, active): (Uuid, Option<Uuid>, Vec<String>, bool)| {
            (id, KnownAccount { department, roles: roles.iter().filter_map(|role| Role::from_code(role)).collect(), active })
        };
        known.accounts = rows.into_iter().map(known_account).collect();
    }
    if !needs.departments.is_empty() {
        let rows: Vec<Uuid> = departments::table
            .filter(departments::agency_id.eq(ask.agency))
            .filter(departments::id.eq_any(&needs.departments))
            .filter(departments::active)
            .order(departments::id)
            .select(departments::id)
            .for_share()
            .load(conn)?;
        known.departments = rows.into_iter().collect();
    }
    known.cases = named_cases(conn, ask.agency, case, &needs.cases)?;
    if let Some(tracking_number) = &needs.tracking_number {
        known.tracking_number_used = diesel::select(diesel::dsl::exists(
            deliveries::table.filter(deliveries::agency_id.eq(ask.agency)).filter(deliveries::tracking_number.eq(tracking_number)),
        ))
        .get_result(conn)?;
    }
    if let Some(reference) = &needs.reference {
        let owner = super::keys::bears(conn, ask.agency, reference)?;
        known.reference_used = owner.is_some_and(|owner| owner != ask.case);
    }
    if let Some(named) = &needs.proceeding {
        known.entered_on = entered_on(conn, (ask.agency, ask.case), case, named)?;
    }
    if let Some(case) = case.filter(|_| needs.month_item) {
        known.month_item = super::month::item(conn, case)?;
    }
    if needs.libraries {
        known.libraries = crate::db::library::approved(conn, ask.agency)?;
    }
    if let Some((kind, year)) = needs.number {
        let count = i32::try_from(needs.more_numbers).unwrap_or(i32::MAX - 1).saturating_add(1);
        let drawn: i32 = diesel::insert_into(counters::table)
            .values((counters::agency_id.eq(ask.agency), counters::kind.eq(kind.code()), counters::year.eq(year), counters::last.eq(count)))
            .on_conflict((counters::agency_id, counters::kind, counters::year))
            .do_update()
            .set(counters::last.eq(counters::last + count))
            .returning(counters::last)
            .get_result(conn)?;
        known.number = u32::try_from(drawn - count + 1).ok();
    }
    Ok(known)
}

/// The cases with these ids, each with whether it shares an applicant with this one.
pub fn named_cases(
    conn: &mut PgConnection,
    agency: Uuid,
    case: Option<&Case>,
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, KnownCase>, JournalError> {
    let mut named = BTreeMap::new();
    for id in ids {
        if let Some(other) = load(conn, agency, *id)? {
            let same_applicant = match case {
                Some(case) => same_applicant(conn, agency, case.id, *id)?,
                None => false,
            };
            named.insert(*id, KnownCase { case: other.case, same_applicant });
        }
    }
    Ok(named)
}

/// Says of each case whether it shares an applicant with a case that only begins, by the keys of who asks there.
pub(super) fn relate(
    conn: &mut PgConnection,
    office: &Office,
    (agency, people): (Uuid, &[(IndexKind, String)]),
    named: &mut BTreeMap<Uuid, KnownCase>,
) -> Result<(), JournalError> {
    if people.is_empty() || named.is_empty() {
        return Ok(());
    }
    let blind = |(kind, text): &(IndexKind, String)| Some((kind.code().to_owned(), vault::blind(office, *kind, text)?.to_vec()));
    let mine: PeopleKeys = people.iter().filter_map(blind).collect();
    let theirs = people_keys(conn, agency, &named.keys().copied().collect::<Vec<_>>())?;
    for (id, known) in named {
        known.same_applicant = theirs.get(id).is_some_and(|theirs| share_applicant(&mine, theirs));
    }
    Ok(())
}

/// The keys by which the people of a case are found again: kind and blind value.
pub type PeopleKeys = BTreeSet<(String, Vec<u8>)>;

/// The people's keys of several cases.
pub fn people_keys(conn: &mut PgConnection, agency: Uuid, cases: &[Uuid]) -> QueryResult<BTreeMap<Uuid, PeopleKeys>> {
    let rows: Vec<(Uuid, String, Vec<u8>)> = applicant_index::table
        .filter(applicant_index::agency_id.eq(agency))
        .filter(applicant_index::case_id.eq_any(cases))
        .select((applicant_index::case_id, applicant_index::kind, applicant_index::blind))
        .load(conn)?;
    let mut keys: BTreeMap<Uuid, PeopleKeys> = BTreeMap::new();
    for (case, kind, blind) in rows {
        keys.entry(case).or_default().insert((kind, blind));
    }
    Ok(keys)
}

/// Whether two cases have an applicant in common: by a document number where both have one, else by the name together
/// with a telephone number or an e-mail address. A name alone is nobody's identity.
pub fn share_applicant(mine: &PeopleKeys, theirs: &PeopleKeys) -> bool {
    let both_have = |kind: &str| [mine, theirs].iter().all(|keys| keys.iter().any(|(known, _)| known == kind));
    let shares = |kind: &str| mine.intersection(theirs).any(|(known, _)| known == kind);
    if both_have("id_number") { shares("id_number") } else { shares("name") && (shares("phone") || shares("email")) }
}

/// [`share_applicant`] of two cases that are read for it.
pub(super) fn same_applicant(conn: &mut PgConnection, agency: Uuid, one: Uuid, other: Uuid) -> Result<bool, JournalError> {
    let keys = people_keys(conn, agency, &[one, other])?;
    let nobody = PeopleKeys::new();
    Ok(share_applicant(keys.get(&one).unwrap_or(&nobody), keys.get(&other).unwrap_or(&nobody)))
}

/// Another case on which the proceeding of a body with this number there is entered; not one that it covers together with this one.
fn entered_on(
    conn: &mut PgConnection,
    (agency, asked): (Uuid, Uuid),
    case: Option<&Case>,
    (body, number): &(String, String),
) -> QueryResult<Option<Uuid>> {
    let joint = case.into_iter().flat_map(|case| &case.proceedings).filter_map(|known| known.joint.as_ref());
    let mut own: Vec<Uuid> = joint.flat_map(|joint| &joint.cases).map(|part| part.case).collect();
    own.push(case.map_or(asked, |case| case.id));
    proceedings::table
        .inner_join(cases::table.on(cases::agency_id.eq(proceedings::agency_id).and(cases::id.eq(proceedings::case_id))))
        .filter(proceedings::agency_id.eq(agency))
        .filter(proceedings::case_number.eq(number))
        .filter(proceedings::body.eq(body))
        .filter(proceedings::case_id.ne_all(own))
        .filter(cases::stage.ne_all(Stage::codes(Stage::UNCOUNTED)))
        .select(proceedings::case_id)
        .first(conn)
        .optional()
}
