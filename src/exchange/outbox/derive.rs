//! What a neighbour must be told of a case, derived from the case itself whenever it has moved: whoever took the step, by hand or not, and
//! whatever was missed before, the neighbour is told once.
//!
//! The whole trail is followed from the place up to which it was followed before; what moved is marked, and only what is marked is looked at,
//! however many notices there ever were. One that cannot be told is put off and keeps no other waiting.

use super::super::envelope::{CaseData, Dated, DeliveryProof, Done, ExchangeContract, MessageType, OutAbout, OutgoingType, PaperAddress};
use super::super::inbox::{MessageState, pen};
use super::super::peers::{self, Peer};
use super::{Writing, write};
use crate::case::duties;
use crate::case::journal::agency::{self, AgencyEvent};
use crate::case::journal::{self, JournalError};
use crate::case::model::{Against, Case, Dispatch, DispatchMethod, Letter, Proceeding, ReplyState};
use crate::case::office::Office;
use crate::clock::real_now;
use crate::crypto;
use crate::db::schema::{documents, event_positions, exchange_inbox as inbox, exchange_outbox as outbox, exchange_peers, proceedings};
use crate::rules::terms::DutyKind;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Most proceedings looked at in one go.
const AT_ONCE: i64 = 50;

/// Most places of the trail followed in one go.
const STRETCH: i64 = 200;

/// So long waits one that could not be told.
pub(super) const PUT_OFF: TimeDelta = TimeDelta::seconds(60);

/// The versions of the cases that the proceeding of a notice covers, together: each only grows, so that any move of any of them shows.
pub(super) const VERSIONS: &str = "(SELECT coalesce(sum(c.version), 0) FROM cases c WHERE c.agency_id = exchange_inbox.agency_id AND c.id IN (\
     SELECT exchange_inbox.case_id UNION SELECT o.case_id FROM proceedings p \
     JOIN proceedings o ON o.agency_id = p.agency_id AND o.proceeding_id = p.proceeding_id \
     WHERE p.agency_id = exchange_inbox.agency_id AND p.case_id = exchange_inbox.case_id AND p.n = exchange_inbox.proceeding))";

/// Follows the trail a stretch further for each body and marks the notices of cases that moved; whether there is more.
pub fn follow(conn: &mut PgConnection, agency: Uuid) -> Result<bool, JournalError> {
    let mut more = false;
    for peer in peers::of_agency(conn, agency)? {
        if peer.contract == ExchangeContract::Reconsideration.code() {
            more |= conn.transaction(|conn| stretch(conn, &peer))?;
        }
    }
    Ok(more)
}

fn stretch(conn: &mut PgConnection, peer: &Peer) -> Result<bool, JournalError> {
    let row = exchange_peers::table.find((peer.agency_id, peer.id));
    let followed: i64 = row.select(exchange_peers::told_position).first(conn)?;
    let moved: Vec<(i64, Uuid)> = event_positions::table
        .filter(event_positions::agency_id.eq(peer.agency_id))
        .filter(event_positions::position.gt(followed))
        .order(event_positions::position)
        .select((event_positions::position, event_positions::stream_id))
        .limit(STRETCH)
        .load(conn)?;
    let Some((last, _)) = moved.last() else { return Ok(false) };
    let mut cases: BTreeSet<Uuid> = moved.iter().map(|(_, stream)| *stream).collect();
    // What moves in one case of a proceeding is told with its notice, which may name another.
    let shared: Vec<Option<Uuid>> = proceedings::table
        .filter(proceedings::agency_id.eq(peer.agency_id))
        .filter(proceedings::case_id.eq_any(&cases))
        .filter(proceedings::proceeding_id.is_not_null())
        .select(proceedings::proceeding_id)
        .distinct()
        .load(conn)?;
    let beside: Vec<Uuid> = proceedings::table
        .filter(proceedings::agency_id.eq(peer.agency_id))
        .filter(proceedings::proceeding_id.eq_any(shared))
        .select(proceedings::case_id)
        .load(conn)?;
    cases.extend(beside);
    let now = real_now();
    diesel::update(inbox::table)
        .filter(inbox::agency_id.eq(peer.agency_id))
        .filter(inbox::peer_id.eq(peer.id))
        .filter(inbox::sort.eq(MessageType::NoticeToAnswer.code()))
        .filter(inbox::case_id.eq_any(&cases))
        .filter(inbox::proceeding.is_not_null())
        .set((inbox::tell_at.eq(now), inbox::offer_at.eq(now)))
        .execute(conn)?;
    diesel::update(row).set(exchange_peers::told_position.eq(*last)).execute(conn)?;
    Ok(moved.len() == usize::try_from(STRETCH).unwrap_or(usize::MAX))
}

