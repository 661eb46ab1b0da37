//! The agency's libraries (答复口径、负面清单、地方规定、典型案例): agreed answers, a negative list of what is withheld, local rules that are cited,
//! typical cases that name nobody.
//!
//! Who: any of the staff proposes an edition of an entry; a legal reviewer or an approver who did not propose it decides. An approved edition is in
//! force from the day it names, and the next one takes its place; nothing is edited or taken away. Where an entry was used is told by the replies.

mod input;
mod typical;

use crate::case::journal::agency::{AgencyEvent, Change, Outcome};
use crate::case::journal::{Ask, JournalError, Mode, Repeated};
use crate::case::office::Office;
use crate::case::refusal::{Code, Refusal};
use crate::db::library::{self, APPROVED, PROPOSED, REJECTED, Row};
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions};
use crate::http::paging::Page;
use crate::http::problem::{Fault, Problem};
use crate::http::text::Line;
use crate::ids::new_id;
use crate::people::Nothing;
use crate::people::writing::write;
use crate::rules::library::{Asked, Content, Shelf};
use crate::rules::outcomes::{Column, CorrectionCause};
use crate::rules::reply_kinds::{Ground, ReplyKind};
use crate::rules::words::{Asked as Wanted, LONGEST, Unasked};
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use garde::Validate;
pub use input::LibraryInput;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

/// Most entries of one library.
const MOST_ENTRIES: i64 = 500;
/// Most editions of one entry.
const MOST_EDITIONS: usize = 100;

/// Every operation that reads or changes the libraries themselves.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(list_library)
        .service(propose_library_entry)
        .service(get_library_entry)
        .service(propose_library_edition)
        .service(decide_library_edition);
}

/// What became of an edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EditionState {
    /// It waits for a second person.
    Proposed,
    /// In force from the day it names, until the next one is.
    Approved,
    /// Rejected.
    Rejected,
}

/// An edition of an entry.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LibraryEdition {
    /// Its number, from 1.
    pub edition: i32,
    /// What became of it.
    pub state: EditionState,
    /// It is in force today.
    pub in_force: bool,
    /// What it says.
    pub content: Content,
    /// SHA-256 of what it says, in hexadecimal, as on the trail.
    pub sha256: String,
    /// Who proposed it.
    pub proposed_by: Uuid,
    /// When.
    pub proposed_at: DateTime<Utc>,
    /// Who decided.
    #[schema(required = true)]
    pub decided_by: Option<Uuid>,
    /// When.
    #[schema(required = true)]
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was rejected, or what the second person remarked.
    #[schema(required = true)]
    pub reason: Option<String>,
}

/// An entry of a library.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LibraryEntry {
    /// The entry.
    pub id: Uuid,
    /// Which library.
    pub shelf: Shelf,
    /// Number of its newest edition.
    pub version: i32,
    /// Its editions, the newest first.
    pub editions: Vec<LibraryEdition>,
}

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListLibrary {
    /// For this kind of reply.
    #[param(inline)]
    kind: Option<ReplyKind>,
    /// For this ground.
    #[param(inline)]
    ground: Option<Ground>,
    /// With this topic.
    #[param(max_length = 60, example = "罚没款统计")]
    topic: Option<String>,
    /// With an edition in force on this day.
    in_force_on: Option<NaiveDate>,
    /// With these words in title, text, lesson or topics; words between spaces, phrases in quotation marks.
    #[param(max_length = 200, example = "检索 罚没款")]
    q: Option<String>,
    /// Typical cases with this cause.
    #[param(inline)]
    cause: Option<CorrectionCause>,
    /// Typical cases that ended so.
    #[param(inline)]
    report_column: Option<Column>,
}

/// What the second person decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EditionVerdict {
    /// It is in force from the day it names.
    Approved,
    /// It is not; a reason is owed.
    Rejected,
}

/// The second person's decision.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct DecideLibraryEdition {
    /// Approved or rejected.
    pub verdict: EditionVerdict,
    /// Why; needed to reject. Names nobody.
    #[garde(dive)]
    #[schema(example = "依据已修订。")]
    pub reason: Option<Line<500>>,
}

