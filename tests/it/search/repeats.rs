//! Repeats and alike requests stand beside a case; what many ask for is suggested; nothing is blocked.

use super::asks;
use crate::support::actor::{Actor, application};
use crate::support::life::Cast;
use crate::support::town::{FIRST_DAY, Town};
use foi_docket::rules::permissions::Role;
use serde_json::{Value, json};

async fn similar(actor: &Actor, case: &Value) -> Value {
    actor.get(&format!("/api/v1/cases/{}/similar-cases", case["id"].as_str().unwrap())).await.good()
}

async fn other_asks(clerk: &Actor, n: u8, description: &str) -> Value {
    let mut application = application(FIRST_DAY);
    application["applicants"] = json!([{"kind": "natural_person", "name": format!("{n}号某"), "phone": format!("1380000001{n}")}]);
    application["request"]["description"] = json!(description);
    clerk.post("/api/v1/cases", application).await.good()
}

#[actix_web::test]
async fn an_earlier_case_stands_beside_a_repeat_with_its_reply() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let earlier = cast.issued().await;
    let unlike = asks(&cast.clerk, FIRST_DAY, "申请公开示范区幸福里小区电梯检验报告及整改记录。").await;
    let again = asks(&cast.clerk, FIRST_DAY, "本人再次申请公开2025年度行政处罚罚没款总额").await;
    let hint = &cast.clerk.step(&again, "/registration", json!({})).await.good()["repeat_hint"];
    assert_eq!((&hint["same_applicant"], &hint["alike"]), (&json!(2), &json!(1)), "{hint}");
    let page = cast.clerk.get(&format!("/api/v1/cases/{}", again["id"].as_str().unwrap())).await.good();
    assert_eq!(
        (&page["repeat_hint"]["same_applicant"], &page["repeat_hint"]["href"]),
        (&Value::Null, &hint["href"]),
        "a page view counts nothing"
    );
    let found = similar(&cast.handler, &again).await;
    assert_eq!(found["counters"], json!({"in_month": 3, "in_year": 3, "in_all": 3}));
    let same: Vec<&Value> = found["same_applicant"].as_array().unwrap().iter().map(|case| &case["case_id"]).collect();
    assert_eq!(same.len(), 2);
    assert!(same.contains(&&earlier["id"]) && same.contains(&&unlike["id"]));
    let alike = found["alike"].as_array().unwrap();
    assert_eq!((alike.len(), &alike[0]["case_id"], &alike[0]["same_applicant"]), (1, &earlier["id"], &json!(true)));
    assert!(alike[0]["alike_percent"].as_u64().unwrap() >= 40);
    assert_eq!(alike[0]["replies"][0]["items"][0]["kind"], "a2");
    assert_eq!(alike[0]["replies"][0]["items"][0]["reasons"], "您申请的信息属于可以公开的政府信息，现予提供。");
    let foreign = town.role(Role::Clerk, "sister").await;
    let path = format!("/api/v1/cases/{}/similar-cases", again["id"].as_str().unwrap());
    foreign.get(&path).await.refused("not_found");
    town.sign_in("auditor").await.get(&path).await.refused("forbidden");
}

#[actix_web::test]
async fn what_three_people_ask_for_is_suggested_and_one_persons_repeats_are_not() {
    let town = Town::open();
    let clerk = town.sign_in("clerk").await;
    for _ in 0..4 {
        asks(&clerk, FIRST_DAY, "申请公开示范区人民路道路施工许可及验收材料。").await;
    }
    let request = "申请公开示范区样例家园小区电梯2025年度定期检验报告及整改记录。";
    for n in 1..=2 {
        other_asks(&clerk, n, request).await;
    }
    let suggested = async || clerk.get("/api/v1/publication-suggestions").await.good()["items"].clone();
    assert_eq!(suggested().await, json!([]));
    assert_eq!(clerk.get("/api/v1/publication-suggestions?people=2").await.good()["items"][0]["people"], 2);
    other_asks(&clerk, 3, "请公开示范区样例家园小区电梯2025年度定期检验报告、整改记录。").await;
    let found = suggested().await;
    assert_eq!((found.as_array().unwrap().len(), &found[0]["people"], &found[0]["cases"]), (1, &json!(3), &json!(3)), "{found:#}");
    assert_eq!(found[0]["examples"].as_array().unwrap().len(), 3);
    for refused in ["people=1", "people=101", "months=0", "months=61", "q=1"] {
        assert_eq!(clerk.get(&format!("/api/v1/publication-suggestions?{refused}")).await.status, 400, "{refused}");
    }
    town.sign_in("auditor").await.get("/api/v1/publication-suggestions").await.refused("forbidden");
}
