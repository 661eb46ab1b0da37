//! The exchange with neighbouring systems: what comes is kept and tried, what waits is a clerk's, what goes arrives once.

mod clerks;
mod course;
mod dossier;
mod held;
mod hundred;
mod joint;
mod late;
mod line;
mod owed;
mod pages;
mod platform;
pub mod platform_files;
mod platform_line;
mod platform_lists;
mod pushes;
mod queue;
mod turns;

use crate::support::actor::{Actor, Reply};
use crate::support::life::Cast;
use crate::support::town::{FIRST_DAY, Town};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use foi_docket::audit::verify;
use foi_docket::demo::DISTRICT;
use foi_docket::exchange::inbox::matching::digest_of;
use foi_docket::exchange::signature::Secret;
use foi_docket::work::{Outcome, tick};
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};
use uuid::Uuid;

/// The applicant of every case of the tests.
const ID_NUMBER: &str = "110101199003070011";

/// The reconsideration system as the agency knows it, played by hand.
pub struct Neighbour {
    /// Its id.
    pub id: String,
    /// What it calls itself.
    pub name: String,
    contract: String,
    base: String,
    secret: Secret,
    matching: [u8; 32],
    token: String,
}

fn key(text: &str) -> [u8; 32] {
    STANDARD.decode(text).unwrap().try_into().unwrap()
}

/// A name that no other neighbour has.
pub fn name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("示范区人民政府（第{}系统）", NEXT.fetch_add(1, Ordering::SeqCst))
}

impl Neighbour {
    /// Entered by the administrator under this name.
    pub async fn enter(town: &Town, name: &str, push_url: Option<&str>) -> Self {
        Self::enter_under(town, "reconsideration", name, push_url).await
    }

    /// The same under a contract.
    pub async fn enter_under(town: &Town, contract: &str, name: &str, push_url: Option<&str>) -> Self {
        let admin = town.sign_in("admin").await;
        let body = json!({"contract": contract, "name": name, "push_url": push_url});
        let created = admin.post("/api/v1/exchange-peers", body).await.good();
        Self::of(&town.base, &created)
    }

    /// As it was handed its secrets.
    pub fn of(base: &str, created: &Value) -> Self {
        let text = |name: &str| created["secrets"][name].as_str().unwrap().to_owned();
        Self {
            id: created["peer"]["id"].as_str().unwrap().to_owned(),
            name: created["peer"]["name"].as_str().unwrap_or("示范区人民政府").to_owned(),
            contract: created["peer"]["contract"].as_str().unwrap().to_owned(),
            base: base.to_owned(),
            secret: Secret::new(key(text("signing_secret").strip_prefix("whsec_").unwrap())),
            matching: key(&text("matching_key")),
            token: text("token"),
        }
    }

    /// A message.
    pub fn message(sort: &str, case_number: &str, data: Value) -> Value {
        json!({
            "id": Uuid::now_v7(), "contract": "1.0", "type": sort, "sender": "示范区人民政府", "sent_at": "2026-11-02T01:00:00Z",
            "about": {"case_number": case_number}, "data": data
        })
    }

    /// A notice to answer about a reply.
    pub fn notice(&self, case_number: &str, reply_number: &str) -> Value {
        let mut message = Self::message("notice_to_answer", case_number, json!({"procedure": "ordinary", "against": "reply"}));
        message["about"]["reply_number"] = json!(reply_number);
        message["about"]["applicant_digest"] = json!(digest_of(&self.matching, ID_NUMBER));
        message
    }

    /// A decision that upholds.
    pub fn upheld(case_number: &str) -> Value {
        Self::message(
            "decision",
            case_number,
            json!({"outcome": "upheld", "decided_on": FIRST_DAY, "document_number": "示复决〔2026〕1号"}),
        )
    }

    fn path(&self) -> String {
        format!("/exchange/{}/v1/{}/messages", self.contract, self.id)
    }

    /// Pushes a message under its own name, its signature made at a moment.
    pub async fn push_at(&self, message: &Value, timestamp: i64) -> Reply {
        let mut message = message.clone();
        message["sender"] = json!(self.name);
        self.push_as_it_is(&message, timestamp).await
    }

    /// Pushes a message, whoever it says it is from.
    async fn push_as_it_is(&self, message: &Value, timestamp: i64) -> Reply {
        let (id, body) = (message["id"].as_str().unwrap(), message.to_string().into_bytes());
        self.push_signed(message, &self.secret.sign(id, timestamp, &body), timestamp).await
    }

