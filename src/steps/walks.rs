//! Random walks through the life: whatever clerks, reviewers and approvers try in whatever order, the trail makes the case,
//! the stage follows the flow table, a refusal writes nothing, and no law of mending is broken on the way.

use super::fixtures::{dispatch_event, reply_events, served_event};
use super::handle::accept::{AcceptAssignment, ReturnAssignment};
use super::handle::assign::AssignCase;
use super::handle::search::{GiveSearchResult, OpenSearch, ReturnSearchResult, WithdrawSearch};
use super::mend::amend::AmendCase;
use super::mend::decide::DecideAmendment;
use super::mend::erratum::IssueErratum;
use super::mend::recall::RecallReply;
use super::mend::revoke::RevokeReply;
use super::mend::void::VoidCase;
use super::receive::confirm::ConfirmReceipt;
use super::register::acknowledge::ReissueAcknowledgement;
use super::register::enter::RegisterCase;
use super::remedy::answer::AnswerProceeding;
use super::remedy::course::NoteProceeding;
use super::remedy::decide::RecordDecision;
use super::remedy::file::FileProceeding;
use super::remedy::hear::{AnnounceHearing, RecordHearing};
use super::remedy::open::{OpenLitigation, OpenReconsideration};
use super::remedy::opinion::{ReceiveOpinion, ReportOnOpinion};
use super::remedy::perform::PerformOrder;
use super::remedy::round::OrderRound;
use super::remedy::tell::TellBody;
use crate::case::command::Command;
use crate::case::duties::{Duty, duties};
use crate::case::event::CaseEvent;
use crate::case::fold::{Place, apply};
use crate::case::model::{AmendmentState, Case, Closing, Letter};
use crate::case::projection::project;
use crate::case::stage::Stage;
use crate::case::testing::{AGENCY, APPROVER, APPROVER_TWO, Bench, CLERK, DEPARTMENT, HANDLER, REVIEWER};
use crate::rules::terms::DutyKind;
use chrono::{DateTime, Days, Utc};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

/// One move: what is tried, on which ordinal, how many days after the last, and a choice among variants.
#[derive(Debug, Clone, Copy)]
struct Move {
    what: u8,
    n: u32,
    wait: u64,
    back: u64,
    variant: usize,
}

const MOVES: u8 = 36;

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = (0..MOVES, 1..3_u32, 0..4_u64, 0..3_u64, 0..6_usize).prop_map(|(what, n, wait, back, variant)| Move {
        what,
        n,
        wait,
        back,
        variant,
    });
    prop::collection::vec(one, 1..120)
}

fn attempt<C: Command>(bench: &mut Bench, who: Uuid, at: Option<u32>, body: Value) -> bool {
    let before = (bench.case().clone(), bench.events.len());
    let taken = bench.take::<C>(who, at, body).is_ok();
    if !taken {
        assert_eq!((bench.case(), bench.events.len()), (&before.0, before.1), "a refusal writes nothing");
    }
    taken
}

fn change(one: Move, on: &str) -> Value {
    match one.variant {
        0 => json!({"subject": "receipt", "channel": "counter", "arrived_on": on}),
        1 => json!({"subject": "receipt", "channel": "email", "arrived_on": on, "confirmed_on": (one.n == 1).then_some(on)}),
        2 => json!({"subject": "request", "request": {"description": on, "wanted_form": "paper", "delivery_channel": "post"}}),
        3 => json!({"subject": "applicants", "applicants": [{"kind": "natural_person", "name": if one.n == 1 { "甲某" } else { "乙某" }}]}),
        4 => json!({"subject": "service", "dispatch": one.n, "delivered_on": on}),
        _ => json!({"subject": "service_failed", "dispatch": one.n, "returned_on": on, "reason": "查无此人"}),
    }
}

fn decision(one: Move, on: &str) -> Value {
    let outcomes = [
        json!({"by": "reconsideration", "outcome": "upheld"}),
        json!({"by": "reconsideration", "outcome": "revoked"}),
        json!({"by": "court", "outcome": "claim_dismissed"}),
        json!({"by": "court", "outcome": "new_act_ordered"}),
        json!({"by": "court", "outcome": "appeal_dismissed"}),
        json!({"by": "court", "outcome": "remanded"}),
    ];
    let form = (one.variant > 1).then_some("judgment");
    let order = (one.variant % 2 == 1).then(|| json!({"what": "重新答复", "kind": "answer_anew", "due_on": on}));
    let cause = (one.variant % 2 == 1).then_some("other");
    json!({"outcome": outcomes[one.variant], "decided_on": on, "received_on": on, "form": form, "cause": cause, "order": order})
}

fn suit(one: Move, on: &str) -> Value {
    let (instance, follows) = [("first", None), ("first", Some(one.n)), ("second", Some(one.n)), ("retrial", Some(one.n))][one.variant % 4];
    let route = if one.variant.is_multiple_of(2) { "direct" } else { "after_reconsideration" };
    json!({
        "court": "示范区人民法院", "instance": instance, "route": route, "follows": follows,
        "against": {"kind": "silence"}, "received_on": on, "procedure": "summary"
    })
}

