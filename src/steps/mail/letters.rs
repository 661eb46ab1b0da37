//! Which letters a case owes its applicant, and which of them wait to be sent (235号). Pure; read by dispatch and by closing.

use super::SERVICE_RULE;
use crate::case::duties::{duties, reply_duty};
use crate::case::facts::Facts;
use crate::case::model::{Case, Consultation, Dispatch, DispatchMethod, DispatchState, Joint, Letter, Notice, PrintedLetter, ReplyState};
use crate::case::outdated::{outdated, people_of};
use crate::case::private::Private;
pub use crate::case::proofs::{owed, posting_suffices};
use crate::case::refusal::{Code, Refusal};
use chrono::NaiveDate;

/// Every letter that may be sent as the case stands: what is owed, and before the reply each notice that is not voided.
pub fn open(case: &Case) -> Vec<Letter> {
    let mut letters = owed(case);
    let owed = |known: &Consultation| known.decision.as_ref().is_some_and(|decision| decision.notice_needed);
    let decided = |known: &&Consultation| known.voided.is_none() && known.told_before().is_none() && owed(known);
    letters.extend(case.consultations.iter().filter(decided).map(|known| Letter::ThirdPartyNotice { n: known.n }));
    if case.standing_reply().is_some() {
        return letters;
    }
    let asked = |letter: &Letter| {
        let mut parties = case.consultations.iter();
        let over = |known: &Consultation| known.failure.is_some() || known.answer.is_some() || known.on_paper.is_some();
        !parties.any(|known| known.letter() == *letter && over(known))
    };
    letters.extend(case.notices().filter(|known| known.stands()).map(Notice::letter).filter(asked));
    letters
}

/// A letter of a joint reply as one of its cases has it; none where that owes it no more.
pub fn own(case: &Case, joint: &Joint, letter: Letter) -> Option<Letter> {
    let own = letter.of_reply(case.reply_in(joint)?.n);
    owed(case).contains(&own).then_some(own)
}

/// The date a letter bears; `None` if the case has no such letter.
pub fn dated_on(case: &Case, letter: Letter) -> Option<NaiveDate> {
    match letter {
        Letter::Reply { n } => Some(case.reply(n)?.on),
        Letter::Erratum { reply, n } => Some(case.reply(reply)?.errata.iter().find(|erratum| erratum.n == n)?.on),
        Letter::Revocation { reply } => Some(case.reply(reply)?.revocation.as_ref()?.on),
        Letter::ThirdPartyNotice { n } => Some(case.consultations.iter().find(|known| known.n == n)?.decision.as_ref()?.on),
        Letter::Acknowledgement {} => {
            case.printed.iter().find(|printed| printed.letter == PrintedLetter::Acknowledgement).map(|printed| printed.on)
        }
        Letter::Correction { .. }
        | Letter::Consultation { .. }
        | Letter::Extension { .. }
        | Letter::ReasonsRequest { .. }
        | Letter::Postponement { .. }
        | Letter::Fee { .. } => case.notices().find(|known| known.letter() == letter).map(Notice::dated_on),
    }
}

/// How a letter is named in words.
pub fn named(case: &Case, letter: Letter) -> (String, String) {
    let number = |n: u32| case.reply(n).map_or_else(String::new, |reply| reply.document_number.clone());
    match letter {
        Letter::Reply { n } => (format!("答复 {}", number(n)), format!("reply {}", number(n))),
        Letter::Erratum { reply, n } => {
            (format!("答复 {}的第 {n} 份更正", number(reply)), format!("erratum {n} of reply {}", number(reply)))
        }
        Letter::Revocation { reply } => (format!("答复 {}的撤销通知", number(reply)), format!("revocation of reply {}", number(reply))),
        Letter::Correction { .. } => ("补正告知书".to_owned(), "the correction notice".to_owned()),
        Letter::Consultation { n } => (format!("第 {n} 份征求意见书"), format!("the letter of consultation {n}")),
        Letter::ThirdPartyNotice { n } => {
            (format!("第 {n} 次征求意见的公开决定告知书"), format!("the notice of disclosure for consultation {n}"))
        }
        Letter::Extension { .. } => ("延期答复告知书".to_owned(), "the notice of the extension".to_owned()),
        Letter::ReasonsRequest { .. } => ("说明理由告知书".to_owned(), "the notice that asks for reasons".to_owned()),
        Letter::Postponement { .. } => ("延迟答复告知书".to_owned(), "the announcement of the later date".to_owned()),
        Letter::Fee { .. } => ("收费通知书".to_owned(), "the fee notice".to_owned()),
        Letter::Acknowledgement {} => ("登记回执".to_owned(), "the acknowledgement".to_owned()),
    }
}

