//! Who acts: accounts, sign-in, tokens.

pub mod oidc;
pub mod passwords;
pub mod tokens;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every operation on people.
pub fn routes(_config: &mut ServiceConfig) {}