/// What the steps of replying, mailing and closing would have brought, where the flow allows it.
fn outside(bench: &mut Bench, what: u8) {
    let (case, today) = (bench.case(), bench.today);
    let events = match (what, case.stage) {
        (0, Stage::Registered) => reply_events(case, today),
        (1, Stage::Replied | Stage::Mailed) => {
            let Some(reply) = case.standing_reply() else { return };
            vec![dispatch_event(case, Letter::Reply { n: reply.n }, today)]
        }
        (2, Stage::Mailed) => {
            let Some(open) = case.dispatches.iter().find(|sent| sent.state == crate::case::model::DispatchState::Sent) else { return };
            vec![served_event(open.n, today)]
        }
        (3, Stage::Mailed) => vec![CaseEvent::CaseClosed { closing: Closing { on: today, by: CLERK } }],
        _ => return,
    };
    bench.keep(events, Vec::new());
}

fn notice(one: Move) -> Value {
    match one.variant {
        0 => json!({"what": "suspended"}),
        1 => json!({"what": "resumed"}),
        2 => json!({"what": "turned_ordinary"}),
        _ => json!({"what": "term_extended", "days": 30}),
    }
}

fn step(bench: &mut Bench, one: Move) {
    bench.today = bench.today + Days::new(one.wait);
    let on = (bench.today - Days::new(one.back)).to_string();
    let n = Some(one.n);
    match one.what {
        0 | 1 => attempt::<ConfirmReceipt>(bench, CLERK, None, json!({"confirmed_on": on, "means": "telephone"})),
        2 | 3 => attempt::<RegisterCase>(bench, CLERK, None, json!({})),
        4 => attempt::<AssignCase>(bench, CLERK, None, json!({"department": DEPARTMENT, "handler": HANDLER})),
        5 => attempt::<OpenReconsideration>(
            bench,
            REVIEWER,
            None,
            json!({
                "body": "示范区人民政府", "procedure": "ordinary", "received_on": on,
                "against": if one.variant == 0 { json!({"kind": "reply", "n": one.n}) } else { json!({"kind": "silence"}) }
            }),
        ),
        6 => attempt::<OpenLitigation>(bench, REVIEWER, None, suit(one, &on)),
        7 => attempt::<AnswerProceeding>(bench, REVIEWER, n, json!({"on": on})),
        8 | 9 => attempt::<RecordDecision>(bench, REVIEWER, n, decision(one, &on)),
        10 => attempt::<FileProceeding>(bench, REVIEWER, n, json!({"with": "示范区人民政府办公室", "on": on})),
        11 => {
            let paper = json!({"kind": "document", "document_id": crate::case::testing::DOCUMENT});
            let proof = if one.variant == 0 { json!({"kind": "reply", "n": one.n}) } else { paper };
            attempt::<PerformOrder>(bench, REVIEWER, n, json!({"on": on, "how": "已重新答复", "proof": proof}))
        }
        31 => attempt::<NoteProceeding>(bench, REVIEWER, n, json!({"notice": notice(one), "on": on})),
        32 => attempt::<OrderRound>(bench, REVIEWER, n, json!({})),
        33 => attempt::<TellBody>(bench, REVIEWER, n, json!({"on": on})),
        34 => {
            let kind = if one.variant == 0 { "hearing" } else { "court_session" };
            attempt::<AnnounceHearing>(bench, REVIEWER, n, json!({"kind": kind, "notified_on": on, "on": bench.today}))
        }
        35 => {
            let appearances = json!([{"role": "head", "person": "副局长 某某"}]);
            let held = json!({"result": "held", "appearances": appearances});
            let outcome = if one.variant == 0 { json!({"result": "called_off", "on": on}) } else { held };
            attempt::<RecordHearing>(bench, REVIEWER, n, json!({"hearing": one.n, "outcome": outcome}))
        }
        12 | 13 => attempt::<AmendCase>(bench, CLERK, None, json!({"change": change(one, &on), "reason": "登记有误"})),
        14 | 15 => {
            let verdict = if one.variant == 0 { "rejected" } else { "approved" };
            attempt::<DecideAmendment>(bench, APPROVER, n, json!({"verdict": verdict, "reason": "核对"}))
        }
        16 if one.variant == 0 && one.back == 0 => attempt::<VoidCase>(bench, APPROVER, None, json!({"reason": "登记有误"})),
        16 => attempt::<RecallReply>(bench, APPROVER, n, json!({"reason": "附件漏页"})),
        17 => {
            let remedy = if one.variant == 0 { "corrected" } else { "unchanged" };
            attempt::<IssueErratum>(bench, APPROVER, n, json!({"text": "年份有误", "remedy": remedy}))
        }
        18 if one.variant < 3 => attempt::<RevokeReply>(bench, APPROVER_TWO, n, json!({"reason": "检索遗漏"})),
        23 => attempt::<ReissueAcknowledgement>(bench, CLERK, None, json!({})),
        24 => attempt::<ReceiveOpinion>(bench, REVIEWER, n, json!({"received_on": on})),
        26 => attempt::<AcceptAssignment>(bench, HANDLER, n, json!({})),
        27 => attempt::<ReturnAssignment>(bench, HANDLER, n, json!({"reason": "不属于本科职责"})),
        28 => {
            let due_on = (bench.today + Days::new(one.back)).to_string();
            attempt::<OpenSearch>(bench, CLERK, None, json!({"tasks": [{"department": DEPARTMENT, "wanted": "甲文件", "due_on": due_on}]}))
        }
        29 => {
            let scope = json!({"places": ["档案室"], "words": ["甲"], "from_on": "2020-01-01", "until_on": on, "searched_by": "承办人"});
            attempt::<GiveSearchResult>(bench, HANDLER, n, json!({"scope": scope, "searched_on": on, "nothing_found": "未找到"}))
        }
        30 if one.variant == 0 => attempt::<WithdrawSearch>(bench, CLERK, n, json!({"reason": "误发"})),
        30 => attempt::<ReturnSearchResult>(bench, CLERK, n, json!({"reason": "不全"})),
        25 => attempt::<ReportOnOpinion>(bench, REVIEWER, n, json!({"on": on})),
        other => {
            outside(bench, other % 4);
            false
        }
    };
}

