use crate::case::duties::{Duty, duties};
use crate::case::testing::{APPROVER, Bench, CLERK, DOCUMENT, REVIEWER, day};
use crate::rules::terms::{DutyKind, DutyOwner};
use crate::steps::fixtures::{reconsideration, served, suit};
use crate::steps::mend::amend::AmendCase;
use crate::steps::mend::revoke::RevokeReply;
use crate::steps::remedy::answer::AnswerProceeding;
use crate::steps::remedy::course::NoteProceeding;
use crate::steps::remedy::decide::RecordDecision;
use crate::steps::remedy::file::FileProceeding;
use crate::steps::remedy::hear::{AnnounceHearing, RecordHearing};
use crate::steps::remedy::open::{OpenLitigation, OpenReconsideration};
use crate::steps::remedy::opinion::ReceiveOpinion;
use rstest::rstest;
use serde_json::{Value, json};

fn with(mut body: Value, fields: &[(&str, Value)]) -> Value {
    for (key, value) in fields {
        body[key] = value.clone();
    }
    body
}

fn found(bench: &Bench, kind: DutyKind, n: u32) -> Option<Duty> {
    duties(bench.case(), bench.calendar()).into_iter().find(|duty| (duty.kind, duty.ordinal) == (kind, n))
}

fn due(bench: &Bench, kind: DutyKind, n: u32) -> String {
    found(bench, kind, n).map_or_else(|| "none".to_owned(), |duty| duty.due_on.to_string())
}

/// A reconsideration against silence, as its papers say; the case came in March, and now it is December.
fn reconsidered(fields: &[(&str, Value)]) -> Bench {
    let mut bench = Bench::received("2026-03-02");
    bench.go("2026-12-01").take::<OpenReconsideration>(REVIEWER, None, with(reconsideration("2026-09-24"), fields)).unwrap();
    bench
}

fn sued(bench: &mut Bench, instance: &str, follows: Option<u32>, fields: &[(&str, Value)]) {
    bench.take::<OpenLitigation>(REVIEWER, None, with(suit(instance, "direct", follows), fields)).unwrap();
}

fn judged(bench: &mut Bench, n: u32, (form, outcome): (&str, &str), on: &str) {
    let cause = ["revoked", "new_act_ordered"].contains(&outcome).then_some("poor_search");
    let order =
        outcome.ends_with("_ordered").then(|| json!({"what": "重作。", "kind": "other", "within": {"length": 60, "unit": "natural_days"}}));
    let body = json!({"outcome": {"by": "court", "outcome": outcome}, "decided_on": on, "received_on": on, "form": form, "cause": cause, "order": order});
    bench.take::<RecordDecision>(REVIEWER, Some(n), body).unwrap();
}

fn noted(bench: &mut Bench, n: u32, notice: Value, on: &str) -> Result<(), &'static str> {
    let taken = bench.take::<NoteProceeding>(REVIEWER, Some(n), json!({"notice": notice, "on": on}));
    taken.map(|_| ()).map_err(|refusal| refusal.code.as_str())
}

#[test]
fn l1_reconsideration_law_20_and_l8_litigation_law_46_from_the_service_of_the_reply() {
    let bench = served("2026-03-30", "2026-04-01");
    assert_eq!(due(&bench, DutyKind::ApplyForReconsideration, 1), "2026-06-01", "the sixtieth day is a Sunday");
    assert_eq!(due(&bench, DutyKind::SueDirectly, 1), "2026-10-08", "the National Day holiday gives way");
}

#[test]
fn l2_reconsideration_law_30_five_working_days_from_the_application() {
    let mut bench = reconsidered(&[("applied_on", json!("2026-09-18")), ("accepted_on", json!("2026-09-23"))]);
    // 20 September is a make-up Sunday, the 25th a holiday.
    let duty = found(&bench, DutyKind::AdmitReconsideration, 1).unwrap();
    assert_eq!((duty.due_on, duty.met_on, duty.open), (day("2026-09-24"), Some(day("2026-09-23")), false));
    assert_eq!(duty.kind.owed_by(), DutyOwner::ReviewBody);
    let early = with(reconsideration("2026-09-24"), &[("applied_on", json!("2026-03-01"))]);
    let refusal = bench.take::<OpenReconsideration>(REVIEWER, None, early).unwrap_err();
    assert_eq!((refusal.code.as_str(), refusal.errors[0].pointer.as_str()), ("date_before_previous", "/applied_on"));
    let late = with(reconsideration("2026-09-24"), &[("applied_on", json!("2026-09-23")), ("accepted_on", json!("2026-09-22"))]);
    let refusal = bench.take::<OpenReconsideration>(REVIEWER, None, late).unwrap_err();
    assert_eq!(refusal.errors[0].pointer, "/accepted_on");
}

