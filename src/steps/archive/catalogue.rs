//! The catalogue of a dossier (卷内文件目录), in the order of domain 6.4: what the trail knows, and every paper put in.
//!
//! A pure function of the case. Titles are names of kinds, never the private titles of papers: the catalogue stands in an
//! event. The catalogue itself and the archivist's closing note (备考表) frame it and are not entries.

mod delivery;
mod notices;
mod working;

use crate::case::model::{Case, CatalogueEntry, DraftState, Letter, PaperKind, ProceedingKind, ReplyState, ReviewKind};
use crate::case::projection::outcome_of;
use crate::rules::reply_kinds::ReplyKind;
use chrono::NaiveDate;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Items of domain 6.4 that the first form of the dossier has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Reply,
    Draft,
    Information,
    Delivery,
    Application,
    Registration,
    Confirmation,
    Correction,
    Search,
    Consultation,
    Extension,
    Fee,
    Opinion,
    Publication,
    Proceeding,
    Other,
}

impl Place {
    const fn in_time_order(self) -> bool {
        matches!(self, Self::Correction | Self::Consultation | Self::Extension | Self::Fee | Self::Proceeding)
    }
}

/// The title of a paper of a kind.
const fn title(kind: PaperKind) -> &'static str {
    match kind {
        PaperKind::ReplyOriginal => "答复书正本",
        PaperKind::SignedDraft => "签发稿",
        PaperKind::InformationProvided => "提供的政府信息",
        PaperKind::ProofOfDelivery => "送达凭证",
        PaperKind::Application => "政府信息公开申请表",
        PaperKind::IdentityProof => "身份证明",
        PaperKind::Authorisation => "授权委托书",
        PaperKind::Envelope => "信封",
        PaperKind::SearchRecord => "检索记录",
        PaperKind::Opinion => "会商、审核意见",
        PaperKind::ProceedingPaper => "复议诉讼材料",
        PaperKind::Other => "其他材料",
    }
}

const fn place(kind: PaperKind) -> Place {
    match kind {
        PaperKind::ReplyOriginal => Place::Reply,
        PaperKind::SignedDraft => Place::Draft,
        PaperKind::InformationProvided => Place::Information,
        PaperKind::ProofOfDelivery => Place::Delivery,
        PaperKind::Application | PaperKind::IdentityProof | PaperKind::Authorisation | PaperKind::Envelope => Place::Application,
        PaperKind::SearchRecord => Place::Search,
        PaperKind::Opinion => Place::Opinion,
        PaperKind::ProceedingPaper => Place::Proceeding,
        PaperKind::Other => Place::Other,
    }
}

struct Line {
    place: Place,
    title: String,
    document_number: Option<String>,
    dated_on: NaiveDate,
    document_id: Option<Uuid>,
}

impl Line {
    fn new(place: Place, title: impl Into<String>, dated_on: NaiveDate) -> Self {
        Self { place, title: title.into(), document_number: None, dated_on, document_id: None }
    }

    fn numbered(mut self, document_number: Option<&str>) -> Self {
        self.document_number = document_number.map(str::to_owned);
        self
    }

    fn document(mut self, document_id: Option<Uuid>) -> Self {
        self.document_id = document_id;
        self
    }
}

struct Lines<'a> {
    case: &'a Case,
    all: Vec<Line>,
    /// Papers that a line already carries.
    used: BTreeSet<u32>,
}

impl Lines<'_> {
    fn push(&mut self, line: Line) {
        let carried = |paper: &&crate::case::model::Paper| Some(paper.document_id) == line.document_id;
        self.used.extend(self.case.papers.iter().filter(carried).map(|paper| paper.n));
        self.all.push(line);
    }

    /// A line that a paper of this kind and date, if there is one, belongs to.
    fn push_with(&mut self, kind: PaperKind, line: Line) {
        let scan =
            self.case.papers.iter().find(|paper| paper.kind == kind && paper.dated_on == line.dated_on && !self.used.contains(&paper.n));
        let document_id = line.document_id.or(scan.map(|paper| paper.document_id));
        self.push(line.document(document_id));
    }
}

/// The catalogue of a case.
pub fn catalogue(case: &Case) -> Vec<CatalogueEntry> {
    let mut lines = Lines { case, all: Vec::new(), used: BTreeSet::new() };
    replies(&mut lines);
    drafts(&mut lines);
    information(&mut lines);
    notices::push(&mut lines);
    case.dispatches.iter().for_each(|dispatch| delivery::push(&mut lines, dispatch));
    application(&mut lines);
    searches(&mut lines);
    working::push(&mut lines);
    for review in &case.publication_reviews {
        lines.push(Line::new(Place::Publication, "依申请转主动公开审查单", review.on));
    }
    proceedings(&mut lines);
    for amendment in &case.amendments {
        lines.push(Line::new(Place::Other, "更正记录", amendment.on).document(amendment.proof));
    }
    for paper in &case.papers {
        if !lines.used.contains(&paper.n) {
            lines.all.push(Line::new(place(paper.kind), title(paper.kind), paper.dated_on).document(Some(paper.document_id)));
        }
    }
    let Lines { mut all, .. } = lines;
    // Proceedings and notices lie in time order; everything else as it came, item by item.
    all.sort_by_key(|line| (line.place, line.place.in_time_order().then_some(line.dated_on)));
    (1..)
        .zip(all)
        .map(|(n, line)| CatalogueEntry {
            n,
            title: line.title,
            document_number: line.document_number,
            dated_on: line.dated_on,
            document_id: line.document_id,
        })
        .collect()
}

/// The scan of a letter as it was sealed.
fn sealed(case: &Case, letter: Letter) -> Option<Uuid> {
    case.scan(letter).map(|scan| scan.document_id)
}

