//! Enter a reconsideration opinion (行政复议意见书) and the agency's report on it, 复议法 76. Who: clerk or legal reviewer.
//!
//! The body asks the agency to mend what it found beside its decision; the agency reports within 60 days of receiving the opinion.

use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, Opinion, OpinionReport, Proceeding, ProceedingKind};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::{Line, Words};
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The article on opinions and reports.
const ARTICLE: &str = "复议法 76";

/// An opinion as it reached the agency.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ReceiveOpinion {
    /// The day the agency received it.
    #[schema(example = "2026-11-10")]
    pub received_on: NaiveDate,
    /// Its document number.
    #[garde(dive)]
    #[schema(example = "示政复意〔2026〕1号")]
    pub document_number: Option<Line<100>>,
    /// The stored paper.
    pub document_id: Option<Uuid>,
    /// Its words, where there is no paper of it; what comes over the exchange has none.
    #[garde(dive)]
    pub text: Option<Words<20000>>,
}

fn awaits_opinion(proceeding: &Proceeding) -> bool {
    proceeding.kind == ProceedingKind::Reconsideration && proceeding.opinion.is_none()
}

impl Command for ReceiveOpinion {
    const STEP: Step = Step::ReceiveOpinion;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { documents: self.document_id.into_iter().collect(), ..Needs::default() }
    }

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        super::first(case, awaits_opinion)
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let proceeding = super::proceeding(case, at)?;
        if proceeding.kind != ProceedingKind::Reconsideration {
            return Err(Refusal::new(
                Code::OutcomeMismatch,
                "行政复议意见书只由行政复议机关制发",
                "only a reconsideration body gives such an opinion",
            )
            .under(ARTICLE));
        }
        if proceeding.opinion.is_some() {
            return Err(Refusal::new(Code::AlreadyDone, "已登记行政复议意见书", "the opinion is already entered").under(ARTICLE));
        }
        facts.between(proceeding.received_on, self.received_on, "/received_on")?;
        if let Some(id) = self.document_id {
            facts.document(id, "/document_id")?;
        }
        let mut kept = Decision::new();
        let opinion = Opinion {
            received_on: self.received_on,
            document_number: self.document_number.map(Line::into_string),
            document_id: self.document_id,
            text: kept.keep_some(facts, self.text.map(Words::into_string)),
            report: None,
        };
        Ok(kept.with(CaseEvent::OpinionReceived { proceeding: proceeding.n, opinion }))
    }

    on_each_case!();
}

/// The report on an opinion.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ReportOnOpinion {
    /// The day it was handed in or posted; days in transit do not count.
    #[schema(example = "2026-12-18")]
    pub on: NaiveDate,
    /// The stored paper.
    pub document_id: Option<Uuid>,
}

fn unreported(proceeding: &Proceeding) -> Option<&Opinion> {
    proceeding.opinion.as_ref().filter(|opinion| opinion.report.is_none())
}

impl Command for ReportOnOpinion {
    const STEP: Step = Step::ReportOnOpinion;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { documents: self.document_id.into_iter().collect(), ..Needs::default() }
    }

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        super::first(case, |proceeding| unreported(proceeding).is_some())
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let proceeding = super::proceeding(case, at)?;
        let Some(opinion) = unreported(proceeding) else {
            let refusal = if proceeding.opinion.is_some() {
                Refusal::new(Code::AlreadyDone, "已登记意见书办理情况的报送", "the report on the opinion is already entered")
            } else {
                Refusal::new(Code::NothingOpen, "该程序没有行政复议意见书", "no opinion was received in this proceeding")
            };
            return Err(refusal.under(ARTICLE));
        };
        facts.between(opinion.received_on, self.on, "/on")?;
        if let Some(id) = self.document_id {
            facts.document(id, "/document_id")?;
        }
        let report = OpinionReport { on: self.on, by: facts.person.account_id, document_id: self.document_id };
        Ok(Decision::new().with(CaseEvent::OpinionReported { proceeding: proceeding.n, report }))
    }

    on_each_case!();
}

/// Enter a reconsideration opinion.
#[utoipa::path(tag = "remedy", request_body = ReceiveOpinion, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/proceedings/{n}/opinion")]
pub async fn receive_opinion(call: Call) -> Answer {
    super::super::take::<ReceiveOpinion>(call).await
}

