//! Register (登记): the number, the acknowledgement, the formal examination.

pub mod acknowledge;
pub mod enter;
pub mod examine;
pub mod platform;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(enter::register_case)
        .service(acknowledge::reissue_acknowledgement)
        .service(examine::examine_application)
        .service(platform::record_platform_entry);
}
