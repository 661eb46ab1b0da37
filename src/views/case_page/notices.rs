//! Extensions, requests for reasons, later dates, fees and reopenings on the case page (Arts 33(2), 35, 42, 109号; domain 6.6).

use super::handling::{Desk, NoticeVoidingView};
use super::reader::Reader;
use crate::case::model::{Extension, FeeBasis, FeeNotice, Letter, Notice, Postponement, ReasonsRequest, Reopening};
use crate::rules::terms::DutyKind;
use crate::views::names::AccountRef;
use crate::views::shape::view;
use chrono::NaiveDate;

view! {
    /// An extension (延长答复期限).
    pub struct ExtensionView {
        /// Running number in the case.
        n: u32,
        /// Its document number (文号).
        document_number: Option<String>,
        /// The day of approval.
        on: NaiveDate,
        /// The head of the FOI office, or the deputy, who approved it.
        by: AccountRef,
        /// By how many working days.
        working_days: u32,
        /// Why.
        reasons: Option<String>,
        /// The day its notice counts as sent; it counts from then, if that was in time.
        sent_on: Option<NaiveDate>,
        /// The day the notice was served.
        served_on: Option<NaiveDate>,
        /// Voiding.
        voided: Option<NoticeVoidingView>,
    }
    /// The reasons of an applicant.
    pub struct ReasonsAnswerView {
        /// The day they came.
        on: NaiveDate,
        /// In words.
        words: Option<String>,
        /// Who entered them.
        by: AccountRef,
    }
    /// What the agency makes of the reasons, or of their absence.
    pub struct ReasonsAssessmentView {
        /// The day.
        on: NaiveDate,
        /// Who assessed.
        by: AccountRef,
        /// The request is reasonable.
        reasonable: bool,
        /// Why.
        words: Option<String>,
    }
    /// A notice that asks for the reasons of an excessive request (说明理由告知书).
    pub struct ReasonsRequestView {
        /// Running number in the case.
        n: u32,
        /// Its document number (文号).
        document_number: Option<String>,
        /// The date the notice bears.
        on: NaiveDate,
        /// Who made it.
        by: AccountRef,
        /// What is asked, and why number or frequency is held to be excessive.
        words: Option<String>,
        /// By a setting of the agency, the wait restarts the clock as a correction does.
        restarts_clock: bool,
        /// The day it counts as sent.
        sent_on: Option<NaiveDate>,
        /// The day it was served.
        served_on: Option<NaiveDate>,
        /// The applicant's reasons.
        answer: Option<ReasonsAnswerView>,
        /// The assessment.
        assessment: Option<ReasonsAssessmentView>,
        /// Voiding.
        voided: Option<NoticeVoidingView>,
    }
    /// A later date for the reply to a reasonable but excessive request.
    pub struct PostponementView {
        /// Running number in the case.
        n: u32,
        /// Its document number (文号).
        document_number: Option<String>,
        /// The day it was set.
        on: NaiveDate,
        /// Who set it.
        by: AccountRef,
        /// The date; it replaces the due date once it is announced.
        until: NaiveDate,
        /// Why.
        reasons: Option<String>,
        /// The day the announcement counts as sent.
        sent_on: Option<NaiveDate>,
        /// The day it was served.
        served_on: Option<NaiveDate>,
        /// Voiding.
        voided: Option<NoticeVoidingView>,
    }
    /// A payment into the treasury.
    pub struct PaymentView {
        /// Running number within the notice.
        n: u32,
        /// The day.
        on: NaiveDate,
        /// In yuan.
        amount: u32,
        /// Number of the fiscal receipt (财政票据).
        receipt_number: String,
        /// Who entered it.
        by: AccountRef,
    }
    /// A fee notice (收费通知书).
    pub struct FeeNoticeView {
        /// Running number in the case.
        n: u32,
        /// Its document number (文号).
        document_number: Option<String>,
        /// The date the notice bears.
        on: NaiveDate,
        /// Who made it.
        by: AccountRef,
        /// How it was counted.
        basis: FeeBasis,
        /// The amount, in yuan.
        amount: u32,
        /// What is left to pay, in yuan.
        left: u32,
        /// Why a fee is asked for.
        reasons: Option<String>,
        /// The day it counts as sent.
        sent_on: Option<NaiveDate>,
        /// The day it was served.
        served_on: Option<NaiveDate>,
        /// The last day for the payment.
        payment_due_on: Option<NaiveDate>,
        /// The last day for the payment rests on a year whose holidays are not announced.
        payment_due_on_provisional: bool,
        /// What was paid.
        payments: Vec<PaymentView>,
        /// The day the whole amount was there; the period starts afresh from it.
        paid_on: Option<NaiveDate>,
        /// The last day for the payment, once it was recorded that the amount had not come by then.
        ran_out_on: Option<NaiveDate>,
        /// Voiding.
        voided: Option<NoticeVoidingView>,
    }
    /// A case closed because a term lapsed went on for good reason (恢复办理).
    pub struct ReopeningView {
        /// The day.
        on: NaiveDate,
        /// Who reopened it.
        by: AccountRef,
        /// The reply that it took back.
        reply: u32,
        /// The good reason.
        reasons: Option<String>,
    }
}

