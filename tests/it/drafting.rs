//! Drafts on their way to the signature: sealed originals by role, deputies, comparison; and what is published afterwards.

use crate::support::actor::{Actor, application};
use crate::support::life::{Cast, by_post, denied, disclosed, reply_letter};
use crate::support::town::{FIRST_DAY, Town};
use foi_docket::audit::verify;
use foi_docket::demo::DISTRICT;
use foi_docket::rules::permissions::Role;
use reqwest::Method;
use serde_json::{Value, json};

async fn upload(actor: &Actor, words: &str) -> String {
    let body = format!("--cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n{words}\r\n--cut--\r\n");
    let headers = [("content-type", "multipart/form-data; boundary=cut")];
    let stored = actor.send(Method::POST, "/api/v1/documents", &headers, Some(body.into_bytes())).await.good();
    stored["id"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn article_17_an_unredacted_original_is_open_to_few_and_never_given() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let (redacted, original) = (upload(&cast.handler, "甲＊＊").await, upload(&cast.handler, "甲某某").await);
    let mut item = disclosed();
    item["attachments"] = json!([{"redacted": redacted, "unredacted": original}]);
    let case = cast.handler.step(&cast.assigned().await, "/drafts", json!({"items": [item]})).await.good();
    let content = |id: &str| format!("/api/v1/documents/{id}/content");
    for (role, open) in
        [(Role::Clerk, false), (Role::Handler, false), (Role::LegalReviewer, true), (Role::Approver, true), (Role::Auditor, false)]
    {
        let actor = town.role(role, "district").await;
        let purpose = if role == Role::Auditor { "?purpose=audit" } else { "" };
        let read = actor.get(&format!("{}{purpose}", content(&original))).await;
        if open {
            assert_eq!(read.status, 200, "{role:?}");
        } else {
            assert_eq!(read.status, 403, "{role:?}");
            read.refused("sealed_document");
        }
        assert_eq!(actor.get(&format!("{}{purpose}", content(&redacted))).await.status, 200, "{role:?}: what is given is no secret");
    }
    assert_eq!(cast.handler.get(&content(&original)).await.status, 200, "who drafted with it");
    town.role(Role::LegalReviewer, "sister").await.get(&content(&original)).await.refused("not_found");

    let silent = json!({"kind": "secrecy", "verdict": "approved"});
    cast.reviewer.step(&case, "/reviews", silent).await.refused("fields_refused");
    cast.approver.step(&case, "/replies", json!({})).await.refused("review_missing");
    // Another case does not give it away either.
    let mut given = disclosed();
    given["attachments"] = json!([original]);
    cast.handler.step(&cast.assigned().await, "/drafts", json!({"items": [given]})).await.refused("unredacted_given");
    let covered = json!({"kind": "secrecy", "verdict": "approved", "redaction": "redacted"});
    let case = cast.reviewer.step(&case, "/reviews", covered).await.good();
    let case = cast.approver.step(&case, "/replies", json!({})).await.good();
    assert_eq!(case["replies"][0]["items"][0]["grounds"]["attachments"], json!([redacted]));
}

#[actix_web::test]
async fn a_deputy_signs_within_the_dates_and_the_principal_s_name_stands_beside() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let deputy = town.role(Role::Handler, "district").await;
    let me = deputy.get("/api/v1/me").await.good()["id"].clone();
    let case = cast.reviewed().await;
    deputy.step(&case, "/replies", json!({})).await.refused("forbidden");
    cast.handler
        .post("/api/v1/deputies", json!({"account": me, "from_on": FIRST_DAY, "until_on": FIRST_DAY}))
        .await
        .refused("no_deputy_here");
    let term = json!({"account": me, "from_on": FIRST_DAY, "until_on": "2026-11-03"});
    let post = cast.approver.post("/api/v1/deputies", term.clone()).await.good();
    cast.approver.post("/api/v1/deputies", term).await.refused("post_overlaps");
    let issued = deputy.step(&case, "/replies", json!({})).await.good();
    assert_eq!((&issued["replies"][0]["by"]["id"], &issued["replies"][0]["deputy_for"]["id"]), (&me, &post["principal"]));
    let next = cast.reviewed().await;
    town.go("2026-11-04");
    deputy.step(&next, "/replies", json!({})).await.refused("forbidden");
}

