//! The libraries over HTTP: proposed by one, approved by another, used in replies, cited in letters, known where used.

use crate::support::life::{Cast, denied};
use crate::support::town::{FIRST_DAY, Town};
use diesel::prelude::*;
use foi_docket::audit::verify;
use foi_docket::db::schema::library_editions;
use foi_docket::demo::DISTRICT;
use serde_json::{Value, json};

fn answer() -> Value {
    json!({"title": "执法案卷的说明", "kinds": ["d7"], "text": "该信息系行政执法案卷信息。", "articles": ["16(2)"], "from_on": FIRST_DAY})
}

fn category() -> Value {
    json!({"title": "执法案卷类", "grounds": ["enforcement_file"], "text": "现场检查笔录、询问笔录等。", "articles": ["16(2)"], "from_on": FIRST_DAY})
}

fn rule() -> Value {
    json!({"title": "示范市政府信息公开规定", "document_number": "示府规〔2020〕1号", "from_on": FIRST_DAY,
           "rule_articles": [{"number": "21(2)", "text": "行政执法案卷信息可以不予公开。"}]})
}

fn clean(town: &Town) {
    let found = verify::verify(&town.app.db, &town.app.office, &town.app.documents, DISTRICT).unwrap().findings;
    assert_eq!(found, []);
}

async fn approved(cast: &Cast, shelf: &str, body: Value) -> String {
    let entry = cast.clerk.post(&format!("/api/v1/libraries/{shelf}"), body).await.good();
    let id = entry["id"].as_str().unwrap().to_owned();
    let decided =
        cast.approver.post(&format!("/api/v1/library-entries/{id}/editions/1/decision"), json!({"verdict": "approved"})).await.good();
    assert_eq!(decided["editions"][0]["in_force"], true, "{decided:#}");
    id
}

#[actix_web::test]
async fn an_edition_is_in_force_once_somebody_else_approved_it() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let entry = cast.approver.post("/api/v1/libraries/agreed-answers", answer()).await.good();
    let path = format!("/api/v1/library-entries/{}", entry["id"].as_str().unwrap());
    assert_eq!((&entry["editions"][0]["state"], &entry["editions"][0]["in_force"]), (&json!("proposed"), &json!(false)));
    let decision = format!("{path}/editions/1/decision");
    cast.approver.post(&decision, json!({"verdict": "approved"})).await.refused("same_person");
    cast.reviewer.post(&decision, json!({"verdict": "rejected"})).await.refused("fields_refused");
    cast.clerk.post(&decision, json!({"verdict": "approved"})).await.refused("forbidden");
    cast.clerk.post(&format!("{path}/editions"), answer()).await.refused("edition_waiting");
    cast.reviewer.post(&format!("{path}/editions/2/decision"), json!({"verdict": "approved"})).await.refused("not_found");
    cast.reviewer.post(&decision, json!({"verdict": "approved"})).await.good();
    // Two approvals at once: the second finds it decided.
    town.sign_in("approver2").await.post(&decision, json!({"verdict": "approved"})).await.refused("already_done");
    let mut next = answer();
    next["from_on"] = json!("2026-12-01");
    cast.clerk.post(&format!("{path}/editions"), next).await.good();
    cast.approver.post(&format!("{path}/editions/2/decision"), json!({"verdict": "approved"})).await.good();
    let entry = cast.handler.get(&path).await.good();
    let states: Vec<(&Value, &Value)> =
        entry["editions"].as_array().unwrap().iter().map(|one| (&one["edition"], &one["in_force"])).collect();
    assert_eq!(states, [(&json!(2), &json!(false)), (&json!(1), &json!(true))]);
    let listed = |query: &'static str| {
        let clerk = cast.clerk.clone();
        async move { clerk.get(&format!("/api/v1/libraries/agreed-answers{query}")).await.good()["items"].as_array().unwrap().len() }
    };
    assert_eq!((listed("").await, listed("?kind=a1").await, listed("?kind=d7&ground=enforcement_file").await), (1, 0, 1));
    assert_eq!((listed("?in_force_on=2026-11-01").await, listed("?in_force_on=2026-12-02").await), (0, 1));
    cast.clerk.get("/api/v1/libraries/phrases").await.refused("not_found");
    town.sign_in("supervisor").await.get(&path).await.refused("not_found");
    clean(&town);
}

