//! A town of two agencies on a database of its own, served over real HTTP, with a clock the test moves.

use actix_web::web::Data;
use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use foi_docket::app::App;
use foi_docket::case::office::Office;
use foi_docket::clock::Clock;
use foi_docket::crypto::MasterKey;
use foi_docket::db::editions::bring_calendar;
use foi_docket::db::embedded::{Durability, Embedded, EmbeddedOptions};
use foi_docket::db::migrations;
use foi_docket::db::pool::{Db, Limits};
use foi_docket::db::schema::{accounts, departments, outbox};
use foi_docket::demo::{self, walker::LetterDesk};
use foi_docket::exchange::reach::Reach;
use foi_docket::http::metrics::Metrics;
use foi_docket::http::net::Net;
use foi_docket::letters::press::Press;
use foi_docket::letters::scanner::Scanner;
use foi_docket::letters::store::Store;
use foi_docket::notify::mailer::Mailer;
use foi_docket::people::founding::{FirstPassword, Founder, NewAccount, NewAgency, Task, create_account_row, found_agency};
use foi_docket::people::gate::Gate;
use foi_docket::people::tokens::Tokens;
use foi_docket::rules::permissions::Role;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use uuid::Uuid;

use super::actor::Actor;

/// The legal day on which every town begins: a Monday without a holiday near.
pub const FIRST_DAY: &str = "2026-11-02";

struct Server {
    embedded: Embedded,
    template: String,
}

/// The one PostgreSQL of the test run, with a template database per state of the migrations.
fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let data_dir = std::env::temp_dir().join(format!("foi-docket-it-{}", std::process::id()));
        let options = EmbeddedOptions {
            data_dir,
            search_path: std::env::var_os("PATH"),
            durability: Durability::TestOnly,
            ..EmbeddedOptions::new(PathBuf::from(env!("CARGO_BIN_EXE_foi-docket")))
        };
        let embedded = Embedded::start(&options).unwrap();
        let template = "town_template".to_owned();
        admin(&embedded, &format!("CREATE DATABASE {template}"));
        let url = embedded.owner_url_to(&template);
        migrations::migrate(&url).unwrap();
        let mut owner = PgConnection::establish(&url).unwrap();
        owner.batch_execute("GRANT foi_docket_service TO foi_serve").unwrap();
        let clock = Clock::test(morning(FIRST_DAY));
        bring_calendar(&mut owner, clock.now()).unwrap();
        let office = Office::new(clock, master_key()).unwrap();
        demo::found(&mut owner, &office).unwrap();
        let sister = Founder { office: &office, agency: SISTER, task: Task::Seed };
        let settings = demo::settings("邻市监", "邻区人民政府", "邻区人民法院").unwrap();
        found_agency(&mut owner, &sister, NewAgency { name: "邻区市场监督管理局".into(), parent: Some(demo::CITY), settings }).unwrap();
        drop(owner);
        Server { embedded, template }
    })
}

fn admin(embedded: &Embedded, sql: &str) {
    PgConnection::establish(&embedded.owner_url_to("postgres")).unwrap().batch_execute(sql).unwrap();
}

fn master_key() -> MasterKey {
    MasterKey::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap()
}

/// 09:00 in Shanghai on a day.
pub fn morning(day: &str) -> DateTime<Utc> {
    let day: NaiveDate = day.parse().unwrap();
    Utc.from_utc_datetime(&day.and_hms_opt(1, 0, 0).unwrap())
}

/// The service and its database.
pub struct Town {
    /// The service's own parts, for stepping workers by hand.
    pub app: Data<App>,
    /// Where it listens.
    pub base: String,
    /// The legal clock.
    pub clock: Clock,
    /// As the owner of the tables, for tampering.
    pub owner_url: String,
    folder: tempfolder::Folder,
    handle: actix_web::dev::ServerHandle,
    thread: Option<JoinHandle<()>>,
}

/// What is different in a town.
struct Setup<'a> {
    smtp_url: Option<&'a str>,
    net: Net,
    gate: Gate,
    today: &'a str,
    documents: Option<Store>,
    scanner: Scanner,
    reach: Reach,
}

