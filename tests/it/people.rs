//! People over HTTP: signing in and out, accounts and their passwords, handing over, heads, departments, settings.
mod database;
mod house;
mod init;
mod needed;
mod race;
mod retention;
mod sight;

use house::House;
use reqwest::Method;
use serde_json::{Value, json};

const NEXT: &str = "四月里的第三只纸鹤飞走了";

fn text<'a>(body: &'a Value, field: &str) -> &'a str {
    body.get(field).and_then(Value::as_str).unwrap_or_else(|| panic!("{field}: {body}"))
}

#[actix_web::test]
async fn signing_in_staying_signed_in_and_signing_out() {
    let house = House::open();
    let refused = house.try_sign_in("clerk", "wrong").await;
    let unknown = house.try_sign_in("nobody", "wrong").await;
    refused.refused(401, "sign_in_refused");
    assert_eq!((refused.status, &refused.body), (unknown.status, &unknown.body), "who exists stays unsaid");
    house.post("/sessions", &json!({"username": "clerk", "password": "demo", "agency": 1})).send().await.refused(400, "malformed_body");
    house.post("/sessions", &json!({"username": "a\u{0}", "password": "demo"})).send().await.refused(422, "fields_refused");

    let before = house.events("agency");
    let first = house.try_sign_in(" Clerk ", "demo").await.good();
    assert_eq!((text(&first, "token_type"), first["expires_in"].as_i64()), ("Bearer", Some(600)));
    let me = house.get("/me").token(text(&first, "access_token")).send().await.good();
    assert_eq!((text(&me, "username"), &me["roles"], text(&me["agency"], "name")), ("clerk", &json!(["clerk"]), "甲市乙区某某局"));

    let refresh = |body: &Value| house.post("/session-refreshes", &json!({"refresh_token": text(body, "refresh_token")}));
    let second = refresh(&first).send().await.good();
    house.get("/me").token(text(&second, "access_token")).send().await.good();
    let third = refresh(&second).send().await.good();
    refresh(&first).send().await.refused(401, "not_signed_in");
    house.get("/me").token(text(&third, "access_token")).send().await.refused(401, "not_signed_in");
    refresh(&third).send().await.refused(401, "not_signed_in");
    house.post("/session-refreshes", &json!({"refresh_token": "x"})).send().await.refused(401, "not_signed_in");

    let token = house.sign_in("clerk").await;
    assert_eq!(house.call(Method::DELETE, "/sessions/current").token(&token).send().await.status.as_u16(), 204);
    house.get("/me").token(&token).send().await.refused(401, "not_signed_in");
    assert_eq!(house.events("agency"), before, "signing in and out changes nothing");
    house.close().await;
}

#[actix_web::test]
async fn ten_wrong_tries_close_the_door_also_for_the_right_password_and_for_nobody_else() {
    let house = House::open();
    for _ in 0..10 {
        house.try_sign_in("clerk", "wrong").await.refused(401, "sign_in_refused");
    }
    let closed = house.try_sign_in("clerk", "demo").await;
    let wait: i64 = closed.refused(429, "too_many_tries").header("retry-after").parse().unwrap();
    assert!((800..=901).contains(&wait), "{wait}");
    house.sign_in("handler").await;
    house.close().await;
}

