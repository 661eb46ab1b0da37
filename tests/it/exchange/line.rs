//! The real program and the reference counterpart as two processes, with a line between them that loses, doubles and reorders messages, and on
//! which now one side is killed and now the other.

use crate::kill::{Program, command, started};
use crate::support::actor::Actor;
use crate::support::town::tempfolder::Folder;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longest wait for both sides to agree.
const PATIENCE: Duration = Duration::from_mins(4);

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The legal day.
pub fn today() -> String {
    foi_docket::clock::Clock::system().today().to_string()
}

/// The two programs and what they are started with.
pub struct Neighbours {
    /// Where both keep what they know.
    pub folder: Folder,
    /// The neighbour as the agency entered it.
    pub peer: String,
    docket_port: u16,
    body_port: u16,
    arguments: Vec<String>,
    docket: Option<Program>,
    body: Option<Child>,
}

impl Neighbours {
    /// Starts both under a contract, over a line that loses, doubles and reorders.
    pub async fn meet(contract: &str, name: &str) -> Self {
        let (docket_port, body_port) = (free_port(), free_port());
        let (folder, peer) = (Folder::new(&format!("exchange-{contract}")), String::new());
        let mut neighbours = Self { folder, peer, docket_port, body_port, arguments: Vec::new(), docket: None, body: None };
        neighbours.start_docket();
        let base = neighbours.base();
        let admin = Actor::sign_in(&base, "admin", "demo").await;
        let peer = json!({"contract": contract, "name": name, "push_url": format!("http://127.0.0.1:{body_port}/messages")});
        let created = admin.post("/api/v1/exchange-peers", peer).await.good();
        let handed = |name: &str| created["secrets"][name].as_str().unwrap().to_owned();
        created["peer"]["id"].as_str().unwrap().clone_into(&mut neighbours.peer);
        let state = neighbours.folder.path().join("counterpart");
        neighbours.arguments = [
            ("--foi", format!("{base}/exchange/{contract}/v1/{}", neighbours.peer)),
            ("--secret", handed("signing_secret")),
            ("--matching-key", handed("matching_key")),
            ("--token", handed("token")),
            ("--name", name.to_owned()),
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
        neighbours
    }

    /// Ends now the one and now the other, and starts it again.
    pub fn kill_one(&mut self, turn: usize) {
        if turn.is_multiple_of(2) {
            self.kill_docket();
            self.start_docket();
        } else {
            self.kill_body();
            self.start_body();
        }
    }

    /// Waits until something holds of the counterpart's state.
    pub async fn until(&self, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let state = self.state().await;
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

    /// Waits until every message that was written is applied.
    pub async fn all_applied(&self, written: usize) {
        let everything = |state: &Value| {
            let told = receipts(state);
            state["unsent"] == 0 && told.len() == written && told.values().all(|state| state == "applied")
        };
        self.until("every message is applied", everything).await;
    }

    /// Starts the service.
    pub fn start_docket(&mut self) {
        let mut command = command(&self.folder);
        command
            .env("FOI_LISTEN", format!("127.0.0.1:{}", self.docket_port))
            .env("FOI_EXCHANGE_ORIGINS", format!("http://127.0.0.1:{}", self.body_port))
            .stderr(Stdio::inherit());
        self.docket = Some(started(&mut command));
    }

    /// Starts the counterpart.
    pub fn start_body(&mut self) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reference-counterpart"));
        command.args(&self.arguments).stdout(Stdio::null()).stderr(Stdio::null());
        self.body = Some(command.spawn().unwrap());
    }

    /// Ends the service.
    pub fn kill_docket(&mut self) {
        let mut docket = self.docket.take().unwrap();
        docket.child.kill().unwrap();
        docket.child.wait().unwrap();
    }

    /// Ends the counterpart.
    pub fn kill_body(&mut self) {
        let mut body = self.body.take().unwrap();
        body.kill().unwrap();
        body.wait().unwrap();
    }

    /// Where the service listens.
    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.docket_port)
    }

    /// The desk of the body's clerk; it may be down for a moment.
    pub async fn desk(&self, method: Method, path: &str, body: Value) -> Value {
        let desk = Actor::stranger(&format!("http://127.0.0.1:{}", self.body_port));
        for _ in 0..100 {
            if let Some(reply) = desk.try_send(method.clone(), path, &[], body.to_string().into_bytes()).await {
                return reply.good();
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the counterpart does not answer");
    }

    /// Everything that the counterpart knows.
    pub async fn state(&self) -> Value {
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

/// The people who work the cases.
pub async fn staff(base: &str) -> [Actor; 4] {
    let sign_in = async |name: &str| Actor::sign_in(base, name, "demo").await;
    [sign_in("clerk").await, sign_in("handler").await, sign_in("reviewer").await, sign_in("approver").await]
}

/// The last receipt for every message, by the message's id.
pub fn receipts(state: &Value) -> BTreeMap<String, String> {
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

/// The messages of a sort that the counterpart took.
pub fn of_type<'a>(state: &'a Value, sort: &str) -> Vec<&'a Value> {
    state["taken"].as_array().unwrap().iter().filter(|message| message["type"] == sort).collect()
}