fn replies(lines: &mut Lines<'_>) {
    for reply in lines.case.replies.iter().filter(|reply| reply.state != ReplyState::Recalled) {
        let kind = outcome_of(&reply.items).map_or(ReplyKind::O3, |outcome| outcome.kind);
        let line = Line::new(Place::Reply, kind.letter_title(), reply.on).numbered(Some(&reply.document_number));
        let line = line.document(sealed(lines.case, Letter::Reply { n: reply.n }));
        lines.push_with(PaperKind::ReplyOriginal, line);
        for erratum in &reply.errata {
            let line = Line::new(Place::Reply, "政府信息公开答复更正书", erratum.on).numbered(Some(&erratum.document_number));
            let line = line.document(sealed(lines.case, Letter::Erratum { reply: reply.n, n: erratum.n }));
            lines.push_with(PaperKind::ReplyOriginal, line);
        }
        if let Some(revocation) = &reply.revocation {
            let line = Line::new(Place::Reply, "政府信息公开答复撤销书", revocation.on).numbered(Some(&revocation.document_number));
            let line = line.document(sealed(lines.case, Letter::Revocation { reply: reply.n }));
            lines.push_with(PaperKind::ReplyOriginal, line);
        }
    }
}

fn drafts(lines: &mut Lines<'_>) {
    for draft in &lines.case.drafts {
        let title = if draft.state == DraftState::Issued { "签发稿" } else { "过程稿" };
        lines.push_with(PaperKind::SignedDraft, Line::new(Place::Draft, format!("{title}（第 {} 稿）", draft.n), draft.on));
        for review in &draft.reviews {
            let (place, title) = match review.kind {
                ReviewKind::Content => (Place::Draft, "审批单（审核）"),
                ReviewKind::Legal => (Place::Opinion, "法制审核意见"),
                ReviewKind::Secrecy => (Place::Opinion, "公开审查表"),
                ReviewKind::DepartmentHead => (Place::Draft, "审批单（承办处室负责人审核）"),
                ReviewKind::Office => (Place::Draft, "审批单（公开工作机构审核）"),
            };
            lines.push(Line::new(place, title, review.on));
        }
    }
}

fn information(lines: &mut Lines<'_>) {
    let case = lines.case;
    for reply in case.replies.iter().filter(|reply| reply.state != ReplyState::Recalled) {
        for document in reply.items.iter().flat_map(|item| &item.grounds.attachments) {
            lines.push(Line::new(Place::Information, title(PaperKind::InformationProvided), reply.on).document(Some(*document)));
        }
        for pair in reply.items.iter().flat_map(|item| &item.grounds.sealed) {
            let line = Line::new(Place::Information, "提供的政府信息（未遮盖原件，密封）", reply.on);
            lines.push(line.document(Some(pair.unredacted)));
        }
    }
}

fn application(lines: &mut Lines<'_>) {
    let case = lines.case;
    let mut scans = case.papers.iter().filter(|paper| paper.kind == PaperKind::Application).peekable();
    if scans.peek().is_none() {
        lines.push(Line::new(Place::Application, title(PaperKind::Application), case.arrived_on));
    }
    for scan in scans {
        lines.push(Line::new(Place::Application, title(PaperKind::Application), scan.dated_on).document(Some(scan.document_id)));
    }
    if let Some(authorisation) = case.agent.as_ref().and_then(|agent| agent.authorisation) {
        lines.push(Line::new(Place::Application, title(PaperKind::Authorisation), case.arrived_on).document(Some(authorisation)));
    }
    if let Some(entry) = &case.registration {
        let number = Some(entry.case_number.as_str());
        lines.push(Line::new(Place::Registration, "申请登记表", entry.on).numbered(number));
        lines.push(Line::new(Place::Registration, "登记回执", entry.on).numbered(number));
    }
    for examination in &case.examinations {
        lines.push(Line::new(Place::Registration, "形式审查表", examination.on));
    }
    if let Some(last) = case.attempts.last() {
        lines.push(Line::new(Place::Confirmation, "确认联系记录", last.on));
    }
}

fn searches(lines: &mut Lines<'_>) {
    let case = lines.case;
    let replies = case.replies.iter().filter(|reply| reply.state != ReplyState::Recalled);
    for search in replies.flat_map(|reply| &reply.items).filter_map(|item| item.grounds.search.as_ref()) {
        lines.push_with(PaperKind::SearchRecord, Line::new(Place::Search, title(PaperKind::SearchRecord), search.searched_on));
    }
}

fn proceedings(lines: &mut Lines<'_>) {
    let case = lines.case;
    for proceeding in &case.proceedings {
        let (copy, answer, decision) = match proceeding.kind {
            ProceedingKind::Reconsideration => ("行政复议申请书副本", "行政复议答复书", "行政复议决定书"),
            ProceedingKind::Litigation => ("行政诉讼起诉状副本", "行政诉讼答辩状", "行政裁判文书"),
        };
        let number = proceeding.case_number.as_deref();
        lines.push_with(PaperKind::ProceedingPaper, Line::new(Place::Proceeding, copy, proceeding.received_on).numbered(number));
        if let Some(given) = &proceeding.answer {
            let line = Line::new(Place::Proceeding, answer, given.on).numbered(number).document(given.document_id);
            lines.push_with(PaperKind::ProceedingPaper, line);
        }
        if let Some(made) = &proceeding.decision {
            let line = Line::new(Place::Proceeding, decision, made.decided_on).numbered(made.document_number.as_deref());
            lines.push_with(PaperKind::ProceedingPaper, line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::model::{Review, Verdict};
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
    use crate::steps::mend::notice::VoidNotice;
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
}
