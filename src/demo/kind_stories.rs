//! The demo's requests that end in the rarer kinds of reply, each served, closed and archived, so that the agency holds a whole dossier
//! of every kind there is.
//!
//! Names are plainly made up, as in the other stories.

use super::stories::{organisation, paper, person};
use super::story::{Story, item};
use super::walker::Walker;
use crate::steps::handle::charge::IssueFeeNotice;
use crate::steps::handle::contact::LogContact;
use crate::steps::handle::correct::{AnswerCorrection, RequestCorrection};
use crate::steps::handle::excess::{AssessReasons, GiveReasons, RequestReasons};
use anyhow::Result;
use serde_json::{Value, json};

/// What the repeated application is called among the stories.
const FIRST_OF_TWO: &str = "first of two";

/// Every story of this file.
pub(super) fn all(walker: &Walker) -> Result<Vec<Story>> {
    let mut stories = plain(walker)?;
    for story in [asked_first, asked_twice, still_unclear, too_many, never_corrected, never_paid] {
        stories.push(story(walker)?);
    }
    stories.extend(records(walker)?);
    Ok(stories)
}

/// Posted, signed for, closed, archived; the numbers follow the story's own.
fn filed(w: &Walker, story: Story, n: u32, signed_by: &str) -> Story {
    let story = story.posted(w, &format!("EA4000000{n:02}CN")).served(w, signed_by).proved(w);
    story.closed(w).archived(w, &format!("2026-依申请-{n:04}"))
}

/// A request of a person at the counter, so many working days ago, answered after the usual steps.
fn answered(w: &Walker, (days, name, n): (u32, &str, u8), words: &str, answer: &Value) -> Result<Story> {
    let start = w.ago(days);
    let application = json!({"channel": "counter", "arrived_on": start, "applicants": person(name, n), "request": paper(words)});
    let story = Story::begin(start, application).handled_by(w, "handler")?.replied(w, answer);
    Ok(filed(w, story, n.into(), name))
}

/// Kinds that rest on nothing but the application and what the agency knows.
fn plain(w: &Walker) -> Result<Vec<Story>> {
    let told = [
        (
            (52, "申某", 51),
            "申请公开贵局与有关部门联合开展反走私专项行动的通知（机密级）。",
            item(
                "d1",
                "反走私专项行动通知",
                "该通知已由定密机关依法确定为国家秘密，尚未解密，依法不予公开。",
                &["14", "36(3)"],
                json!({"classification": {"level": "secret", "classified_on": "2025-03-10", "classified_by": "示范市国家保密局"}}),
            ),
        ),
        (
            (51, "酉某", 52),
            "申请公开2025年服务业统计调查中示例餐饮有限公司填报的原始报表。",
            item(
                "d2",
                "单个统计调查对象的原始报表",
                "统计调查中取得的、能够识别单个统计调查对象身份的资料，统计法规定不得对外提供，依法不予公开。",
                &["14", "36(3)"],
                json!({}),
            ),
        ),
        (
            (50, "戌某", 53),
            "申请公开示范区重大活动食品安全保障的点位、人员部署和供应路线。",
            item(
                "d3",
                "重大活动食品安全保障部署",
                "保障点位、人员部署和供应路线公开后可能被用于破坏供餐安全，危及公共安全，依法不予公开。",
                &["14", "36(3)"],
                json!({}),
            ),
        ),
        (
            (49, "亥某", 54),
            "申请公开贵局2025年度工作人员考核等次名册。",
            item(
                "d5",
                "工作人员考核等次名册",
                "考核等次名册属于人事管理方面的内部事务信息，对外不产生直接约束力，决定不予公开。",
                &["16(1)", "36(3)"],
                json!({"internal_affair": "personnel", "discretion_note": "公开无助于监督本机关履行职责，且涉及工作人员个人评价。"}),
            ),
        ),
        (
            (47, "角某", 56),
            "我举报示例超市销售过期食品已经一个月，请公开处理结果，并请依法重新调查、给予赔偿。",
            item(
                "p1",
                "举报事项的处理",
                "您以政府信息公开申请的形式要求重新调查、赔偿，属于举报、投诉事项，不作为政府信息公开申请处理。您可通过12315平台或者到本局接待窗口提出。",
                &["39(1)"],
                json!({}),
            ),
        ),
        (
            (46, "亢某", 57),
            "申请提供《示范市统计年鉴2025》一册。",
            item(
                "p3",
                "示范市统计年鉴2025",
                "您申请的是公开出版物，本机关不予提供。",
                &["39(2)"],
                json!({"how_to_obtain": "该年鉴由统计部门编辑出版，可在书店购买，或者到示范市图书馆查阅。"}),
            ),
        ),
    ];
    let mut stories: Vec<Story> = told.into_iter().map(|(who, words, answer)| answered(w, who, words, &answer)).collect::<Result<_>>()?;
    stories.push(not_ours(w)?);
    Ok(stories)
}

