//! Review and litigation (复议、诉讼、报备), domain 5: beside the stages, from any of them after receipt.

pub mod answer;
pub mod decide;
pub mod file;
pub mod open;
pub mod opinion;
pub mod perform;

use crate::case::model::{Against, Case, Proceeding};
use crate::case::refusal::{Code, Refusal};
use chrono::NaiveDate;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(open::open_reconsideration)
        .service(open::open_litigation)
        .service(answer::answer_proceeding)
        .service(decide::record_proceeding_decision)
        .service(file::file_proceeding)
        .service(perform::perform_order)
        .service(opinion::receive_opinion)
        .service(opinion::report_on_opinion);
}

/// The proceeding in the path.
fn proceeding(case: &Case, at: Option<u32>) -> Result<&Proceeding, Refusal> {
    at.and_then(|n| case.proceeding(n))
        .ok_or_else(|| Refusal::new(Code::UnknownTarget, "没有该编号的复议或者诉讼", "the case has no proceeding of this number"))
}

/// The first day on which something could be challenged: a reply once it left, anything else once the application was there. None for a
/// reply that has not left.
fn challenged_on(case: &Case, against: Against) -> Option<NaiveDate> {
    match against {
        Against::Reply { n } => case.dispatches_of(n).map(|dispatch| dispatch.on).min(),
        Against::Silence | Against::OtherConduct => Some(case.received_on().unwrap_or(case.arrived_on)),
    }
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
