//! The dates of a reconsideration or lawsuit as an amendment may mend them (domain 5.2, 6.6): a mistyped day, or one that became known
//! later. They keep the order that the steps of entry demand.

use crate::case::facts::Facts;
use crate::case::model::{Case, Change, CourseDay, Proceeding, ProceedingDates, ProceedingKind};
use crate::case::refusal::{Code, Refusal};
use crate::steps::remedy;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// The true dates; what is not given stays as it is.
#[derive(Debug, Clone, Copy, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ProceedingInput {
    /// Number of the proceeding.
    #[schema(minimum = 1)]
    pub proceeding: u32,
    /// The day the body accepted (受理) or the court docketed it (立案), in second instance the day the appeal came in.
    pub accepted_on: Option<NaiveDate>,
    /// The day the agency received the copy.
    pub received_on: Option<NaiveDate>,
    /// The day the agency's answer was handed in or posted; only where it is on record.
    pub answered_on: Option<NaiveDate>,
    /// The date that the decision bears; only where it is on record, as are the two that follow.
    pub decided_on: Option<NaiveDate>,
    /// The day the decision was served on the agency.
    pub decision_received_on: Option<NaiveDate>,
    /// The day it was served on the applicant.
    pub applicant_received_on: Option<NaiveDate>,
    /// The day the body received the application; reconsiderations only.
    pub applied_on: Option<NaiveDate>,
    /// By when the order is to be performed; only where there is one.
    pub order_due_on: Option<NaiveDate>,
    /// The day it was performed; only where that is on record.
    pub performed_on: Option<NaiveDate>,
    /// The day the body's opinion was received; only where it is on record.
    pub opinion_received_on: Option<NaiveDate>,
    /// The day of the report on it; only where it is on record.
    pub reported_on: Option<NaiveDate>,
}

impl ProceedingInput {
    /// The same in another case that the proceeding covers. An order may be about some of its cases only, and be performed in each on a day of its own:
    /// such a day is mended where it was the same.
    #[must_use]
    pub fn in_case(self, known: Option<&Proceeding>, n: u32, first: Option<&Change>) -> Self {
        let (own, first) = match (known.map(ProceedingDates::of), first) {
            (Some(own), Some(Change::Proceeding { old, .. })) => (own, *old),
            _ => return Self { proceeding: n, ..self },
        };
        Self {
            proceeding: n,
            order_due_on: self.order_due_on.filter(|_| own.order_due_on == first.order_due_on),
            performed_on: self.performed_on.filter(|_| own.performed_on == first.performed_on),
            ..self
        }
    }

    /// Old and new side by side.
    pub fn change(self, case: &Case) -> Result<Change, Refusal> {
        let known = case.proceeding(self.proceeding).ok_or_else(|| {
            Refusal::new(Code::UnknownReference, "没有该编号的复议或者诉讼", "the case has no proceeding of this number").at("/proceeding")
        })?;
        if known.answer.is_none() && self.answered_on.is_some() {
            return Err(missing("/answered_on", "尚未登记答复或者答辩", "no answer is on record"));
        }
        let of_decision = [
            ("/decided_on", self.decided_on),
            ("/decision_received_on", self.decision_received_on),
            ("/applicant_received_on", self.applicant_received_on),
        ];
        if let Some((pointer, _)) = of_decision.iter().find(|(_, on)| known.decision.is_none() && on.is_some()) {
            return Err(missing(pointer, "尚未登记复议决定或者裁判", "no decision is on record"));
        }
        let old = ProceedingDates::of(known);
        let further = [
            ("/order_due_on", self.order_due_on, old.order_due_on),
            ("/performed_on", self.performed_on, old.performed_on),
            ("/opinion_received_on", self.opinion_received_on, old.opinion_received_on),
            ("/reported_on", self.reported_on, old.reported_on),
        ];
        if let Some((pointer, ..)) = further.iter().find(|(_, on, stood)| on.is_some() && stood.is_none()) {
            return Err(missing(pointer, "尚未登记该日期", "this date is not on record"));
        }
        if self.applied_on.is_some() && known.kind != ProceedingKind::Reconsideration {
            return Err(missing("/applied_on", "只有行政复议有该日期", "only a reconsideration has this date"));
        }
        let new = ProceedingDates {
            accepted_on: self.accepted_on.or(old.accepted_on),
            received_on: self.received_on.unwrap_or(old.received_on),
            answered_on: self.answered_on.or(old.answered_on),
            decided_on: self.decided_on.or(old.decided_on),
            decision_received_on: self.decision_received_on.or(old.decision_received_on),
            applicant_received_on: self.applicant_received_on.or(old.applicant_received_on),
            applied_on: self.applied_on.or(old.applied_on),
            order_due_on: self.order_due_on.or(old.order_due_on),
            performed_on: self.performed_on.or(old.performed_on),
            opinion_received_on: self.opinion_received_on.or(old.opinion_received_on),
            reported_on: self.reported_on.or(old.reported_on),
        };
        Ok(Change::Proceeding { proceeding: self.proceeding, old, new })
    }
}

