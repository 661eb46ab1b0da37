//! The journal: the one writer of cases.
//!
//! It reads the case and asks the step, without a lock; then it appends the events and stores the fold, the derived rows
//! and the idempotency record in one statement, refused if the case moved meanwhile. Private texts and gap-free numbers
//! share a transaction with it. No other code writes any of them.

mod advance;
pub mod agency;
mod batch;
mod breath;
mod keys;
mod load;
mod month;
mod proofs;
mod rebuild;
mod refold;
mod search;
mod shred;
mod write;

pub use super::command::stage_forbids;
pub use batch::{Circumstances, Recorded, record_each};
pub use load::{
    Loaded, PeopleKeys, dispatched_in, drafted_in, known, load, lock, named_cases, of_row, people_keys, proceedings_in, share_applicant,
};
pub use month::items as items_of_month;
pub use rebuild::rebuild;
pub use refold::{Refolded, refold};
pub use search::{Indexed, forget, index_missing, rewrite};
pub use shred::{companions, hold_documents, own_documents, shred};

use super::command::{Command, Edition, if_ready};
use super::facts::{Decision, Facts, Known, Needs, Person};
use super::flow::Step;
use super::model::{Case, Pins};
use super::office::{EditionError, Office};
use super::refusal::{Code, Refusal};
use super::replay::ReplayError;
use super::retention::kin;
use super::trail::{Actor, FoldError, RequestId};
use super::vault::VaultError;
use crate::crypto::CaseOf;
use crate::db::pool::DbError;
use crate::ids::Draws;
use breath::Breath;
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

/// What the caller believes the case's version to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfMatch {
    /// This version.
    Version(i32),
    /// Any: for additive steps.
    Any,
}

/// A caller's key: the same key with the same body has one effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// As the caller sent it.
    pub key: String,
    /// Method and path it was used on.
    pub path: String,
    /// Keyed digest of the body.
    pub digest: [u8; 32],
}

/// Take the step, or only say whether it could be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Take it.
    Take,
    /// Run every check and write nothing.
    Validate,
}

/// Who asks for a step, on which case, under which conditions.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Who.
    pub person: Person,
    /// The agency.
    pub agency: Uuid,
    /// The case; a new id for a case that is to be opened.
    pub case: Uuid,
    /// The ordinal in the path.
    pub at: Option<u32>,
    /// The version the caller read.
    pub if_match: IfMatch,
    /// The caller's key.
    pub key: Option<Key>,
    /// Take or validate.
    pub mode: Mode,
    /// The request.
    pub request_id: RequestId,
}

/// Whose hand writes.
pub struct Pen<'a> {
    /// Clock, keys, editions.
    pub office: &'a Office,
    /// The agency.
    pub agency: Uuid,
    /// Who.
    pub actor: Actor,
    /// The request it came with.
    pub request_id: RequestId,
}

/// What came of it.
#[derive(Debug)]
pub enum Taken {
    /// The step was taken.
    Written(Box<Case>),
    /// The key was known: the answer is that of this version.
    Repeated(Repeated),
    /// Every check passes; nothing was written.
    Valid(Box<Case>),
}

/// A known key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeated {
    /// The case or other resource it made.
    pub resource: Uuid,
    /// The version it made.
    pub version: i32,
    /// The status it was answered with.
    pub status: u16,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// A rule refuses.
    #[error("{}", .0.detail_en)]
    Refused(Box<Refusal>),
    /// The key was used with another body or path.
    #[error("the idempotency key was used for something else")]
    KeyReused,
    /// The case moved.
    #[error("the case is at version {current}")]
    Stale {
        /// Its version now.
        current: i32,
    },
    /// There is no such case for this caller.
    #[error("unknown case")]
    Unknown,
    /// The caller's account was closed, or a role taken from it, since they were let in.
    #[error("the caller's account changed")]
    CallerGone,
    /// A newer program wrote this case.
    #[error("the case was written by a newer program")]
    Newer,
    /// The trail contradicts itself.
    #[error(transparent)]
    Fold(#[from] FoldError),
    /// A case cannot be replayed.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// A text cannot be kept.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// An edition is missing.
    #[error(transparent)]
    Edition(#[from] EditionError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The transaction of a validation is given back on purpose.
    #[error("validated")]
    RolledBack,
}

impl JournalError {
    /// Whether one case is at fault, what is stored of it or what it rests on, so that work on many goes on with the others; a failure of the
    /// database is none.
    pub const fn of_case(&self) -> bool {
        matches!(
            self,
            Self::Unknown
                | Self::Newer
                | Self::Fold(_)
                | Self::Vault(_)
                | Self::Replay(ReplayError::Fold(_))
                | Self::Edition(EditionError::Missing(_) | EditionError::Unreadable(_))
        )
    }
}

impl From<diesel::result::Error> for JournalError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(DbError::Query(error))
    }
}

