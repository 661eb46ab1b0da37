//! File a proceeding with the authority (复议诉讼报备), 50(3) and local rules. Who: clerk or legal reviewer.
//!
//! A proceeding may be filed more than once: when it begins, when it is decided, when its order is performed.

use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, Filing, Joint, Proceeding};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Line;
use crate::rules::proceedings::FilingSubject;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A filing.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct FileProceeding {
    /// With whom.
    #[garde(dive)]
    #[schema(example = "示范区人民政府办公室")]
    pub with: Line<200>,
    /// The day.
    #[schema(example = "2026-11-03")]
    pub on: NaiveDate,
    /// The stored receipt, or the paper that was filed.
    pub document_id: Option<Uuid>,
    /// What it is about, where its day does not say so: the opening that is filed only after the decision came is named here.
    pub about: Option<FilingSubject>,
}

impl FileProceeding {
    /// An outcome is filed once there is one, a performance where something was ordered.
    fn fits(&self, proceeding: &Proceeding, facts: &Facts<'_>) -> Result<(), Refusal> {
        let refuse = |zh: &str, en: &str| Err(Refusal::new(Code::FieldsRefused, zh, en).under("50(3)").at("/about"));
        let decision = proceeding.decision.as_ref();
        match (self.about, decision) {
            (None | Some(FilingSubject::Opening), _) => Ok(()),
            (Some(FilingSubject::Outcome | FilingSubject::Performance), None) => {
                refuse("尚未登记复议决定或者裁判", "no decision is on record")
            }
            (Some(FilingSubject::Performance), Some(decision)) if decision.order.is_none() => {
                refuse("没有责令履行的事项", "nothing was ordered")
            }
            (Some(FilingSubject::Performance), Some(decision)) => {
                let performed_on = decision.order.as_ref().and_then(|order| order.performed_on);
                let Some(performed_on) = performed_on else { return refuse("尚未登记履行", "no performance is on record") };
                facts.between(performed_on.max(decision.received_on), self.on, "/on")
            }
            (Some(FilingSubject::Outcome), Some(decision)) => facts.between(decision.received_on, self.on, "/on"),
        }
    }
}

impl Command for FileProceeding {
    const STEP: Step = Step::FileProceeding;
    const ADDITIVE: bool = true;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { documents: self.document_id.into_iter().collect(), ..Needs::default() }
    }

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let unfiled = super::first(case, |proceeding| proceeding.filings.is_empty());
        unfiled.or_else(|_| super::first(case, |proceeding| case.proceedings.last().is_some_and(|last| last.n == proceeding.n)))
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let proceeding = super::proceeding(case, at)?;
        facts.between(proceeding.received_on, self.on, "/on")?;
        self.fits(proceeding, facts)?;
        if let Some(id) = self.document_id {
            facts.document(id, "/document_id")?;
        }
        let same = |known: &&Filing| {
            (known.on, known.about, known.with.as_str(), known.document_id) == (self.on, self.about, self.with.as_str(), self.document_id)
        };
        if proceeding.filings.iter().any(|known| same(&known)) {
            return Err(Refusal::new(Code::AlreadyDone, "该报备已经登记", "this filing is already entered"));
        }
        let filing = Filing {
            on: self.on,
            with: self.with.into_string(),
            by: facts.person.account_id,
            document_id: self.document_id,
            about: self.about,
        };
        Ok(Decision::new().with(CaseEvent::ProceedingFiled { proceeding: proceeding.n, filing }))
    }

    fn shared(&self, at: Option<u32>, case: &Case) -> Option<Joint> {
        super::shared(case, at)
    }

    /// What is ordered may be about some of the cases only: the performance is filed with those.
    fn on_sharer(self, joint: &Joint, _: Option<u32>, _: &Case, case: &Case) -> Result<Option<(Option<u32>, Self)>, Refusal> {
        let ordered = |n: u32| {
            let decision = case.proceeding(n).and_then(|known| known.decision.as_ref());
            decision.is_some_and(|decision| decision.order.is_some())
        };
        let about = self.about;
        let own = super::own(case, joint).filter(|n| about != Some(FilingSubject::Performance) || ordered(*n));
        Ok(own.map(|n| (Some(n), self)))
    }
}

