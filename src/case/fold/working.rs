//! How the work inside the agency changes the case: assignments taken on or sent back, searches, conferences, contacts.

use crate::case::event::CaseEvent;
use crate::case::model::{Assignment, Case, Conference, SearchTask};

/// Changes the case; `None` when the event names something the case does not have.
pub(super) fn change(case: &mut Case, event: &CaseEvent) -> Option<()> {
    match event {
        CaseEvent::AssignmentAccepted { assignment: n, acceptance } => assignment(case, *n)?.accepted = Some(acceptance.clone()),
        CaseEvent::AssignmentReturned { assignment: n, sent_back } => assignment(case, *n)?.sent_back = Some(sent_back.clone()),
        CaseEvent::SearchTasksOpened { tasks } => case.search_tasks.extend(tasks.iter().cloned()),
        CaseEvent::SearchResultGiven { task: n, result } => task(case, *n)?.results.push(result.clone()),
        CaseEvent::SearchResultReturned { task: n, sent_back } => {
            task(case, *n)?.results.last_mut()?.sent_back = Some(sent_back.clone());
        }
        CaseEvent::SearchTaskWithdrawn { task: n, withdrawn } => task(case, *n)?.withdrawn = Some(withdrawn.clone()),
        CaseEvent::ConferenceOpened { conference } => case.conferences.push(conference.clone()),
        CaseEvent::ConferenceOpinionGiven { conference: n, opinion } => conference(case, *n)?.opinions.push(opinion.clone()),
        CaseEvent::ConferenceConcluded { conference: n, conclusion } => {
            conference(case, *n)?.conclusion = Some(conclusion.clone());
        }
        CaseEvent::ContactLogged { contact } => case.contacts.push(contact.clone()),
        _ => return None,
    }
    Some(())
}

fn assignment(case: &mut Case, n: u32) -> Option<&mut Assignment> {
    case.assignments.get_mut(usize::try_from(n.checked_sub(1)?).ok()?)
}

fn task(case: &mut Case, n: u32) -> Option<&mut SearchTask> {
    case.search_tasks.iter_mut().find(|task| task.n == n)
}

fn conference(case: &mut Case, n: u32) -> Option<&mut Conference> {
    case.conferences.iter_mut().find(|conference| conference.n == n)
}
