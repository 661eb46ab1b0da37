//! Handle (办理): between registration and reply.

pub mod assign;
pub mod charge;
pub mod consult;
pub mod correct;
pub mod excess;
pub mod extend;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(assign::assign_case)
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