fn missing(pointer: &str, zh: &str, en: &str) -> Refusal {
    Refusal::new(Code::UnknownReference, zh, en).at(pointer)
}

/// Refuses dates that could not have been entered in this order.
pub fn in_order(case: &Case, facts: &Facts<'_>, n: u32, new: ProceedingDates) -> Result<(), Refusal> {
    let outdated = || Refusal::new(Code::AmendmentOutdated, "该更正与案件现状不符", "the amendment does not fit the case as it stands");
    let mut after = case.proceeding(n).ok_or_else(outdated)?.clone();
    new.set(&mut after).ok_or_else(outdated)?;
    // An appeal of the agency's own comes before its docketing and its copy.
    let mut earliest = after.appealed_on.into_iter().fold(remedy::earliest(case, &after), NaiveDate::max);
    if let Some(applied_on) = new.applied_on {
        facts.between(earliest, applied_on, "/applied_on")?;
        earliest = applied_on;
    }
    if let Some(accepted_on) = new.accepted_on {
        facts.between(earliest, accepted_on, "/accepted_on")?;
    }
    facts.between(new.accepted_on.unwrap_or(earliest), new.received_on, "/received_on")?;
    if let Some(answered_on) = new.answered_on {
        facts.between(new.received_on, answered_on, "/answered_on")?;
    }
    decided(case, facts, &after)?;
    ordered(facts, &after)?;
    match next_day(case, &after) {
        Some((latest, on, pointer)) if on > latest => Err(Refusal::new(
            Code::DateAfterNext,
            format!("{on} 晚于已登记的后续步骤 {latest}"),
            format!("{on} is after a step already entered on {latest}"),
        )
        .at(pointer)),
        _ => Ok(()),
    }
}

fn decided(case: &Case, facts: &Facts<'_>, after: &Proceeding) -> Result<(), Refusal> {
    let Some(decision) = &after.decision else { return Ok(()) };
    facts.between(remedy::decided_at_the_earliest(case, after, decision.outcome), decision.decided_on, "/decided_on")?;
    let answered_on = after.answer.as_ref().map(|answer| answer.on);
    let earliest = decision.decided_on.max(after.received_on).max(answered_on.unwrap_or(NaiveDate::MIN));
    facts.between(earliest, decision.received_on, "/decision_received_on")?;
    decision.applicant_received_on.map_or(Ok(()), |on| facts.between(decision.decided_on, on, "/applicant_received_on"))
}

/// What was ordered is performed after the decision; what an opinion asks is reported after it came.
fn ordered(facts: &Facts<'_>, after: &Proceeding) -> Result<(), Refusal> {
    if let Some((decision, performed_on)) =
        after.decision.as_ref().and_then(|decision| Some((decision, decision.order.as_ref()?.performed_on?)))
    {
        facts.between(decision.decided_on, performed_on, "/performed_on")?;
    }
    let Some(opinion) = &after.opinion else { return Ok(()) };
    facts.between(after.received_on, opinion.received_on, "/opinion_received_on")?;
    opinion.report.as_ref().map_or(Ok(()), |report| facts.between(opinion.received_on, report.on, "/reported_on"))
}

/// A true day in the course of a proceeding.
#[derive(Debug, Clone, Copy, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct CourseDayInput {
    /// Number of the proceeding.
    #[schema(minimum = 1)]
    pub proceeding: u32,
    /// Which day.
    pub day: CourseDay,
    /// The true day.
    pub on: NaiveDate,
}

