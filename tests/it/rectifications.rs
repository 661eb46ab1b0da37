//! Notices of rectification over HTTP (整改通知, Art 46): those that hang on no case beside those that do, from the notice to the second look.

use crate::support::life::Cast;
use crate::support::town::Town;
use diesel::prelude::*;
use foi_docket::audit::verify;
use foi_docket::db::schema::{events, reminders};
use foi_docket::demo::{CITY, DISTRICT};
use foi_docket::notify::outbox::send_due;
use foi_docket::notify::recount::{Alarm, recount};
use foi_docket::notify::reminders::{Sweep, sweep};
use foi_docket::rules::permissions::Role;
use serde_json::{Value, json};

fn clean(town: &Town) {
    let found = verify::verify(&town.app.db, &town.app.office, &town.app.documents, DISTRICT).unwrap().findings;
    assert_eq!(found, []);
}

fn notice(cast: &Cast) -> Value {
    json!({"department": cast.assignment["department"], "source": "self_check", "what": "请整改检索办法。", "due_on": "2026-12-04"})
}

fn with(mut body: Value, fields: &Value) -> Value {
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    body
}

async fn told(cast: &Cast, fields: Value) -> Value {
    cast.clerk.post("/api/v1/rectifications", with(notice(cast), &fields)).await.good()
}

fn path_of(notice: &Value) -> String {
    notice["href"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn article_46_a_department_mends_with_proof_and_somebody_else_looks() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let given = told(&cast, json!({})).await;
    let path = path_of(&given);
    assert_eq!((&given["n"], &given["state"], &given["open"], &given["case_id"]), (&json!(1), &json!("open"), &json!(true), &Value::Null));
    assert_eq!((&given["source"], &given["what"], &given["proceeding"]), (&json!("self_check"), &json!("请整改检索办法。"), &Value::Null));
    let report = json!({"done": "已印发检索办法。", "proofs": [cast.paper().await]});
    cast.clerk.post(&format!("{path}/reports"), report.clone()).await.refused("not_permitted");
    let refused = cast.handler.post(&format!("{path}/reports"), json!({"done": "已整改。", "proofs": [DISTRICT]})).await;
    assert_eq!(refused.refused("unknown_reference")["errors"][0]["pointer"], "/proofs/0");
    cast.handler.post(&format!("{path}/reports"), json!({"done": "已整改。", "proofs": []})).await.refused("fields_refused");
    cast.approver.post(&format!("{path}/review"), json!({"verdict": "approved"})).await.refused("nothing_open");
    let reported = cast.handler.post(&format!("{path}/reports"), report.clone()).await.good();
    assert_eq!((&reported["state"], &reported["reports"][0]["proofs"]), (&json!("reported"), &report["proofs"]));
    cast.handler.post(&format!("{path}/reports"), report.clone()).await.refused("already_done");
    cast.handler.post(&format!("{path}/review"), json!({"verdict": "approved"})).await.refused("forbidden");
    cast.approver.post(&format!("{path}/review"), json!({"verdict": "returned"})).await.refused("fields_refused");
    let back = json!({"verdict": "returned", "remark": "缺名单。", "due_on": "2026-12-11"});
    let back = cast.approver.post(&format!("{path}/review"), back).await.good();
    assert_eq!((&back["state"], &back["due_on"], &back["open"]), (&json!("open"), &json!("2026-12-11"), &json!(true)));
    cast.handler.post(&format!("{path}/reports"), report).await.good();
    let done = cast.reviewer.post(&format!("{path}/review"), json!({"verdict": "approved", "remark": "抽查属实。"})).await.good();
    assert_eq!((&done["state"], &done["settled"]), (&json!("settled"), &json!(true)));
    assert_eq!(done["reports"].as_array().unwrap().len(), 2);
    cast.clerk.post(&format!("{path}/withdrawal"), json!({"reason": "误发。"})).await.refused("rectification_ended");
    let second = told(&cast, json!({})).await;
    let gone = cast.clerk.post(&format!("{}/withdrawal", path_of(&second)), json!({"reason": "误发。"})).await.good();
    assert_eq!((&gone["n"], &gone["state"], &gone["withdrawn"]["reason"]), (&json!(2), &json!("settled"), &json!("误发。")));
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    let of = events::table.filter(events::stream_id.eq(DISTRICT)).filter(events::kind.like("agency_rectification%"));
    let kinds: Vec<String> = of.order(events::seq).select(events::kind).load(&mut owner).unwrap();
    let expected = ["ordered", "reported", "reviewed", "reported", "reviewed", "ordered", "withdrawn"];
    assert_eq!(kinds, expected.map(|what| format!("agency_rectification_{what}")));
    clean(&town);
}

#[actix_web::test]
async fn article_46_nobody_looks_at_the_own_report() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let office = cast.clerk.get("/api/v1/me").await.good()["department"]["id"].clone();
    let path = path_of(&told(&cast, json!({"department": office})).await);
    cast.clerk.post(&format!("{path}/reports"), json!({"done": "已整改。", "proofs": [cast.paper().await]})).await.good();
    let refused = cast.clerk.post(&format!("{path}/review"), json!({"verdict": "approved"})).await.refused("same_person");
    assert_eq!(refused["article"], "46");
    let waits = async |who: &crate::support::actor::Actor| {
        who.get("/api/v1/duties?mine=true&kind=review_rectification").await.good()["items"].as_array().unwrap().len()
    };
    assert_eq!((waits(&cast.clerk).await, waits(&cast.reviewer).await), (0, 1), "it waits for somebody else");
    cast.reviewer.post(&format!("{path}/review"), json!({"verdict": "approved"})).await.good();
}

