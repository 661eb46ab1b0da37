//! Letters on their way (送达): dispatch, service, return (国办公开办函〔2016〕235号).

use crate::case::private::Private;
use crate::rules::coded::coded;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Which letter was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Letter {
    /// A reply.
    Reply {
        /// Its number in the case.
        n: u32,
    },
    /// A clerical correction of a reply.
    Erratum {
        /// Number of the reply.
        reply: u32,
        /// Number of the erratum in the reply.
        n: u32,
    },
    /// The withdrawal of a reply.
    Revocation {
        /// Number of the reply.
        reply: u32,
    },
    /// A correction notice (补正告知书).
    Correction {
        /// Its number in the case.
        n: u32,
    },
    /// A letter to a consulted party (征求意见书).
    Consultation {
        /// Number of the consultation.
        n: u32,
    },
    /// What a third party is told when it is disclosed against its will (Art 32).
    ThirdPartyNotice {
        /// Number of the consultation.
        n: u32,
    },
    /// The notice of an extension (延期答复告知书).
    Extension {
        /// Number of the extension.
        n: u32,
    },
    /// A notice that asks for reasons (说明理由告知书).
    ReasonsRequest {
        /// Its number in the case.
        n: u32,
    },
    /// The announcement of a later date (Art 35).
    Postponement {
        /// Its number in the case.
        n: u32,
    },
    /// A fee notice (收费通知书).
    Fee {
        /// Its number in the case.
        n: u32,
    },
    /// The acknowledgement (登记回执): handed out with the registration, or sent to who is not there.
    Acknowledgement {},
}

impl Letter {
    /// Whether it goes to the applicant; letters of a consultation go to the party.
    pub const fn to_applicant(self) -> bool {
        !matches!(self, Self::Consultation { .. } | Self::ThirdPartyNotice { .. })
    }

    /// The stable code, for lists.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reply { .. } => "reply",
            Self::Erratum { .. } => "erratum",
            Self::Revocation { .. } => "revocation",
            Self::Correction { .. } => "correction",
            Self::Consultation { .. } => "consultation",
            Self::ThirdPartyNotice { .. } => "third_party_notice",
            Self::Extension { .. } => "extension",
            Self::ReasonsRequest { .. } => "reasons_request",
            Self::Postponement { .. } => "postponement",
            Self::Fee { .. } => "fee",
            Self::Acknowledgement {} => "acknowledgement",
        }
    }
}

/// The services of the postal enterprise that give proof; another courier is no post (235号).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PostalService {
    /// EMS.
    Ems,
    /// Registered letter (挂号信).
    RegisteredLetter,
}

/// How a letter was sent; the method says which date counts for timeliness.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum DispatchMethod {
    /// By post: the posting date (交邮之日) counts.
    Post {
        /// Which service.
        carrier: PostalService,
        /// Its tracking number.
        tracking_number: String,
    },
    /// Handed over at the agency: the signature counts.
    HandOver,
    /// Through another agency: the signature counts.
    ThroughAgency {
        /// That agency.
        agency: String,
    },
    /// On line: the sending counts; needs the applicant's consent in writing.
    Online {
        /// The address the applicant agreed to.
        address: Private,
        /// The paper with the consent.
        consent: Uuid,
    },
}

/// What became of a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum DispatchState {
    /// On its way.
    Sent,
    /// Served: remedy terms run from this day.
    Delivered {
        /// The day of signing, or of arrival in the system agreed to.
        on: NaiveDate,
        /// Who signed.
        signed_by: Option<Private>,
        /// In which capacity; none where nobody is named, or it was recorded before this was asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signed_as: Option<SignedAs>,
        /// The delivery slip or the printout.
        proof: Option<Uuid>,
    },
    /// Came back: no service, the envelope is kept.
    Returned {
        /// The day it came back.
        on: NaiveDate,
        /// Why.
        reason: Private,
    },
    /// Not collected at the agency: post it.
    NotCollected {
        /// The day this was found.
        on: NaiveDate,
    },
}

coded! {
    /// In which capacity somebody signed for a letter (签收人身份), 民事诉讼法 88 by analogy.
    pub enum SignedAs {
        Addressee => "addressee", "本人", "whom the letter is for";
        LegalRepresentative => "legal_representative", "法定代表人、主要负责人", "the head of the organisation it is for";
        MailRoom => "mail_room", "单位负责收件的人（收发室、前台）", "whoever takes in the mail of the organisation it is for";
        Agent => "agent", "代理人", "the agent of whom it is for";
        FamilyMember => "family_member", "同住成年家属", "an adult of the family who lives with them";
        AppointedReceiver => "appointed_receiver", "指定的代收人", "a receiver they appointed";
        CollectionPoint => "collection_point", "代收点（快递柜、驿站、物业等）", "a collection point or locker: no service";
        AnotherPerson => "another_person", "其他人", "somebody else: no service";
    }
}