/// The editions of an entry as a client reads them.
fn entry_of(rows: &[Row], today: NaiveDate) -> Result<LibraryEntry, Problem> {
    let first = rows.first().ok_or_else(Problem::not_found)?;
    let read: Vec<_> = rows.iter().filter(|row| row.state == APPROVED).filter_map(Row::read).collect();
    let standing = crate::rules::library::in_force(&read, today).first().map(|edition| edition.edition);
    let edition = |row: &Row| {
        Ok(LibraryEdition {
            edition: row.edition,
            state: match row.state.as_str() {
                APPROVED => EditionState::Approved,
                REJECTED => EditionState::Rejected,
                _ => EditionState::Proposed,
            },
            in_force: standing.is_some() && standing == u32::try_from(row.edition).ok(),
            content: row.content().map_err(|error| Problem::internal(&error))?,
            sha256: row.sha256(),
            proposed_by: row.proposed_by,
            proposed_at: row.proposed_at,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            reason: row.reason.clone(),
        })
    };
    Ok(LibraryEntry {
        id: first.entry_id,
        shelf: Shelf::from_code(&first.shelf).ok_or_else(Problem::not_found)?,
        version: first.edition,
        editions: rows.iter().map(edition).collect::<Result<_, Problem>>()?,
    })
}

fn read(conn: &mut PgConnection, office: &Office, agency: Uuid, entry: Uuid) -> Result<LibraryEntry, Problem> {
    entry_of(&library::of_entry(conn, agency, entry)?, office.clock.today())
}

fn unasked(why: Unasked) -> Problem {
    let (zh, en) = match why {
        Unasked::TooLong => (format!("q 最长 {LONGEST} 个字"), format!("q has at most {LONGEST} characters")),
        Unasked::TooShort => ("q 的每个检索词至少两个字".to_owned(), "every word of q has two characters or more".to_owned()),
    };
    Problem::parameter(Fault::ParameterRefused, "q", zh, en)
}

fn shelf_of(call: &Call) -> Result<Shelf, Problem> {
    call.request.match_info().get("shelf").and_then(Shelf::from_slug).ok_or_else(Problem::not_found)
}

impl ListLibrary {
    /// Whether an entry is asked for, by its edition in force on the day asked for, else by its newest.
    fn wants(&self, rows: &[Row], (of_day, words): (Option<u32>, Option<&Wanted>)) -> bool {
        let shown = match self.in_force_on {
            Some(_) => rows.iter().find(|row| u32::try_from(row.edition).ok() == of_day && of_day.is_some()),
            None => rows.first(),
        };
        let grounds: Vec<Ground> = self.ground.into_iter().collect();
        let asked = Asked { kind: self.kind, grounds: &grounds };
        let of_topic = |content: &Content| self.topic.as_ref().is_none_or(|topic| content.topics.iter().any(|known| known == topic.trim()));
        let learnt = |content: &Content| {
            let typical = content.typical.as_ref();
            self.cause.is_none_or(|cause| typical.is_some_and(|typical| typical.cause == Some(cause)))
                && self.report_column.is_none_or(|column| typical.is_some_and(|typical| typical.report_column == Some(column)))
        };
        shown.and_then(Row::read).is_some_and(|edition| {
            let content = &edition.content;
            content.suits(asked) && of_topic(content) && learnt(content) && words.is_none_or(|words| content.has_words(words))
        })
    }
}

/// List a library.
///
/// `agreed-answers` (答复口径), `negative-list` (负面清单), `local-rules` (地方规定) or `typical-cases` (典型案例): every entry with its editions, the newest first.
#[utoipa::path(tag = "library", params(("shelf" = String, Path, description = "`agreed-answers`, `negative-list`, `local-rules` or `typical-cases`."), ListLibrary),
    responses((status = 200, description = "All entries, on one page.", body = Page<LibraryEntry>)))]
#[get("/libraries/{shelf}")]
pub async fn list_library(call: Call) -> Answer {
    let scope = call.permit("list_library")?;
    let shelf = shelf_of(&call)?;
    let asked: ListLibrary = call.query()?;
    let words = asked.q.as_deref().map(Wanted::parse).transpose().map_err(unasked)?;
    let (office, agency) = (Arc::clone(&call.app.office), call.caller.agency_id);
    let items = call
        .app
        .db
        .run(scope, move |conn| {
            let rows = library::list(conn, agency, Some(shelf))?;
            let entries = rows.chunk_by(|one, other| one.entry_id == other.entry_id);
            let wanted = entries.filter(|rows| {
                let read: Vec<_> = rows.iter().filter(|row| row.state == APPROVED).filter_map(Row::read).collect();
                let of_day =
                    asked.in_force_on.and_then(|on| crate::rules::library::in_force(&read, on).first().map(|edition| edition.edition));
                asked.wants(rows, (of_day, words.as_ref()))
            });
            wanted.map(|rows| entry_of(rows, office.clock.today())).collect::<Result<Vec<_>, Problem>>()
        })
        .await?;
    answer::ok(&Page { items, next_cursor: None, total: None })
}

/// Read an entry of a library with all its editions.
#[utoipa::path(tag = "library", params(("entry_id" = Uuid, Path, description = "The entry.")),
    responses((status = 200, description = "The entry.", body = LibraryEntry)))]
