//! The demo's repeat, and what several people ask for alike.

use super::stories::{organisation, paper, person};
use super::story::{Story, item};
use super::walker::Walker;
use anyhow::Result;
use serde_json::json;

/// Every story of this file.
pub(super) fn all(walker: &Walker) -> Result<Vec<Story>> {
    let mut stories = vec![asked_again(walker)?];
    stories.extend(neighbours(walker)?);
    Ok(stories)
}

/// Asks once more for what was given a quarter ago, in other words.
fn asked_again(w: &Walker) -> Result<Story> {
    let start = w.ago(4);
    Story::begin(
        start,
        json!({
            "channel": "counter", "arrived_on": start,
            "applicants": organisation("public_welfare_organisation", "示范区样例社区服务中心", 1),
            "request": paper("再次申请公开贵局2025年度食品安全监督抽检计划，包括抽检品种、批次、经费。")
        }),
    )
    .handled_by(w, "handler")
}

/// Three people of one housing estate, each for themselves; the first has the answer already.
fn neighbours(w: &Walker) -> Result<Vec<Story>> {
    let request = |words: &str| paper(&format!("申请公开示范区样例家园小区1至6号楼电梯2025年度定期检验报告{words}。"));
    let received = |days: u32, who, words: &str| {
        let start = w.ago(days);
        Story::begin(start, json!({"channel": "counter", "arrived_on": start, "applicants": who, "request": request(words)}))
    };
    let answered = received(20, person("壬某", 41), "及不合格项目整改记录").handled_by(w, "handler")?.replied(
        w,
        &item(
            "a2",
            "样例家园小区电梯2025年度定期检验报告",
            "您申请的信息属于可以公开的政府信息，现予提供。",
            &["36(2)"],
            json!({"how_to_obtain": "随本告知书附检验报告复印件六份。", "provided_form": "paper"}),
        ),
    );
    Ok(vec![
        answered.handed_over(w, "壬某"),
        received(9, person("癸某", 42), "、不合格项目及整改记录").handled_by(w, "handler")?,
        received(3, person("子某", 43), "，以及不合格项目的整改记录").handled_by(w, "handler")?,
    ])
}
