//! A generated year of 14,000 cases over every outcome, kind of applicant, carry-over and proceeding: every cell of tables three and four equals a
//! count by SQL written apart from the service, over what the cases hold.

use super::generated::{Maker, put, template, year};
use super::{LAST_YEAR, additions, cell};
use crate::support::life::Cast;
use crate::support::town::Town;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};
use foi_docket::case::model::Case;
use foi_docket::demo::DISTRICT;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const COLUMNS: [&str; 7] = [
    "natural_person",
    "commercial_enterprise",
    "research_institution",
    "public_welfare_organisation",
    "legal_service_organisation",
    "other",
    "total",
];

#[derive(QueryableByName)]
struct Three {
    #[diesel(sql_type = Integer)]
    number: i32,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    cases: i64,
}

#[derive(QueryableByName)]
struct Four {
    #[diesel(sql_type = Text)]
    category: String,
    #[diesel(sql_type = Text)]
    result: String,
    #[diesel(sql_type = BigInt)]
    cases: i64,
}

/// Table three of the year after a frozen one.
fn after_by_sql(conn: &mut PgConnection, year: i32) -> BTreeMap<(String, String), i64> {
    let (over_cases, _) = include_str!("table_three.sql").split_once("SELECT number, kind, count(*)").unwrap();
    let sql = format!("{over_cases}{}", include_str!("table_three_after.sql"));
    let three: Vec<Three> =
        diesel::sql_query(sql).bind::<diesel::sql_types::Uuid, _>(DISTRICT).bind::<Integer, _>(year).load(conn).unwrap();
    let mut cells = BTreeMap::new();
    add(&mut cells, three);
    cells
}

fn add(cells: &mut BTreeMap<(String, String), i64>, three: Vec<Three>) {
    for Three { number, kind, cases } in three {
        *cells.entry((number.to_string(), kind)).or_default() += cases;
        *cells.entry((number.to_string(), "total".into())).or_default() += cases;
    }
}

/// Every cell that is not 0, with the totals that the form asks for.
fn by_sql(conn: &mut PgConnection, year: i32) -> BTreeMap<(String, String), i64> {
    let mut cells = four_by_sql(conn, (year, 0));
    let three: Vec<Three> = diesel::sql_query(include_str!("table_three.sql"))
        .bind::<diesel::sql_types::Uuid, _>(DISTRICT)
        .bind::<Integer, _>(year)
        .load(conn)
        .unwrap();
    add(&mut cells, three);
    cells
}

/// Table four, after the last frozen report (0: none).
fn four_by_sql(conn: &mut PgConnection, (year, frozen): (i32, i32)) -> BTreeMap<(String, String), i64> {
    let mut cells: BTreeMap<(String, String), i64> = BTreeMap::new();
    let four: Vec<Four> = diesel::sql_query(include_str!("table_four.sql"))
        .bind::<diesel::sql_types::Uuid, _>(DISTRICT)
        .bind::<Integer, _>(year)
        .bind::<Integer, _>(frozen)
        .load(conn)
        .unwrap();
    for Four { category, result, cases } in four {
        *cells.entry((category.clone(), result)).or_default() += cases;
        *cells.entry((category, "total".into())).or_default() += cases;
    }
    cells
}

fn by_report(report: &Value) -> BTreeMap<(String, String), i64> {
    let mut cells = BTreeMap::new();
    for row in report["table_three"]["rows"].as_array().unwrap() {
        for (column, value) in COLUMNS.iter().zip(row["values"].as_array().unwrap()) {
            cells.insert((row["number"].to_string(), (*column).to_owned()), value.as_i64().unwrap());
        }
    }
    for (category, results) in report["table_four"].as_object().unwrap() {
        for (result, value) in results.as_object().unwrap() {
            cells.insert((category.clone(), result.clone()), value.as_i64().unwrap());
        }
    }
    cells.retain(|_, value| *value != 0);
    cells
}

/// Rules that do not hold.
fn broken(report: &Value) -> Vec<Value> {
    report["checks"].as_array().unwrap().iter().filter(|check| check["holds"] != true).cloned().collect()
}

async fn year_of(cast: &Cast, year: i32) -> Value {
    cast.clerk.get(&format!("/api/v1/annual-reports/{year}")).await.good()
}

