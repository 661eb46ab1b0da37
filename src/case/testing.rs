//! A case without a database: takes steps as the journal does, for tests of the law by the thousand.
#![expect(clippy::missing_panics_doc, reason = "a test that cannot go on fails")]

use super::command::{Command, if_ready};
use super::event::CaseEvent;
use super::facts::{Decision, Facts, IndexKind, Known, KnownAccount, KnownCase, KnownDocument, Opened, Person, Posts};
use super::fold::{Place, apply};
use super::journal::stage_forbids;
use super::model::{Case, Pins};
use super::private::Secret;
use super::refusal::Refusal;
use crate::ids::Draws;
use crate::rules::calendar::Calendar;
use crate::rules::clock::ClockChoices;
use crate::rules::permissions::Role;
use crate::rules::receipt::ReceiptChoices;
use crate::rules::settings::{DatedBody, LetterData, Settings, notice_number_pattern, record_correction_number_pattern};
use crate::steps::receive::application::ReceiveApplication;
use chrono::{DateTime, NaiveDate, Utc};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The agency of every bench.
pub const AGENCY: Uuid = Uuid::from_u128(1);
/// Its one department.
pub const DEPARTMENT: Uuid = Uuid::from_u128(2);
/// Accounts, one a role.
pub const CLERK: Uuid = Uuid::from_u128(10);
/// A handler of the department.
pub const HANDLER: Uuid = Uuid::from_u128(11);
/// A legal reviewer.
pub const REVIEWER: Uuid = Uuid::from_u128(12);
/// The approver who signs.
pub const APPROVER: Uuid = Uuid::from_u128(13);
/// A second approver.
pub const APPROVER_TWO: Uuid = Uuid::from_u128(14);
/// A stored document.
pub const DOCUMENT: Uuid = Uuid::from_u128(20);

/// A day.
pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A desk with one case on it.
pub struct Bench {
    /// The legal date; set it as the story goes on.
    pub today: NaiveDate,
    /// The case, once received.
    pub case: Option<Case>,
    /// Every event so far.
    pub events: Vec<CaseEvent>,
    /// Every private text so far.
    pub secrets: Vec<Secret>,
    /// What happened to other cases.
    pub others: Vec<(Uuid, Vec<CaseEvent>)>,
    /// Cases that began with a step on this one.
    pub opened: Vec<Opened>,
    /// What the journal would look up beside documents, accounts and departments.
    pub known: Known,
    calendar: Calendar,
    /// The agency's settings.
    pub settings: Settings,
    /// The head of the FOI office.
    pub head: Uuid,
    /// Who heads what, and stands for whom.
    pub posts: BTreeMap<Uuid, Posts>,
    steps: u8,
    number: u32,
}

impl Bench {
    /// An empty desk on a day.
    pub fn on(today: &str) -> Self {
        let account = |roles: &[Role]| KnownAccount { department: Some(DEPARTMENT), roles: roles.iter().copied().collect(), active: true };
        let known = Known {
            documents: [(DOCUMENT, KnownDocument { sha256: "00".repeat(32), sealed_in: Vec::new() })].into(),
            accounts: [
                (CLERK, account(&[Role::Clerk])),
                (HANDLER, account(&[Role::Handler])),
                (REVIEWER, account(&[Role::LegalReviewer])),
                (APPROVER, account(&[Role::Approver])),
                (APPROVER_TWO, account(&[Role::Approver])),
            ]
            .into(),
            departments: [DEPARTMENT].into(),
            ..Known::default()
        };
        let body =
            |name: &str| DatedBody { from_on: day("2008-05-01"), name: name.into(), online_filing: Some("https://fuyi.example.cn".into()) };
        Self {
            today: day(today),
            case: None,
            events: Vec::new(),
            secrets: Vec::new(),
            others: Vec::new(),
            opened: Vec::new(),
            known,
            head: APPROVER,
            posts: BTreeMap::new(),
            calendar: crate::db::editions::read_calendar(1, include_str!("../rules/data/calendar-cn.json")).unwrap(),
            settings: Settings {
                agency_code: "示市监".into(),
                case_number_pattern: "{agency}依申请〔{year}〕{n}号".into(),
                record_correction_number_pattern: record_correction_number_pattern(),
                notice_number_pattern: notice_number_pattern(),
                document_number_pattern: "{agency}公复〔{year}〕{n}号".into(),
                contact: "示范路1号".into(),
                reconsideration_bodies: vec![body("示范区人民政府")],
                courts: vec![body("示范区人民法院")],
                reminder_offsets: vec![10, 5, 3, 1, 0],
                retention_years: Some(30),
                clock: ClockChoices::default(),
                receipt: ReceiptChoices::default(),
                inner_limits: Vec::new(),
                filing_working_days: None,
                platform_working_days: None,
                reports_for_government: false,
                letters: LetterData::default(),
                // What an agency adds to the law has tests of its own.
                review_chain: Vec::new(),
                retention: Vec::new(),
            },
            steps: 0,
            number: 0,
        }
    }

