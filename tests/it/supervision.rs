//! Supervision over HTTP: the authority writes to an agency below at any depth, never to a sister; what became of a letter stands in both trails.

use crate::support::actor::Actor;
use crate::support::life::{Cast, disclosed};
use crate::support::town::Town;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use foi_docket::audit::verify;
use foi_docket::db::schema::{events, reminders};
use foi_docket::demo::{CITY, DISTRICT};
use foi_docket::notify::outbox::send_due;
use foi_docket::notify::recount::{Alarm, recount};
use foi_docket::notify::reminders::{Sweep, sweep};
use foi_docket::rules::permissions::Role;
use serde_json::{Value, json};
use uuid::Uuid;

fn inquiry() -> Value {
    json!({"to": DISTRICT, "kind": "inquiry", "subject": "关于检索情况的询问", "words": "请说明检索范围。", "due_on": "2026-12-04"})
}

async fn upload(actor: &Actor, words: &str) -> String {
    let body = format!("--cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n{words}\r\n--cut--\r\n");
    let headers = [("content-type", "multipart/form-data; boundary=cut")];
    let stored = actor.send(reqwest::Method::POST, "/api/v1/documents", &headers, Some(body.into_bytes())).await.good();
    stored["id"].as_str().unwrap().to_owned()
}

fn clean(town: &Town) {
    for agency in [DISTRICT, CITY] {
        let found = verify::verify(&town.app.db, &town.app.office, &town.app.documents, agency).unwrap().findings;
        assert_eq!(found, []);
    }
}

fn kinds(town: &Town, agency: uuid::Uuid) -> Vec<String> {
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    let of = events::table.filter(events::stream_id.eq(agency)).filter(events::kind.like("supervision%"));
    of.order(events::seq).select(events::kind).load(&mut owner).unwrap()
}

#[actix_web::test]
async fn article_47_the_authority_asks_the_agency_answers_and_the_authority_concludes() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let city = town.role(Role::Supervisor, "city").await;
    let case = cast.registered().await;
    let mut body = inquiry();
    body["case_id"] = case["id"].clone();
    let letter = city.post("/api/v1/supervision-letters", body).await.good();
    let path = format!("/api/v1/supervision-letters/{}", letter["id"].as_str().unwrap());
    assert_eq!((&letter["open"], &letter["overdue"], &letter["case_id"]), (&json!(true), &json!(false), &case["id"]));
    let waiting = cast.clerk.get("/api/v1/supervision-letters?open=true").await.good();
    assert_eq!(waiting["items"][0]["id"], letter["id"]);
    assert_eq!(cast.handler.get(&path).await.good()["words"], "请说明检索范围。");
    cast.clerk.post(&format!("{path}/receipt"), json!({})).await.good();
    cast.clerk.post(&format!("{path}/receipt"), json!({})).await.refused("already_done");
    city.post(&format!("{path}/conclusion"), json!({"accepted": true})).await.refused("nothing_open");
    city.post(&format!("{path}/answer"), json!({"words": "甲。"})).await.refused("forbidden");
    cast.clerk.post(&format!("{path}/answer"), json!({"words": "电话13800000000。"})).await.refused("identifies_somebody");
    // Nobody of the case is named in clear words that outlive its dossier.
    let told = json!({"words": "甲某某的申请已检索三个系统。"});
    cast.clerk.post(&format!("{path}/answer"), told).await.refused("identifies_somebody");
    let answered = cast.clerk.post(&format!("{path}/answer"), json!({"words": "已检索三个系统。"})).await.good();
    assert_eq!((&answered["open"], &answered["answer"]), (&json!(false), &json!("已检索三个系统。")));
    cast.reviewer.post(&format!("{path}/answer"), json!({"words": "再答。"})).await.refused("already_done");
    cast.clerk.post(&format!("{path}/conclusion"), json!({"accepted": true})).await.refused("forbidden");
    city.post(&format!("{path}/conclusion"), json!({"accepted": false})).await.refused("fields_refused");
    city.post(&format!("{path}/conclusion"), json!({"accepted": false, "remark": "未说明纸质档案。"})).await.good();
    let mut again = inquiry();
    again["follows"] = letter["id"].clone();
    let second = city.post("/api/v1/supervision-letters", again).await.good();
    assert_eq!(second["follows"], letter["id"]);
    assert_eq!(
        (kinds(&town, CITY), kinds(&town, DISTRICT)),
        (
            ["sent", "concluded", "sent"].map(|what| format!("supervision_letter_{what}")).to_vec(),
            ["noted", "answered"].map(|what| format!("supervision_letter_{what}")).to_vec()
        )
    );
    town.go("2026-12-07");
    let late = cast.clerk.get("/api/v1/supervision-letters?open=true&due_before=2026-12-07").await.good();
    assert_eq!((late["items"].as_array().unwrap().len(), &late["items"][0]["overdue"]), (1, &json!(true)));
    clean(&town);
}

