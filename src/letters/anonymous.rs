//! The people of a case as its dossier names them now and did before an amendment, for whoever holds a text against them that leaves the case.
//! What was found is never said again, neither in a refusal nor in a log.

use crate::case::journal::{self, JournalError};
use crate::case::model::{Case, DispatchMethod};
use crate::case::office::Office;
use crate::case::private::{PersonDetails, Private};
use crate::case::vault::{self, Texts};
use crate::crypto::CaseOf;
use crate::rules::anonymity::Hidden;
use crate::views::case_page::people;
use diesel::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Adds the people of a case to what must not be said; none where their texts were destroyed.
pub fn hide(conn: &mut PgConnection, office: &Office, hidden: &mut Hidden, case: &Case) -> Result<Option<()>, JournalError> {
    hide_these(conn, office, hidden, (case, &people(case)))
}

fn hide_these(
    conn: &mut PgConnection,
    office: &Office,
    hidden: &mut Hidden,
    (case, people): (&Case, &[Private]),
) -> Result<Option<()>, JournalError> {
    let owner = CaseOf { agency: case.agency_id, case: case.id };
    let texts = vault::open(conn, office, owner, &people.iter().collect::<Vec<_>>())?;
    Ok(people.iter().try_for_each(|reference| hide_person(hidden, &texts, reference)))
}

/// Whom a dossier names beside its people: whoever was spoken to, in the words of the handler, and who was said to have signed.
fn mentioned(case: &Case) -> Vec<Private> {
    let spoken = case.contacts.iter().filter_map(|contact| contact.with.clone());
    let signed = case.dispatches.iter().flat_map(|dispatch| &dispatch.disproved).filter_map(|served| served.signed_by.clone());
    spoken.chain(signed).collect()
}

/// Adds everybody whom the dossier of a case can name: its people and those of the cases it shares a reply or a proceeding with, and the numbers under
/// which the carrier knows who was written to. None where its own people were destroyed.
pub fn hide_dossier(conn: &mut PgConnection, office: &Office, hidden: &mut Hidden, case: &Case) -> Result<Option<()>, JournalError> {
    let drafted = case.drafts.iter().filter_map(|draft| draft.joint.as_ref());
    let replied = case.replies.iter().filter_map(|reply| reply.joint.as_ref());
    let proceedings = case.proceedings.iter().chain(&case.voided_proceedings).filter_map(|proceeding| proceeding.joint.as_ref());
    let others: BTreeSet<Uuid> = drafted.chain(replied).chain(proceedings).flat_map(|joint| joint.others(case.id)).collect();
    for other in others {
        if let Some(loaded) = journal::load(conn, case.agency_id, other)? {
            hide(conn, office, hidden, &loaded.case)?;
        }
    }
    let posted = case.dispatches.iter().filter_map(|dispatch| match &dispatch.method {
        DispatchMethod::Post { tracking_number, .. } => Some(tracking_number),
        _ => None,
    });
    posted.chain(&case.tracking_number).for_each(|number| hidden.contact(number));
    hide_these(conn, office, hidden, (case, &mentioned(case)))?;
    hide(conn, office, hidden, case)
}

fn hide_person(hidden: &mut Hidden, texts: &Texts, reference: &Private) -> Option<()> {
    let text = texts.get(reference)?;
    match serde_json::from_str::<PersonDetails>(text) {
        Ok(person) => {
            hidden.name(&person.name);
            for name in [&person.legal_representative, &person.contact_person].into_iter().flatten() {
                hidden.name(name);
            }
            person.postal_code.iter().for_each(|code| hidden.postal_code(code));
            for contact in [&person.id_number, &person.phone, &person.email, &person.address].into_iter().flatten() {
                hidden.contact(contact);
            }
        }
        Err(_) => hidden.party(text),
    }
    Some(())
}
