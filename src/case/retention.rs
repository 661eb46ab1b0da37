//! When a dossier may be disposed of, and what stands against it: pure functions of the case.

use super::model::{Case, DisposalProposal};
use super::refusal::{Code, Refusal};
use crate::rules::retention::{DossierKind, over_on};
use crate::rules::review::gives;
use chrono::NaiveDate;

/// What sort of dossier it is for the retention table.
pub fn kind(case: &Case) -> DossierKind {
    let items = || case.standing_reply().into_iter().flat_map(|reply| &reply.items);
    if !case.proceedings.is_empty() {
        DossierKind::Proceeding
    } else if items().any(|item| item.kind.is_denial()) {
        DossierKind::Withheld
    } else if items().any(|item| gives(item.kind)) {
        DossierKind::Given
    } else {
        DossierKind::Other
    }
}

/// The first day on which the dossier is kept no longer; none where it is permanent, or not archived.
pub fn kept_until(case: &Case) -> Option<NaiveDate> {
    let archiving = case.archiving.as_ref()?;
    let closed_on = case.closing.as_ref().map_or(archiving.on, |closing| closing.on);
    over_on(closed_on, archiving.retention_years)
}

/// A reconsideration, a lawsuit, an order or an opinion on it that has not come to its end.
pub fn proceeding_runs(case: &Case) -> bool {
    case.proceedings.iter().any(|proceeding| {
        let unperformed =
            |decision: &super::model::ProceedingDecision| decision.order.as_ref().is_some_and(|order| order.performed_on.is_none());
        let unreported = proceeding.opinion.as_ref().is_some_and(|opinion| opinion.report.is_none());
        unreported || proceeding.decision.as_ref().is_none_or(unperformed)
    })
}

/// A notice of rectification that is not settled.
pub fn rectification_runs(case: &Case) -> bool {
    case.rectifications.iter().any(|notice| !notice.is_settled())
}

/// A hold stands.
pub fn held(case: &Case) -> bool {
    case.holds.iter().any(|hold| hold.released.is_none())
}

/// The proposal that waits for the second person; one from before the dossier was opened again and archived anew counts no more.
pub fn waiting(case: &Case) -> Option<&DisposalProposal> {
    let archived_on = case.archiving.as_ref()?.on;
    case.disposal_proposals.last().filter(|proposal| proposal.rejected.is_none() && proposal.on >= archived_on && case.disposal.is_none())
}

/// The day from which the dossier is due for disposal; none while anything stands against it.
pub fn disposal_from(case: &Case) -> Option<NaiveDate> {
    let free = !held(case) && !proceeding_runs(case) && !rectification_runs(case) && case.disposal.is_none();
    kept_until(case).filter(|_| free)
}

/// Refuses the disposal of a dossier that is still to be kept.
pub fn may_be_disposed_of(case: &Case, today: NaiveDate) -> Result<(), Refusal> {
    let rule = "档案法实施条例 19";
    if held(case) {
        return Err(Refusal::new(Code::DossierHeld, "案卷已暂缓销毁，解除后方可处理", "a hold stands on the dossier").under(rule));
    }
    if proceeding_runs(case) {
        let (zh, en) = ("复议、诉讼或者其决定的履行尚未终结", "a proceeding, or what it ordered, has not come to its end");
        return Err(Refusal::new(Code::ProceedingRuns, zh, en).under(rule));
    }
    if rectification_runs(case) {
        let (zh, en) = ("整改通知尚未复查通过", "a notice of rectification is not settled");
        return Err(Refusal::new(Code::RectificationRuns, zh, en).under(rule));
    }
    match kept_until(case) {
        Some(on) if on <= today => Ok(()),
        Some(on) => Err(Refusal::new(
            Code::RetentionRuns,
            format!("保管期限未满，自 {on} 起方可鉴定销毁"),
            format!("the dossier is kept until {on}"),
        )
        .under(rule)),
        None => Err(Refusal::new(Code::RetentionRuns, "永久保管的案卷不得销毁", "the dossier is kept permanently").under(rule)),
    }
}
