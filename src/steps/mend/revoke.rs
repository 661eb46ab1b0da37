//! Revoke a dispatched reply that is wrong in substance (撤销已发出的答复), domain 6.6; 复议法 41, 74. Who: approver.
//!
//! The letter is withdrawn and the application answered anew: a new round in the same case, under the original due date.

use crate::case::command::{Command, Edition};
use crate::case::duties::duties;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs, NumberKind};
use crate::case::flow::Step;
use crate::case::model::{Case, DrawnNumber, Joint, Reply, Revocation};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Words;
use crate::rules::reply_kinds::ReplyKind;
use crate::rules::terms::DutyKind;
use crate::steps::handle::{charge, correct};
use crate::steps::reply::issue::document_number;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::{Datelike, NaiveDate};
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// A revocation.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RevokeReply {
    /// Why.
    #[garde(dive)]
    #[schema(example = "检索遗漏，重新检索后另行答复。")]
    pub reason: Words<2000>,
    /// Number of the one letter, on a case that shares the reply of another; never set by a caller.
    #[serde(skip)]
    pub number: Option<(String, Option<DrawnNumber>)>,
}

impl Command for RevokeReply {
    const STEP: Step = Step::RevokeReply;
    const SETTINGS: Edition = Edition::Newest;

    fn needs(&self, _at: Option<u32>, _case: &Case, today: NaiveDate) -> Needs {
        Needs { number: self.number.is_none().then(|| (NumberKind::Reply, today.year())), ..Needs::default() }
    }

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let at = super::given_reply(case)?;
        not_lapsed(case, super::standing(case, at)?, facts)?;
        Ok(at)
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let reply = super::standing(case, at)?;
        super::given(case, reply)?;
        not_lapsed(case, reply, facts)?;
        let mut decision = Decision::new();
        let (document_number, drawn) = match self.number {
            Some(number) => number,
            None => document_number(facts).map(|(rendered, drawn)| (rendered, Some(drawn)))?,
        };
        let revocation = Revocation {
            reason: decision.keep(facts, self.reason.into_string()),
            document_number,
            drawn,
            on: facts.today,
            by: facts.person.account_id,
        };
        Ok(decision.with(CaseEvent::ReplyRevoked { reply: reply.n, revocation }))
    }

    fn shared(&self, at: Option<u32>, case: &Case) -> Option<Joint> {
        super::shared_reply(case, at)
    }

    fn on_sharer(self, joint: &Joint, _: Option<u32>, first: &Case, case: &Case) -> Result<Option<(Option<u32>, Self)>, Refusal> {
        let revoked = first.reply_in(joint).and_then(|reply| reply.revocation.as_ref());
        let number = revoked.map(|revocation| (revocation.document_number.clone(), revocation.drawn));
        Ok(super::own_standing(case, joint).map(|n| (Some(n), Self { number, ..self })))
    }
}

/// Refuses a closing under O1 or O2 while its term had truly run out before it: what comes late counts only for good reason, as
/// somebody else than the signer decides (domain 6.6). A closing whose term had not run out is wrong in substance, and revoked.
fn not_lapsed(case: &Case, reply: &Reply, facts: &Facts<'_>) -> Result<(), Refusal> {
    let (kind, n, article) = match reply.items.iter().find(|item| item.main).map(|item| item.kind) {
        Some(ReplyKind::O1) => (DutyKind::AnswerCorrection, correct::standing(case).map(|known| known.n), "30"),
        Some(ReplyKind::O2) => (DutyKind::PayFee, charge::standing(case).map(|known| known.n), "109号"),
        _ => return Ok(()),
    };
    let lapsed = duties(case, facts.calendar)
        .iter()
        .filter(|duty| duty.kind == kind && Some(duty.ordinal) == n)
        .any(|duty| duty.due_on < reply.on && duty.met_on.is_none_or(|met_on| met_on > duty.due_on));
    if !lapsed {
        return Ok(());
    }
    let (zh, en) = (
        "案件因逾期未补正或者未缴费终结，期限确已届满；有正当理由的，由签发人以外的人恢复办理，不得以撤销答复代替",
        "the case was closed because a term had truly run out: for good reason, somebody else than the signer reopens it; a revocation \
         is no way around that",
    );
    Err(Refusal::new(Code::ReopenInstead, zh, en).under(article))
}

/// Revoke a dispatched reply and answer anew.
#[utoipa::path(tag = "mend", request_body = RevokeReply, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/replies/{n}/revocation")]
pub async fn revoke_reply(call: Call) -> Answer {
    super::super::take::<RevokeReply>(call).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::duties::duties;
    use crate::case::model::{Letter, ReplyState};
    use crate::case::projection::project;
    use crate::case::stage::Stage;
    use crate::case::testing::{APPROVER, day};
    use crate::rules::terms::DutyKind;
    use crate::steps::fixtures::{dispatch_event, reply_events, served};
    use serde_json::json;

    #[test]
    fn a_new_round_begins_under_the_original_due_date() {
        let mut bench = served("2026-08-03", "2026-08-05");
        let row = project(bench.case(), bench.calendar()).result.unwrap();
        assert_eq!(row.counted_on, Some(day("2026-08-03")));
        bench.go("2026-09-10").take::<RevokeReply>(APPROVER, Some(1), json!({"reason": "检索遗漏"})).unwrap();
        let case = bench.case();
        assert_eq!((case.stage, case.round(), case.replies[0].state), (Stage::Registered, 2, ReplyState::Revoked));
        assert_eq!(project(case, bench.calendar()).result.unwrap().counted_on, None, "it is to be answered again");
        let all = duties(case, bench.calendar());
        let rounds: Vec<_> = all.iter().filter(|duty| duty.kind == DutyKind::Reply).collect();
        assert_eq!(rounds.len(), 2);
        assert_eq!((rounds[0].met_on, rounds[0].open), (Some(day("2026-08-03")), false));
        assert_eq!((rounds[1].due_on, rounds[1].met_on, rounds[1].open), (rounds[0].due_on, None, true));
        assert!(all.iter().filter(|duty| duty.kind == DutyKind::SueDirectly).all(|duty| !duty.open));
        let anew = reply_events(bench.case(), day("2026-09-11"));
        bench.keep(anew, Vec::new());
        let sent = dispatch_event(bench.case(), Letter::Reply { n: 2 }, day("2026-09-11"));
        bench.keep(vec![sent], Vec::new());
        assert_eq!(
            project(bench.case(), bench.calendar()).result.unwrap().counted_on,
            Some(day("2026-09-11")),
            "the row is that of the last reply"
        );
    }

    #[test]
    fn a_closed_case_opens_again_and_a_revoked_reply_is_not_revoked_twice() {
        let mut bench = served("2026-08-03", "2026-08-05");
        let closing = crate::case::model::Closing { on: day("2026-08-05"), by: APPROVER };
        bench.keep(vec![CaseEvent::CaseClosed { closing }], Vec::new());
        bench.take::<RevokeReply>(APPROVER, Some(1), json!({"reason": "检索遗漏"})).unwrap();
        assert_eq!((bench.case().stage, bench.case().closing.is_none()), (Stage::Registered, true));
        let anew = reply_events(bench.case(), day("2026-08-05"));
        bench.keep(anew, Vec::new());
        let sent = dispatch_event(bench.case(), Letter::Reply { n: 2 }, day("2026-08-05"));
        bench.keep(vec![sent], Vec::new());
        assert_eq!(bench.take::<RevokeReply>(APPROVER, Some(1), json!({"reason": "检索遗漏"})).unwrap_err().code.as_str(), "already_done");
    }
}
