//! Files that applicants lodged on the city's platform: handed over by it, and in the dossier of their case, or named as not taken.

use super::held::until_somebody_waits;
use super::{Neighbour, name};
use crate::files::{clamd, files_below};
use crate::support::life::Cast;
use crate::support::town::{FIRST_DAY, Town};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use foi_docket::audit::verify;
use foi_docket::crypto;
use foi_docket::db::pool::Scope;
use foi_docket::db::schema::exchange_files as files;
use foi_docket::demo::DISTRICT;
use foi_docket::exchange::inbox::forget::forget;
use foi_docket::letters::documents::LIMIT;
use foi_docket::work::{Outcome, tick};
use serde_json::{Value, json};
use std::sync::Arc;

pub const PDF: &[u8] = b"%PDF-1.4\nform\n%%EOF\n";
const PROGRAM: &[u8] = b"MZ\x90\0\x03\0\0\0 a program, whatever it is called";

fn digest(bytes: &[u8]) -> String {
    crypto::hex(&crypto::sha256(bytes))
}

async fn platform(town: &Town) -> Neighbour {
    Neighbour::enter_under(town, "platform", &name(), None).await
}

/// Hands bytes over under a digest: status and body.
async fn put(platform: &Neighbour, sha256: &str, bytes: &[u8], token: &str) -> (u16, Value) {
    let url = format!("{}/exchange/platform/v1/{}/files/{sha256}", platform.base, platform.id);
    let answer = reqwest::Client::new().put(url).bearer_auth(token).body(bytes.to_vec()).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap())
}

pub async fn hand_over(platform: &Neighbour, bytes: &[u8]) -> (u16, Value) {
    put(platform, &digest(bytes), bytes, &platform.token).await
}

fn file(bytes: &[u8], title: &str, kind: &str) -> Value {
    json!({"sha256": digest(bytes), "size": bytes.len(), "title": title, "kind": kind})
}

fn lodged(number: &str, files: Value) -> Value {
    let data = json!({
        "lodged_on": FIRST_DAY, "applicants": [{"kind": "natural_person", "name": "丑某", "id_number": "110101199003070011"}],
        "request": {"description": "申请公开电梯维保单位名单。", "wanted_form": "email", "delivery_channel": "email"}, "files": files
    });
    json!({
        "id": uuid::Uuid::now_v7(), "contract": "1.0", "type": "application_lodged", "sender": "示范市政务公开工作平台",
        "sent_at": "2026-11-02T01:00:00Z", "about": {"number": number}, "data": data
    })
}

async fn case(cast: &Cast, number: &str) -> Value {
    let rows = cast.clerk.get(&format!("/api/v1/cases?external_reference={number}")).await.good();
    let [row] = rows["items"].as_array().unwrap().as_slice() else { panic!("{rows:#}") };
    cast.clerk.get(&format!("/api/v1/cases/{}", row["id"].as_str().unwrap())).await.good()
}

type Pairs<'a> = Vec<(&'a str, &'a str)>;

/// Kind and title of every paper; code and title of every file that was not taken.
fn papers(case: &Value) -> (Pairs<'_>, Pairs<'_>) {
    let pairs = |list: &str, key: &str| -> Pairs<'_> {
        case[list].as_array().unwrap().iter().map(|one| (one[key].as_str().unwrap(), one["title"].as_str().unwrap())).collect()
    };
    (pairs("papers", "kind"), pairs("not_taken", "code"))
}

fn holds(town: &Town) {
    let app = &town.app;
    assert_eq!(verify::verify(&app.db, &app.office, &app.documents, DISTRICT).unwrap().findings, []);
}

