//! Learning over HTTP: what was corrected warns whoever handles a case of the same kind; typical cases name nobody; departments mend what they are told.

use crate::support::actor::application;
use crate::support::life::{Cast, denied, disclosed};
use crate::support::town::{FIRST_DAY, Town};
use foi_docket::audit::verify;
use foi_docket::demo::DISTRICT;
use foi_docket::rules::permissions::Role;
use serde_json::{Value, json};

fn clean(town: &Town) {
    let found = verify::verify(&town.app.db, &town.app.office, &town.app.documents, DISTRICT).unwrap().findings;
    assert_eq!(found, []);
}

fn typical(drawn_from: &[&Value]) -> Value {
    json!({
        "title": "只检索纸质档案的教训", "kinds": ["a2"], "topics": ["罚没款"], "from_on": FIRST_DAY,
        "text": "某申请人申请公开统计数据，机关只检索了纸质档案，复议机关予以撤销。",
        "typical": {"drawn_from": drawn_from, "cause": "poor_reasons", "report_column": "overturned", "lesson": "业务系统也要检索。"}
    })
}

/// Of a case that nobody tried.
fn untried(case: &Value) -> Value {
    let mut body = typical(&[&case["id"]]);
    body["kinds"] = json!([]);
    (body["typical"]["cause"], body["typical"]["report_column"]) = (Value::Null, Value::Null);
    body
}

fn over_silence() -> Value {
    json!({"body": "示范区人民政府", "procedure": "ordinary", "against": {"kind": "silence"}, "received_on": FIRST_DAY})
}

async fn approved(cast: &Cast, body: Value) -> String {
    let entry = cast.clerk.post("/api/v1/libraries/typical-cases", body).await.good();
    let id = entry["id"].as_str().unwrap().to_owned();
    cast.approver.post(&format!("/api/v1/library-entries/{id}/editions/1/decision"), json!({"verdict": "approved"})).await.good();
    id
}

#[actix_web::test]
async fn a_typical_case_that_tells_whom_it_is_about_is_refused_by_the_field_and_never_says_the_name_again() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.decided("EA000000001CN").await;
    let number = case["case_number"].as_str().unwrap();
    for (field, text, code) in [
        ("title", "甲某某案".to_owned(), "names_somebody"),
        ("text", "申请人甲 某 某申请公开。".to_owned(), "names_somebody"),
        ("text", "电话１３８ 0000 0000。".to_owned(), "contact_of_somebody"),
        ("text", "证件110101-19900307-0011。".to_owned(), "contact_of_somebody"),
        ("text", "寄至示范市示范区示范路1号。".to_owned(), "contact_of_somebody"),
        ("text", format!("见{number}。"), "number_of_the_case"),
        ("text", "见示复决〔2026〕1号。".to_owned(), "number_of_the_case"),
        ("text", "联系人139 1234 5678。".to_owned(), "number_of_somebody"),
    ] {
        let mut body = typical(&[&case["id"]]);
        body[field] = json!(text);
        let refused = cast.clerk.post("/api/v1/libraries/typical-cases", body).await.refused("identifies_somebody");
        assert_eq!(
            (&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]),
            (&json!(format!("/{field}")), &json!(code)),
            "{text}"
        );
        assert!(!refused.to_string().contains("甲某某"), "{refused:#}");
    }
    let mut lesson = typical(&[&case["id"]]);
    lesson["typical"]["lesson"] = json!("甲某某的申请应当检索业务系统。");
    let refused = cast.clerk.post("/api/v1/libraries/typical-cases", lesson).await.refused("identifies_somebody");
    assert_eq!(refused["errors"][0]["pointer"], "/typical/lesson");
    let nowhere = json!("00000000-0000-7000-8000-000000000000");
    let refused = cast.clerk.post("/api/v1/libraries/typical-cases", typical(&[&case["id"], &nowhere])).await.refused("unknown_reference");
    assert!(refused["errors"][0]["pointer"].as_str().unwrap().starts_with("/typical/drawn_from/"), "{refused:#}");
    cast.clerk.post("/api/v1/libraries/typical-cases", typical(&[&case["id"]])).await.good();
    clean(&town);
}

