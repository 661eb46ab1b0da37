//! Official names of codes that the case itself does not name: kinds of events, and the plain enums of the model.

use super::case_page::{LetterState, SentBy};
use super::light::Light;
use super::precedents::Likeness;
use super::shape::Label;
use super::statistics::By;
use crate::case::flow::{Node, Step};
use crate::case::journal::agency::{PostKind, RevealPurpose};
use crate::case::model::{
    AmendmentState, AttemptResult, ContactMeans, DisclosureAttribute, DraftState, Finding, LitigationRoute, PaperKind, PartyOpinion,
    PostalService, ProceedingKind, ProofRole, ReplyState, SignedAs, Verdict,
};
use crate::case::model::{ContactResult, PrintedDatum, PublicationResult};
use crate::case::stage::Stage;
use crate::exchange::envelope::{ExchangeContract, MessageFate, MessageType, OutgoingType};
use crate::exchange::inbox::queue::DismissalReason;
use crate::exchange::inbox::{MessageState, Wait};
use crate::exchange::outbox::DeliveryState;
use crate::exchange::platform::envelope::{PlatformMessageType, PlatformOutgoingType};
use crate::rules::annual_report::count::{Difference, Entered};
use crate::rules::annual_report::proceedings::Category;
use crate::rules::annual_report::publication::Reporter;
use crate::rules::annual_report::published::ProceedingDifference;
use crate::rules::annual_report::warnings::ReportWarningKind;
use crate::rules::applicants::{ApplicantKind, DeliveryChannel, IdKind, WantedForm};
use crate::rules::clock::{ClockStatus, Party, StepKind};
use crate::rules::library::Shelf;
use crate::rules::matter::Matter;
use crate::rules::outcomes::{Column, CorrectionCause, CourtForm, CourtOutcome, Instance, ProcedureKind, ReconsiderationOutcome};
use crate::rules::permissions::Role;
use crate::rules::platform::{PlatformDifference, PlatformStatus};
use crate::rules::proceedings::{
    AppearanceRole, Appellant, ComplaintFinding, ComplaintGround, CourseKind, EndedBy, FilingSubject, HearingKind, HearingState, OrderKind,
    PartyStanding,
};
use crate::rules::receipt::{Channel, ReceiptBasis};
use crate::rules::remedies::RemedyPath;
use crate::rules::reply_kinds::{Ground, InternalAffair, OtherReason, ProcessInformation, ReplyKind, SecretLevel};
use crate::rules::review::{Redaction, ReviewKind, ReviewedOutcome};
use crate::rules::supervision::{LetterKind, RectificationSource, RectificationState};
use crate::rules::terms::{Basis, Circumstance, DutyKind, DutyOwner, Unit};

/// An enum whose every value has a code and two names.
pub trait Labelled: Copy + 'static {
    /// Every value.
    const EVERY: &'static [Self];

    /// The stable code, the same as in JSON.
    fn key(self) -> &'static str;

    /// What it is called.
    fn label(self) -> Label;
}

macro_rules! named_already {
    ($($ty:ty),+ $(,)?) => { $(
        impl Labelled for $ty {
            const EVERY: &'static [Self] = <$ty>::ALL;
            fn key(self) -> &'static str { self.code() }
            fn label(self) -> Label { Label { zh: self.zh(), en: self.en() } }
        }
    )+ };
}

named_already! {
    Stage, Role, Channel, ReceiptBasis, ApplicantKind, IdKind, WantedForm, DeliveryChannel, ReplyKind, OtherReason, Ground, InternalAffair,
    ProcessInformation, SecretLevel, RemedyPath, ReconsiderationOutcome, CourtOutcome, Column, Instance, ProcedureKind, DutyKind, DutyOwner,
    Basis, Circumstance, Unit, Matter, Light, SentBy, LetterState, ProofRole, SignedAs, PrintedDatum, Party, StepKind, ClockStatus, ReviewKind, ReviewedOutcome,
    Redaction, PostKind, PublicationResult, DisclosureAttribute, Shelf, ContactResult,
    PartyStanding, CourseKind, HearingKind, HearingState, AppearanceRole, OrderKind, EndedBy, ComplaintGround, ComplaintFinding,
    Appellant, CourtForm, FilingSubject,
    Entered, Difference, ProceedingDifference, ReportWarningKind, Reporter, Category, By,
    CorrectionCause, Likeness, LetterKind, RectificationSource, RectificationState, PlatformStatus, PlatformDifference, PlatformMessageType, PlatformOutgoingType,
    ExchangeContract, MessageType, OutgoingType, MessageState, MessageFate, Wait, DismissalReason, DeliveryState,
}

