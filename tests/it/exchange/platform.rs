//! The city's platform for applications (市政务公开工作平台): by hand, over the exchange, and the daily list of differences.

use super::{Neighbour, name};
use crate::support::actor::application;
use crate::support::life::Cast;
use crate::support::town::{FIRST_DAY, Town};
use foi_docket::audit::verify;
use foi_docket::demo::DISTRICT;
use foi_docket::work::{Outcome, tick};
use reqwest::Method;
use serde_json::{Value, json};

/// The agency joins the platform: from now on a case is entered within a working day.
async fn join(town: &Town) {
    let admin = town.sign_in("admin").await;
    let mut settings = admin.get("/api/v1/settings").await.good();
    let version = format!("\"{}\"", settings["edition"]);
    for name in ["edition", "made_at"] {
        settings.as_object_mut().unwrap().remove(name);
    }
    settings["platform_working_days"] = json!(1);
    admin.send(Method::PUT, "/api/v1/settings", &[("if-match", &version)], Some(settings.to_string().into_bytes())).await.good();
}

fn lodged(number: &str) -> Value {
    let mut body = application(FIRST_DAY);
    body["external_references"] = json!([{"system": "city_platform", "reference": number}]);
    body
}

async fn differences(cast: &Cast, query: &str) -> Vec<(String, Value)> {
    let page = cast.clerk.get(&format!("/api/v1/platform-differences{query}")).await.good();
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| (item["reason"].as_str().unwrap().to_owned(), item.clone())).collect()
}

fn reasons(all: &[(String, Value)]) -> Vec<&str> {
    all.iter().map(|(reason, _)| reason.as_str()).collect()
}

fn holds(town: &Town) {
    let app = &town.app;
    assert_eq!(verify::verify(&app.db, &app.office, &app.documents, DISTRICT).unwrap().findings, []);
}

fn work(town: &Town) {
    assert_eq!(tick(&town.app, town.clock.now()), Outcome::Done);
}

fn duty(case: &Value) -> Value {
    let all = case["duties"].as_array().unwrap();
    all.iter().find(|duty| duty["kind"] == "enter_on_platform").cloned().unwrap_or(Value::Null)
}

#[actix_web::test]
async fn by_hand_the_entry_ends_the_duty_and_the_number_is_the_cases_own() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let before = cast.registered().await;
    assert_eq!((duty(&before), &before["platform"]), (Value::Null, &Value::Null), "where there is no platform nothing is owed");
    join(&town).await;
    let case = cast.registered().await;
    assert_eq!((duty(&case)["due_on"].as_str(), duty(&case)["basis"].as_str()), (Some("2026-11-03"), Some("inner")));
    let entry = json!({"number": "PT-1", "entered_on": FIRST_DAY, "status": "received"});
    let entered = cast.clerk.step(&case, "/platform-entries", entry.clone()).await.good();
    assert_eq!((duty(&entered)["met_on"].as_str(), duty(&entered)["open"].as_bool()), (Some(FIRST_DAY), Some(false)));
    let on_platform = &entered["platform"];
    assert_eq!((on_platform["number"].as_str(), on_platform["status"].as_str()), (Some("PT-1"), Some("received")));
    assert_eq!(on_platform["own_status"], "registered");
    assert_eq!(entered["external_references"], json!([{"system": "city_platform", "reference": "PT-1"}]));

    let other = cast.registered().await;
    let refused = cast.clerk.step(&other, "/platform-entries", entry).await.refused("reference_taken");
    assert_eq!(refused["errors"][0]["pointer"], "/number");
    cast.clerk.post("/api/v1/cases", lodged("PT-1")).await.refused("reference_taken");
    cast.clerk.step(&other, "/platform-entries", json!({"status": "received"})).await.refused("platform_number_missing");
    let early = json!({"number": "PT-2", "entered_on": "2026-11-01", "status": "received"});
    cast.clerk.step(&other, "/platform-entries", early).await.refused("date_before_previous");
    let late = json!({"number": "PT-2", "entered_on": "2026-11-03", "status": "received"});
    cast.clerk.step(&other, "/platform-entries", late).await.refused("date_in_future");
    cast.handler.step(&other, "/platform-entries", json!({"status": "received"})).await.refused("forbidden");

    // A number typed wrongly is corrected by the same step, with the reason; the one it had is free again.
    let mut corrected = json!({"number": "PT-9", "entered_on": FIRST_DAY, "status": "registered"});
    let refused = cast.clerk.step(&entered, "/platform-entries", corrected.clone()).await.refused("platform_number_differs");
    assert_eq!(refused["errors"][0]["pointer"], "/number");
    corrected["correction"] = json!("录入时漏看一位。");
    let corrected = cast.clerk.step(&entered, "/platform-entries", corrected).await.good();
    let entries = corrected["platform"]["entries"].as_array().unwrap();
    assert_eq!((&entries[0]["number"], &entries[1]["correction"]), (&json!("PT-1"), &json!("录入时漏看一位。")));
    let entry = json!({"number": "PT-1", "entered_on": FIRST_DAY, "status": "registered"});
    cast.clerk.step(&other, "/platform-entries", entry).await.good();
    let found = |page: Value| page["items"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect::<Vec<_>>();
    let by_number = cast.clerk.get("/api/v1/cases?external_system=city_platform&external_reference=PT-9").await.good();
    assert_eq!(found(by_number), [case["id"].clone()]);
    assert_eq!(found(cast.clerk.get("/api/v1/cases?platform_status=registered").await.good()).len(), 2);
    assert_eq!(found(cast.clerk.get("/api/v1/cases?on_platform=false").await.good()), [before["id"].clone()]);
    holds(&town);
    let rebuilt = town.app.db.run_here(&foi_docket::db::pool::Scope::own(DISTRICT), |conn| {
        let id = case["id"].as_str().unwrap().parse().unwrap();
        foi_docket::case::journal::rebuild(conn, &town.app.office, DISTRICT, id)
    });
    assert_eq!(rebuilt.unwrap().platform_entries.len(), 2);
    holds(&town);
}