#[actix_web::test]
async fn a_chain_of_the_agency_is_followed_by_name() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let admin = town.sign_in("admin").await;
    let seen = admin.get("/api/v1/settings").await;
    let mut settings = seen.body.clone();
    settings.as_object_mut().unwrap().retain(|key, _| key != "edition" && key != "made_at");
    settings["review_chain"] =
        json!([{"outcome": "denial", "reviews": ["department_head", "legal"]}, {"outcome": "disclosure", "reviews": ["secrecy"]}]);
    let version = seen.headers["etag"].to_str().unwrap().to_owned();
    let body = Some(settings.to_string().into_bytes());
    let mut unlawful = settings.clone();
    unlawful["review_chain"] = json!([]);
    let refused = Some(unlawful.to_string().into_bytes());
    let refused = admin.send(Method::PUT, "/api/v1/settings", &[("if-match", &version)], refused).await.refused("fields_refused");
    assert_eq!(
        (&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]),
        (&json!("/review_chain"), &json!("secrecy_review_missing"))
    );
    let replaced = admin.send(Method::PUT, "/api/v1/settings", &[("if-match", &version)], body).await.good();
    assert_eq!(
        (&replaced["warnings"][0]["code"], &replaced["warnings"][0]["review"]),
        (&json!("nobody_reviews"), &json!("department_head"))
    );
    assert_eq!(admin.get("/api/v1/agency-findings").await.good()["items"], replaced["warnings"], "as long as it is so");
    let case = cast.handler.step(&cast.assigned().await, "/drafts", json!({"items": [denied()]})).await.good();
    assert_eq!((&case["warnings"][0]["code"], &case["warnings"][0]["article"]), (&json!("nobody_reviews"), &json!("45")));
    let at = format!("/api/v1/cases/{}/completeness", case["id"].as_str().unwrap());
    let codes = async || -> Vec<String> {
        let missing = cast.handler.get(&at).await.good()["missing"].clone();
        missing.as_array().unwrap().iter().map(|lack| lack["code"].as_str().unwrap().to_owned()).collect()
    };
    assert!(codes().await.contains(&"nobody_reviews".to_owned()));
    let legal = json!({"kind": "legal", "verdict": "approved"});
    cast.reviewer.step(&case, "/reviews", legal.clone()).await.refused("review_missing");
    let head = town.role(Role::Handler, "district").await;
    let id = head.get("/api/v1/me").await.good()["id"].clone();
    let passed = json!({"kind": "department_head", "verdict": "approved"});
    head.step(&case, "/reviews", passed.clone()).await.refused("not_permitted");
    let post = json!({"account": id, "department": cast.assignment["department"], "from_on": FIRST_DAY});
    let waits = async |actor: &Actor| actor.get("/api/v1/duties?mine=true").await.good()["items"].clone();
    let waiting = waits(&head).await;
    assert!(waiting.as_array().unwrap().iter().all(|duty| duty["kind"] != "review_by_department_head"));
    admin.post("/api/v1/department-heads", post).await.good();
    assert_eq!(waits(&head).await[0]["kind"], "review_by_department_head");
    assert!(!codes().await.contains(&"nobody_reviews".to_owned()));
    let found = admin.get("/api/v1/agency-findings").await.good()["items"].clone();
    assert!(found.as_array().unwrap().iter().all(|finding| finding["code"] == "department_without_head"), "{found:#}");
    let case = head.step(&case, "/reviews", passed).await.good();
    let case = cast.reviewer.step(&case, "/reviews", legal).await.good();
    cast.approver.step(&case, "/replies", json!({})).await.good();
}

#[actix_web::test]
async fn what_waits_for_a_reviewer_or_signer_is_on_their_worklist_and_on_nobody_elses() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let of_roles = async |actor: &Actor| -> Vec<String> {
        let listed = actor.get("/api/v1/duties?mine=true").await.good();
        let kinds = listed["items"].as_array().unwrap().iter().map(|duty| duty["kind"].as_str().unwrap().to_owned());
        kinds.filter(|kind| kind.starts_with("review_") && kind != "review_publication" || kind == "sign_reply").collect()
    };
    let case = cast.drafted().await;
    assert_eq!(of_roles(&cast.reviewer).await, ["review_secrecy"]);
    assert_eq!((of_roles(&cast.clerk).await, of_roles(&cast.handler).await), (vec![], vec![]));
    let case = cast.cleared(&case).await;
    assert_eq!((of_roles(&cast.reviewer).await, of_roles(&cast.approver).await), (vec![], vec!["sign_reply".to_owned()]));
    let duty = case["duties"].as_array().unwrap().iter().find(|duty| duty["kind"] == "sign_reply").unwrap();
    assert_eq!((&duty["from_on"], &duty["due_on"], &duty["basis"]), (&json!(FIRST_DAY), &json!("2026-11-04"), &json!("inner")));
    cast.approver.step(&case, "/replies", json!({})).await.good();
    assert!(of_roles(&cast.approver).await.is_empty());
}

