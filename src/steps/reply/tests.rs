//! The reply by article: what each kind needs, who may do what, numbers, remedies.

mod chain;
mod handled;
mod issuing;
mod kinds;
mod library;

use super::draft::DraftReply;
use super::issue::IssueReply;
use super::review::ReviewDraft;
use crate::case::event::CaseEvent;
use crate::case::fold::{Place, apply};
use crate::case::model::{Case, Dispatch, DispatchMethod, DispatchState, Letter, PostalService};
use crate::case::private::Private;
use crate::case::refusal::Refusal;
use crate::case::testing::{APPROVER, Bench, CLERK, DEPARTMENT, DOCUMENT, HANDLER, REVIEWER};
use crate::rules::reply_kinds::ReplyKind;
use crate::steps::handle::assign::AssignCase;
use crate::steps::register::enter::RegisterCase;
use serde_json::{Value, json};
use uuid::Uuid;

/// The answered case of the same applicant.
const EARLIER: Uuid = Uuid::from_u128(200);

/// The kinds that rest on a correction notice, a request for reasons or a term that ran out.
const fn rests_on_a_step(kind: ReplyKind) -> bool {
    matches!(kind, ReplyKind::N3 | ReplyKind::P4 | ReplyKind::O1 | ReplyKind::O2)
}

/// A case that is registered and with the handler.
fn assigned() -> Bench {
    let mut bench = Bench::received("2026-11-02");
    bench.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
    bench.take::<AssignCase>(CLERK, None, json!({"department": DEPARTMENT, "handler": HANDLER})).unwrap();
    bench.go("2026-11-06");
    bench
}

/// The same, with an answered case of the same applicant in the register.
fn with_earlier() -> Bench {
    let mut bench = assigned();
    bench.knows(EARLIER, answered(), true);
    bench
}

/// An item of the kind with everything it needs.
fn item(kind: ReplyKind) -> Value {
    let mut item = json!({"kind": kind.code(), "main": true, "subject": "甲文件", "reasons": "答复理由甲", "articles": [kind.article()]});
    let more = match kind {
        ReplyKind::A1 | ReplyKind::P3 => json!({"how_to_obtain": "本机关网站"}),
        ReplyKind::A2 => json!({"how_to_obtain": "随信邮寄", "provided_form": "paper"}),
        ReplyKind::B => json!({"attachments": [DOCUMENT], "withheld_under": ["not_government_information"]}),
        ReplyKind::D1 => {
            json!({"classification": {"level": "secret", "classified_on": "2020-01-02", "classified_by": "示范区国家保密局"}})
        }
        ReplyKind::D4 => json!({"no_consultation_reason": "第三方已经书面反对"}),
        ReplyKind::D5 => json!({"internal_affair": "personnel", "discretion_note": "公开无助于监督"}),
        ReplyKind::D6 => {
            json!({"process_information": "discussion", "discretion_note": "影响坦率讨论", "no_rule_requires_disclosure": true})
        }
        ReplyKind::D7 => json!({"discretion_note": "影响执法", "no_rule_requires_disclosure": true}),
        ReplyKind::D8 => json!({"access_rules": "《市场主体登记管理条例》"}),
        ReplyKind::N1A => json!({
            "no_contact_reason": "申请人未留电话",
            "search": {
                "record": "检索档案室目录，无结果", "searched_on": "2026-11-05", "nothing_found": "经检索未找到。",
                "scope": {
                    "places": ["综合档案室"], "words": ["甲文件"], "from_on": "2020-01-01", "until_on": "2026-11-05", "searched_by": "承办人"
                }
            }
        }),
        ReplyKind::N2 | ReplyKind::N3 => json!({"no_contact_reason": "申请人未留电话"}),
        ReplyKind::N1B => {
            json!({"no_contact_reason": "申请人未留电话", "duty_basis": "三定规定", "competent_agency": "示范区住房局", "competent_agency_contact": "示范路2号"})
        }
        ReplyKind::P2 => json!({"earlier_case": EARLIER}),
        ReplyKind::O1 | ReplyKind::O2 => json!({"no_good_reason": true}),
        ReplyKind::O3 => json!({"other_reason": "enquiry"}),
        _ => json!({}),
    };
    merge(&mut item, more);
    item
}

fn merge(item: &mut Value, more: Value) {
    let Value::Object(more) = more else { unreachable!() };
    item.as_object_mut().unwrap().extend(more);
}

fn draft(bench: &mut Bench, who: Uuid, items: &[Value]) -> Result<(), Refusal> {
    bench.take::<DraftReply>(who, None, json!({"items": items})).map(|_| ())
}

fn review(bench: &mut Bench, who: Uuid, kind: &str, verdict: &str) -> Result<(), Refusal> {
    let opinion = (verdict == "returned").then_some("理由不足");
    bench.take::<ReviewDraft>(who, None, json!({"kind": kind, "verdict": verdict, "opinion": opinion})).map(|_| ())
}

fn issue(bench: &mut Bench, who: Uuid) -> Result<(), Refusal> {
    bench.take::<IssueReply>(who, None, json!({})).map(|_| ())
}

/// Drafted by the handler, reviewed by the reviewer, signed by the approver.
fn issued(bench: &mut Bench, items: &[Value]) -> Result<(), Refusal> {
    draft(bench, HANDLER, items)?;
    review(bench, REVIEWER, "legal", "approved")?;
    issue(bench, APPROVER)
}

/// What another step leaves on the case.
fn happens(bench: &mut Bench, event: &CaseEvent) {
    let case = bench.case.take().unwrap();
    let place = Place { agency_id: case.agency_id, stream_id: case.id, seq: case.version + 1, recorded_at: case.changed_at };
    bench.case = Some(apply(Some(case), place, event).unwrap());
}

fn why() -> Private {
    Private { id: Uuid::nil(), commitment: String::new() }
}

fn posted(bench: &mut Bench) {
    let dispatch = Dispatch {
        n: 1,
        letter: Letter::Reply { n: bench.case().replies.last().unwrap().n },
        method: DispatchMethod::Post { carrier: PostalService::Ems, tracking_number: "EX1".into() },
        on: bench.today,
        by: CLERK,
        batch: None,
        content: None,
        with_case: None,
        proofs: Vec::new(),
        openings: Vec::new(),
        disproved: Vec::new(),
        state: DispatchState::Sent,
    };
    happens(bench, &CaseEvent::LetterDispatched { dispatch });
}

/// A case whose reply is issued and posted.
fn answered() -> Case {
    let mut bench = assigned();
    issued(&mut bench, &[item(ReplyKind::A2)]).unwrap();
    posted(&mut bench);
    Case { id: EARLIER, ..bench.case().clone() }
}
