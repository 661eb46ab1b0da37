//! The outbox: sends what waits, one mail at a time, under a lease and outside every transaction.
//!
//! A worker that dies with a mail in its hand loses the lease, and the next one sends the same mail with the same Message-ID: at least once,
//! and a reader's program knows the double. What was written for duties that are met by now, or whose date has moved, is dropped instead of
//! sent. What cannot be delivered becomes a task for a person and an event of the agency.

use super::compose::{Mail, Recipient};
use super::letters;
use super::mailer::{Mailer, SendFailure};
use crate::case::journal::agency::{self, AgencyEvent};
use crate::case::journal::{JournalError, Pen};
use crate::case::office::Office;
use crate::case::trail::Actor;
use crate::clock::real_now;
use crate::db::pool::{Db, Scope};
use crate::db::schema::{duties, outbox, reminders};
use crate::ids::{new_id, request_id};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;

/// So long a mail is one worker's; longer than the longest conversation (see [`super::mailer::SILENCE_AT_MOST`]).
const LEASE: TimeDelta = TimeDelta::minutes(3);
/// After so many attempts a person has to look.
const ATTEMPTS_AT_MOST: i32 = 12;
/// Minutes until the next attempt, by attempts made; the last for every later one.
const BACKOFF_MINUTES: [i64; 5] = [1, 5, 15, 60, 240];

/// How it ended for one mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It left the house.
    Sent,
    /// It will be tried again.
    PutOff,
    /// It became a task for a person.
    Failed,
    /// None of its duties is open any more: it was not sent.
    Dropped,
    /// The lease ran out meanwhile and another worker has it.
    TakenOver,
}

/// How it ended for all that were due.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Left the house.
    pub sent: usize,
    /// Will be tried again.
    pub put_off: usize,
    /// Became a task.
    pub failed: usize,
    /// Dropped, because none of their duties is open any more.
    pub dropped: usize,
}

#[derive(Queryable)]
struct Waiting {
    id: Uuid,
    recipient_id: Uuid,
    to_name: String,
    to_address: String,
    subject: String,
    body: String,
    message_id: String,
    created_at: DateTime<Utc>,
    attempts: i32,
}

enum Claim {
    Nothing,
    Dropped,
    Mail { mail: Box<Waiting>, token: Uuid },
}

/// Sends everything of the agency that is due.
pub fn send_due(db: &Db, mailer: &Mailer, office: &Office, agency: Uuid) -> Result<Tally, JournalError> {
    let mut tally = Tally::default();
    while let Some(ended) = send_next(db, mailer, office, agency)? {
        match ended {
            Ended::Sent => tally.sent += 1,
            Ended::PutOff => tally.put_off += 1,
            Ended::Failed => tally.failed += 1,
            Ended::Dropped => tally.dropped += 1,
            Ended::TakenOver => {}
        }
    }
    Ok(tally)
}

/// Sends the mail that is due longest; none if none is due.
pub fn send_next(db: &Db, mailer: &Mailer, office: &Office, agency: Uuid) -> Result<Option<Ended>, JournalError> {
    let scope = Scope::own(agency);
    let (waiting, token) = match db.run_here(&scope, |conn| claim(conn, office, agency))? {
        Claim::Nothing => return Ok(None),
        Claim::Dropped => return Ok(Some(Ended::Dropped)),
        Claim::Mail { mail, token } => (mail, token),
    };
    let mail = Mail {
        to: Recipient { name: waiting.to_name.clone(), address: waiting.to_address.clone() },
        subject: waiting.subject.clone(),
        body: waiting.body.clone(),
        message_id: waiting.message_id.clone(),
    };
    let result = mailer.send(&mail, waiting.created_at);
    let ended = db.run_here(&scope, |conn| match &result {
        Ok(_) => sent(conn, office, (agency, waiting.id, token)),
        Err(SendFailure::Temporary(why) | SendFailure::Unknown(why)) if waiting.attempts < ATTEMPTS_AT_MOST => {
            put_off(conn, (agency, waiting.id, token), waiting.attempts, why)
        }
        Err(SendFailure::Temporary(why) | SendFailure::Unknown(why) | SendFailure::Permanent(why)) => {
            fail(conn, office, (agency, &waiting, token), why)
        }
    })?;
    if let Err(failure) = &result {
        // The relay's words may repeat an address: they stay in the outbox, out of the log.
        let class = match failure {
            SendFailure::Temporary(_) => "temporary",
            SendFailure::Permanent(_) => "permanent",
            SendFailure::Unknown(_) => "unknown",
        };
        tracing::warn!(%agency, mail = %waiting.id, attempts = waiting.attempts, class, ?ended, "a mail did not leave");
    }
    Ok(Some(ended))
}

