//! The demo's request whose reply went on line: the applicant agreed to it in writing, and opened it.

use super::stories::person;
use super::story::{Scan, Story, item};
use super::walker::Walker;
use crate::case::model::Letter;
use crate::steps::archive::archive::ArchiveCase;
use crate::steps::archive::close::CloseCase;
use crate::steps::mail::dispatch::DispatchLetter;
use crate::steps::mail::opening::RecordOpening;
use anyhow::Result;
use serde_json::json;

/// Answered by what is public already, served on line, opened the next day, closed and archived.
pub(super) fn opened_on_line(w: &Walker) -> Result<Story> {
    let start = w.ago(40);
    let (sent, opened, closed, archived) = (w.later(start, 9), w.later(start, 10), w.later(start, 11), w.later(start, 15));
    let story = Story::begin(
        start,
        json!({
            "channel": "counter", "arrived_on": start, "applicants": person("午某某", 71),
            "request": {"description": "申请公开示范区计量器具强制检定的收费标准。", "wanted_form": "email", "delivery_channel": "email"}
        }),
    )
    .handled_by(w, "handler")?;
    let story = story.replied(
        w,
        &item(
            "a1",
            "计量器具强制检定的收费标准",
            "您申请的信息已在本机关门户网站主动公开。",
            &["36(1)"],
            json!({"how_to_obtain": "请在本机关门户网站“收费公示”栏目查询。"}),
        ),
    );
    let consent = Scan {
        at: None, title: "在线送达确认书", words: "本人同意以电子邮件方式在线送达，地址为 wu@example.cn。"
    };
    let record = Scan { at: Some(1), title: "在线送达系统查阅记录", words: "收件地址 wu@example.cn，已查阅。" };
    Ok(story
        .made(sent, Letter::Reply { n: 1 })
        .with_scan::<DispatchLetter>(sent, consent, move |id| {
            let method = json!({"method": "online", "address": "wu@example.cn", "consent": id});
            json!({"letter": {"kind": "reply", "n": 1}, "on": sent, "method": method})
        })
        .with_scan::<RecordOpening>(opened, record, move |id| {
            let at = opened.and_hms_opt(1, 20, 0).map(|at| at.and_utc());
            json!({"opened_at": at, "opened_by": "wu@example.cn", "record": id})
        })
        .step::<CloseCase>("clerk", closed, None, json!({}))
        .step::<ArchiveCase>("clerk", archived, None, json!({"archive_number": "2026-依申请-0002"})))
}
