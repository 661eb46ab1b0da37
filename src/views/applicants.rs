//! Finding a person's cases, and showing an applicant in full (domain rules on personal data). Who: staff of the agency; its auditors,
//! who see people masked elsewhere, show somebody in full too.
//!
//! A person is found over the blind index: what was looked for stands in no URL, log or event. Both operations leave an event
//! in the agency's own stream; showing somebody in full needs a purpose. A repeat with the same key is another look, and leaves another event:
//! nothing about a person is given out without a trace.

use super::shape::view;
use crate::case::facts::IndexKind;
use crate::case::journal::agency::{self, AgencyEvent, Change, Outcome, RevealPurpose};
use crate::case::journal::{self, Ask, JournalError, Mode, Pen, Repeated};
use crate::case::model::Case;
use crate::case::office::Office;
use crate::case::private::{PersonDetails, Private};
use crate::case::refusal::{Code, Refusal};
use crate::case::stage::Stage;
use crate::case::trail::Actor;
use crate::case::vault;
use crate::crypto::CaseOf;
use crate::db::schema::{applicant_index, cases};
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions};
use crate::http::problem::Problem;
use crate::http::text::Line;
use crate::ids::new_id;
use crate::rules::applicants::{ApplicantKind, IdKind};
use crate::rules::reply_kinds::ReplyKind;
use actix_web::post;
use chrono::NaiveDate;
use diesel::prelude::*;
use garde::Validate;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// Most cases one search shows, newest first.
const MOST_FOUND: i64 = 200;

/// By what a person is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchBy {
    /// The name.
    Name,
    /// The number of the identity document or the credit code.
    IdNumber,
    /// The telephone number.
    Phone,
    /// The e-mail address.
    Email,
}

impl SearchBy {
    const fn index(self) -> IndexKind {
        match self {
            Self::Name => IndexKind::Name,
            Self::IdNumber => IndexKind::IdNumber,
            Self::Phone => IndexKind::Phone,
            Self::Email => IndexKind::Email,
        }
    }
}

/// Whom to look for.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct SearchApplicants {
    /// By what.
    pub kind: SearchBy,
    /// The whole name or number; spaces, width and case of letters do not matter.
    #[garde(dive)]
    #[schema(example = "张某某")]
    pub value: Line<254>,
}

/// Why an applicant is shown in full.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RevealApplicant {
    /// The case.
    pub case_id: Uuid,
    /// The purpose.
    pub purpose: RevealPurpose,
}

view! {
    /// A case of the person looked for.
    pub struct FoundCase {
        /// The case.
        case_id: Uuid,
        /// Its register number, once registered.
        case_number: Option<String>,
        /// Where it stands.
        stage: Stage,
        /// The receipt date.
        received_on: Option<NaiveDate>,
        /// The kind that the standing reply counts as.
        outcome: Option<ReplyKind>,
    }
    /// What was found.
    pub struct FoundCases {
        /// Cases, the newest first, at most 200.
        items: Vec<FoundCase>,
        /// How many there are in all.
        total: i64,
    }
    /// A person in full.
    pub struct RevealedPerson {
        /// Name.
        name: String,
        /// Number of the identity document, or the credit code.
        id_number: Option<String>,
        /// Legal representative.
        legal_representative: Option<String>,
        /// Whom to ask for.
        contact_person: Option<String>,
        /// Telephone.
        phone: Option<String>,
        /// E-mail.
        email: Option<String>,
        /// Postal address.
        address: Option<String>,
        /// Postal code.
        postal_code: Option<String>,
    }
    /// An applicant in full, with who acts for them.
    pub struct RevealedApplicant {
        /// The case.
        case_id: Uuid,
        /// The applicant.
        applicant_id: Uuid,
        /// The column of the annual report.
        kind: ApplicantKind,
        /// Which identity document was shown.
        id_kind: Option<IdKind>,
        /// The applicant.
        applicant: RevealedPerson,
        /// Who acts for them.
        agent: Option<RevealedPerson>,
    }
}

impl From<PersonDetails> for RevealedPerson {
    fn from(details: PersonDetails) -> Self {
        Self {
            name: details.name,
            id_number: details.id_number,
            legal_representative: details.legal_representative,
            contact_person: details.contact_person,
            phone: details.phone,
            email: details.email,
            address: details.address,
            postal_code: details.postal_code,
        }
    }
}

type Found = (Uuid, Option<String>, String, Option<NaiveDate>, Option<String>);

fn search(conn: &mut PgConnection, agency: Uuid, kind: IndexKind, blind: &[u8]) -> Result<FoundCases, JournalError> {
    let matching = || {
        applicant_index::table
            .inner_join(cases::table.on(cases::agency_id.eq(applicant_index::agency_id).and(cases::id.eq(applicant_index::case_id))))
            .filter(applicant_index::agency_id.eq(agency))
            .filter(applicant_index::kind.eq(kind.code()))
            .filter(applicant_index::blind.eq(blind.to_vec()))
    };
    let rows: Vec<Found> = matching()
        .order((cases::arrived_on.desc(), cases::id.desc()))
        .limit(MOST_FOUND)
        .select((cases::id, cases::case_number, cases::stage, cases::received_on, cases::outcome))
        .load(conn)?;
    let total = matching().count().get_result(conn)?;
    let items = rows.into_iter().filter_map(|(case_id, case_number, stage, received_on, outcome)| {
        let stage = Stage::ALL.iter().copied().find(|known| known.code() == stage)?;
        Some(FoundCase { case_id, case_number, stage, received_on, outcome: outcome.as_deref().and_then(ReplyKind::from_code) })
    });
    Ok(FoundCases { items: items.collect(), total })
}

