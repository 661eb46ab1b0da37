//! The work inside the agency over HTTP: seen by whom it concerns, checked before it is signed, never in the way of others.

use crate::support::handling::{contact, nothing_found, search_tasks};
use crate::support::life::Cast;
use crate::support::town::{FIRST_DAY, Town};
use serde_json::{Value, json};

/// The kinds of duties of a case on somebody's worklist.
async fn listed(actor: &crate::support::actor::Actor, case: &Value, query: &str) -> Vec<String> {
    let page = actor.get(&format!("/api/v1/duties?limit=200&{query}")).await.good();
    let of_case = page["items"].as_array().unwrap().iter().filter(|item| item["case_id"] == case["id"]);
    of_case.map(|item| item["kind"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn nothing_unclaimed_is_unseen_and_what_is_sent_back_is_the_offices() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.assigned().await;
    assert!(listed(&cast.handler, &case, "mine=true").await.contains(&"claim_case".to_owned()));
    let case = cast.handler.step(&case, "/assignments/1/return", json!({"reason": "应由其他科承办。"})).await.good();
    assert_eq!((&case["department"], &case["handler"]), (&Value::Null, &Value::Null));
    assert_eq!(case["assignments"][0]["sent_back"]["reason"], "应由其他科承办。");
    assert_eq!(listed(&cast.handler, &case, "mine=true").await, [""; 0]);
    assert!(listed(&cast.clerk, &case, "mine=true").await.contains(&"assign_again".to_owned()));
    let case = cast.clerk.step(&case, "/assignments", cast.assignment.clone()).await.good();
    let case = cast.handler.step(&case, "/assignments/2/acceptance", json!({})).await.good();
    assert_eq!(case["assignments"][1]["accepted_on"], FIRST_DAY);
    assert!(!listed(&cast.handler, &case, "mine=true").await.contains(&"claim_case".to_owned()));
}

#[actix_web::test]
async fn a_search_stands_on_the_worklist_of_the_department_asked_and_its_result_waits_for_nobody() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let other = town.sign_in("handler2").await;
    let theirs = other.get("/api/v1/me").await.good()["department"]["id"].clone();
    let mut tasks = search_tasks(&cast.assignment["department"]);
    tasks["tasks"].as_array_mut().unwrap().push(search_tasks(&theirs)["tasks"][0].clone());
    let case = cast.handler.step(&cast.assigned().await, "/search-tasks", tasks).await.good();
    assert_eq!(listed(&other, &case, "mine=true").await, ["answer_search"]);
    let department = theirs.as_str().unwrap();
    assert_eq!(listed(&cast.clerk, &case, &format!("department={department}")).await, ["answer_search"]);
    // Somebody else was faster meanwhile: a result contradicts nobody.
    cast.handler.step(&case, "/contacts", contact()).await.good();
    let path = format!("/api/v1/cases/{}/search-tasks/2/result", case["id"].as_str().unwrap());
    let body = nothing_found().to_string().into_bytes();
    let case = other.send(reqwest::Method::POST, &path, &[("if-match", "*")], Some(body)).await.good();
    assert_eq!(listed(&other, &case, "mine=true").await, [""; 0]);
    let result = &case["search_tasks"][1]["results"][0];
    assert_eq!((result["is_nothing_found"].as_bool(), result["scope"]["places"][0].as_str()), (Some(true), Some("综合档案室")));
    let supervisor = town.sign_in("supervisor").await.get(&format!("/api/v1/cases/{}", case["id"].as_str().unwrap())).await.good();
    let masked = &supervisor["search_tasks"][1]["results"][0];
    assert_eq!(
        (&masked["scope"]["places"], &masked["nothing_found"], &masked["is_nothing_found"]),
        (&Value::Null, &Value::Null, &json!(true))
    );
}

#[actix_web::test]
async fn article_36_4_the_completeness_check_names_what_the_signature_would_be_refused_for() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.assigned().await;
    let at = format!("/api/v1/cases/{}/completeness", case["id"].as_str().unwrap());
    let none = cast.approver.get(&at).await.good();
    assert_eq!((&none["draft"], &none["complete"], &none["missing"]), (&Value::Null, &json!(false), &json!([])));
    let other = town.sign_in("handler2").await;
    let theirs = other.get("/api/v1/me").await.good()["department"]["id"].clone();
    let mut tasks = search_tasks(&cast.assignment["department"]);
    tasks["tasks"].as_array_mut().unwrap().push(search_tasks(&theirs)["tasks"][0].clone());
    let case = cast.handler.step(&case, "/search-tasks", tasks).await.good();
    let item = json!({
        "kind": "n1a", "main": true, "subject": "罚没款统计表", "reasons": "经检索，该信息不存在。", "articles": ["36(4)"]
    });
    let refused = cast.handler.step(&case, "/drafts", json!({"items": [item]})).await.refused("reply_incomplete");
    let codes: Vec<_> = refused["errors"].as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["search_record", "contact_or_reason_needed"]);
    let case = cast.handler.step(&case, "/contacts", contact()).await.good();
    let case = cast.handler.step(&case, "/search-tasks/1/result", nothing_found()).await.good();
    let case = cast.handler.step(&case, "/drafts", json!({"items": [item]})).await.good();
    let open = cast.approver.get(&at).await.good();
    assert_eq!((&open["draft"], &open["complete"]), (&json!(1), &json!(false)));
    let lack = &open["missing"][0];
    assert_eq!(
        (&lack["code"], &lack["article"], &lack["mend"]["step"]),
        (&json!("search_open"), &json!("36(4)"), &json!("give_search_result"))
    );
    let task = format!("/api/v1/cases/{}/search-tasks/2/result", case["id"].as_str().unwrap());
    assert_eq!(lack["mend"]["href"], task, "that of the task that is open");
    let refused = cast.approver.step(&case, "/replies", json!({})).await.refused("reply_incomplete");
    assert_eq!(refused["errors"][0]["code"], "search_open");
    let case = cast.clerk.step(&case, "/search-tasks/2/withdrawal", json!({"reason": "误发。"})).await.good();
    assert_eq!(cast.approver.get(&at).await.good()["missing"][0]["code"], "search_withdrawn");
    let mut explained = item.clone();
    explained["search_explanation"] = json!("该处室不保存罚没款统计资料，协查系误发。");
    let case = cast.handler.step(&case, "/drafts", json!({"items": [explained]})).await.good();
    assert_eq!(cast.approver.get(&at).await.good()["complete"], true);
    cast.approver.step(&case, "/replies", json!({})).await.good();
}
