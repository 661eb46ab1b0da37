//! The demo: a district bureau with five departments under a city bureau, an account per role, and requests as such
//! bureaus really get them, each walked to where it stands through the real steps.

mod clock_stories;
mod delivery_stories;
mod exchange;
mod inside_stories;
mod kind_stories;
mod learning_stories;
mod library;
mod platform;
mod remedy_stories;
mod repeat_stories;
mod report_stories;
mod several_stories;
mod stories;
mod story;
pub mod walker;
mod year_stories;

use crate::case::facts::{Person, Posts};
use crate::case::journal::agency::AgencyEvent;
use crate::case::office::Office;
use crate::clock::{Clock, legal_date};
use crate::db::pool::Db;
use crate::db::schema::{accounts, calendar_editions};
use crate::people::founding::{
    FirstPassword, Founder, NewAccount, NewAgency, Task, appoint_head_row, create_account_row, create_department_row, found_agency,
};
use crate::people::heads::AppointHead;
use crate::people::passwords;
use crate::rules::clock::ClockChoices;
use crate::rules::permissions::Role;
use crate::rules::receipt::ReceiptChoices;
use crate::rules::retention::{DossierKind, RetentionLine};
use crate::rules::review::default_chain;
use crate::rules::settings::{DatedBody, LetterData, Settings, notice_number_pattern, record_correction_number_pattern};
use anyhow::{Context, Result, anyhow};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use diesel::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;
use walker::{LetterDesk, Player, Walker};

/// The accounts of the demo, in the demo and nowhere else.
pub const USERNAMES: [&str; 11] =
    ["clerk", "handler", "handler2", "reviewer", "approver", "approver2", "supervisor", "auditor", "admin", "city-clerk", "city-approver"];
/// Their password.
pub const PASSWORD: &str = "demo";

/// The city bureau.
pub const CITY: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_00c1);
/// The district bureau.
pub const DISTRICT: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_00d1);

const DEPARTMENTS: [&str; 5] = ["办公室（政府信息公开工作机构）", "法制科", "执法稽查科", "登记注册科", "特种设备安全监察科"];

/// Settings of a demo agency.
pub fn settings(code: &str, government: &str, court: &str) -> Result<Settings> {
    let since = NaiveDate::from_ymd_opt(2008, 5, 1).context("a day")?;
    let body = |name: &str, online_filing: Option<&str>| DatedBody {
        from_on: since,
        name: name.to_owned(),
        online_filing: online_filing.map(str::to_owned),
    };
    Ok(Settings {
        agency_code: code.to_owned(),
        case_number_pattern: "{agency}依申请〔{year}〕{n}号".to_owned(),
        record_correction_number_pattern: record_correction_number_pattern(),
        notice_number_pattern: notice_number_pattern(),
        document_number_pattern: "{agency}公复〔{year}〕{n}号".to_owned(),
        contact: "示范市示范区示范路100号 政府信息公开工作机构，电话 000-00000000".to_owned(),
        reconsideration_bodies: vec![body(government, Some("https://fuyi.example.cn"))],
        courts: vec![body(court, None)],
        reminder_offsets: vec![0, 1, 3, 5, 10],
        retention_years: Some(30),
        clock: ClockChoices::default(),
        receipt: ReceiptChoices::default(),
        inner_limits: Vec::new(),
        filing_working_days: Some(5),
        platform_working_days: None,
        reports_for_government: false,
        letters: LetterData {
            seal_name: None,
            address: Some("示范市示范区示范路100号，邮政编码000001".to_owned()),
            payment: Some("持本通知书至指定的非税收入代收银行缴入本级国库".to_owned()),
        },
        review_chain: default_chain(),
        retention: retention_table(since),
    })
}

/// The retention table of a demo agency.
fn retention_table(from_on: NaiveDate) -> Vec<RetentionLine> {
    let line = |kind, years| RetentionLine { from_on, kind, years };
    vec![
        line(DossierKind::Proceeding, None),
        line(DossierKind::Withheld, Some(30)),
        line(DossierKind::Given, Some(30)),
        line(DossierKind::Other, Some(10)),
    ]
}

