//! Items 8, 10 and 14 of domain 6.4: the contact log, searches asked of departments and what came back, minutes of conferences.

use super::{Line, Lines, Place, title};
use crate::case::model::PaperKind;

pub(super) fn push(lines: &mut Lines<'_>) {
    let case = lines.case;
    if let Some(last) = case.contacts.iter().map(|contact| contact.on).max() {
        lines.push(Line::new(Place::Confirmation, "与申请人沟通记录", last));
    }
    for task in &case.search_tasks {
        let letter = if task.withdrawn.is_some() { "协查函（已撤回）" } else { "协查函" };
        lines.push(Line::new(Place::Search, letter, task.on));
        for result in &task.results {
            let returned = result.sent_back.is_some();
            let record = if returned {
                format!("{}（已退回）", title(PaperKind::SearchRecord))
            } else {
                title(PaperKind::SearchRecord).to_owned()
            };
            lines.push_with(PaperKind::SearchRecord, Line::new(Place::Search, record, result.searched_on));
            for found in &result.found {
                if let Some(document) = found.document_id {
                    lines.push(Line::new(Place::Search, "检索所得材料", result.on).document(Some(document)));
                }
            }
        }
    }
    for conference in &case.conferences {
        match &conference.conclusion {
            Some(conclusion) => {
                let line = Line::new(Place::Opinion, "会商纪要", conclusion.on).document(conclusion.document_id);
                lines.push_with(PaperKind::Opinion, line);
            }
            None => lines.push(Line::new(Place::Opinion, "会商记录（未作结）", conference.on)),
        }
    }
}
