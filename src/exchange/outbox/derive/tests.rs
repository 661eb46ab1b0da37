//! What of a case leaves the house, and what does not.

use super::course;
use crate::case::duties::{challenged_duty, duties, reply_duty};
use crate::case::model::{Against, Letter};
use crate::case::model::{OrderedRound, ReplyState};
use crate::case::testing::{CLERK, day};
use crate::steps::fixtures::{dispatch_event, registered, reply_events, served};
use crate::steps::handle::extend::ExtendReply;
use crate::steps::mend::notice::VoidNotice;
use serde_json::json;

#[test]
fn a_reply_that_was_recalled_and_a_notice_that_was_voided_are_no_ones_outside() {
    let mut bench = registered("2026-08-03");
    bench.take::<ExtendReply>(crate::case::testing::APPROVER, None, json!({"working_days": 20, "reasons": "检索量大。"})).unwrap();
    let letter = Letter::Extension { n: 1 };
    let sent = dispatch_event(bench.case(), letter, day("2026-08-03"));
    bench.keep(vec![sent], Vec::new());
    let told = |bench: &crate::case::testing::Bench| course(bench.case()).into_iter().map(|one| one.what).collect::<Vec<_>>();
    assert!(told(&bench).contains(&"extension_sent".to_owned()), "{:?}", told(&bench));
    bench.take::<VoidNotice>(CLERK, None, json!({"letter": letter, "reason": "误发。"})).unwrap();
    assert!(!told(&bench).iter().any(|what| what.starts_with("extension") || what == "extended"), "{:?}", told(&bench));
    let signed = reply_events(bench.case(), day("2026-08-03"));
    bench.keep(signed, Vec::new());
    assert!(told(&bench).contains(&"reply_signed".to_owned()));
    bench.case.as_mut().unwrap().replies[0].state = ReplyState::Recalled;
    assert!(!told(&bench).contains(&"reply_signed".to_owned()), "{:?}", told(&bench));
}

#[test]
fn art_33_the_due_date_is_that_of_the_reply_that_is_challenged_whatever_was_ordered_since() {
    let mut bench = served("2026-08-03", "2026-08-05");
    let own = reply_duty(&duties(bench.case(), bench.calendar())).unwrap().due_on;
    let ordered = OrderedRound { round: 2, reply: 1, proceeding: 1, from_on: day("2026-09-01"), due_on: day("2026-12-14") };
    bench.keep(vec![crate::case::event::CaseEvent::RoundOrdered { ordered }], Vec::new());
    let all = duties(bench.case(), bench.calendar());
    assert_eq!(reply_duty(&all).unwrap().due_on, day("2026-12-14"));
    let due = |against| challenged_duty(bench.case(), &all, against).map(|duty| duty.due_on);
    assert_eq!(due(Against::Reply { n: 1 }), Some(own), "the body sees that it was in time");
    assert_eq!(due(Against::Silence), Some(day("2026-12-14")));
}
