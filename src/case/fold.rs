//! The fold: from events to the case. Pure, total over every event, and the only place that changes a [`Case`].

mod days;
mod handling;
mod learning;
mod platform;
mod remedy;
mod working;

use super::event::CaseEvent;
use super::model::{AmendmentState, Case, Change, DispatchState, Disproved, DraftState, Mark, PrintedLetter, ReplyState};
use super::outdated::{correct, print};
use super::stage::Stage;
use super::trail::FoldError;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The version of the fold; a stored state of an older one is refolded before use, of a newer one not written to.
pub const FOLD_VERSION: i32 = 10;

/// Where in the trail an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The agency.
    pub agency_id: Uuid,
    /// The stream, here the case.
    pub stream_id: Uuid,
    /// Number within the stream, from 1.
    pub seq: i32,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// Applies one event to the case as it stood; the first event makes the case.
pub fn apply(case: Option<Case>, place: Place, event: &CaseEvent) -> Result<Case, FoldError> {
    let Some(mut case) = case else { return begin(place, event) };
    if case.version + 1 != place.seq {
        return Err(FoldError::Gap { stream: place.stream_id, expected: case.version + 1, found: place.seq });
    }
    if change(&mut case, event).is_none() {
        return Err(FoldError::Impossible { stream: place.stream_id, seq: place.seq, kind: event.kind() });
    }
    case.version = place.seq;
    case.changed_at = place.recorded_at;
    Ok(case)
}

fn begin(place: Place, event: &CaseEvent) -> Result<Case, FoldError> {
    let CaseEvent::ApplicationArrived {
        pins,
        channel,
        arrived_on,
        tracking_number,
        applicants,
        agent,
        request,
        papers,
        external_references,
        matter,
        split_from,
        platform_within,
        not_taken,
        ..
    } = event
    else {
        return Err(FoldError::Impossible { stream: place.stream_id, seq: place.seq, kind: event.kind() });
    };
    if place.seq != 1 {
        return Err(FoldError::Gap { stream: place.stream_id, expected: 1, found: place.seq });
    }
    Ok(Case {
        id: place.stream_id,
        agency_id: place.agency_id,
        matter: *matter,
        version: 1,
        changed_at: place.recorded_at,
        stage: Stage::AwaitingConfirmation,
        pins: *pins,
        channel: *channel,
        arrived_on: *arrived_on,
        tracking_number: tracking_number.clone(),
        receipt: None,
        attempts: Vec::new(),
        applicants: applicants.clone(),
        agent: agent.clone(),
        request: request.clone(),
        papers: papers.clone(),
        registration: None,
        examinations: Vec::new(),
        assignments: Vec::new(),
        search_tasks: Vec::new(),
        conferences: Vec::new(),
        contacts: Vec::new(),
        corrections: Vec::new(),
        consultations: Vec::new(),
        extensions: Vec::new(),
        reasons_requests: Vec::new(),
        postponements: Vec::new(),
        fee_notices: Vec::new(),
        reopenings: Vec::new(),
        marks: Vec::new(),
        drafts: Vec::new(),
        replies: Vec::new(),
        letters: Vec::new(),
        letter_scans: Vec::new(),
        dispatches: Vec::new(),
        publication_reviews: Vec::new(),
        closing: None,
        archiving: None,
        holds: Vec::new(),
        disposal_proposals: Vec::new(),
        disposal: None,
        proceedings: Vec::new(),
        voided_proceedings: Vec::new(),
        ordered_rounds: Vec::new(),
        stood_before: Vec::new(),
        complaints: Vec::new(),
        amendments: Vec::new(),
        printed: Vec::new(),
        voiding: None,
        survives: Vec::new(),
        external_references: external_references.clone(),
        split_from: split_from.clone(),
        splitting: None,
        lessons: Vec::new(),
        rectifications: Vec::new(),
        platform_within: *platform_within,
        not_taken: not_taken.clone(),
        platform_entries: Vec::new(),
    })
}

