//! Mending (domain 6.6): nothing is edited; both values stay on the trail.

use super::application::{AgentRecord, ApplicantRecord, Receipt, RequestRecord};
use super::complaint::ComplaintDates;
use super::course::{CourseDay, TermLength};
use super::entered::{Appeal, DecisionContent, ProceedingEntry};
use super::mailing::{Dispatch, DispatchState};
use super::proceeding::ProceedingDates;
use super::retention::Period;
use crate::case::private::Private;
use crate::rules::receipt::Channel;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What an amendment changes; old and new value stand side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "subject", rename_all = "snake_case")]
pub enum Change {
    /// Channel and dates of arrival; the receipt date follows Art 31 for the true channel.
    Receipt {
        /// Channel as it stood.
        old_channel: Channel,
        /// Day of arrival as it stood.
        old_arrived_on: NaiveDate,
        /// Receipt as it stood.
        old_receipt: Option<Receipt>,
        /// True channel.
        new_channel: Channel,
        /// True day of arrival.
        new_arrived_on: NaiveDate,
        /// Receipt that follows.
        new_receipt: Option<Receipt>,
        /// Number of the mail as it stood, where it changes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        old_tracking_number: Option<String>,
        /// Number of the mail it truly came by, where it changes; none where it came by no mail.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        new_tracking_number: Option<String>,
    },
    /// The words and wishes of the request.
    Request {
        /// As it stood.
        old: RequestRecord,
        /// As it is.
        new: RequestRecord,
    },
    /// Applicants and agent (relinking).
    Applicants {
        /// As they stood.
        old: Vec<ApplicantRecord>,
        /// As they are.
        new: Vec<ApplicantRecord>,
        /// The agent as it stood.
        old_agent: Option<AgentRecord>,
        /// The agent as it is.
        new_agent: Option<AgentRecord>,
    },
    /// The day of service of a letter.
    Service {
        /// Number of the dispatch.
        dispatch: u32,
        /// Day as it stood.
        old_on: NaiveDate,
        /// True day.
        new_on: NaiveDate,
    },
    /// A letter recorded as served that came back.
    ServiceFailed {
        /// Number of the dispatch.
        dispatch: u32,
        /// Day of service as it stood.
        old_on: NaiveDate,
        /// The day it came back.
        returned_on: NaiveDate,
        /// Why it came back.
        reason: Private,
    },
    /// The dates of a reconsideration or lawsuit.
    Proceeding {
        /// Number of the proceeding.
        proceeding: u32,
        /// As they stood.
        old: ProceedingDates,
        /// As they are.
        new: ProceedingDates,
    },
    /// A day in the course of a reconsideration or lawsuit.
    Course {
        /// Number of the proceeding.
        proceeding: u32,
        /// Which day.
        day: CourseDay,
        /// Day as it stood.
        old_on: NaiveDate,
        /// True day.
        new_on: NaiveDate,
    },
    /// Body, number or side of a reconsideration or lawsuit.
    ProceedingEntry {
        /// Number of the proceeding.
        proceeding: u32,
        /// As they stood.
        old: ProceedingEntry,
        /// As they are.
        new: ProceedingEntry,
    },
    /// What a decision or judgment says.
    Decision {
        /// Number of the proceeding.
        proceeding: u32,
        /// As it stood.
        old: Box<DecisionContent>,
        /// As it is.
        new: Box<DecisionContent>,
        /// The round of reply that falls with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        round_back: Option<u32>,
    },
    /// A reconsideration or lawsuit that was entered in error.
    ProceedingVoided {
        /// Number of the proceeding.
        proceeding: u32,
        /// The round of reply that falls with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        round_back: Option<u32>,
    },
    /// The length of a longer term of a reconsideration or lawsuit.
    LongerTerm {
        /// Number of the proceeding.
        proceeding: u32,
        /// Which longer term, from 1.
        n: u32,
        /// As it stood.
        old: TermLength,
        /// As it is.
        new: TermLength,
    },
    /// Who appealed, or applied for the retrial, and when.
    Appeal {
        /// Number of the proceeding.
        proceeding: u32,
        /// As it stood.
        old: Appeal,
        /// As it is.
        new: Appeal,
    },
    /// The dates of a complaint.
    Complaint {
        /// Number of the complaint.
        complaint: u32,
        /// As they stood.
        old: ComplaintDates,
        /// As they are.
        new: ComplaintDates,
    },
    /// The day a letter was posted, sent, or laid out for collection.
    Posting {
        /// Number of the dispatch.
        dispatch: u32,
        /// Day as it stood.
        old_on: NaiveDate,
        /// True day.
        new_on: NaiveDate,
    },
    /// The day the answer of a consulted party came.
    ConsultationAnswer {
        /// Number of the consultation.
        consultation: u32,
        /// Day as it stood.
        old_on: NaiveDate,
        /// True day.
        new_on: NaiveDate,
    },
    /// The day it was found that a letter to a consulted party cannot be delivered.
    ConsultationFailure {
        /// Number of the consultation.
        consultation: u32,
        /// Day as it stood.
        old_on: NaiveDate,
        /// True day.
        new_on: NaiveDate,
    },
    /// The day a corrected application came, and the receipt that follows by its channel.
    CorrectedApplication {
        /// Number of the correction notice.
        correction: u32,
        /// Number of the corrected application within it.
        answer: u32,
        /// Day of arrival as it stood.
        old_arrived_on: NaiveDate,
        /// Receipt as it stood.
        old_receipt: Option<Receipt>,
        /// True day of arrival.
        new_arrived_on: NaiveDate,
        /// Receipt that follows.
        new_receipt: Option<Receipt>,
    },
    /// Day and amount of a payment.
    Payment {
        /// Number of the fee notice.
        notice: u32,
        /// Number of the payment within it.
        payment: u32,
        /// Day as it stood.
        old_on: NaiveDate,
        /// Amount as it stood, in yuan.
        old_amount: u32,
        /// True day.
        new_on: NaiveDate,
        /// True amount, in yuan.
        new_amount: u32,
    },
    /// The day the applicant's reasons came.
    Reasons {
        /// Number of the notice that asked for them.
        request: u32,
        /// Day as it stood.
        old_on: NaiveDate,
        /// True day.
        new_on: NaiveDate,
    },
}

