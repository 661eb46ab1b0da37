//! Mistyped days that move the clock, as an amendment may mend them (domain 6.6): of a letter, of a consulted party's answer or a letter
//! that failed, of a corrected application, of a payment, of an applicant's reasons. They keep the order that the steps of entry demand.

#[cfg(test)]
mod tests;

use super::change::received;
use crate::case::clock;
use crate::case::event::CaseEvent;
use crate::case::facts::Facts;
use crate::case::model::{Case, Change, Consultation, Dispatch, DispatchState, Letter, Mark, Receipt};
use crate::case::refusal::{Code, Refusal};
use crate::steps::mail::letters::dated_on;
use chrono::NaiveDate;

fn unknown(pointer: &str, zh: &str, en: &str) -> Refusal {
    Refusal::new(Code::UnknownReference, zh, en).at(pointer)
}

/// The posting date; not before the date the letter bears, not after what became of it.
pub(super) fn posting(case: &Case, facts: &Facts<'_>, dispatch: u32, new_on: NaiveDate) -> Result<Change, Refusal> {
    let known = case.dispatch(dispatch).ok_or_else(|| unknown("/dispatch", "没有该编号的寄送", "there is no such dispatch"))?;
    let earlier = case.dispatches.iter().filter(|other| other.letter == known.letter && other.n < known.n);
    let earliest = dated_on(case, known.letter).into_iter().chain(earlier.filter_map(ended_on)).max();
    facts.between(earliest.unwrap_or(case.arrived_on), new_on, "/on")?;
    if let Some(ended_on) = ended_on(known).filter(|ended_on| *ended_on < new_on) {
        let (zh, en) = (
            format!("{new_on} 晚于已登记的送达结果 {ended_on}，请先更正送达日期"),
            format!("{new_on} is after {ended_on}, when the letter was served or came back: amend that first"),
        );
        return Err(Refusal::new(Code::DateBeforePrevious, zh, en).at("/on"));
    }
    Ok(Change::Posting { dispatch, old_on: known.on, new_on })
}

/// The day it was known what became of a letter.
const fn ended_on(known: &Dispatch) -> Option<NaiveDate> {
    match known.state {
        DispatchState::Sent => None,
        DispatchState::Delivered { on, .. } | DispatchState::Returned { on, .. } | DispatchState::NotCollected { on } => Some(on),
    }
}

fn consultation(case: &Case, n: u32) -> Result<&Consultation, Refusal> {
    case.consultations
        .iter()
        .find(|known| known.n == n)
        .ok_or_else(|| unknown("/consultation", "没有该编号的征求意见", "there is no such consultation"))
}

fn left_on(case: &Case, known: &Consultation) -> NaiveDate {
    clock::asked_on(case, known).unwrap_or(known.on)
}

/// Refuses to move what happened on the paper before it was split: the clocks of all its parts rest on it.
fn not_on_paper(known: &Consultation, here: bool) -> Result<(), Refusal> {
    if known.on_paper.is_none() || here {
        return Ok(());
    }
    let (zh, en) = (
        "该征求意见在拆分前的原件中办理，其日期为各拆分件共用，不能在一件中更正",
        "this was asked and came on the paper before it was split: the clocks of all its parts rest on that day",
    );
    Err(Refusal::new(Code::FieldsRefused, zh, en).under("45").at("/consultation"))
}

/// The day a consulted party's answer came.
pub(super) fn answer(case: &Case, facts: &Facts<'_>, n: u32, new_on: NaiveDate) -> Result<Change, Refusal> {
    let known = consultation(case, n)?;
    let answer = known.answer.as_ref().ok_or_else(|| unknown("/consultation", "该征求意见没有反馈记录", "no answer is on record"))?;
    not_on_paper(known, case.marks.contains(&Mark::Answered { n }))?;
    facts.between(left_on(case, known), new_on, "/on")?;
    Ok(Change::ConsultationAnswer { consultation: n, old_on: answer.on, new_on })
}

