//! Who must have reviewed a draft before it is signed, by what it answers: the review chain of an agency, as data (Art 17, 36(3), 45).
//!
//! The second approval of a denial is law and stands in no chain; what an agency adds to it does.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::coded::coded;
use super::reply_kinds::ReplyKind;

coded! {
    /// What a review is.
    pub enum ReviewKind {
        Content => "content", "审核", "content";
        Legal => "legal", "法制审核", "legal review";
        Secrecy => "secrecy", "保密审查", "secrecy and privacy review";
        DepartmentHead => "department_head", "承办处室负责人审核", "by the head of the handling department";
        Office => "office", "公开工作机构审核", "by the head of the FOI office";
    }
}

coded! {
    /// Which replies a line of the chain is for.
    pub enum ReviewedOutcome {
        Any => "any", "各类答复", "every reply";
        Denial => "denial", "不予公开（含部分公开）", "a denial, wholly or for a part";
        CannotProvide => "cannot_provide", "无法提供", "cannot be provided";
        Disclosure => "disclosure", "提供政府信息（含部分公开）", "information is given, wholly or for a part";
    }
}

coded! {
    /// What a secrecy and privacy review found about the papers that are given (隐私遮盖).
    pub enum Redaction {
        NotNeeded => "not_needed", "无需遮盖", "nothing to cover";
        Redacted => "redacted", "已遮盖", "what must not be seen is covered";
    }
}

impl ReviewedOutcome {
    /// Whether a line for this outcome is for an item of this kind.
    pub const fn covers(self, kind: ReplyKind) -> bool {
        match self {
            Self::Any => true,
            Self::Denial => kind.is_denial(),
            Self::CannotProvide => matches!(kind, ReplyKind::N1A | ReplyKind::N1B | ReplyKind::N2 | ReplyKind::N3),
            Self::Disclosure => gives(kind),
        }
    }
}

/// Whether information leaves the agency by a reply of this kind: given, or given in part.
pub const fn gives(kind: ReplyKind) -> bool {
    matches!(kind, ReplyKind::A2 | ReplyKind::B)
}

/// One line of the chain: for such replies these reviews, in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewLine {
    /// Which replies.
    #[schema(example = "disclosure")]
    pub outcome: ReviewedOutcome,
    /// The reviews that must have passed, in order; the signature follows.
    #[schema(min_items = 1, max_items = 5)]
    pub reviews: Vec<ReviewKind>,
}

/// The chain where an agency has set none: what is given was reviewed for secrets and privacy before (Art 17).
pub fn default_chain() -> Vec<ReviewLine> {
    vec![ReviewLine { outcome: ReviewedOutcome::Disclosure, reviews: vec![ReviewKind::Secrecy] }]
}

/// Why a chain cannot stand, with the place of the line.
pub fn fault(chain: &[ReviewLine]) -> Option<usize> {
    let twice =
        |kinds: &[ReviewKind]| kinds.iter().enumerate().any(|(place, kind)| kinds.iter().skip(place + 1).any(|other| other == kind));
    chain.iter().enumerate().position(|(place, line)| {
        line.reviews.is_empty() || twice(&line.reviews) || chain.iter().take(place).any(|earlier| earlier.outcome == line.outcome)
    })
}

/// A chain as the law has it: what is given was reviewed for secrets and privacy (Art 17), whatever an older edition of the settings said.
pub fn lawful(mut chain: Vec<ReviewLine>) -> Vec<ReviewLine> {
    if unlawful(&chain).is_some() {
        match chain.iter_mut().find(|line| line.outcome == ReviewedOutcome::Disclosure) {
            Some(line) => line.reviews.push(ReviewKind::Secrecy),
            None => chain.extend(default_chain()),
        }
    }
    chain
}

/// The first kind of reply that gives information and that the chain lets out without a secrecy and privacy review (Art 17).
pub fn unlawful(chain: &[ReviewLine]) -> Option<ReplyKind> {
    let reviewed = |kind: ReplyKind| asked(chain, &[kind]).contains(&ReviewKind::Secrecy);
    ReplyKind::ALL.iter().copied().find(|kind| gives(*kind) && !reviewed(*kind))
}

/// The lines of a chain that are for a reply with these items.
pub fn covering(chain: &[ReviewLine], kinds: &[ReplyKind]) -> Vec<ReviewLine> {
    chain.iter().filter(|line| kinds.iter().any(|kind| line.outcome.covers(*kind))).cloned().collect()
}

/// Every review that a reply with these items needs, in its order, once.
pub fn asked(chain: &[ReviewLine], kinds: &[ReplyKind]) -> Vec<ReviewKind> {
    let lines = chain.iter().filter(|line| kinds.iter().any(|kind| line.outcome.covers(*kind)));
    let mut asked = Vec::new();
    for kind in lines.flat_map(|line| &line.reviews) {
        if !asked.contains(kind) {
            asked.push(*kind);
        }
    }
    asked
}