/// The document number of a notice.
pub(super) fn document_number(known: &impl Notice) -> Option<String> {
    known.number().map(|number| number.document_number.clone())
}

impl Reader {
    /// An extension.
    pub fn extension(&self, desk: &Desk<'_>, known: &Extension) -> ExtensionView {
        let (sent_on, served_on) = desk.way(Letter::Extension { n: known.n });
        ExtensionView {
            n: known.n,
            document_number: document_number(known),
            on: known.on,
            by: self.account(known.by),
            working_days: known.working_days,
            reasons: self.text(&known.reasons),
            sent_on,
            served_on,
            voided: self.notice_voiding(known.voided.as_ref()),
        }
    }

    /// A request for reasons.
    pub fn reasons_request(&self, desk: &Desk<'_>, known: &ReasonsRequest) -> ReasonsRequestView {
        let (sent_on, served_on) = desk.way(Letter::ReasonsRequest { n: known.n });
        ReasonsRequestView {
            n: known.n,
            document_number: document_number(known),
            on: known.on,
            by: self.account(known.by),
            words: self.text(&known.words),
            restarts_clock: known.restarts_clock,
            sent_on,
            served_on,
            answer: known.answer.as_ref().map(|answer| ReasonsAnswerView {
                on: answer.on,
                words: self.text(&answer.words),
                by: self.account(answer.by),
            }),
            assessment: known.assessment.as_ref().map(|assessment| ReasonsAssessmentView {
                on: assessment.on,
                by: self.account(assessment.by),
                reasonable: assessment.reasonable,
                words: self.text(&assessment.words),
            }),
            voided: self.notice_voiding(known.voided.as_ref()),
        }
    }

    /// A later date.
    pub fn postponement(&self, desk: &Desk<'_>, known: &Postponement) -> PostponementView {
        let (sent_on, served_on) = desk.way(Letter::Postponement { n: known.n });
        PostponementView {
            n: known.n,
            document_number: document_number(known),
            on: known.on,
            by: self.account(known.by),
            until: known.until,
            reasons: self.text(&known.reasons),
            sent_on,
            served_on,
            voided: self.notice_voiding(known.voided.as_ref()),
        }
    }

    /// A fee notice.
    pub fn fee_notice(&self, desk: &Desk<'_>, known: &FeeNotice) -> FeeNoticeView {
        let (sent_on, served_on) = desk.way(Letter::Fee { n: known.n });
        let until = desk.until(DutyKind::PayFee, served_on);
        FeeNoticeView {
            n: known.n,
            document_number: document_number(known),
            on: known.on,
            by: self.account(known.by),
            basis: known.basis,
            amount: known.amount,
            left: known.left(),
            reasons: self.text(&known.reasons),
            sent_on,
            served_on,
            payment_due_on: until.map(|(on, _)| on),
            payment_due_on_provisional: until.is_some_and(|(_, provisional)| provisional),
            payments: known
                .payments
                .iter()
                .map(|payment| PaymentView {
                    n: payment.n,
                    on: payment.on,
                    amount: payment.amount,
                    receipt_number: payment.receipt_number.clone(),
                    by: self.account(payment.by),
                })
                .collect(),
            paid_on: known.paid_on(),
            ran_out_on: known.ran_out_on,
            voided: self.notice_voiding(known.voided.as_ref()),
        }
    }

    /// A reopening.
    pub fn reopening(&self, known: &Reopening) -> ReopeningView {
        ReopeningView { on: known.on, by: self.account(known.by), reply: known.reply, reasons: self.text(&known.reasons) }
    }
}
