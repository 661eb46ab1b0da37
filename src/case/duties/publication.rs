//! What the agency owes after it gave information: to say whether everybody gets it, and to publish what it said it would (Art 26, 44).

use super::{Duty, Start, Whose, counted};
use crate::case::model::{Case, PublicationResult, ReplyState};
use crate::rules::calendar::Calendar;
use crate::rules::desk;
use crate::rules::review::gives;
use crate::rules::terms::{Basis, Circumstance, DutyKind, term};

pub(super) fn duties(case: &Case, calendar: &Calendar) -> Vec<Duty> {
    let mut all = Vec::new();
    for reply in case.replies.iter().filter(|reply| reply.state != ReplyState::Recalled) {
        let given = || reply.items.iter().filter(|item| gives(item.kind));
        if given().next().is_none() {
            continue;
        }
        let first = |n| case.publication_reviews.iter().find(|review| review.reply == reply.n && review.item == n);
        let met_on = if given().all(|item| first(item.n).is_some()) {
            given().filter_map(|item| first(item.n)).map(|review| review.on).max()
        } else {
            None
        };
        let start = Start { kind: DutyKind::ReviewPublication, circumstance: Circumstance::Always, ordinal: reply.n, from_on: reply.on };
        let owed = reply.state == ReplyState::Issued && case.archiving.is_none();
        all.extend(counted(calendar, start, met_on).map(|duty| Duty { open: duty.open && owed, ..duty }));
    }
    all.extend(case.publication_reviews.iter().filter(|review| review.result == PublicationResult::Publish).filter_map(|review| {
        let met_on = review.publication.as_ref().map(|publication| publication.on);
        let stands = case.standing_publication_reviews().any(|standing| standing.n == review.n);
        Some(Duty {
            kind: DutyKind::PublishInformation,
            ordinal: review.n,
            article: term(DutyKind::PublishInformation, Circumstance::Always, review.on)?.article.to_owned(),
            basis: Basis::Law,
            from_on: review.on,
            due_on: review.due_on?,
            provisional: false,
            met_on,
            open: met_on.is_none() && stands,
            department: review.department,
            whose: Whose::default(),
            operation: desk::operation(DutyKind::PublishInformation),
        })
    }));
    all
}
