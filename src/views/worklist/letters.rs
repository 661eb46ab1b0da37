//! Letters of the authority (Art 47) on the worklist: what the FOI office has to answer by a date stands in no case, but among what is owed.

use super::super::light::Lights;
use super::{Line, ListDuties, Of, Reading, Row};
use crate::clock::legal_date;
use crate::db::supervision::{self, Owed};
use crate::http::problem::Problem;
use crate::rules::permissions::Role;
use crate::rules::terms::{Basis, DutyKind};
use diesel::PgConnection;

const KIND: DutyKind = DutyKind::AnswerSupervisionLetter;

/// The answers owed that fit, by due date. They are the FOI office's: its clerks' and its heads'; no department's.
pub(super) fn owed(conn: &mut PgConnection, reading: &Reading<'_>, asked: &ListDuties, lights: Lights) -> Result<Vec<Line>, Problem> {
    let of = reading.of_office(asked, KIND, &[Role::Clerk]);
    let letters = supervision::owed(conn, &of, asked.due_before)?;
    Ok(letters.into_iter().filter(|letter| asked.takes(lights, letter.due_on)).map(line).collect())
}

fn line(letter: Owed) -> Line {
    let row = Row {
        agency_id: letter.agency_id,
        case_id: letter.id,
        kind: KIND.code().to_owned(),
        ordinal: 1,
        article: "47".to_owned(),
        basis: Basis::Law.code().to_owned(),
        from_on: legal_date(letter.sent_at),
        due_on: letter.due_on,
        provisional: false,
        department_id: None,
        handler_id: None,
        case_number: letter.case_number,
        operation: None,
    };
    Line { row, of: Of::Letter(letter.case_id) }
}
