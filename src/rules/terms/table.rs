//! The table of terms: one row a rule, with the day it came into force. What reconsiderations and lawsuits bring stands in [`remedies`].

pub(super) mod remedies;

use chrono::NaiveDate;

use super::{Basis, Circumstance, DutyKind, Term, Unit};
use crate::rules::calendar::day_of;

/// The Regulations as revised (国务院令第711号).
pub(super) const REGULATIONS: NaiveDate = day_of(2019, 5, 15);
/// The first Regulations (国务院令第492号).
pub(super) const FIRST_REGULATIONS: NaiveDate = day_of(2008, 5, 1);

/// A term in working days that the agency's own practice sets.
const fn inner(kind: DutyKind, article: &'static str, source_zh: &'static str, source_en: &'static str) -> Term {
    Term {
        kind,
        circumstance: Circumstance::Always,
        length: 1,
        unit: Unit::WorkingDays,
        article,
        basis: Basis::Inner,
        source_zh,
        source_en,
        in_force_from: FIRST_REGULATIONS,
    }
}

/// What is asked within five working days after a letter left, or came to its end.
const fn of_mail(kind: DutyKind, source_zh: &'static str, source_en: &'static str) -> Term {
    Term { length: 5, ..inner(kind, "国办公开办函〔2016〕235号", source_zh, source_en) }
}

/// An inner limit of the agency, shorter than the law.
const fn by_setting(kind: DutyKind, source_zh: &'static str, source_en: &'static str) -> Term {
    Term {
        kind,
        circumstance: Circumstance::Always,
        length: 0,
        unit: Unit::AgencySetting,
        article: "45",
        basis: Basis::Inner,
        source_zh,
        source_en,
        in_force_from: FIRST_REGULATIONS,
    }
}

/// An inner date that whoever asks gives.
const fn by_date(kind: DutyKind, article: &'static str, source_zh: &'static str, source_en: &'static str) -> Term {
    Term {
        kind,
        circumstance: Circumstance::Always,
        length: 0,
        unit: Unit::DateGiven,
        article,
        basis: Basis::Inner,
        source_zh,
        source_en,
        in_force_from: FIRST_REGULATIONS,
    }
}

