//! The sequencer: gives each committed event its place in the whole trail of its agency, without gaps.
//!
//! A sequence value is drawn before the commit and so is no order: a reader who resumes behind it loses what commits late. Here one worker at
//! a time, under one locked row, takes what *is* committed and numbers it; whoever reads up to a position has missed nothing before it.

use crate::db::pool::{Db, DbError, Scope};
use crate::db::schema::{event_positions, pending_events, sequencers};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// So many events are placed in one transaction, so that no lock is held long after a standstill.
const CHUNK: i64 = 5_000;

type Pending = (DateTime<Utc>, Uuid, i32);

/// Places every event of the agency that was committed before the call; says how many. Several workers may call it at once.
pub fn place(db: &Db, agency: Uuid) -> Result<u64, DbError> {
    db.run_here(&Scope::own(agency), |conn| {
        let mut placed = 0;
        while anything_waits(conn, agency)? {
            placed += conn.transaction(|conn| place_chunk(conn, agency))?;
        }
        Ok(placed)
    })
}

fn anything_waits(conn: &mut PgConnection, agency: Uuid) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(pending_events::table.filter(pending_events::agency_id.eq(agency)))).get_result(conn)
}

fn place_chunk(conn: &mut PgConnection, agency: Uuid) -> QueryResult<u64> {
    diesel::insert_into(sequencers::table)
        .values((sequencers::agency_id.eq(agency), sequencers::last_position.eq(0)))
        .on_conflict_do_nothing()
        .execute(conn)?;
    let last: i64 = sequencers::table.find(agency).select(sequencers::last_position).for_update().first(conn)?;
    let mut taken = take(conn, agency)?;
    // A stream's own order is kept: its times never fall, and its numbers decide where they are equal.
    taken.sort_unstable();
    let rows: Vec<_> = (last + 1..)
        .zip(&taken)
        .map(|(position, (_, stream, seq))| {
            (
                event_positions::agency_id.eq(agency),
                event_positions::position.eq(position),
                event_positions::stream_id.eq(stream),
                event_positions::seq.eq(seq),
            )
        })
        .collect();
    let placed = diesel::insert_into(event_positions::table).values(rows).execute(conn)?;
    let count = i64::try_from(placed).unwrap_or(i64::MAX);
    diesel::update(sequencers::table.find(agency)).set(sequencers::last_position.eq(last + count)).execute(conn)?;
    Ok(u64::try_from(placed).unwrap_or(u64::MAX))
}

/// Takes the oldest pending events. What the deletion returns is what gets numbered: an event that commits between the two statements is
/// either in it or stays pending.
fn take(conn: &mut PgConnection, agency: Uuid) -> QueryResult<Vec<Pending>> {
    let columns = (pending_events::recorded_at, pending_events::stream_id, pending_events::seq);
    let last_of_chunk: Option<Pending> = pending_events::table
        .filter(pending_events::agency_id.eq(agency))
        .order(columns)
        .select(columns)
        .offset(CHUNK - 1)
        .first(conn)
        .optional()?;
    let all = pending_events::table.filter(pending_events::agency_id.eq(agency));
    match last_of_chunk {
        None => diesel::delete(all).returning(columns).get_results(conn),
        Some((at, stream, seq)) => diesel::delete(
            all.filter(
                pending_events::recorded_at.lt(at).or(pending_events::recorded_at
                    .eq(at)
                    .and(pending_events::stream_id.lt(stream).or(pending_events::stream_id.eq(stream).and(pending_events::seq.le(seq))))),
            ),
        )
        .returning(columns)
        .get_results(conn),
    }
}
