//! Letters of the authority (Art 47) among what is reminded of: the FOI office owes the answer by the date of the letter. They stand in no
//! case, so their reminders bear the letter's id in its place.

use super::compose::DueLine;
use super::reminders::DutyRow;
use crate::db::schema::{reminders, supervision_letters as rows};
use crate::db::supervision;
use crate::rules::terms::{Basis, DutyKind};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;

const KIND: DutyKind = DutyKind::AnswerSupervisionLetter;

/// From when until when.
type Span = (DateTime<Utc>, DateTime<Utc>);

/// What is owed before a horizon, with who wrote it; where a time is given, of letters that came in it.
pub(super) fn owed(
    conn: &mut PgConnection,
    agency: Uuid,
    (horizon, came): (NaiveDate, Option<Span>),
) -> QueryResult<Vec<(DutyRow, String)>> {
    let letters = supervision::owed(conn, &[agency], Some(horizon))?.into_iter();
    let came = letters.filter(|letter| came.is_none_or(|(from, until)| (from..until).contains(&letter.sent_at)));
    let row = |letter: supervision::Owed| {
        let row = DutyRow {
            case: letter.id,
            kind: KIND.code().to_owned(),
            ordinal: 1,
            due_on: letter.due_on,
            provisional: false,
            article: "47".to_owned(),
            basis: Basis::Law.code().to_owned(),
            handler: None,
            department: None,
            case_number: letter.case_number,
            barred: Vec::new(),
            operation: None,
        };
        (row, letter.from)
    };
    Ok(came.map(row).collect())
}

/// The line of a mail: the letter is where to act.
pub(super) fn line(due: DueLine, public_url: &str, (duty, from): (&DutyRow, String)) -> DueLine {
    let link = format!("{public_url}/api/v1/supervision-letters/{}", duty.case);
    DueLine { link, letter_from: Some(from), ..due }
}

/// Whether a mail speaks of a letter that is still to be answered by the date it names.
pub(super) fn still_owed(conn: &mut PgConnection, agency: Uuid, mail: Uuid) -> QueryResult<bool> {
    let carried = reminders::table
        .inner_join(rows::table.on(rows::agency_id.eq(reminders::agency_id).and(rows::id.eq(reminders::case_id))))
        .filter(reminders::agency_id.eq(agency))
        .filter(reminders::outbox_id.eq(mail))
        .filter(reminders::duty_kind.eq(KIND.code()))
        .filter(rows::answered_at.is_null())
        .filter(rows::due_on.eq(reminders::due_on.nullable()));
    diesel::select(exists(carried)).get_result(conn)
}
