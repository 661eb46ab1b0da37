//! Publication reviews (依申请转主动公开审查): what was given, or withheld, could stand on the web for everybody (Art 18, 44).

use crate::case::private::Private;
use crate::rules::coded::coded;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

coded! {
    /// What a publication review decided.
    pub enum PublicationResult {
        Publish => "publish", "转为主动公开", "publish";
        NotPublish => "not_publish", "不转为主动公开", "do not publish";
    }
}

/// A review of one item of a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicationReview {
    /// Running number in the case, from 1.
    pub n: u32,
    /// Number of the reply.
    pub reply: u32,
    /// Number of the item in the reply.
    pub item: u32,
    /// What was decided.
    pub result: PublicationResult,
    /// Why.
    pub reason: Private,
    /// What sort of information it is, by which requests for the like are found together; names nobody.
    pub topic: String,
    /// The department that publishes.
    pub department: Option<Uuid>,
    /// The day by which it publishes.
    pub due_on: Option<NaiveDate>,
    /// The day.
    pub on: NaiveDate,
    /// Who.
    pub by: Uuid,
    /// The publication, once it is done.
    pub publication: Option<Publication>,
}

/// Where it was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// The day.
    pub on: NaiveDate,
    /// The address.
    pub address: String,
    /// Who recorded it.
    pub by: Uuid,
}