impl CourseDayInput {
    /// Old and new side by side.
    pub fn change(self, case: &Case) -> Result<Change, Refusal> {
        let known = case.proceeding(self.proceeding).ok_or_else(|| {
            Refusal::new(Code::UnknownReference, "没有该编号的复议或者诉讼", "the case has no proceeding of this number").at("/proceeding")
        })?;
        let old_on = self.day.on(known).ok_or_else(|| missing("/day", "尚未登记该日期", "this day is not on record"))?;
        Ok(Change::Course { proceeding: self.proceeding, day: self.day, old_on, new_on: self.on })
    }
}

/// Refuses a day of the course that could not have been entered: rests do not meet, a rest ends after it began, a sitting comes after its notice, and
/// all of it after the proceeding began.
pub fn course_in_order(case: &Case, facts: &Facts<'_>, (n, day, on): (u32, CourseDay, NaiveDate)) -> Result<(), Refusal> {
    let outdated = || Refusal::new(Code::AmendmentOutdated, "该更正与案件现状不符", "the amendment does not fit the case as it stands");
    let mut after = case.proceeding(n).ok_or_else(outdated)?.clone();
    *day.place(&mut after).ok_or_else(outdated)? = on;
    let earliest = match day {
        CourseDay::Filing { .. } => after.received_on,
        CourseDay::Told { n } => told_about(case, &after, n).unwrap_or(after.received_on),
        _ => after.began_on(),
    };
    if on < earliest {
        facts.between(earliest, on, "/on")?;
    }
    // A sitting may lie ahead; what happened may not.
    if !matches!(day, CourseDay::Hearing { .. }) {
        facts.not_in_future(on, "/on")?;
    }
    let rests = after.rests_by_day().into_iter().flat_map(|(on, resumed_on)| [Some(on), resumed_on]).flatten();
    let sittings = after.hearings.iter().all(|hearing| hearing.notified_on <= hearing.on);
    let held = after.hearings.iter().all(|hearing| hearing.head_appeared().is_none() || hearing.on <= facts.today);
    if rests.is_sorted() && sittings && held {
        return Ok(());
    }
    let (zh, en) = ("与其他已登记的日期先后不符", "out of order with other days on record");
    Err(Refusal::new(Code::DateBeforePrevious, zh, en).at("/on"))
}

/// The day of the revocation that the body was told of.
fn told_about(case: &Case, proceeding: &Proceeding, n: u32) -> Option<NaiveDate> {
    let told = proceeding.told.get(usize::try_from(n.checked_sub(1)?).ok()?)?;
    case.reply(told.reply)?.revocation.as_ref().map(|revocation| revocation.on)
}

/// The first day that something entered later breaks: that day, the date it must not lie before, and the field of that date.
fn next_day(case: &Case, after: &Proceeding) -> Option<(NaiveDate, NaiveDate, &'static str)> {
    let filed_on = after.filings.iter().map(|filing| filing.on);
    let opinion_on = after.opinion.iter().map(|opinion| opinion.received_on);
    let of_copy = filed_on.chain(opinion_on).map(|on| (on, after.received_on, "/received_on"));
    let decision = after.decision.iter();
    let of_decision = decision.flat_map(|decision| {
        let order = decision.order.iter();
        let performed = order.clone().filter_map(|order| order.performed_on).map(|on| (on, decision.decided_on, "/decided_on"));
        let due = order.map(|order| (order.due_on, decision.received_on, "/decision_received_on"));
        let followers = case.proceedings.iter().filter(|later| later.follows == Some(after.n));
        // A suit over the body's silence began before the decision and is not bound by it.
        let stood = case.proceeding(after.n).and_then(|stood| stood.decision.as_ref()).map(|stood| stood.decided_on);
        let followed = followers.map(Proceeding::began_on).filter(move |on| stood.is_none_or(|stood| stood <= *on));
        let followed = followed.map(|on| (on, decision.decided_on, "/decided_on"));
        performed.chain(due).chain(followed).collect::<Vec<_>>()
    });
    // Its course begins with it.
    let began = if after.accepted_on.is_some() { "/accepted_on" } else { "/received_on" };
    let course = after.course_days().chain(after.hearings.iter().map(|hearing| hearing.notified_on));
    let of_course = course.map(|on| (on, after.began_on(), began));
    of_copy.chain(of_decision).chain(of_course).find(|(latest, on, _)| on > latest)
}

#[cfg(test)]
mod tests;
