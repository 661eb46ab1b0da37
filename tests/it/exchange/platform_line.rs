//! The city's platform over a bad line: applications lodged there and applications of other channels, numbers and statuses both ways; messages
//! lost, doubled, reordered, now one side killed and now the other. Both end with the same state, nothing lost, nothing doubled.

use super::line::{Neighbours, of_type, receipts, today};
use super::{Neighbour, name};
use crate::kill::verified;
use crate::support::actor::{Actor, application};
use crate::support::life::Cast;
use crate::support::town::{FIRST_DAY, Town};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Applications lodged on the platform.
const LODGED: usize = 60;
/// Applications of other channels, entered there.
const ENTERED: usize = 40;

async fn tell(neighbours: &Neighbours, sort: &str, about: Value, data: Value) {
    neighbours.desk(Method::POST, "/desk/messages", json!({"type": sort, "about": about, "data": data})).await;
}

/// What the platform wrote, by the id of its message: sort, number, status.
fn written(state: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = state["written"].as_array().unwrap().iter();
    all.map(|message| (text(&message["id"]), text(&message["about"]["number"]), text(&message["data"]["status"]))).collect()
}

/// The last word of the register on every number.
fn last_words(state: &Value) -> BTreeMap<String, Value> {
    let mut words: BTreeMap<String, (i64, Value)> = BTreeMap::new();
    for message in of_type(state, "status_change") {
        let (number, position) = (message["about"]["number"].as_str().unwrap(), message["position"].as_i64().unwrap());
        let known = words.entry(number.to_owned()).or_default();
        if position > known.0 {
            *known = (position, message["data"].clone());
        }
    }
    words.into_iter().map(|(number, (_, data))| (number, data)).collect()
}

/// The case that bears a number.
async fn case(clerk: &Actor, number: &str) -> Value {
    let rows = clerk.get(&format!("/api/v1/cases?external_reference={number}")).await.good();
    let rows = rows["items"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "{number}: one case, whatever came twice");
    clerk.get(&format!("/api/v1/cases/{}", rows[0]["id"].as_str().unwrap())).await.good()
}