#[actix_web::test]
async fn a_new_account_changes_its_password_first_and_a_reset_ends_its_sessions() {
    let house = House::open();
    let admin = house.sign_in("admin").await;
    let body = json!({"username": "newcomer", "display_name": "丙某", "email": "newcomer@example.invalid", "department": house.department, "roles": ["handler"]});
    let made = house.post("/accounts", &body).token(&admin).header("idempotency-key", "k1").change().await;
    assert_eq!((made.status.as_u16(), made.header("etag")), (201, "\"1\""));
    let path = made.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    let made = made.good();
    let first = text(&made, "temporary_password").to_owned();
    let again = house.post("/accounts", &body).token(&admin).header("idempotency-key", "k1").send().await.good();
    assert_eq!((&again["account"], &again["temporary_password"]), (&made["account"], &Value::Null), "shown once");
    house.post("/accounts", &body).token(&admin).change().await.refused(409, "taken");
    let city = house.sign_in("city").await;
    house
        .post("/accounts", &json!({"username": "clerk", "display_name": "丁某", "email": "d@example.invalid", "roles": ["clerk"]}))
        .token(&city)
        .send()
        .await
        .refused(409, "taken");

    let opened = house.try_sign_in("newcomer", &first).await.good();
    assert_eq!(opened["must_change_password"], true);
    let (token, other) = (text(&opened, "access_token").to_owned(), house.try_sign_in("newcomer", &first).await.good());
    house.get("/departments").token(&token).send().await.refused(403, "password_change_needed");
    let change =
        |current: &str, next: &str| house.post("/me/password", &json!({"current_password": current, "new_password": next})).token(&token);
    change("wrong password", NEXT).change().await.refused(422, "current_password_wrong");
    change(&first, "short").change().await.refused(422, "fields_refused");
    change(&first, &first).change().await.refused(422, "nothing_to_change");
    assert_eq!(change(&first, NEXT).header("idempotency-key", "k2").change().await.status.as_u16(), 204);
    assert_eq!(change(&first, NEXT).header("idempotency-key", "k2").send().await.status.as_u16(), 204, "the repeat");
    house.get("/departments").token(&token).send().await.good();
    house.get("/me").token(text(&other, "access_token")).send().await.refused(401, "not_signed_in");
    house.try_sign_in("newcomer", &first).await.refused(401, "sign_in_refused");

    let reset = house.call(Method::POST, &format!("{path}/password-resets")).token(&admin).change().await.good();
    house.get("/me").token(&token).send().await.refused(401, "not_signed_in");
    house.try_sign_in("newcomer", NEXT).await.refused(401, "sign_in_refused");
    assert_eq!(house.try_sign_in("newcomer", text(&reset, "temporary_password")).await.good()["must_change_password"], true);
    assert_eq!(house.kinds().split_off(house.kinds().len() - 3), ["account_created", "password_changed", "password_reset"]);
    house.close().await;
}

#[actix_web::test]
async fn accounts_are_changed_at_the_version_read_within_the_own_agency_and_one_administrator_stays() {
    let house = House::open();
    let admin = house.sign_in("admin").await;
    let path = format!("/accounts/{}", house.accounts["admin"]);
    let patch = |body: Value| house.call(Method::PATCH, &path).token(&admin).body(&body);
    patch(json!({"active": false})).change().await.refused(428, "version_needed");
    let stale = patch(json!({"active": false})).header("if-match", "\"9\"").change().await;
    assert_eq!(stale.refused(412, "stale_version").header("etag"), "\"1\"");
    patch(json!({"active": false})).header("if-match", "\"1\"").change().await.refused(409, "last_administrator");
    patch(json!({"roles": ["clerk"]})).header("if-match", "\"1\"").change().await.refused(409, "last_administrator");
    patch(json!({"roles": []})).header("if-match", "\"1\"").change().await.refused(422, "fields_refused");
    patch(json!({"email": "no address"})).header("if-match", "\"1\"").change().await.refused(422, "fields_refused");
    patch(json!({"username": "root"})).header("if-match", "\"1\"").change().await.refused(400, "malformed_body");
    patch(json!({"department": house.accounts["clerk"]})).header("if-match", "\"1\"").change().await.refused(422, "unknown_reference");
    patch(json!({})).header("if-match", "\"1\"").change().await.refused(422, "nothing_to_change");
    let changed = patch(json!({"email": "boss@example.invalid", "department": null})).header("if-match", "\"1\"").change().await;
    assert_eq!(changed.header("etag"), "\"2\"");
    assert_eq!(changed.good()["department"], Value::Null);
    assert_eq!(house.get(&path).token(&admin).send().await.header("etag"), "\"2\"");

    let city = house.sign_in("city").await;
    let (nothing, active, to) = (json!({}), json!({"active": false}), json!({"to": house.accounts["clerk"]}));
    for (method, below, body) in [
        (Method::GET, "", &nothing),
        (Method::PATCH, "", &active),
        (Method::POST, "/password-resets", &nothing),
        (Method::POST, "/handovers", &to),
    ] {
        let foreign = house.call(method, &format!("{path}{below}")).token(&city).header("if-match", "\"2\"").body(body);
        foreign.change().await.refused(404, "not_found");
    }
    assert_eq!(house.get("/agencies").token(&city).send().await.good()["items"].as_array().unwrap().len(), 2);
    assert_eq!(house.get("/agencies").token(&admin).send().await.good()["items"].as_array().unwrap().len(), 1);

    let first = house.get("/accounts?limit=3&include_total=true").token(&admin).send().await.good();
    assert_eq!(first["total"], 4);
    let rest = house.get(&format!("/accounts?limit=3&cursor={}", text(&first, "next_cursor"))).token(&admin).send().await.good();
    let names: Vec<_> =
        [&first, &rest].into_iter().flat_map(|page| page["items"].as_array().unwrap()).map(|row| text(row, "username")).collect();
    assert_eq!((names, &rest["next_cursor"]), (vec!["admin", "auditor", "clerk", "handler"], &Value::Null));
    let handlers = house.get("/accounts?role=handler&active=true").token(&admin).send().await.good();
    assert_eq!(handlers["items"].as_array().unwrap().len(), 1);
    house.get("/accounts?colour=red").token(&admin).send().await.refused(400, "malformed_parameter");
    house.close().await;
}