/// So many reminders of letters to the district, by working days left.
fn reminded(town: &Town) -> Vec<(i32, i64)> {
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    reminders::table
        .filter(reminders::duty_kind.eq("answer_supervision_letter"))
        .group_by(reminders::offset_days)
        .order(reminders::offset_days.desc())
        .select((reminders::offset_days, diesel::dsl::count_star()))
        .load(&mut owner)
        .unwrap()
}

fn morning_of(town: &Town, day: &str) -> usize {
    town.go(day);
    let day = day.parse().unwrap();
    let how = Sweep { today: day, public_url: "http://127.0.0.1:8080", domain: "example.cn" };
    let swept = sweep(&town.app.db, &town.app.office, DISTRICT, &how).unwrap().reminders;
    // Nothing is sent here, and a mail that waits is an alarm of its own.
    let mut alarms = recount(&town.app.db, &town.app.office, DISTRICT, day..=day).unwrap();
    alarms.retain(|alarm| !matches!(alarm, Alarm::Unsent { .. }));
    assert_eq!(alarms, []);
    swept
}

#[actix_web::test]
async fn article_47_an_answer_owed_stands_among_the_duties_and_is_reminded_of_over_the_holidays() {
    let town = Town::open();
    town.go("2026-09-24");
    let (city, clerk) = (town.role(Role::Supervisor, "city").await, town.sign_in("clerk").await);
    let mut body = inquiry();
    body["due_on"] = json!("2026-10-08");
    let letter = city.post("/api/v1/supervision-letters", body).await.good();
    let path = format!("/api/v1/supervision-letters/{}", letter["id"].as_str().unwrap());
    let listed = async |query: &str| clerk.get(&format!("/api/v1/duties?{query}")).await.good();
    // Five working days to 8 October: 28, 29, 30 September, then the National Day holidays, and 8 October; the 25th to 27th are those of Mid-Autumn.
    let page = listed("mine=true&include_total=true").await;
    let item = &page["items"][0];
    assert_eq!((&page["total"], &item["kind"], &item["due_on"]), (&json!(1), &json!("answer_supervision_letter"), &json!("2026-10-08")));
    assert_eq!((&item["supervision_letter_id"], &item["case_id"], &item["article"]), (&letter["id"], &Value::Null, &json!("47")));
    assert_eq!((&item["working_days_left"], &item["overdue"]), (&json!(4), &json!(false)));
    assert_eq!(listed("light=red").await["items"], json!([]));
    assert_eq!(listed("kind=reply").await["items"], json!([]));
    assert_eq!(city.get("/api/v1/duties").await.good()["items"][0]["supervision_letter_id"], letter["id"]);
    let handler = town.sign_in("handler").await;
    assert_eq!(handler.get("/api/v1/duties?mine=true").await.good()["items"], json!([]), "it is the FOI office's");
    for who in [Role::Clerk, Role::Supervisor] {
        assert_eq!(town.role(who, "sister").await.get("/api/v1/duties").await.good()["items"], json!([]));
    }
    for (day, told) in [("2026-09-28", 1), ("2026-09-29", 0), ("2026-09-30", 1), ("2026-10-02", 0), ("2026-10-08", 1)] {
        assert!((morning_of(&town, day) > 0) == (told > 0), "{day}: {:?}", reminded(&town));
    }
    assert_eq!(reminded(&town).iter().map(|(offset, _)| *offset).collect::<Vec<_>>(), [3, 1, 0]);
    assert_eq!(listed("light=red").await["items"][0]["overdue"], false);
    // Overdue: every working day, to whoever stands above too.
    assert!(morning_of(&town, "2026-10-09") > 1);
    let late = listed("").await;
    assert_eq!((&late["items"][0]["overdue"], &late["items"][0]["working_days_left"]), (&json!(true), &json!(-1)));
    clerk.post(&format!("{path}/answer"), json!({"words": "已检索三个系统。"})).await.good();
    assert_eq!(listed("").await["items"], json!([]));
    let tally = send_due(&town.app.db, &town.app.mailer, &town.app.office, DISTRICT).unwrap();
    assert_eq!((tally.sent, tally.dropped > 0), (0, true), "what was written of it is not sent any more");
    assert_eq!(morning_of(&town, "2026-10-10"), 0);
    clean(&town);
}