#[actix_web::test]
async fn files_before_or_after_their_application_are_in_its_dossier() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let platform = platform(&town).await;
    let (status, kept) = hand_over(&platform, PDF).await;
    assert_eq!((status, &kept), (200, &json!({"sha256": digest(PDF), "size": PDF.len()})));
    assert_eq!(hand_over(&platform, PDF).await.0, 200, "twice is once");
    let message = lodged("PT-1", json!([file(PDF, "申请表（丑某）.pdf", "application")]));
    let receipt = platform.push(&town, &message).await.good();
    assert_eq!((&receipt["state"], receipt.get("not_taken")), (&json!("applied"), None));
    let first = case(&cast, "PT-1").await;
    assert_eq!(papers(&first), (vec![("application", "申请表（丑某）.pdf")], vec![]));
    let id = first["papers"][0]["document_id"].as_str().unwrap();
    let url = format!("{}/api/v1/documents/{id}/content", town.base);
    let content = reqwest::Client::new().get(url).bearer_auth(cast.clerk.token()).send().await.unwrap();
    assert!(content.bytes().await.unwrap() == PDF);
    // What somebody called their file is read with their case, not in the queue.
    let shown = cast.clerk.get(&format!("/api/v1/exchange-messages/{}", message["id"].as_str().unwrap())).await.good();
    assert_eq!(shown["data"]["files"], json!([{"sha256": digest(PDF), "size": PDF.len(), "kind": "application"}]));

    // The application first: it waits for its file.
    let scan = b"%PDF-1.4\nidentity\n%%EOF\n";
    let message = lodged("PT-2", json!([file(PDF, "申请表.pdf", "application"), file(scan, "证件.pdf", "identity_proof")]));
    let receipt = platform.push(&town, &message).await.good();
    assert_eq!((&receipt["state"], &receipt["code"]), (&json!("waiting"), &json!("files_awaited")));
    assert_eq!(hand_over(&platform, scan).await.0, 200);
    assert_eq!(tick(&town.app, town.clock.now()), Outcome::Done);
    assert_eq!(platform.receipt(&message).await, ("applied".to_owned(), None));
    let second = case(&cast, "PT-2").await;
    assert_eq!(papers(&second), (vec![("application", "申请表.pdf"), ("identity_proof", "证件.pdf")], vec![]));
    holds(&town);
}

#[actix_web::test]
async fn a_file_that_is_not_taken_loses_no_application_and_is_named() {
    let (scanner, serving) = clamd(&[b"stream: OK\0", b"stream: Win.Test.EICAR_HDB-1 FOUND\0"]);
    let town = Town::with_files(None, scanner);
    let cast = Cast::gather(&town).await;
    let platform = platform(&town).await;
    let ill = b"%PDF-1.4\nill\n%%EOF\n";
    assert_eq!(hand_over(&platform, PDF).await.0, 200);
    let (status, refused) = hand_over(&platform, ill).await;
    assert_eq!((status, &refused["code"]), (422, &json!("document_infected")));
    serving.join().unwrap();
    let (status, refused) = hand_over(&platform, PROGRAM).await;
    assert_eq!((status, &refused["code"]), (422, &json!("document_type_refused")));
    let files = json!([file(PROGRAM, "说明.pdf", "other"), file(PDF, "申请表.pdf", "application"), file(ill, "附件.pdf", "other")]);
    let message = lodged("PT-3", files);
    let receipt = platform.push(&town, &message).await.good();
    assert_eq!(receipt["state"], "applied");
    let named = json!([{"sha256": digest(PROGRAM), "code": "document_type_refused"}, {"sha256": digest(ill), "code": "document_infected"}]);
    assert_eq!(receipt["not_taken"], named);
    let told = platform.poll(0).await;
    let receipts: Vec<&Value> = told.iter().filter(|one| one["type"] == "receipt").collect();
    assert_eq!((receipts.len(), &receipts[0]["data"]["not_taken"]), (1, &named));
    let known = case(&cast, "PT-3").await;
    let not_taken = vec![("document_type_refused", "说明.pdf"), ("document_infected", "附件.pdf")];
    assert_eq!(papers(&known), (vec![("application", "申请表.pdf")], not_taken));
    holds(&town);
}