#[rstest]
#[case("ordinary", "2026-10-12", "2026-10-15")]
#[case("summary", "2026-09-30", "2026-10-09")]
fn l3_l4_reconsideration_law_48_54_in_working_days(#[case] procedure: &str, #[case] copy: &str, #[case] answer: &str) {
    let bench = reconsidered(&[("accepted_on", json!("2026-09-24")), ("procedure", json!(procedure))]);
    assert_eq!(due(&bench, DutyKind::SendCopy, 1), copy);
    assert_eq!(due(&bench, DutyKind::AnswerReconsideration, 1), answer, "10 October is a make-up Saturday");
}

#[rstest]
#[case("ordinary", "2026-10-08")]
#[case("summary", "2026-09-02")]
fn l5_reconsideration_law_62_sixty_and_thirty_days(#[case] procedure: &str, #[case] until: &str) {
    let bench = reconsidered(&[("accepted_on", json!("2026-08-03")), ("procedure", json!(procedure))]);
    assert_eq!(due(&bench, DutyKind::DecideReconsideration, 1), until);
}

#[test]
fn l5_reconsideration_law_62_thirty_more_days_once_in_the_ordinary_procedure() {
    let mut bench = reconsidered(&[("accepted_on", json!("2026-08-03")), ("received_on", json!("2026-08-05"))]);
    let longer = |days: u32| json!({"what": "term_extended", "days": days});
    assert_eq!(noted(&mut bench, 1, longer(31), "2026-09-10"), Err("term_not_extendable"));
    assert_eq!(noted(&mut bench, 1, longer(30), "2026-10-09"), Err("term_not_extendable"), "the term had run out the day before");
    noted(&mut bench, 1, longer(30), "2026-10-08").unwrap();
    assert_eq!(due(&bench, DutyKind::DecideReconsideration, 1), "2026-11-02", "the ninetieth day is a Sunday");
    assert_eq!(due(&bench, DutyKind::SueAfterReconsideration, 1), "2026-11-17", "the suit over its silence begins later");
    assert_eq!(noted(&mut bench, 1, longer(1), "2026-10-08"), Err("term_not_extendable"));
    let mut summary = reconsidered(&[("accepted_on", json!("2026-08-03")), ("procedure", json!("summary"))]);
    assert_eq!(noted(&mut summary, 1, longer(30), "2026-08-20"), Err("term_not_extendable"));
}

#[test]
fn reconsideration_law_39_no_time_runs_while_it_rests() {
    let mut bench = reconsidered(&[("accepted_on", json!("2026-08-03")), ("received_on", json!("2026-08-05"))]);
    assert_eq!(due(&bench, DutyKind::AnswerReconsideration, 1), "2026-08-19");
    assert_eq!(noted(&mut bench, 1, json!({"what": "resumed"}), "2026-08-20"), Err("not_suspended"));
    noted(&mut bench, 1, json!({"what": "suspended"}), "2026-08-10").unwrap();
    assert_eq!(noted(&mut bench, 1, json!({"what": "suspended"}), "2026-08-11"), Err("already_suspended"));
    assert_eq!(due(&bench, DutyKind::DecideReconsideration, 1), "none");
    assert_eq!(due(&bench, DutyKind::SueAfterReconsideration, 1), "none", "nobody complains of a body that rests");
    assert_eq!(due(&bench, DutyKind::AnswerReconsideration, 1), "none", "nor is an answer owed by a day");
    assert_eq!(noted(&mut bench, 1, json!({"what": "resumed"}), "2026-08-09"), Err("date_before_previous"));
    noted(&mut bench, 1, json!({"what": "resumed"}), "2026-08-20").unwrap();
    assert_eq!(due(&bench, DutyKind::DecideReconsideration, 1), "2026-10-12", "ten days more than sixty");
    assert_eq!(due(&bench, DutyKind::AnswerReconsideration, 1), "2026-08-31", "eight working days more than ten");
    noted(&mut bench, 1, json!({"what": "suspended"}), "2026-10-12").unwrap();
    noted(&mut bench, 1, json!({"what": "resumed"}), "2026-10-13").unwrap();
    assert_eq!(due(&bench, DutyKind::DecideReconsideration, 1), "2026-10-13", "a rest that began on the last day counts");
    noted(&mut bench, 1, json!({"what": "suspended"}), "2026-10-14").unwrap();
    assert_eq!(due(&bench, DutyKind::DecideReconsideration, 1), "2026-10-13", "one that began after it brings nothing back");
}

