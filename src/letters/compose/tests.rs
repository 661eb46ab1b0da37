//! Every kind of document as text, from cases walked through the real steps.

use super::*;
use crate::case::event::CaseEvent;
use crate::case::model::{
    CitedRule, Classification, Draft, DraftState, Erratum, ItemGrounds, PrintedDatum, RemedyNote, ReplyState, Review, ReviewKind,
    Revocation, SealedOriginal, SearchNote, UsedCategory, Verdict,
};
use crate::case::testing::{APPROVER, Bench, CLERK, DEPARTMENT, DOCUMENT, HANDLER, REVIEWER, day};
use crate::crypto;
use crate::rules::applicants::WantedForm;
use crate::rules::remedies::{RemedyBodies, RemedyItem, advise};
use crate::rules::reply_kinds::{Ground, InternalAffair, OtherReason, ProcessInformation, ReplyKind, SecretLevel};
use crate::steps::archive::paper::AddPaper;
use crate::steps::fixtures::{post, sign};
use crate::steps::handle::{
    assign::AssignCase,
    charge::IssueFeeNotice,
    consult::{AnswerConsultation, DecideConsultation, OpenConsultation},
    correct::{AnswerCorrection, RequestCorrection},
    excess::{AssessReasons, GiveReasons, PostponeReply, RequestReasons},
    extend::ExtendReply,
    search::{GiveSearchResult, OpenSearch},
};
use crate::steps::mend::amend::AmendCase;
use crate::steps::register::{acknowledge::ReissueAcknowledgement, enter::RegisterCase};
use serde_json::json;

const REPLY: Letter = Letter::Reply { n: 1 };

pub(super) fn templates(case: &Case, document: Document) -> Templates {
    let read = |kind: TemplateKind| {
        let text = kind.default_text();
        let used = UsedTemplate { kind: kind.code(), edition: 0, sha256: crypto::hex(&crypto::sha256(text.as_bytes())) };
        (kind, (used, kind.read(text).unwrap()))
    };
    needed(case, document).unwrap().into_iter().map(read).collect()
}

pub(super) fn composed(bench: &Bench, document: Document) -> Result<Sheet, ComposeError> {
    let texts: Texts = bench.secrets.iter().map(|secret| (secret.reference.id, secret.text.clone())).collect();
    let names = [(DEPARTMENT, "执法稽查科"), (CLERK, "经办甲"), (HANDLER, "承办乙"), (REVIEWER, "法审丁"), (APPROVER, "签发戊")];
    let materials = Materials {
        case: bench.case(),
        texts: &texts,
        settings: &bench.settings,
        calendar: bench.calendar(),
        agency: "示范市示范区市场监督管理局",
        names: &names.map(|(id, name)| (id, name.to_owned())).into(),
        earlier: &[(Uuid::from_u128(9), ("示市监公复〔2026〕3号".to_owned(), day("2026-03-02")))].into(),
        sharers: &[],
        today: bench.today,
    };
    compose(document, &materials, &templates(bench.case(), document))
}

