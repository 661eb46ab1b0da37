//! Enter one reconsideration or lawsuit over several cases, domain 6.6. Who: clerk or legal reviewer.
//!
//! Each case has the proceeding with its own number, and what is challenged in it; from here on a step on it is a step on all of them. In table
//! four, in lists and statistics it counts once.

use super::open::{AgainstInput, OpenLitigation, OpenReconsideration};
use crate::case::command::Command;
use crate::case::journal::agency::{self, AgencyEvent, Attempt, Change};
use crate::case::journal::{self, Ask, JournalError, Pen, Repeated};
use crate::case::model::{Case, Joint, LitigationRoute, Part};
use crate::case::office::Office;
use crate::case::refusal::{Code, Refusal};
use crate::case::trail::Actor;
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions};
use crate::http::problem::Problem;
use crate::http::text::Line;
use crate::ids::new_id;
use crate::rules::outcomes::{Instance, ProcedureKind};
use crate::rules::proceedings::{Appellant, PartyStanding};
use actix_web::post;
use chrono::NaiveDate;
use diesel::PgConnection;
use garde::Validate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// One of the cases.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct CoveredCase {
    /// The case.
    pub case_id: Uuid,
    /// What is challenged in it.
    pub against: AgainstInput,
    /// Number in this case of the earlier proceeding that it follows; lawsuits only.
    #[schema(minimum = 1)]
    pub follows: Option<u32>,
}

/// What is entered for all of them.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub enum ProceedingToOpen {
    /// A reconsideration (行政复议).
    Reconsideration {
        /// The reconsideration body.
        #[garde(dive)]
        body: Line<200>,
        /// Its case number.
        #[garde(dive)]
        case_number: Option<Line<100>>,
        /// Ordinary or summary procedure.
        procedure: ProcedureKind,
        /// The day the body received the application, where the papers say so.
        applied_on: Option<NaiveDate>,
        /// The day the body accepted it, where the papers say so.
        accepted_on: Option<NaiveDate>,
        /// The day the agency received the copy.
        #[schema(example = "2026-11-02")]
        received_on: NaiveDate,
        /// The document number of the notice to answer.
        #[garde(dive)]
        notice_number: Option<Line<100>>,
        /// The stored papers.
        #[serde(default)]
        #[garde(length(max = 20))]
        #[schema(max_items = 20)]
        papers: Vec<Uuid>,
    },
    /// A lawsuit (行政诉讼) in one instance.
    Litigation {
        /// The court.
        #[garde(dive)]
        court: Line<200>,
        /// Its case number.
        #[garde(dive)]
        case_number: Option<Line<100>>,
        /// The instance.
        instance: Instance,
        /// Directly, or after a reconsideration.
        route: LitigationRoute,
        /// Ordinary or summary procedure.
        procedure: ProcedureKind,
        /// On which side the agency stands, where the outcome of the reconsideration leaves it open.
        standing: Option<PartyStanding>,
        /// Who appealed, or applied for the retrial; above the first instance only.
        appellant: Option<Appellant>,
        /// The day the agency appealed or applied; needed where it did.
        appealed_on: Option<NaiveDate>,
        /// The day the court docketed it, in second instance the day the appeal came in, where the papers say so.
        accepted_on: Option<NaiveDate>,
        /// The day the agency received the copy.
        #[schema(example = "2026-11-02")]
        received_on: NaiveDate,
        /// The stored papers.
        #[serde(default)]
        #[garde(length(max = 20))]
        #[schema(max_items = 20)]
        papers: Vec<Uuid>,
    },
}

/// A proceeding over several cases.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenProceeding {
    /// What it is.
    #[garde(dive)]
    pub proceeding: ProceedingToOpen,
    /// The cases it covers.
    #[garde(length(min = 2, max = 50), dive)]
    #[schema(min_items = 2, max_items = 50)]
    pub cases: Vec<CoveredCase>,
}

impl OpenProceeding {
    fn case_ids(&self) -> Vec<Uuid> {
        self.cases.iter().map(|covered| covered.case_id).collect()
    }