/// Another agency has it, and the applicant was told so on the telephone before the letter (Art 36(5)).
fn not_ours(w: &Walker) -> Result<Story> {
    let start = w.ago(48);
    let called = w.later(start, 3);
    let story = Story::begin(
        start,
        json!({
            "channel": "counter", "arrived_on": start, "applicants": person("氐某", 55),
            "request": paper("申请公开示范小区2024年住宅专项维修资金使用情况。")
        }),
    )
    .handled_by(w, "handler")?
    .step::<LogContact>(
        "handler",
        called,
        None,
        json!({"on": called, "time": "15:10", "means": "telephone", "result": "reached", "words": "告知申请人维修资金由住房和城乡建设部门管理，申请人希望得到书面告知。"}),
    )
    .replied(
        w,
        &item(
            "n1b",
            "住宅专项维修资金使用情况",
            "住宅专项维修资金的监督管理不是本机关的职责，所申请信息不属于本机关负责公开。",
            &["36(5)"],
            json!({
                "duty_basis": "本机关“三定”规定不含住宅专项维修资金管理职责，该职责由住房和城乡建设部门承担。",
                "competent_agency": "示范区住房和城乡建设局", "competent_agency_contact": "示范区样例路2号，电话 000-00000001"
            }),
        ),
    );
    Ok(filed(w, story, 55, "氐某"))
}

/// Answered, and asked again below.
fn asked_first(w: &Walker) -> Result<Story> {
    let answer = item(
        "a1",
        "2025年度行政执法统计年报",
        "您申请的信息已经主动公开。",
        &["36(1)"],
        json!({"how_to_obtain": "请登录示范区人民政府门户网站“行政执法公示”专栏查询。"}),
    );
    Ok(answered(w, (45, "房某", 58), "申请公开贵局2025年度行政执法统计年报。", &answer)?.remembered(FIRST_OF_TWO))
}

/// The same applicant, the same information, already answered (Art 36(6)).
fn asked_twice(w: &Walker) -> Result<Story> {
    let start = w.ago(24);
    let story = Story::begin(
        start,
        json!({"channel": "counter", "arrived_on": start, "applicants": person("房某", 58), "request": paper("再次申请公开贵局2025年度行政执法统计年报。")}),
    )
    .handled_by(w, "handler")?;
    let answer = item("p2", "2025年度行政执法统计年报", "您此前已申请公开同一信息，本机关已经答复，不再重复处理。", &["36(6)"], json!({}));
    Ok(filed(w, story.repeating(w, &answer, FIRST_OF_TWO), 59, "房某"))
}

/// Asked to correct within five working days of the notice (Art 30).
fn asked_to_correct(w: &Walker, (days, name, n): (u32, &str, u8)) -> Result<Story> {
    let start = w.ago(days);
    let asked = w.later(start, 3);
    let story = Story::begin(
        start,
        json!({"channel": "counter", "arrived_on": start, "applicants": person(name, n), "request": paper("申请公开与我有关的一切材料。")}),
    )
    .unclear(w, "handler", "未写明所需信息的名称、文号或者其他特征。")?
    .step::<RequestCorrection>(
        "clerk",
        asked,
        None,
        json!({
            "on": asked, "no_contact_reason": "多次拨打申请人电话无人接听。", "points": "请写明所需信息的名称、年度或者其他便于查询的特征。",
            "reasons": "所述“一切材料”未指向特定信息，无法检索。", "answer_within_working_days": 5
        }),
    );
    let letter = json!({"kind": "correction", "n": 1});
    Ok(story.noticed(asked, &letter, &format!("EA5000000{n:02}CN")).received(w.later(start, 6), 1, name))
}

/// Corrected, and as unclear as before (Art 30).
fn still_unclear(w: &Walker) -> Result<Story> {
    let start = w.ago(44);
    let corrected = w.later(start, 9);
    let story = asked_to_correct(w, (44, "心某", 60))?
        .step::<AnswerCorrection>(
            "clerk",
            corrected,
            Some(1),
            json!({"channel": "counter", "arrived_on": corrected, "words": "就是贵局手里所有和我有关的东西，请全部提供。"}),
        )
        .afresh(corrected)
        .replied(
            w,
            &item(
                "n3",
                "与申请人有关的一切材料",
                "经补正，申请内容仍未指明信息的名称、文号或者其他特征，本机关无法确定所需信息，无法提供。",
                &["30"],
                json!({"no_contact_reason": "补正时已当面说明，申请人坚持原有表述。"}),
            ),
        );
    Ok(filed(w, story, 60, "心某"))
}

