//! What a clerk must be able to rely on: what they said of a message holds, what cannot be read is owed and stops nothing, and a neighbour is who its
//! secret says, whatever it is called by now.

use super::{Neighbour, Stage, name};
use crate::support::town::FIRST_DAY;
use diesel::prelude::*;
use foi_docket::db::schema::{exchange_inbox as inbox, exchange_peers as peers};
use reqwest::Method;
use serde_json::{Value, json};

const NUMBER: &str = "示复〔2026〕81号";

impl Stage {
    async fn kept(&self, message: &Value) -> (Value, Value) {
        let kept = self.neighbour.push(&self.town, message).await.good();
        (kept["state"].clone(), kept["code"].clone())
    }

    async fn message(&self, message: &Value) -> Value {
        self.cast.clerk.get(&format!("/api/v1/exchange-messages/{}", message["id"].as_str().unwrap())).await.good()
    }

    /// Changes the neighbour, as the administrator.
    async fn change(&self, id: &str, body: Value) -> crate::support::actor::Reply {
        let admin = self.town.sign_in("admin").await;
        let (path, body) = (format!("/api/v1/exchange-peers/{id}"), body.to_string().into_bytes());
        admin.send(Method::PATCH, &path, &[("content-type", "application/json")], Some(body)).await
    }
}

fn waits(code: &str) -> (Value, Value) {
    (json!("waiting"), json!(code))
}

#[actix_web::test]
async fn what_a_clerk_said_of_a_message_holds_on_every_later_try() {
    let stage = Stage::set().await;
    let revoked = Neighbour::message("decision", NUMBER, json!({"outcome": "revoked", "decided_on": FIRST_DAY}));
    assert_eq!(stage.kept(&revoked).await, waits("no_proceeding"));
    // The clerk knows the case and the cause; the proceeding is not entered yet.
    let placed = json!({"case_id": stage.case["id"], "cause": "poor_search"});
    let matched = stage.act(&revoked, "match", placed).await.good();
    assert_eq!((&matched["state"], &matched["case_id"]), (&json!("waiting"), &stage.case["id"]));
    let by = matched["settled_by"].clone();
    assert!(by.is_string());
    stage.hurry();
    stage.work();
    let tried = stage.message(&revoked).await;
    assert_eq!((&tried["state"], &tried["case_id"], &tried["settled_by"]), (&json!("waiting"), &stage.case["id"], &by));
    assert_eq!(stage.kept(&stage.neighbour.notice(NUMBER, stage.reply_number())).await, (json!("applied"), Value::Null));
    stage.work();
    let applied = stage.message(&revoked).await;
    assert_eq!((&applied["state"], &applied["proceeding"], &applied["settled_by"]), (&json!("applied"), &json!(1), &by));
    assert_eq!(stage.again().await["proceedings"][0]["decision"]["cause"], "poor_search");
    stage.holds();
}

#[actix_web::test]
async fn fuyifa_54_a_message_that_cannot_be_read_is_owed_and_stops_no_other() {
    let stage = Stage::set().await;
    let (damaged, sound) = (stage.neighbour.notice(NUMBER, "示市监公复〔2026〕999号"), Neighbour::upheld("示复〔2026〕82号"));
    assert_eq!(stage.kept(&damaged).await, waits("no_case"));
    assert_eq!(stage.kept(&sound).await, waits("no_proceeding"));
    let mut owner = PgConnection::establish(&stage.town.owner_url).unwrap();
    let row = inbox::table.filter(inbox::number.eq(NUMBER));
    diesel::update(row).set(inbox::sealed.eq(Some(vec![0_u8; 64]))).execute(&mut owner).unwrap();
    stage.hurry();
    stage.work();
    let owed = stage.cast.clerk.get("/api/v1/duties?kind=see_to_message&include_total=true").await.good();
    let due: Vec<_> = owed["items"].as_array().unwrap().iter().map(|item| (&item["exchange_message_id"], &item["due_on"])).collect();
    // Of a notice without its words the shorter of the two terms.
    assert_eq!(due, [(&sound["id"], &json!("2026-11-03")), (&damaged["id"], &json!("2026-11-09"))]);
    let shown = stage.message(&damaged).await;
    assert_eq!((&shown["code"], &shown["data"], &shown["number"]), (&json!("unreadable"), &Value::Null, &json!(NUMBER)));
    // It is not tried for ever, and a clerk who asked the sender enters what it says.
    let matched = stage.act(&damaged, "match", json!({"case_id": stage.case["id"]})).await.good();
    assert_eq!((&matched["state"], &matched["code"]), (&json!("waiting"), &json!("unreadable")));
    stage.entered_by_hand_as(&stage.neighbour.name, NUMBER).await;
    assert_eq!(stage.act(&damaged, "hand-entry", stage.at(1)).await.good()["state"], "by_hand");
}

impl Stage {
    async fn entered_by_hand_as(&self, body: &str, number: &str) {
        let reconsideration = json!({
            "body": body, "case_number": number, "procedure": "ordinary", "against": {"kind": "reply", "n": 1}, "received_on": FIRST_DAY
        });
        self.cast.reviewer.step(&self.again().await, "/reconsiderations", reconsideration).await.good();
    }
}

