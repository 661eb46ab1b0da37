//! What is disposed of, and what never is.

use super::*;
use crate::case::duties::duties;
use crate::case::model::{ProceedingDecision, RenderedFile};
use crate::case::projection::project;
use crate::case::retention::{disposal_from, kept_until, kind, recorded_until};
use crate::case::stage::Stage;
use crate::case::testing::{APPROVER, APPROVER_TWO, Bench, CLERK, DOCUMENT, REVIEWER, day};
use crate::rules::reply_kinds::{OtherReason, ReplyKind};
use crate::rules::retention::{DossierKind, RetentionLine};
use crate::steps::archive::archive::ArchiveCase;
use crate::steps::archive::close::CloseCase;
use crate::steps::archive::retention::{HoldDossier, ProposeDisposal, ReleaseHold};
use crate::steps::mail::testing::replied_with;
use crate::steps::mend::void::VoidCase;
use crate::steps::remedy::decide::RecordDecision;
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
    assert_eq!((recorded_until(bench.case()), kind(bench.case())), (Some(day("2037-01-01")), DossierKind::Other));
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

fn line(from_on: &str, kind: DossierKind, years: Option<u16>) -> RetentionLine {
    RetentionLine { from_on: day(from_on), kind, years }
}

/// A dossier kept for ten years, or for thirty with a proceeding, if the table says so.
fn archived_by(table: Vec<RetentionLine>) -> Bench {
    let mut bench = replied_with("2026-11-10", ReplyKind::O3, Some(OtherReason::Withdrawn));
    bench.take::<CloseCase>(CLERK, None, json!({})).unwrap();
    bench.settings.retention = table;
    bench.take::<ArchiveCase>(CLERK, None, json!({"archive_number": "D10-0001"})).unwrap();
    bench
}

/// A lawsuit begun in 2030 that was decided and ordered nothing.
fn sued(bench: &mut Bench) {
    let suit = json!({
        "court": "示范区人民法院", "instance": "first", "route": "direct", "against": {"kind": "silence"},
        "received_on": "2030-01-04", "procedure": "summary"
    });
    bench.go("2030-01-04").take::<OpenLitigation>(REVIEWER, None, suit).unwrap();
    let body = json!({"outcome": {"by": "court", "outcome": "claim_dismissed"}, "decided_on": "2030-01-04", "received_on": "2030-01-04", "form": "judgment"});
    bench.take::<RecordDecision>(REVIEWER, Some(1), body).unwrap();
}

#[test]
fn a_proceeding_that_begins_after_the_archiving_lengthens_the_period() {
    let table = || vec![line("2026-01-01", DossierKind::Other, Some(10)), line("2026-01-01", DossierKind::Proceeding, Some(30))];
    let mut bench = archived_by(table());
    assert_eq!(disposal_from(bench.case()), Some(day("2037-01-01")));
    sued(&mut bench);
    assert_eq!(disposal_from(bench.case()), Some(day("2057-01-01")));
    assert_eq!(propose(bench.go("2056-12-31")).unwrap_err().code, Code::RetentionRuns);
    propose(bench.go("2057-01-01")).unwrap();
    let mut forever = archived_by(vec![line("2026-01-01", DossierKind::Proceeding, None)]);
    sued(&mut forever);
    assert_eq!(disposal_from(forever.case()), None);
    assert_eq!(propose(forever.go("2120-01-01")).unwrap_err().code, Code::RetentionRuns);
}

#[test]
fn what_the_table_says_now_counts_where_it_is_longer() {
    let mut bench = archived_by(vec![line("2026-01-01", DossierKind::Other, Some(10))]);
    propose(bench.go("2037-01-01")).unwrap();
    bench.settings.retention = vec![line("2026-01-01", DossierKind::Other, Some(30))];
    assert_eq!(kept_until(bench.case(), &bench.settings), Some(day("2057-01-01")));
    assert_eq!(decide(&mut bench, APPROVER, decision("approved", None)).unwrap_err().code, Code::RetentionRuns);
    bench.settings.retention = vec![line("2026-01-01", DossierKind::Other, Some(5))];
    assert_eq!(kept_until(bench.case(), &bench.settings), Some(day("2037-01-01")), "never shorter than what was promised");
    bench.settings.retention = vec![line("2027-01-01", DossierKind::Other, Some(30))];
    decide(&mut bench, APPROVER, decision("approved", None)).unwrap();
}

/// A case voided in 2026, in favour of another if there is one.
fn voided(survivor: Option<Uuid>) -> Bench {
    let mut bench = crate::steps::fixtures::registered("2026-11-02");
    if let Some(id) = survivor {
        let other = Case { id, ..bench.case().clone() };
        bench.knows(id, other, true);
    }
    bench.settings.retention = vec![line("2026-01-01", DossierKind::Other, Some(10))];
    bench.take::<VoidCase>(APPROVER, None, json!({"reason": "误登记。", "survivor": survivor})).unwrap();
    bench
}

