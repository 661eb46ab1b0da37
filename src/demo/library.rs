//! The demo's libraries: an agreed answer, a category of the negative list, a local rule, each proposed by one and approved by another; and a denial
//! that uses all three. One more answer waits for a second person.
//!
//! The rule is made up, as the names are.

use super::stories::{paper, person};
use super::story::{Story, item};
use super::walker::{Walker, read};
use crate::db::pool::Scope;
use crate::ids::new_id;
use crate::letters::library::{DecideLibraryEdition, LibraryInput, decide, propose_new};
use crate::rules::library::Shelf;
use anyhow::{Result, anyhow};
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

const AGREED: &str = "该信息系行政机关在行政执法过程中形成并归入案卷的信息，属于行政执法案卷信息。";

/// Entries that the stories use.
pub(super) struct Agreed {
    answer: Uuid,
    category: Uuid,
    rule: Uuid,
}

/// Fills the libraries on a day.
pub(super) fn agree(w: &mut Walker, day: NaiveDate) -> Result<Agreed> {
    let answer = propose(
        w,
        day,
        Shelf::AgreedAnswer,
        json!({
            "title": "执法案卷信息的说明", "kinds": ["d7"], "grounds": ["enforcement_file"], "topics": ["询问笔录", "现场检查笔录"], "text": AGREED,
            "articles": ["16(2)"], "from_on": day
        }),
    )?;
    let category = propose(
        w,
        day,
        Shelf::WithheldCategory,
        json!({
            "title": "执法案卷类", "grounds": ["enforcement_file"], "text": "尚未公开的现场检查笔录、询问笔录、审批流转材料等。", "articles": ["16(2)"],
            "from_on": day
        }),
    )?;
    let rule = propose(
        w,
        day,
        Shelf::LocalRule,
        json!({
            "title": "示范市政府信息公开规定", "document_number": "示府规〔2020〕1号", "grounds": ["enforcement_file"], "from_on": day,
            "rule_articles": [{"number": "21(2)", "text": "行政执法案卷信息可以不予公开；行政处罚决定依法应当公开的，从其规定。"}]
        }),
    )?;
    for entry in [answer, category, rule] {
        approve(w, day, entry)?;
    }
    propose(
        w,
        day,
        Shelf::AgreedAnswer,
        json!({
            "title": "信息不存在的说明", "kinds": ["n1a"], "topics": ["维保记录"], "text": "经检索，本机关未制作、未获取该信息。", "articles": ["36(4)"],
            "from_on": day
        }),
    )?;
    Ok(Agreed { answer, category, rule })
}

fn approve(w: &mut Walker, day: NaiveDate, entry: Uuid) -> Result<()> {
    let ask = w.asks("approver", day, entry)?;
    let office = Arc::clone(&w.office);
    let approved: DecideLibraryEdition = read(json!({"verdict": "approved"}))?;
    w.db.run_here(&Scope::own(ask.agency), |conn| decide(conn, &office, &ask, ((entry, 1), approved)))
        .map_err(|problem| anyhow!("{problem}"))?;
    Ok(())
}

/// Proposes an entry and has it approved.
pub(super) fn approved(w: &mut Walker, day: NaiveDate, shelf: Shelf, input: Value) -> Result<Uuid> {
    let entry = propose(w, day, shelf, input)?;
    approve(w, day, entry)?;
    Ok(entry)
}

fn propose(w: &mut Walker, day: NaiveDate, shelf: Shelf, input: Value) -> Result<Uuid> {
    let ask = w.asks("reviewer", day, new_id())?;
    let office = Arc::clone(&w.office);
    let input: LibraryInput = read(input)?;
    let entry = w.db.run_here(&Scope::own(ask.agency), |conn| propose_new(conn, &office, &ask, (shelf, input)));
    Ok(entry.map_err(|problem| anyhow!("{problem}"))?.id)
}

/// A denial in the agreed words, under the negative list and the local rule.
pub(super) fn stories(w: &Walker, agreed: &Agreed) -> Result<Vec<Story>> {
    let start = w.ago(16);
    let application = json!({
        "channel": "counter", "arrived_on": start, "applicants": person("未某", 51),
        "request": paper("申请公开对示范路9号餐饮店立案调查的询问笔录。")
    });
    let denial = item(
        "d7",
        "示范路9号餐饮店立案调查的询问笔录",
        &format!("{AGREED}法律、法规、规章未规定应当公开。"),
        &["36(3)", "16(2)"],
        json!({
            "discretion_note": "案件尚在办理，公开影响后续调查取证。", "no_rule_requires_disclosure": true,
            "agreed_answers": [{"entry": agreed.answer, "edition": 1}],
            "withheld_categories": [{"entry": agreed.category, "edition": 1}],
            "local_rules": [{"entry": agreed.rule, "edition": 1, "article": "21(2)"}]
        }),
    );
    let story = Story::begin(start, application).handled_by(w, "handler")?.replied(w, &denial);
    Ok(vec![story.handed_over(w, "未某")])
}
