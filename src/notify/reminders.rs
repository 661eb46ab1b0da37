//! The sweep: on the morning of a working day, every reminder whose day has come is written down as mail.
//!
//! Open duties × offsets of the newest settings go to the person who owes the duty; once overdue, a line every working day, to the superior
//! too. What arises later on a day on which it must be reminded of is found by looking again in the course of that day, once nobody has
//! touched the case for half an hour; and each morning answers for the day of the last sweep once more, for what came in after office hours
//! or changed hands. Each reminder stands under its key (duty, due date, offset, recipient) beside the one mail that carries it, both written in one
//! transaction a recipient: a sweep that is killed anywhere, or runs twice at once, is made good by the next and doubles nothing. A
//! due date that moved has other keys; what was written for the old one is dropped when it would be sent (see [`super::outbox`]).

use super::compose::{self, DueLine, Mail, OwedLine, Recipient, SINGLES_AT_MOST, Tone};
use super::letters;
use super::plan::{self, Passing, Window};
use super::recipients::{Staff, With};
use crate::case::duties::{is_right, proceeding_of};
use crate::case::journal::JournalError;
use crate::case::office::{EditionError, Office};
use crate::case::silence::{Dated, awaited_of};
use crate::clock::{legal_midnight, real_now};
use crate::crypto;
use crate::db::pool::{Db, DbError, Scope};
use crate::db::schema::{cases, duties, outbox, proceedings, reminders, sweeps};
use crate::ids::new_id;
use crate::rules::calendar::Calendar;
use crate::rules::cite::cite;
use crate::rules::terms::{Basis, DutyKind, DutyOwner};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The task's name in the table of sweeps.
pub const TASK: &str = "reminders";
/// How often a recipient is tried again when another worker was faster.
const TRIES: u32 = 3;
/// Rows in one statement.
const ROWS: usize = 1_000;
/// A case that was touched so recently is in somebody's hands: a clerk who has just entered an application is about to register it.
const QUIET: TimeDelta = TimeDelta::minutes(30);

/// What a sweep is made with.
#[derive(Debug, Clone, Copy)]
pub struct Sweep<'a> {
    /// The legal date.
    pub today: NaiveDate,
    /// Where people reach the service; links begin with it.
    pub public_url: &'a str,
    /// The sender's domain, for the ids of mails.
    pub domain: &'a str,
}

/// What a sweep wrote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Mails.
    pub mails: usize,
    /// Reminders in them.
    pub reminders: usize,
}

/// A reminder's key within agency and recipient.
type Key = (Uuid, String, i32, NaiveDate, i32);

/// One duty as one person reads it.
struct Line {
    duty: DutyRow,
    offsets: Vec<i32>,
    due: DueLine,
    /// Who owes it, where the reader is the superior.
    owner: Option<String>,
}

#[derive(Clone, Queryable)]
pub(super) struct DutyRow {
    pub case: Uuid,
    pub kind: String,
    pub ordinal: i32,
    pub due_on: NaiveDate,
    pub provisional: bool,
    pub article: String,
    pub basis: String,
    pub handler: Option<Uuid>,
    pub department: Option<Uuid>,
    pub case_number: Option<String>,
    pub barred: Vec<Uuid>,
    pub operation: Option<String>,
}

impl Line {
    fn keys(&self) -> impl Iterator<Item = Key> {
        self.offsets.iter().map(|n| (self.duty.case, self.duty.kind.clone(), self.duty.ordinal, self.duty.due_on, *n))
    }
}

/// Sweeps one agency. Does nothing on a day that is no working day, nor on one already finished.
pub fn sweep(db: &Db, office: &Office, agency: Uuid, sweep: &Sweep<'_>) -> Result<Swept, JournalError> {
    let scope = Scope::own(agency);
    let Some(plan) = db.run_here(&scope, |conn| Plan::make(conn, office, (agency, Look::Morning), sweep))? else {
        return Ok(Swept::default());
    };
    let swept = plan.write_down(db, office, agency, sweep)?;
    db.run_here(&scope, |conn| finish(conn, agency, TASK, sweep.today))?;
    Ok(swept)
}

/// Looks once more on a day already swept, for today's reminders of cases that moved since; `now` on the legal clock.
pub fn look_again(db: &Db, office: &Office, agency: Uuid, sweep: &Sweep<'_>, now: DateTime<Utc>) -> Result<Swept, JournalError> {
    let look = Look::Again { until: now - QUIET };
    match db.run_here(&Scope::own(agency), |conn| Plan::make(conn, office, (agency, look), sweep))? {
        Some(plan) => plan.write_down(db, office, agency, sweep),
        None => Ok(Swept::default()),
    }
}

