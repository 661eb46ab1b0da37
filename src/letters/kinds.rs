//! Which documents (文书) there are, domain rules 6.2: their codes, what they are called, which placeholders each may use.
//!
//! A reply is one frame with a fragment for each kind of decision, so that a mixed reply is composed of the same words as a plain one.
//! What goes to a consulted party has no placeholder for the applicant: who asks is no business of a third party's.

use super::template::{Field, Template, TemplateError};
use crate::rules::coded::coded;
use crate::rules::matter::Matter;
use crate::rules::reply_kinds::ReplyKind;

coded! {
    /// A document that is composed as a whole.
    pub enum Frame {
        Acknowledgement => "acknowledgement", "登记回执", "acknowledgement";
        Correction => "correction", "补正告知书", "correction notice";
        Extension => "extension", "延期答复告知书", "notice of an extension";
        ReasonsRequest => "reasons_request", "说明理由告知书", "notice that asks for reasons";
        Postponement => "postponement", "延迟答复告知书", "announcement of a later date";
        ConsultationThirdParty => "consultation_third_party", "征求意见书（致第三方）", "letter to a third party";
        ConsultationCoProducer => "consultation_co_producer", "征求意见书（致共同制作机关）", "letter to an agency that made the information jointly";
        ConsultationOtherAgency => "consultation_other_agency", "协办函", "letter to another agency";
        OpinionForm => "opinion_form", "第三方意见反馈表", "form for the opinion of a third party";
        ThirdPartyNotice => "third_party_notice", "依申请公开告知书（致第三方）", "notice of disclosure to a third party";
        Fee => "fee", "收费通知书", "fee notice";
        Reply => "reply", "答复书", "reply";
        Erratum => "erratum", "答复更正书", "erratum of a reply";
        Revocation => "revocation", "答复撤销书", "withdrawal of a reply";
        DeliverySlip => "delivery_slip", "送达回证", "delivery slip";
        FeeStandard => "fee_standard", "收费标准", "fee standard";
        ApprovalSheet => "approval_sheet", "办理审批表", "inner approval sheet";
        SearchLetter => "search_letter", "协查函", "letter that asks a department to search";
        ReconsiderationAnswer => "reconsideration_answer", "行政复议答复书", "answer to the reconsideration body";
        Defence => "defence", "行政答辩状", "defence in court";
    }
}

impl Frame {
    /// The title it bears; a reply is titled by its outcome.
    pub fn title(self, matter: Matter) -> String {
        let application = application(matter);
        match self {
            Self::Acknowledgement
            | Self::Correction
            | Self::Extension
            | Self::ReasonsRequest
            | Self::Postponement
            | Self::ApprovalSheet
            | Self::SearchLetter
            | Self::Reply => format!("{application}{}", self.zh()),
            Self::ConsultationThirdParty | Self::ConsultationCoProducer => "政府信息公开征求意见书".to_owned(),
            Self::ConsultationOtherAgency => "政府信息公开协办函".to_owned(),
            Self::OpinionForm | Self::DeliverySlip | Self::ReconsiderationAnswer | Self::Defence => self.zh().to_owned(),
            Self::ThirdPartyNotice => "依申请公开告知书".to_owned(),
            Self::Fee => "政府信息公开信息处理费收费通知书".to_owned(),
            Self::FeeStandard => "政府信息公开信息处理费收费标准".to_owned(),
            Self::Erratum => "政府信息公开答复更正书".to_owned(),
            Self::Revocation => "政府信息公开答复撤销书".to_owned(),
        }
    }
}

/// What the applicant handed in.
pub const fn application(matter: Matter) -> &'static str {
    match matter {
        Matter::InformationRequest => "政府信息公开申请",
        Matter::RecordCorrection => "政府信息更正申请",
    }
}

/// A template: of a whole document, or of the decision on one item of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TemplateKind {
    /// A whole document.
    Frame(Frame),
    /// The decision on one item.
    Decision(ReplyKind),
}

const DECISION: &str = "decision_";

impl TemplateKind {
    /// Every template.
    pub fn all() -> impl Iterator<Item = Self> {
        Frame::ALL.iter().copied().map(Self::Frame).chain(ReplyKind::ALL.iter().copied().map(Self::Decision))
    }

    /// The stable code.
    pub fn code(self) -> String {
        match self {
            Self::Frame(frame) => frame.code().to_owned(),
            Self::Decision(kind) => format!("{DECISION}{}", kind.code()),
        }
    }

