//! The papers that prove what became of each letter (送达凭证), and which of them are missing, 国办公开办函〔2016〕235号. Pure; read by the duties, by the
//! check of a case and by archiving.
//!
//! That a letter was served is recorded as the result of its dispatch; what is asked for here is the paper behind the record, and the envelope
//! of each letter that came back.

use super::model::{Case, DeliveryProof, Dispatch, DispatchState, Letter, Paper, PaperKind, ProofRole, ReplyState};
use crate::rules::reply_kinds::OtherReason;
use chrono::NaiveDate;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Which paper a dispatch asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The envelope that came back.
    Envelope,
    /// That it was served.
    Service,
    /// That it was posted: whoever cannot be reached is served by the posting.
    Posting,
}

/// A paper that a dispatch asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The letter.
    pub letter: Letter,
    /// Number of the dispatch.
    pub dispatch: u32,
    /// Which paper.
    pub wanted: Wanted,
    /// The day from which it could be filed.
    pub since: NaiveDate,
    /// The day it was filed; none while it is missing.
    pub filed_on: Option<NaiveDate>,
}

/// Every letter that must reach the applicant as the case stands: the standing reply, its errata, each revocation.
pub fn owed(case: &Case) -> Vec<Letter> {
    let mut letters = Vec::new();
    for reply in &case.replies {
        if reply.state == ReplyState::Issued {
            letters.extend(reply.letter_needed.then_some(Letter::Reply { n: reply.n }));
            letters.extend(reply.errata.iter().map(|erratum| Letter::Erratum { reply: reply.n, n: erratum.n }));
        }
        letters.extend(reply.revocation.is_some().then_some(Letter::Revocation { reply: reply.n }));
    }
    letters
}

/// Whether the proof of posting is enough because the applicant cannot be reached (O3).
pub fn posting_suffices(case: &Case) -> bool {
    let unreachable = |reply: &super::model::Reply| {
        reply.items.iter().any(|item| item.main && item.other_reason == Some(OtherReason::ApplicantUnreachable))
    };
    case.standing_reply().is_some_and(unreachable)
}

/// Papers of the dossier that were put in without saying which dispatch they prove. Each proves one, of its date, as in the catalogue.
struct Loose<'a>(Vec<&'a Paper>);

impl<'a> Loose<'a> {
    fn of(case: &'a Case) -> Self {
        let named: BTreeSet<Uuid> = case.dispatches.iter().flat_map(Dispatch::papers).collect();
        let loose =
            |paper: &&Paper| matches!(paper.kind, PaperKind::ProofOfDelivery | PaperKind::Envelope) && !named.contains(&paper.document_id);
        Self(case.papers.iter().filter(loose).collect())
    }

    /// Takes a paper of one of these kinds that bears the date, if one is left; the first kind first.
    fn take(&mut self, kinds: &[PaperKind], dated_on: NaiveDate) -> Option<NaiveDate> {
        let find = |kind: &PaperKind| self.0.iter().position(|paper| paper.kind == *kind && paper.dated_on == dated_on);
        let at = kinds.iter().find_map(find)?;
        Some(self.0.remove(at).dated_on)
    }
}

/// The day a proof of one of these roles was filed, or the date of a paper of the dossier that bears it. A tracking of before the service
/// does not prove the service.
fn filed(loose: &mut Loose<'_>, dispatch: &Dispatch, (roles, dated_on): (&[ProofRole], NaiveDate)) -> Option<NaiveDate> {
    // The applicant's own envelope proves nothing but a return.
    let back = roles.contains(&ProofRole::ReturnedEnvelope);
    let kinds: &[PaperKind] = if back { &[PaperKind::Envelope, PaperKind::ProofOfDelivery] } else { &[PaperKind::ProofOfDelivery] };
    let timely = |proof: &DeliveryProof| proof.role != ProofRole::TrackingPrintout || proof.dated_on >= dated_on;
    let filed = dispatch.proofs.iter().filter(|proof| roles.contains(&proof.role) && timely(proof)).map(|proof| proof.added_on).min();
    filed.or_else(|| loose.take(kinds, dated_on))
}

fn of_dispatch(case: &Case, dispatch: &Dispatch, loose: &mut Loose<'_>) -> Option<Asked> {
    let (wanted, roles, since): (_, &[ProofRole], _) = match dispatch.state {
        DispatchState::Returned { on, .. } => (Wanted::Envelope, &[ProofRole::ReturnedEnvelope], on),
        DispatchState::Delivered { proof, .. } if proof.is_some() || !dispatch.openings.is_empty() => return None,
        DispatchState::Delivered { on, .. } => {
            (Wanted::Service, &[ProofRole::SignedSlip, ProofRole::TrackingPrintout, ProofRole::OnlineRecord], on)
        }
        DispatchState::Sent if posting_suffices(case) => {
            (Wanted::Posting, &[ProofRole::PostingReceipt, ProofRole::PostingList], dispatch.on)
        }
        DispatchState::Sent | DispatchState::NotCollected { .. } => return None,
    };
    let filed_on = filed(loose, dispatch, (roles, since));
    Some(Asked { letter: dispatch.letter, dispatch: dispatch.n, wanted, since, filed_on })
}

/// Every paper that the letters owed to the applicant ask for, beside those named with the service itself.
pub fn asked(case: &Case) -> Vec<Asked> {
    let mut loose = Loose::of(case);
    let of_letter = |letter: &Letter| case.dispatches.iter().filter(|dispatch| dispatch.letter == *letter).collect::<Vec<_>>();
    let dispatches: Vec<&Dispatch> = owed(case).iter().flat_map(of_letter).collect();
    dispatches.into_iter().filter_map(|dispatch| of_dispatch(case, dispatch, &mut loose)).collect()
}

/// Those of them that are missing.
pub fn missing(case: &Case) -> Vec<Asked> {
    asked(case).into_iter().filter(|asked| asked.filed_on.is_none()).collect()
}
