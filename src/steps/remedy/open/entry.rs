//! That a proceeding is entered once: in its case, and over all the cases it covers. In table four it counts once (50(3)).

use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts};
use crate::case::model::{Case, Proceeding, ProceedingKind};
use crate::case::refusal::{Code, Refusal};
use crate::http::text::Line;
use uuid::Uuid;

/// Body and number, where it has one.
pub(super) fn numbered(body: &Line<200>, number: Option<&Line<100>>) -> Option<(String, String)> {
    number.map(|number| (body.as_str().to_owned(), number.as_str().to_owned()))
}

/// Numbers the proceeding. The same number is entered once, of a reconsideration however its body is spelt, and so are the same papers without a number;
/// a reconsideration of the same thing that has no number yet is another only once that number is known. On another case alone it
/// is not entered either.
pub(super) fn enter(case: &Case, facts: &Facts<'_>, proceeding: Proceeding) -> Result<Decision, Refusal> {
    for (index, document) in proceeding.papers.iter().enumerate() {
        facts.document(*document, &format!("/papers/{index}"))?;
    }
    let of_body = proceeding.kind == ProceedingKind::Reconsideration;
    let numbered = proceeding.case_number.is_some();
    let alike =
        |known: &Proceeding| of_body && known.kind == proceeding.kind && known.against == proceeding.against && known.decision.is_none();
    let twin = |known: &Proceeding| known.case_number == proceeding.case_number && (known.body == proceeding.body || alike(known));
    if case.proceedings.iter().any(|known| numbered && twin(known)) {
        return Err(Refusal::new(
            Code::ReferenceTaken,
            "该机关的这一案号已登记在本案",
            "this number of this body is already entered in the case",
        )
        .at("/case_number"));
    }
    let same = |known: &&Proceeding| {
        let whose = |one: &Proceeding| (one.kind, one.instance, one.follows, one.against, one.received_on);
        let papers = whose(known) == whose(&proceeding) && known.body == proceeding.body && !numbered;
        papers || (alike(known) && (!numbered || known.case_number.is_none()))
    };
    if let Some(known) = case.proceedings.iter().find(same) {
        return Err(Refusal::new(
            Code::ProceedingKnown,
            format!("同一程序已登记为第{}号；确为另一件的，两件均须有案号，已登记的以更正补填", known.n),
            format!("it is proceeding {} of the case; if it is another, both need their numbers: amend that one to have its own", known.n),
        )
        .at("/case_number"));
    }
    if let Some(other) = facts.known.entered_on {
        return Err(elsewhere(other));
    }
    let n = case.next_proceeding();
    Ok(Decision::new().with(CaseEvent::ProceedingOpened { proceeding: Box::new(Proceeding { n, ..proceeding }) }))
}

/// Entered on two cases, one reconsideration or lawsuit would count twice in table four.
pub(in crate::steps) fn elsewhere(other: Uuid) -> Refusal {
    let (zh, en) = (
        format!(
            "该机关的这一案号已登记在另一案件（{other}）；同一程序涉及多个案件的，以更正作废该登记，再一并登记（POST /api/v1/proceedings），已登记的答复、报备等随之重新登记"
        ),
        format!(
            "this number of this body is entered on the case {other}: where one proceeding covers both, void it there and enter it once for all \
             (POST /api/v1/proceedings), with the answer, filings and whatever else was entered on it"
        ),
    );
    Refusal::new(Code::ProceedingKnown, zh, en).under("50(3)").at("/case_number")
}
