//! Supervision by the authority above (Art 46, 47): letters to the agencies below, and inspection of their dossiers; and what an agency tells its
//! own departments to mend where it hangs on no case. The authority reads their registers and figures as it is; it never
//! reads a sealed document, and a sister agency is unknown to it.
//!
//! Who writes and concludes: a supervisor of an agency that stands above, at any depth; who takes note and answers: the FOI office of the agency
//! written to. Each leaves an event in the own agency's stream.

pub mod answers;
pub mod inspections;
pub mod letters;
pub mod proofs;
pub mod rectifications;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every operation of supervision.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(letters::list_supervision_letters)
        .service(letters::send_supervision_letter)
        .service(letters::get_supervision_letter)
        .service(answers::note_supervision_letter)
        .service(answers::answer_supervision_letter)
        .service(answers::conclude_supervision_letter)
        .service(proofs::get_supervision_proof)
        .service(rectifications::order_agency_rectification)
        .service(rectifications::report_agency_rectification)
        .service(rectifications::review_agency_rectification)
        .service(rectifications::withdraw_agency_rectification)
        .service(inspections::draw_inspection)
        .service(inspections::score_inspected_dossier)
        .service(inspections::conclude_inspection);
}
