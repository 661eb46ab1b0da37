//! The rows of an agency and its people beside what its stream says they should be.

use super::people::{Account, Agency, Post, Term};
use super::report::Report;
use crate::crypto;
use crate::db::library;
use crate::db::schema::{
    accounts, agencies, departments, foi_office_heads, letter_template_editions, posts, settings_editions, sign_in_names,
};
use crate::people::accounts::digest_of;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Compares the agency, its departments, accounts, sign-in names, heads and settings with the events.
pub(super) fn compare(conn: &mut PgConnection, agency: &Agency, report: &mut Report) -> QueryResult<()> {
    the_agency(conn, agency, report)?;
    its_departments(conn, agency, report)?;
    its_accounts(conn, agency, report)?;
    its_heads(conn, agency, report)?;
    its_posts(conn, agency, report)?;
    its_settings(conn, agency, report)?;
    its_templates(conn, agency, report)?;
    its_libraries(conn, agency, report)?;
    agency.reports.compare(conn, report)
}

fn the_agency(conn: &mut PgConnection, agency: &Agency, report: &mut Report) -> QueryResult<()> {
    let id = report.agency;
    let row: Option<(String, Option<Uuid>, DateTime<Utc>)> =
        agencies::table.find(id).select((agencies::name, agencies::parent_id, agencies::created_at)).first(conn).optional()?;
    match (row, &agency.founded) {
        (None, _) => report.note_stream(id, "the agency has no row in agencies"),
        (Some(_), None) => report.note_stream(id, "the agency has a row in agencies, and no event founded it"),
        (Some((name, parent, at)), Some((named, above, founded_at))) => {
            for (column, same) in
                [("name", name == *named), ("parent_id", parent == *above), ("created_at", founded_at.is_none_or(|founded| founded == at))]
            {
                if !same {
                    report.note_stream(id, format!("the column agencies.{column} does not follow from the trail"));
                }
            }
        }
    }
    Ok(())
}

fn its_departments(conn: &mut PgConnection, agency: &Agency, report: &mut Report) -> QueryResult<()> {
    let id = report.agency;
    let rows: Vec<(Uuid, String, bool)> = departments::table
        .filter(departments::agency_id.eq(id))
        .select((departments::id, departments::name, departments::active))
        .load(conn)?;
    for (department, name, active) in &rows {
        match agency.departments.get(department) {
            None => report.note_stream(id, format!("the department {department} has a row and no event")),
            Some((named, open)) => {
                for (column, same) in [("name", name == named), ("active", active == open)] {
                    if !same {
                        report.note_stream(id, format!("departments.{column} of {department} does not follow from the trail"));
                    }
                }
            }
        }
    }
    let known: BTreeSet<Uuid> = rows.into_iter().map(|(department, ..)| department).collect();
    missing(&known, agency.departments.keys(), "department", report);
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts)]
struct AccountRow {
    id: Uuid,
    username: String,
    display_name: String,
    email: String,
    department_id: Option<Uuid>,
    roles: Vec<String>,
    password_hash: String,
    must_change_password: bool,
    active: bool,
    version: i32,
}

fn its_accounts(conn: &mut PgConnection, agency: &Agency, report: &mut Report) -> QueryResult<()> {
    let id = report.agency;
    let rows: Vec<AccountRow> = accounts::table.filter(accounts::agency_id.eq(id)).select(AccountRow::as_select()).load(conn)?;
    let names: Vec<(String, Uuid)> = sign_in_names::table
        .filter(sign_in_names::agency_id.eq(id))
        .select((sign_in_names::username, sign_in_names::account_id))
        .load(conn)?;
    let mut names: BTreeSet<(String, Uuid)> = names.into_iter().collect();
    let mut known = BTreeSet::new();
    for row in rows {
        let account = row.id;
        known.insert(account);
        if !names.remove(&(row.username.clone(), account)) {
            report.note_stream(id, format!("sign_in_names does not have the name of account {account}"));
        }
        match agency.accounts.get(&account) {
            None => report.note_stream(id, format!("the account {account} has a row and no event")),
            Some(expected) => {
                for column in differing(row, expected) {
                    report.note_stream(id, format!("accounts.{column} of {account} does not follow from the trail"));
                }
            }
        }
    }
    for (_, account) in names {
        report.note_stream(id, format!("sign_in_names has a name of account {account} that the account does not have"));
    }
    missing(&known, agency.accounts.keys(), "account", report);
    Ok(())
}

