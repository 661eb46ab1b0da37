//! Bad input to the work inside the agency: assignments, searches, conferences, contacts. Each a named refusal, nothing written, no 500.

use super::events;
use crate::support::actor::Actor;
use crate::support::handling::{conference, contact, correction, nothing_found, search_tasks};
use crate::support::life::Cast;
use crate::support::town::{FIRST_DAY, Town};
use serde_json::{Value, json};

/// Refused with this code, and nothing is written.
async fn refused(town: &Town, actor: &Actor, case: &Value, (path, body, code): (&str, Value, &str)) {
    let before = events(town);
    let reply = actor.step(case, path, body.clone()).await;
    assert!((400..500).contains(&reply.status), "{path} {body}: {} {:#}", reply.status, reply.body);
    let problem = reply.refused(code);
    assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{path}: {problem:#}");
    assert_eq!(events(town), before, "{path} {body} wrote something");
}

fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    *body.pointer_mut(pointer).unwrap() = value;
    body
}

#[actix_web::test]
async fn an_assignment_is_answered_by_those_it_was_given_to() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let other = town.sign_in("handler2").await;
    let case = cast.assigned().await;
    let long = "长".repeat(10_000);
    for (actor, path, body, code) in [
        (&other, "/assignments/1/acceptance", json!({}), "not_permitted"),
        (&other, "/assignments/1/return", json!({"reason": "不是我的。"}), "not_permitted"),
        (&cast.handler, "/assignments/2/acceptance", json!({}), "unknown_target"),
        (&cast.handler, "/assignments/1/return", json!({"reason": ""}), "fields_refused"),
        (&cast.handler, "/assignments/1/return", json!({"reason": "\u{3000} "}), "fields_refused"),
        (&cast.handler, "/assignments/1/return", json!({"reason": long}), "fields_refused"),
        (&cast.handler, "/assignments/1/return", json!({}), "malformed_body"),
    ] {
        refused(&town, actor, &case, (path, body, code)).await;
    }
    let mut again = cast.assignment.clone();
    again["due_on"] = json!("2026-11-30");
    let registered = cast.registered().await;
    refused(&town, &cast.clerk, &registered, ("/assignments", again.clone(), "inner_date_too_late")).await;
    again["due_on"] = json!("2026-10-30");
    refused(&town, &cast.clerk, &registered, ("/assignments", again, "date_before_previous")).await;
}

#[actix_web::test]
async fn a_search_result_of_another_department_twice_or_after_a_withdrawal_is_refused() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let other = town.sign_in("handler2").await;
    let case = cast.asked_to_search().await;
    let path = "/search-tasks/1/result";
    for (actor, body, code) in [
        (&other, nothing_found(), "not_permitted"),
        (&cast.handler, with(nothing_found(), "/searched_on", json!("2026-11-01")), "date_before_previous"),
        (&cast.handler, with(nothing_found(), "/searched_on", json!("2026-11-03")), "date_in_future"),
        (&cast.handler, with(nothing_found(), "/scope/until_on", json!("2026-11-03")), "date_in_future"),
        (&cast.handler, with(nothing_found(), "/scope/from_on", json!("2026-11-03")), "date_before_previous"),
        (&cast.handler, with(nothing_found(), "/nothing_found", Value::Null), "search_result_contradicts"),
        (&cast.handler, with(nothing_found(), "/nothing_found", json!("  ")), "fields_refused"),
        (&cast.handler, with(nothing_found(), "/nothing_found", json!("长".repeat(10_000))), "fields_refused"),
        (&cast.handler, with(nothing_found(), "/scope/words", json!([])), "fields_refused"),
        (&cast.handler, with(nothing_found(), "/scope/words", json!([""])), "fields_refused"),
        (&cast.handler, with(nothing_found(), "/scope/places", json!([" "])), "fields_refused"),
        (&cast.handler, with(nothing_found(), "/scope/searched_by", json!("")), "fields_refused"),
    ] {
        refused(&town, actor, &case, (path, body, code)).await;
    }
    refused(&town, &cast.handler, &case, ("/search-tasks/9/result", nothing_found(), "unknown_target")).await;
    refused(&town, &cast.clerk, &case, ("/search-tasks/1/return", json!({"reason": "不全。"}), "nothing_open")).await;
    let answered = cast.handler.step(&case, path, nothing_found()).await.good();
    refused(&town, &cast.handler, &answered, (path, nothing_found(), "search_already_answered")).await;
    refused(&town, &cast.clerk, &answered, ("/search-tasks/1/withdrawal", json!({"reason": "误发。"}), "nothing_open")).await;
    let withdrawn = cast.asked_to_search().await;
    let withdrawn = cast.clerk.step(&withdrawn, "/search-tasks/1/withdrawal", json!({"reason": "误发。"})).await.good();
    refused(&town, &cast.handler, &withdrawn, (path, nothing_found(), "search_withdrawn")).await;
}