    /// Pushes a message with this signature.
    pub async fn push_signed(&self, message: &Value, signature: &str, timestamp: i64) -> Reply {
        let timestamp = timestamp.to_string();
        let headers =
            [("webhook-id", message["id"].as_str().unwrap()), ("webhook-timestamp", timestamp.as_str()), ("webhook-signature", signature)];
        let body = message.to_string().into_bytes();
        Actor::stranger(&self.base).send(Method::POST, &self.path(), &headers, Some(body)).await
    }

    /// Pushes a message now.
    pub async fn push(&self, town: &Town, message: &Value) -> Reply {
        self.push_at(message, town.clock.now().timestamp()).await
    }

    /// What was written for it after a place.
    pub async fn poll(&self, after: u32) -> Vec<Value> {
        let bearer = format!("Bearer {}", self.token);
        let path = format!("{}?after={after}", self.path());
        let page = Actor::stranger(&self.base).send(Method::GET, &path, &[("authorization", &bearer)], None).await.good();
        page["items"].as_array().unwrap().clone()
    }

    /// Fetches a paper.
    async fn fetch(&self, paper: &Value) -> Reply {
        let path = format!("/exchange/reconsideration/v1/{}/papers/{}", self.id, paper.as_str().unwrap());
        let bearer = format!("Bearer {}", self.token);
        Actor::stranger(&self.base).send(Method::GET, &path, &[("authorization", &bearer)], None).await
    }

    /// The last receipt for a message: its state and code.
    pub async fn receipt(&self, message: &Value) -> (String, Option<String>) {
        let all = self.poll(0).await;
        let mut about = all.iter().filter(|one| one["type"] == "receipt" && one["data"]["message"] == message["id"]);
        let last = about.next_back().unwrap_or_else(|| panic!("no receipt for {message}"));
        (last["data"]["state"].as_str().unwrap().to_owned(), last["data"]["code"].as_str().map(str::to_owned))
    }
}

/// A stage with a neighbour and a case whose reply was served.
struct Stage {
    town: Town,
    cast: Cast,
    neighbour: Neighbour,
    case: Value,
}

impl Stage {
    async fn set() -> Self {
        let town = Town::open();
        let cast = Cast::gather(&town).await;
        let neighbour = Neighbour::enter(&town, &name(), None).await;
        let case = cast.served("EA000000001CN").await;
        Self { town, cast, neighbour, case }
    }

    fn reply_number(&self) -> &str {
        self.case["replies"][0]["document_number"].as_str().unwrap()
    }

    async fn again(&self) -> Value {
        self.cast.clerk.get(&format!("/api/v1/cases/{}", self.case["id"].as_str().unwrap())).await.good()
    }

    async fn queue(&self) -> Vec<Value> {
        let page = self.cast.clerk.get("/api/v1/exchange-messages?state=waiting&state=refused").await.good();
        page["items"].as_array().unwrap().clone()
    }

    fn work(&self) {
        assert_eq!(tick(&self.town.app, self.town.clock.now()), Outcome::Done);
    }

    fn holds(&self) {
        let app = &self.town.app;
        assert_eq!(verify::verify(&app.db, &app.office, &app.documents, DISTRICT).unwrap().findings, []);
    }
}

#[actix_web::test]
async fn the_contract_is_what_the_program_serves() {
    let contract = foi_docket::exchange::contracts::reconsideration_contract();
    crate::contract::compare("contracts/reconsideration.v1.yaml", &foi_docket::http::openapi::yaml(&contract).unwrap());
    let town = Town::open();
    let served = town.stranger().get("/exchange/reconsideration/v1/openapi.json").await.good();
    assert_eq!(served, contract);
    assert_eq!(contract["webhooks"]["message"]["post"]["operationId"], "push_message");
    let text = contract.to_string();
    let references: Vec<_> = text.split("\"$ref\":\"#").skip(1).map(|part| part.split('"').next().unwrap()).collect();
    assert!(references.len() > 10);
    for reference in references {
        assert!(contract.pointer(reference).is_some(), "{reference}");
    }
}

