//! The remedy paragraph of a reply (Art 51): which way, to whom, until when (domain rules 5.1).
//!
//! The bodies are dated data of each agency and are passed in: for a department of a local government the body is the government of
//! the same level alone (复议法 24(1)(1)). Nothing here knows a name of a court. Procedural notices have no remedy of their own.

#[cfg(test)]
mod tests;

use serde::Serialize;
use utoipa::ToSchema;

use super::coded::coded;
use super::reply_kinds::{Ground, OtherReason, ReplyKind};

coded! {
    /// The way to a court.
    pub enum RemedyPath {
        ReconsiderationFirst => "reconsideration_first", "复议前置", "reconsideration first, then court";
        FreeChoice => "free_choice", "可复议可诉讼", "reconsideration or court, by choice";
        None => "none", "无救济告知", "no remedy paragraph";
    }
}

/// Days to apply for reconsideration (复议法 20(1)).
pub const RECONSIDERATION_DAYS: u32 = 60;
/// Months to sue directly (行诉法 46).
pub const LITIGATION_MONTHS: u32 = 6;
/// Days to sue after reconsideration (行诉法 45).
pub const LITIGATION_DAYS_AFTER_RECONSIDERATION: u32 = 15;

/// Where the applicant can turn, as in force on the day of the reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemedyBodies<'a> {
    /// The reconsideration body (行政复议机关), by name.
    pub reconsideration_body: &'a str,
    /// The court with jurisdiction (人民法院), by name.
    pub court: &'a str,
    /// Where reconsideration can be applied for online; owed with every reply served electronically (复议法 22(2)).
    pub online_filing: Option<&'a str>,
}

/// What of a reply item decides the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemedyItem<'a> {
    /// The kind of reply.
    pub kind: ReplyKind,
    /// The sub-reason of O3.
    pub other_reason: Option<OtherReason>,
    /// The grounds beside the main one; for B, the grounds of the part withheld.
    pub grounds: &'a [Ground],
}

/// The remedy paragraph with its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Advice {
    /// The path.
    pub path: RemedyPath,
    /// The reconsideration body; null without a paragraph, as are all that follow.
    #[schema(required = true)]
    pub reconsideration_body: Option<String>,
    /// Natural days to apply for reconsideration.
    #[schema(required = true)]
    pub reconsideration_days: Option<u32>,
    /// Where to apply online.
    #[schema(required = true)]
    pub online_filing: Option<String>,
    /// The court.
    #[schema(required = true)]
    pub court: Option<String>,
    /// Months to sue directly; null where reconsideration comes first.
    #[schema(required = true)]
    pub litigation_months: Option<u32>,
    /// Natural days to sue after the reconsideration decision.
    #[schema(required = true)]
    pub litigation_days_after_reconsideration: Option<u32>,
    /// What it rests on.
    pub articles: Vec<&'static str>,
    /// The paragraph as printed in the letter; empty without one.
    pub text_zh: String,
    /// The same in English, for readers of the case, not for the letter.
    pub text_en: String,
}

