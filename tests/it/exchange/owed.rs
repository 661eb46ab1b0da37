//! What messages that nobody settled are owed, and those that came another way than was thought of: they find their case, their day, their cause.

use super::{Neighbour, Stage};
use crate::support::town::FIRST_DAY;
use diesel::prelude::*;
use foi_docket::db::pool::Scope;
use foi_docket::db::schema::reminders;
use foi_docket::demo::DISTRICT;
use foi_docket::notify::reminders::{Sweep, sweep};
use serde_json::{Value, json};

const NUMBER: &str = "示复〔2026〕51号";

impl Stage {
    async fn pushed_in(&self, message: &Value) -> (Value, Value) {
        let kept = self.neighbour.push(&self.town, message).await.good();
        (kept["state"].clone(), kept["code"].clone())
    }

    async fn owed(&self) -> Value {
        self.cast.clerk.get("/api/v1/duties?kind=see_to_message&include_total=true").await.good()
    }
}

fn waits(code: &str) -> (Value, Value) {
    (json!("waiting"), json!(code))
}

fn decision(data: Value) -> Value {
    Neighbour::message("decision", NUMBER, data)
}

#[actix_web::test]
async fn fuyifa_48_54_a_notice_that_finds_no_case_is_owed_by_the_date_of_the_answer_and_reminded_of() {
    let stage = Stage::set().await;
    let mut summary = stage.neighbour.notice(NUMBER, "示市监公复〔2026〕999号");
    summary["data"]["procedure"] = json!("summary");
    assert_eq!(stage.pushed_in(&summary).await, waits("no_case"));
    let ordinary = stage.neighbour.notice("示复〔2026〕52号", "示市监公复〔2026〕998号");
    assert_eq!(stage.pushed_in(&ordinary).await, waits("no_case"));
    let other = Neighbour::upheld("示复〔2026〕53号");
    assert_eq!(stage.pushed_in(&other).await, waits("no_proceeding"));
    let owed = stage.owed().await;
    let lines: Vec<_> = owed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (&item["exchange_message_id"], item["due_on"].as_str().unwrap(), &item["basis"]))
        .collect();
    // Five and ten working days of law for the answer; the next working day for what is no notice.
    assert_eq!(
        lines,
        [
            (&other["id"], "2026-11-03", &json!("inner")),
            (&summary["id"], "2026-11-09", &json!("law")),
            (&ordinary["id"], "2026-11-16", &json!("law"))
        ]
    );
    assert_eq!(
        (&owed["total"], &owed["items"][1]["article"], &owed["items"][1]["case_id"]),
        (&json!(3), &json!("复议法 54"), &Value::Null)
    );
    let href = format!("/api/v1/exchange-messages/{}", summary["id"].as_str().unwrap());
    assert_eq!((&owed["items"][1]["href"], &owed["items"][1]["operation"]), (&json!(href), &json!("match_exchange_message")));
    let mine = |actor: &crate::support::actor::Actor| {
        let actor = actor.clone();
        async move { actor.get("/api/v1/duties?kind=see_to_message&mine=true").await.good()["items"].as_array().unwrap().len() }
    };
    assert_eq!((mine(&stage.cast.reviewer).await, mine(&stage.cast.handler).await), (3, 0), "who may match them owes them");

    let told = || {
        let mut owner = PgConnection::establish(&stage.town.owner_url).unwrap();
        let of = reminders::table.filter(reminders::duty_kind.eq("see_to_message")).order(reminders::offset_days.desc());
        of.select((reminders::due_on, reminders::offset_days)).distinct().load::<(chrono::NaiveDate, i32)>(&mut owner).unwrap()
    };
    let look = || {
        let app = &stage.town.app;
        let how = Sweep { today: app.office.clock.today(), public_url: "https://foi.example", domain: "foi.example" };
        sweep(&app.db, &app.office, DISTRICT, &how).unwrap();
    };
    stage.town.go("2026-11-03");
    look();
    let on = |day: &str| day.parse().unwrap();
    assert!(told().contains(&(on("2026-11-03"), 0)), "{:?}", told());
    stage.town.go("2026-11-10");
    look();
    assert!(told().contains(&(on("2026-11-09"), -1)), "overdue, whoever reads the inbox: {:?}", told());
    let ready = stage.town.stranger().get("/readyz").await.good();
    assert!(ready["warnings"].to_string().contains("3 messages of neighbouring systems wait"), "{ready}");
    // What is settled is owed no more.
    for message in [&summary, &ordinary, &other] {
        stage.act(message, "dismissal", json!({"reason": "not_ours"})).await.good();
    }
    assert_eq!(stage.owed().await["total"], 0);
    stage.holds();
}

#[actix_web::test]
async fn fuyifa_41_a_notice_about_a_reply_that_was_revoked_since_finds_its_case() {
    let stage = Stage::set().await;
    let number = stage.reply_number().to_owned();
    let case = stage.another_reply().await;
    assert_ne!(case["replies"][1]["document_number"], number.as_str());
    assert_eq!(stage.pushed_in(&stage.neighbour.notice(NUMBER, &number)).await, (json!("applied"), Value::Null));
    assert_eq!(stage.again().await["proceedings"][0]["against"], json!({"kind": "reply", "n": 1}));
    stage.holds();
}

