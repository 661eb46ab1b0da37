//! Inspections over HTTP: what the inspector reads of the dossiers drawn, what may stand in the remarks, and what the agencies are told in the end.

use crate::support::actor::Actor;
use crate::support::handling::contact;
use crate::support::life::{Cast, by_post, delivered, reply_letter};
use crate::support::town::Town;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use foi_docket::audit::verify;
use foi_docket::db::schema::events;
use foi_docket::demo::{CITY, DISTRICT};
use foi_docket::rules::permissions::Role;
use serde_json::{Value, json};
use std::io::{Cursor, Read};

fn drawing(size: u32) -> Value {
    json!({"year": 2026, "size": size, "seed": "甲", "sheet": [{"code": "search", "title": "检索记录", "points": 60}, {"code": "rest", "title": "其他", "points": 40}]})
}

fn scores(remark: &str) -> Value {
    json!({"scores": [{"code": "search", "points": 50}, {"code": "rest", "points": 40}], "remark": remark})
}

fn clean(town: &Town) {
    for agency in [DISTRICT, CITY] {
        let found = verify::verify(&town.app.db, &town.app.office, &town.app.documents, agency).unwrap().findings;
        assert_eq!(found, []);
    }
}

fn kinds(town: &Town, agency: uuid::Uuid) -> Vec<String> {
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    let of = events::table.filter(events::stream_id.eq(agency)).filter(events::kind.like("inspect%"));
    of.order(events::seq).select(events::kind).load(&mut owner).unwrap()
}

/// The files of a package by name.
async fn package(town: &Town, actor: &Actor, path: &str) -> Vec<(String, Vec<u8>)> {
    let response = reqwest::Client::new().get(format!("{}{path}", town.base)).bearer_auth(actor.token()).send().await.unwrap();
    let bytes = response.error_for_status().unwrap().bytes().await.unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = Vec::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        let name = file.name().unwrap().split_once('/').unwrap().1.to_owned();
        files.push((name, bytes));
    }
    files
}

/// Whether a character stands in a PDF: its fonts map each code they show.
fn shows(pdf: &[u8], character: char) -> bool {
    let wanted = format!("<{:04X}>", u32::from(character)).to_lowercase();
    let mut at = 0;
    while let Some(start) = pdf[at..].windows(7).position(|part| part == b"stream\n").map(|place| at + place + 7) {
        let end = start + pdf[start..].windows(10).position(|part| part == b"\nendstream").unwrap();
        let stream = miniz_oxide::inflate::decompress_to_vec_zlib(&pdf[start..end]).unwrap_or_default();
        if String::from_utf8_lossy(&stream).to_lowercase().contains(&wanted) {
            return true;
        }
        at = end + 10;
    }
    false
}

#[actix_web::test]
async fn article_46_an_inspector_reads_the_dossiers_drawn_with_their_people_masked() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let (city, sister) = (town.role(Role::Supervisor, "city").await, town.role(Role::Supervisor, "sister").await);
    let case = cast.closed("EA000000001CN").await;
    let drawn = city.post("/api/v1/inspections", drawing(1)).await.good();
    assert_eq!(drawn["items"][0]["case_id"], case["id"]);
    let path = format!("/api/v1/inspections/{}/items/1/dossier", drawn["id"].as_str().unwrap());
    assert_eq!(drawn["items"][0]["dossier_href"], path);
    let files = package(&town, &city, &path).await;
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let file = |name: &str| files.iter().find(|(known, _)| known == name).map(|(_, bytes)| bytes.clone()).unwrap();
    let payload: Vec<&&str> = names.iter().filter(|name| name.starts_with("data/")).collect();
    assert_eq!(payload, [&"data/clock.txt", &"data/index.pdf", &"data/letters/01.pdf", &"data/readme.txt", &"data/records.pdf"]);
    let letter = file("data/letters/01.pdf");
    // What was given, 罚没款总额, stands there; the applicant 甲某某 does not, neither in the letter nor in the records.
    assert!(shows(&letter, '罚') && shows(&letter, '＊') && !shows(&letter, '甲') && !shows(&letter, '某'));
    // The clerk 经办甲 stands in the records, and 某 is in no other name.
    let records = file("data/records.pdf");
    assert!(shows(&records, '经') && shows(&records, '＊') && !shows(&records, '某'));
    assert!(!shows(&file("data/index.pdf"), '某'));
    assert!(String::from_utf8(file("data/clock.txt")).unwrap().contains("2026"));
    assert_eq!(kinds(&town, CITY), ["inspection_drawn", "inspected_dossier_read"]);
    // No dossier that was not drawn, nobody else, and no other way to the papers.
    city.get(&path.replace("/items/1/", "/items/2/")).await.refused("not_found");
    sister.get(&path).await.refused("not_found");
    town.role(Role::Supervisor, "district").await.get(&path).await.refused("not_found");
    cast.clerk.get(&path).await.refused("forbidden");
    town.role(Role::Auditor, "city").await.get(&path).await.refused("forbidden");
    let dossier = format!("/api/v1/cases/{}/dossier?purpose=audit", case["id"].as_str().unwrap());
    city.get(&dossier).await.refused("forbidden");
    clean(&town);
}

