//! What the city's platform must be told of a case, derived from the case itself whenever it has moved: an application of another channel, to be
//! entered there, and where a case stands that is there. Said once, whoever took the step.
//!
//! Cases are looked at in the order of the whole trail, from the place up to which they were looked at before: none is missed. A case that was
//! voided is said nothing of, unless it is returned there: whether it is withdrawn there or its number goes over to the case that stands for it, a clerk decides.

use super::super::envelope::ExchangeContract;
use super::super::outbox::{Writing, write};
use super::super::peers::{self, Peer};
use super::envelope::{EnteredApplicant, PlatformEntryData, PlatformOutAbout, PlatformOutgoingType, StatusChange};
use crate::case::duties::answered_on;
use crate::case::journal::agency::{self, AgencyEvent};
use crate::case::journal::{self, JournalError, Pen};
use crate::case::model::Case;
use crate::case::office::Office;
use crate::case::platform::standing;
use crate::case::private::{PersonDetails, Private, RequestWords};
use crate::case::trail::Actor;
use crate::case::vault;
use crate::crypto::{self, CaseOf};
use crate::db::schema::{duties, event_positions, exchange_outbox as outbox, exchange_peers, platform_states};
use crate::ids::request_id;
use crate::rules::platform::PlatformStatus;
use crate::rules::terms::DutyKind;
use diesel::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Most places of the trail looked at in one go.
const AT_ONCE: i64 = 200;

/// Tells the platforms of an agency what is new, a stretch of the trail at a time; whether there is more.
pub fn turn(conn: &mut PgConnection, office: &Office, agency: Uuid) -> Result<bool, JournalError> {
    let mut more = false;
    for peer in peers::of_agency(conn, agency)? {
        if peer.active && peer.contract == ExchangeContract::Platform.code() {
            more |= conn.transaction(|conn| stretch(conn, office, &peer))?;
        }
    }
    Ok(more)
}

fn stretch(conn: &mut PgConnection, office: &Office, peer: &Peer) -> Result<bool, JournalError> {
    let row = exchange_peers::table.find((peer.agency_id, peer.id));
    let told: i64 = row.select(exchange_peers::told_position).for_update().first(conn)?;
    let moved: Vec<(i64, Uuid)> = event_positions::table
        .filter(event_positions::agency_id.eq(peer.agency_id))
        .filter(event_positions::position.gt(told))
        .order(event_positions::position)
        .select((event_positions::position, event_positions::stream_id))
        .limit(AT_ONCE)
        .load(conn)?;
    let Some((last, _)) = moved.last() else { return Ok(false) };
    let streams: BTreeSet<Uuid> = moved.iter().map(|(_, stream)| *stream).collect();
    for case in concerned(conn, peer.agency_id, &streams)? {
        let Some(loaded) = journal::load(conn, peer.agency_id, case)? else { continue };
        if let Some(event) = tell(conn, office, peer, &loaded.case)? {
            let actor = Actor::Account { id: peer.id };
            agency::append(conn, &Pen { office, agency: peer.agency_id, actor, request_id: request_id().into() }, &[event])?;
        }
    }
    diesel::update(row).set(exchange_peers::told_position.eq(*last)).execute(conn)?;
    Ok(moved.len() == usize::try_from(AT_ONCE).unwrap_or(usize::MAX))
}

/// Those of the streams that are cases which are on the platform, or are to be.
fn concerned(conn: &mut PgConnection, agency: Uuid, streams: &BTreeSet<Uuid>) -> QueryResult<BTreeSet<Uuid>> {
    let there: Vec<Uuid> = platform_states::table
        .filter(platform_states::agency_id.eq(agency))
        .filter(platform_states::case_id.eq_any(streams))
        .select(platform_states::case_id)
        .load(conn)?;
    let owed: Vec<Uuid> = duties::table
        .filter(duties::agency_id.eq(agency))
        .filter(duties::case_id.eq_any(streams))
        .filter(duties::kind.eq(DutyKind::EnterOnPlatform.code()))
        .filter(duties::open)
        .select(duties::case_id)
        .load(conn)?;
    Ok(there.into_iter().chain(owed).collect())
}

