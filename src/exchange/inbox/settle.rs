//! Trying a message: what it causes, what became of it and the receipt to its sender stand together or not at all.

use super::super::envelope::{About, ExchangeContract, MessageType, OutAbout, OutgoingType, Receipt};
use super::super::outbox::{self, Writing};
use super::super::peers::{self, Peer};
use super::super::platform::{apply as platform, envelope::PlatformOutAbout, files::not_taken};
use super::apply::{Applying, Verdict, apply};
use super::matching::{self, Target};
use super::{MessageState, Row, Wait, find, hold_free, pen};
use crate::case::journal::JournalError;
use crate::case::journal::agency::{self, AgencyEvent, ExchangeEvent};
use crate::case::model::CorrectionCause;
use crate::case::office::Office;
use crate::case::refusal::Refusal;
use crate::clock::{legal_date, real_now};
use crate::db::schema::exchange_inbox as inbox;
use chrono::TimeDelta;
use diesel::prelude::*;
use uuid::Uuid;

/// Seconds until a message that waits for another is tried again, by attempts made; the last for every later one.
const AGAIN_SECONDS: [i64; 5] = [15, 120, 600, 3_600, 6 * 3_600];

/// Most messages tried in one go.
const AT_ONCE: i64 = 50;

/// What a clerk says of a message beside its words.
#[derive(Debug, Clone, Copy)]
pub struct ByClerk {
    /// Where it belongs.
    pub target: Target,
    /// Why the agency was corrected, where the message does not say.
    pub cause: Option<CorrectionCause>,
}

impl Row {
    /// Where a clerk placed it, and what they said.
    fn placed(&self) -> Option<ByClerk> {
        let cause = self.cause.as_deref().and_then(CorrectionCause::from_code);
        self.settled_by.and_then(|_| self.target()).map(|target| ByClerk { target, cause })
    }
}

/// The clerk who decided, and what they said beside where it belongs.
#[derive(Debug, Clone, Copy)]
pub struct Clerk {
    /// Who.
    pub id: Uuid,
    /// Why the agency was corrected.
    pub cause: Option<CorrectionCause>,
}

/// Tries a message that nobody settled yet, in the case that a clerk named where one did. What a neighbour sent that may exchange no more stays
/// with the clerk.
pub fn attempt(conn: &mut PgConnection, office: &Office, (agency, id): (Uuid, Uuid)) -> Result<Option<MessageState>, JournalError> {
    conn.transaction(|conn| {
        let Some(seen) = find(conn, agency, id)? else { return Ok(None) };
        if !seen.is_tried() {
            return Ok(Some(seen.stands()));
        }
        // The neighbour before its messages: whoever holds it wakes others of them.
        let peer = peers::hold(conn, agency, seen.peer_id)?.ok_or(JournalError::Unknown)?;
        let Some(row) = hold_free(conn, agency, id)? else { return Ok(None) };
        if !row.is_tried() {
            return Ok(Some(row.stands()));
        }
        if !peers::open_ones(conn, agency)?.contains(&peer.id) {
            return Ok(Some(row.stands()));
        }
        let verdict = weigh(conn, office, (&peer, &row), row.placed())?;
        let events = settle(conn, office, (&peer, &row), (&verdict, None))?;
        if !events.is_empty() {
            agency::append(conn, &pen(office, &peer, id), &events)?;
        }
        Ok(Some(verdict.state))
    })
}