#[actix_web::test]
async fn the_daily_list_says_in_what_both_sides_differ_as_of_each_day() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    join(&town).await;
    let missing = cast.registered().await;
    let case = cast.registered().await;
    let entry =
        json!({"number": "PT-1", "entered_on": FIRST_DAY, "status": "registered", "received_on": FIRST_DAY, "due_on": case["due_on"]});
    let case = cast.clerk.step(&case, "/platform-entries", entry).await.good();
    let today = differences(&cast, "").await;
    assert_eq!(reasons(&today), ["not_on_platform"]);
    let item = &today[0].1;
    assert_eq!((&item["case_id"], &item["due_on"], &item["overdue"]), (&missing["id"], &json!("2026-11-03"), &json!(false)));

    town.go("2026-11-05");
    let told = json!({"status": "answered", "received_on": "2026-11-03", "due_on": "2026-12-01"});
    cast.clerk.step(&case, "/platform-entries", told).await.good();
    let entry = json!({"number": "PT-2", "entered_on": "2026-11-05", "status": "registered"});
    cast.clerk.step(&missing, "/platform-entries", entry).await.good();
    let now = differences(&cast, "").await;
    assert_eq!(reasons(&now), ["status_differs", "receipt_date_differs", "due_date_differs"]);
    assert_eq!((&now[0].1["own_status"], &now[0].1["platform_status"]), (&json!("registered"), &json!("answered")));
    assert_eq!((&now[1].1["own_on"], &now[1].1["platform_on"]), (&json!(FIRST_DAY), &json!("2026-11-03")));
    // The day before reads as it did.
    let before = differences(&cast, "?on=2026-11-04").await;
    assert_eq!(reasons(&before), ["not_on_platform"]);
    assert_eq!(before[0].1["overdue"], true);
    assert_eq!(reasons(&differences(&cast, "?on=2026-11-01").await), [""; 0]);

    let page = cast.clerk.get("/api/v1/platform-differences?limit=2").await.good();
    let next = page["next_cursor"].as_str().unwrap();
    let rest = cast.clerk.get(&format!("/api/v1/platform-differences?limit=2&cursor={next}")).await.good();
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next_cursor"]), (1, &Value::Null));
    cast.clerk.get("/api/v1/platform-differences?on=2026-11-06").await.refused("parameter_refused");
    let supervisor = town.sign_in("supervisor").await;
    let theirs = supervisor.get(&format!("/api/v1/platform-differences?agency={DISTRICT}")).await.good();
    assert_eq!(theirs["items"].as_array().unwrap().len(), 3);
    let nobody = cast.clerk.get(&format!("/api/v1/platform-differences?agency={}", foi_docket::demo::CITY)).await.good();
    assert_eq!(nobody["items"], json!([]));
}

