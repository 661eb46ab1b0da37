//! What becomes of a dossier after archiving: the dates lie years behind the others, so they are written and not walked.

use crate::case::event::CaseEvent;
use crate::case::model::{Disposal, DisposalProposal, Hold, RenderedFile, SentBack};
use crate::case::private::Private;
use crate::case::testing::{APPROVER, CLERK, DOCUMENT, day};
use uuid::Uuid;

/// One event of each kind.
pub(super) fn events() -> Vec<CaseEvent> {
    let on = day("2037-01-04");
    let ended = |n| SentBack { on, by: APPROVER, reason: Private { id: Uuid::from_u128(n), commitment: "cd".repeat(32) }, due_on: None };
    let report = RenderedFile { document: DOCUMENT, sha256: "ab".repeat(32), size: 20_480 };
    let proposal = DisposalProposal { n: 1, on, by: CLERK, appraisal: "保管期限已满。".to_owned(), rejected: None };
    vec![
        CaseEvent::DossierHeld { hold: Hold { n: 1, on, by: CLERK, reason: ended(81).reason, released: None } },
        CaseEvent::HoldReleased { hold: 1, released: ended(82) },
        CaseEvent::DisposalProposed { proposal },
        CaseEvent::DisposalRejected { proposal: 1, rejected: ended(83) },
        CaseEvent::DossierDisposed {
            disposal: Disposal {
                proposal: 2,
                on,
                by: APPROVER,
                report,
                documents: vec![DOCUMENT],
                with_case: None,
                companions: Vec::new(),
            },
        },
    ]
}