/// What a message causes, in the case it names or in the one a clerk names.
pub fn weigh(
    conn: &mut PgConnection,
    office: &Office,
    (peer, row): (&Peer, &Row),
    named: Option<ByClerk>,
) -> Result<Verdict, JournalError> {
    if row.is_gone() {
        return Ok(Verdict::waits(Wait::CaseDisposed, row.target()));
    }
    if peer.contract == ExchangeContract::Platform.code() {
        return platform::weigh(conn, office, (peer, row), named.map(|named| named.target));
    }
    let (message, data) = match row.open(office) {
        Ok(Some(opened)) => opened,
        Ok(None) => return Ok(Verdict::waits(Wait::NoCase, None)),
        Err(error) => return Ok(unreadable(row, named.map(|named| named.target), &error)),
    };
    if named.is_none() && !peer.is_called(message.sender.as_str()) {
        return Ok(Verdict::waits(Wait::OtherSender, None));
    }
    let target = match named {
        Some(named) => in_case(conn, office, (peer, named.target), (message.r#type, &message.about))?,
        None => match matching::find(conn, office, peer, (message.r#type, &message.about))? {
            Ok(target) => target,
            Err(why) => return Ok(Verdict::waits(why, None)),
        },
    };
    let further = match message.r#type {
        MessageType::NoticeToAnswer => match matching::further(conn, office, peer, (&message.about, target.case))? {
            Ok(further) => further,
            Err(why) => return Ok(Verdict::waits(why, Some(target))),
        },
        _ => Vec::new(),
    };
    let applying = Applying {
        peer,
        message: &message,
        data: &data,
        came_on: legal_date(row.received_at),
        target,
        further,
        cause: named.and_then(|named| named.cause),
    };
    apply(conn, office, &applying)
}

/// Why a rule refuses a message where a clerk placed it: tried once more, and nothing of it stays.
pub fn refusal(conn: &mut PgConnection, office: &Office, row: &Row) -> Result<Option<Refusal>, JournalError> {
    let Some(named) = row.placed().filter(|_| row.stands() == MessageState::Refused) else { return Ok(None) };
    let peer = peers::read(conn, row.agency_id, row.peer_id)?.ok_or(JournalError::Unknown)?;
    let mut refusal = None;
    let tried: Result<(), JournalError> = conn.transaction(|conn| {
        refusal = weigh(conn, office, (&peer, row), Some(named))?.refusal;
        Err(JournalError::RolledBack)
    });
    match tried {
        Ok(()) | Err(JournalError::RolledBack) => Ok(refusal.map(|refusal| *refusal)),
        Err(error) => Err(error),
    }
}

/// What becomes of a message that this program cannot read, for its bytes, its key or its version: it is a clerk's, and keeps no other waiting.
pub fn unreadable(row: &Row, named: Option<Target>, error: &JournalError) -> Verdict {
    tracing::error!(message = %row.id, reason = %error, "a message of a neighbour cannot be read");
    Verdict::waits(Wait::Unreadable, named.or(row.target()))
}

/// Where a message belongs that a clerk placed in a case: in the proceeding they named, or in the one of its number once it is entered there.
fn in_case(
    conn: &mut PgConnection,
    office: &Office,
    (peer, named): (&Peer, Target),
    (sort, about): (MessageType, &About),
) -> Result<Target, JournalError> {
    if named.proceeding.is_some() || sort == MessageType::NoticeToAnswer {
        return Ok(named);
    }
    let found = matching::find(conn, office, peer, (sort, about))?;
    Ok(found.ok().filter(|found| found.case == named.case).unwrap_or(named))
}

/// Stores what became of a message, with a receipt where that is news; gives the events.
pub fn settle(
    conn: &mut PgConnection,
    office: &Office,
    (peer, row): (&Peer, &Row),
    (verdict, by): (&Verdict, Option<Clerk>),
) -> Result<Vec<AgencyEvent>, JournalError> {
    let Verdict { state, code, target, .. } = verdict;
    // What a clerk said of a message that waits holds on every later try.
    let target = target.or_else(|| row.target().filter(|_| by.is_none() && row.settled_by.is_some()));
    let settled_by = by.map(|clerk| clerk.id).or(row.settled_by);
    let why = by.map_or_else(|| row.cause.clone(), |clerk| clerk.cause.map(|cause| cause.code().to_owned()));
    let settled_at = state.is_done().then(|| office.clock.now());
    let (case, proceeding) = (target.map(|target| target.case), target.and_then(|target| target.proceeding));
    let proceeding = proceeding.and_then(|n| i32::try_from(n).ok());
    // What a clerk decides is news, also where it leaves things as they were.
    let news = by.is_some() || (row.state.as_str(), &row.code, row.case_id, row.proceeding) != (state.code(), code, case, proceeding);
    let again = AGAIN_SECONDS.get(usize::try_from(row.attempts).unwrap_or(0)).or(AGAIN_SECONDS.last()).copied().unwrap_or_default();
    let stored = inbox::table.find((row.agency_id, row.id));
    let tried = (inbox::attempts.eq(row.attempts.saturating_add(1)), inbox::next_at.eq(real_now() + TimeDelta::seconds(again)));
    diesel::update(stored).set(tried).execute(conn)?;
    if !news {
        return Ok(Vec::new());
    }
    let settled = (
        inbox::state.eq(state.code()),
        inbox::code.eq(code),
        inbox::case_id.eq(case),
        inbox::proceeding.eq(proceeding),
        inbox::settled_by.eq(settled_by),
        inbox::cause.eq(&why),
        inbox::settled_at.eq(settled_at),
    );
    diesel::update(stored).set(settled).execute(conn)?;
    if state.is_done() {
        wake(conn, row)?;
    }
    let what = ExchangeEvent::MessageSettled {
        message: row.id,
        state: state.code().to_owned(),
        code: code.clone(),
        case,
        proceeding,
        by: settled_by,
        cause: why,
        settled_at,
    };
    let mut events = vec![AgencyEvent::Exchanged { what }];
    let not_taken = not_taken(conn, row.agency_id, (&row.sort, case))?;
    let receipt = Receipt { message: row.id, state: state.fate(), code: code.clone(), not_taken };
    let number = Some(row.number.clone());
    let about = if peer.contract == ExchangeContract::Platform.code() {
        serde_json::to_value(PlatformOutAbout { number, ..PlatformOutAbout::default() })
    } else {
        serde_json::to_value(OutAbout { case_number: number, ..OutAbout::default() })
    };
    let writing = Writing {
        sort: OutgoingType::Receipt.code(),
        key: format!("receipt:{}:{}", row.id, row.attempts.saturating_add(1)),
        about: about.unwrap_or_default(),
        // It names nobody, and stays when the dossier goes.
        case: None,
        proceeding: None,
        data: serde_json::to_value(receipt).unwrap_or_default(),
    };
    events.extend(outbox::write(conn, office, peer, writing)?);
    Ok(events)
}

/// What waits for the same proceeding is tried again at once.
fn wake(conn: &mut PgConnection, row: &Row) -> QueryResult<()> {
    diesel::update(inbox::table)
        .filter(inbox::agency_id.eq(row.agency_id))
        .filter(inbox::peer_id.eq(row.peer_id))
        .filter(inbox::number.eq(&row.number))
        .filter(inbox::state.eq(MessageState::Waiting.code()))
        .filter(inbox::id.ne(row.id))
        .set(inbox::next_at.eq(real_now()))
        .execute(conn)
        .map(drop)
}

/// The messages that are due: new ones, and those that wait for another, of neighbours that may exchange. In the order in which they were sent,
/// whatever the line made of it.
pub fn due(conn: &mut PgConnection, agency: Uuid) -> QueryResult<Vec<Uuid>> {
    let tried_again = Wait::TRIED_AGAIN.map(Wait::code);
    let open = peers::open_ones(conn, agency)?;
    inbox::table
        .filter(inbox::agency_id.eq(agency))
        .filter(inbox::peer_id.eq_any(open))
        .filter(inbox::state.eq_any([MessageState::Received.code(), MessageState::Waiting.code()]))
        .filter(inbox::code.is_null().or(inbox::code.eq_any(tried_again)))
        .filter(inbox::next_at.le(real_now()))
        .order((inbox::sent_at, inbox::received_at, inbox::id))
        .select(inbox::id)
        .limit(AT_ONCE)
        .load(conn)
}

/// Puts a message that failed for reasons of our own off, so that it keeps no other waiting.
pub fn put_off(conn: &mut PgConnection, (agency, id): (Uuid, Uuid)) -> QueryResult<()> {
    diesel::update(inbox::table.find((agency, id))).set(inbox::next_at.eq(real_now() + TimeDelta::seconds(30))).execute(conn).map(drop)
}