#[actix_web::test]
async fn bad_entries_are_refused_by_name() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    for (shelf, change, pointer) in [
        ("agreed-answers", json!({"kinds": []}), "/kinds"),
        ("agreed-answers", json!({"until_on": "2026-10-01"}), "/until_on"),
        ("agreed-answers", json!({"title": "甲\u{202e}乙"}), "/title"),
        ("agreed-answers", json!({"text": "字".repeat(5_001)}), "/text"),
        ("agreed-answers", json!({"from_on": "0001-01-01"}), "/from_on"),
        ("negative-list", json!({}), "/grounds"),
        ("local-rules", json!({"kinds": [], "text": null, "articles": []}), "/rule_articles"),
    ] {
        let mut body = answer();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let refused = cast.clerk.post(&format!("/api/v1/libraries/{shelf}"), body).await;
        assert_eq!(refused.status, 422, "{shelf} {pointer}: {:#}", refused.body);
        let pointers: Vec<&Value> = refused.body["errors"].as_array().unwrap().iter().map(|error| &error["pointer"]).collect();
        assert!(pointers.contains(&&json!(pointer)), "{shelf} {pointer}: {pointers:?}");
    }
    let mut unknown = answer();
    unknown["kinds"] = json!(["z9"]);
    cast.clerk.post("/api/v1/libraries/agreed-answers", unknown).await.refused("malformed_body");
    let owner = &mut PgConnection::establish(&town.owner_url).unwrap();
    let kept: i64 = library_editions::table.count().get_result(owner).unwrap();
    assert_eq!(kept, 0);
}

#[actix_web::test]
async fn what_was_agreed_is_suggested_used_cited_and_known_where_used() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let (answer, category, rule) = (
        approved(&cast, "agreed-answers", answer()).await,
        approved(&cast, "negative-list", category()).await,
        approved(&cast, "local-rules", rule()).await,
    );
    let case = cast.assigned().await;
    let path = format!("/api/v1/cases/{}/library-suggestions", case["id"].as_str().unwrap());
    let suggested = cast.handler.get(&format!("{path}?kind=d7")).await.good();
    assert_eq!((&suggested["agreed_answers"][0]["entry"], &suggested["agreed_answers"][0]["binding"]), (&json!(answer), &json!(true)));
    assert_eq!((&suggested["withheld_categories"][0]["entry"], &suggested["local_rules"][0]["entry"]), (&json!(category), &json!(rule)));
    assert_eq!(cast.handler.get(&format!("{path}?kind=a2")).await.good()["agreed_answers"], json!([]));

    let mut item = denied();
    item["local_rules"] = json!([{"entry": rule, "edition": 1, "article": "21(2)"}]);
    item["withheld_categories"] = json!([{"entry": category, "edition": 1}]);
    let refused = cast.handler.step(&case, "/drafts", json!({"items": [item]})).await.refused("departure_reason_needed");
    assert_eq!(refused["errors"][0]["pointer"], "/items/0/departure_reason");
    item["departure_reason"] = json!("另有细目需要说明。");
    let case = cast.handler.step(&case, "/drafts", json!({"items": [item]})).await.good();
    let grounds = &case["drafts"][0]["items"][0]["grounds"];
    assert_eq!(
        (&grounds["agreed_answers"][0]["departs"], &grounds["agreed_answers"][0]["departure_reason"]),
        (&json!(true), &json!("另有细目需要说明。"))
    );
    item.as_object_mut().unwrap().remove("departure_reason");
    item["reasons"] = json!("经查，该信息系行政执法案卷信息。");
    let case = cast.handler.step(&case, "/drafts", json!({"items": [item]})).await.good();
    let case = cast.reviewer.step(&case, "/reviews", json!({"kind": "legal", "verdict": "approved"})).await.good();
    let case = cast.cleared(&case).await;
    let case = cast.approver.step(&case, "/replies", json!({})).await.good();
    assert_eq!(case["replies"][0]["items"][0]["grounds"]["local_rules"][0]["citation"], "《示范市政府信息公开规定》第二十一条第二款");

    for (entry, departs) in [(&answer, false), (&category, false), (&rule, false)] {
        let uses = cast.clerk.get(&format!("/api/v1/library-entries/{entry}/uses?include_total=true")).await.good();
        let one = &uses["items"][0];
        assert_eq!(
            (&uses["total"], &one["case_id"], &one["edition"], &one["departs"]),
            (&json!(1), &case["id"], &json!(1), &json!(departs))
        );
    }
    let none = cast.clerk.get(&format!("/api/v1/library-entries/{answer}/uses?departs=true")).await.good();
    assert_eq!(none["items"], json!([]));
    cast.clerk.get("/api/v1/library-entries/00000000-0000-7000-8000-000000000000/uses").await.refused("not_found");
    assert_eq!(cast.handler.get(&format!("{path}?kind=d7")).await.good()["agreed_answers"][0]["uses"], 1);

    // Recalled, it is no use any more.
    cast.approver.step(&case, "/replies/1/recall", json!({"reason": "附件有误。"})).await.good();
    let uses = cast.clerk.get(&format!("/api/v1/library-entries/{rule}/uses")).await.good();
    assert_eq!(uses["items"], json!([]));
    clean(&town);
}
