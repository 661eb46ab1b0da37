//! Search tasks, their results, and the replies that rest on them (Art 36(4)).

use super::{GiveSearchResult, OpenSearch, ReturnSearchResult, WithdrawSearch};
use crate::case::duties::duties;
use crate::case::refusal::{Code, Refusal};
use crate::case::testing::{APPROVER, Bench, CLERK, DEPARTMENT, DOCUMENT, HANDLER, day};
use crate::rules::terms::{Basis, DutyKind};
use crate::steps::fixtures::{refused, registered};
use crate::steps::handle::assign::AssignCase;
use crate::steps::reply::{draft::DraftReply, issue::IssueReply};
use serde_json::{Value, json};
use uuid::Uuid;

/// Another department of the agency.
const ARCHIVES: Uuid = Uuid::from_u128(3);

fn assigned() -> Bench {
    let mut bench = registered("2026-11-02");
    bench.known.departments.insert(ARCHIVES);
    bench.take::<AssignCase>(CLERK, None, json!({"department": DEPARTMENT, "handler": HANDLER})).unwrap();
    bench.go("2026-11-03");
    bench
}

fn tasks(departments: &[Uuid]) -> Value {
    let task = |department: &Uuid| json!({"department": department, "wanted": "电梯维保记录。", "due_on": "2026-11-09"});
    json!({"tasks": departments.iter().map(task).collect::<Vec<_>>()})
}

fn asked(departments: &[Uuid]) -> Bench {
    let mut bench = assigned();
    bench.take::<OpenSearch>(HANDLER, None, tasks(departments)).unwrap();
    bench
}

fn searched() -> Value {
    json!({
        "scope": {"places": ["综合档案室"], "words": ["电梯"], "from_on": "2024-01-01", "until_on": "2026-11-03", "searched_by": "承办人"},
        "searched_on": "2026-11-03"
    })
}

fn none_found() -> Value {
    let mut body = searched();
    body["nothing_found"] = json!("经检索未找到。");
    body
}

fn one_found() -> Value {
    let mut body = searched();
    body["found"] = json!([{"title": "维保合同", "attribute": "not_disclosed"}]);
    body
}

fn give(bench: &mut Bench, n: u32, body: Value) -> Result<(), Refusal> {
    bench.take::<GiveSearchResult>(HANDLER, Some(n), body).map(|_| ())
}

/// A reply that it does not exist, resting on tasks alone.
fn not_there() -> Value {
    json!({
        "kind": "n1a", "main": true, "subject": "维保记录", "reasons": "经检索，该信息不存在。", "articles": ["36(4)"],
        "no_contact_reason": "申请人未留电话。"
    })
}

fn draft(bench: &mut Bench, item: &Value) -> Result<(), Refusal> {
    bench.take::<DraftReply>(HANDLER, None, json!({"items": [item]})).map(|_| ())
}

fn codes<T: std::fmt::Debug>(taken: Result<T, Refusal>) -> Vec<String> {
    let refusal = taken.unwrap_err();
    assert_eq!(refusal.code, Code::ReplyIncomplete, "{refusal:?}");
    refusal.errors.iter().map(|error| error.code.to_string()).collect()
}

fn issue(bench: &mut Bench) -> Result<(), Refusal> {
    bench.take::<IssueReply>(APPROVER, None, json!({})).map(|_| ())
}

#[test]
fn several_departments_are_asked_at_once_and_each_owes_its_own() {
    let mut bench = asked(&[DEPARTMENT, ARCHIVES]);
    let owed = |bench: &Bench| -> Vec<_> {
        let all = duties(bench.case(), bench.calendar());
        let searches = all.into_iter().filter(|duty| duty.kind == DutyKind::AnswerSearch);
        searches.map(|duty| (duty.ordinal, duty.department, duty.due_on, duty.open, duty.basis)).collect()
    };
    let due = day("2026-11-09");
    assert_eq!(owed(&bench), [(1, Some(DEPARTMENT), due, true, Basis::Inner), (2, Some(ARCHIVES), due, true, Basis::Inner)]);
    give(&mut bench, 1, none_found()).unwrap();
    assert_eq!(owed(&bench).iter().map(|row| row.3).collect::<Vec<_>>(), [false, true]);
    bench.take::<ReturnSearchResult>(CLERK, Some(1), json!({"reason": "未检索2024年。", "due_on": "2026-11-11"})).unwrap();
    assert_eq!(owed(&bench).first().map(|row| (row.2, row.3)), Some((day("2026-11-11"), true)));
    bench.take::<WithdrawSearch>(CLERK, Some(2), json!({"reason": "误发。"})).unwrap();
    assert!(!owed(&bench)[1].3);
}

