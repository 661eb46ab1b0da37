//! The duties that run against a date, and the length of each, as a table (domain rules 1.3, 5.2, 6).
//!
//! A new duty is one line in [`DutyKind`], one in its `owed_by`, and one or more rows in [`TERMS`]. The table says how long; who owes a duty in
//! a given case, and since when, is derived from the case elsewhere.

pub mod clocks;
mod table;
#[cfg(test)]
mod tests;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use std::sync::LazyLock;
use utoipa::ToSchema;

use super::calendar::{Calendar, Counted};
use super::coded::coded;
use super::review::ReviewKind;
use super::{calendar, due};

/// Every term the product counts.
pub static TERMS: LazyLock<Vec<Term>> = LazyLock::new(|| [table::ROWS, table::remedies::ROWS].concat());

coded! {
    /// What somebody owes by a date.
    pub enum DutyKind {
        ConfirmReceipt => "confirm_receipt", "与申请人确认收到", "confirm receipt with the applicant";
        Register => "register", "登记", "register the application";
        Reply => "reply", "答复", "reply to the applicant";
        CorrectionNotice => "correction_notice", "补正告知", "correction notice";
        AnswerCorrection => "answer_correction", "申请人补正", "the applicant's correction";
        AnswerConsultation => "answer_consultation", "被征求意见方反馈", "answer to a consultation";
        PayFee => "pay_fee", "申请人缴费", "payment of the fee";
        NotifyExtension => "notify_extension", "告知延期", "notify the extension";
        CloseLapsed => "close_lapsed", "逾期未补正或者未缴费的终结处理", "close what lapsed";
        AssessReasons => "assess_reasons", "审查申请人说明的理由", "assess the applicant's reasons";
        NotifyThirdParty => "notify_third_party", "告知第三方公开决定", "tell the third party of the disclosure";
        InnerAssign => "inner_assign", "分办（内部期限）", "assign, inner limit";
        InnerDraft => "inner_draft", "拟稿（内部期限）", "draft, inner limit";
        InnerReview => "inner_review", "审核（内部期限）", "review, inner limit";
        InnerIssue => "inner_issue", "签发（内部期限）", "sign, inner limit";
        SendAgain => "send_again", "退件再次送达", "send a returned letter again";
        Archive => "archive", "归档", "hand the dossier to the archive";
        AnswerReconsideration => "answer_reconsideration", "提交行政复议答复", "answer the reconsideration body";
        ReportOnOpinion => "report_on_opinion", "反馈行政复议意见书办理情况", "report on a reconsideration opinion";
        DefendLitigation => "defend_litigation", "提交答辩状和证据", "file defence and evidence";
        Appeal => "appeal", "上诉期限", "appeal";
        PerformOrder => "perform_order", "履行复议决定或者判决", "perform what was ordered";
        ApplyForReconsideration => "apply_for_reconsideration", "申请行政复议期限", "apply for reconsideration";
        SueDirectly => "sue_directly", "直接起诉期限", "sue without reconsideration";
        SueAfterReconsideration => "sue_after_reconsideration", "复议后起诉期限", "sue after reconsideration";
        ReconsiderSilence => "reconsider_silence", "对逾期未答复申请行政复议期限", "apply for reconsideration of silence";
        SueOverSilence => "sue_over_silence", "对逾期未答复起诉期限", "sue over silence";
        SendCopy => "send_copy", "复议机关发送申请书副本", "the body sends the copy of the application";
        DecideReconsideration => "decide_reconsideration", "复议机关作出行政复议决定", "the body decides on the reconsideration";
        GiveJudgment => "give_judgment", "人民法院作出判决", "the court gives judgment";
        TraceDelivery => "trace_delivery", "查明邮件送达结果", "find out what became of a letter";
        NotifyPostponement => "notify_postponement", "告知延迟答复", "announce the later date";
        ClaimCase => "claim_case", "认领（内部期限）", "take the assignment on, inner limit";
        AssignAgain => "assign_again", "退回后重新分办（内部期限）", "assign again what was sent back, inner limit";
        InnerHandle => "inner_handle", "承办处室办理（内部期限）", "handle in the department, inner limit";
        AnswerSearch => "answer_search", "协查反馈（内部期限）", "give the result of a search, inner limit";
        ConcludeConference => "conclude_conference", "形成会商意见（内部期限）", "conclude a conference, inner limit";
        ReviewPublication => "review_publication", "依申请转主动公开审查", "decide whether what was given is published";
        PublishInformation => "publish_information", "转为主动公开", "publish what was given";
        ReviewContent => "review_content", "审核文稿", "review the draft";
        ReviewLegal => "review_legal", "法制审核文稿", "legal review of the draft";
        ReviewSecrecy => "review_secrecy", "保密审查文稿", "secrecy and privacy review of the draft";
        ReviewByDepartmentHead => "review_by_department_head", "承办处室负责人审核文稿", "review of the draft by the department's head";
        ReviewByOffice => "review_by_office", "公开工作机构审核文稿", "review of the draft by the head of the FOI office";
        SignReply => "sign_reply", "签发答复", "sign the reply";
        AdmitReconsideration => "admit_reconsideration", "复议机关审查是否受理", "the body examines the application";
        AttendHearing => "attend_hearing", "出席听证、开庭", "appear at a hearing or court session";
        TellRevocation => "tell_revocation", "将自行撤销告知复议机关、法院", "tell the body of the agency's own revocation";
        FileOpening => "file_opening", "复议诉讼报备（收到后）", "file the proceeding with the authority";
        FileDecision => "file_decision", "复议诉讼报备（结果）", "file the outcome with the authority";
        ApplyForRetrial => "apply_for_retrial", "申请再审期限", "apply for a retrial";
        AnswerComplaint => "answer_complaint", "向主管部门说明投诉情况", "explain a complaint to the authority";
        RectifyComplaint => "rectify_complaint", "落实督促整改要求", "put right what a complaint found";
        Rectify => "rectify", "整改（整改通知）", "mend what a notice of rectification names";
        ReviewRectification => "review_rectification", "复查整改情况（内部期限）", "look whether it is mended, inner limit";
        DecideConsultation => "decide_consultation", "就第三方意见作出决定", "weigh a third party's ground and decide";
        ReviseDraft => "revise_draft", "修改退回的文稿", "revise the draft that was sent back";
        FileProof => "file_proof", "送达凭证归卷", "file the proof of what became of a letter";
        EnterOnPlatform => "enter_on_platform", "在市政务公开工作平台登记", "enter it on the city's platform";
        PublishAnnualReport => "publish_annual_report", "公布、报送年度报告", "publish and submit the annual report";
        AnswerSupervisionLetter => "answer_supervision_letter", "答复上级机关函件", "answer a letter of the authority";
        SeeToMessage => "see_to_message", "处理未办结的对接来件", "see to a message of a neighbouring system";
        DecideAmendment => "decide_amendment", "第二人确认更正（内部期限）", "decide on an amendment as the second person, inner limit";
    }
}

