//! Letters on their way, on the case page: one flat row a dispatch, with the dates that count.

use super::reader::Reader;
use crate::case::model::{
    Case, DeliveryProof, Dispatch, DispatchMethod, DispatchState, Letter, Opening, PostalService, ProofRole, SignedAs,
};
use crate::rules::coded::coded;
use crate::views::names::AccountRef;
use crate::views::shape::view;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

coded! {
    /// How a letter was sent; it decides which date counts for timeliness.
    pub enum SentBy {
        Post => "post", "邮寄", "by post: the posting date counts";
        HandOver => "hand_over", "当面领取", "handed over: the signature counts";
        ThroughAgency => "through_agency", "委托其他机关转交", "through another agency: the signature counts";
        Online => "online", "网上送达", "on line: the sending counts";
    }
}

coded! {
    /// What became of a letter.
    pub enum LetterState {
        Sent => "sent", "在途", "on its way";
        Delivered => "delivered", "已送达", "served";
        Returned => "returned", "退回", "came back";
        NotCollected => "not_collected", "逾期未领取", "not collected";
    }
}

view! {
    /// A stored document that proves something of a dispatch.
    pub struct DeliveryProofView {
        /// Running number within the dispatch.
        n: u32,
        /// What it proves.
        role: ProofRole,
        /// The stored document.
        document_id: Uuid,
        /// SHA-256 of its bytes.
        sha256: String,
        /// The date it bears.
        dated_on: NaiveDate,
        /// The day it was filed.
        added_on: NaiveDate,
        /// Who filed it.
        by: AccountRef,
        /// Why it came after the closing.
        late_reason: Option<String>,
    }

    /// A letter served on line was opened.
    pub struct OpeningView {
        /// Running number within the dispatch.
        n: u32,
        /// When.
        opened_at: DateTime<Utc>,
        /// By whom, masked.
        opened_by: Option<String>,
        /// SHA-256 of the PDF that was opened.
        content: String,
        /// The stored record of the system it was sent by.
        record: Option<Uuid>,
        /// Who entered it.
        by: AccountRef,
    }

    /// One dispatch of one letter.
    pub struct DispatchView {
        /// Running number in the case.
        n: u32,
        /// Which letter.
        letter: Letter,
        /// The how-many-th attempt to serve this letter it is, from 1.
        attempt: u32,
        /// How.
        method: SentBy,
        /// The postal service.
        carrier: Option<PostalService>,
        /// Its tracking number.
        tracking_number: Option<String>,
        /// The agency it went through.
        through_agency: Option<String>,
        /// The address it was sent to on line, masked.
        address: Option<String>,
        /// The paper with the applicant's consent to on-line service.
        consent: Option<Uuid>,
        /// The day of posting, sending, or inviting to collect.
        on: NaiveDate,
        /// SHA-256 of the PDF of the letter as it was made: the text that went, on line or on paper. Null for what was not made here.
        content: Option<String>,
        /// Who dispatched.
        by: AccountRef,
        /// The posting list it went with.
        batch: Option<Uuid>,
        /// Of a joint reply: the case under which its one envelope is entered, where that is another.
        with_case: Option<Uuid>,
        /// What became of it.
        state: LetterState,
        /// The day that decides timeliness; null while an unsigned hand-over is open.
        timely_on: Option<NaiveDate>,
        /// The day of service.
        served_on: Option<NaiveDate>,
        /// Who signed, masked.
        signed_by: Option<String>,
        /// In which capacity; null where nobody is named, or it was recorded before this was asked.
        signed_as: Option<SignedAs>,
        /// The stored proof of delivery.
        proof: Option<Uuid>,
        /// The day it came back or was found not collected.
        failed_on: Option<NaiveDate>,
        /// Why it came back.
        return_reason: Option<String>,
        /// Papers that prove it, as they were filed.
        proofs: Vec<DeliveryProofView>,
        /// When it was opened on line.
        openings: Vec<OpeningView>,
    }
}

impl Reader {
    fn proof(&self, proof: &DeliveryProof) -> DeliveryProofView {
        DeliveryProofView {
            n: proof.n,
            role: proof.role,
            document_id: proof.document_id,
            sha256: proof.sha256.clone(),
            dated_on: proof.dated_on,
            added_on: proof.added_on,
            by: self.account(proof.by),
            late_reason: self.text_some(proof.late_reason.as_ref()),
        }
    }

    fn opening(&self, opening: &Opening) -> OpeningView {
        OpeningView {
            n: opening.n,
            opened_at: opening.opened_at,
            opened_by: self.whom(&opening.opened_by),
            content: opening.content.clone(),
            record: opening.record,
            by: self.account(opening.by),
        }
    }

    /// A dispatch.
    pub fn dispatch(&self, case: &Case, dispatch: &Dispatch) -> DispatchView {
        let earlier = case.dispatches.iter().filter(|known| known.letter == dispatch.letter && known.n < dispatch.n);
        let mut view = DispatchView {
            n: dispatch.n,
            letter: dispatch.letter,
            attempt: crate::steps::next(earlier.count()),
            method: SentBy::HandOver,
            carrier: None,
            tracking_number: None,
            through_agency: None,
            address: None,
            consent: None,
            on: dispatch.on,
            by: self.account(dispatch.by),
            content: dispatch.content.clone(),
            batch: dispatch.batch,
            with_case: dispatch.with_case,
            state: LetterState::Sent,
            timely_on: dispatch.timely_on(),
            served_on: dispatch.served_on(),
            signed_by: None,
            signed_as: None,
            proof: None,
            failed_on: None,
            return_reason: None,
            proofs: dispatch.proofs.iter().map(|proof| self.proof(proof)).collect(),
            openings: dispatch.openings.iter().map(|opening| self.opening(opening)).collect(),
        };
        match &dispatch.method {
            DispatchMethod::HandOver => {}
            DispatchMethod::Post { carrier, tracking_number } => {
                view.method = SentBy::Post;
                view.carrier = Some(*carrier);
                view.tracking_number = Some(tracking_number.clone());
            }
            DispatchMethod::ThroughAgency { agency } => {
                view.method = SentBy::ThroughAgency;
                view.through_agency = Some(agency.clone());
            }
            DispatchMethod::Online { address, consent } => {
                view.method = SentBy::Online;
                view.address = self.address(address);
                view.consent = Some(*consent);
            }
        }
        match &dispatch.state {
            DispatchState::Sent => {}
            DispatchState::Delivered { signed_by, signed_as, proof, .. } => {
                view.state = LetterState::Delivered;
                view.signed_by = self.name(signed_by.as_ref());
                view.signed_as = *signed_as;
                view.proof = *proof;
            }
            DispatchState::Returned { on, reason } => {
                view.state = LetterState::Returned;
                view.failed_on = Some(*on);
                view.return_reason = self.text(reason);
            }
            DispatchState::NotCollected { on } => {
                view.state = LetterState::NotCollected;
                view.failed_on = Some(*on);
            }
        }
        view
    }
}