    /// The template with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        match code.strip_prefix(DECISION) {
            Some(kind) => ReplyKind::from_code(kind).map(Self::Decision),
            None => Frame::from_code(code).map(Self::Frame),
        }
    }

    /// What it is called, in Chinese.
    pub fn zh(self) -> String {
        match self {
            Self::Frame(frame) => frame.zh().to_owned(),
            Self::Decision(kind) => format!("答复内容：{}", kind.zh()),
        }
    }

    /// What it is called, in English.
    pub fn en(self) -> String {
        match self {
            Self::Frame(frame) => frame.en().to_owned(),
            Self::Decision(kind) => format!("decision: {}", kind.en()),
        }
    }

    /// The placeholders it may use.
    pub const fn fields(self) -> &'static [&'static [Field]] {
        match self {
            Self::Decision(_) => &[DECISION_FIELDS],
            Self::Frame(frame) => match frame {
                Frame::Acknowledgement => &[OFFICE, CASE, APPLICANT, ACKNOWLEDGEMENT],
                Frame::Correction => &[OFFICE, CASE, NUMBER, APPLICANT, REQUEST, CORRECTION],
                Frame::Extension => &[OFFICE, CASE, NUMBER, APPLICANT, REQUEST, EXTENSION],
                Frame::ReasonsRequest => &[OFFICE, CASE, NUMBER, APPLICANT, REQUEST, REASONS_REQUEST],
                Frame::Postponement => &[OFFICE, CASE, NUMBER, APPLICANT, REQUEST, POSTPONEMENT],
                Frame::ConsultationThirdParty | Frame::ConsultationCoProducer | Frame::ConsultationOtherAgency | Frame::OpinionForm => {
                    &[OFFICE, CASE, NUMBER, CONSULTATION]
                }
                Frame::ThirdPartyNotice => &[OFFICE, CASE, NUMBER, CONSULTATION, THIRD_PARTY_NOTICE],
                Frame::Fee => &[OFFICE, CASE, NUMBER, APPLICANT, REQUEST, FEE],
                Frame::Reply => &[OFFICE, CASE, APPLICANT, REQUEST, COURSE, REPLY],
                Frame::Erratum => &[OFFICE, CASE, APPLICANT, REQUEST, EARLIER, ERRATUM],
                Frame::Revocation => &[OFFICE, CASE, APPLICANT, REQUEST, EARLIER, REVOCATION],
                Frame::DeliverySlip => &[OFFICE, CASE, DELIVERY_SLIP],
                Frame::FeeStandard => &[OFFICE, FEE_STANDARD],
                Frame::SearchLetter => &[OFFICE, CASE, REQUEST, SEARCH_LETTER],
                Frame::ApprovalSheet => &[OFFICE, CASE, APPLICANT, REQUEST, COURSE, APPROVAL_SHEET],
                Frame::ReconsiderationAnswer | Frame::Defence => &[OFFICE, CASE, APPLICANT, REQUEST, COURSE, PROCEEDING],
            },
        }
    }

    /// Reads a text as this template and refuses what it cannot be.
    pub fn read(self, text: &str) -> Result<Template, TemplateError> {
        let template = Template::parse(text)?;
        template.check(self.fields())?;
        Ok(template)
    }

    /// The national default.
    pub const fn default_text(self) -> &'static str {
        match self {
            Self::Frame(frame) => match frame {
                Frame::Acknowledgement => include_str!("templates/acknowledgement.txt"),
                Frame::Correction => include_str!("templates/correction.txt"),
                Frame::Extension => include_str!("templates/extension.txt"),
                Frame::ReasonsRequest => include_str!("templates/reasons_request.txt"),
                Frame::Postponement => include_str!("templates/postponement.txt"),
                Frame::ConsultationThirdParty => include_str!("templates/consultation_third_party.txt"),
                Frame::ConsultationCoProducer => include_str!("templates/consultation_co_producer.txt"),
                Frame::ConsultationOtherAgency => include_str!("templates/consultation_other_agency.txt"),
                Frame::OpinionForm => include_str!("templates/opinion_form.txt"),
                Frame::ThirdPartyNotice => include_str!("templates/third_party_notice.txt"),
                Frame::Fee => include_str!("templates/fee.txt"),
                Frame::Reply => include_str!("templates/reply.txt"),
                Frame::Erratum => include_str!("templates/erratum.txt"),
                Frame::Revocation => include_str!("templates/revocation.txt"),
                Frame::DeliverySlip => include_str!("templates/delivery_slip.txt"),
                Frame::FeeStandard => include_str!("templates/fee_standard.txt"),
                Frame::SearchLetter => include_str!("templates/search_letter.txt"),
                Frame::ApprovalSheet => include_str!("templates/approval_sheet.txt"),
                Frame::ReconsiderationAnswer => include_str!("templates/reconsideration_answer.txt"),
                Frame::Defence => include_str!("templates/defence.txt"),
            },
            Self::Decision(kind) => match kind {
                ReplyKind::A1 => include_str!("templates/decision_a1.txt"),
                ReplyKind::A2 => include_str!("templates/decision_a2.txt"),
                ReplyKind::B => include_str!("templates/decision_b.txt"),
                ReplyKind::D1 => include_str!("templates/decision_d1.txt"),
                ReplyKind::D2 => include_str!("templates/decision_d2.txt"),
                ReplyKind::D3 => include_str!("templates/decision_d3.txt"),
                ReplyKind::D4 => include_str!("templates/decision_d4.txt"),
                ReplyKind::D5 => include_str!("templates/decision_d5.txt"),
                ReplyKind::D6 => include_str!("templates/decision_d6.txt"),
                ReplyKind::D7 => include_str!("templates/decision_d7.txt"),
                ReplyKind::D8 => include_str!("templates/decision_d8.txt"),
                ReplyKind::N1A => include_str!("templates/decision_n1a.txt"),
                ReplyKind::N1B => include_str!("templates/decision_n1b.txt"),
                ReplyKind::N2 => include_str!("templates/decision_n2.txt"),
                ReplyKind::N3 => include_str!("templates/decision_n3.txt"),
                ReplyKind::P1 => include_str!("templates/decision_p1.txt"),
                ReplyKind::P2 => include_str!("templates/decision_p2.txt"),
                ReplyKind::P3 => include_str!("templates/decision_p3.txt"),
                ReplyKind::P4 => include_str!("templates/decision_p4.txt"),
                ReplyKind::P5 => include_str!("templates/decision_p5.txt"),
                ReplyKind::O1 => include_str!("templates/decision_o1.txt"),
                ReplyKind::O2 => include_str!("templates/decision_o2.txt"),
                ReplyKind::O3 => include_str!("templates/decision_o3.txt"),
                ReplyKind::R1 => include_str!("templates/decision_r1.txt"),
                ReplyKind::R2 => include_str!("templates/decision_r2.txt"),
                ReplyKind::R3 => include_str!("templates/decision_r3.txt"),
                ReplyKind::R4 => include_str!("templates/decision_r4.txt"),
            },
        }
    }
}