/// Domain 5.3, 5.4: what is taught of a case is what happened in it.
#[actix_web::test]
async fn a_typical_case_says_of_its_cases_what_is_so() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.decided("EA000000001CN").await;
    for (change, pointer) in [
        (json!({"kinds": ["a2", "d7"]}), "/kinds/1"),
        (json!({"typical": {"cause": "not_separated"}}), "/typical/cause"),
        (json!({"typical": {"report_column": "upheld"}}), "/typical/report_column"),
    ] {
        let mut body = typical(&[&case["id"]]);
        for (key, value) in change.as_object().unwrap() {
            match value {
                Value::Object(fields) => body[key].as_object_mut().unwrap().extend(fields.clone()),
                _ => body[key] = value.clone(),
            }
        }
        let refused = cast.clerk.post("/api/v1/libraries/typical-cases", body).await.refused("fields_refused");
        assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]), (&json!(pointer), &json!("not_of_the_cases")));
    }
    cast.clerk.post("/api/v1/libraries/typical-cases", typical(&[&case["id"]])).await.good();
}

#[actix_web::test]
async fn what_was_harmless_when_proposed_is_held_against_the_true_applicant_before_it_is_approved() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.registered().await;
    let mut body = untried(&case);
    body["text"] = json!("丙某某申请公开统计数据。");
    let entry = cast.clerk.post("/api/v1/libraries/typical-cases", body).await.good();
    let people = json!({"subject": "applicants", "applicants": [{"kind": "natural_person", "name": "丙某某"}]});
    cast.clerk.step(&case, "/amendments", json!({"change": people, "reason": "登记有误。"})).await.good();
    let decision = format!("/api/v1/library-entries/{}/editions/1/decision", entry["id"].as_str().unwrap());
    cast.approver.post(&decision, json!({"verdict": "approved"})).await.refused("identifies_somebody");
    cast.approver.post(&decision, json!({"verdict": "rejected", "reason": "未去除姓名。"})).await.good();
}

#[actix_web::test]
async fn typical_cases_are_found_by_words_topic_ground_cause_and_outcome() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.decided("EA000000001CN").await;
    approved(&cast, typical(&[&case["id"]])).await;
    let ended = cast.reviewer.step(&cast.registered().await, "/reconsiderations", over_silence()).await.good();
    let terminated = json!({
        "outcome": {"by": "reconsideration", "outcome": "terminated"}, "ended_by": "withdrawal", "decided_on": FIRST_DAY, "received_on": FIRST_DAY
    });
    let ended = cast.reviewer.step(&ended, "/proceedings/1/decision", terminated).await.good();
    let mut other = untried(&ended);
    other["grounds"] = json!(["third_party"]);
    other["typical"]["report_column"] = json!("other");
    approved(&cast, other).await;
    let count = async |query: &str| {
        let page = cast.handler.get(&format!("/api/v1/libraries/typical-cases?{query}")).await.good();
        page["items"].as_array().unwrap().len()
    };
    for (query, found) in [
        ("", 2),
        ("q=%E4%B8%9A%E5%8A%A1%E7%B3%BB%E7%BB%9F", 2),
        ("q=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%BA%9B%E5%AD%97", 0),
        ("topic=%E7%BD%9A%E6%B2%A1%E6%AC%BE", 2),
        ("ground=third_party", 2),
        ("ground=state_secret", 1),
        ("cause=poor_reasons", 1),
        ("report_column=other", 1),
        ("cause=poor_reasons&report_column=other", 0),
    ] {
        assert_eq!(count(query).await, found, "{query}");
    }
    cast.handler.get("/api/v1/libraries/typical-cases?q=x").await.refused("parameter_refused");
    cast.handler.get("/api/v1/libraries/typical-cases?cause=bad_luck").await.refused("malformed_parameter");
    // A draft cannot use it: it is no agreed answer.
    let mut item = disclosed();
    let entry = cast.handler.get("/api/v1/libraries/typical-cases").await.good()["items"][0]["id"].clone();
    item["agreed_answers"] = json!([{"entry": entry, "edition": 1}]);
    cast.handler.step(&cast.assigned().await, "/drafts", json!({"items": [item]})).await.refused("unknown_reference");
}

