//! The bytes of every kind of event, as this program wrote them once and must read for ever.
//!
//! `golden/events.v1.ndjson` is never changed: a line may be added for a new kind, or a file for a new version.
//! `UPDATE_GOLDEN=1 cargo test --lib golden` adds lines for kinds that have none, and touches no other.

mod agency;
mod later;
mod learning;
mod remedy;
mod retention;

use super::event::CaseEvent;
use super::facts::KnownDocument;
use super::journal::agency::AgencyEvent;
use super::model::{Amendment, AmendmentState, Awaiting, Change, Extension, MovedDate, Reopening};
use super::private::Private;
use super::testing::{APPROVER, APPROVER_TWO, Bench, CLERK, DEPARTMENT, DOCUMENT, HANDLER, REVIEWER, day};
use super::trail::{self, Actor, CURRENT_VERSION, Head};
use crate::rules::terms::DutyKind;
use crate::steps::archive::{
    archive::ArchiveCase,
    close::CloseCase,
    paper::AddPaper,
    publication::{RecordPublication, ReviewPublication},
};
use crate::steps::fixtures::served;
use crate::steps::handle::{
    accept::{AcceptAssignment, ReturnAssignment},
    assign::AssignCase,
    charge::{IssueFeeNotice, RecordPayment},
    confer::{ConcludeConference, GiveOpinion, OpenConference},
    consult::{AnswerConsultation, DecideConsultation, FailConsultation, OpenConsultation},
    contact::LogContact,
    correct::{AnswerCorrection, ConfirmCorrection, RequestCorrection},
    excess::{AssessReasons, GiveReasons, PostponeReply, RequestReasons},
    search::{GiveSearchResult, OpenSearch, ReturnSearchResult, WithdrawSearch},
};
use crate::steps::mail::{
    delivery::RecordDelivery, dispatch::DispatchLetter, make::MakeLetter, opening::RecordOpening, proof::FileDeliveryProof,
    scan::FileLetterScan,
};
use crate::steps::mend::{
    amend::AmendCase, decide::DecideAmendment, erratum::IssueErratum, notice::VoidNotice, recall::RecallReply, revoke::RevokeReply,
    split::SplitCase, void::VoidCase,
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
        message: None,
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

/// A case on which everything between registration and reply happens that its people can do, with every text there can be.
pub(crate) fn handled() -> Bench {
    let mut bench = Bench::received(DAY);
    bench.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
    let sent = |bench: &mut Bench, letter: Value, method: Value| {
        bench.take::<DispatchLetter>(CLERK, None, json!({"letter": letter, "on": DAY, "method": method})).unwrap();
    };
    let signed = || json!({"method": "hand_over", "delivered_on": DAY, "signed_by": "甲某"});
    let posted = |n: u32| json!({"method": "post", "carrier": "ems", "tracking_number": format!("EA10000000{n}CN")});

    let notice = json!({"on": DAY, "no_contact_reason": "申请人未留电话。", "points": "请补充文号。", "reasons": "内容不明确。", "answer_within_working_days": 10});
    bench.take::<RequestCorrection>(CLERK, None, notice).unwrap();
    sent(&mut bench, json!({"kind": "correction", "n": 1}), signed());
    let corrected = json!({"channel": "fax", "arrived_on": DAY, "words": "文号为示市监〔2025〕1号。"});
    bench.take::<AnswerCorrection>(CLERK, Some(1), corrected).unwrap();
    bench.take::<ConfirmCorrection>(CLERK, Some(1), json!({"confirmed_on": DAY})).unwrap();

    let third = json!({"party": "third_party", "name": "示范检测有限公司，示范路9号", "on": DAY, "question": "是否同意公开检测报告？"});
    bench.take::<OpenConsultation>(CLERK, None, third).unwrap();
    sent(&mut bench, json!({"kind": "consultation", "n": 1}), posted(1));
    bench
        .take::<RecordDelivery>(CLERK, Some(2), json!({"result": "delivered", "on": DAY, "signed_by": "乙某", "signed_as": "mail_room"}))
        .unwrap();
    let refused = json!({"on": DAY, "opinion": "refuses", "words": "涉及商业秘密。"});
    bench.take::<AnswerConsultation>(CLERK, Some(1), refused).unwrap();
    bench.take::<DecideConsultation>(APPROVER, Some(1), json!({"disclose": true, "reasons": "不公开对公共利益有重大影响。"})).unwrap();
    let other = json!({"party": "other_agency", "name": "邻区市场监督管理局", "on": DAY, "question": "是否涉及贵局信息？"});
    bench.take::<OpenConsultation>(CLERK, None, other).unwrap();
    sent(&mut bench, json!({"kind": "consultation", "n": 2}), posted(2));
    bench.take::<FailConsultation>(CLERK, Some(2), json!({"on": DAY, "note": "两次投递，查无此地址。"})).unwrap();

    bench.take::<RequestReasons>(CLERK, None, json!({"on": DAY, "words": "本月已申请多件，请说明理由。"})).unwrap();
    sent(&mut bench, json!({"kind": "reasons_request", "n": 1}), signed());
    bench.take::<GiveReasons>(CLERK, Some(1), json!({"on": DAY, "words": "用于学术研究。"})).unwrap();
    bench.take::<AssessReasons>(APPROVER, Some(1), json!({"reasonable": true, "words": "理由合理。"})).unwrap();
    bench.take::<PostponeReply>(APPROVER, None, json!({"until": "2027-01-29", "reasons": "数量较大，期限内无法答复。"})).unwrap();
    let mistaken = json!({"letter": {"kind": "postponement", "n": 1}, "reason": "误定。"});
    bench.take::<VoidNotice>(APPROVER_TWO, None, mistaken).unwrap();

    worked_inside(&mut bench);
    let fee = json!({"on": DAY, "basis": {"method": "by_page", "pages": 130}, "reasons": "数量明显超过合理范围。"});
    bench.take::<IssueFeeNotice>(CLERK, None, fee).unwrap();
    sent(&mut bench, json!({"kind": "fee", "n": 1}), signed());
    bench.take::<RecordPayment>(CLERK, None, json!({"on": DAY, "amount": 300, "receipt_number": "示票 00000001"})).unwrap();
    bench
}

/// Assigned, taken on, searched for, conferred upon, spoken about, and sent back.
fn worked_inside(bench: &mut Bench) {
    let assignment = json!({"department": DEPARTMENT, "handler": HANDLER, "opinion": "请承办。", "due_on": "2026-11-05"});
    bench.take::<AssignCase>(CLERK, None, assignment).unwrap();
    bench.take::<AcceptAssignment>(HANDLER, Some(1), json!({})).unwrap();
    let task = || json!({"tasks": [{"department": DEPARTMENT, "wanted": "检测报告及其附件。", "due_on": "2026-11-04"}]});
    bench.take::<OpenSearch>(CLERK, None, task()).unwrap();
    let found = json!([{"title": "检测报告", "number": "示检〔2025〕1号", "dated_on": "2025-03-10", "attribute": "on_request", "document_id": DOCUMENT}]);
    let searched = |more: Value| {
        let scope = json!({
            "places": ["综合档案室"], "words": ["检测报告"], "from_on": "2024-01-01", "until_on": DAY, "searched_by": "承办人"
        });
        let mut body = json!({"scope": scope, "searched_on": DAY});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    bench.take::<GiveSearchResult>(HANDLER, Some(1), searched(json!({"found": found}))).unwrap();
    bench.take::<ReturnSearchResult>(CLERK, Some(1), json!({"reason": "请补充检索2024年。", "due_on": "2026-11-05"})).unwrap();
    bench.take::<GiveSearchResult>(HANDLER, Some(1), searched(json!({"nothing_found": "未找到其他材料。"}))).unwrap();
    bench.take::<OpenSearch>(CLERK, None, task()).unwrap();
    bench.take::<WithdrawSearch>(CLERK, Some(2), json!({"reason": "误发。"})).unwrap();
    let conference = json!({
        "question": "能否区分处理？", "due_on": "2026-11-05", "accounts": [REVIEWER], "departments": [DEPARTMENT], "outside": ["示范区司法局"]
    });
    bench.take::<OpenConference>(CLERK, None, conference).unwrap();
    let said = json!({"on": DAY, "outside": 1, "words": "可以区分处理。"});
    bench.take::<GiveOpinion>(CLERK, Some(1), said).unwrap();
    let conclusion = json!({"on": DAY, "minutes": "会商情况。", "result": "区分处理。", "document_id": DOCUMENT});
    bench.take::<ConcludeConference>(CLERK, Some(1), conclusion).unwrap();
    let contact =
        json!({"on": DAY, "time": "14:10", "means": "telephone", "result": "reached", "with": "代收人乙某", "words": "说明办理进度。"});
    bench.take::<LogContact>(CLERK, None, contact).unwrap();
    bench.take::<ReturnAssignment>(HANDLER, Some(1), json!({"reason": "应由其他科承办。"})).unwrap();
}

/// What the head of the office, the service and the second person record between registration and reply.
fn of_others() -> Vec<CaseEvent> {
    let text = |id: u128| Private { id: Uuid::from_u128(id), commitment: "ab".repeat(32) };
    let extension = Extension { n: 1, on: day(DAY), by: APPROVER, working_days: 20, reasons: text(70), voided: None, number: None };
    let moved = MovedDate {
        kind: DutyKind::Reply,
        ordinal: 1,
        old_on: Some(day("2026-11-30")),
        new_on: Some(day("2026-12-01")),
        provisional: false,
    };
    vec![
        CaseEvent::ExtensionApproved { extension },
        CaseEvent::TermRanOut { awaiting: Awaiting::Correction { n: 1 }, until: day(DAY) },
        CaseEvent::CaseReopened { reopening: Reopening { on: day(DAY), by: APPROVER_TWO, reply: 1, closed_on: None, reasons: text(71) } },
        CaseEvent::DatesRecounted { calendar: 2, calendar_sha256: None, moved: vec![moved] },
    ]
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
    let made = json!({"letter": {"kind": "reply", "n": 2}, "id": DOCUMENT, "templates": [{"kind": "reply", "edition": 0, "sha256": "cd".repeat(32)}],
        "docx": {"document": DOCUMENT, "sha256": "ab".repeat(32), "size": 9}, "pdf": {"document": DOCUMENT, "sha256": "ab".repeat(32), "size": 9}, "fonts": "ef".repeat(32)});
    bench.take::<MakeLetter>(CLERK, None, made).unwrap();
    let post = json!({"letter": {"kind": "reply", "n": 2}, "on": DAY, "method": {"method": "post", "carrier": "ems", "tracking_number": "EA100000001CN"}});
    bench.take::<DispatchLetter>(CLERK, None, post).unwrap();
    bench.take::<RecordDelivery>(CLERK, Some(1), json!({"result": "delivered", "on": DAY, "signed_by": "甲某"})).unwrap();
    let later = json!({"change": {"subject": "service", "dispatch": 1, "delivered_on": "2026-11-10"}, "reason": "签收日有误。"});
    bench.go("2026-11-10").take::<AmendCase>(CLERK, None, later.clone()).unwrap();
    bench.take::<DecideAmendment>(APPROVER, Some(2), json!({"verdict": "rejected", "reason": "无凭证。"})).unwrap();
    bench.take::<AmendCase>(CLERK, None, later).unwrap();
    bench.take::<DecideAmendment>(APPROVER, Some(3), json!({"verdict": "approved"})).unwrap();
    let given = json!({"item": 1, "result": "publish", "reason": "公众关心。", "topic": "处罚决定书", "department": DEPARTMENT});
    bench.take::<ReviewPublication>(CLERK, None, given).unwrap();
    let page = json!({"on": "2026-11-10", "address": "https://www.example.cn/1.html"});
    bench.take::<RecordPublication>(CLERK, Some(1), page).unwrap();
    bench.take::<FileLetterScan>(CLERK, None, json!({"letter": {"kind": "reply", "n": 2}, "document_id": DOCUMENT})).unwrap();
    let proof = json!({"document_id": DOCUMENT, "role": "signed_slip", "dated_on": "2026-11-10"});
    bench.take::<FileDeliveryProof>(CLERK, Some(1), proof).unwrap();
    bench.take::<CloseCase>(CLERK, None, json!({})).unwrap();
    bench.take::<ArchiveCase>(CLERK, None, json!({"archive_number": "2026-1"})).unwrap();
    let paper = json!({"document_id": DOCUMENT, "kind": "other", "title": "补件", "dated_on": DAY, "late_reason": "迟到。"});
    bench.take::<AddPaper>(CLERK, None, paper).unwrap();
    let copy = json!({"body": "示范区人民政府", "case_number": "示复1号", "procedure": "ordinary", "against": {"kind": "reply", "n": 2}, "received_on": "2026-11-10"});
    bench.take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
    bench.take::<AnswerProceeding>(REVIEWER, Some(1), json!({"on": "2026-11-10"})).unwrap();
    let decision = json!({
        "outcome": {"by": "reconsideration", "outcome": "revoked"}, "decided_on": "2026-11-10", "received_on": "2026-11-10",
        "cause": "poor_reasons", "order": {"what": "重新答复。", "kind": "other", "due_on": "2026-11-30"}
    });
    bench.take::<RecordDecision>(REVIEWER, Some(1), decision).unwrap();
    bench.take::<FileProceeding>(REVIEWER, Some(1), json!({"on": "2026-11-10", "with": "示范市局"})).unwrap();
    bench
        .take::<PerformOrder>(
            REVIEWER,
            Some(1),
            json!({"on": "2026-11-10", "how": "已履行。", "proof": {"kind": "document", "document_id": DOCUMENT}}),
        )
        .unwrap();
    bench.take::<ReceiveOpinion>(REVIEWER, Some(1), json!({"received_on": "2026-11-10", "document_number": "示复意1号"})).unwrap();
    bench.take::<ReportOnOpinion>(REVIEWER, Some(1), json!({"on": "2026-11-10", "document_id": DOCUMENT})).unwrap();
    bench.take::<IssueErratum>(APPROVER, Some(2), json!({"text": "勘误。", "remedy": "unchanged"})).unwrap();
    bench.take::<RevokeReply>(APPROVER, Some(2), json!({"reason": "条款有误。"})).unwrap();
    opened_on_line(&mut bench);
    let mut events = bench.events;
    events.extend(handled().events);
    events.extend(of_others());

    let mut twin = Bench::received(DAY);
    let survivor = Uuid::from_u128(101);
    let mut other = Bench::received(DAY);
    other.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
    twin.knows(survivor, other.case.clone().unwrap(), true);
    let mut paper = Bench::received(DAY);
    paper.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
    let matters = json!({"reason": "两项互不相关。", "matters": [{"description": "甲"}, {"description": "乙"}]});
    paper.take::<SplitCase>(CLERK, None, matters).unwrap();
    events.extend(paper.events);
    twin.take::<VoidCase>(APPROVER, None, json!({"reason": "重复登记。", "survivor": survivor})).unwrap();
    events.extend(twin.events);
    events.push(CaseEvent::TwinVoided { from: survivor });
    let receipt = super::model::Receipt { on: day(DAY), article: "31(1)".into() };
    events.push(CaseEvent::EarlierReceiptTaken { from: survivor, receipt });
    events
}

/// The revocation goes on line and is opened.
fn opened_on_line(bench: &mut Bench) {
    let letter = json!({"kind": "revocation", "reply": 2});
    let file = json!({"document": DOCUMENT, "sha256": "ab".repeat(32), "size": 9});
    let made = json!({"letter": letter, "id": DOCUMENT, "templates": [], "docx": file, "pdf": file, "fonts": "ef".repeat(32)});
    bench.take::<MakeLetter>(CLERK, None, made).unwrap();
    let method = json!({"method": "online", "address": "jia@example.cn", "consent": DOCUMENT});
    bench.take::<DispatchLetter>(CLERK, None, json!({"letter": letter, "on": "2026-11-10", "method": method})).unwrap();
    let record = Uuid::from_u128(21);
    bench.known.documents.insert(record, KnownDocument { sha256: "11".repeat(32), sealed_in: Vec::new() });
    let opened = json!({"opened_at": "2026-11-10T02:15:00Z", "opened_by": "jia@example.cn", "record": record});
    bench.take::<RecordOpening>(CLERK, Some(2), opened).unwrap();
}

/// The kind of a line, and which of the later fields and variants it has.
fn sort_of(line: &str) -> String {
    let value: Value = serde_json::from_str(line).unwrap();
    let traced = if value.get("traceparent").is_some() { " with traceparent" } else { "" };
    let data = &value["data"];
    let of = match data["amendment"]["change"]["subject"].as_str() {
        Some("proceeding") if data["amendment"]["change"]["new"].get("applied_on").is_some() => {
            " of a proceeding with applied_on".to_owned()
        }
        Some("proceeding") => " of a proceeding".to_owned(),
        Some(
            subject @ ("posting"
            | "consultation_answer"
            | "consultation_failure"
            | "corrected_application"
            | "payment"
            | "reasons"
            | "course"
            | "proceeding_entry"
            | "decision"
            | "proceeding_voided"
            | "longer_term"
            | "appeal"
            | "complaint"),
        ) => {
            format!(" of {subject}")
        }
        _ => String::new(),
    };
    let with = if data["erratum"].get("corrects").is_some() { " with corrects" } else { "" };
    let remedy = match value["kind"].as_str() {
        Some("proceeding_opened") if data["proceeding"].get("papers").is_some() => " with papers",
        Some("proceeding_decided") if data["decision"].get("document_id").is_some() => " with document_id",
        Some("proceeding_filed") if data["filing"].get("document_id").is_some() => " with document_id",
        Some("order_performed") if data.get("proof").is_some() => " with proof",
        _ => "",
    };
    let object = if data.get("object").is_some() { " with object" } else { "" };
    let told = if value.get("message").is_some() { " with message" } else { "" };
    let act = data["what"]["act"].as_str().map(|act| format!(" of {act}")).unwrap_or_default();
    let settled = if data["what"].get("settled_at").is_some() { " with settled_at" } else { "" };
    format!("{}{traced}{told}{act}{settled}{of}{with}{remedy}{object}{}", value["kind"].as_str().unwrap(), later::of(&value))
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
    for event in agency::events() {
        keep(event.kind(), trail::write(&head(), event.kind(), &event).unwrap().text);
    }
    for what in agency::exchanged() {
        let event = AgencyEvent::Exchanged { what };
        let text = trail::write(&head(), event.kind(), &event).unwrap().text;
        keep(&sort_of(&text), text);
    }
    // What was added to the head later, once.
    let traced = Head { traceparent: Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".into()), ..head() };
    let told = Head { message: Some(Uuid::from_u128(60)), ..head() };
    let event = AgencyEvent::PasswordChanged { account: CLERK, digest: None };
    let text = trail::write(&told, event.kind(), &event).unwrap().text;
    keep(&sort_of(&text), text);
    let text = trail::write(&traced, event.kind(), &event).unwrap().text;
    keep(&sort_of(&text), text);
    let stored = AgencyEvent::DocumentStored {
        document: DOCUMENT,
        sha256: "ef".repeat(32),
        size: 9,
        media_type: "application/pdf".into(),
        uploaded_at: None,
        letter: None,
        object: Some("78".repeat(32)),
    };
    let text = trail::write(&head(), stored.kind(), &stored).unwrap().text;
    keep(&sort_of(&text), text);
    let later = retention::events().into_iter().chain(remedy::events()).chain(learning::events());
    for event in added_later().into_iter().chain(amended_days()).chain(later) {
        let text = trail::write(&head(), event.kind(), &event).unwrap().text;
        keep(&sort_of(&text), text);
    }
    for text in later::lines(&std::fs::read_to_string(FILE).unwrap_or_default()) {
        keep(&sort_of(&text), text);
    }
    lines
}

/// Optional fields and variants that known kinds were given later, once each.
fn added_later() -> Vec<CaseEvent> {
    let mut bench = served(DAY, DAY);
    let body = json!({"text": "勘误。", "remedy": "unchanged", "corrects": ["received_on", "applicants", "request"]});
    bench.take::<IssueErratum>(APPROVER, Some(1), body).unwrap();
    let copy = json!({"body": "示范区人民政府", "procedure": "ordinary", "against": {"kind": "reply", "n": 1}, "received_on": DAY});
    bench.take::<OpenReconsideration>(REVIEWER, None, copy).unwrap();
    let change = json!({"subject": "proceeding", "proceeding": 1, "accepted_on": DAY});
    bench.take::<AmendCase>(CLERK, None, json!({"change": change, "reason": "补登受理日期。"})).unwrap();
    let later = |event: &CaseEvent| matches!(event, CaseEvent::ErratumIssued { .. } | CaseEvent::AmendmentApplied { .. });
    bench.events.into_iter().filter(later).collect()
}

/// Amended days of what moves the clock, one of each subject.
fn amended_days() -> Vec<CaseEvent> {
    let (old_on, new_on) = (day(DAY), day("2026-11-03"));
    let receipt = |on| Some(super::model::Receipt { on, article: "30, 31(1)".into() });
    let amendment = |change| Amendment {
        n: 1,
        change,
        reason: Private { id: Uuid::from_u128(72), commitment: "ab".repeat(32) },
        proof: Some(DOCUMENT),
        by: CLERK,
        on: new_on,
        state: AmendmentState::Applied,
        decided_by: Some(APPROVER),
        opinion: None,
        first: None,
    };
    [
        Change::Posting { dispatch: 1, old_on, new_on },
        Change::ConsultationAnswer { consultation: 1, old_on, new_on },
        Change::ConsultationFailure { consultation: 2, old_on, new_on },
        Change::CorrectedApplication {
            correction: 1,
            answer: 1,
            old_arrived_on: old_on,
            old_receipt: receipt(old_on),
            new_arrived_on: new_on,
            new_receipt: receipt(new_on),
        },
        Change::Payment { notice: 1, payment: 1, old_on, old_amount: 300, new_on, new_amount: 200 },
        Change::Reasons { request: 1, old_on, new_on },
    ]
    .map(|change| CaseEvent::AmendmentApplied { amendment: amendment(change) })
    .into()
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