#[actix_web::test]
async fn a_proceeding_goes_through_its_life_over_the_exchange() {
    let stage = Stage::set().await;
    let Stage { town, cast, neighbour, .. } = &stage;
    let notice = neighbour.notice("示复〔2026〕7号", stage.reply_number());
    let kept = neighbour.push(town, &notice).await.good();
    assert_eq!((kept["state"].as_str(), kept["code"].as_str()), (Some("applied"), None));
    let case = stage.again().await;
    let proceeding = &case["proceedings"][0];
    assert_eq!((proceeding["case_number"].as_str(), proceeding["received_on"].as_str()), (Some("示复〔2026〕7号"), Some(FIRST_DAY)));
    // 复议法 48: ten working days from the day the copy came, over the exchange as on paper.
    let duty = case["duties"].as_array().unwrap().iter().find(|duty| duty["kind"] == "answer_reconsideration").unwrap();
    assert_eq!((duty["due_on"].as_str(), duty["article"].as_str()), (Some("2026-11-16"), Some("复议法 48")));
    // The step stands on the trail as the neighbour's, with the message beside it.
    let events = cast.clerk.get(&format!("/api/v1/cases/{}/events?limit=200", case["id"].as_str().unwrap())).await.good();
    let opened = events["items"].as_array().unwrap().iter().find(|event| event["kind"] == "proceeding_opened").unwrap();
    assert_eq!((&opened["message_id"], &opened["actor"]["id"]), (&notice["id"], &json!(neighbour.id)));

    stage.work();
    let told = neighbour.poll(0).await;
    let of = |sort: &str| told.iter().find(|message| message["type"] == sort).unwrap_or_else(|| panic!("{sort}")).clone();
    assert_eq!(of("case_data")["about"]["reply_number"], stage.reply_number());
    assert_eq!(of("case_data")["data"]["due"], json!([{"on": "2026-11-16", "what": "answer_reconsideration"}]));
    assert_eq!(of("delivery_proof")["data"]["tracking_number"], "EA000000001CN");
    assert_eq!(of("delivery_proof")["data"]["served_on"], FIRST_DAY);

    let paper = cast.paper().await;
    let case = cast.reviewer.step(&case, "/proceedings/1/answer", json!({"on": FIRST_DAY, "document_id": paper})).await.good();
    stage.work();
    stage.work();
    let answers: Vec<_> = neighbour.poll(0).await.into_iter().filter(|message| message["type"] == "answer").collect();
    assert_eq!(answers.len(), 1, "it is said once");
    assert_eq!((&answers[0]["data"]["on"], &answers[0]["data"]["paper"]["id"]), (&json!(FIRST_DAY), &paper));
    let fetched = neighbour.fetch(&paper).await;
    assert_eq!((fetched.status, fetched.headers["content-type"].to_str().unwrap()), (200, "application/pdf"));
    // A paper that nothing named to it, of the same case or none, is not there for it.
    neighbour.fetch(&cast.paper().await).await.refused("not_found");

    let revoked = json!({"outcome": "revoked", "decided_on": FIRST_DAY, "cause": "poor_reasons", "document_number": "示复决〔2026〕7号",
                         "order": {"what": "重新答复。", "kind": "answer_anew", "due_on": "2026-12-02"}, "text": "撤销该答复。"});
    let decision = Neighbour::message("decision", "示复〔2026〕7号", revoked);
    assert_eq!(neighbour.push(town, &decision).await.good()["state"], "applied");
    let opinion = Neighbour::message("opinion", "示复〔2026〕7号", json!({"document_number": "示复意〔2026〕7号"}));
    assert_eq!(neighbour.push(town, &opinion).await.good()["state"], "applied");
    let after = stage.again().await;
    assert!(after["version"].as_i64() > case["version"].as_i64());
    assert_eq!(after["proceedings"][0]["decision"]["document_number"], "示复决〔2026〕7号");
    // Domain 5.4: what was decided is read in the case, with its words.
    assert_eq!(after["proceedings"][0]["decision"]["text"], "撤销该答复。");
    let round = json!({"round": 2, "reply": 1, "due_on": "2026-12-02"});
    assert_eq!(after["proceedings"][0]["decision"]["ordered_round"], round, "复议法 77: the order says that it wants another reply");
    assert_eq!(after["proceedings"][0]["opinion"]["document_number"], "示复意〔2026〕7号");
    let read = cast.reviewer.get(&format!("/api/v1/exchange-messages/{}", decision["id"].as_str().unwrap())).await.good();
    assert_eq!((read["data"]["text"].as_str(), read["proceeding"].as_i64()), (Some("撤销该答复。"), Some(1)));
    assert!(read["about"].get("applicant_digest").is_none());
    assert!(stage.queue().await.is_empty());
    stage.work();
    let places: Vec<_> = neighbour.poll(0).await.iter().map(|message| message["position"].as_i64().unwrap()).collect();
    assert_eq!(places, (1..=i64::try_from(places.len()).unwrap()).collect::<Vec<_>>(), "places without gaps");
    stage.holds();
}