#[actix_web::test]
async fn the_daily_list_is_read_page_by_page_case_by_case() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    join(&town).await;
    // One that was never entered there.
    cast.registered().await;
    for n in [3, 1, 2] {
        let case = cast.registered().await;
        let entry = json!({"number": format!("PT-{n}"), "entered_on": FIRST_DAY, "status": "answered", "received_on": "2026-10-30"});
        cast.clerk.step(&case, "/platform-entries", entry).await.good();
    }
    let mut seen = Vec::new();
    let mut next = String::new();
    loop {
        let page = cast.clerk.get(&format!("/api/v1/platform-differences?limit=1{next}")).await.good();
        let items = page["items"].as_array().unwrap();
        assert_eq!(items.len(), 1);
        let word = |key: &str| items[0][key].as_str().unwrap_or_default().to_owned();
        seen.push((word("number"), word("reason")));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        next = format!("&cursor={cursor}");
    }
    let both = |number: &str| [(number.to_owned(), "status_differs".to_owned()), (number.to_owned(), "receipt_date_differs".to_owned())];
    let cases = ["PT-1", "PT-2", "PT-3"].into_iter().flat_map(both);
    assert_eq!(seen, std::iter::once((String::new(), "not_on_platform".to_owned())).chain(cases).collect::<Vec<_>>());
}

/// The platform, played by hand.
async fn platform(town: &Town) -> Neighbour {
    Neighbour::enter_under(town, "platform", &name(), None).await
}

fn message(sort: &str, about: Value, data: Value) -> Value {
    json!({
        "id": uuid::Uuid::now_v7(), "contract": "1.0", "type": sort, "sender": "示范市政务公开工作平台", "sent_at": "2026-11-02T01:00:00Z",
        "about": about, "data": data
    })
}

fn status(number: &str, status: &str, on: &str) -> Value {
    message("status_told", json!({"number": number}), json!({"status": status, "status_on": on}))
}

fn application_lodged(number: &str, on: &str) -> Value {
    let data = json!({
        "lodged_on": on, "applicants": [{"kind": "natural_person", "name": "丑某", "id_number": "110101199003070011", "phone": "13800000011"}],
        "request": {"description": "申请公开电梯维保单位名单。", "wanted_form": "email", "delivery_channel": "email"}
    });
    message("application_lodged", json!({"number": number}), data)
}

#[actix_web::test]
async fn the_contract_is_what_the_program_serves() {
    let contract = foi_docket::exchange::contracts::platform_contract();
    crate::contract::compare("contracts/platform.v1.yaml", &foi_docket::http::openapi::yaml(&contract).unwrap());
    let town = Town::open();
    let served = town.stranger().get("/exchange/platform/v1/openapi.json").await.good();
    assert_eq!(served, contract);
    let text = contract.to_string();
    let references: Vec<_> = text.split("\"$ref\":\"#").skip(1).map(|part| part.split('"').next().unwrap()).collect();
    assert!(references.len() > 10);
    for reference in references {
        assert!(contract.pointer(reference).is_some(), "{reference}");
    }
    assert!(!text.contains("复议"), "nothing of the other contract");
}