coded! {
    /// What a paper proves of a dispatch (送达凭证).
    pub enum ProofRole {
        PostingReceipt => "posting_receipt", "邮寄凭证", "the receipt of the postal enterprise: that it was posted, and when";
        TrackingPrintout => "tracking_printout", "邮件跟踪查询单", "the printout of the tracking: what became of it";
        SignedSlip => "signed_slip", "送达回证、签收单", "what the recipient signed";
        ReturnedEnvelope => "returned_envelope", "退件信封", "the envelope that came back";
        PostingList => "posting_list", "交寄清单（大宗邮件收据）", "the list of the postal enterprise over several letters posted on one day";
        OnlineRecord => "online_record", "在线送达记录", "the record of the system it was sent by";
    }
}

/// A stored document that proves something of a dispatch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryProof {
    /// Running number within the dispatch, from 1.
    pub n: u32,
    /// What it proves.
    pub role: ProofRole,
    /// The stored document.
    pub document_id: Uuid,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// The date it bears.
    pub dated_on: NaiveDate,
    /// The day it was filed.
    pub added_on: NaiveDate,
    /// Who filed it.
    pub by: Uuid,
    /// Why it came after the closing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_reason: Option<Private>,
}

/// A letter served on line was opened: by whom and when, and which bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// Running number within the dispatch, from 1.
    pub n: u32,
    /// When, as the system it was sent by says.
    pub opened_at: DateTime<Utc>,
    /// By whom, as that system says.
    pub opened_by: Private,
    /// SHA-256 of the PDF that was opened, in hexadecimal.
    pub content: String,
    /// The stored record of that system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Uuid>,
    /// Who entered it.
    pub by: Uuid,
}

/// A service that was recorded and turned out to be none: its paper stays in the dossier (domain 6.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disproved {
    /// The day of service as it stood.
    pub on: NaiveDate,
    /// Who had signed, as it was recorded.
    pub signed_by: Option<Private>,
    /// In which capacity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_as: Option<SignedAs>,
    /// The paper that was taken for the proof.
    pub proof: Option<Uuid>,
}

/// One dispatch of one letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispatch {
    /// Running number in the case, from 1.
    pub n: u32,
    /// Which letter.
    pub letter: Letter,
    /// How.
    pub method: DispatchMethod,
    /// The day of posting, sending, or inviting to collect.
    pub on: NaiveDate,
    /// Who dispatched.
    pub by: Uuid,
    /// The posting list it went with.
    pub batch: Option<Uuid>,
    /// What became of it.
    pub state: DispatchState,
    /// SHA-256 of the PDF of the letter as it was made, in hexadecimal: its text, on paper too; none for what was not made here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// Of a joint reply: the case under which its one envelope is entered, where that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with_case: Option<Uuid>,
    /// Papers that prove it, as they were filed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proofs: Vec<DeliveryProof>,
    /// When it was opened on line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub openings: Vec<Opening>,
    /// Services recorded by mistake.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disproved: Vec<Disproved>,
}

impl Dispatch {
    /// The day that decides timeliness: posting, sending, or the signature; `None` while an unsigned hand-over is open.
    pub fn timely_on(&self) -> Option<NaiveDate> {
        match (&self.method, &self.state) {
            (DispatchMethod::Post { .. } | DispatchMethod::Online { .. }, _) => Some(self.on),
            (DispatchMethod::HandOver | DispatchMethod::ThroughAgency { .. }, DispatchState::Delivered { on, .. }) => Some(*on),
            (DispatchMethod::HandOver | DispatchMethod::ThroughAgency { .. }, _) => None,
        }
    }

    /// The delivery slip or the printout.
    pub fn proof(&self) -> Option<Uuid> {
        match self.state {
            DispatchState::Delivered { proof, .. } => proof,
            _ => None,
        }
    }

    /// Every paper that proves something of it.
    pub fn papers(&self) -> impl Iterator<Item = Uuid> {
        let openings = self.openings.iter().filter_map(|opening| opening.record);
        self.proof().into_iter().chain(self.proofs.iter().map(|proof| proof.document_id)).chain(openings)
    }

    /// In which capacity it was signed for.
    pub const fn signed_as(&self) -> Option<SignedAs> {
        match self.state {
            DispatchState::Delivered { signed_as, .. } => signed_as,
            _ => None,
        }
    }

    /// The day of service, once proved.
    pub fn served_on(&self) -> Option<NaiveDate> {
        match self.state {
            DispatchState::Delivered { on, .. } => Some(on),
            _ => None,
        }
    }
}
