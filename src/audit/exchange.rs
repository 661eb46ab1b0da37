//! The exchange with neighbouring systems: each neighbour, secret and message as the agency's stream tells it, beside its row. The words of a
//! message are opened and held against the digest on the trail; they are gone where their dossier was disposed of, and only there, or where a message
//! of no case was dismissed long ago.

use super::report::Report;
use crate::case::journal::agency::ExchangeEvent;
use crate::case::office::Office;
use crate::case::stage::Stage;
use crate::clock::real_now;
use crate::crypto::{self, CaseOf};
use crate::db::schema::{
    cases, exchange_files as files, exchange_inbox as inbox, exchange_outbox as outbox, exchange_peers as peers,
    exchange_secrets as secrets, platform_lists as lists,
};
use crate::exchange::inbox::forget::forgettable;
use crate::exchange::inbox::{MessageState, Row};
use crate::exchange::platform::files::MISSING;
use crate::exchange::{open, peers::Peer};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A generation of secrets: digest, digest of the token, made at, until.
type Secret = (String, String, DateTime<Utc>, Option<DateTime<Utc>>);

/// A message that came: neighbour, sort, number, digest, sent at, received at, skewed.
type Came = (Uuid, String, String, String, DateTime<Utc>, DateTime<Utc>, bool);

/// What became of it: state, code, case, proceeding, clerk; and the cause they named.
type Fate = (String, Option<String>, Option<Uuid>, Option<i32>, Option<Uuid>, Option<String>);

/// A message that goes: neighbour, position, sort, key, case, proceeding, digest, created at.
type Goes = (Uuid, i64, String, String, Option<Uuid>, Option<i32>, String, DateTime<Utc>);

/// A list of the platform's: day, which of that day, complete, digest, by whom, when.
type Listed = (NaiveDate, i32, bool, String, Uuid, DateTime<Utc>);

/// A file that was handed over: size, document, why it was not taken, when.
type Handed = (i64, Option<Uuid>, Option<String>, DateTime<Utc>);

/// The exchange as its events leave it. It grows with the messages, a few hundred bytes each.
#[derive(Default)]
pub(super) struct Exchange {
    peers: BTreeMap<Uuid, Peer>,
    secrets: BTreeMap<(Uuid, i32), Secret>,
    came: BTreeMap<Uuid, (Came, Fate)>,
    settled: BTreeMap<Uuid, Option<DateTime<Utc>>>,
    goes: BTreeMap<Uuid, Goes>,
    positions: BTreeMap<Uuid, i64>,
    lists: BTreeMap<Uuid, Listed>,
    files: BTreeMap<(Uuid, String), Handed>,
    /// Documents whose keys went with the words of a message.
    pub forgotten: BTreeSet<Uuid>,
}

impl Exchange {
    /// Takes what an event says; what it cannot follow from is a finding.
    pub fn apply(&mut self, what: ExchangeEvent) -> Result<(), &'static str> {
        match what {
            ExchangeEvent::PeerSet { peer: id, contract, name, push_url, pushes, active } => {
                let version = self.peers.get(&id).map_or(1, |before| before.version + 1);
                let before = self.peers.remove(&id).map(|before| before.called(name.clone()));
                let former_names = before.map(|before| before.former_names).unwrap_or_default();
                let agency_id = Uuid::nil();
                self.peers.insert(id, Peer { agency_id, id, contract, name, push_url, pushes, active, version, former_names });
            }
            ExchangeEvent::SecretMade { peer, n, sha256, token_sha256, made_at } => {
                self.secrets.insert((peer, n), (sha256, token_sha256, made_at, None));
            }
            ExchangeEvent::SecretEnds { peer, n, until } => {
                self.secrets.get_mut(&(peer, n)).ok_or("it ends secrets that nobody made")?.3 = Some(until);
            }
            ExchangeEvent::MessageReceived { message, peer, sort, number, sha256, sent_at, received_at, skewed } => {
                let fate = (MessageState::Received.code().to_owned(), None, None, None, None, None);
                if self.came.insert(message, ((peer, sort, number, sha256, sent_at, received_at, skewed), fate)).is_some() {
                    return Err("the message came before");
                }
            }
            ExchangeEvent::MessageSettled { message, state, code, case, proceeding, by, cause, settled_at } => {
                let fate = (state, code, case, proceeding, by, cause);
                self.came.get_mut(&message).ok_or("it settles a message that never came")?.1 = fate;
                self.settled.insert(message, settled_at);
            }
            ExchangeEvent::MessageQueued { message, peer, position, sort, key, case, proceeding, sha256, created_at } => {
                let last = self.positions.entry(peer).or_default();
                if position != *last + 1 {
                    return Err("it has not the next place among the messages to its neighbour");
                }
                *last = position;
                self.goes.insert(message, (peer, position, sort, key, case, proceeding, sha256, created_at));
            }
            ExchangeEvent::MessageReplayed { message } => {
                self.goes.get(&message).ok_or("it repeats a message that nobody wrote")?;
            }
            ExchangeEvent::FileCame { peer, sha256, size, document, code, came_at } => {
                self.files.insert((peer, sha256), (size, document, code, came_at));
            }
            ExchangeEvent::FileForgotten { peer, sha256, document } => {
                let handed = self.files.get_mut(&(peer, sha256)).filter(|handed| handed.1 == Some(document));
                let handed = handed.ok_or("it forgets a file that never came")?;
                (handed.1, handed.2) = (None, Some(MISSING.to_owned()));
                self.forgotten.insert(document);
            }
            ExchangeEvent::PlatformListed { list, on, n, complete, sha256, by, listed_at, .. } => {
                self.lists.insert(list, (on, n, complete, sha256, by, listed_at));
            }
        }
        Ok(())
    }
}