#[test]
fn reconsideration_law_55_the_ordinary_procedure_lengthens_a_term_that_still_runs() {
    let turned = json!({"what": "turned_ordinary"});
    let summary = [("procedure", json!("summary")), ("accepted_on", json!("2026-09-24"))];
    let mut bench = reconsidered(&summary);
    noted(&mut bench, 1, turned.clone(), "2026-10-09").unwrap();
    assert_eq!(due(&bench, DutyKind::AnswerReconsideration, 1), "2026-10-15");
    assert_eq!(due(&bench, DutyKind::DecideReconsideration, 1), "2026-11-23");
    assert_eq!(due(&bench, DutyKind::SendCopy, 1), "2026-09-30", "the copy was sent under the summary procedure");
    assert_eq!(noted(&mut bench, 1, turned.clone(), "2026-10-10"), Err("procedure_is_ordinary"));
    let mut late = reconsidered(&summary);
    noted(&mut late, 1, turned, "2026-10-10").unwrap();
    assert_eq!(due(&late, DutyKind::AnswerReconsideration, 1), "2026-10-09", "what had run out stays so");
}

#[test]
fn l6_reconsideration_law_76_the_report_on_an_opinion() {
    let mut bench = reconsidered(&[("received_on", json!("2026-07-20"))]);
    bench.take::<ReceiveOpinion>(REVIEWER, Some(1), json!({"received_on": "2026-08-03"})).unwrap();
    assert_eq!(due(&bench, DutyKind::ReportOnOpinion, 1), "2026-10-08");
}

#[test]
fn l7_litigation_law_45_fifteen_days_from_the_decision() {
    let mut bench = reconsidered(&[("received_on", json!("2026-08-20"))]);
    let body = json!({"outcome": {"by": "reconsideration", "outcome": "upheld"}, "decided_on": "2026-09-18", "received_on": "2026-09-21"});
    bench.take::<RecordDecision>(REVIEWER, Some(1), body).unwrap();
    assert_eq!(due(&bench, DutyKind::SueAfterReconsideration, 1), "2026-10-08", "6 October gives way");
}

#[test]
fn l8a_litigation_interpretation_66_over_silence_from_the_end_of_the_reply_period() {
    let bench = Bench::received("2026-03-02");
    // The twentieth working day after 2 March is 30 March; six months later is 30 September.
    assert_eq!(due(&bench, DutyKind::SueOverSilence, 1), "2026-09-30");
    assert_eq!(due(&bench, DutyKind::ReconsiderSilence, 1), "2026-05-29");
}

#[test]
fn l9_litigation_law_67_fifteen_days_to_defend_in_every_instance() {
    let mut bench = Bench::received("2026-03-02");
    sued(bench.go("2026-12-01"), "first", None, &[("received_on", json!("2026-09-21"))]);
    assert_eq!(due(&bench, DutyKind::DefendLitigation, 1), "2026-10-08");
    judged(&mut bench, 1, ("judgment", "claim_dismissed"), "2026-10-20");
    sued(&mut bench, "second", Some(1), &[("received_on", json!("2026-11-02"))]);
    assert_eq!(due(&bench, DutyKind::DefendLitigation, 2), "2026-11-17");
}

