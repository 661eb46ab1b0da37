//! Dates that move or run out by themselves: after holiday notices were loaded every open case goes over to the newest edition of the
//! calendar; a term that others let pass is recorded. Who acts: a worker, agency by agency.
//!
//! Both look at the database, not at what they did before: a sweep that is cut off, or runs twice at once, is made good by the next and
//! doubles nothing. A case that cannot be read keeps no other waiting: it is counted, and the task failed. A clerk comes first; a case in somebody's hands is asked for again.

use super::Stop;
use crate::case::event::CaseEvent;
use crate::case::journal::{Circumstances, JournalError, Pen, record_each};
use crate::case::lapse::{AWAITED, lapses};
use crate::case::model::Case;
use crate::case::office::Office;
use crate::case::recount::recount as decide_recount;
use crate::case::stage::Stage;
use crate::case::trail::Actor;
use crate::db::pool::{Db, Scope};
use crate::db::schema::{calendar_editions, cases, duties};
use crate::ids::request_id;
use crate::notify::reminders;
use crate::rules::terms::{DutyKind, DutyOwner};
use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;

/// The task that recounts.
pub const RECOUNT: &str = "dates";
/// The task that records lapses.
pub const LAPSES: &str = "lapses";
/// Cases between two looks at whether the service is to end.
const STRIDE: i64 = 2_000;
/// How often the cases that were in somebody's hands are asked for again at once; then the next sweep has them.
const PASSES: usize = 3;

/// So many cases that cannot be read are named in one line of the log.
const NAMED: usize = 20;

/// What a sweep did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    /// So many cases were written.
    pub written: usize,
    /// So many were in somebody's hands to the end.
    pub left: usize,
    /// So many could not be read and were left out.
    pub broken: usize,
}

/// Every open case of an agency goes over to the newest edition of the calendar.
pub fn recount(db: &Db, office: &Office, agency: Uuid, stop: &Stop) -> Result<Swept, JournalError> {
    let scope = Scope::own(agency);
    let newest: Option<i32> = db.run_here(&scope, |conn| {
        Ok::<_, JournalError>(calendar_editions::table.select(diesel::dsl::max(calendar_editions::edition)).first(conn)?)
    })?;
    let Some(newest) = newest else { return Ok(Swept::default()) };
    // A dossier in the archive is looked at once an edition: what is open there is a proceeding that was begun long before.
    let mark = format!("{RECOUNT} of edition {newest}");
    let marked = db.run_here(&scope, |conn| reminders::done_on(conn, agency, &mark))?.is_some();
    let swept = sweep(
        (db, office, agency),
        (RECOUNT, stop),
        |conn, after| if marked { open(conn, (agency, newest), after) } else { owing(conn, (agency, newest), after) },
        decide_recount,
    )?;
    if !marked && swept.left == 0 && swept.broken == 0 && !stop.is_told() {
        let today = office.clock.today();
        db.run_here(&scope, |conn| reminders::finish(conn, agency, &mark, today))?;
    }
    Ok(swept)
}

/// Every term of an applicant or of a consulted party that ran out before a day is recorded.
pub fn lapse(db: &Db, office: &Office, (agency, today): (Uuid, NaiveDate), stop: &Stop) -> Result<Swept, JournalError> {
    sweep(
        (db, office, agency),
        (LAPSES, stop),
        |conn, after| overdue(conn, (agency, today), after),
        |case, circumstances| lapses(case, circumstances.calendar, today),
    )
}

fn sweep(
    (db, office, agency): (&Db, &Office, Uuid),
    (task, stop): (&str, &Stop),
    find: impl Fn(&mut PgConnection, Uuid) -> QueryResult<Vec<Uuid>>,
    decide: impl Fn(&Case, &Circumstances<'_>) -> Vec<CaseEvent>,
) -> Result<Swept, JournalError> {
    let scope = Scope::own(agency);
    let pen = Pen { office, agency, actor: Actor::Worker { task: task.into() }, request_id: request_id().into() };
    let mut swept = Swept::default();
    let mut broken: Vec<Uuid> = Vec::new();
    for _ in 0..PASSES {
        let mut after = Uuid::nil();
        swept.left = 0;
        broken.clear();
        while !stop.is_told() {
            let ids = db.run_here(&scope, |conn| Ok::<_, JournalError>(find(conn, after)?))?;
            let Some(last) = ids.last() else { break };
            after = *last;
            let recorded = db.run_here(&scope, |conn| record_each(conn, &pen, &ids, &decide))?;
            swept.written += recorded.written.len();
            swept.left += recorded.moved.len();
            broken.extend(recorded.broken);
        }
        if swept.left == 0 {
            break;
        }
    }
    swept.broken = broken.len();
    if swept.broken > 0 {
        broken.truncate(NAMED);
        tracing::error!(%agency, task, broken = swept.broken, cases = ?broken, "cases cannot be read and were left out");
    }
    if swept.written > 0 {
        tracing::info!(%agency, task, written = swept.written, left = swept.left, "cases went on by themselves");
    }
    Ok(swept)
}

const OPEN: [&str; 6] = [
    Stage::AwaitingConfirmation.code(),
    Stage::Received.code(),
    Stage::Registered.code(),
    Stage::Replied.code(),
    Stage::Mailed.code(),
    Stage::Closed.code(),
];

/// Cases outside the archive that are pinned to an older edition.
fn open(conn: &mut PgConnection, (agency, newest): (Uuid, i32), after: Uuid) -> QueryResult<Vec<Uuid>> {
    cases::table
        .filter(cases::agency_id.eq(agency))
        .filter(cases::stage.eq_any(OPEN))
        .filter(cases::calendar_edition.lt(newest))
        .filter(cases::id.gt(after))
        .order(cases::id)
        .limit(STRIDE)
        .select(cases::id)
        .load(conn)
}

/// The same, and dossiers in the archive in which the agency still owes something.
fn owing(conn: &mut PgConnection, (agency, newest): (Uuid, i32), after: Uuid) -> QueryResult<Vec<Uuid>> {
    let owes = duties::table
        .filter(duties::agency_id.eq(cases::agency_id))
        .filter(duties::case_id.eq(cases::id))
        .filter(duties::open)
        .filter(duties::owed_by.eq(DutyOwner::Agency.code()));
    cases::table
        .filter(cases::agency_id.eq(agency))
        .filter(cases::calendar_edition.lt(newest))
        .filter(cases::stage.eq_any(OPEN).or(cases::stage.eq(Stage::Archived.code()).and(exists(owes))))
        .filter(cases::id.gt(after))
        .order(cases::id)
        .limit(STRIDE)
        .select(cases::id)
        .load(conn)
}

fn overdue(conn: &mut PgConnection, (agency, today): (Uuid, NaiveDate), after: Uuid) -> QueryResult<Vec<Uuid>> {
    duties::table
        .filter(duties::agency_id.eq(agency))
        .filter(duties::open)
        .filter(duties::due_on.lt(today))
        .filter(duties::kind.eq_any(AWAITED.map(DutyKind::code)))
        .filter(duties::case_id.gt(after))
        .order(duties::case_id)
        .distinct()
        .limit(STRIDE)
        .select(duties::case_id)
        .load(conn)
}
