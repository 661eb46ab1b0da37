//! The dossier over the exchange: when it is offered, who fetches it, what is in it, and that it is what was offered.

use super::{Neighbour, Stage, name};
use crate::dossier::{Package, holds, json_of, open, with_original};
use crate::support::life::{Cast, by_post, delivered, reply_letter};
use crate::support::town::{FIRST_DAY, Town};
use diesel::prelude::*;
use foi_docket::crypto;
use foi_docket::db::schema::{agencies, document_keys, events};
use foi_docket::demo::DISTRICT;
use serde_json::{Value, json};

/// A body, and a case with a sealed original, served, about which it has given notice.
async fn told(town: &Town, cast: &Cast, number: &str) -> (Neighbour, Value) {
    let neighbour = Neighbour::enter(town, &name(), None).await;
    let case = with_original(cast).await;
    let case = cast.clerk.step(&case, "/letters", reply_letter()).await.good();
    let case = cast.clerk.step(&case, "/dispatches", by_post("EA000000041CN")).await.good();
    cast.clerk.step(&case, "/dispatches/1/delivery", delivered()).await.good();
    let notice = neighbour.notice(number, case["replies"][0]["document_number"].as_str().unwrap());
    assert_eq!(neighbour.push(town, &notice).await.good()["state"], "applied");
    let case = again(cast, &case).await;
    (neighbour, case)
}

async fn again(cast: &Cast, case: &Value) -> Value {
    cast.clerk.get(&format!("/api/v1/cases/{}", case["id"].as_str().unwrap())).await.good()
}

fn work(town: &Town) {
    for _ in 0..2 {
        assert_eq!(foi_docket::work::tick(&town.app, town.clock.now()), foi_docket::work::Outcome::Done);
    }
}

async fn offers(neighbour: &Neighbour) -> Vec<Value> {
    neighbour.poll(0).await.into_iter().filter(|message| message["type"] == "dossier").collect()
}

/// What is answered at an address to whoever bears the neighbour's token.
async fn get(neighbour: &Neighbour, address: &str) -> reqwest::Response {
    reqwest::Client::new().get(format!("{}{address}", neighbour.base)).bearer_auth(&neighbour.token).send().await.unwrap()
}

async fn refused(neighbour: &Neighbour, address: &str) -> (u16, String) {
    let answer = get(neighbour, address).await;
    let status = answer.status().as_u16();
    let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    (status, body["code"].as_str().unwrap().to_owned())
}

/// The bytes of an offer, whole.
async fn fetched(neighbour: &Neighbour, offer: &Value) -> Vec<u8> {
    let answer = get(neighbour, offer["data"]["address"].as_str().unwrap()).await.error_for_status().unwrap();
    assert_eq!(answer.headers()["content-type"], "application/zip");
    let bytes = answer.bytes().await.unwrap().to_vec();
    assert_eq!(offer["data"]["sha256"], crypto::hex(&crypto::sha256(&bytes)));
    assert_eq!(offer["data"]["size"], bytes.len());
    bytes
}

/// What the agency's trail says was handed out, and to whom.
fn handed_out(town: &Town) -> Vec<Value> {
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    let told: Vec<String> = events::table
        .filter(events::stream_id.eq(DISTRICT))
        .filter(events::kind.eq("dossier_exported"))
        .order(events::seq)
        .select(events::body)
        .load(&mut owner)
        .unwrap();
    told.iter().map(|body| serde_json::from_str(body).unwrap()).collect()
}

/// Every file of a package is of its bag, and the bag is whole.
fn whole(package: &Package) {
    let manifest = String::from_utf8(package["manifest-sha256.txt"].clone()).unwrap();
    let mut named = 0;
    for line in manifest.lines() {
        let (sha256, path) = line.split_once("  ").unwrap();
        assert_eq!(crypto::hex(&crypto::sha256(&package[path])), sha256, "{path}");
        named += 1;
    }
    assert_eq!(named, package.keys().filter(|name| name.starts_with("data/")).count());
}