/// File the proceeding with the authority.
#[utoipa::path(tag = "remedy", request_body = FileProceeding, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/proceedings/{n}/filings")]
pub async fn file_proceeding(call: Call) -> Answer {
    super::super::take::<FileProceeding>(call).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::duties::duties;
    use crate::case::testing::{Bench, REVIEWER};
    use crate::rules::terms::DutyKind;
    use crate::steps::fixtures::reconsideration;
    use crate::steps::remedy::decide::RecordDecision;
    use crate::steps::remedy::open::OpenReconsideration;
    use serde_json::json;

    #[test]
    fn every_filing_is_kept() {
        let mut bench = Bench::received("2026-08-03");
        let body = |on: &str| json!({"with": "示范区人民政府办公室", "on": on});
        let code =
            |bench: &mut Bench, n: u32, on: &str| bench.take::<FileProceeding>(REVIEWER, Some(n), body(on)).unwrap_err().code.as_str();
        assert_eq!(code(&mut bench, 1, "2026-08-03"), "unknown_target");
        bench.go("2026-09-10").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-09-01")).unwrap();
        assert_eq!(code(&mut bench, 1, "2026-08-31"), "date_before_previous");
        assert_eq!(code(&mut bench, 2, "2026-09-02"), "unknown_target");
        bench.take::<FileProceeding>(REVIEWER, Some(1), body("2026-09-02")).unwrap();
        bench.take::<FileProceeding>(REVIEWER, Some(1), body("2026-09-10")).unwrap();
        assert_eq!(bench.case().proceedings[0].filings.len(), 2);
    }

    #[test]
    fn article_50_3_an_outcome_is_filed_once_there_is_one_and_a_performance_where_something_was_ordered() {
        let mut bench = Bench::received("2026-08-03");
        bench.go("2026-10-30").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-09-01")).unwrap();
        let file = |bench: &mut Bench, about: &str, on: &str| {
            let body = json!({"with": "示范区人民政府办公室", "on": on, "about": about});
            let taken = bench.take::<FileProceeding>(REVIEWER, Some(1), body).map(|_| ());
            taken.map_err(|refusal| (refusal.code.as_str(), refusal.errors[0].pointer.clone()))
        };
        let refused = |code: &'static str, at: &str| Err((code, at.to_owned()));
        assert_eq!(file(&mut bench, "outcome", "2026-10-20"), refused("fields_refused", "/about"));
        let upheld =
            json!({"outcome": {"by": "reconsideration", "outcome": "upheld"}, "decided_on": "2026-10-12", "received_on": "2026-10-14"});
        bench.take::<RecordDecision>(REVIEWER, Some(1), upheld).unwrap();
        assert_eq!(file(&mut bench, "outcome", "2026-10-13"), refused("date_before_previous", "/on"));
        assert_eq!(file(&mut bench, "performance", "2026-10-20"), refused("fields_refused", "/about"));
        file(&mut bench, "outcome", "2026-10-14").unwrap();
        file(&mut bench, "opening", "2026-10-20").unwrap();
    }

    #[test]
    fn article_50_3_one_filing_is_entered_once_and_meets_one_duty() {
        let mut bench = Bench::received("2026-08-03");
        bench.go("2026-10-30").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-09-01")).unwrap();
        let performed = json!({
            "outcome": {"by": "reconsideration", "outcome": "performance_ordered"}, "cause": "out_of_time", "decided_on": "2026-10-12",
            "received_on": "2026-10-14", "order": {"what": "更正记录。", "kind": "correct_record", "due_on": "2026-11-16"}
        });
        bench.take::<RecordDecision>(REVIEWER, Some(1), performed).unwrap();
        let code = |bench: &mut Bench, body: serde_json::Value| {
            bench.take::<FileProceeding>(REVIEWER, Some(1), body).map(|_| ()).map_err(|refusal| refusal.code.as_str())
        };
        let filed = json!({"with": "示范区人民政府办公室", "on": "2026-10-20"});
        code(&mut bench, filed.clone()).unwrap();
        assert_eq!(code(&mut bench, filed), Err("already_done"));
        let performance = json!({"with": "示范区人民政府办公室", "on": "2026-10-20", "about": "performance"});
        assert_eq!(code(&mut bench, performance), Err("fields_refused"), "nothing is performed yet");
        // As it is where the settings give a term for each.
        let mut case = bench.case().clone();
        case.proceedings[0].file_within = Some(5);
        case.proceedings[0].decision.as_mut().unwrap().file_within = Some(5);
        let of = |case: &Case, kind: DutyKind| {
            let all = duties(case, bench.calendar());
            all.into_iter().find(|duty| duty.kind == kind).unwrap().met_on.map(|on| on.to_string())
        };
        assert_eq!((of(&case, DutyKind::FileOpening).as_deref(), of(&case, DutyKind::FileDecision)), (Some("2026-10-20"), None));
        let second = Filing { on: "2026-10-21".parse().unwrap(), ..case.proceedings[0].filings[0].clone() };
        case.proceedings[0].filings.push(second);
        assert_eq!(of(&case, DutyKind::FileDecision).as_deref(), Some("2026-10-21"));
    }
}