/// Compares every row with the events.
pub(super) fn compare(conn: &mut PgConnection, office: &Office, told: &Exchange, report: &mut Report) -> QueryResult<()> {
    the_peers(conn, office, told, report)?;
    the_secrets(conn, told, report)?;
    let disposed: BTreeSet<Uuid> = disposed(conn, report.agency)?;
    what_came(conn, (office, &disposed), told, report)?;
    what_goes(conn, (office, &disposed), told, report)?;
    the_lists(conn, told, report)?;
    the_files(conn, told, report)
}

fn note(report: &mut Report, table: &str, id: impl std::fmt::Display, columns: &[(&str, bool)]) {
    let agency = report.agency;
    for (column, _) in columns.iter().filter(|(_, same)| !same) {
        report.note_stream(agency, format!("{table}.{column} of {id} does not follow from the trail"));
    }
}

fn missing<K: Ord + std::fmt::Debug>(report: &mut Report, table: &str, (known, told): (&BTreeSet<K>, impl Iterator<Item = K>)) {
    let agency = report.agency;
    for id in told.filter(|id| !known.contains(id)) {
        report.note_stream(agency, format!("{id:?} has an event and no row in {table}"));
    }
}

fn disposed(conn: &mut PgConnection, agency: Uuid) -> QueryResult<BTreeSet<Uuid>> {
    let rows = cases::table.filter(cases::agency_id.eq(agency)).filter(cases::stage.eq(Stage::Disposed.code()));
    Ok(rows.select(cases::id).load(conn)?.into_iter().collect())
}

fn the_peers(conn: &mut PgConnection, office: &Office, told: &Exchange, report: &mut Report) -> QueryResult<()> {
    let agency = report.agency;
    let rows: Vec<(Peer, i64, Vec<u8>)> =
        peers::table.filter(peers::agency_id.eq(agency)).select((Peer::as_select(), peers::last_position, peers::wrapped)).load(conn)?;
    for (row, last, wrapped) in &rows {
        let Some(expected) = told.peers.get(&row.id) else {
            report.note_stream(agency, format!("{} has a row in exchange_peers and no event", row.id));
            continue;
        };
        let columns = [
            ("contract", row.contract == expected.contract),
            ("name", row.name == expected.name),
            ("former_names", row.former_names == expected.former_names),
            ("push_url", row.push_url == expected.push_url),
            ("pushes", row.pushes == expected.pushes),
            ("active", row.active == expected.active),
            ("version", row.version == expected.version),
            ("last_position", *last == told.positions.get(&row.id).copied().unwrap_or_default()),
            ("wrapped", office.keys.unwrap(row.owner(), wrapped).is_ok()),
        ];
        note(report, "exchange_peers", row.id, &columns);
    }
    let known = rows.iter().map(|(row, ..)| row.id).collect();
    missing(report, "exchange_peers", (&known, told.peers.keys().copied()));
    Ok(())
}

