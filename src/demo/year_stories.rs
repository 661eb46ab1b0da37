//! The demo's two years before this one: a few requests of each, so that last year's annual report shows something.
//!
//! Names are plainly made up, as in the other stories.

use super::report_stories;
use super::stories::{organisation, paper, person};
use super::story::{Story, item};
use super::walker::Walker;
use crate::steps::archive::{archive::ArchiveCase, close::CloseCase};
use crate::steps::remedy::answer::AnswerProceeding;
use crate::steps::remedy::decide::RecordDecision;
use crate::steps::remedy::file::FileProceeding;
use crate::steps::remedy::open::{OpenLitigation, OpenReconsideration};
use anyhow::{Context, Result};
use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

/// The first day of the year before last, on which the demo begins.
pub(super) fn begin(today: NaiveDate) -> Result<NaiveDate> {
    NaiveDate::from_ymd_opt(today.year() - 2, 1, 2).context("a day")
}

/// Every story of the two years.
pub(super) fn all(walker: &Walker) -> Result<Vec<Story>> {
    let this = walker.ago(0).year();
    let mut stories = Vec::new();
    for (year, n) in [(this - 2, 60), (this - 1, 80)] {
        stories.extend(of_year(walker, year, n)?);
    }
    Ok(stories)
}

/// The first working day on or after a day of a year.
pub(super) fn on(w: &Walker, (year, month, day): (i32, u32, u32)) -> Result<NaiveDate> {
    let before = NaiveDate::from_ymd_opt(year, month, day).and_then(|day| day.pred_opt()).context("a day")?;
    Ok(w.calendar.nth_working_day_after(before, 1).on)
}

/// Posted, signed for, proved, closed, archived; the numbers follow the year and the story's own.
fn filed(w: &Walker, story: Story, (year, n): (i32, u8), signed_by: &str) -> Story {
    let story = story.posted(w, &format!("EA7{:02}0000{n:02}CN", year % 100)).served(w, signed_by).proved(w);
    story.closed(w).archived(w, &format!("{year}-依申请-{n:04}"))
}

fn told(w: &Walker, (start, applicants): (NaiveDate, Value), words: &str, answer: &Value) -> Result<Story> {
    let application = json!({"channel": "counter", "arrived_on": start, "applicants": applicants, "request": paper(words)});
    Ok(Story::begin(start, application).handled_by(w, "handler")?.replied(w, answer))
}

fn of_year(w: &Walker, year: i32, n: u8) -> Result<Vec<Story>> {
    let given = item(
        "a2",
        "特种设备检验合格率统计",
        "您申请的信息属于可以公开的政府信息，现予提供。",
        &["36(2)"],
        json!({"how_to_obtain": "随本告知书附统计表一份。", "provided_form": "paper"}),
    );
    let first = told(
        w,
        (on(w, (year, 3, 4))?, organisation("research_institution", "样例质量研究院", n)),
        &format!("申请公开贵局{}年度特种设备检验合格率统计。", year - 1),
        &given,
    )?;
    let public = item(
        "a1",
        "行政执法统计年报",
        "您申请的信息已经主动公开。",
        &["36(1)"],
        json!({"how_to_obtain": "请登录示范区人民政府门户网站“行政执法公示”专栏查询。"}),
    );
    let second =
        told(w, (on(w, (year, 5, 12))?, person("奎某", n + 1)), &format!("申请公开贵局{}年度行政执法统计年报。", year - 1), &public)?;
    Ok(vec![
        filed(w, first, (year, n), "样例质量研究院收发室"),
        filed(w, second, (year, n + 1), "奎某"),
        withdrawn(w, year, n + 2)?,
        challenged(w, year, n + 3)?,
        carried_over(w, year, n + 4)?,
    ])
}

