//! The report of an agency and all below it (Art 49(2)): written, approved and frozen beside the own one; what it says of its parts; when it is owed.

use super::{PATH, added, additions, approved, cell, three_cases};
use crate::support::actor::Actor;
use crate::support::life::Cast;
use crate::support::town::{FIRST_DAY, Town};
use foi_docket::audit::verify;
use foi_docket::demo::{CITY, DISTRICT};
use foi_docket::notify::outbox::send_due;
use foi_docket::notify::reminders::{Sweep, sweep};
use foi_docket::rules::permissions::Role;
use serde_json::{Value, json};

fn of_all(step: &str) -> String {
    format!("{PATH}{step}?consolidated=true")
}

fn read(report: &Value) -> Value {
    json!({"sha256": report["sha256"]})
}

fn explained(version: &Value) -> Value {
    let mut content = additions();
    content["explanations"] = json!("部分机关年度报告尚未定稿，以现有数据汇总。");
    content["based_on"] = version.clone();
    content
}

/// What its parts are, by their state.
fn parts(report: &Value) -> Vec<(String, String)> {
    let words = |value: &Value| value.as_str().unwrap().to_owned();
    report["agencies"].as_array().unwrap().iter().map(|part| (words(&part["id"]), words(&part["state"]))).collect()
}

/// Art 49(2), 30号: a report of its own with its own texts and people, of the numbers of its parts.
#[actix_web::test]
async fn the_report_of_all_is_written_approved_and_frozen_with_its_parts() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    three_cases(&town, &cast).await;
    let (clerk, approver) = (town.role(Role::Clerk, "city").await, town.role(Role::Approver, "city").await);
    let first = clerk.post(&of_all("/additions"), additions()).await;
    assert_eq!(first.headers["location"], "/api/v1/annual-reports/2025?consolidated=true");
    let first = first.good();
    assert_eq!((&first["state"], &first["version"], &first["consolidated"]), (&json!("open"), &json!(1), &json!(true)));
    assert_eq!(first["overview"], "本年新收政府信息公开申请3件，上年结转申请0件。", "the numbers are those of all");
    assert_eq!(first["table_two"]["licences"], 5210, "what no part has");
    let own = clerk.get(PATH).await.good();
    assert_eq!((&own["version"], &own["consolidated"], cell(&own, 1, 7)), (&json!(0), &json!(false), 0), "the own one is another");

    // A part that is not final is named, and somebody says why.
    let codes: Vec<&Value> = first["warnings"].as_array().unwrap().iter().map(|warning| &warning["code"]).collect();
    assert_eq!(codes, ["part_open", "government_matters"], "{:#}", first["warnings"]);
    let refused = approver.post(&of_all("/approvals"), read(&first)).await.refused("report_incomplete");
    assert_eq!(refused["errors"][0]["pointer"], "/explanations", "{refused:#}");
    let report = clerk.post(&of_all("/additions"), explained(&json!(1))).await.good();
    let report = approver.post(&of_all("/approvals"), read(&report)).await.good();
    assert_eq!((&report["state"], report["approvals"].as_array().unwrap().len()), (&json!("approved"), 1));

    // A part that became final meanwhile is another part.
    let district = approved(&cast).await;
    let district = cast.approver.post(&format!("{PATH}/freezing"), read(&district)).await.good();
    approver.post(&of_all("/freezing"), read(&report)).await.refused("report_changed");
    let report = clerk.get(&of_all("")).await.good();
    assert_eq!(report["state"], "open");
    approver.post(&of_all("/freezing"), read(&report)).await.refused("report_not_approved");
    approver.post(&of_all("/approvals"), read(&report)).await.good();
    let frozen = approver.post(&of_all("/freezing"), read(&report)).await.good();
    assert_eq!((&frozen["state"], &frozen["sha256"]), (&json!("frozen"), &report["sha256"]));
    let states = parts(&frozen);
    assert_eq!(states[0], (CITY.to_string(), "open".to_owned()));
    assert_eq!(states[1..], [(DISTRICT.to_string(), "frozen".to_owned())], "an agency that was founded later made no report of that year");
    let of_district = frozen["agencies"].as_array().unwrap().iter().find(|part| part["id"] == json!(DISTRICT)).unwrap();
    assert_eq!(of_district["sha256"], district["sha256"], "with the digest of what it added up");

    // It stays, whatever its parts say later; the own report goes on.
    let bytes = clerk.text(&of_all("/content"), "application/json").await;
    assert_eq!(foi_docket::crypto::hex(&foi_docket::crypto::sha256(bytes.as_bytes())), report["sha256"].as_str().unwrap());
    clerk.post(&of_all("/additions"), explained(&json!(2))).await.refused("report_frozen");
    assert_eq!(added(&clerk, additions()).await["version"], 1);
    assert_eq!(clerk.text(&of_all("/content"), "application/json").await, bytes);
    assert_eq!(clerk.get(&of_all("")).await.good()["table_two"]["licences"], 10_420);
    clerk.get(&format!("{PATH}/content")).await.refused("not_found");
    let versions = clerk.get(&of_all("/additions")).await.good();
    assert_eq!(versions["items"].as_array().unwrap().len(), 2);
    assert_eq!(clerk.get(versions["items"][0]["href"].as_str().unwrap()).await.good()["version"], 2);
    let years = clerk.get("/api/v1/annual-reports?consolidated=true").await.good();
    let of_2025 = years["items"].as_array().unwrap().iter().find(|one| one["year"] == 2025).unwrap();
    assert_eq!((&of_2025["state"], &of_2025["version"]), (&json!("frozen"), &json!(2)));
    // Rule 4: the next one continues from the one that was published.
    let next = clerk.get("/api/v1/annual-reports/2026?consolidated=true").await.good();
    assert_eq!((&next["checks"][3]["holds"], &next["checks"][3]["detail"]), (&json!(true), &json!("第2行与上年公布的第25行各列相等")));
    for agency in [CITY, DISTRICT] {
        let findings = verify::verify(&town.app.db, &town.app.office, &town.app.documents, agency).unwrap().findings;
        assert_eq!(findings, []);
    }
}