/// Domain 5.4, 7: every correction that stands is listed with what was learnt from it, and those from which nothing was.
#[actix_web::test]
async fn corrections_are_listed_with_their_lessons_and_without() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let none = cast.handler.get("/api/v1/lessons?include_total=true").await.good();
    assert_eq!((&none["items"], &none["total"]), (&json!([]), &json!(0)));
    let learnt = corrected(&cast).await;
    let notice = json!({"department": cast.assignment["department"], "proceeding": 1, "what": "请整改。", "due_on": "2026-12-18"});
    cast.clerk.step(&learnt, "/rectifications", notice).await.good();
    let other = cast.decided("EA000000002CN").await;
    let listed = async |query: &str| cast.handler.get(&format!("/api/v1/lessons?{query}")).await.good();
    let of = |page: &Value| page["items"].as_array().unwrap().iter().map(|item| item["case_id"].clone()).collect::<Vec<_>>();
    let all = listed("include_total=true").await;
    assert_eq!((of(&all).len(), &all["total"]), (2, &json!(2)));
    let found = listed("learnt=true").await;
    let one = &found["items"][0];
    assert_eq!((of(&found), &one["lessons"][0]["measures"]), (vec![learnt["id"].clone()], &json!("业务系统一并检索。")));
    assert_eq!((&one["cause"], &one["proceeding"], &one["rectifications"]), (&json!("poor_reasons"), &json!(1), &json!(1)));
    assert_eq!(of(&listed("learnt=false").await), [other["id"].clone()]);
    assert_eq!(of(&listed("cause=poor_search").await), Vec::<Value>::new());
    assert_eq!(of(&listed("decided_until=2026-01-01").await), Vec::<Value>::new());
    let page = listed("limit=1").await;
    let next = listed(&format!("limit=1&cursor={}", page["next_cursor"].as_str().unwrap())).await;
    assert!(of(&page) != of(&next) && next["next_cursor"].is_null());
    for bad in ["cause=bad_luck", "learnt=perhaps", "decided_from=-5000-01-01", "q=x", "limit=201"] {
        let status = cast.handler.get(&format!("/api/v1/lessons?{bad}")).await.status;
        assert!([400, 422].contains(&status), "{bad}: {status}");
    }
    // The authority above reads that and why, not the words; a sister nothing.
    let above = town.role(Role::Supervisor, "city").await.get("/api/v1/lessons?learnt=true").await.good();
    assert_eq!((&above["items"][0]["cause"], &above["items"][0]["lessons"][0]["words"]), (&json!("poor_reasons"), &Value::Null));
    assert_eq!(town.role(Role::Clerk, "sister").await.get("/api/v1/lessons").await.good()["items"], json!([]));
}

/// Corrected, and a lesson drawn.
async fn corrected(cast: &Cast) -> Value {
    let case = cast.decided("EA000000001CN").await;
    let lesson = json!({"words": "只检索了纸质档案。", "measures": "业务系统一并检索。"});
    cast.approver.step(&case, "/proceedings/1/lessons", lesson).await.good()
}

#[actix_web::test]
async fn a_new_case_of_the_same_kind_is_warned_with_cause_and_link() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let before = cast.assigned().await;
    assert_eq!(before["precedent_hint"], Value::Null, "nothing was corrected yet");
    let learnt = corrected(&cast).await;
    let entry = approved(&cast, typical(&[&learnt["id"]])).await;

    let case = cast.assigned().await;
    let hint = &case["precedent_hint"];
    assert_eq!((&hint["corrected_cases"], &hint["typical_cases"]), (&json!(1), &json!(1)), "{hint:#}");
    assert_eq!(hint["causes"], json!(["poor_reasons"]));
    let told = cast.handler.get(hint["href"].as_str().unwrap()).await.good();
    let one = &told["corrected_cases"][0];
    assert_eq!((&one["case_id"], &one["cause"], &one["proceeding"]), (&learnt["id"], &json!("poor_reasons"), &json!(1)));
    assert_eq!((&one["shares"], &one["alike_percent"]), (&json!(["request"]), &json!(100)));
    assert_eq!(one["lessons"][0]["measures"], "业务系统一并检索。");
    let typical = &told["typical_cases"][0];
    assert_eq!((&typical["entry"], &typical["shares"]), (&json!(entry), &json!(["topic"])));

    // The draft says of which kind it is.
    let case = cast.handler.step(&case, "/drafts", json!({"items": [disclosed()]})).await.good();
    let told = cast.handler.get(case["precedent_hint"]["href"].as_str().unwrap()).await.good();
    assert_eq!(told["corrected_cases"][0]["shares"], json!(["request", "kind"]));
    let path = format!("/api/v1/cases/{}/precedents", case["id"].as_str().unwrap());
    let asked = cast.handler.get(&format!("{path}?kind=d7")).await.good();
    assert_eq!(asked["corrected_cases"][0]["shares"], json!(["request"]));
    town.sign_in("supervisor").await.get(&path).await.refused("forbidden");

    // Something else altogether, of another kind: no warning.
    let mut unlike = application(FIRST_DAY);
    unlike["request"]["description"] = json!("申请公开示范路菜市场升级改造招标文件。");
    let unlike = cast.clerk.post("/api/v1/cases", unlike).await.good();
    assert_eq!(unlike["precedent_hint"], Value::Null);
    clean(&town);
}

