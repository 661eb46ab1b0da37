//! Annual reports on the worklist (Art 49): what is to be published and handed to the authority stands in no case, but among what is owed.

use super::super::light::Lights;
use super::{Line, ListDuties, Of, Reading, Row};
use crate::db::report::publications::{self, OwedReport};
use crate::http::problem::Problem;
use crate::rules::calendar::Calendar;
use crate::rules::desk;
use crate::rules::terms::{Basis, DutyKind};
use diesel::PgConnection;

const KIND: DutyKind = DutyKind::PublishAnnualReport;

/// The reports owed that fit, by due date. They are the FOI office's, whose clerks record the publication; no department's.
pub(super) fn owed(
    conn: &mut PgConnection,
    reading: &Reading<'_>,
    (asked, calendar): (&ListDuties, &Calendar),
    lights: Lights,
) -> Result<Vec<Line>, Problem> {
    let of = reading.of_office(asked, KIND, &desk::operation(KIND).and_then(desk::office).unwrap_or_default());
    let all = publications::owed(conn, reading.office, &of, (calendar, reading.office.clock.today()))?;
    Ok(all.into_iter().filter(|owed| asked.takes(lights, owed.due_on)).map(line).collect())
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
