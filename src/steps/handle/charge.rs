//! Charge the information handling fee (收费), Art 42 and 109号. Who: clerk.
//!
//! Only where number or frequency clearly exceeds the reasonable; crossing the free band is the practical test. By item or by page,
//! one method for an application. The notice goes out within the period and stops it; payment in full starts it afresh, a part does
//! not (choice 24). The amount is the service's own reckoning, never the caller's.

#[cfg(test)]
mod tests;

use super::{number_of, numbered};
use crate::case::clock;
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, FeeBasis, FeeNotice, Letter, Payment};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::{Line, Words};
use crate::rules::applicants::WantedForm;
use crate::rules::clock::Happening;
use crate::rules::fees::{FREE_ITEMS, FREE_PAGES, item_price, pages_price};
use crate::rules::numbering::NoticeKind;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// Most pages of one application that can be charged.
const MOST_PAGES: u32 = 1_000_000;

/// How the fee is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Validate, ToSchema)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub enum FeeMethod {
    /// By item (按件计收): the service counts the applicant's applications of the month.
    ByItem {},
    /// By page (按量计收).
    ByPage {
        /// Sides of A4 or smaller.
        #[schema(minimum = 1, maximum = 1_000_000)]
        pages: u32,
    },
}

/// A fee notice.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct IssueFeeNotice {
    /// The date the notice bears.
    #[schema(example = "2026-11-10")]
    pub on: NaiveDate,
    /// How the fee is counted.
    pub basis: FeeMethod,
    /// Why number or frequency clearly exceeds the reasonable.
    #[garde(dive)]
    pub reasons: Words<2000>,
}

/// The one fee notice of a case that is not voided.
pub fn standing(case: &Case) -> Option<&FeeNotice> {
    case.fee_notices.iter().find(|known| known.voided.is_none())
}

impl Command for IssueFeeNotice {
    const STEP: Step = Step::Charge;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { month_item: true, ..number_of(NoticeKind::Fee, self.on) }
    }

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        if !case.matter.is_information_request() {
            let (zh, en) = ("更正本人信息不收取信息处理费", "the correction of one's own records is free");
            return Err(Refusal::new(Code::NothingToCharge, zh, en).under("41, 42"));
        }
        if standing(case).is_some() {
            let (zh, en) = ("收费通知已经作出，一件申请只收一次费", "a fee was already asked for; an application is charged once");
            return Err(Refusal::new(Code::FeeAlreadyNotified, zh, en).under("109号"));
        }
        clock::would(case, facts, Happening::FeeNoticeSent)?;
        Ok(None)
    }

    fn decide(self, _: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        facts.between(case.received_on().unwrap_or(self.on), self.on, "/on")?;
        let (basis, amount) = self.basis.reckon(case, facts)?;
        let mut decision = Decision::new();
        let notice = FeeNotice {
            n: crate::steps::next(case.fee_notices.len()),
            on: self.on,
            by: facts.person.account_id,
            basis,
            amount,
            reasons: decision.keep(facts, self.reasons.into_string()),
            payments: Vec::new(),
            ran_out_on: None,
            voided: None,
            number: numbered(facts, NoticeKind::Fee, self.on)?,
        };
        Ok(decision.with(CaseEvent::FeeNoticeIssued { notice }))
    }
}

