//! The stored documents that belong to a case: what its dossier is made of, and what goes when it is disposed of.

use super::model::{Case, DispatchMethod, ReplyItem};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Every stored document that the case names, those of recalled replies and of drafts included.
pub fn of(case: &Case) -> BTreeSet<Uuid> {
    let mut all: BTreeSet<Uuid> = case.papers.iter().map(|paper| paper.document_id).collect();
    all.extend(case.agent.iter().filter_map(|agent| agent.authorisation));
    let results = case.search_tasks.iter().flat_map(|task| &task.results);
    all.extend(results.flat_map(|result| &result.found).filter_map(|found| found.document_id));
    all.extend(case.conferences.iter().filter_map(|conference| conference.conclusion.as_ref()?.document_id));
    let drafted = case.drafts.iter().flat_map(|draft| &draft.items);
    all.extend(drafted.chain(case.replies.iter().flat_map(|reply| &reply.items)).flat_map(given));
    all.extend(case.letter_scans.iter().map(|scan| scan.document_id));
    all.extend(case.letters.iter().flat_map(|made| [made.docx.document, made.pdf.document]));
    for dispatch in &case.dispatches {
        all.extend(dispatch.proof());
        all.extend(dispatch.proofs.iter().map(|proof| proof.document_id));
        all.extend(dispatch.openings.iter().filter_map(|opening| opening.record));
        if let DispatchMethod::Online { consent, .. } = &dispatch.method {
            all.insert(*consent);
        }
    }
    for proceeding in &case.proceedings {
        all.extend(proceeding.answer.as_ref().and_then(|answer| answer.document_id));
        if let Some(opinion) = &proceeding.opinion {
            all.extend(opinion.document_id);
            all.extend(opinion.report.as_ref().and_then(|report| report.document_id));
        }
    }
    all.extend(case.rectifications.iter().flat_map(|notice| &notice.reports).flat_map(|report| report.proofs.iter().copied()));
    all.extend(case.amendments.iter().filter_map(|amendment| amendment.proof));
    all
}

fn given(item: &ReplyItem) -> impl Iterator<Item = Uuid> + '_ {
    let sealed = item.grounds.sealed.iter().map(|pair| pair.unredacted);
    item.grounds.attachments.iter().copied().chain(sealed)
}
