//! The bytes of every kind of event, as this program wrote them once and must read for ever.
//!
//! `golden/events.v1.ndjson` is never changed: a line may be added for a new kind, or a file for a new version.
//! `UPDATE_GOLDEN=1 cargo test --lib golden` adds lines for kinds that have none, and touches no other.

use super::event::CaseEvent;
use super::journal::agency::{AgencyEvent, LoadedNotice, RevealPurpose};
use super::testing::{APPROVER, Bench, CLERK, DEPARTMENT, DOCUMENT, HANDLER, REVIEWER, day};
use super::trail::{self, Actor, CURRENT_VERSION, Head};
use crate::rules::permissions::Role;
use crate::steps::archive::{archive::ArchiveCase, close::CloseCase, paper::AddPaper};
use crate::steps::handle::assign::AssignCase;
use crate::steps::mail::{delivery::RecordDelivery, dispatch::DispatchLetter};
use crate::steps::mend::{
    amend::AmendCase, decide::DecideAmendment, erratum::IssueErratum, recall::RecallReply, revoke::RevokeReply, void::VoidCase,
};
use crate::steps::receive::{attempt::AttemptConfirmation, confirm::ConfirmReceipt};
use crate::steps::register::{acknowledge::ReissueAcknowledgement, enter::RegisterCase, examine::ExamineApplication};
use crate::steps::remedy::{
    answer::AnswerProceeding,
    decide::RecordDecision,
    file::FileProceeding,
    open::OpenReconsideration,
    opinion::{ReceiveOpinion, ReportOnOpinion},
    perform::PerformOrder,
};
use crate::steps::reply::{draft::DraftReply, issue::IssueReply, review::ReviewDraft};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/case/golden/events.v1.ndjson");
const DAY: &str = "2026-11-02";

fn head() -> Head {
    Head {
        v: CURRENT_VERSION,
        agency_id: Uuid::from_u128(1),
        stream_id: Uuid::from_u128(100),
        seq: 7,
        recorded_at: DateTime::<Utc>::from_naive_utc_and_offset(day(DAY).and_hms_micro_opt(1, 2, 3, 456).unwrap(), Utc),
        actor: Actor::Account { id: CLERK },
        request_id: "0123456789abcdef".into(),
        traceparent: None,
        previous: "ab".repeat(32),
    }
}

fn drafted(bench: &mut Bench) {
    let denied = json!({"items": [{
        "kind": "b", "main": true, "subject": "决定书", "reasons": "遮盖后提供。", "articles": ["15", "37"], "withheld_under": ["third_party"],
        "how_to_obtain": "随附。", "provided_form": "paper", "no_consultation_reason": "仅遮盖个人信息。"
    }]});
    bench.take::<DraftReply>(HANDLER, None, denied).unwrap();
    bench.take::<ReviewDraft>(REVIEWER, None, json!({"kind": "legal", "verdict": "approved", "opinion": "同意。"})).unwrap();
    bench.take::<IssueReply>(APPROVER, None, json!({})).unwrap();
}

