//! Who reads a reminder: the person who owes the duty, and their superior once it is overdue.

use super::compose::Recipient;
use crate::db::schema::{accounts, foi_office_heads, posts};
use crate::rules::desk;
use crate::rules::permissions::Role;
use crate::rules::terms::DutyKind;
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The active people of one agency as they are on a day.
pub(super) struct Staff {
    people: BTreeMap<Uuid, Recipient>,
    clerks: Vec<Uuid>,
    handlers: BTreeMap<Uuid, Vec<Uuid>>,
    lawyers: Vec<Uuid>,
    reviewers: Vec<Uuid>,
    signers: Vec<Uuid>,
    office: Vec<Uuid>,
    department_heads: BTreeMap<Uuid, Vec<Uuid>>,
    deputies: BTreeMap<Uuid, Vec<Uuid>>,
    superiors: Vec<Uuid>,
}

type AccountRow = (Uuid, String, String, Vec<String>, Option<Uuid>);

/// Whom a duty is with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct With<'a> {
    /// The handler.
    pub handler: Option<Uuid>,
    /// The department.
    pub department: Option<Uuid>,
    /// Who may not do it.
    pub barred: &'a [Uuid],
    /// The operation that meets the duty.
    pub operation: Option<&'a str>,
}

impl Staff {
    /// Reads them.
    pub fn load(conn: &mut PgConnection, agency: Uuid, today: NaiveDate) -> QueryResult<Self> {
        let rows: Vec<AccountRow> = accounts::table
            .filter(accounts::agency_id.eq(agency))
            .filter(accounts::active)
            .order(accounts::id)
            .select((accounts::id, accounts::display_name, accounts::email, accounts::roles, accounts::department_id))
            .load(conn)?;
        let heads: Vec<(Uuid, bool)> = foi_office_heads::table
            .filter(foi_office_heads::agency_id.eq(agency))
            .filter(foi_office_heads::from_on.le(today))
            .filter(foi_office_heads::until_on.is_null().or(foi_office_heads::until_on.ge(today)))
            .order((foi_office_heads::account_id, foi_office_heads::deputy))
            .select((foi_office_heads::account_id, foi_office_heads::deputy))
            .load(conn)?;
        let with = |role: Role| -> Vec<Uuid> {
            rows.iter().filter(|(_, _, _, roles, _)| roles.iter().any(|code| code == role.code())).map(|(id, ..)| *id).collect()
        };
        let marked = |deputy: bool| -> Vec<Uuid> {
            let mut ids: Vec<Uuid> = heads.iter().filter(|(_, is_deputy)| *is_deputy == deputy).map(|(id, _)| *id).collect();
            ids.retain(|id| rows.iter().any(|(known, ..)| known == id));
            ids.dedup();
            ids
        };
        let mut handlers: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
        for id in with(Role::Handler) {
            if let Some(department) = rows.iter().find(|(known, ..)| *known == id).and_then(|(.., department)| *department) {
                handlers.entry(department).or_default().push(id);
            }
        }
        let posts: Vec<(Uuid, Option<Uuid>, Option<Uuid>)> = posts::table
            .filter(posts::agency_id.eq(agency))
            .filter(posts::from_on.le(today))
            .filter(posts::until_on.is_null().or(posts::until_on.ge(today)))
            .order(posts::account_id)
            .select((posts::account_id, posts::department_id, posts::principal_id))
            .load(conn)?;
        let (mut department_heads, mut deputies) = (BTreeMap::<Uuid, Vec<Uuid>>::new(), BTreeMap::<Uuid, Vec<Uuid>>::new());
        for (id, department, principal) in posts.into_iter().filter(|(id, ..)| rows.iter().any(|(known, ..)| known == id)) {
            if let Some(department) = department {
                department_heads.entry(department).or_default().push(id);
            }
            if let Some(principal) = principal {
                deputies.entry(principal).or_default().push(id);
            }
        }
        let first = |groups: Vec<Vec<Uuid>>| groups.into_iter().find(|group| !group.is_empty()).unwrap_or_default();
        let superiors = [marked(false), marked(true), with(Role::Supervisor), with(Role::Approver)];
        Ok(Self {
            clerks: with(Role::Clerk),
            lawyers: with(Role::LegalReviewer),
            handlers,
            reviewers: first(vec![with(Role::LegalReviewer), with(Role::Approver)]),
            signers: with(Role::Approver),
            office: first(vec![marked(false), marked(true)]),
            department_heads,
            deputies,
            superiors: superiors.into_iter().find(|group| !group.is_empty()).unwrap_or_default(),
            people: rows.into_iter().map(|(id, name, address, _, _)| (id, Recipient { name, address })).collect(),
        })
    }

    /// Somebody who is active.
    pub fn get(&self, id: Uuid) -> Option<&Recipient> {
        self.people.get(&id)
    }

    /// Who owes a duty: for a review and the signature who holds the role or post, with their deputies, else their superiors; the handler
    /// of the case for what a handler may do, and the office for what is left to it; the handlers of the department for what only a department
    /// is asked; the clerks where no handler is yet, or has left. Where there is no clerk either it is the superiors', because a reminder may
    /// not be nobody's.
    pub fn owners(&self, kind: DutyKind, with: With<'_>) -> Vec<Uuid> {
        let With { handler, department, barred, operation } = with;
        let of_role = match kind {
            DutyKind::ReviewContent | DutyKind::ReviewLegal | DutyKind::ReviewSecrecy => Some(&self.reviewers),
            DutyKind::ReviewByOffice => Some(&self.office),
            DutyKind::ReviewByDepartmentHead => department.and_then(|department| self.department_heads.get(&department)),
            DutyKind::SignReply => Some(&self.signers),
            _ => None,
        };
        if kind.is_of_role() {
            // A deputy of somebody who may not do it may not do it for them either.
            let may = |group: &Vec<Uuid>| group.iter().filter(|holder| !barred.contains(holder)).copied().collect::<Vec<Uuid>>();
            let holders = of_role.map(may).filter(|group| !group.is_empty()).unwrap_or_else(|| self.superiors.clone());
            let deputies = holders.iter().filter_map(|holder| self.deputies.get(holder)).flatten();
            let deputies = deputies.filter(|deputy| !barred.contains(deputy)).copied();
            return holders.iter().copied().chain(deputies).collect::<BTreeSet<Uuid>>().into_iter().collect();
        }
        if let Some(roles) = operation.and_then(desk::office) {
            let holders: BTreeSet<Uuid> = roles.iter().flat_map(|role| self.holders(*role)).copied().collect();
            return if holders.is_empty() { self.superiors.clone() } else { holders.into_iter().collect() };
        }
        let asked = department.filter(|_| handler.is_none()).and_then(|department| self.handlers.get(&department));
        if let Some(asked) = asked {
            return asked.clone();
        }
        match handler.filter(|id| self.people.contains_key(id)) {
            Some(handler) => vec![handler],
            None if self.clerks.is_empty() => self.superiors.clone(),
            None => self.clerks.clone(),
        }
    }

    /// Who has a role of those that the office's duties stand with.
    fn holders(&self, role: Role) -> &[Uuid] {
        match role {
            Role::Clerk => &self.clerks,
            Role::LegalReviewer => &self.lawyers,
            Role::Approver => &self.signers,
            Role::Handler | Role::Supervisor | Role::Auditor | Role::Administrator | Role::Integration => &[],
        }
    }

    /// Who urges: the head of the FOI office of the day, else the deputy, else the supervisors, else the approvers.
    pub fn superiors(&self) -> &[Uuid] {
        &self.superiors
    }
}