#[actix_web::test]
async fn what_a_notice_arises_from_is_the_agencys_and_bad_ones_are_refused_by_name() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let (one, two) = (cast.registered().await, cast.registered().await);
    let city = town.role(Role::Supervisor, "city").await;
    let advice = json!({"to": DISTRICT, "kind": "advice", "subject": "关于检索工作的意见", "words": "请统一检索办法。"});
    let letter = city.post("/api/v1/supervision-letters", advice).await.good()["id"].clone();
    let theirs = town.role(Role::Clerk, "sister").await.receive("2026-11-02").await;
    let nowhere = json!("00000000-0000-7000-8000-000000000000");
    for (fields, code, pointer) in [
        (json!({"department": nowhere}), "unknown_reference", "/department"),
        (json!({"due_on": "2026-11-01"}), "date_before_previous", "/due_on"),
        (json!({"due_on": "2036-11-01"}), "date_out_of_range", "/due_on"),
        (json!({"source": "pattern"}), "fields_refused", "/cases"),
        (json!({"source": "pattern", "cases": [one["id"]]}), "fields_refused", "/cases"),
        (json!({"source": "pattern", "cases": [one["id"], one["id"]]}), "fields_refused", "/cases/1"),
        (json!({"source": "pattern", "cases": [one["id"], theirs["id"]]}), "unknown_reference", "/cases/1"),
        (json!({"source": "supervision_letter"}), "fields_refused", "/supervision_letter_id"),
        (json!({"source": "supervision_letter", "supervision_letter_id": nowhere}), "unknown_reference", "/supervision_letter_id"),
        (json!({"source": "self_check", "supervision_letter_id": letter}), "fields_refused", "/supervision_letter_id"),
        (json!({"what": "请联系13912345678。"}), "identifies_somebody", "/what"),
        (json!({"cases": [one["id"]], "what": "甲某某一件未检索电子档案。"}), "identifies_somebody", "/what"),
    ] {
        let refused = cast.clerk.post("/api/v1/rectifications", with(notice(&cast), &fields)).await.refused(code);
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{fields}");
        assert!(!refused.to_string().contains("甲某某"), "what was found is not said again");
    }
    let pattern = told(&cast, json!({"source": "pattern", "cases": [one["id"], two["id"]]})).await;
    assert_eq!(pattern["cases"], json!([one["id"], two["id"]]));
    let path = path_of(&pattern);
    let named = json!({"done": "甲某某一件已补检索。", "proofs": [cast.paper().await]});
    let refused = cast.handler.post(&format!("{path}/reports"), named).await.refused("identifies_somebody");
    assert_eq!(refused["errors"][0]["pointer"], "/done");
    let asked = told(&cast, json!({"source": "supervision_letter", "supervision_letter_id": letter})).await;
    assert_eq!(asked["supervision_letter_id"], letter);
    told(&cast, json!({"source": "inspection", "supervision_letter_id": letter})).await;
    // The agency's own, and those above read; nobody else knows it.
    assert_eq!(city.get(&path).await.good()["what"], "请整改检索办法。");
    let sister = town.role(Role::Clerk, "sister").await;
    sister.get(&path).await.refused("not_found");
    sister.post(&format!("{path}/withdrawal"), json!({"reason": "误发。"})).await.refused("not_found");
    cast.handler.post("/api/v1/rectifications", notice(&cast)).await.refused("forbidden");
    town.role(Role::Clerk, "city").await.get(&path).await.refused("not_found");
    clean(&town);
}

