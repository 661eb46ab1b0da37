//! The demo's requests whose reply clock was stopped, restarted or lengthened: corrected, consulted upon, extended, charged.
//!
//! Names are plainly made up, as in the other stories.

use super::stories::{paper, person};
use super::story::{Story, item};
use super::walker::Walker;
use crate::rules::clock::LONGEST_CORRECTION;
use crate::steps::handle::{
    charge::IssueFeeNotice,
    consult::{AnswerConsultation, OpenConsultation},
    correct::{AnswerCorrection, RequestCorrection},
    extend::ExtendReply,
};
use anyhow::{Context, Result};
use chrono::NaiveDate;
use serde_json::json;

/// Every story about the clock.
pub(super) fn all(walker: &Walker) -> Result<Vec<Story>> {
    [extended, corrected, consulted, charged, into_an_unannounced_year].into_iter().map(|story| story(walker)).collect()
}

/// Extended by fifteen days on the last week of the period, told in time, still open (Art 33(2)).
fn extended(w: &Walker) -> Result<Story> {
    let start = w.ago(21);
    let approved = w.later(start, 16);
    let story = Story::begin(
        start,
        json!({
            "channel": "counter", "arrived_on": start, "applicants": person("癸某", 18),
            "request": paper("申请公开2019年以来对示范工业园区内企业的特种设备监督检查记录。")
        }),
    )
    .handled_by(w, "handler")?
    .step::<ExtendReply>(
        "approver",
        approved,
        None,
        json!({"working_days": 15, "reasons": "所涉检查记录分散在三个科室，需要逐件核对。"}),
    );
    Ok(story.noticed(approved, &json!({"kind": "extension", "n": 1}), "EA300000001CN").received(w.later(start, 18), 1, "癸某"))
}

/// Unclear, corrected by the applicant, counted afresh from then, answered (Art 30).
fn corrected(w: &Walker) -> Result<Story> {
    let start = w.ago(34);
    let (asked, served, corrected) = (w.later(start, 3), w.later(start, 6), w.later(start, 12));
    let story = Story::begin(
        start,
        json!({
            "channel": "counter", "arrived_on": start, "applicants": person("子某", 19), "request": paper("申请公开贵局全部检查材料。")
        }),
    )
    .unclear(w, "handler", "未写明所需信息的名称、文号或者其他特征。")?
    .step::<RequestCorrection>(
        "clerk",
        asked,
        None,
        json!({
            "on": asked, "no_contact_reason": "申请人未留电话。", "points": "请写明所需检查材料的名称、年度和被检查单位，可附举例。",
            "reasons": "所述“全部检查材料”未指向特定信息，无法检索。", "answer_within_working_days": 15
        }),
    )
    .noticed(asked, &json!({"kind": "correction", "n": 1}), "EA300000002CN")
    .received(served, 1, "子某")
    .step::<AnswerCorrection>(
        "clerk",
        corrected,
        Some(1),
        json!({"channel": "counter", "arrived_on": corrected, "words": "所需信息为贵局2026年对示范农贸市场的食品安全监督检查记录。"}),
    )
    .afresh(corrected);
    let story = story.replied(
        w,
        &item(
            "a2",
            "2026年示范农贸市场食品安全监督检查记录",
            "您申请的信息属于可以公开的政府信息，现予提供。",
            &["36(2)"],
            json!({"how_to_obtain": "随本告知书附检查记录复印件。", "provided_form": "paper"}),
        ),
    );
    Ok(story.posted(w, "EA300000003CN"))
}