#[actix_web::test]
async fn every_cell_of_a_year_of_14_000_cases_equals_a_count_by_other_sql() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let mut conn = PgConnection::establish(&town.owner_url).unwrap();
    let closed = cast.closed("EA000000001CN").await;
    let template = template(&mut conn, &closed["id"]);
    let mut maker = Maker::new(&template, "2026-11-02".parse().unwrap());
    let mut made: Vec<Case> = year(&mut maker, 2024, 2_500, "2024-12-31");
    made.extend(year(&mut maker, LAST_YEAR, 14_000, "2025-12-31"));
    made.extend(year(&mut maker, 2026, 2_000, "2026-11-02"));
    put(&mut conn, &town, &template, &made);
    // Filling the tables holds up everything else in this thread: the service has closed meanwhile what lay idle so long.
    let cast = Cast::gather(&town).await;
    // The other SQL reads JSON, of which the planner knows nothing: left to itself it joins the cases with one another, row by row.
    conn.batch_execute("SET enable_nestloop = off").unwrap();
    let mut reports = BTreeMap::new();
    for year in 2024..=2026 {
        let report = year_of(&cast, year).await;
        let (counted, expected) = (by_report(&report), by_sql(&mut conn, year));
        let differing: Vec<_> = expected.keys().chain(counted.keys()).filter(|cell| expected.get(*cell) != counted.get(*cell)).collect();
        assert!(differing.is_empty(), "{year}: {differing:?}");
        assert_eq!(broken(&report), [] as [Value; 0], "{year}");
        reports.insert(year, report);
    }
    let last = &reports[&LAST_YEAR];
    let filled = by_report(last);
    assert_eq!(filled.keys().filter(|(row, _)| row.parse::<u8>().is_ok()).count(), 25 * 7, "no cell of table three is empty");
    assert_eq!(filled.keys().filter(|(row, _)| row.parse::<u8>().is_err()).count(), 15, "nor of table four");
    assert!(cell(last, 1, 7) > 13_000, "{}", cell(last, 1, 7));
    assert_eq!(last["table_three"]["rows"][1]["values"], reports[&2024]["table_three"]["rows"][24]["values"]);
    // What stands behind a cell is as many as it says.
    for (row, column) in [("1", "total"), ("4", "natural_person"), ("25", "other"), ("24", "total"), ("2", "research_institution")] {
        let path = format!("/api/v1/annual-reports/{LAST_YEAR}/cells/three/{row}/{column}?include_total=true&limit=1");
        assert_eq!(cast.clerk.get(&path).await.good()["total"], filled[&(row.to_owned(), column.to_owned())], "{row} {column}");
    }
    for (category, column) in
        [("reconsideration", "overturned"), ("litigation_direct", "pending"), ("litigation_after_reconsideration", "total")]
    {
        let path = format!("/api/v1/annual-reports/{LAST_YEAR}/cells/four/{category}/{column}?include_total=true&limit=1");
        assert_eq!(cast.clerk.get(&path).await.good()["total"], filled[&(category.to_owned(), column.to_owned())]);
    }
    // The data hold what the rules turn on: proceedings over several cases, suits that others count, rounds that were ordered.
    for held in ["proceeding_id IS NOT NULL", "NOT counts"] {
        let sql = format!("SELECT 1 AS number, '' AS kind, count(*) AS cases FROM proceedings WHERE {held}");
        assert!(diesel::sql_query(sql).get_result::<Three>(&mut conn).unwrap().cases > 30, "{held}");
    }
    assert!(made.iter().filter(|case| !case.ordered_rounds.is_empty()).count() > 100);
    super::statistics::like_the_report(&cast, last).await;
    frozen_and_gone_on(&town, &mut conn, (&template, made)).await;
}

/// Everything that differs in a table, over all pages.
async fn differences(cast: &Cast, report: &Value, table: &str) -> Vec<Value> {
    let path = report["differences_href"].as_str().unwrap().replace("{table}", table);
    let mut all: Vec<Value> = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = cast.clerk.get(&format!("{path}&limit=150&include_total=true{cursor}")).await.good();
        all.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next_cursor"].as_str() else {
            assert_eq!(page["total"], all.len());
            return all;
        };
        cursor = format!("&cursor={next}");
    }
}