#[actix_web::test]
async fn reconsideration_law_48_a_complete_dossier_is_offered_with_the_answer_and_fetched() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let (neighbour, case) = told(&town, &cast, "示复〔2026〕41号").await;
    work(&town);
    let case = cast.reviewer.step(&case, "/proceedings/1/answer", json!({"on": FIRST_DAY})).await.good();
    work(&town);
    assert!(offers(&neighbour).await.is_empty(), "the proof of delivery is missing");
    let slip = json!({"document_id": cast.paper().await, "role": "signed_slip", "dated_on": FIRST_DAY});
    let case = cast.clerk.step(&case, "/dispatches/1/proofs", slip).await.good();
    work(&town);
    let made = offers(&neighbour).await;
    let [offer] = made.as_slice() else { panic!("{made:#?}") };
    assert_eq!(offer["about"]["case_number"], "示复〔2026〕41号");
    let covers = json!([{"case": case["id"], "version": case["version"], "register_number": case["case_number"],
                         "reply_number": case["replies"][0]["document_number"]}]);
    assert_eq!(offer["data"]["covers"], covers);
    let bytes = fetched(&neighbour, offer).await;
    let package = open(bytes.clone());
    whole(&package);

    // What is inner stays: no trail, no texts, no draft, no review, no sealed original.
    let names: Vec<&String> = package.keys().collect();
    for inner in ["data/case.json", "data/texts.json", "data/trail.json", "data/index.pdf"] {
        assert!(!package.contains_key(inner), "{inner}");
    }
    assert!(!names.iter().any(|name| name.starts_with("data/trail/") || name.contains("answer-draft") || name.contains("missing")));
    assert!(holds(&package, "申请表") && holds(&package, "甲＊＊") && !holds(&package, "未遮盖的原件"));
    let catalogue = json_of(&package, "data/catalogue.json");
    let entries = catalogue["entries"].as_array().unwrap();
    let places: Vec<u64> = entries.iter().map(|entry| entry["item"].as_u64().unwrap()).collect();
    assert!([2, 4, 5, 6].iter().all(|place| places.contains(place)), "{places:?}");
    assert!(!places.iter().any(|place| [3, 14, 16].contains(place)), "drafts, opinions, papers of the proceeding: {places:?}");
    for file in ["evidence.pdf", "time-line.pdf", "time-line.json", "clock.txt"] {
        assert!(package.contains_key(&format!("data/proceeding/{file}")), "{file}");
    }

    // The case goes on; what was offered is still to be had, and is not offered again.
    let later = json!({"document_id": cast.paper().await, "kind": "other", "title": "后到材料", "dated_on": FIRST_DAY});
    cast.clerk.step(&case, "/papers", later).await.good();
    town.go("2026-11-05");
    work(&town);
    assert!(fetched(&neighbour, offer).await == bytes, "the same bytes");
    assert_eq!(offers(&neighbour).await.len(), 1, "复议法 46: what comes after the answer is no evidence");
    let told = handed_out(&town);
    assert_eq!(told.len(), 2);
    for event in &told {
        assert_eq!((&event["data"]["case"], &event["data"]["version"]), (&case["id"], &offer["data"]["covers"][0]["version"]));
        assert_eq!((&event["data"]["purpose"], &event["data"]["originals"]), (&json!("proceeding"), &json!(false)));
        assert_eq!(event["actor"]["id"], neighbour.id.as_str());
        assert_eq!(event["data"]["manifest_sha256"], crypto::hex(&crypto::sha256(&package["manifest-sha256.txt"])));
    }

    // Nobody else's, and nothing that was not offered.
    let address = offer["data"]["address"].as_str().unwrap();
    let other = Neighbour::enter(&town, &name(), None).await;
    assert_eq!(refused(&other, &address.replace(&neighbour.id, &other.id)).await, (404, "not_found".into()));
    assert_eq!(refused(&other, address).await, (401, "not_signed_in".into()), "another's token");
    for wrong in [&"ab".repeat(32), "..%2f", "%25", &offer["data"]["sha256"].as_str().unwrap().to_uppercase()] {
        let address = address.replace(offer["data"]["sha256"].as_str().unwrap(), wrong);
        assert_eq!(refused(&neighbour, &address).await, (404, "not_found".into()), "{wrong}");
    }
    let stranger = reqwest::get(format!("{}{address}", neighbour.base)).await.unwrap();
    assert_eq!(stranger.status(), 401);
    assert_eq!(handed_out(&town).len(), 2, "what was refused leaves nothing");
    let app = &town.app;
    assert_eq!(foi_docket::audit::verify::verify(&app.db, &app.office, &app.documents, DISTRICT).unwrap().findings, []);
}

/// A case whose evidence is complete, answered, and about which the neighbour has given notice.
async fn complete(town: &Town, cast: &Cast, number: &str) -> (Neighbour, Value) {
    let (neighbour, case) = told(town, cast, number).await;
    let case = cast.reviewer.step(&case, "/proceedings/1/answer", json!({"on": FIRST_DAY})).await.good();
    let slip = json!({"document_id": cast.paper().await, "role": "signed_slip", "dated_on": FIRST_DAY});
    let case = cast.clerk.step(&case, "/dispatches/1/proofs", slip).await.good();
    (neighbour, case)
}

async fn set_active(town: &Town, neighbour: &Neighbour, active: bool) {
    let (path, body) = (format!("/api/v1/exchange-peers/{}", neighbour.id), json!({"active": active}).to_string().into_bytes());
    let admin = town.sign_in("admin").await;
    admin.send(reqwest::Method::PATCH, &path, &[("content-type", "application/json")], Some(body)).await.good();
}

