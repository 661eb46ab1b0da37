//! What is disposed of, and what never is.

use super::*;
use crate::case::duties::duties;
use crate::case::model::{ProceedingDecision, RenderedFile};
use crate::case::projection::project;
use crate::case::retention::{disposal_from, kept_until, kind};
use crate::case::stage::Stage;
use crate::case::testing::{APPROVER, APPROVER_TWO, Bench, CLERK, DOCUMENT, REVIEWER, day};
use crate::rules::reply_kinds::{OtherReason, ReplyKind};
use crate::rules::retention::{DossierKind, RetentionLine};
use crate::steps::archive::archive::ArchiveCase;
use crate::steps::archive::close::CloseCase;
use crate::steps::archive::retention::{HoldDossier, ProposeDisposal, ReleaseHold};
use crate::steps::mail::testing::replied_with;
use crate::steps::remedy::open::OpenLitigation;
use rstest::rstest;
use serde_json::{Value, json};

/// Archived in 2026 for ten years, unless it is permanent.
fn archived(years: Option<u16>) -> Bench {
    let mut bench = replied_with("2026-11-10", ReplyKind::O3, Some(OtherReason::Withdrawn));
    bench.take::<CloseCase>(CLERK, None, json!({})).unwrap();
    bench.take::<ArchiveCase>(CLERK, None, json!({"archive_number": "D10-0001", "retention_years": years})).unwrap();
    bench
}

fn propose(bench: &mut Bench) -> Result<(), Refusal> {
    bench.take::<ProposeDisposal>(CLERK, None, json!({"appraisal": "保管期限已满，无继续保存价值。"})).map(|_| ())
}

fn decision(verdict: &str, reason: Option<&str>) -> Value {
    let report = RenderedFile { document: DOCUMENT, sha256: "00".repeat(32), size: 7 };
    json!({"verdict": verdict, "reason": reason, "report": report, "documents": [DOCUMENT]})
}

fn decide(bench: &mut Bench, who: Uuid, body: Value) -> Result<(), Refusal> {
    bench.take::<DecideDisposal>(who, Some(1), body).map(|_| ())
}

#[test]
fn after_its_period_a_dossier_is_disposed_of_by_two_people() {
    let mut bench = archived(Some(10));
    assert_eq!((kept_until(bench.case()), kind(bench.case())), (Some(day("2037-01-01")), DossierKind::Other));
    assert_eq!(propose(bench.go("2036-12-31")).unwrap_err().code, Code::RetentionRuns);
    propose(bench.go("2037-01-01")).unwrap();
    assert_eq!(propose(&mut bench).unwrap_err().code, Code::AlreadyDone);
    assert_eq!(decide(&mut bench, CLERK, decision("approved", None)).unwrap_err().code, Code::SamePerson);
    decide(&mut bench, APPROVER, decision("approved", None)).unwrap();
    let case = bench.case();
    assert_eq!((case.stage, case.disposal.as_ref().unwrap().documents.as_slice()), (Stage::Disposed, [DOCUMENT].as_slice()));
    assert_eq!((disposal_from(case), project(case, bench.calendar()).columns.disposal_from), (None, None));
    assert!(duties(case, bench.calendar()).iter().all(|duty| !duty.open), "nobody owes anything on it any more");
    assert_eq!(bench.take::<HoldDossier>(CLERK, None, json!({"reason": "迟了。"})).unwrap_err().code, Code::StageForbids);
}

#[test]
fn a_permanent_dossier_is_never_disposed_of() {
    let mut bench = archived(None);
    let refusal = propose(bench.go("2120-01-01")).unwrap_err();
    assert_eq!((refusal.code, refusal.article.as_deref()), (Code::RetentionRuns, Some(RULE)));
    assert!(refusal.detail_zh.contains("永久"));
    assert_eq!(disposal_from(bench.case()), None);
}