#[rstest]
#[case("judgment", "claim_dismissed", "2026-09-14", "2026-09-29")]
#[case("ruling", "suit_dismissed", "2026-09-14", "2026-09-24")]
#[case("judgment", "claim_dismissed", "2026-09-21", "2026-10-08")]
#[case("ruling", "suit_dismissed", "2026-09-21", "2026-10-08")]
fn l10_litigation_law_85_fifteen_and_ten_days_to_appeal(
    #[case] form: &str,
    #[case] outcome: &str,
    #[case] served_on: &str,
    #[case] until: &str,
) {
    let mut bench = Bench::received("2026-03-02");
    sued(bench.go("2026-12-01"), "first", None, &[]);
    judged(&mut bench, 1, (form, outcome), served_on);
    assert_eq!(due(&bench, DutyKind::Appeal, 1), until, "1 and 6 October give way to the 8th");
}

#[test]
fn litigation_law_67_85_the_agencys_own_appeal_keeps_the_term_by_its_day_and_asks_no_defence() {
    let appealed = |fields: &[(&str, Value)]| {
        let mut bench = Bench::received("2026-03-02");
        sued(bench.go("2026-12-01"), "first", None, &[]);
        judged(&mut bench, 1, ("judgment", "revoked"), "2026-09-14");
        let mut copy = with(suit("second", "direct", Some(1)), &[("received_on", json!("2026-10-12"))]);
        copy = with(copy, fields);
        let taken = bench.take::<OpenLitigation>(REVIEWER, None, copy).map(|_| ());
        taken.map(|()| bench).map_err(|refusal| (refusal.code.as_str(), refusal.errors[0].pointer.clone()))
    };
    let own = appealed(&[("appellant", json!("agency")), ("appealed_on", json!("2026-09-28"))]).unwrap();
    assert_eq!(found(&own, DutyKind::DefendLitigation, 2), None);
    assert_eq!(found(&own, DutyKind::Appeal, 1).unwrap().met_on, Some(day("2026-09-28")), "the court's papers came after the term");
    let both = appealed(&[("appellant", json!("both")), ("appealed_on", json!("2026-09-28"))]).unwrap();
    assert_eq!(due(&both, DutyKind::DefendLitigation, 2), "2026-10-27", "the other side's appeal is answered");
    let theirs = appealed(&[("appellant", json!("applicant"))]).unwrap();
    assert_eq!(due(&theirs, DutyKind::DefendLitigation, 2), "2026-10-27");
    let unsaid = appealed(&[]).unwrap();
    assert_eq!(due(&unsaid, DutyKind::DefendLitigation, 2), "2026-10-27");
    let refused = |fields: &[(&str, Value)]| appealed(fields).map(|_| ()).unwrap_err();
    let fields_refused = |at: &str| ("fields_refused", at.to_owned());
    assert_eq!(refused(&[("appellant", json!("agency"))]), fields_refused("/appealed_on"));
    assert_eq!(refused(&[("appealed_on", json!("2026-09-28"))]), fields_refused("/appealed_on"));
    assert_eq!(refused(&[("appellant", json!("court"))]), fields_refused("/appellant"));
    let early = refused(&[("appellant", json!("agency")), ("appealed_on", json!("2026-09-13"))]);
    assert_eq!(early, ("date_before_previous", "/appealed_on".to_owned()));
    let mut first = Bench::received("2026-03-02");
    let copy = with(suit("first", "direct", None), &[("appellant", json!("applicant"))]);
    let refusal = first.go("2026-12-01").take::<OpenLitigation>(REVIEWER, None, copy).unwrap_err();
    assert_eq!(refusal.errors[0].pointer, "/appellant");
}

#[test]
fn l7_reconsideration_law_73_a_mediation_binds_once_signed_and_nobody_sues() {
    let mut bench = reconsidered(&[("received_on", json!("2026-08-20"))]);
    let body =
        json!({"outcome": {"by": "reconsideration", "outcome": "mediated"}, "decided_on": "2026-09-18", "received_on": "2026-09-21"});
    bench.take::<RecordDecision>(REVIEWER, Some(1), body).unwrap();
    assert_eq!(found(&bench, DutyKind::SueAfterReconsideration, 1), None);
}