/// A sheet as text, a line a block.
pub(super) fn text(sheet: &Sheet) -> String {
    let mut out = format!("《{}》 {}\n", sheet.subject, sheet.dated_on);
    for block in &sheet.blocks {
        let line = match block {
            Block::Issuer(text) => format!("[机关] {text}"),
            Block::Title(text) => format!("[标题] {text}"),
            Block::Number(text) => format!("[文号] {text}"),
            Block::Addressee(text) => text.clone(),
            Block::Heading(text) => format!("[小标题] {text}"),
            Block::Paragraph(text) => format!("　　{text}"),
            Block::Verbatim(text) => format!("[原文] {text}"),
            Block::Table { columns, rows } => {
                let rows: Vec<String> = rows.iter().map(|row| format!("  | {}", row.join(" | "))).collect();
                format!("[表 {columns:?}]\n{}", rows.join("\n"))
            }
            Block::Grid { rows, .. } => format!("[表] {}行", rows.len()),
            Block::Signature { agency, dated } => format!("[落款] {agency} / {dated}"),
            Block::Note(text) => format!("[附注] {text}"),
        };
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn shown(bench: &Bench, letter: Letter) -> String {
    text(&composed(bench, Document::Letter(letter)).unwrap())
}

fn registered() -> Bench {
    let mut bench = Bench::on("2026-06-01");
    bench.settings.letters.address = Some("示范路1号".into());
    bench
        .receive(json!({
            "channel": "counter", "arrived_on": "2026-06-01",
            "applicants": [{"kind": "natural_person", "name": "甲某某", "address": "示范路9号"}],
            "request": {"description": "申请公开：\n1. 甲文件；\n2. {{agency}} 的乙文件。", "document_number": "示市监〔2025〕1号",
                        "features": "2025年印发。", "wanted_form": "paper", "delivery_channel": "post"}
        }))
        .unwrap();
    bench.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
    bench.take::<AssignCase>(CLERK, None, json!({"department": DEPARTMENT, "handler": HANDLER})).unwrap();
    bench
}

struct Answering<'a>(&'a mut Bench);

impl Answering<'_> {
    fn keep(&mut self, text: &str) -> Private {
        let n = self.0.secrets.len() + 500;
        let draws = crate::ids::Draws::from_seed([200; 32]);
        let secret = crate::case::private::Secret::seal(&draws, u32::try_from(n).unwrap(), text.to_owned());
        let reference = secret.reference.clone();
        self.0.secrets.push(secret);
        reference
    }

    fn item(&mut self, n: u32, kind: ReplyKind) -> ReplyItem {
        let grounds = ItemGrounds {
            withheld_under: if kind == ReplyKind::B { vec![Ground::ThirdParty, Ground::InternalAffairs] } else { Vec::new() },
            how_to_obtain: Some(self.keep("本机关网站“政府信息公开”栏目。")),
            provided_form: kind.discloses().then_some(WantedForm::Paper),
            classification: (kind == ReplyKind::D1).then(|| Classification {
                level: SecretLevel::Confidential,
                classified_on: day("2025-01-02"),
                classified_by: "示范市人民政府".into(),
            }),
            internal_affair: (kind == ReplyKind::D5).then_some(InternalAffair::Personnel),
            process_information: (kind == ReplyKind::D6).then_some(ProcessInformation::Discussion),
            search: (kind == ReplyKind::N1A).then(|| SearchNote {
                record: self.keep("以“甲文件”为关键词检索了2020年至2026年的电子档案和纸质档案，未发现相关记录。"),
                searched_by: HANDLER,
                searched_on: day("2026-06-04"),
                scope: None,
                department: None,
                nothing_found: None,
            }),
            duty_basis: Some(self.keep("《某条例》第三条。")),
            competent_agency: Some("示范区住房和城乡建设局".into()),
            competent_agency_contact: Some("电话000-11111111".into()),
            access_rules: Some("《不动产登记暂行条例》第二十七条".into()),
            earlier_case: (kind == ReplyKind::P2).then(|| Uuid::from_u128(9)),
            ..ItemGrounds::default()
        };
        ReplyItem {
            n,
            kind,
            main: n == 1,
            other_reason: (kind == ReplyKind::O3).then_some(OtherReason::Enquiry),
            subject: self.keep("甲文件"),
            reasons: self.keep("理由第一段。\n理由第二段。"),
            // No article can be demanded for a kind that rests on practice.
            articles: kind.article().split(", ").filter(|_| kind != ReplyKind::P5).map(str::to_owned).collect(),
            grounds,
        }
    }

    fn reply(&mut self, kinds: &[ReplyKind]) {
        let items: Vec<ReplyItem> = (1..).zip(kinds).map(|(n, kind)| self.item(n, *kind)).collect();
        let on = self.0.today;
        let bodies = RemedyBodies { reconsideration_body: "示范区人民政府", court: "示范区人民法院", online_filing: None };
        let asked: Vec<RemedyItem<'_>> = items
            .iter()
            .map(|item| RemedyItem { kind: item.kind, other_reason: item.other_reason, grounds: &item.grounds.withheld_under })
            .collect();
        let advice = advise(&asked, &bodies);
        let review = Review {
            kind: ReviewKind::Legal,
            verdict: Verdict::Approved,
            opinion: Some(self.keep("同意。")),
            by: REVIEWER,
            deputy_for: None,
            redaction: None,
            on,
        };
        let draft = Draft {
            n: 1,
            round: 1,
            items: items.clone(),
            by: HANDLER,
            on,
            reviews: vec![review],
            state: DraftState::Open,
            joint: None,
            chain: None,
        };
        let reply = Reply {
            n: 1,
            round: 1,
            draft: 1,
            items,
            document_number: "示市监公复〔2026〕12号".into(),
            deputy_for: None,
            drawn: None,
            on,
            by: APPROVER,
            remedy: RemedyNote { path: advice.path, reconsideration_body: None, court: None, text: advice.text_zh },
            letter_needed: true,
            state: ReplyState::Issued,
            paper_only: false,
            errata: Vec::new(),
            recall_reason: None,
            revocation: None,
            joint: None,
        };
        self.0.keep(vec![CaseEvent::ReplyDrafted { draft }, CaseEvent::ReplyIssued { reply }], Vec::new());
    }
}

