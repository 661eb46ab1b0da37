//! Holds, proposals to dispose of the dossier, and the disposal on the case page.

use super::reader::Reader;
use crate::case::model::{Case, Disposal, DisposalProposal, Hold, SentBack};
use crate::case::retention::{recorded_until, waiting};
use crate::views::names::AccountRef;
use crate::views::shape::view;
use chrono::NaiveDate;
use uuid::Uuid;

view! {
    /// The end of a hold, or the refusal of a proposal.
    pub struct EndedView {
        /// The day.
        on: NaiveDate,
        /// Who.
        by: AccountRef,
        /// Why.
        reason: Option<String>,
    }
    /// A hold (暂缓销毁).
    pub struct HoldView {
        /// Running number in the case.
        n: u32,
        /// The day.
        on: NaiveDate,
        /// Who held it.
        by: AccountRef,
        /// Why.
        reason: Option<String>,
        /// Its end.
        released: Option<EndedView>,
    }
    /// A proposal to dispose of the dossier (鉴定销毁).
    pub struct DisposalProposalView {
        /// Running number in the case.
        n: u32,
        /// The day.
        on: NaiveDate,
        /// Who proposed.
        by: AccountRef,
        /// The appraisal.
        appraisal: String,
        /// It waits for the second person.
        waiting: bool,
        /// Refused by the second person.
        rejected: Option<EndedView>,
    }
    /// The disposal (销毁).
    pub struct DisposalView {
        /// Number of the proposal.
        proposal: u32,
        /// The day.
        on: NaiveDate,
        /// Who decided.
        by: AccountRef,
        /// The report (销毁清册), a stored document.
        report: Uuid,
        /// How many documents went with it.
        documents: usize,
        /// The dossier it went with, of a split paper and of a case that was voided in favour of another; null of a dossier by itself.
        with_case: Option<Uuid>,
        /// The register numbers of the cases that went with it.
        companions: Vec<String>,
    }
    /// How long the dossier is kept, and what becomes of it.
    pub struct RetentionView {
        /// The first day on which it is kept no longer, by what was written down when it was archived or voided; null where it is permanent,
        /// not archived, or goes with another case.
        kept_until: Option<NaiveDate>,
        /// Holds.
        holds: Vec<HoldView>,
        /// Proposals to dispose of it.
        disposal_proposals: Vec<DisposalProposalView>,
        /// The disposal.
        disposal: Option<DisposalView>,
    }
}

impl Reader {
    fn ended(&self, ended: &SentBack) -> EndedView {
        EndedView { on: ended.on, by: self.account(ended.by), reason: self.text(&ended.reason) }
    }

    fn hold(&self, hold: &Hold) -> HoldView {
        HoldView {
            n: hold.n,
            on: hold.on,
            by: self.account(hold.by),
            reason: self.text(&hold.reason),
            released: hold.released.as_ref().map(|released| self.ended(released)),
        }
    }

    fn disposal_proposal(&self, case: &Case, proposal: &DisposalProposal) -> DisposalProposalView {
        DisposalProposalView {
            n: proposal.n,
            on: proposal.on,
            by: self.account(proposal.by),
            appraisal: proposal.appraisal.clone(),
            waiting: waiting(case).is_some_and(|waiting| waiting.n == proposal.n),
            rejected: proposal.rejected.as_ref().map(|rejected| self.ended(rejected)),
        }
    }

    fn disposal(&self, disposal: &Disposal) -> DisposalView {
        DisposalView {
            proposal: disposal.proposal,
            on: disposal.on,
            by: self.account(disposal.by),
            report: disposal.report.document,
            documents: disposal.documents.len(),
            with_case: disposal.with_case,
            companions: disposal.companions.iter().map(|part| part.case_number.clone()).collect(),
        }
    }

    /// How long the dossier is kept.
    pub fn retention(&self, case: &Case) -> RetentionView {
        RetentionView {
            kept_until: recorded_until(case),
            holds: case.holds.iter().map(|hold| self.hold(hold)).collect(),
            disposal_proposals: case.disposal_proposals.iter().map(|proposal| self.disposal_proposal(case, proposal)).collect(),
            disposal: case.disposal.as_ref().map(|disposal| self.disposal(disposal)),
        }
    }
}
