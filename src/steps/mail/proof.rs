//! File a proof of a dispatch (送达凭证归卷), 国办公开办函〔2016〕235号. Who: staff of the agency.
//!
//! The receipt of the post, the printout of its tracking, what was signed, the envelope that came back, the record of the system it was
//! sent by: each a stored document with its role. A proof says what happened and makes nothing happen: that a letter was served or came
//! back is recorded as the result of its dispatch.

use super::{SERVICE_RULE, letters};
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, DeliveryProof, Dispatch, DispatchMethod, DispatchState, Joint, ProofRole};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Words;
use crate::steps::archive::paper::{late_reason, of_closed};
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Most proofs of one dispatch.
const MOST_PROOFS: usize = 20;

/// A stored document that proves something of a dispatch.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct FileDeliveryProof {
    /// The stored document.
    pub document_id: Uuid,
    /// What it proves.
    pub role: ProofRole,
    /// The date it bears.
    #[schema(example = "2026-11-23")]
    pub dated_on: NaiveDate,
    /// Why it comes after the closing; needed then, and only then. Of a joint letter: where one of its cases is closed.
    #[garde(dive)]
    pub late_reason: Option<Words<1000>>,
}

/// Refuses a role that does not belong to the way a letter went, or to what became of it.
fn fits(role: ProofRole, dispatch: &Dispatch) -> Result<(), Refusal> {
    let mismatch = |zh: &str, en: &str| Err(Refusal::new(Code::DeliveryResultMismatch, zh, en).under(SERVICE_RULE).at("/role"));
    let by_post = matches!(dispatch.method, DispatchMethod::Post { .. });
    let online = matches!(dispatch.method, DispatchMethod::Online { .. });
    match role {
        ProofRole::PostingReceipt | ProofRole::PostingList | ProofRole::TrackingPrintout if !by_post => {
            mismatch("该函件不是邮寄的，没有邮寄凭证和邮件跟踪记录", "this letter was not posted: it has no receipt and no tracking")
        }
        ProofRole::OnlineRecord if !online => mismatch("该函件不是在线送达的", "this letter was not sent on line"),
        ProofRole::SignedSlip if online => mismatch("在线送达没有签收回证", "what was sent on line was signed by nobody"),
        ProofRole::SignedSlip if dispatch.served_on().is_none() => {
            mismatch("尚未登记送达，请先登记送达结果", "no service is recorded: record what became of the letter first")
        }
        ProofRole::ReturnedEnvelope if !matches!(dispatch.state, DispatchState::Returned { .. }) => {
            mismatch("尚未登记退件，请先登记送达结果", "it is not recorded that it came back: record what became of the letter first")
        }
        _ => Ok(()),
    }
}

/// Whether one paper may prove both: the receipt of a posting list (交寄清单) is one for all its letters, and so is the list of the post over
/// letters that were entered one by one, all of one day.
fn on_one_list((dispatch, role): (&Dispatch, ProofRole), other: &Dispatch, roles: &[ProofRole]) -> bool {
    let receipt = |role: &ProofRole| matches!(role, ProofRole::PostingReceipt | ProofRole::PostingList);
    let list = |role: &ProofRole| *role == ProofRole::PostingList;
    let entered = other.batch.is_some() && other.batch == dispatch.batch;
    let posted = matches!(other.method, DispatchMethod::Post { .. }) && other.on == dispatch.on;
    receipt(&role) && roles.iter().all(receipt) && (entered || (posted && list(&role) && roles.iter().all(list)))
}

