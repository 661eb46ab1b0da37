//! Year after year: what happens to an older year is told once and explained, a proceeding over several cases counts once, an ordered reply changes no year.

use super::{PATH, additions, answered, three_cases};
use crate::support::actor::Actor;
use crate::support::life::Cast;
use crate::support::town::{FIRST_DAY, Town};
use foi_docket::demo::DISTRICT;
use serde_json::{Value, json};

fn path(year: i32) -> String {
    format!("/api/v1/annual-reports/{year}")
}

async fn read(actor: &Actor, path: &str) -> Value {
    json!({"sha256": actor.get(path).await.good()["sha256"]})
}

/// Added to, approved and frozen.
async fn frozen(cast: &Cast, year: i32, mut additions: Value) -> Value {
    let path = path(year);
    additions["based_on"] = cast.clerk.get(&path).await.good()["version"].clone();
    cast.clerk.post(&format!("{path}/additions"), additions).await.good();
    cast.approver.post(&format!("{path}/approvals"), read(&cast.clerk, &path).await).await.good();
    cast.approver.post(&format!("{path}/freezing"), read(&cast.clerk, &path).await).await.good()
}

/// Domain 4, rule 4: what differs from a published report must be explained, also what an older one published; and is told once.
#[actix_web::test]
async fn what_happens_to_an_older_year_is_told_once_and_explained() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let first = three_cases(&town, &cast).await;
    frozen(&cast, 2025, additions()).await;
    town.go("2027-01-20");
    frozen(&cast, 2026, additions()).await;
    // It was published for 2025, and 2026 is frozen as well.
    cast.approver.step(&first, "/replies/1/revocation", json!({"reason": "检索遗漏。"})).await.good();
    town.go("2028-01-20");
    let report = cast.clerk.post(&format!("{}/additions", path(2027)), additions()).await.good();
    assert_eq!((&report["differences"]["total"], &report["differences"]["cases"][0]["case_id"]), (&json!(1), &first["id"]), "{report:#}");
    let refused =
        cast.approver.post(&format!("{}/approvals", path(2027)), read(&cast.clerk, &path(2027)).await).await.refused("report_incomplete");
    assert_eq!(refused["errors"][0]["pointer"], "/explanations", "{refused:#}");
    let mut explained = additions();
    explained["explanations"] = json!("一件2025年的答复于2027年撤销，重新办理。");
    frozen(&cast, 2027, explained).await;
    assert_eq!(cast.clerk.get(&path(2028)).await.good()["differences"]["total"], 0, "it was told");
}

/// Domain 6.6: one proceeding over several cases counts once, opens all of them, and is every one of its departments'.
#[actix_web::test]
async fn a_proceeding_over_two_cases_counts_once_and_opens_both() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let (one, two) = (cast.registered().await, cast.assigned().await);
    let covered = |case: &Value| json!({"case_id": case["id"], "against": {"kind": "silence"}});
    let proceeding = json!({
        "kind": "litigation", "court": "示范区人民法院", "case_number": "（2026）示行初8号", "instance": "first", "route": "direct",
        "procedure": "ordinary", "received_on": FIRST_DAY
    });
    cast.reviewer.post("/api/v1/proceedings", json!({"proceeding": proceeding, "cases": [covered(&one), covered(&two)]})).await.good();
    let report = cast.clerk.get(&path(2026)).await.good();
    assert_eq!(report["table_four"]["litigation_direct"], json!({"upheld": 0, "overturned": 0, "other": 0, "pending": 1, "total": 1}));
    let cell = cast.clerk.get(&format!("{}/cells/four/litigation_direct/pending?include_total=true", path(2026))).await.good();
    assert_eq!((&cell["total"], cell["items"][0]["proceeding"]["cases"].as_array().unwrap().len()), (&json!(1), 2), "{cell:#}");
    let both = [&one["id"], &two["id"]];
    assert!(cell["items"][0]["proceeding"]["cases"].as_array().unwrap().iter().all(|case| both.contains(&&case["case_id"])));

    let figure = |of: &Value| of["litigation_direct"]["pending"].clone();
    let all = figure(&cast.clerk.get("/api/v1/statistics").await.good()["total"]);
    assert_eq!(all["count"], 1);
    let opened = cast.clerk.get(&format!("{}&include_total=true", all["cases"].as_str().unwrap())).await.good();
    let items = opened["items"].as_array().unwrap();
    assert_eq!((items.len(), &opened["total"]), (2, &json!(2)), "{opened:#}");
    assert!(items.iter().all(|item| item["beside"].as_array().unwrap().len() == 1));
    let counted: Vec<i64> = items.iter().map(|item| item["counted"].as_i64().unwrap()).collect();
    assert_eq!(counted, [1, 0], "the rows add up to the number they stand behind");
    let first = cast.clerk.get(&format!("{}&limit=1", all["cases"].as_str().unwrap())).await.good();
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = cast.clerk.get(&format!("{}&limit=1&cursor={cursor}", all["cases"].as_str().unwrap())).await.good();
    assert_eq!((&first["items"][0], &second["items"][0]), (&items[0], &items[1]), "whatever the page");
    // One of the two is with a department: it has the proceeding too.
    let department = cast.assignment["department"].as_str().unwrap();
    for case in [format!("department={department}"), format!("department={department}&agency={DISTRICT}")] {
        assert_eq!(figure(&cast.clerk.get(&format!("/api/v1/statistics?{case}")).await.good()["total"])["count"], 1);
    }
    let groups = cast.clerk.get("/api/v1/statistics?by=department").await.good()["groups"].clone();
    assert_eq!(groups.as_array().unwrap().iter().map(|group| figure(&group["figures"])["count"].clone()).collect::<Vec<_>>(), [1, 1]);
}