#[expect(clippy::too_many_lines, reason = "every kind of event stands here once")]
/// Changes the case; `None` when the event names something the case does not have.
fn change(case: &mut Case, event: &CaseEvent) -> Option<()> {
    match event {
        CaseEvent::ApplicationArrived { .. } => return None,
        CaseEvent::ConfirmationAttempted { attempt } => case.attempts.push(attempt.clone()),
        CaseEvent::ReceiptEstablished { receipt } => {
            case.receipt = Some(receipt.clone());
            case.stage = Stage::Received;
        }
        CaseEvent::CaseRegistered { registration } => {
            case.registration = Some(registration.clone());
            case.stage = Stage::Registered;
            print(case, PrintedLetter::Acknowledgement, (registration.on, Some(registration.due_on)));
        }
        CaseEvent::AcknowledgementReissued { on, due_on, .. } => print(case, PrintedLetter::Acknowledgement, (*on, Some(*due_on))),
        CaseEvent::ApplicationExamined { examination } => case.examinations.push(examination.clone()),
        CaseEvent::CaseAssigned { assignment } => case.assignments.push(assignment.clone()),
        CaseEvent::PaperAdded { paper } => {
            // What came with the application and was not taken then is in the dossier now.
            case.not_taken.retain(|file| file.sha256 != paper.sha256);
            case.papers.push(paper.clone());
        }
        CaseEvent::PublicationReviewed { review } => case.publication_reviews.push(review.clone()),
        CaseEvent::InformationPublished { review, publication } => {
            case.publication_reviews.iter_mut().find(|known| known.n == *review)?.publication = Some(publication.clone());
        }
        CaseEvent::CaseClosed { closing } => {
            case.closing = Some(closing.clone());
            case.stage = Stage::Closed;
        }
        CaseEvent::CaseArchived { archiving } => {
            case.archiving = Some(archiving.clone());
            case.stage = Stage::Archived;
        }
        CaseEvent::DossierHeld { .. }
        | CaseEvent::HoldReleased { .. }
        | CaseEvent::DisposalProposed { .. }
        | CaseEvent::DisposalRejected { .. }
        | CaseEvent::DossierDisposed { .. } => change_retention(case, event)?,
        CaseEvent::CaseVoided { voiding } => {
            case.voiding = Some(voiding.clone());
            case.stage = Stage::Voided;
            if !voiding.returned {
                platform::left(case);
            }
        }
        CaseEvent::PlatformEntered { entry, not_taken } => platform::entered(case, entry, not_taken),
        CaseEvent::TwinVoided { from } => case.survives.push(*from),
        CaseEvent::EarlierReceiptTaken { receipt, .. } => case.receipt = Some(receipt.clone()),
        CaseEvent::CaseSplit { splitting } => {
            case.splitting = Some(splitting.clone());
            case.stage = Stage::Split;
        }
        CaseEvent::LetterMade { letter } => case.letters.push(letter.clone()),
        CaseEvent::ReplyDrafted { .. }
        | CaseEvent::DraftReviewed { .. }
        | CaseEvent::ReplyIssued { .. }
        | CaseEvent::ReplyRecalled { .. }
        | CaseEvent::ErratumIssued { .. }
        | CaseEvent::ReplyRevoked { .. } => change_reply(case, event)?,
        CaseEvent::LetterScanFiled { scan } => case.letter_scans.push(scan.clone()),
        CaseEvent::LetterDispatched { .. }
        | CaseEvent::DeliveryRecorded { .. }
        | CaseEvent::DeliveryProofFiled { .. }
        | CaseEvent::LetterOpened { .. } => change_mailing(case, event)?,
        CaseEvent::ProceedingOpened { .. }
        | CaseEvent::ProceedingAnswered { .. }
        | CaseEvent::ProceedingDecided { .. }
        | CaseEvent::ProceedingFiled { .. }
        | CaseEvent::OrderPerformed { .. }
        | CaseEvent::OpinionReceived { .. }
        | CaseEvent::OpinionReported { .. }
        | CaseEvent::ProceedingNoted { .. }
        | CaseEvent::HearingAnnounced { .. }
        | CaseEvent::HearingRecorded { .. }
        | CaseEvent::BodyTold { .. }
        | CaseEvent::RoundOrdered { .. } => remedy::change(case, event)?,
        CaseEvent::ComplaintReceived { .. }
        | CaseEvent::ComplaintAnswered { .. }
        | CaseEvent::ComplaintConcluded { .. }
        | CaseEvent::ComplaintRectified { .. } => remedy::change_complaint(case, event)?,
        CaseEvent::AssignmentAccepted { .. }
        | CaseEvent::AssignmentReturned { .. }
        | CaseEvent::SearchTasksOpened { .. }
        | CaseEvent::SearchResultGiven { .. }
        | CaseEvent::SearchResultReturned { .. }
        | CaseEvent::SearchTaskWithdrawn { .. }
        | CaseEvent::ConferenceOpened { .. }
        | CaseEvent::ConferenceOpinionGiven { .. }
        | CaseEvent::ConferenceConcluded { .. }
        | CaseEvent::ContactLogged { .. } => working::change(case, event)?,
        CaseEvent::CorrectionRequested { .. }
        | CaseEvent::CorrectionAnswered { .. }
        | CaseEvent::CorrectionConfirmed { .. }
        | CaseEvent::ConsultationOpened { .. }
        | CaseEvent::ConsultationAnswered { .. }
        | CaseEvent::ConsultationFailed { .. }
        | CaseEvent::ConsultationDecided { .. }
        | CaseEvent::ExtensionApproved { .. }
        | CaseEvent::ReasonsRequested { .. }
        | CaseEvent::ReasonsGiven { .. }
        | CaseEvent::ReasonsAssessed { .. }
        | CaseEvent::ReplyPostponed { .. }
        | CaseEvent::FeeNoticeIssued { .. }
        | CaseEvent::FeePaymentReceived { .. }
        | CaseEvent::TermRanOut { .. }
        | CaseEvent::NoticeVoided { .. }
        | CaseEvent::CaseReopened { .. }
        | CaseEvent::DatesRecounted { .. } => handling::change(case, event)?,
        CaseEvent::AmendmentProposed { .. } | CaseEvent::AmendmentApplied { .. } | CaseEvent::AmendmentRejected { .. } => {
            change_amendment(case, event)?;
        }
        CaseEvent::LessonDrawn { .. }
        | CaseEvent::RectificationOrdered { .. }
        | CaseEvent::RectificationReported { .. }
        | CaseEvent::RectificationReviewed { .. }
        | CaseEvent::RectificationWithdrawn { .. } => learning::change(case, event)?,
    }
    Some(())
}