/// A proceeding that came over the exchange, in cases of which one moved since its body was told last.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Moved {
    notice: Uuid,
    peer: Uuid,
    case: Uuid,
    proceeding: i32,
}

/// Those of an agency: what is marked, and what was never told of.
pub fn moved(conn: &mut PgConnection, agency: Uuid) -> QueryResult<Vec<Moved>> {
    inbox::table
        .filter(inbox::agency_id.eq(agency))
        .filter(inbox::sort.eq(MessageType::NoticeToAnswer.code()))
        .filter(inbox::state.eq_any([MessageState::Applied.code(), MessageState::ByHand.code()]))
        .filter(inbox::case_id.is_not_null())
        .filter(inbox::proceeding.is_not_null())
        .filter(inbox::tell_at.le(real_now()).or(inbox::told_version.eq(0).and(inbox::tell_at.is_null())))
        .order((inbox::received_at, inbox::id))
        .select((inbox::id, inbox::peer_id, inbox::case_id.assume_not_null(), inbox::proceeding.assume_not_null()))
        .limit(AT_ONCE)
        .load(conn)
}

/// Tells the body what is new.
pub fn tell(conn: &mut PgConnection, office: &Office, agency: Uuid, moved: Moved) -> Result<(), JournalError> {
    conn.transaction(|conn| {
        // The neighbour before its messages, as the worker holds them.
        let peer = peers::hold(conn, agency, moved.peer)?.ok_or(JournalError::Unknown)?;
        let row = inbox::table.find((agency, moved.notice));
        let told: i32 = row.select(inbox::told_version).for_update().first(conn)?;
        let loaded = journal::load(conn, agency, moved.case)?.ok_or(JournalError::Unknown)?;
        let proceeding = u32::try_from(moved.proceeding).ok().and_then(|n| loaded.case.proceeding(n));
        let joint = proceeding.and_then(|proceeding| proceeding.joint.as_ref());
        let mut others = Vec::new();
        for part in joint.into_iter().flat_map(|joint| &joint.cases).filter(|part| part.case != moved.case) {
            others.extend(journal::load(conn, agency, part.case)?.map(|loaded| loaded.case));
        }
        let versions = others.iter().fold(loaded.case.version, |sum, other| sum.saturating_add(other.version));
        let open = |case: &Case| versions > told && case.disposal.is_none();
        let mut events = Vec::new();
        if let Some(proceeding) = proceeding.filter(|_| open(&loaded.case)) {
            events.extend(About { peer: &peer, case: &loaded.case, proceeding }.tell(conn, office, Part::First)?);
        }
        for other in others.iter().filter(|other| open(other)) {
            let proceeding = joint.and_then(|joint| other.proceeding_in(joint));
            if let Some(proceeding) = proceeding {
                events.extend(About { peer: &peer, case: other, proceeding }.tell(conn, office, Part::Further)?);
            }
        }
        if !events.is_empty() {
            agency::append(conn, &pen(office, &peer, moved.notice), &events)?;
        }
        diesel::update(row).set((inbox::told_version.eq(versions), inbox::tell_at.eq(None::<DateTime<Utc>>))).execute(conn)?;
        Ok(())
    })
}

