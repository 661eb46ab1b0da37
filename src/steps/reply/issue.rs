//! Approve, number and issue the reply (签发、编号), Art 33, 36-39, 51. Who: the approver who signs, or the deputy; never the drafter.
//!
//! A denial needs the approval of a third person beside drafter and signer; what else the agency's review chain asks for must have passed,
//! and not all of it by the hand that signs. The document number (文号) has no gaps: a reply that was
//! recalled before it left gives its number to the next. Issuing does not meet the reply duty; the dispatch does.

use super::chain::{Hand, approved_by_another, by_other_eyes, complete, drafted, signer};
use super::handled;
use super::item::not_sealed;
use super::joint::may_share;
use super::lacks::{before_signing, incomplete};
use crate::case::command::{Command, Edition};
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs, NumberKind};
use crate::case::flow::Step;
use crate::case::journal;
use crate::case::model::{Case, Draft, DrawnNumber, Joint, RemedyNote, Reply, ReplyItem, ReplyState};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::{Call, Versions};
use crate::letters::previews;
use crate::rules::numbering::Pattern;
use crate::rules::remedies::{self, RemedyBodies, RemedyItem, RemedyPath};
use crate::rules::settings::DatedBody;
use crate::steps::register::enter::pattern;
use crate::steps::{Shown, show};
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::{Datelike, NaiveDate};
use garde::Validate;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// Issue the open draft as it is; as a rule nothing needs to be said.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct IssueReply {
    /// The reply is to go on paper alone: a character of it is in no font here, and no PDF can be made of it.
    #[serde(default)]
    pub paper_only: bool,
    /// The characters of the draft that cannot be set, by their code points; looked up beforehand, never set by a caller.
    #[serde(skip)]
    pub undrawable: Option<String>,
    /// Number and remedy paragraph of the one document, on a case that shares the reply of another; never set by a caller.
    #[serde(skip)]
    pub document: Option<SharedDocument>,
}

/// What cases that share a reply share of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedDocument {
    /// The document number.
    pub number: String,
    /// The number behind it.
    pub drawn: Option<DrawnNumber>,
    /// The remedy paragraph.
    pub remedy: RemedyNote,
}

impl Command for IssueReply {
    const STEP: Step = Step::IssueReply;
    /// Body, court and number pattern are those of the day of the act, not of the receipt.
    const SETTINGS: Edition = Edition::Newest;