#[actix_web::test]
async fn one_list_shows_the_notices_on_cases_and_those_on_none() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.registered().await;
    let on_case = |due_on: &str| json!({"department": cast.assignment["department"], "what": "请补检索。", "due_on": due_on});
    let case = cast.clerk.step(&case, "/rectifications", on_case("2026-11-20")).await.good();
    let case = cast.clerk.step(&case, "/rectifications", on_case("2026-12-18")).await.good();
    let alone = told(&cast, json!({"due_on": "2026-12-04"})).await;
    let listed = async |query: &str| cast.handler.get(&format!("/api/v1/rectifications?{query}")).await.good();
    let dates = |page: &Value| page["items"].as_array().unwrap().iter().map(|item| item["due_on"].clone()).collect::<Vec<_>>();
    let all = listed("include_total=true").await;
    assert_eq!((dates(&all), &all["total"]), (vec![json!("2026-11-20"), json!("2026-12-04"), json!("2026-12-18")], &json!(3)));
    let (first, second) = (&all["items"][0], &all["items"][1]);
    assert_eq!(
        (&first["case_id"], &first["id"], &first["n"], &first["what"]),
        (&case["id"], &Value::Null, &json!(1), &json!("请补检索。"))
    );
    assert_eq!(first["case_number"], case["acknowledgement"]["case_number"]);
    assert_eq!((&second["id"], &second["case_id"]), (&alone["id"], &Value::Null));
    let keys = |item: &Value| item.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(first), keys(second), "the same words for both");
    for key in case["rectifications"][0].as_object().unwrap().keys() {
        assert_eq!(first[key], case["rectifications"][0][key], "{key}");
    }
    // Page by page, in both orders.
    for (sort, expected) in
        [("due_on", ["2026-11-20", "2026-12-04", "2026-12-18"]), ("-due_on", ["2026-12-18", "2026-12-04", "2026-11-20"])]
    {
        let (mut cursor, mut seen) = (String::new(), Vec::new());
        loop {
            let page = listed(&format!("sort={sort}&limit=1{cursor}")).await;
            seen.extend(dates(&page));
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(seen, expected, "{sort}");
    }
    // A report on each kind.
    let proof = cast.paper().await;
    let report = json!({"done": "已整改。", "proofs": [proof]});
    let case = cast.handler.step(&case, "/rectifications/1/reports", report.clone()).await.good();
    cast.handler.post(&format!("{}/reports", path_of(&alone)), report).await.good();
    for (query, expected) in [
        ("state=open", vec!["2026-12-18"]),
        ("state=reported", vec!["2026-11-20", "2026-12-04"]),
        ("state=settled", vec![]),
        ("state=open&state=reported", vec!["2026-11-20", "2026-12-04", "2026-12-18"]),
        ("on_case=true", vec!["2026-11-20", "2026-12-18"]),
        ("on_case=false", vec!["2026-12-04"]),
        ("due_before=2026-12-04", vec!["2026-11-20"]),
        ("department=00000000-0000-7000-8000-000000000000", vec![]),
    ] {
        let page = listed(&format!("{query}&include_total=true")).await;
        assert_eq!((dates(&page), &page["total"]), (expected.iter().map(|on| json!(on)).collect(), &json!(expected.len())), "{query}");
    }
    let of_case = listed(&format!("case_id={}", case["id"].as_str().unwrap())).await;
    assert_eq!(dates(&of_case).len(), 2);
    cast.approver.step(&case, "/rectifications/1/review", json!({"verdict": "approved"})).await.good();
    cast.approver.post(&format!("{}/review", path_of(&alone)), json!({"verdict": "approved"})).await.good();
    assert_eq!(dates(&listed("state=settled").await), ["2026-11-20", "2026-12-04"]);
    for bad in ["state=late", "on_case=maybe", "sort=n", "due_before=2026", "limit=0", "cursor=x", "kind=pattern"] {
        let refused = cast.handler.get(&format!("/api/v1/rectifications?{bad}")).await;
        assert!([400, 422].contains(&refused.status), "{bad}: {:?}", refused.body);
    }
    // The authority above reads both kinds, masked where they are on a case; a sister neither.
    let above = town.role(Role::Supervisor, "city").await.get("/api/v1/rectifications").await.good();
    let whats: Vec<&Value> = above["items"].as_array().unwrap().iter().map(|item| &item["what"]).collect();
    assert_eq!(whats, [&Value::Null, &json!("请整改检索办法。"), &Value::Null]);
    assert_eq!(town.role(Role::Clerk, "sister").await.get("/api/v1/rectifications").await.good()["items"], json!([]));
    assert_eq!(listed(&format!("agency={CITY}")).await["items"], json!([]));
    clean(&town);
}

