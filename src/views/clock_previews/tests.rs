use super::*;
use serde_json::{Value, json};

fn calendar() -> Calendar {
    crate::db::editions::read_calendar(1, include_str!("../../rules/data/calendar-cn.json")).unwrap()
}

fn told(steps: &Value) -> Value {
    let body: PreviewClock = serde_json::from_value(json!({ "steps": steps })).unwrap();
    let steps: Vec<ClockStep> = body.steps.into_iter().map(ClockStep::from).collect();
    serde_json::to_value(preview(&calendar(), ClockChoices::default(), &steps, Language::English)).unwrap()
}

#[test]
fn the_worked_examples_hold() {
    let examples: Vec<Value> = serde_json::from_str(include_str!("../../../tests/clock/examples.json")).unwrap();
    assert!(examples.len() >= 9);
    for example in &examples {
        let answer = told(&example["steps"]);
        for (n, expected) in example["expected"].as_array().unwrap().iter().enumerate() {
            for (key, value) in expected.as_object().unwrap() {
                assert_eq!(&answer["steps"][n][key], value, "{}: step {n}, {key}\n{answer:#}", example["name"]);
            }
        }
    }
}