impl Labelled for Step {
    const EVERY: &'static [Self] = Self::ALL;
    fn key(self) -> &'static str {
        self.code()
    }
    fn label(self) -> Label {
        Label { zh: self.row().zh, en: self.row().en }
    }
}

macro_rules! named_here {
    ($($ty:ty { $($variant:ident => $code:literal, $zh:literal, $en:literal;)+ })+) => { $(
        impl Labelled for $ty {
            const EVERY: &'static [Self] = &[$(Self::$variant,)+];
            fn key(self) -> &'static str { match self { $(Self::$variant => $code,)+ } }
            fn label(self) -> Label { match self { $(Self::$variant => Label { zh: $zh, en: $en },)+ } }
        }
    )+ };
}

named_here! {
    Node {
        Receive => "receive", "接收", "Receive";
        Register => "register", "登记", "Register";
        Reply => "reply", "答复", "Reply";
        Mail => "mail", "邮寄", "Mail";
        Archive => "archive", "办结归档", "Close and archive";
        Remedy => "remedy", "复议诉讼报备", "Review and litigation filing";
        Handle => "handle", "办理", "Handle";
        Mend => "mend", "更正", "Mend";
    }
    ContactMeans {
        Telephone => "telephone", "电话", "telephone";
        Sms => "sms", "短信", "short message";
        Email => "email", "电子邮件", "e-mail";
        Portal => "portal", "网上平台消息", "message on the portal";
        InPerson => "in_person", "当面", "in person";
        Letter => "letter", "信函", "letter";
    }
    AttemptResult {
        NotReached => "not_reached", "未联系上", "nobody could be reached";
        MessageLeft => "message_left", "已留言", "a message was left";
        Confirmed => "confirmed", "已确认", "the applicant confirmed";
    }
    PaperKind {
        ReplyOriginal => "reply_original", "答复书正本", "signed reply";
        SignedDraft => "signed_draft", "签发稿", "draft with its slip";
        InformationProvided => "information_provided", "提供的信息", "copy of information given";
        ProofOfDelivery => "proof_of_delivery", "送达凭证", "proof of delivery";
        Application => "application", "申请表", "application form or letter";
        IdentityProof => "identity_proof", "身份证明", "proof of identity";
        Authorisation => "authorisation", "授权委托书", "power of attorney";
        Envelope => "envelope", "信封", "envelope";
        SearchRecord => "search_record", "检索记录", "search record";
        Opinion => "opinion", "会商、审核意见", "minutes and opinions";
        ProceedingPaper => "proceeding_paper", "复议诉讼材料", "papers of a reconsideration or lawsuit";
        Other => "other", "其他", "anything else";
    }
    Finding {
        InOrder => "in_order", "符合", "in order";
        Deficient => "deficient", "不符合", "not in order";
        NotApplicable => "not_applicable", "不适用", "not applicable";
    }
    PostalService {
        Ems => "ems", "邮政特快专递", "EMS";
        RegisteredLetter => "registered_letter", "挂号信", "registered letter";
    }
    PartyOpinion {
        Consents => "consents", "同意公开", "agrees to disclosure";
        Refuses => "refuses", "不同意公开", "does not agree";
        ConsentsInPart => "consents_in_part", "部分同意公开", "agrees to a part";
    }
    Verdict {
        Approved => "approved", "通过", "passed";
        Returned => "returned", "退回", "sent back";
    }
    DraftState {
        Open => "open", "待审核签发", "waits for review or issue";
        Returned => "returned", "已退回", "sent back";
        Superseded => "superseded", "已被新稿取代", "replaced by a later draft";
        Issued => "issued", "已签发", "issued";
    }
    ReplyState {
        Issued => "issued", "有效", "it stands";
        Recalled => "recalled", "发出前撤回", "recalled before it left";
        Reopened => "reopened", "已恢复办理", "Taken back by a reopening";
        SetAside => "set_aside", "依复议决定或者裁判重新答复", "Another was ordered in its place";
        Revoked => "revoked", "已撤销", "revoked after it left";
    }
    ProceedingKind {
        Reconsideration => "reconsideration", "行政复议", "administrative reconsideration";
        Litigation => "litigation", "行政诉讼", "administrative litigation";
    }
    LitigationRoute {
        Direct => "direct", "未经复议直接起诉", "directly";
        AfterReconsideration => "after_reconsideration", "复议后起诉", "after a reconsideration";
    }
    AmendmentState {
        Proposed => "proposed", "待第二人确认", "waits for a second person";
        Applied => "applied", "已生效", "in force";
        Rejected => "rejected", "未通过", "refused";
    }
    RevealPurpose {
        Contact => "contact", "联系申请人", "to reach the applicant";
        VerifyIdentity => "verify_identity", "核实身份", "to verify who they are";
        AddressLetter => "address_letter", "填写寄送地址", "to address a letter";
        Proceeding => "proceeding", "复议诉讼", "for a reconsideration or a lawsuit";
        Audit => "audit", "审计", "for an audit";
        Transfer => "transfer", "移交档案馆", "to hand a dossier over to an archive";
    }
}