/// The last day a task was finished.
pub fn done_on(conn: &mut PgConnection, agency: Uuid, task: &str) -> Result<Option<NaiveDate>, DbError> {
    Ok(sweeps::table.find((agency, task)).select(sweeps::done_on).first(conn).optional()?)
}

/// Remembers that a task was finished for a day.
pub fn finish(conn: &mut PgConnection, agency: Uuid, task: &str, on: NaiveDate) -> Result<(), DbError> {
    diesel::insert_into(sweeps::table)
        .values((sweeps::agency_id.eq(agency), sweeps::task.eq(task), sweeps::done_on.eq(on)))
        .on_conflict((sweeps::agency_id, sweeps::task))
        .do_update()
        .set(sweeps::done_on.eq(on))
        .execute(conn)?;
    Ok(())
}

/// Which look of the day it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// The first: every open duty.
    Morning,
    /// A later one: duties of cases that moved today, last before this instant.
    Again { until: DateTime<Utc> },
}

impl Look {
    /// The days it answers for, and whether several working days are made good at once; none if it has nothing to do.
    fn window(self, calendar: &Calendar, today: NaiveDate, done: Option<NaiveDate>) -> Option<(Window, bool)> {
        let day_before = |day: NaiveDate| day.pred_opt().unwrap_or(day);
        if !calendar.is_working_day(today) {
            return None;
        }
        match (self, done) {
            (Self::Morning, None) => Some((Window { after: day_before(today), today }, false)),
            (Self::Morning, Some(done)) if done < today => {
                Some((Window { after: day_before(done), today }, calendar.working_days_between(done, today) > 1))
            }
            (Self::Again { .. }, Some(done)) if done == today => Some((Window { after: day_before(today), today }, false)),
            _ => None,
        }
    }
}

struct Plan {
    staff: Staff,
    by_person: BTreeMap<Uuid, Vec<Line>>,
    catching_up: bool,
}

