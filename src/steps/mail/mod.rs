//! Mail (邮寄送达): letters leave the agency, are served, come back, and leave again (国办公开办函〔2016〕235号).

pub mod batch;
pub mod delivery;
pub mod dispatch;
pub mod letters;
pub mod make;
pub mod opening;
pub mod proof;
pub mod scan;
mod signatory;
pub mod signed;
#[cfg(test)]
pub(in crate::steps) mod testing;
pub mod tracking;

use utoipa_actix_web::service_config::ServiceConfig;

/// The General Office's reply on how answers are served.
pub const SERVICE_RULE: &str = "国办公开办函〔2016〕235号";

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(proof::file_delivery_proof).service(opening::record_letter_opening).service(scan::file_letter_scan);
    config
        .service(dispatch::dispatch_letter)
        .service(delivery::record_delivery)
        .service(signed::record_delivery_batch)
        .service(batch::dispatch_batch);
}