#[actix_web::test]
async fn a_sender_whose_clock_is_a_day_ahead_is_awaited_and_not_refused() {
    let stage = Stage::set().await;
    stage.pushed_in(&stage.neighbour.notice(NUMBER, stage.reply_number())).await;
    let ahead = decision(json!({"outcome": "upheld", "decided_on": "2026-11-03"}));
    assert_eq!(stage.pushed_in(&ahead).await, waits("day_ahead"));
    stage.town.go("2026-11-03");
    stage.hurry();
    stage.work();
    let decided = stage.again().await["proceedings"][0]["decision"].clone();
    assert_eq!((&decided["decided_on"], &decided["received_on"]), (&json!("2026-11-03"), &json!("2026-11-03")));
    stage.holds();
}

#[actix_web::test]
async fn a_decision_without_its_cause_waits_for_a_clerk_who_names_it() {
    let stage = Stage::set().await;
    stage.pushed_in(&stage.neighbour.notice(NUMBER, stage.reply_number())).await;
    let revoked = decision(json!({"outcome": "revoked", "decided_on": FIRST_DAY}));
    assert_eq!(stage.pushed_in(&revoked).await, waits("cause_by_hand"));
    let with = |fields: Value| {
        let mut body = stage.at(1);
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        body
    };
    stage.act(&revoked, "hand-entry", with(json!({"cause": "poor_search"}))).await.refused("fields_refused");
    let matched = stage.act(&revoked, "match", with(json!({"cause": "poor_search"}))).await.good();
    assert_eq!(matched["state"], "applied");
    assert_eq!(stage.again().await["proceedings"][0]["decision"]["cause"], "poor_search");
    stage.holds();
}

#[actix_web::test]
async fn a_notice_that_does_not_name_the_applicant_is_kept_for_a_clerk() {
    let stage = Stage::set().await;
    let mut unnamed = stage.neighbour.notice(NUMBER, stage.reply_number());
    unnamed["about"].as_object_mut().unwrap().remove("applicant_digest");
    assert_eq!(stage.pushed_in(&unnamed).await, waits("applicant_unnamed"));
    assert_eq!(stage.act(&unnamed, "match", json!({"case_id": stage.case["id"]})).await.good()["state"], "applied");
    stage.holds();
}

#[actix_web::test]
async fn what_a_clerk_entered_from_paper_is_not_entered_again_and_later_messages_find_it() {
    let stage = Stage::set().await;
    let paper = json!({"body": "示范区政府", "procedure": "ordinary", "against": {"kind": "reply", "n": 1}, "received_on": FIRST_DAY});
    stage.cast.reviewer.step(&stage.again().await, "/reconsiderations", paper).await.good();
    let notice = stage.neighbour.notice(NUMBER, stage.reply_number());
    assert_eq!(stage.pushed_in(&notice).await, (json!("refused"), json!("proceeding_known")));
    assert_eq!(stage.again().await["proceedings"].as_array().unwrap().len(), 1);
    assert_eq!(stage.act(&notice, "hand-entry", stage.at(1)).await.good()["state"], "by_hand");
    // The number stands with the notice, however the paper spelt the body.
    assert_eq!(stage.pushed_in(&Neighbour::upheld(NUMBER)).await, (json!("applied"), Value::Null));
    stage.holds();
}

#[actix_web::test]
async fn what_is_marked_as_entered_names_its_proceeding_and_bears_its_number() {
    let stage = Stage::set().await;
    stage.entered_by_hand("示范区人民政府").await;
    let decision = Neighbour::upheld("示复〔2026〕124号");
    assert_eq!(stage.pushed_in(&decision).await, waits("no_proceeding"));
    for wrong in [json!({"case_id": stage.case["id"]}), stage.at(1)] {
        let refused = stage.act(&decision, "hand-entry", wrong).await.refused("fields_refused");
        assert_eq!(refused["errors"][0]["pointer"], "/proceeding");
    }
    let meant = json!({"case_id": stage.case["id"], "proceeding": 1, "another_number": true});
    assert_eq!(stage.act(&decision, "hand-entry", meant).await.good()["state"], "by_hand");
    stage.holds();
}

#[actix_web::test]
async fn the_words_of_what_was_dismissed_and_belongs_to_no_case_are_forgotten_half_a_year_after_that() {
    use foi_docket::db::schema::exchange_inbox as inbox;
    let stage = Stage::set().await;
    let (strange, placed) =
        (stage.neighbour.notice(NUMBER, "示市监公复〔2026〕999号"), stage.neighbour.notice("示复〔2026〕52号", stage.reply_number()));
    stage.pushed_in(&strange).await;
    stage.pushed_in(&placed).await;
    // It waited long before somebody looked.
    stage.town.go("2027-03-01");
    stage.act(&strange, "dismissal", json!({"reason": "not_ours"})).await.good();
    let forget = |days: i64| {
        let mut owner = PgConnection::establish(&stage.town.owner_url).unwrap();
        let dismissed = inbox::state.eq("dismissed");
        let on: chrono::DateTime<chrono::Utc> =
            inbox::table.filter(dismissed).select(inbox::settled_at.assume_not_null()).first(&mut owner).unwrap();
        let (office, then) = (&stage.town.app.office, on + chrono::TimeDelta::days(days));
        let forget = foi_docket::exchange::inbox::forget::forget;
        stage.town.app.db.run_here(&Scope::own(DISTRICT), |conn| forget(conn, office, DISTRICT, then)).unwrap();
    };
    let said = async |message: &Value| {
        stage.cast.clerk.get(&format!("/api/v1/exchange-messages/{}", message["id"].as_str().unwrap())).await.good()
    };
    forget(180);
    assert!(said(&strange).await["data"].is_object(), "not before its time");
    forget(181);
    assert_eq!((&said(&strange).await["data"], &said(&strange).await["code"]), (&Value::Null, &json!("not_ours")));
    assert!(said(&placed).await["data"].is_object(), "what belongs to a case goes with its dossier");
}