/// Withdrawn before it was answered: no letter, nothing to prove.
fn withdrawn(w: &Walker, year: i32, n: u8) -> Result<Story> {
    let start = on(w, (year, 7, 8))?;
    let answer = item("o3", "食品抽检信息", "申请人书面撤回申请，终止办理。", &["2"], json!({"other_reason": "withdrawn"}));
    let story = told(w, (start, person("娄某", n)), "申请公开示例食品店的抽检结果。", &answer)?;
    let closed = w.later(start, 9);
    let archived = w.later(start, 14);
    Ok(story.step::<CloseCase>("clerk", closed, None, json!({})).step::<ArchiveCase>(
        "clerk",
        archived,
        None,
        json!({"archive_number": format!("{year}-依申请-{n:04}")}),
    ))
}

/// Denied, upheld by the reconsideration body, and upheld again by the court.
fn challenged(w: &Walker, year: i32, n: u8) -> Result<Story> {
    let start = on(w, (year, 2, 20))?;
    let answer = item(
        "d7",
        "现场检查笔录",
        "现场检查笔录属于行政执法案卷信息，没有法律、法规、规章规定应当公开，本机关经裁量决定不予公开。",
        &["16(2)", "36(3)"],
        json!({"discretion_note": "公开会泄露检查方法并影响后续执法。", "no_rule_requires_disclosure": true}),
    );
    let applicants = organisation("commercial_enterprise", "样例商贸有限公司", n);
    let story = told(w, (start, applicants), "申请公开对本公司隔壁商户的现场检查笔录。", &answer)?;
    let story = story.posted(w, &format!("EA7{:02}0000{n:02}CN", year % 100)).served(w, "样例商贸有限公司收发室").proved(w).closed(w);
    let day = |n| w.later(start, n);
    let against = json!({"kind": "reply", "n": 1});
    let reconsideration = json!({
        "body": "示范区人民政府", "case_number": format!("示复〔{year}〕{n}号"), "procedure": "summary", "against": against, "received_on": day(25)
    });
    let upheld = json!({
        "outcome": {"by": "reconsideration", "outcome": "upheld"}, "decided_on": day(40), "received_on": day(42),
        "document_number": format!("示复决〔{year}〕{n}号")
    });
    let suit = json!({
        "court": "示范区人民法院", "case_number": format!("（{year}）示例行初{n}号"), "instance": "first", "route": "after_reconsideration",
        "follows": 1, "against": against, "received_on": day(55), "procedure": "ordinary"
    });
    let dismissed = json!({
        "outcome": {"by": "court", "outcome": "claim_dismissed"}, "decided_on": day(110), "received_on": day(115), "form": "judgment"
    });
    let filing = |n| json!({"on": day(n), "with": "示范市市场监督管理局"});
    Ok(story
        .step::<OpenReconsideration>("reviewer", day(25), None, reconsideration)
        .step::<FileProceeding>("reviewer", day(26), Some(1), filing(26))
        .step::<AnswerProceeding>("reviewer", day(29), Some(1), json!({"on": day(29)}))
        .step::<RecordDecision>("reviewer", day(42), Some(1), upheld)
        .step::<OpenLitigation>("reviewer", day(55), None, suit)
        .step::<FileProceeding>("reviewer", day(56), Some(2), filing(56))
        .step::<AnswerProceeding>("reviewer", day(62), Some(2), json!({"on": day(62)}))
        .step::<RecordDecision>("reviewer", day(115), Some(2), dismissed)
        .step::<ArchiveCase>("clerk", day(140), None, json!({"archive_number": format!("{year}-依申请-{n:04}")})))
}

/// Received at the end of the year and answered in the next; meanwhile the report of its year is made.
fn carried_over(w: &Walker, year: i32, n: u8) -> Result<Story> {
    let start = on(w, (year, 12, 23))?;
    let answer = item(
        "p1",
        "举报事项的处理",
        "您以政府信息公开申请的形式要求重新调查，属于举报事项，不作为政府信息公开申请处理。",
        &["39(1)"],
        json!({}),
    );
    let story = told(w, (start, person("胃某", n)), "请公开我举报的处理结果，并请重新调查。", &answer)?;
    let story = filed(w, story, (year, n), "胃某");
    report_stories::of_year(w, story, year)
}