/// The day a letter to a consulted party was found undeliverable.
pub(super) fn failure(case: &Case, facts: &Facts<'_>, n: u32, new_on: NaiveDate) -> Result<Change, Refusal> {
    let known = consultation(case, n)?;
    let failure = known.failure.as_ref().ok_or_else(|| unknown("/consultation", "没有无法送达的记录", "no failure is on record"))?;
    not_on_paper(known, false)?;
    facts.between(left_on(case, known), new_on, "/on")?;
    Ok(Change::ConsultationFailure { consultation: n, old_on: failure.on, new_on })
}

/// A corrected application as it truly came.
pub(super) struct Came {
    pub correction: u32,
    pub answer: u32,
    pub arrived_on: NaiveDate,
    pub signed_on: Option<NaiveDate>,
    pub confirmed_on: Option<NaiveDate>,
}

/// The arrival of a corrected application, and the receipt that follows by its channel (Arts 30, 31).
pub(super) fn corrected(case: &Case, facts: &Facts<'_>, truly: &Came) -> Result<Change, Refusal> {
    let known = case.corrections.iter().find(|known| known.n == truly.correction);
    let known = known.ok_or_else(|| unknown("/correction", "没有该编号的补正告知", "there is no such correction notice"))?;
    let answer = known.answers.iter().find(|answer| answer.n == truly.answer);
    let answer = answer.ok_or_else(|| unknown("/answer", "没有该编号的补正材料", "there is no such corrected application"))?;
    let sent_on = clock::sent_on(case, Letter::Correction { n: known.n }).unwrap_or(known.on);
    facts.between(sent_on, truly.arrived_on, "/arrived_on")?;
    let new_receipt = received(facts, answer.channel, truly.arrived_on, (truly.signed_on, truly.confirmed_on))?
        .map(|receipt| Receipt { article: format!("30, {}", receipt.article), ..receipt });
    if answer.receipt.is_some() && new_receipt.is_none() {
        let (zh, en) = ("补正申请已经确认收到，须填写双方确认之日", "it was confirmed: the day of confirmation is needed");
        return Err(Refusal::new(Code::DateMissing, zh, en).under("31").at("/confirmed_on"));
    }
    Ok(Change::CorrectedApplication {
        correction: known.n,
        answer: answer.n,
        old_arrived_on: answer.arrived_on,
        old_receipt: answer.receipt.clone(),
        new_arrived_on: truly.arrived_on,
        new_receipt,
    })
}

/// A payment as it truly was.
pub(super) struct Paid {
    pub notice: u32,
    pub payment: u32,
    pub on: NaiveDate,
    pub amount: Option<u32>,
}

/// Day and amount of a payment; no more is paid than was asked for.
pub(super) fn payment(case: &Case, facts: &Facts<'_>, paid: &Paid) -> Result<Change, Refusal> {
    let known = case.fee_notices.iter().find(|known| known.n == paid.notice);
    let known = known.ok_or_else(|| unknown("/notice", "没有该编号的收费通知", "there is no such fee notice"))?;
    let payment = known.payments.iter().find(|payment| payment.n == paid.payment);
    let payment = payment.ok_or_else(|| unknown("/payment", "没有该编号的缴费", "there is no such payment"))?;
    facts.between(clock::sent_on(case, Letter::Fee { n: known.n }).unwrap_or(known.on), paid.on, "/on")?;
    let new_amount = paid.amount.unwrap_or(payment.amount);
    let others: u32 = known.payments.iter().filter(|other| other.n != payment.n).map(|other| other.amount).sum();
    let most = known.amount.saturating_sub(others);
    if !(1..=most).contains(&new_amount) {
        let (zh, en) = (format!("该笔缴费应为1至{most}元"), format!("this payment is 1 to {most} yuan"));
        return Err(Refusal::new(Code::AmountOutOfRange, zh, en).under("109号").at("/amount"));
    }
    let (old_on, old_amount) = (payment.on, payment.amount);
    Ok(Change::Payment { notice: known.n, payment: payment.n, old_on, old_amount, new_on: paid.on, new_amount })
}

