//! Code lists: every code of the service with its official Chinese name, its English name, its article and its report row.

use super::find;
use super::labels::{AGENCY_EVENTS, AWAITED, CASE_EVENTS, FEE_METHODS, LETTERS, Labelled};
use super::shape::{Label, view};
use crate::case::flow::{Node, Step};
use crate::case::journal::agency::{PostKind, RevealPurpose};
use crate::case::model::{
    AmendmentState, AttemptResult, ContactMeans, ContactResult, CorrectionCause, DisclosureAttribute, DraftState, Finding, LitigationRoute,
    PaperKind, PartyOpinion, PostalService, ProceedingKind, ProofRole, ReplyState, SignedAs, Verdict,
};
use crate::case::model::{PrintedDatum, PublicationResult};
use crate::case::refusal::{Code, Refusal};
use crate::case::stage::Stage;
use crate::exchange::envelope::{ExchangeContract, MessageFate, MessageType, OutgoingType};
use crate::exchange::inbox::queue::DismissalReason;
use crate::exchange::inbox::{MessageState, Wait};
use crate::exchange::outbox::DeliveryState;
use crate::exchange::platform::envelope::{PlatformMessageType, PlatformOutgoingType};
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::problem::{Fault, Problem};
use crate::rules::annual_report::count::{Difference, Entered};
use crate::rules::annual_report::proceedings::Category;
use crate::rules::annual_report::publication::Reporter;
use crate::rules::annual_report::published::ProceedingDifference;
use crate::rules::annual_report::warnings::ReportWarningKind;
use crate::rules::applicants::{ApplicantKind, DeliveryChannel, IdKind, WantedForm};
use crate::rules::clock::{ClockStatus, Party, StepKind};
use crate::rules::library::Shelf;
use crate::rules::matter::Matter;
use crate::rules::outcomes::{Column, CourtForm, CourtOutcome, Instance, ProcedureKind, ReconsiderationOutcome};
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
use crate::rules::terms::{Basis, Circumstance, DutyKind, DutyOwner, TERMS, Unit};
use crate::views::case_page::{LetterState, SentBy};
use crate::views::light::Light;
use crate::views::precedents::Likeness;
use crate::views::statistics::By;
use actix_web::ResponseError;
use actix_web::get;
use serde::Serialize;
use utoipa::ToSchema;

/// One code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CodeItem {
    /// The stable code.
    #[schema(example = "a2")]
    pub code: &'static str,
    /// The official Chinese name.
    #[schema(example = "予以公开")]
    pub zh: &'static str,
    /// The English name.
    #[schema(example = "disclosed")]
    pub en: &'static str,
    /// The article it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "36(2)")]
    pub article: Option<String>,
    /// Its row, for an applicant kind its column, in table three of the annual report.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub row: Option<u8>,
    /// The usual title of the letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub letter_title: Option<&'static str>,
    /// The HTTP status of a problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 400, maximum = 599)]
    pub status: Option<u16>,
}

view! {
    /// A code list.
    pub struct CodeList {
        /// Its name.
        name: &'static str,
        /// What it lists.
        label: Label,
        /// Where it is.
        href: String,
        /// Its codes, in the order of the law or of the life.
        items: Vec<CodeItem>,
    }
    /// A code list by name.
    pub struct CodeListEntry {
        /// Its name.
        name: &'static str,
        /// What it lists.
        label: Label,
        /// Where it is.
        href: String,
    }
    /// Every code list.
    pub struct CodeLists {
        /// The lists.
        items: Vec<CodeListEntry>,
    }
}

impl CodeItem {
    const fn new(code: &'static str, label: Label) -> Self {
        Self { code, zh: label.zh, en: label.en, article: None, row: None, letter_title: None, status: None }
    }

    fn under(self, article: &str) -> Self {
        Self { article: Some(article.to_owned()), ..self }
    }
}

fn plain<T: Labelled>() -> Vec<CodeItem> {
    items(|_: T, item| item)
}