impl From<Refusal> for JournalError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

/// How often an additive step tries again when another clerk was faster.
const TRIES: u32 = 8;

/// Takes a step on a case.
pub fn take<C: Command + Clone>(conn: &mut PgConnection, office: &Office, ask: &Ask, command: C) -> Result<Taken, JournalError> {
    let mut tries = 0;
    loop {
        match take_once(conn, office, ask, command.clone()) {
            Err(JournalError::Stale { .. }) if ask.if_match == IfMatch::Any && tries < TRIES => tries += 1,
            Err(error) => return or_twin(conn, ask, error),
            Ok(taken) => return Ok(taken),
        }
    }
}

fn take_once<C: Command + Clone>(conn: &mut PgConnection, office: &Office, ask: &Ask, command: C) -> Result<Taken, JournalError> {
    if let Some(repeated) = known_key(conn, ask)? {
        return Ok(Taken::Repeated(repeated));
    }
    let loaded = load(conn, ask.agency, ask.case)?.ok_or(JournalError::Unknown)?;
    if let IfMatch::Version(version) = ask.if_match
        && version != loaded.case.version
    {
        return Err(JournalError::Stale { current: loaded.case.version });
    }
    if command.shared(ask.at, &loaded.case).is_some() {
        return in_transaction(conn, ask, |conn| take_shared(conn, office, ask, (loaded.case, command)));
    }
    let desk = Desk::new(conn, office, ask)?;
    let Needs { number, accounts, departments, documents, reference, .. } = command.needs(ask.at, &loaded.case, desk.today);
    // A number drawn, and what was held as it was read, are so until the transaction ends.
    let holds = number.is_some() || !accounts.is_empty() || !departments.is_empty() || !documents.is_empty() || reference.is_some();
    if holds || ask.mode == Mode::Validate {
        return in_transaction(conn, ask, |conn| {
            // A disposal holds the case before its documents, too: nobody waits for each other.
            if !documents.is_empty() {
                load::lock(conn, ask.agency, &[ask.case])?;
            }
            let decision = desk.decide(conn, (ask.at, &loaded.case, None), command)?;
            desk.finish(conn, Some(loaded), (C::STEP, decision))
        });
    }
    let decision = desk.decide(conn, (ask.at, &loaded.case, None), command)?;
    let Decision { secrets, index, others, opened, .. } = &decision;
    if secrets.is_empty() && index.is_none() && others.is_empty() && opened.is_empty() {
        desk.finish(conn, Some(loaded), (C::STEP, decision))
    } else {
        conn.transaction(|conn| desk.finish(conn, Some(loaded), (C::STEP, decision)))
    }
}

/// Takes a step on every case that shares a reply. All are held from here on, so that each decides from what it is.
fn take_shared<C: Command + Clone>(
    conn: &mut PgConnection,
    office: &Office,
    ask: &Ask,
    (read, command): (Case, C),
) -> Result<Taken, JournalError> {
    let others = command.shared(ask.at, &read).into_iter().flat_map(|joint| joint.others(read.id).collect::<Vec<_>>());
    let held: Vec<Uuid> = others.chain([read.id]).collect();
    load::lock(conn, ask.agency, &held)?;
    let loaded = load(conn, ask.agency, read.id)?.ok_or(JournalError::Unknown)?;
    if loaded.case.version != read.version {
        return Err(JournalError::Stale { current: loaded.case.version });
    }
    let desk = Desk::new(conn, office, ask)?;
    let mut breath = Breath::new(&desk.pen);
    breath.read(conn, loaded)?;
    desk.record(conn, &mut breath, (ask.case, ask.at), command)?;
    desk.end(conn, breath)
}