pub(super) fn answered(kinds: &[ReplyKind]) -> Bench {
    let mut bench = registered();
    bench.go("2026-06-10");
    Answering(&mut bench).reply(kinds);
    bench
}

#[test]
fn every_kind_of_reply() {
    for kind in ReplyKind::ALL {
        insta::assert_snapshot!(format!("reply_{}", kind.code()), shown(&answered(&[*kind]), REPLY));
    }
}

#[test]
fn a_mixed_reply_decides_on_each_item_under_the_title_of_the_whole() {
    insta::assert_snapshot!(shown(&answered(&[ReplyKind::A2, ReplyKind::D7]), REPLY));
}

#[test]
fn the_notices() {
    let mut bench = registered();
    insta::assert_snapshot!("acknowledgement", shown(&bench, Letter::Acknowledgement {}));
    bench.go("2026-06-02");
    let points = json!({"on": "2026-06-02", "no_contact_reason": "申请人未留电话。", "points": "请明确所需文件的名称。", "reasons": "申请内容指向不明。"});
    bench.take::<RequestCorrection>(CLERK, None, points).unwrap();
    insta::assert_snapshot!("correction", shown(&bench, Letter::Correction { n: 1 }));
    post(&mut bench, Letter::Correction { n: 1 }, "2026-06-02").unwrap();
    sign(&mut bench, "2026-06-04");
    bench.go("2026-06-08");
    let corrected = json!({"channel": "counter", "arrived_on": "2026-06-08", "words": "申请公开甲文件（2025年印发）。"});
    bench.take::<AnswerCorrection>(CLERK, Some(1), corrected).unwrap();
    bench.take::<ExtendReply>(APPROVER, None, json!({"working_days": 10, "reasons": "档案分散，需要逐卷检索。"})).unwrap();
    insta::assert_snapshot!("extension", shown(&bench, Letter::Extension { n: 1 }));
    post(&mut bench, Letter::Extension { n: 1 }, "2026-06-09").unwrap();
    let fee = json!({"on": "2026-06-09", "basis": {"method": "by_page", "pages": 68}, "reasons": "所需信息数量明显超过合理范围。"});
    bench.take::<IssueFeeNotice>(CLERK, None, fee).unwrap();
    insta::assert_snapshot!("fee", shown(&bench, Letter::Fee { n: 1 }));
    for (n, party) in [(1, "third_party"), (2, "co_producing_agency"), (3, "other_agency")] {
        let letter = json!({"party": party, "name": "乙公司", "on": "2026-06-09", "question": "甲文件中涉及你方的合同价款是否可以公开。"});
        bench.take::<OpenConsultation>(CLERK, None, letter).unwrap();
        insta::assert_snapshot!(format!("consultation_{party}"), shown(&bench, Letter::Consultation { n }));
    }
    insta::assert_snapshot!("opinion_form", text(&composed(&bench, Document::OpinionForm(1)).unwrap()));
    post(&mut bench, Letter::Consultation { n: 1 }, "2026-06-09").unwrap();
    sign(&mut bench, "2026-06-10");
    bench.go("2026-06-12");
    let refuses = json!({"on": "2026-06-12", "opinion": "refuses", "words": "涉及商业秘密。"});
    bench.take::<AnswerConsultation>(CLERK, Some(1), refuses).unwrap();
    let decision = json!({"disclose": true, "reasons": "合同价款涉及财政资金使用，不公开可能对公共利益造成重大影响。"});
    bench.take::<DecideConsultation>(APPROVER, Some(1), decision).unwrap();
    insta::assert_snapshot!("third_party_notice", shown(&bench, Letter::ThirdPartyNotice { n: 1 }));
    Answering(&mut bench).reply(&[ReplyKind::B]);
    insta::assert_snapshot!("reply_with_its_course", shown(&bench, REPLY));
    insta::assert_snapshot!("approval_sheet", text(&composed(&bench, Document::ApprovalSheet(1)).unwrap()));
    insta::assert_snapshot!("draft", text(&composed(&bench, Document::Draft(1)).unwrap()));
    insta::assert_snapshot!("delivery_slip", text(&composed(&bench, Document::DeliverySlip(REPLY)).unwrap()));
    for letter in [Letter::Consultation { n: 1 }, Letter::Consultation { n: 2 }, Letter::ThirdPartyNotice { n: 1 }] {
        assert!(!shown(&bench, letter).contains("甲某某"), "a consulted party is not told who asks");
    }
    assert!(!shown(&bench, REPLY).contains("乙公司"), "the applicant is not told who was consulted");
}