#[actix_web::test]
async fn twice_is_once_and_an_id_keeps_its_words() {
    let stage = Stage::set().await;
    let Stage { town, neighbour, .. } = &stage;
    let notice = neighbour.notice("示复〔2026〕1号", stage.reply_number());
    let (one, two) = tokio::join!(neighbour.push(town, &notice), neighbour.push(town, &notice));
    assert!(one.status == 200 && two.status == 200, "{one:?} {two:?}");
    assert_eq!(neighbour.push(town, &notice).await.good()["state"], "applied");
    assert_eq!(stage.again().await["proceedings"].as_array().unwrap().len(), 1);
    let mut other = notice.clone();
    other["data"]["procedure"] = json!("summary");
    assert_eq!(neighbour.push(town, &other).await.refused("message_id_reused")["status"], 409);
    stage.work();
    let receipts = neighbour.poll(0).await.into_iter().filter(|message| message["type"] == "receipt").count();
    assert_eq!(receipts, 1);
    stage.holds();
}

#[actix_web::test]
async fn a_decision_before_its_notice_waits_and_is_applied_when_the_notice_comes() {
    let stage = Stage::set().await;
    let Stage { town, neighbour, .. } = &stage;
    let decision = Neighbour::upheld("示复〔2026〕2号");
    let kept = neighbour.push(town, &decision).await.good();
    assert_eq!((kept["state"].as_str(), kept["code"].as_str()), (Some("waiting"), Some("no_proceeding")));
    assert_eq!(stage.queue().await.len(), 1);
    neighbour.push(town, &neighbour.notice("示复〔2026〕2号", stage.reply_number())).await.good();
    stage.work();
    assert_eq!(stage.again().await["proceedings"][0]["decision"]["outcome"]["outcome"], "upheld");
    assert_eq!(neighbour.receipt(&decision).await, ("applied".into(), None));
    assert!(stage.queue().await.is_empty());
    stage.holds();
}

#[actix_web::test]
async fn what_cannot_be_placed_or_applied_waits_for_a_clerk() {
    let stage = Stage::set().await;
    let Stage { town, cast, neighbour, .. } = &stage;
    let unknown = neighbour.notice("示复〔2026〕3号", "示市监公复〔2026〕999号");
    assert_eq!(neighbour.push(town, &unknown).await.good()["code"], "no_case");
    let mut stranger = neighbour.notice("示复〔2026〕4号", stage.reply_number());
    stranger["about"]["applicant_digest"] = json!("ab".repeat(32));
    assert_eq!(neighbour.push(town, &stranger).await.good()["code"], "no_case", "another applicant");
    let course = Neighbour::message("correction", "示复〔2026〕3号", json!({"on": FIRST_DAY, "text": "补正。"}));
    assert_eq!(neighbour.push(town, &course).await.good()["code"], "no_proceeding");
    assert_eq!(stage.queue().await.len(), 3);

    let act = async |message: &Value, what: &str, body: Value| {
        let path = format!("/api/v1/exchange-messages/{}/{what}", message["id"].as_str().unwrap());
        cast.reviewer.post(&path, body).await
    };
    let case = json!({"case_id": stage.case["id"]});
    act(&unknown, "match", json!({"case_id": Uuid::nil()})).await.refused("unknown_reference");
    let matched = act(&unknown, "match", case.clone()).await.good();
    assert_eq!((matched["state"].as_str(), matched["proceeding"].as_i64()), (Some("applied"), Some(1)));
    act(&unknown, "match", case.clone()).await.refused("message_done");
    stage.work();
    let waiting = stage.queue().await;
    let of = |message: &Value| waiting.iter().find(|one| one["id"] == message["id"]).unwrap();
    assert_eq!(of(&course)["code"], "step_by_hand", "its proceeding is known now");
    let still = act(&course, "match", json!({"case_id": stage.case["id"], "proceeding": 1})).await.good();
    assert_eq!((&still["code"], still["settled_by"].is_string()), (&json!("step_by_hand"), true));
    assert_eq!(neighbour.push(town, &course).await.good()["code"], "step_by_hand", "what a clerk has in hand is left to them");
    stage.holds();
    let entered = act(&course, "hand-entry", json!({"case_id": stage.case["id"], "proceeding": 1})).await.good();
    assert_eq!((entered["state"].as_str(), entered["data"]["text"].as_str()), (Some("by_hand"), Some("补正。")));
    let dismissed = act(&stranger, "dismissal", json!({"reason": "not_ours"})).await.good();
    assert_eq!(dismissed["state"], "dismissed");
    assert_eq!(neighbour.receipt(&stranger).await, ("refused".into(), Some("not_ours".into())));
    assert_eq!(neighbour.receipt(&course).await, ("applied".into(), None));

    // A rule refuses it by name, and it stays until somebody sees to it.
    let mut future = Neighbour::upheld("示复〔2026〕3号");
    future["data"]["decided_on"] = json!("2026-12-31");
    let kept = neighbour.push(town, &future).await.good();
    assert_eq!((kept["state"].as_str(), kept["code"].as_str()), (Some("refused"), Some("date_in_future")));
    assert_eq!(stage.queue().await.len(), 1);
    town.go("2026-12-31");
    let matched = act(&future, "match", json!({"case_id": stage.case["id"], "proceeding": 1})).await.good();
    assert_eq!(matched["code"], "date_before_previous", "received before it was decided, says the day it came");
    stage.holds();
}

