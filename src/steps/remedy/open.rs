//! Enter a reconsideration (行政复议) or a lawsuit (行政诉讼), 复议法 48, 54; 行诉法 67. Who: clerk or legal reviewer.
//!
//! The agency enters what it received; whether the remedy was admissible is for the body or court to say.

use crate::case::command::Command;
use crate::case::duties::decision_period;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts};
use crate::case::flow::Step;
use crate::case::model::{Against, Case, LitigationRoute, Outcome, Proceeding, ProceedingKind};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Line;
use crate::rules::calendar::Calendar;
use crate::rules::outcomes::{CourtOutcome, Instance, ProcedureKind};
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// What is challenged.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum AgainstInput {
    /// A dispatched reply.
    Reply {
        /// Its number in the case.
        #[schema(minimum = 1)]
        n: u32,
    },
    /// No reply in time.
    Silence {},
    /// Other conduct.
    OtherConduct {},
}

impl AgainstInput {
    /// What is challenged, and the first day on which it could be.
    fn of(self, case: &Case) -> Result<(Against, NaiveDate), Refusal> {
        let against = match self {
            Self::Silence {} => Against::Silence,
            Self::OtherConduct {} => Against::OtherConduct,
            Self::Reply { n } if case.reply(n).is_some() => Against::Reply { n },
            Self::Reply { n } => {
                return Err(Refusal::new(Code::UnknownReference, format!("没有第 {n} 号答复"), format!("the case has no reply {n}"))
                    .at("/against/n"));
            }
        };
        match super::challenged_on(case, against) {
            Some(on) => Ok((against, on)),
            None => Err(Refusal::new(
                Code::ReplyNotDispatched,
                "该答复尚未发出，申请人不可能对其不服；对逾期未答复不服的，选“未按期答复”",
                "the reply has not left the agency, so nobody can challenge it; against no reply in time use silence",
            )
            .at("/against/n")),
        }
    }
}

/// A reconsideration, as its papers reached the agency.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct OpenReconsideration {
    /// The reconsideration body (复议机关).
    #[garde(dive)]
    #[schema(example = "示范区人民政府")]
    pub body: Line<200>,
    /// Its case number (复议案号).
    #[garde(dive)]
    pub case_number: Option<Line<100>>,
    /// Ordinary or summary procedure: the answer is due in 10 or in 5 working days.
    pub procedure: ProcedureKind,
    /// What is challenged.
    pub against: AgainstInput,
    /// The day the body accepted it (受理), where the papers say so: its own terms are shown from it.
    pub accepted_on: Option<NaiveDate>,
    /// The day the agency received the copy of the application.
    #[schema(example = "2026-11-02")]
    pub received_on: NaiveDate,
}

impl Command for OpenReconsideration {
    const STEP: Step = Step::OpenReconsideration;

    fn ready(_case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        Ok(None)
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let (against, earliest) = self.against.of(case)?;
        accepted_then_sent(facts, earliest, (self.accepted_on, self.received_on))?;
        enter(
            case,
            Proceeding {
                n: 0,
                kind: ProceedingKind::Reconsideration,
                against,
                body: self.body.into_string(),
                case_number: self.case_number.map(Line::into_string),
                procedure: self.procedure,
                instance: None,
                route: None,
                follows: None,
                accepted_on: self.accepted_on,
                received_on: self.received_on,
                answer: None,
                decision: None,
                filings: Vec::new(),
                opinion: None,
            },
        )
    }
}

/// A lawsuit in one instance, as its papers reached the agency.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct OpenLitigation {
    /// The court.
    #[garde(dive)]
    #[schema(example = "示范区人民法院")]
    pub court: Line<200>,
    /// Its case number (案号).
    #[garde(dive)]
    pub case_number: Option<Line<100>>,
    /// The instance.
    pub instance: Instance,
    /// Directly, or after a reconsideration.
    pub route: LitigationRoute,
    /// Number of the earlier proceeding that it follows.
    #[schema(minimum = 1)]
    pub follows: Option<u32>,
    /// What is challenged.
    pub against: AgainstInput,
    /// The day the court docketed it (立案), in second instance the day the appeal came in, where the papers say so: the court's own term
    /// is shown from it.
    pub accepted_on: Option<NaiveDate>,
    /// The day the agency received the copy of the statement of claim or of appeal.
    #[schema(example = "2026-11-02")]
    pub received_on: NaiveDate,
    /// Ordinary or summary procedure.
    pub procedure: ProcedureKind,
}

