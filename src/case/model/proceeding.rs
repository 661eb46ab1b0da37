//! Reconsiderations (行政复议) and lawsuits (行政诉讼) beside the stages (domain 5).

use super::course::{CourseNotice, Hearing, LongerTerm, Noted, ProcedureChange, Suspension, Told};
use super::joint::Joint;
use crate::case::private::Private;
use crate::rules::calendar::{Calendar, Counted};
pub use crate::rules::outcomes::CorrectionCause;
use crate::rules::outcomes::{Column, CourtOutcome, Instance, ProcedureKind, ReconsiderationOutcome};
use crate::rules::proceedings::{Appellant, EndedBy, FilingSubject, OrderKind, PartyStanding};
use chrono::{Days, NaiveDate};
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Which proceeding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProceedingKind {
    /// Administrative reconsideration.
    Reconsideration,
    /// Administrative litigation.
    Litigation,
}

/// What is challenged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Against {
    /// A reply.
    Reply {
        /// Its number in the case.
        n: u32,
    },
    /// No reply in time.
    Silence,
    /// Other conduct.
    OtherConduct,
}

/// How a lawsuit began; table four has a column for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LitigationRoute {
    /// Directly (未经复议直接起诉).
    Direct,
    /// After a reconsideration (复议后起诉).
    AfterReconsideration,
}

/// The outcome, by kind of proceeding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "by", content = "outcome", rename_all = "snake_case", deny_unknown_fields)]
pub enum Outcome {
    /// Of a reconsideration.
    Reconsideration(ReconsiderationOutcome),
    /// Of a court.
    Court(CourtOutcome),
}

impl Outcome {
    /// Whether an order can come with it: it corrects the agency, or the parties agreed on something (复议法 73, 74; 行诉法 60).
    pub fn may_order(self, ended_by: Option<EndedBy>) -> bool {
        let agreed = matches!(self, Self::Reconsideration(ReconsiderationOutcome::Mediated) | Self::Court(CourtOutcome::Mediated));
        agreed || self.corrects() || ended_by == Some(EndedBy::Settlement)
    }
}

/// The agency's answer (答复、答辩) with evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The day it was handed in or posted; days in transit do not count.
    pub on: NaiveDate,
    /// Who sent it.
    pub by: Uuid,
    /// The paper.
    pub document_id: Option<Uuid>,
    /// The officer in charge (承办人), where said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer: Option<Private>,
    /// Who stands for the agency (委托代理人), where anybody does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agents: Vec<Private>,
}

/// In what the term of an order is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderUnit {
    /// Working days (工作日).
    WorkingDays,
    /// Natural days (日).
    NaturalDays,
}

/// A term that runs from the day on which an order takes effect (生效之日起); that day is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderTerm {
    /// How long.
    #[garde(range(min = 1, max = 730))]
    #[schema(minimum = 1, maximum = 730, example = 15)]
    pub length: u32,
    /// Of what.
    #[garde(skip)]
    pub unit: OrderUnit,
}

impl OrderTerm {
    /// Its last day: where that is a rest day, the first working day after it.
    pub fn until(self, calendar: &Calendar, from_on: NaiveDate) -> Counted {
        match self.unit {
            OrderUnit::WorkingDays => calendar.nth_working_day_after(from_on, self.length),
            OrderUnit::NaturalDays => calendar.on_or_after(from_on + Days::new(u64::from(self.length))),
        }
    }
}

/// What a decision orders, with its own date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// What must be done.
    pub what: Private,
    /// By when; of a term from taking effect, its end if it took effect when the decision was received.
    pub due_on: NaiveDate,
    /// The term from taking effect, where the decision gives one in the place of a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<OrderTerm>,
    /// The day it was performed.
    pub performed_on: Option<NaiveDate>,
    /// What sort of order it is; none in orders from before it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<OrderKind>,
    /// What proves the performance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<OrderProof>,
}

impl Order {
    /// The paper that proves its performance.
    pub const fn proved_by(&self) -> Option<Uuid> {
        match self.proof {
            Some(OrderProof::Document { document_id }) => Some(document_id),
            Some(OrderProof::Reply { .. }) | None => None,
        }
    }
}

/// What proves that an order was performed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum OrderProof {
    /// A stored paper.
    Document {
        /// It.
        document_id: Uuid,
    },
    /// The new reply, which left the agency.
    Reply {
        /// Its number in the case.
        #[schema(minimum = 1)]
        n: u32,
    },
}

