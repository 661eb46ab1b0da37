//! What an evidence pack still misses (举证材料检查), before it goes to the body or court: 复议法 44, 48, 70; 行诉法 34, 67. Pure.
//!
//! No answer or evidence in time counts as none, and nothing may be gathered later: so it is named now, each thing with its article.

use super::found::Found;
use crate::case::clock::sent_on;
use crate::case::duties::{duties, served_on};
use crate::case::model::{Against, Letter, PaperKind, Proceeding, ProceedingKind, Reply, ReviewKind, SearchTask, Verdict};
use crate::rules::calendar::Calendar;
use crate::rules::proceedings::PartyStanding;
use crate::rules::reply_kinds::ReplyKind;
use crate::rules::terms::DutyKind;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

/// Something that an evidence pack misses.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LackingView {
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

struct Lacks(Vec<LackingView>);

impl Lacks {
    fn say(&mut self, missing: bool, (code, required): (&'static str, bool), article: &'static str, (zh, en): (&str, &str)) {
        if missing {
            self.0.push(LackingView { code, required, article, detail_zh: zh.to_owned(), detail_en: en.to_owned() });
        }
    }
}

/// Everything that is missing, what is required first.
pub(super) fn lacking(found: &Found, proceeding: &Proceeding, (calendar, today): (&Calendar, NaiveDate)) -> Vec<LackingView> {
    let case = &found.case;
    let of_body = proceeding.kind == ProceedingKind::Reconsideration;
    let article = if of_body { "复议法 48" } else { "行诉法 67" };
    let mut lacks = Lacks(Vec::new());
    let gone = |document: &uuid::Uuid| found.files.get(document).is_none_or(|file| file.wrapped.is_none());
    let unread = crate::case::documents::of(case).iter().any(gone);
    lacks.say(
        unread,
        ("document_gone", true),
        article,
        ("案卷所列文件中有已销毁或者不存在的", "a document that the dossier names is gone"),
    );
    let application = case.papers.iter().any(|paper| paper.kind == PaperKind::Application);
    lacks.say(
        !application,
        ("application_missing", true),
        article,
        ("缺申请表原件或者扫描件", "the application itself is not in the dossier"),
    );
    let identity = case.papers.iter().any(|paper| paper.kind == PaperKind::IdentityProof);
    lacks.say(!identity, ("identity_missing", false), "29(2)", ("缺申请人身份证明", "the proof of identity is not in the dossier"));
    match proceeding.against {
        Against::Reply { n } => {
            if let Some(reply) = case.reply(n) {
                of_reply(&mut lacks, found, reply, article);
            }
        }
        Against::Silence => {
            let answered = case.standing_reply().is_some();
            let what = ("逾期未答复且至今没有答复，请说明理由", "there was no reply in time and there is none yet: say why");
            lacks.say(!answered, ("no_reply_yet", false), "33(2)", what);
        }
        Against::OtherConduct => {}
    }
    let searching = case.search_tasks.iter().any(SearchTask::is_open);
    lacks.say(searching, ("search_open", false), "36(4)", ("尚有协查未反馈", "a search task is not answered"));
    of_proceeding(&mut lacks, proceeding, of_body);
    let kind = if of_body { DutyKind::AnswerReconsideration } else { DutyKind::DefendLitigation };
    let owed = duties(case, calendar);
    let late = owed.iter().any(|duty| (duty.kind, duty.ordinal) == (kind, proceeding.n) && duty.open && duty.due_on < today);
    let consequence = if of_body { "复议法 70" } else { "行诉法 34" };
    let what = ("答复、举证期限已经届满，逾期视为没有证据", "the term has run out: what comes late counts as none");
    lacks.say(late, ("term_over", false), consequence, what);
    lacks.0.sort_by_key(|lack| !lack.required);
    lacks.0
}

fn of_reply(lacks: &mut Lacks, found: &Found, reply: &Reply, article: &'static str) {
    let case = &found.case;
    let letter = Letter::Reply { n: reply.n };
    let sealed =
        case.scan(letter).is_some() || case.papers.iter().any(|paper| paper.kind == PaperKind::ReplyOriginal && paper.dated_on == reply.on);
    let text = sealed || case.made(letter).is_some();
    lacks.say(!text, ("reply_missing", true), article, ("缺被诉答复书的正本或者制作文本", "the reply itself is not in the dossier"));
    lacks.say(
        text && !sealed,
        ("sealed_reply_missing", false),
        article,
        ("缺加盖印章的答复书扫描件", "the scan of the sealed reply is missing"),
    );
    let dispatches: Vec<_> = case.dispatches_of(reply.n).collect();
    let proof = dispatches.iter().any(|dispatch| dispatch.proof().is_some() || !dispatch.proofs.is_empty());
    let unsent = reply.letter_needed && sent_on(case, letter).is_none();
    let rule = "国办公开办函〔2016〕235号";
    lacks.say(unsent, ("dispatch_missing", true), rule, ("缺答复书的交邮、送出记录", "there is no record that the reply left"));
    let unproved = reply.letter_needed && !unsent && !proof;
    lacks.say(
        unproved,
        ("delivery_proof_missing", true),
        rule,
        ("缺送达凭证（回执、交寄清单或者妥投打印件）", "no paper proves dispatch or delivery"),
    );
    let unserved = reply.letter_needed && !unsent && served_on(case, letter).is_none();
    lacks.say(unserved, ("service_unknown", false), rule, ("送达结果未登记", "what became of the letter is not on record"));
    let searched = |item: &crate::case::model::ReplyItem| {
        item.grounds.search.is_some() || case.search_tasks.iter().any(|task| task.result().is_some())
    };
    let unsearched = reply.items.iter().any(|item| item.kind == ReplyKind::N1A && !searched(item));
    lacks.say(
        unsearched,
        ("search_record_missing", true),
        "36(4)",
        ("答复信息不存在，缺检索记录", "the reply says that it does not exist: the search record is missing"),
    );
    let consulted = case.consultations.iter().any(|known| known.voided.is_none());
    let unasked = reply.items.iter().any(|item| item.kind == ReplyKind::D4 && item.grounds.no_consultation_reason.is_none() && !consulted);
    lacks.say(
        unasked,
        ("consultation_missing", true),
        "32",
        ("以第三方权益为由不予公开，缺征求意见材料", "withheld for a third party: no consultation is on record"),
    );
    let passed = |review: &crate::case::model::Review| review.kind == ReviewKind::Legal && review.verdict == Verdict::Approved;
    let reviewed = case.draft(reply.draft).is_some_and(|draft| draft.reviews.iter().any(passed));
    let denies = reply.items.iter().any(|item| item.kind.is_denial());
    lacks.say(
        denies && !reviewed,
        ("legal_review_missing", false),
        "36(3)",
        ("不予公开的答复缺法制审核意见", "the denial was not reviewed by legal staff"),
    );
}

fn of_proceeding(lacks: &mut Lacks, proceeding: &Proceeding, of_body: bool) {
    let (papers, article) = if of_body {
        (("缺行政复议答复通知书、申请书副本", "the body's notice and the copy of the application are missing"), "复议法 48")
    } else {
        (("缺应诉通知书、起诉状副本", "the court's notice and the statement of claim are missing"), "行诉法 67")
    };
    lacks.say(proceeding.papers.is_empty(), ("body_papers_missing", false), article, papers);
    lacks.say(
        proceeding.case_number.is_none(),
        ("case_number_missing", false),
        article,
        ("案号未登记", "the case number of the body or court is not on record"),
    );
    let third = proceeding.stands_as() == PartyStanding::ThirdParty;
    lacks.say(
        third,
        ("not_respondent", false),
        "行诉法 26",
        ("本机关不是被告，证据由复议机关提交", "the agency is not the defendant: the body gives the evidence"),
    );
    lacks.say(
        proceeding.answer.is_some(),
        ("already_answered", false),
        article,
        ("已登记提交答复或者答辩", "the answer was already given"),
    );
}