#[test]
fn the_letters_about_an_excessive_request() {
    let mut bench = registered();
    bench.go("2026-06-02");
    let words = json!({"on": "2026-06-02", "words": "本月内已收到同类申请四十件，明显超过合理范围。"});
    bench.take::<RequestReasons>(CLERK, None, words).unwrap();
    insta::assert_snapshot!("reasons_request", shown(&bench, Letter::ReasonsRequest { n: 1 }));
    post(&mut bench, Letter::ReasonsRequest { n: 1 }, "2026-06-02").unwrap();
    sign(&mut bench, "2026-06-04");
    bench.take::<GiveReasons>(CLERK, Some(1), json!({"on": "2026-06-04", "words": "用于学术研究。"})).unwrap();
    bench.take::<AssessReasons>(APPROVER, Some(1), json!({"reasonable": true, "words": "理由合理。"})).unwrap();
    bench.take::<PostponeReply>(APPROVER, None, json!({"until": "2026-09-01", "reasons": "所涉档案须逐卷检索。"})).unwrap();
    insta::assert_snapshot!("postponement", shown(&bench, Letter::Postponement { n: 1 }));
}

#[test]
fn erratum_and_revocation() {
    let mut bench = answered(&[ReplyKind::A2]);
    let mut desk = Answering(&mut bench);
    let (wrong, reason) = (desk.keep("第二段“2024年”应为“2025年”。"), desk.keep("适用条款错误。"));
    let on = day("2026-06-10");
    let remedy = bench.case().replies[0].remedy.clone();
    let corrects = vec![PrintedDatum::ReceivedOn, PrintedDatum::Applicants];
    let number = |n: u32| format!("示市监公复〔2026〕{n}号");
    let erratum = Erratum { n: 1, text: wrong, remedy: Some(remedy), corrects, document_number: number(13), drawn: None, on, by: APPROVER };
    let revocation = Revocation { reason, document_number: number(14), drawn: None, on, by: APPROVER };
    let events = vec![CaseEvent::ErratumIssued { reply: 1, erratum }, CaseEvent::ReplyRevoked { reply: 1, revocation }];
    bench.keep(events, Vec::new());
    insta::assert_snapshot!("erratum", shown(&bench, Letter::Erratum { reply: 1, n: 1 }));
    insta::assert_snapshot!("revocation", shown(&bench, Letter::Revocation { reply: 1 }));
}

