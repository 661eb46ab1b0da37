//! When a dossier may be disposed of, and what stands against it: pure functions of the case.

use super::facts::KnownCase;
use super::model::{Case, Complaint, DisposalProposal};
use super::refusal::{Code, Refusal};
use crate::rules::retention::{DossierKind, longer, of_kind, over_on};
use crate::rules::review::gives;
use crate::rules::settings::Settings;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use uuid::Uuid;

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

/// What was written down of how long the case is kept: the day the period is counted from, and the years. None of what runs, and of what
/// goes with another case.
fn recorded(case: &Case) -> Option<(NaiveDate, Option<u16>)> {
    if let Some(voiding) = &case.voiding {
        return voiding.retention.filter(|_| voiding.survivor.is_none()).map(|period| (voiding.on, period.years));
    }
    let archiving = case.archiving.as_ref()?;
    let closed_on = case.closing.as_ref().map_or(archiving.on, |closing| closing.on);
    // A proceeding that began after the archiving makes another dossier of it.
    let begun = archiving.in_proceedings.filter(|_| kind(case) == DossierKind::Proceeding);
    Some((closed_on, begun.map_or(archiving.retention_years, |period| longer(archiving.retention_years, period.years))))
}

/// The longer of what was written down and what the agency's table says now; a table that came since does not shorten what was promised.
fn period(case: &Case, settings: &Settings) -> Option<(NaiveDate, Option<u16>)> {
    let now = |on| of_kind(&settings.retention, kind(case), on);
    if let Some(voiding) = case.voiding.as_ref().filter(|voiding| voiding.survivor.is_none()) {
        let years = now(voiding.on).unwrap_or(settings.retention_years);
        return Some((voiding.on, recorded(case).map_or(years, |(_, known)| longer(known, years))));
    }
    let (from_on, years) = recorded(case)?;
    Some((from_on, now(case.archiving.as_ref()?.on).map_or(years, |table| longer(years, table))))
}

/// The first day on which the dossier is kept no longer, by what was written down; none where it is permanent, or not archived.
pub fn recorded_until(case: &Case) -> Option<NaiveDate> {
    let (from_on, years) = recorded(case)?;
    over_on(from_on, years)
}

/// The same by the agency's table as it is now, where that is later.
pub fn kept_until(case: &Case, settings: &Settings) -> Option<NaiveDate> {
    let (from_on, years) = period(case, settings)?;
    over_on(from_on, years)
}

/// A reconsideration, a lawsuit, an order or an opinion on it that has not come to its end.
pub fn proceeding_runs(case: &Case) -> bool {
    case.proceedings.iter().any(|proceeding| {
        let unperformed =
            |decision: &super::model::ProceedingDecision| decision.order.as_ref().is_some_and(|order| order.performed_on.is_none());
        let unreported = proceeding.opinion.as_ref().is_some_and(|opinion| opinion.report.is_none());
        unreported || proceeding.decision.as_ref().is_none_or(unperformed)
    }) || case.complaints.iter().any(complaint_runs)
}

fn complaint_runs(complaint: &Complaint) -> bool {
    let unperformed = |order: &super::model::Order| order.performed_on.is_none();
    complaint.conclusion.as_ref().is_none_or(|conclusion| conclusion.order.as_ref().is_some_and(unperformed))
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
    let archived_on = case.archiving.as_ref().map(|archiving| archiving.on);
    let voided_on = case.voiding.as_ref().map(|voiding| voiding.on);
    let ended_on = archived_on.or(voided_on).or(case.splitting.as_ref().map(|splitting| splitting.on))?;
    case.disposal_proposals.last().filter(|proposal| proposal.rejected.is_none() && proposal.on >= ended_on && case.disposal.is_none())
}

/// The day from which the dossier is due for disposal by what was written down; none while anything stands against it. The agency's table
/// may ask for more since: [`may_be_disposed_of`] holds it against that.
pub fn disposal_from(case: &Case) -> Option<NaiveDate> {
    let free = !held(case) && !proceeding_runs(case) && !rectification_runs(case) && case.disposal.is_none();
    // A voiding from before its period was written down is kept by the agency's default, and looked at from the first.
    let alone = case.voiding.as_ref().filter(|voiding| voiding.survivor.is_none() && voiding.retention.is_none());
    recorded_until(case).or_else(|| over_on(alone?.on, Some(0))).filter(|_| free)
}

/// The rule that all of it rests on.
const RULE: &str = "档案法实施条例 19";

/// Refuses while a hold or a proceeding stands against the disposal of a case.
pub fn unhindered(case: &Case) -> Result<(), Refusal> {
    if held(case) {
        return Err(Refusal::new(Code::DossierHeld, "案卷已暂缓销毁，解除后方可处理", "a hold stands on the dossier").under(RULE));
    }
    if proceeding_runs(case) {
        let (zh, en) = ("复议、诉讼或者其决定的履行尚未终结", "a proceeding, or what it ordered, has not come to its end");
        return Err(Refusal::new(Code::ProceedingRuns, zh, en).under(RULE));
    }
    if rectification_runs(case) {
        let (zh, en) = ("整改通知尚未复查通过", "a notice of rectification is not settled");
        return Err(Refusal::new(Code::RectificationRuns, zh, en).under(RULE));
    }
    Ok(())
}

/// The cases with the last of which it goes: that in whose favour it was voided, or those it was split into.
pub fn kin(case: &Case) -> Vec<Uuid> {
    let survivor = case.voiding.iter().filter_map(|voiding| voiding.survivor);
    let parts = case.splitting.iter().flat_map(|splitting| &splitting.parts).map(|part| part.case);
    survivor.chain(parts).collect()
}

/// Refuses the disposal of a dossier that is still to be kept. Of one that goes with others its kin must be among the cases: where all of
/// them went without it, it goes by itself.
pub fn may_be_disposed_of(case: &Case, cases: &BTreeMap<Uuid, KnownCase>, settings: &Settings, today: NaiveDate) -> Result<(), Refusal> {
    unhindered(case)?;
    let kept = |zh: String, en: String| Err(Refusal::new(Code::RetentionRuns, zh, en).under(RULE));
    let kin = kin(case);
    if !kin.is_empty() {
        if kin.iter().all(|id| cases.get(id).is_some_and(|known| known.case.disposal.is_some())) {
            return Ok(());
        }
        return kept(
            "作废的案件随存续案件、拆分的原件随最后一件拆分件一并销毁".into(),
            "a voided case goes with the case that survives it, a paper with the last of its parts".into(),
        );
    }
    match kept_until(case, settings) {
        Some(on) if on <= today => Ok(()),
        Some(on) => kept(format!("保管期限未满，自 {on} 起方可鉴定销毁"), format!("the dossier is kept until {on}")),
        None => kept("永久保管的案卷不得销毁".into(), "the dossier is kept permanently".into()),
    }
}