/// A story in which everything happens once.
fn everything() -> Vec<CaseEvent> {
    let mut bench = Bench::on(DAY);
    let fax = json!({
        "channel": "fax", "arrived_on": DAY, "tracking_number": "F-1",
        "applicants": [{"kind": "commercial_enterprise", "name": "示例公司", "id_kind": "unified_social_credit_code", "id_number": "91000000DEMO000001"}],
        "agent": {"name": "甲某", "authorisation": DOCUMENT},
        "request": {"description": "申请公开甲文件。", "wanted_form": "email", "delivery_channel": "email", "help": "大字版"},
        "papers": [{"document_id": DOCUMENT, "kind": "application", "title": "申请表", "dated_on": DAY}],
        "external_references": [{"system": "city_platform", "reference": "PT-1"}]
    });
    bench.receive(fax).unwrap();
    let attempt = json!({"on": DAY, "time": "09:30", "means": "telephone", "result": "not_reached", "note": "占线"});
    bench.take::<AttemptConfirmation>(CLERK, None, attempt).unwrap();
    bench.take::<ConfirmReceipt>(CLERK, None, json!({"confirmed_on": DAY, "means": "telephone"})).unwrap();
    bench.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
    let people = json!({"subject": "applicants", "applicants": [{"kind": "commercial_enterprise", "name": "示例二公司"}], "agent": {"name": "甲某", "authorisation": DOCUMENT}});
    bench.take::<AmendCase>(CLERK, None, json!({"change": people, "reason": "名称有误。"})).unwrap();
    bench.take::<ReissueAcknowledgement>(CLERK, None, json!({})).unwrap();
    let examination = json!({"identity": "in_order", "authority": "in_order", "clarity": "in_order", "repeat": "in_order", "excess": "in_order", "split": "in_order"});
    bench.take::<ExamineApplication>(CLERK, None, examination).unwrap();
    bench.take::<AssignCase>(CLERK, None, json!({"department": DEPARTMENT, "handler": HANDLER, "opinion": "请承办。"})).unwrap();
    drafted(&mut bench);
    bench.take::<RecallReply>(APPROVER, Some(1), json!({"reason": "附件有误。"})).unwrap();
    drafted(&mut bench);
    let post = json!({"letter": {"kind": "reply", "n": 2}, "on": DAY, "method": {"method": "post", "carrier": "ems", "tracking_number": "EA100000001CN"}});
    bench.take::<DispatchLetter>(CLERK, None, post).unwrap();
    bench.take::<RecordDelivery>(CLERK, Some(1), json!({"result": "delivered", "on": DAY, "signed_by": "甲某"})).unwrap();
    let later = json!({"change": {"subject": "service", "dispatch": 1, "delivered_on": "2026-11-10"}, "reason": "签收日有误。"});
    bench.go("2026-11-10").take::<AmendCase>(CLERK, None, later.clone()).unwrap();
    bench.take::<DecideAmendment>(APPROVER, Some(2), json!({"verdict": "rejected", "reason": "无凭证。"})).unwrap();
    bench.take::<AmendCase>(CLERK, None, later).unwrap();
    bench.take::<DecideAmendment>(APPROVER, Some(3), json!({"verdict": "approved"})).unwrap();
    bench.take::<CloseCase>(CLERK, None, json!({})).unwrap();
    bench.take::<ArchiveCase>(CLERK, None, json!({"archive_number": "2026-1"})).unwrap();
    let paper = json!({"document_id": DOCUMENT, "kind": "other", "title": "补件", "dated_on": DAY, "late_reason": "迟到。"});
    bench.take::<AddPaper>(CLERK, None, paper).unwrap();
    let copy = json!({"body": "示范区人民政府", "case_number": "示复1号", "procedure": "ordinary", "against": {"kind": "reply", "n": 2}, "received_on": "2026-11-10"});
    bench.take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
    bench.take::<AnswerProceeding>(REVIEWER, Some(1), json!({"on": "2026-11-10"})).unwrap();
    let decision = json!({
        "outcome": {"by": "reconsideration", "outcome": "revoked"}, "decided_on": "2026-11-10", "received_on": "2026-11-10",
        "cause": "poor_reasons", "order": {"what": "重新答复。", "due_on": "2026-11-30"}
    });
    bench.take::<RecordDecision>(REVIEWER, Some(1), decision).unwrap();
    bench.take::<FileProceeding>(REVIEWER, Some(1), json!({"on": "2026-11-10", "with": "示范市局"})).unwrap();
    bench.take::<PerformOrder>(REVIEWER, Some(1), json!({"on": "2026-11-10", "how": "已履行。"})).unwrap();
    bench.take::<ReceiveOpinion>(REVIEWER, Some(1), json!({"received_on": "2026-11-10", "document_number": "示复意1号"})).unwrap();
    bench.take::<ReportOnOpinion>(REVIEWER, Some(1), json!({"on": "2026-11-10", "document_id": DOCUMENT})).unwrap();
    bench.take::<IssueErratum>(APPROVER, Some(2), json!({"text": "勘误。", "remedy": "unchanged"})).unwrap();
    bench.take::<RevokeReply>(APPROVER, Some(2), json!({"reason": "条款有误。"})).unwrap();
    let mut events = bench.events;

    let mut twin = Bench::received(DAY);
    let survivor = Uuid::from_u128(101);
    let mut other = Bench::received(DAY);
    other.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
    twin.knows(survivor, other.case.clone().unwrap(), true);
    twin.take::<VoidCase>(APPROVER, None, json!({"reason": "重复登记。", "survivor": survivor})).unwrap();
    events.extend(twin.events);
    events.push(CaseEvent::TwinVoided { from: survivor });
    let receipt = super::model::Receipt { on: day(DAY), article: "31(1)".into() };
    events.push(CaseEvent::EarlierReceiptTaken { from: survivor, receipt });
    events
}

