//! THE BACKGROUND: what the service does without being asked: place events, sweep for reminders, send mail, recount
//! dates, find lapses, check the reminders, retain.
//!
//! Every task is a function called with a date, agency by agency, each in that agency's scope; here is only when. A task that fails is
//! logged and tried again after a pause, and stops no other. Several services may run it on one database.

pub mod dates;
mod retain;

use crate::app::App;
use crate::audit::sequencer;
use crate::case::journal::JournalError;
use crate::clock::legal_date;
use crate::db::pool::{DbError, Scope};
use crate::db::schema::agencies;
use crate::exchange::work as exchange;
use crate::notify::outbox;
use crate::notify::recount;
use crate::notify::reminders::{self, Sweep};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use dates::Swept;
use diesel::prelude::*;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use uuid::Uuid;

/// How often events are placed and mail is sent.
const OFTEN: Duration = Duration::from_millis(300);
/// How often it is looked whether a daily task is due.
const SELDOM: Duration = Duration::from_secs(5);
/// The pause after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(3);
/// The sweep begins at 08:30 in Shanghai.
const SWEEP_AFTER: TimeDelta = TimeDelta::minutes(8 * 60 + 30);
/// Until 18:00 it is looked again for what arose since: what came up in office hours, to 17:30, with the half hour a case is left in peace.
/// What comes later is for the next morning.
const LOOKS_UNTIL: TimeDelta = TimeDelta::hours(18);
/// The recount leaves the sweep an hour.
const RECOUNT_AFTER: TimeDelta = TimeDelta::minutes(9 * 60 + 30);

/// Tells the background to end, and wakes it.
#[derive(Debug, Default)]
pub struct Stop {
    told: Mutex<bool>,
    bell: Condvar,
}

impl Stop {
    /// Ends the background after what it has in hand.
    pub fn tell(&self) {
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.bell.notify_all();
    }

    /// Whether it was told.
    pub fn is_told(&self) -> bool {
        *self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits, and says whether it was told.
    pub fn wait(&self, at_most: Duration) -> bool {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let (told, _) = self.bell.wait_timeout_while(told, at_most, |told| !*told).unwrap_or_else(PoisonError::into_inner);
        *told
    }
}

/// One kind of work, for every agency.
type Task = fn(&App, &Stop) -> Outcome;

/// The running background.
#[derive(Debug)]
pub struct Work(Vec<JoinHandle<()>>);

impl Work {
    /// Starts it: one thread a kind of task, so that a relay that is silent delays no event its place.
    pub fn run(app: &Arc<App>, stop: &Arc<Stop>) -> std::io::Result<Self> {
        let threads: [(&str, Duration, Task); 6] = [
            ("sequencer", OFTEN, |app, _| each_agency(app, "sequencer", |agency| sequencer::place(&app.db, agency).map(drop))),
            ("outbox", OFTEN, send),
            ("exchange", OFTEN, |app, _| each_agency(app, "exchange", |agency| exchange::turn(app, agency))),
            ("dossiers", OFTEN, |app, _| each_agency(app, "dossiers", |agency| exchange::offer(app, agency))),
            ("pushes", OFTEN, push),
            ("daily", SELDOM, |app, stop| daily(app, stop, app.office.clock.now())),
        ];
        let start = |(name, pause, task): (&'static str, Duration, Task)| {
            let (app, stop) = (Arc::clone(app), Arc::clone(stop));
            thread::Builder::new().name(name.to_owned()).spawn(move || again_and_again(&app, &stop, pause, task))
        };
        threads.into_iter().map(start).collect::<Result<_, _>>().map(Self)
    }

    /// Waits until it has ended.
    pub fn join(self) {
        for thread in self.0 {
            let _ = thread.join();
        }
    }
}

/// Whether everything went well; what did not is in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything went well.
    Done,
    /// Something failed and will be tried again.
    Failed,
}

impl Outcome {
    fn and(self, other: Self) -> Self {
        if self == Self::Done { other } else { Self::Failed }
    }
}

/// Everything once, as if it were this instant on the legal clock.
pub fn tick(app: &App, now: DateTime<Utc>) -> Outcome {
    let place = || each_agency(app, "sequencer", |agency| sequencer::place(&app.db, agency).map(drop));
    let never = Stop::default();
    let swept = daily(app, &never, now);
    let sent = send(app, &never);
    let tried = each_agency(app, "exchange", |agency| exchange::turn(app, agency));
    let offered = each_agency(app, "dossiers", |agency| exchange::offer(app, agency));
    let exchanged = tried.and(offered).and(push(app, &never));
    // Last, because a mail that fails leaves an event.
    swept.and(sent).and(exchanged).and(place())
}

fn again_and_again(app: &App, stop: &Stop, pause: Duration, task: Task) {
    loop {
        // A fault in one task may not end reminders for good without a word.
        let outcome = catch_unwind(AssertUnwindSafe(|| task(app, stop))).unwrap_or_else(|_| {
            tracing::error!(task = thread::current().name(), "a background task panicked");
            Outcome::Failed
        });
        let pause = if outcome == Outcome::Done { pause } else { pause.max(AFTER_FAILURE) };
        if stop.wait(pause) {
            return;
        }
    }
}

