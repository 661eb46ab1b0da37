//! Review and litigation (复议、诉讼、报备), domain 5: beside the stages, from any of them after receipt.

/// Of a `Command` on a proceeding: one that covers several cases is one, so a step on it is taken on each of them, under the number it has there.
macro_rules! on_each_case {
    () => {
        fn shared(&self, at: Option<u32>, case: &$crate::case::model::Case) -> Option<$crate::case::model::Joint> {
            $crate::steps::remedy::shared(case, at)
        }

        fn on_sharer(
            self,
            joint: &$crate::case::model::Joint,
            _: Option<u32>,
            _: &$crate::case::model::Case,
            case: &$crate::case::model::Case,
        ) -> Result<Option<(Option<u32>, Self)>, $crate::case::refusal::Refusal> {
            Ok($crate::steps::remedy::own(case, joint).map(|n| (Some(n), self)))
        }
    };
}

pub mod answer;
pub mod complain;
pub mod conclude;
pub mod course;
pub mod decide;
pub mod file;
pub mod hear;
pub mod open;
pub mod opinion;
pub mod perform;
pub mod round;
pub mod tell;
pub mod together;

use crate::case::model::{Against, Case, Joint, Outcome, Proceeding, Reply};
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
        .service(opinion::report_on_opinion)
        .service(course::note_proceeding)
        .service(hear::announce_hearing)
        .service(hear::record_hearing)
        .service(tell::tell_body)
        .service(round::order_round)
        .service(complain::receive_complaint)
        .service(complain::answer_complaint)
        .service(conclude::conclude_complaint)
        .service(conclude::rectify_complaint)
        .service(together::open_proceeding);
}

/// The proceeding in the path.
pub fn proceeding(case: &Case, at: Option<u32>) -> Result<&Proceeding, Refusal> {
    at.and_then(|n| case.proceeding(n))
        .ok_or_else(|| Refusal::new(Code::UnknownTarget, "没有该编号的复议或者诉讼", "the case has no proceeding of this number"))
}

/// The cases that the proceeding in the path covers: a step on it is a step on all of them.
fn shared(case: &Case, at: Option<u32>) -> Option<Joint> {
    at.and_then(|n| case.proceeding(n)).and_then(|proceeding| proceeding.joint.clone())
}

/// The number of that proceeding in another of its cases; none where nothing can be entered there any more.
fn own(case: &Case, joint: &Joint) -> Option<u32> {
    let open = case.stage.counts() && case.disposal.is_none();
    case.proceeding_in(joint).filter(|_| open).map(|proceeding| proceeding.n)
}

/// The first day on which something could be challenged: a reply once it left, anything else once the application was there. None for a
/// reply that has not left.
pub fn challenged_on(case: &Case, against: Against) -> Option<NaiveDate> {
    match against {
        Against::Reply { n } => case.dispatches_of(n).map(|dispatch| dispatch.on).min(),
        Against::Silence | Against::OtherConduct => Some(case.received_on().unwrap_or(case.arrived_on)),
    }
}

/// The day a reply left: that of its letter, or of its issue where none goes out.
fn left_on(case: &Case, reply: &Reply) -> Option<NaiveDate> {
    if reply.letter_needed { challenged_on(case, Against::Reply { n: reply.n }) } else { Some(reply.on) }
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

/// The first day on which this could be decided: a copy may reach the agency late, so not before it was accepted. What is not accepted or
/// docketed is so decided before any copy goes to the agency, though never before what it is about.
pub fn decided_at_the_earliest(case: &Case, proceeding: &Proceeding, outcome: Outcome) -> NaiveDate {
    match outcome {
        Outcome::Reconsideration(ReconsiderationOutcome::NotAccepted) | Outcome::Court(CourtOutcome::NotDocketed) => {
            earliest(case, proceeding)
        }
        _ => proceeding.began_on(),
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
