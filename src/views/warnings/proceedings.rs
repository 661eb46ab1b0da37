//! What looks wrong or decides a reconsideration or lawsuit as it was entered (domain 5.1 to 5.3): it is taken as the papers say, and told to whoever
//! reads the case. Nothing is refused here: the body or the court says what holds.

use super::Warning;
use crate::case::duties::{Duty, duties, in_force};
use crate::case::model::{Against, Case, LitigationRoute, Outcome, Proceeding, ProceedingKind, ReplyState};
use crate::http::problem::Language;
use crate::rules::calendar::Calendar;
use crate::rules::outcomes::{CourtOutcome, Instance, ProcedureKind, ReconsiderationOutcome};
use crate::rules::proceedings::{Appellant, OrderKind, PartyStanding};
use crate::rules::remedies::RemedyPath;
use crate::rules::terms::DutyKind;
use chrono::NaiveDate;

/// Code, article, what it is in Chinese and English.
type Said = (&'static str, &'static str, String, String);

/// The warnings of every proceeding, by number.
pub fn of_proceedings(case: &Case, calendar: &Calendar, language: Language) -> Vec<Warning> {
    if case.proceedings.is_empty() || !case.stage.counts() {
        return Vec::new();
    }
    let duties = duties(case, calendar);
    let said = |proceeding: &Proceeding| -> Vec<Warning> {
        let pending = proceeding.decision.is_none();
        let entered = [
            prerequisite(case, proceeding),
            in_time(proceeding, &duties),
            other_body(case, proceeding),
            summary(proceeding),
            another(case, proceeding),
        ];
        let all = entered.into_iter().flatten().filter(|_| pending);
        let all = all.chain(late_answer(proceeding, &duties)).chain(bare_answer(proceeding)).chain(late_appeal(proceeding, &duties));
        let all = all
            .chain(accepted(proceeding))
            .chain(nothing_revoked(case, proceeding))
            .chain(unanswered(case, proceeding, calendar))
            .chain(other_side(case, proceeding));
        all.map(|said| warning(proceeding, said, language)).collect()
    };
    case.proceedings.iter().flat_map(said).collect()
}

fn warning(proceeding: &Proceeding, (code, article, zh, en): Said, language: Language) -> Warning {
    let number = proceeding.case_number.as_deref();
    let detail = if language == Language::Chinese {
        let kind = if proceeding.kind == ProceedingKind::Litigation { "诉讼" } else { "复议" };
        format!("{kind}{}：{zh}", number.map_or_else(|| format!("第{}件", proceeding.n), |number| format!(" {number}")))
    } else {
        format!("proceeding {} ({}): {en}", proceeding.n, number.unwrap_or("no case number"))
    };
    Warning { code, detail, article }
}

/// A denial under Art 14 to 16 goes to reconsideration first (复议前置): a direct suit is the agency's to object to.
fn prerequisite(case: &Case, proceeding: &Proceeding) -> Option<Said> {
    let Against::Reply { n } = proceeding.against else { return None };
    let direct = proceeding.route == Some(LitigationRoute::Direct) && proceeding.instance == Some(Instance::First);
    let first = case.reply(n)?.remedy.path == RemedyPath::ReconsiderationFirst;
    (direct && first).then(|| {
        let zh = "所诉答复属于复议前置情形（依据条例第十四至十六条不予公开），未经复议直接起诉，答辩时可以提出".to_owned();
        let en =
            "the reply denies under Art 14 to 16, so reconsideration comes first; the defence may object to the direct suit".to_owned();
        ("reconsideration_skipped", "复议法 23(1)(4)", zh, en)
    })
}

/// Silence is challenged, and every reply owed so far left in time.
fn in_time(proceeding: &Proceeding, duties: &[Duty]) -> Option<Said> {
    let mut owed = duties.iter().filter(|duty| duty.kind == DutyKind::Reply).peekable();
    let last = owed.peek()?.met_on?;
    let all = owed.all(|duty| duty.met_on.is_some_and(|on| on <= duty.due_on && on <= proceeding.received_on));
    (proceeding.against == Against::Silence && all).then(|| {
        let zh = format!("所称逾期未答复，而本机关已于{last}在法定期限内答复");
        let en = format!("silence is claimed, yet the agency answered on {last}, within its term");
        ("answered_in_time", "33(2)", zh, en)
    })
}

