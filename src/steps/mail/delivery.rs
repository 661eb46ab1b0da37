//! Record what became of a letter (送达、退件、未领取), 国办公开办函〔2016〕235号. Who: clerk.
//!
//! Only a proved service starts the remedy terms; what came back or was not collected must be sent again.

use super::dispatch::signature_missing;
use super::proof::proves_no_other;
use super::signatory::Proved;
use super::{SERVICE_RULE, signatory};
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, DeliveryProof, Dispatch, DispatchMethod, DispatchState, Joint, ProofRole, SignedAs};
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

/// What became of a letter.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(tag = "result", rename_all = "snake_case", deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub enum RecordDelivery {
    /// Served.
    Delivered {
        /// The day of signing; on line, of arrival in the system agreed to.
        #[schema(example = "2026-11-23")]
        on: NaiveDate,
        /// Who signed; needed for what was handed over. What was posted names who signed, or in which capacity, or a proof.
        #[garde(dive)]
        signed_by: Option<Line<100>>,
        /// In which capacity; needed where it is not the person or organisation that the letter is for, nor who the case names for them.
        signed_as: Option<SignedAs>,
        /// The stored delivery slip or printout.
        proof: Option<Uuid>,
        /// The capacity found on the case of a joint reply under which the one envelope is entered; never set by a caller.
        #[serde(skip)]
        found: Option<SignedAs>,
    },
    /// Came back.
    Returned {
        /// The day it came back.
        on: NaiveDate,
        /// Why, as the envelope says.
        #[garde(dive)]
        #[schema(example = "查无此人")]
        reason: Words<500>,
        /// The stored scan of the envelope, which is kept; it may be filed later.
        envelope: Option<Uuid>,
    },
    /// Not collected at the agency: post it.
    NotCollected {
        /// The day this was found.
        on: NaiveDate,
    },
}

fn on_its_way(dispatch: &Dispatch) -> bool {
    dispatch.state == DispatchState::Sent
}

/// What the service of a letter rests on: on line it is the arrival, by post a name, a capacity or the paper of the postal enterprise.
fn proved(dispatch: &Dispatch, proof: Option<Uuid>) -> Proved {
    let by_post = matches!(dispatch.method, DispatchMethod::Post { .. });
    let printed = dispatch.proofs.iter().any(|proof| proof.role == ProofRole::TrackingPrintout);
    if by_post && proof.is_none() && !printed { Proved::ByItsEntry } else { Proved::Otherwise }
}

impl Command for RecordDelivery {
    const STEP: Step = Step::RecordDelivery;

