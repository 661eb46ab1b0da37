//! A whole service without HTTP: a database of its own, one district bureau with its people, a legal clock that the test moves.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use foi_docket::audit::{Report, verify};
use foi_docket::case::command::Command;
use foi_docket::case::event::CaseEvent;
use foi_docket::case::facts::{Needs, Person, Posts};
use foi_docket::case::journal::agency::AgencyEvent;
use foi_docket::case::journal::{self, Ask, IfMatch, JournalError, Mode, Pen, Taken};
use foi_docket::case::model::{Case, Voiding};
use foi_docket::case::office::Office;
use foi_docket::case::private::Secret;
use foi_docket::case::trail::Actor;
use foi_docket::case::vault;
use foi_docket::clock::Clock;
use foi_docket::crypto::{CaseOf, MasterKey, hex, sha256};
use foi_docket::db::embedded::{Durability, Embedded, EmbeddedOptions};
use foi_docket::db::migrations;
use foi_docket::db::pool::{Db, Limits, Scope};
use foi_docket::db::schema::{accounts, agencies, foi_office_heads, settings_editions};
use foi_docket::ids::{Draws, new_id};
use foi_docket::letters::store::Store;
use foi_docket::people::accounts::{Withheld, digest_of};
use foi_docket::people::founding::{Founder, Task};
use foi_docket::rules::permissions::Role;
use foi_docket::steps::receive::application::ReceiveApplication;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use uuid::Uuid;

