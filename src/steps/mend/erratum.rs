//! Issue an erratum (更正答复笔误) for a dispatched reply, 复议法 20(3), domain 6.6. Who: approver.
//!
//! A letter with its own document number. Outcome and terms stay; only where the remedy paragraph was wrong, terms run from the service
//! of the erratum, at most one year from knowing the content (复议法 20(3), 行诉解释 64).

use crate::case::command::{Command, Edition};
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs, NumberKind};
use crate::case::flow::Step;
use crate::case::model::{Case, DrawnNumber, Erratum, Joint, PrintedDatum, RemedyNote, Reply};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Words;
use crate::steps::reply::issue::{document_number, remedy};
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::{Datelike, NaiveDate};
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// Whether the remedy paragraph of the reply was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RemedyParagraph {
    /// It was right; terms stay.
    Unchanged,
    /// It was wrong; the paragraph that the rules give today goes into the erratum, and terms run from it.
    Corrected,
}

/// An erratum.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct IssueErratum {
    /// What was wrong and what is right.
    #[garde(dive)]
    #[schema(example = "答复书第二段“2024年”应为“2025年”。")]
    pub text: Words<5000>,
    /// Whether the remedy paragraph was right.
    pub remedy: RemedyParagraph,
    /// The data of the case that it states anew, as they stand now; what it does not name stays listed for re-issue. No reply states a
    /// due date.
    #[serde(default)]
    #[garde(length(max = 4))]
    #[schema(max_items = 4, example = json!(["received_on"]))]
    pub corrects: Vec<PrintedDatum>,
    /// What the one letter bears, on a case that shares the reply of another; never set by a caller.
    #[serde(skip)]
    pub letter: Option<SharedErratum>,
}

/// What cases that share a reply share of its erratum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedErratum {
    /// The document number.
    pub number: String,
    /// The number behind it.
    pub drawn: Option<DrawnNumber>,
    /// The corrected remedy paragraph.
    pub remedy: Option<RemedyNote>,
}

impl Command for IssueErratum {
    const STEP: Step = Step::IssueErratum;
    /// A body or court that the case's own edition names wrongly is right only in a newer one.
    const SETTINGS: Edition = Edition::Newest;

    fn needs(&self, _at: Option<u32>, case: &Case, today: NaiveDate) -> Needs {
        let joint = case.standing_reply().and_then(|reply| reply.joint.as_ref());
        Needs {
            number: self.letter.is_none().then(|| (NumberKind::Reply, today.year())),
            cases: joint.map(|joint| joint.others(case.id).collect()).unwrap_or_default(),
            ..Needs::default()
        }
    }

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        super::given_reply(case)
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let reply = super::standing(case, at)?;
        super::given(case, reply)?;
        if let Some(at) = self.corrects.iter().position(|datum| *datum == PrintedDatum::DueOn) {
            return Err(Refusal::new(
                Code::FieldsRefused,
                "答复书不载明答复期限，须重新出具回执",
                "a reply states no due date: issue the acknowledgement again",
            )
            .at(format!("/corrects/{at}")));
        }
        let SharedErratum { number: document_number, drawn, remedy } = match self.letter {
            Some(letter) => letter,
            None => letter(self.remedy, reply, facts)?,
        };
        let mut decision = Decision::new();
        let erratum = Erratum {
            n: reply.errata.last().map_or(1, |last| last.n + 1),
            text: decision.keep(facts, self.text.into_string()),
            remedy,
            corrects: PrintedDatum::ALL.iter().copied().filter(|datum| self.corrects.contains(datum)).collect(),
            document_number,
            drawn,
            on: facts.today,
            by: facts.person.account_id,
        };
        Ok(decision.with(CaseEvent::ErratumIssued { reply: reply.n, erratum }))
    }

    fn shared(&self, at: Option<u32>, case: &Case) -> Option<Joint> {
        super::shared_reply(case, at)
    }

    fn on_sharer(self, joint: &Joint, _: Option<u32>, first: &Case, case: &Case) -> Result<Option<(Option<u32>, Self)>, Refusal> {
        let made = first.reply_in(joint).and_then(|reply| reply.errata.last());
        let letter = made.map(|erratum| SharedErratum {
            number: erratum.document_number.clone(),
            drawn: erratum.drawn,
            remedy: erratum.remedy.clone(),
        });
        Ok(super::own_standing(case, joint).map(|n| (Some(n), Self { letter, ..self })))
    }
}

fn letter(paragraph: RemedyParagraph, reply: &Reply, facts: &Facts<'_>) -> Result<SharedErratum, Refusal> {
    let remedy = match paragraph {
        RemedyParagraph::Unchanged => None,
        RemedyParagraph::Corrected => Some(corrected(reply, facts)?),
    };
    let (number, drawn) = document_number(facts)?;
    Ok(SharedErratum { number, drawn: Some(drawn), remedy })
}

