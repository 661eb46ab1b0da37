//! The demo's stories of the clock show what they must, whatever the day the demo starts on.

use crate::support::town::Town;
use foi_docket::db::editions::{CALENDAR, read_calendar};
use foi_docket::rules::reply_kinds::ReplyKind;
use serde_json::{Value, json};

/// The case of an applicant's request, found by its words, with its clock.
async fn story(town: &Town, words: &str) -> (Value, Value) {
    let clerk = town.sign_in("clerk").await;
    let cases = clerk.get("/api/v1/cases?limit=200").await.good();
    for item in cases["items"].as_array().unwrap() {
        let path = format!("/api/v1/cases/{}", item["id"].as_str().unwrap());
        let case = clerk.get(&path).await.good();
        if case.to_string().contains(words) {
            return (case, clerk.get(&format!("{path}/clock")).await.good());
        }
    }
    panic!("no case asks for {words}");
}

const EXTENDED: &str = "示范工业园区内企业的特种设备";
const CORRECTED: &str = "申请公开贵局全部检查材料";
const CONSULTED: &str = "示例乳业有限公司2026年联合抽检";
const CHARGED: &str = "2016年至2025年全部行政处罚决定书";
const PROVISIONAL: &str = "网络餐饮平台监督检查和处罚情况";

/// The last step's duties: what else is awaited, until when.
fn awaited(clock: &Value, kind: &str) -> Value {
    let duties = clock["steps"].as_array().unwrap().last().unwrap()["other_duties"].as_array().unwrap().clone();
    duties.into_iter().find(|duty| duty["kind"] == kind).unwrap_or_else(|| panic!("{kind}: {clock:#}"))
}

async fn five_stories(start: &str) -> [(Value, Value); 5] {
    let town = Town::demo(start);
    let mut told = Vec::new();
    for words in [EXTENDED, CORRECTED, CONSULTED, CHARGED, PROVISIONAL] {
        told.push(story(&town, words).await);
    }
    told.try_into().unwrap()
}

