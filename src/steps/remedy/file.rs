//! File a proceeding with the authority (复议诉讼报备), 50(3) and local rules. Who: clerk or legal reviewer.
//!
//! A proceeding may be filed more than once: when it begins, when it is decided, when its order is performed.

use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, Filing, Joint};
use crate::case::refusal::Refusal;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Line;
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
}

impl Command for FileProceeding {
    const STEP: Step = Step::FileProceeding;
    const ADDITIVE: bool = true;

    fn needs(&self, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { documents: self.document_id.into_iter().collect(), ..Needs::default() }
    }

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let unfiled = super::first(case, |proceeding| proceeding.filings.is_empty());
        unfiled.or_else(|_| super::first(case, |proceeding| case.proceedings.last().is_some_and(|last| last.n == proceeding.n)))
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let proceeding = super::proceeding(case, at)?;
        facts.between(proceeding.received_on, self.on, "/on")?;
        if let Some(id) = self.document_id {
            facts.document(id, "/document_id")?;
        }
        let filing = Filing { on: self.on, with: self.with.into_string(), by: facts.person.account_id, document_id: self.document_id };
        Ok(Decision::new().with(CaseEvent::ProceedingFiled { proceeding: proceeding.n, filing }))
    }

    fn shared(&self, at: Option<u32>, case: &Case) -> Option<Joint> {
        super::shared(case, at)
    }

    fn on_sharer(self, joint: &Joint, _: Option<u32>, _: &Case, case: &Case) -> Result<Option<(Option<u32>, Self)>, Refusal> {
        Ok(super::own(case, joint).map(|n| (Some(n), self)))
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
    use crate::case::testing::{Bench, REVIEWER};
    use crate::steps::fixtures::reconsideration;
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
}