#[actix_web::test]
async fn what_is_asked_of_departments_and_of_a_conference_must_be_possible() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let department = cast.assignment["department"].clone();
    let case = cast.assigned().await;
    let nobody = json!("00000000-0000-7000-8000-000000000000");
    let twice = json!({"tasks": [search_tasks(&department)["tasks"][0], search_tasks(&department)["tasks"][0]]});
    for (path, body, code) in [
        ("/search-tasks", json!({"tasks": []}), "fields_refused"),
        ("/search-tasks", twice, "search_already_asked"),
        ("/search-tasks", search_tasks(&nobody), "unknown_reference"),
        ("/search-tasks", with(search_tasks(&department), "/tasks/0/due_on", json!("2026-11-30")), "inner_date_too_late"),
        ("/search-tasks", with(search_tasks(&department), "/tasks/0/due_on", json!("2026-11-01")), "date_before_previous"),
        ("/search-tasks", with(search_tasks(&department), "/tasks/0/wanted", json!("\u{202e}")), "fields_refused"),
        ("/case-conferences", with(conference(&department), "/departments", json!([nobody])), "unknown_reference"),
        ("/case-conferences", with(conference(&department), "/question", json!("长".repeat(10_000))), "fields_refused"),
        ("/case-conferences", json!({"question": "？", "due_on": "2026-11-16"}), "fields_refused"),
        ("/case-conferences/1/opinions", json!({"on": FIRST_DAY, "words": "同意。"}), "unknown_target"),
        ("/contacts", with(contact(), "/on", json!("2026-11-03")), "date_in_future"),
        ("/contacts", with(contact(), "/on", json!("2026-11-01")), "date_before_previous"),
        ("/contacts", with(contact(), "/time", json!("25:00")), "fields_refused"),
        ("/contacts", with(contact(), "/words", json!("长".repeat(10_000))), "fields_refused"),
    ] {
        refused(&town, &cast.handler, &case, (path, body, code)).await;
    }
    let other = town.sign_in("handler2").await;
    for (path, body) in
        [("/search-tasks", search_tasks(&department)), ("/case-conferences", conference(&department)), ("/contacts", contact())]
    {
        refused(&town, &other, &case, (path, body, "not_permitted")).await;
    }
    let conferring = cast.conferring().await;
    let said = json!({"on": FIRST_DAY, "words": "同意。"});
    refused(&town, &cast.reviewer, &conferring, ("/case-conferences/1/opinions", said, "not_a_participant")).await;
    let conclusion = json!({"on": FIRST_DAY, "minutes": "会商情况。", "result": "区分处理。"});
    refused(&town, &cast.handler, &conferring, ("/case-conferences/1/conclusion", conclusion, "no_opinion_yet")).await;
}

#[actix_web::test]
async fn nobody_is_told_to_correct_without_a_word_before_or_a_reason_for_none() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.registered().await;
    let mut silent = correction();
    silent.as_object_mut().unwrap().remove("no_contact_reason");
    refused(&town, &cast.clerk, &case, ("/corrections", silent.clone(), "contact_or_reason_needed")).await;
    let case = cast.clerk.step(&case, "/contacts", contact()).await.good();
    cast.clerk.step(&case, "/corrections", silent).await.good();
}