/// The day the applicant's reasons came (Art 35).
pub(super) fn reasons(case: &Case, facts: &Facts<'_>, n: u32, new_on: NaiveDate) -> Result<Change, Refusal> {
    let known = case.reasons_requests.iter().find(|known| known.n == n);
    let known = known.ok_or_else(|| unknown("/request", "没有该编号的说明理由告知", "there is no such notice"))?;
    let answer = known.answer.as_ref().ok_or_else(|| unknown("/request", "申请人尚未说明理由", "no reasons are on record"))?;
    facts.between(clock::sent_on(case, Letter::ReasonsRequest { n }).unwrap_or(known.on), new_on, "/on")?;
    if let Some(assessment) = known.assessment.as_ref().filter(|assessment| assessment.on < new_on) {
        let on = assessment.on;
        let (zh, en) = (format!("{new_on} 晚于理由审查之日 {on}"), format!("{new_on} is after {on}, when the reasons were assessed"));
        return Err(Refusal::new(Code::DateBeforePrevious, zh, en).under("35").at("/on"));
    }
    Ok(Change::Reasons { request: n, old_on: answer.on, new_on })
}

/// Whether the old day is still that of the case; none for changes of other things.
pub(super) fn stands(case: &Case, change: &Change) -> Option<bool> {
    let found = match change {
        Change::Posting { dispatch, old_on, .. } => case.dispatch(*dispatch).is_some_and(|known| known.on == *old_on),
        Change::ConsultationAnswer { consultation, old_on, .. } => {
            let known = case.consultations.iter().find(|known| known.n == *consultation);
            known.and_then(|known| known.answer.as_ref()).is_some_and(|answer| answer.on == *old_on)
        }
        Change::ConsultationFailure { consultation, old_on, .. } => {
            let known = case.consultations.iter().find(|known| known.n == *consultation);
            known.and_then(|known| known.failure.as_ref()).is_some_and(|failure| failure.on == *old_on)
        }
        Change::CorrectedApplication { correction, answer, old_arrived_on, old_receipt, .. } => {
            let known = case.corrections.iter().find(|known| known.n == *correction);
            let known = known.and_then(|known| known.answers.iter().find(|known| known.n == *answer));
            known.is_some_and(|known| known.arrived_on == *old_arrived_on && known.receipt == *old_receipt)
        }
        Change::Payment { notice, payment, old_on, old_amount, .. } => {
            let known = case.fee_notices.iter().find(|known| known.n == *notice);
            let known = known.and_then(|known| known.payments.iter().find(|known| known.n == *payment));
            known.is_some_and(|known| known.on == *old_on && known.amount == *old_amount)
        }
        Change::Reasons { request, old_on, .. } => {
            let known = case.reasons_requests.iter().find(|known| known.n == *request);
            known.and_then(|known| known.answer.as_ref()).is_some_and(|answer| answer.on == *old_on)
        }
        _ => return None,
    };
    Some(found)
}

/// Refuses days under which the law's clock would not take what stands. That a letter of the agency truly left too late is no ground to
/// keep a wrong day on record: the letter then has no effect, as on the day it left.
pub(super) fn hold(case: &Case, facts: &Facts<'_>, change: &Change, events: &[CaseEvent]) -> Result<(), Refusal> {
    if change.moved_from().is_none() {
        return Ok(());
    }
    let late = [Code::ExtensionAfterDueDate, Code::PostponedAfterDueDate, Code::FeeNoticeAfterDueDate];
    match clock::hold(case, events, facts.calendar) {
        Err(refusal) if matches!(change, Change::Posting { .. }) && late.contains(&refusal.code) => Ok(()),
        held => held,
    }
}