impl Default for Setup<'_> {
    fn default() -> Self {
        let (net, gate) = (Net::default(), Gate::default());
        Self { smtp_url: None, net, gate, today: FIRST_DAY, documents: None, scanner: Scanner::Off, reach: Reach::default() }
    }
}

impl Town {
    /// A town whose mail lands in a folder.
    pub fn open() -> Self {
        Self::with_mail(None)
    }

    /// The demo as it is told on a day, served.
    pub fn demo(day: &str) -> Self {
        let server = server();
        Self::serve(Setup { today: day, ..Setup::default() }, |name| {
            admin(&server.embedded, &format!("CREATE DATABASE {name}"));
            let url = server.embedded.owner_url_to(name);
            migrations::migrate(&url).unwrap();
            let mut owner = PgConnection::establish(&url).unwrap();
            owner.batch_execute("GRANT foi_docket_service TO foi_serve").unwrap();
            let clock = Clock::test(morning(day));
            bring_calendar(&mut owner, clock.now()).unwrap();
            let db = Db::new(&server.embedded.serve_url_to(name), Limits { connections: 2, ..Limits::default() });
            let letters = tempfolder::Folder::new(&format!("demo-letters-{name}"));
            let desk = LetterDesk { press: Press::default(), store: Store::new(letters.path()) };
            demo::walk(&mut owner, (db, desk), Office::new(Clock::test(morning(day)), master_key()).unwrap(), &clock).unwrap();
        })
    }

    /// A town whose network is set up in this way, with a gate.
    pub fn with_net(net: Net, gate: Gate) -> Self {
        Self::set_up(Setup { net, gate, ..Setup::default() })
    }

    /// A town whose mail goes to this relay.
    pub fn with_mail(smtp_url: Option<&str>) -> Self {
        Self::set_up(Setup { smtp_url, ..Setup::default() })
    }

    /// A town whose messages may be pushed to these origins.
    pub fn with_reach(origins: &str) -> Self {
        Self::set_up(Setup { reach: Reach::parse(origins).unwrap(), ..Setup::default() })
    }

    /// Where documents lie, unless the town was given a store.
    pub fn documents_folder(&self) -> std::path::PathBuf {
        self.folder.path().join("documents")
    }

    /// A town whose documents lie in this store, in a folder where none is named, and are scanned.
    pub fn with_files(documents: Option<Store>, scanner: Scanner) -> Self {
        Self::set_up(Setup { documents, scanner, ..Setup::default() })
    }

    fn set_up(setup: Setup<'_>) -> Self {
        let server = server();
        Self::serve(setup, |name| {
            admin(&server.embedded, &format!("CREATE DATABASE {name} TEMPLATE {} STRATEGY FILE_COPY", server.template));
        })
    }

    fn serve(setup: Setup<'_>, furnish: impl FnOnce(&str)) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let Setup { smtp_url, net, gate, today, documents, scanner, reach } = setup;
        let server = server();
        let name = format!("town_{}", NEXT.fetch_add(1, Ordering::SeqCst));
        furnish(&name);
        let folder = tempfolder::Folder::new(&name);
        let clock = Clock::test(morning(today));
        let app = Data::new(App {
            db: Db::new(&server.embedded.serve_url_to(&name), Limits { connections: 8, ..Limits::default() }),
            office: Arc::new(Office::new(clock.clone(), master_key()).unwrap()),
            tokens: Tokens::generate("foi-docket").unwrap(),
            oidc: None,
            mailer: Mailer::from_config(smtp_url, "FOI Docket <foi@example.cn>", &folder.path().join("mail")).unwrap(),
            public_url: "https://foi.example.cn".into(),
            gate,
            net,
            metrics: Metrics::default(),
            documents: documents.unwrap_or_else(|| Store::new(&folder.path().join("documents"))),
            scanner,
            press: Press::default(),
            exchange: reach,
        });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (send, receive) = std::sync::mpsc::channel();
        let shared = app.clone();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = foi_docket::http::server::serve(shared, listener, 2).unwrap();
                send.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        let handle = receive.recv().unwrap();
        Self { app, base, clock, owner_url: server.embedded.owner_url_to(&name), folder, handle, thread: Some(thread) }
    }

    /// Somebody of the demo agencies, signed in.
    pub async fn sign_in(&self, username: &str) -> Actor {
        Actor::sign_in(&self.base, username, demo::PASSWORD).await
    }

