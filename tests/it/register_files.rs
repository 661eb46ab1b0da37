//! The register as CSV and XLSX: the rows of the list, fifty columns, people masked, the export on the trail.

mod figures;

use crate::support::actor::{Actor, application};
use crate::support::life::Cast;
use crate::support::town::{FIRST_DAY, Town};
use diesel::prelude::*;
use foi_docket::crypto;
use foi_docket::db::schema::events;
use foi_docket::demo::DISTRICT;
use serde_json::{Value, json};
use std::io::Read;

/// A file as it came.
struct File {
    bytes: Vec<u8>,
    headers: reqwest::header::HeaderMap,
}

async fn file(town: &Town, actor: &Actor, path: &str) -> File {
    let response = reqwest::Client::new().get(format!("{}/api/v1{path}", town.base)).bearer_auth(actor.token()).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}: {:?}", response.headers());
    let headers = response.headers().clone();
    File { bytes: response.bytes().await.unwrap().to_vec(), headers }
}

/// The records of a CSV file, the heads first.
fn records(file: &File) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(&file.bytes).unwrap().strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn column(records: &[Vec<String>], head: &str) -> Vec<String> {
    let at = records[0].iter().position(|known| known == head).unwrap();
    records[1..].iter().map(|record| record[at].clone()).collect()
}

fn exported(town: &Town) -> Vec<Value> {
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    let rows = events::table.filter(events::stream_id.eq(DISTRICT)).filter(events::kind.eq("register_exported"));
    let bodies: Vec<String> = rows.order(events::seq).select(events::body).load(&mut owner).unwrap();
    bodies.iter().map(|body| serde_json::from_str::<Value>(body).unwrap()["data"].clone()).collect()
}

#[actix_web::test]
async fn the_file_has_the_rows_of_the_list_and_stands_on_the_trail() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    cast.received().await;
    let done = cast.closed("EA000000001CN").await;
    let case = cast.registered().await;
    let mut hostile = application(FIRST_DAY);
    hostile["applicants"] = json!([{"kind": "natural_person", "name": "=cmd|'/C calc'!A0", "phone": "13900000000"}]);
    hostile["request"]["description"] = json!("@SUM(A1:A9)\n换行,“引号\"");
    cast.clerk.post("/api/v1/cases", hostile).await.good();

    let all = file(&town, &cast.clerk, "/register.csv?people=full&purpose=contact").await;
    assert!(all.headers["content-type"].to_str().unwrap().starts_with("text/csv"));
    assert!(all.headers["content-disposition"].to_str().unwrap().ends_with(".csv\""));
    assert_eq!(all.headers["cache-control"], "no-store");
    let rows = records(&all);
    assert!(rows.iter().all(|row| row.len() == 50), "{:?}", rows[0]);
    assert_eq!(column(&rows, "序号"), ["1", "2", "3", "4"]);
    assert_eq!(column(&rows, "当月累计件数"), ["1", "2", "3", "1"], "a name alone is nobody's identity, a document number is");
    assert!(column(&rows, "姓名/名称").contains(&"'=cmd|'/C calc'!A0".to_owned()));
    assert!(column(&rows, "申请内容摘要").contains(&"'@SUM(A1:A9) 换行,“引号\"".to_owned()));
    assert!(column(&rows, "证件类型及号码").iter().all(|cell| !cell.contains("199003070011")));

    let registered = records(&file(&town, &cast.clerk, "/register.csv?stage=registered").await);
    assert_eq!(column(&registered, "登记编号"), [case["registration"]["case_number"].as_str().unwrap()]);
    assert!(column(&registered, "姓名/名称")[0].contains('*') && column(&registered, "电话")[0].contains('*'));
    let closed = records(&file(&town, &cast.clerk, "/register.csv?stage=closed").await);
    for (head, cell) in [
        ("答复类型", "予以公开（表三第3行）"),
        ("答复文号", done["replies"][0]["document_number"].as_str().unwrap()),
        ("送达方式", "邮寄（邮政特快专递）"),
        ("快递单号", "EA000000001CN"),
        ("交邮日", FIRST_DAY),
        ("是否超期", "否"),
        ("用时(工作日)", "0"),
        ("办结日期", FIRST_DAY),
        ("承办人", "承办乙"),
    ] {
        assert_eq!(column(&closed, head), [cell], "{head}");
    }
    assert!(column(&closed, "签发人/签发日")[0].starts_with("签发戊／"));

    let found = records(&file(&town, &cast.clerk, "/register.csv?q=%E7%BD%9A%E6%B2%A1").await);
    assert_eq!(found.len(), 4, "three requests speak of it");
    let trail = exported(&town);
    assert_eq!(trail.len(), 4);
    assert_eq!((&trail[0]["rows"], &trail[0]["purpose"], &trail[0]["asked"]), (&json!(4), &json!("contact"), &json!([])));
    assert_eq!(trail[0]["sha256"], crypto::hex(&crypto::sha256(&all.bytes)));
    assert_eq!(trail[1]["asked"], json!(["stage=registered"]));
    assert_eq!((&trail[3]["asked"], trail[3].get("purpose")), (&json!(["q"]), None), "what was looked for is not kept");
}

