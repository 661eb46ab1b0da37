//! Two pairs of eyes (四眼原则) at the signature: who may not sign a draft for what they wrote or approved in it, Art 36(3), 45. Pure.
//!
//! The steps refuse by it, and the duty to sign is on nobody's list who may not. A denial has a third person by law. Of any other reply the
//! signature is not that of whoever gave the review of the handling department (domain 6.1: the department reviews, a leader signs), and
//! where the chain asks for two reviews or more, not that of whoever gave them all. A chain of one other review stays one step: a small
//! bureau has no third person.

use super::model::{Case, Draft, Review, ReviewKind, Verdict};
use crate::rules::reply_kinds::ReplyKind;
use crate::rules::review::{self, ReviewLine};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Who wrote this draft or an earlier one of its round: what a colleague hands in again with the same words stays their own.
pub fn drafters(case: &Case, draft: &Draft) -> BTreeSet<Uuid> {
    let earlier = case.drafts.iter().filter(|earlier| earlier.round == draft.round && earlier.n < draft.n);
    earlier.map(|earlier| earlier.by).chain([draft.by]).collect()
}

/// Who gave a review, acting or acted for.
fn hands(review: &Review) -> BTreeSet<Uuid> {
    review.deputy_for.into_iter().chain([review.by]).collect()
}

/// Whoever is among the hands of every one of them; nobody where there is none.
fn in_all<'a>(mut reviews: impl Iterator<Item = &'a Review>) -> BTreeSet<Uuid> {
    let Some(first) = reviews.next() else { return BTreeSet::new() };
    reviews.fold(hands(first), |all, review| all.intersection(&hands(review)).copied().collect())
}

/// Who gave so much of what a draft passed under these lines of a chain that somebody else signs it, denials apart.
pub fn spent(draft: &Draft, lines: &[ReviewLine]) -> BTreeSet<Uuid> {
    let kinds: Vec<ReplyKind> = draft.items.iter().map(|item| item.kind).collect();
    let asked = review::asked(lines, &kinds);
    let passed = || draft.reviews.iter().filter(|review| review.verdict == Verdict::Approved && asked.contains(&review.kind));
    let of_department = passed().filter(|review| review.kind == ReviewKind::DepartmentHead).flat_map(hands);
    let of_all = if asked.len() > 1 { in_all(passed()) } else { BTreeSet::new() };
    of_department.chain(of_all).collect()
}

/// Who may not sign a denial because no second approval but theirs was given (Art 36(3)).
pub fn only_approval(case: &Case, draft: &Draft) -> BTreeSet<Uuid> {
    if !draft.items.iter().any(|item| item.kind.is_denial()) {
        return BTreeSet::new();
    }
    let wrote = drafters(case, draft);
    let weighs = |review: &&Review| review.kind != ReviewKind::Secrecy && review.verdict == Verdict::Approved;
    in_all(draft.reviews.iter().filter(weighs).filter(|review| hands(review).is_disjoint(&wrote)))
}