coded! {
    /// The side that a period binds.
    pub enum DutyOwner {
        Agency => "agency", "行政机关", "the agency";
        Applicant => "applicant", "申请人", "the applicant";
        ConsultedParty => "consulted_party", "被征求意见方", "the party consulted";
        ReviewBody => "review_body", "复议机关、人民法院", "the reconsideration body or the court";
    }
}

impl DutyKind {
    /// The duty to give a review of this kind.
    pub const fn of_review(kind: ReviewKind) -> Self {
        match kind {
            ReviewKind::Content => Self::ReviewContent,
            ReviewKind::Legal => Self::ReviewLegal,
            ReviewKind::Secrecy => Self::ReviewSecrecy,
            ReviewKind::DepartmentHead => Self::ReviewByDepartmentHead,
            ReviewKind::Office => Self::ReviewByOffice,
        }
    }

    /// Whether a reviewer or the signer owes it, whoever handles the case.
    pub fn is_of_role(self) -> bool {
        self == Self::SignReply || ReviewKind::ALL.iter().any(|kind| Self::of_review(*kind) == self)
    }

    /// Whom the period binds. Only what the agency owes is worked on and reminded; the periods of others are shown.
    pub const fn owed_by(self) -> DutyOwner {
        match self {
            Self::ConfirmReceipt
            | Self::Register
            | Self::Reply
            | Self::CorrectionNotice
            | Self::NotifyExtension
            | Self::NotifyPostponement
            | Self::CloseLapsed
            | Self::AssessReasons
            | Self::NotifyThirdParty
            | Self::InnerAssign
            | Self::InnerDraft
            | Self::InnerReview
            | Self::InnerIssue
            | Self::SendAgain
            | Self::TraceDelivery
            | Self::Archive
            | Self::AnswerReconsideration
            | Self::ReportOnOpinion
            | Self::DefendLitigation
            | Self::Appeal
            | Self::ReviewPublication
            | Self::PublishInformation
            | Self::PerformOrder
            | Self::ClaimCase
            | Self::AssignAgain
            | Self::InnerHandle
            | Self::AnswerSearch
            | Self::ConcludeConference
            | Self::ReviewContent
            | Self::ReviewLegal
            | Self::ReviewSecrecy
            | Self::ReviewByDepartmentHead
            | Self::ReviewByOffice
            | Self::SignReply
            | Self::AttendHearing
            | Self::TellRevocation
            | Self::FileOpening
            | Self::FileDecision
            | Self::AnswerComplaint
            | Self::RectifyComplaint
            | Self::Rectify
            | Self::ReviewRectification
            | Self::DecideConsultation
            | Self::ReviseDraft
            | Self::FileProof
            | Self::EnterOnPlatform
            | Self::PublishAnnualReport
            | Self::AnswerSupervisionLetter
            | Self::SeeToMessage
            | Self::DecideAmendment => DutyOwner::Agency,
            Self::AnswerConsultation => DutyOwner::ConsultedParty,
            Self::AnswerCorrection
            | Self::PayFee
            | Self::ApplyForReconsideration
            | Self::SueDirectly
            | Self::SueAfterReconsideration
            | Self::ReconsiderSilence
            | Self::SueOverSilence
            | Self::ApplyForRetrial => DutyOwner::Applicant,
            Self::AdmitReconsideration | Self::SendCopy | Self::DecideReconsideration | Self::GiveJudgment => DutyOwner::ReviewBody,
        }
    }
}