fn differing(row: AccountRow, expected: &Account) -> Vec<&'static str> {
    let withheld = (row.username, row.display_name, row.email, row.password_hash);
    [
        ("department_id", row.department_id == expected.department),
        ("roles", row.roles == expected.roles),
        ("active", row.active == expected.active),
        ("version", row.version == expected.version),
        ("must_change_password", expected.must_change_password.is_none_or(|must| must == row.must_change_password)),
        ("(username, display_name, email, password_hash)", expected.digest.as_ref().is_none_or(|digest| *digest == digest_of(&withheld))),
    ]
    .into_iter()
    .filter_map(|(column, same)| (!same).then_some(column))
    .collect()
}

fn its_heads(conn: &mut PgConnection, agency: &Agency, report: &mut Report) -> QueryResult<()> {
    let id = report.agency;
    let rows: Vec<(Uuid, Uuid, bool, NaiveDate, Option<NaiveDate>)> = foi_office_heads::table
        .filter(foi_office_heads::agency_id.eq(id))
        .order(foi_office_heads::id)
        .select((
            foi_office_heads::id,
            foi_office_heads::account_id,
            foi_office_heads::deputy,
            foi_office_heads::from_on,
            foi_office_heads::until_on,
        ))
        .load(conn)?;
    let mut expected: Vec<&Term> = agency.terms.iter().collect();
    for (term, account, deputy, from_on, until_on) in rows {
        let row = Term { id: Some(term), account, deputy, from_on, until_on };
        let same = |one: &&Term| Term { id: one.id.or(row.id), ..(*one).clone() } == row;
        match expected.iter().position(same) {
            Some(place) => drop(expected.swap_remove(place)),
            None => report.note_stream(id, format!("the row {term} of foi_office_heads does not follow from the trail")),
        }
    }
    for term in expected {
        report.note_stream(id, format!("a term of account {} from {} has no row in foi_office_heads", term.account, term.from_on));
    }
    Ok(())
}

fn its_posts(conn: &mut PgConnection, agency: &Agency, report: &mut Report) -> QueryResult<()> {
    let id = report.agency;
    let columns = (posts::kind, posts::account_id, posts::department_id, posts::principal_id, posts::from_on, posts::until_on);
    let rows: Vec<(Uuid, Post)> = posts::table.filter(posts::agency_id.eq(id)).select((posts::id, columns)).load(conn)?;
    for (post, row) in &rows {
        if agency.posts.get(post) != Some(row) {
            report.note_stream(id, format!("the row {post} of posts does not follow from the trail"));
        }
    }
    let known: BTreeSet<Uuid> = rows.into_iter().map(|(post, _)| post).collect();
    missing(&known, agency.posts.keys(), "post in posts", report);
    Ok(())
}

fn its_settings(conn: &mut PgConnection, agency: &Agency, report: &mut Report) -> QueryResult<()> {
    let id = report.agency;
    let editions: Vec<i32> = settings_editions::table
        .filter(settings_editions::agency_id.eq(id))
        .order(settings_editions::edition)
        .select(settings_editions::edition)
        .load(conn)?;
    for edition in &editions {
        let (made_at, data): (DateTime<Utc>, Value) =
            settings_editions::table.find((id, *edition)).select((settings_editions::made_at, settings_editions::data)).first(conn)?;
        let Some((sha256, at)) = agency.settings.get(edition) else {
            report.note_stream(id, format!("edition {edition} of the settings has a row and no event"));
            continue;
        };
        // The digest is of the fields in the order of their names, as `Value` prints them.
        let same = crypto::hex(&crypto::sha256(data.to_string().as_bytes())) == *sha256;
        for (column, same) in [("data", same), ("made_at", at.is_none_or(|at| at == made_at))] {
            if !same {
                report.note_stream(id, format!("settings_editions.{column} of edition {edition} does not follow from the trail"));
            }
        }
    }
    for edition in agency.settings.keys().filter(|edition| !editions.contains(edition)) {
        report.note_stream(id, format!("edition {edition} of the settings has an event and no row"));
    }
    Ok(())
}

