//! The demo's requests whose reply was tried by others: corrected and answered anew, before the court, an appeal of the agency's own, one
//! reconsideration over two cases, a complaint.
//!
//! Names are plainly made up, as in the other stories.

use super::stories::{paper, person};
use super::story::{Scan, Story, item};
use super::walker::Walker;
use crate::case::model::Letter;
use crate::steps::archive::publication::ReviewPublication;
use crate::steps::mail::{delivery::RecordDelivery, dispatch::DispatchLetter};
use crate::steps::register::enter::RegisterCase;
use crate::steps::remedy::{
    answer::AnswerProceeding,
    complain::ReceiveComplaint,
    course::NoteProceeding,
    decide::RecordDecision,
    file::FileProceeding,
    hear::{AnnounceHearing, RecordHearing},
    open::{OpenLitigation, OpenReconsideration},
    perform::PerformOrder,
};
use crate::steps::reply::{draft::DraftReply, issue::IssueReply, review::ReviewDraft};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::cell::Cell;
use std::rc::Rc;

/// Every story about what follows a reply.
pub(super) fn all(walker: &Walker) -> Result<Vec<Story>> {
    let mut stories = vec![answered_anew(walker)?, before_court(walker)?, appealed(walker)?, complained(walker)];
    stories.extend(over_two(walker)?);
    Ok(stories)
}

fn denied(subject: &str) -> Value {
    item(
        "d7",
        subject,
        "该信息属于行政执法案卷信息。经审查，法律、法规、规章没有规定应当公开，本机关经裁量决定不予公开。",
        &["16(2)", "36(3)"],
        json!({"discretion_note": "公开会泄露检查方法并影响后续执法。", "no_rule_requires_disclosure": true}),
    )
}

/// Denied as a whole, revoked for want of separation, answered anew in time, the performance proved by the new reply.
fn answered_anew(w: &Walker) -> Result<Story> {
    let start = w.ago(57);
    let asked = json!({
        "channel": "counter", "arrived_on": start, "applicants": person("氐某", 71),
        "request": paper("申请公开贵局对示范路某五金店现场检查的记录和处理结果。")
    });
    let story = Story::begin(start, asked).handled_by(w, "handler")?.replied(w, &denied("现场检查记录和处理结果"));
    let story = story.posted(w, "EA200000071CN").served(w, "氐某").proved(w).closed(w);
    let (applied, accepted, copy, heard) = (w.ago(42), w.ago(40), w.ago(39), w.ago(32));
    let decided = w.ago(23);
    let received = w.later(decided, 1);
    let due_on = w.later(received, 15);
    let body = "示范区人民政府";
    let story = story
        .with_scan::<OpenReconsideration>(
            copy,
            Scan {
                at: None, title: "行政复议答复通知书", words: "请于收到之日起10日内提交书面答复和证据、依据。"
            },
            move |paper| {
                json!({
                    "body": body, "case_number": "示复〔2026〕71号", "procedure": "ordinary", "against": {"kind": "reply", "n": 1},
                    "applied_on": applied, "accepted_on": accepted, "received_on": copy, "papers": [paper]
                })
            },
        )
        .step::<FileProceeding>(
            "reviewer",
            w.later(copy, 2),
            Some(1),
            json!({"on": w.later(copy, 2), "with": "示范市市场监督管理局", "about": "opening"}),
        )
        .with_scan::<AnswerProceeding>(
            w.later(copy, 5),
            Scan { at: Some(1), title: "行政复议答复书", words: "本机关认为答复适用依据正确、程序合法。" },
            {
                let on = w.later(copy, 5);
                move |paper| json!({"on": on, "document_id": paper})
            },
        )
        .step::<AnnounceHearing>(
            "reviewer",
            w.later(copy, 5),
            Some(1),
            json!({
                "kind": "hearing", "notified_on": w.later(copy, 5), "on": heard, "place": "示范区人民政府第二会议室，9:30"
            }),
        )
        .step::<RecordHearing>(
            "reviewer",
            heard,
            Some(1),
            json!({"hearing": 1, "outcome": {
                "result": "held", "appearances": [{"role": "head", "person": "示范局副局长"}, {"role": "staff", "person": "法审丁"}]
            }}),
        )
        .step::<RecordDecision>(
            "reviewer",
            received,
            Some(1),
            json!({
                "outcome": {"by": "reconsideration", "outcome": "revoked"}, "decided_on": decided, "received_on": received,
                "document_number": "示复决〔2026〕71号", "cause": "not_separated",
                "order": {"what": "撤销原答复，责令十五个工作日内区分处理后重新答复。", "kind": "separate", "due_on": due_on}
            }),
        )
        .step::<FileProceeding>(
            "reviewer",
            w.later(received, 3),
            Some(1),
            json!({"on": w.later(received, 3), "with": "示范市市场监督管理局", "about": "opening"}),
        );
    let story = redrafted(w, story, received);
    let (posted, served) = (w.later(received, 8), w.later(received, 11));
    let letter = json!({"kind": "reply", "n": 2});
    Ok(story
        .made(posted, Letter::Reply { n: 2 })
        .step::<DispatchLetter>(
            "clerk",
            posted,
            None,
            json!({
                "letter": letter, "on": posted, "method": {"method": "post", "carrier": "ems", "tracking_number": "EA200000072CN"}
            }),
        )
        .step::<RecordDelivery>("clerk", served, Some(2), json!({"result": "delivered", "on": served, "signed_by": "氐某"}))
        .step::<PerformOrder>(
            "reviewer",
            served,
            Some(1),
            json!({
                "on": served, "how": "已区分处理并重新答复，申请人已签收。", "proof": {"kind": "reply", "n": 2}
            }),
        ))
}

