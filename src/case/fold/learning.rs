//! The fold of lessons and notices of rectification.

use crate::case::event::CaseEvent;
use crate::case::model::Case;

/// Changes the case; `None` when the event names something the case does not have.
pub(super) fn change(case: &mut Case, event: &CaseEvent) -> Option<()> {
    match event {
        CaseEvent::LessonDrawn { lesson } => case.lessons.push(lesson.clone()),
        CaseEvent::RectificationOrdered { rectification } => case.rectifications.push(rectification.clone()),
        CaseEvent::RectificationReported { rectification: n, report } => {
            case.rectifications.iter_mut().find(|known| known.n == *n)?.reports.push(report.clone());
        }
        CaseEvent::RectificationReviewed { rectification: n, report, review } => {
            let known = case.rectifications.iter_mut().find(|known| known.n == *n)?;
            known.reports.iter_mut().find(|known| known.n == *report)?.review = Some(review.clone());
        }
        CaseEvent::RectificationWithdrawn { rectification: n, withdrawn } => {
            case.rectifications.iter_mut().find(|known| known.n == *n)?.withdrawn = Some(withdrawn.clone());
        }
        _ => return None,
    }
    Some(())
}