#[test]
fn l11_litigation_interpretation_87_a_rest_after_the_longer_term_puts_it_off() {
    let longer = |rests: &[(&str, &str)], told_on: &str| {
        let mut bench = Bench::received("2025-11-03");
        let fields = [("accepted_on", json!("2026-01-05")), ("received_on", json!("2026-01-08"))];
        sued(bench.go("2026-12-01"), "first", None, &fields);
        let mut notices: Vec<(&str, Value)> = vec![(told_on, json!({"what": "term_extended", "until": "2026-09-30"}))];
        for (from, until) in rests {
            notices.push((from, json!({"what": "suspended"})));
            notices.push((until, json!({"what": "resumed"})));
        }
        notices.sort_by_key(|(on, _)| *on);
        for (on, notice) in notices {
            noted(&mut bench, 1, notice, on).unwrap();
        }
        due(&bench, DutyKind::GiveJudgment, 1)
    };
    assert_eq!(longer(&[], "2026-06-01"), "2026-09-30");
    assert_eq!(longer(&[("2026-08-01", "2026-08-31")], "2026-06-01"), "2026-10-30");
    assert_eq!(
        longer(&[("2026-08-01", "2026-08-31"), ("2026-09-01", "2026-09-02")], "2026-06-01"),
        "2026-11-02",
        "31 October is a Saturday"
    );
    assert_eq!(longer(&[("2026-05-01", "2026-05-31")], "2026-06-01"), "2026-09-30", "the court knew of that rest");
}

#[test]
fn litigation_interpretation_22_3_after_an_act_declared_unlawful_the_caller_says_whether_for_a_breach_of_procedure() {
    let after = |standing: Option<&str>| {
        let mut bench = reconsidered(&[("received_on", json!("2026-07-20"))]);
        let body = json!({
            "outcome": {"by": "reconsideration", "outcome": "declared_unlawful"}, "cause": "out_of_time", "decided_on": "2026-07-21",
            "received_on": "2026-07-22"
        });
        bench.take::<RecordDecision>(REVIEWER, Some(1), body).unwrap();
        let copy = with(suit("first", "after_reconsideration", Some(1)), &[("standing", json!(standing))]);
        let taken = bench.take::<OpenLitigation>(REVIEWER, None, copy).map(|_| ());
        taken.map(|()| bench).map_err(|refusal| (refusal.code.as_str(), refusal.errors[0].pointer.clone()))
    };
    assert_eq!(after(None).map(|_| ()).unwrap_err(), ("standing_mismatch", "/standing".to_owned()));
    assert_eq!(after(Some("respondent")).map(|_| ()).unwrap_err().0, "standing_mismatch");
    let together = after(Some("co_defendant")).unwrap();
    assert!(together.case().proceedings[1].stands_as().counts() && found(&together, DutyKind::DefendLitigation, 2).is_some());
    let alone = after(Some("third_party")).unwrap();
    assert!(!alone.case().proceedings[1].stands_as().counts() && found(&alone, DutyKind::DefendLitigation, 2).is_none());
}

#[rstest]
#[case("ruling", "withdrawal_allowed")]
#[case("ruling", "deemed_withdrawn")]
#[case("ruling", "transferred")]
#[case("ruling", "discontinued")]
#[case("judgment", "mediated")]
fn litigation_interpretation_101_what_ends_otherwise_cannot_be_appealed(#[case] form: &str, #[case] outcome: &str) {
    let mut bench = Bench::received("2026-03-02");
    sued(bench.go("2026-12-01"), "first", None, &[]);
    judged(&mut bench, 1, (form, outcome), "2026-09-21");
    assert_eq!(found(&bench, DutyKind::Appeal, 1), None);
    assert_eq!(found(&bench, DutyKind::ApplyForRetrial, 1), None);
}

#[rstest]
#[case("ordinary", "2026-04-03", "2026-10-08")]
#[case("summary", "2026-08-20", "2026-10-08")]
fn l11_litigation_law_81_83_judgment_of_first_instance(#[case] procedure: &str, #[case] docketed: &str, #[case] until: &str) {
    let mut bench = Bench::received("2026-03-02");
    let fields = [("accepted_on", json!(docketed)), ("received_on", json!("2026-08-24")), ("procedure", json!(procedure))];
    sued(bench.go("2026-12-01"), "first", None, &fields);
    assert_eq!(due(&bench, DutyKind::GiveJudgment, 1), until);
}

