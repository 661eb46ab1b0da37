//! The course of a reconsideration over the exchange: rests, their ends and longer terms, in order and out of it.

use super::{Neighbour, Stage};
use serde_json::{Value, json};

const NUMBER: &str = "示复〔2026〕21号";

fn told(sort: &str, on: &str) -> Value {
    Neighbour::message(sort, NUMBER, json!({"on": on, "document_number": "示复中〔2026〕1号"}))
}

fn longer(on: &str, days: u32) -> Value {
    Neighbour::message("extension", NUMBER, json!({"on": on, "days": days}))
}

impl Stage {
    async fn in_reconsideration(&self) {
        let notice = self.neighbour.notice(NUMBER, self.reply_number());
        assert_eq!(self.neighbour.push(&self.town, &notice).await.good()["state"], "applied");
    }

    async fn pushed(&self, message: &Value) -> (Value, Value) {
        let kept = self.neighbour.push(&self.town, message).await.good();
        (kept["state"].clone(), kept["code"].clone())
    }

    async fn proceeding(&self) -> Value {
        self.again().await["proceedings"][0].clone()
    }
}

#[actix_web::test]
async fn fuyifa_39_and_62_a_rest_its_end_and_a_longer_term_are_entered_as_they_come() {
    let stage = Stage::set().await;
    stage.in_reconsideration().await;
    stage.town.go("2026-11-12");
    let applied = (json!("applied"), Value::Null);
    assert_eq!(stage.pushed(&told("suspension", "2026-11-04")).await, applied);
    assert_eq!(stage.proceeding().await["suspensions"][0]["on"], "2026-11-04");
    assert_eq!(stage.pushed(&told("resumption", "2026-11-10")).await, applied);
    let extension = longer("2026-11-11", 30);
    assert_eq!(stage.pushed(&extension).await, applied);
    assert_eq!(stage.pushed(&extension).await, applied, "twice is once");
    let proceeding = stage.proceeding().await;
    assert_eq!(proceeding["notices"][0]["document_number"], "示复中〔2026〕1号");
    assert_eq!(proceeding["suspensions"][0]["resumed_on"], "2026-11-10");
    assert_eq!((proceeding["longer_terms"].as_array().unwrap().len(), &proceeding["longer_terms"][0]["days"]), (1, &json!(30)));
    // Once only: what the rule refuses stays with a clerk under its code.
    assert_eq!(stage.pushed(&longer("2026-11-12", 10)).await, (json!("refused"), json!("term_not_extendable")));
    assert_eq!(stage.queue().await.len(), 1);
    stage.holds();
}

#[actix_web::test]
async fn fuyifa_39_and_62_what_was_overtaken_by_days_finds_its_place_and_counts() {
    let stage = Stage::set().await;
    stage.in_reconsideration().await;
    stage.town.go("2026-11-23");
    let applied = (json!("applied"), Value::Null);
    // The end of the second rest comes before that of the first, and before the second rest; the longer term before either.
    assert_eq!(stage.pushed(&longer("2026-11-11", 30)).await, applied);
    assert_eq!(stage.pushed(&told("suspension", "2026-11-04")).await, applied);
    assert_eq!(stage.pushed(&told("resumption", "2026-11-20")).await, applied);
    assert_eq!(stage.pushed(&told("resumption", "2026-11-10")).await, (json!("waiting"), json!("not_suspended")));
    assert_eq!(stage.pushed(&told("suspension", "2026-11-18")).await, applied);
    stage.work();
    let mut decision = Neighbour::upheld(NUMBER);
    decision["data"]["decided_on"] = json!("2026-11-23");
    let proceeding = stage.proceeding().await;
    let mut rests: Vec<_> =
        proceeding["suspensions"].as_array().unwrap().iter().map(|rest| (rest["on"].clone(), rest["resumed_on"].clone())).collect();
    rests.sort_by_key(|(on, _)| on.to_string());
    let one = |on: &str, until: &str| (json!(on), json!(until));
    assert_eq!(rests, [one("2026-11-04", "2026-11-10"), one("2026-11-18", "2026-11-20")]);
    // Domain 5.2: no time of the answer runs either. Ten working days from 2 November, and four and two of rest.
    let page = stage.again().await;
    let answer = page["duties"].as_array().unwrap().iter().find(|duty| duty["kind"] == "answer_reconsideration").unwrap();
    assert_eq!(answer["due_on"], "2026-11-24");
    assert!(stage.queue().await.is_empty());
    // What was told before the decision and came after it is entered still.
    assert_eq!(stage.pushed(&decision).await, applied);
    assert_eq!(stage.pushed(&told("suspension", "2026-11-21")).await, applied);
    assert_eq!(stage.pushed(&told("resumption", "2026-11-22")).await, applied);
    assert_eq!(stage.proceeding().await["suspended"], false);
    stage.holds();
}

#[actix_web::test]
async fn what_waited_is_tried_in_the_order_in_which_it_was_sent() {
    let stage = Stage::set().await;
    let at = |mut message: Value, hour: u32| {
        message["sent_at"] = json!(format!("2026-11-02T0{hour}:00:00Z"));
        message
    };
    stage.town.go("2026-11-12");
    let mut decision = Neighbour::upheld(NUMBER);
    decision["data"]["decided_on"] = json!("2026-11-12");
    for message in [at(decision, 5), at(told("resumption", "2026-11-12"), 3), at(told("suspension", "2026-11-12"), 2)] {
        assert_eq!(stage.pushed(&message).await, (json!("waiting"), json!("no_proceeding")));
    }
    stage.in_reconsideration().await;
    stage.work();
    assert!(stage.queue().await.is_empty(), "one look takes them all");
    assert_eq!(stage.proceeding().await["suspended"], false);
    stage.holds();
}