#[test]
fn the_fee_standard_is_that_of_the_rule() {
    let bench = registered();
    let template = TemplateKind::Frame(Frame::FeeStandard).read(include_str!("../templates/fee_standard.txt")).unwrap();
    insta::assert_snapshot!("fee_standard", text(&fee_standard("示范局", &bench.settings, &template, day("2026-11-02"))));
}

#[test]
fn what_is_attached_is_named_in_the_letter() {
    let mut bench = registered();
    let paper = json!({"document_id": DOCUMENT, "kind": "information_provided", "title": "统计表", "dated_on": "2026-06-01"});
    bench.take::<AddPaper>(CLERK, None, paper).unwrap();
    bench.go("2026-06-10");
    Answering(&mut bench).reply(&[ReplyKind::A2]);
    bench.case.as_mut().unwrap().replies[0].items[0].grounds.attachments = vec![DOCUMENT];
    assert!(shown(&bench, REPLY).contains("[附注] 附件：统计表"));
}

#[test]
fn every_attachment_is_listed_whether_it_is_a_paper_of_the_case_or_not() {
    let id = Uuid::from_u128;
    let mut bench = registered();
    let paper = json!({"document_id": DOCUMENT, "kind": "information_provided", "title": "统计表", "dated_on": "2026-06-01"});
    bench.take::<AddPaper>(CLERK, None, paper).unwrap();
    bench.go("2026-06-10");
    Answering(&mut bench).reply(&[ReplyKind::A2, ReplyKind::B]);
    let mut given = |item: usize, attachments: Vec<Uuid>, sealed: Vec<SealedOriginal>| {
        let grounds = &mut bench.case.as_mut().unwrap().replies[0].items[item].grounds;
        (grounds.attachments, grounds.sealed) = (attachments, sealed);
    };
    given(0, vec![id(1), DOCUMENT], vec![]);
    given(
        1,
        vec![id(2), id(3), id(4)],
        vec![SealedOriginal { redacted: id(3), unredacted: DOCUMENT }, SealedOriginal { redacted: id(4), unredacted: id(5) }],
    );
    let listed = "[附注] 附件：1．统计表　2．甲文件　3．甲文件（之1）　4．统计表（遮盖件）　5．甲文件（之2）（遮盖件）";
    assert!(shown(&bench, REPLY).contains(listed), "{}", shown(&bench, REPLY));
}

#[test]
fn an_acknowledgement_is_of_one_day_whatever_is_amended_since() {
    let mut bench = registered();
    let printed = shown(&bench, Letter::Acknowledgement {});
    let change = json!({"subject": "receipt", "channel": "counter", "arrived_on": "2026-05-29"});
    bench.take::<AmendCase>(CLERK, None, json!({"change": change, "reason": "登记有误。"})).unwrap();
    assert_eq!(shown(&bench, Letter::Acknowledgement {}), printed, "no new receipt date beside the old due date");
    bench.take::<ReissueAcknowledgement>(CLERK, None, json!({})).unwrap();
    let again = shown(&bench, Letter::Acknowledgement {});
    assert!(again.contains("2026年5月29日") && !again.contains("2026年6月30日"), "{again}");
}

#[test]
fn two_sheets_that_say_the_same_have_the_same_digest_and_no_others() {
    let sheet = |kind| composed(&answered(&[kind]), Document::Letter(REPLY)).unwrap().digest().unwrap();
    assert_eq!(sheet(ReplyKind::A2), sheet(ReplyKind::A2));
    assert_ne!(sheet(ReplyKind::A2), sheet(ReplyKind::D7));
}