#[actix_web::test]
async fn article_46_whoever_was_spoken_to_or_signed_is_masked_with_the_number_of_the_letter() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let city = town.role(Role::Supervisor, "city").await;
    let mut spoken = contact();
    (spoken["with"], spoken["words"]) = (json!("壬某某"), json!("丙厂的壬某某称材料已寄。"));
    let case = cast.handler.step(&cast.drafted().await, "/contacts", spoken).await.good();
    let case = cast.approver.step(&cast.cleared(&case).await, "/replies", json!({})).await.good();
    let case = cast.clerk.step(&case, "/letters", reply_letter()).await.good();
    let case = cast.clerk.step(&case, "/dispatches", by_post("EA000000077CN")).await.good();
    let case = cast.clerk.step(&case, "/dispatches/1/delivery", delivered()).await.good();
    cast.clerk.step(&case, "/closing", json!({})).await.good();
    let drawn = city.post("/api/v1/inspections", drawing(1)).await.good();
    let files = package(&town, &city, &format!("/api/v1/inspections/{}/items/1/dossier", drawn["id"].as_str().unwrap())).await;
    let records = files.iter().find(|(name, _)| name == "data/records.pdf").map(|(_, bytes)| bytes).unwrap();
    assert!(shows(records, '丙') && shows(records, '沟'), "the contact stands there");
    for (name, bytes) in files.iter().filter(|(_, bytes)| bytes.starts_with(b"%PDF")) {
        assert!(!shows(bytes, '壬'), "{name}: who was spoken to");
    }
    // Nobody stands in the index: what is covered there is the number of the letter.
    let index = files.iter().find(|(name, _)| name == "data/index.pdf").map(|(_, bytes)| bytes).unwrap();
    assert!(shows(index, '邮') && shows(index, '＊'));
}

#[actix_web::test]
async fn article_46_remarks_and_result_name_nobody_and_the_agency_is_told_of_its_own_dossiers() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let city = town.role(Role::Supervisor, "city").await;
    let case = cast.closed("EA000000001CN").await;
    let drawn = city.post("/api/v1/inspections", drawing(1)).await.good();
    let path = format!("/api/v1/inspections/{}", drawn["id"].as_str().unwrap());
    let refused = city.post(&format!("{path}/items/1/scores"), scores("甲 某某一案检索不全。")).await.refused("identifies_somebody");
    assert_eq!(refused["errors"][0]["pointer"], "/remark");
    let scored = city.post(&format!("{path}/items/1/scores"), scores("只检索了一个系统。")).await;
    assert_eq!((scored.status, scored.headers["location"].to_str().unwrap()), (201, path.as_str()));
    let refused = city.post(&format!("{path}/conclusion"), json!({"result": "甲某某的答复最好。"})).await.refused("identifies_somebody");
    assert_eq!(refused["errors"][0]["pointer"], "/result");
    assert_eq!(cast.clerk.get("/api/v1/supervision-letters").await.good()["items"], json!([]), "nothing is told before the result");
    city.post(&format!("{path}/conclusion"), json!({"result": "检索是薄弱环节。"})).await.good();
    // The inspected agency reads what was found, and takes note of it.
    let told = cast.clerk.get("/api/v1/supervision-letters?open=true").await.good()["items"][0].clone();
    assert_eq!((&told["kind"], &told["due_on"], &told["open"]), (&json!("inspection_result"), &Value::Null, &json!(true)));
    let words = told["words"].as_str().unwrap();
    let number = case["acknowledgement"]["case_number"].as_str().unwrap();
    for part in [number, "90/100分", "检索记录 50/60", "只检索了一个系统。", "检索是薄弱环节。"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let letter = format!("/api/v1/supervision-letters/{}", told["id"].as_str().unwrap());
    let noted = cast.clerk.post(&format!("{letter}/receipt"), json!({})).await;
    assert_eq!((noted.status, noted.headers["location"].to_str().unwrap()), (201, letter.as_str()));
    assert_eq!(noted.good()["open"], false);
    // Nobody writes such a letter by hand.
    let by_hand = json!({"to": DISTRICT, "kind": "inspection_result", "subject": "结果", "words": "良好。"});
    let refused = city.post("/api/v1/supervision-letters", by_hand).await.refused("fields_refused");
    assert_eq!(refused["errors"][0]["pointer"], "/kind");
    clean(&town);
}

