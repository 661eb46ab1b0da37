//! The order of the dossier, and that nothing of the case is missing from it.

use super::*;
use crate::case::model::{AmendmentState, Letter, Review, Verdict};
use crate::case::testing::{APPROVER, APPROVER_TWO, Bench, CLERK, DOCUMENT, day};
use crate::steps::archive::paper::AddPaper;
use crate::steps::fixtures::{self, registered};
use crate::steps::handle::charge::IssueFeeNotice;
use crate::steps::handle::consult::{AnswerConsultation, OpenConsultation};
use crate::steps::handle::correct::{AnswerCorrection, RequestCorrection};
use crate::steps::handle::extend::ExtendReply;
use crate::steps::mail::delivery::RecordDelivery;
use crate::steps::mail::dispatch::DispatchLetter;
use crate::steps::mail::testing::{erratum, post, replied, returned};
use crate::steps::mend::amend::AmendCase;
use crate::steps::mend::decide::DecideAmendment;
use crate::steps::mend::notice::VoidNotice;
use crate::steps::register::enter::RegisterCase;
use serde_json::json;

const SCAN: Uuid = Uuid::from_u128(21);

fn titles(bench: &Bench) -> Vec<String> {
    catalogue(bench.case()).into_iter().map(|entry| entry.title).collect()
}

fn add(bench: &mut Bench, document: Uuid, kind: &str, dated_on: &str) {
    bench.known.documents.insert(document, crate::case::facts::KnownDocument { sha256: "00".repeat(32), sealed_in: Vec::new() });
    bench
        .take::<AddPaper>(CLERK, None, json!({"document_id": document, "kind": kind, "title": "甲某的材料", "dated_on": dated_on}))
        .unwrap();
}

#[test]
fn the_dossier_lies_in_the_order_of_6_4() {
    let mut bench = replied("2026-11-10");
    add(&mut bench, Uuid::from_u128(30), "other", "2026-11-03");
    add(&mut bench, Uuid::from_u128(31), "identity_proof", "2026-11-02");
    add(&mut bench, Uuid::from_u128(32), "search_record", "2026-11-05");
    let review = |kind| Review {
        kind,
        verdict: Verdict::Approved,
        opinion: None,
        by: APPROVER,
        on: day("2026-11-09"),
        deputy_for: None,
        redaction: None,
    };
    bench.case.as_mut().unwrap().drafts[0].reviews = vec![review(ReviewKind::Legal), review(ReviewKind::Content)];
    erratum(&mut bench, "2026-11-10");
    bench.take::<DispatchLetter>(CLERK, None, post(Letter::Reply { n: 1 }, "EA123456789CN", "2026-11-10")).unwrap();
    bench.take::<RecordDelivery>(CLERK, Some(1), returned("2026-11-10")).unwrap();
    assert_eq!(
        titles(&bench),
        [
            "政府信息公开告知书（予以公开）",
            "政府信息公开答复更正书",
            "签发稿（第 1 稿）",
            "审批单（审核）",
            "邮寄凭证（邮政特快专递 EA123456789CN）",
            "退件信封",
            "政府信息公开申请表",
            "身份证明",
            "申请登记表",
            "登记回执",
            "检索记录",
            "法制审核意见",
            "其他材料",
        ]
    );
    let entries = catalogue(bench.case());
    assert_eq!(entries.iter().map(|entry| entry.n).collect::<Vec<_>>(), (1..=13).collect::<Vec<_>>());
    assert_eq!(entries[0].document_number.as_deref(), Some("示市监公复〔2026〕1号"));
    assert!(!serde_json::to_string(&entries).unwrap().contains("甲某"), "no private title stands in the catalogue");
}

#[test]
fn notices_lie_between_confirmation_and_opinions_each_with_its_deliveries() {
    let mut bench = registered("2026-06-01");
    bench.go("2026-06-08");
    let on = "2026-06-08";
    let fee = json!({"on": on, "basis": {"method": "by_page", "pages": 68}, "reasons": "数量过多。"});
    bench.take::<IssueFeeNotice>(CLERK, None, fee).unwrap();
    bench.take::<ExtendReply>(APPROVER, None, json!({"working_days": 5, "reasons": "档案分散。"})).unwrap();
    let letter = json!({"party": "third_party", "name": "甲公司", "on": on, "question": "是否同意公开。"});
    bench.take::<OpenConsultation>(CLERK, None, letter).unwrap();
    fixtures::post(&mut bench, Letter::Consultation { n: 1 }, on).unwrap();
    fixtures::sign(&mut bench, "2026-06-09");
    bench.take::<AnswerConsultation>(CLERK, Some(1), json!({"on": "2026-06-09", "opinion": "consents"})).unwrap();
    let notice = json!({"on": on, "no_contact_reason": "申请人未留电话。", "points": "请补充。", "reasons": "不明确。"});
    bench.take::<RequestCorrection>(CLERK, None, notice).unwrap();
    let void = json!({"letter": {"kind": "extension", "n": 1}, "reason": "误发。"});
    bench.take::<VoidNotice>(APPROVER_TWO, None, void).unwrap();
    fixtures::post(&mut bench, Letter::Correction { n: 1 }, "2026-06-09").unwrap();
    let corrected = json!({"channel": "counter", "arrived_on": "2026-06-10", "words": "甲文件。"});
    bench.go("2026-06-10").take::<AnswerCorrection>(CLERK, Some(1), corrected).unwrap();
    assert_eq!(
        titles(&bench),
        [
            "政府信息公开申请表",
            "申请登记表",
            "登记回执",
            "补正告知书",
            "邮寄凭证（邮政特快专递 EA000000002CN）",
            "补正后的申请",
            "征求意见书",
            "邮寄凭证（邮政特快专递 EA000000001CN）",
            "反馈意见",
            "签收记录",
            "延期审批表（作废）",
            "延期答复告知书（作废）",
            "收费通知书",
        ]
    );
}

