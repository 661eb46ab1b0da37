//! The dossier as one package: who gets it, what is in it and what stays behind, and that it is the same again.

use crate::support::actor::{Actor, application};
use crate::support::life::{Cast, disclosed};
use crate::support::town::{FIRST_DAY, Town};
use diesel::prelude::*;
use foi_docket::db::schema::events;
use foi_docket::demo::DISTRICT;
use foi_docket::rules::permissions::Role;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// A dossier, file by file.
pub type Package = BTreeMap<String, Vec<u8>>;

/// The bytes of a dossier.
pub async fn take(town: &Town, actor: &Actor, case: &Value, query: &str) -> Vec<u8> {
    let url = format!("{}/api/v1/cases/{}/dossier?{query}", town.base, case["id"].as_str().unwrap());
    let response = reqwest::Client::new().get(url).bearer_auth(actor.token()).send().await.unwrap().error_for_status().unwrap();
    assert_eq!(response.headers()["content-type"], "application/zip");
    let length: usize = response.headers()["content-length"].to_str().unwrap().parse().unwrap();
    let bytes = response.bytes().await.unwrap().to_vec();
    assert_eq!(bytes.len(), length);
    bytes
}

/// What lies in it, without the name of its folder.
pub fn open(bytes: Vec<u8>) -> Package {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = Package::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(file.name().unwrap().split_once('/').unwrap().1.to_owned(), bytes);
    }
    files
}

/// One of its files.
pub fn json_of(package: &Package, name: &str) -> Value {
    serde_json::from_slice(&package[name]).unwrap()
}

/// Stores a text under a name that no system should keep.
pub async fn upload(actor: &Actor, words: &str) -> String {
    let body = format!("--cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"../a:b?.txt\"\r\n\r\n{words}\r\n--cut--\r\n");
    let headers = [("content-type", "multipart/form-data; boundary=cut")];
    let stored = actor.send(Method::POST, "/api/v1/documents", &headers, Some(body.into_bytes())).await.good();
    stored["id"].as_str().unwrap().to_owned()
}

/// Drafted with a sealed original, the application as a scan.
pub async fn with_original(cast: &Cast) -> Value {
    let scan = upload(&cast.clerk, "申请表").await;
    let mut application = application(FIRST_DAY);
    application["papers"] = json!([{"document_id": scan, "kind": "application", "title": "甲某某的/申请表：COM1", "dated_on": FIRST_DAY}]);
    let case = cast.clerk.post("/api/v1/cases", application).await.good();
    let case = cast.clerk.step(&case, "/registration", json!({})).await.good();
    let case = cast.clerk.step(&case, "/assignments", cast.assignment.clone()).await.good();
    let mut item = disclosed();
    item["attachments"] =
        json!([{"redacted": upload(&cast.handler, "甲＊＊").await, "unredacted": upload(&cast.handler, "未遮盖的原件").await}]);
    let case = cast.handler.step(&case, "/drafts", json!({"items": [item]})).await.good();
    let covered = json!({"kind": "secrecy", "verdict": "approved", "redaction": "redacted"});
    let case = cast.reviewer.step(&case, "/reviews", covered).await.good();
    cast.approver.step(&case, "/replies", json!({})).await.good()
}

/// Whether a document in it has these words.
pub fn holds(package: &Package, words: &str) -> bool {
    package
        .iter()
        .any(|(name, bytes)| name.starts_with("data/documents/") && bytes.windows(words.len()).any(|part| part == words.as_bytes()))
}

#[actix_web::test]
async fn a_package_holds_the_case_and_is_the_same_again() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = with_original(&cast).await;
    let case = cast.clerk.step(&case, "/letters", json!({"letter": {"kind": "reply", "n": 1}})).await.good();
    let bytes = take(&town, &cast.clerk, &case, "purpose=proceeding").await;
    assert!(take(&town, &cast.clerk, &case, "purpose=transfer").await == bytes, "who takes it and why is not in it");
    let package = open(bytes);
    for name in ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "data/index.pdf", "data/records.pdf"] {
        assert!(package.contains_key(name), "{name}");
    }
    let catalogue = json_of(&package, "data/catalogue.json");
    let entries = catalogue["entries"].as_array().unwrap();
    assert_eq!(catalogue["case_number"], case["case_number"]);
    let titled = |title: &str| entries.iter().find(|entry| entry["title"] == title).unwrap_or_else(|| panic!("{title}: {catalogue:#}"));
    let reply = titled("政府信息公开告知书（予以公开）");
    let paths: Vec<&str> = reply["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["data/documents/001-reply.pdf", "data/documents/001-reply-2.docx"]);
    assert!(package[paths[0]].starts_with(b"%PDF") && package[paths[1]].starts_with(b"PK"));
    assert_eq!((&reply["pages"], &reply["responsible"]), (&json!("1-2"), &json!("示范市示范区市场监督管理局")));
    let application = titled("政府信息公开申请表");
    assert_eq!((&application["responsible"], &application["item"]), (&json!("甲某某"), &json!(6)));
    assert_eq!(titled("公开审查表")["recorded"], true);
    let original = titled("提供的政府信息（未遮盖原件，密封）");
    assert_eq!((&original["files"][0]["path"], &original["files"][0]["withheld"]), (&Value::Null, &json!(true)));
    assert!(original["remark"].as_str().unwrap().contains("未随卷导出"));
    assert!(holds(&package, "甲＊＊") && !holds(&package, "未遮盖的原件"));
    let trail = json_of(&package, "data/trail.json");
    assert_eq!(trail["events"].as_array().unwrap().len(), usize::try_from(case["version"].as_u64().unwrap()).unwrap());
    assert_eq!(json_of(&package, "data/case.json")["version"], case["version"]);

    let moved = cast
        .clerk
        .step(
            &case,
            "/publication-reviews",
            json!({"item": 1, "result": "not_publish", "reason": "仅涉及个别申请人。", "topic": "罚没款统计"}),
        )
        .await
        .good();
    assert!(open(take(&town, &cast.clerk, &moved, "purpose=audit").await) != package, "another state is another package");
}

