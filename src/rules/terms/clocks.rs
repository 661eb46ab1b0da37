//! Every clock of the law as data (domain 1.3, 5.2): what starts it, from which day it counts, and what moves or ends it.
//!
//! Lengths stand once: a clock that is a duty takes them from [`TERMS`], only the others bring rows of their own. No code reads a
//! sentence of this table; a test holds it against the clock that counts.

mod remedies;
mod shape;
#[cfg(test)]
mod tests;

use super::table::{FIRST_REGULATIONS, REGULATIONS};
use super::{Basis, DutyKind, TERMS, Unit};
use crate::rules::calendar::day_of;
use chrono::NaiveDate;
use std::sync::LazyLock;

pub use shape::{LegalClock, Lengths, OwnLength, Said};

const FEE_RULES: NaiveDate = day_of(2021, 1, 1);

const fn working_days(length: u32, in_force_from: NaiveDate) -> OwnLength {
    OwnLength { length, unit: Unit::WorkingDays, basis: Basis::Law, in_force_from }
}

const fn dated(unit: Unit, in_force_from: NaiveDate) -> OwnLength {
    OwnLength { length: 0, unit, basis: Basis::Law, in_force_from }
}

/// A clock that nothing moves.
const fn steady(name: &'static str, title: Said, (trigger, counted_from): (Said, Said), lengths: Lengths, ended_by: Said) -> LegalClock {
    LegalClock {
        name,
        title,
        trigger,
        counted_from,
        lengths,
        article: None,
        suspended_by: &[],
        lengthened_by: &[],
        replaced_by: &[],
        ended_by,
    }
}

/// A consultation; the party makes the difference.
const fn consultation(name: &'static str, title: Said, article: &'static str, silence: Said) -> LegalClock {
    LegalClock {
        article: Some(article),
        ..steady(name, title, (LETTER_LEFT, PARTY_GOT_IT), Lengths::Of(DutyKind::AnswerConsultation), silence)
    }
}

/// An inner limit of the agency.
const fn inner_limit(name: &'static str, title: Said, kind: DutyKind, ended_by: Said) -> LegalClock {
    LegalClock {
        suspended_by: &["C6", "C7", "C7a"],
        replaced_by: &["C5", "C9"],
        ..steady(name, title, (REGISTERED, RECEIPT), Lengths::Of(kind), ended_by)
    }
}

/// A review or a signature that waits for who gives it.
const fn waiting(name: &'static str, title: Said, kind: DutyKind) -> LegalClock {
    const ENDED_BY: Said = ("作出审核、签发，或者文稿被退回、替换", "the review or signature, or another draft");
    steady(
        name,
        title,
        (("文稿送审", "the draft, or the review before it"), ("送审之日", "the day it began to wait")),
        Lengths::Of(kind),
        ENDED_BY,
    )
}

const RECEIPT: Said = ("收到申请之日", "the receipt date");
const REGISTERED: Said = ("登记，且机关设有该步骤的内部期限", "registration, where the agency has set an inner limit for the step");
const LETTER_LEFT: Said = ("发出书面征求意见函", "the written letter leaves the agency");
const PARTY_GOT_IT: Said = ("被征求意见方收到征求意见函之日", "the day the party receives the letter");
const YEAR_END: Said = ("年度终了", "the year ends");
const YEAR: Said = ("报告年度", "the year reported on");
const MADE: Said = ("信息形成或者变更之日", "the day the information is made or changed");
const SENT_ON: Said = ("告知书发出", "the notice leaves the agency");

/// Every clock.
pub static CLOCKS: LazyLock<Vec<LegalClock>> = LazyLock::new(|| [ROWS, remedies::ROWS].concat());

