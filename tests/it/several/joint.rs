//! What happens to the one envelope of a joint reply happens to all its cases, and what was signed is what it says.

use super::{Joint, again, both, drafted, verified};
use crate::dossier::upload;
use crate::support::life::{Cast, by_post, disclosed, reply_letter};
use crate::support::town::{FIRST_DAY, Town};
use serde_json::{Value, json};
use std::io::Read;

const LATER: &str = "2026-11-06";

/// Signed, and made as a letter; the first case as it then stands.
async fn made(cast: &Cast, joint: &Joint) -> Value {
    cast.cleared(&joint.cases[0]).await;
    let one = cast.approver.step(&both(cast, joint).await[0], "/replies", json!({})).await.good();
    cast.clerk.step(&one, "/letters", reply_letter()).await.good()
}

fn served(cases: &[Value; 2]) -> [&Value; 2] {
    [&cases[0]["dispatches"][0]["served_on"], &cases[1]["dispatches"][0]["served_on"]]
}

#[actix_web::test]
async fn scan_opening_and_proof_of_a_joint_letter_are_entered_for_all_its_cases() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let joint = drafted(&cast, disclosed()).await;
    let one = made(&cast, &joint).await;
    let scan = json!({"letter": {"kind": "reply", "n": 1}, "document_id": upload(&cast.clerk, "盖章件").await});
    cast.clerk.step(&one, "/letter-scans", scan).await.good();
    let method = json!({"method": "online", "address": "jia@example.cn", "consent": cast.paper().await});
    let sent = json!({"letter": {"kind": "reply", "n": 1}, "on": FIRST_DAY, "method": method});
    cast.clerk.step(&both(&cast, &joint).await[1], "/dispatches", sent).await.good();
    town.go(LATER);
    let opened = json!({"opened_at": "2026-11-05T02:00:00Z", "opened_by": "jia@example.cn"});
    cast.clerk.step(&both(&cast, &joint).await[1], "/dispatches/1/openings", opened).await.good();
    let proof = json!({"document_id": upload(&cast.clerk, "发送记录").await, "role": "online_record", "dated_on": "2026-11-05"});
    cast.clerk.step(&both(&cast, &joint).await[0], "/dispatches/1/proofs", proof).await.good();
    let cases = both(&cast, &joint).await;
    assert_eq!(served(&cases), [&json!("2026-11-05"); 2]);
    for case in &cases {
        let dispatch = &case["dispatches"][0];
        let count = |field: &str| dispatch[field].as_array().unwrap().len();
        assert_eq!((count("openings"), count("proofs"), case["letter_scans"].as_array().unwrap().len()), (1, 1, 1), "{case:#}");
    }
    verified(&town);
}

#[actix_web::test]
async fn the_days_of_a_joint_letter_are_amended_in_all_its_cases_by_two_people() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let joint = drafted(&cast, disclosed()).await;
    let one = made(&cast, &joint).await;
    cast.clerk.step(&one, "/dispatches", by_post("EA123456789CN")).await.good();
    town.go(LATER);
    let signed = json!({"result": "delivered", "on": LATER, "signed_by": "甲某某"});
    cast.clerk.step(&both(&cast, &joint).await[0], "/dispatches/1/delivery", signed).await.good();
    // An amendment of its own moves the numbers of the two apart.
    let request = json!({"subject": "request", "request": {
        "description": "申请公开2025年度行政处罚罚没款总额。", "wanted_form": "electronic_data", "delivery_channel": "post"}});
    cast.clerk.step(&both(&cast, &joint).await[1], "/amendments", json!({"change": request, "reason": "登记有误。"})).await.good();
    let earlier = json!({"change": {"subject": "service", "dispatch": 1, "delivered_on": "2026-11-05"}, "reason": "签收日期看错。"});
    cast.clerk.step(&both(&cast, &joint).await[1], "/amendments", earlier.clone()).await.good();
    let cases = both(&cast, &joint).await;
    assert_eq!(served(&cases), [&json!(LATER); 2], "it waits, in both");
    assert_eq!((&cases[0]["amendments"][0]["state"], &cases[1]["amendments"][1]["state"]), (&json!("proposed"), &json!("proposed")));
    cast.approver.step(&cases[1], "/amendments/2/decision", json!({"verdict": "rejected", "reason": "凭证不清。"})).await.good();
    let cases = both(&cast, &joint).await;
    assert_eq!((&cases[0]["amendments"][0]["state"], &cases[1]["amendments"][1]["state"]), (&json!("rejected"), &json!("rejected")));
    cast.clerk.step(&cases[0], "/amendments", earlier).await.good();
    cast.approver.step(&again(&cast.clerk, &cases[0]).await, "/amendments/2/decision", json!({"verdict": "approved"})).await.good();
    assert_eq!(served(&both(&cast, &joint).await), [&json!("2026-11-05"); 2]);
    let failed = json!({"change": {"subject": "service_failed", "dispatch": 1, "returned_on": LATER, "reason": "查无此人"}, "reason": "系他人签收。"});
    cast.clerk.step(&both(&cast, &joint).await[0], "/amendments", failed).await.good();
    cast.approver.step(&both(&cast, &joint).await[1], "/amendments/4/decision", json!({"verdict": "approved"})).await.good();
    let cases = both(&cast, &joint).await;
    assert_eq!(served(&cases), [&Value::Null; 2]);
    let posting = json!({"change": {"subject": "posting", "dispatch": 1, "on": "2026-11-03"}, "reason": "交寄日期看错。"});
    cast.clerk.step(&cases[0], "/amendments", posting).await.good();
    cast.approver.step(&both(&cast, &joint).await[0], "/amendments/4/decision", json!({"verdict": "approved"})).await.good();
    let cases = both(&cast, &joint).await;
    assert_eq!([&cases[0]["dispatches"][0]["on"], &cases[1]["dispatches"][0]["on"]], [&json!("2026-11-03"); 2]);
    verified(&town);
}

/// The words of the joint letter as it would be made now.
async fn letter(town: &Town, cast: &Cast, case: &Value) -> String {
    let id = case["id"].as_str().unwrap();
    let url = format!("{}/api/v1/cases/{id}/letter-previews?document=letter&letter=reply&n=1&format=docx", town.base);
    let response = reqwest::Client::new().get(url).bearer_auth(cast.clerk.token()).send().await.unwrap().error_for_status().unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(response.bytes().await.unwrap())).unwrap();
    let mut text = String::new();
    archive.by_name("word/document.xml").unwrap().read_to_string(&mut text).unwrap();
    text
}

#[actix_web::test]
async fn a_joint_letter_says_what_its_cases_were_when_it_was_signed() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let joint = drafted(&cast, disclosed()).await;
    cast.cleared(&joint.cases[0]).await;
    cast.approver.step(&both(&cast, &joint).await[0], "/replies", json!({})).await.good();
    let cases = both(&cast, &joint).await;
    let signed = letter(&town, &cast, &cases[0]).await;
    let request = json!({"subject": "request", "request": {
        "description": "申请公开2024年度公务接待批次。", "wanted_form": "paper", "delivery_channel": "post"}});
    let amended = cast.clerk.step(&cases[1], "/amendments", json!({"change": request, "reason": "登记有误。"})).await.good();
    assert_eq!(amended["request"]["description"], "申请公开2024年度公务接待批次。");
    assert_eq!(letter(&town, &cast, &cases[0]).await, signed);
    assert!(!signed.contains("公务接待"));
}
