//! What overtakes its notice by days, or is placed days after it came: the dates that the agency is held to.

use super::{Neighbour, Stage};
use crate::support::town::FIRST_DAY;
use serde_json::{Value, json};

const NUMBER: &str = "示复〔2026〕41号";

impl Stage {
    /// The notice comes today, of a reconsideration that was accepted on the first day.
    async fn noticed_late(&self) {
        let mut notice = self.neighbour.notice(NUMBER, self.reply_number());
        notice["data"]["accepted_on"] = json!(FIRST_DAY);
        assert_eq!(self.neighbour.push(&self.town, &notice).await.good()["state"], "applied");
    }

    async fn answered(&self, on: &str) {
        self.town.go(on);
        self.cast.reviewer.step(&self.again().await, "/proceedings/1/answer", json!({"on": on})).await.good();
    }

    async fn of_proceeding(&self, pointer: &str) -> Value {
        self.again().await["proceedings"][0].pointer(pointer).unwrap().clone()
    }
}

#[actix_web::test]
async fn a_decision_that_came_days_before_its_notice_is_received_with_the_notice() {
    let stage = Stage::set().await;
    let decision = Neighbour::upheld(NUMBER);
    assert_eq!(stage.neighbour.push(&stage.town, &decision).await.good()["code"], "no_proceeding");
    stage.town.go("2026-11-05");
    stage.noticed_late().await;
    stage.work();
    assert_eq!(stage.neighbour.receipt(&decision).await, ("applied".into(), None));
    // Decided before the agency had its copy, and received when it knew what it was about.
    assert_eq!(stage.of_proceeding("/received_on").await, "2026-11-05");
    assert_eq!(stage.of_proceeding("/decision/decided_on").await, FIRST_DAY);
    assert_eq!(stage.of_proceeding("/decision/received_on").await, "2026-11-05");
    stage.holds();
}

#[actix_web::test]
async fn such_a_decision_is_not_held_against_the_answer_given_meanwhile() {
    let stage = Stage::set().await;
    let decision = Neighbour::upheld(NUMBER);
    assert_eq!(stage.neighbour.push(&stage.town, &decision).await.good()["code"], "no_proceeding");
    stage.town.go("2026-11-05");
    stage.noticed_late().await;
    stage.answered("2026-11-06").await;
    stage.work();
    assert_eq!(stage.neighbour.receipt(&decision).await, ("applied".into(), None));
    assert_eq!(stage.of_proceeding("/decision/received_on").await, "2026-11-06");
    stage.holds();
}

#[actix_web::test]
async fn fuyifa_76_an_opinion_that_is_placed_late_is_owed_its_report_from_the_day_it_came() {
    let stage = Stage::set().await;
    stage.noticed_late().await;
    stage.town.go("2026-11-04");
    // Its number is mistyped: a clerk places it, after the agency has answered.
    let opinion = Neighbour::message("opinion", "示复〔2026〕411号", json!({"document_number": "示复意〔2026〕1号"}));
    assert_eq!(stage.neighbour.push(&stage.town, &opinion).await.good()["code"], "no_proceeding");
    stage.answered("2026-11-09").await;
    let path = format!("/api/v1/exchange-messages/{}/match", opinion["id"].as_str().unwrap());
    let matched =
        stage.cast.reviewer.post(&path, json!({"case_id": stage.case["id"], "proceeding": 1, "another_number": true})).await.good();
    assert_eq!(matched["state"], "applied");
    assert_eq!(stage.of_proceeding("/opinion/received_on").await, "2026-11-04");
    stage.holds();
}