#[test]
fn l11_litigation_law_88_judgment_of_second_instance_and_its_longer_term() {
    let mut bench = Bench::received("2026-03-02");
    sued(bench.go("2026-12-01"), "first", None, &[("received_on", json!("2026-04-10"))]);
    judged(&mut bench, 1, ("judgment", "claim_dismissed"), "2026-06-22");
    sued(&mut bench, "second", Some(1), &[("accepted_on", json!("2026-07-03")), ("received_on", json!("2026-07-06"))]);
    assert_eq!(due(&bench, DutyKind::GiveJudgment, 2), "2026-10-08");
    assert_eq!(noted(&mut bench, 2, json!({"what": "term_extended", "days": 30}), "2026-09-01"), Err("term_not_extendable"));
    noted(&mut bench, 2, json!({"what": "term_extended", "until": "2026-12-31"}), "2026-09-01").unwrap();
    assert_eq!(due(&bench, DutyKind::GiveJudgment, 2), "2026-12-31");
}

#[test]
fn litigation_interpretation_110_119_retrial() {
    let mut bench = Bench::received("2026-01-05");
    sued(bench.go("2026-12-01"), "first", None, &[("received_on", json!("2026-02-02"))]);
    judged(&mut bench, 1, ("judgment", "claim_dismissed"), "2026-03-20");
    // Fifteen days run to 4 April, a holiday, and on to the 7th; six months from there, to 7 October, and on to the 8th.
    assert_eq!(due(&bench, DutyKind::ApplyForRetrial, 1), "2026-10-08");
    let anew = [("accepted_on", json!("2026-05-06")), ("received_on", json!("2026-05-11"))];
    sued(&mut bench, "retrial", Some(1), &anew);
    assert_eq!(due(&bench, DutyKind::GiveJudgment, 2), "2026-11-06", "the same court: as in first instance");
    judged(&mut bench, 2, ("judgment", "claim_dismissed"), "2026-08-03");
    assert_eq!(due(&bench, DutyKind::Appeal, 2), "2026-08-18", "and its judgment can be appealed");
    sued(&mut bench, "second", Some(2), &[("received_on", json!("2026-08-20"))]);

    let mut drawn = Bench::received("2026-01-05");
    sued(drawn.go("2026-12-01"), "first", None, &[("received_on", json!("2026-02-02"))]);
    judged(&mut drawn, 1, ("judgment", "claim_dismissed"), "2026-03-20");
    let above = [("court", json!("示范市中级人民法院")), anew[0].clone(), anew[1].clone()];
    sued(&mut drawn, "retrial", Some(1), &above);
    assert_eq!(due(&drawn, DutyKind::GiveJudgment, 2), "2026-08-06", "drawn by the court above: as in second instance");
    judged(&mut drawn, 2, ("judgment", "claim_dismissed"), "2026-08-03");
    assert_eq!(found(&drawn, DutyKind::Appeal, 2), None);
}

#[test]
fn litigation_law_26_after_a_changed_act_the_body_alone_is_sued_and_after_an_upheld_one_both() {
    let after = |outcome: &str| {
        let mut bench = reconsidered(&[("received_on", json!("2026-07-20"))]);
        let cause = (outcome == "revoked").then_some("poor_search");
        let body = json!({
            "outcome": {"by": "reconsideration", "outcome": outcome}, "cause": cause, "decided_on": "2026-07-21", "received_on": "2026-07-22"
        });
        bench.take::<RecordDecision>(REVIEWER, Some(1), body).unwrap();
        bench
    };
    let suit = |standing: Option<&str>| with(suit("first", "after_reconsideration", Some(1)), &[("standing", json!(standing))]);
    let mut changed = after("revoked");
    let refused = changed.take::<OpenLitigation>(REVIEWER, None, suit(Some("co_defendant"))).unwrap_err();
    assert_eq!((refused.code.as_str(), refused.article.as_deref()), ("standing_mismatch", Some("行诉法 26")));
    changed.take::<OpenLitigation>(REVIEWER, None, suit(None)).unwrap();
    let third = &changed.case().proceedings[1];
    assert!(!third.stands_as().counts(), "the body counts it");
    assert_eq!(found(&changed, DutyKind::DefendLitigation, 2), None);
    let mut upheld = after("request_rejected");
    upheld.take::<OpenLitigation>(REVIEWER, None, suit(None)).unwrap();
    assert!(upheld.case().proceedings[1].stands_as().counts());
    assert!(found(&upheld, DutyKind::DefendLitigation, 2).is_some_and(|duty| duty.open));
    let mut ended = after("terminated");
    assert_eq!(ended.take::<OpenLitigation>(REVIEWER, None, suit(Some("co_defendant"))).unwrap_err().code.as_str(), "standing_mismatch");
    ended.take::<OpenLitigation>(REVIEWER, None, suit(Some("third_party"))).unwrap();
    assert_eq!(found(&ended, DutyKind::DefendLitigation, 2), None);
}

