//! What third parties said about a paper, given to the parts that it belongs to (Arts 15, 32).
//!
//! A part that takes a consultation over is bound by it as if it had been asked there; the other parts are not. Which parts those are, only
//! who splits the paper can say.

use super::{Copier, MatterInput};
use crate::case::clock;
use crate::case::event::CaseEvent;
use crate::case::model::{
    Case, Consultation, ConsultationAnswer, ConsultationDecision, ConsultationFailure, Letter, NoticeNumber, OnPaper, of_the_paper,
};
use crate::case::private::Private;
use crate::case::refusal::{Code, Refusal};
use crate::rules::clock::Party;

fn standing(case: &Case) -> impl Iterator<Item = &Consultation> {
    case.consultations.iter().filter(|known| known.voided.is_none())
}

/// Whether a consultation stands against a disclosure: without a part it would bind nobody any more.
fn binds(known: &Consultation) -> bool {
    let withheld = known.decision.as_ref().is_some_and(|decision| !decision.disclose);
    known.party == Party::ThirdParty && (known.unwilling() || withheld)
}

/// Refuses a matter that names no consultation of the paper, and a consultation that binds and is named by no matter.
pub(super) fn placed(case: &Case, matters: &[MatterInput]) -> Result<(), Refusal> {
    for (at, matter) in matters.iter().enumerate() {
        let unknown = |n: &u32| standing(case).all(|known| known.n != *n);
        if let Some((index, n)) = matter.consultations.iter().enumerate().find(|(_, n)| unknown(n)) {
            let (zh, en) = (format!("案件没有第{n}号征求意见，或者已经作废"), format!("no consultation {n}, or it was voided"));
            return Err(Refusal::new(Code::UnknownReference, zh, en).under("32").at(format!("/matters/{at}/consultations/{index}")));
        }
    }
    let named = |known: &Consultation| matters.iter().any(|matter| matter.consultations.contains(&known.n));
    let left: Vec<String> = standing(case).filter(|known| binds(known) && !named(known)).map(|known| known.n.to_string()).collect();
    if left.is_empty() {
        return Ok(());
    }
    Err(Refusal::new(
        Code::ConsultationUnplaced,
        format!("第{}号征求意见中第三方不同意公开，或者已决定不予公开，须指明涉及拆分后的哪几件", left.join("、")),
        format!(
            "consultation {}: the third party did not agree, or it was decided to withhold; say which parts it is about",
            left.join(", ")
        ),
    )
    .under("15; 32")
    .at("/matters"))
}

/// The private texts of the consultations that parts may take over.
pub(super) fn texts(case: &Case) -> impl Iterator<Item = &Private> {
    standing(case).flat_map(|known| {
        let answer = known.answer.iter().filter_map(|answer| answer.words.as_ref());
        let failure = known.failure.iter().map(|failure| &failure.note);
        let decision = known.decision.iter().map(|decision| &decision.reasons);
        [&known.name, &known.question].into_iter().chain(answer).chain(failure).chain(decision)
    })
}

/// The consultations with these numbers as a part has them, numbered anew.
pub(super) fn taken_over(case: &Case, numbers: &[u32], copier: &mut Copier<'_>) -> Result<Vec<CaseEvent>, Refusal> {
    let about = standing(case).filter(|known| numbers.contains(&known.n));
    (1..).zip(about).map(|(n, known)| Ok(CaseEvent::ConsultationOpened { consultation: copied(case, known, n, copier)? })).collect()
}

fn copied(case: &Case, known: &Consultation, n: u32, copier: &mut Copier<'_>) -> Result<Consultation, Refusal> {
    let answer = match &known.answer {
        Some(answer) => Some(ConsultationAnswer { words: copier.copy_some(answer.words.as_ref())?, ..answer.clone() }),
        None => None,
    };
    let failure = match &known.failure {
        Some(failure) => Some(ConsultationFailure { note: copier.copy(&failure.note)?, ..failure.clone() }),
        None => None,
    };
    let decision = match &known.decision {
        Some(decision) => Some(ConsultationDecision {
            reasons: copier.copy(&decision.reasons)?,
            number: decision.number.as_ref().map(NoticeNumber::named),
            ..decision.clone()
        }),
        None => None,
    };
    let told_on = clock::sent_on(case, Letter::ThirdPartyNotice { n: known.n }).or_else(|| known.told_before());
    let on_paper = OnPaper {
        n: known.n,
        label: of_the_paper(&clock::label_of(known)),
        left_on: clock::asked_on(case, known).unwrap_or(known.on),
        told_on,
    };
    let (name, question) = (copier.copy(&known.name)?, copier.copy(&known.question)?);
    let number = known.number.as_ref().map(NoticeNumber::named);
    Ok(Consultation { n, name, question, answer, failure, decision, on_paper: Some(on_paper), number, ..known.clone() })
}
