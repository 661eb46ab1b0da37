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
use serde::Deserialize;
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
    }
    /// What changed since another draft.
    pub struct DraftComparison {
        /// Number of the other draft.
        compared_with: u32,
        /// Who wrote the other draft, and so what is removed or kept.
        written_by: AccountRef,
        /// The items.
        items: Vec<ComparedItem>,
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

impl Reader {
    fn pieces(&self, old: Option<&Private>, new: Option<&Private>) -> Option<Vec<PieceView>> {
        let opened = |text: Option<&Private>| match text {
            None => Some(String::new()),
            Some(text) => self.text(text),
        };
        let pieces = compare(&opened(old)?, &opened(new)?);
        Some(pieces.into_iter().map(|(change, text)| PieceView { change, text }).collect())
    }

    fn comparison(&self, old: &Draft, new: &Draft) -> DraftComparison {
        let item = |draft: &Draft, n: u32| draft.items.iter().find(|item| item.n == n).cloned();
        let most = old.items.len().max(new.items.len());
        let items = (1..).take(most).map(|n| {
            let (was, is): (Option<ReplyItem>, Option<ReplyItem>) = (item(old, n), item(new, n));
            ComparedItem {
                n,
                kind_was: was.as_ref().map(|item| item.kind),
                kind: is.as_ref().map(|item| item.kind),
                subject: self.pieces(was.as_ref().map(|item| &item.subject), is.as_ref().map(|item| &item.subject)),
                reasons: self.pieces(was.as_ref().map(|item| &item.reasons), is.as_ref().map(|item| &item.reasons)),
            }
        });
        DraftComparison { compared_with: old.n, written_by: self.account(old.by), items: items.collect() }
    }
}

fn draft(case: &Case, n: u32) -> Result<&Draft, Problem> {
    case.draft(n).ok_or_else(Problem::not_found)
}

/// Read a draft, and what changed since another.
///
/// Word by word: Chinese by character, runs of letters or digits as one word. Every draft is kept.
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