/// Refuses a paper that proves another dispatch already, of this case or of another: what proves everything proves nothing. It is known by
/// its bytes. One envelope of a joint reply is one dispatch; what a voided case holds proves nothing any more.
pub(super) fn proves_no_other(
    case: &Case,
    (dispatch, role): (&Dispatch, ProofRole),
    (document_id, pointer): (Uuid, &str),
    facts: &Facts<'_>,
) -> Result<(), Refusal> {
    let sha256 = &facts.document(document_id, pointer)?.sha256;
    let same = |paper: &Uuid| *paper == document_id || facts.known.copies.contains(paper);
    let proves = |other: &&Dispatch| {
        let filed = other.proofs.iter().filter(|proof| proof.sha256 == *sha256 || same(&proof.document_id));
        let roles: Vec<ProofRole> = filed.map(|proof| proof.role).collect();
        let stated = other.proof().as_ref().is_some_and(same)
            || other.openings.iter().filter_map(|opening| opening.record).any(|paper| same(&paper));
        stated || (!roles.is_empty() && !on_one_list((dispatch, role), other, &roles))
    };
    if let Some(other) = case.dispatches.iter().filter(|other| other.n != dispatch.n).find(proves) {
        return Err(proof_used(None, (case, other)).at(pointer));
    }
    let joint = case.joint_of(dispatch.letter);
    for another in facts.known.proved_in.iter().filter(|another| another.voiding.is_none()) {
        let with = joint.and_then(|joint| another.in_one_envelope(joint, case, dispatch.n)).map(|with| with.n);
        if let Some(other) = another.dispatches.iter().filter(|other| Some(other.n) != with).find(proves) {
            return Err(proof_used(Some(another), (another, other)).at(pointer));
        }
    }
    Ok(())
}

fn proof_used(another: Option<&Case>, (case, other): (&Case, &Dispatch)) -> Refusal {
    let (zh, en) = letters::named(case, other.letter);
    let number = |another: &Case| another.registration.as_ref().map(|entry| entry.case_number.clone());
    let (of_zh, of_en) = match another.map(number) {
        None => (String::new(), String::new()),
        Some(None) => ("另一件尚未登记的申请的".to_owned(), " of a case that is not registered yet".to_owned()),
        Some(Some(number)) => (format!("案件 {number} 的"), format!(" of case {number}")),
    };
    Refusal::new(
        Code::ProofUsed,
        format!("该凭证已用于证明{of_zh}{zh}（第 {} 次寄送），一份凭证只证明一次寄送", other.n),
        format!("this paper proves {en} (dispatch {}){of_en} already: a paper proves one dispatch", other.n),
    )
    .under(SERVICE_RULE)
}

impl Command for FileDeliveryProof {
    const STEP: Step = Step::FileDeliveryProof;
    const ADDITIVE: bool = true;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { documents: vec![self.document_id], proof: Some(self.document_id), ..Needs::default() }
    }

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        // The one that lacks a proof, else the last.
        let without = case.dispatches.iter().find(|dispatch| dispatch.proofs.is_empty() && dispatch.proof().is_none());
        let open = without.or(case.dispatches.last()).map(|dispatch| dispatch.n);
        open.map(Some).ok_or_else(|| Refusal::new(Code::NothingOpen, "尚未寄送任何函件", "no letter was dispatched").under(SERVICE_RULE))
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let dispatch = at
            .and_then(|n| case.dispatch(n))
            .ok_or_else(|| Refusal::new(Code::UnknownTarget, "没有该次寄送", "the case has no such dispatch"))?;
        facts.between(dispatch.on, self.dated_on, "/dated_on")?;
        let sha256 = facts.document(self.document_id, "/document_id")?.sha256.clone();
        fits(self.role, dispatch)?;
        if dispatch.proofs.iter().any(|proof| proof.document_id == self.document_id && proof.role == self.role) {
            return Err(Refusal::new(Code::NothingToChange, "该凭证已经归卷", "this proof is filed already").at("/document_id"));
        }
        proves_no_other(case, (dispatch, self.role), (self.document_id, "/document_id"), facts)?;
        if dispatch.proofs.len() >= MOST_PROOFS {
            return Err(Refusal::new(
                Code::LimitReached,
                format!("该次寄送已有 {MOST_PROOFS} 份凭证"),
                format!("the dispatch has {MOST_PROOFS} proofs"),
            ));
        }
        let reason = of_closed(case, self.shared(at, case).as_ref(), self.late_reason);
        let mut decision = Decision::new();
        let proof = DeliveryProof {
            n: crate::steps::next(dispatch.proofs.len()),
            role: self.role,
            document_id: self.document_id,
            sha256,
            dated_on: self.dated_on,
            added_on: facts.today,
            by: facts.person.account_id,
            late_reason: late_reason(case, reason, (facts, &mut decision))?,
        };
        Ok(decision.with(CaseEvent::DeliveryProofFiled { dispatch: dispatch.n, proof }))
    }

    fn shared(&self, at: Option<u32>, case: &Case) -> Option<Joint> {
        case.joint_of(case.dispatch(at?)?.letter).cloned()
    }

    fn on_sharer(self, joint: &Joint, at: Option<u32>, first: &Case, case: &Case) -> Result<Option<(Option<u32>, Self)>, Refusal> {
        let filed = |proof: &DeliveryProof| proof.document_id == self.document_id && proof.role == self.role;
        let dispatch = at.and_then(|n| case.dispatched_with(joint, first, n)).filter(|dispatch| !dispatch.proofs.iter().any(filed));
        Ok(dispatch.map(|dispatch| (Some(dispatch.n), self)))
    }
}

