//! One request through everything that moves the clock: corrected, consulted upon, extended, answered.

use super::time_line;
use crate::support::life::{Cast, disclosed};
use crate::support::town::{FIRST_DAY, Town};
use serde_json::{Value, json};
use std::fmt::Write;

/// The town, its people and one case on their desks.
struct Walk {
    town: Town,
    cast: Cast,
    case: Value,
}

impl Walk {
    /// A step of a clerk on a day.
    async fn clerk(&mut self, day: &str, path: &str, body: Value) -> &Value {
        self.town.go(day);
        self.case = self.cast.clerk.step(&self.case, path, body).await.good();
        &self.case
    }

    /// A letter goes out by EMS.
    async fn post(&mut self, day: &str, letter: Value, tracking_number: &str) -> &Value {
        let method = json!({"method": "post", "carrier": "ems", "tracking_number": tracking_number});
        self.clerk(day, "/dispatches", json!({"letter": letter, "on": day, "method": method})).await
    }

    /// The proof of its service comes.
    async fn served(&mut self, day: &str, dispatch: u32) -> &Value {
        let proof = json!({"result": "delivered", "on": day, "signed_as": "addressee"});
        self.clerk(day, &format!("/dispatches/{dispatch}/delivery"), proof).await
    }

    async fn clock(&self) -> Value {
        let id = self.case["id"].as_str().unwrap();
        self.cast.clerk.get(&format!("/api/v1/cases/{id}/clock")).await.good()
    }
}

/// What the clock says of itself, as text.
fn told(clock: &Value) -> String {
    let mut text = String::new();
    for step in clock["steps"].as_array().unwrap() {
        let text_of = |name: &str| step[name].as_str().unwrap_or("-").to_owned();
        let _ = writeln!(text, "{} {} due {} projected {}", text_of("on"), text_of("kind"), text_of("due_on"), text_of("projected_due_on"));
    }
    let _ = writeln!(text, "{}", clock["explanation_zh"].as_str().unwrap());
    let _ = writeln!(text, "{}", clock["explanation_en"].as_str().unwrap());
    text
}

#[actix_web::test]
async fn through_correction_consultation_and_extension() {
    let town = Town::open();
    let cast = Cast::gather(&town).await;
    let case = cast.assigned().await;
    let mut walk = Walk { town, cast, case };

    // 补正: used days fall away, twenty new ones from the day of the corrected application.
    let notice = json!({"on": "2026-11-04", "no_contact_reason": "申请人未留电话。", "points": "请写明年度和单位。", "reasons": "内容不明确。", "answer_within_working_days": 15});
    walk.clerk("2026-11-04", "/corrections", notice).await;
    assert_eq!(walk.case["due_on"], "2026-11-30", "a notice that has not left moves nothing");
    walk.post("2026-11-04", json!({"kind": "correction", "n": 1}), "EA000000011CN").await;
    walk.served("2026-11-06", 1).await;
    assert_eq!(walk.clock().await["status"], "awaiting_correction");
    let corrected = json!({"channel": "counter", "arrived_on": "2026-11-10", "words": "所需信息为2025年度罚没款总额。"});
    walk.clerk("2026-11-10", "/corrections/1/answers", corrected).await;
    assert_eq!(walk.case["due_on"], "2026-12-08");

    // 征求意见: what lies between the letter and the answer is not counted.
    let consultation = json!({"party": "third_party", "name": "示例检测有限公司", "on": "2026-11-12", "question": "是否同意公开？"});
    walk.clerk("2026-11-12", "/consultations", consultation).await;
    walk.post("2026-11-12", json!({"kind": "consultation", "n": 1}), "EA000000012CN").await;
    walk.served("2026-11-13", 2).await;
    assert_eq!(walk.clock().await["status"], "suspended");
    let unwilling = json!({"on": "2026-11-20", "opinion": "refuses", "words": "属于商业秘密。"});
    walk.clerk("2026-11-20", "/consultations/1/answers", unwilling).await;
    assert_eq!(walk.case["due_on"], "2026-12-16");
    let decision = json!({"disclose": true, "reasons": "理由不成立，且不公开会对公共利益造成重大影响。"});
    walk.town.go("2026-11-23");
    walk.case = walk.cast.approver.step(&walk.case, "/consultations/1/decision", decision).await.good();
    walk.post("2026-11-23", json!({"kind": "third_party_notice", "n": 1}), "EA000000013CN").await;

    // 延期: counts once the notice has left, on the last day at the latest.
    walk.town.go("2026-12-16");
    let extension = json!({"working_days": 10, "reasons": "需要逐件核对。"});
    walk.case = walk.cast.approver.step(&walk.case, "/extensions", extension).await.good();
    assert_eq!(walk.case["due_on"], "2026-12-16");
    walk.post("2026-12-16", json!({"kind": "extension", "n": 1}), "EA000000014CN").await;
    assert_eq!(walk.case["due_on"], "2026-12-30");

    walk.town.go("2026-12-22");
    walk.case = walk.cast.handler.step(&walk.case, "/drafts", json!({"items": [disclosed()]})).await.good();
    walk.case = walk.cast.cleared(&walk.case).await;
    walk.case = walk.cast.approver.step(&walk.case, "/replies", json!({})).await.good();
    walk.post("2026-12-23", json!({"kind": "reply", "n": 1}), "EA000000015CN").await;
    walk.served("2026-12-25", 5).await;

    let clock = walk.clock().await;
    assert_eq!((clock["received_on"].as_str(), clock["answered_on"].as_str()), (Some(FIRST_DAY), Some("2026-12-23")));
    assert_eq!((clock["due_on"].as_str(), clock["status"].as_str()), (Some("2026-12-30"), Some("replied")));
    let path = format!("/api/v1/cases/{}/clock", walk.case["id"].as_str().unwrap());
    let sheet = walk.cast.clerk.send(reqwest::Method::GET, &path, &[("accept", "text/plain")], None).await;
    assert_eq!(sheet.headers.get("content-type").unwrap(), "text/plain; charset=utf-8");
    let text = format!("{}\n{}", time_line(&walk.cast, &walk.case).await, told(&clock));
    insta::assert_snapshot!("through_correction_consultation_and_extension", text);
}
