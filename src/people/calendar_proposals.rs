//! Corrections of a holiday notice that is loaded: proposed by one, decided by another (domain 6.6).
//!
//! Changed days move due dates, later ones too, and can make an overdue vanish; so an administrator's correction, or one from the command
//! line, changes nothing until another administrator, an approver or a supervisor approves it. The calendar is one for all agencies of the
//! database, and so are the corrections: anybody with the right decides, but never who proposed.

use super::Nothing;
use super::calendars::{LoadQuery, TRIES, YearView, failed, number_taken};
use super::writing::pen;
use crate::case::journal::agency::{self, AgencyEvent, Change, Outcome};
use crate::case::journal::{Ask, JournalError, Mode, Repeated, known_key};
use crate::case::office::{EditionError, Office};
use crate::case::refusal::{Code, Refusal};
use crate::db::editions::next_with;
use crate::db::proposals::{self, APPROVED, PROPOSED, Proposal, REJECTED};
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions};
use crate::http::paging::Page;
use crate::http::problem::Problem;
use crate::http::text::Line;
use crate::ids::new_id;
use crate::rules::calendar::Notice;
use crate::views::calendar_changes::{WouldChange, preview};
use actix_web::{get, post};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use garde::Validate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// What became of a correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    /// It waits for a second person.
    Proposed,
    /// It stands in an edition.
    Approved,
    /// It was rejected.
    Rejected,
}

/// A correction of the calendar.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarProposal {
    /// The correction.
    pub id: Uuid,
    /// Who proposed it; null from the command line.
    #[schema(required = true)]
    pub proposed_by: Option<Uuid>,
    /// When.
    pub proposed_at: DateTime<Utc>,
    /// What became of it.
    pub state: ProposalState,
    /// Who decided.
    #[schema(required = true)]
    pub decided_by: Option<Uuid>,
    /// When.
    #[schema(required = true)]
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was rejected, or what the second person remarked.
    #[schema(required = true)]
    pub reason: Option<String>,
    /// The edition in which it stands.
    #[schema(required = true)]
    pub edition: Option<i32>,
    /// The years as they are to be, day by day.
    pub years: Vec<YearView>,
    /// What would follow for the agency's cases; only with `validate_only`.
    #[schema(required = true)]
    pub changes: Option<WouldChange>,
}

/// What the second person decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProposalVerdict {
    /// It takes effect.
    Approved,
    /// It does not; a reason is owed.
    Rejected,
}

/// The second person's decision.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct DecideCalendarProposal {
    /// Approved or rejected.
    pub verdict: ProposalVerdict,
    /// Why; needed to reject.
    #[garde(dive)]
    #[schema(example = "与公布的通知不符。")]
    pub reason: Option<Line<500>>,
}

fn unreadable(error: &serde_json::Error) -> JournalError {
    EditionError::Unreadable(format!("a correction of the calendar: {error}")).into()
}

fn years_of(proposal: &Proposal) -> Result<BTreeMap<i32, Notice>, JournalError> {
    proposal.years().map_err(|error| unreadable(&error))
}

fn view(proposal: Proposal) -> Result<CalendarProposal, Problem> {
    let years = years_of(&proposal)?;
    Ok(CalendarProposal {
        id: proposal.id,
        proposed_by: proposal.proposed_by,
        proposed_at: proposal.proposed_at,
        state: match proposal.state.as_str() {
            APPROVED => ProposalState::Approved,
            REJECTED => ProposalState::Rejected,
            _ => ProposalState::Proposed,
        },
        decided_by: proposal.decided_by,
        decided_at: proposal.decided_at,
        reason: proposal.reason,
        edition: proposal.edition,
        years: years.into_iter().map(|(year, notice)| YearView::of(year, notice)).collect(),
        changes: None,
    })
}

/// A correction as it stands.
pub(super) fn read(conn: &mut PgConnection, id: Uuid) -> Result<CalendarProposal, Problem> {
    view(proposals::find(conn, id)?.ok_or_else(Problem::not_found)?)
}

/// Writes a correction down; the same one that waits already stays the only one.
pub(super) fn propose(
    conn: &mut PgConnection,
    office: &Office,
    ask: &Ask,
    years: &BTreeMap<i32, Notice>,
) -> Result<Repeated, JournalError> {
    let newest = office.newest_calendar(conn)?.edition();
    let by = Some(ask.person.account_id);
    let proposal = Proposal::new(years, new_id(), by, office.clock.now()).map_err(|error| unreadable(&error))?;
    let as_answered = |resource: Uuid| Repeated { resource, version: newest, status: 202 };
    if let Some(twin) = proposal.twin(conn)? {
        return Ok(as_answered(twin.id));
    }
    let repeated = as_answered(proposal.id);
    let written = agency::write(conn, &pen(office, ask), ask, |conn| {
        proposal.insert(conn)?;
        let events = vec![AgencyEvent::calendar_correction_proposed(&proposal, years)];
        Ok(Change { value: repeated, repeated, events })
    })?;
    let (Outcome::Written(repeated) | Outcome::Repeated(repeated)) = written;
    Ok(repeated)
}

/// List the corrections of the calendar, the newest first.
#[utoipa::path(tag = "people", responses((status = 200, description = "All corrections, on one page, with what became of them.", body = Page<CalendarProposal>)))]
#[get("/calendar-proposals")]
pub async fn list_calendar_proposals(call: Call) -> Answer {
    let scope = call.permit("list_calendar_proposals")?;
    call.query::<Nothing>()?;
    let items = call.app.db.run(scope, |conn| proposals::list(conn)?.into_iter().map(view).collect::<Result<Vec<_>, Problem>>()).await?;
    answer::ok(&Page { items, next_cursor: None, total: None })
}