fn shows_what_it_must(start: &str, told: &[(Value, Value); 5]) {
    let calendar = read_calendar(1, CALENDAR).unwrap();
    let day = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{start}: {value}")).parse().unwrap();
    let after = |from: &Value, n: u32| json!(calendar.nth_working_day_after(day(from), n).on);
    let [(_, extended), (_, corrected), (_, consulted), (_, charged), (provisional, clock)] = told;
    assert_eq!(extended["due_on"], after(&extended["received_on"], 35), "{start}");
    let kinds = |clock: &Value| -> Vec<String> {
        clock["steps"].as_array().unwrap().iter().map(|step| step["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert!(kinds(extended).contains(&"extension_notified".to_owned()), "{start}");
    let restart = corrected["steps"].as_array().unwrap().iter().find(|step| step["kind"] == "corrected_application_received").unwrap();
    assert_eq!(corrected["due_on"], after(&restart["on"], 20), "{start}");
    let [one, other] = consulted["intervals"].as_array().unwrap().as_slice() else { panic!("{start}: {consulted:#}") };
    assert!(day(&other["sent_on"]) < day(&one["ended_on"]), "{start}: they overlap");
    assert_eq!(consulted["status"], "suspended", "{start}");
    assert_eq!((&charged["status"], &charged["due_on"]), (&json!("awaiting_payment"), &Value::Null), "{start}");
    let said = clock["provisional"] == true || provisional["corrections"].to_string().contains("provisional\":true");
    assert!(said, "{start}: {provisional:#}");
}

#[actix_web::test]
async fn the_stories_of_the_clock_show_what_they_must_whenever_the_demo_starts() {
    for start in ["2026-03-02", "2026-11-02", "2027-01-04"] {
        shows_what_it_must(start, &five_stories(start).await);
    }
}

#[actix_web::test]
async fn the_dates_of_the_stories_are_those_counted_by_hand() {
    let [(_, extended), (_, corrected), (_, consulted), (_, charged), (provisional, _)] = five_stories("2026-11-02").await;
    // Received 2026-09-28; the 35th working day, 10-01 to 10-07 off and 10-10 worked.
    assert_eq!((&extended["received_on"], &extended["due_on"]), (&json!("2026-09-28"), &json!("2026-11-20")));
    // Corrected on 2026-09-24; the 20th working day, 09-25 to 09-27 and 10-01 to 10-07 off, 10-10 worked.
    assert_eq!(corrected["due_on"], "2026-10-29");
    // Two days used to 10-15; from then to 11-10, the 15th working day after the second letter came, nothing counts; 18 days are left.
    assert_eq!(
        (&consulted["intervals"][0]["sent_on"], &consulted["intervals"][1]["delivered_on"]),
        (&json!("2026-10-15"), &json!("2026-10-20"))
    );
    assert_eq!((&consulted["due_on"], &consulted["projected_due_on"]), (&Value::Null, &json!("2026-12-04")));
    // Served on 2026-10-23, 20 working days.
    assert_eq!(awaited(&charged, "pay_fee")["due_on"], "2026-11-20");
    assert!(provisional["corrections"].to_string().contains("2027-01-15"), "{provisional:#}");
}

#[actix_web::test]
async fn the_demo_holds_a_whole_dossier_of_every_kind_of_reply() {
    let town = Town::demo("2026-11-02");
    let clerk = town.sign_in("clerk").await;
    let mut kinds = std::collections::BTreeSet::new();
    for item in clerk.get("/api/v1/cases?limit=200").await.good()["items"].as_array().unwrap() {
        let case = clerk.get(&format!("/api/v1/cases/{}", item["id"].as_str().unwrap())).await.good();
        let made = case["letters"].as_array().unwrap().iter().any(|letter| letter["letter"]["kind"] == "reply");
        if !made || !["closed", "archived"].contains(&case["stage"].as_str().unwrap()) {
            continue;
        }
        let items = case["replies"].as_array().unwrap().iter().flat_map(|reply| reply["items"].as_array().unwrap().clone());
        kinds.extend(items.map(|item| item["kind"].as_str().unwrap().to_owned()));
    }
    let missing: Vec<&str> = ReplyKind::ALL.iter().map(|kind| kind.code()).filter(|code| !kinds.contains(*code)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Art 49(2): the city's people find its reports and those of all below it: of the year before last frozen, of last year approved.
#[actix_web::test]
async fn the_city_has_made_the_reports_of_all_below_it() {
    let town = Town::demo("2026-11-02");
    let clerk = town.sign_in("city-clerk").await;
    for (year, all, state) in
        [(2024, "", "frozen"), (2024, "?consolidated=true", "frozen"), (2025, "", "frozen"), (2025, "?consolidated=true", "approved")]
    {
        let report = clerk.get(&format!("/api/v1/annual-reports/{year}{all}")).await.good();
        assert_eq!((&report["state"], &report["version"]), (&json!(state), &json!(1)), "{year}{all} {report:#}");
        let parts: Vec<&Value> = report["agencies"].as_array().unwrap().iter().map(|part| &part["name"]).collect();
        assert_eq!(parts.len(), if all.is_empty() { 0 } else { 2 }, "{parts:?}");
    }
    let last = clerk.get("/api/v1/annual-reports/2025?consolidated=true").await.good();
    assert_eq!(last["agencies"][1]["state"], "approved", "{last:#}");
    assert!(last["table_three"]["rows"][0]["values"][6].as_i64().unwrap() > 0 && last["explanations"].is_string());
    let approver = town.sign_in("city-approver").await;
    let content = approver.text("/api/v1/annual-reports/2024/content?consolidated=true", "application/json").await;
    assert!(content.contains("示范市示范区市场监督管理局"));
}