#[actix_web::test]
async fn article_45_a_returned_draft_goes_back_to_who_wrote_it_and_no_review_to_them() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let kinds = async |actor: &Actor| -> Vec<String> {
        let listed = actor.get("/api/v1/duties?mine=true").await.good();
        listed["items"].as_array().unwrap().iter().map(|duty| duty["kind"].as_str().unwrap().to_owned()).collect()
    };
    let has = |kinds: &[String], kind: &str| kinds.iter().any(|known| known == kind);
    let case = cast.drafted().await;
    let returned = json!({"kind": "secrecy", "verdict": "returned", "opinion": "请补充理由。"});
    let case = cast.reviewer.step(&case, "/reviews", returned).await.good();
    assert!(has(&kinds(&cast.handler).await, "revise_draft"));
    assert!(!has(&kinds(&cast.clerk).await, "revise_draft"));
    let at = format!("/api/v1/cases/{}/completeness", case["id"].as_str().unwrap());
    let open = cast.handler.get(&at).await.good();
    assert_eq!((&open["draft"], &open["missing"][0]["code"], &open["complete"]), (&json!(1), &json!("draft_returned"), &json!(false)));
    assert_eq!(open["missing"][0]["mend"]["href"], format!("/api/v1/cases/{}/drafts", case["id"].as_str().unwrap()));

    // The clerk hands it in again and is sent it back; the account closes, and the handler has it.
    let case = cast.clerk.step(&case, "/drafts", json!({"items": [disclosed()]})).await.good();
    assert!(!has(&kinds(&cast.handler).await, "revise_draft"));
    let returned = json!({"kind": "secrecy", "verdict": "returned", "opinion": "仍不充分。"});
    cast.reviewer.step(&case, "/reviews", returned).await.good();
    assert!(has(&kinds(&cast.clerk).await, "revise_draft") && !has(&kinds(&cast.handler).await, "revise_draft"));
    let admin = town.sign_in("admin").await;
    town.role(Role::Clerk, "district").await;
    let clerk = cast.clerk.get("/api/v1/me").await.good()["id"].as_str().unwrap().to_owned();
    let seen = admin.get(&format!("/api/v1/accounts/{clerk}")).await;
    let version = seen.headers["etag"].to_str().unwrap().to_owned();
    let closed = Some(json!({"active": false}).to_string().into_bytes());
    admin.send(Method::PATCH, &format!("/api/v1/accounts/{clerk}"), &[("if-match", version.as_str())], closed).await.good();
    assert!(has(&kinds(&cast.handler).await, "revise_draft"), "its author is gone");
}

#[actix_web::test]
async fn two_drafts_are_compared_for_who_works_the_case() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.drafted().await;
    let mut item = disclosed();
    item["subject"] = json!("罚没款总额及明细");
    item["articles"] = json!(["36(2)", "40"]);
    let case = cast.clerk.step(&case, "/drafts", json!({"items": [item]})).await.good();
    let path = format!("/api/v1/cases/{}/drafts/2?compare_with=1", case["id"].as_str().unwrap());
    let page = cast.reviewer.get(&path).await.good();
    let subject = json!([{"change": "kept", "text": "罚没款总额"}, {"change": "added", "text": "及明细"}]);
    assert_eq!(page["comparison"]["items"][0]["subject"], subject);
    let changes = json!([{"field": "articles", "was": ["36(2)"], "is": ["36(2)", "40"], "pieces": null}]);
    assert_eq!(page["comparison"]["items"][0]["changes"], changes);
    assert_eq!(page["comparison"]["written_by"]["id"], cast.assignment["handler"]);
    town.role(Role::Auditor, "district").await.get(&path).await.refused("forbidden");
    cast.reviewer.get(&path.replace("with=1", "with=9")).await.refused("parameter_refused");
    cast.reviewer.get(&path.replace("/2?", "/9?")).await.refused("not_found");
}