/// Decide on a correction of the calendar as the second person.
///
/// Never who proposed it. Approved, it makes the next edition, and the workers take every open case over to it. With `validate_only` the
/// answer says what would follow.
#[utoipa::path(tag = "people", params(("id" = Uuid, Path, description = "The correction."), LoadQuery), request_body = DecideCalendarProposal,
    responses((status = 200, description = "What became of it.", body = CalendarProposal)))]
#[post("/calendar-proposals/{id}/decision")]
pub async fn decide_calendar_proposal(call: Call) -> Answer {
    let scope = call.permit("decide_calendar_proposal")?;
    let id = call.id("id")?;
    let ask = call.ask(call.caller.agency_id, None, Versions::None)?;
    let decision: DecideCalendarProposal = call.json()?;
    let office = Arc::clone(&call.app.office);
    let view = call.app.db.run(scope, move |conn| decide(conn, &office, &ask, (id, decision))).await?;
    answer::ok(&view)
}

/// Decides on a correction.
pub fn decide(
    conn: &mut PgConnection,
    office: &Office,
    ask: &Ask,
    (id, decision): (Uuid, DecideCalendarProposal),
) -> Result<CalendarProposal, Problem> {
    let mut tries = 0;
    loop {
        if let Some(repeated) = known_key(conn, ask)? {
            return read(conn, repeated.resource);
        }
        let proposal = proposals::find(conn, id)?.ok_or_else(Problem::not_found)?;
        open_to(&proposal, ask, &decision).map_err(JournalError::from)?;
        if ask.mode == Mode::Validate {
            let changes = would_change(conn, office, ask, (&proposal, decision.verdict))?;
            return Ok(CalendarProposal { changes, ..view(proposal)? });
        }
        match write(conn, office, ask, (id, &decision)) {
            Ok(id) => return read(conn, id),
            Err(error) if number_taken(&error) && tries < TRIES => tries += 1,
            Err(error) => return Err(error.into()),
        }
    }
}

/// What an approval would move in the agency's cases.
fn would_change(
    conn: &mut PgConnection,
    office: &Office,
    ask: &Ask,
    (proposal, verdict): (&Proposal, ProposalVerdict),
) -> Result<Option<WouldChange>, JournalError> {
    if verdict == ProposalVerdict::Rejected {
        return Ok(None);
    }
    let new = next_with(conn, &years_of(proposal)?).map_err(failed)?;
    new.map(|new| preview(conn, office, ask.agency, &new.calendar)).transpose()
}

/// Whether this caller may decide so.
fn open_to(proposal: &Proposal, ask: &Ask, decision: &DecideCalendarProposal) -> Result<(), Refusal> {
    if proposal.state != PROPOSED {
        return Err(Refusal::new(Code::AlreadyDone, "该更正已有结果", "the correction is already decided"));
    }
    if proposal.proposed_by == Some(ask.person.account_id) {
        let (zh, en) = ("更正节假日安排须由提出人以外的另一人确认", "somebody other than who proposed the correction decides on it");
        return Err(Refusal::new(Code::SamePerson, zh, en).under("45"));
    }
    if decision.verdict == ProposalVerdict::Rejected && decision.reason.is_none() {
        return Err(Refusal::new(Code::FieldsRefused, "不同意更正的，须说明理由", "a rejection needs its reason").at("/reason"));
    }
    Ok(())
}

fn write(
    conn: &mut PgConnection,
    office: &Office,
    ask: &Ask,
    (id, decision): (Uuid, &DecideCalendarProposal),
) -> Result<Uuid, JournalError> {
    let written = agency::write(conn, &pen(office, ask), ask, |conn| {
        // Whoever decides at the same moment waits, and then finds it decided.
        let mut proposal = proposals::hold(conn, id)?.ok_or(JournalError::Unknown)?;
        open_to(&proposal, ask, decision)?;
        let now = office.clock.now();
        let reason = decision.reason.clone().map(Line::into_string);
        let mut events = Vec::new();
        match decision.verdict {
            ProposalVerdict::Rejected => {
                REJECTED.clone_into(&mut proposal.state);
                events.push(AgencyEvent::CalendarCorrectionRejected {
                    proposal: id,
                    reason: reason.clone().unwrap_or_default(),
                    decided_at: now,
                });
            }
            ProposalVerdict::Approved => {
                let edition = match next_with(conn, &years_of(&proposal)?).map_err(failed)? {
                    Some(new) => {
                        new.insert(conn, now)?;
                        events.push(AgencyEvent::calendar_loaded(&new));
                        new.calendar.edition()
                    }
                    // Meanwhile the newest edition says so already.
                    None => office.newest_calendar(conn)?.edition(),
                };
                (proposal.state, proposal.edition) = (APPROVED.to_owned(), Some(edition));
                events.push(AgencyEvent::CalendarCorrectionApproved {
                    proposal: id,
                    sha256: proposal.sha256(),
                    edition,
                    decided_at: now,
                    reason: reason.clone(),
                });
            }
        }
        (proposal.decided_by, proposal.decided_at, proposal.reason) = (Some(ask.person.account_id), Some(now), reason);
        proposal.decide(conn)?;
        Ok(Change { value: id, repeated: Repeated { resource: id, version: 1, status: 200 }, events })
    })?;
    Ok(match written {
        Outcome::Written(id) => id,
        Outcome::Repeated(repeated) => repeated.resource,
    })
}