/// Every agency in turn; a failure in one does not keep the others waiting.
fn each_agency<E: std::fmt::Display>(app: &App, task: &str, work: impl Fn(Uuid) -> Result<(), E>) -> Outcome {
    let all: Result<Vec<Uuid>, DbError> =
        app.db.run_here(&Scope::nobody(), |conn| Ok(agencies::table.select(agencies::id).order(agencies::id).load(conn)?));
    let all = match all {
        Ok(all) => all,
        Err(error) => {
            tracing::error!(task, reason = %error, "a background task cannot read the agencies");
            return Outcome::Failed;
        }
    };
    all.into_iter().fold(Outcome::Done, |outcome, agency| match work(agency) {
        Ok(()) => outcome,
        Err(error) => {
            tracing::error!(task, %agency, reason = %error, "a background task failed and will be tried again");
            Outcome::Failed
        }
    })
}

fn send(app: &App, stop: &Stop) -> Outcome {
    each_agency(app, "outbox", |agency| {
        while !stop.is_told() && outbox::send_next(&app.db, &app.mailer, &app.office, agency)?.is_some() {}
        Ok::<_, JournalError>(())
    })
}

fn push(app: &App, stop: &Stop) -> Outcome {
    each_agency(app, "pushes", |agency| {
        while !stop.is_told() && exchange::push(app, agency)? {}
        Ok::<_, JournalError>(())
    })
}

fn daily(app: &App, stop: &Stop, now: DateTime<Utc>) -> Outcome {
    let today = legal_date(now);
    let mut outcome = each_agency(app, "retention", |agency| retain::retain(app, agency));
    // Before the reminders, which speak of the dates and of what follows from a lapse.
    outcome = outcome.and(over_cases(app, dates::RECOUNT, |agency| dates::recount(&app.db, &app.office, agency, stop)));
    outcome = outcome.and(over_cases(app, dates::LAPSES, |agency| dates::lapse(&app.db, &app.office, (agency, today), stop)));
    if past(now, SWEEP_AFTER) {
        let sweep = Sweep { today, public_url: &app.public_url, domain: app.mailer.domain() };
        outcome = outcome.and(each_agency(app, reminders::TASK, |agency| {
            reminders::sweep(&app.db, &app.office, agency, &sweep)?;
            if !past(now, LOOKS_UNTIL) {
                reminders::look_again(&app.db, &app.office, agency, &sweep, now)?;
            }
            Ok::<_, JournalError>(())
        }));
    }
    if past(now, RECOUNT_AFTER) {
        outcome = outcome.and(each_agency(app, "recount", |agency| recount_once(app, agency, today)));
    }
    outcome
}

/// A sweep over the cases of every agency; it failed if a case could not be read, and readiness and the figures say so until it can.
fn over_cases(app: &App, task: &'static str, sweep: impl Fn(Uuid) -> Result<Swept, JournalError>) -> Outcome {
    let broken = Cell::new(0);
    let outcome = each_agency(app, task, |agency| {
        broken.set(broken.get() + sweep(agency)?.broken);
        Ok::<_, JournalError>(())
    });
    app.metrics.cases_left_out(task, broken.get());
    outcome.and(if broken.get() == 0 { Outcome::Done } else { Outcome::Failed })
}

/// Whether the legal day is so old.
fn past(now: DateTime<Utc>, age: TimeDelta) -> bool {
    legal_date(now - age) == legal_date(now)
}

/// Recounts the last working day and today, once a day. On an agency's first day nobody was there to remind the day before.
fn recount_once(app: &App, agency: Uuid, today: NaiveDate) -> Result<(), JournalError> {
    const TASK: &str = "recount";
    let before = app.db.run_here(&Scope::own(agency), |conn| reminders::done_on(conn, agency, TASK))?;
    once_a_day(app, agency, (TASK, today), || {
        let alarms = match before {
            Some(_) => recount::latest(&app.db, &app.office, agency, today)?,
            None => recount::recount(&app.db, &app.office, agency, today..=today)?,
        };
        for alarm in alarms {
            tracing::warn!(%agency, ?alarm, "the recount of reminders differs");
        }
        Ok(())
    })
}

fn once_a_day(
    app: &App,
    agency: Uuid,
    (task, day): (&str, NaiveDate),
    work: impl FnOnce() -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    let scope = Scope::own(agency);
    let done = app.db.run_here(&scope, |conn| reminders::done_on(conn, agency, task))?;
    if done.is_some_and(|done| done >= day) {
        return Ok(());
    }
    work()?;
    Ok(app.db.run_here(&scope, |conn| reminders::finish(conn, agency, task, day))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sweep_begins_at_half_past_eight_in_shanghai() {
        let past = |at: &str| past(at.parse().unwrap(), SWEEP_AFTER);
        assert!(!past("2026-11-02T00:29:59Z"));
        assert!(past("2026-11-02T00:30:00Z"));
        assert!(past("2026-11-02T15:59:59Z"), "until midnight in Shanghai");
        assert!(!past("2026-11-02T16:00:00Z"), "the next day has begun there");
    }

    #[test]
    fn who_waits_is_woken_by_the_stop() {
        let stop = Arc::new(Stop::default());
        let waiting = {
            let stop = Arc::clone(&stop);
            thread::spawn(move || stop.wait(Duration::from_mins(1)))
        };
        stop.tell();
        assert!(waiting.join().unwrap());
        assert!(!Stop::default().wait(Duration::ZERO));
    }
}
