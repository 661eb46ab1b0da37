//! The whole trail of an agency: places without gaps, no event gone, no row of a case that has no trail.

use super::report::Report;
use super::trail::Stream;
use crate::db::schema::{
    agency_streams, applicant_index, case_documents, case_keys, case_search, case_texts, cases, corrected_replies, deliveries, duties,
    event_positions, events, exchange_inbox, external_references, fee_items, library_uses, pending_events, platform_states, proceedings,
    rectifications, reminders, reply_items, results, sealed_documents, sequencers, supervision_letters,
};
use crate::rules::terms::DutyKind;
use chrono::{DateTime, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use uuid::Uuid;

/// Places read at once.
const PAGE: i64 = 5_000;
/// Rows that should not be there, listed at most.
const STRAYS: i64 = 1_000;

/// Places run from 1 to the sequencer's last without a gap, and each holds an event that exists.
pub(super) fn positions(conn: &mut PgConnection, report: &mut Report) -> QueryResult<()> {
    let agency = report.agency;
    let mut last = 0;
    loop {
        let page: Vec<(i64, Uuid, i32, Option<i32>)> = event_positions::table
            .left_join(
                events::table.on(events::agency_id
                    .eq(event_positions::agency_id)
                    .and(events::stream_id.eq(event_positions::stream_id))
                    .and(events::seq.eq(event_positions::seq))),
            )
            .filter(event_positions::agency_id.eq(agency))
            .filter(event_positions::position.gt(last))
            .order(event_positions::position)
            .select((event_positions::position, event_positions::stream_id, event_positions::seq, events::seq.nullable()))
            .limit(PAGE)
            .load(conn)?;
        if page.is_empty() {
            break;
        }
        for (position, stream, seq, event) in page {
            if position != last + 1 {
                report.note(format!("the places {} to {} of the whole trail are empty", last + 1, position - 1));
            }
            if event.is_none() {
                report.note_event((stream, seq), format!("the place {position} of the whole trail holds it, and it is gone"));
            }
            last = position;
        }
    }
    let said: Option<i64> = sequencers::table.find(agency).select(sequencers::last_position).first(conn).optional()?;
    if said.unwrap_or(0) != last {
        report.note(format!("the sequencer stands at {}, the last place is {last}", said.unwrap_or(0)));
    }
    Ok(())
}

/// Rows of cases that have no trail, table by table.
macro_rules! strays_of {
    ($conn:ident, $report:ident: $($table:ident),+) => {$(
        let a_trail = events::table.filter(events::agency_id.eq($table::agency_id)).filter(events::stream_id.eq($table::case_id));
        let rows: Vec<Uuid> = $table::table
            .filter($table::agency_id.eq($report.agency))
            .filter($table::case_id.eq($report.agency).or(not(exists(a_trail))))
            .select($table::case_id)
            .distinct()
            .limit(STRAYS)
            .load($conn)?;
        for case in rows {
            $report.note_stream(case, concat!("the case has rows in ", stringify!($table), " and no trail"));
        }
    )+};
}

/// What waits for a place, and what has a row, has an event.
pub(super) fn strays(conn: &mut PgConnection, report: &mut Report) -> QueryResult<()> {
    let agency = report.agency;
    let an_event = events::table
        .filter(events::agency_id.eq(pending_events::agency_id))
        .filter(events::stream_id.eq(pending_events::stream_id))
        .filter(events::seq.eq(pending_events::seq));
    let waiting: Vec<(Uuid, i32)> = pending_events::table
        .filter(pending_events::agency_id.eq(agency))
        .filter(not(exists(an_event)))
        .select((pending_events::stream_id, pending_events::seq))
        .limit(STRAYS)
        .load(conn)?;
    for event in waiting {
        report.note_event(event, "it waits for a place in the whole trail, and it is gone");
    }
    let a_trail = events::table.filter(events::agency_id.eq(cases::agency_id)).filter(events::stream_id.eq(cases::id));
    let rows: Vec<Uuid> = cases::table
        .filter(cases::agency_id.eq(agency))
        .filter(cases::id.eq(agency).or(not(exists(a_trail))))
        .select(cases::id)
        .limit(STRAYS)
        .load(conn)?;
    for case in rows {
        report.note_stream(case, "the case has a row and no trail");
    }
    strays_of!(conn, report: duties, deliveries, proceedings, results, fee_items, sealed_documents, reply_items, case_documents, library_uses, corrected_replies, platform_states, external_references, case_keys, case_texts, case_search, applicant_index);
    reminded_of(conn, report)?;
    Ok(())
}

/// A reminder is of a case, of a letter of the authority, of a notice of rectification that hangs on no case, of an annual report of the agency, or of
/// a message of a neighbouring system.
fn reminded_of(conn: &mut PgConnection, report: &mut Report) -> QueryResult<()> {
    let a_trail = events::table.filter(events::agency_id.eq(reminders::agency_id)).filter(events::stream_id.eq(reminders::case_id));
    let a_letter = supervision_letters::table
        .filter(supervision_letters::agency_id.eq(reminders::agency_id))
        .filter(supervision_letters::id.eq(reminders::case_id));
    let of_letter = reminders::duty_kind.eq(DutyKind::AnswerSupervisionLetter.code());
    let a_notice =
        rectifications::table.filter(rectifications::agency_id.eq(reminders::agency_id)).filter(rectifications::id.eq(reminders::case_id));
    let of_notice = reminders::duty_kind.eq_any([DutyKind::Rectify.code(), DutyKind::ReviewRectification.code()]);
    let a_message =
        exchange_inbox::table.filter(exchange_inbox::agency_id.eq(reminders::agency_id)).filter(exchange_inbox::id.eq(reminders::case_id));
    let of_message = reminders::duty_kind.eq(DutyKind::SeeToMessage.code()).and(exists(a_message));
    let of_agency = of_letter.and(exists(a_letter)).or(of_notice.and(exists(a_notice))).or(of_message);
    let of_report = || reminders::duty_kind.eq(DutyKind::PublishAnnualReport.code()).and(reminders::case_id.eq(reminders::agency_id));
    let the_agency = reminders::case_id.eq(report.agency).and(not(of_report()));
    let rows: Vec<Uuid> = reminders::table
        .filter(reminders::agency_id.eq(report.agency))
        .filter(the_agency.or(not(exists(a_trail)).and(not(of_agency)).and(not(of_report()))))
        .select(reminders::case_id)
        .distinct()
        .limit(STRAYS)
        .load(conn)?;
    for case in rows {
        report.note_stream(case, "the case has rows in reminders and no trail");
    }
    Ok(())
}

/// The row that remembers the head of the agency's own stream says what the stream says.
pub(super) fn agency_head(conn: &mut PgConnection, stream: Option<&Stream>, report: &mut Report) -> QueryResult<()> {
    let agency = report.agency;
    let stored: Option<(i32, DateTime<Utc>, String)> = agency_streams::table
        .find(agency)
        .select((agency_streams::seq, agency_streams::recorded_at, agency_streams::head_hash))
        .first(conn)
        .optional()?;
    let same = match (&stored, stream) {
        (None, None) => true,
        (Some((seq, _, _)), None) => *seq == 0,
        (None, Some(_)) => false,
        (Some((seq, at, head)), Some(stream)) => *seq == stream.seq && Some(*at) == stream.recorded_at && *head == stream.head,
    };
    if !same {
        report.note_stream(agency, "the head remembered in agency_streams is not the last event");
    }
    Ok(())
}