#[test]
fn a_department_is_asked_once_at_a_time_within_the_legal_date() {
    let mut bench = assigned();
    let refuse = |bench: &mut Bench, body: Value| refused(bench.take::<OpenSearch>(CLERK, None, body)).0;
    assert_eq!(refuse(&mut bench, tasks(&[ARCHIVES, ARCHIVES])), Code::SearchAlreadyAsked);
    assert_eq!(refuse(&mut bench, tasks(&[Uuid::from_u128(99)])), Code::UnknownReference);
    for (due_on, code) in [("2026-11-02", Code::DateBeforePrevious), ("2026-11-30", Code::InnerDateTooLate)] {
        let mut body = tasks(&[ARCHIVES]);
        body["tasks"][0]["due_on"] = json!(due_on);
        assert_eq!(refuse(&mut bench, body), code);
    }
    bench.take::<OpenSearch>(CLERK, None, tasks(&[ARCHIVES])).unwrap();
    assert_eq!(refuse(&mut bench, tasks(&[ARCHIVES])), Code::SearchAlreadyAsked);
}

#[test]
fn a_result_comes_from_the_department_asked_once_and_not_after_a_withdrawal() {
    let mut bench = asked(&[DEPARTMENT, ARCHIVES]);
    assert_eq!(refused(give(&mut bench, 2, none_found())), (Code::NotPermitted, "36(4)".into()));
    assert_eq!(refused(give(&mut bench, 3, none_found())).0, Code::UnknownTarget);
    give(&mut bench, 1, none_found()).unwrap();
    assert_eq!(refused(give(&mut bench, 1, none_found())).0, Code::SearchAlreadyAnswered);
    assert_eq!(refused(bench.take::<WithdrawSearch>(CLERK, Some(1), json!({"reason": "误发。"}))).0, Code::SearchAlreadyAnswered);
    assert_eq!(refused(bench.take::<ReturnSearchResult>(CLERK, Some(2), json!({"reason": "不全。"}))).0, Code::SearchNotAnswered);
    let mut bench = asked(&[DEPARTMENT]);
    bench.take::<WithdrawSearch>(CLERK, Some(1), json!({"reason": "误发。"})).unwrap();
    assert_eq!(refused(give(&mut bench, 1, none_found())), (Code::SearchWithdrawn, "36(4)".into()));
    bench.take::<OpenSearch>(HANDLER, None, tasks(&[DEPARTMENT])).unwrap();
    assert_eq!(refused(give(&mut bench, 1, none_found())).0, Code::SearchWithdrawn, "the first of two");
    let mut bench = asked(&[ARCHIVES]);
    assert_eq!(refused(give(&mut bench, 1, none_found())), (Code::NotPermitted, "36(4)".into()));
}

#[test]
fn a_result_has_dates_that_can_be_and_says_one_thing() {
    let mut bench = asked(&[DEPARTMENT]);
    let mut refuse = |change: &dyn Fn(&mut Value)| {
        let mut body = none_found();
        change(&mut body);
        let refusal = give(&mut bench, 1, body).unwrap_err();
        (refusal.code, refusal.errors[0].pointer.clone())
    };
    let before = refuse(&|body| body["searched_on"] = json!("2026-11-02"));
    assert_eq!(before, (Code::DateBeforePrevious, "/searched_on".into()), "before the task");
    assert_eq!(refuse(&|body| body["searched_on"] = json!("2026-11-04")).0, Code::DateInFuture);
    assert_eq!(refuse(&|body| body["scope"]["until_on"] = json!("2026-11-04")), (Code::DateInFuture, "/scope/until_on".into()));
    assert_eq!(refuse(&|body| body["scope"]["until_on"] = json!("2023-12-31")).0, Code::DateBeforePrevious);
    assert_eq!(refuse(&|body| body["nothing_found"] = Value::Null).0, Code::SearchResultContradicts);
    assert_eq!(refuse(&|body| body["found"] = one_found()["found"].clone()).0, Code::SearchResultContradicts);
    let dated = |body: &mut Value| {
        *body = one_found();
        body["found"][0]["dated_on"] = json!("2026-11-04");
    };
    assert_eq!(refuse(&dated), (Code::DateInFuture, "/found/0/dated_on".into()));
}

