//! How amended days of letters, answers and payments change the case; the clock recounts from them.

use crate::case::model::{Case, Change};

/// Changes the case; `None` when the amendment names something the case does not have.
pub(super) fn amend(case: &mut Case, change: &Change) -> Option<()> {
    match change {
        Change::Posting { dispatch, new_on, .. } => {
            case.dispatches.iter_mut().find(|known| known.n == *dispatch)?.on = *new_on;
        }
        Change::ConsultationAnswer { consultation, new_on, .. } => {
            case.consultations.iter_mut().find(|known| known.n == *consultation)?.answer.as_mut()?.on = *new_on;
        }
        Change::ConsultationFailure { consultation, new_on, .. } => {
            case.consultations.iter_mut().find(|known| known.n == *consultation)?.failure.as_mut()?.on = *new_on;
        }
        Change::CorrectedApplication { correction, answer, new_arrived_on, new_receipt, .. } => {
            let known = case.corrections.iter_mut().find(|known| known.n == *correction)?;
            let known = known.answers.iter_mut().find(|known| known.n == *answer)?;
            known.arrived_on = *new_arrived_on;
            known.receipt.clone_from(new_receipt);
        }
        Change::Payment { notice, payment, new_on, new_amount, .. } => {
            let known = case.fee_notices.iter_mut().find(|known| known.n == *notice)?;
            let known = known.payments.iter_mut().find(|known| known.n == *payment)?;
            known.on = *new_on;
            known.amount = *new_amount;
        }
        Change::Reasons { request, new_on, .. } => {
            case.reasons_requests.iter_mut().find(|known| known.n == *request)?.answer.as_mut()?.on = *new_on;
        }
        _ => return None,
    }
    Some(())
}