/// Last year's report is frozen; then everything that can happen to its cases happens.
async fn frozen_and_gone_on(town: &Town, conn: &mut PgConnection, (template, mut made): (&Case, Vec<Case>)) {
    let cast = Cast::gather(town).await;
    let path = format!("/api/v1/annual-reports/{LAST_YEAR}");
    let open = cast.clerk.post(&format!("{path}/additions"), additions()).await.good();
    assert_eq!(broken(&open), [] as [Value; 0]);
    let read = json!({"sha256": open["sha256"]});
    cast.approver.post(&format!("{path}/approvals"), read.clone()).await.good();
    let frozen = cast.approver.post(&format!("{path}/freezing"), read).await.good();
    assert_eq!(by_report(&frozen), by_report(&open));
    let bytes = cast.clerk.text(&format!("{path}/content"), "application/json").await;

    // Replies are withdrawn, given late, found to be of another kind; cases are voided, their applicants amended, others entered late.
    let mut maker = Maker::new(template, "2026-11-02".parse().unwrap());
    maker.dice.0 = 77;
    let again: Vec<Case> = made.iter().map(|case| maker.case(case.received_on().unwrap())).collect();
    for (n, case) in made.iter_mut().enumerate().filter(|(n, _)| n % 5 == 0) {
        *case = Case { id: case.id, ..again[n].clone() };
    }
    made.extend(year(&mut maker, LAST_YEAR, 50, "2025-12-31"));
    conn.batch_execute(&format!(
        "SET session_replication_role = replica; DELETE FROM cases WHERE agency_id = '{DISTRICT}' AND id <> '{0}';
         DELETE FROM results WHERE case_id <> '{0}'; DELETE FROM proceedings WHERE case_id <> '{0}';
         DELETE FROM fee_items WHERE case_id <> '{0}'; DELETE FROM reply_items WHERE case_id <> '{0}'",
        template.id
    ))
    .unwrap();
    put(conn, town, template, &made);
    let cast = Cast::gather(town).await;
    assert_eq!(cast.clerk.text(&format!("{path}/content"), "application/json").await, bytes);
    let same = year_of(&cast, LAST_YEAR).await;
    assert_eq!((&same["sha256"], by_report(&same)), (&frozen["sha256"], by_report(&frozen)));

    // Table two of that year, like the texts, is added by hand, and goes on from that of the year before: rule 7.
    let mut added = additions();
    added["table_two"]["normative_documents"]["in_force"] = json!(15);
    let next = cast.clerk.post("/api/v1/annual-reports/2026/additions", added).await.good();
    assert_eq!(broken(&next), [] as [Value; 0]);
    assert_eq!(
        next["table_three"]["rows"][1]["values"], frozen["table_three"]["rows"][24]["values"],
        "row 2 is row 25 as it was published"
    );
    let counted = by_report(&next);
    let mut expected = after_by_sql(conn, 2026);
    expected.extend(four_by_sql(conn, (2026, LAST_YEAR)));
    let differing: Vec<_> = expected.keys().chain(counted.keys()).filter(|cell| expected.get(*cell) != counted.get(*cell)).collect();
    assert!(differing.is_empty(), "2026 after the freezing: {differing:?}");
    // The report shows 200 of some 580; all of them come page by page.
    let shown = |of: &Value| of.as_array().unwrap().iter().map(|one| one["case_id"].clone()).collect::<Vec<_>>();
    for (table, told, shown) in [
        ("three", &next["differences"]["total"], shown(&next["differences"]["cases"])),
        ("four", &next["proceeding_differences"]["total"], shown(&next["proceeding_differences"]["proceedings"])),
    ] {
        let all = differences(&cast, &next, table).await;
        assert_eq!((all.len(), shown.len()), (usize::try_from(told.as_i64().unwrap()).unwrap(), 200), "{table}");
        let first: Vec<Value> = all.iter().take(200).map(|one| one["case_id"].clone()).collect();
        assert_eq!(first, shown, "{table}");
        let reasons: std::collections::BTreeSet<&str> =
            all.iter().map(|one| one["reason"].as_str().or(one["proceeding_reason"].as_str()).unwrap()).collect();
        let expected: &[&str] = match table {
            "three" => &["applicant_kind_amended", "entered_afterwards"],
            _ => &["entered_afterwards", "no_proceeding_any_more", "decision_entered_afterwards", "result_amended", "not_closed_after_all"],
        };
        for reason in expected {
            assert!(reasons.contains(reason), "{reason}: {reasons:?}");
        }
    }
    let late = cast.clerk.get("/api/v1/annual-reports/2026/cells/three/1/total?limit=200").await.good();
    assert!(late["items"].as_array().unwrap().iter().any(|item| item["counted"]["entered"] == "late"), "what was entered late is not lost");
    assert!(next["differences"]["total"].as_i64().unwrap() > 500, "{}", next["differences"]["total"]);
    // A case that was published as answered is nowhere in the next report.
    let answered = cast.clerk.get(&format!("{path}/cells/three/24/total?limit=200")).await.good();
    let carried = cast.clerk.get("/api/v1/annual-reports/2026/cells/three/2/total?limit=200").await.good();
    let ids = |page: &Value| page["items"].as_array().unwrap().iter().map(|item| item["case_id"].clone()).collect::<Vec<_>>();
    assert!(ids(&answered).iter().all(|id| !ids(&carried).contains(id)));
}