    /// Refuses a case that is named twice, and what a reconsideration cannot follow.
    fn check(&self) -> Result<(), Refusal> {
        let mut seen = BTreeSet::new();
        let of_body = matches!(self.proceeding, ProceedingToOpen::Reconsideration { .. });
        for (index, covered) in self.cases.iter().enumerate() {
            if !seen.insert(covered.case_id) {
                let (zh, en) = ("同一案件重复列出", "a case is named twice: a proceeding covers it once");
                return Err(Refusal::new(Code::CasesOfProceeding, zh, en).at(format!("/cases/{index}/case_id")));
            }
            if of_body && covered.follows.is_some() {
                let (zh, en) = ("行政复议不接续其他程序", "a reconsideration follows no other proceeding");
                return Err(Refusal::new(Code::FieldsRefused, zh, en).at(format!("/cases/{index}/follows")));
            }
        }
        Ok(())
    }
}

/// What follows a proceeding over several cases follows that one in each of them.
fn one_chain<'a>(cases: &[CoveredCase], known: impl Fn(Uuid) -> Option<&'a Case>) -> Result<(), Refusal> {
    let followed = |covered: &CoveredCase| known(covered.case_id)?.proceeding(covered.follows?)?.joint.clone();
    for joint in cases.iter().filter_map(followed) {
        let own = |covered: &CoveredCase| known(covered.case_id)?.proceeding_in(&joint).map(|earlier| earlier.n);
        let strays = |covered: &CoveredCase| own(covered).is_some_and(|n| covered.follows != Some(n));
        if let Some(index) = cases.iter().position(strays) {
            let (zh, en) = ("该案须接续同一涉及多个案件的程序", "in this case too it follows the one proceeding that covers them");
            return Err(Refusal::new(Code::JointProceeding, zh, en).at(format!("/cases/{index}/follows")));
        }
    }
    Ok(())
}

/// Points a refusal of one case to its part, or to what was entered for all.
fn pointed(error: JournalError) -> JournalError {
    let JournalError::Refused(mut refusal) = error else { return error };
    for field in &mut refusal.errors {
        let Some((index, rest)) = field.pointer.strip_prefix("/items/").and_then(|rest| rest.split_once('/')) else {
            field.pointer = field.pointer.replacen("/items", "/cases", 1);
            continue;
        };
        let own = ["against", "follows"].iter().any(|own| rest.starts_with(own));
        field.pointer = if own { format!("/cases/{index}/{rest}") } else { format!("/proceeding/{rest}") };
    }
    JournalError::Refused(refusal)
}

fn take_all<C: Command + Clone>(
    (conn, office, ask): (&mut PgConnection, &Office, &Ask),
    cases: Vec<CoveredCase>,
    command: impl Fn(CoveredCase) -> C,
) -> Result<(), JournalError> {
    let commands = cases.into_iter().map(|covered| (covered.case_id, None, command(covered))).collect();
    journal::take_each(conn, office, ask, commands).map_err(pointed)
}

/// One case of a proceeding that was entered over several.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnteredCase {
    /// The case.
    pub case_id: Uuid,
    /// The version this made.
    pub version: i32,
    /// Number of the proceeding in the case.
    pub proceeding: u32,
}

/// A proceeding over several cases as it was entered.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnteredProceeding {
    /// The proceeding.
    pub id: Uuid,
    /// Its cases.
    pub cases: Vec<EnteredCase>,
}

/// Enters one proceeding over several cases, all or none.
pub fn open_together(
    conn: &mut PgConnection,
    office: &Office,
    ask: &Ask,
    body: OpenProceeding,
) -> Result<(EnteredProceeding, Attempt), JournalError> {
    let (id, cases) = (ask.case, body.case_ids());
    let named = cases.clone();
    let actor = Actor::Account { id: ask.person.account_id };
    let pen = Pen { office, agency: ask.agency, actor, request_id: ask.request_id.clone() };
    let change = |conn: &mut PgConnection| {
        let known = journal::named_cases(conn, ask.agency, None, &cases)?;
        let number = |case: &Case| case.registration.as_ref().map(|entry| entry.case_number.clone()).unwrap_or_default();
        let part = |case: &Uuid| Part { case: *case, case_number: known.get(case).map(|known| number(&known.case)).unwrap_or_default() };
        let joint = Joint { id, cases: cases.iter().map(part).collect() };
        one_chain(&body.cases, |case| known.get(&case).map(|known| &known.case))?;
        enter_each((conn, office, ask), &joint, body)?;
        let repeated = Repeated { resource: id, version: 1, status: 201 };
        Ok(Change { value: id, repeated, events: vec![AgencyEvent::ProceedingEntered { proceeding: id, cases }] })
    };
    agency::write_or_try(conn, &pen, ask, change, |conn, id| {
        let entered = journal::proceedings_in(conn, ask.agency, id, &named)?;
        let cases = entered.into_iter().map(|(case_id, version, proceeding)| EnteredCase { case_id, version, proceeding }).collect();
        Ok(EnteredProceeding { id, cases })
    })
}