fn the_secrets(conn: &mut PgConnection, told: &Exchange, report: &mut Report) -> QueryResult<()> {
    type Stored = (Uuid, i32, Vec<u8>, Vec<u8>, DateTime<Utc>, Option<DateTime<Utc>>);
    let agency = report.agency;
    let rows: Vec<Stored> = secrets::table
        .filter(secrets::agency_id.eq(agency))
        .select((secrets::peer_id, secrets::n, secrets::sealed, secrets::token_sha256, secrets::made_at, secrets::until))
        .load(conn)?;
    for (peer, n, sealed, token, made_at, until) in &rows {
        let Some((sha256, token_sha256, at, ends)) = told.secrets.get(&(*peer, *n)) else {
            report.note_stream(agency, format!("generation {n} of {peer} has a row in exchange_secrets and no event"));
            continue;
        };
        let columns = [
            ("sealed", crypto::hex(&crypto::sha256(sealed)) == *sha256),
            ("token_sha256", crypto::hex(token) == *token_sha256),
            ("made_at", made_at == at),
            ("until", until == ends),
        ];
        note(report, "exchange_secrets", format!("generation {n} of {peer}"), &columns);
    }
    let known = rows.iter().map(|(peer, n, ..)| (*peer, *n)).collect();
    missing(report, "exchange_secrets", (&known, told.secrets.keys().copied()));
    Ok(())
}

/// Whether the words are those of the digest, or gone with their dossier.
fn words(office: &Office, message: CaseOf, (wrapped, sealed): (Option<&[u8]>, Option<&[u8]>), (sha256, gone): (&str, bool)) -> bool {
    match wrapped.zip(sealed) {
        None => gone,
        Some(_) if gone => false,
        Some(words) => open(office, message, words).is_ok_and(|bytes| crypto::hex(&crypto::sha256(&bytes)) == sha256),
    }
}

fn what_came(
    conn: &mut PgConnection,
    (office, disposed): (&Office, &BTreeSet<Uuid>),
    told: &Exchange,
    report: &mut Report,
) -> QueryResult<()> {
    let agency = report.agency;
    let rows: Vec<Row> = inbox::table.filter(inbox::agency_id.eq(agency)).select(Row::as_select()).load(conn)?;
    for row in &rows {
        let Some((arrival, settled)) = told.came.get(&row.id) else {
            report.note_stream(agency, format!("{} has a row in exchange_inbox and no event", row.id));
            continue;
        };
        let (peer, sort, number, sha256, sent_at, received_at, skewed) = arrival;
        let (state, code, case, proceeding, settled_by, why) = settled;
        let settled_at = told.settled.get(&row.id).copied().flatten();
        // An event of before said nothing of the time.
        let since = row.settled_at == settled_at || settled_at.is_none() && row.stands() == MessageState::Dismissed;
        let gone = match row.case_id {
            Some(case) => disposed.contains(&case),
            None => row.is_gone() && forgettable(row, real_now()),
        };
        let owner = CaseOf { agency, case: row.id };
        let columns = [
            ("peer_id", row.peer_id == *peer),
            ("sort", row.sort == *sort),
            ("number", row.number == *number),
            ("sha256", crypto::hex(&row.sha256) == *sha256),
            ("(wrapped, sealed)", words(office, owner, (row.wrapped.as_deref(), row.sealed.as_deref()), (sha256, gone))),
            ("sent_at", row.sent_at == *sent_at),
            ("received_at", row.received_at == *received_at),
            ("skewed", row.skewed == *skewed),
            ("state", row.state == *state),
            ("code", row.code == *code),
            ("case_id", row.case_id == *case),
            ("proceeding", row.proceeding == *proceeding),
            ("settled_by", row.settled_by == *settled_by),
            ("cause", row.cause == *why),
            ("settled_at", since),
        ];
        note(report, "exchange_inbox", row.id, &columns);
    }
    let known = rows.iter().map(|row| row.id).collect();
    missing(report, "exchange_inbox", (&known, told.came.keys().copied()));
    Ok(())
}