#[test]
fn the_applicant_s_words_stand_verbatim_and_are_never_a_template() {
    let sheet = composed(&answered(&[ReplyKind::A2]), Document::Letter(REPLY)).unwrap();
    assert!(sheet.blocks.contains(&Block::Verbatim("申请公开：\n1. 甲文件；\n2. {{agency}} 的乙文件。".into())), "{sheet:?}");
}

#[test]
fn ten_thousand_characters_of_reasons_lose_none() {
    let mut bench = answered(&[ReplyKind::D7]);
    let long: String = "逐句说明本机关为何不予公开该信息。".chars().cycle().take(10_000).collect();
    let reasons = bench.case().replies[0].items[0].reasons.clone();
    bench.secrets.iter_mut().find(|secret| secret.reference.id == reasons.id).unwrap().text.clone_from(&long);
    let sheet = composed(&bench, Document::Letter(REPLY)).unwrap();
    assert!(sheet.blocks.contains(&Block::Paragraph(long)));
}

#[test]
fn the_same_data_give_the_same_letter() {
    let bench = answered(&[ReplyKind::A2]);
    assert_eq!(composed(&bench, Document::Letter(REPLY)), composed(&bench, Document::Letter(REPLY)));
}

#[test]
fn what_is_not_there_or_was_shredded_is_not_composed() {
    let mut bench = answered(&[ReplyKind::A2]);
    for document in [Document::Letter(Letter::Reply { n: 2 }), Document::Letter(Letter::Fee { n: 1 }), Document::Draft(2)] {
        assert_eq!(composed(&bench, document), Err(ComposeError::NoSuch), "{document:?}");
    }
    bench.secrets.clear();
    assert_eq!(composed(&bench, Document::Letter(REPLY)), Err(ComposeError::Shredded));
}

#[test]
fn a_joint_reply_names_every_number_restates_every_request_and_answers_each_under_its_own() {
    use super::Sharer;
    use crate::case::model::{Joint, Part};
    let mut one = answered(&[ReplyKind::A2]);
    let mut two = answered(&[ReplyKind::N1A, ReplyKind::B]);
    let (first, second) = (one.case().id, Uuid::from_u128(101));
    let part = |case: Uuid, n: u32| Part { case, case_number: format!("示市监依申请〔2026〕{n}号") };
    let joint = Some(Joint { id: Uuid::from_u128(77), cases: vec![part(first, 2), part(second, 9)] });
    for (bench, id) in [(&mut one, first), (&mut two, second)] {
        let case = bench.case.as_mut().unwrap();
        case.id = id;
        case.replies[0].joint.clone_from(&joint);
        case.drafts[0].joint.clone_from(&joint);
    }
    let entry = two.case.as_mut().unwrap().registration.as_mut().unwrap();
    entry.case_number = "示市监依申请〔2026〕9号".into();
    let number = one.case().registration.as_ref().unwrap().case_number.clone();
    let opened = |bench: &Bench| -> crate::case::private::Texts {
        bench.secrets.iter().map(|secret| (secret.reference.id, secret.text.clone())).collect()
    };
    let sharers = [Sharer { case: two.case().clone(), texts: opened(&two) }];
    let texts = opened(&one);
    let earlier = std::collections::BTreeMap::new();
    let names = std::collections::BTreeMap::new();
    let materials = Materials {
        case: one.case(),
        texts: &texts,
        settings: &one.settings,
        calendar: one.calendar(),
        agency: "示范市示范区市场监督管理局",
        names: &names,
        earlier: &earlier,
        sharers: &sharers,
        today: one.today,
    };
    for document in [Document::Letter(Letter::Reply { n: 1 }), Document::Draft(1), Document::ApprovalSheet(1)] {
        let mut needed = templates(one.case(), document);
        needed.extend(templates(two.case(), document));
        let shown = text(&compose(document, &materials, &needed).unwrap());
        assert!(shown.contains(&format!("{number}、示市监依申请〔2026〕9号")), "{shown}");
        let headings: Vec<_> = shown.lines().filter(|line| line.starts_with("[小标题] 关于登记编号")).collect();
        assert_eq!(headings.len(), 2, "{shown}");
        assert_eq!(shown.matches("{{agency}} 的乙文件。").count(), 2, "each request stands verbatim: {shown}");
        let (of_one, of_two) = shown.split_once("[小标题] 关于登记编号示市监依申请〔2026〕9号的申请").unwrap();
        assert!(!of_one.contains("（2）关于") && of_two.contains("（2）关于"), "{shown}");
    }
    let alone = Materials { sharers: &[], ..materials };
    let letter = Document::Letter(Letter::Reply { n: 1 });
    assert_eq!(compose(letter, &alone, &templates(one.case(), letter)).unwrap_err(), ComposeError::NoSuch, "never a part of it");
}

