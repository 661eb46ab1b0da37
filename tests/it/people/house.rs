//! A city bureau above a district bureau, served over HTTP on a database of their own.
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use actix_web::web::Data;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use foi_docket::app::App;
use foi_docket::case::office::Office;
use foi_docket::clock::Clock;
use foi_docket::crypto::MasterKey;
use foi_docket::db::embedded::{Durability, Embedded, EmbeddedOptions};
use foi_docket::db::pool::{Db, Limits};
use foi_docket::db::{migrations, schema};
use foi_docket::http::metrics::Metrics;
use foi_docket::http::net::Net;
use foi_docket::http::server;
use foi_docket::ids::new_id;
use foi_docket::letters::scanner::Scanner;
use foi_docket::letters::store::Store;
use foi_docket::notify::mailer::Mailer;
use foi_docket::people::founding::{
    FirstPassword, Founder, NewAccount, NewAgency, Task, create_account_row, create_department_row, found_agency,
};
use foi_docket::people::gate::Gate;
use foi_docket::people::passwords;
use foi_docket::people::tokens::Tokens;
use foi_docket::rules::permissions::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

/// The day on which the stories play.
pub const TODAY: &str = "2026-03-02";

pub struct House {
    pub district: Uuid,
    pub department: Uuid,
    pub accounts: std::collections::BTreeMap<&'static str, Uuid>,
    base: String,
    client: reqwest::Client,
    owner_url: String,
    handle: actix_web::dev::ServerHandle,
    // Dropped last, in this order: the server before its folder.
    _database: Embedded,
    _folder: Folder,
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("foi-docket-people-{}-{number}", std::process::id())))
    }
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Answer {
    /// The body of an answer that must be good.
    pub fn good(self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.body);
        self.body
    }

    /// Must be refused with this status and code.
    pub fn refused(&self, status: u16, code: &str) -> &Self {
        assert_eq!((self.status.as_u16(), self.body.get("code").and_then(Value::as_str)), (status, Some(code)), "{}", self.body);
        self
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}: {}", self.body)).to_str().unwrap()
    }
}

/// One request to be.
pub struct Call<'a> {
    house: &'a House,
    request: reqwest::RequestBuilder,
}

impl Call<'_> {
    pub fn token(mut self, token: &str) -> Self {
        self.request = self.request.bearer_auth(token);
        self
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub fn body(mut self, body: &Value) -> Self {
        self.request = self.request.json(body);
        self
    }

    pub async fn send(self) -> Answer {
        let response = self.request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        Answer { status, headers, body: serde_json::from_str(&text).unwrap_or_default() }
    }

    /// Sends a change: a good one leaves at least one event in the agency's stream, a refused one none.
    pub async fn change(self) -> Answer {
        let house = self.house;
        let before = house.events("agency");
        let answer = self.send().await;
        assert_eq!(house.events("agency") > before, answer.status.is_success(), "{} {}", answer.status, answer.body);
        answer
    }
}

fn settings() -> Value {
    json!({
        "agency_code": "甲乙某", "case_number_pattern": "{agency}申〔{year}〕{n}号", "document_number_pattern": "{agency}公复〔{year}〕{n}号",
        "contact": "甲市乙区一路 1 号", "reminder_offsets": [10, 5, 3, 1, 0], "retention_years": 30,
        "reconsideration_bodies": [{"from_on": "2019-05-15", "name": "甲市乙区人民政府", "online_filing": null}],
        "courts": [{"from_on": "2019-05-15", "name": "甲市乙区人民法院", "online_filing": null}],
    })
}

const CALENDAR: &str =
    r#"{"region": "CN", "source": "test", "years": {"2026": {"holidays": {"2026-01-01": "元旦"}, "working_weekends": {}}}}"#;