#[actix_web::test]
async fn a_wrong_signature_is_refused_counted_and_kept_nowhere() {
    let stage = Stage::set().await;
    let Stage { town, cast, neighbour, .. } = &stage;
    let notice = neighbour.notice("示复〔2026〕1号", stage.reply_number());
    let now = town.clock.now().timestamp();
    let (id, body) = (notice["id"].as_str().unwrap(), notice.to_string().into_bytes());
    let good = Neighbour {
        id: Uuid::now_v7().to_string(),
        ..Neighbour::of(
            &town.base,
            &json!({
                "peer": {"id": neighbour.id, "contract": "reconsideration"},
                "secrets": {"signing_secret": neighbour.secret.shown(), "matching_key": STANDARD.encode(neighbour.matching), "token": "x"}
            }),
        )
    };
    let other = Secret::new([9; 32]);
    for reply in [
        neighbour.push_signed(&notice, &other.sign(id, now, &body), now).await,
        neighbour.push_signed(&notice, &neighbour.secret.sign(id, now + 1, &body), now).await,
        neighbour.push_signed(&notice, "v1,", now).await,
        // A neighbour that does not exist is told the same.
        good.push_at(&notice, now).await,
    ] {
        assert_eq!(reply.refused("signature_refused")["status"], 401);
    }
    assert!(cast.clerk.get("/api/v1/exchange-messages").await.good()["items"].as_array().unwrap().is_empty());
    let figures = cast.clerk.text("/metrics", "*/*").await;
    assert!(figures.contains("code=\"signature_refused\"} 4"), "{figures}");
    let token = [("authorization", "Bearer nonsense")];
    town.stranger().send(Method::GET, &neighbour.path(), &token, None).await.refused("not_signed_in");
    town.stranger().get(&neighbour.path()).await.refused("not_signed_in");
    stage.holds();
}

#[actix_web::test]
async fn a_clock_a_day_off_is_marked_and_loses_nothing() {
    let stage = Stage::set().await;
    let Stage { town, cast, neighbour, .. } = &stage;
    let notice = neighbour.notice("示复〔2026〕1号", stage.reply_number());
    let kept = neighbour.push_at(&notice, town.clock.now().timestamp() - 86_400).await.good();
    assert_eq!(kept["state"], "applied");
    let seen = cast.clerk.get(&format!("/api/v1/exchange-messages/{}", notice["id"].as_str().unwrap())).await.good();
    assert_eq!(seen["skewed"], true);
    assert_eq!(stage.again().await["proceedings"][0]["received_on"], FIRST_DAY, "our own day counts");
}