#[actix_web::test]
async fn applications_and_statuses_both_ways_over_a_bad_line() {
    let kills: usize = std::env::var("EXCHANGE_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(4);
    let mut neighbours = Neighbours::meet("platform", "对接演练平台").await;
    let base = neighbours.base();
    let clerk_again = async || Actor::sign_in(&base, "clerk", "demo").await;
    let lodged = |n: usize| format!("PTX-{n:04}");
    for n in 0..LODGED {
        // A word on the number, sent later, may well overtake the application itself.
        let data = json!({
            "lodged_on": today(), "applicants": [{"kind": "natural_person", "name": "丑某", "id_number": "110101199003070011"}],
            "request": {"description": format!("申请公开第{n}号电梯维保记录。"), "wanted_form": "email", "delivery_channel": "email"}
        });
        tell(&neighbours, "application_lodged", json!({"number": lodged(n)}), data).await;
        tell(&neighbours, "status_told", json!({"number": lodged(n)}), json!({"status": "awaiting_confirmation", "status_on": today()}))
            .await;
        if kills > 0 && n % (LODGED / kills).max(1) == 0 {
            neighbours.kill_one(n / (LODGED / kills).max(1));
        }
    }
    neighbours.all_applied(2 * LODGED).await;

    // Applications of other channels are entered there: each is told once, and is given its number there.
    let clerk = clerk_again().await;
    let mut own = BTreeMap::new();
    for n in 0..ENTERED {
        let case = clerk.post("/api/v1/cases", application(&today())).await.good();
        let case = clerk.step(&case, "/registration", json!({})).await.good();
        own.insert(case["id"].as_str().unwrap().to_owned(), format!("PTY-{n:04}"));
    }
    let known = |state: &Value| -> Vec<String> {
        let entries = of_type(state, "entry").into_iter().map(|entry| entry["about"]["application"].as_str().unwrap().to_owned());
        entries.filter(|id| own.contains_key(id)).collect()
    };
    neighbours.until("every application is entered", |state| known(state).len() >= ENTERED).await;
    for (n, (id, number)) in own.iter().enumerate() {
        let data = json!({"entered_on": today(), "status": "received", "status_on": today()});
        tell(&neighbours, "number_assigned", json!({"number": number, "application": id}), data).await;
        if n == ENTERED / 2 {
            neighbours.kill_one(n);
        }
    }
    neighbours.all_applied(2 * LODGED + ENTERED).await;

    // The agency confirms and registers what was lodged, and tells where everything stands.
    let clerk = clerk_again().await;
    for n in 0..LODGED {
        let now = case(&clerk, &lodged(n)).await;
        let now = clerk.step(&now, "/receipt-confirmations", json!({"confirmed_on": today(), "means": "telephone"})).await.good();
        clerk.step(&now, "/registration", json!({})).await.good();
    }
    neighbours.kill_docket();
    neighbours.start_docket();
    let numbers: BTreeSet<String> = (0..LODGED).map(lodged).chain(own.values().cloned()).collect();
    let registered = |state: &Value| {
        let words = last_words(state);
        numbers.iter().all(|number| words.get(number).is_some_and(|word| word["status"] == "registered"))
    };
    let told = neighbours.until("the platform knows where everything stands", registered).await;

    // The platform shows it: first received, then registered with the register's dates. In any order, the later word stands.
    let words = last_words(&told);
    for (n, number) in numbers.iter().enumerate() {
        tell(&neighbours, "status_told", json!({"number": number}), json!({"status": "received", "status_on": today()})).await;
        let word = &words[number];
        let shown = json!({"status": "registered", "status_on": today(), "received_on": word["received_on"], "due_on": word["due_on"]});
        tell(&neighbours, "status_told", json!({"number": number}), shown).await;
        if n == LODGED / 2 {
            neighbours.kill_one(n + 1);
        }
    }
    let total = 2 * LODGED + ENTERED + 2 * numbers.len();
    let settled = |state: &Value| {
        let told = receipts(state);
        let whole = state["complete_up_to"] == state["taken"].as_array().unwrap().len();
        let stale = |id: &String, status: &str| status == "received" && told.get(id).is_some_and(|fate| fate == "refused");
        let done = written(state).iter().all(|(id, _, status)| told.get(id).is_some_and(|fate| fate == "applied") || stale(id, status));
        state["unsent"] == 0 && told.len() == total && whole && done
    };
    let state = neighbours.until("every word has its receipt", settled).await;

    // Both ends say the same of every number, each once.
    let clerk = clerk_again().await;
    for number in &numbers {
        let now = case(&clerk, number).await;
        let platform = &now["platform"];
        assert_eq!((&platform["number"], &platform["status"]), (&json!(number), &json!("registered")), "the word sent last");
        let word = &last_words(&state)[number];
        assert_eq!((&word["status"], &word["received_on"]), (&platform["status"], &now["received_on"]));
        assert_eq!(word["due_on"], now["due_on"]);
    }
    let mut entries = known(&state);
    entries.sort();
    assert_eq!(entries, own.keys().cloned().collect::<Vec<_>>(), "each application was told once");
    // The list of the day, which takes the place of the demo's: first without one of them, then whole.
    let (last, others) = numbers.iter().next_back().map(|last| (last, numbers.len() - 1)).unwrap();
    let differ = async |listed: usize| {
        let lines: Vec<Value> = numbers.iter().take(listed).map(|number| json!({"number": number, "status": "registered"})).collect();
        clerk.post("/api/v1/platform-lists", json!({"on": today(), "complete": true, "entries": lines})).await.good();
        let page = clerk.get("/api/v1/platform-differences?limit=200").await.good();
        let of = |item: &Value| (item["reason"].as_str().unwrap().to_owned(), item["number"].as_str().unwrap_or_default().to_owned());
        let all = page["items"].as_array().unwrap().iter().map(of);
        all.filter(|(_, number)| number.starts_with("PTX-") || number.starts_with("PTY-")).collect::<Vec<_>>()
    };
    assert_eq!(differ(others).await, [("not_listed".to_owned(), last.clone())]);
    assert_eq!(differ(numbers.len()).await, []);
    let ids: BTreeSet<&str> = state["taken"].as_array().unwrap().iter().map(|message| message["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), state["taken"].as_array().unwrap().len());
    assert_eq!(state["written"].as_array().unwrap().len(), total);
    neighbours.kill_docket();
    let (holds, said) = verified(&neighbours.folder);
    assert!(holds, "{said}");
}

#[actix_web::test]
async fn of_two_words_of_one_day_the_one_sent_later_stands() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let platform = Neighbour::enter_under(&town, "platform", &name(), None).await;
    let entry = json!({"number": "PT-1", "entered_on": FIRST_DAY, "status": "received"});
    let case = cast.clerk.step(&cast.registered().await, "/platform-entries", entry).await.good();
    let word = |status: &str, sent_at: &str| {
        json!({
            "id": uuid::Uuid::now_v7(), "contract": "1.0", "type": "status_told", "sender": "示范市政务公开工作平台", "sent_at": sent_at,
            "about": {"number": "PT-1"}, "data": {"status": status, "status_on": FIRST_DAY}
        })
    };
    let (earlier, later) = (word("registered", "2026-11-02T01:00:00Z"), word("correction_asked", "2026-11-02T01:00:01Z"));
    assert_eq!(platform.push(&town, &later).await.good()["state"], "applied");
    let stale = platform.push(&town, &earlier).await.good();
    assert_eq!((stale["state"].as_str(), stale["code"].as_str()), (Some("refused"), Some("overtaken")));
    let now = cast.clerk.get(&format!("/api/v1/cases/{}", case["id"].as_str().unwrap())).await.good();
    assert_eq!(now["platform"]["status"], "correction_asked");
    let newest = word("registered", "2026-11-02T01:00:02Z");
    assert_eq!(platform.push(&town, &newest).await.good()["state"], "applied");
}
