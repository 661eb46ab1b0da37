//! A reference counterpart: plays the reconsideration system (行政复议系统) of the contract, or the city's platform (市政务公开工作平台) of the other
//! one, so that a bureau can try the exchange on one machine.
//!
//! It is written from the contract alone and shares no code with the service. It keeps what it wrote, what was acknowledged and what it got in
//! one file on disk, line by line, beside the packages it fetched, and goes on from there after whatever ended it. Told so, it loses, doubles and reorders messages.

mod chance;
mod ledger;
mod side;

use actix_web::web::{self, Bytes, Data, Json};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use anyhow::Context;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chance::Chance;
use clap::Parser;
use ledger::Ledger;
use serde::Deserialize;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// A reference counterpart for the exchange with FOI Docket.
#[derive(Parser, Debug, Clone)]
struct Options {
    /// The address of the exchange up to the neighbour's id, for example `http://127.0.0.1:8080/exchange/reconsideration/v1/<peer id>`.
    #[arg(long)]
    foi: String,
    /// The signing secret, `whsec_…`.
    #[arg(long)]
    secret: String,
    /// The matching key, in base64.
    #[arg(long)]
    matching_key: String,
    /// The bearer token.
    #[arg(long)]
    token: String,
    /// What this body is called.
    #[arg(long, default_value = "示范区人民政府")]
    name: String,
    /// Where it listens: `/messages` for the service, `/desk/…` for whoever plays the body's clerk.
    #[arg(long, default_value = "127.0.0.1:9100")]
    listen: SocketAddr,
    /// The folder it keeps its state in.
    #[arg(long, default_value = "counterpart-data")]
    state: PathBuf,
    /// So many messages of a hundred are lost on the way, in either direction.
    #[arg(long, default_value_t = 0)]
    lose: u32,
    /// So many messages of a hundred are sent twice, or taken and not acknowledged.
    #[arg(long, default_value_t = 0)]
    double: u32,
    /// Messages are sent in any order.
    #[arg(long)]
    shuffle: bool,
    /// Milliseconds between two tries of what was not acknowledged.
    #[arg(long, default_value_t = 1_000)]
    retry_ms: u64,
    /// Milliseconds between two polls; 0 is never.
    #[arg(long, default_value_t = 5_000)]
    poll_ms: u64,
    /// Where the draws of loss, doubling and order begin.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// The body with its keys and its ledger.
struct Body {
    options: Options,
    signing: Vec<u8>,
    matching: Vec<u8>,
    ledger: Mutex<Ledger>,
    chance: Mutex<Chance>,
}

impl Body {
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether something happens that happens so many times of a hundred.
    fn happens(&self, of_a_hundred: u32) -> bool {
        self.chance.lock().unwrap_or_else(PoisonError::into_inner).happens(of_a_hundred)
    }

    /// HMAC-SHA-256, as both sides make it.
    fn tag(key: &[u8], bytes: &[u8]) -> Vec<u8> {
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), bytes).as_ref().to_vec()
    }

    /// The signature of a message.
    fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let content = [format!("{id}.{timestamp}.").as_bytes(), body].concat();
        format!("v1,{}", STANDARD.encode(Self::tag(&self.signing, &content)))
    }

    /// Whether one of the signatures is good.
    fn is_signed(&self, (id, timestamp, signatures): (&str, i64, &str), body: &[u8]) -> bool {
        let expected = self.sign(id, timestamp, body);
        signatures.split(' ').any(|one| aws_lc_rs::constant_time::verify_slices_are_equal(one.as_bytes(), expected.as_bytes()).is_ok())
    }

    /// Another reply as it goes out: whoever asked is named by the digest alone.
    fn nameless(&self, mut further: Value) -> Value {
        if let Some(named) = further.as_object_mut()
            && let Some(number) = named.remove("id_number")
        {
            named.insert("applicant_digest".to_owned(), number.as_str().map(|number| self.digest(number)).into());
        }
        further
    }

    /// The digest that names an applicant.
    fn digest(&self, id_number: &str) -> String {
        let number: String = id_number.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_uppercase();
        Self::tag(&self.matching, number.as_bytes()).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
    }
}

