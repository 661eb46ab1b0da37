//! The duty to announce a later date (确定延迟答复的合理期限), Art 35: it replaces the due date only once the applicant is told of it,
//! by the due date that it is to move.

use super::{Duty, Whose};
use crate::case::clock::{self, sent_on};
use crate::case::model::{Case, Letter, Postponement};
use crate::rules::calendar::Calendar;
use crate::rules::desk;
use crate::rules::terms::{Basis, DutyKind};

/// The announcements owed and made; none is owed of a date that a newer one took the place of.
pub(super) fn duties(case: &Case, calendar: &Calendar) -> Vec<Duty> {
    let steps = clock::steps(case);
    let duty = |known: &Postponement| {
        let met_on = sent_on(case, Letter::Postponement { n: known.n });
        if met_on.is_none() && case.postponements.iter().any(|newer| newer.n > known.n && newer.voided.is_none()) {
            return None;
        }
        let before: Vec<_> = steps.iter().filter(|step| met_on.is_none_or(|met_on| step.on < met_on)).cloned().collect();
        let due = clock::clock(case, calendar, &before).due_in_silence()?;
        Some(Duty {
            kind: DutyKind::NotifyPostponement,
            ordinal: known.n,
            article: "35".to_owned(),
            basis: Basis::Law,
            from_on: known.on,
            due_on: due.on,
            provisional: due.provisional,
            met_on,
            open: met_on.is_none() && case.standing_reply().is_none(),
            department: None,
            whose: Whose::default(),
            operation: desk::operation(DutyKind::NotifyPostponement),
        })
    };
    case.postponements.iter().filter(|known| known.voided.is_none()).filter_map(duty).collect()
}
