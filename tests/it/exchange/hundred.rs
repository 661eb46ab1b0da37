//! A hundred proceedings between the real program and the reference counterpart, some with rests and longer terms: messages lost, doubled,
//! reordered, now one side killed and now the other. Both end with the same state, nothing lost, nothing doubled.
//!
//! `EXCHANGE_KILLS=40 cargo test --test it a_hundred_proceedings` kills as often as one likes.

use super::line::{Neighbours, of_type, staff, today};
use crate::kill::verified;
use crate::support::actor::{Actor, application};
use crate::support::life::{denied, disclosed};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Proceedings.
const PROCEEDINGS: usize = 100;
/// Of these, so many are about a reply, the others about silence.
const REPLIED: usize = 15;

/// A case of which the first `REPLIED` have a reply that was posted.
async fn case(staff: &[Actor; 4], n: usize) -> Value {
    let [clerk, handler, reviewer, approver] = staff;
    let case = clerk.post("/api/v1/cases", application(&today())).await.good();
    let case = clerk.step(&case, "/registration", json!({})).await.good();
    if n >= REPLIED {
        return case;
    }
    let me = handler.get("/api/v1/me").await.good();
    let assignment = json!({"department": me["department"]["id"], "handler": me["id"]});
    let case = clerk.step(&case, "/assignments", assignment).await.good();
    let item = if n.is_multiple_of(2) { disclosed() } else { denied() };
    let case = handler.step(&case, "/drafts", json!({"items": [item]})).await.good();
    let case = reviewer.step(&case, "/reviews", json!({"kind": "legal", "verdict": "approved"})).await.good();
    let case = reviewer.step(&case, "/reviews", json!({"kind": "secrecy", "verdict": "approved"})).await.good();
    let case = approver.step(&case, "/replies", json!({})).await.good();
    let post = json!({"letter": {"kind": "reply", "n": 1}, "on": today(),
                      "method": {"method": "post", "carrier": "ems", "tracking_number": format!("EX{n:09}CN")}});
    clerk.step(&case, "/dispatches", post).await.good()
}

/// What the body's clerk writes about one proceeding: a notice, a decision, for every third an opinion.
fn messages(case: &Value, n: usize) -> Vec<Value> {
    let number = format!("示复〔2026〕{}号", 1000 + n);
    let against = if n < REPLIED { "reply" } else { "silence" };
    let mut notice = json!({"type": "notice_to_answer", "case_number": number, "id_number": "110101199003070011",
                            "data": {"procedure": if n.is_multiple_of(4) { "summary" } else { "ordinary" }, "against": against}});
    if n < REPLIED {
        notice["reply_number"] = case["replies"][0]["document_number"].clone();
    } else {
        notice["register_number"] = case["acknowledgement"]["case_number"].clone();
    }
    let decided = match n % 3 {
        0 => json!({"outcome": "revoked", "decided_on": today(), "cause": "poor_reasons", "document_number": format!("示复决{n}号"),
                    "order": {"what": "限期重新答复。", "kind": "other", "due_on": today()}}),
        1 => json!({"outcome": "upheld", "decided_on": today(), "document_number": format!("示复决{n}号")}),
        _ => Value::Null,
    };
    let ended = if decided.is_null() {
        json!({"type": "termination", "case_number": number, "data": {"decided_on": today()}})
    } else {
        json!({"type": "decision", "case_number": number, "data": decided})
    };
    let mut all = vec![notice, ended];
    if n.is_multiple_of(3) {
        all.push(json!({"type": "opinion", "case_number": number, "data": {"document_number": format!("示复意{n}号")}}));
    }
    all
}

/// Of some the body also tells that they rested and went on, and took longer (复议法 39, 62).
fn course(n: usize) -> Vec<Value> {
    if n % 5 != 2 {
        return Vec::new();
    }
    let number = format!("示复〔2026〕{}号", 1000 + n);
    let tell = |sort: &str, data: Value| json!({"type": sort, "case_number": number, "data": data});
    let mut all = vec![tell("suspension", json!({"on": today()})), tell("resumption", json!({"on": today()}))];
    if !n.is_multiple_of(4) {
        all.push(tell("extension", json!({"on": today(), "days": 30})));
    }
    all
}

