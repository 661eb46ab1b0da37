//! Messages of neighbouring systems on the worklist: what nobody settled stands in no case yet, but among what is owed.

use super::super::light::Lights;
use super::{Line, ListDuties, Of, Reading, Row};
use crate::exchange::inbox::owed::{self as inbox, OwedMessage};
use crate::http::problem::Problem;
use crate::rules::calendar::Calendar;
use crate::rules::desk;
use crate::rules::terms::DutyKind;
use diesel::PgConnection;

const KIND: DutyKind = DutyKind::SeeToMessage;

/// The messages that fit, by due date. They are the clerks' and the legal reviewers', who may match them; no department's.
pub(super) fn owed(
    conn: &mut PgConnection,
    reading: &Reading<'_>,
    (asked, calendar): (&ListDuties, &Calendar),
    lights: Lights,
) -> Result<Vec<Line>, Problem> {
    let of = reading.of_office(asked, KIND, &desk::operation(KIND).and_then(desk::office).unwrap_or_default());
    let all = inbox::owed(conn, reading.office, &of, calendar)?;
    Ok(all.into_iter().filter(|owed| asked.takes(lights, owed.due_on)).map(line).collect())
}

fn line(owed: OwedMessage) -> Line {
    let row = Row {
        agency_id: owed.agency_id,
        case_id: owed.id,
        kind: KIND.code().to_owned(),
        ordinal: 1,
        article: owed.article.to_owned(),
        basis: owed.basis.code().to_owned(),
        from_on: owed.from_on,
        due_on: owed.due_on,
        provisional: owed.provisional,
        department_id: None,
        handler_id: None,
        case_number: None,
        operation: desk::operation(KIND).map(str::to_owned),
    };
    Line { row, of: Of::Message }
}