impl Change {
    /// The dispatch whose day of posting or service it changes.
    pub const fn dispatch(&self) -> Option<u32> {
        match self {
            Self::Posting { dispatch, .. } | Self::Service { dispatch, .. } | Self::ServiceFailed { dispatch, .. } => Some(*dispatch),
            _ => None,
        }
    }

    /// The day it gives to a dispatch.
    pub const fn dispatch_day(&self) -> Option<NaiveDate> {
        match self {
            Self::Posting { new_on: on, .. } | Self::Service { new_on: on, .. } | Self::ServiceFailed { returned_on: on, .. } => Some(*on),
            _ => None,
        }
    }

    /// Whether a dispatch bears that day already, be it of another case.
    pub fn done_to(&self, dispatch: &Dispatch) -> bool {
        match self {
            Self::Posting { new_on, .. } => dispatch.on == *new_on,
            Self::Service { new_on, .. } => dispatch.served_on() == Some(*new_on),
            Self::ServiceFailed { returned_on, .. } => matches!(dispatch.state, DispatchState::Returned { on, .. } if on == *returned_on),
            _ => false,
        }
    }

    /// The day as it stood of what moves the clock of a case once it runs: letters, answers, payments. None for other changes.
    pub const fn moved_from(&self) -> Option<NaiveDate> {
        match self {
            Self::Posting { old_on, .. }
            | Self::ConsultationAnswer { old_on, .. }
            | Self::ConsultationFailure { old_on, .. }
            | Self::CorrectedApplication { old_arrived_on: old_on, .. }
            | Self::Payment { old_on, .. }
            | Self::Reasons { old_on, .. } => Some(*old_on),
            Self::Receipt { .. }
            | Self::Request { .. }
            | Self::Applicants { .. }
            | Self::Service { .. }
            | Self::ServiceFailed { .. }
            | Self::Proceeding { .. }
            | Self::Course { .. }
            | Self::ProceedingEntry { .. }
            | Self::Decision { .. }
            | Self::ProceedingVoided { .. }
            | Self::LongerTerm { .. }
            | Self::Appeal { .. }
            | Self::Complaint { .. } => None,
        }
    }

