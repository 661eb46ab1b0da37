//! What an agency's settings ask for and nobody in it can do (Art 17, 36(3), 45): reviews of the chain without a reviewer, departments without
//! a head, no signer, a denial without a second person. Told when the settings are replaced, and whenever somebody asks.
//!
//! Found anew each time from the accounts, posts and terms of the day; nothing is blocked here, the step itself is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use actix_web::get;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Nothing, settings};
use crate::case::duties::{Duty, duties};
use crate::case::model::Case;
use crate::db::schema::{accounts, departments, foi_office_heads, posts};
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::paging::Page;
use crate::http::problem::{Language, Problem};
use crate::rules::calendar::Calendar;
use crate::rules::permissions::Role;
use crate::rules::review::{ReviewKind, ReviewLine};
use crate::rules::terms::DutyKind;

/// Something that the settings ask for and nobody can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AgencyFinding {
    /// Stable code: `nobody_reviews`, `department_without_head`, `nobody_signs` or `no_second_approval`.
    #[schema(example = "nobody_reviews")]
    pub code: &'static str,
    /// The review that nobody can give.
    #[schema(required = true)]
    pub review: Option<ReviewKind>,
    /// The department that has no head.
    #[schema(required = true)]
    pub department: Option<Uuid>,
    /// What is missing and what helps, in the language of the request.
    pub detail: String,
    /// The article.
    pub article: &'static str,
}

/// Who may do what on a day.
#[derive(Debug, Default)]
struct Staffing {
    reviewers: BTreeSet<Uuid>,
    signers: BTreeSet<Uuid>,
    office: BTreeSet<Uuid>,
    heads: BTreeSet<Uuid>,
    heads_of: BTreeMap<Uuid, BTreeSet<Uuid>>,
    headless: Vec<Uuid>,
}

impl Staffing {
    fn read(conn: &mut PgConnection, agency: Uuid, today: NaiveDate) -> QueryResult<Self> {
        let rows: Vec<(Uuid, Vec<String>)> = accounts::table
            .filter(accounts::agency_id.eq(agency))
            .filter(accounts::active)
            .select((accounts::id, accounts::roles))
            .load(conn)?;
        let with = |role: Role| -> BTreeSet<Uuid> {
            rows.iter().filter(|(_, roles)| roles.iter().any(|code| code == role.code())).map(|(id, _)| *id).collect()
        };
        let active = |id: &Uuid| rows.iter().any(|(known, _)| known == id);
        let held: Vec<(Uuid, Option<Uuid>, Option<Uuid>)> = posts::table
            .filter(posts::agency_id.eq(agency))
            .filter(posts::from_on.le(today))
            .filter(posts::until_on.is_null().or(posts::until_on.ge(today)))
            .select((posts::account_id, posts::department_id, posts::principal_id))
            .load(conn)?;
        let office: Vec<Uuid> = foi_office_heads::table
            .filter(foi_office_heads::agency_id.eq(agency))
            .filter(foi_office_heads::from_on.le(today))
            .filter(foi_office_heads::until_on.is_null().or(foi_office_heads::until_on.ge(today)))
            .select(foi_office_heads::account_id)
            .load(conn)?;
        let rooms: Vec<Uuid> = departments::table
            .filter(departments::agency_id.eq(agency))
            .filter(departments::active)
            .order(departments::name)
            .select(departments::id)
            .load(conn)?;
        let approvers = with(Role::Approver);
        let deputies = held.iter().filter(|(id, _, principal)| active(id) && principal.is_some_and(|of| approvers.contains(&of)));
        let signers: BTreeSet<Uuid> = approvers.iter().copied().chain(deputies.map(|(id, ..)| *id)).collect();
        let headed = |room: &Uuid| held.iter().any(|(id, department, _)| active(id) && department.as_ref() == Some(room));
        let mut heads_of: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
        for (id, department, _) in held.iter().filter(|(id, ..)| active(id)) {
            if let Some(department) = department {
                heads_of.entry(*department).or_default().insert(*id);
            }
        }
        Ok(Self {
            heads_of,
            reviewers: with(Role::LegalReviewer).union(&signers).copied().collect(),
            office: office.into_iter().filter(|id| active(id)).collect(),
            heads: held.iter().filter(|(id, department, _)| active(id) && department.is_some()).map(|(id, ..)| *id).collect(),
            headless: rooms.into_iter().filter(|room| !headed(room)).collect(),
            signers,
        })
    }