/// The annual report, by a date that is not moved for rest days (C11, C12).
const fn of_report(
    circumstance: Circumstance,
    (unit, article): (Unit, &'static str),
    (source_zh, source_en): (&'static str, &'static str),
) -> Term {
    Term {
        kind: DutyKind::PublishAnnualReport,
        circumstance,
        length: 0,
        unit,
        article,
        basis: Basis::Law,
        source_zh,
        source_en,
        in_force_from: REGULATIONS,
    }
}

/// A review or signature that waits: two working days in the usual division of the period (domain 6.1), unless a limit is set.
const fn waiting(kind: DutyKind, article: &'static str) -> Term {
    let (zh, en) =
        ("送审后2个工作日内审核、签发，另设内部期限的从其规定", "review or sign within 2 working days, or the inner limit that is set");
    two_days(kind, article, zh, en)
}

const fn two_days(kind: DutyKind, article: &'static str, zh: &'static str, en: &'static str) -> Term {
    Term { length: 2, ..inner(kind, article, zh, en) }
}

/// Every term from receipt to archive.
pub(super) const ROWS: &[Term] = &[
    inner(
        DutyKind::ConfirmReceipt,
        "31",
        "应当于收到申请的当日与申请人确认；到件后1个工作日仍未确认的，提醒",
        "confirm on the day of arrival; alarm if unconfirmed one working day after it",
    ),
    inner(
        DutyKind::Register,
        "45",
        "收到申请后1个工作日内登记，逾期标注为补登记",
        "register within one working day of receipt; later entries are marked as registered late",
    ),
    Term {
        kind: DutyKind::Reply,
        circumstance: Circumstance::Always,
        length: 15,
        unit: Unit::WorkingDays,
        article: "24(2)",
        basis: Basis::Law,
        source_zh: "自收到申请之日起15个工作日内予以答复（2007年《政府信息公开条例》）",
        source_en: "reply within 15 working days of receipt (Regulations of 2007)",
        in_force_from: FIRST_REGULATIONS,
    },
    Term {
        kind: DutyKind::Reply,
        circumstance: Circumstance::Always,
        length: 20,
        unit: Unit::WorkingDays,
        article: "33(2)",
        basis: Basis::Law,
        source_zh: "行政机关不能当场答复的，应当自收到申请之日起20个工作日内予以答复",
        source_en: "where no reply can be given on the spot, reply within 20 working days of receipt",
        in_force_from: REGULATIONS,
    },
    Term {
        kind: DutyKind::CorrectionNotice,
        circumstance: Circumstance::Always,
        length: 7,
        unit: Unit::WorkingDays,
        article: "30",
        basis: Basis::Law,
        source_zh: "申请内容不明确的，自收到申请之日起7个工作日内一次性告知申请人作出补正",
        source_en: "where the content is unclear: one correction notice within 7 working days of receipt",
        in_force_from: FIRST_REGULATIONS,
    },
    Term {
        kind: DutyKind::AnswerCorrection,
        circumstance: Circumstance::Always,
        length: 15,
        unit: Unit::WorkingDays,
        article: "30",
        basis: Basis::Law,
        source_zh: "在告知书载明的合理补正期限内补正；未载明的，自收到告知书之日起15个工作日",
        source_en: "correct within the reasonable term that the notice gives; by default 15 working days of receiving it",
        in_force_from: FIRST_REGULATIONS,
    },
    Term {
        kind: DutyKind::AnswerConsultation,
        circumstance: Circumstance::Always,
        length: 15,
        unit: Unit::WorkingDays,
        article: "32, 33(3), 34",
        basis: Basis::Law,
        source_zh: "自收到征求意见书之日起15个工作日内提出意见",
        source_en: "answer within 15 working days of receiving the letter",
        in_force_from: FIRST_REGULATIONS,
    },
    Term {
        kind: DutyKind::PayFee,
        circumstance: Circumstance::Always,
        length: 20,
        unit: Unit::WorkingDays,
        article: "109号",
        basis: Basis::Law,
        source_zh: "自收到收费通知次日起20个工作日内缴纳费用",
        source_en: "pay within 20 working days, counted from the day after receiving the fee notice",
        in_force_from: FIRST_REGULATIONS,
    },
    inner(
        DutyKind::CloseLapsed,
        "30; 109号",
        "补正或者缴费期限届满的，次一工作日起可以终结处理；有正当理由的除外",
        "after the term for a correction or a payment ran out, close on the next working day unless there is a good reason",
    ),
    inner(
        DutyKind::AssessReasons,
        "35",
        "收到申请人说明的理由后，于下一个工作日审查是否合理",
        "assess the applicant's reasons on the working day after they came",
    ),
    inner(
        DutyKind::NotifyThirdParty,
        "32",
        "决定公开的，将决定公开的内容和理由书面告知第三方",
        "tell the third party in writing what is disclosed against its will and why",
    ),
    Term {
        kind: DutyKind::NotifyExtension,
        circumstance: Circumstance::Always,
        length: 0,
        unit: Unit::ReplyDueDate,
        article: "33(2)",
        basis: Basis::Law,
        source_zh: "延长答复期限的，应当在答复期限届满前告知申请人",
        source_en: "an extension is approved and told to the applicant on or before the current due date",
        in_force_from: FIRST_REGULATIONS,
    },
    by_setting(DutyKind::InnerAssign, "在机关设定的内部期限内分办", "assign within the agency's inner limit"),
    by_setting(DutyKind::InnerDraft, "在机关设定的内部期限内拟稿", "draft within the agency's inner limit"),
    by_setting(DutyKind::InnerReview, "在机关设定的内部期限内审核", "review within the agency's inner limit"),
    by_setting(DutyKind::InnerIssue, "在机关设定的内部期限内签发", "sign within the agency's inner limit"),
    inner(
        DutyKind::SendAgain,
        "国办公开办函〔2016〕235号",
        "文书被退回的，于收到退件的下一个工作日再次送达或者改用其他方式送达",
        "after a letter came back, try again or another way on the next working day",
    ),
    of_mail(
        DutyKind::TraceDelivery,
        "邮寄的文书，于交邮后五个工作日内查明送达结果",
        "within 5 working days of posting, find out what became of a letter",
    ),
    Term {
        kind: DutyKind::Archive,
        circumstance: Circumstance::Always,
        length: 0,
        unit: Unit::NextYearThirtiethOfJune,
        article: "45",
        basis: Basis::Inner,
        source_zh: "办结后于次年6月30日前归档",
        source_en: "hand the dossier to the archive by 30 June of the year after closing",
        in_force_from: FIRST_REGULATIONS,
    },
    Term {
        kind: DutyKind::NotifyPostponement,
        circumstance: Circumstance::Always,
        length: 0,
        unit: Unit::ReplyDueDate,
        article: "35",
        basis: Basis::Law,
        source_zh: "确定延迟答复的合理期限的，应当在答复期限届满前告知申请人",
        source_en: "a later date for an excessive request is set and told to the applicant on or before the current due date",
        in_force_from: REGULATIONS,
    },
    inner(
        DutyKind::ClaimCase,
        "45",
        "分办后1个工作日内认领，或者说明理由退回",
        "take the assignment on, or send it back, within one working day",
    ),
    inner(DutyKind::AssignAgain, "45", "退回后1个工作日内重新分办", "assign again within one working day of a return"),
    by_date(DutyKind::InnerHandle, "45", "在分办时确定的内部期限内拟稿", "draft by the inner date given with the assignment"),
    by_date(
        DutyKind::AnswerSearch,
        "36(4)",
        "在协查确定的内部期限内反馈检索结果",
        "give the result by the inner date given with the search task",
    ),
    by_date(DutyKind::ConcludeConference, "45", "在会商确定的内部期限内形成纪要", "conclude by the inner date given with the conference"),
    Term {
        kind: DutyKind::ReviewPublication,
        circumstance: Circumstance::Always,
        length: 5,
        unit: Unit::WorkingDays,
        article: "44",
        basis: Basis::Inner,
        source_zh: "依申请提供政府信息的，同步审查是否转为主动公开；作出答复后5个工作日仍未审查的，提醒",
        source_en: "whether what is given is published is decided with the reply; alarm if it is not within five working days of it",
        in_force_from: REGULATIONS,
    },
    Term {
        kind: DutyKind::PublishInformation,
        circumstance: Circumstance::Always,
        length: 20,
        unit: Unit::WorkingDays,
        article: "26, 44",
        basis: Basis::Law,
        source_zh: "属于主动公开范围的政府信息，自该政府信息形成或者变更之日起20个工作日内及时公开；依申请转为主动公开的，自审查决定之日起计算，机关可以定得更短",
        source_en: "what is to be published proactively: within 20 working days, here of the decision to publish; the agency may set less",
        in_force_from: REGULATIONS,
    },
    waiting(DutyKind::ReviewContent, "45"),
    waiting(DutyKind::ReviewLegal, "45"),
    waiting(DutyKind::ReviewSecrecy, "17"),
    waiting(DutyKind::ReviewByDepartmentHead, "45"),
    waiting(DutyKind::ReviewByOffice, "45"),
    waiting(DutyKind::SignReply, "45"),
    Term {
        kind: DutyKind::DecideAmendment,
        circumstance: Circumstance::Always,
        length: 2,
        unit: Unit::WorkingDays,
        article: "45",
        basis: Basis::Inner,
        source_zh: "更正使期限推后、逾期消除，或者关系年报数据的，须第二人确认；提出后2个工作日内",
        source_en: "an amendment that moves a date later, removes an overdue or bears on table four waits for a second person: two working days",
        in_force_from: REGULATIONS,
    },
    by_date(
        DutyKind::Rectify,
        "46",
        "在整改通知确定的期限内整改并反馈",
        "mend and report by the date that the notice of rectification gives",
    ),
    Term {
        basis: Basis::Law,
        ..by_date(
            DutyKind::AnswerSupervisionLetter,
            "47",
            "在上级机关函件确定的期限内答复",
            "answer by the date that the letter of the authority gives",
        )
    },
    Term {
        kind: DutyKind::ReviewRectification,
        circumstance: Circumstance::Always,
        length: 5,
        unit: Unit::WorkingDays,
        article: "46",
        basis: Basis::Inner,
        source_zh: "收到整改反馈后5个工作日内由另一人复查",
        source_en: "somebody else looks at a report on what was mended within five working days of it",
        in_force_from: FIRST_REGULATIONS,
    },
    two_days(DutyKind::DecideConsultation, "15; 32", "第三方不同意、未答的，2个工作日内决定", "decide on a third party in 2 working days"),
    two_days(DutyKind::ReviseDraft, "45", "文稿退回后2个工作日内修改", "revise within 2 working days of the return"),
    of_mail(
        DutyKind::FileProof,
        "登记送达、退件后五个工作日内，将证明送达结果的凭证归卷",
        "within 5 working days of a service or a return, file the paper that proves it",
    ),
    by_setting(
        DutyKind::EnterOnPlatform,
        "收到申请后，在机关设定的期限内（当日或者1个工作日）在市政务公开工作平台登记",
        "enter the application on the city's platform within the working days that the agency's settings give",
    ),
    inner(
        DutyKind::SeeToMessage,
        "45",
        "收到未能自动办理的对接来件后1个工作日内处理；行政复议答复通知的期限为答复期限，平台转来的申请当日处理",
        "see to a message that did not go by itself within 1 working day; a notice to answer bears the date of the answer, an application is seen to the same day",
    ),
    of_report(
        Circumstance::OfDepartment,
        (Unit::NextYearThirtyFirstOfJanuary, "49(1)"),
        (
            "每年1月31日前向主管部门提交并向社会公布上一年度报告",
            "hand the report of last year to the authority and publish it by 31 January",
        ),
    ),
    of_report(
        Circumstance::OfGovernment,
        (Unit::NextYearThirtyFirstOfMarch, "49(2)"),
        ("每年3月31日前向社会公布本级政府上一年度报告", "publish the report of the government of last year by 31 March"),
    ),
];
