//! Assignments taken on and sent back, with the duties they make and meet.

use super::{AcceptAssignment, ReturnAssignment};
use crate::case::duties::{duties, reply_duty};
use crate::case::refusal::{Code, Refusal};
use crate::case::testing::{Bench, CLERK, DEPARTMENT, HANDLER, REVIEWER};
use crate::rules::terms::{Basis, DutyKind};
use crate::steps::fixtures::{refused, registered};
use crate::steps::handle::assign::AssignCase;
use crate::steps::reply::draft::DraftReply;
use serde_json::{Value, json};
use uuid::Uuid;

const ELSEWHERE: Uuid = Uuid::from_u128(3);
const THEIR_HANDLER: Uuid = Uuid::from_u128(30);

/// A duty of a kind: its due date, and whether it is open.
fn owed(bench: &Bench, kind: DutyKind) -> Option<(String, bool)> {
    let all = duties(bench.case(), bench.calendar());
    let found = all.iter().find(|duty| duty.kind == kind)?;
    assert_eq!(found.basis, Basis::Inner);
    Some((found.due_on.to_string(), found.open))
}

fn assign(bench: &mut Bench, more: Value) -> Result<(), Refusal> {
    let mut body = json!({"department": DEPARTMENT, "handler": HANDLER});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    bench.take::<AssignCase>(CLERK, None, body).map(|_| ())
}

/// Received on Monday and assigned the day after, the legal due date being 30 November.
fn assigned() -> Bench {
    let mut bench = registered("2026-11-02");
    assign(bench.go("2026-11-03"), json!({})).unwrap();
    bench
}

#[test]
fn what_nobody_took_on_is_owed_by_the_next_working_day() {
    let mut bench = assigned();
    assert_eq!(owed(&bench, DutyKind::ClaimCase), Some(("2026-11-04".into(), true)));
    bench.go("2026-11-04").take::<AcceptAssignment>(HANDLER, Some(1), json!({})).unwrap();
    assert_eq!(owed(&bench, DutyKind::ClaimCase), Some(("2026-11-04".into(), false)));
    assert_eq!(refused(bench.take::<AcceptAssignment>(HANDLER, Some(1), json!({}))).0, Code::AssignmentEnded);
    assert_eq!(bench.case().assignment().unwrap().accepted.as_ref().unwrap().by, HANDLER);
}

#[test]
fn whoever_drafts_or_takes_it_themselves_has_seen_it() {
    let mut bench = assigned();
    let item = json!({
        "kind": "a2", "main": true, "subject": "甲", "reasons": "现予提供。", "articles": ["36(2)"], "how_to_obtain": "随附。", "provided_form": "paper"
    });
    bench.take::<DraftReply>(HANDLER, None, json!({"items": [item]})).unwrap();
    assert_eq!(owed(&bench, DutyKind::ClaimCase).map(|(_, open)| open), Some(false));
    let mut bench = registered("2026-11-02");
    assign(&mut bench, json!({"handler": CLERK})).unwrap();
    assert_eq!(owed(&bench, DutyKind::ClaimCase).map(|(_, open)| open), Some(false));
}

#[test]
fn what_is_sent_back_is_with_nobody_until_it_is_assigned_again() {
    let mut bench = assigned();
    bench.take::<ReturnAssignment>(REVIEWER, Some(1), json!({"reason": "不属于本科职责。"})).unwrap();
    assert!(bench.case().assignment().is_none());
    assert_eq!(owed(&bench, DutyKind::ClaimCase), None);
    assert_eq!(owed(&bench, DutyKind::AssignAgain), Some(("2026-11-04".into(), true)));
    assert_eq!(refused(bench.take::<ReturnAssignment>(HANDLER, Some(1), json!({"reason": "再退。"}))).0, Code::AssignmentEnded);
    assert_eq!(refused(bench.take::<AcceptAssignment>(HANDLER, Some(1), json!({}))).0, Code::AssignmentEnded);
    assign(&mut bench, json!({})).unwrap();
    assert_eq!(owed(&bench, DutyKind::AssignAgain), None);
    assert_eq!(owed(&bench, DutyKind::ClaimCase), Some(("2026-11-04".into(), true)));
    assert_eq!(refused(bench.take::<AcceptAssignment>(HANDLER, Some(1), json!({}))).0, Code::AssignmentEnded, "the first one");
    assert_eq!(refused(bench.take::<AcceptAssignment>(HANDLER, Some(3), json!({}))).0, Code::UnknownTarget);
    bench.take::<AcceptAssignment>(HANDLER, Some(2), json!({})).unwrap();
}

#[test]
fn only_those_it_was_given_to_answer() {
    let mut bench = registered("2026-11-02");
    bench.known.departments.insert(ELSEWHERE);
    let mut account = bench.known.accounts[&HANDLER].clone();
    account.department = Some(ELSEWHERE);
    bench.known.accounts.insert(THEIR_HANDLER, account);
    assign(&mut bench, json!({"department": ELSEWHERE, "handler": THEIR_HANDLER})).unwrap();
    assert_eq!(refused(bench.take::<AcceptAssignment>(HANDLER, Some(1), json!({}))), (Code::NotPermitted, "45".into()));
    assert_eq!(refused(bench.take::<ReturnAssignment>(CLERK, Some(1), json!({"reason": "收回。"}))).0, Code::NotPermitted);
    bench.take::<AcceptAssignment>(THEIR_HANDLER, Some(1), json!({})).unwrap();
}

#[test]
fn article_33_2_an_inner_date_lies_before_the_legal_one_and_never_moves_it() {
    let mut bench = registered("2026-11-02");
    assert_eq!(refused(assign(&mut bench, json!({"due_on": "2026-11-30"}))), (Code::InnerDateTooLate, "33(2)".into()));
    assert_eq!(refused(assign(&mut bench, json!({"due_on": "2026-11-01"}))).0, Code::DateBeforePrevious);
    assign(&mut bench, json!({"due_on": "2026-11-27"})).unwrap();
    assert_eq!(owed(&bench, DutyKind::InnerHandle), Some(("2026-11-27".into(), true)));
    let all = duties(bench.case(), bench.calendar());
    assert_eq!(reply_duty(&all).map(|duty| (duty.due_on.to_string(), duty.basis)), Some(("2026-11-30".into(), Basis::Law)));
}
