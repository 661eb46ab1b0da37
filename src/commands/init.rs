//! `foi-docket init`: an agency and its administrator, as the owner of the tables; the first one, or another in the tree.
//!
//! An agency is set up once: a name or short name (机关代字) that is there already is refused, because two agencies with one short name
//! would give the same register numbers.

use crate::case::journal::JournalError;
use crate::case::office::Office;
use crate::clock::Clock;
use crate::config::Config;
use crate::crypto::MasterKey;
use crate::db::schema::{agencies, settings_editions, sign_in_names};
use crate::ids::new_id;
use crate::people::founding::{FirstPassword, Founder, NewAccount, NewAgency, Task, create_account_row, found_agency};
use crate::people::passwords;
use crate::rules::clock::ClockChoices;
use crate::rules::permissions::Role;
use crate::rules::receipt::ReceiptChoices;
use crate::rules::review::default_chain;
use crate::rules::settings::{DatedBody, LetterData, Settings, notice_number_pattern, record_correction_number_pattern};
use anyhow::{Context, anyhow, bail};
use chrono::NaiveDate;
use clap::Args;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::process::ExitCode;
use uuid::Uuid;

/// An agency and its administrator.
#[derive(Args)]
pub struct Init {
    /// Name of the agency, for example 示范市示范区市场监督管理局.
    #[arg(long)]
    agency: String,
    /// The agency above it, by its short name or id; without it the agency stands at the top of a tree of its own.
    #[arg(long)]
    parent: Option<String>,
    /// Its short name in register and document numbers (机关代字); no two agencies have the same.
    #[arg(long)]
    code: String,
    /// How applicants reach it.
    #[arg(long)]
    contact: String,
    /// The reconsideration body (复议法 24): the government of the same level.
    #[arg(long)]
    reconsideration_body: String,
    /// Its on-line filing address (复议法 22(2)).
    #[arg(long)]
    online_filing: Option<String>,
    /// The court of first instance.
    #[arg(long)]
    court: String,
    /// Sign-in name of the administrator, unique over all agencies.
    #[arg(long, default_value = "admin")]
    username: String,
    /// E-mail of the administrator.
    #[arg(long)]
    email: String,
}

/// An agency that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    id: Uuid,
    name: String,
    code: Option<String>,
}

impl Init {
    /// Sets them up and prints the administrator's first password, once.
    pub fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let mut conn = PgConnection::establish(Config::required(config.database_url.as_ref(), "DATABASE_URL")?)?;
        // No text of a case is written here, so no master key is needed.
        let office = Office::new(Clock::system(), MasterKey::generate()?)?;
        let password = passwords::temporary();
        let password_hash = passwords::hash(&password).map_err(|_| anyhow!("the password cannot be hashed"))?;
        let username = self.username.clone();
        let agency = conn.transaction(|conn| self.found(conn, &office, password_hash))?;
        println!("agency:   {agency}");
        println!("username: {username}");
        println!("password: {password}");
        println!("It must be changed at the first sign-in.");
        Ok(ExitCode::SUCCESS)
    }

    fn found(self, conn: &mut PgConnection, office: &Office, password_hash: String) -> anyhow::Result<Uuid> {
        // Two at once would not see each other's agency.
        conn.batch_execute("LOCK TABLE agencies IN SHARE ROW EXCLUSIVE MODE")?;
        let parent = place(&known(conn)?, &self)?;
        let taken: Option<Uuid> = sign_in_names::table.find(&self.username).select(sign_in_names::account_id).first(conn).optional()?;
        if taken.is_some() {
            bail!("the sign-in name \"{}\" is taken; choose another with --username", self.username);
        }
        let founder = Founder { office, agency: new_id(), task: Task::Init };
        let since = NaiveDate::from_ymd_opt(2008, 5, 1).context("a day")?;
        let body = |name: String, online_filing| DatedBody { from_on: since, name, online_filing };
        let settings = Settings {
            agency_code: self.code,
            case_number_pattern: "{agency}依申请〔{year}〕{n}号".to_owned(),
            record_correction_number_pattern: record_correction_number_pattern(),
            notice_number_pattern: notice_number_pattern(),
            document_number_pattern: "{agency}公复〔{year}〕{n}号".to_owned(),
            contact: self.contact,
            reconsideration_bodies: vec![body(self.reconsideration_body, self.online_filing)],
            courts: vec![body(self.court, None)],
            reminder_offsets: vec![0, 1, 3, 5, 10],
            retention_years: Some(30),
            clock: ClockChoices::default(),
            receipt: ReceiptChoices::default(),
            inner_limits: Vec::new(),
            filing_working_days: None,
            platform_working_days: None,
            reports_for_government: false,
            letters: LetterData::default(),
            review_chain: default_chain(),
            retention: Vec::new(),
        };
        found_agency(conn, &founder, NewAgency { name: self.agency, parent, settings }).map_err(said)?;
        let administrator = NewAccount {
            username: self.username,
            display_name: "管理员".to_owned(),
            email: self.email,
            department: None,
            roles: vec![Role::Administrator],
            password_hash,
            first_password: FirstPassword::MustChange,
        };
        create_account_row(conn, &founder, administrator).map_err(said)?;
        Ok(founder.agency)
    }
}

