//! How long a year's report and the statistics of 100,000 cases take: figures for a person to read, measured on demand.
//!
//! `CASES=100000 cargo test --test it report::figures -- --ignored --nocapture`

use super::generated::{Maker, put, template, year};
use super::{LAST_YEAR, additions};
use crate::support::life::Cast;
use crate::support::town::Town;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::json;
use std::time::{Duration, Instant};

/// A report or statistics over 100,000 cases answer within this.
const MOST: Duration = Duration::from_secs(2);
/// Cases that are made one by one; the rest are copies of them, so that the filling does not take longer than the measurement.
const MADE: u64 = 2_000;

#[actix_web::test]
#[ignore = "a measurement of some minutes; 100,000 cases in the release build"]
async fn a_report_and_statistics_of_many_cases() {
    let of: u64 = std::env::var("CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000);
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let mut conn = PgConnection::establish(&town.owner_url).unwrap();
    let closed = cast.closed("EA000000001CN").await;
    let template = template(&mut conn, &closed["id"]);
    let mut maker = Maker::new(&template, "2026-11-02".parse().unwrap());
    let mut made = year(&mut maker, LAST_YEAR, MADE / 2, "2025-12-31");
    made.extend(year(&mut maker, 2026, MADE / 2, "2026-11-02"));
    put(&mut conn, &town, &template, &made);
    copy(&mut conn, of / MADE);
    let rows: i64 = foi_docket::db::schema::results::table.count().get_result(&mut conn).unwrap();
    println!("{rows} cases that count");
    let path = format!("/api/v1/annual-reports/{LAST_YEAR}");
    let timed = async |path: &str| {
        for round in ["first", "second"] {
            let start = Instant::now();
            let request = reqwest::Client::new().get(format!("{}{path}", town.base)).bearer_auth(cast.clerk.token());
            let bytes = request.send().await.unwrap().error_for_status().unwrap().bytes().await.unwrap();
            let took = start.elapsed();
            println!("{path}: {round} {took:?}, {} bytes", bytes.len());
            assert!(took < MOST, "{path} of {rows} cases took {took:?}");
        }
    };
    for path in ["", "/report.xlsx", "/report.docx", "/cells/three/24/total", "/cells/four/reconsideration/overturned"] {
        timed(&format!("/api/v1/annual-reports/{LAST_YEAR}{path}")).await;
    }
    let period = format!("from={LAST_YEAR}-01-01&until=2026-11-02");
    for query in ["", "&by=department", "&by=month", "&by=ground"] {
        timed(&format!("/api/v1/statistics?{period}{query}")).await;
    }
    timed(&format!("/api/v1/statistics/cases?figure=late&{period}")).await;
    let report = cast.clerk.post(&format!("{path}/additions"), additions()).await.good();
    let read = json!({"sha256": report["sha256"]});
    cast.approver.post(&format!("{path}/approvals"), read.clone()).await.good();
    let start = Instant::now();
    cast.approver.post(&format!("{path}/freezing"), read).await.good();
    println!("freezing: {:?}", start.elapsed());
    timed("/api/v1/annual-reports/2026").await;
}

/// So many more of each row that reports read, under other cases.
fn copy(conn: &mut PgConnection, times: u64) {
    let mut sql = String::from("SET session_replication_role = replica;");
    let shifted = |column: &str| format!("overlay({column}::text placing lpad(to_hex(m), 4, '0') from 10 for 4)::uuid");
    let proceeding = format!(", 'proceeding_id', {}", shifted("t.proceeding_id"));
    for (table, column, more) in [
        ("cases", "id", ", 'case_number', t.case_number || '-' || m, 'document_number', NULL"),
        ("results", "case_id", ""),
        ("proceedings", "case_id", &proceeding),
        ("reply_items", "case_id", ""),
        ("fee_items", "case_id", ""),
    ] {
        let id = shifted(&format!("t.{column}"));
        let copied = format!(
            "INSERT INTO {table} SELECT r.* FROM {table} t, generate_series(1, {}) m,
             LATERAL jsonb_populate_record(t, jsonb_build_object('{column}', {id}{more})) r WHERE t.{column}::text LIKE '01900000-0000-7000-8000-02%';",
            times.saturating_sub(1)
        );
        sql += &copied;
    }
    conn.batch_execute(&sql).unwrap();
    conn.batch_execute("VACUUM ANALYZE").unwrap();
}