/// Puts off what could not be told.
pub fn put_off(conn: &mut PgConnection, agency: Uuid, moved: Moved) -> QueryResult<()> {
    diesel::update(inbox::table.find((agency, moved.notice))).set(inbox::tell_at.eq(real_now() + PUT_OFF)).execute(conn).map(drop)
}

/// Which of its cases a proceeding is told of: what the agency did in it is said once, with the first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    First,
    Further,
}

struct About<'a> {
    peer: &'a Peer,
    case: &'a Case,
    proceeding: &'a Proceeding,
}

impl About<'_> {
    fn tell(&self, conn: &mut PgConnection, office: &Office, part: Part) -> Result<Vec<AgencyEvent>, JournalError> {
        let calendar = office.calendar(conn, self.case.pins.calendar)?;
        let settings = office.settings(conn, self.case.agency_id, self.case.pins.settings)?;
        let duties = duties::duties(self.case, &calendar);
        let reply_due_on = duties::challenged_duty(self.case, &duties, self.proceeding.against).map(|duty| duty.due_on);
        let owed = |duty: &&duties::Duty| {
            let to_body = matches!(duty.kind, DutyKind::AnswerReconsideration | DutyKind::ReportOnOpinion | DutyKind::PerformOrder);
            to_body && duty.open && duty.ordinal == self.proceeding.n
        };
        let due = duties.iter().filter(owed).map(|duty| Dated { on: duty.due_on, what: duty.kind.code().to_owned() }).collect();
        let course = course(self.case);
        let data = CaseData {
            stage: self.case.stage.code().to_owned(),
            received_on: self.case.received_on(),
            reply_due_on,
            course,
            due,
            contact: settings.contact.clone(),
        };
        let mut events = Vec::new();
        events.extend(self.say(conn, office, (OutgoingType::CaseData, 0), &data)?);
        for dispatch in self.dispatches() {
            events.extend(self.say(conn, office, (OutgoingType::DeliveryProof, dispatch.n), &delivered(dispatch))?);
        }
        let done = if part == Part::First { self.done() } else { Vec::new() };
        for (sort, on, document) in done {
            let paper = document.map(|id| paper(conn, self.case.agency_id, id)).transpose()?.flatten();
            events.extend(self.say(conn, office, (sort, 0), &Done { on, paper })?);
        }
        Ok(events)
    }

    /// The dispatches of what is challenged.
    fn dispatches(&self) -> Vec<&Dispatch> {
        match self.proceeding.against {
            Against::Reply { n } => self.case.dispatches_of(n).collect(),
            Against::Silence | Against::OtherConduct => Vec::new(),
        }
    }

    /// What the agency did in the proceeding.
    fn done(&self) -> Vec<(OutgoingType, NaiveDate, Option<Uuid>)> {
        let Proceeding { answer, decision, opinion, .. } = self.proceeding;
        let order = decision.as_ref().and_then(|decision| decision.order.as_ref());
        let performed = order.and_then(|order| Some((order.performed_on?, order.proved_by())));
        let report = opinion.as_ref().and_then(|opinion| opinion.report.as_ref());
        let mut done = Vec::new();
        done.extend(answer.as_ref().map(|answer| (OutgoingType::Answer, answer.on, answer.document_id)));
        done.extend(performed.map(|(on, paper)| (OutgoingType::PerformanceReport, on, paper)));
        done.extend(report.map(|report| (OutgoingType::OpinionReport, report.on, report.document_id)));
        done
    }

    /// Says it, unless it is what was said last.
    fn say(
        &self,
        conn: &mut PgConnection,
        office: &Office,
        (sort, ordinal): (OutgoingType, u32),
        data: &impl Serialize,
    ) -> Result<Option<AgencyEvent>, JournalError> {
        let data: Value = serde_json::to_value(data).unwrap_or_default();
        let digest = crypto::hex(&crypto::sha256(data.to_string().as_bytes()));
        let subject = format!("{}:{}:{}:{ordinal}:", sort.code(), self.case.id, self.proceeding.n);
        let last: Option<String> = outbox::table
            .filter(outbox::agency_id.eq(self.case.agency_id))
            .filter(outbox::peer_id.eq(self.peer.id))
            .filter(outbox::dedup_key.like(format!("{subject}%")))
            .order(outbox::position.desc())
            .select(outbox::dedup_key)
            .first(conn)
            .optional()?;
        if last.is_some_and(|last| last.ends_with(&digest)) {
            return Ok(None);
        }
        let about = about(self.case, self.proceeding);
        let writing = Writing {
            sort: sort.code(),
            key: format!("{subject}{}:{digest}", self.case.version),
            about: serde_json::to_value(about).unwrap_or_default(),
            case: Some(self.case.id),
            proceeding: i32::try_from(self.proceeding.n).ok(),
            data,
        };
        write(conn, office, self.peer, writing)
    }
}