#[actix_web::test]
async fn a_file_that_never_comes_keeps_no_application_out() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let platform = platform(&town).await;
    let message = lodged("PT-4", json!([file(b"never", "附件.pdf", "other")]));
    assert_eq!(platform.push(&town, &message).await.good()["code"], "files_awaited");
    // Another file wakes whoever waits; ten minutes are over by then.
    town.go("2026-11-03");
    assert_eq!(hand_over(&platform, PDF).await.0, 200);
    assert_eq!(tick(&town.app, town.clock.now()), Outcome::Done);
    assert_eq!(platform.receipt(&message).await, ("applied".to_owned(), None));
    let known = case(&cast, "PT-4").await;
    assert_eq!((papers(&known), &known["arrived_on"]), ((vec![], vec![("file_missing", "附件.pdf")]), &json!(FIRST_DAY)));
    holds(&town);
}

#[actix_web::test]
async fn art_45_a_file_that_comes_after_its_application_was_received_is_put_into_its_dossier() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let (platform, other) = (platform(&town).await, platform(&town).await);
    let late = b"%PDF-1.4\nlate\n%%EOF\n";
    let message = lodged("PT-5", json!([file(late, "身份证明.pdf", "identity_proof")]));
    assert_eq!(platform.push(&town, &message).await.good()["code"], "files_awaited");
    town.go("2026-11-03");
    assert_eq!(hand_over(&platform, PDF).await.0, 200);
    assert_eq!(tick(&town.app, town.clock.now()), Outcome::Done);
    assert_eq!(papers(&case(&cast, "PT-5").await), (vec![], vec![("file_missing", "身份证明.pdf")]));
    // Of another platform it is another file.
    assert_eq!(hand_over(&other, late).await.0, 200);
    assert_eq!(papers(&case(&cast, "PT-5").await).1.len(), 1);
    assert_eq!(hand_over(&platform, late).await.0, 200);
    let known = case(&cast, "PT-5").await;
    assert_eq!(papers(&known), (vec![("identity_proof", "身份证明.pdf")], vec![]));
    assert_eq!(hand_over(&platform, late).await.0, 200, "twice is once");
    assert_eq!(case(&cast, "PT-5").await["version"], known["version"]);
    holds(&town);
}

/// A clerk says that the application is one that came before.
async fn matched(cast: &Cast, message: &Value, case: &Value) -> Value {
    let path = format!("/api/v1/exchange-messages/{}/match", message["id"].as_str().unwrap());
    cast.clerk.post(&path, json!({"case_id": case["id"]})).await.good()
}

async fn again(cast: &Cast, case: &Value) -> Value {
    cast.clerk.get(&format!("/api/v1/cases/{}", case["id"].as_str().unwrap())).await.good()
}

#[actix_web::test]
async fn art_45_files_of_an_application_that_a_clerk_matched_are_in_the_dossier_of_its_case() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let platform = platform(&town).await;
    let (scan, never) = (b"%PDF-1.4\nidentity\n%%EOF\n", b"%PDF-1.4\nnever\n%%EOF\n");
    let known = cast.received().await;
    assert_eq!(hand_over(&platform, PDF).await.0, 200);
    let message = lodged("PT-11", json!([file(PDF, "申请表.pdf", "application"), file(scan, "证件.pdf", "identity_proof")]));
    assert_eq!(platform.push(&town, &message).await.good()["code"], "files_awaited");
    let waits = matched(&cast, &message, &known).await;
    assert_eq!((&waits["state"], &waits["code"], &waits["case_id"]), (&json!("waiting"), &json!("files_awaited"), &known["id"]));
    assert_eq!(hand_over(&platform, scan).await.0, 200);
    assert_eq!(tick(&town.app, town.clock.now()), Outcome::Done);
    assert_eq!(platform.receipt(&message).await, ("applied".to_owned(), None));
    let first = again(&cast, &known).await;
    assert_eq!(first["platform"]["number"], "PT-11");
    assert_eq!(papers(&first), (vec![("application", "申请表.pdf"), ("identity_proof", "证件.pdf")], vec![]));
    let rows = cast.clerk.get("/api/v1/cases?external_reference=PT-11").await.good();
    assert_eq!(rows["items"].as_array().unwrap().len(), 1, "it is no case of its own");

    // What never came is named, and put there when it comes late.
    let second = cast.received().await;
    let message = lodged("PT-12", json!([file(PDF, "申请表.pdf", "application"), file(never, "附件.pdf", "other")]));
    assert_eq!(platform.push(&town, &message).await.good()["code"], "files_awaited");
    matched(&cast, &message, &second).await;
    town.go("2026-11-03");
    assert_eq!(hand_over(&platform, b"%PDF-1.4\nanother\n%%EOF\n").await.0, 200, "whatever comes wakes it");
    assert_eq!(tick(&town.app, town.clock.now()), Outcome::Done);
    let case = again(&cast, &second).await;
    assert_eq!(papers(&case), (vec![("application", "申请表.pdf")], vec![("file_missing", "附件.pdf")]));
    assert_eq!(hand_over(&platform, never).await.0, 200);
    let case = again(&cast, &second).await;
    assert_eq!(papers(&case), (vec![("application", "申请表.pdf"), ("other", "附件.pdf")], vec![]));
    holds(&town);
}