impl Plan {
    fn make(
        conn: &mut PgConnection,
        office: &Office,
        (agency, look): (Uuid, Look),
        sweep: &Sweep<'_>,
    ) -> Result<Option<Self>, JournalError> {
        let today = sweep.today;
        let newest = match office.newest(conn, agency) {
            Ok(newest) => newest,
            // No calendar or settings yet: no case could be opened, nothing is owed.
            Err(EditionError::Missing(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let calendar = office.calendar(conn, newest.calendar)?;
        let before = office.settings(conn, agency, newest.settings)?.reminder_offsets.clone();
        let Some((window, catching_up)) = look.window(&calendar, today, done_on(conn, agency, TASK)?) else { return Ok(None) };
        let staff = Staff::load(conn, agency, today)?;
        let mut by_person: BTreeMap<Uuid, Vec<Line>> = BTreeMap::new();
        let horizon = plan::horizon(&calendar, today, &before);
        let open = open_duties(conn, (agency, today), look, horizon)?;
        let cases: Vec<Uuid> = open.iter().map(|duty| duty.case).collect::<BTreeSet<_>>().into_iter().collect();
        let awaited = awaited_of(conn, &cases, today)?;
        let tried = proceedings_of(conn, agency, &cases)?;
        let moved = match look {
            Look::Morning => None,
            Look::Again { until } => Some((legal_midnight(today), until)),
        };
        let open = open.into_iter().map(|duty| (duty, None));
        for (duty, of) in open.chain(
            letters::owed(conn, (office, agency), (&calendar, today), (horizon, moved))?.into_iter().map(|(duty, of)| (duty, Some(of))),
        ) {
            let Some(kind) = DutyKind::from_code(&duty.kind) else { continue };
            let passing = if is_right(kind) { Passing::Lapsed } else { Passing::Overdue };
            let offsets = plan::offsets(&calendar, duty.due_on, passing, &before, window);
            if offsets.is_empty() {
                continue;
            }
            let (handler, department) = (duty.handler, duty.department);
            let owners = staff.owners(kind, With { handler, department, barred: &duty.barred, operation: duty.operation.as_deref() });
            if owners.is_empty() {
                tracing::error!(%agency, case = %duty.case, duty = duty.kind, "nobody is there to be reminded");
            }
            let mut due = due_line(&calendar, sweep, kind, (&duty, awaited.get(&duty.case).into_iter().flatten()));
            // Two proceedings of one case owe the same by different days.
            let n = u32::try_from(duty.ordinal).ok().and_then(|ordinal| proceeding_of(kind, ordinal));
            if let Some(called) = n.and_then(|n| tried.get(&(duty.case, i32::try_from(n).ok()?))) {
                due.duty_zh = format!("{}（{called}）", due.duty_zh);
            }
            let due = match of {
                Some(of) => letters::line(due, sweep.public_url, (&duty, of)),
                None => due,
            };
            let overdue: Vec<i32> = offsets.iter().copied().filter(|n| *n < 0).collect();
            if !overdue.is_empty() {
                let names: Vec<&str> = owners.iter().filter_map(|id| staff.get(*id)).map(|person| person.name.as_str()).collect();
                for superior in staff.superiors().iter().filter(|id| !owners.contains(id)) {
                    let (duty, due, owner) = (duty.clone(), due.clone(), Some(names.join("、")));
                    by_person.entry(*superior).or_default().push(Line { duty, offsets: overdue.clone(), due, owner });
                }
            }
            for owner in owners {
                let (duty, due) = (duty.clone(), due.clone());
                by_person.entry(owner).or_default().push(Line { duty, offsets: offsets.clone(), due, owner: None });
            }
        }
        Ok(Some(Self { staff, by_person, catching_up }))
    }

    /// One transaction a person.
    fn write_down(&self, db: &Db, office: &Office, agency: Uuid, sweep: &Sweep<'_>) -> Result<Swept, JournalError> {
        let mut swept = Swept::default();
        for (id, lines) in &self.by_person {
            let Some(to) = self.staff.get(*id) else { continue };
            let person = Person { agency, id: *id, to, day: sweep, catching_up: self.catching_up, now: office.clock.now() };
            let written = db.run_here(&Scope::own(agency), |conn| person.write_down(conn, lines))?;
            swept.mails += written.mails;
            swept.reminders += written.reminders;
        }
        Ok(swept)
    }
}

fn open_duties(conn: &mut PgConnection, (agency, today): (Uuid, NaiveDate), look: Look, horizon: NaiveDate) -> QueryResult<Vec<DutyRow>> {
    let mut wanted = duties::table.into_boxed();
    if let Look::Again { until } = look {
        let moved = cases::table
            .filter(cases::agency_id.eq(duties::agency_id))
            .filter(cases::id.eq(duties::case_id))
            .filter(cases::changed_at.ge(legal_midnight(today)))
            .filter(cases::changed_at.lt(until));
        wanted = wanted.filter(exists(moved));
    }
    wanted
        .filter(duties::agency_id.eq(agency))
        .filter(duties::open)
        .filter(duties::owed_by.eq(DutyOwner::Agency.code()))
        .filter(duties::due_on.lt(horizon))
        .order((duties::due_on, duties::case_id, duties::kind, duties::ordinal))
        .select((
            duties::case_id,
            duties::kind,
            duties::ordinal,
            duties::due_on,
            duties::provisional,
            duties::article,
            duties::basis,
            duties::handler_id,
            duties::department_id,
            duties::case_number,
            duties::barred,
            duties::operation,
        ))
        .load(conn)
}

/// What the proceedings of these cases are called: by the number of the body or court, else by its name.
fn proceedings_of(conn: &mut PgConnection, agency: Uuid, cases: &[Uuid]) -> QueryResult<BTreeMap<(Uuid, i32), String>> {
    let rows: Vec<(Uuid, i32, Option<String>, String)> = proceedings::table
        .filter(proceedings::agency_id.eq(agency))
        .filter(proceedings::case_id.eq_any(cases))
        .select((proceedings::case_id, proceedings::n, proceedings::case_number, proceedings::body))
        .load(conn)?;
    Ok(rows.into_iter().map(|(case, n, number, body)| ((case, n), number.unwrap_or(body))).collect())
}

fn due_line<'a>(
    calendar: &Calendar,
    sweep: &Sweep<'_>,
    kind: DutyKind,
    (duty, awaited): (&DutyRow, impl Iterator<Item = &'a NaiveDate>),
) -> DueLine {
    let basis = Basis::from_code(&duty.basis).unwrap_or(Basis::Law);
    DueLine {
        projected: Dated { kind, basis, due_on: duty.due_on }.rests_on(awaited.copied(), sweep.today).is_some(),
        case_number: duty.case_number.clone(),
        of: None,
        duty_zh: kind.zh().to_owned(),
        due_on: duty.due_on,
        provisional: duty.provisional,
        article: cite(&duty.article),
        basis,
        link: format!("{}/api/v1/cases/{}", sweep.public_url, duty.case),
        working_days_left: plan::days_left(calendar, sweep.today, duty.due_on),
    }
}

struct Person<'a> {
    agency: Uuid,
    id: Uuid,
    to: &'a Recipient,
    day: &'a Sweep<'a>,
    catching_up: bool,
    now: DateTime<Utc>,
}

impl Person<'_> {
    /// Writes down what this person has not been told yet. A worker that was faster makes the keys collide; then there is less left to tell.
    fn write_down(&self, conn: &mut PgConnection, lines: &[Line]) -> Result<Swept, DbError> {
        let mut tries = 0;
        loop {
            match conn.transaction(|conn| self.write_once(conn, lines)) {
                Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) if tries < TRIES => tries += 1,
                result => return Ok(result?),
            }
        }
    }