#[actix_web::test]
async fn fuyifa_48_who_was_closed_when_the_dossier_was_complete_is_offered_it_once_open_again() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let (neighbour, _) = complete(&town, &cast, "示复〔2026〕47号").await;
    set_active(&town, &neighbour, false).await;
    work(&town);
    work(&town);
    set_active(&town, &neighbour, true).await;
    assert!(offers(&neighbour).await.is_empty(), "nothing while it was closed");
    work(&town);
    assert_eq!(offers(&neighbour).await.len(), 1);
}

#[actix_web::test]
async fn what_came_in_does_not_wait_for_packages_to_be_made() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let (neighbour, _) = complete(&town, &cast, "示复〔2026〕48号").await;
    for _ in 0..2 {
        foi_docket::audit::sequencer::place(&town.app.db, DISTRICT).unwrap();
        foi_docket::exchange::work::turn(&town.app, DISTRICT).unwrap();
    }
    assert!(neighbour.poll(0).await.iter().any(|told| told["type"] == "answer"), "everything else was told");
    assert!(offers(&neighbour).await.is_empty());
    foi_docket::exchange::work::offer(&town.app, DISTRICT).unwrap();
    assert_eq!(offers(&neighbour).await.len(), 1);
}

#[actix_web::test]
async fn fuyifa_70_what_lacks_more_than_what_was_offered_is_not_offered_in_its_place() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let (neighbour, case) = complete(&town, &cast, "示复〔2026〕49号").await;
    work(&town);
    let offer = offers(&neighbour).await.remove(0);
    fetched(&neighbour, &offer).await;
    // A paper is gone: without it the package is another.
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    let paper: uuid::Uuid = case["papers"][0]["document_id"].as_str().unwrap().parse().unwrap();
    diesel::delete(document_keys::table.filter(document_keys::document_id.eq(paper))).execute(&mut owner).unwrap();
    assert_eq!(refused(&neighbour, offer["data"]["address"].as_str().unwrap()).await, (409, "dossier_changed".into()));
    assert_eq!(offers(&neighbour).await.len(), 1);
}

#[actix_web::test]
async fn what_is_incomplete_is_offered_only_where_a_person_says_so() {
    let stage = Stage::set().await;
    let Stage { town, cast, neighbour, .. } = &stage;
    neighbour.push(town, &neighbour.notice("示复〔2026〕42号", stage.reply_number())).await.good();
    let case = stage.again().await;
    cast.reviewer.step(&case, "/proceedings/1/answer", json!({"on": FIRST_DAY})).await.good();
    work(town);
    assert!(offers(neighbour).await.is_empty());
    let ask = async |body: Value| cast.reviewer.post("/api/v1/dossier-offers", body).await;
    let of = |n: u32, incomplete: bool| json!({"case_id": case["id"], "proceeding": n, "incomplete": incomplete});
    let refused = ask(of(1, false)).await.refused("pack_incomplete");
    let missing: Vec<_> = refused["errors"].as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect();
    assert_eq!(missing, ["application_missing", "delivery_proof_missing"]);
    ask(of(2, true)).await.refused("unknown_reference");
    ask(json!({"case_id": uuid::Uuid::now_v7(), "proceeding": 1})).await.refused("unknown_reference");
    ask(json!({"case_id": case["id"], "proceeding": 0})).await.refused("fields_refused");
    ask(json!({"case_id": case["id"], "proceeding": 1, "originals": true})).await.refused("malformed_body");
    cast.handler.post("/api/v1/dossier-offers", of(1, true)).await.refused("forbidden");
    assert!(offers(neighbour).await.is_empty());

    let written = ask(of(1, true)).await.good();
    assert_eq!((&written["type"], &written["case_id"], &written["peer_id"]), (&json!("dossier"), &case["id"], &json!(neighbour.id)));
    let made = offers(neighbour).await;
    assert_eq!((made.len(), &made[0]["id"]), (1, &written["id"]));
    fetched(neighbour, &made[0]).await;
    ask(of(1, true)).await.refused("nothing_to_change");
    // 复议法 70: what was missing then counts as not there, so that the whole goes out once it is whole, and once.
    let paper = json!({"document_id": cast.paper().await, "kind": "application", "title": "申请表", "dated_on": FIRST_DAY});
    let now = cast.clerk.step(&stage.again().await, "/papers", paper).await.good();
    work(town);
    assert_eq!(offers(neighbour).await.len(), 1, "its delivery is not proved yet");
    let slip = json!({"document_id": cast.slip(&now).await, "role": "signed_slip", "dated_on": FIRST_DAY});
    cast.clerk.step(&now, "/dispatches/1/proofs", slip).await.good();
    work(town);
    assert_eq!(offers(neighbour).await.len(), 2);
    let later = json!({"document_id": cast.slip(&json!({"id": "later"})).await, "kind": "other", "title": "说明", "dated_on": FIRST_DAY});
    cast.clerk.step(&stage.again().await, "/papers", later).await.good();
    work(town);
    assert_eq!(offers(neighbour).await.len(), 2, "what comes after is no evidence (复议法 46)");
    // A body that is no neighbour is offered nothing.
    let alone = cast.in_reconsideration("EA000000043CN").await;
    ask(json!({"case_id": alone["id"], "proceeding": 1, "incomplete": true})).await.refused("no_neighbour");
    assert_eq!(offers(neighbour).await.len(), 2);
    stage.holds();
}