fn enter_each(hands: (&mut PgConnection, &Office, &Ask), joint: &Joint, body: OpenProceeding) -> Result<(), JournalError> {
    let joint = Some(joint.clone());
    match body.proceeding {
        ProceedingToOpen::Reconsideration {
            body: of,
            case_number,
            procedure,
            applied_on,
            accepted_on,
            received_on,
            notice_number,
            papers,
        } => take_all(hands, body.cases, |covered| OpenReconsideration {
            body: of.clone(),
            case_number: case_number.clone(),
            procedure,
            against: covered.against,
            applied_on,
            accepted_on,
            received_on,
            notice_number: notice_number.clone(),
            papers: papers.clone(),
            joint: joint.clone(),
        }),
        ProceedingToOpen::Litigation {
            court,
            case_number,
            instance,
            route,
            procedure,
            standing,
            appellant,
            appealed_on,
            accepted_on,
            received_on,
            papers,
        } => take_all(hands, body.cases, |covered| OpenLitigation {
            court: court.clone(),
            case_number: case_number.clone(),
            instance,
            route,
            follows: covered.follows,
            against: covered.against,
            accepted_on,
            received_on,
            procedure,
            standing,
            appellant,
            appealed_on,
            papers: papers.clone(),
            joint: joint.clone(),
        }),
    }
}

/// Enter one proceeding over several cases.
///
/// Each case has it with its own number there; answers, notices, sittings, the decision, filings and performances of any of them are those of
/// all. All or none.
#[utoipa::path(tag = "remedy", request_body = OpenProceeding, responses(
    (status = 201, description = "The proceeding, by case.", body = EnteredProceeding),
    (status = 200, description = "The proceeding as it would be; nothing was written.", body = EnteredProceeding),
))]
#[post("/proceedings")]
pub async fn open_proceeding(call: Call) -> Answer {
    let scope = call.permit("open_proceeding")?;
    let ask = call.ask(new_id(), None, Versions::None)?;
    let body: OpenProceeding = call.json()?;
    body.check()?;
    let office = Arc::clone(&call.app.office);
    let (entered, attempt) = call.app.db.run(scope, move |conn| open_together(conn, &office, &ask, body).map_err(Problem::from)).await?;
    answer::made(attempt, &entered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn body(cases: Value) -> OpenProceeding {
        let proceeding = json!({"kind": "reconsideration", "body": "示范区人民政府", "procedure": "ordinary", "received_on": "2026-11-02"});
        serde_json::from_value(json!({"proceeding": proceeding, "cases": cases})).unwrap()
    }

    fn case(n: u128) -> Value {
        json!({"case_id": Uuid::from_u128(n), "against": {"kind": "silence"}})
    }

    #[test]
    fn it_covers_two_cases_or_more_each_once() {
        assert!(body(json!([case(1)])).validate().is_err());
        assert!(body(json!([case(1), case(2)])).check().is_ok());
        let refusal = body(json!([case(1), case(2), case(1)])).check().unwrap_err();
        assert_eq!((refusal.code, refusal.errors[0].pointer.as_str()), (Code::CasesOfProceeding, "/cases/2/case_id"));
    }

    #[test]
    fn a_reconsideration_follows_nothing() {
        let mut second = case(2);
        second["follows"] = json!(1);
        let refusal = body(json!([case(1), second])).check().unwrap_err();
        assert_eq!((refusal.code, refusal.errors[0].pointer.as_str()), (Code::FieldsRefused, "/cases/1/follows"));
    }

    #[test]
    fn refusals_point_to_the_case_or_to_what_is_said_of_all() {
        let refusal = Refusal::new(Code::UnknownReference, "", "").at("/items/1/against/n").at("/items/0/received_on").at("/items/1");
        let JournalError::Refused(refusal) = pointed(refusal.into()) else { panic!("still a refusal") };
        let pointers: Vec<_> = refusal.errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/cases/1/against/n", "/proceeding/received_on", "/cases/1"]);
    }
}
