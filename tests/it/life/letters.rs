//! What was signed stays as it was signed, and what no longer is true does not leave (domain 6.6).

use crate::support::life::{Cast, by_post, reply_letter};
use crate::support::town::{FIRST_DAY, Town};
use reqwest::Method;
use serde_json::{Value, json};

fn amendment(change: &Value) -> Value {
    json!({"change": change, "reason": "登记有误。"})
}

#[actix_web::test]
async fn an_extension_whose_date_moved_is_made_again_before_it_leaves() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let extension = json!({"working_days": 10, "reasons": "需要逐件核对。"});
    let case = cast.approver.step(&cast.assigned().await, "/extensions", extension).await.good();
    let letter = json!({"kind": "extension", "n": 1});
    let case = cast.clerk.step(&case, "/letters", json!({"letter": letter})).await.good();
    let earlier = json!({"subject": "receipt", "channel": "counter", "arrived_on": "2026-10-30"});
    let case = cast.clerk.step(&case, "/amendments", amendment(&earlier)).await.good();
    let post = || {
        let mut post = by_post("EA000000041CN");
        post["letter"] = letter.clone();
        post
    };
    cast.clerk.step(&case, "/dispatches", post()).await.refused("letter_outdated");
    let item = json!({"case_id": case["id"], "letter": letter, "tracking_number": "EA000000041CN"});
    let list = json!({"carrier": "ems", "on": FIRST_DAY, "items": [item]});
    cast.clerk.post("/api/v1/dispatch-batches", list.clone()).await.refused("letter_outdated");
    let case = cast.clerk.step(&case, "/letters", json!({"letter": letter})).await.good();
    let tried = cast.clerk.post("/api/v1/dispatch-batches?validate_only=true", list).await;
    assert_eq!((tried.status, &tried.body["cases"][0]["case_id"]), (200, &case["id"]), "{:#}", tried.body);
    let case = cast.clerk.step(&case, "/dispatches", post()).await.good();
    let made = case["letters"].as_array().unwrap().iter().find(|made| made["current"] == true).unwrap();
    assert_eq!(case["dispatches"][0]["content"], made["pdf"]["sha256"], "what went on paper is named by its digest too");
}

#[actix_web::test]
async fn art_45_a_signed_reply_is_composed_as_it_was_signed_and_recalled_when_it_is_wrong() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.issued().await;
    town.go("2026-11-03");
    let template = json!({"text": "@number {{number}}\n从未有人签发过的文字。\n@decisions\n{{remedy}}"}).to_string().into_bytes();
    let headers = [("if-match", "\"0\""), ("content-type", "application/json")];
    let admin = town.sign_in("admin").await;
    admin.send(Method::PUT, "/api/v1/letter-templates/reply", &headers, Some(template)).await.good();
    let case = cast.clerk.step(&case, "/letters", reply_letter()).await.good();
    let used = case["letters"][0]["templates"].as_array().unwrap();
    assert_eq!(used.iter().find(|used| used["kind"] == "reply").unwrap()["edition"], 0, "the edition of the moment it was signed at");
    let request = json!({"description": "申请公开乙文件。", "wanted_form": "paper", "delivery_channel": "post"});
    let case = cast.clerk.step(&case, "/amendments", amendment(&json!({"subject": "request", "request": request}))).await.good();
    cast.clerk.step(&case, "/dispatches", by_post("EA000000042CN")).await.refused("letter_outdated");
    cast.clerk.step(&case, "/letters", reply_letter()).await.refused("letter_outdated");
    cast.approver.step(&case, "/replies/1/recall", json!({"reason": "申请内容已更正。"})).await.good();
}
