//! Enter a reconsideration (行政复议) or a lawsuit (行政诉讼), 复议法 48, 54; 行诉法 67. Who: clerk or legal reviewer.
//!
//! The agency enters what it received; whether the remedy was admissible is for the body or court to say. One that covers several cases is
//! entered next door, over all of them at once.

mod entry;

use crate::case::command::{Command, Edition};
use crate::case::duties::{appealable, decision_period};
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Against, Case, Joint, LitigationRoute, Outcome, Proceeding, ProceedingKind};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Line;
use crate::rules::calendar::Calendar;
use crate::rules::outcomes::{CourtOutcome, Instance, ProcedureKind};
use crate::rules::proceedings::{Appellant, PartyStanding};
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
pub(in crate::steps) use entry::elsewhere;
use entry::{enter, numbered};
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
    /// The document number of the notice to answer (答复通知书).
    #[garde(dive)]
    pub notice_number: Option<Line<100>>,
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

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { documents: self.papers.clone(), proceeding: numbered(&self.body, self.case_number.as_ref()), ..Needs::default() }
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
                appellant: None,
                appealed_on: None,
                applied_on: self.applied_on,
                notice_number: self.notice_number.map(Line::into_string),
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
    /// Who appealed, or applied for the retrial; above the first instance only. To an appeal of its own the agency owes no defence.
    pub appellant: Option<Appellant>,
    /// The day the agency appealed or applied; needed where it did.
    pub appealed_on: Option<NaiveDate>,
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
    /// On which side the agency stands: as in the instance before, or as the outcome of the reconsideration has it (行诉法 26; 行诉解释 22).
    fn standing(&self, earlier: Option<&Proceeding>) -> Result<Option<PartyStanding>, Refusal> {
        let before = earlier.filter(|earlier| earlier.kind == ProceedingKind::Litigation).map(|earlier| [earlier.stands_as()]);
        let outcome = earlier.and_then(|earlier| earlier.decision.as_ref()).and_then(|decision| match decision.outcome {
            Outcome::Reconsideration(outcome) => Some(outcome),
            Outcome::Court(_) => None,
        });
        let possible = before.as_ref().map_or_else(|| PartyStanding::after(outcome), |before| before.as_slice());
        let refuse = |zh: String, en: String| Refusal::new(Code::StandingMismatch, zh, en).under("行诉法 26").at("/standing");
        let standing = match (self.standing, possible) {
            (Some(said), possible) if possible.contains(&said) => said,
            (None, [only]) => *only,
            (None, [PartyStanding::Respondent, ..]) => PartyStanding::Respondent,
            (None, _) => {
                return Err(refuse(
                    "复议机关确认违法的，须说明本机关的地位：仅因违反法定程序的，与复议机关为共同被告；其他的，复议机关单独被告".to_owned(),
                    "after the act was declared unlawful say on which side the agency stands: co-defendant where that was for a breach of procedure alone, \
                     otherwise the body alone is sued"
                        .to_owned(),
                )
                .under("行诉解释 22(3)"));
            }
            (Some(_), _) => {
                let named =
                    |name: fn(PartyStanding) -> &'static str, or: &str| possible.iter().copied().map(name).collect::<Vec<_>>().join(or);
                return Err(refuse(
                    format!("依复议结果或者前一审级，本机关的地位为“{}”", named(PartyStanding::zh, "”或者“")),
                    format!(
                        "by the outcome of the reconsideration, or as in the instance before, the agency is: {}",
                        named(PartyStanding::en, "; or: ")
                    ),
                ));
            }
        };
        Ok(Some(standing).filter(|standing| *standing != PartyStanding::Respondent))
    }
}

