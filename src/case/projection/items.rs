//! Items of replies as rows: of the one that stands, which publication reviews look at, and of the one that counts in table three, which the
//! statistics count. Mostly that is one reply; a reply that a body or court ordered stands and does not count (domain 4).

use crate::case::model::{Case, Reply, ReplyItem};
use crate::rules::reply_kinds::Ground;
use crate::rules::review::gives;
use chrono::NaiveDate;

/// An item of a reply, as a row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "they are columns of a table, each true or not by itself")]
pub struct ItemRow {
    /// Number of the reply.
    pub reply: u32,
    /// Number of the item.
    pub n: u32,
    /// The kind.
    pub kind: &'static str,
    /// Information was given by it, or a part.
    pub gives: bool,
    /// Information was withheld by it, or a part.
    pub withholds: bool,
    /// The grounds of what was withheld.
    pub grounds: Vec<&'static str>,
    /// The day of the reply.
    pub issued_on: NaiveDate,
    /// Number of the publication review that counts.
    pub review: Option<u32>,
    /// What it decided.
    pub result: Option<&'static str>,
    /// What sort of information it said it is; none any more after disposal.
    pub topic: Option<String>,
    /// Its day.
    pub reviewed_on: Option<NaiveDate>,
    /// The day of the publication.
    pub published_on: Option<NaiveDate>,
    /// Its reply stands, and the dossier was not disposed of: it is reviewed again, and counted among what is asked again and again.
    pub stands: bool,
    /// Its reply is the one whose row in table three counts, whatever became of the dossier.
    pub counts: bool,
}

/// Every one of them.
pub(super) fn items(case: &Case) -> Vec<ItemRow> {
    if !case.stage.counts() {
        return Vec::new();
    }
    let standing = case.standing_reply().filter(|_| case.disposal.is_none()).map(|reply| reply.n);
    let counting = case.counting_reply().map(|reply| reply.n);
    let of = |reply: &Reply| (standing == Some(reply.n), counting == Some(reply.n));
    let replies = case.replies.iter().map(|reply| (reply, of(reply))).filter(|(_, (stands, counts))| *stands || *counts);
    replies.flat_map(|(reply, of)| reply.items.iter().map(move |item| row(case, (reply, item), of))).collect()
}

fn row(case: &Case, (reply, item): (&Reply, &ReplyItem), (stands, counts): (bool, bool)) -> ItemRow {
    let review = case.publication_review(reply.n, item.n);
    let grounds = item.kind.ground().into_iter().chain(item.grounds.withheld_under.iter().copied());
    ItemRow {
        reply: reply.n,
        n: item.n,
        kind: item.kind.code(),
        gives: gives(item.kind),
        withholds: item.kind.is_denial(),
        grounds: grounds.map(Ground::code).collect(),
        issued_on: reply.on,
        review: review.map(|review| review.n),
        result: review.map(|review| review.result.code()),
        topic: review.filter(|_| stands).map(|review| review.topic.clone()),
        reviewed_on: review.map(|review| review.on),
        published_on: review.and_then(|review| review.publication.as_ref()).map(|publication| publication.on),
        stands,
        counts,
    }
}