#[actix_web::test]
async fn a_case_of_another_channel_is_entered_over_the_exchange() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    join(&town).await;
    let platform = platform(&town).await;
    let old = cast.received().await;
    let case = cast.registered().await;
    work(&town);
    work(&town);
    let told = platform.poll(0).await;
    let entries: Vec<_> = told.iter().filter(|one| one["about"]["application"] == case["id"]).collect();
    assert_eq!(entries.len(), 1, "it is said once");
    assert_eq!((entries[0]["type"].as_str(), entries[0]["data"]["received_on"].as_str()), (Some("entry"), Some(FIRST_DAY)));
    assert_eq!(entries[0]["about"]["register_number"], case["case_number"]);
    assert!(told.iter().any(|one| one["about"]["application"] == old["id"]));

    // A status before its number waits for the number.
    let early = status("PT-1", "registered", FIRST_DAY);
    assert_eq!(platform.push(&town, &early).await.good()["code"], "no_platform_number");
    assert_eq!(reasons(&differences(&cast, "").await), ["not_on_platform", "not_on_platform", "unknown_number"]);
    let assigned = message(
        "number_assigned",
        json!({"number": "PT-1", "application": case["id"]}),
        json!({"entered_on": FIRST_DAY, "status": "received", "status_on": FIRST_DAY}),
    );
    assert_eq!(platform.push(&town, &assigned).await.good()["state"], "applied");
    assert_eq!(platform.push(&town, &assigned).await.good()["state"], "applied", "twice is once");
    work(&town);
    work(&town);
    let again = cast.clerk.get(&format!("/api/v1/cases/{}", case["id"].as_str().unwrap())).await.good();
    assert_eq!(duty(&again)["met_on"], FIRST_DAY);
    assert_eq!((&again["platform"]["number"], &again["platform"]["status"]), (&json!("PT-1"), &json!("registered")));
    assert_eq!(again["platform"]["entries"].as_array().unwrap().len(), 2);
    assert_eq!(platform.receipt(&early).await, ("applied".to_owned(), None));
    // The step stands on the trail as the platform's, with the message beside it.
    let events = cast.clerk.get(&format!("/api/v1/cases/{}/events?limit=200", case["id"].as_str().unwrap())).await.good();
    let entered = events["items"].as_array().unwrap().iter().find(|event| event["kind"] == "platform_entered").unwrap();
    assert_eq!((&entered["message_id"], &entered["actor"]["id"]), (&assigned["id"], &json!(platform.id)));

    let changes = async || platform.poll(0).await.into_iter().filter(|one| one["type"] == "status_change").collect::<Vec<_>>();
    let said = changes().await;
    assert_eq!(said.len(), 1);
    assert_eq!((&said[0]["about"]["number"], &said[0]["data"]["status"]), (&json!("PT-1"), &json!("registered")));
    assert_eq!(said[0]["data"]["due_on"], again["due_on"]);
    // A word that is older than what was told before changes nothing; another case cannot have the number.
    town.go("2026-11-04");
    assert_eq!(platform.push(&town, &status("PT-1", "registered", "2026-11-04")).await.good()["state"], "applied");
    let stale = platform.push(&town, &status("PT-1", "received", "2026-11-03")).await.good();
    assert_eq!((stale["state"].as_str(), stale["code"].as_str()), (Some("refused"), Some("overtaken")));
    let taken = message(
        "number_assigned",
        json!({"number": "PT-1", "application": old["id"]}),
        json!({"entered_on": "2026-11-04", "status": "received", "status_on": "2026-11-04"}),
    );
    assert_eq!(platform.push(&town, &taken).await.good()["code"], "reference_taken");
    // Another number for a case that has one is a clerk's: the first stays until somebody says that it is wrong.
    let second = message(
        "number_assigned",
        json!({"number": "PT-2", "application": again["id"]}),
        json!({"entered_on": "2026-11-04", "status": "received", "status_on": "2026-11-04"}),
    );
    assert_eq!(platform.push(&town, &second).await.good()["code"], "platform_number_differs");
    let at = format!("/api/v1/cases/{}", again["id"].as_str().unwrap());
    assert_eq!(cast.clerk.get(&at).await.good()["platform"]["number"], "PT-1");
    let stray = message("number_assigned", json!({"number": "PT-8", "application": uuid::Uuid::now_v7()}), taken["data"].clone());
    assert_eq!(platform.push(&town, &stray).await.good()["code"], "no_case");
    // A day of tomorrow is awaited, one after it refused.
    assert_eq!(platform.push(&town, &status("PT-1", "answered", "2026-11-05")).await.good()["code"], "day_ahead");
    assert_eq!(platform.push(&town, &status("PT-1", "answered", "2026-11-06")).await.good()["code"], "date_in_future");
    holds(&town);
}

