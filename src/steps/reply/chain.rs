//! Who reviews and signs a draft, in whose name, and in which order (审核链、代理), Art 17, 45.
//!
//! The kinds of review that a chain may name beside the law stand in `rules::review`; who may give which is told here. A deputy acts as
//! the principal: what the principal may not do with a draft of their own, the deputy may not do for them.

use crate::case::facts::{Facts, Person};
use crate::case::four_eyes;
use crate::case::model::{Case, Draft, Review, ReviewKind, Verdict};
use crate::case::refusal::{Code, Refusal};
use crate::rules::permissions::Role;
use crate::rules::reply_kinds::ReplyKind;
use crate::rules::review::{self, ReviewLine};
use uuid::Uuid;

/// The own name, or that of the principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hand {
    /// Who acts.
    pub by: Uuid,
    /// For whom, as a deputy.
    pub deputy_for: Option<Uuid>,
}

impl Hand {
    const fn own(person: &Person) -> Self {
        Self { by: person.account_id, deputy_for: None }
    }

    const fn of(person: &Person, principal: Uuid) -> Self {
        Self { by: person.account_id, deputy_for: Some(principal) }
    }

    /// Whether this is that person, acting or acted for.
    pub fn is(self, account: Uuid) -> bool {
        self.by == account || self.deputy_for == Some(account)
    }
}

fn wrote(case: &Case, draft: &Draft, account: Uuid) -> bool {
    four_eyes::drafters(case, draft).contains(&account)
}

/// Whether a hand is that of a drafter, acting or acted for.
pub fn drafted(case: &Case, draft: &Draft, hand: Hand) -> bool {
    wrote(case, draft, hand.by) || hand.deputy_for.is_some_and(|principal| wrote(case, draft, principal))
}

/// The hand that signs as approver: the own one before a principal's; of several principals one who neither drafted nor reviewed, if there is.
pub fn signer(case: &Case, draft: &Draft, person: &Person) -> Option<Hand> {
    if person.roles.contains(&Role::Approver) {
        return Some(Hand::own(person));
    }
    let reviewed = |account: Uuid| draft.reviews.iter().any(|review| review.by == account || review.deputy_for == Some(account));
    let for_others = person.posts.signs_for.iter().min_by_key(|principal| (wrote(case, draft, **principal), reviewed(**principal)));
    for_others.map(|principal| Hand::of(person, *principal))
}

/// The hand that gives a review of this kind.
fn reviewer(kind: ReviewKind, case: &Case, draft: &Draft, person: &Person) -> Option<Hand> {
    match kind {
        ReviewKind::DepartmentHead => {
            let department = case.assignment()?.department;
            if person.posts.heads.contains(&department) {
                return Some(Hand::own(person));
            }
            person.posts.heads_for.get(&department).map(|principal| Hand::of(person, *principal))
        }
        ReviewKind::Office if person.head_of_foi_office => {
            Some(person.posts.office_for.map_or_else(|| Hand::own(person), |principal| Hand::of(person, principal)))
        }
        ReviewKind::Office => None,
        ReviewKind::Legal | ReviewKind::Content | ReviewKind::Secrecy if person.roles.contains(&Role::LegalReviewer) => {
            Some(Hand::own(person))
        }
        ReviewKind::Legal | ReviewKind::Content | ReviewKind::Secrecy => signer(case, draft, person),
    }
}

fn own_draft() -> Refusal {
    Refusal::new(Code::SamePerson, "拟稿人不得审核本人文稿", "nobody reviews their own draft").under("45")
}

fn not_permitted(kind: Option<ReviewKind>) -> Refusal {
    let (zh, en) = match kind {
        Some(kind) => (
            format!("“{}”须由担任该职务的人员或者其代理人作出", kind.zh()),
            format!("a review {} is for who holds that post, or the deputy", kind.en()),
        ),
        None => (
            "审核限于法制审核员、签发人、公开工作机构负责人、承办处室负责人及其代理人".to_owned(),
            "reviews are for the legal reviewer, the approver, the heads of the FOI office and of the department, and deputies".to_owned(),
        ),
    };
    Refusal::new(Code::NotPermitted, zh, en).under("45")
}