#[test]
fn a_hold_stands_in_the_way_before_and_after_the_proposal() {
    let mut bench = archived(Some(10));
    let hold = json!({"reason": "巡察组调阅中。"});
    bench.take::<HoldDossier>(CLERK, None, hold.clone()).unwrap();
    assert_eq!(propose(bench.go("2037-01-01")).unwrap_err().code, Code::DossierHeld);
    let release = json!({"reason": "巡察结束。"});
    assert_eq!(bench.take::<ReleaseHold>(APPROVER, Some(2), release.clone()).unwrap_err().code, Code::UnknownTarget);
    bench.take::<ReleaseHold>(APPROVER, Some(1), release.clone()).unwrap();
    assert_eq!(bench.take::<ReleaseHold>(APPROVER, Some(1), release).unwrap_err().code, Code::NothingOpen);
    propose(&mut bench).unwrap();
    bench.take::<HoldDossier>(APPROVER, None, hold).unwrap();
    assert_eq!(decide(&mut bench, APPROVER, decision("approved", None)).unwrap_err().code, Code::DossierHeld);
    decide(&mut bench, APPROVER, decision("returned", Some("尚在调阅。"))).unwrap();
    assert_eq!(bench.case().stage, Stage::Archived);
}

#[test]
fn a_proceeding_that_runs_stands_in_the_way_until_its_order_is_performed() {
    let mut bench = archived(Some(10));
    let suit = json!({
        "court": "示范区人民法院", "instance": "first", "route": "direct", "against": {"kind": "silence"},
        "received_on": "2037-01-01", "procedure": "summary"
    });
    bench.go("2037-01-01").take::<OpenLitigation>(REVIEWER, None, suit).unwrap();
    assert_eq!(kind(bench.case()), DossierKind::Proceeding);
    assert_eq!(propose(&mut bench).unwrap_err().code, Code::ProceedingRuns);
    let mut case = bench.case().clone();
    let made: ProceedingDecision = serde_json::from_value(json!({
        "outcome": {"by": "court", "outcome": "new_act_ordered"}, "decided_on": "2037-01-01", "received_on": "2037-01-01",
        "document_number": null, "ruling": false, "cause": null,
        "order": {"what": {"id": DOCUMENT, "commitment": "00"}, "due_on": "2037-02-01", "performed_on": null}
    }))
    .unwrap();
    case.proceedings[0].decision = Some(made);
    assert_eq!(disposal_from(&case), None, "what the judgment ordered is not done");
    case.proceedings[0].decision.as_mut().unwrap().order.as_mut().unwrap().performed_on = Some(day("2037-01-20"));
    assert_eq!(disposal_from(&case), Some(day("2037-01-01")));
}

#[rstest]
#[case("returned", None, Code::FieldsRefused)]
#[case("approved", None, Code::NodeMissing)]
fn what_a_decision_needs(#[case] verdict: &str, #[case] reason: Option<&str>, #[case] code: Code) {
    let mut bench = archived(Some(10));
    propose(bench.go("2037-01-01")).unwrap();
    let mut body = decision(verdict, reason);
    body["report"] = Value::Null;
    assert_eq!(decide(&mut bench, APPROVER_TWO, body).unwrap_err().code, code);
}

#[test]
fn the_agency_s_table_binds_and_may_only_be_exceeded() {
    let closed = || {
        let mut bench = replied_with("2026-11-10", ReplyKind::O3, Some(OtherReason::Withdrawn));
        bench.take::<CloseCase>(CLERK, None, json!({})).unwrap();
        bench.settings.retention = vec![RetentionLine { from_on: day("2026-01-01"), kind: DossierKind::Other, years: Some(10) }];
        bench
    };
    let years = |body: Value| closed().take::<ArchiveCase>(CLERK, None, body).map(|case| case.archiving.as_ref().unwrap().retention_years);
    assert_eq!(years(json!({"archive_number": "甲"})).unwrap(), Some(10));
    assert_eq!(years(json!({"archive_number": "甲", "retention_years": 30})).unwrap(), Some(30));
    assert_eq!(years(json!({"archive_number": "甲", "retention_years": null})).unwrap(), None);
    let refusal = years(json!({"archive_number": "甲", "retention_years": 5})).unwrap_err();
    assert_eq!((refusal.code, refusal.errors[0].pointer.as_str()), (Code::RetentionRuns, "/retention_years"));
}