const OFFICE: &[Field] = &[
    Field::text("agency", "机关全称"),
    Field::text("seal", "落款（印章）名称"),
    Field::text("contact", "联系方式"),
    Field::text("address", "通信地址"),
    Field::text("payment", "缴费方式"),
    Field::text("title", "文书标题"),
    Field::text("dated", "成文日期"),
];
const CASE: &[Field] = &[
    Field::text("case_number", "登记编号"),
    Field::text("application", "“政府信息公开申请”或者“政府信息更正申请”"),
    Field::text("received_on", "收到申请之日"),
    Field::text("registered_on", "登记日期"),
    Field::text("channel", "提交方式"),
    Field::text("tracking_number", "来件邮件号"),
];
const NUMBER: &[Field] = &[Field::text("number", "文号")];
const APPLICANT: &[Field] =
    &[Field::text("applicants", "申请人"), Field::text("agent", "代理人"), Field::text("you", "对申请人的称谓：您、你单位、你们")];
const REQUEST: &[Field] = &[
    Field::text("request", "申请内容原文"),
    Field::text("request_document_number", "申请人所写文号"),
    Field::text("request_features", "申请人所写其他特征"),
    Field::text("wanted_form", "申请人要求的获取方式"),
];
const ACKNOWLEDGEMENT: &[Field] = &[
    Field::required("due_on", "答复期限"),
    Field::text("provisional", "期限涉及尚未公布放假安排的年度"),
    Field::required("query_code", "查询码"),
];
const CORRECTION: &[Field] =
    &[Field::required("points", "补正事项"), Field::text("reasons", "理由"), Field::required("term", "补正期限（工作日）")];