/// Far too many requests, and no reason that carries them (Art 35).
fn too_many(w: &Walker) -> Result<Story> {
    let start = w.ago(42);
    let (asked, served, given, weighed) = (w.later(start, 2), w.later(start, 4), w.later(start, 6), w.later(start, 7));
    let story = Story::begin(
        start,
        json!({
            "channel": "counter", "arrived_on": start, "applicants": person("尾某", 61),
            "request": paper("申请公开贵局建局以来全部内部发文的发文登记簿、用印登记簿、车辆使用登记簿。")
        }),
    )
    .handled_by(w, "handler")?
    .step::<RequestReasons>(
        "clerk",
        asked,
        None,
        json!({"on": asked, "words": "您三个月内就同类事项提出申请四十余件，数量、频次明显超过合理范围，请说明理由。"}),
    )
    .noticed(asked, &json!({"kind": "reasons_request", "n": 1}), "EA500000061CN")
    .received(served, 1, "尾某")
    .step::<GiveReasons>("clerk", given, Some(1), json!({"on": given, "words": "我就是想看看，没有别的理由。"}))
    .step::<AssessReasons>(
        "approver",
        weighed,
        Some(1),
        json!({"reasonable": false, "words": "所述理由与生产、生活、科研等需要无关，不足以说明申请数量、频次的合理性。"}),
    )
    .afresh(w.later(start, 5))
    .replied(
        w,
        &item(
            "p4",
            "历年登记簿",
            "您的申请数量、频次明显超过合理范围，经要求说明理由，所述理由不合理，本机关不予处理。",
            &["35"],
            json!({}),
        ),
    );
    Ok(filed(w, story, 61, "尾某"))
}

/// Nothing came within the term (Art 30).
fn never_corrected(w: &Walker) -> Result<Story> {
    let start = w.ago(43);
    let story = asked_to_correct(w, (43, "箕某", 62))?.afresh(w.later(start, 8)).replied(
        w,
        &item(
            "o1",
            "与申请人有关的一切材料",
            "补正告知书送达后，您在补正期限内未补正，也未说明正当理由，视为放弃申请，本机关不再处理该申请。",
            &["30"],
            json!({"no_good_reason": true}),
        ),
    );
    Ok(filed(w, story, 62, "箕某"))
}

/// Nothing was paid within the term (109号).
fn never_paid(w: &Walker) -> Result<Story> {
    let start = w.ago(58);
    let asked = w.later(start, 5);
    let story = Story::begin(
        start,
        json!({
            "channel": "counter", "arrived_on": start, "applicants": organisation("commercial_enterprise", "样例数据服务有限公司", 63),
            "request": paper("申请公开2010年至2025年全部广告处罚决定书复印件。")
        }),
    )
    .handled_by(w, "handler")?
    .step::<IssueFeeNotice>(
        "clerk",
        asked,
        None,
        json!({
            "on": asked, "basis": {"method": "by_page", "pages": 240},
            "reasons": "申请公开的信息共240页，数量明显超过合理范围，按量计收信息处理费。"
        }),
    )
    .noticed(asked, &json!({"kind": "fee", "n": 1}), "EA500000063CN")
    .received(w.later(start, 7), 1, "样例数据服务有限公司前台")
    .afresh(w.later(start, 24))
    .replied(
        w,
        &item(
            "o2",
            "广告处罚决定书复印件",
            "收费通知书送达后，您在缴费期限内未缴费，视为放弃申请，本机关不再处理该申请。",
            &["109号"],
            json!({"no_good_reason": true}),
        ),
    );
    Ok(filed(w, story, 63, "样例数据服务有限公司收发室"))
}

/// Corrections of a person's own records (Art 41), one of each end.
fn records(w: &Walker) -> Result<Vec<Story>> {
    let other = json!({"competent_agency": "示范区税务局", "competent_agency_contact": "示范区样例路9号，电话 000-00000002"});
    let told = [
        (
            "r1",
            ("斗某", 64),
            "本局个体工商户登记档案中本人出生日期误录为1985年10月1日，请更正为1985年1月1日。",
            "个体工商户登记档案中的出生日期",
            "经核对身份证件，登记档案确有误录，已予更正。",
            json!({}),
        ),
        (
            "r2",
            ("牛某", 65),
            "贵局公示的本人涉税信用信息有误，请更正。",
            "公示的涉税信用信息",
            "该记录由税务机关制作，本机关无权更正，已转送有权更正的机关处理。",
            other.clone(),
        ),
        (
            "r3",
            ("女某", 66),
            "本人个人所得税记录中的任职单位有误，请更正。",
            "个人所得税记录中的任职单位",
            "该记录由税务机关制作、保存，本机关无权更正，请向该机关提出。",
            other,
        ),
        (
            "r4",
            ("虚某", 67),
            "行政处罚决定书所载违法事实与本人记忆不符，请更正。",
            "行政处罚决定书所载违法事实",
            "经核对原始案卷，记录与所依据的证据一致，没有不准确之处，不予更正。对处罚决定不服的，可依法申请行政复议或者提起行政诉讼。",
            json!({}),
        ),
    ];
    let story = |(kind, (name, n), words, subject, reasons, more): (&str, (&str, u8), &str, &str, &str, Value)| {
        let start = w.ago(41);
        let application = json!({
            "matter": "record_correction", "channel": "counter", "arrived_on": start, "applicants": person(name, n), "request": paper(words)
        });
        let answer = item(kind, subject, reasons, &["41"], more);
        Ok(filed(w, Story::begin(start, application).handled_by(w, "handler2")?.replied(w, &answer), n.into(), name))
    };
    told.into_iter().map(story).collect()
}
