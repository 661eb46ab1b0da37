//! What a department owes under a notice of rectification (整改通知), and the second look at what it reported. Inner terms, whatever the stage.

use super::{Duty, Start, Whose, counted};
use crate::case::model::{Case, Rectification};
use crate::rules::calendar::Calendar;
use crate::rules::desk;
use crate::rules::terms::{Basis, Circumstance, DutyKind, term};

pub(super) fn duties(case: &Case, calendar: &Calendar) -> Vec<Duty> {
    case.rectifications.iter().flat_map(|notice| of_notice(notice, calendar)).collect()
}

/// What is owed under one notice, met and open, whether it hangs on a case or on none.
pub fn of_notice<T>(notice: &Rectification<T>, calendar: &Calendar) -> Vec<Duty> {
    mending(notice).into_iter().chain(second_look(notice, calendar)).collect()
}

/// Met by the report that stands; what was sent back is owed again.
fn mending<T>(notice: &Rectification<T>) -> Option<Duty> {
    Some(Duty {
        kind: DutyKind::Rectify,
        ordinal: notice.n,
        article: term(DutyKind::Rectify, Circumstance::Always, notice.on)?.article.to_owned(),
        basis: Basis::Inner,
        from_on: notice.on,
        due_on: notice.until(),
        provisional: false,
        met_on: notice.report().map(|report| report.on),
        open: notice.is_open(),
        department: Some(notice.department),
        whose: Whose::default(),
        operation: desk::operation(DutyKind::Rectify),
    })
}

/// Of the last report: whoever sent one back has looked at it.
fn second_look<T>(notice: &Rectification<T>, calendar: &Calendar) -> Option<Duty> {
    let report = notice.reports.last()?;
    let start = Start { kind: DutyKind::ReviewRectification, circumstance: Circumstance::Always, ordinal: notice.n, from_on: report.on };
    let duty = counted(calendar, start, report.review.as_ref().map(|review| review.on))?;
    Some(Duty { open: duty.open && notice.withdrawn.is_none(), ..duty })
}
