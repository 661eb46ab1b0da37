//! Review and litigation (复议、诉讼、报备), domain 5: beside the stages, from any of them after receipt.

pub mod answer;
pub mod decide;
pub mod file;
pub mod open;
pub mod opinion;
pub mod perform;

use crate::case::model::{Against, Case, Outcome, Proceeding};
use crate::case::refusal::{Code, Refusal};
use crate::rules::outcomes::{CourtOutcome, ReconsiderationOutcome};
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
pub fn proceeding(case: &Case, at: Option<u32>) -> Result<&Proceeding, Refusal> {
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

/// The first day on which a proceeding could begin: what it is about was there, and what it follows was decided. A suit over a body that
/// had not decided (行诉法 45) began before the decision that may have come since.
pub fn earliest(case: &Case, proceeding: &Proceeding) -> NaiveDate {
    let preceding = proceeding.follows.and_then(|n| case.proceeding(n)).and_then(|earlier| earlier.decision.as_ref());
    let decided_on = preceding.map(|decision| decision.decided_on);
    let stood = case.proceeding(proceeding.n).map(Proceeding::began_on);
    let decided_on = decided_on.filter(|decided_on| stood.is_none_or(|began_on| *decided_on <= began_on));
    challenged_on(case, proceeding.against).max(decided_on).unwrap_or(NaiveDate::MIN)
}

/// The first day on which this could be decided. What is not accepted or docketed is so decided before any copy goes to the agency,
/// though never before what it is about.
pub fn decided_at_the_earliest(case: &Case, proceeding: &Proceeding, outcome: Outcome) -> NaiveDate {
    match outcome {
        Outcome::Reconsideration(ReconsiderationOutcome::NotAccepted) | Outcome::Court(CourtOutcome::NotDocketed) => {
            earliest(case, proceeding)
        }
        _ => proceeding.received_on,
    }
}

/// The first proceeding that a step could act on.
pub fn first(case: &Case, fits: impl Fn(&Proceeding) -> bool) -> Result<Option<u32>, Refusal> {
    match case.proceedings.iter().find(|proceeding| fits(proceeding)) {
        Some(proceeding) => Ok(Some(proceeding.n)),
        None => {
            Err(Refusal::new(Code::NothingOpen, "没有该步骤可以办理的复议或者诉讼", "the case has no proceeding that waits for this step"))
        }
    }
}