fn claim(conn: &mut PgConnection, office: &Office, agency: Uuid) -> Result<Claim, JournalError> {
    conn.transaction(|conn| {
        let now = real_now();
        let due: Option<Waiting> = outbox::table
            .filter(outbox::agency_id.eq(agency))
            .filter(outbox::state.eq("waiting"))
            .filter(outbox::next_at.le(now))
            .filter(outbox::lease_until.is_null().or(outbox::lease_until.lt(now)))
            .order(outbox::next_at)
            .select((
                outbox::id,
                outbox::recipient_id,
                outbox::to_name,
                outbox::to_address,
                outbox::subject,
                outbox::body,
                outbox::message_id,
                outbox::created_at,
                outbox::attempts,
            ))
            .for_update()
            .skip_locked()
            .first(conn)
            .optional()?;
        let Some(mut mail) = due else { return Ok(Claim::Nothing) };
        let row = outbox::table.find((agency, mail.id));
        if is_moot(conn, office, (agency, mail.id))? {
            diesel::update(row)
                .set((outbox::state.eq("resolved"), outbox::resolution.eq("事项均已办结或者期限已变更，未发送")))
                .execute(conn)?;
            return Ok(Claim::Dropped);
        }
        mail.attempts += 1;
        let token = new_id();
        diesel::update(row)
            .set((outbox::lease_token.eq(token), outbox::lease_until.eq(now + LEASE), outbox::attempts.eq(mail.attempts)))
            .execute(conn)?;
        Ok(Claim::Mail { mail: Box::new(mail), token })
    })
}

/// Whether a mail speaks of duties, none of which is open with the date it names.
fn is_moot(conn: &mut PgConnection, office: &Office, (agency, mail): (Uuid, Uuid)) -> Result<bool, JournalError> {
    let carried = reminders::table.filter(reminders::agency_id.eq(agency)).filter(reminders::outbox_id.eq(mail));
    let still_open = carried
        .inner_join(
            duties::table.on(duties::agency_id
                .eq(reminders::agency_id)
                .and(duties::case_id.eq(reminders::case_id))
                .and(duties::kind.eq(reminders::duty_kind))
                .and(duties::ordinal.eq(reminders::duty_ordinal))
                .and(duties::due_on.eq(reminders::due_on))),
        )
        .filter(duties::open);
    let (speaks, open): (bool, bool) =
        (diesel::select(exists(carried)).get_result(conn)?, diesel::select(exists(still_open)).get_result(conn)?);
    Ok(speaks && !open && !letters::still_owed(conn, office, (agency, mail))?)
}

type Lease = (Uuid, Uuid, Uuid);

fn sent(conn: &mut PgConnection, office: &Office, (agency, mail, token): Lease) -> Result<Ended, JournalError> {
    let changed = diesel::update(outbox::table.find((agency, mail)).filter(outbox::lease_token.eq(token)))
        .set((
            outbox::state.eq("sent"),
            outbox::sent_at.eq(office.clock.now()),
            outbox::lease_token.eq(None::<Uuid>),
            outbox::lease_until.eq(None::<DateTime<Utc>>),
            outbox::last_error.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(if changed == 1 { Ended::Sent } else { Ended::TakenOver })
}

fn put_off(conn: &mut PgConnection, (agency, mail, token): Lease, attempts: i32, why: &str) -> Result<Ended, JournalError> {
    let made = usize::try_from(attempts.saturating_sub(1)).unwrap_or(0);
    let minutes = BACKOFF_MINUTES.get(made).or(BACKOFF_MINUTES.last()).copied().unwrap_or(1);
    let changed = diesel::update(outbox::table.find((agency, mail)).filter(outbox::lease_token.eq(token)))
        .set((
            outbox::next_at.eq(real_now() + TimeDelta::minutes(minutes)),
            outbox::lease_token.eq(None::<Uuid>),
            outbox::lease_until.eq(None::<DateTime<Utc>>),
            outbox::last_error.eq(why),
        ))
        .execute(conn)?;
    Ok(if changed == 1 { Ended::PutOff } else { Ended::TakenOver })
}

/// The task and its event in one transaction: no task without a trace, no trace without a task.
fn fail(conn: &mut PgConnection, office: &Office, (agency, mail, token): (Uuid, &Waiting, Uuid), why: &str) -> Result<Ended, JournalError> {
    conn.transaction(|conn| {
        let changed = diesel::update(outbox::table.find((agency, mail.id)).filter(outbox::lease_token.eq(token)))
            .set((
                outbox::state.eq("failed"),
                outbox::lease_token.eq(None::<Uuid>),
                outbox::lease_until.eq(None::<DateTime<Utc>>),
                outbox::last_error.eq(why),
            ))
            .execute(conn)?;
        if changed == 0 {
            return Ok(Ended::TakenOver);
        }
        let pen = Pen { office, agency, actor: Actor::Worker { task: "outbox".into() }, request_id: request_id().into() };
        agency::append(conn, &pen, &[AgencyEvent::MailFailed { mail: mail.id, recipient: mail.recipient_id }])?;
        Ok(Ended::Failed)
    })
}
