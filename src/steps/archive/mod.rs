//! Close, then archive (办结、归档): two steps with two dates; papers may come later, never replace anything.

#[expect(clippy::module_inception, reason = "the step has the name of its node")]
pub mod archive;
pub mod catalogue;
pub mod close;
pub mod delivery;
pub mod dispose;
pub mod offered;
pub mod paper;
pub mod publication;
pub mod retention;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(close::close_case).service(archive::archive_case).service(paper::add_paper);
    config.service(retention::hold_dossier).service(retention::release_hold).service(retention::propose_disposal);
    config.service(publication::review_publication).service(publication::record_publication);
}