fn of_agency() -> Vec<AgencyEvent> {
    let (account, department, id) = (CLERK, Some(DEPARTMENT), Uuid::from_u128(50));
    let (from_on, until_on) = (day(DAY), Some(day("2026-12-31")));
    vec![
        AgencyEvent::AgencyFounded { name: "示范局".into(), parent: Some(id), created_at: None },
        AgencyEvent::DepartmentCreated { department: id, name: "法制科".into() },
        AgencyEvent::DepartmentChanged { department: id, name: "法制科".into(), active: false },
        AgencyEvent::AccountCreated { account, roles: vec![Role::Clerk], department, must_change_password: None, digest: None },
        AgencyEvent::AccountChanged { account, roles: vec![Role::Clerk, Role::LegalReviewer], department, active: true, digest: None },
        AgencyEvent::PasswordChanged { account, digest: None },
        AgencyEvent::PasswordReset { account, digest: None },
        AgencyEvent::PasswordRehashed { account, digest: "12".repeat(32) },
        AgencyEvent::HeadAppointed { account, deputy: true, from_on, until_on, term: None },
        AgencyEvent::HeadTermEnded { account, deputy: false, until_on: day(DAY), term: None },
        AgencyEvent::AccountHandedOver { from: account, to: HANDLER, cases: vec![id] },
        AgencyEvent::SettingsReplaced { edition: 2, sha256: "cd".repeat(32), made_at: None },
        AgencyEvent::CalendarLoaded {
            edition: 2,
            sha256: "34".repeat(32),
            notices: vec![LoadedNotice { year: 2027, notice: Some("国办发明电〔2026〕0号".into()) }],
        },
        AgencyEvent::DocumentStored {
            document: DOCUMENT,
            sha256: "ef".repeat(32),
            size: 9,
            media_type: "application/pdf".into(),
            uploaded_at: None,
        },
        AgencyEvent::DocumentRead { document: DOCUMENT, purpose: Some(RevealPurpose::Audit) },
        AgencyEvent::ApplicantRevealed { case: id, applicant: id, purpose: RevealPurpose::Contact },
        AgencyEvent::ApplicantsSearched { found: 3 },
        AgencyEvent::LettersDispatched { batch: id, cases: vec![id] },
        AgencyEvent::MailFailed { mail: id, recipient: account },
        AgencyEvent::MailTaskResolved { mail: id, sent_again: true },
        AgencyEvent::EnteredAfterwards { from_on, until_on: day(DAY), entered_at: head().recorded_at },
    ]
}

/// The kind of a line, and which of the head's later fields it has.
fn sort_of(line: &str) -> String {
    let value: Value = serde_json::from_str(line).unwrap();
    let traced = if value.get("traceparent").is_some() { " with traceparent" } else { "" };
    format!("{}{traced}", value["kind"].as_str().unwrap())
}

/// The first event of each sort, as bytes.
fn samples() -> BTreeMap<String, String> {
    let mut lines = BTreeMap::new();
    let mut keep = |kind: &str, text: String| {
        lines.entry(kind.to_owned()).or_insert(text);
    };
    for event in everything() {
        keep(event.kind(), trail::write(&head(), event.kind(), &event).unwrap().text);
    }
    for event in of_agency() {
        keep(event.kind(), trail::write(&head(), event.kind(), &event).unwrap().text);
    }
    // What was added to the head later, once.
    let traced = Head { traceparent: Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".into()), ..head() };
    let event = AgencyEvent::PasswordChanged { account: CLERK, digest: None };
    let text = trail::write(&traced, event.kind(), &event).unwrap().text;
    keep(&sort_of(&text), text);
    lines
}

#[test]
fn golden_bytes_are_read_and_written_as_ever() {
    let mut stored = std::fs::read_to_string(FILE).unwrap_or_default();
    let kind_of = |line: &str| serde_json::from_str::<Value>(line).unwrap()["kind"].as_str().unwrap().to_owned();
    let known: Vec<String> = stored.lines().map(sort_of).collect();
    #[expect(clippy::disallowed_methods, reason = "the tester says so")]
    let update = std::env::var_os("UPDATE_GOLDEN");
    if update.is_some() {
        for (_, line) in samples().into_iter().filter(|(sort, _)| !known.contains(sort)) {
            stored.push_str(&line);
            stored.push('\n');
        }
        std::fs::write(FILE, &stored).unwrap();
    }
    let mut kinds = Vec::new();
    for line in stored.lines() {
        let kind = kind_of(line);
        let again = if CaseEvent::KINDS.contains(&kind.as_str()) {
            let (head, event) = trail::read(line).unwrap();
            trail::write(&head, event.kind(), &event).unwrap()
        } else {
            let mut value: Value = serde_json::from_str(line).unwrap();
            let data = value["data"].take();
            let event: AgencyEvent = serde_json::from_value(json!({"kind": kind, "data": data})).unwrap();
            trail::write(&serde_json::from_value::<Head>(value).unwrap(), event.kind(), &event).unwrap()
        };
        assert_eq!(again.text, line, "the bytes of {kind} have changed: that needs a new version and an upcast");
        kinds.push(kind);
    }
    for sort in samples().into_keys() {
        assert!(stored.lines().any(|line| sort_of(line) == sort), "{sort} has no golden bytes");
    }
    for kind in CaseEvent::KINDS.iter().chain(AgencyEvent::KINDS) {
        assert!(kinds.iter().any(|known| known == kind), "{kind} has no golden bytes");
    }
}

#[test]
fn an_unknown_kind_or_version_is_loud() {
    let (_, line) = samples().into_iter().find(|(kind, _)| kind == "case_closed").unwrap();
    assert!(trail::read(&line).is_ok());
    for (from, to) in [("\"v\":1", "\"v\":2"), ("case_closed", "case_opened"), ("\"closing\"", "\"shutting\"")] {
        assert!(trail::read(&line.replace(from, to)).is_err(), "{to}");
    }
}
