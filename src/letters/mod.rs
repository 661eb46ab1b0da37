//! Documents (材料): uploaded, sniffed, kept encrypted under a key each, given back only as they came.

pub mod documents;
pub mod render;
pub mod sheet;
pub mod sniff;
pub mod store;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every operation on documents.
pub fn routes(config: &mut ServiceConfig) {
    config.service(documents::upload_document).service(documents::get_document).service(documents::get_document_content);
}
