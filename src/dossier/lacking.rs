//! What an evidence pack still misses (举证材料检查), before it goes to the body or court: 复议法 44, 48, 70; 行诉法 34, 67. Pure.
//!
//! No answer or evidence in time counts as none, and nothing may be gathered later: so it is named now, each thing with its article.

mod rests;

use super::found::Found;
use crate::case::clock::sent_on;
use crate::case::documents;
use crate::case::duties::{duties, served_on};
use crate::case::model::{
    Against, Case, Letter, Paper, PaperKind, Proceeding, ProceedingKind, Reply, ReplyItem, Review, ReviewKind, SearchResult, SearchTask,
    Verdict,
};
use crate::rules::calendar::Calendar;
use crate::rules::proceedings::PartyStanding;
use crate::rules::reply_kinds::ReplyKind;
use crate::rules::terms::DutyKind;
use crate::steps::archive::catalogue::entries;
use crate::steps::archive::offered;
use crate::steps::mail::SERVICE_RULE;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A document, or the whole dossier of a case, was destroyed.
pub(super) const GONE: &str = "document_gone";

/// Something that an evidence pack misses.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LackingView {
    /// The case that misses it.
    pub case_id: Uuid,
    /// Its register number.
    #[schema(required = true)]
    pub case_number: Option<String>,
    /// What, as a stable code.
    pub code: &'static str,
    /// The pack is refused without it, unless it is asked for as it is; else it is a caution.
    pub required: bool,
    /// The article.
    pub article: &'static str,
    /// What, in Chinese.
    pub detail_zh: String,
    /// What, in English.
    pub detail_en: String,
}

/// What the pack needs.
fn needed(code: &'static str, article: &'static str, (zh, en): (&str, &str)) -> LackingView {
    let (detail_zh, detail_en) = (zh.to_owned(), en.to_owned());
    LackingView { case_id: Uuid::nil(), case_number: None, code, required: true, article, detail_zh, detail_en }
}

/// What is worth a second look.
fn caution(code: &'static str, article: &'static str, said: (&str, &str)) -> LackingView {
    LackingView { required: false, ..needed(code, article, said) }
}

/// That another case of the proceeding has no dossier any more.
pub(super) fn disposed_of(case: &Case, kind: ProceedingKind) -> LackingView {
    let gone = needed(GONE, handed_in_under(kind), ("案卷已销毁，无法导出", "its dossier was disposed of and is not in the package"));
    of_case(case, gone)
}

fn of_case(case: &Case, lack: LackingView) -> LackingView {
    LackingView { case_id: case.id, case_number: case.registration.as_ref().map(|entry| entry.case_number.clone()), ..lack }
}

/// What could be missing, with whether it is.
type Looked = Vec<(bool, LackingView)>;

/// Everything that is missing, what is required first.
pub(super) fn lacking(found: &Found, proceeding: &Proceeding, (calendar, today): (&Calendar, NaiveDate)) -> Vec<LackingView> {
    let mut looked = of_dossier(found, proceeding.kind);
    if let Against::Reply { n } = proceeding.against
        && let Some(reply) = found.case.reply(n)
    {
        looked.extend(of_letter(found, reply, proceeding.kind));
        looked.extend(of_grounds(found, reply));
        looked.push(gathered_later(found, proceeding));
    }
    let challenged = match proceeding.against {
        Against::Reply { n } => found.case.reply(n),
        Against::Silence | Against::OtherConduct => None,
    };
    looked.extend(rests::of_notices(&found.case, challenged));
    looked.extend(of_proceeding(found, proceeding, (calendar, today)));
    let mut missing: Vec<LackingView> =
        looked.into_iter().filter(|(missing, _)| *missing).map(|(_, lack)| of_case(&found.case, lack)).collect();
    missing.sort_by_key(|lack| !lack.required);
    missing
}

/// The article on what the agency hands in.
const fn handed_in_under(kind: ProceedingKind) -> &'static str {
    match kind {
        ProceedingKind::Reconsideration => "复议法 48",
        ProceedingKind::Litigation => "行诉法 67",
    }
}

