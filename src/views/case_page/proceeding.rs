//! Reconsiderations and lawsuits on the case page.

use super::course::{HearingView, LongerTermView, NotedView, ProcedureChangeView, SuspensionView, ToldView};
use super::reader::Reader;
use crate::case::model::{
    Against, Answer, CorrectionCause, Filing, LitigationRoute, Opinion, Order, OrderProof, OrderTerm, OrderedRound, Outcome, Proceeding,
    ProceedingDecision, ProceedingKind,
};
use crate::rules::outcomes::{Column, Instance, ProcedureKind};
use crate::rules::proceedings::{Appellant, EndedBy, FilingSubject, OrderKind, PartyStanding};
use crate::views::names::AccountRef;
use crate::views::shape::{Label, view};
use chrono::NaiveDate;
use uuid::Uuid;

view! {
    /// The agency's answer with evidence.
    pub struct ProceedingAnswerView {
        /// The day it was handed in or posted.
        on: NaiveDate,
        /// Who sent it.
        by: AccountRef,
        /// The stored paper.
        document_id: Option<Uuid>,
        /// The officer in charge (承办人); null where none is named, and for who may not read it.
        officer: Option<String>,
        /// Who stands for the agency (委托代理人).
        agents: Vec<String>,
    }
    /// What a decision orders.
    pub struct OrderView {
        /// What must be done.
        what: Option<String>,
        /// By when; of a term from taking effect, its end if it took effect at once. The duty bears the day that counts.
        due_on: NaiveDate,
        /// The term from taking effect, where there is one in the place of a day.
        within: Option<OrderTerm>,
        /// The day it was performed.
        performed_on: Option<NaiveDate>,
        /// What sort of order it is.
        kind: Option<OrderKind>,
        /// What proves the performance.
        proof: Option<OrderProof>,
    }
    /// The round of reply that the order opened.
    pub struct OrderedRoundView {
        /// Number of the round.
        round: u32,
        /// The reply that it takes the place of; its row in table three stays.
        reply: u32,
        /// The body's own date.
        due_on: NaiveDate,
    }
    /// The decision or judgment.
    pub struct ProceedingDecisionView {
        /// The outcome.
        outcome: Outcome,
        /// What the outcome is called.
        outcome_label: Label,
        /// The article it rests on.
        article: String,
        /// The column of table four, by this decision alone.
        report_column: Column,
        /// The date it bears.
        decided_on: NaiveDate,
        /// The day it was served on the agency.
        received_on: NaiveDate,
        /// The day it was served on the applicant, where the agency knows it.
        applicant_received_on: Option<NaiveDate>,
        /// Its document number.
        document_number: Option<String>,
        /// A ruling (裁定), not a judgment.
        ruling: bool,
        /// Why the agency was corrected.
        cause: Option<CorrectionCause>,
        /// What it orders.
        order: Option<OrderView>,
        /// The round of reply that the order opened.
        ordered_round: Option<OrderedRoundView>,
        /// Why it ended without a decision on the matter.
        ended_by: Option<EndedBy>,
        /// The stored paper.
        document_id: Option<Uuid>,
        /// Its words, where there is no paper of it; null to whoever does not read the case in full.
        text: Option<String>,
    }
    /// The agency's report on a reconsideration opinion.
    pub struct OpinionReportView {
        /// The day it was handed in or posted.
        on: NaiveDate,
        /// Who sent it.
        by: AccountRef,
        /// The stored paper.
        document_id: Option<Uuid>,
    }
    /// A reconsideration opinion (行政复议意见书).
    pub struct OpinionView {
        /// The day the agency received it.
        received_on: NaiveDate,
        /// Its document number.
        document_number: Option<String>,
        /// The stored paper.
        document_id: Option<Uuid>,
        /// Its words, where there is no paper of it; null to whoever does not read the case in full.
        text: Option<String>,
        /// The report on what was done.
        report: Option<OpinionReportView>,
    }
    /// A filing (报备) with the authority.
    pub struct FilingView {
        /// The day.
        on: NaiveDate,
        /// With whom.
        with: String,
        /// Who filed.
        by: AccountRef,
        /// The stored receipt or paper.
        document_id: Option<Uuid>,
        /// What it is about; null where that follows from its day.
        about: Option<FilingSubject>,
    }
    /// One reconsideration or lawsuit.
    pub struct ProceedingView {
        /// Running number in the case.
        n: u32,
        /// Which.
        kind: ProceedingKind,
        /// What is challenged.
        against: Against,
        /// The body or court.
        body: String,
        /// Its case number (案号).
        case_number: Option<String>,
        /// Ordinary or summary procedure.
        procedure: ProcedureKind,
        /// The instance of a lawsuit.
        instance: Option<Instance>,
        /// How a lawsuit began.
        route: Option<LitigationRoute>,
        /// The earlier proceeding it follows.
        follows: Option<u32>,
        /// The day of acceptance (受理) or docketing (立案), in second instance of the appeal's arrival; where known.
        accepted_on: Option<NaiveDate>,
        /// The day the agency received the copy.
        received_on: NaiveDate,
        /// The agency's answer.
        answer: Option<ProceedingAnswerView>,
        /// The decision.
        decision: Option<ProceedingDecisionView>,
        /// Filings.
        filings: Vec<FilingView>,
        /// The body's opinion beside its decision.
        opinion: Option<OpinionView>,
        /// The one proceeding that it is, where it covers several cases; null where it stands alone.
        id: Option<Uuid>,
        /// The cases it covers, this one included; empty where it stands alone.
        covers: Vec<Uuid>,
        /// On which side the agency stands.
        standing: PartyStanding,
        /// The agency counts it in table four.
        counts: bool,
        /// Who appealed, or applied for the retrial; null where that is not known, and below.
        appellant: Option<Appellant>,
        /// The day the agency itself appealed or applied.
        appealed_on: Option<NaiveDate>,
        /// The day the body received the application.
        applied_on: Option<NaiveDate>,
        /// The document number of the notice to answer.
        notice_number: Option<String>,
        /// The stored papers.
        papers: Vec<Uuid>,
        /// It rests now.
        suspended: bool,
        /// Rests.
        suspensions: Vec<SuspensionView>,
        /// Longer terms for the decision.
        longer_terms: Vec<LongerTermView>,
        /// The change to the ordinary procedure.
        procedure_change: Option<ProcedureChangeView>,
        /// Notices of all this.
        notices: Vec<NotedView>,
        /// Hearings and court sessions.
        hearings: Vec<HearingView>,
        /// Word to the body of the agency's own revocation.
        told: Vec<ToldView>,
    }
}

