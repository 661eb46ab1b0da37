//! The clocks of reconsiderations, lawsuits and complaints.

use super::super::{Basis, DutyKind, Unit};
use super::{LegalClock, Lengths, OwnLength, Said, dated, steady};
use crate::rules::calendar::day_of;
use chrono::NaiveDate;

const KNEW: Said = ("知道行政行为之日，一般为答复签收之日", "the day the applicant knew, normally that of signing for the reply");
const REPLY_PERIOD_OVER: Said = ("答复期限届满之日", "the end of the reply period");
const ACCEPTED: Said = ("复议机关受理申请", "the body accepts the application");
const ACCEPTANCE: Said = ("受理之日", "the day of acceptance");
const SERVED: Said = ("裁判文书送达", "the judgment or ruling is served");
const FILED: Said = ("依法提起", "it is filed");

/// The reconsideration law as revised.
const RECONSIDERATION_LAW: NaiveDate = day_of(2024, 1, 1);
/// The litigation law as amended in 2014, whose articles count.
const LITIGATION_LAW: NaiveDate = day_of(2015, 5, 1);
/// The interpretation of it.
const INTERPRETATION: NaiveDate = day_of(2018, 2, 8);

const RESTS: Said = ("收到中止通知", "the notice that it rests arrives");
const REST_BEGAN: Said = ("中止之日", "the day it began to rest");
const RESUMED: Said = ("恢复审理", "it goes on");
const TURNED: Said = ("收到转为普通程序的通知", "the notice of the ordinary procedure arrives");

const fn own(length: u32, unit: Unit, in_force_from: NaiveDate) -> OwnLength {
    OwnLength { length, unit, basis: Basis::Law, in_force_from }
}