/// What a kind of event is called; the kind itself where nobody named it.
pub fn event(kind: &str) -> Label {
    let known = CASE_EVENTS.iter().chain(AGENCY_EVENTS).find(|(code, _)| *code == kind);
    known.map_or(Label { zh: "其他事件", en: "another event" }, |(_, label)| *label)
}

const fn named(code: &'static str, zh: &'static str, en: &'static str) -> (&'static str, Label) {
    (code, Label { zh, en })
}

/// What happens to a case.
pub const CASE_EVENTS: &[(&str, Label)] = &[
    named("application_arrived", "收到申请材料", "An application came in"),
    named("confirmation_attempted", "联系申请人确认", "An attempt to confirm the receipt"),
    named("receipt_established", "确定收到申请之日", "The receipt date was fixed"),
    named("case_registered", "登记并出具回执", "Registered and acknowledged"),
    named("acknowledgement_reissued", "重新出具回执", "The acknowledgement was issued again"),
    named("application_examined", "形式审查", "Examined formally"),
    named("case_assigned", "分办", "Given to a department and handler"),
    named("assignment_accepted", "认领", "An assignment was taken on"),
    named("assignment_returned", "退回分办", "An assignment was sent back"),
    named("search_tasks_opened", "发出协查", "Departments were asked to search"),
    named("search_result_given", "反馈检索结果", "A department gave the result of its search"),
    named("search_result_returned", "退回检索结果", "An incomplete search result was sent back"),
    named("search_task_withdrawn", "撤回协查", "A search task was withdrawn"),
    named("conference_opened", "召集会商", "A conference on a hard case was called"),
    named("conference_opinion_given", "登记会商意见", "A participant of a conference gave an opinion"),
    named("conference_concluded", "形成会商纪要", "A conference came to its result"),
    named("contact_logged", "与申请人沟通", "Somebody spoke with the applicant"),
    named("correction_requested", "作出补正告知", "A correction was asked for"),
    named("correction_answered", "收到补正材料", "A corrected application came in"),
    named("correction_confirmed", "确认收到补正材料", "The receipt of a corrected application was confirmed"),
    named("consultation_opened", "征求意见", "Somebody outside the agency was consulted"),
    named("consultation_answered", "收到反馈意见", "A consulted party answered"),
    named("consultation_failed", "征求意见无法送达", "A letter to a consulted party cannot be delivered"),
    named("consultation_decided", "决定征求意见事项", "The agency decided what follows from a consultation"),
    named("extension_approved", "批准延期答复", "An extension was approved"),
    named("reasons_requested", "要求说明理由", "Reasons were asked for"),
    named("reasons_given", "收到理由说明", "The applicant gave reasons"),
    named("reasons_assessed", "审查理由", "The agency assessed the reasons"),
    named("reply_postponed", "确定延迟答复", "A later date for the reply was set"),
    named("fee_notice_issued", "作出收费通知", "A fee was asked for"),
    named("fee_payment_received", "收到缴费", "A payment came in"),
    named("term_ran_out", "期限届满", "A term ran out with nothing received"),
    named("notice_voided", "作废误发的文书", "A notice sent by mistake was voided"),
    named("case_reopened", "恢复办理", "A case closed because a term lapsed goes on"),
    named("dates_recounted", "按新日历重新计算期限", "The dates were counted anew with a new calendar"),
    named("reply_drafted", "拟稿", "A reply was drafted"),
    named("draft_reviewed", "审核文稿", "A draft was reviewed"),
    named("reply_issued", "签发答复", "A reply was approved, numbered and signed"),
    named("letter_made", "制作文书", "A letter was made"),
    named("letter_dispatched", "寄送", "A letter left the agency"),
    named("delivery_recorded", "登记送达结果", "What became of a letter is known"),
    named("delivery_proof_filed", "送达凭证归卷", "A proof of a dispatch was filed"),
    named("letter_opened", "在线查阅", "A letter served on line was opened"),
    named("letter_scan_filed", "盖章件归卷", "The scan of a sealed letter was filed"),
    named("publication_reviewed", "依申请转主动公开审查", "It was decided whether an item is published"),
    named("information_published", "转为主动公开", "What was to be published was published"),
    named("case_closed", "办结", "Closed"),
    named("case_archived", "归档", "The dossier was archived"),
    named("dossier_held", "暂缓销毁", "The dossier was held"),
    named("hold_released", "解除暂缓销毁", "A hold was released"),
    named("disposal_proposed", "提出销毁", "Disposal was proposed"),
    named("disposal_rejected", "不同意销毁", "Disposal was refused"),
    named("dossier_disposed", "案卷销毁", "The dossier was disposed of"),
    named("paper_added", "补充材料", "A paper was put into the dossier"),
    named("proceeding_opened", "登记复议或诉讼", "A reconsideration or lawsuit reached the agency"),
    named("proceeding_answered", "提交答复或答辩", "The agency answered with evidence"),
    named("proceeding_decided", "登记复议决定或裁判", "The body or court decided"),
    named("proceeding_filed", "复议诉讼报备", "The proceeding was filed with the authority"),
    named("order_performed", "履行决定或判决", "The agency performed what was ordered"),
    named("opinion_received", "收到行政复议意见书", "The reconsideration body's opinion was received"),
    named("opinion_reported", "报送意见书办理情况", "The agency reported on a reconsideration opinion"),
    named("proceeding_noted", "登记中止、恢复、延期、转普通程序", "The body or court told of the course"),
    named("hearing_announced", "登记听证、开庭通知", "A hearing or court session was announced"),
    named("hearing_recorded", "登记听证、开庭情况", "What became of a hearing or court session is known"),
    named("body_told", "告知复议机关、法院自行撤销", "The body was told of the agency's own revocation"),
    named("round_ordered", "依决定或者裁判重新答复", "A decision opened another round of reply"),
    named("complaint_received", "登记投诉举报", "A complaint came through the authority"),
    named("complaint_answered", "说明投诉情况", "The agency explained itself to the authority"),
    named("complaint_concluded", "登记投诉处理结果", "The authority came to its finding"),
    named("complaint_rectified", "落实督促整改", "What a complaint found was put right"),
    named("amendment_proposed", "提出更正，待第二人确认", "An amendment waits for a second person"),
    named("amendment_applied", "更正生效", "An amendment took effect"),
    named("amendment_rejected", "更正未通过", "The second person refused an amendment"),
    named("case_voided", "作废", "Voided"),
    named("twin_voided", "重复件已作废", "A case entered twice was voided in favour of this one"),
    named("earlier_receipt_taken", "承接重复件的收到日期", "Took the earlier receipt date of a case entered twice"),
    named("reply_recalled", "撤回未发出的答复", "A reply was recalled before it left"),
    named("erratum_issued", "更正答复笔误", "A clerical mistake in a reply was corrected"),
    named("reply_revoked", "撤销答复", "A dispatched reply was withdrawn"),
    named("case_split", "拆分", "Split into several cases"),
    named("lesson_drawn", "总结经验教训", "A lesson was drawn from a correction"),
    named("rectification_ordered", "发出整改通知", "A department was told to mend something"),
    named("rectification_reported", "反馈整改情况", "A department said what it mended"),
    named("rectification_reviewed", "复查整改情况", "Somebody else looked whether it is mended"),
    named("rectification_withdrawn", "撤回整改通知", "A notice of rectification was withdrawn"),
    named("platform_entered", "登记平台编号和状态", "Number or status on the city's platform were recorded"),
];