impl OpenLitigation {
    /// The earlier proceeding, if it is one that this instance can follow.
    fn preceding<'a>(&self, case: &'a Case, calendar: &Calendar) -> Result<Option<&'a Proceeding>, Refusal> {
        let refuse = |zh: &str, en: &str| Refusal::new(Code::PrecedingMissing, zh, en).at("/follows");
        let Some(n) = self.follows else {
            return match (self.instance, self.route) {
                (Instance::First, LitigationRoute::Direct) => Ok(None),
                (Instance::First, LitigationRoute::AfterReconsideration) => Err(refuse(
                    "复议后起诉的，须指明已审结的行政复议",
                    "a lawsuit after reconsideration follows a decided reconsideration: name it",
                )),
                (Instance::Second | Instance::Retrial, _) => {
                    Err(refuse("二审、再审须指明已审结的前一审级", "a second instance or retrial follows a decided instance: name it"))
                }
            };
        };
        let earlier = case.proceeding(n).ok_or_else(|| refuse("没有该编号的复议或者诉讼", "the case has no proceeding of this number"))?;
        let Some(decision) = &earlier.decision else {
            if self.over_silence(earlier, calendar) {
                return Ok(Some(earlier));
            }
            return Err(refuse(
                "前一程序尚未审结；复议机关逾期未作决定的，须先登记受理日期，且起诉在复议期限届满之后",
                "the proceeding it follows is not decided; a suit over a body that did not decide needs the day of its acceptance on record and comes after the end of its period",
            ));
        };
        let follows = match (self.instance, earlier.kind) {
            (Instance::First, ProceedingKind::Reconsideration) => self.route == LitigationRoute::AfterReconsideration,
            // Sent back for a new trial (行诉法 89): the first instance begins again.
            (Instance::First, ProceedingKind::Litigation) => {
                decision.outcome == Outcome::Court(CourtOutcome::Remanded) && earlier.route == Some(self.route)
            }
            (Instance::Second, ProceedingKind::Litigation) => {
                earlier.instance == Some(Instance::First) && earlier.route == Some(self.route)
            }
            (Instance::Retrial, ProceedingKind::Litigation) => earlier.route == Some(self.route),
            (Instance::Second | Instance::Retrial, ProceedingKind::Reconsideration) => false,
        };
        if follows {
            return Ok(Some(earlier));
        }
        Err(refuse(
            "审级或者起诉方式与所接续的程序不符",
            "this instance or route cannot follow that proceeding: a first instance follows a reconsideration, a second a first, a retrial any judgment, all of one route",
        ))
    }
}

impl OpenLitigation {
    /// Whether it is brought because the body let the period of its decision run out (行诉法 45).
    fn over_silence(&self, earlier: &Proceeding, calendar: &Calendar) -> bool {
        self.instance == Instance::First
            && self.route == LitigationRoute::AfterReconsideration
            && decision_period(earlier, calendar).is_some_and(|period| self.accepted_on.unwrap_or(self.received_on) > period.due_on)
    }
}

impl Command for OpenLitigation {
    const STEP: Step = Step::OpenLitigation;

    fn ready(_case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        Ok(None)
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let (against, challenged_on) = self.against.of(case)?;
        let decided_on =
            self.preceding(case, facts.calendar)?.and_then(|earlier| earlier.decision.as_ref()).map(|decision| decision.decided_on);
        let earliest = decided_on.map_or(challenged_on, |decided_on| decided_on.max(challenged_on));
        accepted_then_sent(facts, earliest, (self.accepted_on, self.received_on))?;
        enter(
            case,
            Proceeding {
                n: 0,
                kind: ProceedingKind::Litigation,
                against,
                body: self.court.into_string(),
                case_number: self.case_number.map(Line::into_string),
                procedure: self.procedure,
                instance: Some(self.instance),
                route: Some(self.route),
                follows: self.follows,
                accepted_on: self.accepted_on,
                received_on: self.received_on,
                answer: None,
                decision: None,
                filings: Vec::new(),
                opinion: None,
            },
        )
    }
}

/// What is challenged comes first, then the acceptance, then the copy.
fn accepted_then_sent(
    facts: &Facts<'_>,
    earliest: NaiveDate,
    (accepted_on, received_on): (Option<NaiveDate>, NaiveDate),
) -> Result<(), Refusal> {
    if let Some(accepted_on) = accepted_on {
        facts.between(earliest, accepted_on, "/accepted_on")?;
    }
    facts.between(accepted_on.unwrap_or(earliest), received_on, "/received_on")
}

