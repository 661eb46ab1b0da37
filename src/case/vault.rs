//! The encrypted texts of cases: stored by the journal, opened by views for those who may read them.

use super::facts::IndexKind;
use super::office::Office;
pub use super::private::Texts;
use super::private::{Private, Secret};
use crate::crypto::{self, CaseKey, CaseOf, CryptoError, normalise};
use crate::db::schema::{applicant_index, case_keys, case_texts};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Why a text cannot be stored or opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The database failed.
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
    /// A key or record is not what it should be.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// The text does not match the commitment on the trail.
    #[error("text {0} does not match its commitment")]
    Altered(Uuid),
}

const SALT: usize = 16;

fn place(owner: CaseOf, id: Uuid) -> Vec<u8> {
    [owner.agency.as_bytes().as_slice(), owner.case.as_bytes(), id.as_bytes()].concat()
}

/// Makes and stores the key of a new case.
pub fn make_key(conn: &mut PgConnection, office: &Office, owner: CaseOf) -> Result<(), VaultError> {
    let wrapped = office.keys.wrap(owner, &CaseKey::generate()?)?;
    diesel::insert_into(case_keys::table)
        .values((case_keys::agency_id.eq(owner.agency), case_keys::case_id.eq(owner.case), case_keys::wrapped.eq(wrapped)))
        .execute(conn)?;
    Ok(())
}

fn key(conn: &mut PgConnection, office: &Office, owner: CaseOf) -> Result<Option<CaseKey>, VaultError> {
    let wrapped: Option<Vec<u8>> = case_keys::table.find((owner.agency, owner.case)).select(case_keys::wrapped).first(conn).optional()?;
    Ok(wrapped.map(|wrapped| office.keys.unwrap(owner, &wrapped)).transpose()?)
}

/// Seals and stores texts under the key of their case.
pub fn store(conn: &mut PgConnection, office: &Office, owner: CaseOf, secrets: &[Secret]) -> Result<(), VaultError> {
    if secrets.is_empty() {
        return Ok(());
    }
    let key = key(conn, office, owner)?.ok_or(CryptoError::BadRecord)?;
    let rows = secrets
        .iter()
        .map(|secret| {
            let plain = [secret.salt.as_slice(), secret.text.as_bytes()].concat();
            let sealed = key.seal(&place(owner, secret.reference.id), &plain)?;
            Ok((
                case_texts::agency_id.eq(owner.agency),
                case_texts::case_id.eq(owner.case),
                case_texts::id.eq(secret.reference.id),
                case_texts::sealed.eq(sealed),
            ))
        })
        .collect::<Result<Vec<_>, CryptoError>>()?;
    diesel::insert_into(case_texts::table).values(rows).execute(conn)?;
    Ok(())
}

/// Opens texts of one case and holds each against its commitment.
pub fn open(conn: &mut PgConnection, office: &Office, owner: CaseOf, references: &[&Private]) -> Result<Texts, VaultError> {
    Ok(open_many(conn, office, &[(owner, references.to_vec())])?.remove(&owner.case).unwrap_or_default())
}

/// The same for several cases, with one reading of their keys and one of their texts: a page of a list opens a page of cases.
pub fn open_many(
    conn: &mut PgConnection,
    office: &Office,
    wanted: &[(CaseOf, Vec<&Private>)],
) -> Result<BTreeMap<Uuid, Texts>, VaultError> {
    let agencies: BTreeSet<Uuid> = wanted.iter().map(|(owner, _)| owner.agency).collect();
    let agencies: Vec<Uuid> = agencies.into_iter().collect();
    let cases: Vec<Uuid> = wanted.iter().map(|(owner, _)| owner.case).collect();
    let ids: Vec<Uuid> = wanted.iter().flat_map(|(_, references)| references.iter().map(|reference| reference.id)).collect();
    let keys: Vec<(Uuid, Vec<u8>)> = case_keys::table
        .filter(case_keys::agency_id.eq_any(&agencies))
        .filter(case_keys::case_id.eq_any(&cases))
        .select((case_keys::case_id, case_keys::wrapped))
        .load(conn)?;
    let rows: Vec<(Uuid, Uuid, Vec<u8>)> = case_texts::table
        .filter(case_texts::agency_id.eq_any(&agencies))
        .filter(case_texts::case_id.eq_any(&cases))
        .filter(case_texts::id.eq_any(&ids))
        .select((case_texts::case_id, case_texts::id, case_texts::sealed))
        .load(conn)?;
    let keys: BTreeMap<Uuid, Vec<u8>> = keys.into_iter().collect();
    let mut sealed: BTreeMap<Uuid, Vec<(Uuid, Vec<u8>)>> = BTreeMap::new();
    for (case, id, record) in rows {
        sealed.entry(case).or_default().push((id, record));
    }
    let mut opened = BTreeMap::new();
    for (owner, references) in wanted {
        let Some(wrapped) = keys.get(&owner.case) else { continue };
        let key = office.keys.unwrap(*owner, wrapped)?;
        let commitments: BTreeMap<Uuid, &str> = references.iter().map(|reference| (reference.id, reference.commitment.as_str())).collect();
        let mut texts = BTreeMap::new();
        for (id, record) in sealed.remove(&owner.case).unwrap_or_default() {
            let (_, text) = unseal(&key, (*owner, id), &record, commitments.get(&id).copied())?;
            texts.insert(id, text);
        }
        opened.insert(owner.case, texts.into_iter().collect());
    }
    Ok(opened)
}

