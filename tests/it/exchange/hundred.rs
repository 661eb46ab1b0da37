//! A hundred proceedings between the real program and the reference counterpart, some with rests and longer terms: messages lost, doubled,
//! reordered, now one side killed and now the other. Both end with the same state, nothing lost, nothing doubled.
//!
//! `EXCHANGE_KILLS=40 cargo test --test it a_hundred_proceedings` kills as often as one likes.

use crate::kill::{Program, command, started, verified};
use crate::support::actor::{Actor, application};
use crate::support::life::{denied, disclosed};
use crate::support::town::tempfolder::Folder;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Proceedings.
const PROCEEDINGS: usize = 100;
/// Of these, so many are about a reply, the others about silence.
const REPLIED: usize = 15;
/// Longest wait for both sides to agree.
const PATIENCE: Duration = Duration::from_mins(4);

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn today() -> String {
    foi_docket::clock::Clock::system().today().to_string()
}

/// The two programs and what they are started with.
struct Neighbours {
    folder: Folder,
    docket_port: u16,
    body_port: u16,
    arguments: Vec<String>,
    docket: Option<Program>,
    body: Option<Child>,
}

impl Neighbours {
    fn start_docket(&mut self) {
        let mut command = command(&self.folder);
        command
            .env("FOI_LISTEN", format!("127.0.0.1:{}", self.docket_port))
            .env("FOI_EXCHANGE_ORIGINS", format!("http://127.0.0.1:{}", self.body_port))
            .stderr(Stdio::inherit());
        self.docket = Some(started(&mut command));
    }

    fn start_body(&mut self) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reference-counterpart"));
        command.args(&self.arguments).stdout(Stdio::null()).stderr(Stdio::null());
        self.body = Some(command.spawn().unwrap());
    }

    fn kill_docket(&mut self) {
        let mut docket = self.docket.take().unwrap();
        docket.child.kill().unwrap();
        docket.child.wait().unwrap();
    }

    fn kill_body(&mut self) {
        let mut body = self.body.take().unwrap();
        body.kill().unwrap();
        body.wait().unwrap();
    }

    fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.docket_port)
    }

    /// The desk of the body's clerk; it may be down for a moment.
    async fn desk(&self, method: Method, path: &str, body: Value) -> Value {
        let desk = Actor::stranger(&format!("http://127.0.0.1:{}", self.body_port));
        for _ in 0..100 {
            if let Some(reply) = desk.try_send(method.clone(), path, &[], body.to_string().into_bytes()).await {
                return reply.good();
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the counterpart does not answer");
    }

    async fn state(&self) -> Value {
        self.desk(Method::GET, "/desk/state", Value::Null).await
    }
}

impl Drop for Neighbours {
    fn drop(&mut self) {
        for child in self.docket.iter_mut().map(|docket| &mut docket.child).chain(&mut self.body) {
            let _ended = (child.kill(), child.wait());
        }
    }
}

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

async fn staff(base: &str) -> [Actor; 4] {
    let sign_in = async |name: &str| Actor::sign_in(base, name, "demo").await;
    [sign_in("clerk").await, sign_in("handler").await, sign_in("reviewer").await, sign_in("approver").await]
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

/// Of some the body also tells, before it decides, that they rest and go on, and takes longer (复议法 39, 62).
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

/// The last receipt for every message, by the message's id.
fn receipts(state: &Value) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, (i64, String)> = BTreeMap::new();
    for message in state["taken"].as_array().unwrap().iter().filter(|message| message["type"] == "receipt") {
        let (about, position) = (message["data"]["message"].as_str().unwrap(), message["position"].as_i64().unwrap());
        let known = found.entry(about.to_owned()).or_default();
        if position > known.0 {
            *known = (position, message["data"]["state"].as_str().unwrap().to_owned());
        }
    }
    found.into_iter().map(|(id, (_, state))| (id, state)).collect()
}

/// Waits until something holds of the counterpart's state.
async fn until(neighbours: &Neighbours, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let state = neighbours.state().await;
        if holds(&state) {
            return state;
        }
        let told: BTreeMap<String, usize> = receipts(&state).into_values().fold(BTreeMap::new(), |mut told, state| {
            *told.entry(state).or_default() += 1;
            told
        });
        assert!(begun.elapsed() < PATIENCE, "{what}: unsent {}, receipts {told:?}", state["unsent"]);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

fn of_type<'a>(state: &'a Value, sort: &str) -> Vec<&'a Value> {
    state["taken"].as_array().unwrap().iter().filter(|message| message["type"] == sort).collect()
}

