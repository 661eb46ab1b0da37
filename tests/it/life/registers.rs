//! The register of corrections of one's own records (Art 41), and the inner limits of an agency, over HTTP.

use crate::support::actor::application;
use crate::support::life::{Cast, by_post, disclosed};
use crate::support::town::{FIRST_DAY, Town};
use reqwest::Method;
use serde_json::{Value, json};

/// Replaces the settings by the newest with these changes.
async fn settings(town: &Town, change: impl Fn(&mut Value)) -> crate::support::actor::Reply {
    let admin = town.sign_in("admin").await;
    let mut settings = admin.get("/api/v1/settings").await.good();
    let version = format!("\"{}\"", settings["edition"]);
    for name in ["edition", "made_at"] {
        settings.as_object_mut().unwrap().remove(name);
    }
    change(&mut settings);
    admin.send(Method::PUT, "/api/v1/settings", &[("if-match", &version)], Some(settings.to_string().into_bytes())).await
}

#[actix_web::test]
async fn article_41_has_a_register_of_its_own_and_is_not_counted() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let mut body = application(FIRST_DAY);
    body["matter"] = json!("record_correction");
    body["request"]["description"] = json!("贵局登记的本人联系地址有误，申请更正，附居住证明。");
    let case = cast.clerk.post("/api/v1/cases", body).await.good();
    let case = cast.clerk.step(&case, "/registration", json!({})).await.good();
    assert_eq!((&case["matter"], &case["case_number"]), (&json!("record_correction"), &json!("示市监更正〔2026〕1号")));
    let reply = case["duties"].as_array().unwrap().iter().find(|duty| duty["kind"] == "reply").unwrap();
    assert_eq!((&reply["article"], &reply["due_on"]), (&json!("41"), &json!("2026-11-30")));

    // The other register begins with 1 too, and the month of a fee knows nothing of the correction.
    let request = cast.registered().await;
    assert_eq!(request["case_number"], "示市监依申请〔2026〕1号");
    let rows = |page: Value| page["items"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect::<Vec<_>>();
    assert_eq!(rows(cast.clerk.get("/api/v1/cases?matter=record_correction").await.good()), [case["id"].clone()]);
    assert_eq!(rows(cast.clerk.get("/api/v1/cases?matter=information_request").await.good()), [request["id"].clone()]);

    let case = cast.clerk.step(&case, "/assignments", cast.assignment.clone()).await.good();
    cast.handler.step(&case, "/drafts", json!({"items": [disclosed()]})).await.refused("reply_kind_not_open");
    let item = json!({"kind": "r1", "main": true, "subject": "联系地址", "reasons": "经核实有误，已更正。", "articles": ["41"]});
    let case = cast.handler.step(&case, "/drafts", json!({"items": [item]})).await.good();
    let case = cast.approver.step(&case, "/replies", json!({})).await.good();
    let case = cast.clerk.step(&case, "/dispatches", by_post("EA000000021CN")).await.good();
    assert_eq!((&case["outcome"]["kind"], &case["outcome"]["report_row"]), (&json!("r1"), &Value::Null));
}

#[actix_web::test]
async fn inner_limits_are_worked_on_beside_the_legal_date() {
    let town = Town::open();
    let limits = |limits: Value| settings(&town, move |settings| settings["inner_limits"] = limits.clone());
    let refused = limits(json!([{"step": "issue", "working_days": 20}])).await.refused("fields_refused");
    assert_eq!(refused["errors"][0]["pointer"], "/inner_limits/0/working_days");
    limits(json!([{"step": "assign", "working_days": 2}, {"step": "issue", "working_days": 18}])).await.good();

    let cast = Cast::gather(&town).await;
    let case = cast.registered().await;
    assert_eq!(case["due_on"], "2026-11-30");
    // A case keeps the limits of its registration.
    limits(json!([])).await.good();
    let page = cast.clerk.get("/api/v1/duties?kind=inner_assign&kind=inner_issue&kind=reply").await.good();
    let rows: Vec<_> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| [&row["kind"], &row["basis"], &row["due_on"]].map(|value| value.as_str().unwrap().to_owned()))
        .collect();
    assert_eq!(
        rows,
        [["inner_assign", "inner", "2026-11-04"], ["inner_issue", "inner", "2026-11-26"], ["reply", "law", "2026-11-30"]]
            .map(|row| row.map(str::to_owned))
    );
    let case = cast.clerk.step(&case, "/assignments", cast.assignment.clone()).await.good();
    let assign = case["duties"].as_array().unwrap().iter().find(|duty| duty["kind"] == "inner_assign").unwrap();
    assert_eq!((&assign["open"], &assign["met_on"]), (&json!(false), &json!(FIRST_DAY)));
}
