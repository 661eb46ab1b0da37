//! Cases in the middle of their life, for tests of the steps that begin there.

use crate::case::duties::duties;
use crate::case::event::CaseEvent;
use crate::case::model::{
    Case, Dispatch, DispatchMethod, DispatchState, Draft, DraftState, ItemGrounds, Joint, Letter, Part, PostalService, RemedyNote, Reply,
    ReplyItem, ReplyState,
};
use crate::case::private::Private;
use crate::case::refusal::{Code, Refusal};
use crate::case::testing::{APPROVER, Bench, CLERK, HANDLER, REVIEWER, day};
use crate::rules::outcomes::{CourtForm, CourtOutcome};
use crate::rules::remedies::RemedyPath;
use crate::rules::reply_kinds::ReplyKind;
use crate::rules::terms::DutyKind;
use crate::steps::mail::delivery::RecordDelivery;
use crate::steps::mail::dispatch::DispatchLetter;
use crate::steps::register::enter::RegisterCase;
use crate::steps::remedy::decide::RecordDecision;
use crate::steps::remedy::open::{OpenLitigation, OpenReconsideration};
use chrono::NaiveDate;
use serde_json::{Value, json};
use uuid::Uuid;

/// A private text nobody opens.
pub fn private() -> Private {
    Private { id: Uuid::from_u128(7), commitment: "00".into() }
}

/// A draft and the reply issued from it, on a day.
pub fn reply_events(case: &Case, on: NaiveDate) -> Vec<CaseEvent> {
    let n = u32::try_from(case.drafts.len()).unwrap() + 1;
    let item = ReplyItem {
        n: 1,
        kind: ReplyKind::A2,
        main: true,
        other_reason: None,
        subject: private(),
        reasons: private(),
        articles: vec!["36(2)".into()],
        grounds: ItemGrounds::default(),
    };
    let draft = Draft {
        n,
        round: case.round(),
        items: vec![item.clone()],
        by: HANDLER,
        on,
        reviews: Vec::new(),
        state: DraftState::Open,
        joint: None,
        chain: None,
    };
    let reply = Reply {
        n: u32::try_from(case.replies.len()).unwrap() + 1,
        round: case.round(),
        draft: n,
        items: vec![item],
        document_number: format!("示市监公复〔2026〕{n}号"),
        drawn: None,
        on,
        by: APPROVER,
        deputy_for: None,
        remedy: RemedyNote {
            path: RemedyPath::FreeChoice,
            reconsideration_body: Some("旧名区人民政府".into()),
            court: Some("示范区人民法院".into()),
            text: "如不服本答复，可以向旧名区人民政府申请行政复议。".into(),
        },
        letter_needed: true,
        state: ReplyState::Issued,
        paper_only: false,
        errata: Vec::new(),
        recall_reason: None,
        revocation: None,
        joint: None,
    };
    vec![CaseEvent::ReplyDrafted { draft }, CaseEvent::ReplyIssued { reply }]
}

/// A letter posted on a day.
pub fn dispatch_event(case: &Case, letter: Letter, on: NaiveDate) -> CaseEvent {
    let n = u32::try_from(case.dispatches.len()).unwrap() + 1;
    let method = DispatchMethod::Post { carrier: PostalService::Ems, tracking_number: format!("EX{n}") };
    CaseEvent::LetterDispatched {
        dispatch: Dispatch {
            n,
            letter,
            method,
            on,
            by: CLERK,
            batch: None,
            state: DispatchState::Sent,
            content: None,
            with_case: None,
            proofs: Vec::new(),
            openings: Vec::new(),
            disproved: Vec::new(),
        },
    }
}

/// A letter signed for on a day.
pub fn served_event(dispatch: u32, on: NaiveDate) -> CaseEvent {
    CaseEvent::DeliveryRecorded { dispatch, state: DispatchState::Delivered { on, signed_by: None, signed_as: None, proof: None } }
}

/// Received, registered and answered on one day; the reply has not left.
pub fn issued(on: &str) -> Bench {
    let mut bench = Bench::received(on);
    bench.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
    let events = reply_events(bench.case(), day(on));
    bench.keep(events, Vec::new());
    bench
}

/// Received at the counter and registered on a day.
pub fn registered(on: &str) -> Bench {
    let mut bench = Bench::received(on);
    bench.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
    bench
}