/// Reminders of notices, by kind and by working days left.
fn reminded(town: &Town, kind: &str) -> Vec<i32> {
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    let of = reminders::table.filter(reminders::duty_kind.eq(kind)).order(reminders::offset_days.desc());
    of.select(reminders::offset_days).distinct().load(&mut owner).unwrap()
}

fn morning_of(town: &Town, day: &str) {
    town.go(day);
    let day = day.parse().unwrap();
    let how = Sweep { today: day, public_url: "http://127.0.0.1:8080", domain: "example.cn" };
    sweep(&town.app.db, &town.app.office, DISTRICT, &how).unwrap();
    let mut alarms = recount(&town.app.db, &town.app.office, DISTRICT, day..=day).unwrap();
    alarms.retain(|alarm| !matches!(alarm, Alarm::Unsent { .. }));
    assert_eq!(alarms, []);
}

#[actix_web::test]
async fn article_46_it_is_a_duty_of_the_department_then_of_the_office_and_reminded_of() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    town.go("2026-11-23");
    let given = told(&cast, json!({})).await;
    let path = path_of(&given);
    let mine = async |who: &crate::support::actor::Actor| who.get("/api/v1/duties?mine=true").await.good()["items"].clone();
    let owed = mine(&cast.handler).await;
    let item = &owed[0];
    assert_eq!((&item["rectification_id"], &item["case_id"], &item["href"]), (&given["id"], &Value::Null, &json!(path)));
    assert_eq!((&item["kind"], &item["due_on"], &item["article"]), (&json!("rectify"), &json!("2026-12-04"), &json!("46")));
    assert_eq!((&item["operation"], &item["department"]["id"]), (&json!("report_agency_rectification"), &cast.assignment["department"]));
    assert_eq!(mine(&cast.reviewer).await, json!([]), "it is the department's");
    let duties = async |query: &str| cast.clerk.get(&format!("/api/v1/duties?{query}")).await.good();
    assert_eq!(duties("kind=rectify&include_total=true").await["total"], 1);
    let department = cast.assignment["department"].as_str().unwrap();
    assert_eq!(duties(&format!("department={department}")).await["items"][0]["rectification_id"], given["id"]);
    for none in ["kind=reply", "due_before=2026-12-04", "light=red", "department=00000000-0000-7000-8000-000000000000"] {
        assert_eq!(duties(none).await["items"], json!([]), "{none}");
    }
    // Ten working days ahead it is not told; from 27 November on by the offsets of the settings.
    for day in ["2026-11-26", "2026-11-27", "2026-12-01", "2026-12-03", "2026-12-04", "2026-12-07"] {
        morning_of(&town, day);
    }
    assert_eq!(reminded(&town, "rectify"), [5, 3, 1, 0, -1]);
    // Reported: the department owes nothing, the office looks within five working days.
    cast.handler.post(&format!("{path}/reports"), json!({"done": "已整改。", "proofs": [cast.paper().await]})).await.good();
    assert_eq!(mine(&cast.handler).await, json!([]));
    let look = mine(&cast.reviewer).await;
    assert_eq!((&look[0]["kind"], &look[0]["due_on"]), (&json!("review_rectification"), &json!("2026-12-14")));
    assert_eq!(look[0]["operation"], "review_agency_rectification");
    let tally = send_due(&town.app.db, &town.app.mailer, &town.app.office, DISTRICT).unwrap();
    assert_eq!((tally.sent, tally.dropped > 0), (0, true), "what was written of the report is not sent any more");
    for day in ["2026-12-09", "2026-12-11", "2026-12-14"] {
        morning_of(&town, day);
    }
    // What was reported after the sweep of the fifth day before is told of the next morning.
    assert_eq!(reminded(&town, "review_rectification"), [5, 3, 1, 0]);
    cast.approver.post(&format!("{path}/review"), json!({"verdict": "approved"})).await.good();
    assert_eq!(duties("").await["items"], json!([]));
    morning_of(&town, "2026-12-15");
    assert_eq!(reminded(&town, "review_rectification"), [5, 3, 1, 0], "nothing after it is settled");
    clean(&town);
}