#[actix_web::test]
async fn a_leaver_hands_every_open_case_over_before_the_account_is_closed() {
    let house = House::open();
    let (clerk, admin) = (house.sign_in("clerk").await, house.sign_in("admin").await);
    let (leaver, successor) = (house.accounts["handler"], house.accounts["clerk"]);
    let mut cases = Vec::new();
    for _ in 0..3 {
        let body = json!({
            "channel": "counter", "arrived_on": house::TODAY, "applicants": [{"kind": "natural_person", "name": "甲某"}],
            "request": {"description": "申请公开甲文件。", "wanted_form": "paper", "delivery_channel": "post"}
        });
        let case = house.post("/cases", &body).token(&clerk).send().await.good();
        let path = format!("/cases/{}", text(&case, "id"));
        house.post(&format!("{path}/registration"), &json!({})).token(&clerk).header("if-match", "\"2\"").send().await.good();
        let assign = json!({"department": house.department, "handler": leaver});
        house.post(&format!("{path}/assignments"), &assign).token(&clerk).header("if-match", "\"3\"").send().await.good();
        cases.push(path);
    }
    let account = format!("/accounts/{leaver}");
    let close = || house.call(Method::PATCH, &account).token(&admin).header("if-match", "\"1\"").body(&json!({"active": false}));
    close().change().await.refused(409, "account_has_cases");
    let department = format!("/departments/{}", house.department);
    let shut = || house.call(Method::PATCH, &department).token(&admin).body(&json!({"active": false}));
    shut().change().await.refused(409, "department_in_use");

    let hand =
        |to: uuid::Uuid| house.post(&format!("{account}/handovers"), &json!({"to": to})).token(&admin).header("idempotency-key", "k");
    hand(leaver).change().await.refused(422, "same_person");
    hand(house.accounts["auditor"]).change().await.refused(422, "unknown_reference");
    hand(house.accounts["city"]).change().await.refused(422, "unknown_reference");
    let assigned = house.events("cases");
    assert_eq!(hand(successor).change().await.good()["cases"], 3);
    assert_eq!(house.events("cases"), assigned + 3, "one event a case");
    assert_eq!(hand(successor).send().await.good()["cases"], 3, "the repeat is answered alike");
    assert_eq!(house.events("cases"), assigned + 3, "and has no effect");
    assert_eq!(house.kinds().last().unwrap(), "account_handed_over");
    for path in cases {
        assert_eq!(house.get(&path).token(&clerk).send().await.header("etag"), "\"5\"");
    }
    let token = house.sign_in("handler").await;
    assert_eq!(close().change().await.good()["active"], false);
    house.get("/me").token(&token).send().await.refused(401, "not_signed_in");
    house.try_sign_in("handler", "demo").await.refused(401, "sign_in_refused");
    house.close().await;
}

