//! The second pair of eyes: counts anew which reminders must have gone out, and compares with what did.
//!
//! Written apart from the scheduler, which it never calls: it steps from day to day and counts, where the scheduler computes; and where
//! the tables disagree it asks the trail how the case stood at the moments that bind before it raises an alarm: on that morning; at the end
//! of that day, for what had arisen in office hours; on the next morning, for what came in after them. Acts: a worker, every day after the
//! sweep. It changes nothing: an alarm is for people.

use crate::case::duties::{self, is_right};
use crate::case::journal::JournalError;
use crate::case::model::Case;
use crate::case::office::{EditionError, Office};
use crate::case::replay::replay;
use crate::clock::legal_date;
use crate::db::pool::{Db, Scope};
use crate::db::rectifications;
use crate::db::report::publications;
use crate::db::schema::{accounts, duties as rows, events, foi_office_heads, outbox, posts, reminders};
use crate::db::supervision;
use crate::exchange::inbox::owed as messages;
use crate::rules::calendar::Calendar;
use crate::rules::desk;
use crate::rules::terms::DutyKind;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use diesel::prelude::*;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use uuid::Uuid;

/// A mail that waits longer than this is an alarm of its own.
const WAITS_AT_MOST: TimeDelta = TimeDelta::hours(1);
/// What a department owes, wherever the case is.
const OF_DEPARTMENTS: [DutyKind; 2] = [DutyKind::AnswerSearch, DutyKind::Rectify];
/// When a sweep may begin: 08:30 in Shanghai, as UTC on the same day.
const SWEEP_TIME: NaiveTime = match NaiveTime::from_hms_opt(0, 30, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// When the looks of a day end: 18:00 in Shanghai, as UTC on the same day.
const LAST_LOOK: NaiveTime = match NaiveTime::from_hms_opt(10, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};
/// A case touched so shortly before a look is left in peace.
const LEFT_IN_PEACE: TimeDelta = TimeDelta::minutes(30);

/// Something that did not go out as it must.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alarm {
    /// A reminder is missing.
    Missing {
        /// The case.
        case: Uuid,
        /// Kind of the duty.
        duty: String,
        /// Due date.
        due_on: NaiveDate,
        /// Working days before it; negative after it.
        offset: i32,
        /// The day it must have gone out.
        on: NaiveDate,
    },
    /// A reminder was written down before its day.
    Early {
        /// The case.
        case: Uuid,
        /// Kind of the duty.
        duty: String,
        /// Due date.
        due_on: NaiveDate,
        /// Working days before it; negative after it.
        offset: i32,
    },
    /// A case cannot be read: whether it was reminded of, nobody knows.
    Unreadable {
        /// The case.
        case: Uuid,
    },
    /// A mail waits too long.
    Unsent {
        /// The mail.
        mail: Uuid,
        /// Since when.
        since: DateTime<Utc>,
    },
}

#[derive(Queryable)]
struct Owed {
    case: Uuid,
    kind: String,
    ordinal: i32,
    due_on: NaiveDate,
    handler: Option<Uuid>,
    operation: Option<String>,
}

