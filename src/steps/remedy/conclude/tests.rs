use super::*;
use crate::case::duties::duties;
use crate::case::testing::{Bench, DOCUMENT, REVIEWER, day};
use crate::rules::terms::DutyKind;
use crate::steps::remedy::complain::{AnswerComplaint, ReceiveComplaint};
use serde_json::{Value, json};

fn complained(due_on: Option<&str>) -> Bench {
    let mut bench = Bench::received("2026-08-03");
    let body = json!({
        "ground": "no_reply", "against": {"kind": "silence"}, "authority": "示范区人民政府办公室", "what": "逾期未答复。",
        "received_on": "2026-09-07", "answer_due_on": due_on
    });
    bench.go("2026-10-20").take::<ReceiveComplaint>(REVIEWER, None, body).unwrap();
    bench
}

fn concluded(finding: &str, order: bool) -> Value {
    json!({
        "finding": finding, "concluded_on": "2026-09-18", "received_on": "2026-09-21",
        "order": order.then(|| json!({"what": "限期答复。", "due_on": "2026-09-30"}))
    })
}

fn due(bench: &Bench, kind: DutyKind) -> Option<(String, bool, String)> {
    let all = duties(bench.case(), bench.calendar());
    all.into_iter().find(|duty| duty.kind == kind).map(|duty| (duty.due_on.to_string(), duty.open, duty.article))
}

#[test]
fn article_47_2_the_explanation_is_owed_by_the_authority_s_date() {
    let mut bench = complained(Some("2026-09-14"));
    assert_eq!(due(&bench, DutyKind::AnswerComplaint), Some(("2026-09-14".into(), true, "47(2)".into())));
    bench.take::<AnswerComplaint>(REVIEWER, Some(1), json!({"on": "2026-09-11", "document_id": DOCUMENT})).unwrap();
    assert!(!due(&bench, DutyKind::AnswerComplaint).unwrap().1);
    assert_eq!(bench.take::<AnswerComplaint>(REVIEWER, Some(1), json!({"on": "2026-09-11"})).unwrap_err().code.as_str(), "nothing_open");
    assert_eq!(due(&complained(None), DutyKind::AnswerComplaint), None);
}

#[test]
fn article_47_2_what_is_to_be_put_right_is_owed_until_a_paper_proves_it() {
    let mut bench = complained(None);
    let refusal = bench.take::<ConcludeComplaint>(REVIEWER, Some(1), concluded("unfounded", true)).unwrap_err();
    assert_eq!((refusal.code.as_str(), refusal.article.as_deref()), ("finding_mismatch", Some("47(2)")));
    bench.take::<ConcludeComplaint>(REVIEWER, Some(1), concluded("urged", true)).unwrap();
    assert_eq!(due(&bench, DutyKind::RectifyComplaint), Some(("2026-09-30".into(), true, "47(2)".into())));
    assert!(crate::case::retention::proceeding_runs(bench.case()), "its dossier is kept");
    let body = |proof: Value| json!({"on": "2026-09-29", "how": "已答复。", "proof": proof});
    assert_eq!(bench.take::<RectifyComplaint>(REVIEWER, Some(1), body(json!(null))).unwrap_err().code.as_str(), "performance_unproved");
    bench.take::<RectifyComplaint>(REVIEWER, Some(1), body(json!({"kind": "document", "document_id": DOCUMENT}))).unwrap();
    assert!(!due(&bench, DutyKind::RectifyComplaint).unwrap().1);
    assert!(!crate::case::retention::proceeding_runs(bench.case()));
}

#[test]
fn article_47_2_what_is_urged_says_what_and_by_when() {
    let refusal = complained(None).take::<ConcludeComplaint>(REVIEWER, Some(1), concluded("urged", false)).unwrap_err();
    assert_eq!((refusal.code.as_str(), refusal.errors[0].pointer.as_str()), ("order_missing", "/order"));
    complained(None).take::<ConcludeComplaint>(REVIEWER, Some(1), concluded("criticised", false)).unwrap();
}

#[test]
fn dates_come_in_order_and_a_finding_is_entered_once() {
    let mut bench = complained(None);
    let mut early = concluded("urged", true);
    early["concluded_on"] = json!("2026-09-06");
    assert_eq!(bench.take::<ConcludeComplaint>(REVIEWER, Some(1), early).unwrap_err().code.as_str(), "date_before_previous");
    assert_eq!(bench.take::<ConcludeComplaint>(REVIEWER, Some(2), concluded("urged", true)).unwrap_err().code.as_str(), "unknown_target");
    bench.take::<ConcludeComplaint>(REVIEWER, Some(1), concluded("urged", true)).unwrap();
    assert_eq!(bench.take::<ConcludeComplaint>(REVIEWER, Some(1), concluded("urged", true)).unwrap_err().code.as_str(), "nothing_open");
    let late = json!({
        "ground": "interests_infringed", "against": {"kind": "other_conduct"}, "authority": "区政府办公室", "what": "事项。",
        "received_on": "2026-09-07", "answer_due_on": "2062-09-14"
    });
    assert_eq!(bench.take::<ReceiveComplaint>(REVIEWER, None, late).unwrap_err().code.as_str(), "date_out_of_range");
    assert_eq!(day("2026-09-07"), bench.case().complaints[0].received_on);
}