/// File a proof of a dispatch.
///
/// The post's receipt, the tracking, the signed slip, the envelope that came back, the record of the system it was sent by. It takes
/// `If-Match: *`: a proof contradicts nothing that another clerk does meanwhile. A dossier is not archived without the proofs of its
/// deliveries.
#[utoipa::path(tag = "mail", request_body = FileDeliveryProof, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/dispatches/{n}/proofs")]
pub async fn file_delivery_proof(call: Call) -> Answer {
    super::super::take::<FileDeliveryProof>(call).await
}

#[cfg(test)]
mod tests {
    use super::super::delivery::RecordDelivery;
    use super::super::dispatch::DispatchLetter;
    use super::super::testing::{hand_over, post, private, replied, returned};
    use super::*;
    use crate::case::model::{Closing, Letter, Voiding};
    use crate::case::testing::{Bench, CLERK, DOCUMENT, HANDLER, day};
    use crate::steps::fixtures::jointly;
    use serde_json::{Value, json};

    const REPLY: Letter = Letter::Reply { n: 1 };

    fn posted() -> Bench {
        let mut bench = replied("2026-11-10");
        bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "EA123456789CN", "2026-11-10")).unwrap();
        bench.go("2026-11-13");
        bench
    }

    fn body(role: &str) -> Value {
        json!({"document_id": DOCUMENT, "role": role, "dated_on": "2026-11-12"})
    }

    fn file(bench: &mut Bench, n: u32, body: Value) -> Result<usize, &'static str> {
        let case = bench.take::<FileDeliveryProof>(HANDLER, Some(n), body).map_err(|refusal| refusal.code.as_str())?;
        Ok(case.dispatches[0].proofs.len())
    }

    #[test]
    fn proofs_are_filed_by_their_role_and_numbered() {
        let mut bench = posted();
        assert_eq!(file(&mut bench, 1, body("posting_receipt")), Ok(1));
        assert_eq!(file(&mut bench, 1, body("posting_receipt")), Err("nothing_to_change"));
        assert_eq!(file(&mut bench, 1, body("tracking_printout")), Ok(2));
        bench.take::<RecordDelivery>(CLERK, Some(1), json!({"result": "delivered", "on": "2026-11-12", "signed_as": "addressee"})).unwrap();
        assert_eq!(file(&mut bench, 1, body("signed_slip")), Ok(3));
        let proofs = &bench.case().dispatches[0].proofs;
        assert_eq!(proofs.iter().map(|proof| (proof.n, proof.sha256.len())).collect::<Vec<_>>(), [(1, 64), (2, 64), (3, 64)]);
    }

    #[test]
    fn rule_235_a_proof_belongs_to_the_way_the_letter_went_and_to_what_became_of_it() {
        let mut bench = posted();
        for role in ["signed_slip", "returned_envelope", "online_record"] {
            assert_eq!(file(&mut bench, 1, body(role)), Err("delivery_result_mismatch"), "{role}");
        }
        bench.take::<RecordDelivery>(CLERK, Some(1), returned("2026-11-12")).unwrap();
        assert_eq!(file(&mut bench, 1, body("signed_slip")), Err("delivery_result_mismatch"));
        assert_eq!(file(&mut bench, 1, body("returned_envelope")), Ok(1));
        let mut bench = replied("2026-11-10");
        bench.take::<DispatchLetter>(CLERK, None, hand_over(REPLY, "2026-11-10")).unwrap();
        bench.go("2026-11-13");
        for role in ["posting_receipt", "tracking_printout", "online_record", "returned_envelope"] {
            assert_eq!(file(&mut bench, 1, body(role)), Err("delivery_result_mismatch"), "{role}");
        }
    }

    #[test]
    fn what_is_unknown_early_future_or_too_much_is_refused() {
        let mut bench = replied("2026-11-10");
        assert_eq!(file(&mut bench, 1, body("posting_receipt")), Err("unknown_target"));
        bench = posted();
        let with = |field: &str, value: Value| {
            let mut body = body("posting_receipt");
            body[field] = value;
            body
        };
        assert_eq!(file(&mut bench, 2, body("posting_receipt")), Err("unknown_target"));
        assert_eq!(file(&mut bench, 1, with("document_id", json!(Uuid::from_u128(999)))), Err("unknown_reference"));
        assert_eq!(file(&mut bench, 1, with("dated_on", json!("2026-11-09"))), Err("date_before_previous"));
        assert_eq!(file(&mut bench, 1, with("dated_on", json!("2026-11-14"))), Err("date_in_future"));
        assert_eq!(file(&mut bench, 1, with("late_reason", json!("邮路延误"))), Err("fields_refused"));
        file(&mut bench, 1, body("posting_receipt")).unwrap();
        let proofs = &mut bench.case.as_mut().unwrap().dispatches[0].proofs;
        *proofs = vec![proofs[0].clone(); MOST_PROOFS];
        assert_eq!(file(&mut bench, 1, body("tracking_printout")), Err("limit_reached"));
    }

    #[test]
    fn after_the_closing_a_proof_needs_its_reason() {
        let mut bench = posted();
        bench.case.as_mut().unwrap().closing = Some(Closing { on: day("2026-11-13"), by: CLERK });
        assert_eq!(file(&mut bench, 1, body("posting_receipt")), Err("late_reason_missing"));
        let mut late = body("posting_receipt");
        late["late_reason"] = json!("收据遗失后补开。");
        assert_eq!(file(&mut bench, 1, late), Ok(1));
        assert!(bench.case().dispatches[0].proofs[0].late_reason.is_some());
    }

    #[test]
    fn of_a_joint_letter_the_reason_is_the_closed_case_s() {
        let (mut open, mut closed) = (posted(), posted());
        let joint = jointly([&mut open, &mut closed]);
        closed.case.as_mut().unwrap().closing = Some(Closing { on: day("2026-11-13"), by: CLERK });
        let mut late = body("posting_receipt");
        late["late_reason"] = json!("收据遗失后补开。");
        let command: FileDeliveryProof = serde_json::from_value(late.clone()).unwrap();
        assert_eq!(file(&mut open, 1, late.clone()), Ok(1));
        assert!(open.case().dispatches[0].proofs[0].late_reason.is_none(), "it is not late there");
        let own = command.clone().on_sharer(&joint, Some(1), open.case(), closed.case()).unwrap().unwrap();
        let case = closed.take_on(HANDLER, own).unwrap();
        assert!(case.dispatches[0].proofs[0].late_reason.is_some());
        let mut open = posted();
        jointly([&mut closed, &mut open]);
        let own = command.on_sharer(&joint, Some(1), closed.case(), open.case()).unwrap().unwrap();
        assert!(open.take_on(HANDLER, own).unwrap().dispatches[0].proofs[0].late_reason.is_none());
    }

    /// Two cases with a letter posted on the same day; of the second the slip is asked that proves the first.
    fn two() -> (Bench, Bench) {
        let (mut one, mut other) = (posted(), posted());
        one.take::<RecordDelivery>(CLERK, Some(1), delivered()).unwrap();
        other.take::<RecordDelivery>(CLERK, Some(1), delivered()).unwrap();
        other.case.as_mut().unwrap().id = Uuid::from_u128(777);
        (one, other)
    }

    fn delivered() -> Value {
        json!({"result": "delivered", "on": "2026-11-12", "signed_as": "addressee"})
    }

    /// The other bench knows what the first case holds, as the journal would look it up.
    fn knows(other: &mut Bench, one: &Bench) {
        other.known.proved_in = vec![one.case().clone()];
    }

    #[test]
    fn rule_235_one_slip_proves_one_dispatch_of_one_case() {
        let (mut one, mut other) = two();
        file(&mut one, 1, body("signed_slip")).unwrap();
        knows(&mut other, &one);
        let refusal = other.take::<FileDeliveryProof>(HANDLER, Some(1), body("signed_slip")).unwrap_err();
        assert_eq!((refusal.code, refusal.errors[0].pointer.as_str()), (Code::ProofUsed, "/document_id"));
        let number = &one.case().registration.as_ref().unwrap().case_number;
        assert!(refusal.detail_zh.contains(number), "{}", refusal.detail_zh);
        // The same bytes stored twice are the same slip.
        let copy = Uuid::from_u128(99);
        let known = other.known.documents[&DOCUMENT].clone();
        other.known.documents.insert(copy, known);
        let mut again = body("signed_slip");
        again["document_id"] = json!(copy);
        assert_eq!(file(&mut other, 1, again), Err("proof_used"));
        // What was voided proves nothing any more.
        let voiding = Voiding { reason: private(), survivor: None, retention: None, returned: false, on: day("2026-11-13"), by: CLERK };
        other.known.proved_in[0].voiding = Some(voiding);
        assert_eq!(file(&mut other, 1, body("signed_slip")), Ok(1));
    }

    #[test]
    fn rule_235_the_slip_named_with_a_service_proves_no_other_case() {
        let (mut one, mut other) = (posted(), posted());
        other.case.as_mut().unwrap().id = Uuid::from_u128(777);
        let mut with = delivered();
        with["proof"] = json!(DOCUMENT);
        one.take::<RecordDelivery>(CLERK, Some(1), with.clone()).unwrap();
        other.known.copies = [DOCUMENT].into();
        knows(&mut other, &one);
        assert_eq!(other.take::<RecordDelivery>(CLERK, Some(1), with).unwrap_err().code, Code::ProofUsed);
    }

    #[test]
    fn rule_235_a_posting_list_proves_every_letter_of_its_day() {
        let (mut one, mut other) = two();
        file(&mut one, 1, body("posting_list")).unwrap();
        knows(&mut other, &one);
        assert_eq!(file(&mut other, 1, body("posting_receipt")), Err("proof_used"), "a receipt is of one letter");
        assert_eq!(file(&mut other, 1, body("posting_list")), Ok(1));
        other.known.proved_in[0].dispatches[0].on = day("2026-11-09");
        other.case.as_mut().unwrap().dispatches[0].proofs.clear();
        assert_eq!(file(&mut other, 1, body("posting_list")), Err("proof_used"), "posted on another day");
        // The list that the dispatches were entered with.
        let (mut one, mut other) = two();
        for bench in [&mut one, &mut other] {
            bench.case.as_mut().unwrap().dispatches[0].batch = Some(Uuid::from_u128(5));
        }
        file(&mut one, 1, body("posting_receipt")).unwrap();
        knows(&mut other, &one);
        assert_eq!(file(&mut other, 1, body("posting_receipt")), Ok(1));
        assert_eq!(file(&mut other, 1, body("signed_slip")), Err("proof_used"), "a list proves no service");
    }

    #[test]
    fn domain_6_6_the_cases_of_one_envelope_share_its_proof() {
        let (mut one, mut other) = two();
        jointly([&mut one, &mut other]);
        file(&mut one, 1, body("signed_slip")).unwrap();
        knows(&mut other, &one);
        assert_eq!(file(&mut other, 1, body("signed_slip")), Ok(1));
    }
}
