//! What else of proceedings and complaints an amendment mends (domain 5.2, 6.6): the length of a longer term, who appealed and when, the dates of a
//! complaint (Arts 47, 51). They keep what the steps of entry demand; who must agree follows from the duties that move.

use crate::case::duties::decision_period;
use crate::case::facts::Facts;
use crate::case::model::{Appeal, Case, Change, Complaint, ComplaintDates, LongerTerm, Proceeding, ProceedingKind, TermLength};
use crate::case::refusal::{Code, Refusal};
use crate::rules::outcomes::Instance;
use crate::rules::proceedings::Appellant;
use crate::steps::remedy::open::appealed;
use crate::steps::remedy::{self, complain, course};
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// The true length of a longer term: of a reconsideration by days, of a court until a day.
#[derive(Debug, Clone, Copy, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct LongerTermInput {
    /// Number of the proceeding.
    #[schema(minimum = 1)]
    pub proceeding: u32,
    /// Which longer term, from 1.
    #[schema(minimum = 1)]
    pub n: u32,
    /// How many days more; reconsiderations only.
    #[schema(minimum = 1, maximum = 30)]
    pub days: Option<u32>,
    /// Until when; courts only.
    pub until: Option<NaiveDate>,
}

/// Who truly appealed, or applied for the retrial.
#[derive(Debug, Clone, Copy, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct AppealInput {
    /// Number of the proceeding; above the first instance only.
    #[schema(minimum = 1)]
    pub proceeding: u32,
    /// Who did.
    pub appellant: Appellant,
    /// The day of the agency's own appeal or application; without one, what is on record stays as long as the agency is who appealed.
    pub appealed_on: Option<NaiveDate>,
}

/// The true dates of a complaint; what is not given stays as it is.
#[derive(Debug, Clone, Copy, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ComplaintInput {
    /// Number of the complaint.
    #[schema(minimum = 1)]
    pub complaint: u32,
    /// The day it reached the agency.
    pub received_on: Option<NaiveDate>,
    /// By when the agency explains, as the authority says.
    pub answer_due_on: Option<NaiveDate>,
    /// The day the explanation was handed in or posted; only where it is on record, as are those that follow.
    pub answered_on: Option<NaiveDate>,
    /// The date that the finding bears.
    pub concluded_on: Option<NaiveDate>,
    /// The day the finding reached the agency.
    pub conclusion_received_on: Option<NaiveDate>,
    /// By when something is to be put right.
    pub order_due_on: Option<NaiveDate>,
    /// The day it was put right.
    pub rectified_on: Option<NaiveDate>,
}

fn proceeding(case: &Case, n: u32) -> Result<&Proceeding, Refusal> {
    case.proceeding(n).ok_or_else(|| missing("/proceeding", "没有该编号的复议或者诉讼", "the case has no proceeding of this number"))
}

fn missing(pointer: &str, zh: &str, en: &str) -> Refusal {
    Refusal::new(Code::UnknownReference, zh, en).at(pointer)
}

fn outdated() -> Refusal {
    Refusal::new(Code::AmendmentOutdated, "该更正与案件现状不符", "the amendment does not fit the case as it stands")
}

impl LongerTermInput {
    /// Old and new side by side.
    pub fn change(self, case: &Case) -> Result<Change, Refusal> {
        let known = proceeding(case, self.proceeding)?;
        let old = longer_term(known, self.n).ok_or_else(|| missing("/n", "没有该次延长审理期限", "no such longer term is on record"))?;
        let new = TermLength { days: self.days, until: self.until };
        Ok(Change::LongerTerm { proceeding: self.proceeding, n: self.n, old: TermLength::of(old), new })
    }
}

fn longer_term(proceeding: &Proceeding, n: u32) -> Option<&LongerTerm> {
    proceeding.longer_terms.get(usize::try_from(n.checked_sub(1)?).ok()?)
}