#[test]
fn litigation_law_3_the_agency_appears_on_the_day_of_the_session() {
    let mut bench = Bench::received("2026-03-02");
    sued(bench.go("2026-09-01"), "first", None, &[]);
    let session = json!({"kind": "court_session", "notified_on": "2026-08-31", "on": "2026-09-12", "place": "第三法庭，9:30"});
    bench.take::<AnnounceHearing>(REVIEWER, Some(1), session.clone()).unwrap();
    let duty = found(&bench, DutyKind::AttendHearing, 101).unwrap();
    assert_eq!((duty.due_on, duty.open, duty.article.as_str()), (day("2026-09-12"), true, "行诉法 3(3)"), "a Saturday stays");
    let off = json!({"hearing": 1, "outcome": {"result": "called_off", "on": "2026-09-01"}});
    bench.take::<RecordHearing>(REVIEWER, Some(1), off).unwrap();
    assert_eq!(found(&bench, DutyKind::AttendHearing, 101), None);
    bench.take::<AnnounceHearing>(REVIEWER, Some(1), session).unwrap();
    let held = json!({"hearing": 2, "outcome": {"result": "held", "appearances": [{"role": "head", "person": "副局长 某某"}]}});
    bench.go("2026-09-14").take::<RecordHearing>(REVIEWER, Some(1), held).unwrap();
    let duty = found(&bench, DutyKind::AttendHearing, 102).unwrap();
    assert_eq!((duty.met_on, duty.open), (Some(day("2026-09-12")), false));
}

#[test]
fn article_50_3_filing_after_the_papers_and_after_the_outcome_within_the_term_that_is_set() {
    let mut bench = Bench::received("2026-03-02");
    let first = with(reconsideration("2026-07-20"), &[("case_number", json!("1"))]);
    bench.go("2026-12-01").take::<OpenReconsideration>(REVIEWER, None, first).unwrap();
    assert_eq!(found(&bench, DutyKind::FileOpening, 1), None, "no term is set");
    bench.settings.filing_working_days = Some(5);
    bench.take::<OpenReconsideration>(REVIEWER, None, with(reconsideration("2026-09-24"), &[("case_number", json!("2"))])).unwrap();
    bench.settings.filing_working_days = None;
    assert_eq!(due(&bench, DutyKind::FileOpening, 2), "2026-10-09", "the term of the day it came stays");
    bench.take::<FileProceeding>(REVIEWER, Some(2), json!({"with": "区政府办公室", "on": "2026-10-09", "document_id": DOCUMENT})).unwrap();
    assert_eq!(found(&bench, DutyKind::FileOpening, 2).unwrap().met_on, Some(day("2026-10-09")));
    bench.settings.filing_working_days = Some(3);
    let body = json!({"outcome": {"by": "reconsideration", "outcome": "upheld"}, "decided_on": "2026-10-20", "received_on": "2026-10-22"});
    bench.take::<RecordDecision>(REVIEWER, Some(2), body).unwrap();
    let duty = found(&bench, DutyKind::FileDecision, 2).unwrap();
    assert_eq!(
        (duty.due_on, duty.met_on, duty.open),
        (day("2026-10-27"), None, true),
        "the filing of the opening is not that of the outcome"
    );
    bench.take::<FileProceeding>(REVIEWER, Some(2), json!({"with": "区政府办公室", "on": "2026-10-23"})).unwrap();
    assert!(!found(&bench, DutyKind::FileDecision, 2).unwrap().open);
}