#[actix_web::test]
async fn a_correction_on_a_ground_warns_every_draft_on_that_ground() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let mut unlike = application(FIRST_DAY);
    unlike["request"]["description"] = json!("申请公开示范路菜市场现场检查笔录。");
    let case = cast.clerk.post("/api/v1/cases", unlike).await.good();
    let case = cast.clerk.step(&case, "/registration", json!({})).await.good();
    let case = cast.clerk.step(&case, "/assignments", cast.assignment.clone()).await.good();
    let case = cast.handler.step(&case, "/drafts", json!({"items": [denied()]})).await.good();
    let case = cast.reviewer.step(&case, "/reviews", json!({"kind": "legal", "verdict": "approved"})).await.good();
    let case = cast.cleared(&case).await;
    let case = cast.approver.step(&case, "/replies", json!({})).await.good();
    let case = cast.clerk.step(&case, "/letters", crate::support::life::reply_letter()).await.good();
    let case = cast.clerk.step(&case, "/dispatches", crate::support::life::by_post("EA000000009CN")).await.good();
    let case = cast.clerk.step(&case, "/dispatches/1/delivery", crate::support::life::delivered()).await.good();
    let case = cast.reviewer.step(&case, "/reconsiderations", crate::support::life::reconsideration()).await.good();
    cast.reviewer.step(&case, "/proceedings/1/decision", crate::support::life::decision()).await.good();

    let fresh = cast.assigned().await;
    let path = format!("/api/v1/cases/{}/precedents", fresh["id"].as_str().unwrap());
    assert_eq!(cast.handler.get(&path).await.good()["corrected_cases"], json!([]));
    let drafted = cast.handler.step(&fresh, "/drafts", json!({"items": [denied()]})).await.good();
    assert_eq!(drafted["precedent_hint"]["corrected_cases"], 1);
    let told = cast.handler.get(&path).await.good();
    assert_eq!(told["corrected_cases"][0]["shares"], json!(["ground", "kind"]));
    assert_eq!(told["corrected_cases"][0]["grounds"], json!(["enforcement_file"]));
}

#[actix_web::test]
async fn a_department_mends_what_it_is_told_and_a_second_person_looks() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = corrected(&cast).await;
    let notice = json!({"department": cast.assignment["department"], "proceeding": 1, "what": "请整改。", "due_on": "2026-12-18"});
    let case = cast.clerk.step(&case, "/rectifications", notice).await.good();
    let duty = case["duties"].as_array().unwrap().iter().find(|duty| duty["kind"] == "rectify").unwrap().clone();
    assert_eq!((&duty["due_on"], &duty["article"], &duty["open"]), (&json!("2026-12-18"), &json!("46"), &json!(true)));
    let worklist = cast.handler.get("/api/v1/duties?kind=rectify").await.good();
    assert_eq!(worklist["items"][0]["case_id"], case["id"], "{worklist:#}");
    let case =
        cast.handler.step(&case, "/rectifications/1/reports", json!({"done": "已整改。", "proofs": [cast.paper().await]})).await.good();
    cast.handler.step(&case, "/rectifications/1/review", json!({"verdict": "approved"})).await.refused("forbidden");
    let case = cast.approver.step(&case, "/rectifications/1/review", json!({"verdict": "approved"})).await.good();
    let notice = &case["rectifications"][0];
    assert_eq!((&notice["settled"], &notice["open"]), (&json!(true), &json!(false)));
    assert_eq!(case["lessons"][0]["words"], "只检索了纸质档案。");
    let masked = town.sign_in("auditor").await.get(&format!("/api/v1/cases/{}", case["id"].as_str().unwrap())).await.good();
    assert_eq!((&masked["rectifications"][0]["what"], &masked["lessons"][0]["words"]), (&Value::Null, &Value::Null));
    clean(&town);
}