impl AppealInput {
    /// Old and new side by side.
    pub fn change(self, case: &Case) -> Result<Change, Refusal> {
        let old = Appeal::of(proceeding(case, self.proceeding)?);
        let stays = || old.appealed_on.filter(|_| self.appellant.is_agency());
        let new = Appeal { appellant: Some(self.appellant), appealed_on: self.appealed_on.or_else(stays) };
        Ok(Change::Appeal { proceeding: self.proceeding, old, new })
    }
}

impl ComplaintInput {
    /// Old and new side by side.
    pub fn change(self, case: &Case) -> Result<Change, Refusal> {
        let known = case.complaint(self.complaint);
        let known = known.ok_or_else(|| missing("/complaint", "没有该编号的投诉", "the case has no complaint of this number"))?;
        let old = ComplaintDates::of(known);
        let recorded = [
            ("/answered_on", self.answered_on, old.answered_on),
            ("/concluded_on", self.concluded_on, old.concluded_on),
            ("/conclusion_received_on", self.conclusion_received_on, old.conclusion_received_on),
            ("/order_due_on", self.order_due_on, old.order_due_on),
            ("/rectified_on", self.rectified_on, old.rectified_on),
        ];
        if let Some((pointer, ..)) = recorded.iter().find(|(_, on, stood)| on.is_some() && stood.is_none()) {
            return Err(missing(pointer, "尚未登记该日期", "this date is not on record"));
        }
        let new = ComplaintDates {
            received_on: self.received_on.unwrap_or(old.received_on),
            answer_due_on: self.answer_due_on.or(old.answer_due_on),
            answered_on: self.answered_on.or(old.answered_on),
            concluded_on: self.concluded_on.or(old.concluded_on),
            conclusion_received_on: self.conclusion_received_on.or(old.conclusion_received_on),
            order_due_on: self.order_due_on.or(old.order_due_on),
            rectified_on: self.rectified_on.or(old.rectified_on),
        };
        Ok(Change::Complaint { complaint: self.complaint, old, new })
    }
}

/// Refuses what could not have been entered so; none for changes of another sort.
pub(super) fn fits(case: &Case, facts: &Facts<'_>, change: &Change) -> Option<Result<(), Refusal>> {
    Some(match change {
        Change::LongerTerm { proceeding, n, new, .. } => longer_fits(case, facts, (*proceeding, *n, *new)),
        Change::Appeal { proceeding, new, .. } => appeal_fits(case, facts, (*proceeding, *new)),
        Change::Complaint { complaint, new, .. } => complaint_fits(case, facts, (*complaint, *new)),
        _ => return None,
    })
}

/// Thirty days at most (复议法 62), until a day of the court above (行诉法 81, 88); and no suit over the body's silence lies within it (行诉法 45).
fn longer_fits(case: &Case, facts: &Facts<'_>, (number, n, new): (u32, u32, TermLength)) -> Result<(), Refusal> {
    let mut after = case.proceeding(number).ok_or_else(outdated)?.clone();
    let on = longer_term(&after, n).ok_or_else(outdated)?.on;
    let of_body = after.kind == ProceedingKind::Reconsideration;
    let article = match (of_body, after.instance) {
        (true, _) => "复议法 62",
        (false, Some(Instance::Second)) => "行诉法 88",
        (false, _) => "行诉法 81",
    };
    let refuse = |zh: &str, en: &str, pointer: &str| Err(Refusal::new(Code::TermNotExtendable, zh, en).under(article).at(pointer));
    match (new.days, new.until) {
        (Some(1..=course::MOST_DAYS), None) if of_body => {}
        (Some(_), None) if of_body => return refuse("延长不得超过三十日", "thirty days at most", "/days"),
        _ if of_body => return refuse("行政复议按日数延长", "a reconsideration is extended by days", "/days"),
        (None, Some(until)) if until > on && on.checked_add_months(course::FURTHEST).is_some_and(|latest| until <= latest) => {}
        (None, Some(_)) => return refuse("延长的截止日期不符", "the day lies before the notice, or beyond three years", "/until"),
        _ => return refuse("人民法院延长审理期限的，须填写截止日期", "a court's term is extended until a day", "/until"),
    }
    new.set(&mut after, n).ok_or_else(outdated)?;
    let end = decision_period(&after, facts.calendar).map(|period| period.due_on);
    let silent = |later: &&Proceeding| {
        let before_decision = after.decision.as_ref().is_none_or(|decision| later.began_on() < decision.decided_on);
        later.follows == Some(number) && of_body && before_decision
    };
    match case.proceedings.iter().find(silent).map(Proceeding::began_on) {
        Some(began_on) if end.is_some_and(|end| end >= began_on) => Err(Refusal::new(
            Code::DateAfterNext,
            format!("{began_on} 已因复议机关逾期未作决定而起诉，复议期限不能在此之后届满"),
            format!("a suit over the body's silence began on {began_on}: the term cannot end after that"),
        )
        .under("行诉法 45")
        .at("/days")),
        _ => Ok(()),
    }
}