/// Opens a new case.
pub fn open(
    conn: &mut PgConnection,
    office: &Office,
    ask: &Ask,
    needs: &Needs,
    decide: impl Fn(&Facts<'_>) -> Result<Decision, Refusal>,
) -> Result<Taken, JournalError> {
    let result = in_transaction(conn, ask, |conn| {
        if let Some(repeated) = known_key(conn, ask)? {
            return Ok(Taken::Repeated(repeated));
        }
        load::hold_caller(conn, ask)?;
        let desk = Desk::new(conn, office, ask)?;
        let calendar = office.calendar(conn, desk.newest.calendar)?;
        let settings = office.settings(conn, ask.agency, desk.newest.settings)?;
        let mut known = load::known(conn, ask, None, needs)?;
        load::relate(conn, office, (ask.agency, &needs.people), &mut known.cases)?;
        let facts = Facts {
            person: &ask.person,
            today: desk.today,
            calendar: &calendar,
            settings: &settings,
            newest: desk.newest,
            draws: &Draws::fresh(),
            known: &known,
        };
        let decision = decide(&facts)?;
        crate::case::vault::make_key(conn, office, CaseOf { agency: ask.agency, case: ask.case })?;
        desk.finish(conn, None, (Step::Receive, decision))
    });
    result.or_else(|error| or_twin(conn, ask, error))
}

/// Takes one step on each of several cases, all or none, inside the caller's transaction. A case may be named more than
/// once: the later step finds what the earlier one made of it. The refusal names the first that refuses by its place.
pub fn take_each<C: Command + Clone>(
    conn: &mut PgConnection,
    office: &Office,
    ask: &Ask,
    commands: Vec<(Uuid, Option<u32>, C)>,
) -> Result<(), JournalError> {
    let ids: BTreeSet<Uuid> = commands.iter().map(|(case, _, _)| *case).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    load::lock(conn, ask.agency, &ids)?;
    let desk = Desk::new(conn, office, ask)?;
    let mut breath = Breath::new(&desk.pen);
    for (_, loaded) in load::load_many(conn, ask.agency, &ids)? {
        breath.read(conn, loaded?)?;
    }
    let proofs = commands.iter().filter_map(|(id, at, command)| command.needs(*at, breath.case(*id)?, desk.today).proof);
    proofs::hold(conn, ask.agency, &proofs.collect::<Vec<_>>())?;
    for (index, (id, at, command)) in commands.into_iter().enumerate() {
        let pointer = format!("/items/{index}");
        if breath.case(id).is_none() {
            return Err(Refusal::new(Code::UnknownReference, "所指案件不存在", "a case named is unknown").at(pointer).into());
        }
        desk.record(conn, &mut breath, (id, at), command).map_err(|error| match error {
            JournalError::Refused(refusal) if refusal.errors.is_empty() => refusal.at(pointer).into(),
            JournalError::Refused(refusal) => refusal.below(&pointer).into(),
            error => error,
        })?;
    }
    let whole = Ask { key: None, ..ask.clone() };
    breath.write(conn, &whole).map(drop).map_err(|error| match error {
        // Somebody was faster with what was free when the step looked; which of the items has it is not known here.
        JournalError::Refused(refusal) => Refusal { errors: Vec::new(), ..*refusal }.at("/items").into(),
        error => error,
    })
}

fn in_transaction(
    conn: &mut PgConnection,
    ask: &Ask,
    work: impl FnOnce(&mut PgConnection) -> Result<Taken, JournalError>,
) -> Result<Taken, JournalError> {
    let mut valid = None;
    let result = conn.transaction(|conn| match work(conn)? {
        Taken::Valid(case) if ask.mode == Mode::Validate => {
            valid = Some(case);
            Err(JournalError::RolledBack)
        }
        taken => Ok(taken),
    });
    match (result, valid) {
        (Err(JournalError::RolledBack), Some(case)) => Ok(Taken::Valid(case)),
        (result, _) => result,
    }
}

/// What one request decides with and writes with.
struct Desk<'a> {
    ask: &'a Ask,
    pen: Pen<'a>,
    today: NaiveDate,
    newest: Pins,
}

impl<'a> Desk<'a> {
    fn new(conn: &mut PgConnection, office: &'a Office, ask: &'a Ask) -> Result<Self, JournalError> {
        let actor = Actor::Account { id: ask.person.account_id };
        let pen = Pen { office, agency: ask.agency, actor, request_id: ask.request_id.clone() };
        Ok(Self { ask, pen, today: office.clock.today(), newest: office.newest(conn, ask.agency)? })
    }