/// Founds the two agencies with their departments and accounts, as the owner of the tables.
pub fn found(conn: &mut PgConnection, office: &Office) -> Result<()> {
    let hash = passwords::hash(PASSWORD).map_err(|_| anyhow!("the demo's password cannot be hashed"))?;
    let city = Founder { office, agency: CITY, task: Task::Seed };
    let settings_of_city = settings("示范市市监", "示范市人民政府", "示范市中级人民法院")?;
    found_agency(conn, &city, NewAgency { name: "示范市市场监督管理局".into(), parent: None, settings: settings_of_city })?;
    let district = Founder { office, agency: DISTRICT, task: Task::Seed };
    let settings_of_district = settings("示市监", "示范区人民政府", "示范区人民法院")?;
    found_agency(
        conn,
        &district,
        NewAgency { name: "示范市示范区市场监督管理局".into(), parent: Some(CITY), settings: settings_of_district },
    )?;
    let mut departments = BTreeMap::new();
    for name in DEPARTMENTS {
        departments.insert(name, create_department_row(conn, &district, name)?);
    }
    let [bureau_office, legal, enforcement, registration, _] = DEPARTMENTS;
    let mut account = |founder: &Founder<'_>, username: &str, name: &str, department: Option<&str>, role: Role| {
        create_account_row(
            conn,
            founder,
            NewAccount {
                username: username.to_owned(),
                display_name: name.to_owned(),
                email: format!("{username}@example.cn"),
                department: department.and_then(|name| departments.get(name)).copied(),
                roles: vec![role],
                password_hash: hash.clone(),
                first_password: FirstPassword::Stays,
            },
        )
    };
    account(&district, "clerk", "经办甲", Some(bureau_office), Role::Clerk)?;
    account(&district, "handler", "承办乙", Some(enforcement), Role::Handler)?;
    account(&district, "handler2", "承办丙", Some(registration), Role::Handler)?;
    account(&district, "reviewer", "法审丁", Some(legal), Role::LegalReviewer)?;
    let approver = account(&district, "approver", "签发戊", Some(bureau_office), Role::Approver)?;
    account(&district, "approver2", "签发壬", None, Role::Approver)?;
    account(&district, "auditor", "审计己", None, Role::Auditor)?;
    account(&district, "admin", "管理庚", None, Role::Administrator)?;
    account(&city, "supervisor", "监督辛", None, Role::Supervisor)?;
    let since = NaiveDate::from_ymd_opt(2020, 1, 1).context("a day")?;
    appoint_head_row(conn, &district, &AppointHead { account: approver, deputy: false, from_on: since, until_on: None })?;
    Ok(())
}

/// Opens the city's own FOI office, which makes its report and the one of all below it (Art 49(2)).
fn open_city_office(conn: &mut PgConnection, office: &Office) -> Result<()> {
    let password_hash = passwords::hash(PASSWORD).map_err(|_| anyhow!("the demo's password cannot be hashed"))?;
    let city = Founder { office, agency: CITY, task: Task::Seed };
    for (username, name, role) in [("city-clerk", "经办癸", Role::Clerk), ("city-approver", "签发子", Role::Approver)] {
        let new = NewAccount {
            username: username.to_owned(),
            display_name: name.to_owned(),
            email: format!("{username}@example.cn"),
            department: None,
            roles: vec![role],
            password_hash: password_hash.clone(),
            first_password: FirstPassword::Stays,
        };
        create_account_row(conn, &city, new)?;
    }
    Ok(())
}

/// Founds the agencies and walks every case to where it stands on the legal day of `until`.
pub fn walk(owner: &mut PgConnection, (db, desk): (Db, LetterDesk), office: Office, until: &Clock) -> Result<()> {
    let now = until.now();
    let newest: i32 =
        calendar_editions::table.select(diesel::dsl::max(calendar_editions::edition)).first::<Option<i32>>(owner)?.unwrap_or(0);
    let calendar = office.calendar(owner, newest)?;
    let today = legal_date(now);
    let first = year_stories::begin(today)?;
    office.clock.set(DateTime::<Utc>::from_naive_utc_and_offset(first.and_time(NaiveTime::MIN) + TimeDelta::minutes(30), Utc));
    found(owner, &office)?;
    open_city_office(owner, &office)?;
    let players = players(owner)?;
    let office = Arc::new(office);
    let entered = AgencyEvent::EnteredAfterwards { from_on: first, until_on: today, entered_at: now };
    Founder { office: &office, agency: DISTRICT, task: Task::Seed }.record(owner, &[entered])?;
    let mut walker = Walker::new((db, desk), office, calendar, players, now);
    let agreed = library::agree(&mut walker, first)?;
    let mut stories = stories::all(&walker)?;
    stories.extend(library::stories(&walker, &agreed)?);
    stories.extend(year_stories::all(&walker)?);
    story::tell(&mut walker, stories)?;
    exchange::neighbour(&mut walker, today)?;
    platform::joined(&mut walker, today)
}

type AccountRow = (Uuid, Uuid, String, Vec<String>, Option<Uuid>);

fn players(owner: &mut PgConnection) -> Result<BTreeMap<String, Player>> {
    let rows: Vec<AccountRow> = accounts::table
        .select((accounts::agency_id, accounts::id, accounts::username, accounts::roles, accounts::department_id))
        .load(owner)?;
    let player = |(agency, account_id, username, roles, department): AccountRow| {
        let roles = roles.iter().filter_map(|role| Role::from_code(role)).collect();
        let person = Person { account_id, roles, department, head_of_foi_office: username == "approver", posts: Posts::default() };
        (username, Player { person, agency })
    };
    Ok(rows.into_iter().map(player).collect())
}