/// Who makes the report of all sees its sums; the cases of another agency are for who supervises it.
#[actix_web::test]
async fn the_report_of_all_is_for_its_makers_and_for_supervisors() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    three_cases(&town, &cast).await;
    let in_city = async |role: Role| town.role(role, "city").await;
    assert_eq!(cell(&in_city(Role::Clerk).await.get(&of_all("")).await.good(), 1, 7), 3);
    in_city(Role::Clerk).await.get(&of_all("/cells/three/1/total")).await.refused("forbidden");
    in_city(Role::Handler).await.get(&of_all("")).await.refused("forbidden");
    in_city(Role::Supervisor).await.post(&of_all("/additions"), additions()).await.refused("forbidden");
    let own = async |actor: &Actor| actor.get(&format!("{PATH}?agency={DISTRICT}")).await;
    own(&in_city(Role::Clerk).await).await.refused("not_found");
    // An agency that has none below has no such report.
    cast.clerk.get(&of_all("")).await.refused("not_found");
    cast.clerk.post(&of_all("/additions"), additions()).await.refused("not_found");
    let sister = town.role(Role::Approver, "sister").await;
    sister.get(&format!("{}&agency={CITY}", of_all(""))).await.refused("not_found");
    cast.clerk.post(&format!("{PATH}/additions?all=true"), additions()).await.refused("malformed_parameter");
}