    /// Looks up what the command asks for, and decides.
    fn decide<C: Command>(
        &self,
        conn: &mut PgConnection,
        (at, case, breath): (Option<u32>, &Case, Option<&Breath<'_>>),
        command: C,
    ) -> Result<Decision, JournalError> {
        if !C::STEP.row().allows(case.stage) {
            return Err(stage_forbids(C::STEP, case).into());
        }
        let Self { ask, pen, today, newest } = self;
        let calendar = pen.office.calendar(conn, case.pins.calendar)?;
        let edition = match C::SETTINGS {
            Edition::Pinned => case.pins.settings,
            Edition::Newest => newest.settings,
        };
        let settings = pen.office.settings(conn, ask.agency, edition)?;
        let draws = Draws::fresh();
        // Whether a voided case or a split paper is left behind shows in those that it goes with.
        let nothing = Known { cases: named_cases(conn, ask.agency, None, &kin(case))?, ..Known::default() };
        let mut facts = Facts {
            person: &ask.person,
            today: *today,
            calendar: &calendar,
            settings: &settings,
            newest: *newest,
            draws: &draws,
            known: &nothing,
        };
        let command = if_ready(command, at, case, &facts)?;
        let needs = command.needs(at, case, facts.today);
        let mut known = load::known(conn, ask, Some(case), &needs)?;
        if !needs.texts.is_empty() {
            let owner = CaseOf { agency: ask.agency, case: case.id };
            known.texts = crate::case::vault::open(conn, pen.office, owner, &needs.texts.iter().collect::<Vec<_>>())?;
        }
        if let Some(paper) = needs.proof {
            proofs::look_up(conn, (case, breath.into_iter().flat_map(Breath::cases)), paper, &mut known)?;
        }
        facts.known = &known;
        Ok(command.decide(at, case, &facts)?)
    }

    /// Takes a step on a case that was read, and with it on the others that share the reply it is about.
    fn record<C: Command + Clone>(
        &self,
        conn: &mut PgConnection,
        breath: &mut Breath<'_>,
        (id, at): (Uuid, Option<u32>),
        command: C,
    ) -> Result<(), JournalError> {
        let case = breath.case(id).ok_or(JournalError::Unknown)?;
        let joint = command.shared(at, case);
        let decision = self.decide(conn, (at, case, Some(breath)), command.clone())?;
        breath.record(conn, id, (C::STEP, decision))?;
        let Some(joint) = joint else { return Ok(()) };
        for part in joint.cases.iter().filter(|part| part.case != id) {
            breath.fetch(conn, part.case)?;
            let (Some(first), Some(case)) = (breath.case(id), breath.case(part.case)) else { return Err(JournalError::Unknown) };
            let own = command.clone().on_sharer(&joint, at, first, case).map_err(JournalError::from);
            let decided = own.and_then(|own| own.map(|(at, own)| self.decide(conn, (at, case, Some(breath)), own)).transpose());
            match decided {
                Ok(Some(decision)) => breath.record(conn, part.case, (C::STEP, decision))?,
                Ok(None) => {}
                // It is so there already.
                Err(JournalError::Refused(refusal)) if refusal.code == Code::NothingToChange => {}
                Err(JournalError::Refused(refusal)) => return Err(refusal.of_sharer(&part.case_number).into()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Writes what a step decided about the case of the request.
    fn finish(&self, conn: &mut PgConnection, loaded: Option<Loaded>, decided: (Step, Decision)) -> Result<Taken, JournalError> {
        let mut breath = Breath::new(&self.pen);
        if let Some(loaded) = loaded {
            breath.read(conn, loaded)?;
        }
        breath.record(conn, self.ask.case, decided)?;
        self.end(conn, breath)
    }

    /// Writes what was decided, and gives the case of the request as it then stands.
    fn end(&self, conn: &mut PgConnection, breath: Breath<'_>) -> Result<Taken, JournalError> {
        let case = breath.write(conn, self.ask)?.map(Box::new).ok_or(JournalError::Unknown)?;
        Ok(if self.ask.mode == Mode::Validate { Taken::Valid(case) } else { Taken::Written(case) })
    }
}

/// Keeps the answer of a key in the same transaction as its effect.
pub fn remember(conn: &mut PgConnection, ask: &Ask, key: &Key, repeated: Repeated) -> Result<(), JournalError> {
    keys::insert_key(conn, ask, key, repeated)
}

/// The answer of a key that was used before.
pub fn known_key(conn: &mut PgConnection, ask: &Ask) -> Result<Option<Repeated>, JournalError> {
    let Some(key) = &ask.key else { return Ok(None) };
    let Some((path, digest, repeated)) = keys::find_key(conn, ask, key)? else { return Ok(None) };
    if path == key.path && digest == key.digest { Ok(Some(repeated)) } else { Err(JournalError::KeyReused) }
}

/// After a failed write the key is looked up again: a twin request may have been faster, whatever that made of this one.
fn or_twin(conn: &mut PgConnection, ask: &Ask, error: JournalError) -> Result<Taken, JournalError> {
    match known_key(conn, ask) {
        Ok(Some(repeated)) => Ok(Taken::Repeated(repeated)),
        Ok(None) | Err(JournalError::KeyReused | JournalError::Db(_)) => Err(error),
        Err(other) => Err(other),
    }
}
