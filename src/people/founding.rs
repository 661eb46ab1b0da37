//! Founding an agency and its first people, for the commands that set up an installation or its demo data. Nothing here speaks HTTP.
//!
//! The connection is the owner's: the serving role may not write agencies. Each call leaves its events in the agency's stream, under the
//! name of the task; whoever wants all or nothing wraps the calls in one transaction.

use diesel::prelude::*;
use uuid::Uuid;

use super::accounts::create::{self, NewRow};
use super::accounts::mailbox;
use super::heads::{self, AppointHead};
use super::{departments, settings};
use crate::case::journal::agency::{AgencyEvent, append};
use crate::case::journal::{JournalError, Pen};
use crate::case::office::Office;
use crate::case::refusal::{FieldRefusal, Refusal};
use crate::case::trail::Actor;
use crate::db::schema::agencies;
use crate::ids::new_id;
use crate::rules::permissions::Role;
use crate::rules::settings::Settings;
use crate::rules::text;

/// Which command founds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// The first agency and administrator of an installation.
    Init,
    /// Demo data.
    Seed,
}

impl Task {
    const fn code(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::Seed => "seed",
        }
    }
}

/// Who founds, for which agency.
#[derive(Debug, Clone, Copy)]
pub struct Founder<'a> {
    /// Clock and keys.
    pub office: &'a Office,
    /// The agency.
    pub agency: Uuid,
    /// The command.
    pub task: Task,
}

impl Founder<'_> {
    /// Records what else happened to the agency.
    pub fn record(&self, conn: &mut PgConnection, events: &[AgencyEvent]) -> Result<(), JournalError> {
        let task = self.task.code().to_owned();
        let pen = Pen { office: self.office, agency: self.agency, request_id: task.clone().into(), actor: Actor::Worker { task } };
        append(conn, &pen, events)
    }
}

/// An agency to be founded.
#[derive(Debug, Clone)]
pub struct NewAgency {
    /// Its name.
    pub name: String,
    /// The agency above it.
    pub parent: Option<Uuid>,
    /// Its first settings.
    pub settings: Settings,
}

/// Founds an agency with the first edition of its settings.
pub fn found_agency(conn: &mut PgConnection, founder: &Founder<'_>, new: NewAgency) -> Result<(), JournalError> {
    let name = text::line(&new.name, 200).map_err(|error| field("/name", error.code(), (error.zh(), error.to_string())))?;
    let first = settings::check(new.settings, founder.office.clock.today()).map_err(|refusal| refusal.below("/settings"))?;
    let created_at = founder.office.clock.now();
    conn.transaction(|conn| {
        diesel::insert_into(agencies::table)
            .values((
                agencies::id.eq(founder.agency),
                agencies::parent_id.eq(new.parent),
                agencies::name.eq(&name),
                agencies::created_at.eq(created_at),
            ))
            .execute(conn)?;
        let named = AgencyEvent::AgencyFounded { name, parent: new.parent, created_at: Some(created_at) };
        let set = settings::insert(conn, founder.office, founder.agency, 1, &first)?;
        founder.record(conn, &[named, set])
    })
}

/// Makes a department and gives its id.
pub fn create_department_row(conn: &mut PgConnection, founder: &Founder<'_>, name: &str) -> Result<Uuid, JournalError> {
    let name = text::line(name, 100).map_err(|error| field("/name", error.code(), (error.zh(), error.to_string())))?;
    let id = new_id();
    conn.transaction(|conn| {
        let event = departments::insert(conn, founder.agency, id, name)?;
        founder.record(conn, &[event])
    })?;
    Ok(id)
}

/// Whether the person must choose another password at the first sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstPassword {
    /// It is theirs, or the published one of the demo: its length is not looked at.
    Stays,
    /// Somebody else knows it.
    MustChange,
}

/// An account to be made.
#[derive(Clone)]
pub struct NewAccount {
    /// The sign-in name.
    pub username: String,
    /// The person's name.
    pub display_name: String,
    /// Where reminders go.
    pub email: String,
    /// The department.
    pub department: Option<Uuid>,
    /// The roles.
    pub roles: Vec<Role>,
    /// The hash of the first password ([`super::passwords::hash`]); made outside any transaction, since it takes its time.
    pub password_hash: String,
    /// What becomes of the password.
    pub first_password: FirstPassword,
}

/// Makes an account and gives its id.
pub fn create_account_row(conn: &mut PgConnection, founder: &Founder<'_>, new: NewAccount) -> Result<Uuid, JournalError> {
    create::sign_in_name(&new.username)
        .map_err(|error| field("/username", "username_invalid", ("登录名不符合规定".to_owned(), error.to_string())))?;
    mailbox(&new.email).map_err(|error| field("/email", "email_invalid", ("邮箱地址不符合规定".to_owned(), error.to_string())))?;
    let display_name =
        text::line(&new.display_name, 60).map_err(|error| field("/display_name", error.code(), (error.zh(), error.to_string())))?;
    let id = new_id();
    let row = NewRow {
        id,
        username: new.username,
        display_name,
        email: new.email,
        department: new.department,
        roles: new.roles,
        password_hash: new.password_hash,
        must_change_password: new.first_password == FirstPassword::MustChange,
    };
    conn.transaction(|conn| {
        let event = create::insert(conn, founder.agency, row)?;
        founder.record(conn, &[event])
    })?;
    Ok(id)
}

/// Appoints the head of the FOI office, or a deputy, and gives the id of the term.
pub fn appoint_head_row(conn: &mut PgConnection, founder: &Founder<'_>, body: &AppointHead) -> Result<Uuid, JournalError> {
    let id = new_id();
    conn.transaction(|conn| {
        let events = heads::insert(conn, founder.agency, id, body)?;
        founder.record(conn, &events)
    })?;
    Ok(id)
}

fn field(pointer: &str, code: &'static str, (detail_zh, detail_en): (String, String)) -> Refusal {
    Refusal::fields(vec![FieldRefusal { pointer: pointer.to_owned(), code: code.into(), detail_zh, detail_en }])
}
