//! Words are found where they stand, by who may read them, and nothing else is.

mod figures;
mod repeats;

use crate::support::actor::{Actor, application};
use crate::support::life::Cast;
use crate::support::town::{FIRST_DAY, Town, morning};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use foi_docket::audit::{rebuild, verify};
use foi_docket::case::journal::{Indexed, forget, index_missing};
use foi_docket::crypto::CaseOf;
use foi_docket::db::pool::{Scope, set_scope};
use foi_docket::db::schema::case_search;
use foi_docket::demo::DISTRICT;
use foi_docket::rules::permissions::Role;
use serde_json::{Value, json};
use std::fmt::Write;
use uuid::Uuid;

/// What people ask, by the day.
const REQUESTS: [(&str, &str); 7] = [
    ("2026-10-12", "申请公开某村征地补偿安置方案及听证笔录。"),
    ("2026-10-13", "申请公开２０２４年度ＧＢ2760食品抽检不合格名单。"),
    ("2026-10-14", "请公开征地公告；地补方案另行申请。"),
    ("2026-10-15", "申请公開土地徵收公告。"),
    ("2026-10-16", "申请公开某某路电梯检验报告，PM2.5监测数据与A类企业名单。"),
    ("2026-10-19", "申请公开某村征地补\n偿标准。"),
    ("2026-10-20", "申请公开《土地管理法》第四十八条的执行情况。"),
];

pub async fn asks(clerk: &Actor, on: &str, description: &str) -> Value {
    let mut application = application(on);
    application["request"]["description"] = json!(description);
    clerk.post("/api/v1/cases", application).await.good()
}

fn encoded(q: &str) -> String {
    q.bytes().fold(String::new(), |mut encoded, byte| {
        write!(encoded, "%{byte:02X}").unwrap();
        encoded
    })
}

fn days_of(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item["received_on"].as_str().unwrap().rsplit_once('-').unwrap().1.to_owned()).collect()
}

/// The days of the cases found, in order.
async fn found(actor: &Actor, q: &str, more: &str) -> Vec<String> {
    let page = actor.get(&format!("/api/v1/cases?q={}{more}", encoded(q))).await.good();
    days_of(&page)
}

#[actix_web::test]
async fn words_are_found_where_they_stand_the_newest_first() {
    let town = Town::open();
    let clerk = town.sign_in("clerk").await;
    for (on, description) in REQUESTS {
        town.clock.set(morning(on));
        asks(&clerk, on, description).await;
    }
    let days: &[(&str, &[&str])] = &[
        ("申请", &["20", "19", "16", "15", "14", "13", "12"]),
        ("征地", &["19", "14", "12"]),
        ("补偿", &["19", "12"]),
        ("征地补偿", &["19", "12"]),
        ("征地 听证", &["12"]),
        ("2024年度", &["13"]),
        ("gb2760", &["13"]),
        ("ＧＢ２７６０食品", &["13"]),
        ("pm2.5", &["16"]),
        ("a类", &["16"]),
        ("徵收", &["15"]),
        ("征收", &[]),
        ("\"管理法》第\"", &["20"]),
        ("\"管理法第\"", &[]),
        ("第四十八条", &["20"]),
        // Operators are punctuation: both words are asked for.
        ("！征地&补偿|", &["19", "12"]),
        ("没有这样的词", &[]),
        ("甲某某", &[]),
    ];
    for (q, expected) in days {
        assert_eq!(found(&clerk, q, "").await, *expected, "{q}");
    }
    assert_eq!(found(&clerk, "征地", "&received_until=2026-10-15").await, ["14", "12"]);
    assert_eq!(found(&clerk, "征地", "&stage=voided").await, [""; 0]);
    let mut pages = Vec::new();
    let mut path = format!("/api/v1/cases?q={}&limit=3", encoded("申请"));
    loop {
        let page = clerk.get(&path).await.good();
        pages.extend(days_of(&page));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/api/v1/cases?q={}&limit=3&cursor={cursor}", encoded("申请"));
    }
    assert_eq!(pages, ["20", "19", "16", "15", "14", "13", "12"]);
    let best = found(&clerk, "征地", "&sort=-relevance").await;
    assert_eq!((best.len(), best[0] == "12"), (3, false), "a short request about nothing else comes before a long one: {best:?}");
}

