//! The terms of reconsiderations, lawsuits and complaints (domain 5.2, and what the agency sets for itself there).

use chrono::NaiveDate;

use super::super::{Basis, Circumstance, DutyKind, Term, Unit};
use super::{by_date, by_setting, inner};
use crate::rules::calendar::day_of;

/// The Administrative Reconsideration Law as revised in 2023 (行政复议法).
const RECONSIDERATION_LAW: NaiveDate = day_of(2024, 1, 1);
/// The Administrative Litigation Law as amended in 2017 (行政诉讼法).
const LITIGATION_LAW: NaiveDate = day_of(2017, 7, 1);
/// The Supreme People's Court's interpretation of it of 2018 (行诉解释).
const LITIGATION_INTERPRETATION: NaiveDate = day_of(2018, 2, 8);

/// A term of the reconsideration body: known for information, nobody here answers for it.
const fn of_the_body(
    (kind, circumstance): (DutyKind, Circumstance),
    (length, unit): (u32, Unit),
    article: &'static str,
    (source_zh, source_en): (&'static str, &'static str),
) -> Term {
    Term { kind, circumstance, length, unit, article, basis: Basis::Law, source_zh, source_en, in_force_from: RECONSIDERATION_LAW }
}

/// A term of the court.
const fn of_the_court(
    circumstance: Circumstance,
    (length, unit): (u32, Unit),
    article: &'static str,
    (source_zh, source_en): (&'static str, &'static str),
) -> Term {
    let kind = DutyKind::GiveJudgment;
    Term { kind, circumstance, length, unit, article, basis: Basis::Law, source_zh, source_en, in_force_from: LITIGATION_LAW }
}

/// What local rules say of filing; the term is a setting.
const FILING_ZH: &str = "在机关设定的期限内向主管部门报备";