#[actix_web::test]
async fn a_hundred_proceedings_over_a_bad_line() {
    let kills: usize = std::env::var("EXCHANGE_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(4);
    let (docket_port, body_port) = (free_port(), free_port());
    let folder = Folder::new("exchange");
    let mut neighbours = Neighbours { folder, docket_port, body_port, arguments: Vec::new(), docket: None, body: None };
    neighbours.start_docket();
    let base = neighbours.base();
    let admin = Actor::sign_in(&base, "admin", "demo").await;
    let peer =
        json!({"contract": "reconsideration", "name": "对接演练复议机关", "push_url": format!("http://127.0.0.1:{body_port}/messages")});
    let created = admin.post("/api/v1/exchange-peers", peer).await.good();
    let handed = |name: &str| created["secrets"][name].as_str().unwrap().to_owned();
    let peer_id = created["peer"]["id"].as_str().unwrap();
    let state = neighbours.folder.path().join("counterpart");
    neighbours.arguments = [
        ("--foi", format!("{base}/exchange/reconsideration/v1/{peer_id}")),
        ("--secret", handed("signing_secret")),
        ("--matching-key", handed("matching_key")),
        ("--token", handed("token")),
        ("--name", "对接演练复议机关".to_owned()),
        ("--listen", format!("127.0.0.1:{body_port}")),
        ("--state", state.to_string_lossy().into_owned()),
        ("--lose", "10".to_owned()),
        ("--double", "10".to_owned()),
        ("--retry-ms", "300".to_owned()),
        ("--poll-ms", "2000".to_owned()),
    ]
    .into_iter()
    .flat_map(|(name, value)| [name.to_owned(), value])
    .chain(["--shuffle".to_owned()])
    .collect();
    neighbours.start_body();

    let people = staff(&base).await;
    let mut cases = Vec::new();
    for n in 0..PROCEEDINGS {
        cases.push(case(&people, n).await);
    }
    let mut written = 0;
    let mut later = Vec::new();
    for (n, case) in cases.iter().enumerate() {
        let mut messages = messages(case, n);
        let course = course(n);
        if !course.is_empty() {
            later.extend(messages.split_off(1));
            messages.extend(course);
        }
        for message in messages {
            neighbours.desk(Method::POST, "/desk/messages", message).await;
            written += 1;
        }
        // In the middle of it now one side ends and now the other.
        if kills > 0 && n % (PROCEEDINGS / kills).max(1) == 0 {
            if n.is_multiple_of(2) {
                neighbours.kill_docket();
                neighbours.start_docket();
            } else {
                neighbours.kill_body();
                neighbours.start_body();
            }
        }
    }
    neighbours.kill_body();
    neighbours.start_body();
    let everything = |state: &Value, written: usize| {
        let told = receipts(state);
        state["unsent"] == 0 && told.len() == written && told.values().all(|state| state == "applied")
    };
    until(&neighbours, "every message is applied", |state| everything(state, written)).await;
    written += later.len();
    for message in later {
        neighbours.desk(Method::POST, "/desk/messages", message).await;
    }
    until(&neighbours, "every later message is applied", |state| everything(state, written)).await;

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
    let body = until(&neighbours, "every answer has come", told_all).await;

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