    fn needs(&self, _at: Option<u32>, case: &Case, today: NaiveDate) -> Needs {
        let items = || case.open_draft().into_iter().flat_map(|draft| &draft.items);
        Needs {
            documents: items().flat_map(|item| item.grounds.attachments.iter().copied()).collect(),
            cases: items().filter_map(|item| item.grounds.earlier_case).chain(sharers(case)).collect(),
            texts: handled::titles(case),
            number: (self.document.is_none() && recalled(case).is_none()).then(|| (NumberKind::Reply, today.year())),
            ..Needs::default()
        }
    }

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let draft = super::open_draft(case)?;
        let hand = hand(case, draft, facts)?;
        if draft.items.iter().any(|item| item.kind.is_denial()) && !approved_by_another(case, draft, hand) {
            return Err(Refusal::new(
                Code::SecondApprovalMissing,
                "不予公开（含部分公开）须先经拟稿人、签发人以外的人员审核同意",
                "a denial, wholly or for a part, needs the approval of somebody who is neither drafter nor signer",
            )
            .under("36(3)"));
        }
        if drafted(case, draft, hand) {
            return Err(own_draft());
        }
        complete(draft, facts)?;
        by_other_eyes(draft, hand, facts)?;
        Ok(None)
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let draft = super::open_draft(case)?;
        // The earlier case that a repeat rests on may have been answered anew since the draft.
        let missing = before_signing(draft, case, facts);
        if !missing.is_empty() {
            let mut refusal = incomplete(&missing);
            // The body has no items to point to.
            refusal.errors.iter_mut().for_each(|error| error.pointer.clear());
            return Err(refusal);
        }
        // What is given may have been sealed as an original, by another case too, since it was drafted.
        draft.items.iter().flat_map(|item| &item.grounds.attachments).try_for_each(|given| not_sealed(*given, facts))?;
        // Whose case it is may have been amended since the draft.
        if let Some(joint) = &draft.joint {
            may_share(joint, case, facts)?;
        }
        if let Some(characters) = self.undrawable.filter(|_| !self.paper_only) {
            return Err(undrawable(&characters));
        }
        let document = match self.document {
            Some(document) => document,
            None => document(draft, case, facts)?,
        };
        let SharedDocument { number: document_number, drawn, remedy } = document;
        let reply = Reply {
            n: crate::steps::next(case.replies.len()),
            round: case.round(),
            draft: draft.n,
            items: draft.items.clone(),
            document_number,
            drawn,
            on: facts.today,
            by: facts.person.account_id,
            deputy_for: hand(case, draft, facts)?.deputy_for,
            // Whoever is told is told of remedies: without a paragraph there is no letter.
            letter_needed: remedy.path != RemedyPath::None,
            remedy,
            state: ReplyState::Issued,
            paper_only: self.paper_only,
            errata: Vec::new(),
            recall_reason: None,
            revocation: None,
            joint: draft.joint.clone(),
        };
        Ok(Decision::new().with(CaseEvent::ReplyIssued { reply }))
    }

    fn shared(&self, _at: Option<u32>, case: &Case) -> Option<Joint> {
        case.drafted_jointly().cloned()
    }

    fn on_sharer(self, joint: &Joint, _: Option<u32>, first: &Case, case: &Case) -> Result<Option<(Option<u32>, Self)>, Refusal> {
        super::joint::still_shares(joint, case)?;
        let issued = first.reply_in(joint).map(|reply| SharedDocument {
            number: reply.document_number.clone(),
            drawn: reply.drawn,
            remedy: reply.remedy.clone(),
        });
        Ok(Some((None, Self { document: issued, ..self })))
    }
}

/// The cases that share the open draft with this one.
fn sharers(case: &Case) -> Vec<Uuid> {
    case.drafted_jointly().map(|joint| joint.others(case.id).collect()).unwrap_or_default()
}

/// Number and remedy paragraph of the document: one paragraph for everything it answers, in whichever case.
fn document(draft: &Draft, case: &Case, facts: &Facts<'_>) -> Result<SharedDocument, Refusal> {
    let (number, drawn) = match recalled(case) {
        Some(reply) => (reply.document_number.clone(), reply.drawn),
        None => document_number(facts).map(|(rendered, drawn)| (rendered, Some(drawn)))?,
    };
    let mut items = draft.items.clone();
    if let Some(joint) = &draft.joint {
        let others = joint.others(case.id).filter_map(|id| facts.known.cases.get(&id));
        items.extend(others.filter_map(|known| known.case.open_draft()).flat_map(|draft| draft.items.clone()));
    }
    Ok(SharedDocument { number, drawn, remedy: remedy(&items, facts)? })
}

/// A document number (文号) from the one sequence of replies and the letters that correct or withdraw them, and the number behind it.
pub fn document_number(facts: &Facts<'_>) -> Result<(String, DrawnNumber), Refusal> {
    let drawn = DrawnNumber { year: facts.today.year(), number: facts.number()? };
    let settings = facts.settings;
    Ok((pattern(Pattern::parse(&settings.document_number_pattern))?.render(&settings.agency_code, drawn.year, drawn.number), drawn))
}

/// Whoever is no approver's deputy either signs in nobody's name.
fn hand(case: &Case, draft: &Draft, facts: &Facts<'_>) -> Result<Hand, Refusal> {
    signer(case, draft, facts.person).ok_or_else(|| {
        if draft.by == facts.person.account_id {
            return own_draft();
        }
        Refusal::new(Code::NotPermitted, "签发限于签发人及其代理人", "only an approver, or the deputy, signs").under("45")
    })
}

