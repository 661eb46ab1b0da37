//! Dates that hold only if a consulted party stays silent (Arts 32-34).
//!
//! While an answer is awaited the law's clock has no due date; what is worked by it stands in the lists under the date that silence would
//! give, and says so. An answer brings that date forward.

use super::duties::Duty;
use crate::db::schema::duties;
use crate::rules::terms::{Basis, DutyKind};
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What of a duty decides whether its date waits for an answer.
#[derive(Debug, Clone, Copy)]
pub struct Dated {
    /// The kind.
    pub kind: DutyKind,
    /// Who sets the term.
    pub basis: Basis,
    /// The due date.
    pub due_on: NaiveDate,
}

impl From<&Duty> for Dated {
    fn from(duty: &Duty) -> Self {
        Self { kind: duty.kind, basis: duty.basis, due_on: duty.due_on }
    }
}

impl Dated {
    /// Whether the date is counted by the clock of the reply.
    fn by_the_clock(self) -> bool {
        self.basis == Basis::Inner || matches!(self.kind, DutyKind::Reply | DutyKind::NotifyExtension | DutyKind::NotifyPostponement)
    }

    /// The last day of the silence that the date rests on, given the last days of the terms of the parties whose answers are awaited on
    /// a day; none where it rests on none. A date that the letter did not move lies before all of them.
    pub fn rests_on(self, awaited: impl IntoIterator<Item = NaiveDate>, today: NaiveDate) -> Option<NaiveDate> {
        if !self.by_the_clock() {
            return None;
        }
        awaited.into_iter().filter(|until| today <= *until && *until < self.due_on).max()
    }
}

/// The last days of the terms of the parties whose answers are awaited.
pub fn awaited(duties: &[Duty]) -> impl Iterator<Item = NaiveDate> {
    duties.iter().filter(|duty| duty.open && duty.kind == DutyKind::AnswerConsultation).map(|duty| duty.due_on)
}

/// The last days of the terms of the parties whose answers are awaited on a day, by case.
pub fn awaited_of(conn: &mut PgConnection, cases: &[Uuid], today: NaiveDate) -> QueryResult<BTreeMap<Uuid, Vec<NaiveDate>>> {
    let rows: Vec<(Uuid, NaiveDate)> = duties::table
        .filter(duties::case_id.eq_any(cases))
        .filter(duties::open)
        .filter(duties::kind.eq(DutyKind::AnswerConsultation.code()))
        .filter(duties::due_on.ge(today))
        .select((duties::case_id, duties::due_on))
        .load(conn)?;
    let mut all: BTreeMap<Uuid, Vec<NaiveDate>> = BTreeMap::new();
    for (case, until) in rows {
        all.entry(case).or_default().push(until);
    }
    Ok(all)
}
