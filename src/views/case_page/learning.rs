//! Lessons and notices of rectification on the case page.

use super::reader::Reader;
use crate::case::model::{Lesson, Rectification, RectificationReport, RectificationReview, Verdict};
use crate::case::private::Private;
use crate::views::case_page::working::SentBackView;
use crate::views::names::{AccountRef, DepartmentRef, Names};
use crate::views::shape::view;
use chrono::NaiveDate;
use uuid::Uuid;

view! {
    /// A lesson drawn from a correction; its cause stands in the decision.
    pub struct LessonView {
        /// Running number in the case.
        n: u32,
        /// Number of the proceeding.
        proceeding: u32,
        /// The day.
        on: NaiveDate,
        /// Who drew it.
        by: AccountRef,
        /// What went wrong, and what follows from it.
        words: Option<String>,
        /// What is done so that it does not happen again.
        measures: Option<String>,
    }
    /// What a second person found (复查).
    pub struct RectificationReviewView {
        /// The day.
        on: NaiveDate,
        /// Who looked.
        by: AccountRef,
        /// Mended (`approved`), or to be mended further (`returned`).
        verdict: Verdict,
        /// What was found, or what is still to be done.
        remark: Option<String>,
        /// Until when it is to be mended further.
        due_on: Option<NaiveDate>,
    }
    /// What a department says it mended.
    pub struct RectificationReportView {
        /// Running number within the notice.
        n: u32,
        /// The day.
        on: NaiveDate,
        /// Who reported.
        by: AccountRef,
        /// What was done.
        done: Option<String>,
        /// The stored papers that prove it.
        proofs: Vec<Uuid>,
        /// What a second person found; null while nobody has looked.
        review: Option<RectificationReviewView>,
    }
    /// A notice to a department to mend something (整改通知).
    pub struct RectificationView {
        /// Running number in the case; of one on no case in the agency.
        n: u32,
        /// The proceeding that gave rise to it; of one on a case only.
        proceeding: Option<u32>,
        /// The department.
        department: DepartmentRef,
        /// What is wrong, and what is to be done.
        what: Option<String>,
        /// By when; after a return the later date.
        due_on: NaiveDate,
        /// The day of the notice.
        on: NaiveDate,
        /// Who gave it.
        by: AccountRef,
        /// The department still owes a report.
        open: bool,
        /// Mended or withdrawn: nothing is to be done any more.
        settled: bool,
        /// Reports, the latest last.
        reports: Vec<RectificationReportView>,
        /// Withdrawn.
        withdrawn: Option<SentBackView>,
    }
}

impl Reader {
    /// A lesson.
    pub fn lesson(&self, lesson: &Lesson) -> LessonView {
        LessonView {
            n: lesson.n,
            proceeding: lesson.proceeding,
            on: lesson.on,
            by: self.account(lesson.by),
            words: self.text(&lesson.words),
            measures: self.text(&lesson.measures),
        }
    }

    /// A notice of rectification.
    pub fn rectification(&self, notice: &Rectification) -> RectificationView {
        notice_view(notice, self)
    }
}

/// How the texts and names of a notice are read: sealed under the key of its case, or in clear where it hangs on none.
pub trait Looks<T> {
    /// A text; none for who may not read it.
    fn text(&self, text: &T) -> Option<String>;
    /// A member of staff.
    fn account(&self, id: Uuid) -> AccountRef;
    /// A department.
    fn department(&self, id: Uuid) -> DepartmentRef;
}

impl Looks<Private> for Reader {
    fn text(&self, text: &Private) -> Option<String> {
        Self::text(self, text)
    }

    fn account(&self, id: Uuid) -> AccountRef {
        Self::account(self, id)
    }

    fn department(&self, id: Uuid) -> DepartmentRef {
        Self::department(self, id)
    }
}

impl Looks<String> for Names {
    fn text(&self, text: &String) -> Option<String> {
        Some(text.clone())
    }

    fn account(&self, id: Uuid) -> AccountRef {
        Self::account(self, id)
    }

    fn department(&self, id: Uuid) -> DepartmentRef {
        Self::department(self, id)
    }
}

/// A notice, in the same words whether it hangs on a case or on none.
pub fn notice_view<T>(notice: &Rectification<T>, looks: &impl Looks<T>) -> RectificationView {
    RectificationView {
        n: notice.n,
        proceeding: notice.proceeding,
        department: looks.department(notice.department),
        what: looks.text(&notice.what),
        due_on: notice.until(),
        on: notice.on,
        by: looks.account(notice.by),
        open: notice.is_open(),
        settled: notice.is_settled(),
        reports: notice.reports.iter().map(|report| report_view(report, looks)).collect(),
        withdrawn: notice.withdrawn.as_ref().map(|withdrawn| SentBackView {
            on: withdrawn.on,
            by: looks.account(withdrawn.by),
            reason: looks.text(&withdrawn.reason),
            due_on: withdrawn.due_on,
        }),
    }
}

fn report_view<T>(report: &RectificationReport<T>, looks: &impl Looks<T>) -> RectificationReportView {
    let review = |review: &RectificationReview<T>| RectificationReviewView {
        on: review.on,
        by: looks.account(review.by),
        verdict: review.verdict,
        remark: review.remark.as_ref().and_then(|remark| looks.text(remark)),
        due_on: review.due_on,
    };
    RectificationReportView {
        n: report.n,
        on: report.on,
        by: looks.account(report.by),
        done: looks.text(&report.done),
        proofs: report.proofs.clone(),
        review: report.review.as_ref().map(review),
    }
}
