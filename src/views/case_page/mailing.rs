//! Letters on their way, on the case page: one flat row a dispatch, with the dates that count.

use super::reader::Reader;
use crate::case::model::{Dispatch, DispatchMethod, DispatchState, Letter, PostalService};
use crate::rules::coded::coded;
use crate::views::names::AccountRef;
use crate::views::shape::view;
use chrono::NaiveDate;
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
    /// One dispatch of one letter.
    pub struct DispatchView {
        /// Running number in the case.
        n: u32,
        /// Which letter.
        letter: Letter,
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
        /// What became of it.
        state: LetterState,
        /// The day that decides timeliness; null while an unsigned hand-over is open.
        timely_on: Option<NaiveDate>,
        /// The day of service.
        served_on: Option<NaiveDate>,
        /// Who signed, masked.
        signed_by: Option<String>,
        /// The stored proof of delivery.
        proof: Option<Uuid>,
        /// The day it came back or was found not collected.
        failed_on: Option<NaiveDate>,
        /// Why it came back.
        return_reason: Option<String>,
    }
}

impl Reader {
    /// A dispatch.
    pub fn dispatch(&self, dispatch: &Dispatch) -> DispatchView {
        let mut view = DispatchView {
            n: dispatch.n,
            letter: dispatch.letter,
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
            state: LetterState::Sent,
            timely_on: dispatch.timely_on(),
            served_on: dispatch.served_on(),
            signed_by: None,
            proof: None,
            failed_on: None,
            return_reason: None,
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
            DispatchState::Delivered { signed_by, proof, .. } => {
                view.state = LetterState::Delivered;
                view.signed_by = self.name(signed_by.as_ref());
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
