//! Conferences: participants, opinions, conclusion, and that no reply is signed while one is open.

use super::{ConcludeConference, GiveOpinion, OpenConference};
use crate::case::duties::duties;
use crate::case::refusal::{Code, Refusal};
use crate::case::testing::{APPROVER, Bench, CLERK, DEPARTMENT, DOCUMENT, HANDLER, REVIEWER};
use crate::rules::terms::DutyKind;
use crate::steps::fixtures::{refused, registered};
use crate::steps::handle::assign::AssignCase;
use crate::steps::reply::{draft::DraftReply, issue::IssueReply};
use serde_json::{Value, json};
use uuid::Uuid;

fn conference() -> Value {
    json!({"question": "是否属于过程性信息？", "due_on": "2026-11-16", "accounts": [REVIEWER], "outside": ["示范区司法局", "示范区档案局"]})
}

fn called() -> Bench {
    let mut bench = registered("2026-11-02");
    bench.take::<AssignCase>(CLERK, None, json!({"department": DEPARTMENT, "handler": HANDLER})).unwrap();
    bench.take::<OpenConference>(HANDLER, None, conference()).unwrap();
    bench
}

fn say(bench: &mut Bench, who: Uuid, more: Value) -> Result<(), Refusal> {
    let mut body = json!({"on": "2026-11-02", "words": "可以区分处理。"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    bench.take::<GiveOpinion>(who, Some(1), body).map(|_| ())
}

fn conclude(bench: &mut Bench, who: Uuid) -> Result<(), Refusal> {
    let body = json!({"on": "2026-11-02", "minutes": "会商情况。", "result": "区分处理。", "document_id": DOCUMENT});
    bench.take::<ConcludeConference>(who, Some(1), body).map(|_| ())
}

fn open(bench: &Bench) -> bool {
    duties(bench.case(), bench.calendar()).iter().any(|duty| duty.kind == DutyKind::ConcludeConference && duty.open)
}

#[test]
fn participants_speak_for_themselves_and_outsiders_through_who_called_it() {
    let mut bench = called();
    assert!(open(&bench));
    say(&mut bench, REVIEWER, json!({})).unwrap();
    assert_eq!(refused(say(&mut bench, APPROVER, json!({}))), (Code::NotAParticipant, "45".into()));
    assert_eq!(refused(say(&mut bench, REVIEWER, json!({"outside": 1}))).0, Code::NotAParticipant);
    say(&mut bench, HANDLER, json!({"outside": 2})).unwrap();
    assert_eq!(refused(say(&mut bench, CLERK, json!({"outside": 3}))).0, Code::UnknownReference);
    assert_eq!(refused(say(&mut bench, CLERK, json!({"outside": 0}))).0, Code::UnknownReference);
    assert_eq!(refused(say(&mut bench, REVIEWER, json!({"on": "2026-11-03"}))).0, Code::DateInFuture);
    let said: Vec<_> = bench.case().conferences[0].opinions.iter().map(|opinion| (opinion.n, opinion.by, opinion.outside)).collect();
    assert_eq!(said, [(1, REVIEWER, None), (2, HANDLER, Some(2))]);
}

#[test]
fn it_ends_once_after_opinions_by_who_called_it() {
    let mut bench = called();
    assert_eq!(refused(conclude(&mut bench, HANDLER)).0, Code::NoOpinionYet);
    say(&mut bench, REVIEWER, json!({})).unwrap();
    assert_eq!(refused(conclude(&mut bench, REVIEWER)).0, Code::NotPermitted);
    conclude(&mut bench, HANDLER).unwrap();
    assert!(!open(&bench));
    assert_eq!(refused(conclude(&mut bench, HANDLER)).0, Code::NothingOpen);
    bench.take::<OpenConference>(CLERK, None, conference()).unwrap();
    assert_eq!(refused(say(&mut bench, REVIEWER, json!({}))), (Code::ConferenceEnded, "45".into()), "the first is over");
}

#[test]
fn it_has_participants_who_exist_and_an_inner_date() {
    let mut bench = called();
    let mut with = |field: &str, value: Value| {
        let mut body = conference();
        body[field] = value;
        refused(bench.take::<OpenConference>(CLERK, None, body)).0
    };
    assert_eq!(with("accounts", json!([Uuid::from_u128(99)])), Code::UnknownReference);
    assert_eq!(with("departments", json!([Uuid::from_u128(99)])), Code::UnknownReference);
    assert_eq!(with("due_on", json!("2026-11-30")), Code::InnerDateTooLate);
    assert_eq!(with("due_on", json!("2026-11-01")), Code::DateBeforePrevious);
    let nobody = json!({"question": "？", "due_on": "2026-11-16"});
    assert_eq!(refused(bench.take::<OpenConference>(CLERK, None, nobody)).0, Code::FieldsRefused);
}

#[test]
fn nothing_is_signed_while_it_is_open() {
    let mut bench = called();
    let item = json!({
        "kind": "a2", "main": true, "subject": "甲", "reasons": "现予提供。", "articles": ["36(2)"], "how_to_obtain": "随附。", "provided_form": "paper"
    });
    bench.take::<DraftReply>(HANDLER, None, json!({"items": [item]})).unwrap();
    let refusal = bench.take::<IssueReply>(APPROVER, None, json!({})).unwrap_err();
    assert_eq!((refusal.code, &*refusal.errors[0].code), (Code::ReplyIncomplete, "conference_open"));
    say(&mut bench, REVIEWER, json!({})).unwrap();
    conclude(&mut bench, CLERK).unwrap();
    bench.take::<IssueReply>(APPROVER, None, json!({})).unwrap();
}
