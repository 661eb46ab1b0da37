//! Scenes of learning and supervision, and of the city's platform.

use super::{Scene, on_case, plain, tracking};
use crate::contract::Op;
use crate::support::actor::Actor;
use crate::support::life::Cast;
use crate::support::town::{FIRST_DAY, Town};
use foi_docket::demo::{CITY, DISTRICT};
use foi_docket::rules::permissions::Role;
use serde_json::{Value, json};

fn notice(cast: &Cast) -> Value {
    json!({"department": cast.assignment["department"], "what": "请整改检索办法。", "due_on": "2026-12-18"})
}

impl Cast {
    /// A notice of rectification on a registered case.
    pub async fn told_to_rectify(&self) -> Value {
        self.clerk.step(&self.registered().await, "/rectifications", notice(self)).await.good()
    }

    /// Reported on by the handler.
    pub async fn rectified(&self) -> Value {
        let report = json!({"done": "已印发检索办法。", "proofs": [self.paper().await]});
        self.handler.step(&self.told_to_rectify().await, "/rectifications/1/reports", report).await.good()
    }
}

/// The scene of a step on a case.
pub async fn of_case(cast: &Cast, op: &Op, number: &str) -> Option<Scene> {
    let Cast { clerk, handler, approver, .. } = cast;
    Some(match op.id.as_str() {
        "record_lesson" => {
            let lesson = json!({"words": "说理不足。", "measures": "加强法制审核。"});
            on_case(approver, &cast.decided(number).await, "/proceedings/1/lessons", lesson)
        }
        "record_platform_entry" => {
            let entry = json!({"number": format!("PT-{number}"), "entered_on": FIRST_DAY, "status": "received"});
            on_case(clerk, &cast.registered().await, "/platform-entries", entry)
        }
        "order_rectification" => on_case(clerk, &cast.registered().await, "/rectifications", notice(cast)),
        "report_rectification" => {
            let report = json!({"done": "已印发检索办法。", "proofs": [cast.paper().await]});
            on_case(handler, &cast.told_to_rectify().await, "/rectifications/1/reports", report)
        }
        "review_rectification" => on_case(approver, &cast.rectified().await, "/rectifications/1/review", json!({"verdict": "approved"})),
        "withdraw_rectification" => {
            on_case(clerk, &cast.told_to_rectify().await, "/rectifications/1/withdrawal", json!({"reason": "误发。"}))
        }
        _ => return None,
    })
}

/// An inquiry of the city to the district.
pub fn inquiry() -> Value {
    json!({"to": DISTRICT, "kind": "inquiry", "subject": "关于检索情况的询问", "words": "请说明检索范围。", "due_on": "2026-12-04"})
}

/// A sample of one dossier, and its scene.
async fn inspection(cast: &Cast, city: &Actor, op: &Op) -> Option<Scene> {
    let drawing = json!({"year": 2026, "size": 1, "seed": "2026年执法检查", "sheet": [{"code": "all", "title": "总体", "points": 100}]});
    let _closed = cast.closed(&tracking(op)).await;
    if op.id == "draw_inspection" {
        return Some(plain(city, "/inspections", drawing));
    }
    let drawn = city.post("/api/v1/inspections", drawing).await.good();
    let path = format!("/inspections/{}", drawn["id"].as_str().unwrap());
    let scores = json!({"scores": [{"code": "all", "points": 92}], "remark": "检索记录完整。"});
    Some(match op.id.as_str() {
        "score_inspected_dossier" => plain(city, &format!("{path}/items/1/scores"), scores),
        "conclude_inspection" => {
            city.post(&format!("/api/v1{path}/items/1/scores"), scores).await.good();
            plain(city, &format!("{path}/conclusion"), json!({"result": "总体规范。"}))
        }
        _ => return None,
    })
}

/// The scene of a notice of rectification that hangs on no case.
async fn of_notice(cast: &Cast, op: &Op) -> Option<Scene> {
    let mut body = notice(cast);
    body["source"] = json!("self_check");
    if op.id == "order_agency_rectification" {
        return Some(plain(&cast.clerk, "/rectifications", body));
    }
    let given = cast.clerk.post("/api/v1/rectifications", body).await.good();
    let path = format!("/rectifications/{}", given["id"].as_str().unwrap());
    let report = json!({"done": "已印发检索办法。", "proofs": [cast.paper().await]});
    Some(match op.id.as_str() {
        "report_agency_rectification" => plain(&cast.handler, &format!("{path}/reports"), report),
        "review_agency_rectification" => {
            cast.handler.post(&format!("/api/v1{path}/reports"), report).await.good();
            plain(&cast.approver, &format!("{path}/review"), json!({"verdict": "approved"}))
        }
        "withdraw_agency_rectification" => plain(&cast.clerk, &format!("{path}/withdrawal"), json!({"reason": "误发。"})),
        _ => return None,
    })
}

/// The scene of an operation of the agency. What the city does leaves its trace in the city's own stream.
pub async fn of_agency(town: &Town, cast: &Cast, op: &Op) -> Option<Scene> {
    let city = town.role(Role::Supervisor, "city").await;
    let of_city = |scene: Scene| Scene { case: Some(CITY.to_string()), ..scene };
    if op.id == "send_supervision_letter" {
        return Some(of_city(plain(&city, "/supervision-letters", inquiry())));
    }
    if op.id.contains("agency_rectification") {
        return of_notice(cast, op).await;
    }
    if op.id.contains("inspect") {
        return inspection(cast, &city, op).await.map(of_city);
    }
    let sent = async || {
        let letter = city.post("/api/v1/supervision-letters", inquiry()).await.good();
        format!("/supervision-letters/{}", letter["id"].as_str().unwrap())
    };
    let answer = json!({"words": "已检索三个系统。", "proofs": [cast.paper().await]});
    Some(match op.id.as_str() {
        "note_supervision_letter" => plain(&cast.clerk, &format!("{}/receipt", sent().await), json!({})),
        "answer_supervision_letter" => plain(&cast.clerk, &format!("{}/answer", sent().await), answer),
        "conclude_supervision_letter" => {
            town.go(FIRST_DAY);
            let path = sent().await;
            cast.clerk.post(&format!("/api/v1{path}/answer"), answer).await.good();
            of_city(plain(&city, &format!("{path}/conclusion"), json!({"accepted": true, "remark": "已说明。"})))
        }
        _ => return None,
    })
}