#[get("/library-entries/{entry_id}")]
pub async fn get_library_entry(call: Call) -> Answer {
    let scope = call.permit("get_library_entry")?;
    call.query::<Nothing>()?;
    let (id, agency, office) = (call.id("entry_id")?, call.caller.agency_id, Arc::clone(&call.app.office));
    let entry = call.app.db.run(scope, move |conn| read(conn, &office, agency, id)).await?;
    answer::ok(&entry)
}

/// Propose an entry of a library.
///
/// It waits for a legal reviewer or an approver who did not propose it. A typical case (典型案例) is refused as `identifies_somebody` while a name,
/// number, contact or address of the people of its cases, a number of the case, or anybody's identity number, mobile telephone or e-mail address
/// stands in it.
#[utoipa::path(tag = "library", params(("shelf" = String, Path, description = "`agreed-answers`, `negative-list`, `local-rules` or `typical-cases`.")),
    request_body = LibraryInput, responses((status = 201, description = "The entry.", body = LibraryEntry)))]
#[post("/libraries/{shelf}")]
pub async fn propose_library_entry(call: Call) -> Answer {
    let scope = call.permit("propose_library_entry")?;
    call.query::<Nothing>()?;
    let shelf = shelf_of(&call)?;
    let ask = call.ask_in(new_id(), None, Versions::None, Mode::Take)?;
    let input: LibraryInput = call.json()?;
    let office = Arc::clone(&call.app.office);
    let entry = call.app.db.run(scope, move |conn| propose_new(conn, &office, &ask, (shelf, input))).await?;
    Ok(made(&entry))
}

/// Proposes an entry with its first edition.
pub(crate) fn propose_new(
    conn: &mut PgConnection,
    office: &Office,
    ask: &Ask,
    (shelf, input): (Shelf, LibraryInput),
) -> Result<LibraryEntry, Problem> {
    propose(conn, office, ask, |conn| {
        let content = input.content(shelf, &library::approved(conn, ask.agency)?)?;
        if library::count(conn, ask.agency, shelf)? >= MOST_ENTRIES {
            let (zh, en) = (format!("每库最多{MOST_ENTRIES}条"), format!("a library has at most {MOST_ENTRIES} entries"));
            return Err(Refusal::new(Code::LimitReached, zh, en).into());
        }
        Ok((ask.case, 1, shelf, content))
    })
}

/// Propose an edition of an entry.
///
/// Approved, it takes the place of the one in force from the day it names; with `until_on` it ends the entry. One at a time waits.
#[utoipa::path(tag = "library", params(("entry_id" = Uuid, Path, description = "The entry.")),
    request_body = LibraryInput, responses((status = 201, description = "The entry.", body = LibraryEntry)))]
#[post("/library-entries/{entry_id}/editions")]
pub async fn propose_library_edition(call: Call) -> Answer {
    let scope = call.permit("propose_library_edition")?;
    call.query::<Nothing>()?;
    let id = call.id("entry_id")?;
    let ask = call.ask_in(id, None, Versions::None, Mode::Take)?;
    let input: LibraryInput = call.json()?;
    let office = Arc::clone(&call.app.office);
    let entry = call
        .app
        .db
        .run(scope, move |conn| {
            propose(conn, &office, &ask, |conn| {
                let rows = library::of_entry(conn, ask.agency, id)?;
                let newest = rows.first().ok_or(JournalError::Unknown)?;
                let shelf = Shelf::from_code(&newest.shelf).ok_or(JournalError::Unknown)?;
                if rows.iter().any(|row| row.state == PROPOSED) {
                    let (zh, en) = ("该条目已有一个版本尚待确认", "an edition of this entry waits already: decide on it first");
                    return Err(Refusal::new(Code::EditionWaiting, zh, en).into());
                }
                if rows.len() >= MOST_EDITIONS {
                    let (zh, en) = (format!("每条最多{MOST_EDITIONS}个版本"), format!("an entry has at most {MOST_EDITIONS} editions"));
                    return Err(Refusal::new(Code::LimitReached, zh, en).into());
                }
                Ok((id, newest.edition + 1, shelf, input.content(shelf, &library::approved(conn, ask.agency)?)?))
            })
        })
        .await?;
    Ok(made(&entry))
}

fn made(entry: &LibraryEntry) -> HttpResponse {
    let location = format!("/api/v1/library-entries/{}", entry.id);
    HttpResponse::build(StatusCode::CREATED).insert_header((header::LOCATION, location)).json(entry)
}

type New = (Uuid, i32, Shelf, Content);