    fn needs(&self, _at: Option<u32>, case: &Case, _today: NaiveDate) -> Needs {
        // Which of the letters is meant is not known here.
        let people = || case.dispatches.iter().filter(|known| on_its_way(known)).flat_map(|known| signatory::people(case, known.letter));
        match self {
            Self::Delivered { proof, signed_by, signed_as, .. } => Needs {
                documents: proof.iter().copied().collect(),
                proof: *proof,
                texts: if signed_by.is_some() || signed_as.is_some() { people().collect() } else { Vec::new() },
                ..Needs::default()
            },
            Self::Returned { envelope, .. } => {
                Needs { documents: envelope.iter().copied().collect(), proof: *envelope, ..Needs::default() }
            }
            Self::NotCollected { .. } => Needs::default(),
        }
    }

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let first = case.dispatches.iter().find(|dispatch| on_its_way(dispatch));
        first.map(|dispatch| Some(dispatch.n)).ok_or_else(|| {
            Refusal::new(Code::NoLetterOnItsWay, "没有已寄出而尚无结果的函件", "no letter is on its way").under(SERVICE_RULE)
        })
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let dispatch = at
            .and_then(|n| case.dispatch(n))
            .ok_or_else(|| Refusal::new(Code::UnknownTarget, "没有该次寄送", "the case has no such dispatch"))?;
        if !on_its_way(dispatch) {
            return Err(Refusal::new(
                Code::AlreadyDone,
                "该次寄送的结果已经登记；登记有误的，请办理更正",
                "what became of this dispatch is recorded; a mistake in it is amended",
            ));
        }
        let mut decision = Decision::new();
        let mut envelope_filed = None;
        let state = match self {
            Self::Delivered { on, signed_by, signed_as, proof, found } => {
                facts.between(dispatch.on, on, "/on")?;
                let by_signature = matches!(dispatch.method, DispatchMethod::HandOver | DispatchMethod::ThroughAgency { .. });
                if by_signature && signed_by.is_none() {
                    return Err(signature_missing().at("/signed_by"));
                }
                let stated = (signed_by.as_ref().map(Line::as_str), signed_as, proved(dispatch, proof));
                let signed_as = match found {
                    Some(signed_as) => Some(signed_as),
                    None => signatory::capacity((case, dispatch.letter), stated, facts).map_err(|no| no.at("/signed_as"))?,
                };
                if let Some(proof) = proof {
                    proves_no_other(case, (dispatch, ProofRole::SignedSlip), (proof, "/proof"), facts)?;
                }
                DispatchState::Delivered { on, signed_by: decision.keep_some(facts, signed_by.map(Line::into_string)), signed_as, proof }
            }
            Self::Returned { on, reason, envelope } => {
                facts.between(dispatch.on, on, "/on")?;
                if let Some(document_id) = envelope {
                    let sha256 = facts.document(document_id, "/envelope")?.sha256.clone();
                    proves_no_other(case, (dispatch, ProofRole::ReturnedEnvelope), (document_id, "/envelope"), facts)?;
                    envelope_filed = Some(DeliveryProof {
                        n: crate::steps::next(dispatch.proofs.len()),
                        role: ProofRole::ReturnedEnvelope,
                        document_id,
                        sha256,
                        dated_on: on,
                        added_on: facts.today,
                        by: facts.person.account_id,
                        late_reason: None,
                    });
                }
                DispatchState::Returned { on, reason: decision.keep(facts, reason.into_string()) }
            }
            Self::NotCollected { on } => {
                facts.between(dispatch.on, on, "/on")?;
                if dispatch.method != DispatchMethod::HandOver {
                    return Err(Refusal::new(
                        Code::DeliveryResultMismatch,
                        "“未领取”只适用于通知当面领取的函件；邮件退回的，请登记退件",
                        "only a letter to be collected at the agency can be left uncollected; mail that came back is returned",
                    )
                    .under(SERVICE_RULE)
                    .at("/result"));
                }
                DispatchState::NotCollected { on }
            }
        };
        let dispatch = dispatch.n;
        // What became of a letter is a fact: one signed for too late is on file, and the clock gives it no effect.
        decision.events.push(CaseEvent::DeliveryRecorded { dispatch, state });
        decision.events.extend(envelope_filed.map(|proof| CaseEvent::DeliveryProofFiled { dispatch, proof }));
        Ok(decision)
    }

    fn shared(&self, at: Option<u32>, case: &Case) -> Option<Joint> {
        case.joint_of(case.dispatch(at?)?.letter).cloned()
    }

    fn on_sharer(mut self, joint: &Joint, at: Option<u32>, first: &Case, case: &Case) -> Result<Option<(Option<u32>, Self)>, Refusal> {
        // One envelope, one signature: only one of the cases may name the agent who gave it.
        if let Self::Delivered { found, .. } = &mut self {
            *found = at.and_then(|n| first.dispatch(n)).and_then(Dispatch::signed_as);
        }
        let dispatch = at.and_then(|n| case.dispatched_with(joint, first, n)).filter(|known| on_its_way(known));
        Ok(dispatch.map(|dispatch| (Some(dispatch.n), self)))
    }
}

/// Record what became of a letter.
///
/// Service starts the remedy terms. Who signed for somebody else did so in a capacity (`signed_as`): an agent, an adult of the family who lives
/// with them, the mail room of an organisation; what a collection point or a neighbour signed for is not served, and refused. A letter that came back or was not collected must go out again.
#[utoipa::path(tag = "mail", request_body = RecordDelivery, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/dispatches/{n}/delivery")]
pub async fn record_delivery(call: Call) -> Answer {
    super::super::take::<RecordDelivery>(call).await
}