/// Recounts the last working day and today, whose sweep must be finished.
pub fn latest(db: &Db, office: &Office, agency: Uuid, today: NaiveDate) -> Result<Vec<Alarm>, JournalError> {
    let calendar = match db.run_here(&Scope::own(agency), |conn| Ok::<_, JournalError>(office.newest_calendar(conn)))? {
        Ok(calendar) => calendar,
        Err(EditionError::Missing(_)) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut from = today - Days::new(1);
    while !calendar.is_working_day(from) {
        from = from - Days::new(1);
    }
    recount(db, office, agency, from..=today)
}

/// Recounts the days for one agency; every sweep of those days must be finished.
pub fn recount(db: &Db, office: &Office, agency: Uuid, days: RangeInclusive<NaiveDate>) -> Result<Vec<Alarm>, JournalError> {
    db.run_here(&Scope::own(agency), |conn| {
        let newest = match office.newest(conn, agency) {
            Ok(newest) => newest,
            Err(EditionError::Missing(_)) => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let calendar = office.calendar(conn, newest.calendar)?;
        let offsets =
            office.settings(conn, agency, newest.settings)?.reminder_offsets.iter().filter_map(|n| i32::try_from(*n).ok()).collect();
        let eyes = Eyes { office, agency, calendar: &calendar, offsets };
        let mut alarms = BTreeSet::new();
        let mut day = *days.start();
        while day <= *days.end() {
            if calendar.is_working_day(day) {
                alarms.extend(eyes.missing(conn, day)?);
                alarms.extend(eyes.missing_of_letters(conn, day)?);
                alarms.extend(eyes.missing_of_notices(conn, day)?);
                alarms.extend(eyes.missing_of_reports(conn, day)?);
                alarms.extend(eyes.missing_of_messages(conn, day)?);
            }
            let Some(next) = day.succ_opt() else { break };
            day = next;
        }
        alarms.extend(eyes.early(conn, &days)?);
        alarms.extend(eyes.unsent(conn)?);
        Ok(alarms.into_iter().collect())
    })
}

struct Eyes<'a> {
    office: &'a Office,
    agency: Uuid,
    calendar: &'a Calendar,
    offsets: BTreeSet<i32>,
}

impl Eyes<'_> {
    /// Steps from one day to the other: working days still to come are positive, those gone by negative.
    fn count(&self, from: NaiveDate, due_on: NaiveDate) -> i32 {
        let (mut day, mut n) = (from.min(due_on), 0);
        while day < from.max(due_on) {
            day = day + Days::new(1);
            n += i32::from(self.calendar.is_working_day(day));
        }
        if from > due_on { -n } else { n }
    }

    fn missing(&self, conn: &mut PgConnection, day: NaiveDate) -> Result<Vec<Alarm>, JournalError> {
        // Ten weeks of holidays in a row do not exist: beyond that no offset reaches.
        let furthest = self.offsets.last().copied().unwrap_or(0);
        let reach = day + Days::new(u64::from(furthest.unsigned_abs()) * 2 + 70);
        let owed: Vec<Owed> = rows::table
            .filter(rows::agency_id.eq(self.agency))
            .filter(rows::owed_by.eq("agency"))
            .filter(rows::open.or(rows::met_on.gt(day)))
            .filter(rows::due_on.le(reach))
            .filter(rows::from_on.le(day))
            .select((rows::case_id, rows::kind, rows::ordinal, rows::due_on, rows::handler_id, rows::operation))
            .load(conn)?;
        let mut alarms = Vec::new();
        for duty in owed {
            let Some(kind) = DutyKind::from_code(&duty.kind) else { continue };
            let offset = self.count(day, duty.due_on);
            let expected = if day > duty.due_on { !is_right(kind) } else { self.offsets.contains(&offset) };
            if !expected {
                continue;
            }
            match self.went_out(conn, &duty, kind, (offset, day)) {
                Ok(true) => {}
                Ok(false) => {
                    let Owed { case, kind: duty, due_on, .. } = duty;
                    alarms.push(Alarm::Missing { case, duty, due_on, offset, on: day });
                }
                Err(error) if error.of_case() => alarms.push(Alarm::Unreadable { case: duty.case }),
                Err(error) => return Err(error),
            }
        }
        Ok(alarms)
    }

    /// Letters of the authority have no trail here to ask: one that was there before the morning and is still not answered was told to a
    /// clerk or somebody above.
    fn missing_of_letters(&self, conn: &mut PgConnection, day: NaiveDate) -> QueryResult<Vec<Alarm>> {
        let kind = DutyKind::AnswerSupervisionLetter;
        let morning = day.and_time(SWEEP_TIME).and_utc();
        let mut alarms = Vec::new();
        for letter in supervision::owed(conn, &[self.agency], None)? {
            let offset = self.count(day, letter.due_on);
            let expected = day > letter.due_on || self.offsets.contains(&offset);
            if letter.sent_at >= morning || !expected {
                continue;
            }
            let told = self.told(conn, (letter.id, kind, 1), (letter.due_on, offset))?;
            if !self.reaches(conn, &told, (kind, None, None), offset)? {
                let (case, duty, due_on) = (letter.id, kind.code().to_owned(), letter.due_on);
                alarms.push(Alarm::Missing { case, duty, due_on, offset, on: day });
            }
        }
        Ok(alarms)
    }

    /// The same of notices of rectification that hang on no case: what has stood so since before the morning was told to somebody.
    fn missing_of_notices(&self, conn: &mut PgConnection, day: NaiveDate) -> QueryResult<Vec<Alarm>> {
        let morning = day.and_time(SWEEP_TIME).and_utc();
        let mut alarms = Vec::new();
        for owed in rectifications::owed(conn, &[self.agency], self.calendar)? {
            let (kind, due_on) = (owed.duty.kind, owed.duty.due_on);
            let offset = self.count(day, due_on);
            let expected = day > due_on || self.offsets.contains(&offset);
            if owed.since >= morning || !expected {
                continue;
            }
            let told = self.told(conn, (owed.id, kind, i32::try_from(owed.duty.ordinal).unwrap_or(i32::MAX)), (due_on, offset))?;
            if !self.reaches(conn, &told, (kind, None, owed.duty.operation), offset)? {
                alarms.push(Alarm::Missing { case: owed.id, duty: kind.code().to_owned(), due_on, offset, on: day });
            }
        }
        Ok(alarms)
    }

    /// The same of annual reports that are still owed.
    fn missing_of_reports(&self, conn: &mut PgConnection, day: NaiveDate) -> Result<Vec<Alarm>, JournalError> {
        let kind = DutyKind::PublishAnnualReport;
        let mut alarms = Vec::new();
        for owed in publications::owed(conn, self.office, &[self.agency], (self.calendar, day))? {
            let offset = self.count(day, owed.due_on);
            if day <= owed.due_on && !self.offsets.contains(&offset) {
                continue;
            }
            let told = self.told(conn, (self.agency, kind, owed.year), (owed.due_on, offset))?;
            if !self.reaches(conn, &told, (kind, None, desk::operation(kind)), offset)? {
                alarms.push(Alarm::Missing { case: self.agency, duty: kind.code().to_owned(), due_on: owed.due_on, offset, on: day });
            }
        }
        Ok(alarms)
    }

    /// The same of messages of neighbouring systems that have waited since before the morning.
    fn missing_of_messages(&self, conn: &mut PgConnection, day: NaiveDate) -> Result<Vec<Alarm>, JournalError> {
        let kind = DutyKind::SeeToMessage;
        let morning = day.and_time(SWEEP_TIME).and_utc();
        let mut alarms = Vec::new();
        for owed in messages::owed(conn, self.office, &[self.agency], self.calendar)? {
            let offset = self.count(day, owed.due_on);
            if owed.received_at >= morning || (day <= owed.due_on && !self.offsets.contains(&offset)) {
                continue;
            }
            let told = self.told(conn, (owed.id, kind, 1), (owed.due_on, offset))?;
            if !self.reaches(conn, &told, (kind, None, desk::operation(kind)), offset)? {
                alarms.push(Alarm::Missing { case: owed.id, duty: kind.code().to_owned(), due_on: owed.due_on, offset, on: day });
            }
        }
        Ok(alarms)
    }

    /// Who was told of a duty, so many days before a due date.
    fn told(
        &self,
        conn: &mut PgConnection,
        (of, kind, ordinal): (Uuid, DutyKind, i32),
        (due_on, offset): (NaiveDate, i32),
    ) -> QueryResult<BTreeSet<Uuid>> {
        let told: Vec<Uuid> = reminders::table
            .filter(reminders::agency_id.eq(self.agency))
            .filter(reminders::case_id.eq(of))
            .filter(reminders::duty_kind.eq(kind.code()))
            .filter(reminders::duty_ordinal.eq(ordinal))
            .filter(reminders::due_on.eq(due_on))
            .filter(reminders::offset_days.eq(offset))
            .select(reminders::recipient_id)
            .load(conn)?;
        Ok(told.into_iter().collect())
    }

    fn went_out(
        &self,
        conn: &mut PgConnection,
        duty: &Owed,
        kind: DutyKind,
        (offset, day): (i32, NaiveDate),
    ) -> Result<bool, JournalError> {
        let told = self.told(conn, (duty.case, kind, duty.ordinal), (duty.due_on, offset))?;
        if self.reaches(conn, &told, (kind, duty.handler, duty.operation.as_deref()), offset)? {
            return Ok(true);
        }
        // The case may have come in, changed hands or moved its date since: the trail knows.
        for (moment, left_in_peace) in self.moments(day) {
            let Some(then) = self.as_of(conn, duty.case, moment)? else { continue };
            if then.changed_at >= moment - left_in_peace {
                continue;
            }
            let calendar = self.office.calendar(conn, then.pins.calendar)?;
            let owed = duties::duties(&then, &calendar);
            let stood = owed.iter().find(|known| {
                known.kind == kind && i32::try_from(known.ordinal) == Ok(duty.ordinal) && known.due_on == duty.due_on && known.open
            });
            let of_handler = !OF_DEPARTMENTS.contains(&kind) && !kind.is_of_role();
            let handler = then.assignment().map(|assignment| assignment.handler).filter(|_| of_handler);
            if let Some(stood) = stood
                && !self.reaches(conn, &told, (kind, stood.whose.person.or(handler), stood.operation), offset)?
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The moments, so far, at which what stood had to be told of the reminders of a day: its morning, its last look, the next morning.
    fn moments(&self, day: NaiveDate) -> impl Iterator<Item = (DateTime<Utc>, TimeDelta)> {
        let mut next = day + Days::new(1);
        while !self.calendar.is_working_day(next) {
            next = next + Days::new(1);
        }
        let now = self.office.clock.now();
        let moments = [
            (day.and_time(SWEEP_TIME).and_utc(), TimeDelta::zero()),
            (day.and_time(LAST_LOOK).and_utc(), LEFT_IN_PEACE),
            (next.and_time(SWEEP_TIME).and_utc(), TimeDelta::zero()),
        ];
        moments.into_iter().filter(move |(moment, _)| *moment <= now)
    }

    /// Whether those who were told are such as must be: the handler, or else a clerk, or the office for what is left to it; once overdue somebody above them too. Who exactly stood
    /// above them that morning is not asked: accounts and roles carry no dates, and an alarm that cries wolf is not heard.
    fn reaches(
        &self,
        conn: &mut PgConnection,
        told: &BTreeSet<Uuid>,
        (kind, handler, operation): (DutyKind, Option<Uuid>, Option<&str>),
        offset: i32,
    ) -> QueryResult<bool> {
        let people: Vec<(Uuid, Vec<String>, bool)> = accounts::table
            .filter(accounts::agency_id.eq(self.agency))
            .select((accounts::id, accounts::roles, accounts::active))
            .load(conn)?;
        let heads: Vec<Uuid> =
            foi_office_heads::table.filter(foi_office_heads::agency_id.eq(self.agency)).select(foi_office_heads::account_id).load(conn)?;
        let active = |id: Uuid| people.iter().any(|(known, _, active)| *known == id && *active);
        let with = |codes: &[&str]| -> BTreeSet<Uuid> {
            people.iter().filter(|(_, roles, _)| roles.iter().any(|role| codes.contains(&role.as_str()))).map(|(id, ..)| *id).collect()
        };
        let above: BTreeSet<Uuid> = with(&["supervisor", "approver"]).into_iter().chain(heads).collect();
        let department_heads: Vec<Uuid> = posts::table
            .filter(posts::agency_id.eq(self.agency))
            .filter(posts::department_id.is_not_null())
            .select(posts::account_id)
            .load(conn)?;
        let reviewers: BTreeSet<Uuid> = with(&["legal_reviewer"]).into_iter().chain(department_heads).collect();
        // What is left to the office is its people's, whoever handles the case.
        let office = operation.filter(|_| !kind.is_of_role()).and_then(desk::office);
        let owner = match handler {
            _ if let Some(roles) = &office => {
                let codes: Vec<&str> = roles.iter().map(|role| role.code()).collect();
                !told.is_disjoint(&with(&codes)) || !told.is_disjoint(&above)
            }
            Some(id) if !kind.is_of_role() && (active(id) || told.contains(&id)) => told.contains(&id),
            // Whoever may review or sign: posts and roles carry no dates here either.
            _ if kind.is_of_role() => told.iter().any(|id| reviewers.contains(id) || above.contains(id)),
            // A department that was asked is reminded as a whole.
            None if OF_DEPARTMENTS.contains(&kind) => !told.is_empty(),
            _ => !told.is_disjoint(&with(&["clerk"])) || !told.is_disjoint(&above),
        };
        let urged = offset >= 0 || !above.iter().any(|id| active(*id)) || !told.is_disjoint(&above);
        Ok(owner && urged)
    }

    fn as_of(&self, conn: &mut PgConnection, case: Uuid, moment: DateTime<Utc>) -> Result<Option<Case>, JournalError> {
        let last: Option<i32> = events::table
            .filter(events::agency_id.eq(self.agency))
            .filter(events::stream_id.eq(case))
            .filter(events::recorded_at.lt(moment))
            .select(diesel::dsl::max(events::seq))
            .first(conn)?;
        match last {
            None => Ok(None),
            Some(last) => Ok(replay(conn, self.agency, case, Some(last))?),
        }
    }

    fn early(&self, conn: &mut PgConnection, days: &RangeInclusive<NaiveDate>) -> QueryResult<Vec<Alarm>> {
        let start = days.start().and_time(NaiveTime::MIN).and_utc() - TimeDelta::days(1);
        let written: Vec<(Uuid, String, NaiveDate, i32, DateTime<Utc>)> = reminders::table
            .inner_join(outbox::table.on(outbox::agency_id.eq(reminders::agency_id).and(outbox::id.eq(reminders::outbox_id))))
            .filter(reminders::agency_id.eq(self.agency))
            .filter(outbox::created_at.ge(start))
            .select((reminders::case_id, reminders::duty_kind, reminders::due_on, reminders::offset_days, outbox::created_at))
            .load(conn)?;
        let early = written.into_iter().filter(|(_, _, due_on, offset, at)| {
            let day = legal_date(*at);
            days.contains(&day) && (self.count(day, *due_on) > *offset || !self.calendar.is_working_day(day))
        });
        Ok(early.map(|(case, duty, due_on, offset, _)| Alarm::Early { case, duty, due_on, offset }).collect())
    }

    fn unsent(&self, conn: &mut PgConnection) -> QueryResult<Vec<Alarm>> {
        let waiting: Vec<(Uuid, DateTime<Utc>)> = outbox::table
            .filter(outbox::agency_id.eq(self.agency))
            .filter(outbox::state.eq("waiting"))
            .filter(outbox::created_at.lt(self.office.clock.now() - WAITS_AT_MOST))
            .select((outbox::id, outbox::created_at))
            .load(conn)?;
        Ok(waiting.into_iter().map(|(mail, since)| Alarm::Unsent { mail, since }).collect())
    }
}