/// The decision or judgment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProceedingDecision {
    /// The outcome.
    pub outcome: Outcome,
    /// The date it bears.
    pub decided_on: NaiveDate,
    /// The day it was served on the agency.
    pub received_on: NaiveDate,
    /// The day it was served on the applicant, where the agency knows it: their term to sue runs from it (行诉法 45).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applicant_received_on: Option<NaiveDate>,
    /// Its document number.
    pub document_number: Option<String>,
    /// Whether it is a ruling (裁定): appeal within 10 days instead of 15.
    pub ruling: bool,
    /// Why the agency was corrected.
    pub cause: Option<CorrectionCause>,
    /// What it orders.
    pub order: Option<Order>,
    /// The stored paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<Uuid>,
    /// Its words, where there is no paper of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Private>,
    /// Why it ended without a decision on the matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<EndedBy>,
    /// Working days within which the outcome is filed with the authority, by the settings of the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_within: Option<u32>,
}

/// A reconsideration opinion (行政复议意见书): what the body asks the agency to mend beside its decision (复议法 76).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    /// The day the agency received it.
    pub received_on: NaiveDate,
    /// Its document number.
    pub document_number: Option<String>,
    /// The stored paper.
    pub document_id: Option<Uuid>,
    /// Its words, where there is no paper of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Private>,
    /// The agency's report on what it did.
    pub report: Option<OpinionReport>,
}

/// The agency's report on a reconsideration opinion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpinionReport {
    /// The day it was handed in or posted; days in transit do not count.
    pub on: NaiveDate,
    /// Who sent it.
    pub by: Uuid,
    /// The stored paper.
    pub document_id: Option<Uuid>,
}

/// A filing (报备) with the authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filing {
    /// The day.
    pub on: NaiveDate,
    /// With whom.
    pub with: String,
    /// Who filed.
    pub by: Uuid,
    /// The receipt or the paper filed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<Uuid>,
    /// What it is about; none where that follows from its day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<FilingSubject>,
}

impl Filing {
    /// Whether it can be the one about this.
    pub fn is_about(&self, subject: FilingSubject) -> bool {
        self.about.is_none_or(|about| about == subject)
    }
}

/// One reconsideration or lawsuit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proceeding {
    /// Running number in the case, from 1.
    pub n: u32,
    /// Which.
    pub kind: ProceedingKind,
    /// What is challenged.
    pub against: Against,
    /// The body or court.
    pub body: String,
    /// Its case number (复议案号、案号).
    pub case_number: Option<String>,
    /// Ordinary or summary procedure.
    pub procedure: ProcedureKind,
    /// The instance of a lawsuit.
    pub instance: Option<Instance>,
    /// How a lawsuit began.
    pub route: Option<LitigationRoute>,
    /// The earlier proceeding it follows.
    pub follows: Option<u32>,
    /// The day the body accepted (受理) or the court docketed it (立案), in second instance the day the appeal came in; where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_on: Option<NaiveDate>,
    /// The day the agency received the copy.
    pub received_on: NaiveDate,
    /// The agency's answer.
    pub answer: Option<Answer>,
    /// The decision.
    pub decision: Option<ProceedingDecision>,
    /// Filings.
    pub filings: Vec<Filing>,
    /// The body's opinion beside its decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opinion: Option<Opinion>,
    /// The cases it covers, where there are several; its `id` is that of the one proceeding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joint: Option<Joint>,
    /// On which side the agency stands; none where it alone must answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<PartyStanding>,
    /// Who appealed, or applied for the retrial; none where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appellant: Option<Appellant>,
    /// The day the agency itself appealed or applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appealed_on: Option<NaiveDate>,
    /// The day the body received the application, where the papers say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied_on: Option<NaiveDate>,
    /// The document number of the notice to answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_number: Option<String>,
    /// The stored papers: the notice to answer, the copy of the application or claim.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<Uuid>,
    /// Rests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspensions: Vec<Suspension>,
    /// Longer terms for the decision.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub longer_terms: Vec<LongerTerm>,
    /// The change of the procedure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub procedure_change: Option<ProcedureChange>,
    /// The notices of all this, as they came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Noted>,
    /// Sittings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hearings: Vec<Hearing>,
    /// Word of the agency's own revocation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<Told>,
    /// Working days within which it is filed with the authority, by the settings of the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_within: Option<u32>,
}

impl Proceeding {
    /// The day it began, as far as the agency knows: the acceptance, else the copy.
    pub fn began_on(&self) -> NaiveDate {
        self.accepted_on.unwrap_or(self.received_on)
    }

    /// On which side the agency stands.
    pub fn stands_as(&self) -> PartyStanding {
        self.standing.unwrap_or(PartyStanding::Respondent)
    }

    /// The column of table four that its decision has by itself (domain 5.3); none while there is none, and where it leaves the judgment below
    /// standing.
    pub fn own_column(&self) -> Option<Column> {
        match self.decision.as_ref()?.outcome {
            Outcome::Reconsideration(outcome) => Some(outcome.column()),
            Outcome::Court(outcome) => outcome.column_in(self.instance.unwrap_or(Instance::First)),
        }
    }

