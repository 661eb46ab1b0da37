//! What is published, and when: proceedings that a frozen report counted, the duty of Art 49, two people at one report.

use super::{PATH, added, additions, answered, approved, received, three_cases};
use crate::support::life::{Cast, denied};
use crate::support::town::{FIRST_DAY, Town};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::{Value, json};
use std::time::Duration;

async fn read(cast: &Cast, path: &str) -> Value {
    json!({"sha256": cast.clerk.get(path).await.good()["sha256"]})
}

/// Challenged in November 2025 and not decided in that year, whose report is frozen.
async fn challenged_and_frozen(town: &Town, cast: &Cast) -> Value {
    let case = received(town, cast, "2025-10-13").await;
    let case = answered(town, cast, &case, ("2025-10-20", denied(), "EA000000001CN")).await;
    town.go("2025-11-17");
    let copy = json!({
        "body": "示范区人民政府", "procedure": "ordinary", "case_number": "示复〔2025〕9号", "against": {"kind": "reply", "n": 1},
        "received_on": "2025-11-17"
    });
    let case = cast.reviewer.step(&case, "/reconsiderations", copy).await.good();
    town.go(FIRST_DAY);
    let report = approved(cast).await;
    let frozen = cast.approver.post(&format!("{PATH}/freezing"), json!({"sha256": report["sha256"]})).await.good();
    assert_eq!(frozen["table_four"]["reconsideration"]["pending"], 1);
    case
}

/// Domain 8, choice 30: what was pending reappears; where it vanishes, the report says which and somebody says why.
#[actix_web::test]
async fn a_proceeding_that_was_published_vanishes_with_a_word() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = challenged_and_frozen(&town, &cast).await;
    let next = "/api/v1/annual-reports/2026";
    assert_eq!(cast.clerk.get(next).await.good()["proceeding_differences"]["total"], 0);
    let change = json!({"change": {"subject": "proceeding_voided", "proceeding": 1}, "reason": "误登他案材料。"});
    let waits = cast.clerk.step(&case, "/amendments", change).await.good();
    cast.approver.step(&waits, "/amendments/1/decision", json!({"verdict": "approved"})).await.good();
    town.go("2027-01-12");
    let report = cast.clerk.post(&format!("{next}/additions"), additions()).await.good();
    assert_eq!(report["table_four"]["reconsideration"]["total"], 0);
    let told = &report["proceeding_differences"];
    assert_eq!(
        (&told["total"], &told["proceedings"][0]["case_id"], &told["proceedings"][0]["reason"]),
        (&json!(1), &case["id"], &json!("no_proceeding_any_more"))
    );
    let refused = cast.approver.post(&format!("{next}/approvals"), read(&cast, next).await).await.refused("report_incomplete");
    assert_eq!(refused["errors"][0]["pointer"], "/explanations", "{refused:#}");
    let mut explained = additions();
    explained["explanations"] = json!("上年尚未审结的1件复议系误登，已作废。");
    explained["based_on"] = report["version"].clone();
    cast.clerk.post(&format!("{next}/additions"), explained).await.good();
    cast.approver.post(&format!("{next}/approvals"), read(&cast, next).await).await.good();
}

/// 复议法 30 and domain 4: not accepted before the agency heard of it, told in January, counted in the year of the decision.
#[actix_web::test]
async fn what_was_not_accepted_counts_in_the_year_of_its_decision() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = received(&town, &cast, "2025-10-13").await;
    let case = answered(&town, &cast, &case, ("2025-10-20", denied(), "EA000000001CN")).await;
    town.go("2026-01-06");
    let told =
        json!({"body": "示范区人民政府", "procedure": "ordinary", "against": {"kind": "reply", "n": 1}, "received_on": "2026-01-06"});
    let case = cast.reviewer.step(&case, "/reconsiderations", told).await.good();
    let decision = json!({
        "outcome": {"by": "reconsideration", "outcome": "not_accepted"}, "decided_on": "2025-12-30", "received_on": "2026-01-06"
    });
    cast.reviewer.step(&case, "/proceedings/1/decision", decision).await.good();
    let of =
        async |year: i32| cast.clerk.get(&format!("/api/v1/annual-reports/{year}")).await.good()["table_four"]["reconsideration"].clone();
    assert_eq!(
        (of(2025).await["other"].clone(), of(2025).await["pending"].clone(), of(2026).await["total"].clone()),
        (json!(1), json!(0), json!(0))
    );
    let figures = cast.clerk.get("/api/v1/statistics?from=2025-01-01&until=2025-12-31").await.good();
    assert_eq!(figures["total"]["reconsideration"]["other"]["count"], 1);
}

