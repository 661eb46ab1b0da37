//! Put a paper into the dossier (补充材料), Art 45. Who: staff of the agency.
//!
//! A paper is added with its date, after the closing with the reason; it never replaces another.

use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, Joint, Paper, PaperKind};
use crate::case::private::Private;
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

/// Most papers of a dossier; its catalogue must fit into one event.
const MOST_PAPERS: usize = 150;

/// A stored document that belongs to the dossier.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct AddPaper {
    /// The stored document.
    pub document_id: Uuid,
    /// What it is.
    pub kind: PaperKind,
    /// Its title.
    #[garde(dive)]
    #[schema(example = "检索记录")]
    pub title: Line<200>,
    /// The date it bears.
    #[schema(example = "2026-11-12")]
    pub dated_on: NaiveDate,
    /// Why it comes after the closing; needed then, and only then.
    #[garde(dive)]
    pub late_reason: Option<Words<1000>>,
}

impl Command for AddPaper {
    const STEP: Step = Step::AddPaper;
    const ADDITIVE: bool = true;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { documents: vec![self.document_id], ..Needs::default() }
    }

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        if case.papers.len() < MOST_PAPERS {
            return Ok(None);
        }
        Err(Refusal::new(Code::LimitReached, format!("案卷已有 {MOST_PAPERS} 份材料"), format!("the dossier has {MOST_PAPERS} papers")))
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let sha256 = facts.document(self.document_id, "/document_id")?.sha256.clone();
        facts.not_in_future(self.dated_on, "/dated_on")?;
        if case.papers.iter().any(|paper| paper.document_id == self.document_id && paper.kind == self.kind) {
            return Err(Refusal::new(Code::NothingToChange, "该材料已在案卷中", "the dossier has this paper already").at("/document_id"));
        }
        let mut decision = Decision::new();
        let paper = Paper {
            n: crate::steps::next(case.papers.len()),
            document_id: self.document_id,
            sha256,
            kind: self.kind,
            title: decision.keep(facts, self.title.into_string()),
            dated_on: self.dated_on,
            added_on: facts.today,
            late_reason: late_reason(case, self.late_reason, (facts, &mut decision))?,
        };
        Ok(decision.with(CaseEvent::PaperAdded { paper }))
    }
}

/// The reason where a paper may be filed with several cases at once: an open one has no need of what a closed one needs.
pub fn of_closed<T>(case: &Case, joint: Option<&Joint>, reason: Option<T>) -> Option<T> {
    reason.filter(|_| joint.is_none() || case.closing.is_some())
}

/// What comes after the closing has a reason, and only that (Art 45).
pub fn late_reason(
    case: &Case,
    reason: Option<Words<1000>>,
    (facts, decision): (&Facts<'_>, &mut Decision),
) -> Result<Option<Private>, Refusal> {
    match (case.closing.is_some(), reason) {
        (true, None) => {
            Err(Refusal::new(Code::LateReasonMissing, "案件已办结，补充材料须说明理由", "the case is closed: say why the paper comes late")
                .under("45")
                .at("/late_reason"))
        }
        (false, Some(_)) => {
            let refusal =
                Refusal::new(Code::FieldsRefused, "案件尚未办结，无须填写迟交理由", "the case is not closed: the paper is not late");
            Err(refusal.at("/late_reason"))
        }
        (_, reason) => Ok(decision.keep_some(facts, reason.map(Words::into_string))),
    }
}

/// Put a paper into the dossier.
///
/// It takes `If-Match: *`: a paper contradicts nothing that another clerk does meanwhile.
#[utoipa::path(tag = "archive", request_body = AddPaper, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/papers")]
pub async fn add_paper(call: Call) -> Answer {
    super::super::take::<AddPaper>(call).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::model::Closing;
    use crate::case::testing::{Bench, CLERK, DOCUMENT, HANDLER, day};
    use serde_json::{Value, json};

    fn body(document: Uuid, late_reason: Option<&str>) -> Value {
        let mut body = json!({"document_id": document, "kind": "search_record", "title": "检索记录", "dated_on": "2026-11-03"});
        if let Some(reason) = late_reason {
            body["late_reason"] = json!(reason);
        }
        body
    }

    fn refused(bench: &mut Bench, body: Value) -> &'static str {
        bench.take::<AddPaper>(HANDLER, None, body).unwrap_err().code.as_str()
    }

    #[test]
    fn papers_are_added_and_numbered_never_replaced() {
        let mut bench = Bench::received("2026-11-03");
        bench.take::<AddPaper>(HANDLER, None, body(DOCUMENT, None)).unwrap();
        assert_eq!(refused(&mut bench, body(DOCUMENT, None)), "nothing_to_change");
        let mut other_kind = body(DOCUMENT, None);
        other_kind["kind"] = json!("other");
        let case = bench.take::<AddPaper>(HANDLER, None, other_kind).unwrap();
        assert_eq!(case.papers.iter().map(|paper| paper.n).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn after_the_closing_a_paper_needs_its_reason() {
        let mut bench = Bench::received("2026-11-03");
        assert_eq!(refused(&mut bench, body(DOCUMENT, Some("邮路延误"))), "fields_refused");
        bench.case.as_mut().unwrap().closing = Some(Closing { on: day("2026-11-03"), by: CLERK });
        assert_eq!(refused(&mut bench, body(DOCUMENT, None)), "late_reason_missing");
        let case = bench.take::<AddPaper>(HANDLER, None, body(DOCUMENT, Some("邮路延误"))).unwrap();
        assert!(case.papers[0].late_reason.is_some());
    }

    #[test]
    fn unknown_documents_future_dates_and_too_many_papers_are_refused() {
        let mut bench = Bench::received("2026-11-02");
        assert_eq!(refused(&mut bench, body(Uuid::from_u128(999), None)), "unknown_reference");
        assert_eq!(refused(&mut bench, body(DOCUMENT, None)), "date_in_future");
        bench.go("2026-11-03");
        bench.take::<AddPaper>(HANDLER, None, body(DOCUMENT, None)).unwrap();
        let case = bench.case.as_mut().unwrap();
        case.papers = vec![case.papers[0].clone(); MOST_PAPERS];
        let mut other_kind = body(DOCUMENT, None);
        other_kind["kind"] = json!("other");
        assert_eq!(refused(&mut bench, other_kind), "limit_reached");
    }
}
