//! Register and acknowledge (登记、登记回执), Art 45. Who: clerk.
//!
//! The number has no gaps within agency and year; the acknowledgement states number, query code, receipt date and due date.

use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs, NumberKind};
use crate::case::flow::Step;
use crate::case::model::{Case, Registration};
use crate::case::private::Private;
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::rules::due::due;
use crate::rules::inner::InnerLimit;
use crate::rules::matter::Matter;
use crate::rules::numbering::{Pattern, PatternError};
use crate::rules::receipt::entered_late;
use crate::rules::terms::reply_working_days;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::{Datelike, NaiveDate};
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// Register the case; nothing needs to be said.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterCase {}

impl Command for RegisterCase {
    const STEP: Step = Step::Register;

    fn needs(&self, _at: Option<u32>, case: &Case, today: NaiveDate) -> Needs {
        Needs { number: Some((NumberKind::of(case.matter), today.year())), ..Needs::default() }
    }

    fn ready(_case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        Ok(None)
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let number = facts.number()?;
        let mut decision = Decision::new();
        let query_code = decision.keep(facts, facts.draws.nth_code(0));
        let registration = registration(case, facts, Entry { number, query_code })?;
        Ok(decision.with(CaseEvent::CaseRegistered { registration }))
    }
}

/// What is drawn for an entry.
pub struct Entry {
    /// The running number.
    pub number: u32,
    /// The applicant's query code.
    pub query_code: Private,
}

/// The register entry of today for a case with this receipt date and matter.
pub fn registration(case: &Case, facts: &Facts<'_>, Entry { number, query_code }: Entry) -> Result<Registration, Refusal> {
    let received_on =
        case.received_on().ok_or_else(|| Refusal::new(Code::DateMissing, "尚无收到申请之日", "there is no receipt date yet"))?;
    let register = match case.matter {
        Matter::InformationRequest => &facts.settings.case_number_pattern,
        Matter::RecordCorrection => &facts.settings.record_correction_number_pattern,
    };
    let year = facts.today.year();
    let until = due(facts.calendar, received_on, reply_working_days(received_on), &[]);
    Ok(Registration {
        case_number: pattern(Pattern::parse(register))?.render(&facts.settings.agency_code, year, number),
        year,
        number,
        on: facts.today,
        late: entered_late(facts.calendar, received_on, facts.today),
        query_code,
        due_on: until.on,
        provisional: until.provisional,
        inner_limits: limits_under(&facts.settings.inner_limits, reply_working_days(received_on)),
    })
}

/// The limits that are shorter than the period of law of the case; an old case may have a shorter one (choice 35).
fn limits_under(limits: &[InnerLimit], working_days: u32) -> Vec<InnerLimit> {
    limits.iter().filter(|limit| limit.working_days < working_days).copied().collect()
}

/// A number pattern of the agency's settings.
pub fn pattern(read: Result<Pattern, PatternError>) -> Result<Pattern, Refusal> {
    read.map_err(|error| {
        let zh = format!("编号格式设置有误：{}", error.zh());
        Refusal::new(Code::SettingMissing, zh, format!("the number pattern is not set properly: {error}"))
    })
}

/// Register and acknowledge.
#[utoipa::path(tag = "register", request_body = RegisterCase, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/registration")]
pub async fn register_case(call: Call) -> Answer {
    super::super::take::<RegisterCase>(call).await
}
