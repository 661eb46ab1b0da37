//! Whole stories over HTTP, with the time line as auditors see it.

mod clock;
mod inside;
mod letters;
mod proofs;
mod registers;

use crate::support::life::{Cast, by_post, delivered, denied, disclosed};
use crate::support::town::{FIRST_DAY, Town};
use serde_json::{Value, json};
use std::fmt::Write;

/// The history of a case as text: who did what.
async fn time_line(cast: &Cast, case: &Value) -> String {
    let id = case["id"].as_str().unwrap();
    let page = cast.clerk.get(&format!("/api/v1/cases/{id}/events?limit=200")).await.good();
    let mut text = String::new();
    for event in page["items"].as_array().unwrap() {
        let _ = writeln!(
            text,
            "{:>2} {} {} {}",
            event["seq"],
            event["recorded_at"].as_str().unwrap().split('T').next().unwrap(),
            event["actor"]["display_name"].as_str().unwrap_or("-"),
            event["kind"].as_str().unwrap()
        );
    }
    text
}

#[actix_web::test]
async fn from_the_counter_to_the_archive() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.received().await;
    assert_eq!((case["stage"].as_str(), case["due_on"].as_str()), (Some("received"), Some("2026-11-30")));
    let case = cast.clerk.step(&case, "/registration", json!({})).await.good();
    assert_eq!(case["acknowledgement"]["case_number"], "示市监依申请〔2026〕1号");
    assert_eq!(case["acknowledgement"]["due_on"], "2026-11-30");
    assert_eq!(case["acknowledgement"]["query_code"].as_str().unwrap().chars().count(), 8);
    let case = cast.clerk.step(&case, "/assignments", cast.assignment.clone()).await.good();
    town.go("2026-11-09");
    let case = cast.handler.step(&case, "/drafts", json!({"items": [disclosed()]})).await.good();
    let case = cast.reviewer.step(&case, "/reviews", json!({"kind": "legal", "verdict": "approved"})).await.good();
    let case = cast.cleared(&case).await;
    let case = cast.approver.step(&case, "/replies", json!({})).await.good();
    assert_eq!(case["replies"][0]["document_number"], "示市监公复〔2026〕1号");
    assert_eq!(case["replies"][0]["remedy"]["path"], "free_choice");
    // The reply is issued, and the duty still stands: what meets it is the dispatch.
    let open = |case: &Value| case["duties"].as_array().unwrap().iter().any(|duty| duty["kind"] == "reply" && duty["open"] == true);
    assert!(open(&case));
    town.go("2026-11-10");
    let mut post = by_post("EA000000001CN");
    post["on"] = json!("2026-11-10");
    let case = cast.clerk.step(&case, "/letters", json!({"letter": {"kind": "reply", "n": 1}})).await.good();
    let case = cast.clerk.step(&case, "/dispatches", post).await.good();
    assert!(!open(&case));
    cast.clerk.step(&case, "/closing", json!({})).await.refused("node_missing");
    town.go("2026-11-13");
    let mut served = delivered();
    served["on"] = json!("2026-11-12");
    served["proof"] = cast.paper().await;
    let case = cast.clerk.step(&case, "/dispatches/1/delivery", served).await.good();
    let terms: Vec<_> = case["duties"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|duty| duty["owed_by"] == "applicant")
        .map(|duty| (duty["kind"].as_str().unwrap(), duty["due_on"].as_str().unwrap()))
        .collect();
    assert_eq!(terms, [("apply_for_reconsideration", "2027-01-11"), ("sue_directly", "2027-05-12")]);
    let case = cast.clerk.step(&case, "/closing", json!({})).await.good();
    cast.clerk.step(&case, "/archiving", json!({"archive_number": "2026-依-001"})).await.refused("node_missing");
    let case = cast.kept_back(&case).await;
    let case = cast.clerk.step(&case, "/archiving", json!({"archive_number": "2026-依-001"})).await.good();
    assert_eq!(case["stage"], "archived");
    insta::assert_snapshot!("from_the_counter_to_the_archive", time_line(&cast, &case).await);
}