#[actix_web::test]
async fn a_hundred_proceedings_over_a_bad_line() {
    let kills: usize = std::env::var("EXCHANGE_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(4);
    let mut neighbours = Neighbours::meet("reconsideration", "对接演练复议机关").await;
    let (base, peer_id) = (neighbours.base(), neighbours.peer.clone());

    let people = staff(&base).await;
    let mut cases = Vec::new();
    for n in 0..PROCEEDINGS {
        cases.push(case(&people, n).await);
    }
    let mut written = 0;
    for (n, case) in cases.iter().enumerate() {
        // What tells of the course comes after the decision, where the line lets it: it finds its place all the same.
        for message in messages(case, n).into_iter().chain(course(n)) {
            neighbours.desk(Method::POST, "/desk/messages", message).await;
            written += 1;
        }
        // In the middle of it now one side ends and now the other.
        if kills > 0 && n % (PROCEEDINGS / kills).max(1) == 0 {
            neighbours.kill_one(n);
        }
    }
    neighbours.kill_body();
    neighbours.start_body();
    neighbours.all_applied(written).await;

    // The agency answers; one side ends while what it says is on its way.
    let [_, _, reviewer, _] = staff(&base).await;
    for case in &cases {
        let id = case["id"].as_str().unwrap();
        let now = reviewer.get(&format!("/api/v1/cases/{id}")).await.good();
        reviewer.step(&now, "/proceedings/1/answer", json!({"on": today()})).await.good();
    }
    neighbours.kill_docket();
    neighbours.start_docket();
    let told_all = |state: &Value| {
        of_type(state, "answer").len() == PROCEEDINGS && state["complete_up_to"] == state["taken"].as_array().unwrap().len()
    };
    neighbours.until("every answer has come", told_all).await;

    // The evidence goes out as it is, of those about a reply; the body fetches it over the same line while one side ends.
    let [_, _, reviewer, _] = staff(&base).await;
    for (n, case) in cases.iter().enumerate().take(REPLIED) {
        let offer = json!({"case_id": case["id"], "proceeding": 1, "incomplete": true});
        reviewer.post("/api/v1/dossier-offers", offer).await.good();
        if n == REPLIED / 2 {
            neighbours.kill_body();
            neighbours.start_body();
        }
    }
    neighbours.kill_docket();
    neighbours.start_docket();
    let fetched_all = |state: &Value| told_all(state) && state["fetched"].as_object().unwrap().len() == REPLIED;
    let body = neighbours.until("every dossier is fetched", fetched_all).await;
    for offer in of_type(&body, "dossier") {
        assert_eq!(body["fetched"][offer["id"].as_str().unwrap()], offer["data"]["sha256"], "both ends hold the same bytes");
    }

    // What this side holds of each proceeding is what the other side wrote and was told.
    let [clerk, _, reviewer, _] = staff(&base).await;
    for (n, case) in cases.iter().enumerate() {
        let now = clerk.get(&format!("/api/v1/cases/{}", case["id"].as_str().unwrap())).await.good();
        assert_eq!(now["proceedings"].as_array().unwrap().len(), 1, "one proceeding, whatever came twice");
        let (proceeding, number) = (&now["proceedings"][0], format!("示复〔2026〕{}号", 1000 + n));
        assert_eq!(proceeding["case_number"], number.as_str());
        let outcome = ["revoked", "upheld", "terminated"][n % 3];
        assert_eq!(proceeding["decision"]["outcome"]["outcome"], outcome);
        assert_eq!(proceeding["opinion"].is_null(), n % 3 != 0);
        let rests: Vec<_> = proceeding["suspensions"].as_array().unwrap().iter().map(|rest| &rest["resumed_on"]).collect();
        assert_eq!(rests, vec![&json!(today()); usize::from(n % 5 == 2)]);
        assert_eq!(proceeding["longer_terms"].as_array().unwrap().len(), usize::from(n % 5 == 2 && !n.is_multiple_of(4)));
        let about = |message: &&&Value| message["about"]["case_number"] == number.as_str();
        let answers = of_type(&body, "answer");
        let answers: Vec<_> = answers.iter().filter(about).collect();
        assert_eq!(answers.len(), 1, "{number} is answered once");
        assert_eq!(answers[0]["data"]["on"], proceeding["answer"]["on"]);
        assert_eq!(of_type(&body, "delivery_proof").iter().filter(about).count(), usize::from(n < REPLIED));
    }
    // Nothing doubled, nothing missing, on either side.
    let ids: BTreeSet<&str> = body["taken"].as_array().unwrap().iter().map(|message| message["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), body["taken"].as_array().unwrap().len());
    let mut kept = 0;
    let mut cursor = String::new();
    loop {
        let page = reviewer.get(&format!("/api/v1/exchange-messages?limit=200&peer_id={peer_id}{cursor}")).await.good();
        kept += page["items"].as_array().unwrap().len();
        assert!(page["items"].as_array().unwrap().iter().all(|message| message["state"] == "applied"));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!((kept, body["written"].as_array().unwrap().len()), (written, written));
    neighbours.kill_docket();
    let (holds, said) = verified(&neighbours.folder);
    assert!(holds, "{said}");
}
