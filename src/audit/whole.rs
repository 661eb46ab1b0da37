//! The whole trail of an agency: places without gaps, no event gone, no number of the register unexplained, editions as they were loaded.

use super::report::Report;
use super::trail::Stream;
use crate::case::facts::NumberKind;
use crate::case::model::Case;
use crate::crypto;
use crate::db::schema::{agency_streams, calendar_editions, cases, counters, event_positions, events, pending_events, sequencers};
use chrono::{DateTime, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use std::collections::BTreeMap;
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
    let rows: Vec<Uuid> =
        cases::table.filter(cases::agency_id.eq(agency)).filter(not(exists(a_trail))).select(cases::id).limit(STRAYS).load(conn)?;
    for case in rows {
        report.note_stream(case, "the case has a row and no trail");
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

/// The numbers of the register that the trail explains, as bits a year: an eighth of a byte a case.
pub(super) struct Numbers {
    last: BTreeMap<i32, u32>,
    seen: BTreeMap<i32, Vec<u64>>,
}

impl Numbers {
    pub fn load(conn: &mut PgConnection, agency: Uuid) -> QueryResult<Self> {
        let rows: Vec<(i32, i32)> = counters::table
            .filter(counters::agency_id.eq(agency))
            .filter(counters::kind.eq(NumberKind::Register.code()))
            .select((counters::year, counters::last))
            .load(conn)?;
        let last = rows.into_iter().map(|(year, last)| (year, u32::try_from(last).unwrap_or(0))).collect();
        Ok(Self { last, seen: BTreeMap::new() })
    }

    pub fn see(&mut self, case: &Case, report: &mut Report) {
        let Some(entry) = &case.registration else { return };
        if entry.number == 0 || self.last.get(&entry.year).is_none_or(|last| entry.number > *last) {
            report.note_stream(case.id, format!("its register number {} of {} was never drawn", entry.number, entry.year));
            return;
        }
        let bits = self.seen.entry(entry.year).or_default();
        let (word, bit) = (usize::try_from(entry.number / 64).unwrap_or(usize::MAX), 1_u64 << (entry.number % 64));
        if bits.len() <= word {
            bits.resize(word + 1, 0);
        }
        if let Some(known) = bits.get_mut(word) {
            if *known & bit != 0 {
                report.note_stream(case.id, format!("its register number {} of {} is another case's too", entry.number, entry.year));
            }
            *known |= bit;
        }
    }

    /// Every number drawn is explained by a case.
    pub fn finish(&self, report: &mut Report) {
        for (year, last) in &self.last {
            let bits = self.seen.get(year).map_or(&[][..], Vec::as_slice);
            let known = |n: u32| usize::try_from(n / 64).ok().and_then(|word| bits.get(word)).is_some_and(|word| word >> (n % 64) & 1 == 1);
            let mut gap = None;
            for n in 1..=*last {
                match (known(n), gap) {
                    (false, None) => gap = Some(n),
                    (true, Some(from)) => {
                        report.note(format!("the register numbers {from} to {} of {year} have no case", n - 1));
                        gap = None;
                    }
                    _ => {}
                }
            }
            if let Some(from) = gap {
                report.note(format!("the register numbers {from} to {last} of {year} have no case"));
            }
        }
    }
}

/// Every calendar edition still has the bytes it was loaded with.
pub(super) fn calendars(conn: &mut PgConnection, report: &mut Report) -> QueryResult<()> {
    let editions: Vec<i32> = calendar_editions::table.select(calendar_editions::edition).order(calendar_editions::edition).load(conn)?;
    for edition in editions {
        let (sha256, data): (Vec<u8>, String) =
            calendar_editions::table.find(edition).select((calendar_editions::sha256, calendar_editions::data)).first(conn)?;
        if crypto::sha256(data.as_bytes()).as_slice() != sha256 {
            report.note(format!("calendar edition {edition} does not have its stored hash"));
        }
    }
    Ok(())
}
