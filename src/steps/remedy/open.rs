//! Enter a reconsideration (行政复议) or a lawsuit (行政诉讼), 复议法 48, 54; 行诉法 67. Who: clerk or legal reviewer.
//!
//! The agency enters what it received; whether the remedy was admissible is for the body or court to say. One that covers several cases is
//! entered next door, over all of them at once.

use crate::case::command::{Command, Edition};
use crate::case::duties::{appealable, decision_period};
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Against, Case, Joint, LitigationRoute, Outcome, Proceeding, ProceedingKind};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Line;
use crate::rules::calendar::Calendar;
use crate::rules::outcomes::{CourtOutcome, Instance, ProcedureKind};
use crate::rules::proceedings::PartyStanding;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

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
    pub(super) fn of(self, case: &Case) -> Result<(Against, NaiveDate), Refusal> {
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
    /// The day the body received the application, where the papers say so: it examines it within five working days (复议法 30).
    pub applied_on: Option<NaiveDate>,
    /// The day the body accepted it (受理), where the papers say so: its own terms are shown from it.
    pub accepted_on: Option<NaiveDate>,
    /// The day the agency received the copy of the application.
    #[schema(example = "2026-11-02")]
    pub received_on: NaiveDate,
    /// The stored papers: the notice to answer (答复通知书), the copy of the application.
    #[serde(default)]
    #[garde(length(max = 20))]
    #[schema(max_items = 20)]
    pub papers: Vec<Uuid>,
    /// The cases it covers, where there are several; never set by a caller.
    #[serde(skip)]
    pub joint: Option<Joint>,
}

impl Command for OpenReconsideration {
    const STEP: Step = Step::OpenReconsideration;
    const SETTINGS: Edition = Edition::Newest;

    fn needs(&self, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { documents: self.papers.clone(), ..Needs::default() }
    }

    fn ready(_case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        Ok(None)
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let (against, mut earliest) = self.against.of(case)?;
        if let Some(applied_on) = self.applied_on {
            facts.between(earliest, applied_on, "/applied_on")?;
            earliest = applied_on;
        }
        accepted_then_sent(facts, earliest, (self.accepted_on, self.received_on))?;
        enter(
            case,
            facts,
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
                joint: self.joint,
                standing: None,
                applied_on: self.applied_on,
                papers: self.papers,
                suspensions: Vec::new(),
                longer_terms: Vec::new(),
                procedure_change: None,
                notices: Vec::new(),
                hearings: Vec::new(),
                told: Vec::new(),
                file_within: facts.settings.filing_working_days,
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
    /// On which side the agency stands, where the outcome of the reconsideration leaves it open: after one that upheld it, the body is
    /// co-defendant, after one that changed its act, the body alone is sued (行诉法 26).
    pub standing: Option<PartyStanding>,
    /// The stored papers: the notice to answer (应诉通知书), the statement of claim or of appeal.
    #[serde(default)]
    #[garde(length(max = 20))]
    #[schema(max_items = 20)]
    pub papers: Vec<Uuid>,
    /// The cases it covers, where there are several; never set by a caller.
    #[serde(skip)]
    pub joint: Option<Joint>,
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
            // Of a retrial by the procedure of first instance too (行诉解释 119).
            (Instance::Second, ProceedingKind::Litigation) => appealable(case, earlier) && earlier.route == Some(self.route),
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

impl OpenLitigation {
    /// On which side the agency stands: as in the instance before, or as the outcome of the reconsideration has it (行诉法 26).
    fn standing(&self, earlier: Option<&Proceeding>) -> Result<Option<PartyStanding>, Refusal> {
        let fixed = earlier.and_then(|earlier| match (earlier.kind, earlier.decision.as_ref().map(|decision| decision.outcome)) {
            (ProceedingKind::Litigation, _) => Some(earlier.stands_as()),
            (ProceedingKind::Reconsideration, Some(Outcome::Reconsideration(outcome))) => PartyStanding::after(outcome),
            (ProceedingKind::Reconsideration, _) => None,
        });
        match (fixed, self.standing) {
            (Some(fixed), Some(said)) if fixed != said => Err(Refusal::new(
                Code::StandingMismatch,
                format!("依复议结果或者前一审级，本机关的地位为“{}”", fixed.zh()),
                format!("by the outcome of the reconsideration, or as in the instance before, the agency is: {}", fixed.en()),
            )
            .under("行诉法 26")
            .at("/standing")),
            (None, Some(PartyStanding::CoDefendant)) => Err(Refusal::new(
                Code::StandingMismatch,
                "复议机关维持原行政行为的，才与复议机关为共同被告",
                "only after a reconsideration that upheld the act is the body co-defendant",
            )
            .under("行诉法 26")
            .at("/standing")),
            (fixed, said) => Ok(fixed.or(said).filter(|standing| *standing != PartyStanding::Respondent)),
        }
    }
}

impl Command for OpenLitigation {
    const STEP: Step = Step::OpenLitigation;
    const SETTINGS: Edition = Edition::Newest;

    fn needs(&self, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { documents: self.papers.clone(), ..Needs::default() }
    }

    fn ready(_case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        Ok(None)
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let (against, challenged_on) = self.against.of(case)?;
        let earlier = self.preceding(case, facts.calendar)?;
        let standing = self.standing(earlier)?;
        let decided_on = earlier.and_then(|earlier| earlier.decision.as_ref()).map(|decision| decision.decided_on);
        let earliest = decided_on.map_or(challenged_on, |decided_on| decided_on.max(challenged_on));
        accepted_then_sent(facts, earliest, (self.accepted_on, self.received_on))?;
        enter(
            case,
            facts,
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
                joint: self.joint,
                standing,
                applied_on: None,
                papers: self.papers,
                suspensions: Vec::new(),
                longer_terms: Vec::new(),
                procedure_change: None,
                notices: Vec::new(),
                hearings: Vec::new(),
                told: Vec::new(),
                file_within: facts.settings.filing_working_days,
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
fn enter(case: &Case, facts: &Facts<'_>, proceeding: Proceeding) -> Result<Decision, Refusal> {
    for (index, document) in proceeding.papers.iter().enumerate() {
        facts.document(*document, &format!("/papers/{index}"))?;
    }
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
    let n = case.next_proceeding();
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
mod tests;