    /// The same change of the proceeding as another case has it.
    #[must_use]
    pub fn in_proceeding(&self, n: u32) -> Self {
        let mut same = self.clone();
        if let Self::Proceeding { proceeding, .. }
        | Self::Course { proceeding, .. }
        | Self::ProceedingEntry { proceeding, .. }
        | Self::Decision { proceeding, .. }
        | Self::ProceedingVoided { proceeding, .. }
        | Self::LongerTerm { proceeding, .. }
        | Self::Appeal { proceeding, .. } = &mut same
        {
            *proceeding = n;
        }
        same
    }

    /// Whether two changes of one proceeding over several cases are the same one: the words of an order and the round are each case's own.
    pub fn same_of_proceeding(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Decision { proceeding, old, new, .. }, Self::Decision { proceeding: n, old: stood, new: is, .. }) => {
                proceeding == n && old.alike(stood) && new.alike(is)
            }
            (Self::ProceedingVoided { proceeding, .. }, Self::ProceedingVoided { proceeding: n, .. }) => proceeding == n,
            _ => self == other,
        }
    }

    /// Whether it takes effect only when a second person agrees, whatever dates it moves: table four hangs on it.
    pub const fn needs_two(&self) -> bool {
        matches!(self, Self::ProceedingEntry { .. } | Self::Decision { .. } | Self::ProceedingVoided { .. })
    }

    /// The proceeding that it mends.
    pub const fn of_proceeding(&self) -> Option<u32> {
        match self {
            Self::Proceeding { proceeding, .. }
            | Self::Course { proceeding, .. }
            | Self::ProceedingEntry { proceeding, .. }
            | Self::Decision { proceeding, .. }
            | Self::ProceedingVoided { proceeding, .. }
            | Self::LongerTerm { proceeding, .. }
            | Self::Appeal { proceeding, .. } => Some(*proceeding),
            _ => None,
        }
    }
}

/// Where an amendment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AmendmentState {
    /// Moves a date later or removes an overdue: waits for a second person.
    Proposed,
    /// In force.
    Applied,
    /// Refused by the second person.
    Rejected,
}

/// An amendment as it was proposed in the case it was entered on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstProposed {
    /// That case.
    pub case: Uuid,
    /// Its number there.
    pub n: u32,
}

/// One amendment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    /// Running number in the case, from 1.
    pub n: u32,
    /// What changes.
    pub change: Change,
    /// Why.
    pub reason: Private,
    /// The proof.
    pub proof: Option<Uuid>,
    /// Who asked for it.
    pub by: Uuid,
    /// The day.
    pub on: NaiveDate,
    /// Where it stands.
    pub state: AmendmentState,
    /// Who decided on it as the second person.
    pub decided_by: Option<Uuid>,
    /// What the second person said.
    pub opinion: Option<Private>,
    /// Of one about a proceeding over several cases, where it was entered; none there, and of those from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<FirstProposed>,
}

impl Amendment {
    /// Where it was entered, seen from the case it is in.
    pub fn entered_at(&self, case: Uuid) -> FirstProposed {
        self.first.unwrap_or(FirstProposed { case, n: self.n })
    }
}

/// Voiding (作废): the number stays, the case is out of every table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voiding {
    /// Why.
    pub reason: Private,
    /// The case that survives where one was entered twice.
    pub survivor: Option<Uuid>,
    /// How long the agency's table keeps it, where no case survives that it goes with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Period>,
    /// It was for another agency and is returned to the city's platform; the number there stays with it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub returned: bool,
    /// The day.
    pub on: NaiveDate,
    /// Who.
    pub by: Uuid,
}