/// What moves other clocks, or is counted outside the cases: no duty of its own.
const fn moving(
    name: &'static str,
    title: Said,
    article: &'static str,
    (trigger, counted_from): (Said, Said),
    (lengths, ended_by): (&'static [OwnLength], Said),
) -> LegalClock {
    LegalClock { article: Some(article), ..steady(name, title, (trigger, counted_from), Lengths::Own(lengths), ended_by) }
}

/// Every clock of them.
pub(super) const ROWS: &[LegalClock] = &[
    steady(
        "L1",
        ("申请行政复议", "application for reconsideration"),
        (("答复送达", "service of the reply"), KNEW),
        Lengths::Of(DutyKind::ApplyForReconsideration),
        FILED,
    ),
    steady(
        "L1b",
        ("对逾期未答复申请行政复议", "application for reconsideration of silence"),
        (("逾期未答复", "silence"), REPLY_PERIOD_OVER),
        Lengths::Of(DutyKind::ReconsiderSilence),
        FILED,
    ),
    moving(
        "L1a",
        (
            "未告知复议权利、机关、期限的申请行政复议",
            "application for reconsideration where the reply did not state the right, body and term",
        ),
        "复议法 20(3)",
        (
            ("知道复议权利、机关和期限；自知道答复内容起最长一年", "the applicant learns of them; a year from knowing the content at most"),
            ("知道之日", "that day"),
        ),
        (&[own(60, Unit::NaturalDays, RECONSIDERATION_LAW)], FILED),
    ),
    steady(
        "L2",
        ("复议机关审查申请", "examination by the body"),
        (("复议机关收到申请", "the body receives the application"), ("收到申请之日", "that day")),
        Lengths::Of(DutyKind::AdmitReconsideration),
        ("受理或者不予受理", "acceptance or refusal"),
    ),
    steady(
        "L3",
        ("发送申请书副本", "copy sent to the agency"),
        (ACCEPTED, ACCEPTANCE),
        Lengths::Of(DutyKind::SendCopy),
        ("副本送达机关", "the copy reaches the agency"),
    ),
    LegalClock {
        suspended_by: &["L5a"],
        replaced_by: &["L5c"],
        ..steady(
            "L4",
            ("行政复议答复", "written answer, evidence, basis"),
            (("机关收到申请书副本", "the agency receives the copy"), ("收到副本之日", "that day")),
            Lengths::Of(DutyKind::AnswerReconsideration),
            ("提交答复", "the answer"),
        )
    },
    LegalClock {
        suspended_by: &["L5a"],
        lengthened_by: &["L5b"],
        replaced_by: &["L5c"],
        ..steady(
            "L5",
            ("行政复议决定", "decision on the reconsideration"),
            (ACCEPTED, ACCEPTANCE),
            Lengths::Of(DutyKind::DecideReconsideration),
            ("作出决定", "the decision"),
        )
    },
    moving(
        "L5a",
        ("行政复议中止", "rest of a reconsideration: no time runs"),
        "复议法 39",
        (RESTS, REST_BEGAN),
        (&[dated(Unit::DateGiven, RECONSIDERATION_LAW)], RESUMED),
    ),
    moving(
        "L5b",
        ("延长行政复议期限（普通程序，一次）", "longer term of an ordinary reconsideration, once, at most so many days"),
        "复议法 62",
        (("经批准并书面告知", "approved and notified"), ("L5期限届满之日", "runs on from L5")),
        (&[own(30, Unit::NaturalDays, RECONSIDERATION_LAW)], ("作出决定", "the decision")),
    ),
    moving(
        "L5c",
        ("简易程序转为普通程序", "turn from the summary to the ordinary procedure: its longer terms hold while the shorter one still ran"),
        "复议法 55",
        (TURNED, ACCEPTANCE),
        (&[dated(Unit::DateGiven, RECONSIDERATION_LAW)], ("适用普通程序的期限", "the terms of the ordinary procedure hold")),
    ),
    steady(
        "L6",
        ("反馈行政复议意见书办理情况", "report on a reconsideration opinion"),
        (("收到行政复议意见书", "the opinion reaches the agency"), ("收到之日", "that day")),
        Lengths::Of(DutyKind::ReportOnOpinion),
        ("报送办理情况", "the report"),
    ),
    steady(
        "L6a",
        ("履行决定或者裁判", "performance of what was ordered"),
        (("收到责令履行的决定或者裁判", "a decision with an order arrives"), ("文书载明之日", "as the document says")),
        Lengths::Of(DutyKind::PerformOrder),
        ("履行", "performance"),
    ),
    steady(
        "L7",
        ("复议后起诉", "lawsuit after reconsideration"),
        (("收到复议决定，或者复议期满未作决定", "the decision arrives, or its period ends without one"), ("该日", "that day")),
        Lengths::Of(DutyKind::SueAfterReconsideration),
        FILED,
    ),
    steady(
        "L8",
        ("直接起诉", "lawsuit without reconsideration"),
        (("答复送达", "service of the reply"), KNEW),
        Lengths::Of(DutyKind::SueDirectly),
        FILED,
    ),
    steady(
        "L8a",
        ("对逾期未答复起诉", "lawsuit over silence"),
        (("逾期未答复", "silence"), REPLY_PERIOD_OVER),
        Lengths::Of(DutyKind::SueOverSilence),
        FILED,
    ),
    moving(
        "L8b",
        ("未告知起诉期限的起诉", "lawsuit where the reply did not state the right or the term to sue"),
        "行诉解释 64",
        (
            ("知道起诉期限；自知道答复内容起最长一年", "the applicant learns of it; a year from knowing the content at most"),
            ("知道答复内容之日", "the day the content is known"),
        ),
        (&[own(12, Unit::Months, INTERPRETATION)], FILED),
    ),
    steady(
        "L9",
        ("答辩和举证", "defence and evidence"),
        (("机关收到起诉状副本", "the agency receives the statement of claim"), ("收到之日", "that day")),
        Lengths::Of(DutyKind::DefendLitigation),
        ("提交答辩状和证据", "defence and evidence"),
    ),
    steady("L10", ("上诉", "appeal"), (SERVED, ("送达之日", "the day of service")), Lengths::Of(DutyKind::Appeal), FILED),
    LegalClock {
        suspended_by: &["L11a"],
        lengthened_by: &["L11b"],
        replaced_by: &["L11c"],
        ..steady(
            "L11",
            ("人民法院作出判决", "judgment"),
            (("立案；二审为收到上诉状", "docketing; in second instance receipt of the appeal"), ("该日", "that day")),
            Lengths::Of(DutyKind::GiveJudgment),
            ("判决", "judgment"),
        )
    },
    moving(
        "L11a",
        ("诉讼中止", "rest of a lawsuit: no time runs"),
        "行诉解释 87",
        (RESTS, REST_BEGAN),
        (&[dated(Unit::DateGiven, INTERPRETATION)], RESUMED),
    ),
    moving(
        "L11b",
        ("延长审理期限（普通程序、二审）", "longer term of the court, in ordinary procedure and second instance"),
        "行诉法 81, 88",
        (("经上级人民法院批准", "approved by a court above"), ("L11期限届满之日", "runs on from L11")),
        (&[dated(Unit::DateGiven, LITIGATION_LAW)], ("判决", "judgment")),
    ),
    moving(
        "L11c",
        ("简易程序转为普通程序（诉讼）", "turn of a lawsuit to the ordinary procedure, whose term holds"),
        "行诉法 84",
        (TURNED, ("立案之日", "the day of docketing")),
        (&[dated(Unit::DateGiven, LITIGATION_LAW)], ("适用普通程序的期限", "the terms of the ordinary procedure hold")),
    ),
    steady(
        "L12",
        ("申请再审", "application for a retrial"),
        (("判决、裁定发生法律效力", "the judgment takes effect"), ("生效之日", "that day")),
        Lengths::Of(DutyKind::ApplyForRetrial),
        FILED,
    ),
    steady(
        "I24",
        ("出席听证、开庭", "appearance at a hearing or court session"),
        (("收到听证、开庭通知", "the notice of the hearing arrives"), ("通知载明之日", "as the notice says")),
        Lengths::Of(DutyKind::AttendHearing),
        ("出席", "the appearance"),
    ),
    steady(
        "I25",
        ("告知自行撤销", "word of the agency's own revocation"),
        (("复议、诉讼期间自行撤销答复", "the agency revokes its reply while a proceeding runs"), ("撤销之日", "that day")),
        Lengths::Of(DutyKind::TellRevocation),
        ("书面告知", "the letter to the body"),
    ),
    steady(
        "I26",
        ("复议诉讼报备（收到后）", "filing of a proceeding"),
        (("收到复议、诉讼材料", "the papers arrive"), ("收到之日", "that day")),
        Lengths::Of(DutyKind::FileOpening),
        ("报备", "the filing"),
    ),
    steady(
        "I27",
        ("复议诉讼报备（结果）", "filing of an outcome"),
        (("收到决定或者裁判", "the decision arrives"), ("收到之日", "that day")),
        Lengths::Of(DutyKind::FileDecision),
        ("报备", "the filing"),
    ),
    steady(
        "I28",
        ("说明投诉情况", "explanation of a complaint"),
        (("收到主管部门转来的投诉", "the complaint arrives"), ("来函载明之日", "as the letter says")),
        Lengths::Of(DutyKind::AnswerComplaint),
        ("书面说明", "the explanation"),
    ),
    steady(
        "I29",
        ("落实督促整改", "rectification after a complaint"),
        (("收到督促整改意见", "the authority's finding arrives"), ("意见载明之日", "as it says")),
        Lengths::Of(DutyKind::RectifyComplaint),
        ("整改", "the rectification"),
    ),
];