#[actix_web::test]
async fn a_neighbour_speaks_of_its_own_proceedings_only_and_a_closed_one_of_none() {
    let stage = Stage::set().await;
    let Stage { town, neighbour, .. } = &stage;
    neighbour.push(town, &neighbour.notice("示复〔2026〕1号", stage.reply_number())).await.good();
    let other = Neighbour::enter(town, &name(), None).await;
    assert_eq!(other.push(town, &Neighbour::upheld("示复〔2026〕1号")).await.good()["code"], "no_proceeding");
    assert!(other.poll(0).await.iter().all(|message| message["type"] == "receipt"));
    let admin = town.sign_in("admin").await;
    let closed = json!({"active": false}).to_string().into_bytes();
    let path = format!("/api/v1/exchange-peers/{}", other.id);
    admin.send(Method::PATCH, &path, &[("content-type", "application/json")], Some(closed)).await.good();
    other.push(town, &Neighbour::upheld("示复〔2026〕1号")).await.refused("signature_refused");
    stage.holds();
}

#[actix_web::test]
async fn secrets_are_rotated_with_an_overlap_and_shown_once() {
    let stage = Stage::set().await;
    let Stage { town, neighbour, .. } = &stage;
    let admin = town.sign_in("admin").await;
    let path = format!("/api/v1/exchange-peers/{}/secrets", neighbour.id);
    let rotated = admin.post(&path, json!({"overlap_hours": 24})).await.good();
    let renewed = Neighbour::of(&town.base, &rotated);
    assert_eq!(renewed.matching, neighbour.matching, "the digests of applicants outlive it");
    assert!(renewed.secret != neighbour.secret && renewed.token != neighbour.token);
    let seen = admin.get("/api/v1/exchange-peers").await.good();
    assert!(seen["items"][0]["secrets"].as_array().unwrap().iter().all(|one| one.get("signing_secret").is_none()));
    neighbour.push(town, &neighbour.notice("示复〔2026〕1号", stage.reply_number())).await.good();
    town.go("2026-11-04");
    neighbour.push(town, &Neighbour::upheld("示复〔2026〕1号")).await.refused("signature_refused");
    assert_eq!(renewed.push(town, &Neighbour::upheld("示复〔2026〕1号")).await.good()["state"], "applied");
    stage.holds();
}

#[actix_web::test]
async fn bad_input_is_refused_by_name_and_not_kept() {
    let stage = Stage::set().await;
    let Stage { town, neighbour, cast, .. } = &stage;
    let admin = town.sign_in("admin").await;
    for address in ["http://example.org/", "https://127.0.0.1/", "https://10.0.0.1/foi", "ftp://example.org/"] {
        let body = json!({"contract": "reconsideration", "name": name(), "push_url": address});
        let refused = admin.post("/api/v1/exchange-peers", body).await.refused("fields_refused");
        assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]), (&json!("/push_url"), &json!("address_refused")));
    }
    let body = json!({"contract": "reconsideration", "name": admin.get("/api/v1/exchange-peers").await.good()["items"][0]["name"]});
    admin.post("/api/v1/exchange-peers", body).await.refused("taken");
    cast.clerk.post("/api/v1/exchange-peers", json!({"contract": "reconsideration", "name": name()})).await.refused("forbidden");

    let notice = neighbour.notice("示复〔2026〕1号", stage.reply_number());
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut message = notice.clone();
        change(&mut message);
        message
    };
    for (message, code, pointer) in [
        (changed(&|message| message["type"] = json!("verdict")), "malformed_body", "/type"),
        (changed(&|message| message["contract"] = json!("9.0")), "malformed_body", "/contract"),
        (changed(&|message| message["surprise"] = json!(1)), "malformed_body", ""),
        (changed(&|message| message["data"]["surprise"] = json!(1)), "malformed_body", "/data"),
        (changed(&|message| message["about"]["applicant_digest"] = json!("x")), "fields_refused", "/about/applicant_digest"),
        (changed(&|message| message["about"]["case_number"] = json!(" ")), "fields_refused", "/about/case_number"),
    ] {
        let refused = neighbour.push(town, &message).await.refused(code);
        let found = refused["errors"][0]["pointer"].as_str().unwrap();
        assert!(found.starts_with(pointer), "{found} is not {pointer}");
    }
    let headers = [("webhook-id", "x"), ("webhook-timestamp", "soon"), ("webhook-signature", "v1,x")];
    town.stranger().send(Method::POST, &neighbour.path(), &headers, Some(b"{}".to_vec())).await.refused("malformed_header");
    town.stranger().post(&neighbour.path(), json!({})).await.refused("malformed_header");
    assert!(cast.clerk.get("/api/v1/exchange-messages").await.good()["items"].as_array().unwrap().is_empty());
}