/// The path of a reply (choice 28): reconsideration first if any part is denied under Art 14-16, none if nobody is to be told,
/// else the applicant's choice.
pub fn path(items: &[RemedyItem<'_>]) -> RemedyPath {
    if items.iter().any(RemedyItem::denies_by_exemption) {
        RemedyPath::ReconsiderationFirst
    } else if items.iter().any(RemedyItem::is_told) {
        RemedyPath::FreeChoice
    } else {
        RemedyPath::None
    }
}

/// The remedy paragraph of a reply with these items.
pub fn advise(items: &[RemedyItem<'_>], bodies: &RemedyBodies<'_>) -> Advice {
    match path(items) {
        RemedyPath::ReconsiderationFirst => reconsideration_first(bodies),
        RemedyPath::FreeChoice => free_choice(bodies),
        RemedyPath::None => Advice {
            path: RemedyPath::None,
            reconsideration_body: None,
            reconsideration_days: None,
            online_filing: None,
            court: None,
            litigation_months: None,
            litigation_days_after_reconsideration: None,
            articles: Vec::new(),
            text_zh: String::new(),
            text_en: String::new(),
        },
    }
}

impl RemedyItem<'_> {
    /// A part withheld without any ground on record counts as an exemption: the safer instruction.
    fn denies_by_exemption(&self) -> bool {
        self.kind.ground().is_some_and(Ground::is_exemption)
            || (self.kind == ReplyKind::B && (self.grounds.is_empty() || self.grounds.iter().any(|ground| ground.is_exemption())))
    }

    fn is_told(&self) -> bool {
        self.kind != ReplyKind::O3 || self.other_reason.is_none_or(OtherReason::needs_letter)
    }
}

fn reconsideration_first(bodies: &RemedyBodies<'_>) -> Advice {
    let RemedyBodies { reconsideration_body: body, court, .. } = bodies;
    let (online_zh, online_en) = online(bodies);
    Advice {
        path: RemedyPath::ReconsiderationFirst,
        reconsideration_body: Some((*body).to_owned()),
        reconsideration_days: Some(RECONSIDERATION_DAYS),
        online_filing: bodies.online_filing.map(str::to_owned),
        court: Some((*court).to_owned()),
        litigation_months: None,
        litigation_days_after_reconsideration: Some(LITIGATION_DAYS_AFTER_RECONSIDERATION),
        articles: articles(bodies, &["51", "复议法 20(1)", "复议法 23(1)(4)", "复议法 23(2)", "行诉法 45"]),
        text_zh: format!(
            "如不服本答复，应当先申请行政复议：可以自收到本答复之日起{RECONSIDERATION_DAYS}日内向{body}申请行政复议{online_zh}；\
             对行政复议决定不服的，可以自收到行政复议决定书之日起{LITIGATION_DAYS_AFTER_RECONSIDERATION}日内向{court}提起行政诉讼。"
        ),
        text_en: format!(
            "Against this reply, reconsideration comes first: apply to {body} within {RECONSIDERATION_DAYS} days of receiving it{online_en}; \
             against the reconsideration decision, sue in {court} within {LITIGATION_DAYS_AFTER_RECONSIDERATION} days of receiving it."
        ),
    }
}

fn free_choice(bodies: &RemedyBodies<'_>) -> Advice {
    let RemedyBodies { reconsideration_body: body, court, .. } = bodies;
    let (online_zh, online_en) = online(bodies);
    Advice {
        path: RemedyPath::FreeChoice,
        reconsideration_body: Some((*body).to_owned()),
        reconsideration_days: Some(RECONSIDERATION_DAYS),
        online_filing: bodies.online_filing.map(str::to_owned),
        court: Some((*court).to_owned()),
        litigation_months: Some(LITIGATION_MONTHS),
        litigation_days_after_reconsideration: Some(LITIGATION_DAYS_AFTER_RECONSIDERATION),
        articles: articles(bodies, &["51", "复议法 20(1)", "行诉法 45", "行诉法 46", "法释〔2025〕8号 1"]),
        text_zh: format!(
            "如不服本答复，可以自收到本答复之日起{RECONSIDERATION_DAYS}日内向{body}申请行政复议{online_zh}，\
             也可以自收到本答复之日起{LITIGATION_MONTHS}个月内直接向{court}提起行政诉讼。"
        ),
        text_en: format!(
            "Against this reply, apply to {body} for reconsideration within {RECONSIDERATION_DAYS} days of receiving it{online_en}, \
             or sue directly in {court} within {LITIGATION_MONTHS} months of receiving it."
        ),
    }
}

fn online(bodies: &RemedyBodies<'_>) -> (String, String) {
    bodies.online_filing.map_or_else(Default::default, |place| (format!("（也可以通过{place}在线提交）"), format!(" (online: {place})")))
}

fn articles(bodies: &RemedyBodies<'_>, base: &[&'static str]) -> Vec<&'static str> {
    base.iter().copied().chain(bodies.online_filing.map(|_| "复议法 22(2)")).collect()
}