    /// Nobody in particular.
    pub fn stranger(&self) -> Actor {
        Actor::stranger(&self.base)
    }

    /// Goes on to the morning of a day.
    pub fn go(&self, day: &str) {
        self.clock.set(morning(day));
    }
}

/// The agencies of a town by name: the demo's two, and a sister that is neither above nor below.
fn agency_named(name: &str) -> Uuid {
    match name {
        "district" => demo::DISTRICT,
        "city" => demo::CITY,
        "sister" => SISTER,
        other => panic!("no agency is called {other}"),
    }
}

const SISTER: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_00d2);

impl Town {
    fn owner(&self) -> PgConnection {
        PgConnection::establish(&self.owner_url).unwrap()
    }

    fn founder(&self, agency: Uuid) -> Founder<'_> {
        Founder { office: &self.app.office, agency, task: Task::Seed }
    }

    fn made(&self, role: Role, agency: &str) -> (Uuid, String) {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let agency = agency_named(agency);
        let mut owner = self.owner();
        let departments: Vec<Uuid> = departments::table
            .filter(departments::agency_id.eq(agency))
            .select(departments::id)
            .order(departments::name)
            .load(&mut owner)
            .unwrap();
        let hash = accounts::table.select(accounts::password_hash).first(&mut owner).unwrap();
        let username = format!("person{}", NEXT.fetch_add(1, Ordering::SeqCst));
        let new = NewAccount {
            username: username.clone(),
            display_name: "样例".into(),
            email: format!("{username}@example.cn"),
            department: departments.first().copied(),
            roles: vec![role],
            password_hash: hash,
            first_password: FirstPassword::Stays,
        };
        (create_account_row(&mut owner, &self.founder(agency), new).unwrap(), username)
    }

    /// A new account with this role at an agency.
    pub fn account(&self, role: Role, agency: &str) -> Uuid {
        self.made(role, agency).0
    }

    /// Somebody new with this role at an agency, signed in.
    pub async fn role(&self, role: Role, agency: &str) -> Actor {
        let (_, username) = self.made(role, agency);
        self.sign_in(&username).await
    }

    /// A mail of the district that could not be delivered.
    pub fn failed_mail(&self) -> Uuid {
        let (id, recipient) = (Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001), self.account(Role::Handler, "district"));
        let now = self.clock.now();
        diesel::insert_into(outbox::table)
            .values((
                (
                    outbox::agency_id.eq(demo::DISTRICT),
                    outbox::id.eq(id),
                    outbox::dedup_key.eq("test"),
                    outbox::recipient_id.eq(recipient),
                    outbox::to_name.eq("样例"),
                    outbox::to_address.eq("nobody@example.cn"),
                    outbox::subject.eq("提醒"),
                    outbox::body.eq("提醒"),
                ),
                (
                    outbox::message_id.eq("test@example.cn"),
                    outbox::created_at.eq(now),
                    outbox::state.eq("failed"),
                    outbox::attempts.eq(1),
                    outbox::next_at.eq(now),
                ),
            ))
            .execute(&mut self.owner())
            .unwrap();
        id
    }
}

/// Rest days of a notice: these, and weekdays in July, so that the year has about as many working days as a notice leaves.
pub fn rest_days(year: i32, days: &[&str]) -> Vec<serde_json::Value> {
    let july = NaiveDate::from_ymd_opt(year, 7, 1).unwrap().iter_days();
    let filling = july.filter(|date| !foi_docket::rules::calendar::is_weekend(*date)).take(10).map(|date| date.to_string());
    let days = days.iter().map(|day| (*day).to_owned()).chain(filling);
    days.map(|date| serde_json::json!({"date": date, "name": "元旦"})).collect()
}

impl Drop for Town {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

/// A folder that goes with the test.
pub mod tempfolder {
    use std::path::{Path, PathBuf};

    /// The folder.
    pub struct Folder(PathBuf);

    impl Folder {
        /// Makes it.
        pub fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("foi-docket-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        /// Where it is.
        pub fn path(&self) -> &Path {
            &self.0
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _gone = std::fs::remove_dir_all(&self.0);
        }
    }
}