    /// The calendar.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The case.
    pub fn case(&self) -> &Case {
        self.case.as_ref().unwrap()
    }

    /// Goes on to a day.
    pub fn go(&mut self, today: &str) -> &mut Self {
        self.today = day(today);
        self
    }

    fn with_facts<T>(&mut self, who: Uuid, work: impl FnOnce(&Facts<'_>, Option<&Case>) -> T) -> T {
        self.steps += 1;
        self.number += 1;
        let person = Person {
            account_id: who,
            roles: self.known.accounts.get(&who).map(|account| account.roles.clone()).unwrap_or_default(),
            department: Some(DEPARTMENT),
            head_of_foi_office: who == self.head,
            posts: self.posts.get(&who).cloned().unwrap_or_default(),
        };
        let texts = self.secrets.iter().map(|secret| (secret.reference.id, secret.text.clone())).collect();
        let known = Known { number: Some(self.number), texts, ..self.known.clone() };
        let facts = Facts {
            person: &person,
            today: self.today,
            calendar: &self.calendar,
            settings: &self.settings,
            newest: Pins { calendar: 1, settings: 1 },
            draws: &Draws::from_seed([self.steps; 32]),
            known: &known,
        };
        work(&facts, self.case.as_ref())
    }

    /// Receives an application at the counter today, or as the body says.
    pub fn receive(&mut self, body: Value) -> Result<&Case, Refusal> {
        self.open(body, ReceiveApplication::decide)
    }

    /// Opens the case by what a clerk sends.
    pub fn open<C: DeserializeOwned>(
        &mut self,
        body: Value,
        decide: impl FnOnce(C, &Facts<'_>) -> Result<Decision, Refusal>,
    ) -> Result<&Case, Refusal> {
        let command: C = serde_json::from_value(body).unwrap();
        let decision = self.with_facts(CLERK, |facts, _| decide(command, facts))?;
        self.keep(decision.events, decision.secrets);
        Ok(self.case())
    }

    /// An ordinary application handed in at the counter today.
    pub fn received(today: &str) -> Self {
        let mut bench = Self::on(today);
        bench
            .receive(serde_json::json!({
                "channel": "counter", "arrived_on": today,
                "applicants": [{"kind": "natural_person", "name": "甲某"}],
                "request": {"description": "申请公开甲文件。", "wanted_form": "paper", "delivery_channel": "post"}
            }))
            .unwrap();
        bench
    }

    /// Takes a step as the journal does: stage, `ready`, `decide`, fold.
    pub fn take<C: Command>(&mut self, who: Uuid, at: Option<u32>, body: Value) -> Result<&Case, Refusal> {
        self.take_on::<C>(who, (at, serde_json::from_value(body).unwrap()))
    }

    /// Takes a step that another case of a joint reply handed on.
    pub fn take_on<C: Command>(&mut self, who: Uuid, (at, command): (Option<u32>, C)) -> Result<&Case, Refusal> {
        let decision = self.with_facts(who, |facts, case| {
            let case = case.unwrap();
            if !C::STEP.row().allows(case.stage) {
                return Err(stage_forbids(C::STEP, case));
            }
            if_ready(command, at, case, facts)?.decide(at, case, facts)
        })?;
        let before = self.case().stage;
        self.keep(decision.events, decision.secrets);
        self.others.extend(decision.others);
        self.opened.extend(decision.opened);
        assert!(C::STEP.row().leads(before, self.case().stage), "{} leads to {:?}", C::STEP.code(), self.case().stage);
        Ok(self.case())
    }

    /// The keys a step would index the applicants under; nothing is taken.
    pub fn index_after<C: Command>(&mut self, who: Uuid, at: Option<u32>, body: Value) -> Option<Vec<(IndexKind, String)>> {
        let command: C = serde_json::from_value(body).unwrap();
        self.with_facts(who, |facts, case| command.decide(at, case.unwrap(), facts)).unwrap().index
    }

    /// Another case of this agency that a step may name.
    pub fn knows(&mut self, id: Uuid, case: Case, same_applicant: bool) -> &mut Self {
        self.known.cases.insert(id, KnownCase { case, same_applicant });
        self
    }

    /// Keeps what happened, also what steps of another folder would have decided.
    pub fn keep(&mut self, events: Vec<CaseEvent>, secrets: Vec<Secret>) {
        for event in events {
            let place = Place {
                agency_id: AGENCY,
                stream_id: Uuid::from_u128(100),
                seq: self.case.as_ref().map_or(0, |case| case.version) + 1,
                recorded_at: DateTime::<Utc>::from_naive_utc_and_offset(self.today.and_hms_opt(2, 0, 0).unwrap(), Utc),
            };
            self.case = Some(apply(self.case.take(), place, &event).unwrap());
            self.events.push(event);
        }
        self.secrets.extend(secrets);
    }
}
