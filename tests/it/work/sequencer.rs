//! Every committed event gets its place, and whoever reads on from a place has missed nothing.

use super::base::{AGENCY, Base, CITY, DEPARTMENT, HANDLER, day};
use diesel::prelude::*;
use foi_docket::audit::sequencer;
use foi_docket::db::schema::{event_positions, events, pending_events, sequencers};
use foi_docket::steps::{handle::assign::AssignCase, register::enter::RegisterCase};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use uuid::Uuid;

const WRITERS: usize = 8;
const CASES_EACH: usize = 12;

type Place = (i64, Uuid, i32);

fn after(base: &Base, position: i64) -> Vec<Place> {
    base.run(|conn| {
        Ok(event_positions::table
            .filter(event_positions::agency_id.eq(AGENCY))
            .filter(event_positions::position.gt(position))
            .order(event_positions::position)
            .select((event_positions::position, event_positions::stream_id, event_positions::seq))
            .load(conn)?)
    })
    .unwrap()
}

#[test]
fn eight_writers_lose_no_event_and_leave_no_gap() {
    let base = Base::on("2026-11-02");
    let today = day("2026-11-02");
    let writing = AtomicUsize::new(WRITERS);
    let read = thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                for _ in 0..CASES_EACH {
                    let case = base.receive("counter", today, None);
                    base.take::<RegisterCase>(case, json!({}));
                    base.take::<AssignCase>(case, json!({"department": DEPARTMENT, "handler": HANDLER}));
                }
                writing.fetch_sub(1, Ordering::SeqCst);
            });
        }
        let placers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut placed = 0;
                    while writing.load(Ordering::SeqCst) > 0 {
                        placed += sequencer::place(&base.db, AGENCY).unwrap();
                    }
                    placed
                })
            })
            .collect();
        let reader = scope.spawn(|| {
            let mut all: Vec<Place> = Vec::new();
            while writing.load(Ordering::SeqCst) > 0 {
                all.extend(after(&base, all.last().map_or(0, |place| place.0)));
            }
            all
        });
        let placed: u64 = placers.into_iter().map(|placer| placer.join().unwrap()).sum();
        let mut read = reader.join().unwrap();
        let rest = sequencer::place(&base.db, AGENCY).unwrap();
        read.extend(after(&base, read.last().map_or(0, |place| place.0)));
        assert_eq!(usize::try_from(placed + rest).unwrap(), read.len());
        assert!(placed > 0, "the placers worked beside the writers");
        read
    });

    let expected = WRITERS * CASES_EACH * 4;
    assert_eq!(read.len(), expected, "the reader who went on from each place has read every event");
    assert!(read.iter().zip(1..).all(|(place, n)| place.0 == n), "without a gap");
    let (stored, left, last): (i64, i64, i64) = base
        .run(|conn| {
            Ok((
                events::table.count().get_result(conn)?,
                pending_events::table.count().get_result(conn)?,
                sequencers::table.select(sequencers::last_position).first(conn)?,
            ))
        })
        .unwrap();
    assert_eq!((usize::try_from(stored).unwrap(), left, usize::try_from(last).unwrap()), (expected, 0, expected));
    assert_eq!(sequencer::place(&base.db, AGENCY).unwrap(), 0);
    assert_eq!(sequencer::place(&base.db, CITY).unwrap(), 0);
    base.tell();
    let report = base.verify(AGENCY);
    assert!(report.is_clean(), "{:?}", report.findings);
}

#[test]
fn more_than_one_chunk_keeps_its_order() {
    let base = Base::on("2026-11-02");
    // Two streams whose events share their times by fives; the larger stream alone fills more than a chunk.
    base.owner(&format!(
        "INSERT INTO pending_events SELECT '{AGENCY}', s, n, timestamptz '2026-11-02 01:00:00Z' + (n / 5) * interval '1 second'
         FROM generate_series(1, 7000) n, (VALUES ('{HANDLER}'::uuid), ('{DEPARTMENT}'::uuid)) v (s)"
    ));
    assert_eq!(sequencer::place(&base.db, AGENCY).unwrap(), 14_000);
    let all = after(&base, 0);
    assert!(all.iter().zip(1..).all(|(place, n)| place.0 == n));
    for stream in [HANDLER, DEPARTMENT] {
        let seqs: Vec<i32> = all.iter().filter(|place| place.1 == stream).map(|place| place.2).collect();
        assert!(seqs.iter().zip(1..).all(|(seq, n)| *seq == n), "each stream's own order is kept");
    }
}
