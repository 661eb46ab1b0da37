//! Receive (接收): applications by every channel of Art 31; confirmation of receipt where the channel needs one.

pub mod application;
pub mod attempt;
pub mod confirm;
#[cfg(test)]
mod tests;
pub mod visit;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(application::receive_application)
        .service(attempt::log_confirmation_attempt)
        .service(confirm::confirm_receipt)
        .service(visit::receive_visit);
}