    fn write_once(&self, conn: &mut PgConnection, lines: &[Line]) -> QueryResult<Swept> {
        let told = self.told(conn, lines)?;
        let left: Vec<(&Line, Vec<Key>)> = lines
            .iter()
            .map(|line| (line, line.keys().filter(|key| !told.contains(key)).collect::<Vec<_>>()))
            .filter(|(_, keys)| !keys.is_empty())
            .collect();
        let singles_at_most = if self.catching_up { 1 } else { SINGLES_AT_MOST };
        let mails: Vec<&[(&Line, Vec<Key>)]> = if left.len() > singles_at_most { vec![left.as_slice()] } else { left.chunks(1).collect() };
        for mail in &mails {
            self.write_mail(conn, mail)?;
        }
        Ok(Swept { mails: mails.len(), reminders: left.iter().map(|(_, keys)| keys.len()).sum() })
    }

    fn told(&self, conn: &mut PgConnection, lines: &[Line]) -> QueryResult<BTreeSet<Key>> {
        let cases: BTreeSet<Uuid> = lines.iter().map(|line| line.duty.case).collect();
        let rows: Vec<Key> = reminders::table
            .filter(reminders::agency_id.eq(self.agency))
            .filter(reminders::case_id.eq_any(cases))
            .filter(reminders::recipient_id.eq(self.id))
            .select((reminders::case_id, reminders::duty_kind, reminders::duty_ordinal, reminders::due_on, reminders::offset_days))
            .load(conn)?;
        Ok(rows.into_iter().collect())
    }

    fn write_mail(&self, conn: &mut PgConnection, lines: &[(&Line, Vec<Key>)]) -> QueryResult<()> {
        let keys: Vec<&Key> = lines.iter().flat_map(|(_, keys)| keys).collect();
        let dedup_key = self.dedup_key(&keys);
        let mail = self.compose(lines, compose::message_id(&format!("{}/{dedup_key}", self.agency), self.day.domain));
        let id = new_id();
        diesel::insert_into(outbox::table)
            .values((
                outbox::agency_id.eq(self.agency),
                outbox::id.eq(id),
                outbox::dedup_key.eq(&dedup_key),
                outbox::recipient_id.eq(self.id),
                outbox::to_name.eq(&mail.to.name),
                outbox::to_address.eq(&mail.to.address),
                outbox::subject.eq(&mail.subject),
                outbox::body.eq(&mail.body),
                outbox::message_id.eq(&mail.message_id),
                outbox::created_at.eq(self.now),
                outbox::state.eq("waiting"),
                outbox::attempts.eq(0),
                outbox::next_at.eq(real_now()),
            ))
            .execute(conn)?;
        for part in keys.chunks(ROWS) {
            let rows: Vec<_> = part
                .iter()
                .map(|(case, kind, ordinal, due_on, offset)| {
                    (
                        reminders::agency_id.eq(self.agency),
                        reminders::case_id.eq(case),
                        reminders::duty_kind.eq(kind),
                        reminders::duty_ordinal.eq(ordinal),
                        reminders::due_on.eq(due_on),
                        reminders::offset_days.eq(offset),
                        reminders::recipient_id.eq(self.id),
                        reminders::outbox_id.eq(id),
                    )
                })
                .collect();
            diesel::insert_into(reminders::table).values(rows).execute(conn)?;
        }
        Ok(())
    }

    /// A digest is known by everything it tells, so that a later one with what came in between is another mail.
    fn dedup_key(&self, keys: &[&Key]) -> String {
        let mut all: Vec<String> =
            keys.iter().map(|(case, kind, ordinal, due_on, n)| format!("{case}/{kind}/{ordinal}/{due_on}/{n}/{}", self.id)).collect();
        all.sort_unstable();
        match all.as_slice() {
            [one] => one.clone(),
            many => format!("{}/{}/{}", self.day.today, self.id, crypto::hex(&crypto::sha256(many.join("\n").as_bytes()))),
        }
    }

    fn compose(&self, lines: &[(&Line, Vec<Key>)], message_id: String) -> Mail {
        let mut own = Vec::new();
        let mut owed = Vec::new();
        for (line, _) in lines {
            match &line.owner {
                None => own.push(line.due.clone()),
                Some(owner) => owed.push(OwedLine { owner: owner.clone(), line: line.due.clone() }),
            }
        }
        match (own.as_slice(), owed.as_slice()) {
            ([one], []) => compose::single(self.to, one, Tone::of(one.working_days_left), message_id),
            ([], [one]) => compose::single_to_superior(self.to, one, message_id),
            (_, []) => compose::digest(self.to, &own, message_id),
            ([], _) => compose::digest_to_superior(self.to, &owed, message_id),
            _ => compose::digest_of_both(self.to, &own, &owed, message_id),
        }
    }
}