/// Who appealed fits the instance, and the agency's own appeal lies between the judgment and its copy (行诉法 85, 90).
fn appeal_fits(case: &Case, facts: &Facts<'_>, (n, new): (u32, Appeal)) -> Result<(), Refusal> {
    let known = case.proceeding(n).ok_or_else(outdated)?;
    let Some(instance) = known.instance else {
        let (zh, en) = ("行政复议没有上诉人", "nobody appeals to a reconsideration");
        return Err(Refusal::new(Code::FieldsRefused, zh, en).under("行诉法 85, 90").at("/proceeding"));
    };
    let earliest = appealed((instance, new.appellant, new.appealed_on), remedy::earliest(case, known), facts)?;
    match new.appealed_on.filter(|_| earliest > known.began_on()) {
        Some(on) => Err(Refusal::new(
            Code::DateAfterNext,
            format!("{on} 晚于已登记的立案或者收到副本之日 {}", known.began_on()),
            format!("{on} is after the docketing or the copy on {}", known.began_on()),
        )
        .at("/appealed_on")),
        None => Ok(()),
    }
}

/// The dates of a complaint keep the order of its steps (Arts 47(2), 51).
fn complaint_fits(case: &Case, facts: &Facts<'_>, (n, new): (u32, ComplaintDates)) -> Result<(), Refusal> {
    let known: &Complaint = case.complaint(n).ok_or_else(outdated)?;
    let earliest = remedy::challenged_on(case, known.against).unwrap_or(NaiveDate::MIN);
    facts.between(earliest, new.received_on, "/received_on")?;
    if let Some(due_on) = new.answer_due_on {
        complain::explained_in_reach(new.received_on, due_on)?;
    }
    if let Some(on) = new.answered_on {
        facts.between(new.received_on, on, "/answered_on")?;
    }
    let Some((concluded_on, received_on)) = new.concluded_on.zip(new.conclusion_received_on) else { return Ok(()) };
    facts.between(new.received_on, concluded_on, "/concluded_on")?;
    facts.between(concluded_on, received_on, "/conclusion_received_on")?;
    if let Some(due_on) = new.order_due_on {
        remedy::decide::in_reach(due_on, received_on).map_err(|refusal| Refusal { errors: Vec::new(), ..refusal }.at("/order_due_on"))?;
    }
    new.rectified_on.map_or(Ok(()), |on| facts.between(concluded_on, on, "/rectified_on"))
}

/// Whether the old values are still those of the case; none for changes of another sort.
pub(super) fn stands(case: &Case, change: &Change) -> Option<bool> {
    Some(match change {
        Change::LongerTerm { proceeding, n, old, .. } => {
            case.proceeding(*proceeding).and_then(|known| longer_term(known, *n)).map(TermLength::of) == Some(*old)
        }
        Change::Appeal { proceeding, old, .. } => case.proceeding(*proceeding).map(Appeal::of) == Some(*old),
        Change::Complaint { complaint, old, .. } => case.complaint(*complaint).map(ComplaintDates::of) == Some(*old),
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