/// Numbers the proceeding; the same number of the same body is entered once.
fn enter(case: &Case, proceeding: Proceeding) -> Result<Decision, Refusal> {
    let twin = case
        .proceedings
        .iter()
        .any(|known| known.case_number.is_some() && known.case_number == proceeding.case_number && known.body == proceeding.body);
    if twin {
        return Err(Refusal::new(
            Code::ReferenceTaken,
            "该机关的这一案号已登记在本案",
            "this number of this body is already entered in the case",
        )
        .at("/case_number"));
    }
    let n = case.proceedings.last().map_or(1, |last| last.n + 1);
    Ok(Decision::new().with(CaseEvent::ProceedingOpened { proceeding: Proceeding { n, ..proceeding } }))
}

/// Enter a reconsideration.
#[utoipa::path(tag = "remedy", request_body = OpenReconsideration, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/reconsiderations")]
pub async fn open_reconsideration(call: Call) -> Answer {
    super::super::take::<OpenReconsideration>(call).await
}

/// Enter a lawsuit.
///
/// Every instance is a proceeding of its own; table four counts them as one case.
#[utoipa::path(tag = "remedy", request_body = OpenLitigation, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/litigations")]
pub async fn open_litigation(call: Call) -> Answer {
    super::super::take::<OpenLitigation>(call).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::testing::{Bench, REVIEWER};
    use crate::steps::fixtures::{decided, issued, reconsideration, served, suit};
    use serde_json::json;

    fn code(result: Result<&Case, Refusal>) -> &'static str {
        result.unwrap_err().code.as_str()
    }

    #[test]
    fn against_silence_from_any_stage_after_receipt() {
        let mut bench = Bench::received("2026-08-03");
        let case = bench.go("2026-09-02").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-09-01")).unwrap();
        let [proceeding] = &case.proceedings[..] else { panic!() };
        assert_eq!((proceeding.n, proceeding.against, proceeding.kind), (1, Against::Silence, ProceedingKind::Reconsideration));
        let mut unconfirmed = Bench::on("2026-08-03");
        unconfirmed
            .receive(json!({
                "channel": "email", "arrived_on": "2026-08-03",
                "applicants": [{"kind": "natural_person", "name": "甲某"}],
                "request": {"description": "申请公开甲文件。", "wanted_form": "paper", "delivery_channel": "post"}
            }))
            .unwrap();
        assert_eq!(code(unconfirmed.take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-08-03"))), "stage_forbids");
    }

    #[test]
    fn the_copy_comes_between_receipt_and_today() {
        let mut bench = Bench::received("2026-08-03");
        bench.go("2026-09-02");
        assert_eq!(code(bench.take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-08-02"))), "date_before_previous");
        assert_eq!(code(bench.take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-09-03"))), "date_in_future");
    }

    #[test]
    fn it_is_accepted_before_the_copy_comes_and_after_what_it_is_about() {
        let mut bench = Bench::received("2026-08-03");
        bench.go("2026-09-10");
        let accepted = |on: &str| {
            let mut body = reconsideration("2026-09-02");
            body["accepted_on"] = json!(on);
            body
        };
        for (on, pointer) in [("2026-08-02", "/accepted_on"), ("2026-09-03", "/received_on")] {
            let refusal = bench.take::<OpenReconsideration>(REVIEWER, None, accepted(on)).unwrap_err();
            assert_eq!((refusal.code.as_str(), refusal.errors[0].pointer.as_str()), ("date_before_previous", pointer));
        }
        bench.take::<OpenReconsideration>(REVIEWER, None, accepted("2026-09-02")).unwrap();
        let mut body = suit("first", "direct", None);
        body["accepted_on"] = json!("2026-08-04");
        assert_eq!(code(bench.take::<OpenLitigation>(REVIEWER, None, body)), "date_before_previous");
    }

    #[test]
    fn against_a_reply_only_once_it_has_left() {
        let mut body = reconsideration("2026-08-20");
        body["against"] = json!({"kind": "reply", "n": 1});
        let mut bench = issued("2026-08-03");
        bench.go("2026-08-21");
        assert_eq!(code(bench.take::<OpenReconsideration>(REVIEWER, None, body.clone())), "reply_not_dispatched");
        let mut bench = served("2026-08-03", "2026-08-10");
        bench.go("2026-08-21");
        let mut unknown = body.clone();
        unknown["against"]["n"] = json!(2);
        assert_eq!(code(bench.take::<OpenReconsideration>(REVIEWER, None, unknown)), "unknown_reference");
        let mut early = body.clone();
        early["received_on"] = json!("2026-08-02");
        assert_eq!(code(bench.take::<OpenReconsideration>(REVIEWER, None, early)), "date_before_previous");
        bench.take::<OpenReconsideration>(REVIEWER, None, body).unwrap();
        assert_eq!(bench.case().proceedings[0].against, Against::Reply { n: 1 });
    }

    #[test]
    fn one_number_of_one_body_is_entered_once() {
        let mut bench = Bench::received("2026-08-03");
        bench.go("2026-09-02");
        let mut body = reconsideration("2026-09-01");
        body["case_number"] = json!("示复〔2026〕1号");
        bench.take::<OpenReconsideration>(REVIEWER, None, body.clone()).unwrap();
        assert_eq!(code(bench.take::<OpenReconsideration>(REVIEWER, None, body.clone())), "reference_taken");
        body["body"] = json!("示范市人民政府");
        assert_eq!(bench.take::<OpenReconsideration>(REVIEWER, None, body).unwrap().proceedings[1].n, 2);
    }

    #[test]
    fn a_lawsuit_after_reconsideration_follows_a_decided_one() {
        let mut bench = Bench::received("2026-06-01");
        bench.go("2026-08-03");
        assert_eq!(code(bench.take::<OpenLitigation>(REVIEWER, None, suit("first", "after_reconsideration", None))), "preceding_missing");
        bench.take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-07-06")).unwrap();
        assert_eq!(
            code(bench.take::<OpenLitigation>(REVIEWER, None, suit("first", "after_reconsideration", Some(1)))),
            "preceding_missing"
        );
        decided(&mut bench, 1, json!({"by": "reconsideration", "outcome": "upheld"}));
        assert_eq!(code(bench.take::<OpenLitigation>(REVIEWER, None, suit("first", "direct", Some(1)))), "preceding_missing");
        assert_eq!(
            code(bench.take::<OpenLitigation>(REVIEWER, None, suit("second", "after_reconsideration", Some(1)))),
            "preceding_missing"
        );
        assert_eq!(
            code(bench.take::<OpenLitigation>(REVIEWER, None, suit("first", "after_reconsideration", Some(9)))),
            "preceding_missing"
        );
        bench.take::<OpenLitigation>(REVIEWER, None, suit("first", "after_reconsideration", Some(1))).unwrap();
        assert_eq!(bench.case().proceedings[1].follows, Some(1));
    }

    #[test]
    fn a_second_instance_follows_a_decided_first_and_a_retrial_any() {
        let mut bench = Bench::received("2026-06-01");
        bench.go("2026-08-03");
        bench.take::<OpenLitigation>(REVIEWER, None, suit("first", "direct", None)).unwrap();
        for instance in ["second", "retrial"] {
            assert_eq!(code(bench.take::<OpenLitigation>(REVIEWER, None, suit(instance, "direct", None))), "preceding_missing");
            assert_eq!(code(bench.take::<OpenLitigation>(REVIEWER, None, suit(instance, "direct", Some(1)))), "preceding_missing");
        }
        decided(&mut bench, 1, json!({"by": "court", "outcome": "claim_dismissed"}));
        assert_eq!(code(bench.take::<OpenLitigation>(REVIEWER, None, suit("first", "direct", Some(1)))), "preceding_missing");
        assert_eq!(
            code(bench.take::<OpenLitigation>(REVIEWER, None, suit("second", "after_reconsideration", Some(1)))),
            "preceding_missing",
            "one lawsuit keeps its route"
        );
        bench.take::<OpenLitigation>(REVIEWER, None, suit("second", "direct", Some(1))).unwrap();
        decided(&mut bench, 2, json!({"by": "court", "outcome": "remanded"}));
        bench.take::<OpenLitigation>(REVIEWER, None, suit("first", "direct", Some(2))).unwrap();
        decided(&mut bench, 3, json!({"by": "court", "outcome": "claim_dismissed"}));
        bench.take::<OpenLitigation>(REVIEWER, None, suit("retrial", "direct", Some(3))).unwrap();
        let chain: Vec<_> = bench.case().proceedings.iter().map(|proceeding| proceeding.follows).collect();
        assert_eq!(chain, [None, Some(1), Some(2), Some(3)]);
    }
}
