//! Documents (材料): uploaded, sniffed, kept encrypted under a key each, given back only as they came. Letters (文书): composed from a
//! case by templates that are data, rendered, and kept as documents are.

pub mod anonymous;
pub mod compose;
pub mod documents;
pub mod kinds;
pub mod library;
pub mod made;
pub mod press;
pub mod previews;
pub mod render;
pub mod scanner;
pub mod sheet;
pub mod sniff;
pub mod store;
pub mod template;
pub mod templates;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every operation on documents and letters.
pub fn routes(config: &mut ServiceConfig) {
    config.service(documents::upload_document).service(documents::get_document).service(documents::get_document_content);
    config
        .service(made::make_letter)
        .service(made::get_letter_content)
        .service(previews::preview_letter)
        .service(previews::get_fee_standard);
    config
        .service(templates::list_letter_templates)
        .service(templates::get_letter_template)
        .service(templates::replace_letter_template)
        .service(templates::list_letter_template_editions)
        .service(templates::get_letter_template_sample);
    library::routes(config);
}
