//! Proofs of deliveries over HTTP: one slip is one delivery in the whole agency, what is missing is owed by those who send letters, and
//! archiving names all of it at once.

use crate::support::actor::Actor;
use crate::support::life::{Cast, delivered};
use crate::support::town::{FIRST_DAY, Town};
use serde_json::{Value, json};

fn slip(document: &Value) -> Value {
    json!({"document_id": document, "role": "signed_slip", "dated_on": FIRST_DAY})
}

/// Kind and operation of the duties of a case that stand with somebody.
async fn mine(actor: &Actor, case: &Value) -> Vec<(String, String)> {
    let page = actor.get("/api/v1/duties?limit=200&mine=true").await.good();
    let of_case = page["items"].as_array().unwrap().iter().filter(|item| item["case_id"] == case["id"]);
    let word = |item: &Value, field: &str| item[field].as_str().unwrap().to_owned();
    of_case.map(|item| (word(item, "kind"), word(item, "operation"))).collect()
}

#[actix_web::test]
async fn rule_235_one_slip_proves_one_case_and_of_two_at_once_only_one_gets_it() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let (one, two) = (cast.served("EA000000001CN").await, cast.served("EA000000002CN").await);
    let paper = cast.slip(&one).await;
    cast.clerk.step(&one, "/dispatches/1/proofs", slip(&paper)).await.good();
    let refused = cast.clerk.step(&two, "/dispatches/1/proofs", slip(&paper)).await.refused("proof_used");
    assert!(refused["detail"].as_str().unwrap().contains(one["case_number"].as_str().unwrap()), "{refused:#}");
    // The same bytes stored again are the same slip.
    let again = cast.slip(&one).await;
    assert_ne!(again, paper);
    cast.clerk.step(&two, "/dispatches/1/proofs", slip(&again)).await.refused("proof_used");
    // A posting list is of many letters.
    let list = |case: &Value| json!({"document_id": case["id"], "role": "posting_list", "dated_on": FIRST_DAY});
    let (mut first, mut second) = (list(&one), list(&two));
    (first["document_id"], second["document_id"]) = (cast.paper().await, cast.paper().await);
    let one = cast.clerk.get(&format!("/api/v1/cases/{}", one["id"].as_str().unwrap())).await.good();
    cast.clerk.step(&one, "/dispatches/1/proofs", first).await.good();
    cast.clerk.step(&two, "/dispatches/1/proofs", second).await.good();
    for round in 0..6 {
        let number = |n: u32| format!("EA10000{round}{n}00CN");
        let (one, two) = (cast.posted(&number(1)).await, cast.posted(&number(2)).await);
        let mut served = delivered();
        served["proof"] = cast.slip(&one).await;
        let asked = async |case: &Value| cast.clerk.step(case, "/dispatches/1/delivery", served.clone()).await;
        let (first, other) = tokio::join!(asked(&one), asked(&two));
        let mut statuses = [first.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 422]);
    }
    // Nor twice on one list of sign-fors.
    let (one, two) = (cast.posted("EA200000001CN").await, cast.posted("EA200000002CN").await);
    let mut served = delivered();
    served["proof"] = cast.slip(&one).await;
    let item = |number: &str| json!({"tracking_number": number, "delivery": served});
    let items = json!({"items": [item("EA200000001CN"), item("EA200000002CN")]});
    let refused = cast.clerk.post("/api/v1/delivery-batches", items).await.refused("proof_used");
    assert!(refused["errors"][0]["pointer"].as_str().unwrap().starts_with("/items/1"), "{refused:#} {two:#}");
}

#[actix_web::test]
async fn domain_6_1_after_the_signature_the_dispatch_stands_with_the_clerk_and_not_with_the_handler() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let reply = |operation: &str| ("reply".to_owned(), operation.to_owned());
    let case = cast.reviewed().await;
    assert!(mine(&cast.handler, &case).await.contains(&reply("draft_reply")));
    assert!(!mine(&cast.clerk, &case).await.contains(&reply("draft_reply")));
    let case = cast.approver.step(&case, "/replies", json!({})).await.good();
    let clerks = mine(&cast.clerk, &case).await;
    assert!(clerks.contains(&reply("dispatch_letter")), "{clerks:?}");
    assert!(clerks.contains(&("review_publication".to_owned(), "review_publication".to_owned())), "{clerks:?}");
    assert_eq!(mine(&cast.handler, &case).await, []);
}

#[actix_web::test]
async fn rule_235_missing_proofs_are_owed_by_the_clerk_and_archiving_names_every_gap() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.closed("EA000000001CN").await;
    assert!(mine(&cast.clerk, &case).await.contains(&("file_proof".to_owned(), "record_delivery".to_owned())));
    assert!(!mine(&cast.handler, &case).await.iter().any(|(kind, _)| kind == "file_proof"));
    let check = format!("/api/v1/cases/{}/completeness", case["id"].as_str().unwrap());
    let missing = cast.handler.get(&check).await.good()["missing_proofs"].clone();
    assert_eq!((missing.as_array().unwrap().len(), &missing[0]["dispatch"]), (1, &json!(1)), "{missing:#}");
    assert!(missing[0]["mend"]["href"].as_str().unwrap().ends_with("/dispatches/1/proofs"));
    // The review of publication and the slip, in one refusal.
    let refused = cast.clerk.step(&case, "/archiving", json!({"archive_number": "2026-1"})).await.refused("node_missing");
    let codes: Vec<_> = refused["errors"].as_array().unwrap().iter().map(|error| error["code"].clone()).collect();
    assert_eq!(codes, ["node_missing", "delivery_proof_missing"], "{refused:#}");
    let case = cast.proved(&case).await;
    assert_eq!(cast.handler.get(&check).await.good()["missing_proofs"], json!([]));
    assert!(!mine(&cast.clerk, &case).await.iter().any(|(kind, _)| kind == "file_proof"));
}

#[actix_web::test]
async fn article_30_no_is_no_reason() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.registered().await;
    let notice = |why: &str| json!({"on": FIRST_DAY, "no_contact_reason": why, "points": "请补充文号。", "reasons": "内容不明确。"});
    for why in ["无", "不需要", "无需联系申请人。", "N/A"] {
        let refused = cast.clerk.step(&case, "/corrections", notice(why)).await;
        assert_eq!((refused.status, &refused.body["errors"][0]["code"]), (422, &json!("reason_without_substance")), "{why}");
        assert_eq!(refused.body["errors"][0]["pointer"], "/no_contact_reason");
    }
    cast.clerk.step(&case, "/corrections", notice("申请人未留电话。")).await.good();
}
