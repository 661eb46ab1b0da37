//! What a reply of each kind rests on (domain 1.4, 2), and the notices that its clock rests on (Art 30, 33, 35, 32; 109号): each on record, sent
//! before the reply, and proved by a paper. Pure.

use super::{LackingView, Looked, caution, needed};
use crate::case::clock::sent_on;
use crate::case::duties::served_on;
use crate::case::model::{Case, Letter, Notice, Reply, ReplyItem};
use crate::rules::reply_kinds::ReplyKind;
use chrono::NaiveDate;

/// How much hangs on a notice.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Weight {
    /// The reply may not stand without it.
    Reply,
    /// The date of the reply may not stand without it.
    Clock,
}

/// A notice that something rests on.
struct Rests {
    letter: Letter,
    zh: &'static str,
    en: &'static str,
    article: &'static str,
    weight: Weight,
    /// Its term runs from its receipt: that it was sent proves nothing.
    by_receipt: bool,
}

impl Rests {
    fn looked(&self, case: &Case) -> Looked {
        let Self { letter, zh, en, article, weight, by_receipt } = *self;
        let lack = |code: &'static str, zh: String, en: String| LackingView {
            required: weight == Weight::Reply,
            ..needed(code, article, (&zh, &en))
        };
        let (sent, served) = (sent_on(case, letter).is_some(), served_on(case, letter).is_some());
        let mut dispatches = case.dispatches.iter().filter(|dispatch| dispatch.letter == letter);
        let proved = dispatches.any(|dispatch| dispatch.papers().next().is_some());
        vec![
            (!sent, lack("notice_unsent", format!("{zh}没有发出记录"), format!("{en}: there is no record that it left"))),
            (
                sent && !proved,
                lack("notice_proof_missing", format!("缺{zh}的送达凭证"), format!("{en}: no paper proves dispatch or delivery")),
            ),
            (
                sent && by_receipt && !served,
                lack(
                    "notice_receipt_unknown",
                    format!("{zh}的收到日期未登记，期限自收到之日起算"),
                    format!("{en}: its receipt is not on record, and the term runs from it"),
                ),
            ),
        ]
    }
}

/// The notices of before a day that the clock rests on; what the kinds of the reply make of them.
pub(super) fn of_notices(case: &Case, reply: Option<&Reply>) -> Looked {
    let until = reply.map(|reply| reply.on);
    let of = |kinds: &[ReplyKind]| reply.is_some_and(|reply| reply.items.iter().any(|item| kinds.contains(&item.kind)));
    let weight = |kinds: &[ReplyKind]| if of(kinds) { Weight::Reply } else { Weight::Clock };
    let counts = |known: &dyn Notice| known.stands() && until.is_none_or(|until| known.dated_on() <= until);
    let rests = |letter, (zh, en): (&'static str, &'static str), article, (weight, by_receipt)| Rests {
        letter,
        zh,
        en,
        article,
        weight,
        by_receipt,
    };
    let mut all = Vec::new();
    for known in case.corrections.iter().filter(|known| counts(*known)) {
        let of_reply = (weight(&[ReplyKind::N3, ReplyKind::O1]), of(&[ReplyKind::O1]));
        all.push(rests(known.letter(), ("补正告知书", "the correction notice"), "30", of_reply));
    }
    for known in case.fee_notices.iter().filter(|known| counts(*known)) {
        all.push(rests(known.letter(), ("收费通知书", "the fee notice"), "109号", (weight(&[ReplyKind::O2]), of(&[ReplyKind::O2]))));
    }
    for known in case.reasons_requests.iter().filter(|known| counts(*known)) {
        all.push(rests(known.letter(), ("说明理由告知书", "the notice that asks for reasons"), "35", (weight(&[ReplyKind::P4]), false)));
    }
    for known in case.extensions.iter().filter(|known| counts(*known)) {
        // One that was never sent moved nothing; the later date of one that was stands or falls with its proof.
        let weight = if sent_on(case, known.letter()).is_some() { Weight::Reply } else { Weight::Clock };
        all.push(rests(known.letter(), ("延期答复告知书", "the notice of the extension"), "33(2)", (weight, false)));
    }
    for known in case.postponements.iter().filter(|known| counts(*known)) {
        all.push(rests(known.letter(), ("延迟答复告知书", "the announcement of a later date"), "35", (Weight::Clock, false)));
    }
    for known in case.consultations.iter().filter(|known| counts(*known) && known.on_paper.is_none()) {
        all.push(rests(known.letter(), ("征求意见书", "the letter to the party consulted"), "33(3)", (Weight::Clock, false)));
    }
    let told = |on: NaiveDate| until.is_none_or(|until| on <= until);
    for known in case.consultations.iter().filter(|known| known.stands()) {
        if known.decision.as_ref().is_some_and(|decision| decision.notice_needed && told(decision.on)) {
            let letter = Letter::ThirdPartyNotice { n: known.n };
            all.push(rests(letter, ("公开决定告知书", "the notice to the third party"), "32", (Weight::Reply, false)));
        }
    }
    all.iter().flat_map(|rests| rests.looked(case)).collect()
}

