//! The outbox beside the events on failed mail, and the reminders beside the mail that carries them.
//!
//! What a mail says, to which address and when it left stands in no event: that is held by nothing.

use super::people::{Agency, MailNow};
use super::report::Report;
use crate::crypto;
use crate::db::schema::{outbox, reminders};
use crate::notify::compose::message_id;
use chrono::NaiveDate;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Mails read at once.
const PAGE: i64 = 200;
/// Rows that should not be there, listed at most.
const STRAYS: i64 = 1_000;

#[derive(Queryable, Selectable)]
#[diesel(table_name = outbox)]
struct MailRow {
    id: Uuid,
    dedup_key: String,
    recipient_id: Uuid,
    message_id: String,
    state: String,
}

type Reminder = (Uuid, Uuid, String, i32, NaiveDate, i32, Uuid);

/// Every mail that failed is where its events leave it, no other is a task, and each carries the reminders it was written for.
pub(super) fn compare(conn: &mut PgConnection, agency: &mut Agency, report: &mut Report) -> QueryResult<()> {
    let id = report.agency;
    let mut after = Uuid::nil();
    loop {
        let page: Vec<MailRow> = outbox::table
            .filter(outbox::agency_id.eq(id))
            .filter(outbox::id.gt(after))
            .order(outbox::id)
            .select(MailRow::as_select())
            .limit(PAGE)
            .load(conn)?;
        let Some(last) = page.last() else { break };
        after = last.id;
        let mut carried = carried(conn, id, &page)?;
        for mail in &page {
            for column in differing(id, agency, mail, &carried.remove(&mail.id).unwrap_or_default()) {
                report.note_stream(id, format!("outbox.{column} of {} does not follow from the trail and the reminders", mail.id));
            }
            agency.mails.remove(&mail.id);
        }
    }
    for mail in agency.mails.keys() {
        report.note_stream(id, format!("the mail {mail} has an event and no row in outbox"));
    }
    let a_mail = outbox::table.filter(outbox::agency_id.eq(reminders::agency_id)).filter(outbox::id.eq(reminders::outbox_id));
    let lost: Vec<Uuid> = reminders::table
        .filter(reminders::agency_id.eq(id))
        .filter(not(exists(a_mail)))
        .select(reminders::outbox_id)
        .distinct()
        .limit(STRAYS)
        .load(conn)?;
    for mail in lost {
        report.note_stream(id, format!("reminders rest on the mail {mail}, which is not in outbox"));
    }
    Ok(())
}

fn carried(conn: &mut PgConnection, agency: Uuid, page: &[MailRow]) -> QueryResult<BTreeMap<Uuid, Vec<Reminder>>> {
    let rows: Vec<Reminder> = reminders::table
        .filter(reminders::agency_id.eq(agency))
        .filter(reminders::outbox_id.eq_any(page.iter().map(|mail| mail.id)))
        .select((
            reminders::outbox_id,
            reminders::case_id,
            reminders::duty_kind,
            reminders::duty_ordinal,
            reminders::due_on,
            reminders::offset_days,
            reminders::recipient_id,
        ))
        .load(conn)?;
    let mut carried: BTreeMap<Uuid, Vec<Reminder>> = BTreeMap::new();
    for row in rows {
        carried.entry(row.0).or_default().push(row);
    }
    Ok(carried)
}

fn differing(agency: Uuid, known: &Agency, mail: &MailRow, carried: &[Reminder]) -> Vec<&'static str> {
    let told = known.mails.get(&mail.id);
    let state = match told.map(|told| told.now) {
        Some(MailNow::Failed) => mail.state == "failed",
        Some(MailNow::Settled) => mail.state == "resolved",
        Some(MailNow::SentAgain) | None => mail.state != "failed",
    };
    let recipient =
        told.is_none_or(|told| told.recipient == mail.recipient_id) && carried.iter().all(|reminder| reminder.6 == mail.recipient_id);
    let domain = mail.message_id.split_once('@').map_or("", |(_, domain)| domain);
    [
        ("state", state),
        ("recipient_id", recipient),
        ("dedup_key", known_by(mail, carried)),
        ("message_id", message_id(&format!("{agency}/{}", mail.dedup_key), domain) == mail.message_id),
    ]
    .into_iter()
    .filter_map(|(column, same)| (!same).then_some(column))
    .collect()
}

/// A mail is known by its one reminder, a digest by the day, the reader and all of its reminders.
fn known_by(mail: &MailRow, carried: &[Reminder]) -> bool {
    let mut keys: Vec<String> = carried
        .iter()
        .map(|(_, case, kind, ordinal, due_on, offset, recipient)| format!("{case}/{kind}/{ordinal}/{due_on}/{offset}/{recipient}"))
        .collect();
    keys.sort_unstable();
    match keys.as_slice() {
        // Another kind of mail than a reminder.
        [] => !mail.dedup_key.contains(&mail.recipient_id.to_string()),
        [one] => mail.dedup_key == *one,
        many => {
            let all = crypto::hex(&crypto::sha256(many.join("\n").as_bytes()));
            mail.dedup_key.ends_with(&format!("/{}/{all}", mail.recipient_id))
        }
    }
}
