//! One draft, and what changed since another: who wrote what, word by word. Who: whoever works the agency's cases.

use super::reader::Reader;
use super::reply::DraftView;
use crate::case::model::{Case, Draft, ReplyItem};
use crate::case::private::Private;
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::problem::{Fault, Problem};
use crate::rules::compare::{PieceChange, compare};
use crate::rules::reply_kinds::ReplyKind;
use crate::rules::sight::{Whose, sight};
use crate::views::find;
use crate::views::names::AccountRef;
use crate::views::shape::view;
use actix_web::get;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use utoipa::IntoParams;

view! {
    /// A piece of text, and what became of it since the other draft.
    pub struct PieceView {
        /// What became of it.
        change: PieceChange,
        /// The piece.
        text: String,
    }
    /// A field that the two drafts have differently.
    pub struct FieldChange {
        /// The field, as the draft names it; what an item rests on begins with `grounds.`.
        field: String,
        /// What it was; null for nothing.
        was: Value,
        /// What it is; null for nothing.
        is: Value,
        /// Word by word, where both are texts.
        pieces: Option<Vec<PieceView>>,
    }
    /// One item of two drafts side by side; items are paired by their number.
    pub struct ComparedItem {
        /// Number of the item.
        n: u32,
        /// Its kind in the other draft; null where that has no such item.
        kind_was: Option<ReplyKind>,
        /// Its kind in this draft; null where this has no such item.
        kind: Option<ReplyKind>,
        /// What it is about.
        subject: Option<Vec<PieceView>>,
        /// The reasons; null for who may not read them, and after shredding.
        reasons: Option<Vec<PieceView>>,
        /// Every other field that changed: articles, grounds, attachments, searches, agreed answers, categories, local rules, all that stands in a draft.
        changes: Vec<FieldChange>,
    }
    /// What changed since another draft.
    pub struct DraftComparison {
        /// Number of the other draft.
        compared_with: u32,
        /// Who wrote the other draft, and so what is removed or kept.
        written_by: AccountRef,
        /// The items.
        items: Vec<ComparedItem>,
        /// What changed of the draft as a whole: the cases that share it.
        changes: Vec<FieldChange>,
    }
    /// A draft, and what changed since another.
    pub struct DraftPage {
        /// The draft.
        draft: DraftView,
        /// What changed; null unless another draft was named.
        comparison: Option<DraftComparison>,
    }
}

/// With which other draft.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GetDraft {
    /// Number of another draft of the case.
    #[param(minimum = 1)]
    pub compare_with: Option<u32>,
}

/// Fields of an item that are told by themselves, or follow from its kind.
const TOLD: [&str; 6] = ["n", "kind", "kind_label", "report_row", "subject", "reasons"];

/// Every field under its name, those of the grounds too; what says nothing is left out.
fn fields(of: &impl Serialize) -> BTreeMap<String, Value> {
    let says = |value: &Value| match value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(list) => !list.is_empty(),
        _ => true,
    };
    let mut all = BTreeMap::new();
    // A view always has a JSON form.
    if let Ok(Value::Object(object)) = serde_json::to_value(of) {
        for (field, value) in object {
            match value {
                Value::Object(inner) if field == "grounds" => {
                    all.extend(inner.into_iter().map(|(name, value)| (format!("grounds.{name}"), value)));
                }
                value => drop(all.insert(field, value)),
            }
        }
    }
    all.retain(|_, value| says(value));
    all
}

/// The fields that differ, by name.
fn changes(old: &BTreeMap<String, Value>, new: &BTreeMap<String, Value>) -> Vec<FieldChange> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let differing = names.into_iter().filter(|name| old.get(*name) != new.get(*name));
    let change = |name: &String| {
        let (was, is) = (old.get(name).cloned().unwrap_or_default(), new.get(name).cloned().unwrap_or_default());
        let texts = was.as_str().zip(is.as_str()).map(|(was, is)| pieces(was, is));
        FieldChange { field: name.clone(), pieces: texts, was, is }
    };
    differing.map(change).collect()
}

fn pieces(old: &str, new: &str) -> Vec<PieceView> {
    compare(old, new).into_iter().map(|(change, text)| PieceView { change, text }).collect()
}

impl Reader {
    fn pieces(&self, old: Option<&Private>, new: Option<&Private>) -> Option<Vec<PieceView>> {
        let opened = |text: Option<&Private>| match text {
            None => Some(String::new()),
            Some(text) => self.text(text),
        };
        Some(pieces(&opened(old)?, &opened(new)?))
    }

    fn comparison(&self, old: &Draft, new: &Draft) -> DraftComparison {
        let item = |draft: &Draft, n: u32| draft.items.iter().find(|item| item.n == n).cloned();
        let (old_view, new_view) = (self.draft(old), self.draft(new));
        let of_item = |draft: &DraftView, n: u32| {
            let mut of_item = draft.items.iter().find(|item| item.n == n).map(fields).unwrap_or_default();
            of_item.retain(|name, _| !TOLD.contains(&name.as_str()));
            of_item
        };
        let whole = |draft: &DraftView| {
            let mut whole = fields(draft);
            whole.retain(|name, _| name == "joint");
            whole
        };
        let most = old.items.len().max(new.items.len());
        let items = (1..).take(most).map(|n| {
            let (was, is): (Option<ReplyItem>, Option<ReplyItem>) = (item(old, n), item(new, n));
            ComparedItem {
                n,
                kind_was: was.as_ref().map(|item| item.kind),
                kind: is.as_ref().map(|item| item.kind),
                subject: self.pieces(was.as_ref().map(|item| &item.subject), is.as_ref().map(|item| &item.subject)),
                reasons: self.pieces(was.as_ref().map(|item| &item.reasons), is.as_ref().map(|item| &item.reasons)),
                changes: changes(&of_item(&old_view, n), &of_item(&new_view, n)),
            }
        });
        DraftComparison {
            compared_with: old.n,
            written_by: self.account(old.by),
            items: items.collect(),
            changes: changes(&whole(&old_view), &whole(&new_view)),
        }
    }
}