#[test]
fn an_answer_ends_its_duty_and_so_does_the_decision() {
    let mut bench = reconsidered(&[]);
    assert!(found(&bench, DutyKind::AnswerReconsideration, 1).unwrap().open);
    bench.take::<AnswerProceeding>(REVIEWER, Some(1), json!({"on": "2026-10-14"})).unwrap();
    let duty = found(&bench, DutyKind::AnswerReconsideration, 1).unwrap();
    assert_eq!((duty.open, duty.met_on), (false, Some(day("2026-10-14"))));

    let mut unanswered = reconsidered(&[]);
    let upheld =
        json!({"outcome": {"by": "reconsideration", "outcome": "upheld"}, "decided_on": "2026-10-20", "received_on": "2026-10-22"});
    unanswered.take::<RecordDecision>(REVIEWER, Some(1), upheld).unwrap();
    let duty = found(&unanswered, DutyKind::AnswerReconsideration, 1).unwrap();
    assert_eq!((duty.open, duty.met_on), (false, None), "nothing is left to answer, and it was not answered");
}

#[test]
fn article_50_3_a_late_filing_of_the_opening_is_not_that_of_the_outcome() {
    let mut bench = Bench::received("2026-03-02");
    bench.settings.filing_working_days = Some(5);
    bench.go("2026-12-01").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-09-24")).unwrap();
    let upheld =
        json!({"outcome": {"by": "reconsideration", "outcome": "upheld"}, "decided_on": "2026-10-20", "received_on": "2026-10-22"});
    bench.take::<RecordDecision>(REVIEWER, Some(1), upheld).unwrap();
    let file = |bench: &mut Bench, about: &str, on: &str| {
        bench.take::<FileProceeding>(REVIEWER, Some(1), json!({"with": "区政府办公室", "on": on, "about": about})).unwrap();
    };
    let met = |bench: &Bench| [DutyKind::FileOpening, DutyKind::FileDecision].map(|kind| found(bench, kind, 1).unwrap().met_on);
    file(&mut bench, "opening", "2026-10-23");
    assert_eq!(met(&bench), [Some(day("2026-10-23")), None]);
    file(&mut bench, "outcome", "2026-10-26");
    assert_eq!(met(&bench), [Some(day("2026-10-23")), Some(day("2026-10-26"))]);
}

#[test]
fn a_revocation_meanwhile_is_told_only_where_the_reply_itself_is_challenged() {
    let mut bench = served("2026-08-03", "2026-08-05");
    bench.go("2026-08-28").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-08-20")).unwrap();
    bench.take::<RevokeReply>(APPROVER, Some(1), json!({"reason": "检索遗漏"})).unwrap();
    assert_eq!(found(&bench, DutyKind::TellRevocation, 1), None);
}

#[test]
fn a_mistyped_day_of_the_course_is_amended_and_the_terms_recount() {
    let mut bench = reconsidered(&[("accepted_on", json!("2026-08-03")), ("received_on", json!("2026-08-05"))]);
    noted(&mut bench, 1, json!({"what": "suspended"}), "2026-08-10").unwrap();
    noted(&mut bench, 1, json!({"what": "resumed"}), "2026-08-20").unwrap();
    let amend =
        |day: Value, on: &str| json!({"change": {"subject": "course", "proceeding": 1, "day": day, "on": on}, "reason": "日期录入有误。"});
    let refused = bench.take::<AmendCase>(CLERK, None, amend(json!({"of": "resumption", "n": 1}), "2026-08-09")).unwrap_err();
    assert_eq!((refused.code.as_str(), refused.errors[0].pointer.as_str()), ("date_before_previous", "/change/on"));
    let refused = bench.take::<AmendCase>(CLERK, None, amend(json!({"of": "resumption", "n": 2}), "2026-08-12")).unwrap_err();
    assert_eq!(refused.code.as_str(), "unknown_reference");
    bench.take::<AmendCase>(CLERK, None, amend(json!({"of": "resumption", "n": 1}), "2026-08-12")).unwrap();
    assert_eq!(bench.case().proceedings[0].suspensions[0].resumed_on, Some(day("2026-08-12")));
    assert_eq!(due(&bench, DutyKind::DecideReconsideration, 1), "2026-10-08", "two days more than sixty fall into the holiday");
}
