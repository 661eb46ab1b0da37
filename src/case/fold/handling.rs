//! How the events between registration and reply change the case.

use crate::case::event::CaseEvent;
use crate::case::model::{Awaiting, Case, Letter, Mark, ReplyState};
use crate::case::stage::Stage;

/// Changes the case; `None` when the event names something the case does not have.
pub(super) fn change(case: &mut Case, event: &CaseEvent) -> Option<()> {
    match event {
        CaseEvent::CorrectionRequested { correction } => case.corrections.push(correction.clone()),
        CaseEvent::CorrectionAnswered { correction, answer } => {
            case.corrections.iter_mut().find(|known| known.n == *correction)?.answers.push(answer.clone());
            case.marks.push(Mark::Corrected { n: *correction });
        }
        CaseEvent::CorrectionConfirmed { correction, answer, receipt } => {
            let known = case.corrections.iter_mut().find(|known| known.n == *correction)?;
            known.answers.iter_mut().find(|known| known.n == *answer)?.receipt = Some(receipt.clone());
            case.marks.push(Mark::Corrected { n: *correction });
        }
        CaseEvent::ConsultationOpened { .. }
        | CaseEvent::ConsultationAnswered { .. }
        | CaseEvent::ConsultationFailed { .. }
        | CaseEvent::ConsultationDecided { .. } => consult(case, event)?,
        CaseEvent::ExtensionApproved { extension } => case.extensions.push(extension.clone()),
        CaseEvent::ReasonsRequested { request } => case.reasons_requests.push(request.clone()),
        CaseEvent::ReasonsGiven { request, answer } => {
            let known = case.reasons_requests.iter_mut().find(|known| known.n == *request)?;
            known.answer = Some(answer.clone());
            // Silence was assessed, and then reasons came: they are assessed anew.
            known.assessment = None;
            case.marks.push(Mark::Reasoned { n: *request });
        }
        CaseEvent::ReasonsAssessed { request, assessment } => {
            case.reasons_requests.iter_mut().find(|known| known.n == *request)?.assessment = Some(assessment.clone());
        }
        CaseEvent::ReplyPostponed { postponement } => case.postponements.push(postponement.clone()),
        CaseEvent::FeeNoticeIssued { notice } => case.fee_notices.push(notice.clone()),
        CaseEvent::FeePaymentReceived { notice, payment } => {
            case.fee_notices.iter_mut().find(|known| known.n == *notice)?.payments.push(payment.clone());
            case.marks.push(Mark::Paid { n: *notice });
        }
        CaseEvent::TermRanOut { awaiting, until } => {
            let ran_out_on = match awaiting {
                Awaiting::Correction { n } => &mut case.corrections.iter_mut().find(|known| known.n == *n)?.ran_out_on,
                Awaiting::Fee { n } => &mut case.fee_notices.iter_mut().find(|known| known.n == *n)?.ran_out_on,
                Awaiting::Consultation { n } => &mut case.consultations.iter_mut().find(|known| known.n == *n)?.ran_out_on,
            };
            *ran_out_on = Some(*until);
            case.marks.push(Mark::RanOut { awaiting: *awaiting });
        }
        CaseEvent::NoticeVoided { letter, voiding } => {
            let voided = match letter {
                Letter::Correction { n } => &mut case.corrections.iter_mut().find(|known| known.n == *n)?.voided,
                Letter::Consultation { n } => &mut case.consultations.iter_mut().find(|known| known.n == *n)?.voided,
                Letter::Extension { n } => &mut case.extensions.iter_mut().find(|known| known.n == *n)?.voided,
                Letter::ReasonsRequest { n } => &mut case.reasons_requests.iter_mut().find(|known| known.n == *n)?.voided,
                Letter::Postponement { n } => &mut case.postponements.iter_mut().find(|known| known.n == *n)?.voided,
                Letter::Fee { n } => &mut case.fee_notices.iter_mut().find(|known| known.n == *n)?.voided,
                Letter::Acknowledgement {}
                | Letter::Reply { .. }
                | Letter::Erratum { .. }
                | Letter::Revocation { .. }
                | Letter::ThirdPartyNotice { .. } => return None,
            };
            *voided = Some(voiding.clone());
        }
        CaseEvent::CaseReopened { reopening } => {
            case.replies.iter_mut().find(|known| known.n == reopening.reply)?.state = ReplyState::Reopened;
            let closed_on = case.closing.as_ref().map(|closing| closing.on);
            case.reopenings.push(super::super::model::Reopening { closed_on, ..reopening.clone() });
            case.stage = Stage::Registered;
            case.closing = None;
            case.archiving = None;
        }
        CaseEvent::DatesRecounted { calendar, .. } => case.pins.calendar = *calendar,
        _ => return None,
    }
    Some(())
}

fn consult(case: &mut Case, event: &CaseEvent) -> Option<()> {
    if let CaseEvent::ConsultationOpened { consultation } = event {
        case.consultations.push(consultation.clone());
        return Some(());
    }
    let (CaseEvent::ConsultationAnswered { consultation: n, .. }
    | CaseEvent::ConsultationFailed { consultation: n, .. }
    | CaseEvent::ConsultationDecided { consultation: n, .. }) = event
    else {
        return None;
    };
    let known = case.consultations.iter_mut().find(|known| known.n == *n)?;
    match event {
        CaseEvent::ConsultationAnswered { answer, .. } => {
            known.answer = Some(answer.clone());
            case.marks.push(Mark::Answered { n: *n });
        }
        CaseEvent::ConsultationFailed { failure, .. } => {
            known.failure = Some(failure.clone());
            case.marks.push(Mark::Failed { n: *n });
        }
        CaseEvent::ConsultationDecided { decision, .. } => known.decision = Some(decision.clone()),
        _ => return None,
    }
    Some(())
}