#[actix_web::test]
async fn article_47_an_answer_is_proved_and_the_authority_alone_reads_the_proof() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let city = town.role(Role::Supervisor, "city").await;
    let case = cast.registered().await;
    let mut body = inquiry();
    body["case_id"] = case["id"].clone();
    let letter = city.post("/api/v1/supervision-letters", body).await.good();
    let path = format!("/api/v1/supervision-letters/{}", letter["id"].as_str().unwrap());
    let owed = cast.clerk.get("/api/v1/duties?kind=answer_supervision_letter").await.good();
    assert_eq!((&owed["items"][0]["case_id"], &owed["items"][0]["case_number"]), (&case["id"], &case["acknowledgement"]["case_number"]));
    let (proof, other) = (cast.paper().await, cast.paper().await);
    let answer = |proofs: Value| json!({"words": "已检索三个系统。", "proofs": proofs});
    let refused = cast.clerk.post(&format!("{path}/answer"), answer(json!([proof, Uuid::nil()]))).await.refused("unknown_reference");
    assert_eq!(refused["errors"][0]["pointer"], "/proofs/1");
    let refused = cast.clerk.post(&format!("{path}/answer"), answer(json!([proof, proof]))).await.refused("fields_refused");
    assert_eq!(refused["errors"][0]["pointer"], "/proofs/1");
    let read = |document: &Value| format!("{path}/proofs/{}", document.as_str().unwrap());
    city.get(&read(&proof)).await.refused("not_found");
    let answered = cast.clerk.post(&format!("{path}/answer"), answer(json!([proof]))).await.good();
    assert_eq!(answered["proofs"], json!([proof]));
    assert_eq!(city.get(&path).await.good()["proofs"], json!([proof]));
    let given = city.send(reqwest::Method::GET, &read(&proof), &[], None).await;
    assert_eq!((given.status, given.headers["content-type"].to_str().unwrap()), (200, "application/pdf"));
    assert_eq!(kinds(&town, CITY).last().map(String::as_str), Some("supervision_proof_read"));
    // No other document, nobody else, and no other way to it.
    city.get(&read(&other)).await.refused("not_found");
    town.role(Role::Supervisor, "sister").await.get(&read(&proof)).await.refused("not_found");
    town.role(Role::Supervisor, "district").await.get(&read(&proof)).await.refused("not_found");
    city.get(&format!("/api/v1/documents/{}/content", proof.as_str().unwrap())).await.refused("forbidden");
    city.post(&format!("{path}/conclusion"), json!({"accepted": true})).await.good();
    clean(&town);
    // What a draft keeps sealed is never given out, not even where it was named before.
    let drafter = cast.handler.get("/api/v1/me").await.good()["id"].clone();
    let sql = format!(
        "INSERT INTO sealed_documents (agency_id, case_id, document_id, drafter_id, draft) VALUES ('{DISTRICT}', '{}', '{}', '{}', 1)",
        case["id"].as_str().unwrap(),
        proof.as_str().unwrap(),
        drafter.as_str().unwrap()
    );
    PgConnection::establish(&town.owner_url).unwrap().batch_execute(&sql).unwrap();
    city.get(&read(&proof)).await.refused("sealed_document");
    let again = city.post("/api/v1/supervision-letters", inquiry()).await.good();
    let path = format!("/api/v1/supervision-letters/{}", again["id"].as_str().unwrap());
    cast.clerk.post(&format!("{path}/answer"), answer(json!([proof]))).await.refused("sealed_document");
}

