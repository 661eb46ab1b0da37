//! The demo's hand: takes the real steps through the journal on a test clock, so that the trails are real.

use crate::case::command::Command;
use crate::case::facts::Person;
use crate::case::journal::{self, Ask, IfMatch, Mode, Taken};
use crate::case::model::{Case, Letter};
use crate::case::office::Office;
use crate::clock::legal_date;
use crate::db::pool::{Db, Scope};
use crate::http::body;
use crate::ids::new_id;
use crate::letters::documents::store_here;
use crate::letters::made::make_here;
use crate::letters::press::Press;
use crate::letters::render;
use crate::letters::sheet::{Block, Sheet};
use crate::letters::store::Store;
use crate::rules::calendar::Calendar;
use crate::steps::receive::{application::ReceiveApplication, visit::CounterVisit};
use crate::steps::remedy::together::{OpenProceeding, open_together};
use crate::steps::reply::joint::{DraftJointReply, draft_together};
use anyhow::{Context, anyhow, bail};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use garde::Validate;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// Somebody of the demo.
#[derive(Debug, Clone)]
pub struct Player {
    /// As the journal sees them.
    pub person: Person,
    /// Their agency.
    pub agency: Uuid,
}

/// What letters are set in, and where they are kept.
#[derive(Debug)]
pub struct LetterDesk {
    /// The fonts.
    pub press: Press,
    /// The document store.
    pub store: Store,
}

/// The demo on its way through time.
pub struct Walker {
    /// The database, as the service.
    pub db: Db,
    /// Clock, keys, editions; the clock is a test clock.
    pub office: Arc<Office>,
    /// The newest calendar.
    pub calendar: Arc<Calendar>,
    /// Accounts by sign-in name.
    pub players: BTreeMap<String, Player>,
    /// Cases that other stories refer to.
    pub remembered: BTreeMap<&'static str, Uuid>,
    /// What letters are set in, and where they are kept.
    desk: LetterDesk,
    /// Today, where the demo ends.
    today: NaiveDate,
    /// The moment of the start: nothing is dated after it.
    now: DateTime<Utc>,
    /// Minutes of the day, so that steps of one day stand in order.
    minutes: i64,
}

impl Walker {
    /// A walker at the beginning.
    pub fn new(
        (db, desk): (Db, LetterDesk),
        office: Arc<Office>,
        calendar: Arc<Calendar>,
        players: BTreeMap<String, Player>,
        now: DateTime<Utc>,
    ) -> Self {
        Self { db, office, calendar, players, remembered: BTreeMap::new(), desk, today: legal_date(now), now, minutes: 0 }
    }

    /// The n-th working day before today; 0 is the last working day up to today.
    pub fn ago(&self, n: u32) -> NaiveDate {
        self.calendar.before(self.today.succ_opt().unwrap_or(self.today), n + 1).on
    }

    /// The n-th working day after a day, at the latest today.
    pub fn later(&self, day: NaiveDate, n: u32) -> NaiveDate {
        self.calendar.nth_working_day_after(day, n).on.min(self.today)
    }

    /// Goes to a day; time never runs backwards within a case, and the journal would not let it.
    pub fn go(&mut self, day: NaiveDate) {
        self.minutes += 7;
        // 09:00 to 16:30 in Shanghai.
        let moment = day.and_time(NaiveTime::MIN) + TimeDelta::minutes(60 + self.minutes % 450);
        self.office.clock.set(DateTime::<Utc>::from_naive_utc_and_offset(moment, Utc).min(self.now));
    }

    fn player(&self, who: &str) -> anyhow::Result<&Player> {
        self.players.get(who).with_context(|| format!("nobody is called {who}"))
    }

    /// Somebody asks for something of the agency's on a day.
    pub(super) fn asks(&mut self, who: &str, day: NaiveDate, id: Uuid) -> anyhow::Result<Ask> {
        self.go(day);
        self.ask(who, id, None)
    }

    fn ask(&self, who: &str, case: Uuid, at: Option<u32>) -> anyhow::Result<Ask> {
        let player = self.player(who)?;
        Ok(Ask {
            person: player.person.clone(),
            agency: player.agency,
            case,
            at,
            if_match: IfMatch::Any,
            key: None,
            mode: Mode::Take,
            request_id: "demo".into(),
        })
    }

    /// Receives an application.
    pub fn receive(&mut self, who: &str, day: NaiveDate, application: Value) -> anyhow::Result<Case> {
        self.go(day);
        let ask = self.ask(who, new_id(), None)?;
        let command: ReceiveApplication = read(application)?;
        let office = Arc::clone(&self.office);
        let taken = self.db.run_here(&Scope::own(ask.agency), |conn| {
            journal::open(conn, &office, &ask, &command.needs(), |facts| command.clone().decide(facts))
        })?;
        written(taken)
    }