/// What is signed cannot be changed any more: a character that is in no font is met before.
fn undrawable(characters: &str) -> Refusal {
    Refusal::new(
        Code::CharacterUndrawable,
        format!(
            "现有字体不能排印文稿中的字符 {characters}：请安装收字更全的字体，或者以“仅纸质”（paper_only）签发，只制作用于打印盖章的 DOCX"
        ),
        format!("{characters} of the draft can be set in no font there is: install one that has it, or sign for paper alone (paper_only)"),
    )
    .under("45")
    .at("/paper_only")
}

fn own_draft() -> Refusal {
    Refusal::new(Code::SamePerson, "拟稿人不得签发本人文稿", "nobody signs their own draft").under("45")
}

/// The recalled reply of this round, whose number the next version takes (domain 6.6). The number of a document of several cases is that of the
/// first of them, and goes on only to a document of the same first case: no two documents bear one number.
fn recalled(case: &Case) -> Option<&Reply> {
    let bearer = |joint: Option<&Joint>| joint.map_or(case.id, Joint::bearer);
    let last = case.replies.last().filter(|reply| reply.state == ReplyState::Recalled && reply.round == case.round());
    last.filter(|reply| bearer(reply.joint.as_ref()) == bearer(case.drafted_jointly()))
}

/// The remedy paragraph of a reply with these items, as the law and the agency's settings stand today (domain 5.1).
pub fn remedy(items: &[ReplyItem], facts: &Facts<'_>) -> Result<RemedyNote, Refusal> {
    let items: Vec<RemedyItem<'_>> = items
        .iter()
        .map(|item| RemedyItem { kind: item.kind, other_reason: item.other_reason, grounds: &item.grounds.withheld_under })
        .collect();
    if remedies::path(&items) == RemedyPath::None {
        return Ok(RemedyNote { path: RemedyPath::None, reconsideration_body: None, court: None, text: String::new() });
    }
    let body = set(facts.settings.reconsideration_body(facts.today), "复议法 24", ("行政复议机关", "reconsideration body"), facts)?;
    let court = set(facts.settings.court(facts.today), "行诉法 45, 46", ("人民法院", "court"), facts)?;
    let bodies = RemedyBodies { reconsideration_body: &body.name, court: &court.name, online_filing: body.online_filing.as_deref() };
    let advice = remedies::advise(&items, &bodies);
    Ok(RemedyNote { path: advice.path, reconsideration_body: advice.reconsideration_body, court: advice.court, text: advice.text_zh })
}

fn set<'a>(
    body: Option<&'a DatedBody>,
    article: &'static str,
    (zh, en): (&str, &str),
    facts: &Facts<'_>,
) -> Result<&'a DatedBody, Refusal> {
    body.ok_or_else(|| {
        Refusal::new(
            Code::SettingMissing,
            format!("未设置 {} 起适用的{zh}，无法告知救济途径", facts.today),
            format!("no {en} is set for {}: the remedies cannot be named", facts.today),
        )
        .under(article)
    })
}

/// Approve, number and issue the reply.
///
/// A character that no font here has is refused by name, unless the reply is signed for paper alone. Signs the open draft as it stands, gives it its document number and the remedy paragraph that the law asks for.
#[utoipa::path(tag = "reply", request_body = IssueReply, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/replies")]
pub async fn issue_reply(call: Call) -> Answer {
    let scope = call.permit("issue_reply")?;
    let id = call.id("case_id")?;
    let ask = call.ask(id, None, Versions::Exact)?;
    let command: IssueReply = call.json()?;
    let undrawable = previews::undrawable(&call, scope.clone(), &ask).await?;
    let command = IssueReply { undrawable, ..command };
    let (office, caller) = (Arc::clone(&call.app.office), call.caller.clone());
    call.app
        .db
        .run(scope, move |conn| {
            let taken = journal::take(conn, &office, &ask, command)?;
            show(conn, &office, &caller, taken)
        })
        .await
        .and_then(Shown::answer)
}