#[actix_web::test]
async fn a_supervisor_reaches_no_sister_nobody_above_and_not_the_own_agency() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let (city, sister) = (town.role(Role::Supervisor, "city").await, town.role(Role::Supervisor, "sister").await);
    let letter = city.post("/api/v1/supervision-letters", inquiry()).await.good();
    let path = format!("/api/v1/supervision-letters/{}", letter["id"].as_str().unwrap());
    sister.get(&path).await.refused("not_found");
    sister.post(&format!("{path}/conclusion"), json!({"accepted": true})).await.refused("not_found");
    assert_eq!(sister.get("/api/v1/supervision-letters").await.good()["items"], json!([]));
    let refused = sister.post("/api/v1/supervision-letters", inquiry()).await.refused("unknown_reference");
    assert_eq!(refused["errors"][0]["pointer"], "/to");
    let district = town.role(Role::Supervisor, "district").await;
    for to in [CITY, DISTRICT] {
        let mut body = inquiry();
        body["to"] = json!(to);
        district.post("/api/v1/supervision-letters", body).await.refused("unknown_reference");
    }
    // What the city wrote is concluded by the city, not by a supervisor of the agency written to.
    cast.clerk.post(&format!("{path}/answer"), json!({"words": "已检索。"})).await.good();
    district.post(&format!("{path}/conclusion"), json!({"accepted": true})).await.refused("not_found");
    // A case of the sister is no case of the district.
    let theirs = town.role(Role::Clerk, "sister").await.receive("2026-11-02").await;
    let mut body = inquiry();
    body["case_id"] = theirs["id"].clone();
    let refused = city.post("/api/v1/supervision-letters", body).await.refused("unknown_reference");
    assert_eq!(refused["errors"][0]["pointer"], "/case_id");
    // An account of the city reads the register below, masked, and no document of it.
    let case = cast.received().await;
    let seen = city.get(&format!("/api/v1/cases/{}", case["id"].as_str().unwrap())).await.good();
    assert_eq!(seen["request"]["description"], Value::Null);
    let paper = cast.paper().await;
    city.get(&format!("/api/v1/documents/{}/content", paper.as_str().unwrap())).await.refused("forbidden");
    // Nor an unredacted original, whatever role the account of the city has: Art 17 leaves it to few of the agency itself.
    let (redacted, original) = (upload(&cast.handler, "甲＊＊").await, upload(&cast.handler, "甲某某").await);
    let mut item = disclosed();
    item["attachments"] = json!([{"redacted": redacted, "unredacted": original}]);
    let drafted = cast.handler.step(&cast.assigned().await, "/drafts", json!({"items": [item]})).await.good();
    let dossier = format!("/api/v1/cases/{}/dossier?purpose=audit&originals=true", drafted["id"].as_str().unwrap());
    for role in [Role::Supervisor, Role::Auditor, Role::LegalReviewer, Role::Approver] {
        let above = town.role(role, "city").await;
        for path in [format!("/api/v1/documents/{original}/content"), format!("/api/v1/documents/{original}/content?purpose=audit")] {
            let read = above.get(&path).await;
            assert!([403, 404, 422].contains(&read.status), "{role:?} {path}: {}", read.status);
        }
        let read = above.get(&dossier).await;
        assert!([403, 404].contains(&read.status), "{role:?}: {}", read.status);
    }
    clean(&town);
}