    /// The sitting with this number.
    pub fn hearing(&self, n: u32) -> Option<&Hearing> {
        self.hearings.iter().find(|hearing| hearing.n == n)
    }

    /// The procedure on a day.
    pub fn procedure_on(&self, on: NaiveDate) -> ProcedureKind {
        self.procedure_change.filter(|change| on < change.on).map_or(self.procedure, |change| change.from)
    }

    /// Takes in a notice about the course; none where it does not fit.
    pub fn note(&mut self, noted: &Noted) -> Option<()> {
        match noted.notice {
            CourseNotice::Suspended => self.rest_from(noted.on)?,
            CourseNotice::Resumed => self.resume_on(noted.on)?,
            CourseNotice::TermExtended { days, until } => self.longer_terms.push(LongerTerm { on: noted.on, days, until }),
            CourseNotice::TurnedOrdinary => {
                self.procedure_change = Some(ProcedureChange { on: noted.on, from: self.procedure });
                self.procedure = ProcedureKind::Ordinary;
            }
        }
        self.notices.push(noted.clone());
        Some(())
    }
}

/// The dates of a proceeding that were entered by hand and can be mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProceedingDates {
    /// The day of acceptance, docketing, or receipt of the appeal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_on: Option<NaiveDate>,
    /// The day the agency received the copy.
    pub received_on: NaiveDate,
    /// The day of the agency's answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_on: Option<NaiveDate>,
    /// The date of the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_on: Option<NaiveDate>,
    /// The day the decision was served on the agency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_received_on: Option<NaiveDate>,
    /// The day it was served on the applicant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applicant_received_on: Option<NaiveDate>,
    /// The day the body received the application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied_on: Option<NaiveDate>,
    /// By when the order is to be performed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_due_on: Option<NaiveDate>,
    /// The day it was performed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub performed_on: Option<NaiveDate>,
    /// The day the body's opinion was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opinion_received_on: Option<NaiveDate>,
    /// The day of the report on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_on: Option<NaiveDate>,
}

impl ProceedingDates {
    /// As they stand.
    pub fn of(proceeding: &Proceeding) -> Self {
        let decision = proceeding.decision.as_ref();
        Self {
            accepted_on: proceeding.accepted_on,
            received_on: proceeding.received_on,
            answered_on: proceeding.answer.as_ref().map(|answer| answer.on),
            decided_on: decision.map(|decision| decision.decided_on),
            decision_received_on: decision.map(|decision| decision.received_on),
            applicant_received_on: decision.and_then(|decision| decision.applicant_received_on),
            applied_on: proceeding.applied_on,
            order_due_on: decision.and_then(|decision| decision.order.as_ref()).map(|order| order.due_on),
            performed_on: decision.and_then(|decision| decision.order.as_ref()).and_then(|order| order.performed_on),
            opinion_received_on: proceeding.opinion.as_ref().map(|opinion| opinion.received_on),
            reported_on: proceeding.opinion.as_ref().and_then(|opinion| opinion.report.as_ref()).map(|report| report.on),
        }
    }

    /// Puts them in place; none where they name an answer or a decision that is not there.
    pub fn set(self, proceeding: &mut Proceeding) -> Option<()> {
        proceeding.accepted_on = self.accepted_on;
        proceeding.received_on = self.received_on;
        match (&mut proceeding.answer, self.answered_on) {
            (Some(answer), Some(on)) => answer.on = on,
            (None, None) => {}
            _ => return None,
        }
        match (&mut proceeding.decision, self.decided_on, self.decision_received_on) {
            (Some(decision), Some(decided_on), Some(received_on)) => {
                decision.decided_on = decided_on;
                decision.received_on = received_on;
                decision.applicant_received_on = self.applicant_received_on;
            }
            (None, None, None) if self.applicant_received_on.is_none() => {}
            _ => return None,
        }
        self.set_further(proceeding)
    }

    /// The dates that amendments from before they were asked for do not name: what is not named stays.
    fn set_further(self, proceeding: &mut Proceeding) -> Option<()> {
        proceeding.applied_on = self.applied_on.or(proceeding.applied_on);
        let mut order = proceeding.decision.as_mut().and_then(|decision| decision.order.as_mut());
        if let Some(on) = self.order_due_on {
            let order = order.as_mut()?;
            // A day that is amended takes the place of the term.
            order.within = order.within.filter(|_| order.due_on == on);
            order.due_on = on;
        }
        if let Some(on) = self.performed_on {
            let performed_on = &mut order?.performed_on;
            *performed_on = Some(performed_on.map(|_| on)?);
        }
        if let Some(on) = self.opinion_received_on {
            proceeding.opinion.as_mut()?.received_on = on;
        }
        if let Some(on) = self.reported_on {
            proceeding.opinion.as_mut()?.report.as_mut()?.on = on;
        }
        Some(())
    }
}