fn what_goes(
    conn: &mut PgConnection,
    (office, disposed): (&Office, &BTreeSet<Uuid>),
    told: &Exchange,
    report: &mut Report,
) -> QueryResult<()> {
    type About = (Uuid, i64, String, String, Option<Uuid>, Option<i32>, Vec<u8>, DateTime<Utc>);
    type Stored = (Uuid, About, Option<Vec<u8>>, Option<Vec<u8>>);
    let agency = report.agency;
    let about = (
        outbox::peer_id,
        outbox::position,
        outbox::sort,
        outbox::dedup_key,
        outbox::case_id,
        outbox::proceeding,
        outbox::sha256,
        outbox::created_at,
    );
    let rows: Vec<Stored> =
        outbox::table.filter(outbox::agency_id.eq(agency)).select((outbox::id, about, outbox::wrapped, outbox::sealed)).load(conn)?;
    for (id, (peer, position, sort, key, case, proceeding, sha256, created_at), wrapped, sealed) in &rows {
        let Some(expected) = told.goes.get(id) else {
            report.note_stream(agency, format!("{id} has a row in exchange_outbox and no event"));
            continue;
        };
        let gone = case.is_some_and(|case| disposed.contains(&case));
        let owner = CaseOf { agency, case: *id };
        let columns = [
            ("peer_id", *peer == expected.0),
            ("position", *position == expected.1),
            ("sort", *sort == expected.2),
            ("dedup_key", *key == expected.3),
            ("case_id", *case == expected.4),
            ("proceeding", *proceeding == expected.5),
            ("sha256", crypto::hex(sha256) == expected.6),
            ("created_at", *created_at == expected.7),
            ("(wrapped, sealed)", words(office, owner, (wrapped.as_deref(), sealed.as_deref()), (&expected.6, gone))),
        ];
        note(report, "exchange_outbox", id, &columns);
    }
    let known = rows.iter().map(|(id, ..)| *id).collect();
    missing(report, "exchange_outbox", (&known, told.goes.keys().copied()));
    Ok(())
}

fn the_lists(conn: &mut PgConnection, told: &Exchange, report: &mut Report) -> QueryResult<()> {
    type Stored = (Uuid, NaiveDate, i32, bool, String, Uuid, DateTime<Utc>);
    let agency = report.agency;
    let rows: Vec<Stored> = lists::table
        .filter(lists::agency_id.eq(agency))
        .select((lists::id, lists::on_day, lists::n, lists::complete, lists::entries, lists::handed_in_by, lists::handed_in_at))
        .load(conn)?;
    for (id, on, n, complete, entries, by, at) in &rows {
        let Some(expected) = told.lists.get(id) else {
            report.note_stream(agency, format!("{id} has a row in platform_lists and no event"));
            continue;
        };
        let columns = [
            ("on_day", *on == expected.0),
            ("n", *n == expected.1),
            ("complete", *complete == expected.2),
            ("entries", crypto::hex(&crypto::sha256(entries.as_bytes())) == expected.3),
            ("handed_in_by", *by == expected.4),
            ("handed_in_at", *at == expected.5),
        ];
        note(report, "platform_lists", id, &columns);
    }
    let known = rows.iter().map(|row| row.0).collect();
    missing(report, "platform_lists", (&known, told.lists.keys().copied()));
    Ok(())
}

fn the_files(conn: &mut PgConnection, told: &Exchange, report: &mut Report) -> QueryResult<()> {
    type Stored = (Uuid, Vec<u8>, i64, Option<Uuid>, Option<String>, DateTime<Utc>);
    let agency = report.agency;
    let rows: Vec<Stored> = files::table
        .filter(files::agency_id.eq(agency))
        .select((files::peer_id, files::sha256, files::size, files::document_id, files::code, files::came_at))
        .load(conn)?;
    for (peer, sha256, size, document, code, came_at) in &rows {
        let id = crypto::hex(sha256);
        let Some(expected) = told.files.get(&(*peer, id.clone())) else {
            report.note_stream(agency, format!("{id} of {peer} has a row in exchange_files and no event"));
            continue;
        };
        let columns = [
            ("size", *size == expected.0),
            ("document_id", *document == expected.1),
            ("code", *code == expected.2),
            ("came_at", *came_at == expected.3),
        ];
        note(report, "exchange_files", id, &columns);
    }
    let known = rows.iter().map(|(peer, sha256, ..)| (*peer, crypto::hex(sha256))).collect();
    missing(report, "exchange_files", (&known, told.files.keys().cloned()));
    Ok(())
}