#[actix_web::test]
async fn article_47_a_letter_about_a_case_names_nobody_of_it() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let city = town.role(Role::Supervisor, "city").await;
    let case = cast.registered().await;
    for (field, words) in [
        ("subject", "关于甲某某申请的询问"),
        ("words", "请说明甲 某某一件的检索范围。"),
        ("words", "寄往示范市示范区示范路1号的答复是否送达？"),
    ] {
        let mut body = inquiry();
        body["case_id"] = case["id"].clone();
        body[field] = json!(words);
        let refused = city.post("/api/v1/supervision-letters", body.clone()).await.refused("identifies_somebody");
        assert_eq!(refused["errors"][0]["pointer"], format!("/{field}"));
        assert!(!refused.to_string().contains("甲某某"), "what was found is not said again");
        // Held against the people of the case alone: without one there is nobody to compare.
        body.as_object_mut().unwrap().remove("case_id");
        city.post("/api/v1/supervision-letters", body).await.good();
    }
    clean(&town);
}

#[actix_web::test]
async fn bad_letters_are_refused_by_name() {
    let town = Town::open();
    let city = town.role(Role::Supervisor, "city").await;
    for (change, code, pointer) in [
        (json!({"due_on": null}), "date_missing", "/due_on"),
        (json!({"due_on": "2026-11-01"}), "date_before_previous", "/due_on"),
        (json!({"due_on": "2036-11-01"}), "date_out_of_range", "/due_on"),
        (json!({"kind": "advice"}), "date_not_applicable", "/due_on"),
        (json!({"words": "请联系13912345678。"}), "identifies_somebody", "/words"),
        (json!({"subject": "关于11010519491231002X的询问"}), "identifies_somebody", "/subject"),
        (json!({"follows": "00000000-0000-7000-8000-000000000000"}), "unknown_reference", "/follows"),
    ] {
        let mut body = inquiry();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let refused = city.post("/api/v1/supervision-letters", body).await.refused(code);
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{change}");
    }
    let mut advice = inquiry();
    advice["kind"] = json!("advice");
    advice["due_on"] = Value::Null;
    let letter = city.post("/api/v1/supervision-letters", advice).await.good();
    let path = format!("/api/v1/supervision-letters/{}", letter["id"].as_str().unwrap());
    let clerk = town.sign_in("clerk").await;
    clerk.post(&format!("{path}/answer"), json!({"words": "收悉。"})).await.refused("nothing_open");
    assert_eq!(clerk.post(&format!("{path}/receipt"), json!({})).await.good()["open"], false);
}

/// So many closed dossiers, and one that is not closed.
async fn closed(cast: &Cast, count: usize) -> Vec<Value> {
    let mut all = Vec::new();
    for n in 0..count {
        all.push(cast.closed(&format!("EA{:09}CN", 100 + n)).await["id"].clone());
    }
    let _open = cast.served("EA000000099CN").await;
    all
}

fn drawing(seed: &str) -> Value {
    json!({"year": 2026, "size": 2, "seed": seed, "sheet": [
        {"code": "search", "title": "检索记录", "points": 60}, {"code": "dossier", "title": "=案卷", "points": 40}]})
}