    fn findings(&self, chain: &[ReviewLine], language: Language) -> Vec<AgencyFinding> {
        let asked: BTreeSet<ReviewKind> = chain.iter().flat_map(|line| line.reviews.iter().copied()).collect();
        let said = |zh: String, en: String| if language == Language::Chinese { zh } else { en };
        let article = |kind: ReviewKind| if kind == ReviewKind::Secrecy { "17" } else { "45" };
        let nobody = |kind: ReviewKind| AgencyFinding {
            code: "nobody_reviews",
            review: Some(kind),
            department: None,
            detail: said(
                format!("审核流程要求“{}”，但没有在用账号可以作出；请设置相应角色或者职务", kind.zh()),
                format!("the review chain asks for a review {}, and no active account can give it: set the role or post", kind.en()),
            ),
            article: article(kind),
        };
        let mut found = Vec::new();
        for kind in &asked {
            let who = match kind {
                ReviewKind::Content | ReviewKind::Legal | ReviewKind::Secrecy => &self.reviewers,
                ReviewKind::Office => &self.office,
                ReviewKind::DepartmentHead => &self.heads,
            };
            if who.is_empty() {
                found.push(nobody(*kind));
            }
        }
        if asked.contains(&ReviewKind::DepartmentHead) && !self.heads.is_empty() {
            found.extend(self.headless.iter().map(|department| AgencyFinding {
                code: "department_without_head",
                review: Some(ReviewKind::DepartmentHead),
                department: Some(*department),
                detail: said(
                    "审核流程要求承办处室负责人审核，该处室没有在任负责人".to_owned(),
                    "the review chain asks for the head of the handling department, and this department has none in office".to_owned(),
                ),
                article: "45",
            }));
        }
        if self.signers.is_empty() {
            found.push(AgencyFinding {
                code: "nobody_signs",
                review: None,
                department: None,
                detail: said("没有在用的签发人".to_owned(), "there is no active approver: nobody can sign a reply".to_owned()),
                article: "45",
            });
        } else if !self.second_approval() {
            found.push(AgencyFinding {
                code: "no_second_approval",
                review: None,
                department: None,
                detail: said(
                    "不予公开须经签发人以外的人员审核同意，而能够审核、签发的只有一人".to_owned(),
                    "a denial needs the approval of somebody beside the signer, and only one person can review or sign".to_owned(),
                ),
                article: "36(3)",
            });
        }
        found
    }

    /// Whether somebody may do what waits with this duty: who holds the role or post and is not barred.
    fn can(&self, duty: &Duty, department: Option<Uuid>) -> bool {
        let who = match duty.kind {
            DutyKind::ReviewContent | DutyKind::ReviewLegal | DutyKind::ReviewSecrecy => Some(&self.reviewers),
            DutyKind::ReviewByOffice => Some(&self.office),
            DutyKind::ReviewByDepartmentHead => department.and_then(|department| self.heads_of.get(&department)),
            DutyKind::SignReply => Some(&self.signers),
            _ => return true,
        };
        who.is_some_and(|who| who.iter().any(|id| !duty.whose.barred.contains(id)))
    }

    /// Whether somebody can sign a denial that somebody else approved.
    fn second_approval(&self) -> bool {
        let approve: BTreeSet<Uuid> = [&self.reviewers, &self.office, &self.heads].into_iter().flatten().copied().collect();
        self.signers.iter().any(|signer| approve.iter().any(|other| other != signer))
    }
}

