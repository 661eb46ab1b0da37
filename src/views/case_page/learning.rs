//! Lessons and notices of rectification on the case page.

use super::reader::Reader;
use crate::case::model::{Lesson, Rectification, RectificationReport, RectificationReview, Verdict};
use crate::views::case_page::working::SentBackView;
use crate::views::names::{AccountRef, DepartmentRef};
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
        /// Running number in the case.
        n: u32,
        /// The proceeding that gave rise to it.
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
        RectificationView {
            n: notice.n,
            proceeding: notice.proceeding,
            department: self.department(notice.department),
            what: self.text(&notice.what),
            due_on: notice.until(),
            on: notice.on,
            by: self.account(notice.by),
            open: notice.is_open(),
            settled: notice.is_settled(),
            reports: notice.reports.iter().map(|report| self.rectification_report(report)).collect(),
            withdrawn: notice.withdrawn.as_ref().map(|withdrawn| self.sent_back(withdrawn)),
        }
    }

    fn rectification_report(&self, report: &RectificationReport) -> RectificationReportView {
        let review = |review: &RectificationReview| RectificationReviewView {
            on: review.on,
            by: self.account(review.by),
            verdict: review.verdict,
            remark: self.text_some(review.remark.as_ref()),
            due_on: review.due_on,
        };
        RectificationReportView {
            n: report.n,
            on: report.on,
            by: self.account(report.by),
            done: self.text(&report.done),
            proofs: report.proofs.clone(),
            review: report.review.as_ref().map(review),
        }
    }
}
