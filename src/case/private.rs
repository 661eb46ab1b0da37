//! Personal data and private texts: what an event may hold of them.
//!
//! The text itself lies encrypted under the key of its case (`case_texts`); the event holds a reference and a
//! salted commitment, so that the trail proves which text was meant, and still verifies after the text is shredded.

use crate::crypto;
use crate::ids::Draws;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// A reference to a text that is kept encrypted elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Private {
    /// Key of the encrypted text within its case.
    pub id: Uuid,
    /// HMAC-SHA-256 of the text under a salt that is stored with the encrypted text, in hexadecimal.
    pub commitment: String,
}

/// A text on its way into the encrypted store.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// The reference that the event carries.
    pub reference: Private,
    /// Salt of the commitment.
    pub salt: [u8; 16],
    /// The plain text.
    pub text: String,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secret").field("reference", &self.reference).finish_non_exhaustive()
    }
}

impl Secret {
    /// Prepares the `n`-th private text of a decision; id and salt come from the draws, so the decision stays pure.
    pub fn seal(draws: &Draws, n: u32, text: String) -> Self {
        let salt = draws.nth_salt(n);
        let commitment = crypto::hex(&crypto::commitment(&salt, text.as_bytes()));
        Self { reference: Private { id: draws.nth_id(n), commitment }, salt, text }
    }
}

/// Opened texts of a case, by reference. A shredded case has none.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Texts(BTreeMap<Uuid, String>);

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Texts").field("count", &self.0.len()).finish_non_exhaustive()
    }
}

impl FromIterator<(Uuid, String)> for Texts {
    fn from_iter<I: IntoIterator<Item = (Uuid, String)>>(texts: I) -> Self {
        Self(texts.into_iter().collect())
    }
}

impl Texts {
    /// The text behind a reference; `None` when the case was shredded.
    pub fn get(&self, reference: &Private) -> Option<&str> {
        self.0.get(&reference.id).map(String::as_str)
    }

    /// The text behind an optional reference.
    pub fn get_some(&self, reference: Option<&Private>) -> Option<String> {
        reference.and_then(|reference| self.get(reference)).map(str::to_owned)
    }
}

/// The details of a person or organisation, kept as one private text (JSON).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonDetails {
    /// Name.
    pub name: String,
    /// Number of the identity document, or the credit code (统一社会信用代码).
    pub id_number: Option<String>,
    /// Legal representative of an organisation.
    pub legal_representative: Option<String>,
    /// Whom to ask for.
    pub contact_person: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Postal address.
    pub address: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
}

/// The words of a request, kept as one private text (JSON).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RequestWords {
    /// What is asked, verbatim.
    pub description: String,
    /// Number of the document wanted (文号).
    pub document_number: Option<String>,
    /// Other features by which it can be found.
    pub features: Option<String>,
    /// The purpose, if the applicant gave one; it is never required.
    pub purpose: Option<String>,
}
