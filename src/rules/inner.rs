//! Inner limits (内部期限): how fast an agency wants its own steps, shorter than the law (domain 6.1). Never the legal date.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::coded::coded;
use super::terms::{DutyKind, reply_working_days};

coded! {
    /// A step with an inner limit.
    pub enum InnerStep {
        Assign => "assign", "分办", "assign the case";
        Draft => "draft", "拟稿", "draft the reply";
        Review => "review", "审核", "review the draft";
        Issue => "issue", "签发", "sign the reply";
    }
}

impl InnerStep {
    /// The duty that the limit makes.
    pub const fn duty(self) -> DutyKind {
        match self {
            Self::Assign => DutyKind::InnerAssign,
            Self::Draft => DutyKind::InnerDraft,
            Self::Review => DutyKind::InnerReview,
            Self::Issue => DutyKind::InnerIssue,
        }
    }
}

/// The inner limit of a step, counted as the reply period is: from the receipt or the restart, without what is excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InnerLimit {
    /// The step.
    #[schema(example = "draft")]
    pub step: InnerStep,
    /// Working days.
    #[schema(minimum = 1, maximum = 19, example = 12)]
    pub working_days: u32,
}

/// Why a limit cannot stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitError {
    /// It is none, or not shorter than the law.
    NotShorter,
    /// The step has a limit already.
    Twice,
    /// A later step is due before it.
    OutOfOrder,
}

fn out_of_order(one: InnerLimit, other: InnerLimit) -> bool {
    let (early, late) = if one.step < other.step { (one, other) } else { (other, one) };
    late.working_days < early.working_days
}

/// The first limit that cannot stand, by its place, under the law of a day.
pub fn fault(limits: &[InnerLimit], on: NaiveDate) -> Option<(usize, LimitError)> {
    let most = reply_working_days(on);
    limits.iter().enumerate().find_map(|(place, limit)| {
        let before = limits.iter().take(place);
        let error = if limit.working_days == 0 || limit.working_days >= most {
            LimitError::NotShorter
        } else if before.clone().any(|other| other.step == limit.step) {
            LimitError::Twice
        } else if before.clone().any(|other| out_of_order(*other, *limit)) {
            LimitError::OutOfOrder
        } else {
            return None;
        };
        Some((place, error))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::calendar::day_of;

    fn found(limits: &[(InnerStep, u32)]) -> Option<(usize, LimitError)> {
        let limits: Vec<_> = limits.iter().map(|(step, working_days)| InnerLimit { step: *step, working_days: *working_days }).collect();
        fault(&limits, day_of(2026, 11, 2))
    }

    #[test]
    fn article_33_2_an_inner_limit_is_shorter_than_the_law() {
        assert_eq!(found(&[(InnerStep::Issue, 19)]), None);
        assert_eq!(found(&[(InnerStep::Issue, 20)]), Some((0, LimitError::NotShorter)));
        assert_eq!(found(&[(InnerStep::Assign, 2), (InnerStep::Draft, 0)]), Some((1, LimitError::NotShorter)));
        let limit = [InnerLimit { step: InnerStep::Issue, working_days: 15 }];
        assert_eq!(fault(&limit, day_of(2019, 5, 14)), Some((0, LimitError::NotShorter)), "the law gave fifteen days then");
    }

    #[test]
    fn one_limit_a_step_in_the_order_of_the_steps() {
        assert_eq!(found(&[(InnerStep::Issue, 18), (InnerStep::Assign, 2), (InnerStep::Review, 18)]), None);
        assert_eq!(found(&[(InnerStep::Draft, 12), (InnerStep::Draft, 13)]), Some((1, LimitError::Twice)));
        assert_eq!(found(&[(InnerStep::Issue, 10), (InnerStep::Draft, 12)]), Some((1, LimitError::OutOfOrder)));
        assert_eq!(found(&[(InnerStep::Draft, 12), (InnerStep::Issue, 10)]), Some((1, LimitError::OutOfOrder)));
    }
}
