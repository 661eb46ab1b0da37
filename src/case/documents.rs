//! The stored documents that belong to a case: what its dossier is made of, and what goes when it is disposed of. The catalogue, the package
//! and the rows of the case's documents all go by this one account: what was named once stays, whatever was amended since.

use super::model::{AgentRecord, Case, Change, Complaint, DispatchMethod, HearingResult, MadeLetter, Order, Proceeding, ReplyItem};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Powers of attorney of agents that the case names no longer, or never came to have: an amendment named them (domain 6.6).
pub fn other_authorisations(case: &Case) -> BTreeSet<Uuid> {
    let paper = |agent: Option<&AgentRecord>| agent.and_then(|agent| agent.authorisation);
    let named = case.amendments.iter().flat_map(|amendment| match &amendment.change {
        Change::Applicants { old_agent, new_agent, .. } => [paper(old_agent.as_ref()), paper(new_agent.as_ref())],
        _ => [None, None],
    });
    let now = paper(case.agent.as_ref());
    named.flatten().filter(|document| Some(*document) != now).collect()
}

/// Every stored document that an event of the case ever named: those of recalled replies, of drafts, of what was amended included.
pub fn of(case: &Case) -> BTreeSet<Uuid> {
    let mut all: BTreeSet<Uuid> = case.papers.iter().map(|paper| paper.document_id).collect();
    all.extend(case.agent.iter().filter_map(|agent| agent.authorisation));
    all.extend(other_authorisations(case));
    let results = case.search_tasks.iter().flat_map(|task| &task.results);
    all.extend(results.flat_map(|result| &result.found).filter_map(|found| found.document_id));
    all.extend(case.conferences.iter().filter_map(|conference| conference.conclusion.as_ref()?.document_id));
    let drafted = case.drafts.iter().flat_map(|draft| &draft.items);
    all.extend(drafted.chain(case.replies.iter().flat_map(|reply| &reply.items)).flat_map(given));
    all.extend(case.letter_scans.iter().map(|scan| scan.document_id));
    all.extend(case.letters.iter().flat_map(MadeLetter::files).map(|file| file.document));
    for dispatch in &case.dispatches {
        all.extend(dispatch.proof());
        all.extend(dispatch.proofs.iter().map(|proof| proof.document_id));
        all.extend(dispatch.openings.iter().filter_map(|opening| opening.record));
        all.extend(dispatch.disproved.iter().filter_map(|service| service.proof));
        if let DispatchMethod::Online { consent, .. } = &dispatch.method {
            all.insert(*consent);
        }
    }
    for proceeding in case.proceedings.iter().chain(&case.voided_proceedings) {
        all.extend(of_proceeding(proceeding));
    }
    all.extend(case.complaints.iter().flat_map(of_complaint));
    all.extend(case.rectifications.iter().flat_map(|notice| &notice.reports).flat_map(|report| report.proofs.iter().copied()));
    all.extend(case.amendments.iter().filter_map(|amendment| amendment.proof));
    all
}

/// The papers of a reconsideration or lawsuit.
pub fn of_proceeding(proceeding: &Proceeding) -> Vec<Uuid> {
    let mut all = proceeding.papers.clone();
    all.extend(proceeding.notices.iter().filter_map(|noted| noted.document_id));
    all.extend(proceeding.answer.as_ref().and_then(|answer| answer.document_id));
    for hearing in &proceeding.hearings {
        all.extend(hearing.document_id);
        if let Some(HearingResult::Held { document_id, .. }) = &hearing.result {
            all.extend(*document_id);
        }
    }
    all.extend(proceeding.told.iter().filter_map(|told| told.document_id));
    if let Some(decision) = &proceeding.decision {
        all.extend(decision.document_id);
        all.extend(decision.order.as_ref().and_then(Order::proved_by));
    }
    if let Some(opinion) = &proceeding.opinion {
        all.extend(opinion.document_id);
        all.extend(opinion.report.as_ref().and_then(|report| report.document_id));
    }
    all.extend(proceeding.filings.iter().filter_map(|filing| filing.document_id));
    all
}

fn of_complaint(complaint: &Complaint) -> Vec<Uuid> {
    let mut all: Vec<Uuid> = complaint.document_id.into_iter().collect();
    all.extend(complaint.answer.as_ref().and_then(|answer| answer.document_id));
    if let Some(conclusion) = &complaint.conclusion {
        all.extend(conclusion.document_id);
        all.extend(conclusion.order.as_ref().and_then(Order::proved_by));
    }
    all
}

fn given(item: &ReplyItem) -> impl Iterator<Item = Uuid> + '_ {
    let sealed = item.grounds.sealed.iter().map(|pair| pair.unredacted);
    item.grounds.attachments.iter().copied().chain(sealed)
}
