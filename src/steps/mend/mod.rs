//! Mend (更正), domain 6.6: nothing is edited; both values stay on the trail, and every duty recounts from them.

pub mod amend;
pub mod change;
mod content;
mod days;
pub mod decide;
pub mod erratum;
mod further;
pub mod notice;
mod proceeding;
pub mod recall;
pub mod reopen;
pub mod revoke;
pub mod split;
pub mod void;
mod weigh;

use crate::case::model::{Case, Joint, Reply, ReplyState};
use crate::case::refusal::{Code, Refusal};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(amend::amend_case)
        .service(decide::decide_amendment)
        .service(notice::void_notice)
        .service(reopen::reopen_case)
        .service(void::void_case)
        .service(recall::recall_reply)
        .service(erratum::issue_erratum)
        .service(revoke::revoke_reply)
        .service(split::split_case);
}

/// The reply in the path; it must stand.
fn standing(case: &Case, at: Option<u32>) -> Result<&Reply, Refusal> {
    let reply = at
        .and_then(|n| case.reply(n))
        .ok_or_else(|| Refusal::new(Code::UnknownTarget, "没有该编号的答复", "the case has no reply of this number"))?;
    if reply.state == ReplyState::Issued {
        Ok(reply)
    } else {
        Err(Refusal::new(Code::AlreadyDone, "该答复已被撤回或者撤销", "the reply was already recalled or revoked"))
    }
}

/// The cases of a proceeding that covers several.
fn together(case: &Case, n: u32) -> Option<Joint> {
    case.proceeding(n).and_then(|proceeding| proceeding.joint.clone())
}

/// The number of that proceeding in another of its cases; none where nothing can be mended there any more.
fn proceeding_of(case: &Case, joint: &Joint) -> Option<u32> {
    let open = case.stage.counts() && case.disposal.is_none();
    case.proceeding_in(joint).filter(|_| open).map(|proceeding| proceeding.n)
}

/// The cases that share the reply in the path: what mends it mends it for all of them.
fn shared_reply(case: &Case, at: Option<u32>) -> Option<Joint> {
    at.and_then(|n| case.reply(n)).and_then(|reply| reply.joint.clone())
}

/// The number of the shared reply in one of its cases; none where it stands there no more.
fn own_standing(case: &Case, joint: &Joint) -> Option<u32> {
    case.reply_in(joint).filter(|reply| reply.state == ReplyState::Issued).map(|reply| reply.n)
}

/// Refuses a reply whose letter has not left; one that no letter carries counts as given when it is issued.
fn given(case: &Case, reply: &Reply) -> Result<(), Refusal> {
    if !reply.letter_needed || case.dispatches_of(reply.n).next().is_some() {
        return Ok(());
    }
    Err(Refusal::new(
        Code::ReplyNotDispatched,
        "该答复尚未发出；未发出的，撤回后重新签发",
        "the reply has not left: recall it and issue it anew",
    ))
}

/// The reply that a step on a given reply would act on.
fn given_reply(case: &Case) -> Result<Option<u32>, Refusal> {
    let Some(reply) = case.standing_reply() else {
        return Err(Refusal::new(Code::NothingOpen, "没有有效的答复", "no reply stands"));
    };
    given(case, reply)?;
    Ok(Some(reply.n))
}
