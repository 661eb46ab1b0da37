//! The demo's corrected case and what was learnt from it: a lesson, a typical case, a notice of rectification whose report waits for a second look;
//! an order of the bureau above with the notice of rectification that follows from it and hangs on no case, and its inspection of three dossiers.

use super::library::approved;
use super::stories::{paper, person};
use super::story::{Scan, Story, item};
use super::walker::{Walker, read};
use super::{CITY, DISTRICT};
use crate::case::model::Case;
use crate::db::pool::Scope;
use crate::ids::new_id;
use crate::rules::library::Shelf;
use crate::steps::learn::lesson::RecordLesson;
use crate::steps::learn::rectify::OrderRectification;
use crate::steps::learn::rectify::report::ReportRectification;
use crate::steps::remedy::{answer::AnswerProceeding, decide::RecordDecision, open::OpenReconsideration};
use crate::supervision::inspections::draw_sample;
use crate::supervision::letters::send;
use crate::supervision::rectifications::order;
use anyhow::{Context, Result, anyhow};
use chrono::NaiveDate;
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// Denied as an enforcement file without a word on what could be separated, declared unlawful, and learnt from.
pub(super) fn corrected(w: &Walker) -> Result<Story> {
    let start = w.ago(58);
    let application = json!({
        "channel": "counter", "arrived_on": start, "applicants": person("酉某", 81),
        "request": paper("申请公开示范路12号浴室安全检查的整改通知书和复查记录。")
    });
    let denial = item(
        "d7",
        "示范路12号浴室安全检查的整改通知书和复查记录",
        "整改通知书和复查记录归入行政执法案卷，本机关经裁量决定不予公开。",
        &["16(2)", "36(3)"],
        json!({"discretion_note": "公开影响后续执法检查。", "no_rule_requires_disclosure": true}),
    );
    let story = Story::begin(start, application).handled_by(w, "handler")?.replied(w, &denial);
    let story = story.posted(w, "EA200000081CN").served(w, "酉某").closed(w);
    let (copy, answered, decided, learnt, mended) = (w.ago(34), w.ago(29), w.ago(14), w.ago(12), w.ago(3));
    let opened = json!({
        "body": "示范区人民政府", "case_number": "示复〔2026〕61号", "procedure": "ordinary", "against": {"kind": "reply", "n": 1},
        "received_on": copy
    });
    let decision = json!({
        "outcome": {"by": "reconsideration", "outcome": "declared_unlawful"}, "decided_on": decided, "received_on": decided,
        "document_number": "示复决〔2026〕61号", "cause": "not_separated"
    });
    let lesson = json!({
        "words": "整改通知书已经送达被检查单位，不属于内部过程性材料；复查记录中只有检查方法需要遮盖。未区分处理而整体不予公开，被确认违法。",
        "measures": "适用第十六条第二款的，逐份列明案卷材料并逐份说明能否区分处理。"
    });
    let notice = json!({
        "proceeding": 1, "what": "请梳理本年度以执法案卷为由整体不予公开的答复，逐份核对能否区分处理，报公开办复查。",
        "due_on": mended
    });
    let proof = Scan {
        at: Some(1), title: "执法案卷类答复自查表", words: "本年度共6件，其中2件可以区分处理，已列清单。"
    };
    Ok(story
        .step::<OpenReconsideration>("reviewer", copy, None, opened)
        .step::<AnswerProceeding>("reviewer", answered, Some(1), json!({"on": answered}))
        .step::<RecordDecision>("reviewer", decided, Some(1), decision)
        .step::<RecordLesson>("reviewer", learnt, Some(1), lesson)
        .acted(learnt, move |walker, case| {
            let mut notice = notice;
            if let (Some(notice), Some(assignment)) = (notice.as_object_mut(), case.assignment()) {
                notice.insert("department".to_owned(), json!(assignment.department));
            }
            walker.step::<OrderRectification>("reviewer", learnt, &case, None, notice)
        })
        .acted(mended, move |walker, case| {
            let document = walker.scan("handler", mended, (proof.title, proof.words))?;
            let report = json!({"done": "已自查6件，2件可以区分处理，清单附后。", "proofs": [document]});
            walker.step::<ReportRectification>("handler", mended, &case, proof.at, report)
        })
        .acted(mended, move |walker, case| {
            typical(walker, mended, &case)?;
            supervised(walker, mended, &case)?;
            Ok(case)
        }))
}

/// What happened, without anybody's name.
fn typical(w: &mut Walker, day: NaiveDate, case: &Case) -> Result<()> {
    let content = json!({
        "title": "执法案卷类信息未区分处理被确认违法", "kinds": ["d7"], "grounds": ["enforcement_file"], "topics": ["整改通知书", "复查记录"],
        "text": "某申请人申请公开对一家经营场所安全检查的整改通知书和复查记录。机关以执法案卷为由整体不予公开。复议机关认为，已经送达被检查单位的文书与\
                 内部检查方法可以区分，机关未区分处理，确认答复违法。",
        "articles": ["16(2)", "37"], "from_on": day,
        "typical": {
            "drawn_from": [case.id], "cause": "not_separated", "report_column": "overturned",
            "lesson": "适用执法案卷理由的，先列明案卷材料，再逐份说明能否区分处理；能够区分的，提供可以公开的部分。"
        }
    });
    approved(w, day, Shelf::TypicalCase, content).map(|_| ())
}

/// What the letter of the bureau above asks is the enforcement department's to mend, beyond the one case.
fn passed_on(w: &mut Walker, day: NaiveDate, (case, letter): (&Case, Uuid)) -> Result<()> {
    let department = case.assignment().context("the case is with nobody")?.department;
    let ask = w.asks("clerk", day, new_id())?;
    let notice = read(json!({
        "department": department, "source": "supervision_letter", "supervision_letter_id": letter, "cases": [case.id],
        "what": "请对照复议决定，逐份列明本年度执法案卷类答复的材料清单，补做区分处理，并将检查文书的公开属性在源头认定。",
        "due_on": w.calendar.nth_working_day_after(day, 9).on
    }))?;
    let office = Arc::clone(&w.office);
    w.db.run_here(&Scope::own(ask.agency), |conn| order(conn, &office, &ask, notice)).map_err(|problem| anyhow!("{problem}"))?;
    Ok(())
}

/// The bureau above asks about the case, and draws three dossiers.
fn supervised(w: &mut Walker, day: NaiveDate, case: &Case) -> Result<()> {
    let office = Arc::clone(&w.office);
    let (reads, scope) = ([CITY, DISTRICT], Scope { reads: vec![CITY, DISTRICT], writes: Some(CITY) });
    let ask = w.asks("supervisor", day, new_id())?;
    let letter = read(json!({
        "to": DISTRICT, "kind": "rectification", "case_id": case.id, "subject": "关于执法案卷类答复区分处理的整改要求",
        "words": "请对照该件复议决定，报送本年度执法案卷类答复的自查情况和整改措施。", "due_on": w.later(day, 10).max(day)
    }))?;
    let letter = w.db.run_here(&scope, |conn| send(conn, &office, (&ask, &reads), letter)).map_err(|problem| anyhow!("{problem}"))?;
    passed_on(w, day, (case, letter.id))?;
    let ask = w.asks("supervisor", day, new_id())?;
    let drawing =
        read(json!({"year": chrono::Datelike::year(&case.received_on().unwrap_or(day)), "size": 3, "seed": "示范市年度执法检查"}))?;
    w.db.run_here(&scope, |conn| draw_sample(conn, &office, (&ask, &reads), &drawing)).map_err(|problem| anyhow!("{problem}"))?;
    Ok(())
}
