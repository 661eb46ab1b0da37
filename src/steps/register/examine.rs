//! Examine formally (形式审查), Art 29(2), 30, 35, 36(6). Who: clerk.
//!
//! Six questions: identity, authority, clarity, repeat, excess, split. The findings change no date and decide nothing; what is
//! deficient is described, so that one correction notice can name it all. A later examination does not replace an earlier one.

use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts};
use crate::case::flow::Step;
use crate::case::model::{Case, Examination, Finding};
use crate::case::refusal::{FieldRefusal, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Words;
use crate::views::case_page::CaseView;
use actix_web::post;
use garde::Validate;
use serde::Deserialize;
use std::borrow::Cow;
use utoipa::ToSchema;

/// The findings of a formal examination.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ExamineApplication {
    /// Proof of identity is there (Art 29(2)(1)).
    #[schema(example = "in_order")]
    pub identity: Finding,
    /// The agent's authority is proved; `not_applicable` exactly when nobody acts for the applicant.
    #[schema(example = "not_applicable")]
    pub authority: Finding,
    /// What is asked is clear enough to search for (Art 29(2)(2)).
    #[schema(example = "in_order")]
    pub clarity: Finding,
    /// It does not repeat an answered application (Art 36(6)).
    #[schema(example = "in_order")]
    pub repeat: Finding,
    /// Number and frequency are reasonable (Art 35).
    #[schema(example = "in_order")]
    pub excess: Finding,
    /// It holds one matter, or need not be split (一事一申请).
    #[schema(example = "in_order")]
    pub split: Finding,
    /// A note; needed when a finding is `deficient`.
    #[garde(dive)]
    pub note: Option<Words<2000>>,
}

impl ExamineApplication {
    fn refused(&self, case: &Case) -> Vec<FieldRefusal> {
        let mut refused = Vec::new();
        match (&case.agent, self.authority) {
            (None, Finding::InOrder | Finding::Deficient) => refused.push(field(
                "/authority",
                "not_applicable",
                "没有代理人，授权情况应为“不适用”",
                "nobody acts for the applicant: the authority is not applicable",
            )),
            (Some(_), Finding::NotApplicable) => refused.push(field(
                "/authority",
                "needed",
                "有代理人，须审查授权情况",
                "somebody acts for the applicant: the authority must be examined",
            )),
            _ => {}
        }
        let findings = [self.identity, self.authority, self.clarity, self.repeat, self.excess, self.split];
        if findings.contains(&Finding::Deficient) && self.note.is_none() {
            refused.push(field("/note", "needed", "有不符合要求的事项，须说明情况", "a deficient finding needs a note"));
        }
        refused
    }
}

fn field(pointer: &str, code: &'static str, zh: &str, en: &str) -> FieldRefusal {
    FieldRefusal { pointer: pointer.into(), code: Cow::Borrowed(code), detail_zh: zh.into(), detail_en: en.into() }
}

impl Command for ExamineApplication {
    const STEP: Step = Step::Examine;

    fn ready(_case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        Ok(None)
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let refused = self.refused(case);
        if !refused.is_empty() {
            return Err(Refusal::fields(refused).under("29(2)"));
        }
        let mut decision = Decision::new();
        let examination = Examination {
            on: facts.today,
            by: facts.person.account_id,
            identity: self.identity,
            authority: self.authority,
            clarity: self.clarity,
            repeat: self.repeat,
            excess: self.excess,
            split: self.split,
            note: decision.keep_some(facts, self.note.map(Words::into_string)),
        };
        Ok(decision.with(CaseEvent::ApplicationExamined { examination }))
    }
}

/// Examine formally.
///
/// Records whether identity, authority and clarity are in order, and whether the application repeats, exceeds or must be split.
#[utoipa::path(tag = "register", request_body = ExamineApplication, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/examinations")]
pub async fn examine_application(call: Call) -> Answer {
    super::super::take::<ExamineApplication>(call).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::refusal::Code;
    use crate::case::testing::{Bench, CLERK, day};
    use crate::steps::register::enter::RegisterCase;
    use serde_json::{Value, json};

    fn registered(agent: Option<Value>) -> Bench {
        let mut bench = Bench::on("2026-11-02");
        bench
            .receive(json!({
                "channel": "counter", "arrived_on": "2026-11-02",
                "applicants": [{"kind": "natural_person", "name": "甲某"}],
                "agent": agent,
                "request": {"description": "申请公开甲文件。", "wanted_form": "paper", "delivery_channel": "post"}
            }))
            .unwrap();
        bench.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
        bench
    }

    fn findings(authority: &str, clarity: &str, note: Option<&str>) -> Value {
        json!({
            "identity": "in_order", "authority": authority, "clarity": clarity,
            "repeat": "in_order", "excess": "in_order", "split": "not_applicable", "note": note
        })
    }

    fn pointers(refusal: &Refusal) -> Vec<&str> {
        assert_eq!((refusal.code, refusal.article.as_deref()), (Code::FieldsRefused, Some("29(2)")));
        refusal.errors.iter().map(|error| error.pointer.as_str()).collect()
    }

    #[test]
    fn art_29_2_the_findings_are_kept_with_day_and_person() {
        let mut bench = registered(None);
        bench
            .go("2026-11-03")
            .take::<ExamineApplication>(CLERK, None, findings("not_applicable", "deficient", Some("文件名称不明")))
            .unwrap();
        let examination = bench.case().examinations.last().unwrap().clone();
        assert_eq!((examination.on, examination.by), (day("2026-11-03"), CLERK));
        assert_eq!((examination.clarity, examination.split), (Finding::Deficient, Finding::NotApplicable));
        assert!(bench.secrets.iter().any(|secret| Some(&secret.reference) == examination.note.as_ref() && secret.text == "文件名称不明"));
        bench.take::<ExamineApplication>(CLERK, None, findings("not_applicable", "in_order", None)).unwrap();
        assert_eq!(bench.case().examinations.len(), 2, "the earlier examination stays");
    }

    #[test]
    fn authority_is_asked_exactly_where_somebody_acts() {
        let mut alone = registered(None);
        for authority in ["in_order", "deficient"] {
            let refusal = alone.take::<ExamineApplication>(CLERK, None, findings(authority, "in_order", Some("说明"))).unwrap_err();
            assert_eq!(pointers(&refusal), ["/authority"]);
        }
        let mut represented = registered(Some(json!({"name": "乙某"})));
        let refusal = represented.take::<ExamineApplication>(CLERK, None, findings("not_applicable", "in_order", None)).unwrap_err();
        assert_eq!(pointers(&refusal), ["/authority"]);
        represented.take::<ExamineApplication>(CLERK, None, findings("in_order", "in_order", None)).unwrap();
    }

    #[test]
    fn art_30_a_deficiency_is_described_and_all_is_refused_at_once() {
        let mut bench = registered(None);
        let refusal = bench.take::<ExamineApplication>(CLERK, None, findings("not_applicable", "deficient", None)).unwrap_err();
        assert_eq!(pointers(&refusal), ["/note"]);
        let refusal = bench.take::<ExamineApplication>(CLERK, None, findings("deficient", "in_order", None)).unwrap_err();
        assert_eq!(pointers(&refusal), ["/authority", "/note"]);
        assert!(bench.case().examinations.is_empty());
    }

    #[test]
    fn an_application_is_examined_after_it_is_registered() {
        let mut bench = Bench::received("2026-11-02");
        let refusal = bench.take::<ExamineApplication>(CLERK, None, findings("not_applicable", "in_order", None)).unwrap_err();
        assert_eq!(refusal.code, Code::StageForbids);
    }
}