const EXTENSION: &[Field] = &[
    Field::required("days", "延长的工作日数"),
    Field::text("reasons", "理由"),
    Field::text("extended_until", "延长后的答复期限"),
    Field::text("provisional", "期限涉及尚未公布放假安排的年度"),
];
const REASONS_REQUEST: &[Field] = &[Field::required("words", "要求说明的内容和认为超过合理范围的理由")];
const POSTPONEMENT: &[Field] = &[Field::required("until", "延迟至"), Field::text("reasons", "理由")];
const CONSULTATION: &[Field] = &[Field::text("party", "被征求意见方"), Field::required("question", "征求意见的事项")];
const THIRD_PARTY_NOTICE: &[Field] = &[
    Field::text("consulted_on", "征求意见日期"),
    Field::text("opinion", "第三方意见"),
    Field::text("opinion_words", "第三方理由"),
    Field::required("reasons", "决定公开的理由"),
    Field::text("body", "行政复议机关"),
    Field::text("court", "人民法院"),
];
const FEE: &[Field] = &[
    Field::text("reasons", "收费理由"),
    Field::text("method", "计费方式"),
    Field::text("quantity", "计费数量"),
    Field::required("amount", "金额（元）"),
];
const COURSE: &[Field] = &[
    Field::list(
        "corrections",
        "补正",
        &[Field::text("sent_on", "告知日期"), Field::text("answered_on", "收到补正日期"), Field::text("words", "补正内容原文")],
    ),
    Field::list(
        "fees",
        "收费",
        &[Field::text("sent_on", "通知日期"), Field::text("amount", "金额（元）"), Field::text("paid_on", "缴清日期")],
    ),
    Field::list(
        "consultations",
        "征求意见",
        &[Field::text("party", "征求何方意见，不写名称"), Field::text("sent_on", "发出日期"), Field::text("answered_on", "反馈日期")],
    ),
    Field::list(
        "extensions",
        "延期",
        &[Field::text("sent_on", "告知日期"), Field::text("days", "工作日数"), Field::text("reasons", "理由")],
    ),
    Field::list("reasons_requests", "说明理由", &[Field::text("sent_on", "告知日期"), Field::text("answered_on", "说明日期")]),
    Field::list("postponements", "延迟答复", &[Field::text("sent_on", "告知日期"), Field::text("until", "延迟至")]),
    Field::list("searches", "检索", &[Field::text("on", "日期"), Field::text("record", "检索记录")]),
];
const REPLY: &[Field] = &[
    Field::required("number", "文号"),
    Field::required("decisions", "各项答复内容，以单独一行 @decisions 写入"),
    Field::required("remedy", "救济告知"),
    Field::text("attachments", "附件"),
];
const EARLIER: &[Field] = &[
    Field::required("number", "本文书文号"),
    Field::text("reply_title", "原答复标题"),
    Field::required("reply_number", "原答复文号"),
    Field::text("replied_on", "原答复日期"),
];
const ERRATUM: &[Field] =
    &[Field::required("text", "更正内容"), Field::text("stated", "更正后的登记事项"), Field::required("remedy", "更正后的救济告知")];