fn corrected(reply: &Reply, facts: &Facts<'_>) -> Result<RemedyNote, Refusal> {
    let mut items = reply.items.clone();
    if let Some(joint) = &reply.joint {
        let sharers = facts.known.cases.values().filter_map(|known| known.case.reply_in(joint));
        items.extend(sharers.flat_map(|reply| reply.items.clone()));
    }
    let note = remedy(&items, facts)?;
    let standing = reply.errata.iter().rev().find_map(|erratum| erratum.remedy.as_ref()).unwrap_or(&reply.remedy);
    if note == *standing {
        return Err(Refusal::new(
            Code::NothingToChange,
            "按现行规则和机关设置，救济告知与原文一致；设置有误的，请先更正机关设置",
            "by the rules and the agency's settings the paragraph is as it was: if a setting is wrong, mend that first",
        )
        .under("51")
        .at("/remedy"));
    }
    Ok(note)
}

/// Correct a clerical mistake of a dispatched reply.
///
/// The erratum is a letter of its own: dispatch it next.
#[utoipa::path(tag = "mend", request_body = IssueErratum, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/replies/{n}/errata")]
pub async fn issue_erratum(call: Call) -> Answer {
    super::super::take::<IssueErratum>(call).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::duties::duties;
    use crate::case::model::Letter;
    use crate::case::projection::project;
    use crate::case::testing::{APPROVER, Bench, day};
    use crate::rules::terms::DutyKind;
    use crate::steps::fixtures::{dispatch_event, issued, served, served_event};
    use serde_json::json;

    fn until(bench: &Bench, kind: DutyKind) -> NaiveDate {
        duties(bench.case(), bench.calendar()).into_iter().find(|duty| duty.kind == kind).unwrap().due_on
    }

    #[test]
    fn a_clerical_erratum_leaves_outcome_and_terms() {
        let mut bench = served("2026-08-03", "2026-08-05");
        let before = (duties(bench.case(), bench.calendar()), project(bench.case(), bench.calendar()).result);
        bench.go("2026-08-20").take::<IssueErratum>(APPROVER, Some(1), json!({"text": "年份有误", "remedy": "unchanged"})).unwrap();
        assert_eq!((duties(bench.case(), bench.calendar()), project(bench.case(), bench.calendar()).result), before);
        let [erratum] = &bench.case().replies[0].errata[..] else { panic!() };
        assert!(
            erratum.document_number.starts_with("示市监公复〔2026〕") && erratum.document_number != bench.case().replies[0].document_number
        );
    }

    #[test]
    fn a_corrected_remedy_paragraph_starts_the_terms_anew_for_at_most_a_year() {
        let mut bench = served("2026-08-03", "2026-08-05");
        assert_eq!(until(&bench, DutyKind::ApplyForReconsideration), day("2026-10-08"), "60 days end on 4 October, a holiday");
        bench.go("2026-11-10").take::<IssueErratum>(APPROVER, Some(1), json!({"text": "复议机关有误", "remedy": "corrected"})).unwrap();
        let remedy = bench.case().replies[0].errata[0].remedy.clone().unwrap();
        assert_eq!(remedy.reconsideration_body.as_deref(), Some("示范区人民政府"));
        assert_eq!(until(&bench, DutyKind::ApplyForReconsideration), day("2027-08-05"), "until it is served: one year from knowing");
        let sent = dispatch_event(bench.case(), Letter::Erratum { reply: 1, n: 1 }, day("2026-11-10"));
        bench.keep(vec![sent, served_event(2, day("2026-11-12"))], Vec::new());
        assert_eq!(until(&bench, DutyKind::ApplyForReconsideration), day("2027-01-11"), "60 days from the erratum");
        let again = bench.take::<IssueErratum>(APPROVER, Some(1), json!({"text": "复议机关有误", "remedy": "corrected"})).unwrap_err();
        assert_eq!(again.code.as_str(), "nothing_to_change");
        let second = bench.take::<IssueErratum>(APPROVER, Some(1), json!({"text": "页码有误", "remedy": "unchanged"})).unwrap();
        assert_eq!(second.replies[0].errata[1].n, 2);
    }

    #[test]
    fn a_reply_that_has_not_left_is_recalled_instead() {
        let mut bench = issued("2026-08-03");
        let code = |bench: &mut Bench, n| {
            bench.take::<IssueErratum>(APPROVER, Some(n), json!({"text": "年份有误", "remedy": "unchanged"})).unwrap_err().code.as_str()
        };
        assert_eq!(code(&mut bench, 1), "stage_forbids");
        let closed =
            crate::case::event::CaseEvent::CaseClosed { closing: crate::case::model::Closing { on: day("2026-08-03"), by: APPROVER } };
        bench.keep(vec![closed], Vec::new());
        assert_eq!(code(&mut bench, 1), "reply_not_dispatched");
        assert_eq!(code(&mut served("2026-08-03", "2026-08-05"), 2), "unknown_target");
    }

    #[test]
    fn a_due_date_stands_in_no_reply() {
        let body = json!({"text": "期限有误", "remedy": "unchanged", "corrects": ["received_on", "due_on"]});
        let refusal = served("2026-08-03", "2026-08-05").take::<IssueErratum>(APPROVER, Some(1), body).unwrap_err();
        assert_eq!((refusal.code.as_str(), refusal.errors[0].pointer.as_str()), ("fields_refused", "/corrects/1"));
    }
}
