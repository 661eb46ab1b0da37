//! Register (登记): the number, the acknowledgement, the formal examination.

pub mod examine;
pub mod register;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(register::register_case).service(examine::examine_application);
}
