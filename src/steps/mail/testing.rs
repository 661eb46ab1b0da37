//! Cases with a reply ready to leave, for the tests of mailing, closing and archiving.

use crate::case::model::{Draft, DraftState, Erratum, ItemGrounds, Letter, RemedyNote, Reply, ReplyItem, ReplyState, Revocation};
use crate::case::private::Private;
use crate::case::stage::Stage;
use crate::case::testing::{APPROVER, Bench, CLERK, DOCUMENT, HANDLER, day};
use crate::rules::remedies::RemedyPath;
use crate::rules::reply_kinds::{OtherReason, ReplyKind};
use crate::steps::register::enter::RegisterCase;
use serde_json::{Value, json};
use uuid::Uuid;

/// A private text.
pub fn private() -> Private {
    Private { id: Uuid::from_u128(500), commitment: "00".repeat(32) }
}

fn item(kind: ReplyKind, other_reason: Option<OtherReason>) -> ReplyItem {
    ReplyItem {
        n: 1,
        kind,
        main: true,
        other_reason,
        subject: private(),
        reasons: private(),
        articles: vec![kind.article().into()],
        grounds: ItemGrounds::default(),
    }
}

fn remedy() -> RemedyNote {
    RemedyNote { path: RemedyPath::FreeChoice, reconsideration_body: None, court: None, text: "救济途径".into() }
}

/// A case received on 2026-11-02 whose first reply, a disclosure, was issued on a day, which is today.
pub fn replied(on: &str) -> Bench {
    replied_with(on, ReplyKind::A2, None)
}

/// The same with a reply of another kind.
pub fn replied_with(on: &str, kind: ReplyKind, other_reason: Option<OtherReason>) -> Bench {
    let mut bench = Bench::received("2026-11-02");
    bench.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
    bench.go(on);
    issue(&mut bench, on, kind, other_reason);
    bench
}

/// Issues the next reply.
pub fn issue(bench: &mut Bench, on: &str, kind: ReplyKind, other_reason: Option<OtherReason>) {
    let case = bench.case.as_mut().unwrap();
    let round = case.round();
    let n = crate::steps::next(case.replies.len());
    let items = vec![item(kind, other_reason)];
    case.drafts.push(Draft {
        n,
        round,
        items: items.clone(),
        by: HANDLER,
        on: day(on),
        reviews: Vec::new(),
        state: DraftState::Issued,
        joint: None,
        chain: None,
    });
    case.replies.push(Reply {
        n,
        round,
        draft: n,
        items,
        document_number: format!("示市监公复〔2026〕{n}号"),
        drawn: None,
        on: day(on),
        by: APPROVER,
        deputy_for: None,
        remedy: remedy(),
        letter_needed: other_reason.is_none_or(OtherReason::needs_letter),
        state: ReplyState::Issued,
        paper_only: false,
        errata: Vec::new(),
        recall_reason: None,
        revocation: None,
        joint: None,
    });
    case.stage = Stage::Replied;
}

/// Corrects the last reply by an erratum.
pub fn erratum(bench: &mut Bench, on: &str) {
    let reply = bench.case.as_mut().unwrap().replies.last_mut().unwrap();
    let n = crate::steps::next(reply.errata.len());
    reply.errata.push(Erratum {
        n,
        text: private(),
        remedy: None,
        corrects: Vec::new(),
        document_number: "示市监公复〔2026〕90号".into(),
        drawn: None,
        on: day(on),
        by: APPROVER,
    });
}

/// Revokes the last reply.
pub fn revoke(bench: &mut Bench, on: &str) {
    let case = bench.case.as_mut().unwrap();
    let reply = case.replies.last_mut().unwrap();
    reply.state = ReplyState::Revoked;
    reply.revocation =
        Some(Revocation {
            reason: private(), document_number: "示市监公复〔2026〕91号".into(), drawn: None, on: day(on), by: APPROVER
        });
    case.stage = Stage::Registered;
}

/// A body: by EMS.
pub fn post(letter: Letter, tracking_number: &str, on: &str) -> Value {
    json!({"letter": letter, "on": on, "method": {"method": "post", "carrier": "ems", "tracking_number": tracking_number}})
}

/// A body: to be collected.
pub fn hand_over(letter: Letter, on: &str) -> Value {
    json!({"letter": letter, "on": on, "method": {"method": "hand_over"}})
}

/// A body: came back.
pub fn returned(on: &str) -> Value {
    json!({"result": "returned", "on": on, "reason": "查无此人"})
}

/// A letter is made; its text is nobody's.
pub fn made(bench: &mut Bench, letter: Letter) {
    let file = json!({"document": DOCUMENT, "sha256": "ab".repeat(32), "size": 9});
    let body = json!({"letter": letter, "id": DOCUMENT, "templates": [], "docx": file, "pdf": file, "fonts": "00"});
    bench.take::<super::make::MakeLetter>(CLERK, None, body).unwrap();
}