#[test]
fn article_36_4_does_not_exist_rests_on_every_search_answered_or_withdrawn() {
    let mut bench = assigned();
    assert_eq!(codes(draft(&mut bench, &not_there())), ["search_record"], "nobody searched");
    let mut bench = asked(&[DEPARTMENT, ARCHIVES]);
    assert_eq!(codes(draft(&mut bench, &not_there())), ["search_record"], "nobody answered");
    give(&mut bench, 1, none_found()).unwrap();
    draft(&mut bench, &not_there()).unwrap();
    assert_eq!(codes(issue(&mut bench)), ["search_open"], "one still searches");
    bench.take::<WithdrawSearch>(CLERK, Some(2), json!({"reason": "误发。"})).unwrap();
    bench.take::<ReturnSearchResult>(CLERK, Some(1), json!({"reason": "不全。"})).unwrap();
    assert_eq!(codes(issue(&mut bench)), ["search_record", "search_withdrawn", "search_open"], "sent back as incomplete");
    give(&mut bench, 1, none_found()).unwrap();
    assert_eq!(codes(issue(&mut bench)), ["search_withdrawn"], "one department never searched, and nobody said why it need not");
    let mut explained = not_there();
    explained["search_explanation"] = json!("档案室不保存维保记录，协查系误发。");
    draft(&mut bench, &explained).unwrap();
    issue(&mut bench).unwrap();
}

#[test]
fn article_36_4_a_record_found_contradicts_it_unless_explained() {
    let mut bench = asked(&[DEPARTMENT]);
    give(&mut bench, 1, one_found()).unwrap();
    assert_eq!(codes(draft(&mut bench, &not_there())), ["search_contradiction"]);
    let mut explained = not_there();
    explained["search_explanation"] = json!("所找到的是维保合同，不是维保记录。");
    draft(&mut bench, &explained).unwrap();
    issue(&mut bench).unwrap();
}

#[test]
fn article_36_4_a_note_beside_the_draft_counts_with_all_its_fields_and_by_the_handling_department() {
    let full = || {
        let mut item = not_there();
        item["search"] = none_found();
        item["search"]["record"] = json!("检索情况。");
        item
    };
    let mut bench = assigned();
    for field in ["scope", "nothing_found"] {
        let mut item = full();
        item["search"].as_object_mut().unwrap().remove(field);
        assert_eq!(codes(draft(&mut bench, &item)), ["search_record"], "{field}");
    }
    draft(&mut bench, &full()).unwrap();
    issue(&mut bench).unwrap();
    // Everybody of the bench is of one department; here the case is with another.
    let mut bench = registered("2026-11-02");
    bench.known.departments.insert(ARCHIVES);
    let mut theirs = bench.known.accounts[&HANDLER].clone();
    theirs.department = Some(ARCHIVES);
    bench.known.accounts.insert(Uuid::from_u128(30), theirs);
    let away = json!({"department": ARCHIVES, "handler": Uuid::from_u128(30)});
    bench.take::<AssignCase>(CLERK, None, away).unwrap();
    bench.go("2026-11-03");
    assert_eq!(codes(bench.take::<DraftReply>(CLERK, None, json!({"items": [full()]}))), ["search_record"]);
}

#[test]
fn article_36_5_not_ours_may_rest_on_a_search() {
    let mut bench = asked(&[DEPARTMENT]);
    let elsewhere = json!({
        "kind": "n1b", "main": true, "subject": "维保记录", "reasons": "不属于本机关负责公开。", "articles": ["36(5)"],
        "no_contact_reason": "申请人未留电话。", "competent_agency_unknown": true
    });
    assert_eq!(codes(draft(&mut bench, &elsewhere)), ["duty_basis"]);
    give(&mut bench, 1, none_found()).unwrap();
    draft(&mut bench, &elsewhere).unwrap();
}

#[test]
fn article_36_4_what_was_found_stays_found_though_it_was_sent_back_and_withdrawn() {
    let mut bench = asked(&[DEPARTMENT, ARCHIVES]);
    bench.known.accounts.get_mut(&HANDLER).unwrap().department = Some(DEPARTMENT);
    give(&mut bench, 1, one_found()).unwrap();
    bench.take::<ReturnSearchResult>(CLERK, Some(1), json!({"reason": "请再核对。", "due_on": "2026-11-11"})).unwrap();
    bench.take::<WithdrawSearch>(CLERK, Some(1), json!({"reason": "不再需要。"})).unwrap();
    bench.take::<WithdrawSearch>(CLERK, Some(2), json!({"reason": "不再需要。"})).unwrap();
    let mut own = not_there();
    own["search"] = searched();
    own["search"]["record"] = json!("检索了综合档案室目录。");
    own["search"]["nothing_found"] = json!("未找到。");
    assert_eq!(codes(draft(&mut bench, &own)), ["search_contradiction", "search_withdrawn"]);
    own["search_explanation"] = json!("所附合同与申请事项无关；档案室无此类材料。");
    draft(&mut bench, &own).unwrap();
}