fn reveal(conn: &mut PgConnection, office: &Office, case: &Case, applicant_id: Uuid) -> Result<RevealedApplicant, JournalError> {
    let applicant = case.applicants.iter().find(|applicant| applicant.id == applicant_id).ok_or(JournalError::Unknown)?;
    let references: Vec<&Private> = std::iter::once(&applicant.details).chain(case.agent.iter().map(|agent| &agent.details)).collect();
    let texts = vault::open(conn, office, CaseOf { agency: case.agency_id, case: case.id }, &references)?;
    let person = |reference: &Private| {
        let details: Option<PersonDetails> = texts.get(reference).and_then(|text| serde_json::from_str(text).ok());
        details.map(RevealedPerson::from)
    };
    Ok(RevealedApplicant {
        case_id: case.id,
        applicant_id,
        kind: applicant.kind,
        id_kind: applicant.id_kind,
        applicant: person(&applicant.details).ok_or(JournalError::Unknown)?,
        agent: case.agent.as_ref().and_then(|agent| person(&agent.details)),
    })
}

/// Looks and leaves the event of the look; a known key changes nothing about that.
fn traced<T>(
    conn: &mut PgConnection,
    office: &Office,
    ask: &Ask,
    look: impl Fn(&mut PgConnection) -> Result<(T, AgencyEvent), JournalError>,
) -> Result<T, JournalError> {
    let actor = Actor::Account { id: ask.person.account_id };
    let pen = Pen { office, agency: ask.agency, actor, request_id: ask.request_id.clone() };
    let outcome = agency::write(conn, &pen, ask, |conn| {
        let (value, event) = look(conn)?;
        Ok(Change { value, repeated: Repeated { resource: ask.case, version: 1, status: 200 }, events: vec![event] })
    })?;
    match outcome {
        Outcome::Written(value) => Ok(value),
        Outcome::Repeated(_) => conn.transaction(|conn| {
            let (value, event) = look(conn)?;
            agency::append(conn, &pen, &[event])?;
            Ok(value)
        }),
    }
}

/// Find the cases of a person.
///
/// By the whole name, document number, telephone number or e-mail address, over the blind index. That somebody searched, and
/// how many cases were found, stands on the agency's trail; what was looked for does not. A repeated key is another search there.
#[utoipa::path(tag = "read", request_body = SearchApplicants, responses((status = 200, description = "The cases.", body = FoundCases)))]
#[post("/applicant-searches")]
pub async fn search_applicants(call: Call) -> Answer {
    let scope = call.permit("search_applicants")?;
    super::find::no_query(&call)?;
    let ask = call.ask_in(new_id(), None, Versions::None, Mode::Take)?;
    let asked: SearchApplicants = call.json()?;
    let office = Arc::clone(&call.app.office);
    let found = call
        .app
        .db
        .run(scope, move |conn| {
            let kind = asked.kind.index();
            let blind = vault::blind(&office, kind, asked.value.as_str())
                .ok_or_else(|| Refusal::new(Code::FieldsRefused, "没有可供查找的内容", "nothing is left to look for").at("/value"))?;
            let found = traced(conn, &office, &ask, |conn| {
                let found = search(conn, ask.agency, kind, &blind)?;
                let event = AgencyEvent::ApplicantsSearched { found: u32::try_from(found.total).unwrap_or(u32::MAX) };
                Ok((found, event))
            })?;
            Ok::<_, Problem>(found)
        })
        .await?;
    answer::ok(&found)
}

/// Show an applicant in full.
///
/// Bound to a purpose; who looked at whom and why stands on the agency's trail before the answer is given. A repeated key is another
/// look there.
#[utoipa::path(tag = "read", request_body = RevealApplicant, responses(
    (status = 200, description = "The applicant, and who acts for them.", body = RevealedApplicant),
))]
#[post("/applicants/{applicant_id}/reveals")]
pub async fn reveal_applicant(call: Call) -> Answer {
    let scope = call.permit("reveal_applicant")?;
    super::find::no_query(&call)?;
    let applicant = call.id("applicant_id")?;
    let ask = call.ask_in(new_id(), None, Versions::None, Mode::Take)?;
    let asked: RevealApplicant = call.json()?;
    let office = Arc::clone(&call.app.office);
    let revealed = call
        .app
        .db
        .run(scope, move |conn| {
            let revealed = traced(conn, &office, &ask, |conn| {
                let loaded = journal::load(conn, ask.agency, asked.case_id)?.ok_or(JournalError::Unknown)?;
                let revealed = reveal(conn, &office, &loaded.case, applicant)?;
                Ok((revealed, AgencyEvent::ApplicantRevealed { case: asked.case_id, applicant, purpose: asked.purpose }))
            })?;
            Ok::<_, Problem>(revealed)
        })
        .await?;
    answer::ok(&revealed)
}