#[actix_web::test]
async fn fuyifa_64_what_a_rule_refuses_of_an_order_is_said_in_words_and_the_order_is_entered_by_hand() {
    let stage = Stage::set().await;
    assert_eq!(stage.kept(&stage.neighbour.notice(NUMBER, stage.reply_number())).await.0, "applied");
    // It orders, and says by no day and within no term.
    let mut data = json!({"outcome": "revoked", "decided_on": FIRST_DAY, "cause": "poor_reasons",
                          "order": {"what": "重新答复。", "kind": "answer_anew"}});
    let decision = Neighbour::message("decision", NUMBER, data.clone());
    assert_eq!(stage.kept(&decision).await, (json!("refused"), json!("fields_refused")));
    let matched = stage.act(&decision, "match", stage.at(1)).await.good();
    assert_eq!(matched["state"], "refused");
    let why = matched["why"].as_str().unwrap();
    assert!(why.contains("/order/due_on") && why.contains("履行期限"), "{why}");
    assert_eq!(stage.message(&decision).await["why"], Value::Null);
    data["outcome"] = json!({"by": "reconsideration", "outcome": "revoked"});
    data["received_on"] = json!(FIRST_DAY);
    data["order"]["due_on"] = json!("2026-12-02");
    stage.cast.reviewer.step(&stage.again().await, "/proceedings/1/decision", data).await.good();
    assert_eq!(stage.act(&decision, "hand-entry", stage.at(1)).await.good()["state"], "by_hand");
    stage.holds();
}

#[actix_web::test]
async fn every_page_of_what_nobody_settled_is_owed() {
    let stage = Stage::set().await;
    assert_eq!(stage.kept(&Neighbour::upheld(NUMBER)).await, waits("no_proceeding"));
    // A hundred and more of the same instant: none is left out where a page ends.
    let copies = "INSERT INTO exchange_inbox (agency_id, id, peer_id, sort, number, sha256, sent_at, received_at, skewed, state, code, next_at) \
        SELECT agency_id, gen_random_uuid(), peer_id, sort, number, sha256, sent_at, received_at, skewed, state, code, next_at \
        FROM exchange_inbox, generate_series(1, 205)";
    let mut owner = PgConnection::establish(&stage.town.owner_url).unwrap();
    diesel::sql_query(copies).execute(&mut owner).unwrap();
    let owed = stage.cast.clerk.get("/api/v1/duties?kind=see_to_message&include_total=true").await.good();
    assert_eq!(owed["total"], 206);
}

#[actix_web::test]
async fn nobody_speaks_in_the_name_of_another_neighbour() {
    let stage = Stage::set().await;
    let other = Neighbour::enter(&stage.town, &name(), None).await;
    let now = stage.town.clock.now().timestamp();
    let mut decision = Neighbour::upheld(NUMBER);
    decision["sender"] = json!(other.name);
    let refused = stage.neighbour.push_as_it_is(&decision, now).await.refused("fields_refused");
    assert_eq!(refused["errors"][0]["pointer"], "/sender");
    assert!(stage.queue().await.is_empty(), "it is not kept");
    // A name that is nobody's is not refused at the door: it waits for a clerk.
    assert_eq!(stage.kept(&stage.neighbour.notice(NUMBER, stage.reply_number())).await.0, "applied");
    decision["sender"] = json!("示范区政府");
    let kept = stage.neighbour.push_as_it_is(&decision, now).await.good();
    assert_eq!((&kept["state"], &kept["code"]), (&json!("waiting"), &json!("other_sender")));
    assert_eq!(stage.act(&decision, "match", stage.at(1)).await.good()["state"], "applied");
    stage.holds();
}

#[actix_web::test]
async fn a_neighbour_that_is_called_otherwise_keeps_what_it_opened_and_sent() {
    let stage = Stage::set().await;
    let (id, before) = (stage.neighbour.id.as_str(), stage.neighbour.name.as_str());
    assert_eq!(stage.kept(&stage.neighbour.notice(NUMBER, stage.reply_number())).await.0, "applied");
    let other = Neighbour::enter(&stage.town, &name(), None).await;
    stage.change(id, json!({"name": other.name})).await.refused("taken");
    let after = name();
    let peer = stage.change(id, json!({"name": after})).await.good();
    assert_eq!((&peer["name"], &peer["former_names"]), (&json!(after), &json!([before])));
    stage.change(id, json!({"name": after})).await.refused("nothing_to_change");
    stage.change(&other.id, json!({"name": before})).await.refused("reference_taken");
    // What it wrote before it was called otherwise still comes, and is about the proceeding of the earlier name; so is what it writes now.
    let now = stage.town.clock.now().timestamp();
    let mut suspension = Neighbour::message("suspension", NUMBER, json!({"on": FIRST_DAY}));
    suspension["sender"] = json!(before);
    assert_eq!(stage.neighbour.push_as_it_is(&suspension, now).await.good()["state"], "applied");
    let mut opinion = Neighbour::message("opinion", NUMBER, json!({"document_number": "示复意〔2026〕81号"}));
    opinion["sender"] = json!(after);
    assert_eq!(stage.neighbour.push_as_it_is(&opinion, now).await.good()["state"], "applied");
    // The trail says how it was called when.
    let mut owner = PgConnection::establish(&stage.town.owner_url).unwrap();
    let version: i32 = peers::table.filter(peers::name.eq(&after)).select(peers::version).first(&mut owner).unwrap();
    assert_eq!(version, 2);
    stage.holds();
    let back = stage.change(id, json!({"name": before})).await.good();
    assert_eq!((&back["name"], &back["former_names"]), (&json!(before), &json!([after])));
    stage.holds();
}