/// Two people fill in one report: whoever read an older version overwrites nothing.
#[actix_web::test]
async fn nobody_overwrites_what_another_added_since() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let path = format!("{PATH}/additions");
    added(&cast.clerk, additions()).await;
    let mut tables = additions();
    tables["table_two"]["licences"] = json!(7777);
    added(&cast.reviewer, tables).await;
    let mut texts = additions();
    texts["problems"] = json!("另有问题。");
    for based_on in [json!(1), Value::Null, json!(3)] {
        texts["based_on"] = based_on;
        cast.clerk.post(&path, texts.clone()).await.refused("stale_version");
    }
    let report = cast.clerk.get(PATH).await.good();
    assert_eq!((&report["version"], &report["table_two"]["licences"]), (&json!(2), &json!(7777)));
    texts["based_on"] = json!(-1);
    cast.clerk.post(&path, texts).await.refused("fields_refused");

    let first = cast.clerk.get(&format!("{path}?limit=1")).await.good();
    assert_eq!((&first["items"][0]["version"], &first["items"][0]["content"]), (&json!(2), &Value::Null), "{first:#}");
    let rest = cast.clerk.get(&format!("{path}?limit=1&cursor={}", first["next_cursor"].as_str().unwrap())).await.good();
    assert_eq!((&rest["items"][0]["version"], &rest["next_cursor"]), (&json!(1), &Value::Null));
    let whole = cast.clerk.get(rest["items"][0]["href"].as_str().unwrap()).await.good();
    assert_eq!((&whole["content"]["table_two"]["licences"], &whole["sha256"]), (&json!(5210), &rest["items"][0]["sha256"]));
    cast.clerk.get(&format!("{path}/3")).await.refused("not_found");
}