fn draft(case: &Case, n: u32) -> Result<&Draft, Problem> {
    case.draft(n).ok_or_else(Problem::not_found)
}

/// Read a draft, and what changed since another.
///
/// Subject and reasons word by word: Chinese by character, runs of letters or digits as one word; every other field that changed with what it was
/// and is. Every draft is kept.
#[utoipa::path(tag = "reply", params(GetDraft), responses((status = 200, description = "The draft.", body = DraftPage)))]
#[get("/cases/{case_id}/drafts/{n}")]
pub async fn get_draft(call: Call) -> Answer {
    let scope = call.permit("get_draft")?;
    let (id, n) = (call.id("case_id")?, call.ordinal("n")?);
    let GetDraft { compare_with } = call.query()?;
    let (office, caller, reads) = (Arc::clone(&call.app.office), call.caller.clone(), scope.reads.clone());
    let page = call
        .app
        .db
        .run(scope, move |conn| {
            let case = find::case(conn, &reads, id)?.case;
            let new = draft(&case, n)?;
            let old = compare_with.map(|m| {
                case.draft(m)
                    .ok_or_else(|| Problem::parameter(Fault::ParameterRefused, "compare_with", "没有该文稿", "there is no such draft"))
            });
            let old = old.transpose()?;
            let reader = Reader::open(conn, &office, &case, sight(Whose::Own, caller.roles.iter().copied()))?;
            Ok::<_, Problem>(DraftPage { draft: reader.draft(new), comparison: old.map(|old| reader.comparison(old, new)) })
        })
        .await?;
    answer::ok(&page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::private::Texts;
    use crate::case::testing::{Bench, CLERK, DOCUMENT};
    use crate::rules::sight::Sight;
    use crate::steps::register::enter::RegisterCase;
    use crate::steps::reply::draft::DraftReply;
    use serde_json::json;

    /// A draft, and the next one with the same words.
    fn two() -> (Reader, Draft, Draft) {
        let mut bench = Bench::received("2026-11-02");
        bench.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
        let item = json!({
            "kind": "b", "main": true, "subject": "决定书", "reasons": "遮盖后提供。", "articles": ["37"], "how_to_obtain": "随附。",
            "withheld_under": ["not_government_information"], "attachments": [DOCUMENT]
        });
        bench.take::<DraftReply>(CLERK, None, json!({"items": [item]})).unwrap();
        let texts: Texts = bench.secrets.iter().map(|secret| (secret.reference.id, secret.text.clone())).collect();
        let old = bench.case().drafts.first().cloned().unwrap();
        (Reader::with(Sight::Full, texts), old.clone(), Draft { n: old.n + 1, ..old })
    }

    #[test]
    fn a_draft_differs_from_itself_in_nothing() {
        let (reader, old, new) = two();
        let compared = reader.comparison(&old, &new);
        assert!(compared.changes.is_empty() && compared.items.iter().all(|item| item.changes.is_empty()));
    }

    #[test]
    fn every_field_of_an_item_that_changed_is_told() {
        let filled = json!({
            "n": 1, "kind": "b", "kind_label": {"zh": "甲", "en": "a"}, "article": "37", "report_row": 4, "main": true, "subject": "甲", "reasons": "甲",
            "articles": ["37"], "grounds": {"attachments": ["x"], "how_to_obtain": "随附。", "no_rule_requires_disclosure": true}
        });
        let empty = json!({"main": false, "articles": [], "grounds": {"attachments": [], "how_to_obtain": null}});
        let told: Vec<String> = changes(&fields(&empty), &fields(&filled)).into_iter().map(|change| change.field).collect();
        let grounds = ["grounds.attachments", "grounds.how_to_obtain", "grounds.no_rule_requires_disclosure"];
        for name in ["articles", "main", "article"].into_iter().chain(grounds) {
            assert!(told.iter().any(|field| field == name), "{name} of {told:?}");
        }
        let words =
            changes(&fields(&json!({"grounds": {"how_to_obtain": "随附。"}})), &fields(&json!({"grounds": {"how_to_obtain": "邮寄。"}})));
        assert!(words[0].pieces.as_ref().is_some_and(|pieces| pieces.len() > 1), "{words:?}");
    }

    #[test]
    fn articles_attachments_and_grounds_of_two_drafts_are_compared() {
        let (reader, old, mut new) = two();
        let item = new.items.first_mut().unwrap();
        item.articles.push("33".into());
        item.grounds.attachments.clear();
        item.grounds.withheld_under.push(crate::rules::reply_kinds::Ground::InternalAffairs);
        item.grounds.no_rule_requires_disclosure = !item.grounds.no_rule_requires_disclosure;
        let compared = reader.comparison(&old, &new);
        let told: Vec<&str> = compared.items[0].changes.iter().map(|change| change.field.as_str()).collect();
        for name in ["articles", "grounds.attachments", "grounds.no_rule_requires_disclosure", "grounds.withheld_under"] {
            assert!(told.contains(&name), "{name} of {told:?}");
        }
    }
}