/// The case as its events alone make it, each once written and read again.
fn replayed(bench: &Bench) -> Case {
    let mut case = None;
    for (seq, event) in (1..).zip(&bench.events) {
        let read: CaseEvent = serde_json::from_str(&serde_json::to_string(event).unwrap()).unwrap();
        let place = Place { agency_id: AGENCY, stream_id: bench.case().id, seq, recorded_at: DateTime::<Utc>::UNIX_EPOCH };
        case = Some(apply(case, place, &read).unwrap());
    }
    Case { changed_at: bench.case().changed_at, ..case.unwrap() }
}

fn holds(bench: &Bench) {
    let case = bench.case();
    assert_eq!(case.receipt.is_none() && case.voiding.is_none(), case.stage == Stage::AwaitingConfirmation);
    assert_eq!(case.voiding.is_some(), case.stage == Stage::Voided);
    assert!(case.registration.is_some() || matches!(case.stage, Stage::AwaitingConfirmation | Stage::Received | Stage::Voided));
    let (received_on, registered_on) = (case.received_on(), case.registration.as_ref().map(|entry| entry.on));
    assert!(registered_on.is_none_or(|on| received_on.is_some_and(|received_on| received_on <= on)));
    assert!(case.proceedings.iter().all(|proceeding| received_on.is_some_and(|on| on <= proceeding.received_on)));
    let all = duties(case, bench.calendar());
    let keys: BTreeSet<_> = all.iter().map(|duty| (duty.kind, duty.ordinal)).collect();
    assert_eq!(keys.len(), all.len(), "a duty is known by kind and ordinal");
    assert!(all.iter().all(|duty| !(duty.open && duty.met_on.is_some())));
    let numbers: BTreeSet<_> = case.amendments.iter().map(|amendment| amendment.n).collect();
    assert_eq!(numbers.len(), case.amendments.len());
    for amendment in &case.amendments {
        assert_ne!(amendment.decided_by, Some(amendment.by));
        assert!(amendment.state != AmendmentState::Rejected || amendment.decided_by.is_some());
    }
}

/// Without a second person no due date moves later; the day by which the paper is filed follows what became of the letter.
fn moved_later(bench: &Bench, before: &Case) -> bool {
    let was = duties(before, bench.calendar());
    let is = duties(bench.case(), bench.calendar());
    let terms = |duty: &&Duty| duty.kind != DutyKind::FileProof;
    was.iter().filter(terms).any(|old| is.iter().any(|new| (new.kind, new.ordinal) == (old.kind, old.ordinal) && new.due_on > old.due_on))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_trail_makes_the_case_on_every_walk(channel in prop::sample::select(vec!["counter", "email"]), moves in moves()) {
        let mut bench = Bench::on("2026-08-03");
        bench
            .receive(json!({
                "channel": channel, "arrived_on": "2026-08-03",
                "applicants": [{"kind": "natural_person", "name": "甲某"}],
                "request": {"description": "申请公开甲文件。", "wanted_form": "paper", "delivery_channel": "post"}
            }))
            .unwrap();
        for one in moves {
            let before = bench.case().clone();
            step(&mut bench, one);
            holds(&bench);
            if matches!(one.what, 12 | 13) {
                prop_assert!(!moved_later(&bench, &before), "{one:?}");
            }
        }
        let replayed = replayed(&bench);
        prop_assert_eq!(&replayed, bench.case());
        prop_assert_eq!(project(&replayed, bench.calendar()), project(bench.case(), bench.calendar()));
    }
}