fn change_retention(case: &mut Case, event: &CaseEvent) -> Option<()> {
    match event {
        CaseEvent::DossierHeld { hold } => case.holds.push(hold.clone()),
        CaseEvent::HoldReleased { hold, released } => {
            case.holds.iter_mut().find(|known| known.n == *hold)?.released = Some(released.clone());
        }
        CaseEvent::DisposalProposed { proposal } => case.disposal_proposals.push(proposal.clone()),
        CaseEvent::DisposalRejected { proposal, rejected } => {
            case.disposal_proposals.iter_mut().find(|known| known.n == *proposal)?.rejected = Some(rejected.clone());
        }
        CaseEvent::DossierDisposed { disposal } => {
            case.disposal = Some(disposal.clone());
            // What was voided or split stays out of every table.
            if case.stage.counts() {
                case.stage = Stage::Disposed;
            }
        }
        _ => return None,
    }
    Some(())
}

fn change_reply(case: &mut Case, event: &CaseEvent) -> Option<()> {
    match event {
        CaseEvent::ReplyDrafted { draft } => {
            for earlier in case.drafts.iter_mut().filter(|earlier| earlier.state == DraftState::Open) {
                earlier.state = DraftState::Superseded;
            }
            case.drafts.push(draft.clone());
        }
        CaseEvent::DraftReviewed { draft, review } => {
            let reviewed = case.drafts.iter_mut().find(|known| known.n == *draft)?;
            if review.verdict == super::model::Verdict::Returned {
                reviewed.state = DraftState::Returned;
            }
            reviewed.reviews.push(review.clone());
        }
        CaseEvent::ReplyIssued { reply } => {
            case.drafts.iter_mut().find(|known| known.n == reply.draft)?.state = DraftState::Issued;
            case.replies.push(reply.clone());
            case.stage = Stage::Replied;
            print(case, PrintedLetter::Reply { n: reply.n }, (reply.on, None));
        }
        CaseEvent::ReplyRecalled { reply, reason } => {
            let recalled = case.replies.iter_mut().find(|known| known.n == *reply)?;
            recalled.state = ReplyState::Recalled;
            recalled.recall_reason = Some(reason.clone());
            case.stage = Stage::Registered;
        }
        CaseEvent::ErratumIssued { reply, erratum } => {
            case.replies.iter_mut().find(|known| known.n == *reply)?.errata.push(erratum.clone());
            correct(case, PrintedLetter::Reply { n: *reply }, erratum.on, &erratum.corrects);
        }
        CaseEvent::ReplyRevoked { reply, revocation } => {
            let revoked = case.replies.iter_mut().find(|known| known.n == *reply)?;
            revoked.state = ReplyState::Revoked;
            revoked.revocation = Some(revocation.clone());
            case.stage = Stage::Registered;
            case.closing = None;
            case.archiving = None;
        }
        _ => return None,
    }
    Some(())
}