/// The reviews and signatures of an open draft that wait, and that nobody in the agency may give today.
pub fn waiting_for_nobody(conn: &mut PgConnection, case: &Case, calendar: &Calendar, today: NaiveDate) -> QueryResult<Vec<DutyKind>> {
    if case.open_draft().is_none() {
        return Ok(Vec::new());
    }
    let waiting: Vec<Duty> = duties(case, calendar).into_iter().filter(|duty| duty.open && duty.kind.is_of_role()).collect();
    let staffing = Staffing::read(conn, case.agency_id, today)?;
    let department = case.assignment().map(|assignment| assignment.department);
    Ok(waiting.into_iter().filter(|duty| !staffing.can(duty, department)).map(|duty| duty.kind).collect())
}

/// What the chain asks for and nobody in the agency can do today.
pub fn findings(
    conn: &mut PgConnection,
    agency: Uuid,
    (chain, today): (&[ReviewLine], NaiveDate),
    language: Language,
) -> QueryResult<Vec<AgencyFinding>> {
    Ok(Staffing::read(conn, agency, today)?.findings(chain, language))
}

/// List what the settings ask for and nobody can do.
///
/// Empty where every review of the chain, the second approval of a denial and the signature have somebody who can give them today.
#[utoipa::path(tag = "people", responses((status = 200, description = "All findings, on one page.", body = Page<AgencyFinding>)))]
#[get("/agency-findings")]
pub async fn list_agency_findings(call: Call) -> Answer {
    let scope = call.permit("list_agency_findings")?;
    call.query::<Nothing>()?;
    let (office, agency, language) = (Arc::clone(&call.app.office), call.caller.agency_id, call.caller.language);
    let items = call
        .app
        .db
        .run(scope, move |conn| {
            let edition = settings::newest(conn, agency)?.ok_or_else(Problem::not_found)?;
            let settings = office.settings(conn, agency, edition)?;
            Ok::<_, Problem>(findings(conn, agency, (&settings.review_chain, office.clock.today()), language)?)
        })
        .await?;
    answer::ok(&Page { items, next_cursor: None, total: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::review::{ReviewedOutcome, default_chain};

    const ONE: Uuid = Uuid::from_u128(1);
    const TWO: Uuid = Uuid::from_u128(2);

    fn codes(staff: &Staffing, reviews: &[ReviewKind]) -> Vec<&'static str> {
        let mut chain = default_chain();
        chain.push(ReviewLine { outcome: ReviewedOutcome::Any, reviews: reviews.to_vec() });
        staff.findings(&chain, Language::English).into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn what_nobody_can_do_is_found() {
        let full = || Staffing { reviewers: [ONE, TWO].into(), signers: [TWO].into(), ..Staffing::default() };
        assert_eq!(codes(&full(), &[ReviewKind::Legal]), Vec::<&str>::new());
        assert_eq!(codes(&full(), &[ReviewKind::Office, ReviewKind::DepartmentHead]), ["nobody_reviews", "nobody_reviews"]);
        let headed = Staffing { heads: [ONE].into(), headless: vec![Uuid::nil()], ..full() };
        assert_eq!(codes(&headed, &[ReviewKind::DepartmentHead]), ["department_without_head"]);
        assert_eq!(codes(&headed, &[]), Vec::<&str>::new(), "a head is owed only where the chain asks for one");
        assert_eq!(codes(&Staffing { signers: BTreeSet::new(), ..full() }, &[]), ["nobody_signs"]);
    }

    #[test]
    fn article_36_3_one_person_is_not_two() {
        let alone = Staffing { reviewers: [ONE].into(), signers: [ONE].into(), ..Staffing::default() };
        assert_eq!(codes(&alone, &[]), ["no_second_approval"]);
        let headed = Staffing { heads: [TWO].into(), ..alone };
        assert_eq!(codes(&headed, &[]), Vec::<&str>::new());
    }
}