impl Reader {
    /// A proceeding.
    pub fn proceeding(&self, proceeding: &Proceeding, report_column: Column, ordered: Option<&OrderedRound>) -> ProceedingView {
        let joint = proceeding.joint.as_ref();
        ProceedingView {
            n: proceeding.n,
            kind: proceeding.kind,
            against: proceeding.against,
            body: proceeding.body.clone(),
            case_number: proceeding.case_number.clone(),
            procedure: proceeding.procedure,
            instance: proceeding.instance,
            route: proceeding.route,
            follows: proceeding.follows,
            accepted_on: proceeding.accepted_on,
            received_on: proceeding.received_on,
            answer: proceeding.answer.as_ref().map(|answer| self.proceeding_answer(answer)),
            decision: proceeding.decision.as_ref().map(|decision| self.proceeding_decision(decision, report_column, ordered)),
            filings: proceeding.filings.iter().map(|filing| self.filing(filing)).collect(),
            opinion: proceeding.opinion.as_ref().map(|opinion| self.opinion(opinion)),
            id: joint.map(|joint| joint.id),
            covers: joint.into_iter().flat_map(|joint| joint.cases.iter().map(|part| part.case)).collect(),
            standing: proceeding.stands_as(),
            counts: proceeding.stands_as().counts(),
            appellant: proceeding.appellant,
            appealed_on: proceeding.appealed_on,
            applied_on: proceeding.applied_on,
            notice_number: proceeding.notice_number.clone(),
            papers: proceeding.papers.clone(),
            suspended: proceeding.rests().is_some(),
            suspensions: proceeding.suspensions.iter().map(SuspensionView::from).collect(),
            longer_terms: proceeding.longer_terms.iter().map(LongerTermView::from).collect(),
            procedure_change: proceeding.procedure_change.as_ref().map(ProcedureChangeView::from),
            notices: proceeding.notices.iter().map(|noted| self.noted(noted)).collect(),
            hearings: proceeding.hearings.iter().map(|hearing| self.hearing(hearing)).collect(),
            told: proceeding.told.iter().map(|told| self.told(told)).collect(),
        }
    }

    fn opinion(&self, opinion: &Opinion) -> OpinionView {
        let report = opinion.report.as_ref();
        OpinionView {
            received_on: opinion.received_on,
            document_number: opinion.document_number.clone(),
            document_id: opinion.document_id,
            text: opinion.text.as_ref().and_then(|text| self.text(text)),
            report: report.map(|report| OpinionReportView { on: report.on, by: self.account(report.by), document_id: report.document_id }),
        }
    }

    fn proceeding_answer(&self, answer: &Answer) -> ProceedingAnswerView {
        ProceedingAnswerView {
            on: answer.on,
            by: self.account(answer.by),
            document_id: answer.document_id,
            officer: answer.officer.as_ref().and_then(|officer| self.text(officer)),
            agents: answer.agents.iter().filter_map(|agent| self.text(agent)).collect(),
        }
    }

    fn proceeding_decision(
        &self,
        decision: &ProceedingDecision,
        report_column: Column,
        ordered: Option<&OrderedRound>,
    ) -> ProceedingDecisionView {
        let (outcome_label, article) = match decision.outcome {
            Outcome::Reconsideration(outcome) => (Label { zh: outcome.zh(), en: outcome.en() }, outcome.article()),
            Outcome::Court(outcome) => (Label { zh: outcome.zh(), en: outcome.en() }, outcome.article()),
        };
        ProceedingDecisionView {
            outcome: decision.outcome,
            outcome_label,
            article: article.to_owned(),
            report_column,
            decided_on: decision.decided_on,
            received_on: decision.received_on,
            applicant_received_on: decision.applicant_received_on,
            document_number: decision.document_number.clone(),
            ruling: decision.ruling,
            cause: decision.cause,
            order: decision.order.as_ref().map(|order| self.order(order)),
            ordered_round: ordered.map(|known| OrderedRoundView { round: known.round, reply: known.reply, due_on: known.due_on }),
            ended_by: decision.ended_by,
            document_id: decision.document_id,
            text: decision.text.as_ref().and_then(|text| self.text(text)),
        }
    }

    pub(super) fn order(&self, order: &Order) -> OrderView {
        OrderView {
            what: self.text(&order.what),
            due_on: order.due_on,
            within: order.within,
            performed_on: order.performed_on,
            kind: order.kind,
            proof: order.proof,
        }
    }

    fn filing(&self, filing: &Filing) -> FilingView {
        FilingView {
            on: filing.on,
            with: filing.with.clone(),
            by: self.account(filing.by),
            document_id: filing.document_id,
            about: filing.about,
        }
    }
}
