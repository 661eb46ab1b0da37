//! Documents that several cases name, cases that go together, and what happens at the same time.

use super::{OVER, findings, has_key, id_of, left};
use crate::dossier::upload;
use crate::support::actor::{Reply, application};
use crate::support::life::{Cast, by_post, delivered, disclosed, reply_letter};
use crate::support::town::{FIRST_DAY, Town};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use foi_docket::demo::DISTRICT;
use serde_json::{Value, json};
use std::time::Duration;

async fn again(cast: &Cast, case: &Value) -> Value {
    cast.clerk.get(&format!("/api/v1/cases/{}", case["id"].as_str().unwrap())).await.good()
}

/// From the register to the archive.
async fn archived(cast: &Cast, registered: &Value, number: usize) -> Value {
    let case = cast.clerk.step(registered, "/assignments", cast.assignment.clone()).await.good();
    let case = cast.handler.step(&case, "/drafts", json!({"items": [disclosed()]})).await.good();
    let case = cast.approver.step(&cast.cleared(&case).await, "/replies", json!({})).await.good();
    let case = cast.clerk.step(&case, "/letters", reply_letter()).await.good();
    let case = cast.clerk.step(&case, "/dispatches", by_post(&format!("EA00000{number:04}CN"))).await.good();
    let case = cast.clerk.step(&case, "/dispatches/1/delivery", delivered()).await.good();
    let case = cast.clerk.step(&case, "/closing", json!({})).await.good();
    let case = cast.proved(&cast.kept_back(&case).await).await;
    cast.clerk.step(&case, "/archiving", json!({"archive_number": format!("D1-{number:04}")})).await.good()
}

/// Registered with a scan of the application.
async fn with_scan(cast: &Cast, scan: &str) -> Value {
    let mut body = application(FIRST_DAY);
    body["papers"] = json!([{"document_id": scan, "kind": "application", "title": "申请表", "dated_on": FIRST_DAY}]);
    let case = cast.clerk.post("/api/v1/cases", body).await.good();
    cast.clerk.step(&case, "/registration", json!({})).await.good()
}

async fn proposed(cast: &Cast, case: &Value) -> Value {
    let case = again(cast, case).await;
    cast.clerk.step(&case, "/disposal-proposals", json!({"appraisal": "保管期限已满。"})).await.good()
}

async fn decide(cast: &Cast, case: &Value) -> Reply {
    cast.approver.step(case, "/disposal-proposals/1/decision", json!({"verdict": "approved"})).await
}

fn paper(document: &str) -> Value {
    json!({"document_id": document, "kind": "other", "title": "材料", "dated_on": FIRST_DAY})
}

#[actix_web::test]
async fn a_paper_goes_with_its_last_part_and_a_voided_case_with_the_one_that_survives() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let scan = upload(&cast.clerk, "一份申请表两项内容").await;
    let whole = with_scan(&cast, &scan).await;
    let matters = json!({"reason": "两项互不相关。", "matters": [{"description": "甲"}, {"description": "乙"}]});
    let whole = cast.clerk.step(&whole, "/splits", matters).await.good();
    let part = async |n: usize| {
        let id = whole["splitting"]["parts"][n]["case_id"].as_str().unwrap();
        cast.clerk.get(&format!("/api/v1/cases/{id}")).await.good()
    };
    let twin = with_scan(&cast, &scan).await;
    let merge = json!({"reason": "重复登记。", "survivor": part(1).await["id"]});
    let twin = cast.approver.step(&twin, "/voiding", merge).await.good();
    let (one, two) = (archived(&cast, &part(0).await, 1).await, archived(&cast, &part(1).await, 2).await);
    town.go(OVER);
    cast.clerk.step(&again(&cast, &twin).await, "/disposal-proposals", json!({"appraisal": "期满。"})).await.refused("retention_runs");
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    let disposed = decide(&cast, &proposed(&cast, &one).await).await.good();
    assert_eq!(disposed["retention"]["disposal"]["companions"], json!([]));
    assert!(has_key(&mut owner, &scan) && left(&mut owner, id_of(&whole["id"]))[0] == 1, "a part is left");
    // A hold on what goes along holds all of it.
    cast.clerk.step(&again(&cast, &whole).await, "/holds", json!({"reason": "巡察组调阅中。"})).await.good();
    let two = proposed(&cast, &two).await;
    let problem = decide(&cast, &two).await.refused("dossier_held");
    assert!(problem["detail"].as_str().unwrap().contains(whole["case_number"].as_str().unwrap()), "{problem:#}");
    cast.approver.step(&again(&cast, &whole).await, "/holds/1/release", json!({"reason": "巡察结束。"})).await.good();
    let disposed = decide(&cast, &two).await.good();
    let mut along = vec![whole["case_number"].clone(), twin["case_number"].clone()];
    along.sort_by_key(ToString::to_string);
    let mut named = disposed["retention"]["disposal"]["companions"].as_array().unwrap().clone();
    named.sort_by_key(ToString::to_string);
    assert_eq!(named, along);
    assert!(!has_key(&mut owner, &scan));
    for case in [&whole, &twin, &two] {
        assert_eq!(left(&mut owner, id_of(&case["id"])), [0; 4]);
    }
    let gone = again(&cast, &whole).await;
    assert_eq!((&gone["stage"], &gone["retention"]["disposal"]["with_case"]), (&json!("split"), &two["id"]));
    assert_eq!(gone["request"]["description"], Value::Null);
    cast.clerk.step(&gone, "/papers", paper(&scan)).await.refused("dossier_disposed");
    assert_eq!(findings(&town), [""; 0]);
}

