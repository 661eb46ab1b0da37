//! Tell the body or court that the agency revoked its own reply (告知自行撤销), 行诉解释 81; 复议法 41, 74. Who: clerk or legal reviewer.
//!
//! Where the applicant withdraws then, the proceeding ends without a decision; where not, the reply may still be declared unlawful.

use crate::case::command::Command;
use crate::case::duties::revoked_meanwhile;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, Joint, Proceeding, Told};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Word of the revocation.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct TellBody {
    /// The day it was handed in or posted.
    #[schema(example = "2026-11-09")]
    pub on: NaiveDate,
    /// The stored paper.
    pub document_id: Option<Uuid>,
}

/// The reply that was revoked meanwhile and of which the body does not know yet, with the day.
fn untold(case: &Case, proceeding: &Proceeding) -> Option<(u32, NaiveDate)> {
    revoked_meanwhile(case, proceeding).filter(|(reply, _)| !proceeding.told.iter().any(|told| told.reply == *reply))
}

impl Command for TellBody {
    const STEP: Step = Step::TellBody;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { documents: self.document_id.into_iter().collect(), ..Needs::default() }
    }

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        super::first(case, |proceeding| untold(case, proceeding).is_some())
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let proceeding = super::proceeding(case, at)?;
        let (reply, revoked_on) = untold(case, proceeding).ok_or_else(|| {
            let (zh, en) = (
                "程序进行期间没有自行撤销被诉答复，或者已经告知",
                "the reply challenged was not revoked while it was challenged, or the body was told",
            );
            Refusal::new(Code::NothingRevoked, zh, en).under("行诉解释 81")
        })?;
        facts.between(revoked_on, self.on, "/on")?;
        if let Some(id) = self.document_id {
            facts.document(id, "/document_id")?;
        }
        let told = Told { reply, on: self.on, by: facts.person.account_id, document_id: self.document_id };
        Ok(Decision::new().with(CaseEvent::BodyTold { proceeding: proceeding.n, told }))
    }

    fn shared(&self, at: Option<u32>, case: &Case) -> Option<Joint> {
        super::shared(case, at)
    }

    /// A case whose own reply was not revoked has nothing to tell.
    fn on_sharer(self, joint: &Joint, _: Option<u32>, _: &Case, case: &Case) -> Result<Option<(Option<u32>, Self)>, Refusal> {
        let own = super::own(case, joint);
        let own = own.filter(|n| case.proceeding(*n).is_some_and(|proceeding| untold(case, proceeding).is_some()));
        Ok(own.map(|n| (Some(n), self)))
    }
}

/// Tell the body or court of the agency's own revocation.
#[utoipa::path(tag = "remedy", request_body = TellBody, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/proceedings/{n}/revocation-notice")]
pub async fn tell_body(call: Call) -> Answer {
    super::super::take::<TellBody>(call).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::duties::duties;
    use crate::case::testing::{APPROVER, DOCUMENT, REVIEWER, day};
    use crate::rules::terms::DutyKind;
    use crate::steps::fixtures::{reconsideration, served};
    use crate::steps::mend::revoke::RevokeReply;
    use crate::steps::remedy::open::OpenReconsideration;
    use serde_json::json;

    #[test]
    fn litigation_interpretation_81_a_revocation_meanwhile_is_told_the_next_working_day() {
        let mut bench = served("2026-08-03", "2026-08-05");
        let mut copy = reconsideration("2026-08-20");
        copy["against"] = json!({"kind": "reply", "n": 1});
        bench.go("2026-08-20").take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
        let body = |on: &str| json!({"on": on, "document_id": DOCUMENT});
        let early = bench.take::<TellBody>(REVIEWER, Some(1), body("2026-08-20")).unwrap_err();
        assert_eq!(early.code.as_str(), "nothing_open");
        // A Friday: the next working day is the Monday.
        bench.go("2026-08-28").take::<RevokeReply>(APPROVER, Some(1), json!({"reason": "检索遗漏"})).unwrap();
        let find = |all: Vec<crate::case::duties::Duty>| all.into_iter().find(|duty| duty.kind == DutyKind::TellRevocation);
        let duty = find(duties(bench.case(), bench.calendar())).unwrap();
        assert_eq!((duty.from_on, duty.due_on, duty.open), (day("2026-08-28"), day("2026-08-31"), true));
        bench.go("2026-08-31");
        assert_eq!(bench.take::<TellBody>(REVIEWER, Some(1), body("2026-08-27")).unwrap_err().code.as_str(), "date_before_previous");
        bench.take::<TellBody>(REVIEWER, Some(1), body("2026-08-31")).unwrap();
        let duty = find(duties(bench.case(), bench.calendar())).unwrap();
        assert_eq!((duty.met_on, duty.open), (Some(day("2026-08-31")), false));
    }

    #[test]
    fn what_was_revoked_before_it_was_challenged_is_no_news() {
        let mut bench = served("2026-08-03", "2026-08-05");
        bench.go("2026-08-10").take::<RevokeReply>(APPROVER, Some(1), json!({"reason": "检索遗漏"})).unwrap();
        let mut copy = reconsideration("2026-08-20");
        copy["against"] = json!({"kind": "reply", "n": 1});
        bench.go("2026-08-20").take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
        assert!(duties(bench.case(), bench.calendar()).iter().all(|duty| duty.kind != DutyKind::TellRevocation));
    }
}
