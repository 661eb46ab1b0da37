//! The demo's paper that was split, two cases answered in one document, and a visit at the counter.

use super::stories::{organisation, paper, person};
use super::story::{Story, item};
use super::walker::Walker;
use crate::case::model::Letter;
use crate::steps::archive::{close::CloseCase, publication::ReviewPublication};
use crate::steps::handle::contact::LogContact;
use crate::steps::mail::dispatch::DispatchLetter;
use crate::steps::mend::split::SplitCase;
use crate::steps::register::enter::RegisterCase;
use crate::steps::reply::issue::IssueReply;
use crate::steps::reply::review::ReviewDraft;
use anyhow::{Context, Result};
use serde_json::json;
use std::cell::Cell;
use std::rc::Rc;

/// Every story of this file.
pub(super) fn all(walker: &Walker) -> Result<Vec<Story>> {
    let mut stories = answered_together(walker)?;
    stories.push(split(walker));
    stories.push(visit(walker));
    Ok(stories)
}

/// One form, two matters of two departments: split after a call.
fn split(w: &Walker) -> Story {
    let (start, next) = (w.ago(6), w.ago(5));
    Story::begin(
        start,
        json!({
            "channel": "counter", "arrived_on": start, "applicants": person("丑某", 51),
            "request": paper("一、申请公开示范路农贸市场2025年度计量器具检定结果；二、申请公开示范路某药房的营业执照变更登记材料。")
        }),
    )
    .step::<RegisterCase>("clerk", start, None, json!({}))
    .step::<LogContact>(
        "clerk",
        next,
        None,
        json!({"on": next, "means": "telephone", "result": "reached", "words": "说明两项内容分由不同处室办理，将拆为两件，收到日期和答复期限不变；申请人知悉。"}),
    )
    .step::<SplitCase>(
        "clerk",
        next,
        None,
        json!({"reason": "一份申请表列有两项互不相关的事项，分由不同处室办理。", "matters": [
            {"description": "申请公开示范路农贸市场2025年度计量器具检定结果。"},
            {"description": "申请公开示范路某药房的营业执照变更登记材料。"}
        ]}),
    )
}

/// Two applications of one company about one inspection: one document, two numbers.
fn answered_together(w: &Walker) -> Result<Vec<Story>> {
    let (start, later) = (w.ago(30), w.ago(28));
    let asked = |day, words: &str| {
        let application = json!({
            "channel": "ems", "arrived_on": day, "signed_on": day,
            "applicants": organisation("commercial_enterprise", "示范区样例餐饮管理有限公司", 52), "request": paper(words)
        });
        Story::begin(day, application).handled_by(w, "handler")
    };
    let first = Rc::new(Cell::new(None));
    let known = Rc::clone(&first);
    let one = asked(start, "申请公开2025年第三季度餐饮服务食品安全监督检查计划。")?.acted(w.later(start, 2), move |_, case| {
        known.set(Some(case.id));
        Ok(case)
    });
    let given = |subject: &str, words: &str| {
        item(
            "a2",
            subject,
            "您单位申请的信息属于可以公开的政府信息，现予提供。",
            &["36(2)"],
            json!({"how_to_obtain": words, "provided_form": "paper"}),
        )
    };
    let on = |n: u32| w.later(start, n);
    let parts = (
        given("2025年第三季度餐饮服务食品安全监督检查计划", "随本告知书附检查计划一份。"),
        item(
            "a1",
            "2025年第三季度餐饮服务食品安全监督检查结果",
            "您单位申请的信息已主动公开。",
            &["36(1)"],
            json!({"how_to_obtain": "本局网站“政务公开—监督检查”栏目。"}),
        ),
    );
    let two = asked(later, "申请公开2025年第三季度餐饮服务食品安全监督检查结果。")?;
    let day = on(8);
    let two = two.acted(day, move |walker, case| {
        let other = first.get().context("the first of two was not told")?;
        walker.answer_together("handler", day, &case, [(other, parts.0), (case.id, parts.1)])
    });
    let opinion = "不涉及国家秘密、商业秘密；个人信息已按规定处理。";
    let two = two
        .step::<ReviewDraft>("reviewer", on(9), None, json!({"kind": "secrecy", "verdict": "approved", "opinion": opinion}))
        .step::<IssueReply>("approver", on(10), None, json!({}))
        .made(on(11), Letter::Reply { n: 1 })
        .step::<DispatchLetter>(
            "clerk",
            on(11),
            None,
            json!({"letter": {"kind": "reply", "n": 1}, "on": on(11),
                   "method": {"method": "post", "carrier": "ems", "tracking_number": "EA200000052CN"}}),
        )
        .received(on(13), 1, "样例餐饮前台");
    let reason = "仅与申请人有关，尚无需要公众广泛知晓的情形。";
    let review = json!({"item": 1, "result": "not_publish", "reason": reason, "topic": "监督检查计划"});
    Ok(vec![one.step::<ReviewPublication>("clerk", on(12), None, review), two])
}

/// Asked, answered, signed for within one visit.
fn visit(w: &Walker) -> Story {
    let day = w.ago(2);
    let letter = json!({"kind": "reply", "n": 1});
    Story::visited(
        day,
        json!({
            "applicants": person("寅某", 53),
            "request": {"description": "想看看本区食品经营许可的办事指南。", "wanted_form": "on_site_inspection", "delivery_channel": "pick_up", "spoken": true},
            "items": [item(
                "a1",
                "食品经营许可办事指南",
                "您申请的信息已主动公开。",
                &["36(1)"],
                json!({"how_to_obtain": "本局网站“办事指南”栏目，或者政务公开专区自助终端。"}),
            )]
        }),
    )
    .step::<IssueReply>("approver", day, None, json!({}))
    .made(day, Letter::Reply { n: 1 })
    .step::<DispatchLetter>(
        "clerk",
        day,
        None,
        json!({"letter": letter, "on": day, "method": {"method": "hand_over", "delivered_on": day, "signed_by": "寅某"}}),
    )
    .step::<CloseCase>("clerk", day, None, json!({}))
}
