//! READ SIDE: the register, the case page, the history, the worklist, reference data.

pub mod case_page;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every reading operation.
pub fn routes(config: &mut ServiceConfig) {
    config.service(case_page::get_case);
}