coded! {
    /// What the length is counted in.
    pub enum Unit {
        WorkingDays => "working_days", "工作日", "working days";
        NaturalDays => "natural_days", "日", "natural days";
        Months => "months", "个月", "months";
        NextYearThirtiethOfJune => "next_year_thirtieth_of_june", "次年6月30日前", "until 30 June of the next year";
        DateGiven => "date_given", "文书载明的期限", "the date that the decision gives";
        AgencySetting => "agency_setting", "机关设定的内部期限", "the working days that the agency's settings give";
        ReplyDueDate => "reply_due_date", "答复期限届满前", "until the due date of the reply";
        AtOnce => "at_once", "当场", "at once";
        NextYearThirtyFirstOfJanuary => "next_year_thirty_first_of_january", "次年1月31日前", "until 31 January of the next year";
        NextYearThirtyFirstOfMarch => "next_year_thirty_first_of_march", "次年3月31日前", "until 31 March of the next year";
    }
}

coded! {
    /// Whether a law sets the term or the agency's own practice does.
    pub enum Basis {
        Law => "law", "法定期限", "term of law";
        Inner => "inner", "内部期限", "inner term";
    }
}

coded! {
    /// The circumstance in which a row of the table applies.
    pub enum Circumstance {
        Always => "always", "一般情形", "in general";
        OrdinaryProcedure => "ordinary_procedure", "普通程序", "ordinary procedure";
        SummaryProcedure => "summary_procedure", "简易程序", "summary procedure";
        Judgment => "judgment", "判决", "against a judgment";
        Ruling => "ruling", "裁定", "against a ruling";
        Inaction => "inaction", "逾期未答复", "against silence";
        SecondInstance => "second_instance", "二审", "second instance";
        OfDepartment => "of_department", "政府部门", "of a department";
        OfGovernment => "of_government", "一级政府", "of a government";
        RemedyNotStated => "remedy_not_stated", "未告知救济权利或者期限", "the remedy or its term was not stated, or wrongly";
    }
}