/// The earliest day on which a letter may be sent, or why it may not be sent at all: a letter goes out once, and again
/// only after it came back or was not collected.
pub fn waiting(case: &Case, letter: Letter) -> Result<NaiveDate, Refusal> {
    let Some(dated_on) = dated_on(case, letter) else {
        let (zh, en) = named(case, letter);
        return Err(Refusal::new(Code::UnknownReference, format!("案件没有{zh}"), format!("the case has not made {en}")).at("/letter"));
    };
    let (zh, en) = named(case, letter);
    let closed = |why_zh: &str, why_en: &str| {
        Err(Refusal::new(Code::NoOpenLetter, format!("{zh}{why_zh}"), format!("{en} {why_en}")).under(SERVICE_RULE).at("/letter"))
    };
    let acknowledges = letter == (Letter::Acknowledgement {}) && case.standing_reply().is_none();
    if !acknowledges && !open(case).contains(&letter) {
        return closed(
            "不再需要寄送：文书已撤回、撤销或者作废，案件已答复，或者申请人已撤回申请、死亡",
            "is not to be sent: it was withdrawn or voided, the case is answered, or the applicant withdrew or died",
        );
    }
    let mut earliest = dated_on;
    for dispatch in case.dispatches.iter().filter(|dispatch| dispatch.letter == letter && !issued_anew(case, dispatch)) {
        match dispatch.state {
            DispatchState::Sent => return closed("已经寄出，尚无送达结果", "is on its way; record what became of it first"),
            DispatchState::Delivered { .. } => return closed("已经送达", "has been served"),
            DispatchState::Returned { on, .. } | DispatchState::NotCollected { on } => earliest = earliest.max(on),
        }
    }
    Ok(earliest)
}

/// Whether a dispatch carried an acknowledgement that another has taken the place of since.
fn issued_anew(case: &Case, dispatch: &Dispatch) -> bool {
    let acknowledges = dispatch.letter == (Letter::Acknowledgement {});
    let now = case.made(dispatch.letter).and_then(|made| made.pdf.as_ref()).map(|pdf| &pdf.sha256);
    let reissued = dated_on(case, dispatch.letter).is_some_and(|dated_on| dispatch.on < dated_on);
    acknowledges && (reissued || (dispatch.content.is_some() && dispatch.content.as_ref() != now))
}

/// Whether a letter has left, whatever became of it.
pub fn dispatched(case: &Case, letter: Letter) -> bool {
    case.dispatches.iter().any(|dispatch| dispatch.letter == letter)
}

/// Whether the reply that a letter gives or corrects stands no more.
pub fn taken_back(case: &Case, letter: Letter) -> bool {
    let (Letter::Reply { n } | Letter::Erratum { reply: n, .. }) = letter else { return false };
    case.reply(n).is_none_or(|reply| reply.state != ReplyState::Issued)
}

/// What was printed under this letter's name; none of what only is composed from the case.
const fn printed_as(letter: Letter) -> Option<PrintedLetter> {
    match letter {
        Letter::Reply { n } => Some(PrintedLetter::Reply { n }),
        Letter::Acknowledgement {} => Some(PrintedLetter::Acknowledgement),
        _ => None,
    }
}