/// What happens to an agency.
pub const AGENCY_EVENTS: &[(&str, Label)] = &[
    named("agency_founded", "设立机关", "The agency was set up"),
    named("department_created", "新增部门", "A department was made"),
    named("department_changed", "变更部门", "A department was changed"),
    named("account_created", "新增账号", "An account was made"),
    named("account_changed", "变更账号", "An account was changed"),
    named("password_changed", "修改密码", "Somebody changed the own password"),
    named("password_reset", "重置密码", "An administrator gave a new password"),
    named("password_rehashed", "密码重新散列保存", "A password was hashed anew"),
    named("head_appointed", "指定公开工作机构负责人", "A head of the FOI office was appointed"),
    named("head_term_ended", "公开工作机构负责人任期结束", "The term of a head of the FOI office ended"),
    named("account_handed_over", "移交离岗人员事项", "Everything a leaver had was handed over"),
    named("settings_replaced", "更新机关设置", "A new edition of the settings is in force"),
    named("letter_template_replaced", "更新文书模板", "A new edition of a letter template is in force"),
    named("library_edition_proposed", "提出口径、清单或者规定版本", "An edition of an entry of a library was proposed"),
    named("library_edition_decided", "确认口径、清单或者规定版本", "A second person decided on an edition of an entry of a library"),
    named("calendar_loaded", "加载节假日安排", "Holiday notices were loaded"),
    named("calendar_correction_proposed", "提出更正节假日安排", "A correction of the holidays was proposed"),
    named("calendar_correction_approved", "第二人确认更正节假日安排", "A second person approved a correction of the holidays"),
    named("calendar_correction_rejected", "不同意更正节假日安排", "A correction of the holidays was rejected"),
    named("document_stored", "存入材料", "A document was stored"),
    named("document_read", "查阅材料", "A document was read"),
    named("letter_previewed", "预览文书", "A letter was previewed"),
    named("dossier_exported", "导出案卷", "A dossier was handed out"),
    named("applicant_revealed", "查看申请人完整信息", "An applicant was shown in full"),
    named("applicants_searched", "按申请人查找案件", "Cases were looked for by a person"),
    named("register_exported", "导出登记台账", "The register was given out as a file"),
    named("letters_dispatched", "批量寄送", "Several letters went out on one posting list"),
    named("deliveries_recorded", "批量登记送达结果", "What became of several letters was recorded on one list"),
    named("joint_reply_drafted", "合并答复拟稿", "Several cases of one applicant share a draft"),
    named("proceeding_entered", "登记涉及多案的复议或诉讼", "A proceeding over several cases was entered"),
    named("mail_failed", "邮件发送失败", "A mail could not be delivered"),
    named("mail_task_resolved", "处理发送失败的邮件", "Somebody took care of a mail that failed"),
    named("post_taken", "任职或者指定代理人", "Somebody took a post"),
    named("post_ended", "任职或者代理结束", "A post ended"),
    named("exchanged", "数据对接", "Something was exchanged with a neighbouring system"),
    named("entered_afterwards", "补录时段", "A stretch of time was entered afterwards"),
    named("annual_report_added_to", "填写年度报告", "Something was added to an annual report by hand"),
    named("annual_report_approved", "批准年度报告", "A second person approved an annual report"),
    named("annual_report_frozen", "年度报告定稿", "An annual report is final"),
    named("annual_report_published", "年度报告报送、公布", "An annual report was submitted or published"),
    named("supervision_letter_sent", "向下级机关发函", "The authority wrote to an agency below it"),
    named("supervision_letter_noted", "签收上级来函", "A letter from above was noted"),
    named("supervision_letter_answered", "答复上级来函", "A letter from above was answered"),
    named("supervision_letter_concluded", "办结下级答复", "The authority said whether an answer is enough"),
    named("supervision_proof_read", "上级查阅下级答复的证明材料", "The authority read a proof of an agency below"),
    named("inspection_drawn", "抽取检查案卷", "A sample of dossiers was drawn"),
    named("inspected_dossier_read", "检查人员调阅抽查案卷", "An inspector read a dossier of the sample"),
    named("inspection_scored", "案卷评分", "A dossier of a sample was scored"),
    named("inspection_concluded", "检查结束", "The result of an inspection was said"),
    named("agency_rectification_ordered", "发出整改通知（不涉个案）", "A department was told to mend something that hangs on no case"),
    named("agency_rectification_reported", "反馈整改情况（不涉个案）", "A department said what it mended, on no case"),
    named("agency_rectification_reviewed", "复查整改情况（不涉个案）", "A second person looked whether it is mended, on no case"),
    named("agency_rectification_withdrawn", "撤回整改通知（不涉个案）", "A notice of rectification on no case was withdrawn"),
];