/// Art 49(2): an agency that was founded after the year has no report of it that could be open.
#[actix_web::test]
async fn an_agency_founded_later_is_no_part_of_an_earlier_year() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let supervisor = town.sign_in("supervisor").await;
    let names = async |year: i32| {
        let report = supervisor.get(&format!("/api/v1/annual-reports/{year}?consolidated=true")).await.good();
        report["agencies"].as_array().unwrap().iter().map(|part| part["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    supervisor.get("/api/v1/annual-reports/2025?consolidated=true").await.refused("not_found");
    let years = async || supervisor.get("/api/v1/annual-reports?consolidated=true").await.good()["items"].as_array().unwrap().len();
    assert_eq!(years().await, 1);
    three_cases(&town, &cast).await;
    assert_eq!(names(2025).await, ["示范市市场监督管理局", "示范市示范区市场监督管理局"]);
    assert_eq!(names(2026).await.len(), 3);
    assert_eq!(years().await, 2);
}

/// Who makes the report of all reads no case of another agency: its differences and warnings say how many, and of whom.
#[actix_web::test]
async fn the_report_of_all_says_how_many_cases_of_another_agency_differ_and_not_which() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let first = three_cases(&town, &cast).await;
    let report = approved(&cast).await;
    cast.approver.post(&format!("{PATH}/freezing"), read(&report)).await.good();
    cast.approver.step(&first, "/replies/1/revocation", json!({"reason": "检索遗漏。"})).await.good();
    let unregistered = cast.clerk.receive(FIRST_DAY).await;
    let clerk = town.role(Role::Clerk, "city").await;
    let all = clerk.get("/api/v1/annual-reports/2026?consolidated=true").await.good();
    assert_eq!(all["differences"], json!({"total": 1, "cases": []}));
    let part = all["agencies"].as_array().unwrap().iter().find(|part| part["id"] == json!(DISTRICT)).unwrap();
    assert_eq!((&part["differing_cases"], &part["differing_proceedings"]), (&json!(1), &json!(0)));
    assert_eq!(
        (&all["warnings"][0]["code"], &all["warnings"][0]["total"], &all["warnings"][0]["cases"]),
        (&json!("received_unregistered"), &json!(1), &json!([]))
    );
    for id in [&first["id"], &unregistered["id"]] {
        assert!(!all.to_string().contains(id.as_str().unwrap()), "{all:#}");
    }
    // Which they are is in the agency's own report, for who reads it.
    let path = part["differences_href"].as_str().unwrap().replace("{table}", "three");
    clerk.get(&path).await.refused("not_found");
    let listed = town.sign_in("supervisor").await.get(&path).await.good();
    assert_eq!((&listed["items"][0]["case_id"], &listed["items"][0]["reason"]), (&first["id"], &json!("answered_anew")));
    assert_eq!(listed["items"][0]["case_number"], first["case_number"]);
}

async fn of_government(town: &Town) {
    let admin = town.role(Role::Administrator, "city").await;
    let seen = admin.get("/api/v1/settings").await;
    let version = seen.headers["etag"].to_str().unwrap().to_owned();
    let mut settings = seen.good();
    settings.as_object_mut().unwrap().retain(|key, _| key != "edition" && key != "made_at");
    settings["reports_for_government"] = json!(true);
    let body = Some(settings.to_string().into_bytes());
    admin.send(reqwest::Method::PUT, "/api/v1/settings", &[("if-match", &version)], body).await.good();
}

/// Art 49(2), C12: what a government owes by 31 March is the report of all.
#[actix_web::test]
async fn a_government_publishes_the_report_of_all() {
    let town = Town::open();
    of_government(&town).await;
    town.go("2027-02-01");
    let (clerk, approver) = (town.role(Role::Clerk, "city").await, town.role(Role::Approver, "city").await);
    let owed = async || clerk.get("/api/v1/duties?kind=publish_annual_report").await.good()["items"].clone();
    let duty = owed().await;
    let href = format!("/api/v1/annual-reports/2026?agency={CITY}&consolidated=true");
    assert_eq!(
        (&duty[0]["due_on"], &duty[0]["article"], &duty[0]["href"], duty.as_array().unwrap().len()),
        (&json!("2027-03-31"), &json!("49(2)"), &json!(href), 1),
        "{duty:#}"
    );
    let published = json!({"published_on": "2027-02-01", "address": "https://www.example.cn/gknb/2026.html"});
    for all in ["", "?consolidated=true"] {
        let path = |step: &str| format!("/api/v1/annual-reports/2026/{step}{all}");
        clerk.post(&path("publications"), published.clone()).await.refused("report_not_frozen");
        let report = clerk.post(&path("additions"), explained(&json!(0))).await.good();
        approver.post(&path("approvals"), read(&report)).await.good();
        approver.post(&path("freezing"), read(&report)).await.good();
        let report = clerk.post(&path("publications"), published.clone()).await.good();
        let done = &report["publication"];
        if all.is_empty() {
            assert_eq!((&done["due_on"], &done["in_time"], &done["published_on"]), (&Value::Null, &Value::Null, &json!("2027-02-01")));
            assert_eq!(owed().await.as_array().unwrap().len(), 1, "the own one is not the government's");
        } else {
            assert_eq!((&done["due_on"], &done["in_time"]), (&json!("2027-03-31"), &json!(true)));
        }
    }
    assert_eq!(owed().await, json!([]));
}

/// Art 49(1): a department is reminded of the submission too, once the report is published.
#[actix_web::test]
async fn a_report_that_is_published_and_not_submitted_is_still_reminded_of() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let written = |day: &str| {
        town.go(day);
        let how = Sweep { today: day.parse().unwrap(), public_url: "http://127.0.0.1:8080", domain: "example.cn" };
        assert!(sweep(&town.app.db, &town.app.office, DISTRICT, &how).unwrap().reminders > 0, "{day}");
    };
    let sent = || send_due(&town.app.db, &town.app.mailer, &town.app.office, DISTRICT).unwrap();
    let path = |step: &str| format!("/api/v1/annual-reports/2026/{step}");
    written("2027-02-01");
    let report = cast.clerk.post(&path("additions"), additions()).await.good();
    for step in ["approvals", "freezing"] {
        cast.approver.post(&path(step), read(&report)).await.good();
    }
    let published = json!({"published_on": "2027-02-01", "address": "https://www.example.cn/gknb/2026.html"});
    cast.clerk.post(&path("publications"), published).await.good();
    let tally = sent();
    assert!(tally.sent > 0 && tally.dropped == 0, "{tally:?}");
    written("2027-02-02");
    cast.clerk.post(&path("publications"), json!({"submitted_on": "2027-02-02"})).await.good();
    let tally = sent();
    assert!(tally.sent == 0 && tally.dropped > 0, "{tally:?}");
}

