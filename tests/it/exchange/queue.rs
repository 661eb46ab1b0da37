//! What a clerk says of a message that waits: where it belongs is not guessed, holds from then on, and is refused by name where it cannot be.

use super::{Neighbour, Stage};
use crate::support::life::denied;
use diesel::prelude::*;
use foi_docket::db::schema::exchange_inbox as inbox;
use serde_json::{Value, json};

const NUMBER: &str = "示复〔2026〕51号";

impl Stage {
    pub(super) async fn act(&self, message: &Value, what: &str, body: Value) -> crate::support::actor::Reply {
        let path = format!("/api/v1/exchange-messages/{}/{what}", message["id"].as_str().unwrap());
        self.cast.reviewer.post(&path, body).await
    }

    /// The case, with a proceeding in it.
    pub(super) fn at(&self, proceeding: u32) -> Value {
        json!({"case_id": self.case["id"], "proceeding": proceeding})
    }

    /// The first reply is taken back and another stands in its place, under a number of its own.
    pub(super) async fn another_reply(&self) -> Value {
        let cast = &self.cast;
        let case = cast.approver.step(&self.again().await, "/replies/1/revocation", json!({"reason": "检索遗漏。"})).await.good();
        let case = cast.handler.step(&case, "/drafts", json!({"items": [denied()]})).await.good();
        let review = json!({"kind": "legal", "verdict": "approved", "opinion": "同意。"});
        let case = cast.reviewer.step(&case, "/reviews", review).await.good();
        cast.approver.step(&case, "/replies", json!({})).await.good()
    }

    /// A clerk enters on paper what the neighbour's notice says.
    pub(super) async fn entered_by_hand(&self, body: &str) {
        let on = self.town.clock.today();
        let reconsideration = json!({
            "body": body, "case_number": NUMBER, "procedure": "ordinary", "against": {"kind": "reply", "n": 1}, "received_on": on
        });
        self.cast.reviewer.step(&self.again().await, "/reconsiderations", reconsideration).await.good();
    }

    /// As if the time until the next try had gone by.
    pub(super) fn hurry(&self) {
        let mut owner = PgConnection::establish(&self.town.owner_url).unwrap();
        diesel::update(inbox::table).set(inbox::next_at.eq(chrono::DateTime::<chrono::Utc>::UNIX_EPOCH)).execute(&mut owner).unwrap();
    }

    async fn seen(&self, message: &Value) -> Value {
        self.cast.clerk.get(&format!("/api/v1/exchange-messages/{}", message["id"].as_str().unwrap())).await.good()
    }
}

fn course(sort: &str, number: &str) -> Value {
    Neighbour::message(sort, number, json!({"on": crate::support::town::FIRST_DAY}))
}

#[actix_web::test]
async fn of_several_replies_none_of_which_bears_the_number_none_is_guessed() {
    let stage = Stage::set().await;
    let case = stage.another_reply().await;
    assert_eq!(case["replies"].as_array().unwrap().len(), 2);
    let unknown = stage.neighbour.notice(NUMBER, "示市监公复〔2026〕999号");
    assert_eq!(stage.neighbour.push(&stage.town, &unknown).await.good()["code"], "no_case");
    let matched = stage.act(&unknown, "match", json!({"case_id": case["id"]})).await.good();
    assert_eq!((&matched["state"], &matched["code"]), (&json!("waiting"), &json!("unknown_reply")));
    assert_eq!(stage.again().await["proceedings"], json!([]), "nothing is entered");
    // Neither is it tried again by itself: a clerk names the reply.
    stage.hurry();
    stage.work();
    assert_eq!(stage.neighbour.receipt(&unknown).await, ("waiting".into(), Some("unknown_reply".into())));
    stage.entered_by_hand("示范区人民政府").await;
    assert_eq!(stage.act(&unknown, "hand-entry", stage.at(1)).await.good()["state"], "by_hand");
    stage.holds();
}

#[actix_web::test]
async fn a_notice_that_is_matched_opens_a_proceeding_and_names_none() {
    let stage = Stage::set().await;
    stage.entered_by_hand("示范区人民政府").await;
    let unknown = stage.neighbour.notice(NUMBER, "示市监公复〔2026〕999号");
    assert_eq!(stage.neighbour.push(&stage.town, &unknown).await.good()["code"], "no_case");
    let refused = stage.act(&unknown, "match", stage.at(1)).await.refused("fields_refused");
    assert_eq!(refused["errors"][0]["pointer"], "/proceeding");
    assert_eq!(stage.again().await["proceedings"].as_array().unwrap().len(), 1);
    stage.holds();
}

#[actix_web::test]
async fn a_notice_entered_by_hand_says_where_so_that_its_body_is_told() {
    let stage = Stage::set().await;
    stage.entered_by_hand("示范区人民政府").await;
    let unknown = stage.neighbour.notice(NUMBER, "示市监公复〔2026〕999号");
    assert_eq!(stage.neighbour.push(&stage.town, &unknown).await.good()["code"], "no_case");
    let refused = stage.act(&unknown, "hand-entry", json!({"case_id": stage.case["id"]})).await.refused("fields_refused");
    assert_eq!(refused["errors"][0]["pointer"], "/proceeding");
    assert_eq!(stage.act(&unknown, "hand-entry", stage.at(1)).await.good()["state"], "by_hand");
    stage.work();
    assert!(stage.neighbour.poll(0).await.iter().any(|told| told["type"] == "case_data" && told["about"]["case_number"] == NUMBER));
    stage.holds();
}

