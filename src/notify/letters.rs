//! What is reminded of and stands in no case: letters of the authority (Art 47), which the FOI office answers by their date, and notices of
//! rectification on no case (Art 46), which a department owes. Their reminders bear the id of the letter or the notice in the place of the case.

use super::compose::{DueLine, Of};
use super::reminders::DutyRow;
use crate::db::rectifications;
use crate::db::schema::{rectifications as notices, reminders, supervision_letters as rows};
use crate::db::supervision;
use crate::rules::calendar::Calendar;
use crate::rules::supervision::RectificationState;
use crate::rules::terms::{Basis, DutyKind};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;

const KIND: DutyKind = DutyKind::AnswerSupervisionLetter;

/// From when until when.
type Span = (DateTime<Utc>, DateTime<Utc>);

/// What is owed before a horizon, and for what; where a time is given, of what came in it.
pub(super) fn owed(
    conn: &mut PgConnection,
    agency: Uuid,
    calendar: &Calendar,
    (horizon, came): (NaiveDate, Option<Span>),
) -> QueryResult<Vec<(DutyRow, Of)>> {
    let mut all = of_letters(conn, agency, (horizon, came))?;
    all.extend(of_notices(conn, agency, calendar, (horizon, came))?);
    Ok(all)
}

fn of_notices(
    conn: &mut PgConnection,
    agency: Uuid,
    calendar: &Calendar,
    (horizon, came): (NaiveDate, Option<Span>),
) -> QueryResult<Vec<(DutyRow, Of)>> {
    let owed = rectifications::owed(conn, &[agency], calendar)?.into_iter().filter(|owed| owed.duty.due_on < horizon);
    let came = owed.filter(|owed| came.is_none_or(|(from, until)| (from..until).contains(&owed.since)));
    let row = |owed: rectifications::Owed| {
        let duty = owed.duty;
        let row = DutyRow {
            case: owed.id,
            kind: duty.kind.code().to_owned(),
            ordinal: i32::try_from(duty.ordinal).unwrap_or(i32::MAX),
            due_on: duty.due_on,
            provisional: duty.provisional,
            article: duty.article,
            basis: duty.basis.code().to_owned(),
            handler: None,
            department: duty.department,
            case_number: None,
            barred: owed.barred.into_iter().collect(),
            operation: duty.operation.map(str::to_owned),
        };
        (row, Of::Notice(duty.ordinal))
    };
    Ok(came.map(row).collect())
}

fn of_letters(conn: &mut PgConnection, agency: Uuid, (horizon, came): (NaiveDate, Option<Span>)) -> QueryResult<Vec<(DutyRow, Of)>> {
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
        (row, Of::Letter(letter.from))
    };
    Ok(came.map(row).collect())
}

/// The line of a mail: the letter or the notice is where to act.
pub(super) fn line(due: DueLine, public_url: &str, (duty, of): (&DutyRow, Of)) -> DueLine {
    let place = match of {
        Of::Letter(_) => "supervision-letters",
        Of::Notice(_) => "rectifications",
    };
    DueLine { link: format!("{public_url}/api/v1/{place}/{}", duty.case), of: Some(of), ..due }
}

/// Whether a mail speaks of a letter that is still to be answered by the date it names, or of a notice under which the same is still owed.
pub(super) fn still_owed(conn: &mut PgConnection, agency: Uuid, mail: Uuid) -> QueryResult<bool> {
    let carried = reminders::table
        .inner_join(rows::table.on(rows::agency_id.eq(reminders::agency_id).and(rows::id.eq(reminders::case_id))))
        .filter(reminders::agency_id.eq(agency))
        .filter(reminders::outbox_id.eq(mail))
        .filter(reminders::duty_kind.eq(KIND.code()))
        .filter(rows::answered_at.is_null())
        .filter(rows::due_on.eq(reminders::due_on.nullable()));
    let of_notice = || {
        reminders::table
            .inner_join(notices::table.on(notices::agency_id.eq(reminders::agency_id).and(notices::id.eq(reminders::case_id))))
            .filter(reminders::agency_id.eq(agency))
            .filter(reminders::outbox_id.eq(mail))
    };
    let mending = of_notice()
        .filter(reminders::duty_kind.eq(DutyKind::Rectify.code()))
        .filter(notices::state.eq(RectificationState::Open.code()))
        .filter(notices::due_on.eq(reminders::due_on));
    let looking = of_notice()
        .filter(reminders::duty_kind.eq(DutyKind::ReviewRectification.code()))
        .filter(notices::state.eq(RectificationState::Reported.code()));
    diesel::select(exists(carried).or(exists(mending)).or(exists(looking))).get_result(conn)
}
