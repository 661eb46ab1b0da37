//! The private texts of a case: each one the events commit to is there and is the one, none beside them, and the index by which its
//! people are found again and the words it is found by follow from them.

use super::report::Report;
use super::trail::Stream;
use crate::case::model::Case;
use crate::case::office::Office;
use crate::case::private::{PersonDetails, Private, Texts};
use crate::case::search::{Found, Tokens};
use crate::case::vault::{self, VaultError};
use crate::crypto::CaseOf;
use crate::db::pool::DbError;
use crate::db::schema::{applicant_index, case_keys, case_search, case_texts};
use crate::steps::receive::application::keys_of;
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Checks the texts of one case. Without its key they cannot be opened, and no event may have destroyed it: that is one finding.
pub(super) fn compare(conn: &mut PgConnection, office: &Office, stream: &Stream, report: &mut Report) -> Result<(), DbError> {
    let owner = CaseOf { agency: report.agency, case: stream.id };
    unknown(conn, stream, report)?;
    let key = case_keys::table.find((owner.agency, owner.case));
    let has_key: bool = diesel::select(diesel::dsl::exists(key)).get_result(conn)?;
    if stream.case.as_ref().is_some_and(|case| case.disposal.is_some()) {
        return Ok(shredded(conn, owner, has_key, report)?);
    }
    if !has_key {
        report.note_stream(stream.id, "its key in case_keys is gone, and no event says that it was destroyed");
        return Ok(());
    }
    let mut references = Vec::with_capacity(stream.privates.len());
    for (id, commitments) in &stream.privates {
        let mut commitments = commitments.iter();
        references.extend(commitments.next().map(|commitment| Private { id: *id, commitment: commitment.clone() }));
        if commitments.next().is_some() {
            report.note_stream(stream.id, format!("two events commit to different words under text {id}"));
        }
    }
    let all: Vec<&Private> = references.iter().collect();
    let texts = match vault::open(conn, office, owner, &all) {
        Ok(texts) => texts,
        Err(VaultError::Query(error)) => return Err(error.into()),
        // One of them cannot be opened: each is looked at alone, so that it is named.
        Err(_) => return each(conn, office, (owner, &all), report),
    };
    for reference in all.iter().filter(|reference| texts.get(reference).is_none()) {
        report.note_stream(stream.id, format!("text {} is gone", reference.id));
    }
    match &stream.case {
        Some(case) => {
            search(conn, office, (case, &texts), report)?;
            Ok(index(conn, office, (case, &texts), report)?)
        }
        None => Ok(()),
    }
}

/// After the disposal nothing is left by which anything could be read or found.
fn shredded(conn: &mut PgConnection, owner: CaseOf, has_key: bool, report: &mut Report) -> QueryResult<()> {
    let texts = case_texts::table.filter(case_texts::agency_id.eq(owner.agency)).filter(case_texts::case_id.eq(owner.case));
    let people = applicant_index::table.filter(applicant_index::agency_id.eq(owner.agency)).filter(applicant_index::case_id.eq(owner.case));
    let words = case_search::table.find((owner.agency, owner.case));
    for (table, left) in [
        ("case_keys", has_key),
        ("case_texts", diesel::select(diesel::dsl::exists(texts)).get_result(conn)?),
        ("applicant_index", diesel::select(diesel::dsl::exists(people)).get_result(conn)?),
        ("case_search", diesel::select(diesel::dsl::exists(words)).get_result(conn)?),
    ] {
        if left {
            report.note_stream(owner.case, format!("the dossier was disposed of, and {table} still has rows of it"));
        }
    }
    Ok(())
}

/// Texts that no event commits to.
fn unknown(conn: &mut PgConnection, stream: &Stream, report: &mut Report) -> QueryResult<()> {
    let stored: Vec<Uuid> = case_texts::table
        .filter(case_texts::agency_id.eq(report.agency))
        .filter(case_texts::case_id.eq(stream.id))
        .select(case_texts::id)
        .load(conn)?;
    for id in stored.iter().filter(|id| !stream.privates.contains_key(id)) {
        report.note_stream(stream.id, format!("text {id} in case_texts is on no event"));
    }
    Ok(())
}

fn each(conn: &mut PgConnection, office: &Office, (owner, references): (CaseOf, &[&Private]), report: &mut Report) -> Result<(), DbError> {
    for reference in references {
        match vault::open(conn, office, owner, &[reference]) {
            Ok(texts) if texts.get(reference).is_some() => {}
            Ok(_) => report.note_stream(owner.case, format!("text {} is gone", reference.id)),
            Err(VaultError::Query(error)) => return Err(error.into()),
            Err(why) => report.note_stream(owner.case, format!("text {} cannot be opened: {why}", reference.id)),
        }
    }
    Ok(())
}

type Stored = (NaiveDate, Vec<i32>, Vec<i32>, Vec<u8>);

/// What the case is found by follows from its texts.
fn search(conn: &mut PgConnection, office: &Office, (case, texts): (&Case, &Texts), report: &mut Report) -> QueryResult<()> {
    let stored: Option<Stored> = case_search::table
        .find((case.agency_id, case.id))
        .select((case_search::dated_on, case_search::bands, case_search::words, case_search::weights))
        .first(conn)
        .optional()?;
    let stored = stored.map(|(dated_on, bands, words, weights)| Found { dated_on, bands, words, weights });
    if stored != Some(Tokens(&office.blind).found(case, texts)) {
        report.note_stream(case.id, "the row of case_search does not follow from the texts");
    }
    Ok(())
}

/// The index holds the keys of the applicants as they are, and no others.
fn index(conn: &mut PgConnection, office: &Office, (case, texts): (&Case, &Texts), report: &mut Report) -> QueryResult<()> {
    let mut expected: BTreeSet<(String, Vec<u8>)> = BTreeSet::new();
    for applicant in &case.applicants {
        let Some(text) = texts.get(&applicant.details) else { return Ok(()) };
        let Ok(person) = serde_json::from_str::<PersonDetails>(text) else {
            report.note_stream(case.id, format!("text {} is not the details of a person", applicant.details.id));
            return Ok(());
        };
        let keys = keys_of(&person).into_iter();
        expected.extend(keys.filter_map(|(kind, text)| Some((kind.code().to_owned(), vault::blind(office, kind, &text)?.to_vec()))));
    }
    let stored: Vec<(String, Vec<u8>)> = applicant_index::table
        .filter(applicant_index::agency_id.eq(case.agency_id))
        .filter(applicant_index::case_id.eq(case.id))
        .select((applicant_index::kind, applicant_index::blind))
        .load(conn)?;
    let stored: BTreeSet<(String, Vec<u8>)> = stored.into_iter().collect();
    let kinds: BTreeSet<&str> = stored.symmetric_difference(&expected).map(|(kind, _)| kind.as_str()).collect();
    for kind in kinds {
        report.note_stream(case.id, format!("the rows of applicant_index for {kind} do not follow from the applicants' texts"));
    }
    Ok(())
}