/// Why not, with every field that is refused.
fn said(error: JournalError) -> anyhow::Error {
    match error {
        JournalError::Refused(refusal) if !refusal.errors.is_empty() => {
            let fields: Vec<String> = refusal.errors.iter().map(|field| format!("{}: {}", field.pointer, field.detail_en)).collect();
            anyhow!("{}", fields.join("; "))
        }
        other => other.into(),
    }
}

/// Every agency with the short name that is in force.
fn known(conn: &mut PgConnection) -> anyhow::Result<Vec<Known>> {
    let newest: Vec<(Uuid, serde_json::Value)> = settings_editions::table
        .distinct_on(settings_editions::agency_id)
        .order((settings_editions::agency_id, settings_editions::edition.desc()))
        .select((settings_editions::agency_id, settings_editions::data))
        .load(conn)?;
    let code = |id: Uuid| {
        let data = newest.iter().find(|(agency, _)| *agency == id).map(|(_, data)| data)?;
        data.get("agency_code")?.as_str().map(str::to_owned)
    };
    let all: Vec<(Uuid, String)> = agencies::table.select((agencies::id, agencies::name)).order(agencies::name).load(conn)?;
    Ok(all.into_iter().map(|(id, name)| Known { id, name, code: code(id) }).collect())
}

/// Where the new agency stands: below which, if it is no twin.
fn place(known: &[Known], new: &Init) -> anyhow::Result<Option<Uuid>> {
    let (name, code) = (new.agency.trim(), new.code.trim());
    if let Some(twin) = known.iter().find(|agency| agency.name == name || agency.code.as_deref() == Some(code)) {
        bail!("there is an agency \"{}\" with the short name \"{}\" already", twin.name, twin.code.as_deref().unwrap_or_default());
    }
    let Some(parent) = &new.parent else { return Ok(None) };
    let parent = parent.trim();
    let id = Uuid::try_parse(parent).ok();
    let found: Vec<&Known> = known.iter().filter(|agency| Some(agency.id) == id || agency.code.as_deref() == Some(parent)).collect();
    match found.as_slice() {
        [one] => Ok(Some(one.id)),
        [] => {
            let names: Vec<String> =
                known.iter().map(|agency| format!("{} ({})", agency.code.as_deref().unwrap_or_default(), agency.id)).collect();
            bail!("no agency has the short name or id \"{parent}\"; there are: {}", names.join(", "))
        }
        _ => bail!("several agencies have the short name \"{parent}\"; name the one above by its id"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn known() -> Vec<Known> {
        let agency =
            |id, name: &str, code: Option<&str>| Known { id: Uuid::from_u128(id), name: name.into(), code: code.map(str::to_owned) };
        vec![agency(1, "甲市某某局", Some("甲某")), agency(2, "甲市乙区某某局", Some("乙某")), agency(3, "甲市丙区某某局", Some("乙某"))]
    }

    fn placed(name: &str, code: &str, parent: Option<&str>) -> Result<Option<u128>, String> {
        let new = Init {
            agency: name.into(),
            parent: parent.map(str::to_owned),
            code: code.into(),
            contact: String::new(),
            reconsideration_body: String::new(),
            online_filing: None,
            court: String::new(),
            username: String::new(),
            email: String::new(),
        };
        place(&known(), &new).map(|id| id.map(|id| id.as_u128())).map_err(|error| error.to_string())
    }

    #[rstest]
    #[case("丁局", "丁", None, Ok(None))]
    #[case("丁局", "丁", Some("甲某"), Ok(Some(1)))]
    #[case("丁局", "丁", Some("00000000-0000-0000-0000-000000000003"), Ok(Some(3)))]
    #[case("丁局", "丁", Some("乙某"), Err("name the one above by its id"))]
    #[case("丁局", "丁", Some("戊"), Err("no agency has the short name or id \"戊\"; there are: 甲某 (00000000"))]
    #[case(" 甲市某某局 ", "丁", None, Err("already"))]
    #[case("丁局", "甲某", None, Err("there is an agency \"甲市某某局\""))]
    fn where_a_new_agency_stands(
        #[case] name: &str,
        #[case] code: &str,
        #[case] parent: Option<&str>,
        #[case] expected: Result<Option<u128>, &str>,
    ) {
        match (placed(name, code, parent), expected) {
            (Err(refused), Err(part)) => assert!(refused.contains(part), "{refused}"),
            (found, expected) => assert_eq!(found, expected.map_err(str::to_owned)),
        }
    }
}
