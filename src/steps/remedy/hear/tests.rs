use super::*;
use crate::case::testing::{Bench, DOCUMENT, REVIEWER};
use crate::steps::fixtures::in_proceedings;
use serde_json::{Value, json};

fn announced(n: u32, kind: &str, on: &str) -> Bench {
    let mut bench = in_proceedings();
    bench.go("2026-09-01").take::<AnnounceHearing>(REVIEWER, Some(n), notice(kind, on)).unwrap();
    bench
}

fn notice(kind: &str, on: &str) -> Value {
    json!({"kind": kind, "notified_on": "2026-08-31", "on": on, "document_id": DOCUMENT})
}

fn held(appearances: Value, absence: Option<&str>) -> Value {
    json!({"hearing": 1, "outcome": {"result": "held", "appearances": appearances, "absence": absence, "document_id": DOCUMENT}})
}

#[test]
fn litigation_law_3_3_and_reconsideration_law_51_the_head_appears_or_it_is_said_why_not() {
    for (n, kind, article) in [(1, "hearing", "复议法 51"), (2, "court_session", "行诉法 3(3)")] {
        let mut bench = announced(n, kind, "2026-09-01");
        let staff = json!([{"role": "staff", "person": "政策法规科科长 某某"}, {"role": "lawyer", "person": "某某"}]);
        let refusal = bench.take::<RecordHearing>(REVIEWER, Some(n), held(staff.clone(), None)).unwrap_err();
        assert_eq!((refusal.code.as_str(), refusal.article.as_deref()), ("head_absence_unexplained", Some(article)));
        bench.take::<RecordHearing>(REVIEWER, Some(n), held(staff, Some("参加抢险。"))).unwrap();
        let hearing = &bench.case().proceeding(n).unwrap().hearings[0];
        assert_eq!(hearing.head_appeared(), Some(false));
        assert_eq!(bench.take::<RecordHearing>(REVIEWER, Some(n), held(json!([]), Some("无"))).unwrap_err().code.as_str(), "nothing_open");
    }
    let mut heard = announced(1, "opinions_heard", "2026-09-01");
    heard.take::<RecordHearing>(REVIEWER, Some(1), held(json!([]), None)).unwrap();
}

#[test]
fn the_head_who_came_is_on_record() {
    let mut bench = announced(2, "court_session", "2026-09-01");
    bench.take::<RecordHearing>(REVIEWER, Some(2), held(json!([{"role": "head", "person": "副局长 某某"}]), None)).unwrap();
    assert_eq!(bench.case().proceeding(2).unwrap().hearings[0].head_appeared(), Some(true));
}

#[test]
fn a_sitting_belongs_to_its_kind_of_proceeding_and_comes_after_its_notice() {
    let mut bench = in_proceedings();
    bench.go("2026-09-01");
    let mut code = |n: u32, body: Value| bench.take::<AnnounceHearing>(REVIEWER, Some(n), body).unwrap_err().code.as_str();
    assert_eq!(code(1, notice("court_session", "2026-09-10")), "fields_refused");
    assert_eq!(code(2, notice("hearing", "2026-09-10")), "fields_refused");
    assert_eq!(code(2, notice("court_session", "2026-08-30")), "date_before_previous");
    assert_eq!(code(2, notice("court_session", "2062-09-10")), "date_out_of_range");
    assert_eq!(code(3, notice("court_session", "2026-09-10")), "unknown_target");
}

#[test]
fn a_sitting_that_lies_ahead_was_not_held_and_may_be_called_off() {
    let mut bench = announced(2, "court_session", "2026-09-10");
    let head = json!([{"role": "head", "person": "副局长 某某"}]);
    assert_eq!(bench.take::<RecordHearing>(REVIEWER, Some(2), held(head, None)).unwrap_err().code.as_str(), "date_in_future");
    let off = |hearing: u32| json!({"hearing": hearing, "outcome": {"result": "called_off", "on": "2026-09-01"}});
    assert_eq!(bench.take::<RecordHearing>(REVIEWER, Some(2), off(2)).unwrap_err().code.as_str(), "unknown_reference");
    bench.take::<RecordHearing>(REVIEWER, Some(2), off(1)).unwrap();
    bench.take::<AnnounceHearing>(REVIEWER, Some(2), notice("court_session", "2026-09-20")).unwrap();
    assert_eq!(bench.take::<RecordHearing>(REVIEWER, Some(2), off(1)).unwrap_err().code.as_str(), "hearing_ended");
    assert_eq!(bench.case().proceeding(2).unwrap().hearings.len(), 2);
}
