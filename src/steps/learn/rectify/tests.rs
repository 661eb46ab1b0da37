use super::report::{ReportRectification, ReviewRectification};
use super::*;
use crate::case::duties::{Duty, duties};
use crate::case::retention::rectification_runs;
use crate::case::testing::{APPROVER, Bench, CLERK, DEPARTMENT, DOCUMENT, HANDLER, day};
use crate::rules::terms::DutyKind;
use crate::steps::fixtures::{refused, served};
use serde_json::{Value, json};

fn notice(due_on: &str) -> Value {
    json!({"department": DEPARTMENT, "what": "请整改检索办法。", "due_on": due_on})
}

fn ordered() -> Bench {
    let mut bench = served("2026-06-01", "2026-06-03");
    bench.go("2026-09-18").take::<OrderRectification>(CLERK, None, notice("2026-09-30")).unwrap();
    bench
}

fn duty(bench: &Bench, kind: DutyKind) -> Option<Duty> {
    duties(bench.case(), bench.calendar()).into_iter().find(|duty| duty.kind == kind)
}

fn report() -> Value {
    json!({"done": "已印发检索办法。", "proofs": [DOCUMENT]})
}

#[test]
fn article_46_a_department_owes_until_the_date_given_and_a_second_look_follows_within_five_working_days() {
    let mut bench = ordered();
    let owed = duty(&bench, DutyKind::Rectify).unwrap();
    assert_eq!((owed.due_on, owed.article.as_str(), owed.open, owed.department), (day("2026-09-30"), "46", true, Some(DEPARTMENT)));
    assert_eq!(duty(&bench, DutyKind::ReviewRectification), None, "nothing was reported");
    bench.go("2026-09-24").take::<ReportRectification>(HANDLER, Some(1), report()).unwrap();
    let met = duty(&bench, DutyKind::Rectify).unwrap();
    assert_eq!((met.met_on, met.open), (Some(day("2026-09-24")), false));
    let look = duty(&bench, DutyKind::ReviewRectification).unwrap();
    assert_eq!((look.due_on, look.open), (day("2026-10-09"), true), "25 to 27 September and 1 to 7 October are holidays");
    bench.take::<ReviewRectification>(APPROVER, Some(1), json!({"verdict": "approved"})).unwrap();
    assert!(!duty(&bench, DutyKind::ReviewRectification).unwrap().open);
    assert!(bench.case().rectifications[0].is_settled());
}

#[test]
fn what_is_sent_back_is_owed_again_by_the_later_date() {
    let mut bench = ordered();
    bench.take::<ReportRectification>(HANDLER, Some(1), report()).unwrap();
    let again = bench.take::<ReportRectification>(HANDLER, Some(1), report());
    assert_eq!(refused(again).0, Code::NothingOpen);
    let back = |more: Value| {
        let mut body = json!({"verdict": "returned"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let unsaid = bench.take::<ReviewRectification>(APPROVER, Some(1), back(json!({})));
    assert_eq!(refused(unsaid).0, Code::FieldsRefused);
    let past = bench.take::<ReviewRectification>(APPROVER, Some(1), back(json!({"remark": "缺名单。", "due_on": "2026-09-17"})));
    assert_eq!(refused(past).0, Code::DateBeforePrevious);
    bench.take::<ReviewRectification>(APPROVER, Some(1), back(json!({"remark": "缺名单。", "due_on": "2026-10-16"}))).unwrap();
    let owed = duty(&bench, DutyKind::Rectify).unwrap();
    assert_eq!((owed.due_on, owed.open, owed.met_on), (day("2026-10-16"), true, None));
    bench.take::<ReportRectification>(HANDLER, Some(1), report()).unwrap();
    let dated = json!({"verdict": "approved", "due_on": "2026-10-16"});
    assert_eq!(refused(bench.take::<ReviewRectification>(APPROVER, Some(1), dated)).0, Code::DateNotApplicable);
    bench.take::<ReviewRectification>(APPROVER, Some(1), json!({"verdict": "approved"})).unwrap();
    assert_eq!(bench.case().rectifications[0].reports.len(), 2);
}

#[test]
fn article_46_nobody_reviews_the_own_report() {
    let mut bench = ordered();
    bench.take::<ReportRectification>(APPROVER, Some(1), report()).unwrap();
    let own = bench.take::<ReviewRectification>(APPROVER, Some(1), json!({"verdict": "approved"}));
    assert_eq!(refused(own), (Code::SamePerson, "46".to_owned()));
    bench.take::<ReviewRectification>(CLERK, Some(1), json!({"verdict": "approved"})).unwrap();
}

#[test]
fn only_the_department_that_was_told_reports_and_with_proof() {
    let mut bench = ordered();
    let mut other = notice("2026-09-30");
    other["department"] = json!(Uuid::from_u128(3));
    assert_eq!(refused(bench.take::<OrderRectification>(CLERK, None, other.clone())).0, Code::UnknownReference);
    bench.known.departments.insert(Uuid::from_u128(3));
    bench.take::<OrderRectification>(CLERK, None, other).unwrap();
    let foreign = bench.take::<ReportRectification>(HANDLER, Some(2), report());
    assert_eq!(refused(foreign).0, Code::NotPermitted);
    let unknown = json!({"done": "已整改。", "proofs": [Uuid::from_u128(99)]});
    assert_eq!(refused(bench.take::<ReportRectification>(HANDLER, Some(1), unknown)).0, Code::UnknownReference);
    assert!(serde_json::from_value::<ReportRectification>(json!({"done": "已整改。", "proofs": []})).unwrap().validate().is_err());
}

#[test]
fn dates_and_proceedings_that_cannot_be_are_refused_by_name() {
    let mut bench = ordered();
    assert_eq!(refused(bench.take::<OrderRectification>(CLERK, None, notice("2026-09-17"))).0, Code::DateBeforePrevious);
    assert_eq!(refused(bench.take::<OrderRectification>(CLERK, None, notice("2036-09-30"))).0, Code::DateOutOfRange);
    let mut body = notice("2026-09-30");
    body["proceeding"] = json!(1);
    let refusal = bench.take::<OrderRectification>(CLERK, None, body).unwrap_err();
    assert_eq!((refusal.code, refusal.errors[0].pointer.as_str()), (Code::UnknownReference, "/proceeding"));
}

#[test]
fn a_notice_is_withdrawn_until_it_is_settled_and_keeps_the_dossier_meanwhile() {
    let mut bench = ordered();
    assert!(rectification_runs(bench.case()));
    let reason = json!({"reason": "误发。"});
    bench.take::<WithdrawRectification>(CLERK, Some(1), reason.clone()).unwrap();
    assert!(!rectification_runs(bench.case()));
    assert!(!duty(&bench, DutyKind::Rectify).unwrap().open);
    assert_eq!(refused(bench.take::<ReportRectification>(HANDLER, Some(1), report())).0, Code::NothingOpen);
    bench.take::<OrderRectification>(CLERK, None, notice("2026-09-30")).unwrap();
    let gone = bench.take::<WithdrawRectification>(CLERK, Some(1), reason.clone());
    assert_eq!(refused(gone).0, Code::RectificationEnded);
    bench.take::<ReportRectification>(HANDLER, Some(2), report()).unwrap();
    bench.take::<ReviewRectification>(APPROVER, Some(2), json!({"verdict": "approved"})).unwrap();
    assert_eq!(refused(bench.take::<WithdrawRectification>(CLERK, Some(2), reason)).0, Code::NothingOpen);
}
