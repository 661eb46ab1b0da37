//! The fold of reconsiderations, lawsuits and complaints (domain 5).

use crate::case::event::CaseEvent;
use crate::case::model::{Case, ReplyState, StoodBefore};
use crate::case::stage::Stage;

pub(super) fn change(case: &mut Case, event: &CaseEvent) -> Option<()> {
    match event {
        CaseEvent::ProceedingOpened { proceeding } => {
            case.proceedings.push((**proceeding).clone());
            return Some(());
        }
        CaseEvent::RoundOrdered { ordered } => {
            case.replies.iter_mut().find(|known| known.n == ordered.reply)?.state = ReplyState::SetAside;
            case.ordered_rounds.push(*ordered);
            let (closing, archiving) = (case.closing.take(), case.archiving.take());
            case.stood_before.push(StoodBefore { round: ordered.round, stage: case.stage, closing, archiving });
            case.stage = Stage::Registered;
            return Some(());
        }
        _ => {}
    }
    let (CaseEvent::ProceedingAnswered { proceeding: n, .. }
    | CaseEvent::ProceedingDecided { proceeding: n, .. }
    | CaseEvent::ProceedingFiled { proceeding: n, .. }
    | CaseEvent::OrderPerformed { proceeding: n, .. }
    | CaseEvent::OpinionReceived { proceeding: n, .. }
    | CaseEvent::OpinionReported { proceeding: n, .. }
    | CaseEvent::ProceedingNoted { proceeding: n, .. }
    | CaseEvent::HearingAnnounced { proceeding: n, .. }
    | CaseEvent::HearingRecorded { proceeding: n, .. }
    | CaseEvent::BodyTold { proceeding: n, .. }) = event
    else {
        return None;
    };
    let proceeding = case.proceedings.iter_mut().find(|known| known.n == *n)?;
    match event {
        CaseEvent::ProceedingAnswered { answer, .. } => proceeding.answer = Some(answer.clone()),
        CaseEvent::ProceedingDecided { decision, .. } => proceeding.decision = Some(decision.clone()),
        CaseEvent::ProceedingFiled { filing, .. } => proceeding.filings.push(filing.clone()),
        CaseEvent::OrderPerformed { on, proof, .. } => {
            let order = proceeding.decision.as_mut()?.order.as_mut()?;
            order.performed_on = Some(*on);
            order.proof = *proof;
        }
        CaseEvent::OpinionReceived { opinion, .. } => proceeding.opinion = Some(opinion.clone()),
        CaseEvent::OpinionReported { report, .. } => proceeding.opinion.as_mut()?.report = Some(report.clone()),
        CaseEvent::ProceedingNoted { noted, .. } => proceeding.note(noted)?,
        CaseEvent::HearingAnnounced { hearing, .. } => proceeding.hearings.push(hearing.clone()),
        CaseEvent::HearingRecorded { hearing, result, .. } => {
            proceeding.hearings.iter_mut().find(|known| known.n == *hearing)?.result = Some(result.clone());
        }
        CaseEvent::BodyTold { told, .. } => proceeding.told.push(told.clone()),
        _ => return None,
    }
    Some(())
}

pub(super) fn change_complaint(case: &mut Case, event: &CaseEvent) -> Option<()> {
    if let CaseEvent::ComplaintReceived { complaint } = event {
        case.complaints.push(complaint.clone());
        return Some(());
    }
    let (CaseEvent::ComplaintAnswered { complaint: n, .. }
    | CaseEvent::ComplaintConcluded { complaint: n, .. }
    | CaseEvent::ComplaintRectified { complaint: n, .. }) = event
    else {
        return None;
    };
    let complaint = case.complaints.iter_mut().find(|known| known.n == *n)?;
    match event {
        CaseEvent::ComplaintAnswered { answer, .. } => complaint.answer = Some(answer.clone()),
        CaseEvent::ComplaintConcluded { conclusion, .. } => complaint.conclusion = Some(conclusion.clone()),
        CaseEvent::ComplaintRectified { on, proof, .. } => {
            let order = complaint.conclusion.as_mut()?.order.as_mut()?;
            order.performed_on = Some(*on);
            order.proof = Some(*proof);
        }
        _ => return None,
    }
    Some(())
}