/// What is left of the name of a government when it is written short.
fn spelt(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).collect::<String>().replace("人民政府", "政府")
}

/// Another body than the reply named (复议法 24): not this agency's, or the reply was wrong.
fn other_body(case: &Case, proceeding: &Proceeding) -> Option<Said> {
    let Against::Reply { n } = proceeding.against else { return None };
    let named = case.reply(n)?.remedy.reconsideration_body.as_deref()?;
    (proceeding.kind == ProceedingKind::Reconsideration && spelt(named) != spelt(&proceeding.body)).then(|| {
        let body = &proceeding.body;
        let zh = format!("复议机关为“{body}”，与答复告知的“{named}”不同，请核对管辖");
        let en = format!("the body is {body}, while the reply named {named}: check who is competent");
        ("other_body", "复议法 24", zh, en)
    })
}

/// Another reconsideration of the same runs already: the body takes an application once (复议法 30(1)), and both would count in table four.
fn another(case: &Case, proceeding: &Proceeding) -> Option<Said> {
    let same = |known: &&Proceeding| {
        known.n < proceeding.n && known.kind == proceeding.kind && known.against == proceeding.against && known.decision.is_none()
    };
    let earlier = case.proceedings.iter().find(same).filter(|_| proceeding.kind == ProceedingKind::Reconsideration)?;
    let number = earlier.case_number.as_deref().unwrap_or("无案号");
    let zh = format!("对同一行为已有一件复议（{number}）尚未审结，请核对是否为同一件");
    let en = format!("another reconsideration of the same ({number}) is pending: check whether they are one");
    Some(("another_pending", "复议法 30(1)", zh, en))
}

/// The summary procedure of a court is one of first instance.
fn summary(proceeding: &Proceeding) -> Option<Said> {
    let higher = matches!(proceeding.instance, Some(Instance::Second | Instance::Retrial));
    (higher && proceeding.procedure == ProcedureKind::Summary).then(|| {
        let zh = "简易程序仅适用于第一审，请核对审理程序".to_owned();
        let en = "the summary procedure is one of first instance alone: check it".to_owned();
        ("summary_not_here", "行诉法 82", zh, en)
    })
}

fn met_late<'a>(duties: &'a [Duty], kinds: &[DutyKind], ordinal: u32) -> Option<(&'a Duty, chrono::NaiveDate)> {
    let duty = duties.iter().find(|duty| kinds.contains(&duty.kind) && duty.ordinal == ordinal)?;
    Some((duty, duty.met_on.filter(|on| *on > duty.due_on)?))
}

/// A late answer counts as none (复议法 70, 行诉法 34).
fn late_answer(proceeding: &Proceeding, duties: &[Duty]) -> Option<Said> {
    let (duty, on) = met_late(duties, &[DutyKind::AnswerReconsideration, DutyKind::DefendLitigation], proceeding.n)?;
    let due_on = duty.due_on;
    let article = if proceeding.kind == ProceedingKind::Litigation { "行诉法 34" } else { "复议法 70" };
    let zh = format!("答复（答辩）及证据于{on}提交，期限为{due_on}；逾期提交的视为没有证据、依据");
    let en = format!("answer and evidence were handed in on {on}, due {due_on}: late, they count as none");
    Some(("answered_late", article, zh, en))
}

/// An answer that nothing but its date proves: what was not handed in in writing counts as none (复议法 48, 70; 行诉法 34, 67).
fn bare_answer(proceeding: &Proceeding) -> Option<Said> {
    let answer = proceeding.answer.as_ref().filter(|answer| answer.document_id.is_none() && proceeding.decision.is_none())?;
    let article = if proceeding.kind == ProceedingKind::Litigation { "行诉法 67" } else { "复议法 48" };
    let zh = format!("登记已于{}提交答复（答辩），但没有附答复书（答辩状）；请以同一日期补附", answer.on);
    let en = format!("an answer of {} is on record, and no paper of it: enter it again on that day, with the paper", answer.on);
    Some(("answer_without_paper", article, zh, en))
}

