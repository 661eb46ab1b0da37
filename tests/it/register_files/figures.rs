//! How long the register of many cases takes as a file, and how much memory: figures for a person to read, measured on demand.
//!
//! `CASES=10000 cargo test --test it register_files::figures -- --ignored --nocapture`

use crate::support::life::Cast;
use crate::support::town::Town;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use foi_docket::crypto::{CaseKey, CaseOf};
use foi_docket::db::schema::{case_keys, case_texts, cases};
use foi_docket::demo::DISTRICT;
use std::time::Instant;
use uuid::Uuid;

/// Cases written at once.
const CHUNK: u128 = 1_000;

fn place(case: Uuid, text: Uuid) -> Vec<u8> {
    [DISTRICT.as_bytes().as_slice(), case.as_bytes(), text.as_bytes()].concat()
}

/// So many copies of a closed case, over a year, each three of one applicant.
fn fill(town: &Town, conn: &mut PgConnection, template: Uuid, of: u128) {
    let keys = &town.app.office.keys;
    let wrapped: Vec<u8> = case_keys::table.find((DISTRICT, template)).select(case_keys::wrapped).first(conn).unwrap();
    let key = keys.unwrap(CaseOf { agency: DISTRICT, case: template }, &wrapped).unwrap();
    let sealed: Vec<(Uuid, Vec<u8>)> =
        case_texts::table.filter(case_texts::case_id.eq(template)).select((case_texts::id, case_texts::sealed)).load(conn).unwrap();
    let texts: Vec<(Uuid, Vec<u8>)> =
        sealed.into_iter().map(|(id, record)| (id, key.open(&place(template, id), &record).unwrap())).collect();
    conn.batch_execute("SET session_replication_role = replica; CREATE TABLE fill (id uuid PRIMARY KEY, n integer)").unwrap();
    for from in (0..of).step_by(usize::try_from(CHUNK).unwrap()) {
        let ids: Vec<(Uuid, u128)> = (from..of.min(from + CHUNK))
            .map(|n| (Uuid::from_u128((0x0190_0000_0000_7000_8000_u128 << 48) + 0x100_0000_0000 + n), n))
            .collect();
        let named: Vec<String> = ids.iter().map(|(id, n)| format!("('{id}', {n})")).collect();
        conn.batch_execute(&format!("INSERT INTO fill VALUES {}", named.join(", "))).unwrap();
        for (case, _) in ids {
            let (owner, key) = (CaseOf { agency: DISTRICT, case }, CaseKey::generate().unwrap());
            let row =
                (case_keys::agency_id.eq(DISTRICT), case_keys::case_id.eq(case), case_keys::wrapped.eq(keys.wrap(owner, &key).unwrap()));
            diesel::insert_into(case_keys::table).values(row).execute(conn).unwrap();
            let rows: Vec<_> = texts
                .iter()
                .map(|(id, plain)| {
                    let sealed = key.seal(&place(case, *id), plain).unwrap();
                    (
                        case_texts::agency_id.eq(DISTRICT),
                        case_texts::case_id.eq(case),
                        case_texts::id.eq(*id),
                        case_texts::sealed.eq(sealed),
                    )
                })
                .collect();
            diesel::insert_into(case_texts::table).values(rows).execute(conn).unwrap();
        }
    }
    conn.batch_execute(&format!(
        "INSERT INTO cases SELECT r.* FROM cases c, fill f, LATERAL jsonb_populate_record(c, jsonb_build_object('id', f.id,
             'received_on', c.received_on - f.n % 365, 'case_number', f.id, 'document_number', f.id,
             'state', replace(c.state::text, '{template}', f.id::text)::jsonb)) r WHERE c.id = '{template}';
         INSERT INTO applicant_index SELECT '{DISTRICT}', kind, sha256(convert_to(kind || (f.n / 3), 'UTF8')), f.id
             FROM fill f, unnest(ARRAY['name', 'id_number', 'phone']) kind"
    ))
    .unwrap();
    conn.batch_execute("VACUUM ANALYZE").unwrap();
}

/// The most memory this process has had, in MB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1_024
}

#[actix_web::test]
#[ignore = "a measurement, not a check"]
async fn a_register_of_many_cases() {
    let of = std::env::var("CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000);
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let closed = cast.closed("EA000000001CN").await;
    let mut conn = PgConnection::establish(&town.owner_url).unwrap();
    fill(&town, &mut conn, closed["id"].as_str().unwrap().parse().unwrap(), of);
    let rows: i64 = cases::table.count().get_result(&mut conn).unwrap();
    println!("{rows} cases, memory {} MB at most before", peak());
    for path in ["register.csv?stage=registered", "register.csv", "register.csv?people=full&purpose=contact", "register.xlsx"] {
        let start = Instant::now();
        let request = reqwest::Client::new().get(format!("{}/api/v1/{path}", town.base)).bearer_auth(cast.clerk.token());
        let mut response = request.send().await.unwrap().error_for_status().unwrap();
        let (first, mut size) = (start.elapsed(), 0);
        while let Some(chunk) = response.chunk().await.unwrap() {
            size += chunk.len();
        }
        println!("{path}: {size} bytes, first byte {first:?}, all {:?}, memory {} MB at most so far", start.elapsed(), peak());
    }
}