#[test]
fn on_and_after_the_due_date_departments_can_still_be_asked() {
    let mut bench = assigned();
    let mut body = tasks(&[ARCHIVES]);
    body["tasks"][0]["due_on"] = json!("2026-12-02");
    bench.go("2026-12-01").take::<OpenSearch>(HANDLER, None, body).unwrap();
}

/// Information that is given, wholly or in part.
fn given(kind: &str, more: &[(&str, Value)]) -> Value {
    let mut item = json!({
        "kind": kind, "main": true, "subject": "维保合同", "reasons": "现予提供。", "articles": ["36(2)"], "how_to_obtain": "随附。",
        "provided_form": "paper"
    });
    if kind == "b" {
        item["withheld_under"] = json!(["not_government_information"]);
        item["articles"] = json!(["36(2)", "37"]);
    }
    item.as_object_mut().unwrap().extend(more.iter().map(|(field, value)| ((*field).to_owned(), value.clone())));
    item
}

#[test]
fn article_17_what_is_not_to_be_disclosed_by_its_attribute_is_given_for_a_reason_or_withheld_by_name() {
    let mut bench = asked(&[DEPARTMENT]);
    give(&mut bench, 1, one_found()).unwrap();
    for kind in ["a2", "b"] {
        assert_eq!(codes(draft(&mut bench, &given(kind, &[]))), ["record_not_disclosed"], "{kind}");
        draft(&mut bench, &given(kind, &[("attribute_departure_reason", json!("不公开的事由已经消失。"))])).unwrap();
    }
    let named = |record: u32| given("b", &[("withheld_records", json!([{"task": 1, "record": record}]))]);
    draft(&mut bench, &named(1)).unwrap();
    assert_eq!(bench.case().drafts.last().unwrap().items[0].grounds.withheld_records.len(), 1);
    assert_eq!(refused(draft(&mut bench, &named(2))), (Code::UnknownReference, "36(4)".into()));
    let mut attached = one_found();
    attached["found"][0]["document_id"] = json!(DOCUMENT);
    bench.take::<ReturnSearchResult>(CLERK, Some(1), json!({"reason": "请附原件。"})).unwrap();
    give(&mut bench, 1, attached).unwrap();
    let mut both = named(1);
    both["attachments"] = json!([DOCUMENT]);
    assert_eq!(refused(draft(&mut bench, &both)), (Code::FieldsRefused, "37".into()));
}

#[test]
fn article_17_a_record_once_found_stays_found_unless_a_later_result_names_it_otherwise() {
    let again = |found: Value| {
        let mut bench = asked(&[DEPARTMENT]);
        give(&mut bench, 1, one_found()).unwrap();
        bench.take::<ReturnSearchResult>(CLERK, Some(1), json!({"reason": "请再核对。"})).unwrap();
        let mut body = searched();
        body["found"] = found;
        give(&mut bench, 1, body).unwrap();
        bench
    };
    let other = json!([{"title": "验收单", "attribute": "on_request"}]);
    let mut lost = again(other);
    assert_eq!(codes(draft(&mut lost, &given("a2", &[]))), ["record_not_disclosed"]);
    let named = |result: Value| given("b", &[("withheld_records", json!([{"task": 1, "record": 1, "result": result}]))]);
    assert_eq!(codes(draft(&mut lost, &named(Value::Null))), ["record_not_disclosed"], "the record of the last result");
    draft(&mut lost, &named(json!(1))).unwrap();
    assert_eq!(refused(draft(&mut lost, &named(json!(3)))), (Code::UnknownReference, "36(4)".into()));
    draft(
        &mut again(json!([{"title": "验收单", "attribute": "on_request"}, {"title": "维保合同 ", "attribute": "on_request"}])),
        &given("a2", &[]),
    )
    .unwrap();
}

#[test]
fn article_17_an_attribute_that_comes_to_light_after_the_draft_stands_against_the_signature() {
    let mut bench = asked(&[DEPARTMENT]);
    let idle = given("a2", &[("attribute_departure_reason", json!("无。"))]);
    assert_eq!(draft(&mut bench, &idle).unwrap_err().code, Code::EntryDoesNotApply, "there is nothing to depart from yet");
    draft(&mut bench, &given("a2", &[])).unwrap();
    give(&mut bench, 1, one_found()).unwrap();
    assert_eq!(codes(issue(&mut bench)), ["record_not_disclosed"]);
}