/// A third party and the agency that made the information jointly, asked at the same time; one answered (Arts 32, 34).
fn consulted(w: &Walker) -> Result<Story> {
    let start = w.ago(14);
    let (first, second, answered) = (w.later(start, 2), w.later(start, 4), w.later(start, 9));
    let story = Story::begin(
        start,
        json!({
            "channel": "counter", "arrived_on": start, "applicants": person("丑某", 20),
            "request": paper("申请公开示例乳业有限公司2026年联合抽检的检验报告和处理意见。")
        }),
    )
    .handled_by(w, "handler")?
    .step::<OpenConsultation>(
        "clerk",
        first,
        None,
        json!({
            "party": "third_party", "name": "示例乳业有限公司，示范区样例路20号", "on": first,
            "question": "申请人申请公开贵公司送检批次的检验报告。请于收到之日起15个工作日内书面答复是否同意公开及理由。"
        }),
    )
    .noticed(first, &json!({"kind": "consultation", "n": 1}), "EA300000004CN")
    .received(w.later(start, 3), 1, "示例乳业有限公司前台")
    .step::<OpenConsultation>(
        "clerk",
        second,
        None,
        json!({
            "party": "co_producing_agency", "name": "示范区农业农村局", "on": second,
            "question": "所涉处理意见由我局与贵局共同制作。请于收到之日起15个工作日内答复；逾期未答复的，视为同意公开。"
        }),
    )
    .noticed(second, &json!({"kind": "consultation", "n": 2}), "EA300000005CN")
    .received(w.later(start, 5), 2, "示范区农业农村局收发室");
    Ok(story.step::<AnswerConsultation>(
        "clerk",
        answered,
        Some(1),
        json!({"on": answered, "opinion": "refuses", "words": "检验报告载有配方参数，属于本公司采取保密措施的商业秘密。"}),
    ))
}

/// Charged by page, the notice served, nothing paid yet (109号).
fn charged(w: &Walker) -> Result<Story> {
    let start = w.ago(13);
    let asked = w.later(start, 5);
    let story = Story::begin(
        start,
        json!({
            "channel": "counter", "arrived_on": start, "applicants": person("寅某", 21),
            "request": paper("申请公开2016年至2025年全部行政处罚决定书复印件。")
        }),
    )
    .handled_by(w, "handler")?
    .step::<IssueFeeNotice>(
        "clerk",
        asked,
        None,
        json!({
            "on": asked, "basis": {"method": "by_page", "pages": 186},
            "reasons": "申请公开的信息共186页，数量明显超过合理范围，按量计收信息处理费。"
        }),
    );
    Ok(story.noticed(asked, &json!({"kind": "fee", "n": 1}), "EA300000006CN").received(w.later(start, 7), 1, "寅某"))
}

/// A date that falls into the first year whose holidays are not announced, and is provisional: late in the year an extended reply date, before
/// that the term of an applicant who is abroad.
fn into_an_unannounced_year(w: &Walker) -> Result<Story> {
    let start = w.ago(3);
    if w.calendar.nth_working_day_after(start, 40).provisional {
        extended_over_the_year(w, start)
    } else {
        corrected_over_the_year(w, start)
    }
}

/// Extended soon after its receipt.
fn extended_over_the_year(w: &Walker, start: NaiveDate) -> Result<Story> {
    let approved = w.later(start, 2);
    let story = Story::begin(
        start,
        json!({
            "channel": "counter", "arrived_on": start, "applicants": person("卯某", 22),
            "request": paper("申请公开近五年网络餐饮平台监督检查和处罚情况汇总材料。")
        }),
    )
    .handled_by(w, "handler")?
    .step::<ExtendReply>("approver", approved, None, json!({"working_days": 20, "reasons": "数量较大，需要会同平台属地科室清理。"}));
    Ok(story.noticed(approved, &json!({"kind": "extension", "n": 1}), "EA300000007CN"))
}

/// Unclear; the applicant has time until the middle of the first January not announced (Art 30: a reasonable term).
fn corrected_over_the_year(w: &Walker, start: NaiveDate) -> Result<Story> {
    let (asked, served) = (w.later(start, 1), w.later(start, 2));
    let until = NaiveDate::from_ymd_opt(w.calendar.last_year() + 1, 1, 15).context("a day of January")?;
    let term = w.calendar.working_days_between(served, until).clamp(15, LONGEST_CORRECTION.into());
    let story = Story::begin(
        start,
        json!({
            "channel": "counter", "arrived_on": start, "applicants": person("卯某", 22),
            "request": paper("申请公开网络餐饮平台监督检查和处罚情况材料。")
        }),
    )
    .unclear(w, "handler", "未写明平台名称和年度。")?
    .step::<RequestCorrection>(
        "clerk",
        asked,
        None,
        json!({
            "on": asked, "no_contact_reason": "申请人已来电说明情况，未再另行联系。", "points": "请写明所需材料涉及的平台名称和年度。",
            "reasons": "未指向特定信息，无法检索；申请人来电说明现在境外，回国后方能查对，故给予较长的合理期限。",
            "answer_within_working_days": term
        }),
    );
    Ok(story.noticed(asked, &json!({"kind": "correction", "n": 1}), "EA300000007CN").received(served, 1, "卯某"))
}