/// What each kind of the reply needs beside its text.
pub(super) fn of_kinds(case: &Case, reply: &Reply, searched: bool) -> Looked {
    let any =
        |kinds: &[ReplyKind], lacks: &dyn Fn(&ReplyItem) -> bool| reply.items.iter().any(|item| kinds.contains(&item.kind) && lacks(item));
    let before = |known: &dyn Notice| known.stands() && known.dated_on() <= reply.on;
    let corrected = case.corrections.iter().any(|known| before(known));
    let charged = case.fee_notices.iter().any(|known| before(known));
    let asked = case.reasons_requests.iter().any(|known| before(known));
    let assessed = case
        .reasons_requests
        .iter()
        .any(|known| before(known) && known.assessment.as_ref().is_some_and(|assessment| assessment.on <= reply.on));
    vec![
        (
            any(&[ReplyKind::N3, ReplyKind::O1], &|_| !corrected),
            needed("correction_missing", "30", ("缺补正告知书", "the correction notice that the reply rests on is missing")),
        ),
        (
            any(&[ReplyKind::O2], &|_| !charged),
            needed("fee_notice_missing", "109号", ("缺收费通知书", "the fee notice that the reply rests on is missing")),
        ),
        (
            any(&[ReplyKind::P4], &|_| !asked),
            needed("reasons_notice_missing", "35", ("缺说明理由告知书", "the applicant was not asked for reasons")),
        ),
        (
            any(&[ReplyKind::P4], &|_| asked && !assessed),
            needed("assessment_missing", "35", ("缺对申请理由的审查意见", "the reasons were not assessed before the reply")),
        ),
        (
            any(&[ReplyKind::P2], &|item| item.grounds.earlier_case.is_none()),
            needed("earlier_reply_missing", "36(6)", ("未关联已作出的答复", "the answered case that this one repeats is not linked")),
        ),
        (
            any(&[ReplyKind::P2], &|item| item.grounds.earlier_case.is_some()),
            caution(
                "earlier_reply_apart",
                "36(6)",
                (
                    "先前的答复及其送达凭证在另一案卷，请一并提交",
                    "the earlier reply and its proof lie in another dossier: hand them in too",
                ),
            ),
        ),
        (
            any(&[ReplyKind::D1], &|item| item.grounds.classification.is_none()),
            needed(
                "classification_missing",
                "14",
                ("缺定密材料（密级、定密日期、定密机关）", "level, day and maker of the classification are missing"),
            ),
        ),
        (
            any(&[ReplyKind::D5, ReplyKind::D6, ReplyKind::D7], &|item| item.grounds.discretion_note.is_none()),
            needed("discretion_missing", "16", ("缺裁量说明", "how discretion was used is not on record")),
        ),
        (
            any(&[ReplyKind::D6, ReplyKind::D7], &|item| !item.grounds.no_rule_requires_disclosure),
            needed(
                "proviso_missing",
                "16(2)",
                ("缺无法律、法规、规章规定应当公开的核查说明", "it is not on record that no law, regulation or rule requires disclosure"),
            ),
        ),
        (
            any(&[ReplyKind::N1B], &|item| item.grounds.duty_basis.is_none() && item.grounds.search.is_none() && !searched),
            needed("duty_basis_missing", "10(1)", ("缺职责依据或者检索记录", "neither the duty it rests on nor a search is on record")),
        ),
    ]
}