/// What the clerk of the body writes. Of the course, for example: `suspension` and `resumption` with `{"on": …}`, `extension` with
/// `{"on": …, "days": 30}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    r#type: String,
    /// Of a message of the body: its own case number.
    case_number: Option<String>,
    /// What it is about as the contract has it, instead of the other fields: a platform names its number.
    about: Option<Value>,
    reply_number: Option<String>,
    register_number: Option<String>,
    /// Turned into the digest here; it goes no further.
    id_number: Option<String>,
    /// Of a notice over several replies: the others, as the contract has them; an `id_number` in one is turned into the digest like the other.
    #[serde(default)]
    further: Vec<Value>,
    data: Value,
}

/// `POST /desk/messages`: the clerk of the body writes a message; it is sent until it is acknowledged.
async fn write(body: Data<Body>, written: Json<Written>) -> HttpResponse {
    let Written { r#type, case_number, about, reply_number, register_number, id_number, further, data } = written.into_inner();
    #[expect(clippy::disallowed_methods, reason = "a program of its own")]
    let (id, now) = (Uuid::now_v7(), chrono::Utc::now());
    let mut about = about.unwrap_or_else(|| json!({}));
    let named = [("case_number", case_number), ("reply_number", reply_number), ("register_number", register_number)];
    let named = named.into_iter().chain([("applicant_digest", id_number.map(|number| body.digest(&number)))]);
    if let Some(about) = about.as_object_mut() {
        about.extend(named.filter_map(|(key, value)| Some((key.to_owned(), value?.into()))));
        if !further.is_empty() {
            let further: Vec<Value> = further.into_iter().map(|one| body.nameless(one)).collect();
            about.insert("further".to_owned(), further.into());
        }
    }
    let message = json!({
        "id": id, "contract": "1.0", "type": r#type, "sender": body.options.name, "sent_at": now, "about": about, "data": data
    });
    match body.ledger().write(&id.to_string(), &message.to_string()) {
        Ok(()) => HttpResponse::Created().json(json!({"id": id})),
        Err(error) => HttpResponse::InternalServerError().body(error.to_string()),
    }
}

/// `GET /desk/state`: everything this side knows, by case number.
async fn state(body: Data<Body>) -> HttpResponse {
    HttpResponse::Ok().json(body.ledger().state())
}

/// `POST /messages`: a message of the service. It is on disk before it is acknowledged.
async fn take(body: Data<Body>, request: HttpRequest, bytes: Bytes) -> HttpResponse {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let (id, timestamp, signatures) = (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"));
    let Ok(timestamp) = timestamp.parse() else { return HttpResponse::BadRequest().finish() };
    if body.happens(body.options.lose) {
        return HttpResponse::ServiceUnavailable().body("lost on purpose");
    }
    if !body.is_signed((&id, timestamp, &signatures), &bytes) {
        return HttpResponse::Unauthorized().finish();
    }
    let Ok(message) = serde_json::from_slice::<Value>(&bytes) else { return HttpResponse::BadRequest().finish() };
    if message.get("id").and_then(Value::as_str) != Some(id.as_str()) {
        return HttpResponse::BadRequest().finish();
    }
    if let Err(error) = body.ledger().take(&message) {
        return HttpResponse::InternalServerError().body(error.to_string());
    }
    if body.happens(body.options.double) {
        return HttpResponse::ServiceUnavailable().body("taken, and the acknowledgement lost on purpose");
    }
    HttpResponse::NoContent().finish()
}

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let key = |text: &str, name: &str| STANDARD.decode(text).with_context(|| format!("{name} is not base64"));
    let signing = key(options.secret.strip_prefix("whsec_").context("--secret begins with whsec_")?, "--secret")?;
    let matching = key(&options.matching_key, "--matching-key")?;
    let ledger = Mutex::new(Ledger::open(&options.state)?);
    let chance = Mutex::new(Chance::new(options.seed));
    let body = Arc::new(Body { options: options.clone(), signing, matching, ledger, chance });
    let served = Data::from(Arc::clone(&body));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(served.clone())
            .route("/messages", web::post().to(take))
            .route("/desk/messages", web::post().to(write))
            .route("/desk/state", web::get().to(state))
    })
    .workers(1)
    .bind(options.listen)
    .with_context(|| format!("listening on {}", options.listen))?
    .run();
    actix_web::rt::spawn(side::send(Arc::clone(&body)));
    actix_web::rt::spawn(side::fetch(Arc::clone(&body)));
    if options.poll_ms > 0 {
        actix_web::rt::spawn(side::poll(Arc::clone(&body)));
    }
    println!("The body listens on http://{}: messages at /messages, the clerk's desk at /desk/messages and /desk/state", options.listen);
    server.await?;
    Ok(())
}
