//! Handle (办理): between registration and reply.

pub mod assign;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(assign::assign_case);
}