/// The holidays as the program ships them.
pub const CALENDAR: &str = include_str!("../../../src/rules/data/calendar-cn.json");
/// The district bureau, and the city bureau above it, which has neither settings nor cases.
pub const AGENCY: Uuid = Uuid::from_u128(0xa1);
pub const CITY: Uuid = Uuid::from_u128(0xa0);
pub const DEPARTMENT: Uuid = Uuid::from_u128(0xd1);
pub const CLERK: Uuid = Uuid::from_u128(0x11);
pub const HANDLER: Uuid = Uuid::from_u128(0x12);
pub const OTHER_HANDLER: Uuid = Uuid::from_u128(0x13);
pub const APPROVER: Uuid = Uuid::from_u128(0x14);
pub const SUPERVISOR: Uuid = Uuid::from_u128(0x15);
/// Account, sign-in name and address, role.
pub const PEOPLE: [(Uuid, &str, &str); 5] = [
    (CLERK, "clerk", "clerk"),
    (HANDLER, "handler", "handler"),
    (OTHER_HANDLER, "other", "handler"),
    (APPROVER, "approver", "approver"),
    (SUPERVISOR, "supervisor", "supervisor"),
];

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// An instant of a legal day; hours in Shanghai, from 08:00 on.
pub fn at(day: NaiveDate, hour: u32, minute: u32) -> DateTime<Utc> {
    day.and_hms_opt(hour - 8, minute, 0).unwrap().and_utc()
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

/// Fields are dropped in this order: connections, server, folder.
pub struct Base {
    pub db: Db,
    pub office: Arc<Office>,
    pub clock: Clock,
    embedded: Embedded,
    folder: Folder,
}

impl Base {
    /// A fresh database, in the morning of a day.
    pub fn on(today: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = Folder(std::env::temp_dir().join(format!("foi-docket-work-{}-{number}", std::process::id())));
        let embedded = Embedded::start(&EmbeddedOptions {
            data_dir: folder.0.clone(),
            durability: Durability::TestOnly,
            ..EmbeddedOptions::new(env!("CARGO_BIN_EXE_foi-docket").into())
        })
        .unwrap();
        migrations::migrate(&embedded.owner_url()).unwrap();
        let clock = Clock::test(at(day(today), 9, 0));
        let office = Arc::new(Office::new(clock.clone(), MasterKey::generate().unwrap()).unwrap());
        let db = Db::new(&embedded.serve_url(), Limits::default());
        let base = Self { db, office, clock, embedded, folder };
        base.owner("GRANT foi_docket_service TO foi_serve");
        base.furnish();
        base
    }

    fn furnish(&self) {
        self.owner(&format!(
            "INSERT INTO agencies VALUES ('{CITY}', NULL, '示范市局', now()), ('{AGENCY}', '{CITY}', '示范区局', now());
             INSERT INTO departments VALUES ('{AGENCY}', '{DEPARTMENT}', '执法科', true);
             INSERT INTO calendar_editions VALUES (1, '\\x{}', now(), $data${CALENDAR}$data$)",
            hex(&sha256(CALENDAR.as_bytes()))
        ));
        let body = |name: &str| json!([{"from_on": "2008-05-01", "name": name, "online_filing": null}]);
        let settings = json!({
            "agency_code": "示市监", "case_number_pattern": "{agency}依申请〔{year}〕{n}号",
            "document_number_pattern": "{agency}公复〔{year}〕{n}号", "contact": "示范路1号",
            "reconsideration_bodies": body("示范区人民政府"), "courts": body("示范区人民法院"),
            "reminder_offsets": [10, 5, 3, 1, 0], "retention_years": 30
        });
        self.owner(&format!("INSERT INTO settings_editions VALUES ('{AGENCY}', 1, now(), '{settings}')"));
        for (id, name, role) in PEOPLE {
            self.owner(&format!(
                "INSERT INTO accounts (agency_id, id, username, display_name, email, department_id, roles, password_hash,
                     must_change_password, active, version) VALUES ('{AGENCY}', '{id}', '{name}', '{name}某', '{name}@bureau.example', '{DEPARTMENT}',
                     ARRAY['{role}'], 'none', false, true, 1);
                 INSERT INTO sign_in_names VALUES ('{name}', '{AGENCY}', '{id}')"
            ));
        }
    }

    /// Where the owner of the tables finds the database.
    pub fn owner_url(&self) -> String {
        self.embedded.owner_url()
    }

    /// Where a process of the service finds the database; its connections bear this name.
    pub fn service_url(&self, name: &str) -> String {
        let url = self.embedded.serve_url();
        format!("{url}{}application_name={name}", if url.contains('?') { '&' } else { '?' })
    }

    /// Says on the trail what [`Self::furnish`] put into the tables, as they stand now: `verify` asks for it.
    pub fn tell(&self) {
        let mut conn = self.owner_connection();
        let created_at =
            |id: Uuid, conn: &mut PgConnection| Some(agencies::table.find(id).select(agencies::created_at).first(conn).unwrap());
        let city = AgencyEvent::AgencyFounded { name: "示范市局".into(), parent: None, created_at: created_at(CITY, &mut conn) };
        let district =
            AgencyEvent::AgencyFounded { name: "示范区局".into(), parent: Some(CITY), created_at: created_at(AGENCY, &mut conn) };
        let (made_at, data): (DateTime<Utc>, Value) =
            settings_editions::table.select((settings_editions::made_at, settings_editions::data)).first(&mut conn).unwrap();
        let settings =
            AgencyEvent::SettingsReplaced { edition: 1, sha256: hex(&sha256(data.to_string().as_bytes())), made_at: Some(made_at) };
        let mut events = vec![district, settings, AgencyEvent::DepartmentCreated { department: DEPARTMENT, name: "执法科".into() }];
        for (account, _, role) in PEOPLE {
            let ((username, name, email, password), active): (Withheld, bool) = accounts::table
                .filter(accounts::id.eq(account))
                .select(((accounts::username, accounts::display_name, accounts::email, accounts::password_hash), accounts::active))
                .first(&mut conn)
                .unwrap();
            let (roles, department) = (vec![Role::from_code(role).unwrap()], Some(DEPARTMENT));
            let digest = Some(digest_of(&(username, name, email, password)));
            events.push(AgencyEvent::AccountCreated {
                account,
                roles: roles.clone(),
                department,
                must_change_password: Some(false),
                digest: digest.clone(),
            });
            if !active {
                events.push(AgencyEvent::AccountChanged { account, roles, department, active, digest });
                self.owner(&format!("UPDATE accounts SET version = version + 1 WHERE id = '{account}'"));
            }
        }
        let terms: Vec<(Uuid, Uuid, bool, NaiveDate, Option<NaiveDate>)> = foi_office_heads::table
            .select((
                foi_office_heads::id,
                foi_office_heads::account_id,
                foi_office_heads::deputy,
                foi_office_heads::from_on,
                foi_office_heads::until_on,
            ))
            .load(&mut conn)
            .unwrap();
        events.extend(terms.into_iter().map(|(term, account, deputy, from_on, until_on)| AgencyEvent::HeadAppointed {
            account,
            deputy,
            from_on,
            until_on,
            term: Some(term),
        }));
        for (agency, events) in [(CITY, vec![city]), (AGENCY, events)] {
            Founder { office: &self.office, agency, task: Task::Seed }.record(&mut conn, &events).unwrap();
        }
    }

    /// Verifies an agency; the documents lie in the data folder.
    pub fn verify(&self, agency: Uuid) -> Report {
        verify::verify(&self.db, &self.office, &Store::new(&self.folder.0.join("documents")), agency).unwrap()
    }

    /// Where mail lands that no relay takes.
    pub fn mail_folder(&self) -> PathBuf {
        self.folder.0.join("mail")
    }

    /// A connection of the owner of the tables, who can do what nobody may.
    pub fn owner_connection(&self) -> PgConnection {
        PgConnection::establish(&self.embedded.owner_url()).unwrap()
    }

    /// Statements of the owner; triggers and foreign keys do not hold them up.
    pub fn owner(&self, statements: &str) {
        self.owner_connection().batch_execute(&format!("SET session_replication_role = replica; {statements}")).unwrap();
    }

    /// Runs something in the agency's scope.
    pub fn run<T>(&self, work: impl FnOnce(&mut PgConnection) -> Result<T, JournalError>) -> Result<T, JournalError> {
        self.db.run_here(&Scope::own(AGENCY), work)
    }

    /// Somebody asks for a step, whatever the version.
    pub fn ask(who: Uuid, case: Uuid) -> Ask {
        let role = PEOPLE.iter().find(|(id, ..)| *id == who).and_then(|(.., role)| Role::from_code(role));
        Ask {
            person: Person {
                account_id: who,
                roles: role.into_iter().collect(),
                department: Some(DEPARTMENT),
                head_of_foi_office: false,
                posts: Posts::default(),
            },
            agency: AGENCY,
            case,
            at: None,
            if_match: IfMatch::Any,
            key: None,
            mode: Mode::Take,
            request_id: "test".into(),
        }
    }

    /// An application comes in by a channel; signed mail also says when it was signed for.
    pub fn receive(&self, channel: &str, arrived_on: NaiveDate, signed_on: Option<NaiveDate>) -> Uuid {
        let id = new_id();
        let command: ReceiveApplication = serde_json::from_value(json!({
            "channel": channel, "arrived_on": arrived_on, "signed_on": signed_on,
            "applicants": [{"kind": "natural_person", "name": "甲某", "phone": "000-0000"}],
            "request": {"description": "申请公开甲文件。", "wanted_form": "paper", "delivery_channel": "post"},
            "external_references": [{"system": "city_platform", "reference": id.to_string()}]
        }))
        .unwrap();
        let opened = self
            .run(|conn| journal::open(conn, &self.office, &Self::ask(CLERK, id), &Needs::default(), |facts| command.clone().decide(facts)));
        assert!(matches!(opened, Ok(Taken::Written(_))), "{opened:?}");
        id
    }

    /// A step on a case.
    pub fn take<C: Command + Clone>(&self, case: Uuid, body: Value) -> Case {
        let command: C = serde_json::from_value(body).unwrap();
        let taken = self.run(|conn| journal::take(conn, &self.office, &Self::ask(CLERK, case), command)).unwrap();
        let Taken::Written(case) = taken else { panic!("not written") };
        *case
    }

    /// Voids a case: every duty of it ends.
    pub fn void(&self, case: Uuid) {
        let secret = Secret::seal(&Draws::fresh(), 0, "重复登记".into());
        let voiding = Voiding {
            reason: secret.reference.clone(),
            survivor: None,
            retention: None,
            returned: false,
            on: self.clock.today(),
            by: APPROVER,
        };
        let pen = Pen { office: &self.office, agency: AGENCY, actor: Actor::Account { id: APPROVER }, request_id: "test".into() };
        self.run(|conn| {
            conn.transaction(|conn| {
                journal::record_each(conn, &pen, &[case], |_, _| vec![CaseEvent::CaseVoided { voiding: voiding.clone() }])?;
                vault::store(conn, &self.office, CaseOf { agency: AGENCY, case }, &[secret])?;
                Ok(())
            })
        })
        .unwrap();
    }
}
