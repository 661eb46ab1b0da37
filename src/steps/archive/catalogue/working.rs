//! Items 8, 10 and 14 of domain 6.4: the contact log, searches asked of departments and what came back, minutes of conferences.

use super::{Line, Lines, Place, Responsible, title};
use crate::case::model::PaperKind;
use serde_json::json;

pub(super) fn push(lines: &mut Lines<'_>) {
    let case = lines.case;
    if let Some(last) = case.contacts.iter().map(|contact| contact.on).max() {
        lines.push(Line::new(Place::Confirmation, "与申请人沟通记录", last).record(&case.contacts));
    }
    for task in &case.search_tasks {
        let letter = if task.withdrawn.is_some() { "协查函（已撤回）" } else { "协查函" };
        let asked = json!({"department": task.department, "wanted": task.wanted, "due_on": task.due_on, "by": task.by, "withdrawn": task.withdrawn});
        lines.push(Line::new(Place::Search, letter, task.on).record(&asked));
        for result in &task.results {
            let returned = result.sent_back.is_some();
            let record = if returned {
                format!("{}（已退回）", title(PaperKind::SearchRecord))
            } else {
                title(PaperKind::SearchRecord).to_owned()
            };
            let line = Line::new(Place::Search, record, result.searched_on).of(Responsible::Department(task.department));
            lines.push_with(PaperKind::SearchRecord, line.record(result));
            for found in &result.found {
                if let Some(document) = found.document_id {
                    lines.push(Line::new(Place::Search, "检索所得材料", result.on).of(Responsible::Unknown).document(Some(document)));
                }
            }
        }
    }
    for conference in &case.conferences {
        match &conference.conclusion {
            Some(conclusion) => {
                let line = Line::new(Place::Opinion, "会商纪要", conclusion.on).document(conclusion.document_id).record(conference);
                lines.push_with(PaperKind::Opinion, line);
            }
            None => lines.push(Line::new(Place::Opinion, "会商记录（未作结）", conference.on).record(conference)),
        }
    }
}