impl FeeMethod {
    fn reckon(self, case: &Case, facts: &Facts<'_>) -> Result<(FeeBasis, u32), Refusal> {
        let (basis, amount, zh, en) = match self {
            Self::ByItem {} => {
                let item = facts.known.month_item.unwrap_or(1);
                let (zh, en) = (
                    format!("该申请人本月第{item}件，未超过免费的{FREE_ITEMS}件"),
                    format!("this is item {item} of the month; {FREE_ITEMS} are free"),
                );
                (FeeBasis::ByItem { item }, item_price(item), zh, en)
            }
            Self::ByPage { pages } if !(1..=MOST_PAGES).contains(&pages) => {
                let (zh, en) = (format!("页数应为1至{MOST_PAGES}"), format!("pages are 1 to {MOST_PAGES}"));
                return Err(Refusal::new(Code::PagesOutOfRange, zh, en).under("109号").at("/basis/pages"));
            }
            Self::ByPage { .. } if case.request.wanted_form == WantedForm::OnSiteInspection => {
                let (zh, en) = ("当面查阅、抄录的不按量计收", "inspection on site is not charged by page");
                return Err(Refusal::new(Code::FieldsRefused, zh, en).under("109号").at("/basis/method"));
            }
            Self::ByPage { pages } => {
                let (zh, en) = (format!("{pages}页，未超过免费的{FREE_PAGES}页"), format!("{pages} pages; {FREE_PAGES} are free"));
                (FeeBasis::ByPage { pages }, pages_price(pages), zh, en)
            }
        };
        if amount == 0 { Err(Refusal::new(Code::NothingToCharge, zh, en).under("42, 109号").at("/basis")) } else { Ok((basis, amount)) }
    }
}

/// A payment into the treasury.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RecordPayment {
    /// The day of payment.
    #[schema(example = "2026-11-20")]
    pub on: NaiveDate,
    /// In yuan; less than what is left is a part.
    #[schema(minimum = 1, example = 380)]
    pub amount: u32,
    /// Number of the fiscal receipt (财政票据).
    #[garde(dive)]
    #[schema(example = "示票 00001234")]
    pub receipt_number: Line<60>,
}

fn awaited(case: &Case) -> Result<(&FeeNotice, NaiveDate), Refusal> {
    let known = standing(case).and_then(|known| Some((known, clock::sent_on(case, Letter::Fee { n: known.n })?)));
    known.filter(|(known, _)| known.left() > 0).ok_or_else(|| {
        Refusal::new(Code::FeeNotOpen, "没有已发出且未缴清的收费通知", "no fee notice that was sent waits for payment").under("109号")
    })
}

impl Command for RecordPayment {
    const STEP: Step = Step::Pay;

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        awaited(case).map(|_| None)
    }

    fn decide(self, _: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let (known, sent_on) = awaited(case)?;
        facts.between(sent_on, self.on, "/on")?;
        let left = known.left();
        if !(1..=left).contains(&self.amount) {
            let (zh, en) = (format!("待缴金额为{left}元"), format!("{left} yuan are left to pay"));
            return Err(Refusal::new(Code::AmountOutOfRange, zh, en).under("109号").at("/amount"));
        }
        let receipt_number = self.receipt_number.into_string();
        if known.payments.iter().any(|payment| payment.receipt_number == receipt_number) {
            let (zh, en) = ("该财政票据号已登记在本案的另一笔缴费上", "another payment of this case bears this fiscal receipt");
            return Err(Refusal::new(Code::AlreadyDone, zh, en).under("109号").at("/receipt_number"));
        }
        let payment = Payment {
            n: crate::steps::next(known.payments.len()),
            on: self.on,
            amount: self.amount,
            receipt_number,
            by: facts.person.account_id,
        };
        let decision = Decision::new().with(CaseEvent::FeePaymentReceived { notice: known.n, payment });
        clock::hold(case, &decision.events, facts.calendar)?;
        Ok(decision)
    }
}

/// Charge the information handling fee.
///
/// The service reckons the amount: by item from the applicant's applications of the month, by page from the pages.
#[utoipa::path(tag = "handle", request_body = IssueFeeNotice, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/fee-notices")]
pub async fn issue_fee_notice(call: Call) -> Answer {
    super::super::take::<IssueFeeNotice>(call).await
}

/// Record a payment.
#[utoipa::path(tag = "handle", request_body = RecordPayment, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/payments")]
pub async fn record_payment(call: Call) -> Answer {
    super::super::take::<RecordPayment>(call).await
}