/// The private texts that [`up_to_date`] compares.
pub fn compared(case: &Case, letter: Letter) -> Vec<Private> {
    let Some(printed_as) = printed_as(letter) else { return Vec::new() };
    let words = case.printed.iter().filter(|printed| printed.letter == printed_as).map(|printed| printed.words.clone());
    people_of(case, printed_as).into_iter().chain(words).chain([case.request.words.clone()]).collect()
}

/// Refuses a letter that was signed or handed out and bears what an amendment has changed since (domain 6.6): nobody approved of another
/// text, and the one approved of is no longer true.
pub fn up_to_date(case: &Case, letter: Letter, facts: &Facts<'_>) -> Result<(), Refusal> {
    let Some(printed_as) = printed_as(letter) else { return Ok(()) };
    let due_on = reply_duty(&duties(case, facts.calendar)).map(|duty| duty.due_on);
    let listed = outdated(case, due_on, &facts.known.texts);
    let Some((_, differs)) = listed.iter().find(|(printed, _)| printed.letter == printed_as) else { return Ok(()) };
    let data_zh = differs.iter().map(|differs| differs.datum().zh()).collect::<Vec<_>>().join("、");
    let data_en = differs.iter().map(|differs| differs.datum().en()).collect::<Vec<_>>().join(", ");
    let (mend_zh, mend_en) = match letter {
        Letter::Acknowledgement {} => ("请先重新出具登记回执", "issue the acknowledgement again first"),
        _ if case.dispatches.iter().any(|dispatch| dispatch.letter == letter) => {
            ("请作出更正或者撤销答复", "correct it by an erratum, or revoke it")
        }
        _ => ("请撤回该答复，重新拟稿、审核、签发", "recall it, and have it drafted, reviewed and signed anew"),
    };
    let (zh, en) = named(case, letter);
    Err(Refusal::new(
        Code::LetterOutdated,
        format!("{zh}所载{data_zh}已经更正；{mend_zh}"),
        format!("{en} bears what was amended since ({data_en}): {mend_en}"),
    )
    .under("45")
    .at("/letter"))
}

/// The first letter that waits to be sent, or why none does.
pub fn first_waiting(case: &Case) -> Result<Letter, Refusal> {
    let mut refusal = Refusal::new(
        Code::NoOpenLetter,
        "没有待寄送的函件：没有已作出而未寄送的文书",
        "no letter waits to be sent: none was made that has not gone out",
    )
    .under(SERVICE_RULE);
    for letter in open(case) {
        match waiting(case, letter) {
            Ok(_) => return Ok(letter),
            Err(closed) => refusal = closed,
        }
    }
    refusal.errors.clear();
    Err(refusal)
}

/// Whether a letter was posted, whatever became of it.
pub fn posted(case: &Case, letter: Letter) -> bool {
    case.dispatches.iter().any(|dispatch| dispatch.letter == letter && matches!(dispatch.method, DispatchMethod::Post { .. }))
}

/// Whether it is a reply that was signed to go on paper alone.
pub(super) fn on_paper_alone(case: &Case, letter: Letter) -> bool {
    matches!(letter, Letter::Reply { n } if case.reply(n).is_some_and(|reply| reply.paper_only))
}

/// Only what was made, and may go on line, is sent on line.
pub(super) fn not_made(case: &Case, letter: Letter) -> Refusal {
    let (zh, en) = named(case, letter);
    let (zh, en) = if on_paper_alone(case, letter) {
        (
            format!("{zh}以“仅纸质”签发，不得在线送达，请邮寄或者当面送达"),
            format!("{en} was signed to go on paper alone: post it or hand it over"),
        )
    } else if case.made(letter).is_some() {
        (
            format!("{zh}只制作了用于打印盖章的 DOCX，没有可以在线送达的 PDF，请邮寄或者当面送达"),
            format!("{en} was made for paper alone: there is no PDF to send; post it or hand it over"),
        )
    } else {
        (
            format!("{zh}尚未制作：在线送达的是系统制作的文书，请先制作"),
            format!("{en} was not made: what is sent on line is the letter as it was made; make it first"),
        )
    };
    Refusal::new(Code::LetterNotMade, zh, en).under(SERVICE_RULE).at("/letter")
}
