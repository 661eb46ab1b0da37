//! Reopen a case that was closed because a term lapsed (恢复办理), domain 6.6; Art 30, 109号. Who: an approver who did not sign the
//! closing.
//!
//! For a good reason shown later. The clock starts afresh from the corrected application or the payment, which moves the due date
//! later: a second person decides.

#[cfg(test)]
mod tests;

use crate::case::clock;
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts};
use crate::case::flow::Step;
use crate::case::model::{Case, CorrectionAnswer, Letter, Payment, Receipt, Reopening, Reply};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::{Line, Words};
use crate::rules::receipt::{Channel, ReceiptBasis};
use crate::rules::reply_kinds::ReplyKind;
use crate::steps::handle::{charge, correct};
use crate::steps::next;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// What came late, and counts.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub enum LateAct {
    /// The corrected application.
    CorrectedApplication {
        /// The channel.
        channel: Channel,
        /// The day it came.
        arrived_on: NaiveDate,
        /// The day it counts as received by its channel (Art 31).
        received_on: NaiveDate,
        /// The corrected words.
        #[garde(dive)]
        words: Words<10000>,
    },
    /// The payment of what was left.
    Payment {
        /// The day.
        on: NaiveDate,
        /// Number of the fiscal receipt (财政票据).
        #[garde(dive)]
        receipt_number: Line<60>,
    },
}

/// A reopening.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ReopenCase {
    /// What came late.
    #[garde(dive)]
    pub act: LateAct,
    /// The good reason.
    #[garde(dive)]
    #[schema(example = "申请人住院，期限届满后提交住院证明。")]
    pub reasons: Words<2000>,
}

/// The standing reply if it closed the case because a term had lapsed.
fn lapsed(case: &Case) -> Option<(&Reply, ReplyKind)> {
    let reply = case.standing_reply()?;
    let main = reply.items.iter().find(|item| item.main)?;
    matches!(main.kind, ReplyKind::O1 | ReplyKind::O2).then_some((reply, main.kind))
}

fn not_lapsed() -> Refusal {
    let (zh, en) = ("案件不是因逾期未补正或者未缴费终结的", "the case was not closed because a term had lapsed");
    Refusal::new(Code::NothingOpen, zh, en).under("30, 109号")
}

impl Command for ReopenCase {
    const STEP: Step = Step::Reopen;

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        lapsed(case).map(|_| None).ok_or_else(not_lapsed)
    }

    fn decide(self, _: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let (reply, kind) = lapsed(case).ok_or_else(not_lapsed)?;
        if reply.by == facts.person.account_id {
            let (zh, en) = (
                "恢复办理使期限推迟，须由签发终结告知书以外的人决定",
                "it moves the due date later: somebody else than who signed the closing decides",
            );
            return Err(Refusal::new(Code::SamePerson, zh, en).under("45"));
        }
        let by = facts.person.account_id;
        let mut decision = Decision::new();
        let event = match (self.act, kind) {
            (LateAct::CorrectedApplication { channel, arrived_on, received_on, words }, ReplyKind::O1) => {
                let known = correct::standing(case).ok_or_else(not_lapsed)?;
                let sent_on = clock::sent_on(case, Letter::Correction { n: known.n }).unwrap_or(known.on);
                facts.between(sent_on, arrived_on, "/act/arrived_on")?;
                // The mail room may sign before the FOI office has it; a confirmation comes after the arrival (Art 31).
                match channel.basis() {
                    ReceiptBasis::SignedFor => {
                        facts.between(sent_on, received_on, "/act/received_on")?;
                        facts.between(received_on, arrived_on, "/act/arrived_on")?;
                    }
                    ReceiptBasis::HandedIn | ReceiptBasis::Confirmed => facts.between(arrived_on, received_on, "/act/received_on")?,
                }
                if channel.basis() == ReceiptBasis::HandedIn && received_on != arrived_on {
                    let (zh, en) = ("当面提交的，以提交之日为收到之日", "what is handed in is received on that day");
                    return Err(Refusal::new(Code::DateNotApplicable, zh, en).under("31(1)").at("/act/received_on"));
                }
                let receipt = Some(Receipt { on: received_on, article: format!("30, {}", channel.article().article) });
                let words = decision.keep(facts, words.into_string());
                let answer = CorrectionAnswer { n: next(known.answers.len()), channel, arrived_on, words, by, receipt };
                CaseEvent::CorrectionAnswered { correction: known.n, answer }
            }
            (LateAct::Payment { on, receipt_number }, ReplyKind::O2) => {
                let known = charge::standing(case).ok_or_else(not_lapsed)?;
                facts.between(clock::sent_on(case, Letter::Fee { n: known.n }).unwrap_or(known.on), on, "/act/on")?;
                let receipt_number = receipt_number.into_string();
                let payment = Payment { n: next(known.payments.len()), on, amount: known.left(), receipt_number, by };
                CaseEvent::FeePaymentReceived { notice: known.n, payment }
            }
            _ => {
                let (zh, en) = ("迟到的行为与终结原因不符", "what came late does not belong to the term that lapsed");
                return Err(Refusal::new(Code::FieldsRefused, zh, en).under("30, 109号").at("/act/what"));
            }
        };
        let reasons = decision.keep(facts, self.reasons.into_string());
        let reopening = Reopening { on: facts.today, by, reply: reply.n, closed_on: None, reasons };
        let decision = decision.with(CaseEvent::CaseReopened { reopening }).with(event);
        clock::hold(case, &decision.events, facts.calendar)?;
        Ok(decision)
    }
}

/// Reopen a case closed because a term had lapsed.
#[utoipa::path(tag = "mend", request_body = ReopenCase, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/reopenings")]
pub async fn reopen_case(call: Call) -> Answer {
    super::super::take::<ReopenCase>(call).await
}