/// Domain 4: a reply that a body orders changes nothing of the year in which the first one counted.
#[actix_web::test]
async fn an_ordered_reply_makes_no_late_one_timely() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let late = super::received(&town, &cast, "2026-01-05").await;
    let late = answered(&town, &cast, &late, ("2026-03-20", crate::support::life::denied(), "EA000000004CN")).await;
    town.go(FIRST_DAY);
    let figures = async || {
        let total = cast.clerk.get("/api/v1/statistics").await.good()["total"].clone();
        let grounds = cast.clerk.get("/api/v1/statistics?by=ground").await.good()["groups"].clone();
        let told = |of: &Value| ["answered", "late", "on_time", "given_items"].map(|figure| of[figure]["count"].clone());
        (told(&total), grounds.as_array().unwrap().iter().map(|group| (group["key"].clone(), told(&group["figures"]))).collect::<Vec<_>>())
    };
    let before = figures().await;
    assert_eq!((&before.0, before.1.len()), (&[json!(1), json!(1), json!(0), json!(0)], 1));
    let reconsideration = json!({
        "body": "示范区人民政府", "procedure": "ordinary", "against": {"kind": "reply", "n": 1}, "received_on": FIRST_DAY
    });
    let tried = cast.reviewer.step(&late, "/reconsiderations", reconsideration).await.good();
    let decision = json!({
        "outcome": {"by": "reconsideration", "outcome": "revoked"}, "cause": "poor_search", "decided_on": FIRST_DAY, "received_on": FIRST_DAY,
        "order": {"what": "限期重新答复。", "kind": "answer_anew", "due_on": "2026-11-30"}
    });
    let ordered = cast.reviewer.step(&tried, "/proceedings/1/decision", decision).await.good();
    assert_eq!(figures().await.0, before.0, "while the round runs");
    answered(&town, &cast, &ordered, (FIRST_DAY, crate::support::life::disclosed(), "EA000000005CN")).await;
    // Column 42 of the register says what the statistics say (是否超期).
    let register = cast.clerk.text("/api/v1/register.csv", "text/csv").await;
    let mut rows = csv::ReaderBuilder::new().from_reader(register.trim_start_matches('\u{feff}').as_bytes());
    let late: Vec<String> = rows.records().map(|row| row.unwrap()[41].to_owned()).collect();
    assert_eq!(late, ["是"]);
    let after = figures().await;
    assert_eq!(after, before, "and when it was answered");
    let corrected = cast.clerk.get("/api/v1/statistics?by=ground").await.good()["groups"][0].clone();
    assert_eq!(
        (&corrected["key"], &corrected["figures"]["reconsideration"]["overturned"]["count"]),
        (&json!("enforcement_file"), &json!(1))
    );
    let cell = cast.clerk.get(&format!("{}/cells/three/11/total", path(2026))).await.good();
    assert_eq!(cell["items"][0]["counted_on"], "2026-03-20");
    assert!(cast.clerk.get(PATH).await.good()["table_three"].is_object());
}
