//! Lessons, notices of rectification, the city's platform: a story of their own.

use super::DAY;
use crate::case::event::CaseEvent;
use crate::case::model::PlatformEntry;
use crate::case::model::{Lesson, Rectification, RectificationReport, RectificationReview, SentBack, Verdict};
use crate::case::private::Private;
use crate::case::testing::{APPROVER, CLERK, DEPARTMENT, DOCUMENT, HANDLER, day};
use crate::rules::platform::PlatformStatus;
use uuid::Uuid;

/// A lesson; a notice that is reported on, sent back and mended; another that is withdrawn; an entry on the platform.
pub(super) fn events() -> Vec<CaseEvent> {
    let text = |id: u128| Private { id: Uuid::from_u128(id), commitment: "ab".repeat(32) };
    let lesson = Lesson { n: 1, proceeding: 1, on: day(DAY), by: APPROVER, words: text(80), measures: text(81) };
    let rectification = Rectification {
        n: 1,
        proceeding: Some(1),
        department: DEPARTMENT,
        what: text(82),
        due_on: day("2026-12-18"),
        on: day(DAY),
        by: CLERK,
        reports: Vec::new(),
        withdrawn: None,
    };
    let report = RectificationReport { n: 1, on: day(DAY), by: HANDLER, done: text(83), proofs: vec![DOCUMENT], review: None };
    let review = RectificationReview {
        on: day(DAY),
        by: APPROVER,
        verdict: Verdict::Returned,
        remark: Some(text(84)),
        due_on: Some(day("2026-12-25")),
    };
    let withdrawn = SentBack { on: day(DAY), by: CLERK, reason: text(85), due_on: None };
    let entry = PlatformEntry {
        n: 1,
        number: "PT-2026-000123".into(),
        entered_on: day(DAY),
        status: PlatformStatus::Registered,
        status_on: day(DAY),
        received_on: Some(day(DAY)),
        due_on: Some(day("2026-11-30")),
        on: day(DAY),
        by: CLERK,
        correction: None,
    };
    vec![
        CaseEvent::LessonDrawn { lesson },
        CaseEvent::RectificationOrdered { rectification },
        CaseEvent::RectificationReported { rectification: 1, report },
        CaseEvent::RectificationReviewed { rectification: 1, report: 1, review },
        CaseEvent::RectificationWithdrawn { rectification: 2, withdrawn },
        CaseEvent::PlatformEntered { entry, not_taken: Vec::new() },
    ]
}