#[actix_web::test]
async fn what_cannot_be_asked_is_refused_and_who_may_not_read_finds_nothing() {
    let town = Town::open();
    let clerk = town.sign_in("clerk").await;
    asks(&clerk, FIRST_DAY, "申请公开某村征地补偿安置方案。").await;
    for q in ["征", "征 地", "&|!", "征地 补", &"征".repeat(201)] {
        let problem = clerk.get(&format!("/api/v1/cases?q={}", encoded(q))).await.refused("parameter_refused");
        assert!(problem.to_string().contains("\"q\""), "{problem}");
    }
    let q = encoded("征地");
    for more in ["sort=due_on", "include_total=true", "cursor=bm8"] {
        clerk.get(&format!("/api/v1/cases?q={q}&{more}")).await.refused("parameter_refused");
    }
    clerk.get("/api/v1/cases?sort=-relevance").await.refused("parameter_refused");
    assert_eq!(found(&clerk, &"征".repeat(200), "").await, [""; 0]);
    assert_eq!(found(&clerk, "征地", "").await.len(), 1);
    for masked in ["auditor", "supervisor"] {
        town.sign_in(masked).await.get(&format!("/api/v1/cases?q={q}")).await.refused("forbidden");
    }
    assert_eq!(found(&town.role(Role::Clerk, "sister").await, "征地", "").await, [""; 0]);
    assert_eq!(found(&town.role(Role::Clerk, "city").await, "征地", "").await, [""; 0]);
}

#[actix_web::test]
async fn replies_and_reasons_are_found_and_the_row_follows_the_case() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.reviewed().await;
    assert_eq!(found(&cast.clerk, "罚没款总额", "").await, ["02"]);
    assert_eq!(found(&cast.clerk, "统计表", "").await, [""; 0], "a draft is nobody's answer yet");
    cast.approver.step(&case, "/replies", json!({})).await.good();
    assert_eq!(found(&cast.clerk, "统计表", "").await, ["02"]);
    assert_eq!(found(&cast.clerk, "罚没款总额 现予提供", "").await, ["02"], "one word in the request, the other in the reply");
    let findings = || verify::verify(&town.app.db, &town.app.office, &town.app.documents, DISTRICT).unwrap().findings;
    assert_eq!(findings(), []);
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    owner.batch_execute("UPDATE case_search SET words = '{1}'").unwrap();
    assert_eq!(findings().len(), 1);
    assert_eq!(found(&cast.clerk, "统计表", "").await, [""; 0]);
    rebuild::rebuild(&town.app.db, &town.app.office, DISTRICT).unwrap();
    assert_eq!((findings(), found(&cast.clerk, "统计表", "").await), (vec![], vec!["02".to_owned()]));
}

#[actix_web::test]
async fn what_is_forgotten_is_found_no_more_and_a_case_from_before_is_made_searchable() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.issued().await;
    let id: Uuid = case["id"].as_str().unwrap().parse().unwrap();
    asks(&cast.clerk, FIRST_DAY, "申请公开某村征地补偿安置方案。").await;
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    set_scope(&mut owner, &Scope::own(DISTRICT)).unwrap();
    forget(&mut owner, CaseOf { agency: DISTRICT, case: id }).unwrap();
    assert_eq!(found(&cast.clerk, "统计表", "").await, [""; 0]);
    assert_eq!(case_search::table.count().get_result::<i64>(&mut owner).unwrap(), 1);
    let indexed = index_missing(&mut owner, &town.app.office, DISTRICT, 1).unwrap();
    assert_eq!(indexed, Indexed { cases: 1, refused: vec![] });
    assert_eq!(index_missing(&mut owner, &town.app.office, DISTRICT, 1).unwrap(), Indexed::default());
    assert_eq!(found(&cast.clerk, "统计表", "").await, ["02"]);
}