#[cfg(test)]
mod tests {
    use super::super::dispatch::DispatchLetter;
    use super::super::testing::{hand_over, post, replied, returned};
    use super::*;
    use crate::case::duties::duties;
    use crate::case::model::Letter;
    use crate::case::testing::{Bench, CLERK, DOCUMENT, day};
    use crate::rules::terms::DutyKind;
    use crate::steps::fixtures::jointly;
    use crate::steps::mend::amend::AmendCase;
    use serde_json::{Value, json};

    const REPLY: Letter = Letter::Reply { n: 1 };

    fn posted() -> Bench {
        let mut bench = replied("2026-11-10");
        bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "EA123456789CN", "2026-11-10")).unwrap();
        bench.go("2026-11-13");
        bench
    }

    fn refused(bench: &mut Bench, n: u32, body: Value) -> &'static str {
        bench.take::<RecordDelivery>(CLERK, Some(n), body).unwrap_err().code.as_str()
    }

    fn delivered(on: &str) -> Value {
        json!({"result": "delivered", "on": on, "signed_as": "addressee"})
    }

    fn open(bench: &Bench, kind: DutyKind) -> usize {
        duties(bench.case(), bench.calendar()).iter().filter(|duty| duty.kind == kind && duty.open).count()
    }

    #[test]
    fn service_starts_the_remedy_terms() {
        let mut bench = posted();
        assert_eq!(open(&bench, DutyKind::ApplyForReconsideration), 0);
        let body = json!({"result": "delivered", "on": "2026-11-12", "signed_by": "甲某", "proof": DOCUMENT});
        bench.take::<RecordDelivery>(CLERK, Some(1), body).unwrap();
        let all = duties(bench.case(), bench.calendar());
        let remedy = all.iter().find(|duty| duty.kind == DutyKind::ApplyForReconsideration).unwrap();
        assert_eq!(remedy.from_on, day("2026-11-12"));
    }

    #[test]
    fn rule_235_what_came_back_must_go_again_and_starts_no_remedy() {
        let mut bench = posted();
        bench.take::<RecordDelivery>(CLERK, Some(1), returned("2026-11-13")).unwrap();
        assert_eq!((open(&bench, DutyKind::SendAgain), open(&bench, DutyKind::ApplyForReconsideration)), (1, 0));
        bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "EA999999999CN", "2026-11-13")).unwrap();
        assert_eq!(open(&bench, DutyKind::SendAgain), 0);
    }

    #[test]
    fn rule_235_the_envelope_that_came_back_is_kept_with_its_dispatch() {
        let mut bench = posted();
        let mut body = returned("2026-11-13");
        body["envelope"] = json!(Uuid::from_u128(999));
        assert_eq!(refused(&mut bench, 1, body.clone()), "unknown_reference");
        body["envelope"] = json!(DOCUMENT);
        let case = bench.take::<RecordDelivery>(CLERK, Some(1), body).unwrap();
        let proof = &case.dispatches[0].proofs[0];
        assert_eq!((proof.role, proof.document_id, proof.dated_on), (ProofRole::ReturnedEnvelope, DOCUMENT, day("2026-11-13")));
        bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "EA999999999CN", "2026-11-13")).unwrap();
        assert_eq!(bench.case().dispatches.len(), 2, "the next attempt is a dispatch of its own");
        assert!(bench.case().dispatches[1].proofs.is_empty());
    }

    #[test]
    fn rule_235_what_is_handed_over_is_served_by_the_signature() {
        let mut bench = replied("2026-11-10");
        bench.take::<DispatchLetter>(CLERK, None, hand_over(REPLY, "2026-11-10")).unwrap();
        assert_eq!(refused(&mut bench, 1, delivered("2026-11-10")), "signature_missing");
        bench.take::<RecordDelivery>(CLERK, Some(1), json!({"result": "delivered", "on": "2026-11-10", "signed_by": "甲某"})).unwrap();
    }

    #[test]
    fn mail_is_returned_not_left_uncollected() {
        assert_eq!(refused(&mut posted(), 1, json!({"result": "not_collected", "on": "2026-11-13"})), "delivery_result_mismatch");
    }

    #[test]
    fn dates_lie_between_the_dispatch_and_today() {
        assert_eq!(refused(&mut posted(), 1, delivered("2026-11-09")), "date_before_previous");
        assert_eq!(refused(&mut posted(), 1, returned("2026-11-14")), "date_in_future");
    }

    #[test]
    fn a_result_is_recorded_once_and_for_a_dispatch_that_is_there() {
        let mut bench = posted();
        assert_eq!(refused(&mut bench, 2, delivered("2026-11-12")), "unknown_target");
        assert_eq!(
            refused(&mut bench, 1, json!({"result": "delivered", "on": "2026-11-12", "proof": Uuid::from_u128(999)})),
            "unknown_reference"
        );
        bench.take::<RecordDelivery>(CLERK, Some(1), returned("2026-11-12")).unwrap();
        assert_eq!(refused(&mut bench, 1, delivered("2026-11-12")), "no_letter_on_its_way");
        bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "EA999999999CN", "2026-11-13")).unwrap();
        assert_eq!(refused(&mut bench, 1, delivered("2026-11-12")), "already_done");
    }

    #[test]
    fn civil_procedure_88_the_agent_whom_one_case_names_signs_for_the_whole_envelope() {
        let agent = json!({"change": {"subject": "applicants", "applicants": [{"kind": "natural_person", "name": "甲某"}],
            "agent": {"name": "丁某"}}, "reason": "漏登代理人。"});
        let delivered =
            |by: &str, signed_as: Value| json!({"result": "delivered", "on": "2026-11-12", "signed_by": by, "signed_as": signed_as});
        for (by, stated) in [("丁某", Value::Null), ("戊某", json!("agent"))] {
            let (mut one, mut other) = (posted(), posted());
            one.take::<AmendCase>(CLERK, None, agent.clone()).unwrap();
            let joint = jointly([&mut one, &mut other]);
            let body = delivered(by, stated);
            assert!(other.take::<RecordDelivery>(CLERK, Some(1), body.clone()).is_err(), "by itself it has no agent");
            let command: RecordDelivery = serde_json::from_value(body.clone()).unwrap();
            one.take::<RecordDelivery>(CLERK, Some(1), body).unwrap();
            let own = command.on_sharer(&joint, Some(1), one.case(), other.case()).unwrap().unwrap();
            assert_eq!(other.take_on(CLERK, own).unwrap().dispatches[0].signed_as(), Some(SignedAs::Agent));
        }
    }

    #[test]
    fn nobody_states_a_capacity_as_found() {
        let body = json!({"result": "delivered", "on": "2026-11-12", "signed_by": "丁某", "found": "agent"});
        assert!(serde_json::from_value::<RecordDelivery>(body).is_err());
    }

    #[test]
    fn civil_procedure_88_the_agent_collects_a_joint_letter_too() {
        let agent = json!({"change": {"subject": "applicants", "applicants": [{"kind": "natural_person", "name": "甲某"}],
            "agent": {"name": "丁某"}}, "reason": "漏登代理人。"});
        let (mut one, mut other) = (replied("2026-11-10"), replied("2026-11-10"));
        one.take::<AmendCase>(CLERK, None, agent).unwrap();
        let joint = jointly([&mut one, &mut other]);
        let method = json!({"method": "hand_over", "delivered_on": "2026-11-10", "signed_by": "丁某"});
        let body = json!({"letter": REPLY, "on": "2026-11-10", "method": method});
        let command: DispatchLetter = serde_json::from_value(body.clone()).unwrap();
        one.take::<DispatchLetter>(CLERK, None, body).unwrap();
        let own = command.on_sharer(&joint, None, one.case(), other.case()).unwrap().unwrap();
        assert_eq!(other.take_on(CLERK, own).unwrap().dispatches[0].signed_as(), Some(SignedAs::Agent));
    }
}