#[actix_web::test]
async fn heads_departments_and_settings() {
    let house = House::open();
    let admin = house.sign_in("admin").await;
    let appoint = |body: Value| house.post("/foi-office-heads", &body).token(&admin);
    let (clerk, handler) = (house.accounts["clerk"], house.accounts["handler"]);
    assert_eq!(appoint(json!({"account": clerk, "from_on": "2026-01-01"})).change().await.good()["in_office"], true);
    appoint(json!({"account": handler, "from_on": "2026-01-01"})).change().await.refused(409, "head_overlaps");
    appoint(json!({"account": house.accounts["city"], "from_on": "2026-05-01"})).change().await.refused(422, "unknown_reference");
    appoint(json!({"account": handler, "deputy": true, "from_on": "2026-01-01", "until_on": "2026-12-31"})).change().await.good();
    let token = house.sign_in("clerk").await;
    assert_eq!(house.get("/me").token(&token).send().await.good()["head_of_foi_office"], true);
    appoint(json!({"account": house.accounts["admin"], "from_on": house::TODAY})).change().await.good();
    assert_eq!(house.get("/me").token(&token).send().await.good()["head_of_foi_office"], false, "succeeded");
    let handler_path = format!("/accounts/{handler}");
    let close = house.call(Method::PATCH, &handler_path).token(&admin).header("if-match", "\"1\"").body(&json!({"active": false}));
    close.change().await.good();
    assert_eq!(
        house.kinds().split_off(house.kinds().len() - 4),
        ["head_term_ended", "head_appointed", "account_changed", "head_term_ended"]
    );
    let heads = house.get("/foi-office-heads").token(&token).send().await.good();
    let in_office: Vec<_> = heads["items"].as_array().unwrap().iter().map(|head| head["in_office"].as_bool().unwrap()).collect();
    assert_eq!(in_office.iter().filter(|one| **one).count(), 1);
    assert_eq!(in_office.len(), 3);

    let made = house.post("/departments", &json!({"name": "法规科"})).token(&admin).change().await.good();
    house.post("/departments", &json!({"name": "法规科"})).token(&admin).change().await.refused(409, "taken");
    let path = format!("/departments/{}", text(&made, "id"));
    let patch = |body: Value| house.call(Method::PATCH, &path).token(&admin).body(&body);
    patch(json!({"name": "公开科"})).change().await.refused(409, "taken");
    assert_eq!(patch(json!({"name": "政策法规科", "active": false})).change().await.good()["active"], false);
    patch(json!({"active": false})).change().await.refused(422, "nothing_to_change");
    assert_eq!(house.get("/departments").token(&token).send().await.good()["items"].as_array().unwrap().len(), 2);

    let read = house.get("/settings").token(&admin).send().await;
    assert_eq!(read.header("etag"), "\"1\"");
    let sendable = |mut body: Value| {
        body.as_object_mut().unwrap().retain(|key, _| key != "edition" && key != "made_at");
        body
    };
    let mut settings = sendable(read.good());
    let put = |version: &str, body: &Value| house.call(Method::PUT, "/settings").token(&admin).header("if-match", version).body(body);
    settings["case_number_pattern"] = json!("{year}");
    let refused = put("\"1\"", &settings).change().await;
    assert_eq!(refused.refused(422, "fields_refused").body["errors"][0]["pointer"], "/case_number_pattern");
    settings["case_number_pattern"] = json!("{agency}依申请〔{year}〕{n}号");
    assert_eq!(put("\"1\"", &settings).change().await.good()["edition"], 2);
    put("\"1\"", &settings).change().await.refused(412, "stale_version");
    assert_eq!(house.get("/settings").token(&token).send().await.good()["case_number_pattern"], settings["case_number_pattern"]);
    house.close().await;
}