/// Report on a reconsideration opinion.
#[utoipa::path(tag = "remedy", request_body = ReportOnOpinion, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/proceedings/{n}/opinion-report")]
pub async fn report_on_opinion(call: Call) -> Answer {
    super::super::take::<ReportOnOpinion>(call).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::duties::{Duty, duties};
    use crate::case::testing::{Bench, DOCUMENT, REVIEWER, day};
    use crate::rules::terms::DutyKind;
    use crate::steps::fixtures::{in_proceedings, reconsideration};
    use crate::steps::remedy::open::OpenReconsideration;
    use serde_json::{Value, json};

    fn owed(bench: &Bench) -> Option<Duty> {
        duties(bench.case(), bench.calendar()).into_iter().find(|duty| duty.kind == DutyKind::ReportOnOpinion)
    }

    #[test]
    fn reconsideration_law_76_the_report_is_owed_60_days_after_the_opinion_came() {
        let mut bench = in_proceedings();
        assert_eq!(owed(&bench), None);
        let body = json!({"received_on": "2026-08-03", "document_number": "示政复意〔2026〕1号", "document_id": DOCUMENT});
        bench.take::<ReceiveOpinion>(REVIEWER, Some(1), body).unwrap();
        let duty = owed(&bench).unwrap();
        assert_eq!((duty.due_on, duty.article.as_str(), duty.open), (day("2026-10-08"), "复议法 76", true), "2 October is a holiday");
        bench.take::<ReportOnOpinion>(REVIEWER, Some(1), json!({"on": "2026-10-09", "document_id": DOCUMENT})).unwrap();
        let duty = owed(&bench).unwrap();
        assert_eq!((duty.met_on, duty.open), (Some(day("2026-10-09")), false), "late, and it shows");
    }

    #[test]
    fn each_comes_once_in_order_and_from_a_reconsideration() {
        let mut bench = in_proceedings();
        let opinion = |bench: &mut Bench, n: u32, body: Value| {
            bench.take::<ReceiveOpinion>(REVIEWER, Some(n), body).map_err(|refusal| refusal.code.as_str()).err()
        };
        let report = |bench: &mut Bench, n: u32, body: Value| {
            bench.take::<ReportOnOpinion>(REVIEWER, Some(n), body).map_err(|refusal| refusal.code.as_str()).err()
        };
        let on = |on: &str| json!({"on": on});
        let received = |on: &str| json!({"received_on": on});
        assert_eq!(report(&mut bench, 1, on("2026-09-01")), Some("nothing_open"));
        assert_eq!(opinion(&mut bench, 2, received("2026-09-01")), Some("outcome_mismatch"));
        assert_eq!(opinion(&mut bench, 3, received("2026-09-01")), Some("unknown_target"));
        assert_eq!(opinion(&mut bench, 1, received("2026-07-05")), Some("date_before_previous"), "before the copy");
        assert_eq!(opinion(&mut bench, 1, received("2026-10-31")), Some("date_in_future"));
        let unknown = json!({"received_on": "2026-09-01", "document_id": Uuid::from_u128(99)});
        assert_eq!(opinion(&mut bench, 1, unknown), Some("unknown_reference"));
        assert_eq!(opinion(&mut bench, 1, received("2026-09-01")), None);
        let mut other = reconsideration("2026-07-07");
        other["against"] = json!({"kind": "other_conduct"});
        bench.take::<OpenReconsideration>(REVIEWER, None, other).unwrap();
        assert_eq!(opinion(&mut bench, 1, received("2026-09-01")), Some("already_done"));
        assert_eq!(report(&mut bench, 2, on("2026-09-02")), Some("nothing_open"));
        assert_eq!(report(&mut bench, 1, on("2026-08-31")), Some("date_before_previous"));
        assert_eq!(report(&mut bench, 1, on("2026-10-31")), Some("date_in_future"));
        assert_eq!(opinion(&mut bench, 3, received("2026-09-01")), None);
        assert_eq!(report(&mut bench, 1, on("2026-09-01")), None);
        assert_eq!(report(&mut bench, 1, on("2026-09-02")), Some("already_done"));
    }
}