#[actix_web::test]
async fn originals_go_along_for_few_and_every_package_stands_on_the_trail() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = with_original(&cast).await;
    let path = format!("/api/v1/cases/{}/dossier", case["id"].as_str().unwrap());
    cast.clerk.get(&path).await.refused("purpose_needed");
    cast.clerk.get(&format!("{path}?purpose=curiosity")).await.refused("malformed_parameter");
    cast.clerk.get(&format!("{path}?purpose=audit&originals=true")).await.refused("sealed_document");
    cast.handler.get(&format!("{path}?purpose=audit")).await.refused("forbidden");
    let auditor = town.role(Role::Auditor, "district").await;
    auditor.get(&format!("{path}?purpose=audit&originals=true")).await.refused("sealed_document");
    town.role(Role::Approver, "sister").await.get(&format!("{path}?purpose=audit")).await.refused("not_found");
    town.role(Role::Supervisor, "city").await.get(&format!("{path}?purpose=audit")).await.refused("forbidden");
    assert!(!holds(&open(take(&town, &auditor, &case, "purpose=audit").await), "未遮盖的原件"));
    let whole = open(take(&town, &cast.reviewer, &case, "purpose=proceeding&originals=true").await);
    assert!(holds(&whole, "未遮盖的原件"));

    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    let told: Vec<String> = events::table
        .filter(events::stream_id.eq(DISTRICT))
        .filter(events::kind.eq("dossier_exported"))
        .order(events::seq)
        .select(events::body)
        .load(&mut owner)
        .unwrap();
    let told: Vec<Value> = told.iter().map(|body| serde_json::from_str::<Value>(body).unwrap()["data"].clone()).collect();
    let [audit, whole_told] = told.as_slice() else { panic!("what was refused leaves nothing: {told:#?}") };
    assert_eq!((&audit["purpose"], &audit["originals"]), (&json!("audit"), &json!(false)));
    assert_eq!((&whole_told["purpose"], &whole_told["originals"]), (&json!("proceeding"), &json!(true)));
    let manifest = foi_docket::crypto::hex(&foi_docket::crypto::sha256(&whole["manifest-sha256.txt"]));
    assert_eq!(whole_told["manifest_sha256"], manifest);
}

#[actix_web::test]
async fn a_document_missing_from_the_store_is_named_and_no_half_package_comes() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = with_original(&cast).await;
    for entry in walk(&town.documents_folder()) {
        std::fs::remove_file(entry).unwrap();
    }
    let path = format!("/api/v1/cases/{}/dossier?purpose=audit", case["id"].as_str().unwrap());
    cast.clerk.get(&path).await.refused("document_damaged");
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[actix_web::test]
async fn the_catalogue_says_what_is_missing_until_nothing_is() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.issued().await;
    let read = async |case: &Value| cast.clerk.get(&format!("/api/v1/cases/{}/catalogue", case["id"].as_str().unwrap())).await.good();
    let missing = |view: &Value| -> Vec<String> {
        view["missing"].as_array().unwrap().iter().map(|lack| lack["detail_zh"].as_str().unwrap().to_owned()).collect()
    };
    let early = missing(&read(&case).await);
    for part in ["的寄送", "依申请转主动公开审查", "的正本"] {
        assert!(early.iter().any(|lack| lack.contains(part)), "{part}: {early:?}");
    }
    let closed = cast.closed("EA000000009CN").await;
    let late = read(&closed).await;
    assert_eq!((missing(&late).len(), late["complete"].clone()), (2, json!(false)), "{late:#}");
    let reviewed = cast.proved(&cast.kept_back(&closed).await).await;
    let done = read(&reviewed).await;
    assert_eq!((&done["missing"], &done["complete"]), (&json!([]), &json!(true)));
    let archived = cast.clerk.step(&reviewed, "/archiving", json!({"archive_number": "D30-0001"})).await.good();
    let listed: Vec<&Value> = archived["archiving"]["catalogue"].as_array().unwrap().iter().map(|entry| &entry["title"]).collect();
    let shown: Vec<&Value> = done["items"].as_array().unwrap().iter().map(|entry| &entry["title"]).collect();
    assert_eq!(listed, shown);
}