#[actix_web::test]
async fn a_file_and_an_application_of_one_neighbour_take_their_locks_in_one_order() {
    let town = Town::open();
    let platform = platform(&town).await;
    let mut other = PgConnection::establish(&town.owner_url).unwrap();
    other.batch_execute("BEGIN; SELECT id FROM exchange_peers FOR NO KEY UPDATE").unwrap();
    let (town, platform) = (Arc::new(town), Arc::new(platform));
    let handing = Arc::clone(&platform);
    let handed = actix_web::rt::spawn(async move { hand_over(&handing, PDF).await.0 });
    until_somebody_waits(&town).await;
    // Whoever waits for the neighbour holds nothing of the agency's yet.
    other.batch_execute("SET LOCAL lock_timeout = '2s'; SELECT seq FROM agency_streams FOR UPDATE; COMMIT").unwrap();
    assert_eq!(handed.await.unwrap(), 200);
    // Both at once, again and again.
    for n in 0..8 {
        let bytes = format!("%PDF-1.4\nfile {n}\n%%EOF\n").into_bytes();
        let message = lodged(&format!("PT-2{n}"), json!([file(PDF, "申请表.pdf", "application"), file(&bytes, "附件.pdf", "other")]));
        let (handed, pushed) = tokio::join!(hand_over(&platform, &bytes), platform.push(&town, &message));
        assert_eq!(handed.0, 200);
        assert!(["applied", "waiting"].contains(&pushed.good()["state"].as_str().unwrap()));
    }
    assert_eq!(tick(&town.app, town.clock.now()), Outcome::Done);
    let cast = Cast::gather(&town).await;
    for n in 0..8 {
        assert_eq!(papers(&case(&cast, &format!("PT-2{n}")).await).0.len(), 2);
    }
    holds(&town);
}

#[actix_web::test]
async fn a_file_whose_row_cannot_be_written_does_not_stay_in_the_store() {
    let town = Town::open();
    let platform = platform(&town).await;
    let stored = || files_below(&town.documents_folder()).len();
    let before = stored();
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    owner.batch_execute("ALTER TABLE exchange_files ADD CONSTRAINT never CHECK (size < 0) NOT VALID").unwrap();
    assert_eq!(hand_over(&platform, PDF).await.0, 500);
    assert_eq!(stored(), before);
    owner.batch_execute("ALTER TABLE exchange_files DROP CONSTRAINT never").unwrap();
    assert_eq!(hand_over(&platform, PDF).await.0, 200);
    assert_eq!(stored(), before + 1);
}