#[actix_web::test]
async fn a_reconsideration_body_tells_of_no_lawsuit() {
    let stage = Stage::set().await;
    let suit = json!({
        "court": "示范区人民法院", "instance": "first", "route": "direct", "procedure": "ordinary",
        "against": {"kind": "reply", "n": 1}, "received_on": crate::support::town::FIRST_DAY
    });
    stage.cast.reviewer.step(&stage.again().await, "/litigations", suit).await.good();
    let suspension = course("suspension", NUMBER);
    assert_eq!(stage.neighbour.push(&stage.town, &suspension).await.good()["code"], "no_proceeding");
    for what in ["match", "hand-entry"] {
        let refused = stage.act(&suspension, what, stage.at(1)).await.refused("fields_refused");
        assert_eq!(refused["errors"][0]["pointer"], "/proceeding", "{what}");
        stage.act(&suspension, what, stage.at(2)).await.refused("unknown_reference");
    }
    assert_eq!(stage.again().await["proceedings"][0]["suspensions"], json!([]));
    stage.holds();
}

#[actix_web::test]
async fn where_a_clerk_placed_a_message_it_stays_while_it_waits() {
    let stage = Stage::set().await;
    let Stage { town, neighbour, .. } = &stage;
    neighbour.push(town, &neighbour.notice(NUMBER, stage.reply_number())).await.good();
    // The end of a rest under a mistyped number; the rest itself has not been told yet.
    let resumption = course("resumption", "示复〔2026〕511号");
    assert_eq!(neighbour.push(town, &resumption).await.good()["code"], "no_proceeding");
    stage.act(&resumption, "match", stage.at(1)).await.refused("fields_refused");
    let meant = json!({"case_id": stage.case["id"], "proceeding": 1, "another_number": true});
    assert_eq!(stage.act(&resumption, "match", meant).await.good()["code"], "not_suspended");
    stage.hurry();
    stage.work();
    let seen = stage.seen(&resumption).await;
    assert_eq!((&seen["code"], &seen["case_id"], &seen["proceeding"]), (&json!("not_suspended"), &stage.case["id"], &json!(1)));
    assert_eq!(neighbour.push(town, &course("suspension", NUMBER)).await.good()["state"], "applied");
    stage.hurry();
    stage.work();
    assert_eq!(neighbour.receipt(&resumption).await, ("applied".into(), None));
    stage.holds();
}

#[actix_web::test]
async fn what_a_closed_neighbour_sent_before_is_a_clerks() {
    let stage = Stage::set().await;
    let Stage { town, neighbour, .. } = &stage;
    let decision = Neighbour::upheld(NUMBER);
    assert_eq!(neighbour.push(town, &decision).await.good()["code"], "no_proceeding");
    let admin = town.sign_in("admin").await;
    let peer = admin.get("/api/v1/exchange-peers").await.good()["items"][0].clone();
    let closed = json!({"active": false}).to_string().into_bytes();
    let path = format!("/api/v1/exchange-peers/{}", neighbour.id);
    admin.send(reqwest::Method::PATCH, &path, &[("content-type", "application/json")], Some(closed)).await.good();
    stage.entered_by_hand(peer["name"].as_str().unwrap()).await;
    stage.hurry();
    stage.work();
    assert!(stage.again().await["proceedings"][0]["decision"].is_null(), "its account enters nothing any more");
    assert_eq!(stage.queue().await.len(), 1);
    assert_eq!(stage.act(&decision, "match", stage.at(1)).await.good()["state"], "applied");
    stage.holds();
}

#[actix_web::test]
async fn what_went_with_its_dossier_stays_where_it_belonged() {
    let stage = Stage::set().await;
    let Stage { town, neighbour, .. } = &stage;
    neighbour.push(town, &neighbour.notice(NUMBER, stage.reply_number())).await.good();
    let resumption = course("resumption", NUMBER);
    assert_eq!(neighbour.push(town, &resumption).await.good()["code"], "not_suspended");
    // As the disposal leaves it.
    let mut owner = PgConnection::establish(&town.owner_url).unwrap();
    let gone = (inbox::wrapped.eq(None::<Vec<u8>>), inbox::sealed.eq(None::<Vec<u8>>));
    let message: uuid::Uuid = resumption["id"].as_str().unwrap().parse().unwrap();
    diesel::update(inbox::table.filter(inbox::id.eq(message))).set(gone).execute(&mut owner).unwrap();
    stage.hurry();
    stage.work();
    let seen = stage.seen(&resumption).await;
    assert_eq!((&seen["code"], &seen["case_id"], &seen["data"]), (&json!("case_disposed"), &stage.case["id"], &Value::Null));
    let other = stage.cast.registered().await;
    stage.act(&resumption, "hand-entry", json!({"case_id": other["id"]})).await.refused("fields_refused");
    stage.act(&resumption, "match", json!({"case_id": other["id"]})).await.good();
    assert_eq!(stage.seen(&resumption).await["case_id"], stage.case["id"]);
    assert_eq!(stage.act(&resumption, "dismissal", json!({"reason": "overtaken"})).await.good()["state"], "dismissed");
}
