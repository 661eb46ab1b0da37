//! The clock against an independent second implementation in another language (`tests/clock/clock.py`), on random histories.
//!
//! The corpus that is checked in runs with the other tests; `tests/clock/differential.sh` makes and compares as many as one likes.

use super::*;
use flate2::read::GzDecoder;
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read};

/// What both implementations answer for one history, in the short form of the corpus.
fn short(answer: &Value) -> (Vec<Value>, Value) {
    let mut rows = String::new();
    let ledger = answer["ledger"].as_array().unwrap();
    for row in ledger {
        let number = row["number"].as_u64().map_or_else(|| "-".to_owned(), |number| number.to_string());
        let note = row["note"].as_str().unwrap_or("-");
        writeln!(rows, "{},{number},{},{note}", row["date"].as_str().unwrap(), row["reason"].as_str().unwrap()).unwrap();
    }
    let steps = answer["steps"].as_array().unwrap().iter().map(entry).collect();
    (steps, serde_json::json!([ledger.len(), fnv1a64(&rows)]))
}

/// The fields that the second implementation gives; words are not compared.
fn entry(step: &Value) -> Value {
    let mut entry = step.as_object().unwrap().clone();
    entry.retain(|key, _| !["on", "kind", "consultation"].contains(&key.as_str()));
    if let Some(refusal) = entry.get_mut("refusal").and_then(Value::as_object_mut) {
        refusal.remove("detail");
    }
    for duty in entry.get_mut("other_duties").and_then(Value::as_array_mut).unwrap() {
        duty.as_object_mut().unwrap().remove("consultation");
    }
    Value::Object(entry)
}

fn fnv1a64(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}

/// Compares every line; gives how many there were.
fn compare(corpus: impl Read) -> usize {
    let calendar = crate::db::editions::read_calendar(1, include_str!("../../rules/data/calendar-cn.json")).unwrap();
    let mut count = 0;
    for line in BufReader::new(corpus).lines() {
        let story: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let body: PreviewClock = serde_json::from_value(serde_json::json!({ "steps": story["steps"] })).unwrap();
        let steps: Vec<ClockStep> = body.steps.into_iter().map(ClockStep::from).collect();
        let answer = serde_json::to_value(preview(&calendar, ClockChoices::default(), &steps, Language::English)).unwrap();
        let (found, ledger) = short(&answer);
        for (n, (found, expected)) in found.iter().zip(story["expected"]["steps"].as_array().unwrap()).enumerate() {
            assert_eq!(found, expected, "history {count}, step {n}: {:#}", story["steps"]);
        }
        assert_eq!(ledger, story["expected"]["ledger"], "history {count}, ledger: {:#}\n{answer:#}", story["steps"]);
        count += 1;
    }
    count
}

#[test]
fn the_corpus_of_random_histories_is_answered_alike() {
    assert_eq!(compare(GzDecoder::new(include_bytes!("../../../tests/clock/corpus.ndjson.gz").as_slice())), 20_000);
}

#[test]
#[ignore = "reads histories from standard input; tests/clock/differential.sh feeds it"]
fn histories_from_standard_input_are_answered_alike() {
    println!("{} histories without a difference", compare(std::io::stdin()));
}
