//! Proceedings as rows: one a reconsideration or instance of a lawsuit, with its column of table four and its place in the chain.

use crate::case::duties::term_of_appeal;
use crate::case::model::{Case, CorrectionCause, LitigationRoute, Outcome, Proceeding, ProceedingKind};
use crate::rules::calendar::Calendar;
use crate::rules::outcomes::{Column, Instance, litigation_column};
use chrono::NaiveDate;
use uuid::Uuid;

/// A proceeding, as a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProceedingRow {
    /// Number in the case.
    pub n: u32,
    /// Which.
    pub kind: &'static str,
    /// Body or court.
    pub body: String,
    /// Its case number.
    pub case_number: Option<String>,
    /// The day the copy was received.
    pub received_on: NaiveDate,
    /// The outcome.
    pub outcome: Option<&'static str>,
    /// The column of table four.
    pub report_column: &'static str,
    /// The day of the decision.
    pub decided_on: Option<NaiveDate>,
    /// The instance of a lawsuit.
    pub instance: Option<&'static str>,
    /// How the lawsuit began.
    pub route: Option<&'static str>,
    /// The proceeding it follows.
    pub follows: Option<u32>,
    /// The day it began, as far as anybody knows: never after its decision, of which the agency may hear before anything else (复议法 30).
    pub began_on: NaiveDate,
    /// The column its decision has by itself; none while there is none, and where it leaves the judgment below standing.
    pub own_column: Option<&'static str>,
    /// Number of the first instance of the lawsuit; its own where it is that, or a reconsideration.
    pub chain: u32,
    /// The last day on which its judgment could be appealed (行诉法 85); none where nothing is appealed.
    pub appealable_until: Option<NaiveDate>,
    /// The one proceeding over several cases that it is; none where it stands alone.
    pub proceeding_id: Option<Uuid>,
    /// The agency is the one that counts it (国办公开办函〔2016〕201号).
    pub counts: bool,
    /// Why the agency was corrected.
    pub cause: Option<&'static str>,
    /// The grounds of the reply that it challenges; none where it challenges something else.
    pub grounds: Vec<&'static str>,
}

/// The column of table four. A lawsuit is one case through its instances: an appeal dismissed leaves what stood before.
pub fn report_column(case: &Case, proceeding: &Proceeding) -> Column {
    let mut courts = Vec::new();
    let mut at = Some(proceeding);
    while let Some(one) = at {
        match one.decision.as_ref().map(|decision| decision.outcome) {
            Some(Outcome::Court(outcome)) => courts.push((one.instance.unwrap_or(Instance::First), outcome)),
            Some(Outcome::Reconsideration(outcome)) if courts.is_empty() && one.n == proceeding.n => return outcome.column(),
            _ => break,
        }
        at = one.follows.and_then(|n| case.proceeding(n)).filter(|earlier| earlier.n < one.n);
    }
    courts.reverse();
    litigation_column(&courts)
}

/// The first instance of the lawsuit that an instance belongs to.
fn first_instance<'a>(case: &'a Case, instance: &'a Proceeding) -> &'a Proceeding {
    let earlier = instance.follows.and_then(|n| case.proceeding(n)).filter(|earlier| earlier.n < instance.n);
    match earlier.filter(|earlier| instance.kind == ProceedingKind::Litigation && earlier.kind == ProceedingKind::Litigation) {
        Some(earlier) => first_instance(case, earlier),
        None => instance,
    }
}

/// The first day on which anything of it is on record: its acceptance or its copy, the agency's own appeal, its decision.
fn began_on(proceeding: &Proceeding) -> NaiveDate {
    let decided_on = proceeding.decision.as_ref().map(|decision| decision.decided_on);
    proceeding.appealed_on.into_iter().chain(decided_on).fold(proceeding.began_on(), NaiveDate::min)
}

/// Every one of them.
pub(super) fn proceedings(case: &Case, calendar: &Calendar) -> Vec<ProceedingRow> {
    let row = |proceeding: &Proceeding| {
        let outcome = proceeding.decision.as_ref().map(|decision| decision.outcome);
        let first = first_instance(case, proceeding);
        ProceedingRow {
            n: proceeding.n,
            kind: match proceeding.kind {
                ProceedingKind::Reconsideration => "reconsideration",
                ProceedingKind::Litigation => "litigation",
            },
            body: proceeding.body.clone(),
            case_number: proceeding.case_number.clone(),
            received_on: proceeding.received_on,
            outcome: outcome.map(|outcome| match outcome {
                Outcome::Reconsideration(outcome) => outcome.code(),
                Outcome::Court(outcome) => outcome.code(),
            }),
            report_column: report_column(case, proceeding).code(),
            decided_on: proceeding.decision.as_ref().map(|decision| decision.decided_on),
            instance: proceeding.instance.map(Instance::code),
            route: first.route.map(|route| match route {
                LitigationRoute::Direct => "direct",
                LitigationRoute::AfterReconsideration => "after_reconsideration",
            }),
            follows: proceeding.follows,
            began_on: began_on(proceeding),
            own_column: proceeding.own_column().map(Column::code),
            chain: first.n,
            appealable_until: term_of_appeal(case, proceeding, calendar),
            proceeding_id: proceeding.joint.as_ref().map(|joint| joint.id),
            counts: proceeding.stands_as().counts(),
            cause: proceeding.decision.as_ref().and_then(|decision| decision.cause).map(CorrectionCause::code),
            grounds: super::grounds_of(super::challenged(case, proceeding)),
        }
    };
    case.proceedings.iter().map(row).collect()
}