/// Posts a letter on a day, which is today from then on.
pub fn post(bench: &mut Bench, letter: Letter, on: &str) -> Result<(), Refusal> {
    let tracking_number = format!("EA{:09}CN", bench.case().dispatches.len() + 1);
    let method = json!({"method": "post", "carrier": "ems", "tracking_number": tracking_number});
    bench.go(on).take::<DispatchLetter>(CLERK, None, json!({"letter": letter, "on": on, "method": method})).map(|_| ())
}

/// The letter sent last is signed for on a day, which is today from then on.
pub fn sign(bench: &mut Bench, on: &str) {
    let n = bench.case().dispatches.last().unwrap().n;
    bench.go(on).take::<RecordDelivery>(CLERK, Some(n), json!({"result": "delivered", "on": on, "signed_as": "addressee"})).unwrap();
}

/// The due date of the reply that is owed, as the case stands.
pub fn due_on(bench: &Bench) -> Option<NaiveDate> {
    let all = duties(bench.case(), bench.calendar());
    all.iter().find(|duty| duty.kind == DutyKind::Reply && duty.open).map(|duty| duty.due_on)
}

/// Code and article of a refusal.
pub fn refused<T: std::fmt::Debug>(taken: Result<T, Refusal>) -> (Code, String) {
    let refusal = taken.unwrap_err();
    (refusal.code, refusal.article.unwrap_or_default().into_owned())
}

/// The same, posted on that day and signed for later.
pub fn served(on: &str, signed_on: &str) -> Bench {
    let mut bench = issued(on);
    let sent = dispatch_event(bench.case(), Letter::Reply { n: 1 }, day(on));
    bench.keep(vec![sent, served_event(1, day(signed_on))], Vec::new());
    bench.go(signed_on);
    bench
}

/// The first replies of two cases become one document; they get ids of their own.
pub fn jointly(benches: [&mut Bench; 2]) -> Joint {
    let part = |n: u128| Part { case: Uuid::from_u128(n), case_number: format!("示市监依申请〔2026〕{n}号") };
    let joint = Joint { id: Uuid::from_u128(900), cases: vec![part(901), part(902)] };
    for (bench, part) in benches.into_iter().zip(&joint.cases) {
        let case = bench.case.as_mut().unwrap();
        case.id = part.case;
        case.replies[0].joint = Some(joint.clone());
    }
    joint
}

/// A reconsideration against silence.
pub fn reconsideration(received_on: &str) -> Value {
    json!({"body": "示范区人民政府", "procedure": "ordinary", "against": {"kind": "silence"}, "received_on": received_on})
}

/// A lawsuit against silence whose papers came on 3 August 2026.
pub fn suit(instance: &str, route: &str, follows: Option<u32>) -> Value {
    json!({
        "court": "示范区人民法院", "instance": instance, "route": route, "follows": follows,
        "against": {"kind": "silence"}, "received_on": "2026-08-03", "procedure": "ordinary"
    })
}

/// In October, with proceedings begun in July and August: 1 is a reconsideration, 2 a lawsuit of first instance.
pub fn in_proceedings() -> Bench {
    let mut bench = Bench::received("2026-06-01");
    bench.go("2026-08-03").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-07-06")).unwrap();
    bench.take::<OpenLitigation>(REVIEWER, None, suit("first", "direct", None)).unwrap();
    bench.go("2026-10-30");
    bench
}

/// A proceeding decided on the day its papers came, a court's in the form that is right.
pub fn decided(bench: &mut Bench, n: u32, outcome: Value) {
    let on = bench.case().proceeding(n).unwrap().received_on;
    let court = outcome["outcome"].as_str().filter(|_| outcome["by"] == "court").and_then(CourtOutcome::from_code);
    let form = court.map(|court| court.form().unwrap_or(CourtForm::Judgment));
    let body = json!({"outcome": outcome, "decided_on": on, "received_on": on, "form": form});
    bench.take::<RecordDecision>(REVIEWER, Some(n), body).unwrap();
}

/// A reconsideration that orders a new reply.
pub fn ordered(bench: &mut Bench, n: u32, decided_on: &str, due_on: &str) {
    let body = json!({
        "outcome": {"by": "reconsideration", "outcome": "performance_ordered"}, "cause": "out_of_time",
        "decided_on": decided_on, "received_on": decided_on, "order": {"what": "限期答复。", "kind": "answer_anew", "due_on": due_on}
    });
    bench.take::<RecordDecision>(REVIEWER, Some(n), body).unwrap();
}
