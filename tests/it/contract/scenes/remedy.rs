//! Scenes of proceedings and complaints.

use super::{Scene, on_case};
use crate::contract::Op;
use crate::support::life::{Cast, decision};
use crate::support::town::{FIRST_DAY, Town};
use serde_json::{Value, json};

/// One reconsideration of silence over several cases.
pub fn over(cases: &[&Value]) -> Value {
    let covered: Vec<Value> = cases.iter().map(|case| json!({"case_id": case["id"], "against": {"kind": "silence"}})).collect();
    json!({
        "proceeding": {"kind": "reconsideration", "body": "示范区人民政府", "procedure": "ordinary", "received_on": FIRST_DAY},
        "cases": covered
    })
}

fn session() -> Value {
    json!({"kind": "hearing", "notified_on": FIRST_DAY, "on": FIRST_DAY, "place": "第一会议室，9:30"})
}

fn complaint() -> Value {
    json!({"ground": "unlawful_reply", "against": {"kind": "reply", "n": 1}, "authority": "示范区人民政府办公室", "what": "认为答复不全。",
           "received_on": FIRST_DAY, "answer_due_on": "2026-11-09"})
}

fn urged() -> Value {
    json!({"finding": "urged", "concluded_on": FIRST_DAY, "received_on": FIRST_DAY, "order": {"what": "限期整改。", "due_on": "2026-11-16"}})
}

impl Cast {
    async fn with_paper(&self) -> Value {
        json!({"on": FIRST_DAY, "how": "已办理。", "proof": {"kind": "document", "document_id": self.paper().await}})
    }

    async fn complained(&self, number: &str) -> Value {
        self.reviewer.step(&self.served(number).await, "/complaints", complaint()).await.good()
    }
}

/// The scene of an operation on proceedings and complaints.
pub async fn scene(town: &Town, cast: &Cast, op: &Op, number: &str) -> Option<Scene> {
    let reviewer = &cast.reviewer;
    Some(match op.id.as_str() {
        "perform_order" => on_case(reviewer, &cast.decided(number).await, "/proceedings/1/performance", cast.with_paper().await),
        "note_proceeding" => {
            let notice = json!({"notice": {"what": "suspended"}, "on": FIRST_DAY});
            on_case(reviewer, &cast.in_reconsideration(number).await, "/proceedings/1/notices", notice)
        }
        "announce_hearing" => on_case(reviewer, &cast.in_reconsideration(number).await, "/proceedings/1/hearings", session()),
        "record_hearing" => {
            let case = reviewer.step(&cast.in_reconsideration(number).await, "/proceedings/1/hearings", session()).await.good();
            let held = json!({"result": "held", "appearances": [{"role": "head", "person": "副局长 某某"}]});
            on_case(reviewer, &case, "/proceedings/1/hearing-records", json!({"hearing": 1, "outcome": held}))
        }
        "tell_body" => {
            let case = cast.in_reconsideration(number).await;
            let case = cast.approver.step(&case, "/replies/1/revocation", json!({"reason": "检索遗漏。"})).await.good();
            on_case(reviewer, &case, "/proceedings/1/revocation-notice", json!({"on": FIRST_DAY}))
        }
        "order_round" => {
            // A judgment of first instance opens the round once its term of appeal is over.
            let suit = json!({"court": "示范区人民法院", "instance": "first", "route": "direct", "procedure": "ordinary",
                              "against": {"kind": "reply", "n": 1}, "received_on": FIRST_DAY});
            let case = reviewer.step(&cast.served(number).await, "/litigations", suit).await.good();
            let mut judgment = decision();
            judgment["outcome"] = json!({"by": "court", "outcome": "revoked"});
            judgment["form"] = json!("judgment");
            judgment["order"]["kind"] = json!("answer_anew");
            judgment["order"]["due_on"] = json!("2026-12-16");
            let case = reviewer.step(&case, "/proceedings/1/decision", judgment).await.good();
            town.go("2026-11-18");
            on_case(reviewer, &case, "/proceedings/1/new-round", json!({}))
        }
        "receive_complaint" => on_case(reviewer, &cast.served(number).await, "/complaints", complaint()),
        "answer_complaint" => on_case(reviewer, &cast.complained(number).await, "/complaints/1/answer", json!({"on": FIRST_DAY})),
        "conclude_complaint" => on_case(reviewer, &cast.complained(number).await, "/complaints/1/conclusion", urged()),
        "rectify_complaint" => {
            let case = reviewer.step(&cast.complained(number).await, "/complaints/1/conclusion", urged()).await.good();
            on_case(reviewer, &case, "/complaints/1/rectification", cast.with_paper().await)
        }
        _ => return None,
    })
}