#[test]
fn a_scan_belongs_to_the_line_it_shows() {
    let mut bench = replied("2026-11-10");
    let before = catalogue(bench.case()).len();
    add(&mut bench, SCAN, "reply_original", "2026-11-10");
    add(&mut bench, DOCUMENT, "application", "2026-11-01");
    let entries = catalogue(bench.case());
    assert_eq!(entries.len(), before);
    assert_eq!(entries[0].document_id, Some(SCAN));
    let application = entries.iter().find(|entry| entry.title == "政府信息公开申请表").unwrap();
    assert_eq!((application.document_id, application.dated_on), (Some(DOCUMENT), day("2026-11-01")));
}

#[test]
fn every_paper_is_listed_once() {
    let mut bench = replied("2026-11-10");
    let kinds = [
        "reply_original",
        "signed_draft",
        "information_provided",
        "proof_of_delivery",
        "application",
        "identity_proof",
        "authorisation",
        "envelope",
        "search_record",
        "opinion",
        "proceeding_paper",
        "other",
    ];
    for (n, kind) in (40..).zip(kinds) {
        add(&mut bench, Uuid::from_u128(n), kind, "2026-11-04");
    }
    let listed: Vec<Uuid> = catalogue(bench.case()).into_iter().filter_map(|entry| entry.document_id).collect();
    assert_eq!(listed, (40..52).map(Uuid::from_u128).collect::<Vec<_>>());
}

#[test]
fn domain_6_6_what_an_amendment_took_away_stays_in_the_dossier_in_its_place() {
    let (authorisation, slip, newer) = (Uuid::from_u128(61), Uuid::from_u128(62), Uuid::from_u128(63));
    let mut bench = Bench::on("2026-08-03");
    for document in [authorisation, slip, newer] {
        bench.known.documents.insert(document, crate::case::facts::KnownDocument { sha256: "00".repeat(32), sealed_in: Vec::new() });
    }
    let people = json!([{"kind": "natural_person", "name": "甲某"}]);
    let application = json!({
        "channel": "counter", "arrived_on": "2026-08-03", "applicants": people, "agent": {"name": "乙某", "authorisation": authorisation},
        "request": {"description": "申请公开甲文件。", "wanted_form": "paper", "delivery_channel": "post"}
    });
    bench.receive(application).unwrap();
    bench.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
    let reply = fixtures::reply_events(bench.case(), day("2026-08-03"));
    bench.keep(reply, Vec::new());
    let amend = |bench: &mut Bench, change: serde_json::Value| {
        bench.take::<AmendCase>(CLERK, None, json!({"change": change, "reason": "登记有误。"})).unwrap();
        let last = bench.case().amendments.last().unwrap();
        if last.state == AmendmentState::Proposed {
            let n = last.n;
            bench.take::<DecideAmendment>(APPROVER, Some(n), json!({"verdict": "approved"})).unwrap();
        }
    };
    amend(&mut bench, json!({"subject": "applicants", "applicants": people, "agent": {"name": "丙某", "authorisation": newer}}));
    fixtures::post(&mut bench, Letter::Reply { n: 1 }, "2026-08-03").unwrap();
    let signed = json!({"result": "delivered", "on": "2026-08-04", "proof": slip});
    bench.go("2026-08-05").take::<RecordDelivery>(CLERK, Some(1), signed).unwrap();
    amend(&mut bench, json!({"subject": "service_failed", "dispatch": 1, "returned_on": "2026-08-05", "reason": "他人代签。"}));

    let case = bench.case();
    assert!(case.dispatches[0].served_on().is_none() && case.agent.as_ref().unwrap().authorisation == Some(newer));
    let lines = entries(case);
    let line =
        |document| lines.iter().filter(|line| line.files.contains(&document)).map(|line| (line.place, &*line.title)).collect::<Vec<_>>();
    assert_eq!(line(authorisation), [(Place::Application, "授权委托书（原代理人或者未采用）")]);
    assert_eq!(line(newer), [(Place::Application, "授权委托书")]);
    assert_eq!(line(slip), [(Place::Delivery, "签收记录（已更正为未送达）")]);
    let listed: BTreeSet<Uuid> = lines.iter().flat_map(|line| line.files.iter().copied()).collect();
    assert_eq!(listed, documents::of(case), "the catalogue, the package and what is disposed of are one");
}
