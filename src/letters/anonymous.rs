//! The people of a case as its dossier names them now and did before an amendment, for whoever holds a text against them that leaves the case.
//! What was found is never said again, neither in a refusal nor in a log.

use crate::case::journal::JournalError;
use crate::case::model::Case;
use crate::case::office::Office;
use crate::case::private::{PersonDetails, Private};
use crate::case::vault::{self, Texts};
use crate::crypto::CaseOf;
use crate::rules::anonymity::Hidden;
use crate::views::case_page::people;
use diesel::PgConnection;

/// Adds the people of a case to what must not be said; none where their texts were destroyed.
pub fn hide(conn: &mut PgConnection, office: &Office, hidden: &mut Hidden, case: &Case) -> Result<Option<()>, JournalError> {
    let people = people(case);
    let owner = CaseOf { agency: case.agency_id, case: case.id };
    let texts = vault::open(conn, office, owner, &people.iter().collect::<Vec<_>>())?;
    Ok(people.iter().try_for_each(|reference| hide_person(hidden, &texts, reference)))
}

fn hide_person(hidden: &mut Hidden, texts: &Texts, reference: &Private) -> Option<()> {
    let text = texts.get(reference)?;
    match serde_json::from_str::<PersonDetails>(text) {
        Ok(person) => {
            hidden.name(&person.name);
            for name in [&person.legal_representative, &person.contact_person].into_iter().flatten() {
                hidden.name(name);
            }
            for contact in [&person.id_number, &person.phone, &person.email, &person.address].into_iter().flatten() {
                hidden.contact(contact);
            }
        }
        Err(_) => hidden.party(text),
    }
    Some(())
}
