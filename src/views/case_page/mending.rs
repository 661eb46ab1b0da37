//! Mending, closing and archiving on the case page: both values of every change stay in sight.

use super::application::{AgentView, ApplicantView, ReceiptView, RequestView};
use super::entered::{AppealView, ComplaintDatesView, DecisionContentView, ProceedingDatesView, ProceedingEntryView, TermLengthView};
use super::reader::Reader;
use crate::case::model::{Amendment, AmendmentState, Archiving, CatalogueEntry, Change, Closing, CourseDay, Origin, Splitting, Voiding};
use crate::rules::receipt::Channel;
use crate::views::names::AccountRef;
use crate::views::shape::view;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What an amendment changes, as it stood and as it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "subject", rename_all = "snake_case")]
pub enum ChangeView {
    /// Channel, day of arrival and receipt date.
    Receipt {
        /// Channel as it stood.
        old_channel: Channel,
        /// Day of arrival as it stood.
        old_arrived_on: NaiveDate,
        /// Receipt as it stood.
        #[schema(required = true)]
        old_receipt: Option<ReceiptView>,
        /// True channel.
        new_channel: Channel,
        /// True day of arrival.
        new_arrived_on: NaiveDate,
        /// Receipt that follows.
        #[schema(required = true)]
        new_receipt: Option<ReceiptView>,
        /// Number of the mail as it stood, where it changes.
        #[schema(required = true)]
        old_tracking_number: Option<String>,
        /// Number of the mail it truly came by, where it changes.
        #[schema(required = true)]
        new_tracking_number: Option<String>,
    },
    /// The words and wishes of the request.
    Request {
        /// As it stood.
        old: RequestView,
        /// As it is.
        new: RequestView,
    },
    /// Applicants and agent.
    Applicants {
        /// As they stood.
        old: Vec<ApplicantView>,
        /// As they are.
        new: Vec<ApplicantView>,
        /// The agent as it stood.
        #[schema(required = true)]
        old_agent: Option<AgentView>,
        /// The agent as it is.
        #[schema(required = true)]
        new_agent: Option<AgentView>,
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
        #[schema(required = true)]
        reason: Option<String>,
    },
    /// The dates of a reconsideration or lawsuit.
    Proceeding {
        /// Number of the proceeding.
        proceeding: u32,
        /// As they stood.
        old: ProceedingDatesView,
        /// As they are.
        new: ProceedingDatesView,
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
        old: ProceedingEntryView,
        /// As they are.
        new: ProceedingEntryView,
    },
    /// The length of a longer term of a reconsideration or lawsuit.
    LongerTerm {
        /// Number of the proceeding.
        proceeding: u32,
        /// Which longer term, from 1.
        n: u32,
        /// As it stood.
        old: TermLengthView,
        /// As it is.
        new: TermLengthView,
    },
    /// Who appealed, or applied for the retrial, and when.
    Appeal {
        /// Number of the proceeding.
        proceeding: u32,
        /// As it stood.
        old: AppealView,
        /// As it is.
        new: AppealView,
    },
    /// The dates of a complaint.
    Complaint {
        /// Number of the complaint.
        complaint: u32,
        /// As they stood.
        old: ComplaintDatesView,
        /// As they are.
        new: ComplaintDatesView,
    },
    /// What a decision or judgment says.
    Decision {
        /// Number of the proceeding.
        proceeding: u32,
        /// As it stood.
        old: DecisionContentView,
        /// As it is.
        new: DecisionContentView,
        /// The round of reply that falls with it.
        #[schema(required = true)]
        round_back: Option<u32>,
    },
    /// A reconsideration or lawsuit that was entered in error.
    ProceedingVoided {
        /// Number of the proceeding.
        proceeding: u32,
        /// The round of reply that falls with it.
        #[schema(required = true)]
        round_back: Option<u32>,
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
    /// The day a corrected application came, and the receipt that follows.
    CorrectedApplication {
        /// Number of the correction notice.
        correction: u32,
        /// Number of the corrected application within it.
        answer: u32,
        /// Day of arrival as it stood.
        old_arrived_on: NaiveDate,
        /// Receipt as it stood.
        #[schema(required = true)]
        old_receipt: Option<ReceiptView>,
        /// True day of arrival.
        new_arrived_on: NaiveDate,
        /// Receipt that follows.
        #[schema(required = true)]
        new_receipt: Option<ReceiptView>,
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

view! {
    /// An amendment.
    pub struct AmendmentView {
        /// Running number in the case.
        n: u32,
        /// What changes.
        change: ChangeView,
        /// Why.
        reason: Option<String>,
        /// The stored proof.
        proof: Option<Uuid>,
        /// Who asked for it.
        by: AccountRef,
        /// The day.
        on: NaiveDate,
        /// Where it stands.
        state: AmendmentState,
        /// Who decided on it as the second person.
        decided_by: Option<AccountRef>,
    }
    /// Voiding (作废).
    pub struct VoidingView {
        /// Why.
        reason: Option<String>,
        /// The case that survives where one was entered twice.
        survivor: Option<Uuid>,
        /// It was for another agency and is returned to the city's platform.
        returned: bool,
        /// The day.
        on: NaiveDate,
        /// Who.
        by: AccountRef,
    }
    /// One of several cases.
    pub struct PartView {
        /// The case.
        case_id: Uuid,
        /// Its register number.
        case_number: String,
    }
    /// Splitting (拆分).
    pub struct SplittingView {
        /// The parts, in order.
        parts: Vec<PartView>,
        /// Why.
        reason: Option<String>,
        /// The day.
        on: NaiveDate,
        /// Who.
        by: AccountRef,
    }
    /// The paper a case is a part of (拆分前的申请件).
    pub struct OriginView {
        /// The case that was split; what was done before stands there.
        case_id: Uuid,
        /// Its register number.
        case_number: String,
        /// Which part this is, from 1.
        n: u32,
        /// How many parts there are.
        of: u32,
    }
    /// Closing (办结).
    pub struct ClosingView {
        /// The day.
        on: NaiveDate,
        /// Who closed.
        by: AccountRef,
    }
    /// One line of the catalogue of a dossier (卷内文件目录).
    pub struct CatalogueView {
        /// Running number.
        n: u32,
        /// What the paper is.
        title: String,
        /// Its document number.
        document_number: Option<String>,
        /// Its date.
        dated_on: NaiveDate,
        /// The stored document.
        document_id: Option<Uuid>,
    }
    /// Archiving (归档).
    pub struct ArchivingView {
        /// The day.
        on: NaiveDate,
        /// The archive number (档号).
        archive_number: String,
        /// Retention in years; null is permanent.
        retention_years: Option<u16>,
        /// The catalogue.
        catalogue: Vec<CatalogueView>,
    }
}

impl From<&CatalogueEntry> for CatalogueView {
    fn from(entry: &CatalogueEntry) -> Self {
        Self {
            n: entry.n,
            title: entry.title.clone(),
            document_number: entry.document_number.clone(),
            dated_on: entry.dated_on,
            document_id: entry.document_id,
        }
    }
}

impl From<&Archiving> for ArchivingView {
    fn from(archiving: &Archiving) -> Self {
        Self {
            on: archiving.on,
            archive_number: archiving.archive_number.clone(),
            retention_years: archiving.retention_years,
            catalogue: archiving.catalogue.iter().map(CatalogueView::from).collect(),
        }
    }
}

impl Reader {
    /// An amendment.
    pub fn amendment(&self, amendment: &Amendment) -> AmendmentView {
        AmendmentView {
            n: amendment.n,
            change: self.change(&amendment.change),
            reason: self.text(&amendment.reason),
            proof: amendment.proof,
            by: self.account(amendment.by),
            on: amendment.on,
            state: amendment.state,
            decided_by: amendment.decided_by.map(|id| self.account(id)),
        }
    }

    fn change(&self, change: &Change) -> ChangeView {
        match change {
            Change::Receipt {
                old_channel,
                old_arrived_on,
                old_receipt,
                new_channel,
                new_arrived_on,
                new_receipt,
                old_tracking_number,
                new_tracking_number,
            } => ChangeView::Receipt {
                old_channel: *old_channel,
                old_arrived_on: *old_arrived_on,
                old_receipt: old_receipt.as_ref().map(ReceiptView::from),
                new_channel: *new_channel,
                new_arrived_on: *new_arrived_on,
                new_receipt: new_receipt.as_ref().map(ReceiptView::from),
                old_tracking_number: old_tracking_number.clone(),
                new_tracking_number: new_tracking_number.clone(),
            },
            Change::Request { old, new } => ChangeView::Request { old: self.request(old), new: self.request(new) },
            Change::Applicants { old, new, old_agent, new_agent } => ChangeView::Applicants {
                old: old.iter().map(|applicant| self.applicant(applicant)).collect(),
                new: new.iter().map(|applicant| self.applicant(applicant)).collect(),
                old_agent: old_agent.as_ref().map(|agent| self.agent(agent)),
                new_agent: new_agent.as_ref().map(|agent| self.agent(agent)),
            },
            Change::Service { dispatch, old_on, new_on } => ChangeView::Service { dispatch: *dispatch, old_on: *old_on, new_on: *new_on },
            Change::ServiceFailed { dispatch, old_on, returned_on, reason } => {
                ChangeView::ServiceFailed { dispatch: *dispatch, old_on: *old_on, returned_on: *returned_on, reason: self.text(reason) }
            }
            Change::Proceeding { proceeding, old, new } => {
                ChangeView::Proceeding { proceeding: *proceeding, old: old.into(), new: new.into() }
            }
            Change::Course { proceeding, day, old_on, new_on } => {
                ChangeView::Course { proceeding: *proceeding, day: *day, old_on: *old_on, new_on: *new_on }
            }
            Change::ProceedingEntry { proceeding, old, new } => {
                ChangeView::ProceedingEntry { proceeding: *proceeding, old: old.into(), new: new.into() }
            }
            Change::LongerTerm { proceeding, n, old, new } => {
                ChangeView::LongerTerm { proceeding: *proceeding, n: *n, old: old.into(), new: new.into() }
            }
            Change::Appeal { proceeding, old, new } => ChangeView::Appeal { proceeding: *proceeding, old: old.into(), new: new.into() },
            Change::Complaint { complaint, old, new } => ChangeView::Complaint { complaint: *complaint, old: old.into(), new: new.into() },
            Change::Decision { proceeding, old, new, round_back } => ChangeView::Decision {
                proceeding: *proceeding,
                old: self.decision_content(old),
                new: self.decision_content(new),
                round_back: *round_back,
            },
            Change::ProceedingVoided { proceeding, round_back } => {
                ChangeView::ProceedingVoided { proceeding: *proceeding, round_back: *round_back }
            }
            Change::Posting { dispatch, old_on, new_on } => ChangeView::Posting { dispatch: *dispatch, old_on: *old_on, new_on: *new_on },
            Change::ConsultationAnswer { consultation, old_on, new_on } => {
                ChangeView::ConsultationAnswer { consultation: *consultation, old_on: *old_on, new_on: *new_on }
            }
            Change::ConsultationFailure { consultation, old_on, new_on } => {
                ChangeView::ConsultationFailure { consultation: *consultation, old_on: *old_on, new_on: *new_on }
            }
            Change::CorrectedApplication { correction, answer, old_arrived_on, old_receipt, new_arrived_on, new_receipt } => {
                ChangeView::CorrectedApplication {
                    correction: *correction,
                    answer: *answer,
                    old_arrived_on: *old_arrived_on,
                    old_receipt: old_receipt.as_ref().map(ReceiptView::from),
                    new_arrived_on: *new_arrived_on,
                    new_receipt: new_receipt.as_ref().map(ReceiptView::from),
                }
            }
            Change::Payment { notice, payment, old_on, old_amount, new_on, new_amount } => ChangeView::Payment {
                notice: *notice,
                payment: *payment,
                old_on: *old_on,
                old_amount: *old_amount,
                new_on: *new_on,
                new_amount: *new_amount,
            },
            Change::Reasons { request, old_on, new_on } => ChangeView::Reasons { request: *request, old_on: *old_on, new_on: *new_on },
        }
    }

    /// A voiding.
    pub fn voiding(&self, voiding: &Voiding) -> VoidingView {
        VoidingView {
            reason: self.text(&voiding.reason),
            survivor: voiding.survivor,
            returned: voiding.returned,
            on: voiding.on,
            by: self.account(voiding.by),
        }
    }

    /// A splitting.
    pub fn splitting(&self, splitting: &Splitting) -> SplittingView {
        SplittingView {
            parts: splitting.parts.iter().map(PartView::from).collect(),
            reason: self.text(&splitting.reason),
            on: splitting.on,
            by: self.account(splitting.by),
        }
    }

    /// A closing.
    pub fn closing(&self, closing: &Closing) -> ClosingView {
        ClosingView { on: closing.on, by: self.account(closing.by) }
    }
}

impl From<&Origin> for OriginView {
    fn from(origin: &Origin) -> Self {
        Self { case_id: origin.case, case_number: origin.case_number.clone(), n: origin.n, of: origin.of }
    }
}