#[actix_web::test]
async fn xlsx_has_the_same_cells_and_no_formula() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let mut hostile = application(FIRST_DAY);
    hostile["request"]["description"] = json!("=1+1 罚没款");
    cast.clerk.post("/api/v1/cases", hostile).await.good();
    let made = file(&town, &cast.clerk, "/register.xlsx").await;
    assert_eq!(made.headers["content-length"], made.bytes.len().to_string().as_str());
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(made.bytes)).unwrap();
    let mut sheet = String::new();
    archive.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut sheet).unwrap();
    assert_eq!((sheet.matches("<row ").count(), sheet.contains("<f>")), (2, false));
    assert!(sheet.contains("'=1+1 罚没款"), "{sheet}");
    assert_eq!(exported(&town)[0]["format"], "xlsx");
}

#[actix_web::test]
async fn more_than_a_page_of_cases_comes_whole() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    for _ in 0..205 {
        cast.received().await;
    }
    let rows = records(&file(&town, &cast.clerk, "/register.csv").await);
    let numbers: Vec<String> = (1..=205).map(|n| n.to_string()).collect();
    assert_eq!(column(&rows, "序号"), numbers);
    let mut items: Vec<u32> = column(&rows, "当月累计件数").iter().map(|item| item.parse().unwrap()).collect();
    items.sort_unstable();
    assert_eq!(items, (1..=205).collect::<Vec<u32>>());
}

#[actix_web::test]
async fn who_may_not_is_refused_and_nothing_is_on_the_trail() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    cast.received().await;
    let path = "/api/v1/register.csv";
    cast.handler.get(path).await.refused("forbidden");
    cast.clerk.get(&format!("{path}?people=full")).await.refused("purpose_needed");
    town.sign_in("auditor").await.get(&format!("{path}?people=full&purpose=audit")).await.refused("forbidden");
    for bad in ["limit=5", "cursor=x", "include_total=true", "state=received", "people=all", "purpose=fun", "people=full&people=masked"] {
        cast.clerk.get(&format!("{path}?{bad}")).await.refused("malformed_parameter");
    }
    cast.clerk.get(&format!("{path}?due_before=0000-01-01")).await.refused("parameter_refused");
    assert!(exported(&town).is_empty());
    let masked = records(&file(&town, &town.sign_in("auditor").await, "/register.csv").await);
    assert!(column(&masked, "姓名/名称")[0].contains('*'));
    let above = records(&file(&town, &town.sign_in("supervisor").await, "/register.csv").await);
    assert_eq!((column(&above, "序号").len(), column(&above, "申请内容摘要")[0].as_str()), (1, ""));
}