/// What the order asked to separate, drafted, reviewed and signed anew.
fn redrafted(w: &Walker, story: Story, received: chrono::NaiveDate) -> Story {
    let given = item(
        "a2",
        "现场检查处理结果",
        "根据行政复议决定，经区分处理，现提供现场检查的处理结果。",
        &["36(2)"],
        json!({"how_to_obtain": "随本告知书附处理结果一份。", "provided_form": "paper"}),
    );
    let (drafted, issued) = (w.later(received, 5), w.later(received, 7));
    story
        .step::<DraftReply>("handler", drafted, None, json!({"items": [given]}))
        .step::<ReviewDraft>(
            "reviewer",
            w.later(drafted, 1),
            None,
            json!({"kind": "legal", "verdict": "approved", "opinion": "符合复议决定。"}),
        )
        .step::<ReviewDraft>(
            "reviewer",
            w.later(drafted, 1),
            None,
            json!({
                "kind": "secrecy", "verdict": "approved", "opinion": "检查方法已略去，不涉及个人信息。"
            }),
        )
        .step::<IssueReply>("approver", issued, None, json!({}))
        .step::<ReviewPublication>(
            "clerk",
            issued,
            None,
            json!({
                "item": 1, "result": "not_publish", "reason": "仅与申请人有关。", "topic": "现场检查"
            }),
        )
}

/// Not handled as a request; before the court, defended, the session ahead.
fn before_court(w: &Walker) -> Result<Story> {
    let start = w.ago(50);
    let asked = json!({
        "channel": "counter", "arrived_on": start, "applicants": person("房某", 72),
        "request": paper("申请贵局说明为何不对示范小区物业立案，并要求重新调查。")
    });
    let reply = item(
        "p1",
        "不予立案的说明和重新调查",
        "您以政府信息公开申请的形式要求说明理由、重新调查，属于投诉举报事项，不作为政府信息公开申请处理。您可以到本局接待窗口提出。",
        &["39(1)"],
        json!({}),
    );
    let story = Story::begin(start, asked).handled_by(w, "handler")?.replied(w, &reply);
    let story = story.posted(w, "EA200000073CN").served(w, "房某").closed(w);
    let (docketed, copy, session) = (w.ago(22), w.ago(20), w.calendar.nth_working_day_after(w.ago(0), 8).on);
    Ok(story
        .step::<OpenLitigation>("reviewer", copy, None, json!({
            "court": "示范区人民法院", "case_number": "（2026）示0000行初72号", "instance": "first", "route": "direct", "procedure": "summary",
            "against": {"kind": "reply", "n": 1}, "accepted_on": docketed, "received_on": copy
        }))
        .step::<FileProceeding>("reviewer", w.later(copy, 4), Some(1), json!({"on": w.later(copy, 4), "with": "示范市市场监督管理局", "about": "opening"}))
        .step::<AnswerProceeding>("reviewer", w.later(copy, 7), Some(1), json!({"on": w.later(copy, 7)}))
        .step::<NoteProceeding>("reviewer", w.ago(6), Some(1), json!({"notice": {"what": "turned_ordinary"}, "on": w.ago(6)}))
        .step::<AnnounceHearing>("reviewer", w.ago(2), Some(1), json!({
            "kind": "court_session", "notified_on": w.ago(2), "on": session, "place": "示范区人民法院第三法庭，9:30"
        })))
}