fn its_templates(conn: &mut PgConnection, agency: &Agency, report: &mut Report) -> QueryResult<()> {
    let id = report.agency;
    let rows: Vec<(String, i32, DateTime<Utc>, String)> = letter_template_editions::table
        .filter(letter_template_editions::agency_id.eq(id))
        .select((
            letter_template_editions::kind,
            letter_template_editions::edition,
            letter_template_editions::made_at,
            letter_template_editions::text,
        ))
        .load(conn)?;
    let mut found = BTreeSet::new();
    for (kind, edition, made_at, text) in rows {
        let key = (kind, edition);
        let (kind, edition) = &key;
        match agency.templates.get(&key) {
            None => report.note_stream(id, format!("letter_template_editions has edition {edition} of {kind} without an event")),
            Some((sha256, at)) => {
                let same = crypto::hex(&crypto::sha256(text.as_bytes())) == *sha256;
                for (column, same) in [("text", same), ("made_at", *at == made_at)] {
                    if !same {
                        let what = format!("letter_template_editions.{column} of {kind} {edition} does not follow from the trail");
                        report.note_stream(id, what);
                    }
                }
            }
        }
        found.insert(key);
    }
    for (kind, edition) in agency.templates.keys().filter(|key| !found.contains(*key)) {
        report.note_stream(id, format!("edition {edition} of {kind} has an event and no row in letter_template_editions"));
    }
    Ok(())
}

fn its_libraries(conn: &mut PgConnection, agency: &Agency, report: &mut Report) -> QueryResult<()> {
    let id = report.agency;
    let rows = library::list(conn, id, None)?;
    let mut found = BTreeSet::new();
    for row in rows {
        let key = (row.entry_id, row.edition);
        let what = format!("edition {} of the library entry {}", row.edition, row.entry_id);
        found.insert(key);
        let Some(known) = agency.libraries.get(&key) else {
            report.note_stream(id, format!("{what} has a row in library_editions and no event"));
            continue;
        };
        let state = match &known.decided {
            None => library::PROPOSED,
            Some((true, ..)) => library::APPROVED,
            Some((false, ..)) => library::REJECTED,
        };
        let decided = known.decided.as_ref();
        for (column, same) in [
            ("shelf", row.shelf == known.shelf),
            ("data", row.sha256() == known.sha256),
            ("proposed_by", row.proposed_by == known.proposed.0),
            ("proposed_at", row.proposed_at == known.proposed.1),
            ("state", row.state == state),
            ("decided_by", row.decided_by == decided.map(|(_, by, ..)| *by)),
            ("decided_at", row.decided_at == decided.map(|(_, _, at, _)| *at)),
            ("reason", row.reason.as_ref() == decided.and_then(|(.., reason)| reason.as_ref())),
        ] {
            if !same {
                report.note_stream(id, format!("library_editions.{column} of {what} does not follow from the trail"));
            }
        }
    }
    for (entry, edition) in agency.libraries.keys().filter(|key| !found.contains(*key)) {
        report.note_stream(id, format!("edition {edition} of the library entry {entry} has an event and no row in library_editions"));
    }
    Ok(())
}

fn missing<'a>(known: &BTreeSet<Uuid>, expected: impl Iterator<Item = &'a Uuid>, what: &str, report: &mut Report) {
    let agency = report.agency;
    for id in expected.filter(|id| !known.contains(id)) {
        report.note_stream(agency, format!("the {what} {id} has an event and no row"));
    }
}
