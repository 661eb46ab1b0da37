//! The demo's requests that were worked on inside the agency: searched for in several departments, conferred upon, spoken about,
//! given to the wrong department and sent back.
//!
//! Names are plainly made up, as in the other stories.

use super::stories::{paper, person};
use super::story::{Story, item};
use super::walker::Walker;
use crate::steps::handle::accept::ReturnAssignment;
use crate::steps::handle::assign::AssignCase;
use crate::steps::handle::confer::{ConcludeConference, GiveOpinion, OpenConference};
use crate::steps::handle::contact::LogContact;
use crate::steps::handle::search::{GiveSearchResult, OpenSearch, ReturnSearchResult};
use crate::steps::register::enter::RegisterCase;
use anyhow::{Context, Result};
use chrono::NaiveDate;
use serde_json::{Value, json};
use uuid::Uuid;

/// Every story about the work inside.
pub(super) fn all(walker: &Walker) -> Result<Vec<Story>> {
    [elevator, conferred, searching, sent_back].into_iter().map(|story| story(walker)).collect()
}

fn department(w: &Walker, who: &str) -> Result<Uuid> {
    let player = w.players.get(who).with_context(|| format!("nobody is called {who}"))?;
    player.person.department.with_context(|| format!("{who} has no department"))
}

fn result(searched_on: NaiveDate, places: &[&str], statement: &str) -> Value {
    json!({
        "scope": {
            "places": places, "words": ["示范小区", "3号楼", "电梯", "维保"], "from_on": "2024-01-01", "until_on": searched_on,
            "searched_by": "承办人本人"
        },
        "searched_on": searched_on, "nothing_found": statement
    })
}

/// Searched for in two departments, one result sent back as incomplete; nothing there, told after a call (Art 36(4)).
fn elevator(w: &Walker) -> Result<Story> {
    let start = w.ago(20);
    let (asked, first, back, again) = (w.later(start, 2), w.later(start, 3), w.later(start, 4), w.later(start, 5));
    let tasks: Vec<Value> = [department(w, "handler")?, department(w, "handler2")?]
        .into_iter()
        .map(|department| json!({"department": department, "wanted": "示范小区3号楼电梯2024年以来的维保记录。", "due_on": again}))
        .collect();
    let story = Story::begin(start, json!({
        "channel": "counter", "arrived_on": start, "applicants": person("丁某某", 9), "request": paper("申请公开示范小区3号楼电梯2024年以来的维保记录。")
    }))
    .handled_by(w, "handler")?
    .step::<OpenSearch>("handler", asked, None, json!({"tasks": tasks}))
    .step::<GiveSearchResult>("handler", first, Some(1), result(first, &["特种设备安全监察系统", "执法案卷"], "经检索，未找到维保记录。"))
    .step::<GiveSearchResult>("handler2", first, Some(2), result(first, &["登记档案系统"], "经检索，未找到维保记录。"))
    .step::<ReturnSearchResult>("handler", back, Some(2), json!({"reason": "未检索综合档案室的纸质目录，请补充。"}))
    .step::<GiveSearchResult>("handler2", again, Some(2), result(again, &["登记档案系统", "综合档案室纸质目录"], "经补充检索，仍未找到维保记录。"))
    .step::<LogContact>("handler", again, None, json!({
        "on": again, "time": "10:30", "means": "telephone", "result": "reached",
        "words": "告知申请人本机关不制作、不保存维保记录，维保记录由维护保养单位填写；申请人表示仍需书面答复。"
    }));
    let story = story.replied(
        w,
        &item(
            "n1a",
            "示范小区3号楼电梯维保记录",
            "经检索，本机关未制作、未获取该维保记录；维保记录由维护保养单位填写并保存，您可向使用管理单位查询。",
            &["36(4)"],
            json!({}),
        ),
    );
    let story = story.posted(w, "EA200000009CN");
    Ok(story.served(w, "丁某某").closed(w))
}

/// A hard case: conferred upon inside and outside, concluded, to be drafted.
fn conferred(w: &Walker) -> Result<Story> {
    let start = w.ago(9);
    let (called, heard, ended) = (w.later(start, 3), w.later(start, 5), w.later(start, 6));
    let reviewer = w.players.get("reviewer").context("the reviewer is missing")?.person.account_id;
    Ok(Story::begin(start, json!({
        "channel": "counter", "arrived_on": start, "applicants": person("辰某", 23),
        "request": paper("申请公开贵局关于直播带货监管的专题会议纪要及讨论稿。")
    }))
    .handled_by(w, "handler")?
    .step::<OpenConference>("handler", called, None, json!({
        "question": "会议讨论稿是否属于过程性信息，会议结论能否区分处理后公开？", "due_on": w.later(start, 10),
        "accounts": [reviewer], "outside": ["示范区司法局"]
    }))
    .step::<GiveOpinion>("reviewer", heard, Some(1), json!({"on": heard, "words": "讨论稿属于过程性信息；会议结论已经对外执行，应当公开。"}))
    .step::<GiveOpinion>("handler", heard, Some(1), json!({"on": heard, "outside": 1, "words": "同意区分处理，理由应当写明裁量因素。"}))
    .step::<ConcludeConference>("handler", ended, Some(1), json!({
        "on": ended, "minutes": "法制机构、承办处室和区司法局就申请事项进行了会商，意见一致。", "result": "讨论稿不予公开，会议结论区分处理后公开。"
    })))
}

/// One department still searches.
fn searching(w: &Walker) -> Result<Story> {
    let start = w.ago(4);
    let asked = w.later(start, 2);
    let tasks = json!([{"department": department(w, "handler2")?, "wanted": "2023年以来示范路市场摊位登记底册。", "due_on": w.calendar.nth_working_day_after(asked, 5).on}]);
    Ok(Story::begin(start, json!({
        "channel": "counter", "arrived_on": start, "applicants": person("巳某", 24), "request": paper("申请公开2023年以来示范路市场摊位登记情况。")
    }))
    .handled_by(w, "handler")?
    .step::<OpenSearch>("handler", asked, None, json!({"tasks": tasks})))
}

/// Given to a department that does not handle such matters, and sent back: the FOI office owes a new assignment.
fn sent_back(w: &Walker) -> Result<Story> {
    let start = w.ago(2);
    let next = w.later(start, 1);
    let wrong = &w.players.get("handler2").context("the handler is missing")?.person;
    Ok(Story::begin(start, json!({
        "channel": "counter", "arrived_on": start, "applicants": person("午某", 25), "request": paper("申请公开计量器具强制检定收费依据。")
    }))
    .step::<RegisterCase>("clerk", start, None, json!({}))
    .step::<AssignCase>("clerk", next, None, json!({"department": wrong.department, "handler": wrong.account_id}))
    .step::<ReturnAssignment>("handler2", next, Some(1), json!({"reason": "计量器具检定由计量科承办，请改派。"})))
}