/// Domain 4, unit: a request that nobody registered by the end of the year is in no line, and the report says so.
#[actix_web::test]
async fn what_was_received_and_not_registered_is_warned_of() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    three_cases(&town, &cast).await;
    let quiet = cast.clerk.get(PATH).await.good();
    assert_eq!(quiet["warnings"], json!([]));
    town.go("2025-12-30");
    let case = cast.clerk.receive("2025-12-30").await;
    town.go(FIRST_DAY);
    let report = cast.clerk.get(PATH).await.good();
    let warning = &report["warnings"][0];
    assert_eq!(
        (&warning["code"], &warning["total"], &warning["cases"]),
        (&json!("received_unregistered"), &json!(1), &json!([case["id"]]))
    );
    assert_eq!(cell(&report, 1, 7), 3);
    assert_ne!(report["sha256"], quiet["sha256"], "who approves has read it");
    assert_eq!(cast.clerk.get("/api/v1/annual-reports/2024").await.good()["warnings"], json!([]), "received later");
    approved(&cast).await;
    // It stands against nothing; registered, it counts by its receipt date.
    cast.clerk.step(&case, "/registration", json!({})).await.good();
    let report = cast.clerk.get(PATH).await.good();
    assert_eq!((cell(&report, 1, 7), &report["warnings"]), (4, &json!([])));
}
