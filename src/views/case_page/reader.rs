//! Reading for the case page: the private texts a caller may see, in one opening, and the names beside the ids.
//!
//! Who reads which is told by [`crate::rules::sight`]. Whoever reads masked people only gets no other text opened at all.

use crate::case::model::{Case, Change, DispatchMethod, DispatchState};
use crate::case::office::Office;
use crate::case::private::{PersonDetails, Private};
use crate::case::vault::{self, Texts};
use crate::crypto::CaseOf;
use crate::http::problem::Problem;
use crate::rules::sight::Sight;
use crate::rules::text::{mask_address, mask_email, mask_id_number, mask_name, mask_phone};
use crate::views::names::{self, AccountRef, AgencyRef, DepartmentRef, Names};
use diesel::PgConnection;
use serde_json::Value;
use uuid::Uuid;

/// Opened texts and names of one case.
pub struct Reader {
    agency: AgencyRef,
    sight: Sight,
    texts: Texts,
    names: Names,
}

/// What a case mentions: private texts, and ids that may be accounts or departments.
#[derive(Debug, Default, PartialEq, Eq)]
struct Mentions {
    texts: Vec<Private>,
    ids: Vec<Uuid>,
}

impl Mentions {
    /// Everything in the fold, whatever field it stands in: a field added to the model cannot be forgotten here.
    fn walk(&mut self, value: &Value) {
        match value {
            Value::Object(fields) => {
                let whole = (fields.len() == 2 && fields.contains_key("id") && fields.contains_key("commitment"))
                    .then(|| serde_json::from_value::<Private>(value.clone()).ok())
                    .flatten();
                match whole {
                    Some(text) => self.texts.push(text),
                    None => fields.values().for_each(|value| self.walk(value)),
                }
            }
            Value::Array(items) => items.iter().for_each(|value| self.walk(value)),
            Value::String(text) => self.ids.extend(Uuid::try_parse(text).ok()),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// The texts that hold people. Applicants, agents and who signed are masked for everybody; a consulted party for who does not work
/// the case.
pub fn people(case: &Case) -> Vec<Private> {
    let mut people: Vec<&Private> = case.applicants.iter().map(|applicant| &applicant.details).collect();
    people.extend(case.agent.iter().map(|agent| &agent.details));
    people.extend(case.consultations.iter().map(|consultation| &consultation.name));
    for dispatch in &case.dispatches {
        if let DispatchMethod::Online { address, .. } = &dispatch.method {
            people.push(address);
        }
        if let DispatchState::Delivered { signed_by: Some(signed_by), .. } = &dispatch.state {
            people.push(signed_by);
        }
        people.extend(dispatch.openings.iter().map(|opening| &opening.opened_by));
    }
    for amendment in &case.amendments {
        if let Change::Applicants { old, new, old_agent, new_agent } = &amendment.change {
            people.extend(old.iter().chain(new).map(|applicant| &applicant.details));
            people.extend(old_agent.iter().chain(new_agent).map(|agent| &agent.details));
        }
    }
    people.into_iter().cloned().collect()
}

impl Reader {
    /// Opens what this sight allows.
    pub fn open(conn: &mut PgConnection, office: &Office, case: &Case, sight: Sight) -> Result<Self, Problem> {
        let mut mentions = Mentions::default();
        mentions.walk(&serde_json::to_value(case).map_err(|error| Problem::internal(&error))?);
        let texts = match sight {
            Sight::Full => mentions.texts,
            Sight::Masked => people(case),
        };
        let references: Vec<&Private> = texts.iter().collect();
        let owner = CaseOf { agency: case.agency_id, case: case.id };
        Ok(Self {
            agency: names::agency(conn, case.agency_id)?,
            sight,
            texts: vault::open(conn, office, owner, &references)?,
            names: Names::read(conn, &[case.agency_id], &mentions.ids)?,
        })
    }

    /// The agency.
    pub fn agency(&self) -> AgencyRef {
        self.agency.clone()
    }

    /// The opened texts.
    pub const fn texts(&self) -> &Texts {
        &self.texts
    }

    /// A private text; null for who may not read it, and after shredding.
    pub fn text(&self, reference: &Private) -> Option<String> {
        self.texts.get(reference).map(str::to_owned)
    }

    /// The same where there may be none.
    pub fn text_some(&self, reference: Option<&Private>) -> Option<String> {
        self.texts.get_some(reference)
    }

    /// A private text that is a structure of its own.
    pub fn parsed<T: serde::de::DeserializeOwned>(&self, reference: &Private) -> Option<T> {
        self.texts.get(reference).and_then(|text| serde_json::from_str(text).ok())
    }

    /// A person, masked.
    pub fn person(&self, reference: &Private) -> MaskedPerson {
        self.parsed::<PersonDetails>(reference).map_or_else(MaskedPerson::default, |details| MaskedPerson::of(&details))
    }

    /// A person's name that stands alone, masked.
    pub fn name(&self, reference: Option<&Private>) -> Option<String> {
        self.texts.get_some(reference).map(|name| mask_name(&name))
    }

    /// Who opened a letter on line, as that system names them: an address is masked as one.
    pub fn whom(&self, reference: &Private) -> Option<String> {
        self.texts.get(reference).map(|who| if who.contains('@') { mask_email(who) } else { mask_name(who) })
    }

    /// Name and contact of a consulted party: in full for who works the case and must address the letter, else masked.
    pub fn party(&self, reference: &Private) -> Option<String> {
        let name = self.text(reference)?;
        Some(if self.sight == Sight::Full { name } else { mask_name(&name) })
    }

    /// An address a letter was sent to, masked.
    pub fn address(&self, reference: &Private) -> Option<String> {
        self.texts.get(reference).map(mask_email)
    }

    /// A member of staff.
    pub fn account(&self, id: Uuid) -> AccountRef {
        self.names.account(id)
    }

    /// A department.
    pub fn department(&self, id: Uuid) -> DepartmentRef {
        self.names.department(id)
    }
}

#[cfg(test)]
impl Reader {
    /// One that opened these texts and knows nobody.
    pub(super) fn with(sight: Sight, texts: Texts) -> Self {
        Self { agency: AgencyRef { id: Uuid::nil(), name: None }, sight, texts, names: Names::default() }
    }
}

/// A person as pages show them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MaskedPerson {
    /// Name.
    pub name: Option<String>,
    /// Number of the identity document.
    pub id_number: Option<String>,
    /// Legal representative.
    pub legal_representative: Option<String>,
    /// Whom to ask for.
    pub contact_person: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Postal address.
    pub address: Option<String>,
}

impl MaskedPerson {
    /// Masks every detail.
    pub fn of(details: &PersonDetails) -> Self {
        let masked = |text: &Option<String>, mask: fn(&str) -> String| text.as_deref().map(mask);
        Self {
            name: Some(mask_name(&details.name)),
            id_number: masked(&details.id_number, mask_id_number),
            legal_representative: masked(&details.legal_representative, mask_name),
            contact_person: masked(&details.contact_person, mask_name),
            phone: masked(&details.phone, mask_phone),
            email: masked(&details.email, mask_email),
            address: masked(&details.address, mask_address),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::golden::handled;
    use crate::case::testing::Bench;
    use std::collections::BTreeSet;

    #[test]
    fn every_text_of_a_case_is_found_and_people_are_among_them() {
        let bench = Bench::received("2026-11-02");
        let case = bench.case();
        let mut mentions = Mentions::default();
        mentions.walk(&serde_json::to_value(case).unwrap());
        let sealed: Vec<Uuid> = bench.secrets.iter().map(|secret| secret.reference.id).collect();
        assert_eq!(mentions.texts.len(), sealed.len());
        assert!(mentions.texts.iter().all(|text| sealed.contains(&text.id)));
        assert!(mentions.ids.contains(&case.agency_id));
        assert_eq!(people(case), [case.applicants[0].details.clone()]);
    }

    #[test]
    fn every_text_between_registration_and_reply_is_found_and_a_consulted_party_is_among_the_people() {
        let bench = handled();
        let case = bench.case();
        let mut mentions = Mentions::default();
        mentions.walk(&serde_json::to_value(case).unwrap());
        let found: BTreeSet<Uuid> = mentions.texts.iter().map(|text| text.id).collect();
        let sealed: BTreeSet<Uuid> = bench.secrets.iter().map(|secret| secret.reference.id).collect();
        assert_eq!(found, sealed);
        let masked = people(case);
        assert!(case.consultations.iter().all(|consultation| masked.contains(&consultation.name)));
        assert!(case.consultations.iter().all(|consultation| !masked.contains(&consultation.question)));
    }

    #[test]
    fn who_does_not_work_the_case_reads_a_consulted_party_masked() {
        let bench = handled();
        let name = &bench.case().consultations[0].name;
        let texts: Texts = bench.secrets.iter().map(|secret| (secret.reference.id, secret.text.clone())).collect();
        let shown = |sight| Reader::with(sight, texts.clone()).party(name).unwrap();
        assert_eq!(shown(Sight::Full), "示范检测有限公司，示范路9号");
        assert_eq!(shown(Sight::Masked), "示*************");
    }

    #[test]
    fn nothing_of_a_person_is_shown_in_full() {
        let details = PersonDetails {
            name: "甲某某".into(),
            id_number: Some("11010519491231002X".into()),
            legal_representative: Some("乙某".into()),
            contact_person: Some("丙某".into()),
            phone: Some("13800001234".into()),
            email: Some("someone@example.cn".into()),
            address: Some("示范市示范区示范路1号2单元".into()),
            postal_code: Some("100000".into()),
        };
        let shown = format!("{:?}", MaskedPerson::of(&details));
        let hidden = [
            Some(details.name),
            details.id_number,
            details.legal_representative,
            details.contact_person,
            details.phone,
            details.email,
            details.address,
            details.postal_code,
        ];
        for text in hidden.into_iter().flatten() {
            assert!(!shown.contains(&text), "{text}");
        }
    }
}
