//! Review and litigation (复议、诉讼、报备), domain 5: beside the stages, from any of them after receipt.

pub mod answer;
pub mod decide;
pub mod file;
pub mod open;
pub mod perform;

use crate::case::model::{Case, Proceeding};
use crate::case::refusal::{Code, Refusal};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(open::open_reconsideration)
        .service(open::open_litigation)
        .service(answer::answer_proceeding)
        .service(decide::record_proceeding_decision)
        .service(file::file_proceeding)
        .service(perform::perform_order);
}

/// The proceeding in the path.
fn proceeding(case: &Case, at: Option<u32>) -> Result<&Proceeding, Refusal> {
    at.and_then(|n| case.proceeding(n))
        .ok_or_else(|| Refusal::new(Code::UnknownTarget, "没有该编号的复议或者诉讼", "the case has no proceeding of this number"))
}

/// The first proceeding that a step could act on.
fn first(case: &Case, fits: impl Fn(&Proceeding) -> bool) -> Result<Option<u32>, Refusal> {
    match case.proceedings.iter().find(|proceeding| fits(proceeding)) {
        Some(proceeding) => Ok(Some(proceeding.n)),
        None => {
            Err(Refusal::new(Code::NothingOpen, "没有该步骤可以办理的复议或者诉讼", "the case has no proceeding that waits for this step"))
        }
    }
}
