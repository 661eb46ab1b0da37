//! How fast the journal writes: figures for a person to read, measured on demand.
//!
//! `cargo test --test it pace -- --ignored --nocapture`

use super::base::{Base, DEPARTMENT, HANDLER, OTHER_HANDLER, day};
use foi_docket::steps::{handle::assign::AssignCase, register::enter::RegisterCase};
use serde_json::json;
use std::thread;
use std::time::{Duration, Instant};
use uuid::Uuid;

const CASES: usize = 64;
const ROUNDS: usize = 24;

fn rate(count: usize, took: Duration) -> u128 {
    u128::try_from(count).unwrap() * 1_000_000 / took.as_micros().max(1)
}

#[test]
#[ignore = "a measurement, not a check"]
fn steps_a_second() {
    let base = Base::on("2026-11-02");
    let start = Instant::now();
    let cases: Vec<Uuid> = (0..CASES).map(|_| base.receive("counter", day("2026-11-02"), None)).collect();
    println!("opened: {}/s", rate(CASES, start.elapsed()));
    let start = Instant::now();
    for case in &cases {
        base.take::<RegisterCase>(*case, json!({}));
    }
    println!("registered, with a number: {}/s", rate(CASES, start.elapsed()));
    for writers in [1, 4] {
        let start = Instant::now();
        thread::scope(|scope| {
            for mine in cases.chunks(CASES / writers) {
                let base = &base;
                scope.spawn(move || {
                    for round in 0..ROUNDS {
                        let handler = if round % 2 == 0 { HANDLER } else { OTHER_HANDLER };
                        for case in mine {
                            base.take::<AssignCase>(*case, json!({"department": DEPARTMENT, "handler": handler}));
                        }
                    }
                });
            }
        });
        println!("assigned by {writers} at once: {}/s", rate(CASES * ROUNDS, start.elapsed()));
    }
}
