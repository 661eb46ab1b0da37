//! What a message of the city's platform causes: the steps a clerk would take by hand, with the same rules and refusals.
//!
//! An application lodged there becomes a case by the step that receives one on paper; a number and a status are recorded by the step that
//! records them by hand. What the register knows better is not undone by a message that comes late.

use super::super::inbox::apply::{Verdict, enter, is_day_ahead, take, unfit};
use super::super::inbox::matching::Target;
use super::super::inbox::settle::unreadable;
use super::super::inbox::{MessageState, Row, Wait, person, queue::DismissalReason, request_of};
use super::super::peers::Peer;
use super::envelope::{ApplicationLodged, PlatformData, PlatformMessage, PlatformMessageType, PlatformStanding};
use super::files;
use crate::case::journal::{self, Ask, IfMatch, JournalError, Mode, Taken};
use crate::case::model::{Case, ExternalReference};
use crate::case::office::Office;
use crate::case::refusal::{Code, Refusal};
use crate::clock::legal_date;
use crate::db::schema::{cases, exchange_inbox as inbox, platform_states};
use crate::ids::new_id;
use crate::rules::matter::Matter;
use crate::rules::platform::{CITY_PLATFORM, PlatformStatus};
use crate::rules::receipt::Channel;
use crate::steps::receive::application::ReceiveApplication;
use crate::steps::register::platform::RecordPlatformEntry;
use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;

/// So long an application waits for the files it names; then it is received without them.
const FILES_AWAITED: TimeDelta = TimeDelta::minutes(10);

/// Why a number took the place of another, where a clerk matched what came under it to the case.
const CORRECTED_BY_CLERK: &str = "经办人核对后将平台消息匹配至本案，平台编号随之更正。";

/// What a message causes, in the case it names or in the one a clerk names.
pub fn weigh(conn: &mut PgConnection, office: &Office, (peer, row): (&Peer, &Row), named: Option<Target>) -> Result<Verdict, JournalError> {
    let (message, data) = match row.read(office, PlatformMessage::read) {
        Ok(Some(read)) => read,
        Ok(None) => return Ok(Verdict::waits(Wait::NoCase, None)),
        Err(error) => return Ok(unreadable(row, named, &error)),
    };
    if named.is_none() && !peer.is_called(message.sender.as_str()) {
        return Ok(Verdict::waits(Wait::OtherSender, None));
    }
    if let (PlatformData::Lodged(lodged), None) = (&data, named) {
        return receive(conn, office, (peer, row), (&message, lodged.clone()));
    }
    let target = match named {
        Some(target) => target,
        None => match find(conn, peer.agency_id, &message)? {
            Ok(case) => Target { case, proceeding: None },
            Err(why) => return Ok(Verdict::waits(why, None)),
        },
    };
    let Some(loaded) = journal::load(conn, peer.agency_id, target.case)? else { return Ok(Verdict::waits(Wait::NoCase, None)) };
    if loaded.case.disposal.is_some() {
        return Ok(Verdict::waits(Wait::CaseDisposed, None));
    }
    let said = match &data {
        PlatformData::Standing(told) => told.entered_on.max(Some(told.status_on)),
        PlatformData::Lodged(lodged) => Some(lodged.lodged_on),
    };
    if is_day_ahead(said, legal_date(row.received_at), office.clock.today()) {
        return Ok(Verdict::waits(Wait::DayAhead, Some(target)));
    }
    let number = message.about.number.as_str();
    // Which of two numbers is right, a clerk finds out: whatever comes under the other would wait for ever.
    if let Some(known) = loaded.case.on_platform().filter(|known| named.is_none() && known.number != number) {
        let (zh, en) = (format!("本案已有平台编号 {}", known.number), format!("the case has the number {} there", known.number));
        return Ok(Verdict::refused(&Refusal::new(Code::PlatformNumberDiffers, zh, en), target));
    }
    let correction = loaded.case.on_platform().filter(|known| known.number != number).map(|_| CORRECTED_BY_CLERK);
    let body = match data {
        PlatformData::Standing(told) => {
            if overtaken(conn, row, &loaded.case, &told)? {
                return Ok(Verdict::dismissed(DismissalReason::Overtaken, Some(target)));
            }
            json!({
                "number": number, "entered_on": told.entered_on, "status": told.status, "status_on": told.status_on,
                "received_on": told.received_on, "due_on": told.due_on, "correction": correction
            })
        }
        PlatformData::Lodged(lodged) => {
            return placed(conn, office, (peer, row), (&message, lodged), (target, &loaded.case, correction));
        }
    };
    let taken = take::<RecordPlatformEntry>(conn, office, (peer, message.id, target), body);
    recorded(taken, target)
}

/// What became of a message by what became of its entry.
fn recorded(taken: Result<Case, JournalError>, target: Target) -> Result<Verdict, JournalError> {
    Ok(match taken {
        Ok(_) => Verdict::applied(target),
        // It was recorded before, by hand or by another message.
        Err(JournalError::Refused(refusal)) if refusal.code == Code::NothingToChange => Verdict::applied(target),
        Err(JournalError::Refused(refusal)) => Verdict::refused(&refusal, target),
        Err(error) => return Err(error),
    })
}

