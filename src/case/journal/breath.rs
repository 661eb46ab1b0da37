//! One breath: what a step, or several, decided about one case or several, written together or not at all.

use super::advance::{Advance, Change};
use super::load::{self, Loaded};
use super::write::{Hold, Kept, write};
use super::{Ask, JournalError, Pen, Repeated, keys, search};
use crate::case::facts::{Decision, IndexKind, Opened};
use crate::case::flow::Step;
use crate::case::model::Case;
use crate::case::private::Secret;
use crate::case::trail::FoldError;
use crate::case::vault;
use crate::crypto::CaseOf;
use crate::db::schema::cases;
use diesel::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Everything that is to be written together.
pub(super) struct Breath<'a> {
    pen: &'a Pen<'a>,
    advances: BTreeMap<Uuid, Advance>,
    texts: Vec<(Uuid, Vec<Secret>)>,
    indexes: Vec<(Uuid, Vec<(IndexKind, String)>)>,
}

impl<'a> Breath<'a> {
    /// Nothing yet.
    pub(super) const fn new(pen: &'a Pen<'a>) -> Self {
        Self { pen, advances: BTreeMap::new(), texts: Vec::new(), indexes: Vec::new() }
    }

    /// Takes in a case as it was read.
    pub(super) fn read(&mut self, conn: &mut PgConnection, loaded: Loaded) -> Result<(), JournalError> {
        self.advances.insert(loaded.case.id, Advance::of(conn, self.pen.office, loaded)?);
        Ok(())
    }

    /// Holds and takes in a case, unless it was before.
    pub(super) fn fetch(&mut self, conn: &mut PgConnection, id: Uuid) -> Result<(), JournalError> {
        if !self.advances.contains_key(&id) {
            let held: Vec<Uuid> = self.advances.keys().copied().chain([id]).collect();
            load::lock(conn, self.pen.agency, &held)?;
            let loaded = load::load(conn, self.pen.agency, id)?.ok_or(JournalError::Unknown)?;
            self.read(conn, loaded)?;
        }
        Ok(())
    }

    /// The case as it stands so far.
    pub(super) fn case(&self, id: Uuid) -> Option<&Case> {
        self.advances.get(&id).and_then(Advance::case)
    }

    /// Every case of it, as it stands so far.
    pub(super) fn cases(&self) -> impl Iterator<Item = &Case> {
        self.advances.values().filter_map(Advance::case)
    }

    /// Takes in what a step decided about a case, and about others with it. Those are locked: they may not move while
    /// the transaction runs, for their steps are nobody's to repeat.
    pub(super) fn record(&mut self, conn: &mut PgConnection, id: Uuid, (step, decision): (Step, Decision)) -> Result<(), JournalError> {
        let Decision { events, secrets, index, others, opened } = decision;
        let before = self.case(id).map(|case| case.stage);
        let advance = self.advances.entry(id).or_insert_with(|| Advance::new(id));
        advance.record(self.pen, &events)?;
        if let (Some(before), Some(case)) = (before, advance.case())
            && !step.row().leads(before, case.stage)
        {
            return Err(FoldError::Impossible { stream: id, seq: case.version, kind: step.code() }.into());
        }
        self.texts.push((id, secrets));
        self.indexes.extend(index.map(|index| (id, index)));
        for Opened { id, events, secrets, index } in opened {
            vault::make_key(conn, self.pen.office, CaseOf { agency: self.pen.agency, case: id })?;
            self.advances.entry(id).or_insert_with(|| Advance::new(id)).record(self.pen, &events)?;
            self.texts.push((id, secrets));
            self.indexes.push((id, index));
        }
        for (other, events) in others {
            self.fetch(conn, other)?;
            if let Some(advance) = self.advances.get_mut(&other) {
                advance.record(self.pen, &events)?;
            }
        }
        Ok(())
    }

    /// Writes everything, and gives the case in the request as it now stands. With private texts, or numbers drawn
    /// before, it takes a transaction around it; without, it is one statement.
    pub(super) fn write(self, conn: &mut PgConnection, ask: &Ask) -> Result<Option<Case>, JournalError> {
        let Self { pen, advances, texts, indexes } = self;
        let mut changes = advances.into_values().map(|advance| advance.end(conn, pen.office)).collect::<Result<Vec<Change>, _>>()?;
        search::add(conn, pen.office, &mut changes, &texts)?;
        // Cases that begin and cases that go on are held otherwise: a statement each, where a step does both.
        changes.sort_by_key(|change| change.expected == 0);
        let mine = changes.iter().position(|change| change.case.id == ask.case);
        let answer = mine.and_then(|at| changes.get(at)).map(|change| Repeated {
            resource: ask.case,
            version: change.case.version,
            status: if change.expected == 0 { 201 } else { 200 },
        });
        let mut kept = ask.key.as_ref().zip(answer).map(|(key, answer)| Kept { ask, key, answer });
        let (going_on, begun) = changes.split_at(changes.partition_point(|change| change.expected != 0));
        for (changes, hold) in [(going_on, Hold::All), (begun, Hold::New)] {
            if changes.is_empty() {
                continue;
            }
            // The caller's key stands beside the first that is written: of a step on a case, the case.
            if write(conn, pen.agency, changes, (hold, kept.take()))?.len() != changes.len() {
                return Err(JournalError::Stale { current: version(conn, pen.agency, ask.case)?.unwrap_or_default() });
            }
        }
        for change in &changes {
            keys::follow(conn, change)?;
        }
        for (case, secrets) in texts {
            vault::store(conn, pen.office, CaseOf { agency: pen.agency, case }, &secrets)?;
        }
        for (case, index) in indexes {
            vault::index(conn, pen.office, CaseOf { agency: pen.agency, case }, &index)?;
        }
        Ok(mine.and_then(|at| changes.into_iter().nth(at)).map(|change| change.case))
    }
}

fn version(conn: &mut PgConnection, agency: Uuid, case: Uuid) -> Result<Option<i32>, JournalError> {
    Ok(cases::table.find((agency, case)).select(cases::version).first(conn).optional()?)
}