#[actix_web::test]
async fn a_denial_needs_two_people_beside_the_drafter_and_reconsideration_comes_first() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.assigned().await;
    let case = cast.handler.step(&case, "/drafts", json!({"items": [denied()]})).await.good();
    let refused = cast.approver.step(&case, "/replies", json!({})).await.refused("second_approval_missing");
    assert_eq!(refused["article"], "36(3)");
    let case = cast.reviewer.step(&case, "/reviews", json!({"kind": "legal", "verdict": "approved"})).await.good();
    let case = cast.approver.step(&case, "/replies", json!({})).await.good();
    let remedy = &case["replies"][0]["remedy"];
    assert_eq!(remedy["path"], "reconsideration_first");
    assert!(remedy["text"].as_str().unwrap().contains("示范区人民政府"));
}

#[actix_web::test]
async fn silence_is_challenged_and_the_letter_came_back() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.registered().await;
    town.go("2026-12-01");
    let against_silence = json!({
        "body": "示范区人民政府", "procedure": "ordinary", "against": {"kind": "silence"}, "received_on": "2026-12-01"
    });
    let case = cast.reviewer.step(&case, "/reconsiderations", against_silence).await.good();
    let answer = case["duties"].as_array().unwrap().iter().find(|duty| duty["kind"] == "answer_reconsideration").unwrap().clone();
    assert_eq!((answer["due_on"].as_str(), answer["article"].as_str()), (Some("2026-12-15"), Some("复议法 48")));

    let case = cast.clerk.step(&case, "/assignments", cast.assignment.clone()).await.good();
    let case = cast.handler.step(&case, "/drafts", json!({"items": [disclosed()]})).await.good();
    let case = cast.cleared(&case).await;
    let case = cast.approver.step(&case, "/replies", json!({})).await.good();
    let mut post = by_post("EA000000002CN");
    post["on"] = json!("2026-12-01");
    let case = cast.clerk.step(&case, "/dispatches", post.clone()).await.good();
    let came_back = json!({"result": "returned", "on": "2026-12-01", "reason": "查无此人"});
    let case = cast.clerk.step(&case, "/dispatches/1/delivery", came_back).await.good();
    assert!(case["duties"].as_array().unwrap().iter().any(|duty| duty["kind"] == "send_again" && duty["open"] == true));
    cast.clerk.step(&case, "/dispatches", post.clone()).await.refused("tracking_number_used");
    post["method"]["tracking_number"] = json!("EA000000003CN");
    let case = cast.clerk.step(&case, "/dispatches", post).await.good();
    assert!(!case["duties"].as_array().unwrap().iter().any(|duty| duty["kind"] == "send_again" && duty["open"] == true));
    assert_eq!(case["received_on"], FIRST_DAY);
    insta::assert_snapshot!("silence_is_challenged", time_line(&cast, &case).await);
}

#[actix_web::test]
async fn a_revoked_reply_is_answered_anew_and_both_letters_go_out() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.closed("EA000000004CN").await;
    let case = cast.approver.step(&case, "/replies/1/revocation", json!({"reason": "适用条款有误。"})).await.good();
    assert_eq!(case["stage"], "registered");
    let case = cast.handler.step(&case, "/drafts", json!({"items": [disclosed()]})).await.good();
    let case = cast.cleared(&case).await;
    let case = cast.approver.step(&case, "/replies", json!({})).await.good();
    assert_eq!(case["stage"], "replied");
    let mut post = by_post("EA000000005CN");
    post["letter"] = json!({"kind": "revocation", "reply": 1});
    let case = cast.clerk.step(&case, "/dispatches", post).await.good();
    assert_eq!(case["stage"], "replied", "the new reply has not left");
    let mut post = by_post("EA000000006CN");
    post["letter"] = json!({"kind": "reply", "n": 2});
    assert_eq!(cast.clerk.step(&case, "/dispatches", post).await.good()["stage"], "mailed");
}