#[actix_web::test]
async fn what_is_no_longer_what_was_offered_is_refused_by_name_and_offered_anew() {
    let stage = Stage::set().await;
    let Stage { town, cast, neighbour, .. } = &stage;
    neighbour.push(town, &neighbour.notice("示复〔2026〕44号", stage.reply_number())).await.good();
    let case = stage.again().await;
    let ask = json!({"case_id": case["id"], "proceeding": 1, "incomplete": true});
    cast.reviewer.post("/api/v1/dossier-offers", ask).await.good();
    let first = offers(neighbour).await.remove(0);
    fetched(neighbour, &first).await;
    // The agency is called otherwise: its papers and the bag name it.
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    let called: String = agencies::table.find(DISTRICT).select(agencies::name).first(&mut owner).unwrap();
    let call = |owner: &mut PgConnection, name: &str| {
        diesel::update(agencies::table.find(DISTRICT)).set(agencies::name.eq(name)).execute(owner).unwrap();
    };
    call(&mut owner, "示范市示范区市场监管局");
    let address = first["data"]["address"].as_str().unwrap();
    assert_eq!(refused(neighbour, address).await, (409, "dossier_changed".into()));
    assert_eq!(handed_out(town).len(), 1, "nothing was given");
    let made = offers(neighbour).await;
    assert_eq!(made.len(), 2);
    assert_ne!(made[1]["data"]["sha256"], first["data"]["sha256"]);
    fetched(neighbour, &made[1]).await;
    assert_eq!(refused(neighbour, address).await, (409, "dossier_changed".into()));
    assert_eq!(offers(neighbour).await.len(), 2, "it stands as offered anew");
    // As it was before: what was offered then is the same again.
    call(&mut owner, &called);
    fetched(neighbour, &first).await;
    assert_eq!(refused(neighbour, made[1]["data"]["address"].as_str().unwrap()).await.0, 409);
    assert_eq!(offers(neighbour).await.len(), 3);
    stage.holds();
}

#[actix_web::test]
async fn one_proceeding_over_several_cases_has_one_offer_and_a_body_that_was_corrected_has_none() {
    let stage = Stage::set().await;
    let Stage { town, cast, neighbour, .. } = &stage;
    let second = cast.served("EA000000046CN").await;
    let mut notice = neighbour.notice("示复〔2026〕45号", stage.reply_number());
    notice["about"]["further"] = json!([{"reply_number": second["replies"][0]["document_number"]}]);
    assert_eq!(neighbour.push(town, &notice).await.good()["state"], "applied");
    let ask = json!({"case_id": stage.case["id"], "proceeding": 1, "incomplete": true});
    cast.reviewer.post("/api/v1/dossier-offers", ask).await.good();
    let offer = offers(neighbour).await.remove(0);
    let covered: Vec<&Value> = offer["data"]["covers"].as_array().unwrap().iter().map(|covered| &covered["case"]).collect();
    assert_eq!(covered, [&stage.case["id"], &second["id"]]);
    let package = open(fetched(neighbour, &offer).await);
    whole(&package);
    let beside = format!("data/cases/{}/catalogue.json", second["id"].as_str().unwrap());
    assert_eq!(json_of(&package, &beside)["case_number"], second["case_number"]);
    assert!(!package.keys().any(|name| name.ends_with("case.json")), "of neither");
    assert_eq!(handed_out(town).len(), 2, "one for each case");
    let change = json!({"subject": "proceeding_entry", "proceeding": 1, "body": "示范市人民政府"});
    cast.clerk.step(&stage.again().await, "/amendments", json!({"change": change, "reason": "机关登记有误。"})).await.good();
    cast.approver.step(&stage.again().await, "/amendments/1/decision", json!({"verdict": "approved"})).await.good();
    assert_eq!(refused(neighbour, offer["data"]["address"].as_str().unwrap()).await, (404, "not_found".into()));
    stage.holds();
}