#[actix_web::test]
async fn pipl_47_files_of_an_application_that_was_dismissed_go_with_its_words_and_what_a_dossier_has_stays() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let platform = platform(&town).await;
    let (own, shared) = (b"%PDF-1.4\nown\n%%EOF\n", PDF);
    assert_eq!((hand_over(&platform, own).await.0, hand_over(&platform, shared).await.0), (200, 200));
    let kept = lodged("PT-31", json!([file(shared, "申请表.pdf", "application")]));
    assert_eq!(platform.push(&town, &kept).await.good()["state"], "applied");
    // Under the number of a case it is refused, and dismissed.
    let strange = lodged("PT-31", json!([file(shared, "申请表.pdf", "application"), file(own, "附件.pdf", "other")]));
    assert_eq!(platform.push(&town, &strange).await.good()["code"], "reference_taken");
    let path = format!("/api/v1/exchange-messages/{}/dismissal", strange["id"].as_str().unwrap());
    cast.clerk.post(&path, json!({"reason": "sent_in_error"})).await.good();
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    let kept = |owner: &mut PgConnection| -> Vec<bool> {
        let of = |bytes: &[u8]| crypto::sha256(bytes).to_vec();
        let document = |owner: &mut PgConnection, bytes: &[u8]| -> Option<uuid::Uuid> {
            files::table.filter(files::sha256.eq(of(bytes))).select(files::document_id).first(owner).unwrap()
        };
        [own.as_slice(), shared].into_iter().map(|bytes| document(owner, bytes).is_some()).collect()
    };
    for (days, expected) in [(180, [true, true]), (181, [false, true])] {
        let then = town.clock.now() + chrono::TimeDelta::days(days);
        // As the service does it, with its rights.
        town.app.db.run_here(&Scope::own(DISTRICT), |conn| forget(conn, &town.app.office, DISTRICT, then)).unwrap();
        assert_eq!(kept(&mut owner), expected, "after {days} days");
    }
    // Nothing is left of it but what the trail says, and it may come again as if it were new.
    let app = &town.app;
    let findings = verify::verify(&app.db, &app.office, &app.documents, DISTRICT).unwrap().findings;
    let of_files: Vec<_> = findings.iter().filter(|finding| !finding.what.contains("(wrapped, sealed)")).collect();
    assert!(of_files.is_empty(), "{of_files:?}");
    assert_eq!(hand_over(&platform, own).await.0, 200);
    assert_eq!(kept(&mut owner), [true, true]);
}

#[actix_web::test]
async fn what_is_no_file_of_the_neighbour_is_refused_by_name() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let (platform, other) = (platform(&town).await, platform(&town).await);
    let code = |(status, body): (u16, Value)| (status, body["code"].as_str().unwrap().to_owned());
    assert_eq!(code(put(&platform, &digest(PDF), PDF, "x").await), (401, "not_signed_in".into()));
    assert_eq!(code(put(&platform, &digest(PDF), PDF, &other.token).await), (401, "not_signed_in".into()));
    assert_eq!(code(put(&platform, &digest(b"else"), PDF, &platform.token).await), (422, "parameter_refused".into()));
    assert_eq!(code(put(&platform, "abc", PDF, &platform.token).await), (400, "malformed_parameter".into()));
    assert_eq!(code(hand_over(&platform, b"").await), (422, "document_empty".into()));
    let large = vec![b'a'; LIMIT + 1];
    assert_eq!(code(hand_over(&platform, &large).await), (413, "too_large".into()));
    // What another platform handed over is not this one's.
    assert_eq!(hand_over(&other, PDF).await.0, 200);
    let message = lodged("PT-5", json!([file(PDF, "申请表.pdf", "application")]));
    assert_eq!(platform.push(&town, &message).await.good()["code"], "files_awaited");
    for (field, value) in [("sha256", json!("AB")), ("size", json!(0)), ("title", json!(" ")), ("kind", json!("reply"))] {
        let mut wrong = lodged("PT-6", json!([file(PDF, "申请表.pdf", "application")]));
        wrong["data"]["files"][0][field] = value;
        let status = platform.push(&town, &wrong).await.status;
        assert!([400, 422].contains(&status), "{field}: {status}");
    }
    let many: Vec<Value> = (0..21).map(|_| file(PDF, "申请表.pdf", "application")).collect();
    platform.push(&town, &lodged("PT-6", json!(many))).await.refused("fields_refused");
    assert_eq!(cast.clerk.get("/api/v1/cases?external_reference=PT-6").await.good()["items"], json!([]));
    holds(&town);
}
