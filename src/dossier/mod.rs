//! The dossier as one package (案卷导出): everything of a case in the order of domain 6.4, as a bag (RFC 8493) in a ZIP, that a court, an
//! archive or the reviewing body opens and checks without us. Who: those who keep the case, and auditors, each with a purpose.
//!
//! The same state of a case gives the same bytes: nothing comes from the clock, and no name of a file from what people typed. Unredacted
//! originals stay behind and are named as withheld, unless who may read them asks for them. What was handed out, to whom and why stands on
//! the agency's trail, with the digest of its manifest.

mod bag;
mod container;
mod disposal;
mod evidence;
mod export;
mod files;
mod found;
mod index;
mod inspected;
mod lacking;
mod outward;
mod pages;
mod records;
#[cfg(test)]
mod tests;

use utoipa_actix_web::service_config::ServiceConfig;

pub use outward::{Evidence, Offered, State, evidence_of};

/// The export and the disposal; the catalogue alone is read with the views.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(export::get_dossier)
        .service(evidence::get_evidence_pack)
        .service(evidence::check_evidence_pack)
        .service(inspected::get_inspected_dossier)
        .service(disposal::decide_disposal);
}