/// The first review that a reply with these items still needs, or needs before `until`; passed ones are left out.
pub fn missing(chain: &[ReviewLine], kinds: &[ReplyKind], passed: &[ReviewKind], until: Option<ReviewKind>) -> Option<ReviewKind> {
    let mut lines = chain.iter().filter(|line| kinds.iter().any(|kind| line.outcome.covers(*kind)));
    lines.find_map(|line| {
        let before = match until {
            None => line.reviews.len(),
            Some(until) => line.reviews.iter().position(|kind| *kind == until)?,
        };
        line.reviews.iter().take(before).find(|kind| !passed.contains(kind)).copied()
    })
}

#[cfg(test)]
mod tests {
    use super::ReviewKind::{DepartmentHead, Legal, Office, Secrecy};
    use super::*;

    fn line(outcome: ReviewedOutcome, reviews: &[ReviewKind]) -> ReviewLine {
        ReviewLine { outcome, reviews: reviews.to_vec() }
    }

    #[test]
    fn article_17_what_is_given_is_reviewed_for_secrets_unless_an_agency_says_otherwise() {
        for kind in ReplyKind::ALL {
            let needed = missing(&default_chain(), &[*kind], &[], None);
            assert_eq!(needed, matches!(kind, ReplyKind::A2 | ReplyKind::B).then_some(Secrecy), "{kind:?}");
        }
        assert_eq!(missing(&default_chain(), &[ReplyKind::N1A, ReplyKind::A2], &[], None), Some(Secrecy), "one item is enough");
        assert_eq!(missing(&default_chain(), &[ReplyKind::A2], &[Secrecy], None), None);
        assert_eq!(missing(&[], &[ReplyKind::A2], &[], None), None);
    }

    #[test]
    fn a_line_is_followed_in_its_order() {
        let chain = [line(ReviewedOutcome::Any, &[DepartmentHead, Office]), line(ReviewedOutcome::Denial, &[DepartmentHead, Legal])];
        let denied = [ReplyKind::D4];
        assert_eq!(missing(&chain, &denied, &[], None), Some(DepartmentHead));
        assert_eq!(missing(&chain, &denied, &[DepartmentHead], None), Some(Office));
        assert_eq!(missing(&chain, &denied, &[DepartmentHead, Office], None), Some(Legal));
        assert_eq!(missing(&chain, &denied, &[DepartmentHead, Office, Legal], None), None);
        assert_eq!(missing(&chain, &[ReplyKind::N2], &[DepartmentHead, Office], None), None, "a line for denials asks nothing of others");
        assert_eq!(missing(&chain, &denied, &[], Some(Legal)), Some(DepartmentHead), "legal review follows the department's head");
        assert_eq!(missing(&chain, &denied, &[], Some(DepartmentHead)), None, "the first of a line waits for nobody");
        assert_eq!(missing(&chain, &denied, &[], Some(Secrecy)), None, "what no line names may be given at any time");
    }

    #[test]
    fn article_17_a_chain_lets_nothing_out_without_a_secrecy_review() {
        for (chain, missing) in [
            (vec![], Some(ReplyKind::A2)),
            (vec![line(ReviewedOutcome::Any, &[Legal])], Some(ReplyKind::A2)),
            (vec![line(ReviewedOutcome::Denial, &[Secrecy])], Some(ReplyKind::A2)),
            (vec![line(ReviewedOutcome::Disclosure, &[Legal])], Some(ReplyKind::A2)),
            (vec![line(ReviewedOutcome::Any, &[Legal, Secrecy])], None),
            (default_chain(), None),
        ] {
            assert_eq!(unlawful(&chain), missing, "{chain:?}");
            assert_eq!(unlawful(&lawful(chain.clone())), None);
            assert_eq!(fault(&lawful(chain.clone())), None);
            assert_eq!(missing.is_none(), lawful(chain.clone()) == chain, "a lawful chain stays as it is");
        }
    }

    #[test]
    fn a_chain_names_each_outcome_and_each_review_once() {
        assert_eq!(fault(&default_chain()), None);
        assert_eq!(fault(&[]), None);
        assert_eq!(fault(&[line(ReviewedOutcome::Any, &[])]), Some(0));
        assert_eq!(fault(&[line(ReviewedOutcome::Any, &[Legal]), line(ReviewedOutcome::Denial, &[Legal, Legal])]), Some(1));
        assert_eq!(fault(&[line(ReviewedOutcome::Any, &[Legal]), line(ReviewedOutcome::Any, &[Office])]), Some(1));
    }
}