#[actix_web::test]
async fn article_44_what_is_given_again_and_again_is_a_candidate_until_it_is_published() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let list = async || cast.clerk.get("/api/v1/publication-candidates").await.good()["items"].clone();
    cast.kept_back(&cast.issued().await).await;
    assert_eq!(list().await, json!([]));
    let second = cast.kept_back(&cast.issued().await).await;
    let found = list().await;
    assert_eq!((&found[0]["topic"], &found[0]["times"], &found[0]["decided"]), (&json!("罚没款统计"), &json!(2), &json!(false)));
    let above = town.role(Role::Supervisor, "city").await.get("/api/v1/publication-candidates").await.good();
    assert_eq!(above["items"], found, "a supervisor sees what the agencies below give again and again");
    assert_eq!(town.role(Role::Clerk, "city").await.get("/api/v1/publication-candidates").await.good()["items"], json!([]));
    let review = json!({"item": 1, "result": "publish", "reason": "公众普遍关心。", "topic": "罚没款统计",
                        "department": cast.assignment["department"]});
    let case = cast.clerk.step(&second, "/publication-reviews", review).await.good();
    assert_eq!(list().await[0]["decided"], true);
    let page = json!({"on": FIRST_DAY, "address": "https://www.example.cn/1.html"});
    let case = cast.handler.step(&case, "/publication-reviews/2/publication", page).await.good();
    assert_eq!(case["publication_reviews"][1]["publication"]["address"], "https://www.example.cn/1.html");
    assert_eq!(list().await, json!([]));

    let case = cast.handler.step(&cast.assigned().await, "/drafts", json!({"items": [denied()]})).await.good();
    let case = cast.reviewer.step(&case, "/reviews", json!({"kind": "legal", "verdict": "approved"})).await.good();
    let case = cast.approver.step(&case, "/replies", json!({})).await.good();
    let withheld = async |before: &str| cast.clerk.get(&format!("/api/v1/withheld-items?before={before}")).await.good()["items"].clone();
    assert_eq!(withheld(FIRST_DAY).await, json!([]));
    let items: Value = withheld("2026-11-03").await;
    assert_eq!((&items[0]["case_id"], &items[0]["grounds"]), (&case["id"], &json!(["enforcement_file"])));
    assert_eq!((&items[0]["case_number"], &items[0]["subject"]), (&case["case_number"], &json!("现场检查笔录")));
    let supervised = town.role(Role::Supervisor, "district").await.get("/api/v1/withheld-items?before=2026-11-03").await.good();
    assert_eq!(supervised["items"][0]["subject"], Value::Null, "the words are not for everybody");
}

#[actix_web::test]
async fn a_character_in_no_font_is_met_before_the_signature_and_no_case_is_stuck_by_it() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let mut body = application(FIRST_DAY);
    body["request"]["description"] = json!("申请公开 ئالىم 名下的登记材料。");
    let case = cast.clerk.post("/api/v1/cases", body).await.good();
    let case = cast.clerk.step(&case, "/registration", json!({})).await.good();
    let case = cast.clerk.step(&case, "/drafts", json!({"items": [disclosed()]})).await.good();
    let id = case["id"].as_str().unwrap();
    let preview = cast.clerk.get(&format!("/api/v1/cases/{id}/letter-previews?document=draft")).await;
    assert_eq!(preview.status, 200, "the draft shows it");
    let case = cast.cleared(&case).await;
    let problem = cast.approver.step(&case, "/replies", json!({})).await.refused("character_undrawable");
    assert!(problem["detail"].as_str().unwrap().contains("U+0626"), "{problem:#}");
    let case = cast.approver.step(&case, "/replies", json!({"paper_only": true})).await.good();
    assert_eq!(case["replies"][0]["paper_only"], true);
    let problem = cast.clerk.step(&case, "/letters", reply_letter()).await.refused("character_undrawable");
    assert!(problem["detail"].as_str().unwrap().contains("U+0626"), "{problem:#}");
    let paper = json!({"letter": {"kind": "reply", "n": 1}, "paper_only": true});
    let case = cast.clerk.step(&case, "/letters", paper).await.good();
    let made = &case["letters"][0];
    assert!(made["pdf"].is_null() && made["docx"]["size"].as_u64().unwrap() > 0);
    assert_eq!(cast.clerk.get(made["href"].as_str().unwrap()).await.status, 200, "the DOCX");
    cast.clerk.get(&format!("{}?format=pdf", made["href"].as_str().unwrap())).await.refused("not_found");
    let method = json!({"method": "online", "address": "jia@example.cn", "consent": cast.paper().await});
    let online = json!({"letter": {"kind": "reply", "n": 1}, "on": FIRST_DAY, "method": method});
    cast.clerk.step(&case, "/dispatches", online).await.refused("letter_not_made");
    cast.clerk.step(&case, "/dispatches", by_post("EA000000001CN")).await.good();
    let report = verify::verify(&town.app.db, &town.app.office, &town.app.documents, DISTRICT).unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}
