//! What is reminded of and stands in no case: letters of the authority (Art 47), which the FOI office answers by their date, notices of
//! rectification on no case (Art 46), which a department owes, annual reports (Art 49), which the office publishes, and messages of neighbouring
//! systems that nobody settled. Their reminders bear the id of the letter, the notice, the agency or the message in the place of the case.

use super::compose::{DueLine, Of};
use super::reminders::DutyRow;
use crate::case::journal::JournalError;
use crate::case::office::{EditionError, Office};
use crate::db::rectifications;
use crate::db::report::publications::{self, OwedReport};
use crate::db::schema::{exchange_inbox as inbox, rectifications as notices, reminders, supervision_letters as rows};
use crate::db::supervision;
use crate::exchange::inbox::MessageState;
use crate::exchange::inbox::owed::{self as messages, OwedMessage};
use crate::rules::annual_report::Extent;
use crate::rules::calendar::Calendar;
use crate::rules::desk;
use crate::rules::supervision::RectificationState;
use crate::rules::terms::{Basis, DutyKind};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;

const KIND: DutyKind = DutyKind::AnswerSupervisionLetter;
const REPORT: DutyKind = DutyKind::PublishAnnualReport;
const MESSAGE: DutyKind = DutyKind::SeeToMessage;

/// From when until when.
type Span = (DateTime<Utc>, DateTime<Utc>);

/// What is owed before a horizon, and for what; where a time is given, of what came in it.
pub(super) fn owed(
    conn: &mut PgConnection,
    (office, agency): (&Office, Uuid),
    (calendar, today): (&Calendar, NaiveDate),
    (horizon, came): (NaiveDate, Option<Span>),
) -> Result<Vec<(DutyRow, Of)>, JournalError> {
    let mut all = of_letters(conn, agency, (horizon, came))?;
    all.extend(of_notices(conn, agency, calendar, (horizon, came))?);
    all.extend(of_messages(conn, (office, agency), calendar, (horizon, came))?);
    // What is owed since a year ended came with no hour of its own: the look of the morning tells it.
    if came.is_none() {
        all.extend(of_reports(conn, (office, agency), (calendar, today), horizon)?);
    }
    Ok(all)
}

/// Messages of neighbouring systems that nobody settled: whoever may match them is reminded.
fn of_messages(
    conn: &mut PgConnection,
    (office, agency): (&Office, Uuid),
    calendar: &Calendar,
    (horizon, came): (NaiveDate, Option<Span>),
) -> Result<Vec<(DutyRow, Of)>, JournalError> {
    let owed = messages::owed(conn, office, &[agency], calendar)?.into_iter().filter(|owed| owed.due_on < horizon);
    let came = owed.filter(|owed| came.is_none_or(|(from, until)| (from..until).contains(&owed.received_at)));
    let row = |owed: OwedMessage| {
        let row = DutyRow {
            case: owed.id,
            kind: MESSAGE.code().to_owned(),
            ordinal: 1,
            due_on: owed.due_on,
            provisional: owed.provisional,
            article: owed.article.to_owned(),
            basis: owed.basis.code().to_owned(),
            handler: None,
            department: None,
            case_number: None,
            barred: Vec::new(),
            operation: desk::operation(MESSAGE).map(str::to_owned),
        };
        (row, Of::Message(owed.called))
    };
    Ok(came.map(row).collect())
}

/// Annual reports (Art 49): the office publishes them and hands them to the authority.
fn of_reports(
    conn: &mut PgConnection,
    (office, agency): (&Office, Uuid),
    as_of: (&Calendar, NaiveDate),
    horizon: NaiveDate,
) -> Result<Vec<(DutyRow, Of)>, EditionError> {
    let row = |owed: OwedReport| {
        let row = DutyRow {
            case: owed.agency_id,
            kind: REPORT.code().to_owned(),
            ordinal: owed.year,
            due_on: owed.due_on,
            provisional: false,
            article: owed.article.to_owned(),
            basis: Basis::Law.code().to_owned(),
            handler: None,
            department: None,
            case_number: None,
            barred: Vec::new(),
            operation: desk::operation(REPORT).map(str::to_owned),
        };
        (row, Of::Report(owed.year, owed.extent))
    };
    let owed = publications::owed(conn, office, &[agency], as_of)?.into_iter();
    Ok(owed.filter(|owed| owed.due_on < horizon).map(row).collect())
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
        Of::Letter(_) => format!("supervision-letters/{}", duty.case),
        Of::Notice(_) => format!("rectifications/{}", duty.case),
        Of::Report(year, Extent::Own) => format!("annual-reports/{year}"),
        Of::Report(year, Extent::Consolidated) => format!("annual-reports/{year}?consolidated=true"),
        Of::Message(_) => format!("exchange-messages/{}", duty.case),
    };
    DueLine { link: format!("{public_url}/api/v1/{place}"), of: Some(of), ..due }
}

/// Whether a mail speaks of a letter that is still to be answered by the date it names, of a notice under which the same is still owed, of a
/// message that nobody has settled since, or of an annual report that is still owed.
pub(super) fn still_owed(conn: &mut PgConnection, office: &Office, (agency, mail): (Uuid, Uuid)) -> Result<bool, EditionError> {
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
    let of_message = reminders::table
        .inner_join(inbox::table.on(inbox::agency_id.eq(reminders::agency_id).and(inbox::id.eq(reminders::case_id))))
        .filter(reminders::agency_id.eq(agency))
        .filter(reminders::outbox_id.eq(mail))
        .filter(reminders::duty_kind.eq(MESSAGE.code()))
        .filter(inbox::state.eq_any(messages::OPEN.map(MessageState::code)));
    let any = exists(carried).or(exists(mending)).or(exists(looking)).or(exists(of_message));
    let open: bool = diesel::select(any).get_result(conn)?;
    Ok(open || reports_owed(conn, office, (agency, mail))?)
}

/// Whether a mail speaks of an annual report that is still owed until the date it names: of a department the submission too.
fn reports_owed(conn: &mut PgConnection, office: &Office, (agency, mail): (Uuid, Uuid)) -> Result<bool, EditionError> {
    let told: Vec<(i32, NaiveDate)> = reminders::table
        .filter(reminders::agency_id.eq(agency))
        .filter(reminders::outbox_id.eq(mail))
        .filter(reminders::duty_kind.eq(REPORT.code()))
        .select((reminders::duty_ordinal, reminders::due_on))
        .load(conn)?;
    if told.is_empty() {
        return Ok(false);
    }
    let calendar = office.newest_calendar(conn)?;
    let owed = publications::owed(conn, office, &[agency], (calendar.as_ref(), office.clock.today()))?;
    Ok(owed.iter().any(|owed| told.contains(&(owed.year, owed.due_on))))
}