/// Art 49(1) and (2), C11 and C12: owed once the year is over, reminded of, met by the days that were recorded.
#[actix_web::test]
async fn a_report_is_owed_until_it_is_submitted_and_published() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    three_cases(&town, &cast).await;
    let owed = async || cast.clerk.get("/api/v1/duties?kind=publish_annual_report&include_total=true").await.good();
    let duty = owed().await;
    assert_eq!(
        (&duty["total"], &duty["items"][0]["due_on"], &duty["items"][0]["article"], &duty["items"][0]["annual_report"]),
        (&json!(1), &json!("2026-01-31"), &json!("49(1)"), &json!(2025)),
        "{duty:#}"
    );
    assert_eq!((&duty["items"][0]["case_id"], &duty["items"][0]["label_zh"]), (&Value::Null, &json!("公布、报送年度报告")));
    let mine = cast.handler.get("/api/v1/duties?kind=publish_annual_report&mine=true").await.good();
    assert_eq!(mine["items"], json!([]), "it is the office's");
    let path = format!("{PATH}/publications");
    let published = json!({"published_on": "2026-01-22", "address": "https://www.example.cn/gknb/2025.html"});
    cast.clerk.post(&path, published.clone()).await.refused("report_not_frozen");
    let report = approved(&cast).await;
    cast.approver.post(&format!("{PATH}/freezing"), json!({"sha256": report["sha256"]})).await.good();
    for (wrong, pointer) in [
        (json!({}), "/published_on"),
        (json!({"published_on": "2026-01-22"}), "/address"),
        (json!({"published_on": "2026-01-22", "address": "门户网站"}), "/address"),
        (json!({"submitted_on": "2025-12-31"}), "/submitted_on"),
        (json!({"submitted_on": "2026-11-03"}), "/submitted_on"),
    ] {
        let refused = cast.clerk.post(&path, wrong.clone()).await.refused("fields_refused");
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{wrong} {refused:#}");
    }
    cast.handler.post(&path, published.clone()).await.refused("forbidden");
    let half = cast.clerk.post(&path, published).await.good();
    assert_eq!((&half["publication"]["published_on"], &half["publication"]["in_time"]), (&json!("2026-01-22"), &Value::Null));
    assert_eq!(owed().await["total"], 1, "a department hands it to the authority as well");
    let whole = cast.clerk.post(&path, json!({"submitted_on": "2026-02-02"})).await.good();
    assert_eq!(
        (&whole["publication"]["reporter"], &whole["publication"]["in_time"], &whole["publication"]["address"]),
        (&json!("department"), &json!(false), &json!("https://www.example.cn/gknb/2025.html"))
    );
    assert_eq!(owed().await["total"], 0);
    // Who becomes a government later owed the report of a department then.
    let admin = town.role(foi_docket::rules::permissions::Role::Administrator, "district").await;
    let seen = admin.get("/api/v1/settings").await;
    let version = seen.headers["etag"].to_str().unwrap().to_owned();
    let mut settings = seen.good();
    settings.as_object_mut().unwrap().retain(|key, _| key != "edition" && key != "made_at");
    settings["reports_for_government"] = json!(true);
    let body = Some(settings.to_string().into_bytes());
    town.go("2027-02-01");
    admin.send(reqwest::Method::PUT, "/api/v1/settings", &[("if-match", &version)], body).await.good();
    let publication = async |year: i32| {
        let path = format!("/api/v1/annual-reports/{year}");
        let known = cast.clerk.get(&path).await.good()["publication"].clone();
        ["reporter", "due_on", "in_time"].map(|field| known[field].clone())
    };
    assert_eq!(publication(2025).await, [json!("department"), json!("2026-01-31"), json!(false)]);
    assert_eq!(publication(2026).await, [json!("department"), json!("2027-01-31"), Value::Null]);
    assert_eq!(publication(2027).await, [json!("government"), json!("2028-03-31"), Value::Null]);
    assert_eq!(publication(2024).await[1], Value::Null, "of a year before it worked here none is owed");
}

/// Whether somebody comes to wait for a table, before long.
async fn waits_for(conn: &mut PgConnection, table: &str) -> bool {
    let sql = "SELECT count(*) AS waiting FROM pg_locks WHERE NOT granted AND relation = $1::regclass";
    for _ in 0..600 {
        let found: Waiting = diesel::sql_query(sql).bind::<diesel::sql_types::Text, _>(table).get_result(conn).unwrap();
        if found.waiting > 0 {
            return true;
        }
        actix_web::rt::time::sleep(Duration::from_millis(50)).await;
    }
    false
}

#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    waiting: i64,
}

/// While a year is counted and its cases are kept, nothing else of the agency waits.
#[actix_web::test]
async fn freezing_holds_up_nobody() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    three_cases(&town, &cast).await;
    let report = approved(&cast).await;
    // Whoever keeps the counted cases waits for this.
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    owner.batch_execute("BEGIN; LOCK TABLE report_cases IN SHARE MODE").unwrap();
    let path = format!("{PATH}/freezing");
    let freezing = cast.approver.post(&path, json!({"sha256": report["sha256"]}));
    let other = async {
        assert!(waits_for(&mut owner, "report_cases").await, "nobody came to keep the cases");
        // An export stands on the agency's own trail.
        let exported = cast.clerk.text("/api/v1/register.csv", "text/csv");
        let done = actix_web::rt::time::timeout(Duration::from_secs(8), exported).await;
        owner.batch_execute("COMMIT").unwrap();
        done.is_ok()
    };
    let (frozen, went_on) = futures_util::join!(freezing, other);
    assert!(went_on, "the agency's own stream is free meanwhile");
    assert_eq!(frozen.good()["state"], "frozen");
}