/// How a message names a case in a proceeding.
pub(super) fn about(case: &Case, proceeding: &Proceeding) -> OutAbout {
    let reply_number = match proceeding.against {
        Against::Reply { n } => case.reply(n).map(|reply| reply.document_number.clone()),
        Against::Silence | Against::OtherConduct => None,
    };
    let register_number = case.registration.as_ref().map(|registration| registration.case_number.clone());
    OutAbout { case_number: proceeding.case_number.clone(), register_number, reply_number }
}

/// Whether a letter is one that the agency stands by: a notice that was voided is a correction in its own house.
fn stands(case: &Case, letter: Letter) -> bool {
    case.notices().all(|known| known.letter() != letter || known.stands())
}

/// The course of a case in days; who did what is nobody's outside, and neither is what was taken back before it left.
fn course(case: &Case) -> Vec<Dated> {
    let dated = |on: NaiveDate, what: &str| Dated { on, what: what.to_owned() };
    let mut course = vec![dated(case.arrived_on, "arrived")];
    course.extend(case.received_on().map(|on| dated(on, "received")));
    course.extend(case.extensions.iter().filter(|extension| extension.voided.is_none()).map(|extension| dated(extension.on, "extended")));
    let replies = case.replies.iter().filter(|reply| reply.state != ReplyState::Recalled);
    course.extend(replies.map(|reply| dated(reply.on, "reply_signed")));
    let dispatches = case.dispatches.iter().filter(|dispatch| stands(case, dispatch.letter));
    course.extend(dispatches.map(|dispatch| dated(dispatch.on, dispatch.letter.code()).sent()));
    course.extend(case.closing.iter().map(|closing| dated(closing.on, "closed")));
    course.sort_by_key(|one| one.on);
    course
}

impl Dated {
    fn sent(self) -> Self {
        Self { what: format!("{}_sent", self.what), ..self }
    }
}

fn delivered(dispatch: &Dispatch) -> DeliveryProof {
    let (method, tracking_number) = match &dispatch.method {
        DispatchMethod::Post { tracking_number, .. } => ("post", Some(tracking_number.clone())),
        DispatchMethod::HandOver => ("hand_over", None),
        DispatchMethod::ThroughAgency { .. } => ("through_agency", None),
        DispatchMethod::Online { .. } => ("online", None),
    };
    DeliveryProof { n: dispatch.n, method: method.to_owned(), tracking_number, sent_on: dispatch.on, served_on: dispatch.served_on() }
}

fn paper(conn: &mut PgConnection, agency: Uuid, id: Uuid) -> QueryResult<Option<PaperAddress>> {
    let row: Option<(Vec<u8>, i64, String)> =
        documents::table.find((agency, id)).select((documents::sha256, documents::size, documents::media_type)).first(conn).optional()?;
    Ok(row.map(|(sha256, size, media_type)| PaperAddress { id, sha256: crypto::hex(&sha256), size, media_type }))
}

#[cfg(test)]
mod tests;