/// Who appealed is known of what follows an instance; the agency gives the day of its own appeal, which keeps the term (行诉法 85).
pub(in crate::steps) fn appealed(
    (instance, appellant, appealed_on): (Instance, Option<Appellant>, Option<NaiveDate>),
    decided_on: NaiveDate,
    facts: &Facts<'_>,
) -> Result<NaiveDate, Refusal> {
    let refuse = |at: &str, zh: &str, en: &str| Err(Refusal::new(Code::FieldsRefused, zh, en).under("行诉法 85, 90").at(at));
    match (instance, appellant) {
        (Instance::First, Some(_)) => return refuse("/appellant", "一审没有上诉人", "nobody appeals to a first instance"),
        (Instance::Second, Some(Appellant::Court)) => {
            return refuse("/appellant", "法院、检察院只能启动再审", "the court and the procuratorate begin retrials only");
        }
        _ => {}
    }
    match (appellant.is_some_and(Appellant::is_agency), appealed_on) {
        (false, None) => Ok(decided_on),
        (true, None) => refuse("/appealed_on", "本机关上诉或者申请再审的，须填写日期", "say on which day the agency appealed or applied"),
        (false, Some(_)) => {
            let (zh, en) = ("只填写本机关上诉或者申请再审的日期", "this is the day of the agency's own appeal or application only");
            refuse("/appealed_on", zh, en)
        }
        (true, Some(on)) => facts.between(decided_on, on, "/appealed_on").map(|()| on),
    }
}

impl OpenLitigation {
    /// One thing follows a proceeding, unless it ended before anything was tried: then it may be brought again (行诉解释 60).
    fn free(case: &Case, earlier: &Proceeding) -> Result<(), Refusal> {
        let follows = |later: &&Proceeding| later.follows == Some(earlier.n) && !untried(later);
        let Some(later) = case.proceedings.iter().find(follows) else { return Ok(()) };
        Err(Refusal::new(
            Code::AlreadyFollowed,
            format!("第{}号程序已接续该程序；后一审级接续最后一个审级", later.n),
            format!("proceeding {} follows that one already: a further instance follows the last", later.n),
        )
        .at("/follows"))
    }
}

/// Whether it ended before what is challenged was tried.
fn untried(proceeding: &Proceeding) -> bool {
    matches!(
        proceeding.decision.as_ref().map(|decision| decision.outcome),
        Some(Outcome::Court(
            CourtOutcome::NotDocketed
                | CourtOutcome::SuitDismissed
                | CourtOutcome::WithdrawalAllowed
                | CourtOutcome::DeemedWithdrawn
                | CourtOutcome::Transferred
                | CourtOutcome::Discontinued
                | CourtOutcome::AppealWithdrawn
        ))
    )
}

impl Command for OpenLitigation {
    const STEP: Step = Step::OpenLitigation;
    const SETTINGS: Edition = Edition::Newest;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { documents: self.papers.clone(), proceeding: numbered(&self.court, self.case_number.as_ref()), ..Needs::default() }
    }

    fn ready(_case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        Ok(None)
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let (against, challenged_on) = self.against.of(case)?;
        let earlier = self.preceding(case, facts.calendar)?;
        let standing = self.standing(earlier)?;
        earlier.map_or(Ok(()), |earlier| Self::free(case, earlier))?;
        let decided_on = earlier.and_then(|earlier| earlier.decision.as_ref()).map(|decision| decision.decided_on);
        let earliest = decided_on.map_or(challenged_on, |decided_on| decided_on.max(challenged_on));
        let earliest = appealed((self.instance, self.appellant, self.appealed_on), earliest, facts)?;
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
                appellant: self.appellant,
                appealed_on: self.appealed_on,
                applied_on: None,
                notice_number: None,
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

    /// What follows a proceeding over several cases covers all of them that are still open to steps: in table four it is one lawsuit.
    fn shared(&self, _at: Option<u32>, case: &Case) -> Option<Joint> {
        super::shared(case, self.follows)
    }

    fn on_sharer(self, joint: &Joint, _: Option<u32>, _: &Case, case: &Case) -> Result<Option<(Option<u32>, Self)>, Refusal> {
        let covered = self.joint.is_some_and(|own| own.cases.iter().any(|part| part.case == case.id));
        if covered || super::own(case, joint).is_none() {
            return Ok(None);
        }
        let (zh, en) = (
            "所接续的程序也涉及本案，须通过一并登记同时登记",
            "the proceeding it follows covers this case too: enter what follows over all of them at once",
        );
        Err(Refusal::new(Code::JointProceeding, zh, en))
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