/// Kinds of letters that leave the agency.
pub const LETTERS: &[(&str, Label)] = &[
    named("reply", "答复书", "reply"),
    named("erratum", "答复更正书", "erratum of a reply"),
    named("revocation", "撤销答复通知书", "withdrawal of a reply"),
    named("correction", "补正告知书", "correction notice"),
    named("consultation", "征求意见书", "letter to a consulted party"),
    named("third_party_notice", "第三方告知书", "notice of disclosure to a third party"),
    named("extension", "延期答复告知书", "notice of an extension"),
    named("reasons_request", "说明理由告知书", "notice that asks for reasons"),
    named("postponement", "延迟答复告知书", "announcement of a later date"),
    named("fee", "收费通知书", "fee notice"),
    named("acknowledgement", "登记回执", "acknowledgement"),
];

/// Terms whose end the service records by itself.
pub const AWAITED: &[(&str, Label)] = &[
    named("correction", "申请人补正", "the applicant's correction"),
    named("fee", "申请人缴费", "the payment of the fee"),
    named("consultation", "被征求意见方反馈", "the answer of a consulted party"),
];

/// How the information handling fee is counted (109号).
pub const FEE_METHODS: &[(&str, Label)] = &[named("by_item", "按件计收", "by item"), named("by_page", "按量计收", "by page")];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::event::CaseEvent;
    use crate::case::journal::agency::AgencyEvent;
    use crate::case::model::{Awaiting, FeeBasis, Letter};
    use serde::Serialize;

    fn codes(list: &[(&'static str, Label)]) -> Vec<&'static str> {
        list.iter().map(|(code, _)| *code).collect()
    }

    #[test]
    fn every_kind_of_event_has_a_name_and_no_other() {
        assert_eq!(codes(CASE_EVENTS), CaseEvent::KINDS);
        assert_eq!(codes(AGENCY_EVENTS), AgencyEvent::KINDS);
    }

    #[test]
    fn what_carries_a_number_has_a_name_and_no_other() {
        let (reply, n) = (1, 1);
        let letters = [
            Letter::Reply { n },
            Letter::Erratum { reply, n },
            Letter::Revocation { reply },
            Letter::Correction { n },
            Letter::Consultation { n },
            Letter::ThirdPartyNotice { n },
            Letter::Extension { n },
            Letter::ReasonsRequest { n },
            Letter::Postponement { n },
            Letter::Fee { n },
            Letter::Acknowledgement {},
        ];
        assert_eq!(codes(LETTERS), letters.map(Letter::code));
        let tag = |value: serde_json::Value, name: &str| value[name].as_str().unwrap().to_owned();
        for (code, letter) in codes(LETTERS).into_iter().zip(letters) {
            assert_eq!(tag(serde_json::to_value(letter).unwrap(), "kind"), code);
        }
        let awaited = [Awaiting::Correction { n }, Awaiting::Fee { n }, Awaiting::Consultation { n }];
        assert_eq!(awaited.map(|value| tag(serde_json::to_value(value).unwrap(), "kind")), *codes(AWAITED));
        let bases = [FeeBasis::ByItem { item: 11 }, FeeBasis::ByPage { pages: 31 }];
        assert_eq!(bases.map(|value| tag(serde_json::to_value(value).unwrap(), "method")), *codes(FEE_METHODS));
    }

    fn same_as_json<T: Labelled + Serialize>() {
        for value in T::EVERY {
            assert_eq!(serde_json::to_value(value).unwrap(), value.key());
        }
    }

    #[test]
    fn codes_are_those_of_the_json() {
        same_as_json::<Stage>();
        same_as_json::<Step>();
        same_as_json::<Role>();
        same_as_json::<Node>();
        same_as_json::<ContactMeans>();
        same_as_json::<AttemptResult>();
        same_as_json::<PaperKind>();
        same_as_json::<Finding>();
        same_as_json::<PostalService>();
        same_as_json::<PartyOpinion>();
        same_as_json::<ReviewKind>();
        same_as_json::<Verdict>();
        same_as_json::<DraftState>();
        same_as_json::<ReplyState>();
        same_as_json::<ProceedingKind>();
        same_as_json::<LitigationRoute>();
        same_as_json::<AmendmentState>();
        same_as_json::<RevealPurpose>();
    }
}