#[actix_web::test]
async fn what_tells_of_the_course_waits_for_what_it_follows() {
    let stage = Stage::set().await;
    stage.town.go("2026-11-12");
    // The end of a rest first, then the rest, then the notice.
    let (resumption, suspension) = (told("resumption", "2026-11-12"), told("suspension", "2026-11-12"));
    let waits = |code: &str| (json!("waiting"), json!(code));
    assert_eq!(stage.pushed(&resumption).await, waits("no_proceeding"));
    assert_eq!(stage.pushed(&suspension).await, waits("no_proceeding"));
    stage.in_reconsideration().await;
    // Both were sent at one time: where the end comes first it finds no rest yet, and waits on; the rest wakes it.
    stage.work();
    stage.work();
    let proceeding = stage.proceeding().await;
    assert_eq!(
        (&proceeding["suspensions"][0]["on"], &proceeding["suspensions"][0]["resumed_on"]),
        (&json!("2026-11-12"), &json!("2026-11-12"))
    );
    assert!(stage.queue().await.is_empty());
    stage.town.go("2026-11-20");
    // A second rest, and a third that is told before the end of the second.
    assert_eq!(stage.pushed(&told("suspension", "2026-11-13")).await.0, "applied");
    assert_eq!(stage.pushed(&told("suspension", "2026-11-18")).await, waits("still_suspended"));
    assert_eq!(stage.pushed(&told("resumption", "2026-11-16")).await.0, "applied");
    stage.work();
    let proceeding = stage.proceeding().await;
    assert_eq!(
        (&proceeding["suspensions"][1]["resumed_on"], &proceeding["suspensions"][2]["on"]),
        (&json!("2026-11-16"), &json!("2026-11-18"))
    );
    assert_eq!(stage.pushed(&told("resumption", "2026-11-20")).await.0, "applied");
    // An end of no rest waits, also once the decision is there: its rest may be told yet. The worklist bears it.
    let stray = told("resumption", "2026-11-20");
    assert_eq!(stage.pushed(&stray).await, waits("not_suspended"));
    let mut decision = Neighbour::upheld(NUMBER);
    decision["data"]["decided_on"] = json!("2026-11-20");
    assert_eq!(stage.pushed(&decision).await.0, "applied");
    stage.work();
    assert_eq!(stage.neighbour.receipt(&stray).await, ("waiting".into(), Some("not_suspended".into())));
    stage.holds();
}

#[actix_web::test]
async fn fuyifa_62_a_longer_term_that_overtakes_the_turn_to_the_ordinary_procedure_waits_for_it() {
    let stage = Stage::set().await;
    let mut notice = stage.neighbour.notice(NUMBER, stage.reply_number());
    notice["data"]["procedure"] = json!("summary");
    assert_eq!(stage.pushed(&notice).await.0, "applied");
    stage.town.go("2026-11-12");
    let longer = longer("2026-11-11", 30);
    assert_eq!(stage.pushed(&longer).await, (json!("waiting"), json!("still_summary")));
    assert_eq!(stage.pushed(&told("procedure_change", "2026-11-10")).await.0, "applied");
    stage.work();
    assert_eq!(stage.neighbour.receipt(&longer).await, ("applied".into(), None));
    let proceeding = stage.proceeding().await;
    assert_eq!((&proceeding["procedure"], &proceeding["longer_terms"][0]["days"]), (&json!("ordinary"), &json!(30)));
    stage.holds();
}

#[actix_web::test]
async fn fuyifa_55_the_turn_to_the_ordinary_procedure_is_entered_and_the_answer_has_its_longer_term() {
    let stage = Stage::set().await;
    let mut notice = stage.neighbour.notice(NUMBER, stage.reply_number());
    notice["data"]["procedure"] = json!("summary");
    notice["data"]["document_number"] = json!("示复答〔2026〕21号");
    assert_eq!(stage.neighbour.push(&stage.town, &notice).await.good()["state"], "applied");
    let due = |case: &Value| {
        let duties = case["duties"].as_array().unwrap();
        duties.iter().find(|duty| duty["kind"] == "answer_reconsideration").map(|duty| duty["due_on"].clone()).unwrap()
    };
    assert_eq!(due(&stage.again().await), "2026-11-09", "five working days (复议法 54)");
    stage.town.go("2026-11-04");
    let mut turned = told("procedure_change", "2026-11-04");
    turned["data"]["text"] = json!("案情复杂，转为普通程序。");
    assert_eq!(stage.pushed(&turned).await, (json!("applied"), Value::Null));
    let case = stage.again().await;
    let proceeding = &case["proceedings"][0];
    assert_eq!((&proceeding["procedure"], &proceeding["notice_number"]), (&json!("ordinary"), &json!("示复答〔2026〕21号")));
    assert_eq!(proceeding["notices"][0]["text"], "案情复杂，转为普通程序。");
    assert!(due(&case).as_str() > Some("2026-11-09"), "ten working days (复议法 48): {}", due(&case));
    let again = told("procedure_change", "2026-11-04");
    assert_eq!(stage.pushed(&again).await, (json!("refused"), json!("procedure_is_ordinary")));
    stage.holds();
}