const REVOCATION: &[Field] = &[Field::required("reasons", "撤销理由")];
const DELIVERY_SLIP: &[Field] = &[
    Field::required("letter_title", "送达文书"),
    Field::text("letter_number", "文号"),
    Field::text("letter_dated", "文书日期"),
    Field::required("recipient", "受送达人"),
    Field::text("place", "送达地点"),
];
const SEARCH_LETTER: &[Field] = &[
    Field::required("department", "协查处室"),
    Field::required("wanted", "请求检索的信息"),
    Field::required("due_on", "反馈期限"),
    Field::text("asked_by", "经办人"),
];
const BANDS: &[Field] = &[Field::text("band", "档次"), Field::text("price", "单价")];
const FEE_STANDARD: &[Field] = &[Field::list("item_bands", "按件计收各档", BANDS), Field::list("page_bands", "按量计收各档", BANDS)];
const APPROVAL_SHEET: &[Field] = &[
    Field::text("due_on", "答复期限"),
    Field::text("department", "承办部门"),
    Field::text("handler", "承办人"),
    Field::text("drafter", "拟稿人"),
    Field::text("drafted_on", "拟稿日期"),
    Field::text("draft", "稿次"),
    Field::text("reply_title", "文书标题"),
    Field::text("number", "文号"),
    Field::required("decisions", "拟答复意见，以单独一行 @decisions 写入"),
    Field::list(
        "reviews",
        "已有审核、签发意见",
        &[
            Field::text("step", "环节"),
            Field::text("verdict", "结论"),
            Field::text("opinion", "意见"),
            Field::text("by", "签名"),
            Field::text("on", "日期"),
        ],
    ),
    Field::list("open_steps", "尚待办理的环节", &[Field::text("step", "环节")]),
];
const PROCEEDING: &[Field] = &[
    Field::required("body", "行政复议机关或者人民法院"),
    Field::text("body_case_number", "其案号"),
    Field::text("answer_article", "提出答复所依据的条：普通程序第四十八条，简易程序第五十四条"),
    Field::text("instance", "审级"),
    Field::text("co_defendant", "与复议机关为共同被告"),
    Field::text("third_party", "本机关为第三人"),
    Field::list(
        "earlier",
        "此前的复议、审级",
        &[
            Field::text("by", "机关或者法院"),
            Field::text("stage", "行政复议或者审级"),
            Field::text("decision_number", "决定、裁判文号或者案号"),
            Field::text("decided_on", "决定、裁判日期"),
            Field::text("outcome", "结果"),
        ],
    ),
    Field::list(
        "cases",
        "所涉各案，一案亦同；其中的申请人、申请、办理经过、答复、证据目录各项均为该案的",
        &[Field::text("of_several", "不止一案")],
    ),
    Field::text("notified_on", "收到副本之日"),
    Field::text("answer_due_on", "答复、答辩期限"),
    Field::text("silence", "所诉为逾期未答复"),
    Field::text("reply_due_on", "法定答复期限"),
    Field::text("reply_title", "被诉答复标题"),
    Field::text("reply_number", "被诉答复文号"),
    Field::text("replied_on", "被诉答复日期"),
    Field::text("posted_on", "答复交邮、发送之日"),
    Field::text("served_on", "答复送达之日"),
    Field::text("decisions", "被诉答复各项内容，以单独一行 @decisions 写入"),
    Field::list(
        "evidence",
        "证据目录",
        &[
            Field::text("n", "序号"),
            Field::text("paper", "证据名称"),
            Field::text("paper_number", "文号"),
            Field::text("paper_dated", "日期"),
        ],
    ),
];
const DECISION_FIELDS: &[Field] = &[
    Field::text("you", "对申请人的称谓"),
    Field::text("subject", "本项内容"),
    Field::required("reasons", "理由"),
    Field::required("articles", "依据"),
    Field::text("how_to_obtain", "获取的方式、途径和时间"),
    Field::text("provided_form", "提供形式"),
    Field::text("withheld_under", "不予公开部分的理由类别"),
    Field::text("level", "密级"),
    Field::text("classified_on", "定密日期"),
    Field::text("classified_by", "定密机关"),
    Field::text("internal_affair", "内部事务信息类别"),
    Field::text("process_information", "过程性信息类别"),
    Field::text("duty_basis", "职责依据"),
    Field::text("competent_agency", "负责公开的行政机关"),
    Field::text("competent_agency_contact", "该机关联系方式"),
    Field::text("access_rules", "特别规定"),
    Field::text("earlier_reply", "已作出的答复"),
    Field::text("other_reason", "其他处理的情形"),
    Field::text("category", "负面清单类别"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_national_default_passes_its_own_check() {
        for kind in TemplateKind::all() {
            if let Err(error) = kind.read(kind.default_text()) {
                panic!("{}: {error}", kind.code());
            }
        }
    }

    #[test]
    fn codes_lead_back_and_no_two_are_alike() {
        let codes: BTreeSet<String> = TemplateKind::all().map(TemplateKind::code).collect();
        assert_eq!(codes.len(), TemplateKind::all().count());
        for kind in TemplateKind::all() {
            assert_eq!(TemplateKind::from_code(&kind.code()), Some(kind));
        }
        assert_eq!((TemplateKind::from_code("decision_x"), TemplateKind::from_code("")), (None, None));
    }

    #[test]
    fn a_third_party_is_not_told_who_asks() {
        for frame in [Frame::ConsultationThirdParty, Frame::ConsultationCoProducer, Frame::OpinionForm, Frame::ThirdPartyNotice] {
            let error = TemplateKind::Frame(frame).read("@title {{applicants}}\n{{question}}").unwrap_err();
            assert_eq!(error.code(), "placeholder_unknown", "{}", frame.code());
        }
    }

    #[test]
    fn no_name_of_a_placeholder_stands_twice_in_a_document() {
        for kind in TemplateKind::all() {
            let names: Vec<&str> = kind.fields().iter().copied().flatten().map(|field| field.name).collect();
            assert_eq!(names.len(), names.iter().collect::<BTreeSet<_>>().len(), "{}", kind.code());
        }
    }
}