    /// Receives a visitor and drafts the answer at once.
    pub fn visit(&mut self, who: &str, day: NaiveDate, visit: Value) -> anyhow::Result<Case> {
        self.go(day);
        let ask = self.ask(who, new_id(), None)?;
        let visit: CounterVisit = read(visit)?;
        let office = Arc::clone(&self.office);
        let taken = self.db.run_here(&Scope::own(ask.agency), |conn| {
            journal::open(conn, &office, &ask, &visit.needs(day), |facts| visit.clone().decide(facts))
        })?;
        written(taken)
    }

    /// Drafts one reply for two cases, and gives the case of this story as it then stands.
    pub fn answer_together(&mut self, who: &str, day: NaiveDate, case: &Case, parts: [(Uuid, Value); 2]) -> anyhow::Result<Case> {
        self.go(day);
        let ask = self.ask(who, new_id(), None)?;
        let parts = parts.map(|(case, item)| json!({"case_id": case, "items": [item]}));
        let body: DraftJointReply = read(json!({"parts": parts}))?;
        let office = Arc::clone(&self.office);
        let scope = Scope::own(ask.agency);
        self.db.run_here(&scope, |conn| draft_together(conn, &office, &ask, body))?;
        let loaded = self.db.run_here(&scope, |conn| journal::load(conn, ask.agency, case.id))?;
        Ok(loaded.context("the case is gone")?.case)
    }

    /// Enters one proceeding over several cases, and gives the case of this story as it then stands.
    pub fn challenge_together(&mut self, who: &str, day: NaiveDate, case: &Case, body: Value) -> anyhow::Result<Case> {
        self.go(day);
        let ask = self.ask(who, new_id(), None)?;
        let body: OpenProceeding = read(body)?;
        let office = Arc::clone(&self.office);
        let scope = Scope::own(ask.agency);
        self.db.run_here(&scope, |conn| open_together(conn, &office, &ask, body))?;
        let loaded = self.db.run_here(&scope, |conn| journal::load(conn, ask.agency, case.id))?;
        Ok(loaded.context("the case is gone")?.case)
    }

    /// Takes a step.
    pub fn step<C>(&mut self, who: &str, day: NaiveDate, case: &Case, at: Option<u32>, command: Value) -> anyhow::Result<Case>
    where
        C: Command + Clone + Validate<Context = ()>,
    {
        self.go(day);
        let ask = self.ask(who, case.id, at)?;
        let command: C = read(command)?;
        let office = Arc::clone(&self.office);
        let taken = self
            .db
            .run_here(&Scope::own(ask.agency), |conn| journal::take(conn, &office, &ask, command))
            .with_context(|| format!("{} on {day}", C::STEP.code()))?;
        written(taken)
    }
}

impl Walker {
    /// Makes a letter.
    pub fn make(&mut self, who: &str, day: NaiveDate, case: &Case, letter: Letter) -> anyhow::Result<Case> {
        self.go(day);
        let ask = self.ask(who, case.id, None)?;
        let office = Arc::clone(&self.office);
        let LetterDesk { press, store } = &self.desk;
        let taken = self
            .db
            .run_here(&Scope::own(ask.agency), |conn| make_here(conn, (&office, press, store), &ask, letter))
            .map_err(|problem| anyhow!("making {letter:?} on {day}: {problem}"))?;
        written(taken)
    }
}

impl Walker {
    /// Stores a paper of one page, as a scanner would give it.
    pub fn scan(&mut self, who: &str, day: NaiveDate, (title, words): (&str, &str)) -> anyhow::Result<Uuid> {
        self.go(day);
        let ask = self.ask(who, new_id(), None)?;
        let blocks = vec![Block::Title(title.to_owned()), Block::Paragraph(words.to_owned()), Block::Note("示范数据".to_owned())];
        let sheet = Sheet { subject: title.to_owned(), dated_on: day, blocks };
        let (office, LetterDesk { press, store }) = (Arc::clone(&self.office), &self.desk);
        let bytes = render::pdf(&sheet, &press.fonts())?;
        let stored = self.db.run_here(&Scope::own(ask.agency), |conn| store_here(conn, (&office, store), &ask, &bytes));
        stored.map_err(|problem| anyhow!("storing {title}: {problem}"))
    }
}

/// Reads what somebody asks for as a handler would.
pub(super) fn read<T: serde::de::DeserializeOwned + Validate<Context = ()>>(command: Value) -> anyhow::Result<T> {
    let command: T = serde_json::from_value(command)?;
    body::validate(&command).map_err(|problem| anyhow!("{problem}"))?;
    Ok(command)
}

fn written(taken: Taken) -> anyhow::Result<Case> {
    match taken {
        Taken::Written(case) => Ok(*case),
        Taken::Repeated(_) | Taken::Valid(_) => bail!("nothing was written"),
    }
}
