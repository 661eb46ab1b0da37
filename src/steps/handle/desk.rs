//! Who works on a case, and which inner dates may be given: what the steps inside the agency have in common.

use crate::case::duties::{duties, reply_duty};
use crate::case::facts::Facts;
use crate::case::model::Case;
use crate::case::refusal::{Code, Refusal};
use crate::rules::permissions::Role;
use chrono::NaiveDate;

/// A clerk of the FOI office, the handler the case is with, or somebody of the handler's department.
pub fn works_on(case: &Case, facts: &Facts<'_>) -> Result<(), Refusal> {
    let person = facts.person;
    let with_them = case.assignment().is_some_and(|now| now.handler == person.account_id || Some(now.department) == person.department);
    if with_them || person.roles.contains(&Role::Clerk) {
        return Ok(());
    }
    let (zh, en) = ("只能由承办处室或者公开办经办员办理", "only the handling department or a clerk of the FOI office does this");
    Err(Refusal::new(Code::NotPermitted, zh, en).under("45"))
}

/// An inner date lies today or later, and before the legal due date while one runs (domain 6.1).
pub fn inner_date(case: &Case, facts: &Facts<'_>, due_on: NaiveDate, pointer: &str) -> Result<(), Refusal> {
    if due_on < facts.today {
        let (zh, en) = (format!("内部期限 {due_on} 已经过去"), format!("the inner date {due_on} has passed"));
        return Err(Refusal::new(Code::DateBeforePrevious, zh, en).at(pointer));
    }
    let owed = duties(case, facts.calendar);
    // Once the legal date is here or past, the work inside is the more pressing: it bounds no inner date any more.
    match reply_duty(&owed).filter(|duty| duty.open && duty.due_on > facts.today) {
        Some(duty) if due_on >= duty.due_on => Err(Refusal::new(
            Code::InnerDateTooLate,
            format!("内部期限 {due_on} 须早于法定答复期限 {}", duty.due_on),
            format!("the inner date {due_on} must lie before the legal due date {}", duty.due_on),
        )
        .under("33(2)")
        .at(pointer)),
        // No period runs: the longest a period can be away is what bounds it.
        None if due_on > facts.today + chrono::Days::new(366) => {
            let (zh, en) = (format!("{due_on} 超出范围"), format!("{due_on} is out of range"));
            Err(Refusal::new(Code::DateOutOfRange, zh, en).at(pointer))
        }
        _ => Ok(()),
    }
}