/// An application that the clerk had received already: it has its number there now, and what was lodged with it is in its dossier (Art 45).
fn placed(
    conn: &mut PgConnection,
    office: &Office,
    (peer, row): (&Peer, &Row),
    (message, lodged): (&PlatformMessage, ApplicationLodged),
    (target, case, correction): (Target, &Case, Option<&str>),
) -> Result<Verdict, JournalError> {
    let handed = files::handed_over(conn, peer, (lodged.files, lodged.lodged_on))?;
    if handed.awaited && is_patient(office, row) {
        return Ok(Verdict::waits(Wait::FilesAwaited, Some(target)));
    }
    let entry = json!({
        "number": message.about.number.as_str(), "entered_on": lodged.lodged_on, "status": PlatformStatus::Received,
        "status_on": lodged.lodged_on, "correction": correction
    });
    let entry: RecordPlatformEntry = serde_json::from_value(entry).map_err(|error| unfit(&error))?;
    // The number and the files, or neither.
    let taken = conn.transaction(|conn| {
        let not_taken = files::into_dossier(conn, office, (peer, message.id, case), handed)?;
        match enter(conn, office, (peer, message.id, target), RecordPlatformEntry { not_taken, ..entry }) {
            Err(JournalError::Refused(refusal)) if refusal.code == Code::NothingToChange => Ok(case.clone()),
            entered => entered,
        }
    });
    recorded(taken, target)
}

/// Whether a message still waits for the files that it names.
fn is_patient(office: &Office, row: &Row) -> bool {
    office.clock.now() - row.received_at < FILES_AWAITED
}

/// Whether something newer of the same number was told before: of a later day, or of the same day and sent later. A line may turn the words of a
/// day around.
fn overtaken(conn: &mut PgConnection, row: &Row, case: &Case, told: &PlatformStanding) -> QueryResult<bool> {
    let Some(last) = case.platform_entries.last().filter(|last| last.number == row.number) else { return Ok(false) };
    if last.status_on != told.status_on {
        return Ok(last.status_on > told.status_on);
    }
    let sorts = [PlatformMessageType::NumberAssigned.code(), PlatformMessageType::StatusTold.code()];
    let newer = inbox::table
        .filter(inbox::agency_id.eq(row.agency_id))
        .filter(inbox::peer_id.eq(row.peer_id))
        .filter(inbox::number.eq(&row.number))
        .filter(inbox::sort.eq_any(sorts))
        .filter(inbox::state.eq(MessageState::Applied.code()))
        .filter(inbox::sent_at.gt(row.sent_at));
    diesel::select(diesel::dsl::exists(newer)).get_result(conn)
}

/// The case that a message is about.
fn find(conn: &mut PgConnection, agency: Uuid, message: &PlatformMessage) -> Result<Result<Uuid, Wait>, JournalError> {
    let found: Option<Uuid> = match (message.r#type, message.about.application) {
        (PlatformMessageType::NumberAssigned, Some(id)) => cases::table.find((agency, id)).select(cases::id).first(conn).optional()?,
        _ => platform_states::table
            .filter(platform_states::agency_id.eq(agency))
            .filter(platform_states::number.eq(message.about.number.as_str()))
            .select(platform_states::case_id)
            .first(conn)
            .optional()?,
    };
    Ok(found.ok_or(if message.r#type == PlatformMessageType::NumberAssigned { Wait::NoCase } else { Wait::NoPlatformNumber }))
}

/// Receives an application as if a clerk had read it from the platform's screen.
fn receive(
    conn: &mut PgConnection,
    office: &Office,
    (peer, row): (&Peer, &Row),
    (message, lodged): (&PlatformMessage, ApplicationLodged),
) -> Result<Verdict, JournalError> {
    let ApplicationLodged { lodged_on, acknowledged_on, applicants, agent, request, files } = lodged;
    if lodged_on > office.clock.today() && !is_day_ahead(Some(lodged_on), legal_date(row.received_at), office.clock.today()) {
        let (zh, en) = ("申请提交日期晚于消息到达日期", "it was lodged after the message came");
        return Ok(Verdict::refused_unplaced(&Refusal::new(Code::DateInFuture, zh, en)));
    }
    if is_day_ahead(Some(lodged_on), legal_date(row.received_at), office.clock.today()) {
        return Ok(Verdict::waits(Wait::DayAhead, None));
    }
    let handed = files::handed_over(conn, peer, (files, lodged_on))?;
    if handed.awaited && is_patient(office, row) {
        return Ok(Verdict::waits(Wait::FilesAwaited, None));
    }
    let command = ReceiveApplication {
        matter: Matter::InformationRequest,
        channel: Channel::Portal,
        arrived_on: lodged_on,
        signed_on: None,
        acknowledged_on,
        tracking_number: None,
        applicants,
        agent,
        request,
        papers: handed.taken.into_iter().map(|file| file.paper).collect(),
        external_references: vec![ExternalReference {
            system: CITY_PLATFORM.to_owned(),
            reference: message.about.number.as_str().to_owned(),
        }],
        not_taken: handed.not_taken,
    };
    let ask = Ask {
        person: person(peer),
        agency: peer.agency_id,
        case: new_id(),
        at: None,
        if_match: IfMatch::Any,
        key: None,
        mode: Mode::Take,
        request_id: request_of(message.id),
    };
    let opened = conn.transaction(|conn| journal::open(conn, office, &ask, &command.needs(), |facts| command.clone().decide(facts)));
    match opened {
        Ok(Taken::Written(case) | Taken::Valid(case)) => Ok(Verdict::applied(Target { case: case.id, proceeding: None })),
        Ok(Taken::Repeated(_)) => Err(JournalError::Unknown),
        Err(JournalError::Refused(refusal)) => Ok(Verdict::refused_unplaced(&refusal)),
        Err(error) => Err(error),
    }
}