/// Taken for an enquiry, revoked by the court; the agency itself appealed, so the judgment has no force yet and no defence is owed above.
fn appealed(w: &Walker) -> Result<Story> {
    let start = w.ago(88);
    let asked = json!({
        "channel": "counter", "arrived_on": start, "applicants": person("危某", 76),
        "request": paper("申请公开示范区电梯维保单位信用评级的标准和2025年度评级结果。")
    });
    let reply = item(
        "o3",
        "电梯维保单位信用评级的标准和结果",
        "您所提事项属于业务咨询，不属于政府信息公开申请。评级标准可以向特种设备安全监察科了解。",
        &["2"],
        json!({"other_reason": "enquiry"}),
    );
    let story = Story::begin(start, asked).handled_by(w, "handler")?.replied(w, &reply);
    let story = story.posted(w, "EA200000076CN").served(w, "危某").closed(w);
    let (docketed, copy, judged, served) = (w.ago(58), w.ago(56), w.ago(30), w.ago(28));
    let (appealed_on, accepted, notice) = (w.ago(24), w.ago(20), w.ago(18));
    let filed = |on: chrono::NaiveDate| json!({"on": on, "with": "示范市市场监督管理局", "about": "opening"});
    Ok(story
        .step::<OpenLitigation>("reviewer", copy, None, json!({
            "court": "示范区人民法院", "case_number": "（2026）示0000行初76号", "instance": "first", "route": "direct", "procedure": "ordinary",
            "against": {"kind": "reply", "n": 1}, "accepted_on": docketed, "received_on": copy
        }))
        .step::<FileProceeding>("reviewer", w.later(copy, 4), Some(1), filed(w.later(copy, 4)))
        .step::<AnswerProceeding>("reviewer", w.later(copy, 7), Some(1), json!({"on": w.later(copy, 7)}))
        .step::<RecordDecision>("reviewer", served, Some(1), json!({
            "outcome": {"by": "court", "outcome": "revoked"}, "form": "judgment", "decided_on": judged, "received_on": served,
            "document_number": "（2026）示0000行初76号", "cause": "poor_reasons",
            "order": {"what": "撤销答复，判令于判决生效后重新答复。", "kind": "answer_anew", "due_on": w.calendar.nth_working_day_after(served, 40).on}
        }))
        .step::<FileProceeding>("reviewer", w.later(served, 3), Some(1), filed(w.later(served, 3)))
        .step::<OpenLitigation>("reviewer", notice, None, json!({
            "court": "示范市中级人民法院", "case_number": "（2026）示00行终76号", "instance": "second", "route": "direct", "procedure": "ordinary",
            "follows": 1, "against": {"kind": "reply", "n": 1}, "accepted_on": accepted, "received_on": notice,
            "appellant": "agency", "appealed_on": appealed_on
        }))
        .step::<FileProceeding>("reviewer", w.later(notice, 3), Some(2), filed(w.later(notice, 3))))
}

/// Two denials to one applicant, challenged in one reconsideration.
fn over_two(w: &Walker) -> Result<Vec<Story>> {
    let start = w.ago(36);
    let asked = |words: &str, number: &str, subject: &str| {
        let application = json!({"channel": "counter", "arrived_on": start, "applicants": person("心某", 73), "request": paper(words)});
        let story = Story::begin(start, application).handled_by(w, "handler")?.replied(w, &denied(subject));
        Ok::<_, anyhow::Error>(story.posted(w, number).served(w, "心某").closed(w))
    };
    let first = Rc::new(Cell::new(None));
    let known = Rc::clone(&first);
    let copy = w.ago(5);
    let one = asked("申请公开对样例超市的询问笔录。", "EA200000074CN", "询问笔录")?.acted(w.later(start, 13), move |_, case| {
        known.set(Some(case.id));
        Ok(case)
    });
    let two = asked("申请公开对样例超市的抽样取证记录。", "EA200000075CN", "抽样取证记录")?.acted(copy, move |walker, case| {
        let other = first.get().context("the first of two was not told")?;
        let against = |id| json!({"case_id": id, "against": {"kind": "reply", "n": 1}});
        walker.challenge_together("reviewer", copy, &case, json!({
            "proceeding": {"kind": "reconsideration", "body": "示范区人民政府", "case_number": "示复〔2026〕73号", "procedure": "ordinary",
                           "accepted_on": copy, "received_on": copy},
            "cases": [against(other), against(case.id)]
        }))
    });
    Ok(vec![one, two])
}

/// No reply yet, and the applicant complained to the authority.
fn complained(w: &Walker) -> Story {
    let start = w.ago(24);
    let told = w.ago(3);
    Story::begin(start, json!({
        "channel": "counter", "arrived_on": start, "applicants": person("尾某", 74), "request": paper("申请公开示范市场2025年度摊位租金备案情况。")
    }))
    .step::<RegisterCase>("clerk", start, None, json!({}))
    .step::<ReceiveComplaint>("reviewer", told, None, json!({
        "ground": "no_reply", "against": {"kind": "silence"}, "authority": "示范区人民政府办公室", "reference": "转〔2026〕74号",
        "what": "申请人反映二十个工作日已满，至今没有收到答复。", "received_on": told,
        "answer_due_on": w.calendar.nth_working_day_after(told, 5).on
    }))
}