#[actix_web::test]
async fn an_application_lodged_on_the_platform_becomes_a_case_once() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    join(&town).await;
    let platform = platform(&town).await;
    let lodged = application_lodged("PT-7", FIRST_DAY);
    let kept = platform.push(&town, &lodged).await.good();
    assert_eq!((kept["state"].as_str(), kept["code"].as_str()), (Some("applied"), None));
    platform.push(&town, &lodged).await.good();
    let rows = cast.clerk.get("/api/v1/cases?external_reference=PT-7").await.good();
    let rows = rows["items"].as_array().unwrap();
    assert_eq!(rows.len(), 1);
    let path = format!("/api/v1/cases/{}", rows[0]["id"].as_str().unwrap());
    let case = cast.clerk.get(&path).await.good();
    // 31(3): until both sides confirm there is no receipt date, over the exchange as on the portal.
    assert_eq!((&case["channel"], &case["received_on"], &case["stage"]), (&json!("portal"), &Value::Null, &json!("awaiting_confirmation")));
    let case = cast.clerk.step(&case, "/receipt-confirmations", json!({"confirmed_on": FIRST_DAY, "means": "telephone"})).await.good();
    assert_eq!(duty(&case)["open"], false, "it is there already");
    work(&town);
    work(&town);
    let told = platform.poll(0).await;
    assert!(told.iter().all(|one| one["type"] != "entry"));
    let statuses: Vec<_> = told.iter().filter(|one| one["type"] == "status_change").map(|one| one["data"]["status"].clone()).collect();
    assert_eq!(statuses, [json!("received")]);

    // Again under another id: the number has its case. A clerk sees who asks by name alone.
    let doubled = application_lodged("PT-7", FIRST_DAY);
    assert_eq!(platform.push(&town, &doubled).await.good()["code"], "reference_taken");
    let shown = cast.clerk.get(&format!("/api/v1/exchange-messages/{}", doubled["id"].as_str().unwrap())).await.good();
    assert_eq!(shown["type"], "application_lodged");
    assert_eq!(shown["data"]["applicants"], json!([{"kind": "natural_person", "name": "丑某"}]));
    assert_eq!(platform.push(&town, &application_lodged("PT-8", "2026-11-04")).await.good()["code"], "date_in_future");
    // 31(3): nobody has confirmed it, and there is no case: it is owed the same day.
    let owed = cast.clerk.get("/api/v1/duties?kind=see_to_message").await.good()["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&owed["due_on"], &owed["article"], &owed["basis"]), (&json!(FIRST_DAY), &json!("31(3)"), &json!("law")));
    // One that a clerk had received on paper is matched to its case.
    let paper = cast.received().await;
    let third = application_lodged("PT-9", "2026-11-03");
    assert_eq!(platform.push(&town, &third).await.good()["code"], "day_ahead", "lodged at midnight by their clock");
    town.go("2026-11-03");
    let at = format!("/api/v1/exchange-messages/{}/match", third["id"].as_str().unwrap());
    let matched = cast.clerk.post(&at, json!({"case_id": paper["id"]})).await.good();
    assert_eq!(matched["state"], "applied");
    let paper = cast.clerk.get(&format!("/api/v1/cases/{}", paper["id"].as_str().unwrap())).await.good();
    assert_eq!(paper["platform"]["number"], "PT-9");
    // Domain 6.6: what was misrouted goes back, and the platform is told.
    let misrouted = application_lodged("PT-10", "2026-11-03");
    assert_eq!(platform.push(&town, &misrouted).await.good()["state"], "applied");
    let rows = cast.clerk.get("/api/v1/cases?external_reference=PT-10").await.good();
    let back = cast.clerk.get(&format!("/api/v1/cases/{}", rows["items"][0]["id"].as_str().unwrap())).await.good();
    let back = cast.approver.step(&back, "/voiding", json!({"reason": "属于另一机关职责。", "returned": true})).await.good();
    assert_eq!(
        (&back["stage"], &back["voiding"]["returned"], &back["platform"]["number"]),
        (&json!("voided"), &json!(true), &json!("PT-10"))
    );
    work(&town);
    work(&town);
    let told = platform.poll(0).await;
    let last = told.iter().rfind(|one| one["type"] == "status_change" && one["about"]["number"] == "PT-10").unwrap();
    assert_eq!(last["data"]["status"], "returned");
    // One contract is not the other: a wrong door answers like a wrong signature.
    let body = lodged.to_string();
    let headers = [("webhook-id", lodged["id"].as_str().unwrap()), ("webhook-timestamp", "1"), ("webhook-signature", "v1,AA==")];
    let door = format!("/exchange/reconsideration/v1/{}/messages", platform.id);
    town.stranger().send(Method::POST, &door, &headers, Some(body.into_bytes())).await.refused("signature_refused");
    holds(&town);
}