/// One row of the table of terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Term {
    /// The duty.
    pub kind: DutyKind,
    /// When the row applies.
    pub circumstance: Circumstance,
    /// How many units; 0 where the unit is itself a date.
    pub length: u32,
    /// What is counted.
    pub unit: Unit,
    /// The article it rests on.
    pub article: &'static str,
    /// Whether it is law.
    pub basis: Basis,
    /// The rule in Chinese.
    pub source_zh: &'static str,
    /// The rule in English.
    pub source_en: &'static str,
    /// The first start day the row applies to.
    pub in_force_from: NaiveDate,
}

impl Term {
    /// The due date when the period starts on `from`, which is not counted; none where a decision gives the date.
    pub fn due(&self, calendar: &Calendar, from: NaiveDate) -> Option<Counted> {
        match self.unit {
            Unit::WorkingDays => Some(calendar.nth_working_day_after(from, self.length)),
            Unit::NaturalDays => Some(due::natural_days(calendar, from, self.length)),
            Unit::Months => Some(due::months(calendar, from, self.length)),
            Unit::NextYearThirtyFirstOfJanuary => Some(next_year(from, 1, 31)),
            Unit::NextYearThirtyFirstOfMarch => Some(next_year(from, 3, 31)),
            Unit::NextYearThirtiethOfJune => Some(next_year(from, 6, 30)),
            Unit::AtOnce => Some(Counted { on: from, provisional: false }),
            Unit::DateGiven | Unit::AgencySetting | Unit::ReplyDueDate => None,
        }
    }

    /// The same period with so many days more, which did not count or were added; only periods of natural days and of months have any.
    pub fn prolonged(&self, calendar: &Calendar, from: NaiveDate, days: u32) -> Option<Counted> {
        match self.unit {
            Unit::NaturalDays => Some(due::natural_days(calendar, from, self.length.saturating_add(days))),
            Unit::Months => Some(due::months_and_days(calendar, from, (self.length, days))),
            _ => self.due(calendar, from),
        }
    }
}

/// A date of the next year, which does not give way to rest days (C11).
fn next_year(from: NaiveDate, month: u32, day: u32) -> Counted {
    let on = NaiveDate::from_ymd_opt(from.year().saturating_add(1), month, day).unwrap_or(calendar::LAST_DAY);
    Counted { on, provisional: false }
}

/// The row of the table for a period that starts on `on`; none where no row was in force then.
pub fn term(kind: DutyKind, circumstance: Circumstance, on: NaiveDate) -> Option<&'static Term> {
    let rows = TERMS.iter().filter(|term| term.kind == kind && term.circumstance == circumstance && term.in_force_from <= on);
    rows.max_by_key(|term| term.in_force_from)
}

/// The working days of the reply period under the law of the receipt date (choice 35): 20 from 2019-05-15, 15 before.
pub fn reply_working_days(received_on: NaiveDate) -> u32 {
    let oldest = TERMS.iter().filter(|term| term.kind == DutyKind::Reply).min_by_key(|term| term.in_force_from);
    term(DutyKind::Reply, Circumstance::Always, received_on).or(oldest).map_or(0, |term| term.length)
}

/// What the applicant was told about remedies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RemedyNotice {
    /// The reply stated the right, the body and the term.
    Stated,
    /// It did not, or stated them wrongly.
    NotStated {
        /// When the applicant learnt of them, for example by an erratum.
        learnt_on: Option<NaiveDate>,
    },
}

/// Until when the applicant may seek a remedy after learning of the reply on `knew_on` (复议法 20, 行诉法 46, 行诉解释 64): without a
/// proper notice the term runs from the day they learn of it, at most one year from knowing the content.
/// None where the table has no such term, or its law was not in force yet.
pub fn remedy_until(calendar: &Calendar, kind: DutyKind, knew_on: NaiveDate, notice: RemedyNotice) -> Option<Counted> {
    let until = |circumstance, from| term(kind, circumstance, from)?.due(calendar, from);
    let learnt_on = match notice {
        RemedyNotice::Stated => return until(Circumstance::Always, knew_on),
        RemedyNotice::NotStated { learnt_on } => learnt_on,
    };
    let outer = until(Circumstance::RemedyNotStated, knew_on)?;
    let inner = learnt_on.and_then(|learnt_on| until(Circumstance::Always, learnt_on.max(knew_on)));
    Some(inner.filter(|inner| inner.on <= outer.on).unwrap_or(outer))
}