fn of_dossier(found: &Found, kind: ProceedingKind) -> Looked {
    let case = &found.case;
    let article = handed_in_under(kind);
    let gone = |document: &Uuid| found.files.get(document).is_none_or(|file| file.wrapped.is_none());
    let filed = |kind| case.papers.iter().any(|paper| paper.kind == kind);
    vec![
        (
            documents::of(case).iter().any(gone),
            needed(GONE, article, ("案卷所列文件中有已销毁或者不存在的", "a document that the dossier names is gone")),
        ),
        (
            !filed(PaperKind::Application),
            needed("application_missing", article, ("缺申请表原件或者扫描件", "the application itself is not in the dossier")),
        ),
        (
            !filed(PaperKind::IdentityProof),
            caution("identity_missing", "29(2)", ("缺申请人身份证明", "the proof of identity is not in the dossier")),
        ),
        (
            case.search_tasks.iter().any(SearchTask::is_open),
            caution("search_open", "36(4)", ("尚有协查未反馈", "a search task is not answered")),
        ),
    ]
}

/// The reply that is challenged: its text, its seal, how it went.
fn of_letter(found: &Found, reply: &Reply, kind: ProceedingKind) -> Looked {
    let case = &found.case;
    let letter = Letter::Reply { n: reply.n };
    let put_in = |paper: &Paper| paper.kind == PaperKind::ReplyOriginal && paper.dated_on == reply.on;
    let sealed = case.scan(letter).is_some() || case.papers.iter().any(put_in);
    let text = sealed || case.made(letter).is_some();
    let proved = case.dispatches_of(reply.n).any(|dispatch| dispatch.proof().is_some() || !dispatch.proofs.is_empty());
    let unsent = reply.letter_needed && sent_on(case, letter).is_none();
    let sent = reply.letter_needed && !unsent;
    vec![
        (
            !text,
            needed("reply_missing", handed_in_under(kind), ("缺被诉答复书的正本或者制作文本", "the reply itself is not in the dossier")),
        ),
        (
            text && !sealed,
            caution("sealed_reply_missing", handed_in_under(kind), ("缺加盖印章的答复书扫描件", "the scan of the sealed reply is missing")),
        ),
        (unsent, needed("dispatch_missing", SERVICE_RULE, ("缺答复书的交邮、送出记录", "there is no record that the reply left"))),
        (
            sent && !proved,
            needed(
                "delivery_proof_missing",
                SERVICE_RULE,
                ("缺送达凭证（回执、交寄清单或者妥投打印件）", "no paper proves dispatch or delivery"),
            ),
        ),
        (
            sent && served_on(case, letter).is_none(),
            caution("service_unknown", SERVICE_RULE, ("送达结果未登记", "what became of the letter is not on record")),
        ),
    ]
}

/// What the reply rests on.
fn of_grounds(found: &Found, reply: &Reply) -> Looked {
    let case = &found.case;
    // What was gathered after the reply does not prove it (复议法 46; 行诉法 35).
    let in_time = |result: &&SearchResult| result.sent_back.is_none() && result.searched_on.max(result.on) <= reply.on;
    let searched = case.search_tasks.iter().flat_map(|task| &task.results).any(|result| in_time(&result));
    let unsearched = |item: &ReplyItem| item.kind == ReplyKind::N1A && item.grounds.search.is_none() && !searched;
    let consulted = case.consultations.iter().any(|known| known.voided.is_none() && known.on <= reply.on);
    let unasked = |item: &ReplyItem| item.kind == ReplyKind::D4 && item.grounds.no_consultation_reason.is_none() && !consulted;
    let passed = |review: &Review| review.kind == ReviewKind::Legal && review.verdict == Verdict::Approved;
    let reviewed = case.draft(reply.draft).is_some_and(|draft| draft.reviews.iter().any(passed));
    let denies = reply.items.iter().any(|item| item.kind.is_denial());
    let mut looked = rests::of_kinds(case, reply, searched);
    looked.extend(vec![
        (
            reply.items.iter().any(unsearched),
            needed(
                "search_record_missing",
                "36(4)",
                ("答复信息不存在，缺检索记录", "the reply says that it does not exist: the search record is missing"),
            ),
        ),
        (
            reply.items.iter().any(unasked),
            needed(
                "consultation_missing",
                "32",
                ("以第三方权益为由不予公开，缺征求意见材料", "withheld for a third party: no consultation is on record"),
            ),
        ),
        (
            denies && !reviewed,
            caution("legal_review_missing", "36(3)", ("不予公开的答复缺法制审核意见", "the denial was not reviewed by legal staff")),
        ),
    ]);
    looked
}