fn tell(conn: &mut PgConnection, office: &Office, peer: &Peer, case: &Case) -> Result<Option<AgencyEvent>, JournalError> {
    if case.disposal.is_some() {
        return Ok(None);
    }
    let number = case.on_platform().map(|known| known.number.to_owned());
    let about = PlatformOutAbout {
        number: number.clone(),
        application: Some(case.id),
        register_number: case.registration.as_ref().map(|registration| registration.case_number.clone()),
    };
    let (sort, key, data) = if number.is_some() {
        let Some(change) = status(conn, office, case)? else { return Ok(None) };
        let data = serde_json::to_value(change).unwrap_or_default();
        let subject = format!("{}:{}:", PlatformOutgoingType::StatusChange.code(), case.id);
        let digest = crypto::hex(&crypto::sha256(data.to_string().as_bytes()));
        if said_last(conn, peer, &subject)?.is_some_and(|last| last.ends_with(&digest)) {
            return Ok(None);
        }
        (PlatformOutgoingType::StatusChange, format!("{subject}{}:{digest}", case.version), data)
    } else {
        let Some(entry) = entry(conn, office, case)? else { return Ok(None) };
        let key = format!("{}:{}", PlatformOutgoingType::Entry.code(), case.id);
        (PlatformOutgoingType::Entry, key, serde_json::to_value(entry).unwrap_or_default())
    };
    let about = serde_json::to_value(about).unwrap_or_default();
    write(conn, office, peer, Writing { sort: sort.code(), key, about, case: Some(case.id), proceeding: None, data })
}

fn said_last(conn: &mut PgConnection, peer: &Peer, subject: &str) -> QueryResult<Option<String>> {
    outbox::table
        .filter(outbox::agency_id.eq(peer.agency_id))
        .filter(outbox::peer_id.eq(peer.id))
        .filter(outbox::dedup_key.like(format!("{subject}%")))
        .order(outbox::position.desc())
        .select(outbox::dedup_key)
        .first(conn)
        .optional()
}

/// Where it stands by the register today.
fn status(conn: &mut PgConnection, office: &Office, case: &Case) -> Result<Option<StatusChange>, JournalError> {
    let calendar = office.calendar(conn, case.pins.calendar)?;
    let Some(standing) = standing(case, &calendar, office.clock.today()) else { return Ok(None) };
    let over = |status: &PlatformStatus| matches!(status, PlatformStatus::Answered | PlatformStatus::Closed);
    let reply = standing.status.filter(over).and(case.standing_reply());
    Ok(standing.status.map(|status| StatusChange {
        status,
        received_on: standing.received_on,
        due_on: standing.due_on,
        answered_on: reply.and_then(|reply| answered_on(case, reply.round)),
        reply_number: reply.map(|reply| reply.document_number.clone()),
    }))
}

/// What is to be typed in there of a case that was received.
fn entry(conn: &mut PgConnection, office: &Office, case: &Case) -> Result<Option<PlatformEntryData>, JournalError> {
    let Some(received_on) = case.received_on() else { return Ok(None) };
    let owner = CaseOf { agency: case.agency_id, case: case.id };
    let people = case.applicants.iter().map(|applicant| &applicant.details);
    let references: Vec<&Private> = people.chain([&case.request.words]).collect();
    let texts = vault::open(conn, office, owner, &references)?;
    let name = |details: &Private| texts.get(details).and_then(|text| serde_json::from_str::<PersonDetails>(text).ok());
    let applicants = case
        .applicants
        .iter()
        .filter_map(|applicant| Some(EnteredApplicant { kind: applicant.kind, name: name(&applicant.details)?.name }));
    let words: Option<RequestWords> = texts.get(&case.request.words).and_then(|text| serde_json::from_str(text).ok());
    let Some(words) = words else { return Ok(None) };
    Ok(Some(PlatformEntryData { channel: case.channel, received_on, applicants: applicants.collect(), description: words.description }))
}