#[actix_web::test]
async fn article_46_a_sample_is_drawn_by_its_seed_scored_and_concluded() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let city = town.role(Role::Supervisor, "city").await;
    city.post("/api/v1/inspections", drawing("甲")).await.refused("nothing_open");
    let dossiers = closed(&cast, 4).await;
    let drawn = city.post("/api/v1/inspections", drawing("甲")).await.good();
    assert_eq!((&drawn["population"], &drawn["algorithm"], &drawn["seed"]), (&json!(4), &json!("sha256-order-v1"), &json!("甲")));
    let sample =
        |inspection: &Value| -> Vec<Value> { inspection["items"].as_array().unwrap().iter().map(|item| item["case_id"].clone()).collect() };
    assert!(sample(&drawn).iter().all(|case| dossiers.contains(case)) && sample(&drawn).len() == 2, "{drawn:#}");
    let again = city.post("/api/v1/inspections", drawing("甲")).await.good();
    assert_eq!((sample(&again), &again["population_sha256"]), (sample(&drawn), &drawn["population_sha256"]), "same seed, same sample");
    let mut seedless = drawing("甲");
    seedless.as_object_mut().unwrap().remove("seed");
    assert_eq!(city.post("/api/v1/inspections", seedless).await.good()["seed"].as_str().unwrap().len(), 32);
    // Three of them: page by page, the newest first.
    let (mut cursor, mut seen) = (String::new(), Vec::new());
    loop {
        let page = city.get(&format!("/api/v1/inspections?open=true&limit=1{cursor}")).await.good();
        seen.extend(page["items"].as_array().unwrap().iter().map(|one| one["id"].clone()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!((seen.len(), &seen[2]), (3, &drawn["id"]));
    assert_eq!(city.get("/api/v1/inspections?open=false").await.good()["items"], json!([]));

    let path = format!("/api/v1/inspections/{}", drawn["id"].as_str().unwrap());
    let scores = |search: u32| json!({"scores": [{"code": "search", "points": search}, {"code": "dossier", "points": 40}], "remark": "-1"});
    city.post(&format!("{path}/conclusion"), json!({"result": "总体规范。"})).await.refused("inspection_unfinished");
    for (body, pointer) in [
        (scores(61), "/scores/0/points"),
        (json!({"scores": [{"code": "search", "points": 1}]}), "/scores"),
        (json!({"scores": [{"code": "search", "points": 1}, {"code": "search", "points": 1}]}), "/scores/1/code"),
        (json!({"scores": [{"code": "x", "points": 1}]}), "/scores/0/code"),
    ] {
        let refused = city.post(&format!("{path}/items/1/scores"), body).await.refused("fields_refused");
        assert_eq!(refused["errors"][0]["pointer"], pointer);
    }
    city.post(&format!("{path}/items/3/scores"), scores(50)).await.refused("not_found");
    city.post(&format!("{path}/items/1/scores"), scores(10)).await.good();
    city.post(&format!("{path}/items/1/scores"), scores(50)).await.good();
    let scored = city.post(&format!("{path}/items/2/scores"), scores(45)).await.good();
    assert_eq!((&scored["items"][0]["total"], &scored["scored"], &scored["mean_tenths"]), (&json!(90), &json!(2), &json!(875)));
    let done = city.post(&format!("{path}/conclusion"), json!({"result": "总体规范。"})).await.good();
    assert_eq!(done["result"], "总体规范。");
    city.post(&format!("{path}/items/1/scores"), scores(60)).await.refused("already_done");
    clean(&town);

    let file = city.send(reqwest::Method::GET, &format!("{path}/scores.xlsx"), &[], None).await;
    assert_eq!(file.status, 200);
    assert!(file.headers["content-type"].to_str().unwrap().contains("spreadsheetml"));
    // Nobody else's.
    for other in [town.role(Role::Supervisor, "sister").await, town.role(Role::Supervisor, "district").await] {
        other.get(&path).await.refused("not_found");
        assert_eq!(other.get("/api/v1/inspections").await.good()["items"], json!([]));
    }
}

#[actix_web::test]
async fn an_inspection_reaches_the_agencies_below_and_no_other() {
    let town = Town::open();
    let city = town.role(Role::Supervisor, "city").await;
    let sister = town.role(Role::Supervisor, "sister").await;
    for (actor, agency) in [(&city, CITY), (&sister, DISTRICT)] {
        let mut body = drawing("甲");
        body["agencies"] = json!([agency]);
        let refused = actor.post("/api/v1/inspections", body).await.refused("unknown_reference");
        assert_eq!(refused["errors"][0]["pointer"], "/agencies/0");
    }
    let mut body = drawing("甲");
    body["year"] = json!(99999);
    city.post("/api/v1/inspections", body).await.refused("date_out_of_range");
    let mut body = drawing("甲");
    body["sheet"][1]["code"] = json!("search");
    let refused = city.post("/api/v1/inspections", body).await.refused("fields_refused");
    assert_eq!(refused["errors"][0]["pointer"], "/sheet/1/code");
    town.sign_in("clerk").await.post("/api/v1/inspections", drawing("甲")).await.refused("forbidden");
}