#[test]
fn a_case_voided_by_itself_is_kept_as_the_table_says_and_then_disposed_of() {
    let mut bench = voided(None);
    assert_eq!(disposal_from(bench.case()), Some(day("2037-01-01")));
    assert_eq!(propose(bench.go("2036-12-31")).unwrap_err().code, Code::RetentionRuns);
    propose(bench.go("2037-01-01")).unwrap();
    decide(&mut bench, APPROVER, decision("approved", None)).unwrap();
    assert_eq!((bench.case().stage, bench.case().disposal.is_some()), (Stage::Voided, true), "it stays out of every table");
    assert_eq!(disposal_from(bench.case()), None);
    assert_eq!(bench.take::<HoldDossier>(CLERK, None, json!({"reason": "迟了。"})).unwrap_err().code, Code::DossierDisposed);
}

#[test]
fn what_was_voided_in_favour_of_another_goes_with_that() {
    let survivor = Uuid::from_u128(300);
    let mut twin = voided(Some(survivor));
    let refusal = propose(twin.go("2120-01-01")).unwrap_err();
    assert_eq!((refusal.code, disposal_from(twin.case())), (Code::RetentionRuns, None));
    assert!(refusal.detail_zh.contains("存续案件"), "{}", refusal.detail_zh);
    let id = Uuid::from_u128(301);
    let along = |twin: &Bench| Case { id, ..twin.case().clone() };
    let body = || {
        let mut body = decision("approved", None);
        body["companions"] = json!([id]);
        body
    };
    let mut bench = archived(Some(10));
    propose(bench.go("2037-01-01")).unwrap();
    assert_eq!(decide(&mut bench, APPROVER, body()).unwrap_err().code, Code::UnknownReference);
    twin.take::<HoldDossier>(CLERK, None, json!({"reason": "巡察组调阅中。"})).unwrap();
    bench.knows(id, along(&twin), true);
    let refusal = decide(&mut bench, APPROVER, body()).unwrap_err();
    assert_eq!((refusal.code, refusal.detail_zh.contains("一并")), (Code::DossierHeld, true));
    twin.take::<ReleaseHold>(APPROVER, Some(1), json!({"reason": "巡察结束。"})).unwrap();
    bench.knows(id, along(&twin), true);
    decide(&mut bench, APPROVER, body()).unwrap();
    let [(other, events)] = bench.others.as_slice() else { panic!("one goes along") };
    let [CaseEvent::DossierDisposed { disposal }] = events.as_slice() else { panic!("it is disposed of") };
    assert_eq!((*other, disposal.with_case, disposal.documents.len()), (id, Some(bench.case().id), 0));
    assert_eq!(bench.case().disposal.as_ref().unwrap().companions[0].case, id);
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

/// A case that was disposed of without those that should have gone along.
fn gone() -> Case {
    let mut bench = archived(Some(10));
    propose(bench.go("2037-01-01")).unwrap();
    decide(&mut bench, APPROVER, decision("approved", None)).unwrap();
    bench.case().clone()
}

#[test]
fn what_its_kin_left_behind_is_disposed_of_by_itself() {
    let survivor = Uuid::from_u128(300);
    let mut twin = voided(Some(survivor));
    assert_eq!(propose(twin.go("2037-01-02")).unwrap_err().code, Code::RetentionRuns);
    twin.knows(survivor, gone(), true);
    propose(&mut twin).unwrap();
    decide(&mut twin, APPROVER, decision("approved", None)).unwrap();
    assert_eq!((twin.case().stage, twin.case().disposal.is_some()), (Stage::Voided, true));
    let mut paper = crate::steps::fixtures::registered("2026-11-02");
    let matters = json!({"reason": "两项申请。", "matters": [{"description": "甲"}, {"description": "乙"}]});
    paper.take::<crate::steps::mend::split::SplitCase>(CLERK, None, matters).unwrap();
    let parts: Vec<Uuid> = paper.case().splitting.iter().flat_map(|splitting| &splitting.parts).map(|part| part.case).collect();
    paper.knows(parts[0], gone(), true);
    assert_eq!(propose(paper.go("2037-01-02")).unwrap_err().code, Code::RetentionRuns, "a part is left");
    paper.knows(parts[1], gone(), true);
    propose(&mut paper).unwrap();
    decide(&mut paper, APPROVER, decision("approved", None)).unwrap();
    assert_eq!((paper.case().stage, paper.case().disposal.is_some()), (Stage::Split, true));
}

#[test]
fn a_voiding_without_a_period_is_looked_at_from_the_first_and_kept_by_the_default() {
    let mut bench = voided(None);
    bench.settings.retention = Vec::new();
    bench.case.as_mut().unwrap().voiding.as_mut().unwrap().retention = None;
    assert_eq!(disposal_from(bench.case()), Some(day("2027-01-01")));
    assert_eq!(kept_until(bench.case(), &bench.settings), Some(day("2057-01-01")));
    assert_eq!(propose(bench.go("2056-12-31")).unwrap_err().code, Code::RetentionRuns);
    propose(bench.go("2057-01-01")).unwrap();
}