fn items<T: Labelled>(more: impl Fn(T, CodeItem) -> CodeItem) -> Vec<CodeItem> {
    T::EVERY.iter().map(|value| more(*value, CodeItem::new(value.key(), value.label()))).collect()
}

fn listed(list: &[(&'static str, Label)]) -> Vec<CodeItem> {
    list.iter().map(|(code, label)| CodeItem::new(code, *label)).collect()
}

fn reply_kinds() -> Vec<CodeItem> {
    items(|kind: ReplyKind, item| CodeItem { row: kind.row(), letter_title: Some(kind.letter_title()), ..item.under(kind.article()) })
}

/// The articles of a duty, every circumstance and every law that was in force.
fn duty_kinds() -> Vec<CodeItem> {
    items(|kind: DutyKind, item| {
        let mut articles: Vec<&str> = Vec::new();
        for term in TERMS.iter().filter(|term| term.kind == kind) {
            if !articles.contains(&term.article) {
                articles.push(term.article);
            }
        }
        if articles.is_empty() { item } else { item.under(&articles.join("; ")) }
    })
}

fn problems() -> Vec<CodeItem> {
    let faults = Fault::ALL.iter().map(|fault| {
        let (zh, en) = fault.titles();
        CodeItem { status: Some(fault.status().as_u16()), ..CodeItem::new(fault.code(), Label { zh, en }) }
    });
    let refusals = Code::ALL.iter().map(|code| {
        let status = Problem::from(Refusal::new(*code, "", "")).status_code().as_u16();
        CodeItem { status: Some(status), ..CodeItem::new(code.as_str(), Label { zh: code.title_zh(), en: code.title_en() }) }
    });
    faults.chain(refusals).collect()
}

type Listed = (&'static str, &'static str, &'static str, fn() -> Vec<CodeItem>);

/// Every list: its name, what it lists, its codes.
const LISTS: &[Listed] = &[
    ("stages", "阶段", "Stages", plain::<Stage>),
    ("nodes", "节点", "Nodes", plain::<Node>),
    ("steps", "步骤", "Steps", || items(|step: Step, item| item.under(step.row().article))),
    ("roles", "角色", "Roles", plain::<Role>),
    ("matters", "申请事项", "Matters", plain::<Matter>),
    ("channels", "申请渠道", "Channels", || items(|channel: Channel, item| item.under(channel.article().article))),
    ("receipt-bases", "收到日期的依据", "What makes the receipt date", plain::<ReceiptBasis>),
    ("applicant-kinds", "申请人类别", "Kinds of applicant", || {
        items(|kind: ApplicantKind, item| CodeItem { row: Some(kind.column()), ..item })
    }),
    ("id-kinds", "证件类型", "Identity documents", plain::<IdKind>),
    ("wanted-forms", "获取信息的方式", "Forms wanted", plain::<WantedForm>),
    ("delivery-channels", "获取信息的途径", "Ways wanted", plain::<DeliveryChannel>),
    ("contact-means", "联系方式", "Means of contact", plain::<ContactMeans>),
    ("contact-results", "与申请人沟通的结果", "Results of a contact", plain::<ContactResult>),
    ("attempt-results", "确认联系结果", "Results of an attempt", plain::<AttemptResult>),
    ("disclosure-attributes", "公开属性", "Disclosure attributes", plain::<DisclosureAttribute>),
    ("paper-kinds", "材料类别", "Papers of the dossier", plain::<PaperKind>),
    ("findings", "形式审查结论", "Findings of the examination", plain::<Finding>),
    ("parties", "被征求意见方", "Who is consulted", || items(|party: Party, item| item.under(party.article()))),
    ("party-opinions", "被征求意见方的意见", "What a consulted party says", plain::<PartyOpinion>),
    ("fee-methods", "计费方式", "How a fee is counted", || listed(FEE_METHODS).into_iter().map(|item| item.under("109号")).collect()),
    ("clock-steps", "影响答复期限的事项", "What moves the clock", plain::<StepKind>),
    ("clock-statuses", "计时状态", "How the clock stands", plain::<ClockStatus>),
    ("awaited-terms", "等待的期限", "Terms whose end is recorded", || listed(AWAITED)),
    ("reply-kinds", "答复类型", "Kinds of reply", reply_kinds),
    ("libraries", "口径与清单", "Libraries", plain::<Shelf>),
    ("other-reasons", "其他处理的情形", "Sub-reasons of o3", plain::<OtherReason>),
    ("grounds", "不予公开的理由", "Grounds", || items(|ground: Ground, item| item.under(ground.article()))),
    ("internal-affairs", "内部事务信息", "Internal affairs", || items(|_: InternalAffair, item| item.under("16(1)"))),
    ("process-information", "过程性信息", "Process information", || items(|_: ProcessInformation, item| item.under("16(2)"))),
    ("secret-levels", "密级", "Levels of secrecy", || items(|_: SecretLevel, item| item.under("14"))),
    ("review-kinds", "审核种类", "Kinds of review", plain::<ReviewKind>),
    ("reviewed-outcomes", "审核环节适用的答复", "Replies that a review chain is for", plain::<ReviewedOutcome>),
    ("redactions", "遮盖情况", "Whether what is given was covered", plain::<Redaction>),
    ("post-kinds", "职务种类", "Posts beside the roles", plain::<PostKind>),
    ("publication-results", "依申请转主动公开审查结果", "Results of a publication review", plain::<PublicationResult>),
    ("verdicts", "审核结论", "Verdicts", plain::<Verdict>),
    ("draft-states", "文稿状态", "States of a draft", plain::<DraftState>),
    ("reply-states", "答复状态", "States of a reply", plain::<ReplyState>),
    ("remedy-paths", "救济途径", "Remedies", plain::<RemedyPath>),
    ("letters", "函件", "Letters", || listed(LETTERS)),
    ("dispatch-methods", "送达方式", "Ways of dispatch", plain::<SentBy>),
    ("postal-services", "邮政业务", "Postal services", plain::<PostalService>),
    ("letter-states", "送达结果", "What became of a letter", plain::<LetterState>),
    ("signing-capacities", "签收人身份", "In which capacity somebody signed for a letter", plain::<SignedAs>),
    ("delivery-proofs", "送达凭证种类", "What proves a delivery", plain::<ProofRole>),
    ("proceeding-kinds", "复议诉讼", "Proceedings", plain::<ProceedingKind>),
    ("procedures", "审理程序", "Procedures", plain::<ProcedureKind>),
    ("instances", "审级", "Instances", plain::<Instance>),
    ("litigation-routes", "起诉方式", "How a lawsuit began", plain::<LitigationRoute>),
    ("reconsideration-outcomes", "复议结果", "Outcomes of a reconsideration", || {
        items(|outcome: ReconsiderationOutcome, item| item.under(outcome.article()))
    }),
    ("court-outcomes", "诉讼结果", "Outcomes of a lawsuit", || items(|outcome: CourtOutcome, item| item.under(outcome.article()))),
    ("correction-causes", "被纠正的原因", "Why a reply was corrected", plain::<CorrectionCause>),
    ("party-standings", "机关在复议诉讼中的地位", "On which side the agency stands", plain::<PartyStanding>),
    ("appellants", "上诉人、再审申请人", "Who appealed, or applied for the retrial", plain::<Appellant>),
    ("court-forms", "裁判形式", "Judgments and rulings", plain::<CourtForm>),
    ("filing-subjects", "报备事项", "What a filing with the authority is about", plain::<FilingSubject>),
    ("hearing-kinds", "听证、开庭", "Hearings and court sessions", plain::<HearingKind>),
    ("course-notices", "中止、恢复等通知", "Notices about the course of a proceeding", plain::<CourseKind>),
    ("hearing-states", "听证、开庭状态", "What became of a hearing or court session", plain::<HearingState>),
    ("appearance-roles", "出庭人员", "Who appears for the agency", plain::<AppearanceRole>),
    ("order-kinds", "责令事项", "What a decision orders", plain::<OrderKind>),
    ("proceeding-endings", "终止、撤回原因", "Why a proceeding ended without a decision", plain::<EndedBy>),
    ("complaint-grounds", "投诉事由", "Grounds of a complaint", || items(|ground: ComplaintGround, item| item.under(ground.article()))),
    ("complaint-findings", "投诉处理结果", "Findings on a complaint", plain::<ComplaintFinding>),
    ("likenesses", "与已纠正案件、典型案例的相同之处", "What a case shares with one that taught something", plain::<Likeness>),
    ("rectification-sources", "整改通知来源", "From what notices of rectification arise", || {
        items(|_: RectificationSource, item| item.under("46"))
    }),
    ("rectification-states", "整改通知状态", "Where notices of rectification stand", || {
        items(|_: RectificationState, item| item.under("46"))
    }),
    ("supervision-letter-kinds", "上级来函种类", "Letters of the authority", || items(|_: LetterKind, item| item.under("47"))),
    ("report-columns", "年度报告表四栏目", "Columns of table four", plain::<Column>),
    ("report-groups", "年度报告表四分组", "Groups of table four", plain::<Category>),
    ("report-entries", "进入年度报告的方式", "How a case came into a report", plain::<Entered>),
    (
        "report-proceeding-differences",
        "复议诉讼与已公布报告的差异",
        "Why a proceeding differs from a published report",
        plain::<ProceedingDifference>,
    ),
    ("report-warnings", "年度报告提示", "What is worth a look in an annual report", plain::<ReportWarningKind>),
    ("report-reporters", "年度报告主体", "Whose annual report it is", plain::<Reporter>),
    ("report-differences", "与上年度报告的差异", "Why a case differs from last year's report", plain::<Difference>),
    ("statistics-groupings", "统计分组", "What statistics are grouped by", plain::<By>),
    ("printed-data", "函件所载事项", "Data that letters bear", plain::<PrintedDatum>),
    ("amendment-states", "更正状态", "States of an amendment", plain::<AmendmentState>),
    ("duty-kinds", "期限事项", "Duties", duty_kinds),
    ("duty-owners", "期限义务人", "Whom a period binds", plain::<DutyOwner>),
    ("duty-bases", "期限依据", "What sets a term", plain::<Basis>),
    ("circumstances", "期限适用情形", "Circumstances of a term", plain::<Circumstance>),
    ("term-units", "期限计算单位", "Units of a term", plain::<Unit>),
    ("exchange-contracts", "对接系统", "Contracts with neighbouring systems", plain::<ExchangeContract>),
    ("exchange-message-types", "对接来件种类", "Messages of a neighbouring system", plain::<MessageType>),
    ("exchange-outgoing-types", "对接发件种类", "Messages to a neighbouring system", plain::<OutgoingType>),
    ("platform-message-types", "平台来件种类", "Messages of the city's platform", plain::<PlatformMessageType>),
    ("platform-outgoing-types", "平台发件种类", "Messages to the city's platform", plain::<PlatformOutgoingType>),
    ("exchange-message-states", "对接来件状态", "States of a message that came", plain::<MessageState>),
    ("exchange-receipts", "对接回执", "What the sender of a message is told", plain::<MessageFate>),
    ("exchange-waits", "对接来件等待原因", "Why a message waits", plain::<Wait>),
    ("exchange-dismissals", "对接来件退回原因", "Why a message is dismissed", plain::<DismissalReason>),
    ("exchange-delivery-states", "对接发件状态", "States of a message that goes out", plain::<DeliveryState>),
    ("platform-statuses", "平台状态", "Where a case stands on the city's platform", plain::<PlatformStatus>),
    ("platform-differences", "与平台的差异", "In what the platform and the register differ", plain::<PlatformDifference>),
    ("lights", "红黄绿灯", "Lights", plain::<Light>),
    ("reveal-purposes", "查看申请人信息的目的", "Why an applicant is shown in full", plain::<RevealPurpose>),
    ("event-kinds", "案件事件", "Events of a case", || listed(CASE_EVENTS)),
    ("agency-event-kinds", "机关事件", "Events of an agency", || listed(AGENCY_EVENTS)),
    ("problem-codes", "错误代码", "Problems", problems),
];

/// Whether there is a list of this name.
pub fn knows(list: &str) -> bool {
    LISTS.iter().any(|(name, ..)| *name == list)
}

/// The Chinese name of a code of a list.
pub fn name_of(list: &str, code: &str) -> Option<&'static str> {
    let (.., codes) = LISTS.iter().find(|(name, ..)| *name == list)?;
    codes().into_iter().find(|item| item.code == code).map(|item| item.zh)
}

fn href(name: &str) -> String {
    format!("/api/v1/code-lists/{name}")
}

/// Every code list by name.
#[utoipa::path(tag = "read", responses((status = 200, description = "The lists.", body = CodeLists)))]
#[get("/code-lists")]
pub async fn list_code_lists(call: Call) -> Answer {
    call.permit("list_code_lists")?;
    find::no_query(&call)?;
    let items = LISTS.iter().map(|(name, zh, en, _)| CodeListEntry { name, label: Label { zh, en }, href: href(name) }).collect();
    answer::ok(&CodeLists { items })
}

/// A code list.
///
/// Official Chinese and English names, and where it applies the article, the row of the annual report, the title of the
/// letter, the HTTP status.
#[utoipa::path(tag = "read", responses((status = 200, description = "The list.", body = CodeList)))]
#[get("/code-lists/{name}")]
pub async fn get_code_list(call: Call) -> Answer {
    call.permit("get_code_list")?;
    find::no_query(&call)?;
    let asked = call.request.match_info().get("name").unwrap_or_default();
    let (name, zh, en, codes) = LISTS.iter().find(|(name, ..)| *name == asked).ok_or_else(Problem::not_found)?;
    answer::ok(&CodeList { name, label: Label { zh, en }, href: href(name), items: codes() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn list(asked: &str) -> Vec<CodeItem> {
        LISTS.iter().find(|(name, ..)| *name == asked).unwrap().3()
    }

    #[test]
    fn every_list_has_codes_once_each_with_both_names() {
        let names: BTreeSet<&str> = LISTS.iter().map(|(name, ..)| *name).collect();
        assert_eq!(names.len(), LISTS.len());
        for (name, _, _, codes) in LISTS {
            let items = codes();
            let unique: BTreeSet<&str> = items.iter().map(|item| item.code).collect();
            assert_eq!(unique.len(), items.len(), "{name}");
            assert!(!items.is_empty() && items.iter().all(|item| !item.zh.is_empty() && !item.en.is_empty()), "{name}");
        }
    }

    #[test]
    fn reply_kinds_carry_article_row_and_title() {
        let kinds = list("reply-kinds");
        assert_eq!(kinds.len(), ReplyKind::ALL.len());
        let denied = kinds.iter().find(|item| item.code == "d4").unwrap();
        assert_eq!(
            (denied.article.as_deref(), denied.row, denied.letter_title),
            (Some("36(3), 15"), Some(8), Some("政府信息不予公开告知书"))
        );
    }

    #[test]
    fn problems_are_every_fault_and_every_refusal_with_its_status() {
        let problems = list("problem-codes");
        assert_eq!(problems.len(), Fault::ALL.len() + Code::ALL.len());
        let status = |code: &str| problems.iter().find(|item| item.code == code).unwrap().status;
        assert_eq!((status("stage_forbids"), status("same_person"), status("not_found")), (Some(409), Some(422), Some(404)));
    }

    #[test]
    fn every_duty_that_the_table_of_terms_knows_names_its_article() {
        for (item, kind) in list("duty-kinds").iter().zip(DutyKind::ALL) {
            assert_eq!(item.article.is_some(), TERMS.iter().any(|term| term.kind == *kind), "{}", item.code);
        }
    }
}
