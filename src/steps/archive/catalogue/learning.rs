//! Lessons and notices of rectification among the papers of a proceeding (item 16 of domain 6.4), or among other papers where none gave rise to
//! them.

use super::{Line, Lines, Place, Responsible};

pub(super) fn push(lines: &mut Lines<'_>) {
    let case = lines.case;
    if let Some(last) = case.lessons.iter().map(|lesson| lesson.on).max() {
        lines.push(Line::new(Place::Proceeding, "经验教训记录", last).inner().record(&case.lessons));
    }
    for notice in &case.rectifications {
        let place = if notice.proceeding.is_some() { Place::Proceeding } else { Place::Other };
        let title = if notice.withdrawn.is_some() { "整改通知（已撤回）" } else { "整改通知" };
        lines.push(Line::new(place, title, notice.on).inner().record(notice));
        for report in &notice.reports {
            let of = Responsible::Department(notice.department);
            for proof in &report.proofs {
                lines.push(Line::new(place, "整改证明材料", report.on).inner().of(of).document(Some(*proof)));
            }
        }
    }
}