#[actix_web::test]
async fn choice_32_corrections_of_ones_own_records_are_not_drawn() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let city = town.role(Role::Supervisor, "city").await;
    let (asked, corrected) = (cast.closed("EA000000001CN").await, cast.closed("EA000000002CN").await);
    let sql = format!("UPDATE cases SET matter = 'record_correction' WHERE id = '{}'", corrected["id"].as_str().unwrap());
    PgConnection::establish(&town.owner_url).unwrap().batch_execute(&sql).unwrap();
    let drawn = city.post("/api/v1/inspections", drawing(5)).await.good();
    assert_eq!((&drawn["population"], &drawn["items"][0]["case_id"]), (&json!(1), &asked["id"]));
}

#[actix_web::test]
async fn article_47_a_rectification_that_is_not_accepted_stays_owed_until_its_new_date() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let city = town.role(Role::Supervisor, "city").await;
    let case = cast.registered().await;
    let order = json!({"to": DISTRICT, "kind": "rectification", "case_id": case["id"], "subject": "关于检索的整改", "words": "请补录目录。", "due_on": "2026-12-04"});
    let letter = city.post("/api/v1/supervision-letters", order).await.good();
    let path = format!("/api/v1/supervision-letters/{}", letter["id"].as_str().unwrap());
    cast.clerk.post(&format!("{path}/answer"), json!({"words": "已补录一部分。"})).await.good();
    let owed = async || cast.clerk.get("/api/v1/duties?kind=answer_supervision_letter").await.good()["items"].clone();
    assert_eq!(owed().await, json!([]));
    let conclusion = async |body: Value| city.post(&format!("{path}/conclusion"), body).await;
    let left = json!({"accepted": false, "remark": "请补录全部目录。"});
    let refused = conclusion(left.clone()).await.refused("date_missing");
    assert_eq!((&refused["errors"][0]["pointer"], &refused["article"]), (&json!("/due_on"), &json!("47")));
    conclusion(json!({"accepted": true, "due_on": "2026-12-18"})).await.refused("date_not_applicable");
    let mut again = left;
    again["due_on"] = json!("2026-11-01");
    conclusion(again.clone()).await.refused("date_before_previous");
    again["due_on"] = json!("2026-12-18");
    let concluded = conclusion(again).await.good();
    assert_eq!(concluded["followed_by"].as_array().unwrap().len(), 1, "{concluded:#}");
    let owed = owed().await;
    assert_eq!((&owed[0]["supervision_letter_id"], &owed[0]["due_on"]), (&concluded["followed_by"][0], &json!("2026-12-18")));
    let next = cast.clerk.get(&format!("/api/v1/supervision-letters/{}", concluded["followed_by"][0].as_str().unwrap())).await.good();
    assert_eq!((&next["kind"], &next["words"], &next["follows"]), (&json!("rectification"), &json!("请补录全部目录。"), &letter["id"]));
    assert_eq!(next["case_id"], case["id"], "it is about the same case");
    clean(&town);
}

#[actix_web::test]
async fn article_47_the_authority_criticises_and_what_follows_is_about_the_same_case() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let city = town.role(Role::Supervisor, "city").await;
    let case = cast.registered().await;
    let body = json!({"to": DISTRICT, "kind": "criticism", "case_id": case["id"], "subject": "通报批评", "words": "逾期未答复。"});
    let mut dated = body.clone();
    dated["due_on"] = json!("2026-12-04");
    assert_eq!(city.post("/api/v1/supervision-letters", dated).await.refused("date_not_applicable")["errors"][0]["pointer"], "/due_on");
    let letter = city.post("/api/v1/supervision-letters", body.clone()).await.good();
    assert_eq!((&letter["open"], &letter["overdue"]), (&json!(true), &json!(false)));
    let path = format!("/api/v1/supervision-letters/{}", letter["id"].as_str().unwrap());
    cast.clerk.post(&format!("{path}/answer"), json!({"words": "收悉。"})).await.refused("nothing_open");
    assert_eq!(cast.clerk.post(&format!("{path}/receipt"), json!({})).await.good()["open"], false);
    assert_eq!(cast.clerk.get("/api/v1/supervision-letters?open=true").await.good()["items"], json!([]));
    let mut next = body;
    next["follows"] = letter["id"].clone();
    next.as_object_mut().unwrap().remove("case_id");
    // Without a case of its own it would name anybody.
    next["words"] = json!("甲某某一案逾期。");
    city.post("/api/v1/supervision-letters", next.clone()).await.refused("identifies_somebody");
    next["words"] = json!("仍未答复。");
    assert_eq!(city.post("/api/v1/supervision-letters", next).await.good()["case_id"], case["id"]);
    clean(&town);
}