#[test]
fn what_departments_searched_is_told_in_a_reply_that_rests_on_it_and_in_no_other() {
    let letter = |kind: ReplyKind| {
        let mut bench = registered();
        let asked = json!({"tasks": [{"department": DEPARTMENT, "wanted": "甲文件", "due_on": "2026-06-08"}]});
        bench.take::<OpenSearch>(CLERK, None, asked).unwrap();
        let letter = text(&composed(&bench, Document::SearchLetter(1)).unwrap());
        assert!(["执法稽查科：", "甲文件", "2026年6月8日", "经办甲"].iter().all(|said| letter.contains(said)), "{letter}");
        let result = json!({
            "scope": {
                "places": ["综合档案室", "办公系统"], "words": ["甲文件", "示范"], "from_on": "2020-01-01", "until_on": "2026-06-01",
                "searched_by": "承办人"
            },
            "searched_on": "2026-06-01", "nothing_found": "经检索，未找到。"
        });
        bench.take::<GiveSearchResult>(HANDLER, Some(1), result).unwrap();
        bench.go("2026-06-10");
        Answering(&mut bench).reply(&[kind]);
        shown(&bench, REPLY)
    };
    let told = "在综合档案室、办公系统以“甲文件”“示范”检索了2020年1月1日至2026年6月1日形成的信息。经检索，未找到。";
    assert!(letter(ReplyKind::N1B).contains(told), "{}", letter(ReplyKind::N1B));
    assert!(!letter(ReplyKind::A1).contains("综合档案室"));
}

#[test]
fn a_denial_says_what_stands_on_the_negative_list_and_cites_the_local_rule() {
    for kind in [ReplyKind::D7, ReplyKind::B] {
        let mut bench = answered(&[kind]);
        let grounds = &mut bench.case.as_mut().unwrap().replies[0].items[0].grounds;
        let entry = Uuid::from_u128(1);
        grounds.withheld_categories =
            vec![UsedCategory {
                entry, edition: 1, title: "执法案卷类".into(), articles: vec!["16(2)".into(), "某市条例 5".into()]
            }];
        let citation = "《示范市政府信息公开规定》第二十一条".to_owned();
        grounds.local_rules = vec![CitedRule { entry, edition: 1, article: "21".into(), citation }];
        let text = shown(&bench, REPLY);
        assert!(text.contains("负面清单所列“执法案卷类”"), "{text}");
        assert!(text.contains("、某市条例 5、《示范市政府信息公开规定》第二十一条的规定"), "{text}");
    }
}

#[test]
fn a_date_in_a_year_without_its_holidays_is_told_as_provisional() {
    let told = |received: &str, extended: &str| {
        let mut bench = Bench::received(received);
        bench.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
        bench.go(extended).take::<ExtendReply>(APPROVER, None, json!({"working_days": 10, "reasons": "档案分散。"})).unwrap();
        [Letter::Acknowledgement {}, Letter::Extension { n: 1 }].map(|letter| shown(&bench, letter).contains("为暂定日期"))
    };
    assert_eq!(told("2026-12-21", "2026-12-22"), [true, true]);
    assert_eq!(told("2026-12-01", "2026-12-28"), [false, true], "only what the extension adds is open");
    assert_eq!(told("2026-06-01", "2026-06-08"), [false, false]);
}
