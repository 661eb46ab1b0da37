//! What a correction teaches (以案促改), and what a department is told to mend because of it (整改通知). Neither moves a date of the request.

use super::{Case, Outcome, Proceeding, ProceedingDecision, ProceedingKind, SentBack, Verdict};
use crate::case::private::Private;
use crate::rules::outcomes::Column;
use crate::rules::supervision::RectificationState;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A lesson drawn from a correction; its cause stands in the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lesson {
    /// Running number in the case, from 1.
    pub n: u32,
    /// Number of the proceeding that corrected the agency.
    pub proceeding: u32,
    /// The day.
    pub on: NaiveDate,
    /// Who drew it.
    pub by: Uuid,
    /// What went wrong, and what follows from it.
    pub words: Private,
    /// What is done so that it does not happen again.
    pub measures: Private,
}

/// What a second person found when looking at a report (复查).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RectificationReview<T = Private> {
    /// The day.
    pub on: NaiveDate,
    /// Who looked.
    pub by: Uuid,
    /// Mended, or to be mended further.
    pub verdict: Verdict,
    /// What was found, or what is still to be done.
    pub remark: Option<T>,
    /// Until when it is to be mended further; none leaves the first date.
    pub due_on: Option<NaiveDate>,
}

/// What a department says it mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct RectificationReport<T = Private> {
    /// Running number within the notice, from 1.
    pub n: u32,
    /// The day.
    pub on: NaiveDate,
    /// Who reported.
    pub by: Uuid,
    /// What was done.
    pub done: T,
    /// The stored papers that prove it.
    pub proofs: Vec<Uuid>,
    /// What a second person found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<RectificationReview<T>>,
}

/// A notice to a department to mend something (整改通知). Its texts are private where it hangs on a case, and name nobody where it hangs on none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct Rectification<T = Private> {
    /// Running number in the case, from 1; of one on no case in the agency.
    pub n: u32,
    /// The proceeding that gave rise to it, where one did.
    pub proceeding: Option<u32>,
    /// The department.
    pub department: Uuid,
    /// What is wrong, and what is to be done.
    pub what: T,
    /// By when.
    pub due_on: NaiveDate,
    /// The day of the notice.
    pub on: NaiveDate,
    /// Who gave it.
    pub by: Uuid,
    /// Reports, the latest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<RectificationReport<T>>,
    /// Withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<SentBack<T>>,
}

impl<T> Rectification<T> {
    /// The report that stands: the last, unless it was sent back.
    pub fn report(&self) -> Option<&RectificationReport<T>> {
        let returned = |report: &RectificationReport<T>| report.review.as_ref().is_some_and(|review| review.verdict == Verdict::Returned);
        self.reports.last().filter(|report| !returned(report))
    }

    /// The department still owes a report.
    pub fn is_open(&self) -> bool {
        self.withdrawn.is_none() && self.report().is_none()
    }

    /// The report that waits for a second person.
    pub fn unreviewed(&self) -> Option<&RectificationReport<T>> {
        self.report().filter(|report| report.review.is_none() && self.withdrawn.is_none())
    }

    /// It was mended, or withdrawn: nothing is to be done any more.
    pub fn is_settled(&self) -> bool {
        self.withdrawn.is_some() || self.report().is_some_and(|report| report.review.is_some())
    }

    /// Where it stands.
    pub fn state(&self) -> RectificationState {
        if self.is_settled() {
            RectificationState::Settled
        } else if self.is_open() {
            RectificationState::Open
        } else {
            RectificationState::Reported
        }
    }

    /// The date by which it is to be mended, after a return the later one.
    pub fn until(&self) -> NaiveDate {
        self.reports.iter().filter_map(|report| report.review.as_ref()?.due_on).next_back().unwrap_or(self.due_on)
    }
}

impl Outcome {
    /// It corrects the agency, judged by this decision alone (domain 5.3).
    pub fn corrects(self) -> bool {
        match self {
            Self::Reconsideration(outcome) => outcome.column() == Column::Overturned,
            Self::Court(outcome) => outcome.column() == Some(Column::Overturned),
        }
    }
}

/// A court above ended it otherwise: nothing of the correction below is left.
fn undoes_correction(later: &Proceeding) -> bool {
    let of_court = later.kind == ProceedingKind::Litigation;
    of_court && matches!(later.own_column(), Some(Column::Upheld | Column::Other | Column::Pending))
}

impl Case {
    /// Proceedings whose decision corrects the agency and was not undone by a court above. A decision of the reconsideration body stays a
    /// correction whatever a court then says of it: where it changed the reply, the suit is against the body (行诉法 26).
    pub fn corrections_standing(&self) -> impl Iterator<Item = (&Proceeding, &ProceedingDecision)> {
        let decided = self.proceedings.iter().filter_map(|proceeding| Some((proceeding, proceeding.decision.as_ref()?)));
        decided.filter(|(proceeding, decision)| {
            let of_court = matches!(decision.outcome, Outcome::Court(_));
            decision.outcome.corrects() && !(of_court && self.undone(proceeding.n))
        })
    }

    /// A later proceeding that follows this one, through however many instances, ended it otherwise; one that leaves it standing passes the
    /// question on.
    fn undone(&self, n: u32) -> bool {
        self.proceedings.iter().filter(|later| later.follows == Some(n) && later.n > n).any(|later| {
            let outcome = later.decision.as_ref().map(|decision| decision.outcome);
            undoes_correction(later) || (!outcome.is_some_and(Outcome::corrects) && self.undone(later.n))
        })
    }
}