/// An appeal of the agency after its term: the judgment has force (行诉法 85).
fn late_appeal(proceeding: &Proceeding, duties: &[Duty]) -> Option<Said> {
    let appealed_on = proceeding.appealed_on.filter(|_| proceeding.appellant.is_some_and(Appellant::is_agency))?;
    let duty = duties.iter().find(|duty| duty.kind == DutyKind::Appeal && Some(duty.ordinal) == proceeding.follows)?;
    let due_on = duty.due_on;
    (proceeding.instance == Some(Instance::Second) && appealed_on > due_on).then(|| {
        let zh = format!("本机关于{appealed_on}上诉，上诉期限已于{due_on}届满，一审裁判已经生效");
        let en = format!("the agency appealed on {appealed_on}, its term ended on {due_on}: the judgment below has force");
        ("appealed_late", "行诉法 85", zh, en)
    })
}

/// What was accepted cannot end as not accepted.
fn accepted(proceeding: &Proceeding) -> Option<Said> {
    let accepted_on = proceeding.accepted_on?;
    let article = match proceeding.decision.as_ref()?.outcome {
        Outcome::Reconsideration(ReconsiderationOutcome::NotAccepted) => "复议法 30",
        Outcome::Court(CourtOutcome::NotDocketed) => "行诉法 51",
        _ => return None,
    };
    let zh = format!("已于{accepted_on}受理（立案），结果却为不予受理（立案）；驳回申请（起诉）是另一种结果，请核对");
    let en = format!("it was accepted on {accepted_on} and still ends as not accepted; a dismissal is another outcome: check it");
    Some(("accepted_before", article, zh, en))
}

/// Unlawful after the agency revoked it itself, and nothing was revoked here (复议法 65(2)).
fn nothing_revoked(case: &Case, proceeding: &Proceeding) -> Option<Said> {
    let outcome = proceeding.decision.as_ref()?.outcome;
    let after = outcome == Outcome::Reconsideration(ReconsiderationOutcome::DeclaredUnlawfulAfterOwnRevocation);
    let revoked = case.replies.iter().any(|reply| reply.revocation.is_some());
    (after && !revoked).then(|| {
        let zh = "结果为“自行撤销后确认违法”，而本案没有撤销答复的记录，请补录或者更正结果".to_owned();
        let en = "unlawful after the agency's own revocation, yet no reply was revoked here: enter it, or mend the outcome".to_owned();
        ("nothing_was_revoked", "复议法 65(2)", zh, en)
    })
}

/// The outcome of the reconsideration was amended since the suit was entered: who is sued, and who counts it, follows from it (行诉法 26).
fn other_side(case: &Case, proceeding: &Proceeding) -> Option<Said> {
    let earlier = proceeding.follows.and_then(|n| case.proceeding(n))?;
    let outcome = match earlier.decision.as_ref()?.outcome {
        Outcome::Reconsideration(outcome) if proceeding.kind == ProceedingKind::Litigation => outcome,
        _ => return None,
    };
    let standing = proceeding.stands_as();
    (!PartyStanding::after(Some(outcome)).contains(&standing)).then(|| {
        let zh = format!("本机关登记为“{}”，与所接续的复议结果“{}”不符，请更正诉讼地位", standing.zh(), outcome.zh());
        let en = format!(
            "the agency stands as {}, which the outcome of the reconsideration ({}) does not allow: amend it",
            standing.en(),
            outcome.en()
        );
        ("standing_differs", "行诉法 26", zh, en)
    })
}

/// The reply was taken back and none is ordered in its place: the application stands without one, and nothing reminds of it.
fn unanswered(case: &Case, proceeding: &Proceeding, calendar: &Calendar) -> Option<Said> {
    let Against::Reply { n } = proceeding.against else { return None };
    let decision = proceeding.decision.as_ref()?;
    let article = match decision.outcome {
        Outcome::Reconsideration(ReconsiderationOutcome::Revoked) => "复议法 64",
        Outcome::Court(CourtOutcome::Revoked) => "行诉法 70",
        _ => return None,
    };
    let ordered = decision.order.as_ref().and_then(|order| order.kind).is_some_and(OrderKind::wants_reply);
    let stands = case.reply(n)?.state == ReplyState::Issued;
    (stands && !ordered && in_force(case, proceeding, calendar, NaiveDate::MAX)).then(|| {
        let zh = "答复被撤销，决定（判决）没有责令重新答复：申请因此没有答复，且没有期限提醒；仍须答复的，由本机关撤销该答复并重新答复".to_owned();
        let en = "the reply was revoked and no other one is ordered: the application stands without a reply and no term reminds of it; where one is \
                  still owed, revoke the reply here and answer anew"
            .to_owned();
        ("revoked_without_order", article, zh, en)
    })
}

#[cfg(test)]
mod tests;
