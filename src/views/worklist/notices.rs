//! Notices of rectification that hang on no case (Art 46) on the worklist: what the department mends, and the second look at what it reported.

use super::super::light::Lights;
use super::{Line, ListDuties, Of, Reading, Row};
use crate::db::rectifications::{self, Owed};
use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::rules::calendar::Calendar;
use crate::rules::desk;
use crate::rules::permissions::Role;
use crate::rules::terms::DutyKind;
use diesel::PgConnection;
use uuid::Uuid;

/// What is owed that fits, by due date. What is mended stands with the department's members and the clerks, as on a case; the second look with the
/// office, whoever reported left out.
pub(super) fn owed(
    conn: &mut PgConnection,
    reading: &Reading<'_>,
    (asked, calendar): (&ListDuties, &Calendar),
    lights: Lights,
) -> Result<Vec<Line>, Problem> {
    let kinds = [DutyKind::Rectify, DutyKind::ReviewRectification];
    if !asked.kind.is_empty() && kinds.iter().all(|kind| !asked.kind.contains(kind)) {
        return Ok(Vec::new());
    }
    let fits = |owed: &Owed| {
        let duty = &owed.duty;
        (asked.kind.is_empty() || asked.kind.contains(&duty.kind))
            && (asked.department.is_empty() || duty.department.is_some_and(|department| asked.department.contains(&department)))
            && asked.takes(lights, duty.due_on)
            && (!asked.mine || is_of(owed, reading.caller))
    };
    let all = rectifications::owed(conn, &reading.reads, calendar)?;
    Ok(all.into_iter().filter(fits).map(line).collect())
}

fn is_of(owed: &Owed, caller: &Caller) -> bool {
    let of_office = || owed.duty.operation.and_then(desk::office).is_some_and(|roles| roles.iter().any(|role| caller.roles.contains(role)));
    let may = match owed.duty.department {
        Some(department) => caller.department == Some(department) || caller.roles.contains(&Role::Clerk),
        None => of_office() && owed.barred != Some(caller.account_id),
    };
    owed.agency_id == caller.agency_id && may
}

fn line(owed: Owed) -> Line {
    let Owed { agency_id, id, duty, .. } = owed;
    let row = Row {
        agency_id,
        case_id: id,
        kind: duty.kind.code().to_owned(),
        ordinal: i32::try_from(duty.ordinal).unwrap_or(i32::MAX),
        article: duty.article,
        basis: duty.basis.code().to_owned(),
        from_on: duty.from_on,
        due_on: duty.due_on,
        provisional: duty.provisional,
        department_id: duty.department,
        handler_id: None::<Uuid>,
        case_number: None,
        operation: duty.operation.map(str::to_owned),
    };
    Line { row, of: Of::Notice }
}
