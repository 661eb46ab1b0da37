//! Annual reports on the worklist (Art 49): what is to be published and handed to the authority stands in no case, but among what is owed.

use super::super::light::Lights;
use super::{Line, ListDuties, Of, Reading, Row};
use crate::db::report::publications::{self, OwedReport};
use crate::http::problem::Problem;
use crate::rules::calendar::Calendar;
use crate::rules::desk;
use crate::rules::terms::{Basis, DutyKind};
use diesel::PgConnection;
use uuid::Uuid;

const KIND: DutyKind = DutyKind::PublishAnnualReport;

/// The reports owed that fit, by due date. They are the FOI office's, whose clerks record the publication; no department's.
pub(super) fn owed(
    conn: &mut PgConnection,
    reading: &Reading<'_>,
    (asked, calendar): (&ListDuties, &Calendar),
    lights: Lights,
) -> Result<Vec<Line>, Problem> {
    let caller = reading.caller;
    let office = desk::operation(KIND).and_then(desk::office).unwrap_or_default();
    let of_office = caller.head_of_foi_office || office.iter().any(|role| caller.roles.contains(role));
    let wanted = (asked.kind.is_empty() || asked.kind.contains(&KIND)) && asked.department.is_empty() && (!asked.mine || of_office);
    if !wanted {
        return Ok(Vec::new());
    }
    let of: Vec<Uuid> = reading.reads.iter().copied().filter(|id| !asked.mine || *id == caller.agency_id).collect();
    let fits = |owed: &OwedReport| {
        asked.due_before.is_none_or(|day| owed.due_on < day)
            && (asked.light.is_empty() || asked.light.contains(&lights.of(Some(owed.due_on))))
    };
    let all = publications::owed(conn, reading.office, &of, (calendar, reading.office.clock.today()))?;
    Ok(all.into_iter().filter(fits).map(line).collect())
}

fn line(owed: OwedReport) -> Line {
    let row = Row {
        agency_id: owed.agency_id,
        case_id: owed.agency_id,
        kind: KIND.code().to_owned(),
        ordinal: owed.year,
        article: owed.article.to_owned(),
        basis: Basis::Law.code().to_owned(),
        from_on: owed.from_on,
        due_on: owed.due_on,
        provisional: false,
        department_id: None,
        handler_id: None,
        case_number: None,
        operation: desk::operation(KIND).map(str::to_owned),
    };
    Line { row, of: Of::Report(owed.year, owed.extent) }
}