fn change_mailing(case: &mut Case, event: &CaseEvent) -> Option<()> {
    match event {
        CaseEvent::LetterDispatched { dispatch } => {
            // A reply sent again after the closing leaves the case closed or archived.
            if case.stage == Stage::Replied && matches!(dispatch.letter, super::model::Letter::Reply { .. }) {
                case.stage = Stage::Mailed;
            }
            case.marks.push(Mark::Letter { letter: dispatch.letter });
            case.dispatches.push(dispatch.clone());
        }
        CaseEvent::DeliveryRecorded { dispatch, state } => {
            let known = case.dispatches.iter_mut().find(|known| known.n == *dispatch)?;
            known.state = state.clone();
            case.marks.push(Mark::Letter { letter: known.letter });
        }
        CaseEvent::DeliveryProofFiled { dispatch, proof } => {
            case.dispatches.iter_mut().find(|known| known.n == *dispatch)?.proofs.push(proof.clone());
        }
        CaseEvent::LetterOpened { dispatch, opening } => {
            case.dispatches.iter_mut().find(|known| known.n == *dispatch)?.openings.push(opening.clone());
        }
        _ => return None,
    }
    Some(())
}

fn change_amendment(case: &mut Case, event: &CaseEvent) -> Option<()> {
    match event {
        CaseEvent::AmendmentProposed { amendment } => case.amendments.push(amendment.clone()),
        CaseEvent::AmendmentApplied { amendment } => {
            apply_change(case, &amendment.change)?;
            match case.amendments.iter_mut().find(|known| known.n == amendment.n) {
                Some(known) => *known = amendment.clone(),
                None => case.amendments.push(amendment.clone()),
            }
        }
        CaseEvent::AmendmentRejected { n, by, reason } => {
            let rejected = case.amendments.iter_mut().find(|known| known.n == *n)?;
            rejected.state = AmendmentState::Rejected;
            rejected.decided_by = Some(*by);
            rejected.opinion = Some(reason.clone());
        }
        _ => return None,
    }
    Some(())
}

fn apply_change(case: &mut Case, change: &Change) -> Option<()> {
    match change {
        Change::Receipt { new_channel, new_arrived_on, new_receipt, old_tracking_number, new_tracking_number, .. } => {
            // Absent on both sides it stays: amendments did not always know of it.
            if old_tracking_number != new_tracking_number {
                case.tracking_number.clone_from(new_tracking_number);
            }
            case.channel = *new_channel;
            case.arrived_on = *new_arrived_on;
            case.receipt.clone_from(new_receipt);
            match (case.stage, new_receipt) {
                (Stage::AwaitingConfirmation, Some(_)) => case.stage = Stage::Received,
                // The true channel needs a confirmation that has not been had: there was no receipt.
                (Stage::Received, None) => case.stage = Stage::AwaitingConfirmation,
                _ => {}
            }
        }
        Change::Request { new, .. } => case.request = new.clone(),
        Change::Applicants { new, new_agent, .. } => {
            case.applicants.clone_from(new);
            case.agent.clone_from(new_agent);
        }
        Change::Service { dispatch, new_on, .. } => {
            let served = case.dispatches.iter_mut().find(|known| known.n == *dispatch)?;
            let DispatchState::Delivered { on, .. } = &mut served.state else { return None };
            *on = *new_on;
        }
        Change::ServiceFailed { dispatch, returned_on, reason, .. } => {
            let served = case.dispatches.iter_mut().find(|known| known.n == *dispatch)?;
            let failed = DispatchState::Returned { on: *returned_on, reason: reason.clone() };
            if let DispatchState::Delivered { on, signed_by, signed_as, proof } = std::mem::replace(&mut served.state, failed) {
                served.disproved.push(Disproved { on, signed_by, signed_as, proof });
            }
        }
        Change::Proceeding { proceeding, new, .. } => new.set(case.proceedings.iter_mut().find(|known| known.n == *proceeding)?)?,
        Change::Course { proceeding, day, new_on, .. } => {
            *day.place(case.proceedings.iter_mut().find(|known| known.n == *proceeding)?)? = *new_on;
        }
        Change::ProceedingEntry { proceeding, new, .. } => new.set(case.proceedings.iter_mut().find(|known| known.n == *proceeding)?),
        Change::Decision { proceeding, new, round_back, .. } => case.mend_decision(*proceeding, new, *round_back)?,
        Change::ProceedingVoided { proceeding, round_back } => case.void_proceeding(*proceeding, *round_back)?,
        Change::LongerTerm { proceeding, n, new, .. } => new.set(case.proceedings.iter_mut().find(|known| known.n == *proceeding)?, *n)?,
        Change::Appeal { proceeding, new, .. } => new.set(case.proceedings.iter_mut().find(|known| known.n == *proceeding)?),
        Change::Complaint { complaint, new, .. } => new.set(case.complaints.iter_mut().find(|known| known.n == *complaint)?)?,
        Change::Posting { .. }
        | Change::ConsultationAnswer { .. }
        | Change::ConsultationFailure { .. }
        | Change::CorrectedApplication { .. }
        | Change::Payment { .. }
        | Change::Reasons { .. } => days::amend(case, change)?,
    }
    Some(())
}
