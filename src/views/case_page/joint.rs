//! Cases that share a reply document (合并答复), on the case page of each.

use super::mending::PartView;
use crate::case::model::{Case, Joint, Part};
use crate::db::schema::cases;
use crate::views::shape::view;
use chrono::NaiveDate;
use diesel::prelude::*;
use uuid::Uuid;

view! {
    /// Cases of one applicant that share a reply document.
    pub struct JointView {
        /// The joint draft, and the reply that comes of it.
        id: Uuid,
        /// The cases, this one among them, in the order of the letter.
        cases: Vec<PartView>,
    }
}

impl From<&Part> for PartView {
    fn from(part: &Part) -> Self {
        Self { case_id: part.case, case_number: part.case_number.clone() }
    }
}

impl From<&Joint> for JointView {
    fn from(joint: &Joint) -> Self {
        Self { id: joint.id, cases: joint.cases.iter().map(PartView::from).collect() }
    }
}

/// The day on which the shared document is due: the earliest of the due dates of its cases (domain 6.6).
pub fn due_on(conn: &mut PgConnection, case: &Case) -> QueryResult<Option<NaiveDate>> {
    let standing = || case.standing_reply().and_then(|reply| reply.joint.as_ref());
    let Some(joint) = case.drafted_jointly().or_else(standing) else { return Ok(None) };
    let ids: Vec<Uuid> = joint.cases.iter().map(|part| part.case).collect();
    cases::table
        .filter(cases::agency_id.eq(case.agency_id))
        .filter(cases::id.eq_any(ids))
        .select(diesel::dsl::min(cases::due_on))
        .first(conn)
}