/// The clocks from receipt to archive.
const ROWS: &[LegalClock] = &[
    LegalClock {
        article: Some("33(1)"),
        ..steady(
            "C1",
            ("当场答复", "reply at once if possible"),
            (("当面提出申请，能够当场答复", "an application at the counter that can be answered there"), RECEIPT),
            Lengths::Own(&[dated(Unit::AtOnce, REGULATIONS)]),
            ("当场答复，或者进入C2", "the reply; else C2"),
        )
    },
    LegalClock {
        suspended_by: &["C6", "C7", "C7a"],
        lengthened_by: &["C3"],
        replaced_by: &["C5", "C8", "C9"],
        ..steady(
            "C2",
            ("答复", "reply"),
            (("收到申请", "receipt of the application"), RECEIPT),
            Lengths::Of(DutyKind::Reply),
            ("答复交邮、发送或者签收", "posting, sending or signing of the reply"),
        )
    },
    LegalClock {
        article: Some("33(2)"),
        suspended_by: &["C6", "C7", "C7a"],
        replaced_by: &["C5", "C9"],
        ..steady(
            "C3",
            ("延长答复期限", "extension, once, at most so many days"),
            (
                ("政府信息公开工作机构负责人同意，并在期限届满前告知", "approval by the head of the FOI office and notice, both in time"),
                ("C2期限届满之日", "runs on from C2"),
            ),
            Lengths::Own(&[working_days(15, FIRST_REGULATIONS), working_days(20, REGULATIONS)]),
            ("答复", "the reply"),
        )
    },
    steady(
        "C3a",
        ("告知延期", "notice of the extension"),
        (("延期获得同意", "the extension is approved"), ("同意之日", "the day of approval")),
        Lengths::Of(DutyKind::NotifyExtension),
        ("延期告知书发出", "the notice leaves"),
    ),
    steady(
        "C4",
        ("补正告知", "correction notice, once"),
        (("申请内容不明确或者缺少必备要素", "the content is unclear or an element is missing"), RECEIPT),
        Lengths::Of(DutyKind::CorrectionNotice),
        SENT_ON,
    ),
    LegalClock {
        article: Some("30"),
        suspended_by: &["C6", "C7", "C7a"],
        lengthened_by: &["C3"],
        replaced_by: &["C8", "C9"],
        ..steady(
            "C5",
            ("补正后重新计算", "fresh period after a correction"),
            (("收到补正后的申请", "the corrected application is received"), ("收到补正之日", "that day")),
            Lengths::Own(&[working_days(15, FIRST_REGULATIONS), working_days(20, REGULATIONS)]),
            ("答复", "the reply"),
        )
    },
    steady(
        "C5a",
        ("申请人补正", "the applicant's correction"),
        (("申请人收到补正告知书", "the applicant gets the notice"), ("收到告知书之日", "that day")),
        Lengths::Of(DutyKind::AnswerCorrection),
        ("补正；无正当理由逾期的，视为放弃申请", "the correction; after a lapse without good reason the application is abandoned"),
    ),
    consultation(
        "C6",
        ("征求第三方意见", "consultation of a third party"),
        "32",
        ("反馈；逾期未反馈的，由机关自行决定", "the answer; in silence the agency decides by itself"),
    ),
    consultation(
        "C7",
        ("征求共同制作机关意见", "consultation of co-producing agencies"),
        "34",
        ("反馈；逾期未反馈的，视为同意公开", "the answer; silence is consent to disclosure"),
    ),
    consultation(
        "C7a",
        ("征求其他机关意见", "consultation of another outside agency"),
        "33(3)",
        ("反馈；至迟十五个工作日", "the answer; fifteen working days at the latest, by analogy"),
    ),
    steady(
        "C7b",
        ("告知第三方公开决定", "notice of disclosure against a third party's will"),
        (("决定公开而第三方不同意", "disclosure is decided against the party's will"), ("决定之日", "the day of the decision")),
        Lengths::Of(DutyKind::NotifyThirdParty),
        SENT_ON,
    ),
    steady(
        "C8",
        ("审查理由并确定延迟答复期限", "assessment of an excessive request, and a later date where it is reasonable"),
        (("申请人说明理由", "the applicant gives reasons"), ("收到说明之日", "the day the reasons come")),
        Lengths::Of(DutyKind::AssessReasons),
        ("不予处理，或者告知合理的延迟期限", "refusal to handle, or announcement of a later date"),
    ),
    steady(
        "C8a",
        ("告知延迟答复", "announcement of the later date"),
        (("确定延迟答复的日期", "a later date is set"), ("确定之日", "that day")),
        Lengths::Of(DutyKind::NotifyPostponement),
        ("延迟答复告知书发出", "the letter leaves"),
    ),
    LegalClock {
        article: Some("109号"),
        suspended_by: &["C6", "C7", "C7a"],
        lengthened_by: &["C3"],
        replaced_by: &["C8"],
        ..steady(
            "C9",
            ("缴费后重新计算", "fresh period after payment"),
            (("足额缴纳信息处理费", "the fee is paid in full"), ("缴费之日", "the day of payment")),
            Lengths::Own(&[working_days(20, FEE_RULES)]),
            ("答复", "the reply"),
        )
    },
    steady(
        "C9a",
        ("申请人缴费", "payment of the fee"),
        (("申请人收到收费通知", "the applicant gets the fee notice"), ("收到通知之日", "that day")),
        Lengths::Of(DutyKind::PayFee),
        ("足额缴费；逾期视为放弃申请", "payment in full; after a lapse the application is abandoned"),
    ),
    steady(
        "C9b",
        ("逾期终结处理", "closing after a lapse"),
        (("补正或者缴费期限届满", "the term for correction or payment ran out"), ("期限届满之日", "the last day of the term")),
        Lengths::Of(DutyKind::CloseLapsed),
        ("告知终结处理，或者接受正当理由", "the closing notice, or a good reason"),
    ),
    LegalClock {
        article: Some("26"),
        ..steady(
            "C10",
            ("主动公开", "proactive publication"),
            (("信息形成或者变更", "information is made or changed"), MADE),
            Lengths::Own(&[working_days(20, FIRST_REGULATIONS)]),
            ("公开", "publication"),
        )
    },
    steady(
        "C10a",
        ("依申请转主动公开", "publication of what was given"),
        (("审查决定公开", "a review decides to publish"), ("决定之日", "the day of the decision")),
        Lengths::Of(DutyKind::PublishInformation),
        ("公开", "publication"),
    ),
    LegalClock {
        article: Some("49(1)"),
        ..steady(
            "C11",
            ("部门年度报告", "annual report of a department"),
            (YEAR_END, YEAR),
            Lengths::Of(DutyKind::PublishAnnualReport),
            ("报送并公布", "submission and publication"),
        )
    },
    LegalClock {
        article: Some("49(2)"),
        ..steady(
            "C12",
            ("政府年度报告", "annual report of a government"),
            (YEAR_END, YEAR),
            Lengths::Of(DutyKind::PublishAnnualReport),
            ("公布", "publication"),
        )
    },
    LegalClock {
        article: Some("41"),
        suspended_by: &["C7a"],
        lengthened_by: &["C3"],
        replaced_by: &["C5"],
        ..steady(
            "C13",
            ("更正本人信息", "correction of one's own records; the article gives no period, that of a reply is chosen"),
            (("收到更正申请", "receipt of the application"), RECEIPT),
            Lengths::Own(&[working_days(20, REGULATIONS)]),
            ("答复", "the reply"),
        )
    },
    steady(
        "I1",
        ("确认收到", "confirmation of receipt"),
        (
            ("平信、传真或者互联网渠道的申请到件", "an application by ordinary mail, fax or on line arrives"),
            ("到件之日", "the day of arrival"),
        ),
        Lengths::Of(DutyKind::ConfirmReceipt),
        ("双方确认", "both sides confirm"),
    ),
    steady("I2", ("登记", "registration"), (("收到申请", "receipt"), RECEIPT), Lengths::Of(DutyKind::Register), ("登记", "registration")),
    inner_limit("I3", ("分办", "assignment, inner limit"), DutyKind::InnerAssign, ("分办", "assignment")),
    inner_limit("I4", ("拟稿", "draft, inner limit"), DutyKind::InnerDraft, ("拟稿", "draft")),
    inner_limit("I5", ("审核", "review, inner limit"), DutyKind::InnerReview, ("审核同意", "approval")),
    inner_limit("I6", ("签发", "signature, inner limit"), DutyKind::InnerIssue, ("签发", "signature")),
    steady(
        "I7",
        ("再次送达", "sending a letter again"),
        (("函件退回或者未领取", "a letter came back or was not collected"), ("退回之日", "that day")),
        Lengths::Of(DutyKind::SendAgain),
        ("再次寄送", "another dispatch"),
    ),
    steady(
        "I8",
        ("归档", "archiving"),
        (("办结", "closing"), ("办结之日", "the day of closing")),
        Lengths::Of(DutyKind::Archive),
        ("归档", "archiving"),
    ),
    steady(
        "I9",
        ("查明送达结果", "finding out what became of a letter"),
        (("交邮", "posting"), ("交邮之日", "the day of posting")),
        Lengths::Of(DutyKind::TraceDelivery),
        ("登记送达结果", "the result is recorded"),
    ),
    steady(
        "I10",
        ("认领", "taking an assignment on"),
        (("分办", "an assignment"), ("分办之日", "the day of the assignment")),
        Lengths::Of(DutyKind::ClaimCase),
        ("认领、退回或者拟稿", "acceptance, return or a draft"),
    ),
    steady(
        "I11",
        ("重新分办", "assigning again"),
        (("退回分办", "a return of the assignment"), ("退回之日", "the day of the return")),
        Lengths::Of(DutyKind::AssignAgain),
        ("重新分办", "another assignment"),
    ),
    steady(
        "I12",
        ("承办处室办理", "handling in the department"),
        (("分办", "an assignment"), ("分办之日", "the day of the assignment")),
        Lengths::Of(DutyKind::InnerHandle),
        ("拟稿", "a draft"),
    ),
    steady(
        "I13",
        ("协查反馈", "the result of a search"),
        (("发出协查", "a search task"), ("发出之日", "the day of the task")),
        Lengths::Of(DutyKind::AnswerSearch),
        ("反馈检索结果或者撤回", "a result, or a withdrawal"),
    ),
    steady(
        "I14",
        ("会商", "a conference"),
        (("召集会商", "the call of a conference"), ("召集之日", "the day of the call")),
        Lengths::Of(DutyKind::ConcludeConference),
        ("形成会商纪要", "its conclusion"),
    ),
    steady(
        "I15",
        ("依申请转主动公开审查", "decision on publishing what was given"),
        (("答复", "the reply"), ("签发之日", "the day of issue")),
        Lengths::Of(DutyKind::ReviewPublication),
        ("审查", "the decision"),
    ),
    waiting("I16", ("审核文稿", "review of the draft"), DutyKind::ReviewContent),
    waiting("I17", ("法制审核文稿", "legal review of the draft"), DutyKind::ReviewLegal),
    waiting("I18", ("保密审查文稿", "secrecy and privacy review of the draft"), DutyKind::ReviewSecrecy),
    waiting("I19", ("承办处室负责人审核文稿", "review by the department's head"), DutyKind::ReviewByDepartmentHead),
    waiting("I20", ("公开工作机构审核文稿", "review by the head of the FOI office"), DutyKind::ReviewByOffice),
    waiting("I21", ("签发答复", "signing the reply"), DutyKind::SignReply),
    steady(
        "I22",
        ("整改", "rectification"),
        (("发出整改通知", "a notice of rectification"), ("发出之日", "the day of the notice")),
        Lengths::Of(DutyKind::Rectify),
        ("反馈整改情况或者撤回", "a report, or a withdrawal"),
    ),
    steady(
        "I23",
        ("复查整改情况", "second look at a rectification"),
        (("反馈整改情况", "a report"), ("反馈之日", "the day of the report")),
        Lengths::Of(DutyKind::ReviewRectification),
        ("复查", "the second look"),
    ),
    steady(
        "I30",
        ("就第三方意见作出决定", "decision on a third party's opinion"),
        (
            ("第三方不同意公开、逾期未答或者无法送达", "the third party refuses, is silent or cannot be reached"),
            ("反馈或者期满之日", "that day"),
        ),
        Lengths::Of(DutyKind::DecideConsultation),
        ("作出决定", "the decision"),
    ),
    steady(
        "I31",
        ("修改退回的文稿", "revision of a draft that was sent back"),
        (("文稿被退回", "the draft is sent back"), ("退回之日", "that day")),
        Lengths::Of(DutyKind::ReviseDraft),
        ("重新提交文稿", "another draft"),
    ),
    steady(
        "I32",
        ("送达凭证归卷", "filing the proof of what became of a letter"),
        (("送达、退件", "a service or a return"), ("送达、退件之日", "that day")),
        Lengths::Of(DutyKind::FileProof),
        ("凭证归卷", "the paper is filed"),
    ),
    steady(
        "I33",
        ("在市政务公开工作平台登记", "entry on the city's platform"),
        (("收到申请，且机关使用该平台", "receipt, where the agency uses the platform"), RECEIPT),
        Lengths::Of(DutyKind::EnterOnPlatform),
        ("在平台登记", "the entry"),
    ),
    steady(
        "I34",
        ("答复上级机关函件", "answer to a letter of the authority"),
        (("收到询问或者责令整改", "an inquiry or an order to rectify"), ("发函之日", "the day it was sent")),
        Lengths::Of(DutyKind::AnswerSupervisionLetter),
        ("答复", "the answer"),
    ),
    steady(
        "I35",
        ("处理对接来件", "seeing to a message of a neighbouring system"),
        (("收到未能自动办理的来件", "a message came that did not go by itself"), ("来件之日", "the day it came")),
        Lengths::Of(DutyKind::SeeToMessage),
        ("办理、登记或者退回", "it is applied, entered or dismissed"),
    ),
    steady(
        "I36",
        ("第二人确认更正", "decision of the second person on an amendment"),
        (("提出须第二人确认的更正", "an amendment that needs a second person is proposed"), ("提出之日", "the day it was proposed")),
        Lengths::Of(DutyKind::DecideAmendment),
        ("确认或者不同意", "it is approved or rejected"),
    ),
];

impl LegalClock {
    /// The clock with this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        CLOCKS.iter().find(|clock| clock.name == name)
    }

    /// The length in force on a day, where it is a number of working days of its own.
    pub fn own_working_days(&self, on: NaiveDate) -> Option<u32> {
        let Lengths::Own(rows) = self.lengths else { return None };
        let rows = rows.iter().filter(|row| row.unit == Unit::WorkingDays && row.in_force_from <= on);
        rows.max_by_key(|row| row.in_force_from).map(|row| row.length)
    }

    /// The rows of its duty; none where it is no duty. Where one of them bears the article of the clock, only that: a report is due on another day by
    /// whose it is.
    pub fn terms(&self) -> impl Iterator<Item = &'static super::Term> + use<> {
        let (lengths, article) = (self.lengths, self.article);
        let of_duty = move |term: &&'static super::Term| lengths == Lengths::Of(term.kind);
        let named = TERMS.iter().filter(of_duty).any(|term| Some(term.article) == article);
        TERMS.iter().filter(of_duty).filter(move |term| !named || Some(term.article) == article)
    }
}