fn unseal(key: &CaseKey, (owner, id): (CaseOf, Uuid), record: &[u8], commitment: Option<&str>) -> Result<([u8; SALT], String), VaultError> {
    let plain = key.open(&place(owner, id), record)?;
    let (salt, text) = plain.split_first_chunk::<SALT>().ok_or(VaultError::Altered(id))?;
    if commitment != Some(crypto::hex(&crypto::commitment(salt, text)).as_str()) {
        return Err(VaultError::Altered(id));
    }
    Ok((*salt, String::from_utf8(text.to_vec()).map_err(|_| VaultError::Altered(id))?))
}

/// A text with the salt of its commitment: whoever has both can hold it against the trail.
pub struct Proven {
    /// What the trail holds of it.
    pub reference: Private,
    /// The salt.
    pub salt: [u8; SALT],
    /// The text.
    pub text: String,
}

/// Opens texts of one case together with what proves them; in the order of the references, without those that are gone.
pub fn open_proven(conn: &mut PgConnection, office: &Office, owner: CaseOf, references: &[Private]) -> Result<Vec<Proven>, VaultError> {
    let Some(key) = key(conn, office, owner)? else { return Ok(Vec::new()) };
    let rows: Vec<(Uuid, Vec<u8>)> = case_texts::table
        .filter(case_texts::agency_id.eq(owner.agency))
        .filter(case_texts::case_id.eq(owner.case))
        .select((case_texts::id, case_texts::sealed))
        .load(conn)?;
    let rows: BTreeMap<Uuid, Vec<u8>> = rows.into_iter().collect();
    let mut all = Vec::with_capacity(references.len());
    for reference in references {
        if let Some(record) = rows.get(&reference.id) {
            let (salt, text) = unseal(&key, (owner, reference.id), record, Some(&reference.commitment))?;
            all.push(Proven { reference: reference.clone(), salt, text });
        }
    }
    Ok(all)
}

/// Destroys the key of a case with its texts and the index of its people: what the events commit to can be read by nobody any more.
pub fn shred(conn: &mut PgConnection, owner: CaseOf) -> QueryResult<()> {
    diesel::delete(case_keys::table.find((owner.agency, owner.case))).execute(conn)?;
    let texts = case_texts::table.filter(case_texts::agency_id.eq(owner.agency)).filter(case_texts::case_id.eq(owner.case));
    diesel::delete(texts).execute(conn)?;
    let people = applicant_index::table.filter(applicant_index::agency_id.eq(owner.agency)).filter(applicant_index::case_id.eq(owner.case));
    diesel::delete(people).execute(conn)?;
    Ok(())
}

/// The blind value under which a person is found again; `None` where nothing is left after normalising.
pub fn blind(office: &Office, kind: IndexKind, text: &str) -> Option<[u8; 32]> {
    let normalised = match kind {
        IndexKind::Name => normalise::name(text),
        IndexKind::IdNumber => normalise::id_number(text),
        IndexKind::Phone => normalise::phone(text),
        IndexKind::Email => normalise::email(text),
    }?;
    Some(office.blind.of(kind.code(), &normalised))
}

/// Replaces the keys by which the people of a case are found again.
pub fn index(conn: &mut PgConnection, office: &Office, owner: CaseOf, keys: &[(IndexKind, String)]) -> Result<(), VaultError> {
    diesel::delete(applicant_index::table)
        .filter(applicant_index::agency_id.eq(owner.agency))
        .filter(applicant_index::case_id.eq(owner.case))
        .execute(conn)?;
    let rows: Vec<_> = keys
        .iter()
        .filter_map(|(kind, text)| blind(office, *kind, text).map(|blind| (kind.code(), blind.to_vec())))
        .map(|(kind, blind)| {
            (
                applicant_index::agency_id.eq(owner.agency),
                applicant_index::kind.eq(kind),
                applicant_index::blind.eq(blind),
                applicant_index::case_id.eq(owner.case),
            )
        })
        .collect();
    diesel::insert_into(applicant_index::table).values(rows).on_conflict_do_nothing().execute(conn)?;
    Ok(())
}