/// Whether somebody can review this draft at all.
pub fn may_review(case: &Case, draft: &Draft, person: &Person) -> Result<(), Refusal> {
    if wrote(case, draft, person.account_id) {
        return Err(own_draft());
    }
    let hands = ReviewKind::ALL.iter().filter_map(|kind| reviewer(*kind, case, draft, person));
    let mut some = false;
    for hand in hands {
        if !drafted(case, draft, hand) {
            return Ok(());
        }
        some = true;
    }
    Err(if some { own_draft() } else { not_permitted(None) })
}

/// The hand that gives this review, if it is its turn.
pub fn review_hand(kind: ReviewKind, case: &Case, draft: &Draft, facts: &Facts<'_>) -> Result<Hand, Refusal> {
    let hand = reviewer(kind, case, draft, facts.person).ok_or_else(|| not_permitted(Some(kind)).at("/kind"))?;
    if drafted(case, draft, hand) {
        return Err(own_draft());
    }
    match still_missing(draft, facts, Some(kind)) {
        Some(first) => Err(lacking(first).at("/kind")),
        None => Ok(hand),
    }
}

/// Refuses while a review of the chain has not passed.
pub fn complete(draft: &Draft, facts: &Facts<'_>) -> Result<(), Refusal> {
    still_missing(draft, facts, None).map_or(Ok(()), |kind| Err(lacking(kind)))
}

/// Refuses the signature of whoever gave the department's review, or every review that the chain asks for (Art 45).
pub fn by_other_eyes(draft: &Draft, hand: Hand, facts: &Facts<'_>) -> Result<(), Refusal> {
    if !four_eyes::spent(draft, lines(draft, facts)).iter().any(|account| hand.is(*account)) {
        return Ok(());
    }
    let (zh, en) = (
        "承办处室审核人，或者独自作出审核流程全部审核的人员，不得签发同一文稿，须由另一签发人签发",
        "whoever gave the department's review, or every review of the chain, does not sign the same draft: another approver does",
    );
    Err(Refusal::new(Code::SamePerson, zh, en).under("45"))
}

/// The lines of the chain that the draft is reviewed by.
fn lines<'a>(draft: &'a Draft, facts: &'a Facts<'_>) -> &'a [ReviewLine] {
    draft.chain.as_ref().unwrap_or(&facts.settings.review_chain)
}

fn still_missing(draft: &Draft, facts: &Facts<'_>, until: Option<ReviewKind>) -> Option<ReviewKind> {
    let kinds: Vec<ReplyKind> = draft.items.iter().map(|item| item.kind).collect();
    let passed: Vec<ReviewKind> = draft.reviews.iter().filter(|review| passes(review)).map(|review| review.kind).collect();
    review::missing(lines(draft, facts), &kinds, &passed, until)
}

fn passes(review: &Review) -> bool {
    review.verdict == Verdict::Approved
}

fn lacking(kind: ReviewKind) -> Refusal {
    let article = if kind == ReviewKind::Secrecy { "17" } else { "45" };
    Refusal::new(
        Code::ReviewMissing,
        format!("按本机关审核流程，须先经“{}”", kind.zh()),
        format!("the agency's review chain asks for this first: {}", kind.en()),
    )
    .under(article)
}

/// Whether somebody who is neither drafter nor signer, nor acted for one of them, approved (Art 36(3)). A secrecy review looks at what is
/// given, not at what is withheld.
pub fn approved_by_another(case: &Case, draft: &Draft, signer: Hand) -> bool {
    let other = |account: Uuid| !wrote(case, draft, account) && !signer.is(account);
    let weighs = |review: &Review| review.kind != ReviewKind::Secrecy && passes(review);
    draft.reviews.iter().any(|review| weighs(review) && other(review.by) && review.deputy_for.is_none_or(other))
}