/// Every term of them.
pub(in crate::rules::terms) const ROWS: &[Term] = &[
    Term {
        kind: DutyKind::AnswerReconsideration,
        circumstance: Circumstance::OrdinaryProcedure,
        length: 10,
        unit: Unit::WorkingDays,
        article: "复议法 48",
        basis: Basis::Law,
        source_zh: "自收到行政复议申请书副本之日起10日内（工作日）提出书面答复，并提交证据、依据和其他有关材料",
        source_en: "written answer, evidence and basis within 10 working days of receiving the copy of the application",
        in_force_from: RECONSIDERATION_LAW,
    },
    Term {
        kind: DutyKind::AnswerReconsideration,
        circumstance: Circumstance::SummaryProcedure,
        length: 5,
        unit: Unit::WorkingDays,
        article: "复议法 54",
        basis: Basis::Law,
        source_zh: "适用简易程序的，自收到行政复议申请书副本之日起5日内（工作日）提出书面答复，并提交证据、依据和其他有关材料",
        source_en: "in summary procedure: written answer, evidence and basis within 5 working days of receiving the copy",
        in_force_from: RECONSIDERATION_LAW,
    },
    Term {
        kind: DutyKind::ReportOnOpinion,
        circumstance: Circumstance::Always,
        length: 60,
        unit: Unit::NaturalDays,
        article: "复议法 76",
        basis: Basis::Law,
        source_zh: "自收到行政复议意见书之日起60日内报送办理情况",
        source_en: "report within 60 days of receiving the reconsideration opinion",
        in_force_from: RECONSIDERATION_LAW,
    },
    Term {
        kind: DutyKind::DefendLitigation,
        circumstance: Circumstance::Always,
        length: 15,
        unit: Unit::NaturalDays,
        article: "行诉法 67",
        basis: Basis::Law,
        source_zh: "自收到起诉状副本之日起15日内提交证据和所依据的规范性文件，并提出答辩状",
        source_en: "defence, evidence and basis within 15 days of receiving the statement of claim",
        in_force_from: LITIGATION_LAW,
    },
    Term {
        kind: DutyKind::Appeal,
        circumstance: Circumstance::Judgment,
        length: 15,
        unit: Unit::NaturalDays,
        article: "行诉法 85",
        basis: Basis::Law,
        source_zh: "不服第一审判决的，自判决书送达之日起15日内提起上诉",
        source_en: "appeal against a judgment within 15 days of service",
        in_force_from: LITIGATION_LAW,
    },
    Term {
        kind: DutyKind::Appeal,
        circumstance: Circumstance::Ruling,
        length: 10,
        unit: Unit::NaturalDays,
        article: "行诉法 85",
        basis: Basis::Law,
        source_zh: "不服第一审裁定的，自裁定书送达之日起10日内提起上诉",
        source_en: "appeal against a ruling within 10 days of service",
        in_force_from: LITIGATION_LAW,
    },
    Term {
        kind: DutyKind::PerformOrder,
        circumstance: Circumstance::Always,
        length: 0,
        unit: Unit::DateGiven,
        article: "复议法 77, 行诉法 94",
        basis: Basis::Law,
        source_zh: "在行政复议决定或者生效裁判载明的期限内履行",
        source_en: "perform within the term that the decision or judgment gives",
        in_force_from: LITIGATION_LAW,
    },
    Term {
        kind: DutyKind::ApplyForReconsideration,
        circumstance: Circumstance::Always,
        length: 60,
        unit: Unit::NaturalDays,
        article: "复议法 20(1)",
        basis: Basis::Law,
        source_zh: "自知道或者应当知道该行政行为之日起60日内申请行政复议",
        source_en: "apply within 60 days of knowing of the act",
        in_force_from: RECONSIDERATION_LAW,
    },
    Term {
        kind: DutyKind::ApplyForReconsideration,
        circumstance: Circumstance::RemedyNotStated,
        length: 12,
        unit: Unit::Months,
        article: "复议法 20(3)",
        basis: Basis::Law,
        source_zh: "未告知申请权利、行政复议机关和期限的，自知道或者应当知道行政行为内容之日起最长不得超过一年",
        source_en: "where right, body and term were not stated: at most one year from knowing the content",
        in_force_from: RECONSIDERATION_LAW,
    },
    Term {
        kind: DutyKind::SueDirectly,
        circumstance: Circumstance::Always,
        length: 6,
        unit: Unit::Months,
        article: "行诉法 46",
        basis: Basis::Law,
        source_zh: "自知道或者应当知道作出行政行为之日起6个月内提起诉讼",
        source_en: "sue within 6 months of knowing of the act",
        in_force_from: LITIGATION_LAW,
    },
    Term {
        kind: DutyKind::SueDirectly,
        circumstance: Circumstance::RemedyNotStated,
        length: 12,
        unit: Unit::Months,
        article: "行诉解释 64",
        basis: Basis::Law,
        source_zh: "未告知起诉期限的，自知道或者应当知道行政行为内容之日起最长不得超过一年",
        source_en: "where the term to sue was not stated: at most one year from knowing the content",
        in_force_from: LITIGATION_INTERPRETATION,
    },
    Term {
        kind: DutyKind::SueAfterReconsideration,
        circumstance: Circumstance::Always,
        length: 15,
        unit: Unit::NaturalDays,
        article: "行诉法 45",
        basis: Basis::Law,
        source_zh: "自收到复议决定书之日起15日内提起诉讼；复议机关逾期不作决定的，自复议期满之日起15日内提起诉讼",
        source_en: "sue within 15 days of receiving the decision, or of the end of the decision period",
        in_force_from: LITIGATION_LAW,
    },
    Term {
        kind: DutyKind::ReconsiderSilence,
        circumstance: Circumstance::Inaction,
        length: 60,
        unit: Unit::NaturalDays,
        article: "复议法 20(1)",
        basis: Basis::Law,
        source_zh: "对行政机关逾期未答复不服的，自答复期限届满之日起60日内申请行政复议",
        source_en: "against silence: apply within 60 days of the end of the reply period",
        in_force_from: RECONSIDERATION_LAW,
    },
    Term {
        kind: DutyKind::SueOverSilence,
        circumstance: Circumstance::Inaction,
        length: 6,
        unit: Unit::Months,
        article: "行诉解释 66",
        basis: Basis::Law,
        source_zh: "对行政机关不履行法定职责的，自履行期限届满之日起6个月内提起诉讼",
        source_en: "against silence: sue within 6 months of the end of the reply period",
        in_force_from: LITIGATION_INTERPRETATION,
    },
    of_the_body(
        (DutyKind::SendCopy, Circumstance::OrdinaryProcedure),
        (7, Unit::WorkingDays),
        "复议法 48",
        ("自受理之日起7日内（工作日）将行政复议申请书副本发送被申请人", "the copy goes to the agency within 7 working days of acceptance"),
    ),
    of_the_body(
        (DutyKind::SendCopy, Circumstance::SummaryProcedure),
        (3, Unit::WorkingDays),
        "复议法 54",
        (
            "适用简易程序的，自受理之日起3日内（工作日）将行政复议申请书副本发送被申请人",
            "in summary procedure: the copy goes to the agency within 3 working days of acceptance",
        ),
    ),
    of_the_body(
        (DutyKind::DecideReconsideration, Circumstance::OrdinaryProcedure),
        (60, Unit::NaturalDays),
        "复议法 62",
        (
            "自受理申请之日起60日内作出行政复议决定；情况复杂的，经批准可以延长，最多不超过30日",
            "decision within 60 days of acceptance; at most 30 more where that was approved",
        ),
    ),
    of_the_body(
        (DutyKind::DecideReconsideration, Circumstance::SummaryProcedure),
        (30, Unit::NaturalDays),
        "复议法 62",
        ("适用简易程序的，自受理申请之日起30日内作出行政复议决定", "in summary procedure: decision within 30 days of acceptance"),
    ),
    of_the_court(
        Circumstance::OrdinaryProcedure,
        (6, Unit::Months),
        "行诉法 81",
        (
            "自立案之日起6个月内作出第一审判决；有特殊情况的，经批准可以延长",
            "judgment of first instance within 6 months of docketing; more where that was approved",
        ),
    ),
    of_the_court(
        Circumstance::SummaryProcedure,
        (45, Unit::NaturalDays),
        "行诉法 83",
        ("适用简易程序的，自立案之日起45日内审结", "in summary procedure: judgment within 45 days of docketing"),
    ),
    of_the_court(
        Circumstance::SecondInstance,
        (3, Unit::Months),
        "行诉法 88",
        (
            "自收到上诉状之日起3个月内作出终审判决；有特殊情况的，经批准可以延长",
            "judgment of second instance within 3 months of receiving the appeal; more where that was approved",
        ),
    ),
    of_the_body(
        (DutyKind::AdmitReconsideration, Circumstance::Always),
        (5, Unit::WorkingDays),
        "复议法 30",
        (
            "自收到行政复议申请之日起5日内（工作日）审查，决定是否受理；逾期视为受理",
            "the body examines the application within 5 working days of receiving it; after that it counts as accepted",
        ),
    ),
    by_date(
        DutyKind::AttendHearing,
        "行诉法 3(3), 复议法 51",
        "按通知载明的时间出席听证或者出庭",
        "appear on the day that the notice gives",
    ),
    inner(
        DutyKind::TellRevocation,
        "行诉解释 81, 复议法 41, 74",
        "复议、诉讼期间自行撤销或者改变答复的，于下一个工作日书面告知复议机关、人民法院",
        "tell the body or court in writing on the working day after the agency revoked its own reply",
    ),
    Term {
        article: "50(3)",
        ..by_setting(DutyKind::FileOpening, FILING_ZH, "file the proceeding within the term that the agency's settings give")
    },
    Term {
        article: "50(3)",
        ..by_setting(DutyKind::FileDecision, FILING_ZH, "file the outcome within the term that the agency's settings give")
    },
    Term {
        kind: DutyKind::ApplyForRetrial,
        circumstance: Circumstance::Always,
        length: 6,
        unit: Unit::Months,
        article: "行诉解释 110",
        basis: Basis::Law,
        source_zh: "当事人申请再审的，在判决、裁定发生法律效力后6个月内提出",
        source_en: "apply for a retrial within 6 months of the judgment taking effect",
        in_force_from: LITIGATION_INTERPRETATION,
    },
    by_date(DutyKind::AnswerComplaint, "47(2), 51", "在主管部门确定的期限内说明情况", "explain within the term that the authority gives"),
    by_date(DutyKind::RectifyComplaint, "47(2)", "在主管部门确定的期限内整改", "put it right within the term that the authority gives"),
];