fn propose(
    conn: &mut PgConnection,
    office: &Office,
    ask: &Ask,
    new: impl FnOnce(&mut PgConnection) -> Result<New, JournalError>,
) -> Result<LibraryEntry, Problem> {
    let written = write(conn, office, ask, |conn| {
        let (entry, edition, shelf, content) = new(conn)?;
        typical::holds(conn, office, ask.agency, &content)?;
        let data = serde_json::to_string(&content).map_err(|error| crate::case::office::EditionError::Unreadable(error.to_string()))?;
        let row = Row {
            agency_id: ask.agency,
            entry_id: entry,
            edition,
            shelf: shelf.code().to_owned(),
            data,
            proposed_by: ask.person.account_id,
            proposed_at: office.clock.now(),
            state: PROPOSED.to_owned(),
            decided_by: None,
            decided_at: None,
            reason: None,
        };
        library::insert(conn, &row)?;
        let event = AgencyEvent::LibraryEditionProposed {
            entry,
            edition,
            sha256: row.sha256(),
            by: row.proposed_by,
            proposed_at: row.proposed_at,
            shelf: row.shelf,
        };
        Ok(Change { value: entry, repeated: Repeated { resource: entry, version: edition, status: 201 }, events: vec![event] })
    })?;
    let (Outcome::Written(entry) | Outcome::Repeated(Repeated { resource: entry, .. })) = written;
    read(conn, office, ask.agency, entry)
}

/// Decide on an edition as the second person.
///
/// Never who proposed it. Approved, it is in force from the day it names.
#[utoipa::path(tag = "library", params(("entry_id" = Uuid, Path, description = "The entry."), ("n" = u32, Path, description = "The edition.")),
    request_body = DecideLibraryEdition, responses((status = 200, description = "The entry.", body = LibraryEntry)))]
#[post("/library-entries/{entry_id}/editions/{n}/decision")]
pub async fn decide_library_edition(call: Call) -> Answer {
    let scope = call.permit("decide_library_edition")?;
    call.query::<Nothing>()?;
    let (id, n) = (call.id("entry_id")?, call.ordinal("n")?);
    let ask = call.ask_in(id, Some(n), Versions::None, Mode::Take)?;
    let decision: DecideLibraryEdition = call.json()?;
    let office = Arc::clone(&call.app.office);
    let entry = call.app.db.run(scope, move |conn| decide(conn, &office, &ask, ((id, n), decision))).await?;
    answer::ok(&entry)
}

/// Decides on an edition.
pub(crate) fn decide(
    conn: &mut PgConnection,
    office: &Office,
    ask: &Ask,
    ((id, n), decision): ((Uuid, u32), DecideLibraryEdition),
) -> Result<LibraryEntry, Problem> {
    let written = write(conn, office, ask, |conn| {
        let rows = library::of_entry(conn, ask.agency, id)?;
        let row = rows.into_iter().find(|row| u32::try_from(row.edition) == Ok(n)).ok_or(JournalError::Unknown)?;
        open_to(&row, ask, &decision)?;
        if decision.verdict == EditionVerdict::Approved
            && let Some(edition) = row.read()
        {
            // The case may have got its true applicant since.
            typical::holds(conn, office, ask.agency, &edition.content)?;
        }
        let (approved, now) = (decision.verdict == EditionVerdict::Approved, office.clock.now());
        let decided = Row {
            state: if approved { APPROVED } else { REJECTED }.to_owned(),
            decided_by: Some(ask.person.account_id),
            decided_at: Some(now),
            reason: decision.reason.map(Line::into_string),
            ..row
        };
        library::decide(conn, &decided)?;
        let (edition, by) = (decided.edition, ask.person.account_id);
        let event = AgencyEvent::LibraryEditionDecided { entry: id, edition, approved, by, decided_at: now, reason: decided.reason };
        Ok(Change { value: id, repeated: Repeated { resource: id, version: edition, status: 200 }, events: vec![event] })
    })?;
    let (Outcome::Written(entry) | Outcome::Repeated(Repeated { resource: entry, .. })) = written;
    read(conn, office, ask.agency, entry)
}

/// Whether this caller may decide so.
fn open_to(row: &Row, ask: &Ask, decision: &DecideLibraryEdition) -> Result<(), Refusal> {
    if row.state != PROPOSED {
        return Err(Refusal::new(Code::AlreadyDone, "该版本已有结果", "the edition is already decided"));
    }
    if row.proposed_by == ask.person.account_id {
        let (zh, en) = ("须由提出人以外的另一人确认", "somebody other than who proposed the edition decides on it");
        return Err(Refusal::new(Code::SamePerson, zh, en).under("45"));
    }
    if decision.verdict == EditionVerdict::Rejected && decision.reason.is_none() {
        return Err(Refusal::new(Code::FieldsRefused, "不同意的，须说明理由", "a rejection needs its reason").at("/reason"));
    }
    Ok(())
}