#[actix_web::test]
async fn a_document_that_went_with_a_dossier_is_named_by_nobody_and_verify_finds_who_does() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let scan = upload(&cast.clerk, "申请表").await;
    let other = cast.registered().await;
    let case = archived(&cast, &with_scan(&cast, &scan).await, 1).await;
    town.go(OVER);
    decide(&cast, &proposed(&cast, &case).await).await.good();
    let problem = cast.clerk.step(&other, "/papers", paper(&scan)).await.refused("unknown_reference");
    assert_eq!(problem["errors"][0]["pointer"], "/document_id");
    assert!(problem["detail"].as_str().unwrap().contains("已随案卷销毁"), "{problem:#}");
    let kept = upload(&cast.clerk, "另一份").await;
    cast.clerk.step(&other, "/papers", paper(&kept)).await.good();
    assert_eq!(findings(&town), [""; 0]);
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    owner.batch_execute(&format!("DELETE FROM document_keys WHERE document_id = '{kept}'")).unwrap();
    let named = format!("the case names the document {kept}, whose key was destroyed");
    assert!(findings(&town).contains(&named), "{:?}", findings(&town));
}

/// Does something on the owner's connection while a request waits for what it holds.
async fn meanwhile(owner: &mut PgConnection, sql: &str) {
    tokio::time::sleep(Duration::from_millis(700)).await;
    owner.batch_execute(sql).unwrap();
}

#[actix_web::test]
async fn who_names_a_document_and_who_shreds_it_wait_for_each_other() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let (first, second) = (upload(&cast.clerk, "甲").await, upload(&cast.clerk, "乙").await);
    let other = cast.registered().await;
    let case = archived(&cast, &with_scan(&cast, &second).await, 1).await;
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    // Its key is about to go: the step waits, and then finds it gone.
    owner.batch_execute(&format!("BEGIN; SELECT 1 FROM document_keys WHERE document_id = '{first}' FOR UPDATE")).unwrap();
    let goes = format!("DELETE FROM document_keys WHERE document_id = '{first}'; COMMIT");
    let (named, ()) = tokio::join!(cast.clerk.step(&other, "/papers", paper(&first)), meanwhile(&mut owner, &goes));
    named.refused("unknown_reference");
    // Another case is about to name it: the disposal waits, and then sees that case.
    town.go(OVER);
    let case = proposed(&cast, &case).await;
    owner.batch_execute(&format!("BEGIN; SELECT 1 FROM document_keys WHERE document_id = '{second}' FOR SHARE")).unwrap();
    let (agency, id) = (DISTRICT, other["id"].as_str().unwrap());
    let names = format!("INSERT INTO case_documents (agency_id, case_id, document_id) VALUES ('{agency}', '{id}', '{second}'); COMMIT");
    let (decided, ()) = tokio::join!(decide(&cast, &case), meanwhile(&mut owner, &names));
    decided.refused("disposal_outdated");
    assert!(has_key(&mut owner, &second));
    decide(&cast, &again(&cast, &case).await).await.good();
    assert!(has_key(&mut owner, &second), "the other case needs it");
}

#[actix_web::test]
async fn of_two_disposals_at_once_the_last_takes_what_they_share() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let mut pairs = Vec::new();
    for round in 0..3 {
        let scan = upload(&cast.clerk, &format!("共用的材料{round}")).await;
        let one = archived(&cast, &with_scan(&cast, &scan).await, 2 * round + 1).await;
        let two = archived(&cast, &with_scan(&cast, &scan).await, 2 * round + 2).await;
        pairs.push((scan, one, two));
    }
    town.go(OVER);
    for (scan, one, two) in pairs {
        let (one, two) = (proposed(&cast, &one).await, proposed(&cast, &two).await);
        let (first, second) = tokio::join!(decide(&cast, &one), decide(&cast, &two));
        let mut owner = PgConnection::establish(&town.owner_url).unwrap();
        for (reply, case) in [(first, &one), (second, &two)] {
            if reply.status != 201 {
                reply.refused("disposal_outdated");
                assert!(has_key(&mut owner, &scan), "one dossier is left that needs it");
                decide(&cast, &again(&cast, case).await).await.good();
            }
        }
        assert!(!has_key(&mut owner, &scan), "nobody needs it any more");
    }
    assert_eq!(findings(&town), [""; 0]);
}