#[actix_web::test]
async fn the_same_name_alone_is_not_the_same_applicant() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let survivor = cast.received().await;
    let mut namesake = crate::support::actor::application(FIRST_DAY);
    namesake["applicants"][0]["id_number"] = json!("110101198501010022");
    let case = cast.clerk.post("/api/v1/cases", namesake).await.good();
    let twin = json!({"reason": "重复登记。", "survivor": survivor["id"]});
    cast.approver.step(&case, "/voiding", twin.clone()).await.refused("survivor_unfit");
    let case = cast.received().await;
    cast.approver.step(&case, "/voiding", twin).await.good();
    // The survivor stands for the application now.
    let survivor = cast.clerk.get(&format!("/api/v1/cases/{}", survivor["id"].as_str().unwrap())).await.good();
    cast.approver.step(&survivor, "/voiding", json!({"reason": "误录。"})).await.refused("survivor_unfit");
}

#[actix_web::test]
async fn letters_with_an_amended_datum_are_listed_until_they_are_issued_again() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.served("EA000000007CN").await;
    assert_eq!(case["letters_to_reissue"], json!([]));
    let number = case["case_number"].clone();
    let mut phone = crate::support::actor::application(FIRST_DAY)["applicants"].clone();
    phone[0]["phone"] = json!("13000000099");
    let amendment = |change: Value| json!({"change": change, "reason": "登记有误。"});
    let case = cast.clerk.step(&case, "/amendments", amendment(json!({"subject": "applicants", "applicants": phone}))).await.good();
    assert_eq!(case["letters_to_reissue"], json!([]), "no letter states a telephone");
    let reissue = |case: &Value| -> Value {
        let steps = case["available_steps"].as_array().unwrap();
        steps.iter().find(|step| step["step"] == "reissue_acknowledgement").unwrap()["blocked_by"]["code"].clone()
    };
    assert_eq!(reissue(&case), "nothing_to_change", "the page and the step agree");
    cast.clerk.step(&case, "/acknowledgements", json!({})).await.refused("nothing_to_change");
    let earlier = json!({"subject": "receipt", "channel": "counter", "arrived_on": "2026-10-30"});
    let case = cast.clerk.step(&case, "/amendments", amendment(earlier)).await.good();
    let rows = |case: &Value| -> Vec<(Value, Value, Value, Value)> {
        let list = case["letters_to_reissue"].as_array().unwrap();
        list.iter().map(|row| (row["letter"]["kind"].clone(), row["datum"].clone(), row["old"].clone(), row["mended_by"].clone())).collect()
    };
    let row = |letter: &str, datum: &str, old: &str, step: &str| (json!(letter), json!(datum), json!(old), json!(step));
    let of_reply = row("reply", "received_on", FIRST_DAY, "issue_erratum");
    assert_eq!(
        rows(&case),
        [
            row("acknowledgement", "received_on", FIRST_DAY, "reissue_acknowledgement"),
            row("acknowledgement", "due_on", case["registration"]["due_on"].as_str().unwrap(), "reissue_acknowledgement"),
            of_reply.clone()
        ]
    );
    assert_eq!(reissue(&case), Value::Null);
    let list = &case["letters_to_reissue"];
    assert_eq!((&list[0]["new"], &list[0]["number"], &list[1]["new"]), (&json!("2026-10-30"), &number, &case["due_on"]));
    let case = cast.clerk.step(&case, "/acknowledgements", json!({})).await.good();
    assert_eq!(rows(&case), std::slice::from_ref(&of_reply));
    cast.clerk.step(&case, "/acknowledgements", json!({})).await.refused("nothing_to_change");
    let erratum = json!({"text": "第二页页码有误。", "remedy": "unchanged"});
    let case = cast.approver.step(&case, "/replies/1/errata", erratum).await.good();
    assert_eq!(rows(&case), [of_reply], "it states another thing");
    let erratum = json!({"text": "收到申请之日应为2026年10月30日。", "remedy": "unchanged", "corrects": ["received_on"]});
    let case = cast.approver.step(&case, "/replies/1/errata", erratum).await.good();
    assert_eq!(rows(&case), []);
}