impl House {
    pub fn open() -> Self {
        let folder = Folder::new();
        let program = PathBuf::from(env!("CARGO_BIN_EXE_foi-docket"));
        let options =
            EmbeddedOptions { data_dir: folder.0.join("data"), durability: Durability::TestOnly, ..EmbeddedOptions::new(program) };
        let database = Embedded::start(&options).unwrap();
        let owner_url = database.owner_url();
        migrations::migrate(&owner_url).unwrap();
        let mut owner = PgConnection::establish(&owner_url).unwrap();
        diesel::sql_query("GRANT foi_docket_service TO foi_serve").execute(&mut owner).unwrap();
        diesel::insert_into(schema::calendar_editions::table)
            .values((
                schema::calendar_editions::edition.eq(1),
                schema::calendar_editions::sha256.eq(vec![1; 32]),
                schema::calendar_editions::loaded_at.eq(foi_docket::clock::real_now()),
                schema::calendar_editions::data.eq(CALENDAR),
            ))
            .execute(&mut owner)
            .unwrap();
        let clock = Clock::test(format!("{TODAY}T02:00:00Z").parse().unwrap());
        let office = Arc::new(Office::new(clock, MasterKey::generate().unwrap()).unwrap());
        let (city, district) = (new_id(), new_id());
        let mut accounts = std::collections::BTreeMap::new();
        let mut department = None;
        let hash = passwords::hash("demo").unwrap();
        for (agency, parent, name, people) in [
            (city, None, "甲市某某局", &[("city", Role::Administrator)][..]),
            (
                district,
                Some(city),
                "甲市乙区某某局",
                &[("admin", Role::Administrator), ("clerk", Role::Clerk), ("handler", Role::Handler), ("auditor", Role::Auditor)][..],
            ),
        ] {
            let founder = Founder { office: &office, agency, task: Task::Seed };
            let settings = serde_json::from_value(settings()).unwrap();
            found_agency(&mut owner, &founder, NewAgency { name: name.to_owned(), parent, settings }).unwrap();
            let place = create_department_row(&mut owner, &founder, "公开科").unwrap();
            department = Some(place);
            for (username, role) in people {
                let new = NewAccount {
                    username: (*username).to_owned(),
                    display_name: format!("{}甲", role.zh()),
                    email: format!("{username}@example.invalid"),
                    department: Some(place),
                    roles: vec![*role],
                    password_hash: hash.clone(),
                    first_password: FirstPassword::Stays,
                };
                accounts.insert(*username, create_account_row(&mut owner, &founder, new).unwrap());
            }
        }
        let app = Data::new(App {
            db: Db::new(&database.serve_url(), Limits::default()),
            office,
            tokens: Tokens::generate("https://foi.example.invalid").unwrap(),
            gate: Gate::default(),
            net: Net::default(),
            metrics: Metrics::default(),
            oidc: None,
            mailer: Mailer::from_config(None, "foi@example.invalid", &folder.0.join("mail")).unwrap(),
            public_url: "https://foi.example.invalid".to_owned(),
            documents: Store::new(&folder.0.join("documents")),
            scanner: Scanner::Off,
            press: foi_docket::letters::press::Press::default(),
            exchange: foi_docket::exchange::reach::Reach::default(),
        });
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/api/v1", listener.local_addr().unwrap());
        let running = server::serve(app, listener, 1).unwrap();
        let handle = running.handle();
        actix_web::rt::spawn(running);
        Self {
            district,
            department: department.unwrap(),
            accounts,
            base,
            client: reqwest::Client::new(),
            owner_url,
            handle,
            _database: database,
            _folder: folder,
        }
    }

    pub async fn close(self) {
        self.handle.stop(false).await;
    }

    pub fn call(&self, method: Method, path: &str) -> Call<'_> {
        Call { house: self, request: self.client.request(method, format!("{}{path}", self.base)) }
    }

    pub fn get(&self, path: &str) -> Call<'_> {
        self.call(Method::GET, path)
    }

    pub fn post(&self, path: &str, body: &Value) -> Call<'_> {
        self.call(Method::POST, path).body(body)
    }

    pub async fn try_sign_in(&self, username: &str, password: &str) -> Answer {
        self.post("/sessions", &json!({"username": username, "password": password})).send().await
    }

    /// Signs in and gives the access token.
    pub async fn sign_in(&self, username: &str) -> String {
        self.try_sign_in(username, "demo").await.good().get("access_token").and_then(Value::as_str).unwrap().to_owned()
    }

    /// How many events the district has: in its own stream, or in those of its cases.
    pub fn events(&self, stream: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Count {
            #[diesel(sql_type = BigInt)]
            count: i64,
        }
        let mut owner = PgConnection::establish(&self.owner_url).unwrap();
        let of = if stream == "agency" { "stream_id = agency_id" } else { "stream_id <> agency_id AND kind = 'case_assigned'" };
        let text = format!("SELECT count(*) AS count FROM events WHERE agency_id = $1 AND {of}");
        diesel::sql_query(text).bind::<SqlUuid, _>(self.district).get_result::<Count>(&mut owner).unwrap().count
    }

    /// Kinds of the district's own events, the latest last.
    pub fn kinds(&self) -> Vec<String> {
        let mut owner = PgConnection::establish(&self.owner_url).unwrap();
        schema::events::table
            .filter(schema::events::agency_id.eq(self.district))
            .filter(schema::events::stream_id.eq(self.district))
            .order(schema::events::seq)
            .select(schema::events::kind)
            .load(&mut owner)
            .unwrap()
    }
}
