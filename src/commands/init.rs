//! `foi-docket init`: the first agency and its administrator, as the owner of the tables.

use crate::case::office::Office;
use crate::clock::Clock;
use crate::config::Config;
use crate::crypto::MasterKey;
use crate::db::schema::agencies;
use crate::ids::new_id;
use crate::people::founding::{FirstPassword, Founder, NewAccount, NewAgency, Task, create_account_row, found_agency};
use crate::people::passwords;
use crate::rules::clock::ClockChoices;
use crate::rules::permissions::Role;
use crate::rules::settings::{DatedBody, Settings};
use anyhow::{Context, anyhow, bail};
use chrono::NaiveDate;
use clap::Args;
use diesel::prelude::*;
use std::process::ExitCode;

/// The first agency and its administrator.
#[derive(Args)]
pub struct Init {
    /// Name of the agency, for example 示范市示范区市场监督管理局.
    #[arg(long)]
    agency: String,
    /// Its short name in register and document numbers (机关代字).
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
    /// Sign-in name of the administrator.
    #[arg(long, default_value = "admin")]
    username: String,
    /// E-mail of the administrator.
    #[arg(long)]
    email: String,
}

impl Init {
    /// Sets them up and prints the administrator's first password, once.
    pub fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let mut conn = PgConnection::establish(Config::required(config.database_url.as_ref(), "DATABASE_URL")?)?;
        if agencies::table.count().get_result::<i64>(&mut conn)? > 0 {
            bail!("there is an agency already");
        }
        let since = NaiveDate::from_ymd_opt(2008, 5, 1).context("a day")?;
        let body = |name: String, online_filing| DatedBody { from_on: since, name, online_filing };
        let settings = Settings {
            agency_code: self.code,
            case_number_pattern: "{agency}依申请〔{year}〕{n}号".to_owned(),
            document_number_pattern: "{agency}公复〔{year}〕{n}号".to_owned(),
            contact: self.contact,
            reconsideration_bodies: vec![body(self.reconsideration_body, self.online_filing)],
            courts: vec![body(self.court, None)],
            reminder_offsets: vec![0, 1, 3, 5, 10],
            retention_years: Some(30),
            clock: ClockChoices::default(),
        };
        // No text of a case is written here, so no master key is needed.
        let office = Office::new(Clock::system(), MasterKey::generate()?)?;
        let founder = Founder { office: &office, agency: new_id(), task: Task::Init };
        let password = passwords::temporary();
        let password_hash = passwords::hash(&password).map_err(|_| anyhow!("the password cannot be hashed"))?;
        conn.transaction(|conn| {
            found_agency(conn, &founder, NewAgency { name: self.agency, parent: None, settings })?;
            create_account_row(
                conn,
                &founder,
                NewAccount {
                    username: self.username.clone(),
                    display_name: "管理员".to_owned(),
                    email: self.email,
                    department: None,
                    roles: vec![Role::Administrator],
                    password_hash,
                    first_password: FirstPassword::MustChange,
                },
            )
        })
        .map_err(|error| anyhow!("{error}"))?;
        println!("username: {}", self.username);
        println!("password: {password}");
        println!("It must be changed at the first sign-in.");
        Ok(ExitCode::SUCCESS)
    }
}
