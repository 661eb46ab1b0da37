//! Handle (办理): between registration and reply.

pub mod accept;
pub mod assign;
pub mod charge;
pub mod confer;
pub mod consult;
pub mod contact;
pub mod correct;
pub mod desk;
pub mod excess;
pub mod extend;
pub mod search;

use super::register::enter::pattern;
use crate::case::facts::{Facts, Needs, NumberKind};
use crate::case::model::{DrawnNumber, NoticeNumber};
use crate::case::refusal::Refusal;
use crate::rules::numbering::NoticeKind;
use chrono::{Datelike, NaiveDate};
use utoipa_actix_web::service_config::ServiceConfig;

/// The need of the number of a notice, of the year that the notice is dated in.
fn number_of(kind: NoticeKind, dated_on: NaiveDate) -> Needs {
    Needs { number: Some((NumberKind::Notice(kind), dated_on.year())), ..Needs::default() }
}

/// The document number that was drawn for a notice (domain 6.2).
fn numbered(facts: &Facts<'_>, kind: NoticeKind, dated_on: NaiveDate) -> Result<Option<NoticeNumber>, Refusal> {
    let drawn = DrawnNumber { year: dated_on.year(), number: facts.number()? };
    let pattern = pattern(kind.pattern(&facts.settings.notice_number_pattern))?;
    let document_number = pattern.render(&facts.settings.agency_code, drawn.year, drawn.number);
    Ok(Some(NoticeNumber { document_number, drawn: Some(drawn) }))
}

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(assign::assign_case)
        .service(accept::accept_assignment)
        .service(accept::return_assignment)
        .service(search::open_search_tasks)
        .service(search::record_search_result)
        .service(search::return_search_result)
        .service(search::withdraw_search_task)
        .service(confer::open_case_conference)
        .service(confer::record_conference_opinion)
        .service(confer::conclude_case_conference)
        .service(contact::log_contact)
        .service(correct::request_correction)
        .service(correct::receive_correction)
        .service(correct::confirm_correction)
        .service(consult::open_consultation)
        .service(consult::record_consultation_answer)
        .service(consult::record_consultation_failure)
        .service(consult::decide_consultation)
        .service(extend::extend_reply)
        .service(excess::request_reasons)
        .service(excess::record_reasons)
        .service(excess::assess_reasons)
        .service(excess::postpone_reply)
        .service(charge::issue_fee_notice)
        .service(charge::record_payment);
}
