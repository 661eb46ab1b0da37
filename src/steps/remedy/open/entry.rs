//! That a proceeding is entered once: in its case, and over all the cases it covers. In table four it counts once (50(3)).

use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts};
use crate::case::model::{Case, Proceeding, ProceedingKind};
use crate::case::refusal::{Code, Refusal};
use crate::http::text::Line;

/// Body and number, where it has one.
pub(super) fn numbered(body: &Line<200>, number: Option<&Line<100>>) -> Option<(String, String)> {
    number.map(|number| (body.as_str().to_owned(), number.as_str().to_owned()))
}

/// Enters it under the next number of the case: once here, and on no other case alone.
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
    // Entered on two cases, one reconsideration would count twice in table four.
    if let Some(other) = facts.known.entered_on {
        let (zh, en) = (
            format!("该机关的这一案号已登记在另一案件（{other}）；涉及多个案件的，以更正作废该登记后一并登记（POST /api/v1/proceedings）"),
            format!(
                "this number of this body is entered on the case {other}: where it covers both, void it there and enter it once for all (POST /api/v1/proceedings)"
            ),
        );
        return Err(Refusal::new(Code::ProceedingKnown, zh, en).under("50(3)").at("/case_number"));
    }
    let n = case.next_proceeding();
    Ok(Decision::new().with(CaseEvent::ProceedingOpened { proceeding: Box::new(Proceeding { n, ..proceeding }) }))
}