/// Searches and consultations of after the reply lie in the dossier and are not offered.
fn gathered_later(found: &Found, proceeding: &Proceeding) -> (bool, LackingView) {
    let article = match proceeding.kind {
        ProceedingKind::Reconsideration => "复议法 46",
        ProceedingKind::Litigation => "行诉法 35",
    };
    let last_day = offered::last_day(&found.case, proceeding);
    let later = entries(&found.case).iter().any(|entry| offered::shown(entry) && offered::too_late(entry, last_day));
    let said = (
        "答复作出之后收集的检索、征求意见材料不得作为证据，已在证据目录中注明不予提交",
        "searches or consultations of after the reply are no evidence of it: the index names them as not offered",
    );
    (later, caution("gathered_later", article, said))
}

/// Whether there is anything of what the body or court sent: with the proceeding, or put into the dossier since. A paper that no step names is of
/// the first proceeding whose papers came on or after its date.
fn bodys_papers(case: &Case, proceeding: &Proceeding) -> bool {
    let named = |id: Uuid| case.proceedings.iter().flat_map(documents::of_proceeding).any(|known| known == id);
    let next = |paper: &Paper| case.proceedings.iter().map(|known| known.received_on).filter(|on| *on >= paper.dated_on).min();
    let put_in = |paper: &Paper| {
        paper.kind == PaperKind::ProceedingPaper && !named(paper.document_id) && next(paper) == Some(proceeding.received_on)
    };
    !proceeding.papers.is_empty() || case.papers.iter().any(put_in)
}

fn of_proceeding(found: &Found, proceeding: &Proceeding, (calendar, today): (&Calendar, NaiveDate)) -> Looked {
    let article = handed_in_under(proceeding.kind);
    let (answer, consequence, papers) = match proceeding.kind {
        ProceedingKind::Reconsideration => (
            DutyKind::AnswerReconsideration,
            "复议法 70",
            ("缺行政复议答复通知书、申请书副本", "the body's notice and the copy of the application are missing"),
        ),
        ProceedingKind::Litigation => (
            DutyKind::DefendLitigation,
            "行诉法 34",
            ("缺应诉通知书、起诉状副本", "the court's notice and the statement of claim are missing"),
        ),
    };
    let owed = duties(&found.case, calendar);
    let late = owed.iter().any(|duty| (duty.kind, duty.ordinal) == (answer, proceeding.n) && duty.open && duty.due_on < today);
    vec![
        (
            proceeding.against == Against::Silence && found.case.standing_reply().is_none(),
            caution(
                "no_reply_yet",
                "33(2)",
                ("逾期未答复且至今没有答复，请说明理由", "there was no reply in time and there is none yet: say why"),
            ),
        ),
        (!bodys_papers(&found.case, proceeding), caution("body_papers_missing", article, papers)),
        (
            proceeding.case_number.is_none(),
            caution("case_number_missing", article, ("案号未登记", "the case number of the body or court is not on record")),
        ),
        (
            proceeding.stands_as() == PartyStanding::ThirdParty,
            caution(
                "not_respondent",
                "行诉法 26",
                ("本机关不是被告，证据由复议机关提交", "the agency is not the defendant: the body gives the evidence"),
            ),
        ),
        (proceeding.answer.is_some(), caution("already_answered", article, ("已登记提交答复或者答辩", "the answer was already given"))),
        (
            late,
            caution(
                "term_over",
                consequence,
                ("答复、举证期限已经届满，逾期视为没有证据", "the term has run out: what comes late counts as none"),
            ),
        ),
    ]
}
